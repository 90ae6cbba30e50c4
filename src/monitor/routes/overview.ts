import * as shapes from "../shapes/overview.ts";
import { brokersShape } from "../shapes/sessions.ts";
import { defineRoute, type Route } from "../route.ts";
import { brokersView, statusView } from "../view.ts";
import type { RouteSources } from "./sources.ts";

/** What the overview shows: cards, brokers, figures over time. */
export function overviewRoutes({ core, figures, history, views }: RouteSources): readonly Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/api/status",
      summary: "The cards of the overview",
      answer: shapes.statusShape,
      handle: () => statusView(views),
    }),
    defineRoute({
      method: "get",
      path: "/api/brokers",
      summary: "Brokers by name, the default one, and those of sessions; without logins",
      answer: brokersShape,
      handle: () => brokersView(views),
    }),
    defineRoute({
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
    }),
  ];
}
