import type { Finding } from "../../finding_shape.ts";
import { findingFrom, iso, rounded, secondsText, withNumbers } from "../../evidence.ts";
import { labelOf, nameOf, type Scalar } from "../../reading/fields.ts";
import { differences, keepsGoing, lastsMs, risesIn } from "../../../statistics.ts";
import { rememberingEach } from "../../../../payload/remembered.ts";
import { wordsOf } from "../../naming/names.ts";
import { areSiblings, areTogether, type DeviceView, stateTopics } from "../../reading/view.ts";
import { areOfOneSystem, type Driver, driversOf, isOn } from "./drivers.ts";
import { numberOf } from "../values/quantities.ts";
import { isCommandedBetween, TASTE, turnBetween } from "../values/turns.ts";
import { type Series, seriesOf, toldSince } from "../values/series.ts";
import { isActualWord, isAimWord } from "../orders/order_words.ts";
import { WAIT } from "../orders/waits.ts";
import { heldByLike } from "../likes/told_by_twins.ts";

/** Further words by which a value is wanted. */
const WANTED =
  /^(?:set|setting|settings|setpoints|setp|solltwert|reference|setvalue|inställd|settemp|settemperature|targettemp|targettemperature|tset|ttarget|streef)$/;
const saysWanted = (word: string) => isAimWord(word) || WANTED.test(word);
/** Words that both of a pair may bear, and that say nothing of whose it is. */
const SHARED =
  /^(?:set|point|temp|temps|temperature|temperatures|t|cur|measurement|input|pv|process|value|val|reading|present|feedback|fb|now|real|c|f|celsius|degrees|deg|state|status|data|info|config)$/;
/** What goes where it is moved, or is used up, whatever is wanted. */
const MOVED =
  /posit|bright|volum|batt|soc|charg|count|hue|colou?r|lat$|lon$|lng$|price|time|age|mired|kelvin|rssi|signal|humid|min|max|limit|heap|uptime|wanted|set|target|soll|desired|consum|energy|kwh|dist|range|bytes|rate|adc|raw/;
/** What water is drawn from, and cold flows into. */
const DRAWN_FROM = /dhw|hotwater|warmwasser|cylinder|storage|puffer|buffer|tank|shower/;
/** What a controller works with, and what it says when it does so with all it has. */
const EFFORT =
  /^(?:pid)?(?:output(?:percentdisplay)?|out|duty|dutycycle|pwm|heater|heating|heat|cooler|cooling|cool|burner|compressor|ssr|element|modulation|demand|control(?:output|value)?|cv|co|heaterpower|heatingpower|valve|valveposition|valveopening|relay|relais|stellgröße|stellgroesse|heiz(?:ung|stab|element|leistung)|brenner|chauffage|résistance|resistencia|riscaldatore|bruciatore|verwarming|grzałka|grzalka)(?:percent|pct|on|state|active|level|duty)?$/;
const FULL = /^(?:true|on|ein|an|heating|cooling|running|active|full|max|100(?:\.0+)?|255|1023)$/i;
/** What is switched and not metered: its 1 is no percent. */
const SWITCHED_ON =
  /^(?:heat|cool|burner|compressor|ssr|element|heiz|brenner|chauff|verwarm|relay|relais|grza)/;
/** Where a device says what it does, and that it heats or cools. */
const DOING = /^(?:hvac)?(?:action|activity|operation|state|status|phase)$/;
const DOES = /^(?:heat(?:ing)?|cool(?:ing)?|heizt|kühlt|chauffe)$/i;

const LEAST_TAIL = 8;
/** Shares of what is wanted: near it, beside it, and far from it; of little more, as a door or a window may cool a room. */
const NEAR = 0.04;
const BESIDE = 0.06;
const FAR = 0.2;
const LITTLE = 30;
const FAR_OF_LITTLE = 0.35;
const LEAST_DEGREES = 5;
const GROWN = 0.1;
/** What is heated by much power does not rest far below where it should be: what is to be hot, and what is cooked in. */
const HOT = 90;
/** So many degrees away all is given for it, and soon shows. */
const FAR_OFF = 30;
const WARM = 40;
const COOKED_IN =
  /kettle|kessel|mash|maisch|brew|brau|wort|hlt|sous|oven|ofen|horno|forno|fryer|grill|espresso|coffee/;
