import { type Beat, everyWords } from "../periodicity.ts";
import { roundTo3 } from "../quantile_sketch.ts";
import type { TopicRate } from "../result.ts";
import { percent } from "../statistics.ts";
import type { TopicFigures } from "../topic_figures.ts";

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
      last_seen: new Date(figures.messages > 0 ? figures.lastAtMs : o.startedAtMs).toISOString(),
    };
  });
}
