/** The topic tree of what is recorded, one level at a time, and the latest of one topic. */
import type { LoggedMessage, MessageLog, TopicCounts } from "../collect/message_log.ts";
import { previewPayload } from "../payload/present.ts";
import { decodePayload } from "../payload/decode.ts";
import { viewMessage } from "../tools/message_view.ts";

/** One level of the tree. */
interface TopicNode {
  path: string;
  name: string;
  topics: number;
  has_children: boolean;
  is_topic: boolean;
  messages: number;
  bytes: number;
  messages_per_second: number;
  last_at: string;
  last_value: string | null;
  retained: boolean;
}

const RATE_WINDOW_MS = 10_000;
/** Messages that a rate is counted from at most. */
const RATE_MESSAGES = 50_000;
const MOST_SCANNED = 300_000;
const PREVIEW_CHARS = 120;
const PAYLOAD_CHARS = 20_000;
const SERIES_MESSAGES = 500;
const MOST_SERIES = 20;
const FIELD_DEPTH = 6;
const LARGEST_DECODED_BYTES = 64 * 1024;

/** The nodes below a path, or the topics that contain a text; at most `limit` of them, in alphabetical order. */
export function topicNodes(
  log: MessageLog,
  options: { parent?: string; search?: string; limit: number; nowMs: number },
): { nodes: TopicNode[]; total: number } {
  const { parent, limit } = options;
  const search = options.search?.toLowerCase();
  const prefix = parent === undefined || search !== undefined ? "" : `${parent}/`;
  const groups = new Map<string, Group>();
  for (const counts of log.topics) {
    if (search !== undefined ? !counts.topic.toLowerCase().includes(search) : false) continue;
    if (!counts.topic.startsWith(prefix)) continue;
    const slash = search === undefined ? counts.topic.indexOf("/", prefix.length) : -1;
    const path = slash < 0 ? counts.topic : counts.topic.slice(0, slash);
    const group = groups.get(path);
    if (group) addTo(group, counts, slash >= 0);
    else groups.set(path, groupOf(counts, slash >= 0));
  }
  const shown = [...groups].sort(([a], [b]) => a < b ? -1 : 1).slice(0, limit);
  const rates = recentCounts(log, options.nowMs);
  const byShown = new Map(shown.map(([path]) => [path, 0]));
  for (const [topic, count] of rates) {
    if (!topic.startsWith(prefix)) continue;
    const slash = search === undefined ? topic.indexOf("/", prefix.length) : -1;
    const path = slash < 0 ? topic : topic.slice(0, slash);
    const sum = byShown.get(path);
    if (sum !== undefined) byShown.set(path, sum + count);
  }
  const nodes = shown.map(([path, group]): TopicNode => {
    const last = group.isTopic ? log.lastOf(path) : null;
    return {
      path,
      name: search === undefined ? path.slice(prefix.length) : path,
      topics: group.topics,
      has_children: group.hasChildren,
      is_topic: group.isTopic,
      messages: group.messages,
      bytes: group.bytes,
      messages_per_second: Math.round((byShown.get(path) ?? 0) / RATE_WINDOW_MS * 10_000) / 10,
      last_at: new Date(group.lastAt).toISOString(),
      last_value: last && valueLine(last),
      retained: last?.retain ?? false,
    };
  });
  return { nodes, total: groups.size };
}

