import type { Listening } from "../session/listening.ts";

/** What {@linkcode Silence} is made with. */
interface SilenceOptions {
  readonly listening: Pick<Listening, "report">;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Called once for each silence: the next comes after something broke it. */
  readonly onQuiet: () => void;
}

const LAST_LOOK_MS = 20;

/** Waits for a time without messages. Time in which nothing could be heard does not count. */
export class Silence {
  readonly #limitMs: number;
  readonly #o: SilenceOptions;
  #since = performance.now();
  #timer: ReturnType<typeof setTimeout>;
  #asked = false;
  #told = false;
  #stopped = false;

  constructor(limitMs: number, o: SilenceOptions) {
    this.#limitMs = limitMs;
    this.#o = o;
    this.#timer = setTimeout(() => this.#look(), limitMs);
  }

  /** To be called with each message that breaks it. */
  broken(): void {
    this.#since = performance.now();
    this.#asked = false;
    if (!this.#told || this.#stopped) return;
    this.#told = false;
    this.#timer = setTimeout(() => this.#look(), this.#limitMs);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #look(): void {
    const { gaps } = this.#o.listening.report();
    const heardAgainMs = gaps.length === 0
      ? Infinity
      : this.#o.now() - Date.parse(gaps[gaps.length - 1].to);
    const leftMs = this.#limitMs - Math.min(performance.now() - this.#since, heardAgainMs);
    if (leftMs > 0) this.#asked = false;
    else if (this.#asked) {
      this.#told = true;
      return this.#o.onQuiet();
    } else this.#asked = true;
    // where the process stood still, what came meanwhile is read first
    this.#timer = setTimeout(() => this.#look(), leftMs > 0 ? Math.max(20, leftMs) : LAST_LOOK_MS);
  }
}
