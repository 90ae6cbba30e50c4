import { Buffer } from "node:buffer";
import type { Qos, ReceivedPublish } from "../message.ts";
import { publishProperties, readProperties } from "./properties.ts";
import {
  MALFORMED_PACKET,
  PROTOCOL_ERROR,
  ProtocolFault,
  TOPIC_ALIAS_INVALID,
} from "./protocol_fault.ts";
import { TopicNames } from "./topic_names.ts";

/**
 * The largest packet that is read from a broker, in bytes. A payload here is 1 MiB at most, firmware images on MQTT are a
 * few; what is larger would only be cut, and five sessions may each have one in the making. Of a larger PUBLISH the topic is
 * read, and its payload is passed over as it comes.
 */
export const MAX_PACKET_BYTES = 16 * 1024 * 1024;

/** Packets of other kinds are small; a CONNACK may have some user properties. */
const MAX_CONTROL_BYTES = 256 * 1024;

/** So much of the beginning of a PUBLISH that is too large is held: room for the longest topic, and as much of properties. */
const LARGE_HEAD_BYTES = 128 * 1024;

/** Who gets what a {@linkcode PacketReader} reads. */
interface PacketSink {
  /**
   * A PUBLISH, whole and well-formed. `messageId` is 0 with QoS 0. The payload's bytes are only lent: they may be written
   * over once this returns.
   *
   * @throws {ProtocolFault} for one that is not to be accepted
   */
  publish(topic: string, payload: Uint8Array, header: ReceivedPublish, messageId: number): void;
  /** A PUBLISH of more than {@linkcode MAX_PACKET_BYTES}, after all of it has come; its payload was not kept. */
  skip(topic: string, payloadBytes: number, header: ReceivedPublish, messageId: number): void;
  /** A PUBREL, well-formed. */
  release(messageId: number): void;
  /** The bytes of so many other packets, whole and in order. Before CONNACK whatever comes. */
  pass(bytes: Uint8Array, packets: number): void;
  /** Something that MQTT forbids, or that `publish` did not accept. Nothing is read after it. */
  fault(fault: ProtocolFault): void;
}

const CONNACK = 2;
const PUBLISH = 3;
const PUBREL = 6;
const SUBACK = 9;
const UNSUBACK = 11;
const DISCONNECT = 14;
const AUTH = 15;
const NAMES: Readonly<Record<number, string>> = {
  [CONNACK]: "CONNACK",
  [PUBLISH]: "PUBLISH",
  4: "PUBACK",
  5: "PUBREC",
  [PUBREL]: "PUBREL",
  7: "PUBCOMP",
  [SUBACK]: "SUBACK",
  [UNSUBACK]: "UNSUBACK",
  13: "PINGRESP",
  [DISCONNECT]: "DISCONNECT",
  [AUTH]: "AUTH",
};
const SUBSCRIPTION_IDENTIFIER = 0x0b;

/** One for all connections: what a name is does not depend on whose it is. */
const names = new TopicNames();

/** Smaller packets come as a whole, or nearly so. */
const SLOW_PACKET_BYTES = 65_536;
const FIRST_BUFFER_BYTES = 1024;
const LARGEST_KEPT_BUFFER_BYTES = 1_100_000;
/** So many are read at a time, so that others get their turn. */
const PUBLISHES_AT_A_TIME = 1_000;
const OTHERS_AT_A_TIME = 50;

/**
 * Finds the packets in what a broker sends, reads the PUBLISH and PUBREL packets among them, and passes the others on, after
 * their properties were found well-formed (MQTT 5 §2.2.2).
 */
export class PacketReader {
  /** Whether CONNACK was read. Before it there is nothing to be read here, and everything is passed on. */
  connected = false;

  readonly #sink: PacketSink;
  readonly #hasProperties: boolean;
  /** Something was wrong: nothing more is read. */
  #refused = false;
  /** What comes is no MQTT, or not yet; whoever reads the rest says so. */
  #opaque = false;
  /** The beginning of a packet that is not there as a whole, in a buffer that is used again. */
  #buffer = Buffer.alloc(0);
  #heldBytes = 0;
  /** Its length; 0 while its fixed header is not there as a whole. */
  #heldOf = 0;

  /** A PUBLISH that is too large, and how many of its bytes are to come. */
  #large: (Parameters<PacketSink["skip"]>) | null = null;
  #largeLeft = 0;

  /** Codes that the standard does not know, by what they answer, where others were put in their place. */
  readonly #originalCodes = new Map<string, number>();

