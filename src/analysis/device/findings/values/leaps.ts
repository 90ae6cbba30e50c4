import { median, spreadOf } from "../../../statistics.ts";
import { isSentinel } from "./blank.ts";
import type { Series } from "./series.ts";
import { besideOf } from "../../reading/view.ts";
import { leafOf } from "../../reading/fields.ts";

/** What changes slowly: it is not many times as much, nor far below nothing, from one message to the next. */
const WARMTH =
  /temp|celsius|^t(?:water|air|amb\w*|in|out|room|pool|tank|flow|ret\w*|supply|heatsink|\d{1,2})$|vorlauf|r(?:ü|ue)cklauf|coolant|f(?:ü|ue)hler|thermo|ds18|dallas|pt100|ntc/;
const SLOW =
  /press|druck|(?<!noise|sound|light|signal|audio|water|gas)level|niveau|pegel|moist|soil|^ph\d?$|^orp|volt(?:age)?|spannung|freq(?!uent)|^hz|hertz|conduct|salin|turbid|oxygen|depth|tank(?:level|volume)?/;
/** What is not less than nothing. */
const NOT_NEGATIVE =
  /volume|weight|gewicht|^peso|^poids|mass|fill|glasses|portions|kg$|lit(?:er|re)s?$/;
/** What is heated by fire or current, set, or differs from another. */
export const MAY_LEAP =
  /set|target|soll|mod(?:ulation)?level|oven|kiln|nozzle|hotend|extru|torch|exhaust|flue|smoke(?!r)|fire|flame|steam|grill|brew|coffee|kaffee|kettle|hob|weld|laser|burn|diff|delta|offset|limit|thresh|alarm|min|max|(?:^|_)ir|infra|surface|cpu|gpu|core|chip|sky|object|count|angle|altitude|tide|(?<![a-z])sea|wave|ground|relative|stream/;

const LEAST_OF_BASE = 2;
/** So many values show where a warmth was that is somewhere else for the rest. */
const LEAST_KEPT = 5;
/** Of warmth, degrees that nothing goes through in a moment. */
const DEGREES = 60;
/** Air, of which the humidity is told as well, gets no warmer by so much in a moment, and no colder. */
const DEGREES_OF_AIR = 30;
const TIMES = 4;
const SPREADS = 8;
/** What a broken sensor says is nearly the same each time. */
const STEADY = 0.05;

/**
 * Indices at which what changes slowly is many times what it was, or far below nothing, whether it came back or not; null
 * where that may be.
 */
export function leapIn(series: Series): number[] | null {
  const { name, kind, values } = series;
  if (kind !== "reading" && kind !== "counter") return null;
  if (values.length <= LEAST_OF_BASE) return null;
  const wild = ELECTRIC.test(name)
    ? wildIn(values, WILD)
    : FLOWING.test(name)
    ? wildIn(values, WILD_FLOW)
    : SHARE.test(name)
    ? beyondIn(values)
    : null;
  if (wild !== null) return wild;
  const unread = notReadIn(values);
  const wire = unread ?? offItsWire(series);
  if (wire !== null || MAY_LEAP.test(name)) return wire;
  const isWarmth = WARMTH.test(name);
  const broken = isWarmth ? brokenBothWays(values) : null;
  if (broken !== null) return broken;
  const isSlow = isWarmth || SLOW.test(name);
  const base = baseOf(values);
  const at = values.flatMap((value, i) => value >= base.least && value <= base.most ? [] : [i]);
  const kept = values.length - at.length;
  if (at.length === 0 || kept < LEAST_OF_BASE) return null;
  if (kept < at.length - 1 && !(isWarmth && kept >= LEAST_KEPT)) return null;
  // `T1` of whole numbers may be a timer.
  if (/^t\d/.test(name) && values.every(Number.isInteger)) return null;
  const away = at.map((i) => values[i]);
  const middle = median(values.filter((_, i) => !at.includes(i)));
  const isNamed = isSlow || NOT_NEGATIVE.test(name);
  if (!isNamed && (!away.every(isSentinel) || values.every(Number.isInteger))) return null;
  const spread = base.most - base.least;
  const degrees = isWarmth && isOfAir(series, at) ? DEGREES_OF_AIR : DEGREES;
  const largest = Math.max(Math.abs(base.least), Math.abs(base.most));
  const isFar = away.every((value) => {
    const off = Math.abs(value - middle);
    if (off < SPREADS * spread || isWarmth && off < degrees) return false;
    // A scale that was tared with something on it shows what was taken off.
    const isBelow = value < 0 && base.least > 0 && -value >= (isSlow ? 0.25 : 2) * largest;
    // A pump that starts raises what was next to nothing.
    const isTimes = Math.abs(value) >= TIMES * largest && (isWarmth || base.least > 1);
    return isBelow || (isSlow || !isNamed) && isTimes;
  });
  const first = away[0];
  const isSteady = away.every((value) => Math.abs(value - first) <= STEADY * Math.abs(first));
  return isFar && isSteady ? at : null;
}

