import type { Finding } from "../../finding_shape.ts";
import { rounded, secondsText } from "../../evidence.ts";
import { labelOf } from "../../reading/fields.ts";
import { differences, keepsGoing, lastsMs, median, spreadOf } from "../../../statistics.ts";
import { type DeviceView, heardAtLeast } from "../../reading/view.ts";
import { type Case, driversFor, isEffect, isOwn, isSo, isToldOn, saidBy } from "./drive_cases.ts";
import { isHeldBack, isOfTank } from "./held_back.ts";
import { type Drives, NO_EFFECT, ROWS, type Sign } from "./drive_rows.ts";
import {
  areNear,
  areNumberedApart,
  calledOf,
  type Driver,
  driversOf,
  isOn,
  isShare,
  spanOf,
} from "./drivers.ts";
import { type Fault, faultFinding } from "../orders/no_effect.ts";
import { heldByLike, numbersBeside, placesIn } from "../likes/told_by_twins.ts";
import { wantOf } from "./setpoints.ts";
import { same, stands } from "./stood.ts";
import { isCommandedBetween, TASTE, turnBetween } from "../values/turns.ts";
import { type Series, seriesOf, toldSince } from "../values/series.ts";
import { WAIT } from "../orders/waits.ts";

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
        return [faultFinding(effect, fault, row.advice)];
      }
    }
    return [];
  });
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
  const lengthMs = lastsMs(readings, at);
  return values.slice(start, left).every(isSteady) && lengthMs >= patienceMs ? at : null;
}

/** Whether a word turned with it, or it was commanded: then it was switched. */
function isSwitched({ topic, path, readings }: Series, at: number, view: DeviceView): boolean {
  const beatMs = topic.rhythm?.medianMs ?? 1_000;
  const [fromMs, toMs] = [readings[at - 1].at, readings[at].at];
  // What is told of itself in a word beside the number is no switch.
  const own = (path || (topic.segments.at(-1) ?? "")).replace(/[_-]?(?:speed|rpm|tacho?)$/i, "");
  const without = (field: string) =>
    own.length > 5 && (field.split("/").at(-1) ?? "").startsWith(own) || TASTE.test(field);
  // A flag that is a number is no word: `valve_open` from 1 to 0, for as long as it is nothing.
  const isShut = [...readings[at - 1]?.fields ?? []].some(([other, value]) =>
    other !== path && value === 1 &&
    readings.slice(at).every(({ fields }) => (fields.get(other) ?? 0) === 0)
  );
  return isShut ||
    turnBetween(view, { fromMs: fromMs - 0.9 * beatMs, toMs: toMs + beatMs, without }) !==
      undefined ||
    isCommandedBetween(view, { fromMs: fromMs - LEAST_MS, toMs });
}

/** Whether it is to do more since then: whoever switched or commanded something wanted no less of it. */
function isAskedForMore({ effect, row, view }: Case, at: number): boolean {
  const sinceMs = effect.readings[at].at;
  return row.follows === true && row.alike !== true && seriesOf(view).some((other) => {
    const { from: split, tail } = toldSince(other, sinceMs);
    const isWanted = row.byNumber?.test(calledOf(other)) === true && areNear(effect, other);
    return isWanted && split > 0 &&
      Math.min(...tail) > Math.max(...other.values.slice(0, split));
  });
}

