/** Ports for servers that tests start. */

/** Below the ports that systems give to whoever asks for any: outgoing connections, and what listens on port 0. */
const FIRST = 16_000;
const COUNT = 16_000;

/**
 * So many TCP ports on loopback that nothing listens on at this moment, each another one. The system gives none of them to
 * somebody else before the server that is started with one listens on it.
 */
export function freePorts(count: number): number[] {
  const listeners: Deno.TcpListener[] = [];
  while (listeners.length < count) {
    const port = FIRST + Math.floor(Math.random() * COUNT);
    try {
      listeners.push(Deno.listen({ hostname: "127.0.0.1", port }));
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
  return listeners.map((listener) => {
    listener.close();
    return listener.addr.port;
  });
}

/** A TCP port on loopback that nothing listens on at this moment. */
export function freePort(): number {
  return freePorts(1)[0];
}
