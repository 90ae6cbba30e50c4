import type { Core } from "../core.ts";
import type { AnyTool } from "../tools/tool.ts";
import { ResourceUpdates } from "./resource_updates.ts";
import { type CallObserver, createServer } from "./server.ts";
import {
  type Connection,
  type Era,
  serveConnection,
  type ServedConnection,
  type Servers,
  untilProcessEnds,
} from "./serving.ts";
import type { ByteStream } from "./stream_transport.ts";

/** How a connection is served. */
interface ServeOptions {
  /** All tools; the settings decide which of them are shown. */
  readonly tools: readonly AnyTool[];
  /** Hears of every call. */
  readonly observer?: CallObserver;
}

/** The servers of a connection that work on a core. */
function serversOn(core: Core, options: ServeOptions, connection: Connection): Servers {
  const { clientId, closing } = connection;
  const updates = new ResourceUpdates(core, clientId);
  const optionsFor = (era: Era) => ({
    core,
    era,
    tools: options.tools.map((tool) => connection.countRunning(tool)),
    clientId,
    closing,
    observer: options.observer,
    updates,
  });
  return {
    create: (era) => createServer(optionsFor(era)),
    end: () => updates[Symbol.dispose](),
  };
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
  return serveConnection(stream, (connection) => serversOn(core, options, connection));
}

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
  return await untilProcessEnds(connection, { close: () => core.close() });
}
