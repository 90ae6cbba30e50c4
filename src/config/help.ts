import { version } from "./mod.ts";
import { type Mode, modes } from "./command_line.ts";
import { defaultOf, flagOf, options, settingNames } from "./settings.ts";

/** The text of `--help`. */
export function helpText(): string {
  const modeRows = Object.values<Mode>(modes).map((mode): [string, string] => [
    `--${mode.flag}${mode.argument ? ` ${mode.argument}` : ""}`,
    mode.help,
  ]);
  modeRows.push(["--no-attach", "with --stdio: never attach to a running core"]);
  const rows = settingNames.map((name): [string, string] => {
    const option = options[name];
    return [`--${flagOf(option.env)}`, `${option.help} [${option.env}, ${defaultOf(name)}]`];
  });
  const width = Math.max(...[...modeRows, ...rows].map(([flag]) => flag.length));
  const lines = (table: [string, string][]) =>
    table.map(([flag, help]) => `  ${flag.padEnd(width)}  ${help}`);
  return [
    `mqtt-mcp ${version}: lets AI assistants work with MQTT brokers over the Model Context Protocol`,
    "",
    "Usage: mqtt-mcp [MODE] [SETTINGS]",
    "",
    "Modes:",
    ...lines(modeRows),
    "",
    "Settings (a flag goes before the environment; lists are separated by commas):",
    ...lines(rows),
  ].join("\n");
}
