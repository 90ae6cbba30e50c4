import { median, robustDeviation } from "../statistics.ts";

/** A time in which nothing could be heard, as `listened.gaps` tells it: ISO 8601 in UTC. */
export interface ListeningGap {
  readonly from: string;
  readonly to: string;
}

/** A span of time in milliseconds since the epoch. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** How evenly messages come. */
export interface Rhythm {
  readonly medianMs: number;
  readonly spreadMs: number;
  /** How many intervals it rests on. */
  readonly intervals: number;
  /** The spread is under 30 % of the median interval. */
  readonly even: boolean;
}

/** An interval between two messages in a row, during all of which we were listening. */
export interface Interval {
  readonly fromMs: number;
  readonly toMs: number;
  readonly lengthMs: number;
}

/** Whether we could not listen for some of a time. */
export function isInterrupted(gaps: readonly Span[], fromMs: number, toMs: number): boolean {
  return gaps.some((gap) => gap.fromMs < toMs && gap.toMs > fromMs);
}

/** The intervals between times, without those in which we could not listen. */
export function intervalsOf(timesMs: readonly number[], gaps: readonly Span[]): Interval[] {
  const intervals: Interval[] = [];
  for (let i = 1; i < timesMs.length; i++) {
    const fromMs = timesMs[i - 1];
    const toMs = timesMs[i];
    if (isInterrupted(gaps, fromMs, toMs)) continue;
    intervals.push({ fromMs, toMs, lengthMs: toMs - fromMs });
  }
  return intervals;
}

/** Share of intervals that may be much longer than the rhythm. */
const MOST_PAUSES = 0.15;

/** The rhythm of intervals, or null with fewer than three of them. */
export function rhythmOf(intervals: readonly Interval[]): Rhythm | null {
  // Copies and bursts right behind a message are no beat of their own.
  const typical = median(intervals.map((interval) => interval.lengthMs));
  const lengths = intervals.map((interval) => interval.lengthMs)
    .filter((length) => length > typical * 0.05);
  if (lengths.length < 3) return null;
  const medianMs = median(lengths);
  const spreadMs = robustDeviation(lengths);
  // Several messages at a time, again and again, have the rhythm of the times, not of the messages.
  const pauses = lengths.filter((length) => length > 4 * medianMs).length;
  return {
    medianMs,
    spreadMs,
    intervals: lengths.length,
    even: medianMs > 0 && spreadMs < 0.3 * medianMs && pauses <= lengths.length * MOST_PAUSES,
  };
}
