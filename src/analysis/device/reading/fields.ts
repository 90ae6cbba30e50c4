import type { JsonValue } from "../../../payload/payload.ts";
import { plainKey, plainKeys, writtenKey } from "../../../payload/plain_keys.ts";
import { remembering } from "../../../payload/remembered.ts";
import { isObject, type JsonObject } from "./json.ts";
import type { Sample } from "./trace.ts";

/** A value that is no container. */
export type Scalar = string | number | boolean | null;

const MAX_FIELDS = 200;
const MAX_DEPTH = 8;

/**
 * What a finding calls a field: as its record does, its path, or the topic where the payload itself is the value; and what
 * it is of.
 */
export function labelOf(
  { path, topic, called }: {
    readonly path: string;
    readonly topic: {
      readonly topic: string;
      readonly thing?: string;
      readonly trace?: { readonly parts?: readonly unknown[] };
    };
    readonly called?: string;
  },
): string {
  const { thing } = topic;
  if (called !== undefined) return called;
  if (path === "") return topic.topic;
  if (isInRow(path)) return `${topic.topic}${path}`;
  // A line of numbers without names: `0,0,2,0`.
  if (/^column_\d+$/.test(path)) return `${topic.topic} ${path}`;
  if (topic.trace?.parts !== undefined) return `${topic.topic}/${path.replaceAll(".", "/")}`;
  if (thing === undefined || thing === "") return isHolder(path.toLowerCase()) ? topic.topic : path;
  return `${path} of ${thing.slice(0, 60)}`;
}

/** Whether a value stands in a row without names, which its topic names. */
export function isInRow(path: string): boolean {
  return /^\[\d+\]$/.test(path);
}

/**
 * The scalars of a payload by path, its keys as `plainKey` reads them: `wifi.rssi`, `values[0]`, and `""` for the payload
 * itself. `value` is what is read of it in place of what it says; `writtenPath` gives back how keys were written.
 */
export function fieldsOf(sample: Sample, value = sample.decoded?.value): Map<string, Scalar> {
  const fields = new Map<string, Scalar>();
  const decoded = sample.decoded;
  if (
    decoded === undefined || value === undefined || decoded.encoding === "base64" ||
    sample.sizeBytes === 0
  ) {
    return fields;
  }
  if (decoded.format.endsWith("sparkplug_b")) return metricsOf(decoded.value, fields);
  collect("", plainKeys(value), { fields, depth: 0 });
  const whole = fields.get("");
  if (typeof whole === "string") {
    const number = numberIn(whole);
    if (number !== null) fields.set("", number);
    const [, name = "", value] = NAMED_AT_END.exec(whole.slice(0, LONGEST_ROW)) ?? [];
    if (value !== undefined) fields.set(name, Number(value));
    const [, told, stamp] = WITH_STAMP.exec(whole.slice(0, LONGEST_ROW)) ?? [];
    if (told !== undefined) fields.set("", Number(told)).set("time", Number(stamp));
    const [, begun, row] = AFTER_STAMP.exec(whole.slice(0, LONGEST_ROW)) ?? [];
    if (row !== undefined) readRow(row.split(":"), fields.set("time", Number(begun)));
  }
  return fields;
}

/** A path of {@linkcode fieldsOf} as the payload writes it. */
export function writtenPath(path: string, value: JsonValue): string {
  const document = plainKeys(value);
  return path.replace(/(?<=^|\.)[^.[\]]+/g, (key) => writtenKey(document, key));
}

const LONGEST_ROW = 300;
/** A row of cells that ends in what is told and its value: `probe⇥42⇥SYS_Uptime⇥61230`. */
const NAMED_AT_END =
  /^[^\t\n{}]{1,100}\t(?:[^\t\n{}]{0,60}\t){0,8}([A-Za-z][A-Za-z0-9_]{1,40})\t(-?\d{1,15}(?:\.\d{1,9})?)\s*$/;

/** A number and when it was read, in seconds or milliseconds since the epoch: `34.1 @1773513065`. */
const WITH_STAMP = /^\s*(-?\d{1,12}(?:\.\d{1,9})?)\s?@\s?(1\d{9}(?:\d{3})?)\s*$/;

