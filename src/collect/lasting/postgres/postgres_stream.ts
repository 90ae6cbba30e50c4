/** The stream of one broker in PostgreSQL, as one or several cores write it. */
import { isoTime } from "../../../iso_time.ts";
import { OperationError } from "../../../errors.ts";
import type { InboundMessage } from "../../../mqtt/message.ts";
import type { LoggedMessage, PieceQuery, Place, RecordedWindow } from "../../recorded.ts";
import {
  type Figure,
  figureIn,
  HOUR_MS,
  mergeFigures,
  MINUTE_MS,
  MINUTES_PER_HOUR,
  unpackHour,
} from "../figures.ts";
import { readProperties } from "../message_block.ts";
import { readFlags } from "../message_flags.ts";
import { LARGEST_PAYLOAD_BYTES } from "../payload_copies.ts";
import type { StoredCoverage, StoredLoss, StoredStream } from "../stored_stream.ts";
import { topicHash } from "./batch.ts";
import { type Asked, databaseProblem, plainText, type Row, within } from "./connection.ts";
import { SCHEMA } from "./schema.ts";

/** Rows that are asked for at first, then, then ever after. */
const PAGES = [100, 1_000, 4_000];
/** Payloads that are fetched at once. */
const PAGE_BYTES = 4 * 1024 * 1024;
/** So many topics are looked up one by one; of more, the stream is read and the others are left out. */
const FEW_TOPICS = 64;
/** More topics than this are told apart here instead of in the database. */
const MOST_TOPICS_ASKED = 5_000;
const TOPICS_AT_ONCE = 5_000;
const LAST_AT_ONCE = 200;
const NAMES_REMEMBERED = 100_000;
const HOURS_AT_ONCE = 240;
const LATEST_MS = 253_402_300_799_999;
/** Of an `integer`. */
const LAST_MINUTE = 2 ** 31 - 1;
const MOST_HEARD = 10_000;
/** Longer than the database itself takes for one question. */
const ANSWER_MS = 35_000;

/** What the streams of one store share. */
export interface StreamParts {
  /** For reading. */
  readonly reader: Asked;
  append(key: string, message: InboundMessage): void;
  readonly problem: () => string | null;
  /** What waits in memory and could not be written, of this stream. */
  losses(key: string): StoredLoss[];
}

/** What all cores know of a stream. */
interface StreamFacts {
  readonly latestAt: number;
  readonly removedThrough: number | null;
}

/** One stream. What is told at once (coverage, losses, times) is as it was when the store last looked, a second ago. */
export class PostgresStream implements StoredStream {
  readonly isByTime = true;
  readonly key: string;
  readonly label: string;
  /** In the database; null until it is there. */
  id: number | null;
  earliestAt = Infinity;
  readonly #parts: StreamParts;
  readonly #names = new Map<number, string>();
  #facts: StreamFacts = { latestAt: 0, removedThrough: null };
  #latestHere = 0;
  /** As the database has it, by writer, beginning and filter. */
  readonly #coverage = new Map<string, StoredCoverage>();
  readonly #lost: StoredLoss[] = [];
  /** What the database does not know yet. */
  #heard = new Map<string, StoredCoverage>();

  constructor(parts: StreamParts, o: { key: string; label: string; id: number | null }) {
    this.#parts = parts;
    this.key = o.key;
    this.label = o.label;
    this.id = o.id;
  }

  get problem(): string | null {
    return this.#parts.problem();
  }

