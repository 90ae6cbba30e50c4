import { isoTime } from "../iso_time.ts";
import { z } from "zod";
import type { MessageLog } from "../collect/message_log.ts";
import type { Core } from "../core.ts";
import { invalidArgument, notAllowed, OperationError } from "../errors.ts";
import { validateTopicFilter } from "../mqtt/topic.ts";
import { fitRows } from "./fit.ts";
import { anObject, rowsOutput, sessionId, topicFilter } from "./params.ts";
import { topicFacts } from "./shown_text.ts";
import { defineTool } from "./tool.ts";
import { withSession } from "./with_session.ts";

/** Starts and stops background recordings, which other tools then answer from. */
export const recordTopics = defineTool({
  name: "record_topics",
  title: "Record topics",
  description:
    "Record topics in the background, within a memory limit (oldest out first), so that query_history can answer " +
    '"what happened in the last hour?" and other tools answer at once. Goes on between calls while the ' +
    "core runs. Use subscribe_and_collect for seconds.",
  access: "session",
  idempotent: true,
  input: z.strictObject({
    session_id: sessionId,
    action: z.enum(["start", "stop", "status"]).describe("stop keeps what was recorded"),
    topics: z.array(topicFilter).max(50).optional().describe(
      'Topic filters, e.g. ["greenhouse/#"]; none: all',
    ),
  }),
  output: z.looseObject({ recording: rowsOutput, memory: anObject }),
  example: { args: { action: "start", topics: ["greenhouse/#"] } },
  async run(args, context) {
    const { core, signal } = context;
    args.topics?.forEach(validateTopicFilter);
    return await withSession(args.session_id, context, async (session) => {
      if (session.isStanding) checkStanding(session.id, args, core);
      const before = core.recordings.running(session.id);
      if (args.action === "start") {
        if (args.topics === undefined || args.topics.length === 0) throw noTopics();
        if (!session.isStanding) await core.recordings.start(session, args.topics, { signal });
      } else if (args.action === "stop") {
        await core.recordings.stop(session.id, args.topics);
      }
      const asked = args.action === "status" ? args.topics : undefined;
      const recording = core.recordings.status(session.id)
        .filter(({ topic }) => asked === undefined || asked.includes(topic))
        .map((status) => ({ ...status, ...topicFacts(status.topic) }));
      const shown = fitRows(recording);
      const running = recording.some((r) => r.state === "recording");
      return {
        recording: shown,
        ...(shown.length < recording.length &&
          { cut: `${shown.length} of ${recording.length} recorded filters are shown` }),
        ...otherMessages(core.recordings.logOf(session.id)),
        ...(core.storeProblem !== null && { store: core.storeProblem }),
        ...notStopped(args, before),
        memory: {
          used_bytes: core.recordings.memory.usedBytes,
          limit_bytes: core.recordings.memory.limitBytes,
        },
        ...(session.isStanding
          ? { note: "The operator's settings record this, and it never ends by itself" }
          : running
          ? {
            note:
              "While it records, the session outlives its time limit, but not 24 hours without any use",
          }
          : {}),
        expires_at: session.isStanding ? null : isoTime(session.expiresAt),
      };
    });
  },
});

/** What the settings record is theirs: a chat can neither end it, nor add what nothing would ever end. */
function checkStanding(
  sessionId: string,
  args: { action: "start" | "stop" | "status"; topics?: readonly string[] },
  core: Core,
): void {
  if (args.action === "status") return;
  const isRecorded = args.action === "start" &&
    core.recordings.covering(sessionId, args.topics ?? []) !== null;
  if (isRecorded) return;
  throw notAllowed(
    `Cannot ${args.action} recordings in this session: the operator's settings made it`,
    "Connect with establish_connection and record there",
  );
}

/** Filters that were to be stopped, and were not being recorded: another one may go on with the same topics. */
function notStopped(
  { action, topics }: { action: "start" | "stop" | "status"; topics?: readonly string[] },
  running: readonly string[],
) {
  const unknown = action === "stop"
    ? topics?.filter((topic) => !running.includes(topic)) ?? []
    : [];
  if (unknown.length === 0) return {};
  const others = running.filter((filter) => !topics?.includes(filter));
  return {
    not_stopped: fitRows(unknown.map((topic) => topicFacts(topic))),
    not_stopped_note: `Not recorded as such${
      others.length > 0 ? "; stop takes a filter as it was started, and the others go on" : ""
    }`,
  };
}

/** Messages that no filter's figures have in them, because their topics are not told apart. */
function otherMessages(log: MessageLog | null) {
  if (log === null || log.uncountedTopics === 0) return {};
  return {
    other_messages: log.uncountedTopics,
    other_messages_note:
      `They came on topics beyond the ${log.topics.length} that are told apart, and are not kept; record fewer topics`,
  };
}

function noTopics(): OperationError {
  return invalidArgument(
    "Cannot start recording without topics",
    'Give topics, e.g. ["greenhouse/#"], or ["#"] for everything',
  );
}
