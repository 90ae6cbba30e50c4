import { type Burst, findBursts } from "../bursts.ts";
import { roundTo3 } from "../quantile_sketch.ts";
import type { RateSeries } from "../rate_series.ts";
import type { BurstReport } from "../result.ts";
import type { TopicFigures } from "../topic_figures.ts";

/** All bursts, the fullest first, with the rate they were measured against. */
export function reportBursts(
  series: RateSeries,
  o: { startedAtMs: number; nowMs: number; all: readonly TopicFigures[] },
): { reports: BurstReport[]; usualPerSecond: number } {
  const slices = series.slices({ untilMs: o.nowMs, sliceMs: 1000, maxSlices: 3600 });
  const search = findBursts(slices.counts);
  const secondsPerSlice = slices.sliceMs / 1000;
  const reports = [...search.bursts]
    .sort((a, b) => b.messages - a.messages)
    .map((burst) => {
      const usual = Math.max(search.usual, 1);
      return {
        from: new Date(o.startedAtMs + burst.firstSlice * slices.sliceMs).toISOString(),
        seconds: burst.slices * secondsPerSlice,
        messages: burst.messages,
        peak: roundTo3(burst.peak / secondsPerSlice),
        times_usual: roundTo3(burst.peak / usual),
        topics: loudestIn(burst, o.all, secondsPerSlice),
      };
    });
  return { reports, usualPerSecond: search.usual / secondsPerSlice };
}

function loudestIn(burst: Burst, all: readonly TopicFigures[], secondsPerSlice: number): string[] {
  const from = burst.firstSlice * secondsPerSlice;
  const to = from + burst.slices * secondsPerSlice;
  return all
    .filter((figures) => figures.peakSecond >= from && figures.peakSecond < to)
    .sort((a, b) => b.peakCount - a.peakCount || (a.topic < b.topic ? -1 : 1))
    .slice(0, 3)
    .map((figures) => figures.topic);
}
