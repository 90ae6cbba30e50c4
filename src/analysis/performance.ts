import type { InboundMessage } from "../mqtt/message.ts";
import { type Alert, ALERT_THRESHOLDS, sortAlerts } from "./performance/alerts.ts";
import { type BrokerFigures, BrokerStats } from "./performance/broker_stats.ts";
import { type Burst, type BurstSearch, findBursts } from "./performance/bursts.ts";
import { HeavyHitters } from "./performance/heavy_hitters.ts";
import { findPayloadTime } from "./performance/payload_time.ts";
import {
  type Beat,
  everyWords,
  findBeat,
  findPulse,
  groupBeats,
} from "./performance/periodicity.ts";
import { type Percentiles, QuantileSketch, roundTo3 } from "./performance/quantile_sketch.ts";
import { RateSeries, type Slices } from "./performance/rate_series.ts";
import { sparkline } from "./performance/sparkline.ts";
import { median } from "./performance/statistics.ts";
import { TopicFigures } from "./performance/topic_figures.ts";
import { findTrend, type Trend } from "./performance/trend.ts";

/** Round trips of one QoS through the broker, as a probe measured them. */
export interface ProbeLatency {
  readonly qos: 0 | 1 | 2;
  readonly sent: number;
  readonly received: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** What a probe measured and how, in milliseconds. */
export interface ProbeReport {
  /** One sentence: over which connections, on which topic. */
  readonly how: string;
  readonly by_qos: readonly ProbeLatency[];
}

/** Rates and sizes of one topic. */
export interface TopicRate {
  readonly topic: string;
  /** Live messages; retained ones that the subscription brought are in `retained`. */
  readonly messages: number;
  readonly retained?: number;
  /** Live messages per second over the whole window. */
  readonly rate: number;
  /** Fullest second. */
  readonly peak: number;
  /** Part of all live messages, in percent. */
  readonly share_percent: number;
  /** Payload bytes, retained included. */
  readonly bytes: number;
  readonly size_mean: number;
  readonly size_max: number;
  /** Its beat, if it keeps one: `every 30 s ± 0.4`. */
  readonly every?: string;
  readonly missed_beats?: number;
  readonly longest_gap_s?: number;
  readonly last_seen: string;
}

/** A time in which far more came than usual. */
export interface BurstReport {
  readonly from: string;
  readonly seconds: number;
  readonly messages: number;
  /** Fullest second of it. */
  readonly peak: number;
  readonly times_usual: number;
  /** Topics whose own fullest second lies in it, the loudest first. */
  readonly topics: readonly string[];
}

/** Delays by payload time, in milliseconds. */
export interface LatencyReport {
  readonly unit: "ms";
  /** Where `p50` … come from. */
  readonly source: "payload timestamps" | "probe" | "none";
  readonly p50?: number;
  readonly p95?: number;
  readonly p99?: number;
  readonly samples: number;
  readonly topics?: number;
  /** Coarsest step of the times in the payloads: nothing finer can be told. */
  readonly resolution_ms?: number;
  /** How far the senders' clocks are from ours (median over topics; positive: they are behind). */
  readonly clock_offset_ms?: number;
  readonly worst_clock?: { readonly topic: string; readonly offset_ms: number };
  readonly note: string;
  readonly probe?: ProbeReport;
}

/** The fields of `monitor_performance` that come from the messages. Rates are per second. */
export interface PerformanceResult {
  /** All messages but those under `$SYS` and our own probes, retained included. */
  readonly messages: number;
  readonly retained_messages: number;
  /** Messages of our own probes and connection tests (`mqtt-mcp/test/…`), counted nowhere else. */
  readonly scratch_messages?: number;
  readonly bytes: number;
  readonly throughput: {
    readonly unit: "messages/s";
    readonly mean: number;
    readonly peak: number;
    readonly peak_at?: string;
    readonly mean_bytes_per_second: number;
    readonly series: {
      readonly from: string;
      readonly bucket_seconds: number;
      readonly messages: readonly number[];
      readonly sparkline: string;
    };
  };
  readonly topics: readonly TopicRate[];
  /** All topics that were seen; `topic_count_exact` is false when there were too many to hold. */
  readonly topic_count: number;
  readonly topic_count_exact: boolean;
  readonly topics_left_out: { readonly topics: number; readonly messages: number };
  readonly sizes: { readonly unit: "bytes" } & Partial<Percentiles>;
  readonly intervals: { readonly unit: "ms" } & Partial<Percentiles> & {
    /** Between messages of one topic. */
    readonly per_topic?: Percentiles;
  };
  readonly latency: LatencyReport;
  readonly bursts: readonly BurstReport[];
  readonly bursts_left_out: number;
  readonly trend: Trend;
  readonly periodicity: readonly {
    readonly every: string;
    readonly period_s: number;
    readonly jitter_s: number;
    readonly topics: number;
    readonly examples: readonly string[];
  }[];
  readonly heavy_hitters: readonly {
    readonly topic: string;
    readonly messages: number;
    readonly share_percent: number;
  }[];
  readonly duplicates: {
    /** Messages with the DUP flag: sent again because an acknowledgement did not come. */
    readonly dup_flag: number;
    /** Messages that repeat the one before on their topic at once, without the flag. */
    readonly likely_copies: number;
    /** How many messages were compared; at very high rates not all are. */
    readonly compared: number;
  };
  readonly broker: BrokerFigures;
  readonly alerts: readonly Alert[];
  /** Two sentences. */
  readonly summary: string;
}

/** What {@linkcode PerformanceObserver.result} needs to know besides the messages. */
export interface PerformanceWindow {
  readonly nowMs: number;
  /** Length of the window, gaps included. */
  readonly listenedSeconds: number;
  /** Times in which nothing could be heard (ISO 8601): no part of rates, trend and silence. */
  readonly gaps?: readonly { readonly from: string; readonly to: string }[];
  readonly probe?: ProbeReport;
}

/** Topics of our own probes and connection tests: no traffic of anybody's. */
const SCRATCH_PREFIX = "mqtt-mcp/test/";
/** Topics that are counted one by one; later ones are only watched for heavy hitters. */
const MAX_TOPICS = 5000;
const REPORTED_TOPICS = 50;
const REPORTED_BURSTS = 10;
const SERIES_LENGTH = 60;
const HEAVY_HITTER_PERCENT = 5;
const OVERFLOW_CAPACITY = 256;
/** Above this rate payloads are no longer compared or searched for times. */
const COSTLY_WORK_PER_SECOND = 2000;
/** Payloads of a topic that are searched in vain before it counts as having no times. */
const TIME_TRIES = 3;
/** Payloads searched for a time in one second. */
const TIME_SEARCHES_PER_SECOND = 200;

/**
 * Measures a stream of messages in bounded memory: exact counts, percentiles within 1 %. Messages
 * under `$SYS/` are read as the broker's own figures and not counted. Retained messages that the
 * subscription brought are counted, but take no part in rates, intervals and bursts: they say
 * nothing about traffic.
 */
export class PerformanceObserver {
  #startedAtMs: number;
  #series: RateSeries;
  readonly #sizes = new QuantileSketch();
  readonly #intervals = new QuantileSketch();
  readonly #topicIntervals = new QuantileSketch();
  readonly #topics = new Map<string, TopicFigures>();
  readonly #overflow = new HeavyHitters(OVERFLOW_CAPACITY);
  readonly #overflowNames = new DistinctCounter();
  readonly #broker = new BrokerStats();
  #messages = 0;
  #scratch = 0;
  #retained = 0;
  #bytes = 0;
  #liveBytes = 0;
  #dups = 0;
  #compared = 0;
  #lastAtMs = -1;
  #second = -1;
  #secondCount = 0;
  #peakCount = 0;
  #peakSecond = -1;
  #timeSearches = 0;
  #lastTopic = "";
  #lastFigures: TopicFigures | null = null;

