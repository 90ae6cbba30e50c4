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
 * The largest packet that is taken from a broker, in bytes. A payload here is 1 MiB at most, firmware images on MQTT are a
 * few; what is larger would only be cut, and five sessions may each have one in the making.
 */
export const MAX_PACKET_BYTES = 16 * 1024 * 1024;

/** Packets of other kinds are small; a CONNACK may have some user properties. */
const MAX_CONTROL_BYTES = 256 * 1024;

/** Who gets what a {@linkcode PacketReader} reads. */
interface PacketSink {
  /**
   * A PUBLISH, whole and well-formed. `messageId` is 0 with QoS 0. The payload's bytes are only lent: they may be written
   * over once this returns.
   *
   * @throws {ProtocolFault} for one that is not to be accepted
   */
  publish(topic: string, payload: Uint8Array, header: ReceivedPublish, messageId: number): void;
  /** A PUBREL, well-formed. */
  release(messageId: number): void;
  /** The bytes of so many other packets, whole and in order. Before CONNACK whatever comes. */
  pass(bytes: Uint8Array, packets: number): void;
  /** Something that MQTT forbids, or that `publish` did not accept. Nothing is read after it. */
  fault(fault: ProtocolFault): void;
  /** A packet of more than {@linkcode MAX_PACKET_BYTES} was announced. Nothing is read after it. */
  tooLarge(): void;
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
      if (framed && this.#isTooLarge(size)) {
        flush();
        return this.#refuse(chunk);
      }
      if (!framed || this.#endAt > chunk.length) {
        flush();
        if (framed) this.#checkAnnounced(type, size);
        this.#hold(chunk.subarray(at), size);
        return chunk.length;
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

  #isTooLarge(size: number): boolean {
    return size > MAX_PACKET_BYTES;
  }

  #refuse(chunk: Uint8Array): number {
    this.#refused = true;
    this.#sink.tooLarge();
    return chunk.length;
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
      if (this.#isTooLarge(this.#endAt)) return this.#refuse(chunk);
      this.#checkAnnounced(start[0] >> 4, this.#endAt);
      this.#heldOf = this.#endAt;
    }
    if (this.#heldOf === 0) return at;
    const missing = Math.min(this.#heldOf - this.#heldBytes, chunk.length - at);
    this.#hold(chunk.subarray(at, at + missing), this.#heldOf);
    at += missing;
    if (this.#heldBytes < this.#heldOf) return at;
    const packet = this.#buffer.subarray(0, this.#heldBytes);
    this.#frame(packet, 0);
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
    if (!this.#hasProperties) return;
    const propertiesAt = this.#bodyAt + propertiesOffset(type);
    // a short form leaves them out (§3.4.2.2.1, §3.14.2.2.1)
    if (propertiesAt >= this.#endAt) return;
    readProperties(bytes, propertiesAt, this.#endAt, name);
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
    this.#parse(bytes, first);
    const qos = (first & 0x06) >> 1 as Qos;
    this.#sink.publish(
      names.read(bytes, this.#bodyAt + 2, this.#topicEnd),
      bytes.subarray(this.#payloadAt, this.#endAt),
      {
        qos,
        retain: (first & 0x01) !== 0,
        dup: (first & 0x08) !== 0,
        properties: this.#properties,
      },
      this.#messageId,
    );
  }

  /** Finds the parts of a whole PUBLISH (MQTT 5 §3.3.2). */
  #parse(bytes: Uint8Array, first: number): void {
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
    if (this.#hasProperties) at = this.#parseProperties(bytes, at);
    if (topicBytes === 0) {
      throw new ProtocolFault(PROTOCOL_ERROR, "a PUBLISH with an empty topic");
    }
    this.#payloadAt = at;
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
    const { properties, endAt } = readProperties(bytes, from, this.#endAt, "PUBLISH");
    const read = publishProperties(properties);
    if (read === null) {
      throw new ProtocolFault(
        TOPIC_ALIAS_INVALID,
        "a PUBLISH with a topic alias, which it was not allowed",
      );
    }
    this.#properties = read;
    this.#isPlain = false;
    return endAt;
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