/** The newest messages of one topic, newest first, and its numeric fields over time; null when it is unknown. */
export function topicMessages(log: MessageLog, options: { topic: string; limit: number }) {
  const counts = log.topic(options.topic);
  if (counts === null) return null;
  const wanted = Math.max(options.limit, SERIES_MESSAGES);
  const messages: LoggedMessage[] = [];
  let scanned = 0;
  for (const message of log.entries({ descending: true })) {
    if (++scanned > MOST_SCANNED || messages.length >= wanted) break;
    // The payload is a view into the log, which may be written over.
    if (message.topic === options.topic) {
      messages.push({ ...message, payload: message.payload.slice(0, LARGEST_DECODED_BYTES) });
    }
  }
  const last = messages.length === 0 ? log.lastOf(options.topic) : null;
  if (last) messages.push({ ...last, payload: last.payload.slice(0, LARGEST_DECODED_BYTES) });
  return {
    topic: options.topic,
    counts: {
      messages: counts.messages,
      bytes: counts.bytes,
      evicted: counts.evicted,
      first_at: new Date(counts.firstAt).toISOString(),
      last_at: new Date(counts.lastAt).toISOString(),
    },
    messages: messages.slice(0, options.limit).map((message) =>
      viewMessage({ seq: message.seq, message, sizeBytes: message.sizeBytes }, PAYLOAD_CHARS)
    ),
    series: seriesOf(messages.slice(0, SERIES_MESSAGES).reverse()),
  };
}

interface Group {
  topics: number;
  hasChildren: boolean;
  isTopic: boolean;
  messages: number;
  bytes: number;
  lastAt: number;
}

function groupOf(counts: Readonly<TopicCounts>, isBelow: boolean): Group {
  return {
    topics: 1,
    hasChildren: isBelow,
    isTopic: !isBelow,
    messages: counts.messages,
    bytes: counts.bytes,
    lastAt: counts.lastAt,
  };
}

function addTo(group: Group, counts: Readonly<TopicCounts>, isBelow: boolean): void {
  group.topics++;
  group.hasChildren ||= isBelow;
  group.isTopic ||= !isBelow;
  group.messages += counts.messages;
  group.bytes += counts.bytes;
  group.lastAt = Math.max(group.lastAt, counts.lastAt);
}

function recentCounts(log: MessageLog, nowMs: number): Map<string, number> {
  const counts = new Map<string, number>();
  let scanned = 0;
  for (const { topic, receivedAt, retain } of log.entries({ descending: true })) {
    if (receivedAt < nowMs - RATE_WINDOW_MS || ++scanned > RATE_MESSAGES) break;
    if (!retain) counts.set(topic, (counts.get(topic) ?? 0) + 1);
  }
  return counts;
}

function valueLine(message: LoggedMessage): string {
  return previewPayload(message.payload.slice(0, LARGEST_DECODED_BYTES), {
    topic: message.topic,
    maxChars: PREVIEW_CHARS,
  });
}

function seriesOf(messages: readonly LoggedMessage[]) {
  const series = new Map<string, { at: number[]; value: number[] }>();
  for (const message of messages) {
    if (message.payload.length < message.sizeBytes) continue;
    const at = message.receivedAt / 1000;
    const contentType = message.properties?.contentType;
    const decoded = decodePayload(message.payload, { topic: message.topic, contentType });
    for (const [path, value] of numbersIn(decoded.value, "$", 0)) {
      const one = series.get(path) ?? { at: [], value: [] };
      if (!series.has(path) && series.size >= MOST_SERIES) continue;
      series.set(path, one);
      one.at.push(at);
      one.value.push(value);
    }
  }
  return [...series].map(([path, columns]) => ({ path, ...columns }));
}

function* numbersIn(value: unknown, path: string, depth: number): Generator<[string, number]> {
  if (typeof value === "number" && Number.isFinite(value)) yield [path, value];
  else if (typeof value === "boolean") yield [path, value ? 1 : 0];
  else if (typeof value === "string" && path === "$" && value.trim() !== "") {
    const number = Number(value);
    if (Number.isFinite(number)) yield [path, number];
  } else if (typeof value === "object" && value !== null && depth < FIELD_DEPTH) {
    if (Array.isArray(value)) {
      for (let i = 0; i < Math.min(8, value.length); i++) {
        yield* numbersIn(value[i], `${path}[${i}]`, depth + 1);
      }
      return;
    }
    for (const [key, item] of Object.entries(value).slice(0, 100)) {
      yield* numbersIn(item, `${path}.${key.slice(0, 60)}`, depth + 1);
    }
  }
}
