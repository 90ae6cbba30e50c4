import type { Finding } from "../finding_shape.ts";
import { findingFrom, iso, rounded, secondsText, stepIn, withNumbers } from "../evidence.ts";
import { labelOf, type Scalar } from "../fields.ts";
import { differences, keepsGoing, median, spreadOf, standsFrom } from "../../statistics.ts";
import { plainKey } from "../../../payload/plain_keys.ts";
import { rememberingEach } from "../../../payload/remembered.ts";
import { areSiblings, type DeviceView, heardAtLeast } from "../view.ts";
import { type Drives, FLOWS, NO_EFFECT, ROWS, type Sign } from "./drive_rows.ts";
import {
  areNear,
  areNumberedApart,
  areOfOneSystem,
  calledOf,
  type Driver,
  driversOf,
  isOn,
  isShare,
  spanOf,
  subjectOf,
  tellsOf,
} from "./drivers.ts";
import { wantOf } from "./setpoints.ts";
import { isCommandedBetween, turnBetween } from "./turns.ts";
import { type Series, seriesOf } from "./series.ts";

/** What is wrong with an effect: since which of its values, and how that is told. */
interface Fault {
  readonly from: number;
  readonly how: string;
  readonly code?: Finding["code"];
}

interface Case {
  readonly effect: Series;
  readonly row: Drives;
  readonly view: DeviceView;
}

/** `outlier` or `stuck_value` of what does not do what it must while something says that it drives it, or drives it no more. */
export function drivenInVain(view: DeviceView): Finding[] {
  const told = new Set<Series>();
  return ROWS.flatMap((row) => {
    for (const effect of seriesOf(view)) {
      if (told.has(effect) || !isEffect(effect, row)) continue;
      for (const sign of row.signs) {
        const fault = SIGNS[sign]({ effect, row, view });
        if (fault === null) continue;
        told.add(effect);
        return [findingOf(effect, fault, row)];
      }
    }
    return [];
  });
}

function findingOf(effect: Series, { from, how, code = "outlier" }: Fault, row: Drives): Finding {
  const { topic, values, readings } = effect;
  const whole = from === 0 || code === "stuck_value"
    ? withNumbers(effect, readings.slice(Math.max(0, from - 1)))
    : stepIn(effect, from);
  return findingFrom({
    code,
    title: `"${labelOf(effect)}" ${how}`,
    summary: `On "${topic.topic}" in all ${values.length - from} messages from ${
      iso(readings[from]?.at ?? 0)
    } on`,
    ...whole,
    suggestion: row.advice,
  });
}

/** What an effect is called; `fan2` with `{"rpm": …}` is of the fan. */
const nameOf = rememberingEach((effect: Series): string => {
  const own = calledOf(effect);
  return effect.path !== "" && /^(?:rpm|speed|tacho?)$/.test(own)
    ? `${plainKey(effect.topic.segments.at(-1) ?? "").slice(0, 40)} ${own}`
    : own;
});

function isEffect(effect: Series, row: Drives): boolean {
  const [own, called] = [calledOf(effect), nameOf(effect)];
  if (!row.effect.test(own) && !row.effect.test(called)) return false;
  const isRate = row.way === undefined && !row.signs.includes("stands");
  if (isRate && NO_EFFECT.test(called.split(" ").at(-1) ?? "")) return false;
  const whole = `${effect.topic.topic} ${effect.path}`.toLowerCase();
  return row.not?.test(called) !== true && row.where?.test(whole) !== false;
}

/** What tells that what a row names runs, found once for all effects. */
const namedBy: (view: DeviceView) => (row: Drives) => readonly Driver[] = rememberingEach((view) =>
  rememberingEach((row: Drives) =>
    driversOf(view).filter((driver) =>
      row.by !== undefined && tellsOf(driver, row.by) || saysByWord(driver, row)
    )
  )
);

/** What tells that it runs, of those that a row names and that are of one thing with the effect. */
function driversFor({ effect, row, view }: Case): Driver[] {
  return namedBy(view)(row).filter((driver) =>
    (driver.topic !== effect.topic || driver.path !== effect.path) &&
    (areOfOneSystem(effect, driver) || row.sole === true && isSole(effect, view)) &&
    (row.own !== true || isOwn(effect, driver, row)) &&
    (row.namesake !== true || !isShare(driver) && areNamesakes(effect, driver, row))
  );
}

