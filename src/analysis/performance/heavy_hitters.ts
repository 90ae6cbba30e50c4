/** A key with how often it came at least and at most. */
interface HeavyHitter {
  readonly key: string;
  readonly atLeast: number;
  readonly atMost: number;
}

/**
 * The most frequent keys of a stream in bounded memory (Space-Saving): every key that makes up more
 * than 1/`capacity` of the stream is among them, with bounds on its count.
 */
export class HeavyHitters {
  readonly #capacity: number;
  readonly #counts = new Map<string, { count: number; error: number }>();
  #total = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** How many keys were added, repeats included. */
  get total(): number {
    return this.#total;
  }

  /** Counts a key. */
  add(key: string): void {
    this.#total++;
    const known = this.#counts.get(key);
    if (known !== undefined) {
      known.count++;
      return;
    }
    if (this.#counts.size < this.#capacity) {
      this.#counts.set(key, { count: 1, error: 0 });
      return;
    }
    let rarest = "";
    let fewest = Infinity;
    for (const [candidate, entry] of this.#counts) {
      if (entry.count < fewest) {
        fewest = entry.count;
        rarest = candidate;
        if (fewest === 1) break;
      }
    }
    this.#counts.delete(rarest);
    this.#counts.set(key, { count: fewest + 1, error: fewest });
  }

  /** The keys that certainly came at least `minimum` times, the most frequent first. */
  top(minimum: number): HeavyHitter[] {
    const found: HeavyHitter[] = [];
    for (const [key, { count, error }] of this.#counts) {
      if (count - error >= minimum) found.push({ key, atLeast: count - error, atMost: count });
    }
    return found.sort((a, b) => b.atLeast - a.atLeast || (a.key < b.key ? -1 : 1));
  }
}
