import type { Finding } from "../../finding_shape.ts";
import { findingFrom, iso, rounded, withNumbers } from "../../evidence.ts";
import { labelOf } from "../../reading/fields.ts";
import { goesBothWays, mean, median, spreadOf } from "../../../statistics.ts";
import type { DeviceView } from "../../reading/view.ts";
import { othersSince } from "../reach/stays_away.ts";
import { isSwitchedBetween, spanAround } from "../values/turns.ts";
import { type Series, seriesOf } from "../values/series.ts";

/** So many messages show that two numbers differ by about the same each time, and so many that they lie on a line. */
const LEAST_TOGETHER = 4;
const LEAST_ON_LINE = 6;
const LEAST_APART = 4;
/** Within such a share of how far they go they are together, and by so much of it they are apart. */
const NEAR = 0.35;
const NEAR_LINE = 0.25;
const FAR = 1;
const FAR_LINE = 1.5;
/** Nor is it by less than such a share of what is due: what moves by its last digit drifts as far. */
const FAR_SHARE = 0.3;
/** The other goes on as before: at least by such a share. */
const GOES_ON = 0.5;
const MOST_SERIES = 60;
/** Each time it is better known where they part. */
const PASSES = 3;

/** From which message on one number is no more what another one, which goes on, makes of it. */
interface Parting {
  readonly one: Series;
  readonly other: Series;
  readonly at: number;
  readonly due: number;
}

/**
 * `outlier` of a number that went up and down with another of its device, whatever the two are called, and is elsewhere in all
 * messages since some point while the other goes on as before: an output that no longer gives what is asked for, a probe
 * that came off, a string of which half is gone.
 */
export function partsWays(view: DeviceView): Finding[] {
  const measured = seriesOf(view).filter(({ kind, values }) =>
    kind !== "signal" && kind !== "counter" && values.length >= LEAST_TOGETHER + LEAST_APART &&
    new Set(values.slice(0, LEAST_TOGETHER)).size >= LEAST_TOGETHER - 1
  );
  if (measured.length > MOST_SERIES) return [];
  // What is set may be set elsewhere.
  for (const one of measured.filter(({ kind }) => kind !== "setting")) {
    for (const other of measured) {
      const parting = one === other ? null : partingOf(one, other);
      if (parting === null) continue;
      // What is switched off goes as a whole.
      const { together, emptied } = othersSince(one, parting.at, view);
      const isOff = together + emptied > 0 ||
        isSwitchedBetween(view, spanAround(one.readings, parting.at));
      if (isOff) continue;
      return [told(parting)];
    }
  }
  return [];
}

function told({ one, other, at, due }: Parting): Finding {
  const last = one.values.at(-1) ?? 0;
  return findingFrom({
    code: "outlier",
    title: `"${labelOf(one)}" no longer goes with "${labelOf(other)}": it ${
      last < due ? "fell" : "rose"
    } to ${rounded(last)} where about ${rounded(due)} was due`,
    summary: `On "${one.topic.topic}" they went up and down together in ${at} messages; since ${
      iso(one.readings[at].at)
    } only "${labelOf(other)}" goes on, last ${rounded(other.values.at(-1) ?? 0)}`,
    ...withNumbers(one, one.readings.slice(Math.max(0, at - 1))),
    suggestion:
      "Look at what the one that left is of: its sensor, its plug and its fuse, then what should make it follow the other.",
  });
}

function partingOf(one: Series, other: Series): Parting | null {
  const { values } = one;
  const beside = besideIn(one, other);
  if (beside === null) return null;
  for (
    const { fit, least, near, far } of [
      { fit: shifted, least: LEAST_TOGETHER, near: NEAR, far: FAR },
      { fit: onLine, least: LEAST_ON_LINE, near: NEAR_LINE, far: FAR_LINE },
    ]
  ) {
    let at = least;
    let due: number[] = [];
    let reach = 0;
    const mayPart = () => at >= least && values.length - at >= LEAST_APART;
    for (let pass = 0; pass < PASSES && mayPart(); pass++) {
      due = fit(beside.slice(0, at), values.slice(0, at), beside);
      reach = spreadOf(due.slice(0, at));
      at = values.findLastIndex((value, i) => {
        const off = Math.abs(value - due[i]);
        return off <= far * reach || off <= FAR_SHARE * Math.abs(due[i]);
      }) + 1;
    }
    const [head, tail] = [beside.slice(0, at), beside.slice(at)];
    if (!mayPart() || reach === 0 || !goesBothWays(head)) continue;
    const off = values.slice(0, at).map((value, i) => value - due[i]);
    const [from, to] = [Math.min(...head), Math.max(...head)];
    const middle = median(tail);
    // What goes elsewhere itself has left as well.
    const goesOn = spreadOf(tail) >= GOES_ON * (to - from) && middle >= 2 * from - to &&
      middle <= 2 * to - from;
    if (spreadOf(off) <= near * reach && goesOn) return { one, other, at, due: due.at(-1) ?? 0 };
  }
  return null;
}

/** What the other told nearest to each message of the one, no farther than its beat; null where there is none. */
function besideIn(one: Series, other: Series): readonly number[] | null {
  const isOfSame = one.topic === other.topic && one.values.length === other.values.length;
  if (isOfSame && one.readings[0] === other.readings[0]) return other.values;
  const beatMs = one.topic.rhythm?.medianMs ?? 0;
  const found: number[] = [];
  let i = 0;
  for (const { at } of one.readings) {
    const offOf = (n: number) => Math.abs((other.readings[n]?.at ?? Infinity) - at);
    while (offOf(i + 1) <= offOf(i)) i++;
    if (offOf(i) > beatMs) return null;
    found.push(other.values[i]);
  }
  return found;
}

type Fit = (from: readonly number[], to: readonly number[], of: readonly number[]) => number[];

/** What is due where both differ by the same each time. */
const shifted: Fit = (from, to, of) => {
  const by = median(to.map((value, i) => value - from[i]));
  return of.map((value) => value + by);
};

/** What is due where both lie on a line: the best through all. */
const onLine: Fit = (from, to, of) => {
  const [x, y] = [mean(from), mean(to)];
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  const slope = sum(from.map((value, i) => (value - x) * (to[i] - y))) /
    sum(from.map((value) => (value - x) ** 2));
  return of.map((value) => y + (Number.isFinite(slope) ? slope : 0) * (value - x));
};
