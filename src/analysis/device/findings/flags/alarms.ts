import { NO_ERROR } from "../../../../payload/severity/denial_words.ts";
import { isOfSettings } from "../../../../payload/severity/topics.ts";
import { tellsLeaving } from "../reach/presence.ts";
import { sinceBirth } from "../../twins.ts";
import { lastOf, leafOf, type Scalar } from "../../reading/fields.ts";
import { besideOf, type Reading, siblingTopics } from "../../reading/view.ts";
import {
  beside,
  error,
  type Field,
  type Flag,
  has,
  isSet,
  isUnset,
  levelsOf,
  reported,
  type Rule,
  spokenIn,
  warning,
} from "./flag.ts";
import { troubleOfFlag } from "./phrases.ts";

/** What is counted as errors of a link, one number each. */
const COUNTED =
  /wifi|mqtt|http|ntp|dns|crc|time_?out|read|write|rx|tx|checksum|count|comm|retr|i2c|bus|frame|packet|total|parse|socket|sum/i;

const LAST_TROUBLE =
  /^(?:last|latest|letzter?|dernier|ultim[ao]).*(?:err(?:or)?(?:no|text|message|code)?|fault(?:text|code)?|failure|alarm|trouble|fehler)$|^(?:last|latest|letzter?|dernier|ultim[ao])(?:text|message|msg|desc(?:ription)?)$/;
const FINE = /^(?:ok|okay|normal|good|healthy|fine|idle|ready)$/i;
const BAD = /^(?:alert|alarm|fault|faulted|error|critical|failed)$/i;

/** What a detector has that only tells of what is there to burn. */
const DETECTOR_HAS =
  /^(?:batt\w{0,20}|low_?battery|tamper\w{0,3}|link_?quality|lqi|self_?test|test)$/i;

const ALERTS =
  /^(?:(?:low_?battery|battery_?low)|tamper\w{0,3}|link_?quality|lqi|self_?test|test)$/i;
const LINK = /^(?:link_?quality|lqi)$/i;

/** What a detector finds, told by one that is no stove and no kitchen. */
export const hazardOf = (name: string): Flag => error(`what it is there to find: ${name}`);

/** Whether a detector is tested, and finds what it makes itself. */
export function isTesting(reading: Reading): boolean {
  return has(reading, /^(?:test|testing|selftest|testmode|testinprogress|usertest)$/, isSet);
}

