/** Two windows of time that are compared, as the address has them: `compare` is the later one, `with` the earlier. Pure. */
import { parseSpan, rangeText } from "./range.js";

/**
 * @typedef {{ from: number, to: number }} Span in seconds since the epoch
 * @typedef {{ before: Span, after: Span }} Windows
 * @typedef {{ before: [from: number, to: number], after: [from: number, to: number], words: string }} Preset
 *   seconds from now on
 */

const HOUR = 3_600;
const DAY = 24 * HOUR;

/** @param {number} seconds @param {string} words @returns {Preset} */
function last(seconds, words) {
  return { before: [-2 * seconds, -seconds], after: [-seconds, 0], words };
}

/** @param {number} days @param {string} words @returns {Preset} */
function sameHour(days, words) {
  return { before: [-days * DAY - HOUR, -days * DAY], after: [-HOUR, 0], words };
}

/** By what the address calls them. @type {Readonly<Record<string, Preset>>} */
const PRESETS = {
  60: last(60, "The last minute, compared with the one before"),
  600: last(600, "The last 10 minutes, compared with as long before"),
  3600: last(HOUR, "The last hour, compared with the one before"),
  86400: last(DAY, "The last 24 hours, compared with as long before"),
  yesterday: sameHour(1, "The last hour, compared with the same hour yesterday"),
  week: sameHour(7, "The last hour, compared with the same hour a week ago"),
};

/** @type {[key: string, text: string][]} */
export const CHOICES = [
  ["60", "1 min"],
  ["600", "10 min"],
  ["3600", "1 h"],
  ["86400", "24 h"],
  ["yesterday", "Since yesterday"],
  ["week", "Same hour last week"],
];
export const FIRST_CHOICE = "600";

/**
 * What an address compares: one of the choices, or two windows of one's own; a sentence where it says neither.
 * @param {string} compare
 * @param {string | null} earlier
 * @returns {{ preset: Preset } | { windows: Windows } | { problem: string }}
 */
export function comparedIn(compare, earlier) {
  if (Object.hasOwn(PRESETS, compare)) return { preset: PRESETS[compare] };
  const [before, after] = [earlier, compare].map(parseSpan);
  if (before && after) return { windows: { before, after } };
  return { problem: "The address names no two times that can be compared: choose them here." };
}

/** The windows that a preset means at a time. @param {Preset} preset @param {number} now in seconds @returns {Windows} */
export function windowsAt({ before, after }, now) {
  const at = (/** @type {[number, number]} */ [from, to]) => ({ from: now + from, to: now + to });
  return { before: at(before), after: at(after) };
}

/** As the API takes them. @param {{ preset: Preset } | { windows: Windows }} compared */
export function windowsQuery(compared) {
  const [before, after] = "preset" in compared
    ? [compared.preset.before, compared.preset.after].map(([from, to]) => [`${from}s`, `${to}s`])
    : [compared.windows.before, compared.windows.after].map(({ from, to }) => [iso(from), iso(to)]);
  const [before_since, before_until] = before;
  const [since, until] = after;
  return { before_since, before_until, since, ...(until !== "0s" && { until }) };
}

/** As addresses have them. @param {Windows} windows */
export function windowsParams({ before, after }) {
  return { compare: rangeText(after.from, after.to), with: rangeText(before.from, before.to) };
}

/**
 * As long before a moment as after it: a quarter of what is looked at, at least ten seconds and at most an hour.
 * @param {number} at in seconds
 * @param {number} looked in seconds
 * @returns {Windows}
 */
export function aroundMoment(at, looked) {
  const span = Math.min(HOUR, Math.max(10, Math.round(looked / 4)));
  return { before: { from: at - span, to: at }, after: { from: at, to: at + span } };
}

/**
 * What is wrong with two windows that somebody chose, and where; null: nothing.
 * @param {Windows} windows
 * @param {number} now in seconds
 * @returns {{ window: "before" | "after", text: string } | null}
 */
export function problemOf({ before, after }, now) {
  if (after.from >= now) return { window: "after", text: "It begins in the future." };
  if (before.from >= after.from) {
    return { window: "before", text: "“Before” has to begin earlier than “after”." };
  }
  return null;
}

/** @param {number} seconds */
function iso(seconds) {
  return new Date(Math.round(seconds * 1000)).toISOString();
}
