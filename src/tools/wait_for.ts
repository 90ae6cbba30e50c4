import { z } from "zod";
import { validateTopicFilter } from "../mqtt/topic.ts";
import { hideInJson } from "../payload/secrets.ts";
import { countOf } from "../payload/limits.ts";
import type { JsonValue } from "../payload/payload.ts";
import type { Session } from "../session/session.ts";
import { Condition } from "../watching/condition.ts";
import { waitFor as waitForCondition, type WaitOutcome } from "../watching/wait.ts";
import { invalidArgument, OperationError } from "../errors.ts";
import { viewMessage } from "./message_view.ts";
import {
  listenedFacts,
  listenedOutput,
  messageCondition,
  quietFor,
  rounded,
  sessionId,
  topicFilter,
} from "./params.ts";
import { fieldNotFound } from "./field_not_found.ts";
import { shownText } from "./shown_text.ts";
import { filterHint } from "./filter_hint.ts";
import { defineTool, type ToolContext } from "./tool.ts";
import { withSession } from "./with_session.ts";

const MESSAGE_CHARS = 8_000;
const MOST_QUIET_S = 300;

/** Waits until something happens, and returns at once when it does. */
export const waitFor = defineTool({
  name: "wait_for",
  title: "Wait for a message",
  description:
    "Wait until something happens on a topic filter, and return at once: the next message, one that " +
    "meets where and contains, a changed field, or silence. Start it before what causes it. " +
    "Nothing in time is an answer. Use watch_topics for more than minutes.",
  access: "read",
  quotesStrangers: true,
  idempotent: true,
  input: z.strictObject({
    session_id: sessionId,
    topic: topicFilter.describe("Topic filter"),
    ...messageCondition,
    quiet_for: quietFor(MOST_QUIET_S),
    timeout: z.number().min(0.1).max(300).default(60).describe("Seconds"),
  }),
  output: z.looseObject({
    met: z.boolean(),
    reason: z.string(),
    message: z.unknown(),
    listened: listenedOutput,
  }),
  example: { args: { topic: "greenhouse/#", timeout: 10 } },
  async run(args, context) {
    validateTopicFilter(args.topic);
    if (args.quiet_for !== undefined && args.quiet_for >= args.timeout) throw neverQuiet(args);
    const condition = new Condition({
      where: args.where.map((one) => ({ ...one, value: one.value as JsonValue })),
      contains: args.contains,
      changes: args.changes,
      quietFor: args.quiet_for,
      retained: args.retained,
    });
    return await withSession(
      args.session_id,
      context,
      (session) => wait(session, { ...args, condition }, context),
    );
  },
});

interface Arguments {
  readonly topic: string;
  readonly condition: Condition;
  readonly changes?: string;
  readonly quiet_for?: number;
  readonly timeout: number;
}

async function wait(session: Session, args: Arguments, { core, signal, progress }: ToolContext) {
  const outcome = await waitForCondition(session, {
    topic: args.topic,
    condition: args.condition,
    quietFor: args.quiet_for,
    timeoutMs: args.timeout * 1000,
    signal,
    now: core.now,
    onTick: (elapsedMs, messages) =>
      progress({
        progress: rounded(elapsedMs / 1000, 1),
        total: args.timeout,
        message: `Waiting, ${messages} messages so far`,
      }),
  });
  const { reason, met, message } = outcome;
  const { notSearched } = args.condition.notes;
  return {
    met: met !== null || reason === "quiet",
    reason,
    message: message === null ? null : view(message),
    ...(met?.before !== undefined && { before: hideInJson(met.before, message?.topic) }),
    waited_s: rounded(outcome.waitedMs / 1000, 3),
    messages_seen: outcome.messages,
    ...(notSearched !== undefined && { not_searched: notSearched }),
    listened: listenedFacts(outcome.listened),
    ...(reason === "timeout" &&
      { advice: adviceFor(args, outcome, () => filterHint(args.topic, session.id, core)) }),
  };
}

function view(message: NonNullable<WaitOutcome["message"]>) {
  const { seq: _seq, ...facts } = viewMessage({ seq: 0, message }, MESSAGE_CHARS);
  return facts;
}

function adviceFor(
  args: Arguments,
  { messages, retained }: WaitOutcome,
  hint: () => string | null,
): string {
  const filter = `"${shownText(args.topic)}"`;
  if (args.quiet_for !== undefined) {
    return `${filter} was never quiet for ${args.quiet_for} s; a narrower filter or where leaves less to be heard`;
  }
  if (messages === 0) {
    return `Nothing came on ${filter} at all. ${hint() ?? "list_topics shows which topics exist"}`;
  }
  const { missingPaths, isPartial } = args.condition.notes;
  const missing = fieldNotFound(missingPaths, isPartial);
  if (missing !== undefined) return missing;
  if (messages === retained && !args.condition.takesRetained) {
    return `Nothing new came on ${filter}, only ${countOf(retained, "retained message")}, which ${
      retained === 1 ? "meets" : "meet"
    } nothing unless retained is true`;
  }
  return `None of the ${messages} messages met it; subscribe_and_collect shows what comes, timeout can be up to 300`;
}

function neverQuiet(args: { quiet_for?: number; timeout: number }): OperationError {
  return invalidArgument(
    `Cannot wait for ${args.quiet_for} s of silence within ${args.timeout} s`,
    "Give a timeout longer than quiet_for",
  );
}
