/** Messages on their way into a table, as the rows of a binary COPY. Pure. */
import type { InboundMessage } from "../../../mqtt/message.ts";
import { ownProperties } from "../../message_log.ts";
import { writeProperties } from "../message_block.ts";
import { plainText } from "./connection.ts";
import { SCHEMA } from "./schema.ts";

/** A message on its way into the table `message`. */
interface MessageRow {
  readonly source: number;
  readonly topic: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly flags: number;
  readonly size: number;
  readonly payload: Uint8Array;
  /** One line of JSON. */
  readonly properties: string | null;
}

const encoder = new TextEncoder();
/** Properties of a message as one line that PostgreSQL can hold. */
export function propertiesLine({ properties }: InboundMessage): string | null {
  const own = properties && ownProperties(properties);
  return own ? plainText(writeProperties(own)) : null;
}

/** Takes what {@linkcode messageRows} gives. */
export const COPY_MESSAGES =
  `copy ${SCHEMA}.message (source, topic, at, flags, size, payload, properties) from stdin with (format binary)`;

const COLUMNS = 7;
const SIGNATURE = [..."PGCOPY\n\xff\r\n\0"].map((char) => char.charCodeAt(0));
/** With flags and the length of an extension, none of which is there. */
const HEADER_BYTES = 11 + 4 + 4;
/** Of all columns but the last two: lengths, and what has one length only. */
const FACTS_BYTES = 2 + 7 * 4 + 4 + 4 + 8 + 2 + 4;
const TRAILER_BYTES = 2;
/** PostgreSQL counts from the year 2000, in microseconds. */
const YEAR_2000_MS = 946_684_800_000;

/** Rows in the format that {@linkcode COPY_MESSAGES} names (PostgreSQL's manual, "COPY", Binary Format). */
export function messageRows(rows: readonly MessageRow[]): Uint8Array {
  const properties = rows.map((row) =>
    row.properties === null ? null : encoder.encode(row.properties)
  );
  const size = rows.reduce(
    (sum, { payload }, i) => sum + FACTS_BYTES + payload.length + (properties[i]?.length ?? 0),
    HEADER_BYTES + TRAILER_BYTES,
  );
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  bytes.set(SIGNATURE);
  let used = HEADER_BYTES;
  const int16 = (value: number) => {
    view.setInt16(used, value);
    used += 2;
  };
  const int32 = (value: number) => {
    view.setInt32(used, value);
    used += 4;
  };
  const value = (one: Uint8Array | null) => {
    int32(one === null ? -1 : one.length);
    if (one === null) return;
    bytes.set(one, used);
    used += one.length;
  };
  rows.forEach(({ source, topic, at, flags, size, payload }, i) => {
    int16(COLUMNS);
    int32(4);
    int32(source);
    int32(4);
    int32(topic);
    int32(8);
    view.setBigInt64(used, BigInt(at - YEAR_2000_MS) * 1_000n);
    used += 8;
    int32(2);
    int16(flags);
    int32(4);
    int32(size);
    value(payload);
    value(properties[i]);
  });
  int16(-1);
  return bytes;
}
