import { type Ingress, version } from "../../config/mod.ts";
import * as shapes from "../shapes/connect.ts";
import { defineRoute, type Route } from "../route.ts";
import { setupSnippets } from "../setup.ts";
import { defaultBrokerView } from "../view.ts";
import type { RouteSources } from "./sources.ts";

/** How clients are set up. */
export function setupRoutes(sources: RouteSources): readonly Route[] {
  const { core, views, login } = sources;
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
