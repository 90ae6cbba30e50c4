import type { InboundMessage, MessageProperties, Qos } from "../mqtt/message.ts";
import { DUP, flagsOf, RETAIN } from "./lasting/message_flags.ts";
import { TopicRoom } from "../memory/topic_room.ts";
import type { LoggedMessage, PieceQuery, RecordedMessages, RecordedWindow } from "./recorded.ts";

/** Counts of one topic over the log's whole life, evicted messages included. */
export interface TopicCounts {
  readonly topic: string;
  messages: number;
  bytes: number;
  evicted: number;
  retained: number;
  firstAt: number;
  lastAt: number;
  /** The longest time between two live messages, in milliseconds. */
  longestPauseMs: number;
  /** `seq` of its newest message, which is kept longest. */
  lastSeq: number;
}

const FIRST_SEGMENT_BYTES = 4 * 1024;
const LARGEST_SEGMENT_BYTES = 256 * 1024;
const BYTES_PER_SLOT = 48;
const COLUMN_BYTES = 25;
const TOPIC_BYTES = 160;
const MOST_TOPICS = 200_000;
/** Messages of one piece: handled before the event loop gets its turn. */
const MOST_AT_ONCE = 512;
const BYTES_AT_ONCE = 128 * 1024;
const MOST_SPARE_BUFFERS = 4;
const SURVIVORS_AT_ONCE_BYTES = 64 * 1024;
const SMALLEST_SPARE_BYTES = 4 * 1024;
const LARGEST_SPARE_BYTES = 256 * 1024;

/** Beside those of {@linkcode flagsOf}. */
const LIVE_RETAIN = 16;

/** A run of consecutive messages: payload bytes in one buffer, everything else in columns. */
class Segment {
  readonly bytes: Uint8Array;
  readonly topicIds: Uint32Array;
  readonly times: Float64Array;
  readonly offsets: Uint32Array;
  readonly lengths: Uint32Array;
  readonly sizes: Uint32Array;
  readonly flags: Uint8Array;
  properties: Map<number, MessageProperties> | null = null;
  propertyBytes = 0;
  count = 0;
  used = 0;
  /** Times of its messages lie between these. */
  earliestAt = Infinity;
  latestAt = -Infinity;

  constructor(public firstSeq: number, capacityBytes: number) {
    const slots = Math.max(16, Math.ceil(capacityBytes / BYTES_PER_SLOT));
    this.bytes = new Uint8Array(capacityBytes);
    this.topicIds = new Uint32Array(slots);
    this.times = new Float64Array(slots);
    this.offsets = new Uint32Array(slots);
    this.lengths = new Uint32Array(slots);
    this.sizes = new Uint32Array(slots);
    this.flags = new Uint8Array(slots);
  }

  get footprintBytes(): number {
    return this.bytes.length + this.topicIds.length * COLUMN_BYTES + this.propertyBytes;
  }

  /** Empties it for other messages. */
  reuse(firstSeq: number): void {
    this.firstSeq = firstSeq;
    this.count = this.used = this.propertyBytes = 0;
    this.earliestAt = Infinity;
    this.latestAt = -Infinity;
    this.properties = null;
  }

  hasRoom(bytes: number): boolean {
    return this.count < this.topicIds.length && this.used + bytes <= this.bytes.length;
  }
}

function sizeOfProperties(properties: MessageProperties): number {
  let bytes = 64 + (properties.correlationData?.length ?? 0) +
    2 * ((properties.contentType?.length ?? 0) + (properties.responseTopic?.length ?? 0));
  for (const [key, value] of Object.entries(properties.userProperties ?? {})) {
    bytes += 2 * (key.length + (Array.isArray(value) ? value.join("").length : value.length));
  }
  return bytes;
}

/**
 * The properties worth keeping, or null: most messages carry none, or a subscription identifier only. Correlation data
 * arrives as a view into the network buffer, which must not be pinned.
 */
