/**
 * The settings of the program, in one table: flags, environment names, `--help`, the README's table and the type of what
 * the program gets come from it. Adding a setting is one row.
 */
import { ConfigError } from "./config_error.ts";
import {
  choice,
  httpUrl,
  list,
  notifyUrl,
  number,
  recordStore,
  socketPath,
  text,
  toolPrefix,
  truth,
} from "./setting_readers.ts";

/** One row of the table. */
interface Option {
  /** Environment name; the flag is the same in `--kebab-case`. */
  readonly env: string;
  /** An environment name of other MQTT servers for the same; read where `env` is not set. */
  readonly alias?: string;
  readonly default: unknown;
  /** The default in words, where the value alone does not say it. */
  readonly defaultText?: string;
  readonly help: string;
  /** Never shown, not even in an error. */
  readonly secret?: true;
  /**
   * Reads the text.
   * @throws {Error} whose message says what is needed
   */
  readonly parse: (text: string) => unknown;
  /** Set for options whose flag can stand alone. */
  readonly boolean?: true;
}

/** In the order of `--help` and the README. */
const table = {
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
  /** Undefined where no per-user place is known. */
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
    parse: choice(["debug", "info", "warning", "error"], (name) => name.toUpperCase()),
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
} satisfies Record<string, Option>;

/** What a row's setting is: what its reader makes of a text, or its default. */
type Value<Row extends Option> =
  | ReturnType<Row["parse"]>
  | (Row extends { default: undefined } ? undefined : never);

/** The settings, each named after its environment name. `undefined` means not set. */
export type Settings = { readonly [Name in keyof typeof table]: Value<(typeof table)[Name]> };

/** The rows by the names of their settings. */
export const options: Readonly<Record<keyof Settings, Option>> = table;

/** The names of {@linkcode options}, in their order. */
export const settingNames = Object.keys(options) as readonly (keyof Settings)[];

/** The flag of an environment name, without dashes in front: `SESSION_TTL` → `session-ttl`. */
export function flagOf(env: string): string {
  return env.toLowerCase().replaceAll("_", "-");
}

/** The default of a setting in words. */
export function defaultOf(name: keyof Settings): string {
  const option = options[name];
  if (option.defaultText !== undefined) return option.defaultText;
  const value = option.default;
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return "none";
  return value === "" ? "empty" : String(value);
}

/**
 * Reads the text of a setting, or of a flag that is none; `label` is what it was given by.
 * @throws {ConfigError} when it cannot be used
 */
export function readValue<T>(
  option: { parse(text: string): T; readonly secret?: true },
  source: { text: string; label: string },
): T {
  try {
    return option.parse(source.text);
  } catch (error) {
    const shown = option.secret ? "" : ` ${JSON.stringify(source.text.slice(0, 100))}`;
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigError(`Cannot read ${source.label}${shown}: ${why}`);
  }
}