  /** `startedAtMs`: when listening began (the SUBACK), in milliseconds since the epoch. */
  constructor(o: { startedAtMs: number }) {
    this.#startedAtMs = o.startedAtMs;
    this.#series = new RateSeries(o.startedAtMs);
  }

  /** Counts a message. Never throws and keeps nothing of the payload. */
  offer(message: InboundMessage): void {
    const { topic, payload, receivedAt } = message;
    if (topic.charCodeAt(0) === 36 && topic.startsWith("$SYS/")) {
      this.#broker.offer(topic, payload, receivedAt);
      return;
    }
    if (topic.charCodeAt(0) === 109 && topic.startsWith(SCRATCH_PREFIX)) {
      this.#scratch++;
      return;
    }
    if (this.#messages === 0 && receivedAt < this.#startedAtMs) {
      // A recording is replayed: the window began before anybody asked for it.
      this.#startedAtMs = receivedAt;
      this.#series = new RateSeries(receivedAt);
    }
    const size = payload.length;
    this.#messages++;
    this.#bytes += size;
    this.#sizes.add(size);
    if (message.dup) this.#dups++;
    const figures = this.#figuresOf(topic);
    if (figures !== null) {
      figures.bytes += size;
      if (size > figures.largest) figures.largest = size;
      if (size < figures.smallest) figures.smallest = size;
    }
    if (message.retain) {
      this.#retained++;
      if (figures !== null) figures.retained++;
      return;
    }
    this.#liveBytes += size;
    this.#series.add(receivedAt);
    if (this.#lastAtMs >= 0) this.#intervals.add(receivedAt - this.#lastAtMs);
    this.#lastAtMs = receivedAt;
    const second = Math.floor((receivedAt - this.#startedAtMs) / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#secondCount = 0;
      this.#timeSearches = 0;
    }
    if (++this.#secondCount > this.#peakCount) {
      this.#peakCount = this.#secondCount;
      this.#peakSecond = second;
    }
    if (figures === null) return;
    if (this.#secondCount <= COSTLY_WORK_PER_SECOND) this.#lookInto(figures, payload, receivedAt);
    else figures.lastHash = 0;
    if (figures.messages > 0) {
      const interval = receivedAt - figures.lastAtMs;
      figures.addInterval(interval);
      this.#topicIntervals.add(interval);
    } else {
      figures.firstAtMs = receivedAt;
    }
    figures.messages++;
    figures.lastAtMs = receivedAt;
    if (second !== figures.second) {
      figures.second = second;
      figures.secondCount = 0;
    }
    if (++figures.secondCount > figures.peakCount) {
      figures.peakCount = figures.secondCount;
      figures.peakSecond = second;
    }
  }

  /** The figures so far; more messages may follow. */
  result(o: PerformanceWindow): PerformanceResult {
    const gaps = (o.gaps ?? []).map((gap) => ({
      fromMs: Date.parse(gap.from),
      toMs: Date.parse(gap.to),
    }));
    const deafMs = gaps.reduce((sum, gap) => sum + Math.max(0, gap.toMs - gap.fromMs), 0);
    const seconds = Math.max(o.listenedSeconds - deafMs / 1000, 0.001);
    const live = this.#messages - this.#retained;
    const all = [...this.#topics.values()];
    const beats = new Map<TopicFigures, Beat>();
    for (const figures of all) {
      const beat = findBeat(figures.intervals());
      if (beat !== null) beats.set(figures, beat);
    }
    const topics = this.#reportTopics(all, { beats, seconds, live });
    const listed = topics.reduce((sum, topic) => sum + topic.messages + (topic.retained ?? 0), 0);
    const topicCount = this.#topics.size + this.#overflowNames.estimate();
    const bursts = this.#reportBursts(o.nowMs, all);
    const trendSlices = this.#series.slices({
      untilMs: o.nowMs,
      sliceMs: Math.max(500, niceTrendSliceMs(o.nowMs - this.#startedAtMs)),
      maxSlices: SERIES_LENGTH,
      complete: true,
    });
    const trend = findTrend(withoutGaps(trendSlices, { startMs: this.#startedAtMs, gaps }));
    const latency = this.#reportLatency(all, o.probe);
    const broker = this.#broker.result();
    const periodicity = this.#reportPeriodicity(beats, o.nowMs);
    const copies = likelyCopies(all);
    const heavy = this.#reportHeavyHitters(all, live);
    const duplicates = {
      dup_flag: this.#dups,
      likely_copies: copies,
      compared: this.#compared,
    };
    const throughput = this.#reportThroughput(o.nowMs, seconds);
    const quiet = quietTopics(beats, { nowMs: o.nowMs, gaps });
    const facts: AlertFacts = {
      messages: this.#messages,
      live,
      topicCount,
      heavy,
      bursts: bursts.reports,
      usual: bursts.search.usual,
      trend,
      duplicates,
      largest: all.reduce<TopicFigures | null>(
        (most, figures) => most === null || figures.largest > most.largest ? figures : most,
        null,
      ),
      latency,
      broker,
      quiet,
    };
    const alerts = sortAlerts(findAlerts(facts));
    return {
      messages: this.#messages,
      retained_messages: this.#retained,
      ...(this.#scratch > 0 ? { scratch_messages: this.#scratch } : {}),
      bytes: this.#bytes,
      throughput,
      topics,
      topic_count: topicCount,
      topic_count_exact: this.#overflow.total === 0,
      topics_left_out: {
        topics: topicCount - topics.length,
        messages: this.#messages - listed,
      },
      sizes: { unit: "bytes", ...this.#sizes.percentiles() },
      intervals: withPerTopic(this.#intervals.percentiles(), this.#topicIntervals.percentiles()),
      latency,
      bursts: bursts.reports.slice(0, REPORTED_BURSTS),
      bursts_left_out: Math.max(0, bursts.reports.length - REPORTED_BURSTS),
      trend,
      periodicity,
      heavy_hitters: heavy,
      duplicates,
      broker,
      alerts,
      summary: summarise({
        live,
        retained: this.#retained,
        seconds,
        topicCount,
        mean: throughput.mean,
        peak: throughput.peak,
        meanBytes: throughput.mean_bytes_per_second,
        trend,
        alerts,
      }),
    };
  }

  #figuresOf(topic: string): TopicFigures | null {
    if (topic === this.#lastTopic && this.#lastFigures !== null) return this.#lastFigures;
    let figures = this.#topics.get(topic);
    if (figures === undefined) {
      if (this.#topics.size >= MAX_TOPICS) {
        this.#overflow.add(topic);
        this.#overflowNames.add(topic);
        return null;
      }
      figures = new TopicFigures(topic);
      this.#topics.set(topic, figures);
    }
    this.#lastTopic = topic;
    this.#lastFigures = figures;
    return figures;
  }

  #lookInto(figures: TopicFigures, payload: Uint8Array, receivedAt: number): void {
    const hash = hashOf(payload);
    if (figures.messages > 0 && figures.lastHash !== 0) {
      this.#compared++;
      if (hash !== figures.lastHash) figures.changes++;
      else if (receivedAt - figures.lastAtMs <= usualIntervalMs(figures) / 10) figures.copies++;
    }
    figures.lastHash = hash;
    if (figures.timeMisses >= TIME_TRIES || payload.length < 10 || payload[0] !== 0x7b) return;
    if (++this.#timeSearches > TIME_SEARCHES_PER_SECOND) return;
    const found = findPayloadTime(payload);
    if (found === null) {
      figures.timeMisses++;
      return;
    }
    if (found.atMs === figures.lastTimeMs && hash !== figures.copyHash) {
      // It stands still while the payload changes: when something else happened, not when it was sent.
      figures.timeMisses = TIME_TRIES;
      figures.forgetDelays();
      return;
    }
    figures.lastTimeMs = found.atMs;
    figures.copyHash = hash;
    if (found.resolutionMs > figures.resolutionMs) figures.resolutionMs = found.resolutionMs;
    figures.addDelay(receivedAt - found.atMs);
  }

  #reportThroughput(nowMs: number, seconds: number): PerformanceResult["throughput"] {
    const slices = this.#series.slices({
      untilMs: nowMs,
      sliceMs: 100,
      maxSlices: SERIES_LENGTH,
    });
    const live = this.#messages - this.#retained;
    const peakAt = this.#peakSecond >= 0
      ? { peak_at: isoTime(this.#startedAtMs + this.#peakSecond * 1000) }
      : {};
    return {
      unit: "messages/s",
      mean: roundTo3(live / seconds),
      peak: seconds < 1 ? roundTo3(live / seconds) : this.#peakCount,
      ...peakAt,
      mean_bytes_per_second: roundTo3(this.#liveBytes / seconds),
      series: {
        from: isoTime(this.#startedAtMs),
        bucket_seconds: slices.sliceMs / 1000,
        messages: slices.counts,
        sparkline: sparkline(slices.counts),
      },
    };
  }

  #reportTopics(
    all: readonly TopicFigures[],
    o: { beats: ReadonlyMap<TopicFigures, Beat>; seconds: number; live: number },
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
        ...(figures.retained > 0 ? { retained: figures.retained } : {}),
        rate: roundTo3(figures.messages / o.seconds),
        peak: figures.peakCount,
        share_percent: percent(figures.messages, o.live),
        bytes: figures.bytes,
        size_mean: roundTo3(figures.bytes / count),
        size_max: figures.largest,
        ...(beat ? { every: everyWords(beat.periodMs, beat.jitterMs) } : {}),
        ...(beat && beat.missed > 0 ? { missed_beats: beat.missed } : {}),
        ...(figures.messages > 1 ? { longest_gap_s: roundTo3(figures.longestGapMs / 1000) } : {}),
        last_seen: isoTime(figures.messages > 0 ? figures.lastAtMs : this.#startedAtMs),
      };
    });
  }

  #reportBursts(
    nowMs: number,
    all: readonly TopicFigures[],
  ): { reports: BurstReport[]; search: BurstSearch } {
    const slices = this.#series.slices({ untilMs: nowMs, sliceMs: 1000, maxSlices: 3600 });
    const search = findBursts(slices.counts);
    const secondsPerSlice = slices.sliceMs / 1000;
    const reports = [...search.bursts]
      .sort((a, b) => b.messages - a.messages)
      .map((burst) => {
        const usual = Math.max(search.usual, 1);
        return {
          from: isoTime(this.#startedAtMs + burst.firstSlice * slices.sliceMs),
          seconds: burst.slices * secondsPerSlice,
          messages: burst.messages,
          peak: roundTo3(burst.peak / secondsPerSlice),
          times_usual: roundTo3(burst.peak / usual),
          topics: loudestIn(burst, all, secondsPerSlice),
        };
      });
    return { reports, search };
  }

  #reportPeriodicity(
    beats: ReadonlyMap<TopicFigures, Beat>,
    nowMs: number,
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
    const slices = this.#series.slices({ untilMs: nowMs, sliceMs: 500, maxSlices: 600 });
    const lag = findPulse(slices.counts);
    if (lag === null) return [];
    const periodMs = lag * slices.sliceMs;
    return [{
      every: `all traffic pulses ${everyWords(periodMs, slices.sliceMs / 2)}`,
      period_s: roundTo3(periodMs / 1000),
      jitter_s: roundTo3(slices.sliceMs / 2000),
      topics: this.#topics.size,
      examples: [],
    }];
  }

  #reportHeavyHitters(
    all: readonly TopicFigures[],
    live: number,
  ): PerformanceResult["heavy_hitters"] {
    const minimum = Math.max(2, (live * HEAVY_HITTER_PERCENT) / 100);
    const loud = all.filter((figures) => figures.messages >= minimum)
      .map((figures) => ({ topic: figures.topic, messages: figures.messages }));
    for (const { key, atLeast } of this.#overflow.top(minimum)) {
      loud.push({ topic: key, messages: atLeast });
    }
    return loud
      .sort((a, b) => b.messages - a.messages || (a.topic < b.topic ? -1 : 1))
      .slice(0, 10)
      .map((entry) => ({ ...entry, share_percent: percent(entry.messages, live) }));
  }

  #reportLatency(all: readonly TopicFigures[], probe: ProbeReport | undefined): LatencyReport {
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
}

/** Smaller delays than this can be real delay; clocks that far behind are called in step. */
const IN_STEP_MS = 2000;

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
    ...(worst.offset !== 0
      ? { worst_clock: { topic: worst.topic, offset_ms: Math.round(worst.offset) } }
      : {}),
    note: clocks +
      (resolution >= 1000 ? " The times are in whole seconds, so delays are ± 1 s." : ""),
  };
}

/** Usual distance of two messages of a topic, over its whole life so far. */
function usualIntervalMs(figures: TopicFigures): number {
  return (figures.lastAtMs - figures.firstAtMs) / Math.max(1, figures.messages - 1);
}

/** A copy is only likely where contents change otherwise; a constant heartbeat is no copy. */
function likelyCopies(all: readonly TopicFigures[]): number {
  let copies = 0;
  for (const figures of all) if (figures.changes * 2 >= figures.copies) copies += figures.copies;
  return copies;
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

interface QuietTopic {
  readonly topic: string;
  readonly periodMs: number;
  readonly silentMs: number;
}

interface GapMs {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Counts of the slices in which it was listened to from beginning to end. */
function withoutGaps(
  slices: Slices,
  o: { startMs: number; gaps: readonly GapMs[] },
): readonly number[] {
  if (o.gaps.length === 0) return slices.counts;
  return slices.counts.filter((_count, index) => {
    const fromMs = o.startMs + index * slices.sliceMs;
    return !o.gaps.some((gap) => gap.fromMs < fromMs + slices.sliceMs && gap.toMs > fromMs);
  });
}

function quietTopics(
  beats: ReadonlyMap<TopicFigures, Beat>,
  o: { nowMs: number; gaps: readonly GapMs[] },
): QuietTopic[] {
  const quiet: QuietTopic[] = [];
  const listeningAgainMs = o.gaps.reduce((last, gap) => Math.max(last, gap.toMs), 0);
  for (const [figures, beat] of beats) {
    const silentMs = o.nowMs - Math.max(figures.lastAtMs, listeningAgainMs);
    if (silentMs > Math.max(1000, ALERT_THRESHOLDS.silentPeriods * beat.periodMs)) {
      quiet.push({ topic: figures.topic, periodMs: beat.periodMs, silentMs });
    }
  }
  return quiet.sort((a, b) => b.silentMs / b.periodMs - a.silentMs / a.periodMs);
}

interface AlertFacts {
  readonly messages: number;
  readonly live: number;
  readonly topicCount: number;
  readonly heavy: PerformanceResult["heavy_hitters"];
  readonly bursts: readonly BurstReport[];
  readonly usual: number;
  readonly trend: Trend;
  readonly duplicates: PerformanceResult["duplicates"];
  readonly largest: TopicFigures | null;
  readonly latency: LatencyReport;
  readonly broker: BrokerFigures;
  readonly quiet: readonly QuietTopic[];
}

function findAlerts(facts: AlertFacts): Alert[] {
  const limits = ALERT_THRESHOLDS;
  const alerts: Alert[] = [];
  const drops = facts.broker.drops;
  if (drops?.in_window !== undefined && drops.in_window >= limits.dropsInWindow) {
    alerts.push({
      severity: "error",
      code: "broker_drops",
      message: `The broker dropped ${drops.in_window} messages while it was listened to`,
      value: drops.in_window,
      threshold: limits.dropsInWindow,
      unit: "messages",
    });
  } else if (drops !== undefined && drops.total >= limits.dropsTotal) {
    alerts.push({
      severity: "info",
      code: "broker_drops_since_start",
      message: `The broker has dropped ${drops.total} messages since its start`,
      value: drops.total,
      threshold: limits.dropsTotal,
      unit: "messages",
    });
  }
  const loudest = facts.heavy[0];
  if (
    loudest !== undefined && loudest.share_percent >= limits.topicSharePercent &&
    facts.topicCount >= limits.topicShareMinTopics && facts.live >= limits.topicShareMinMessages
  ) {
    alerts.push({
      severity: "warning",
      code: "heavy_hitter",
      message:
        `"${shortTopic(loudest.topic)}" alone is ${loudest.share_percent} % of the traffic of ` +
        `${facts.topicCount} topics`,
      value: loudest.share_percent,
      threshold: limits.topicSharePercent,
      unit: "percent",
    });
  }
  const worst = facts.bursts.reduce<BurstReport | null>(
    (most, burst) => most === null || burst.peak > most.peak ? burst : most,
    null,
  );
  if (worst !== null && worst.times_usual >= limits.burstTimesUsual) {
    const from = worst.topics[0] === undefined ? "" : `, loudest "${shortTopic(worst.topics[0])}"`;
    alerts.push({
      severity: "warning",
      code: "burst",
      message: `A burst reached ${worst.peak} messages/s where ${roundTo3(facts.usual)} ` +
        `are usual${from}`,
      value: worst.times_usual,
      threshold: limits.burstTimesUsual,
      unit: "times usual",
    });
  }
  const { trend } = facts;
  if (
    trend.direction !== "steady" && trend.certainty !== "low" &&
    Math.abs(trend.change_percent) >= limits.trendPercent
  ) {
    alerts.push({
      severity: "warning",
      code: "trend",
      message: `The rate is ${trend.direction}, by ${Math.abs(trend.change_percent)} % ` +
        "over the window",
      value: Math.abs(trend.change_percent),
      threshold: limits.trendPercent,
      unit: "percent",
    });
  }
  const { duplicates } = facts;
  const copiesPercent = percent(duplicates.likely_copies, duplicates.compared);
  if (duplicates.likely_copies >= limits.copiesMin && copiesPercent >= limits.copiesPercent) {
    alerts.push({
      severity: "warning",
      code: "copies",
      message: `${duplicates.likely_copies} messages repeat the one before at once: two ` +
        "publishers, a bridge loop, or a device that sends everything twice",
      value: copiesPercent,
      threshold: limits.copiesPercent,
      unit: "percent",
    });
  }
  const dupPercent = percent(duplicates.dup_flag, facts.messages);
  if (duplicates.dup_flag > 0 && dupPercent >= limits.dupPercent) {
    alerts.push({
      severity: "warning",
      code: "redelivered",
      message: `${duplicates.dup_flag} messages were sent again because an acknowledgement did ` +
        "not come",
      value: dupPercent,
      threshold: limits.dupPercent,
      unit: "percent",
    });
  }
  if (facts.largest !== null && facts.largest.largest >= limits.messageBytes) {
    alerts.push({
      severity: "warning",
      code: "large_message",
      message: `"${shortTopic(facts.largest.topic)}" sent ${facts.largest.largest} bytes at once`,
      value: facts.largest.largest,
      threshold: limits.messageBytes,
      unit: "bytes",
    });
  }
  const { latency } = facts;
  const delay = latency.source === "payload timestamps" ? latency.p95! : 0;
  if (delay >= limits.payloadDelayMs + (latency.resolution_ms ?? 0)) {
    alerts.push({
      severity: "warning",
      code: "late_messages",
      message: `One message in twenty comes ${roundTo3(delay / 1000)} s or more after the time ` +
        "in its payload",
      value: delay,
      threshold: limits.payloadDelayMs,
      unit: "ms",
    });
  }
  const clock = latency.worst_clock;
  if (clock !== undefined && Math.abs(clock.offset_ms) >= limits.clockOffsetMs) {
    alerts.push({
      severity: "warning",
      code: "clock_offset",
      message: `The clock behind "${shortTopic(clock.topic)}" is ` +
        `${roundTo3(Math.abs(clock.offset_ms) / 1000)} s ` +
        (clock.offset_ms > 0 ? "behind ours" : "ahead of ours"),
      value: Math.abs(clock.offset_ms),
      threshold: limits.clockOffsetMs,
      unit: "ms",
    });
  }
  for (const entry of latency.probe?.by_qos ?? []) {
    if (entry.received < entry.sent) {
      alerts.push({
        severity: "error",
        code: `probe_lost_qos${entry.qos}`,
        message: `${entry.sent - entry.received} of ${entry.sent} probe messages at QoS ` +
          `${entry.qos} did not come back`,
        value: entry.sent - entry.received,
        threshold: 1,
        unit: "messages",
      });
    }
    if (entry.p95 >= limits.probeMs) {
      alerts.push({
        severity: "warning",
        code: `slow_broker_qos${entry.qos}`,
        message: `The probe's round trip at QoS ${entry.qos} takes ${roundTo3(entry.p95)} ms ` +
          "(95th percentile)",
        value: roundTo3(entry.p95),
        threshold: limits.probeMs,
        unit: "ms",
      });
    }
  }
  const quiet = facts.quiet[0];
  if (quiet !== undefined) {
    const others = facts.quiet.length > 1 ? ` (and ${facts.quiet.length - 1} more)` : "";
    alerts.push({
      severity: "warning",
      code: "went_quiet",
      message:
        `"${shortTopic(quiet.topic)}" came ${everyWords(quiet.periodMs, 0).split(" ±")[0]} ` +
        `and has been silent for ${roundTo3(quiet.silentMs / 1000)} s${others}`,
      value: roundTo3(quiet.silentMs / quiet.periodMs),
      threshold: limits.silentPeriods,
      unit: "periods",
    });
  }
  return alerts;
}

function summarise(o: {
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
    : `${o.live} messages${retained} on ${o.topicCount} topics in ${window}: ` +
      `${o.mean} per second on average (${bytesWords(o.meanBytes)}/s), ${o.peak} at most, ` +
      trendWords(o.trend) + ".";
  const serious = o.alerts.filter((alert) => alert.severity !== "info");
  const second = serious.length === 0
    ? "Nothing crossed a threshold."
    : `${serious[0]!.message}${
      serious.length > 1 ? `, and ${serious.length - 1} more alerts` : ""
    }.`;
  return `${first} ${second}`;
}

function trendWords(trend: Trend): string {
  return trend.direction === "steady"
    ? "steady"
    : `${trend.direction} by ${Math.abs(trend.change_percent)} % (certainty ${trend.certainty})`;
}

function bytesWords(bytes: number): string {
  if (bytes < 1000) return `${roundTo3(bytes)} bytes`;
  if (bytes < 1e6) return `${roundTo3(bytes / 1000)} kB`;
  return `${roundTo3(bytes / 1e6)} MB`;
}

function withPerTopic(
  all: Percentiles | null,
  perTopic: Percentiles | null,
): PerformanceResult["intervals"] {
  return { unit: "ms", ...all, ...(perTopic === null ? {} : { per_topic: perTopic }) };
}

function percent(part: number, whole: number): number {
  return whole > 0 ? Number(((part / whole) * 100).toFixed(1)) : 0;
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

/** Topics come from strangers: a sentence holds only so much of one. */
function shortTopic(topic: string): string {
  return topic.length <= 80 ? topic : `${topic.slice(0, 79)}…`;
}

/** Twenty slices or more, of half a second or more. */
function niceTrendSliceMs(lengthMs: number): number {
  return Math.ceil(lengthMs / 30 / 500) * 500;
}

/** FNV-1a over the payload; of long ones the length, the first and the last 64 bytes. Never 0. */
function hashOf(payload: Uint8Array): number {
  const { length } = payload;
  let hash = 0x811c9dc5 ^ length;
  const head = length > 128 ? 64 : length;
  for (let i = 0; i < head; i++) hash = Math.imul(hash ^ payload[i]!, 0x01000193);
  if (length > 128) {
    for (let i = length - 64; i < length; i++) hash = Math.imul(hash ^ payload[i]!, 0x01000193);
  }
  return hash === 0 ? 1 : hash;
}

/** Counts distinct strings in 8 KB, within a few percent up to about 300,000 (linear counting). */
class DistinctCounter {
  static readonly #bits = 65_536;
  #words: Uint32Array | null = null;
  #set = 0;

  add(text: string): void {
    this.#words ??= new Uint32Array(DistinctCounter.#bits / 32);
    let hash = 0x811c9dc5;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    hash ^= hash >>> 15;
    hash = Math.imul(hash, 0x2c1b3c6d);
    hash ^= hash >>> 13;
    const bit = (hash >>> 0) % DistinctCounter.#bits;
    const mask = 1 << (bit & 31);
    const word = bit >>> 5;
    if ((this.#words[word]! & mask) === 0) {
      this.#words[word]! |= mask;
      this.#set++;
    }
  }

  estimate(): number {
    const bits = DistinctCounter.#bits;
    const free = Math.max(1, bits - this.#set);
    return Math.round(-bits * Math.log(free / bits));
  }
}
