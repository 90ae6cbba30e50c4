/** A shared core as a process of its own, and clients that attach to it. */
import {
  type ClientKind,
  connectClient,
  mainArgs,
  type TestClient,
  WireClient,
} from "./mcp_client.ts";

/** A running `--core`. Disposing ends it and removes its directory. */
export interface CoreProcess extends AsyncDisposable {
  readonly wire: WireClient;
  /** Of mode 0700; holds the socket. */
  readonly dir: string;
  readonly socket: string;
  /** What clients need in their environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Connects a client through a bridge. */
  attach(kind?: ClientKind, env?: Readonly<Record<string, string>>): Promise<TestClient>;
  /** Sends a signal and resolves with the exit status. */
  end(signal: Deno.Signal, maxMs?: number): Promise<Deno.CommandStatus>;
  /** Waits for a line of its log. */
  untilLog(pattern: RegExp, maxMs?: number): Promise<void>;
}

/** A new directory that only this user may enter. */
export function makePrivateDir(): string {
  const dir = Deno.makeTempDirSync({ prefix: "core-" });
  Deno.chmodSync(dir, 0o700);
  return dir;
}

/** Starts a core and resolves once it listens. `dir`: where its socket is; kept then. */
export async function startCoreProcess(
  options: {
    readonly env?: Readonly<Record<string, string>>;
    readonly dir?: string;
    readonly denoArgs?: readonly string[];
  } = {},
): Promise<CoreProcess> {
  const dir = options.dir ?? makePrivateDir();
  const socket = `${dir}/core.sock`;
  const env = { CORE_SOCKET: socket };
  const wire = new WireClient({
    args: options.denoArgs ?? mainArgs,
    flags: ["--core"],
    env: { ...options.env, ...env },
  });
  async function dispose(): Promise<void> {
    try {
      wire.process.kill("SIGTERM");
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // it has ended already
    }
    await wire[Symbol.asyncDispose]();
    if (options.dir === undefined) await Deno.remove(dir, { recursive: true });
  }
  try {
    await wire.until(() => wire.stderr.includes("listens on"));
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    wire,
    dir,
    socket,
    env,
    attach: (kind = "sdk v2, 2025", more = {}) =>
      connectClient(kind, { args: mainArgs, flags: ["--stdio"], env: { ...env, ...more } }),
    end(signal, maxMs) {
      wire.process.kill(signal);
      return wire.ended(maxMs);
    },
    untilLog: (pattern, maxMs) => wire.until(() => pattern.test(wire.stderr), maxMs),
    [Symbol.asyncDispose]: dispose,
  };
}
