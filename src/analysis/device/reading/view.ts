import type { SparkplugState } from "../../../payload/sparkplug.ts";
import type { Expiry } from "../expiry.ts";
import { objectOf, type Scalar } from "./fields.ts";
import type { Family, TopicRole } from "../families/family.ts";
import type { KnownFamily } from "../families/mod.ts";
import type { Interval, Rhythm, Span } from "../heartbeat.ts";
import type { DeviceIdentity } from "../naming/identity.ts";
import type { HeardStatement } from "./statements.ts";
import type { HeardBeside } from "../twins.ts";
import type { CarriedTime } from "./timestamps.ts";
import type { Sample, TopicTrace } from "./trace.ts";

/** A message with what was read from it. */
export interface Reading {
  readonly sample: Sample;
  readonly at: number;
  readonly fields: ReadonlyMap<string, Scalar>;
  readonly time: CarriedTime | null;
}

/** A topic of the device, ready to be judged. */
export interface TopicView {
  readonly topic: string;
  readonly segments: readonly string[];
  readonly role: TopicRole;
  readonly family: Family;
  readonly trace: TopicTrace;
  /** Kept messages in time order, retained replays among them. */
  readonly readings: readonly Reading[];
  /** Only the live ones. */
  readonly live: readonly Reading[];
  /** Between live messages that follow one another with none left out. */
  readonly intervals: readonly Interval[];
  readonly rhythm: Rhythm | null;
  /** Its messages speak of several things by turns, so that no field of it is one quantity. */
  readonly mixes: boolean;
  /** What its messages speak of, where those of several things were taken apart. */
  readonly thing?: string;
}

/** Everything known of the device when the diagnosis is made. */
export interface DeviceView {
  readonly identity: DeviceIdentity;
  readonly sparkplug: SparkplugState;
  readonly startedAtMs: number;
  /** Who reads it has judged by the time itself; whether a limit is over say {@linkcode heardLongerThan} and its like. */
  readonly nowMs: number;
  /** Until when what is told of this view holds. */
  readonly expiry: Expiry;
  /** Times in which we could not listen. */
  readonly listeningGaps: readonly Span[];
  readonly topics: readonly TopicView[];
  /** All that is told on its topics, where the device is one of several in documents: what others like it tell. */
  readonly around: DeviceView | null;
  /** What others of its kind tell live, on topics that are called as one of its own but for one level. */
  readonly twins: readonly Pick<TopicView, "segments" | "live">[];
  /** What is set for all that stands below a level above it. */
  readonly settings: readonly Pick<TopicView, "topic" | "segments" | "readings">[];
  /** What others told below the level at which it stands, where it is a gateway. */
  readonly passedOn: readonly HeardBeside[];
  /** The families that the device shows, as they are told: the first is its own. */
  readonly families: readonly KnownFamily[];
  /** Statements about the device and its bridge in time order. */
  readonly said: readonly HeardStatement[];
  /** Latest live message of the device on a topic that is neither command, discovery nor bridge. */
  readonly lastHeardMs: number | null;
  readonly lastHeard: Sample | null;
}

/** What else stands in the same object of a message as a field; nothing where there is no message. */
export function besideOf(
  path: string,
  reading: Pick<Reading, "fields"> | undefined,
): [path: string, value: Scalar][] {
  const parent = objectOf(path);
  const lastDot = parent.length - 1;
  return [...reading?.fields ?? []].filter(([other]) =>
    other.lastIndexOf(".") === lastDot && other !== path && other.startsWith(parent)
  );
}

/** What is told in parts stands where they stand. */
const treeOf = ({ segments, trace }: TopicView) =>
  (trace.parts === undefined ? segments.slice(0, -1) : segments).join("/");

/** Whether topics stand right below the same tree. */
export function areSiblings(one: TopicView, other: TopicView): boolean {
  return treeOf(one) === treeOf(other);
}

/** A field of the messages of a topic. */
export interface FieldPlace {
  readonly topic: TopicView;
  readonly path: string;
}

/** Whether two fields stand in one object of the same messages. */
export function areTogether(one: FieldPlace, other: FieldPlace): boolean {
  return one.topic === other.topic && objectOf(one.path) === objectOf(other.path);
}

/** Whether two fields stand in one object, or on topics beside each other. */
export function standTogether(one: FieldPlace, other: FieldPlace): boolean {
  return one.topic === other.topic ? areTogether(one, other) : areSiblings(one.topic, other.topic);
}

/** The topics that stand beside one right below the same tree, itself among them. */
export function siblingTopics(view: DeviceView, topic: TopicView): TopicView[] {
  const tree = treeOf(topic);
  return view.topics.filter((other) => treeOf(other) === tree);
}

