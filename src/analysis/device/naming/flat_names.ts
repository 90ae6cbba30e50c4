/** Devices each value of which has a level of its own that begins with their name: `voltronic_Bus_voltage`. */
import { ROLES } from "./namesakes.ts";
import { isFiller, wordsOf } from "./names.ts";
import { plainNames } from "./plain_names.ts";
import { isOwnName, isRoom } from "./said_words.ts";
import { readSaid } from "./spoken.ts";

const LEAST_VALUES = 5;
/** Values that one of several told apart by their number shares with another. */
const LEAST_SHARED = 2;
const MOST_TWINS = 1_000;
const NUMBER = /^\d{1,4}$/;
/** Shares of the levels that end as what is measured is called, and that tell something no other does. */
const LEAST_MEASURED = 0.5;
const LEAST_APART = 0.8;
const MEASURED =
  /^(?:temp(?:erature)?|power|volt(?:age|s)?|current|amp(?:s|ere)?|watts?|energy|[km]?wh?|freq(?:uency)?|soc|state|status|mode|level|pressure|flow|capacity|percent|hum(?:idity)?|rpm|today|total|uptime|rssi)$/;

/**
 * The topics of a device that is asked for by the words with which its levels begin; none where they may be of several. What
 * it is may stand for its name where others of its kind are counted beside it: `Pump3_Run` and `Pump3_Current` beside those
 * of `Pump1`.
 */
export function topicsByFlatName(said: string, topics: Iterable<string>): Set<string> {
  // "voltronic inverter"
  const words = [...wordsOf(plainNames(said)[0] ?? said.slice(0, 120))];
  while (words.length > 1 && isFiller(words.at(-1) ?? "")) words.pop();
  const tokens = readSaid(words.join(" "));
  const isName = tokens.length > 0 &&
    tokens.every((token) =>
      isOwnName(token) || token.meanings.some((meaning) => meaning.class === "maker")
    );
  const isCounted = words.length > 1 && words.some((word) => NUMBER.test(word));
  const found = new Set<string>();
  if (!isName && !isCounted) return found;
  const parents = new Set<string>();
  const rests = new Map<string, readonly string[]>();
  const twins = new Map<string, Set<string>>();
  for (const topic of topics) {
    const levels = topic.split("/");
    const at = levels.findIndex((level) => beginsLike(wordsOf(level), words));
    if (at === -1) continue;
    const own = wordsOf(levels[at]);
    const rest = own.slice(words.length);
    const parent = levels.slice(0, at).map((level) => ROLES.test(level) ? "" : level).join("/");
    if (!words.every((word, i) => isSame(own[i], word))) {
      if (twins.size >= MOST_TWINS) continue;
      const twin = `${parent}/${own.slice(0, words.length).join(" ")}`;
      if (!twins.has(twin)) twins.set(twin, new Set());
      twins.get(twin)!.add(rest.join(" "));
      continue;
    }
    // What is called just so is the device, and was looked for.
    if (rest.length === 0) return new Set();
    parents.add(parent);
    rests.set(levels[at], rest);
    found.add(topic);
  }
  const [parent] = parents;
  if (parent === undefined || parents.size > 1) return new Set();
  const all = [...rests.values()];
  const isLikeOthers = isCounted && all.length >= LEAST_SHARED &&
    [...twins].some(([twin, ends]) =>
      twin.slice(0, twin.lastIndexOf("/")) === parent &&
      all.every((rest) => ends.has(rest.join(" ")))
    );
  return isLikeOthers || isName && tellsValuesOfOne(all) ? found : new Set();
}

/** Whether it is the same word or number: 3 is 03. */
function isSame(own: string | undefined, word: string): boolean {
  return own === word || areNumbers(own, word) && Number(own) === Number(word);
}

/** Whether a level begins with these words, whatever the numbers among them are. */
function beginsLike(own: readonly string[], words: readonly string[]): boolean {
  return words.every((word, i) => own[i] === word || areNumbers(own[i], word));
}

function areNumbers(own: string | undefined, word: string): boolean {
  return own !== undefined && NUMBER.test(own) && NUMBER.test(word);
}

/** Whether what the levels end with are values that one device measures. */
function tellsValuesOfOne(all: readonly (readonly string[])[]): boolean {
  const isOther = (word: string) => /\d/.test(word) || readSaid(word).some(isRoom);
  const ends = new Set(all.map((rest) => rest.slice(rest.length > 1 ? 1 : 0).join(" ")));
  const measured = all.filter((rest) => MEASURED.test(rest.at(-1) ?? ""));
  return all.length >= LEAST_VALUES && !all.some(([first]) => isOther(first)) &&
    ends.size >= LEAST_APART * all.length && measured.length >= LEAST_MEASURED * all.length;
}
