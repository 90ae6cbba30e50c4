import { shortestSingle } from "./json_value.ts";
import { countOf, MAX_BINARY_NODES, MAX_DEPTH } from "./limits.ts";
import type { DecodedPayload, JsonValue } from "./payload.ts";
import { inspectText, textOf } from "./utf8.ts";

/** The four wire types in use; 3 and 4, the groups, are long deprecated and not read. */
type WireType = "varint" | "fixed64" | "length" | "fixed32";

/** One field of a protobuf message as it stands on the wire. */
export interface WireField {
  readonly number: number;
  readonly wire: WireType;
  /** The value of a varint, 0 for the others; a bigint beyond 2^53. */
  readonly varint: number | bigint;
  /** The content of the others: 4 bytes, 8 bytes, or as many as were announced. */
  readonly bytes: Uint8Array;
}

const NO_BYTES = new Uint8Array();
const MAX_FIELD_NUMBER = 0x1fffffff;

/** Reads all fields of a message, or returns null if the bytes are not one to the last byte. */
export function readFields(bytes: Uint8Array, maxFields: number): WireField[] | null {
  const reader = new WireReader(bytes);
  const fields: WireField[] = [];
  while (!reader.atEnd) {
    if (fields.length >= maxFields) return null;
    const field = reader.field();
    if (field === null) return null;
    fields.push(field);
  }
  return fields;
}

/** Reads packed varints, as repeated numbers are sent, or null if they are cut off. */
export function readPackedVarints(bytes: Uint8Array, most: number): (number | bigint)[] | null {
  const reader = new WireReader(bytes);
  const values: (number | bigint)[] = [];
  while (!reader.atEnd) {
    const value = values.length < most ? reader.varint() : null;
    if (value === null) return null;
    values.push(value);
  }
  return values;
}

