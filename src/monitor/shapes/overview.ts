/** How the process is, figures over time, and its tools. */
import { z } from "zod";
import { clientShape } from "./calls.ts";
import { count, isoTime, points } from "./parts.ts";

/** `GET /health`. Asks for no token. */
export const healthShape = z.object({
  status: z.enum(["healthy", "stopping"]),
  timestamp: isoTime,
  version: z.string(),
  services: z.object({
    core: z.enum(["ok", "stopping"]),
    mcp_socket: z.enum(["ok", "off"]).describe("off: the monitor belongs to one stdio process"),
    mcp_http: z.enum(["ok", "off"]).describe("off: WEB_TOKEN is not set"),
    history: z.enum(["file", "memory"]),
  }),
});

/** `GET /ready`. Asks for no token; 503 while the process is stopping. */
export const readyShape = z.object({ ready: z.boolean() });

/** `GET /api/status`: the cards of the overview. */
export const statusShape = z.object({
  version: z.string(),
  timestamp: isoTime,
  started_at: isoTime,
  uptime_s: z.number(),
  mode: z.enum(["core", "stdio"]).describe("stdio: the monitor of one stdio process"),
  read_only: z.boolean(),
  clients: z.object({
    connected: count,
    seen: z.array(clientShape).describe("Who called in the last hour, the latest first"),
  }),
  sessions: z.object({
    open: count,
    connected: count,
    max: count,
  }),
  messages: z.object({
    received: count.describe("Of the sessions open now"),
    published: count,
    received_per_second: z.number(),
    bytes_per_second: z.number(),
  }),
  calls: z.object({
    running: count,
    total: count.describe("Since the start"),
    errors: count.describe("Since the start"),
    last_minute: count,
    last_hour: count.describe("In the history, from before a restart too"),
    errors_last_hour: count,
    kept: count.describe("In the history"),
    mean_ms_last_minute: z.number().nullable(),
  }),
  memory: z.object({
    rss_mb: z.number(),
    heap_mb: z.number(),
    recordings_bytes: count,
    recordings_limit_bytes: count,
    collections_bytes: count,
    collections_limit_bytes: count,
  }),
  viewers: count.describe("Live connections to this monitor"),
  offers: z.object({
    writes: z.boolean().describe("Whether anything may be written from here"),
    why: z.string().nullable().describe("Why not, in one sentence"),
    publish: z.boolean(),
    clear: z.boolean().describe("Whether retained messages may be cleared"),
    named_only: z.boolean().describe("NAMED_BROKERS_ONLY: no connection strings"),
    demo: z.boolean().describe("Whether the demo broker may be started"),
  }),
});

/** `GET /api/stats`. */
export const statsQueryShape = z.strictObject({
  range: z.enum(["10m", "1h", "6h", "24h", "7d", "30d"]).default("10m"),
});

/** `GET /api/stats`: figures over time as columns of equal length, ready to plot; null where nothing is known. */
export const statsShape = z.object({
  range: z.string(),
  step_s: z.number().describe("Seconds that one point stands for"),
  at: z.array(z.number()).describe("Seconds since the epoch, rising"),
  messages_per_second: points,
  bytes_per_second: points,
  published_per_second: points,
  calls: points.describe("Calls that ended in the step"),
  errors: points,
  call_ms_mean: points,
  call_ms_max: points,
  rss_mb: points,
  heap_mb: points,
  sessions_open: points,
  sessions: z.array(z.object({
    session_id: z.string(),
    label: z.string().describe("e.g. broker.lan:1883 (ab12cd34)"),
    messages_per_second: points,
    bytes_per_second: points,
  })).describe("At most 20, those with the most messages"),
});

/** `GET /api/tools`: every tool of the running server. */
export const toolsShape = z.object({
  tools: z.array(z.object({
    name: z.string(),
    title: z.string(),
    description: z.string(),
    access: z.enum(["read", "session", "write", "destroy"]),
    input_schema: z.record(z.string(), z.unknown()).describe("JSON Schema of the arguments"),
    output_schema: z.record(z.string(), z.unknown()),
    calls: count.describe("Since the start"),
    errors: count,
    mean_ms: z.number().nullable(),
  })),
  hidden: z.array(z.string()).describe("Switched off by READ_ONLY"),
});

export type Status = z.output<typeof statusShape>;
export type Stats = z.output<typeof statsShape>;
export type ToolFacts = z.output<typeof toolsShape>["tools"][number];
