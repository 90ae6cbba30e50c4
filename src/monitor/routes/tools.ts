import { toolsShown } from "../../mcp/listed_tools.ts";
import { toolDefinition } from "../../mcp/server.ts";
import * as shapes from "../shapes/overview.ts";
import { defineRoute, type Route } from "../route.ts";
import type { RouteSources } from "./sources.ts";
import { rounded } from "../../numbers.ts";

/** The tools that the server offers. */
export function toolRoutes({ core, tools, activity }: RouteSources): readonly Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/api/tools",
      summary: "Every tool of the running server with its parameters",
      answer: shapes.toolsShape,
      handle: () => {
        const shown = toolsShown(tools, core.config);
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
              mean_ms: figures && count > 0 ? rounded(figures.sumMs / count, 1) : null,
            };
          }),
          hidden: tools.filter((tool) => !shown.includes(tool)).map((tool) => tool.name),
        };
      },
    }),
  ];
}
