/** The blocks of one stream: what is found in them, and writing more. */
import { encodeCounts } from "./block_counts.ts";
import { BlockError, type BlockMessage, packBlock, unpackBlock } from "./message_block.ts";
import type { PieceQuery } from "../recorded.ts";
import type { Row, StoreFile } from "./store_file.ts";
import type { StoredLoss } from "./stored_stream.ts";
import type { TopicNumbers } from "./topic_numbers.ts";

/** Blocks whose place is looked up at once. */
const BLOCKS_AT_ONCE = 64;
const MOST_DAMAGED = 1_000;

/** A block as the file lists it. */
interface BlockPlace {
  readonly id: number;
  readonly from_at: number;
  readonly to_at: number;
  /** How many messages of which topics, packed, where that was asked for. */
  readonly topics?: Uint8Array;
}

/** The blocks of one stream in a store's file. */
export class StreamBlocks {
  readonly #file: StoreFile;
  readonly #topics: TopicNumbers;
  readonly #source: number;
  /** Blocks that could not be read, by their number. */
  readonly #damaged = new Map<number, StoredLoss>();

  /** `source` is the number of the stream. */
  constructor(parts: { file: StoreFile; topics: TopicNumbers }, source: number) {
    this.#file = parts.file;
    this.#topics = parts.topics;
    this.#source = source;
  }

  /** What is lost of blocks that could not be read. */
  get damaged(): StoredLoss[] {
    return [...this.#damaged.values()];
  }

  /** Writes messages, oldest first, as one block. Inside a transaction. */
  write(messages: readonly BlockMessage[]): void {
    const counts = new Map<number, number>();
    let from = Infinity;
    let to = -Infinity;
    for (const { topicId, at } of messages) {
      counts.set(topicId, (counts.get(topicId) ?? 0) + 1);
      from = Math.min(from, at);
      to = Math.max(to, at);
    }
    const { id } = this.#file.one("select coalesce(max(id), 0) + 1 as id from block") as Row;
    this.#file.run(
      `insert into block (id, source, first_seq, last_seq, from_at, to_at, messages, topics, data)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      Number(id),
      this.#source,
      messages[0].seq,
      messages[messages.length - 1].seq,
      from,
      to,
      messages.length,
      encodeCounts(counts),
      packBlock(messages),
    );
    for (const topic of counts.keys()) {
      this.#file.run("insert into block_topic (topic, block) values (?, ?)", topic, Number(id));
    }
  }

  /** The blocks of a window, in order of arrival or the reverse, some at a time. */
  *places(
    query: Omit<PieceQuery, "matches" | "after" | "before"> & {
      after?: number;
      before?: number;
      withTopics?: boolean;
    },
  ): Generator<readonly BlockPlace[]> {
    const { descending = false, withTopics = false } = query;
    const topicId = query.topic === undefined ? null : this.#topics.find(this.#source, query.topic);
    if (topicId !== null && topicId < 0) return;
    const [order, past] = descending ? ["desc", "<"] : ["asc", ">"];
    const { blockPlaces } = this.#file;
    const table = topicId === null
      ? `${blockPlaces} where source = ?1`
      : `block_topic cross join ${blockPlaces} on source = ?1 and block.id = block_topic.block where topic = ?2`;
    const place = topicId === null ? "id" : "block";
    const sql = `select id, from_at, to_at${withTopics ? ", topics" : ""}
      from ${table} and ${place} ${past} ?3
        and last_seq > ?4 and first_seq < ?5 and to_at >= ?6 and from_at <= ?7
      order by ${place} ${order} limit ${BLOCKS_AT_ONCE}`;
    for (let reached = descending ? Number.MAX_SAFE_INTEGER : -1;;) {
      const rows = this.#file.all(
        sql,
        this.#source,
        topicId,
        reached,
        query.after ?? 0,
        Math.min(query.before ?? Infinity, Number.MAX_SAFE_INTEGER),
        sqlTime(query.from),
        sqlTime(query.to),
      );
      yield rows as unknown as BlockPlace[];
      if (rows.length < BLOCKS_AT_ONCE) return;
      reached = Number(rows[rows.length - 1].id);
    }
  }

  /** The messages of a block; none where it was removed meanwhile, or cannot be read. */
  messagesIn(blockId: number): BlockMessage[] {
    const row = this.#file.one("select data from block where id = ?", blockId);
    // removed meanwhile, for its age or for room
    if (row === undefined) return [];
    try {
      return unpackBlock(row.data as Uint8Array);
    } catch (error) {
      if (!(error instanceof BlockError)) throw error;
      this.#noteDamaged(blockId);
      return [];
    }
  }

  #noteDamaged(blockId: number): void {
    if (this.#damaged.has(blockId) || this.#damaged.size >= MOST_DAMAGED) return;
    const row = this.#file.one(
      "select from_at, to_at, messages from block where id = ?",
      blockId,
    );
    if (row === undefined) return;
    this.#damaged.set(blockId, {
      from: Number(row.from_at),
      to: Number(row.to_at),
      messages: Number(row.messages),
      reason: "a part of the file is damaged",
      isDamaged: true,
    });
  }
}

/** A time as the file takes it. */
export function sqlTime(ms: number): number {
  return Math.max(-8.64e15, Math.min(8.64e15, Math.round(ms)));
}
