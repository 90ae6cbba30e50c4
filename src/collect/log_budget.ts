import type { TopicRoom } from "../memory/topic_room.ts";
import { MessageLog } from "./message_log.ts";

/** The memory that several logs share: when it is full, the oldest messages of the largest log give way. */
export class LogBudget {
  /** The logs, with the part of the memory that each may take at most. */
  readonly #logs = new Map<MessageLog, number>();
  readonly #topicRoom: TopicRoom | undefined;
  readonly #makeRoom: (tooMuchBytes: number) => void;
  #limitBytes: number;

  /** `makeRoom` is asked first when the memory is full: it may close logs that matter less. */
  constructor(
    options: {
      limitBytes: number;
      topicRoom?: TopicRoom;
      makeRoom?: (tooMuchBytes: number) => void;
    },
  ) {
    this.#limitBytes = options.limitBytes;
    this.#topicRoom = options.topicRoom;
    this.#makeRoom = options.makeRoom ?? (() => {});
  }

  get limitBytes(): number {
    return this.#limitBytes;
  }

  /** Changes the limit (while memory is short, say) and evicts what no longer fits. */
  set limitBytes(bytes: number) {
    this.#limitBytes = bytes;
    for (const [log, share] of this.#logs) log.limitBytes = Math.floor(bytes * share);
    this.#balance();
  }

  /** Memory in use by all logs, in bytes. */
  get usedBytes(): number {
    let bytes = 0;
    for (const log of this.#logs.keys()) bytes += log.usedBytes;
    return bytes;
  }

  /** A new log, which may take that part of the memory at most. */
  open(share = 1): MessageLog {
    const log = new MessageLog({
      limitBytes: Math.floor(this.#limitBytes * share),
      onGrowth: () => this.#balance(),
      topicRoom: this.#topicRoom,
    });
    this.#logs.set(log, share);
    return log;
  }

  /** Erases a log and forgets it. */
  close(log: MessageLog): void {
    this.#logs.delete(log);
    log.erase();
  }

  #balance(): void {
    const tooMuchBytes = this.usedBytes - this.#limitBytes;
    if (tooMuchBytes > 0) this.#makeRoom(tooMuchBytes);
    while (this.usedBytes > this.#limitBytes) {
      const largest = [...this.#logs.keys()].reduce((a, b) => a.usedBytes >= b.usedBytes ? a : b);
      if (!largest.evictOldest()) return;
    }
  }
}
