import { similarity } from "./names.ts";
import { splitInSteps } from "../reading/split.ts";
import { inSteps, type Steps } from "../steps.ts";

const MAX_NEAREST = 5;
const NAMES_OF_A_STEP = 50;
/** Names less alike than this are no suggestion. */
const LEAST_SIMILARITY = 0.45;

/**
 * The names on this broker that are closest to the one asked for, the closest first. When none is
 * close, any devices there are: an empty list would say that there is none.
 */
export function* nearestNames(
  deviceId: string,
  o: { topics: Iterable<string>; names: ReadonlyMap<string, string> },
): Steps<{ name: string; topic: string }[]> {
  const asked = deviceId.split("/").filter((part) => !/^[+#]?$/.test(part)).at(-1) ?? deviceId;
  const best = new Map<string, { name: string; topic: string; score: number }>();
  const consider = (name: string, topic: string) => {
    if (best.has(name)) return;
    const score = similarity(asked, name);
    if (score >= LEAST_SIMILARITY) best.set(name, { name, topic, score });
  };
  yield* inSteps(o.names, ([name, topic]) => consider(name, topic), NAMES_OF_A_STEP);
  const seen = new Set<string>();
  yield* inSteps(o.topics, (topic) => {
    for (const segment of topic.split("/")) {
      if (segment === "" || seen.size >= 20_000 || seen.has(segment)) continue;
      seen.add(segment);
      consider(segment, topic);
    }
  }, NAMES_OF_A_STEP);
  if (best.size === 0) {
    for (const device of yield* splitInSteps(o.topics)) {
      best.set(device.name, {
        name: device.name,
        topic: device.topics[0] ?? "",
        score: similarity(asked, device.name),
      });
    }
  }
  return [...best.values()].sort((a, b) => b.score - a.score || (a.name < b.name ? -1 : 1))
    .slice(0, MAX_NEAREST).map(({ name, topic }) => ({ name, topic }));
}
