import { z } from "zod";
import { collapseTopics } from "../analysis/topic_tree.ts";
import type { MessageLog, TopicCounts } from "../collect/message_log.ts";
import { OperationError } from "../errors.ts";
import { compileFilter, validateTopicFilter } from "../mqtt/topic.ts";
import { decodePayload } from "../payload/decode.ts";
import { previewPayload } from "../payload/present.ts";
import { fitRows } from "./fit.ts";
import { observe } from "./observe.ts";
import {
  duration,
  exclude,
  isoTime,
  listenedOutput,
  sessionId,
  topicFilter,
  useHistory,
} from "./params.ts";
import { defineTool } from "./tool.ts";
import type { Core } from "../core.ts";

/** Fewer topics than this are listed without a tree: the list is the tree. */
const TREE_FROM_TOPICS = 20;
const PREVIEW_CHARS = 80;

/** Finds out which topics exist, with counts and a look at the last payload. */
export const listTopics = defineTool({
  name: "list_topics",
  title: "Discover topics",
  description:
    "Discover which topics exist on a broker: listens, and lists every topic that was seen with counts, times, " +
    "format and a preview of its last payload; a tree tells many topics as few patterns. " +
    "MQTT has no directory: a topic without a retained message shows only when something is published while listening. " +
    "Set settle (e.g. 3) to stop early on a quiet broker. Use subscribe_and_collect for the messages themselves.",
  access: "read",
  idempotent: true,
  input: z.strictObject({
    session_id: sessionId,
    pattern: topicFilter.default("#").describe('Topic filter, e.g. "zigbee2mqtt/#"'),
    exclude,
    duration: duration(30, 300),
    limit: z.number().int().min(1).max(1000).default(200).describe("Topics per page"),
    cursor: z.string().max(100_000).optional().describe(
      "next_cursor of an earlier page; does not listen again",
    ),
    settle: z.number().min(0).max(300).default(0).describe(
      "Stop once no new topic has come for this many seconds; 0 listens for the whole duration",
    ),
    use_history: useHistory,
  }),
  output: z.looseObject({
    topics: z.array(z.looseObject({
      topic: z.string(),
      messages: z.number(),
      bytes: z.number(),
      first_seen: z.string(),
      last_seen: z.string(),
      retained: z.boolean(),
      format: z.string(),
      preview: z.string(),
    })),
    topic_count: z.number(),
    truncated: z.boolean(),
    next_cursor: z.string().optional(),
    tree: z.array(z.looseObject({ pattern: z.string(), topics: z.number() })).optional(),
    listened: listenedOutput.optional(),
    stop_reason: z.string().optional(),
  }),
  async run(args, { core, client, signal, progress }) {
    validateTopicFilter(args.pattern);
    args.exclude.forEach(validateTopicFilter);
    const session = core.sessions.get(args.session_id, client.id);
    using _use = session.use();
    if (args.cursor !== undefined) return nextPage(args.cursor, args, core);

    const seen = new Set<string>();
    let lastNewAt = core.now();
    let heard = 0;
    const observation = await observe(core, {
      session,
      tool: "list_topics",
      filters: [args.pattern],
      exclude: args.exclude,
      durationMs: args.duration * 1000,
      signal,
      useHistory: args.use_history,
      progress,
      heard: () => heard,
      onMessage(message) {
        heard++;
        if (args.settle === 0 || seen.has(message.topic)) return;
        if (seen.size < 200_000) seen.add(message.topic);
        lastNewAt = core.now();
      },
      onTick(_elapsedMs, stop) {
        if (args.settle > 0 && core.now() - lastNewAt >= args.settle * 1000) stop("settled");
      },
    });
    const source = observation.collectionId ?? `recording:${session.id}`;
    return {
      ...page(observation.log, source, "", args),
      messages: heard,
      ...observation.facts,
      stop_reason: observation.stopReason,
      ...fellSilent(observation.collectionId === null, core, session.id, args),
    };
  },
});

interface PageArguments {
  readonly pattern: string;
  readonly exclude: readonly string[];
  readonly limit: number;
}

function page(log: MessageLog, source: string, after: string, args: PageArguments) {
  const matches = compileFilter(args.pattern);
  const unwanted = args.exclude.map(compileFilter);
  const topics = log.topics
    .filter((t) => matches(t.topic) && !unwanted.some((left) => left(t.topic)))
    .sort((a, b) => a.topic < b.topic ? -1 : 1);
  const from = after === "" ? 0 : topics.findIndex((t) => t.topic > after);
  const wanted = from < 0 ? [] : topics.slice(from, from + args.limit);
  const shown = fitRows(wanted.map((topic) => topicRow(log, topic)));
  const last = shown.at(-1)?.topic;
  const more = from >= 0 && from + shown.length < topics.length;
  return {
    topics: shown,
    topic_count: topics.length,
    returned: shown.length,
    truncated: more,
    ...(more && last !== undefined ? { next_cursor: encodeCursor(source, last) } : {}),
    ...(after === "" && topics.length >= TREE_FROM_TOPICS ? { tree: collapseTopics(topics) } : {}),
    ...(log.uncountedTopics > 0
      ? {
        topic_count_note:
          `${log.uncountedTopics} messages came on topics beyond the ${topics.length} that are told apart; narrow the pattern to see them`,
      }
      : {}),
  };
}

function topicRow(log: MessageLog, counts: Readonly<TopicCounts>) {
  const last = log.lastOf(counts.topic);
  const whole = last !== null && last.sizeBytes === last.payload.length;
  return {
    topic: counts.topic,
    messages: counts.messages,
    bytes: counts.bytes,
    first_seen: isoTime(counts.firstAt),
    last_seen: isoTime(counts.lastAt),
    retained: counts.retained > 0,
    format: last && whole ? decodePayload(last.payload, { topic: counts.topic }).format : "unknown",
    preview: last
      ? previewPayload(last.payload, { topic: counts.topic, maxChars: PREVIEW_CHARS })
      : "",
  };
}

function nextPage(cursor: string, args: PageArguments & { session_id: string }, core: Core) {
  const { source, after } = decodeCursor(cursor);
  const recording = source === `recording:${args.session_id}`
    ? core.recordings.covering(args.session_id, [args.pattern])
    : null;
  if (recording) return page(recording.log, source, after, args);
  const collection = core.collections.get(source);
  if (collection.sessionId !== args.session_id) throw invalidCursor();
  return page(collection.log, source, after, args);
}

function fellSilent(
  fromRecording: boolean,
  core: Core,
  sessionId: string,
  args: PageArguments,
): Record<string, unknown> {
  if (!fromRecording) return {};
  const silent = core.recordings.silentTopics(sessionId, args.pattern);
  return silent.length > 0 ? { fell_silent: silent } : {};
}

function encodeCursor(source: string, after: string): string {
  return new TextEncoder().encode(`${source}\n${after}`).toBase64({ alphabet: "base64url" });
}

function decodeCursor(cursor: string): { source: string; after: string } {
  try {
    const bytes = Uint8Array.fromBase64(cursor, { alphabet: "base64url" });
    const [source, after] = new TextDecoder("utf-8", { fatal: true }).decode(bytes).split("\n", 2);
    if (after !== undefined) return { source, after };
  } catch {
    // told below
  }
  throw invalidCursor();
}

function invalidCursor(): OperationError {
  return new OperationError(
    "INVALID_ARGUMENT",
    "Cannot go on from this cursor: it is not a next_cursor of this session's list_topics",
    "Call list_topics without cursor",
  );
}
