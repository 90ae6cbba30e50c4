import type { SeverityLevel } from "../payload/severity.ts";
import type { Stratum } from "./strata.ts";

/** The verdict that all payloads of one fingerprint share. */
export interface PayloadClass {
  readonly level: SeverityLevel;
  readonly kind: string;
  /** Format and signature of the structure. */
  readonly structure: string;
  /** Whether the numbers of the fingerprint are numbers to a reader too. */
  readonly hasNumbers: boolean;
  /** False when the budget left no time to decode it: then nothing but its bytes was looked at. */
  readonly wasRead: boolean;
  /** Where it is counted; null when there are too many to tell apart. */
  readonly structureStratum: Stratum | null;
  readonly kindStratum: Stratum | null;
}

const SLOTS = 8_192;
const PROBES = 4;

/**
 * The verdicts of the payloads seen lately, by fingerprint, in a fixed amount of memory. Forgetting
 * one costs a second decoding and nothing else.
 */
export class PayloadClasses {
  readonly #a = new Int32Array(SLOTS);
  readonly #b = new Int32Array(SLOTS);
  readonly #classes: (PayloadClass | undefined)[] = new Array(SLOTS).fill(undefined);
  #victim = 0;

  get(a: number, b: number): PayloadClass | undefined {
    const home = a & (SLOTS - 1);
    for (let i = 0; i < PROBES; i++) {
      const slot = (home + i) & (SLOTS - 1);
      if (this.#a[slot] === a && this.#b[slot] === b) {
        const found = this.#classes[slot];
        if (found !== undefined) return found;
      }
    }
    return undefined;
  }

  set(a: number, b: number, verdict: PayloadClass): void {
    const home = a & (SLOTS - 1);
    let slot = (home + this.#victim) & (SLOTS - 1);
    for (let i = 0; i < PROBES; i++) {
      const free = (home + i) & (SLOTS - 1);
      if (this.#classes[free] === undefined) {
        slot = free;
        break;
      }
    }
    this.#victim = (this.#victim + 1) & (PROBES - 1);
    this.#a[slot] = a;
    this.#b[slot] = b;
    this.#classes[slot] = verdict;
  }
}
