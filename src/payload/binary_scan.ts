import { MAX_BINARY_NODES, MAX_DEPTH } from "./limits.ts";
import { inspectText } from "./utf8.ts";

/**
 * A walk over bytes that might be MessagePack or CBOR, before any of them is decoded: whether they
 * are well-formed to the last byte, within bounds, and look like something a device would send.
 * Nothing is allocated, so a header that claims four billion items costs nothing.
 */
export abstract class BinaryScan {
  protected at = 0;
  #nodes = 0;
  #texts = 0;
  #textKeys = 0;
  #numberKeys = 0;
  #keyChars = 0;
  #floats = 0;
  /** Doubles among the floats; without any, numbers can be shown as short as singles allow. */
  protected doubles = 0;

  constructor(protected readonly bytes: Uint8Array) {}

  /** Reads one value; false when it is malformed or out of bounds. */
  protected abstract value(depth: number, isKey: boolean): boolean;

  /** Whether the bytes are one value, whole, and how much speaks for this format. */
  run(isRoot: (lead: number) => boolean): BinaryEvidence | null {
    if (!isRoot(this.bytes[0])) return null;
    if (!this.value(0, false) || this.at !== this.bytes.length) return null;
    return {
      texts: this.#texts,
      textKeys: this.#textKeys,
      numberKeys: this.#numberKeys,
      keyChars: this.#keyChars,
      floats: this.#floats,
      onlySingles: this.#floats > 0 && this.doubles === 0,
    };
  }

  protected begin(depth: number): boolean {
    return depth <= MAX_DEPTH && ++this.#nodes <= MAX_BINARY_NODES && this.at < this.bytes.length;
  }

  /** A number of `size` bytes, big-endian, or -1 when it is cut off. */
  protected length(size: number): number {
    if (this.at + size > this.bytes.length) return -1;
    let value = 0;
    for (let i = 0; i < size; i++) value = value * 256 + this.bytes[this.at++];
    return value;
  }

  protected skip(size: number): boolean {
    if (size < 0 || this.at + size > this.bytes.length) return false;
    this.at += size;
    return true;
  }

  protected number(size: number, isKey: boolean): boolean {
    if (isKey) this.#numberKeys++;
    return this.skip(size);
  }

  protected float(size: number, isKey: boolean): boolean {
    if (isKey) return false;
    this.#floats++;
    if (size === 8) this.doubles++;
    return this.skip(size);
  }

  protected text(size: number, isKey: boolean): boolean {
    const start = this.at;
    if (!this.skip(size)) return false;
    const { invalidAt, controls } = inspectText(this.bytes, start, this.at);
    if (invalidAt >= 0) return false;
    if (isKey) {
      if (controls > 0) return false;
      this.#textKeys++;
      this.#keyChars += size;
    } else if (size >= 2 && controls === 0) {
      this.#texts++;
    }
    return true;
  }

  protected items(count: number, depth: number): boolean {
    if (count < 0 || count > this.bytes.length - this.at) return false;
    for (let i = 0; i < count; i++) if (!this.value(depth + 1, false)) return false;
    return true;
  }

  protected members(count: number, depth: number): boolean {
    if (count < 0 || count * 2 > this.bytes.length - this.at) return false;
    for (let i = 0; i < count; i++) {
      if (!this.value(depth + 1, true) || !this.value(depth + 1, false)) return false;
    }
    return true;
  }
}

/** What a {@linkcode BinaryScan} found that random bytes would hardly hold. */
interface BinaryEvidence {
  /** Readable strings of two characters or more that are no keys. */
  readonly texts: number;
  readonly textKeys: number;
  readonly numberKeys: number;
  /** Bytes of all text keys together. */
  readonly keyChars: number;
  readonly floats: number;
  /** All floats are single precision. */
  readonly onlySingles: boolean;
}

/**
 * How sure the evidence makes of a format, or null when it is too little: short frames of counters
 * are well-formed MessagePack or CBOR by chance. `declared`: the sender named the format.
 */
export function judge(
  evidence: BinaryEvidence,
  declared: boolean,
): "certain" | "likely" | "guess" | null {
  if (declared) return "certain";
  if (evidence.textKeys > 0 && evidence.numberKeys === 0) {
    return evidence.keyChars >= 4 ? "certain" : "likely";
  }
  if (evidence.textKeys > 0 || evidence.texts >= 2) return "likely";
  if (evidence.texts > 0 || evidence.floats >= 2) return "guess";
  return null;
}
