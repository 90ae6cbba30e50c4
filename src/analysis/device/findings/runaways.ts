import { flagOf } from "../../../payload/flag.ts";
import type { Finding } from "../finding_shape.ts";
import { rounded } from "../evidence.ts";
import { labelOf, nameOf as nameOfField } from "../fields.ts";
import { differences, median, spreadOf } from "../../statistics.ts";
import {
  areTogether,
  type DeviceView,
  type Reading,
  siblingTopics,
  type TopicView,
} from "../view.ts";
import { heatsUp, uncooled } from "./heats_up.ts";
import {
  AS_BEFORE,
  AS_EVER,
  BATTERY,
  COOLING,
  findingOf,
  goesFrom,
  HEAT,
  HOT,
  LEAST_APART,
  LEAST_QUIET,
  LEAST_SERIES,
  nameOf,
  NO_HEAT,
  oneWay,
} from "./one_way.ts";
import { leavesRange } from "./leaves_range.ts";
import { documentedName } from "./standing_totals.ts";
import { saysRuns } from "./turns.ts";
import { type Series, seriesOf } from "./values.ts";

/** What goes beyond what it bears, and how far it must have gone while it was listened. */
interface Bound {
  readonly name: RegExp;
  readonly beyond: number;
  readonly by: number;
  readonly falls?: boolean;
  readonly advice: string;
}

const BOUNDS: readonly Bound[] = [
  {
    name: /heat_?sink|inverter|igbt|mosfet|(?:cpu|gpu|package|chip|soc|core|board|psu|driver)/,
    beyond: 94,
    by: 20,
    advice: COOLING,
  },
  { name: /coolant|k(?:ü|ue)hlwasser|engine/, beyond: 115, by: 15, advice: COOLING },
  {
    name: /reef|aquari|fish|twater|tank_?water/,
    beyond: 30.5,
    by: 4,
    advice:
      "Switch the heater off by hand: its relay or its controller sticks. Then look at the chiller and the sensor.",
  },
  {
    name: /tank|boiler|cylinder|buffer|storage|puffer|dhw|warmwasser/,
    beyond: 86,
    by: 10,
    advice:
      "Switch the heat off by hand: its relay or its controller sticks, or its thermostat reads elsewhere.",
  },
  {
    name: /source|brine|sole(?![a-z])/,
    beyond: -12,
    by: 10,
    falls: true,
    advice:
      "Stop the compressor: look at the flow of the brine, its pump and filter, before the evaporator freezes.",
  },
];
const LEAST_TENTHS = 150;
const LEAST_POINTS = 40;
/** So little is left that fewer points need to be lost until it ends. */
const NEARLY_NOTHING = 5;
const LEAST_LAST_POINTS = 20;
const LOW = 25;

/** `outlier` of what rises or falls in nearly each message, to beyond what it bears; `low_battery` of one that is emptied so. */
export function runaways(view: DeviceView): Finding[] {
  for (const series of seriesOf(view)) {
    const lost = losesAlone(series, view);
    if (lost !== null) return [lost];
    if (series.values.length < LEAST_SERIES) continue;
    const found = tooFar(series, view) ?? hotterThanOthers(series, view) ??
      uncooled(series, view) ?? heatsUp(series, view) ?? risesAlone(series, view) ??
      fallsThoughFed(series, view) ?? driesThoughWatered(series, view) ??
      leavesRange(series, view) ??
      slows(series, view) ??
      emptied(series) ?? fallsThoughCharged(series, view) ?? chargesNothing(series, view);
    if (found !== null) return [found];
  }
  return [];
}

function tooFar(series: Series, view: DeviceView): Finding | null {
  const called = nameOf(series, view);
  if (!HEAT.test(called) || NO_HEAT.test(called)) return null;
  // What is whole and was never less is told in tenths of a degree.
  const isTenths = series.values.every((value) => Number.isInteger(value) && value > LEAST_TENTHS);
  const values = isTenths ? series.values.map((value) => value / 10) : series.values;
  const last = values.at(-1) ?? 0;
  // Where many are told in °F, no bound in °C holds.
  if (/fahr|°f|_f$/.test(called)) return null;
  const bound = BOUNDS.find(({ name }) => name.test(called));
  if (bound === undefined) return null;
  const sign = bound.falls === true ? -1 : 1;
  const first = goesFrom(values, sign);
  const grown = sign * (last - (values[first] ?? last));
  if (sign * last < sign * bound.beyond || grown < bound.by) return null;
  return oneWay(series, {
    label: documentedName(view, series),
    how: sign > 0 ? "rises" : "falls",
    first,
    advice: bound.advice,
  });
}

