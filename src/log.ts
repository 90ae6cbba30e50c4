/**
 * The log: lines on stderr, and in a bounded file where one is set. Every record is redacted before
 * anything else sees it. Nothing here ever writes to stdout: that belongs to the protocol.
 */
import { atMost } from "./waiting.ts";
import { isoTime } from "./iso_time.ts";
import { configureSync, getLogger, type Logger, type LogRecord, resetSync } from "@logtape/logtape";
import { redactHead, redactValue, visibleLine } from "./redact.ts";

/** A logger for one part of the program, e.g. `mcp` or `session`. */
export function log(part: string): Logger {
  return getLogger(["mqtt-mcp", part]);
}

/** One record as it is shown: redacted, on one line. */
export interface LogLine {
  /** ISO 8601 in UTC. */
  readonly time: string;
  readonly level: string;
  readonly part: string;
  readonly message: string;
}

/** Where the log goes, and how much of it. */
export interface LogOptions {
  readonly level: "debug" | "info" | "warning" | "error";
  /** Path of a file besides stderr. Opened at once: the right to open files may be given up later. */
  readonly file?: string;
  /** Bytes after which the file's content moves to `FILE.1`. Default: 5 MiB. */
  readonly fileMaxBytes?: number;
  /** Where lines are written; default: stderr. */
  readonly write?: (bytes: Uint8Array) => Promise<unknown>;
  /** Hears every line, for the monitor. */
  readonly onLine?: (line: LogLine) => void;
}

/** A running log. */
export interface RunningLog {
  /** Ends the log; waits at most 100 ms for what stderr has not taken yet. */
  close(): Promise<void>;
}

const FILE_MAX_BYTES = 5 * 1024 * 1024;

/**
 * Starts the log.
 * @throws {Error} when the file cannot be opened
 */
export function startLog(options: LogOptions): RunningLog {
  const stderr = new BoundedWriter(options.write ?? writeAllToStderr);
  const file = options.file === undefined ? null : new RotatingFile(options.file, {
    maxBytes: options.fileMaxBytes ?? FILE_MAX_BYTES,
    onFailure: (reason) =>
      log("log").error("The log file cannot be written, lines go on here: {reason}", { reason }),
  });
  const encoder = new TextEncoder();
  configureSync({
    reset: true,
    sinks: {
      all(record) {
        const line = toLine(record);
        const bytes = encoder.encode(
          `${line.time} ${line.level.toUpperCase()} ${line.part}: ${line.message}\n`,
        );
        stderr.write(bytes);
        file?.write(bytes);
        options.onLine?.(line);
      },
    },
    loggers: [
      { category: "mqtt-mcp", lowestLevel: options.level, sinks: ["all"] },
      { category: ["logtape", "meta"], lowestLevel: "warning", sinks: ["all"] },
    ],
  });
  return {
    async close() {
      resetSync();
      await stderr.drain(100);
      file?.close();
    },
  };
}

const LINE_MAX_CHARS = 2_000;

function toLine(record: LogRecord): LogLine {
  const text = record.message.map((part, i) => i % 2 === 0 ? String(part) : showValue(part)).join(
    "",
  );
  return {
    time: isoTime(record.timestamp),
    level: record.level,
    part: record.category.slice(1).join(".") || record.category.join("."),
    message: oneLine(text),
  };
}

function showValue(value: unknown): string {
  if (typeof value === "string") return value;
  if (value instanceof Error) return value.stack ?? value.message;
  return JSON.stringify(redactValue(value)) ?? String(value);
}

/** Cut before it is read and once more after, so that a secret that lies across the cut is seen whole. */
function oneLine(text: string): string {
  const isCut = text.length > LINE_MAX_CHARS;
  return visibleLine(redactHead(text, LINE_MAX_CHARS)) + (isCut ? " (cut)" : "");
}

async function writeAllToStderr(bytes: Uint8Array): Promise<void> {
  for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await Deno.stderr.write(rest));
}

