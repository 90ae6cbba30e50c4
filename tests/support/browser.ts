/** Debian's Chromium, driven by playwright-core: real pages in a real browser. */
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { PATIENCE_MS } from "./wait.ts";

export type { Locator, Page } from "playwright-core";

/**
 * What is turned off. A spare renderer would be started for each page that is opened, and takes half of all the browser's
 * processor time. The others are of the driver's own list, of which the last such flag leaves nothing.
 */
const NO_FEATURES = [
  "SpareRendererForSitePerProcess",
  "AvoidUnnecessaryBeforeUnloadCheckSync",
  "DestroyProfileOnBrowserClose",
  "HttpsFirstBalancedModeAutoEnable",
  "HttpsUpgrades",
  "MediaRouter",
  "OptimizationHints",
  "PaintHolding",
  "ThirdPartyStoragePartitioning",
  "Translate",
];

/** Nothing that the browser does by itself should reach the network. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  `--disable-features=${NO_FEATURES.join(",")}`,
];

/** What a window is like. */
export interface WindowOptions {
  readonly size?: { readonly width: number; readonly height: number };
  readonly colorScheme?: "light" | "dark";
}

/** A page with what went wrong on it. */
export interface TestPage extends AsyncDisposable {
  readonly page: Page;
  /** Script errors, console errors and refused loads so far. */
  readonly faults: readonly string[];
  /** Addresses asked for outside of the page's own origin. */
  readonly strangers: readonly string[];
}

/** One browser for a whole test. Disposing ends it with all its windows. */
export class TestBrowser implements AsyncDisposable {
  readonly #browser: Browser;

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  /** Starts a browser without a window on the screen. */
  static async start(): Promise<TestBrowser> {
    const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: FLAGS });
    return new TestBrowser(browser);
  }

  /** Opens a window of its own, with nothing stored, at an address. */
  async open(url: string, options: WindowOptions = {}): Promise<TestPage> {
    const context: BrowserContext = await this.#browser.newContext({
      viewport: options.size ?? { width: 1280, height: 800 },
      colorScheme: options.colorScheme ?? "light",
      acceptDownloads: true,
      reducedMotion: "reduce",
    });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    const faults: string[] = [];
    const strangers: string[] = [];
    page.on("pageerror", (error) => faults.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error") faults.push(message.text());
    });
    page.on("request", (request) => {
      const { origin, protocol } = new URL(request.url());
      if (protocol !== "data:" && origin !== new URL(url).origin) strangers.push(request.url());
    });
    await page.goto(url);
    return { page, faults, strangers, [Symbol.asyncDispose]: () => context.close() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
  }
}
