/** What changed between two windows of time, topic by topic. */
import { isoTime } from "../iso_time.ts";
import { decodePayload } from "../payload/decode.ts";
import { type LaidOut, type PayloadLayout, PayloadLayouts } from "../payload/layout.ts";
import type { DecodedPayload, JsonValue } from "../payload/payload.ts";
import { structureOf } from "../payload/structure.ts";
import { countByTopic, type MessageQuery, visitMatching } from "./history.ts";
import type { LoggedMessage, RecordedMessages } from "./recorded.ts";
import { significant, significantWithin } from "../numbers.ts";

/** How a topic changed. */
type ChangeKind = "appeared" | "silent" | "rate" | "structure" | "value";

/** One change, with what was before and what is after. */
interface Change {
  readonly topic: string;
  readonly kind: ChangeKind;
  readonly before: JsonValue;
  readonly after: JsonValue;
}

interface Window {
  readonly from: number;
  readonly to: number;
  /** How much of it was heard; default: all. */
  readonly heardMs?: number;
}

interface FieldFigures {
  numbers: number;
  sum: number;
  squares: number;
  last: JsonValue;
  /** Whether it never fell: a counter, an uptime, a clock. */
  rising: boolean;
}

interface TopicProfile {
  live: number;
  retained: number;
  /** Messages whose payloads were read: every `stride`-th, and the last of `total`. */
  read: number;
  readonly stride: number;
  readonly total: number;
  firstAt: number;
  lastAt: number;
  readonly structures: Map<string, number>;
  readonly fields: Map<string, FieldFigures>;
  /** How the payload before was written, and the figures of its fields in their order. */
  readAs: LaidOutFields | null;
  figures: readonly (FieldFigures | undefined)[];
}

/** A topic must have been due at least this often in a window before its silence there means anything. */
const DUE_TO_BE_SILENT = 3;
/** A rate must differ by this factor, and by more than chance explains, to be told. */
const RATE_FACTOR = 1.5;
/** Standard errors that a difference of counts or means must reach. */
const SIGNIFICANCE = 4;
const MOST_FIELDS = 50;
const MOST_STRUCTURES = 20;
const MOST_FIELDS_SHOWN = 20;
const SHOWN_PATH_CHARS = 120;

/** What changed, and how much of it was looked at. */
interface Comparison {
  readonly changes: Change[];
  /** Messages of both windows: all are counted, and the payloads of so many were read. */
  readonly messages: number;
  readonly read: number;
  /** A window in which nothing could be heard: with it nothing is compared, for a topic "new" since may be as old as any. */
  readonly unheard: "before" | "after" | null;
}

/**
 * Compares two windows: topics that appeared or fell silent against their own rhythm, changed rate, structure, or value
 * (a number whose mean moved beyond its own scatter, or a word that is another one now). Every message counts; of topics
 * that are heard very often the payloads are read of evenly many only.
 */
export async function compareWindows(
  recorded: RecordedMessages,
  query: Omit<MessageQuery, "from" | "to"> & {
    readonly before: Window;
    readonly after: Window;
    readonly signal: AbortSignal;
  },
): Promise<Comparison> {
  const layouts = new PayloadLayouts(fieldsOf);
  const before = await profiles(recorded, { ...query, layouts }, query.before);
  const after = await profiles(recorded, { ...query, layouts }, query.after);
  const seconds = {
    before: secondsHeard(query.before, before.size > 0),
    after: secondsHeard(query.after, after.size > 0),
  };
  const changes: Change[] = [];
  const unheard = seconds.before === 0 ? "before" : seconds.after === 0 ? "after" : null;
  const topics = unheard === null ? new Set([...before.keys(), ...after.keys()]) : [];
  for (const topic of [...topics].sort()) {
    changes.push(...compareTopic(topic, before.get(topic), after.get(topic), seconds));
  }
  let messages = 0;
  let read = 0;
  for (const profile of [...before.values(), ...after.values()]) {
    messages += profile.live + profile.retained;
    read += profile.read;
  }
  return { changes, messages, read, unheard };
}

/** Where something came, something was heard. */
function secondsHeard({ from, to, heardMs = to - from }: Window, isSome: boolean): number {
  return (heardMs > 0 ? heardMs : isSome ? to - from : 0) / 1000;
}

/** Payloads that are read in a window, shared among its topics. */
const MOST_READ = 40_000;
/** Of every topic at least so many. */
const LEAST_READ = 20;
const EVERY = { stride: 1, total: 0 };

