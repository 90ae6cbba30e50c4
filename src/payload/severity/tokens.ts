import { inEnglish } from "../spoken_words.ts";
import { isTroubleCompound } from "./trouble_nouns.ts";
import { ERROR_WORDS, WARNING_WORDS } from "./trouble_words.ts";

/** A word, a number or a sign of a text. */
export interface Token {
  readonly text: string;
  readonly kind: "word" | "number" | "bind" | "break";
  /** `fail-safe`: a word that is part of a longer one, with something after it. */
  readonly joined: boolean;
}

const TOKEN =
  /[\p{L}\p{M}][\p{L}\p{M}'’]*(?:-[\p{L}][\p{L}\p{M}'’]*)*|[0-9]+(?:[.:\-t][0-9]+)*|[:=]|[,;.!?|\n()[\]{}<>"]/gu;

/** Takes a text apart; names such as `sensorError` and `sensor_error` become words. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  // InfluxDB's line protocol marks integers: `err_in=0i`.
  const plain = text.replace(/(=-?[0-9]+)[iu](?=[,\s]|$)/g, "$1");
  const spaced = plain.replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2").toLowerCase().replaceAll("_", " ");
  for (const [match] of inEnglish(spaced).matchAll(TOKEN)) {
    const first = match.charCodeAt(0);
    if (match === ":" || match === "=") tokens.push({ text: match, kind: "bind", joined: false });
    else if (/^[0-9]/.test(match)) tokens.push({ text: match, kind: "number", joined: false });
    else if (match.length === 1 && first < 128 && !/[a-z]/.test(match)) {
      tokens.push({ text: match, kind: "break", joined: false });
    } else {
      const pieces = match.split("-");
      for (const [i, piece] of pieces.entries()) {
        tokens.push({ text: piece, kind: "word", joined: i < pieces.length - 1 });
      }
    }
  }
  return tokens;
}

/** 2 for a word that tells an error, 1 a warning, 0 neither. */
export function wordRank(token: Token): 0 | 1 | 2 {
  if (token.kind !== "word" || token.joined) return 0;
  if (ERROR_WORDS.has(token.text)) return 2;
  if (WARNING_WORDS.has(token.text)) return 1;
  return isTroubleCompound(token.text) || GLUED.test(token.text) ? 2 : 0;
}

/** `chargingerror`, as a robot writes its phase; a number that is called so may be how far a control is off. */
const GLUED = /^(?!no|zero|last)[a-z]{4,14}(?:error|failure)$/;
