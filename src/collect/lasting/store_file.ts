/** The SQLite file of a store: its tables, its statements, and writes as transactions. */
import { DatabaseSync, type StatementSync } from "node:sqlite";

/** A row as SQLite gives it. */
export type Row = Record<string, number | string | Uint8Array | null>;
type Value = number | string | Uint8Array | null;

const SCHEMA_VERSION = 1;

const SCHEMA = `
  create table source (
    id integer primary key, key text not null unique, label text not null, removed_through integer
  ) strict;
  create table topic (
    id integer primary key, source integer not null, name text not null, first_at integer not null, last_at integer not null
  ) strict;
  create unique index topic_name on topic (source, name);
  create table block (
    id integer primary key, source integer not null, first_seq integer not null, last_seq integer not null,
    from_at integer not null, to_at integer not null, messages integer not null, topics blob not null, data blob not null
  ) strict;
  create table block_topic (
    topic integer not null, block integer not null, primary key (topic, block)
  ) strict, without rowid;
  create table tail (
    source integer not null, seq integer not null, topic integer not null, at integer not null, flags integer not null,
    size integer not null, payload blob not null, properties text, primary key (source, seq)
  ) strict, without rowid;
  create table survivor (
    topic integer primary key, source integer not null, seq integer not null, at integer not null, flags integer not null,
    size integer not null, payload blob not null, properties text
  ) strict;
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
    source integer not null, filter text not null, from_at integer not null, to_at integer not null, reason text,
    primary key (source, filter, from_at)
  ) strict, without rowid;
  create table lost (
    source integer not null, from_at integer not null, to_at integer not null, messages integer not null,
    reason text not null
  ) strict;
  create table fact (name text primary key, value integer not null) strict, without rowid;
`;

/**
 * Everything about blocks but their messages, side by side: between the rows of `block` lie tens of kilobytes each, and a
 * look at many of them reads the disk all over. Files of earlier versions get it when they are opened to be written.
 */
const BLOCK_PLACES =
  `create index if not exists block_place on block (source, id, first_seq, last_seq, from_at, to_at, topics);
   drop index if exists block_time`;

/** On a full disk the file does without. */
function addBlockPlaces(db: DatabaseSync, path: string): void {
  try {
    db.exec(BLOCK_PLACES);
  } catch (error) {
    const problem = asStoreError(error, path);
    if (problem.kind !== "unavailable") throw problem;
  }
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

/** The open file. All of it is synchronous. */
export class StoreFile {
  readonly #db: DatabaseSync;
  /** By their text; there is a fixed set of them. */
  readonly #statements = new Map<string, StatementSync>();
  #failure: string | null = null;
  #blockPlaces: string | null = null;

  private constructor(db: DatabaseSync) {
    this.#db = db;
  }

  /**
   * Opens or makes a file; with `readOnly` it must be there.
   *
   * @throws {StoreError} when the file is damaged, of another version, or cannot be opened
   */
  static open(path: string, { readOnly }: { readOnly: boolean }): StoreFile {
    let db: DatabaseSync | null = null;
    try {
      db = new DatabaseSync(path, { readOnly });
      if (!readOnly) {
        // Before the first table: nothing else makes a file shrink without rewriting it.
        db.exec("pragma auto_vacuum=incremental");
        db.exec("pragma journal_mode=wal; pragma synchronous=normal");
      }
      db.exec("pragma busy_timeout=2000; pragma temp_store=memory");
      db.exec("pragma cache_size=-4096; pragma journal_size_limit=8388608");
      const version = Number((db.prepare("pragma user_version").get() as Row).user_version);
      const tables = Number(
        (db.prepare("select count(*) as n from sqlite_schema").get() as Row).n,
      );
      if (version === 0 && tables === 0 && !readOnly) {
        db.exec(`begin; ${SCHEMA} pragma user_version=${SCHEMA_VERSION}; commit`);
      } else if (version !== SCHEMA_VERSION) {
        throw new StoreError(`Cannot use "${path}": it is of version ${version}`, "foreign");
      }
      if (!readOnly) addBlockPlaces(db, path);
      return new StoreFile(db);
    } catch (error) {
      db?.close();
      throw asStoreError(error, path);
    }
  }

  /** How statements name the table of blocks where they want no messages: by what stands side by side. */
  get blockPlaces(): string {
    const sql = "select 1 from sqlite_schema where name = 'block_place'";
    return this.#blockPlaces ??= this.one(sql) ? "block indexed by block_place" : "block";
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

  /** Everything that is read from now on is as it is now, whatever is written meanwhile. */
  freeze(): void {
    this.#db.exec("begin");
  }

  /** Gives some of the pages that are free back to the disk. */
  shrink(): void {
    if (this.#failure !== null || this.#pragma("freelist_count") <= 256) return;
    try {
      this.#db.exec("pragma incremental_vacuum(128)");
    } catch (error) {
      this.#failure = error instanceof Error ? error.message : String(error);
    }
  }

  /** Runs a statement; its text is its key in the cache. */
  run(sql: string, ...values: Value[]): void {
    this.#statement(sql).run(...values);
  }

  one(sql: string, ...values: Value[]): Row | undefined {
    return this.#statement(sql).get(...values) as Row | undefined;
  }

  all(sql: string, ...values: Value[]): Row[] {
    return this.#statement(sql).all(...values) as Row[];
  }

  close(): void {
    this.#db.close();
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) this.#statements.set(sql, statement = this.#db.prepare(sql));
    return statement;
  }

  #pragma(name: "page_count" | "freelist_count" | "page_size"): number {
    return Number((this.one(`pragma ${name}`) as Row)[name]);
  }
}

/** What went wrong with a file, as a {@linkcode StoreError}. */
export function asStoreError(error: unknown, path: string): StoreError {
  if (error instanceof StoreError) return error;
  const text = error instanceof Error ? error.message : String(error);
  const damaged = /malformed|not a database|corrupt|no such (table|column)|encrypted/i.test(text);
  return new StoreError(`Cannot open "${path}": ${text}`, damaged ? "damaged" : "unavailable");
}
