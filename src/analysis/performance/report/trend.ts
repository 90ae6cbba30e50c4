import { type GapMs, withoutGaps } from "../gaps.ts";
import type { RateSeries } from "../rate_series.ts";
import { findTrend, type Trend } from "../trend.ts";

const MAX_SLICES = 60;

/** Where the rate is going, told from the times in which it was listened to. */
export function reportTrend(
  series: RateSeries,
  o: { startedAtMs: number; nowMs: number; gaps: readonly GapMs[] },
): Trend {
  const slices = series.slices({
    untilMs: o.nowMs,
    sliceMs: Math.max(500, niceTrendSliceMs(o.nowMs - o.startedAtMs)),
    maxSlices: MAX_SLICES,
    complete: true,
  });
  return findTrend(withoutGaps(slices, { startMs: o.startedAtMs, gaps: o.gaps }));
}

/** Twenty slices or more, of half a second or more. */
function niceTrendSliceMs(lengthMs: number): number {
  return Math.ceil(lengthMs / 30 / 500) * 500;
}
