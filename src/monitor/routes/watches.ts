import * as shapes from "../shapes/watches.ts";
import { defineRoute, type Route } from "../route.ts";
import { watchRow } from "../watch_row.ts";
import type { RouteSources } from "./sources.ts";

/** Standing watches of all sessions. */
export function watchRoutes({ core }: RouteSources): readonly Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/api/watches",
      summary: "What assistants watch, and when it was met; those that ended lately, too",
      answer: shapes.watchesShape,
      handle: () => {
        const rows = core.watches.all().reverse().map(watchRow);
        return {
          watches: [
            ...rows.filter(({ state }) => state === "watching"),
            ...rows.filter(({ state }) => state === "ended"),
          ],
          notify_url: core.notifier?.status ?? null,
        };
      },
    }),
  ];
}
