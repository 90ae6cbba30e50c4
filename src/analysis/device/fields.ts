import type { JsonValue } from "../../payload/payload.ts";
import { isObject } from "./json.ts";
import type { Sample } from "./trace.ts";

/** A value that is no container. */
export type Scalar = string | number | boolean | null;

const MAX_FIELDS = 200;
const MAX_DEPTH = 6;

/** What a finding calls a field: its path, or the topic where the payload itself is the value. */
export function labelOf(
  { path, topic }: { readonly path: string; readonly topic: { readonly topic: string } },
): string {
  return path === "" ? topic.topic : path;
}

/** The scalars of a payload by path: `Wifi.RSSI`, `values[0]`, and `""` for the payload itself. */
export function fieldsOf(sample: Sample): Map<string, Scalar> {
  const fields = new Map<string, Scalar>();
  const decoded = sample.decoded;
  if (decoded === undefined || decoded.encoding === "base64" || sample.sizeBytes === 0) {
    return fields;
  }
  if (decoded.format.endsWith("sparkplug_b")) return metricsOf(decoded.value, fields);
  collect("", decoded.value, { fields, depth: 0 });
  const whole = fields.get("");
  if (typeof whole === "string") {
    const number = numberIn(whole);
    if (number !== null) fields.set("", number);
  }
  return fields;
}

function collect(
  path: string,
  value: JsonValue,
  o: { fields: Map<string, Scalar>; depth: number },
): void {
  if (o.fields.size >= MAX_FIELDS) return;
  if (typeof value !== "object" || value === null) {
    o.fields.set(path, value);
    return;
  }
  if (o.depth >= MAX_DEPTH) return;
  const inner = { fields: o.fields, depth: o.depth + 1 };
  if (Array.isArray(value)) {
    for (let i = 0; i < Math.min(value.length, 8); i++) {
      const item = value[i];
      if (item !== undefined) collect(`${path}[${i}]`, item, inner);
    }
    return;
  }
  for (const [key, item] of Object.entries(value)) {
    collect(path === "" ? key : `${path}.${key}`, item, inner);
  }
}

/** Sparkplug metrics by their names, with `seq` and `timestamp` of the payload. */
function metricsOf(value: JsonValue, fields: Map<string, Scalar>): Map<string, Scalar> {
  if (!isObject(value)) return fields;
  for (const key of ["seq", "timestamp"]) {
    const item = value[key];
    if (typeof item === "number" || typeof item === "string") fields.set(key, item);
  }
  const metrics = value["metrics"];
  for (const metric of Array.isArray(metrics) ? metrics.slice(0, MAX_FIELDS) : []) {
    if (!isObject(metric)) continue;
    const name = metric["name"];
    const item = metric["value"];
    if (typeof name === "string" && item !== undefined && typeof item !== "object") {
      fields.set(name, item);
    }
  }
  return fields;
}

/** Longer texts are no number with its unit. */
const LONGEST_NUMBER = 100;

/** The number a text is, possibly with a unit: `21.5 °C`. Null for anything else. */
function numberIn(text: string): number | null {
  if (text.length > LONGEST_NUMBER) return null;
  const match = /^\s*(-?\d{1,15}(?:\.\d{1,12})?)\s*[^\d\s.,:\/-]{0,5}\s*$/.exec(text);
  return match === null ? null : Number(match[1]);
}

/** The same paths come in every message, and each rule asks for their leaves. */
const leaves = new Map<string, string>();
const MOST_LEAVES = 4_096;
const LONGEST_KEPT = 120;

/** The last part of a path, lower case without separators: `Wifi.RSSI` → `rssi`. */
export function leafOf(path: string): string {
  const known = leaves.get(path);
  if (known !== undefined) return known;
  const last = path.slice(path.lastIndexOf(".") + 1).replace(/\[\d+\]$/, "");
  const leaf = last.slice(last.lastIndexOf("/") + 1).toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
  if (path.length <= LONGEST_KEPT) {
    if (leaves.size >= MOST_LEAVES) leaves.clear();
    leaves.set(path, leaf);
  }
  return leaf;
}

/** The path of the object that a field stands in, with the dot after it: `a.b.c` → `a.b.`; empty for the outermost. */
export function objectOf(path: string): string {
  return path.slice(0, path.lastIndexOf(".") + 1);
}

/**
 * What a field is called: its leaf, or the last telling level of the topic for a payload that is
 * the value itself (`…/temperature`, `…/battery/state`).
 */
export function nameOf(path: string, segments: readonly string[]): string {
  const leaf = leafOf(path);
  if (leaf !== "" && leaf !== "value" && leaf !== "val" && leaf !== "v") return leaf;
  for (let i = segments.length - 1; i >= 0; i--) {
    const segment = leafOf(segments[i] ?? "");
    if (segment !== "" && !/^(state|value|status|data)$/.test(segment)) return segment;
  }
  return leaf;
}

const COUNTING =
  /count|total|uptime|seq|sequence|number|^n$|^id$|energy|kwh|wh$|odometer|yesterday|today|counter|heap|free|pulses|boots?|runtime|frame|msgid|bdseq/;
const TIMING = /time|^ts$|date|epoch|since|until|^utc$|^t$|^dt$|lastseen|uptime|now/;
const SETTING =
  /setpoint|target|interval|threshold|^min|^max|limit|offset|calibration|brightness|color|volume|mode|channel|version|port|position|percentage|speed|dimmer|transition|duration|countdown/;

/** A field that only ever counts up. */
export function isCounter(name: string): boolean {
  return COUNTING.test(name);
}

/** A field that holds a time or a length of it. */
export function isTime(name: string): boolean {
  return TIMING.test(name);
}

/** A field that people or automations set. */
export function isSetting(name: string): boolean {
  return SETTING.test(name);
}
