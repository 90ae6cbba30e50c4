import type { Finding } from "../../finding_shape.ts";
import { findingFrom, iso, rounded, withNumbers } from "../../evidence.ts";
import { isTime, labelOf, leafOf } from "../../reading/fields.ts";
import { lastsMs, median, spreadOf } from "../../../statistics.ts";
import { areTogether, type DeviceView } from "../../reading/view.ts";
import { isSignal } from "../reach/signal.ts";
import { lastIn, numbersIn, placesIn, type Told, toldOfLike } from "./told_by_twins.ts";
import { driversOf, RUNNING, saysRuns } from "../effects/drivers.ts";
import { isSwitchedBetween } from "../values/turns.ts";
import { type Series, seriesOf, SWITCHED } from "../values/series.ts";

/** Others of its kind, and messages of each. */
const LEAST_TWINS = 2;
const LEAST_VALUES = 6;
const LATE = 3;
/** For so long one of three gives nothing that starts no more. */
const LEAST_MS = 40_000;
/** Shares of their middle: as near to each other are those that go together, as near was it to them, and as far it is now. */
const TOGETHER = 0.15;
const WAS_NEAR = 0.25;
const APART = 0.5;
/** Of the way that the others went, one that stays where it was went so little. */
const STAYS = 0.25;
/** What is so small beside where the others went is nothing, theirs as well. */
const NOTHING = 0.1;
/** What is told of how something is to be; it explains that one is otherwise than the others. */
const IS_TO_BE = /target|set_?p|soll|consigne|level|dim|bright|mode|demand|schedule/;
const LONGEST_WORD = 24;
/** What is driven as the others are shows of fewer of them that something should come of it. */
const DRIVES = /freq|hz$|rpm|speed|vane|valve|opening|command|demand|pct$|percent/;
const NO_DRIVE = /batt|soc|humid|signal|load|level|fill|wind|fan/;
const LEAST_DRIVEN = 2;
const LEAST_STILL = 8;
const LEAST_STILL_MS = 25_000;

interface Left {
  readonly one: Series;
  readonly twins: readonly Told[];
  readonly before: number;
  readonly now: number;
  readonly theirs: number;
  /** It fell from where the others are, stays where they were, or is nothing from the beginning. */
  readonly how: "fell" | "stays" | "nothing";
  /** It was of about their size, no more. */
  readonly isOfOtherSize: boolean;
  /** It is nothing beside one or two, and no other number shows that it works otherwise. */
  readonly isFew: boolean;
}

/**
 * `outlier` of a number that was what others of its kind tell, on topics called alike but for one level, and fell away from
 * them or stayed behind while these went on together, though nothing that is told of it says that it is to be otherwise.
 */
export function leavesItsTwins(view: DeviceView): Finding[] {
  if (view.twins.length === 0) return [];
  const told = numbersIn(view.twins);
  const all = seriesOf(view).flatMap((one): Left[] => {
    if (!isComparable(one)) return [];
    return placesIn(one.topic.segments, one.path).flatMap((place, level) => {
      const twins = (told.get(place) ?? []).filter(({ values }) => values.length > LATE);
      const left = twins.length === 0 ? null : leftOf(one, twins, view);
      return left === null || isOtherwise(view, { level, left }) ? [] : [left];
    });
  });
  const [first] = all.toSorted((a, b) => a.how < b.how ? -1 : 1);
  if (first === undefined) return [];
  const { one, twins, before, now, theirs, how } = first;
  const names = twins.slice(0, 3).map(({ whose }) => `"${whose}"`).join(", ");
  return [findingFrom({
    code: "outlier",
    title: `"${labelOf(one)}" ${
      how === "fell" ? `fell from ${before} to` : how === "stays" ? "stays at" : "is"
    } ${now}, while ${
      twins.length === 1 ? "that of another" : `those of ${twins.length} others`
    } like it ${
      how === "stays"
        ? `went from about ${before} to`
        : twins.length === 1
        ? "is about"
        : "are about"
    } ${theirs}`,
    summary: `On "${one.topic.topic}" until ${
      iso(one.readings.at(-1)?.at ?? 0)
    }; beside it are ${names}, and nothing that is told of it says why it should be otherwise`,
    ...withNumbers(one, one.readings.slice(-LATE)),
    suggestion:
      "Look at this one first: its sensor, its plug and its fuse, then what it drives; the others show what it should be.",
  })];
}

function isComparable({ kind, name, topic, values }: Series): boolean {
  return kind === "reading" && topic.role === "state" && !topic.mixes && !isSignal(name) &&
    values.length >= LEAST_VALUES && !IS_TO_BE.test(name);
}

const late = (values: readonly number[]) => median(values.slice(-LATE));
const areNear = (values: readonly number[], share: number) =>
  spreadOf(values) <= share * Math.abs(median(values));

