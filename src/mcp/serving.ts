/** A connection over bytes, whatever answers on it. Loads nothing but the SDK. */
import { atMost, pause } from "../waiting.ts";
import type { Server } from "@modelcontextprotocol/server";
import { serveStdio as serveTransport } from "@modelcontextprotocol/server/stdio";
import { log } from "../log.ts";
import type { AnyTool } from "../tools/tool.ts";
import { listenForSignals } from "./signals.ts";
import { type ByteStream, StreamTransport } from "./stream_transport.ts";
import { clientFault } from "./wire_errors.ts";

/** A connection that is being served. */
export interface ServedConnection {
  /** Marks the sessions this connection opens. */
  readonly clientId: string;
  /** Resolves when the connection has ended, from whichever side. Never rejects. */
  readonly ended: Promise<void>;
  /** Ends the connection at once; its running calls are aborted. */
  close(): Promise<void>;
  /**
   * Ends the connection in peace: running calls get an error result first, for which there is at
   * most `graceMs` time.
   */
  shutDown(graceMs: number): Promise<void>;
}

/** What the servers of a connection need of it. */
export interface Connection {
  readonly clientId: string;
  /** Aborted when the core ends: calls that are still running get an error result. */
  readonly closing: AbortSignal;
  /** The tool, with its runs counted among those that an end in peace waits for. */
  countRunning(tool: AnyTool): AnyTool;
}

/** The protocol's: `modern` is 2026-07-28 and later. */
export type Era = "legacy" | "modern";

/** Makes the servers of one connection: one, or for some handshakes a second one. */
export interface Servers {
  create(era: Era): Server;
  /** The connection has ended. */
  end(): void;
}

/** Serves a connection with the servers that are made for it. Its end touches nothing else. */
export function serveConnection(
  stream: ByteStream,
  serversOf: (connection: Connection) => Servers,
): ServedConnection {
  const clientId = crypto.randomUUID();
  const closing = new AbortController();
  const ended = Promise.withResolvers<void>();
  let running = 0;
  let onIdle = () => {};
  const servers = serversOf({ clientId, closing: closing.signal, countRunning });
  const transport = new StreamTransport(stream, () => {
    servers.end();
    ended.resolve();
  });
  const handle = serveTransport(({ era }) => servers.create(era), {
    transport,
    onerror: (error) => log("mcp").warning("{error}", { error: clientFault(error) }),
  });

  function countRunning(tool: AnyTool): AnyTool {
    return {
      ...tool,
      async run(args, context) {
        running++;
        try {
          return await tool.run(args, context);
        } finally {
          if (--running === 0) onIdle();
        }
      },
    };
  }

  async function shutDown(graceMs: number): Promise<void> {
    if (running > 0) {
      const idle = Promise.withResolvers<void>();
      onIdle = idle.resolve;
      closing.abort();
      await atMost(graceMs, idle.promise);
      // The results of the calls that just ended are still on their way to the stream.
      await pause(Math.min(graceMs, RESULTS_OUT_MS));
    }
    await handle.close();
    await ended.promise;
  }

  return {
    clientId,
    ended: ended.promise,
    close: async () => {
      await handle.close();
      await ended.promise;
    },
    shutDown,
  };
}

const RESULTS_OUT_MS = 80;
// with the 650 ms that the transport has for last answers, this stays within a second
const CLOSE_CORE_MS = 300;
const BACKSTOP_MS = 1_500;

/**
 * Serves a process's one connection until stdin ends, stdout breaks or a signal comes; then closes what `close` closes, and
 * resolves with the exit code, within a second.
 */
export async function untilProcessEnds(
  connection: ServedConnection,
  { close }: { close: () => Promise<unknown> },
): Promise<number> {
  const { promise: signalled, resolve: onSignal } = Promise.withResolvers<string>();
  const unlisten = listenForSignals(onSignal);
  const why = await Promise.race([connection.ended.then(() => "stdin ended"), signalled]);
  // Whatever hangs below, hosts must never be left with a process that does not end.
  setTimeout(() => Deno.exit(1), BACKSTOP_MS);
  log("mcp").info("Shutting down: {why}", { why });
  await within(CLOSE_CORE_MS, Promise.all([connection.close(), close()]));
  unlisten();
  return 0;
}

/** Waits for a promise, but not longer than that; its failure is logged and swallowed. */
async function within(maxMs: number, promise: Promise<unknown>): Promise<void> {
  const failed = (error: unknown) => log("mcp").error("Cannot close the core: {error}", { error });
  await atMost(maxMs, promise.catch(failed));
}
