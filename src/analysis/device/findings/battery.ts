import type { Finding } from "../finding_shape.ts";
import { iso, numbersOf, rounded, someOf } from "../evidence.ts";
import { labelOf, leafOf, nameOf, objectOf, type Scalar, withoutPlaces } from "../fields.ts";
import { differences } from "../../statistics.ts";
import { type DeviceView, type Reading, siblingTopics, type TopicView } from "../view.ts";

/** Names that say that they tell a share of a whole. */
const CHARGE_SHARE =
  /^(?:device|sensor|node|own|internal|tracker|tag|phone|remote|lock|door|valve|ventil|watch|robot|mower)?(?:batt?(?:er(?:y|ij|i|ia|ie|ía))?|akku|accu)(?:level|charge|remaining|stand|ladestand|ladezustand|ladung|niveau|nivel|livello)?(?:percent(?:age)?|pct|perc|prozent|soc|stateofcharge)(?:remaining|left)?$|^(?:level|charge|remaining|stand|ladestand|ladezustand|ladung|niveau|nivel|livello)(?:de|della|del)?(?:batt?(?:er(?:y|ij|i|ia|ie|ía))?|akku|accu)(?:percent(?:age)?|pct|perc|prozent|soc|stateofcharge)$/;
/** Names of a charge that may be told in percent, volts or bars. */
const CHARGE_NAME =
  /^(?:(?:device|sensor|node|own|internal|tracker|tag|phone|remote|lock|door|valve|ventil|watch|robot|mower)?(?:batt?(?:er(?:y|ij|i|ia|ie|ía))?|akku|accu)(?:level|charge|stand|ladestand|ladezustand|ladung|niveau)?|batlevel|(?:niveau|nivel|livello)(?:de|della|del)?(?:batt?(?:er(?:y|ij|i|ia|ie|ía))?|akku|accu))$/;

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
    // A level of the topic that others' commands are answered on may as well be anyone's.
    if (!/^(?:state|event|info|reply)$/.test(topic.role)) continue;
    const reading = topic.readings[topic.readings.length - 1];
    if (reading === undefined) continue;
    // What is told once of what a device is and can do holds no measurement.
    if (topic.role === "info" && topic.live.length === 0) continue;
    if (topic.role === "reply" && !reading.fields.has("")) continue;
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
      const isGuess = percent !== null &&
        (scale === "unknown" || isStorage(name, reading) && !isOfOneCell(topic, reading, view));
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
    if (percent === 0 && hasNoBattery(reading) || rises(numbers)) continue;
    return [{
      severity: isGuess ? "info" : percent !== null && percent <= 5 ? "error" : "warning",
      code: "low_battery",
      title: percent === null
        ? "The battery is low"
        : isGuess
        ? `The battery tells ${rounded(percent)}: low, if it is the device's own and in percent`
        : `The battery is at ${rounded(percent)} %`,
      evidence: {
        summary: `"${labelOf({ path, topic })}" is ${String(reading.fields.get(path))} at ${
          iso(reading.at)
        }`,
        messages: someOf([reading]),
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

/** Whether a charge goes up all the time: whatever fills it need not say so. */
function rises(numbers: readonly number[]): boolean {
  const steps = differences(numbers);
  return steps.length > 0 && steps.every((step) => step >= 0) &&
    (numbers.at(-1) ?? 0) - (numbers[0] ?? 0) >= 2;
}

/** Whether a message says that a battery is being charged. */
function isCharging(reading: Reading, segments: readonly string[]): boolean {
  return [...reading.fields].some(([path, value]) => {
    const name = nameOf(path, segments);
    return /charging|charger|pluggedin|^(is)?plugged$/.test(name) && !/not|dis/.test(name) &&
        isYes(value) ||
      /batt|charg|power|^$/.test(name) && typeof value === "string" && /^charging$/i.test(value) ||
      // What stands at its dock is filled there.
      /^(?:state|status|activity|task)$/.test(name) && typeof value === "string" &&
        /^(?:(?:re)?charging|docked|(?:in|on|at)[ _-]?(?:dock|base)|laden|l(?:ä|ae)dt|en[ _]charge)$/i
          .test(value.trim());
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

/** Whether the battery's voltage, beside its charge, is that of a single cell: no house lives of that. */
function isOfOneCell(topic: TopicView, reading: Reading, view: DeviceView): boolean {
  const isCell = (name: string, value: Scalar) => {
    if (
      typeof value !== "number" ||
      !/^(?:v?bat|batt|battery|vbatt)(?:volt|volts|voltage|v|mv)?$/.test(name)
    ) {
      return false;
    }
    const volts = value >= 1_500 ? value / 1_000 : value;
    return /v/.test(name) && volts >= 2.4 && volts <= 4.4;
  };
  return [...reading.fields].some(([path, value]) => isCell(leafOf(path), value)) ||
    siblingTopics(view, topic).some((other) =>
      isCell(leafOf(other.segments.at(-1) ?? ""), other.readings.at(-1)?.fields.get("") ?? null)
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
  if (/^sensorData\[[^[\]]*\]\.battery\.value$/.test(path)) return "percent";
  const isNamed = CHARGE_SHARE.test(name) ||
    /^(percent|percentage|pct)$/.test(name) && /batt/i.test(around) &&
      numbers.every((value) => Number.isInteger(value) && value !== 1);
  const isCharge = CHARGE_NAME.test(name) ||
    /^(level|percent|percentage|soc|pct|prozent)$/.test(name) && /batt|akku|accu/i.test(around);
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
  return most > 1 &&
      (/level|charge|stand|niveau|ladung/.test(name) && !isRfxtrx(reading) ||
        isOfTag(path, reading) ||
        hasCellBeside(path, reading) ||
        // Of what a gateway hears in a list each is a thing of its own, told by the same scale.
        (path.includes("[") ? hasPercentInList(path, reading) : hasPercentElsewhere(name, view)))
    ? "percent"
    : "unknown";
}

/** Whether a tag is heard by Bluetooth, whose batteries are told in percent: by its address and its signal, in a message of its own. */
function isOfTag(path: string, { fields }: Reading): boolean {
  return !path.includes("[") && Number(fields.get("rssi")) < 0 &&
    [...fields.keys()].some((one) => /^(?:mac|ble|beacon|tagid|trackingid)/.test(leafOf(one)));
}

/** A number that is told as text: `"batteryLevel":"3"`. */
function chargeIn(name: string, value: Scalar): Scalar {
  return typeof value === "string" && /bat|akku|accu/.test(name) &&
      /^\d{1,3}(\.\d{1,2})?%?$/.test(value)
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

/** Whether another of the same list tells more than bars go to. */
function hasPercentInList(path: string, { fields }: Reading): boolean {
  // Beacons that a gateway hears are of all makers.
  const own = objectOf(path);
  if ([...fields.keys()].some((one) => objectOf(one) === own && leafOf(one) === "rssi")) {
    return false;
  }
  return [...fields].some(([other, value]) =>
    typeof value === "number" && value > 9 && value <= 100 && Number.isInteger(value) &&
    withoutPlaces(other) === withoutPlaces(path)
  );
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
  const steps = differences(numbers);
  return steps.every((step) => step === 0 || step === -1) &&
    steps.filter((step) => step === -1).length >= 2;
}

/** Whether a message has the signal of an RFXtrx, which counts up from 0. */
function isRfxtrx({ fields }: Reading): boolean {
  const signal = [...fields].find(([path]) => leafOf(path) === "rssi")?.[1];
  return typeof signal === "number" && Number.isInteger(signal) && signal >= 0 && signal <= 15;
}
