/** What the name of a field makes of its value. */
import { plainKey } from "../plain_keys.ts";
import { remembering } from "../remembered.ts";
import {
  COUNT_PARTS,
  COUNTERS,
  EXEMPT_PARTS,
  isRoomLeft,
  LABEL_PARTS,
  LEVEL_PARTS,
  ONLINE_PARTS,
  PAST_PARTS,
  POSITIVE_PARTS,
  STATE_PARTS,
  WARNING_KEYS,
} from "./key_words.ts";
import { splitWords } from "./split_words.ts";
import { isTroubleNoun } from "./trouble_nouns.ts";

/** How the value of a field is to be read. */
export type KeyKind =
  | "level"
  | "state"
  | "trouble"
  | "past_trouble"
  | "warning"
  | "positive"
  | "online"
  | "label"
  | "text";

/** `EStop_NC`, `guardNC`: a contact that is closed, and so told as 1, while all is well. */
export function isNormallyClosed(key: string): boolean {
  return /(?:^|_)nc$/.test(plainKey(key));
}

/** What a name ends in that says what a thing is to do, and not what it does. */
const TO_DO =
  /^(?:function|functions|func|funktion|fonction|función|funcion|funzione|functie|funkce|policy|behaviou?r|verhalten)$/;
/** What a program is told to do with trouble. */
const DO_WITH = /^(?:record|ignore|skip|allow|suppress|notify)$/;
const MOST_AFTER_ON = 3;

/** `over_temperature_restart_function`, `record_fault_code`, `power_saving_on_overload`: what shall be done when there is trouble. */
export const isToBeDone: (key: string) => boolean = remembering((key) =>
  saysToDo(splitWords(key.slice(0, 64)))
);

function saysToDo(words: readonly string[]): boolean {
  const last = words.at(-1) ?? "";
  const on = words.at(-2) === "on" ? words.length - 2 : words.indexOf("on", 1);
  return words.length > 1 && (TO_DO.test(last) || DO_WITH.test(words[0])) ||
    last === "mode" && words.at(-2) === "output" ||
    on >= 0 && on < words.length - 1 && words.length - 1 - on <= MOST_AFTER_ON &&
      (isTroubleNoun(last) || WARNING_KEYS.has(last) || /^(?:interrupt|loss|trip)$/.test(last));
}

/** What the name of a field makes of its value; remembered. */
export const keyKind: (key: string) => KeyKind = remembering((key) =>
  classifyKey(splitWords(key.slice(0, 64)))
);

function classifyKey(said: readonly string[]): KeyKind {
  // `getStatusStoerung` is what is got.
  const words = said.length > 2 && said[0] === "get" ? said.slice(1) : said;
  const last = words[words.length - 1] ?? "";
  // `BILGE_LEVEL_ALARM`: before a word of trouble, a level is what it is of.
  // Why a UPS went to its battery last.
  const exempt = saysToDo(words) || last === "reason" && words.includes("transfer") ||
    words.some((w, i) =>
      EXEMPT_PARTS.has(w) && !(w === "level" && isLevelOfTrouble(words, i)) &&
      !isRoomLeft(w, words[i - 1])
    );
  const soleLevel = last === "level" || words.includes("loglevel");
  if (!exempt) {
    if (words.some(isTroubleNoun)) {
      // `ErrorId` is which one it is; anything else may have an id.
      const isWhich = words.length === 2 && /^(?:error|fault)$/.test(words[0]) &&
        last === "id";
      if (!isWhich && words.some((w) => LABEL_PARTS.has(w) && w !== "description")) return "label";
      if (COUNT_PARTS.has(last) || COUNTERS.has(words[0])) return "past_trouble";
      return words.some((w) => PAST_PARTS.has(w)) ? "past_trouble" : "trouble";
    }
    if (words.some((w) => WARNING_KEYS.has(w))) return "warning";
    if (words.includes("battery") && words.includes("low")) return "warning";
    if (POSITIVE_PARTS.has(last)) return "positive";
    if (ONLINE_PARTS.has(last)) return "online";
  }
  if (soleLevel || LEVEL_PARTS.has(last)) return "level";
  if (STATE_PARTS.has(last) || last === "http" || /.(?:zustand|tilstand)$/.test(last)) {
    return "state";
  }
  return words.some((w) => LABEL_PARTS.has(w)) || exempt ? "label" : "text";
}

/** `level_alarm`, and `alarma_nivel` in languages that say first what something is. */
function isLevelOfTrouble(words: readonly string[], at: number): boolean {
  return words.some((word, i) =>
    isTroubleNoun(word) && (i > at || !/^(?:alarms?|errors?|faults?)$/.test(word))
  );
}

/** Whether the exact value of a number directly under this key can change the verdict. */
export function isTellingKey(key: string): boolean {
  const kind = keyKind(key);
  return kind !== "label" && kind !== "text";
}
