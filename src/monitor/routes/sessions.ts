import * as shapes from "../shapes/sessions.ts";
import { defineRoute, type Route } from "../route.ts";
import { sessionsView } from "../view.ts";
import { type RouteSources, sessionOf } from "./sources.ts";

/** Sessions with brokers. */
export function sessionRoutes({ core, views }: RouteSources): readonly Route[] {
  return [
    defineRoute({
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
    }),
    defineRoute({
      method: "delete",
      path: "/api/sessions/{id}",
      summary: "Close a session; its recordings and collections are erased",
      answer: shapes.closedSessionShape,
      handle: async ({ id }) => {
        const session = sessionOf(core, id);
        return { status: "closed", ...await core.sessions.close(session.id, session.owner) };
      },
    }),
  ];
}
