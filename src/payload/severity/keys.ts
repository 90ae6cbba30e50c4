/** What the name of a field makes of its value. */
import { remembering } from "../remembered.ts";
import {
  COUNT_PARTS,
  EXEMPT_PARTS,
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
  return /(?:^|[_\s.-]|[a-z\d])NC$|(?:^|[_\s.-])nc$/.test(key);
}

/** What the name of a field makes of its value; remembered. */
export const keyKind: (key: string) => KeyKind = remembering((key) =>
  classifyKey(splitWords(key.slice(0, 64)))
);

function classifyKey(said: readonly string[]): KeyKind {
  // `getStatusStoerung` is what is got.
  const words = said.length > 2 && said[0] === "get" ? said.slice(1) : said;
  // `BILGE_LEVEL_ALARM`: before a word of trouble, a level is what it is of.
  const exempt = words.some((w, i) =>
    EXEMPT_PARTS.has(w) && !(w === "level" && words.slice(i + 1).some(isTroubleNoun))
  );
  const last = words[words.length - 1] ?? "";
  const soleLevel = last === "level" || words.includes("loglevel");
  if (!exempt) {
    // `HaltOnError`, `reboot_on_fail`: what shall happen then.
    if (words.at(-2) === "on" && isTroubleNoun(last)) return "label";
    if (words.some(isTroubleNoun)) {
      // `ErrorId` is which one it is; anything else may have an id.
      const isWhich = words.length === 2 && /^(?:error|fault)$/.test(words[0] ?? "") &&
        last === "id";
      if (!isWhich && words.some((w) => LABEL_PARTS.has(w) && w !== "description")) return "label";
      if (COUNT_PARTS.has(last)) return "past_trouble";
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

/** Whether the exact value of a number directly under this key can change the verdict. */
export function isTellingKey(key: string): boolean {
  const kind = keyKind(key);
  return kind !== "label" && kind !== "text";
}
