/**
 * A name as people mean it: lower case, without separators. `pump 3`, `pump-3`, `Pump_3` and
 * `PUMP3` are the same; so are `00:15:8D:AA` and `0x00158daa`.
 */
export function normalizeName(name: string): string {
  const bare = folded(name).replace(/[^\p{L}\p{N}]+/gu, "");
  return /^0x[0-9a-f]{6,}$/.test(bare) ? bare.slice(2) : bare;
}

const UMLAUTS: Record<string, string> = {
  ä: "ae",
  ö: "oe",
  ü: "ue",
  å: "aa",
  æ: "ae",
  ø: "oe",
  œ: "oe",
  ß: "ss",
};

/** Lower case, umlauts as two letters, other accents left out: `Zähler` is `zaehler`. */
function folded(name: string): string {
  return name.normalize("NFKC").toLowerCase().replace(
    /[äöüåæøœß]/g,
    (letter) => UMLAUTS[letter] ?? "",
  )
    .normalize("NFD").replace(/\p{M}+/gu, "").normalize("NFC");
}

/** The words of a name in alphabetical order, so that `kitchen lamp` is `Lamp (Kitchen)`. */
export function sortedWords(name: string): string {
  return wordsOf(name).sort().join(" ");
}

/** The words of a name: split at separators, at case changes and between letters and digits. */
function wordsOf(name: string): string[] {
  return folded(name.replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2"))
    .split(/[^\p{L}\p{N}]+|(?<=\p{L})(?=\p{N})/u)
    .filter((word) => word !== "");
}

/** True for what only one device bears: six or more hex digits with a digit among them. */
export function looksUnique(normalized: string): boolean {
  return /^[0-9a-f]{6,}$/.test(normalized) && /[0-9]/.test(normalized);
}

/** How alike two names are, from 0 to 1: shared words and edit distance, whichever is kinder. */
export function similarity(a: string, b: string): number {
  const left = normalizeName(a);
  const right = normalizeName(b);
  if (left === "" || right === "") return 0;
  if (left === right) return 1;
  const byEdits = 1 - editDistance(left, right) / Math.max(left.length, right.length);
  const wordsA = new Set(wordsOf(a));
  const wordsB = new Set(wordsOf(b));
  let shared = 0;
  for (const word of wordsA) if (wordsB.has(word)) shared++;
  const byWords = shared / Math.max(wordsA.size, wordsB.size, 1);
  const contains = left.length >= 3 && right.length >= 3 &&
      (left.includes(right) || right.includes(left))
    ? 0.7
    : 0;
  return Math.max(byEdits, byWords * 0.9, contains);
}

/** Levenshtein distance, over at most 40 characters of each. */
function editDistance(a: string, b: string): number {
  const left = a.slice(0, 40);
  const right = b.slice(0, 40);
  let row = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const cost = left[i - 1] === right[j - 1] ? 0 : 1;
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + cost));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
