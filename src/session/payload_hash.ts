/** Payloads from this size on are read through a DataView, four words at a time. */
const LONG_BYTES = 256;

/**
 * A 32-bit hash of a payload, only good for telling whether a payload changed. Fast enough for
 * every message: four bytes at a time, and independent of where the bytes lie in their buffer.
 */
export function hashPayload(payload: Uint8Array): number {
  const { length } = payload;
  let a = length | 0, i = 0;
  if (length >= LONG_BYTES) {
    const view = new DataView(payload.buffer, payload.byteOffset, length);
    let b = 0x85ebca6b | 0, c = 0xc2b2ae35 | 0, d = 0x27d4eb2f;
    for (; i + 16 <= length; i += 16) {
      a = Math.imul(a ^ view.getInt32(i, true), 0x9e3779b1);
      b = Math.imul(b ^ view.getInt32(i + 4, true), 0x9e3779b1);
      c = Math.imul(c ^ view.getInt32(i + 8, true), 0x9e3779b1);
      d = Math.imul(d ^ view.getInt32(i + 12, true), 0x9e3779b1);
      // Multiplying moves bits upwards only; without this the low ones would never hear of the high.
      a ^= a >>> 15;
      b ^= b >>> 13;
      c ^= c >>> 14;
      d ^= d >>> 16;
    }
    a = mix(mix(mix(a, b), c), d);
  }
  for (; i + 4 <= length; i += 4) {
    a = mix(
      a,
      payload[i] | payload[i + 1] << 8 | payload[i + 2] << 16 | payload[i + 3] << 24,
    );
  }
  for (; i < length; i++) a = mix(a, payload[i]);
  return a;
}

function mix(hash: number, word: number): number {
  const next = Math.imul(hash ^ word, 0x9e3779b1);
  return next ^ (next >>> 15);
}
