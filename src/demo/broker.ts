import { createServer, type Socket } from "node:net";
import { Aedes } from "aedes";

/** A broker inside this process, reachable on loopback only. */
interface DemoBroker extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  /** Ends all connections and frees the port. Idempotent. */
  close(): Promise<void>;
}

/**
 * Starts an embedded broker (aedes, MQTT 3.1.1) on 127.0.0.1. Without a port, or with 0, it takes a
 * free one. Rejects with the system's error if the port is taken.
 */
export async function startDemoBroker(o: { port?: number } = {}): Promise<DemoBroker> {
  const aedes = await Aedes.createBroker({ connectTimeout: 10_000 });
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    aedes.handle(socket);
  });
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(o.port ?? 0, "127.0.0.1", () => {
        server.off("error", reject);
        resolve();
      });
    });
  } catch (error) {
    await new Promise<void>((resolve) => aedes.close(() => resolve()));
    throw error;
  }
  const address = server.address();
  if (address === null || typeof address === "string") {
    throw new TypeError("Cannot tell the port of the demo broker");
  }
  let closing: Promise<void> | null = null;
  function close(): Promise<void> {
    closing ??= (async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await new Promise<void>((resolve) => aedes.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    })();
    return closing;
  }
  return {
    port: address.port,
    url: `mqtt://127.0.0.1:${address.port}`,
    close,
    [Symbol.asyncDispose]: close,
  };
}
