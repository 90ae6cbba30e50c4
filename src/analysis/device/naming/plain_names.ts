/** Names as people say them in a sentence, without what they add. */

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
  return [...new Set([bare, numbered, ...padded])].filter((name) =>
    name.length > 1 && name !== said && !/^\d+$/.test(name)
  );
}

/** One of what is asked for in the plural; null where it is none. */
export function singular(said: string): string | null {
  return said.length > 4 && said.endsWith("s") && !said.endsWith("ss") ? said.slice(0, -1) : null;
}

/** A word that only one thing bears: `00cbd1`, `BNE5A120Z7`, `11504432`. */
const ID_WORD = /^(?:(?=[a-f]*\d)[\da-f]{6,32}|(?=(?:\p{L}*\d){3})[\p{L}\d]{8,32})$/iu;

/** The one id among several words, and those beside it, which say what bears it: `WH51 00cbd1`; null where there is none. */
export function idAmong(said: string): { id: string; words: string[] } | null {
  const words = said.slice(0, LONGEST).split(/\s+/).map((word) => word.replace(SIGNS, ""));
  const [id, another] = words.filter((word) => ID_WORD.test(word));
  return id === undefined || another !== undefined || words.length < 2
    ? null
    : { id, words: words.filter((word) => word !== id) };
}
