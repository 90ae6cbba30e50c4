/** What questions are asked of: messages that were recorded, wherever they are kept. */
import type { LoggedMessage } from "./message_log.ts";

/** Which messages are meant. Times are milliseconds since the epoch, both ends included. */
export interface RecordedWindow {
  readonly from: number;
  readonly to: number;
  readonly matches: (topic: string) => boolean;
  /** The only topic that can match, where there is but one: found without reading the others. */
  readonly topic?: string;
}

/** Which messages to go through, and how. */
export interface PieceQuery extends RecordedWindow {
  /** Newest first. */
  readonly descending?: boolean;
  /** Only messages whose `seq` lies between these. */
  readonly after?: number;
  readonly before?: number;
}

/**
 * Recorded messages. All of it is synchronous and comes a piece at a time: between two pieces the caller may await, and
 * should where there are many. Payloads may be views that are written over later: copy them before the next await.
 */
export interface RecordedMessages {
  /** The latest receive time that is known, by the clock of then; 0 when nothing is. */
  readonly latestAt: number;
  /** The earliest receive time that is known; `Infinity` when nothing is. */
  readonly earliestAt: number;
  /** The messages of a window in order of arrival or the reverse. Pieces may be empty. */
  pieces(window: PieceQuery): Iterable<readonly LoggedMessage[]>;
  /** How many messages of each topic there are in a window, a topic at a time; a piece without messages is a breath. */
  counts(window: RecordedWindow): Iterable<{ readonly topic: string; readonly messages: number }>;
  /** The last message of each topic that matches before a time: its known state then. Pieces may be empty. */
  lastBefore(
    atMs: number,
    matches: (topic: string) => boolean,
  ): Iterable<readonly LoggedMessage[]>;
}
