/**
 * Recorded messages and figures on disk, in one SQLite file with one writer.
 *
 * Messages wait in memory for at most a second, then stand in `tail` row by row, and move into compressed blocks once there
 * are enough of them: a quiet house loses no more than a second when it is killed, and a busy one writes blocks only.
 * Everything here is synchronous and short: a block is packed or unpacked in a few milliseconds, and whoever reads many
 * yields between them.
 */
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { InboundMessage } from "../../mqtt/message.ts";
import {
  addValue,
  eachNumber,
  type Figure,
  figureOf,
  type HourFigures,
  mergeFigures,
  MINUTE_MS,
  MINUTES_PER_HOUR,
  packHour,
  unpackHour,
} from "./figures.ts";
import {
  BlockError,
  type BlockMessage,
  packBlock,
  readProperties,
  type StoredMessage,
  unpackBlock,
  writeProperties,
} from "./message_block.ts";

const SCHEMA_VERSION = 1;
const BLOCK_MESSAGES = 2_048;
const BLOCK_BYTES = 256 * 1024;
/** Of larger payloads only the head is kept, as in memory. */
const LARGEST_PAYLOAD_BYTES = 1024 * 1024;
/** What may wait while the disk takes nothing. */
const MOST_WAITING_BYTES = 16 * 1024 * 1024;
const REMEMBERED_TOPICS = 200_000;
const MOST_TOPICS = 2_000_000;
const MOST_LIVE_SERIES = 50_000;
const MINUTES_AT_ONCE = 1_000;
const HOURS_AT_ONCE = 100;
/** Figures are kept so many times as long as messages. */
export const FIGURES_FACTOR = 13;

const SCHEMA = `
  create table source (id integer primary key, key text not null unique, label text not null) strict;
  create table topic (
    id integer primary key, source integer not null, name text not null, messages integer not null,
    bytes integer not null, first_at integer not null, last_at integer not null
  ) strict;
  create unique index topic_name on topic (source, name);
  create table block (
    id integer primary key, source integer not null, first_seq integer not null, last_seq integer not null,
    from_at integer not null, to_at integer not null, messages integer not null, data blob not null
  ) strict;
  create index block_time on block (source, first_seq, from_at, to_at);
  create table block_topic (
    topic integer not null, block integer not null, messages integer not null, primary key (topic, block)
  ) strict, without rowid;
  create table tail (
    source integer not null, seq integer not null, topic integer not null, at integer not null, flags integer not null,
    size integer not null, payload blob not null, properties text, primary key (source, seq)
  ) strict, without rowid;
  create table series (id integer primary key, topic integer not null, field text not null) strict;
  create unique index series_field on series (topic, field);
  create table minute (
    minute integer not null, series integer not null, count integer not null, min real not null, max real not null,
    sum real not null, last real not null, primary key (minute, series)
  ) strict, without rowid;
  create table hour (
    series integer not null, hour integer not null, figures blob not null, primary key (series, hour)
  ) strict, without rowid;
  create index hour_time on hour (hour);
  create table coverage (
    id integer primary key, source integer not null, filter text not null, from_at integer not null, to_at integer not null
  ) strict;
  create table lost (
    source integer not null, from_at integer not null, to_at integer not null, messages integer not null,
    reason text not null
  ) strict;
  create table fact (name text primary key, value integer not null) strict, without rowid;
`;

/** A window of time in milliseconds since the epoch, both ends included. */
export interface StoreWindow {
  readonly from: number;
  readonly to: number;
}

/** A time in which a filter was heard. */
export interface StoredCoverage extends StoreWindow {
  readonly filter: string;
}

/** Messages that could not be written. */
export interface StoredLoss extends StoreWindow {
  readonly messages: number;
  readonly reason: string;
}

/** What is known of a topic over all the time that its messages were kept. */
export interface StoredTopic {
  readonly topic: string;
  readonly messages: number;
  readonly bytes: number;
  readonly firstAt: number;
  readonly lastAt: number;
}

/** One minute of one numeric field. */
export interface StoredFigure extends Figure {
  readonly topic: string;
  /** Start of the minute, in milliseconds since the epoch. */
  readonly at: number;
}

/** Says that the file cannot be used. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  /** `damaged` and `foreign` files are moved aside by whoever opens the store; the others are not touched. */
  readonly kind: "damaged" | "foreign" | "unavailable";

  constructor(message: string, kind: "damaged" | "foreign" | "unavailable") {
    super(message);
    this.kind = kind;
  }
}

interface LiveSeries {
  readonly id: number;
  minute: number;
  figure: Figure;
}

interface ClosedMinute {
  readonly series: number;
  readonly minute: number;
  readonly figure: Figure;
}

type Row = Record<string, number | string | Uint8Array | null>;

