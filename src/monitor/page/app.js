/** The frame around all pages: navigation, theme, and the state of the live link. */
import { ApiPage } from "./api_page.js";
import { ask, goToLogin } from "./api.js";
import { CallsPage } from "./calls.js";
import { formatClock } from "./format.js";
import { Icon } from "./icons.js";
import { retryNow, startLiveLink, useLive } from "./live.js";
import { LogsPage } from "./logs.js";
import { OverviewPage } from "./overview.js";
import { linkTo, useRoute } from "./route.js";
import { SessionsPage } from "./sessions.js";
import { SetupPage } from "./setup.js";
import { TopicsPage } from "./topics.js";
import { html, render, useEffect, useRef, useState } from "./view.js";

const PAGES = [
  { id: "overview", title: "Overview", component: OverviewPage },
  { id: "sessions", title: "Sessions", component: SessionsPage },
  { id: "topics", title: "Topics", component: TopicsPage },
  { id: "calls", title: "Calls", component: CallsPage },
  { id: "logs", title: "Logs", component: LogsPage },
  { id: "setup", title: "Setup", component: SetupPage },
  { id: "api", title: "API", component: ApiPage },
];

function App() {
  const route = useRoute();
  const page = PAGES.find(({ id }) => id === route.page) ?? PAGES[0];
  const shownBefore = useRef(false);
  useEffect(() => {
    document.title = `${page.title} · MQTT MCP`;
    scrollTo(0, 0);
    // Whoever follows a link with the keyboard goes on from the new page, not from the navigation.
    if (shownBefore.current) document.querySelector("h1")?.focus({ preventScroll: true });
    shownBefore.current = true;
  }, [page.id]);
  return html`
    <a class="skip" href="#main" onClick=${skipToMain}>Skip to the content</a>
    <div class="frame">
      <div class="side">
        <a class="brand" href=${linkTo("overview")}>
          <img src="icon.svg" alt="" width="28" height="28" /> <span>MQTT MCP</span>
        </a>
        <nav aria-label="Pages">
          ${PAGES.map(({ id, title }) =>
            html`
              <a key=${id} href=${linkTo(id)} aria-current=${id === page.id ? "page" : undefined}>
                <${Icon} name=${id} /> <span>${title}</span>
              </a>
            `
          )}
        </nav>
        <${SideFoot} />
      </div>
      <div class="content">
        <${LinkBanner} />
        <main id="main">
          <${page.component} key=${page.id} params=${route.params} />
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

/** Says when what is shown is not live, until it is again. */
function LinkBanner() {
  const { link, snapshot } = useLive();
  return html`
    <div role="status" class="banner-place">
      ${link.state === "reconnecting" && html`
        <div class="banner">
          <span class="pulse" aria-hidden="true"></span>
          <span>
            <strong>Reconnecting…</strong>
            ${" "}The monitor does not answer.${" "}
            ${snapshot &&
              `What you see is from ${formatClock(snapshot.status.timestamp).slice(0, 8)}.`}
          </span>
          <button type="button" class="button small" onClick=${retryNow}>Try now</button>
        </div>
      `}
    </div>
  `;
}

function SideFoot() {
  const { link, snapshot } = useLive();
  const words = { live: "Live", connecting: "Connecting…", reconnecting: "Reconnecting…" };
  return html`
    <div class="side-foot">
      <span class=${`link-state ${link.state}`}><i aria-hidden="true"></i>${words[
        link.state
      ]}</span>
      ${snapshot && html`<span class="version muted">${snapshot.status.version}</span>`}
      <${ThemeButton} />
      <${LogoutButton} />
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
    if (next === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = next;
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
    <button type="button" class="icon-button" onClick=${change} title=${label}
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
    <button type="button" class="icon-button" onClick=${logOut} title="Log out" aria-label="Log out">
      <${Icon} name="logout" />
    </button>
  `;
}

startLiveLink();
render(html`<${App} />`, /** @type {HTMLElement} */ (document.getElementById("app")));
