/** A bound on how often something is done: at most `burst` at once, and `perSecond` for any length of time. */
export class RateLimit {
  readonly #perSecond: number;
  readonly #burst: number;
  readonly #now: () => number;
  #left: number;
  #countedAt: number;

  /** `now`: a clock in milliseconds that never goes back. */
  constructor(options: { perSecond: number; burst: number; now?: () => number }) {
    this.#perSecond = options.perSecond;
    this.#burst = this.#left = options.burst;
    this.#now = options.now ?? (() => performance.now());
    this.#countedAt = this.#now();
  }

  /** Takes one; false when there is none left. */
  take(): boolean {
    if (!this.ready()) return false;
    this.#left--;
    return true;
  }

  /** Whether one could be taken. */
  ready(): boolean {
    this.#fill();
    return this.#left >= 1;
  }

  /** Milliseconds until one can be taken; 0 when one can be taken now. */
  get waitMs(): number {
    this.#fill();
    return Math.ceil(Math.max(0, 1 - this.#left) / this.#perSecond * 1000);
  }

  #fill(): void {
    const now = this.#now();
    const filled = this.#left + (now - this.#countedAt) / 1000 * this.#perSecond;
    this.#left = Math.min(this.#burst, filled);
    this.#countedAt = now;
  }
}
