import { z } from "zod";
import { absentTopics } from "../sampling/absent.ts";
import type { Pruning } from "../sampling/pruning.ts";
import { Sampler, type SampleResult } from "../sampling/sampler.ts";
import { validateTopicFilter } from "../mqtt/topic.ts";
import { collect } from "../collect/collect.ts";
import type { Collection } from "../collect/collections.ts";
import { heardIn } from "../collect/coverage.ts";
import type { MessageLog } from "../collect/message_log.ts";
import { countOf, formatCount } from "../payload/limits.ts";
import {
  anObject,
  duration,
  exclude,
  listenedFacts,
  listenedOutput,
  qos,
  rounded,
  rowsOutput,
  sessionId,
  topicFilter,
} from "./params.ts";
import type { Qos } from "../mqtt/message.ts";
import type { Session } from "../session/session.ts";
import { filterHint } from "./filter_hint.ts";
import { fitRows } from "./fit.ts";
import { withSparkplug } from "./sparkplug_view.ts";
import { withLoggedPayloads } from "./logged_payloads.ts";
import { fitMessages, type FittedMessages, SHORTEST_PAYLOAD_CHARS } from "./message_view.ts";
import { SHOWN_TOPIC_CHARS, shownText } from "./shown_text.ts";
import { defineTool, type ToolContext } from "./tool.ts";
import { withSession } from "./with_session.ts";

/** Hears messages for a bounded time and keeps the most telling ones for the reader. */
export const subscribeAndCollect = defineTool({
  name: "subscribe_and_collect",
  title: "Collect messages",
  description:
    "Collect messages on a topic filter for a bounded time: the most telling ones (errors, changes, each topic " +
    "and structure, an even spread), with exact counts of all. " +
    "Read the rest with query_history and the collection_id. " +
    "Use list_topics to see what exists, record_topics for more than a few minutes.",
  access: "read",
  quotesStrangers: true,
  idempotent: true,
  input: z.strictObject({
    session_id: sessionId,
    topic: topicFilter.describe('Topic filter, e.g. "plant/+/status"'),
    exclude,
    retained: z.enum(["include", "skip", "only"]).default("include").describe(
      "Last known values; skip also tells which live messages were published with retain (MQTT 5)",
    ),
    duration: duration(30, 300),
    max_messages: z.number().int().min(1).max(500).default(100).describe(
      "Live messages, retained ones aside",
    ),
    qos: qos.default(0),
    target: z.number().int().min(1).max(500).default(50).describe("Messages to return"),
    when_full: z.enum(["stop", "sample"]).default("stop").describe(
      "At max_messages: stop, or go on and keep the most telling",
    ),
  }),
  output: z.looseObject({
    collection_id: z.string(),
    messages: rowsOutput,
    message_count: z.number(),
    original_message_count: z.number(),
    stop_reason: z.string(),
    pruning: anObject,
    topics: anObject,
    rate: anObject,
    listened: listenedOutput,
  }),
  example: { args: { topic: "plant/#", duration: 5, target: 5 } },
  async run(args, context) {
    validateTopicFilter(args.topic);
    args.exclude.forEach(validateTopicFilter);
    return await withSession(args.session_id, context, (session) => run(session, args, context));
  },
});

interface Arguments {
  readonly topic: string;
  readonly exclude: readonly string[];
  readonly retained: "include" | "skip" | "only";
  readonly duration: number;
  readonly max_messages: number;
  readonly qos: Qos;
  readonly target: number;
  readonly when_full: "stop" | "sample";
}

/**
 * Whoever samples expects more than can be kept: of a flood only the newest few megabytes stay to be searched, and the
 * process stays small.
 */
const SAMPLED_SHARE = 1 / 8;

async function run(session: Session, args: Arguments, { core, signal, progress }: ToolContext) {
  const sampler = new Sampler({
    target: args.target,
    memoryBytes: core.config.collectMemoryMb * 1_048_576 / 4,
    topicRoom: core.topicRoom,
    onlyRetained: args.retained === "only",
  });
  let heard = 0;
  let live = 0;
  const { collection, listened, stopReason } = await collect(session, {
    tool: "subscribe_and_collect",
    filters: [args.topic],
    exclude: args.exclude,
    retained: args.retained,
    qos: args.qos,
    durationMs: args.duration * 1000,
    signal,
    collections: core.collections,
    ...(args.when_full === "sample" && { share: SAMPLED_SHARE }),
    onMessage(message, stop) {
      heard++;
      sampler.offer(message);
      if (message.retain) return;
      live++;
      if (args.when_full === "stop" && live >= args.max_messages) stop("max_messages");
    },
    onTick(elapsedMs) {
      const elapsed = Math.round(elapsedMs / 1000);
      progress({
        progress: elapsed,
        total: args.duration,
        message: `Listened ${elapsed} of ${args.duration} s, ${heard} messages`,
      });
    },
  });
  const [from, to] = [listened.from, listened.to].map(Date.parse);
  const coverage = { from, to, complete: true, gaps: listened.gaps, why: [] };
  const heardMs = heardIn(coverage)({ from, to });
  let sample = sampler.result(heardMs);
  const wanted = sample.kept.length;
  let shown = await fitSample(collection.log, sample, 2_000);
  // What matters least gives way, not the latest: the sampler chooses as many as there is room for.
  while (shown.dropped > 0) {
    sample = sampler.result(heardMs, shown.messages.length);
    shown = await fitSample(collection.log, sample, SHORTEST_PAYLOAD_CHARS);
  }
  return {
    collection_id: collection.id,
    messages: shown.messages,
    message_count: shown.messages.length,
    original_message_count: sample.total,
    listened: listenedFacts(listened),
    stop_reason: stopReason,
    pruning: pruningFacts(sample.pruning),
    ...topicCounts(sample.topics, sample.other_topics),
    ...missing(sample.topics),
    rate: sample.rate,
    ...cuts(shown, { wanted, collection, memoryMb: core.config.collectMemoryMb }),
    ...(heard === 0 &&
      { empty: nothingHeard(args, listened.seconds, filterHint(args.topic, session.id, core)) }),
  };
}

