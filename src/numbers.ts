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
