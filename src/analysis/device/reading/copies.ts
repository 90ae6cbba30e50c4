import { leafOf, type Scalar } from "./fields.ts";
import { differences, upperQuartile } from "../../statistics.ts";
import { isInterrupted } from "../heartbeat.ts";
import type { Sample } from "./trace.ts";
import type { DeviceView, Reading, TopicView } from "./view.ts";

/** So many messages show whether a number is of each of them, or of a kind or a place: `msg_id` 2 and 512 in turns. */
const LEAST_NUMBERED = 6;
const LEAST_NUMBERS = 1 / 3;

/** Fields that number the messages of a topic. */
export function sequencePaths({ live }: TopicView): string[] {
  const first = live[0];
  if (first === undefined) return [];
  return [...first.fields.keys()].filter((path) =>
    path !== "" &&
    (/^(seq|sequence|seqno|seqnr|sequencenumber|messageid|messageno|fcount|framecount|framecounter|counter|packetid|pid|index|nr|n)$/
          .test(leafOf(path)) &&
        (live.length < LEAST_NUMBERED ||
          new Set(live.map(({ fields }) => fields.get(path))).size > LEAST_NUMBERS * live.length) ||
      COLUMN.test(path) && countsMessages(live.map(({ fields }) => fields.get(path))))
  );
}

/** What has no name, and its place in a line or a list. */
const COLUMN = /^column_\d+$|^\[\d+\]$/;
/** So many in a row, each one more than the one before, show what is counted. */
const LEAST_ONES = 6;

/** Whether somewhere so many steps in a row are of one. */
export function countsByOne(steps: readonly number[]): boolean {
  let ones = 0;
  return steps.some((step) => (ones = step === 1 ? ones + 1 : 0) >= LEAST_ONES);
}

/** Whether values are each another whole number, and go on by one. */
function countsMessages(values: readonly (Scalar | undefined)[]): boolean {
  const numbers = values.filter((value) => Number.isInteger(value)).map(Number);
  if (numbers.length < values.length) return false;
  const steps = differences(numbers.toSorted((a, b) => a - b));
  return !steps.includes(0) && countsByOne(steps);
}

/** What follows so soon, as a share of what is usually between two messages, is told at the same time. */
const NEAR = 0.1;
const MOST_OTHERS = 0.2;

/** What is between messages each of which comes twice, in milliseconds; 0 where they come in bursts of different ones. */
function beatOfCopies({ intervals, live }: TopicView): number {
  // Half of what is between them is only between the two.
  const beatMs = upperQuartile(intervals.map(({ lengthMs }) => lengthMs));
  const soon = [...live.entries()].filter(([i, { at }]) =>
    at - (live[i - 1]?.at ?? 0) <= beatMs * NEAR
  );
  const others = soon.filter(([i, { sample }]) =>
    live[i - 1] !== undefined && !sameBytes(live[i - 1].sample, sample)
  );
  return others.length > MOST_OTHERS * soon.length ? 0 : beatMs;
}

/** Live messages that are copies of one shortly before: of its bytes, or of its number or time. */
export function copiesIn(topic: TopicView): Reading[] {
  const usualMs = topic.rhythm?.medianMs ?? 5_000;
  const nearMs = Math.min(1_000, Math.max(usualMs, beatOfCopies(topic)) * NEAR);
  // What stands still counts no messages: `n: 41` may be a battery's cycles.
  const [counting] = sequencePaths(topic).filter((path) =>
    topic.live.some(({ fields }) => fields.get(path) !== topic.live[0]?.fields.get(path))
  );
  const recent: Reading[] = [];
  const copies: Reading[] = [];
  for (const reading of topic.live) {
    const sequence = counting === undefined ? undefined : reading.fields.get(counting);
    const twin = recent.some((older) => {
      if (!sameBytes(older.sample, reading.sample)) return false;
      if (reading.at - older.at <= nearMs) return true;
      if (sequence !== undefined) return true;
      return reading.time !== null && !reading.time.lastSeen && older.time !== null &&
        reading.time.atMs === older.time.atMs &&
        reading.time.atMs % 60_000 !== 0 &&
        (usualMs >= 3_000 || reading.time.atMs % 1_000 !== 0) &&
        reading.at - older.at <= usualMs * 3;
    });
    if (twin) copies.push(reading);
    recent.push(reading);
    if (recent.length > 3) recent.shift();
  }
  return copies;
}

/** Whether two messages hold the same. */
export function sameBytes(a: Sample, b: Sample): boolean {
  if (a.sizeBytes !== b.sizeBytes || a.sizeBytes === 0) return false;
  return a.payload.every((byte, i) => byte === b.payload[i]);
}

/**
 * By how much what a field counts goes on with each message, where the one before it bears it as well and all between them
 * would have been heard and kept.
 */
export function stepsOf(
  path: string,
  { live, trace }: TopicView,
  view: DeviceView,
): { step: number; reading: Reading }[] {
  return live.flatMap((reading, i) => {
    const [before, now] = [live[i - 1]?.fields.get(path), reading.fields.get(path)];
    const beforeMs = live[i - 1]?.at ?? -Infinity;
    const isWhole = beforeMs >= trace.wholeSince &&
      !isInterrupted(view.listeningGaps, beforeMs, reading.at);
    return isWhole && typeof before === "number" && typeof now === "number"
      ? [{ step: now - before, reading }]
      : [];
  });
}
