/** What stands beside a field and says whose it is, or that it is none: its time, its sender, its own words. */
import { flagOf } from "../flag.ts";
import type { JsonValue } from "../payload.ts";
import { isObject } from "../json_object.ts";
import { HELD, isBenign } from "./benign.ts";
import { keyKind } from "./keys.ts";
import { tellsNow } from "./now.ts";
import { isDenial } from "./text.ts";

/** What names a sender that a receiver overhears. */
const OVERHEARD =
  /^(?:flight|tail|icao|icao24|hex|mmsi|imo|squawk|callsign|ship_?name|message_?no|alt_baro|registration|cap_?code|ric|bit_?rate|sdr(?:_?name)?|pocsag|talkgroup(?:_?alpha)?(?:_?tag)?|(?:src|dest|dst)_?ip)$/i;

const LEAST_OVERHEARD = 2;

/** Whether a document is what a receiver heard an aircraft, a ship or a pager send. */
export function isOverheard(keys: readonly string[]): boolean {
  return keys.filter((key) => OVERHEARD.test(key)).length >= LEAST_OVERHEARD;
}

/** An alarm panel's event is the end of what it names. */
export function isRestored(value: JsonValue): boolean {
  return typeof value === "string" && /^(?:restore|restored|restoral)$/i.test(value.trim());
}

/** Whether the words beside a number of trouble say that it is none: 5 is "Rain delay". */
export function explainsAway(key: string, value: JsonValue): boolean {
  return typeof value === "string" && /\p{L}/u.test(value) &&
    keyKind(key) === "trouble" &&
    (/desc|text|txt|message|msg|str/i.test(key) && (isBenign(value, 0) || !tellsNow(key, value)) ||
      // `"fault-status":"Kein Fehler"` beside the code that means none.
      /^(?:fault|error|fehler|alarm)(?:_?(?:status|state))?$/i.test(key) &&
        isBenign(value, 0) &&
        isDenial(value));
}

/** `co2_alarm: 1200` beside `co2: 610`: from when on there shall be an alarm. */
export function isLimitBeside(key: string, object: { [key: string]: JsonValue }): boolean {
  const value = object[key];
  if (typeof value !== "number" || value === 0 || value === 1) return false;
  if (
    /^(?:upper|lower|min|max|high|low|hi|lo)_?(?:error|alarm|warn|warning|alert)$/i.test(key)
  ) {
    return true;
  }
  const of = /^(.{2,30}?)[_-]?(?:alarm|alert|warning)$/i.exec(key)?.[1];
  return of !== undefined && typeof object[of] === "number";
}

/** DALI: the gear had no power since it was last told something, and has some now (IEC 62386-102, status bit 7). */
export function isDaliPowerCycle(key: string, object: { [key: string]: JsonValue }): boolean {
  return /^power_?(?:cycle_?seen|failure)$/i.test(key) &&
    Object.keys(object).filter((other) =>
        /^(?:(?:lamp|ballast|gear|control_?gear)_?failure|lamp_?on|reset_?state|limit_?error|fade_?running|missing_?short_?address)$/i
          .test(other)
      ).length >= 2;
}

/** `error` beside `kp` and `ki`, or `p`, `i` and `d`: how far a control loop is from where it shall be. */
export function isOfLoop(key: string, object: { [key: string]: JsonValue }): boolean {
  if (!/^(?:error|e)$/i.test(key) || typeof object[key] !== "number") return false;
  const names = new Set(Object.keys(object).map((other) => other.toLowerCase()));
  return names.has("kp") || ["p", "i"].every((name) => names.has(name)) ||
    names.has("setpoint") && names.has("output");
}

/** `alarm_active` beside `armed`: the system is on, and nothing rings. */
export function isSystemOn(key: string, object: { [key: string]: JsonValue }): boolean {
  return /^alarm_?active$/i.test(key) &&
    Object.keys(object).some((other) =>
      /^(?:is_?)?armed(?:_?(?:state|mode))?$/i.test(other) &&
      (flagOf(object[other]) === true ||
        /^(?:armed\w*|away|home|night|stay|full|partial)$/i.test(String(object[other])))
    );
}

