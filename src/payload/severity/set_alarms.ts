/** Alarms that are set, as against those that are raised. */
import { flagOf } from "../flag.ts";
import type { JsonValue } from "../payload.ts";
import { remembering } from "../remembered.ts";

/** `probe_1_alarm`, `highTempAlarm`, `alarm`: what is watched, and the word. */
const ALARM = /^(.*?)alarm(?:enabled?|on|set|active|state)?$/;
const MIN = ["min", "low", "minimum", "lower", "lowlimit", "minalarm", "alarmmin", "alarmlow"];
const MAX = ["max", "high", "maximum", "upper", "highlimit", "maxalarm", "alarmmax", "alarmhigh"];
const READING = ["temperature", "value", "reading", "current", "level", "pressure", ""];
const CONNECTED = ["attached", "connected", "present", "plugged", "inserted"];
/** What tells whether an alarm that is set goes off: `linkage_alarm_state` of `linkage_alarm`. */
const GOES_OFF = ["state", "status", "active", "triggered", "raised"];
/** In a longer document what stands beside an alarm is not looked for. */
const MOST_KEYS = 200;

const bareName: (key: string) => string = remembering(
  (key) => key.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ""),
);

/**
 * Whether an alarm that is on is only set: `probe_1_alarm: "ON"` beside `probe_1_min`, `probe_1_max` and a reading
 * between them, or beside no probe; `linkage_alarm: true` beside `linkage_alarm_state: false`.
 */
export function isSetAlarm(key: string, object: { [key: string]: JsonValue }): boolean {
  const [, stem] = ALARM.exec(bareName(key)) ?? [];
  if (stem === undefined) return false;
  const value = object[key];
  if (flagOf(value) !== true && !/^(?:enabled|set)$/i.test(String(value))) return false;
  const keys = Object.keys(object);
  if (keys.length > MOST_KEYS) return false;
  const byName = new Map(keys.map((one) => [bareName(one), object[one]]));
  if (GOES_OFF.some((ending) => flagOf(byName.get(bareName(key) + ending)) === false)) return true;
  const numberAt = (endings: readonly string[]) => {
    for (const ending of endings) {
      const found = byName.get(stem + ending);
      if (typeof found === "number") return found;
    }
    return undefined;
  };
  const least = numberAt(MIN);
  const most = numberAt(MAX);
  if (least === undefined && most === undefined) return false;
  const isApart = CONNECTED.some((ending) => flagOf(byName.get(stem + ending)) === false);
  if (isApart) return true;
  const reading = numberAt(READING);
  return reading !== undefined && reading >= (least ?? -Infinity) && reading <= (most ?? Infinity);
}

const CLOCK_TIME = /^(?:timestamp|time|at|hour|hours|start|begin)$/i;
const OF_CLOCK =
  /target|repeat|days|weekday|enabled|hour|minute|snooze|sound|melody|volume|portion|amount|dose|duration/i;
const MOST_CLOCKS = 50;

/** Whether a list of alarms is one of when something is to happen: `[{"timestamp": …, "target_weight": 200}]`. */
export function areAlarmClocks(key: string, value: JsonValue): boolean {
  return Array.isArray(value) && value.length > 0 && value.length <= MOST_CLOCKS &&
    /^(?:alarms?|alarm_?(?:list|clocks?))$/i.test(key) &&
    value.every((entry) => {
      if (entry === null || typeof entry !== "object" || Array.isArray(entry)) return false;
      const names = Object.keys(entry);
      return names.some((name) => CLOCK_TIME.test(name)) &&
        names.some((name) => OF_CLOCK.test(name)) &&
        !names.some((name) => /code|text|message|severity|level|source|state|status/i.test(name));
    });
}
