/** Reading and changing what the messages of a case hold. */
import type { CaseMessage } from "./case.ts";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** A JSON text's value; undefined for other text, such as one whose times are not filled in yet. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function isDocument(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a message holds as JSON; undefined for other text, and for what is no text. */
export function documentOf({ payload }: CaseMessage): JsonObject | undefined {
  const read = typeof payload === "string" && /^\s*[{[]/.test(payload) ? parsed(payload) : payload;
  return isDocument(read) ? read : undefined;
}
