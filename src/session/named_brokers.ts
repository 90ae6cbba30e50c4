/** Brokers that the operator named, so that their secrets never pass through a chat. */
import { parse as parseToml } from "smol-toml";
import { z } from "zod";
import { invalidArgument } from "../errors.ts";
import { fileTrouble } from "../file_trouble.ts";
import type { TlsMaterial } from "../mqtt/client/transport.ts";
import { type BrokerTarget, parseConnectionString } from "../mqtt/connection_string.ts";
import { checkPem, type PemContent } from "../mqtt/pem.ts";

/**
 * How the variables are called that may hold a broker's password. The compiled program can read no
 * others besides its settings, and a list of brokers must not be a way to other programs' secrets.
 */
export const PASSWORD_VARIABLES = "MQTT_PASSWORD_";

const entrySchema = z.strictObject({
  url: z.string().min(1),
  username: z.string().optional(),
  password: z.string().optional(),
  /** Environment variable (its name begins with MQTT_PASSWORD_) or file that holds the password. */
  password_env: z.string().optional(),
  password_file: z.string().optional(),
  ca_file: z.string().optional(),
  cert_file: z.string().optional(),
  key_file: z.string().optional(),
  description: z.string().max(500).optional(),
});

const fileSchema = z.record(z.string().min(1).max(100), z.unknown());

/** Where the list's secrets and certificates are read from; given by the program, so that this stays pure. */
export interface BrokerListSources {
  readonly allowInsecureTls: boolean;
  readFile(path: string): string;
  environment(name: string): string | undefined;
}

interface NamedBroker {
  readonly target: BrokerTarget;
  readonly tls: TlsMaterial | null;
  readonly description: string | null;
}

/** The operator's list of brokers by name. */
export class NamedBrokers {
  readonly #brokers: ReadonlyMap<string, NamedBroker>;

  private constructor(brokers: ReadonlyMap<string, NamedBroker>) {
    this.#brokers = brokers;
  }

  /** A list with no names. */
  static none(): NamedBrokers {
    return new NamedBrokers(new Map());
  }

  /**
   * Reads a list from JSON or TOML: `name → connection string`, or `name → {url, username, password, password_env,
   * password_file, ca_file, cert_file, key_file, description}`.
   * @throws {Error} whose sentence names the entry and never its secret
   */
  static parse(text: string, sources: BrokerListSources): NamedBrokers {
    const parsed = fileSchema.safeParse(parseJsonOrToml(text));
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      throw new Error(`Cannot read the list of brokers: ${issue.path.join(".")}: ${issue.message}`);
    }
    const brokers = new Map<string, NamedBroker>();
    for (const [name, entry] of Object.entries(parsed.data)) {
      try {
        brokers.set(name, readEntry(entry, sources));
      } catch (error) {
        const reason = error instanceof Error ? error.message : "unknown error";
        throw new Error(`Cannot read broker "${name}": ${reason}`);
      }
    }
    return new NamedBrokers(brokers);
  }

  /** The names, in the order of the file. */
  get names(): string[] {
    return [...this.#brokers.keys()];
  }

  /** Names with what the operator wrote about them. */
  get descriptions(): { name: string; description: string | null }[] {
    return [...this.#brokers].map(([name, { description }]) => ({ name, description }));
  }

  /**
   * The broker of a name.
   * @throws {OperationError} `INVALID_ARGUMENT` for an unknown one
   */
  resolve(name: string): BrokerTarget {
    const broker = this.#brokers.get(name);
    if (broker) return broker.target;
    throw invalidArgument(
      `Cannot find a broker named "${name.slice(0, 100)}"`,
      this.names.length > 0
        ? `Use one of: ${this.names.join(", ")}`
        : "Give a connection_string; no brokers are named on this server",
    );
  }

  /** TLS material of a broker's own, or null where it uses the server's. */
  tlsOf(name: string): TlsMaterial | null {
    return this.#brokers.get(name)?.tls ?? null;
  }
}

function parseJsonOrToml(text: string): unknown {
  try {
    return text.trimStart().startsWith("{") ? JSON.parse(text) : parseToml(text);
  } catch {
    throw new Error("Cannot read the list of brokers: it is neither valid JSON nor valid TOML");
  }
}

function readEntry(entry: unknown, sources: BrokerListSources): NamedBroker {
  const settings = parseEntry(entry);
  const { allowInsecureTls } = sources;
  const target = parseConnectionString(settings.url, { allowInsecureTls });
  const password = readPassword(settings, sources);
  const readPem = (path: string, { field, content }: { field: string; content: PemContent }) => {
    const text = readFile({ path, field }, sources);
    try {
      return checkPem(text, content);
    } catch (error) {
      throw new Error(`${field}: ${(error as Error).message}`);
    }
  };
  const tls = {
    ...(settings.ca_file &&
      { ca: readPem(settings.ca_file, { field: "ca_file", content: "certificate" }) }),
    ...(settings.cert_file &&
      { cert: readPem(settings.cert_file, { field: "cert_file", content: "certificate" }) }),
    ...(settings.key_file &&
      { key: readPem(settings.key_file, { field: "key_file", content: "private key" }) }),
  };
  if (!settings.cert_file !== !settings.key_file) {
    throw new Error("a client certificate needs both cert_file and key_file");
  }
  return {
    target: {
      ...target,
      ...(settings.username !== undefined && { username: settings.username }),
      ...(password !== undefined && { password }),
    },
    tls: Object.keys(tls).length > 0 ? tls : null,
    description: settings.description ?? null,
  };
}

function parseEntry(entry: unknown): z.output<typeof entrySchema> {
  if (typeof entry === "string") return { url: entry };
  const parsed = entrySchema.safeParse(entry);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (issue.code === "unrecognized_keys") {
    const known = Object.keys(entrySchema.shape).join(", ");
    throw new Error(`"${issue.keys[0].slice(0, 100)}" is none of ${known}`);
  }
  if (issue.path.length === 0) throw new Error("it is neither a connection string nor a table");
  throw new Error(`${issue.path.join(".")} is missing or no text`);
}

function readFile(
  { path, field }: { path: string; field: string },
  sources: BrokerListSources,
): string {
  try {
    return sources.readFile(path);
  } catch (error) {
    throw new Error(`${field} "${path}" cannot be read: ${fileTrouble(error)}`);
  }
}

function readPassword(
  settings: { password?: string; password_env?: string; password_file?: string },
  sources: BrokerListSources,
): string | undefined {
  if (settings.password !== undefined) return settings.password;
  if (settings.password_file !== undefined) {
    return readFile({ path: settings.password_file, field: "password_file" }, sources)
      .replace(/\r?\n$/, "");
  }
  if (settings.password_env === undefined) return undefined;
  if (!settings.password_env.startsWith(PASSWORD_VARIABLES)) {
    // What stands there may be the password itself, by mistake.
    throw new Error(`password_env names a variable that does not begin with ${PASSWORD_VARIABLES}`);
  }
  const value = sources.environment(settings.password_env);
  if (value === undefined) {
    throw new Error(`the environment variable ${settings.password_env} is not set`);
  }
  return value;
}
