import type { JsonValue } from "../../../payload/payload.ts";
import { isObject, type JsonObject } from "../json.ts";
import { normalizeName } from "../names.ts";

/** `probe_1_alarm`, `highTempAlarm`, `alarm`: what is watched, and the word. */
const ALARM = /^(.*?)alarm(?:enabled?|on|set|active|state)?$/;
const MIN = ["min", "low", "minimum", "lower", "lowlimit", "minalarm", "alarmmin", "alarmlow"];
const MAX = ["max", "high", "maximum", "upper", "highlimit", "maxalarm", "alarmmax", "alarmhigh"];
const READING = ["temp", "temperature", "value", "reading", "current", "level", "pressure", ""];
const CONNECTED = ["attached", "connected", "present", "plugged", "inserted"];
const DEEPEST = 4;
const MOST_KEYS = 200;

/**
 * A payload without the alarms that are only set: `probe_1_alarm: "ON"` beside `probe_1_min`, `probe_1_max`
 * and a reading between them, or beside no probe. The same value where there are none.
 */
export function withoutSetAlarms(value: JsonValue, depth = 0): JsonValue {
  if (depth > DEEPEST) return value;
  if (Array.isArray(value)) {
    const items = value.map((item) => withoutSetAlarms(item, depth + 1));
    return items.some((item, i) => item !== value[i]) ? items : value;
  }
  if (!isObject(value)) return value;
  const keys = Object.keys(value);
  if (keys.length > MOST_KEYS) return value;
  let changed = false;
  const kept: Record<string, JsonValue> = {};
  const byName = new Map(keys.map((key) => [normalizeName(key), value[key]]));
  for (const key of keys) {
    if (isSetAlarm(key, value[key], byName)) {
      changed = true;
      continue;
    }
    const inner = withoutSetAlarms(value[key] ?? null, depth + 1);
    changed ||= inner !== (value[key] ?? null);
    kept[key] = inner;
  }
  return changed ? kept satisfies JsonObject : value;
}

function isSetAlarm(
  key: string,
  value: JsonValue | undefined,
  byName: ReadonlyMap<string, JsonValue | undefined>,
): boolean {
  if (value !== true && value !== 1 && !/^(?:on|true|1|enabled|set)$/i.test(String(value))) {
    return false;
  }
  const [, stem] = ALARM.exec(normalizeName(key)) ?? [];
  if (stem === undefined) return false;
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
  const isApart = CONNECTED.some((ending) =>
    /^(?:off|false|0|no)$/i.test(String(byName.get(stem + ending)))
  );
  if (isApart) return true;
  const reading = numberAt(READING);
  return reading !== undefined && reading >= (least ?? -Infinity) && reading <= (most ?? Infinity);
}
