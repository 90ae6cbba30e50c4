import { flagOf } from "../../../../payload/flag.ts";
import type { Finding } from "../../finding_shape.ts";
import { findingFrom, iso, numbersOf, rounded, someOf } from "../../evidence.ts";
import {
  labelOf,
  lastOf,
  leafOf,
  nameOf,
  namesThing,
  objectOf,
  type Scalar,
  withoutPlaces,
} from "../../reading/fields.ts";
import { generic } from "../../families/generic.ts";
import { differences } from "../../../statistics.ts";
import { isOfSettings } from "../../../../payload/severity/topics.ts";
import { wordsAt } from "../words/name_words.ts";
import {
  besideOf,
  type DeviceView,
  type Reading,
  siblingTopics,
  type TopicView,
} from "../../reading/view.ts";
import { rememberingEach } from "../../../../payload/remembered.ts";

/** Names that say that they tell a share of a whole. */
const CHARGE_SHARE =
  /^(?:device|sensor|node|own|internal|tracker|tag|phone|remote|lock|door|valve|ventil|watch|robot|mower)?(?:batt?(?:er(?:y|ij|i|ia|ie|ía))?|akku|accu)(?:level|charge|remaining|stand|ladestand|ladezustand|ladung|niveau|nivel|livello)?(?:percent(?:age)?|pct|perc|prozent|soc|stateofcharge)(?:remaining|left)?$|^(?:level|charge|remaining|stand|ladestand|ladezustand|ladung|niveau|nivel|livello)(?:de|della|del)?(?:batt?(?:er(?:y|ij|i|ia|ie|ía))?|akku|accu)(?:percent(?:age)?|pct|perc|prozent|soc|stateofcharge)$/;
/** Names of a charge that may be told in percent, volts or bars. */
const CHARGE_NAME =
  /^(?:(?:device|sensor|node|own|internal|tracker|tag|phone|remote|lock|door|valve|ventil|watch|robot|mower)?(?:batt?(?:er(?:y|ij|i|ia|ie|ía))?|akku|accu)(?:level|charge|stand|ladestand|ladezustand|ladung|niveau)?|batlevel|(?:niveau|nivel|livello)(?:de|della|del)?(?:batt?(?:er(?:y|ij|i|ia|ie|ía))?|akku|accu))$/;

/** Words that say of a battery's number that it is no charge that is there, or of a battery that is there to be emptied. */
const NOT_OWN =
  /^(?:min|max|minimum|maximum|minimal|maximal|set|low|high|target|limit|threshold|reserve|cutoff|warn(?:ing)?|alarm|alert|err(?:or|eur)?|errors|fault|fail(?:ure)?|fehler|störung|stoerung|erreur|flag|ok|no|has|is|on|years?|days?|hours?|minutes?|time|since|last|home|house|car|ev|solar|pv|inverter|storage|powerwall|ups|backup|main|grid|dc)$/;

/** What a battery's number is called, without the words before it that say whose it is: `smoke-detector-battery`. */
function chargeName(path: string, segments: readonly string[]): string {
  const words = wordsAt(path, segments).trim().split(" ");
  const at = words.findIndex((word) =>
    /^(?:batt?(?:er(?:y|ie|ij|i|ia|ía))?|akku|accu)$/.test(word)
  );
  return at > 0 && !words.slice(0, at).some((word) => NOT_OWN.test(word))
    ? words.slice(at).join("")
    : nameOf(path, segments);
}

/** What a record says of its value besides: what it is called, and of which kind it is. */
const SAYS_OF_WHAT =
  /^(?:name|objectname|friendlyname|label|sensor(?:name|type)?|metric|param(?:eter)?|attr(?:ibute)?|key|variable|quantity|measurement|type|valuetype|devicetype|kind|class|deviceclass|category|property|point|channel)$/;
const OF_RECORD = /^(?:value|val|v|reading|wert|data)$/;
/** A share as it is shown: `9 %`. */
const SHARE_TEXT = /^\d{1,3}(?:\.\d{1,2})? ?%$/;

/** A charge that is the value of a record, and what tells the record from those of other things. */
interface ChargeRecord {
  readonly name: string;
  readonly key: string;
}

