import * as shapes from "../shapes/logs.ts";
import { defineRoute, type Route } from "../route.ts";
import type { RouteSources } from "./sources.ts";

/** Lines of the log. */
export function logRoutes({ core, history }: RouteSources): readonly Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/api/logs",
      summary: "Lines of the log, newest first",
      query: shapes.logsQueryShape,
      answer: shapes.logsShape,
      handle: ({ query }) => {
        const { lines, nextCursor } = history.logs(query);
        return { lines, next_cursor: nextCursor, level: core.config.logLevel };
      },
    }),
  ];
}
