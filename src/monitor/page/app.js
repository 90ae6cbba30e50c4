/** The frame around all pages: navigation, theme, and the state of the live link. */
import { ask, goToLogin } from "./api.js";
import { DevicesPage } from "./devices.js";
import { formatTime, visible } from "./format.js";
import { Icon } from "./icons.js";
import { onLive, retryNow, startLiveLink, useLive } from "./live.js";
import { Problem } from "./parts.js";
import { linkTo, useRoute } from "./route.js";
import { html, render, useEffect, useRef, useState } from "./view.js";
import { WatchBanner, WatchesPage } from "./watches.js";

/**
 * @typedef {(props: { params: URLSearchParams }) => any} Page
 * @typedef {{ id: string, title: string, hidden?: boolean, load: () => Page | Promise<Page> }} PageEntry
 */

/** The first page is there at once; the others are loaded when they are asked for, or when there is time. @type {PageEntry[]} */
const PAGES = [
  { id: "devices", title: "Devices", load: () => DevicesPage },
  {
    id: "overview",
    title: "Overview",
    load: async () => (await import("./overview.js")).OverviewPage,
  },
  {
    id: "sessions",
    title: "Sessions",
    load: async () => (await import("./sessions.js")).SessionsPage,
  },
  { id: "topics", title: "Topics", load: async () => (await import("./topics.js")).TopicsPage },
  {
    id: "watches",
    title: "Watches",
    load: () => WatchesPage,
  },
  { id: "calls", title: "Calls", load: async () => (await import("./calls.js")).CallsPage },
  { id: "logs", title: "Logs", load: async () => (await import("./logs.js")).LogsPage },
  {
    id: "connect",
    title: "Connect",
    hidden: true,
    load: async () => (await import("./connect.js")).ConnectPage,
  },
  { id: "setup", title: "Setup", load: async () => (await import("./setup.js")).SetupPage },
  { id: "api", title: "API", load: async () => (await import("./api_page.js")).ApiPage },
];
/** After the first figures are there and drawn. */
const REST_AFTER_MS = 1_000;
/** How long it is told that the link is back. */
const TOLD_MS = 10_000;
/** @type {Map<string, Page>} */
const loaded = new Map([["devices", DevicesPage]]);

/** A page once it is loaded. @param {PageEntry} entry */
function usePage(entry) {
  const [, rerender] = useState({});
  const [error, setError] = useState(/** @type {Error | null} */ (null));
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    setError(null);
    if (loaded.has(entry.id)) return;
    Promise.resolve(entry.load()).then((page) => {
      loaded.set(entry.id, page);
      rerender({});
    }).catch(() => setError(new Error("Cannot load the page: the monitor does not answer")));
  }, [entry, attempt]);
  return { page: loaded.get(entry.id), error, retry: () => setAttempt((count) => count + 1) };
}

/** Loads the other pages while nothing else is to do, so that they open at once. */
function loadTheRest() {
  const idle = globalThis.requestIdleCallback ??
    ((/** @type {() => void} */ run) => setTimeout(run, 2_000));
  idle(async () => {
    for (const entry of PAGES) {
      try {
        loaded.set(entry.id, await entry.load());
      } catch {
        return; // asked for again when the page is opened
      }
    }
  });
}

function App() {
  const route = useRoute();
  const entry = PAGES.find(({ id }) => id === route.page) ?? PAGES[0];
  const { page, error, retry } = usePage(entry);
  const version = useLive().snapshot?.status.version;
  const shownBefore = useRef(false);
  useEffect(() => {
    // on a phone the bar may hold more than there is room for
    document.querySelector("nav [aria-current]")?.scrollIntoView({
      block: "nearest",
      inline: "nearest",
    });
    document.title = `${entry.title} · MQTT MCP`;
    scrollTo(0, 0);
    // Whoever follows a link with the keyboard goes on from the new page, not from the navigation.
    if (page === undefined) return;
    if (shownBefore.current) document.querySelector("h1")?.focus({ preventScroll: true });
    shownBefore.current = true;
  }, [entry.id, page !== undefined]);
  return html`
    <a class="button visually-hidden" href="#main" onClick=${skipToMain}>Skip to the content</a>
    <div class="frame">
      <div class="side">
        <a class="brand row" href=${linkTo("devices")} title=${version && `Version ${version}`}>
          <img src=${new URL("icon.svg", import.meta.url)
            .href} alt="" width="28" height="28" /> <strong>MQTT MCP</strong>
        </a>
        <nav aria-label="Pages">
          ${PAGES.filter(({ hidden }) => !hidden).map(({ id, title }) =>
            html`
              <a class="row" key=${id} href=${linkTo(id)} aria-current=${id === entry.id
                ? "page"
                : undefined}>
                <${Icon} name=${id} /> <span>${title}</span>
              </a>
            `
          )}
        </nav>
        <${SideFoot} />
      </div>
      <div class="content">
        <${LinkBanner} />
        <${WatchBanner} page=${entry.id} />
        <main id="main">
          ${route.page !== "" && route.page !== entry.id && html`
            <p class="problem-box" role="alert">There is no page “${visible(
              route.page.slice(0, 60),
            )}”: these are the devices.</p>
          `}
          ${page === undefined
            ? error === null && html`<p class="quiet" role="status">Reading…</p>`
            : html`<${page} key=${entry.id} params=${route.params} />`}
          <${Problem} error=${page === undefined ? error : null} retry=${retry} />
        </main>
      </div>
    </div>
  `;
}

