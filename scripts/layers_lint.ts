/**
 * A `deno lint` plugin that keeps imports pointing one way, from the rows of the table below downwards. The diagram and
 * the list of folders in CONTRIBUTING.md and docs/architecture.md are written from the same table by `deno task docs`.
 */

/** A folder of src/, or a file directly in it (named without `.ts`). */
interface Layer {
  /** What is in it, for the list of folders. */
  readonly holds: string;
  /** Layers of its own row that it may import too. */
  readonly also?: readonly string[];
  /** Layers below that it must leave alone. */
  readonly except?: readonly string[];
  /** Left out of the diagram: one file that has little to do with the layers. */
  readonly aside?: true;
}

/** From the top down. A layer may import every layer of the rows below its own. */
const ROWS: readonly Readonly<Record<string, Layer>>[] = [
  {
    mcp: {
      holds:
        "the only place that imports the MCP SDK: results, stdio, the core's socket, the bridge",
    },
    // POST /mcp of the monitor serves the same server as stdio does.
    monitor: { holds: "HTTP, live updates, the store of calls and figures, pages", also: ["mcp"] },
    demo: { holds: "embedded broker and simulated devices", except: ["tools"] },
    check: { holds: "the connection test for the shell", except: ["tools"], aside: true },
    supervisor: {
      holds: "options and broker as Home Assistant gives them to an add-on",
      except: ["tools"],
      aside: true,
    },
    recorded: {
      holds: "what the store holds, for the shell: exported, played again, erased",
      except: ["tools"],
      aside: true,
    },
  },
  { tools: { holds: "one file per tool; knows nothing of MCP" } },
  { core: { holds: "all state of one process; made from the settings" } },
  { watching: { holds: "conditions on what is heard: waiting for one, watches that stand" } },
  {
    collect: {
      holds: "messages over time: collections, recordings, the log in memory, history",
      also: ["session"],
    },
    session: { holds: "sessions with limits and TTL; who listens to which filter; policy" },
  },
  {
    analysis: {
      holds: "pure: schema inference, device diagnosis, performance statistics",
      except: ["config", "log"],
    },
    sampling: {
      holds: "pure: which messages to keep of many",
      also: ["memory"],
      except: ["config", "log"],
    },
    memory: { holds: "what is done when memory gets short" },
  },
  {
    payload: { holds: "bytes → what they are and mean" },
    mqtt: {
      holds: "the only place that speaks MQTT: client/ (one connection), diagnose/",
      also: ["payload"],
      except: ["log"],
    },
    config: {
      holds:
        "one table of settings: flags, environment, --help and the README's table come from it",
      also: ["mqtt"],
      aside: true,
    },
  },
  {
    errors: { holds: "the errors: class, code, message, the way out" },
    log: {
      holds: "the log, to stderr and a file; every record redacted",
      also: ["iso_time", "redact", "waiting"],
    },
    edit_distance: { holds: "how far apart two words are", aside: true },
    file_trouble: { holds: "why a file cannot be used, in words", aside: true },
    iso_time: { holds: "a time as text", aside: true },
    numbers: { holds: "rounding", aside: true },
    redact: { holds: "takes secrets out of texts of ours", also: ["secret_text"], aside: true },
    secret_text: { holds: "finds secrets in a text, by name and by form", aside: true },
    stderr: { holds: "lines for whoever started the process", also: ["redact"], aside: true },
    waiting: { holds: "pauses, and waiting no longer than so long", aside: true },
  },
];

const ROW_OF: ReadonlyMap<string, number> = new Map(
  ROWS.flatMap((row, index) => Object.keys(row).map((name) => [name, index] as const)),
);

/** The names of all layers, from the top down. */
export const layerNames: readonly string[] = [...ROW_OF.keys()];

/** The layers and their direction in one line. */
export function layerDiagram(): string {
  const rows = ROWS.map((row) =>
    Object.entries(row).filter(([, layer]) => !layer.aside).map(([name]) => name).join(", ")
  );
  return ["main", ...rows].join(" → ");
}

/** Every folder of src/ and what it holds, a line each. `isFolder` tells a folder from a file. */
export function layerList(isFolder: (name: string) => boolean): string {
  const lines = ROWS.flatMap((row) =>
    Object.entries(row).map(([name, { holds }]) =>
      `${`src/${name}${isFolder(name) ? "/" : ".ts"}`.padEnd(22)}${holds}`
    )
  );
  return lines.join("\n");
}

/** What a layer may import besides itself; null for a layer that is not in the table. */
function mayImport(name: string): string[] | null {
  const index = ROW_OF.get(name);
  if (index === undefined) return null;
  const { also = [], except = [] } = ROWS[index][name];
  const below = ROWS.slice(index + 1).flatMap((row) => Object.keys(row));
  return [...also, ...below.filter((other) => !except.includes(other))];
}

/** Says that a file of src/ lies in a folder that the table does not name; null when it is known. */
export function layerFault(file: string): string | null {
  const layer = layerOf(file);
  if (ROW_OF.has(layer)) return null;
  return `src/${layer} is not a known layer: add it to ROWS in scripts/layers_lint.ts`;
}

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
  if (isOneFamily(target) && !file.startsWith(FAMILIES)) return OF_FAMILIES;
  const from = layerOf(file);
  const to = layerOf(target);
  if (from === to) return null;
  const allowed = mayImport(from);
  if (allowed === null) return layerFault(file);
  if (allowed.includes(to)) return null;
  const named = allowed.length > 0 ? allowed.join(", ") : "nothing else";
  return `src/${from} may not import src/${to}; it may import ${named}`;
}

const FAMILIES = "analysis/device/families/";
const OF_FAMILIES =
  `src/${FAMILIES} is asked through its mod.ts, and no family is known by its name: give Family (family.ts) what it shall say`;

/** Whether a file holds one device family; the generic one is what all others are not. */
function isOneFamily(file: string): boolean {
  return file.startsWith(FAMILIES) && !/\/(?:mod|family|generic)\.ts$/.test(file);
}

/** What most processes never need and what takes long to load: imported with `import()` where it is asked for. */
const LOADED_LATE = "analysis/device/observers.ts";

/** What is wrong with importing `specifier` at the start of a file of src/, in one sentence; null when nothing is. */
function lazinessFault(file: string, specifier: string): string | null {
  if (!specifier.startsWith(".") || resolveRelative(file, specifier) !== LOADED_LATE) return null;
  return `src/${LOADED_LATE} is half of the program: import it with import(), where a judgement is asked for`;
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
        const unknown = layerFault(file);
        if (unknown !== null) {
          return { Program: (node) => context.report({ node, message: unknown }) };
        }
        const check = (node: Deno.lint.Node, source: Deno.lint.Node | null) => {
          if (source?.type !== "Literal" || typeof source.value !== "string") return;
          const message = importFault(file, source.value);
          if (message !== null) context.report({ node, message });
        };
        return {
          ImportDeclaration: (node) => {
            check(node, node.source);
            const message = lazinessFault(file, node.source.value);
            if (message !== null) context.report({ node, message });
          },
          ExportNamedDeclaration: (node) => check(node, node.source),
          ExportAllDeclaration: (node) => check(node, node.source),
          ImportExpression: (node) => check(node, node.source),
        };
      },
    },
  },
};
export default plugin;
