import type { Finding } from "../finding_shape.ts";
import { rounded } from "../evidence.ts";
import { labelOf, leafOf, nameOf as nameOfField } from "../fields.ts";
import { differences, median, spreadOf } from "../../statistics.ts";
import { besideOf, type DeviceView } from "../view.ts";
import {
  areBesideEachOther,
  AS_BEFORE,
  AS_EVER,
  BATTERY,
  COOLING,
  findingOf,
  HEAT,
  HOT,
  LEAST_APART,
  LEAST_QUIET,
  nameOf,
  NO_HEAT,
  oneWay,
} from "./one_way.ts";
import { isCommandedBetween, turnBetween } from "./turns.ts";
import { type Series, seriesOf } from "./values.ts";

/** What is warmed by the load that it bears. */
const LOADED =
  /controller|regler|charger|laderegler|mppt|inverter|wechselrichter|heat_?sink|mosfet|igbt|driver|psu|power_?supply|transformer|trafo|board|bms|batt|cell(?!ar)|pack|motor|(?<![a-z])[cg]pu|bearing/;
/** What is heated to any warmth, is what it is by the sun or a fire, or is seen from afar. */
const HEATED =
  /reflow|solder|kettle|brew|coffee|espresso|kiln|oven|extru|hot_?end|nozzle|bed(?!room)|chamber|plate|meat|food|probe|grill|bbq|smoker|cook|wash|dish|dryer|iron(?!ment)|toast|fry|discharge|hot_?gas|exhaust|brake|mash|wort|autoclave|steril|furnace|reactor|incinerat|laser|lamp|solar|collector|roof|panel|flue|steam|sauna|wood|stove|fire|target|set_?p|setting|soll|alarm|obj(?:ect)?_?temp|infra|surface|(?<![a-z])ir(?![a-z])/;
/** What gets warm as soon as it runs, or as somebody wants it. */
const RUNS_HOT =
  /heat|boiler|kessel|burner|brenner|wasser|water|tank|puffer|buffer|cylinder|dhw|flow|supply|return|inlet|outlet|vorlauf|r(?:ü|ue)cklauf|compress|condens|refrig|engine|(?<!s)oil|coolant|winding|gear|rotor|stator|hydraul|radiator|floor|heiz|chauff|dry|stack|fuel_?cell|core|chip|die(?![a-z])|junction|nvme|ssd|disk|turbine/;
/** Waters and grounds outside, and where people and things stand in the air. */
const NATURAL = /pool|lake|soil|greenhouse|(?<![a-z])(?:river|sea|ground)(?![a-z])/;
const AIR_PLACE =
  /ambient|room|indoor|outdoor|outside|attic|cellar|cabinet|office|kitchen|garage|garden|coop|umgebung|au(?:ß|ss)en|raum|(?<![a-z])(?:air|rack|hall|shed|barn)(?![a-z])/;
const LOAD =
  /power|current|load|watt|amp(?!l)|duty|usage|output|heat(?!_?sink)|flow|valve|open|modul|speed|rpm|(?<![a-z])[piw](?![a-z])/;
const LEAST_STEPS = 6;
const LEAST_WARMED = 22;
/** So warm is no air, nothing that only stands somewhere, and nothing that is well while it runs. */
const NO_AIR = 48;
const NO_PLACE = 65;
const LEAST_RUN_HOT = 88;
/** Shares of the whole rise: what is still where it began, and a step back that is no fall. */
const AT_START = 0.1;
const NO_FALL = 0.06;

/**
 * What gets much warmer with nearly each message though nothing tells why: air, to where none is, and anything else that was
 * as warm as ever and goes on at the same pace.
 */
