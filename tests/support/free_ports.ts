/** Ports for servers that tests start. */

/** So many TCP ports on loopback that nothing listens on at this moment, each another one. */
export function freePorts(count: number): number[] {
  const listeners = Array.from(
    { length: count },
    () => Deno.listen({ hostname: "127.0.0.1", port: 0 }),
  );
  return listeners.map((listener) => {
    listener.close();
    return listener.addr.port;
  });
}

/** A TCP port on loopback that nothing listens on at this moment. */
export function freePort(): number {
  return freePorts(1)[0];
}
