import type { ProgressReport } from "../tools/tool.ts";

/** What {@linkcode ProgressReporter} needs from the connection and the clock. */
interface ProgressOptions {
  /** Sends one report; undefined when the caller gave no progress token. */
  readonly send: ((report: ProgressReport) => Promise<void>) | undefined;
  readonly signal: AbortSignal;
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number;
}

const INTERVAL_MS = 1_000;
/** Clients that get a report and the result in one read lose one of them. */
const QUIET_BEFORE_RESULT_MS = 50;

/**
 * Thins the progress of one call out: at most one report a second, only rising ones, none after the
 * call was cancelled, none in its last second as far as `total` tells, and none just before its result.
 */
export class ProgressReporter {
  readonly #send: ProgressOptions["send"];
  readonly #signal: AbortSignal;
  readonly #now: () => number;
  #sentAtMs: number;
  #sentAny = false;
  #highest = -Infinity;
  #waiting: ProgressReport | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sending: Promise<void> = Promise.resolve();
  #finished = false;

  constructor(options: ProgressOptions) {
    this.#send = options.send;
    this.#signal = options.signal;
    this.#now = options.now ?? (() => performance.now());
    // Counting the start as a report keeps calls under a second free of progress, and of its delay.
    this.#sentAtMs = this.#now();
  }

  /** Takes a report; sends it now, later or never. */
  report(report: ProgressReport): void {
    if (this.#send === undefined || this.#finished || this.#signal.aborted) return;
    if (!(report.progress > this.#highest)) return;
    if (report.total !== undefined && report.total - report.progress < 1) {
      this.#drop();
      return;
    }
    this.#waiting = report;
    const dueInMs = this.#sentAtMs + INTERVAL_MS - this.#now();
    if (dueInMs <= 0) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), Math.ceil(dueInMs));
  }

  /** Resolves when the result may be sent. No report is sent after it was called. */
  async finish(): Promise<void> {
    this.#finished = true;
    this.#drop();
    await this.#sending;
    if (!this.#sentAny || this.#signal.aborted) return;
    const quietMs = this.#sentAtMs + QUIET_BEFORE_RESULT_MS - this.#now();
    if (quietMs > 0) await new Promise((resolve) => setTimeout(resolve, Math.ceil(quietMs)));
  }

  #drop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting = undefined;
  }

  #flush(): void {
    const report = this.#waiting;
    this.#drop();
    if (report === undefined || this.#send === undefined || this.#signal.aborted) return;
    this.#highest = report.progress;
    this.#sentAny = true;
    this.#sentAtMs = this.#now();
    // A report that cannot be sent means that the connection is ending: the call will learn it itself.
    this.#sending = this.#send(report).then(() => {
      this.#sentAtMs = this.#now();
    }, () => {});
  }
}