/** `display_reading` is not of `frag_heater`. */
function areNamesakes(effect: Series, driver: Driver, { by, effect: kind }: Drives): boolean {
  const [a = [], b = []] = [nameOf(effect), driver.own].map((name) =>
    name.split(/[^\p{L}\p{N}]+/u).filter((word) =>
      word !== "" && !by?.test(word) && !kind.test(`_${word}`)
    )
  );
  return a.every((word, i) => word === (b[i] ?? word));
}

/** Names of what tells in a word what something does. */
const STATE =
  /(?:action|activity|operation|state|status|phase|running|execution|zustand|stan|stato|estado|etat|tila|toestand)(?:current)?(?:str(?:ing)?|text|name)?$|^(?:run|st)$/;

function saysByWord({ name, said }: Driver, { byWord }: Drives): boolean {
  return byWord !== undefined && STATE.test(name) &&
    said.some(({ value }) => typeof value !== "number" && byWord.test(String(value)));
}

/** Whether a value says that it runs: by the word that tells of the row alone, or as its driver says it. */
function isSo({ row }: Case, driver: Driver): (value: Scalar) => boolean | null {
  const { byWord } = row;
  return byWord !== undefined && saysByWord(driver, row)
    ? (value) => byWord.test(String(value))
    : isOn;
}

/** Whether of all that is told nothing else flows. */
function isSole(effect: Series, view: DeviceView): boolean {
  return seriesOf(view).every((other) => other === effect || !FLOWS.test(calledOf(other)));
}

function isOwn(effect: Series, driver: Driver, row: Drives): boolean {
  const subject = subjectOf(effect);
  return subject !== "" && subject === subjectOf(driver) ||
    row.own === true && row.by?.test(calledOf(effect)) === true;
}

const LEAST_HELD = 2;
const LEAST_GONE = 5;
const LEAST_MS = 25_000;
/** Under this share of what it was it is nothing; on its way there it is seen for a few messages. */
const NOTHING = 0.03;
const MOST_ON_WAY = 4;
const STEADY = 0.35;
/** What drives goes on with at least this share of what it had. */
const GOES_ON = 0.3;
const COOLER = 6;
/** Within this share of what is wanted it follows. */
const FOLLOWS = 0.15;

/** It was there, is nothing from some time on, and what drives it goes on. */
function lost({ effect, row, view }: Case): Fault | null {
  const { values } = effect;
  const from = goneSince(effect, row);
  if (from === null || Math.max(...values) < (row.was ?? 0)) return null;
  if (isSwitched(effect, from, view) && !isAskedForMore({ effect, row, view }, from)) return null;
  const why = row.alone ?? saysWhy({ effect, row, view }, from);
  const was = rounded(median(values.slice(0, from).filter((value) => value > 0)));
  return why === null ? null : {
    from,
    how: `fell from about ${was} to ${rounded(values.at(-1) ?? 0)} and stays there, though ${why}`,
  };
}

/** By what it is told to be driven still, since then; null where nothing tells. */
function saysWhy(one: Case, from: number): string | null {
  const byNumber = goesOnByNumber(one, from);
  if (one.row.alike !== true) return byNumber ?? saysOn(one, from);
  const byWord = byNumber === null ? null : saysOn(one, from);
  return byWord === null ? null : `${byNumber} and ${byWord}`;
}

/** What says of a name that it is of what is measured, and of what is wanted. */
const SAYS_HOW =
  /(?<![a-z])(?:current|actual|act|real|measured|is|ist|set|target|setpoint|sp|soll|desired|wanted|commanded|demand|requested)(?![a-z])/g;

/** Whether two are called alike but for that: `CurMachSpeed` and `MachSpeed`. */
function areCalledAlike(one: Series, other: Series): boolean {
  const [a, b] = [one, other].map((series) =>
    calledOf(series).replace(SAYS_HOW, "").replace(/[ _]+/g, "")
  );
  return a === b && calledOf(one) !== calledOf(other);
}

