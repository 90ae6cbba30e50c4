import { isHolder, leafOf } from "../../reading/fields.ts";
import { median, spreadOf } from "../../../statistics.ts";
import { areTogether, type DeviceView, standTogether } from "../../reading/view.ts";
import { ACTS, RESTS } from "../values/frozen.ts";
import { isSwitchedBetween, spanAround } from "../values/turns.ts";
import { type Series, seriesOf, SWITCHED } from "../values/series.ts";
import { TURNED } from "../values/values.ts";

/** It was so many other values, and is the same to the digit in so many messages. */
const LEAST_OTHERS = 3;
const LEAST_SAME = 6;
/** So many times as far from all others as these are from each other, and farther by such a share of what they are. */
const FAR = 5;
const FAR_SHARE = 0.3;
/** Nothing is turned so far and back. */
const VERY_FAR = 20;
/** Nothing is so near to all others as to what is not there at all. */
const FAR_FROM_NOTHING = 2;
/** What is nothing when it is off. */
const GOES_OUT =
  /fan|pump|consum|verbrauch|torque|uv|vent|heat(?:ing|er)|burn|^[a-z]\d?$|^[ip](?:o|out|in|ac|dc|[abc]|l\d|bat)$/;
/** What moved by so many spreads, and by such a share of what it was, went elsewhere. */
const MOVED = 1.5;
const MOVED_SHARE = 0.1;
/** What goes elsewhere with more than one other number is of another work. */
const MOST_LEFT = 1;

/**
 * Whether what moved within narrow bounds leapt far out of them and tells that one number since, to the digit, or again and
 * again: whatever it is called, it is not measured any more. What is switched, acts or drives goes there to rest.
 */
export function staysAway(series: Series, view: DeviceView): boolean {
  const { values, readings, name, path } = series;
  const last = values.at(-1) ?? 0;
  const others = values.filter((value) => value !== last);
  const run = values.length - 1 - values.findLastIndex((value) => value !== last);
  if (new Set(others).size < LEAST_OTHERS || run < LEAST_SAME || values[0] === last) return false;
  if ([SWITCHED, ACTS, RESTS].some((one) => one.test(name))) return false;
  const off = Math.min(...others.map((value) => Math.abs(value - last)));
  const spread = spreadOf(others);
  const isAmid = last > Math.min(...others) && last < Math.max(...others);
  if (isAmid || off < FAR_SHARE * Math.abs(median(others))) return false;
  const first = values.indexOf(last);
  const isSwitched = isSwitchedBetween(view, spanAround(readings, first));
  const { left, emptied, goOn } = othersSince(series, first, view);
  // What came back in between, and left again, was not switched.
  const isAgain = first < values.length - run && off >= VERY_FAR * spread;
  if (last !== 0) {
    return off >= FAR * spread && left <= MOST_LEFT && emptied === 0 &&
      (isAgain || !isSwitched);
  }
  // How far a valve or a blind is open, as HomeMatic tells it.
  if (name === "level" && Math.max(...others) <= 1) return false;
  // What nobody calls by anything may be what is switched.
  return !TURNED.test(name) && !GOES_OUT.test(name) && !isUnnamed(path) &&
    others.length > LEAST_OTHERS &&
    off >= FAR_FROM_NOTHING * spread && first === values.length - run && !isSwitched &&
    left === 0 && goOn > 0;
}

/** Whether it is the value of a record that has a place in a list, and no name, or is called by a number alone. */
function isUnnamed(path: string): boolean {
  return /\[\d+\]/.test(path) && isHolder(leafOf(path)) || /^\d+$/.test(leafOf(path));
}

/**
 * How many other numbers went elsewhere at that time, how many of them in the same messages (`together`), how many beside it to
 * nothing (`emptied`), and how many of all others move on.
 */
export function othersSince(series: Series, at: number, view: DeviceView) {
  const [beforeMs = 0, sinceMs = 0] = [series.readings[at - 1]?.at, series.readings[at]?.at];
  let [left, together, emptied, goOn] = [0, 0, 0, 0];
  for (const one of seriesOf(view)) {
    const told = (isSince: boolean) =>
      one.values.filter((_, i) => isSince === (one.readings[i].at > (beforeMs + sinceMs) / 2));
    const [before, after] = [told(false), told(true)];
    if (one === series || one.kind === "counter" || one.kind === "signal") continue;
    if (before.length < 2 || after.length < 2) continue;
    // What has two values only, and is not set, is a state.
    const usual = median(before);
    const reach = Math.max(MOVED * spreadOf(before), MOVED_SHARE * Math.abs(usual));
    const isValued = new Set(one.values).size > 2 || one.kind === "setting";
    const hasLeft = isValued && Math.abs(median(after) - usual) > reach;
    if (hasLeft && areTogether(one, series)) together++;
    if (hasLeft && standTogether(one, series) && after.every((value) => value === 0)) emptied++;
    if (hasLeft) left++;
    else if (one.kind === "reading" && new Set(after).size > 1) goOn++;
  }
  return { left, together, emptied, goOn };
}
