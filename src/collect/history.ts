/** Questions about messages that are held: by time, topic, text and field, as messages or as rows of figures. */
import { OperationError, throwIfCancelled } from "../errors.ts";
import { compileFilter } from "../mqtt/topic.ts";
import { decodePayload } from "../payload/decode.ts";
import type { JsonValue } from "../payload/payload.ts";
import { isSecretTopic, searchableText, secretsAreShown } from "../payload/secrets.ts";
import { mayHoldSecret } from "../secret_text.ts";
import { type JsonPath, parseJsonPath, valueAt } from "./json_path.ts";
import type { LoggedMessage, MessageLog } from "./message_log.ts";

/** How a field is compared. `changed` holds when it differs from the topic's message before. */
export type FieldOperator = "=" | "!=" | ">" | "<" | "contains" | "exists" | "changed";

/** A condition on a field of the payload. */
export interface FieldCondition {
  readonly path: string;
  readonly op: FieldOperator;
  readonly value?: JsonValue;
}

/** What a message must meet. Times are milliseconds since the epoch. */
export interface MessageQuery {
  readonly filter: string;
  readonly from: number;
  readonly to: number;
  readonly contains?: string;
  readonly where: readonly FieldCondition[];
  /** Counts messages in which secrets were hidden from the conditions. */
  readonly hidden?: { messages: number };
}

/** How rows are made of messages. */
interface Aggregation {
  readonly by: "topic" | "time";
  /** Length of a time bucket in milliseconds. */
  readonly bucketMs: number;
  /** Numeric field of the payload; null: the payload itself, where it is a number. */
  readonly field: string | null;
}

/** One row of figures. Figures of the field are null where there is no number. */
interface AggregateRow {
  readonly key: string;
  readonly count: number;
  /** Messages per second over the row's time. */
  readonly rate: number;
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  readonly last: JsonValue;
}

/** A page of messages that matched. */
interface QueryPage {
  readonly messages: LoggedMessage[];
  /** All that matched in the window, beyond this page too. */
  readonly matched: number;
  /** Whether there are more after the last of this page. */
  readonly more: boolean;
}

/** Longest time that a scan holds the event loop, so that ping and cancel are answered. */
const SLICE_MS = 20;
const CHECK_EVERY = 256;

interface Condition {
  readonly path: JsonPath;
  readonly op: FieldOperator;
  readonly value: JsonValue | undefined;
}

/**
 * The messages that match, in order of arrival or the reverse, from a cursor on: `after` is the `seq` of the last
 * message of the page before. The log may grow meanwhile: pages neither repeat nor skip. Messages are copies.
 */
export async function queryMessages(
  log: MessageLog,
  query: MessageQuery & {
    readonly order: "asc" | "desc";
    readonly limit: number;
    readonly after?: number;
    readonly signal: AbortSignal;
  },
): Promise<QueryPage> {
  const descending = query.order === "desc";
  const { after } = query;
  let matched = 0;
  let following = 0;
  let page: number[] = [];
  for await (const message of matching(log, query)) {
    matched++;
    if (after !== undefined && (descending ? message.seq >= after : message.seq <= after)) continue;
    following++;
    if (!descending && page.length >= query.limit) continue;
    page.push(message.seq);
    // newest first: the scan runs forward for `changed`, so the page is the last `limit` of what matched
    if (descending && page.length >= 2 * query.limit) page = page.slice(-query.limit);
  }
  if (descending) page = page.slice(-query.limit).reverse();
  const messages = page.map((seq) => log.at(seq)).filter((message) => message !== null)
    .map((message) => ({ ...message, payload: message.payload.slice() }));
  return { messages, matched, more: following > page.length };
}

