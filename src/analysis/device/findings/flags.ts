import type { Finding, FindingCode } from "../finding_shape.ts";
import { iso, repeatsOf, someOf } from "../evidence.ts";
import { leafOf, nameOf, objectOf, type Scalar } from "../fields.ts";
import type { Sample } from "../trace.ts";
import { type DeviceView, type Reading, siblingTopics, type TopicView } from "../view.ts";

/** What a field says that is wrong. */
interface Flag {
  readonly severity: "error" | "warning" | "info";
  readonly code: FindingCode;
  /** In the reader's words; the field's name and value are told beside it. */
  readonly what: string;
}

/** A field of a message, as the rules below see it. */
interface Field {
  readonly path: string;
  /** Lower case without separators: the leaf, or the telling level of the topic. */
  readonly name: string;
  readonly value: Scalar;
  readonly topic: TopicView;
  readonly reading: Reading;
  readonly view: DeviceView;
}

type Rule = (field: Field) => Flag | null;

const reported = (severity: Flag["severity"], what: string): Flag => ({
  severity,
  code: "reported_error",
  what,
});
const lowBattery: Flag = { severity: "warning", code: "low_battery", what: "the battery is low" };

const OVER =
  "over(?:temperature|temp|heat|heated|heating|power|load|loaded|current|voltage)|under(?:voltage|current)";
const OVER_NAME = new RegExp(`^(?:${OVER})(?:flag|alarm|state|status|detected|active|error)?$`);
const OVER_WORD = new RegExp(`^(?:${OVER})$`);

/** Words of a state that say of a pipe, a door or a drive what nobody wants. */
const BAD_STATES = new Set(
  ("leak leaking leakage burst reversed backflow jammed stuck clogged obstructed overheated faulted " +
    "unhealthy degraded tripped stalled jam")
    .split(" "),
);
/** The same of more than one word. */
const BAD_PHRASES = new Set(
  ("motorblocked protectivestop safeguardstop emergencystop robotemergencystop systememergencystop " +
    "notfullylocked notfullyclosed thermalprotection overheatprotection motorprotection ignitionfailed nopellets thermalshutdown")
    .split(" "),
);
/** Names of states, but for those that were, shall be, or are another's. */
const STATE_OF_ITS_OWN =
  /^(?!.*(last|prev|target|desired|requested|charge|alarm|client|phone|update)).*(status|state|mode|condition|health|zustand)(text|txt|str|string|desc)?$/;
/** What is set or measured of a thing that heats, lights or moves; hosts and people have none of it. */
const DRIVEN =
  /^(mode|setpoint|brightness|targettemp(erature)?|temp(erature)?|valve|position|fanspeed)$/;
/** A denied good: `notFunctioning`, `Not synchronised`. Not present, not charging and not ready are as often fine. */
const NOT_WELL =
  /^not(functioning|working|synchroni[sz]ed|operational|responding|healthy|communicating)$/;
/** In a text of a state, which no other rule reads. */
const STATE_TEXT = /(status|state|zustand)(text|txt|str|string|desc)$/;
const TROUBLE_TEXT =
  /^(störung|stoerung|fehler|fault|error|alarm|défaut|panne|guasto|avería|storing)(?![\p{L}-])/iu;

/** `sensor_ok`, `rtc_ok`; counts such as `tx_ok` begin at 0. */
const PART_OK =
  /^(ser|serial|uart|sensors?|bme\d*|bmp\d*|dht\d*|sht\d*|ds18b20|scd\d*|sds\d*|pms\d*|rtc|sd|sdcard|i2c|spi|modbus|rs485|can|radio|lora|probe|camera|flash|fs|filesystem|imu|compass|lidar|display)ok$/;

