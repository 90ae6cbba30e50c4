import { connectAsync } from "mqtt";
import { Buffer } from "node:buffer";
import { PATIENCE_MS } from "../support/wait.ts";

/** A message as a watching client got it. */
export interface Watched {
  readonly topic: string;
  readonly text: string;
  readonly retain: boolean;
}

/** A client that hears everything on a broker. */
export interface Watch extends AsyncDisposable {
  /** What came on a topic filter (`+` and a `#` at its end), oldest first. */
  heard(filter: string): Watched[];
  last(topic: string): Watched | undefined;
  publish(topic: string, text: string): Promise<void>;
  /** Resolves once the condition holds; rejects, naming `what`, when it does not in time. */
  until(condition: () => boolean, what: string): Promise<void>;
}

/** Subscribes to `#` on the broker at `url`. */
export async function watchTopics(url: string): Promise<Watch> {
  const client = await connectAsync(url, { protocolVersion: 4, reconnectPeriod: 0 });
  const messages: Watched[] = [];
  const waiting = new Set<() => void>();
  client.on("message", (topic, payload, packet) => {
    messages.push({ topic, text: payload.toString("utf8"), retain: packet.retain });
    for (const check of waiting) check();
  });
  await client.subscribeAsync("#", { qos: 1 });
  return {
    heard: (filter) => {
      const pattern = new RegExp(
        "^" + filter.replace(/[.*?^${}()|[\]\\]/g, "\\$&").replaceAll("+", "[^/]+")
          .replace(/\/#$/, "(/.*)?") +
          "$",
      );
      return messages.filter((message) => pattern.test(message.topic));
    },
    last: (topic) => messages.findLast((message) => message.topic === topic),
    publish: async (topic, text) => {
      await client.publishAsync(topic, Buffer.from(text), { qos: 1 });
    },
    until: (condition, what) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(check);
          reject(new Error(`Waited in vain for ${what}`));
        }, PATIENCE_MS);
        const check = () => {
          if (!condition()) return;
          clearTimeout(timer);
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
    [Symbol.asyncDispose]: async () => {
      await client.endAsync();
    },
  };
}
