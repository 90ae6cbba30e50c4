/**
 * The structure of payloads, learnt one message at a time in bounded memory: a JSON Schema under
 * which every JSON payload is valid, its fields with their figures, which topics share a structure,
 * and what changed meanwhile.
 */
import { isoTime } from "../../iso_time.ts";
import { decodePayload } from "../../payload/decode.ts";
import type { DecodedPayload } from "../../payload/payload.ts";
import { SparkplugState } from "../../payload/sparkplug.ts";
import { type Confidence, judgeConfidence, treeConsistency } from "./confidence.ts";
import { type DriftEvent, findDrift } from "./drift.ts";
import { listFields, type SchemaField } from "./fields.ts";
import { groupTopics } from "./grouping.ts";
import { type JsonSchema, type SchemaDetail, writeJsonSchema } from "./json_schema.ts";
import { type ShapeLimitName, type ShapeLimits, ShapeObserver } from "./json_shape.ts";
import { Shape } from "./shape.ts";
import { recogniseMaps } from "./map_keys.ts";
import type { SchemaGroup, SchemaResult } from "./result.ts";
import { type Category, TopicProfile } from "./topic_profile.ts";

const textDecoder = new TextDecoder();

export type { SchemaField } from "./fields.ts";
export type { JsonSchema } from "./json_schema.ts";
export type { SchemaResult } from "./result.ts";

/** Bounds of an inference; each one that is reached is told in the result's `warnings`. */
export interface SchemaOptions extends ShapeLimits {
  /** Topics whose structure is kept apart; later ones are learnt together. */
  readonly maxTopics: number;
  /** Size of the result as JSON, in characters: details are left out until it fits. */
  readonly maxChars: number;
}

const DEFAULTS: SchemaOptions = {
  maxNodes: 10_000,
  maxDepth: 32,
  maxProperties: 200,
  maxValues: 16,
  maxExamples: 3,
  maxKeyChars: 256,
  maxTopics: 500,
  maxChars: 30_000,
};

const DIALECT = "https://json-schema.org/draft/2020-12/schema";
const OTHER_TOPICS = "(other topics)";
/** Longer topics are learnt together with {@linkcode OTHER_TOPICS}, in UTF-16 units. */
const LONGEST_TOPIC = 1024;
/** Longest topic or sentence in a result, in UTF-16 units. */
const LONGEST_SHOWN = 300;
const MAX_PATTERNS = 10;
const MAX_EXAMPLE_TOPICS = 5;
const MAX_DRIFT = 20;
const MAX_WARNINGS = 20;
const MAX_MIXED_TOLD = 5;

/** Shares of `maxChars` that parts of the result may take; the rest is left for frame and figures. */
const SHARES = { schema: 0.38, fields: 0.28, groups: 0.18, drift: 0.07, warnings: 0.05 } as const;

/** How the schema shrinks until it fits: structures apart, and detail of each. */
const SHRINKING: readonly (SchemaDetail & { readonly maxGroups: number })[] = [
  { maxGroups: 24, maxDepth: 64, maxProperties: 1000, annotations: true },
  { maxGroups: 24, maxDepth: 8, maxProperties: 60, annotations: true },
  { maxGroups: 16, maxDepth: 6, maxProperties: 40, annotations: true },
  { maxGroups: 16, maxDepth: 5, maxProperties: 40, annotations: false },
  { maxGroups: 12, maxDepth: 4, maxProperties: 30, annotations: false },
  { maxGroups: 8, maxDepth: 3, maxProperties: 20, annotations: false },
  { maxGroups: 4, maxDepth: 2, maxProperties: 15, annotations: false },
  { maxGroups: 2, maxDepth: 1, maxProperties: 10, annotations: false },
  { maxGroups: 1, maxDepth: 0, maxProperties: 0, annotations: false },
];

/** A group of topics with everything learnt of them. */
interface LearntGroup {
  readonly patterns: string[];
  readonly topics: string[];
  readonly profile: TopicProfile;
  /** The tree the schema is written from: JSON where there was any, else texts as strings. */
  readonly shape: Shape | null;
}

