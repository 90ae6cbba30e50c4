import type { InboundMessage } from "../../mqtt/message.ts";
import { sampleOf, TopicTrace, TraceBudget } from "./trace.ts";

const MOST_TWINS = 48;
const MOST_PLACES = 2_000;
const MOST_LEVELS = 10;
const TWIN_PAYLOAD_BYTES = 4_096;

/** What others tell on topics that are called as one of the device's but for one level: they are of the same kind. Bounded. */
export class Twins {
  readonly #places = new Set<string>();
  readonly #traces = new Map<string, TopicTrace>();
  readonly #budget = new TraceBudget();

  /** A topic is the device's own. */
  expect(topic: string): void {
    if (this.#places.size >= MOST_PLACES) return;
    for (const place of placesOf(topic.split("/"))) this.#places.add(place);
  }

  /** Keeps a live message of another device where it is of the same kind; `isLookedAt` where that may be found out now. */
  hold(message: InboundMessage, isLookedAt: boolean): void {
    let trace = this.#traces.get(message.topic);
    if (trace === undefined) {
      const isTwin = isLookedAt && !message.retain && this.#traces.size < MOST_TWINS &&
        placesOf(message.topic.split("/")).some((place) => this.#places.has(place));
      if (!isTwin) return;
      trace = new TopicTrace(message.topic, { shared: false, budget: this.#budget });
      this.#traces.set(message.topic, trace);
    }
    if (!message.retain && message.payload.length <= TWIN_PAYLOAD_BYTES) {
      trace.add(sampleOf(message));
    }
  }

  /** What was kept. */
  get traces(): readonly TopicTrace[] {
    return [...this.#traces.values()];
  }
}

/** Levels with each of them in turn left open: what has one of these in common with another is called alike. */
export function placesOf(levels: readonly string[]): string[] {
  return levels.length < 2 || levels.length > MOST_LEVELS
    ? []
    : levels.map((_, i) => levels.with(i, "+").join("/"));
}