/** Much water, or walls: for minutes it is no warmer, whatever heats it. */
const SLOW =
  /pool|tub|spa(?![a-z])|jacuzzi|whirl|piscin|floor|room|aquari|dhw|hotwater|warmwasser|cylinder|storage|puffer|buffer|tank|shower|zisterne|greenhouse/;
/** What is told of warmth without saying so. */
const WARMTH =
  /temp|celsius|brew|(?<![a-z])pool|sauna|boiler|kettle|kessel|vessel|chamber|oven|ofen|kiln|nozzle|hotend|(?<![a-z])bed|barrel|zone|water|wasser|oil|steam|probe|furnace|head|group|hx|mash|wort/;
/** So much of what is wanted something beside it may get warmer. */
const WARMER = 0.02;
const LEAST_FLAT = 10;
const LEAST_AGAINST = 1;
const LEAST_BELOW = 0.3;
const LEAST_FLAT_MS = 300_000;
const FLAT = 0.007;
const LEAST_HELD = 3;
const LEAST_LEFT = 4;
/** Steps that go the same way. */
const MOST_STEPS = 0.75;

/** `outlier` of what is regulated and goes away from what is wanted, or is not moved there at all. */
export function strayingFromSetpoint(view: DeviceView): Finding[] {
  const all = seriesOf(view);
  for (const wanted of [...all, ...heldBefore(view)]) {
    const want = wanted.values.at(-1) ?? 0;
    if (want === 0 || !calledOf(wanted).isWanted) continue;
    const changed = wanted.values.findLastIndex((value) => value !== want) + 1;
    const sinceMs = changed === 0 ? 0 : wanted.readings[changed].at;
    for (const actual of all) {
      if (actual.kind !== "reading" || actual === wanted || !isNear(wanted, actual)) continue;
      const aim = { want, wanted, sinceMs, view };
      const found = underFullEffort(actual, aim) ?? underRisingEffort(actual, aim) ??
        (changed === 0 ? heldAndLeft(actual, aim) : leftBehind(actual, aim)) ??
        staysCold(actual, aim);
      if (found === null) continue;
      const { from, how } = found;
      const { values, readings, topic } = actual;
      return [findingFrom({
        code: "outlier",
        title: `"${labelOf(actual)}" does not follow its setpoint: it is ${
          rounded(values.at(-1) ?? 0)
        }, and "${labelOf(wanted)}" is ${rounded(want)}${how}`,
        summary: `On "${topic.topic}" it went from ${rounded(values[from])} at ${
          iso(readings[from].at)
        } to ${rounded(values.at(-1) ?? 0)} in ${values.length - from} messages`,
        ...withNumbers(actual, readings.slice(from)),
        suggestion:
          "Look whether what should move it works: its supply, fuse, relay, fuel or valve, and whether the sensor sits where it should.",
      })];
    }
  }
  return [];
}

/** What is wanted of a value, by the nearest of the setpoints that stand near it and do not change; null where none does. */
export function wantOf(actual: Series, view: DeviceView): number | null {
  const wants = [...seriesOf(view), ...heldBefore(view)].filter((wanted) =>
    wanted !== actual && calledOf(wanted).isWanted && isNear(wanted, actual)
  ).map(({ values }) => values.at(-1) ?? 0);
  const away = (want: number) => Math.abs(want - actual.values[0]);
  return wants.sort((a, b) => away(a) - away(b))[0] ?? null;
}

function isWarmth({ name, path }: Series): boolean {
  return (WARMTH.test(name) || /^t_[a-z]{2}/i.test(path)) && !NO_DEGREES.test(name);
}

const MOST_FIELDS = 40;

/** Values that were told once, before it was listened: what is wanted often is. */
function heldBefore(view: DeviceView): Series[] {
  return stateTopics(view).flatMap((topic): Series[] => {
    const last = topic.readings.at(-1);
    if (topic.live.length > 0 || last === undefined) return [];
    return [...last.fields].slice(0, MOST_FIELDS).flatMap(([path, told]): Series[] => {
      const value = path === "" || typeof told === "number" ? numberOf("value", told) : null;
      const name = nameOf(path, topic.segments);
      return value === null
        ? []
        : [{ topic, path, name, kind: "setting", values: [value], readings: [last] }];
    });
  });
}

