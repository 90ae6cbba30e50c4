/** Recorded messages, their numbers over time, and what changed between two times. */
import { z } from "zod";
import { count, isoTime, sessionId } from "./parts.ts";
import { seriesShape } from "./topics.ts";

/** A window of time: ISO 8601, or relative to now as `-10m`. */
const windowShape = {
  since: z.string().max(60).optional().describe('"-10m" or ISO 8601; default: the start'),
  until: z.string().max(60).optional().describe("Likewise; default: now"),
};

/** `GET /api/messages`. */
export const messagesQueryShape = z.strictObject({
  session_id: sessionId,
  topic: z.string().min(1).max(65_535).describe("Topic filter"),
  ...windowShape,
  contains: z.string().min(1).max(200).optional().describe("Text, any case"),
  cursor: z.string().max(60).optional().describe("next_cursor of the page before"),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});

const messageViewShape = z.looseObject({
  seq: z.number(),
  timestamp: isoTime,
  topic: z.string(),
  size_bytes: count,
  format: z.string(),
  payload: z.unknown().describe("Decoded; cut with truncated: true"),
  qos: z.number().optional(),
  retain: z.boolean().optional(),
  dup: z.boolean().optional(),
  encoding: z.string().optional(),
  truncated: z.boolean().optional(),
});

/** `GET /api/messages`: recorded messages, newest first, from memory and disk alike. */
export const messagesShape = z.object({
  messages: z.array(messageViewShape),
  matched: count.describe("All in the window"),
  next_cursor: z.string().nullable(),
});

/** `GET /api/messages/export`. */
export const messagesExportQueryShape = messagesQueryShape.omit({ cursor: true, limit: true })
  .extend({ format: z.enum(["jsonl", "csv"]).default("jsonl") });

/** `GET /api/messages/values`. */
export const valuesQueryShape = z.strictObject({
  session_id: sessionId,
  topic: z.string().min(1).max(65_535),
  ...windowShape,
});

/** `GET /api/messages/values`: the numbers of one topic over a time, thinned out evenly where there are many. */
export const valuesShape = z.object({
  messages: count.describe("In the window"),
  read: count.describe("Of them: evenly spread"),
  series: z.array(seriesShape),
});

/** `GET /api/changes`. */
export const changesQueryShape = z.strictObject({
  session_id: sessionId,
  topic: z.string().min(1).max(65_535).default("#").describe("Topic filter"),
  before_since: z.string().max(60),
  before_until: z.string().max(60),
  since: z.string().max(60),
  until: z.string().max(60).optional(),
});

/** `GET /api/changes`: what is different in a window of time from one before it. */
export const changesShape = z.object({
  changes: z.array(z.object({
    topic: z.string(),
    kind: z.enum(["appeared", "silent", "rate", "structure", "value"]),
    before: z.unknown(),
    after: z.unknown(),
  })),
  changed: count.describe("All changes; changes may be fewer"),
  unheard: z.enum(["before", "after"]).nullable().describe(
    "The window in which nothing could be heard, so that nothing is compared",
  ),
  messages: count.describe("In both windows"),
  read: count.describe("Payloads that were read of them, evenly spread"),
  why: z.array(z.string()).describe("Why the windows are not known completely"),
});