/** `HasError: false` beside a code: the code is that of no error. */
export function deniesTrouble(key: string, value: JsonValue): boolean {
  return flagOf(value) === false &&
    /^(?:(?:has|is|in|x)_?(?:in_?)?(?:error|fault)(?:_?state)?|(?:alarm|fault|error)_?active)$/i
      .test(key);
}

/** `{"connect":10,"erro":1}`, `{"parse_ok":88107,"parse_error":1}`: how often it went well, and how often not. */
export function isCountBeside(key: string, object: { [key: string]: JsonValue }): boolean {
  const value = object[key];
  const [, of = ""] = OF_WHAT.exec(key) ?? [];
  const ill = key.slice(of.length);
  if (typeof value !== "number" || !WENT_ILL.test(ill)) return false;
  return Object.keys(object).some((other) =>
    other.startsWith(of) && WENT_WELL.test(other.slice(of.length)) &&
    Number(object[other]) > Math.max(of === "" ? 1 : MANY, value < 100 ? 1 : 10 * value)
  );
}

/** `{"success":0,"failed":0}`: how often it went well, and not whether. */
export function isCountOfGood(key: string, object: { [key: string]: JsonValue }): boolean {
  return object[key] === 0 && WENT_WELL.test(key) &&
    Object.keys(object).some((other) =>
      other !== key && typeof object[other] === "number" &&
      (WENT_WELL.test(other) || WENT_ILL.test(other))
    );
}

/** `parse_error` beside `parse_ok`: what it is that went well or not. */
const OF_WHAT = /^((?:[a-z\d]{1,20}[_-]){1,3})[a-z]{2,12}$/i;
/** Fewer may as well be of how many there are: `motor_fail` beside `motor_total`. */
const MANY = 100;
const WENT_ILL = /^(?:err|errors?|erros?|fail(?:s|ed|ures?)?|lost)$/i;
const WENT_WELL =
  /^(?:connect(?:s|ed|ions?)?|reconnects?|success(?:es|ful)?|ok|good|sent|received|tx|rx|total|requests?|attempts?|tries|polls?|processed|completed|finished|done)(?:_?count)?$/i;

const OTHERS_ID =
  /^(?:name|friendly_?name|device(?:_?id|_?name)?|mac|address|serial|sn|topic|uid|eui|dev_?eui|ieee_?addr(?:ess)?|node_?id|gateway_?id)$/i;

/** Whether an entry of a list is another device or thing, with a name or an id of its own. */
export function isOther(item: JsonValue): boolean {
  return isObject(item) &&
    Object.keys(item).some((key) => OTHERS_ID.test(key));
}

/** A metric in a list: what it is called and what it is. */
export function isNamedValue(item: JsonValue): boolean {
  return isObject(item) &&
    typeof item.name === "string" && item.value !== undefined && Object.keys(item).length <= 8;
}

/** What stands beside a value and says nothing by itself. */
export const ENVELOPE =
  /^(?:v|val|value|raw_?(?:data|value)?|u|unit|t|ts|time|timestamp|date|updated|q|quality|age)$/i;

/** The value in an envelope of its time, unit and quality. */
export function heldIn(value: JsonValue): JsonValue {
  if (!isObject(value)) return value;
  const keys = Object.keys(value);
  const held = keys.find((key) => HELD.test(key));
  if (held === undefined || keys.length > 6) return value;
  // `{"label":"Codice errore","value":32}` says itself what its value is.
  const called = value["label"];
  if (typeof called === "string" && keyKind(called) === "trouble") return value;
  // `{"v":54.1,"soc":45,"ntc_fault":1}` is a document, and `v` are volts.
  if (keys.some((key) => key !== held && !ENVELOPE.test(key) && keyKind(key) === "trouble")) {
    return value;
  }
  const inner = value[held];
  return inner !== null && typeof inner === "object" ? value : inner;
}

/** `{"alert":"disk-failure","state":"inactive"}`: what an alarm is called that does not stand. */
export function isAtRest(key: string, object: { readonly [key: string]: JsonValue }): boolean {
  return /^(?:alarm|alert)(?:_?(?:name|text))?$/i.test(key) && typeof object[key] === "string" &&
    Object.keys(object).some((other) =>
      /^(?:state|status|active|value)$/i.test(other) &&
      /^(?:off|inactive|false|0|ok|normal|none|clear|cleared|resolved|closed)$/i.test(
        String(object[other]),
      )
    );
}

