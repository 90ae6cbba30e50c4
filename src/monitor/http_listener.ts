import { atMost } from "../waiting.ts";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
// @ts-types="@types/ws"
import { type WebSocket, WebSocketServer } from "ws";
import { ConfigError } from "../config/config_error.ts";
import { log } from "../log.ts";
import { Strangers } from "./connection_limits.ts";
import { rawResponse, requestOf, sendResponse } from "./http_exchange.ts";

/** Who asks, and how. */
export interface RequestSource {
  readonly address: string;
  /** Whether the connection may become a WebSocket: then, and only then, the answer may be an {@linkcode Upgrade}. */
  readonly canUpgrade: boolean;
  /** Says that they may ask: their connection does not have to give way to others any more. */
  admit(): void;
}

/** An answer that makes the connection a WebSocket, which is handed over open. */
export interface Upgrade {
  readonly serve: (socket: WebSocket) => void;
}

/** Answers one request. */
type RequestHandler = (
  request: Request,
  from: RequestSource,
) => Promise<Response | Upgrade>;

/** A request's head has to be there within this time, since the connection was made or the request before answered. */
const HEAD_LIMIT_MS = 10_000;
/** A whole request: 8 MiB over a slow line. */
const REQUEST_LIMIT_MS = 120_000;
/** Longer than proxies keep a connection, so that they never use one that is about to end. */
const IDLE_LIMIT_MS = 75_000;
const CHECK_MS = 1_000;
/**
 * More than a busy client opens at once, and few beside the 1,024 files that a process may usually open. A proxy's
 * connections are strangers only until the first right token comes over each.
 */
const STRANGERS = { perAddress: 192, inAll: 256 };
/** More than any header of ours, and a cookie of every other page on the same host. */
const HEAD_MAX_BYTES = 16 * 1024;
const COMMAND_MAX_BYTES = 256 * 1024;
const WATCH_MS = 1_000;
const QUIET_LOOKS = 5;
const LOOKS_TO_FAIL = 3;
/** Answers under way have this long to end once the listener is closed. */
const CLOSE_LIMIT_MS = 150;
const OUT_OF_FILES = /too many open files|EMFILE|ENFILE/i;

/**
 * Serves HTTP on one address until it is closed. Half a request, or none, holds a connection for seconds only, and never
 * many of them. Where no connection can be taken, for want of file descriptors say, the runtime stops listening without a
 * word; here that is noticed, the strangers' connections are given up, and it begins again on the same port.
 */
export class HttpListener {
  readonly #hostname: string;
  readonly #handler: RequestHandler;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    maxPayload: COMMAND_MAX_BYTES,
    perMessageDeflate: false,
  });
  readonly #strangers = new Strangers<Socket>(STRANGERS);
  readonly #connections = new Set<Socket>();
  readonly #watching: Watch;
  #server: Server;
  #port = 0;
  #closed = false;

  private constructor(hostname: string, handler: RequestHandler) {
    this.#hostname = hostname;
    this.#handler = handler;
    this.#server = this.#createServer();
    this.#watching = new Watch({
      target: () => ({ hostname: reachableName(hostname), port: this.#port }),
      restart: () => this.#restart(),
    });
  }

  /**
   * Listens.
   *
   * @throws {ConfigError} when the port is taken, or the address cannot be listened on
   */
  static async open(
    o: { hostname: string; port: number; handler: RequestHandler },
  ): Promise<HttpListener> {
    const listener = new HttpListener(o.hostname, o.handler);
    try {
      await listener.#listen(o.port);
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : null;
      throw new ConfigError(
        code === "EADDRINUSE"
          ? `Cannot start the monitor: port ${o.port} on ${o.hostname} is taken`
          : `Cannot listen on WEB_HOST "${o.hostname}", WEB_PORT ${o.port}: ${
            error instanceof Error ? error.message : String(error)
          }`,
      );
    }
    listener.#watching.start();
    return listener;
  }

  /** The port that is listened on; where 0 was asked for, the one that was given. */
  get port(): number {
    return this.#port;
  }

  /** Takes no more requests, waits a moment for the answers under way, and ends every connection. Never throws. */
  async close(): Promise<void> {
    this.#closed = true;
    const ended = Promise.withResolvers<void>();
    this.#server.close(() => ended.resolve());
    this.#server.closeIdleConnections();
    await Promise.all([atMost(CLOSE_LIMIT_MS, ended.promise), this.#watching.close()]);
    this.#server.closeAllConnections();
    for (const connection of this.#connections) connection.destroy();
  }

  #createServer(): Server {
    const server = createServer(
      {
        headersTimeout: HEAD_LIMIT_MS,
        requestTimeout: REQUEST_LIMIT_MS,
        keepAliveTimeout: IDLE_LIMIT_MS,
        connectionsCheckingInterval: CHECK_MS,
        maxHeaderSize: HEAD_MAX_BYTES,
        // Others are offers that may be left unanswered: Java's client offers HTTP/2 with every request.
        shouldUpgradeCallback: ({ headers }: IncomingMessage) =>
          headers.upgrade?.toLowerCase() === "websocket",
      } as Parameters<typeof createServer>[0],
    );
    server.on("connection", (socket) => this.#onConnection(socket));
    server.on("request", (incoming, outgoing) => void this.#onRequest(incoming, outgoing));
    server.on(
      "upgrade",
      (incoming, socket, head) => void this.#onUpgrade(incoming, { socket, head }),
    );
    server.on("clientError", (error: NodeJS.ErrnoException, socket) => refuse(socket, error.code));
    // Whatever it is, the watch sees whether connections are still taken.
    server.on("error", () => {});
    return server;
  }

  async #listen(port: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once("error", reject);
    this.#server.listen({ host: this.#hostname, port }, resolve);
    await promise;
    this.#server.off("error", reject);
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  #restart(): void {
    if (this.#closed) return;
    for (const stranger of this.#strangers.all()) stranger.destroy();
    this.#server.close();
    this.#server = this.#createServer();
    // Where the port cannot be had yet the watch tries again.
    this.#listen(this.#port).catch(() => {});
  }

  #onConnection(socket: Socket): void {
    this.#watching.accepted();
    this.#connections.add(socket);
    const leaving = this.#strangers.add(socket, socket.remoteAddress ?? "");
    leaving?.destroy();
    socket.on("error", () => {});
    socket.once("close", () => {
      this.#connections.delete(socket);
      this.#strangers.delete(socket);
    });
  }

  #sourceOf(incoming: IncomingMessage, canUpgrade: boolean): RequestSource {
    const { socket } = incoming;
    return {
      address: socket.remoteAddress ?? "",
      canUpgrade,
      admit: () => this.#strangers.delete(socket),
    };
  }

  async #onRequest(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    outgoing.on("error", () => {});
    incoming.on("error", () => {});
    const request = requestOf(incoming, outgoing);
    const response = request === null
      ? new Response(null, { status: 400 })
      : await this.#answer(request, this.#sourceOf(incoming, false));
    if (!(response instanceof Response)) return outgoing.destroy() && undefined;
    await sendResponse(response, outgoing);
    await request?.body?.cancel().catch(() => {});
  }

  async #onUpgrade(
    incoming: IncomingMessage,
    { socket, head }: { socket: Duplex; head: Buffer },
  ): Promise<void> {
    socket.on("error", () => {});
    const request = requestOf(incoming, null);
    const answer = request === null
      ? new Response(null, { status: 400 })
      : await this.#answer(request, this.#sourceOf(incoming, true));
    if (answer instanceof Response) {
      const bytes = await rawResponse(answer);
      socket.end(bytes, () => socket.destroy());
      return;
    }
    this.#sockets.handleUpgrade(incoming, socket, head, (webSocket) => answer.serve(webSocket));
  }

  async #answer(request: Request, from: RequestSource): Promise<Response | Upgrade> {
    try {
      return await this.#handler(request, from);
    } catch (error) {
      log("monitor").error("Bug: serving a request failed: {error}", { error });
      return new Response(null, { status: 500 });
    }
  }
}

