import { rounded } from "../numbers.ts";

/** The middle of the values (mean of the two middle ones); 0 if there are none. */
export function median(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The value under which three of four are; 0 if there are none. */
export function upperQuartile(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(0.75 * values.length)] ?? 0;
}

/** A robust standard deviation: the median distance from `center`, the median itself if none is given, scaled for normal noise. */
export function robustDeviation(values: readonly number[], center = median(values)): number {
  return 1.4826 * median(values.map((value) => Math.abs(value - center)));
}

/** The arithmetic mean; 0 if there are no values. */
export function mean(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return values.length === 0 ? 0 : sum / values.length;
}

/** By how much each value differs from the one before it: one less than there are values. */
export function differences(values: readonly number[]): number[] {
  return values.slice(1).map((value, i) => value - values[i]);
}

/** `part` in percent of `whole`, to one decimal; 0 if there is no whole. */
export function percent(part: number, whole: number): number {
  return whole > 0 ? rounded((part / whole) * 100, 1) : 0;
}

/** How far the largest is from the smallest. */
export function spreadOf(values: readonly number[]): number {
  return Math.max(...values) - Math.min(...values);
}

/** The place from which on all values are the same as the last one; 0 if there are none. */
export function standsFrom(values: readonly unknown[]): number {
  return values.findLastIndex((value) => value !== values.at(-1)) + 1;
}

/** The usual time between things that follow one another; 0 if there are none. */
export function paceOf(times: readonly { readonly at: number }[]): number {
  return median(differences(times.map(({ at }) => at)));
}

/** How long things that follow one another last from one of them on; endless back where there is none such. */
export function lastsMs(times: readonly { readonly at: number }[], from = 0): number {
  return (times.at(-1)?.at ?? 0) - (times[from]?.at ?? Infinity);
}

/** How often a value is more than the one before it. */
export function risesIn(values: readonly number[]): number {
  return differences(values).filter((step) => step > 0).length;
}

/** Whether values both rise and fall. */
export function goesBothWays(values: readonly number[]): boolean {
  const signs = differences(values).map(Math.sign);
  return signs.includes(1) && signs.includes(-1);
}

const LEAST_WAY = 8;

/** Whether values go one way by so much: to their end, in each half of the time, and seldom and little back. */
export function keepsGoing(values: readonly number[], way: 1 | -1, least: number): boolean {
  if (values.length < LEAST_WAY) return false;
  const signed = values.map((value) => way * value);
  const [first = 0, last = 0] = [signed[0], signed.at(-1)];
  const middle = signed[Math.floor(signed.length / 2)];
  const moved = differences(signed).filter((step) => step !== 0);
  const back = moved.filter((step) => step < 0);
  const whole = last - first;
  return whole >= least && back.length <= 0.25 * moved.length &&
    -Math.min(0, ...back) <= 0.15 * whole &&
    middle - first >= 0.25 * whole && last - middle >= 0.25 * whole;
}

/** Fewer values that go one way with each step may do so by chance. */
const LEAST_STEPWISE = 6;

/** Whether values keep going one way by so much, or of too few to tell each is further than the one before. */
export function keepsGoingOfFew(values: readonly number[], way: 1 | -1, least: number): boolean {
  return keepsGoing(values, way, least) ||
    values.length >= LEAST_STEPWISE && way * ((values.at(-1) ?? 0) - values[0]) >= least &&
      differences(values).every((step) => way * step > 0);
}
