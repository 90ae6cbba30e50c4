import { decodeBinary } from "./binary.ts";
import type { DecodedPayload } from "./payload.ts";
import { decodeControlledText, decodeText, decodeUtf16 } from "./text.ts";
import { inspectText } from "./utf8.ts";

/** What may be known about a payload besides its bytes. */
export interface DecodeOptions {
  /** Where it was published; only ever a hint. */
  readonly topic: string;
  /** MQTT 5 content type (MQTT 5 §3.3.2.3.9); only ever a hint. */
  readonly contentType?: string;
}

const EMPTY: DecodedPayload = Object.freeze({
  format: "empty",
  certainty: "certain",
  value: "",
  encoding: "utf8",
});

/**
 * Finds out what a payload is and what it says. The bytes decide: a payload that is readable text
 * is never taken for a binary format. Never throws, whatever the bytes; depth, expansion and the
 * number of values are bounded, and what was bounded or could not be decoded is in `note`.
 */
export function decodePayload(bytes: Uint8Array, _options: DecodeOptions): DecodedPayload {
  if (bytes.length === 0) return EMPTY;
  const { invalidAt, controls } = inspectText(bytes);
  if (invalidAt < 0 && controls === 0) return decodeText(bytes);
  const text = invalidAt < 0 ? decodeControlledText(bytes, controls) : decodeUtf16(bytes);
  return text ?? decodeBinary(bytes);
}
