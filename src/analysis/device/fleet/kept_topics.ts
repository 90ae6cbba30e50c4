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

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function copyOf(
  message: InboundMessage,
  o: { seq: number; most: number; topic: string },
): KeptMessage {
  return {
    topic: o.topic,
    payload: message.payload.slice(0, o.most),
    qos: message.qos,
    retain: message.retain,
    dup: message.dup,
    receivedAt: message.receivedAt,
    seq: o.seq,
  };
}

/** The message in the memory of one that gives way: on a busy topic nothing is allocated. */
function reusing(
  old: Mutable<KeptMessage>,
  message: InboundMessage,
  o: { seq: number; most: number },
): KeptMessage {
  if (old.payload.length === message.payload.length) old.payload.set(message.payload);
  else old.payload = message.payload.slice(0, o.most);
  old.qos = message.qos;
  old.retain = message.retain;
  old.dup = message.dup;
  old.receivedAt = message.receivedAt;
  old.seq = o.seq;
  return old;
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
  /** Place of its latest message in the order of arrival, kept or not. */
  lastSeq = -1;
  head: KeptMessage[] = [];
  #tail: KeptMessage[] = [];
  /** Where the oldest of the tail stands: newer ones take the places of the oldest in turn. */
  #oldest = 0;
  readonly skipped: Skipped = { live: 0, retained: 0, bytes: 0 };

  constructor(topic: string) {
    this.topic = topic;
  }

  /** The kept messages in order of arrival. */
  messages(): KeptMessage[] {
    return [...this.head, ...this.tail];
  }

  get last(): KeptMessage | undefined {
    return this.#tail.at(this.#oldest - 1) ?? this.head.at(-1);
  }

  get kept(): number {
    return this.head.length + this.#tail.length;
  }

  /** The latest ones in order of arrival. */
  get tail(): KeptMessage[] {
    if (this.#oldest > 0) {
      this.#tail = [...this.#tail.slice(this.#oldest), ...this.#tail.slice(0, this.#oldest)];
      this.#oldest = 0;
    }
    return this.#tail;
  }

  set tail(messages: KeptMessage[]) {
    this.#tail = messages;
    this.#oldest = 0;
  }

  get hasTail(): boolean {
    return this.#tail.length > 0;
  }

  /** Forgets all of it. */
  clear(): void {
    this.live = this.retained = this.bytes = 0;
    this.firstLiveAt = Infinity;
    this.lastLiveAt = -Infinity;
    this.head = [];
    this.tail = [];
  }

  /** The one that gives way next. */
  get oldest(): KeptMessage | undefined {
    return this.#tail[this.#oldest] ?? this.head.at(-1);
  }

  /** Puts a newer message in the place of the oldest of the tail. */
  replaceOldest(message: KeptMessage): void {
    this.#tail[this.#oldest] = message;
    this.#oldest = (this.#oldest + 1) % this.#tail.length;
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
  readonly #startedAtMs: number;
  readonly #isDocument: (topic: string) => boolean;
  #cap = MOST_OF_A_TOPIC;
  #messages = 0;
  #bytes = 0;

  /** What is known of a topic from before `startedAtMs` gives way to what comes after. */
  constructor(o: {
    startedAtMs: number;
    isDocument: (topic: string) => boolean;
    limits?: Partial<KeepingLimits>;
  }) {
    this.#limits = { ...LIMITS, ...o.limits };
    this.#startedAtMs = o.startedAtMs;
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
    if (kept.live + kept.retained === 1) this.#giveWay(kept, message);
    kept.lastSeq = seq;
    kept.bytes += message.payload.length;
    if (message.retain) kept.retained++;
    else {
      kept.live++;
      kept.firstLiveAt = Math.min(kept.firstLiveAt, message.receivedAt);
      kept.lastLiveAt = Math.max(kept.lastLiveAt, message.receivedAt);
    }
    this.#keep(kept, message, seq);
  }

  #giveWay(kept: KeptTopic, message: InboundMessage): void {
    const { last } = kept;
    const isOver = last !== undefined && last.receivedAt < this.#startedAtMs &&
      message.receivedAt >= this.#startedAtMs;
    if (!isOver) return;
    this.#messages--;
    this.#bytes -= last.payload.length;
    kept.clear();
  }

  #keep(kept: KeptTopic, message: InboundMessage, seq: number): void {
    const most = message.payload.length > PAYLOAD_BYTES && this.#isDocument(message.topic)
      ? DOCUMENT_BYTES
      : PAYLOAD_BYTES;
    const size = Math.min(message.payload.length, most);
    while (this.#isFull(size) && this.#cap > 2) this.#shrink();
    const isFull = this.#isFull(size);
    const oldest = kept.oldest;
    if (isFull && (oldest === undefined || size > oldest.payload.length)) {
      // A newer one takes the place of the oldest of its own topic; a topic without any has no place.
      this.unkept++;
      if (message.retain) kept.skipped.retained++;
      else kept.skipped.live++;
      kept.skipped.bytes += message.payload.length;
      return;
    }
    const isHead = !kept.hasTail && kept.head.length < this.#headCap && !hasSkipped(kept);
    if (oldest === undefined || !isFull && (isHead || kept.kept < this.#cap)) {
      const copy = copyOf(message, { seq, most, topic: kept.topic });
      this.#messages++;
      this.#bytes += copy.payload.length;
      if (isHead) kept.head.push(copy);
      else kept.tail.push(copy);
      return;
    }
    kept.skip(oldest);
    this.#bytes += size - oldest.payload.length;
    if (kept.hasTail) kept.replaceOldest(reusing(oldest, message, { seq, most }));
    else {
      kept.head.pop();
      kept.tail = [reusing(oldest, message, { seq, most })];
    }
  }

  get #headCap(): number {
    return Math.max(1, Math.round(this.#cap * HEAD_SHARE));
  }

  #isFull(size: number): boolean {
    return this.#messages >= this.#limits.messages || this.#bytes + size > this.#limits.bytes;
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
      if (kept.kept <= this.#cap) continue;
      const { length } = kept.head;
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
