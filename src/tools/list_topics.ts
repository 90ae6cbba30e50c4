import { isoTime } from "../iso_time.ts";
import { z } from "zod";
import { TopicTree } from "../analysis/topic_tree.ts";
import type { MessageLog, TopicCounts } from "../collect/message_log.ts";
import { invalidArgument, OperationError } from "../errors.ts";
import { compileFilter, hasWildcard, validateTopicFilter } from "../mqtt/topic.ts";
import { decodePayload } from "../payload/decode.ts";
import type { DecodedPayload } from "../payload/payload.ts";
import { countOf } from "../payload/limits.ts";
import { previewPayload } from "../payload/present.ts";
import type { Core } from "../core.ts";
import type { Session } from "../session/session.ts";
import { fitsCursor, invalidCursor, otherQuestion, readCursor, writeCursor } from "./cursor.ts";
import { filterHint } from "./filter_hint.ts";
import { fitRows } from "./fit.ts";
import { evictedSince, listenedUntil, observe } from "./observe.ts";
import {
  exclude,
  heardTime,
  listenedFacts,
  listenedOutput,
  rounded,
  rowsOutput,
  sessionId,
  topicFilter,
} from "./params.ts";
import { shownText, topicFacts } from "./shown_text.ts";
import { decodeSparkplug, isSparkplug } from "./sparkplug_view.ts";
import { defineTool, type ToolContext } from "./tool.ts";
import { Pauses } from "../collect/pauses.ts";
import { withSession } from "./with_session.ts";

/** Fewer topics than this are listed without a tree: the list is the tree. */
const TREE_FROM_TOPICS = 20;
const DEFAULT_SECONDS = 30;
const PREVIEW_CHARS = 60;
/** Where a tree tells what there is, the first page needs no more; further pages are for reading. */
const BESIDE_TREE_MAX_CHARS = 4_000;
const TOPICS_MAX_CHARS = 26_000;
const TREE_MAX_CHARS = 4_000;
const SILENT_MAX_CHARS = 4_000;
/** Beyond this a topic counts as new each time it comes; only `settle` asks. */
const MOST_TOPICS_REMEMBERED = 200_000;

/** Finds out which topics exist, with counts and a look at the last payload. */
export const listTopics = defineTool({
  name: "list_topics",
  title: "Discover topics",
  description:
    "Discover which topics exist: listens, and lists each topic seen with counts, times, format and a " +
    "preview of its last payload; tree sums many topics up as patterns. " +
    "A topic with no retained message shows only if something is published meanwhile. " +
    "settle=3 stops early on a quiet broker. Use subscribe_and_collect for messages.",
  access: "read",
  quotesStrangers: true,
  idempotent: true,
  input: z.strictObject({
    session_id: sessionId,
    pattern: topicFilter.default("#").describe('Topic filter, e.g. "zigbee2mqtt/#"'),
    exclude,
    ...heardTime(30, 300),
    limit: z.number().int().min(1).max(1000).default(200).describe(
      "Topics per page; fewer where the result is full, and on a first page beside a tree",
    ),
    cursor: z.string().optional().describe("next_cursor of a page"),
    settle: z.number().min(0).max(300).default(0).describe(
      "Stop after so many seconds without a new topic; 0: off",
    ),
  }),
  output: z.looseObject({
    answer: z.string().optional(),
    topics: rowsOutput,
    topic_count: z.number(),
    truncated: z.boolean(),
    next_cursor: z.string().optional(),
    cut: z.string().optional(),
    tree: rowsOutput,
    listened: listenedOutput,
    stop_reason: z.string(),
  }),
  example: { args: { pattern: "greenhouse/#", duration: 5, settle: 3 } },
  async run(args, context) {
    validateTopicFilter(args.pattern);
    args.exclude.forEach(validateTopicFilter);
    return await withSession(
      args.session_id,
      context,
      (session) =>
        args.cursor === undefined
          ? listen(session, args, context)
          : nextPage(session, args.cursor, args, context),
    );
  },
});

interface Arguments {
  readonly pattern: string;
  readonly exclude: readonly string[];
  readonly limit: number;
  readonly since?: string;
  readonly duration?: number;
  readonly settle: number;
}

