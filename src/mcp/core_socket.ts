/** The Unix socket of the shared core: where it may lie, and what is said when a connection opens. */
import type { Config } from "../config/mod.ts";
import { options, type Settings } from "../config/settings.ts";

/** What the core tells about itself, as the first line on every connection. */
export interface Greeting {
  readonly name: "mqtt-mcp";
  readonly version: string;
  /** Hash of the whole policy. */
  readonly policy: string;
  /** Salt of the hashes: a setting may hold a password. */
  readonly salt: string;
  /** Hash of each setting that is not a process's own, so that a difference can be named. */
  readonly settings: Readonly<Record<string, string>>;
}

/** What a core says instead of a greeting when it does not take a client. */
interface Refusal {
  readonly name: "mqtt-mcp";
  /** Why, in words. */
  readonly refused: string;
}

/**
 * What each setting is to a process beside a core; a new one is a row here.
 *
 * - `value` decides what a client may do or sees: with a different one two processes are no equals.
 * - `file` and `brokers` do so too, by what the named file holds, and not by its path.
 * - `core` holds in the core for all its clients, and one's own is of no effect.
 * - `process` is every process's own.
 */
const SETTING_KINDS: Readonly<Record<keyof Settings, SettingKind>> = {
  readOnly: "value",
  confirmWrites: "value",
  showSecrets: "value",
  allowedBrokers: "value",
  publishAllow: "value",
  publishDeny: "value",
  subscribeAllow: "value",
  subscribeDeny: "value",
  namedBrokersOnly: "value",
  brokersFile: "brokers",
  mqttCaFile: "file",
  mqttCertFile: "file",
  mqttKeyFile: "file",
  sessionSharing: "value",
  allowInsecureTls: "value",
  toolPrefix: "value",
  defaultMqttBroker: "value",
  sessionTtl: "core",
  maxConnections: "core",
  connectionTimeout: "core",
  mqttTimeout: "core",
  record: "core",
  recordStore: "core",
  recordDays: "core",
  recordDiskMb: "core",
  recordStoreRequired: "core",
  notifyUrl: "core",
  recordMemoryMb: "core",
  collectMemoryMb: "core",
  logLevel: "process",
  logFile: "process",
  dataDir: "process",
  coreSocket: "process",
  webHost: "process",
  webPort: "process",
  webToken: "process",
  webAllowedHosts: "process",
  webApiUrl: "process",
  corsOrigins: "process",
};

type SettingKind = "value" | "file" | "brokers" | "core" | "process";

/** What the settings' files hold; given by the program, so that what was read once is what counts. */
export interface FileSources {
  readFile(path: string): string;
  environment(name: string): string | undefined;
}

/** The files and the environment of this process. */
export const processSources: FileSources = {
  readFile: (path) => Deno.readTextFileSync(path),
  environment: (name) => Deno.env.get(name),
};

const GREETING_MAX_BYTES = 8 * 1024;

/** The greeting of a core with these settings. */
export async function createGreeting(
  config: Config,
  version: string,
  sources: FileSources = processSources,
): Promise<Greeting> {
  const salt = crypto.getRandomValues(new Uint8Array(16)).toHex();
  const settings: Record<string, string> = {};
  const policy: unknown[] = [];
  for (const name of settingNames()) {
    if (SETTING_KINDS[name] === "process") continue;
    const content = contentOf(config, name, sources);
    settings[options[name].env] = await hash(salt, content);
    if (SETTING_KINDS[name] !== "core") policy.push(content ?? null);
  }
  return { name: "mqtt-mcp", version, policy: await hash(salt, policy), salt, settings };
}

/** How a process's settings differ from those of a core, in words. */
interface Differences {
  /** Why it must not attach to it; empty when it may. */
  readonly policy: readonly string[];
  /** Environment names of settings that it was given for nothing, because the core's hold. */
  readonly without: readonly string[];
}

/**
 * Compares with the core that greets so. Only settings that the process was given itself count: without any it takes the
 * core as it is.
 */
export async function differences(
  config: Config,
  version: string,
  greeting: Greeting,
  sources: FileSources = processSources,
): Promise<Differences> {
  const policy: string[] = [];
  const without: string[] = [];
  if (greeting.version !== version) {
    policy.push(`it is version ${greeting.version.slice(0, 40)}, this is ${version}`);
  }
  for (const name of settingNames()) {
    if (!config.given.has(name) || SETTING_KINDS[name] === "process") continue;
    const { env } = options[name];
    const own = await hash(greeting.salt, contentOf(config, name, sources));
    if (greeting.settings[env] === own) continue;
    if (SETTING_KINDS[name] === "core") without.push(env);
    else policy.push(`its ${env} is another`);
  }
  return { policy, without };
}

