import { invalidArgument, OperationError } from "../errors.ts";
import { maybeRounded } from "../payload/json.ts";
import type { JsonValue } from "../payload/payload.ts";

/** How a payload argument is written. */
type PayloadEncoding = "utf8" | "base64" | "hex";

/** The largest payload that is sent, in bytes. */
export const MAX_PAYLOAD_BYTES = 1024 * 1024;

/**
 * The bytes of a payload argument: text as UTF-8, any other JSON value as its compact JSON, or bytes written as
 * base64 or hex.
 * @throws {OperationError} `INVALID_ARGUMENT` or `PAYLOAD_TOO_LARGE`
 */
export function encodePayload(
  payload: JsonValue | undefined,
  encoding: PayloadEncoding,
): Uint8Array {
  if (payload === undefined) {
    throw invalidArgument(
      "Cannot publish without `payload`",
      'Give payload; an empty message is payload ""',
    );
  }
  const bytes = toBytes(payload, encoding);
  if (bytes.length <= MAX_PAYLOAD_BYTES) return bytes;
  throw new OperationError(
    "PAYLOAD_TOO_LARGE",
    `Cannot publish ${bytes.length} bytes: the limit is ${MAX_PAYLOAD_BYTES} bytes (1 MiB)`,
    "Send less, or split it into several messages",
  );
}

function toBytes(payload: JsonValue, encoding: PayloadEncoding): Uint8Array {
  if (encoding === "utf8") {
    const text = typeof payload === "string" ? payload : jsonOf(payload);
    if (!text.isWellFormed()) {
      throw invalidArgument(
        "Cannot publish: the payload holds half of a surrogate pair, which UTF-8 cannot carry",
        "Write the whole character, or give the bytes with encoding base64 or hex",
      );
    }
    return new TextEncoder().encode(text);
  }
  if (typeof payload !== "string") {
    throw invalidArgument(
      `Cannot publish: with encoding ${encoding} the payload must be a string of ${encoding}`,
      "Give the bytes as text, or leave encoding out to send JSON",
    );
  }
  try {
    return encoding === "base64" ? Uint8Array.fromBase64(payload) : Uint8Array.fromHex(payload);
  } catch {
    throw invalidArgument(
      `Cannot publish: the payload is not valid ${encoding}`,
      encoding === "hex"
        ? 'Write two hex digits per byte without spaces, e.g. "01ff"'
        : 'Write standard base64, e.g. "AQID"',
    );
  }
}

function jsonOf(payload: JsonValue): string {
  const large = maybeRounded(payload);
  if (large === undefined) return JSON.stringify(payload);
  throw invalidArgument(
    `Cannot publish the number ${large} within JSON: as large as that, it may have been rounded on its way here`,
    "Give the whole payload as text: its digits are sent as they are",
  );
}
