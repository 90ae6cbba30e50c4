/** The stream of one broker in a store. */
import { countOf, eachCount } from "./block_counts.ts";
import { ownProperties } from "../message_log.ts";
import type { LoggedMessage, PieceQuery, RecordedWindow } from "../recorded.ts";
import type { InboundMessage } from "../../mqtt/message.ts";
import type { FigureStore } from "./figure_store.ts";
import type { Figure } from "./figures.ts";
import { type BlockMessage, readProperties, writeProperties } from "./message_block.ts";
import { sqlTime, StreamBlocks } from "./stream_blocks.ts";
import { flagsOf, readFlags } from "./message_flags.ts";
import { PayloadCopies } from "./payload_copies.ts";
import type { Row, StoreFile } from "./store_file.ts";
import type { StoredCoverage, StoredLoss, StoredStream } from "./stored_stream.ts";
import type { TopicNumbers } from "./topic_numbers.ts";

const BLOCK_MESSAGES = 2_048;
const BLOCK_BYTES = 384 * 1024;
/** What may wait while the disk takes nothing. */
const MOST_WAITING_BYTES = 16 * 1024 * 1024;
/** What a message costs in memory beside its payload. */
const MESSAGE_BYTES = 200;
/** More than this at a time would hold the event loop. */
const BLOCKS_PER_WRITE = 4;
const TOPICS_AT_ONCE = 200;
const SURVIVOR_BYTES = 64 * 1024;

/** What the streams of one store share. */
interface StoreParts {
  readonly file: StoreFile;
  readonly topics: TopicNumbers;
  readonly figures: FigureStore;
  /** Writes what waits in all streams. */
  readonly flush: () => void;
}

/**
 * The stream of one broker: what is in blocks, then what is in none yet. Messages wait in memory for at most a second, then
 * stand in `tail` row by row, and move into compressed blocks once there are enough of them: a quiet house loses no more
 * than a second when it is killed, and a busy one writes blocks only.
 */
export class StoreSource implements StoredStream {
  readonly id: number;
  readonly #parts: StoreParts;
  readonly #blocks: StreamBlocks;
  /** In no block yet, oldest first; the first `#inTail` of them stand in the file, too. */
  #waiting: BlockMessage[] = [];
  #waitingBytes = 0;
  #inTail = 0;
  /** The first so many moved into blocks with the write that is under way. */
  #inBlocks = 0;
  readonly #copies = new PayloadCopies();
  #nextSeq: number;
  #latestAt: number;
  #removedThrough: number | null;
  /** Times that were heard, as far as the file does not know them. */
  readonly #heard = new Map<string, StoredCoverage>();
  /** With the write that is under way: the time of the first message that it leaves waiting. */
  #heardThrough = Infinity;
  #loss: { from: number; to: number; messages: number; reason: string } | null = null;

  constructor(parts: StoreParts, id: number) {
    this.#parts = parts;
    this.id = id;
    this.#blocks = new StreamBlocks(parts, id);
    const { file } = parts;
    const last = file.one(
      `select max(n) as n, max(at) as at from (
         select max(last_seq) as n, max(to_at) as at from block where source = ?1
         union all select max(seq), max(at) from tail where source = ?1)`,
      id,
    );
    this.#nextSeq = Number(last?.n ?? 0) + 1;
    this.#latestAt = Number(last?.at ?? 0);
    const row = file.one("select removed_through from source where id = ?", id);
    this.#removedThrough = typeof row?.removed_through === "number" ? row.removed_through : null;
    for (const tailRow of file.all("select * from tail where source = ? order by seq", id)) {
      this.#wait(rowMessage(tailRow));
      this.#inTail++;
    }
  }

  /** What cannot be written waits in memory, and can be read as before. */
  get problem(): null {
    return null;
  }

  get latestAt(): number {
    return this.#latestAt;
  }

