import type { InboundMessage } from "../../../mqtt/message.ts";
import type { DecodedPayload } from "../../../payload/payload.ts";

/** A kept message of the device. */
export interface Sample {
  readonly topic: string;
  /** When it was received, in milliseconds since the epoch. */
  readonly at: number;
  /** A copy; only the head of a payload over 64 KB, with `cut` saying so. */
  readonly payload: Uint8Array;
  readonly sizeBytes: number;
  readonly cut: boolean;
  readonly retain: boolean;
  readonly dup: boolean;
  readonly qos: 0 | 1 | 2;
  /** The messages it was joined from, where they tell a document in parts. */
  readonly parts?: readonly Sample[];
  /**
   * Filled once, when the diagnosis is made: what it says, without what is only wrapped around it, numbers and flags told
   * as text among it as such.
   */
  decoded?: DecodedPayload;
  /** The same as it was sent, where that differs. */
  sent?: DecodedPayload;
}

/** Bytes of one payload that are kept. */
const PAYLOAD_BYTES = 65_536;
/** The first messages of a topic, kept for good: what was normal. */
const HEAD_SAMPLES = 60;
/** The latest messages of a topic: what it is like now. */
const TAIL_SAMPLES = 240;

/** What is shared by the traces of one device, so that all together stay bounded. */
export class TraceBudget {
  #samples = 0;
  #bytes = 0;

  /** True while there is room for one more sample besides those that replace older ones. */
  admits(sizeBytes: number): boolean {
    return this.#samples < 20_000 && this.#bytes + sizeBytes <= 8 * 1024 * 1024;
  }

  take(sample: Sample): void {
    this.#samples++;
    this.#bytes += sample.payload.length;
  }

  give(sample: Sample): void {
    this.#samples--;
    this.#bytes -= sample.payload.length;
  }
}

/** Copies a message into a sample. */
export function sampleOf(message: InboundMessage): Sample {
  const cut = message.payload.length > PAYLOAD_BYTES;
  return {
    topic: message.topic,
    at: message.receivedAt,
    payload: message.payload.slice(0, PAYLOAD_BYTES),
    sizeBytes: message.payload.length,
    cut,
    retain: message.retain,
    dup: message.dup,
    qos: message.qos,
  };
}

/** The message that a sample is of. */
export function messageOf(sample: Sample): InboundMessage {
  return {
    topic: sample.topic,
    payload: sample.payload,
    qos: sample.qos,
    retain: sample.retain,
    dup: sample.dup,
    receivedAt: sample.at,
  };
}

/** The messages of one topic of the device: all counted, the first and the latest kept. */
export class TopicTrace {
  readonly topic: string;
  readonly segments: readonly string[];
  /** True when many devices share the topic and only messages that name this one belong here. */
  readonly shared: boolean;
  /** The topics on which it is told, where each tells a part of a document. */
  readonly parts?: readonly TopicTrace[];
  live = 0;
  retained = 0;
  bytes = 0;
  firstAt = Infinity;
  lastAt = -Infinity;
  lastLiveAt = -Infinity;
  readonly #head: Sample[] = [];
  readonly #tail: Sample[] = [];
  #next = 0;
  #headIsWhole = false;
  readonly #budget: TraceBudget;

  constructor(
    topic: string,
    o: { shared: boolean; budget: TraceBudget; parts?: readonly TopicTrace[] },
  ) {
    this.topic = topic;
    this.segments = topic.split("/");
    this.shared = o.shared;
    this.#budget = o.budget;
    if (o.parts !== undefined) this.parts = o.parts;
  }

  add(sample: Sample): void {
    if (sample.retain) this.retained++;
    else {
      this.live++;
      if (sample.at > this.lastLiveAt) this.lastLiveAt = sample.at;
    }
    this.bytes += sample.sizeBytes;
    if (sample.at < this.firstAt) this.firstAt = sample.at;
    if (sample.at > this.lastAt) this.lastAt = sample.at;
    const roomy = this.#budget.admits(sample.payload.length) ||
      this.#head.length + this.#tail.length < 2;
    if (!this.#headIsWhole && this.#head.length < HEAD_SAMPLES && roomy) {
      this.#head.push(sample);
      this.#budget.take(sample);
    } else if (this.#tail.length < TAIL_SAMPLES && roomy) {
      this.#tail.push(sample);
      this.#budget.take(sample);
    } else if (this.#tail.length > 0) {
      const oldest = this.#tail[this.#next];
      if (oldest !== undefined) this.#budget.give(oldest);
      this.#tail[this.#next] = sample;
      this.#budget.take(sample);
      this.#next = (this.#next + 1) % this.#tail.length;
    }
  }

  /** Counts messages that come now and are not at hand: what follows is not the beginning any more. */
  skip(o: { live: number; retained: number; bytes: number }): void {
    this.live += o.live;
    this.retained += o.retained;
    this.bytes += o.bytes;
    this.#headIsWhole = true;
  }

  /** The kept messages in time order. */
  samples(): Sample[] {
    return [...this.#head, ...this.#tail.slice(this.#next), ...this.#tail.slice(0, this.#next)]
      .sort((a, b) => a.at - b.at);
  }

  /** The kept samples have a hole where messages were counted only. */
  get thinned(): boolean {
    return this.live + this.retained > this.#head.length + this.#tail.length;
  }

  /** Time from which on no message was left out. */
  get wholeSince(): number {
    return this.thinned ? (this.#tail[this.#next]?.at ?? this.lastAt) : this.firstAt;
  }
}
