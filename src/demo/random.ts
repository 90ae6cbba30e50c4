/** Numbers from 0 (included) to 1 (excluded). */
export type Random = () => number;

/** A repeatable source of randomness (mulberry32): the same seed gives the same numbers. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A seed of its own for each name, so that one device does not disturb another's numbers. */
export function seedFor(name: string, seed: number): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** A value that wanders around `center`, pulled back to it: what a sensor in a room measures. */
export class Wandering {
  readonly #center: number;
  readonly #step: number;
  readonly #random: Random;
  #value: number;

  constructor(center: number, step: number, random: Random) {
    this.#center = center;
    this.#step = step;
    this.#random = random;
    this.#value = center + (random() - 0.5) * step * 4;
  }

  /** The next value, rounded to `digits` decimals. */
  next(digits = 1): number {
    this.#value += (this.#random() - 0.5) * 2 * this.#step +
      (this.#center - this.#value) * 0.1;
    return Number(this.#value.toFixed(digits));
  }
}
