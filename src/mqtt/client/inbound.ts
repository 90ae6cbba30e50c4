import { Buffer } from "node:buffer";
import type { Duplex, Writable } from "node:stream";
import type { Qos, ReceivedPublish } from "../message.ts";
import type { PacketObserver } from "./packet_facts.ts";
import { PacketReader } from "./packet_reader.ts";
import {
  MESSAGE_RATE_TOO_HIGH,
  PROTOCOL_ERROR,
  ProtocolFault,
  RECEIVE_MAXIMUM_EXCEEDED,
} from "./protocol_fault.ts";

/** Called for each PUBLISH, in the order of arrival. Must not throw. */
export type PublishHandler = (
  topic: string,
  payload: Uint8Array,
  header: ReceivedPublish,
) => void;

/** Called in their order for each PUBLISH that was too large to be read, with the size of its payload. Must not throw. */
export type SkippedHandler = (topic: string, payloadBytes: number, header: ReceivedPublish) => void;

/** How many messages with QoS 2 may wait for their PUBREL at a time; announced on MQTT 5 (§3.1.2.11.3). */
export const RECEIVE_MAXIMUM = 1_000;

/**
 * A broker's packets besides PUBLISH each answer one of ours. So many more than those are put up with, for brokers that
 * repeat themselves.
 */
const MOST_UNASKED_PACKETS = 1_000;

/** So much may wait here before no more is read: stopping and starting a socket for each turn would cost more than it saves. */
const MOST_WAITING_BYTES = 256 * 1024;

const PACKET_IDENTIFIER_NOT_FOUND = 0x92;

/** What an {@linkcode Inbound} is made of. */
interface InboundOptions {
  readonly version: "5" | "3.1.1";
  /** The broker broke the protocol, or wastes our time: the connection is to be ended. */
  readonly onFault: (fault: ProtocolFault) => void;
}

/**
 * Stands between a network stream and MQTT.js, which reads the stream by one `pipe`: hands PUBLISH packets over at once and
 * acknowledges them, and gives everything else to MQTT.js. A message with QoS 2 is handed over when it comes, and only its
 * identifier is kept until its PUBREL (MQTT 5 §4.3.3 allows either), so that nothing of it waits. The order of arrival is
 * kept: while MQTT.js has something to do, nothing more is read; and after some packets others get their turn.
 */
export class Inbound {
  /** The highest QoS that was asked for in a SUBSCRIBE; null before the first. */
  highestQos: Qos | null = null;
  /** Sees what is received and acknowledged here; null for nobody. */
  observer: PacketObserver | null = null;

  readonly #stream: Duplex;
  readonly #version: "5" | "3.1.1";
  readonly #reader: PacketReader;
  readonly #onFault: (fault: ProtocolFault) => void;
  #onPublish: PublishHandler | null = null;
  #onSkipped: SkippedHandler | null = null;
  #library: Writable | null = null;
  /** What has to be done before more is read. */
  #pending = 0;
  #rest: Uint8Array | null = null;
  #acknowledgements: number[] = [];
  /** Identifiers of messages with QoS 2 whose PUBREL has not come. */
  readonly #unreleased = new Set<number>();
  #asked = 0;
  #answered = 0;
  #isEnded = false;