/** When they were read and the values of one measurement, as collectd writes them: `1773513065.124:0.2:0.21:nan`. */
const AFTER_STAMP =
  /^\s*(1\d{9}(?:\.\d{1,9})?)((?::(?:nan|U|-?\d{1,18}(?:\.\d{1,12})?(?:e[-+]?\d{1,3})?)){1,20})\s*$/i;

/** Whether a payload is such a row, whose values are read where they stand. */
export function isStamped(value: JsonValue | undefined): boolean {
  return typeof value === "string" && AFTER_STAMP.test(value.slice(0, LONGEST_ROW));
}

function readRow([, ...cells]: readonly string[], fields: Map<string, Scalar>): void {
  if (cells.length > 1) fields.delete("");
  for (const [i, cell] of cells.entries()) {
    fields.set(cells.length > 1 ? `[${i}]` : "", Number.isNaN(Number(cell)) ? cell : Number(cell));
  }
}

/** A path as it was first written: a text that is the same object is found and compared at once. */
const samePath: (path: string) => string = remembering((path) => path);

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
    const names = namesOf(value);
    const most = names !== null || isOfNumbers(value) ? MOST_NAMED : MOST_NUMBERED;
    for (const [i, item] of value.slice(0, most).entries()) {
      collect(samePath(`${path}[${names?.[i] ?? i}]`), item, inner);
    }
    return;
  }
  const columns = columnsOf(Object.values(value));
  for (const [key, item] of Object.entries(value)) {
    const below = path === "" ? key : samePath(`${path}.${key}`);
    if (columns !== null && isRow(item, columns.length) && !item.every(isText)) {
      for (const [i, name] of columns.entries()) {
        collect(`${below}.${name}`, item[i] ?? null, inner);
      }
      continue;
    }
    collect(below, item, inner);
  }
}

/** Entries of a list that are looked at: of one of texts or unnamed records, and of numbers or named records. */
const MOST_NUMBERED = 8;
const MOST_NAMED = 40;

/** Whether a list is one of so few numbers that each is of something: cells, probes, phases. */
function isOfNumbers(list: readonly JsonValue[]): boolean {
  return list.length <= MOST_NAMED && list.every((item) => typeof item === "number");
}

/** Keys under which a record of a list tells its name, the most telling first. */
const NAMING = [
  "name",
  "n",
  "label",
  "key",
  "metric",
  "param",
  "parameter",
  "sensor",
  "tag",
  "id",
  "value_type",
  "type",
];
const LONGEST_NAME = 40;

/** The names beside a row of values: `{"measurements":["rpm","power"],"values":[12.1,1860]}`. Null where there are none. */
function columnsOf(items: readonly JsonValue[]): string[] | null {
  const lists = items.filter(Array.isArray);
  if (lists.length < 2) return null;
  const [names, ...others] = lists.filter((list) => list.length > 0 && list.every(isText));
  if (names === undefined || others.length > 0 || names.length > MOST_NAMED) return null;
  const cleaned = names.filter(isText).map(cleanName);
  const isEach = cleaned.every((name) => name.length <= LONGEST_NAME && /\p{L}/u.test(name)) &&
    new Set(cleaned).size === names.length;
  return isEach ? cleaned : null;
}

function isRow(item: JsonValue, length: number): item is JsonValue[] {
  return Array.isArray(item) && item.length === length &&
    item.every((one) => typeof one !== "object" || one === null);
}

function isText(item: JsonValue): item is string {
  return typeof item === "string";
}

/** A name in which nothing divides a path. */
function cleanName(name: string): string {
  return name.replace(/[.\/\[\]]/g, "_");
}

/** What the records of a list call themselves, where each has a name of its own: their places may change. */
function namesOf(list: readonly JsonValue[]): string[] | null {
  for (const key of NAMING) {
    const names = list.slice(0, MOST_NAMED).flatMap((item) => {
      const name = isObject(item) && (key !== "type" || holdsValue(item)) ? item[key] : null;
      return typeof name === "string" && name.length <= LONGEST_NAME && /\p{L}/u.test(name)
        ? [cleanName(name)]
        : [];
    });
    if (names.length === 0) continue;
    const isEach = names.length === Math.min(list.length, MOST_NAMED);
    if (isEach && (new Set(names).size === names.length || key === "n" && areTimed(list))) {
      return names;
    }
  }
  return null;
}