class WireReader {
  #at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  get atEnd(): boolean {
    return this.#at >= this.bytes.length;
  }

  field(): WireField | null {
    const tag = this.varint();
    if (typeof tag !== "number") return null;
    const number = Math.floor(tag / 8);
    if (number < 1 || number > MAX_FIELD_NUMBER) return null;
    switch (tag % 8) {
      case 0: {
        const varint = this.varint();
        return varint === null ? null : { number, wire: "varint", varint, bytes: NO_BYTES };
      }
      case 1:
        return this.#content({ number, wire: "fixed64", size: 8 });
      case 2: {
        const size = this.varint();
        return typeof size === "number" ? this.#content({ number, wire: "length", size }) : null;
      }
      case 5:
        return this.#content({ number, wire: "fixed32", size: 4 });
      default:
        return null;
    }
  }

  #content(o: { number: number; wire: WireType; size: number }): WireField | null {
    const end = this.#at + o.size;
    if (end > this.bytes.length) return null;
    const bytes = this.bytes.subarray(this.#at, end);
    this.#at = end;
    return { number: o.number, wire: o.wire, varint: 0, bytes };
  }

  /** A varint of at most 64 bits, or null when it is cut off or longer. */
  varint(): number | bigint | null {
    let value = 0;
    let scale = 1;
    for (let length = 0; length < 7; length++) {
      const byte = this.bytes[this.#at++];
      if (byte === undefined) return null;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    let large = BigInt(value);
    for (let shift = 49n; shift < 70n; shift += 7n) {
      const byte = this.bytes[this.#at++];
      if (byte === undefined) return null;
      large += BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) {
        if (large >= 1n << 64n) return null;
        return large <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(large) : large;
      }
    }
    return null;
  }
}

/** What makes bytes look like a message rather than like well-formed noise. */
interface Plausibility {
  fields: number;
  /** Readable strings of three characters or more. */
  texts: number;
  longestText: number;
  /** Fixed-size values that make sense as floating-point numbers. */
  floats: number;
  nodes: number;
  large: number;
  byteStrings: number;
}

/**
 * Decodes a protobuf message without its schema, as a list of fields with number and wire type;
 * `null` when nothing but its being well-formed speaks for it, which many frames of a few bytes are.
 * `declared`: the content type says protobuf.
 */
export function decodeProtobuf(bytes: Uint8Array, declared = false): DecodedPayload | null {
  if (bytes.length < 4 && !declared) return null;
  const seen: Plausibility = {
    fields: 0,
    texts: 0,
    longestText: 0,
    floats: 0,
    nodes: 0,
    large: 0,
    byteStrings: 0,
  };
  const value = describeMessage(bytes, seen, 0);
  if (value === null || (!declared && !isPlausible(value, seen))) return null;
  const notes = ["Read without a schema: field numbers and wire types, no names"];
  if (seen.large > 0) notes.push(`${countOf(seen.large, "integer")} beyond 2^53 given as text`);
  if (seen.byteStrings > 0) {
    notes.push(`${countOf(seen.byteStrings, "byte string")} given as base64`);
  }
  return {
    format: "protobuf",
    certainty: declared ? "likely" : "guess",
    value,
    encoding: "utf8",
    note: notes.join(". "),
  };
}

function isPlausible(value: readonly JsonValue[], seen: Plausibility): boolean {
  if (value.length === 1) return seen.texts >= 2 || seen.longestText >= 8;
  if (seen.texts >= 2 || seen.longestText >= 5) return true;
  return seen.texts + seen.floats >= 2 && seen.fields >= 3;
}

/** Field numbers that schemas of devices use; larger ones are allowed by protobuf but rare. */
const LARGEST_LIKELY_NUMBER = 1000;

function describeMessage(
  bytes: Uint8Array,
  seen: Plausibility,
  depth: number,
): JsonValue[] | null {
  if (depth > MAX_DEPTH) return null;
  const fields = readFields(bytes, MAX_BINARY_NODES - seen.nodes);
  if (fields === null || fields.length === 0) return null;
  seen.nodes += fields.length;
  let previous = 0;
  for (const field of fields) {
    // Every common writer sends fields in the order of their numbers.
    if (field.number < previous || field.number > LARGEST_LIKELY_NUMBER) return null;
    previous = field.number;
  }
  seen.fields += fields.length;
  return fields.map((field) => describeField(field, seen, depth));
}

function describeField(field: WireField, seen: Plausibility, depth: number): JsonValue {
  const head = { field: field.number, wire: field.wire };
  switch (field.wire) {
    case "varint":
      return { ...head, value: integer(field.varint, seen) };
    case "fixed32":
    case "fixed64":
      return { ...head, ...describeFixed(field, seen) };
    case "length":
      return { ...head, ...describeContent(field.bytes, seen, depth) };
  }
}

function integer(value: number | bigint, seen: Plausibility): JsonValue {
  if (typeof value === "number") return value;
  seen.large++;
  return String(value);
}

function describeFixed(field: WireField, seen: Plausibility): { [key: string]: JsonValue } {
  const view = viewOf(field.bytes);
  const isDouble = field.wire === "fixed64";
  const float = isDouble ? view.getFloat64(0, true) : view.getFloat32(0, true);
  const size = Math.abs(float);
  if (float === 0 || (size >= 1e-6 && size <= 1e12)) {
    seen.floats++;
    return { as: "float", value: isDouble ? float : shortestSingle(float) };
  }
  if (!isDouble) return { as: "integer", value: view.getUint32(0, true) };
  const whole = view.getBigUint64(0, true);
  return {
    as: "integer",
    value: integer(whole <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(whole) : whole, seen),
  };
}

function describeContent(
  bytes: Uint8Array,
  seen: Plausibility,
  depth: number,
): { [key: string]: JsonValue } {
  const { invalidAt, controls } = inspectText(bytes);
  if (invalidAt < 0 && controls === 0) {
    if (bytes.length >= 3) seen.texts++;
    seen.longestText = Math.max(seen.longestText, bytes.length);
    return { as: "text", value: textOf(bytes) };
  }
  // What a failed try has counted must not speak for the message around it.
  const inside = { ...seen };
  const message = describeMessage(bytes, inside, depth + 1);
  if (message !== null) {
    Object.assign(seen, inside);
    return { as: "message", value: message };
  }
  seen.byteStrings++;
  return { as: "bytes", value: bytes.toBase64() };
}

/** A view on exactly these bytes. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
