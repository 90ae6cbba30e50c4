/** The topic tree of what is recorded, one level at a time, and the latest of one topic. */
import { isoTime } from "../iso_time.ts";
import type { MessageLog, TopicCounts } from "../collect/message_log.ts";
import type { LoggedMessage } from "../collect/recorded.ts";
import { Pauses } from "../collect/pauses.ts";
import { decodePayload } from "../payload/decode.ts";
import type { DecodedPayload } from "../payload/payload.ts";
import { previewPayload } from "../payload/present.ts";
import { SparkplugState } from "../payload/sparkplug.ts";
import { type MessageView, viewMessage } from "../tools/message_view.ts";
import { isSparkplug } from "../tools/sparkplug_view.ts";
import type { TopicNode } from "./shapes/topics.ts";
import { compareNaturally } from "./natural_order.ts";
import { plottedValues, type Series, SeriesTable } from "./plottable.ts";
import { type TopicSearch, topicSearch } from "./topic_search.ts";

const RATE_WINDOW_MS = 10_000;
/** Messages that a rate is counted from at most. */
const RATE_MESSAGES = 50_000;
const MOST_SCANNED = 300_000;
const PREVIEW_CHARS = 120;
const PAYLOAD_CHARS = 20_000;
const SERIES_MESSAGES = 500;
const MOST_SERIES = 20;
const LARGEST_DECODED_BYTES = 64 * 1024;

/** Which part of the tree is looked at: a level, or what a search finds. */
export interface LevelQuery {
  readonly parent?: string;
  readonly search?: string;
  readonly limit: number;
}

/** A time that is looked at, in ms since the epoch. */
export interface TimeWindow {
  readonly from: number;
  readonly to: number;
}

/** What is counted of a log for all levels that are shown at once. */
interface CountedLog {
  /** Live messages by topic in the last ten seconds. */
  readonly recent: ReadonlyMap<string, number>;
  /** Messages by topic in a time; left out: all there ever were. */
  readonly window?: TimeWindow & { readonly counts: ReadonlyMap<string, number> };
  /** What knows from the look before; left out: this one looks at everything. */
  readonly searcher?: TopicSearch;
}

/**
 * The nodes below a path, or the topics that a search finds; at most `limit` of them, `dev2` before `dev10`. With a window
 * only what came in it; its last value is the one of that time.
 */
export function topicNodes(
  log: MessageLog,
  options: LevelQuery & CountedLog,
): { nodes: TopicNode[]; total: number; limited: boolean; searching: boolean } {
  const { parent, limit, recent, window, searcher } = options;
  const search = options.search === undefined ? null : searcher ?? topicSearch(options.search);
  search?.begin();
  const prefix = parent === undefined || search !== null ? "" : `${parent}/`;
  const groups = new Map<string, Group>();
  for (const counts of log.topics) {
    const { topic } = counts;
    if (!topic.startsWith(prefix)) continue;
    const inWindow = window?.counts.get(topic);
    if (window !== undefined && inWindow === undefined) continue;
    if (search !== null && !search.matches(topic, counts.lastSeq, () => log.lastOf(topic))) {
      continue;
    }
    const slash = search === null ? topic.indexOf("/", prefix.length) : -1;
    const path = slash < 0 ? topic : topic.slice(0, slash);
    let group = groups.get(path);
    if (group) addTo(group, counts, slash >= 0, inWindow);
    else groups.set(path, group = groupOf(counts, slash >= 0, inWindow));
    group.recent += recent.get(topic) ?? 0;
  }
  const chosen = firstOf(groups, limit);
  const then = window === undefined
    ? null
    : lastIn(log, window, chosen.flatMap(([path, { isTopic }]) => isTopic ? [path] : []));
  const nodes = chosen.map(([path, group]): TopicNode => {
    const last = !group.isTopic
      ? null
      : then === null
      ? shownLast(log.lastOf(path))
      : then.get(path) ?? null;
    return {
      path,
      name: search === null ? path.slice(prefix.length) : path,
      topics: group.topics,
      has_children: group.hasChildren,
      is_topic: group.isTopic,
      messages: group.messages,
      bytes: group.bytes,
      messages_per_second: Math.round(group.recent / RATE_WINDOW_MS * 10_000) / 10,
      last_at: isoTime(last?.at ?? group.lastAt),
      last_value: last?.value ?? null,
      retained: last?.retained ?? false,
    };
  });
  return { nodes, total: groups.size, ...flagsOf(search) };
}

