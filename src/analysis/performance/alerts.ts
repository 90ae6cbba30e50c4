/** Alerts: figures that crossed their thresholds. */
import { percent } from "../statistics.ts";
import type { BrokerFigures } from "./broker_stats.ts";
import type { GapMs } from "./gaps.ts";
import { type Beat, everyWords } from "./periodicity.ts";
import { roundTo3 } from "./quantile_sketch.ts";
import type { Alert, BurstReport, LatencyReport, PerformanceResult } from "./result.ts";
import type { TopicFigures } from "./topic_figures.ts";
import type { Trend } from "./trend.ts";

/** The thresholds of all alerts, in the units of their names. */
const ALERT_THRESHOLDS = {
  /** Messages the broker threw away while it was listened to. */
  dropsInWindow: 1,
  /** Messages the broker threw away since its start. */
  dropsTotal: 1,
  /** Share of the traffic of one topic, among at least ten topics, in percent. */
  topicSharePercent: 50,
  topicShareMinTopics: 10,
  topicShareMinMessages: 100,
  /** A burst's peak against what is usual. */
  burstTimesUsual: 5,
  /** Change of the rate over the window, if it is certain, in percent. */
  trendPercent: 50,
  /** Messages that repeat the one before at once, in percent of those looked at. */
  copiesPercent: 2,
  copiesMin: 5,
  /** Messages with the DUP flag, in percent. */
  dupPercent: 1,
  /** Size of one message in bytes. */
  messageBytes: 256 * 1024,
  /** Delay between a payload's own time and its arrival, 95th percentile, in ms. */
  payloadDelayMs: 2000,
  /** Round trip of a probe, 95th percentile, in ms. */
  probeMs: 500,
  /** Difference between a device's clock and ours, in ms. */
  clockOffsetMs: 60_000,
  /** Periods of silence after which a regular topic counts as gone quiet. */
  silentPeriods: 4,
} as const;

/** What alerts are told from. */
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
  readonly stop: Stop | null;
}

/** Looks for one kind of alert. Pure; an empty array when there is none. */
type Detector = (facts: AlertFacts) => Alert[];

/** A topic that kept a beat and has left out too many. */
interface QuietTopic {
  readonly topic: string;
  readonly periodMs: number;
  readonly silentMs: number;
}

/** The end of all traffic: for how long nothing came, and the longest that nothing came before. */
export interface Stop {
  readonly silentMs: number;
  readonly longestPauseMs: number;
}

/** Fewer messages tell no end of a stream. */
const FEWEST_OF_A_STREAM = 20;

/** A stream flowed at least this part of the silence after it: what came in one burst may come so again. */
const LEAST_FLOW = 1 / 4;

/** Whether a stream has come to an end. */
export function findStop(
  stream: { live: number; firstAtMs: number; lastAtMs: number; longestPauseMs: number },
  o: { nowMs: number; gaps: readonly GapMs[] },
): Stop | null {
  const { live, firstAtMs, lastAtMs, longestPauseMs } = stream;
  const silentMs = o.nowMs - Math.max(lastAtMs, listeningAgainMs(o.gaps));
  const isLong = silentMs > Math.max(1000, ALERT_THRESHOLDS.silentPeriods * longestPauseMs);
  if (!isLong || live < FEWEST_OF_A_STREAM || lastAtMs - firstAtMs < silentMs * LEAST_FLOW) {
    return null;
  }
  return { silentMs, longestPauseMs };
}

function listeningAgainMs(gaps: readonly GapMs[]): number {
  return gaps.reduce((last, gap) => Math.max(last, gap.toMs), 0);
}

/** The topics that went quiet, by the periods they have been silent for. */
export function quietTopics(
  beats: ReadonlyMap<TopicFigures, Beat>,
  o: { nowMs: number; gaps: readonly GapMs[] },
): QuietTopic[] {
  const quiet: QuietTopic[] = [];
  const againMs = listeningAgainMs(o.gaps);
  for (const [figures, beat] of beats) {
    const silentMs = o.nowMs - Math.max(figures.lastAtMs, againMs);
    if (silentMs > Math.max(1000, ALERT_THRESHOLDS.silentPeriods * beat.periodMs)) {
      quiet.push({ topic: figures.topic, periodMs: beat.periodMs, silentMs });
    }
  }
  return quiet.sort((a, b) => b.silentMs / b.periodMs - a.silentMs / a.periodMs);
}

