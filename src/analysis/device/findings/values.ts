import type { Finding } from "../finding_shape.ts";
import { evidenceOf, iso, numbersOf, repeatsOf, rounded, someOf } from "../evidence.ts";
import { isCounter, isSetting, isTime, leafOf, nameOf, objectOf, type Scalar } from "../fields.ts";
import { median, robustDeviation } from "../../statistics.ts";
import { judgeSignal } from "../radio.ts";
import type { FieldKind } from "../families/family.ts";
import { impossibleIn } from "./quantities.ts";
import { type DeviceView, type Reading, siblingTopics, type TopicView } from "../view.ts";

/** The numbers of one field, one message after another. */
export interface Series {
  readonly topic: TopicView;
  readonly path: string;
  readonly name: string;
  readonly kind: FieldKind;
  readonly values: readonly number[];
  readonly readings: readonly Reading[];
}

const SWITCHED =
  /power|current|ampere|watt|load|flow|traffic|bytes|latency|lux|illuminance|light|motion|sound|noise|cpu|rate|apparent|reactive|^a$|^w$|throughput|rain|wind/;
/** What sensors and drivers send when they read nothing. */
const FAILURE_VALUES = new Set([
  -127,
  85,
  65535,
  32767,
  -32768,
  -999,
  -9999,
  9999,
  -99,
  999.9,
  6553.5,
  3276.7,
  3276.8,
  -3276.8,
  327.67,
  -327.68,
  655.35,
  -273.15,
  // A 24-bit converter at its ends.
  8388607,
  -8388608,
]);
/** Those of them that say of a sensor which read something before that it is lost. */
const LOST_VALUES = new Set([-127, -32768, -999, -9999, -99, -3276.8, -327.68, -273.15]);
/** What cheap sensors and their converters read with nothing connected; cold rooms are seldom as even. */
const COLD_END = -40;
const LEAST_COLD = 5;

/** The number series of all fields that hold values. */
export function seriesOf(view: DeviceView): Series[] {
  const all: Series[] = [];
  for (const topic of view.topics) {
    if (topic.role !== "state" && topic.role !== "event" || topic.mixes) continue;
    const readings = topic.live;
    const paths = new Set<string>();
    for (const reading of readings) {
      for (const [path, value] of reading.fields) if (typeof value === "number") paths.add(path);
      if (paths.size > 100) break;
    }
    for (const path of paths) {
      const name = nameOf(path, topic.segments);
      const kind = topic.family.fieldKind?.(path, topic, view) ?? kindByName(name);
      if (kind === "time" || kind === "ignored") continue;
      const having = readings.filter((reading) => {
        const value = reading.fields.get(path);
        return typeof value === "number" && Number.isFinite(value);
      });
      all.push({
        topic,
        path,
        name,
        kind,
        readings: having,
        values: having.map((r) => Number(r.fields.get(path))),
      });
    }
  }
  return all;
}

/** `stuck_value`. */
export function stuckValues(view: DeviceView): Finding[] {
  const findings: Finding[] = [];
  for (const series of seriesOf(view)) {
    if (series.kind !== "reading" && series.kind !== "battery") continue;
    const found = failureValue(series) ?? frozen(series);
    if (found !== null) findings.push(found);
  }
  return collapse(findings);
}

function failureValue(series: Series): Finding | null {
  const { values } = series;
  const first = values.at(-1);
  if (values.length < 3 || first === undefined) return null;
  // A range finder without an echo; elsewhere −1 is often an option that is not there.
  const isNoEcho = first === -1 &&
    /^(dist(ance)?|range|echo|depth)(cm|mm|m|in|inch)?$/.test(series.name);
  const isColdEnd = first === COLD_END && values.length >= LEAST_COLD && /temp/.test(series.name);
  if (!FAILURE_VALUES.has(first) && !isColdEnd && !isNoEcho) return null;
  const from = values.findLastIndex((value) => value !== first) + 1;
  // It read something before: only what no sensor goes to in one step is none of that.
  if (from > 0 && (values.length - from < 3 || !LOST_VALUES.has(first))) return null;
  // Nothing but a missing DS18B20 reads −127, beside signals.
  const isTemperature = /temp/.test(series.name) ||
    first === -127 && !/rssi|signal|dbm|snr|noise|gain|level/.test(series.name);
  if (first === 85 && !isTemperature) return null;
  // An insulation that is better than what can be measured is at the end of its scale.
  if (/resist|isol|insul|ohm|imped/.test(series.name)) return null;
  if (
    Math.abs(first) < 1_000 && !isTemperature && !/hum|press|moist|dist|level/.test(series.name)
  ) return null;
  const all = from === 0 ? "every one" : "each of the last";
  const count = from === 0 ? `of ${values.length}` : `${values.length - from}`;
  return stuck(
    series,
    from,
    `${all} ${count} samples is ${first}, which sensors send when they read nothing`,
  );
}