export function heatsUp(series: Series, view: DeviceView): Finding | null {
  const { values, readings, kind } = series;
  const called = nameOf(series, view);
  if (!HEAT.test(called) || HEATED.test(called) || kind === "counter") return null;
  if (/fahr|°f|_f$/.test(called)) return null;
  const last = values.at(-1) ?? 0;
  const least = Math.min(...values);
  const rise = last - least;
  const first = values.findLastIndex((value) => value <= least + AT_START * rise);
  const steps = differences(values.slice(first));
  if (last < NO_AIR || rise < LEAST_WARMED || steps.length < LEAST_STEPS) return null;
  if (steps.some((step) => step < -NO_FALL * rise) || isWanted(view, last)) return null;
  if (isOfAir(series, called)) return oneWay(series, { how: "rises", first, advice: AIR_ADVICE });
  const head = values.slice(0, first + 1);
  const isQuiet = head.length >= LEAST_QUIET &&
    Math.max(...head) - least <= Math.max(AS_EVER, AT_START * rise);
  const isPaced = median(steps.slice(-3)) >= median(steps.filter((step) => step > 0)) / 2;
  const loads = seriesOf(view).filter((one) =>
    one !== series && LOAD.test(`${one.topic.segments.at(-1)}_${one.path}`.toLowerCase()) &&
    !/limit|max|rated|set/.test(one.name) && areBesideEachOther(one, series)
  );
  const bound = BATTERY.test(called)
    ? NO_PLACE
    : LOADED.test(called) && loads.length > 0
    ? HOT
    : LOADED.test(called) || RUNS_HOT.test(called)
    ? LEAST_RUN_HOT
    : NO_PLACE;
  if (last < bound || !isQuiet || !isPaced) return null;
  const [fromMs, toMs] = [readings[Math.max(0, first - 1)]?.at ?? 0, readings[first + 1]?.at ?? 0];
  const span = { fromMs, toMs };
  if (loads.some((one) => growsSince(one, toMs))) return null;
  if (turnBetween(view, span) !== undefined || isCommandedBetween(view, span)) return null;
  const [load] = loads;
  return oneWay(series, {
    how: "rises",
    beside: load === undefined ? "" : `, though "${labelOf(load)}" is as before`,
    first,
    advice: COOLING,
  });
}

const AIR_ADVICE =
  "Look at what heats it, and at what should cool it: a fan, a pump or the air conditioning; then at the sensor.";

/** Whether it is the warmth of air, or of what is outside. */
function isOfAir({ name, path, readings }: Series, called: string): boolean {
  const isNatural = NATURAL.test(called);
  const place = isNatural ? called.replace(/water|wasser/g, "") : called;
  if (RUNS_HOT.test(place) || LOADED.test(place)) return false;
  return isNatural || AIR_PLACE.test(place) ||
    path !== "" && /^(?:air)?temp(?:erature)?c?$/.test(name) &&
      besideOf(path, readings.at(-1)).some(([other]) =>
        /^(?:rel(?:ative)?)?hum(?:idity)?$|^rh$/.test(leafOf(other))
      );
}

/** Whether it is much more since a time than it was before, or was so from the first on. */
function growsSince({ values, readings }: Series, sinceMs: number): boolean {
  const after = readings.findIndex(({ at }) => at >= sinceMs);
  const head = values.slice(0, after < 1 ? Math.ceil(values.length / 3) : after);
  return median(values.slice(after < 1 ? -head.length : after)) > (1 + AS_BEFORE) * median(head);
}

/** Whether anything tells that it is to be so warm. */
function isWanted({ topics }: DeviceView, last: number): boolean {
  return topics.some(({ readings, segments }) =>
    [...readings.at(-1)?.fields ?? []].some(([path, value]) =>
      /(?<!off|re)set|target|soll|goal|desired|wanted|consigne/.test(nameOfField(path, segments)) &&
      !/curr|amp|power|watt|volt|press|speed|flow|hum|level|pos|bright/.test(leafOf(path)) &&
      Number(value) >= last - 15 && Number(value) < 2_000
    )
  );
}

const FAN = /(?<![a-z])fans?(?![a-z]*tas)|l(?:ü|ue)fter/;
const LEAST_TURNS = 200;
const LEAST_STOPPED = 4;
const UNCOOLED = 70;

/** What was as warm as ever, and gets much hotter since the fans beside it stand. */
export function uncooled(series: Series, view: DeviceView): Finding | null {
  const { values, readings } = series;
  const called = nameOf(series, view);
  const last = values.at(-1) ?? 0;
  if (last < UNCOOLED || !HEAT.test(called) || NO_HEAT.test(called)) return null;
  const fans = seriesOf(view).filter((one) =>
    FAN.test(nameOf(one, view)) && !/set|target|min|max|temp|limit/.test(one.name) &&
    areBesideEachOther(one, series) && (one.values[0] ?? 0) >= LEAST_TURNS
  );
  const [fan] = fans;
  const from = fan?.values.indexOf(0) ?? -1;
  const stand = fans.every((one) => one.values.slice(from).every((value) => value === 0));
  if (fan === undefined || from < LEAST_QUIET - 1 || !stand) return null;
  const sinceMs = fan.readings[from]?.at ?? 0;
  const before = values.filter((_, i) => (readings[i]?.at ?? 0) < sinceMs);
  const since = values.length - before.length;
  if (since < LEAST_STOPPED || before.length === 0) return null;
  if (spreadOf(before) > AS_EVER) return null;
  if (last - Math.max(...before) < LEAST_APART) return null;
  return findingOf(series, {
    code: "outlier",
    title: `"${labelOf(series)}" rose from ${rounded(before.at(-1) ?? 0)} to ${
      rounded(last)
    } since "${labelOf(fan)}" stands still`,
    first: before.length - 1,
    advice: COOLING,
  });
}