function flagsOf(search: TopicSearch | null): { limited: boolean; searching: boolean } {
  return { limited: search?.limited ?? false, searching: search?.searching ?? false };
}

/** The first so many by name: of ten thousand most are compared with the last of them only. */
function firstOf(groups: ReadonlyMap<string, Group>, limit: number): [path: string, Group][] {
  const first: [string, Group][] = [];
  for (const entry of groups) {
    if (first.length >= limit && compareNaturally(entry[0], first[limit - 1][0]) >= 0) continue;
    let from = 0;
    let to = first.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (compareNaturally(entry[0], first[middle][0]) < 0) to = middle;
      else from = middle + 1;
    }
    first.splice(from, 0, entry);
    if (first.length > limit) first.pop();
  }
  return first;
}

interface ShownLast {
  readonly at: number;
  readonly value: string;
  readonly retained: boolean;
}

function shownLast(message: LoggedMessage | null): ShownLast | null {
  return message &&
    {
      at: message.receivedAt,
      value: valueLine(message),
      retained: message.retain || message.liveRetain === true,
    };
}

/** The last messages of some topics in a time. */
function lastIn(
  log: MessageLog,
  { from, to }: TimeWindow,
  topics: readonly string[],
): Map<string, ShownLast> {
  const found = new Map<string, ShownLast>();
  const missing = new Set<string>();
  for (const topic of topics) {
    const last = log.lastOf(topic);
    if (last !== null && last.receivedAt <= to) found.set(topic, shownLast(last)!);
    else missing.add(topic);
  }
  if (missing.size === 0) return found;
  const wanted = { from, to, matches: (topic: string) => missing.has(topic), descending: true };
  for (const piece of log.pieces(wanted)) {
    for (const message of piece) {
      if (missing.delete(message.topic)) found.set(message.topic, shownLast(message)!);
    }
    if (missing.size === 0) break;
  }
  return found;
}

/** How many messages of each topic a time holds. */
export function countsIn(log: MessageLog, { from, to }: TimeWindow): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { topic, messages } of log.counts({ from, to, matches: () => true })) {
    if (messages > 0) counts.set(topic, messages);
  }
  return counts;
}

/** What a topic has become since it was last looked at. */
interface TopicChanges {
  readonly counts: {
    messages: number;
    bytes: number;
    evicted: number;
    first_at: string;
    last_at: string;
  };
  /** Newest first. */
  readonly messages: MessageView[];
  readonly series: Series[];
}

/** Follows one topic of a log: its newest messages and its numbers over time, and then what is added to them. */
export class TopicFollower {
  readonly topic: string;
  readonly #log: MessageLog;
  readonly #sparkplug: SparkplugState | null;
  #seen = 0;
  #lastSeq = -1;

  constructor(log: MessageLog, topic: string) {
    this.#log = log;
    this.topic = topic;
    this.#sparkplug = isSparkplug(topic) ? new SparkplugState() : null;
  }

