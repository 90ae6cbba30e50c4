/** What a value says as a flag. */
import type { JsonValue } from "./payload.ts";

const YES = /^(?:true|1|on|yes|ein)$/i;
const NO = /^(?:false|0|off|no|aus)$/i;
/** Longer texts are no flag. */
const LONGEST = 10;

/** Whether a flag is up or down, however its maker writes it: `true`, `1`, `"ON"`; null for all that is neither. */
export function flagOf(value: JsonValue | undefined): boolean | null {
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return value === 1 ? true : value === 0 ? false : null;
  if (typeof value !== "string" || value.length > LONGEST) return null;
  const word = value.trim();
  return YES.test(word) ? true : NO.test(word) ? false : null;
}
