import { Buffer } from "node:buffer";
import { connectAsync, type MqttClient } from "mqtt";
import { createRandom, type Random, seedFor } from "./random.ts";

/** What a reader is told of a simulated device. */
export interface DemoDevice {
  readonly name: string;
  readonly family: string;
  /** Topic filters that cover everything it says. */
  readonly topics: readonly string[];
  /** What is wrong with it; left out if nothing is. */
  readonly fault?: string;
}

/** A simulated device: what it is, and how it begins to live. */
export interface DeviceScript extends DemoDevice {
  /** Connects and publishes its first states; returns once those are at the broker. */
  start(kit: DeviceKit): Promise<void>;
}

/** Text as it is, bytes as they are, anything else as its compact JSON. */
type DevicePayload = string | Uint8Array | number | boolean | object;

/** Options of a device's own connection to the broker. */
interface LinkOptions {
  /** What the broker publishes, retained, if the connection breaks without a goodbye. */
  readonly will?: { readonly topic: string; readonly payload: DevicePayload; retain?: boolean };
}

/** A device's own MQTT connection. */
export interface DeviceLink {
  /** Resolves once the broker acknowledged it (QoS 1), or at once after the link has ended. */
  publish(topic: string, payload: DevicePayload, o?: { retain?: boolean }): Promise<void>;
  /** Calls back with each message as text; replies may be published from within. */
  subscribe(filter: string, onMessage: (topic: string, text: string) => void): Promise<void>;
  /** Breaks the connection without a goodbye, so that the last will is published. */
  crash(): Promise<void>;
}

/** What a device script has to live by. All of it ends with the demo. */
export interface DeviceKit {
  readonly random: Random;
  /** Milliseconds since the epoch. */
  now(): number;
  connect(o?: LinkOptions): Promise<DeviceLink>;
  /** Calls back every `periodMs`, give or take `jitterMs`, until the demo ends. */
  every(periodMs: number, o: { jitterMs?: number }, action: () => void | Promise<void>): void;
  /** Calls back once. */
  after(delayMs: number, action: () => void | Promise<void>): void;
}

/** All devices' timers and connections; disposing ends them with a goodbye, so no will fires. */
export class DeviceWorld implements AsyncDisposable {
  readonly #url: string;
  readonly #seed: number;
  readonly #now: () => number;
  readonly #clients = new Set<MqttClient>();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #ended = false;

  constructor(o: { url: string; seed: number; now: () => number }) {
    this.#url = o.url;
    this.#seed = o.seed;
    this.#now = o.now;
  }

  /** What the device of that name lives by. */
  kitFor(name: string): DeviceKit {
    const random = createRandom(seedFor(name, this.#seed));
    let links = 0;
    return {
      random,
      now: this.#now,
      connect: (o = {}) => this.#connect(`demo-${name}-${++links}`, o),
      every: (periodMs, o, action) => {
        const jitterMs = o.jitterMs ?? 0;
        let due = Date.now() + periodMs * (0.2 + 0.8 * random());
        const next = () => {
          const wait = due + (random() - 0.5) * 2 * jitterMs - Date.now();
          this.#later(Math.max(0, wait), async () => {
            await action();
            due += periodMs;
            next();
          });
        };
        next();
      },
      after: (delayMs, action) => this.#later(delayMs, action),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    await Promise.all([...this.#clients].map((client) => client.endAsync()));
  }

  #later(delayMs: number, action: () => void | Promise<void>): void {
    if (this.#ended) return;
    const timer = setTimeout(async () => {
      this.#timers.delete(timer);
      try {
        await action();
      } catch (error) {
        // A publish that the end of the demo, or the device's own crash, has cut short.
        if (!this.#ended && !isClosed(error)) throw error;
      }
    }, delayMs);
    this.#timers.add(timer);
  }

  async #connect(clientId: string, o: LinkOptions): Promise<DeviceLink> {
    const client = await connectAsync(this.#url, {
      clientId,
      protocolVersion: 4,
      reconnectPeriod: 0,
      connectTimeout: 10_000,
      queueQoSZero: false,
      ...(o.will && {
        will: {
          topic: o.will.topic,
          payload: bytesOf(o.will.payload),
          qos: 1 as const,
          retain: o.will.retain ?? true,
        },
      }),
    });
    if (this.#ended) {
      await client.endAsync(true);
      throw new Error("client disconnecting");
    }
    this.#clients.add(client);
    client.on("error", () => client.end(true));
    const listeners: { filter: string; onMessage: (topic: string, text: string) => void }[] = [];
    client.on("message", (topic, payload, packet) => {
      if (packet.retain) return;
      const text = payload.toString("utf8");
      for (const { filter, onMessage } of listeners) {
        if (covers(filter, topic)) onMessage(topic, text);
      }
    });
    return {
      publish: async (topic, payload, options = {}) => {
        if (!client.connected || client.disconnecting) return;
        try {
          await client.publishAsync(topic, bytesOf(payload), {
            qos: 1,
            retain: options.retain ?? false,
          });
        } catch (error) {
          if (!isClosed(error)) throw error;
        }
      },
      subscribe: async (filter, onMessage) => {
        listeners.push({ filter, onMessage });
        await client.subscribeAsync(filter, { qos: 1 });
      },
      crash: async () => {
        this.#clients.delete(client);
        const closed = new Promise<void>((resolve) => client.once("close", () => resolve()));
        client.stream.destroy();
        await closed;
        await client.endAsync(true);
      },
    };
  }
}

function isClosed(error: unknown): boolean {
  return error instanceof Error &&
    /disconnecting|closed|connection|offline|not connected|flushed/i.test(error.message);
}

/** Devices subscribe to plain names, `prefix/#` and `+` levels; no more is needed here. */
function covers(filter: string, topic: string): boolean {
  const wanted = filter.split("/");
  const levels = topic.split("/");
  for (let i = 0; i < wanted.length; i++) {
    if (wanted[i] === "#") return true;
    if (i >= levels.length || (wanted[i] !== "+" && wanted[i] !== levels[i])) return false;
  }
  return wanted.length === levels.length;
}

function bytesOf(payload: DevicePayload): Buffer {
  if (payload instanceof Uint8Array) return Buffer.from(payload);
  return Buffer.from(typeof payload === "object" ? JSON.stringify(payload) : String(payload));
}
