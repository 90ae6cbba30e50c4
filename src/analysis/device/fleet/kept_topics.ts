import type { InboundMessage } from "../../../mqtt/message.ts";

/** What is kept of all topics together. */
export interface KeepingLimits {
  readonly topics: number;
  readonly messages: number;
  readonly bytes: number;
}

const LIMITS: KeepingLimits = { topics: 120_000, messages: 150_000, bytes: 48 * 1024 * 1024 };
/** Messages of one topic while there is room: as many as the diagnosis of one device keeps. */
const MOST_OF_A_TOPIC = 300;
/** Of these, so many from the beginning: what was normal. */
const HEAD_SHARE = 0.2;
/** Payloads over the first are cut (the diagnosis reads no more of them), but for documents. */
const PAYLOAD_BYTES = 65_537;
const DOCUMENT_BYTES = 4 * 1024 * 1024;

/** A message with its place in the order of arrival. */
export interface KeptMessage extends InboundMessage {
  readonly seq: number;
}

/** What lies between the first and the latest messages of a topic and was counted only. */
interface Skipped {
  live: number;
  retained: number;
  bytes: number;
}

/** One topic: all messages counted, the first and the latest kept. */
export class KeptTopic {
  readonly topic: string;
  live = 0;
  retained = 0;
  bytes = 0;
  firstLiveAt = Infinity;
  lastLiveAt = -Infinity;
  head: KeptMessage[] = [];
  tail: KeptMessage[] = [];
  readonly skipped: Skipped = { live: 0, retained: 0, bytes: 0 };

  constructor(topic: string) {
    this.topic = topic;
  }

  /** The kept messages in order of arrival. */
  messages(): KeptMessage[] {
    return [...this.head, ...this.tail];
  }

  get last(): KeptMessage | undefined {
    return this.tail.at(-1) ?? this.head.at(-1);
  }

  skip(message: KeptMessage): void {
    if (message.retain) this.skipped.retained++;
    else this.skipped.live++;
    this.skipped.bytes += message.payload.length;
  }
}

/**
 * Messages of all topics, as many as fit: with more topics, fewer of each. Counts stay exact for the topics
 * that are told apart; what was cut can be asked.
 */
export class KeptTopics {
  readonly topics = new Map<string, KeptTopic>();
  heard = 0;
  /** Messages on topics beyond those that are told apart. */
  untold = 0;
  /** Messages of told topics of which nothing at all could be kept. */
  unkept = 0;
  readonly #limits: KeepingLimits;
  readonly #isDocument: (topic: string) => boolean;
  #cap = MOST_OF_A_TOPIC;
  #messages = 0;
  #bytes = 0;

  constructor(o: { isDocument: (topic: string) => boolean; limits?: Partial<KeepingLimits> }) {
    this.#limits = { ...LIMITS, ...o.limits };
    this.#isDocument = o.isDocument;
  }

  /** Messages of one topic that are kept at most; falls as more topics come. */
  get cap(): number {
    return this.#cap;
  }

  /** What is kept now: never more than the limits. */
  get kept(): { messages: number; bytes: number } {
    return { messages: this.#messages, bytes: this.#bytes };
  }

  /** Takes one message; copies what it keeps. */
  offer(message: InboundMessage): void {
    const seq = this.heard++;
    let kept = this.topics.get(message.topic);
    if (kept === undefined) {
      if (this.topics.size >= this.#limits.topics) {
        this.untold++;
        return;
      }
      this.topics.set(message.topic, kept = new KeptTopic(message.topic));
    }
    kept.bytes += message.payload.length;
    if (message.retain) kept.retained++;
    else {
      kept.live++;
      kept.firstLiveAt = Math.min(kept.firstLiveAt, message.receivedAt);
      kept.lastLiveAt = Math.max(kept.lastLiveAt, message.receivedAt);
    }
    this.#keep(kept, message, seq);
  }

  #keep(kept: KeptTopic, message: InboundMessage, seq: number): void {
    const most = message.payload.length > PAYLOAD_BYTES && this.#isDocument(message.topic)
      ? DOCUMENT_BYTES
      : PAYLOAD_BYTES;
    const size = Math.min(message.payload.length, most);
    while (this.#isFull(size) && this.#cap > 2) this.#shrink();
    const isFirst = kept.head.length + kept.tail.length === 0;
    if (this.#isFull(size)) {
      // A newer one takes the place of the oldest of its own topic; a topic without any has no place.
      if (isFirst || size > (kept.tail[0] ?? kept.head[0]).payload.length) {
        this.unkept++;
        if (message.retain) kept.skipped.retained++;
        else kept.skipped.live++;
        kept.skipped.bytes += message.payload.length;
        return;
      }
      this.#dropOldest(kept);
    }
    const copy: KeptMessage = {
      topic: kept.topic,
      payload: message.payload.slice(0, most),
      qos: message.qos,
      retain: message.retain,
      dup: message.dup,
      receivedAt: message.receivedAt,
      seq,
    };
    this.#messages++;
    this.#bytes += copy.payload.length;
    if (kept.tail.length === 0 && kept.head.length < this.#headCap && !hasSkipped(kept)) {
      kept.head.push(copy);
      return;
    }
    kept.tail.push(copy);
    if (kept.head.length + kept.tail.length > this.#cap) this.#dropOldest(kept);
  }

  get #headCap(): number {
    return Math.max(1, Math.round(this.#cap * HEAD_SHARE));
  }

  #isFull(size: number): boolean {
    return this.#messages >= this.#limits.messages || this.#bytes + size > this.#limits.bytes;
  }

  #dropOldest(kept: KeptTopic): void {
    const dropped = kept.tail.shift() ?? kept.head.pop();
    if (dropped !== undefined) this.#forget(kept, dropped);
  }

  #forget(kept: KeptTopic, dropped: KeptMessage): void {
    kept.skip(dropped);
    this.#messages--;
    this.#bytes -= dropped.payload.length;
  }

  /** Halves what may be kept of each topic, in one pass over all. */
  #shrink(): void {
    this.#cap = Math.max(2, Math.floor(this.#cap / 2));
    for (const kept of this.topics.values()) {
      const { length } = kept.head;
      const excess = length + kept.tail.length - this.#cap;
      if (excess <= 0) continue;
      const fromHead = kept.head.splice(Math.min(length, this.#headCap));
      const keepTail = Math.max(0, this.#cap - kept.head.length);
      const all = [...fromHead, ...kept.tail];
      kept.tail = all.splice(Math.max(0, all.length - keepTail));
      for (const dropped of all) this.#forget(kept, dropped);
    }
  }
}

function hasSkipped({ skipped }: KeptTopic): boolean {
  return skipped.live + skipped.retained > 0;
}
