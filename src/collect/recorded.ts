/** What questions are asked of: messages that were recorded, wherever they are kept. */
import type { InboundMessage } from "../mqtt/message.ts";

/**
 * A message as a log holds it. `payload` is a view into the log, which is written over once the message is evicted: copy
 * it before the next await.
 */
export interface LoggedMessage extends InboundMessage {
  /** Position in the log, from 1, in order of arrival; never reused. */
  readonly seq: number;
  /** Bytes of the payload as it arrived; `payload` is shorter where only its head was kept. */
  readonly sizeBytes: number;
}

/** Which messages are meant. Times are milliseconds since the epoch, both ends included. */
export interface RecordedWindow {
  readonly from: number;
  readonly to: number;
  readonly matches: (topic: string) => boolean;
  /** The only topic that can match, where there is but one: found without reading the others. */
  readonly topic?: string;
}

/** A message that was seen, as a place in its stream. */
export interface Place {
  readonly seq: number;
  /** When it was received; streams of several writers are in order of this first. */
  readonly at: number;
}

/** Which messages to go through, and how. */
export interface PieceQuery extends RecordedWindow {
  /** Newest first. */
  readonly descending?: boolean;
  /** Only messages that lie between these. */
  readonly after?: Place;
  readonly before?: Place;
}

/** What comes a piece at a time: at once from this process, after a while from a database. */
export type Pieces<T> = Iterable<T> | AsyncIterable<T>;

/**
 * Recorded messages. All of it comes a piece at a time: between two pieces the caller may await, and should where there are
 * many. Payloads may be views that are written over later: copy them before the next await.
 */
export interface RecordedMessages {
  /** Whether its order is that of receive times (and of `seq` where they are equal), instead of `seq` alone. */
  readonly isByTime?: boolean;
  /** The latest receive time that is known, by the clock of then; 0 when nothing is. */
  readonly latestAt: number;
  /** The earliest receive time that is known; `Infinity` when nothing is. */
  readonly earliestAt: number;
  /** The messages of a window in order of arrival or the reverse. Pieces may be empty. */
  pieces(window: PieceQuery): Pieces<readonly LoggedMessage[]>;
  /** How many messages of each topic there are in a window, a topic at a time; a piece without messages is a breath. */
  counts(window: RecordedWindow): Pieces<{ readonly topic: string; readonly messages: number }>;
  /** The last message of each topic that matches before a time: its known state then. Pieces may be empty. */
  lastBefore(
    atMs: number,
    matches: (topic: string) => boolean,
  ): Pieces<readonly LoggedMessage[]>;
}
