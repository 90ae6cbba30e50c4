/**
 * Recorded messages and figures on disk, in one SQLite file with one writer. Everything here is synchronous and short: a block
 * is packed or unpacked in a few milliseconds, and whoever reads many yields between them.
 */
import { FigureStore } from "./figure_store.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, MINUTES_PER_HOUR } from "./figures.ts";
import { asStoreError, StoreFile } from "./store_file.ts";
import { StoreSource } from "./store_source.ts";
import { FIGURES_FACTOR, type LastingLimits } from "./stored_stream.ts";
import { TopicNumbers } from "./topic_numbers.ts";

/** One store of one file. Timers belong to the owner: `flush` every second, `tidy` after it. */
export class SqliteStore {
  readonly #file: StoreFile;
  readonly #now: () => number;
  readonly #days: number;
  readonly #diskBytes: number;
  readonly #sources = new Map<string, StoreSource>();
  readonly #topics: TopicNumbers;
  readonly #figures: FigureStore;

  private constructor(
    file: StoreFile,
    options: LastingLimits,
  ) {
    this.#file = file;
    this.#now = () => Math.round(options.now());
    this.#days = options.days;
    this.#diskBytes = options.diskBytes;
    this.#topics = new TopicNumbers(file);
    this.#figures = new FigureStore(file);
  }

  /**
   * Opens or makes a file. `days` bounds the age of messages (figures: thirteen times that), `diskBytes` the file.
   *
   * @throws {StoreError} when the file is damaged, of another version, or cannot be opened
   */
  static open(
    path: string,
    options: LastingLimits,
  ): SqliteStore {
    const file = StoreFile.open(path, { readOnly: false });
    try {
      const store = new SqliteStore(file, options);
      store.#recover();
      return store;
    } catch (error) {
      file.close();
      throw asStoreError(error, path);
    }
  }

  /**
   * Opens a file beside the process that writes it: what is read is as it was at this moment.
   *
   * @throws {StoreError} when there is none that can be read
   */
  static openForReading(path: string): SqliteStore {
    const file = StoreFile.open(path, { readOnly: true });
    try {
      file.freeze();
      const store = new SqliteStore(file, { now: Date.now, days: Infinity, diskBytes: Infinity });
      for (const { key } of store.sources()) store.find(key);
      return store;
    } catch (error) {
      file.close();
      throw asStoreError(error, path);
    }
  }

  /** Why the last write failed, or null when it did not. */
  get failure(): string | null {
    return this.#file.failure;
  }

  /** Bytes of the file that are in use. */
  get usedBytes(): number {
    return this.#file.usedBytes;
  }

  /** The stream of one broker, where there is one. */
  find(key: string): StoreSource | null {
    const open = this.#sources.get(key);
    if (open !== undefined) return open;
    const row = this.#file.one("select id from source where key = ?", key);
    return row === undefined ? null : this.#open(key, Number(row.id));
  }

  /**
   * The stream of one broker, by whatever tells brokers and logins apart; `label` is for people. Null where the disk does not
   * take even that.
   */
  source(key: string, label: string): StoreSource | null {
    const known = this.find(key);
    if (known !== null) return known;
    this.#file.write(() =>
      this.#file.run("insert into source (key, label) values (?, ?)", key, label)
    );
    return this.find(key);
  }

  #open(key: string, id: number): StoreSource {
    const parts = {
      file: this.#file,
      topics: this.#topics,
      figures: this.#figures,
      flush: () => this.flush({ all: false }),
    };
    const source = new StoreSource(parts, id);
    this.#sources.set(key, source);
    return source;
  }

  /** Every broker that has something here. */
  sources(): { key: string; label: string }[] {
    return this.#file.all("select key, label from source order by id")
      .map((row) => ({ key: String(row.key), label: String(row.label) }));
  }

  /** Writes what waits; without `all` no more than it must. Returns whether the disk took it; what it did not take waits on, bounded. */
  flush({ all = true }: { all?: boolean } = {}): boolean {
    const sources = [...this.#sources.values()];
    const written = this.#file.write(() => {
      this.#topics.write(all);
      for (const source of sources) source.write();
      this.#figures.write(this.#now());
    });
    if (!written) {
      for (const source of sources) source.bound();
      this.#figures.bound();
      return false;
    }
    this.#topics.written(all);
    this.#figures.written();
    for (const source of sources) source.settle();
    return true;
  }

  /** Packs figures of past hours, and removes what is too old or too much. A few milliseconds; call it again and again. */
  tidy(): void {
    this.#file.write(() => {
      const now = this.#now();
      this.#figures.packHours(Math.floor(now / MINUTE_MS / MINUTES_PER_HOUR) - 1);
      const oldest = now - this.#days * DAY_MS;
      const over = this.usedBytes > this.#diskBytes;
      const block = this.#file.one("select id, source, to_at from block order by id limit 1");
      if (block && (over || Number(block.to_at) < oldest)) {
        this.#sourceOf(Number(block.source))?.removeBlock(Number(block.id));
      } else if (over) {
        // raw messages went first, figures go last
        this.#file.run(
          "delete from survivor where rowid in (select rowid from survivor order by at limit 1000)",
        );
        if (block === undefined) {
          this.#file.run("delete from hour where hour = (select min(hour) from hour)");
        }
      }
      for (const source of this.#sources.values()) source.removeWaiting(oldest);
      const oldestHour = Math.floor((now - FIGURES_FACTOR * this.#days * DAY_MS) / HOUR_MS);
      this.#file.run("delete from hour where hour < ?", oldestHour);
      this.#file.run("delete from coverage where to_at < ?", oldestHour * HOUR_MS);
      this.#file.run("delete from survivor where at < ?", oldestHour * HOUR_MS);
      this.#file.run("delete from lost where to_at < ?", oldest);
    });
    this.#file.shrink();
  }

  /** Whether the limits are kept: otherwise call {@linkcode tidy} again soon. */
  get isTidy(): boolean {
    if (this.usedBytes > this.#diskBytes) return false;
    const oldest = this.#now() - this.#days * DAY_MS;
    const block = this.#file.one("select to_at from block order by id limit 1");
    return block === undefined || Number(block.to_at) >= oldest;
  }

  /** Writes everything and closes the file. */
  close(): void {
    while (this.flush() && !this.#sources.values().every((source) => source.isWritten));
    this.#file.write(() => this.#figures.finish());
    this.#file.close();
  }

  #sourceOf(id: number): StoreSource | undefined {
    return this.#sources.values().find((source) => source.id === id);
  }

  /** Minutes that a killed process had not written yet are counted again from the messages. */
  #recover(): void {
    this.#file.write(() => this.#figures.forgetUnfinished());
    for (const { key } of this.sources()) {
      const source = this.find(key);
      if (source === null) continue;
      const from = (this.#figures.writtenThrough + 1) * MINUTE_MS;
      for (const messages of source.everythingSince(from)) {
        for (const message of messages) {
          this.#figures.add(this.#topics.find(source.id, message.topic), message);
        }
      }
    }
  }
}
