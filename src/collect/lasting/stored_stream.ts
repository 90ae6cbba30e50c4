/** The stream of one broker in a store, whatever kind of store it is. */
import type { InboundMessage } from "../../mqtt/message.ts";
import type { Pieces, RecordedMessages, RecordedWindow } from "../recorded.ts";
import type { Figure } from "./figures.ts";

/** A time in which a filter was heard; the reason says why it ended, where that is known. */
export interface StoredCoverage {
  readonly filter: string;
  readonly from: number;
  readonly to: number;
  readonly reason: string | null;
  /** Its writer was killed after `to`, and noticed to be gone at this time. */
  readonly missedTo?: number;
}

/** Messages that are not there, though they were heard. */
export interface StoredLoss {
  readonly from: number;
  readonly to: number;
  readonly messages: number;
  readonly reason: string;
  /** They were written, and cannot be read any more. */
  readonly isDamaged?: true;
}

/** Recorded messages of one broker that outlast the process. Times are milliseconds since the epoch. */
export interface StoredStream extends RecordedMessages {
  /** Messages up to this time were removed, for their age or for room; null: none were. */
  readonly removedThrough: number | null;
  /** Why it cannot be read at the moment; null: it can. */
  readonly problem: string | null;
  /** Values since the start that are in no figure, of this stream and others; none where it is not there. */
  readonly uncounted?: number;
  /** Takes a message; copies what it keeps. */
  append(message: InboundMessage): void;
  /** Says that a filter was heard in a time; the same beginning again makes it longer. */
  cover(period: StoredCoverage): void;
  /** When which filters were heard, or what was heard may be missing, oldest first. */
  coverage(window: { from: number; to: number }): StoredCoverage[];
  /** What could not be written in a window, or cannot be read any more. */
  losses(window: { from: number; to: number }): StoredLoss[];
  /** The topics that were heard in a window, as far as is known: by their first and last message. */
  topicsIn(window: RecordedWindow): Pieces<readonly string[]>;
  /** The minutes of a numeric field of a topic in a window, oldest first, some days at a time. */
  figures(
    topic: string,
    field: string,
    window: { from: number; to: number },
  ): Pieces<ReadonlyMap<number, Figure>>;
}

/** How much is kept. */
export interface LastingLimits {
  /** Days that messages are kept; figures thirteen times as long. */
  readonly days: number;
  readonly diskBytes: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Figures are kept so many times as long as messages. */
export const FIGURES_FACTOR = 13;

/** Where recordings are kept beyond the memory of the process. */
export interface LastingPlace {
  /** The stream of one broker, by whatever tells brokers and logins apart; `label` is for people. */
  source(key: string, label: string): StoredStream | null;
  /** The same, where it is known already. */
  find(key: string): StoredStream | null;
  /** Writes what waits and takes in what others wrote, before something is asked; not needed where reading does that. */
  catchUp?(): Promise<void>;
}

/** The store of one process, with its timers. */
export interface LastingStorage extends LastingPlace {
  /** Why recordings are in memory only at the moment; null: they are kept. */
  readonly problem: string | null;
  /** Writes every second from now on; `before` is called first each time. */
  start(before: () => void): void;
  /** Writes what waits. */
  flush(): Promise<void> | void;
  /** Writes everything, within a limit of time, and closes. Idempotent. */
  close(): Promise<void> | void;
}
