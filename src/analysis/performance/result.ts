import type { BrokerFigures } from "./broker_stats.ts";
import type { Percentiles } from "./quantile_sketch.ts";
import type { Trend } from "./trend.ts";

/** Round trips of one QoS through the broker, as a probe measured them, in milliseconds. */
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

/** A figure that crossed its threshold. */
export interface Alert {
  readonly severity: "info" | "warning" | "error";
  readonly code: string;
  /** A sentence with the figure in it. */
  readonly message: string;
  readonly value: number;
  readonly threshold: number;
  readonly unit: string;
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
