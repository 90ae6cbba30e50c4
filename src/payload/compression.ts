import { constants, gunzipSync, inflateSync } from "node:zlib";
import { formatCount } from "./limits.ts";

/** What came out of a compressed payload. */
interface Expanded {
  readonly wrapper: "gzip" | "zlib";
  /** Null when it could not be expanded, and `note` says why. */
  readonly bytes: Uint8Array | null;
  readonly note?: string;
  /** It expands to more than it may. */
  readonly isTooLarge?: true;
}

/**
 * Expands gzip (RFC 1952) or zlib (RFC 1950) to at most `maxBytes`; `null` when it is neither. A
 * stream that was cut off gives what there is. Expansion stops at the bound: a bomb costs no more
 * memory than that.
 */
export function expand(bytes: Uint8Array, maxBytes: number): Expanded | null {
  const isGzip = bytes.length >= 10 && bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8 &&
    (bytes[3] & 0xe0) === 0;
  if (isGzip) return run("gzip", bytes, maxBytes);
  // The header's own check (RFC 1950 §2.2): deflate, a window of at most 32 KiB, a multiple of 31.
  const isZlib = bytes.length >= 8 && (bytes[0] & 0x0f) === 8 && bytes[0] >> 4 <= 7 &&
    ((bytes[0] << 8) | bytes[1]) % 31 === 0 && (bytes[1] & 0x20) === 0;
  if (!isZlib) return null;
  const expanded = run("zlib", bytes, maxBytes);
  // Two bytes pass that check by chance once in a thousand: only a stream that ends well counts.
  return expanded.bytes === null || expanded.note !== undefined ? null : expanded;
}

function run(wrapper: "gzip" | "zlib", bytes: Uint8Array, maxBytes: number): Expanded {
  const inflate = wrapper === "gzip" ? gunzipSync : inflateSync;
  try {
    return { wrapper, bytes: inflate(bytes, { maxOutputLength: maxBytes }) };
  } catch (error) {
    const code = codeOf(error);
    if (code === "ERR_BUFFER_TOO_LARGE") {
      const note = `Expands to more than ${formatCount(maxBytes)} bytes`;
      return { wrapper, bytes: null, note, isTooLarge: true };
    }
    if (code !== "Z_BUF_ERROR") {
      return { wrapper, bytes: null, note: `Begins like ${wrapper} but is damaged` };
    }
  }
  try {
    const part = inflate(bytes, {
      maxOutputLength: maxBytes,
      finishFlush: constants.Z_SYNC_FLUSH,
    });
    return {
      wrapper,
      bytes: part,
      note: `The ${wrapper} stream is cut off after ${formatCount(part.length)} expanded bytes`,
    };
  } catch {
    return { wrapper, bytes: null, note: `The ${wrapper} stream is cut off` };
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
