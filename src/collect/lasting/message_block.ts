/** Messages packed into one compressed block: columns first, payloads behind them. Pure. */
import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { MessageProperties, Qos } from "../../mqtt/message.ts";
import { flagsOf, readFlags } from "./message_flags.ts";

/** A message on its way into a block: its topic is a number that the store gave it. */
export interface BlockMessage {
  readonly seq: number;
  readonly topicId: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly qos: Qos;
  readonly retain: boolean;
  readonly dup: boolean;
  readonly sizeBytes: number;
  readonly payload: Uint8Array;
  readonly properties?: MessageProperties;
}

const FORMAT = 1;
const LEVEL = 4;
/** No block is ever larger than this when unpacked: a damaged one must not fill the memory. */
const MOST_UNPACKED_BYTES = 16 * 1024 * 1024;

const CUT = 16;
const PROPERTIES = 32;
const NOTHING = new Uint8Array(0);

/** A damaged or foreign block. */
export class BlockError extends Error {
  override readonly name = "BlockError";
}

/**
 * Packs messages, whose `seq` must rise. Times may fall (a clock that was put back): they are stored as differences.
 */
export function packBlock(messages: readonly BlockMessage[]): Uint8Array {
  const columns = shared;
  columns.reset();
  columns.varint(FORMAT);
  columns.varint(messages.length);
  let seq = 0;
  let at = 0;
  for (const message of messages) {
    const cut = message.sizeBytes !== message.payload.length;
    columns.varint(message.seq - seq);
    columns.signed(message.at - at);
    columns.varint(message.topicId);
    columns.varint(
      flagsOf(message) | (cut ? CUT : 0) | (message.properties ? PROPERTIES : 0),
    );
    columns.varint(message.payload.length);
    if (cut) columns.varint(message.sizeBytes);
    if (message.properties) columns.text(writeProperties(message.properties));
    seq = message.seq;
    at = message.at;
  }
  for (const { payload } of messages) columns.bytes(payload);
  return deflateRawSync(columns.done(), { level: LEVEL });
}

/**
 * Unpacks a block. The payloads are views into one buffer of the block's own.
 *
 * @throws {BlockError} where the bytes are not a block
 */
export function unpackBlock(packed: Uint8Array): BlockMessage[] {
  const reader = new Reader(inflate(packed));
  const format = reader.varint();
  if (format !== FORMAT) throw new BlockError(`Cannot read a block of format ${format}`);
  const count = reader.varint();
  if (count > MOST_UNPACKED_BYTES / 5) throw new BlockError("Cannot read a block: too many rows");
  const messages: { -readonly [Fact in keyof BlockMessage]: BlockMessage[Fact] }[] = [];
  const lengths: number[] = [];
  let seq = 0;
  let at = 0;
  for (let i = 0; i < count; i++) {
    seq += reader.varint();
    at += reader.signed();
    const topicId = reader.varint();
    const flags = reader.varint();
    const length = reader.varint();
    const sizeBytes = flags & CUT ? reader.varint() : length;
    const { qos, retain, dup } = readFlags(flags);
    const message: typeof messages[number] = {
      seq,
      topicId,
      at,
      qos,
      retain,
      dup,
      sizeBytes,
      payload: NOTHING,
    };
    if (flags & PROPERTIES) message.properties = readProperties(reader.text());
    messages.push(message);
    lengths.push(length);
  }
  for (let i = 0; i < count; i++) messages[i].payload = reader.bytes(lengths[i]);
  return messages;
}

function inflate(packed: Uint8Array): Uint8Array {
  try {
    return inflateRawSync(packed, { maxOutputLength: MOST_UNPACKED_BYTES });
  } catch (error) {
    throw new BlockError(
      `Cannot unpack a block: ${error instanceof Error ? error.message : error}`,
    );
  }
}

/** Properties as one line of JSON, for a row of their own or inside a block. */
export function writeProperties(properties: MessageProperties): string {
  const { correlationData, ...rest } = properties;
  return JSON.stringify(
    correlationData ? { ...rest, correlationData: [...correlationData] } : rest,
  );
}

/**
 * Reads what {@linkcode writeProperties} wrote.
 *
 * @throws {BlockError} where it is not
 */
export function readProperties(text: string): MessageProperties {
  try {
    const { correlationData, ...rest } = JSON.parse(text);
    return correlationData ? { ...rest, correlationData: Uint8Array.from(correlationData) } : rest;
  } catch {
    throw new BlockError("Cannot read the properties of a stored message");
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

class Writer {
  #buffer = new Uint8Array(512 * 1024);
  #used = 0;

  /** Begins anew, in the same memory. */
  reset(): void {
    this.#used = 0;
  }

  varint(value: number): void {
    this.#room(8);
    let rest = value;
    while (rest >= 0x80) {
      this.#buffer[this.#used++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#buffer[this.#used++] = rest;
  }

  /** Zigzag: small negative numbers stay short. */
  signed(value: number): void {
    this.varint(value < 0 ? -2 * value - 1 : 2 * value);
  }

  text(text: string): void {
    const bytes = encoder.encode(text);
    this.varint(bytes.length);
    this.bytes(bytes);
  }

  bytes(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#buffer.set(bytes, this.#used);
    this.#used += bytes.length;
  }

  done(): Uint8Array {
    return this.#buffer.subarray(0, this.#used);
  }

  #room(bytes: number): void {
    if (this.#used + bytes <= this.#buffer.length) return;
    const grown = new Uint8Array(Math.max(2 * this.#buffer.length, this.#used + bytes));
    grown.set(this.#buffer.subarray(0, this.#used));
    this.#buffer = grown;
  }
}

/** One for all blocks: a block is packed in one go, and blocks follow each other many times a second. */
const shared = new Writer();

class Reader {
  readonly #buffer: Uint8Array;
  #at = 0;

  constructor(buffer: Uint8Array) {
    this.#buffer = buffer;
  }

  varint(): number {
    let value = 0;
    for (let factor = 1; factor < 2 ** 56; factor *= 0x80) {
      const byte = this.#buffer[this.#at++];
      if (byte === undefined) break;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
    throw new BlockError("Cannot read a block: it is cut off or damaged");
  }

  signed(): number {
    const value = this.varint();
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
  }

  text(): string {
    return decoder.decode(this.bytes(this.varint()));
  }

  bytes(length: number): Uint8Array {
    if (this.#at + length > this.#buffer.length) {
      throw new BlockError("Cannot read a block: it is cut off or damaged");
    }
    this.#at += length;
    return this.#buffer.subarray(this.#at - length, this.#at);
  }
}
