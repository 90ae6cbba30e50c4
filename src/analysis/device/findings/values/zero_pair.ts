import { findingFrom, iso, rounded, withNumbers } from "../../evidence.ts";
import type { Finding } from "../../finding_shape.ts";
import { labelOf, leafOf, nameOf } from "../../reading/fields.ts";
import { lastsMs, median } from "../../../statistics.ts";
import {
  areSiblings,
  areTogether,
  type DeviceView,
  stateTopics,
  toldBeside,
} from "../../reading/view.ts";
import { isOn } from "../effects/drivers.ts";
import { isHeldBack, saysRest } from "../effects/held_back.ts";
import { toldOfLike } from "../likes/told_by_twins.ts";
import { type Series, seriesOf } from "./series.ts";

/** A warmth and a humidity of the air, and what is called alike and is no measure of it. */
const WARMTH = /temp(?!l|o)|celsius|teplot|темпер/;
const HUMIDITY = /hum(?!an|us)|feucht|umid|wilgot|vla[zž]n|vlhk|vocht|fukt|fugt|kosteus|^rh$|влажн/;
const NO_MEASURE =
  /set|target|soll|limit|max|min|alarm|thresh|delta|diff|offset|count|desired|cpu|chip/;
/** Soil freezes and dries out: only beside another of its kind its warmth and its moisture are never read. */
const OF_SOIL = /soil|boden|solo|suol|gleb/;
const MOISTURE = /moist|feucht|umid|wilgot|vla[zž]n|vlhk|vocht|fukt/;
/** So often, and over so long, no air is at the very zero of both. */
const LEAST = 10;
const LEAST_MS = 60_000;
/** Where a device says that it does not measure, or is not there. */
const SAYS =
  /^(?:state|status|power|mode|enabled?|active|online|connected|present|available|valid)$/;

/**
 * `stuck_value` of a warmth and a humidity that are both 0, always, or both at the end of their scales: no air is that dry, none
 * that hot and moist, and both are of one chip that was never read.
 */
export function neverReadPairs(view: DeviceView): Finding[] {
  const zeros = seriesOf(view).filter((one) => isAlwaysZero(one) || isNothingBesideLike(one, view));
  for (const warmth of zeros) {
    const humidity = zeros.find((one) =>
      (HUMIDITY.test(one.name) || MOISTURE.test(one.name)) &&
      (areTogether(warmth, one) || isBeside(warmth, one))
    );
    if (!WARMTH.test(warmth.name) || humidity === undefined) continue;
    const [value = 0, moist = 0] = [warmth.values[0], humidity.values[0]];
    const areEnds = TOO_HOT.includes(value) && (moist === 0 || moist === 100) &&
      (/moist/.test(humidity.name) || OF_SOIL.test(humidity.name) || runsOnBattery(warmth, view));
    if (!(NOTHINGS.includes(value) && value === moist || areEnds)) continue;
    if (value === 0 && !isAtWork(warmth, view)) continue;
    return [alwaysFinding(
      warmth,
      `"${labelOf(warmth)}" and "${labelOf(humidity)}" read nothing: ${
        value === moist ? `both are always ${value}` : `they are always ${value} and ${moist}`
      }`,
      "The device works, but its sensor does not answer: check the sensor's wiring, power and pin.",
    )];
  }
  return [];
}

/** What is the same in all of its messages, as a finding. */
function alwaysFinding(series: Series, title: string, suggestion: string): Finding {
  const { readings, topic, values } = series;
  return findingFrom({
    code: "stuck_value",
    title,
    summary: `On "${topic.topic}" in all ${values.length} messages from ${iso(readings[0].at)} on`,
    ...withNumbers(series, readings),
    suggestion,
  });
}

/** A warmth of a room, which is no cellar's and no cold store's. */
const OF_ROOM = /^(?:room|indoor|inside|ambient|living|raum|innen|zimmer|wohn)/;
const LEAST_BESIDE = 5;
/** So warm it is where it is read. */
const LEAST_WARM = 5;

