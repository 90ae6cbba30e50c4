import type { Verdict } from "./held_message.ts";
import type { Stratum } from "./strata.ts";

/** The verdict that all payloads of one fingerprint share. */
export interface PayloadClass extends Verdict {
  /** Whether the numbers of the fingerprint are numbers to a reader too. */
  readonly hasNumbers: boolean;
  /** Where it is counted; null when there are too many to tell apart. */
  readonly structureStratum: Stratum | null;
  readonly kindStratum: Stratum | null;
}

/** Powers of two. */
const FIRST_SLOTS = 128;
const MOST_SLOTS = 8_192;
const PROBES = 4;

/**
 * The verdicts of the payloads seen lately, by fingerprint, in a bounded amount of memory, which is small while there are
 * few: thousands of calls may listen at a time. Forgetting one costs a second decoding and nothing else.
 */
export class PayloadClasses {
  #a = new Int32Array(FIRST_SLOTS);
  #b = new Int32Array(FIRST_SLOTS);
  #classes: (PayloadClass | undefined)[] = new Array(FIRST_SLOTS).fill(undefined);
  #held = 0;
  #victim = 0;

  get(a: number, b: number): PayloadClass | undefined {
    const mask = this.#a.length - 1;
    for (let i = 0; i < PROBES; i++) {
      const slot = (a + i) & mask;
      if (this.#a[slot] === a && this.#b[slot] === b) {
        const found = this.#classes[slot];
        if (found !== undefined) return found;
      }
    }
    return undefined;
  }

  set(a: number, b: number, verdict: PayloadClass): void {
    if (this.#held * 2 >= this.#a.length && this.#a.length < MOST_SLOTS) this.#grow();
    const mask = this.#a.length - 1;
    let slot = (a + this.#victim) & mask;
    for (let i = 0; i < PROBES; i++) {
      const free = (a + i) & mask;
      if (this.#classes[free] === undefined) {
        slot = free;
        this.#held++;
        break;
      }
    }
    this.#victim = (this.#victim + 1) & (PROBES - 1);
    this.#a[slot] = a;
    this.#b[slot] = b;
    this.#classes[slot] = verdict;
  }

  #grow(): void {
    const [a, b, classes] = [this.#a, this.#b, this.#classes];
    const slots = a.length * 8;
    this.#a = new Int32Array(slots);
    this.#b = new Int32Array(slots);
    this.#classes = new Array(slots).fill(undefined);
    this.#held = 0;
    for (const [i, verdict] of classes.entries()) {
      if (verdict !== undefined) this.set(a[i], b[i], verdict);
    }
  }
}
