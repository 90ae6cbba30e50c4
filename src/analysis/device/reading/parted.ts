/** Documents that are told in parts: topics below one parent whose messages come in one burst, again and again. */
import type { JsonValue } from "../../../payload/payload.ts";
import { generic } from "../families/generic.ts";
import { isStamped } from "./fields.ts";
import type { DeviceIdentity } from "../naming/identity.ts";
import { differences } from "../../statistics.ts";
import { decodedOf, inPlain } from "./plain_values.ts";
import { isReadByDocuments, recognize } from "./topic_roles.ts";
import { type Sample, TopicTrace, TraceBudget } from "./trace.ts";

/** The parts of one document are sent one right after another. */
const MOST_APART_MS = 50;
const LEAST_BURSTS = 2;
/** A part stands in so many of the bursts; what stands in fewer is told now and then. */
const MOST_BURSTS = 0.8;
const LEAST_PARTS = 2;
const MOST_PARTS = 200;
/** Orders come from others, right before what answers them; numbers name things alike, and no field. */
const NO_PART = /^(?:set|get|cmnd|cmd|commands?|rpc|write|control|desired|req|request|\$.*|\d+)$/i;

/** What may be a part of a document: a topic of one value, or a document that stands one level deeper. */
interface Part {
  readonly trace: TopicTrace;
  /** Its levels below the parent. */
  readonly path: readonly string[];
  readonly samples: readonly Sample[];
  readonly isValue: boolean;
}

type Burst = ReadonlyMap<Part, Sample>;

/** The traces of a device with documents in the place of those that tell each a part of one. Pure but for what it decodes. */
export function joinParts(
  traces: readonly TopicTrace[],
  identity: DeviceIdentity,
): TopicTrace[] {
  const spoken = new Set(traces.map(({ topic }) => topic));
  const joined = new Set(traces);
  /** What stands below a parent, by how many levels it has: the deepest are joined first. */
  const levels: Map<string, TopicTrace[]>[] = [];
  const stand = (trace: TopicTrace, parent: readonly string[]) => {
    if (parent.join("") === "") return;
    const below = levels[parent.length] ??= new Map();
    const name = parent.join("/");
    const same = below.get(name);
    if (same === undefined) below.set(name, [trace]);
    else same.push(trace);
  };
  for (const trace of traces) {
    if (mayBePart(trace, identity)) stand(trace, trace.segments.slice(0, -1));
  }
  for (let depth = levels.length - 1; depth > 0; depth--) {
    for (const [parent, below] of levels[depth] ?? []) {
      // Where the parent speaks itself, it is no document that is told in parts.
      if (spoken.has(parent) || below.length > MOST_PARTS) continue;
      const document = below.length < LEAST_PARTS ? null : documentOf(parent, below);
      for (const part of document?.parts ?? []) joined.delete(part);
      if (document !== null) joined.add(document);
      const whole = document ?? (below.length === 1 ? below[0] : null);
      if (whole !== null) stand(whole, parent.split("/").slice(0, -1));
    }
  }
  return [...joined];
}

/** A topic, or the first of those right below what a document is of. */
export function topicOfPart(trace: TopicTrace): string {
  const depth = trace.segments.length + 1;
  return trace.parts?.find(({ segments }) => segments.length === depth)?.topic ?? trace.topic;
}

function mayBePart(trace: TopicTrace, identity: DeviceIdentity): boolean {
  if (trace.shared || trace.thinned || trace.live < LEAST_BURSTS) return false;
  // What a discovery document describes has a name and a unit of its own there.
  if (identity.roleFromDocuments(trace.topic) !== null) return false;
  if (isReadByDocuments(trace.topic, identity)) return false;
  if (NO_PART.test(trace.segments.at(-1) ?? "")) return false;
  const found = recognize(trace.segments, identity);
  return found === null || found.family === generic;
}

