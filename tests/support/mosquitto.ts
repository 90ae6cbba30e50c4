import { freePorts } from "./free_ports.ts";
import { pbkdf2Sync, randomBytes } from "node:crypto";
import { isAbsolute, join } from "node:path";
import { PATIENCE_MS } from "./wait.ts";

/** TLS of one listener: paths of PEM files. */
export interface ListenerTls {
  certFile: string;
  keyFile: string;
  /** CA that client certificates are checked against. Needed for `requireCertificate`. */
  caFile?: string;
  /** Refuses clients without a certificate from `caFile`. */
  requireCertificate?: boolean;
}

/** One port of a broker. */
export interface ListenerOptions {
  /** A free port of the system's choice unless given. */
  port?: number;
  /** Speaks MQTT over WebSocket instead of bare TCP. */
  websockets?: boolean;
  tls?: ListenerTls;
  /** User name to password. Anonymous clients are refused once this is given. */
  users?: Record<string, string>;
  /** Lets clients without a user name in although there are `users`. */
  allowAnonymous?: boolean;
  /** Lines of the ACL file, for instance `"user sensor"`, `"topic write a/#"`. */
  acl?: string[];
  /** Further lines of the listener's configuration, for instance `"max_qos 1"`. */
  config?: string[];
}

/** How to run a broker. The listener options at the top describe its first listener. */
export interface MosquittoOptions extends ListenerOptions {
  /** Further listeners, each with settings of its own. */
  listeners?: ListenerOptions[];
  /** Keeps retained messages and sessions over a restart. */
  persistence?: boolean;
}

/** A Mosquitto of the caller's own, on loopback. Disposing stops it and removes its files. */
export interface Mosquitto extends AsyncDisposable {
  /** Port of the first listener. */
  readonly port: number;
  /** Connection string of the first listener, without credentials. */
  readonly url: string;
  /** Ports of all listeners, in the order they were asked for. */
  readonly ports: readonly number[];
  /** Connection strings of all listeners, without credentials. */
  readonly urls: readonly string[];
  /** What the broker has logged so far, over restarts. */
  readonly log: readonly string[];
  /** Where the broker's files are. */
  readonly dir: string;
  readonly running: boolean;
  /** Resolves with the first logged line that matches, old or new. */
  waitForLog(pattern: RegExp, options?: { timeoutMs?: number; from?: number }): Promise<string>;
  /** Sends a signal, for instance `SIGSTOP` to freeze it, `SIGCONT`, or `SIGHUP` to reload. */
  signal(signal: Deno.Signal): void;
  /** Ends it the hard way (SIGKILL): clients see the connection cut without a DISCONNECT. */
  kill(): Promise<void>;
  /** Ends it in order (SIGTERM). */
  stop(): Promise<void>;
  /** Starts it again on the same ports, after stopping it if it still runs. */
  restart(): Promise<void>;
}

const START_TIMEOUT_MS = PATIENCE_MS;
const START_ATTEMPTS = 5;
const SIGNAL_AGAIN_MS = 1_000;

/**
 * Starts a Mosquitto and resolves once all its listeners accept.
 *
 * Throws an `Error` that names the Debian package if Mosquitto is not installed, and one with the
 * broker's own words if it does not start.
 */
export async function startMosquitto(options: MosquittoOptions = {}): Promise<Mosquitto> {
  for (let attempt = 1;; attempt++) {
    const broker = new MosquittoProcess(options);
    try {
      await broker.start();
      return broker;
    } catch (error) {
      await broker[Symbol.asyncDispose]();
      // Between finding a free port and binding it another process may have taken it.
      const taken = broker.log.some((line) =>
        /Address already in use|Unable to create websockets listener/.test(line)
      );
      if (!taken || attempt === START_ATTEMPTS) throw error;
    }
  }
}

class MosquittoProcess implements Mosquitto {
  readonly ports: readonly number[];
  readonly urls: readonly string[];
  readonly log: string[] = [];
  readonly dir: string;
  readonly #configFile: string;
  #child: Deno.ChildProcess | null = null;
  #reading: Promise<void> = Promise.resolve();
  #waiting = new Set<() => void>();

