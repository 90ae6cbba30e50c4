import { Buffer } from "node:buffer";
import type { Duplex, Writable } from "node:stream";
import type { ReceivedPublish } from "../message.ts";
import { PacketReader } from "./packet_reader.ts";

/** Called for each PUBLISH, in the order of arrival. Must not throw. */
export type PublishHandler = (
  topic: string,
  payload: Uint8Array,
  header: ReceivedPublish,
) => void;

/** First byte of a PUBACK, and its length without a reason code, which means success (MQTT 5 §3.4.2.1). */
const PUBACK = [0x40, 0x02] as const;

/**
 * Stands between a network stream and MQTT.js, which reads the stream by one `pipe`: hands plain PUBLISH packets over at
 * once, acknowledging those with QoS 1, and gives everything else to MQTT.js. The order of arrival is kept: while MQTT.js
 * has something to do, nothing more is read.
 */
export class Inbound {
  readonly #stream: Duplex;
  readonly #reader: PacketReader;
  #onPublish: PublishHandler | null = null;
  #library: Writable | null = null;
  /** What has to be done before more is read. */
  #pending = 0;
  #rest: Uint8Array | null = null;
  #acknowledgements: number[] = [];

  /** To be called before MQTT.js reads `stream`. */
  constructor(stream: Duplex, o: { version: "5" | "3.1.1"; onTooLarge: () => void }) {
    this.#stream = stream;
    this.#reader = new PacketReader(o.version, {
      publish: (topic, payload, header, messageId) => {
        this.#onPublish?.(topic, payload, header);
        if (messageId > 0) {
          this.#acknowledgements.push(...PUBACK, messageId >> 8, messageId & 0xff);
        }
      },
      pass: (bytes) => {
        this.#pending++;
        this.#library?.write(bytes, () => this.#goOn());
      },
      tooLarge: o.onTooLarge,
    });
    stream.pipe = (library) => {
      this.#library = library as unknown as Writable;
      stream.on("data", (chunk: Uint8Array) => this.#take(chunk));
      stream.once("end", () => library.end());
      return library;
    };
  }

  /** Who gets the PUBLISH packets; with `null` MQTT.js gets them all. */
  handTo(onPublish: PublishHandler | null): void {
    this.#onPublish = onPublish;
    this.#reader.enabled = onPublish !== null;
  }

  #take(chunk: Uint8Array): void {
    if (this.#pending > 0) {
      this.#rest = this.#rest === null ? chunk : Buffer.concat([this.#rest, chunk]);
      return;
    }
    let at = 0;
    while (at < chunk.length) {
      at = this.#reader.take(chunk, at);
      this.#acknowledge();
      if (this.#pending === 0) continue;
      this.#stream.pause();
      if (at < chunk.length) this.#rest = chunk.subarray(at);
      return;
    }
  }

  #goOn(): void {
    if (--this.#pending > 0) return;
    const rest = this.#rest;
    this.#rest = null;
    if (rest !== null) this.#take(rest);
    if (this.#pending === 0) this.#stream.resume();
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
