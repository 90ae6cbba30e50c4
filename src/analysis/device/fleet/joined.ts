import { DeviceIdentity, type DiscoveryRecord } from "../naming/identity.ts";
import { bearsUniqueId, isTopicFilter, normalizeName } from "../naming/names.ts";
import type { DescribedDevice } from "./described.ts";
import type { FleetGroup } from "./groups.ts";
import { inSteps, type Steps } from "../steps.ts";

/** Trees that one device may stand in. */
const MOST_TREES = 8;

/**
 * Devices that stand in several trees as one each: `sensors/esp-a1b2c3/…` and `status/esp-a1b2c3`, or trees that the
 * discovery documents of one device name. Joined is only what `debug_device` takes for one device, too, when it is asked
 * by the name that is then told.
 */
export function* joinedTrees(
  groups: readonly FleetGroup[],
  documents: readonly DescribedDevice[],
): Steps<FleetGroup[]> {
  const joined = new Map<FleetGroup, FleetGroup>();
  const names = yield* namesOf(groups);
  const join = (
    name: string,
    trees: readonly FleetGroup[],
    records: readonly DiscoveryRecord[],
  ) => {
    if (trees.length < 2 || trees.length > MOST_TREES || isTopicFilter(name)) return;
    if (trees.some((tree) => joined.has(tree))) return;
    const normalized = normalizeName(name);
    if (normalized.length < 3) return;
    const others = names.get(normalized) ?? new Set();
    if ([...others].some((other) => !trees.includes(other))) return;
    const topics = trees.flatMap((tree) => tree.topics);
    if (!ownsAll(name, topics.map(({ topic }) => topic), records)) return;
    const one = { device: name, name, topics };
    for (const tree of trees) joined.set(tree, one);
  };
  for (const [name, trees] of byUniqueName(groups)) join(name, trees, []);
  const ofTopic = new Map<string, FleetGroup>();
  for (const group of groups) for (const { topic } of group.topics) ofTopic.set(topic, group);
  const users = usersOf(documents);
  yield* inSteps(documents, (document) => {
    const trees = new Set<FleetGroup>();
    for (const topic of document.speaksOn) {
      const group = ofTopic.get(topic);
      if (group !== undefined && users.get(topic) === document) trees.add(group);
    }
    // A tree that speaks for other devices, too, is none's own.
    const own = [...trees].filter((tree) =>
      tree.topics.every(({ topic }) => (users.get(topic) ?? document) === document)
    );
    join(document.name, own, document.records);
  });
  return [...new Set(groups.map((group) => joined.get(group) ?? group))];
}

/** The device whose documents name a topic; null for several. */
function usersOf(documents: readonly DescribedDevice[]): Map<string, DescribedDevice | null> {
  const users = new Map<string, DescribedDevice | null>();
  for (const document of documents) {
    for (const topic of document.speaksOn) {
      const known = users.get(topic);
      users.set(topic, known === undefined || known === document ? document : null);
    }
  }
  return users;
}

/** Groups by each name that stands in one of their topics. */
function* namesOf(groups: readonly FleetGroup[]): Steps<Map<string, Set<FleetGroup>>> {
  const names = new Map<string, Set<FleetGroup>>();
  yield* inSteps(groups, (group) => {
    const levels = new Set(group.topics.flatMap(({ topic }) => topic.split("/").slice(0, 24)));
    for (const level of [...levels, group.device]) {
      const name = normalizeName(level.slice(0, 200));
      const same = names.get(name);
      if (same === undefined) names.set(name, new Set([group]));
      else same.add(group);
    }
  });
  return names;
}

/** Groups whose trees end in one name that only one device bears. */
function byUniqueName(groups: readonly FleetGroup[]): Map<string, FleetGroup[]> {
  const same = new Map<string, FleetGroup[]>();
  for (const group of groups) {
    const levels = group.device.split("/");
    const name = levels.at(-1) ?? "";
    if (levels.length < 2 || !bearsUniqueId(name)) continue;
    same.set(name, [...(same.get(name) ?? []), group]);
  }
  return same;
}

function ownsAll(
  name: string,
  topics: readonly string[],
  records: readonly DiscoveryRecord[],
): boolean {
  const identity = new DeviceIdentity(name);
  for (const { stateTopics, availabilityTopics } of records) {
    for (const topic of [...stateTopics, ...availabilityTopics]) identity.addTopic(topic, null);
  }
  return topics.every((topic) => identity.owns(topic));
}
