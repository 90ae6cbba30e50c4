/** Sparkplug messages of a log, decoded with what the births before them said. */
import type { MessageLog } from "../collect/message_log.ts";
import { decodePayload } from "../payload/decode.ts";
import type { DecodedPayload } from "../payload/payload.ts";
import { SparkplugState } from "../payload/sparkplug.ts";
import type { ViewableMessage } from "./message_view.ts";
import { Turns } from "./turns.ts";

const NAMESPACE = "spBv1.0/";

/**
 * Adds to each Sparkplug message its payload with aliases resolved, and with a note where the log shows a gap in its
 * node's sequence. The log is read once, from its beginning, and only when there is such a message. The `seq` of an item
 * must be its `seq` in the log.
 */
export async function withSparkplug(
  log: MessageLog,
  items: readonly ViewableMessage[],
): Promise<ViewableMessage[]> {
  const wanted = new Set<number>();
  for (const { seq, message } of items) if (message.topic.startsWith(NAMESPACE)) wanted.add(seq);
  if (wanted.size === 0) return [...items];
  const last = Math.max(...wanted);
  const sparkplug = new SparkplugState();
  const decoded = new Map<number, DecodedPayload>();
  const turns = new Turns();
  for (const message of log.entries()) {
    if (message.seq > last) break;
    if (message.topic.startsWith(NAMESPACE)) {
      const { seq, topic, payload } = message;
      const found = decodePayload(payload, { topic, sparkplug });
      if (wanted.has(seq)) decoded.set(seq, found);
    }
    if (turns.due) await turns.give();
  }
  return items.map((item) => {
    const found = decoded.get(item.seq);
    return found ? { ...item, decoded: found } : item;
  });
}
