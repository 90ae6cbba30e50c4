/**
 * Writes the generated tables of the README: `deno task docs`. With `--check` it writes nothing and
 * fails when they are out of step.
 */
import { defaultOf, flagOf, type Mode, modes, options, settingNames } from "../src/config.ts";
import { jsonSchemaOf } from "../src/mcp/json_schema.ts";
import { tools } from "../src/tools/mod.ts";
import type { AnyTool } from "../src/tools/tool.ts";

/** The generated parts of the README, by the name in their markers. */
export function generatedParts(): Readonly<Record<string, string>> {
  return { tools: toolTable(), settings: settingsTable(), modes: modeTable() };
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
    text = `${text.slice(0, from)}${begin}\n\n${part}\n\n${text.slice(to)}`;
  }
  return text;
}

function toolTable(): string {
  const rows = tools.map((tool) => {
    const sentence = firstSentence(tool.description);
    return [`\`${tool.name}\``, sentence, argumentList(tool), effect(tool)];
  });
  return table(["tool", "what it does", "arguments (default)", "effect"], rows);
}

function settingsTable(): string {
  const rows = settingNames.map((name) => {
    const { env, help } = options[name];
    return [`\`${env}\``, `\`--${flagOf(env)}\``, defaultOf(name), upperFirst(help)];
  });
  return table(["environment", "flag", "default", "meaning"], rows);
}

function modeTable(): string {
  const rows = Object.values<Mode>(modes).map((mode) => [
    `\`--${mode.flag}${mode.argument ? ` ${mode.argument}` : ""}\``,
    upperFirst(mode.help),
  ]);
  return table(["flag", "what it starts"], rows);
}

function argumentList(tool: AnyTool): string {
  const { properties = {}, required = [] } = jsonSchemaOf(tool.input, "input");
  const shown = Object.entries(properties).map(([name, schema]) => {
    if (required.includes(name)) return `**\`${name}\`**`;
    const { default: fallback } = schema;
    const empty = fallback === undefined || (Array.isArray(fallback) && fallback.length === 0);
    return empty ? `\`${name}\`` : `\`${name}\` (${JSON.stringify(fallback)})`;
  });
  return shown.join(", ") || "–";
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

if (import.meta.main) {
  const path = new URL("../README.md", import.meta.url);
  const text = await Deno.readTextFile(path);
  const filled = fillParts(text, generatedParts());
  if (filled !== text && Deno.args.includes("--check")) {
    console.error("README.md is out of step with the tools or settings: run `deno task docs`");
    Deno.exit(1);
  }
  if (filled !== text) await Deno.writeTextFile(path, filled);
}
