/**
 * Recorded messages and figures in PostgreSQL, written by one or several cores. What is heard waits in memory, in batches;
 * each batch is one transaction, which notes its number beside what it wrote: where the connection breaks before the answer
 * comes, that tells whether it is to be written again.
 */
import type { InboundMessage } from "../../../mqtt/message.ts";
import { log } from "../../../log.ts";
import { StoreError } from "../store_file.ts";
import type {
  LastingLimits,
  LastingStorage,
  StoredCoverage,
  StoredLoss,
} from "../stored_stream.ts";
import { Batch, topicHash } from "./batch.ts";
import {
  type Asked,
  codeOf,
  Database,
  type DatabaseAddress,
  databaseAddress,
  databaseProblem,
  plainText,
  within,
} from "./connection.ts";
import { COPY_MESSAGES, messageRows } from "./message_rows.ts";
import { Housekeeping } from "./housekeeping.ts";
import { PostgresStream, type StreamParts, time } from "./postgres_stream.ts";
import { checkVersion, prepareTables, SCHEMA, tableVersion } from "./schema.ts";
import { writeFigures } from "./written_figures.ts";

const FLUSH_MS = 1_000;
const TIDY_MS = 30_000;
/** What may wait while the database is away. */
const MOST_WAITING_BYTES = 64 * 1024 * 1024;
/** Where a round of writing takes longer, its connection is given up. */
const FLUSH_LIMIT_MS = 45_000;
/** Whoever asks something waits no longer than this for what waits to be written. */
const CATCH_UP_MS = 5_000;
const CLOSE_MS = 700;
const READERS = 3;
/** Of a transaction that began before, what it changed may be seen only now. */
const OVERLAP_MS = 60_000;
/** A core whose connection is gone is gone itself, unless it comes back within so many seconds. */
const BACK_SECONDS = 3;
/** A core that says nothing for so long is gone, whatever its connection looks like: a broker has let go of it by then. */
const UNSEEN_SECONDS = 60;
/** Filters that a core heard as long as it wrote: it tells of them every second. */
const STILL_HEARD_MS = 5_000;
/** What is wrong with the data of a batch stays wrong: it is tried so often. */
const MOST_REFUSALS = 2;
const NO_PARTITION = "23514";
/** Tables that somebody removed. */
const GONE: ReadonlySet<string> = new Set(["42P01", "3F000"]);

/** A store that this process writes. */
export class PostgresStore implements LastingStorage {
  readonly #address: DatabaseAddress;
  readonly #limits: LastingLimits;
  readonly #id = crypto.randomUUID();
  readonly #streams = new Map<string, PostgresStream>();
  readonly #parts: StreamParts;
  readonly #housekeeping: Housekeeping;
  readonly #writer: Database;
  readonly #reader: Database;
  /** Oldest first; the last one takes what comes. */
  #batches: Batch[] = [];
  #nextBatch = 1;
  /** Whose transaction may be under way. */
  #inFlight: Batch | null = null;
  /** By stream. */
  readonly #losses = new Map<
    string,
    { from: number; to: number; messages: number; reason: string }
  >();
  #isReady = false;
  #problem: string | null = "it was not reached yet";
  #running: Promise<void> | null = null;
  #changedSince = 0;
  #tidyAt = 0;
  #timer: ReturnType<typeof setInterval> | null = null;
  #isClosed = false;

