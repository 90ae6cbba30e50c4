import { isMisspelt } from "../../../edit_distance.ts";
import {
  knownWithin,
  type Meaning,
  type MeaningClass,
  meaningsOf,
  partsOfCompound,
  saidWords,
} from "./household_words.ts";
import { holdsWord, isFiller, wordsOf } from "./names.ts";

/** A word, or several that are one thing, with what they mean. */
export interface Token {
  readonly text: string;
  /** Empty for names, numbers and words that say nothing. */
  readonly meanings: readonly Meaning[];
  /** The level of the topic in which it stands. */
  readonly level?: number;
}

/** Words that tell nothing of a device, in what people say. */
const STOP_WORDS = new Set(
  ("a an the my our your of in on at for and from to with no nr number nummer num s l d " +
    "der die das den dem des mein meine unser unsere von vom im am und mit fuer " +
    "le la les du de un une au aux dans et mon ma het een in op van mijn en het " +
    "el los las del il lo gli di da della del nel mi mio mia e")
    .split(" ").filter((word) => word !== "van"),
);

/** Numbers that people say as words. */
const NUMBERS: Readonly<Record<string, string>> = {
  one: "1",
  two: "2",
  three: "3",
  first: "1",
  second: "2",
  third: "3",
  eins: "1",
  zwei: "2",
  drei: "3",
  deux: "2",
  trois: "3",
  twee: "2",
  drie: "3",
  due: "2",
  tre: "3",
  dos: "2",
  tres: "3",
};

const MOST_WORDS = 3;
const LONGEST_TEXT = 300;
/** Shorter words are other words when misspelt. */
const LEAST_MISSPELT = 6;

/** `07` and `0001` are 7 and 1. */
function plainNumber(word: string): string {
  return word.length <= 6 ? word.replace(/^0+(?=\d)/, "") : word;
}

function isNumber(word: string): boolean {
  return /^\d+$/.test(word);
}

/** What a person says, in words that mean something together: `robot vacuum`, `pompe à chaleur`, `Pumpe`, `2`. */
export function readSaid(name: string): Token[] {
  // "e-bike" is one word, and "porte e finestre" are two
  const raw = wordsOf(name.slice(0, 120).replace(/\be-(?=\p{L})/giu, "e"));
  // "fridge A"
  const isLetter = (at: number) => at > 0 && at === raw.length - 1 && raw[at]?.length === 1;
  const words = raw.filter((word, at) => !STOP_WORDS.has(word) || isLetter(at))
    .flatMap((word) => partsOf(word) ?? [word]);
  return tokensOf(words, {
    meaningsOf: (word) => meaningsOf(word, "said"),
    plain: (word) => [{ text: plainNumber(NUMBERS[word] ?? word), meanings: [] }],
  });
}

function partsOf(word: string): readonly string[] | null {
  if (meaningsOf(word, "said").length > 0) return null;
  return partsOfCompound(word) ?? partsOfCompound(word, isFiller);
}

/** "garage door" is also the door, or the gate, of a garage; null where none is asked for. */
export function withGarageApart(said: readonly Token[]): Token[] | null {
  if (!said.some(isGarageDoor)) return null;
  const door = [...meaningsOf("door", "said"), ...meaningsOf("gate", "said")];
  return said.flatMap((token) =>
    isGarageDoor(token)
      ? [{ text: "garage", meanings: meaningsOf("garage", "said") }, {
        text: "door",
        meanings: door,
      }]
      : [token]
  );
}

function isGarageDoor({ meanings }: Token): boolean {
  return meanings.some(({ id }) => id === "garagedoor");
}

/** The word that is meant by one that is misspelt by a letter; null where that is not sure. */
export function spelledRight(word: string): Token | null {
  if (word.length < LEAST_MISSPELT || isNumber(word)) return null;
  let found: Token | null = null;
  for (const known of saidWords()) {
    if (known[0] !== word[0] || Math.abs(known.length - word.length) > 1) continue;
    if (known.length < LEAST_MISSPELT - 1 || !isMisspelt(known, word)) continue;
    const meanings = meaningsOf(known, "said");
    if (found !== null && !sharesMeaning(found, { text: known, meanings })) return null;
    found ??= { text: known, meanings };
  }
  return found;
}

/** Reads names and topics, each once. */
export class WrittenTexts {
  readonly #texts = new Map<string, readonly Token[]>();
  readonly #words = new Map<string, readonly Token[]>();

  /** Its words with what they mean. */
  read(text: string): readonly Token[] {
    let tokens = this.#texts.get(text);
    if (tokens === undefined) {
      tokens = this.#tokensOf(text.slice(0, LONGEST_TEXT));
      if (this.#texts.size < 100_000) this.#texts.set(text, tokens);
    }
    return tokens;
  }

  #tokensOf(text: string): readonly Token[] {
    const words: string[] = [];
    const levels: number[] = [];
    for (const [level, name] of text.split("/").entries()) {
      // Nothing is the second of something for `v2`, nor for `volvo2mqtt`.
      if (/^v\d+$/.test(name)) continue;
      const own = [...wordsOf(name)];
      const bridge = own.indexOf("mqtt");
      if (bridge > 1 && own[bridge - 1] === "2" && !isWritten(own.slice(0, bridge + 1))) {
        own.splice(bridge - 1, 2);
      }
      for (const word of own) words.push(word) && levels.push(level);
    }
    return tokensOf(words, {
      meaningsOf: (word) => meaningsOf(word, "written"),
      plain: (word) => this.#plain(word),
      levels,
    });
  }

