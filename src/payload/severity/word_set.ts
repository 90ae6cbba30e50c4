/** Words as they stand in a text, with spaces between them. */
export function wordSet(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}

/** What keyboards and programs leave out of the letters of other languages. */
const STROKES: Readonly<Record<string, string>> = {
  ł: "l",
  ø: "o",
  đ: "d",
  ı: "i",
  æ: "ae",
  ß: "ss",
};

/** A word in small letters without their marks: `wyłączony` is `wylaczony`. */
export function unmarked(word: string): string {
  return word.normalize("NFD").replace(/\p{M}/gu, "").normalize("NFC").replace(
    /[łøđıæß]/g,
    (one) => STROKES[one] ?? one,
  );
}

/** As {@linkcode wordSet}, each word also as it is written without marks; a German one also with `ae`, `oe`, `ue`. */
export function markedSet(text: string): ReadonlySet<string> {
  const words = [...wordSet(text)];
  const umlauts = (word: string) =>
    word.replaceAll("ä", "ae").replaceAll("ö", "oe").replaceAll("ü", "ue");
  return new Set(words.flatMap((word) => [word, unmarked(word), unmarked(umlauts(word))]));
}