  /** To be called before MQTT.js reads `stream`. */
  constructor(stream: Duplex, o: InboundOptions) {
    this.#stream = stream;
    this.#version = o.version;
    this.#onFault = o.onFault;
    this.#reader = new PacketReader(o.version, {
      publish: (topic, payload, header, messageId) =>
        this.#receive(topic, payload, header, messageId),
      skip: (topic, payloadBytes, header, messageId) =>
        this.#receive(topic, payloadBytes, header, messageId),
      release: (messageId) => this.#release(messageId),
      pass: (bytes, packets) => {
        this.#countAnswers(packets);
        this.#pending++;
        this.#library?.write(bytes, () => this.#goOn());
      },
      fault: (fault) => this.#end(fault),
    });
    stream.pipe = (library) => {
      this.#library = library as unknown as Writable;
      stream.on("data", (chunk: Uint8Array) => this.#take(chunk));
      stream.once("end", () => library.end());
      return library;
    };
  }

  /** Who gets the PUBLISH packets, and who is told of those too large. Before that there may be none. */
  handTo(onPublish: PublishHandler, onSkipped: SkippedHandler): void {
    this.#onPublish = onPublish;
    this.#onSkipped = onSkipped;
  }

  /** Whether a large packet is just being received. */
  get isReceiving(): boolean {
    return this.#reader.isMidPacket;
  }

  /** The code that an answer had before one of the standard took its place; told once. */
  takeOriginalCode(packet: string, messageId: number): number | undefined {
    return this.#reader.takeOriginalCode(packet, messageId);
  }

  /** A packet was sent that the broker has to answer. */
  noteAsked(): void {
    this.#asked++;
  }

  /** Hands over what has arrived before the connection ended, as far as nothing else stands before it. */
  finish(): void {
    const rest = this.#rest;
    this.#rest = null;
    const pending = this.#pending;
    for (let at = 0; rest !== null && at < rest.length && this.#pending === pending;) {
      if (this.#isEnded) return;
      at = this.#reader.take(rest, at);
    }
    this.#isEnded = true;
  }

  #end(fault: ProtocolFault): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#rest = null;
    this.#onFault(fault);
  }

  #take(chunk: Uint8Array): void {
    if (this.#isEnded) return;
    if (this.#pending > 0) {
      this.#rest = this.#rest === null ? chunk : Buffer.concat([this.#rest, chunk]);
      if (this.#rest.length > MOST_WAITING_BYTES) this.#stream.pause();
      return;
    }
    const at = this.#reader.take(chunk, 0);
    this.#acknowledge();
    if (this.#isEnded) return;
    if (at < chunk.length) {
      this.#rest = chunk.subarray(at);
      this.#pending++;
      setImmediate(() => this.#goOn());
    }
    if (this.#rest !== null && this.#rest.length > MOST_WAITING_BYTES) this.#stream.pause();
  }

  #goOn(): void {
    if (--this.#pending > 0) return;
    const rest = this.#rest;
    this.#rest = null;
    if (rest !== null) this.#take(rest);
    if (this.#pending === 0 && this.#stream.isPaused()) this.#stream.resume();
  }

  /** `payload` is the size of one that was too large to be kept. */
  #receive(
    topic: string,
    payload: Uint8Array | number,
    header: ReceivedPublish,
    messageId: number,
  ): void {
    const { qos } = header;
    if (this.#onPublish === null) {
      throw new ProtocolFault(PROTOCOL_ERROR, "a PUBLISH before its CONNACK");
    }
    // Some replay retained messages with the QoS they were published with: aedes, and mosca even without their flag. QoS 1
    // costs no more than an acknowledgement.
    const tolerated = qos < 2 || header.retain || this.highestQos === null;
    if (!tolerated && qos > this.highestQos!) {
      throw new ProtocolFault(
        PROTOCOL_ERROR,
        `a PUBLISH with QoS ${qos}, where QoS ${this.highestQos} at most was asked for`,
      );
    }
    this.observer?.("received", {
      cmd: "publish",
      topic,
      qos,
      retain: header.retain,
      dup: header.dup,
      payloadBytes: typeof payload === "number" ? payload : payload.length,
      ...(qos > 0 && { messageId }),
    });
    // until its PUBREL an identifier means the message it came with
    if (qos < 2 || !this.#unreleased.has(messageId)) {
      if (typeof payload === "number") this.#onSkipped?.(topic, payload, header);
      else this.#onPublish(topic, payload, header);
    }
    if (qos === 0) return;
    if (qos === 1) return this.#answer(0x40, "puback", messageId);
    this.#unreleased.add(messageId);
    if (this.#version === "5" && this.#unreleased.size > RECEIVE_MAXIMUM) {
      throw new ProtocolFault(
        RECEIVE_MAXIMUM_EXCEEDED,
        `more than ${RECEIVE_MAXIMUM} messages with QoS 2 without a PUBREL`,
      );
    }
    this.#asked++;
    this.#answer(0x50, "pubrec", messageId);
  }

  #release(messageId: number): void {
    this.#countAnswers(1);
    this.observer?.("received", { cmd: "pubrel", messageId });
    const known = this.#unreleased.delete(messageId);
    const code = known || this.#version !== "5" ? undefined : PACKET_IDENTIFIER_NOT_FOUND;
    this.#answer(0x70, "pubcomp", messageId, code);
  }

  /** Without a reason code it means success (MQTT 5 §3.4.2.1). */
  #answer(first: number, cmd: string, messageId: number, reasonCode?: number): void {
    const bytes = [messageId >> 8, messageId & 0xff];
    if (reasonCode !== undefined) bytes.push(reasonCode);
    this.#acknowledgements.push(first, bytes.length, ...bytes);
    this.observer?.("sent", { cmd, messageId, ...(reasonCode !== undefined && { reasonCode }) });
  }

  #countAnswers(packets: number): void {
    this.#answered += packets;
    if (this.#answered <= this.#asked + MOST_UNASKED_PACKETS) return;
    throw new ProtocolFault(
      MESSAGE_RATE_TOO_HIGH,
      `${MOST_UNASKED_PACKETS} packets that answer nothing`,
    );
  }

  /** A broker that does not read its acknowledgements gets no more to acknowledge. */
  #acknowledge(): void {
    if (this.#acknowledgements.length === 0) return;
    const bytes = Buffer.from(this.#acknowledgements);
    this.#acknowledgements = [];
    if (!this.#stream.writable || this.#stream.write(bytes)) return;
    this.#pending++;
    this.#stream.once("drain", () => this.#goOn());
  }
}
