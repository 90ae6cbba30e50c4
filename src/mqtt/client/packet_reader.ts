import { Buffer } from "node:buffer";
import type { ReceivedPublish } from "../message.ts";
import { TopicNames } from "./topic_names.ts";

/**
 * The largest packet that is taken from a broker, in bytes. A payload here is 1 MiB at most, firmware images on MQTT are a
 * few; what is larger would only be cut, and five sessions may each have one in the making.
 */
export const MAX_PACKET_BYTES = 16 * 1024 * 1024;

/** Who gets what a {@linkcode PacketReader} reads. */
export interface PacketSink {
  /**
   * A PUBLISH with QoS 0 or 1, whole. `messageId` is 0 with QoS 0. The payload's bytes are only lent: they may be written
   * over once this returns.
   */
  publish(topic: string, payload: Uint8Array, header: ReceivedPublish, messageId: number): void;
  /** Bytes of all other packets, in order; not always whole packets. */
  pass(bytes: Uint8Array): void;
  /** A packet of more than {@linkcode MAX_PACKET_BYTES} was announced. Nothing is read after it. */
  tooLarge(): void;
}

const PUBLISH = 0x30;
const SUBSCRIPTION_IDENTIFIER = 0x0b;

/** One for all connections: what a name is does not depend on whose it is. */
const names = new TopicNames();

const FIRST_BUFFER_BYTES = 1024;
const LARGEST_KEPT_BUFFER_BYTES = 1_100_000;

/**
 * Finds the packets in what a broker sends, reads the plain PUBLISH packets among them (QoS 0 and 1, with no properties but
 * subscription identifiers, MQTT 5 §3.3) and passes everything else on, unread. Malformed packets are passed on too: what to
 * do about them is for the one who reads the rest.
 *
 * Most packets are such a PUBLISH, and the general parser takes several times as long for one.
 */
export class PacketReader {
  /** While false, everything is passed on. */
  enabled = false;

  readonly #sink: PacketSink;
  readonly #hasProperties: boolean;
  /** A packet was too large: nothing more is read. */
  #refused = false;
  /** Bytes still to come of a packet that is passed on. */
  #passing = 0;
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
  #properties: { readonly subscriptionIdentifier: number | number[] } | undefined;

  constructor(version: "5" | "3.1.1", sink: PacketSink) {
    this.#hasProperties = version === "5";
    this.#sink = sink;
  }

