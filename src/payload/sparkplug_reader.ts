import { JsonValueBuilder, shortestSingle } from "./json_value.ts";
import { MAX_BINARY_NODES } from "./limits.ts";
import type { JsonValue } from "./payload.ts";
import { readFields, readPackedVarints, viewOf, type WireField } from "./protobuf.ts";
import { inspectText, textOf } from "./utf8.ts";

/** A metric as it was sent, with its name and type where a birth told them. */
interface SparkplugMetric {
  name?: string;
  /** A number, or its digits beyond 2^53. */
  alias?: number | string;
  timestamp?: number | string;
  /** The name of the type: `Float`, `Int64`, `DataSet`, … */
  datatype?: string;
  value?: JsonValue;
  historical?: true;
  transient?: true;
  properties?: JsonValue;
}

/** A Sparkplug B payload. */
export interface SparkplugPayload {
  /** Milliseconds since the epoch. */
  timestamp?: number | string;
  /** 0 to 255, counted by the node over all its messages but deaths. */
  seq?: number | string;
  metrics: SparkplugMetric[];
  uuid?: string;
  /** Base64. */
  body?: string;
}

/** Names of the data types by number (Sparkplug 3.0 §6.4.16). */
const DATA_TYPES = [
  "Unknown",
  "Int8",
  "Int16",
  "Int32",
  "Int64",
  "UInt8",
  "UInt16",
  "UInt32",
  "UInt64",
  "Float",
  "Double",
  "Boolean",
  "String",
  "DateTime",
  "Text",
  "UUID",
  "DataSet",
  "Bytes",
  "File",
  "Template",
  "PropertySet",
  "PropertySetList",
  "Int8Array",
  "Int16Array",
  "Int32Array",
  "Int64Array",
  "UInt8Array",
  "UInt16Array",
  "UInt32Array",
  "UInt64Array",
  "FloatArray",
  "DoubleArray",
  "BooleanArray",
  "StringArray",
  "DateTimeArray",
] as const;

/** Templates and property sets may hold each other; deeper ones are not read. */
const MAX_NESTING = 8;

/** Which field numbers a message keeps its values in, as they differ between messages. */
interface ValueFields {
  readonly int: number;
  readonly long: number;
  readonly float: number;
  readonly double: number;
  readonly boolean: number;
  readonly string: number;
}

const METRIC_VALUE = { int: 10, long: 11, float: 12, double: 13, boolean: 14, string: 15 };
const CELL_VALUE = { int: 1, long: 2, float: 3, double: 4, boolean: 5, string: 6 };
const PARAMETER_VALUE = { int: 3, long: 4, float: 5, double: 6, boolean: 7, string: 8 };
const PROPERTY_VALUE = PARAMETER_VALUE;

/** Thrown inside this file only: the bytes are no Sparkplug B payload. */
class NotSparkplug extends Error {}

/**
 * Reads the Sparkplug B protobuf (Tahu's `sparkplug_b.proto`). `typeOf` finds the data type of a
 * metric that was sent without one.
 */
export class SparkplugReader {
  /** Data types of the metrics just read, by index, for a birth to be remembered. */
  readonly types: (number | undefined)[] = [];
  readonly #builder = new JsonValueBuilder(false);
  #nodes = 0;

  constructor(
    private readonly typeOf: (
      metric: { name?: string; alias?: string },
    ) => number | undefined,
  ) {}

  /** The payload, or null if the bytes are none. */
  payload(bytes: Uint8Array): SparkplugPayload | null {
    try {
      return this.#read(bytes);
    } catch (error) {
      if (error instanceof NotSparkplug) return null;
      throw error;
    }
  }

  /** What a reader has to know about the values. */
  notes(): string[] {
    const note = this.#builder.note();
    return note === undefined ? [] : [note];
  }

  #read(bytes: Uint8Array): SparkplugPayload {
    const metrics: SparkplugMetric[] = [];
    const payload: Omit<SparkplugPayload, "metrics"> = {};
    let familiar = false;
    for (const field of this.#fields(bytes)) {
      switch (field.number) {
        case 1:
          payload.timestamp = this.#whole(field);
          familiar = true;
          break;
        case 2:
          metrics.push(this.#metric(content(field), 0));
          familiar = true;
          break;
        case 3:
          payload.seq = this.#whole(field);
          break;
        case 4:
          payload.uuid = text(field);
          break;
        case 5:
          payload.body = this.#builder.bytes(content(field));
          break;
      }
    }
    if (!familiar) throw new NotSparkplug();
    return { ...payload, metrics };
  }

