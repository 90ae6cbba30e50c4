/** What Home Assistant and its Supervisor put before an add-on's page: a path of its own, in a frame. */
import { createServer, type IncomingMessage, request, type RequestOptions } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";

/** The address that the proxy connects from, in place of the Supervisor's. */
export const INGRESS_ADDRESS = "127.0.0.2";

/** A proxy on loopback. */
export interface IngressProxy extends AsyncDisposable {
  /** Where the pages are; the page above it shows them in a frame. */
  readonly url: string;
  readonly frameUrl: string;
  /** Requests that did not begin with the path of the pages. */
  readonly strays: readonly string[];
}

/** Starts a proxy that serves what listens on a port below `prefix`, e.g. `/api/hassio_ingress/token`. */
export async function startIngressProxy(
  target: { port: number },
  { prefix = "/api/hassio_ingress/Zm9vYmFy" }: { prefix?: string } = {},
): Promise<IngressProxy> {
  const strays: string[] = [];
  const sockets = new Set<Duplex>();
  const server = createServer((incoming, outgoing) => {
    const path = incoming.url ?? "/";
    if (path === "/frame") {
      outgoing.setHeader("content-type", "text/html");
      return void outgoing.end(`<!doctype html><title>home</title><iframe src="${prefix}/"
        style="width:1200px;height:700px"></iframe>`);
    }
    if (path === "/favicon.ico") return void outgoing.writeHead(204).end();
    const options = onwards(incoming);
    if (options === null) return void outgoing.writeHead(404).end();
    const passed = request(options, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on("error", () => outgoing.destroy());
    incoming.pipe(passed);
  });
  server.on("upgrade", (incoming, socket: Duplex) => {
    const options = onwards(incoming);
    if (options === null) return void socket.destroy();
    sockets.add(socket);
    const passed = request(options);
    passed.on("error", () => socket.destroy());
    passed.on("response", ({ statusCode }) => {
      socket.end(`HTTP/1.1 ${statusCode} -\r\nconnection: close\r\n\r\n`);
    });
    passed.on("upgrade", (answer, upstream) => {
      sockets.add(upstream);
      const head = answer.rawHeaders.map((text, i) => i % 2 === 0 ? `${text}: ` : `${text}\r\n`);
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${head.join("")}\r\n`);
      for (const one of [socket, upstream]) {
        one.on("error", () => {});
        one.once("close", () => (one === socket ? upstream : socket).destroy());
      }
      upstream.pipe(socket);
      socket.pipe(upstream);
    });
    passed.end();
  });

  function onwards(incoming: IncomingMessage): RequestOptions | null {
    const path = incoming.url ?? "/";
    if (!path.startsWith(`${prefix}/`)) {
      strays.push(path);
      return null;
    }
    return {
      host: "127.0.0.1",
      port: target.port,
      localAddress: INGRESS_ADDRESS,
      agent: false,
      method: incoming.method,
      path: path.slice(prefix.length),
      headers: {
        ...incoming.headers,
        "x-ingress-path": prefix,
        "x-forwarded-host": incoming.headers.host,
        "x-forwarded-proto": "http",
      },
    };
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    // a name that the monitor does not know
    url: `http://homeassistant.localhost:${port}${prefix}`,
    frameUrl: `http://homeassistant.localhost:${port}/frame`,
    strays,
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