async function listen(session: Session, args: Arguments, context: ToolContext) {
  const { core, signal, progress } = context;
  if (args.settle > 0 && args.since !== undefined) throw settledPast();
  const seen = new Set<string>();
  let lastNewAt = performance.now();
  let heard = 0;
  const observation = await observe(core, {
    session,
    tool: "list_topics",
    filters: [args.pattern],
    exclude: args.exclude,
    // To settle is to listen.
    time: args.settle > 0 ? { duration: args.duration ?? DEFAULT_SECONDS } : args,
    defaultSeconds: DEFAULT_SECONDS,
    signal,
    progress,
    heard: () => heard,
    onMessage(message) {
      heard++;
      if (args.settle === 0 || seen.has(message.topic)) return;
      if (seen.size < MOST_TOPICS_REMEMBERED) seen.add(message.topic);
      lastNewAt = performance.now();
    },
    onTick(_elapsedMs, stop) {
      if (args.settle > 0 && performance.now() - lastNewAt >= args.settle * 1000) stop("settled");
    },
  });
  const { cuts, ...listed } = await page(observation.log, {
    source: observation.collectionId ?? RECORDING,
    after: null,
    pattern: args.pattern,
    exclude: args.exclude,
    limit: args.limit,
    from: observation.collectionId === null ? observation.window.from : null,
  });
  const silent = observation.collectionId === null
    ? silentTopics(core, session.id, args)
    : { shown: [], cuts: [] };
  return {
    answer: listed.topic_count === 0
      ? noneSeen(
        args.pattern,
        observation.report.seconds,
        filterHint(args.pattern, session.id, core),
      )
      : answerOf(listed, observation.report.seconds),
    ...listed,
    ...cutFacts([...cuts, ...silent.cuts]),
    ...observation.facts,
    stop_reason: observation.stopReason,
    ...(silent.shown.length > 0 && { fell_silent: silent.shown }),
  };
}

function noneSeen(pattern: string, seconds: number, hint: string | null): string {
  const why = hint ??
    (hasWildcard(pattern)
      ? null
      : `It asks for one topic alone; "${shownText(pattern)}/#" for those below, too`);
  return `No topic was seen in ${rounded(seconds, 1)} s${why === null ? "" : `. ${why}`}`;
}

function answerOf(
  listed: { topic_count: number; messages: number; returned: number; tree: readonly object[] },
  seconds: number,
): string {
  const { topic_count: topics, returned, tree } = listed;
  const listedNow = `${returned} are listed, next_cursor gives more`;
  const where = returned === topics
    ? "all are listed"
    : tree.length === 0
    ? listedNow
    : `tree sums them up in ${countOf(tree.length, "pattern")}; ${listedNow}`;
  const what = `${countOf(topics, "topic")} with ${countOf(listed.messages, "message")}`;
  return `${what} in ${rounded(seconds, 1)} s; ${where}`;
}

/** Stands in a cursor for the recording of the session, instead of a collection. */
const RECORDING = "recording";

interface PageRequest {
  readonly source: string;
  /** The last topic that was shown; null at the beginning. */
  readonly after: string | null;
  readonly pattern: string;
  readonly exclude: readonly string[];
  readonly limit: number;
  /** Of a recording: the time from which on messages count, in milliseconds since the epoch. */
  readonly from: number | null;
}

type Counts = Readonly<TopicCounts>;

/** How often, and how much, each topic came since a time. */
type WindowCounts = ReadonlyMap<string, { messages: number; bytes: number; firstAt: number }>;

async function countsSince(log: MessageLog, fromMs: number): Promise<WindowCounts> {
  const counted = new Map<string, { messages: number; bytes: number; firstAt: number }>();
  const pauses = new Pauses();
  for (const { topic, receivedAt, sizeBytes } of log.entries({ descending: true })) {
    if (pauses.due) await pauses.take();
    if (receivedAt < fromMs) continue;
    const one = counted.get(topic);
    if (one === undefined) {
      counted.set(topic, { messages: 1, bytes: sizeBytes, firstAt: receivedAt });
    } else {
      one.messages++;
      one.bytes += sizeBytes;
      one.firstAt = receivedAt;
    }
  }
  return counted;
}

/** The counts of a topic in a window, where one was asked for. */
function inWindow(counts: Counts, counted: WindowCounts | null): Counts {
  if (counted === null) return counts;
  const { messages = 0, bytes = 0, firstAt = counts.lastAt } = counted.get(counts.topic) ?? {};
  return { ...counts, messages, bytes, firstAt };
}

