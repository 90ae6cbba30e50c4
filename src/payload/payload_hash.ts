import { crc32 } from "node:zlib";

/**
 * A hash of a payload, only good for telling whether a payload changed. It is taken of every
 * message: the checksum is native code, and 30 bits are kept because a larger number would be
 * allocated on the heap for each.
 */
export function hashPayload(payload: Uint8Array): number {
  return (crc32(payload) ^ payload.length) & 0x3fff_ffff;
}
