import { leafOf, objectOf } from "../../fields.ts";
import { type Field, type Flag, isSet, isUnset, reported, type Rule, wordOf } from "./flag.ts";

/** `sensor_ok`, `rtc_ok`; counts such as `tx_ok` begin at 0. */
const PART_OK =
  /^(ser|serial|uart|sensors?|bme\d*|bmp\d*|dht\d*|sht\d*|ds18b20|scd\d*|sds\d*|pms\d*|rtc|sd|sdcard|i2c|spi|modbus|rs485|can|radio|lora|probe|camera|flash|fs|filesystem|imu|compass|lidar|display)ok$/;

/** `bme680Status`: a driver's codes are negative where it failed. */
const PART_STATUS =
  /^(sensors?|bme\d*|bmp\d*|dht\d*|sht\d*|ds18b20|scd\d*|sds\d*|pms\d*|rtc|i2c|spi|modbus|rs485|probe|imu)(status|state|code|result)$/;

/** What is of use only while it is there, and is not switched. */
const WATCHED_PART =
  /^(?:ip)?(?:camera|cam|sensors?|probe|gps|gnss|imu|lidar|radar|modem|internet|server|database|db|api|cloud|ntp|rtc|sd|sdcard|bus|modbus|rs485|canbus|uart|i2c|spi|usb|lora|radio|antenna|slave|hub|plc)(?:status|state|up|alive|ready|good|found|detected)$/;

/** `link_ok` was 1 each time, and is 0 now: what counts has other numbers as well. */
function isOkNoMore({ name, path, value, topic }: Field): boolean {
  const isPart = WATCHED_PART.test(name);
  const isOk = /(?:ok|okay|healthy|isgood)$/.test(name);
  if (!isUnset(value) || !isPart && !isOk) return false;
  const said = topic.live.map(({ fields }) => fields.get(path) ?? null);
  const at = said.findIndex(isUnset);
  return at >= 3 && at <= said.length - 2 && said.slice(0, at).every(isSet) &&
    said.slice(at).every(isUnset);
}

/** Sensors, clocks, cards and other parts of a device. */
export const PART_RULES: readonly Rule[] = [
  (field) => isOkNoMore(field) ? reported("warning", "a part of it does not work any more") : null,
  ({ name, path, value, topic }) =>
    PART_OK.test(name) && isUnset(value) && topic.live.length >= 2 &&
      topic.live.every(({ fields }) => fields.get(path) === value)
      ? reported("warning", "a part of it does not work")
      : null,
  ({ path, name, value }) =>
    (/^(sensor|probe|sensorstatus|sensorstate|probestatus)$/.test(name) ||
        /(^|[._])(sensor|probe)\.(value|status|state)$/i.test(path)) &&
      /^(cutoff|circuit|opencircuit|shortcircuit|shorted|short|broken|fault|faulty|failed|missing)$/
        .test(wordOf(value))
      ? reported("error", "a sensor or its cable is broken")
      : null,
  ({ name, value }) =>
    /^sim(card)?(state|status)?$/.test(name) &&
      /^(notinserted|simfailure|failure|absent|missing|simpuk|pukrequired|blocked)$/.test(
        wordOf(value),
      )
      ? reported("warning", "its SIM card cannot be used")
      : null,
  ({ name, path, value, topic }) =>
    /^(time|ntp|clock|rtc)(is)?(synced|synchroni[sz]ed|valid)$/.test(name) && isUnset(value) &&
      topic.live.length >= 2 && topic.live.every(({ fields }) => fields.get(path) === value)
      ? reported("warning", "its clock is not set by a time server")
      : null,
  // `data_fresh: false` while its sender goes on; a fix of GPS is as often not valid.
  ({ name, path, value, topic, reading }) =>
    /^(?:data|candata|busdata|values?|readings?|measurements?|sensordata)(?:is)?(?:fresh|valid|current)$|^has(?:can|bus|sensor|modbus|serial)data$/
        .test(name) &&
      isUnset(value) && topic.live.length >= 3 &&
      topic.live.every(({ fields }) => fields.get(path) === value) &&
      ![...reading.fields.keys()].some((other) => /^(?:lat|latitude|gps)/.test(leafOf(other)))
      ? reported("warning", "what it tells is old")
      : null,
  // Names that are not false in an ordinary state.
  ({ name, value, reading }) =>
    /^(?:is)?(?:calibrated|localized|localised|communicating|lidinplace|quorate|pdvalid|processdatavalid|pre_?flightcheckspass)$/
        .test(name) &&
      isUnset(value) && (value !== 0 || name === "quorate") &&
      ![...reading.fields.values()].some((one) => /^(?:deactivated|disabled)$/i.test(String(one)))
      ? reported("warning", "a part of it does not work")
      : null,
  ({ name, value, reading }) =>
    reading.fields.get("enabled") !== false &&
      /^(?:filament|paper|pellets?|labels?|ribbon|dustbin|watertank)(?:is)?(?:detected|present|loaded)$/
        .test(name) &&
      value !== 0 && isUnset(value)
      ? reported("warning", "it needs to be filled")
      : null,
  notValid,
  ({ name, value, topic, path }) =>
    PART_STATUS.test(name) && typeof value === "number" && value <= -2 && value > -1000 &&
      topic.live.length >= 2 && topic.live.every(({ fields }) => fields.get(path) === value)
      ? reported("warning", "a part of it does not work")
      : null,
  diagnosticStatus,
  ({ name, value }) =>
    /^(s?ntp|timesync|clocksync)(state|status|sync)?$/.test(name) &&
      /^(fail|failed|failure|error|timeout|unsynced|notsynced|unsynchronized|nosync)$/.test(
        wordOf(value),
      )
      ? reported("warning", "its clock is not set by a time server")
      : null,
];

/** A document that says of its own readings that they are none; a receiver without a fix does so indoors. */
function notValid({ name, path, value, topic, reading }: Field): Flag | null {
  if (!/^(is|data|reading|readings|sensor|measurement)?valid$/.test(name) || !isUnset(value)) {
    return null;
  }
  if (
    topic.live.length < 3 ||
    topic.live.slice(-2).some((one) => !isUnset(one.fields.get(path) ?? null))
  ) {
    return null;
  }
  const parent = objectOf(path);
  // A part of a document may be the place of a sensor that nobody connected.
  const wasValid = topic.live.some((one) => {
    const said = one.fields.get(path) ?? null;
    return said !== null && !isUnset(said);
  });
  if (parent !== "" && !wasValid) return null;
  const beside = [...reading.fields.keys()].filter((other) => other.startsWith(parent)).map(leafOf);
  const measures = beside.filter((leaf) => /temp|hum|press|^ph$|^ec|orp|co2|tds|weight/.test(leaf));
  return measures.length >= 2 && !beside.some((leaf) => /lat|lon|fix|sat|gps|gnss/.test(leaf))
    ? reported("warning", "it calls its own readings not valid")
    : null;
}

/** ROS' `diagnostic_msgs/DiagnosticStatus`: 0 is fine, 1 a warning, 2 an error, 3 is not told any more. */
function diagnosticStatus({ name, path, value, reading }: Field): Flag | null {
  if (name !== "level" || typeof value !== "number" || value < 1 || value > 3) return null;
  const beside = (leaf: string) => reading.fields.get(path.replace(/level$/, leaf));
  const part = beside("name");
  const said = beside("message");
  if (typeof part !== "string" || typeof said !== "string") return null;
  if (typeof beside("hardware_id") !== "string") return null;
  return reported(value === 1 ? "warning" : "error", `${part}: ${said}`.slice(0, 120));
}
