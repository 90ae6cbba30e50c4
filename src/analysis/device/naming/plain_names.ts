/** Names as people say them in a sentence, without what they add. */
import { unmarked } from "../../../payload/severity/word_set.ts";
import { isFiller } from "./names.ts";
import type { Sample } from "../reading/trace.ts";
import { contradicts, readSaid, WrittenTexts } from "./spoken.ts";

/** What is said before a name. */
const BEFORE = new Set(
  ("the a an my our your this that mqtt smart der die das den dem mein meine meinen unser unsere le la les mon ma mes " +
    "notre el los las mi nuestro nuestra il lo de het mijn onze").split(" "),
);
/** What is said after one. */
const AFTER = new Set("again please bitte wieder device thing".split(" "));
const NUMBERS = "one two three four five six seven eight nine ten eleven twelve".split(" ");
const ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split(" ");
const NTH = new Set(ORDINALS);
/** `number 3`, `no. 3`. */
const NUMBER_SIGN = /^(?:number|num|no\.?|nr\.?|nummer|numéro|número|n°|#)$/;
/** Signs of a sentence around a word. */
const SIGNS = /^["'“”„]|["'“”?!,;]$/g;
const LONGEST = 120;

/** Other ways to write a name that a person said, the plainest first: `the third pump` is `pump 3`. */
export function plainNames(said: string): string[] {
  const words = said.slice(0, LONGEST).split(/\s/).map((word) => word.replace(SIGNS, ""))
    .filter((word) => word !== "");
  const is = (word: string | undefined, set: ReadonlySet<string>) =>
    word !== undefined && set.has(word.toLowerCase());
  while (words.length > 1 && is(words[0], BEFORE)) words.shift();
  // "the first device" says no more than that.
  while (words.length > 1 && is(words.at(-1), AFTER) && !is(words.at(-2), NTH)) words.pop();
  const bare = words.join(" ");
  const nth = ORDINALS.indexOf((words[0] ?? "").toLowerCase()) + 1;
  if (nth > 0 && words.length > 1) words.push(`${nth}`) && words.shift();
  const last = NUMBERS.indexOf((words.at(-1) ?? "").toLowerCase()) + 1;
  if (last > 0 && words.length > 1) words[words.length - 1] = `${last}`;
  if (NUMBER_SIGN.test((words.at(-2) ?? "").toLowerCase())) words.splice(-2, 1);
  const numbered = words.join(" ");
  const [, stem, number] = /^(.*\D)(\d{1,2})$/.exec(numbered) ?? [];
  const padded = stem === undefined ? [] : [
    `${stem}${Number(number)}`,
    `${stem}${String(Number(number)).padStart(2, "0")}`,
  ];
  return [...new Set([bare, numbered, ...padded, unmarked(numbered.toLowerCase())])].filter((
    name,
  ) => name.length > 1 && name !== said && name !== said.toLowerCase() && !/^\d+$/.test(name));
}

/** One of what is asked for in the plural; null where it is none. */
export function singular(said: string): string | null {
  return said.length > 4 && said.endsWith("s") && !said.endsWith("ss") ? said.slice(0, -1) : null;
}

/** A word that only one thing bears, or one of several of a kind: `00cbd1`, `BNE5A120Z7`, `11504432`; `r1`, `GW01`, `123`. */
const ID_WORD = /^(?=\p{L}{0,31}\d)[\p{L}\d]{2,32}$/u;
/** A number of a thing is longer than that of one of a few, and none of these is of a thing. */
const NO_ID = /^\d{1,2}$|^(?:co2|no2|so2|o3|h2s|nh3|ch4|pm\d{1,3}|ph\d|[ltuip]\d|\d+[a-z]{1,2})$/i;

/** Each id among several words, the longest first, with those beside it, which say what bears it: `WH51 00cbd1`, `robot r1`. */
export function idsAmong(said: string): { id: string; words: string[] }[] {
  const words = said.slice(0, LONGEST).split(/\s+/).map((word) => word.replace(SIGNS, ""))
    .filter((word) => word !== "" && !BEFORE.has(word.toLowerCase()));
  return words.length < 2 ? [] : words.filter((word) => ID_WORD.test(word) && !NO_ID.test(word))
    .sort((a, b) => b.length - a.length)
    .map((id) => ({ id, words: words.filter((word) => word !== id) }));
}

const decoder = new TextDecoder();

/** Whether topics and messages that bear an id bear the words beside it as well, and say of no other kind of thing. */
export function isWhatIsSaid(
  said: string,
  o: { words: readonly string[]; id: string; samples: readonly Sample[] },
): boolean {
  const texts = new WrittenTexts();
  const asked = readSaid(said);
  // The robot of `r1` and the gateway of `GW01` are called after what they are.
  const ids = [o.id, ...o.words].filter((word) => /^\p{L}{1,3}\d{1,3}$/u.test(word));
  const isKind = (word: string) =>
    isFiller(word) && ids.some((id) => id[0].toLowerCase() === word[0]);
  const told = o.samples.map(({ topic, payload }) =>
    `${topic} ${decoder.decode(payload)}`.toLowerCase()
  );
  return o.words.map((word) => word.toLowerCase()).every((word) =>
    isKind(word) || told.some((one) => one.includes(word))
  ) && !o.samples.some(({ topic }) => contradicts(texts.read(topic), asked));
}
