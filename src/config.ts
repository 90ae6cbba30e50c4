/**
 * The settings of the program, in one table: flags, environment names, `--help` and the README's
 * table come from it. Adding a setting or a mode is one row.
 */
import manifest from "../deno.json" with { type: "json" };
import { editDistance } from "./edit_distance.ts";

/** The version of this program. */
export const version: string = manifest.version;

/** What the program can be started as, with the flag that chooses it. */
export interface Mode {
  readonly flag: string;
  /** What follows the flag, e.g. `URL`; without it the flag stands alone. */
  readonly argument?: string;
  readonly help: string;
}

/** Every mode, in the order of `--help`. */
export const modes = {
  stdio: {
    flag: "stdio",
    help:
      "MCP server on stdin and stdout (the default); attaches to a running core, if there is one",
  },
  core: { flag: "core", help: "shared core for several clients: MCP on a Unix socket" },
  monitor: {
    flag: "monitor",
    help: "shared core plus the web monitor; after --stdio: the monitor on this one process",
  },
  homeAssistant: {
    flag: "home-assistant",
    help: "--monitor as an add-on of Home Assistant: options and broker come from its Supervisor",
  },
  demo: { flag: "demo", help: "a broker on loopback with simulated devices, some of them faulty" },
  check: {
    flag: "check",
    argument: "URL",
    help: "test a broker connection and print each stage; exit code 0 healthy, 1 not " +
      "(others on this host see a password in the URL: with --check - it is read from stdin)",
  },
  healthcheck: {
    flag: "healthcheck",
    help: "exit code 0 if the core and the monitor of this host answer, 1 otherwise",
  },
  export: {
    flag: "export",
    argument: "FILE",
    help:
      "write what the store holds to a new file as it was recorded, secrets included: JSON Lines, or CSV by its ending",
  },
  replay: {
    flag: "replay",
    argument: "FILE URL",
    help:
      "publish an exported file to a test broker at its own pace (--speed 10: ten times as fast; --shift-times: with the " +
      "times in its payloads moved to now; --force: even to the broker it came from)",
  },
  eraseStore: { flag: "erase-store", help: "erase what the store holds" },
  version: { flag: "version", help: "print the version" },
  help: { flag: "help", help: "print this" },
} as const satisfies Record<string, Mode>;

/** The name of a mode. */
type ModeName = keyof typeof modes;

/** How much is logged. */
type LogLevel = "debug" | "info" | "warning" | "error";