/** What a record calls the charge that is its value: of `{"name": "Leak Sensor Battery", "value": 9}`; null of all else. */
function recordOf({ fields }: Reading, path: string): ChargeRecord | null {
  const held = fields.get(path);
  const isShown = typeof held === "string" && SHARE_TEXT.test(held.trim());
  if (!OF_RECORD.test(leafOf(path)) && !(isShown && /^(?:status|state)$/.test(leafOf(path)))) {
    return null;
  }
  const beside = besideOf(path, { fields });
  const hasOtherUnit = beside.some(([other, said]) =>
    /^(?:unit|units|uom|unitofmeasurement|einheit)$/.test(leafOf(other)) && !isPercent(said)
  );
  if (hasOtherUnit) return null;
  const names = beside.flatMap(([other, said]) =>
    typeof said === "string" && said.length <= 60 && SAYS_OF_WHAT.test(leafOf(other))
      ? [chargeName("", [said.trim()])]
      : []
  );
  const name = names.find((one) => CHARGE_NAME.test(one) || CHARGE_SHARE.test(one));
  if (name === undefined) return null;
  const whose = beside.filter(([other]) =>
    SAYS_OF_WHAT.test(leafOf(other)) || namesThing(leafOf(other))
  );
  return { name, key: whose.map(([, said]) => String(said).slice(0, 60)).join(" ") };
}

const isPercent = (said: Scalar) => /^(?:%|percent|pct|prozent)$/i.test(String(said).trim());

