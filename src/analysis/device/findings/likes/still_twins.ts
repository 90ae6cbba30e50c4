import type { Finding } from "../../finding_shape.ts";
import { findingFrom, iso, rounded, withNumbers } from "../../evidence.ts";
import { labelOf } from "../../reading/fields.ts";
import { lastPlace } from "../../../../numbers.ts";
import { differences, lastsMs, median, spreadOf, standsFrom } from "../../../statistics.ts";
import type { DeviceView } from "../../reading/view.ts";
import { restsIn } from "../effects/held_back.ts";
import { ACTS, frozenValues, RESTS } from "../values/frozen.ts";
import { type Series, seriesOf } from "../values/series.ts";
import { numbersBeside, placesIn, type Told } from "./told_by_twins.ts";
import { isOfOneTime, MEASURED, NO_READING } from "../values/still_sensors.ts";

/** What a mains or the sun gives, which is never the same twice. */
const ELECTRIC =
  /volt|spannung|tension|freq|power|watt|leistung|puissance|potencia|curr|amp(?!l)|^[vuipf]_?(?:ac|dc|pv|mpp|l|grid)_?[a-z]?\d?$/;
/** What rests where nothing is drawn. */
const MAY_REST = /batt|akku|cell|soc|speed|rpm/;

const LEAST_STILL = 3;
/** Many show sooner that all of them stand. */
const LEAST_MANY = 5;
const LEAST_MESSAGES = 10;
const LEAST_OF_STILL = 8;
const LEAST_OF_MANY = 6;
/** The other is another one with so many of its messages. */
const MOSTLY = 0.6;
/** Values of so many steps of their last digit would have shown a change, and so many of them. */
const FINE = 1_000;
const LEAST_FINE = 2;
const FINE_BESIDE_MANY = 200;
/** As often as that, at least, the other is heard. */
const LEAST_AS_OFTEN = 0.5;

interface Pair {
  readonly one: Series;
  readonly other: Told;
}

/** `stuck_value` of a device that sends on, and of whose measured quantities none moves while the same of another of its kind do. */
export function stillBesideTwins(view: DeviceView): Finding[] {
  const told = numbersBeside(view);
  if (told === null) return [];
  const pairs = new Map<string, Pair[]>();
  for (const one of seriesOf(view)) {
    if (one.topic.role !== "state" || one.topic.mixes || isOfOneTime(one.topic)) continue;
    for (const [level, place] of placesIn(one.topic.segments, one.path).entries()) {
      for (const other of told.get(place) ?? []) {
        const key = `${level} ${other.whose}`;
        pairs.set(key, [...pairs.get(key) ?? [], { one, other }]);
      }
    }
  }
  const coarse = [...pairs.values()].map((found) => ({ found, still: stillIn(found, true) }))
    .filter(({ still }) => still.length > 0);
  const areMany = coarse.length >= LEAST_OF_THINGS;
  for (const { found, still: coarser } of coarse) {
    const still = areMany ? coarser : stillIn(found, false);
    const [first, ...others] = still;
    if (first === undefined || rests(first.one, found)) continue;
    // What tells it by itself alone has told it.
    if (frozenValues(view).some(({ severity }) => severity !== "info")) return [];
    const { one, other } = first;
    const at = standsFrom(one.values);
    const also = others.slice(0, 3).map((pair) => `"${labelOf(pair.one)}"`).join(", ");
    return [findingFrom({
      code: "stuck_value",
      title: `"${labelOf(one)}" is stuck at ${
        rounded(one.values.at(-1) ?? 0)
      }, and ${others.length} more with it, while the same of "${other.whose}" moves`,
      summary: `On "${one.topic.topic}" all ${one.values.length - at} messages since ${
        iso(one.readings[at].at)
      } tell the same to the last digit, also of ${also}; of the other one ${
        new Set(other.values).size
      } of ${other.values.length} values differ`,
      ...withNumbers(one, one.readings.slice(Math.max(0, at - 1))),
      suggestion:
        "Restart the device or what reads it: it goes on sending, but what it sends is not measured any more.",
    })];
  }
  const all = [...pairs.values()].flat();
  const alone = sameOverThings(all);
  return alone.length > 0 ? alone : stillAmongMoving(all, view);
}

/** What is never the same to the digit for long where others of it swing, and how far these do, in steps of the last digit. */
const SWINGS = /temp|humid|co2|oxygen/;
const LEAST_STEP = 4;
const LEAST_SWING = 30;
const LEAST_STILL_MS = 25_000;

/** One number of a device that stands to the digit, while the same of two others and more, and what else it tells, move with nearly each message. */
function stillAmongMoving(pairs: readonly Pair[], view: DeviceView): Finding[] {
  for (const [one, all] of Map.groupBy(pairs, (pair) => pair.one)) {
    const { values, topic, readings } = one;
    const last = values.at(-1) ?? 0;
    const at = standsFrom(values);
    const isStill = values.length - at >= LEAST_MESSAGES && last !== 0 &&
      lastsMs(readings, at) >= LEAST_STILL_MS && isMeasured(one) && SWINGS.test(one.name) &&
      !Number.isInteger(last) &&
      !restsIn(topic.live.at(-1));
    const digit = lastPlace(values);
    const isSwinging = (of: readonly number[]) => {
      const steps = differences(of.slice(-LEAST_MESSAGES)).map(Math.abs);
      return of.length >= LEAST_OF_STILL && median(steps) >= LEAST_STEP * digit &&
        spreadOf(of) >= LEAST_SWING * digit;
    };
    const like = all.filter(({ other }) => other.values.length >= LEAST_OF_STILL);
    if (!isStill || like.length < LEAST_OF_THINGS) continue;
    const goesOn = seriesOf(view).find((other) =>
      other !== one && other.topic === topic && other.kind === "reading" &&
      isSwinging(other.values)
    );
    if (goesOn === undefined || !like.every(({ other }) => isSwinging(other.values))) continue;
    return [findingFrom({
      code: "stuck_value",
      title: `"${labelOf(one)}" is stuck at ${rounded(last)}, while "${
        labelOf(goesOn)
      }" beside it and the same of "${
        like.slice(0, 3).map(({ other }) => other.whose).join('", "')
      }" move`,
      summary: `On "${topic.topic}" all ${values.length - at} messages since ${
        iso(readings[at].at)
      } tell the same to the last digit`,
      ...withNumbers(one, readings.slice(Math.max(0, at - 1))),
      suggestion: "Look at its sensor, the plug and the cable, and at what reads it.",
    })];
  }
  return [];
}