/** The settings, each named after its environment name. `undefined` means not set. */
export interface Settings {
  /** Seconds after the last use until a session ends. */
  readonly sessionTtl: number;
  /** Most sessions of one core at a time. */
  readonly maxConnections: number;
  /** Whether the clients of one core see each other's sessions. */
  readonly sessionSharing: boolean;
  /** Seconds until connecting to a broker is given up. */
  readonly connectionTimeout: number;
  /** Seconds until an acknowledgement of a broker is given up. */
  readonly mqttTimeout: number;
  /** Connection string for calls that name no broker. May hold a password. */
  readonly defaultMqttBroker: string | undefined;
  /** Path of the JSON file with named brokers. */
  readonly brokersFile: string | undefined;
  /** Whether connection strings are refused, so that only named brokers can be reached. */
  readonly namedBrokersOnly: boolean;
  readonly logLevel: LogLevel;
  /** Path of a log file besides stderr. */
  readonly logFile: string | undefined;
  /** Directory of the monitor's call history and of the lasting store. */
  readonly dataDir: string | undefined;
  /** Path of the shared core's Unix socket; undefined where no per-user place is known. */
  readonly coreSocket: string | undefined;
  readonly webHost: string;
  readonly webPort: number;
  /** Token that the monitor asks for, and that reports to `webApiUrl` carry. Secret. */
  readonly webToken: string | undefined;
  /** Host names the monitor answers to; undefined: loopback names and this host's. */
  readonly webAllowedHosts: readonly string[] | undefined;
  /** Base URL of a monitor elsewhere that calls are reported to. */
  readonly webApiUrl: string | undefined;
  /** Origins besides the monitor's own that may read from it. */
  readonly corsOrigins: readonly string[];
  /** Topic filters to record from the start; `NAME:FILTER` on a named broker. */
  readonly record: readonly string[];
  /** Where recordings are kept beyond the memory. May hold a password. */
  readonly recordStore: string;
  /** Days that recorded messages are kept on the disk; figures thirteen times as long. */
  readonly recordDays: number;
  /** Mebibytes on the disk for recordings. */
  readonly recordDiskMb: number;
  /** Whether a store that cannot be opened ends the start. */
  readonly recordStoreRequired: boolean;
  /** Where watches that were met are posted to. May hold a login. */
  readonly notifyUrl: string | undefined;
  /** Mebibytes for recordings, per core. */
  readonly recordMemoryMb: number;
  /** Mebibytes for whole payloads of past collections, per core. */
  readonly collectMemoryMb: number;
  /** Whether tools that send or remove anything are left out. */
  readonly readOnly: boolean;
  /** Whether a person is asked before anything is sent or removed. */
  readonly confirmWrites: boolean;
  /** Whether secrets in payloads are shown. */
  readonly showSecrets: boolean;
  /** Brokers that may be reached: host, host:port, *.suffix or CIDR; undefined: all. */
  readonly allowedBrokers: readonly string[] | undefined;
  /** Topic filters that may be published to; undefined: all. */
  readonly publishAllow: readonly string[] | undefined;
  /** Topic filters that may not be published to; goes before `publishAllow`. */
  readonly publishDeny: readonly string[];
  /** Topic filters that may be heard; undefined: all. */
  readonly subscribeAllow: readonly string[] | undefined;
  /** Topic filters that may not be heard; goes before `subscribeAllow`. */
  readonly subscribeDeny: readonly string[];
  /** Put before every tool name. */
  readonly toolPrefix: string;
  /** Path of a PEM file with certificate authorities to trust. */
  readonly mqttCaFile: string | undefined;
  /** Path of a PEM file with the client certificate. */
  readonly mqttCertFile: string | undefined;
  /** Path of a PEM file with the client certificate's key. */
  readonly mqttKeyFile: string | undefined;
  /** Whether a connection string may switch certificate checks off (`?insecure=true`). */
  readonly allowInsecureTls: boolean;
}

/** What `--replay` was told. */
export interface ReplayOrder {
  readonly file: string;
  /** May hold a password. */
  readonly url: string;
  /** So many times as fast as it was recorded. */
  readonly speed: number;
  /** Whether times in payloads are moved to now. */
  readonly shiftTimes: boolean;
  /** Even to the broker that it came from. */
  readonly force: boolean;
}

/** A proxy whose people have logged in to it already: Home Assistant's, where this runs as its add-on. */
export interface Ingress {
  /** The address that it connects from. Nobody else has it. */
  readonly from: string;
  /** The port of the host that leads to the monitor's, for `/mcp`; null where none does. */
  readonly mcpPort: number | null;
}

/** What the program was told: its mode and its settings. */
export interface Config extends Settings {
  readonly mode: ModeName;
  /** Whether `--monitor` was given together with `--stdio`. */
  readonly withMonitor: boolean;
  /** The argument of `--check`. May hold a password. */
  readonly checkUrl: string | undefined;
  /** The argument of `--export`. */
  readonly exportFile: string | undefined;
  /** What `--replay` was told. */
  readonly replay: ReplayOrder | undefined;
  /** Whether `--stdio` may become a bridge to a running core. */
  readonly attach: boolean;
  /** Settings that a flag or the environment gave, as opposed to defaults. */
  readonly given: ReadonlySet<keyof Settings>;
  /** Set in `--home-assistant`. */
  readonly ingress?: Ingress;
}

/** A flag or environment value that cannot be used. The message is one line and holds no secret. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** One row of the table. */
interface Option<T> {
  /** Environment name; the flag is the same in `--kebab-case`. */
  readonly env: string;
  /** An environment name of other MQTT servers for the same; read where `env` is not set. */
  readonly alias?: string;
  readonly default: T;
  /** The default in words, where the value alone does not say it. */
  readonly defaultText?: string;
  readonly help: string;
  /** Never shown, not even in an error. */
  readonly secret?: true;
  /**
   * Reads the text.
   * @throws {Error} whose message says what is needed
   */
  readonly parse: (text: string) => T;
  /** Set for options whose flag can stand alone. */
  readonly boolean?: true;
}

