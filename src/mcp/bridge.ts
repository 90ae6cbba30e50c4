/**
 * `--stdio` beside a running core: a byte pipe between stdin, stdout and the core's socket. Loads neither SDK nor MQTT,
 * so that it starts in a blink.
 */
import { say } from "../stderr.ts";
import { pause } from "../waiting.ts";
import { type Config, version } from "../config/mod.ts";
import { differences, meansNoCore, readGreeting, unsafeSocket } from "./core_socket.ts";
import { giveUpRights } from "./rights.ts";

/** What came of looking for a core: an exit code once the bridge has ended, or `no_core` to run one's own. */
type BridgeOutcome = number | "no_core";

const GREETING_LIMIT_MS = 2_000;
/** A process that was not run for a while finds its time over and the greeting there: this is for reading it. */
const LAST_LOOK_MS = 50;
const CONNECT_AGAIN_MS = 20;
/** After stdin has ended, the core gets this long to say its last words; it takes 650 ms at most. */
const LAST_WORDS_MS = 750;

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
  const deadline = performance.now() + GREETING_LIMIT_MS;
  const connection = await connect(path, deadline);
  if (connection === "no_core") return "no_core";
  const greeting = connection && await greetingOf(connection, deadline);
  if (!connection || greeting === null) {
    connection?.close();
    await say(`the core at "${path}" does not answer; end it, or use --no-attach`);
    return 1;
  }
  if ("refused" in greeting) {
    connection.close();
    await say(`the core at "${path}" takes no more clients: ${greeting.refused}`);
    return 1;
  }
  const different = await differences(config, version, greeting);
  if (different.policy.length > 0) {
    connection.close();
    await say(
      `not attaching to the core at "${path}": ${different.policy.join(", ")}; running on its own`,
    );
    return "no_core";
  }
  if (different.without.length > 0) {
    await say(
      `attached to the core at "${path}"; the core's own ${
        different.without.join(", ")
      } hold there, not what was given here`,
    );
  }
  return await pipe(connection);
}

/** Connects to the core's socket; null when it is there and does not accept until the deadline. */
async function connect(path: string, deadline: number): Promise<Deno.UnixConn | "no_core" | null> {
  for (;;) {
    try {
      return await Deno.connect({ transport: "unix", path });
    } catch (error) {
      if (meansNoCore(error)) return "no_core";
      // no socket can have a path that is too long
      if (error instanceof TypeError || error instanceof Deno.errors.InvalidData) return "no_core";
      // the queue of a core that is very busy is full
      if (performance.now() > deadline) return null;
      await pause(CONNECT_AGAIN_MS, { unref: true });
    }
  }
}

function greetingOf(connection: Deno.UnixConn, deadline: number) {
  // a timer that nothing waits for any more must not keep the process
  const late = pause(deadline - performance.now(), { unref: true })
    .then(() => pause(LAST_LOOK_MS, { unref: true })).then(() => null);
  return Promise.race([readGreeting(connection).catch(() => null), late]);
}

async function pipe(connection: Deno.UnixConn): Promise<number> {
  await giveUpRights();
  const signals: Deno.Signal[] = ["SIGTERM", "SIGINT", "SIGHUP"];
  const ended = Promise.withResolvers<"from" | "to" | "signal">();
  for (const signal of signals) Deno.addSignalListener(signal, () => ended.resolve("signal"));
  const downward = pump(connection, Deno.stdout);
  // the core has gone, or stdout is broken
  downward.then(ended.resolve);
  let stdinEnded = false;
  pump(Deno.stdin, connection).then(async (end) => {
    // a core that cannot be written to has gone: its last words may still be on their way
    if (end === "from") {
      stdinEnded = true;
      await connection.closeWrite().catch(() => {});
    }
    await Promise.race([downward, pause(LAST_WORDS_MS, { unref: true })]);
    ended.resolve("from");
  });

  const end = await ended.promise;
  if (end !== "from" || stdinEnded) return 0;
  await say("the core went away; start this server again");
  return 1;
}

/** Copies until one side ends, and says which. */
async function pump(
  from: { read(bytes: Uint8Array): Promise<number | null> },
  to: { write(bytes: Uint8Array): Promise<number> },
): Promise<"from" | "to"> {
  const buffer = new Uint8Array(64 * 1024);
  for (;;) {
    const count = await from.read(buffer).catch(() => null);
    if (count === null) return "from";
    try {
      for (let sent = 0; sent < count;) sent += await to.write(buffer.subarray(sent, count));
    } catch {
      return "to";
    }
  }
}
