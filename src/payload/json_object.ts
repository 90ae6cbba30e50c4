import type { JsonValue } from "./payload.ts";

/** An object of JSON, as `JSON.parse` gives it. */
export type JsonObject = { [key: string]: JsonValue };

/** True for a JSON object, not an array, not null. */
export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
