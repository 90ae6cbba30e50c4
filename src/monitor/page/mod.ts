/** The pages of the monitor as they are served: all of them embedded, none built. */
import { createHash } from "node:crypto";
import htm from "htm" with { type: "text" };
import preact from "preact" with { type: "text" };
import preactHooks from "preact/hooks" with { type: "text" };
import uplot from "uplot/dist/uPlot.iife.min.js" with { type: "text" };
import uplotStyle from "uplot/dist/uPlot.min.css" with { type: "text" };
import api from "./api.js" with { type: "text" };
import apiPage from "./api_page.js" with { type: "text" };
import app from "./app.js" with { type: "text" };
import brokerName from "./broker_name.js" with { type: "text" };
import calls from "./calls.js" with { type: "text" };
import callWords from "./call_words.js" with { type: "text" };
import changes from "./changes.js" with { type: "text" };
import connect from "./connect.js" with { type: "text" };
import connectionTest from "./connection_test.js" with { type: "text" };
import form from "./form.js" with { type: "text" };
import offers from "./offers.js" with { type: "text" };
import publish from "./publish.js" with { type: "text" };
import range from "./range.js" with { type: "text" };
import record from "./record.js" with { type: "text" };
import deviceDetails from "./device_details.js" with { type: "text" };
import deviceState from "./device_state.js" with { type: "text" };
import devices from "./devices.js" with { type: "text" };
import feed from "./feed.js" with { type: "text" };
import format from "./format.js" with { type: "text" };
import icon from "../../mcp/icon.svg" with { type: "text" };
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
import plotScale from "./plot_scale.js" with { type: "text" };
import press from "./press.js" with { type: "text" };
import route from "./route.js" with { type: "text" };
import schemaView from "./schema_view.js" with { type: "text" };
import sessions from "./sessions.js" with { type: "text" };
import setup from "./setup.js" with { type: "text" };
import story from "./story.js" with { type: "text" };
import styleBase from "./style_base.css" with { type: "text" };
import styleControls from "./style_controls.css" with { type: "text" };
import styleDevices from "./style_devices.css" with { type: "text" };
import styleFrame from "./style_frame.css" with { type: "text" };
import stylePages from "./style_pages.css" with { type: "text" };
import styleTopics from "./style_topics.css" with { type: "text" };
import stateBadge from "./state_badge.js" with { type: "text" };
import theme from "./theme.js" with { type: "text" };
import topicDetails from "./topic_details.js" with { type: "text" };
import topicHistory from "./topic_history.js" with { type: "text" };
import topicMessage from "./topic_message.js" with { type: "text" };
import topicState from "./topic_state.js" with { type: "text" };
import topicTree from "./topic_tree.js" with { type: "text" };
import topics from "./topics.js" with { type: "text" };
import twoWindows from "./two_windows.js" with { type: "text" };
import watches from "./watches.js" with { type: "text" };
import whatsChanged from "./whats_changed.js" with { type: "text" };
import typedParam from "./typed_param.js" with { type: "text" };
import view from "./view.js" with { type: "text" };
import type { PageFile } from "../route.ts";

const HTML = "text/html; charset=utf-8";
const CSS = "text/css; charset=utf-8";
const SCRIPT = "text/javascript; charset=utf-8";
const SVG = "image/svg+xml; charset=utf-8";

/** Modules by the name under which the pages import them. */
const MODULES: Readonly<Record<string, string>> = {
  "api.js": api,
  "api_page.js": apiPage,
  "app.js": app,
  "broker_name.js": brokerName,
  "call_words.js": callWords,
  "calls.js": calls,
  "changes.js": changes,
  "connect.js": connect,
  "connection_test.js": connectionTest,
  "form.js": form,
  "offers.js": offers,
  "publish.js": publish,
  "range.js": range,
  "record.js": record,
  "device_details.js": deviceDetails,
  "device_state.js": deviceState,
  "devices.js": devices,
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
  "plot_scale.js": plotScale,
  "press.js": press,
  "preact.js": preact,
  // The hooks import Preact by its package name, which a browser resolves only with an inline import map.
  "preact_hooks.js": preactHooks.replace('from"preact"', 'from"./preact.js"'),
  "route.js": route,
  "schema_view.js": schemaView,
  "sessions.js": sessions,
  "setup.js": setup,
  "state_badge.js": stateBadge,
  "story.js": story,
  "topic_details.js": topicDetails,
  "topic_history.js": topicHistory,
  "topic_message.js": topicMessage,
  "topic_state.js": topicState,
  "topic_tree.js": topicTree,
  "topics.js": topics,
  "two_windows.js": twoWindows,
  "typed_param.js": typedParam,
  "uplot.js": `${uplot}\nexport default uPlot;\n`,
  "whats_changed.js": whatsChanged,
  "view.js": view,
  "watches.js": watches,
};

const STYLES = [styleBase, styleFrame, styleControls, stylePages, styleTopics, styleDevices];

/** What the login page needs, too. */
const OPEN = ["login.js", "style.css", "theme.js", "icon.svg"];

/** Everything that the two pages refer to, by name. */
const PARTS: Readonly<Record<string, Omit<PageFile, "public">>> = {
  ...Object.fromEntries(
    Object.entries({ ...MODULES, "login.js": login, "theme.js": theme }).map(([name, text]) => [
      name,
      { type: SCRIPT, text: text.replace(/\n\/\/# sourceMappingURL=\S*\s*$/, "\n") },
    ]),
  ),
  "style.css": { type: CSS, text: STYLES.join("\n") },
  "uplot.css": { type: CSS, text: uplotStyle },
  "icon.svg": { type: SVG, text: icon },
};

/**
 * Where the parts are: a browser that has them asks for none of them again until one has changed. They refer to each
 * other relatively, so that a proxy may serve all of it below a path of its own.
 */
const FOLDER = `parts-${
  createHash("sha256").update(JSON.stringify(PARTS)).digest("hex").slice(0, 12)
}`;

/** Every file by its path. `/` is the app; `/login` is where somebody without a login goes. */
export const pageFiles: Readonly<Record<string, PageFile>> = {
  "/": { type: HTML, text: placed(index), public: false },
  "/login": { type: HTML, text: placed(loginPage), public: true },
  ...Object.fromEntries(
    Object.entries(PARTS).map(([name, part]): [string, PageFile] => [
      `/${FOLDER}/${name}`,
      { ...part, public: OPEN.includes(name), immutable: true },
    ]),
  ),
};

/** A page with the addresses of its parts, and with all that its first view needs asked for at once. */
function placed(page: string): string {
  const preloads = [...importedBy("app.js")].map((name) =>
    `<link rel="modulepreload" href="${FOLDER}/${name}">`
  );
  return page.replaceAll("parts/", `${FOLDER}/`)
    .replace("<!-- modules -->", preloads.join("\n    "));
}

/** A module and all that it imports before it runs. */
function importedBy(name: string, found: Set<string> = new Set()): Set<string> {
  if (found.has(name) || !(name in MODULES)) return found;
  found.add(name);
  for (const [, imported] of MODULES[name].matchAll(/\bfrom ?"\.\/([\w.]+)"/g)) {
    importedBy(imported, found);
  }
  return found;
}
