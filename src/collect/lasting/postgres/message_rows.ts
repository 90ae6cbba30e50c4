/**
 * Messages on their way into a table, many with one statement: their facts as JSON, and behind each other all payloads as one
 * value, of which each row takes its part. COPY would be a little faster, but the driver does not tell an error that comes
 * after its end, and with it a batch would be taken for written that is not. Pure.
 */
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

const RETAIN = 4;
const DUP = 8;

/** What is told of a message in one number. */
export function flagsOf({ qos, retain, dup }: InboundMessage): number {
  return qos | (retain ? RETAIN : 0) | (dup ? DUP : 0);
}

/** The reverse of {@linkcode flagsOf}. */
export function readFlags(flags: number) {
  return {
    qos: (flags & 3) as InboundMessage["qos"],
    retain: (flags & RETAIN) !== 0,
    dup: (flags & DUP) !== 0,
  };
}

/** Properties of a message as one line that PostgreSQL can hold. */
export function propertiesLine({ properties }: InboundMessage): string | null {
  const own = properties && ownProperties(properties);
  return own ? plainText(writeProperties(own)) : null;
}

/** Writes what {@linkcode messageValues} gives, in its order. */
export const INSERT_MESSAGES =
  `insert into ${SCHEMA}.message (source, topic, at, flags, size, payload, properties)
   select s, t, to_timestamp(a / 1000), f, z, substring($2::bytea from o for l), p
   from json_to_recordset($1::text::json)
     as r (s int, t int, a float8, f smallint, z int, o int, l int, p text)`;

/** The values of {@linkcode INSERT_MESSAGES}. */
export function messageValues(rows: readonly MessageRow[]): [string, Uint8Array] {
  const payloads = new Uint8Array(rows.reduce((sum, { payload }) => sum + payload.length, 0));
  let used = 0;
  const facts = rows.map(
    ({ source: s, topic: t, at: a, flags: f, size: z, payload, properties }) => {
      payloads.set(payload, used);
      used += payload.length;
      const p = properties === null ? {} : { p: properties };
      return { s, t, a, f, z, o: used - payload.length + 1, l: payload.length, ...p };
    },
  );
  return [JSON.stringify(facts), payloads];
}
