import { pause } from "../waiting.ts";
import {
  createMcpHandler,
  isJsonContentType,
  isLegacyRequest,
  readRequestBody,
} from "@modelcontextprotocol/server";
import type { Core } from "../core.ts";
import { log } from "../log.ts";
import { UNMARKED_OWNER } from "../session/registry.ts";
import type { AnyTool } from "../tools/tool.ts";
import { HttpSessions } from "./http_sessions.ts";
import { ResourceUpdates } from "./resource_updates.ts";
import { type CallObserver, createServer } from "./server.ts";
import { onStreamEnd } from "./stream_end.ts";
import { watchUri } from "./watch_resource.ts";
import { answerWithoutSecrets, clientFault } from "./wire_errors.ts";

/** MCP over Streamable HTTP, for both protocol eras. */
interface McpOverHttp {
  /** Serves one request. Who may send it, and from where, is checked before. */
  handle(request: Request): Promise<Response>;
  /** Gives running calls an error result, then ends them. */
  close(): Promise<void>;
}

/** A payload of 1 MiB, written as base64 or escaped JSON, and some more. */
const LARGEST_REQUEST_BYTES = 8 * 1024 * 1024;
const GRACE_MS = 100;

/**
 * Serves a core over HTTP. Clients of protocols up to 2025-11-25 are told apart by the session that `initialize` gave
 * them; a request of 2026-07-28, or one without a session, stands for itself.
 */
export function serveHttp(
  core: Core,
  options: { readonly tools: readonly AnyTool[]; readonly observer?: CallObserver },
): McpOverHttp {
  const closing = new AbortController();
  const onerror = (error: Error) => log("mcp").warning("{error}", { error: clientFault(error) });
  const create = (
    clientId: string,
    era: "legacy" | "modern",
    updates: Pick<ResourceUpdates, "serve">,
  ) => createServer({ core, ...options, clientId, era, updates, closing: closing.signal });
  // here the handler keeps what clients listen to, beyond the server of one request
  const handler = createMcpHandler(({ era }) => create(UNMARKED_OWNER, era, { serve() {} }), {
    // Only on a stream it is seen at once that whoever called is gone.
    responseMode: "sse",
    maxRequestBodySize: LARGEST_REQUEST_BYTES,
    onerror,
  });
  const unlisten = core.watches.onEvent(({ watch }) => {
    if (core.watches.sees(watch, UNMARKED_OWNER)) {
      handler.notify.resourceUpdated(watchUri(watch.id));
    }
  });
  const sessions = new HttpSessions({
    createServer(clientId, ended) {
      const updates = new ResourceUpdates(core, clientId);
      ended.then(() => updates[Symbol.dispose]());
      const server = create(clientId, "legacy", updates);
      server.onerror = onerror;
      return server;
    },
    ttlMs: core.config.sessionTtl * 1000,
    maxBodyBytes: LARGEST_REQUEST_BYTES,
  });

  async function single(request: Request, parsedBody: unknown): Promise<Response> {
    const gone = new AbortController();
    const response = await handler.fetch(
      new Request(request, { signal: gone.signal }),
      parsedBody === undefined ? undefined : { parsedBody },
    );
    if (response.body === null) return response;
    return new Response(onStreamEnd(response.body, (wanted) => wanted || gone.abort()), response);
  }

  return {
    async handle(request) {
      const body = await jsonBody(request);
      const limit = { maxRequestBodySize: LARGEST_REQUEST_BYTES };
      const answer = await isLegacyRequest(request, body, limit)
        ? await sessions.handle(request, body)
        : null;
      return await answerWithoutSecrets(answer ?? await single(request, body));
    },
    async close() {
      closing.abort();
      unlisten();
      await pause(GRACE_MS);
      await Promise.all([handler.close(), sessions.close()]);
    },
  };
}

/** A request's JSON; undefined where there is none, and then whoever serves it says what is wrong. */
async function jsonBody(request: Request): Promise<unknown> {
  if (request.method !== "POST" || !isJsonContentType(request.headers.get("content-type"))) {
    return undefined;
  }
  const read = await readRequestBody(request.clone(), LARGEST_REQUEST_BYTES);
  if (read.tooLarge) return undefined;
  try {
    return JSON.parse(read.text);
  } catch {
    return undefined;
  }
}
