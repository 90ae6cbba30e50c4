import { formatCount } from "./limits.ts";
import type { DecodedPayload } from "./payload.ts";
import { inspectText } from "./utf8.ts";

/** Bytes of no known format, as base64, with what can be said about them. */
export function decodeBinary(bytes: Uint8Array, note?: string): DecodedPayload {
  const notes = note === undefined ? [] : [note];
  const almost = describeAlmostText(bytes);
  if (almost !== null) notes.push(almost);
  const decoded: DecodedPayload = {
    format: "binary",
    certainty: "guess",
    value: bytes.toBase64(),
    encoding: "base64",
  };
  return notes.length === 0 ? decoded : { ...decoded, note: notes.join(". ") };
}

/** Old devices send Latin-1 (`21.5 °C` with one byte for the degree sign): readable, not UTF-8. */
function describeAlmostText(bytes: Uint8Array): string | null {
  if (bytes.length < 4) return null;
  const head = bytes.subarray(0, 60);
  let printable = 0;
  for (const byte of head) if (byte >= 0x20 && byte < 0x7f) printable++;
  if (printable < head.length * 0.75) return null;
  const { invalidAt } = inspectText(bytes);
  if (invalidAt < 0) return null;
  const readable = Array.from(
    head,
    (byte) => byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "?",
  ).join("");
  return `Mostly readable, but byte ${formatCount(invalidAt + 1)} is not UTF-8: ${
    JSON.stringify(readable)
  }`;
}
