/**
 * Writes the generated parts of the README and of docs/: `deno task docs`. With `--check` it writes nothing and
 * fails when they are out of step.
 */
import { type Mode, modes } from "../src/config/command_line.ts";
import { defaultOf, flagOf, options, settingNames, type Settings } from "../src/config/settings.ts";
import { FAMILIES } from "../src/analysis/device/families/mod.ts";
import { jsonSchemaOf } from "../src/mcp/json_schema.ts";
import { tools } from "../src/tools/mod.ts";
import type { AnyTool } from "../src/tools/tool.ts";
import { layerDiagram, layerList } from "./layers_lint.ts";

/** The documents with generated parts, relative to the root of the repository. */
export const documents = [
  "README.md",
  "CONTRIBUTING.md",
  "docs/architecture.md",
  "docs/configuration.md",
  "docs/tools.md",
] as const;

/** A value of each setting that somebody may want. */
export const settingExamples: Readonly<Record<keyof Settings, string>> = {
  sessionTtl: "86400",
  maxConnections: "20",
  sessionSharing: "false",
  connectionTimeout: "10",
  mqttTimeout: "10",
  defaultMqttBroker: "mqtt://user:p%40ss@192.168.1.10:1883",
  brokersFile: "/app/config/brokers.toml",
  namedBrokersOnly: "true",
  confirmWrites: "true",
  showSecrets: "true",
  readOnly: "true",
  allowedBrokers: "192.168.1.0/24,*.plant.example:8883",
  publishAllow: "cmnd/#,zigbee2mqtt/+/set",
  publishDeny: "cmnd/boiler/#",
  subscribeAllow: "home/#,plant/line1/#",
  subscribeDeny: "home/+/presence",
  toolPrefix: "plant_",
  mqttCaFile: "/etc/ssl/plant-ca.pem",
  mqttCertFile: "/etc/ssl/assistant.pem",
  mqttKeyFile: "/etc/ssl/assistant-key.pem",
  allowInsecureTls: "true",
  record: "zigbee2mqtt/#,plant:line1/#",
  recordStore: "sqlite",
  recordDays: "90",
  recordDiskMb: "8192",
  recordStoreRequired: "true",
  recordMemoryMb: "128",
  collectMemoryMb: "32",
  notifyUrl: "https://ntfy.sh/pumps-of-my-plant",
  coreSocket: "/run/mqtt-mcp/core.sock",
  logLevel: "DEBUG",
  logFile: "/var/log/mqtt-mcp/mqtt-mcp.log",
  dataDir: "/var/lib/mqtt-mcp",
  webHost: "0.0.0.0",
  webPort: "9091",
  webToken: "3f9c0d7be1a24c55",
  webAllowedHosts: "mqtt.home.example,192.168.1.20",
  webApiUrl: "http://umbrel.local:8091",
  corsOrigins: "https://dashboard.home.example",
};

/** The files of the repository, by paths relative to its root. */
export interface Repository {
  /** The text of a file, null where there is none. */
  read(path: string): string | null;
  /** The names of the files directly in a folder. */
  list(folder: string): readonly string[];
}

