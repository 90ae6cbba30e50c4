import type { InboundMessage } from "../../mqtt/message.ts";
import { onlyBeside } from "./filters.ts";
import { parseSparkplugTopic, SparkplugState } from "../../payload/sparkplug.ts";
import type { DeviceView, Reading, TopicView } from "./reading/view.ts";
import { plainKey } from "../../payload/plain_keys.ts";
import { isSettings } from "../../payload/severity/topics.ts";
import { type Sample, sampleOf, TopicTrace, TraceBudget } from "./reading/trace.ts";

const MOST_TWINS = 48;
const MOST_PLACES = 2_000;
const MOST_LEVELS = 10;
const TWIN_PAYLOAD_BYTES = 4_096;
const BIRTH_BYTES = 32_768;
const MOST_HEARD = 500;
const LAST_BYTES = 512;
const MOST_TIMES = 12;

/** What was heard live on a topic of another device: when, the newest times, and what last. */
export interface HeardBeside {
  readonly topic: string;
  readonly times: readonly number[];
  readonly last: Sample;
}

/** Levels that name what passes on what others beside it tell. */
const GATEWAY = /gateway|bridge|(?<![a-z])hub(?![a-z])|coordinator|concentrator|base_?station/;

/** The level below which all is told that a gateway passes on, where a topic is of one that stands among them; null where it is not. */
export function treeOfGateway(topic: string): string | null {
  const levels = topic.split("/");
  const at = levels.slice(0, -1).findIndex((level) => GATEWAY.test(plainKey(level)));
  return at < 1 ? null : `${levels.slice(0, at).join("/")}/`;
}

/** Topics of others, what their births told, and what is set for all that stands below a level above the device. */
export interface ToldByTwins {
  readonly traces: readonly TopicTrace[];
  readonly settings: readonly TopicTrace[];
  /** What was told below the levels at which it stands, where it is a gateway. */
  readonly passedOn: readonly HeardBeside[];
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
  /** What was told last on topics of settings, and the levels below which the device speaks. */
  readonly #settings = new Map<string, Sample>();
  readonly #trees = new Set<string>();
  readonly #heard = new Map<string, HeardBeside>();
  readonly #gatewayTrees = new Set<string>();
  /** Whether a topic is heard of others alone. */
  readonly isBeside: (topic: string) => boolean;

  constructor(deviceId: string) {
    this.isBeside = onlyBeside(deviceId);
  }

  /** A topic is the device's own. */
  expect(topic: string): void {
    if (this.#places.size >= MOST_PLACES) return;
    const levels = topic.split("/");
    for (const place of placesOf(levels)) this.#places.add(place);
    for (let end = 1; end < Math.min(levels.length, MOST_LEVELS); end++) {
      this.#trees.add(levels.slice(0, end).join("/"));
    }
    const tree = treeOfGateway(topic);
    if (tree !== null) this.#gatewayTrees.add(tree);
  }

  /** Keeps a live message of another device where it is of the same kind; `isLookedAt` where that may be found out now. */
  hold(message: InboundMessage, isLookedAt: boolean): void {
    if (this.#holdBirth(message)) return;
    if (isLookedAt && isSetAbove(message.topic) && message.payload.length <= TWIN_PAYLOAD_BYTES) {
      if (this.#settings.size < MOST_TWINS || this.#settings.has(message.topic)) {
        this.#settings.set(message.topic, sampleOf(message));
      }
    }
    this.#count(message);
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

  #count(message: InboundMessage): void {
    const { topic, receivedAt } = message;
    const before = this.#heard.get(topic);
    const isKept = before !== undefined || this.#heard.size < MOST_HEARD;
    if (message.retain || message.payload.length > LAST_BYTES || !isKept) return;
    const times = [...before?.times.slice(1 - MOST_TIMES) ?? [], receivedAt];
    this.#heard.set(topic, { topic, times, last: sampleOf(message) });
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
    const settings = [...this.#settings.values()].filter(({ topic }) =>
      this.#trees.has(topic.slice(0, topic.lastIndexOf("/"))) && !isOwn(topic)
    ).map((sample) => {
      const trace = new TopicTrace(sample.topic, { shared: false, budget: this.#budget });
      trace.add(sample);
      return trace;
    });
    const trees = [...this.#gatewayTrees];
    const passedOn = [...this.#heard.values()].filter(({ topic }) =>
      trees.some((tree) => topic.startsWith(tree)) && !isOwn(topic)
    );
    return { traces, settings, passedOn, sparkplug: this.#sparkplug };
  }
}

/** Whether a topic may tell what is set for all that stands beside it. */
export function isSetAbove(topic: string): boolean {
  const at = topic.lastIndexOf("/");
  return at > 0 && isSettings(topic.slice(at + 1));
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

/** The others of its kind that tell on topics called as this one but for one level. */
export function twinsOf(
  { segments }: Pick<TopicView, "segments">,
  { twins }: DeviceView,
): DeviceView["twins"] {
  const places = new Set(placesOf(segments));
  return twins.filter((twin) => placesOf(twin.segments).some((place) => places.has(place)));
}

/** Levels with each of them in turn left open: what has one of these in common with another is called alike. */
export function placesOf(levels: readonly string[]): string[] {
  return levels.length < 2 || levels.length > MOST_LEVELS
    ? []
    : levels.map((_, i) => levels.with(i, "+").join("/"));
}
