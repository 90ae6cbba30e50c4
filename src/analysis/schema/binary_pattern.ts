import { rounded, significant } from "../../numbers.ts";

/** What the binary payloads of a topic or group look like. */
export interface BinaryPattern {
  readonly samples: number;
  /** In bytes. */
  readonly length: { readonly min: number; readonly max: number; readonly mean: number };
  /** Runs of bytes within the first 64 that were the same in every payload. */
  readonly constant_bytes: { readonly offset: number; readonly hex: string }[];
  /** Bytes within the first 64 that grew by one from payload to payload, wrapping at 256. */
  readonly counter_offsets: number[];
  /** Shannon entropy over all bytes, in bits per byte: 0 (one value) to 8 (random). */
  readonly entropy_bits_per_byte: number;
  /** What the figures suggest, in words. */
  readonly note: string;
}

const HEAD_BYTES = 64;
/** Bytes of each payload that enter the entropy. */
const LONGEST_COUNTED = 65_536;
/** Fewer bytes cannot show that data is random: 256 values must have had room to occur. */
const FEWEST_FOR_RANDOM = 2_048;

/** Learns the characteristics of binary payloads one by one, in bounded memory. */
export class BinaryProfile {
  #samples = 0;
  #bytes = 0;
  #minLength = Infinity;
  #maxLength = 0;
  readonly #histogram = new Float64Array(256);
  readonly #first = new Uint8Array(HEAD_BYTES);
  readonly #last = new Uint8Array(HEAD_BYTES);
  readonly #isConstant = new Uint8Array(HEAD_BYTES).fill(1);
  readonly #isCounter = new Uint8Array(HEAD_BYTES).fill(1);

  /** Adds one payload. */
  add(payload: Uint8Array): void {
    const { length } = payload;
    const head = Math.min(length, HEAD_BYTES);
    if (this.#samples === 0) {
      this.#first.set(payload.subarray(0, head));
    } else {
      for (let offset = 0; offset < head; offset++) {
        const byte = payload[offset];
        if (byte !== this.#first[offset]) this.#isConstant[offset] = 0;
        if (byte !== ((this.#last[offset] + 1) & 0xff)) this.#isCounter[offset] = 0;
      }
    }
    this.#last.set(payload.subarray(0, head));
    this.#samples++;
    this.#bytes += length;
    this.#minLength = Math.min(this.#minLength, length);
    this.#maxLength = Math.max(this.#maxLength, length);
    const counted = Math.min(length, LONGEST_COUNTED);
    for (let offset = 0; offset < counted; offset++) this.#histogram[payload[offset]]++;
  }

  /** Adds what `other` has learnt, as if it had come later. */
  merge(other: BinaryProfile): void {
    if (other.#samples === 0) return;
    const isFirst = this.#samples === 0;
    for (let offset = 0; offset < HEAD_BYTES; offset++) {
      const first = other.#first[offset];
      if (!isFirst && first !== this.#first[offset]) this.#isConstant[offset] = 0;
      if (!isFirst && first !== ((this.#last[offset] + 1) & 0xff)) this.#isCounter[offset] = 0;
      this.#isConstant[offset] &= other.#isConstant[offset];
      this.#isCounter[offset] &= other.#isCounter[offset];
    }
    if (isFirst) this.#first.set(other.#first);
    this.#last.set(other.#last);
    for (let byte = 0; byte < 256; byte++) this.#histogram[byte] += other.#histogram[byte];
    this.#samples += other.#samples;
    this.#bytes += other.#bytes;
    this.#minLength = Math.min(this.#minLength, other.#minLength);
    this.#maxLength = Math.max(this.#maxLength, other.#maxLength);
  }

  /** What was learnt so far. */
  result(): BinaryPattern {
    const entropy = this.#entropy();
    const constants = this.#constantRuns();
    const counters: number[] = [];
    const head = Math.min(this.#minLength, HEAD_BYTES);
    for (let offset = 0; offset < head; offset++) {
      if (this.#samples >= 3 && this.#isCounter[offset] === 1) counters.push(offset);
    }
    return {
      samples: this.#samples,
      length: {
        min: this.#minLength,
        max: this.#maxLength,
        mean: significant(this.#bytes / this.#samples, 4),
      },
      constant_bytes: constants,
      counter_offsets: counters,
      entropy_bits_per_byte: rounded(entropy),
      note: this.#describe(entropy, constants.length),
    };
  }

  #entropy(): number {
    const total = this.#histogram.reduce((sum, count) => sum + count, 0);
    let bits = 0;
    for (const count of this.#histogram) {
      if (count > 0) bits -= (count / total) * Math.log2(count / total);
    }
    return bits;
  }

  #constantRuns(): { offset: number; hex: string }[] {
    const runs: { offset: number; hex: string }[] = [];
    if (this.#samples < 2) return runs;
    const head = Math.min(this.#minLength, HEAD_BYTES);
    let open = false;
    for (let offset = 0; offset < head; offset++) {
      if (this.#isConstant[offset] === 1) {
        const hex = this.#first[offset].toString(16).padStart(2, "0");
        if (open) runs[runs.length - 1].hex += hex;
        else runs.push({ offset, hex });
        open = true;
      } else {
        open = false;
      }
    }
    return runs;
  }

  #describe(entropy: number, constants: number): string {
    const isFixed = this.#minLength === this.#maxLength;
    if (this.#bytes >= FEWEST_FOR_RANDOM && entropy > 7.5) {
      return "Nearly random bytes: compressed or encrypted";
    }
    if (isFixed && this.#samples > 1) {
      return constants > 0
        ? "Always the same length with constant bytes: a packed record"
        : "Always the same length: a packed record";
    }
    return "Varying length without a known format";
  }
}
