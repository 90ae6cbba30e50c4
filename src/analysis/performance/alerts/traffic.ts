import { everyWords } from "../periodicity.ts";
import { roundTo3 } from "../quantile_sketch.ts";
import type { BurstReport } from "../result.ts";
import type { Alert } from "./alert.ts";
import type { AlertFacts } from "./facts.ts";
import { shortTopic } from "./short_topic.ts";
import { ALERT_THRESHOLDS } from "./thresholds.ts";

/** `heavy_hitter`. */
export function heavyHitter({ heavy, topicCount, live }: AlertFacts): Alert[] {
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
export function burst({ bursts, usual }: AlertFacts): Alert[] {
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
export function trend({ trend }: AlertFacts): Alert[] {
  const change = Math.abs(trend.change_percent);
  if (
    trend.direction === "steady" || trend.certainty === "low" ||
    change < ALERT_THRESHOLDS.trendPercent
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
export function largeMessage({ largest }: AlertFacts): Alert[] {
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
export function wentQuiet({ quiet }: AlertFacts): Alert[] {
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