/** The table of settings, in the order of `--help` and the README. */
export const options: { readonly [K in keyof Settings]: Option<Settings[K]> } = {
  sessionTtl: {
    env: "SESSION_TTL",
    default: 3600,
    help: "seconds without use after which a session ends",
    parse: number({ min: 1, max: 31_536_000, unit: "seconds" }),
  },
  maxConnections: {
    env: "MAX_CONNECTIONS",
    default: 5,
    help: "most sessions at a time, per core",
    parse: number({ min: 1, max: 1_000, integer: true }),
  },
  sessionSharing: {
    env: "SESSION_SHARING",
    default: true,
    help: "whether the clients of one core see each other's sessions",
    boolean: true,
    parse: truth,
  },
  connectionTimeout: {
    env: "CONNECTION_TIMEOUT",
    default: 30,
    help: "seconds until connecting to a broker is given up",
    parse: number({ min: 0.1, max: 600, unit: "seconds" }),
  },
  mqttTimeout: {
    env: "MQTT_TIMEOUT",
    default: 30,
    help: "seconds until a broker's acknowledgement is given up",
    parse: number({ min: 0.1, max: 600, unit: "seconds" }),
  },
  defaultMqttBroker: {
    env: "DEFAULT_MQTT_BROKER",
    alias: "MQTT_BROKER_URL",
    default: undefined,
    help: "broker for calls that name none: host:port or a full URL; MQTT_BROKER_URL is the same",
    secret: true,
    parse: text,
  },
  brokersFile: {
    env: "BROKERS_FILE",
    default: undefined,
    help: "JSON or TOML file with named brokers, their credentials and certificates",
    parse: text,
  },
  namedBrokersOnly: {
    env: "NAMED_BROKERS_ONLY",
    default: false,
    help: "refuse connection strings, so that only named brokers can be reached",
    boolean: true,
    parse: truth,
  },
  confirmWrites: {
    env: "CONFIRM_WRITES",
    default: false,
    help: "ask the person before publish_message, clear_retained and request_reply send anything",
    boolean: true,
    parse: truth,
  },
  showSecrets: {
    env: "SHOW_SECRETS",
    default: false,
    help: "show passwords, tokens and logins in payloads, which are hidden otherwise",
    boolean: true,
    parse: truth,
  },
  readOnly: {
    env: "READ_ONLY",
    default: false,
    help: "leave out every tool that sends or removes anything",
    boolean: true,
    parse: truth,
  },
  allowedBrokers: {
    env: "ALLOWED_BROKERS",
    default: undefined,
    defaultText: "all",
    help: "brokers that may be reached: host, host:port, *.suffix or a CIDR range",
    parse: list,
  },
  publishAllow: {
    env: "PUBLISH_ALLOW",
    default: undefined,
    defaultText: "all",
    help: "topic filters that may be published to",
    parse: list,
  },
  publishDeny: {
    env: "PUBLISH_DENY",
    default: [],
    help: "topic filters that may not be published to; goes before the allow list",
    parse: list,
  },
  subscribeAllow: {
    env: "SUBSCRIBE_ALLOW",
    default: undefined,
    defaultText: "all",
    help: "topic filters that may be heard",
    parse: list,
  },
  subscribeDeny: {
    env: "SUBSCRIBE_DENY",
    default: [],
    help: "topic filters that may not be heard; goes before the allow list",
    parse: list,
  },
  toolPrefix: {
    env: "TOOL_PREFIX",
    default: "",
    help: "put before every tool name, to tell two servers apart",
    parse: toolPrefix,
  },
  mqttCaFile: {
    env: "MQTT_CA_FILE",
    default: undefined,
    help: "PEM file with certificate authorities to trust for mqtts:// and wss://",
    parse: text,
  },
  mqttCertFile: {
    env: "MQTT_CERT_FILE",
    default: undefined,
    help: "PEM file with the client certificate",
    parse: text,
  },
  mqttKeyFile: {
    env: "MQTT_KEY_FILE",
    default: undefined,
    help: "PEM file with the client certificate's key",
    parse: text,
  },
  allowInsecureTls: {
    env: "ALLOW_INSECURE_TLS",
    default: false,
    help: "let a connection string switch certificate checks off",
    boolean: true,
    parse: truth,
  },
  record: {
    env: "RECORD",
    default: [],
    defaultText: "none",
    help:
      "topic filters to record from the start on DEFAULT_MQTT_BROKER (NAME:FILTER on a broker of " +
      "BROKERS_FILE); with --core and --monitor",
    parse: list,
  },
  recordStore: {
    env: "RECORD_STORE",
    default: "memory",
    help:
      "where recordings are kept: memory, sqlite (a file under DATA_DIR), or a database of PostgreSQL " +
      "(postgres://user:password@host/database)",
    secret: true,
    parse: recordStore,
  },
  recordDays: {
    env: "RECORD_DAYS",
    default: 30,
    help: "days that the store keeps messages; figures of numbers by the minute 13 times as long",
    parse: number({ min: 0.01, max: 36_500, unit: "days" }),
  },
  recordDiskMb: {
    env: "RECORD_DISK_MB",
    default: 2048,
    help: "MiB that the store may take on the disk; the oldest messages go first, figures last",
    parse: number({ min: 1, max: 1_048_576, unit: "MiB" }),
  },
  recordStoreRequired: {
    env: "RECORD_STORE_REQUIRED",
    default: false,
    help: "end the start where the store cannot be opened, instead of recording in memory only",
    boolean: true,
    parse: truth,
  },
  recordMemoryMb: {
    env: "RECORD_MEMORY_MB",
    default: 32,
    help: "MiB for recordings, per core",
    parse: number({ min: 1, max: 65_536, unit: "MiB" }),
  },
  collectMemoryMb: {
    env: "COLLECT_MEMORY_MB",
    default: 16,
    help: "MiB for the payloads of past collections, per core",
    parse: number({ min: 1, max: 65_536, unit: "MiB" }),
  },
  notifyUrl: {
    env: "NOTIFY_URL",
    default: undefined,
    help:
      "where watches that were met are posted to: https://ntfy.sh/TOPIC gets a text, any other URL JSON (ntfy+https:// or " +
      "json+https:// decides)",
    secret: true,
    parse: notifyUrl,
  },
  coreSocket: {
    env: "CORE_SOCKET",
    default: undefined,
    defaultText: "a per-user runtime path",
    help: "Unix socket of the shared core",
    parse: socketPath,
  },
  logLevel: {
    env: "LOG_LEVEL",
    default: "info",
    defaultText: "INFO",
    help: "DEBUG, INFO, WARNING or ERROR; the log goes to stderr",
    parse: choice<LogLevel>(["debug", "info", "warning", "error"], (name) => name.toUpperCase()),
  },
  logFile: {
    env: "LOG_FILE",
    default: undefined,
    help: "file that the log is also written to, rotated at 5 MiB",
    parse: text,
  },
  dataDir: {
    env: "DATA_DIR",
    default: undefined,
    help:
      "directory for the monitor's call history and for RECORD_STORE=sqlite; without it both are in memory",
    parse: text,
  },
  webHost: {
    env: "WEB_HOST",
    default: "127.0.0.1",
    help: "address the monitor listens on",
    parse: text,
  },
  webPort: {
    env: "WEB_PORT",
    default: 8091,
    help: "port the monitor listens on",
    parse: number({ min: 0, max: 65_535, integer: true }),
  },
  webToken: {
    env: "WEB_TOKEN",
    default: undefined,
    help: "token the monitor asks for; also switches MCP over HTTP on",
    secret: true,
    parse: text,
  },
  webAllowedHosts: {
    env: "WEB_ALLOWED_HOSTS",
    default: undefined,
    defaultText: "loopback names, and this host's",
    help: "host names the monitor answers to",
    parse: list,
  },
  webApiUrl: {
    env: "WEB_API_URL",
    default: undefined,
    help: "base URL of a monitor elsewhere that calls are reported to",
    parse: httpUrl,
  },
  corsOrigins: {
    env: "CORS_ORIGINS",
    default: [],
    defaultText: "same origin",
    help: "other origins that may read from the monitor",
    parse: list,
  },
};

