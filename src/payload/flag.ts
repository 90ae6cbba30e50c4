/** What a value says as a flag. */
import type { JsonValue } from "./payload.ts";
import { remembering } from "./remembered.ts";
import { inEnglish } from "./spoken_words.ts";

const YES = /^(?:true|1|on|yes|ein)$/i;
const NO = /^(?:false|0|off|no|aus)$/i;
/** Longer texts are no flag. */
const LONGEST = 12;

/** Whether a flag is up or down, however its maker writes it: `true`, `1`, `"ON"`; null for all that is neither. */
export function flagOf(value: JsonValue | undefined): boolean | null {
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return value === 1 ? true : value === 0 ? false : null;
  return typeof value === "string" && value.length <= LONGEST ? wordFlag(value) : null;
}

const wordFlag: (text: string) => boolean | null = remembering((text) => {
  const word = inEnglish(text.trim());
  return YES.test(word) ? true : NO.test(word) ? false : null;
});
