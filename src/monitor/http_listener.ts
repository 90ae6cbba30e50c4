import { ConfigError } from "../config.ts";
import { log } from "../log.ts";

/** Answers one request; `address` is whose it is. */
export type RequestHandler = (request: Request, from: { address: string }) => Promise<Response>;

const RETRY_MS = 500;

/**
 * Serves HTTP on one address until it is closed. Deno ends a server for good when it cannot take a connection, and with it
 * the process: too many open files, say. Here it begins again, on the same port, and whatever else the process does goes on.
 */
export class HttpListener {
  readonly #hostname: string;
  readonly #handler: RequestHandler;
  readonly #port: number;
  #server: Deno.HttpServer<Deno.NetAddr> | null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  /**
   * Listens at once.
   *
   * @throws {Deno.errors.AddrInUse} when the port is taken
   * @throws {ConfigError} when the address cannot be listened on
   */
  constructor(o: { hostname: string; port: number; handler: RequestHandler }) {
    this.#hostname = o.hostname;
    this.#handler = o.handler;
    try {
      this.#server = this.#listen(o.port);
    } catch (error) {
      if (error instanceof Deno.errors.AddrInUse) throw error;
      const why = error instanceof Error ? error.message : String(error);
      throw new ConfigError(
        `Cannot listen on WEB_HOST "${o.hostname}", WEB_PORT ${o.port}: ${why}`,
      );
    }
    this.#port = this.#server.addr.port;
  }

  /** The port that is listened on; where 0 was asked for, the one that was given. */
  get port(): number {
    return this.#port;
  }

  #listen(port: number): Deno.HttpServer<Deno.NetAddr> {
    const server = Deno.serve(
      {
        hostname: this.#hostname,
        port,
        onListen() {},
        onError(error) {
          log("monitor").error("Bug: serving a request failed: {error}", { error });
          return new Response(null, { status: 500 });
        },
      },
      (request, info) => this.#handler(request, { address: info.remoteAddr.hostname }),
    );
    server.finished.catch((error) => this.#onFailure(error));
    return server;
  }

  #onFailure(error: unknown): void {
    this.#server = null;
    if (this.#closed) return;
    log("monitor").error("The monitor cannot take requests, trying again: {error}", {
      error: String(error),
    });
    this.#retry();
  }

  #retry(): void {
    this.#timer = setTimeout(() => {
      try {
        this.#server = this.#listen(this.#port);
        log("monitor").info("The monitor takes requests again");
      } catch {
        // told already, and the reason is likely the same
        this.#retry();
      }
    }, RETRY_MS);
  }

  /** Takes no more requests, and waits for the answers under way. Never throws. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    try {
      await this.#server?.shutdown();
    } catch {
      // it had failed already
    }
  }
}
