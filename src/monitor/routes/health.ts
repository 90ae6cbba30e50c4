import { isoTime } from "../../iso_time.ts";
import { version } from "../../config/mod.ts";
import * as shapes from "../shapes/overview.ts";
import { METRICS_TYPE, metricsText } from "../metrics.ts";
import { describeApi } from "../openapi.ts";
import { defineRoute, type Route } from "../route.ts";
import type { RouteSources } from "./sources.ts";

/** Whether it is well, its figures for machines, and what the API is like. */
export function healthRoutes(sources: RouteSources, all: () => readonly Route[]): readonly Route[] {
  const { core, activity, history, views } = sources;
  return [
    defineRoute({
      method: "get",
      path: "/health",
      summary: "Whether the core and the monitor answer",
      answer: shapes.healthShape,
      open: true,
      handle: () => {
        const stopping = sources.stopping();
        return {
          status: stopping ? "stopping" as const : "healthy" as const,
          timestamp: isoTime(core.now()),
          version,
          services: {
            core: stopping ? "stopping" as const : "ok" as const,
            mcp_socket: views.mode === "core" ? "ok" : "off",
            mcp_http: sources.mcpHttp ? "ok" : "off",
            history: history.where,
          },
        };
      },
    }),
    defineRoute({
      method: "get",
      path: "/ready",
      summary: "Whether clients are served; 503 while stopping",
      answer: shapes.readyShape,
      open: true,
      handle: () =>
        Response.json({ ready: !sources.stopping() }, { status: sources.stopping() ? 503 : 200 }),
    }),
    defineRoute({
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
    }),
    defineRoute({
      method: "get",
      path: "/api/openapi.json",
      summary: "This description",
      media: ["application/json"],
      handle: () => describeApi(all()),
    }),
  ];
}
