import { z } from "zod";
import { PerformanceObserver } from "../analysis/performance.ts";
import { OperationError } from "../errors.ts";
import { validateTopicFilter } from "../mqtt/topic.ts";
import type { Core } from "../core.ts";
import type { Session } from "../session/session.ts";
import { measureRoundTrips } from "../session/round_trips.ts";
import { observe } from "./observe.ts";
import { duration, listenedOutput, rounded, sessionId, topicFilter, useHistory } from "./params.ts";
import { defineTool } from "./tool.ts";

const SYS_FILTER = "$SYS/#";

/** Measures what flows through the broker, and what that says about its health. */
export const monitorPerformance = defineTool({
  name: "monitor_performance",
  title: "Measure broker traffic",
  description:
    "Measure the traffic on topic filters: message rates with their trend and bursts, loudest topics, payload sizes, " +
    "intervals and delays as percentiles, the broker's own $SYS figures, and alerts. " +
    'Answers "what floods the broker?" and "how late do messages arrive?". Only listens, unless probe is set, ' +
    "which also sends on a scratch topic of its own to measure round trips. Use debug_device for one device.",
  access: "write",
  inReadOnlyMode: true,
  idempotent: true,
  input: z.strictObject({
    session_id: sessionId,
    topics: z.array(topicFilter).min(1).max(20).default(["#"]).describe("Topic filters to measure"),
    duration: duration(30, 1800),
    probe: z.boolean().default(false).describe(
      "Also publish on mqtt-mcp/test/… to measure round trips by QoS",
    ),
    use_history: useHistory,
  }),
  output: z.looseObject({
    messages: z.number(),
    throughput: z.looseObject({}),
    topics: z.array(z.looseObject({})),
    sizes: z.looseObject({}),
    intervals: z.looseObject({}),
    latency: z.looseObject({}).optional(),
    bursts: z.array(z.looseObject({})),
    trend: z.looseObject({}),
    broker: z.looseObject({}),
    process: z.looseObject({ rss_mb: z.number(), heap_mb: z.number() }),
    connections: z.looseObject({ open: z.number(), max: z.number(), reconnects: z.number() }),
    alerts: z.array(z.looseObject({})),
    summary: z.string(),
    listened: listenedOutput,
    stop_reason: z.string(),
  }),
  async run(args, { core, client, signal, progress }) {
    args.topics.forEach(validateTopicFilter);
    const session = core.sessions.get(args.session_id, client.id);
    using _use = session.use();
    if (args.probe && core.policy.readOnly) throw probeNotAllowed();

    const observer = new PerformanceObserver({ startedAtMs: core.now() });
    await using _sys = await listenToBrokerFigures(session, observer, args.topics);
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
    const probing = args.probe
      ? measureRoundTrips(session, { policy: core.policy, signal })
      : Promise.resolve(undefined);
    const [observation, probe] = await Promise.all([listening, probing]);
    return {
      ...observer.result({
        nowMs: core.now(),
        listenedSeconds: observation.report.seconds,
        probe,
      }),
      process: processFigures(),
      connections: connectionFigures(core, client.id),
      ...observation.facts,
      stop_reason: observation.stopReason,
    };
  },
});

/** The broker's own figures, where it publishes them and lets us read them; nothing where it does not. */
async function listenToBrokerFigures(
  session: Session,
  observer: PerformanceObserver,
  filters: readonly string[],
): Promise<AsyncDisposable> {
  if (filters.includes(SYS_FILTER)) return new AsyncDisposableStack();
  try {
    return await session.listen({
      filters: [SYS_FILTER],
      onMessage: (message) => observer.offer(message),
    });
  } catch (error) {
    if (error instanceof OperationError) return new AsyncDisposableStack();
    throw error;
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