export function ownProperties(properties: MessageProperties): MessageProperties | null {
  const { contentType, responseTopic, correlationData, userProperties } = properties;
  const { messageExpiryInterval, payloadFormatIndicator, malformed } = properties;
  if (
    contentType === undefined && responseTopic === undefined && correlationData === undefined &&
    userProperties === undefined && messageExpiryInterval === undefined &&
    payloadFormatIndicator === undefined && malformed === undefined
  ) return null;
  return {
    contentType,
    responseTopic,
    correlationData: correlationData?.slice(),
    userProperties,
    messageExpiryInterval,
    payloadFormatIndicator,
    ...(malformed !== undefined && { malformed }),
  };
}

/**
 * Messages in the order of their arrival, in bounded memory: payloads stand in large buffers and the
 * rest in typed arrays, so that a million small messages cost no million objects. When the limit is
 * reached the oldest go first, but the newest message of every topic is kept while there is room for it.
 * Everything is counted, whatever is evicted.
 */
export class MessageLog implements RecordedMessages {
  #segments: Segment[] = [];
  /** An evicted segment to write into next: a stream at the limit would leave a trail of garbage otherwise. */
  #spare: Segment | null = null;
  #survivors = new Map<number, LoggedMessage>();
  /** Payload buffers of survivors that are gone. */
  #spareBuffers: ArrayBuffer[] = [];
  #survivorBytes = 0;
  #segmentBytes = 0;
  #topicIds = new Map<string, number>();
  #topics: TopicCounts[] = [];
  #limitBytes: number;
  #total = 0;
  #evicted = 0;
  #evictedThrough: number | null = null;
  #gaveWayThrough: number | null = null;
  #latestAt = 0;
  #uncountedTopics = 0;
  readonly #onGrowth: (() => void) | undefined;
  readonly #topicRoom: TopicRoom;

  /**
   * `onGrowth` is called after the log took more memory, so that an owner of several can balance them. `topicRoom` says
   * whether further topics may be told apart.
   */
  constructor(options: { limitBytes: number; onGrowth?: () => void; topicRoom?: TopicRoom }) {
    this.#limitBytes = options.limitBytes;
    this.#topicRoom = options.topicRoom ?? new TopicRoom();
    this.#onGrowth = options.onGrowth;
  }

  /** Messages that were appended, evicted ones included. */
  get total(): number {
    return this.#total;
  }

  /** Messages that are no longer held. */
  get evicted(): number {
    return this.#evicted;
  }

  /** Receive time of the newest message that was evicted: after it the log is complete. */
  get evictedThrough(): number | null {
    return this.#evictedThrough;
  }

  /** The same, messages on topics that are not told apart aside: they are never held. */
  get gaveWayThrough(): number | null {
    return this.#gaveWayThrough;
  }

  /** The latest receive time that was ever appended, by the clock of then; 0 when nothing was. */
  get latestAt(): number {
    return this.#latestAt;
  }

  /** Memory in use, in bytes, columns and topic names included. */
  get usedBytes(): number {
    return this.#segmentBytes + this.#survivorBytes + this.#topics.length * TOPIC_BYTES;
  }

  /** Messages whose topics were beyond the number of topics that are counted one by one. */
  get uncountedTopics(): number {
    return this.#uncountedTopics;
  }

  get limitBytes(): number {
    return this.#limitBytes;
  }

  /** Changes the limit; what no longer fits is evicted at once. */
  set limitBytes(bytes: number) {
    this.#limitBytes = bytes;
    this.#evictToLimit();
  }

