import { decodeBinary } from "./binary.ts";
import { decodeCbor } from "./cbor.ts";
import { expand } from "./compression.ts";
import { decodeImage } from "./image.ts";
import { embeddedNote } from "./embedded.ts";
import { decodeLineProtocol } from "./line_protocol.ts";
import {
  formatCount,
  MAX_BINARY_NODES,
  MAX_COMPRESSION_LAYERS,
  MAX_EXPANDED_BYTES,
} from "./limits.ts";
import { decodeMessagePack } from "./messagepack.ts";
import { decodeMeshtastic } from "./meshtastic.ts";
import type { DecodedPayload } from "./payload.ts";
import { decodeProtobuf } from "./protobuf.ts";
import { withoutSecrets } from "./secrets.ts";
import { decodeSparkplug, type SparkplugState } from "./sparkplug.ts";
import { decodeControlledText, decodeText, decodeUtf16 } from "./text.ts";
import { inspectText, type TextInspection } from "./utf8.ts";

/** What may be known about a payload besides its bytes. */
export interface DecodeOptions {
  /** Where it was published; only ever a hint. */
  readonly topic: string;
  /** MQTT 5 content type (MQTT 5 §3.3.2.3.9); only ever a hint. */
  readonly contentType?: string;
  /** What earlier messages of a stream told, and is told by this one. */
  readonly sparkplug?: SparkplugState;
}

const EMPTY: DecodedPayload = Object.freeze({
  format: "empty",
  certainty: "certain",
  value: "",
  encoding: "utf8",
});

/**
 * Finds out what a payload is and what it says. The bytes decide: a payload that is readable text
 * is never taken for a binary format, and a topic or content type alone convinces nobody. Never
 * throws, whatever the bytes; depth, expansion and the number of values are bounded, and what was
 * bounded or could not be decoded is in `note`. Secrets are hidden in it, unless the owner wants them shown.
 */
export function decodePayload(bytes: Uint8Array, options: DecodeOptions): DecodedPayload {
  if (bytes.length === 0) return EMPTY;
  const decoded = decodeLayer(bytes, options, { depth: 0, budgetBytes: MAX_EXPANDED_BYTES });
  try {
    return withoutSecrets(decoded, { bytes, topic: options.topic });
  } catch {
    // What cannot be looked through (nested too deep for the stack) is not shown either.
    return decodeBinary(new Uint8Array(0), "Could not be decoded");
  }
}

/** How far into nested compression a payload is. */
interface Layer {
  readonly depth: number;
  /** What the remaining layers may expand to. */
  readonly budgetBytes: number;
}

function decodeLayer(bytes: Uint8Array, options: DecodeOptions, layer: Layer): DecodedPayload {
  try {
    const inspection = inspectText(bytes);
    if (inspection.invalidAt < 0 && inspection.controls === 0) return decodeReadable(bytes);
    return decodeCompressed(bytes, options, layer) ?? decodeFormat(bytes, options, inspection);
  } catch {
    // Whatever a stranger found to break a decoder with, the bytes can be handed over.
    return decodeBinary(bytes, "Could not be decoded");
  }
}

/** Text, and what formats say that are written as text or stand in it. */
function decodeReadable(bytes: Uint8Array): DecodedPayload {
  const decoded = decodeText(bytes);
  if (decoded.format === "text" && typeof decoded.value === "string") {
    return decodeLineProtocol(decoded.value) ?? decoded;
  }
  if (decoded.format !== "json") return decoded;
  const note = embeddedNote(decoded.value);
  return note === null
    ? decoded
    : { ...decoded, note: decoded.note === undefined ? note : `${decoded.note}. ${note}` };
}

function decodeFormat(
  bytes: Uint8Array,
  options: DecodeOptions,
  inspection: TextInspection,
): DecodedPayload {
  const { topic, contentType = "", sparkplug } = options;
  const decoded = decodeSparkplug(bytes, { topic, state: sparkplug }) ??
    decodeMeshtastic(bytes) ??
    decodeImage(bytes) ??
    decodeMessagePackOrCbor(bytes, contentType) ??
    decodeProtobuf(bytes, /\bprotobuf\b|\bx-protobuf\b|\bprotobuffer\b/i.test(contentType)) ??
    (inspection.invalidAt < 0
      ? decodeControlledText(bytes, inspection.controls)
      : decodeUtf16(bytes));
  if (decoded !== null) return decoded;
  const large = bytes.length > MAX_BINARY_NODES
    ? `one of more than ${formatCount(MAX_BINARY_NODES)} values`
    : null;
  const left = (note?: string): DecodedPayload => ({
    ...decodeBinary(bytes, note),
    ...(large !== null && { unread: true }),
  });
  if (/^spBv1\.0\/[^/]+\/[ND]/.test(topic)) {
    return left(
      "Published on a Sparkplug B topic, but no Sparkplug B payload" +
        (large === null ? "" : `, or ${large}`),
    );
  }
  return left(large === null ? undefined : `No format that is known, or ${large}`);
}

/** A short array can be both: what the sender calls it decides, then which one is surer. */
function decodeMessagePackOrCbor(bytes: Uint8Array, contentType: string): DecodedPayload | null {
  const saysMessagePack = /\b(?:x-)?(?:msgpack|messagepack)\b/i.test(contentType);
  const saysCbor = /\bcbor\b/i.test(contentType);
  const messagePack = saysCbor ? null : decodeMessagePack(bytes, saysMessagePack);
  if (messagePack?.certainty === "certain") return messagePack;
  const cbor = saysMessagePack ? null : decodeCbor(bytes, saysCbor);
  if (messagePack === null || cbor?.certainty === "certain") {
    return cbor ?? messagePack ?? (saysCbor ? decodeMessagePack(bytes) : null);
  }
  return messagePack;
}

function decodeCompressed(
  bytes: Uint8Array,
  options: DecodeOptions,
  layer: Layer,
): DecodedPayload | null {
  if (layer.depth >= MAX_COMPRESSION_LAYERS || layer.budgetBytes <= 0) return null;
  const expanded = expand(bytes, layer.budgetBytes);
  if (expanded === null) return null;
  const { wrapper, note } = expanded;
  if (expanded.bytes === null) {
    const left = decodeBinary(bytes, note);
    return {
      ...left,
      format: `${wrapper}+binary`,
      certainty: "likely",
      ...(expanded.isTooLarge && { unread: true as const }),
    };
  }
  const inner = expanded.bytes.length === 0 ? EMPTY : decodeLayer(expanded.bytes, options, {
    depth: layer.depth + 1,
    budgetBytes: layer.budgetBytes - expanded.bytes.length,
  });
  const notes = [note, inner.note].filter((one) => one !== undefined);
  return {
    ...inner,
    format: `${wrapper}+${inner.format}`,
    certainty: note === undefined ? inner.certainty : "likely",
    ...(notes.length !== 0 && { note: notes.join(". ") }),
  };
}