interface Aim {
  readonly want: number;
  readonly wanted: Series;
  /** Since when it is wanted, where that changed. */
  readonly sinceMs: number;
  readonly view: DeviceView;
}

interface Stray {
  /** The value from which on it strays. */
  readonly from: number;
  readonly how: string;
}

/** What is soon where it is sent, by the words of its name; of these, what its device may not have to give. */
const QUICK =
  /^(?:hz|freq|frequency|rpm|drehzahl|speed|w|kw|power|leistung|watt|flow|bar|angle|azimuth)$/;
const GIVEN = /^(?:w|kw|power|leistung|watt|flow)$/;
const LEAST_BEHIND = 5;

/** What is sent elsewhere and stays where it is, though it followed before; goes the other way; or never moved at all. */
function leftBehind(actual: Series, { want, wanted }: Aim): Stray | null {
  const { values, path, topic } = actual;
  const words = wordsOf(path === "" ? topic.segments.at(-1) ?? "" : path.slice(0, 80));
  if (!isOfSame(actual, wanted) || !words.some((word) => QUICK.test(word))) return null;
  const turn = wanted.values.findLastIndex((value) => value !== want);
  const sinceMs = wanted.readings[turn + 1].at + WAIT.shownMs;
  const { from, tail, lastedMs } = toldSince(actual, sinceMs);
  if (tail.length < LEAST_BEHIND || lastedMs < WAIT.broughtMs) return null;
  const unit = Math.abs(want);
  if (tail.every((value) => Math.abs(value + want) <= 0.1 * unit)) {
    return { from, how: ", the other way" };
  }
  const away = tail.map((value) => Math.abs(want - value));
  const isBehind = away.every((one) => one >= FAR * unit) &&
    (away.at(-1) ?? 0) >= 0.95 * away[0];
  const former = wanted.values.slice(0, turn + 1).filter((value) => value !== 0);
  const followed = former.some((value) =>
    values.slice(0, from).filter((one) => Math.abs(one - value) <= NEAR * Math.abs(value))
        .length >= LEAST_HELD && (Math.abs(value) > unit || !words.some((word) => GIVEN.test(word)))
  );
  const isStill = new Set([...former, want]).size > 1 &&
    values.every((value) => Math.abs(value) <= 0.01 * unit);
  return isBehind && (followed || isStill) ? { from, how: "" } : null;
}

/** What goes on falling though its controller gives all it has. */
function underFullEffort(actual: Series, aim: Aim): Stray | null {
  const { want, wanted, view } = aim;
  const { values, readings } = actual;
  const effort = effortFor(actual, aim);
  const isOne = isOfSame(actual, wanted) ||
    calledOf(wanted).key === "" && (wanted.path === "" || areTogether(actual, wanted)) &&
      (/^room/.test(calledOf(actual).key) || isNearest(actual, want, view));
  if (effort === null || DRAWN_FROM.test(actual.name)) return null;
  if (!isOne) return restsCold(actual, aim, effort);
  const { from, tail, lastedMs } = toldSince(actual, effort.sinceMs);
  if (tail.length < LEAST_TAIL || lastedMs < WAIT.allTheWayMs) return null;
  const away = values.map((value) => Math.abs(want - value));
  const [first = 0, last = 0] = [away[from], away.at(-1)];
  const how = ` while "${effort.label}" is ${effort.value}`;
  // What is heated does not get colder all the time, however little that is.
  const isAgainst = tail.length >= LEAST_FLAT && lastedMs >= WAIT.warmerMs &&
    (isWarmth(actual) || calledOf(actual).key === "" && areTogether(actual, wanted)) &&
    first >= LEAST_BELOW && keepsGoing(away.slice(from), 1, LEAST_AGAINST);
  if (isAgainst) return { from, how };
  if (last < farFrom(want, actual)) return null;
  // Where it was as wanted until then, it strays since, unless something was switched or opened.
  const near = away.findLastIndex((one) => one <= NEAR * Math.abs(want));
  const left = Math.max(from, near);
  const span = { fromMs: readings[near - 1]?.at ?? 0, toMs: readings[near + 1]?.at ?? 0 };
  const strays = away.length - left >= LEAST_TAIL && lastsMs(readings, left) >= WAIT.allTheWayMs &&
    goesOneWay(away.slice(left)) && last - away[left] >= GROWN * Math.abs(want) &&
    (left === from ||
      turnBetween(view, { ...span, without: (field) => TASTE.test(field) }) === undefined);
  return strays ? { from: left, how } : restsCold(actual, aim, effort);
}

