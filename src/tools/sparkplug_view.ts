/** Sparkplug messages of a log, decoded with what the births before them said. */
import type { MessageLog } from "../collect/message_log.ts";
import { decodePayload } from "../payload/decode.ts";
import type { DecodedPayload } from "../payload/payload.ts";
import { SparkplugState } from "../payload/sparkplug.ts";
import type { ViewableMessage } from "./message_view.ts";
import { Pauses } from "../collect/pauses.ts";

const NAMESPACE = "spBv1.0/";

/** Whether a topic is one of Sparkplug's. */
export function isSparkplug(topic: string): boolean {
  return topic.startsWith(NAMESPACE);
}

/**
 * Adds to each Sparkplug message its payload with aliases resolved, and with a note where the log shows a gap in its
 * node's sequence. The `seq` of an item must be its `seq` in the log.
 */
export async function withSparkplug(
  log: MessageLog,
  items: readonly ViewableMessage[],
): Promise<ViewableMessage[]> {
  const decoded = await decodeSparkplug(
    log,
    items.flatMap(({ seq, message }) => isSparkplug(message.topic) ? [seq] : []),
  );
  return items.map((item) => {
    const found = decoded.get(item.seq);
    return found ? { ...item, decoded: found } : item;
  });
}

/**
 * Sparkplug messages of a log by their `seq`, decoded with what came before them. The log is read once, from its beginning,
 * and only when there is such a message.
 */
export async function decodeSparkplug(
  log: MessageLog,
  seqs: Iterable<number>,
): Promise<ReadonlyMap<number, DecodedPayload>> {
  const wanted = new Set(seqs);
  const decoded = new Map<number, DecodedPayload>();
  if (wanted.size === 0) return decoded;
  const last = Math.max(...wanted);
  const sparkplug = new SparkplugState();
  const pauses = new Pauses();
  for (const message of log.entries()) {
    if (message.seq > last) break;
    if (isSparkplug(message.topic)) {
      const { seq, topic, payload } = message;
      const found = decodePayload(payload, { topic, sparkplug });
      if (wanted.has(seq)) decoded.set(seq, found);
    }
    if (pauses.due) await pauses.take();
  }
  return decoded;
}
