import type { HeavyHitters } from "../heavy_hitters.ts";
import type { PerformanceResult } from "../result.ts";
import { percent } from "../statistics.ts";
import type { TopicFigures } from "../topic_figures.ts";

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