async function page(log: MessageLog, request: PageRequest) {
  const counted = request.from === null ? null : await countsSince(log, request.from);
  const { count, next, following, tree, messages } = await select(log, {
    ...request,
    counted,
  });
  const allPatterns = tree === null || count < TREE_FROM_TOPICS ? [] : patternRows(tree);
  const patterns = fitRows(allPatterns, TREE_MAX_CHARS);
  const sparkplug = await decodeSparkplug(
    log,
    next.flatMap(({ topic, lastSeq }) => isSparkplug(topic) ? [lastSeq] : []),
  );
  const shown = fitRows(
    next.map((counts) => topicRow(log, inWindow(counts, counted), sparkplug.get(counts.lastSeq))),
    patterns.length > 0 ? BESIDE_TREE_MAX_CHARS : TOPICS_MAX_CHARS,
  );
  const last = next[shown.length - 1];
  const more = shown.length < following;
  return {
    tree: patterns,
    topics: shown,
    topic_count: count,
    returned: shown.length,
    messages,
    truncated: more,
    ...(more && last && { next_cursor: cursorOf(request, placeOf(log, last.topic)) }),
    ...(log.uncountedTopics > 0 && {
      topic_count_note:
        `${log.uncountedTopics} messages came on topics beyond the ${log.topics.length} that are told apart; narrow the pattern to see them`,
    }),
    cuts: [
      ...(shown.length < next.length
        ? [
          patterns.length > 0
            ? `${shown.length} of ${
              countOf(following, "topic")
            } are listed, because tree tells of all; each page of next_cursor lists up to ${request.limit}`
            : `${shown.length} of ${request.limit} topics fit into this page; next_cursor goes on`,
        ]
        : []),
      ...(patterns.length < allPatterns.length
        ? [
          `${patterns.length} of ${allPatterns.length} patterns are in tree; a narrower pattern or exclude shows the others`,
        ]
        : []),
    ],
  };
}

/** The next topics in alphabetical order, out of any number, in one pass that sorts no more than a few pages. */
async function select(
  log: MessageLog,
  request: PageRequest & { readonly counted: WindowCounts | null },
) {
  const { after, limit } = request;
  const matches = compileFilter(request.pattern);
  const unwanted = request.exclude.map(compileFilter);
  const tree = after === null ? new TopicTree() : null;
  const pauses = new Pauses();
  let next: Counts[] = [];
  let beyond = null as string | null;
  let count = 0;
  let following = 0;
  let messages = 0;
  function keepFirst(): void {
    next = next.sort((a, b) => a.topic < b.topic ? -1 : 1).slice(0, limit);
    if (next.length === limit) beyond = next[limit - 1].topic;
  }
  for (const counts of log.topics) {
    if (pauses.due) await pauses.take();
    const { topic } = counts;
    if (!matches(topic) || unwanted.some((left) => left(topic))) continue;
    count++;
    messages += inWindow(counts, request.counted).messages;
    tree?.add(inWindow(counts, request.counted));
    if (after !== null && topic <= after) continue;
    following++;
    if (beyond !== null && topic > beyond) continue;
    next.push(counts);
    if (next.length >= 4 * limit) keepFirst();
  }
  keepFirst();
  if (pauses.due) await pauses.take();
  return { count, next, following, tree, messages };
}

function patternRows(tree: TopicTree) {
  return tree.patterns().map((row) => ({ ...row, pattern: shownText(row.pattern) }));
}

function topicRow(log: MessageLog, counts: Counts, decoded?: DecodedPayload) {
  const last = log.lastOf(counts.topic);
  const whole = last !== null && last.sizeBytes === last.payload.length;
  const { sizeBytes } = last ?? {};
  return {
    ...topicFacts(counts.topic),
    messages: counts.messages,
    bytes: counts.bytes,
    first_seen: isoTime(counts.firstAt),
    last_seen: isoTime(counts.lastAt),
    retained: counts.retained > 0,
    format: last ? formatOf(last.payload, { topic: counts.topic, whole, decoded }) : "unknown",
    preview: last
      ? previewPayload(last.payload, {
        topic: counts.topic,
        maxChars: PREVIEW_CHARS,
        decoded,
        sizeBytes,
      })
      : "",
  };
}

/** Of a payload whose end was not kept only an image is known by its beginning. */
function formatOf(
  bytes: Uint8Array,
  o: { readonly topic: string; readonly whole: boolean; readonly decoded?: DecodedPayload },
): string {
  const { format } = o.decoded ?? decodePayload(bytes, { topic: o.topic });
  return o.whole || format.startsWith("image/") ? format : "unknown";
}

