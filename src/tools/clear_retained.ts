import { z } from "zod";
import { topicsOfDocument } from "../analysis/device/mod.ts";
import { findPayloadTime } from "../analysis/performance/payload_time.ts";
import type { Core } from "../core.ts";
import {
  ConnectionError,
  invalidArgument,
  MqttMcpError,
  notAllowed,
  OperationError,
  throwIfCancelled,
} from "../errors.ts";
import { takesFromOthers, validateTopicFilter } from "../mqtt/topic.ts";
import { previewPayload } from "../payload/present.ts";
import { readRetained, type RetainedEntry } from "../session/retained.ts";
import type { Session } from "../session/session.ts";
import { filtersHint } from "./filter_hint.ts";
import { fitRows } from "./fit.ts";
import { listenedFacts, rowsOutput, sessionId, topicFilter } from "./params.ts";
import { shownText, topicFacts } from "./shown_text.ts";
import { defineTool } from "./tool.ts";
import { withSession } from "./with_session.ts";
import { questionBroker, questionTopic } from "./write_question.ts";

const MOST_ENTRIES = 1_000;
const PREVIEW_CHARS = 80;
/** Topics that a person who is asked reads. */
const MOST_NAMED = 5;

/** Removes retained messages, after a dry run has shown which. */
export const clearRetained = defineTool({
  name: "clear_retained",
  title: "Clear retained messages",
  description: "Remove retained messages, e.g. of devices that are gone. A dry run (the default) " +
    "lists what matches and gives a plan: show it to the user, then call with dry_run=false and the plan. " +
    "What changed meanwhile is left alone. Removed messages cannot be restored.",
  access: "destroy",
  quotesStrangers: true,
  idempotent: false,
  input: z.strictObject({
    session_id: sessionId,
    topics: z.array(topicFilter).max(50).default([]).describe(
      'Names or filters, e.g. ["homeassistant/+/old_plug/#"]',
    ),
    dry_run: z.boolean().default(true).describe("Only list what matches"),
    plan: z.string().optional().describe("Of the dry run"),
    limit: z.number().int().min(1).max(MOST_ENTRIES).default(100).describe("Messages"),
  }),
  output: z.looseObject({
    plan: z.unknown().optional(),
    matched: rowsOutput.optional(),
    cleared: rowsOutput.optional(),
    skipped: rowsOutput.optional(),
    failed: rowsOutput.optional(),
  }),
  example: { args: { topics: ["homeassistant/+/old_freezer/#"] } },
  question(args, { core, client }) {
    if (args.dry_run || args.plan === undefined) return null;
    const session = core.sessions.get(args.session_id, client.id);
    if (core.policy.readOnly) throw readOnly();
    const plan = planOf(args, session, core);
    const entries = plan.entries.slice(0, args.limit);
    const named = entries.slice(0, MOST_NAMED).map((entry) => questionTopic(entry.topic));
    const more = entries.length > named.length ? ` and ${entries.length - named.length} more` : "";
    return `Remove ${entries.length} retained messages at ${questionBroker(session)} for good: ` +
      `${named.join(", ")}${more}`;
  },
  async run(args, context) {
    if (args.dry_run && args.plan !== undefined) throw planOfDryRun();
    if (args.dry_run) checkFilters(args.topics);
    else if (args.plan === undefined) throw noPlan();
    const { core, signal, progress } = context;
    return await withSession(args.session_id, context, async (session) => {
      if (args.dry_run) return await dryRun(args, session, core, signal);
      if (core.policy.readOnly) throw readOnly();
      const plan = planOf(args, session, core);
      core.plans.take(plan.id, session.id);
      return await realRun(plan.entries.slice(0, args.limit), {
        session,
        core,
        signal,
        filters: plan.filters,
        beyondLimit: plan.entries.slice(args.limit),
        onEntry: (done) =>
          progress({ progress: done, total: plan.entries.length, message: `${done} entries done` }),
      });
    });
  },
});

/** The plan to follow, which stays usable until it is. */
function planOf(
  args: { readonly plan?: string; readonly topics: readonly string[] },
  session: Session,
  core: Core,
) {
  const plan = core.plans.peek(args.plan ?? "", session.id);
  if (plan === null) throw unknownPlan();
  if (args.topics.some((topic) => !plan.filters.includes(topic))) throw otherTopics();
  return plan;
}

function noPlan(): OperationError {
  return invalidArgument(
    "Cannot clear retained messages without a plan",
    "Call first with dry_run=true, show the user what matches, then pass its plan",
  );
}

function planOfDryRun(): OperationError {
  return invalidArgument(
    "Cannot follow a plan in a dry run: nothing would be cleared",
    "Give the plan with dry_run=false, or leave it out to make a new one",
  );
}