/** Says in one line what was wrong with a request that could not be read, and ends its connection. */
function refuse(socket: Duplex, code: string | undefined): void {
  const status = code === "ERR_HTTP_REQUEST_TIMEOUT"
    ? "408 Request Timeout"
    : code === "HPE_HEADER_OVERFLOW"
    ? "431 Request Header Fields Too Large"
    : "400 Bad Request";
  if (!socket.writable) return void socket.destroy();
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\n\r\n`, () => socket.destroy());
}

/** A name under which this host reaches what it listens on. */
function reachableName(hostname: string): string {
  if (hostname === "0.0.0.0") return "127.0.0.1";
  return hostname === "::" || hostname === "[::]" ? "::1" : hostname.replace(/^\[|\]$/g, "");
}

/**
 * Sees whether connections are still taken: where none came by itself lately it makes one. Nothing else tells: after
 * an attempt without a free file descriptor the runtime takes no more, also once there are some.
 */
class Watch {
  readonly #target: () => { hostname: string; port: number };
  readonly #restart: () => void;
  readonly #closing = new AbortController();
  #timer: ReturnType<typeof setInterval> | undefined;
  #accepted = 0;
  #acceptedBefore = 0;
  #failing = false;
  /** Looks since a connection was last taken. */
  #quiet = 0;
  /** Looks since one was tried that was not taken yet. */
  #waiting = 0;
  #probe: Promise<void> | null = null;

  constructor(o: { target: () => { hostname: string; port: number }; restart: () => void }) {
    this.#target = o.target;
    this.#restart = o.restart;
  }

  start(): void {
    this.#timer = setInterval(() => this.#look(), WATCH_MS);
  }

  /** Tells that a connection was taken. */
  accepted(): void {
    this.#accepted++;
    if (!this.#failing) return;
    this.#failing = false;
    log("monitor").info("The monitor takes requests again");
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#closing.abort();
    await this.#probe;
  }

  #look(): void {
    const came = this.#accepted > this.#acceptedBefore;
    this.#acceptedBefore = this.#accepted;
    this.#quiet = came ? 0 : this.#quiet + 1;
    this.#waiting = came || this.#waiting === 0 ? 0 : this.#waiting + 1;
    // Several looks, so that a process which was busy for long is not taken for a deaf one. Where the runtime does not
    // tell of connections at all there is nothing to see.
    if (this.#waiting > LOOKS_TO_FAIL && this.#accepted > 0) this.#fail("it hears nothing");
    if (this.#failing || this.#quiet >= QUIET_LOOKS) this.#try();
  }

  #try(): void {
    if (this.#probe !== null || this.#waiting > 0) return;
    this.#waiting = 1;
    this.#probe = this.#connect().finally(() => this.#probe = null);
  }

  async #connect(): Promise<void> {
    try {
      const connection = await Deno.connect({ ...this.#target(), signal: this.#closing.signal });
      connection.close();
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      this.#waiting = 0;
      const why = error instanceof Error ? error.message : String(error);
      if (this.#failing || OUT_OF_FILES.test(why)) this.#fail(why);
    }
  }

  #fail(why: string): void {
    this.#waiting = 0;
    if (!this.#failing) {
      log("monitor").error("The monitor cannot take requests, trying again: {why}", { why });
    }
    this.#failing = true;
    this.#restart();
  }
}
