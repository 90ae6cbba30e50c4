/** Frames of Cayenne LPP, as a gateway passes them on: the bytes, or their hexadecimal digits. */
import { valuesInLpp } from "../../../payload/cayenne_lpp.ts";
import type { JsonValue } from "../../../payload/payload.ts";
import { fromHex } from "../../../payload/embedded.ts";
import type { Sample } from "./trace.ts";

/** So many of one form are no chance; nor is one of so many values in so many bytes. */
const LEAST_FRAMES = 3;
const LEAST_VALUES = 2;
const LEAST_BYTES = 7;
const LONGEST = 242;
const HEX = /^(?:[\da-f]{2})+$/i;

/**
 * Reads the messages of a topic as documents of their values, in place, where all of them are frames of the same values.
 * Nothing in a frame says that it is one: what is told of it is a guess, and so is marked.
 */
export function readCayenneFrames(samples: readonly Sample[]): void {
  if (samples.length < LEAST_FRAMES) return;
  const read = new Map<Sample, NonNullable<ReturnType<typeof valuesOf>>>();
  let names: string | undefined;
  // Hardly a topic holds frames: the first message that is none is the end.
  for (const sample of samples) {
    const values = valuesOf(sample);
    if (values === null || values.size < LEAST_VALUES) return;
    const own = [...values.keys()].join();
    if (own !== (names ??= own)) return;
    read.set(sample, values);
  }
  for (const [sample, values] of read) {
    const value = Object.fromEntries(
      [...values].map(([name, parts]) => [name, named(name, parts)]),
    );
    const sent = sample.sent ?? sample.decoded;
    const note = `Read as Cayenne LPP: ${JSON.stringify(value)}`;
    sample.sent = sent === undefined ? undefined : { ...sent, note };
    sample.decoded = { format: "json", certainty: "guess", encoding: "utf8", value };
  }
}

/** One value, or several by what they are. */
function named(name: string, parts: readonly number[]): JsonValue {
  const [, kind = ""] = /^(.*)_\d{1,3}$/.exec(name) ?? [];
  const names = kind === "gps" ? ["latitude", "longitude", "altitude"] : ["x", "y", "z"];
  return parts.length === 1
    ? parts[0] ?? null
    : parts.length === names.length
    ? Object.fromEntries(parts.map((part, i) => [names[i] ?? i, part]))
    : [...parts];
}

function valuesOf({ decoded, payload, sizeBytes }: Sample): ReturnType<typeof valuesInLpp> {
  if (decoded === undefined || sizeBytes > 2 * LONGEST || sizeBytes !== payload.length) return null;
  const { value, encoding, format } = decoded;
  const bytes = format === "text" && typeof value === "string" && HEX.test(value)
    ? fromHex(value)
    : encoding === "base64" && /^(?:binary|protobuf)$/.test(format)
    ? payload
    : null;
  return bytes === null || bytes.length < LEAST_BYTES ? null : valuesInLpp(bytes);
}
