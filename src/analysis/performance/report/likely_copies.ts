import type { TopicFigures } from "../topic_figures.ts";

/** A copy is only likely where contents change otherwise; a constant heartbeat is no copy. */
export function likelyCopies(all: readonly TopicFigures[]): number {
  let copies = 0;
  for (const figures of all) if (figures.changes * 2 >= figures.copies) copies += figures.copies;
  return copies;
}