  #metric(bytes: Uint8Array, depth: number): SparkplugMetric {
    const fields = this.#fields(bytes);
    const metric: SparkplugMetric = {};
    let type: number | undefined;
    let isNull = false;
    for (const field of fields) {
      switch (field.number) {
        case 1:
          metric.name = text(field);
          break;
        case 2:
          metric.alias = this.#whole(field);
          break;
        case 3:
          metric.timestamp = this.#whole(field);
          break;
        case 4:
          type = Number(varint(field));
          break;
        case 5:
          if (varint(field) !== 0) metric.historical = true;
          break;
        case 6:
          if (varint(field) !== 0) metric.transient = true;
          break;
        case 7:
          isNull = varint(field) !== 0;
          break;
        case 9:
          metric.properties = this.#propertySet(content(field), depth + 1);
          break;
      }
    }
    const alias = metric.alias === undefined ? undefined : String(metric.alias);
    type ??= depth === 0 ? this.typeOf({ name: metric.name, alias }) : undefined;
    if (depth === 0) this.types.push(type);
    if (type !== undefined && type > 0 && type < DATA_TYPES.length) {
      metric.datatype = DATA_TYPES[type];
    }
    const value = isNull ? null : this.#metricValue(fields, type, depth);
    if (value !== undefined) metric.value = value;
    return metric;
  }

  #metricValue(
    fields: readonly WireField[],
    type: number | undefined,
    depth: number,
  ): JsonValue | undefined {
    for (const field of fields) {
      switch (field.number) {
        case 16:
          return this.#byteValue(content(field), type);
        case 17:
          return this.#dataSet(content(field));
        case 18:
          return this.#template(content(field), depth + 1);
      }
    }
    return this.#scalar(fields, METRIC_VALUE, type);
  }

  #scalar(
    fields: readonly WireField[],
    at: ValueFields,
    type: number | undefined,
  ): JsonValue | undefined {
    for (const field of fields) {
      switch (field.number) {
        case at.int:
          return signed(varint(field), type);
        case at.long:
          return this.#builder.convert(signedLong(varint(field), type));
        case at.float:
          return this.#builder.convert(shortestSingle(view(field, "fixed32").getFloat32(0, true)));
        case at.double:
          return this.#builder.convert(view(field, "fixed64").getFloat64(0, true));
        case at.boolean:
          return varint(field) !== 0;
        case at.string:
          return text(field);
      }
    }
    return undefined;
  }

  #dataSet(bytes: Uint8Array): JsonValue {
    const columns: string[] = [];
    const types: number[] = [];
    const rows: JsonValue[] = [];
    for (const field of this.#fields(bytes)) {
      switch (field.number) {
        case 2:
          columns.push(text(field));
          break;
        case 3:
          if (field.wire === "length") {
            const packed = readPackedVarints(field.bytes, MAX_BINARY_NODES);
            if (packed === null) throw new NotSparkplug();
            for (const type of packed) types.push(Number(type));
          } else types.push(Number(varint(field)));
          break;
        case 4:
          rows.push(this.#row(content(field), types));
          break;
      }
    }
    return { columns, types: types.map((type) => DATA_TYPES[type] ?? "Unknown"), rows };
  }

  #row(bytes: Uint8Array, types: readonly number[]): JsonValue {
    return this.#fields(bytes)
      .filter((field) => field.number === 1)
      .map((field, index) =>
        this.#scalar(this.#fields(content(field)), CELL_VALUE, types[index]) ?? null
      );
  }

  #template(bytes: Uint8Array, depth: number): JsonValue {
    if (depth > MAX_NESTING) return this.#builder.bytes(bytes);
    const template: { [key: string]: JsonValue } = {};
    const metrics: JsonValue[] = [];
    const parameters: [string, JsonValue][] = [];
    for (const field of this.#fields(bytes)) {
      switch (field.number) {
        case 1:
          template.version = text(field);
          break;
        case 2:
          metrics.push({ ...this.#metric(content(field), depth) });
          break;
        case 3:
          parameters.push(this.#parameter(content(field)));
          break;
        case 4:
          template.template_ref = text(field);
          break;
        case 5:
          template.is_definition = varint(field) !== 0;
          break;
      }
    }
    if (parameters.length > 0) template.parameters = Object.fromEntries(parameters);
    return { ...template, metrics };
  }

  #parameter(bytes: Uint8Array): [string, JsonValue] {
    const fields = this.#fields(bytes);
    const name = fields.find((field) => field.number === 1);
    const type = fields.find((field) => field.number === 2);
    return [
      name === undefined ? "" : text(name),
      this.#scalar(fields, PARAMETER_VALUE, type && Number(varint(type))) ?? null,
    ];
  }

  #propertySet(bytes: Uint8Array, depth: number): JsonValue {
    if (depth > MAX_NESTING) return this.#builder.bytes(bytes);
    const keys: string[] = [];
    const values: JsonValue[] = [];
    for (const field of this.#fields(bytes)) {
      if (field.number === 1) keys.push(text(field));
      else if (field.number === 2) values.push(this.#property(content(field), depth));
    }
    return Object.fromEntries(keys.map((key, index) => [key, values[index] ?? null]));
  }

  #property(bytes: Uint8Array, depth: number): JsonValue {
    const fields = this.#fields(bytes);
    let type: number | undefined;
    for (const field of fields) {
      if (field.number === 1) type = Number(varint(field));
      else if (field.number === 2 && varint(field) !== 0) return null;
      else if (field.number === 9) return this.#propertySet(content(field), depth + 1);
      else if (field.number === 10) {
        return this.#fields(content(field)).map((set) =>
          this.#propertySet(content(set), depth + 1)
        );
      }
    }
    return this.#scalar(fields, PROPERTY_VALUE, type) ?? null;
  }

  /** Arrays are sent as packed little-endian bytes (Sparkplug 3.0 §6.4.17). */
  #byteValue(bytes: Uint8Array, type: number | undefined): JsonValue {
    const name = type === undefined ? undefined : DATA_TYPES[type];
    const reader = name === undefined ? undefined : ARRAY_ITEMS[name];
    if (reader !== undefined && bytes.length % reader.size === 0) {
      const data = viewOf(bytes);
      const items: JsonValue[] = [];
      for (let at = 0; at < bytes.length; at += reader.size) {
        items.push(this.#builder.convert(reader.read(data, at)));
      }
      this.#count(items.length);
      return items;
    }
    if (name === "BooleanArray" && bytes.length >= 4) {
      const count = viewOf(bytes).getUint32(0, true);
      if (count <= (bytes.length - 4) * 8) {
        this.#count(count);
        return Array.from(
          { length: count },
          (_, index) => (bytes[4 + (index >> 3)] >> (7 - index % 8) & 1) === 1,
        );
      }
    }
    if (name === "StringArray" && inspectText(bytes).invalidAt < 0 && bytes.at(-1) === 0) {
      const items = textOf(bytes.subarray(0, -1)).split("\0");
      this.#count(items.length);
      return items;
    }
    return this.#builder.bytes(bytes);
  }

  #whole(field: WireField): number | string {
    const value = this.#builder.convert(varint(field));
    return typeof value === "string" ? value : Number(value);
  }

  #fields(bytes: Uint8Array): WireField[] {
    const fields = readFields(bytes, MAX_BINARY_NODES);
    if (fields === null) throw new NotSparkplug();
    this.#count(fields.length);
    return fields;
  }

  #count(nodes: number): void {
    this.#nodes += nodes;
    if (this.#nodes > MAX_BINARY_NODES) throw new NotSparkplug();
  }
}

