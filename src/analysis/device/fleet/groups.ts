import { compileFilter } from "../../../mqtt/topic.ts";
import { generic } from "../families/generic.ts";
import { FAMILIES, familyOfDocument } from "../families/mod.ts";
import { isObject, parseJson } from "../reading/json.ts";
import { isTopicFilter, normalizeName } from "../naming/names.ts";
import { ownerOf } from "../reading/split.ts";
import type { KeptTopic } from "./kept_topics.ts";
import { inSteps, type Steps } from "../steps.ts";

/** A device of the fleet, before it is judged. */
export interface FleetGroup {
  /** What `debug_device` takes to mean exactly this device: a topic filter, or a name. */
  readonly device: string;
  readonly name: string;
  /** Its own topics. */
  readonly topics: KeptTopic[];
}

/** Topics that look like random ids, one message each: requests and sessions, not devices. */
export interface RandomTopics {
  readonly pattern: string;
  readonly topics: number;
}

/** Siblings of one shape, each heard once, from which on they are no devices. */
const RANDOM_SIBLINGS = 200;
/** Topics of one device that hold objects of one structure: what it is told, and what it became. */
const ONE_DEVICES = /^(set|get|state|status|command|cmd|cmnd|result|response|reply|ack)$/i;
/** Longest beginning of a topic that can name a device. */
const LONGEST_DEVICE = 600;

/** Places where families describe their devices: `homeassistant/#`, but not `+/bridge/devices`. */
const described = FAMILIES.flatMap((family) => family.filters ?? [])
  .filter((filter) => !filter.startsWith("+") && !filter.startsWith("#")).map(compileFilter);

/** True for a document that only describes a device which speaks elsewhere. */
export function isDescription(topic: string, segments: readonly string[]): boolean {
  if (!described.some((matches) => matches(topic))) return false;
  const family = familyOfDocument(segments);
  return family !== null && family !== generic;
}

/** What of the messages told how topics are split into devices; the rest is told by the topics. */
export class Grounds {
  /** Topics that were heard once and look like random ids. */
  readonly #once = new Set<KeptTopic>();
  readonly #shapes = new Map<KeptTopic, string | null>();

  /** The pattern of a topic that may be one of random ids; null where it is none. */
  patternOf(kept: KeptTopic): string | null {
    const pattern = oncePattern(kept);
    if (pattern !== null) this.#once.add(kept);
    return pattern;
  }

  /** The shape of its latest payload. */
  shapeOf(kept: KeptTopic): string | null {
    const shape = shapeOf(kept);
    this.#shapes.set(kept, shape);
    return shape;
  }