/** What is of another thing in each message is so far apart, as a share of its middle, and so much of a message is so. */
const OF_ANOTHER = 0.25;
const LEAST_OF_THINGS = 2;

/** A number that is the same of one thing after the other, of which all else differs, as the same does of those alike: a scale that jams. */
function sameOverThings(pairs: readonly Pair[]): Finding[] {
  for (const [one, all] of Map.groupBy(pairs, (pair) => pair.one)) {
    const { values, topic } = one;
    const last = values.at(-1) ?? 0;
    const isStill = values.length >= LEAST_MESSAGES && standsFrom(values) === 0 && last !== 0 &&
      one.kind === "reading" && stepsOf(one) >= FINE &&
      ![NO_READING, MAY_REST, ACTS, RESTS].some((none) => none.test(one.name));
    if (!isStill || all.length < LEAST_OF_THINGS || !all.every(({ other }) => isOfThings(other))) {
      continue;
    }
    const beside = pairs.filter((pair) =>
      pair.one !== one && pair.one.topic === topic && isOfThings(pair.one)
    );
    if (new Set(beside.map((pair) => pair.one)).size < LEAST_OF_THINGS) continue;
    return [findingFrom({
      code: "stuck_value",
      title: `"${labelOf(one)}" is stuck at ${rounded(last)}, while the same of "${
        all.slice(0, 3).map(({ other }) => other.whose).join('", "')
      }" differs each time`,
      summary:
        `On "${topic.topic}" all ${values.length} messages tell the same, and differ in all else`,
      ...withNumbers(one, one.readings),
      suggestion: "Look at what measures it: it is jammed, or its last result is sent again.",
    })];
  }
  return [];
}

function isOfThings({ values }: { readonly values: readonly number[] }): boolean {
  const steps = differences(values);
  return values.length >= LEAST_MESSAGES &&
    steps.filter((step) => step !== 0).length >= MOSTLY * steps.length &&
    steps.filter((step) => Math.abs(step) >= OF_ANOTHER * Math.abs(median(values))).length >=
      steps.length / 2;
}

/** Those that move of the other, where none of them does: the finest first; none where one does, or too few are told. Beside many coarser ones tell it. */
function stillIn(pairs: readonly Pair[], areMany: boolean): Pair[] {
  const moving = pairs.filter(({ one, other }) => isMeasured(one) && movesWith(other, one));
  const still = moving.filter(({ one: { values } }) => values.at(-1) !== 0).toSorted((a, b) =>
    stepsOf(b.one) - stepsOf(a.one)
  );
  const fine = still.filter(({ one }) => stepsOf(one) >= FINE);
  const run = Math.min(...still.map(({ one }) => one.values.length - standsFrom(one.values)));
  const isTold = still.length >= LEAST_MANY && run >= LEAST_OF_MANY ||
    still.length >= LEAST_STILL && run >= LEAST_OF_STILL;
  const areFine = fine.length >= LEAST_FINE || areMany && fine.length > 0 &&
      still.filter((pair) => stepsOf(pair.one) >= FINE_BESIDE_MANY).length >= LEAST_STILL;
  return isTold && still.length === moving.length && areFine ? still : [];
}

function isMeasured({ kind, name }: Series): boolean {
  return kind === "reading" && (MEASURED.test(name) || ELECTRIC.test(name)) &&
    ![NO_READING, MAY_REST, ACTS, RESTS].some((none) => none.test(name));
}

/** How many steps of its last digit it is from nothing. */
function stepsOf({ values }: Series): number {
  return Math.abs(values.at(-1) ?? 0) / lastPlace(values);
}

/** Whether the other moves with most messages, since this one stands or from the beginning, and is told as often. */
function movesWith({ values, times }: Told, one: Series): boolean {
  const sinceMs = one.readings[standsFrom(one.values)].at;
  const run = one.values.length - standsFrom(one.values);
  const isStill = run >= LEAST_OF_MANY;
  const since = isStill ? values.filter((_, i) => times[i] >= sinceMs) : values;
  const steps = differences(since);
  return steps.length + 1 >= LEAST_AS_OFTEN * (isStill ? run : one.values.length) &&
    steps.length >= LEAST_STILL &&
    steps.filter((step) => step !== 0).length >= MOSTLY * steps.length;
}

/** Whether it rests: something is nothing that is something of the other, or a word says so. */
function rests({ topic }: Series, pairs: readonly Pair[]): boolean {
  return pairs.some(({ one, other }) =>
    one.values.at(-1) === 0 && (other.values.at(-1) ?? 0) !== 0
  ) ||
    restsIn(topic.live.at(-1));
}
