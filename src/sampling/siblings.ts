import { MAX_NUMBERS } from "./fingerprint.ts";

/** So many topics of a structure must have spoken before one can be unlike the others. */
const FEWEST = 20;
/** Beyond the range of all others by more than this share of it a figure is unlike them. */
const APART = 0.6;
/** More than this share of them, and what is unlike them is another kind of them. */
const MOST_ODD = 0.05;
const MOST_STRUCTURES = 1_000;

class Range {
  count = 0;
  odd = 0;
  readonly numbers: number;
  readonly low = new Float64Array(MAX_NUMBERS).fill(Infinity);
  readonly high = new Float64Array(MAX_NUMBERS).fill(-Infinity);

  constructor(numbers: number) {
    this.numbers = numbers;
  }
}

/**
 * Compares what topics of one structure say first: of a hundred alike sensors the one whose battery stands at 2 is
 * unlike the others, though it never changes. Bounded by the number of structures.
 */
export class Siblings {
  readonly #ranges = new Map<string, Range>();

  /** Takes the first figures of a topic. How far they lie outside of all others', as a share of their range; 0: not. */
  compare(structure: string, figures: { numbers: ArrayLike<number>; count: number }): number {
    const { numbers, count } = figures;
    let range = this.#ranges.get(structure);
    if (range === undefined) {
      if (this.#ranges.size >= MOST_STRUCTURES) return 0;
      this.#ranges.set(structure, range = new Range(count));
    }
    if (range.numbers !== count) return 0;
    let worst = 0;
    if (range.count >= FEWEST) {
      for (let k = 0; k < count; k++) {
        const width = range.high[k] - range.low[k];
        const apart = Math.max(range.low[k] - numbers[k], numbers[k] - range.high[k]);
        if (width > 0 && apart > APART * width) worst = Math.max(worst, apart / width);
      }
      if (worst > 0 && ++range.odd <= 1 + MOST_ODD * range.count) return worst;
    }
    range.count++;
    for (let k = 0; k < count; k++) {
      if (numbers[k] < range.low[k]) range.low[k] = numbers[k];
      if (numbers[k] > range.high[k]) range.high[k] = numbers[k];
    }
    return 0;
  }
}
