import { z } from "zod";
import { OperationError } from "../errors.ts";
import { validateTopicFilter } from "../mqtt/topic.ts";
import { isoTime, sessionId, topicFilter } from "./params.ts";
import { defineTool } from "./tool.ts";

/** Starts and stops background recordings, which other tools then answer from. */
export const recordTopics = defineTool({
  name: "record_topics",
  title: "Record topics in the background",
  description:
    "Record topic filters of a session in the background, within a memory limit, so that query_history can answer " +
    '"what happened in the last hour?" and other tools answer at once. Recording goes on between calls and chats while the ' +
    "shared core runs; the oldest messages give way first. Use subscribe_and_collect for a look of a few seconds.",
  access: "session",
  idempotent: true,
  input: z.strictObject({
    session_id: sessionId,
    action: z.enum(["start", "stop", "status"]).describe("stop keeps what was recorded readable"),
    topics: z.array(topicFilter).max(50).optional().describe(
      'Topic filters, e.g. ["greenhouse/#"]; without them stop ends all',
    ),
  }),
  output: z.looseObject({
    recording: z.array(z.looseObject({
      topic: z.string(),
      since: z.string(),
      messages: z.number(),
      bytes: z.number(),
      evicted: z.number(),
    })),
    memory: z.looseObject({ used_bytes: z.number(), limit_bytes: z.number() }),
  }),
  async run(args, { core, client, signal }) {
    const session = core.sessions.get(args.session_id, client.id);
    using _use = session.use();
    args.topics?.forEach(validateTopicFilter);
    if (args.action === "start") {
      if (args.topics === undefined || args.topics.length === 0) throw noTopics();
      await core.recordings.start(session, args.topics, { signal });
    } else if (args.action === "stop") {
      await core.recordings.stop(session.id, args.topics);
    }
    const recording = core.recordings.status(session.id);
    const running = recording.some((r) => r.state === "recording");
    return {
      recording,
      memory: { used_bytes: core.recordings.usedBytes, limit_bytes: core.recordings.limitBytes },
      ...(running
        ? {
          note:
            "While it records, the session outlives its time limit, but not 24 hours without any use",
        }
        : {}),
      expires_at: isoTime(session.expiresAt),
    };
  },
});

function noTopics(): OperationError {
  return new OperationError(
    "INVALID_ARGUMENT",
    "Cannot start recording without topics",
    'Give topics, e.g. ["greenhouse/#"], or ["#"] for everything',
  );
}