/** `stuck_value` of a room's warmth that is always the very zero, where another of its kind reads one. */
export function neverReadRooms(view: DeviceView): Finding[] {
  for (const one of seriesOf(view)) {
    const { name, values } = one;
    const isZero = OF_ROOM.test(name) && WARMTH.test(name) && !NO_MEASURE.test(name) &&
      values.length >= LEAST && values.every((value) => value === 0);
    const others = isZero ? toldOfLike(one, view) : [];
    const [other] = others;
    const areRead = others.every((each) =>
      each.values.length >= LEAST_BESIDE && each.values.every((value) => value >= LEAST_WARM)
    );
    if (other === undefined || !areRead) continue;
    return [alwaysFinding(
      one,
      `"${labelOf(one)}" reads nothing: it is always 0, while that of "${other.whose}" is ${
        rounded(other.values.at(-1) ?? 0)
      }`,
      "The device works, but its sensor does not answer, or what reads it asks for what this model does not tell.",
    )];
  }
  return [];
}

const POWER = /^(?:active|real|a)?power$/;
const CURRENT = /^current(?:amps?|a)?$/;
const VOLTAGE = /^voltage$/;
/** What says of an outlet that it is on; a meter may stand where power goes round, and what feeds in takes current at night. */
const OUTLET = /^(?:state|output|relay|switch|on)\d?$/;
const LEAST_DRAWN_VA = 200;
/** A mains, and what one outlet of it gives; more is told in thousandths. */
const MAINS = [90, 500] as const;
const MOST_AMPERES = 63;

/** `stuck_value` of a power that is 0 while current flows by the same message: an outlet's always, or any now and then: it is not reckoned, or not calibrated. */
export function powerWithoutCurrent(view: DeviceView): Finding[] {
  for (const one of seriesOf(view)) {
    const { name, readings, topic, values } = one;
    const at = values.flatMap((value, i) => value === 0 ? [i] : []);
    if (!POWER.test(name) || values.length < LEAST_BESIDE || at.length === 0) continue;
    if (at.length < values.length) {
      if (!comesBackAsDrawn(one, view)) continue;
      return [findingFrom({
        code: "stuck_value",
        title: `"${
          labelOf(one)
        }" is 0 ${at.length} of ${values.length} times, though as much current flows as before`,
        summary: `On "${topic.topic}" first at ${iso(readings[at[0]].at)}`,
        ...withNumbers(one, at.flatMap((i) => readings[i] ?? [])),
        suggestion: NOT_RECKONED,
      })];
    }
    const drawn = drawnBeside(one, view);
    if (drawn.some((product) => product < LEAST_DRAWN_VA)) continue;
    return [alwaysFinding(
      one,
      `"${labelOf(one)}" is always 0, though current and voltage beside it come to ${
        rounded(drawn.at(-1) ?? 0)
      } VA`,
      NOT_RECKONED,
    )];
  }
  return [];
}

/** What an outlet that is on gives by the current and the voltage beside its power, in volt-amperes, message by message; 0 where they tell nothing of it. */
function drawnBeside({ path, readings, topic }: Series, view: DeviceView): number[] {
  return readings.map((reading) => {
    const beside = toldBeside({ topic, path }, view, reading);
    const [amperes = NaN, volts = NaN] = [CURRENT, VOLTAGE].map((one) => numberBy(one, beside));
    const isMains = volts >= MAINS[0] && volts <= MAINS[1];
    const isOpen = beside.some(([other, value]) => OUTLET.test(leafOf(other)) && isOn(value));
    return isOpen && isMains && amperes <= MOST_AMPERES ? volts * amperes : 0;
  });
}

/** The number that is told under such a name; NaN where none is. */
function numberBy(name: RegExp, told: ReturnType<typeof toldBeside>): number {
  return Number(told.find(([other]) => name.test(leafOf(other)))?.[1]);
}

