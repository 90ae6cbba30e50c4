import { isTellingKey } from "../payload/severity/mod.ts";

/** How many numbers of a payload are handed out, in the order they stand there. */
export const MAX_NUMBERS = 4;

const PRIME_A = 0x01000193;
const PRIME_B = 0x5bd1e995;
const REMEMBERED_KEYS = 1_024;
/** Keys of one payload that are looked at because they are not remembered; every later one counts as telling. */
const MOST_NEW_KEYS = 4_096;

const decoder = new TextDecoder();

/**
 * What one pass over a payload's bytes tells, without decoding it and without allocating: one
 * fingerprint is reused for every message. Payloads with the same `a` and `b` have the same keys,
 * words and types and differ only in their numbers, and in those only as far as no verdict of
 * `severityByHint` and no signature of `structureOf` depends on them. So both need to be computed once
 * for each pair. Binary payloads are told apart byte by byte.
 */
export class Fingerprint {
  /** First half of the hash of everything but the figures. */
  a = 0;
  /** Second half. */
  b = 0;
  /** Hash of every byte: a repeat of the very same payload has the same. */
  exact = 0;
  /** The first numbers outside of JSON strings; only the first `numberCount` are of this payload. */
  readonly numbers: Float64Array = new Float64Array(MAX_NUMBERS);
  numberCount = 0;

  /** Whether a JSON key speaks of trouble or of its absence. */
  hasTellingKey = false;

  readonly #keyHashes = new Int32Array(REMEMBERED_KEYS);
  readonly #keyFlags = new Uint8Array(REMEMBERED_KEYS);
  #newKeys = 0;

  /** Reads a payload. `seed` tells apart what must not share verdicts, such as topics of other hints. */
  read(bytes: Uint8Array, seed: number): void {
    this.#newKeys = 0;
    const n = bytes.length;
    let first = 0;
    while (first < n && isSpace(bytes[first])) first++;
    const lead = first < n ? bytes[first] : 0;
    // MessagePack, CBOR, protobuf and gzip begin outside of ASCII's printable part.
    if (lead < 0x20 || lead >= 0x80) return this.readWhole(bytes, seed);
    const isJson = lead === 0x7b || lead === 0x5b;
    const numbers = this.numbers;
    let count = 0;
    let a = seed ^ 0x811c9dc5;
    let b = seed ^ 0x9e3779b9;
    let x = seed ^ n;
    let telling = false;
    let anyTelling = false;
    let i = first;
    while (i < n) {
      const c = bytes[i++];
      x = Math.imul(x ^ c, PRIME_A);
      if (c === 0x22 && isJson) {
        const start = i;
        let whole = 0x811c9dc5;
        let alike = 0x811c9dc5;
        while (i < n) {
          const d = bytes[i++];
          x = Math.imul(x ^ d, PRIME_A);
          if (d === 0x22) break;
          whole = Math.imul(whole ^ d, PRIME_A);
          if (d >= 0x30 && d <= 0x39) {
            let zero = d === 0x30;
            while (i < n) {
              const e = bytes[i];
              if (e >= 0x30 && e <= 0x39) {
                if (e !== 0x30) zero = false;
              } else if (
                !joinsFigures(e) || i + 1 >= n || bytes[i + 1] < 0x30 || bytes[i + 1] > 0x39
              ) {
                break;
              }
              i++;
              x = Math.imul(x ^ e, PRIME_A);
              whole = Math.imul(whole ^ e, PRIME_A);
            }
            alike = Math.imul(alike ^ (zero ? 0x30 : 0x31), PRIME_A);
            continue;
          }
          alike = Math.imul(alike ^ d, PRIME_A);
          if (d === 0x5c && i < n) {
            // An escape is hashed as it stands: `\u0065` is a letter, not a figure.
            const end = Math.min(n, bytes[i] === 0x75 ? i + 5 : i + 1);
            while (i < end) {
              const e = bytes[i++];
              x = Math.imul(x ^ e, PRIME_A);
              whole = Math.imul(whole ^ e, PRIME_A);
              alike = Math.imul(alike ^ e, PRIME_A);
            }
          }
        }
        let after = i;
        while (after < n && isSpace(bytes[after])) after++;
        if (after < n && bytes[after] === 0x3a) {
          telling = this.#isTelling(whole, bytes, { start, end: i - 1 });
          if (telling) anyTelling = true;
          a = Math.imul(a ^ whole ^ 0x3a, PRIME_A);
          b = Math.imul(b ^ whole ^ 0x3a, PRIME_B);
        } else {
          const value = telling ? whole : alike;
          a = Math.imul(a ^ value, PRIME_A);
          b = Math.imul(b ^ value, PRIME_B);
        }
        continue;
      }
      if (c >= 0x30 && c <= 0x39) {
        const start = i - 1;
        let value = c - 0x30;
        while (i < n) {
          const d = bytes[i];
          if (d < 0x30 || d > 0x39) break;
          i++;
          x = Math.imul(x ^ d, PRIME_A);
          value = value * 10 + (d - 0x30);
        }
        const padded = c === 0x30 && i - start > 1;
        if (i + 1 < n && bytes[i] === 0x2e && bytes[i + 1] >= 0x30 && bytes[i + 1] <= 0x39) {
          let scale = 1;
          i++;
          x = Math.imul(x ^ 0x2e, PRIME_A);
          while (i < n) {
            const d = bytes[i];
            if (d < 0x30 || d > 0x39) break;
            i++;
            x = Math.imul(x ^ d, PRIME_A);
            value = value * 10 + (d - 0x30);
            scale *= 10;
          }
          value /= scale;
        }
        if (i < n && isJson && (bytes[i] | 0x20) === 0x65) {
          const end = exponentEnd(bytes, i);
          if (end > i) {
            const mark = i;
            while (i < end) x = Math.imul(x ^ bytes[i++], PRIME_A);
            value *= 10 ** exponentOf(bytes, { start: mark + 1, end });
          }
        }
        if (count < MAX_NUMBERS) {
          numbers[count++] = start > first && bytes[start - 1] === 0x2d ? -value : value;
        }
        let zero = value === 0;
        while (!isJson && i + 1 < n && joinsFigures(bytes[i])) {
          if (bytes[i + 1] < 0x30 || bytes[i + 1] > 0x39) break;
          x = Math.imul(x ^ bytes[i++], PRIME_A);
          while (i < n && bytes[i] >= 0x30 && bytes[i] <= 0x39) {
            if (bytes[i] !== 0x30) zero = false;
            x = Math.imul(x ^ bytes[i++], PRIME_A);
          }
        }
        let token = zero ? 0x30 : 0x31;
        if (isJson && padded) token ^= 0x100;
        if (isJson && telling) {
          token = 0x811c9dc5;
          for (let k = start; k < i; k++) token = Math.imul(token ^ bytes[k], PRIME_A);
        }
        a = Math.imul(a ^ token, PRIME_A);
        b = Math.imul(b ^ token, PRIME_B);
        continue;
      }
      // A sign is part of a figure, so that −1 and 1 degrees are alike.
      if (c === 0x2d && !telling && i < n && bytes[i] >= 0x30 && bytes[i] <= 0x39) {
        if (isJson || i - 1 === first) continue;
      }
      if (c < 0x09 || c > 0x0d && c < 0x20) return this.readWhole(bytes, seed);
      a = Math.imul(a ^ c, PRIME_A);
      b = Math.imul(b ^ c, PRIME_B);
    }
    this.a = finish(a);
    this.b = finish(b);
    this.exact = finish(x);
    this.numberCount = count;
    this.hasTellingKey = anyTelling;
  }