/** Parts of a kind that are heated on purpose, put into something, or loaded one by one. */
const ONE_BY_ONE =
  /probe|meat|food|grill|bbq|zone|bed|extru|kiln|plate|hob|[cg]pu|core|disk|drive_?bay|nvme|ssd|port|sfp/;
const LEAST_OTHERS = 3;

/** One of several alike that gets hotter all the time, to where no motor or bearing is well, while the others are as ever. */
function hotterThanOthers(series: Series, view: DeviceView): Finding | null {
  const { values } = series;
  const last = values.at(-1) ?? 0;
  const called = nameOf(series, view);
  const isHeat = HEAT.test(called) || /(?:^|_)t_?\d{1,2}_?$/.test(called);
  if (last < HOT || !isHeat || NO_HEAT.test(called) || ONE_BY_ONE.test(called)) {
    return null;
  }
  const first = goesFrom(values, 1);
  if (last - (values[first] ?? last) < LEAST_APART || /fahr|°f|_f$/.test(called)) return null;
  const levels = levelsOf(series);
  const others = seriesOf(view).filter((other) => {
    const its = other === series ? [] : levelsOf(other);
    return its.length === levels.length && its.filter((level, i) =>
          level !== levels[i]
        ).length === 1 &&
      its.at(-1)?.replace(/\d+/, "") === levels.at(-1)?.replace(/\d+/, "");
  });
  const areAsEver = others.every((other) =>
    spreadOf(other.values) <= AS_EVER &&
    Math.max(...other.values) <= last - LEAST_APART
  );
  if (others.length < LEAST_OTHERS || !areAsEver) return null;
  return oneWay(series, {
    how: "rises",
    beside: `, and ${others.length} of its kind beside it stay at most at ${
      rounded(Math.max(...others.flatMap((other) => other.values)))
    }`,
    first,
    advice:
      "Stop it and take its load off: look whether it is blocked or its bearing is dry, then at its driver.",
  });
}

/** What turns or carries, and what shakes with it. */
const MACHINE =
  /gear|getriebe|bearing|(?<![a-z])lager|winding|wicklung|stator|rotor|motor|spindle|spindel|pump|compress|turbine|blower|crusher|conveyor|hydraul|transformer|trafo/;
const SHAKES = /vib(?!e)|schwing/;
/** What of a machine is told by its warmth alone, where something alike is beside it. */
const BEARS = /bearing|winding|wicklung|(?<![a-z])lager/;
const TURNS = /rpm|speed|drehzahl|(?<![a-z])freq|torque|power|current|load|throughput|tonnage/;
/** What is that warm is no room. */
const WARM = 45;
const TIMES_SHAKEN = 4;

/**
 * A part of a machine that gets hotter, or shakes more, with nearly each message and at a pace that does not slow, while
 * the machine turns as before and what is as warm beside it stays so: what warms up after a start does so with all of it.
 */
function risesAlone(series: Series, view: DeviceView): Finding | null {
  const { values } = series;
  const called = nameOf(series, view);
  const isShaking = SHAKES.test(called) && !/limit|alarm|thresh|max|peak/.test(called);
  const isHeat = (HEAT.test(called) || BEARS.test(called) && !/curr|volt|speed/.test(called)) &&
    !NO_HEAT.test(called) && MACHINE.test(called);
  const first = goesFrom(values, 1);
  const [start = 0, last = 0] = [values[first], values.at(-1)];
  const steps = differences(values.slice(first));
  const isPaced = median(steps.slice(-3)) >= median(steps) / 2;
  const isFar = isShaking
    ? start > 0 && last >= TIMES_SHAKEN * start
    : isHeat && last >= HOT && last - start >= LEAST_APART && !/fahr|°f|_f$/.test(called);
  if (!isFar || !isPaced) return null;
  const beside = seriesOf(view).filter((one) =>
    one !== series && one.kind !== "counter" && one.values.length >= LEAST_QUIET &&
    sharesPlace(one, series) && !/set|target|limit|max|min|rated|wind/.test(one.name)
  );
  const turning = beside.filter(turns);
  const warm = beside.filter((one) =>
    (HEAT.test(nameOf(one, view)) || BEARS.test(calledBy(one))) && median(one.values) >= WARM &&
    !NO_HEAT.test(calledBy(one))
  );
  const stays = (one: Series) => spreadOf(one.values) <= AS_EVER;
  const [turner] = turning;
  // What is asked of it grows too.
  const isAsked = beside.some((one) =>
    [SHAKES, HEAT, BEARS].every((own) => !own.test(nameOf(one, view))) &&
    goesFrom(one.values, 1) === 0 && (one.values.at(-1) ?? 0) > 1.5 * (one.values[0] ?? 0)
  );
  if (turner === undefined || !turning.every(isAsBefore) || isAsked) return null;
  if (!isShaking && (warm.length === 0 || !warm.every(stays))) return null;
  return oneWay(series, {
    how: "rises",
    beside: `, though "${labelOf(turner)}" is as before`,
    first,
    advice:
      "Take its load off: look at its oil, its bearings and their cooling, before it is damaged.",
  });
}

