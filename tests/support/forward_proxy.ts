import { issueCertificate } from "./certificates.ts";

/** An HTTP proxy on loopback, as companies have them: clients name it in HTTPS_PROXY and send CONNECT. */
export interface ForwardProxy extends AsyncDisposable {
  readonly url: string;
  /** Hosts that were connected to, one entry each time. */
  readonly asked: readonly string[];
  /** The certificate of the authority that signs for every host, when it opens TLS; else null. */
  readonly ca: string | null;
}

/** How a proxy treats what passes. */
export interface ForwardProxyOptions {
  /** Ends TLS and signs for each host itself, so that clients need its authority's certificate. */
  readonly opensTls?: boolean;
}

/** Starts a proxy that reaches whatever this machine reaches. */
export function startForwardProxy(options: ForwardProxyOptions = {}): ForwardProxy {
  return new Forwarding(options.opensTls ?? false);
}

const AUTHORITY = "Test proxy CA";

class Forwarding implements ForwardProxy {
  readonly asked: string[] = [];
  readonly ca: string | null;
  readonly #issuer: { commonName: string; key: string } | null;
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #inner = new Map<string, Deno.TlsListener>();
  readonly #open = new Set<Deno.Conn>();
  readonly #running = new Set<Promise<void>>();

  constructor(opensTls: boolean) {
    const authority = opensTls ? issueCertificate({ commonName: AUTHORITY, isCa: true }) : null;
    this.ca = authority?.cert ?? null;
    this.#issuer = authority && { commonName: AUTHORITY, key: authority.key };
    this.#track(this.#accept(this.#listener, (client) => this.#connect(client)));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#listener.addr as Deno.NetAddr).port}`;
  }

  #track(work: Promise<void>): void {
    this.#running.add(work);
    work.finally(() => this.#running.delete(work));
  }

  async #accept(
    listener: Deno.Listener | Deno.TlsListener,
    serve: (client: Deno.Conn) => Promise<void>,
  ): Promise<void> {
    for (;;) {
      let client: Deno.Conn;
      try {
        client = await listener.accept();
      } catch (error) {
        if (error instanceof Deno.errors.BadResource) return;
        continue; // a handshake that failed, such as one by a client that does not trust us
      }
      this.#open.add(client);
      this.#track(serve(client).catch(() => {}).finally(() => this.#close(client)));
    }
  }

  async #connect(client: Deno.Conn): Promise<void> {
    const request = await readHead(client);
    const [, host, port] = /^CONNECT ([^\s:]+):(\d+) HTTP/.exec(request) ?? [];
    if (host === undefined) {
      await writeAll(client, "HTTP/1.1 405 Method Not Allowed\r\n\r\n");
      return;
    }
    this.asked.push(host);
    const target = this.#issuer
      ? { hostname: "127.0.0.1", port: this.#innerPort(host, Number(port)) }
      : { hostname: host, port: Number(port) };
    const server = await Deno.connect(target);
    await writeAll(client, "HTTP/1.1 200 Connection Established\r\n\r\n");
    await this.#join(client, server);
  }

  /** The port where TLS for a host is ended. */
  #innerPort(host: string, port: number): number {
    const known = this.#inner.get(host);
    if (known) return (known.addr as Deno.NetAddr).port;
    const { cert, key } = issueCertificate({
      commonName: host,
      hosts: [host],
      issuer: this.#issuer!,
    });
    const listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert, key });
    this.#inner.set(host, listener);
    this.#track(this.#accept(listener, async (client) => {
      await this.#join(client, await Deno.connectTls({ hostname: host, port }));
    }));
    return (listener.addr as Deno.NetAddr).port;
  }

  async #join(client: Deno.Conn, server: Deno.Conn): Promise<void> {
    this.#open.add(server);
    const pipe = async (from: Deno.Conn, to: Deno.Conn) => {
      const buffer = new Uint8Array(65_536);
      try {
        for (let n = await from.read(buffer); n !== null; n = await from.read(buffer)) {
          await writeAll(to, buffer.subarray(0, n));
        }
      } catch {
        // Either side was closed; the other follows.
      }
      this.#close(from);
      this.#close(to);
    };
    await Promise.all([pipe(client, server), pipe(server, client)]);
  }

  #close(connection: Deno.Conn): void {
    if (!this.#open.delete(connection)) return;
    try {
      connection.close();
    } catch {
      // It was closed by its other end.
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const listener of this.#inner.values()) listener.close();
    for (const connection of [...this.#open]) this.#close(connection);
    while (this.#running.size > 0) await Promise.all([...this.#running]);
  }
}

async function readHead(connection: Deno.Conn): Promise<string> {
  const buffer = new Uint8Array(1);
  let head = "";
  while (!head.endsWith("\r\n\r\n") && head.length < 8_192) {
    if (await connection.read(buffer) === null) break;
    head += String.fromCharCode(buffer[0]);
  }
  return head;
}

async function writeAll(connection: Deno.Conn, data: string | Uint8Array): Promise<void> {
  const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
  for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
}
