interface Kept<T> {
  readonly value: T;
  /** Until when it may be given again, in ms of a clock that never goes back. */
  readonly until: number;
}

/** However many look, a view takes no more than this share of the time. */
const LARGEST_SHARE = 0.02;
const MOST_KEPT = 200;

/**
 * Views that may be costly, like one over 200,000 topics: each is made again only once the time that making it took is a
 * small share of the time since. What is quick is always fresh.
 */
export class Paced<T> {
  readonly #kept = new Map<string, Kept<T>>();
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** The view of that name, made anew where it is due. */
  get(name: string, make: () => T): T {
    const started = this.#now();
    const kept = this.#kept.get(name);
    if (kept !== undefined && started < kept.until) return kept.value;
    const value = make();
    const ended = this.#now();
    this.#kept.delete(name);
    this.#kept.set(name, { value, until: ended + (ended - started) / LARGEST_SHARE });
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= MOST_KEPT) break;
      this.#kept.delete(oldest);
    }
    return value;
  }
}