const DETECTORS: readonly Detector[] = [
  brokerDrops,
  heavyHitter,
  burst,
  trend,
  copies,
  redelivered,
  largeMessage,
  lateMessages,
  clockOffset,
  probeTroubles,
  wentQuiet,
];

/** All figures that crossed their thresholds, the gravest first. */
export function findAlerts(facts: AlertFacts): Alert[] {
  return sortAlerts(DETECTORS.flatMap((detect) => detect(facts)));
}

/** Orders alerts by severity, then by code, so that results are stable. */
function sortAlerts(alerts: readonly Alert[]): Alert[] {
  const rank = { error: 0, warning: 1, info: 2 };
  return [...alerts].sort((a, b) =>
    rank[a.severity] - rank[b.severity] || (a.code < b.code ? -1 : a.code > b.code ? 1 : 0)
  );
}

/** `broker_drops`, or `broker_drops_since_start` where none came while it was listened to. */
function brokerDrops({ broker: { drops } }: AlertFacts): Alert[] {
  const limits = ALERT_THRESHOLDS;
  if (drops?.in_window !== undefined && drops.in_window >= limits.dropsInWindow) {
    return [{
      severity: "error",
      code: "broker_drops",
      message: `The broker dropped ${drops.in_window} messages while it was listened to`,
      value: drops.in_window,
      threshold: limits.dropsInWindow,
      unit: "messages",
    }];
  }
  if (drops === undefined || drops.total < limits.dropsTotal) return [];
  return [{
    severity: "info",
    code: "broker_drops_since_start",
    message: `The broker has dropped ${drops.total} messages since its start`,
    value: drops.total,
    threshold: limits.dropsTotal,
    unit: "messages",
  }];
}

/** `heavy_hitter`. */
function heavyHitter({ heavy, topicCount, live }: AlertFacts): Alert[] {
  const limits = ALERT_THRESHOLDS;
  const loudest = heavy[0];
  if (
    loudest === undefined || loudest.share_percent < limits.topicSharePercent ||
    topicCount < limits.topicShareMinTopics || live < limits.topicShareMinMessages
  ) return [];
  return [{
    severity: "warning",
    code: "heavy_hitter",
    message:
      `"${shortTopic(loudest.topic)}" alone is ${loudest.share_percent} % of the traffic of ` +
      `${topicCount} topics`,
    value: loudest.share_percent,
    threshold: limits.topicSharePercent,
    unit: "percent",
  }];
}

/** `burst`. */
function burst({ bursts, usual }: AlertFacts): Alert[] {
  const worst = bursts.reduce<BurstReport | null>(
    (most, one) => most === null || one.peak > most.peak ? one : most,
    null,
  );
  if (worst === null || worst.times_usual < ALERT_THRESHOLDS.burstTimesUsual) return [];
  const from = worst.topics[0] === undefined ? "" : `, loudest "${shortTopic(worst.topics[0])}"`;
  return [{
    severity: "warning",
    code: "burst",
    message: `A burst reached ${worst.peak} messages/s where ${roundTo3(usual)} ` +
      `are usual${from}`,
    value: worst.times_usual,
    threshold: ALERT_THRESHOLDS.burstTimesUsual,
    unit: "times usual",
  }];
}

/** `trend`. */
function trend({ trend }: AlertFacts): Alert[] {
  const change = Math.abs(trend.change_percent);
  if (
    trend.direction === "steady" || trend.direction === "stopped" ||
    trend.certainty === "low" || change < ALERT_THRESHOLDS.trendPercent
  ) return [];
  return [{
    severity: "warning",
    code: "trend",
    message: `The rate is ${trend.direction}, by ${change} % over the window`,
    value: change,
    threshold: ALERT_THRESHOLDS.trendPercent,
    unit: "percent",
  }];
}

/** `large_message`. */
function largeMessage({ largest }: AlertFacts): Alert[] {
  if (largest === null || largest.largest < ALERT_THRESHOLDS.messageBytes) return [];
  return [{
    severity: "warning",
    code: "large_message",
    message: `"${shortTopic(largest.topic)}" sent ${largest.largest} bytes at once`,
    value: largest.largest,
    threshold: ALERT_THRESHOLDS.messageBytes,
    unit: "bytes",
  }];
}

