/** Numbers of messages that are missing between those that came. */
import { countOf } from "../../../../payload/limits.ts";
import { findingFrom, someOf } from "../../evidence.ts";
import type { Finding } from "../../finding_shape.ts";
import { countsByOne, sequencePaths, stepsOf } from "../../reading/copies.ts";
import type { DeviceView, TopicView } from "../../reading/view.ts";
import { leafOf } from "../../reading/fields.ts";
import { differences } from "../../../statistics.ts";
import { missesAsItFades } from "./signal.ts";

/** So many steps in a row are no losses among others. */
const LEAST_OTHER = 3;

/** `gap` of a topic whose messages are numbered, where numbers are missing that were not counted for something else. */
export function missingNumbers(
  topic: TopicView,
  restarts: readonly number[],
  view: DeviceView,
): Finding | null {
  if (topic.trace.thinned || topic.family.countsOverTopics) return null;
  for (const path of sequencePaths(topic)) {
    const steps = stepsOf(path, topic, view);
    const ones = steps.filter(({ step }) => step === 1).length;
    const isCounting = ones >= steps.length * 0.6 || countsByOne(steps.map(({ step }) => step)) ||
      missesAsItFades(topic, path) ||
      ones >= steps.length * 0.4 && twinsMissNone(topic, path, view);
    if (steps.length < 6 || !isCounting) continue;
    // Numbers that come late were not lost.
    if (restarts.length > 0 || steps.some(({ step }) => step < 0)) continue;
    const jumps = steps.filter(({ step }) => step > 1);
    // A number that no longer goes on by one counts something else, which has begun.
    const since = steps.slice(steps.findIndex(({ step }) => step > 1));
    const isOther = since.length >= LEAST_OTHER && since.every(({ step }) => step > 1);
    if (isOther && !missesAsItFades(topic, path)) continue;
    const missing = jumps.reduce((sum, { step }) => sum + step - 1, 0);
    if (missing < 2 || isShared(path, topic, view)) continue;
    return findingFrom({
      code: "gap",
      title: `${missing} messages are missing on "${topic.topic}"`,
      summary: `"${path}" counts by one but jumped ${
        countOf(jumps.length, "time")
      }, over ${missing} numbers`,
      messages: someOf(jumps.slice(0, 5).map(({ reading }) => reading)),
      suggestion:
        "Messages are lost before the broker or at QoS 0: publish with QoS 1 and look at the device's link.",
    });
  }
  return null;
}

/**
 * Whether the source counts over several topics, as an agent numbers the observations of all that it watches: others bear
 * numbers that are missing here, and none of those that came here.
 */
function isShared(path: string, topic: TopicView, view: DeviceView): boolean {
  const leaf = leafOf(path);
  const own = new Set(topic.live.map(({ sample }) => sample));
  const others = [...view.topics, ...view.around?.topics ?? [], ...view.twins]
    .flatMap(({ live }) => live.filter(({ sample }) => !own.has(sample)))
    .flatMap(({ fields }) => [...fields].flatMap(([p, n]) => leafOf(p) === leaf ? Number(n) : []));
  const numbers = new Set(topic.live.map(({ fields }) => Number(fields.get(path))));
  const [first, last] = [Math.min(...numbers), Math.max(...numbers)];
  return others.some((n) => n > first && n < last) && !others.some((n) => numbers.has(n));
}

/** Whether another tells the same number on a topic of the same name, and counts by one each time: so it counts its messages. */
function twinsMissNone({ segments }: TopicView, path: string, { twins }: DeviceView): boolean {
  return twins.some((twin) => {
    const told = twin.live.map(({ fields }) => Number(fields.get(path)));
    return twin.segments.length === segments.length && twin.segments.at(-1) === segments.at(-1) &&
      told.length >= LEAST_OF_TWIN && differences(told).every((step) => step === 1);
  });
}

const LEAST_OF_TWIN = 5;