const NOT_RECKONED =
  "Calibrate the device, or see whether its firmware or its converter reads the power: its energy stands as well.";

const APPARENT = /^apparentpower$/;
const LEAST_TIMES = 2;
const LEAST_DRAWN = 50;
const AS_DRAWN = 0.15;

/** Whether a power is 0 now and then while its apparent power is as it is otherwise, and nearly all of it was real. */
function comesBackAsDrawn({ values, readings, topic, path }: Series, view: DeviceView): boolean {
  const apparent = readings.map((reading) =>
    numberBy(APPARENT, toldBeside({ topic, path }, view, reading))
  );
  const real = values.flatMap((value, i) => value === 0 ? [] : [{ value, of: apparent[i] ?? NaN }]);
  const [first] = real;
  const starts = values.filter((value, i) => value === 0 && values[i - 1] !== 0).length;
  return first !== undefined && starts >= LEAST_TIMES && real.length >= LEAST_TIMES + 1 &&
    real.every(({ value, of }) => value >= LEAST_DRAWN && value > of / 2) &&
    apparent.every((each) => Math.abs(each - first.of) <= AS_DRAWN * first.of);
}

/** `stuck_value` of a probe in soil whose moisture and conductivity are nothing, where those of its kind read both. */
export function neverReadSoils(view: DeviceView): Finding[] {
  const all = seriesOf(view);
  for (const moist of all) {
    const salt = all.find((one) => SALT.test(one.name) && areTogether(one, moist));
    const isNothing = WET.test(moist.name) && moist.values.length >= LEAST_BESIDE &&
      moist.values.every((value) => value >= 0 && value <= 1) &&
      salt?.values.every((value) => value === 0) === true;
    const others = isNothing ? toldOfLike(moist, view) : [];
    if (
      others.length < LEAST_LIKE || others.some(({ values }) => Math.min(...values) < LEAST_WET)
    ) {
      continue;
    }
    return [alwaysFinding(
      moist,
      `"${labelOf(moist)}" and "${
        labelOf(salt ?? moist)
      }" read nothing: both are about 0, and those of ${others.length} others are not`,
      "Look whether the probe is in the soil, wet it there, and clean its contacts: it tells dry air.",
    )];
  }
  return [];
}

/** What no water and no air is without, whatever it is like. */
const OF_PROBE =
  /oxygen(?!sat)|^do(?:mgl|ppm)?$|sauerstoff|ox[iy]g[eè]n[eo]|^ph(?:value)?\d?$|conductiv|leitf(?:ä|ae)hig|salin/;
const LEAST_PROBES = 3;
const ALIKE = 0.3;
/** What is emptied or not used has nothing to be measured in it. */
const EMPTY =
  /^(?:empty|drained|dry|unused|not[ _]in[ _]use|(?:out[ _]of|no)[ _]service|decommissioned|fallow|clean(?:ing|ed)?|leer|vide|vac[ií]o|vuoto|leeg|tomt?)$/i;
const IN_USE =
  /use$|used|service|active|enabled?|stocked|occupied|present|connected|installed|running/;
const FILLED = /level|volume|stock|biomass|(?<!error_?)count|fish|fill/;

/** `stuck_value` of a probe that tells the very zero of what is never nothing, beside three others of its kind or more that agree. */
export function neverReadProbes(view: DeviceView): Finding[] {
  const measured = seriesOf(view).filter(({ kind, topic }) =>
    kind === "reading" && topic.role === "state"
  );
  const zeros = measured.filter((one) => isZeroBesideLike(one, view));
  const first = zeros.find(({ name }) => isOfProbe(name));
  const isAtWork = measured.some(({ values }) => !values.includes(0) && new Set(values).size > 1);
  if (first === undefined || !isAtWork || isUnused(view)) return [];
  const others = toldOfLike(first, view);
  const more = zeros.filter((one) => one !== first).slice(0, 3).map((one) =>
    ` and "${labelOf(one)}"`
  );
  return [alwaysFinding(
    first,
    `"${labelOf(first)}"${
      more.join("")
    } read nothing: always 0, while those of ${others.length} others are about ${
      rounded(median(others.flatMap(({ values }) => values)))
    }`,
    "The device works, but its probe does not answer: check the probe, its cable and where it is connected.",
  )];
}