/** Since when it is nothing, after values that held; null where it is not. */
function goneSince(
  { values, readings }: Series,
  { left: nothing = NOTHING, patienceMs = LEAST_MS }: Drives,
): number | null {
  const start = values.findIndex((value) => value > 0);
  const first = median(values.slice(start, start + LEAST_HELD));
  if (start < 0 || first <= 0) return null;
  const at = values.findLastIndex((value) => Math.abs(value) > nothing * first) + 1;
  const isSteady = (value: number) => Math.abs(value - first) <= STEADY * first;
  const left = values.slice(0, at).findLastIndex(isSteady) + 1;
  if (left - start < LEAST_HELD || at - left > MOST_ON_WAY || values.length - at < LEAST_GONE) {
    return null;
  }
  const lengthMs = (readings.at(-1)?.at ?? 0) - (readings[at]?.at ?? 0);
  return values.slice(start, left).every(isSteady) && lengthMs >= patienceMs ? at : null;
}

/** Whether a word turned with it, or it was commanded: then it was switched. */
function isSwitched({ topic, path, readings }: Series, at: number, view: DeviceView): boolean {
  const beatMs = topic.rhythm?.medianMs ?? 1_000;
  const [fromMs, toMs] = [readings[at - 1]?.at ?? 0, readings[at]?.at ?? 0];
  // What is told of itself in a word beside the number is no switch.
  const own = (path || (topic.segments.at(-1) ?? "")).replace(/[_-]?(?:speed|rpm|tacho?)$/i, "");
  const without = (field: string) =>
    own.length > 5 && (field.split("/").at(-1) ?? "").startsWith(own);
  // A flag that is a number is no word: `valve_open` from 1 to 0.
  const now = readings[at]?.fields;
  const isShut = [...readings[at - 1]?.fields ?? []].some(([other, value]) =>
    other !== path && value === 1 && now?.get(other) === 0
  );
  return isShut ||
    turnBetween(view, { fromMs: fromMs - 0.9 * beatMs, toMs: toMs + beatMs, without }) !==
      undefined ||
    isCommandedBetween(view, { fromMs: fromMs - LEAST_MS, toMs });
}

/** Whether it is to do more since then: whoever switched or commanded something wanted no less of it. */
function isAskedForMore({ effect, row, view }: Case, at: number): boolean {
  const sinceMs = effect.readings[at]?.at ?? 0;
  return row.follows === true && row.alike !== true && seriesOf(view).some((other) => {
    const split = other.readings.findIndex((reading) => reading.at >= sinceMs);
    const isWanted = row.byNumber?.test(calledOf(other)) === true && areNear(effect, other);
    return isWanted && split > 0 &&
      Math.min(...other.values.slice(split)) > Math.max(...other.values.slice(0, split));
  });
}

/** A number that drives it and goes on, or what it cools and is hotter now; null where there is none. */
function goesOnByNumber({ effect, row, view }: Case, at: number): string | null {
  const sinceMs = effect.readings[at]?.at ?? 0;
  const beforeMs = effect.readings[at - 1]?.at ?? 0;
  for (const other of seriesOf(view)) {
    if (other === effect) continue;
    const split = other.readings.findIndex((reading) => reading.at >= sinceMs);
    const before = other.values.filter((_, i) => (other.readings[i]?.at ?? 0) <= beforeMs + 1_000);
    const after = other.values.slice(split);
    if (before.length < 2 || after.length < 3) continue;
    const called = calledOf(other);
    const isHotter = row.hotter !== undefined && /temp/.test(called) &&
      Math.max(...after) - Math.max(...before) >= row.hotter && spreadOf(before) < COOLER / 2;
    if (isHotter) return `"${labelOf(other)}" rises`;
    const isNamed = row.alike === true
      ? areCalledAlike(effect, other)
      : row.byNumber?.test(called) === true;
    const isDrive = isNamed &&
      (row.anywhere === true || areNear(effect, other) && !areNumberedApart(effect, other));
    const mayBeSet = row.follows === true || row.byNumber?.test("target") === true;
    if (!isDrive || !mayBeSet && NO_EFFECT.test(called)) continue;
    const usual = median(before);
    const isFollowed = row.follows !== true ||
      Math.abs(median(effect.values.slice(0, at)) - usual) <= FOLLOWS * usual;
    if (row.steady === true && !isSteady(other, usual)) continue;
    if (usual > 0 && isFollowed && after.every((value) => value >= GOES_ON * usual)) {
      return `"${labelOf(other)}" goes on at ${rounded(after.at(-1) ?? 0)}`;
    }
  }
  return null;
}

