/** Calls of tools: running, ended, told, reported by others, and who called. */
import { z } from "zod";
import { count, isoTime, sessionId } from "./parts.ts";

/** One client program that is connected, or was lately. */
export const clientShape = z.object({
  client_id: z.string(),
  name: z.string().describe("The name it gave for itself; a stranger's text"),
  source: z.string().describe("local, http, or the name of the process elsewhere that reported it"),
  calls: count,
  errors: count,
  last_call_at: isoTime,
});

/** A call that is running. */
export const runningCallShape = z.object({
  id: z.string().describe("For POST /api/calls/{id}/cancel, and the id it keeps in the history"),
  tool: z.string(),
  client: z.string(),
  source: z.string(),
  session_id: z.string().nullable(),
  arguments: z.string().describe("JSON, redacted and cut"),
  started_at: isoTime,
  elapsed_ms: z.number(),
  progress: z.object({
    progress: z.number(),
    total: z.number().nullable(),
    message: z.string(),
  }).nullable(),
  cancellable: z.boolean().describe("False once it was cancelled"),
});

/** How a call ended. */
export const outcomeShape = z.enum(["ok", "error", "cancelled"]);

/** A call that has ended. */
export const callShape = z.object({
  id: z.string(),
  started_at: isoTime,
  tool: z.string(),
  client: z.string().describe("The client's name for itself"),
  client_id: z.string(),
  source: z.string().describe("local, http, monitor, or the process elsewhere that reported it"),
  session_id: z.string().nullable(),
  broker: z.string().nullable().optional().describe("The broker that was meant, without login"),
  arguments: z.string().describe(
    "JSON, redacted and cut; payloads, expect and connection strings only as size and hash",
  ),
  duration_ms: z.number(),
  outcome: outcomeShape,
  error_code: z.string().nullable().describe("e.g. SESSION_NOT_FOUND"),
  error: z.string().nullable().describe("Redacted and cut"),
  result_bytes: count.describe("Size of the text that the model gets"),
  result_tokens: count.describe("Estimated: four characters a token"),
});

/** `GET /api/calls`. */
export const callsQueryShape = z.strictObject({
  tool: z.string().max(200).optional(),
  client: z.string().max(200).optional().describe("Exact client name"),
  outcome: outcomeShape.optional(),
  text: z.string().max(200).optional().describe("Anywhere in tool, client, arguments or error"),
  since: z.string().max(40).optional().describe("ISO time"),
  until: z.string().max(40).optional().describe("ISO time"),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  cursor: z.string().max(60).optional().describe("next_cursor of the page before"),
});

/** `GET /api/calls`: newest first. */
export const callsShape = z.object({
  calls: z.array(callShape),
  matched: count.describe("Calls in the history that match, at most 50,000"),
  next_cursor: z.string().nullable(),
  tools: z.array(z.string()).describe("All tools in the history, for a filter"),
  clients: z.array(z.string()).describe("All client names in the history, for a filter"),
  kept: z.object({
    hours: z.number(),
    most: count,
    where: z.enum(["file", "memory"]),
  }),
});

/** `GET /api/calls/export`: the same filters; a file of at most 50,000 calls. */
export const callsExportQueryShape = callsQueryShape.omit({ limit: true, cursor: true }).extend({
  format: z.enum(["json", "csv"]).default("json"),
});

/** `GET /api/calls/story`. */
export const storyQueryShape = callsQueryShape.extend({
  limit: z.coerce.number().int().min(1).max(200).default(60),
});

/** A call with what it told and was about; only of answers that are kept. */
export const storyEntryShape = z.object({
  call: callShape,
  told: z.string().nullable().describe("The answer in a sentence"),
  topics: z.array(z.string()).describe("Topics and filters it was about, at most 12"),
  more_topics: count,
  devices: z.array(z.string()).describe("Devices it was about, at most 12"),
  more_devices: count,
  kept: z.boolean().describe("Whether its answer is kept"),
});

/** `GET /api/calls/story`: newest first. */
export const storyShape = z.object({
  entries: z.array(storyEntryShape),
  next_cursor: z.string().nullable(),
});

/** `GET /api/calls/{id}/answer`. */
export const callAnswerShape = z.object({ id: z.string(), text: z.string() });

/** Answer to `POST /api/calls/{id}/cancel`. */
export const cancelShape = z.object({ id: z.string(), status: z.literal("cancelling") });

/** A call as a process elsewhere reports it; already redacted there, and redacted again here. */
export const reportedCallShape = z.object({
  id: z.string().max(60),
  started_at: z.string().max(40),
  tool: z.string().max(100),
  client: z.string().max(200),
  client_id: z.string().max(100),
  session_id: sessionId.nullable(),
  arguments: z.string().max(4_000),
  duration_ms: z.number().min(0).max(1e9),
  outcome: outcomeShape,
  error_code: z.string().max(60).nullable(),
  error: z.string().max(2_000).nullable(),
  result_bytes: count.max(1e9),
  result_tokens: count.max(1e9),
});

/** Body of `POST /api/log-call`. */
export const logCallBodyShape = z.strictObject({
  source: z.string().min(1).max(100).describe("Name of the reporting process, e.g. its host's"),
  calls: z.array(reportedCallShape).min(1).max(500),
  lost: count.default(0).describe("Calls the reporter had to drop since its last report"),
});

/** Answer to `POST /api/log-call`. */
export const loggedShape = z.object({ accepted: count });

export type RunningCallFacts = z.output<typeof runningCallShape>;
export type CallEntry = z.output<typeof callShape>;
export type ReportedCall = z.output<typeof reportedCallShape>;
export type ClientFacts = z.output<typeof clientShape>;
export type StoryEntry = z.output<typeof storyEntryShape>;
export type CallsQuery = z.output<typeof callsQueryShape>;