/** One store of one file. Timers belong to the owner: `flush` every second, `tidy` now and then. */
export class SqliteStore {
  readonly #db: DatabaseSync;
  readonly #now: () => number;
  readonly #days: number;
  readonly #diskBytes: number;
  readonly #sources = new Map<string, StoreSource>();
  readonly #statements = new Map<string, StatementSync>();
  #failure: string | null = null;
  readonly topics: TopicNumbers;
  readonly figures: FigureStore;

  private constructor(
    db: DatabaseSync,
    options: { now: () => number; days: number; diskBytes: number },
  ) {
    this.#db = db;
    this.#now = () => Math.round(options.now());
    this.#days = options.days;
    this.#diskBytes = options.diskBytes;
    this.topics = new TopicNumbers(this);
    this.figures = new FigureStore(this);
  }

  /**
   * Opens or makes a file. `days` bounds the age of messages (figures: thirteen times that), `diskBytes` the file.
   *
   * @throws {StoreError} when the file is damaged, of another version, or cannot be opened
   */
  static open(
    path: string,
    options: { now: () => number; days: number; diskBytes: number },
  ): SqliteStore {
    let db: DatabaseSync | null = null;
    try {
      db = new DatabaseSync(path);
      // Before the first table: nothing else makes a file shrink without rewriting it.
      db.exec("pragma auto_vacuum=incremental");
      db.exec("pragma journal_mode=wal; pragma synchronous=normal; pragma busy_timeout=2000");
      db.exec("pragma cache_size=-4096; pragma journal_size_limit=8388608");
      const version = Number((db.prepare("pragma user_version").get() as Row).user_version);
      const tables = Number(
        (db.prepare("select count(*) as n from sqlite_schema").get() as Row).n,
      );
      if (version === 0 && tables === 0) {
        db.exec(`begin; ${SCHEMA} pragma user_version=${SCHEMA_VERSION}; commit`);
      } else if (version !== SCHEMA_VERSION) {
        throw new StoreError(`Cannot use "${path}": it is of version ${version}`, "foreign");
      }
      const store = new SqliteStore(db, options);
      store.#recover();
      return store;
    } catch (error) {
      db?.close();
      if (error instanceof StoreError) throw error;
      const text = error instanceof Error ? error.message : String(error);
      const damaged = /malformed|not a database|corrupt|no such (table|column)/i.test(text);
      throw new StoreError(`Cannot open "${path}": ${text}`, damaged ? "damaged" : "unavailable");
    }
  }

  /** Why the last write failed, or null when it did not. */
  get failure(): string | null {
    return this.#failure;
  }

  /** Bytes of the file that are in use. */
  get usedBytes(): number {
    const pages = this.#pragma("page_count") - this.#pragma("freelist_count");
    return pages * this.#pragma("page_size");
  }

