/** The store of one process on a disk: found and locked at the start, written every second, kept within its limits. */
import { log } from "../../log.ts";
import { SqliteStore } from "./sqlite_store.ts";
import { StoreError } from "./store_file.ts";
import type { StoreSource } from "./store_source.ts";
import type { LastingLimits, LastingStorage } from "./stored_stream.ts";

const FILE_NAME = "recorded.sqlite";
const FLUSH_MS = 1_000;
/** How long a round of tidying may hold the event loop. */
const TIDY_MS = 10;

/** Where the store of a data directory is. */
export function storePath(dataDir: string): string {
  return `${dataDir.replace(/\/+$/, "")}/${FILE_NAME}`;
}

/** A store that one process writes. */
export class LastingStore implements LastingStorage {
  readonly #store: SqliteStore;
  readonly #lock: Deno.FsFile;
  #timer: ReturnType<typeof setInterval> | null = null;
  #failure: string | null = null;

  private constructor(store: SqliteStore, lock: Deno.FsFile) {
    this.#store = store;
    this.#lock = lock;
  }

  /**
   * Opens the store under a directory, or makes it. A file that is damaged or of another version is moved aside as `.old`
   * and said in the log.
   *
   * @throws {StoreError} when it cannot be had: another process writes it, or the disk refuses
   */
  static open(dataDir: string, limits: LastingLimits): LastingStore {
    const path = storePath(dataDir);
    let lock: Deno.FsFile | null = null;
    try {
      Deno.mkdirSync(dataDir, { recursive: true, mode: 0o700 });
      lock = lockOf(path);
      // made here, so that nobody else can read it from its first moment on; -wal and -shm take its mode
      Deno.openSync(path, { create: true, write: true, mode: 0o600 }).close();
      Deno.chmodSync(path, 0o600);
      return new LastingStore(openOrReplace(path, limits), lock);
    } catch (error) {
      if (lock !== null) release(lock);
      if (error instanceof StoreError) throw error;
      const why = error instanceof Error ? error.message : String(error);
      throw new StoreError(`Cannot open "${path}": ${why}`, "unavailable");
    }
  }

  /** Why the last write failed, or null when it did not. */
  get failure(): string | null {
    return this.#failure;
  }

  /** Bytes on the disk. */
  get usedBytes(): number {
    return this.#store.usedBytes;
  }

  source(key: string, label: string): StoreSource | null {
    return this.#store.source(key, label);
  }

  get problem(): null {
    return null;
  }

  find(key: string): StoreSource | null {
    return this.#store.find(key);
  }

  start(before: () => void): void {
    this.#timer = setInterval(() => {
      before();
      this.flush();
      const until = performance.now() + TIDY_MS;
      do this.#store.tidy(); while (!this.#store.isTidy && performance.now() < until);
    }, FLUSH_MS);
    Deno.unrefTimer(this.#timer);
  }

  flush(): void {
    this.#store.flush();
    const { failure } = this.#store;
    if (failure !== null && this.#failure === null) {
      log("record").error(
        "Cannot write recorded messages to the disk, they wait in memory until it takes them: {failure}",
        { failure },
      );
    } else if (failure === null && this.#failure !== null) {
      log("record").info("Recorded messages are written to the disk again");
    }
    this.#failure = failure;
  }

  close(): void {
    if (this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
    this.#store.close();
    release(this.#lock);
  }
}

/**
 * Erases the store of a directory, files that were moved aside included; gives the names of what was there.
 *
 * @throws {StoreError} while a process writes it
 */
export function eraseStore(dataDir: string): string[] {
  const isOurs = (name: string) => name.startsWith(FILE_NAME);
  const listed = () => {
    try {
      return [...Deno.readDirSync(dataDir)].map(({ name }) => name).filter(isOurs).sort();
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [];
      throw error;
    }
  };
  if (listed().length === 0) return [];
  const lock = lockOf(storePath(dataDir));
  try {
    const names = listed();
    for (const name of names) Deno.removeSync(`${dataDir.replace(/\/+$/, "")}/${name}`);
    return names.filter((name) => !name.endsWith(".lock"));
  } finally {
    release(lock);
  }
}

/** The lock ends with its process, however that ends. */
function lockOf(path: string): Deno.FsFile {
  const lock = Deno.openSync(`${path}.lock`, { create: true, write: true, mode: 0o600 });
  if (lock.tryLockSync(true)) return lock;
  lock.close();
  throw new StoreError(`Cannot open "${path}": another process writes it`, "unavailable");
}

/**
 * Lets a lock go at once. Closing its file does so only when nobody else has it open: a program that another thread is just
 * starting has a copy of all open files until it runs.
 */
function release(lock: Deno.FsFile): void {
  lock.unlockSync();
  lock.close();
}

function openOrReplace(path: string, limits: LastingLimits): SqliteStore {
  try {
    return SqliteStore.open(path, limits);
  } catch (error) {
    if (!(error instanceof StoreError) || error.kind === "unavailable") throw error;
    const aside = moveAside(path);
    log("record").warning(
      "{problem}. It was moved to {aside} (delete it when it is not needed), and a new one begins",
      { problem: error.message, aside },
    );
    Deno.openSync(path, { create: true, write: true, mode: 0o600 }).close();
    return SqliteStore.open(path, limits);
  }
}

/** Renames a file with what belongs to it; nothing is ever deleted or written over. */
function moveAside(path: string): string {
  let aside = `${path}.old`;
  for (let n = 2; exists(aside); n++) aside = `${path}.old.${n}`;
  Deno.renameSync(path, aside);
  for (const suffix of ["-wal", "-shm"]) {
    if (exists(`${path}${suffix}`)) Deno.renameSync(`${path}${suffix}`, `${aside}${suffix}`);
  }
  return aside;
}

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