/** Traccar's alarms of what a vehicle or its driver does. */
const OF_DRIVING =
  /^(?:geofence(?:Enter|Exit)?|power(?:On|Restored)|door|lock|unlock|parking|idle|movement|vibration|lowspeed|overspeed|hard(?:Acceleration|Braking|Cornering)|laneChange|footBrake|bonnet|highRpm)$/;

/** `{"alarm":"geofenceEnter","totalDistance":…}`: what a tracker tells of each drive. */
export function isOfDriving(key: string, object: { [key: string]: JsonValue }): boolean {
  const value = object[key];
  return key === "alarm" && typeof value === "string" && "total_distance" in object &&
    value.split(",").every((one) => OF_DRIVING.test(one.trim()));
}

/** All bits set: what a byte, a word or two of them hold while nothing was written. */
const UNWRITTEN = /^(?:255|65535|4294967295|0xff(?:ff){0,3})$/i;

/** `{"Err":"255","DelVal":"255"}`: a code that holds what a field beside it holds that is of no trouble. */
export function isUnwritten(
  key: string,
  object: { readonly [key: string]: JsonValue },
): boolean {
  const code = String(object[key]);
  return UNWRITTEN.test(code) &&
    Object.keys(object).some((other) =>
      other !== key && String(object[other]) === code && keyKind(other) !== "trouble"
    );
}

/** `{"http_response_code":401,"result_type":"success"}`: a check of what has to refuse. */
export function isExpectedCode(
  key: string,
  object: { readonly [key: string]: JsonValue },
): boolean {
  return /(?:status|response|http|result)_?code$/i.test(key) &&
    Object.keys(object).some((other) => saysWell(other, object[other]));
}

/** Whether a field says of a check that it went well. */
export function saysWell(name: string, value: JsonValue | undefined): boolean {
  return /^(?:result|result_?type|outcome|verdict|check|check_?result)$/i.test(name) &&
    typeof value === "string" && /^(?:success(?:ful)?|ok|pass(?:ed)?)$/i.test(value.trim());
}

/**
 * `{"is_test":true,"message":"Pump failed"}`, CAP's `{"status":"Exercise","msgType":…}`: what is only tried; and
 * `{"event":"PrintFailed","reason":"cancelled"}`: what somebody called off.
 */
export function isTried(value: JsonValue): boolean {
  if (!isObject(value)) return false;
  const keys = Object.keys(value);
  const [only = "", another] = keys;
  if (another === undefined && isObject(value[only])) return isTried(value[only]);
  return keys.some((key) =>
    /^(?:is_?)?(?:test|drill|exercise)$/.test(key) && flagOf(value[key]) === true ||
    key === "status" && "msg_type" in value &&
      /^(?:test|exercise|draft)$/i.test(String(value[key])) ||
    isCalledOff(key, value[key])
  );
}

/** Who called it off stands in the reason, in an error's text, or in Bambu's code 0300-400C: "The task was canceled". */
function isCalledOff(key: string, value: JsonValue | undefined): boolean {
  return /^(?:print_?error|fail_?reason)$/i.test(key) && Number(value) === 0x0300400c ||
    /^(?:reason|cause)$/i.test(key) && CALLED_OFF.test(String(value)) ||
    /^(?:reason|cause|error|message|msg|error_?(?:message|text)|details?)$/i.test(key) &&
      BY_SOMEBODY.test(String(value));
}

const CALLED_OFF =
  /^(?:user[ _-]?)?(?:cancell?ed|cancell?ation|aborted)(?:[ _-]by[ _-](?:the[ _-])?(?:user|owner|operator|client))?$|^(?:user|operator)[ _-](?:cancel|abort|request(?:ed)?|stop(?:ped)?)$/i;
const BY_SOMEBODY =
  /(?<!\p{L})(?:cancell?ed|aborted|stopped) by (?:the )?(?:user|owner|operator)\.?$/iu;
