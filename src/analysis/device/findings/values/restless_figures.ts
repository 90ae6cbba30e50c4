/** Figures of a topic that move too much to have come to rest where they are. */
import { lastPlace } from "../../../../numbers.ts";
import { differences } from "../../../statistics.ts";
import type { TopicView } from "../../reading/view.ts";

/** What moved by so many of its last digits does not rest at one of them. */
const FINE_STEP = 10;

/** Whether each of its figures, none of which is 0, was far from the one before by what it is told to. */
export function isFine(topic: TopicView): boolean {
  const values = figuresOf(topic);
  return values.length === topic.live.length && !values.includes(0) &&
    differences(values).every((step) => Math.abs(step) >= FINE_STEP * lastPlace(values));
}

function figuresOf({ live }: TopicView): number[] {
  return live.map(({ fields }) => fields.get("")).filter((value) => typeof value === "number");
}

/** A figure that goes up and down at every message has not come to rest at one within its range. */
export function isNoisy(topic: TopicView): boolean {
  const values = figuresOf(topic);
  const before = values.slice(0, -1);
  const last = values.at(-1) ?? 0;
  const [least, most] = [Math.min(...before), Math.max(...before)];
  const turns = values.filter((value, i) =>
    i > 1 && Math.sign(value - values[i - 1]) === -Math.sign(values[i - 1] - values[i - 2])
  );
  return values.length === topic.live.length && turns.length >= 2 && last !== 0 &&
    last >= 2 * least - most && last <= 2 * most - least;
}