function frozen(series: Series): Finding | null {
  const { values } = series;
  const last = values[values.length - 1];
  if (values.length < 18 || last === undefined || last === 0) return null;
  if (last === 100 && /percent|hum|batter|level|soc/.test(series.name)) return null;
  let from = values.length - 1;
  while (from > 0 && values[from - 1] === last) from--;
  const run = values.length - from;
  if (run < 10 || from < 6) return null;
  let changes = 0;
  let rises = 0;
  let rest = 1;
  let longestRest = 1;
  for (let i = 1; i < from; i++) {
    const step = values[i] - values[i - 1];
    rest = step === 0 ? rest + 1 : 1;
    longestRest = Math.max(longestRest, rest);
    if (step !== 0) changes++;
    if (step > 0) rises++;
  }
  if (changes < 4) return null;
  // A coarse sensor in a quiet room rests for a while, again and again.
  if (run < 2.5 * longestRest) return null;
  // A counter that rests is a counter that rests.
  if (rises === changes && values.every(Number.isInteger)) return null;
  const changing = Math.min(0.98, (changes + 1) / (from + 1));
  if (Math.pow(1 - changing, run - 1) >= 1e-4) return null;
  // What goes back to a value it had before, such as a load that is off, rests; a sensor does not.
  const before = values.slice(0, from - 1);
  if (before.filter((value) => value === last).length >= 3 && SWITCHED.test(series.name)) {
    return null;
  }
  const finding = stuck(
    series,
    from,
    `it changed ${changes} times in ${from} messages, then was ${
      rounded(last)
    } in all of the last ${run}`,
  );
  return isCoarse(series, from) ? { ...finding, severity: "info" } : finding;
}

/** Few values of a coarse scale that went on to the next one: a room that is quiet rests there. */
function isCoarse({ values }: Series, from: number): boolean {
  const before = [...new Set(values.slice(0, from))].sort((a, b) => a - b);
  const last = values[values.length - 1] ?? 0;
  const step = Math.min(...before.slice(1).map((value, i) => value - (before[i] ?? 0)));
  const nearest = Math.min(...before.map((value) => Math.abs(value - last)));
  return before.length <= 6 && step >= 0.5 && nearest <= step * 1.01;
}

function stuck(series: Series, from: number, summary: string): Finding {
  const readings = series.readings.slice(from);
  const repeats = repeatsOf(readings.map((reading) => reading.at));
  return {
    severity: "warning",
    code: "stuck_value",
    title: `"${label(series)}" is stuck at ${rounded(series.values[series.values.length - 1])}`,
    evidence: {
      summary: `On "${series.topic.topic}" ${summary}`,
      messages: someOf(readings.map((reading) => reading.sample)),
      numbers: numbersOf(series.values, { topic: series.topic.topic, field: series.path }),
      ...(repeats === undefined ? {} : { repeats }),
    },
    suggestion:
      "Check the sensor's wiring and restart the device: it goes on sending, but no longer measures.",
  };
}

/** `outlier`. */
export function outliers(view: DeviceView): Finding[] {
  const findings: Finding[] = [];
  for (const series of seriesOf(view)) {
    if (series.kind === "counter" || series.kind === "signal") continue;
    const at = impossibleIn(series.name, series.values) ??
      (series.kind === "setting" ? null : spikes(series));
    if (at === null || at.length === 0) continue;
    const rest = series.values.filter((_, i) => !at.includes(i));
    const worst = at.map((i) => series.values[i]);
    const shown = at.flatMap((i) => [i - 1, i, i + 1]).filter((i, n, all) =>
      i >= 0 && all.indexOf(i) === n
    );
    const repeats = repeatsOf(at.map((i) => series.readings[i]?.at ?? 0));
    findings.push({
      severity: "warning",
      code: "outlier",
      title: rest.length === 0
        ? `"${label(series)}" is ${rounded(worst.at(-1) ?? 0)}, which it cannot be`
        : `"${label(series)}" jumps to ${rounded(worst[0])}`,
      evidence: {
        summary: rest.length === 0
          ? `On "${series.topic.topic}" all values are beyond what is possible`
          : `On "${series.topic.topic}" ${at.length} of ${series.values.length} values (${
            worst.slice(0, 3).map(rounded).join(", ")
          }) are far from the others, ${rounded(Math.min(...rest))} to ${
            rounded(Math.max(...rest))
          }`,
        messages: shown.slice(0, 5).flatMap((i) => {
          const reading = series.readings[i];
          return reading === undefined ? [] : [evidenceOf(reading.sample)];
        }),
        numbers: numbersOf(series.values, { topic: series.topic.topic, field: series.path }),
        ...(repeats === undefined ? {} : { repeats }),
      },
      suggestion:
        "Look for a loose contact or electrical disturbance at the sensor; let consumers drop single values like this.",
    });
  }
  return collapse(findings);
}

