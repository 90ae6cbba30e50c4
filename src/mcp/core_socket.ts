/** The Unix socket of the shared core: where it may lie, and what is said when a connection opens. */
import type { Config, Settings } from "../config.ts";

/** What the core tells about itself, as the first line on every connection. */
interface Greeting {
  readonly name: "mqtt-mcp";
  readonly version: string;
  /** Hash of the whole policy. */
  readonly policy: string;
  /** Salt of the hashes: a setting may hold a password. */
  readonly salt: string;
  /** Hash of each policy setting, so that a difference can be named. */
  readonly settings: Readonly<Record<string, string>>;
}

/** What a core says instead of a greeting when it does not take a client. */
interface Refusal {
  readonly name: "mqtt-mcp";
  /** Why, in words. */
  readonly refused: string;
}

/** Settings that decide what a client may do or sees: with different ones two processes are no equals. */
const POLICY_SETTINGS = {
  readOnly: "READ_ONLY",
  allowedBrokers: "ALLOWED_BROKERS",
  publishAllow: "PUBLISH_ALLOW",
  publishDeny: "PUBLISH_DENY",
  subscribeAllow: "SUBSCRIBE_ALLOW",
  subscribeDeny: "SUBSCRIBE_DENY",
  namedBrokersOnly: "NAMED_BROKERS_ONLY",
  brokersFile: "BROKERS_FILE",
  showSecrets: "SHOW_SECRETS",
  toolPrefix: "TOOL_PREFIX",
  defaultMqttBroker: "DEFAULT_MQTT_BROKER",
} as const satisfies { readonly [name in keyof Settings]?: string };

type PolicySetting = keyof typeof POLICY_SETTINGS;

const GREETING_MAX_BYTES = 8 * 1024;

/** The greeting of a core with these settings. */
export async function createGreeting(config: Config, version: string): Promise<Greeting> {
  const salt = crypto.getRandomValues(new Uint8Array(16)).toHex();
  const settings: Record<string, string> = {};
  for (const name of policySettings()) {
    settings[POLICY_SETTINGS[name]] = await hash(salt, config[name]);
  }
  const policy = await hash(salt, policySettings().map((name) => config[name] ?? null));
  return { name: "mqtt-mcp", version, policy, salt, settings };
}

/**
 * Why a process with these settings must not attach to the core that greets so, in words; empty when it may. Only
 * settings that the process was given itself count: without any it takes the core as it is.
 */
export async function differences(
  config: Config,
  version: string,
  greeting: Greeting,
): Promise<string[]> {
  const found: string[] = [];
  if (greeting.version !== version) {
    found.push(`it is version ${greeting.version.slice(0, 40)}, this is ${version}`);
  }
  for (const name of policySettings()) {
    if (!config.given.has(name)) continue;
    const own = await hash(greeting.salt, config[name]);
    if (greeting.settings[POLICY_SETTINGS[name]] !== own) {
      found.push(`its ${POLICY_SETTINGS[name]} is another`);
    }
  }
  return found;
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
  const facts = await lstatOrNull(path);
  if (facts === null) return null;
  if (!facts.isSocket && !facts.isSymlink) return `"${path}" is not a socket`;
  return problemWith(facts, path, 0o600);
}

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

function policySettings(): PolicySetting[] {
  return Object.keys(POLICY_SETTINGS) as PolicySetting[];
}

async function hash(salt: string, value: unknown): Promise<string> {
  const bytes = new TextEncoder().encode(`${salt}${JSON.stringify(value ?? null)}`);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex().slice(0, 32);
}
