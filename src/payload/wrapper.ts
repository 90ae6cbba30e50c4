import { isObject, type JsonObject } from "./json_object.ts";
import type { DecodedPayload, JsonValue } from "./payload.ts";
import { decodeText } from "./text.ts";

/** Keys that say of a value only that it is one. */
const AROUND_VALUES = /^(?:v|val|value|payload|data)$/i;
/** Keys that say of a document only that it is what is told. */
const AROUND_DOCUMENTS =
  /^(?:d|data|payload|values?|params|properties|body|fields|telemetry|readings?|measurements?)$/i;

const DEEPEST = 4;

const encoder = new TextEncoder();

/**
 * What a payload tells, without what is only wrapped around it: the number of `{"value": 21.5}`, the word of `"offline"`, the
 * document of `{"data": {…}}`, decoded as if it were sent by itself. The payload itself where nothing is wrapped.
 */
export function unwrapped(decoded: DecodedPayload): DecodedPayload {
  if (decoded.format !== "json") return decoded;
  const value = within(decoded.value);
  // a text may hold a number, or a document
  if (typeof value === "string" && value !== "") {
    return unwrapped(decodeText(encoder.encode(value)));
  }
  if (value === decoded.value) return decoded;
  const isBare = typeof value === "number" || typeof value === "boolean";
  return { ...decoded, value, format: isBare ? typeof value : "json" };
}

/** The document of a list that holds it alone; null for anything else. */
export function loneDocument(value: JsonValue): JsonObject | null {
  if (!Array.isArray(value) || value.length !== 1) return null;
  const [only = null] = value;
  return isObject(only) ? only : null;
}

/** What stands in a value below keys that say nothing but that it does; the value itself where none do. */
export function within(value: JsonValue, depth = 0): JsonValue {
  if (!isObject(value) || depth === DEEPEST) return value;
  const [key, ...others] = Object.keys(value);
  if (key === undefined || others.length > 0) return value;
  const inner = value[key];
  if (isObject(inner)) return AROUND_DOCUMENTS.test(key) ? within(inner, depth + 1) : value;
  return AROUND_VALUES.test(key) && !Array.isArray(inner) ? inner : value;
}
