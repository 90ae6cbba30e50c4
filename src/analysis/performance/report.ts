/** The parts of a performance result, made from what was counted. */
import { isoTime } from "../../iso_time.ts";
import { countOf } from "../../payload/limits.ts";
import { median, percent } from "../statistics.ts";
import type { Stop } from "./alerts.ts";
import { type Burst, findBursts } from "./bursts.ts";
import { type GapMs, withoutGaps } from "./gaps.ts";
import type { HeavyHitters } from "./heavy_hitters.ts";
import { type Beat, everyWords, findPulse, groupBeats } from "./periodicity.ts";
import { QuantileSketch, roundTo3 } from "./quantile_sketch.ts";
import type { RateSeries } from "./rate_series.ts";
import type {
  Alert,
  BurstReport,
  LatencyReport,
  PerformanceResult,
  ProbeReport,
  TopicRate,
} from "./result.ts";
import type { TopicFigures } from "./topic_figures.ts";
import { findTrend, type Trend } from "./trend.ts";

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
  const peakAt = o.peakSecond >= 0 ? { peak_at: isoTime(o.startedAtMs + o.peakSecond * 1000) } : {};
  return {
    unit: "messages/s",
    mean: roundTo3(o.live / o.seconds),
    peak: o.seconds < 1 ? roundTo3(o.live / o.seconds) : o.peakCount,
    ...peakAt,
    mean_bytes_per_second: roundTo3(o.liveBytes / o.seconds),
    series: {
      from: isoTime(o.startedAtMs),
      bucket_seconds: slices.sliceMs / 1000,
      messages: slices.counts,
      sparkline: sparkline(slices.counts),
    },
  };
}

const REPORTED_TOPICS = 50;

/** Rates and sizes of the loudest topics, the loudest first. */
export function reportTopics(
  all: readonly TopicFigures[],
  o: {
    beats: ReadonlyMap<TopicFigures, Beat>;
    startedAtMs: number;
    seconds: number;
    live: number;
  },
): TopicRate[] {
  const ranked = [...all].sort((a, b) =>
    b.messages - a.messages || b.retained - a.retained || (a.topic < b.topic ? -1 : 1)
  );
  return ranked.slice(0, REPORTED_TOPICS).map((figures) => {
    const beat = o.beats.get(figures);
    const count = figures.messages + figures.retained;
    return {
      topic: figures.topic,
      messages: figures.messages,
      ...(figures.retained > 0 && { retained: figures.retained }),
      rate: roundTo3(figures.messages / o.seconds),
      peak: figures.peakCount,
      share_percent: percent(figures.messages, o.live),
      bytes: figures.bytes,
      size_mean: roundTo3(figures.bytes / count),
      size_max: figures.largest,
      ...(beat && { every: everyWords(beat.periodMs, beat.jitterMs) }),
      ...(beat && beat.missed > 0 && { missed_beats: beat.missed }),
      ...(figures.intervals().length > 0 &&
        { longest_gap_s: roundTo3(figures.longestGapMs / 1000) }),
      last_seen: isoTime(figures.messages > 0 ? figures.lastAtMs : o.startedAtMs),
    };
  });
}

const HEAVY_HITTER_PERCENT = 5;

/** The topics that alone make up much of the traffic, those not counted one by one included. */
export function reportHeavyHitters(
  all: readonly TopicFigures[],
  o: { overflow: HeavyHitters; live: number },
): PerformanceResult["heavy_hitters"] {
  const minimum = Math.max(2, (o.live * HEAVY_HITTER_PERCENT) / 100);
  const loud = all.filter((figures) => figures.messages >= minimum)
    .map((figures) => ({ topic: figures.topic, messages: figures.messages }));
  for (const { key, atLeast } of o.overflow.top(minimum)) {
    loud.push({ topic: key, messages: atLeast });
  }
  return loud
    .sort((a, b) => b.messages - a.messages || (a.topic < b.topic ? -1 : 1))
    .slice(0, 10)
    .map((entry) => ({ ...entry, share_percent: percent(entry.messages, o.live) }));
}

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
        from: isoTime(o.startedAtMs + burst.firstSlice * slices.sliceMs),
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

const MAX_SLICES = 60;

