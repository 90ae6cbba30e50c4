/**
 * Until when a judgement holds if nothing more is heard: the earliest time at which one of the lengths of time that it
 * compared reaches its limit.
 */
export class Expiry {
  /** When it is judged, in milliseconds since the epoch. */
  readonly nowMs: number;
  #atMs = Infinity;

  constructor(nowMs: number) {
    this.nowMs = nowMs;
  }

  /** From this time on the judgement may be another one; {@linkcode nowMs} where it is another at each moment. */
  get atMs(): number {
    return this.#atMs;
  }

  /** Takes what is still missing of a length of time that grows; below zero: it is over, and stays so. */
  missing(leftMs: number): void {
    if (leftMs >= 0) this.#atMs = Math.min(this.#atMs, this.nowMs + leftMs);
  }

  /** Something was judged by the time itself. */
  expire(): void {
    this.#atMs = this.nowMs;
  }
}