  get latestAt(): number {
    return Math.max(this.#facts.latestAt, this.#latestHere);
  }

  get removedThrough(): number | null {
    return this.#facts.removedThrough;
  }

  append(message: InboundMessage): void {
    this.#latestHere = Math.max(this.#latestHere, Math.round(message.receivedAt));
    this.#parts.append(this.key, message);
  }

  cover(period: StoredCoverage): void {
    const key = `${period.from} ${period.filter}`;
    if (this.#heard.size >= MOST_HEARD && !this.#heard.has(key)) return;
    this.#heard.set(key, period);
  }

  coverage(window: { from: number; to: number }): StoredCoverage[] {
    return [...this.#coverage.values(), ...this.#heard.values()]
      .filter(({ from, to, missedTo }) => (missedTo ?? to) >= window.from && from <= window.to)
      .sort((a, b) => a.from - b.from);
  }

  losses(window: { from: number; to: number }): StoredLoss[] {
    return [...this.#lost, ...this.#parts.losses(this.key)]
      .filter(({ from, to }) => to >= window.from && from <= window.to);
  }

  /** What is to be written of the times that were heard; handed back where that failed. */
  takeHeard(): StoredCoverage[] {
    const heard = [...this.#heard.values()];
    this.#heard = new Map();
    return heard;
  }

  giveBackHeard(periods: readonly StoredCoverage[]): void {
    const newer = this.#heard;
    this.#heard = new Map();
    for (const period of [...periods, ...newer.values()]) this.cover(period);
  }

  /** Takes in what the database says. */
  learn(facts: StreamFacts): void {
    this.#facts = facts;
  }

  learnCoverage(writer: string, period: StoredCoverage): void {
    this.#coverage.set(`${writer} ${period.from} ${period.filter}`, period);
  }

  learnLoss(loss: StoredLoss): void {
    const known = this.#lost.some((one) => one.from === loss.from && one.to === loss.to);
    if (!known) this.#lost.push(loss);
  }

  /** Forgets what it learned: the tables were made anew. */
  forget(): void {
    this.id = null;
    this.#names.clear();
    this.#coverage.clear();
    this.#lost.length = 0;
    this.#facts = { latestAt: 0, removedThrough: null };
  }

  async *pieces(query: PieceQuery): AsyncGenerator<readonly LoggedMessage[]> {
    const asked = await this.#topicsAsked(query);
    if (asked === null) return;
    let place = query.descending ? query.before : query.after;
    for (let page = 0;; page++) {
      const limit = PAGES[Math.min(page, PAGES.length - 1)];
      const rows = await this.#page({ ...query, ids: asked.ids, place, limit });
      const names = await this.#namesOf(rows);
      const found: LoggedMessage[] = [];
      let bytes = 0;
      for (const row of rows) {
        bytes += row.payload.length;
        const topic = names.get(row.topic) ?? "";
        if (asked.all || query.matches(topic)) found.push(logged(row, topic));
      }
      yield found;
      if (rows.length < limit && bytes < PAGE_BYTES) return;
      const last = rows[rows.length - 1];
      place = { seq: Number(last.seq), at: last.at.getTime() };
    }
  }

  async *counts(window: RecordedWindow): AsyncGenerator<{ topic: string; messages: number }> {
    const { topic } = window;
    const id = topic === undefined ? null : await this.#topicId(topic);
    if (topic !== undefined && id === null) return;
    const rows = await this.#ask(
      `select topic, count(*) as messages from ${SCHEMA}.message
       where ${
        id === null ? "source" : "topic"
      } = $1::int and at between $2::timestamptz and $3::timestamptz
       group by topic`,
      [id ?? this.id ?? -1, time(window.from), time(window.to)],
    );
    const names = await this.#namesOf(rows);
    for (const row of rows) {
      const name = names.get(row.topic) ?? "";
      if (window.matches(name)) yield { topic: name, messages: Number(row.messages) };
    }
  }

  async *lastBefore(
    atMs: number,
    matches: (topic: string) => boolean,
  ): AsyncGenerator<readonly LoggedMessage[]> {
    for await (const page of this.#topics({ from: -Infinity, to: atMs, matches })) {
      for (let i = 0; i < page.length; i += LAST_AT_ONCE) {
        const some = new Map(page.slice(i, i + LAST_AT_ONCE).map(({ id, name }) => [id, name]));
        const rows = await this.#ask(
          `select m.* from unnest(string_to_array($1, ',')::int[]) as t (id) cross join lateral (
             select ${COLUMNS} from ${SCHEMA}.message
             where topic = t.id and at < $2::timestamptz order by at desc, seq desc limit 1) m`,
          [[...some.keys()].join(), time(atMs)],
        );
        const missing = new Set(some.keys());
        for (const row of rows) missing.delete(row.topic);
        if (missing.size > 0) {
          rows.push(
            ...await this.#ask(
              `select ${COLUMNS} from ${SCHEMA}.survivor
               where topic = any (string_to_array($1, ',')::int[]) and at < $2::timestamptz`,
              [[...missing].join(), time(atMs)],
            ),
          );
        }
        yield rows.map((row: Row) => logged(row, some.get(row.topic) ?? ""));
      }
    }
  }

  async *topicsIn(window: RecordedWindow): AsyncGenerator<readonly string[]> {
    for await (const page of this.#topics(window)) yield page.map(({ name }) => name);
  }

  async *figures(
    topic: string,
    field: string,
    window: { from: number; to: number },
  ): AsyncGenerator<ReadonlyMap<number, Figure>> {
    const id = await this.#topicId(topic);
    if (id === null) return;
    const [found] = await this.#ask(
      `select id from ${SCHEMA}.series where topic = $1::int and field = $2`,
      [id, plainText(field)],
    );
    if (found === undefined) return;
    for (let from = Math.max(0, window.from);;) {
      const hours = await this.#ask(
        `select hour, figures from ${SCHEMA}.hour
         where series = $1::int and hour between $2::int and $3::int order by hour limit $4::int`,
        [found.id, hourOf(from), hourOf(window.to), HOURS_AT_ONCE],
      );
      const isLast = hours.length < HOURS_AT_ONCE;
      const to = isLast ? window.to : (hours[hours.length - 1].hour + 1) * HOUR_MS - 1;
      const minutes = await this.#ask(
        `select * from ${SCHEMA}.minute
         where series = $1::int and minute between $2::int and $3::int`,
        [found.id, minuteOf(from), minuteOf(Math.min(to, window.to))],
      );
      yield joined(hours, minutes, { from, to: Math.min(to, window.to) });
      if (isLast || to >= window.to) return;
      from = to + 1;
    }
  }

