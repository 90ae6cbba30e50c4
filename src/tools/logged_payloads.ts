/** Payloads of which only the head was at hand, as a log holds them. */
import { Pauses } from "../collect/pauses.ts";
import type { RecordedMessages } from "../collect/recorded.ts";
import { isHead, type ViewableMessage } from "./message_view.ts";

/**
 * Messages with as much of their payload as the log holds. The `seq` of an item must be its `seq` in the log, which is
 * read only when there is a message of which only the head is at hand.
 */
export async function withLoggedPayloads(
  log: RecordedMessages,
  items: readonly ViewableMessage[],
): Promise<ViewableMessage[]> {
  const heads = new Map(items.filter(isHead).map((item) => [item.seq, item.message]));
  if (heads.size === 0) return [...items];
  const topics = new Set(heads.values().map(({ topic }) => topic));
  const found = new Map<number, Uint8Array>();
  const pauses = new Pauses();
  const all = { from: -Infinity, to: Infinity, matches: (topic: string) => topics.has(topic) };
  for await (const piece of log.pieces(all)) {
    for (const { seq, payload } of piece) {
      if (payload.length > (heads.get(seq)?.payload.length ?? Infinity)) {
        found.set(seq, payload.slice());
      }
    }
    if (pauses.due) await pauses.take();
  }
  return items.map((item) => {
    const payload = found.get(item.seq);
    return payload ? { ...item, message: { ...item.message, payload } } : item;
  });
}
