import { say } from "../stderr.ts";
import { atMost } from "../waiting.ts";
import { type Config, version } from "../config/mod.ts";
import { ConfigError } from "../config/config_error.ts";
import { type Core, createCore } from "../core.ts";
import { log } from "../log.ts";
import { giveFreedMemoryBack } from "../memory/give_back.ts";
import { tools } from "../tools/mod.ts";
import { claimStdout } from "./claim_stdout.ts";
import { type Companion, logListenerOf, observerOf } from "./companion.ts";
import {
  createGreeting,
  encodeGreeting,
  type FileSources,
  folderOf,
  type Greeting,
  meansNoCore,
  processSources,
  unsafeSocket,
} from "./core_socket.ts";
import { openLog } from "./open_log.ts";
import { giveUpRights } from "./rights.ts";
import type { CallObserver } from "./server.ts";
import type { ServedConnection } from "./serving.ts";
import { listenForSignals } from "./signals.ts";
import { serveStream } from "./stdio.ts";
import { logUncaughtErrors } from "./uncaught_errors.ts";

/** Exit code of a second core on one socket. */
export const ALREADY_RUNNING = 3;

const LOCK_LIMIT_MS = 5_000;
const GRACE_MS = 650;
const CLOSE_CORE_MS = 900;
/** More clients than this at a time, and further ones are turned away. */
const MOST_CLIENTS = 100;

/** The `--core` mode. Resolves with the exit code once a signal has ended it. */
export async function startCore(
  config: Config,
  companions: readonly Companion[] = [],
): Promise<number> {
  claimStdout();
  const path = socketPath(config);
  const logging = openLog(config, logListenerOf(companions));
  const listener = await listenOnSocket(path);
  if (listener === null) {
    await logging.close();
    await say(`a core is already running on "${path}"`);
    return ALREADY_RUNNING;
  }
  const signalled = Promise.withResolvers<string>();
  const unlisten = listenForSignals(signalled.resolve);
  // what clients compare theirs with is what the core works with, whatever becomes of the files
  const sources = readOnce(processSources);
  const core = await createCore(config, sources);
  const greeting = await createGreeting(config, version, sources);
  const server = await serveSocket(listener, core, { greeting, observer: observerOf(companions) });
  for (const companion of companions) {
    await companion.start(core, { mode: "core", clients: () => server.clients });
  }
  await giveUpRights();
  logUncaughtErrors();
  giveFreedMemoryBack();
  log("core").info("Core {version} listens on {path}", { version, path });

  const signal = await signalled.promise;
  log("core").info("Shutting down: {signal}", { signal });
  setTimeout(() => Deno.exit(1), GRACE_MS + CLOSE_CORE_MS + 300);
  await server.shutDown(GRACE_MS);
  const closing = [core.close(), ...companions.map((companion) => companion.close())];
  await atMost(CLOSE_CORE_MS, Promise.all(closing));
  unlisten();
  await logging.close();
  return 0;
}

/** Reads each file once, however often it is asked for. */
function readOnce(sources: FileSources): FileSources {
  const texts = new Map<string, string>();
  return {
    environment: sources.environment,
    readFile(path) {
      const text = texts.get(path) ?? sources.readFile(path);
      texts.set(path, text);
      return text;
    },
  };
}

/** A core's socket being served. */
interface SocketServer {
  /** How many clients are connected. */
  readonly clients: number;
  /** Takes no more clients, gives running calls an error result, and closes all connections. */
  shutDown(graceMs: number): Promise<void>;
}

/** Greets and serves every connection of a listener. */
export async function serveSocket(
  listener: Deno.UnixListener,
  core: Core,
  o: { readonly greeting?: Greeting; readonly observer?: CallObserver } = {},
): Promise<SocketServer> {
  const { observer } = o;
  const greeting = encodeGreeting(o.greeting ?? await createGreeting(core.config, version));
  const refusal = encodeGreeting({
    name: "mqtt-mcp",
    refused: `${MOST_CLIENTS} are connected already`,
  });
  const connections = new Set<ServedConnection>();
  let open = true;

  async function serve(connection: Deno.UnixConn): Promise<void> {
    if (connections.size >= MOST_CLIENTS) {
      log("core").warning("Turned a client away: {count} are connected", { count: MOST_CLIENTS });
      await writeAll(connection, refusal);
      return connection.close();
    }
    if (!await writeAll(connection, greeting)) return connection.close();
    const served = serveStream(connection, core, { tools, observer });
    connections.add(served);
    await served.ended;
    connections.delete(served);
  }

  async function accept(): Promise<void> {
    while (open) {
      try {
        void serve(await listener.accept());
      } catch (error) {
        if (!open) return;
        // out of file descriptors, say: those who are connected go on
        log("core").error("Cannot accept a connection: {error}", { error: String(error) });
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }
  const accepting = accept();

  return {
    get clients() {
      return connections.size;
    },
    async shutDown(graceMs) {
      open = false;
      listener.close();
      // the socket's file goes away with the last use of the listener
      await accepting;
      await Promise.all([...connections].map((connection) => connection.shutDown(graceMs)));
    },
  };
}

/**
 * Listens on the socket of this user's core, or returns null when a living core has it. The socket of a dead one is
 * taken over, under a lock, so that of two that start at once one listens and the other is told. Throws
 * {@linkcode ConfigError} where the place is not safe.
 */
export async function listenOnSocket(path: string): Promise<Deno.UnixListener | null> {
  const folder = folderOf(path);
  try {
    await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
    const unsafe = await unsafeSocket(path);
    if (unsafe !== null) throw new ConfigError(`Cannot use CORE_SOCKET: ${unsafe}`);
    using lock = await Deno.open(`${path}.lock`, { create: true, write: true, mode: 0o600 });
    await withinLimit(lock.lock(true), `Cannot lock "${path}.lock": another core is starting`);
    if (await isListenedTo(path)) return null;
    await Deno.remove(path).catch(() => {});
    const listener = Deno.listen({ transport: "unix", path });
    // Nobody else can have connected before: the directory is closed to them. A umask would need a right of its own.
    await Deno.chmod(path, 0o600);
    return listener;
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const why = error instanceof Error ? error.message : "unknown error";
    throw new ConfigError(`Cannot listen on CORE_SOCKET "${path}": ${why}`);
  }
}

/** Whether a core has this socket, also one that is too busy to accept: then the socket is not taken over. */
async function isListenedTo(path: string): Promise<boolean> {
  try {
    (await Deno.connect({ transport: "unix", path })).close();
    return true;
  } catch (error) {
    return !meansNoCore(error);
  }
}

/** Returns whether the peer took all of it. */
async function writeAll(connection: Deno.Conn, bytes: Uint8Array): Promise<boolean> {
  try {
    for (let sent = 0; sent < bytes.length;) sent += await connection.write(bytes.subarray(sent));
    return true;
  } catch {
    return false;
  }
}

async function withinLimit(locked: Promise<void>, message: string): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new ConfigError(message)), LOCK_LIMIT_MS);
  });
  await Promise.race([locked, late]).finally(() => clearTimeout(timer));
}

function socketPath(config: Config): string {
  if (Deno.build.os === "windows") {
    throw new ConfigError("Cannot run a shared core on Windows: it needs Unix sockets");
  }
  if (config.coreSocket !== undefined) return config.coreSocket;
  throw new ConfigError("Cannot tell where the core's socket is: set CORE_SOCKET to a path");
}
