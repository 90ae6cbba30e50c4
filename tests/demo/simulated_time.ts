import type { DeviceKit, DeviceLink, DeviceScript } from "../../src/demo/device.ts";
import { createRandom, seedFor } from "../../src/demo/random.ts";
import type { InboundMessage } from "../../src/mqtt/message.ts";
import { compileFilter } from "../../src/mqtt/topic.ts";
import { message, textOf } from "../support/messages.ts";

type Payload = Parameters<DeviceLink["publish"]>[1];

/** Simulated devices by a clock that nobody waits for, on a broker that is a list. */
export class SimulatedTime {
  /** What the broker delivered to one who subscribed to all of it. */
  readonly delivered: InboundMessage[] = [];
  readonly #retained = new Map<string, InboundMessage>();
  readonly #listeners: {
    heard: (topic: string, text: string) => void;
    covers: (topic: string) => boolean;
  }[] = [];
  #due: { atMs: number; act: () => void | Promise<void> }[] = [];
  #isListening = false;
  #nowMs: number;

  constructor(startedAtMs: number) {
    this.#nowMs = startedAtMs;
  }

  /** Has the devices begin to live, all of them at the same moment. */
  async start(scripts: readonly DeviceScript[]): Promise<void> {
    for (const script of scripts) await script.start(this.#kitFor(script.name));
  }

  /** Subscribes to all of it: what is retained is delivered first. */
  listen(): void {
    this.#isListening = true;
    for (const one of this.#retained.values()) {
      this.delivered.push({ ...one, receivedAt: this.#nowMs });
    }
  }

  /** Lives until then. */
  async runTo(atMs: number): Promise<void> {
    for (;;) {
      this.#due.sort((a, b) => a.atMs - b.atMs);
      const next = this.#due[0];
      if (next === undefined || next.atMs > atMs) break;
      this.#due.shift();
      this.#nowMs = next.atMs;
      await next.act();
    }
    this.#nowMs = atMs;
  }

  #kitFor(name: string): DeviceKit {
    const random = createRandom(seedFor(name, 1));
    const after = (delayMs: number, act: () => void | Promise<void>) => {
      this.#due.push({ atMs: this.#nowMs + Math.max(0, delayMs), act });
    };
    return {
      random,
      now: () => this.#nowMs,
      after,
      connect: (o = {}) => Promise.resolve(this.#link(o.will)),
      every: (periodMs, { jitterMs = 0 }, action) => {
        let dueMs = this.#nowMs + periodMs * (0.2 + 0.8 * random());
        const next = () =>
          after(dueMs + (random() - 0.5) * 2 * jitterMs - this.#nowMs, async () => {
            await action();
            dueMs += periodMs;
            next();
          });
        next();
      },
    };
  }

  #link(will?: { topic: string; payload: Payload; retain?: boolean }): DeviceLink {
    let open = true;
    return {
      publish: (topic, payload, o = {}) => {
        if (open) this.#publish(topic, payload, o.retain ?? false);
        return Promise.resolve();
      },
      subscribe: (filter, heard) => {
        this.#listeners.push({ heard, covers: compileFilter(filter) });
        return Promise.resolve();
      },
      crash: () => {
        if (open && will !== undefined) {
          this.#publish(will.topic, will.payload, will.retain ?? true);
        }
        open = false;
        return Promise.resolve();
      },
    };
  }

  #publish(topic: string, payload: Payload, isRetained: boolean): void {
    const payloadHeard = typeof payload === "number" || typeof payload === "boolean"
      ? String(payload)
      : payload;
    const one = message(topic, payloadHeard, { receivedAt: this.#nowMs });
    if (isRetained) this.#retained.set(topic, { ...one, retain: true });
    if (this.#isListening) this.delivered.push(one);
    for (const { heard, covers } of this.#listeners) {
      if (covers(topic)) heard(topic, textOf(one.payload));
    }
  }
}
