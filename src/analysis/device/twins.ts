import type { InboundMessage } from "../../mqtt/message.ts";
import { onlyBeside } from "./filters.ts";
import { parseSparkplugTopic, SparkplugState } from "../../payload/sparkplug.ts";
import type { DeviceView, Reading, TopicView } from "./reading/view.ts";
import { type Sample, sampleOf, TopicTrace, TraceBudget } from "./reading/trace.ts";

const MOST_TWINS = 48;
const MOST_PLACES = 2_000;
const MOST_LEVELS = 10;
const TWIN_PAYLOAD_BYTES = 4_096;
const BIRTH_BYTES = 32_768;

/** Topics of others, and what their births told. */
export interface ToldByTwins {
  readonly traces: readonly TopicTrace[];
  readonly sparkplug: SparkplugState;
}

/** What others tell on topics that are called as one of the device's but for one level: they are of the same kind. Bounded. */
export class Twins {
  readonly #places = new Set<string>();
  readonly #traces = new Map<string, TopicTrace>();
  readonly #budget = new TraceBudget();
  /**
   * Births of others by the topic of their data, which says what they name by numbers alone; and what was heard beside a
   * filter last before anything of the device was.
   */
  readonly #before = new Map<string, Sample>();
  /** What those births told. */
  readonly #sparkplug = new SparkplugState();
  /** Whether a topic is heard of others alone. */
  readonly isBeside: (topic: string) => boolean;

  constructor(deviceId: string) {
    this.isBeside = onlyBeside(deviceId);
  }

  /** A topic is the device's own. */
  expect(topic: string): void {
    if (this.#places.size >= MOST_PLACES) return;
    for (const place of placesOf(topic.split("/"))) this.#places.add(place);
  }

  /** Keeps a live message of another device where it is of the same kind; `isLookedAt` where that may be found out now. */
  hold(message: InboundMessage, isLookedAt: boolean): void {
    if (this.#holdBirth(message)) return;
    let trace = this.#traces.get(message.topic);
    if (trace === undefined) {
      const isTwin = isLookedAt && !message.retain && this.#traces.size < MOST_TWINS &&
        placesOf(message.topic.split("/")).some((place) => this.#places.has(place));
      if (!isTwin) {
        const isSmall = message.payload.length <= TWIN_PAYLOAD_BYTES;
        if (isSmall && !message.retain && this.isBeside(message.topic)) {
          this.#keepForLater(message.topic, message);
        }
        return;
      }
      trace = new TopicTrace(message.topic, { shared: false, budget: this.#budget });
      this.#traces.set(message.topic, trace);
      const earlier = this.#before.get(message.topic);
      if (earlier !== undefined) trace.add(earlier);
    }
    if (!message.retain && message.payload.length <= TWIN_PAYLOAD_BYTES) {
      trace.add(sampleOf(message));
    }
  }

  #keepForLater(topic: string, message: InboundMessage): void {
    if (this.#before.size >= MOST_TWINS && !this.#before.has(topic)) return;
    this.#before.set(topic, sampleOf(message));
  }

  #holdBirth(message: InboundMessage): boolean {
    if (!parseSparkplugTopic(message.topic)?.type.endsWith("BIRTH")) return false;
    const topic = dataTopicOf(message.topic.split("/")).join("/");
    const trace = this.#traces.get(topic);
    if (message.payload.length > BIRTH_BYTES) return true;
    if (trace !== undefined) trace.add(sampleOf(message));
    else this.#keepForLater(topic, message);
    return true;
  }

  /** What was kept but for topics that are the device's own after all. */
  toldBut(isOwn: (topic: string) => boolean): ToldByTwins {
    const traces = [...this.#traces.values()].filter(({ topic }) => !isOwn(topic));
    return { traces, sparkplug: this.#sparkplug };
  }
}

/** The levels on which goes on what begins on those: Sparkplug's births name what its data tell. */
export function dataTopicOf(levels: readonly string[]): readonly string[] {
  return levels[0] === "spBv1.0" && levels[2]?.endsWith("BIRTH")
    ? levels.with(2, `${levels[2][0]}DATA`)
    : levels;
}

/** What was told on a topic, and before it by the birth of which it tells the changes. */
export function sinceBirth(topic: TopicView, view: DeviceView): readonly Reading[] {
  if (topic.family.tellsChanges !== true) return topic.readings;
  const births = view.topics.filter((one) =>
    one !== topic && dataTopicOf(one.segments).join("/") === topic.topic
  ).flatMap(({ readings }) => readings);
  return [...births, ...topic.readings].sort((a, b) => a.at - b.at);
}

/** Levels with each of them in turn left open: what has one of these in common with another is called alike. */
export function placesOf(levels: readonly string[]): string[] {
  return levels.length < 2 || levels.length > MOST_LEVELS
    ? []
    : levels.map((_, i) => levels.with(i, "+").join("/"));
}
