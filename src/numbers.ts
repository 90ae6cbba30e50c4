/** Numbers as results show them. */

/** A number rounded to some decimals, without a tail of zeros. */
export function rounded(value: number, decimals = 2): number {
  const factor = 10 ** decimals;
  return Math.round(value * factor) / factor;
}

/** The sum of what each of some counts for. */
export function sumOf<T>(items: Iterable<T>, value: (item: T) => number): number {
  let sum = 0;
  for (const item of items) sum += value(item);
  return sum;
}

/** The last place that any of some numbers is told to: 1, 0.1, 0.01. */
export function lastPlace(values: readonly number[]): number {
  return 10 ** -Math.max(...values.map((value) => (String(value).split(".")[1] ?? "").length));
}

/** A number with so many significant digits, without a tail of zeros. */
export function significant(value: number, digits: number): number {
  return Number(value.toPrecision(digits));
}

const DIGITS_OF_SPREAD = 4;
/** More a double does not have. */
const MOST_DIGITS = 17;

/** A number with so many significant digits, or more where it is told beside others that are less than that apart. */
export function significantWithin(value: number, spread: number, digits: number): number {
  if (!Number.isFinite(value) || value === 0 || spread === 0) return significant(value, digits);
  const needed = magnitude(value) - magnitude(spread) + DIGITS_OF_SPREAD;
  return significant(value, Math.min(MOST_DIGITS, Math.max(digits, needed)));
}

function magnitude(value: number): number {
  return Math.floor(Math.log10(Math.abs(value)));
}

/** The mean of what lies between two bounds: with few digits, but as many as tell it from the bounds. */
export function meanWithin(
  mean: number,
  { min, max }: { readonly min: number; readonly max: number },
  digits = 6,
): number {
  return Math.min(max, Math.max(min, significantWithin(mean, max - min, digits)));
}
