/** The pages of the monitor as they are served: all of them embedded, none built. */
import htm from "htm" with { type: "text" };
import preact from "preact" with { type: "text" };
import preactHooks from "preact/hooks" with { type: "text" };
import uplotStyle from "uplot/dist/uPlot.min.css" with { type: "text" };
import uplot from "uplot/dist/uPlot.iife.min.js" with { type: "text" };
import api from "./api.js" with { type: "text" };
import apiPage from "./api_page.js" with { type: "text" };
import app from "./app.js" with { type: "text" };
import calls from "./calls.js" with { type: "text" };
import changes from "./changes.js" with { type: "text" };
import feed from "./feed.js" with { type: "text" };
import format from "./format.js" with { type: "text" };
import icon from "./icon.svg" with { type: "text" };
import icons from "./icons.js" with { type: "text" };
import index from "./index.html" with { type: "text" };
import live from "./live.js" with { type: "text" };
import loginPage from "./login.html" with { type: "text" };
import login from "./login.js" with { type: "text" };
import logs from "./logs.js" with { type: "text" };
import overview from "./overview.js" with { type: "text" };
import packets from "./packets.js" with { type: "text" };
import parts from "./parts.js" with { type: "text" };
import plot from "./plot.js" with { type: "text" };
import route from "./route.js" with { type: "text" };
import schemaView from "./schema_view.js" with { type: "text" };
import sessions from "./sessions.js" with { type: "text" };
import setup from "./setup.js" with { type: "text" };
import style from "./style.css" with { type: "text" };
import theme from "./theme.js" with { type: "text" };
import topics from "./topics.js" with { type: "text" };
import view from "./view.js" with { type: "text" };

/** One file that the monitor serves. */
interface PageFile {
  /** The content type, with its character set. */
  readonly type: string;
  readonly text: string;
  /** Needed to log in: served to whoever has no WEB_TOKEN yet. Holds no data. */
  readonly public: boolean;
}

const HTML = "text/html; charset=utf-8";
const CSS = "text/css; charset=utf-8";
const SCRIPT = "text/javascript; charset=utf-8";
const SVG = "image/svg+xml; charset=utf-8";

/**
 * Every file by its path. `/` is the app; `/login` is where somebody without a login goes. All files refer to each
 * other relatively, so that a proxy may serve them below a path of its own.
 */
export const pageFiles: Readonly<Record<string, PageFile>> = {
  "/": { type: HTML, text: index, public: false },
  "/login": { type: HTML, text: loginPage, public: true },
  "/login.js": { type: SCRIPT, text: login, public: true },
  "/style.css": { type: CSS, text: style, public: true },
  "/theme.js": { type: SCRIPT, text: theme, public: true },
  "/icon.svg": { type: SVG, text: icon, public: true },
  "/uplot.css": { type: CSS, text: uplotStyle, public: false },
  "/uplot.js": { type: SCRIPT, text: uplot, public: false },
  ...modules({
    "api.js": api,
    "api_page.js": apiPage,
    "app.js": app,
    "calls.js": calls,
    "changes.js": changes,
    "feed.js": feed,
    "format.js": format,
    "htm.js": htm,
    "icons.js": icons,
    "live.js": live,
    "logs.js": logs,
    "overview.js": overview,
    "packets.js": packets,
    "parts.js": parts,
    "plot.js": plot,
    "preact.js": preact,
    "preact_hooks.js": besidePreact(preactHooks),
    "route.js": route,
    "schema_view.js": schemaView,
    "sessions.js": sessions,
    "setup.js": setup,
    "topics.js": topics,
    "view.js": view,
  }),
};

function modules(texts: Record<string, string>): Record<string, PageFile> {
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [
      `/${name}`,
      { type: SCRIPT, text: text.replace(/\n\/\/# sourceMappingURL=\S*\s*$/, "\n"), public: false },
    ]),
  );
}

/** The hooks import Preact by its package name, which a browser resolves only with an inline import map. */
function besidePreact(hooks: string): string {
  return hooks.replace('from"preact"', 'from"./preact.js"');
}
