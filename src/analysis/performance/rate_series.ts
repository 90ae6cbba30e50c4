/** Counts per slice of time, all slices of one length. */
export interface Slices {
  /** Length of a slice in milliseconds. */
  readonly sliceMs: number;
  /** Counts in time order. */
  readonly counts: readonly number[];
}

const FIRST_SLICE_MS = 100;
const MAX_SLICES = 32_768;
/** A rest at the end shorter than this part of a slice counts into the slice before. */
const SHORT_REST = 0.25;

/**
 * Exact counts over time in bounded memory (at most 128 KB): slices of 100 ms, which double in
 * length whenever the whole no longer fits (after 54 min).
 */
export class RateSeries {
  readonly #startMs: number;
  #sliceMs = FIRST_SLICE_MS;
  #counts = new Uint32Array(1024);
  #used = 0;

  constructor(startMs: number) {
    this.#startMs = startMs;
  }

  /** Counts one event; what lies before the start counts into the first slice. */
  add(atMs: number): void {
    let slice = Math.floor((atMs - this.#startMs) / this.#sliceMs);
    if (!(slice >= 0)) slice = 0;
    while (slice >= this.#counts.length) slice = this.#makeRoom(slice, atMs);
    this.#counts[slice] += 1;
    if (slice >= this.#used) this.#used = slice + 1;
  }

  /**
   * The counts until `untilMs` in slices of at least `sliceMs` each and at most `maxSlices` of
   * them; an unfinished last slice is left out if `complete` is asked for.
   */
  slices(o: { untilMs: number; sliceMs: number; maxSlices: number; complete?: boolean }): Slices {
    const lengthMs = Math.max(o.untilMs - this.#startMs, this.#sliceMs);
    const wantedMs = Math.max(o.sliceMs, niceSliceMs(lengthMs / o.maxSlices));
    const factor = Math.max(1, Math.round(wantedMs / this.#sliceMs));
    const sliceMs = factor * this.#sliceMs;
    const whole = lengthMs / sliceMs;
    const length = o.complete
      ? Math.floor(whole + 1e-9)
      : Math.max(1, Math.ceil(whole - SHORT_REST));
    const counts = new Array<number>(length).fill(0);
    for (let i = 0; i < this.#used; i++) {
      const into = Math.floor(i / factor);
      if (into < length) counts[into] += this.#counts[i];
      else if (!o.complete) counts[length - 1] += this.#counts[i];
    }
    return { sliceMs, counts };
  }

  #makeRoom(slice: number, atMs: number): number {
    if (this.#counts.length < MAX_SLICES) {
      const longer = new Uint32Array(
        Math.min(MAX_SLICES, Math.max(this.#counts.length * 2, slice + 1)),
      );
      longer.set(this.#counts);
      this.#counts = longer;
      return slice;
    }
    const half = MAX_SLICES / 2;
    for (let i = 0; i < half; i++) {
      this.#counts[i] = this.#counts[2 * i] + this.#counts[2 * i + 1];
    }
    this.#counts.fill(0, half);
    this.#used = Math.ceil(this.#used / 2);
    this.#sliceMs *= 2;
    return Math.floor((atMs - this.#startMs) / this.#sliceMs);
  }
}

/** The next length a person would choose: 1, 2 or 5 times a power of ten, from 100 ms on. */
function niceSliceMs(atLeastMs: number): number {
  let power = FIRST_SLICE_MS;
  while (true) {
    for (const step of [1, 2, 5]) if (power * step >= atLeastMs - 1e-6) return power * step;
    power *= 10;
  }
}