/** What a series is called with the level above it, in lower case. */
function calledBy({ topic, path }: Series): string {
  return `${topic.segments.at(-1)}_${path}`.toLowerCase();
}

/** Whether it tells how fast or how hard a machine goes that runs. */
function turns(one: Series): boolean {
  return TURNS.test(calledBy(one)) && (one.values[0] ?? 0) > 0 && new Set(one.values).size > 1;
}

/** Whether two stand in one message, or right below the same tree or the one below it. */
function sharesPlace(one: Series, series: Series): boolean {
  if (one.topic === series.topic) return true;
  return sharesTree(one.topic, series.topic);
}

function sharesTree(one: TopicView, other: TopicView): boolean {
  const [a, b] = [one, other].map(({ segments }) => segments.slice(0, -1).join("/"));
  return a === b || `${b}/`.startsWith(`${a}/`) || `${a}/`.startsWith(`${b}/`);
}

const TYRE = /tyre|tire(?![a-z])|tires|pneu|reifen|neum(?:á|a)tico|gomma|d(?:ä|ae)ck|wheel|tpms/;
const PRESSURE = /press|druck|psi|kpa|bar(?![a-z])/;
const LEAST_LOSSES = 5;
const LEAST_LOST_SHARE = 0.2;
const ALIKE_AT_FIRST = 0.15;
const AS_EVER_SHARE = 0.05;

/** A tyre that loses air with nearly each message, while the others of the vehicle, that had as much at first, keep it. */
function losesAlone(series: Series, view: DeviceView): Finding | null {
  const { values } = series;
  const called = nameOf(series, view);
  if (!TYRE.test(called) || !PRESSURE.test(called)) return null;
  const first = goesFrom(values, -1, LEAST_LOSSES);
  const [start = 0, last = 0] = [values[first], values.at(-1)];
  if (start <= 0 || last > (1 - LEAST_LOST_SHARE) * start) return null;
  const others = seriesOf(view).filter((one) => {
    const its = nameOf(one, view);
    return one !== series && TYRE.test(its) && PRESSURE.test(its) &&
      Math.abs((one.values[0] ?? 0) - start) <= ALIKE_AT_FIRST * start;
  });
  const keep = others.every((one) => spreadOf(one.values) <= AS_EVER_SHARE * median(one.values));
  if (others.length === 0 || !keep) return null;
  return oneWay(series, {
    label: documentedName(view, series),
    how: "falls",
    beside: `, and ${others.length} beside it keep theirs`,
    first,
    advice: "Stop: the tyre loses air. Look for a nail, at its valve and its rim.",
  });
}

const FEEDS = /compress|pump|motor|blower/;
const NOT_FED = /vac(?!ation)|suction|chamber|inlet|intake|diff|delta|atm|baro|set|target|limit/;
const LEAST_LEFT = 0.6;