/** Rows of figures over the messages that match, by topic (loudest first) or by time (oldest first). */
export async function aggregateMessages(
  log: MessageLog,
  query: MessageQuery & { readonly aggregate: Aggregation; readonly signal: AbortSignal },
): Promise<{ rows: AggregateRow[]; matched: number }> {
  const { by, bucketMs, field } = query.aggregate;
  const path = parseJsonPath(field ?? "");
  const groups = new Map<string | number, Group>();
  let matched = 0;
  for await (const message of matching(log, query)) {
    matched++;
    const key = by === "topic" ? message.topic : Math.floor(message.receivedAt / bucketMs);
    let group = groups.get(key);
    if (!group) groups.set(key, group = new Group(message.receivedAt));
    group.add(message.receivedAt, fieldOf(message, path));
  }
  const rows = [...groups].map(([key, group]) =>
    typeof key === "string"
      ? group.row(key, (group.lastAt - group.firstAt) / 1000)
      : group.row(new Date(key * bucketMs).toISOString(), bucketMs / 1000)
  );
  rows.sort(by === "topic" ? (a, b) => b.count - a.count : (a, b) => a.key < b.key ? -1 : 1);
  return { rows, matched };
}

/** Scans forward through what matches, yielding the event loop every few milliseconds. */
export async function* matching(
  log: MessageLog,
  query: MessageQuery & { readonly signal: AbortSignal },
): AsyncGenerator<LoggedMessage> {
  const matchesTopic = cached(compileFilter(query.filter));
  const conditions: Condition[] = query.where.map(readCondition);
  const needle = query.contains?.toLowerCase();
  const watched = conditions.filter((c) => c.op === "changed");
  const before = new Map<string, string>();
  let sliceEnd = performance.now() + SLICE_MS;
  let scanned = 0;
  for (const message of log.entries()) {
    if (++scanned % CHECK_EVERY === 0 && performance.now() > sliceEnd) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      throwIfCancelled(query.signal, "Cannot search the history");
      sliceEnd = performance.now() + SLICE_MS;
    }
    if (message.receivedAt > query.to || !matchesTopic(message.topic)) continue;
    // `changed` needs the value before the window, too
    if (message.receivedAt < query.from && watched.length === 0) continue;
    if (conditions.length > 0) {
      const decoded = decodePayload(message.payload, { topic: message.topic });
      const { value } = decoded;
      if (query.hidden && decoded.hidden !== undefined) query.hidden.messages++;
      const changed = noteChanges(watched, value, message.topic, before);
      if (message.receivedAt < query.from) continue;
      if (!conditions.every((c) => c.op === "changed" ? changed.has(c) : holds(c, value))) continue;
    }
    if (needle !== undefined && !textOf(message, query.hidden).includes(needle)) continue;
    yield message;
  }
}

/** Figures of one row while it is being counted. */
class Group {
  readonly firstAt: number;
  lastAt: number;
  #count = 0;
  #numbers = 0;
  #sum = 0;
  #min = Infinity;
  #max = -Infinity;
  #last: JsonValue = null;

  constructor(firstAt: number) {
    this.firstAt = this.lastAt = firstAt;
  }

  add(atMs: number, value: JsonValue | undefined): void {
    this.#count++;
    this.lastAt = atMs;
    if (value === undefined) return;
    this.#last = value;
    if (typeof value !== "number") return;
    this.#numbers++;
    this.#sum += value;
    this.#min = Math.min(this.#min, value);
    this.#max = Math.max(this.#max, value);
  }

