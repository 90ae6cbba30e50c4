import type { Shape } from "./shape.ts";
import { dominantKind } from "./shape_kinds.ts";
import type { TopicProfile } from "./topic_profile.ts";
import { namesQuantity } from "./units.ts";

/** A topic as the grouping sees it. */
interface GroupableTopic {
  readonly topic: string;
  readonly profile: TopicProfile;
  /** Its JSON tree, with maps recognised. */
  readonly shape: Shape;
}

/** Topics that share a structure. */
interface TopicGroup<T extends GroupableTopic> {
  /** What their names have in common, as topic filters: `sensors/+/temp`. */
  readonly patterns: string[];
  readonly topics: T[];
}

/** Share of all fields that two topics must have in common to be of one structure (Jaccard). */
const ALIKE = 0.6;
/** Depth and number of fields a structure is compared by. */
const SIGNATURE_DEPTH = 4;
const SIGNATURE_FIELDS = 200;
/** More different structures than this are only grouped when they are equal. */
const MOST_COMPARED = 300;

/**
 * Groups topics by structure, the largest group first. Objects are alike when they share most
 * fields; bare values have no structure to share but their kind, so there the topic's last level
 * counts as well where it names what is measured. The order of `topics` does not matter.
 */
export function groupTopics<T extends GroupableTopic>(topics: readonly T[]): TopicGroup<T>[] {
  const sorted = [...topics].sort((a, b) => a.topic < b.topic ? -1 : a.topic > b.topic ? 1 : 0);
  const clusters = new Map<string, { fields: Set<string>; topics: T[] }>();
  for (const topic of sorted) {
    const fields = structureFields(topic);
    const key = [...fields].sort().join("\n");
    const cluster = clusters.get(key);
    if (cluster === undefined) clusters.set(key, { fields, topics: [topic] });
    else cluster.topics.push(topic);
  }
  const merged: { fields: Set<string>; topics: T[] }[] = [];
  const bySize = [...clusters.values()].sort((a, b) => b.topics.length - a.topics.length);
  for (const cluster of bySize) {
    const like = clusters.size > MOST_COMPARED
      ? undefined
      : merged.find(({ fields }) => similarity(fields, cluster.fields) >= ALIKE);
    if (like === undefined) merged.push(cluster);
    else like.topics.push(...cluster.topics);
  }
  return merged.map(({ topics }) => ({
    topics,
    patterns: commonPatterns(topics.map(({ topic }) => topic)),
  })).sort((a, b) => b.topics.length - a.topics.length);
}

/**
 * Topic filters that cover `topics`: one per number of levels, with `+` where names differ. A filter
 * keeps a level by name, if need be by splitting the topics by their first level, unless that would
 * make more than {@linkcode MOST_SPLITS} filters.
 */
export function commonPatterns(topics: readonly string[]): string[] {
  const buckets = Map.groupBy(topics.map((topic) => topic.split("/")), (levels) =>
    // A leading wildcard does not match `$SYS` and its like (MQTT 5 §4.7.2).
    levels[0].startsWith("$") ? `${levels.length} ${levels[0]}` : `${levels.length}`);
  return [...buckets.values()].flatMap(patternsOfEqualLength);
}

/** Filters that a set of topics with nothing in common is split into at most. */
const MOST_SPLITS = 10;

function patternsOfEqualLength(bucket: string[][]): string[] {
  const pattern = bucket[0].map((level, index) =>
    bucket.every((levels) => levels[index] === level) ? level : "+"
  );
  if (pattern.some((level) => level !== "+")) return [pattern.join("/")];
  const byFirst = Map.groupBy(bucket, (levels) => levels[0]);
  if (byFirst.size > MOST_SPLITS) return [pattern.join("/")];
  return [...byFirst.values()].flatMap(patternsOfEqualLength);
}

function structureFields({ topic, profile, shape }: GroupableTopic): Set<string> {
  const category = profile.dominantCategory;
  const kind = category === "json" ? dominantKind(shape) : null;
  if (category === "json" && (kind === "object" || kind === "array")) {
    const fields = new Set([`$:${kind}`]);
    addFields(shape, "", { fields, depth: 0 });
    return fields;
  }
  const leaf = topic.slice(topic.lastIndexOf("/") + 1);
  const look = category === "json" ? kind : describeLook(profile);
  return new Set([`${category} ${look} ${namesQuantity(leaf) ? leaf : "+"}`]);
}

/** What tells text, XML and binary payloads apart from others of their kind. */
function describeLook({ dominantCategory, text, xml, binary }: TopicProfile): string {
  if (dominantCategory === "text" && text !== null) {
    const { kind, delimiter, columns, templates } = text.result();
    const names = columns?.map(({ path }) => path).join(",");
    return `${kind} ${delimiter ?? ""} ${names ?? templates?.[0]?.template ?? ""}`;
  }
  if (dominantCategory === "xml" && xml !== null) return xml.result().roots.join(",");
  if (dominantCategory === "binary" && binary !== null) {
    const { length } = binary.result();
    return length.min === length.max ? `${length.min} bytes` : "varying";
  }
  return "";
}

function addFields(
  shape: Shape,
  path: string,
  { fields, depth }: { fields: Set<string>; depth: number },
): void {
  if (depth >= SIGNATURE_DEPTH) return;
  const below: [string, Shape][] = [...shape.properties ?? []];
  if (shape.mapValues !== null) below.push(["*", shape.mapValues]);
  if (shape.items !== null) below.push(["[]", shape.items]);
  for (const [key, child] of below) {
    if (fields.size >= SIGNATURE_FIELDS) return;
    const place = `${path}/${JSON.stringify(key)}`;
    fields.add(`${place}:${dominantKind(child) ?? "?"}`);
    addFields(child, place, { fields, depth: depth + 1 });
  }
}

function similarity(a: Set<string>, b: Set<string>): number {
  const shared = a.intersection(b).size;
  // The root's own kind is no field, and must not make two single-field objects half alike.
  const root = [...a].some((field) => field.startsWith("$:") && b.has(field)) ? 1 : 0;
  const all = a.size + b.size - shared - root;
  return all === 0 ? 1 : (shared - root) / all;
}