  /** Which rows to ask for: those of some topics, or all; null where no topic matches. */
  async #topicsAsked(
    query: PieceQuery,
  ): Promise<{ ids: number[] | null; all: boolean } | null> {
    if (query.topic !== undefined) {
      const id = await this.#topicId(query.topic);
      return id === null ? null : { ids: [id], all: true };
    }
    const ids: number[] = [];
    let seen = 0;
    for await (const page of this.#topics({ ...query, matches: () => true })) {
      seen += page.length;
      for (const { id, name } of page) if (query.matches(name)) ids.push(id);
    }
    if (ids.length === 0) return null;
    if (ids.length === seen) return { ids: null, all: true };
    return ids.length > MOST_TOPICS_ASKED ? { ids: null, all: false } : { ids, all: true };
  }

  async #page(query: {
    from: number;
    to: number;
    descending?: boolean;
    after?: Place;
    before?: Place;
    ids: readonly number[] | null;
    place: Place | undefined;
    limit: number;
  }): Promise<Row[]> {
    const { descending = false, ids, place, limit } = query;
    const other = descending ? query.after : query.before;
    const order = descending ? "order by at desc, seq desc" : "order by at, seq";
    const [past, short] = descending ? ["<", ">"] : [">", "<"];
    const values: (string | number)[] = [];
    const bind = (value: string | number, type: string) => `$${values.push(value)}::${type}`;
    const from = Math.max(query.from, (descending ? other : place)?.at ?? -Infinity);
    const to = Math.min(query.to, (descending ? place : other)?.at ?? Infinity);
    const bounds = [
      `at between ${bind(time(from), "timestamptz")} and ${bind(time(to), "timestamptz")}`,
      ...[[place, past] as const, [other, short] as const].map(([one, sign]) =>
        one === undefined
          ? "true"
          : `(at, seq) ${sign} (${bind(time(one.at), "timestamptz")}, ${bind(one.seq, "bigint")})`
      ),
    ].join(" and ");
    const table = `${SCHEMA}.message`;
    const few = ids !== null && ids.length <= FEW_TOPICS;
    const isSome = ids === null || few
      ? ""
      : `and topic = any (string_to_array(${bind(ids.join(), "text")}, ',')::int[])`;
    const rows = few
      ? `select m.* from unnest(string_to_array(${bind(ids.join(), "text")}, ',')::int[]) as t (id)
         cross join lateral (select ${COLUMNS} from ${table} where topic = t.id and ${bounds}
         ${order} limit ${bind(limit, "int")}) m ${order} limit ${bind(limit, "int")}`
      : `select ${COLUMNS} from ${table}
         where source = ${bind(this.id ?? -1, "int")} and ${bounds} ${isSome}
         ${order} limit ${bind(limit, "int")}`;
    // a few large payloads at a time: what does not fit comes with the next page
    return await this.#ask(
      `select ${COLUMNS} from (
         select *, sum(least(size, ${LARGEST_PAYLOAD_BYTES})) over (${order} rows unbounded preceding) as bytes
         from (${rows}) r) p
       where bytes - least(size, ${LARGEST_PAYLOAD_BYTES}) < ${PAGE_BYTES} ${order}`,
      values,
    );
  }

  async *#topics(
    window: RecordedWindow,
  ): AsyncGenerator<{ readonly id: number; readonly name: string }[]> {
    for (let after = 0;;) {
      const rows = await this.#ask(
        `select id, name from ${SCHEMA}.topic where source = $1::int and id > $2::int
           and first_at <= $3::timestamptz and last_at >= $4::timestamptz
         order by id limit $5::int`,
        [this.id ?? -1, after, time(window.to), time(window.from), TOPICS_AT_ONCE],
      );
      for (const { id, name } of rows) this.#remember(id, name);
      yield rows.filter(({ name }: Row) => window.matches(name));
      if (rows.length < TOPICS_AT_ONCE) return;
      after = rows[rows.length - 1].id;
    }
  }

  async #topicId(name: string): Promise<number | null> {
    const [row] = await this.#ask(
      `select id from ${SCHEMA}.topic where source = $1::int and hash = decode($2, 'hex')`,
      [this.id ?? -1, topicHash(name)],
    );
    return row?.id ?? null;
  }

  /** The names of all topics of some rows. */
  async #namesOf(rows: readonly Row[]): Promise<ReadonlyMap<number, string>> {
    const missing = new Set<number>();
    for (const { topic } of rows) if (!this.#names.has(topic)) missing.add(topic);
    const names = new Map<number, string>();
    if (missing.size > 0) {
      const found = await this.#ask(
        `select id, name from ${SCHEMA}.topic where id = any (string_to_array($1, ',')::int[])`,
        [[...missing].join()],
      );
      for (const { id, name } of found) names.set(id, name);
    }
    for (const { topic } of rows) {
      const known = this.#names.get(topic);
      if (known !== undefined) names.set(topic, known);
    }
    for (const id of missing) this.#remember(id, names.get(id) ?? "");
    return names;
  }

  #remember(id: number, name: string): void {
    if (this.#names.size >= NAMES_REMEMBERED) this.#names.clear();
    this.#names.set(id, name);
  }

  async #ask(text: string, values: (string | number)[]): Promise<Row[]> {
    try {
      return await within(ANSWER_MS, this.#parts.reader.ask(text, values));
    } catch (error) {
      throw new OperationError(
        "TIMEOUT",
        `Cannot read the recording from PostgreSQL: ${databaseProblem(error)}`,
        "Try again; with collection_id, or a filter that this core records itself, memory answers",
      );
    }
  }
}