/** What is told in amperes or watts, of whatever. */
const ELECTRIC = /power|watt|leistung|curr(?:ent)?(?:$|_)|strom|amp(?:$|s|er)|puissance|potencia/;
/** So large, and so many times what it is otherwise, is the value of no wire of a house or a plant. */
const WILD = 1e6;
const WILD_TIMES = 500;
const LEAST_KEPT_OF_WILD = 5;
/** What flows, and more than does in any pipe of a house, in whatever unit. */
const FLOWING = /flow(?:rate)?(?:$|_)|durchfluss|d[ée]bit$|caudal|portata/;
const WILD_FLOW = 1e5;
/** What is told in percent and never is more than all; what is measured may be a little. */
const SHARE = /mod(?:ulation)?level$|^humidity$|^soc$|stateofcharge|batterylevel|valveposition/;
const BEYOND_ALL = 110;
const ALL = 100;

/** Indices at which a number is so much that a read went wrong, for a message now and then; null where there are none. */
function wildIn(values: readonly number[], wild: number): number[] | null {
  const middle = median(values.map(Math.abs));
  const least = Math.max(wild, WILD_TIMES * middle);
  const at = values.flatMap((value, i) => Math.abs(value) >= least ? [i] : []);
  return middle > 1 && isNowAndThen(values, at) ? at : null;
}

/** Indices at which a share is more than all, for a message now and then; null where there are none. */
function beyondIn(values: readonly number[]): number[] | null {
  const at = values.flatMap((value, i) => value > BEYOND_ALL ? [i] : []);
  const isWhole = values.every((value, i) => at.includes(i) || value >= 0 && value <= ALL);
  return isWhole && isNowAndThen(values, at) ? at : null;
}

function isNowAndThen(values: readonly number[], at: readonly number[]): boolean {
  const kept = values.length - at.length;
  return at.length > 0 && kept >= Math.max(LEAST_KEPT_OF_WILD, 2 * at.length);
}

/** Whether a humidity that is not nothing stands beside a warmth all the time, and it came back from each of two leaps or more. */
function isOfAir({ path, readings }: Series, at: readonly number[]): boolean {
  const starts = at.filter((i) => !at.includes(i - 1));
  return starts.length >= LEAST_TURNS &&
    readings.every((reading) =>
      besideOf(path, reading).some(([other, value]) =>
        typeof value === "number" && value > 0 && /hum|setpoint|target/.test(leafOf(other))
      )
    );
}

const LEAST_UNREAD = 3;

/**
 * Indices at which a number with a fraction is one of several that stand for none, each once and between two that are the
 * same: whatever it is of, it was not read then.
 */
function notReadIn(values: readonly number[]): number[] | null {
  const at = values.flatMap((value, i) => isSentinel(value) ? [i] : []);
  const kinds = new Set(at.map((i) => values[i]));
  const isBetween = at.every((i) =>
    i === values.length - 1 || values[i - 1] === values[i + 1] && !at.includes(i - 1)
  );
  return at.length >= LEAST_UNREAD && kinds.size > 1 && at[0] !== 0 && isBetween &&
      values.some((value, i) => !at.includes(i) && !Number.isInteger(value))
    ? at
    : null;
}

/** Where the tables of thermocouples and the words of their amplifiers end; round ones may be set. */
const ENDS_OF_TABLE = [1023.75, 1370, 1372, 1768, 1820, 2047, 2047.75, 2315];
/** What is heated by fire as well, and what is read of it at least where its wire is off. */
const FLUE = /flue|exhaust|smoke(?!r)/;
const LEAST_OFF = 400;