/** A number that drives it and goes on, or what it cools and is hotter now; null where there is none. */
function goesOnByNumber({ effect, row, view }: Case, at: number): string | null {
  const sinceMs = effect.readings[at].at;
  const beforeMs = effect.readings[at - 1].at;
  for (const other of seriesOf(view)) {
    if (other === effect) continue;
    const { tail: after } = toldSince(other, sinceMs);
    const before = other.values.filter((_, i) => other.readings[i].at <= beforeMs + 1_000);
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

/** A flag or a word of what drives, that says all the time since then that it runs; null where none does. */
function saysOn(one: Case, from: number): string | null {
  const sinceMs = one.effect.readings[from].at;
  for (const driver of driversFor(one)) {
    if (isToldOn(driver, sinceMs, isSo(one, driver))) return saidBy(driver);
  }
  return null;
}

const LEAST_ON = 4;
const LEAST_ALWAYS = 8;

/** It is nothing as long as it is listened to, though what drives it is on for long. */
function never(one: Case): Fault | null {
  const { effect, row } = one;
  const { values, readings } = effect;
  const { nothing = 0, patienceMs = WAIT.broughtMs } = row;
  if (values.some((value) => Math.abs(value) > nothing)) return null;
  for (const driver of driversFor(one)) {
    const span = spanOf(driver, isSo(one, driver));
    if (span === null) continue;
    const from = readings.findIndex(({ at }) => at > span.fromMs);
    const toMs = Math.min(span.toMs, readings.at(-1)?.at ?? 0);
    const during = from < 0
      ? []
      : values.slice(from).filter((_, i) => readings[from + i].at <= toMs);
    const before = values.slice(0, Math.max(0, from));
    const isAlways = before.length < 2 && !span.wasOff;
    if (during.length < (isAlways ? LEAST_ALWAYS : LEAST_ON)) continue;
    if (toMs - span.fromMs < (isAlways ? WAIT.allTheWayMs : patienceMs)) continue;
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
    return /temp/.test(calledOf(other)) && areNear(effect, other) &&
      keepsGoing(toldSince(other, fromMs).tail, 1, LEAST_HOTTER);
  });
}

/** What drives it and is on to the end, and the first value since it is. */
function stillOn(one: Case): { driver: Driver; start: number }[] {
  return driversFor(one).flatMap((driver) => {
    const span = spanOf(driver, isSo(one, driver));
    if (span === null || span.toMs !== Infinity) return [];
    return [{ driver, start: toldSince(one.effect, span.fromMs).from }];
  });
}

/** It gets less and less though what drives it is on, and only on or off. */
function dwindles(one: Case): Fault | null {
  const { values, readings } = one.effect;
  const { least = 1, patienceMs = WAIT.broughtMs } = one.row;
  for (const { driver, start } of stillOn(one)) {
    if (isShare(driver)) continue;
    const since = values.slice(start);
    const top = Math.max(...since);
    const from = values.length - since.length + since.lastIndexOf(top);
    const tail = values.slice(from);
    const lastedMs = lastsMs(readings, from);
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
/** By so much of what is wanted nothing that is to be hot gets colder within this time while it is heated. */
const GONE = 0.15;
const GONE_MS = 40_000;
const TO_BE_HOT = 30;

/** It goes the other way all the time that it is driven. */
function contrary(one: Case): Fault | null {
  const { effect, row, view } = one;
  const { values, readings } = effect;
  const { way = 1, least = 0, end, patienceMs = WAIT.broughtMs, regulated = false } = row;
  const last = values.at(-1) ?? 0;
  if (end !== undefined && last < end) return null;
  const told = regulated ? wantOf(effect, view) : null;
  const held = regulated && !isLoaded(one) ? heldByLike(effect, view, { want: told, least }) : null;
  const want = told ?? held;
  const isAway = want === null || way * (want - last) >= least;
  const isCold = want !== null && way === 1 && want >= TO_BE_HOT && want > values[0] &&
    !isHeldBack(view) && !isOfTank(effect, view);
  const drives = [...stillOn(one), ...isCold ? heating(one) : []];
  for (const { driver, start: from } of drives) {
    const isBeside = regulated && isAway && (held !== null || likeGo(one, driver, way));
    const isHot = !isBeside && isCold && from === 0;
    // Where it is told what is wanted, that is asked with it.
    if (want !== null && !isBeside && !isHot) continue;
    const lastedMs = lastsMs(readings, from);
    if (lastedMs < (isBeside ? LEAST_MS : isHot ? GONE_MS : patienceMs)) continue;
    const enough = isHot ? GONE * want : lastedMs < LONG * patienceMs ? least : least / 3;
    if (!keepsGoing(values.slice(from), way === 1 ? -1 : 1, enough)) continue;
    return {
      from,
      how: `${way === 1 ? "falls" : "rises"} from ${rounded(values[from])} to ${
        rounded(last)
      } though ${saidBy(driver)}${
        want === null
          ? ""
          : `, and ${rounded(want)} is ${told === null ? "held by its like" : "wanted"}`
      }`,
    };
  }
  return null;
}

/** Whether it says that it is held back, or more and more of something is brought into it, which has a warmth of its own. */
function isLoaded({ effect, view }: Case): boolean {
  return isHeldBack(view) ||
    seriesOf(view).some((other) =>
      LOADS.test(other.name) && areNear(effect, other) &&
      keepsGoing(other.values, 1, Number.EPSILON)
    );
}

/** How much of what is cooled or heated is in it. */
const LOADS = /level|fill|volume|content|weight|amount|quantity|load|lit(?:er|re)s?$|_l$|kg$/;

/** What heats draws so much. */
const HEATS_W = 800;
const MODE = /^(?:mode|modus|betriebsart|operati(?:on|ng)_?mode)$/;

/** What shows all the time that it heats what is to be warm, and does not say so: much power, or the first of its modes. */
function heating({ effect, view }: Case): { driver: Driver; start: number }[] {
  return driversOf(view).filter((driver) =>
    driver.said.length >= LEAST_ALWAYS && areNear(effect, driver) &&
    (MODE.test(driver.leaf)
      ? driver.said.every(({ value }) => value === 1)
      : /^(?:power|watts?|leistung)$/.test(driver.leaf) &&
        driver.said.every(({ value }) => typeof value === "number" && value >= HEATS_W))
  ).map((driver) => ({ driver, start: 0 }));
}

/** Whether of the same of others of its kind that are driven as it is one goes the right way, and none the other. */
function likeGo({ effect, view }: Case, driver: Driver, way: 1 | -1): boolean {
  const told = numbersBeside(view);
  return told !== null && placesIn(effect.topic.segments, effect.path).some((place, level) => {
    const like = (told.get(place) ?? []).filter(({ whose }) => {
      const { segments: own } = driver.topic;
      const topic = own.map((one, i) => i === level ? whose : one).join("/");
      const twin = view.twins.find(({ segments }) => segments.join("/") === topic);
      return isOn(twin?.live.at(-1)?.fields.get(driver.path)) !== false;
    });
    return like.some(({ values }) => goes(values, way)) &&
      !like.some(({ values }) => goes(values, way === 1 ? -1 : 1));
  });
}

/** Whether values go one way; of few each step does. */
function goes(values: readonly number[], way: 1 | -1): boolean {
  return keepsGoing(values, way, 1) ||
    values.length >= LEAST_FEW && way * ((values.at(-1) ?? 0) - values[0]) >= 1 &&
      differences(values).every((step) => way * step >= 0);
}

const LEAST_FEW = 3;

/** At least this share of what there was is as before; at most that was nothing. */
const AS_BEFORE = 0.7;
const IDLE = 0.1;
const LEAST_AFTER = 5;

/** It goes on as before though what drove it is off. */
function goesOn(one: Case): Fault | null {
  const { effect, row, view } = one;
  const { values, readings } = effect;
  const { patienceMs = WAIT.broughtMs } = row;
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
      values.filter((_, i) => i < from && wasOn(readings[i].at) === isSo);
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
  const lengthMs = lastsMs(readings, 0);
  return values.length >= LEAST_ALWAYS && lengthMs >= WAIT.allTheWayMs &&
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
    (values[b] - values[a]) / Math.max(1, readings[b].at - readings[a].at);
  const half = Math.floor((from + values.length - 1) / 2);
  const before = pace(start, from - 1);
  return before > 0 && pace(half, values.length - 1) >= AS_BEFORE * before &&
      keepsGoing(values.slice(from - 1), 1, row.least ?? 0)
    ? `goes on rising, from ${rounded(values[from - 1])} to ${rounded(values.at(-1) ?? 0)},`
    : null;
}

const SIGNS: Readonly<Record<Sign, (one: Case) => Fault | null>> = {
  lost,
  never,
  dwindles,
  contrary,
  goesOn,
  stands,
  same,
};