const COLUMNS = "topic, at, seq, flags, size, payload, properties";

function logged(row: Row, topic: string): LoggedMessage {
  return {
    seq: Number(row.seq),
    topic,
    payload: row.payload,
    sizeBytes: row.size,
    ...readFlags(row.flags),
    receivedAt: row.at.getTime(),
    ...(row.properties !== null && { properties: readProperties(row.properties) }),
  };
}

function joined(
  hours: readonly Row[],
  minutes: readonly Row[],
  window: { from: number; to: number },
): Map<number, Figure> {
  const found = new Map<number, Figure>();
  const [first, last] = [minuteOf(window.from), minuteOf(window.to)];
  for (const { hour, figures } of hours) {
    for (const [minute, figure] of unpackHour(figures)) {
      const at = hour * MINUTES_PER_HOUR + minute;
      if (at >= first && at <= last) found.set(at, figure);
    }
  }
  for (const row of minutes) {
    const before = found.get(row.minute);
    const figure = figureIn(row);
    found.set(row.minute, before ? mergeFigures(before, figure) : figure);
  }
  return new Map([...found].sort(([a], [b]) => a - b));
}

/** A time as PostgreSQL reads it, within what both know. */
export function time(ms: number): string {
  return isoTime(Math.max(0, Math.min(LATEST_MS, Math.round(ms))));
}

function hourOf(ms: number): number {
  return Math.floor(minuteOf(ms) / MINUTES_PER_HOUR);
}

function minuteOf(ms: number): number {
  return Math.min(LAST_MINUTE, Math.floor(Math.max(0, ms) / MINUTE_MS));
}
