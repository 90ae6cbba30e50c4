import type { Finding } from "../../finding_shape.ts";
import { findingFrom, iso, numbersOf, rounded, someOf } from "../../evidence.ts";
import { labelOf, leafOf, objectOf } from "../../reading/fields.ts";
import { differences, median } from "../../../statistics.ts";
import { besideOf, type DeviceView } from "../../reading/view.ts";
import { batteryOf } from "./battery.ts";
import { type Series, seriesOf } from "../values/series.ts";

/** What a battery is that was seen between these volts, and where it is as good as empty. */
interface Chemistry {
  readonly what: string;
  readonly from: number;
  readonly to: number;
  readonly low: number;
  /** It fell by so much in nearly all steps: such a one is at its end before it is where it is empty. */
  readonly steps?: number;
  readonly without?: RegExp;
}

const CHEMISTRIES: readonly Chemistry[] = [
  { what: "two dry cells or a coin cell", from: 2.75, to: 3.4, low: 2.3 },
  { what: "two dry cells or a coin cell", from: 3, to: 3.4, low: 2.9, steps: 0.02 },
  {
    what: "a lithium cell that was nearly empty",
    from: 3.1,
    to: 3.4,
    low: 3.05,
    steps: 0.02,
    without: /super_?cap|capacitor|\blto\b|harvest/i,
  },
  {
    what: "two dry cells or a coin cell that were low",
    from: 2.55,
    to: 2.75,
    low: 2.56,
    steps: 0.015,
    // These give what they hold down to less.
    without: /super_?cap|capacitor|\blto\b|solar|harvest/i,
  },
  { what: "a lithium-ion cell", from: 3.5, to: 4.3, low: 3.3 },
  { what: "a lithium-ion cell that was low", from: 3.4, to: 3.5, low: 3.2, steps: 0.015 },
  { what: "three dry cells", from: 4.35, to: 5, low: 3.3 },
  { what: "a lead battery of 12 V", from: 12.2, to: 15, low: 11.4 },
  {
    what: "a lead battery of 12 V that was low",
    from: 10.9,
    to: 12.2,
    low: 10.8,
    steps: 0.02,
    // Three cells of lithium have half of their charge there.
    without: /drone|copter|uav|lipo|li_?ion|flight|altitude|throttle|\b3s\b/i,
  },
  { what: "a lead battery of 24 V", from: 24.4, to: 30, low: 22.8 },
  { what: "a battery of 48 V", from: 49.5, to: 59, low: 44 },
];

const BATTERY_VOLTAGE =
  /^(?:(?:ext|aux|main|house|starter|backup|device|node|supply)?(?:vbat|vbatt|ubat|ubatt|batv|battv)|(?:ext|aux|main|house|starter|backup|device|node)?bat(?:t|tery)?(?:vol|volt|volts|voltage|v|mv|voltagemv|voltagev|millivolts)|bat|batt|battery|(?:v|u)?(?:alim(?:entation)?|pile|accu|akku|batterie|bateria|batteri|baterie)(?:v|volts?|spannung|tension)?)$/;
/** Whose battery it is, before or after what says that it is one: `CarBattLevel`, `Starterbatterie`, `batterie_voiture`. */
const WHOSE =
  /^(?:car|vehicle|auto|kfz|truck|van|camper|caravan|boat|tractor|motorcycle|bike|leisure|service|board|bord|on_?board|starter|start|engine|ignition|generator|genset|gate|fence|pump|alarm|system|station|lead|12v)(?=v?bat|akku|accu|u?bat)|(?<=bat(?:t|tery|terie|eria|teria)|akku|accu)(?:car|auto|voiture|coche|carro|macchina|camion|moto|starter|demarrage|arranque|service)$/g;
/** Names of a charge that hold volts where they are told to the hundredth, and are of no more than a block. */
const LEVEL_OF_VOLTS =
  /^(?:v?bat(?:t|tery|terie|eria|teria)?|akku|accu)(?:level|lvl|stand|niveau|nivel|livello|state|status|value|val|reading)$/;
