import type { Slices } from "./rate_series.ts";

/** A time in which nothing could be heard, in milliseconds since the epoch. */
export interface GapMs {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Counts of the slices in which it was listened to from beginning to end. */
export function withoutGaps(
  slices: Slices,
  o: { startMs: number; gaps: readonly GapMs[] },
): readonly number[] {
  if (o.gaps.length === 0) return slices.counts;
  return slices.counts.filter((_count, index) => {
    const fromMs = o.startMs + index * slices.sliceMs;
    return !o.gaps.some((gap) => gap.fromMs < fromMs + slices.sliceMs && gap.toMs > fromMs);
  });
}