function spikes(series: Series): number[] | null {
  const { values } = series;
  if (values.length < 12) return null;
  const middle = median(values);
  const spread = robustDeviation(values);
  const sorted = [...values].sort((a, b) => a - b);
  const low = sorted[Math.floor(sorted.length * 0.1)] ?? middle;
  const high = sorted[Math.floor(sorted.length * 0.9)] ?? middle;
  // Values in the inner nine tenths are the rest; a spike is well past what they cover.
  const reach = Math.max(
    8 * spread,
    4 * (high - low),
    0.02 * Math.abs(middle),
    resolution(values) * 8,
  );
  if (reach === 0) return null;
  const far = values.flatMap((value, i) => Math.abs(value - middle) > reach ? [i] : []);
  if (far.length === 0 || far.length > Math.max(2, values.length * 0.1)) return null;
  const rest = values.filter((_, i) => !far.includes(i));
  const least = Math.min(...rest);
  const most = Math.max(...rest);
  const isPast = (value: number) =>
    Math.min(Math.abs(value - least), Math.abs(value - most)) > most - least;
  if (!far.every((i) => isPast(values[i]))) return null;
  if (SWITCHED.test(series.name)) {
    const steady = middle !== 0 && (high - low) < 0.15 * Math.abs(middle) &&
      Math.min(...values) > 0.5 * middle;
    if (!steady || middle < 1) return null;
  }
  for (const i of far) {
    let end = i;
    while (far.includes(end + 1)) end++;
    let begin = i;
    while (far.includes(begin - 1)) begin--;
    // More than two in a row are a new state, and a last one may become it.
    if (end - begin >= 2 || end === values.length - 1) return null;
  }
  return far;
}

/** The smallest step between different values. */
function resolution(values: readonly number[]): number {
  const sorted = [...new Set(values)].sort((a, b) => a - b);
  let least = Infinity;
  for (let i = 1; i < sorted.length; i++) {
    least = Math.min(least, sorted[i] - sorted[i - 1]);
  }
  return Number.isFinite(least) && sorted.length > 2
    ? Math.min(least, robustDeviation(values) + 0.5)
    : 0;
}

/** What a battery tells of itself. */
interface BatteryReading {
  readonly topic: TopicView;
  readonly reading: Reading;
  readonly path: string;
  /** State of charge; null where only a flag tells that it is low. */
  readonly percent: number | null;
  /** It may be no percentage, or not the battery that the device lives of. */
  readonly isGuess: boolean;
  readonly numbers: readonly number[];
}

/** The latest of each battery: its charge, or a flag that says it is low. */
function* batteryReadings(view: DeviceView): Generator<BatteryReading> {
  for (const topic of view.topics) {
    if (topic.role !== "state" && topic.role !== "event" && topic.role !== "info") continue;
    const reading = topic.readings[topic.readings.length - 1];
    if (reading === undefined) continue;
    // What is told once of what a device is and can do holds no measurement.
    if (topic.role === "info" && topic.live.length === 0) continue;
    for (const [path, held] of reading.fields) {
      const name = nameOf(path, topic.segments);
      const kind = topic.family.fieldKind?.(path, topic, view) ?? null;
      if (kind !== null && kind !== "battery") continue;
      const value = chargeIn(name, held);
      const numbers = topic.readings.map((r) => chargeIn(name, r.fields.get(path) ?? null))
        .filter((v): v is number => typeof v === "number");
      const isDocumented = view.identity.problems.some((one) =>
        one.kind === "charge" && one.topic === topic.topic && one.path === path
      );
      const scale = kind === "battery" || isDocumented
        ? "percent"
        : batteryScale(path, { name, numbers, topic, reading, view });
      const isFlag = /^(batterylow|lowbattery|lowbatt|batlow)$/.test(name);
      const told = typeof value === "number" && scale === "fraction" ? value * 100 : value;
      const percent = typeof told === "number" && scale !== null && told >= 0 && told <= 100
        ? told
        : null;
      const flagged = isFlag && (isYes(value) || value === 1);
      if (!flagged && percent === null) continue;
      const isGuess = percent !== null && (scale === "unknown" || isStorage(name, reading));
      yield { topic, reading, path, percent, isGuess, numbers };
    }
  }
}