const MOST_OF_BLOCK_V = 16;

/** Whether a name of a battery's charge holds its volts: no share is told so finely. */
function isLevelOfVolts(name: string, values: readonly number[]): boolean {
  return LEVEL_OF_VOLTS.test(name) &&
    values.every((value) => value > 1 && value <= MOST_OF_BLOCK_V) &&
    values.some((value) => !Number.isInteger(Math.round(value * 1_000) / 100));
}

const LEAST = 6;
const MOST_STEPS = 0.75;

const ADVICE =
  "Charge or change the battery, and look at what charges it: such a device soon falls silent.";

/** Messages in a row in which a voltage is low: what starts a motor is over sooner. */
const LEAST_LOW = 3;

/** Voltages at which whatever battery it may be, by what stands around it, is as good as empty. */
const EMPTY: readonly {
  readonly what: string;
  readonly from: number;
  readonly to: number;
  readonly around?: RegExp;
  /** What gave so much before is one, whatever stands around it. */
  readonly most?: number;
  readonly without?: RegExp;
}[] = [
  {
    what: "two dry cells or a coin cell",
    from: 1.75,
    to: 2.2,
    without: /supercap|\blto\b|cell_?\d|zelle/i,
  },
  {
    what: "a lithium cell",
    from: 2.4,
    to: 3.15,
    most: 3.5,
    around: /charg(?!e(?:r_?type|_?level))|solar|lipo|li_?ion|18650|vbus/i,
    // A Tempest's cell has 2.8 V when it is full.
    without: /cr2032|alkaline|aaa?\b|\blto\b|lightning_?strike|strike_?count|tempest/i,
  },
  {
    what: "a lead battery of 12 V",
    from: 8,
    to: 11.5,
    around:
      /\blead\b|\bagm\b|starter|ignition|odometer|engine|\bobd|vehicle|(?:^|[/_.])(?:car|truck|tractor|boat|van|camper(?:_?van)?|caravan|motor_?home|wohnmobil|wohnwagen|womo|skoolie|yacht|narrowboat)(?:$|[/_.])|(?:diesel|parking)_?heater|standheizung|autoterm|webasto|eberspae?cher|(?<![a-z])(?:car|truck|tractor|boat|van|auto)[ _-]?batt/i,
    without: /li_?ion|lipo|\b3s\b/i,
  },
];

/** `low_battery` of a voltage that falls from what is ordinary to where the battery is as good as empty, or stands there. */
export function fallingCellVoltage(view: DeviceView): Finding[] {
  for (const series of seriesOf(view)) {
    const found = fallOf(series) ?? emptyOf(series, view);
    if (found !== null) return [found];
  }
  return [];
}

/** The values of a battery's voltage, told in volts or millivolts; none of all else. */
function inVolts(series: Series): readonly number[] {
  const { values } = series;
  const name = series.name.replace(WHOSE, "");
  // What a beacon says of its voltage is its battery's.
  const isOfBeacon = name === "voltage" && series.topic.family.hearsBeacons === true;
  const isBattery = BATTERY_VOLTAGE.test(name) || isLevelOfVolts(name, values) || isOfBeacon;
  if (!isBattery && !isOneOfSeveral(series)) return [];
  const isMilli = values.every((value) => value >= 1_500 && Number.isInteger(value));
  return isMilli ? values.map((value) => value / 1_000) : values;
}

const BATTERIES = /^(?:batter(?:y|ies|ie|ien|ia|ias)|akkus?|accus?)$/;
/** Batteries of one make are so near to each other. */
const NEAR = 1.5;

