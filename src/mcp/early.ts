import type { Server, Tool as ToolDefinition } from "@modelcontextprotocol/server";
import { newServer } from "./new_server.ts";
import {
  type Connection,
  type Era,
  serveConnection,
  type ServedConnection,
  type Servers,
  untilProcessEnds,
} from "./serving.ts";
import type { Work } from "./stdio_work.ts";
import type { ByteStream, Message } from "./stream_transport.ts";

/** What is answered before the rest of the program is there. */
const EARLY: ReadonlySet<string> = new Set([
  "initialize",
  "notifications/initialized",
  "server/discover",
  "ping",
  "tools/list",
]);
/** The list is on its way out by then: loading keeps the process from everything else. */
const AFTER_LIST_MS = 10;
/** A host that asks for nothing has the process ready, and without the rights it does not need, after this long. */
const UNASKED_MS = 1_000;

/** What is told early, and what starts the rest. */
interface EarlyOptions {
  readonly listed: readonly ToolDefinition[];
  readonly startWork: () => Promise<Work>;
}

/**
 * Serves this process's stdin and stdout: who it is and which tools there are at once, and everything else as soon as the
 * rest of the program is loaded, which begins after the first list of tools. Resolves with the exit code.
 *
 * @throws {ConfigError} of `startWork`
 */
export async function serveEarly(stdio: ByteStream, options: EarlyOptions): Promise<number> {
  const { served, failed, close } = serveEarlyStream(stdio, options);
  return await untilProcessEnds(served, { failed, close });
}

/** The connection of {@linkcode serveEarly}. `failed` rejects when the rest of the program cannot be started. */
export function serveEarlyStream(
  stream: ByteStream,
  o: EarlyOptions,
): { served: ServedConnection; failed: Promise<never>; close: () => Promise<void> } {
  const failed = Promise.withResolvers<never>();
  // where the process has ended before, nobody waits for it any more
  failed.promise.catch(() => {});
  const made: { server: Server; era: Era }[] = [];
  let begun = false;
  let work: Work | null = null;
  let servers: Servers | null = null;
  let connection: Connection;

  async function begin(): Promise<void> {
    if (begun) return;
    begun = true;
    clearTimeout(unasked);
    try {
      work = await o.startWork();
      servers = work.servers(connection);
      for (const { server, era } of made) servers.complete(server, era);
      served.release();
    } catch (error) {
      failed.reject(error);
    }
  }

  function createEarly(era: Era): Server {
    const server = newServer({ era, subscribe: true });
    server.setRequestHandler("tools/list", () => {
      setTimeout(begin, AFTER_LIST_MS);
      return { tools: [...o.listed] };
    });
    made.push({ server, era });
    return server;
  }

  const unasked = setTimeout(begin, UNASKED_MS);
  const served = serveConnection(stream, (one) => {
    connection = one;
    return {
      create: (era) => servers?.create(era) ?? createEarly(era),
      end: () => {
        clearTimeout(unasked);
        servers?.end();
      },
    };
  }, {
    holds(message) {
      if (EARLY.has(methodOf(message))) return false;
      void begin();
      return true;
    },
  });
  return { served, failed: failed.promise, close: async () => await work?.close() };
}

function methodOf(message: Message): string {
  return "method" in message ? message.method : "";
}