function isOfProbe(name: string): boolean {
  return OF_PROBE.test(name) || HUMIDITY.test(name);
}

function isZeroBesideLike(one: Series, view: DeviceView): boolean {
  const { name, values } = one;
  if (!isOfProbe(name) && !WARMTH.test(name) || NO_MEASURE.test(name)) return false;
  if (values.length < LEAST_BESIDE || values.some((value) => value !== 0)) return false;
  const others = toldOfLike(one, view);
  const middles = others.map((other) => median(other.values));
  const middle = median(middles);
  return others.length >= LEAST_PROBES &&
    middles.every((value) => Math.abs(value - middle) <= ALIKE * Math.abs(middle)) &&
    others.every((other) => other.values.length >= LEAST_BESIDE && !other.values.includes(0));
}

/** Whether anything says that it is empty, rests or is not used. */
function isUnused(view: DeviceView): boolean {
  return isHeldBack(view) ||
    stateTopics(view).some(({ readings, segments }) =>
      [...readings.at(-1)?.fields ?? []].some(([path, value]) =>
        saysRest(value) || EMPTY.test(String(value).trim()) ||
        value === false && IN_USE.test(nameOf(path, segments)) ||
        value === 0 && FILLED.test(nameOf(path, segments))
      )
    );
}

/** How wet and how salt soil is, as decoders of LoRaWAN call it too: `water_SOIL`, `conduct_SOIL`. */
const WET = /moist|water_?soil|soil_?water|(?<![a-z])vwc/;
const SALT = /^(?:soil_?)?conduct(?:ivity)?(?:_?soil)?$/;
const LEAST_LIKE = 2;
const LEAST_WET = 5;

/** What stands for none; and what a chip tells whose wire is off, at which no air is moist and no soil is soil (°C). */
const NOTHINGS = [0, -1];
const TOO_HOT = [100, 125, 130, 150];

/** Whether it is always one of these, and that of each other of its kind never is: elsewhere it may be an option that is not there. */
function isNothingBesideLike(one: Series, view: DeviceView): boolean {
  const { name, values } = one;
  const [value = NaN] = values;
  const isNothing = NOTHINGS.includes(value) || TOO_HOT.includes(value);
  if (!isNothing || NO_MEASURE.test(name) || values.length < LEAST_BESIDE) {
    return false;
  }
  const others = values.every((each) => each === value) ? toldOfLike(one, view) : [];
  return others.length > 0 && others.every((other) => !other.values.includes(value));
}

function isAlwaysZero({ kind, name, readings, values }: Series): boolean {
  return kind === "reading" && !NO_MEASURE.test(name) && !OF_SOIL.test(name) &&
    values.length >= LEAST &&
    lastsMs(readings) >= LEAST_MS && values.every((value) => value === 0);
}

/** Whether a battery is told beside it, which stands no steam. */
function runsOnBattery({ path, topic }: Series, view: DeviceView): boolean {
  return toldBeside({ topic, path }, view).some(([other]) => /^batt/i.test(leafOf(other)));
}

/** Whether each has a topic of its own beside the other's. */
function isBeside(one: Series, other: Series): boolean {
  return one.path === "" && other.path === "" && one.topic.segments.length > 2 &&
    areSiblings(one.topic, other.topic);
}

/** Whether something else that is told with them is not nothing, and nothing says that it is off. */
function isAtWork({ path, readings, topic }: Series, view: DeviceView): boolean {
  const told = toldBeside({ topic, path }, view, readings.at(-1));
  return told.some(([, value]) => value === true || typeof value === "number" && value !== 0) &&
    !told.some(([other, value]) => SAYS.test(leafOf(other)) && isOn(value) !== true);
}
