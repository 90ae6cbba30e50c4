import { nativeKey, plainKey } from "../plain_keys.ts";
import { remembering } from "../remembered.ts";

/** `statusCode`, `status_code`, `STATUS-CODE` → `status`, `code`. */
export const splitWords: (text: string) => readonly string[] = remembering((text) =>
  wordsOf(plainKey(text))
);

/** As {@linkcode splitWords}, in the text's own language. */
export function nativeWords(text: string): readonly string[] {
  return wordsOf(nativeKey(text));
}

function wordsOf(key: string): readonly string[] {
  return key.split(/[^\p{L}\p{M}]+/u).filter((word) => word !== "");
}
