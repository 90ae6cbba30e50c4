/** Reads names and texts of a few words as statements of trouble: the senses of `lexicon.ts`, by the pairs of `pairs.ts`. */
import { remembering } from "../../../../payload/remembered.ts";
import { isRoomLeft } from "../../../../payload/severity/key_words.ts";
import { nativeWords } from "../../../../payload/severity/split_words.ts";
import { inEnglish } from "../../../../payload/spoken_words.ts";
import { foldedWord, LONGEST_ENTRY, type Sense, sensesOf } from "./lexicon.ts";
import { error, type Flag, warning } from "./flag.ts";
import { ALONE, OPENED, type Pair, PAIRS, type Reading } from "./pairs.ts";

/** A word or several that belong together, and what they may mean. */
interface Word {
  readonly text: string;
  readonly senses: ReadonlySet<Sense>;
}

/** Between what is said and what it is said of stand at most so many words. */
const MOST_BETWEEN = 3;

const MOST_WORDS = 9;

/** Takes a name or a text of a few words apart: at case changes and separators, and compounds of known words. */
export const wordsIn: (text: string) => readonly Word[] = remembering((text) => {
  // `pHTank` is of pH.
  const parts = readWords(text.slice(0, 80).replaceAll("pH", "Ph ")).map(foldedWord).flatMap(
    partsOf,
  );
  const words: Word[] = [];
  for (let at = 0; at < parts.length && words.length < MOST_WORDS;) {
    let length = Math.min(LONGEST_ENTRY, parts.length - at);
    while (length > 1 && sensesOf(parts.slice(at, at + length).join("_")).size === 0) length--;
    const joined = parts.slice(at, at + length).join("_");
    words.push({ text: joined, senses: sensesOf(joined) });
    at += length;
  }
  return words;
});

/** The words of a text, in English but for those that have a sense of their own: `Strom` is the mains as well. */
function readWords(text: string): string[] {
  // Words alone are left, so a number stands for one that stays.
  const kept: string[] = [];
  const masked = nativeWords(text).map((word) =>
    sensesOf(foldedWord(word)).size > 0 ? String(kept.push(word) - 1) : word
  ).join("_");
  return inEnglish(masked).split(/[_ ]/).map((word) =>
    /^\d+$/.test(word) ? kept[Number(word)] : word
  );
}

const LEAST_PART = 3;

/** `wassermangel` → `wasser`, `mangel`; with the letters that German and its neighbours put between. */
function partsOf(word: string): string[] {
  if (word.length < 2 * LEAST_PART || word.length > 40 || sensesOf(word).size > 0) return [word];
  for (let end = word.length - LEAST_PART; end >= LEAST_PART; end--) {
    const head = word.slice(0, end);
    const tail = word.slice(end);
    if (!isWhole(tail)) continue;
    const stem = [head, head.replace(/(?:s|n|en|er|e)$/, "")].find((one) =>
      one.length >= LEAST_PART && isWhole(one)
    );
    if (stem !== undefined) return [stem, tail];
  }
  // Whose part it is need not be known: `raammotor`, `Fensterantrieb`.
  for (let end = LEAST_PART; end <= word.length - LEAST_TAIL; end++) {
    const tail = word.slice(end);
    if (tail !== "window" && sensesOf(tail).has("part") && !sensesOf(tail).has("supply")) {
      return [tail];
    }
  }
  return [word];
}

const LEAST_TAIL = 5;

/** Words of a phrase, and no small ones, which are parts of others by chance. */
function isWhole(part: string): boolean {
  const senses = sensesOf(part);
  return senses.size > 0 && !senses.has("binding") && !senses.has("well");
}

/** The trouble that is told by a flag of that name when it is up. */
export function troubleOfFlag(name: string, o: { isNumber: boolean }): Flag | null {
  const words = [...wordsIn(name)];
  // A number may count how often: `no_response: 1`, `currently_failed: 1`.
  if (
    o.isNumber &&
    (isNumberOf(words) ||
      words.some(({ text }) => /^(?:no_(?:response|reply|answer)|currently|total)$/.test(text)))
  ) {
    return null;
  }
  // Anything may have expired.
  if (words.length === 1 && words[0]?.text === "expired") return null;
  for (;;) {
    const last = words.at(-1);
    if (last === undefined) return null;
    const told = atEnd(words);
    if (told !== null) return told;
    if (!last.senses.has("ending") && last.text.length > 1) return null;
    words.pop();
  }
}