function otherTopics(): OperationError {
  return invalidArgument(
    "Cannot clear these topics by this plan: it was made for others",
    "Leave topics out to follow the plan, or call with dry_run=true for these topics",
  );
}

function unknownPlan(): OperationError {
  return invalidArgument(
    "Cannot follow this plan: it is unknown, used, older than 15 minutes, or of another session",
    "Call again with dry_run=true to get a new plan",
  );
}

function readOnly(): OperationError {
  return notAllowed(
    "Cannot clear retained messages: this server is read-only",
    "Ask the operator, or only look with dry_run=true",
  );
}

function checkFilters(filters: readonly string[]): void {
  if (filters.length === 0) {
    throw invalidArgument(
      "Cannot look for retained messages without topics",
      'Give topics, e.g. ["homeassistant/+/old_plug/#"]',
    );
  }
  for (const filter of filters) {
    validateTopicFilter(filter);
    if (takesFromOthers(filter)) {
      throw new OperationError(
        "TOPIC_INVALID",
        `Cannot read retained messages of "${shownText(filter)}": shared subscriptions have none`,
        "Give the filter without its prefix, such as $share/group/",
      );
    }
  }
}

async function dryRun(
  args: { topics: readonly string[]; limit: number },
  session: Session,
  core: Core,
  signal: AbortSignal,
) {
  const reading = await readRetained(session, { filters: args.topics, limit: args.limit, signal });
  if (!reading.complete) throw lostWhileReading();
  const entries = [...reading.entries.values()].filter((entry) => entry.sizeBytes > 0)
    .sort((a, b) => a.topic < b.topic ? -1 : 1);
  const speaking = await stillSpeaking(entries, { session, core, signal });
  const rows = fitRows(
    entries.map((entry) => ({ ...matchedRow(entry, core.now()), ...speaking.get(entry.topic) })),
  );
  const hint = entries.length > 0 ? undefined : filtersHint(args.topics, session.id, core);
  const living = rows.filter((row) => row.device_speaks).length;
  const planned = entries.slice(0, rows.length);
  const forbidden = planned.filter((entry) => !mayPublish(core, entry.topic));
  return {
    plan: planned.length > 0
      ? core.plans.add({ sessionId: session.id, filters: args.topics, entries: planned }).id
      : null,
    matched: rows,
    matched_count: rows.length,
    ...(hint !== undefined && { hint }),
    ...(living > 0 && {
      devices_speak:
        `${living} of these documents belong to devices that still speak (device_speaks): name only the others in topics, unless these shall go too`,
    }),
    ...((reading.limited || rows.length < entries.length) &&
      { truncated: true, cut: "There are more; run again after this plan, or raise limit" }),
    ...(forbidden.length > 0 &&
      { not_allowed: forbidden.length, note: "The policy refuses to publish to some of these" }),
    listened: listenedFacts(reading.listened),
  };
}

/** Topics of devices that are looked at. */
const MOST_LOOKED_AT = 500;