/** The names of {@linkcode options}, in their order. */
export const settingNames = Object.keys(options) as readonly (keyof Settings)[];

/** Environment names that {@linkcode parseConfig} looks at. */
export const environmentNames: readonly string[] = [
  ...settingNames.flatMap((name) => [options[name].env, options[name].alias ?? []].flat()),
  "XDG_RUNTIME_DIR",
  "HOME",
  "SUPERVISOR_TOKEN",
];

/** The flag of an environment name, without dashes in front: `SESSION_TTL` → `session-ttl`. */
export function flagOf(env: string): string {
  return env.toLowerCase().replaceAll("_", "-");
}

/**
 * Reads flags, then environment, then defaults. Pure. An empty environment value counts as not set.
 * @throws {ConfigError} for an unknown flag or a value that cannot be used
 */
export function parseConfig(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Config {
  const flags = readFlags(args);
  const given = new Set<keyof Settings>();
  const settings: Record<string, unknown> = {};
  for (const name of settingNames) {
    const option: Option<unknown> = options[name];
    const flag = flags.settings.get(name);
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
  return {
    ...checked,
    mode: flags.mode,
    withMonitor: flags.withMonitor,
    checkUrl: flags.checkUrl,
    exportFile: flags.exportFile,
    replay: flags.replay,
    attach: flags.attach,
    given,
  };
}

/** The text of `--help`. */
export function helpText(): string {
  const modeRows = Object.values<Mode>(modes).map((mode): [string, string] => [
    `--${mode.flag}${mode.argument ? ` ${mode.argument}` : ""}`,
    mode.help,
  ]);
  modeRows.push(["--no-attach", "with --stdio: never attach to a running core"]);
  const rows = settingNames.map((name): [string, string] => {
    const option: Option<unknown> = options[name];
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

/** The default of a setting in words. */
export function defaultOf(name: keyof Settings): string {
  const option: Option<unknown> = options[name];
  if (option.defaultText !== undefined) return option.defaultText;
  const value = option.default;
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return "none";
  return value === "" ? "empty" : String(value);
}

interface Flags {
  mode: ModeName;
  withMonitor: boolean;
  checkUrl: string | undefined;
  exportFile: string | undefined;
  replay: ReplayOrder | undefined;
  attach: boolean;
  settings: Map<keyof Settings, string>;
}

function readFlags(args: readonly string[]): Flags {
  const byFlag = new Map(settingNames.map((name) => [flagOf(options[name].env), name]));
  const settings = new Map<keyof Settings, string>();
  const chosen = new Set<ModeName>();
  let checkUrl: string | undefined;
  let exportFile: string | undefined;
  let replay: ReplayOrder | undefined;
  const how = { speed: 1, shiftTimes: false, force: false };
  const isReplay = args.some((arg) => arg === "--replay" || arg.startsWith("--replay="));
  let attach = true;

  for (let i = 0; i < args.length; i++) {
    const arg = args[i];
    // Only the part before "=" is ever echoed: what follows may be a secret.
    const [flag, inline] = splitFlag(arg, i);
    const value = () => {
      if (inline !== undefined) return inline;
      const next = args[i + 1];
      if (next === undefined || next.startsWith("--")) {
        throw new ConfigError(`Cannot read --${flag}: a value is needed, as in --${flag}=VALUE`);
      }
      i++;
      return next;
    };
    const mode = modeOfFlag(flag);
    if (mode) {
      chosen.add(mode);
      if (mode === "check") checkUrl = value();
      else if (mode === "export") exportFile = value();
      else if (mode === "replay") {
        const file = value();
        const url = args[++i];
        if (url === undefined || url.startsWith("--")) {
          throw new ConfigError(
            "Cannot read --replay: a file and a broker are needed, as in --replay night.jsonl mqtt://localhost:1884",
          );
        }
        replay = { file, url, ...how };
      } else if (inline !== undefined) {
        throw new ConfigError(`Cannot read --${flag}: it takes no value`);
      }
      continue;
    }
    if (isReplay && flag === "speed") {
      how.speed = number({ min: 0.01, max: 1_000_000 })(value());
      continue;
    }
    if (isReplay && inline === undefined && (flag === "force" || flag === "shift-times")) {
      if (flag === "force") how.force = true;
      else how.shiftTimes = true;
      continue;
    }
    if (flag === "no-attach" && inline === undefined) {
      attach = false;
      continue;
    }
    const name = byFlag.get(flag);
    if (!name) throw new ConfigError(unknownFlag(flag, [...byFlag.keys()]));
    if (settings.has(name)) throw new ConfigError(`Cannot read --${flag}: it was given twice`);
    settings.set(name, options[name].boolean ? booleanText(args, i, inline) : value());
    if (options[name].boolean && inline === undefined && isBooleanWord(args[i + 1])) i++;
  }
  if (replay !== undefined) replay = { ...replay, ...how };
  return { ...modeOf(chosen), checkUrl, exportFile, replay, attach, settings };
}

function splitFlag(arg: string, index: number): [string, string | undefined] {
  if (arg === "-h") return ["help", undefined];
  if (arg === "-V") return ["version", undefined];
  const match = /^--([a-z][a-z0-9-]*)(?:=(.*))?$/s.exec(arg);
  if (!match) {
    throw new ConfigError(
      `Cannot read argument ${index + 1}: flags look like --name or --name=value`,
    );
  }
  return [match[1], match[2]];
}

function modeOfFlag(flag: string): ModeName | undefined {
  const found = Object.entries<Mode>(modes).find(([, mode]) => mode.flag === flag);
  return found?.[0] as ModeName | undefined;
}

/** `--monitor` implies a core, and may accompany `--stdio`; otherwise there is one mode. */
function modeOf(chosen: Set<ModeName>): { mode: ModeName; withMonitor: boolean } {
  if (chosen.has("help")) return { mode: "help", withMonitor: false };
  if (chosen.has("version")) return { mode: "version", withMonitor: false };
  const withMonitor = chosen.has("monitor");
  if (withMonitor && chosen.size === 2 && chosen.has("stdio")) {
    return { mode: "stdio", withMonitor };
  }
  if (withMonitor && chosen.size === 2 && chosen.has("core")) {
    return { mode: "monitor", withMonitor };
  }
  if (chosen.size > 1) {
    const names = [...chosen].map((mode) => `--${mode}`).join(" and ");
    throw new ConfigError(`Cannot start: ${names} exclude each other`);
  }
  const [mode = "stdio"] = chosen;
  return { mode, withMonitor };
}

function booleanText(args: readonly string[], index: number, inline: string | undefined): string {
  if (inline !== undefined) return inline;
  const next = args[index + 1];
  return isBooleanWord(next) ? next : "true";
}

function isBooleanWord(text: string | undefined): text is string {
  return text !== undefined && /^(true|false|yes|no|on|off|1|0)$/i.test(text);
}

function unknownFlag(flag: string, known: readonly string[]): string {
  const all = [...known, ...Object.values<Mode>(modes).map((mode) => mode.flag), "no-attach"];
  const near = all.find((name) => editDistance(name, flag.slice(0, 60)) <= 2);
  return `Unknown flag --${flag.slice(0, 60)}${
    near ? `; did you mean --${near}?` : ""
  } (see --help)`;
}

function readValue(option: Option<unknown>, source: { text: string; label: string }): unknown {
  try {
    return option.parse(source.text);
  } catch (error) {
    const shown = option.secret ? "" : ` ${JSON.stringify(source.text.slice(0, 100))}`;
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigError(`Cannot read ${source.label}${shown}: ${why}`);
  }
}

function defaultSocket(env: Readonly<Record<string, string>>): string | undefined {
  if (env.XDG_RUNTIME_DIR) return `${env.XDG_RUNTIME_DIR}/mqtt-mcp/core.sock`;
  if (env.HOME) return `${env.HOME}/.mqtt-mcp/core.sock`;
  return undefined;
}

function text(value: string): string {
  if (value === "") throw new Error("it is empty");
  if (value.includes("\0")) throw new Error("it holds a NUL character");
  return value;
}

function truth(value: string): boolean {
  if (!isBooleanWord(value)) throw new Error("true or false is needed");
  return /^(true|yes|on|1)$/i.test(value);
}

function number(bounds: { min: number; max: number; integer?: true; unit?: string }) {
  const kind = bounds.integer ? "a whole number" : "a number";
  const needed = `${kind}${
    bounds.unit ? ` of ${bounds.unit}` : ""
  } from ${bounds.min} to ${bounds.max}`;
  return (value: string): number => {
    const found = /^\d+(\.\d+)?$/.test(value) ? Number(value) : NaN;
    const fits = found >= bounds.min && found <= bounds.max;
    if (!fits || (bounds.integer && !Number.isInteger(found))) {
      throw new Error(`${needed} is needed`);
    }
    return found;
  };
}

function choice<T extends string>(values: readonly T[], show: (value: T) => string) {
  return (given: string): T => {
    const found = values.find((value) => value === given.toLowerCase());
    if (found === undefined) throw new Error(`one of ${values.map(show).join(", ")} is needed`);
    return found;
  };
}

/** Comma-separated; or a JSON array of strings, for entries that hold a comma themselves. */
function list(value: string): string[] {
  if (value.trimStart().startsWith("[")) {
    let parsed: unknown;
    try {
      parsed = JSON.parse(value);
    } catch {
      throw new Error('a list like a,b or ["a","b"] is needed');
    }
    if (!Array.isArray(parsed) || parsed.some((item) => typeof item !== "string" || item === "")) {
      throw new Error('a list like a,b or ["a","b"] is needed');
    }
    return parsed;
  }
  const items = value.split(/[,\n]/).map((item) => item.trim()).filter((item) => item !== "");
  if (items.length === 0) throw new Error("the list is empty");
  return items;
}

function toolPrefix(value: string): string {
  if (!/^[A-Za-z0-9_-]{0,20}$/.test(value)) {
    throw new Error("at most 20 letters, digits, _ or - are needed");
  }
  return value;
}

function httpUrl(value: string): string {
  if (!/^https?:\/\/[^/]/.test(value) || !URL.canParse(value)) {
    throw new Error("a URL like http://host:8091 is needed");
  }
  return value.replace(/\/+$/, "");
}

function notifyUrl(value: string): string {
  const url = value.replace(/^(?:json|ntfy)\+(?=https?:)/i, "");
  if (!/^https?:\/\/[^/]/i.test(url) || !URL.canParse(url)) {
    throw new Error(
      "a URL like https://ntfy.sh/TOPIC, or json+https://HOST/PATH for a webhook, is needed",
    );
  }
  return value;
}

function recordStore(value: string): string {
  if (value === "memory" || value === "sqlite") return value;
  if (!/^postgres(?:ql)?:/i.test(value)) {
    throw new Error("memory, sqlite or postgres://user:password@host/database is needed");
  }
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url === null || url.hostname === "" || url.username === "" || url.pathname.length < 2) {
    throw new Error("a URL like postgres://user:password@host:5432/database is needed");
  }
  const unknown = [...url.searchParams.keys()].find((name) => name !== "sslmode");
  if (unknown !== undefined) {
    throw new Error("of a postgres:// URL's options only sslmode is known");
  }
  const ssl = url.searchParams.get("sslmode");
  if (ssl !== null && !["disable", "prefer", "require", "verify-full"].includes(ssl)) {
    throw new Error("sslmode must be disable, prefer, require or verify-full");
  }
  return value;
}

/** The path has to fit into a socket address: 104 bytes on macOS, 108 on Linux, with the NUL. */
function socketPath(value: string): string {
  if (new TextEncoder().encode(text(value)).length > 103) {
    throw new Error("a path of at most 103 bytes is needed");
  }
  return value;
}