/** Whether a record says beside its value that it is a share: by its unit, or by a text of both. */
function isToldInPercent(path: string, reading: Reading): boolean {
  return besideOf(path, reading).some(([, said]) =>
    typeof said === "string" &&
    (isPercent(said) ||
      SHARE_TEXT.test(said.trim()) &&
        Number.parseFloat(said) === reading.fields.get(path))
  );
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

/** The latest of each battery: its charge, or a flag that says it is low. The vitals ask as well. */
const batteryReadings = rememberingEach((view: DeviceView) => [...readBatteries(view)]);

function* readBatteries(view: DeviceView): Generator<BatteryReading> {
  for (const topic of view.topics) {
    // A level of the topic that others' commands are answered on may as well be anyone's.
    if (!/^(?:state|event|info|reply)$/.test(topic.role)) continue;
    // What is told once of what a device is and can do holds no measurement.
    if (topic.role === "info" && topic.live.length === 0) continue;
    if (topic.role === "reply" && !topic.readings.at(-1)?.fields.has("")) continue;
    for (const [path, reading] of latestOf(topic)) {
      const held = reading.fields.get(path) ?? null;
      const record = recordOf(reading, path);
      const name = record?.name ?? chargeName(path, topic.segments);
      const kind = topic.family.fieldKind?.(path, topic, view) ?? null;
      if (kind !== null && kind !== "battery") continue;
      const value = chargeIn(name, held);
      const told = record === null
        ? topic.readings
        : topic.readings.filter((one) => recordOf(one, path)?.key === record.key);
      const numbers = told.map((r) => chargeIn(name, r.fields.get(path) ?? null))
        .filter((v): v is number => typeof v === "number");
      const isDocumented = view.identity.problems.some((one) =>
        one.kind === "charge" && one.topic === topic.topic && one.path === path
      );
      const isShare = record !== null && isToldInPercent(path, reading);
      // So few may be bars.
      const isBarred = record !== null && !isShare && Math.max(...numbers) <= MOST_BARS;
      if (isBarred && chargeName(path, topic.segments) !== name) continue;
      const scale = kind === "battery" || isDocumented || isShare
        ? "percent"
        : batteryScale(path, { name, numbers, topic, reading, view });
      const isFlag = /^(batterylow|lowbattery|lowbatt|batlow)$/.test(name);
      const bars = isDocumented ? null : barsOf(path, { numbers, reading });
      const share = typeof value === "number" && scale === "fraction" ? value * 100 : value;
      const percent =
        bars === null && typeof share === "number" && scale !== null && share >= 0 && share <= 100
          ? share
          : null;
      const flagged = isFlag && flagOf(value) === true && !isOfSettings(topic.topic) ||
        bars !== null && scale !== null && value === bars;
      if (!flagged && percent === null) continue;
      const isGuess = percent !== null &&
        (scale === "unknown" || isStorage(name, reading) && !isOfOneCell(topic, reading, view));
      yield { topic, reading, path, percent, isGuess, numbers };
    }
  }
}

/** Messages back to which a battery that the last one does not speak of is looked for. */
const MOST_BACK = 20;

/**
 * The latest message of a topic that holds each field: a document in turns tells its battery now and then, and of records
 * that come one by one each has its own.
 */
function latestOf(topic: TopicView): [path: string, reading: Reading][] {
  const latest = new Map<string, [path: string, reading: Reading]>();
  const readings = topic.readings.slice(-MOST_BACK);
  for (const reading of readings) {
    for (const path of reading.fields.keys()) {
      const record = recordOf(reading, path);
      if (topic.mixes && record === null && reading !== readings.at(-1)) continue;
      latest.set(`${path} ${record?.key ?? ""}`, [path, reading]);
    }
  }
  return [...latest.values()];
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
  const told = batteryReadings(view).toSorted((a, b) => Number(a.isGuess) - Number(b.isGuess));
  for (const { topic, reading, path, percent, isGuess, numbers } of told) {
    if (percent !== null && percent > LOW_BATTERY_PERCENT) continue;
    if (isCharging(reading, []) || isChargingBeside(topic, view)) continue;
    if (percent === 0 && hasNoBattery(reading) || rises(numbers)) continue;
    return [findingFrom({
      severity: isGuess ? "info" : percent !== null && percent <= 5 ? "error" : "warning",
      code: "low_battery",
      title: percent === null
        ? "The battery is low"
        : isGuess
        ? `The battery tells ${rounded(percent)}: low, if it is the device's own and in percent`
        : `The battery is at ${rounded(percent)} %`,
      summary: `"${labelOf({ path, topic })}" is ${String(reading.fields.get(path))} at ${
        iso(reading.at)
      }`,
      messages: someOf([reading]),
      ...(numbers.length > 1 ? { numbers: numbersOf(numbers, { topic, path }) } : {}),
      suggestion:
        "Change or charge the battery soon; a device that dies of it often sends no last will.",
    })];
  }
  return [];
}

const LOW_BATTERY_PERCENT = 15;

/** Whether a charge goes up all the time: whatever fills it need not say so. */
function rises(numbers: readonly number[]): boolean {
  const steps = differences(numbers);
  return steps.length > 0 && steps.every((step) => step >= 0) &&
    (numbers.at(-1) ?? 0) - numbers[0] >= 2;
}

/** Whether a message says that a battery is being charged. */
export function isCharging(reading: Reading, segments: readonly string[]): boolean {
  return [...reading.fields].some(([path, value]) => {
    const name = nameOf(path, segments);
    return /charging|charger|pluggedin|^(is)?plugged$|^(?:on)?externalpower(?:source|supply)?$/
          .test(name) &&
        !/not|dis/.test(name) &&
        flagOf(value) === true ||
      /batt|charg|power|^$/.test(name) && typeof value === "string" && /^charging$/i.test(value) ||
      // OwnTracks: 2 is charging, 3 is full.
      name === "bs" && (value === 2 || value === 3) && reading.fields.has("_type") ||
      // What stands at its dock is filled there.
      /^(?:state|status|activity|task)$/.test(name) && typeof value === "string" &&
        /^(?:(?:re)?charging|docked|(?:in|on|at)[ _-]?(?:dock|base)|laden|l(?:ä|ae)dt|en[ _]charge)$/i
          .test(value.trim());
  });
}

/** Where a device says what feeds it, and that it is no battery. */
const FED_BY =
  /^(?:powersource|powersupply|powertype|powermode|powerevent|poweredby|supply|source)$/;
const NO_CELL = /^(?:mains|ac|dc|usb|poe|wired|external|netz|line|secteur|grid)(?![a-z])/i;

/** What says whether something else than the battery feeds it. */
const FED_NOW =
  /(?:^|[._])(?:external|usb|mains|ac|dc)[._]?(?:power|supply)?[._]?(?:present|connected)$/i;

/** Whether what tells a charge says beside it that there is no battery, or one of no volt, or that it is fed otherwise. */
function hasNoBattery(reading: Reading): boolean {
  return [...reading.fields].some(([path, value]) =>
    /batt(?:ery)?[._]?v|^voltage$|^vbat/.test(path) && value === 0 ||
    value === true && /^batt\w{0,20}_unavailable$/.test(lastOf(path)) ||
    flagOf(value) === true && FED_NOW.test(path) ||
    // LoRaWAN's answer to how it is: 0 is fed from outside.
    path === "battery" && value === 0 &&
      ["eui", "f_count"].every((key) => reading.fields.has(key)) ||
    typeof value === "string" &&
      (NO_CELL.test(value.trim()) && FED_BY.test(nameOf(path, [])) ||
        /^(?:no ?battery|battery ?(?:not ?(?:connected|present|installed|inserted)|absent|missing))$/i
          .test(value.trim()) ||
        /batt|charg/.test(path) && /^(?:not ?(?:present|installed|inserted)|absent|missing)$/i
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
  return [...reading.fields].some(([path, value]) =>
    isCell(leafOf(path), value) || isCell(path.toLowerCase().replace(/[._]/g, ""), value)
  ) ||
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
  // Ecowitt's are flags, bars and volts, which have rules of their own.
  if (reading.fields.has("stationtype")) return null;
  // Qingping's monitors tell percent.
  if (/^sensor_data\[[^[\]]*\]\.battery\.value$/.test(path)) return "percent";
  const isNamed = CHARGE_SHARE.test(name) ||
    /^(percent|percentage|pct)$/.test(name) && /batt/i.test(around) &&
      numbers.every((value) => Number.isInteger(value) && value !== 1);
  const isCharge = CHARGE_NAME.test(name) ||
    /^(level|percent|percentage|soc|pct|prozent)$/.test(name) && /batt|akku|accu/i.test(around);
  if (isStatusOfShare(path, o)) return "percent";
  if (!isNamed && !isCharge || /volt|vdc/i.test(around)) return null;
  if (name === "soc" && !/batt/i.test(around)) return null;
  // What a LoRaWAN device answers to its network is made percent there, with all their digits.
  if (besideOf(path, reading).some(([other]) => leafOf(other) === "batterylevelunavailable")) {
    return "percent";
  }
  // Robots and phones tell 0.71 of a full battery.
  const isFraction = numbers.every((value) => value >= 0 && value <= 1) &&
    numbers.some((value) => !Number.isInteger(value));
  if (isFraction) return "fraction";
  const most = Math.max(...numbers);
  // Z-Wave's and Zigbee's batteries tell percent.
  if (isNamed || most > 1 && /z-?wave|zigbee/i.test(topic.topic)) return "percent";
  // Many send whole percent; what has a fraction and is about a cell's or a block's voltage is volts.
  if (numbers.some((value) => !Number.isInteger(value)) && most < MOST_VOLTS) {
    return areSharesOfTwins(path, { topic, view }) ? "percent" : null;
  }
  // 0 and 1 are flags, up to 5 or 6 are bars; an RFXtrx counts to 9, and its signal to 15.
  const isFew = most <= (isRfxtrx(reading) ? 9 : 6) && !fallsByOnes(numbers);
  // A lithium cell gives 3 V.
  if (
    topic.family.isOfAllMakers === true && name === "battery" &&
    numbers.every((value) => value === 3)
  ) {
    return areSharesOfTwins(path, { topic, view }) ? "percent" : "unknown";
  }
  if (!isFew || topic.family !== generic) return "percent";
  if (most <= 1 || isRfxtrx(reading) || isYolink(reading)) return "unknown";
  if (/level|charge|stand|niveau|ladung/.test(name)) return "percent";
  const cell = cellBeside(path, reading);
  if (cell !== null) return cell > FULL_CELL_V ? "unknown" : "percent";
  if (path === "" && /^(?:status|state)$/i.test(topic.segments.at(-1) ?? "")) {
    const unit = siblingTopics(view, topic).find(({ segments }) =>
      segments.at(-1) === "unit_of_measurement"
    );
    return String(unit?.readings.at(-1)?.fields.get("")) === "%" ? "percent" : "unknown";
  }
  // Beacons that a gateway hears are of all makers.
  const isHeard = path.includes("[") && reading.fields.has(`${objectOf(path)}rssi`);
  const others = isHeard ? [] : othersOf({ name, path, topic, reading, view });
  // What tells nothing else, and is told beside no other, may tell anything.
  if (others.length === 0) return isHeard || reading.fields.size < 2 ? "unknown" : "percent";
  return others.some((value) => value > 9) ? "percent" : "unknown";
}

/** No block of cells gives more. */
const MOST_VOLTS = 60;
const LEAST_TWINS = 2;

/** Whether others of its kind tell there what is a share and no voltage. */
function areSharesOfTwins(
  path: string,
  { topic, view }: { topic: TopicView; view: DeviceView },
): boolean {
  const told = view.twins.filter(({ segments }) => segments.at(-1) === topic.segments.at(-1))
    .flatMap(({ live }) => live.findLast(({ fields }) => fields.has(path))?.fields.get(path) ?? [])
    .map(Number);
  return told.filter((value) => value > MOST_VOLTS && value <= 100).length >= LEAST_TWINS &&
    told.every((value) => value >= 0 && value <= 100);
}

/** Whether a status tells a share, by its fractions and beside the volts of the same battery: `battery_status` and `battery_voltage`. */
function isStatusOfShare(
  path: string,
  { name, numbers, reading }: { name: string; numbers: readonly number[]; reading: Reading },
): boolean {
  return /^(?:batt?(?:ery)?|akku|accu)(?:status|state)$/.test(name) &&
    numbers.some((value) => !Number.isInteger(value)) &&
    numbers.every((value) => value >= 0 && value <= 100) && Math.max(...numbers) > LEAST_OF_SHARE &&
    besideOf(path, reading).some(([other, value]) =>
      typeof value === "number" &&
      /^(?:batt?(?:ery)?|akku|accu)_?(?:volt(?:age)?s?|v)$/.test(leafOf(other))
    );
}

/** What is no more may be volts as well. */
const LEAST_OF_SHARE = 5;

/** A share that is told as text: `"battery":"85%"`. */
function chargeIn(name: string, value: Scalar): Scalar {
  return typeof value === "string" && /bat|akku|accu/.test(name) &&
      SHARE_TEXT.test(value.trim())
    ? Number.parseFloat(value)
    : value;
}

/** How a charge and a signal are called that a display shows by bars. */
const SIGNAL =
  /^(?:rs|sig|gsm|csq|ant|antenna|(?:gsm|lte|cell|radio)?signal(?:bars?|levels?|strength)?)$/;
/** How the number of all bars is called. */
const ALL_BARS = /^(?:max|of|levels|bars|scale|total|(?:max|battery)(?:levels?|bars?|max))$/;
const MOST_BARS = 6;

/**
 * The last bar of a charge that is told in so many; null where it is not. Who counts the bars of its signal counts those of
 * its charge, and a button tells quarters.
 */
function barsOf(
  path: string,
  { numbers, reading }: { numbers: readonly number[]; reading: Reading },
): number | null {
  if (numbers.length === 0) return null;
  const isBar = (value: Scalar) =>
    typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= MOST_BARS;
  // Nothing falls by a quarter between two messages that tells every percent.
  if (numbers.every((value) => value <= 1 && Number.isInteger(value * 4))) {
    return differences(numbers).some((step) => step === -0.25) ? 0.25 : null;
  }
  if (!numbers.every(isBar)) return null;
  const most = Math.max(...numbers);
  const beside = besideOf(path, reading);
  return beside.some(([other, value]) =>
      isBar(value) &&
      (SIGNAL.test(leafOf(other)) ||
        ALL_BARS.test(leafOf(other)) && Number(value) > 2 && Number(value) >= most)
    )
    ? 1
    : null;
}

/** Two dry cells or one of lithium that give so much are not nearly empty. */
const FULL_CELL_V = 2.65;

/** The battery's voltage that stands beside a charge, which is then neither volts nor, where little is left, bars. */
function cellBeside(path: string, reading: Reading): number | null {
  const [, held] =
    besideOf(path, reading).find(([other, value]) =>
      typeof value === "number" && value >= 1.6 &&
      /^(?:v?batt?(?:ery)?)?(?:v|volts?|voltage|mv)$|^vbatt?(?:ery)?$/.test(leafOf(other))
    ) ?? [];
  const volts = Number(held) >= 1_000 ? Number(held) / 1_000 : Number(held);
  return volts <= 4.4 ? volts : null;
}

/** What the other batteries tell that are called by the same name, of the device and of what it lists. */
function othersOf(
  { name, path, topic, reading, view }: {
    name: string;
    path: string;
    topic: TopicView;
    reading: Reading;
    view: DeviceView;
  },
): number[] {
  const isCharge = (value: Scalar): value is number =>
    typeof value === "number" && value > 1 && value <= 100 && Number.isInteger(value);
  const alike = path.includes("[")
    ? [...reading.fields].filter(([other]) =>
      other !== path && withoutPlaces(other) === withoutPlaces(path)
    )
    : view.topics.filter((other) => other !== topic && /^(?:state|event)$/.test(other.role))
      .flatMap(({ readings, segments }) =>
        readings.slice(-MOST_BACK).flatMap(({ fields }) => [...fields])
          .filter(([other]) => chargeName(other, segments) === name)
      );
  return alike.map(([, value]) => value).filter(isCharge);
}

/** Whether a message is of YoLink, whose sensors tell four bars: `"event":"DoorSensor.Alert"`. */
function isYolink({ fields }: Reading): boolean {
  return fields.has("data.battery") &&
    /^[A-Z][A-Za-z]{2,30}\.[A-Z][A-Za-z]{2,20}$/.test(String(fields.get("event")));
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
  // What tells its place is a tracker by a mobile network.
  return typeof signal === "number" && Number.isInteger(signal) && signal >= 0 && signal <= 15 &&
    ![...fields.keys()].some((path) => /^lat(?:itude)?$/.test(leafOf(path)));
}