/** @param {Event} event */
function skipToMain(event) {
  event.preventDefault();
  document.querySelector("h1")?.focus();
}

/** Says when what is shown is not live, and that it is again. */
function LinkBanner() {
  const { link, snapshot } = useLive();
  const [told, setTold] = useState(0);
  const isBack = link.healed !== undefined && told !== link.since;
  useEffect(() => {
    if (!isBack) return;
    const timer = setTimeout(() => setTold(link.since), TOLD_MS);
    return () => clearTimeout(timer);
  }, [isBack, link.since]);
  return html`
    <div role="status" class="banner-place">
      ${isBack && html`
        <div class="banner live row">
          <span>
            <strong>Live again.</strong>
            ${link.healed === "restart" &&
              " The server was started anew: what it had only in memory is gone."}
          </span>
        </div>
      `}
      ${link.state === "reconnecting" && html`
        <div class="banner row">
          <span>
            <strong>Reconnecting…</strong>
            ${" "}The monitor does not answer.${" "}
            ${snapshot &&
              `What you see is from ${formatTime(snapshot.status.timestamp)}.`}
          </span>
          <button type="button" class="button small" onClick=${retryNow}>Try now</button>
        </div>
      `}
    </div>
  `;
}

function SideFoot() {
  const { link } = useLive();
  return html`
    <div class="side-foot row spread">
      <span class=${`link-state small ${link.state}`}><span aria-hidden="true">● </span><span>${link
          .state === "live"
        ? "Live"
        : "Not live"}</span></span>
      <span class="row">
        <${ThemeButton} />
        <${LogoutButton} />
      </span>
    </div>
  `;
}

/** @type {Record<string, string>} */
const THEMES = { auto: "As the system", light: "Light", dark: "Dark" };

/** @type {Record<string, string>} */
const NEXT_THEME = { auto: "light", light: "dark", dark: "auto" };
/** @type {Record<string, string>} */
const THEME_ICONS = { auto: "auto", light: "sun", dark: "moon" };

function ThemeButton() {
  const [theme, setTheme] = useState(document.documentElement.dataset.theme ?? "auto");
  const next = NEXT_THEME[theme] ?? "auto";
  const change = () => {
    const { dataset, style } = document.documentElement;
    if (next === "auto") delete dataset.theme;
    else dataset.theme = next;
    style.colorScheme = next === "auto" ? "" : next;
    try {
      localStorage.setItem("theme", next);
    } catch {
      // Without storage the choice holds until the page is closed.
    }
    setTheme(next);
    dispatchEvent(new Event("themechange"));
  };
  const label = `Theme: ${THEMES[theme]}. Change to: ${THEMES[next]}`;
  return html`
    <button type="button" class="button small" onClick=${change} title=${label}
      aria-label=${label}>
      <${Icon} name=${THEME_ICONS[theme]} />
    </button>
  `;
}

function LogoutButton() {
  const [needed, setNeeded] = useState(false);
  useEffect(() => {
    ask("api/setup").then((setup) => setNeeded(setup.token_required)).catch(() => {});
  }, []);
  if (!needed) return null;
  const logOut = () => ask("api/logout", { method: "POST" }).catch(() => {}).then(goToLogin);
  return html`
    <button type="button" class="button small" onClick=${logOut} title="Log out" aria-label="Log out">
      <${Icon} name="logout" />
    </button>
  `;
}

startLiveLink();
render(html`<${App} />`, /** @type {HTMLElement} */ (document.getElementById("app")));
const endWaiting = onLive("snapshot", () => {
  endWaiting();
  setTimeout(loadTheRest, REST_AFTER_MS);
});
