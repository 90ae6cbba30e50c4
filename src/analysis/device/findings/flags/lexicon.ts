/**
 * What words say of a thing's trouble, one line a sense, in the languages that machines speak: English, German, French, Italian,
 * Spanish, Portuguese, Dutch, the Nordic ones, Polish, Finnish, Czech, some Turkish and Russian. Senses of one word may be several;
 * `_` joins words that belong together. How senses make trouble together stands in `phrases.ts`.
 */
import { folded, UMLAUTS } from "../../naming/names.ts";
import { THINGS } from "./things.ts";
import { TROUBLES } from "./troubles.ts";

/** All senses with their words. */
export const SENSES = { ...TROUBLES, ...THINGS } as const;

/** A sense of a word, by what it makes of a phrase. */
export type Sense = keyof typeof SENSES;

/** More words in a row than this are no entry. */
export const LONGEST_ENTRY = 4;

/** What makers leave out of the names in their programs: the ring of `låg` and the stroke of `przepływ`. */
const LETTERS = { ...UMLAUTS, å: "a", ł: "l" };

/** A word as it stands here: `Störung` is `stoerung`, `låg` is `lag`. */
export function foldedWord(text: string): string {
  return folded(text, LETTERS);
}

const senses = new Map<string, Set<Sense>>();

function learn(word: string, sense: Sense): void {
  const known = senses.get(word) ?? new Set();
  known.add(sense);
  senses.set(word, known);
}

const entries = Object.entries(SENSES).flatMap(([sense, words]) =>
  foldedWord(words).trim().split(/\s+/).map((word) => [word, sense as Sense] as const)
);
for (const [word, sense] of entries) learn(word, sense);

/** Shorter ones are words of their own by chance. */
const LEAST_RUN = 8;

// `actionrequired`, `notconnected`: as enums are written that know no separators.
const single = new Set(senses.keys());
for (const [word, sense] of entries) {
  const run = word.replaceAll("_", "");
  if (run !== word && run.length >= LEAST_RUN && !single.has(run)) learn(run, sense);
}

const NONE: ReadonlySet<Sense> = new Set();

/** Shorter ones end in an s by themselves. */
const LEAST_PLURAL = 5;

/** What a word, or several joined by `_`, may mean; folded. A thing may be several: `brushes`. */
export function sensesOf(word: string): ReadonlySet<Sense> {
  const known = senses.get(word);
  if (known !== undefined) return known;
  if (!word.endsWith("s") || word.length < LEAST_PLURAL) return NONE;
  const one = senses.get(word.slice(0, -1)) ??
    (word.endsWith("es") ? senses.get(word.slice(0, -2)) : undefined);
  return one !== undefined && !one.has("reached") && [...one].every((sense) => sense in THINGS)
    ? one
    : NONE;
}
