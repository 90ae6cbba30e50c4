/** What the flags say: the mode, what belongs to it, and settings as texts. */
import { editDistance } from "../edit_distance.ts";
import { ConfigError } from "./config_error.ts";
import { isBooleanWord, number } from "./setting_readers.ts";
import { flagOf, options, readValue, settingNames, type Settings } from "./settings.ts";

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

const readSpeed = number({ min: 0.01, max: 1_000_000 });

/** The mode, and what only a flag can say. */
export interface CommandLine {
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
}

/**
 * Reads all flags; those of settings only as texts.
 * @throws {ConfigError} for an unknown flag, one without the value that it needs, or modes that exclude each other
 */
export function readCommandLine(
  args: readonly string[],
): { commandLine: CommandLine; settings: ReadonlyMap<keyof Settings, string> } {
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
      how.speed = readValue({ parse: readSpeed }, { text: value(), label: "--speed" });
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
  const commandLine = { ...modeOf(chosen), checkUrl, exportFile, replay, attach };
  return { commandLine, settings };
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
    const names = [...chosen].map((mode) => `--${modes[mode].flag}`).join(" and ");
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

function unknownFlag(flag: string, known: readonly string[]): string {
  const all = [...known, ...Object.values<Mode>(modes).map((mode) => mode.flag), "no-attach"];
  const near = all.find((name) => editDistance(name, flag.slice(0, 60)) <= 2);
  return `Unknown flag --${flag.slice(0, 60)}${
    near ? `; did you mean --${near}?` : ""
  } (see --help)`;
}
