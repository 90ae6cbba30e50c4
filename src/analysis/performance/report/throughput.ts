import { roundTo3 } from "../quantile_sketch.ts";
import type { RateSeries } from "../rate_series.ts";
import type { PerformanceResult } from "../result.ts";
import { sparkline } from "../sparkline.ts";

const SERIES_LENGTH = 60;

/** Rates over the whole window, with the fullest second and a series to draw. */
export function reportThroughput(series: RateSeries, o: {
  startedAtMs: number;
  nowMs: number;
  seconds: number;
  live: number;
  liveBytes: number;
  peakCount: number;
  peakSecond: number;
}): PerformanceResult["throughput"] {
  const slices = series.slices({ untilMs: o.nowMs, sliceMs: 100, maxSlices: SERIES_LENGTH });
  const peakAt = o.peakSecond >= 0
    ? { peak_at: new Date(o.startedAtMs + o.peakSecond * 1000).toISOString() }
    : {};
  return {
    unit: "messages/s",
    mean: roundTo3(o.live / o.seconds),
    peak: o.seconds < 1 ? roundTo3(o.live / o.seconds) : o.peakCount,
    ...peakAt,
    mean_bytes_per_second: roundTo3(o.liveBytes / o.seconds),
    series: {
      from: new Date(o.startedAtMs).toISOString(),
      bucket_seconds: slices.sliceMs / 1000,
      messages: slices.counts,
      sparkline: sparkline(slices.counts),
    },
  };
}
