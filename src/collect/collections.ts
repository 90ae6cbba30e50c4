import { SessionError } from "../errors.ts";
import type { InboundMessage } from "../mqtt/message.ts";
import type { ListenedReport } from "../session/listening.ts";
import type { TopicRoom } from "../memory/topic_room.ts";
import { LogBudget } from "./log_budget.ts";
import type { MessageLog } from "./message_log.ts";

/** How a collection stands: still listening, or why it ended. */
type CollectionState = "running" | "complete" | "cancelled" | "connection_lost" | "failed";

/** Why a listening call ended. */
export type StopReason =
  | "duration"
  | "max_messages"
  | "settled"
  | "cancelled"
  | "connection_lost";

/** What one listening call heard, kept after the call so that it can be read again. */
export interface Collection {
  /** UUID. */
  readonly id: string;
  readonly sessionId: string;
  /** The tool that listened. */
  readonly tool: string;
  /** The topic filters it listened to. */
  readonly filters: readonly string[];
  readonly startedAt: number;
  endedAt: number | null;
  state: CollectionState;
  /** Why it ended; null while it runs, and when it never listened. */
  stopReason: StopReason | null;
  /** The listening's facts: live while it runs, final afterwards; null before the SUBACK. */
  listened: (() => ListenedReport) | null;
  readonly log: MessageLog;
}

const MOST_COLLECTIONS = 100;

/** One collection takes half of the memory at most, so that it does not push all past ones out. */
const LARGEST_SHARE = 1 / 2;

/**
 * The collections of one core, running and past. Their messages share one memory limit: when it is
 * reached the oldest finished collection gives way first, then the oldest messages of the largest.
 */
export class CollectionStore {
  /** What all collections share; what no longer fits under a new limit is evicted. */
  readonly memory: LogBudget;
  readonly #collections = new Map<string, Collection>();
  readonly #now: () => number;

  constructor(options: { limitBytes: number; now: () => number; topicRoom?: TopicRoom }) {
    const { limitBytes, topicRoom } = options;
    const makeRoom = (bytes: number) => this.#forgetFinished(bytes);
    this.memory = new LogBudget({ limitBytes, topicRoom, makeRoom });
    this.#now = options.now;
  }

  /** Begins a collection; past ones beyond the number that is kept are forgotten, oldest first. */
  open(
    options: {
      sessionId: string;
      tool: string;
      filters: readonly string[];
      /** Of the memory of all, what this one may take; more than half is not given. */
      share?: number;
    },
  ): Collection {
    const { share = LARGEST_SHARE, ...about } = options;
    const collection: Collection = {
      id: crypto.randomUUID(),
      ...about,
      startedAt: this.#now(),
      endedAt: null,
      state: "running",
      stopReason: null,
      listened: null,
      log: this.memory.open(Math.min(LARGEST_SHARE, share)),
    };
    this.#collections.set(collection.id, collection);
    for (const old of this.#finished()) {
      if (this.#collections.size <= MOST_COLLECTIONS) break;
      this.#forget(old);
    }
    return collection;
  }

  /** Ends a collection; what it holds stays readable. */
  finish(collection: Collection, state: CollectionState): void {
    if (collection.state !== "running") return;
    collection.state = state;
    collection.endedAt = this.#now();
    const final = collection.listened?.() ?? null;
    collection.listened = final && (() => final);
  }

  /**
   * One collection.
   * @throws {SessionError} `SESSION_NOT_FOUND` when it is unknown or was forgotten, and just the same when its session is
   *   not one that the caller sees: not even that it exists is told
   */
  get(id: string, sees: (sessionId: string) => boolean = () => true): Collection {
    const collection = this.#collections.get(id);
    if (collection && sees(collection.sessionId)) return collection;
    throw new SessionError(
      "SESSION_NOT_FOUND",
      `Cannot find collection "${
        id.slice(0, 64)
      }": it never was, its session was closed, or newer ones took its memory`,
      "Call list_active_connections to see the collections that are kept",
    );
  }

  /** The collections of a session, newest first. */
  ofSession(sessionId: string): Collection[] {
    return [...this.#collections.values()].filter((c) => c.sessionId === sessionId).reverse();
  }

  /** Erases everything that was collected through a session. */
  eraseSession(sessionId: string): void {
    for (const collection of this.ofSession(sessionId)) this.#forget(collection);
  }

  /** Adds a message to a collection while it runs. */
  append(collection: Collection, message: InboundMessage): void {
    if (collection.state === "running") collection.log.append(message);
  }

  #finished(): Collection[] {
    return [...this.#collections.values()].filter((c) => c.state !== "running");
  }

  #forget(collection: Collection): void {
    this.#collections.delete(collection.id);
    this.memory.close(collection.log);
  }

  /** Forgets finished collections, the oldest first, until so many bytes are free. */
  #forgetFinished(bytes: number): void {
    let left = bytes;
    for (const old of this.#finished()) {
      if (left <= 0) return;
      left -= old.log.usedBytes;
      this.#forget(old);
    }
  }
}
