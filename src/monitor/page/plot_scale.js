/** Axes, ranges, gaps and colours of plots. Pure. */
import { formatNumber } from "./format.js";

/** How many lines have a colour of their own in the styles. */
export const COLOURS = 8;

/**
 * Labels of an axis, with as many digits as its steps need.
 * @param {(number | null)[]} values
 * @param {number} step between two of them
 */
export function axisLabels(values, step) {
  const digits = digitsOf(step);
  return values.map((value) => value === null ? "" : formatNumber(Number(value.toFixed(digits))));
}

/** How many digits after the point tell multiples of a step apart. @param {number} step */
export function digitsOf(step) {
  for (let digits = 0; digits < 12; digits++) {
    const scaled = step * 10 ** digits;
    if (Math.abs(scaled - Math.round(scaled)) < 1e-6 * Math.abs(scaled)) return digits;
  }
  return 12;
}

/**
 * The range of values to draw.
 * @param {number | null} low
 * @param {number | null} high
 * @param {boolean} fromZero
 * @returns {[number, number]}
 */
export function valueRange(low, high, fromZero) {
  if (low === null || high === null) return [0, 1];
  if (fromZero && low >= 0) return [0, high > 0 ? high * 1.08 : 1];
  const margin = (high - low) * 0.1 || Math.abs(high) * 0.1 || 1;
  return [low - margin, high + margin];
}

/**
 * The range of times to draw: never less than a second, however near to each other what is drawn is.
 * @param {number | null} from seconds since the epoch
 * @param {number | null} to
 * @returns {[number, number]}
 */
export function timeRange(from, to) {
  if (from === null || to === null) return [0, 1];
  const missing = Math.max(0, 1 - (to - from)) / 2;
  return [from - missing, to + missing];
}

/**
 * Times and lines with a break in each gap, so that no line runs through a time in which nothing could be heard.
 * @param {readonly number[]} at rising
 * @param {readonly (readonly (number | null | undefined)[])[]} lines
 * @param {readonly { from: number, to: number }[]} gaps
 * @returns {{ at: number[], lines: (number | null | undefined)[][] }}
 */
export function withBreaks(at, lines, gaps) {
  const rows = at.map((time, row) => ({ time, row: /** @type {number | null} */ (row) }));
  for (const { from, to } of gaps) rows.push({ time: (from + to) / 2, row: null });
  if (gaps.length > 0) rows.sort((a, b) => a.time - b.time);
  return {
    at: rows.map(({ time }) => time),
    lines: lines.map((line) => rows.map(({ row }) => row === null ? null : line[row])),
  };
}

/**
 * The places of values that no line leads to or from: only as points can they be seen.
 * @param {readonly (number | null | undefined)[]} line null breaks it, undefined does not
 */
export function loneValues(line) {
  const known = line.flatMap((value, at) => value === undefined ? [] : [{ value, at }]);
  return known.flatMap(({ value, at }, place) =>
    typeof value === "number" && (known[place - 1]?.value ?? null) === null &&
      (known[place + 1]?.value ?? null) === null
      ? [at]
      : []
  );
}

/** @type {Map<string, number>} */
const given = new Map();

/**
 * The colour of a line: the same for as long as the page is open, whatever comes and goes beside it.
 * @param {string} label
 * @param {readonly string[]} beside the labels of all lines of the plot
 */
export function colourOf(label, beside) {
  const known = given.get(label);
  if (known !== undefined) return known;
  const taken = new Set(beside.map((one) => given.get(one)));
  const free = Array.from({ length: COLOURS }, (_, colour) => colour)
    .find((colour) => !taken.has(colour));
  const colour = free ?? given.size % COLOURS;
  given.set(label, colour);
  return colour;
}