/** The least charge that the device tells of itself, in percent; null where it tells none. */
export function batteryOf(view: DeviceView): number | null {
  let least: number | null = null;
  for (const { percent, isGuess } of batteryReadings(view)) {
    if (percent !== null && !isGuess) least = Math.min(percent, least ?? percent);
  }
  return least;
}

/** `low_battery`. */
export function lowBattery(view: DeviceView): Finding[] {
  // What is sure is told before what may be another scale.
  const told = [...batteryReadings(view)].sort((a, b) => Number(a.isGuess) - Number(b.isGuess));
  for (const { topic, reading, path, percent, isGuess, numbers } of told) {
    if (percent !== null && percent > LOW_BATTERY_PERCENT) continue;
    if (isCharging(reading, []) || isChargingBeside(topic, view)) continue;
    if (percent === 0 && hasNoBattery(reading)) continue;
    return [{
      severity: isGuess ? "info" : percent !== null && percent <= 5 ? "error" : "warning",
      code: "low_battery",
      title: percent === null
        ? "The battery is low"
        : isGuess
        ? `The battery tells ${rounded(percent)}: low, if it is the device's own and in percent`
        : `The battery is at ${rounded(percent)} %`,
      evidence: {
        summary: `"${path === "" ? topic.topic : path}" is ${String(reading.fields.get(path))} at ${
          iso(reading.at)
        }`,
        messages: [evidenceOf(reading.sample)],
        ...(numbers.length > 1
          ? { numbers: numbersOf(numbers, { topic: topic.topic, field: path }) }
          : {}),
      },
      suggestion:
        "Change or charge the battery soon; a device that dies of it often sends no last will.",
    }];
  }
  return [];
}

const LOW_BATTERY_PERCENT = 15;

/** Whether a message says that a battery is being charged. */
function isCharging(reading: Reading, segments: readonly string[]): boolean {
  return [...reading.fields].some(([path, value]) => {
    const name = nameOf(path, segments);
    return /charging|charger|pluggedin|^(is)?plugged$/.test(name) && !/not|dis/.test(name) &&
        isYes(value) ||
      /batt|charg|power|^$/.test(name) && typeof value === "string" && /^charging$/i.test(value);
  });
}

function isYes(value: Scalar): boolean {
  return value === true || typeof value === "string" && /^(on|true|yes)$/i.test(value);
}

/** Whether what tells a charge says beside it that there is no battery, or one of no volt. */
function hasNoBattery(reading: Reading): boolean {
  return [...reading.fields].some(([path, value]) =>
    /batt[a-z]{0,8}[._-]?v|^voltage$|^vbat/i.test(path) && value === 0 ||
    typeof value === "string" &&
      (/^(?:no ?battery|battery ?(?:not ?(?:connected|present|installed|inserted)|absent|missing))$/i
        .test(value.trim()) ||
        /batt|charg/i.test(path) && /^(?:not ?(?:present|installed|inserted)|absent|missing)$/i
            .test(value.trim()))
  );
}

/** What charges may be told on a topic beside the battery's. */
function isChargingBeside(topic: TopicView, view: DeviceView): boolean {
  if (topic.segments.slice(0, -1).join("/") === "") return false;
  return siblingTopics(view, topic).some((other) => {
    const last = other.readings.at(-1);
    return other !== topic && last !== undefined &&
      /batt|charg/i.test(other.segments.at(-1) ?? "") && isCharging(last, other.segments);
  });
}

/** A battery that is there to be emptied, of a house or a vehicle, does not die of being low. */
function isStorage(name: string, reading: Reading): boolean {
  return /soc/.test(name) ||
    [...reading.fields.keys()].some((path) =>
      /batt?e?r?y?[._-]?(power|current|watts)|grid|solar|^pv|inverter|odometer|range/i.test(path)
    );
}

