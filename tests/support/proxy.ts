/** MQTT control packet types (MQTT 5 §2.1.2) that a proxy can hold back. */
const PACKET_TYPES = {
  connack: 2,
  publish: 3,
  puback: 4,
  pubrec: 5,
  pubrel: 6,
  pubcomp: 7,
  suback: 9,
  unsuback: 11,
  pingresp: 13,
} as const;

/** The name of a packet that {@linkcode TcpProxy.drop} can hold back. */
export type DroppablePacket = keyof typeof PACKET_TYPES;

/** A TCP proxy on loopback in front of a broker, which can do what networks do. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** Connection string of the proxy. */
  readonly url: string;
  /** Connections accepted so far. */
  readonly accepted: number;
  /** Stops passing bytes in both directions, without closing anything: no FIN, no RST. */
  freeze(): void;
  /** Passes on what had come in the meantime, and goes on. */
  thaw(): void;
  /** Closes all connections at once. */
  cut(): void;
  /** From now on packets of these types that come from the broker are swallowed. */
  drop(...packets: DroppablePacket[]): void;
}

/** Starts a proxy in front of `127.0.0.1:port`. */
export function startProxy(port: number): TcpProxy {
  return new Proxy(port);
}

class Proxy implements TcpProxy {
  accepted = 0;
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #targetPort: number;
  readonly #open = new Set<Deno.Conn>();
  readonly #running = new Set<Promise<void>>();
  readonly #dropped = new Set<number>();
  #gate: { promise: Promise<void>; resolve: () => void } | null = null;

  constructor(targetPort: number) {
    this.#targetPort = targetPort;
    this.#track(this.#accept());
  }

  get port(): number {
    return (this.#listener.addr as Deno.NetAddr).port;
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.port}`;
  }

  #track(work: Promise<void>): void {
    this.#running.add(work);
    work.finally(() => this.#running.delete(work));
  }

  async #accept(): Promise<void> {
    try {
      for await (const client of this.#listener) {
        this.accepted++;
        this.#track(this.#serve(client));
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
  }

  async #serve(client: Deno.Conn): Promise<void> {
    this.#open.add(client);
    try {
      const broker = await Deno.connect({ hostname: "127.0.0.1", port: this.#targetPort });
      this.#open.add(broker);
      await Promise.all([
        this.#pump(client, broker, (bytes) => bytes),
        this.#pump(broker, client, frameFilter(this.#dropped)),
      ]);
    } catch {
      // The broker is down: the client sees its connection closed.
    } finally {
      this.#close(client);
    }
  }

  async #pump(
    from: Deno.Conn,
    to: Deno.Conn,
    filter: (bytes: Uint8Array) => Uint8Array,
  ): Promise<void> {
    const buffer = new Uint8Array(65_536);
    try {
      for (;;) {
        const count = await from.read(buffer);
        while (this.#gate !== null) await this.#gate.promise;
        if (count === null) break;
        const bytes = filter(buffer.slice(0, count));
        for (let at = 0; at < bytes.length;) at += await to.write(bytes.subarray(at));
      }
    } catch {
      // Either side was closed; the other follows.
    }
    this.#close(from);
    this.#close(to);
  }

  #close(connection: Deno.Conn): void {
    if (!this.#open.delete(connection)) return;
    try {
      connection.close();
    } catch {
      // It was closed by its other end.
    }
  }

  freeze(): void {
    this.#gate ??= Promise.withResolvers<void>();
  }

  thaw(): void {
    const gate = this.#gate;
    this.#gate = null;
    gate?.resolve();
  }

  cut(): void {
    for (const connection of [...this.#open]) this.#close(connection);
  }

  drop(...packets: DroppablePacket[]): void {
    this.#dropped.clear();
    for (const packet of packets) this.#dropped.add(PACKET_TYPES[packet]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.thaw();
    this.#listener.close();
    this.cut();
    while (this.#running.size > 0) await Promise.all([...this.#running]);
  }
}

/** Splits a stream into packets by their fixed header (MQTT 5 §2.1) and leaves some types out. */
function frameFilter(dropped: ReadonlySet<number>): (bytes: Uint8Array) => Uint8Array {
  let pending = new Uint8Array(0);
  return (bytes) => {
    const all = new Uint8Array(pending.length + bytes.length);
    all.set(pending);
    all.set(bytes, pending.length);
    const passed: Uint8Array[] = [];
    let at = 0;
    for (;;) {
      const end = packetEnd(all, at);
      if (end === null || end > all.length) break;
      if (!dropped.has(all[at] >> 4)) passed.push(all.subarray(at, end));
      at = end;
    }
    pending = all.slice(at);
    const result = new Uint8Array(passed.reduce((sum, one) => sum + one.length, 0));
    let offset = 0;
    for (const one of passed) {
      result.set(one, offset);
      offset += one.length;
    }
    return result;
  };
}

function packetEnd(bytes: Uint8Array, start: number): number | null {
  let length = 0;
  for (let i = 0; i < 4; i++) {
    const byte = bytes[start + 1 + i];
    if (byte === undefined) return null;
    length += (byte & 0x7f) << (7 * i);
    if ((byte & 0x80) === 0) return start + 2 + i + length;
  }
  return null;
}