/** A pressure that falls with nearly each message, while what feeds it works as before. */
function fallsThoughFed(series: Series, view: DeviceView): Finding | null {
  const { values } = series;
  const called = nameOf(series, view);
  if (!PRESSURE.test(called) || TYRE.test(called) || NOT_FED.test(called)) return null;
  const first = goesFrom(values, -1);
  const [start = 0, last = 0] = [values[first], values.at(-1)];
  if (start <= 0 || last > LEAST_LEFT * start) return null;
  const feeders = seriesOf(view).filter((one) =>
    one !== series && one.kind !== "counter" && sharesPlace(one, series) && turns(one) &&
    FEEDS.test(nameOf(one, view)) && one.values.length >= LEAST_SERIES
  );
  const [feeder] = feeders;
  if (feeder === undefined || !feeders.every(isAsBefore)) return null;
  return oneWay(series, {
    how: "falls",
    beside: `, though "${labelOf(feeder)}" is as before`,
    first,
    advice:
      "Look for a leak, a valve that is open, and at the filter and the valves of what feeds it.",
  });
}

const MOISTURE = /soil_?(?:moist|hum|water)|moisture|bodenfeucht|(?<![a-z])vwc/;
const WATERS =
  /^(?:is)?(?:irrigat\w*|water(?:ing)?|sprinkl\w*|bew(?:ä|ae)sser\w*|(?:water|irrigation)?(?:pump|valve))(?:state|status|on|active|running|open)?$/;
const LEAST_WATERED_MS = 120_000;
/** So many points are lost by no soil that only waits for its water. */
const LEAST_DRIED = 1.5;

/** A soil that gets drier with nearly each message, while all that is told says that it is being watered. */
function driesThoughWatered(series: Series, view: DeviceView): Finding | null {
  const { values, readings } = series;
  if (!MOISTURE.test(nameOf(series, view)) || /set|target|min|max|thr|limit/.test(series.name)) {
    return null;
  }
  const first = goesFrom(values, -1);
  const lengthMs = (readings.at(-1)?.at ?? 0) - (readings[first]?.at ?? 0);
  const dried = (values[first] ?? 0) - (values.at(-1) ?? 0);
  if (values.length - first < LEAST_SERIES || lengthMs < LEAST_WATERED_MS) return null;
  // Of several soils another may be watered.
  const areAll = seriesOf(view).filter((one) => MOISTURE.test(nameOf(one, view)))
    .every((one) => (one.values.at(-1) ?? 0) <= (one.values[0] ?? 0));
  if (dried < LEAST_DRIED || !areAll) return null;
  for (const topic of view.topics) {
    const path = [...topic.live.at(-1)?.fields.keys() ?? []].find((one) =>
      WATERS.test(nameOfField(one, topic.segments))
    );
    if (path === undefined || !sharesTree(topic, series.topic)) continue;
    const told = topic.live.map(({ fields }) => fields.get(path));
    if (told.length < LEAST_QUIET || !told.every((one) => saysRuns(one))) return null;
    return oneWay(series, {
      how: "falls",
      beside: `, though "${labelOf({ path, topic })}" is ${told.at(-1)}`,
      first,
      advice:
        "Look whether water comes at all: at the valve, the pump, the hose, and at the probe.",
    });
  }
  return null;
}

const SLOWS =
  /latency|(?<![a-z])ping|(?<![a-z])rtt|round_?trip|response_?(?:time|ms)|packet_?loss|loss_?(?:pct|percent|rate)/;
const TIMES_SLOWER = 8;
const LEAST_SLOW = { percent: 10, ms: 100 };

/** An answer that takes longer, or a share that is lost which grows, with nearly each message. */
function slows(series: Series, view: DeviceView): Finding | null {
  const called = nameOf(series, view);
  if (!SLOWS.test(called) || /max|min|limit|thresh/.test(called)) return null;
  const { values } = series;
  const first = goesFrom(values, 1);
  const [start = 0, last = 0] = [values[first], values.at(-1)];
  const least = /loss/.test(called) ? LEAST_SLOW.percent : LEAST_SLOW.ms;
  if (start < 0 || last < least || last < TIMES_SLOWER * start) return null;
  return oneWay(series, {
    how: "grows",
    first,
    advice:
      "Look at what lies on the way: a line that is full, a poor radio link, or a host that is overloaded.",
  });
}

function isAsBefore({ values }: Series): boolean {
  const middle = median(values);
  return values.every((value) => Math.abs(value - middle) <= AS_BEFORE * Math.abs(middle));
}

function levelsOf({ topic, path }: Series): string[] {
  return [...topic.segments, ...path.split(/[.\[\]]+/)];
}