/** Where the rate is going, told from the times in which it was listened to. */
export function reportTrend(
  series: RateSeries,
  o: { startedAtMs: number; nowMs: number; gaps: readonly GapMs[]; stop: Stop | null },
): Trend {
  if (o.stop !== null) {
    return {
      direction: "stopped",
      change_percent: -100,
      certainty: "high",
      chance: 0,
      why: `nothing in the last ${roundTo3(o.stop.silentMs / 1000)} s`,
    };
  }
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

/** Smaller delays than this can be real delay; clocks that far behind are called in step. */
const IN_STEP_MS = 2000;

/** Delays by the times in payloads, or a probe's round trips where no payload carries one. */
export function reportLatency(
  all: readonly TopicFigures[],
  probe: ProbeReport | undefined,
): LatencyReport {
  const timed = all.filter((figures) => figures.delays().length > 0);
  const withProbe = probe === undefined ? {} : { probe };
  if (timed.length === 0) {
    const main = probe?.by_qos.find((entry) => entry.qos === 1) ?? probe?.by_qos[0];
    if (main === undefined) {
      return {
        unit: "ms",
        source: "none",
        samples: 0,
        note: "No payload carries a time with its zone; ask for a probe to measure round trips.",
        ...withProbe,
      };
    }
    return {
      unit: "ms",
      source: "probe",
      p50: roundTo3(main.p50),
      p95: roundTo3(main.p95),
      p99: roundTo3(main.p99),
      samples: main.received,
      note: `Round trips of a probe at QoS ${main.qos}; no payload carries a time with its zone.`,
      ...withProbe,
    };
  }
  return { ...payloadLatency(timed), ...withProbe };
}

function payloadLatency(timed: readonly TopicFigures[]): LatencyReport {
  const sketch = new QuantileSketch();
  const offsets: { topic: string; offset: number }[] = [];
  let resolution = 1;
  let corrected = 0;
  for (const figures of timed) {
    const smallest = figures.smallestDelayMs;
    const inStep = smallest >= -figures.resolutionMs && smallest < IN_STEP_MS;
    const offset = inStep ? 0 : smallest;
    if (!inStep) corrected++;
    offsets.push({ topic: figures.topic, offset });
    for (const delay of figures.delays()) sketch.add(delay - offset);
    resolution = Math.max(resolution, figures.resolutionMs);
  }
  const worst = offsets.reduce((most, entry) =>
    Math.abs(entry.offset) > Math.abs(most.offset) ? entry : most
  );
  const figures = sketch.percentiles()!;
  const clocks = corrected === 0
    ? "All senders' clocks are in step with ours, so these are whole delays."
    : `The clocks behind ${corrected} of ${timed.length} topics are off; there the fastest ` +
      "message counts as no delay, and only what is beyond it is measured.";
  return {
    unit: "ms",
    source: "payload timestamps",
    p50: figures.p50,
    p95: figures.p95,
    p99: figures.p99,
    samples: sketch.count,
    topics: timed.length,
    resolution_ms: resolution,
    clock_offset_ms: Math.round(median(offsets.map((entry) => entry.offset))),
    ...(worst.offset !== 0 &&
      { worst_clock: { topic: worst.topic, offset_ms: Math.round(worst.offset) } }),
    note: clocks +
      (resolution >= 1000 ? " The times are in whole seconds, so delays are ± 1 s." : ""),
  };
}

/** A copy is only likely where contents change otherwise; a constant heartbeat is no copy. */
export function likelyCopies(all: readonly TopicFigures[]): number {
  let copies = 0;
  for (const figures of all) if (figures.changes * 2 >= figures.copies) copies += figures.copies;
  return copies;
}

/** The result in two sentences: the traffic, and the gravest alert. */
export function summarise(o: {
  live: number;
  retained: number;
  seconds: number;
  topicCount: number;
  mean: number;
  peak: number;
  meanBytes: number;
  trend: Trend;
  alerts: readonly Alert[];
}): string {
  const window = `${roundTo3(o.seconds)} s`;
  const retained = o.retained > 0 ? ` and ${o.retained} retained` : "";
  const first = o.live === 0
    ? `No live message came in ${window}${retained ? `, only ${o.retained} retained ones` : ""}.`
    : `${countOf(o.live, "message")}${retained} on ${
      countOf(o.topicCount, "topic")
    } in ${window}: ` +
      `${o.mean} per second on average (${bytesWords(o.meanBytes)}/s), ${o.peak} at most, ` +
      trendWords(o.trend) + ".";
  const serious = o.alerts.filter((alert) => alert.severity !== "info");
  const second = serious.length === 0
    ? "Nothing crossed a threshold."
    : `${serious[0].message}${
      serious.length > 1 ? `, and ${plural(serious.length - 1, "more alert")}` : ""
    }.`;
  return `${first} ${second}`;
}

function plural(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
}

function trendWords(trend: Trend): string {
  return trend.direction === "steady" || trend.direction === "stopped"
    ? trend.direction
    : `${trend.direction} by ${Math.abs(trend.change_percent)} % (certainty ${trend.certainty})`;
}

function bytesWords(bytes: number): string {
  if (bytes < 1000) return `${roundTo3(bytes)} bytes`;
  if (bytes < 1e6) return `${roundTo3(bytes / 1000)} kB`;
  return `${roundTo3(bytes / 1e6)} MB`;
}

const BLOCKS = "▁▂▃▄▅▆▇█";

/** A line of block characters, one per value, from zero (lowest block) to the greatest value. */
export function sparkline(values: readonly number[]): string {
  let greatest = 0;
  for (const value of values) if (value > greatest) greatest = value;
  let line = "";
  for (const value of values) {
    const height = greatest > 0 && value > 0
      ? Math.max(1, Math.round((value / greatest) * (BLOCKS.length - 1)))
      : 0;
    line += BLOCKS[Math.min(height, BLOCKS.length - 1)];
  }
  return line;
}