/**
 * Indices at which a number with fractions that hardly moves is again and again, to the digit, at one end far above: so is
 * what burns as well where the wire of its thermocouple is off and then touches. Of what is said by no name to be warm, that
 * end must be one of a table.
 */
function offItsWire({ name, values }: Series): number[] | null {
  const end = Math.max(...values);
  const rest = values.filter((value) => value !== end);
  const at = values.flatMap((value, i) => value === end ? [i] : []);
  const starts = at.filter((i) => i > 0 && values[i - 1] !== end);
  const backs = at.filter((i) => i + 1 < values.length && values[i + 1] !== end);
  if (Math.min(starts.length, backs.length) < LEAST_TURNS || rest.length < at.length) return null;
  const isFar = end - Math.max(...rest) >= SPREADS * Math.max(spreadOf(rest), 1);
  const isMeasured = rest.length >= LEAST_KEPT && !rest.every(Number.isInteger) &&
    new Set(rest).size > 2;
  const isNamed = (WARMTH.test(name) || FLUE.test(name)) && !/set|target|soll|limit/.test(name);
  const isAtEnd = ENDS_OF_TABLE.includes(end) ||
    isNamed && end >= Math.max(LEAST_OFF, TIMES * Math.max(...rest));
  return isFar && isMeasured && isAtEnd ? at : null;
}

/** So often a broken wire goes from the one end of its scale to the other, or back to where it was. */
const LEAST_TURNS = 2;

/**
 * Indices at which a warmth that was quiet is far above and far below what it was, by turns and each time to the digit at the
 * same two ends: a wire that is broken, and then touches.
 */
function brokenBothWays(values: readonly number[]): number[] | null {
  const at = values.findIndex((value, i) => i > 0 && Math.abs(value - values[i - 1]) >= DEGREES);
  const [head, tail] = [values.slice(0, at), values.slice(at)];
  const [least, most] = [Math.min(...head), Math.max(...head)];
  if (at < LEAST_OF_BASE || most - least > DEGREES / 4) return null;
  const sides = tail.map((value) =>
    value >= most + DEGREES ? 1 : value <= least - DEGREES ? -1 : 0
  );
  const endsOf = (side: number) => tail.filter((_, i) => sides[i] === side);
  const [above, below] = [endsOf(1), endsOf(-1)];
  const turns = sides.filter((side, i) => i > 0 && side !== sides[i - 1]).length;
  return new Set(above).size === 1 && new Set(below).size === 1 && turns >= LEAST_TURNS
    ? values.flatMap((_, i) => i >= at && sides[i - at] !== 0 ? [i] : [])
    : null;
}

const LEAST_WILD = 5;
const MOST_QUIET = 0.1;
const FAR_SHARE = 0.3;
const FAR = 5;

/**
 * Indices since which what was quiet is nowhere near it any more, but by turns far above and far below: whatever it is called,
 * no echo comes back, or its probe is in no water.
 */
export function wildSince(values: readonly number[]): number[] | null {
  const middle = median(values.slice(0, LEAST_WILD));
  const near = (value: number) => Math.abs(value - middle) < FAR_SHARE * Math.abs(middle);
  const at = values.findIndex((value) => !near(value));
  const [head, tail] = [values.slice(0, at), values.slice(at)];
  const isQuiet = at >= LEAST_WILD && spreadOf(head) <= MOST_QUIET * Math.abs(middle);
  // What was off for a while, and then works at another level, turned once.
  const turns = tail.filter((value, i) => i > 0 && value > middle !== tail[i - 1] > middle);
  const isWild = tail.length >= LEAST_WILD && turns.length >= LEAST_TURNS &&
    !tail.some((value) => near(value) || Math.abs(value - middle) < FAR * spreadOf(head));
  return isQuiet && isWild ? tail.map((_, i) => at + i) : null;
}

/** The values near the first one: up to the widest gap among all. */
function baseOf(values: readonly number[]): { least: number; most: number } {
  const sorted = [...new Set(values)].sort((a, b) => a - b);
  const first = values[0];
  let at = 1;
  const gapAt = (i: number) => sorted[i] - sorted[i - 1];
  for (let i = 2; i < sorted.length; i++) if (gapAt(i) > gapAt(at)) at = i;
  const near = sorted.length < 2
    ? sorted
    : first < sorted[at]
    ? sorted.slice(0, at)
    : sorted.slice(at);
  return { least: near[0] ?? first, most: near.at(-1) ?? first };
}
