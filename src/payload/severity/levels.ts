/** Reads the level of a record of a log. */
import { textRank } from "./text.ts";
import { wordSet } from "./word_set.ts";

/** Levels of a log record that say it is only for information. */
export const INFORMATIONAL_LEVELS = wordSet(`
  info information informational notice debug trace verbose fine finer finest ok okay normal success
  hinweis none other`);

/** Further words that a level field uses for errors. */
export const ERROR_LEVELS = wordSet(
  `crit emerg alert severe failure blocker serious major schwerwiegend grave`,
);

/** 2 for a level of errors, 1 of warnings, 0 of what only informs. */
export function levelRank(value: string): 0 | 1 | 2 {
  const level = value.trim().toLowerCase();
  if (level.length > 40 || INFORMATIONAL_LEVELS.has(level)) return 0;
  if (ERROR_LEVELS.has(level)) return 2;
  if (level === "trouble") return 1;
  return textRank(value);
}
