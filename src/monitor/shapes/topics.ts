/** The topic tree of what is recorded, and single topics. */
import { z } from "zod";
import { recordingShape } from "./sessions.ts";
import { count, isoTime, sessionId } from "./parts.ts";

/** `GET /api/topics`: one level of the topic tree of what a session records. */
export const topicsQueryShape = z.strictObject({
  session_id: sessionId,
  parent: z.string().max(65_535).optional().describe(
    "Levels so far, e.g. home/kitchen; left out: the first level",
  ),
  search: z.string().max(200).optional().describe(
    "Instead of a level: a topic filter, or words that stand in a topic or its newest value",
  ),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
});

/** `GET /api/topics/retained`. */
export const retainedQueryShape = z.strictObject({
  session_id: sessionId,
  topic: z.string().min(1).max(65_535),
});

/** `GET /api/topics/retained`: what the broker keeps of a topic at this moment. */
export const retainedShape = z.object({
  retained: z.boolean().nullable().describe("null: the connection was away meanwhile"),
  size_bytes: count.nullable(),
  preview: z.string().nullable().describe("A short line of it"),
});

/** `GET /api/topics/export`. */
export const topicsExportQueryShape = z.strictObject({
  session_id: sessionId,
  search: z.string().max(200).default("").describe("As for /api/topics; left out: all topics"),
  since: z.string().max(60).optional().describe('Only topics heard since: "-10m" or ISO 8601'),
  until: z.string().max(60).optional().describe("Likewise; default: now"),
  format: z.enum(["jsonl", "csv"]).default("jsonl"),
});

/** A level of the topic tree: a topic, a branch, or both. */
export const topicNodeShape = z.object({
  path: z.string().describe("Up to and with this level; what to give as parent, or as topic"),
  name: z.string().describe("This level alone; the whole topic when searched for"),
  topics: count.describe("Topics at and below it"),
  has_children: z.boolean(),
  is_topic: z.boolean().describe("Messages came on exactly this path"),
  messages: count.describe("At and below it"),
  bytes: count,
  messages_per_second: z.number().describe("At and below it, over the last ten seconds"),
  last_at: isoTime,
  last_value: z.string().nullable().describe(
    "A short line of its newest message, where it is a topic",
  ),
  retained: z.boolean(),
});

/** `GET /api/topics`. */
export const topicsShape = z.object({
  session_id: z.string(),
  parent: z.string().nullable(),
  nodes: z.array(topicNodeShape).describe("In alphabetical order, dev2 before dev10"),
  total: count.describe("Nodes there are; nodes may be fewer"),
  recording: z.array(recordingShape).describe("Empty: nothing is recorded"),
});

/** `GET /api/topics/messages`. */
export const topicMessagesQueryShape = z.strictObject({
  session_id: sessionId,
  topic: z.string().min(1).max(65_535),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});

/** A field of a topic over time. */
export const seriesShape = z.object({
  path: z.string().describe(
    "e.g. $.temperature; $ for a bare number; a metric's name in Sparkplug",
  ),
  at: z.array(z.number()).describe("Seconds since the epoch, rising"),
  value: z.array(z.number()).describe(
    "To be drawn: whole ones beyond 2^53 are the nearest doubles",
  ),
  unit: z.string().nullable().describe("As it was sent with the number, e.g. °C"),
  isSwitch: z.boolean().describe("On or off, as 1 and 0"),
});

/** `GET /api/topics/messages`: the newest messages of one topic, decoded, and its numbers over time. */
export const topicMessagesShape = z.object({
  session_id: z.string(),
  topic: z.string(),
  counts: z.object({
    messages: count,
    bytes: count,
    evicted: count,
    first_at: isoTime,
    last_at: isoTime,
  }),
  messages: z.array(z.looseObject({
    seq: z.number(),
    timestamp: isoTime,
    size_bytes: count,
    format: z.string(),
    payload: z.unknown().describe("Decoded; cut with truncated: true"),
    qos: z.number().optional(),
    retain: z.boolean().optional(),
    replayed: z.boolean().optional().describe(
      "The broker's retained message, sent to a new subscription",
    ),
    dup: z.boolean().optional(),
    encoding: z.string().optional(),
    truncated: z.boolean().optional(),
  })).describe("Newest first"),
  series: z.array(seriesShape).describe(
    "Fields of the newest 500 messages that can be drawn, those that vary first, at most 20",
  ),
});

export type TopicNode = z.output<typeof topicsShape>["nodes"][number];
export type TopicMessages = z.output<typeof topicMessagesShape>;