  #plain(word: string): readonly Token[] {
    let tokens = this.#words.get(word);
    if (tokens === undefined) {
      const own = { text: plainNumber(word), meanings: [] };
      const within = word.length > 60 ? [] : knownWithin(word);
      // The word itself stays: "power pet door" and "powerpetdoor" are both said.
      tokens = within.length === 0 ? [own] : [{
        text: word,
        meanings: within.flatMap((part) => meaningsOf(part, "written")),
      }];
      if (this.#words.size < 100_000) this.#words.set(word, tokens);
    }
    return tokens;
  }
}

function isWritten(words: readonly string[]): boolean {
  return meaningsOf(words.join(""), "written").length > 0;
}

/** The longest run of words that means something, again and again. */
function tokensOf(
  words: readonly string[],
  o: {
    meaningsOf: (word: string) => readonly Meaning[];
    plain: (word: string) => readonly Token[];
    levels?: readonly number[];
  },
): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < words.length;) {
    let count = Math.min(MOST_WORDS, words.length - at);
    let meanings: readonly Meaning[] = [];
    for (; count > 0; count--) {
      meanings = o.meaningsOf(words.slice(at, at + count).join(""));
      if (meanings.length > 0) break;
    }
    const level = o.levels?.[at] ?? 0;
    if (count === 0) tokens.push(...o.plain(words[at]).map((one) => ({ ...one, level })));
    else tokens.push({ text: words.slice(at, at + count).join(" "), meanings, level });
    at += Math.max(count, 1);
  }
  return tokens;
}

/** Whether two words mean the same. */
function sharesMeaning(a: Token, b: Token, of?: MeaningClass): boolean {
  return a.meanings.some((one) =>
    (of === undefined || one.class === of) &&
    b.meanings.some((other) => one.id === other.id && one.class === other.class)
  );
}

/** Whether a text holds what a word means; a number as such, a name also misspelt or in a compound. */
export function holdsToken(
  text: readonly Token[],
  asked: Token,
  all: readonly Token[] = [asked],
): boolean {
  if (asked.meanings.length > 0) {
    return text.some((own) => sharesMeaning(own, asked)) || isThereInParts(text, asked);
  }
  if (isNumber(asked.text) && asked.text.length < 4) return holdsNumber(text, asked.text, all);
  const words = text.flatMap((own) => own.text.split(" "));
  const apart = { words, bare: words.join("") };
  return holdsWord(apart, asked.text) ||
    // "Anna's", "Annas"
    asked.text.length > 3 && asked.text.endsWith("s") && words.includes(asked.text.slice(0, -1));
}

/** Whether a thing of two words stands there word by word: a "gas meter" below `meter/gas`. */
function isThereInParts(text: readonly Token[], { text: asked }: Token): boolean {
  const words = asked.split(" ");
  return words.length > 1 && words.every((word) => text.some((own) => own.text === word));
}

/** A number that is not the number of something else: "robot 2" is not in `hall2/robot`. */
function holdsNumber(text: readonly Token[], number: string, all: readonly Token[]): boolean {
  return text.some((own) => {
    if (own.text !== number) return false;
    const beside = text.filter(({ level }) => level === own.level);
    return !beside.some(({ meanings }) => meanings.length > 0) ||
      beside.some((one) => all.some((asked) => asked.text !== number && holdsToken([one], asked)));
  });
}

/** `name` of a text that is of another one than those asked for. */
function hasOther(text: readonly Token[], asked: readonly Token[], name: MeaningClass): boolean {
  return text.some((own) =>
    own.meanings.some((meaning) => meaning.class === name) &&
    !asked.some((one) => sharesMeaning(own, one, name) || own.text === one.text)
  );
}

function lacks(text: readonly Token[], asked: readonly Token[], name: MeaningClass): boolean {
  return asked.some((one) =>
    one.meanings.some((meaning) => meaning.class === name) && !holdsToken(text, one)
  );
}

/** Whether a text lacks a room that is asked for, and has another. */
export function isElsewhere(text: readonly Token[], asked: readonly Token[]): boolean {
  return lacks(text, asked, "room") && hasOther(text, asked, "room");
}

const CLASSES: readonly MeaningClass[] = ["room", "side", "thing", "kind", "maker"];

/**
 * Whether a text is of something else than what is asked for: of another room, kind, maker or quantity where it lacks
 * the one asked for, or of `pump 2` where `pump 3` is.
 */
export function contradicts(text: readonly Token[], asked: readonly Token[]): boolean {
  if (CLASSES.some((name) => lacks(text, asked, name) && hasOther(text, asked, name))) return true;
  return asked.some((number, at) => {
    const named = asked[at - 1];
    if (named === undefined || !/^\d{1,3}$/.test(number.text)) return false;
    const follows = text.flatMap((own, i) =>
      holdsToken([own], named) ? numbersFrom(text, i + 1) : []
    );
    // A long number is that of a thing wherever it stands: `streetlights/1/0/event/123`.
    const stands = number.text.length > 2 && text.some((own) => own.text === number.text);
    return follows.length > 0 && !follows.includes(number.text) && !stands;
  });
}

/** The short numbers that stand there one after the other. */
function numbersFrom(text: readonly Token[], start: number): string[] {
  let end = start;
  while (/^\d{1,3}$/.test(text[end]?.text ?? "")) end++;
  return text.slice(start, end).map((own) => own.text);
}

/** Whether a word is a number that people say as a word. */
export function isSaidNumber(word: string): boolean {
  return Object.hasOwn(NUMBERS, word);
}