const LEAST_MOVING = 4;
const LEAST_USUAL = 0.2;

/** Whether it is all the time what it was, and measured: what is allowed does not move. */
function isSteady({ values }: Series, usual: number): boolean {
  return usual >= LEAST_USUAL && new Set(values).size >= LEAST_MOVING &&
    values.every((value) => Math.abs(value - usual) <= FOLLOWS * usual);
}

const LEAST_TOLD = 3;

/** A flag or a word of what drives, that says all the time since then that it runs; null where none does. */
function saysOn(one: Case, from: number): string | null {
  const sinceMs = one.effect.readings[from]?.at ?? 0;
  for (const driver of driversFor(one)) {
    const told = driver.said.filter(({ at }) => at >= sinceMs);
    const runs = isSo(one, driver);
    if (told.length >= LEAST_TOLD && told.every(({ value }) => runs(value) === true)) {
      return saidBy(driver);
    }
  }
  return null;
}

function saidBy({ label, said }: Driver, value = said.at(-1)?.value): string {
  return `"${label}" says ${String(value)}`;
}

const LEAST_ON = 4;
const LEAST_ON_MS = 60_000;
const LEAST_ALWAYS = 8;
const LEAST_ALWAYS_MS = 120_000;

/** It is nothing as long as it is listened to, though what drives it is on for long. */
function never(one: Case): Fault | null {
  const { effect, row } = one;
  const { values, readings } = effect;
  const { nothing = 0, patienceMs = LEAST_ON_MS } = row;
  if (values.some((value) => Math.abs(value) > nothing)) return null;
  for (const driver of driversFor(one)) {
    const span = spanOf(driver, isSo(one, driver));
    if (span === null) continue;
    const from = readings.findIndex(({ at }) => at > span.fromMs);
    const toMs = Math.min(span.toMs, readings.at(-1)?.at ?? 0);
    const during = from < 0
      ? []
      : values.slice(from).filter((_, i) => (readings[from + i]?.at ?? 0) <= toMs);
    const before = values.slice(0, Math.max(0, from));
    const isAlways = before.length < 2 && !span.wasOff;
    if (during.length < (isAlways ? LEAST_ALWAYS : LEAST_ON)) continue;
    if (toMs - span.fromMs < (isAlways ? LEAST_ALWAYS_MS : patienceMs)) continue;
    // What rests at a little tells by that only that it is no more now than it was when it was off.
    if (nothing > 0 && (isAlways || median(during) > median(before) + 0.5)) continue;
    if (row.mayBeUnread === true && isShare(driver) && !isMissed(one, span.fromMs)) continue;
    return {
      from: Math.max(0, from),
      how: `stays ${rounded(median(during))} though ${saidBy(driver, span.value)} for ${
        secondsText(toMs - span.fromMs)
      }`,
    };
  }
  return null;
}

const LEAST_HOTTER = 2;

/** Whether what it cools gets hotter all the while. */
function isMissed({ effect, view }: Case, fromMs: number): boolean {
  return seriesOf(view).some((other) => {
    const since = other.readings.findIndex(({ at }) => at >= fromMs);
    return /temp/.test(calledOf(other)) && since >= 0 && areNear(effect, other) &&
      keepsGoing(other.values.slice(since), 1, LEAST_HOTTER);
  });
}