  /** Of the packet looked at last. */
  #bodyAt = 0;
  #endAt = 0;
  #topicEnd = 0;
  #messageId = 0;
  #payloadAt = 0;
  #identifiers: number | number[] | undefined;
  /** Most messages bear the same identifier as the one before. */
  #properties: ReceivedPublish["properties"];
  /** Whether those hold nothing else. */
  #isPlain = true;

  constructor(version: "5" | "3.1.1", sink: PacketSink) {
    this.#hasProperties = version === "5";
    this.#sink = sink;
  }

  /** Whether a packet has begun that takes its time to come, and holds up those behind it. */
  get isMidPacket(): boolean {
    return this.#large !== null || this.#heldOf > SLOW_PACKET_BYTES;
  }

  /**
   * Reads a chunk from a position on. Stops after some packets, and where others were passed on, so that the caller can keep
   * the order of arrival and let others have their turn.
   *
   * @returns the position to go on from: the chunk's length when all of it was read
   */
  take(chunk: Uint8Array, from: number): number {
    if (this.#refused) return chunk.length;
    try {
      return this.#take(chunk, from);
    } catch (error) {
      if (!(error instanceof ProtocolFault)) throw error;
      this.#refused = true;
      this.#sink.fault(error);
      return chunk.length;
    }
  }

  #take(chunk: Uint8Array, from: number): number {
    if (this.#opaque) return this.#passAll(chunk, from);
    if (this.#large !== null) return this.#skip(chunk, from);
    if (this.#heldBytes > 0) return this.#takeHeld(chunk, from);
    let at = from;
    let passFrom = -1;
    let passed = 0;
    const flush = () => {
      if (passFrom >= 0) this.#sink.pass(chunk.subarray(passFrom, at), passed);
      return at;
    };
    for (let read = 0; at < chunk.length && read < PUBLISHES_AT_A_TIME; read++) {
      const type = chunk[at] >> 4;
      if (!this.connected && type !== CONNACK) {
        this.#opaque = true;
        return this.#passAll(chunk, at);
      }
      const framed = this.#frame(chunk, at);
      const size = framed ? this.#endAt - at : 0;
      if (!framed || this.#endAt > chunk.length) {
        flush();
        if (framed) this.#checkAnnounced(type, size);
        const heldTo = Math.min(chunk.length, at + this.#bytesToHold(size));
        this.#hold(chunk.subarray(at, heldTo), size);
        return heldTo;
      }
      if (size > MAX_PACKET_BYTES) {
        flush();
        this.#checkAnnounced(type, size);
        this.#hold(chunk.subarray(at, at + LARGE_HEAD_BYTES), size);
        return at + LARGE_HEAD_BYTES;
      }
      if (type === PUBLISH || type === PUBREL) {
        if (passFrom >= 0) return flush();
        const endAt = this.#endAt;
        this.#deliver(chunk, at);
        at = endAt;
        continue;
      }
      this.#check(chunk, at);
      if (passFrom < 0) passFrom = at;
      at = this.#endAt;
      if (++passed >= OTHERS_AT_A_TIME || type === CONNACK) return flush();
    }
    return flush();
  }

  #passAll(chunk: Uint8Array, from: number): number {
    this.#sink.pass(chunk.subarray(from), 0);
    return chunk.length;
  }

  #checkAnnounced(type: number, size: number): void {
    if (type === PUBLISH || size <= MAX_CONTROL_BYTES) return;
    throw new ProtocolFault(MALFORMED_PACKET, `a ${NAMES[type] ?? "packet"} of ${size} bytes`);
  }

  /** Of a packet of that size; as much as there is where its size is not known yet (0). */
  #bytesToHold(size: number): number {
    return size === 0 ? Infinity : size > MAX_PACKET_BYTES ? LARGE_HEAD_BYTES : size;
  }

  /** Passes over what has come of a PUBLISH that is too large. */
  #skip(chunk: Uint8Array, from: number): number {
    const bytes = Math.min(this.#largeLeft, chunk.length - from);
    this.#largeLeft -= bytes;
    if (this.#largeLeft === 0 && this.#large !== null) {
      const packet = this.#large;
      this.#large = null;
      this.#sink.skip(...packet);
    }
    return from + bytes;
  }

  /** Reads the head of a PUBLISH that is too large, of which no more is held. */
  #beginSkipping(head: Uint8Array): void {
    const size = this.#endAt;
    this.#endAt = head.length;
    this.#parse(head, head[0], size);
    this.#large = [
      names.read(head, this.#bodyAt + 2, this.#topicEnd),
      size - this.#payloadAt,
      this.#header(head[0]),
      this.#messageId,
    ];
    this.#largeLeft = size - head.length;
  }

