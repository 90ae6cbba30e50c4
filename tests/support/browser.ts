/** Debian's Chromium, driven by playwright-core: real pages in a real browser. */
import { existsSync } from "node:fs";
import {
  type Browser,
  chromium,
  type ConsoleMessage,
  type Page,
  type Request,
} from "playwright-core";
import { PATIENCE_MS } from "./wait.ts";

export type { Locator, Page } from "playwright-core";

/** The whole browser, and the same without anything to put on a screen, which takes a third of the processor time. */
const PROGRAMS = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"];

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
  // windows of one test share their renderer: each of their own takes a third more to open
  "--renderer-process-limit=1",
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
  /** Runs in each document before its own scripts. */
  readonly initScript?: string;
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
  /** A window that nobody looks at any more, emptied: a new one takes a process of its own, and most of a second. */
  #idle: Page | null = null;

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  /** Starts a browser without a window on the screen. */
  static async start(): Promise<TestBrowser> {
    const executablePath = PROGRAMS.find((path) => existsSync(path)) ?? PROGRAMS.at(-1);
    return new TestBrowser(await chromium.launch({ executablePath, args: FLAGS }));
  }

  /** Opens a window of its own, with nothing stored, at an address. */
  async open(url: string, options: WindowOptions = {}): Promise<TestPage> {
    const { initScript } = options;
    const page = initScript === undefined && this.#takeIdle() || await this.#newPage();
    await page.setViewportSize(options.size ?? { width: 1280, height: 800 });
    await page.emulateMedia({ colorScheme: options.colorScheme ?? "light" });
    if (initScript !== undefined) await page.addInitScript(initScript);
    const faults: string[] = [];
    const strangers: string[] = [];
    const onError = (error: Error) => faults.push(String(error));
    const onConsole = (message: ConsoleMessage) => {
      if (message.type() === "error") faults.push(message.text());
    };
    const onRequest = (request: Request) => {
      const { origin, protocol } = new URL(request.url());
      if (protocol !== "data:" && origin !== new URL(url).origin) strangers.push(request.url());
    };
    page.on("pageerror", onError).on("console", onConsole).on("request", onRequest);
    await page.goto(url);
    return {
      page,
      faults,
      strangers,
      [Symbol.asyncDispose]: async () => {
        page.off("pageerror", onError).off("console", onConsole).off("request", onRequest);
        if (initScript !== undefined || this.#idle !== null) await page.context().close();
        else await this.#putAway(page);
      },
    };
  }

  async #newPage(): Promise<Page> {
    const context = await this.#browser.newContext({
      acceptDownloads: true,
      reducedMotion: "reduce",
    });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    return page;
  }

  #takeIdle(): Page | null {
    const page = this.#idle;
    this.#idle = null;
    return page;
  }

  /** Forgets what was done in a window, and keeps it for the next who opens one. */
  async #putAway(page: Page): Promise<void> {
    try {
      await page.unrouteAll();
      await page.evaluate("localStorage.clear(); sessionStorage.clear()");
      await page.context().clearCookies();
      await page.mouse.move(0, 0);
      await page.goto("about:blank");
      this.#idle = page;
    } catch {
      // it shows nothing any more that could be emptied
      await page.context().close();
    }
  }

  /** Closes the window that waits to be taken again: what it has in hand would outlast a test that ends here. */
  async closeIdle(): Promise<void> {
    await this.#takeIdle()?.context().close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
  }
}