/** What is given for it, told as a share of all there is; and what blows air into water, of which it takes its oxygen. */
const GIVES =
  /blower|gebl(?:ä|ae)se|aerat|bel(?:ü|ue)ft|soplador|surpresseur|soffiant|compres|pump|valve|ventil|shunt|fan|output|duty|speed|stell/;
const SHARE = /per_?cent|pct|pro[cz](?:ent)?(?![a-z])|_?%$|output|duty|stell|level|leistung|speed/;
/** So much more is given in the end than in the beginning. */
const LEAST_MORE = 20;
const ALL_THERE_IS = 99;
/** So far off, as a share of what is wanted, nothing of it is left. */
const LEAST_GONE = 0.5;

/**
 * What goes away from what is wanted the more, the more is given for it, up to all there is: oxygen under a blower; a warmth,
 * and what is less far off, where others of its kind hold theirs.
 */
function underRisingEffort(actual: Series, { want, wanted, sinceMs, view }: Aim): Stray | null {
  const { values } = actual;
  if (sinceMs > 0 || values.length < LEAST_TAIL) return null;
  const unit = Math.abs(want);
  const isHeld = heldByLike(actual, view, { want, least: FAR * unit }) !== null;
  if (!isHeld && (!isOfSame(actual, wanted) || isWarmth(actual))) return null;
  const away = values.map((value) => Math.abs(want - value));
  const end = Math.min(...away.slice(-LEAST_HELD));
  const isGone = end >= (isHeld ? FAR : LEAST_GONE) * unit && away[0] <= end / 2;
  const back = differences(away).filter((step) => step < 0).length;
  if (!isGone || risesIn(away) < LEAST_TAIL || back > (1 - MOST_STEPS) * away.length) return null;
  const effort = seriesOf(view).find((one) => {
    const called = `${one.topic.segments.at(-1)} ${one.path}`.toLowerCase();
    const given = one.values;
    return one !== actual && one.topic.role === "state" && GIVES.test(called) &&
      SHARE.test(called) && (areTogether(actual, one) || areBeside(actual, one)) &&
      !calledOf(one).isWanted && given.length >= LEAST_TAIL &&
      given.slice(-LEAST_HELD).every((value) => value >= ALL_THERE_IS && value <= 100) &&
      (given.at(-1) ?? 0) - given[0] >= LEAST_MORE &&
      given.slice(1).every((value, i) => value >= given[i]);
  });
  return effort === undefined ? null : {
    from: 0,
    how: `, while "${labelOf(effort)}" rose to ${rounded(effort.values.at(-1) ?? 0)}`,
  };
}

/** Whether of all that is warm beside it nothing is nearer to what is wanted. */
function isNearest(actual: Series, want: number, view: DeviceView): boolean {
  const away = ({ values }: Series) => Math.abs(want - (values[0] ?? Infinity));
  return isWarmth(actual) &&
    seriesOf(view).every((other) =>
      other === actual || !isWarmth(other) || calledOf(other).isWanted ||
      !areTogether(actual, other) || away(other) > away(actual)
    );
}

