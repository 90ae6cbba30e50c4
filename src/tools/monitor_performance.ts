import { z } from "zod";
import { PerformanceObserver } from "../analysis/performance/mod.ts";
import { invalidArgument, MqttMcpError, notAllowed, OperationError } from "../errors.ts";
import { SCRATCH_EXAMPLE, SCRATCH_PREFIX } from "../mqtt/own_topics.ts";
import { filtersOverlap, validateTopicFilter } from "../mqtt/topic.ts";
import type { Core } from "../core.ts";
import type { InboundMessage } from "../mqtt/message.ts";
import type { Session } from "../session/session.ts";
import { measureRoundTrips } from "../session/round_trips.ts";
import type { PerformanceResult } from "../analysis/performance/result.ts";
import { filtersHint } from "./filter_hint.ts";
import { fitLists, fitRows } from "./fit.ts";
import { askedOfHistory, type HeardTime, observe } from "./observe.ts";
import {
  anObject,
  heardTime,
  listenedOutput,
  rounded,
  rowsOutput,
  sessionId,
  topicFilter,
} from "./params.ts";
import { shownText, withShownTexts } from "./shown_text.ts";
import { defineTool, type ToolContext } from "./tool.ts";
import { withSession } from "./with_session.ts";

const DEFAULT_SECONDS = 30;
/** How long a recorded answer waits for the broker's first figure. */
const FIGURES_WAIT_MS = 300;
const SYS_FILTER = "$SYS/#";

/** Characters of one text among the figures. */
const SHOWN_CHARS = 300;

/** Measures what flows through the broker, and what that says about its health. */
export const monitorPerformance = defineTool({
  name: "monitor_performance",
  title: "Measure broker traffic",
  description:
    "Measure the traffic on topic filters: rates with trend and bursts, loudest topics, " +
    "percentiles of sizes, intervals and delays, the broker's $SYS figures, alerts. " +
    'Answers "what floods the broker?" and "how late do messages arrive?". ' +
    "Use debug_device for one device.",
  access: "write",
  quotesStrangers: true,
  inReadOnlyMode: true,
  idempotent: true,
  input: z.strictObject({
    session_id: sessionId,
    topics: z.array(topicFilter).min(1).max(20).default(["#"]).describe("Topic filters"),
    ...heardTime(30, 1800),
    probe: z.boolean().default(false).describe(
      `Also publish on ${SCRATCH_PREFIX}… to measure round trips`,
    ),
  }),
  output: z.looseObject({
    answer: z.string(),
    messages: z.number(),
    throughput: anObject,
    topics: rowsOutput,
    sizes: anObject,
    intervals: anObject,
    latency: anObject,
    bursts: rowsOutput,
    trend: anObject,
    broker: anObject,
    process: anObject,
    connections: anObject,
    alerts: rowsOutput,
    summary: z.string(),
    listened: listenedOutput,
  }),
  example: { args: { duration: 5 } },
  async run(args, context) {
    const { core } = context;
    args.topics.forEach(validateTopicFilter);
    return await withSession(args.session_id, context, (session) => {
      if (args.probe && args.since !== undefined) throw probeOfThePast();
      if (args.probe && core.policy.readOnly) throw probeNotAllowed();
      if (args.probe) core.policy.checkPublish(SCRATCH_EXAMPLE);
      return measure(session, args, context);
    });
  },
});