/** `went_quiet`. */
function wentQuiet({ quiet, stop }: AlertFacts): Alert[] {
  if (stop !== null) {
    return [{
      severity: "warning",
      code: "went_quiet",
      message: `Nothing has come on any topic for ${roundTo3(stop.silentMs / 1000)} s, where ` +
        `${roundTo3(stop.longestPauseMs / 1000)} s was the longest pause`,
      value: roundTo3(stop.silentMs / Math.max(1, stop.longestPauseMs)),
      threshold: ALERT_THRESHOLDS.silentPeriods,
      unit: "pauses",
    }];
  }
  const first = quiet[0];
  if (first === undefined) return [];
  const others = quiet.length > 1 ? ` (and ${quiet.length - 1} more)` : "";
  return [{
    severity: "warning",
    code: "went_quiet",
    message: `"${shortTopic(first.topic)}" came ${everyWords(first.periodMs, 0).split(" ±")[0]} ` +
      `and has been silent for ${roundTo3(first.silentMs / 1000)} s${others}`,
    value: roundTo3(first.silentMs / first.periodMs),
    threshold: ALERT_THRESHOLDS.silentPeriods,
    unit: "periods",
  }];
}

/** `copies`. */
function copies({ duplicates }: AlertFacts): Alert[] {
  const limits = ALERT_THRESHOLDS;
  const share = percent(duplicates.likely_copies, duplicates.compared);
  if (duplicates.likely_copies < limits.copiesMin || share < limits.copiesPercent) return [];
  return [{
    severity: "warning",
    code: "copies",
    message: `${duplicates.likely_copies} messages repeat the one before at once: two ` +
      "publishers, a bridge loop, or a device that sends everything twice",
    value: share,
    threshold: limits.copiesPercent,
    unit: "percent",
  }];
}

/** `redelivered`. */
function redelivered({ duplicates, messages }: AlertFacts): Alert[] {
  const share = percent(duplicates.dup_flag, messages);
  if (duplicates.dup_flag === 0 || share < ALERT_THRESHOLDS.dupPercent) return [];
  return [{
    severity: "warning",
    code: "redelivered",
    message: `${duplicates.dup_flag} messages were sent again because an acknowledgement did ` +
      "not come",
    value: share,
    threshold: ALERT_THRESHOLDS.dupPercent,
    unit: "percent",
  }];
}

/** `late_messages`. */
function lateMessages({ latency }: AlertFacts): Alert[] {
  const delay = latency.source === "payload timestamps" ? latency.p95! : 0;
  if (delay < ALERT_THRESHOLDS.payloadDelayMs + (latency.resolution_ms ?? 0)) return [];
  return [{
    severity: "warning",
    code: "late_messages",
    message: `One message in twenty comes ${roundTo3(delay / 1000)} s or more after the time ` +
      "in its payload",
    value: delay,
    threshold: ALERT_THRESHOLDS.payloadDelayMs,
    unit: "ms",
  }];
}

/** `clock_offset`. */
function clockOffset({ latency: { worst_clock: clock } }: AlertFacts): Alert[] {
  if (clock === undefined) return [];
  const offset = Math.abs(clock.offset_ms);
  if (offset < ALERT_THRESHOLDS.clockOffsetMs) return [];
  return [{
    severity: "warning",
    code: "clock_offset",
    message: `The clock behind "${shortTopic(clock.topic)}" is ${roundTo3(offset / 1000)} s ` +
      (clock.offset_ms > 0 ? "behind ours" : "ahead of ours"),
    value: offset,
    threshold: ALERT_THRESHOLDS.clockOffsetMs,
    unit: "ms",
  }];
}

/** `probe_lost_qos0` … `2` and `slow_broker_qos0` … `2`. */
function probeTroubles({ latency }: AlertFacts): Alert[] {
  const alerts: Alert[] = [];
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
    if (entry.p95 >= ALERT_THRESHOLDS.probeMs) {
      alerts.push({
        severity: "warning",
        code: `slow_broker_qos${entry.qos}`,
        message: `The probe's round trip at QoS ${entry.qos} takes ${roundTo3(entry.p95)} ms ` +
          "(95th percentile)",
        value: roundTo3(entry.p95),
        threshold: ALERT_THRESHOLDS.probeMs,
        unit: "ms",
      });
    }
  }
  return alerts;
}

/** Topics come from strangers: a sentence holds only so much of one. */
function shortTopic(topic: string): string {
  return topic.length <= 80 ? topic : `${topic.slice(0, 79)}…`;
}