/** Whether another number that is told with it is something, and all the time far from where those of the others are: it works, and otherwise. */
function worksOtherwise(one: Series, view: DeviceView): boolean {
  return lastsMs(one.readings) >= LEAST_MS && seriesOf(view).some((other) => {
    const like = toldOfLike(other, view).map(({ values }) => median(values));
    const middle = median(like);
    return other !== one && isComparable(other) && areTogether(one, other) &&
      like.length >= LEAST_TWINS && areNear(like, TOGETHER) && !other.values.includes(0) &&
      other.values.every((value) => Math.abs(value - middle) > APART * Math.abs(middle));
  });
}

function leftOf(one: Series, twins: readonly Told[], view: DeviceView): Left | null {
  const ends = twins.map(({ values }) => late(values));
  const end = median(ends);
  const [before = 0, now] = [one.values[0], late(one.values)];
  if (end === 0 || !areNear(ends, TOGETHER)) return null;
  // Of some the first message came before this device was known, and theirs with it.
  const startsWithin = (share: number) =>
    twins.map(({ values: [first = 0] }) => first).filter((first) =>
      areNear([first, before], share) ||
      Math.max(Math.abs(first), Math.abs(before)) < NOTHING * Math.abs(end)
    );
  const near = startsWithin(WAS_NEAR);
  // What gives nothing any more may have given less.
  const isOfOtherSize = before !== 0 && near.length < LEAST_TWINS &&
    one.values.slice(-LATE).every((value) => value === 0);
  const starts = isOfOtherSize ? startsWithin(APART) : near;
  const start = median(starts);
  const isFar = one.values.slice(-LATE).every((value) =>
    Math.abs(value - end) > APART * Math.abs(end)
  );
  const isAtNothing = one.values.every((value) => Math.abs(value) < NOTHING * Math.abs(end)) &&
    twins.every(({ values }) => values.every((value) => Math.abs(value) > APART * Math.abs(end)));
  const isFew = isAtNothing &&
    (twins.length < LEAST_TWINS || twins.length === LEAST_TWINS && !worksOtherwise(one, view));
  const isNothing = isAtNothing &&
    (!isFew ||
      FLOWS.test(one.name) && one.values.every((value) => value === 0) &&
        one.values.length >= LEAST_STILL && lastsMs(one.readings) >= LEAST_STILL_MS);
  if (!isFar || (starts.length < LEAST_TWINS || twins.length < LEAST_TWINS) && !isNothing) {
    return null;
  }
  const way = end - start;
  const stays = Math.abs(way) > APART * Math.abs(end) &&
    spreadOf(one.values) < STAYS * Math.abs(way);
  // What rises alone is used, is wet or is near a heat: that is what it measures.
  const fell = Math.abs(way) < TOGETHER * Math.abs(end) && Math.abs(now) < APART * Math.abs(end);
  const how = isNothing ? "nothing" : stays ? "stays" : fell ? "fell" : null;
  return how === null ? null : {
    one,
    twins,
    before: rounded(stays ? start : before),
    now: rounded(now),
    theirs: rounded(end),
    how,
    isOfOtherSize,
    isFew,
  };
}

/** Whether what is told of it says that it is to be otherwise than the others, or does not say that it works as they do. */
function isOtherwise(view: DeviceView, { level, left }: { level: number; left: Left }): boolean {
  const { one, isFew } = left;
  const fromMs = isFew ? view.nowMs - LEAST_STILL_MS : one.readings[0].at;
  if (isSwitchedBetween(view, { fromMs, toMs: view.nowMs })) return true;
  const own = lastIn(view.topics, level);
  const theirs = lastIn(view.twins, level);
  let says = isFew && saysThatItRuns(view) ? 1 : 0;
  for (const [place, values] of own) {
    const [value] = values.values();
    const others = [...theirs.get(place)?.values() ?? []];
    const [common] = others;
    const name = leafOf(place.split("/").at(-1) ?? "").toLowerCase();
    if (value === undefined || common === undefined || isTime(name)) continue;
    if (typeof value === "number") {
      const isDriven = isFew && DRIVES.test(name) && !NO_DRIVE.test(name);
      if (isFew ? !isDriven : !IS_TO_BE.test(name)) continue;
      const numbers = others.filter((each) => typeof each === "number");
      if (numbers.length < others.length || !areNear(numbers, TOGETHER)) continue;
      if (Math.abs(value - median(numbers)) > TOGETHER * Math.abs(median(numbers))) return true;
      if (value !== 0) says++;
    } else if (String(value).length <= LONGEST_WORD) {
      if (others.some((each) => each !== common)) continue;
      if (value !== common) return true;
      if (!isFew && saysRuns(value)) says++;
    }
  }
  // What runs idle says so once, what works in more than one way.
  const least = isFew
    ? LEAST_DRIVEN
    : left.isOfOtherSize
    ? 2
    : SWITCHED.test(one.name) || left.how === "nothing"
    ? 1
    : 0;
  return says < least;
}

/** What is there as soon as it is driven. */
const FLOWS = /power|watt|flow|curr(?!enttemp)|press|^k?w$/;

function saysThatItRuns(view: DeviceView): boolean {
  return driversOf(view).some(({ leaf, said }) =>
    RUNNING.test(leaf) && typeof said.at(-1)?.value === "string" && saysRuns(said.at(-1)?.value)
  );
}
