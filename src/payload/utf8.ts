/** What a scan over bytes says about them as UTF-8 text. */
export interface TextInspection {
  /** Index of the first byte that is not part of valid UTF-8 (RFC 3629), or -1. */
  readonly invalidAt: number;
  /** Control characters (C0 and DEL) other than tab, line feed and carriage return. */
  readonly controls: number;
}

/**
 * Checks bytes as strict UTF-8: no overlong forms, no surrogates, nothing past U+10FFFF, and no
 * sequence cut off at the end. Counts control characters on the way.
 */
export function inspectText(bytes: Uint8Array, start = 0, end = bytes.length): TextInspection {
  let controls = 0;
  let at = start;
  while (at < end) {
    const lead = bytes[at];
    if (lead < 0x80) {
      if (lead === 0x7f || (lead < 0x20 && lead !== 9 && lead !== 10 && lead !== 13)) controls++;
      at++;
      continue;
    }
    const length = sequenceLength(bytes, at, end);
    if (length === 0) return { invalidAt: at, controls };
    at += length;
  }
  return { invalidAt: -1, controls };
}

/** Bytes in the multi-byte sequence that begins here, or 0 when it is not valid UTF-8. */
function sequenceLength(bytes: Uint8Array, at: number, end: number): number {
  const lead = bytes[at];
  const second = at + 1 < end ? bytes[at + 1] : 0;
  if (lead >= 0xc2 && lead <= 0xdf) return isTail(second) ? 2 : 0;
  const third = at + 2 < end ? bytes[at + 2] : 0;
  if (lead >= 0xe0 && lead <= 0xef) {
    if (lead === 0xe0 && second < 0xa0) return 0;
    if (lead === 0xed && second > 0x9f) return 0;
    return isTail(second) && isTail(third) ? 3 : 0;
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    if (lead === 0xf0 && second < 0x90) return 0;
    if (lead === 0xf4 && second > 0x8f) return 0;
    const fourth = at + 3 < end ? bytes[at + 3] : 0;
    return isTail(second) && isTail(third) && isTail(fourth) ? 4 : 0;
  }
  return 0;
}

function isTail(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The text of bytes that are known to be UTF-8; a byte-order mark stays part of it. */
export function textOf(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}
