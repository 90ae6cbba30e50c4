/** What was heard and is not in the database yet: in batches, each of which is written as one transaction. */
import { createHash } from "node:crypto";
import type { InboundMessage } from "../../../mqtt/message.ts";
import { addValue, eachNumber, type Figure, figureOf, MINUTE_MS } from "../figures.ts";
import { flagsOf } from "../message_flags.ts";
import { PayloadCopies } from "../payload_copies.ts";
import { propertiesLine } from "./message_rows.ts";

/** A batch is closed when it holds so much. */
const BATCH_MESSAGES = 4_096;
const BATCH_BYTES = 2 * 1024 * 1024;
/** What a message costs in memory beside its payload. */
const MESSAGE_BYTES = 250;
const FIGURE_BYTES = 200;
const LONGEST_FIELD = 500;
/** The sum of any number of these is still a number. */
const LARGEST_NUMBER = 1e290;

/** A message that waits. */
interface WaitingMessage {
  readonly topic: WaitingTopic;
  readonly at: number;
  readonly flags: number;
  readonly size: number;
  readonly payload: Uint8Array;
  readonly properties: string | null;
}

/** Figures of a field of a topic in a minute. */
interface WaitingFigure {
  readonly field: string;
  readonly minute: number;
  readonly figure: Figure;
  lastAt: number;
}

/** A topic that was heard in a batch. */
interface WaitingTopic {
  /** Key of its stream. */
  readonly source: string;
  readonly name: string;
  /** In hexadecimal digits. */
  readonly hash: string;
  firstAt: number;
  lastAt: number;
  readonly figures: Map<string, WaitingFigure>;
}

/** The name of a topic in an index. */
export function topicHash(name: string): string {
  return createHash("sha256").update(name).digest("hex").slice(0, 32);
}

/** Some messages of any streams, in order of arrival. */
export class Batch {
  /** Of this process; its transaction says that it is done. */
  readonly number: number;
  readonly messages: WaitingMessage[] = [];
  readonly topics = new Map<string, WaitingTopic>();
  /** Memory that it takes, roughly. */
  bytes = 0;
  /** How often it was tried in vain though the database answered. */
  refusals = 0;
  readonly #copies = new PayloadCopies();

  constructor(number: number) {
    this.number = number;
  }

  get isFull(): boolean {
    return this.messages.length >= BATCH_MESSAGES || this.bytes >= BATCH_BYTES;
  }

  /** Takes a message; copies what it keeps. */
  add(source: string, message: InboundMessage): void {
    const at = Math.round(message.receivedAt);
    const key = `${source} ${message.topic}`;
    let topic = this.topics.get(key);
    if (topic === undefined) {
      topic = {
        source,
        name: message.topic,
        hash: topicHash(message.topic),
        firstAt: at,
        lastAt: at,
        figures: new Map(),
      };
      this.topics.set(key, topic);
      this.bytes += MESSAGE_BYTES + 2 * message.topic.length;
    }
    topic.firstAt = Math.min(topic.firstAt, at);
    topic.lastAt = Math.max(topic.lastAt, at);
    this.#count(topic, message, at);
    const payload = this.#copies.copy(message.payload);
    const properties = propertiesLine(message);
    this.messages.push({
      topic,
      at,
      flags: flagsOf(message),
      size: message.payload.length,
      payload,
      properties,
    });
    this.bytes += MESSAGE_BYTES + payload.length + 2 * (properties?.length ?? 0);
  }

  #count({ figures }: WaitingTopic, message: InboundMessage, at: number): void {
    const minute = Math.floor(at / MINUTE_MS);
    eachNumber(message.payload, (path, value) => {
      if (Math.abs(value) > LARGEST_NUMBER || path.length > LONGEST_FIELD) return;
      const field = path.toWellFormed();
      if (field.includes("\0")) return;
      const key = `${minute} ${field}`;
      const known = figures.get(key);
      if (known === undefined) {
        figures.set(key, { field, minute, figure: figureOf(value), lastAt: at });
        this.bytes += FIGURE_BYTES;
        return;
      }
      addValue(known.figure, value);
      known.lastAt = at;
    });
  }
}
