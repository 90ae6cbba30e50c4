import { createMcpHandler } from "@modelcontextprotocol/server";
import type { Core } from "../core.ts";
import { log } from "../log.ts";
import type { AnyTool } from "../tools/tool.ts";
import { clientFault } from "./result.ts";
import { type CallObserver, createServer } from "./server.ts";

/** MCP over Streamable HTTP, for both protocol eras. */
interface McpOverHttp {
  /** Serves one request. Who may send it, and from where, is checked before. */
  handle(request: Request): Promise<Response>;
  /** Gives running calls an error result, then ends them. */
  close(): Promise<void>;
}

/** All who know the token are the same to the core: over HTTP no connection marks a client. */
const HTTP_CLIENT_ID = "http";
/** A payload of 1 MiB, written as base64 or escaped JSON, and some more. */
const LARGEST_REQUEST_BYTES = 8 * 1024 * 1024;
const GRACE_MS = 100;

/** Serves a core over HTTP. The protocol is stateless there: sessions with brokers live in the core alone. */
export function serveHttp(
  core: Core,
  options: { readonly tools: readonly AnyTool[]; readonly observer?: CallObserver },
): McpOverHttp {
  const closing = new AbortController();
  const handler = createMcpHandler(
    () => createServer({ core, ...options, clientId: HTTP_CLIENT_ID, closing: closing.signal }),
    {
      // Only on a stream it is seen at once that whoever called is gone.
      responseMode: "sse",
      maxRequestBodySize: LARGEST_REQUEST_BYTES,
      onerror: (error) => log("mcp").warning("{error}", { error: clientFault(error) }),
    },
  );
  return {
    async handle(request) {
      const gone = new AbortController();
      const { url, method, headers, body } = request;
      const response = await handler.fetch(
        new Request(url, { method, headers, body, signal: gone.signal }),
      );
      if (response.body === null) return response;
      return new Response(onCancel(response.body, () => gone.abort()), response);
    },
    async close() {
      closing.abort();
      await new Promise((resolve) => setTimeout(resolve, GRACE_MS));
      await handler.close();
    },
  };
}

/** The same bytes; `whenCancelled` is called when nobody wants the rest of them. */
function onCancel(
  body: ReadableStream<Uint8Array>,
  whenCancelled: () => void,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel(reason) {
      whenCancelled();
      await reader.cancel(reason);
    },
  });
}
