/** The routes of the HTTP API. */
import { version } from "../config.ts";
import type { Core } from "../core.ts";
import { OperationError } from "../errors.ts";
import { log } from "../log.ts";
import { toolDefinition, toolsShown } from "../mcp/server.ts";
import type { Session } from "../session/session.ts";
import { testConnection } from "../tools/test_connection.ts";
import { type AnyTool } from "../tools/tool.ts";
import type { Activity } from "./activity.ts";
import * as shapes from "./api_shapes.ts";
import { entryOfReport } from "./call_entry.ts";
import { toCsv } from "./csv.ts";
import type { Figures } from "./figures.ts";
import { type History, KEPT } from "./history.ts";
import { RateLimit } from "./http_guard.ts";
import type { LiveHub } from "./live.ts";
import { Login } from "./login.ts";
import { METRICS_TYPE, metricsText } from "./metrics.ts";
import { describeApi } from "./openapi.ts";
import { Paced } from "./paced.ts";
import { defineRoute, HttpError, type Route } from "./route.ts";
import { type ProgramFacts, setupSnippets } from "./setup.ts";
import { topicMessages, topicNodes } from "./topics.ts";
import {
  brokersView,
  defaultBrokerView,
  recordingsView,
  sessionsView,
  statusView,
  type ViewSources,
} from "./view.ts";

/** What the routes work on. */
export interface RouteSources {
  readonly core: Core;
  readonly tools: readonly AnyTool[];
  readonly activity: Activity;
  readonly figures: Figures;
  readonly history: History;
  readonly live: LiveHub;
  readonly views: ViewSources;
  readonly login: Login | null;
  readonly program: ProgramFacts;
  readonly port: () => number;
  readonly mcpHttp: boolean;
  readonly stopping: () => boolean;
}

const EXPORT_MOST = 50_000;
const REPORT_MAX_BYTES = 2 * 1024 * 1024;

