import type { InboundMessage, MessageProperties, Qos } from "../mqtt/message.ts";
import type { SeverityLevel } from "../payload/severity/mod.ts";

/** What a payload was found to be. */
export interface Verdict {
  readonly level: SeverityLevel;
  readonly kind: string;
  /** Format and signature of the structure. */
  readonly structure: string;
  /** False when the budget left no time to decode it: then nothing but its bytes was looked at. */
  readonly wasRead: boolean;
  /** Where its kind is counted; null when there are too many to tell apart. */
  readonly kindStratum: { readonly count: number } | null;
}

/** A message that a sampler holds for now. Held and released by several pools; reused afterwards. */
export class HeldMessage {
  /** Position in the order of arrival, from 1. */
  seq = 0;
  topic = "";
  receivedAt = 0;
  qos: Qos = 0;
  retain = false;
  liveRetain: true | undefined = undefined;
  dup = false;
  properties: MessageProperties | undefined = undefined;
  /** Holds the payload in its first `length` bytes; may be longer. */
  buffer: Uint8Array = EMPTY;
  length = 0;
  /** Bytes of the payload as it arrived; more than `length` where only its head is held. */
  sizeBytes = 0;
  /** Says exactly what the message before it on its topic said. */
  repeats = false;
  verdict: Verdict | null = null;
  /** How many pools hold it. */
  holders = 0;
}

const EMPTY = new Uint8Array(0);
const ROUNDING_BYTES = 64;
/** Larger buffers are lent out only to payloads that fill at least half of them. */
const LARGE_BYTES = 4_096;
const MAX_SPARE = 64;
const MAX_LARGE_SPARE = 4;
const MAX_HEAD_BYTES = 512;

/**
 * Copies messages out of the network's buffers, within a number of bytes. Buffers of messages that
 * nobody holds any more are used again, so a stream allocates no more than what is held at once.
 */
export class MessageStore {
  readonly #wholeBytes: number;
  readonly #headBytes: number;
  readonly #spare: HeldMessage[] = [];
  readonly #largeSpare: HeldMessage[] = [];
  /** Bytes of all payload buffers, spare ones included. */
  usedBytes = 0;

  /**
   * `memoryBytes` bounds the payload buffers; of it, room for the head of each of `slots` messages
   * is set aside, so that a message whose whole does not fit can still be shown.
   */
  constructor(options: { memoryBytes: number; slots: number }) {
    const { memoryBytes, slots } = options;
    this.#headBytes = Math.min(MAX_HEAD_BYTES, Math.floor(memoryBytes / 2 / slots));
    this.#wholeBytes = memoryBytes - this.#headBytes * slots;
  }

  /**
   * Copies a message. Whoever keeps the copy calls `hold`; then `release` lets go of the copier's
   * own. A quarter of the memory is for urgent messages only, so that a late error is held whole.
   */
  copy(message: InboundMessage, options: { seq: number; urgent: boolean }): HeldMessage {
    const { seq, urgent } = options;
    const { payload } = message;
    const size = payload.length;
    const held = this.#takeSpare(size);
    held.seq = seq;
    held.topic = message.topic;
    held.receivedAt = message.receivedAt;
    held.qos = message.qos;
    held.retain = message.retain;
    held.liveRetain = message.liveRetain;
    held.dup = message.dup;
    held.properties = message.properties && copyProperties(message.properties);
    held.sizeBytes = size;
    held.repeats = false;
    held.holders = 1;
    const length = this.#fit(held, { size, urgent }) ? size : Math.min(size, this.#headBytes);
    if (length > held.buffer.length) this.#exchange(held, length);
    held.length = length;
    const target = held.buffer;
    // A loop is faster than a call for the few bytes of an ordinary message.
    if (length <= 96) { for (let i = 0; i < length; i++) target[i] = payload[i]; }
    else target.set(length === size ? payload : payload.subarray(0, length));
    return held;
  }

  hold(held: HeldMessage): HeldMessage {
    held.holders++;
    return held;
  }

  release(held: HeldMessage): void {
    if (--held.holders > 0) return;
    held.verdict = null;
    held.properties = undefined;
    const isLarge = held.buffer.length > LARGE_BYTES;
    const spare = isLarge ? this.#largeSpare : this.#spare;
    if (spare.length < (isLarge ? MAX_LARGE_SPARE : MAX_SPARE)) spare.push(held);
    else this.#drop(held);
  }

  #takeSpare(size: number): HeldMessage {
    if (size <= LARGE_BYTES) return this.#spare.pop() ?? new HeldMessage();
    // A large buffer that does not suit makes room for one that does.
    for (let held = this.#largeSpare.pop(); held !== undefined; held = this.#largeSpare.pop()) {
      if (size <= held.buffer.length && held.buffer.length <= 2 * size) return held;
      this.#drop(held);
    }
    return this.#spare.pop() ?? new HeldMessage();
  }

  #drop(held: HeldMessage): void {
    this.usedBytes -= held.buffer.length;
    held.buffer = EMPTY;
  }

  /** Whether a payload of this size can be held whole: its buffer is there, or fits. */
  #fit(held: HeldMessage, options: { size: number; urgent: boolean }): boolean {
    const { size, urgent } = options;
    const have = held.buffer.length;
    if (size <= have) return true;
    const limit = urgent ? this.#wholeBytes : this.#wholeBytes * 0.75;
    return this.usedBytes - have + roundUp(size) <= limit;
  }

  #exchange(held: HeldMessage, length: number): void {
    const before = held.buffer.length;
    const rounded = roundUp(length);
    const fits = this.usedBytes - before + rounded <= this.#wholeBytes;
    held.buffer = new Uint8Array(fits ? rounded : length);
    this.usedBytes += held.buffer.length - before;
  }
}

function roundUp(bytes: number): number {
  return Math.ceil(bytes / ROUNDING_BYTES) * ROUNDING_BYTES;
}

/** Correlation data, like a payload, is a view into a network buffer. */
function copyProperties(properties: MessageProperties): MessageProperties {
  const { correlationData } = properties;
  return correlationData ? { ...properties, correlationData: correlationData.slice() } : properties;
}
