/** Devices each value of which has a level of its own that begins with their name: `voltronic_Bus_voltage`. */
import { ROLES } from "./namesakes.ts";
import { isFiller, wordsOf } from "./names.ts";
import { plainNames } from "./plain_names.ts";
import { isOwnName, isRoom } from "./said_words.ts";
import { readSaid } from "./spoken.ts";

const LEAST_VALUES = 5;
/** Shares of the levels that end as what is measured is called, and that tell something no other does. */
const LEAST_MEASURED = 0.5;
const LEAST_APART = 0.8;
const MEASURED =
  /^(?:temp(?:erature)?|power|volt(?:age|s)?|current|amp(?:s|ere)?|watts?|energy|[km]?wh?|freq(?:uency)?|soc|state|status|mode|level|pressure|flow|capacity|percent|hum(?:idity)?|rpm|today|total|uptime|rssi)$/;

/** The topics of a device that is asked for by the words with which its levels begin; none where they may be of several. */
export function topicsByFlatName(said: string, topics: Iterable<string>): Set<string> {
  // "voltronic inverter"
  const words = [...wordsOf(plainNames(said)[0] ?? said.slice(0, 120))];
  while (words.length > 1 && isFiller(words.at(-1) ?? "")) words.pop();
  const tokens = readSaid(words.join(" "));
  const isName = tokens.length > 0 &&
    tokens.every((token) =>
      isOwnName(token) || token.meanings.some((meaning) => meaning.class === "maker")
    );
  const found = new Set<string>();
  if (!isName) return found;
  const parents = new Set<string>();
  const rests = new Map<string, readonly string[]>();
  for (const topic of topics) {
    const levels = topic.split("/");
    const at = levels.findIndex((level) => words.every((word, i) => wordsOf(level)[i] === word));
    const rest = wordsOf(levels[at] ?? "").slice(words.length);
    if (at === -1) continue;
    // What is called just so is the device, and was looked for.
    if (rest.length === 0) return new Set();
    parents.add(levels.slice(0, at).map((level) => ROLES.test(level) ? "" : level).join("/"));
    rests.set(levels[at], rest);
    found.add(topic);
  }
  const all = [...rests.values()];
  const isOther = (word: string) => /\d/.test(word) || readSaid(word).some(isRoom);
  const ends = new Set(all.map((rest) => rest.slice(rest.length > 1 ? 1 : 0).join(" ")));
  const measured = all.filter((rest) => MEASURED.test(rest.at(-1) ?? ""));
  const isOne = parents.size === 1 && all.length >= LEAST_VALUES &&
    !all.some(([first]) => isOther(first)) && ends.size >= LEAST_APART * all.length &&
    measured.length >= LEAST_MEASURED * all.length;
  return isOne ? found : new Set();
}
