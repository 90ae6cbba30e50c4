import { type Ingress, version } from "../../config.ts";
import { OperationError } from "../../errors.ts";
import { testConnection } from "../../tools/test_connection.ts";
import * as shapes from "../api_shapes.ts";
import { RateLimit } from "../http_guard.ts";
import { defineRoute, type Route, tooMany } from "../route.ts";
import { setupSnippets } from "../setup.ts";
import { defaultBrokerView } from "../view.ts";
import type { RouteSources } from "./sources.ts";

/** How clients are set up, and trying a broker. */
export function setupRoutes(sources: RouteSources): readonly Route[] {
  const { core, views, login } = sources;
  const tests = new RateLimit({ perSecond: 0.5, burst: 10 });
  return [
    defineRoute({
      method: "get",
      path: "/api/setup",
      summary: "What to put into which client's settings, filled in for this host",
      answer: shapes.setupShape,
      handle: ({ request }) => {
        const host = request.headers.get("host") ?? `127.0.0.1:${sources.port()}`;
        const scheme = request.headers.get("x-forwarded-proto") === "https" ? "https" : "http";
        const reachedAs = host.replace(/:\d+$/, "");
        const { program } = sources;
        const { config } = core;
        const { ingress } = config;
        const mcpUrl = sources.mcpHttp ? mcpUrlOf({ scheme, host, reachedAs, ingress }) : null;
        const ownSocket = views.mode === "core" && config.given.has("coreSocket")
          ? config.coreSocket ?? null
          : null;
        return {
          version,
          host_name: program.hostName ?? reachedAs,
          container: ingress === undefined ? program.container : null,
          core_socket: views.mode === "core" ? core.config.coreSocket ?? null : null,
          token_required: login !== null,
          mcp_url: mcpUrl,
          default_broker: defaultBrokerView(core),
          brokers: core.brokers.names,
          snippets: setupSnippets({
            program,
            reachedAs,
            mcpUrl,
            coreSocket: ownSocket,
            onlyHttp: ingress !== undefined,
          }),
        };
      },
    }),
    defineRoute({
      method: "post",
      path: "/api/test-connection",
      summary: "Run test_connection: try a broker connection stage by stage",
      body: shapes.testConnectionBodyShape,
      answer: shapes.testConnectionShape,
      handle: async ({ body }) => {
        if (!tests.take()) throw tooMany();
        return await runTest(sources, body);
      },
    }),
  ];
}

/** Where assistants reach `/mcp`: where the page is, but beside an ingress, which only lets people pass. */
function mcpUrlOf(
  { scheme, host, reachedAs, ingress }: {
    scheme: string;
    host: string;
    reachedAs: string;
    ingress: Ingress | undefined;
  },
): string | null {
  if (ingress === undefined) return `${scheme}://${host}/mcp`;
  return ingress.mcpPort === null ? null : `http://${reachedAs}:${ingress.mcpPort}/mcp`;
}

async function runTest(
  { core, activity }: RouteSources,
  args: { connection_string?: string; broker?: string },
): Promise<object> {
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