  #hold(bytes: Uint8Array, packetBytes: number): void {
    this.#heldOf = packetBytes;
    const needed = this.#heldBytes + bytes.length;
    if (needed > this.#buffer.length) {
      // What is only announced is not set aside before a good part of it has come.
      const room = Math.max(FIRST_BUFFER_BYTES, Math.min(packetBytes, 4 * needed));
      const larger = Buffer.alloc(room);
      larger.set(this.#buffer.subarray(0, this.#heldBytes));
      this.#buffer = larger;
    }
    this.#buffer.set(bytes, this.#heldBytes);
    this.#heldBytes = needed;
  }

  /** Forgets what is held, after it was read; a buffer of unusual size is not kept. */
  #release(): void {
    this.#heldBytes = 0;
    this.#heldOf = 0;
    if (this.#buffer.length > LARGEST_KEPT_BUFFER_BYTES) this.#buffer = Buffer.alloc(0);
  }

  /** Goes on with the packet whose beginning is held, up to its end at most. */
  #takeHeld(chunk: Uint8Array, from: number): number {
    let at = from;
    while (this.#heldOf === 0 && at < chunk.length) {
      this.#hold(chunk.subarray(at, ++at), 0);
      const start = this.#buffer.subarray(0, this.#heldBytes);
      if (!this.#frame(start, 0)) continue;
      this.#checkAnnounced(start[0] >> 4, this.#endAt);
      this.#heldOf = this.#endAt;
    }
    if (this.#heldOf === 0) return at;
    const wanted = this.#bytesToHold(this.#heldOf);
    const missing = Math.min(wanted - this.#heldBytes, chunk.length - at);
    this.#hold(chunk.subarray(at, at + missing), this.#heldOf);
    at += missing;
    if (this.#heldBytes < wanted) return at;
    const packet = this.#buffer.subarray(0, this.#heldBytes);
    this.#frame(packet, 0);
    if (wanted < this.#heldOf) {
      this.#beginSkipping(packet);
      this.#release();
      return this.#skip(chunk, at);
    }
    const type = packet[0] >> 4;
    if (type === PUBLISH || type === PUBREL) this.#deliver(packet, 0);
    else {
      this.#check(packet, 0);
      this.#sink.pass(Buffer.from(packet), 1);
    }
    this.#release();
    return at;
  }

  /**
   * Reads a fixed header (MQTT 5 §2.1).
   *
   * @returns false if it is not there as a whole
   */
  #frame(bytes: Uint8Array, at: number): boolean {
    let length = 0;
    for (let i = 1, scale = 1; i <= 4; i++, scale *= 128) {
      if (at + i >= bytes.length) return false;
      const byte = bytes[at + i];
      length += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        this.#bodyAt = at + i + 1;
        this.#endAt = this.#bodyAt + length;
        return true;
      }
    }
    throw this.#malformed(bytes[at] >> 4, "a length of more than four bytes");
  }

  #malformed(type: number, what: string): ProtocolFault {
    return new ProtocolFault(MALFORMED_PACKET, `a ${NAMES[type] ?? "packet"} with ${what}`);
  }

