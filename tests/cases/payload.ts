import { ProtobufWriter } from "../payload/protobuf_writer.ts";
import type { CaseMessage, SparkplugMetric, SparkplugPayload } from "./case.ts";

const encoder = new TextEncoder();

/** The bytes of a message that is sent at `nowMs`. */
export function payloadOf(message: CaseMessage, nowMs: number): Uint8Array {
  if (message.hex !== undefined) return padded(Uint8Array.fromHex(message.hex), message.pad_to);
  if (message.sparkplug !== undefined) return sparkplug(message.sparkplug, nowMs);
  const { payload = "" } = message;
  return encoder.encode(
    withTimes(typeof payload === "string" ? payload : JSON.stringify(payload), nowMs),
  );
}

/** A large payload is its head and its size. */
function padded(head: Uint8Array, size = head.length): Uint8Array {
  const whole = new Uint8Array(Math.max(head.length, size)).fill(7);
  whole.set(head);
  return whole;
}

/**
 * Replaces `{{kind:offset}}`, where the offset is in seconds and may be missing. A string that is nothing
 * but a number's template becomes a number, unless it is written `{{q:kind}}`.
 */
export function withTimes(text: string, nowMs: number): string {
  const time = (_: string, kind: string, offset?: string) =>
    timeText(kind, Math.round(nowMs + Number(offset ?? 0) * 1000));
  return text
    .replace(/"\{\{(s|sf|ms|ns)(?::(-?\d+(?:\.\d+)?))?\}\}"/g, time)
    .replace(/\{\{q:(s|sf|ms)(?::(-?\d+(?:\.\d+)?))?\}\}/g, time)
    .replace(/\{\{(iso|zless|local|space|s|sf|ms|ns)(?::(-?\d+(?:\.\d+)?))?\}\}/g, time);
}

function timeText(kind: string, ms: number): string {
  const iso = new Date(ms).toISOString();
  switch (kind) {
    case "zless":
    case "local":
      return iso.slice(0, 19);
    case "space":
      return iso.slice(0, 19).replace("T", " ");
    case "s":
      return String(Math.round(ms / 1000));
    case "sf":
      return (ms / 1000).toFixed(2);
    case "ms":
      return String(Math.round(ms));
    case "ns":
      return `${Math.round(ms)}000000`;
    default:
      return iso;
  }
}

/** Data types of Sparkplug B 3.0 §6.4.16. */
const DATA_TYPES: Readonly<Record<string, number>> = {
  Int32: 3,
  Int64: 4,
  UInt64: 8,
  Float: 9,
  Double: 10,
  Boolean: 11,
  String: 12,
  DateTime: 13,
};

function sparkplug(payload: SparkplugPayload, nowMs: number): Uint8Array {
  const writer = new ProtobufWriter();
  if (!payload.no_timestamp) writer.varint(1, Math.round(nowMs + (payload.offset ?? 0) * 1000));
  for (const metric of payload.metrics ?? []) writer.message(2, metricOf(metric, nowMs));
  if (payload.seq !== undefined) writer.varint(3, payload.seq);
  return writer.toBytes();
}

function metricOf(metric: SparkplugMetric, nowMs: number): ProtobufWriter {
  const writer = new ProtobufWriter();
  if (metric.name !== undefined) writer.text(1, metric.name);
  if (metric.alias !== undefined) writer.varint(2, metric.alias);
  writer.varint(3, Math.round(nowMs + (metric.offset ?? 0) * 1000));
  if (metric.type !== undefined) writer.varint(4, DATA_TYPES[metric.type]);
  if (metric.historical) writer.varint(5, true);
  if (metric.quality !== undefined) {
    const value = new ProtobufWriter().varint(1, DATA_TYPES.Int32).varint(3, metric.quality);
    writer.message(9, new ProtobufWriter().text(1, "Quality").message(2, value));
  }
  return withValue(writer, metric);
}

function withValue(writer: ProtobufWriter, metric: SparkplugMetric): ProtobufWriter {
  const { value } = metric;
  if (value === null) return writer.varint(7, true);
  switch (metric.type ?? metric.as) {
    case "Int32":
      return writer.varint(10, Number(value) >>> 0);
    case "Int64":
    case "UInt64":
    case "DateTime":
      return writer.varint(11, Number(value));
    case "Float":
      return writer.float(12, Number(value));
    case "Double":
      return writer.double(13, Number(value));
    case "Boolean":
      return writer.varint(14, Boolean(value));
    case "String":
      return writer.text(15, String(value));
    default:
      return writer;
  }
}