const RULES: readonly Rule[] = [
  // Protections: Shelly's `overtemperature = 1`, and the word itself in the place of a state.
  ({ name, value }) =>
    OVER_NAME.test(name) && isSet(value) ||
      typeof value === "string" && OVER_WORD.test(wordOf(value))
      ? reported("error", "a protection tripped")
      : null,
  ({ name, value }) =>
    /^(unreach|unreachable|notreachable|commlost|commfault|nocommunication)$/.test(name) &&
      isSet(value)
      ? reported("error", "it cannot be reached")
      : null,
  ({ name, value, reading }) => {
    const of = /^([a-z]{0,8}\d{0,3})batt?(?:ery)?ok$/.exec(name)?.[1];
    return of !== undefined && isUnset(value) && !isUnheard(of, reading) ? lowBattery : null;
  },
  ({ name, path, value, topic }) =>
    PART_OK.test(name) && isUnset(value) && topic.live.length >= 2 &&
      topic.live.every(({ fields }) => fields.get(path) === value)
      ? reported("warning", "a part of it does not work")
      : null,
  ({ name, value }) =>
    /^(lowbat|batterylowalarm|lowbatteryalarm|lowbattalarm|batterylowflag|lobat)$/.test(name) &&
      isSet(value)
      ? lowBattery
      : null,
  ({ name, path, value, reading }) =>
    /^(event|eventtype|eventcode|alarm|alert|notification|code|type|status|state)$/.test(
        name,
      ) &&
      /^(lowbattery|batterylow)$/.test(wordOf(value)) && !isOverBeside(path, reading)
      ? lowBattery
      : null,
  // `battery-outside`, `station.battery.outdoor`: each has one of its own.
  ({ name, path, value }) =>
    (/^batt?(ery)?(?!.*(type|mode|alarm|alert|notif|warn|threshold|limit|setting))[a-z]*$/
        .test(name) || /(^|\.)batt?(ery|eries)?\.[a-z_-]+$/i.test(path)) &&
      typeof value === "string" &&
      /^(low|verylow|critical|criticallow|empty|replace|weak)$/.test(wordOf(value))
      ? lowBattery
      : null,
  // weewx: 1.0 is low, and many stand side by side.
  ({ name, value, reading }) =>
    /^[a-z]*batterystatus$/.test(name) && Number(value) === 1 && has(reading, "usunits")
      ? lowBattery
      : null,
  // WeatherLink: 1 is low, beside the state of its reception.
  ({ name, value, reading }) =>
    name === "transbatteryflag" && value === 1 && has(reading, "rxstate") ? lowBattery : null,
  // Ecowitt's own protocol: these are 0 or 1, its other batteries are bars or volts.
  ({ name, value, reading }) =>
    /^(wh(65|25|26|24)batt|batt[1-8])$/.test(name) && Number(value) === 1 &&
      has(reading, "stationtype")
      ? lowBattery
      : null,
  ({ name, value, topic, path }) =>
    /troubles?$/.test(name) && !/memory|history|wasin|bypass|restore/.test(name) && isSet(value) &&
      !/count|enable|config/i.test(path + topic.topic)
      ? reported("warning", "trouble")
      : null,
  ({ name, value }) =>
    /^(tamper|tampered|sabotage|tamperalarm|tamperstatus|tamperstate)$/.test(name) &&
      (isSet(value) || /^(tamper|tampered|violated|opened)$/.test(wordOf(value)))
      ? reported("warning", "somebody opened it")
      : null,
  ({ name, value }) =>
    /^(currently|is)?(obstruct|obstruction|obstructed|obstructiondetected|obstructionstate)$/.test(
        name,
      ) &&
      (isSet(value) || wordOf(value) === "obstructed")
      ? reported("warning", "something is in the way")
      : null,
  ({ path, name, value }) =>
    (/^(sensor|probe|sensorstatus|sensorstate|probestatus)$/.test(name) ||
        /(^|[._])(sensor|probe)\.(value|status|state)$/i.test(path)) &&
      /^(cutoff|circuit|opencircuit|shortcircuit|shorted|short|broken|fault|faulty|failed|missing)$/
        .test(wordOf(value))
      ? reported("error", "a sensor or its cable is broken")
      : null,
  ({ name, path, topic, value }) =>
    STATE_OF_ITS_OWN.test(path === "" ? leafOf(topic.segments.at(-1) ?? "") : name) &&
      typeof value === "string" &&
      (saysBadState(value) || STATE_TEXT.test(name) && TROUBLE_TEXT.test(value.trim()))
      ? reported("warning", "a state that nobody wants")
      : null,
  ({ name, value }) =>
    /^(estop|emergencystop|emergencystopped)(active|state|status)?$|^estopped$/.test(name) &&
      (isSet(value) || /^(pressed|engaged|triggered|manual|autoack|remote)$/.test(wordOf(value)))
      ? reported("error", "an emergency stop")
      : null,
  // A BMS names what it protects against.
  ({ name, value }) =>
    /protections?(status|state|text)?$/.test(name) && typeof value === "string" &&
      PROTECTED.test(value) && !/\b(no|none|ok|normal|off|released)\b/i.test(value)
      ? reported("error", "a protection tripped")
      : null,
  // Elsewhere a dry run only tries something out.
  ({ name, value, reading }) =>
    /^(dryrun|dryrunning|dryrunprotection|nowater|lowwater|waterlow|waterlack)(alarm|fault|detected|active)?$/
        .test(name) &&
      isSet(value) &&
      [...reading.fields.keys()].some((path) =>
        /press|flow|level|pump|running|tank/.test(leafOf(path))
      )
      ? reported("error", "it has no water")
      : null,
  ({ name, value }) =>
    /^(endoflife|endoflifereached|eol|eolreached|replacedetector|sensorexpired)$/.test(name) &&
      isSet(value)
      ? reported("warning", "its life is over")
      : null,
  ({ name, value }) =>
    /^[a-z]+(battery|batt)(is)?low(alarm|flag)?$/.test(name) && isSet(value) ? lowBattery : null,
  ({ name, value }) =>
    /^(overfill|overfilled|overflowing|flooded|lockout|lockedout|thermalthrottling|thermalthrottle|cputhrottling|brownout|brownoutdetected)$/
        .test(name) && isSet(value)
      ? reported("error", "it protects itself")
      : null,
  ({ name, value }) =>
    /^sim(card)?(state|status)?$/.test(name) &&
      /^(notinserted|simfailure|failure|absent|missing|simpuk|pukrequired|blocked)$/.test(
        wordOf(value),
      )
      ? reported("warning", "its SIM card cannot be used")
      : null,
  ({ name, value }) =>
    /^(gnss|gps)?antenna(status|state)?$/.test(name) && /^(short|open)$/.test(wordOf(value))
      ? reported("warning", "its antenna or the cable to it is broken")
      : null,
  ({ name, path, value, topic }) =>
    /^(time|ntp|clock|rtc)(is)?(synced|synchroni[sz]ed|valid)$/.test(name) && isUnset(value) &&
      topic.live.length >= 2 && topic.live.every(({ fields }) => fields.get(path) === value)
      ? reported("warning", "its clock is not set by a time server")
      : null,
  // Linux' software RAID shows a _ for each disk that is missing.
  ({ value }) =>
    typeof value === "string" && /^\[U*_[U_]*\]$/.test(value) && value.length >= 4
      ? reported("error", "a disk of the array is missing")
      : null,
  ({ path, name, value }) =>
    value === false && (isSmartVerdict(path) || /^smart(passed|ok)$/.test(name))
      ? reported("error", "the disk's own test failed")
      : null,
  ({ name, path, value }) =>
    /^(?:tyre|tire)?pressure(?:lamp|low)[a-z]{0,3}$/.test(name) && /tire|tyre/i.test(path) &&
      isSet(value)
      ? reported("warning", "a tyre has too little pressure")
      : null,
  ({ name, value }) =>
    /^failure(gas|ac|dc|heater|sensor|pump|fan|lamp|ignition)$/.test(name) &&
      isSet(value)
      ? reported("warning", "something failed")
      : null,
  // OnStar and dashboards say it as a traffic light.
  ({ name, value }) =>
    /(message|status|light)$/.test(name) &&
      /pressure|brake|oil|health|battery|tire|tyre|fluid/.test(name) &&
      wordOf(value) === "red"
      ? reported("warning", "a light of warning is red")
      : null,
  // GRBL's own line, as bridges pass it on: `<Alarm|MPos:…>`.
  ({ value }) =>
    typeof value === "string" && /^(?:<Alarm[|:,]|ALARM:\d)/.test(value)
      ? reported("error", "the machine stands in an alarm")
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
  ({ name, value }) =>
    /^smart(?:status|health|overall|result|state)?$/.test(name) &&
      /^(?:fail|failed|failing|bad|prefail|failingnow)$/.test(wordOf(value))
      ? reported("error", "the disk's own test failed")
      : null,
  ({ name, value }) =>
    /^(?:parity|checksum|array|raid|mirror|pool)(?:is)?(?:valid|healthy|ok|insync)$/.test(name) &&
      isUnset(value) && value !== 0
      ? reported("warning", "the array is not protected")
      : null,
  // Unraid's words for a disk; DISK_NP is one that was never there.
  ({ value }) =>
    typeof value === "string" && /^DISK_(?:DSBL|NP_DSBL|DSBL_NEW|INVALID|WRONG)$/.test(value)
      ? reported("error", "a disk of the array is disabled")
      : null,
  mavlinkText,
  // Trouble codes of vehicles, `P0301`, but for those that were.
  ({ path, value, topic }) =>
    typeof value === "string" && /^[PCBU][0-3][0-9A-F]{3}$/.test(value) &&
      /dtc|fault|trouble|diag/i.test(`${topic.segments.at(-1)} ${path}`) &&
      !/hist|past|last|clear|pending|ident|part|product|model/i.test(path)
      ? reported("warning", "a trouble code of the vehicle")
      : null,
  ({ name, value }) =>
    /^(?:mil|milon|milstatus|checkengine|checkenginelight|checkenginelamp|malfunctionindicator|malfunctionindicatorlamp)$/
        .test(name) && value !== 1 && isSet(value)
      ? reported("warning", "the engine's lamp of trouble is on")
      : null,
  daysLeft,
  troubleByName,
  partOfMany,
  // `E2`, `Err 05` where other words of a state stand.
  ({ name, path, topic, value }) =>
    STATE_OF_ITS_OWN.test(path === "" ? leafOf(topic.segments.at(-1) ?? "") : name) &&
      typeof value === "string" && /^(?:E|Er|Err|Error)[-_ ]?0?[1-9]\d?$/.test(value.trim())
      ? reported("warning", "a code of error")
      : null,
  // Air conditioners name their failures by a letter and a number.
  ({ name, value, reading }) =>
    /^(status|state|error|failure)(code)?$/.test(name) && typeof value === "string" &&
      /^[A-Z]\d{1,2}$/.test(value) && has(reading, "hvacmode")
      ? reported("error", "a code of failure")
      : null,
  // mqtt-smarthome: 0 is gone, 1 without what it speaks for, 2 is fine.
  ({ value, topic, view }) =>
    value === 1 && topic.segments.length === 2 && topic.segments[1] === "connected" &&
      view.topics.some(({ segments, readings }) =>
        segments[0] === topic.segments[0] && segments[1] === "status" &&
        ["val", "ts"].every((key) => readings.at(-1)?.fields.has(key))
      )
      ? reported("error", "the program runs, and does not reach its devices")
      : null,
  ({ value }) =>
    typeof value === "string" && NEEDED.test(value.trim())
      ? reported("warning", "it needs care")
      : null,
  ({ name, value }) =>
    /^(licen[sc]e|cert|certificate|subscription|trial)(state|status)?$/.test(name) &&
      /^(expired|invalid|revoked)$/.test(wordOf(value))
      ? reported("error", "it is not valid any more")
      : null,
  ({ name, value }) =>
    /(config|configuration|settings|deployment)(status|state|result)$/.test(name) &&
      /^(rejected|refused|invalid)$/.test(wordOf(value))
      ? reported("warning", "the device refused the setting")
      : null,
  ({ name, value }) =>
    /^(cmd|command)(result|response|status)$/.test(name) &&
      /^(rejected|refused|denied)$/.test(wordOf(value))
      ? reported("warning", "the device refused the command")
      : null,
  crashReason,
  upsStatus,
  // FHEM's ActionDetector.
  ({ name, value }) =>
    /^(activity|actstatus)$/.test(name) && value === "dead"
      ? reported("error", "nothing is heard of it")
      : null,
  // Home Connect: events are Off, Present or Confirmed.
  ({ name, value }) =>
    value === "Present" &&
      /(empty|lack|full|blocked|clogged|calcified|poor|fault|doorisopen)/.test(name)
      ? reported("warning", "it needs care")
      : null,
  // TeslaMate's `tpms_soft_warning_fl` and its like.
  ({ name, value }) =>
    /warning/.test(name) && (value === true || value === "true") && !NO_WARNING.test(name)
      ? reported("warning", "a warning is on")
      : null,
  // Domoticz: 1 is green, 2 yellow, 3 orange, 4 red.
  ({ name, value, reading }) =>
    name === "nvalue" && typeof value === "number" && value >= 3 && value <= 4 &&
      reading.fields.get("stype") === "Alert"
      ? reported(value === 4 ? "error" : "warning", `an alert: ${spokenIn(reading)}`)
      : null,
  // Axis and other cameras and recorders: `disruption: "1"` of a disk, `videoloss`.
  ({ name, value }) =>
    /^(storage|disk|sd|card|recording|hardware|network|video|signal|power)?(disruption|disrupted|loss|lost)$/
        .test(name) && isSet(value)
      ? reported("error", "something is lost")
      : null,
  ({ name, value }) =>
    /filter(status|state|condition)?$/.test(name) &&
      /^(full|dirty|clogged|replace|replacenow|change|expired|worn)$/.test(wordOf(value))
      ? reported("warning", "a filter needs care")
      : null,
  ({ name, path, value, reading }) =>
    /^(is)?reachable$/.test(name) && value === false && path.split(".").length <= 2 &&
      ["on", "bri", "state", "last_seen", "battery_percent"].some((leaf) =>
        reading.fields.has(path.replace(/[^.]+$/, leaf))
      )
      ? reported("warning", "it cannot be reached")
      : null,
  // A bridge that asks a maker's cloud tells the last values of what is gone as well.
  ({ name, path, value, reading }) =>
    /^(is)?online$/.test(name) && value === false && !path.includes(".") &&
      [...reading.fields.keys()].some((other) => DRIVEN.test(leafOf(other))) &&
      !["hostname", "ip", "ipaddress", "ssid"].some((leaf) => has(reading, leaf))
      ? reported("warning", "it is not online")
      : null,
  ({ name, value, topic, reading }) =>
    /^(activated|active|raised)$/.test(name) && value === true &&
      topic.segments.slice(-3).some((level) => /^(alarms?|alerts?)$/i.test(level))
      ? reported("error", `an alarm: ${spokenIn(reading)}`)
      : null,
  standbyBattery,
  // Plug and Play: the device's answer to a setting, with the status code of HTTP.
  ({ path, name, value, reading }) =>
    name === "ac" && typeof value === "number" && value >= 400 && value < 600 &&
      ["av", "value"].every((leaf) => reading.fields.has(path.replace(/ac$/, leaf)))
      ? reported("warning", "the device refused the setting")
      : null,
  // PackML: 9 is Aborted, by a fault or an emergency stop.
  ({ name, value }) =>
    name === "statecurrent" && value === 9 ? reported("error", "Aborted, in PackML") : null,
  ({ value, topic, path }) => alarmLevel(value, topic, path),
  ({ value, topic }) =>
    topic.segments.at(-1) === "signal" && topic.segments.at(-2) === "global" && value === false
      ? reported("error", "the bus has no signal")
      : null,
  ({ name, value }) => throttled(name, value),
  // Telegraf's ping, http_response and their kind: 0 is success.
  ({ name, value, reading }) =>
    name === "resultcode" && typeof value === "number" && value !== 0 &&
      has(reading, "measurement")
      ? reported("error", "the check failed")
      : null,
  notValid,
  ({ name, value, topic, path }) =>
    PART_STATUS.test(name) && typeof value === "number" && value <= -2 && value > -1000 &&
      topic.live.length >= 2 && topic.live.every(({ fields }) => fields.get(path) === value)
      ? reported("warning", "a part of it does not work")
      : null,
  // Sugar Valley's controllers, which many makers sell: the cell stands still without a flow.
  ({ name, path, value, topic }) =>
    /^(state|status|chlorinator|hydrolysis)$/.test(name) &&
      /^(flow|noflow|lowflow)$/.test(wordOf(value)) &&
      /hydroly|chlorinat|electroly/i.test(path + topic.topic)
      ? reported("warning", "no water flows through the cell")
      : null,
  ({ name, value }) =>
    typeof value === "string" && value.length <= 200 && RATIONED.test(value) &&
      !/last|prev|hist/.test(name)
      ? reported("warning", "it sends more than it may")
      : null,
  hydrometerBattery,
  diagnosticStatus,
  // The thing models of Chinese platforms know events of kinds info, alert and fault.
  ({ path, value, reading }) =>
    path === "type" && value === "alert" && reading.fields.get("method") === "event_post"
      ? reported("warning", `an alert: ${reading.fields.get("eventId") ?? "without a name"}`)
      : null,
  ({ name, value }) =>
    /^(s?ntp|timesync|clocksync)(state|status|sync)?$/.test(name) &&
      /^(fail|failed|failure|error|timeout|unsynced|notsynced|unsynchronized|nosync)$/.test(
        wordOf(value),
      )
      ? reported("warning", "its clock is not set by a time server")
      : null,
  ({ name, value }) =>
    /^(hopper|food|kibble)(state|status|level)?$/.test(name) &&
      /^(empty|low|verylow|out)$/.test(wordOf(value))
      ? reported("warning", "it needs to be filled")
      : null,
  ({ name, value }) =>
    /^(percent)?packetloss(percent|pct)?$/.test(name) && value === 100
      ? reported("error", "nothing comes back")
      : null,
];