async function fitSample(log: MessageLog, { kept }: SampleResult, payloadChars: number) {
  const items = await withLoggedPayloads(log, kept);
  return await fitMessages(await withSparkplug(log, items), { maxChars: 24_000, payloadChars });
}

/** How it was pruned, without what was not: that no error or warning is left out is worth its words where others are. */
function pruningFacts({ left_out, judged_by_bytes, ...pruning }: Pruning) {
  const { total, errors, warnings, ...rest } = left_out;
  const told = Object.entries(rest).filter(([, value]) =>
    typeof value === "number" ? value > 0 : Object.values(value ?? {}).some((part) => part !== 0)
  );
  return {
    ...pruning,
    left_out: { total, ...(total > 0 && { errors, warnings, ...Object.fromEntries(told) }) },
    ...(judged_by_bytes > 0 && { judged_by_bytes }),
  };
}

const MOST_TOPICS_SHOWN = 50;
const TOPIC_COUNTS_MAX_CHARS = 5_000;

/** The loudest topics with their counts, and what was left out. */
function topicCounts(topics: ReadonlyMap<string, number>, onOtherTopics: number) {
  const loudest: [topic: string, messages: number][] = [];
  for (const entry of topics) {
    if (loudest.length === MOST_TOPICS_SHOWN && entry[1] <= loudest[MOST_TOPICS_SHOWN - 1][1]) {
      continue;
    }
    const place = loudest.findIndex(([, messages]) => messages < entry[1]);
    loudest.splice(place < 0 ? loudest.length : place, 0, entry);
    if (loudest.length > MOST_TOPICS_SHOWN) loudest.pop();
  }
  // Topics so long that their heads are the same would take each other's place in an object.
  const shown = fitRows(
    loudest.filter(([topic]) => topic.length <= SHOWN_TOPIC_CHARS),
    TOPIC_COUNTS_MAX_CHARS,
  );
  let left = onOtherTopics;
  for (const messages of topics.values()) left += messages;
  for (const [, messages] of shown) left -= messages;
  return {
    topics: Object.fromEntries(shown),
    topic_count: topics.size,
    ...(left > 0 && { topics_not_shown: { topics: topics.size - shown.length, messages: left } }),
    ...(onOtherTopics > 0 && {
      other_topics:
        `${onOtherTopics} messages came on further topics, beyond the ${topics.size} that are counted one by one`,
    }),
  };
}

/** What a device alone does not say, where nearly all like it do. */
function missing(topics: ReadonlyMap<string, number>) {
  const absent = absentTopics(topics).filter(({ topic }) => topic.length <= SHOWN_TOPIC_CHARS);
  return absent.length === 0 ? {} : {
    missing: absent.map(({ topic, like, have, others }) =>
      `Nothing came on "${topic}", but on ${have} of the ${others} others like it ("${like}")`
    ),
  };
}

/** What of the messages is not shown, why, and what shows it. */
function cuts(
  { messages, truncated, heads }: FittedMessages,
  o: { wanted: number; collection: Collection; memoryMb: number },
) {
  const { id, log } = o.collection;
  const said: string[] = [];
  if (messages.length < o.wanted) {
    said.push(`The result is full: ${messages.length} messages are shown instead of ${o.wanted}`);
  }
  const isCut = truncated > heads;
  if (isCut) said.push(`${countOf(truncated - heads, "payload")} cut`);
  if (said.length > 0) {
    said.push(
      `query_history {"collection_id":"${id}"} pages through ${
        log.evicted === 0 ? "all" : "what the collection holds"
      }` +
        (isCut
          ? ', with "limit":1 up to 28,000 characters of each; whole they are in the resource ' +
            `mqtt-mcp://collections/${id}`
          : ""),
    );
  }
  if (log.evicted > 0) {
    said.push(
      `The collection still holds ${formatCount(log.total - log.evicted)} of ` +
        `${countOf(log.total, "message")}: COLLECT_MEMORY_MB (${o.memoryMb}) sets its memory`,
    );
  }
  if (heads > 0) {
    said.push(
      `Of ${countOf(heads, "payload")} only the head is kept: a collection holds ` +
        `${
          formatCount(log.payloadLimitBytes)
        } bytes of one, and its oldest give way when it is full. ` +
        `COLLECT_MEMORY_MB (${o.memoryMb}) sets both`,
    );
  }
  return said.length > 0 && { cut: said.join(". ") };
}

function nothingHeard(
  { topic, retained, exclude }: Arguments,
  seconds: number,
  hint: string | null,
): string {
  const kind = { include: "message", skip: "live message", only: "retained message" }[retained];
  const apart = exclude.length > 0 ? ", apart from what exclude leaves out," : "";
  return `No ${kind} on "${shownText(topic)}"${apart} in ${rounded(seconds, 1)} s. ` +
    (hint ?? "Try a longer duration, or list_topics to see which topics exist");
}