  /**
   * Reads a chunk from a position on. Stops where bytes were passed on and a PUBLISH to be read here follows, so that the
   * caller can keep the order of arrival.
   *
   * @returns the position to go on from: the chunk's length when all of it was read
   */
  take(chunk: Uint8Array, from: number): number {
    if (this.#refused) return chunk.length;
    let at = from;
    let passFrom = -1;
    while (at < chunk.length) {
      if (this.#passing > 0) {
        if (passFrom < 0) passFrom = at;
        const bytes = Math.min(this.#passing, chunk.length - at);
        this.#passing -= bytes;
        at += bytes;
        continue;
      }
      if (this.#heldBytes > 0) return this.#takeHeld(chunk, at);
      if (!this.#frame(chunk, at)) {
        if (passFrom >= 0) this.#sink.pass(chunk.subarray(passFrom, at));
        this.#hold(chunk.subarray(at), 0);
        return chunk.length;
      }
      const size = this.#endAt - at;
      if (this.#isTooLarge(size)) return this.#refuse(chunk);
      const whole = this.#endAt <= chunk.length;
      if (!this.#isOurs(chunk[at]) || (whole && !this.#parse(chunk, chunk[at]))) {
        this.#passing = size;
        continue;
      }
      if (passFrom >= 0) {
        this.#sink.pass(chunk.subarray(passFrom, at));
        return at;
      }
      if (!whole) {
        this.#hold(chunk.subarray(at), size);
        return chunk.length;
      }
      const endAt = this.#endAt;
      this.#deliver(chunk, at);
      at = endAt;
    }
    if (passFrom >= 0) this.#sink.pass(chunk.subarray(passFrom, at));
    return at;
  }

  #isOurs(first: number): boolean {
    return this.enabled && (first & 0xf0) === PUBLISH && (first & 0x06) < 0x04 &&
      this.#endAt !== Infinity;
  }

  #isTooLarge(size: number): boolean {
    return size > MAX_PACKET_BYTES && size !== Infinity;
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

  #passHeld(): void {
    this.#sink.pass(Buffer.from(this.#buffer.subarray(0, this.#heldBytes)));
    this.#release();
  }

  /** Goes on with the packet whose beginning is held, up to its end at most. */
  #takeHeld(chunk: Uint8Array, from: number): number {
    let at = from;
    while (this.#heldOf === 0 && at < chunk.length) {
      this.#hold(chunk.subarray(at, ++at), 0);
      const start = this.#buffer.subarray(0, this.#heldBytes);
      if (!this.#frame(start, 0)) continue;
      if (this.#isTooLarge(this.#endAt)) return this.#refuse(chunk);
      this.#heldOf = this.#endAt;
      if (this.#isOurs(start[0])) break;
      this.#passing = this.#endAt - this.#heldBytes;
      this.#passHeld();
      return at;
    }
    if (this.#heldOf === 0) return at;
    const missing = Math.min(this.#heldOf - this.#heldBytes, chunk.length - at);
    this.#hold(chunk.subarray(at, at + missing), this.#heldOf);
    at += missing;
    if (this.#heldBytes < this.#heldOf) return at;
    const packet = this.#buffer.subarray(0, this.#heldBytes);
    this.#frame(packet, 0);
    if (this.#isOurs(packet[0]) && this.#parse(packet, packet[0])) {
      this.#deliver(packet, 0);
      this.#release();
    } else this.#passHeld();
    return at;
  }

  /**
   * Reads a fixed header (MQTT 5 §2.1). A length that is none makes a packet that never ends, and is passed on as such.
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
    this.#bodyAt = at + 5;
    this.#endAt = Infinity;
    return true;
  }

  /** Finds the parts of a whole PUBLISH (MQTT 5 §3.3.2). False for one that is not plain, or not well-formed. */
  #parse(bytes: Uint8Array, first: number): boolean {
    const endAt = this.#endAt;
    let at = this.#bodyAt;
    if (endAt - at < 2) return false;
    const topicBytes = bytes[at] << 8 | bytes[at + 1];
    at += 2 + topicBytes;
    if (topicBytes === 0 || at > endAt) return false;
    this.#topicEnd = at;
    this.#messageId = 0;
    if ((first & 0x06) !== 0) {
      if (endAt - at < 2) return false;
      this.#messageId = bytes[at] << 8 | bytes[at + 1];
      if (this.#messageId === 0) return false;
      at += 2;
    }
    this.#identifiers = undefined;
    if (this.#hasProperties) {
      if (at >= endAt || bytes[at] >= 0x80) return false;
      const propertiesEnd = at + 1 + bytes[at];
      if (propertiesEnd > endAt) return false;
      at++;
      while (at < propertiesEnd) {
        if (bytes[at++] !== SUBSCRIPTION_IDENTIFIER) return false;
        let value = 0;
        let scale = 1;
        for (;; scale *= 128) {
          if (at >= propertiesEnd || scale > 2_097_152) return false;
          const byte = bytes[at++];
          value += (byte & 0x7f) * scale;
          if (byte < 0x80) break;
        }
        if (value === 0) return false;
        if (this.#identifiers === undefined) this.#identifiers = value;
        else if (typeof this.#identifiers === "number") {
          this.#identifiers = [this.#identifiers, value];
        } else this.#identifiers.push(value);
      }
    }
    this.#payloadAt = at;
    return true;
  }

  #deliver(bytes: Uint8Array, at: number): void {
    const first = bytes[at];
    const identifiers = this.#identifiers;
    if (this.#properties?.subscriptionIdentifier !== identifiers) {
      this.#properties = identifiers === undefined
        ? undefined
        : { subscriptionIdentifier: identifiers };
    }
    this.#sink.publish(
      names.read(bytes, this.#bodyAt + 2, this.#topicEnd),
      bytes.subarray(this.#payloadAt, this.#endAt),
      {
        qos: (first & 0x06) === 0 ? 0 : 1,
        retain: (first & 0x01) !== 0,
        dup: (first & 0x08) !== 0,
        properties: this.#properties,
      },
      this.#messageId,
    );
  }
}
