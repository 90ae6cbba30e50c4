/**
 * `--stdio` beside a running core: a byte pipe between stdin, stdout and the core's socket. Loads neither SDK nor MQTT,
 * so that it starts in a blink.
 */
import { type Config, version } from "../config.ts";
import { differences, readGreeting, unsafeSocket } from "./core_socket.ts";

/** What came of looking for a core: an exit code once the bridge has ended, or `no_core` to run one's own. */
export type BridgeOutcome = number | "no_core";

const GREETING_LIMIT_MS = 2_000;
/** After stdin has ended, the core gets this long to say its last words. */
const LAST_WORDS_MS = 400;

/**
 * Becomes a bridge to the core of `config.coreSocket`, if one answers and may be used by a process with these settings.
 * Only a missing socket or a refused connection means that there is no core; one that accepts and does not greet ends
 * this process with one line, because two cores would be two worlds.
 */
export async function bridgeToCore(config: Config): Promise<BridgeOutcome> {
  const path = config.coreSocket;
  if (path === undefined || Deno.build.os === "windows") return "no_core";
  const unsafe = await unsafeSocket(path);
  if (unsafe !== null) {
    await say(`not attaching to the core: ${unsafe}; running on its own`);
    return "no_core";
  }
  const connection = await connect(path);
  if (connection === null) return "no_core";
  const greeting = await Promise.race([readGreeting(connection).catch(() => null), silence()]);
  if (greeting === null) {
    connection.close();
    await say(
      `the core at "${path}" accepts connections but does not answer; end it, or use --no-attach`,
    );
    return 1;
  }
  const different = await differences(config, version, greeting);
  if (different.length > 0) {
    connection.close();
    await say(
      `not attaching to the core at "${path}": ${different.join(", ")}; running on its own`,
    );
    return "no_core";
  }
  return await pipe(connection);
}

async function connect(path: string): Promise<Deno.UnixConn | null> {
  try {
    return await Deno.connect({ transport: "unix", path });
  } catch (error) {
    const none = error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.ConnectionRefused;
    if (none) return null;
    throw error;
  }
}

async function pipe(connection: Deno.UnixConn): Promise<number> {
  const signals: Deno.Signal[] = ["SIGTERM", "SIGINT", "SIGHUP"];
  const ended = Promise.withResolvers<"stdin" | "core" | "stdout" | "signal">();
  for (const signal of signals) Deno.addSignalListener(signal, () => ended.resolve("signal"));
  const upward = Deno.stdin.readable.pipeTo(connection.writable, { preventCancel: true });
  upward.then(() => ended.resolve("stdin"), () => ended.resolve("core"));
  const downward = pump(connection, Deno.stdout);
  downward.then((end) => ended.resolve(end));

  const end = await ended.promise;
  if (end === "stdin") await Promise.race([downward, pause(LAST_WORDS_MS)]);
  if (end !== "core") return 0;
  await Promise.race([downward, pause(LAST_WORDS_MS)]);
  await say("the core went away; start this server again");
  return 1;
}

/** Copies until one side ends, and says which. */
async function pump(
  from: { read(bytes: Uint8Array): Promise<number | null> },
  to: { write(bytes: Uint8Array): Promise<number> },
): Promise<"core" | "stdout"> {
  const buffer = new Uint8Array(64 * 1024);
  for (;;) {
    const count = await from.read(buffer).catch(() => null);
    if (count === null) return "core";
    try {
      for (let sent = 0; sent < count;) sent += await to.write(buffer.subarray(sent, count));
    } catch {
      return "stdout";
    }
  }
}

function silence(): Promise<null> {
  return pause(GREETING_LIMIT_MS).then(() => null);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => Deno.unrefTimer(Number(setTimeout(resolve, ms))));
}

async function say(text: string): Promise<void> {
  await Deno.stderr.write(new TextEncoder().encode(`mqtt-mcp: ${text}\n`)).catch(() => {});
}
