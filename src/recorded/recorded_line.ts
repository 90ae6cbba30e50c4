/** One recorded message as a line of a file: JSON Lines, or CSV (RFC 4180). Pure. */
import { isoTime } from "../iso_time.ts";
import { Buffer, isUtf8 } from "node:buffer";
import type { LoggedMessage } from "../collect/recorded.ts";
import type { MessageProperties, Qos } from "../mqtt/message.ts";

/** A message as it stands in a file. */
export interface RecordedLine {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: Qos;
  readonly retain: boolean;
  readonly properties?: MessageProperties;
  /** `host:port` that it was heard from. */
  readonly broker?: string;
}

/** The first line of a CSV file. */
export const CSV_HEAD = "timestamp,broker,topic,qos,retain,dup,size_bytes,encoding,payload\r\n";

/** A line of JSON; fields at their default are left out. */
export function jsonLine(message: LoggedMessage, broker: string): string {
  const { payload, encoding } = textOf(message.payload);
  const correlationData = message.properties?.correlationData;
  return `${
    JSON.stringify({
      timestamp: isoTime(message.receivedAt),
      broker,
      topic: message.topic,
      payload,
      ...(encoding !== "utf8" && { encoding }),
      ...(message.qos > 0 && { qos: message.qos }),
      ...(message.retain && { retain: true }),
      ...(message.dup && { dup: true }),
      ...(message.sizeBytes > message.payload.length && { size_bytes: message.sizeBytes }),
      ...(message.properties && {
        properties: {
          ...message.properties,
          ...(correlationData &&
            { correlationData: Buffer.from(correlationData).toString("base64") }),
        },
      }),
    })
  }\n`;
}

/** A row of CSV. */
export function csvLine(message: LoggedMessage, broker: string): string {
  const { payload, encoding } = textOf(message.payload);
  const cells = [
    isoTime(message.receivedAt),
    broker,
    message.topic,
    message.qos,
    message.retain,
    message.dup,
    message.sizeBytes,
    encoding,
    payload,
  ];
  return `${cells.map((cell) => quoted(String(cell))).join(",")}\r\n`;
}

/**
 * Reads a line of JSON.
 *
 * @throws {SyntaxError} where it is none that {@linkcode jsonLine} wrote
 */
export function readJsonLine(line: string): RecordedLine {
  const found = JSON.parse(line);
  const at = Date.parse(found?.timestamp);
  const { topic, payload, encoding = "utf8", qos = 0, retain = false, properties, broker } = found;
  const isRight = Number.isFinite(at) && typeof topic === "string" && typeof payload === "string" &&
    (encoding === "utf8" || encoding === "base64") && [0, 1, 2].includes(qos) &&
    typeof retain === "boolean";
  if (!isRight) throw new SyntaxError("timestamp, topic and payload are needed");
  const { correlationData, ...rest } = properties ?? {};
  return {
    at,
    topic,
    payload: new Uint8Array(Buffer.from(payload, encoding)),
    qos,
    retain,
    ...(typeof broker === "string" && { broker }),
    ...(properties && {
      properties: typeof correlationData === "string"
        ? { ...rest, correlationData: new Uint8Array(Buffer.from(correlationData, "base64")) }
        : rest,
    }),
  };
}

const ISO_TIME = /\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:?\d{2})/g;
const EPOCH = /(?<![\d.\w-])(\d{10}|\d{13})(?![\d\w.])/g;

/** A text in which the times of the recording, from `from` to `to`, are moved by so many milliseconds. */
export function shiftTimes(
  text: string,
  { from, to, by }: { from: number; to: number; by: number },
): string {
  const isMeant = (at: number) => at >= from && at <= to;
  return text.replace(ISO_TIME, (found) => {
    const at = Date.parse(found);
    return isMeant(at) ? isoTime(at + by) : found;
  }).replace(EPOCH, (found) => {
    const unit = found.length === 10 ? 1_000 : 1;
    const at = Number(found) * unit;
    return isMeant(at) ? String(Math.round((at + by) / unit)) : found;
  });
}

function textOf(payload: Uint8Array): { payload: string; encoding: "utf8" | "base64" } {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  return isUtf8(bytes)
    ? { payload: bytes.toString("utf8"), encoding: "utf8" }
    : { payload: bytes.toString("base64"), encoding: "base64" };
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