  /** What came since the last call, at most so many messages; null while nothing came, or nothing ever did. */
  async changes(limit: number): Promise<TopicChanges | null> {
    const counts = this.#log.topic(this.topic);
    if (counts === null || counts.lastSeq === this.#lastSeq) return null;
    const after = this.#seen;
    this.#seen = this.#log.total;
    this.#lastSeq = counts.lastSeq;
    const found = this.#sparkplug === null
      ? this.#newest(after)
      : await this.#decodedWithBirths(after, this.#sparkplug);
    const table = new SeriesTable(MOST_SERIES);
    const decoded = found.map(({ message, decoded }) => {
      const whole = message.payload.length === message.sizeBytes;
      const shown = decoded ?? decodePayload(message.payload, {
        topic: message.topic,
        contentType: message.properties?.contentType,
      });
      if (whole) {
        const { value, format } = shown;
        const receivedAtMs = message.receivedAt;
        table.add(receivedAtMs, plottedValues(value, { format, receivedAtMs }));
      }
      return { message, shown };
    });
    return {
      counts: {
        messages: counts.messages,
        bytes: counts.bytes,
        evicted: counts.evicted,
        first_at: isoTime(counts.firstAt),
        last_at: isoTime(counts.lastAt),
      },
      messages: decoded.slice(-limit).reverse().map(({ message, shown }) =>
        viewMessage(
          { seq: message.seq, message, sizeBytes: message.sizeBytes, decoded: shown },
          PAYLOAD_CHARS,
        )
      ),
      series: table.all(),
    };
  }

  /** Oldest first. */
  #newest(after: number): FollowedMessage[] {
    const found: FollowedMessage[] = [];
    let scanned = 0;
    for (const message of this.#log.entries({ after, descending: true })) {
      if (++scanned > MOST_SCANNED || found.length >= SERIES_MESSAGES) break;
      if (message.topic === this.topic) found.push({ message: owned(message) });
    }
    const last = found.length === 0 ? this.#log.lastOf(this.topic) : null;
    if (last !== null && last.seq > after) found.push({ message: owned(last) });
    return found.reverse();
  }

  /** Everything of Sparkplug is read, in order: the names of metrics stand in births on other topics. */
  async #decodedWithBirths(after: number, sparkplug: SparkplugState): Promise<FollowedMessage[]> {
    const found: FollowedMessage[] = [];
    const pauses = new Pauses();
    for (const message of this.#log.entries({ after })) {
      if (isSparkplug(message.topic)) {
        const { topic, payload } = message;
        const decoded = decodePayload(payload, { topic, sparkplug });
        if (topic === this.topic) found.push({ message: owned(message), decoded });
        if (found.length > 2 * SERIES_MESSAGES) found.splice(0, SERIES_MESSAGES);
      }
      if (pauses.due) await pauses.take();
    }
    return found.slice(-SERIES_MESSAGES);
  }
}

interface FollowedMessage {
  readonly message: LoggedMessage;
  readonly decoded?: DecodedPayload;
}

/** The payload is a view into the log, which may be written over. */
function owned(message: LoggedMessage): LoggedMessage {
  return { ...message, payload: message.payload.slice(0, LARGEST_DECODED_BYTES) };
}

interface Group {
  topics: number;
  hasChildren: boolean;
  isTopic: boolean;
  messages: number;
  bytes: number;
  lastAt: number;
  /** Messages of the last ten seconds. */
  recent: number;
}

function groupOf(
  counts: Readonly<TopicCounts>,
  isBelow: boolean,
  messages = counts.messages,
): Group {
  return {
    topics: 1,
    hasChildren: isBelow,
    isTopic: !isBelow,
    messages,
    bytes: counts.bytes,
    lastAt: counts.lastAt,
    recent: 0,
  };
}

function addTo(
  group: Group,
  counts: Readonly<TopicCounts>,
  isBelow: boolean,
  messages = counts.messages,
): void {
  group.topics++;
  group.hasChildren ||= isBelow;
  group.isTopic ||= !isBelow;
  group.messages += messages;
  group.bytes += counts.bytes;
  group.lastAt = Math.max(group.lastAt, counts.lastAt);
}

/** Live messages by topic in the last ten seconds. */
export function recentCounts(log: MessageLog, nowMs: number): Map<string, number> {
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
    sizeBytes: message.sizeBytes,
  });
}
