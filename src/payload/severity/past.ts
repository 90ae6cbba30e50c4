/** What is told of what was. */
import type { JsonValue } from "../payload.ts";
import { isObject } from "../json_object.ts";
import { PAST_PARTS } from "./key_words.ts";
import { splitWords } from "./split_words.ts";

/** Bare words on a topic of that name tell why something was, at some time, or are to be shown. */
export const HISTORY_LEVELS = /^(?:reason|cause|info|log|text|txt|title)$/i;

/** A topic of this name tells what was. */
export const HISTORY =
  /(?:^|[_-]|error|fault)(?:hist(?:ory|ories|orie|orial|orico|orique)?|archive|journal|verlauf|storico)(?:$|[_-])/i;

/** Whether a key holds a record of what was. */
export function isHistory(key: string): boolean {
  return splitWords(key).some((word) =>
    PAST_PARTS.has(word) ||
    /^(?:logs?|journal|hist[oó]r\p{L}*|recent|archive|verlauf|storico)$/u.test(word)
  );
}

/** Whether a list holds what was told at some time, each entry with its own; one event alone is new. */
export function isJournal(key: string, value: JsonValue): boolean {
  return /^(?:messages|events|entries|notifications|records)$/i.test(key) && Array.isArray(value) &&
    value.length > (/^events$/i.test(key) ? 1 : 0) &&
    value.slice(0, 20).every((item) =>
      isObject(item) &&
      Object.keys(item).some((name) => /^(?:time|timestamp|date|ts)$/i.test(name)) &&
      Object.keys(item).some((name) => /^(?:code|severity|level|message|text)$/i.test(name))
    );
}