  /** The stream of one broker, by whatever tells brokers and logins apart; `label` is for people. */
  source(key: string, label: string): StoreSource {
    let source = this.#sources.get(key);
    if (source === undefined) {
      this.run("insert or ignore into source (key, label) values (?, ?)", key, label);
      const { id } = this.one("select id from source where key = ?", key) as Row;
      source = new StoreSource(this, { id: Number(id), now: this.#now });
      this.#sources.set(key, source);
    }
    return source;
  }

  /** Every broker that has something here. */
  sources(): { key: string; label: string }[] {
    return this.all("select key, label from source order by id")
      .map((row) => ({ key: String(row.key), label: String(row.label) }));
  }

  /** Writes what waits. Returns whether the disk took it; what it did not take waits on, bounded. */
  flush(): boolean {
    const written = this.write(() => {
      this.topics.write();
      for (const source of this.#sources.values()) source.writeTail();
      this.figures.write(this.#now());
    });
    for (const source of this.#sources.values()) written ? source.settle() : source.bound();
    return written;
  }

  /** Packs figures of past hours, and removes what is too old or too much. A few milliseconds; call it again and again. */
  tidy(): void {
    this.write(() => {
      const now = this.#now();
      this.figures.packHours(Math.floor(now / MINUTE_MS / MINUTES_PER_HOUR) - 1);
      const oldest = now - this.#days * 86_400_000;
      const over = this.usedBytes > this.#diskBytes;
      const block = this.one("select id, to_at from block order by id limit 1");
      if (block && (over || Number(block.to_at) < oldest)) this.#removeBlock(Number(block.id));
      else if (over) {
        this.run("delete from hour where hour = (select min(hour) from hour)");
      }
      const oldestHour = Math.floor((now - FIGURES_FACTOR * this.#days * 86_400_000) / 3_600_000);
      this.run("delete from hour where hour < ?", oldestHour);
      this.run("delete from coverage where to_at < ?", oldestHour * 3_600_000);
      this.run("delete from lost where to_at < ?", oldest);
    });
    if (this.#failure === null && this.#pragma("freelist_count") > 256) {
      this.#db.exec("pragma incremental_vacuum(128)");
    }
  }

  /** Whether the limits are kept: otherwise call {@linkcode tidy} again soon. */
  get isTidy(): boolean {
    if (this.usedBytes > this.#diskBytes) return false;
    const oldest = this.#now() - this.#days * 86_400_000;
    const block = this.one("select to_at from block order by id limit 1");
    return block === undefined || Number(block.to_at) >= oldest;
  }

  /** Writes everything and closes the file. */
  close(): void {
    for (const source of this.#sources.values()) source.endCoverage();
    this.flush();
    this.write(() => this.figures.writeAll());
    this.#db.close();
  }

  /** Runs writes as one transaction; false where the disk refused, with nothing of them done. */
  write(work: () => void): boolean {
    try {
      this.#db.exec("begin immediate");
      work();
      this.#db.exec("commit");
      this.#failure = null;
      return true;
    } catch (error) {
      try {
        this.#db.exec("rollback");
      } catch {
        // there was no transaction any more
      }
      this.#failure = error instanceof Error ? error.message : String(error);
      return false;
    }
  }

  /** Runs a statement; its text is its key in the cache. */
  run(sql: string, ...values: (number | string | Uint8Array | null)[]): void {
    this.#statement(sql).run(...values);
  }

  one(sql: string, ...values: (number | string | null)[]): Row | undefined {
    return this.#statement(sql).get(...values) as Row | undefined;
  }

  all(sql: string, ...values: (number | string | null)[]): Row[] {
    return this.#statement(sql).all(...values) as Row[];
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) this.#statements.set(sql, statement = this.#db.prepare(sql));
    return statement;
  }

  #pragma(name: "page_count" | "freelist_count" | "page_size"): number {
    return Number((this.one(`pragma ${name}`) as Row)[name]);
  }

  #removeBlock(id: number): void {
    const row = this.one("select data from block where id = ?", id);
    try {
      const topics = new Set(unpackBlock(row?.data as Uint8Array).map(({ topicId }) => topicId));
      for (const topic of topics) {
        this.run("delete from block_topic where topic = ? and block = ?", topic, id);
      }
    } catch (error) {
      if (!(error instanceof BlockError)) throw error;
      this.run("delete from block_topic where block = ?", id);
    }
    this.run("delete from block where id = ?", id);
  }

  /** Minutes that a killed process had not written yet are counted again from the messages. */
  #recover(): void {
    for (const { key, label } of this.sources()) {
      const source = this.source(key, label);
      const from = (this.figures.writtenThrough + 1) * MINUTE_MS;
      for (const messages of source.blocks({ from, to: Infinity })) {
        for (const message of messages) {
          this.figures.add(this.topics.numberOf(source.id, message.topic), message);
        }
      }
    }
  }
}

/** Which number stands for which topic. Remembers most; the file knows all. */
class TopicNumbers {
  readonly #store: SqliteStore;
  readonly #numbers = new Map<string, number>();
  readonly #names = new Map<number, string>();
  /** Not in the file yet, and counts that are not. */
  readonly #fresh = new Map<
    number,
    {
      source: number;
      name: string;
      messages: number;
      bytes: number;
      firstAt: number;
      lastAt: number;
    }
  >();
  #next: number;

  constructor(store: SqliteStore) {
    this.#store = store;
    this.#next = Number((store.one("select max(id) as n from topic") as Row).n ?? 0) + 1;
  }

  /** The number of a topic, a new one where it has none; −1 when there are too many topics. */
  numberOf(source: number, name: string): number {
    const key = `${source} ${name}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const row = this.#store.one("select id from topic where source = ? and name = ?", source, name);
    const id = row ? Number(row.id) : this.#next;
    if (!row) {
      if (id > MOST_TOPICS) return -1;
      this.#next++;
    }
    this.#remember(key, id, name);
    return id;
  }

  nameOf(id: number): string {
    const known = this.#names.get(id) ?? this.#fresh.get(id)?.name;
    if (known !== undefined) return known;
    const row = this.#store.one("select source, name from topic where id = ?", id);
    const name = String(row?.name ?? "");
    if (row) this.#remember(`${row.source} ${name}`, id, name);
    return name;
  }

  count(id: number, source: number, message: InboundMessage): void {
    const fresh = this.#fresh.get(id);
    const bytes = message.payload.length;
    const at = Math.round(message.receivedAt);
    if (fresh === undefined) {
      const name = message.topic;
      this.#fresh.set(id, { source, name, messages: 1, bytes, firstAt: at, lastAt: at });
      return;
    }
    fresh.messages++;
    fresh.bytes += bytes;
    fresh.lastAt = at;
  }

  /** The topics of a source, those included that are not in the file yet. */
  list(source: number): StoredTopic[] {
    const rows = new Map(
      this.#store.all("select * from topic where source = ?", source).map((row) => [
        Number(row.id),
        {
          topic: String(row.name),
          messages: Number(row.messages),
          bytes: Number(row.bytes),
          firstAt: Number(row.first_at),
          lastAt: Number(row.last_at),
        },
      ]),
    );
    for (const [id, fresh] of this.#fresh) {
      if (fresh.source !== source) continue;
      const row = rows.get(id);
      rows.set(id, {
        topic: fresh.name,
        messages: (row?.messages ?? 0) + fresh.messages,
        bytes: (row?.bytes ?? 0) + fresh.bytes,
        firstAt: row?.firstAt ?? fresh.firstAt,
        lastAt: fresh.lastAt,
      });
    }
    return [...rows.values()];
  }

  write(): void {
    for (const [id, t] of this.#fresh) {
      this.#store.run(
        `insert into topic (id, source, name, messages, bytes, first_at, last_at) values (?, ?, ?, ?, ?, ?, ?)
         on conflict (id) do update set messages = messages + excluded.messages, bytes = bytes + excluded.bytes,
           last_at = excluded.last_at`,
        id,
        t.source,
        t.name,
        t.messages,
        t.bytes,
        t.firstAt,
        t.lastAt,
      );
    }
  }

  /** Forgets what {@linkcode write} wrote, once it is committed. */
  written(): void {
    this.#fresh.clear();
  }

  #remember(key: string, id: number, name: string): void {
    if (this.#numbers.size >= REMEMBERED_TOPICS) {
      this.#numbers.clear();
      this.#names.clear();
    }
    this.#numbers.set(key, id);
    this.#names.set(id, name);
  }
}

/** Figures by the minute: those that run, those that wait to be written, and those in the file. */
class FigureStore {
  readonly #store: SqliteStore;
  readonly #live = new Map<number, Map<string, LiveSeries>>();
  #liveCount = 0;
  #closed: ClosedMinute[] = [];
  /** Values of fields beyond those that are followed. */
  uncounted = 0;
  /** The last minute since the epoch whose figures are all in the file. */
  writtenThrough: number;
  #scannedThrough = 0;

  constructor(store: SqliteStore) {
    this.#store = store;
    const row = store.one("select value from fact where name = 'figures_minute'");
    this.writtenThrough = row ? Number(row.value) : -1;
  }

  add(topicId: number, message: InboundMessage): void {
    if (topicId < 0) return;
    const minute = Math.floor(message.receivedAt / MINUTE_MS);
    eachNumber(message.payload, (field, value) => {
      const series = this.#series(topicId, field);
      if (series === null) {
        this.uncounted++;
        return;
      }
      if (series.minute === minute) return addValue(series.figure, value);
      if (series.minute >= 0) {
        this.#closed.push({ series: series.id, minute: series.minute, figure: series.figure });
      }
      series.minute = minute;
      series.figure = figureOf(value);
    });
  }

  write(now: number): void {
    const minute = Math.floor(now / MINUTE_MS);
    if (minute > this.#scannedThrough) {
      this.#closeBefore(minute);
      this.#scannedThrough = minute;
    }
    const batch = this.#closed.slice(0, MINUTES_AT_ONCE);
    for (const closed of batch) this.#writeMinute(closed);
    if (batch.length === this.#closed.length) this.#note(minute - 1);
  }

  /** Forgets what {@linkcode write} wrote, once it is committed. */
  written(): void {
    const left = this.#closed.length <= MINUTES_AT_ONCE;
    this.#closed = this.#closed.slice(MINUTES_AT_ONCE);
    if (left) this.writtenThrough = Math.max(this.writtenThrough, this.#scannedThrough - 1);
  }

  /** Writes the running minutes, too: at the end. They are counted again if it goes on within the minute. */
  writeAll(): void {
    this.#closeBefore(Infinity);
    for (const closed of this.#closed) this.#writeMinute(closed);
    this.#closed = [];
  }

  /** Moves minutes of hours up to `hour` into one row an hour. */
  packHours(hour: number): void {
    const end = (hour + 1) * MINUTES_PER_HOUR;
    const rows = this.#store.all(
      `select distinct series, minute / ${MINUTES_PER_HOUR} as hour from minute where minute < ? limit ${HOURS_AT_ONCE}`,
      end,
    );
    for (const { series, hour } of rows) {
      const from = Number(hour) * MINUTES_PER_HOUR;
      const figures = this.#hour(Number(series), Number(hour));
      const found = this.#store.all(
        "select * from minute where minute between ? and ? and series = ?",
        from,
        from + MINUTES_PER_HOUR - 1,
        Number(series),
      );
      for (const row of found) mergeInto(figures, Number(row.minute) - from, figureIn(row));
      this.#store.run(
        "insert or replace into hour (series, hour, figures) values (?, ?, ?)",
        Number(series),
        Number(hour),
        packHour(figures),
      );
      this.#store.run(
        "delete from minute where minute between ? and ? and series = ?",
        from,
        from + MINUTES_PER_HOUR - 1,
        Number(series),
      );
    }
  }

  /** The minutes of a field of a topic in a window, oldest first. */
  minutes(topicId: number, field: string, window: StoreWindow): Map<number, Figure> {
    const found: HourFigures = new Map();
    const live = this.#live.get(topicId)?.get(field);
    const row = this.#store.one(
      "select id from series where topic = ? and field = ?",
      topicId,
      field,
    );
    const series = live?.id ?? (row ? Number(row.id) : -1);
    if (series < 0) return found;
    const first = Math.max(0, Math.floor(window.from / MINUTE_MS));
    const last = Math.min(Number.MAX_SAFE_INTEGER, Math.floor(window.to / MINUTE_MS));
    const inside = (minute: number) => minute >= first && minute <= last;
    for (
      const { hour, figures } of this.#store.all(
        "select hour, figures from hour where series = ? and hour between ? and ? order by hour",
        series,
        Math.floor(first / MINUTES_PER_HOUR),
        Math.floor(last / MINUTES_PER_HOUR),
      )
    ) {
      for (const [minute, figure] of unpackHour(figures as Uint8Array)) {
        const at = Number(hour) * MINUTES_PER_HOUR + minute;
        if (inside(at)) mergeInto(found, at, figure);
      }
    }
    for (
      const minute of this.#store.all(
        "select * from minute where series = ? and minute between ? and ?",
        series,
        first,
        last,
      )
    ) mergeInto(found, Number(minute.minute), figureIn(minute));
    for (const closed of this.#closed) {
      if (closed.series === series && inside(closed.minute)) {
        mergeInto(found, closed.minute, closed.figure);
      }
    }
    if (live && live.minute >= 0 && inside(live.minute)) {
      mergeInto(found, live.minute, live.figure);
    }
    return new Map([...found].sort(([a], [b]) => a - b));
  }

  #series(topicId: number, field: string): LiveSeries | null {
    let fields = this.#live.get(topicId);
    const known = fields?.get(field);
    if (known !== undefined) return known;
    if (this.#liveCount >= MOST_LIVE_SERIES) return null;
    const { id } = this.#store.one(
      "insert into series (topic, field) values (?, ?) on conflict (topic, field) do update set field = field returning id",
      topicId,
      field,
    ) as Row;
    const series = { id: Number(id), minute: -1, figure: figureOf(0) };
    if (fields === undefined) this.#live.set(topicId, fields = new Map());
    fields.set(field, series);
    this.#liveCount++;
    return series;
  }

  /** Closes the minutes that are over; a series that said nothing for a minute need not be remembered. */
  #closeBefore(minute: number): void {
    for (const [topicId, fields] of this.#live) {
      for (const [field, series] of fields) {
        if (series.minute >= minute) continue;
        if (series.minute >= 0) {
          this.#closed.push({ series: series.id, minute: series.minute, figure: series.figure });
          series.minute = -1;
        } else {
          fields.delete(field);
          this.#liveCount--;
        }
      }
      if (fields.size === 0) this.#live.delete(topicId);
    }
  }

  #writeMinute({ series, minute, figure }: ClosedMinute): void {
    // A minute that was complete before is added to: the clock was put back. Any other is whole as it is here.
    const before = minute <= this.writtenThrough
      ? this.#store.one(
        "select * from minute where minute = ? and series = ?",
        minute,
        series,
      )
      : undefined;
    const { count, min, max, sum, last } = before ? mergeFigures(figureIn(before), figure) : figure;
    this.#store.run(
      "insert or replace into minute (minute, series, count, min, max, sum, last) values (?, ?, ?, ?, ?, ?, ?)",
      minute,
      series,
      count,
      min,
      max,
      sum,
      last,
    );
  }

  #note(minute: number): void {
    this.#store.run(
      "insert into fact (name, value) values ('figures_minute', ?) on conflict (name) do update set value = max(value, excluded.value)",
      minute,
    );
  }

  #hour(series: number, hour: number): HourFigures {
    const row = this.#store.one(
      "select figures from hour where series = ? and hour = ?",
      series,
      hour,
    );
    return row ? unpackHour(row.figures as Uint8Array) : new Map();
  }
}

function figureIn(row: Row): Figure {
  return {
    count: Number(row.count),
    min: Number(row.min),
    max: Number(row.max),
    sum: Number(row.sum),
    last: Number(row.last),
  };
}

function mergeInto(figures: Map<number, Figure>, minute: number, figure: Figure): void {
  const before = figures.get(minute);
  figures.set(minute, before ? mergeFigures(before, figure) : figure);
}

/** The stream of one broker in the store. */
export class StoreSource {
  readonly id: number;
  readonly #store: SqliteStore;
  readonly #now: () => number;
  /** In no block yet, oldest first; the first `#inTail` of them stand in the file, too. */
  #waiting: BlockMessage[] = [];
  #waitingBytes = 0;
  #inTail = 0;
  #nextSeq: number;
  readonly #heard = new Map<string, { id: number; from: number; to: number }>();
  #loss: { from: number; to: number; messages: number; reason: string } | null = null;

  constructor(store: SqliteStore, options: { id: number; now: () => number }) {
    this.#store = store;
    this.id = options.id;
    this.#now = options.now;
    const last = store.one(
      `select max(n) as n from (select max(last_seq) as n from block where source = ?1
       union all select max(seq) as n from tail where source = ?1)`,
      this.id,
    );
    this.#nextSeq = Number(last?.n ?? 0) + 1;
    for (
      const row of store.all("select * from tail where source = ? order by seq", this.id)
    ) {
      this.#wait(rowMessage(row));
      this.#inTail++;
    }
  }

  /** Takes a message; copies what it keeps. */
  append(message: InboundMessage): void {
    const topicId = this.#store.topics.numberOf(this.id, message.topic);
    if (topicId < 0) return this.#lose(Math.round(message.receivedAt), "too many topics");
    this.#store.topics.count(topicId, this.id, message);
    this.#store.figures.add(topicId, message);
    this.#wait({
      seq: this.#nextSeq++,
      topicId,
      at: Math.round(message.receivedAt),
      qos: message.qos,
      retain: message.retain,
      dup: message.dup,
      sizeBytes: message.payload.length,
      payload: message.payload.slice(0, LARGEST_PAYLOAD_BYTES),
      ...(message.properties ? { properties: message.properties } : {}),
    });
    // After a failure the owner's next flush tries again, not every message.
    if (this.#isBlock && this.#store.failure === null) this.#store.flush();
  }

  /** Says that a filter is being heard from now on. */
  beginCoverage(filter: string): void {
    if (this.#heard.has(filter)) return;
    const now = this.#now();
    this.#heard.set(filter, { id: 0, from: now, to: now });
  }

  /** Says that a filter is not heard any more, or none of them. */
  endCoverage(filter?: string): void {
    const now = this.#now();
    for (const [heard, period] of this.#heard) {
      if (filter !== undefined && heard !== filter) continue;
      this.#store.write(() => this.#cover(heard, { ...period, to: now }));
      this.#heard.delete(heard);
    }
  }

  /** When which filters were heard, oldest first. */
  coverage(window: StoreWindow): StoredCoverage[] {
    const written = this.#store.all(
      "select id, filter, from_at, to_at from coverage where source = ? and to_at >= ? and from_at <= ? order by from_at",
      this.id,
      sqlTime(window.from),
      sqlTime(window.to),
    );
    const running = new Map([...this.#heard].map(([filter, { id }]) => [id, filter]));
    const now = this.#now();
    const past = written.filter((row) => !running.has(Number(row.id)))
      .map((row) => ({
        filter: String(row.filter),
        from: Number(row.from_at),
        to: Number(row.to_at),
      }));
    const present = [...this.#heard].map(([filter, { from }]) => ({ filter, from, to: now }));
    return [...past, ...present].filter((one) => one.to >= window.from && one.from <= window.to);
  }

  /** What could not be written in a window. */
  losses(window: StoreWindow): StoredLoss[] {
    const written = this.#store.all(
      "select * from lost where source = ? and to_at >= ? and from_at <= ?",
      this.id,
      sqlTime(window.from),
      sqlTime(window.to),
    ).map((row) => ({
      from: Number(row.from_at),
      to: Number(row.to_at),
      messages: Number(row.messages),
      reason: String(row.reason),
    }));
    const waiting = this.#loss;
    if (waiting === null || waiting.to < window.from || waiting.from > window.to) return written;
    return [...written, waiting];
  }

  /** Every topic of the stream, with its counts over all the time that it was recorded. */
  topics(): StoredTopic[] {
    return this.#store.topics.list(this.id);
  }

  /**
   * How many messages of each topic that matches there are in a window, a topic at a time: only blocks that reach over an
   * end of the window are unpacked. Between two topics the caller may await.
   */
  *counts(
    window: StoreWindow,
    matches: (topic: string) => boolean,
  ): Generator<{ topic: string; messages: number }> {
    const [from, to] = [sqlTime(window.from), sqlTime(window.to)];
    const partial = new Map<number, number>();
    const note = (messages: readonly BlockMessage[]) => {
      for (const { topicId, at } of messages) {
        if (at >= from && at <= to) partial.set(topicId, (partial.get(topicId) ?? 0) + 1);
      }
    };
    note(this.#waiting);
    const reaching = this.#store.all(
      `select id from block where source = ? and to_at >= ? and from_at <= ? and (from_at < ? or to_at > ?)`,
      this.id,
      from,
      to,
      from,
      to,
    );
    for (const { id } of reaching) note(this.#messagesIn(Number(id)));
    for (const { topic } of this.topics()) {
      if (!matches(topic)) continue;
      const topicId = this.#store.topics.numberOf(this.id, topic);
      const whole = this.#store.one(
        `select sum(block_topic.messages) as n from block_topic join block on block.id = block_topic.block
         where topic = ? and from_at >= ? and to_at <= ?`,
        topicId,
        from,
        to,
      );
      const messages = Number(whole?.n ?? 0) + (partial.get(topicId) ?? 0);
      if (messages > 0) yield { topic, messages };
    }
  }

  /**
   * The messages of a window, a block at a time, in order of arrival or the reverse: with a `topic`, only blocks that hold
   * it. Between two blocks the caller may await.
   */
  *blocks(
    query: StoreWindow & {
      readonly topic?: string;
      readonly matches?: (topic: string) => boolean;
      readonly descending?: boolean;
    },
  ): Generator<StoredMessage[]> {
    const { descending = false } = query;
    const wanted = query.topic !== undefined
      ? this.#wanted((topic) => topic === query.topic)
      : query.matches
      ? this.#wanted(query.matches)
      : () => true;
    const pick = (messages: readonly BlockMessage[]): StoredMessage[] => {
      const found = messages.filter((m) =>
        m.at >= query.from && m.at <= query.to && wanted(m.topicId)
      ).map((m) => this.#stored(m));
      return descending ? found.reverse() : found;
    };
    const waiting = pick(this.#waiting);
    if (descending && waiting.length > 0) yield waiting;
    for (const { id } of this.#blocksIn(query)) {
      const found = pick(this.#messagesIn(Number(id)));
      if (found.length > 0) yield found;
    }
    if (!descending && waiting.length > 0) yield waiting;
  }

  /** The newest message of a topic before a time, or null. */
  lastOf(topic: string, beforeMs = Infinity): StoredMessage | null {
    const query = { from: -Infinity, to: beforeMs, topic, descending: true };
    for (const messages of this.blocks(query)) return messages[0];
    return null;
  }

  /** The minutes of a numeric field of a topic in a window, oldest first. */
  figures(topic: string, field: string, window: StoreWindow): StoredFigure[] {
    const topicId = this.#store.topics.numberOf(this.id, topic);
    return [...this.#store.figures.minutes(topicId, field, window)]
      .map(([minute, figure]) => ({ ...figure, topic, at: minute * MINUTE_MS }));
  }

  /** Writes what waits and is not in the file yet; a block where there is enough for one. Inside a transaction. */
  writeTail(): void {
    const now = this.#now();
    for (const [filter, period] of this.#heard) {
      period.to = now;
      period.id = this.#cover(filter, period);
    }
    if (this.#loss !== null) {
      const { from, to, messages, reason } = this.#loss;
      this.#store.run(
        "insert into lost (source, from_at, to_at, messages, reason) values (?, ?, ?, ?, ?)",
        this.id,
        from,
        to,
        messages,
        reason,
      );
    }
    if (this.#isBlock) return this.#writeBlocks();
    for (const message of this.#waiting.slice(this.#inTail)) this.#writeRow(message);
  }

  /** What was written is written: called after the commit. */
  settle(): void {
    this.#store.topics.written();
    this.#store.figures.written();
    this.#loss = null;
    if (!this.#isBlock) {
      this.#inTail = this.#waiting.length;
      return;
    }
    this.#waiting = [];
    this.#waitingBytes = this.#inTail = 0;
  }

  /** The disk took nothing: keeps what fits, and counts the rest as lost. */
  bound(): void {
    for (const period of this.#heard.values()) if (period.id < 0) period.id = 0;
    let dropped = 0;
    while (this.#waitingBytes > MOST_WAITING_BYTES && dropped < this.#waiting.length) {
      const message = this.#waiting[dropped++];
      this.#waitingBytes -= message.payload.length;
      this.#lose(message.at, this.#store.failure ?? "the disk took nothing");
    }
    this.#waiting.splice(0, dropped);
    this.#inTail = Math.max(0, this.#inTail - dropped);
  }

  get #isBlock(): boolean {
    return this.#waiting.length >= BLOCK_MESSAGES || this.#waitingBytes >= BLOCK_BYTES;
  }

  #wait(message: BlockMessage): void {
    this.#waiting.push(message);
    this.#waitingBytes += message.payload.length;
  }

  #lose(at: number, reason: string): void {
    if (this.#loss === null) this.#loss = { from: at, to: at, messages: 0, reason };
    this.#loss.to = Math.max(this.#loss.to, at);
    this.#loss.messages++;
  }

  #cover(filter: string, period: { id: number; from: number; to: number }): number {
    if (period.id > 0) {
      this.#store.run("update coverage set to_at = ? where id = ?", period.to, period.id);
      return period.id;
    }
    const { id } = this.#store.one(
      "insert into coverage (source, filter, from_at, to_at) values (?, ?, ?, ?) returning id",
      this.id,
      filter,
      period.from,
      period.to,
    ) as Row;
    return Number(id);
  }

  /** Writes all that waits: several blocks, where the disk took nothing for a while. */
  #writeBlocks(): void {
    let block: BlockMessage[] = [];
    let bytes = 0;
    for (const message of this.#waiting) {
      block.push(message);
      bytes += message.payload.length;
      if (block.length < BLOCK_MESSAGES && bytes < BLOCK_BYTES) continue;
      this.#writeBlock(block);
      block = [];
      bytes = 0;
    }
    if (block.length > 0) this.#writeBlock(block);
    if (this.#inTail > 0) this.#store.run("delete from tail where source = ?", this.id);
  }

  #writeBlock(messages: readonly BlockMessage[]): void {
    const counts = new Map<number, number>();
    let from = Infinity;
    let to = -Infinity;
    for (const { topicId, at } of messages) {
      counts.set(topicId, (counts.get(topicId) ?? 0) + 1);
      from = Math.min(from, at);
      to = Math.max(to, at);
    }
    const { id } = this.#store.one("select coalesce(max(id), 0) + 1 as id from block") as Row;
    this.#store.run(
      "insert into block (id, source, first_seq, last_seq, from_at, to_at, messages, data) values (?, ?, ?, ?, ?, ?, ?, ?)",
      Number(id),
      this.id,
      messages[0].seq,
      messages[messages.length - 1].seq,
      from,
      to,
      messages.length,
      packBlock(messages),
    );
    for (const [topic, count] of counts) {
      this.#store.run(
        "insert into block_topic (topic, block, messages) values (?, ?, ?)",
        topic,
        Number(id),
        count,
      );
    }
  }

  #writeRow(message: BlockMessage): void {
    this.#store.run(
      "insert into tail (source, seq, topic, at, flags, size, payload, properties) values (?, ?, ?, ?, ?, ?, ?, ?)",
      this.id,
      message.seq,
      message.topicId,
      message.at,
      message.qos | (message.retain ? 4 : 0) | (message.dup ? 8 : 0),
      message.sizeBytes,
      message.payload,
      message.properties ? writeProperties(message.properties) : null,
    );
  }

  #blocksIn(query: StoreWindow & { topic?: string; descending?: boolean }): Row[] {
    const order = query.descending ? "desc" : "asc";
    const window = [sqlTime(query.from), sqlTime(query.to)];
    if (query.topic !== undefined) {
      return this.#store.all(
        `select id, from_at, to_at from block_topic join block on block.id = block_topic.block
         where topic = ? and to_at >= ? and from_at <= ? order by first_seq ${order}`,
        this.#store.topics.numberOf(this.id, query.topic),
        ...window,
      );
    }
    return this.#store.all(
      `select id, from_at, to_at from block where source = ? and to_at >= ? and from_at <= ? order by first_seq ${order}`,
      this.id,
      ...window,
    );
  }

  #messagesIn(blockId: number): BlockMessage[] {
    const row = this.#store.one("select data from block where id = ?", blockId);
    // removed meanwhile, for its age or for room
    if (row === undefined) return [];
    try {
      return unpackBlock(row.data as Uint8Array);
    } catch (error) {
      if (error instanceof BlockError) return [];
      throw error;
    }
  }

