/** What the program was told: read from flags and environment, by the table in `settings.ts`. */
import manifest from "../../deno.json" with { type: "json" };
import { type CommandLine, readCommandLine } from "./command_line.ts";
import { ConfigError } from "./config_error.ts";
import { flagOf, options, readValue, settingNames, type Settings } from "./settings.ts";

/** The version of this program. */
export const version: string = manifest.version;

/** A proxy whose people have logged in to it already: Home Assistant's, where this runs as its add-on. */
export interface Ingress {
  /** The address that it connects from. Nobody else has it. */
  readonly from: string;
  /** The port of the host that leads to the monitor's, for `/mcp`; null where none does. */
  readonly mcpPort: number | null;
}

/** What the program was told: its mode and its settings. */
export interface Config extends CommandLine, Settings {
  /** Settings that a flag or the environment gave, as opposed to defaults. */
  readonly given: ReadonlySet<keyof Settings>;
  /** Set in `--home-assistant`. */
  readonly ingress?: Ingress;
}

/** Environment names that {@linkcode parseConfig} looks at. */
export const environmentNames: readonly string[] = [
  ...settingNames.flatMap((name) => [options[name].env, options[name].alias ?? []].flat()),
  "XDG_RUNTIME_DIR",
  "HOME",
  "SUPERVISOR_TOKEN",
];

/**
 * Reads flags, then environment, then defaults. Pure. An empty environment value counts as not set.
 * @throws {ConfigError} for an unknown flag or a value that cannot be used
 */
export function parseConfig(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Config {
  const { commandLine, settings: flags } = readCommandLine(args);
  const given = new Set<keyof Settings>();
  const settings: Record<string, unknown> = {};
  for (const name of settingNames) {
    const option = options[name];
    const flag = flags.get(name);
    const variable = !env[option.env] && option.alias && env[option.alias]
      ? option.alias
      : option.env;
    const text = flag ?? (env[variable] || undefined);
    if (text === undefined) {
      settings[name] = option.default;
      continue;
    }
    const label = flag === undefined ? variable : `--${flagOf(option.env)}`;
    settings[name] = readValue(option, { text, label });
    given.add(name);
  }
  settings.coreSocket ??= defaultSocket(env);
  // The table's types tie each name to its value; only the loop above cannot see that.
  const checked = settings as unknown as Settings;
  if ((checked.mqttCertFile === undefined) !== (checked.mqttKeyFile === undefined)) {
    throw new ConfigError(
      "Cannot use a client certificate: MQTT_CERT_FILE and MQTT_KEY_FILE are needed together",
    );
  }
  if (checked.recordStore === "sqlite" && checked.dataDir === undefined) {
    throw new ConfigError("Cannot use RECORD_STORE=sqlite without DATA_DIR: it needs a directory");
  }
  return { ...checked, ...commandLine, given };
}

function defaultSocket(env: Readonly<Record<string, string>>): string | undefined {
  if (env.XDG_RUNTIME_DIR) return `${env.XDG_RUNTIME_DIR}/mqtt-mcp/core.sock`;
  if (env.HOME) return `${env.HOME}/.mqtt-mcp/core.sock`;
  return undefined;
}
