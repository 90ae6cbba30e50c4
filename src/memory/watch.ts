/** Watches the memory of a process, and lets what holds messages shrink while it is short. */
import { getHeapStatistics } from "node:v8";
import { log } from "../log.ts";
import {
  CONTAINER_LIMIT_FILES,
  MemoryPressure,
  type MemoryReading,
  parseContainerLimit,
} from "./memory_pressure.ts";
import type { TopicRoom } from "./topic_room.ts";

const MEBIBYTE = 1024 * 1024;
/** At most; smaller where a flag says so, and nothing tells. */
const YOUNG_GENERATION_BYTES = 96 * MEBIBYTE;

/** Something that holds messages up to a limit, which may be changed at any time. */
interface Shrinkable {
  limitBytes: number;
}

/** What {@linkcode watchMemory} shrinks, and whom it tells. */
interface Watched {
  readonly collections: Shrinkable;
  readonly recordings: Shrinkable;
  readonly topicRoom: TopicRoom;
  /** Tells the clients, in one sentence, that less is kept from now on. */
  readonly tell: (text: string) => void;
}

/** The container's limit in bytes, or null for none. Read once: later it may not be read. */
export function readContainerLimit(readFile: (path: string) => string): number | null {
  for (const path of CONTAINER_LIMIT_FILES) {
    try {
      const limit = parseContainerLimit(readFile(path));
      if (limit !== null) return limit;
    } catch {
      // not Linux, not in a container, or not allowed
    }
  }
  return null;
}

/** Reads what the process uses of the engine's limit and of its container's. */
export function memoryReader(containerLimitBytes: number | null): () => readonly MemoryReading[] {
  // What the engine calls its limit has the young generation in it, which is of no use to what stays.
  const { heap_size_limit: limit } = getHeapStatistics();
  const engineLimitBytes = limit - Math.min(YOUNG_GENERATION_BYTES, limit * 3 / 7);
  return () => {
    const { rss, heapUsed } = Deno.memoryUsage();
    const engine = { usedBytes: heapUsed, limitBytes: engineLimitBytes };
    if (containerLimitBytes === null) return [engine];
    return [engine, { usedBytes: rss, limitBytes: containerLimitBytes }];
  };
}

/** Shrinks what recordings and collections may hold while memory is short, and says so. Returns what ends the watch. */
export function watchMemory(
  { collections, recordings, topicRoom, tell }: Watched,
  options: {
    collectBytes: number;
    recordBytes: number;
    memory: () => readonly MemoryReading[];
    everyMs: number;
  },
): () => void {
  const pressure = new MemoryPressure(() => performance.now());
  let before = pressure.share;
  const look = () => {
    if (!pressure.note(options.memory())) return;
    recordings.limitBytes = Math.floor(options.recordBytes * pressure.share);
    collections.limitBytes = Math.floor(options.collectBytes * pressure.share);
    topicRoom.closed = pressure.share < 1;
    const recordMb = Math.round(recordings.limitBytes / MEBIBYTE);
    const collectMb = Math.round(collections.limitBytes / MEBIBYTE);
    if (pressure.share < before) {
      log("core").warn(
        "Memory is short: recordings now keep {recordMb} MiB and collections {collectMb} MiB",
        { recordMb, collectMb },
      );
      const text =
        `This server's memory is short: it now keeps ${recordMb} MiB of recordings and ${collectMb} MiB of collections, the newest`;
      tell(text);
    } else {
      log("core").info("Memory is no longer short: {recordMb} and {collectMb} MiB", {
        recordMb,
        collectMb,
      });
    }
    before = pressure.share;
  };
  topicRoom.look = look;
  const timer = setInterval(look, options.everyMs);
  Deno.unrefTimer(Number(timer));
  return () => clearInterval(timer);
}