  row(key: string, seconds: number): AggregateRow {
    const some = this.#numbers > 0;
    return {
      key,
      count: this.#count,
      rate: seconds > 0 ? precise(this.#count / seconds) : 0,
      min: some ? this.#min : null,
      max: some ? this.#max : null,
      mean: some ? precise(this.#sum / this.#numbers) : null,
      last: boundedScalar(this.#last),
    };
  }
}

/** Six significant digits: enough to compare, few enough to read. */
function precise(value: number): number {
  return Number(value.toPrecision(6));
}

function boundedScalar(value: JsonValue): JsonValue {
  if (typeof value === "string") return value.length <= 80 ? value : `${value.slice(0, 80)}…`;
  if (value !== null && typeof value === "object") return `${JSON.stringify(value).slice(0, 80)}…`;
  return value;
}

/** The field of a message that rows are made of; undefined where it has none. */
function fieldOf(message: LoggedMessage, path: JsonPath): JsonValue | undefined {
  const decoded = decodePayload(message.payload, { topic: message.topic });
  const value = valueAt(decoded.value, path);
  return path.length === 0 && value !== null && typeof value === "object" ? undefined : value;
}

function readCondition(condition: FieldCondition): Condition {
  const path = parseJsonPath(condition.path);
  const needsValue = condition.op !== "exists" && condition.op !== "changed";
  if (needsValue && condition.value === undefined) {
    throw new OperationError(
      "INVALID_ARGUMENT",
      `Cannot filter by "${condition.path.slice(0, 100)} ${condition.op}": the value is missing`,
      'Give a condition like {"path":"temperature","op":">","value":30}',
    );
  }
  return { path, op: condition.op, value: condition.value };
}

function holds(condition: Condition, payload: JsonValue): boolean {
  const found = valueAt(payload, condition.path);
  const wanted = condition.value;
  switch (condition.op) {
    case "exists":
      return found !== undefined;
    case "=":
      return found !== undefined && equal(found, wanted);
    case "!=":
      return found !== undefined && !equal(found, wanted);
    case ">":
      return ordered(found, wanted, (a, b) => a > b);
    case "<":
      return ordered(found, wanted, (a, b) => a < b);
    case "contains":
      return found !== undefined && contains(found, wanted);
    case "changed":
      return false;
  }
}

function equal(found: JsonValue, wanted: JsonValue | undefined): boolean {
  if (found === wanted) return true;
  if (typeof found === "object") return JSON.stringify(found) === JSON.stringify(wanted);
  // devices send numbers as text, and assistants write text as numbers
  return wanted !== undefined && typeof wanted !== "object" && String(found) === String(wanted);
}

function ordered(
  found: JsonValue | undefined,
  wanted: JsonValue | undefined,
  compare: (a: number | string, b: number | string) => boolean,
): boolean {
  const [a, b] = [asNumber(found), asNumber(wanted)];
  if (a !== null && b !== null) return compare(a, b);
  return typeof found === "string" && typeof wanted === "string" && compare(found, wanted);
}

function asNumber(value: JsonValue | undefined): number | null {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || value.trim() === "") return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

function contains(found: JsonValue, wanted: JsonValue | undefined): boolean {
  if (Array.isArray(found)) return found.some((item) => equal(item, wanted));
  const text = typeof found === "string" ? found : JSON.stringify(found);
  return text.toLowerCase().includes(String(wanted).toLowerCase());
}

function noteChanges(
  watched: readonly Condition[],
  payload: JsonValue,
  topic: string,
  before: Map<string, string>,
): Set<Condition> {
  const changed = new Set<Condition>();
  watched.forEach((condition, i) => {
    const key = `${i} ${topic}`;
    const value = JSON.stringify(valueAt(payload, condition.path) ?? null);
    const last = before.get(key);
    if (last !== undefined && last !== value) changed.add(condition);
    before.set(key, value);
  });
  return changed;
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function textOf(message: LoggedMessage, hidden?: { messages: number }): string {
  const { payload, topic } = message;
  try {
    const text = utf8.decode(payload);
    if (secretsAreShown() || !mayHoldSecret(text) && !isSecretTopic(topic)) {
      return text.toLowerCase();
    }
  } catch {
    // it is no text: what it is decoded to can be searched
  }
  const decoded = decodePayload(payload, { topic });
  if (hidden && decoded.hidden !== undefined) hidden.messages++;
  return searchableText(payload, decoded).toLowerCase();
}

function cached(matches: (topic: string) => boolean): (topic: string) => boolean {
  const known = new Map<string, boolean>();
  return (topic) => {
    let matched = known.get(topic);
    if (matched === undefined) known.set(topic, matched = matches(topic));
    return matched;
  };
}