  /** Bytes that are kept of one payload at most; of a larger one its head is. */
  get payloadLimitBytes(): number {
    return Math.max(256, this.#limitBytes >> 3);
  }

  /** Counts of each topic, in order of first appearance. */
  get topics(): readonly Readonly<TopicCounts>[] {
    return this.#topics;
  }

  /** Copies a message into the log and returns its `seq`. */
  append(message: InboundMessage): number {
    const seq = ++this.#total;
    const size = message.payload.length;
    if (message.receivedAt > this.#latestAt) this.#latestAt = message.receivedAt;
    const topicId = this.#count(message, seq, size);
    if (topicId < 0) {
      this.#evicted++;
      this.#evictedThrough = message.receivedAt;
      return seq;
    }
    const kept = Math.min(size, this.payloadLimitBytes);
    const segment = this.#segmentFor(kept, seq);
    const slot = segment.count++;
    segment.bytes.set(
      kept === size ? message.payload : message.payload.subarray(0, kept),
      segment.used,
    );
    segment.topicIds[slot] = topicId;
    segment.times[slot] = message.receivedAt;
    segment.earliestAt = Math.min(segment.earliestAt, message.receivedAt);
    segment.latestAt = Math.max(segment.latestAt, message.receivedAt);
    segment.offsets[slot] = segment.used;
    segment.lengths[slot] = kept;
    segment.sizes[slot] = size;
    segment.flags[slot] = flagsOf(message) | (message.liveRetain ? LIVE_RETAIN : 0);
    segment.used += kept;
    const properties = message.properties && ownProperties(message.properties);
    if (properties) {
      segment.properties ??= new Map();
      segment.properties.set(slot, properties);
      const bytes = sizeOfProperties(properties);
      segment.propertyBytes += bytes;
      this.#segmentBytes += bytes;
    }
    return seq;
  }

  /**
   * The messages that are held, oldest first, or newest first with `descending`; only those with
   * `after < seq < before`. Messages appended during the iteration may or may not be seen.
   */
  *entries(
    options: { after?: number; before?: number; descending?: boolean } = {},
  ): Generator<LoggedMessage> {
    const after = options.after ?? 0;
    const before = options.before ?? Infinity;
    const survivors = [...this.#survivors]
      .filter(([, { seq }]) => seq > after && seq < before)
      .sort(([, a], [, b]) => a.seq - b.seq);
    const segments = this.#segments.filter((s) =>
      s.firstSeq < before && s.firstSeq + s.count - 1 > after
    );
    // a segment may be evicted, and then reused, while the caller looks at what came out of it
    const firstSeqs = new Map(segments.map((segment) => [segment, segment.firstSeq]));
    if (options.descending) {
      for (const segment of segments.reverse()) {
        for (let slot = segment.count - 1; slot >= 0; slot--) {
          if (segment.firstSeq !== firstSeqs.get(segment)) break;
          const seq = segment.firstSeq + slot;
          if (seq > after && seq < before) yield this.#entry(segment, slot);
        }
      }
      yield* this.#stillHeld(survivors.reverse());
      return;
    }
    yield* this.#stillHeld(survivors);
    for (const segment of segments) {
      for (let slot = 0; slot < segment.count; slot++) {
        if (segment.firstSeq !== firstSeqs.get(segment)) break;
        const seq = segment.firstSeq + slot;
        if (seq > after && seq < before) yield this.#entry(segment, slot);
      }
    }
  }

  get earliestAt(): number {
    const held = this.#survivors.values().reduce(
      (earliest, { receivedAt }) => Math.min(earliest, receivedAt),
      Infinity,
    );
    return this.#segments.reduce((earliest, s) => Math.min(earliest, s.earliestAt), held);
  }

  *pieces(query: PieceQuery): Generator<readonly LoggedMessage[]> {
    const { from, to, descending = false } = query;
    const after = query.after?.seq ?? 0;
    const before = query.before?.seq ?? Infinity;
    const wanted = this.#wanted(query.matches);
    const survivors = [...this.#survivors]
      .filter(([id, { receivedAt, seq }]) =>
        receivedAt >= from && receivedAt <= to && seq > after && seq < before && wanted(id)
      )
      .sort(([, a], [, b]) => descending ? b.seq - a.seq : a.seq - b.seq);
    if (!descending && survivors.length > 0) yield [...this.#stillHeld(survivors)];
    // a segment may be evicted, and then reused, while the caller looks at what came out of it
    const segments = this.#segments
      .filter((s) =>
        s.latestAt >= from && s.earliestAt <= to && s.firstSeq < before &&
        s.firstSeq + s.count - 1 > after
      )
      .map((segment) => ({ segment, firstSeq: segment.firstSeq, count: segment.count }));
    for (const { segment, firstSeq, count } of descending ? segments.reverse() : segments) {
      let piece: LoggedMessage[] = [];
      let bytes = 0;
      for (let i = 0; i < count && segment.firstSeq === firstSeq; i++) {
        const slot = descending ? count - 1 - i : i;
        const at = segment.times[slot];
        const seq = firstSeq + slot;
        if (at < from || at > to || seq <= after || seq >= before) continue;
        if (!wanted(segment.topicIds[slot])) continue;
        piece.push(this.#entry(segment, slot));
        bytes += segment.lengths[slot];
        if (piece.length < MOST_AT_ONCE && bytes < BYTES_AT_ONCE) continue;
        yield piece;
        piece = [];
        bytes = 0;
      }
      yield piece;
    }
    if (descending && survivors.length > 0) yield [...this.#stillHeld(survivors)];
  }

  *counts(window: RecordedWindow): Generator<{ topic: string; messages: number }> {
    const { from, to } = window;
    const counts = new Uint32Array(this.#topics.length);
    for (const [id, { receivedAt }] of this.#survivors) {
      if (receivedAt >= from && receivedAt <= to) counts[id]++;
    }
    for (const segment of this.#segments) {
      if (segment.latestAt < from || segment.earliestAt > to) continue;
      const whole = segment.earliestAt >= from && segment.latestAt <= to;
      for (let slot = 0; slot < segment.count; slot++) {
        const at = segment.times[slot];
        if (whole || (at >= from && at <= to)) counts[segment.topicIds[slot]]++;
      }
    }
    for (let id = 0; id < counts.length; id++) {
      const { topic } = this.#topics[id];
      if (counts[id] > 0 && window.matches(topic)) yield { topic, messages: counts[id] };
    }
  }

  *lastBefore(
    atMs: number,
    matches: (topic: string) => boolean,
  ): Generator<readonly LoggedMessage[]> {
    const missing = new Set(
      this.#topics.filter(({ topic, firstAt }) => firstAt < atMs && matches(topic))
        .map(({ topic }) => topic),
    );
    const window = {
      from: -Infinity,
      to: atMs - 1,
      matches: (topic: string) => missing.has(topic),
    };
    for (const piece of this.pieces({ ...window, descending: true })) {
      if (missing.size === 0) return;
      yield piece.filter(({ topic }) => missing.delete(topic));
    }
  }

  #wanted(matches: (topic: string) => boolean): (topicId: number) => boolean {
    const known = new Uint8Array(this.#topics.length);
    return (id) => {
      if (known[id] === 0) known[id] = matches(this.#topics[id].topic) ? 1 : 2;
      return known[id] === 1;
    };
  }

  *#stillHeld(survivors: readonly [topicId: number, message: LoggedMessage][]) {
    for (const [topicId, message] of survivors) {
      if (this.#survivors.get(topicId) === message) yield message;
    }
  }

  /** One message by its `seq`, or null when it was evicted or never was. */
  at(seq: number): LoggedMessage | null {
    const segment = this.#segmentOf(seq);
    if (segment) return this.#entry(segment, seq - segment.firstSeq);
    return this.#survivors.values().find((message) => message.seq === seq) ?? null;
  }

  /** The newest message of a topic, or null when it was evicted or never was. */
  lastOf(topic: string): LoggedMessage | null {
    const id = this.#topicIds.get(topic);
    if (id === undefined) return null;
    return this.#survivors.get(id) ?? this.at(this.#topics[id].lastSeq);
  }

  /** Counts of one topic, or null when nothing was heard on it. */
  topic(name: string): Readonly<TopicCounts> | null {
    const id = this.#topicIds.get(name);
    return id === undefined ? null : this.#topics[id];
  }

  /** Frees the oldest part; false when there is nothing left to free. */
  evictOldest(): boolean {
    const segment = this.#segments.shift();
    if (!segment) return this.#evictSurvivors(this.usedBytes - SURVIVORS_AT_ONCE_BYTES);
    this.#segmentBytes -= segment.footprintBytes;
    for (let slot = 0; slot < segment.count; slot++) {
      const topicId = segment.topicIds[slot];
      const counts = this.#topics[topicId];
      if (counts.lastSeq === segment.firstSeq + slot) {
        this.#keepSurvivor(topicId, this.#entry(segment, slot));
      } else {
        this.#noteEvicted(counts, segment.times[slot]);
      }
    }
    segment.reuse(-1);
    this.#spare = segment;
    return true;
  }

  /** Forgets every message and count, and frees the memory. */
  erase(): void {
    this.#segments = [];
    this.#spare = null;
    this.#spareBuffers = [];
    this.#survivors.clear();
    this.#topicIds.clear();
    this.#topics = [];
    this.#segmentBytes = this.#survivorBytes = 0;
  }

  #count(message: InboundMessage, seq: number, size: number): number {
    let id = this.#topicIds.get(message.topic);
    if (id === undefined) {
      const known = this.#topics.length;
      if (known >= MOST_TOPICS || !this.#topicRoom.mayAdd(known)) {
        this.#uncountedTopics++;
        return -1;
      }
      id = this.#topics.length;
      this.#topicIds.set(message.topic, id);
      this.#topics.push({
        topic: message.topic,
        messages: 1,
        bytes: size,
        evicted: 0,
        retained: message.retain ? 1 : 0,
        firstAt: message.receivedAt,
        lastAt: message.receivedAt,
        longestPauseMs: 0,
        lastSeq: seq,
      });
      return id;
    }
    const counts = this.#topics[id];
    counts.messages++;
    counts.bytes += size;
    if (message.retain) counts.retained++;
    else if (counts.messages > counts.retained + 1) {
      counts.longestPauseMs = Math.max(counts.longestPauseMs, message.receivedAt - counts.lastAt);
    }
    // the clock may have been put back
    if (message.receivedAt < counts.firstAt) counts.firstAt = message.receivedAt;
    counts.lastAt = message.receivedAt;
    counts.lastSeq = seq;
    const survivor = this.#survivors.size > 0 ? this.#survivors.get(id) : undefined;
    if (survivor) {
      this.#dropSurvivor(id, survivor);
      this.#noteEvicted(counts, survivor.receivedAt);
    }
    return id;
  }

  #segmentFor(bytes: number, seq: number): Segment {
    const last = this.#segments.at(-1);
    const follows = last !== undefined && last.firstSeq + last.count === seq;
    if (follows && last.hasRoom(bytes)) return last;
    const grown = last ? last.bytes.length * 2 : FIRST_SEGMENT_BYTES;
    const share = Math.max(FIRST_SEGMENT_BYTES, this.#limitBytes >> 4);
    const capacity = Math.max(bytes, Math.min(grown, LARGEST_SEGMENT_BYTES, share));
    const segment = this.#takeSpare(seq, bytes, capacity) ?? new Segment(seq, capacity);
    this.#segments.push(segment);
    this.#segmentBytes += segment.footprintBytes;
    this.#evictToLimit();
    this.#onGrowth?.();
    return segment;
  }

  #takeSpare(seq: number, bytes: number, capacity: number): Segment | null {
    const spare = this.#spare;
    this.#spare = null;
    if (spare === null || spare.bytes.length < bytes || spare.bytes.length > 2 * capacity) {
      return null;
    }
    spare.reuse(seq);
    return spare;
  }

  #evictToLimit(): void {
    while (this.#segments.length > 1 && this.usedBytes > this.#limitBytes) this.evictOldest();
    this.#evictSurvivors(this.#limitBytes);
  }

  #keepSurvivor(topicId: number, message: LoggedMessage): void {
    const survivor = { ...message, payload: this.#copyPayload(message.payload) };
    this.#survivors.set(topicId, survivor);
    this.#survivorBytes += survivorSize(survivor);
  }

  /** Copies into a buffer of a survivor that is gone where one suits: large ones come and go with every message. */
  #copyPayload(payload: Uint8Array): Uint8Array {
    const { length } = payload;
    const at = this.#spareBuffers.findIndex((spare) =>
      length <= spare.byteLength && spare.byteLength <= 2 * length
    );
    if (at < 0) return payload.slice();
    const [buffer] = this.#spareBuffers.splice(at, 1);
    const copy = new Uint8Array(buffer, 0, length);
    copy.set(payload);
    return copy;
  }

  #dropSurvivor(topicId: number, survivor: LoggedMessage): void {
    this.#survivors.delete(topicId);
    this.#survivorBytes -= survivorSize(survivor);
    const { buffer } = survivor.payload;
    if (buffer.byteLength < SMALLEST_SPARE_BYTES || buffer.byteLength > LARGEST_SPARE_BYTES) return;
    if (this.#spareBuffers.length === MOST_SPARE_BUFFERS) this.#spareBuffers.shift();
    this.#spareBuffers.push(buffer as ArrayBuffer);
  }

  /**
   * Evicts the oldest survivors until no more than so many bytes are in use. False when there was none. One walk for many:
   * each walk through a map passes the places of all that were deleted before.
   */
  #evictSurvivors(untilBytes: number): boolean {
    if (this.#survivors.size === 0) return false;
    if (this.usedBytes <= untilBytes) return true;
    for (const [topicId, survivor] of this.#survivors) {
      this.#dropSurvivor(topicId, survivor);
      this.#noteEvicted(this.#topics[topicId], survivor.receivedAt);
      if (this.usedBytes <= untilBytes) break;
    }
    return true;
  }

  #noteEvicted(counts: TopicCounts, receivedAt: number): void {
    counts.evicted++;
    this.#evicted++;
    this.#evictedThrough = Math.max(this.#evictedThrough ?? -Infinity, receivedAt);
    this.#gaveWayThrough = Math.max(this.#gaveWayThrough ?? -Infinity, receivedAt);
  }

