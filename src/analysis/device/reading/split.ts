import type { TopicOwner } from "../families/family.ts";
import { firstAnswer, type KnownFamily } from "../families/mod.ts";
import { inSteps, resultOf, type Steps } from "../steps.ts";

/** A device as its topics show it, before any document was read. */
interface SplitDevice extends TopicOwner {
  readonly family: KnownFamily;
  readonly topics: string[];
}

/** Whose a topic is by itself, or null when no device can be told from it. */
export function ownerOf(topic: string): (TopicOwner & { readonly family: KnownFamily }) | null {
  const segments = topic.split("/");
  return firstAnswer((family) => {
    const owner = family.ownerOf?.(segments);
    return owner ? { ...owner, family } : null;
  });
}

/**
 * Splits topics into devices, in the order in which they were first met. Documents may later join
 * two of them, or name them otherwise. Pure; at most `most` devices.
 */
export function splitByDevice(topics: Iterable<string>, most = 5_000): SplitDevice[] {
  return resultOf(splitInSteps(topics, most));
}

/** {@linkcode splitByDevice} in short steps. */
export function* splitInSteps(topics: Iterable<string>, most = 5_000): Steps<SplitDevice[]> {
  const devices = new Map<string, SplitDevice>();
  yield* inSteps(topics, (topic) => {
    const owner = ownerOf(topic);
    if (owner === null) return;
    const key = `${owner.family.name} ${owner.key}`;
    const known = devices.get(key);
    if (known !== undefined) known.topics.push(topic);
    else if (devices.size < most) devices.set(key, { ...owner, topics: [topic] });
  });
  return [...devices.values()];
}
