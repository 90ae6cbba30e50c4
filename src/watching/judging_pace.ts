/** Judging all watched devices takes no more than this share of the time. */
const LARGEST_SHARE = 0.05;
const SHORTEST_REST_MS = 500;

/** Keeps the watches on devices, however many, from taking the time of all else. */
export class JudgingPace {
  #watches = 0;

  /** How many share it. */
  get watches(): number {
    return this.#watches;
  }

  join(): void {
    this.#watches++;
  }

  leave(): void {
    this.#watches--;
  }

  /** Milliseconds for which a watch rests after a judgement that took so long. */
  restAfter(tookMs: number): number {
    return Math.max(SHORTEST_REST_MS, tookMs * this.#watches / LARGEST_SHARE);
  }
}