/** What is to be hot and is no warmer after minutes, nor is anything beside it, though its heat is on. */
function restsCold(actual: Series, { want, wanted, view }: Aim, effort: Effort): Stray | null {
  const { values, topic, path } = actual;
  const isOne = isOfSame(actual, wanted) || calledOf(wanted).key === "" &&
      (areTogether(actual, wanted) || areBeside(actual, wanted));
  const whole = `${topic.topic} ${path}`.toLowerCase();
  const isFar = want - Math.max(...values) >= FAR_OFF;
  const isHot = isFar || want >= HOT || want >= WARM && COOKED_IN.test(whole);
  if (!isOne || !isHot || SLOW.test(whole) || !isWarmth(actual)) return null;
  const { from, tail, lastedMs } = toldSince(actual, effort.sinceMs);
  // Told in whole degrees it is the same for longer.
  const leastMs = tail.every(Number.isInteger)
    ? 2 * LEAST_FLAT_MS
    : isFar
    ? WAIT.warmerMs
    : LEAST_FLAT_MS;
  if (tail.length < LEAST_FLAT || lastedMs < leastMs || !restsAway(tail, want, actual)) return null;
  const warms = (other: Series) =>
    isWarmth(other) && other.topic.segments[0] === topic.segments[0] &&
    (other.values.at(-1) ?? 0) - other.values[0] > WARMER * want;
  return seriesOf(view).some(warms)
    ? null
    : { from, how: ` and no warmer while "${effort.label}" is ${effort.value}` };
}

/** Whether all values are far from what is wanted, and next to the same. */
function restsAway(values: readonly number[], want: number, of: Series): boolean {
  return values.every((value) =>
    want - value >= farFrom(want, of) && Math.abs(value - values[0]) <= FLAT * want
  );
}

/** What is no warmer after minutes, while its like, with a setpoint of its own, has reached that: a bed beside its nozzle. */
function staysCold(actual: Series, { want, wanted, view }: Aim): Stray | null {
  const { values, readings, topic, path } = actual;
  const whole = `${topic.topic} ${path}`.toLowerCase();
  if (
    want < WARM || SLOW.test(whole) || !WARMTH.test(whole) || !isOfSame(actual, wanted) ||
    values.length < LEAST_FLAT || lastsMs(readings) < WAIT.warmerMs ||
    !restsAway(values, want, actual)
  ) return null;
  // What melts what is printed is heated as long as its target is not 0.
  if (MELTS.test(whole) && want - Math.max(...values) >= FAR_OFF) {
    return { from: 0, how: `, and it got no warmer in ${secondsText(lastsMs(readings))}` };
  }
  const all = seriesOf(view);
  const warmed = all.find((like) => {
    if (like === actual || like.name !== actual.name || like.values.length < LEAST_FLAT) {
      return false;
    }
    const aimed = all.find((other) => other.name === wanted.name && isOfSame(like, other));
    const its = aimed?.values.at(-1) ?? 0;
    return its >= WARM && its - like.values[0] >= farFrom(its, like) &&
      Math.abs(its - (like.values.at(-1) ?? 0)) <= NEAR * its;
  });
  return warmed === undefined
    ? null
    : { from: 0, how: `, while "${labelOf(warmed)}" of "${warmed.topic.topic}" reached its own` };
}

const MELTS = /nozzle|hot_?end|extruder/;

/** How far off it is no longer regulated. */
function farFrom(want: number, { name }: Series): number {
  const size = Math.abs(want);
  if (size >= LITTLE) return FAR * size;
  return Math.max(FAR_OF_LITTLE * size, NO_DEGREES.test(name) ? 0 : LEAST_DEGREES);
}

const NO_DEGREES = /press|druck|bar$|psi|kpa|flow(?!temp)|speed|rpm|vacuum/;

