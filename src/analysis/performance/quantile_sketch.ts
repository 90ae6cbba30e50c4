import { significant } from "../../numbers.ts";

/** Percentiles as a reader gets them; the unit is said by whoever holds them. */
export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
}

/** Values below this are counted as zero. */
const SMALLEST = 1e-3;
/** Values above this are counted as this. */
const LARGEST = 1e12;
/** Greatest relative error of a quantile. */
const RELATIVE_ERROR = 0.01;
const GAMMA = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR);
const INVERSE_LOG_GAMMA = 1 / Math.log(GAMMA);
const FIRST_BIN = Math.ceil(Math.log(SMALLEST) * INVERSE_LOG_GAMMA);
const BINS = Math.ceil(Math.log(LARGEST) * INVERSE_LOG_GAMMA) - FIRST_BIN + 1;

/**
 * Quantiles of any number of non-negative values in constant memory (about 14 KB): logarithmic
 * bins, so that a quantile between 0.001 and 1e12 is off by at most 1 % of itself (DDSketch).
 * Count, sum, minimum and maximum are exact.
 */
export class QuantileSketch {
  readonly #bins = new Float64Array(BINS);
  #zeros = 0;
  #count = 0;
  #sum = 0;
  #min = Infinity;
  #max = 0;
  #onlyIntegers = true;
  /** Sizes and intervals repeat a lot: the logarithm of the value before is kept. */
  #lastValue = -1;
  #lastBin = 0;

  /** How many values were added. */
  get count(): number {
    return this.#count;
  }

  /** Adds a value; negative ones count as zero, and what is not a number is ignored. */
  add(value: number): void {
    if (value !== value) return;
    if (value < 0) value = 0;
    this.#count++;
    this.#sum += value;
    if (this.#onlyIntegers && !Number.isInteger(value)) this.#onlyIntegers = false;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
    if (value < SMALLEST) {
      this.#zeros++;
      return;
    }
    if (value !== this.#lastValue) {
      this.#lastValue = value;
      this.#lastBin = value >= LARGEST
        ? BINS - 1
        : Math.ceil(Math.log(value) * INVERSE_LOG_GAMMA) - FIRST_BIN;
    }
    this.#bins[this.#lastBin] += 1;
  }

  /** The value at `q` (0 to 1) of the sorted values, within 1 %; 0 if there are none. */
  quantile(q: number): number {
    if (this.#count === 0) return 0;
    const rank = Math.floor(q * (this.#count - 1));
    if (rank === 0) return this.#min;
    if (rank === this.#count - 1) return this.#max;
    let seen = this.#zeros;
    if (rank < seen) return this.#min;
    for (let bin = 0; bin < BINS; bin++) {
      seen += this.#bins[bin];
      if (rank < seen) {
        const middle = (2 * Math.pow(GAMMA, bin + FIRST_BIN)) / (GAMMA + 1);
        return Math.min(this.#max, Math.max(this.#min, middle));
      }
    }
    return this.#max;
  }

  /**
   * The usual percentiles, rounded to three significant digits, and to integers where all values
   * were integers (so that up to 50 they are exact); null if nothing was added.
   */
  percentiles(): Percentiles | null {
    if (this.#count === 0) return null;
    const rounded = (q: number) => {
      const value = this.quantile(q);
      return this.#onlyIntegers ? Math.round(value) : roundTo3(value);
    };
    return {
      p50: rounded(0.5),
      p95: rounded(0.95),
      p99: rounded(0.99),
      min: roundTo3(this.#min),
      max: roundTo3(this.#max),
      mean: roundTo3(this.#sum / this.#count),
    };
  }
}

/** Rounds to three significant digits, integers from 100 on to integers. */
export function roundTo3(value: number): number {
  if (!Number.isFinite(value) || value === 0) return 0;
  return Math.abs(value) >= 100 ? Math.round(value) : significant(value, 3);
}
