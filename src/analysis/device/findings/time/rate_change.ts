import { everyText, findingFrom, iso, someOf } from "../../evidence.ts";
import { copiesIn } from "../../reading/copies.ts";
import type { Finding } from "../../finding_shape.ts";
import { type Interval, intervalsOf } from "../../heartbeat.ts";
import { significant } from "../../../../numbers.ts";
import { differences, median, robustDeviation } from "../../../statistics.ts";
import { type DeviceView, type Reading, stateTopics, type TopicView } from "../../reading/view.ts";
import { turnBetween } from "../values/turns.ts";

/** Intervals before and after a change; of slow ones fewer are enough. */
const LEAST_BEFORE = 6;
const LEAST_AFTER = 6;
const LEAST_SLOW = 2;

/** `rate_change`. */
export function rateChange(view: DeviceView): Finding[] {
  for (const topic of stateTopics(view)) {
    // Copies right behind a message are not a faster rhythm.
    const copies = new Set(copiesIn(topic));
    const intervals = copies.size === 0 ? topic.intervals : intervalsOf(
      topic.live.filter((reading) => !copies.has(reading)).map((reading) => reading.at),
      view.listeningGaps,
    );
    const lengths = intervals.map((interval) => interval.lengthMs);
    let best: { at: number; ratio: number } | null = null;
    for (let at = LEAST_BEFORE; at <= lengths.length - LEAST_SLOW; at++) {
      const before = lengths.slice(0, at);
      const after = lengths.slice(at);
      const a = median(before);
      const b = median(after);
      if (
        a <= 0 || b <= 0 || robustDeviation(before) >= 0.3 * a || robustDeviation(after) >= 0.3 * b
      ) continue;
      // So few are a rhythm where they are much longer than all before, and alike.
      const isSure = after.length >= LEAST_AFTER ||
        b > 3 * Math.max(...before) && after.every((l) => Math.abs(l - b) < 0.1 * b);
      if (!isSure) continue;
      // The change must be a change of every interval, not of a few among the others.
      const ratio = Math.max(a / b, b / a);
      const middle = Math.sqrt(a * b);
      const wrong = before.filter((l) => (l > middle) !== (a > middle)).length +
        after.filter((l) => (l > middle) !== (b > middle)).length;
      if (ratio < 3 || wrong > lengths.length * 0.1) continue;
      if (best === null || ratio - wrong * 0.1 > best.ratio) {
        best = { at, ratio: ratio - wrong * 0.1 };
      }
    }
    const turn = best === null ? undefined : intervals[best.at];
    if (best === null || turn === undefined) continue;
    const before = lengths.slice(0, best.at);
    const after = lengths.slice(best.at);
    const faster = median(before) > median(after);
    // A robot at its dock and a charger without a car speak more rarely, and that is their way.
    const [quickMs = 0, slowMs = 0] = [median(before), median(after)].sort((a, b) => a - b);
    // Before it spoke more rarely it would have told of it at its quick pace.
    const state = turnBetween(view, {
      fromMs: turn.fromMs - 2 * (faster ? slowMs : quickMs),
      toMs: turn.toMs + (faster ? 2 : 1) * slowMs,
    });
    const isOrdinary = state !== undefined || isOfWork(topic, turn) || isOfMove(topic, turn) ||
      isSentLater(topic, turn);
    return [findingFrom({
      severity: isOrdinary ? "info" : "warning",
      code: "rate_change",
      title: `"${topic.topic}" became ${
        significant(Math.max(median(before) / median(after), median(after) / median(before)), 2)
      } times ${faster ? "faster" : "slower"}`,
      summary:
        `First ${everyText(before)} (×${before.length}), and ${
          everyText(after)
        } (×${after.length}) from ${iso(turn.fromMs)} on` +
        (state === undefined
          ? ""
          : `; "${state.field}" turned from ${state.before} to ${state.after} then`),
      messages: someOf(
        topic.live.filter((reading) => Math.abs(reading.at - turn.fromMs) <= turn.lengthMs)
          .slice(0, 4),
      ),
      suggestion: faster
        ? "See what started then: a setting, a value that chatters, a firmware update. Limit it at the device if it loads the broker."
        : "See what changed then: power saving, a weak link, or a setting of the interval.",
    })];
  }
  return [];
}

/** Whether a number is 0 in all messages on one side of a turn and seldom on the other: work begins or ends. */
export function isOfWork(
  { live }: TopicView,
  turn: Pick<Interval, "fromMs" | "toMs">,
): boolean {
  const [before, after] = [
    live.filter(({ at }) => at < turn.fromMs),
    live.filter(({ at }) => at > turn.toMs),
  ];
  const zeros = (readings: readonly Reading[], path: string) =>
    readings.filter(({ fields }) => fields.get(path) === 0).length / readings.length;
  return [...live.at(-1)?.fields ?? []].slice(0, 60).some(([path, value]) => {
    const shares = typeof value === "number" ? [zeros(before, path), zeros(after, path)] : [];
    return shares.includes(1) && Math.min(...shares) < 0.2;
  });
}

const MOST_OF_MOVE = 0.8;

/** Whether a bare value went on with nearly each message on one side of a turn and rested on the other: something moved, and has arrived. */
function isOfMove({ live }: TopicView, turn: Interval): boolean {
  const shares = [
    live.filter(({ at }) => at <= turn.fromMs),
    live.filter(({ at }) => at >= turn.toMs),
  ].map((side) => {
    const steps = differences(side.map(({ fields }) => Number(fields.get("") ?? NaN)));
    return steps.filter((step) => step !== 0).length / steps.length;
  });
  return Math.max(...shares) >= MOST_OF_MOVE && Math.min(...shares) <= 1 - MOST_OF_MOVE;
}

/** Whether the times that the messages bear tell of no such change, or are far apart where they came at once: what was kept was sent later. */
function isSentLater({ live }: TopicView, turn: Interval): boolean {
  const sides = [
    live.filter(({ at }) => at <= turn.fromMs),
    live.filter(({ at }) => at >= turn.toMs),
  ].map(beatsOf);
  const [a = NaN, b = NaN] = sides.map(({ made }) => made);
  return a > 0 && b > 0 && Math.max(a / b, b / a) < 3 ||
    sides.some(({ made, came }) => made > 3 * came);
}

/** How far apart messages were made, by the times that they bear, and how far apart they came; not a number where they bear none. */
export function beatsOf(readings: readonly Reading[]): { made: number; came: number } {
  const beat = (times: readonly number[]) => median(intervalsOf(times, []).map((i) => i.lengthMs));
  return {
    made: beat(readings.map(({ time }) => time?.atMs ?? NaN)),
    came: beat(readings.map(({ at }) => at)),
  };
}