async function measure(
  session: Session,
  args: { topics: readonly string[]; probe: boolean } & HeardTime,
  { core, client, signal, progress }: ToolContext,
) {
  let observer: PerformanceObserver | null = null;
  // What the broker says of itself comes with the SUBACK, before it is known what answers.
  const early: InboundMessage[] = [];
  const firstFigure = Promise.withResolvers<void>();
  await using figures = await listenToBrokerFigures(session, {
    besides: args.topics,
    signal,
    onMessage(message) {
      if (observer !== null) observer.offer(message);
      else early.push({ ...message, payload: message.payload.slice() });
      firstFigure.resolve();
    },
  });
  let heard = 0;
  const listening = observe(core, {
    session,
    tool: "monitor_performance",
    filters: args.topics,
    // A probe measures what is now, so what is heard meanwhile belongs to it.
    time: args.probe ? { duration: args.duration ?? DEFAULT_SECONDS } : args,
    defaultSeconds: DEFAULT_SECONDS,
    signal,
    progress,
    heard: () => heard,
    newsOnly: true,
    onStart(fromMs, gaps) {
      observer = new PerformanceObserver({ startedAtMs: fromMs, gaps });
      for (const message of early) observer.offer(message);
    },
    onMessage(message) {
      heard++;
      observer?.offer(message);
    },
  });
  const probing = args.probe ? probe(session, core, signal) : Promise.resolve(undefined);
  const [observation, roundTrips] = await Promise.all([listening, probing]);
  // Looking back takes no time, and the broker's figures need a moment to come.
  if (observation.collectionId === null && figures !== null) {
    const timer = setTimeout(() => firstFigure.resolve(), FIGURES_WAIT_MS);
    await firstFigure.promise;
    clearTimeout(timer);
  }
  const measured = observer ?? new PerformanceObserver({ startedAtMs: core.now() });
  const facts = measured.result({
    nowMs: core.now(),
    listenedSeconds: observation.report.seconds,
    probe: roundTrips,
  });
  const hint = facts.messages > 0 ? undefined : filtersHint(args.topics, session.id, core);
  return {
    answer: shownText(`${facts.summary}${hint === undefined ? "" : ` ${hint}.`}`, SHOWN_CHARS),
    ...fitted(withShownTexts(facts, SHOWN_CHARS), askedOfHistory(observation, session)),
    process: processFigures(),
    connections: connectionFigures(core, client.id),
    ...observation.facts,
    stop_reason: observation.stopReason,
  };
}

/** The figures with as many rows as a result has room for, what is not shown, and what shows all topics. */
function fitted(facts: PerformanceResult, heard: object) {
  const topics = fitRows(facts.topics, 2_000);
  const { cut, ...shown } = fitLists(facts, {
    alerts: 3_000,
    bursts: 1_000,
    heavy_hitters: 800,
    periodicity: 800,
  });
  const { messages, topic_count } = facts;
  const listed = topics.reduce((sum, topic) => sum + topic.messages + (topic.retained ?? 0), 0);
  const all = { ...heard, aggregate: { by: "topic" }, limit: 500 };
  const said = [
    ...(topics.length < topic_count
      ? [
        `The ${topics.length} loudest of ${topic_count} topics are shown; ` +
        `query_history ${JSON.stringify(all)} counts all`,
      ]
      : []),
    ...(cut === undefined ? [] : [cut]),
  ];
  return {
    ...shown,
    topics,
    topics_left_out: { topics: topic_count - topics.length, messages: messages - listed },
    bursts_left_out: facts.bursts_left_out + facts.bursts.length - shown.bursts.length,
    ...(said.length > 0 && { cut: said.join(". ") }),
  };
}

/** The broker's own figures, where it publishes them and lets us read them; null where it does not. */
async function listenToBrokerFigures(
  session: Session,
  o: {
    besides: readonly string[];
    signal: AbortSignal;
    onMessage: (message: InboundMessage) => void;
  },
): Promise<AsyncDisposable | null> {
  if (o.besides.some((filter) => filtersOverlap(filter, SYS_FILTER))) return null;
  try {
    return await session.listen({
      filters: [SYS_FILTER],
      onMessage: o.onMessage,
      signal: o.signal,
    });
  } catch (error) {
    if (error instanceof OperationError) return null;
    throw error;
  }
}

/** A probe that fails is told beside what was heard, and takes nothing of it away. */
async function probe(session: Session, core: Core, signal: AbortSignal) {
  try {
    return await measureRoundTrips(session, { policy: core.policy, signal });
  } catch (error) {
    if (!(error instanceof MqttMcpError)) throw error;
    return { how: "", by_qos: [], failed: [`${error.code}: ${error.message}`] };
  }
}

function processFigures() {
  const { rss, heapUsed } = Deno.memoryUsage();
  return { rss_mb: rounded(rss / 1_048_576, 1), heap_mb: rounded(heapUsed / 1_048_576, 1) };
}

function connectionFigures(core: Core, owner: string) {
  const sessions = core.sessions.list(owner);
  return {
    open: sessions.filter((s) => s.state === "connected").length,
    max: core.config.maxConnections,
    reconnects: sessions.reduce((sum, s) => sum + s.counts.reconnects, 0),
  };
}

function probeOfThePast(): OperationError {
  return invalidArgument(
    "Cannot probe the past: a probe sends now, and since looks back",
    "Call with probe and duration, or with since alone",
  );
}

function probeNotAllowed(): OperationError {
  return notAllowed(
    "Cannot probe: it publishes, and this server is read-only",
    "Call again without probe",
  );
}