async function profiles(
  recorded: RecordedMessages,
  query: Omit<MessageQuery, "from" | "to"> & {
    readonly signal: AbortSignal;
    readonly layouts: Layouts;
  },
  window: Window,
): Promise<Map<string, TopicProfile>> {
  const { layouts } = query;
  const found = new Map<string, TopicProfile>();
  const strides = await readingStrides(recorded, query, window);
  await visitMatching(recorded, { ...query, ...window }, (message) => {
    let profile = found.get(message.topic);
    if (!profile) {
      profile = {
        live: 0,
        retained: 0,
        read: 0,
        ...(strides.get(message.topic) ?? EVERY),
        firstAt: message.receivedAt,
        lastAt: message.receivedAt,
        structures: new Map(),
        fields: new Map(),
        readAs: null,
        figures: [],
      };
      found.set(message.topic, profile);
    }
    const position = profile.live + profile.retained;
    const isRead = position % profile.stride === 0 || position === profile.total - 1;
    if (message.retain) profile.retained++;
    else profile.live++;
    profile.lastAt = message.receivedAt;
    if (isRead) readInto(profile, message, layouts);
  });
  return found;
}

function readInto(profile: TopicProfile, message: LoggedMessage, layouts: Layouts): void {
  const { payload, topic } = message;
  profile.read++;
  const known = layouts.find(payload, topic);
  if (known === null) {
    const decoded = decodePayload(payload, { topic });
    layouts.learn(payload, topic, decoded);
    noteStructure(profile, shapeOf(decoded));
    eachField(decoded.value, (field, _path, value) => noteValue(figuresOf(profile, field), value));
    return;
  }
  const { layout, made } = known;
  noteStructure(profile, made.structure);
  if (profile.readAs !== made) {
    profile.readAs = made;
    profile.figures = made.fields.map(({ field }) => figuresOf(profile, field));
  }
  for (let i = 0; i < made.fields.length; i++) {
    const { place } = made.fields[i];
    noteValue(profile.figures[i], "slot" in place ? layout.valueOf(place.slot) : place.always);
  }
}

/** What is looked at in the payloads of one layout. */
interface LaidOutFields {
  readonly structure: string;
  readonly fields: readonly {
    readonly field: string;
    readonly place: { readonly slot: number } | { readonly always: JsonValue };
  }[];
}

type Layouts = PayloadLayouts<LaidOutFields>;

function fieldsOf(layout: PayloadLayout): LaidOutFields {
  const fields: LaidOutFields["fields"][number][] = [];
  eachField(layout.decoded.value, (field, path, value) => {
    const place: LaidOut = layout.isFixed ? { always: value } : layout.resolve(path);
    fields.push({
      field,
      place: typeof place === "object" && "slot" in place ? place : { always: value },
    });
  });
  return { structure: shapeOf(layout.decoded), fields };
}

function shapeOf({ format, value }: DecodedPayload): string {
  return value !== null && typeof value === "object" ? structureOf(value) : format;
}

function noteStructure({ structures }: TopicProfile, structure: string): void {
  const known = structures.get(structure);
  if (known === undefined && structures.size >= MOST_STRUCTURES) return;
  structures.set(structure, (known ?? 0) + 1);
}

/** Of which topics only every so many-th payload is read. */
async function readingStrides(
  recorded: RecordedMessages,
  query: Omit<MessageQuery, "from" | "to"> & { readonly signal: AbortSignal },
  window: Window,
): Promise<ReadonlyMap<string, typeof EVERY>> {
  // with conditions each payload is decoded anyway
  if (query.where.length > 0 || query.contains !== undefined) return new Map();
  const counts = await countByTopic(recorded, { ...query, ...window });
  let left = MOST_READ;
  const strides = new Map<string, typeof EVERY>();
  const quietestFirst = [...counts].sort(([, a], [, b]) => a - b);
  quietestFirst.forEach(([topic, messages], i) => {
    const share = Math.max(LEAST_READ, Math.floor(left / (quietestFirst.length - i)));
    left -= Math.min(share, messages);
    if (messages > share) {
      strides.set(topic, { stride: Math.ceil(messages / share), total: messages });
    }
  });
  return strides;
}

/** Each field that is a value and in no array, in the order of the payload, by its name and its path. */
function eachField(
  value: JsonValue,
  found: (field: string, path: readonly string[], value: JsonValue) => void,
  field = "",
  path: readonly string[] = [],
): void {
  if (value === null || typeof value !== "object") return found(field, path, value);
  if (Array.isArray(value)) return;
  for (const [key, member] of Object.entries(value)) {
    eachField(member, found, field === "" ? key : `${field}.${key}`, [...path, key]);
  }
}

/** The figures of a field; undefined where there are enough of others. */
function figuresOf({ fields }: TopicProfile, field: string): FieldFigures | undefined {
  let figures = fields.get(field);
  if (figures === undefined && fields.size < MOST_FIELDS) {
    figures = { numbers: 0, sum: 0, squares: 0, last: null, rising: true };
    fields.set(field, figures);
  }
  return figures;
}