/** Of each discovery document whether anything is recorded or retained on its device's topics. */
async function stillSpeaking(
  entries: readonly RetainedEntry[],
  o: { session: Session; core: Core; signal: AbortSignal },
): Promise<ReadonlyMap<string, { device_speaks: boolean }>> {
  const named = new Map<string, string[]>();
  for (const { topic, head } of entries) {
    const topics = topicsOfDocument(topic, head);
    if (topics !== null && topics.length > 0) named.set(topic, topics);
  }
  const log = o.core.recordings.logOf(o.session.id);
  const silent = [...new Set([...named.values()].flat())].filter((topic) =>
    (log?.topic(topic) ?? null) === null && !/[+#]/.test(topic)
  ).slice(0, MOST_LOOKED_AT);
  const retained = silent.length === 0 ? new Set<string>() : await retainedAmong(silent, o);
  if (retained === null) return new Map();
  const asked = new Set(silent);
  const speaking = new Map<string, { device_speaks: boolean }>();
  for (const [document, topics] of named) {
    const speaks = topics.some((topic) =>
      retained.has(topic) || (log?.topic(topic) ?? null) !== null
    );
    // Beyond what was looked at nothing is known.
    if (speaks || topics.every((topic) => asked.has(topic))) {
      speaking.set(document, { device_speaks: speaks });
    }
  }
  return speaking;
}

/** Which of some topics hold a retained message; null where they cannot be read. */
async function retainedAmong(
  topics: readonly string[],
  { session, signal }: { session: Session; signal: AbortSignal },
): Promise<Set<string> | null> {
  try {
    const reading = await readRetained(session, {
      filters: topics,
      only: new Set(topics),
      limit: topics.length,
      signal,
    });
    return new Set(
      [...reading.entries.values()].filter(({ sizeBytes }) => sizeBytes > 0).map((e) => e.topic),
    );
  } catch (error) {
    if (signal.aborted || !(error instanceof OperationError)) throw error;
    return null;
  }
}

function matchedRow(entry: RetainedEntry, now: number) {
  const time = findPayloadTime(entry.head);
  return {
    ...topicFacts(entry.topic),
    size_bytes: entry.sizeBytes,
    ...(time !== null && { age_seconds: Math.max(0, Math.round((now - time.atMs) / 1000)) }),
    preview: previewPayload(entry.head, {
      topic: entry.topic,
      maxChars: PREVIEW_CHARS,
      sizeBytes: entry.sizeBytes,
    }),
  };
}

function mayPublish(core: Core, topic: string): boolean {
  try {
    core.policy.checkPublish(topic);
    return true;
  } catch {
    return false;
  }
}

async function realRun(
  entries: readonly RetainedEntry[],
  context: {
    session: Session;
    core: Core;
    signal: AbortSignal;
    filters: readonly string[];
    beyondLimit: readonly RetainedEntry[];
    onEntry(done: number): void;
  },
) {
  const { session, core, signal } = context;
  const skipped: { topic: string; reason: string }[] = [];
  const failed: { topic: string; reason: string }[] = [];
  const before = await read(context, entries.map((entry) => entry.topic));
  if (!before.complete) throw lostWhileReading();
  const now = before.entries;
  const published: string[] = [];
  let done = 0;
  for (const entry of entries) {
    context.onEntry(++done);
    const current = now.get(entry.topic);
    if (!current) skipped.push({ topic: entry.topic, reason: "is gone already" });
    else if (current.hash !== entry.hash || current.sizeBytes !== entry.sizeBytes) {
      skipped.push({ topic: entry.topic, reason: "changed since the dry run" });
    } else {
      try {
        throwIfCancelled(signal, "Cannot clear");
        core.policy.checkPublish(entry.topic);
        await session.publish({
          topic: entry.topic,
          payload: new Uint8Array(),
          qos: 1,
          retain: true,
          signal,
        });
        published.push(entry.topic);
      } catch (error) {
        if (!(error instanceof MqttMcpError)) throw error;
        failed.push({ topic: entry.topic, reason: `${error.code}: ${error.message}` });
        if (error.code === "CONNECTION_LOST") break;
      }
    }
  }
  for (const { topic } of entries.slice(done)) failed.push({ topic, reason: "not tried" });
  const after = published.length > 0 ? await readAfter(context, published) : new Map();
  const cleared = after === null ? [] : published.filter((topic) => !after.has(topic));
  for (const topic of published) {
    if (after === null) {
      failed.push({ topic, reason: "its removal was accepted, but could not be checked" });
    } else if (after.has(topic)) {
      failed.push({
        topic,
        reason: "is still there: the broker did not accept it, or it was published again",
      });
    }
  }
  const { beyondLimit } = context;
  for (const { topic } of beyondLimit) skipped.push({ topic, reason: "is beyond limit" });
  return {
    cleared: fitRows(cleared.map((topic) => shownText(topic)), 12_000),
    cleared_count: cleared.length,
    skipped: fitRows(skipped.map((row) => ({ ...row, ...topicFacts(row.topic) })), 8_000),
    skipped_count: skipped.length,
    failed: fitRows(failed.map((row) => ({ ...row, ...topicFacts(row.topic) })), 8_000),
    failed_count: failed.length,
    ...(beyondLimit.length > 0 && {
      plan:
        core.plans.add({ sessionId: session.id, filters: context.filters, entries: beyondLimit })
          .id,
      note:
        `${beyondLimit.length} entries of the plan are beyond limit; this plan goes on with them`,
    }),
  };
}

async function read(
  context: { session: Session; filters: readonly string[]; signal: AbortSignal },
  topics: readonly string[],
) {
  const reading = await readRetained(context.session, {
    filters: context.filters,
    only: new Set(topics),
    limit: MOST_ENTRIES,
    signal: context.signal,
  });
  return reading;
}

/** What of the cleared topics is retained now, or null when that cannot be told. */
async function readAfter(context: Parameters<typeof read>[0], topics: readonly string[]) {
  try {
    const reading = await read(context, topics);
    return reading.complete ? reading.entries : null;
  } catch (error) {
    if (error instanceof MqttMcpError) return null;
    throw error;
  }
}

function lostWhileReading(): ConnectionError {
  return new ConnectionError(
    "CONNECTION_LOST",
    "Cannot tell what the broker retains: the connection was lost while it was read",
    "Call again with dry_run=true once list_active_connections shows the session as connected",
  );
}
