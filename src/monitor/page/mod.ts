/** The pages of the monitor as they are served: all of them embedded, none built. */
import { createHash } from "node:crypto";
import preactHooks from "preact/hooks" with { type: "text" };
import uplot from "uplot/dist/uPlot.iife.min.js" with { type: "text" };
import uplotStyle from "uplot/dist/uPlot.min.css" with { type: "text" };
import icon from "../../mcp/icon.svg" with { type: "text" };
import index from "./index.html" with { type: "text" };
import loginPage from "./login.html" with { type: "text" };
import login from "./login.js" with { type: "text" };
import styleBase from "./style_base.css" with { type: "text" };
import styleControls from "./style_controls.css" with { type: "text" };
import styleDevices from "./style_devices.css" with { type: "text" };
import styleFrame from "./style_frame.css" with { type: "text" };
import stylePages from "./style_pages.css" with { type: "text" };
import styleTopics from "./style_topics.css" with { type: "text" };
import theme from "./theme.js" with { type: "text" };
import * as modules from "./modules.ts";
import type { PageFile } from "../route.ts";

const HTML = "text/html; charset=utf-8";
const CSS = "text/css; charset=utf-8";
const SCRIPT = "text/javascript; charset=utf-8";
const SVG = "image/svg+xml; charset=utf-8";

/** Modules by the name under which the pages import them. */
const MODULES: Readonly<Record<string, string>> = {
  ...modules,
  // The hooks import Preact by its package name, which a browser resolves only with an inline import map.
  "preact_hooks.js": preactHooks.replace('from"preact"', 'from"./preact.js"'),
  "uplot.js": `${uplot}\nexport default uPlot;\n`,
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
