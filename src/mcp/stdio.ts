import { serveStdio as serveTransport } from "@modelcontextprotocol/server/stdio";
import type { Core } from "../core.ts";
import { log } from "../log.ts";
import type { AnyTool } from "../tools/tool.ts";
import { ResourceUpdates } from "./resource_updates.ts";
import { clientFault } from "./result.ts";
import { type CallObserver, createServer } from "./server.ts";
import { type ByteStream, StreamTransport } from "./stream_transport.ts";

/** How a connection is served. */
interface ServeOptions {
  /** All tools; the settings decide which of them are shown. */
  readonly tools: readonly AnyTool[];
  /** Hears of every call. */
  readonly observer?: CallObserver;
}

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

/**
 * Serves MCP over a byte stream, e.g. an accepted socket. Its end aborts this connection's calls and
 * touches nothing else of the core.
 */
export function serveStream(
  stream: ByteStream,
  core: Core,
  options: ServeOptions,
): ServedConnection {
  const clientId = crypto.randomUUID();
  const closing = new AbortController();
  const ended = Promise.withResolvers<void>();
  let running = 0;
  let onIdle = () => {};
  const updates = new ResourceUpdates(core, clientId);
  const transport = new StreamTransport(stream, () => {
    updates[Symbol.dispose]();
    ended.resolve();
  });
  const handle = serveTransport(
    ({ era }) =>
      createServer({
        core,
        era,
        tools: options.tools.map((tool) => countRunning(tool)),
        clientId,
        closing: closing.signal,
        observer: options.observer,
        updates,
      }),
    {
      transport,
      onerror: (error) => log("mcp").warning("{error}", { error: clientFault(error) }),
    },
  );

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
      const timer = setTimeout(idle.resolve, graceMs);
      closing.abort();
      await idle.promise;
      clearTimeout(timer);
      // The results of the calls that just ended are still on their way to the stream.
      await new Promise((resolve) => setTimeout(resolve, Math.min(graceMs, RESULTS_OUT_MS)));
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
 * Serves MCP on this process's stdin and stdout until stdin ends, stdout breaks or a signal comes;
 * then closes the core, and resolves with the exit code, within a second.
 */
export async function serveProcess(
  stdio: ByteStream,
  core: Core,
  options: ServeOptions,
): Promise<number> {
  const connection = serveStream(stdio, core, options);
  const { promise: signalled, resolve: onSignal } = Promise.withResolvers<string>();
  const unlisten = listenForSignals(onSignal);
  const why = await Promise.race([connection.ended.then(() => "stdin ended"), signalled]);
  // Whatever hangs below, hosts must never be left with a process that does not end.
  setTimeout(() => Deno.exit(1), BACKSTOP_MS);
  log("mcp").info("Shutting down: {why}", { why });
  await within(CLOSE_CORE_MS, Promise.all([connection.close(), core.close()]));
  unlisten();
  return 0;
}

/** Calls back on every signal that asks a process to end. Returns what undoes it. */
export function listenForSignals(onSignal: (signal: string) => void): () => void {
  const signals: Deno.Signal[] = Deno.build.os === "windows"
    ? ["SIGINT", "SIGBREAK"]
    : ["SIGTERM", "SIGINT", "SIGHUP"];
  const undo = signals.map((signal) => {
    const listener = () => onSignal(signal);
    Deno.addSignalListener(signal, listener);
    return () => Deno.removeSignalListener(signal, listener);
  });
  return () => undo.forEach((remove) => remove());
}

/** Waits for a promise, but not longer than that; its failure is logged and swallowed. */
async function within(maxMs: number, promise: Promise<unknown>): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, maxMs);
  const failed = (error: unknown) => log("mcp").error("Cannot close the core: {error}", { error });
  await Promise.race([promise.catch(failed), late.promise]);
  clearTimeout(timer);
}