/** What a broker or a cloud says of who sends too much. */
const RATIONED = /(?:rate limit|quota|data limit) (?:reached|exceeded)|too many requests/i;

/** `bme680Status`: a driver's codes are negative where it failed. */
const PART_STATUS =
  /^(sensors?|bme\d*|bmp\d*|dht\d*|sht\d*|ds18b20|scd\d*|sds\d*|pms\d*|rtc|i2c|spi|modbus|rs485|probe|imu)(status|state|code|result)$/;

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

/** iSpindel and GravityMon swim on one lithium cell. */
function hydrometerBattery({ name, value, topic, view }: Field): Flag | null {
  if (!/^batt?(ery)?(v|volt|voltage)?$/.test(name) || typeof value !== "number") return null;
  if (value < 2 || value > 3.2) return null;
  const told = siblingTopics(view, topic)
    .flatMap((other) =>
      [...other.readings.at(-1)?.fields.keys() ?? []].map((path) => nameOf(path, other.segments))
    );
  return told.includes("gravity") && told.some((one) => /^(tilt|angle)$/.test(one))
    ? lowBattery
    : null;
}

/** A Raspberry Pi's `vcgencmd get_throttled`: bits 0 to 3 are now, 16 to 19 since its start. */
function throttled(name: string, value: Scalar): Flag | null {
  const text = /throttl/.test(name) ? String(value) : "";
  const bits = /^(?:throttled\s*=\s*)?0x([0-9a-f]{1,8})$/i.exec(text.trim())?.[1];
  if (bits === undefined) return null;
  const number = Number.parseInt(bits, 16);
  if ((number & 0xf) !== 0) {
    const low = (number & 1) !== 0 ? "under-voltage now" : "throttled now";
    return reported("warning", low);
  }
  return (number & 0xf0000) !== 0 ? reported("info", "throttled since its last start") : null;
}