  /** Whether a topic of which more was heard is still what it was taken for. */
  hold(kept: KeptTopic): boolean {
    if (this.#once.has(kept) !== (oncePattern(kept) !== null)) return false;
    const shape = this.#shapes.get(kept);
    return shape === undefined || shape === shapeOf(kept);
  }
}

/**
 * Splits topics into devices, a part of them at each step. Topics of random ids, and what only describes devices, make
 * none; beyond `most` devices topics are left out and counted.
 */
export function* groupTopics(
  topics: Iterable<KeptTopic>,
  { most, grounds }: { most: number; grounds: Grounds },
): Steps<{ groups: FleetGroup[]; random: RandomTopics[]; left: number }> {
  const drafts = new Map<string, Draft>();
  let left = 0;
  const { plain, random } = yield* withoutRandom(topics, grounds);
  yield* inSteps(plain, (kept) => {
    const segments = kept.topic.split("/");
    if (isDescription(kept.topic, segments)) return;
    const owner = ownerOf(kept.topic);
    if (owner === null || kept.topic.startsWith("$") && owner.family === generic) return;
    const prefix = prefixOf(segments, owner.key);
    const scattered = prefix === null || isSpread(prefix);
    const key = scattered ? `${owner.family.name} ${owner.key}` : prefix;
    let draft = drafts.get(key);
    if (draft === undefined) {
      if (drafts.size >= most) {
        left++;
        return;
      }
      drafts.set(key, draft = { name: owner.name, prefix, scattered, generic: true, topics: [] });
    }
    if (draft.generic && owner.family !== generic) {
      draft.name = owner.name;
      draft.generic = false;
    }
    if (draft.prefix !== prefix) draft.prefix = null;
    draft.topics.push(kept);
  });
  const groups: FleetGroup[] = [];
  let isFull = false;
  for (const draft of drafts.values()) {
    if (draft.scattered) {
      groups.push({ device: draft.name, name: draft.name, topics: draft.topics });
      continue;
    }
    const found = yield* ofOneTree(draft, grounds);
    for (const group of found) {
      isFull ||= groups.length >= most;
      if (isFull) left += group.topics.length;
      else groups.push(group);
    }
  }
  return { groups: yield* withoutMistakable(groups, plain), random, left };
}

/** Gives a topic filter to each device whose bare name stands in another's topics too. */
function* withoutMistakable(
  groups: FleetGroup[],
  topics: readonly KeptTopic[],
): Steps<FleetGroup[]> {
  const byName = new Map<string, FleetGroup[]>();
  for (const group of groups) {
    if (isTopicFilter(group.device)) continue;
    const name = normalizeName(group.device);
    byName.set(name, [...(byName.get(name) ?? []), group]);
  }
  if (byName.size === 0) return groups;
  const known = new Map<string, string>();
  const normalized = (level: string) => {
    let name = known.get(level);
    if (name === undefined) {
      name = normalizeName(level.slice(0, LONGEST_DEVICE));
      if (known.size < 200_000) known.set(level, name);
    }
    return name;
  };
  const uses = new Map<string, Set<KeptTopic>>();
  yield* inSteps(topics, (kept) => {
    const levels = kept.topic.split("/").slice(0, 24);
    if (isDescription(kept.topic, levels)) return;
    for (const level of levels) {
      const name = normalized(level);
      if (!byName.has(name)) continue;
      const same = uses.get(name);
      if (same === undefined) uses.set(name, new Set([kept]));
      else same.add(kept);
    }
  });
  const isMistakable = (group: FleetGroup) => {
    const name = normalizeName(group.device);
    if (name.length < 3 || (byName.get(name)?.length ?? 0) > 1) return true;
    const root = `${group.device}/`;
    const own = new Set(group.topics);
    for (const kept of uses.get(name) ?? []) {
      if (!own.has(kept) && !kept.topic.startsWith(root)) return true;
    }
    return false;
  };
  return groups.map((group) =>
    !isTopicFilter(group.device) && isMistakable(group)
      ? { ...group, device: filterOf(group) }
      : group
  );
}

interface Draft {
  name: string;
  /** The beginning that all its topics share; null when they stand in several places. */
  prefix: string | null;
  readonly scattered: boolean;
  generic: boolean;
  readonly topics: KeptTopic[];
}

/** The beginning of a topic through the levels of its owner's key, or null when they do not stand in a row. */
function prefixOf(segments: readonly string[], key: string): string | null {
  const wanted = key.split("/");
  for (let at = 0; at + wanted.length <= segments.length; at++) {
    if (wanted.every((level, i) => segments[at + i] === level)) {
      return segments.slice(0, at + wanted.length).join("/");
    }
  }
  return null;
}

/** True when the family has further places for the same device: `tele/x`, `stat/x`. */
function isSpread(prefix: string): boolean {
  const segments = prefix.split("/");
  return FAMILIES.some((family) => (family.filtersBeside?.(segments) ?? []).length > 0);
}

/** A filter that means the topics of one device. */
function filterOf({ device, topics }: FleetGroup): string {
  if (topics.every(({ topic }) => topic === device || topic.startsWith(`${device}/`))) {
    return `${device}/#`;
  }
  const first = topics[0].topic.split("/");
  const end = first.lastIndexOf(device.split("/").at(-1) ?? "") + 1 || first.length;
  const levels = first.slice(0, end);
  for (const { topic } of topics) {
    const segments = topic.split("/");
    for (let i = 0; i < levels.length; i++) if (levels[i] !== segments[i]) levels[i] = "+";
  }
  return levels.every((level) => level === "+") ? topics[0].topic : levels.join("/");
}

/**
 * One device, or several: `devices/a1` and `devices/b2` with objects of one structure are a device each, `pump/speed`
 * and `pump/level` parts of one.
 */
function* ofOneTree({ prefix, name, topics }: Draft, grounds: Grounds): Steps<FleetGroup[]> {
  if (prefix === null || prefix.length > LONGEST_DEVICE) return [];
  const leaves = topics.length < 2
    ? []
    : topics.filter(({ topic }) =>
      topic.startsWith(`${prefix}/`) && !topic.includes("/", prefix.length + 1) &&
      !ONE_DEVICES.test(topic.slice(prefix.length + 1))
    );
  if (leaves.length < 2) return [groupOf({ prefix, name, topics })];
  const shapes = new Map<string | null, KeptTopic[]>();
  yield* inSteps(leaves, (kept) => {
    const shape = grounds.shapeOf(kept);
    const alike = shapes.get(shape);
    if (alike === undefined) shapes.set(shape, [kept]);
    else alike.push(kept);
  });
  const devices: FleetGroup[] = [];
  const own = new Set<KeptTopic>();
  for (const [shape, alike] of shapes) {
    if (shape === null || alike.length < 2) continue;
    for (const kept of alike) {
      own.add(kept);
      devices.push({
        device: kept.topic,
        name: kept.topic.slice(prefix.length + 1),
        topics: [kept],
      });
    }
  }
  const rest = topics.filter((kept) => !own.has(kept));
  return rest.length === 0 ? devices : [...devices, groupOf({ prefix, name, topics: rest })];
}

function groupOf(o: { prefix: string; name: string; topics: KeptTopic[] }): FleetGroup {
  return { device: o.prefix, name: o.name, topics: o.topics };
}

/** The keys of the latest payload, when it is an object of two or more. */
function shapeOf(kept: KeptTopic): string | null {
  const payload = kept.last?.payload;
  if (payload === undefined || payload[0] !== 0x7b || payload.length > 16_384) return null;
  const value = parseJson(payload);
  if (!isObject(value)) return null;
  const keys = Object.keys(value);
  return keys.length < 2 ? null : keys.slice(0, 40).sort().join(" ");
}

/** Takes out siblings whose names are random ids and that were each heard once, live. */
function* withoutRandom(
  topics: Iterable<KeptTopic>,
  grounds: Grounds,
): Steps<{ plain: KeptTopic[]; random: RandomTopics[] }> {
  const plain: KeptTopic[] = [];
  const suspects = new Map<string, KeptTopic[]>();
  yield* inSteps(topics, (kept) => {
    const pattern = grounds.patternOf(kept);
    if (pattern === null) plain.push(kept);
    else {
      const same = suspects.get(pattern);
      if (same === undefined) suspects.set(pattern, [kept]);
      else same.push(kept);
    }
  });
  const random: RandomTopics[] = [];
  for (const [pattern, same] of suspects) {
    if (same.length < RANDOM_SIBLINGS) { for (const kept of same) plain.push(kept); }
    else random.push({ pattern, topics: same.length });
  }
  return { plain, random };
}

/** Of a topic that was heard once, live, and may be one of random ids. */
function oncePattern({ topic, live, retained }: KeptTopic): string | null {
  return live === 1 && retained === 0 ? randomPattern(topic) : null;
}

/** The topic with `+` for each level that looks like a random id, or null when none does. */
function randomPattern(topic: string): string | null {
  if (topic.length > LONGEST_DEVICE) return null;
  const segments = topic.split("/");
  let found = false;
  const pattern = segments.map((segment) => {
    if (!isRandomId(segment)) return segment;
    found = true;
    return "+";
  });
  return found ? pattern.join("/") : null;
}

/** A UUID, many hex digits, or letters and digits in such a mixture as no name has. */
function isRandomId(segment: string): boolean {
  if (segment.length < 8) return false;
  if (/^[0-9a-f]{8}-[0-9a-f]{4}-/i.test(segment)) return true;
  const bare = segment.replace(/^[a-z]{1,12}[-_:]/i, "");
  if (/^[0-9a-f]{8,}$/i.test(bare)) return /\d/.test(bare);
  if (!/^[A-Za-z0-9_-]{10,}$/.test(bare)) return /^\d{8,}$/.test(bare);
  const changes = bare.replace(/[a-z]+/g, "a").replace(/[A-Z]+/g, "A").replace(/\d+/g, "0").length;
  return changes >= bare.length / 2;
}
