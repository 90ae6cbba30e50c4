import { mean, median, robustDeviation } from "../statistics.ts";
import { significant } from "../../numbers.ts";

/** A beat: how long between two messages, usually. */
export interface Beat {
  readonly periodMs: number;
  /** Usual distance from the period (robust standard deviation). */
  readonly jitterMs: number;
  /** Intervals that are a multiple of the period: beats that were left out. */
  readonly missed: number;
  /** How many intervals it was told from. */
  readonly intervals: number;
}

/** Fewer intervals than this are no beat. */
const MIN_INTERVALS = 4;
/** A beat's jitter is at most this part of its period. */
const MAX_JITTER = 0.15;
/** At least this part of the intervals must fit the period or a multiple of it. */
const MIN_FITTING = 0.8;

/** Tells whether intervals (ms) keep a beat; null if they do not, or are too few. */
export function findBeat(intervals: readonly number[]): Beat | null {
  if (intervals.length < MIN_INTERVALS) return null;
  const period = median(intervals);
  if (period <= 0) return null;
  const single: number[] = [];
  let missed = 0;
  let fitting = 0;
  for (const interval of intervals) {
    const beats = Math.round(interval / period);
    if (beats < 1 || Math.abs(interval - beats * period) > 0.25 * period) continue;
    fitting++;
    if (beats === 1) single.push(interval);
    else missed += beats - 1;
  }
  if (single.length < MIN_INTERVALS - 1 || fitting < MIN_FITTING * intervals.length) return null;
  const center = median(single);
  const jitter = robustDeviation(single, center);
  if (jitter > MAX_JITTER * center) return null;
  return { periodMs: center, jitterMs: jitter, missed, intervals: intervals.length };
}

/** A period that several topics share. */
interface SharedBeat {
  readonly periodMs: number;
  readonly jitterMs: number;
  readonly topics: readonly string[];
}

/** Groups beats whose periods differ by less than 5 %, the most common first. */
export function groupBeats(
  beats: readonly { readonly topic: string; readonly beat: Beat }[],
): SharedBeat[] {
  const sorted = [...beats].sort((a, b) =>
    a.beat.periodMs - b.beat.periodMs || (a.topic < b.topic ? -1 : 1)
  );
  const groups: { topic: string; beat: Beat }[][] = [];
  for (const entry of sorted) {
    const group = groups.at(-1);
    if (group && entry.beat.periodMs <= group[0].beat.periodMs * 1.05) group.push(entry);
    else groups.push([entry]);
  }
  return groups
    .map((group) => ({
      periodMs: median(group.map((entry) => entry.beat.periodMs)),
      jitterMs: median(group.map((entry) => entry.beat.jitterMs)),
      topics: group.map((entry) => entry.topic),
    }))
    .sort((a, b) => b.topics.length - a.topics.length || a.periodMs - b.periodMs);
}

/**
 * The period, in slices, at which the whole traffic pulses; null if it does not. Told by the
 * autocorrelation of the counts (at most 600 are looked at), which must exceed 0.6 and repeat at
 * least three times within the window.
 */
export function findPulse(counts: readonly number[]): number | null {
  const values = counts.length > 600 ? counts.slice(-600) : counts;
  const n = values.length;
  if (n < 12) return null;
  const average = mean(values);
  let variance = 0;
  for (const value of values) variance += (value - average) ** 2;
  if (variance === 0) return null;
  const longest = Math.floor(n / 3);
  const correlations: number[] = [1];
  for (let lag = 1; lag <= longest + 1; lag++) {
    let sum = 0;
    for (let i = lag; i < n; i++) sum += (values[i] - average) * (values[i - lag] - average);
    correlations.push((sum / variance) * (n / (n - lag)));
  }
  for (let lag = 2; lag <= longest; lag++) {
    const here = correlations[lag];
    if (here > 0.6 && here >= correlations[lag - 1] && here >= correlations[lag + 1]) return lag;
  }
  return null;
}

/** A duration for a reader: `every 30 s ± 0.4`. */
export function everyWords(periodMs: number, jitterMs: number): string {
  if (periodMs < 950) return `every ${tidy(periodMs)} ms ± ${tidy(jitterMs)}`;
  if (periodMs < 120_000) return `every ${tidy(periodMs / 1000)} s ± ${tidy(jitterMs / 1000)}`;
  return `every ${tidy(periodMs / 60_000)} min ± ${tidy(jitterMs / 60_000)}`;
}

function tidy(value: number): string {
  if (value === 0) return "0";
  if (value < 0.01) return "0.01";
  return String(significant(value, value >= 10 ? 3 : 2));
}