  #segmentOf(seq: number): Segment | null {
    let low = 0;
    let high = this.#segments.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const segment = this.#segments[middle];
      if (seq < segment.firstSeq) high = middle - 1;
      else if (seq >= segment.firstSeq + segment.count) low = middle + 1;
      else return segment;
    }
    return null;
  }

  #entry(segment: Segment, slot: number): LoggedMessage {
    const flags = segment.flags[slot];
    const offset = segment.offsets[slot];
    // one shape for nearly all of them, and no spread: a search makes millions
    const entry: { -readonly [Fact in keyof LoggedMessage]: LoggedMessage[Fact] } = {
      seq: segment.firstSeq + slot,
      topic: this.#topics[segment.topicIds[slot]].topic,
      payload: segment.bytes.subarray(offset, offset + segment.lengths[slot]),
      sizeBytes: segment.sizes[slot],
      qos: (flags & 3) as Qos,
      retain: (flags & RETAIN) !== 0,
      dup: (flags & DUP) !== 0,
      receivedAt: segment.times[slot],
    };
    if ((flags & LIVE_RETAIN) !== 0) entry.liveRetain = true;
    const properties = segment.properties?.get(slot);
    if (properties) entry.properties = properties;
    return entry;
  }
}

function survivorSize(message: LoggedMessage): number {
  return message.payload.buffer.byteLength + 200 +
    (message.properties ? sizeOfProperties(message.properties) : 0);
}
