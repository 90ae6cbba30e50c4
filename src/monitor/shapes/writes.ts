/** What changes something: recording, publishing, clearing retained messages. */
import { z } from "zod";
import { count, sessionId, topicFilters } from "./parts.ts";

/** Body of `POST /api/record`. */
export const recordBodyShape = z.strictObject({
  session_id: sessionId,
  action: z.enum(["start", "stop"]),
  topics: topicFilters.optional(),
});

/** Answer to `POST /api/record`, as record_topics gives it. */
export const recordedShape = z.looseObject({ recording: z.array(z.unknown()) });

/** `GET /api/publish`. */
export const mayPublishQueryShape = z.strictObject({
  session_id: sessionId,
  topic: z.string().max(65_535),
});

/** `GET /api/publish`. */
export const mayPublishShape = z.object({ allowed: z.boolean(), why: z.string().nullable() });

/** Body of `POST /api/publish`. */
export const publishBodyShape = z.strictObject({
  session_id: sessionId,
  topic: z.string().max(65_535),
  payload: z.string(),
  encoding: z.enum(["utf8", "base64", "hex"]).default("utf8"),
  qos: z.literal([0, 1, 2]).default(0),
  retain: z.boolean().default(false),
  confirm: z.string().max(100).optional().describe("Of the preview of the same message"),
});

/** Answer to `POST /api/publish`, as publish_message gives it; a preview with what confirms it. */
export const publishedShape = z.looseObject({
  status: z.enum(["dry_run", "published"]),
  payload_bytes: count,
  question: z.string().nullable().optional().describe("What would be done, in one sentence"),
  confirm: z.string().optional().describe("Give it with the same message to send it"),
});

/** Body of `POST /api/clear-retained`. */
export const clearBodyShape = z.strictObject({
  session_id: sessionId,
  topics: topicFilters.min(1),
  plan: z.string().max(100).optional().describe("Of the list, to remove what is in it"),
});

/** Answer to `POST /api/clear-retained`, as clear_retained gives it. */
export const clearedShape = z.looseObject({
  plan: z.unknown().optional(),
  matched: z.array(z.unknown()).optional(),
  cleared: z.array(z.unknown()).optional(),
  skipped: z.array(z.unknown()).optional(),
  failed: z.array(z.unknown()).optional(),
});
