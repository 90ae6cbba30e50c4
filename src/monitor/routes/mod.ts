/** The routes of the HTTP API, one file for each resource. */
import type { Route } from "../route.ts";
import { callRoutes } from "./calls.ts";
import { connectRoutes } from "./connect.ts";
import { deviceRoutes } from "./devices.ts";
import { healthRoutes } from "./health.ts";
import { logRoutes } from "./logs.ts";
import { loginRoutes } from "./login.ts";
import { overviewRoutes } from "./overview.ts";
import { messageRoutes } from "./messages.ts";
import { publishRoutes } from "./publish.ts";
import { sessionRoutes } from "./sessions.ts";
import { setupRoutes } from "./setup.ts";
import type { RouteSources } from "./sources.ts";
import { toolRoutes } from "./tools.ts";
import { topicRoutes } from "./topics.ts";
import { watchRoutes } from "./watches.ts";

/** All routes, in the order of their description. */
export function createRoutes(sources: RouteSources): readonly Route[] {
  const routes: readonly Route[] = [
    ...healthRoutes(sources, () => routes),
    ...overviewRoutes(sources),
    ...deviceRoutes(sources),
    ...sessionRoutes(sources),
    ...callRoutes(sources),
    ...logRoutes(sources),
    ...toolRoutes(sources),
    ...topicRoutes(sources),
    ...messageRoutes(sources),
    ...publishRoutes(sources),
    ...watchRoutes(sources),
    ...setupRoutes(sources),
    ...connectRoutes(sources),
    ...loginRoutes(sources),
  ];
  return routes;
}
