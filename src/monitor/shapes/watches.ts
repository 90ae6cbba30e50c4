/** Watches that assistants started. */
import { z } from "zod";
import { count, isoTime } from "./parts.ts";

/** A watch that an assistant started. Its name and texts come from chats and devices. */
export const watchShape = z.object({
  watch_id: z.string(),
  session_id: z.string(),
  broker: z.string().describe("Its name, or host:port"),
  name: z.string(),
  topic: z.string().nullable().describe("The topic filter; null for one on a device"),
  device: z.string().nullable().describe("The device; null for one on messages"),
  condition: z.string().describe("In words"),
  cooldown_s: z.number().describe("It is met at most once in so many seconds"),
  state: z.enum(["watching", "ended"]),
  device_state: z.string().nullable().describe("How the device is, as far as it is known"),
  since: isoTime,
  met: count,
  within_cooldown: count.describe("Times that the condition held within the cooldown"),
  last_met_at: isoTime.nullable(),
  last_reason: z.enum(["matched", "changed", "quiet", "state"]).nullable(),
  last_topic: z.string().nullable(),
  last_payload: z.string().nullable().describe("Cut; JSON, or a text as it is"),
  last_evidence: z.string().nullable().describe("Why the device is taken to be so"),
  latest_times: z.array(isoTime).describe("When it was met, at most ten, the latest last"),
  ended_at: isoTime.nullable(),
  ended: z.string().nullable().describe("Why it is over, in words"),
});

/** `GET /api/watches`: those that stand first, the newest first. */
export const watchesShape = z.object({
  watches: z.array(watchShape),
  notify_url: z.object({
    delivered: count,
    lost: count,
    waiting: count,
    last_error: z.string().nullable(),
  }).nullable().describe("How posting to NOTIFY_URL goes; null where it is not set"),
});

export type WatchRow = z.output<typeof watchShape>;
