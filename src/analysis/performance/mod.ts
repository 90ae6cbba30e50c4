import type { InboundMessage } from "../../mqtt/message.ts";
import { SCRATCH_PREFIX } from "../../mqtt/own_topics.ts";
import { hashPayload } from "../../payload/payload_hash.ts";
import { findAlerts, findStop, quietTopics } from "./alerts.ts";
import { BrokerStats } from "./broker_stats.ts";
import { DistinctCounter } from "./distinct_counter.ts";
import type { GapMs } from "./gaps.ts";
import { HeavyHitters } from "./heavy_hitters.ts";
import { findPayloadTime } from "./payload_time.ts";
import { type Beat, findBeat } from "./periodicity.ts";
import { type Percentiles, QuantileSketch } from "./quantile_sketch.ts";
import { RateSeries } from "./rate_series.ts";
import {
  likelyCopies,
  reportBursts,
  reportHeavyHitters,
  reportLatency,
  reportPeriodicity,
  reportThroughput,
  reportTopics,
  reportTrend,
  summarise,
} from "./report.ts";
import type { PerformanceResult, ProbeReport } from "./result.ts";
import { NO_HASH, TopicFigures } from "./topic_figures.ts";

/** What {@linkcode PerformanceObserver.result} needs to know besides the messages. */
interface PerformanceWindow {
  readonly nowMs: number;
  /** Length of the window, gaps included. */
  readonly listenedSeconds: number;
  readonly probe?: ProbeReport;
}

/** Times in which nothing could be heard (ISO 8601): no part of rates, intervals, trend and silence. */
type Gaps = readonly { readonly from: string; readonly to: string }[];

/** How often it is asked for gaps: in shorter ones no connection comes back. */
const GAPS_ASKED_MS = 50;

/** Topics that are counted one by one; later ones are only watched for heavy hitters. */
const MAX_TOPICS = 5000;
const REPORTED_BURSTS = 10;
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
  #firstAtMs = -1;
  #lastAtMs = -1;
  #second = -1;
  #secondCount = 0;
  #peakCount = 0;
  #peakSecond = -1;
  #timeSearches = 0;
  readonly #askGaps: () => Gaps;
  #gapsAskedMs = -Infinity;
  #askedGaps: Gaps = [];
  #gaps: GapMs[] = [];
  /** Until when nothing could be heard last: what is between a message before and one after is not the sender's. */
  #deafUntilMs = -Infinity;
  #lastTopic = "";
  #lastFigures: TopicFigures | null = null;

  /**
   * `startedAtMs`: when listening began (the SUBACK), in milliseconds since the epoch. `gaps`: the times until now in
   * which nothing could be heard.
   */
  constructor(o: { startedAtMs: number; gaps?: () => Gaps }) {
    this.#askGaps = o.gaps ?? (() => []);
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
    if (receivedAt >= this.#gapsAskedMs + GAPS_ASKED_MS) this.#noteGaps(receivedAt);
    if (this.#lastAtMs < 0) this.#firstAtMs = receivedAt;
    else if (this.#lastAtMs >= this.#deafUntilMs) this.#intervals.add(receivedAt - this.#lastAtMs);
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
    if (figures.messages === 0) {
      figures.firstAtMs = receivedAt;
    } else if (figures.lastAtMs >= this.#deafUntilMs) {
      const interval = receivedAt - figures.lastAtMs;
      figures.addInterval(interval);
      this.#topicIntervals.add(interval);
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
    const { nowMs } = o;
    this.#noteGaps(nowMs);
    const gaps = this.#gaps;
    const deafMs = gaps.reduce((sum, gap) => sum + Math.max(0, gap.toMs - gap.fromMs), 0);
    const seconds = Math.max(o.listenedSeconds - deafMs / 1000, 0.001);
    const live = this.#messages - this.#retained;
    const all = [...this.#topics.values()];
    const beats = new Map<TopicFigures, Beat>();
    for (const figures of all) {
      const beat = findBeat(figures.intervals());
      if (beat !== null) beats.set(figures, beat);
    }
    const startedAtMs = this.#startedAtMs;
    const series = this.#series;
    const topics = reportTopics(all, { beats, startedAtMs, seconds, live });
    const listed = topics.reduce((sum, topic) => sum + topic.messages + (topic.retained ?? 0), 0);
    const topicCount = this.#topics.size + this.#overflowNames.estimate();
    const bursts = reportBursts(series, { startedAtMs, nowMs, all });
    const intervals = this.#intervals.percentiles();
    const stop = findStop({
      live,
      firstAtMs: this.#firstAtMs,
      lastAtMs: this.#lastAtMs,
      longestPauseMs: intervals?.max ?? 0,
    }, { nowMs, gaps });
    const trend = reportTrend(series, { startedAtMs, nowMs, gaps, stop });
    const latency = reportLatency(all, o.probe);
    const broker = this.#broker.result();
    const periodicity = reportPeriodicity(beats, { series, nowMs, topics: this.#topics.size });
    const heavy = reportHeavyHitters(all, { overflow: this.#overflow, live });
    const duplicates = {
      dup_flag: this.#dups,
      likely_copies: likelyCopies(all),
      compared: this.#compared,
    };
    const throughput = reportThroughput(series, {
      startedAtMs,
      nowMs,
      seconds,
      live,
      liveBytes: this.#liveBytes,
      peakCount: this.#peakCount,
      peakSecond: this.#peakSecond,
    });
    const alerts = findAlerts({
      messages: this.#messages,
      live,
      topicCount,
      heavy,
      bursts: bursts.reports,
      usual: bursts.usualPerSecond,
      trend,
      duplicates,
      largest: all.reduce<TopicFigures | null>(
        (most, figures) => most === null || figures.largest > most.largest ? figures : most,
        null,
      ),
      latency,
      broker,
      quiet: quietTopics(beats, { nowMs, gaps }),
      stop,
    });
    return {
      messages: this.#messages,
      retained_messages: this.#retained,
      ...(this.#scratch > 0 && { scratch_messages: this.#scratch }),
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
      intervals: withPerTopic(intervals, this.#topicIntervals.percentiles()),
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

  #noteGaps(nowMs: number): void {
    this.#gapsAskedMs = nowMs;
    const asked = this.#askGaps();
    if (asked !== this.#askedGaps) {
      this.#askedGaps = asked;
      this.#gaps = asked.map(({ from, to }) => ({
        fromMs: Date.parse(from),
        toMs: Date.parse(to),
      }));
    }
    for (const { fromMs, toMs } of this.#gaps) {
      if (fromMs < nowMs && toMs > this.#deafUntilMs) this.#deafUntilMs = toMs;
    }
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
    const hash = hashPayload(payload);
    if (figures.messages > 0 && figures.lastHash !== NO_HASH) {
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
}

/** Usual distance of two messages of a topic, over its whole life so far. */
function usualIntervalMs(figures: TopicFigures): number {
  return (figures.lastAtMs - figures.firstAtMs) / Math.max(1, figures.messages - 1);
}

function withPerTopic(
  all: Percentiles | null,
  perTopic: Percentiles | null,
): PerformanceResult["intervals"] {
  return { unit: "ms", ...all, ...(perTopic !== null && { per_topic: perTopic }) };
}
