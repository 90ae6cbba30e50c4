import { isObject, type JsonObject } from "./json_object.ts";
import { type DecodeOptions, decodePayload } from "./decode.ts";
import { countOf, formatCount } from "./limits.ts";
import type { DecodedPayload, JsonValue, PayloadFormat } from "./payload.ts";
import { mayHoldSecretsOf } from "./secrets.ts";
import { inspectText, textOf } from "./utf8.ts";
import { visibleText } from "./visible_text.ts";

/** A payload as it stands in a message list: decoded, and small enough to read. */
export interface PresentedPayload {
  readonly format: PayloadFormat;
  /** The value, or as much of it as fits; always valid JSON, always whole base64 groups. */
  readonly payload: JsonValue;
  readonly encoding?: "base64";
  readonly truncated?: true;
  /** How much there is in all when it was cut, and what could not be decoded. */
  readonly note?: string;
}

/**
 * Decodes a payload and cuts it to about `maxChars` characters of JSON. Long texts lose their end;
 * of long arrays and objects the first items stay, the small before the large, each with a share
 * of the room. Never throws.
 */
export function presentPayload(
  bytes: Uint8Array,
  options: DecodeOptions & { readonly maxChars: number },
): PresentedPayload {
  return presentDecoded(decodePayload(bytes, options), options.maxChars);
}

/** The same for a payload that is decoded already. */
export function presentDecoded(decoded: DecodedPayload, maxChars: number): PresentedPayload {
  const room = Math.max(16, Math.floor(maxChars));
  const notes = decoded.note === undefined ? [] : [decoded.note];
  const { payload, cut } = decoded.encoding === "base64" && typeof decoded.value === "string"
    ? cutBase64(decoded.value, room)
    : cutToFit(decoded.asSent ?? decoded.value, room);
  if (cut !== null) notes.unshift(cut);
  return {
    format: decoded.format,
    payload,
    ...(decoded.encoding === "base64" && { encoding: "base64" as const }),
    ...(cut !== null && { truncated: true as const }),
    ...(notes.length !== 0 && { note: notes.join(". ") }),
  };
}

interface Cut {
  payload: JsonValue;
  /** How much there is in all, in words, or null when nothing was cut. */
  cut: string | null;
}

function cutBase64(value: string, room: number): Cut {
  if (value.length <= room) return { payload: value, cut: null };
  const sizeBytes = value.length / 4 * 3 - (value.endsWith("==") ? 2 : value.endsWith("=") ? 1 : 0);
  return {
    payload: value.slice(0, room - room % 4),
    cut: `The first ${formatCount((room - room % 4) / 4 * 3)} of ${formatCount(sizeBytes)} bytes`,
  };
}

function cutToFit(value: JsonValue, room: number): Cut {
  if (typeof value === "string") {
    if (value.length <= room) return { payload: value, cut: null };
    return {
      payload: cutText(value, room),
      cut: `${formatCount(value.length)} characters in all`,
    };
  }
  if (jsonLength(value, room) <= room) return { payload: value, cut: null };
  const length = jsonLength(value, Infinity);
  return { payload: cutValue(value, room), cut: `${formatCount(length)} characters in all` };
}

/** Cuts text to `room` UTF-16 units with an ellipsis, never through the middle of a character. */
function cutText(text: string, room: number): string {
  let end = Math.max(0, room - 1);
  const last = text.charCodeAt(end - 1);
  if (last >= 0xd800 && last <= 0xdbff) end--;
  return text.slice(0, end) + "…";
}

/** Room that makes a large item of a cut array or object worth beginning, in characters. */
const SMALLEST_SHARE = 40;
/** What the line that says how many items are missing takes, in characters. */
const MISSING_LINE = 18;
/** An array or object with less room than this is only counted. */
const SMALLEST_CONTAINER = 30;
const LONGEST_KEY = 60;

/** Cuts a value to about `room` characters of JSON; what does not fit is counted in its place. */
function cutValue(value: JsonValue, room: number): JsonValue {
  if (typeof value === "string") return cutString(value, room);
  if (typeof value !== "object" || value === null) return value;
  if (room < SMALLEST_CONTAINER) {
    const count = Array.isArray(value) ? value.length : Object.keys(value).length;
    return `… ${countOf(count, Array.isArray(value) ? "item" : "member")}`;
  }
  if (Array.isArray(value)) {
    const items = fitItems(value, room - 2 - MISSING_LINE, () => 0);
    const missing = value.length - items.length;
    return missing === 0 ? items : [...items, `… ${formatCount(missing)} more`];
  }
  const keys = Object.keys(value);
  const items = fitItems(
    keys.map((key) => value[key]),
    room - 2 - MISSING_LINE,
    (index) => Math.min(keys[index].length, LONGEST_KEY) + 3,
  );
  const entries = items.map((item, index): [string, JsonValue] => [
    keys[index].length <= LONGEST_KEY ? keys[index] : cutText(keys[index], LONGEST_KEY),
    item,
  ]);
  const missing = keys.length - items.length;
  if (missing > 0) entries.push(["…", `${formatCount(missing)} more`]);
  return Object.fromEntries(entries);
}

function cutString(value: string, room: number): string {
  if (jsonLength(value, room) <= room) return value;
  const cut = cutText(value, Math.max(1, room - 2));
  if (jsonLength(cut, room) <= room) return cut;
  // Escapes make the JSON longer than the text, at worst six to one.
  const escaped = jsonLength(cut, Infinity) / cut.length;
  return cutText(value, Math.max(1, Math.floor((room - 2) / escaped)));
}

