import { Buffer } from "node:buffer";
import { connectAsync, type IClientOptions, type IClientPublishOptions } from "mqtt";

/** A client besides the server's own, that speaks to the broker as a device would. */
export interface Publisher extends AsyncDisposable {
  /** Resolves when the broker has acknowledged it (QoS 1 by default). */
  publish(
    topic: string,
    payload?: string | Uint8Array | object,
    options?: IClientPublishOptions,
  ): Promise<void>;
  /** Publishes many without waiting for each; resolves when the last is acknowledged. */
  publishAll(
    messages: Iterable<readonly [topic: string, payload: string]>,
    options?: { retain?: boolean },
  ): Promise<void>;
  /** Calls `answer` for each message on a filter, with the text and properties of the message. */
  respond(filter: string, answer: (request: Request) => void): Promise<void>;
}

/** A message that a responder got. */
export interface Request {
  readonly topic: string;
  readonly text: string;
  readonly payload: Uint8Array;
  readonly qos: number;
  readonly retain: boolean;
  readonly responseTopic?: string;
  readonly correlationData?: Uint8Array;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Connects with MQTT 5, unless told otherwise. */
export async function connectPublisher(
  url: string,
  options: IClientOptions = {},
): Promise<Publisher> {
  const client = await connectAsync(url, { protocolVersion: 5, reconnectPeriod: 0, ...options });
  client.on("error", () => {});
  return {
    async publish(topic, payload = "", options = {}) {
      await client.publishAsync(topic, bytesOf(payload), { qos: 1, ...options });
    },
    async publishAll(messages, options = {}) {
      let last: readonly [string, string] | null = null;
      for (const message of messages) {
        if (last) client.publish(last[0], last[1], { ...options, qos: 0 });
        last = message;
      }
      if (last) await client.publishAsync(last[0], last[1], { ...options, qos: 1 });
    },
    async respond(filter, answer) {
      client.on("message", (topic, payload, packet) => {
        const properties = { ...packet.properties };
        answer({
          topic,
          text: payload.toString(),
          payload,
          qos: packet.qos,
          retain: packet.retain,
          responseTopic: properties.responseTopic,
          correlationData: properties.correlationData,
          properties,
        });
      });
      await client.subscribeAsync(filter, { qos: 2 });
    },
    [Symbol.asyncDispose]: () => client.endAsync(true),
  };
}

function bytesOf(payload: string | Uint8Array | object) {
  if (typeof payload === "string") return Buffer.from(payload);
  if (payload instanceof Uint8Array) return Buffer.from(payload);
  return Buffer.from(JSON.stringify(payload));
}