/** Alarms, warnings and troubles by their names. */
export const ALARM_RULES: readonly Rule[] = [
  {
    name: /^(?:smoke|fire|gas|carbonmonoxide|water)(?:detected|alarm)?$/,
    is: (value) => value === true || value === 1,
    where: ({ path, name, value, reading }) => {
      // A number may be a mode, or how much of it there is; water and gas may be there to be used.
      const told = value !== true ? LINK : /^(?:water|gas)/.test(name) ? ALERTS : DETECTOR_HAS;
      return besideOf(path, reading).some(([other]) => told.test(lastOf(other))) &&
        !isTesting(reading);
    },
    tells: ({ path }) => hazardOf(lastOf(path)),
  },
  // A panel's alarm went off: Home Assistant's and ESPHome's, or one that says else on that topic whether it is armed.
  {
    is: /^triggered$/,
    where: ({ path, topic }) =>
      levelsOf(path, topic.segments).includes("alarm_control_panel") ||
      topic.readings.some(({ fields }) =>
        /^(?:disarmed|armed_\w{2,20})$/i.test(String(fields.get(path) ?? ""))
      ),
    tells: error("an alarm"),
  },
  // ArduPilot and PX4: why it does not arm; alarms as DSE's and Danfoss' controllers write them.
  {
    is: (value) => typeof value === "string",
    where: ({ name, value }) =>
      /^PreArm: (?!none|ok)|^PREFLIGHT FAIL|^(?:shutdown|electrical trip) alarm$/i
        .test(String(value)) ||
      /^ALARM (?!OFF|CLEAR|TEST|RESET|OK|NONE)[A-Z ]{4,40}$/.test(String(value)) &&
        !/last|prev|hist/.test(name),
    tells: error("it says so itself"),
  },
  // MAVLink's STATUSTEXT: a severity of syslog, of which 0 to 3 are emergency, alert, critical and error.
  {
    name: /^severity$/,
    is: (value) => typeof value === "number" && value >= 0 && value <= 3,
    where: ({ topic, reading }) =>
      (topic.segments.at(-1)?.toUpperCase() === "STATUSTEXT" ||
        reading.fields.get("mavpackettype") === "STATUSTEXT") && has(reading, "text"),
    tells: ({ reading }) => error(spokenIn(reading)),
  },
  {
    is: true,
    where: (field) => isAlarmOfMachine(field) || isInFolderOfAlarms(field),
    tells: warning("an alarm"),
  },
  // Signal K's notifications: nominal, normal, alert, warn, alarm and emergency.
  {
    name: /^state$/,
    is: /^(?:warn|alarm|emergency)$/i,
    where: ({ reading, topic }) =>
      topic.segments.includes("notifications") && has(reading, "message"),
    tells: ({ reading }) => error(spokenIn(reading)),
  },
  // Adeunis: `{"name": "temperature 1", "alarmStatus": "highThreshold"}`.
  {
    name: /^alarmstatus$/,
    is: /^(?:high|low)_?threshold$/i,
    tells: warning("its threshold is passed"),
  },
  // OpenSprinkler: `…/alert/curr {"curr_value":9,"imin_threshold":100}`.
  {
    name: /value$/,
    is: (value) => typeof value === "number",
    where: ({ path, topic, value, reading }) =>
      topic.segments.some((level) => /^alerts?$/i.test(level)) &&
      besideOf(path, reading).some(([other, limit]) =>
        typeof limit === "number" &&
        (/min_?(?:threshold|limit)$/i.test(other) && Number(value) < limit ||
          /max_?(?:threshold|limit)$/i.test(other) && Number(value) > limit)
      ),
    tells: warning("an alert, and beyond its limit"),
  },
  {
    name: /^(?:sos|mandown|panic|duress)(?:flag|alarm|active|status|state)?$/,
    is: isSet,
    tells: error("somebody calls for help"),
  },
  { name: /^(?:fraud|tampering)(?:flag|alarm|alert)?$/, is: isSet, tells: warning("a fraud") },
  // thin-edge.io: the other severities of ITU-T X.733 are words of trouble elsewhere, too.
  {
    name: /^text$/,
    is: (value) => typeof value === "string",
    where: (field) =>
      /^te\/.{1,200}\/a\/[^/]+$/.test(field.topic.topic) && beside(field, "severity") === "minor",
    tells: warning("a minor alarm"),
  },
  // Milesight: a bin that lies on its side, and a mast that leans.
  {
    name: /^position$/,
    is: /^tilt(?:ed)?$/,
    where: ({ reading }) => has(reading, "distance"),
    tells: warning("it does not stand upright"),
  },
  {
    name: /^threshold[xyz]$/,
    is: /^trigger(?:ed)?$/,
    tells: warning("its threshold is passed"),
  },
  { is: isSet, where: isTroubleByName, tells: warning("one of its troubles") },
  // Domoticz: 1 is green, 2 yellow, 3 orange, 4 red.
  {
    name: /^nvalue$/,
    is: (value) => typeof value === "number" && value >= 3 && value <= 4,
    where: ({ reading }) => reading.fields.get("stype") === "Alert",
    tells: ({ value, reading }) =>
      reported(value === 4 ? "error" : "warning", `an alert: ${spokenIn(reading)}`),
  },
  // Axis and other cameras and recorders: `disruption: "1"` of a disk, `videoloss`.
  {
    name:
      /^(storage|disk|sd|card|recording|hardware|network|video|signal|power)?(disruption|disrupted|loss|lost)$/,
    is: isSet,
    where: ({ path, topic }) => !tellsLeaving(path, topic),
    tells: error("something is lost"),
  },
  // A list of all that is active.
  {
    name: /^(?:text|message|msg|description|desc|name|title)$/,
    is: (value) => typeof value === "string" && value.trim() !== "",
    where: ({ path, topic, reading }) =>
      path.startsWith("[") && !besideOf(path, reading).some(([, one]) => one === false) &&
      /(?:^|\/)(?:active_?alarms?|alarms?\/active)$/i.test(topic.topic),
    tells: ({ value }) => warning(`an alarm: ${String(value).trim().slice(0, 80)}`),
  },
  {
    name: /^(activated|active|raised|trigger|triggered)$/,
    is: true,
    where: ({ topic }) =>
      topic.segments.slice(-3).some((level) => /^(alarms?|alerts?)$/i.test(level)),
    tells: ({ reading }) => error(`an alarm: ${spokenIn(reading)}`),
  },
  // What a detector is there to find, beside its battery or its radio.
  {
    name:
      /^(?:smoke|carbonmonoxide|gas)(?:alarm|alert|detected)?$|^(?:co|fire)(?:alarm|alert|detected)$/,
    is: true,
    // Whether a detector that is called so is there is no alarm.
    where: (field) => field.topic.role !== "availability" && isOfDetector(field),
    tells: error("an alarm"),
  },
  {
    is: isSet,
    where: ({ path, topic: { segments } }) =>
      path === "" && segments.at(-3) === "binary_sensor" &&
      /(?:^|_)(?:problem|smoke|carbon_monoxide)$/.test(segments.at(-2) ?? ""),
    tells: error("an alarm"),
  },
  // `"event": "LeakSensor.Alert"` beside the state that it is in since.
  {
    name: /^state$/,
    is: /^alert$/,
    where: ({ reading }) =>
      /(?:leak|water|flood|smoke|gas|fire|freeze|co)(?:sensor|detector|alarm)?[._]alert$/i
        .test(String(reading.fields.get("event"))),
    tells: error("an alarm"),
  },
  // Victron: 0 is fine, 1 a warning, 2 an alarm, one topic or field each below `Alarms`, and below its phases.
  {
    is: (value) => value === 1 || value === 2,
    where: ({ path, topic }) => {
      const levels = levelsOf(path, topic.segments).filter((level) => level !== "value");
      return !levels.includes("Settings") &&
        /(?:^|\/)Alarms\/(?:(?:L\d\/)?[A-Z][A-Za-z]+|(?:Low|High)\/State)$/.test(levels.join("/"));
    },
    tells: ({ value }) => value === 2 ? error("an alarm") : warning("a warning"),
  },
  // The last error that was none until now, and a state that was fine and is an alert for good.
  {
    name: LAST_TROUBLE,
    is: (value) => !saysNoError(value),
    where: (field) =>
      (!LAST_TEXT.test(field.name) || isLastText(field)) && cameJustNow(field, saysNoError),
    tells: error("an error that came just now"),
  },
  {
    name: /^(?:state|status|health)$/,
    is: (value) => BAD.test(String(value)),
    where: (field) => cameJustNow(field, (value) => FINE.test(String(value))),
    tells: error("a state that nobody wants"),
  },
  // `{"flag": "LEVEL", "value": "0.24", "state": "alarm"}`: a number beyond its limits.
  {
    name: /^(?:state|status)$/,
    is: /^alarm$/,
    where: ({ path, reading }) =>
      besideOf(path, reading).some(([other, one]) =>
        /^(?:val|value|reading)$/.test(leafOf(other)) && one !== "" && Number.isFinite(Number(one))
      ),
    tells: warning("an alarm"),
  },
];