  /** Makes sure that a whole packet of another kind is one that a broker may send, with well-formed properties. */
  #check(bytes: Uint8Array, at: number): void {
    const type = bytes[at] >> 4;
    const name = NAMES[type];
    if (name === undefined) {
      throw new ProtocolFault(PROTOCOL_ERROR, `a packet of type ${type}, which no broker sends`);
    }
    if (type === CONNACK) this.connected = true;
    this.#standardise(bytes, type);
    if (!this.#hasProperties) return;
    const propertiesAt = this.#bodyAt + propertiesOffset(type);
    // a short form leaves them out (§3.4.2.2.1, §3.14.2.2.1)
    if (propertiesAt >= this.#endAt) return;
    readProperties(bytes, propertiesAt, this.#endAt, name);
  }

  /**
   * Puts a code of the same kind in the place of one that the standard does not know in such an answer, on which the library
   * would end the connection: some brokers refuse with a code that belongs elsewhere.
   */
  #standardise(bytes: Uint8Array, type: number): void {
    const at = this.#hasProperties
      ? codePosition(type, bytes, this.#bodyAt, this.#endAt)
      : type === SUBACK
      ? this.#bodyAt + 2
      : -1;
    if (at < 0 || at >= this.#endAt) return;
    const code = bytes[at];
    const known = this.#hasProperties ? STANDARD_CODES[type] : STANDARD_CODES_OF_3[type];
    if (known === undefined) return;
    if (known.has(code) && this.#originalCodes.size === 0) return;
    const messageId = type === DISCONNECT ? 0 : bytes[this.#bodyAt] << 8 | bytes[this.#bodyAt + 1];
    const key = `${NAMES[type]} ${messageId}`;
    // nobody may have asked for the one before
    this.#originalCodes.delete(key);
    if (known.has(code)) return;
    // what such a SUBACK grants cannot be told
    if (code < 0x80 && type === SUBACK) return;
    if (this.#originalCodes.size < MOST_ORIGINAL_CODES) this.#originalCodes.set(key, code);
    bytes[at] = code >= 0x80 ? (known.has(0x80) ? 0x80 : 0x92) : 0;
  }

  /** The code that an answer had before it was replaced by one that the standard knows there. Tells it once. */
  takeOriginalCode(packet: string, messageId: number): number | undefined {
    const key = `${packet} ${messageId}`;
    const code = this.#originalCodes.get(key);
    this.#originalCodes.delete(key);
    return code;
  }

  #header(first: number): ReceivedPublish {
    return {
      qos: (first & 0x06) >> 1 as Qos,
      retain: (first & 0x01) !== 0,
      dup: (first & 0x08) !== 0,
      properties: this.#properties,
    };
  }

  /** Hands a whole PUBLISH or PUBREL over. */
  #deliver(bytes: Uint8Array, at: number): void {
    const first = bytes[at];
    if (first >> 4 === PUBREL) {
      if ((first & 0x0f) !== 2) throw this.#malformed(PUBREL, "wrong flags");
      if (this.#endAt - this.#bodyAt < 2) throw this.#malformed(PUBREL, "no packet identifier");
      this.#check(bytes, at);
      return this.#sink.release(bytes[this.#bodyAt] << 8 | bytes[this.#bodyAt + 1]);
    }
    this.#parse(bytes, first, this.#endAt);
    this.#sink.publish(
      names.read(bytes, this.#bodyAt + 2, this.#topicEnd),
      bytes.subarray(this.#payloadAt, this.#endAt),
      this.#header(first),
      this.#messageId,
    );
  }

  /** Finds the parts of a PUBLISH (MQTT 5 §3.3.2) that ends at `packetEnd`, of which `#endAt` says how much is there. */
  #parse(bytes: Uint8Array, first: number, packetEnd: number): void {
    const endAt = this.#endAt;
    let at = this.#bodyAt;
    if ((first & 0x06) === 0x06) throw this.#malformed(PUBLISH, "QoS 3");
    if (endAt - at < 2) throw this.#malformed(PUBLISH, "no topic");
    const topicBytes = bytes[at] << 8 | bytes[at + 1];
    at += 2 + topicBytes;
    if (at > endAt) throw this.#malformed(PUBLISH, "a topic longer than itself");
    this.#topicEnd = at;
    this.#messageId = 0;
    if ((first & 0x06) !== 0) {
      this.#messageId = endAt - at < 2 ? 0 : bytes[at] << 8 | bytes[at + 1];
      if (this.#messageId === 0) throw this.#malformed(PUBLISH, "no packet identifier");
      at += 2;
    }
    if (this.#hasProperties) {
      try {
        at = this.#parsePropertiesWithin(bytes, at, packetEnd);
      } catch (error) {
        if (!(error instanceof ProtocolFault) || topicBytes === 0) throw error;
        const topic = names.read(bytes, this.#bodyAt + 2, this.#topicEnd);
        throw new ProtocolFault(error.code, error.message, topic);
      }
    }
    if (topicBytes === 0) {
      throw new ProtocolFault(PROTOCOL_ERROR, "a PUBLISH with an empty topic");
    }
    this.#payloadAt = at;
  }

  /** Properties that go on beyond what is held of a packet that is too large are passed over with its payload. */
  #parsePropertiesWithin(bytes: Uint8Array, at: number, packetEnd: number): number {
    if (packetEnd > this.#endAt) {
      const end = propertiesEnd(bytes, at);
      if (end > this.#endAt && end <= packetEnd) {
        this.#properties = undefined;
        this.#isPlain = true;
        return end;
      }
    }
    return this.#parseProperties(bytes, at);
  }

  /** Reads the properties of a PUBLISH. Nearly all have none but subscription identifiers. */
  #parseProperties(bytes: Uint8Array, from: number): number {
    const plainEnd = this.#parseIdentifiers(bytes, from);
    if (plainEnd >= 0) {
      const identifiers = this.#identifiers;
      if (this.#properties?.subscriptionIdentifier !== identifiers || !this.#isPlain) {
        this.#properties = identifiers === undefined
          ? undefined
          : { subscriptionIdentifier: identifiers };
        this.#isPlain = true;
      }
      return plainEnd;
    }
    const found = readProperties(bytes, from, this.#endAt, "PUBLISH");
    const read = publishProperties(found);
    if (read === null) {
      throw new ProtocolFault(
        TOPIC_ALIAS_INVALID,
        "a PUBLISH with a topic alias, which it was not allowed",
      );
    }
    this.#properties = read;
    this.#isPlain = false;
    return found.endAt;
  }

  /** Returns where the properties end, or -1 where there are others than subscription identifiers. */
  #parseIdentifiers(bytes: Uint8Array, from: number): number {
    this.#identifiers = undefined;
    if (from >= this.#endAt || bytes[from] >= 0x80) return -1;
    const propertiesEnd = from + 1 + bytes[from];
    if (propertiesEnd > this.#endAt) return -1;
    let at = from + 1;
    while (at < propertiesEnd) {
      if (bytes[at++] !== SUBSCRIPTION_IDENTIFIER) return -1;
      let value = 0;
      for (let scale = 1;; scale *= 128) {
        if (at >= propertiesEnd || scale > 2_097_152) return -1;
        const byte = bytes[at++];
        value += (byte & 0x7f) * scale;
        if (byte < 0x80) break;
      }
      if (value === 0) return -1;
      const before: number | number[] | undefined = this.#identifiers;
      if (before === undefined) this.#identifiers = value;
      else if (typeof before === "number") {
        // one that is there twice is the same subscription
        if (before !== value) this.#identifiers = [before, value];
      } else if (!before.includes(value)) before.push(value);
    }
    return propertiesEnd;
  }
}

/** Reason codes of answers that the library takes (MQTT 5 §3.4.2.1, §3.6.2.1, §3.9.3, §3.11.3, §3.14.2.1). */
const STANDARD_CODES: Readonly<Record<number, ReadonlySet<number>>> = {
  4: new Set([0, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99]),
  5: new Set([0, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99]),
  7: new Set([0, 0x92]),
  [SUBACK]: new Set([0, 1, 2, 0x80, 0x83, 0x87, 0x8f, 0x91, 0x97, 0x9e, 0xa1, 0xa2]),
  [UNSUBACK]: new Set([0, 0x11, 0x80, 0x83, 0x87, 0x8f, 0x91]),
  [DISCONNECT]: new Set([
    ...[0, 4, 0x80, 0x81, 0x82, 0x83, 0x87, 0x89, 0x8b, 0x8d, 0x8e, 0x8f, 0x90, 0x93, 0x94],
    ...[0x95, 0x96, 0x97, 0x98, 0x99, 0x9a, 0x9b, 0x9c, 0x9d, 0x9e, 0x9f, 0xa0, 0xa1, 0xa2],
  ]),
};
const STANDARD_CODES_OF_3: Readonly<Record<number, ReadonlySet<number>>> = {
  [SUBACK]: new Set([0, 1, 2, 0x80]),
};
const MOST_ORIGINAL_CODES = 1_000;

/** Where an answer with one code holds it, or -1. */
function codePosition(type: number, bytes: Uint8Array, bodyAt: number, endAt: number): number {
  if (type === DISCONNECT) return bodyAt;
  if (type === SUBACK || type === UNSUBACK) return propertiesEnd(bytes, bodyAt + 2);
  return type === 4 || type === 5 || type === 7 ? bodyAt + 2 : endAt;
}

/** Where properties end that begin at `at` with their length; beyond everything where that is malformed. */
function propertiesEnd(bytes: Uint8Array, at: number): number {
  let length = 0;
  for (let i = 0, scale = 1; i < 4 && at + i < bytes.length; i++, scale *= 128) {
    length += (bytes[at + i] & 0x7f) * scale;
    if (bytes[at + i] < 0x80) return at + i + 1 + length;
  }
  return Infinity;
}

/** Where in a packet's body its properties begin (MQTT 5 §3). */
function propertiesOffset(type: number): number {
  switch (type) {
    case SUBACK:
    case UNSUBACK:
    case CONNACK:
      return 2;
    case DISCONNECT:
    case AUTH:
      return 1;
    case 13:
      return Infinity;
    default:
      return 3;
  }
}