/** All routes, in the order of their description. */
export function createRoutes(sources: RouteSources): readonly Route[] {
  const { core, activity, figures, history, views, login } = sources;
  const tests = new RateLimit({ perSecond: 0.5, burst: 10 });
  const facets = new Paced<ReturnType<History["callFacets"]>>();
  const trees = new Paced<ReturnType<typeof topicNodes>>();

  const health = defineRoute({
    method: "get",
    path: "/health",
    summary: "Whether the core and the monitor answer",
    answer: shapes.healthShape,
    open: true,
    handle: () => {
      const state = sources.stopping() ? "stopping" : "ok";
      return {
        status: state,
        timestamp: new Date(core.now()).toISOString(),
        version,
        services: {
          core: state,
          mcp_socket: views.mode === "core" ? "ok" : "off",
          mcp_http: sources.mcpHttp ? "ok" : "off",
          history: history.where,
        },
      };
    },
  });
  const ready = defineRoute({
    method: "get",
    path: "/ready",
    summary: "Whether clients are served; 503 while stopping",
    answer: shapes.readyShape,
    open: true,
    handle: () =>
      Response.json({ ready: !sources.stopping() }, { status: sources.stopping() ? 503 : 200 }),
  });
  const metrics = defineRoute({
    method: "get",
    path: "/metrics",
    summary: "Figures for Prometheus",
    media: [METRICS_TYPE],
    handle: () => {
      const text = metricsText({
        core,
        activity,
        startedAt: views.startedAt,
        clients: views.clients(),
        viewers: views.viewers(),
      });
      return new Response(text, { headers: { "content-type": METRICS_TYPE } });
    },
  });
  const openapi = defineRoute({
    method: "get",
    path: "/api/openapi.json",
    summary: "This description",
    media: ["application/json"],
    handle: () => describeApi(routes),
  });
  const status = defineRoute({
    method: "get",
    path: "/api/status",
    summary: "The cards of the overview",
    answer: shapes.statusShape,
    handle: () => statusView(views),
  });
  const sessions = defineRoute({
    method: "get",
    path: "/api/sessions",
    summary: "Every session, whoever made it",
    answer: shapes.sessionsShape,
    handle: () => {
      const found = sessionsView(views);
      return {
        sessions: found,
        total: found.length,
        max_connections: core.config.maxConnections,
      };
    },
  });
  const closeSession = defineRoute({
    method: "delete",
    path: "/api/sessions/{id}",
    summary: "Close a session; its recordings and collections are erased",
    answer: shapes.closedSessionShape,
    handle: async ({ id }) => {
      const session = sessionOf(core, id);
      return { status: "closed", ...await core.sessions.close(session.id, session.owner) };
    },
  });
  const brokers = defineRoute({
    method: "get",
    path: "/api/brokers",
    summary: "Brokers by name, the default one, and those of sessions; without logins",
    answer: shapes.brokersShape,
    handle: () => brokersView(core),
  });
  const stats = defineRoute({
    method: "get",
    path: "/api/stats",
    summary: "Figures over time, as columns to plot",
    query: shapes.statsQueryShape,
    answer: shapes.statsShape,
    handle: ({ query }) =>
      figures.stats(query.range, {
        nowMs: core.now(),
        minutesSince: (sinceMs) => history.minutes(sinceMs),
      }),
  });
  const calls = defineRoute({
    method: "get",
    path: "/api/calls",
    summary: "Calls that ended, newest first",
    query: shapes.callsQueryShape,
    answer: shapes.callsShape,
    handle: ({ query }) => {
      const { calls, matched, nextCursor } = history.calls(query);
      return {
        calls,
        matched,
        next_cursor: nextCursor,
        ...facets.get("all", () => history.callFacets()),
        kept: {
          hours: KEPT.calls.ms / 3_600_000,
          most: KEPT.calls.most,
          where: history.where,
        },
      };
    },
  });
  const exportCalls = defineRoute({
    method: "get",
    path: "/api/calls/export",
    summary: "Calls that ended as a file, newest first",
    query: shapes.callsExportQueryShape,
    media: ["application/json", "text/csv"],
    handle: ({ query: { format, ...filter } }) => {
      const { calls } = history.calls({ ...filter, limit: EXPORT_MOST });
      const [type, text] = format === "csv"
        ? ["text/csv; charset=utf-8", toCsv(Object.keys(shapes.callShape.shape), calls)]
        : ["application/json", JSON.stringify(calls, null, 1)];
      return new Response(text, {
        headers: {
          "content-type": type,
          "content-disposition": `attachment; filename="mqtt-mcp-calls.${format}"`,
        },
      });
    },
  });
  const cancelCall = defineRoute({
    method: "post",
    path: "/api/calls/{id}/cancel",
    summary: "Cancel a running call; its caller still gets a result",
    answer: shapes.cancelShape,
    handle: ({ id }) => {
      if (!activity.cancel(id)) {
        throw new HttpError(404, "NOT_FOUND", "Cannot cancel the call: it is not running");
      }
      return { id, status: "cancelling" };
    },
  });
  const logCall = defineRoute({
    method: "post",
    path: "/api/log-call",
    summary: "Take calls that a process elsewhere reports (its WEB_API_URL)",
    body: shapes.logCallBodyShape,
    bodyMaxBytes: REPORT_MAX_BYTES,
    answer: shapes.loggedShape,
    handle: ({ body }) => {
      for (const call of body.calls) activity.take(entryOfReport(call, body.source));
      if (body.lost > 0) {
        log("monitor").warning("{source} could not report {lost} calls", {
          source: body.source,
          lost: body.lost,
        });
      }
      return { accepted: body.calls.length };
    },
  });
  const logs = defineRoute({
    method: "get",
    path: "/api/logs",
    summary: "Lines of the log, newest first",
    query: shapes.logsQueryShape,
    answer: shapes.logsShape,
    handle: ({ query }) => {
      const { lines, nextCursor } = history.logs(query);
      return { lines, next_cursor: nextCursor, level: core.config.logLevel };
    },
  });
  const tools = defineRoute({
    method: "get",
    path: "/api/tools",
    summary: "Every tool of the running server with its parameters",
    answer: shapes.toolsShape,
    handle: () => {
      const shown = toolsShown(sources.tools, core.config);
      return {
        tools: shown.map((tool) => {
          const definition = toolDefinition(tool, core.config.toolPrefix);
          const figures = activity.tools.get(tool.name);
          const count = figures?.calls ?? 0;
          return {
            name: definition.name,
            title: tool.title,
            description: tool.description,
            access: tool.access,
            input_schema: definition.inputSchema,
            output_schema: definition.outputSchema ?? {},
            calls: count,
            errors: figures?.errors ?? 0,
            mean_ms: figures && count > 0 ? Math.round(figures.sumMs / count * 10) / 10 : null,
          };
        }),
        hidden: sources.tools.filter((tool) => !shown.includes(tool)).map((tool) => tool.name),
      };
    },
  });
  const topics = defineRoute({
    method: "get",
    path: "/api/topics",
    summary: "One level of the topic tree of what a session records, or a search in it",
    query: shapes.topicsQueryShape,
    answer: shapes.topicsShape,
    handle: ({ query }) => {
      const session = sessionOf(core, query.session_id);
      const recorded = core.recordings.logOf(session.id);
      const { nodes, total } = recorded === null ? { nodes: [], total: 0 } : trees.get(
        JSON.stringify(query),
        () => topicNodes(recorded, { ...query, nowMs: core.now() }),
      );
      return {
        session_id: session.id,
        parent: query.parent ?? null,
        nodes,
        total,
        recording: views.recordings.get(session.id, () => recordingsView(core, session.id)),
      };
    },
  });
  const messages = defineRoute({
    method: "get",
    path: "/api/topics/messages",
    summary: "The newest messages of one recorded topic, decoded, and its numbers over time",
    query: shapes.topicMessagesQueryShape,
    answer: shapes.topicMessagesShape,
    handle: ({ query }) => {
      const session = sessionOf(core, query.session_id);
      const recorded = core.recordings.logOf(session.id);
      const found = recorded && topicMessages(recorded, query);
      if (found === null) {
        throw new HttpError(404, "NOT_FOUND", "Cannot show the topic: nothing of it is recorded");
      }
      return { session_id: session.id, ...found };
    },
  });
  const setup = defineRoute({
    method: "get",
    path: "/api/setup",
    summary: "What to put into which client's settings, filled in for this host",
    answer: shapes.setupShape,
    handle: ({ request }) => {
      const host = request.headers.get("host") ?? `127.0.0.1:${sources.port()}`;
      const scheme = request.headers.get("x-forwarded-proto") === "https" ? "https" : "http";
      const mcpUrl = sources.mcpHttp ? `${scheme}://${host}/mcp` : null;
      const reachedAs = host.replace(/:\d+$/, "");
      const { program } = sources;
      return {
        version,
        host_name: program.hostName ?? reachedAs,
        container: program.container,
        core_socket: views.mode === "core" ? core.config.coreSocket ?? null : null,
        token_required: login !== null,
        mcp_url: mcpUrl,
        default_broker: defaultBrokerView(core),
        brokers: core.brokers.names,
        snippets: setupSnippets({ program, reachedAs, mcpUrl }),
      };
    },
  });
  const tryConnection = defineRoute({
    method: "post",
    path: "/api/test-connection",
    summary: "Run test_connection: try a broker connection stage by stage",
    body: shapes.testConnectionBodyShape,
    answer: shapes.testConnectionShape,
    handle: async ({ body }) => {
      if (!tests.take()) throw tooMany();
      return await runTest(body);
    },
  });
  const logIn = defineRoute({
    method: "post",
    path: "/api/login",
    summary: "Exchange WEB_TOKEN for a login cookie; a form is answered with a redirect",
    body: shapes.loginBodyShape,
    answer: shapes.loginShape,
    open: true,
    handle: ({ body, request, address }) => {
      if (login === null) return { logged_in: true };
      const checked = login.tokenCheck(body.token, address);
      if (checked === "slow_down") throw tooMany();
      const isForm = /^application\/x-www-form-urlencoded/i.test(
        request.headers.get("content-type") ?? "",
      );
      if (checked === "denied") {
        if (isForm) return redirect("/?wrong");
        throw new HttpError(401, "WRONG_TOKEN", "Cannot log in: this is not the token");
      }
      const secure = request.headers.get("x-forwarded-proto") === "https";
      const cookie = { "set-cookie": login.cookie({ secure }) };
      return isForm
        ? redirect("/", cookie)
        : Response.json({ logged_in: true }, { headers: cookie });
    },
  });
  const logOut = defineRoute({
    method: "post",
    path: "/api/logout",
    summary: "Forget the login cookie of this browser",
    answer: shapes.loginShape,
    handle: () =>
      Response.json({ logged_in: false }, { headers: { "set-cookie": Login.noCookie() } }),
  });

  async function runTest(args: { connection_string?: string; broker?: string }): Promise<object> {
    const observer = activity.observer("monitor");
    const client = { id: "monitor", name: "web monitor" };
    const id = crypto.randomUUID();
    const startedAt = core.now();
    const started = performance.now();
    const cancelling = new AbortController();
    const base = { id, tool: testConnection.name, client, arguments: args, startedAt };
    observer.onStart?.({ ...base, cancel: () => cancelling.abort() });
    let text = "";
    let isError = false;
    try {
      const facts = await testConnection.run(args, {
        core,
        client,
        signal: cancelling.signal,
        progress: (report) => observer.onProgress?.(id, report),
      });
      text = JSON.stringify(facts);
      return facts;
    } catch (error) {
      isError = true;
      text = error instanceof OperationError ? `${error.code}: ${error.message}` : "ERROR: failed";
      throw error;
    } finally {
      observer.onEnd?.({
        ...base,
        durationMs: performance.now() - started,
        result: { isError, content: [{ type: "text", text }] },
        cancelled: cancelling.signal.aborted,
      });
    }
  }

  const routes: readonly Route[] = [
    health,
    ready,
    metrics,
    openapi,
    status,
    sessions,
    closeSession,
    brokers,
    stats,
    calls,
    exportCalls,
    cancelCall,
    logCall,
    logs,
    tools,
    topics,
    messages,
    setup,
    tryConnection,
    logIn,
    logOut,
  ];
  return routes;
}

function sessionOf(core: Core, id: string): Session {
  const session = core.sessions.all().find((one) => one.id === id);
  if (session !== undefined) return session;
  throw new HttpError(404, "SESSION_NOT_FOUND", "Cannot find the session: it has ended");
}

function redirect(location: string, headers: Record<string, string> = {}): Response {
  return new Response(null, { status: 303, headers: { location, ...headers } });
}

/** A refusal of what comes too often. */
export function tooMany(): HttpError {
  return new HttpError(
    429,
    "TOO_MANY_REQUESTS",
    "Cannot answer that many requests",
    "Wait a moment",
  );
}
