/**
 * A `deno lint` plugin that keeps imports pointing one way:
 * main → mcp, monitor, demo → tools → core → collect, session, analysis → payload, mqtt → errors, log.
 */

/** For each layer (a folder or file of src/, without `.ts`): the layers it may import besides itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  secret_text: [],
  redact: ["secret_text"],
  log: ["errors", "redact"],
  mqtt: ["errors", "log"],
  payload: ["errors", "log", "mqtt", "secret_text"],
  config: ["errors", "mqtt"],
  analysis: ["errors", "mqtt", "payload"],
  session: ["errors", "log", "mqtt", "payload", "config"],
  collect: ["errors", "log", "mqtt", "payload", "config", "session", "secret_text"],
  core: ["errors", "log", "mqtt", "payload", "config", "session", "collect"],
};
const BELOW_TOOLS = [...Object.keys(MAY_IMPORT)];
const TOP: Readonly<Record<string, readonly string[]>> = {
  tools: BELOW_TOOLS,
  mcp: [...BELOW_TOOLS, "tools"],
  // POST /mcp of the monitor serves the same server as stdio does.
  monitor: [...BELOW_TOOLS, "tools", "mcp"],
  demo: BELOW_TOOLS,
  check: BELOW_TOOLS,
};

/** Packages that only some files may import: the next version of each is a change in one place. */
const PACKAGE_HOMES: Readonly<Record<string, readonly string[]>> = {
  // The simulated devices of the demo are clients with last wills of their own.
  "mqtt": ["mqtt/client/", "demo/"],
  "mqtt-packet": ["mqtt/client/"],
  "@modelcontextprotocol/server": ["mcp/"],
  "@modelcontextprotocol/client": ["demo/"],
  "@modelcontextprotocol/sdk": [],
  "@logtape/logtape": ["log.ts"],
  "aedes": ["demo/"],
};

/**
 * What is wrong with importing `specifier` from a file of src/, in one sentence; null when nothing is.
 * `file` is relative to src/, with forward slashes.
 */
export function importFault(file: string, specifier: string): string | null {
  if (!specifier.startsWith(".")) return packageFault(file, specifier);
  const target = resolveRelative(file, specifier);
  if (target === null) return null;
  const from = layerOf(file);
  const to = layerOf(target);
  if (from === to) return null;
  const allowed = MAY_IMPORT[from] ?? TOP[from];
  if (allowed === undefined) return null;
  if (allowed.includes(to)) return null;
  const named = allowed.length > 0 ? allowed.join(", ") : "nothing else";
  return `src/${from} may not import src/${to}; it may import ${named}`;
}

function packageFault(file: string, specifier: string): string | null {
  const name = specifier.replace(/^npm:\/?/, "").match(/^(@[^/]+\/[^/@]+|[^/@]+)/)?.[0] ?? "";
  const homes = PACKAGE_HOMES[name];
  if (homes === undefined || homes.some((home) => file.startsWith(home))) return null;
  const where = homes.length > 0
    ? `only ${homes.map((home) => `src/${home}`).join(", ")}`
    : "only a test";
  return `src/${file} may not import "${name}"; ${where} may`;
}

function resolveRelative(file: string, specifier: string): string | null {
  const url = new URL(specifier, `file:///src/${file}`);
  return url.pathname.startsWith("/src/") ? url.pathname.slice("/src/".length) : null;
}

function layerOf(file: string): string {
  return file.split("/")[0].replace(/\.ts$/, "");
}

/** Where in `src/` a file is, or null for files elsewhere. */
function insideSource(filename: string): string | null {
  const root = new URL("../src/", import.meta.url).pathname;
  const path = filename.replaceAll("\\", "/");
  return path.startsWith(root) ? path.slice(root.length) : null;
}

const plugin: Deno.lint.Plugin = {
  name: "layers",
  rules: {
    "one-way": {
      create(context) {
        const file = insideSource(context.filename);
        if (file === null) return {};
        const check = (node: Deno.lint.Node, source: Deno.lint.Node | null) => {
          if (source?.type !== "Literal" || typeof source.value !== "string") return;
          const message = importFault(file, source.value);
          if (message !== null) context.report({ node, message });
        };
        return {
          ImportDeclaration: (node) => check(node, node.source),
          ExportNamedDeclaration: (node) => check(node, node.source),
          ExportAllDeclaration: (node) => check(node, node.source),
          ImportExpression: (node) => check(node, node.source),
        };
      },
    },
  },
};
export default plugin;
