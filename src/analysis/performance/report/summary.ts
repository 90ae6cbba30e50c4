import type { Alert } from "../alerts/alert.ts";
import { roundTo3 } from "../quantile_sketch.ts";
import type { Trend } from "../trend.ts";

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
    : `${o.live} messages${retained} on ${o.topicCount} topics in ${window}: ` +
      `${o.mean} per second on average (${bytesWords(o.meanBytes)}/s), ${o.peak} at most, ` +
      trendWords(o.trend) + ".";
  const serious = o.alerts.filter((alert) => alert.severity !== "info");
  const second = serious.length === 0
    ? "Nothing crossed a threshold."
    : `${serious[0]!.message}${
      serious.length > 1 ? `, and ${plural(serious.length - 1, "more alert")}` : ""
    }.`;
  return `${first} ${second}`;
}

function plural(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
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
