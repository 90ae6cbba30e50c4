import { SessionError } from "../errors.ts";
import type { InboundMessage } from "../mqtt/message.ts";
import type { ListenedReport } from "../session/listening.ts";
import type { TopicRoom } from "../memory/topic_room.ts";
import { MessageLog } from "./message_log.ts";

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
  /** Of the memory of all collections, what this one may take. */
  readonly share: number;
}

const MOST_COLLECTIONS = 100;

/** One collection takes half of the memory at most, so that it does not push all past ones out. */
const LARGEST_SHARE = 1 / 2;

/**
 * The collections of one core, running and past. Their messages share one memory limit: when it is
 * reached the oldest finished collection gives way first, then the oldest messages of the largest.
 */
export class CollectionStore {
  readonly #collections = new Map<string, Collection>();
  #limitBytes: number;
  readonly #now: () => number;
  readonly #topicRoom: TopicRoom | undefined;

  constructor(options: { limitBytes: number; now: () => number; topicRoom?: TopicRoom }) {
    this.#limitBytes = options.limitBytes;
    this.#topicRoom = options.topicRoom;
    this.#now = options.now;
  }

  get limitBytes(): number {
    return this.#limitBytes;
  }

  /** Changes the memory limit (under memory pressure, say) and evicts what no longer fits. */
  set limitBytes(bytes: number) {
    this.#limitBytes = bytes;
    for (const { log, share } of this.#collections.values()) {
      log.limitBytes = Math.floor(bytes * share);
    }
    this.#balance();
  }

  /** Memory in use by all collections, in bytes. */
  get usedBytes(): number {
    let bytes = 0;
    for (const { log } of this.#collections.values()) bytes += log.usedBytes;
    return bytes;
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
    const share = Math.min(LARGEST_SHARE, options.share ?? LARGEST_SHARE);
    const log = new MessageLog({
      limitBytes: Math.floor(this.#limitBytes * share),
      onGrowth: () => this.#balance(),
      topicRoom: this.#topicRoom,
    });
    const collection: Collection = {
      id: crypto.randomUUID(),
      ...options,
      share,
      startedAt: this.#now(),
      endedAt: null,
      state: "running",
      stopReason: null,
      listened: null,
      log,
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
   * One collection. Throws {@linkcode SessionError} `SESSION_NOT_FOUND` when it is unknown or was forgotten, and just the
   * same when its session is none that the caller sees: not even that it exists is told.
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
    collection.log.erase();
  }

  #balance(): void {
    let used = this.usedBytes;
    if (used <= this.#limitBytes) return;
    for (const old of this.#finished()) {
      used -= old.log.usedBytes;
      this.#forget(old);
      if (used <= this.#limitBytes) return;
    }
    while (this.usedBytes > this.#limitBytes) {
      const logs = [...this.#collections.values()].map((c) => c.log);
      const largest = logs.reduce((a, b) => a.usedBytes >= b.usedBytes ? a : b);
      if (!largest.evictOldest()) return;
    }
  }
}
