/** Questions about messages that are held: by time, topic, text and field, as messages or as rows of figures. */
import { isoTime } from "../iso_time.ts";
import { Buffer, isUtf8 } from "node:buffer";
import { throwIfCancelled } from "../errors.ts";
import { compileFilter } from "../mqtt/topic.ts";
import type { JsonValue } from "../payload/payload.ts";
import { HIDDEN, isSecretTopic, mayHoldSecretsOf, secretsAreShown } from "../payload/secrets.ts";
import { FieldReader, takeScalar } from "./field_reader.ts";
import { parseJsonPath } from "./json_path.ts";
import type { LoggedMessage, Place, RecordedMessages } from "./recorded.ts";
import { meanWithin, significant } from "../numbers.ts";
import type { HeardMs } from "./coverage.ts";
import { Pauses } from "./pauses.ts";
import type { SearchNotes } from "./search_notes.ts";
import {
  asNumber,
  compareWhole,
  type FieldCondition,
  isHeadOnly,
  MessageMatcher,
} from "./message_matcher.ts";

/** What a message must meet. Times are milliseconds since the epoch. */
export interface MessageQuery {
  readonly filter: string;
  readonly from: number;
  readonly to: number;
  readonly contains?: string;
  readonly where: readonly FieldCondition[];
  /** Is told what the conditions could not look into. */
  readonly notes?: SearchNotes;
}

/** How rows are made of messages. */
export interface Aggregation {
  readonly by: "topic" | "time";
  /** Length of a time bucket in milliseconds. */
  readonly bucketMs: number;
  /** Numeric field of the payload; null: the payload itself, where it is a number. */
  readonly field: string | null;
}

/** One row of figures. Figures of the field are null where there is no number, `mean` also where it would be rounded. */
export interface AggregateRow {
  readonly key: string;
  readonly count: number;
  /** How many of them are retained messages that the broker replayed, where there are some. */
  readonly retained?: number;
  /** Live messages per second over what was heard of the row's time. */
  readonly rate: number;
  /** How many of them have the number that the figures are of, where not all have. */
  readonly numbers?: number;
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

/** Visits each message that matches, in order of arrival; one payload may take long by itself. */
export async function visitMatching(
  recorded: RecordedMessages,
  query: MessageQuery & { readonly signal: AbortSignal },
  visit: (message: LoggedMessage) => void,
): Promise<void> {
  const pauses = new Pauses();
  const work = new Work();
  const all = { ...query, before: undefined, after: undefined };
  for await (let piece of matching(recorded, all)) {
    for (let i = 0; i < piece.length; i++) {
      visit(piece[i]);
      if (!work.isEnough(piece[i]) || !pauses.due) continue;
      piece = piece.slice(i + 1).map(copyOf);
      i = -1;
      await pauseOrEnd(pauses, query.signal);
    }
  }
}

/** Payload bytes that are read between two looks at the clock, a message itself counting as some: fractions of a millisecond. */
const WORK_BYTES = 16 * 1024;
const MESSAGE_WORK_BYTES = 256;

/** How much was read since the last look at the clock: to look after each message would take longer than most of them. */
class Work {
  #bytes = 0;