  #wanted(matches: (topic: string) => boolean): (topicId: number) => boolean {
    const known = new Map<number, boolean>();
    return (id) => {
      let wanted = known.get(id);
      if (wanted === undefined) known.set(id, wanted = matches(this.#store.topics.nameOf(id)));
      return wanted;
    };
  }

  #stored(m: BlockMessage): StoredMessage {
    return {
      seq: m.seq,
      topic: this.#store.topics.nameOf(m.topicId),
      payload: m.payload,
      sizeBytes: m.sizeBytes,
      qos: m.qos,
      retain: m.retain,
      dup: m.dup,
      receivedAt: m.at,
      ...(m.properties ? { properties: m.properties } : {}),
    };
  }
}

function rowMessage(row: Row): BlockMessage {
  const flags = Number(row.flags);
  return {
    seq: Number(row.seq),
    topicId: Number(row.topic),
    at: Number(row.at),
    qos: (flags & 3) as BlockMessage["qos"],
    retain: (flags & 4) !== 0,
    dup: (flags & 8) !== 0,
    sizeBytes: Number(row.size),
    payload: row.payload as Uint8Array,
    ...(row.properties === null ? {} : { properties: readProperties(String(row.properties)) }),
  };
}

function sqlTime(ms: number): number {
  return Math.max(-8.64e15, Math.min(8.64e15, Math.round(ms)));
}
