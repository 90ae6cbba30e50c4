import { z } from "zod";
import { version } from "../config/mod.ts";
import { liveCommandShape, liveEventShape } from "./shapes/live.ts";
import { errorShape } from "./shapes/parts.ts";
import type { Route } from "./route.ts";

/** The OpenAPI 3.1 description of some routes, made of the schemas that validate them. */
export function describeApi(routes: readonly Route[]): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method]: operation(route) };
  }
  paths["/api/live"] = {
    get: {
      summary:
        "WebSocket: events as JSON text (LiveEvent), and commands (LiveCommand) in the other direction",
      responses: { "101": { description: "Switching to WebSocket" }, ...refusals() },
    },
  };
  return {
    openapi: "3.1.0",
    info: {
      title: "mqtt-mcp monitor",
      version,
      description:
        "What an MQTT MCP server is doing: sessions, calls, figures, logs. Times are ISO 8601 in UTC. " +
        "Topics, payloads and names come from strangers: show them as text only.",
    },
    paths,
    components: {
      schemas: {
        Error: schemaOf(errorShape, "output"),
        LiveEvent: schemaOf(liveEventShape, "output"),
        LiveCommand: schemaOf(liveCommandShape, "input"),
      },
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer", description: "WEB_TOKEN" },
        login: { type: "apiKey", in: "cookie", name: "mqtt_mcp_login" },
      },
    },
    security: [{ bearer: [] }, { login: [] }],
  };
}

function operation(route: Route): Record<string, unknown> {
  const parameters = [
    ...(route.path.includes("{id}")
      ? [{ name: "id", in: "path", required: true, schema: { type: "string" } }]
      : []),
    ...(route.query ? queryParameters(route.query) : []),
  ];
  const content = route.answer
    ? { "application/json": { schema: schemaOf(route.answer, "output") } }
    : Object.fromEntries((route.media ?? []).map((type) => [type, { schema: { type: "string" } }]));
  return {
    summary: route.summary,
    ...(parameters.length > 0 && { parameters }),
    ...(route.body && {
      requestBody: {
        required: true,
        content: { "application/json": { schema: schemaOf(route.body, "input") } },
      },
    }),
    responses: { "200": { description: "OK", content }, ...refusals() },
    ...(route.open && { security: [] }),
  };
}

function queryParameters(query: z.ZodType): unknown[] {
  const { properties = {}, required = [] } = schemaOf(query, "input") as {
    properties?: Record<string, Record<string, unknown>>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: "query",
    required: required.includes(name),
    ...(description !== undefined && { description }),
    schema,
  }));
}

function refusals(): Record<string, unknown> {
  return {
    default: {
      description: "Refused",
      content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } },
    },
  };
}

function schemaOf(shape: z.ZodType, io: "input" | "output"): Record<string, unknown> {
  const schema = z.toJSONSchema(shape, { target: "draft-2020-12", io, unrepresentable: "any" });
  delete schema.$schema;
  return schema as Record<string, unknown>;
}