/**
 * Whether a battery's number is percent or a part of 1; "unknown" where it may as well be volts, bars
 * or a flag, null where it is no state of charge.
 */
function batteryScale(
  path: string,
  o: {
    name: string;
    numbers: readonly number[];
    topic: TopicView;
    reading: Reading;
    view: DeviceView;
  },
): "percent" | "fraction" | "unknown" | null {
  const { name, numbers, topic, reading, view } = o;
  const around = path + topic.topic;
  // Qingping's monitors tell percent.
  if (/^sensorData\[\d+\]\.battery\.value$/.test(path)) return "percent";
  const isNamed = /^bat(t|tery)?(percent|percentage|pct|soc)$/.test(name) ||
    /^(percent|percentage|pct)$/.test(name) && /batt/i.test(around) &&
      numbers.every((value) => Number.isInteger(value) && value !== 1);
  const isCharge = /^(batt?|battery|batterylevel|batlevel)$/.test(name) ||
    /^(level|percent|percentage|soc|pct)$/.test(name) && /batt/i.test(around);
  if (!isNamed && !isCharge || /volt|vdc/i.test(around)) return null;
  if (name === "soc" && !/batt/i.test(around)) return null;
  // Robots and phones tell 0.71 of a full battery.
  const isFraction = numbers.every((value) => value >= 0 && value <= 1) &&
    numbers.some((value) => !Number.isInteger(value));
  if (isNamed) return isFraction ? "fraction" : "percent";
  const most = Math.max(...numbers);
  // Many send whole percent; what has a fraction and is about a cell's or a block's voltage is volts.
  if (numbers.some((value) => !Number.isInteger(value)) && most < 60) return null;
  // 0 and 1 are flags, up to 5 or 6 are bars; an RFXtrx counts to 9, and its signal to 15.
  const isFew = most <= (isRfxtrx(reading) ? 9 : 6) && !fallsByOnes(numbers);
  if (!isFew || topic.family.name !== "generic") return "percent";
  return most > 1 && (hasCellBeside(path, reading) ||
      // Of what a gateway hears in a list each is a thing of its own.
      !path.includes("[") && hasPercentElsewhere(name, view))
    ? "percent"
    : "unknown";
}

/** A number that is told as text: `"batteryLevel":"3"`. */
function chargeIn(name: string, value: Scalar): Scalar {
  return typeof value === "string" && /^bat/.test(name) && /^\d{1,3}(\.\d{1,2})?%?$/.test(value)
    ? Number.parseFloat(value)
    : value;
}

/** Whether the battery's voltage, or that of a weak cell, stands beside a charge, which is then neither volts nor bars. */
function hasCellBeside(path: string, { fields }: Reading): boolean {
  const parent = objectOf(path);
  return [...fields].some(([other, value]) => {
    if (objectOf(other) !== parent) return false;
    const leaf = leafOf(other);
    if (/^bat(?:t|tery)?(?:v|volts?|voltage|mv)$|^vbatt?(?:ery)?$/.test(leaf)) {
      return typeof value === "number" && value > 0;
    }
    if (!/^(?:volt(?:age)?s?|mv|v)$/.test(leaf)) return false;
    const volts = Number(value) >= 1_000 ? Number(value) / 1_000 : Number(value);
    return volts >= 1.6 && volts <= 2.65;
  });
}

/** Whether another battery of the device, called by the same name, tells more than bars go to. */
function hasPercentElsewhere(name: string, view: DeviceView): boolean {
  return view.topics.some((topic) =>
    /^(state|event)$/.test(topic.role) &&
    topic.readings.slice(-20).some(({ fields }) =>
      [...fields].some(([path, value]) =>
        typeof value === "number" && value > 9 && value <= 100 && Number.isInteger(value) &&
        nameOf(path, topic.segments) === name
      )
    )
  );
}

/** Whether whole numbers fell at least twice, and never by more than one: bars last longer than that. */
function fallsByOnes(numbers: readonly number[]): boolean {
  const steps = numbers.slice(1).map((value, i) => (numbers[i] ?? 0) - value);
  return steps.every((step) => step === 0 || step === 1) &&
    steps.filter((step) => step === 1).length >= 2;
}

/** Whether a message has the signal of an RFXtrx, which counts up from 0. */
function isRfxtrx({ fields }: Reading): boolean {
  const signal = [...fields].find(([path]) => leafOf(path) === "rssi")?.[1];
  return typeof signal === "number" && Number.isInteger(signal) && signal >= 0 && signal <= 15;
}

