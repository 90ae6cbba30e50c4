import type { GapMs } from "../gaps.ts";
import type { Beat } from "../periodicity.ts";
import type { TopicFigures } from "../topic_figures.ts";
import { ALERT_THRESHOLDS } from "./thresholds.ts";

/** A topic that kept a beat and has left out too many. */
export interface QuietTopic {
  readonly topic: string;
  readonly periodMs: number;
  readonly silentMs: number;
}

/** The topics that went quiet, by the periods they have been silent for. */
export function quietTopics(
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
