/** What goes over the WebSocket `/api/live`. */
import { z } from "zod";
import { statusShape } from "./overview.ts";
import { callShape, runningCallShape } from "./calls.ts";
import { packetShape, sessionShape } from "./sessions.ts";
import { topicMessagesShape, topicNodeShape } from "./topics.ts";
import { devicesShape } from "./devices.ts";
import { watchShape } from "./watches.ts";
import { count, sessionId } from "./parts.ts";
import { logLineShape } from "./logs.ts";

/** What a viewer may send on the WebSocket `/api/live`. */
export const liveCommandShape = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("watch_packets"), session_id: sessionId }),
  z.strictObject({ type: z.literal("unwatch_packets"), session_id: sessionId }),
  z.strictObject({
    type: z.literal("watch_topics"),
    watch: count.describe(
      "The viewer's own number for this; a later command replaces the one before",
    ),
    session_id: sessionId,
    levels: z.array(z.strictObject({
      parent: z.string().max(65_535).optional(),
      search: z.string().max(200).optional(),
      limit: z.number().int().min(1).max(1000),
    })).max(100),
    topic: z.string().min(1).max(65_535).optional(),
    range: z.strictObject({
      seconds: z.number().min(1).max(1e9).optional().describe("The last so many"),
      from: z.number().min(0).max(1e11).optional().describe(
        "Or a time, in seconds since the epoch",
      ),
      to: z.number().min(0).max(1e11).optional(),
    }).optional().describe("Only topics with messages in this time; left out: all"),
  }),
  z.strictObject({ type: z.literal("unwatch_topics") }),
  z.strictObject({ type: z.literal("watch_devices") }),
  z.strictObject({ type: z.literal("unwatch_devices") }),
]);

/** What the WebSocket `/api/live` sends: one of these as JSON text, told by `type`. */
export const liveEventShape = z.discriminatedUnion("type", [
  z.object({ type: z.literal("hello"), version: z.string() }).describe("First, once"),
  z.object({
    type: z.literal("snapshot"),
    status: statusShape,
    sessions: z.array(sessionShape),
    running: z.array(runningCallShape),
  }).describe("Once a second; it also says that the link lives"),
  z.object({
    type: z.literal("calls"),
    calls: z.array(callShape).describe("Oldest first"),
    skipped: count.describe("Calls left out, because there were too many to show"),
  }).describe("Calls that ended, at most four times a second and 200 at a time"),
  z.object({
    type: z.literal("logs"),
    lines: z.array(logLineShape).describe("Oldest first"),
    skipped: count,
  }),
  z.object({
    type: z.literal("packets"),
    session_id: z.string(),
    packets: z.array(packetShape).describe("Oldest first"),
    skipped: count,
  }).describe("Only to viewers that watch the session's packets"),
  z.object({
    type: z.literal("topics"),
    watch: count.describe("The number that the viewer gave"),
    session_id: z.string(),
    version: count.describe("Messages recorded so far: everything in the event is of this moment"),
    levels: z.array(z.object({
      parent: z.string().optional(),
      search: z.string().optional(),
      total: count.describe("Nodes there are; paths may be fewer"),
      limited: z.boolean().optional().describe("Of a search: not all values are looked at"),
      searching: z.boolean().optional().describe("Of a search: more may be found soon"),
      paths: z.array(z.string()).optional().describe(
        "All that are shown, in order; left out: as before",
      ),
      nodes: z.array(topicNodeShape).describe("Those that changed"),
    })).describe("Levels in which something changed"),
    topic: topicMessagesShape.omit({ session_id: true }).extend({
      reset: z.boolean().describe(
        "Whether this is all of it; otherwise it is added to what was sent",
      ),
      gaps: z.array(z.object({ from: z.number(), to: z.number() }))
        .describe("Times in which nothing could be heard, in seconds since the epoch"),
    }).nullable().describe("What was added: messages newest first, and points"),
  }).describe(
    "Only to viewers that watch topics: whole at first, then what changed, four times a second",
  ),
  devicesShape.omit({ truncated: true }).extend({
    type: z.literal("devices"),
    reset: z.boolean().describe("Whether these are all; otherwise they replace those of their ids"),
    order: z.array(z.string()).optional().describe("The ids of all, in order; left out: as before"),
  }).describe("Only to viewers that watch devices: whole at first, then those that changed"),
  z.object({
    type: z.literal("watch"),
    event: z.enum(["met", "ended"]),
    watch: watchShape,
  }).describe("At once when a watch is met or is over"),
  z.object({
    type: z.literal("error"),
    message: z.string(),
  }).describe("A command that cannot be carried out"),
]);

export type LiveCommand = z.output<typeof liveCommandShape>;
export type LiveEvent = z.output<typeof liveEventShape>;