/** What a tool, a setting or a device family lacks, a line each that begins with the file to add to. */
export function missing({ read, list: filesIn }: Repository): string[] {
  const lines: string[] = [];
  const list = read("src/tools/mod.ts") ?? "";
  const definitions = read(SNAPSHOTS) ?? "";
  const pages = read("docs/tools.md") ?? "";
  for (const file of filesIn("src/tools")) {
    if (!read(`src/tools/${file}`)?.includes("= defineTool({")) continue;
    if (list.includes(`"./${file}"`)) continue;
    lines.push(`src/tools/mod.ts: the tool of src/tools/${file} is not in the list`);
  }
  for (const tool of tools) {
    const { name } = tool;
    const test = `tests/tools/${name}_test.ts`;
    if (!/\bDeno\.test\(/.test(read(test) ?? "")) {
      lines.push(`${test}: the tool ${name} has no test; add this file`);
    }
    if (!definitions.includes(`the definition of ${name} is`)) {
      lines.push(`${SNAPSHOTS}: no definition of ${name}; run \`deno test -A -u tests/contract\``);
    }
    if (!pages.includes(`<!-- ${partOf(tool)}:begin -->`)) {
      lines.push(`docs/tools.md: nothing about the tool ${name}; run \`deno task transcripts\``);
    }
  }
  const families = read(`${FAMILIES_FOLDER}/mod.ts`) ?? "";
  for (const file of filesIn(FAMILIES_FOLDER)) {
    if (["family.ts", "mod.ts"].includes(file) || families.includes(`"./${file}"`)) continue;
    lines.push(`${FAMILIES_FOLDER}/mod.ts: the family of ${file} is not in the list`);
  }
  const findings = read("docs/findings.md") ?? "";
  const cases = filesIn("tests/cases").filter((file) => file.endsWith(".json"))
    .map((file) => read(`tests/cases/${file}`) ?? "").join("\n") +
    (read("bench/diagnosis/shapes.ts") ?? "");
  for (const { name } of FAMILIES) {
    if (!findings.includes(`\n| \`${name}\` `)) {
      lines.push(`docs/findings.md: no line for the family ${name} under "Families"`);
    }
    if (!new RegExp(`"${name}"`).test(cases)) {
      lines.push(`tests/cases/${name}-ok.json: the family ${name} has no case; add this file`);
    }
  }
  const environment = read(".env.example") ?? "";
  const tests = read("tests/config_test.ts") ?? "";
  for (const name of settingNames) {
    const { env } = options[name];
    if (settingExamples[name] === undefined) {
      lines.push(`scripts/docs.ts: the setting ${env} has no example in settingExamples`);
    }
    if (!new RegExp(`^#? ?${env}=`, "m").test(environment)) {
      lines.push(`.env.example: no paragraph about the setting ${env}`);
    }
    if (!new RegExp(`\\b${env}\\b`).test(tests)) {
      lines.push(`tests/config_test.ts: the setting ${env} has no test`);
    }
  }
  return lines;
}

const FAMILIES_FOLDER = "src/analysis/device/families";

/** The agreed definitions of all tools. */
const SNAPSHOTS = "tests/contract/__snapshots__/definitions_test.ts.snap";

/** The generated parts, by the name in their markers. */
export function generatedParts(): Readonly<Record<string, string>> {
  const heads = tools.map((tool) => [partOf(tool), toolHead(tool)] as const);
  return {
    tools: toolTable(),
    settings: settingsTable(),
    modes: modeTable(),
    layers: codeBlock(layerDiagram()),
    folders: folderList(),
    ...Object.fromEntries(heads),
  };
}

/** The name of the part that tells what a tool does and takes. */
export function partOf(tool: AnyTool): string {
  return `tool ${tool.name}`;
}

/** A part with its markers. */
export function markedPart(name: string, part: string): string {
  return `<!-- ${name}:begin -->\n\n${part}\n\n<!-- ${name}:end -->`;
}

/**
 * The text with each part between `<!-- NAME:begin -->` and `<!-- NAME:end -->` replaced. Parts
 * without markers are left out. Throws when a begin has no end.
 */
export function fillParts(text: string, parts: Readonly<Record<string, string>>): string {
  for (const [name, part] of Object.entries(parts)) {
    const begin = `<!-- ${name}:begin -->`;
    const end = `<!-- ${name}:end -->`;
    const from = text.indexOf(begin);
    if (from < 0) continue;
    const to = text.indexOf(end, from);
    if (to < 0) throw new Error(`Cannot find "${end}" after "${begin}"`);
    text = `${text.slice(0, from)}${markedPart(name, part)}${text.slice(to + end.length)}`;
  }
  return text;
}

function toolTable(): string {
  const rows = tools.map((tool) => {
    const link = `[\`${tool.name}\`](docs/tools.md#${tool.name})`;
    return [link, firstSentence(tool.description), effect(tool)];
  });
  return table(["tool", "what it does", "effect"], rows);
}

function settingsTable(): string {
  const rows = settingNames.map((name) => {
    const { env, help } = options[name];
    const example = `\`${env}=${settingExamples[name]}\``;
    return [`\`${env}\``, `\`--${flagOf(env)}\``, defaultOf(name), upperFirst(help), example];
  });
  return table(["environment", "flag", "default", "meaning", "example"], rows);
}

/** What a tool does, and a table of its arguments. */
function toolHead(tool: AnyTool): string {
  const { properties = {}, required = [] } = jsonSchemaOf(tool.input, "input");
  const rows = Object.entries(properties).map(([name, schema]) => {
    const { description, default: fallback } = schema;
    const needed = required.includes(name) ? " (required)" : "";
    const shown = fallback === undefined ? "–" : `\`${JSON.stringify(fallback)}\``;
    return [`\`${name}\`${needed}`, kindOf(schema), shown, String(description ?? "")];
  });
  const list = rows.length > 0
    ? table(["argument", "type", "default", "meaning"], rows)
    : "No arguments.";
  return `${tool.description}\n\nEffect: ${effect(tool)}.\n\n${list}`;
}

/** Where things are: the layers of src/, and what stands around it. */
function folderList(): string {
  const entries = [...Deno.readDirSync(fileUrl("src"))];
  const folders = new Set(entries.filter((one) => one.isDirectory).map((one) => one.name));
  return codeBlock([
    "main.ts               reads the settings, starts the chosen mode",
    layerList((name) => folders.has(name)),
    "tests/                mirrors src/, plus contract/ (what clients see), e2e/ (the program), faults/, ship/",
    "bench/                measurements beside peers: deno task bench",
    "scripts/              docs generator, lint rules, release",
  ].join("\n"));
}

function codeBlock(text: string): string {
  return `\`\`\`\n${text}\n\`\`\``;
}

/** What an argument may be, with its bounds. */
function kindOf(schema: Readonly<Record<string, unknown>>): string {
  const { type, enum: values, minimum, maximum, maxLength, maxItems } = schema;
  if (Array.isArray(values)) return values.map((value) => JSON.stringify(value)).join(", ");
  if (typeof type !== "string") return "any";
  if (maximum !== undefined) return `${type}, ${minimum ?? "–"} to ${maximum}`;
  if (maxLength !== undefined) return `${type}, to ${maxLength} characters`;
  return maxItems === undefined ? type : `${type}, to ${maxItems} items`;
}

function modeTable(): string {
  const rows = Object.values<Mode>(modes).map((mode) => [
    `\`--${mode.flag}${mode.argument ? ` ${mode.argument}` : ""}\``,
    upperFirst(mode.help),
  ]);
  return table(["flag", "what it starts"], rows);
}

function effect(tool: AnyTool): string {
  switch (tool.access) {
    case "read":
      return "reads";
    case "session":
      return "changes sessions here only";
    case "write":
      return "may send test messages";
    case "destroy":
      return "sends; not in read-only mode";
  }
}

function firstSentence(text: string): string {
  return /^.*?(?:\.(?=\s+[A-Z]|$)|:(?=\s))/s.exec(text)?.[0].replace(/:$/, ".").replace(
    /\s+/g,
    " ",
  ) ?? text;
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
  return [line(head), `|${head.map(() => "---").join("|")}|`, ...rows.map(line)].join("\n");
}

function fileUrl(path: string): URL {
  return new URL(`../${path}`, import.meta.url);
}

/** This repository. */
export const repository: Repository = {
  read(path) {
    try {
      return Deno.readTextFileSync(fileUrl(path));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return null;
      throw error;
    }
  },
  list: (folder) => [...Deno.readDirSync(fileUrl(folder))].map(({ name }) => name).sort(),
};

async function main(args: readonly string[]): Promise<number> {
  const check = args.includes("--check");
  const parts = generatedParts();
  const faults = check ? missing(repository) : [];
  for (const name of documents) {
    const text = repository.read(name) ?? "";
    const filled = fillParts(text, parts);
    if (filled === text) continue;
    if (check) {
      faults.push(
        `${name} is out of step with the tools, settings or layers: run \`deno task docs\``,
      );
    } else await Deno.writeTextFile(fileUrl(name), filled);
  }
  for (const fault of faults) console.error(fault);
  return faults.length > 0 ? 1 : 0;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
