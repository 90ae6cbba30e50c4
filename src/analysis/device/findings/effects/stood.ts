/** What moved and stands, or is the same of each thing, though what must move it goes on. */
import { rounded } from "../../evidence.ts";
import { labelOf } from "../../reading/fields.ts";
import { differences, lastsMs, median, standsFrom } from "../../../statistics.ts";
import { plainKey } from "../../../../payload/plain_keys.ts";
import { areSiblings, areTogether, besideOf, standTogether } from "../../reading/view.ts";
import { type Case, driversFor, isSo, isToldOn, saidBy } from "./drive_cases.ts";
import { calledOf } from "./drivers.ts";
import { settles } from "../values/frozen.ts";
import type { Fault } from "../orders/no_effect.ts";
import { type Series, seriesOf, toldSince } from "../values/series.ts";

/** It goes on with so many reports. */
const LEAST_HELD = 2;
const LEAST_RISES = 4;
const LEAST_STOOD = 6;
/** It stands for so many times as long as it ever did while it worked. */
const TIMES_AS_LONG = 5;
/** What moved a few times less shows by that it stands in so many more reports. */
const STOOD_LONG = 12;
const COUNTED = /count|infeed|(?<![a-z])in(?![a-z])|cycles?|total|energy/;

/** It went one way with nearly each report, and stands though what makes it go says that it works. */
export function stands(one: Case): Fault | null {
  const { effect, row } = one;
  const { values, readings } = effect;
  const from = standsFrom(values);
  const leastStood = row.leastStood ?? LEAST_STOOD;
  if (from < LEAST_RISES - 1 || values.length - from < leastStood) return null;
  if (row.fine === true && !isFine(effect)) return null;
  for (const { fromMs, untilMs, how } of standingDrives(one, from)) {
    const start = Math.max(0, toldSince(effect, fromMs).from);
    const end = readings.findLastIndex(({ at }) => at <= untilMs);
    const stood = end + 1 - from;
    const stoodMs = lastsMs(readings.slice(0, end + 1), from);
    if (stood < leastStood || stoodMs < patienceOf(one)) continue;
    const way = row.turns === true ? Math.sign(values[from] - values[from - 1]) : 1;
    const steps = differences(values.slice(start, from + 1)).map((step) =>
      way * (Math.abs(step) > CIRCLE / 2 && row.turns === true ? -Math.sign(step) : step)
    );
    const rises = steps.flatMap((step, i) => step > 0 ? [readings[start + i + 1].at] : []);
    const longestMs = Math.max(...differences([readings[start].at, ...rises]));
    if (steps.some((step) => step < 0) || rises.length < 0.7 * steps.length) continue;
    if (from - start < LEAST_RISES - (stood >= STOOD_LONG ? 1 : 0)) continue;
    if (stoodMs < TIMES_AS_LONG * longestMs || row.fine === true && settles(steps)) continue;
    return {
      from,
      code: "stuck_value",
      how: `is stuck at ${rounded(values.at(-1) ?? 0)}, though ${how}`,
    };
  }
  return null;
}

const CIRCLE = 360;
const MINUTE_MS = 60_000;
/** A little more than a minute's rest of what goes for a share of each. */
const RESTS = 1.2;
/** A vessel in percent is full from here on. */
const FULL = 95;

/** How long it may stand: what goes for a share of each minute rests for the remainder. */
function patienceOf({ effect, row }: Case): number {
  const { patienceMs = 0, shareOfTime } = row;
  const [, share = 100] =
    besideOf(effect.path, effect.readings.at(-1)).find(([path]) =>
      shareOfTime?.test(path.toLowerCase()) === true
    ) ?? [];
  return Math.max(patienceMs, RESTS * MINUTE_MS * (1 - Number(share) / 100) || 0);
}

/** Whether it is told by parts of a step, and is not full. */
function isFine(effect: Series): boolean {
  const isShare = /pct|percent|_p$|%/.test(calledOf(effect));
  return !effect.values.every(Number.isInteger) &&
    !(isShare && (effect.values.at(-1) ?? 0) >= FULL);
}

/** When and how it is told that what makes an effect go works. */
interface Works {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly how: string;
}

