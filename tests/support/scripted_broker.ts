import { Buffer } from "node:buffer";
import mqttPacket from "mqtt-packet";

/** A client of a {@linkcode ScriptedBroker}. */
export interface ScriptedClient {
  readonly clientId: string;
  readonly protocolVersion: 4 | 5;
  /** Active filters with the identifier of their latest SUBSCRIBE. */
  readonly subscriptions: Map<string, number | undefined>;
  /** Everything it sent. */
  readonly received: mqttPacket.Packet[];
  send(packet: mqttPacket.Packet): void;
  /** Sends bytes as they are, for what is not valid MQTT. */
  sendRaw(bytes: Uint8Array): void;
  close(): void;
  readonly isOpen: boolean;
}

/** What a {@linkcode ScriptedBroker} does differently from a plain one. */
export interface BrokerScript {
  /** Merged into each CONNACK. */
  readonly connack?: Partial<mqttPacket.IConnackPacket>;
  /** Sees each packet first; returns true when it has dealt with it. */
  readonly onPacket?: (packet: mqttPacket.Packet, client: ScriptedClient) => boolean | void;
}

/** A broker that does as it is told: for what real brokers cannot be made to do. */
export interface ScriptedBroker extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  /** All clients so far, the gone ones too, in order of arrival. */
  readonly clients: readonly ScriptedClient[];
}

/** Starts a broker that accepts everything, unless the script says otherwise. */
export function startScriptedBroker(script: BrokerScript = {}): ScriptedBroker {
  return new Broker(script);
}

class Broker implements ScriptedBroker {
  readonly clients: Client[] = [];
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #script: BrokerScript;
  readonly #running = new Set<Promise<void>>();

  constructor(script: BrokerScript) {
    this.#script = script;
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
      for await (const connection of this.#listener) {
        const client = new Client(connection, this.#script);
        this.clients.push(client);
        this.#track(client.run());
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const client of this.clients) client.close();
    while (this.#running.size > 0) await Promise.all([...this.#running]);
  }
}

class Client implements ScriptedClient {
  clientId = "";
  protocolVersion: 4 | 5 = 4;
  isOpen = true;
  readonly subscriptions = new Map<string, number | undefined>();
  readonly received: mqttPacket.Packet[] = [];
  readonly #connection: Deno.Conn;
  readonly #script: BrokerScript;
  #writing: Promise<void> = Promise.resolve();

  constructor(connection: Deno.Conn, script: BrokerScript) {
    this.#connection = connection;
    this.#script = script;
  }

  async run(): Promise<void> {
    const parser = mqttPacket.parser();
    parser.on("packet", (packet) => this.#onPacket(packet));
    const buffer = new Uint8Array(65_536);
    try {
      for (;;) {
        const count = await this.#connection.read(buffer);
        if (count === null) break;
        parser.parse(bufferOf(buffer.slice(0, count)));
      }
    } catch {
      // Closed by either side.
    }
    this.close();
    await this.#writing;
  }

  #onPacket(packet: mqttPacket.Packet): void {
    this.received.push(packet);
    if (packet.cmd === "connect") {
      this.clientId = packet.clientId;
      this.protocolVersion = packet.protocolVersion === 5 ? 5 : 4;
    }
    if (packet.cmd === "subscribe") {
      for (const { topic } of packet.subscriptions) {
        this.subscriptions.set(topic, packet.properties?.subscriptionIdentifier);
      }
    }
    if (packet.cmd === "unsubscribe") {
      for (const topic of packet.unsubscriptions) this.subscriptions.delete(topic);
    }
    if (this.#script.onPacket?.(packet, this) === true) return;
    switch (packet.cmd) {
      case "connect":
        this.send({
          cmd: "connack",
          sessionPresent: false,
          ...(this.protocolVersion === 5 ? { reasonCode: 0 } : { returnCode: 0 }),
          ...this.#script.connack,
        });
        break;
      case "subscribe":
        this.send({
          cmd: "suback",
          messageId: packet.messageId,
          granted: packet.subscriptions.map(({ qos }) => qos),
        });
        break;
      case "unsubscribe":
        this.send({
          cmd: "unsuback",
          messageId: packet.messageId,
          granted: packet.unsubscriptions.map(() => 0),
        });
        break;
      case "publish":
        if (packet.qos === 1) this.send({ cmd: "puback", messageId: packet.messageId });
        if (packet.qos === 2) this.send({ cmd: "pubrec", messageId: packet.messageId });
        break;
      case "pubrel":
        this.send({ cmd: "pubcomp", messageId: packet.messageId });
        break;
      case "pingreq":
        this.send({ cmd: "pingresp" });
        break;
    }
  }

  send(packet: mqttPacket.Packet): void {
    this.sendRaw(mqttPacket.generate(packet, { protocolVersion: this.protocolVersion }));
  }

  sendRaw(bytes: Uint8Array): void {
    this.#writing = this.#writing.then(async () => {
      try {
        for (let at = 0; at < bytes.length;) {
          at += await this.#connection.write(bytes.subarray(at));
        }
      } catch {
        // The client is gone.
      }
    });
  }

  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    // What was sent before leaves before the FIN.
    this.#writing = this.#writing.then(() => {
      try {
        this.#connection.close();
      } catch {
        // It was closed by its other end.
      }
    });
  }
}

function bufferOf(bytes: Uint8Array) {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