  /** Reads a payload whose every byte counts. */
  readWhole(bytes: Uint8Array, seed: number): void {
    const n = bytes.length;
    let a = seed ^ 0x811c9dc5;
    let b = seed ^ 0x9e3779b9 ^ n;
    for (let i = 0; i < n; i++) {
      const c = bytes[i];
      a = Math.imul(a ^ c, PRIME_A);
      b = Math.imul(b ^ c, PRIME_B);
    }
    this.a = finish(a);
    this.b = finish(b);
    this.exact = this.a;
    this.numberCount = 0;
    this.hasTellingKey = false;
  }

  #isTelling(hash: number, bytes: Uint8Array, range: { start: number; end: number }): boolean {
    const slot = (hash >>> 22) & (REMEMBERED_KEYS - 1);
    const flag = this.#keyFlags[slot];
    if (flag !== 0 && this.#keyHashes[slot] === hash) return flag === 2;
    if (++this.#newKeys > MOST_NEW_KEYS) return true;
    const key = decoder.decode(bytes.subarray(range.start, Math.min(range.end, range.start + 256)));
    const telling = isTellingKey(key);
    this.#keyHashes[slot] = hash;
    this.#keyFlags[slot] = telling ? 2 : 1;
    return telling;
  }
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** `2026-01-05T08:00:00.5` is one figure, so that a time of day is not a pattern of zeros. */
function joinsFigures(byte: number): boolean {
  return byte === 0x2e || byte === 0x3a || byte === 0x2d || byte === 0x54 || byte === 0x74;
}

/** Where an exponent that starts at its `e` ends; `from` itself if there is none. */
function exponentEnd(bytes: Uint8Array, from: number): number {
  let i = from + 1;
  if (i < bytes.length && (bytes[i] === 0x2b || bytes[i] === 0x2d)) i++;
  const digits = i;
  while (i < bytes.length && bytes[i] >= 0x30 && bytes[i] <= 0x39) i++;
  return i > digits ? i : from;
}

function exponentOf(bytes: Uint8Array, range: { start: number; end: number }): number {
  let value = 0;
  for (let i = range.start; i < range.end; i++) {
    const digit = bytes[i] - 0x30;
    if (digit >= 0 && digit <= 9) value = Math.min(400, value * 10 + digit);
  }
  return bytes[range.start] === 0x2d ? -value : value;
}

/** Spreads the last bytes' differences over all bits (the finalizer of MurmurHash3). */
export function finish(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** A 32-bit hash of a text, for choices that must be the same for the same input. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), PRIME_A);
  return finish(hash) >>> 0;
}