function noteValue(figures: FieldFigures | undefined, value: JsonValue): void {
  if (figures === undefined) return;
  const { last } = figures;
  figures.last = value;
  if (typeof value !== "number") return;
  if (typeof last === "number" && value < last) figures.rising = false;
  figures.numbers++;
  figures.sum += value;
  figures.squares += value * value;
}

function compareTopic(
  topic: string,
  before: TopicProfile | undefined,
  after: TopicProfile | undefined,
  seconds: { readonly before: number; readonly after: number },
): Change[] {
  const { before: beforeSeconds, after: afterSeconds } = seconds;
  if (!before) {
    const messages = after!.live + after!.retained;
    return [{
      topic,
      kind: "appeared",
      before: null,
      after: { messages, first: isoTime(after!.firstAt) },
    }];
  }
  const beforeRate = before.live / beforeSeconds;
  if (!after || after.live === 0) {
    const due = beforeRate * afterSeconds;
    if (due < DUE_TO_BE_SILENT) return [];
    return [{
      topic,
      kind: "silent",
      before: { messages: before.live, last: isoTime(before.lastAt) },
      after: { messages: 0, expected: Math.round(due) },
    }];
  }
  const changes: Change[] = [];
  const afterRate = after.live / afterSeconds;
  const scatter = Math.sqrt(before.live / beforeSeconds ** 2 + after.live / afterSeconds ** 2);
  const factor = beforeRate === 0 ? Infinity : afterRate / beforeRate;
  if (
    Math.abs(afterRate - beforeRate) > SIGNIFICANCE * scatter &&
    (factor > RATE_FACTOR || factor < 1 / RATE_FACTOR)
  ) {
    changes.push({
      topic,
      kind: "rate",
      before: { per_minute: significant(beforeRate * 60, 4) },
      after: { per_minute: significant(afterRate * 60, 4) },
    });
  }
  const structure = compareStructures(before, after);
  if (structure) changes.push({ topic, kind: "structure", ...structure });
  const values = compareFields(before, after);
  if (values) changes.push({ topic, kind: "value", ...values });
  return changes;
}

function compareStructures(before: TopicProfile, after: TopicProfile) {
  const appeared = [...after.structures.keys()].filter((s) => !before.structures.has(s));
  const gone = [...before.structures.keys()].filter((s) => !after.structures.has(s));
  if (appeared.length === 0) return null;
  const short = (structures: string[]) => structures.slice(0, 3).map((s) => s.slice(0, 200));
  return { before: { only_before: short(gone) }, after: { only_after: short(appeared) } };
}

function compareFields(before: TopicProfile, after: TopicProfile) {
  const was: Record<string, JsonValue> = {};
  const is: Record<string, JsonValue> = {};
  for (const [path, figures] of before.fields) {
    const now = after.fields.get(path);
    if (!now || !fieldChanged(figures, now)) continue;
    const key = path === "" ? "payload" : path.slice(0, SHOWN_PATH_CHARS);
    if (Object.keys(is).length >= MOST_FIELDS_SHOWN) break;
    const means = [figures, now].map(({ sum, numbers }) => sum / numbers);
    const shown = ({ numbers, last }: FieldFigures, mean: number) =>
      numbers > 1 ? significantWithin(mean, means[1] - means[0], 4) : short(last);
    was[key] = shown(figures, means[0]);
    is[key] = shown(now, means[1]);
  }
  return Object.keys(is).length > 0 ? { before: was, after: is } : null;
}

function fieldChanged(before: FieldFigures, after: FieldFigures): boolean {
  if (before.numbers === 0 && after.numbers === 0) {
    const words = typeof before.last !== "string" || !looksLikeTime(before.last);
    return words && JSON.stringify(before.last) !== JSON.stringify(after.last);
  }
  if (before.numbers < 3 || after.numbers < 3) return false;
  const [a, b] = [spread(before), spread(after)];
  // a counter or a clock moves by itself: that it went on is no change
  const moves = a.deviation > 0 && b.deviation > 0;
  if (moves && before.rising && after.rising && b.mean > a.mean) return false;
  const scatter = Math.max(a.deviation, b.deviation);
  const moved = Math.abs(a.mean - b.mean);
  return moved > SIGNIFICANCE * scatter && moved > 1e-9 * Math.abs(a.mean);
}

function spread(figures: FieldFigures): { mean: number; deviation: number } {
  const mean = figures.sum / figures.numbers;
  const variance = Math.max(0, figures.squares / figures.numbers - mean * mean);
  return { mean, deviation: Math.sqrt(variance) };
}

function looksLikeTime(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}[T ]/.test(text) || /^\d{1,2}:\d{2}/.test(text);
}

function short(value: JsonValue): JsonValue {
  return typeof value === "string" && value.length > 80 ? `${value.slice(0, 80)}…` : value;
}