  constructor(options: MosquittoOptions) {
    const listeners = [options, ...options.listeners ?? []];
    const free = freePorts(listeners.length);
    this.ports = listeners.map((listener, i) => listener.port ?? free[i]);
    this.urls = listeners.map((listener, i) => `${scheme(listener)}://127.0.0.1:${this.ports[i]}`);
    this.dir = Deno.makeTempDirSync({ prefix: "mosquitto-" });
    // The broker may drop to a user of its own, who has to be able to enter.
    Deno.chmodSync(this.dir, 0o755);
    const lines = ["per_listener_settings true", "log_dest stderr", "log_type all"];
    lines.push("log_timestamp false", "connection_messages true");
    if (Deno.uid() === 0) lines.push("user root");
    if (options.persistence) {
      lines.push("persistence true", `persistence_location ${this.dir}/`, "autosave_interval 1");
    }
    listeners.forEach((listener, i) => {
      lines.push(...this.#listenerLines(listener, { index: i, port: this.ports[i] }));
    });
    this.#configFile = join(this.dir, "mosquitto.conf");
    Deno.writeTextFileSync(this.#configFile, lines.join("\n") + "\n");
  }

  get port(): number {
    return this.ports[0];
  }

  get url(): string {
    return this.urls[0];
  }

  get running(): boolean {
    return this.#child !== null;
  }

  #listenerLines(listener: ListenerOptions, at: { index: number; port: number }): string[] {
    const lines = [`listener ${at.port} 127.0.0.1`];
    if (listener.websockets) lines.push("protocol websockets");
    lines.push(`allow_anonymous ${listener.allowAnonymous ?? listener.users === undefined}`);
    if (listener.users) {
      const file = join(this.dir, `passwords-${at.index}`);
      const entries = Object.entries(listener.users).map(([user, password]) =>
        `${user}:${hashPassword(password)}\n`
      );
      Deno.writeTextFileSync(file, entries.join(""));
      lines.push(`password_file ${file}`);
    }
    if (listener.acl) {
      const file = join(this.dir, `acl-${at.index}`);
      Deno.writeTextFileSync(file, listener.acl.join("\n") + "\n");
      lines.push(`acl_file ${file}`);
    }
    if (listener.tls) {
      const { certFile, keyFile, caFile, requireCertificate } = listener.tls;
      for (const file of [certFile, keyFile, caFile]) {
        if (file !== undefined && !isAbsolute(file)) {
          throw new Error(`Cannot use the relative path "${file}" for a listener's TLS`);
        }
      }
      lines.push(`certfile ${certFile}`, `keyfile ${keyFile}`);
      if (caFile) lines.push(`cafile ${caFile}`);
      if (requireCertificate) lines.push("require_certificate true");
    }
    lines.push(...listener.config ?? []);
    return lines;
  }

  async start(): Promise<void> {
    const from = this.log.length;
    const child = spawnMosquitto(this.#configFile);
    this.#child = child;
    this.#reading = this.#read(child);
    let ended = false;
    const end = child.status.then(() => {
      ended = true;
      if (this.#child === child) this.#child = null;
    });
    const abort = new AbortController();
    try {
      // Logged after all listeners are bound, so that no probe has to knock on them.
      const started = this.#waitFor(/^mosquitto version .* running$/, {
        timeoutMs: START_TIMEOUT_MS,
        from,
        signal: abort.signal,
      });
      await Promise.race([started, end]);
      if (ended) {
        await this.#reading;
        throw new Error(`Cannot start mosquitto: ${this.log.slice(from).join("; ")}`);
      }
    } finally {
      abort.abort();
    }
  }

  async #read(child: Deno.ChildProcess): Promise<void> {
    const decoder = new TextDecoder();
    let rest = "";
    for await (const chunk of child.stderr) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      this.log.push(...lines);
      for (const wake of [...this.#waiting]) wake();
    }
    if (rest !== "") this.log.push(rest);
  }

  waitForLog(
    pattern: RegExp,
    { timeoutMs = PATIENCE_MS, from = 0 }: { timeoutMs?: number; from?: number } = {},
  ): Promise<string> {
    return this.#waitFor(pattern, { timeoutMs, from });
  }

  #waitFor(
    pattern: RegExp,
    o: { timeoutMs: number; from: number; signal?: AbortSignal },
  ): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    let next = o.from;
    const look = () => {
      for (; next < this.log.length; next++) {
        // A sticky or global pattern would carry its position from line to line.
        pattern.lastIndex = 0;
        if (pattern.test(this.log[next])) return resolve(this.log[next]);
      }
    };
    const timer = setTimeout(() => {
      const tail = this.log.slice(-20).join("\n");
      reject(
        new Error(`Cannot find ${pattern} in mosquitto's log after ${o.timeoutMs} ms:\n${tail}`),
      );
    }, o.timeoutMs);
    const giveUp = () => resolve("");
    o.signal?.addEventListener("abort", giveUp);
    this.#waiting.add(look);
    look();
    return promise.finally(() => {
      clearTimeout(timer);
      o.signal?.removeEventListener("abort", giveUp);
      this.#waiting.delete(look);
    });
  }

  signal(signal: Deno.Signal): void {
    this.#child?.kill(signal);
  }

  async #end(signal: Deno.Signal): Promise<void> {
    const child = this.#child;
    if (child) {
      const send = () => {
        // A frozen process does not act on SIGTERM before it is continued.
        try {
          child.kill("SIGCONT");
          child.kill(signal);
        } catch (error) {
          if (!(error instanceof TypeError)) throw error;
        }
      };
      send();
      // Mosquitto forgets a signal that comes between its line that it runs and its loop.
      const again = setInterval(send, SIGNAL_AGAIN_MS);
      await child.status;
      clearInterval(again);
    }
    await this.#reading;
  }

  kill(): Promise<void> {
    return this.#end("SIGKILL");
  }

  stop(): Promise<void> {
    return this.#end("SIGTERM");
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    try {
      Deno.removeSync(this.dir, { recursive: true });
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}

function scheme(listener: ListenerOptions): string {
  if (listener.websockets) return listener.tls ? "wss" : "ws";
  return listener.tls ? "mqtts" : "mqtt";
}

/** The format of mosquitto_passwd: PBKDF2 with SHA-512, `$7$iterations$salt$hash`. */
function hashPassword(password: string): string {
  const iterations = 101;
  const salt = randomBytes(12);
  const hash = pbkdf2Sync(password, salt, iterations, 64, "sha512");
  return `$7$${iterations}$${salt.toString("base64")}$${hash.toString("base64")}`;
}

function spawnMosquitto(configFile: string): Deno.ChildProcess {
  // Debian installs it outside an ordinary user's PATH.
  for (const command of ["mosquitto", "/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto"]) {
    try {
      return new Deno.Command(command, {
        args: ["-c", configFile],
        stdin: "null",
        stdout: "null",
        stderr: "piped",
      }).spawn();
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  throw new Error(
    "Cannot find mosquitto: install it first (Debian and Ubuntu: apt-get install mosquitto)",
  );
}
