/**
 * What the monitor remembers over a restart, in SQLite: calls for a day, log lines for a week, figures by the minute for
 * a month. Everything is bounded in number as well as in age. Writes are collected for half a second, so that a stream
 * of calls costs one transaction, and a process that is killed loses no more than that.
 */
import { isoTime } from "../iso_time.ts";
import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { log } from "../log.ts";
import { isFull, loginKeyOf, messageOf, openDatabase, openFile } from "./history_file.ts";
import type { CallEntry, CallsQuery } from "./shapes/calls.ts";
import type { LogEntry, LogsQuery } from "./shapes/logs.ts";

const HOUR_MS = 3_600_000;

/** How long and how many of each are kept. */
export const KEPT = {
  calls: { ms: 24 * HOUR_MS, most: 50_000 },
  logs: { ms: 7 * 24 * HOUR_MS, most: 100_000 },
  minutes: { ms: 30 * 24 * HOUR_MS, most: 31 * 24 * 60 },
} as const;

/** Figures of one minute. */
export interface MinuteFigures {
  /** Start of the minute, in ms since the epoch. */
  readonly at: number;
  /** How many seconds of it were measured. */
  readonly seconds: number;
  readonly messages: number;
  readonly bytes: number;
  readonly published: number;
  readonly calls: number;
  readonly errors: number;
  readonly callMsSum: number;
  readonly callMsMax: number;
  readonly rssMb: number;
  readonly heapMb: number;
  readonly sessionsOpen: number;
  /** The sessions with most traffic. */
  readonly sessions: readonly SessionMinute[];
}

/** One session in a minute. */
export interface SessionMinute {
  readonly id: string;
  readonly label: string;
  readonly messages: number;
  readonly bytes: number;
}

/** Filters of {@linkcode History.calls}. */
type CallFilter = Omit<CallsQuery, "limit" | "cursor">;

const FLUSH_MS = 500;
const PRUNE_MS = 60_000;
const MOST_WAITING = 20_000;
const LEVELS = ["trace", "debug", "info", "warning", "error", "fatal"] as const;

/** What is not written yet. */
interface Waiting {
  readonly calls: CallEntry[];
  readonly logs: LogEntry[];
  readonly minutes: MinuteFigures[];
}

/** The store. All of its functions are quick; none throws because of the disk. */
export class History {
  #db: DatabaseSync;
  #where: "file" | "memory";
  readonly #now: () => number;
  #calls: CallEntry[] = [];
  #logs: LogEntry[] = [];
  #minutes: MinuteFigures[] = [];
  #diskIsFull = false;
  #nextLogId: number;
  readonly #loginKey: string;
  readonly #flusher: ReturnType<typeof setInterval>;
  readonly #pruner: ReturnType<typeof setInterval>;

  private constructor(db: DatabaseSync, options: { where: "file" | "memory"; now: () => number }) {
    this.#db = db;
    this.#where = options.where;
    this.#now = options.now;
    this.#nextLogId = numberOf(db.prepare("select max(id) as n from logs").get()) + 1;
    this.#loginKey = loginKeyOf(db);
    this.#flusher = setInterval(() => this.flush(), FLUSH_MS);
    this.#pruner = setInterval(() => this.prune(), PRUNE_MS);
  }

  /**
   * Opens the store in a directory, or in memory without one. A file that is corrupt, cannot be written or is of another
   * version is set aside; where even that does not work, history is in memory. Either is told in the log.
   */
  static open(options: { dataDir: string | undefined; now?: () => number }): History {
    const now = options.now ?? Date.now;
    const { dataDir } = options;
    const opened = dataDir === undefined ? null : openFile(dataDir, now());
    const history = new History(opened ?? openDatabase(":memory:"), {
      where: opened ? "file" : "memory",
      now,
    });
    history.prune();
    return history;
  }

  /** Where it is kept. */
  get where(): "file" | "memory" {
    return this.#where;
  }

  /** What login cookies are signed with; of another process where there is no file. */
  loginKey(): string {
    return this.#loginKey;
  }