  private constructor(address: DatabaseAddress, limits: LastingLimits) {
    this.#address = address;
    this.#limits = limits;
    this.#writer = new Database(address, 1);
    this.#reader = new Database(address, READERS);
    this.#housekeeping = new Housekeeping(limits);
    this.#parts = {
      reader: this.#reader,
      append: (key, message) => this.#append(key, message),
      problem: () => this.problem,
      losses: (key) => this.#lossOf(key),
    };
  }

  /**
   * Opens the store of a database, and makes its tables. Where the database cannot be reached, it is tried again with each
   * writing; with `required` that is an error.
   *
   * @throws {StoreError} where its tables are of another version, or with `required`
   */
  static async open(
    url: string,
    { required, ...limits }: LastingLimits & { required: boolean },
  ): Promise<PostgresStore> {
    const store = new PostgresStore(databaseAddress(url), limits);
    try {
      await store.#prepare();
      store.#problem = null;
    } catch (error) {
      const isForeign = error instanceof StoreError;
      const words = `Cannot use PostgreSQL at ${store.#address.label}: ${databaseProblem(error)}`;
      if (required || isForeign) {
        await store.close();
        throw new StoreError(words, isForeign ? error.kind : "unavailable");
      }
      store.#note(error);
    }
    return store;
  }

  /**
   * Opens what others write, to read it.
   *
   * @throws {StoreError} where there is nothing that can be read
   */
  static async openForReading(url: string): Promise<PostgresStore> {
    const limits = { days: Infinity, diskBytes: Infinity, now: Date.now };
    const store = new PostgresStore(databaseAddress(url), limits);
    const cannot = (why: string) => `Cannot read PostgreSQL at ${store.#address.label}: ${why}`;
    try {
      const version = await tableVersion(store.#reader);
      if (version === null) throw new StoreError("it holds no recordings", "unavailable");
      checkVersion(version);
      await store.#learn(store.#reader);
      store.#problem = null;
      return store;
    } catch (error) {
      await store.close();
      throw new StoreError(cannot(databaseProblem(error)), "unavailable");
    }
  }

  get problem(): string | null {
    if (this.#problem === null) return null;
    const waiting = this.#batches.reduce((sum, { messages }) => sum + messages.length, 0);
    return `PostgreSQL at ${this.#address.label} cannot be used, ${this.#problem}; ${waiting} messages wait in memory until it can`;
  }

  source(key: string, label: string): PostgresStream {
    const known = this.#streams.get(key);
    if (known !== undefined) return known;
    const stream = new PostgresStream(this.#parts, { key, label, id: null });
    this.#streams.set(key, stream);
    return stream;
  }

  find(key: string): PostgresStream | null {
    return this.#streams.get(key) ?? null;
  }

  /** Every broker that has something here. */
  sources(): { key: string; label: string }[] {
    return [...this.#streams.values()].map(({ key, label }) => ({ key, label }));
  }

  start(before: () => void): void {
    this.#timer = setInterval(() => {
      before();
      void this.flush();
    }, FLUSH_MS);
    Deno.unrefTimer(this.#timer);
  }

  /** Writes what waits, and takes in what the others wrote. Never rejects: `problem` says what went wrong. */
  flush(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    this.#running ??= this.#round().finally(() => this.#running = null);
    return this.#running;
  }

  async catchUp(): Promise<void> {
    const written = async () => {
      // a round that is under way may have begun before the last message came
      await this.#running;
      await this.flush();
      if (this.#problem === null) await this.#learnEarliest();
    };
    await within(CATCH_UP_MS, written()).catch((error) => this.#note(error));
  }

  /** Packs figures, and removes what is too old or too much. */
  async tidy(): Promise<void> {
    await this.#housekeeping.tidy(this.#writer);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    if (this.#timer !== null) clearInterval(this.#timer);
    const written = async () => {
      await this.#running;
      await this.flush();
      if (this.#isReady) {
        await this.#writer.ask(`delete from ${SCHEMA}.writer where id = $1::uuid`, [this.#id]);
      }
    };
    if (this.#isReady) await within(CLOSE_MS, written()).catch(() => {});
    this.#isClosed = true;
    const left = this.#batches.reduce((sum, { messages }) => sum + messages.length, 0);
    if (left > 0) {
      log("record").error("{left} messages could not be written to PostgreSQL and are lost", {
        left,
      });
    }
    await Promise.all([this.#writer.close(), this.#reader.close()]);
    await this.#running;
  }

  #append(key: string, message: InboundMessage): void {
    const at = Math.round(message.receivedAt);
    if (message.topic.includes("\0")) {
      const reason = "a topic that PostgreSQL cannot hold";
      return this.#lose(key, { from: at, to: at, messages: 1, reason });
    }
    let open = this.#batches.at(-1);
    if (open === undefined || open.isFull || open === this.#inFlight) {
      if (this.#isFull) this.#dropOldest();
      open = new Batch(this.#nextBatch++);
      this.#batches.push(open);
    }
    open.add(key, message);
    if (open.isFull && this.#problem === null) void this.flush();
  }

  get #isFull(): boolean {
    return this.#batches.reduce((sum, { bytes }) => sum + bytes, 0) >= MOST_WAITING_BYTES;
  }

  /** Counts the oldest batch as lost; one that may just be written stays. */
  #dropOldest(): void {
    const at = this.#batches[0] === this.#inFlight ? 1 : 0;
    const [batch] = this.#batches.splice(at, 1);
    if (batch !== undefined) {
      this.#loseBatch(
        batch,
        `more came than fits into memory (${this.#problem ?? "it is too slow"})`,
      );
    }
  }

  #loseBatch({ messages }: Batch, reason: string): void {
    for (const { topic, at } of messages) {
      this.#lose(topic.source, { from: at, to: at, messages: 1, reason });
    }
    log("record").error("{messages} recorded messages are lost: {reason}", {
      messages: messages.length,
      reason,
    });
  }

  #lose(key: string, { from, to, messages, reason }: StoredLoss): void {
    const loss = this.#losses.get(key);
    if (loss === undefined) {
      this.#losses.set(key, { from, to, messages, reason });
      return;
    }
    loss.from = Math.min(loss.from, from);
    loss.to = Math.max(loss.to, to);
    loss.messages += messages;
  }

  #lossOf(key: string): StoredLoss[] {
    const loss = this.#losses.get(key);
    return loss === undefined ? [] : [loss];
  }

  async #round(): Promise<void> {
    const writing = this.#write();
    try {
      await within(FLUSH_LIMIT_MS, writing);
      if (this.#problem !== null) {
        this.#problem = null;
        log("record").info("Recorded messages are written to PostgreSQL again");
      }
    } catch (error) {
      this.#note(error);
      if (codeOf(error) !== "TIMEOUT") return;
      // nothing comes on its connection any more
      await this.#writer.giveUp();
      await writing.catch(() => {});
    }
  }

  async #write(): Promise<void> {
    // what was heard until now: the messages of that time are in the batches
    const heard = new Map([...this.#streams].map(([key, stream]) => [key, stream.takeHeard()]));
    const until = this.#limits.now();
    const losses = new Map(this.#losses);
    this.#losses.clear();
    try {
      if (!this.#isReady) await this.#prepare();
      const last = this.#batches.at(-1)?.number ?? 0;
      for (let batch = this.#batches[0]; batch !== undefined && batch.number <= last;) {
        this.#inFlight = batch;
        await this.#writeBatch(batch);
        this.#batches.shift();
        this.#inFlight = null;
        batch = this.#batches[0];
      }
      await this.#writeHeard(heard, losses, until);
    } catch (error) {
      for (const [key, periods] of heard) this.#streams.get(key)?.giveBackHeard(periods);
      for (const [key, loss] of losses) this.#lose(key, loss);
      this.#takeBack(error);
      throw error;
    } finally {
      this.#inFlight = null;
    }
    await this.#noticeGone();
    await this.#learn(this.#writer);
    if (performance.now() >= this.#tidyAt) {
      this.#tidyAt = performance.now() + TIDY_MS;
      await this.tidy();
    }
  }

  /** After a failure: what is wrong with the tables is made new, and what is wrong with the data is not tried for ever. */
  #takeBack(error: unknown): void {
    const code = codeOf(error) ?? "";
    if (GONE.has(code)) {
      this.#isReady = false;
      this.#changedSince = 0;
      for (const stream of this.#streams.values()) stream.forget();
    }
    if (code === NO_PARTITION) this.#housekeeping.forgetParts();
    const batch = this.#inFlight;
    if (batch === null || !/^(22|23|54)/.test(code)) return;
    batch.refusals++;
    if (batch.refusals < MOST_REFUSALS) return;
    this.#batches.splice(this.#batches.indexOf(batch), 1);
    this.#loseBatch(batch, `PostgreSQL refused them: error ${code}`);
  }

  async #prepare(): Promise<void> {
    await prepareTables(this.#writer);
    await this.#writer.ask(
      `insert into ${SCHEMA}.writer (id, batch, seen_at) values ($1::uuid, $2::bigint, now())
       on conflict (id) do nothing`,
      [this.#id, (this.#batches[0]?.number ?? this.#nextBatch) - 1],
    );
    this.#isReady = true;
    await this.#learn(this.#writer);
  }

  /** Writes a batch, unless it is there already. */
  async #writeBatch(batch: Batch): Promise<void> {
    if (batch.messages.length === 0) return;
    await this.#housekeeping.partsFor(this.#writer, batch.messages);
    await this.#writer.transaction(async (tx) => {
      const [writer] = await tx.ask(
        `select batch from ${SCHEMA}.writer where id = $1::uuid for update`,
        [this.#id],
      );
      if (Number(writer?.batch ?? 0) >= batch.number) return;
      await this.#writeSources(tx, batch);
      const topics = await this.#writeTopics(tx, batch);
      const rows = batch.messages.map((message) => {
        const { source, name } = message.topic;
        return {
          ...message,
          source: this.#sourceId(source),
          topic: topics.get(`${source} ${name}`) ?? 0,
        };
      });
      await tx.copy(COPY_MESSAGES, messageRows(rows));
      await writeFigures(tx, batch, topics);
      await tx.ask(
        `insert into ${SCHEMA}.writer (id, batch, seen_at) values ($1::uuid, $2::bigint, now())
         on conflict (id) do update set batch = excluded.batch, seen_at = excluded.seen_at`,
        [this.#id, batch.number],
      );
    });
  }

  #sourceId(key: string): number {
    return this.#streams.get(key)?.id ?? 0;
  }

  async #writeSources(tx: Asked, batch: Batch): Promise<void> {
    const latest = new Map<string, number>();
    for (const { source, lastAt } of batch.topics.values()) {
      latest.set(source, Math.max(latest.get(source) ?? 0, lastAt));
    }
    const rows = [...latest].sort(([a], [b]) => a < b ? -1 : 1).map(([key, at]) => ({
      key,
      label: this.#streams.get(key)?.label ?? "",
      at: time(at),
    }));
    await this.#putSources(tx, rows);
  }

  /** Makes known which streams there are. */
  async #putSources(
    asked: Asked,
    rows: readonly { key: string; label: string; at: string | null }[],
  ): Promise<void> {
    const found = await asked.ask(
      `insert into ${SCHEMA}.source as s (key, label, last_at)
       select key, label, at from json_to_recordset($1::text::json) as r (key text, label text, at timestamptz)
       on conflict (key) do update set last_at = greatest(s.last_at, excluded.last_at) returning id, key`,
      [JSON.stringify(rows)],
    );
    for (const { id, key } of found) {
      const stream = this.#streams.get(key);
      if (stream) stream.id = id;
    }
  }

  /** In the order of their hashes, as every core does: two that write the same topics do not wait for each other for ever. */
  async #writeTopics(tx: Asked, batch: Batch): Promise<Map<string, number>> {
    const rows = [...batch.topics.values()].map(({ source, name, hash, firstAt, lastAt }) => ({
      source: this.#sourceId(source),
      hash,
      name: name.toWellFormed(),
      first: time(firstAt),
      last: time(lastAt),
    })).sort((a, b) => a.source - b.source || (a.hash < b.hash ? -1 : 1));
    const found = await tx.ask(
      `insert into ${SCHEMA}.topic as t (source, hash, name, first_at, last_at)
       select source, decode(hash, 'hex'), name, first, last from json_to_recordset($1::text::json)
         as r (source int, hash text, name text, first timestamptz, last timestamptz)
       on conflict (source, hash) do update set first_at = least(t.first_at, excluded.first_at),
         last_at = greatest(t.last_at, excluded.last_at)
       returning id, source, encode(hash, 'hex') as hash`,
      [JSON.stringify(rows)],
    );
    const byHash = new Map(found.map(({ id, source, hash }) => [`${source} ${hash}`, Number(id)]));
    return new Map(
      [...batch.topics].map(([key, { source, hash }]) => [
        key,
        byHash.get(`${this.#sourceId(source)} ${hash}`) ?? 0,
      ]),
    );
  }

  async #writeHeard(
    heard: ReadonlyMap<string, readonly StoredCoverage[]>,
    losses: ReadonlyMap<string, StoredLoss>,
    until: number,
  ): Promise<void> {
    const unknown = [...this.#streams.values()].filter(({ id }) => id === null)
      .map(({ key, label }) => ({ key, label, at: null }));
    if (unknown.length > 0) await this.#putSources(this.#writer, unknown);
    const periods = [...heard].flatMap(([key, all]) =>
      all.map(({ filter, from, to, reason }) => ({
        source: this.#sourceId(key),
        hash: topicHash(filter),
        filter: plainText(filter),
        from,
        to,
        reason: reason === null ? null : plainText(reason),
      }))
    );
    const lost = [...losses].map(([key, loss]) => ({ source: this.#sourceId(key), ...loss }));
    await this.#writer.transaction(async (tx) => {
      // it is alive, and all until then is written
      await tx.ask(
        `update ${SCHEMA}.writer set seen_at = now(), backend = pg_backend_pid(), written_to = $2::float8,
           is_gone = false where id = $1::uuid`,
        [this.#id, until],
      );
      if (periods.length > 0) {
        await tx.ask(
          `insert into ${SCHEMA}.coverage (source, writer, hash, filter, from_at, to_at, reason, changed_at)
           select source, $1::uuid, decode(hash, 'hex'), filter, "from", "to", reason, clock_timestamp()
           from json_to_recordset($2::text::json)
             as r (source int, hash text, filter text, "from" float8, "to" float8, reason text)
           on conflict (source, writer, hash, from_at) do update set to_at = excluded.to_at,
             reason = excluded.reason, changed_at = excluded.changed_at, missed_to = null`,
          [this.#id, JSON.stringify(periods)],
        );
      }
      if (lost.length > 0) {
        await tx.ask(
          `insert into ${SCHEMA}.lost (source, from_at, to_at, messages, reason, changed_at)
           select source, "from", "to", messages, reason, clock_timestamp() from json_to_recordset($1::text::json)
             as r (source int, "from" float8, "to" float8, messages bigint, reason text)`,
          [JSON.stringify(lost)],
        );
      }
    });
  }

  /**
   * Notices other cores that ended without a goodbye. What they heard after they wrote last is lost, and of a shared filter
   * nobody else has it: until now, as far as can be told. One that comes back takes that back itself.
   */
  async #noticeGone(): Promise<void> {
    await this.#writer.ask(
      `with gone as (
         update ${SCHEMA}.writer set is_gone = true where id in (
           select id from ${SCHEMA}.writer w where not is_gone and id <> $1::uuid and (
             seen_at < now() - make_interval(secs => ${UNSEEN_SECONDS}) or
             seen_at < now() - make_interval(secs => ${BACK_SECONDS})
               and not exists (select from pg_stat_activity where pid = w.backend))
           for update skip locked)
         returning id, written_to)
       update ${SCHEMA}.coverage c set missed_to = greatest(to_at, $2::float8), changed_at = clock_timestamp()
       from gone where writer = gone.id and reason is null and to_at > written_to - ${STILL_HEARD_MS}`,
      [this.#id, this.#limits.now()],
    );
  }

  /** Takes in what all cores wrote about times and streams. */
  async #learn(asked: Asked): Promise<void> {
    const sources = await asked.ask(`select * from ${SCHEMA}.source order by id`);
    const byId = new Map<number, PostgresStream>();
    for (const { id, key, label, last_at, removed_through } of sources) {
      const stream = this.source(key, label);
      stream.id = id;
      stream.learn({
        latestAt: last_at?.getTime() ?? 0,
        removedThrough: removed_through?.getTime() ?? null,
      });
      byId.set(id, stream);
    }
    const since = time(this.#changedSince - OVERLAP_MS);
    const periods = await asked.ask(
      `select * from ${SCHEMA}.coverage where changed_at >= $1::timestamptz order by changed_at`,
      [since],
    );
    for (const row of periods) {
      byId.get(row.source)?.learnCoverage(row.writer, {
        ...{ filter: row.filter, from: row.from_at, to: row.to_at, reason: row.reason },
        ...(row.missed_to !== null && { missedTo: row.missed_to }),
      });
      this.#changedSince = Math.max(this.#changedSince, row.changed_at.getTime());
    }
    const losses = await asked.ask(
      `select * from ${SCHEMA}.lost where changed_at >= $1::timestamptz`,
      [since],
    );
    for (const { source, from_at, to_at, messages, reason } of losses) {
      const loss = { from: from_at, to: to_at, messages: Number(messages), reason };
      byId.get(source)?.learnLoss(loss);
    }
  }

  async #learnEarliest(): Promise<void> {
    for (const stream of this.#streams.values()) {
      if (stream.id === null) continue;
      const [row] = await this.#reader.ask(
        `select at from ${SCHEMA}.message where source = $1::int order by at limit 1`,
        [stream.id],
      );
      stream.earliestAt = row?.at.getTime() ?? Infinity;
    }
  }

  /** Notes that the database did not do what it was asked; said in the log once. */
  #note(error: unknown): void {
    const problem = databaseProblem(error);
    if (this.#isClosed || this.#problem === problem) return;
    this.#problem = problem;
    log("record").error(
      "PostgreSQL at {place} cannot be used, recorded messages wait in memory until it can: {problem}",
      { place: this.#address.label, problem },
    );
  }
}