/** What was held where it is wanted, and left it for good, though nothing was switched. */
function heldAndLeft(actual: Series, { want, wanted, view }: Aim): Stray | null {
  const { values, readings } = actual;
  const away = values.map((value) => Math.abs(want - value));
  const unit = Math.abs(want);
  const held = away.findIndex((one) => one > NEAR * unit);
  const { key } = calledOf(wanted);
  const isPair = isOfSame(actual, wanted) ||
    (key === "" ? wanted.topic === actual.topic : calledOf(actual).key.startsWith(key));
  if (!isPair || held < LEAST_HELD || values.length - held < LEAST_LEFT) return null;
  const tail = away.slice(held);
  const end = Math.max(...tail);
  if (tail.slice(1).some((one) => one < BESIDE * unit)) return null;
  if (tail.slice(-2).some((one) => one < farFrom(want, actual))) return null;
  const way = away.slice(held - 1, held + tail.indexOf(end) + 1);
  if (!goesOneWay(way) || way.length < LEAST_LEFT) return null;
  // In one step it goes where a switch or a broken wire takes it.
  if (Math.max(...differences(way)) > 0.6 * end) return null;
  let left = held - 1;
  while (left > 0 && away[left - 1] < away[left]) left--;
  const fromMs = readings[Math.max(0, left - 2)].at;
  const toMs = readings[held + 1].at;
  if (turnBetween(view, { fromMs, toMs }) !== undefined) return null;
  if (numberTurns(view, { fromMs, toMs })) return null;
  if (isCommandedBetween(view, { fromMs: fromMs - WAIT.allTheWayMs, toMs })) return null;
  return { from: held - 1, how: ", where it was held" };
}

function goesOneWay(away: readonly number[]): boolean {
  return risesIn(away) >= MOST_STEPS * (away.length - 1);
}

/** What says that a controller gives all it has, and since when it said nothing else. */
interface Effort {
  readonly label: string;
  readonly value: string;
  readonly sinceMs: number;
}

/** What says near a value that all is given for it, in what it told last; null where nothing does. */
function effortFor(actual: Series, { want, sinceMs: wantedMs, view }: Aim): Effort | null {
  for (const driver of driversOf(view)) {
    const isItself = driver.topic === actual.topic && driver.path === actual.path;
    if (isItself || !areOfOneSystem(actual, driver)) continue;
    const isFull = fullIn(driver, want);
    const last = driver.said.at(-1);
    if (isFull === null || last === undefined || !isFull(last.value)) continue;
    const since = driver.said.findLastIndex(({ value }) => !isFull(value)) + 1;
    const sinceMs = Math.max(wantedMs, driver.said[since].at);
    return { label: driver.label, value: String(last.value), sinceMs };
  }
  return null;
}

/** Modes in which a boiler works; a room's only says what may be done. */
const WORKS = /^(?:praca|run(?:ning)?|work(?:ing)?|operation|betrieb|marcha|drift|on)$/i;
const MODE = /^(?:mode|mod|modus|tryb|modo|mode|rezim|režim|tila|state|status|stan|stav)$/;

/** Whether a value says that all is given, where a field of that name tells how much is. */
function fullIn(driver: Driver, want: number): ((value: Scalar) => boolean) | null {
  const { name, leaf, path, said, topic } = driver;
  const told = [...new Set([name, leaf])];
  // A share of all it has, and no watts.
  const isShare = name === "power" &&
    said.every(({ value }) => typeof value === "number" && value >= 0 && value <= 1);
  if (isShare) return (value) => value === 1;
  if (!told.some((one) => EFFORT.test(one))) {
    const isMode = want >= WARM && told.some((one) => MODE.test(one));
    if (!isMode && !told.some((one) => DOING.test(one))) return null;
    return (value) => DOES.test(String(value)) || isMode && WORKS.test(String(value));
  }
  // What is only switched is on at 1, which of all it could give may be a hundredth.
  const above = path === "" ? topic.segments.at(-2) ?? "" : "";
  const isSwitch = (told.some((one) => SWITCHED_ON.test(one)) || HEATER.test(above)) &&
    said.every(({ value }) => [0, 1].includes(Number(value)));
  return (value) =>
    FULL.test(String(value)) || isOn(value) === true && typeof value === "string" ||
    isSwitch && value === 1;
}

/** Whether a number that stands for a state became another one for good, or one began or ended for good: something was switched. */
function numberTurns(view: DeviceView, o: { fromMs: number; toMs: number }): boolean {
  return stateTopics(view).some(({ live, segments }) => {
    const before = live.findLast(({ at }) => at <= o.fromMs) ?? live[0];
    const around = live.filter(({ at }) => at > o.fromMs && at <= o.toMs);
    const after = live.filter(({ at }) => at > o.toMs);
    return around.some(({ fields }) =>
      [...fields].some(([path, value]) => {
        const was = before?.fields.get(path);
        if (typeof value !== "number" || typeof was !== "number" || value === was) return false;
        if (value === 0 || was === 0) {
          return after.every(({ fields }) => (fields.get(path) === 0) === (value === 0));
        }
        return isSmall(value) && isSmall(was) && SWITCHED.test(nameOf(path, segments)) &&
          new Set(live.map(({ fields }) => fields.get(path))).size <= 3;
      })
    );
  });
}

