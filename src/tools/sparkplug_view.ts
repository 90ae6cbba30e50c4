/** Sparkplug messages of a log, decoded with what the births before them said. */
import type { RecordedMessages } from "../collect/recorded.ts";
import { decodePayload } from "../payload/decode.ts";
import type { DecodedPayload } from "../payload/payload.ts";
import { SparkplugState } from "../payload/sparkplug.ts";
import type { ViewableMessage } from "./message_view.ts";
import { Pauses } from "../collect/pauses.ts";

const NAMESPACE = "spBv1.0/";
/** So long before a message its node's sequence is followed. */
const LOOK_BACK_MS = 3_600_000;

/** Whether a topic is one of Sparkplug's. */
export function isSparkplug(topic: string): boolean {
  return topic.startsWith(NAMESPACE);
}

/**
 * Adds to each Sparkplug message its payload with aliases resolved, and with a note where the log shows a gap in its
 * node's sequence. The `seq` of an item must be its `seq` in the log.
 */
export async function withSparkplug(
  log: RecordedMessages,
  items: readonly ViewableMessage[],
): Promise<ViewableMessage[]> {
  const found = items.filter(({ message }) => isSparkplug(message.topic));
  const times = found.map(({ message }) => message.receivedAt);
  const decoded = await decodeSparkplug(
    log,
    found.map(({ seq }) => seq),
    { from: Math.min(...times) - LOOK_BACK_MS, to: Math.max(...times) },
  );
  return items.map((item) => {
    const known = decoded.get(item.seq);
    return known ? { ...item, decoded: known } : item;
  });
}

/**
 * Sparkplug messages of a log by their `seq`, decoded with what came before them: births of any time, and everything in a
 * window up to them. The log is read once, and only when there is such a message.
 */
export async function decodeSparkplug(
  log: RecordedMessages,
  seqs: Iterable<number>,
  { from, to } = { from: -Infinity, to: Infinity },
): Promise<ReadonlyMap<number, DecodedPayload>> {
  const wanted = new Set(seqs);
  const decoded = new Map<number, DecodedPayload>();
  if (wanted.size === 0) return decoded;
  const sparkplug = new SparkplugState();
  const pauses = new Pauses();
  if (from > log.earliestAt) {
    for await (const piece of log.lastBefore(from, isBirth)) {
      for (const { topic, payload } of piece) decodePayload(payload, { topic, sparkplug });
      if (pauses.due) await pauses.take();
    }
  }
  const before = { seq: Math.max(...wanted) + 1, at: to + 1 };
  for await (const piece of log.pieces({ from, to, matches: isSparkplug, before })) {
    for (const { seq, topic, payload } of piece) {
      const found = decodePayload(payload, { topic, sparkplug });
      if (wanted.has(seq)) decoded.set(seq, found);
    }
    if (pauses.due) await pauses.take();
  }
  return decoded;
}

/** Births say what the numbers in later messages stand for. */
function isBirth(topic: string): boolean {
  return isSparkplug(topic) && /\/[ND]BIRTH\//.test(topic);
}
