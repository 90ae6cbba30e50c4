/** Questions about messages that are held: by time, topic, text and field, as messages or as rows of figures. */
import { OperationError, throwIfCancelled } from "../errors.ts";
import { compileFilter } from "../mqtt/topic.ts";
import { decodePayload } from "../payload/decode.ts";
import type { JsonValue } from "../payload/payload.ts";
import { isSecretTopic, searchableText, secretsAreShown } from "../payload/secrets.ts";
import { mayHoldSecret } from "../secret_text.ts";
import { type JsonPath, parseJsonPath, valueAt } from "./json_path.ts";
import type { LoggedMessage, MessageLog } from "./message_log.ts";
import { significant } from "../numbers.ts";
import { Pauses } from "./pauses.ts";

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
  /** As text where it is a whole number that would be rounded. */
  readonly min: number | string | null;
  readonly max: number | string | null;
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

/** Messages whose topics alone are looked at between two looks at the clock; a payload may take long by itself. */
const CHECK_EVERY = 256;
/** Longest value of a condition as JSON: it is compared with every message. */
const VALUE_MAX_CHARS = 10_000;

interface Condition {
  readonly path: JsonPath;
  readonly op: FieldOperator;
  readonly value: JsonValue | undefined;
  /** The value as JSON, where it is an array or object. */
  readonly json: string | undefined;
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
  const pauses = new Pauses();
  let scanned = 0;
  for (const message of log.entries()) {
    if (++scanned >= CHECK_EVERY && pauses.due) {
      await pauses.take();
      throwIfCancelled(query.signal, "Cannot search the history");
      scanned = 0;
    }
    if (message.receivedAt > query.to || !matchesTopic(message.topic)) continue;
    // `changed` needs the value before the window, too
    if (message.receivedAt < query.from && watched.length === 0) continue;
    scanned = CHECK_EVERY;
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
  #min: Extreme = { number: Infinity, asSent: Infinity };
  #max: Extreme = { number: -Infinity, asSent: -Infinity };
  #last: JsonValue = null;

  constructor(firstAt: number) {
    this.firstAt = this.lastAt = firstAt;
  }

  add(atMs: number, value: JsonValue | undefined): void {
    this.#count++;
    this.lastAt = atMs;
    if (value === undefined) return;
    this.#last = value;
    // numbers in text count, as in a condition
    const number = asNumber(value);
    if (number === null) return;
    this.#numbers++;
    this.#sum += number;
    if (number < this.#min.number) this.#min = { number, asSent: unrounded(value, number) };
    if (number > this.#max.number) this.#max = { number, asSent: unrounded(value, number) };
  }

  row(key: string, seconds: number): AggregateRow {
    const some = this.#numbers > 0;
    return {
      key,
      count: this.#count,
      rate: seconds > 0 ? precise(this.#count / seconds) : 0,
      min: some ? this.#min.asSent : null,
      max: some ? this.#max.asSent : null,
      mean: some ? precise(this.#sum / this.#numbers) : null,
      last: boundedScalar(this.#last),
    };
  }
}

interface Extreme {
  readonly number: number;
  readonly asSent: number | string;
}

/** A number, or the text in which it came where it is a whole number that would be rounded. */
function unrounded(value: JsonValue, number: number): number | string {
  return typeof value === "string" && Number.isInteger(number) && !Number.isSafeInteger(number)
    ? value
    : number;
}

/** Six significant digits: enough to compare, few enough to read. */
function precise(value: number): number {
  return significant(value, 6);
}

function boundedScalar(value: JsonValue): JsonValue {
  if (typeof value === "string") return value.length <= 80 ? value : `${value.slice(0, 80)}…`;
  if (value !== null && typeof value === "object") return `${JSON.stringify(value).slice(0, 80)}…`;
  return value;
}

/** The field of a message that rows are made of; undefined where it has none. */
function fieldOf(message: LoggedMessage, path: JsonPath): JsonValue | undefined {
  const decoded = decodePayload(message.payload, { topic: message.topic });
  if (path.length === 0 && decoded.asSent !== undefined) return decoded.asSent;
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
  const { op, value } = condition;
  if (op === "exists" && value !== undefined && typeof value !== "boolean") {
    throw noSuchValue(condition, "true (or nothing) for having the field, false for lacking it");
  }
  if (op === "changed" && value !== undefined && value !== true) {
    throw noSuchValue(condition, "no value: any change counts");
  }
  const json = typeof value === "object" ? JSON.stringify(value) : undefined;
  if ((json ?? String(value)).length > VALUE_MAX_CHARS) {
    throw new OperationError(
      "INVALID_ARGUMENT",
      `Cannot filter by "${
        condition.path.slice(0, 100)
      } ${op}": the value is longer than 10,000 characters`,
      "Compare with a part of it: op contains, or a path further inside",
    );
  }
  return { path, op, value, json };
}

function noSuchValue({ path, op }: FieldCondition, takes: string): OperationError {
  return new OperationError(
    "INVALID_ARGUMENT",
    `Cannot filter by "${path.slice(0, 100)} ${op}" with this value: ${op} takes ${takes}`,
    'For a field of a certain value use op "="',
  );
}

function holds(condition: Condition, payload: JsonValue): boolean {
  const found = valueAt(payload, condition.path);
  const wanted = condition.value;
  switch (condition.op) {
    case "exists":
      return (found !== undefined) === (wanted !== false);
    case "=":
      return found !== undefined && equal(found, condition);
    case "!=":
      return found !== undefined && !equal(found, condition);
    case ">":
      return ordered(found, wanted, (a, b) => a > b);
    case "<":
      return ordered(found, wanted, (a, b) => a < b);
    case "contains":
      return found !== undefined && contains(found, condition);
    case "changed":
      return false;
  }
}

function equal(found: JsonValue, { value: wanted, json }: Condition): boolean {
  if (found === wanted) return true;
  // a bare 1.10 is the number 1.1 here
  if (typeof found === "number" && found === asNumber(wanted)) return true;
  if (typeof found === "object") return json !== undefined && JSON.stringify(found) === json;
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

function contains(found: JsonValue, condition: Condition): boolean {
  if (Array.isArray(found)) return found.some((item) => equal(item, condition));
  const text = typeof found === "string" ? found : JSON.stringify(found);
  return text.toLowerCase().includes(String(condition.value).toLowerCase());
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