const SWITCHED =
  /stat|mode|power|enable|on$|run|step|phase|prog|activ|heat|relay|pump|burn|cycle|output|duty|defrost|bypass/;

function isSmall(value: Scalar | undefined): boolean {
  return typeof value === "number" && Number.isInteger(value) && Math.abs(value) <= 255;
}

/** What the names of a series say. */
interface Called {
  readonly isWanted: boolean;
  /** What is left of its own name without what says that it is wanted or measured. */
  readonly key: string;
  /** The same of all levels: `bed.target` and `bed.actual` are of one thing. */
  readonly whole: string;
}

const BOUND = /min|max|limit|hyst|offset|alarm|delta|diff|eco|away|night|day|last|next/;

/** Each value that is wanted asks for the names of all others. */
export const calledOf: (series: Series) => Called = rememberingEach(({ path, topic }) => {
  const levels = [...topic.segments, ...path.split(/[.\[\]]+/)].filter((level) => level !== "")
    .map((level) => wordsOf(level.slice(0, 80)));
  const own = levels.at(-1) ?? [];
  const keys = levels.map((words) => words.filter(isTelling).join(""));
  return {
    isWanted: !BOUND.test(own.join()) &&
      levels.slice(-3).some((words) => words.some(saysWanted)),
    key: keys.at(-1) ?? "",
    whole: keys.filter((level) => level !== "").join("/"),
  };
});

function isTelling(word: string): boolean {
  return !saysWanted(word) && !SHARED.test(word) && !isActualWord(word);
}

/** Whether both are of one thing, by their names in one object, or by all levels. */
function isOfSame(one: Series, other: Series): boolean {
  const [a, b] = [calledOf(one), calledOf(other)];
  return a.whole === b.whole || a.key === b.key && areTogether(one, other);
}

function areBeside({ topic }: Series, other: Series): boolean {
  return topic.segments.length > 1 && areSiblings(topic, other.topic);
}

/** Whether a value has a topic of its own. */
function isAlone({ path, topic }: Series): boolean {
  return path === "" || topic.trace.parts !== undefined && !path.includes(".");
}

function areOfOneRoot({ topic }: Series, other: Series): boolean {
  return topic.segments[0] === other.topic.segments[0];
}

/** Whether both are told in one object, or by topics of one tree. */
function isNear(wanted: Series, actual: Series): boolean {
  if (MOVED.test(actual.name) || calledOf(actual).isWanted) return false;
  return areTogether(wanted, actual) || isOfSame(wanted, actual) ||
    isAlone(wanted) && isAlone(actual) &&
      (calledOf(wanted).key === ""
        ? areBeside(wanted, actual) || isOfRoomHeated(wanted, actual)
        : areOfOneRoot(wanted, actual));
}

const HEATER =
  /^(?:room_?)?(?:heat(?:er|ing)|thermostat|hvac|radiator|heizung|heizk(?:ö|oe)rper|chauffage|riscaldamento|calefac(?:cion|tor|ción)|verwarming|ogrzewanie|grzejnik)$/i;
const ROOM =
  /^(?:room|indoor|inside|raum|zimmer|innen|pi[eè]ce|habitaci[oó]n|stanza|kamer|pok[oó]j)$/i;

/** Whether a heater is to make as warm what is told of its room: `x/heater/temp_sp` and `x/room/temp`. */
function isOfRoomHeated(wanted: Series, actual: Series): boolean {
  const [a, b] = [wanted.topic.segments, actual.topic.segments];
  const placeOf = (levels: readonly string[]) => levels.slice(0, -2).join("/");
  return HEATER.test(a.at(-2) ?? "") && ROOM.test(b.at(-2) ?? "") && a.length > 2 &&
    placeOf(a) === placeOf(b);
}
