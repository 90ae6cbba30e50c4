/** The SQLite file of the history: opened, checked, and set aside where it cannot be used. */
import { randomBytes } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { log } from "../log.ts";

const FILE_NAME = "monitor.db";
/** Pages of 4 KiB: whatever is stored, the file stays under 256 MiB. */
const MOST_PAGES = 65_536;
const SCHEMA_VERSION = 1;
/** The shared-memory file of a WAL, and a few pages. */
const NEEDED_TO_OPEN_BYTES = 128 * 1024;

const SCHEMA = `
  create table if not exists calls (
    seq integer primary key autoincrement, at integer not null, tool text not null, client text not null,
    outcome text not null, entry text not null
  ) strict;
  create index if not exists calls_at on calls (at);
  create table if not exists logs (
    id integer primary key, at integer not null, level integer not null, part text not null, message text not null
  ) strict;
  create index if not exists logs_at on logs (at);
  create table if not exists minutes (at integer primary key, figures text not null) strict;
  create table if not exists login_key (id integer primary key check (id = 1), key text not null) strict;
  create table if not exists ended_logins (nonce text primary key, at integer not null) strict;
  create table if not exists broker_names (url text primary key, name text not null, at integer not null) strict;
`;

/** Opens the file of a directory; null where there is none that can be used, which is told in the log. */
export function openFile(dataDir: string, nowMs: number): DatabaseSync | null {
  const path = `${dataDir.replace(/\/+$/, "")}/${FILE_NAME}`;
  let problem: string;
  try {
    Deno.mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    return openDatabase(path);
  } catch (error) {
    problem = messageOf(error);
    if (/locked|busy/i.test(problem)) {
      return inMemory(`"${path}" is used by another process`);
    }
    // Without room a whole file looks like a broken one, and set aside it would take the same room.
    if (!hasRoom(`${path}.room`)) return inMemory(`there is no room for "${path}" (${problem})`);
  }
  const aside = `${path}.unusable-${new Date(nowMs).toISOString().replace(/[:.]/g, "")}`;
  try {
    forgetOlder(dataDir);
    Deno.renameSync(path, aside);
    for (const suffix of ["-wal", "-shm"]) removeIfThere(path + suffix);
    const db = openDatabase(path);
    log("monitor").warning("Cannot use the history file ({problem}): it was set aside as {aside}", {
      problem,
      aside,
    });
    return db;
  } catch {
    return inMemory(`"${path}" cannot be used (${problem})`);
  }
}

/** Whether what SQLite needs to open a file fits on the disk: tried, because a full disk has many messages. */
function hasRoom(probe: string): boolean {
  try {
    Deno.writeFileSync(probe, new Uint8Array(NEEDED_TO_OPEN_BYTES), { mode: 0o600 });
    return true;
  } catch (error) {
    return !(error instanceof Error && /no space|quota|file too large/i.test(error.message));
  } finally {
    try {
      removeIfThere(probe);
    } catch {
      // where it cannot be removed it could not be written either
    }
  }
}

function inMemory(why: string): null {
  log("monitor").warning("History is in memory only: {why}", { why });
  return null;
}

/** Keeps the newest file that was set aside, so that a disk that keeps failing does not fill up. */
function forgetOlder(dataDir: string): void {
  const old = [...Deno.readDirSync(dataDir)].map((entry) => entry.name)
    .filter((name) => name.startsWith(`${FILE_NAME}.unusable-`)).sort();
  for (const name of old.slice(0, -1)) removeIfThere(`${dataDir}/${name}`);
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/**
 * Opens, checks and prepares a database.
 * @throws {Error} when it cannot be read, trusted or written
 */
export function openDatabase(path: string): DatabaseSync {
  // SQLite gives its side files the mode of this one.
  if (path !== ":memory:") Deno.openSync(path, { create: true, write: true, mode: 0o600 }).close();
  let db: DatabaseSync | null = null;
  try {
    db = new DatabaseSync(path);
    db.exec(`
      pragma busy_timeout = 200;
      pragma journal_mode = wal;
      pragma synchronous = normal;
      pragma temp_store = memory;
      pragma max_page_count = ${MOST_PAGES};
      pragma journal_size_limit = 8388608;
    `);
    const check = db.prepare("pragma quick_check(1)").get();
    if (check?.quick_check !== "ok") throw new Error("it is corrupt");
    const found = Number(db.prepare("pragma user_version").get()?.user_version);
    if (found !== 0 && found !== SCHEMA_VERSION) throw new Error(`it has version ${found}`);
    db.exec(SCHEMA);
    db.exec(`pragma user_version = ${SCHEMA_VERSION}`);
    // A file that cannot be written shows only when it is.
    db.exec("begin immediate; delete from minutes where at < 0; rollback");
    return db;
  } catch (error) {
    db?.close();
    throw error;
  }
}

/** What login cookies are signed with, made once. */
export function loginKeyOf(db: DatabaseSync): string {
  db.prepare("insert or ignore into login_key (id, key) values (1, ?)")
    .run(randomBytes(32).toString("hex"));
  return String(db.prepare("select key from login_key").get()?.key);
}

/** Whether there was no room, on the disk or within the size that the file may have. */
export function isFull(error: unknown): boolean {
  return /full/i.test(messageOf(error));
}

/** What an error says, whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