/** What of a setting counts: a list whatever its order, a file by what it holds. */
function contentOf(config: Config, name: keyof Settings, sources: FileSources): unknown {
  const value = config[name];
  const kind = SETTING_KINDS[name];
  if (typeof value === "string" && (kind === "file" || kind === "brokers")) {
    const text = tryRead(() => sources.readFile(value));
    return kind === "brokers" && text !== null ? [text, ...namedIn(text, sources)] : [text];
  }
  return Array.isArray(value) ? [...new Set(value)].sort() : value;
}

const REFERENCE =
  /\b(ca_file|cert_file|key_file|password_file|password_env)["']?[ \t]*[=:]\s*(?:"([^"\n]*)"|'([^'\n]*)')/g;

/**
 * What a list of brokers refers to: its certificates and passwords belong to it. Found without reading the list as JSON or
 * TOML, which would have to be loaded for it.
 */
function namedIn(text: string, sources: FileSources): unknown[] {
  return [...text.matchAll(REFERENCE)].map(([, field, double, single]) => {
    const name = double ?? single;
    return tryRead(() =>
      field === "password_env" ? sources.environment(name) ?? null : sources.readFile(name)
    );
  });
}

/** Null where it cannot be read: then it differs from one that can. */
function tryRead(read: () => string | null): string | null {
  try {
    return read();
  } catch {
    return null;
  }
}

/** A greeting, or a refusal, as a line. */
export function encodeGreeting(greeting: Greeting | Refusal): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(greeting)}\n`);
}

/** Reads the first line off a connection; null when something else is said, or nothing whole. */
export async function readGreeting(connection: Deno.Conn): Promise<Greeting | Refusal | null> {
  const line: number[] = [];
  const byte = new Uint8Array(1);
  while (line.length < GREETING_MAX_BYTES) {
    const count = await connection.read(byte);
    if (count === null) return null;
    if (byte[0] === 0x0a) return parseGreeting(new TextDecoder().decode(new Uint8Array(line)));
    line.push(byte[0]);
  }
  return null;
}

/** Whether this is how connecting fails where no core listens: no socket, or that of a dead one. */
export function meansNoCore(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.ConnectionRefused;
}

function parseGreeting(line: string): Greeting | Refusal | null {
  try {
    const greeting = JSON.parse(line);
    if (greeting?.name === "mqtt-mcp" && typeof greeting.refused === "string") {
      return { name: "mqtt-mcp", refused: greeting.refused.slice(0, 200) };
    }
    const valid = greeting?.name === "mqtt-mcp" && typeof greeting.version === "string" &&
      typeof greeting.salt === "string" && typeof greeting.settings === "object" &&
      greeting.settings !== null;
    return valid ? greeting : null;
  } catch {
    return null;
  }
}

/**
 * Why a socket path is not safe to use, in words; null when it is: directory and socket belong to this user, are no
 * symbolic links, and are closed to everyone else. A missing socket is safe.
 */
export async function unsafeSocket(path: string): Promise<string | null> {
  const folder = folderOf(path);
  const folderFacts = await lstatOrNull(folder);
  if (folderFacts === null) return null;
  const folderProblem = problemWith(folderFacts, folder, 0o700);
  if (folderProblem !== null) return folderProblem;
  if (!folderFacts.isDirectory) return `"${folder}" is not a directory`;
  for (let looks = 1;; looks++) {
    const facts = await lstatOrNull(path);
    if (facts === null) return null;
    if (!facts.isSocket && !facts.isSymlink) return `"${path}" is not a socket`;
    const problem = problemWith(facts, path, 0o600);
    // A core that starts closes its socket to others right after it made it; its directory is closed to them already.
    const mayBeNew = facts.isSocket && facts.uid === Deno.uid() && looks < MOST_LOOKS;
    if (problem === null || !mayBeNew) return problem;
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

/** How often, and after which time, a socket is looked at again that is open to others. */
const MOST_LOOKS = 20;
const LOOK_AGAIN_MS = 50;

/** The directory of a path. */
export function folderOf(path: string): string {
  const end = path.lastIndexOf("/");
  return end < 0 ? "." : path.slice(0, end) || "/";
}

function problemWith(facts: Deno.FileInfo, path: string, mode: number): string | null {
  if (facts.isSymlink) return `"${path}" is a symbolic link`;
  if (facts.uid !== null && facts.uid !== Deno.uid()) return `"${path}" belongs to another user`;
  if (facts.mode !== null && (facts.mode & 0o777) !== mode) {
    const found = (facts.mode & 0o777).toString(8).padStart(4, "0");
    return `"${path}" has mode ${found} instead of ${mode.toString(8).padStart(4, "0")}`;
  }
  return null;
}

async function lstatOrNull(path: string): Promise<Deno.FileInfo | null> {
  try {
    return await Deno.lstat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

function settingNames(): (keyof Settings)[] {
  return Object.keys(SETTING_KINDS) as (keyof Settings)[];
}

async function hash(salt: string, value: unknown): Promise<string> {
  const bytes = new TextEncoder().encode(`${salt}${JSON.stringify(value ?? null)}`);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex().slice(0, 32);
}
