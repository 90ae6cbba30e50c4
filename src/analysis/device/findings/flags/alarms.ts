import { NO_ERROR } from "../../../../payload/severity/denial_words.ts";
import { tellsLeaving } from "../presence.ts";
import { leafOf, objectOf, type Scalar } from "../../fields.ts";
import { siblingTopics, type TopicView } from "../../view.ts";
import {
  type Field,
  type Flag,
  has,
  isSet,
  isUnset,
  reported,
  type Rule,
  spokenIn,
  wordOf,
} from "./flag.ts";

/** What is counted as errors of a link, one number each. */
const COUNTED =
  /wifi|mqtt|http|ntp|dns|crc|time_?out|read|write|rx|tx|checksum|count|comm|retr|i2c|bus|frame|packet|total|parse|socket|sum/i;

/** Alarms, warnings and troubles by their names. */
export const ALARM_RULES: readonly Rule[] = [
  // ArduPilot and PX4: why it does not arm; alarms as DSE's and Danfoss' controllers write them.
  ({ name, value }) =>
    typeof value === "string" &&
      (/^PreArm: (?!none|ok)|^PREFLIGHT FAIL/i.test(value) ||
        /^(?:shutdown|electrical trip) alarm$/i.test(value) ||
        /^ALARM (?!OFF|CLEAR|TEST|RESET|OK|NONE)[A-Z ]{4,40}$/.test(value) &&
          !/last|prev|hist/.test(name))
      ? reported("error", "it says so itself")
      : null,
  mavlinkText,
  alarmStatus,
  troubleByName,
  // Domoticz: 1 is green, 2 yellow, 3 orange, 4 red.
  ({ name, value, reading }) =>
    name === "nvalue" && typeof value === "number" && value >= 3 && value <= 4 &&
      reading.fields.get("stype") === "Alert"
      ? reported(value === 4 ? "error" : "warning", `an alert: ${spokenIn(reading)}`)
      : null,
  // Axis and other cameras and recorders: `disruption: "1"` of a disk, `videoloss`.
  ({ name, path, value, topic }) =>
    /^(storage|disk|sd|card|recording|hardware|network|video|signal|power)?(disruption|disrupted|loss|lost)$/
        .test(name) && isSet(value) && !tellsLeaving(path, topic)
      ? reported("error", "something is lost")
      : null,
  ({ name, value, topic, reading }) =>
    /^(activated|active|raised|trigger|triggered)$/.test(name) && value === true &&
      topic.segments.slice(-3).some((level) => /^(alarms?|alerts?)$/i.test(level))
      ? reported("error", `an alarm: ${spokenIn(reading)}`)
      : null,
  // `"event": "LeakSensor.Alert"` beside the state that it is in since.
  ({ name, value, reading }) =>
    name === "state" && value === "alert" &&
      /(?:leak|water|flood|smoke|gas|fire|freeze|co)(?:sensor|detector|alarm)?[._]alert$/i
        .test(String(reading.fields.get("event")))
      ? reported("error", "an alarm")
      : null,
  ({ value, topic, path }) => alarmLevel(value, topic, path),
  cameJustNow,
  // `{"flag": "LEVEL", "value": "0.24", "state": "alarm"}`: a number beyond its limits.
  ({ path, value, reading }) =>
    wordOf(value) === "alarm" && /^(?:state|status)$/.test(leafOf(path)) &&
      [...reading.fields].some(([other, one]) =>
        objectOf(other) === objectOf(path) && /^(?:val|value|reading)$/.test(leafOf(other)) &&
        one !== "" && Number.isFinite(Number(one))
      )
      ? reported("warning", "an alarm")
      : null,
];

/** `errors/grounds = 1` among others that are 0: each level below is a trouble of its own, and a flag. */
function troubleByName({ path, value, topic, view }: Field): Flag | null {
  const [above = "", last = ""] = topic.segments.slice(-2);
  if (path !== "" || !isSet(value) || !/^(errors|faults|problems)$/i.test(above)) return null;
  if (COUNTED.test(last)) return null;
  const beside = siblingTopics(view, topic);
  const areFlags = beside.length >= 3 && beside.every((other) => {
    const told = other.readings.at(-1)?.fields.get("");
    return told !== undefined && (isSet(told) || isUnset(told));
  });
  return areFlags ? reported("warning", "one of its troubles") : null;
}