/** Whether it is told among nothing but others as high, under a name for batteries: `batteries` with `starter` and `house`. */
function isOneOfSeveral({ path, topic, readings, values }: Series): boolean {
  const level = objectOf(path).slice(0, -1) || (topic.segments.at(-1) ?? "");
  const beside = besideOf(path, readings.at(-1)).filter(([, value]) => typeof value === "number");
  const last = values.at(-1) ?? 0;
  return path !== "" && BATTERIES.test(leafOf(level)) && beside.length > 0 &&
    !values.every(Number.isInteger) &&
    beside.every(([, value]) => Number(value) < NEAR * last && Number(value) * NEAR > last);
}

function emptyOf(series: Series, view: DeviceView): Finding | null {
  const { readings, topic, path } = series;
  const volts = inVolts(series);
  // Bars and flags are whole and few.
  const isWhole = series.values.every((value) => Number.isInteger(value) && value < 1_500);
  if (volts.length < LEAST_LOW || isWhole) return null;
  const tail = volts.slice(-LEAST_LOW);
  const rises = (volts.at(-1) ?? 0) > volts[0] + 0.02;
  const around = aroundOf(series);
  const most = Math.max(...volts);
  const kind = EMPTY.find((one) =>
    tail.every((value) => value >= one.from && value <= one.to) &&
    ((one.around?.test(around) ?? true) || one.most !== undefined && most >= one.most) &&
    !(one.without?.test(around) ?? false)
  );
  if (kind === undefined || rises || (batteryOf(view) ?? 0) > 15) return null;
  const last = tail.at(-1) ?? 0;
  return findingFrom({
    code: "low_battery",
    title: `The battery is nearly empty: "${labelOf({ path, topic })}" is ${rounded(last)} V`,
    summary: `So little is left of ${kind.what}; it was ${rounded(volts[0])} V at ${
      iso(readings[0].at)
    }`,
    messages: someOf(readings).slice(-2),
    numbers: numbersOf(series.values, { topic, path: leafOf(path) }),
    suggestion: ADVICE,
  });
}

/** Its topic, and the names and the words that are told along with it. */
function aroundOf({ topic, readings }: Series): string {
  const beside = [...readings.at(-1)?.fields ?? []].slice(0, 60).map(([key, value]) =>
    `${key} ${typeof value === "string" ? value.slice(0, 20) : ""}`
  );
  return `${topic.topic} ${beside.join(" ")}`;
}

function fallOf(series: Series): Finding | null {
  const { readings, topic, path } = series;
  const volts = inVolts(series);
  // A share or a percentage has no such range.
  if (volts.length < LEAST || volts.some((value) => value <= 1 || value > 60)) return null;
  const third = Math.max(2, Math.floor(volts.length / 3));
  const first = median(volts.slice(0, third));
  const tail = volts.slice(-2);
  const last = volts.at(-1) ?? 0;
  const falls = differences(volts).map((step) => -step);
  const kind = CHEMISTRIES.find(({ from, to, low, steps = -Infinity, without }) =>
    first >= from && first <= to && tail.every((value) => value < low) &&
    without?.test(aroundOf(series)) !== true &&
    falls.filter((fall) => fall >= steps).length >= MOST_STEPS * falls.length
  );
  if (kind === undefined) return null;
  // It goes down bit by bit: what drops for a start of the motor comes back.
  const rises = falls.filter((fall) => -fall > 0.01 * first);
  if (rises.length > volts.length / 5 || Math.max(...falls) > 0.5 * (first - last)) return null;
  const label = labelOf({ path, topic });
  return findingFrom({
    code: "low_battery",
    title: `The battery runs empty: "${label}" fell to ${rounded(last)} V`,
    summary: `It fell from about ${rounded(first)} V at ${
      iso(readings[0].at)
    }, which is ${kind.what}, to ${rounded(last)} V at ${iso(readings.at(-1)?.at ?? 0)}`,
    messages: someOf(readings),
    numbers: numbersOf(series.values, { topic, path: leafOf(path) }),
    suggestion: ADVICE,
  });
}
