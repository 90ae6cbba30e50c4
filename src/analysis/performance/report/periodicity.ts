import { type Beat, everyWords, findPulse, groupBeats } from "../periodicity.ts";
import { roundTo3 } from "../quantile_sketch.ts";
import type { RateSeries } from "../rate_series.ts";
import type { PerformanceResult } from "../result.ts";
import type { TopicFigures } from "../topic_figures.ts";

/** The beats that topics keep, the most common first; where none does, the pulse of all traffic. */
export function reportPeriodicity(
  beats: ReadonlyMap<TopicFigures, Beat>,
  o: { series: RateSeries; nowMs: number; topics: number },
): PerformanceResult["periodicity"] {
  const groups = groupBeats(
    [...beats].map(([figures, beat]) => ({ topic: figures.topic, beat })),
  ).slice(0, 10).map((group) => ({
    every: everyWords(group.periodMs, group.jitterMs),
    period_s: roundTo3(group.periodMs / 1000),
    jitter_s: roundTo3(group.jitterMs / 1000),
    topics: group.topics.length,
    examples: group.topics.slice(0, 3),
  }));
  if (groups.length > 0) return groups;
  const slices = o.series.slices({ untilMs: o.nowMs, sliceMs: 500, maxSlices: 600 });
  const lag = findPulse(slices.counts);
  if (lag === null) return [];
  const periodMs = lag * slices.sliceMs;
  return [{
    every: `all traffic pulses ${everyWords(periodMs, slices.sliceMs / 2)}`,
    period_s: roundTo3(periodMs / 1000),
    jitter_s: roundTo3(slices.sliceMs / 2000),
    topics: o.topics,
    examples: [],
  }];
}