/**
 * As many of the first items as fit, large ones cut. Small ones are served first, so that what they
 * do not need goes to the large ones; the order stays. `overhead` is what an item's key takes.
 */
function fitItems(
  items: JsonValue[],
  room: number,
  overhead: (index: number) => number,
): JsonValue[] {
  const mostOfOne = Math.max(SMALLEST_SHARE, room >> 3);
  const lengths: number[] = [];
  let needed = 0;
  let left = room;
  for (let index = 0; index < items.length; index++) {
    const length = jsonLength(items[index], Math.max(room, 0));
    needed += Math.min(length, mostOfOne) + overhead(index) + 1;
    if (needed > room && index > 0) break;
    lengths.push(length);
    left -= overhead(index) + 1;
  }
  const kept = items.slice(0, lengths.length);
  const smallestFirst = kept.map((_, index) => index).sort((a, b) => lengths[a] - lengths[b]);
  smallestFirst.forEach((index, served) => {
    const share = Math.max(1, Math.floor(left / (kept.length - served)));
    if (lengths[index] > share) kept[index] = cutValue(items[index], share);
    left -= Math.min(lengths[index], share);
  });
  return kept;
}

/** Length of a value as minified JSON, counted no further than just past `limit`. */
function jsonLength(value: JsonValue, limit: number): number {
  if (value === null) return 4;
  if (typeof value === "string") {
    if (value.length > limit) return limit === Infinity ? 2 + value.length : value.length + 2;
    return JSON.stringify(value).length;
  }
  if (typeof value !== "object") return String(value).length;
  let length = 1;
  if (Array.isArray(value)) {
    for (const item of value) {
      length += jsonLength(item, limit - length) + 1;
      if (length > limit) return length;
    }
    return Math.max(2, length);
  }
  for (const key in value) {
    length += JSON.stringify(key).length + jsonLength(value[key], limit - length) + 2;
    if (length > limit) return length;
  }
  return Math.max(2, length);
}

/**
 * One short line that shows what a payload is, for lists of topics. Control characters, line breaks
 * and characters that turn the direction of text are escaped, so that a stranger's payload cannot
 * disguise itself. Never throws.
 */
export function previewPayload(
  bytes: Uint8Array,
  options: {
    readonly topic: string;
    readonly maxChars?: number;
    /** Bytes as they arrived, where only a head of the payload was kept. */
    readonly sizeBytes?: number;
    /** Where it was decoded already, with more knowledge than its bytes give. */
    readonly decoded?: DecodedPayload;
  },
): string {
  const maxChars = Math.max(8, options.maxChars ?? 80);
  const head = mayHoldSecretsOf(bytes, options.topic) ? null : headOfText(bytes, maxChars * 4);
  if (head !== null) return escapeLine(head.text, maxChars, head.whole);
  const decoded = options.decoded ?? decodePayload(bytes, options);
  if (decoded.encoding === "base64") {
    const note = decoded.format.startsWith("image/") && decoded.note ? ` ${decoded.note}` : "";
    return escapeLine(
      `${decoded.format}${note}, ${formatCount(options.sizeBytes ?? bytes.length)} bytes`,
      maxChars,
      true,
    );
  }
  if (typeof decoded.value === "string") return escapeLine(decoded.value, maxChars, true);
  if (decoded.asSent !== undefined) return escapeLine(decoded.asSent, maxChars, true);
  const value = decoded.format === "sparkplug_b" ? metricsFirst(decoded.value) : decoded.value;
  const small = cutToFit(value, maxChars * 4).payload;
  return escapeLine(JSON.stringify(small), maxChars, true);
}

/** The same Sparkplug payload with what it is about in front: the names and values of its metrics. */
function metricsFirst(payload: JsonValue): JsonValue {
  if (!isObject(payload) || !Array.isArray(payload.metrics)) return payload;
  const metrics = payload.metrics.map((metric) =>
    isObject(metric) ? withFirst(metric, ["name", "value"]) : metric
  );
  return withFirst({ ...payload, metrics }, ["metrics"]);
}

function withFirst(object: JsonObject, keys: readonly string[]): JsonObject {
  const first = keys.filter((key) => Object.hasOwn(object, key)).map((key) => [key, object[key]]);
  return { ...Object.fromEntries(first), ...object };
}

/** The beginning of bytes that are text as far as looked at, or null when they are not. */
function headOfText(bytes: Uint8Array, most: number): { text: string; whole: boolean } | null {
  let end = Math.min(bytes.length, most);
  if (end < bytes.length) {
    // Step back to the start of a character that the cut went through.
    let back = end;
    while (back > end - 4 && back > 0 && (bytes[back] & 0xc0) === 0x80) back--;
    end = back;
  }
  const { invalidAt, controls } = inspectText(bytes, 0, end);
  if (invalidAt >= 0 || controls > 0) return null;
  return { text: textOf(bytes.subarray(0, end)), whole: end === bytes.length };
}

function escapeLine(text: string, maxChars: number, whole: boolean): string {
  const line = visibleText(text.slice(0, maxChars * 8).replace(/\s+/g, " ").trim());
  if (line.length <= maxChars) return whole && text.length <= maxChars * 8 ? line : `${line}…`;
  return cutText(line, maxChars);
}
