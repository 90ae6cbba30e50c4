import { isoTime } from "../../iso_time.ts";
import { median } from "../statistics.ts";

/** A number, when it came (ms since the epoch), and the place of its topic in a list of them. */
type Point = readonly [value: number, atMs: number, source: number];

/** Numbers kept of one place before every other one is dropped. */
const MOST_POINTS = 128;
/** Fewer say nothing of what is usual. */
const LEAST_POINTS = 10;
/** So many times as far from the middle half as that half is wide is far. */
const FAR = 3;

/** What is usual among numbers, and what is not. */
export interface UsualRange {
  readonly usual: { readonly min: number; readonly max: number };
  readonly outside: {
    /** Values outside the usual range; about so many, where not every one was kept. */
    readonly count: number;
    readonly min: number;
    readonly max: number;
    /** ISO 8601, in UTC. */
    readonly first: string;
    readonly last: string;
    /** All values since then are outside, so they may be the new norm. */
    readonly ongoing?: true;
    /** The one topic they came on, of several that were learnt together. */
    readonly topic?: string;
  };
}

/** The numbers of one place in the order they came, thinned evenly where there are many. */
export class NumberTrail {
  #points: Point[] = [];
  /** One of so many is kept. */
  #stride = 1;
  #seen = 0;
  #least: Point | null = null;
  #most: Point | null = null;

  /** Takes a number that came at `atMs` on the topic at place `source`. */
  add(value: number, atMs: number, source: number): void {
    if (this.#least === null || value < this.#least[0]) this.#least = [value, atMs, source];
    if (this.#most === null || value > this.#most[0]) this.#most = [value, atMs, source];
    if (this.#seen++ % this.#stride !== 0) return;
    this.#points.push([value, atMs, source]);
    if (this.#points.length >= MOST_POINTS) this.#halve();
  }

  /** Takes what `other` kept. */
  merge(other: NumberTrail): void {
    const points = [...this.#points, ...other.#points].sort((a, b) => a[1] - b[1]);
    this.#stride = Math.max(this.#stride, other.#stride);
    this.#seen += other.#seen;
    this.#points = points;
    while (this.#points.length >= MOST_POINTS) this.#halve();
    for (const point of [other.#least, other.#most]) {
      if (point === null) continue;
      if (this.#least === null || point[0] < this.#least[0]) this.#least = point;
      if (this.#most === null || point[0] > this.#most[0]) this.#most = point;
    }
  }

  /** The usual range where some values lie outside of it; `topics` names the sources. */
  usual(topics: readonly string[]): UsualRange | null {
    const points = this.#withExtremes();
    if (points.length < LEAST_POINTS) return null;
    const split = levelShift(points) ?? farValues(points);
    if (split === null) return null;
    const { rest, outside } = split;
    const values = rest.map(([value]) => value);
    const strange = outside.map(([value]) => value);
    const first = outside[0];
    const last = outside.at(-1);
    if (first === undefined || last === undefined) return null;
    const sources = new Set(outside.map(([, , source]) => source));
    const isShared = new Set(points.map(([, , source]) => source)).size > 1;
    const topic = isShared && sources.size === 1 ? topics[first[2]] : undefined;
    const ongoing = outside.length >= 2 &&
      points.slice(-outside.length).every((one) => outside.includes(one));
    return {
      usual: { min: least(values), max: most(values) },
      outside: {
        count: Math.max(outside.length, Math.round((outside.length / points.length) * this.#seen)),
        min: least(strange),
        max: most(strange),
        first: isoTime(first[1]),
        last: isoTime(last[1]),
        ...(ongoing && { ongoing }),
        ...(topic !== undefined && { topic }),
      },
    };
  }

  #halve(): void {
    this.#points = this.#points.filter((_, i) => i % 2 === 0);
    this.#stride *= 2;
  }

  /** The kept numbers, and the least and the greatest of all. */
  #withExtremes(): Point[] {
    const points = [...this.#points];
    for (const point of [this.#least, this.#most]) {
      if (point === null) continue;
      const isKept = points.some((one) => one.every((part, i) => part === point[i]));
      if (!isKept) points.push(point);
    }
    return points.sort((a, b) => a[1] - b[1]);
  }
}

interface Split {
  readonly rest: readonly Point[];
  readonly outside: readonly Point[];
}

/** Values far from the middle half of all: a spike, a failure value, one broken sensor of many. */
function farValues(points: readonly Point[]): Split | null {
  const sorted = points.map(([value]) => value).sort((a, b) => a - b);
  const quarter = sorted[Math.floor(sorted.length / 4)] ?? 0;
  const threeQuarters = sorted[Math.floor((sorted.length * 3) / 4)] ?? 0;
  const middle = median(sorted);
  const width = Math.max(threeQuarters - quarter, 0.02 * Math.abs(middle), smallestStep(sorted));
  if (width === 0) return null;
  const isFar = ([value]: Point) =>
    value < quarter - FAR * width || value > threeQuarters + FAR * width;
  const outside = points.filter(isFar);
  // What is often far is a part of the range, such as a load that is switched on.
  if (outside.length === 0 || outside.length > points.length * 0.2) return null;
  return { rest: points.filter((point) => !isFar(point)), outside };
}

/** Two stretches of time whose values have nothing in common: the longer one is what was usual. */
function levelShift(points: readonly Point[]): Split | null {
  let best: { at: number; gap: number } | null = null;
  const before: { min: number; max: number }[] = [];
  let min = Infinity;
  let max = -Infinity;
  for (const [value] of points) {
    min = Math.min(min, value);
    max = Math.max(max, value);
    before.push({ min, max });
  }
  min = Infinity;
  max = -Infinity;
  for (let at = points.length - 1; at >= 3; at--) {
    const value = points[at][0];
    min = Math.min(min, value);
    max = Math.max(max, value);
    const head = before[at - 1] ?? { min, max };
    const apart = Math.max(min - head.max, head.min - max);
    const wide = Math.max(max - min, head.max - head.min);
    if (points.length - at < 3 || apart <= 2 * wide) continue;
    if (apart > (best?.gap ?? 0)) best = { at, gap: apart };
  }
  if (best === null) return null;
  const head = points.slice(0, best.at);
  const tail = points.slice(best.at);
  // Values that only ever take two positions are a switch.
  if (new Set(points.map(([value]) => value)).size < 4) return null;
  return head.length >= tail.length ? { rest: head, outside: tail } : { rest: tail, outside: head };
}

function smallestStep(sorted: readonly number[]): number {
  let step = Infinity;
  for (let i = 1; i < sorted.length; i++) {
    const gap = sorted[i] - sorted[i - 1];
    if (gap > 0) step = Math.min(step, gap);
  }
  return Number.isFinite(step) ? step : 0;
}

function least(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b), Infinity);
}

function most(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b), -Infinity);
}