  /** Nonces of the login cookies that were logged out and would otherwise still hold. */
  endedLogins(): string[] {
    return this.#attempt(
      () =>
        this.#db.prepare("select nonce from ended_logins").all().map((row) => String(row.nonce)),
      [],
    );
  }

  /** Keeps that a login was logged out, until its cookie would have ended by itself. */
  endLogin(nonce: string, expiresMs: number): void {
    this.#attempt(() => {
      this.#db.prepare("insert or ignore into ended_logins (nonce, at) values (?, ?)")
        .run(nonce, expiresMs);
    }, undefined);
  }

  addCall(entry: CallEntry): void {
    if (this.#calls.length < MOST_WAITING) this.#calls.push(entry);
  }

  /** Adds a line of the log, and returns it with its id. */
  addLog(line: Omit<LogEntry, "id">): LogEntry {
    const entry = { ...line, id: this.#nextLogId++ };
    if (this.#logs.length < MOST_WAITING) this.#logs.push(entry);
    return entry;
  }

  addMinute(minute: MinuteFigures): void {
    this.#minutes.push(minute);
  }

  /** Writes what waits. Also done by itself twice a second. */
  flush(): void {
    if (this.#calls.length + this.#logs.length + this.#minutes.length === 0) return;
    const waiting = { calls: this.#calls, logs: this.#logs, minutes: this.#minutes };
    this.#calls = [];
    this.#logs = [];
    this.#minutes = [];
    try {
      this.#write(waiting);
      this.#diskIsFull = false;
    } catch (error) {
      if (!isFull(error)) {
        if (this.#where === "file") this.#takeBack(waiting);
        return this.#goOnInMemory(error);
      }
      this.#takeBack(waiting);
      if (this.#isAtLimit()) this.#makeRoom();
      else if (!this.#diskIsFull) {
        this.#diskIsFull = true;
        log("monitor").error("The disk is full: history is written again once there is room");
      }
    }
  }

  /** What could not be written waits for the next time, the newest of it. */
  #takeBack(waiting: Waiting): void {
    this.#calls = [...waiting.calls, ...this.#calls].slice(-MOST_WAITING);
    this.#logs = [...waiting.logs, ...this.#logs].slice(-MOST_WAITING);
    this.#minutes = [...waiting.minutes, ...this.#minutes].slice(-MOST_WAITING);
  }

  /** Whether the file has the size it may have, rather than the disk none left. */
  #isAtLimit(): boolean {
    const read = (pragma: string) =>
      Number(Object.values(this.#db.prepare(`pragma ${pragma}`).get() ?? {})[0]);
    return read("page_count") >= read("max_page_count");
  }

  #write(waiting: Waiting): void {
    this.#transaction(() => {
      const call = this.#db.prepare(
        "insert into calls (at, tool, client, outcome, entry) values (?, ?, ?, ?, ?)",
      );
      for (const entry of waiting.calls) {
        const at = Date.parse(entry.started_at);
        call.run(at, entry.tool, entry.client, entry.outcome, JSON.stringify(entry));
      }
      const line = this.#db.prepare(
        "insert into logs (id, at, level, part, message) values (?, ?, ?, ?, ?)",
      );
      for (const entry of waiting.logs) {
        const level = LEVELS.indexOf(entry.level);
        line.run(entry.id, Date.parse(entry.time), level, entry.part, entry.message);
      }
      const minute = this.#db.prepare("insert or replace into minutes (at, figures) values (?, ?)");
      for (const { at, ...figures } of waiting.minutes) minute.run(at, JSON.stringify(figures));
    });
  }

  /** Newest first, with how many match in all. */
  calls(
    query: CallFilter & { limit: number; cursor?: string },
  ): { calls: CallEntry[]; matched: number; nextCursor: string | null } {
    this.flush();
    const { where, values } = callCondition(query);
    return this.#attempt(() => {
      const matched = numberOf(
        this.#db.prepare(`select count(*) as n from calls where ${where}`).get(...values),
      );
      const before = query.cursor === undefined ? Number.MAX_SAFE_INTEGER : Number(query.cursor);
      const rows = this.#db.prepare(
        `select seq, entry from calls where ${where} and seq < ? order by seq desc limit ?`,
      ).all(...values, Number.isFinite(before) ? before : 0, query.limit);
      const last = rows.length === query.limit ? rows.at(-1)?.seq : undefined;
      return {
        calls: rows.map((row) => JSON.parse(String(row.entry))),
        matched,
        nextCursor: last === undefined ? null : String(last),
      };
    }, { calls: [], matched: 0, nextCursor: null });
  }

  /** What calls can be filtered by. */
  callFacets(): { tools: string[]; clients: string[] } {
    return this.#attempt(() => {
      const distinct = (column: "tool" | "client") =>
        this.#db.prepare(`select distinct ${column} as name from calls order by 1 limit 200`).all()
          .map((row) => String(row.name));
      return { tools: distinct("tool"), clients: distinct("client") };
    }, { tools: [], clients: [] });
  }

  /** Calls since then, how many of them failed, and how many are kept in all. */
  callsSince(sinceMs: number): { calls: number; errors: number; kept: number } {
    return this.#attempt(() => {
      const row = this.#db.prepare(
        `select count(*) as calls, count(*) filter (where outcome = 'error') as errors,
         (select count(*) from calls) as kept from calls where at >= ?`,
      ).get(sinceMs);
      return {
        calls: Number(row?.calls ?? 0),
        errors: Number(row?.errors ?? 0),
        kept: Number(row?.kept ?? 0),
      };
    }, { calls: 0, errors: 0, kept: 0 });
  }

  /** Lines of the log, newest first. */
  logs(query: LogsQuery): { lines: LogEntry[]; nextCursor: string | null } {
    this.flush();
    const conditions = ["id < ?"];
    const before = query.cursor === undefined ? Number.MAX_SAFE_INTEGER : Number(query.cursor);
    const values: SQLInputValue[] = [Number.isFinite(before) ? before : 0];
    if (query.level !== undefined) {
      conditions.push("level >= ?");
      values.push(LEVELS.indexOf(query.level));
    }
    if (query.text !== undefined) {
      conditions.push("(instr(lower(message), ?) > 0 or instr(lower(part), ?) > 0)");
      values.push(query.text.toLowerCase(), query.text.toLowerCase());
    }
    return this.#attempt(() => {
      const rows = this.#db.prepare(
        `select id, at, level, part, message from logs where ${conditions.join(" and ")}
         order by id desc limit ?`,
      ).all(...values, query.limit);
      const lines = rows.map((row) => ({
        id: Number(row.id),
        time: isoTime(Number(row.at)),
        level: LEVELS[Number(row.level)] ?? "info",
        part: String(row.part),
        message: String(row.message),
      }));
      return {
        lines,
        nextCursor: lines.length === query.limit ? String(lines.at(-1)?.id) : null,
      };
    }, { lines: [], nextCursor: null });
  }

  /** Figures of the minutes since then, oldest first. */
  minutes(sinceMs: number): MinuteFigures[] {
    this.flush();
    return this.#attempt(
      () =>
        this.#db.prepare("select at, figures from minutes where at >= ? order by at").all(sinceMs)
          .map((row) => ({ at: Number(row.at), ...JSON.parse(String(row.figures)) })),
      [],
    );
  }

  /** Forgets what is too old or too much. Also done by itself every minute. */
  prune(): void {
    this.#attempt(() =>
      this.#transaction(() => {
        for (const table of ["calls", "logs", "minutes"] as const) {
          const key = table === "calls" ? "seq" : table === "logs" ? "id" : "at";
          this.#db.prepare(`delete from ${table} where at < ?`)
            .run(this.#now() - KEPT[table].ms);
          this.#db.prepare(
            `delete from ${table} where ${key} <=
             (select ${key} from ${table} order by ${key} desc limit 1 offset ?)`,
          ).run(KEPT[table].most);
        }
        this.#db.prepare("delete from ended_logins where at < ?").run(this.#now());
      }), undefined);
  }

  /** What brokers are called on the pages, by address; the oldest first. */
  brokerNames(): [url: string, name: string][] {
    return this.#attempt(
      () =>
        this.#db.prepare("select url, name from broker_names order by at").all()
          .map((row): [string, string] => [String(row.url), String(row.name)]),
      [],
    );
  }

  /** Keeps what a broker is called; null forgets it. */
  nameBroker(url: string, name: string | null): void {
    this.#attempt(() => {
      if (name === null) this.#db.prepare("delete from broker_names where url = ?").run(url);
      else {
        this.#db.prepare("insert or replace into broker_names (url, name, at) values (?, ?, ?)")
          .run(url, name, this.#now());
      }
    }, undefined);
  }

  /** Writes what waits and closes the file. */
  close(): void {
    clearInterval(this.#flusher);
    clearInterval(this.#pruner);
    this.flush();
    try {
      this.#db.close();
    } catch {
      // It cannot be helped, and everything was written as well as it could be.
    }
  }

  #transaction(work: () => void): void {
    this.#db.exec("begin");
    try {
      work();
      this.#db.exec("commit");
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec("rollback");
      throw error;
    }
  }

  /** Does something with the database; when the file fails, history goes on in memory. */
  #attempt<T>(work: () => T, otherwise: T): T {
    try {
      return work();
    } catch (error) {
      if (!isFull(error)) this.#goOnInMemory(error);
      return otherwise;
    }
  }

  #goOnInMemory(error: unknown): void {
    if (this.#where === "memory") return;
    this.#where = "memory";
    try {
      this.#db.close();
    } catch {
      // The new one takes its place in any case.
    }
    this.#db = openDatabase(":memory:");
    log("monitor").error("The history file failed, history goes on in memory: {error}", {
      error: messageOf(error),
    });
  }

  /** Where the file has reached its size, the older half gives way. */
  #makeRoom(): void {
    this.#attempt(() => {
      for (const table of ["calls", "logs"]) {
        this.#db.exec(`delete from ${table} where at <= (select avg(at) from ${table})`);
      }
    }, undefined);
  }
}

function callCondition(filter: CallFilter): { where: string; values: SQLInputValue[] } {
  const conditions = ["1"];
  const values: SQLInputValue[] = [];
  for (const column of ["tool", "client", "outcome"] as const) {
    const value = filter[column];
    if (value === undefined) continue;
    conditions.push(`${column} = ?`);
    values.push(value);
  }
  for (const [bound, operator] of [["since", ">="], ["until", "<="]] as const) {
    const at = Date.parse(filter[bound] ?? "");
    if (!Number.isFinite(at)) continue;
    conditions.push(`at ${operator} ?`);
    values.push(at);
  }
  if (filter.text !== undefined) {
    conditions.push("instr(lower(entry), ?) > 0");
    // As it stands inside of the JSON text.
    values.push(JSON.stringify(filter.text.toLowerCase()).slice(1, -1));
  }
  return { where: conditions.join(" and "), values };
}

function numberOf(row: Record<string, unknown> | undefined): number {
  return Number(row?.n ?? 0);
}