function isCharge({ values, topic, path, name }: Series): boolean {
  const called = `${topic.segments.slice(-1).join("")}_${path.split(".").slice(-2).join("_")}`
    .toLowerCase();
  return BATTERY.test(called) && !/volt|curr|amp|power|temp|cycle|time/.test(name) &&
    values.every((value) => value >= 0 && value <= 100);
}

const LEAST_LOST = 3;

/** Whether a message says that it is charging now, and not that it may be, or stands where it could. */
function saysCharging({ fields }: Reading, { segments }: TopicView): boolean {
  return [...fields].some(([path, value]) => {
    const name = nameOfField(path, segments);
    return /(?<!dis|not|un)charging$/.test(name) &&
        flagOf(value) === true ||
      /^(?:batt?(?:ery)?)?(?:charg(?:e|er|ing))?(?:state|status|activity)$|charging$/.test(name) &&
        /^charging$/i.test(String(value));
  });
}

/** A charge that falls in nearly each message though all of them say that it is being charged. */
function fallsThoughCharged(series: Series, view: DeviceView): Finding | null {
  const { values, readings, topic } = series;
  if (!isCharge(series)) return null;
  const first = goesFrom(values, -1);
  if ((values[first] ?? 0) - (values.at(-1) ?? 0) < LEAST_LOST) return null;
  const isCharged = readings.slice(first).every((reading) => saysCharging(reading, topic)) ||
    siblingTopics(view, topic).some((other) =>
      other !== topic && other.readings.length > 0 &&
      other.readings.every((reading) => saysCharging(reading, other))
    );
  return isCharged
    ? findingOf(series, {
      code: "outlier",
      title: `The battery falls though it is said to be charging: "${labelOf(series)}" went from ${
        rounded(values[first] ?? 0)
      } to ${rounded(values.at(-1) ?? 0)}`,
      first,
      advice:
        "Look at the charger, its contacts and its cable: nothing comes in, or more is taken out than it gives.",
    })
    : null;
}

/** From here on many chargers are told to wait. */
const MAY_TAKE = 75;
const LEAST_CHARGING_MS = 120_000;

/** A charge that is far from full and stays as it is, while each message says that it is being charged, with nothing. */
function chargesNothing(series: Series, view: DeviceView): Finding | null {
  const { values, readings, topic } = series;
  const [first, last] = [readings[0], readings.at(-1)];
  if (!isCharge(series) || first === undefined || last === undefined) return null;
  if (Math.max(...values) > MAY_TAKE || last.at - first.at < LEAST_CHARGING_MS) return null;
  if (values.some((value) => value > (values[0] ?? 0))) return null;
  // A flag may say that it may be charged.
  const isCharging = ({ fields }: Reading) =>
    [...fields].some(([other, value]) =>
      /state|status|activity/.test(nameOfField(other, topic.segments)) &&
      /^charging$/i.test(String(value))
    );
  if (!readings.every(isCharging)) return null;
  const flows = seriesOf(view).filter((one) =>
    areTogether(one, series) && /curr|amp|power|watt/.test(one.name) &&
    !/max|min|limit|set|target|rated|avail/.test(one.name)
  );
  if (flows.length === 0 || flows.some((one) => one.values.some((value) => value !== 0))) {
    return null;
  }
  return findingOf(series, {
    code: "outlier",
    title: `Nothing is charged though it is said to be charging: "${
      labelOf(flows[0] ?? series)
    }" stays 0, and "${labelOf(series)}" ${rounded(values.at(-1) ?? 0)}`,
    first: 0,
    advice:
      "Look at the charger, its contacts, its fuse and its cable, and whether the battery takes anything.",
  });
}

function emptied(series: Series): Finding | null {
  if (!isCharge(series)) return null;
  const { values } = series;
  const last = values.at(-1) ?? 0;
  const first = goesFrom(values, -1);
  const lost = (values[first] ?? 0) - last;
  if (last > LOW || lost < (last <= NEARLY_NOTHING ? LEAST_LAST_POINTS : LEAST_POINTS)) return null;
  return findingOf(series, {
    code: "low_battery",
    title: `The battery is emptied fast: "${labelOf(series)}" fell from ${
      rounded(values[first] ?? 0)
    } to ${rounded(last)}`,
    first,
    advice: "Look at what draws so much, or whether the battery holds its charge at all.",
  });
}