/** Last levels of topics on which a message is the news of a crash or a reset. */
const CRASH = /^(watchdog|brownout|crash|panic|coredump|hardfault)_?(event|reset|report|dump)$/i;

/** `reported_error` of a message on a topic that is there for a watchdog's reset or a crash. */
export function crashEvents(view: DeviceView): Finding[] {
  for (const topic of view.topics) {
    if (!CRASH.test(topic.segments.at(-1) ?? "") || topic.live.length === 0) continue;
    const samples = topic.live.filter((reading) => reading.sample.sizeBytes > 0)
      .map((reading) => reading.sample);
    const last = samples.at(-1);
    if (last === undefined) continue;
    const repeats = repeatsOf(samples.map((sample) => sample.at));
    return [{
      severity: "warning",
      code: "reported_error",
      title: `The device reports a ${topic.segments.at(-1)}`,
      evidence: {
        summary: `${samples.length} on "${topic.topic}", last at ${iso(last.at)}`,
        messages: someOf(samples),
        ...(repeats === undefined ? {} : { repeats }),
      },
      suggestion:
        "Its program hung or its supply broke down: look at its voltage, its log and the last change of its program.",
    }];
  }
  return [];
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

/** Whether what stands beside a field says that it is the end of what the field names. */
function isOverBeside(path: string, { fields }: Reading): boolean {
  const parent = objectOf(path);
  return [...fields].some(([other, value]) =>
    other !== path && objectOf(other) === parent &&
    (value === false ||
      /^(deactiv|inactiv|clear|resolve|restore|off$|normal$|end)/i.test(String(value)))
  );
}

/** What a message says in words, shortened. */
function spokenIn(reading: Reading): string {
  for (const leaf of ["message", "text", "svalue1", "description", "summary", "name"]) {
    const said = reading.fields.get(leaf);
    if (typeof said === "string" && said.trim() !== "") return said.trim().slice(0, 80);
  }
  return "without words";
}

/** `repair_needed`, `Maintenance required`. */
const NEEDED =
  /^(?:(?:repair|replacement|maintenance|service|cleaning|descaling)[ _-](?:is[ _-])?(?:needed|required|due)|needs[ _-](?:repair|replacement|maintenance|service|cleaning))$/i;

/** What is counted as errors of a link, one number each. */
const COUNTED =
  /wifi|mqtt|http|ntp|dns|crc|time_?out|read|write|rx|tx|checksum|count|comm|retr|i2c|bus|frame|packet|total|parse|socket|sum/i;

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

/** MAVLink's STATUSTEXT: a severity of syslog, of which 0 to 3 are emergency, alert, critical and error. */
function mavlinkText({ name, value, topic, reading }: Field): Flag | null {
  if (name !== "severity" || typeof value !== "number" || value < 0 || value > 3) return null;
  const isOne = topic.segments.at(-1)?.toUpperCase() === "STATUSTEXT" ||
    reading.fields.get("mavpackettype") === "STATUSTEXT";
  return isOne && has(reading, "text") ? reported("error", spokenIn(reading)) : null;
}

/** Names of what holds the states of several parts. */
const STATES_OF_PARTS =
  /^(?:.*[._])?(?:sub_?systems?|components?|services?|modules?|checks?|parts)(?:[._]?(?:status|state|states|health))?$/i;
const PART_LEVEL =
  /^(?:sub_?systems?|components?|services?|modules?|health|health_?checks?|checks)$/i;

/** `subsystem_status: {"mqtt":"healthy","api":"failed"}`: one part is worse than others. */
function partOfMany({ path, value, topic, reading }: Field): Flag | null {
  const said = wordOf(value);
  if (!/^(failed|failing|faulty|unhealthy|error|dead|degraded)$/.test(said)) return null;
  const above = objectOf(path);
  const isListed = above !== ""
    ? STATES_OF_PARTS.test(above.slice(0, -1))
    : path !== "" && PART_LEVEL.test(topic.segments.at(-1) ?? "");
  if (!isListed) return null;
  const isOneOfThem = [...reading.fields].some(([other, word]) =>
    other !== path && objectOf(other) === above &&
    /^(healthy|ok|okay|good|running|up|online|operational|passing)$/.test(wordOf(word))
  );
  if (!isOneOfThem) return null;
  return reported(said === "degraded" ? "warning" : "error", "one of its parts");
}

const PROTECTED =
  /(over|under)[ -]?(voltage|current|temp|charge|discharge)|short[ -]?circuit|(charge|discharge)[ -]?over/i;

/** Days that a certificate or a licence is valid. */
function daysLeft({ name, value }: Field): Flag | null {
  const isDays = /day/.test(name) && /cert|tls|ssl|licen[sc]e/.test(name) &&
    /left|remain|expir|valid|days$/.test(name) &&
    !/warn|limit|threshold|alert|before|notice/.test(name);
  if (!isDays || typeof value !== "number" || value > 7) return null;
  return value <= 0
    ? reported("error", "it is not valid any more")
    : reported("warning", "it expires within a week");
}

/** A restart by a crash or a drop of the supply, just now; what was long ago is history. */
function crashReason({ name, value, reading }: Field): Flag | null {
  if (!/^(last)?(reset|restart|boot|reboot)(reason|cause)$|^(reset|rst)$/.test(name)) return null;
  if (
    !/^(brownout|bor|watchdog|wdt|taskwdt|intwdt|panic|hardfault|stackoverflow)$/.test(
      wordOf(value),
    )
  ) {
    return null;
  }
  const isFresh = [...reading.fields].some(([path, uptime]) =>
    /^uptime(s|sec|seconds)?$/.test(leafOf(path)) && typeof uptime === "number" && uptime < 600
  );
  return isFresh ? reported("warning", "it restarted because of that") : null;
}

/** Warnings that are settings, or what sounds and lamps of warning are. */
const NO_WARNING =
  /enable|support|count|level|limit|threshold|setting|sound|allow|show|light|lamp|time|volume|mute|ack|clear|reset|test|hist|last|siren|mode|config/;

/** apcupsd and NUT write words of one state beside each other: `ONBATT LOWBATT`, `OB DISCHRG LB`. */
function upsStatus({ name, path, topic, value }: Field): Flag | null {
  const called = path === "" ? leafOf(topic.segments.at(-1) ?? "") : name;
  if (!/status$/.test(called) || typeof value !== "string" || value.length > 60) return null;
  const said = value.trim().split(/\s+/);
  const isNut = said.every((word) =>
    /^(OL|OB|LB|HB|RB|CHRG|DISCHRG|BYPASS|CAL|OFF|OVER|TRIM|BOOST|FSD|ALARM)$/.test(word)
  );
  const has = (nut: string, apc: string) => isNut && said.includes(nut) || said.includes(apc);
  if (has("LB", "LOWBATT")) return lowBattery;
  if (has("OB", "ONBATT")) return reported("warning", "on battery: the mains is gone");
  if (has("RB", "REPLACEBATT")) return reported("warning", "its battery is to be replaced");
  return said.includes("COMMLOST") ? reported("error", "its UPS does not answer") : null;
}

/** A lead-acid battery of 12 V that stands far below the supply that charges it. */
function standbyBattery({ name, value, reading }: Field): Flag | null {
  if (!/^(batt?|battery|standbybattery|backupbattery)(v|volts?|voltage)$/.test(name)) return null;
  if (typeof value !== "number" || value < 7 || value > 11.5) return null;
  const isCharged = [...reading.fields].some(([path, other]) =>
    /(system|supply|charger?|bus|input|reference|aux|mains)volt/.test(leafOf(path)) &&
    typeof other === "number" && other >= 12.5 && other <= 15
  );
  return isCharged ? lowBattery : null;
}

/** What a machine lacks, as it says itself: `Low Salt`, `out of paper`. */
const LACKS =
  /^(?:very )?(?:low|out of|no) (?:salt|water|oil|ink|toner|paper|filament|coolant|fuel|pressure|refrigerant|chlorine|pellets?|beans?)$|^(?:clean|replace|check) (?:the )?(?:cell|filter|sensor|probe|battery|lamp)$/i;

function saysBadState(text: string): boolean {
  if (LACKS.test(text.trim()) || BAD_PHRASES.has(wordOf(text))) return true;
  if (NOT_WELL.test(wordOf(text))) return true;
  if (text.length > 60 || /\b(no|not|none|kein\w*|without)\b/i.test(text)) return false;
  return text.toLowerCase().split(/[^\p{L}]+/u).some((word) => BAD_STATES.has(word));
}

function wordOf(value: Scalar): string {
  return typeof value === "string" && value.length <= 40
    ? value.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "")
    : "";
}

