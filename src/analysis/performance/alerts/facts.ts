import type { BrokerFigures } from "../broker_stats.ts";
import type { BurstReport, LatencyReport, PerformanceResult } from "../result.ts";
import type { TopicFigures } from "../topic_figures.ts";
import type { Trend } from "../trend.ts";
import type { Alert } from "./alert.ts";
import type { QuietTopic } from "./quiet_topics.ts";

/** What alerts are told from. */
export interface AlertFacts {
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

/** Looks for one kind of alert. Pure; an empty array when there is none. */
export type Detector = (facts: AlertFacts) => Alert[];