/** Whether a list tells what was read one time after another (RFC 8428): the last of each name is how it is now. */
function areTimed(list: readonly JsonValue[]): boolean {
  const named = list.filter(isObject);
  return named.every((one) =>
    typeof one["t"] === "number" || named.filter((other) => other["n"] === one["n"]).length === 1
  );
}

/** What holds nothing but a value is called by its kind: `{"type": "switch", "value": "1"}`. */
function holdsValue(record: JsonObject): boolean {
  return ["value", "val", "v"].some((key) => {
    const value = record[key];
    return value !== undefined && typeof value !== "object";
  });
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

/** The sign of a few figures; a number to call has more. */
const POSITIVE = /^\+(?=\d{1,4}(?!\d))/;

/** A number and its unit: by up to five letters or signs, or written out, such as `degree_Celsius` and `revolutions_per_minute`. */
const WITH_UNIT =
  /^\s*(-?\d{1,15}(?:\.\d{1,12})?)\s*(?:[^\d\s.,:;|#=\/-]{0,5}(?:\/[a-z]{1,4}[²³]?)?|(?:deg(?:ree)?s?|revolutions?|(?:kilo|milli|mega|micro)?(?:volts?|amp(?:ere)?s?|watts?|met(?:er|re)s?|grams?|pascals?|hertz|ohms?|bars?|lit(?:er|re)s?|seconds?)|percent|celsius|fahrenheit|lumens?)(?:[_ ][a-z_]{1,24})?)\s*$/i;

/** The number a text is, possibly with a sign and a unit: `21.5 °C`, `+43.1 C`, but no number to call. Null for anything else. */
export function numberIn(text: string): number | null {
  if (text.length > LONGEST_NUMBER) return null;
  const match = WITH_UNIT.exec(text.replace(POSITIVE, ""));
  return match === null ? null : Number(match[1]);
}

/** The last part of a path as it is written: `Wifi.RSSI[0]` → `RSSI`. */
export function lastOf(path: string): string {
  const last = path.slice(path.lastIndexOf(".") + 1);
  return last.endsWith("]") ? last.replace(/\[[^[\]]*\]$/, "") : last;
}

/** A unit of a flow or a speed after a name: `Delivered Air m3/min`. */
const PER_TIME = /[ _][([]?(?:n?m[³3]?|m?l|kg|g|t|gal|k?wh)\/(?:h|hr|min|s|sec)[)\]]?$/i;

/**
 * The last part of a path as `plainKey` reads it, without what divides its words: `Wifi.RSSI` → `rssi`, `bat_lvl` →
 * `batterylevel`. Each rule asks for it in each message.
 */
export const leafOf: (path: string) => string = remembering((path) => {
  const last = lastOf(path).replace(PER_TIME, "");
  return plainKey(last.slice(last.lastIndexOf("/") + 1)).replace(/[^\p{L}\p{N}]+/gu, "");
});

/** A path with the places in its lists left out: `devices[3].id` → `devices[].id`. */
export function withoutPlaces(path: string): string {
  return path.replace(/\[[^[\]]*\]/g, "[]");
}

/** The path of the object that a field stands in, with the dot after it: `a.b.c` → `a.b.`; empty for the outermost. */
export function objectOf(path: string): string {
  return path.slice(0, path.lastIndexOf(".") + 1);
}

/** What people call a thing of several, or number it by. */
const GIVEN =
  /^(?:d|idx|id|name|label|alias|ref|room|location|(?:friendly|custom)name|(?:dev|device|asset|node|sensor|slave|unit|meter|station|tag)(?:name|id)?)$/;
/** What a thing is known by to others, whatever it is called. */
const ADDRESSED =
  /^(?:uu?id|mac|macaddr(?:ess)?|addr|address|serial|serialno|serialnumber|sn|(?:dev)?eui(?:64)?|ieee|ieeeaddr(?:ess)?|mmsi|icao|hex|client|clientid|host|hostname)$/;

/** Whether a field of that name says what people call the thing that is spoken of. */
export function isGivenName(leaf: string): boolean {
  return GIVEN.test(leaf);
}

/** Whether a field of that name says of which of several things is spoken: by its name, its number or its address. */
export function namesThing(leaf: string): boolean {
  return GIVEN.test(leaf) || ADDRESSED.test(leaf);
}

/** Keys and levels that only hold what the one above them names. */
const HOLDERS = /^(?:value|val|v|)$/;

/** Whether a name says nothing but that its field holds a value. */
export function isHolder(leaf: string): boolean {
  return HOLDERS.test(leaf);
}

const GENERAL =
  /^(?:state|status|data|values?|readings?|measurements?|measures?|sensors?|fields?|attributes?|payload|object|params?|properties|metrics?|body|result|features|telemetry|\d*)$/;

/**
 * What a field is called: its leaf, or, of what only holds a value, the object or the record of a list around it
 * (`temperature.value`, `channels[Room air].v`), or the last telling level of the topic for a payload that is
 * the value itself (`…/temperature`, `…/battery/state`).
 */
export function nameOf(path: string, segments: readonly string[]): string {
  const leaf = leafOf(path);
  // `V` is a volume or a voltage; `vs` and `vb` hold the texts and the flags of SenML.
  const isOfRecord = /^v[sb]$/.test(leaf) && path.at(-leaf.length - 2) === "]";
  if (!isHolder(leaf) && !isOfRecord || lastOf(path) === "V") return leaf;
  const around = path.split(/[.\[\]]+/).slice(0, -1);
  for (let i = around.length - 1; i >= 0; i--) {
    const level = leafOf(around[i]);
    if (!GENERAL.test(level)) return level;
  }
  for (let i = segments.length - 1; i >= 0; i--) {
    const metered = obisName(segments[i]);
    if (metered !== null) return metered;
    const segment = leafOf(withoutAddress(segments[i]));
    if (segment !== "" && !/^(state|value|status|data|now|get)$/.test(segment)) return segment;
  }
  return leaf;
}

/** What OBIS codes of IEC 62056-61 measure, by their groups C and D. */
const OBIS: readonly (readonly [RegExp, string])[] = [
  [/^1\.8$/, "importenergytotal"],
  [/^2\.8$/, "exportenergytotal"],
  [/^(?:[12]|16|[246]1|[246]2|36|56|76)\.7$/, "power"],
  [/^[357]2\.7$/, "voltage"],
  [/^[357]1\.7$/, "current"],
  [/^14\.7$/, "frequency"],
];

/** What a level such as `1.8.0` or `1-0:16.7.0*255` measures; null where it is no such code. */
function obisName(level: string): string | null {
  const [, code] = /^(?:1-\d:)?(\d{1,2}\.\d)\.\d{1,3}(?:\*255)?$/.exec(level) ?? [];
  return code === undefined ? null : OBIS.find(([is]) => is.test(code))?.[1] ?? null;
}

/** A level without the address behind its name: `Battery (7.0)`. */
function withoutAddress(level: string): string {
  return level.endsWith(")") ? level.replace(/ ?\([\d.:-]{1,20}\)$/, "") : level;
}

const COUNTING =
  /count|total|uptime|seq|sequence|number|^n$|^id$|energy|kwh|wh$|odometer|yesterday|today|counter|heap|free(?!z)|pulses|boots?|runtime|frame|messageid|bdseq/;
const TIMING =
  /time(?!energy|power)|^ts$|date|epoch|since|until|^utc$|^t$|^dt$|lastseen|uptime|now/;
const SETTING =
  /setpoint|target|interval|threshold|^min(?!ut)|^max|limit|offset|calibration|mode|version|transition|duration|countdown/;
/** What is set here and measured there, and what is moved until it stands where it is wanted. */
const SET_OR_MEASURED = /channel|(?<!im|ex|re|trans|sup)port|percentage|speed/;
const MOVED = /brightness|color|volume(?!flow)|position|dimmer/;

/** A field that only ever counts up. */
export function isCounter(name: string): boolean {
  return COUNTING.test(name) && !/(?:volt(?:age|s)?|power|current|watts?)(?:k?w|m?a)?$/.test(name);
}

/** A field that holds a time or a length of it. */
export function isTime(name: string): boolean {
  return TIMING.test(name);
}

/** A field that people or automations set. */
export function isSetting(name: string): boolean {
  return SETTING.test(name) || MOVED.test(name) || SET_OR_MEASURED.test(name);
}

/** A setting that may as well be measured: how it goes tells. */
export function mayBeMeasured(name: string): boolean {
  return SET_OR_MEASURED.test(name) && !SETTING.test(name) && !MOVED.test(name);
}