/** Learns the structure of payloads. Two inferences can be merged, as one stream after the other. */
export class SchemaInference {
  readonly #options: SchemaOptions;
  readonly #observer: ShapeObserver;
  readonly #topics = new Map<string, TopicProfile>();
  /** Places of topics in the list of those that are learnt, as numbers remember them. */
  readonly #sources = new Map<string, number>();
  /** Names the metrics that births gave aliases. */
  readonly #sparkplug = new SparkplugState();
  #samples = 0;
  #pooled = 0;

  constructor(options: Partial<SchemaOptions> = {}) {
    this.#options = { ...DEFAULTS, ...options };
    this.#observer = new ShapeObserver(this.#options);
  }

  /** Learns from one message, received at `atMs` (ms since the epoch). Keeps no view of `payload`. */
  add(topic: string, payload: Uint8Array, atMs: number): void {
    this.#samples++;
    const read = decodePayload(payload, { topic, sparkplug: this.#sparkplug });
    // Lines are described by what they are written like, with the keys that each may hold.
    const decoded: DecodedPayload = read.format === "influx_line"
      ? { ...read, format: "text", certainty: "certain", value: textDecoder.decode(payload) }
      : read;
    this.#observer.source = this.#sourceOf(topic);
    this.#profileOf(topic, 1).add(payload, decoded, { atMs, observer: this.#observer });
  }

  /** Everything learnt so far; learning can go on afterwards. */
  result(): SchemaResult {
    const { drift, groups } = this.#learntGroups();
    const confidence = judgeGroups(groups, { samples: this.#samples, drifts: drift.length });
    const facts = this.#warnings(drift);
    let result: SchemaResult | null = null;
    // Parts that cannot shrink any further (many long topic names) leave less for the others.
    for (let scale = 1; scale > 0.05; scale /= 2) {
      const maxChars = this.#options.maxChars * scale;
      result = this.#present({ groups, drift, confidence, facts, maxChars });
      if (JSON.stringify(result).length <= this.#options.maxChars) break;
    }
    return result!;
  }

  #sourceOf(topic: string): number {
    const known = this.#sources.get(topic);
    if (known !== undefined) return known;
    const isOther = this.#sources.size >= this.#options.maxTopics || topic.length > LONGEST_TOPIC;
    if (isOther && topic !== OTHER_TOPICS) return this.#sourceOf(OTHER_TOPICS);
    const source = this.#sources.size;
    this.#sources.set(topic, source);
    return source;
  }

  #profileOf(topic: string, samples: number): TopicProfile {
    let profile = this.#topics.get(topic);
    if (profile !== undefined) return profile;
    const full = this.#topics.size >= this.#options.maxTopics && topic !== OTHER_TOPICS;
    if (full || topic.length > LONGEST_TOPIC) {
      this.#pooled += samples;
      return this.#profileOf(OTHER_TOPICS, 0);
    }
    profile = new TopicProfile();
    this.#topics.set(topic, profile);
    return profile;
  }

  #learntGroups(): { drift: DriftEvent[]; groups: LearntGroup[] } {
    const observer = new ShapeObserver({
      ...this.#options,
      // Room for each topic's own tree and for its group's.
      maxNodes: 2 * this.#observer.nodes + this.#options.maxNodes,
    });
    const drift: DriftEvent[] = [];
    const topics = [...this.#topics].map(([topic, profile]) => {
      const shape = new Shape();
      observer.merge(shape, profile.json);
      recogniseMaps(shape, observer);
      if (topic !== OTHER_TOPICS) {
        drift.push(...findDrift(shape, topic), ...formatDrift(profile, topic));
      }
      return { topic, profile, shape };
    });
    const groups = groupTopics(topics).map(({ patterns, topics }) => {
      const profile = new TopicProfile();
      for (const topic of topics) profile.merge(topic.profile, observer);
      recogniseMaps(profile.json, observer);
      const { json, words } = profile;
      const shape = json.count > 0 || json.untyped ? json : words.count > 0 ? words : null;
      return { patterns, topics: topics.map(({ topic }) => topic), profile, shape };
    });
    return { drift, groups: groups.sort((a, b) => b.profile.samples - a.profile.samples) };
  }

  #present(
    { groups, drift, confidence, facts, maxChars }: {
      groups: LearntGroup[];
      drift: DriftEvent[];
      confidence: Confidence;
      facts: string[];
      maxChars: number;
    },
  ): SchemaResult {
    const cuts: string[] = [];
    const schema = fitSchema(groups, { maxChars: SHARES.schema * maxChars, cuts });
    const fields = fitFields(groups, {
      maxChars: SHARES.fields * maxChars,
      topics: [...this.#sources.keys()].map(shorten),
      cuts,
    });
    const shown = fitGroups(groups, { maxChars: SHARES.groups * maxChars, cuts });
    const told = fitList(drift.slice(0, MAX_DRIFT).map(shortenDrift), SHARES.drift * maxChars);
    if (told.length < drift.length) {
      cuts.push(
        `Drift lists ${told.length} of ${drift.length} changes; a narrower topic shows more`,
      );
    }
    const formats: Record<string, number> = {};
    for (const { profile } of groups) {
      for (const [format, count] of profile.formats) {
        formats[format] = (formats[format] ?? 0) + count;
      }
    }
    const sentences = [...cuts, ...facts].map(shorten);
    const warnings = fitList(sentences.slice(0, MAX_WARNINGS), SHARES.warnings * maxChars);
    if (warnings.length < sentences.length) {
      warnings.push(`${sentences.length - warnings.length} more warnings are left out`);
    }
    return {
      sample_count: this.#samples,
      formats,
      schema,
      fields,
      confidence,
      groups: shown,
      drift: told,
      warnings,
    };
  }

  #warnings(drift: DriftEvent[]): string[] {
    const warnings: string[] = [];
    if (this.#samples === 0) warnings.push("No message was seen, so nothing is known");
    for (const [limit, times] of this.#observer.reached) {
      warnings.push(describeLimit(limit, { times, limits: this.#options }));
    }
    if (this.#pooled > 0) {
      warnings.push(
        `More than ${this.#options.maxTopics} topics (or names over ${LONGEST_TOPIC} characters): ` +
          `the rest are learnt together as "${OTHER_TOPICS}"`,
      );
    }
    for (const [topic, { malformed, repeats, samples, categories }] of this.#topics) {
      if (malformed !== null) {
        const count = categories.get("malformed") ?? 0;
        warnings.push(describeMalformed(topic, { ...malformed, count, samples }));
      }
      if (repeats !== null) {
        warnings.push(
          `Keys stand twice in one object, as ${JSON.stringify(repeats.key)} does, in ` +
            `${repeats.count} of ${samples} messages on ${shorten(topic)}: ` +
            "only the last value of each is described, and readers disagree which one counts",
        );
      }
    }
    const mixed = [...this.#topics].filter(([, profile]) => countCategories(profile) > 1);
    for (const [topic, profile] of mixed.slice(0, MAX_MIXED_TOLD)) {
      warnings.push(describeMixture(topic, profile));
    }
    if (mixed.length > MAX_MIXED_TOLD) {
      warnings.push(`${mixed.length - MAX_MIXED_TOLD} more topics mix formats`);
    }
    for (const { change, detail } of drift) {
      if (change !== "format_changed") warnings.push(detail);
    }
    return warnings;
  }
}

function judgeGroups(
  groups: LearntGroup[],
  { samples, drifts }: { samples: number; drifts: number },
): Confidence {
  const parts = { format: 0, type: 0, presence: 0 };
  let weight = 0;
  for (const { profile, shape } of groups) {
    const empty = profile.categories.get("empty") ?? 0;
    const filled = profile.samples - empty;
    const { dominantCategory } = profile;
    const usual = dominantCategory === "malformed"
      ? 0
      : profile.categories.get(dominantCategory) ?? 0;
    const tree = shape === null ? { type: 1, presence: 1 } : treeConsistency(shape);
    parts.format += profile.samples * (filled === 0 ? 1 : usual / filled);
    parts.type += profile.samples * tree.type;
    parts.presence += profile.samples * tree.presence;
    weight += profile.samples;
  }
  const share = (sum: number): number => weight === 0 ? 0 : sum / weight;
  return judgeConfidence(
    { format: share(parts.format), type: share(parts.type), presence: share(parts.presence) },
    { samples, groups: groups.length, drifts },
  );
}

/** What each group is called: its filter, and where others have the same the first of its topics as well. */
function titlesOf(groups: readonly LearntGroup[]): string[] {
  const counts = Map.groupBy(groups, ({ patterns }) => patterns[0]);
  return groups.map(({ patterns: [pattern], topics: [topic] }) =>
    counts.get(pattern)?.length === 1 || topic === undefined
      ? shorten(pattern)
      : `${shorten(pattern)} as ${shorten(topic)}`
  );
}

function fitSchema(
  groups: LearntGroup[],
  { maxChars, cuts }: { maxChars: number; cuts: string[] },
): JsonSchema {
  const titles = titlesOf(groups);
  const parts = groups.flatMap(({ shape }, i) =>
    shape === null ? [] : [{ title: titles[i], shape }]
  );
  if (parts.length === 0) {
    return { $schema: DIALECT, description: "No valid JSON and no other text was seen" };
  }
  for (const detail of SHRINKING) {
    let leftOut = 0;
    const written = pool(parts, detail.maxGroups).map(({ title, shape }) => {
      const { schema, leftOut: more } = writeJsonSchema(shape, "", detail);
      leftOut += more;
      return parts.length === 1 ? schema : { title, ...schema };
    });
    const schema: JsonSchema = written.length === 1
      ? { $schema: DIALECT, ...written[0] }
      : { $schema: DIALECT, anyOf: written };
    if (JSON.stringify(schema).length > maxChars) continue;
    if (detail !== SHRINKING[0]) {
      cuts.push(
        `Schema shortened to ${Math.round(maxChars)} characters: ${leftOut} properties left out` +
          (detail.annotations ? "" : ", ranges, enums and formats left out") +
          (parts.length > written.length
            ? `, ${parts.length} structures told in ${written.length}`
            : "") +
          "; a narrower topic shows more",
      );
    }
    return schema;
  }
  cuts.push("Schema left out: even its outline is too long; a narrower topic shows more");
  return { $schema: DIALECT };
}

/** At most `limit` parts: the last ones are merged into one. */
function pool(
  parts: { title: string; shape: Shape }[],
  limit: number,
): { title: string; shape: Shape }[] {
  if (parts.length <= limit) return parts;
  const observer = new ShapeObserver({ ...DEFAULTS, maxNodes: Infinity });
  const shape = new Shape();
  for (const part of parts.slice(limit - 1)) observer.merge(shape, part.shape);
  return [...parts.slice(0, limit - 1), { title: OTHER_TOPICS, shape }];
}

function fitFields(
  groups: LearntGroup[],
  { maxChars, topics, cuts }: { maxChars: number; topics: readonly string[]; cuts: string[] },
): SchemaField[] {
  const titles = titlesOf(groups);
  const areMany = groups.filter(({ shape }) => shape !== null).length > 1;
  const all = groups.flatMap(({ shape }, i) =>
    shape === null ? [] : listFields(shape, topics).map((field) => ({
      ...field,
      path: shorten(field.path),
      ...(areMany && { group: titles[i] }),
    }))
  );
  if (sizeOf(all) <= maxChars) return all;
  const brief = all.map((field) => ({
    ...field,
    ...(field.examples && { examples: field.examples.slice(0, 1) }),
  }));
  // The outermost and most frequent fields tell most.
  const ranked = brief.map((field, index) => ({ field, index, depth: depthOf(field.path) }))
    .sort((a, b) => a.depth - b.depth || b.field.presence - a.field.presence || a.index - b.index);
  const kept = new Set<SchemaField>(fitList(ranked.map(({ field }) => field), maxChars));
  const fitted = brief.filter((field) => kept.has(field));
  cuts.push(
    `Fields list ${fitted.length} of ${all.length}, one example each; a narrower topic shows more`,
  );
  return fitted;
}

function fitGroups(
  groups: LearntGroup[],
  { maxChars, cuts }: { maxChars: number; cuts: string[] },
): SchemaGroup[] {
  const all = groups.map(describeGroup);
  if (sizeOf(all) <= maxChars) return all;
  const brief = all.map(({ text: _text, xml: _xml, binary: _binary, ...group }) => ({
    ...group,
    topics: group.topics.slice(0, 1),
  }));
  // The patterns of text, XML and binary are kept for the largest groups, as far as they fit.
  const fitted: SchemaGroup[] = fitList(brief, maxChars);
  let left = maxChars - sizeOf(fitted);
  for (let index = 0; index < fitted.length; index++) {
    const extra = sizeOf(all[index]) - sizeOf(brief[index]);
    if (extra > left) continue;
    fitted[index] = all[index];
    left -= extra;
  }
  cuts.push(
    `Groups list ${fitted.length} of ${all.length}, some without example topics and patterns; ` +
      "a narrower topic shows more",
  );
  return fitted;
}

function describeGroup({ patterns, topics, profile }: LearntGroup): SchemaGroup {
  const shown = patterns.slice(0, MAX_PATTERNS).map(shorten);
  return {
    pattern: shown[0],
    ...(patterns.length > 1 && { patterns: shown }),
    topic_count: topics.length,
    topics: topics.slice(0, MAX_EXAMPLE_TOPICS).map(shorten),
    sample_count: profile.samples,
    formats: Object.fromEntries(profile.formats),
    ...(profile.text !== null && { text: profile.text.result() }),
    ...(profile.xml !== null && { xml: profile.xml.result() }),
    ...(profile.binary !== null && { binary: profile.binary.result() }),
  };
}

/** As many items from the front as fit into `maxChars` as JSON; one too long is passed over. */
function fitList<T>(items: readonly T[], maxChars: number): T[] {
  const fitted: T[] = [];
  let left = maxChars;
  for (const item of items) {
    const size = sizeOf(item) + 1;
    if (size > left) continue;
    left -= size;
    fitted.push(item);
  }
  return fitted;
}

function sizeOf(value: unknown): number {
  return JSON.stringify(value).length;
}

function depthOf(path: string): number {
  return path.match(/\.|\[/g)?.length ?? 0;
}

function formatDrift(profile: TopicProfile, topic: string): DriftEvent[] {
  const change = profile.firstSwitch;
  if (change === null || profile.categorySwitches !== 1) return [];
  const at = isoTime(change.atMs);
  const { from, to } = change;
  const detail = `The payload changed from ${from} to ${to} at ${at} on ${topic}`;
  return [{ topic, path: "$", change: "format_changed", at, from, to, detail }];
}

function describeMalformed(
  topic: string,
  o: { text: string; why: string; count: number; samples: number },
): string {
  const head = o.text.length <= 60 ? o.text : `${o.text.slice(0, 59).toWellFormed()}…`;
  return `${o.count} of ${o.samples} messages on ${shorten(topic)} look like JSON but are not; ` +
    `${head}: ${o.why}`;
}

function countCategories({ categories }: TopicProfile): number {
  return categories.size - (categories.has("empty") ? 1 : 0);
}

function describeMixture(topic: string, profile: TopicProfile): string {
  const counts = [...profile.categories].filter(([category]) => category !== "empty")
    .sort((a, b) => b[1] - a[1]);
  const parts = counts.map(([category, count]) => `${count} ${nameCategory(category)}`).join(", ");
  const change = profile.firstSwitch;
  const since = change === null
    ? ""
    : `; first change from ${change.from} to ${change.to} at ${isoTime(change.atMs)}`;
  return `Formats are mixed on ${shorten(topic)}: ${parts}${since}`;
}

function nameCategory(category: Category): string {
  if (category === "malformed") return "text that looks like JSON";
  return category === "json" ? "JSON" : category === "xml" ? "XML" : category;
}

function describeLimit(
  limit: ShapeLimitName,
  { times, limits }: { times: number; limits: ShapeLimits },
): string {
  switch (limit) {
    case "maxNodes":
      return `More than ${limits.maxNodes} different fields: later ones are not described ` +
        `(${times} times passed over)`;
    case "maxDepth":
      return `Nested deeper than ${limits.maxDepth} levels: what lies deeper is not described`;
    case "maxProperties":
      return `An object with more than ${limits.maxProperties} fields is taken for a map: ` +
        "its values are described together";
    case "maxKeyChars":
      return `Field names longer than ${limits.maxKeyChars} characters are not described`;
  }
}

function shortenDrift(event: DriftEvent): DriftEvent {
  return {
    ...event,
    topic: shorten(event.topic),
    path: shorten(event.path),
    detail: shorten(event.detail),
  };
}

function shorten(text: string): string {
  return text.length <= LONGEST_SHOWN
    ? text
    : `${text.slice(0, LONGEST_SHOWN - 1).toWellFormed()}…`;
}