/** What says or shows that it makes the effect go, from before it stood. */
function standingDrives(one: Case, from: number): Works[] {
  const { effect, view } = one;
  const sinceMs = effect.readings[from].at;
  // Told as it changes, it holds where another count beside it goes on.
  const isAlive = seriesOf(view).some((other) => {
    const now = other.values.filter((_, i) => other.readings[i].at > sinceMs);
    return other !== effect && areSiblings(other.topic, effect.topic) &&
      COUNTED.test(calledOf(other)) && now.length >= LEAST_STOOD &&
      differences(now).filter((step) => step > 0).length >= now.length / 2;
  });
  const told = driversFor(one).filter(({ topic }) => areSiblings(topic, effect.topic)).flatMap(
    (driver) => {
      const works = isSo(one, driver);
      const off = driver.said.findLastIndex(({ value }) => works(value) !== true);
      const on = driver.said[off + 1];
      if (on === undefined || off >= 0 && on.at > sinceMs) return [];
      return !isToldOn(driver, sinceMs, works) && !isAlive
        ? []
        : [{ fromMs: off < 0 ? 0 : on.at, untilMs: Infinity, how: saidBy(driver) }];
    },
  );
  return [...told, ...flowsIn(one, sinceMs)];
}

/** What flows on is at least this share of what it was, and what flows out at most that one. */
const FLOWS_ON = 0.5;
const FLOWS_OFF = 0.1;

/** The one number beside it that drives it and goes on, where nothing beside it takes it off again. */
function flowsIn({ effect, row, view }: Case, sinceMs: number): Works[] {
  const beside = row.byNumber === undefined
    ? []
    : seriesOf(view).filter((other) =>
      other !== effect && standTogether(other, effect) &&
      (other.topic === effect.topic || other.path === "" && effect.path === "")
    );
  const own = ({ path, topic }: Series) =>
    plainKey(path === "" ? topic.segments.at(-1) ?? "" : path.split(".").at(-1) ?? "");
  const [drive, another] = beside.filter((other) => row.byNumber?.test(own(other)));
  if (drive === undefined || another !== undefined) return [];
  const last = drive.values.findLastIndex((value) => value > 0);
  const first = drive.values.slice(0, last + 1).findLastIndex((value) => !(value > 0)) + 1;
  const { from: split } = toldSince(drive, sinceMs);
  const [before, after] = [drive.values.slice(first, split), drive.values.slice(split, last + 1)];
  const usual = median(before);
  const takesOff = beside.some((other) =>
    row.against?.test(own(other)) === true && other !== drive &&
    other.values.some((value) => Math.abs(value) > FLOWS_OFF * usual)
  );
  return before.length < LEAST_HELD || takesOff || new Set(after).size <= 2 ||
      after.some((value) => value < FLOWS_ON * usual)
    ? []
    : [{
      fromMs: drive.readings[first].at,
      untilMs: drive.readings[last].at,
      how: `"${labelOf(drive)}" goes on at about ${rounded(median(after))}`,
    }];
}

const LEAST_WEIGHED = 12;
/** What else is measured of a thing. */
const SIZE =
  /l(?:ä|ae?)nge|length|width|breite|height|h(?:ö|oe?)he|depth|tiefe|volum|(?<![a-z])dim|longueur|largeur|hauteur|largo|ancho|alto|lunghezza|larghezza|altezza/;
const LEAST_SIZES = 2;

/** It is the same of each thing, though each has another size. */
export function same({ effect, view }: Case): Fault | null {
  const { topic, values } = effect;
  const [first = 0] = values;
  const isOne = values.length >= LEAST_WEIGHED && values.every((value) => value === first);
  if (!isOne || first === 0 || topic.mixes) return null;
  const sizes = seriesOf(view).filter((other) =>
    areTogether(effect, other) && SIZE.test(calledOf(other)) &&
    new Set(other.values).size > other.values.length / 2
  );
  return sizes.length < LEAST_SIZES ? null : {
    from: 0,
    code: "stuck_value",
    how: `is stuck at ${rounded(first)}, though each of ${values.length} has another "${
      sizes.map(labelOf).slice(0, 2).join('" and "')
    }"`,
  };
}
