import type { Finding } from "../../finding_shape.ts";
import { differences, median, spreadOf } from "../../../statistics.ts";
import { findingFrom, rounded, stepIn } from "../../evidence.ts";
import { labelOf } from "../../reading/fields.ts";
import type { DeviceView } from "../../reading/view.ts";
import { type Series, seriesOf } from "./series.ts";

/** Where numbers of 16 bits end, as they are, in tenths and in hundredths. */
const ENDS = [65_536, 6_553.6, 655.36];
/** What flows, and has another that goes as it does. */
const FLOW =
  /power|watt|leistung|puissance|potencia|potenza|curr(?:ent)?(?:$|_|\d)|strom|amp(?:$|s$|ere)|irradi|^p(?:ac|dc|pv|v)?\d?$|^i(?:ac|dc|pv)?\d?$/;
const LEAST_VALUES = 6;
const LEAST_EACH = 2;
/** Shares of all that the word holds: how far it goes in one step where it passes its end, and elsewhere at most. */
const LEAST_PASSED = 0.75;
const MOST_STEP = 0.1;
/** Another goes with it: what it is of that is so even, and so much more even than the number is by itself. */
const MOST_UNEVEN = 0.03;
const TIMES_MORE_EVEN = 2;

/**
 * `outlier` of a number that passes the end of its word and begins again from nothing, or from far below it, while another goes
 * on as it would with what was lost: 6,548 W, 31 W, 88 W.
 */
export function overflows(view: DeviceView): Finding[] {
  const flowing = seriesOf(view).filter(({ kind, name }) => kind === "reading" && FLOW.test(name));
  // Of the power and the current that show it the power is better known.
  const all = flowing.toSorted((a, b) =>
    Number(b.name.includes("power")) - Number(a.name.includes("power"))
  );
  for (const series of all) {
    for (const end of ENDS) {
      const { values, topic } = series;
      const wholes = unwrapped(values, end);
      const other = wholes.length > 0 &&
        all.find((one) => one !== series && wholes.some((whole) => goesWith(one, series, whole)));
      if (!other) continue;
      const at = values.findIndex((value, i) => i > 0 && isPassed(value - values[i - 1], end));
      return [findingFrom({
        code: "outlier",
        title: `"${labelOf(series)}" jumps from ${rounded(values[at - 1])} to ${
          rounded(values[at])
        } where its 16 bits overflow: it goes on, as "${labelOf(other)}" does`,
        summary: `On "${topic.topic}" some of ${values.length} values are off by ${
          rounded(end)
        }: with that they all are one share of "${labelOf(other)}" on "${other.topic.topic}"`,
        ...stepIn(series, at),
        suggestion:
          "Read the register as a number of 32 bits, or take the power from another one; update the firmware or the bridge that does not.",
      })];
    }
  }
  return [];
}

function isPassed(step: number, end: number): boolean {
  return Math.abs(step) > LEAST_PASSED * end;
}

/** The same values with what they lost where they passed the end of a word; none where they did not, or may have gone so far. */
function unwrapped(values: readonly number[], end: number): number[][] {
  const isSigned = values.some((value) => value < 0);
  const [least, most] = isSigned ? [-end / 2, end / 2] : [0, end];
  const isWithin = values.every((value) => value >= least && value < most);
  if (values.length < LEAST_VALUES || !isWithin) return [];
  let turns = 0;
  const rounds = values.map((value, i) => {
    const step = i === 0 ? 0 : value - values[i - 1];
    return isPassed(step, end) ? turns -= Math.sign(step) : turns;
  });
  const first = Math.min(...rounds);
  const past = rounds.filter((round) => round > first).length;
  if (Math.min(past, values.length - past) < LEAST_EACH) return [];
  // What has a sign may have passed either end.
  return (isSigned ? [first, Math.max(...rounds)] : [first])
    .map((from) => values.map((value, i) => value + end * (rounds[i] - from)))
    .filter((whole) => differences(whole).every((step) => Math.abs(step) <= MOST_STEP * end));
}

/** Whether another that is told at about the same times is the same share of what a number should be, and moves with it. */
function goesWith(other: Series, { readings }: Series, whole: readonly number[]): boolean {
  const shares = readings.map(({ at }, i) => {
    const near = other.readings.reduce(
      (best, one, k) => Math.abs(one.at - at) < Math.abs(other.readings[best].at - at) ? k : best,
      0,
    );
    return other.values[near] / whole[i];
  });
  const uneven = spreadOf(shares) / Math.abs(median(shares));
  const moved = spreadOf(whole) / Math.abs(median(whole));
  return uneven <= MOST_UNEVEN && TIMES_MORE_EVEN * uneven <= moved;
}