function isSet(value: Scalar): boolean {
  return value === true || value === 1 || /^(true|1|on|yes|active|alarm)$/.test(wordOf(value));
}

function isUnset(value: Scalar): boolean {
  return value === false || value === 0 || /^(false|0|off|no)$/.test(wordOf(value));
}

/** `s1_batt_ok` of a sensor of which `s1_dec_ok` says that nothing was received. */
function isUnheard(prefix: string, reading: Reading): boolean {
  return prefix !== "" && [...reading.fields].some(([path, value]) => {
    const leaf = leafOf(path);
    return leaf.startsWith(prefix) && /^(dec|valid|present|found|seen|received)(ok)?$/
      .test(leaf.slice(prefix.length)) &&
      isUnset(value);
  });
}

function has(reading: Reading, leaf: string): boolean {
  return [...reading.fields.keys()].some((path) => leafOf(path) === leaf);
}

/** The same trouble in several fields. */
interface Group {
  readonly flag: Flag;
  readonly places: Map<string, { last: Reading; value: Scalar; samples: Sample[] }>;
}

/** `reported_error` and `low_battery` of flags and enums, which no word of trouble need name. */
export function raisedFlags(view: DeviceView): Finding[] {
  const groups = new Map<string, Group>();
  for (const topic of view.topics) {
    if (!/^(state|event|info|availability|bridge)$/.test(topic.role)) continue;
    const now = topic.readings.at(-1);
    if (now === undefined) continue;
    for (const [path, value] of now.fields) {
      const name = nameOf(path, topic.segments);
      const kind = topic.family.fieldKind?.(path, topic, view) ?? null;
      if (kind === "ignored") continue;
      const flag = flagOf({ path, name, value, topic, reading: now, view }) ??
        problemOf(path, value, { topic, view });
      if (flag === null) continue;
      const key = `${flag.code} ${flag.severity} ${flag.what}`;
      const group = groups.get(key) ?? { flag, places: new Map() };
      groups.set(key, group);
      if (group.places.size >= 20) continue;
      const samples = topic.readings.filter((reading) => reading.fields.get(path) === value)
        .map((reading) => reading.sample);
      group.places.set(labelOf(path, topic), { last: now, value, samples });
    }
  }
  return [...groups.values()].map(findingOf);
}

