/** Logging in, setting a client up, testing a connection and connecting. */
import { z } from "zod";
import { topicFilters } from "./parts.ts";

/** `GET /api/setup`: what to put into which client's settings, filled in for this host. */
export const setupShape = z.object({
  version: z.string(),
  host_name: z.string(),
  container: z.string().nullable().describe("Id or name of the container this runs in"),
  core_socket: z.string().nullable(),
  token_required: z.boolean(),
  mcp_url: z.string().nullable().describe("For Streamable HTTP; null without WEB_TOKEN"),
  default_broker: z.string().nullable().describe("Redacted"),
  brokers: z.array(z.string()).describe("Names, for try it"),
  snippets: z.array(z.object({
    client: z.enum(["cursor", "claude_code", "claude_desktop", "vscode"]),
    title: z.string().describe("e.g. Cursor"),
    where: z.enum(["local", "ssh", "http"]),
    place: z.string().describe("The file to put it into, or where to run it"),
    language: z.enum(["json", "shell"]),
    text: z.string().describe("Ready to copy; <user> and <token> are left to fill in"),
    note: z.string().nullable(),
  })),
});

/** Body of `POST /api/test-connection`: a connection string or a name. */
export const testConnectionBodyShape = z.strictObject({
  connection_string: z.string().min(1).max(4_000).optional(),
  broker: z.string().min(1).max(100).optional(),
  username: z.string().max(1_000).optional().describe("Beside a connection string without login"),
  password: z.string().max(4_000).optional(),
});

/** Answer to `POST /api/test-connection`. */
export const testConnectionShape = z.looseObject({
  healthy: z.boolean(),
  checks: z.array(z.looseObject({
    name: z.string(),
    status: z.enum(["pass", "warn", "fail", "skipped"]),
    duration_ms: z.number(),
    detail: z.string(),
  })),
});

/** Body of `POST /api/connect`. */
export const connectBodyShape = testConnectionBodyShape.extend({
  name: z.string().max(60).optional().describe("What the broker is called on these pages"),
  topics: topicFilters.default([]).describe("Topic filters to record from the start"),
});

/** Answer to `POST /api/connect` and `POST /api/demo`, as establish_connection gives it. */
export const connectedShape = z.looseObject({ session_id: z.string(), status: z.string() });

/** Body of `POST /api/login`; as JSON or as a form. */
export const loginBodyShape = z.strictObject({ token: z.string().min(1).max(1_000) });

/** Answer to `POST /api/login` and `POST /api/logout`. */
export const loginShape = z.object({ logged_in: z.boolean() });

export type ConnectTarget = z.output<typeof testConnectionBodyShape>;
export type SetupFacts = z.output<typeof setupShape>;
