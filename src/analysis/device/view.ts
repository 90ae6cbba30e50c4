import type { SparkplugState } from "../../payload/sparkplug.ts";
import { type Scalar } from "./fields.ts";
import type { Family, TopicRole } from "./families/family.ts";
import type { KnownFamily } from "./families/mod.ts";
import type { Interval, Rhythm, Span } from "./heartbeat.ts";
import type { DeviceIdentity } from "./identity.ts";
import type { HeardStatement } from "./statements.ts";
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
}

/** Everything known of the device when the diagnosis is made. */
export interface DeviceView {
  readonly identity: DeviceIdentity;
  readonly sparkplug: SparkplugState;
  readonly startedAtMs: number;
  readonly nowMs: number;
  /** Times in which we could not listen. */
  readonly listeningGaps: readonly Span[];
  readonly topics: readonly TopicView[];
  /** The families that the device shows, as they are told: the first is its own. */
  readonly families: readonly KnownFamily[];
  /** Statements about the device and its bridge in time order. */
  readonly said: readonly HeardStatement[];
  /** Latest live message of the device on a topic that is neither command, discovery nor bridge. */
  readonly lastHeardMs: number | null;
  readonly lastHeard: Sample | null;
}

/** Topics on which the device itself speaks values. */
export function stateTopics(view: DeviceView): TopicView[] {
  return view.topics.filter((topic) => topic.role === "state" || topic.role === "info");
}

/** How long a time was listened to, without the gaps in it. */
export function heardMs(view: DeviceView, fromMs: number, toMs: number): number {
  let length = Math.max(0, toMs - fromMs);
  for (const span of view.listeningGaps) {
    length -= Math.max(0, Math.min(span.toMs, toMs) - Math.max(span.fromMs, fromMs));
  }
  return Math.max(0, length);
}