/** `No_Inputs: 1`: how many there are, and none that is lost. */
function isNumberOf([first, ...rest]: readonly Word[]): boolean {
  const text = rest.at(-1)?.text ?? "";
  return first?.text === "no" && text.endsWith("s") && !text.startsWith("comm") &&
    sensesOf(text.slice(0, -1)).size > 0;
}

/** Trouble that the last words tell. */
function atEnd(words: readonly Word[]): Flag | null {
  const last = words.at(-1);
  if (last === undefined) return null;
  if (isDenied(words, words.length - 1)) return pairAtEnd(words, "flag");
  // `protection_surchauffe`: that there is one. `failed` alone and what is wanted are told by other rules.
  if (
    /^prote/.test(words.at(-2)?.text ?? "") ||
    words.length === 1 && /^fail(?:s|ed|ing|ures?|safe)?$/.test(last.text)
  ) {
    return null;
  }
  if (last.senses.has("wanting")) return null;
  return pairAtEnd(words, "flag") ?? aloneAt(words, words.length - 1) ?? triedAtEnd(words);
}

function aloneAt(words: readonly Word[], at: number): Flag | null {
  const word = words[at];
  if (word === undefined) return null;
  return ALONE.find(([sense]) => word.senses.has(sense))?.[1] ?? null;
}

/** `no_leak`, `keine Leckage`. */
function isDenied(words: readonly Word[], at: number): boolean {
  for (let before = at - 1; before >= 0 && before >= at - 2; before--) {
    // "not charging because of overheating"
    if (words[before]?.senses.has("because")) return false;
    const word = words[before];
    if (word?.senses.has("denying") && !isRoomLeft(word.text, words[before - 1]?.text)) return true;
  }
  return false;
}

/** `oil_level_low`, `low_oil_level`. */
function pairAtEnd(words: readonly Word[], reading: Reading): Flag | null {
  const at = words.length - 1;
  for (let before = at - 1; before >= 0 && before >= at - 1 - MOST_BETWEEN; before--) {
    // "Wartung Beatmungsgerät erforderlich": whose it is need not be known.
    const isCare = before === at - 2 && words[at]?.senses.has("needed") === true &&
      words[before]?.senses.has("care") === true;
    if (!isCare && words.slice(before + 1, at).some((word) => !isBetween(word))) break;
    const trouble = pairOf(words, { before, at, reading });
    if (trouble !== null) return trouble;
  }
  return null;
}

const BETWEEN: readonly Sense[] = [
  "binding",
  "fluid",
  "measure",
  "part",
  "supply",
  "link",
  "blocked",
  "wished",
  "flowing",
];

function isBetween({ text, senses }: Word): boolean {
  return text.length <= 2 || BETWEEN.some((sense) => senses.has(sense));
}

function pairOf(
  words: readonly Word[],
  { before, at, reading }: { before: number; at: number; reading: Reading },
): Flag | null {
  const first = words[before];
  const last = words[at];
  if (first === undefined || last === undefined) return null;
  const isPair = ({ said, of }: Pair, one: Word, other: Word) =>
    one.text !== other.text && one.senses.has(said) &&
    of.some((sense) => other.senses.has(sense));
  const told = PAIRS.find((pair) =>
    isReadAs(pair, reading) &&
    (isPair(pair, last, first) && !isDenied(words, at) ||
      isPair(pair, first, last) && !isDenied(words, before))
  );
  return told?.trouble ?? null;
}

function isReadAs({ only }: Pair, reading: Reading): boolean {
  return only === undefined || only.includes(reading);
}

/** `failed_to_start`. */
function triedAtEnd(words: readonly Word[]): Flag | null {
  const at = words.findIndex(({ senses }) => senses.has("trying"));
  return at >= 0 && words[at + 1]?.text === "to" && words.length <= at + 5
    ? error("it tried and failed")
    : null;
}

/** `stopped_no_fan`, `gestoppt: EC hoch`: something stopped it, which nobody did. */
function stoppedBy(words: readonly Word[]): Flag | null {
  const at = words.findIndex(({ senses }) => senses.has("halted"));
  return at >= 0 && at <= 1 && words.length >= at + 3 &&
      words.slice(at + 1).some(({ senses }) => CAUSES.some((sense) => senses.has(sense)))
    ? error("something stopped it")
    : null;
}

const CAUSES: readonly Sense[] = ["lacking", "high", "low", "missing", "wire"];