const QUEUE_MAX_BYTES = 256 * 1024;

/** Writes in order without ever blocking: a host that does not read stderr loses lines, not the server. */
class BoundedWriter {
  readonly #write: (bytes: Uint8Array) => Promise<unknown>;
  #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #lost = 0;
  #running: Promise<void> | null = null;

  constructor(write: (bytes: Uint8Array) => Promise<unknown>) {
    this.#write = write;
  }

  write(bytes: Uint8Array): void {
    if (this.#queuedBytes + bytes.length > QUEUE_MAX_BYTES) {
      this.#lost++;
      return;
    }
    this.#queue.push(bytes);
    this.#queuedBytes += bytes.length;
    this.#running ??= this.#run();
  }

  async drain(maxMs: number): Promise<void> {
    if (this.#running === null) return;
    await atMost(maxMs, this.#running);
  }

  async #run(): Promise<void> {
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
        await this.#write(next);
        this.#queuedBytes -= next.length;
        if (this.#queue.length === 0 && this.#lost > 0) {
          this.#queue.push(new TextEncoder().encode(`(${this.#lost} log lines were lost)\n`));
          this.#queuedBytes += this.#queue[0].length;
          this.#lost = 0;
        }
      }
    } catch {
      // stderr is gone or full, and there is no better place to say so; what comes later is tried again
      this.#lost += this.#queue.length + 1;
      this.#queue = [];
      this.#queuedBytes = 0;
    } finally {
      this.#running = null;
    }
  }
}

/** A log file with one predecessor. Both are opened at the start, and never again. */
class RotatingFile {
  readonly #current: Deno.FsFile;
  readonly #previous: Deno.FsFile;
  readonly #maxBytes: number;
  readonly #onFailure: (reason: string) => void;
  #bytes: number;
  #failing = false;

  /** `onFailure` is told once for each time that writing begins to fail. */
  constructor(path: string, o: { maxBytes: number; onFailure: (reason: string) => void }) {
    const options = { read: true, write: true, create: true, mode: 0o600 };
    this.#current = Deno.openSync(path, options);
    try {
      this.#previous = Deno.openSync(`${path}.1`, options);
    } catch (error) {
      this.#current.close();
      throw error;
    }
    this.#maxBytes = o.maxBytes;
    this.#onFailure = o.onFailure;
    this.#bytes = this.#current.seekSync(0, Deno.SeekMode.End);
  }

  write(bytes: Uint8Array): void {
    try {
      if (this.#bytes > 0 && this.#bytes + bytes.length > this.#maxBytes) this.#rotate();
      writeAll(this.#current, bytes);
      this.#bytes += bytes.length;
      this.#failing = false;
    } catch (error) {
      // A full disk must not end calls; the line is on stderr anyway.
      if (this.#failing) return;
      this.#failing = true;
      this.#onFailure(error instanceof Error ? error.message : String(error));
    }
  }

  close(): void {
    this.#current.close();
    this.#previous.close();
  }

  /** @throws {Error} when the predecessor cannot be written; the file then stays as it is, and is written on at its end */
  #rotate(): void {
    try {
      this.#previous.truncateSync(0);
      this.#previous.seekSync(0, Deno.SeekMode.Start);
      this.#current.seekSync(0, Deno.SeekMode.Start);
      const buffer = new Uint8Array(64 * 1024);
      for (let n = this.#current.readSync(buffer); n; n = this.#current.readSync(buffer)) {
        writeAll(this.#previous, buffer.subarray(0, n));
      }
    } catch (error) {
      this.#current.seekSync(0, Deno.SeekMode.End);
      throw error;
    }
    this.#current.truncateSync(0);
    this.#current.seekSync(0, Deno.SeekMode.Start);
    this.#bytes = 0;
  }
}

function writeAll(file: Deno.FsFile, bytes: Uint8Array): void {
  for (let rest = bytes; rest.length > 0;) rest = rest.subarray(file.writeSync(rest));
}