function saysNoError(value: Scalar): boolean {
  return NO_ERROR.test(String(value ?? "").trim().replace(/^ERR(?:OR)?_(?=N)/, ""));
}

/** `errors/grounds = 1` among others that are 0: each level below is a trouble of its own, and a flag. */
function isTroubleByName({ path, topic, view }: Field): boolean {
  const [above = "", last = ""] = topic.segments.slice(-2);
  if (path !== "" || !/^(errors|faults|problems)$/i.test(above) || COUNTED.test(last)) return false;
  const beside = siblingTopics(view, topic);
  return beside.length >= 3 && beside.every((other) => {
    const told = other.readings.at(-1)?.fields.get("");
    return told !== undefined && (isSet(told) || isUnset(told));
  });
}

/** Whether what finds something does so now, and is not tested: by a flag beside its battery or its radio, or a name that says so. */
function isOfDetector({ name, path, value, topic, reading }: Field): boolean {
  const isNamed = /(?:alarm|alert|detected)$/.test(name) && value !== 1;
  return (isNamed ||
    value === true && has(reading, /^(?:battery.*|linkquality|rssi|tamper)$/)) &&
    !has(reading, /^(?:self)?test/, isSet) &&
    !isOfSettings(["", ...levelsOf(path, topic.segments).slice(0, -1)].join("/"));
}

