import { leafOf, objectOf } from "../../reading/fields.ts";
import { flagOf } from "../../../../payload/flag.ts";
import { besideOf, type DeviceView, type Reading, siblingTopics } from "../../reading/view.ts";
import {
  beside,
  error,
  type Field,
  type Flag,
  has,
  isAlways,
  isSet,
  isUnset,
  reported,
  type Rule,
  warning,
} from "./flag.ts";

/** `sensor_ok`, `rtc_ok`; counts such as `tx_ok` begin at 0. */
const PART_OK =
  /^(ser|serial|uart|sensors?|bme\d*|bmp\d*|dht\d*|sht\d*|ds18b20|scd\d*|sds\d*|pms\d*|rtc|sd|sdcard|i2c|spi|modbus|rs485|can|radio|lora|probe|camera|flash|fs|filesystem|imu|compass|lidar|display)ok$/;

/** `bme680Status`: a driver's codes are negative where it failed. */
const PART_STATUS =
  /^(sensors?|bme\d*|bmp\d*|dht\d*|sht\d*|ds18b20|scd\d*|sds\d*|pms\d*|rtc|i2c|spi|modbus|rs485|probe|imu)(status|state|code|result)$/;

/** What is of use only while it is there, and is not switched. */
const WATCHED_PART =
  /^(?:ip)?(?:camera|cam|sensors?|probe|gps|gnss|imu|lidar|radar|modem|internet|server|database|db|api|cloud|ntp|rtc|sd|sdcard|bus|modbus|rs485|canbus|uart|i2c|spi|usb|lora|radio|antenna|slave|hub|plc)(?:status|state|up|alive|ready|good|found|detected)$/;

const NOT_WORKING = warning("a part of it does not work");
const CLOCK_NOT_SET = warning("its clock is not set by a time server");

/** Sensors, clocks, cards and other parts of a device. */
export const PART_RULES: readonly Rule[] = [
  {
    name: new RegExp(`${WATCHED_PART.source}|(?:ok|okay|healthy|isgood)$`),
    is: isUnset,
    where: isOkNoMore,
    tells: warning("a part of it does not work any more"),
  },
  { name: PART_OK, is: isUnset, where: (field) => isAlways(field, 2), tells: NOT_WORKING },
  {
    is:
      /^(cutoff|circuit|opencircuit|shortcircuit|shorted|short|broken|fault|faulty|failed|missing)$/,
    where: ({ path, name }) =>
      /^(sensor|probe|sensorstatus|sensorstate|probestatus)$/.test(name) ||
      /(^|[._])(sensor|probe)\.(value|status|state)$/i.test(path),
    tells: error("a sensor or its cable is broken"),
  },
  // MClimate's valves of radiators: off the wall, and a motor against something hard.
  { name: /^attachedbackplate$/, is: false, tells: warning("it is not where it was mounted") },
  { name: /^highmotorconsumption$/, is: true, tells: warning("its motor goes hard") },
  {
    name: /^sim(card)?(state|status)?$/,
    is: /^(notinserted|simfailure|failure|absent|missing|simpuk|pukrequired|blocked)$/,
    tells: warning("its SIM card cannot be used"),
  },
  {
    name: /^(time|ntp|clock|rtc)(is)?(synced|synchroni[sz]ed|valid)$/,
    is: isUnset,
    where: (field) => isAlways(field, 2),
    tells: CLOCK_NOT_SET,
  },
  // Shelly's status.
  {
    name: /^unixtime$/,
    is: 0,
    where: ({ reading }) => has(reading, "uptime", (up) => Number(up) > 300),
    tells: CLOCK_NOT_SET,
  },
  // `data_fresh: false` while its sender goes on; a fix of GPS is as often not valid.
  {
    name:
      /^(?:data|candata|busdata|values?|readings?|measurements?|sensordata)(?:is)?(?:fresh|valid|current)$|^has(?:can|bus|sensor|modbus|serial)data$/,
    is: isUnset,
    where: (field) => isAlways(field, 3) && !has(field.reading, /^(?:lat|latitude|gps)/),
    tells: warning("what it tells is old"),
  },
  // Names that are not false in an ordinary state.
  {
    name:
      /^(?:is)?(?:calib|calibrated|localized|localised|communicating|lidinplace|quorate|pdvalid|processdatavalid|pre_?flightcheckspass)$/,
    is: isUnset,
    where: ({ name, value, reading }) =>
      (value !== 0 || name === "quorate") &&
      ![...reading.fields.values()].some((one) => /^(?:deactivated|disabled)$/i.test(String(one))),
    tells: NOT_WORKING,
  },
  {
    name:
      /^(?:filament|paper|pellets?|labels?|ribbon|dustbin|watertank)(?:is)?(?:detected|present|loaded)$/,
    is: (value) => value !== 0 && isUnset(value),
    where: (field) =>
      !isDisabled(field) && !(field.name.startsWith("filament") && printsNothing(field.view)),
    tells: warning("it needs to be filled"),
  },
  {
    name: /^(is|data|reading|readings|sensor|measurement)?valid$/,
    is: isUnset,
    where: isNotValid,
    tells: warning("it calls its own readings not valid"),
  },
  {
    name: PART_STATUS,
    is: (value) => typeof value === "number" && value <= -2 && value > -1000,
    where: (field) => isAlways(field, 2),
    tells: NOT_WORKING,
  },
  {
    name: /^level$/,
    is: (value) => typeof value === "number" && value >= 1 && value <= 3,
    tells: diagnosticStatus,
  },
  {
    name: /^(s?ntp|timesync|clocksync)(state|status|sync)?$/,
    is: /^(fail|failed|failure|error|timeout|unsynced|notsynced|unsynchronized|nosync)$/,
    tells: CLOCK_NOT_SET,
  },
];

