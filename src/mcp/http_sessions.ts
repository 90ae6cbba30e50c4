import {
  isInitializeRequest,
  type Server,
  WebStandardStreamableHTTPServerTransport as Transport,
} from "@modelcontextprotocol/server";
import { onStreamEnd } from "./stream_end.ts";

/** What {@linkcode HttpSessions} is made with. */
interface HttpSessionsOptions {
  /** A server for one client, which `clientId` marks; `ended` resolves once the client is gone. */
  readonly createServer: (clientId: string, ended: Promise<void>) => Server;
  readonly ttlMs: number;
  readonly maxBodyBytes: number;
  /** A clock in milliseconds that nobody sets. */
  readonly tick?: () => number;
}

/** One client that said `initialize`. */
interface HttpSession {
  readonly transport: Transport;
  /** Answers and listening streams that are under way: with any, the session is in use. */
  open: number;
  lastUsedAt: number;
}

/** More clients than this at a time, and the one that was away for longest has to begin anew. */
const MOST_SESSIONS = 100;
const LONGEST_SWEEP_MS = 60_000;

/**
 * The clients of protocols up to 2025-11-25 that came over HTTP, by their `Mcp-Session-Id`: one transport each, so that
 * a cancellation finds the call it means and a client is known by its name. A session ends by DELETE, after its time
 * without use, or with the core.
 */
export class HttpSessions {
  readonly #options: HttpSessionsOptions;
  readonly #tick: () => number;
  readonly #sessions = new Map<string, HttpSession>();
  readonly #sweeper: ReturnType<typeof setInterval>;

  constructor(options: HttpSessionsOptions) {
    this.#options = options;
    this.#tick = options.tick ?? (() => performance.now());
    this.#sweeper = setInterval(
      () => this.#sweep(),
      Math.max(100, Math.min(LONGEST_SWEEP_MS, options.ttlMs / 10)),
    );
    Deno.unrefTimer(this.#sweeper);
  }

  /**
   * Answers a request that belongs to a session or begins one; null where it does neither. `body` is the request's,
   * parsed; undefined where it has none.
   */
  async handle(request: Request, body: unknown): Promise<Response | null> {
    this.#sweep();
    const id = request.headers.get("mcp-session-id");
    if (id === null) {
      return request.method === "POST" && isInitializeRequest(body)
        ? await this.#begin(request, body)
        : null;
    }
    const session = this.#sessions.get(id);
    return session === undefined
      ? refusal(404, -32001, "Session not found: it ended; send initialize again")
      : await this.#serve(session, request, body);
  }

  async #begin(request: Request, body: unknown): Promise<Response> {
    if (this.#sessions.size >= MOST_SESSIONS && !await this.#endLongestAway()) {
      return refusal(503, -32000, `${MOST_SESSIONS} clients are at work already; try again later`);
    }
    const id = crypto.randomUUID();
    const transport = new Transport({
      sessionIdGenerator: () => id,
      maxRequestBodySize: this.#options.maxBodyBytes,
      onsessioninitialized: () => {
        this.#sessions.set(id, session);
      },
    });
    const session: HttpSession = { transport, open: 0, lastUsedAt: this.#tick() };
    const gone = Promise.withResolvers<void>();
    const server = this.#options.createServer(id, gone.promise);
    await server.connect(transport);
    const { onclose, onmessage } = transport;
    transport.onclose = () => {
      this.#sessions.delete(id);
      gone.resolve();
      onclose?.();
    };
    transport.onmessage = (message, extra) => {
      onmessage?.(message, extra);
      if (!("method" in message) || message.method !== "notifications/cancelled") return;
      // No answer will come: nobody has to keep its stream open.
      const { requestId } = message.params ?? {};
      if (typeof requestId === "string" || typeof requestId === "number") {
        transport.closeSSEStream(requestId);
      }
    };
    const response = await this.#serve(session, request, body);
    if (!this.#sessions.has(id)) await server.close();
    return response;
  }

  async #serve(session: HttpSession, request: Request, body: unknown): Promise<Response> {
    const { transport } = session;
    session.open++;
    const ended = (wanted: boolean) => {
      session.open--;
      session.lastUsedAt = this.#tick();
      // Nothing is kept for a client that comes back: what it does not take is not worth going on for.
      if (!wanted) { for (const requestId of requestIds(body)) cancel(transport, requestId); }
    };
    let response: Response;
    try {
      response = await transport.handleRequest(
        request,
        body === undefined ? {} : { parsedBody: body },
      );
    } catch (error) {
      ended(true);
      throw error;
    }
    if (response.body === null) {
      ended(true);
      return response;
    }
    return new Response(onStreamEnd(response.body, ended), response);
  }

  async #endLongestAway(): Promise<boolean> {
    let longest: HttpSession | null = null;
    for (const session of this.#sessions.values()) {
      if (session.open > 0) continue;
      if (longest === null || session.lastUsedAt < longest.lastUsedAt) longest = session;
    }
    await longest?.transport.close();
    return longest !== null;
  }

  #sweep(): void {
    const oldest = this.#tick() - this.#options.ttlMs;
    for (const { transport, open, lastUsedAt } of [...this.#sessions.values()]) {
      if (open === 0 && lastUsedAt < oldest) void transport.close();
    }
  }

  /** Ends every session with its calls. */
  async close(): Promise<void> {
    clearInterval(this.#sweeper);
    await Promise.all([...this.#sessions.values()].map(({ transport }) => transport.close()));
  }
}

function requestIds(body: unknown): (string | number)[] {
  return (Array.isArray(body) ? body : [body]).flatMap((message) => {
    if (typeof message !== "object" || message === null || !("method" in message)) return [];
    const { id } = message;
    return typeof id === "string" || typeof id === "number" ? [id] : [];
  });
}

function cancel(transport: Transport, requestId: string | number): void {
  transport.onmessage?.({
    jsonrpc: "2.0",
    method: "notifications/cancelled",
    params: { requestId, reason: "The client closed the stream of its answer" },
  });
}

function refusal(status: number, code: number, message: string): Response {
  return Response.json({ jsonrpc: "2.0", error: { code, message }, id: null }, { status });
}