const LAST = /^(?:last|latest|letzter?|dernier|ultim[ao])/;
const TROUBLE =
  /err(?:or)?(?:no|text|message|code)?$|fault(?:text|code)?$|failure$|alarm$|trouble$|fehler$/;
const FINE = /^(?:ok|okay|normal|good|healthy|fine|idle|ready)$/i;
const BAD = /^(?:alert|alarm|fault|faulted|error|critical|failed)$/i;

/** The last error that was none until now, and a state that was fine and is an alert for good. */
function cameJustNow({ name, path, value, topic }: Field): Flag | null {
  const isLast = LAST.test(name) && TROUBLE.test(name);
  const isState = /^(?:state|status|health)$/.test(leafOf(path)) && BAD.test(String(value));
  if (!isLast && !isState || NO_ERROR.test(String(value ?? ""))) return null;
  const wasFine = (one: Scalar) =>
    isLast ? NO_ERROR.test(String(one ?? "").trim()) : FINE.test(String(one));
  const said = topic.live.flatMap(({ fields }) =>
    fields.has(path) ? [fields.get(path) ?? null] : []
  );
  const at = said.indexOf(value);
  return at >= 2 && said.length - at >= 2 && said.slice(0, at).every(wasFine) &&
      said.slice(at).every((one) => one === value)
    ? reported("error", isLast ? "an error that came just now" : "a state that nobody wants")
    : null;
}

/** What an alarm panel or a clock has and a machine has not. */
const WATCHES = /arm|zone|siren|partition|bypass|panel|motion|door|snooze|ringtone|wake/i;

/** `alarm/Status: 1` of a machine; a panel's may be armed, and a clock's is set. */
function alarmStatus({ path, name, value, topic, reading, view }: Field): Flag | null {
  if (value !== 1 && value !== true) return null;
  const levels = [...topic.segments, ...path.split(".")].filter((level) => level !== "");
  const isStatus = /^(?:alarm|fault)$/i.test(levels.at(-2) ?? "") &&
      /^(?:status|state|active)$/i.test(levels.at(-1) ?? "") ||
    /^(?:alarm|fault)(?:status|state|active)$/.test(name);
  if (!isStatus) return null;
  const beside = [
    ...reading.fields.keys(),
    ...view.topics.flatMap(({ topic: other }) => other),
  ];
  return beside.some((one) => WATCHES.test(one.replace(/alarm/gi, ""))) ||
      !beside.some((one) => MACHINE.test(one))
    ? null
    : reported("warning", "an alarm");
}

/** What is measured of a machine or a process. */
const MACHINE =
  /press|temp|volt|current|amp|speed|rpm|freq|flow|level|torque|power|hours|pump|motor|inlet|outlet/i;

/** MAVLink's STATUSTEXT: a severity of syslog, of which 0 to 3 are emergency, alert, critical and error. */
function mavlinkText({ name, value, topic, reading }: Field): Flag | null {
  if (name !== "severity" || typeof value !== "number" || value < 0 || value > 3) return null;
  const isOne = topic.segments.at(-1)?.toUpperCase() === "STATUSTEXT" ||
    reading.fields.get("mavpackettype") === "STATUSTEXT";
  return isOne && has(reading, "text") ? reported("error", spokenIn(reading)) : null;
}

/** Victron: 0 is fine, 1 a warning, 2 an alarm, one topic or field each below `Alarms`. */
function alarmLevel(value: Scalar, topic: TopicView, path: string): Flag | null {
  if (value !== 1 && value !== 2) return null;
  const levels = [...topic.segments, ...path.split(".")].filter((level) =>
    level !== "" && level !== "value"
  );
  const at = levels.lastIndexOf("Alarms");
  if (at < 0 || at !== levels.length - 2 || levels.includes("Settings")) return null;
  return /^[A-Z][A-Za-z]+$/.test(levels[at + 1] ?? "")
    ? reported(value === 2 ? "error" : "warning", value === 2 ? "an alarm" : "a warning")
    : null;
}
