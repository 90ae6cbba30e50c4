/** The most of a payload that is kept, in bytes; of larger ones only the head is, as in memory. */
export const LARGEST_PAYLOAD_BYTES = 1024 * 1024;
const SHARED_BYTES = 64 * 1024;

/** Copies of payloads in buffers that many share: one of their own for each costs more than what they hold. */
export class PayloadCopies {
  #shared = new Uint8Array(0);
  #used = 0;

  /** A copy of a payload, or of its head where it is longer than what is kept. */
  copy(payload: Uint8Array): Uint8Array {
    const size = Math.min(payload.length, LARGEST_PAYLOAD_BYTES);
    if (size > SHARED_BYTES / 4) return payload.slice(0, size);
    if (this.#used + size > this.#shared.length) {
      this.#shared = new Uint8Array(SHARED_BYTES);
      this.#used = 0;
    }
    const copy = this.#shared.subarray(this.#used, this.#used += size);
    copy.set(size === payload.length ? payload : payload.subarray(0, size));
    return copy;
  }
}