  /** Adds a message; whether it is time to look. */
  isEnough({ payload }: LoggedMessage): boolean {
    this.#bytes += MESSAGE_WORK_BYTES + payload.length;
    if (this.#bytes < WORK_BYTES) return false;
    this.#bytes = 0;
    return true;
  }
}

/** Takes a pause, unless nobody waits any more. */
export async function pauseOrEnd(pauses: Pauses, signal: AbortSignal): Promise<void> {
  await pauses.take();
  throwIfCancelled(signal, "Cannot search the history");
}

/** A message that stays as it is. */
function copyOf(message: LoggedMessage): LoggedMessage {
  return { ...message, payload: message.payload.slice() };
}

/**
 * The messages that match, in order of arrival or the reverse, from a cursor on: `after` is the last message of the page
 * before. More may arrive meanwhile: pages neither repeat nor skip. Messages are copies.
 */
export async function queryMessages(
  recorded: RecordedMessages,
  query: MessageQuery & {
    readonly order: "asc" | "desc";
    readonly limit: number;
    readonly after?: Place;
    readonly signal: AbortSignal;
  },
): Promise<QueryPage> {
  const descending = query.order === "desc";
  const counted = hasConditions(query) ? null : sum(await countByTopic(recorded, query));
  const page: LoggedMessage[] = [];
  const keep = (message: LoggedMessage) => page.push(copyOf(message));
  const passed = (message: LoggedMessage) => {
    if (query.after === undefined) return false;
    const byTime = recorded.isByTime ? message.receivedAt - query.after.at : 0;
    const beyond = byTime === 0 ? message.seq - query.after.seq : byTime;
    return descending ? beyond >= 0 : beyond <= 0;
  };
  if (counted !== null) {
    const bounds = descending
      ? { before: query.after, after: undefined }
      : { after: query.after, before: undefined };
    for await (const piece of matching(recorded, { ...query, ...bounds, descending })) {
      for (const message of piece) if (page.length <= query.limit) keep(message);
      if (page.length > query.limit) break;
    }
    return {
      messages: page.slice(0, query.limit),
      matched: counted,
      more: page.length > query.limit,
    };
  }
  // `changed` looks at what came before, so such a scan runs forward, and the page is the last of what it found
  const backward = descending && !query.where.some(({ op }) => op === "changed");
  let matched = 0;
  let following = 0;
  const all = { ...query, after: undefined, descending: backward };
  for await (const piece of matching(recorded, all)) {
    matched += piece.length;
    for (const message of piece) {
      if (passed(message)) continue;
      following++;
      if (descending && !backward) {
        keep(message);
        if (page.length >= 2 * query.limit) page.splice(0, page.length - query.limit);
      } else if (page.length < query.limit) keep(message);
    }
  }
  const messages = descending && !backward ? page.slice(-query.limit).reverse() : page;
  return { messages, matched, more: following > messages.length };
}

/** Rows of figures over the messages that match, by topic (loudest first) or by time (oldest first). */
export async function aggregateMessages(
  recorded: RecordedMessages,
  query: MessageQuery & {
    readonly aggregate: Aggregation;
    readonly signal: AbortSignal;
    /** Default: all was heard. */
    readonly heardMs?: HeardMs;
  },
): Promise<{ rows: AggregateRow[]; matched: number; withField: number }> {
  const { by, bucketMs, field } = query.aggregate;
  const reader = new FieldReader([parseJsonPath(field ?? "")], takeScalar);
  const groups = new Map<string | number, Group>();
  let matched = 0;
  let withField = 0;
  await visitMatching(recorded, query, (message) => {
    matched++;
    const key = by === "topic" ? message.topic : Math.floor(message.receivedAt / bucketMs);
    let group = groups.get(key);
    if (!group) groups.set(key, group = new Group());
    const { values: [value], isUnread } = reader.read(message.payload, message.topic);
    if (value !== undefined) withField++;
    else if (field !== null && !hasConditions(query)) {
      query.notes?.message({ isHidden: false, isUnread, isHeadOnly: isHeadOnly(message) });
    }
    group.add(message, value);
  });
  const secondsOf = rowSeconds(query, query.heardMs);
  const rows = [...groups].map(([key, group]) => {
    const text = typeof key === "string" ? key : isoTime(key * bucketMs);
    return group.row(text, secondsOf(key));
  });
  rows.sort(by === "topic" ? (a, b) => b.count - a.count : (a, b) => a.key < b.key ? -1 : 1);
  return { rows, matched, withField };
}

/** Over how many seconds a row's messages came: what was heard of the window, or of its bucket. */
export function rowSeconds(
  query: { readonly from: number; readonly to: number; readonly aggregate: Aggregation },
  heardMs: HeardMs = ({ from, to }) => to - from,
): (key: string | number) => number {
  const { bucketMs } = query.aggregate;
  const ofWindow = heardMs(query) / 1000;
  return (key) => {
    if (typeof key === "string") return ofWindow;
    const from = Math.max(query.from, key * bucketMs);
    const to = Math.min(query.to, (key + 1) * bucketMs);
    // where messages came, something was heard
    return (heardMs({ from, to }) || to - from) / 1000;
  };
}

function hasConditions(query: MessageQuery): boolean {
  return query.where.length > 0 || query.contains !== undefined;
}

/** How many messages of each topic a window holds, whatever they say. */
export async function countByTopic(
  recorded: RecordedMessages,
  query: Omit<MessageQuery, "where"> & { readonly signal: AbortSignal },
): Promise<ReadonlyMap<string, number>> {
  const pauses = new Pauses();
  const counts = new Map<string, number>();
  for await (const { topic, messages } of recorded.counts(windowOf(query))) {
    counts.set(topic, messages);
    if (pauses.due) await pauseOrEnd(pauses, query.signal);
  }
  return counts;
}

function sum(counts: ReadonlyMap<string, number>): number {
  return counts.values().reduce((total, messages) => total + messages, 0);
}

/** A query's window, and which topics it means. */
export function windowOf({ filter, from, to }: Pick<MessageQuery, "filter" | "from" | "to">) {
  const matches = cached(compileFilter(filter));
  return { from, to, matches, ...(/[+#]/.test(filter) ? {} : { topic: filter }) };
}

/**
 * What matches, a piece at a time, yielding the event loop every few milliseconds. With a condition on `changed` it must
 * run forward.
 */
async function* matching(
  recorded: RecordedMessages,
  query: MessageQuery & {
    readonly signal: AbortSignal;
    readonly descending?: boolean;
    readonly after?: Place;
    readonly before?: Place;
  },
): AsyncGenerator<readonly LoggedMessage[]> {
  const window = windowOf(query);
  const matcher = new MessageMatcher({ ...query, many: true });
  const needle = query.where.length === 0 ? query.contains?.toLowerCase() : undefined;
  const holdsSecret = cached((topic) => !secretsAreShown() && isSecretTopic(topic));
  const pauses = new Pauses();
  const work = new Work();
  if (matcher.comparesWithBefore) {
    for await (const piece of recorded.lastBefore(query.from, window.matches)) {
      for (const message of piece) matcher.meets(message);
      if (pauses.due) await pauseOrEnd(pauses, query.signal);
    }
  }
  const { descending, after } = query;
  for await (
    const piece of recorded.pieces({ ...window, descending, after, before: query.before })
  ) {
    if (pauses.due) await pauseOrEnd(pauses, query.signal);
    if (!hasConditions(query)) {
      if (piece.length > 0) yield piece;
      continue;
    }
    if (needle !== undefined && !mayContain(piece, needle, holdsSecret)) continue;
    let rest = piece;
    for (let i = 0, found: LoggedMessage[] = []; i < rest.length; i++) {
      if (matcher.meets(rest[i])) found.push(rest[i]);
      const isLast = i === rest.length - 1;
      const isDue = work.isEnough(rest[i]) && pauses.due;
      if (isLast || isDue) {
        if (found.length > 0) yield found;
        found = [];
      }
      if (isLast || !isDue) continue;
      // one payload may take long by itself; what is left may be written over meanwhile
      rest = rest.slice(i + 1).map(copyOf);
      i = -1;
      await pauseOrEnd(pauses, query.signal);
    }
  }
}

const ASCII_NEEDLE = /^[ -~]+$/;
/** Letters beyond ASCII that become ASCII in lower case, a character for each byte. */
const BECOMES_ASCII = ["\u212a", "\u0130"].map((letter) => Buffer.from(letter).toString("latin1"));

/**
 * Whether a text may stand in one of these payloads: a look at all of their bytes at once, where they lie side by side.
 * Only where that is sure it says no.
 */
function mayContain(
  piece: readonly LoggedMessage[],
  needle: string,
  holdsSecret: (topic: string) => boolean,
): boolean {
  if (piece.length < 8 || !ASCII_NEEDLE.test(needle)) return true;
  const { buffer } = piece[0].payload;
  let from = Infinity;
  let to = 0;
  let bytes = 0;
  for (const message of piece) {
    const { payload, topic } = message;
    if (payload.buffer !== buffer || holdsSecret(topic) || isHeadOnly(message)) return true;
    from = Math.min(from, payload.byteOffset);
    to = Math.max(to, payload.byteOffset + payload.byteLength);
    bytes += payload.byteLength;
  }
  // what lies between belongs to others: too much of it makes the look longer than the search
  if (to - from > 2 * bytes) return true;
  const all = Buffer.from(buffer, from, to - from);
  // what is no text is searched as what it decodes to, and a secret as what is shown in its place
  if (!isUtf8(all) || HIDDEN.includes(needle)) return true;
  if (!secretsAreShown() && mayHoldSecretsOf(all, "")) return true;
  const text = all.toString("latin1");
  if (BECOMES_ASCII.some((bytes) => text.includes(bytes))) return true;
  return text.toLowerCase().includes(needle);
}

/** Figures of one row while it is being counted. */
class Group {
  #count = 0;
  #retained = 0;
  #numbers = 0;
  #sum = 0;
  #min: Extreme = { number: Infinity, asSent: Infinity };
  #max: Extreme = { number: -Infinity, asSent: -Infinity };
  #last: JsonValue = null;

  add({ retain }: LoggedMessage, value: JsonValue | undefined): void {
    this.#count++;
    if (retain) this.#retained++;
    if (value === undefined) return;
    this.#last = value;
    // numbers in text count, as in a condition
    const number = asNumber(value);
    if (number === null) return;
    this.#numbers++;
    this.#sum += number;
    const one = { number, asSent: unrounded(value, number) };
    if (exceeds(this.#min, one)) this.#min = one;
    if (exceeds(one, this.#max)) this.#max = one;
  }

  row(key: string, seconds: number): AggregateRow {
    const some = this.#numbers > 0;
    return {
      key,
      count: this.#count,
      ...(this.#retained > 0 && { retained: this.#retained }),
      rate: seconds > 0 ? significant((this.#count - this.#retained) / seconds, 6) : 0,
      ...(some && this.#numbers < this.#count && { numbers: this.#numbers }),
      min: some ? this.#min.asSent : null,
      max: some ? this.#max.asSent : null,
      mean: this.#mean(),
      last: boundedScalar(this.#last),
    };
  }

  #mean(): number | null {
    const [min, max] = [this.#min, this.#max];
    // of numbers that only their text tells apart a mean would be none of them
    const isRounded = [min, max].some(({ asSent }) => typeof asSent === "string");
    if (this.#numbers === 0 || isRounded) return null;
    return meanWithin(this.#sum / this.#numbers, { min: min.number, max: max.number });
  }
}

interface Extreme {
  readonly number: number;
  readonly asSent: number | string;
}

/** Also of whole numbers beyond 2^53 that are one double. */
function exceeds(one: Extreme, other: Extreme): boolean {
  return one.number > other.number ||
    one.number === other.number && compareWhole(one.asSent, other.asSent) > 0;
}

/** A number, or the text in which it came where it is a whole number that would be rounded. */
function unrounded(value: JsonValue, number: number): number | string {
  return typeof value === "string" && Number.isInteger(number) && !Number.isSafeInteger(number)
    ? value
    : number;
}

function boundedScalar(value: JsonValue): JsonValue {
  if (typeof value === "string") return value.length <= 80 ? value : `${value.slice(0, 80)}…`;
  if (value !== null && typeof value === "object") return `${JSON.stringify(value).slice(0, 80)}…`;
  return value;
}

function cached(matches: (topic: string) => boolean): (topic: string) => boolean {
  const known = new Map<string, boolean>();
  return (topic) => {
    let matched = known.get(topic);
    if (matched === undefined) known.set(topic, matched = matches(topic));
    return matched;
  };
}
