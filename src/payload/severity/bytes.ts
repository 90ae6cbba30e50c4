import { spokenWords } from "../spoken_words.ts";
import { ERROR_LEVELS } from "./levels.ts";
import { ERROR_WORDS, WARNING_WORDS } from "./trouble_words.ts";

const encoder = new TextEncoder();
const TABLE_BITS = 16;
const marks = new Uint8Array(1 << TABLE_BITS);

const isTrouble = (word: string) =>
  ERROR_WORDS.has(word) || WARNING_WORDS.has(word) || ERROR_LEVELS.has(word);
const SPOKEN = [...spokenWords()].flatMap(([word, english]) => isTrouble(english) ? [word] : []);

for (const word of [...ERROR_WORDS, ...WARNING_WORDS, ...ERROR_LEVELS, ...SPOKEN]) {
  // other letters than those of English are in the bytes as they are written
  const capitals = word.toUpperCase().replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  for (const written of [word, capitals]) {
    let hash = 0;
    for (const byte of encoder.encode(written)) hash = next(hash, byte);
    marks[slot(hash)] = 1;
  }
}

/**
 * Whether a payload's bytes hold a word of trouble, found without decoding it. It never misses a
 * word of `trouble_words.ts`, one of trouble of `spoken_words.ts` or level of `levels.ts` that stands alone in small letters
 * or capitals; it may see one where there is none, and it understands no denial: decode what it finds.
 */
export function mayTellTrouble(bytes: Uint8Array): boolean {
  let hash = 0;
  let wasLower = false;
  for (let i = 0; i < bytes.length; i++) {
    const c = bytes[i];
    const isUpper = c >= 0x41 && c <= 0x5a;
    const isLetter = isUpper || (c >= 0x61 && c <= 0x7a) || c >= 0x80;
    if (!isLetter || (isUpper && wasLower)) {
      if (hash !== 0 && marks[slot(hash)] === 1) return true;
      hash = 0;
    }
    if (isLetter) hash = next(hash, isUpper ? c | 0x20 : c);
    wasLower = isLetter && !isUpper && c < 0x80;
  }
  return hash !== 0 && marks[slot(hash)] === 1;
}

function next(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, 0x01000193) + 0x9e37;
}

function slot(hash: number): number {
  return (hash ^ (hash >>> TABLE_BITS)) & ((1 << TABLE_BITS) - 1);
}
