/** Messages that a session may publish at once after a pause. */
export const PUBLISH_BURST = 1_000;
/** Messages per second that it may publish for any length of time. */
export const PUBLISH_PER_SECOND = 100;

/**
 * A bound on how fast one session publishes, so that a loop in somebody's plan does not flood a plant: a bucket of
 * {@linkcode PUBLISH_BURST} messages that fills again by {@linkcode PUBLISH_PER_SECOND}.
 */
export class PublishRate {
  readonly #now: () => number;
  #left = PUBLISH_BURST;
  #countedAt: number;

  /** `now`: a clock in milliseconds that never goes back. */
  constructor(now: () => number) {
    this.#now = now;
    this.#countedAt = now();
  }

  /** Takes one message; otherwise how many milliseconds until there is room for one. */
  take(): { readonly taken: true } | { readonly taken: false; readonly waitMs: number } {
    const now = this.#now();
    const filled = this.#left + (now - this.#countedAt) / 1000 * PUBLISH_PER_SECOND;
    this.#left = Math.min(PUBLISH_BURST, filled);
    this.#countedAt = now;
    if (this.#left < 1) {
      return { taken: false, waitMs: Math.ceil((1 - this.#left) / PUBLISH_PER_SECOND * 1000) };
    }
    this.#left--;
    return { taken: true };
  }
}