const LAST_TEXT =
  /^(?:last|latest|letzter?|dernier|ultim[ao])(?:text|message|msg|desc(?:ription)?)$/;
const ALARM_FOLDER = /^(?:active|current)?_?(?:alarm|fault|error|störung|stoerung)s?$/i;
const IS_ACTIVE = /^(?:is)?(?:active|present|standing)(?:count|alarms?)?$|^(?:num|count)active$/;

/** `Alarms/Latest Text`, `fault.lastMessage`; of the last one that there was it is where none is active. */
function isLastText({ path, topic, view }: Field): boolean {
  const folder = path.slice(0, Math.max(path.lastIndexOf("/"), path.lastIndexOf(".")) + 1);
  const above = levelsOf(folder.replaceAll("/", "."), topic.segments).at(-1) ?? "";
  if (!ALARM_FOLDER.test(above)) return false;
  const active = sinceBirth(topic, view).flatMap(({ fields }) =>
    [...fields].filter(([other]) => other.startsWith(folder) && IS_ACTIVE.test(leafOf(other)))
  ).at(-1);
  return active === undefined || !isUnset(active[1]);
}

/** Whether all was well at first, and is from some message on what it is now. */
function cameJustNow(
  { path, value, topic, view }: Field,
  isWell: (said: Scalar) => boolean,
): boolean {
  // An empty payload on a topic of its own says that there is none.
  const said = sinceBirth(topic, view).filter(({ sample }) => !sample.retain).flatMap((
    { fields },
  ) => fields.has(path) || path === "" && fields.size === 0 ? [fields.get(path) ?? null] : []);
  const at = said.indexOf(value);
  // What is told as it changes is told once.
  const least = topic.family.tellsChanges === true ? 1 : 2;
  return at >= least && said.length - at >= least && said.slice(0, at).every(isWell) &&
    said.slice(at).every((one) => one === value);
}

/** What an alarm panel or a clock has and a machine has not. */
const WATCHES = /arm|zone|siren|partition|bypass|panel|motion|door|snooze|ringtone|wake/i;

/** What is measured of a machine or a process. */
const MACHINE =
  /press|temp|volt|current|amp|speed|rpm|freq|flow|level|torque|power|hours|pump|motor|inlet|outlet/i;

/** A metric in a folder of alarms, and what in one says how alarms are seen to. */
const OF_ALARMS = /(?:^|\/)alarms?\/([^\/]{2,80})$/i;
const SEEN_TO =
  /enabl|ack|armed|reset|test|inhibit|hist|count|shelv|mute|silenc|suppress|healthy|(?<![a-z])ok$|normal|present|config|relay|horn|siren|sounder|unlatch|ready|clear/i;

/** `Alarm/Low Hold Temperature: true`, as Sparkplug's metrics are put into folders. */
function isInFolderOfAlarms({ path, value }: Field): boolean {
  const [, own = ""] = OF_ALARMS.exec(path) ?? [];
  // What its words tell of is told by them.
  return value === true && own !== "" && !SEEN_TO.test(own) &&
    troubleOfFlag(own, { isNumber: false }) === null;
}

/** `alarm/Status: 1` of a machine; a panel's may be armed, and a clock's is set. */
function isAlarmOfMachine({ path, name, topic, reading, view }: Field): boolean {
  const [above = "", own = ""] = levelsOf(path, topic.segments).slice(-2);
  const isStatus = /^(?:alarm|fault)$/i.test(above) && /^(?:status|state|active)$/i.test(own) ||
    /^(?:alarm|fault)(?:status|state|active)$/.test(name);
  if (!isStatus) return false;
  const beside = [
    ...reading.fields.keys(),
    ...view.topics.flatMap(({ topic: other }) => other),
  ];
  return !beside.some((one) => WATCHES.test(one.replace(/alarm/gi, ""))) &&
    beside.some((one) => MACHINE.test(one));
}