interface ArrayItem {
  readonly size: number;
  read(view: DataView, at: number): number | bigint;
}

const ARRAY_ITEMS: { readonly [type: string]: ArrayItem | undefined } = {
  Int8Array: { size: 1, read: (view, at) => view.getInt8(at) },
  Int16Array: { size: 2, read: (view, at) => view.getInt16(at, true) },
  Int32Array: { size: 4, read: (view, at) => view.getInt32(at, true) },
  Int64Array: { size: 8, read: (view, at) => view.getBigInt64(at, true) },
  UInt8Array: { size: 1, read: (view, at) => view.getUint8(at) },
  UInt16Array: { size: 2, read: (view, at) => view.getUint16(at, true) },
  UInt32Array: { size: 4, read: (view, at) => view.getUint32(at, true) },
  UInt64Array: { size: 8, read: (view, at) => view.getBigUint64(at, true) },
  FloatArray: { size: 4, read: (view, at) => shortestSingle(view.getFloat32(at, true)) },
  DoubleArray: { size: 8, read: (view, at) => view.getFloat64(at, true) },
  DateTimeArray: { size: 8, read: (view, at) => view.getBigInt64(at, true) },
};

function varint(field: WireField): number | bigint {
  if (field.wire !== "varint") throw new NotSparkplug();
  return field.varint;
}

function content(field: WireField): Uint8Array {
  if (field.wire !== "length") throw new NotSparkplug();
  return field.bytes;
}

function view(field: WireField, wire: "fixed32" | "fixed64"): DataView {
  if (field.wire !== wire) throw new NotSparkplug();
  return viewOf(field.bytes);
}

function text(field: WireField): string {
  const bytes = content(field);
  if (inspectText(bytes).invalidAt >= 0) throw new NotSparkplug();
  return textOf(bytes);
}

/** The bits of Int8, Int16 and Int32, by their types' numbers. */
const SIGNED_BITS = [undefined, 8, 16, 32];

/** Int8 to Int32 are sent as the two's complement in an unsigned field (Sparkplug 3.0 §6.4.17). */
function signed(value: number | bigint, type = 0): number {
  const bits = SIGNED_BITS[type];
  const all = BigInt(value);
  return Number(bits === undefined ? BigInt.asUintN(32, all) : BigInt.asIntN(bits, all));
}

function signedLong(value: number | bigint, type: number | undefined): number | bigint {
  return type === 4 && typeof value === "bigint" ? BigInt.asIntN(64, value) : value;
}
