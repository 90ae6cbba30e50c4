/** Questions about messages that are held: by time, topic, text and field, as messages or as rows of figures. */
import { throwIfCancelled } from "../errors.ts";
import { compileFilter } from "../mqtt/topic.ts";
import { decodePayload } from "../payload/decode.ts";
import type { JsonValue } from "../payload/payload.ts";
import { type JsonPath, parseJsonPath, valueAt } from "./json_path.ts";
import type { LoggedMessage, MessageLog } from "./message_log.ts";
import { significant } from "../numbers.ts";
import { Pauses } from "./pauses.ts";
import { asNumber, type FieldCondition, MessageMatcher } from "./message_matcher.ts";

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
  const matcher = new MessageMatcher(query);
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
    if (message.receivedAt < query.from && !matcher.comparesWithBefore) continue;
    scanned = CHECK_EVERY;
    const matches = matcher.meets(message);
    if (message.receivedAt < query.from || !matches) continue;
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

function cached(matches: (topic: string) => boolean): (topic: string) => boolean {
  const known = new Map<string, boolean>();
  return (topic) => {
    let matched = known.get(topic);
    if (matched === undefined) known.set(topic, matched = matches(topic));
    return matched;
  };
}
