/** Which number stands for which topic, and how often each was heard. */
import type { Row, StoreFile } from "./store_file.ts";

const REMEMBERED_TOPICS = 200_000;
const TOPICS_AT_ONCE = 1_000;
const MOST_TOPICS = 2_000_000;
/** Topics that wait to be written, where the disk takes nothing. */
const MOST_FRESH = 100_000;

/** A topic of the file. */
interface KnownTopic {
  readonly id: number;
  readonly name: string;
  readonly firstAt: number;
  readonly lastAt: number;
}

/** What is not in the file yet of a topic. */
interface HeardTopic {
  readonly source: number;
  readonly name: string;
  firstAt: number;
  lastAt: number;
  /** Whether the file knows its number. */
  isWritten: boolean;
}

/** Which number stands for which topic. Remembers most; the file knows all. */
export class TopicNumbers {
  readonly #store: StoreFile;
  readonly #numbers = new Map<string, number>();
  readonly #names = new Map<number, string>();
  /** Heard since they were written last. */
  readonly #fresh = new Map<number, HeardTopic>();
  #next: number;
  /** Numbers up to this one are in the file. */
  #writtenThrough: number;

  constructor(store: StoreFile) {
    this.#store = store;
    this.#next = Number((store.one("select max(id) as n from topic") as Row).n ?? 0) + 1;
    this.#writtenThrough = this.#next - 1;
  }

  /** The number of a topic, a new one where it has none; −1 when there are too many topics. */
  numberOf(source: number, name: string): number {
    const key = `${source} ${name}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const row = this.#store.one("select id from topic where source = ? and name = ?", source, name);
    const id = row ? Number(row.id) : this.#next;
    if (!row) {
      if (id > MOST_TOPICS || this.#fresh.size >= MOST_FRESH) return -1;
      this.#next++;
    }
    this.#remember(key, id, name);
    return id;
  }

  /** The number of a topic that is known, or −1. */
  find(source: number, name: string): number {
    const known = this.#numbers.get(`${source} ${name}`);
    if (known !== undefined) return known;
    const row = this.#store.one("select id from topic where source = ? and name = ?", source, name);
    return row ? Number(row.id) : -1;
  }

  nameOf(id: number): string {
    const known = this.#names.get(id) ?? this.#fresh.get(id)?.name;
    if (known !== undefined) return known;
    const row = this.#store.one("select source, name from topic where id = ?", id);
    const name = String(row?.name ?? "");
    if (row) this.#remember(`${row.source} ${name}`, id, name);
    return name;
  }

  /** Notes that a topic was heard. */
  note(id: number, source: number, name: string, at: number): void {
    const fresh = this.#fresh.get(id);
    if (fresh === undefined) {
      const isWritten = id <= this.#writtenThrough;
      this.#fresh.set(id, { source, name, firstAt: at, lastAt: at, isWritten });
      return;
    }
    // the clock may have been put back
    fresh.firstAt = Math.min(fresh.firstAt, at);
    fresh.lastAt = Math.max(fresh.lastAt, at);
  }

  /** The topics of a source by number and name, those included that are not in the file yet. */
  *pages(source: number): Generator<KnownTopic[]> {
    let after = 0;
    for (;;) {
      const rows = this.#store.all(
        "select id, source, name, first_at, last_at from topic where id > ? order by id limit ?",
        after,
        TOPICS_AT_ONCE,
      );
      yield rows.filter((row) => row.source === source).map((row) => ({
        id: Number(row.id),
        name: String(row.name),
        firstAt: Number(row.first_at),
        lastAt: this.#fresh.get(Number(row.id))?.lastAt ?? Number(row.last_at),
      }));
      if (rows.length < TOPICS_AT_ONCE) break;
      after = Number(rows[rows.length - 1].id);
    }
    yield [...this.#fresh].filter(([, fresh]) => fresh.source === source)
      .map(([id, { name, firstAt, lastAt }]) => ({ id, name, firstAt, lastAt }));
  }

  /** Writes topics that are new, and with `all` when the others were heard. */
  write(all: boolean): void {
    for (const [id, { source, name, firstAt, lastAt, isWritten }] of this.#fresh) {
      if (isWritten && !all) continue;
      this.#store.run(
        `insert into topic (id, source, name, first_at, last_at) values (?, ?, ?, ?, ?)
         on conflict (id) do update set first_at = min(first_at, excluded.first_at),
           last_at = max(last_at, excluded.last_at)`,
        id,
        source,
        name,
        firstAt,
        lastAt,
      );
    }
  }

  /** Notes what {@linkcode write} wrote, once it is committed. */
  written(all: boolean): void {
    this.#writtenThrough = this.#next - 1;
    if (all) this.#fresh.clear();
    else for (const fresh of this.#fresh.values()) fresh.isWritten = true;
  }

  #remember(key: string, id: number, name: string): void {
    if (this.#numbers.size >= REMEMBERED_TOPICS) {
      this.#numbers.clear();
      this.#names.clear();
      // the file does not know these yet
      for (const [freshId, fresh] of this.#fresh) {
        this.#numbers.set(`${fresh.source} ${fresh.name}`, freshId);
        this.#names.set(freshId, fresh.name);
      }
    }
    this.#numbers.set(key, id);
    this.#names.set(id, name);
  }
}