/** A further page of what an earlier call heard; nothing is listened to. */
async function nextPage(
  session: Session,
  text: string,
  args: Arguments,
  { core, signal }: ToolContext,
) {
  const cursor = readCursor<Cursor>(text, { shape: cursorShape, invalid });
  const isOther =
    cursor.pattern !== undefined && args.pattern !== "#" && args.pattern !== cursor.pattern ||
    cursor.exclude !== undefined && args.exclude.length > 0 &&
      JSON.stringify(args.exclude) !== JSON.stringify(cursor.exclude);
  if (isOther) throw otherQuestion("pattern", "exclude");
  const request = {
    source: cursor.source,
    pattern: cursor.pattern ?? args.pattern,
    exclude: cursor.exclude ?? args.exclude,
    limit: args.limit,
    from: cursor.from ?? null,
  };
  if (cursor.source === RECORDING) {
    await core.recordings.catchUp();
    const covering = core.recordings.covering(session.id, [request.pattern]);
    const matches = compileFilter(request.pattern);
    const log = covering === null || request.from === null
      ? covering?.log ?? core.recordings.logOf(session.id)
      : await covering.logSince(request.from, matches, signal);
    if (log === null) throw invalid();
    const to = core.now();
    const from = request.from ?? covering?.since ?? to;
    const evicted = await evictedSince(log, { from, matches });
    const start = evicted === null ? from : Math.min(to, evicted + 1);
    const { cuts, ...listed } = await page(log, {
      ...request,
      ...(evicted !== null && { from: start }),
      after: topicAt(log, cursor.after),
    });
    return {
      ...listed,
      ...cutFacts(cuts),
      ...(covering
        ? listenedUntil(covering, { from: start, to }, evicted).facts
        : { listened: { note: "The recording has ended; record_topics tells when" } }),
      stop_reason: "duration",
    };
  }
  const collection = core.collections.ofSession(session.id)
    .find(({ id }) => id === cursor.source);
  if (collection === undefined) throw invalid();
  const report = collection.listened?.();
  const { cuts, ...listed } = await page(collection.log, {
    ...request,
    after: topicAt(collection.log, cursor.after),
  });
  return {
    ...listed,
    ...cutFacts(cuts),
    listened: report ? { how: "live", ...listenedFacts(report) } : {},
    stop_reason: collection.stopReason ?? "duration",
    collection_id: collection.id,
  };
}

function cutFacts(cuts: readonly string[]) {
  return cuts.length > 0 ? { cut: cuts.join("; ") } : {};
}

function silentTopics(core: Core, sessionId: string, args: Arguments) {
  const unwanted = args.exclude.map(compileFilter);
  const silent = core.recordings.silentTopics(sessionId, args.pattern)
    .filter(({ topic }) => !unwanted.some((left) => left(topic)))
    .map((topic) => ({ ...topic, ...topicFacts(topic.topic) }));
  const shown = fitRows(silent, SILENT_MAX_CHARS);
  return {
    shown,
    cuts: shown.length < silent.length
      ? [
        `${shown.length} of ${silent.length} topics are in fell_silent; a narrower pattern shows the others`,
      ]
      : [],
  };
}

interface Cursor {
  readonly source: string;
  /** The last topic that was shown; one with a long name by its place in the log. */
  readonly after: string | number;
  readonly from?: number;
  readonly pattern?: string;
  readonly exclude?: readonly string[];
}

const CURSOR_TOPIC_MAX_CHARS = 200;

function placeOf(log: MessageLog, topic: string): string | number {
  return topic.length <= CURSOR_TOPIC_MAX_CHARS
    ? topic
    : log.topics.findIndex((counts) => counts.topic === topic);
}

function topicAt(log: MessageLog, place: string | number): string {
  const topic = typeof place === "string" ? place : log.topics[place]?.topic;
  if (topic === undefined) throw invalid();
  return topic;
}

/** The filters stand in the cursor, unless they are huge. */
function cursorOf(request: PageRequest, after: string | number): string {
  const { source, pattern, exclude } = request;
  const filters = { pattern, exclude };
  const since = request.from === null ? {} : { from: request.from };
  const cursor: Cursor = { source, after, ...since, ...(fitsCursor(filters) ? filters : {}) };
  return writeCursor(cursor);
}

const cursorShape = z.strictObject({
  source: z.string(),
  after: z.union([z.string(), z.number().int().min(0)]),
  from: z.number().optional(),
  pattern: z.string().optional(),
  exclude: z.array(z.string()).optional(),
});

function settledPast(): OperationError {
  return invalidArgument(
    "Cannot settle in the past: settle listens until no new topic comes, and since looks back",
    "Give settle with duration, or since alone",
  );
}

function invalid(): OperationError {
  return invalidCursor(
    "list_topics",
    "this session's list_topics, or newer collections took the memory of what it lists",
  );
}