/** It gets less and less though what drives it is on, and only on or off. */
function dwindles(one: Case): Fault | null {
  const { values, readings } = one.effect;
  const { least = 1, patienceMs = LEAST_ON_MS } = one.row;
  for (const driver of driversFor(one).filter((driver) => !isShare(driver))) {
    const span = spanOf(driver, isSo(one, driver));
    if (span === null || span.toMs !== Infinity) continue;
    const since = values.slice(readings.findIndex(({ at }) => at >= span.fromMs));
    const top = Math.max(...since);
    const from = values.length - since.length + since.lastIndexOf(top);
    const tail = values.slice(from);
    const lastedMs = (readings.at(-1)?.at ?? 0) - (readings[from]?.at ?? 0);
    if (top <= 0 || lastedMs < patienceMs || !keepsGoing(tail, -1, least * top)) continue;
    return {
      from,
      how: `falls all the time, from ${rounded(top)} to ${rounded(tail.at(-1) ?? 0)}, though ${
        saidBy(driver)
      }`,
    };
  }
  return null;
}

/** After so many times as long a third of the way is enough. */
const LONG = 1.75;

/** It goes the other way all the time that it is driven. */
function contrary(one: Case): Fault | null {
  const { effect, row, view } = one;
  const { values, readings } = effect;
  const { way = 1, least = 0, end, patienceMs = LEAST_ON_MS } = row;
  const last = values.at(-1) ?? 0;
  if (end !== undefined && last < end) return null;
  // Where it is told what is wanted, that is asked with it.
  if (row.regulated === true && wantOf(effect, view) !== null) return null;
  for (const driver of driversFor(one)) {
    const span = spanOf(driver, isSo(one, driver));
    if (span === null || span.toMs !== Infinity) continue;
    const from = readings.findIndex(({ at }) => at >= span.fromMs);
    const lastedMs = (readings.at(-1)?.at ?? 0) - (readings[from]?.at ?? Infinity);
    if (lastedMs < patienceMs) continue;
    const enough = lastedMs < LONG * patienceMs ? least : least / 3;
    if (!keepsGoing(values.slice(from), way === 1 ? -1 : 1, enough)) continue;
    return {
      from,
      how: `${way === 1 ? "falls" : "rises"} from ${rounded(values[from] ?? 0)} to ${
        rounded(last)
      } though ${saidBy(driver)}`,
    };
  }
  return null;
}

/** At least this share of what there was is as before; at most that was nothing. */
const AS_BEFORE = 0.7;
const IDLE = 0.1;
const LEAST_AFTER = 5;

/** It goes on as before though what drove it is off. */
function goesOn(one: Case): Fault | null {
  const { effect, row, view } = one;
  const { values, readings } = effect;
  const { patienceMs = LEAST_ON_MS } = row;
  for (const driver of driversFor(one).filter((driver) => !isShare(driver))) {
    const last = driver.said.findLastIndex(({ value }) => isOn(value) === true);
    if (last < 0 && row.way === undefined && isOwn(effect, driver, row) && isLive(effect, driver)) {
      return { from: 0, how: `is ${rounded(median(values))} though ${saidBy(driver)}` };
    }
    const off = driver.said[last + 1];
    if (off === undefined || isOn(off.value) !== false) continue;
    const wasOn = (at: number) => isOn(driver.said.findLast((said) => said.at <= at)?.value);
    const from = readings.findIndex(({ at }) => at > off.at);
    const after = from < 0 ? [] : values.slice(from);
    if (after.length < LEAST_AFTER || !heardAtLeast(view, off.at, patienceMs)) continue;
    const when = (isSo: boolean) =>
      values.filter((_, i) => i < from && wasOn(readings[i]?.at ?? 0) === isSo);
    const [on, before] = [when(true), when(false)];
    const how = row.way === undefined
      ? flowsOn({ on, before, after }, row.leastLeft ?? (isOwn(effect, driver, row) ? IDLE : null))
      : risesOn(one, from, on.length);
    if (how !== null) {
      return { from, how: `${how} though "${driver.label}" is off: the switch has no effect` };
    }
  }
  return null;
}

const LEAST_LIVE = 20;

/** Whether much is drawn all the time, and measured, of what says as long that it is off. */
function isLive({ values, readings }: Series, { said }: Driver): boolean {
  const lengthMs = (readings.at(-1)?.at ?? 0) - (readings[0]?.at ?? 0);
  return values.length >= LEAST_ALWAYS && lengthMs >= LEAST_ALWAYS_MS &&
    said.length >= LEAST_ALWAYS && said.every(({ value }) => isOn(value) === false) &&
    new Set(values).size > LEAST_ALWAYS / 2 && Math.min(...values) >= LEAST_LIVE;
}