/** What was told last beside a field, by its name: in the same object, or on topics of one value right below the same tree. */
export function toldBeside(
  { topic, path }: FieldPlace,
  view: DeviceView,
  last = topic.readings.at(-1),
): (readonly [name: string, value: Scalar])[] {
  if (path !== "") return besideOf(path, last);
  return siblingTopics(view, topic).filter((other) => other !== topic).map((
    { segments, readings },
  ) => [segments.at(-1) ?? "", readings.at(-1)?.fields.get("") ?? null] as const);
}

/** Topics on which the device itself speaks values. */
export function stateTopics(view: DeviceView): TopicView[] {
  return view.topics.filter((topic) => topic.role === "state" || topic.role === "info");
}

/** Last levels of topics, and fields, by which something says again and again that it is there. */
export const HEARTBEAT =
  /^(?:alive|heart_?beat|hb|ping|keep_?alive|watchdog|life_?sign|puls|beat)$/i;

/** Topics on which something says again and again that it is there. */
export function heartbeats({ topics }: DeviceView): TopicView[] {
  return topics.filter(({ role, segments }) =>
    /^(?:state|availability)$/.test(role) && HEARTBEAT.test(segments.at(-1) ?? "")
  );
}

/** What each topic of values told last, before it was emptied too, by its name and its topic's. */
export function* lastTold(view: DeviceView): Generator<[name: string, value: Scalar]> {
  for (const { topic, role, readings } of view.topics) {
    if (!/^(?:state|info|event)$/.test(role)) continue;
    const last = readings.findLast(({ sample }) => sample.sizeBytes > 0);
    for (const [path, value] of last?.fields ?? []) yield [`${topic}/${path}`, value];
  }
}

/** Fields of a document that are looked at, one by one. */
const MOST_FIELDS = 100;

/** The fields of the newest live message of each topic on which one thing tells how it is, or of all where each tells what changed. */
export function* fieldsTold(view: DeviceView, most = MOST_FIELDS): Generator<FieldPlace> {
  for (const topic of view.topics) {
    if (!/^(?:state|info|event)$/.test(topic.role) || topic.mixes) continue;
    const newest = topic.family.tellsChanges === true ? topic.live : topic.live.slice(-1);
    const paths = new Set(newest.flatMap(({ fields }) => [...fields.keys()]));
    for (const path of [...paths].slice(0, most)) {
      if (topic.family.fieldKind?.(path, topic, view) !== "ignored") yield { topic, path };
    }
  }
}

/** The fields of the newest live message of each topic on which the device itself speaks values. */
export function* statesTold(view: DeviceView): Generator<FieldPlace> {
  for (const topic of stateTopics(view)) {
    for (const path of topic.live.at(-1)?.fields.keys() ?? []) yield { topic, path };
  }
}

/** How long a time was listened to, without the gaps in it. */
export function heardMs(view: DeviceView, fromMs: number, toMs: number): number {
  let length = Math.max(0, toMs - fromMs);
  for (const span of view.listeningGaps) {
    length -= Math.max(0, Math.min(span.toMs, toMs) - Math.max(span.fromMs, fromMs));
  }
  return Math.max(0, length);
}

/** Whether the time since then was listened to for longer than a limit. */
export function heardLongerThan(view: DeviceView, fromMs: number, limitMs: number): boolean {
  const { expiry } = view;
  const leftMs = limitMs - heardMs(view, fromMs, expiry.nowMs);
  expiry.missing(leftMs);
  return leftMs < 0;
}

/** Whether the time since then was listened to for so long. */
export function heardAtLeast(view: DeviceView, fromMs: number, lengthMs: number): boolean {
  const { expiry } = view;
  const leftMs = lengthMs - heardMs(view, fromMs, expiry.nowMs);
  if (leftMs > 0) expiry.missing(leftMs);
  return leftMs <= 0;
}

/** A short listening is no measure of silence: it lasts for half of what was heard before, or for a minute. */
const SHARE_OF_HEARD = 0.5;
const MOST_SILENCE_MS = 60_000;
const LEAST_SILENCE_MS = 5_000;

/**
 * Whether the silence since then is no pause: it lasts for so many of its beats in milliseconds, and for long
 * beside the time that was listened to before it.
 */
export function isLongSilent(view: DeviceView, fromMs: number, beatsMs: number): boolean {
  const beforeMs = heardMs(view, view.startedAtMs, fromMs);
  const shareMs = Math.min(SHARE_OF_HEARD * beforeMs, MOST_SILENCE_MS);
  return heardLongerThan(view, fromMs, Math.max(beatsMs, shareMs, LEAST_SILENCE_MS));
}

/** Whether a time is longer ago than a limit. */
export function isLongerAgoThan(view: DeviceView, atMs: number, limitMs: number): boolean {
  const leftMs = limitMs - (view.expiry.nowMs - atMs);
  view.expiry.missing(leftMs);
  return leftMs < 0;
}

/** Whether a time has come. */
export function hasCome(view: DeviceView, atMs: number): boolean {
  const leftMs = atMs - view.expiry.nowMs;
  if (leftMs > 0) view.expiry.missing(leftMs);
  return leftMs <= 0;
}
