import { z } from "zod";
import { PerformanceObserver } from "../analysis/performance/mod.ts";
import { MqttMcpError, OperationError } from "../errors.ts";
import { filtersOverlap, validateTopicFilter } from "../mqtt/topic.ts";
import type { Core } from "../core.ts";
import type { Session } from "../session/session.ts";
import { measureRoundTrips } from "../session/round_trips.ts";
import { fitLists } from "./fit.ts";
import { observe } from "./observe.ts";
import {
  anObject,
  duration,
  listenedOutput,
  rounded,
  rowsOutput,
  sessionId,
  topicFilter,
  useHistory,
} from "./params.ts";
import { withShownTexts } from "./shown_text.ts";
import { defineTool, type ToolContext } from "./tool.ts";
import { withSession } from "./with_session.ts";

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
    duration: duration(30, 1800),
    probe: z.boolean().default(false).describe(
      "Also publish on mqtt-mcp/test/… to measure round trips",
    ),
    use_history: useHistory,
  }),
  output: z.looseObject({
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
      if (args.probe && core.policy.readOnly) throw probeNotAllowed();
      if (args.probe) core.policy.checkPublish(SCRATCH_EXAMPLE);
      return measure(session, args, context);
    });
  },
});

/** The scratch topics of a probe look like this one. */
const SCRATCH_EXAMPLE = "mqtt-mcp/test/0";

async function measure(
  session: Session,
  args: { topics: readonly string[]; duration: number; probe: boolean; use_history: boolean },
  { core, client, signal, progress }: ToolContext,
) {
  const observer = new PerformanceObserver({ startedAtMs: core.now() });
  await using _figures = await listenToBrokerFigures(session, observer, {
    besides: args.topics,
    signal,
  });
  let heard = 0;
  const listening = observe(core, {
    session,
    tool: "monitor_performance",
    filters: args.topics,
    durationMs: args.duration * 1000,
    signal,
    useHistory: args.use_history,
    lookbackMs: args.duration * 1000,
    progress,
    heard: () => heard,
    onMessage(message) {
      heard++;
      observer.offer(message);
    },
  });
  const probing = args.probe ? probe(session, core, signal) : Promise.resolve(undefined);
  const [observation, roundTrips] = await Promise.all([listening, probing]);
  const figures = observer.result({
    nowMs: core.now(),
    listenedSeconds: observation.report.seconds,
    gaps: observation.report.gaps,
    probe: roundTrips,
  });
  return {
    ...fitLists(withShownTexts(figures, SHOWN_CHARS), {
      topics: 14_000,
      alerts: 6_000,
      bursts: 6_000,
    }),
    process: processFigures(),
    connections: connectionFigures(core, client.id),
    ...observation.facts,
    stop_reason: observation.stopReason,
  };
}

/** The broker's own figures, where it publishes them and lets us read them; nothing where it does not. */
async function listenToBrokerFigures(
  session: Session,
  observer: PerformanceObserver,
  o: { besides: readonly string[]; signal: AbortSignal },
): Promise<AsyncDisposable> {
  if (o.besides.some((filter) => filtersOverlap(filter, SYS_FILTER))) {
    return new AsyncDisposableStack();
  }
  try {
    return await session.listen({
      filters: [SYS_FILTER],
      onMessage: (message) => observer.offer(message),
      signal: o.signal,
    });
  } catch (error) {
    if (error instanceof OperationError) return new AsyncDisposableStack();
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

function probeNotAllowed(): OperationError {
  return new OperationError(
    "NOT_ALLOWED",
    "Cannot probe: it publishes, and this server is read-only",
    "Call again without probe",
  );
}