/** `leastLeft` is the share of what there was that shows it where nothing else could feed it; null where something may. */
function flowsOn(
  o: { on: readonly number[]; before: readonly number[]; after: readonly number[] },
  leastLeft: number | null,
): string | null {
  const usual = median(o.on);
  const isNothing = o.before.length >= 2 && o.before.every((value) => value <= IDLE * usual);
  if (o.on.length < LEAST_HELD || usual <= 0 || leastLeft === null && !isNothing) return null;
  return o.after.every((value) => value >= (leastLeft ?? AS_BEFORE) * usual)
    ? `goes on at ${rounded(o.after.at(-1) ?? 0)}`
    : null;
}

/** It gets warmer all the time, and no slower than when it was heated: what is still hot within gives less and less. */
function risesOn({ effect, row }: Case, from: number, heated: number): string | null {
  const { values, readings } = effect;
  const start = from - heated;
  if (heated < LEAST_ON || from < 1) return null;
  const pace = (a: number, b: number) =>
    ((values[b] ?? 0) - (values[a] ?? 0)) /
    Math.max(1, (readings[b]?.at ?? 0) - (readings[a]?.at ?? 0));
  const half = Math.floor((from + values.length - 1) / 2);
  const before = pace(start, from - 1);
  return before > 0 && pace(half, values.length - 1) >= AS_BEFORE * before &&
      keepsGoing(values.slice(from - 1), 1, row.least ?? 0)
    ? `goes on rising, from ${rounded(values[from - 1] ?? 0)} to ${rounded(values.at(-1) ?? 0)},`
    : null;
}

const LEAST_RISES = 4;
const LEAST_STOOD = 6;
/** It stands for so many times as long as it ever did while it worked. */
const TIMES_AS_LONG = 5;
const COUNTED = /count|infeed|(?<![a-z])in(?![a-z])|cycles?|total|energy/;

/** It rose with nearly each report, and stands though what makes it says that it works. */
function stands(one: Case): Fault | null {
  const { effect, row, view } = one;
  const { values, readings } = effect;
  const from = standsFrom(values);
  if (from < LEAST_RISES || values.length - from < LEAST_STOOD) return null;
  const steps = differences(values.slice(0, from + 1));
  if (steps.some((step) => step < 0)) return null;
  const rises = steps.flatMap((step, i) => step > 0 ? [readings[i + 1]?.at ?? 0] : []);
  const longestMs = Math.max(...differences([readings[0]?.at ?? 0, ...rises]));
  const sinceMs = readings[from]?.at ?? 0;
  const stoodMs = (readings.at(-1)?.at ?? 0) - sinceMs;
  if (rises.length < 0.7 * steps.length || stoodMs < (row.patienceMs ?? 0)) return null;
  if (stoodMs < TIMES_AS_LONG * longestMs) return null;
  // Told as it changes, it holds where another count beside it goes on.
  const isAlive = seriesOf(view).some((other) => {
    const now = other.values.filter((_, i) => (other.readings[i]?.at ?? 0) > sinceMs);
    return other !== effect && areSiblings(other.topic, effect.topic) &&
      COUNTED.test(calledOf(other)) && now.length >= LEAST_STOOD &&
      differences(now).filter((step) => step > 0).length >= now.length / 2;
  });
  for (const driver of driversFor(one).filter(({ topic }) => areSiblings(topic, effect.topic))) {
    const told = driver.said.filter(({ at }) => at >= sinceMs);
    const works = isSo(one, driver);
    if (works(driver.said.at(-1)?.value ?? null) !== true) continue;
    if (told.some(({ value }) => works(value) !== true)) continue;
    if (told.length < LEAST_TOLD && !isAlive) continue;
    return {
      from,
      code: "stuck_value",
      how: `is stuck at ${values.at(-1)}, though ${saidBy(driver)}`,
    };
  }
  return null;
}

const SIGNS: Readonly<Record<Sign, (one: Case) => Fault | null>> = {
  lost,
  never,
  dwindles,
  contrary,
  goesOn,
  stands,
};
