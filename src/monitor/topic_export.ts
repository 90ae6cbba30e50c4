/** The topics that a search finds, each with its newest message, as a file. */
import { isoTime } from "../iso_time.ts";
import type { MessageLog } from "../collect/message_log.ts";
import { Pauses } from "../collect/pauses.ts";
import { type ViewableMessage, viewMessage } from "../tools/message_view.ts";
import { withSparkplug } from "../tools/sparkplug_view.ts";
import { type FileFormat, FileRows } from "./file_rows.ts";
import { compareNaturally } from "./natural_order.ts";
import { topicSearch } from "./topic_search.ts";
import { countsIn, type TimeWindow } from "./topics.ts";

const MOST_TOPICS = 200_000;
/** Characters of a file, about. */
const MOST_CHARS = 256 * 1024 * 1024;
const PAYLOAD_CHARS = 1_000_000;
const PORTION = 200;
const COLUMNS = [
  "topic",
  "messages",
  "last_at",
  "payload",
  "format",
  "encoding",
  "size_bytes",
  "qos",
  "retain",
  "replayed",
  "truncated",
  "content_type",
  "note",
];

interface FoundTopic {
  readonly topic: string;
  /** In the time that is looked at. */
  readonly messages: number;
  readonly lastAt: number;
  /** Of its newest message when it was found. */
  readonly lastSeq: number;
}

/** Which topics are meant: as the tree shows them. */
interface Asked {
  /** Words or a topic filter; empty: all topics. */
  readonly search: string;
  /** Left out: all the time there is. */
  readonly window?: TimeWindow;
  readonly signal: AbortSignal;
}

/** A file, a piece at a time, `dev2` before `dev10`; where not all fits or was searched, its last line says so. */
export async function* topicsFile(
  log: MessageLog,
  asked: Asked,
  format: FileFormat,
): AsyncGenerator<string> {
  const rows = new FileRows(format, COLUMNS);
  if (rows.heading !== "") yield rows.heading;
  const { found, limited } = await searched(log, asked);
  const then = asked.window === undefined ? null : await lastSeqs(log, found, asked.window);
  let chars = 0;
  for (let at = 0; at < found.length; at += PORTION) {
    if (at >= MOST_TOPICS || chars >= MOST_CHARS) {
      return yield rows.noted(
        `The file is full: the topics after ${found[at - 1].topic} are left out. Search for less`,
      );
    }
    const text = rows.lines(await viewsOf(log, found.slice(at, at + PORTION), then));
    chars += text.length;
    yield text;
    asked.signal.throwIfAborted();
  }
  if (limited) yield rows.noted("Too many topics to look at all values: some only by name");
}

/** What the search finds, in order. */
async function searched(log: MessageLog, { search: text, window, signal }: Asked) {
  const pauses = new Pauses();
  const search = topicSearch(text);
  const inWindow = window === undefined ? null : countsIn(log, window);
  let found: FoundTopic[];
  do {
    found = [];
    search.begin();
    for (const { topic, lastSeq, lastAt, messages } of [...log.topics]) {
      const counted = inWindow === null ? messages : inWindow.get(topic);
      if (counted === undefined) continue;
      if (search.matches(topic, lastSeq, () => log.lastOf(topic))) {
        found.push({ topic, messages: counted, lastAt, lastSeq });
      }
      if (pauses.due) await pauses.take();
      signal.throwIfAborted();
    }
  } while (search.searching);
  found.sort((a, b) => compareNaturally(a.topic, b.topic));
  return { found, limited: search.limited };
}

/** The last message of each topic in a time that is over, by its `seq`. */
async function lastSeqs(
  log: MessageLog,
  found: readonly FoundTopic[],
  { from, to }: TimeWindow,
): Promise<ReadonlyMap<string, number>> {
  const seqs = new Map<string, number>();
  const missing = new Set(found.filter(({ lastAt }) => lastAt > to).map(({ topic }) => topic));
  const pauses = new Pauses();
  const wanted = { from, to, matches: (topic: string) => missing.has(topic), descending: true };
  for (const piece of missing.size === 0 ? [] : log.pieces(wanted)) {
    for (const { topic, seq } of piece) if (missing.delete(topic)) seqs.set(topic, seq);
    if (missing.size === 0) break;
    if (pauses.due) await pauses.take();
  }
  return seqs;
}

async function viewsOf(
  log: MessageLog,
  found: readonly FoundTopic[],
  then: ReadonlyMap<string, number> | null,
): Promise<object[]> {
  const items = found.map(({ topic, lastSeq }): ViewableMessage | null => {
    const newest = log.lastOf(topic);
    const seq = then === null ? newest?.seq : then.get(topic) ?? lastSeq;
    const last = seq === undefined || seq === newest?.seq ? newest : log.at(seq);
    return last && {
      seq: last.seq,
      // the payload is a view into the log, which may be written over
      message: { ...last, payload: last.payload.slice() },
      sizeBytes: last.sizeBytes,
    };
  });
  const shown = await withSparkplug(log, items.filter((item) => item !== null));
  const views = new Map(shown.map((item) => [item.message.topic, item]));
  return found.map(({ topic, messages, lastAt }) => {
    const item = views.get(topic);
    if (item === undefined) {
      const note = "Its newest message is no longer held";
      return { topic, messages, last_at: isoTime(lastAt), note };
    }
    const { seq: _seq, timestamp, ...view } = viewMessage(item, PAYLOAD_CHARS);
    // the topic whole, however long
    return { ...view, topic, messages, last_at: timestamp };
  });
}