/** The document that topics below one parent tell in parts; null where they do not. */
function documentOf(topic: string, traces: readonly TopicTrace[]): TopicTrace | null {
  const depth = topic.split("/").length;
  const all = traces.flatMap((trace): Part[] => {
    const samples = trace.samples();
    const path = trace.segments.slice(depth);
    const isValue = trace.parts === undefined && samples.every(isValueIn);
    return isValue || trace.parts !== undefined || samples.every(isListIn)
      ? [{ trace, path, samples, isValue }]
      : [];
  });
  const live = burstsOf(all, (sample) => !sample.retain);
  const bursts = live.filter(({ size }) => size >= LEAST_PARTS);
  const core = all.filter((part) => {
    const count = bursts.filter((burst) => burst.has(part)).length;
    return count >= MOST_BURSTS * bursts.length && goesOn(part, bursts);
  });
  if (bursts.length < LEAST_BURSTS || core.length < LEAST_PARTS) return null;
  // Objects alone may be several devices, and lists alone a table each.
  const hasOwn = core.some(({ trace, path }) => path.length === 1 && trace.parts === undefined);
  if (!hasOwn || !core.some(({ isValue, trace }) => isValue || trace.parts !== undefined)) {
    return null;
  }
  const isWhole = (burst: Burst) =>
    2 * core.filter((part) => burst.has(part)).length >= core.length && burst.size >= LEAST_PARTS;
  // It may be listened to from the middle of a burst on, and to the middle of one.
  const inside = live.filter((burst, i) => i > 0 && i < live.length - 1 || isWhole(burst));
  const isInWhole = (part: Part) => inside.every((burst) => !burst.has(part) || isWhole(burst));
  if (!core.every(isInWhole)) return null;
  const isNowAndThen = (part: Part) =>
    part.path.length === 1 && isInWhole(part) && goesOn(part, bursts);
  return joined(topic, all.filter((part) => core.includes(part) || isNowAndThen(part)));
}

/** Whether a part is told until the end: one that ended before is told of as a topic of its own. */
function goesOn(part: Part, bursts: readonly Burst[]): boolean {
  const told = bursts.flatMap((burst, i) => burst.has(part) ? [i] : []);
  return bursts.length - (told.at(-1) ?? -1) <= 1 + Math.max(...differences([-1, ...told]));
}

function joined(topic: string, parts: readonly Part[]): TopicTrace {
  const traces = parts.map(({ trace }) => trace);
  const trace = new TopicTrace(topic, { shared: false, budget: new TraceBudget(), parts: traces });
  for (const isRetained of [true, false]) {
    for (const burst of burstsOf(parts, ({ retain }) => retain === isRetained)) {
      trace.add(sampleOf(topic, burst));
    }
  }
  return trace;
}

/** Messages that came at one moment, each topic once. */
function burstsOf(parts: readonly Part[], which: (sample: Sample) => boolean): Burst[] {
  const all = parts.flatMap((part) => {
    let lastAt = -Infinity;
    let nth = 0;
    return part.samples.filter(which).map((sample) => {
      nth = sample.at === lastAt ? nth + 1 : 0;
      lastAt = sample.at;
      return { part, sample, nth };
    });
  });
  all.sort((a, b) => a.sample.at - b.sample.at || a.nth - b.nth);
  const bursts: Map<Part, Sample>[] = [];
  let lastAt = -Infinity;
  for (const { part, sample } of all) {
    const burst = bursts.at(-1);
    if (burst === undefined || sample.at - lastAt > MOST_APART_MS || burst.has(part)) {
      bursts.push(new Map([[part, sample]]));
    } else burst.set(part, sample);
    lastAt = sample.at;
  }
  return bursts;
}

const encoder = new TextEncoder();

/** One message for those of a burst. */
function sampleOf(topic: string, burst: Burst): Sample {
  const value: { [key: string]: JsonValue } = {};
  const samples = [...burst.values()];
  for (const [{ path, samples: all }, sample] of burst) {
    let object = value;
    for (const level of path.slice(0, -1)) {
      const inner = object[level];
      const isHeld = typeof inner === "object" && inner !== null && !Array.isArray(inner);
      object = isHeld ? inner : (object[level] = {});
    }
    object[path.at(-1) ?? ""] = toldIn(sample, all);
  }
  const [first] = samples;
  const sample: Sample = {
    topic,
    at: first.at,
    get payload() {
      return encoder.encode(JSON.stringify(value));
    },
    sizeBytes: samples.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    cut: samples.some(({ cut }) => cut),
    retain: first.retain,
    dup: samples.every(({ dup }) => dup),
    qos: first.qos,
    parts: samples,
  };
  sample.decoded = inPlain(sample, {
    format: "json",
    certainty: "certain",
    value,
    encoding: "utf8",
  });
  return sample;
}

/** What a part says, as it would stand in a document: nothing at all where its topic tells numbers is `null`. */
function toldIn(sample: Sample, all: readonly Sample[]): JsonValue {
  if (sample.sizeBytes === 0) {
    return all.some((one) => typeof decodedOf(one).value === "number") ? null : "";
  }
  const { value } = decodedOf(sample);
  return sample.sent?.value ?? value;
}

function isValueIn(sample: Sample): boolean {
  const decoded = decodedOf(sample);
  const { encoding, value } = sample.sent ?? decoded;
  return encoding === "utf8" && (typeof value !== "object" || value === null) && !isStamped(value);
}

function isListIn(sample: Sample): boolean {
  return isValueIn(sample) || Array.isArray(decodedOf(sample).value);
}