const PRINT_STATE = /(?:print|gcode|job)[a-z_]{0,20}[./]?(?:state|status)(?:[./]value)?$/i;
const PRINTS_NOTHING =
  /^(?:standby|idle|ready|operational|complete|completed|finish|finished|done|cancell?ed|off)$/i;

/** Whether a printer says that it prints nothing: its filament may be out then. */
function printsNothing({ topics }: DeviceView): boolean {
  return topics.some(({ segments, readings }) =>
    [...readings.at(-1)?.fields ?? []].some(([path, value]) =>
      PRINT_STATE.test([...segments.slice(-2), path].join("/").replace(/\/$/, "")) &&
      PRINTS_NOTHING.test(String(value))
    )
  );
}

/** Whether what looks for it is switched off: `enabled` beside it is false, or holds that on a topic of its own. */
function isDisabled({ reading, topic, view }: Field): boolean {
  if (reading.fields.has("enabled")) return reading.fields.get("enabled") === false;
  const beside = siblingTopics(view, topic).find(({ segments }) => segments.at(-1) === "enabled");
  const told = beside?.readings.at(-1)?.fields;
  return flagOf(told?.get("") ?? told?.get("value") ?? null) === false;
}

/** `link_ok` was 1 each time, and is 0 now: what counts has other numbers as well. */
function isOkNoMore({ path, topic }: Field): boolean {
  const said = topic.live.map(({ fields }) => fields.get(path) ?? null);
  const at = said.findIndex(isUnset);
  return at >= 3 && at <= said.length - 2 && said.slice(0, at).every(isSet) &&
    said.slice(at).every(isUnset);
}

/** A document that says of its own readings that they are none; a receiver without a fix does so indoors. */
function isNotValid({ path, topic, reading }: Field): boolean {
  const said = topic.live.map(({ fields }) => fields.get(path) ?? null);
  if (said.length < 3 || !said.slice(-2).every(isUnset)) return false;
  const parent = objectOf(path);
  // A part of a document may be the place of a sensor that nobody connected.
  if (parent !== "" && said.every((one) => one === null || isUnset(one))) {
    return isWornOut(path, reading);
  }
  const beside = [...reading.fields.keys()].filter((other) => other.startsWith(parent)).map(leafOf);
  const measures = beside.filter((leaf) => /temp|hum|press|^ph$|^ec|orp|co2|tds|weight/.test(leaf));
  return measures.length >= 2 && !beside.some((leaf) => /lat|lon|fix|sat|gps|gnss/.test(leaf));
}

const COUNTED =
  /^(?:total|energy|sum|e?total\w{0,12}|kwh|wh|counter|consumption|volume|import|export)$/;

/** Whether what is never valid has counted before, and one beside it that is called alike is valid: `emeters[0].is_valid`. */
function isWornOut(path: string, reading: Reading): boolean {
  const alike = path.replace(/\d+/g, "#");
  return besideOf(path, reading).some(([other, value]) =>
    COUNTED.test(leafOf(other)) && Number(value) > 0
  ) && [...reading.fields].some(([other, value]) =>
    other !== path && other.replace(/\d+/g, "#") === alike && isSet(value)
  );
}

/** ROS' `diagnostic_msgs/DiagnosticStatus`: 0 is fine, 1 a warning, 2 an error, 3 is not told any more. */
function diagnosticStatus(field: Field): Flag | null {
  const [part, said, whose] = ["name", "message", "hardwareid"].map((leaf) => beside(field, leaf));
  return typeof part === "string" && typeof said === "string" && typeof whose === "string"
    ? reported(field.value === 1 ? "warning" : "error", `${part}: ${said}`.slice(0, 120))
    : null;
}