  get earliestAt(): number {
    const first = this.#parts.file.one(
      "select from_at from block where source = ? order by id limit 1",
      this.id,
    );
    return first ? Number(first.from_at) : this.#waiting[0]?.at ?? Infinity;
  }

  get removedThrough(): number | null {
    return this.#removedThrough;
  }

  get uncounted(): number {
    return this.#parts.figures.uncounted;
  }

  append(message: InboundMessage): void {
    const { payload } = message;
    const { topics, figures, file } = this.#parts;
    const at = Math.round(message.receivedAt);
    const topicId = topics.numberOf(this.id, message.topic);
    if (topicId < 0) return this.#lose(at, file.failure ?? "too many topics");
    topics.note(topicId, this.id, message.topic, at);
    figures.add(topicId, message);
    const properties = message.properties && ownProperties(message.properties);
    if (at > this.#latestAt) this.#latestAt = at;
    this.#wait({
      seq: this.#nextSeq++,
      topicId,
      at,
      qos: message.qos,
      retain: message.retain,
      dup: message.dup,
      sizeBytes: message.payload.length,
      payload: this.#copies.copy(message.payload),
      ...(properties && { properties }),
    });
    if (!this.#isBlock) return;
    // After a failure the owner's next flush tries again, not every message.
    if (file.failure === null) this.#parts.flush();
    else if (this.#waiting.length % BLOCK_MESSAGES === 0 || payload.length > BLOCK_BYTES) {
      this.bound();
    }
  }

  cover(period: StoredCoverage): void {
    this.#heard.set(`${period.from} ${period.filter}`, period);
  }

  /** Whether all that was taken is in the file. */
  get isWritten(): boolean {
    return this.#inTail === this.#waiting.length;
  }

  coverage(window: { from: number; to: number }): StoredCoverage[] {
    const found = new Map(
      this.#parts.file.all(
        "select filter, from_at, to_at, reason from coverage where source = ? and to_at >= ? and from_at <= ?",
        this.id,
        sqlTime(window.from),
        sqlTime(window.to),
      ).map((row) => [`${row.from_at} ${row.filter}`, {
        filter: String(row.filter),
        from: Number(row.from_at),
        to: Number(row.to_at),
        reason: row.reason === null ? null : String(row.reason),
      }]),
    );
    for (const [key, period] of this.#heard) {
      if (period.to >= window.from && period.from <= window.to) found.set(key, period);
    }
    return [...found.values()].sort((a, b) => a.from - b.from);
  }

  losses(window: { from: number; to: number }): StoredLoss[] {
    const written = this.#parts.file.all(
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
    const others = [...this.#blocks.damaged, ...(this.#loss === null ? [] : [this.#loss])];
    return [...written, ...others.filter(({ from, to }) => to >= window.from && from <= window.to)];
  }

  *counts(window: RecordedWindow): Generator<{ topic: string; messages: number }> {
    const { topics } = this.#parts;
    const [from, to] = [sqlTime(window.from), sqlTime(window.to)];
    const own = window.topic === undefined ? null : topics.find(this.id, window.topic);
    if (own !== null && own < 0) return;
    const counts = new Map<number, number>();
    const add = (topicId: number, messages: number) => {
      if (own === null || topicId === own) {
        counts.set(topicId, (counts.get(topicId) ?? 0) + messages);
      }
    };
    const addEach = (messages: readonly BlockMessage[]) => {
      for (const { topicId, at } of messages) if (at >= from && at <= to) add(topicId, 1);
    };
    // what waits may move into a block while the caller looks at the blocks
    addEach(this.#waiting);
    for (
      const page of this.#blocks.places({ ...window, before: this.#firstWaiting, withTopics: true })
    ) {
      for (const { id, from_at, to_at, topics: packed } of page) {
        if (packed !== undefined && from_at >= from && to_at <= to) {
          if (own === null) eachCount(packed, add);
          else add(own, countOf(packed, own));
          continue;
        }
        addEach(this.#blocks.messagesIn(id));
        yield BREATH;
      }
      yield BREATH;
    }
    for (const [topicId, messages] of counts) {
      const topic = topics.nameOf(topicId);
      if (window.matches(topic)) yield { topic, messages };
    }
  }

  *pieces(query: PieceQuery): Generator<readonly LoggedMessage[]> {
    const { descending = false } = query;
    const after = query.after?.seq ?? 0;
    const before = query.before?.seq ?? Infinity;
    const wanted = this.#wanted(query.matches);
    const pick = (messages: readonly BlockMessage[]): LoggedMessage[] => {
      const found = messages.filter((m) =>
        m.at >= query.from && m.at <= query.to && m.seq > after && m.seq < before &&
        wanted(m.topicId)
      ).map((m) => this.#logged(m));
      return descending ? found.reverse() : found;
    };
    // what waits may move into a block while the caller looks at the blocks
    const waiting = pick(this.#waiting);
    const firstWaiting = this.#firstWaiting;
    if (descending) yield waiting;
    for (
      const page of this.#blocks.places({ ...query, after, before: Math.min(before, firstWaiting) })
    ) {
      for (const { id } of page) yield pick(this.#blocks.messagesIn(id));
    }
    if (!descending) yield waiting;
  }

  *lastBefore(
    atMs: number,
    matches: (topic: string) => boolean,
  ): Generator<readonly LoggedMessage[]> {
    const missing = new Set<number>();
    for (const page of this.#parts.topics.pages(this.id)) {
      for (const { id, name, firstAt } of page) {
        if (firstAt < atMs && matches(name)) missing.add(id);
      }
      yield [];
    }
    yield this.#takeLast(this.#waiting, atMs, missing);
    // the newest block that holds a topic; where that one holds only later messages of it, the one before
    let bounds = new Map([...missing].map((topicId) => [topicId, Number.MAX_SAFE_INTEGER]));
    while (bounds.size > 0) {
      const byBlock = new Map<number, Set<number>>();
      let looked = 0;
      for (const [topicId, bound] of bounds) {
        const row = this.#parts.file.one(
          `select block from block_topic cross join ${this.#parts.file.blockPlaces}
             on source = ? and block.id = block_topic.block
           where topic = ? and block < ? and from_at < ? order by block desc limit 1`,
          this.id,
          topicId,
          bound,
          sqlTime(atMs),
        );
        if (row === undefined) {
          const survivor = this.#survivorOf(topicId);
          if (survivor !== null && survivor.at < atMs) yield [this.#logged(survivor)];
        } else {
          const block = Number(row.block);
          const topics = byBlock.get(block);
          if (topics) topics.add(topicId);
          else byBlock.set(block, new Set([topicId]));
        }
        if (++looked % TOPICS_AT_ONCE === 0) yield [];
      }
      bounds = new Map();
      for (const [block, topicIds] of [...byBlock].sort(([a], [b]) => a - b)) {
        yield this.#takeLast(this.#blocks.messagesIn(block), atMs, topicIds);
        for (const topicId of topicIds) bounds.set(topicId, block);
      }
    }
  }

  *topicsIn(window: RecordedWindow): Generator<readonly string[]> {
    for (const page of this.#parts.topics.pages(this.id)) {
      yield page.filter(({ name, firstAt, lastAt }) =>
        firstAt <= window.to && lastAt >= window.from && window.matches(name)
      ).map(({ name }) => name);
    }
  }

  *figures(
    topic: string,
    field: string,
    window: { from: number; to: number },
  ): Generator<ReadonlyMap<number, Figure>> {
    const topicId = this.#parts.topics.find(this.id, topic);
    if (topicId >= 0) yield* this.#parts.figures.pieces(topicId, field, window);
  }

  /** All messages in order of arrival, for counting figures again. */
  *everythingSince(from: number): Generator<readonly LoggedMessage[]> {
    yield* this.pieces({ from, to: Infinity, matches: () => true });
  }

  /** Writes what waits and is not in the file yet; a block where there is enough for one. Inside a transaction. */
  write(): void {
    const { file } = this.#parts;
    this.#inBlocks = 0;
    if (this.#loss !== null) {
      const { from, to, messages, reason } = this.#loss;
      file.run(
        "insert into lost (source, from_at, to_at, messages, reason) values (?, ?, ?, ?, ?)",
        this.id,
        from,
        to,
        messages,
        reason,
      );
    }
    if (this.#isBlock) this.#writeBlocks();
    else this.#writeTail();
    this.#writeHeard();
  }

  #writeTail(): void {
    for (const message of this.#waiting.slice(this.#inTail)) {
      this.#parts.file.run(
        "insert into tail (source, seq, topic, at, flags, size, payload, properties) values (?, ?, ?, ?, ?, ?, ?, ?)",
        this.id,
        message.seq,
        message.topicId,
        ...columnsOf(message, message.payload),
      );
    }
  }

  /** Never further than the messages themselves: what waits on is lost where the process is killed. */
  #writeHeard(): void {
    const written = this.#inBlocks > 0 ? Math.max(this.#inBlocks, this.#inTail) : Infinity;
    this.#heardThrough = this.#waiting.slice(written).reduce(
      (earliest, { at }) => Math.min(earliest, at),
      Infinity,
    );
    for (const { filter, from, to, reason } of this.#heard.values()) {
      if (from > this.#heardThrough) continue;
      this.#parts.file.run(
        `insert into coverage (source, filter, from_at, to_at, reason) values (?, ?, ?, ?, ?)
         on conflict (source, filter, from_at) do update set to_at = excluded.to_at, reason = excluded.reason`,
        this.id,
        filter,
        sqlTime(from),
        sqlTime(Math.min(to, this.#heardThrough)),
        reason,
      );
    }
  }

  /** What was written is written: called after the commit. */
  settle(): void {
    this.#loss = null;
    if (this.#heardThrough === Infinity) this.#heard.clear();
    if (this.#inBlocks === 0) {
      this.#inTail = this.#waiting.length;
      return;
    }
    for (const { payload } of this.#waiting.splice(0, this.#inBlocks)) {
      this.#waitingBytes -= payload.length;
    }
    this.#inTail = Math.max(0, this.#inTail - this.#inBlocks);
  }

  /** The disk took nothing: keeps what fits, and counts the rest as lost. */
  bound(): void {
    let dropped = 0;
    const isTooMuch = () =>
      this.#waitingBytes + (this.#waiting.length - dropped) * MESSAGE_BYTES > MOST_WAITING_BYTES;
    while (dropped < this.#waiting.length && isTooMuch()) {
      const message = this.#waiting[dropped++];
      this.#waitingBytes -= message.payload.length;
      // those in the file are there
      if (dropped > this.#inTail) this.#lose(message.at, this.#parts.file.failure ?? "the disk");
    }
    this.#waiting.splice(0, dropped);
    this.#inTail = Math.max(0, this.#inTail - dropped);
  }

  /** Removes its oldest block; what is known last of a topic is kept. Inside a transaction. */
  removeBlock(id: number): void {
    const { file } = this.#parts;
    const row = file.one("select topics, to_at from block where id = ?", id);
    if (row === undefined) return;
    const topicIds: number[] = [];
    eachCount(row.topics as Uint8Array, (topicId) => topicIds.push(topicId));
    const last = new Set(
      topicIds.filter((topicId) =>
        file.one("select 1 from block_topic where topic = ? and block > ? limit 1", topicId, id) ===
          undefined
      ),
    );
    for (const { topicId } of this.#waiting) last.delete(topicId);
    if (last.size > 0) this.#keepLast(this.#blocks.messagesIn(id), last);
    for (const topicId of topicIds) {
      file.run("delete from block_topic where topic = ? and block = ?", topicId, id);
    }
    file.run("delete from block where id = ?", id);
    this.#noteRemoved(Number(row.to_at));
  }

  /** Removes what is too old and in no block: of a stream that hardly says anything. Inside a transaction. */
  removeWaiting(before: number): void {
    const count = this.#waiting.findIndex(({ at }) => at >= before);
    const old = this.#waiting.slice(0, Math.min(this.#inTail, count < 0 ? this.#inTail : count));
    if (old.length === 0) return;
    const last = new Set(old.map(({ topicId }) => topicId));
    for (const { topicId } of this.#waiting.slice(old.length)) last.delete(topicId);
    this.#keepLast(old, last);
    this.#parts.file.run(
      "delete from tail where source = ? and seq <= ?",
      this.id,
      old[old.length - 1].seq,
    );
    this.#noteRemoved(old[old.length - 1].at);
    this.#waiting.splice(0, old.length);
    this.#inTail -= old.length;
    for (const { payload } of old) this.#waitingBytes -= payload.length;
  }

  #noteRemoved(to: number): void {
    this.#removedThrough = Math.max(this.#removedThrough ?? to, to);
    this.#parts.file.run(
      "update source set removed_through = ? where id = ?",
      this.#removedThrough,
      this.id,
    );
  }

  /** Keeps the newest message of topics that have no other. */
  #keepLast(messages: readonly BlockMessage[], topicIds: ReadonlySet<number>): void {
    const newest = new Map<number, BlockMessage>();
    for (const message of messages) {
      if (topicIds.has(message.topicId)) newest.set(message.topicId, message);
    }
    for (const message of newest.values()) {
      this.#parts.file.run(
        "insert or replace into survivor (source, seq, topic, at, flags, size, payload, properties) values (?, ?, ?, ?, ?, ?, ?, ?)",
        this.id,
        message.seq,
        message.topicId,
        ...columnsOf(message, message.payload.subarray(0, SURVIVOR_BYTES)),
      );
    }
  }

  #survivorOf(topicId: number): BlockMessage | null {
    const row = this.#parts.file.one("select * from survivor where topic = ?", topicId);
    return row ? rowMessage(row) : null;
  }

  /** The newest of each of these topics before a time; takes those topics out of the set. */
  #takeLast(messages: readonly BlockMessage[], atMs: number, topicIds: Set<number>) {
    const found: LoggedMessage[] = [];
    for (let i = messages.length - 1; i >= 0 && topicIds.size > 0; i--) {
      const message = messages[i];
      if (message.at < atMs && topicIds.delete(message.topicId)) found.push(this.#logged(message));
    }
    return found;
  }

  /** The number of the first message that is in no block. */
  get #firstWaiting(): number {
    return this.#waiting[0]?.seq ?? this.#nextSeq;
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

  /** Writes what waits as blocks: a few, and after the disk took nothing one, to see whether it does again. */
  #writeBlocks(): void {
    const most = this.#parts.file.failure === null ? BLOCKS_PER_WRITE : 1;
    for (let written = 0; written < most && this.#inBlocks < this.#waiting.length; written++) {
      const block: BlockMessage[] = [];
      let bytes = 0;
      for (let i = this.#inBlocks; i < this.#waiting.length; i++) {
        block.push(this.#waiting[i]);
        bytes += this.#waiting[i].payload.length;
        if (block.length >= BLOCK_MESSAGES || bytes >= BLOCK_BYTES) break;
      }
      this.#blocks.write(block);
      this.#inBlocks += block.length;
    }
    if (this.#inTail === 0) return;
    const { seq } = this.#waiting[this.#inBlocks - 1];
    this.#parts.file.run("delete from tail where source = ? and seq <= ?", this.id, seq);
  }

  #wanted(matches: (topic: string) => boolean): (topicId: number) => boolean {
    const known = new Map<number, boolean>();
    return (id) => {
      let wanted = known.get(id);
      if (wanted === undefined) known.set(id, wanted = matches(this.#parts.topics.nameOf(id)));
      return wanted;
    };
  }

  #logged(m: BlockMessage): LoggedMessage {
    return {
      seq: m.seq,
      topic: this.#parts.topics.nameOf(m.topicId),
      payload: m.payload,
      sizeBytes: m.sizeBytes,
      qos: m.qos,
      retain: m.retain,
      dup: m.dup,
      receivedAt: m.at,
      ...(m.properties && { properties: m.properties }),
    };
  }
}

const BREATH = { topic: "", messages: 0 };

function columnsOf(message: BlockMessage, payload: Uint8Array) {
  return [
    message.at,
    flagsOf(message),
    message.sizeBytes,
    payload,
    message.properties ? writeProperties(message.properties) : null,
  ];
}

function rowMessage(row: Row): BlockMessage {
  return {
    seq: Number(row.seq),
    topicId: Number(row.topic),
    at: Number(row.at),
    ...readFlags(Number(row.flags)),
    sizeBytes: Number(row.size),
    payload: row.payload as Uint8Array,
    ...(row.properties !== null && { properties: readProperties(String(row.properties)) }),
  };
}