/** How strong a radio's signal is. */
interface SignalReading {
  readonly topic: TopicView;
  readonly path: string;
  /** At least one, in time order. */
  readonly values: readonly number[];
  readonly judged: NonNullable<ReturnType<typeof judgeSignal>>;
}

/** Each signal of which something can be said. */
function* signalReadings(view: DeviceView): Generator<SignalReading> {
  for (const topic of view.topics) {
    if (topic.role === "command" || topic.role === "discovery" || topic.role === "bridge") continue;
    const paths = new Set(
      topic.readings.slice(-20).flatMap((reading) => [...reading.fields.keys()]),
    );
    // A percentage beside the measured signal says no more than that.
    const hasDbm = [...paths].some((path) => nameOf(path, topic.segments) === "signal");
    for (const path of paths) {
      const name = nameOf(path, topic.segments);
      const kind = topic.family.fieldKind?.(path, topic, view) ?? null;
      if (kind === null ? !isSignal(name) : kind !== "signal") continue;
      const values = topic.readings.map((r) => r.fields.get(path)).filter((v): v is number =>
        typeof v === "number"
      );
      if (values.length === 0 || (name === "rssi" && hasDbm)) continue;
      const judged = judgeSignal(path, { name, values, topic, view });
      if (judged !== null) yield { topic, path, values, judged };
    }
  }
}

/** The signal as it is now, a weak one first; null where nothing is known of it. */
export function signalOf(view: DeviceView): { value: number; unit: string; weak: boolean } | null {
  const all = [...signalReadings(view)].filter(({ judged }) => !judged.isGuess);
  const told = all.find(({ judged }) => judged.isWeak) ?? all[0];
  const value = told?.values.at(-1);
  if (told === undefined || value === undefined) return null;
  return { value: rounded(value), unit: told.judged.unit.trim(), weak: told.judged.isWeak };
}

/** `weak_signal`. */
export function weakSignal(view: DeviceView): Finding[] {
  for (const { topic, path, values, judged } of signalReadings(view)) {
    if (!judged.isWeak) continue;
    const middle = median(values);
    return [{
      severity: judged.isGuess ? "info" : "warning",
      code: "weak_signal",
      title: judged.isGuess
        ? `The signal is ${rounded(middle)}${judged.unit}: weak, if it is Wi-Fi`
        : `The signal is weak: ${rounded(middle)}${judged.unit}`,
      evidence: {
        summary: `The median of "${path === "" ? topic.topic : path}" is ${
          rounded(middle)
        }${judged.unit} over ${values.length} messages`,
        messages: someOf(topic.readings.slice(-2).map((reading) => reading.sample)),
        numbers: numbersOf(values, { topic: topic.topic, field: path }),
      },
      suggestion:
        "Move the device or its access point, add a repeater or a mains-powered router nearby, or turn the antenna.",
    }];
  }
  return [];
}

/** Numbers that stand for words. */
const CODED =
  /^(type|status|state|mode|kind|class|code|phase|step|reason|program|effect|scene|preset|category|icon|condition|source|stage|event|index|idx|id)$|(type|status|code|mode|state|class|id)$/;

/** What a number of that name is, where no family knows better. */
export function kindByName(name: string): FieldKind {
  if (CODED.test(name)) return "ignored";
  if (isTime(name)) return "time";
  if (isCounter(name)) return "counter";
  if (isSignal(name)) return "signal";
  return isSetting(name) ? "setting" : "reading";
}

function isSignal(name: string): boolean {
  return /^(wifi)?rssi(dbm)?$|^(wifi)?signal(dbm|strength|level)?$|^linkquality$|^lqi$|^wifisignal$|^wifirssi$/
    .test(name);
}

function label(series: Series): string {
  return series.path === "" ? series.topic.topic : series.path;
}

/** One finding for several fields that show the same. */
function collapse(findings: Finding[]): Finding[] {
  if (findings.length <= 3) return findings;
  const first = findings[0];
  if (first === undefined) return findings;
  return [{
    ...first,
    title: `${first.title}, and ${findings.length - 1} more fields likewise`,
    evidence: {
      ...first.evidence,
      summary: `${first.evidence.summary}; also ${
        findings.slice(1, 6).map((finding) => finding.title).join("; ")
      }`,
    },
  }];
}
