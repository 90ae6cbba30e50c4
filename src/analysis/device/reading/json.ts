import { isObject, type JsonObject } from "../../../payload/json_object.ts";
import type { JsonValue } from "../../../payload/payload.ts";
import { plainKey } from "../../../payload/plain_keys.ts";
import { rememberingEach } from "../../../payload/remembered.ts";
import { within } from "../../../payload/wrapper.ts";

export { isObject, type JsonObject };

const keysOf = rememberingEach((object: JsonObject) =>
  new Map(Object.keys(object).toReversed().map((key) => [plainKey(key), key]))
);

/** What stands at a key, in whatever style it is written. */
export function valueAt(object: JsonObject, key: string): JsonValue | undefined {
  const own = object[key];
  if (own !== undefined) return own;
  const written = keysOf(object).get(plainKey(key));
  return written === undefined ? undefined : object[written];
}

/** What stands where these keys lead to one by one, as they are written. */
export function valueIn(
  value: JsonValue | undefined,
  keys: readonly string[],
): JsonValue | undefined {
  return keys.reduce((around, key) => isObject(around) ? around[key] : undefined, value);
}

/** The text at one of several keys, each in whatever style, or undefined. */
export function textAt(object: JsonObject, ...keys: string[]): string | undefined {
  for (const key of keys) {
    const value = valueAt(object, key);
    if (typeof value === "string" && value !== "") return value;
  }
  return undefined;
}

/** The finite number at one of several keys, each in whatever style, or undefined. */
export function numberAt(object: JsonObject, ...keys: string[]): number | undefined {
  for (const key of keys) {
    const value = valueAt(object, key);
    if (typeof value === "number" && Number.isFinite(value)) return value;
  }
  return undefined;
}

/** Every text in a value that is a text or an array of texts. */
export function textsIn(value: JsonValue | undefined): string[] {
  if (typeof value === "string") return [value];
  if (!Array.isArray(value)) return [];
  return value.flat(2).filter((item): item is string => typeof item === "string");
}

const decoder = new TextDecoder();

/** What JSON may begin with: white space, a byte order mark, a value. Most other payloads are words, and to throw is slow. */
const BEGINS = new Set(new TextEncoder().encode('\uFEFF \t\n\r{["-0123456789tfn'));

/** The JSON value of a payload without what is only wrapped around it, or undefined when it is none. Never throws. */
export function parseJson(payload: Uint8Array): JsonValue | undefined {
  if (!BEGINS.has(payload[0])) return undefined;
  try {
    return within(JSON.parse(decoder.decode(payload)));
  } catch {
    return undefined;
  }
}