/** Senses of words that say what something is said of. */
const SUBJECTS: readonly Sense[] = [
  "supply",
  "waste",
  "store",
  "part",
  "link",
  "mains",
  "wished",
  "wire",
  "door",
  "care",
  "paper",
  "protection",
  "contact",
  "wayOut",
  "reached",
  "registration",
  "sim",
  "readiness",
  "battery",
  "flowing",
  "measure",
  "tampered",
  "chip",
  "zoneLike",
  "apparatus",
  "conductor",
  "lockedLoop",
  "dock",
];

/** Whether a name ends in a part, a supply or another thing of which troubles are told in a word. */
export function isSubject(name: readonly Word[]): boolean {
  const last = name.findLast(({ text, senses }) =>
    text.length > 1 && !senses.has("ending") && !senses.has("blocked") &&
    (!senses.has("binding") || senses.size > 1)
  );
  return last !== undefined && SUBJECTS.some((sense) => last.senses.has(sense));
}

/** Said of anything, these tell trouble. */
const STRONG: readonly Sense[] = ["broken", "stuck", "shorted", "protected", "leak"];

/** The trouble that a few words tell wherever they stand. */
export function brokenIn(text: string, o: { isStrong?: boolean } = {}): Flag | null {
  const words = wordsIn(text);
  if (words.length > 5) return null;
  const told = troubleInText(text, { subject: [], unknown: 0 });
  // What stands open may be a window.
  if (told === null || told === OPENED) return null;
  // "Sensor error" in the place of a number is told by what reads numbers.
  const isPair = !o.isStrong && !words.some(({ senses }) => senses.has("erring")) &&
    words.filter(({ senses }) => [...senses].some((sense) => sense !== "binding")).length > 1;
  const [only] = words;
  const isWhole = words.length === 1 && only !== undefined && only.text.includes("_") &&
    (only.senses.has("unwell") || only.senses.has("wanting"));
  return isPair || isWhole || words.some(({ senses }) => STRONG.some((sense) => senses.has(sense)))
    ? told
    : null;
}

/**
 * The trouble that a text of a few words tells of what its field is named after. So many of its words may be
 * unknown.
 */
export function troubleInText(
  text: string,
  { subject, unknown, isState }: {
    subject: readonly Word[];
    unknown: number;
    isState?: boolean;
  },
): Flag | null {
  const words = wordsIn(text);
  if (words.length === 0 || words.length > 8) return null;
  if (words.some(({ senses }) => senses.has("well"))) return null;
  // `door_check` is what it does; what shall be done is `check_door`.
  if (words.length === 2 && words[1]?.text === "check") return null;
  if (subject.length > 0 && words[0]?.senses.has("trying") && words[1]?.text === "to") {
    return triedAtEnd(words);
  }
  if (words.filter(({ senses, text }) => senses.size === 0 && text.length > 2).length > unknown) {
    return null;
  }
  for (const [at] of words.entries()) {
    const head = words.slice(0, at + 1);
    const pair = pairAtEnd(head, "text") ?? (isState ? pairAtEnd(head, "flag") : null);
    if (pair !== null) return pair;
    const alone = isDenied(words, at) ? null : aloneAt(words, at);
    if (alone !== null) return alone;
  }
  const tried = triedAtEnd(words) ?? stoppedBy(words);
  if (tried !== null) return tried;
  if (isState) {
    // `MODE_LOCATION_ERROR`, `Permanent Fault Mode`.
    const last = words.findLastIndex(({ text }) => !/^(?:mode|state|status)$/.test(text));
    const isErring = (at: number) =>
      words[at]?.senses.has("erring") === true && !isDenied(words, at);
    // `paused_ams_lost`: of what, it need not be known.
    if (last > 0 && words[last]?.text === "lost" && !isDenied(words, last)) {
      return error("something is lost");
    }
    if (last > 0 && (isErring(last) || words.length === 2 && isErring(0))) {
      return error("a state that nobody wants");
    }
    if (words.length <= 2 && words.some(({ senses }) => senses.has("plight"))) {
      return warning("a state that nobody wants");
    }
  }
  // The whole of the value is said of what the field is called after.
  const said = words.filter(({ senses, text }) => !senses.has("binding") && text.length > 1);
  const [only] = said;
  if (said.length !== 1 || only === undefined || subject.length === 0) return null;
  if (
    only.senses.has("replace") || only.senses.has("fill") ||
    only.text === "empty" && !subject.some(({ senses }) => senses.has("supply")) ||
    // Of a door or a window; one that measures is called after what it measures.
    only.text === "open" &&
      subject.findLast(({ senses }) => !senses.has("ending"))?.text === "sensor"
  ) return null;
  return pairAtEnd([
    ...subject.filter(({ senses }) => senses.size > 0 && !senses.has("ending")),
    only,
  ], "value");
}