function flagOf(field: Field): Flag | null {
  for (const rule of RULES) {
    const flag = rule(field);
    if (flag !== null) return flag;
  }
  return null;
}

/** What a discovery document calls a problem, unless its own words tell of it already. */
function problemOf(
  path: string,
  value: Scalar,
  o: { topic: TopicView; view: DeviceView },
): Flag | null {
  const { topic, view } = o;
  const known = view.identity.problems.find((one) =>
    one.topic === topic.topic && one.path === path
  );
  if (known === undefined || known.kind === "charge") return null;
  if (String(value).toLowerCase() !== known.on) return null;
  if (known.kind === "battery") return lowBattery;
  const key = path === "" ? topic.segments.at(-1) ?? "" : path;
  if (/err|fault|fail|alarm|warn|problem|alert|offline/i.test(key)) return null;
  return reported(
    "warning",
    known.kind === "tamper" ? "somebody opened it" : `problem: ${known.name}`,
  );
}

function labelOf(path: string, topic: TopicView): string {
  return path === "" || /^(v|val|value)$/.test(path)
    ? topic.topic
    : topic.segments.length > 0
    ? path
    : topic.topic;
}

function findingOf({ flag, places }: Group): Finding {
  const [first] = places;
  const [label, place] = first ?? ["", undefined];
  const samples = [...places.values()].flatMap((one) => one.samples).sort((a, b) => a.at - b.at);
  const repeats = repeatsOf(samples.map((sample) => sample.at));
  const value = String(place?.value).slice(0, 60);
  const more = places.size > 1 ? `, and ${places.size - 1} more` : "";
  const isBattery = flag.code === "low_battery";
  return {
    severity: flag.severity,
    code: flag.code,
    title: isBattery
      ? `The battery is low: "${label}" is ${value}${more}`
      : `The device reports ${
        flag.severity === "error" ? "an error" : "a warning"
      }: "${label}" is ${value} (${flag.what})${more}`,
    evidence: {
      summary: [...places].slice(0, 4).map(([where, one]) =>
        `"${where}" is ${String(one.value).slice(0, 60)} at ${iso(one.last.at)}`
      ).join("; "),
      messages: someOf(samples),
      ...(repeats === undefined ? {} : { repeats }),
    },
    suggestion: isBattery
      ? "Change or charge the battery soon; a device that dies of it often sends no last will."
      : "Look the flag up in the device's manual, and see in the history when it was raised and what came before.",
  };
}

/** `smart_status.passed`: what a disk says of itself. */
function isSmartVerdict(path: string): boolean {
  const [above = "", last = ""] = path.split(".").slice(-2);
  return last.toLowerCase() === "passed" && above.toLowerCase().includes("smart");
}
