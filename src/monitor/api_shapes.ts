/**
 * The shape of everything the monitor takes and answers over HTTP and its WebSocket. Requests are validated against
 * these schemas, and the OpenAPI description is made of them. Times are ISO 8601 in UTC, durations and sizes have their
 * unit in the name, and nothing here ever holds a credential.
 */
import { z } from "zod";

const isoTime = z.string().describe("ISO 8601 in UTC");
const count = z.number().int().min(0);

/** A refusal, of every route. */
export const errorShape = z.object({
  error: z.object({
    code: z.string().describe("e.g. NOT_FOUND, INVALID_ARGUMENT, or a code of the tools"),
    message: z.string(),
    hint: z.string().optional().describe("What to do about it"),
    field: z.string().optional().describe("The field of the request that it is about"),
  }),
});

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

/** One client program that is connected, or was lately. */
export const clientShape = z.object({
  client_id: z.string(),
  name: z.string().describe("The name it gave for itself; a stranger's text"),
  source: z.string().describe("local, http, or the name of the process elsewhere that reported it"),
  calls: count,
  errors: count,
  last_call_at: isoTime,
});

/** A call that is running. */
export const runningCallShape = z.object({
  id: z.string().describe("For POST /api/calls/{id}/cancel, and the id it keeps in the history"),
  tool: z.string(),
  client: z.string(),
  source: z.string(),
  session_id: z.string().nullable(),
  arguments: z.string().describe("JSON, redacted and cut"),
  started_at: isoTime,
  elapsed_ms: z.number(),
  progress: z.object({
    progress: z.number(),
    total: z.number().nullable(),
    message: z.string(),
  }).nullable(),
  cancellable: z.boolean().describe("False once it was cancelled"),
});

/** How a call ended. */
export const outcomeShape = z.enum(["ok", "error", "cancelled"]);

/** A call that has ended. */
export const callShape = z.object({
  id: z.string(),
  started_at: isoTime,
  tool: z.string(),
  client: z.string().describe("The client's name for itself"),
  client_id: z.string(),
  source: z.string().describe("local, http, monitor, or the process elsewhere that reported it"),
  session_id: z.string().nullable(),
  broker: z.string().nullable().optional().describe("The broker that was meant, without login"),
  arguments: z.string().describe(
    "JSON, redacted and cut; payloads, expect and connection strings only as size and hash",
  ),
  duration_ms: z.number(),
  outcome: outcomeShape,
  error_code: z.string().nullable().describe("e.g. SESSION_NOT_FOUND"),
  error: z.string().nullable().describe("Redacted and cut"),
  result_bytes: count.describe("Size of the text that the model gets"),
  result_tokens: count.describe("Estimated: four characters a token"),
});

/** `GET /api/calls`. */
export const callsQueryShape = z.strictObject({
  tool: z.string().max(200).optional(),
  client: z.string().max(200).optional().describe("Exact client name"),
  outcome: outcomeShape.optional(),
  text: z.string().max(200).optional().describe("Anywhere in tool, client, arguments or error"),
  since: z.string().max(40).optional().describe("ISO time"),
  until: z.string().max(40).optional().describe("ISO time"),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  cursor: z.string().max(60).optional().describe("next_cursor of the page before"),
});

/** `GET /api/calls`: newest first. */
export const callsShape = z.object({
  calls: z.array(callShape),
  matched: count.describe("Calls in the history that match, at most 50,000"),
  next_cursor: z.string().nullable(),
  tools: z.array(z.string()).describe("All tools in the history, for a filter"),
  clients: z.array(z.string()).describe("All client names in the history, for a filter"),
  kept: z.object({
    hours: z.number(),
    most: count,
    where: z.enum(["file", "memory"]),
  }),
});

/** `GET /api/calls/export`: the same filters; a file of at most 50,000 calls. */
export const callsExportQueryShape = callsQueryShape.omit({ limit: true, cursor: true }).extend({
  format: z.enum(["json", "csv"]).default("json"),
});

/** `GET /api/calls/story`. */
export const storyQueryShape = callsQueryShape.extend({
  limit: z.coerce.number().int().min(1).max(200).default(60),
});

/** A call with what it told and was about; only of answers that are kept. */
export const storyEntryShape = z.object({
  call: callShape,
  told: z.string().nullable().describe("The answer in a sentence"),
  topics: z.array(z.string()).describe("Topics and filters it was about, at most 12"),
  more_topics: count,
  devices: z.array(z.string()).describe("Devices it was about, at most 12"),
  more_devices: count,
  kept: z.boolean().describe("Whether its answer is kept"),
});

/** `GET /api/calls/story`: newest first. */
export const storyShape = z.object({
  entries: z.array(storyEntryShape),
  next_cursor: z.string().nullable(),
});

/** `GET /api/calls/{id}/answer`. */
export const callAnswerShape = z.object({ id: z.string(), text: z.string() });

/** Answer to `POST /api/calls/{id}/cancel`. */
export const cancelShape = z.object({ id: z.string(), status: z.literal("cancelling") });

/** One line of the log. */
export const logLineShape = z.object({
  id: count,
  time: isoTime,
  level: z.enum(["debug", "info", "warning", "error", "fatal", "trace"]),
  part: z.string().describe("Part of the program, e.g. session"),
  message: z.string(),
});

/** `GET /api/logs`. */
export const logsQueryShape = z.strictObject({
  level: z.enum(["debug", "info", "warning", "error"]).optional().describe("This level and worse"),
  text: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(2000).default(200),
  cursor: z.string().max(40).optional().describe("next_cursor of the page before"),
});

/** `GET /api/logs`: newest first. */
export const logsShape = z.object({
  lines: z.array(logLineShape),
  next_cursor: z.string().nullable(),
  level: z.string().describe("LOG_LEVEL: nothing below it is recorded"),
});

/** A broker without credentials. */
export const brokerShape = z.object({
  host: z.string(),
  port: z.number(),
  protocol: z.enum(["mqtt", "mqtts", "ws", "wss"]),
  name: z.string().optional().describe("The operator's, or the one given on the page"),
});

/** A recorded topic filter. */
export const recordingShape = z.object({
  topic: z.string(),
  since: isoTime,
  state: z.enum(["recording", "stopped", "session_lost"]),
  messages: count,
  bytes: count,
  evicted: count,
  complete: z.boolean().describe("Nothing was missed or evicted since it began"),
  gaps: count,
  why: z.array(z.string()).describe("Why it is not complete"),
});

/** A session with a broker. */
export const sessionShape = z.object({
  session_id: z.string(),
  broker: brokerShape,
  named_by_settings: z.boolean().describe("Its broker has a name that these pages cannot change"),
  usable: z.boolean().describe(
    "Whether these pages may write through it; with SESSION_SHARING=false only if they opened it",
  ),
  status: z.enum(["connected", "reconnecting", "disconnected"]),
  disconnected_since: isoTime.nullable().describe(
    "When it was first seen not to be connected; null while it is",
  ),
  last_error: z.string().nullable(),
  client_id: z.string().describe("MQTT client id"),
  mqtt_version: z.enum(["5", "3.1.1"]),
  insecure_tls: z.boolean().describe("Its certificate was not checked"),
  connect_ms: z.number(),
  created_at: isoTime,
  created_by: z.string(),
  connected_since: isoTime.nullable(),
  last_used_at: isoTime,
  expires_at: isoTime,
  messages_received: count,
  bytes_received: count,
  messages_published: count,
  reconnects: count,
  messages_per_second: z.number().describe("In the last second"),
  bytes_per_second: z.number(),
  sparkline: z.array(z.number()).describe("Messages in each of the last 60 seconds, oldest first"),
  subscriptions: z.array(z.string()),
  subscriptions_not_shown: count,
  topics_recorded: count.describe("Topics that are counted one by one"),
  recordings: z.array(recordingShape),
  collections: z.array(z.object({
    collection_id: z.string(),
    tool: z.string(),
    topic: z.string(),
    started_at: isoTime,
    messages: count,
    state: z.string(),
  })),
});

/** `GET /api/sessions`. */
export const sessionsShape = z.object({
  sessions: z.array(sessionShape),
  total: count,
  max_connections: count,
});

/** Answer to `DELETE /api/sessions/{id}`. */
export const closedSessionShape = z.object({
  session_id: z.string(),
  status: z.literal("closed"),
  closed_at: isoTime,
  messages_received: count,
  messages_published: count,
});

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
  messages_per_second: z.array(z.number().nullable()),
  bytes_per_second: z.array(z.number().nullable()),
  published_per_second: z.array(z.number().nullable()),
  calls: z.array(z.number().nullable()).describe("Calls that ended in the step"),
  errors: z.array(z.number().nullable()),
  call_ms_mean: z.array(z.number().nullable()),
  call_ms_max: z.array(z.number().nullable()),
  rss_mb: z.array(z.number().nullable()),
  heap_mb: z.array(z.number().nullable()),
  sessions_open: z.array(z.number().nullable()),
  sessions: z.array(z.object({
    session_id: z.string(),
    label: z.string().describe("e.g. broker.lan:1883 (ab12cd34)"),
    messages_per_second: z.array(z.number().nullable()),
    bytes_per_second: z.array(z.number().nullable()),
  })).describe("At most 20, those with the most messages"),
});

/** `GET /api/brokers`: brokers the operator named, and those that sessions are connected to. */
export const brokersShape = z.object({
  brokers: z.array(z.object({
    url: z.string().describe("Redacted, e.g. mqtts://broker.lan:8883"),
    name: z.string().nullable(),
    description: z.string().nullable(),
    is_default: z.boolean(),
    sessions: count,
    connected: count,
    messages_received: count,
  })),
  named_brokers_only: z.boolean(),
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

/** `GET /api/topics`: one level of the topic tree of what a session records. */
export const topicsQueryShape = z.strictObject({
  session_id: z.string().max(100),
  parent: z.string().max(65_535).optional().describe(
    "Levels so far, e.g. home/kitchen; left out: the first level",
  ),
  search: z.string().max(200).optional().describe(
    "Instead of a level: a topic filter, or words that stand in a topic or its newest value",
  ),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
});

/** `GET /api/topics/retained`. */
export const retainedQueryShape = z.strictObject({
  session_id: z.string().max(100),
  topic: z.string().min(1).max(65_535),
});

/** `GET /api/topics/retained`: what the broker keeps of a topic at this moment. */
export const retainedShape = z.object({
  retained: z.boolean().nullable().describe("null: the connection was away meanwhile"),
  size_bytes: count.nullable(),
  preview: z.string().nullable().describe("A short line of it"),
});

/** `GET /api/topics/export`. */
export const topicsExportQueryShape = z.strictObject({
  session_id: z.string().max(100),
  search: z.string().max(200).default("").describe("As for /api/topics; left out: all topics"),
  since: z.string().max(60).optional().describe('Only topics heard since: "-10m" or ISO 8601'),
  until: z.string().max(60).optional().describe("Likewise; default: now"),
  format: z.enum(["jsonl", "csv"]).default("jsonl"),
});

/** A level of the topic tree: a topic, a branch, or both. */
export const topicNodeShape = z.object({
  path: z.string().describe("Up to and with this level; what to give as parent, or as topic"),
  name: z.string().describe("This level alone; the whole topic when searched for"),
  topics: count.describe("Topics at and below it"),
  has_children: z.boolean(),
  is_topic: z.boolean().describe("Messages came on exactly this path"),
  messages: count.describe("At and below it"),
  bytes: count,
  messages_per_second: z.number().describe("At and below it, over the last ten seconds"),
  last_at: isoTime,
  last_value: z.string().nullable().describe(
    "A short line of its newest message, where it is a topic",
  ),
  retained: z.boolean(),
});

/** `GET /api/topics`. */
export const topicsShape = z.object({
  session_id: z.string(),
  parent: z.string().nullable(),
  nodes: z.array(topicNodeShape).describe("In alphabetical order, dev2 before dev10"),
  total: count.describe("Nodes there are; nodes may be fewer"),
  recording: z.array(recordingShape).describe("Empty: nothing is recorded"),
});

/** `GET /api/topics/messages`. */
export const topicMessagesQueryShape = z.strictObject({
  session_id: z.string().max(100),
  topic: z.string().min(1).max(65_535),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});

/** A field of a topic over time. */
const seriesShape = z.object({
  path: z.string().describe(
    "e.g. $.temperature; $ for a bare number; a metric's name in Sparkplug",
  ),
  at: z.array(z.number()).describe("Seconds since the epoch, rising"),
  value: z.array(z.number()),
  unit: z.string().nullable().describe("As it was sent with the number, e.g. °C"),
  isSwitch: z.boolean().describe("On or off, as 1 and 0"),
});

/** `GET /api/topics/messages`: the newest messages of one topic, decoded, and its numbers over time. */
export const topicMessagesShape = z.object({
  session_id: z.string(),
  topic: z.string(),
  counts: z.object({
    messages: count,
    bytes: count,
    evicted: count,
    first_at: isoTime,
    last_at: isoTime,
  }),
  messages: z.array(z.looseObject({
    seq: z.number(),
    timestamp: isoTime,
    size_bytes: count,
    format: z.string(),
    payload: z.unknown().describe("Decoded; cut with truncated: true"),
    qos: z.number().optional(),
    retain: z.boolean().optional(),
    replayed: z.boolean().optional().describe(
      "The broker's retained message, sent to a new subscription",
    ),
    dup: z.boolean().optional(),
    encoding: z.string().optional(),
    truncated: z.boolean().optional(),
  })).describe("Newest first"),
  series: z.array(seriesShape).describe(
    "Fields of the newest 500 messages that can be drawn, those that vary first, at most 20",
  ),
});

/** Something that is wrong with a device, in short. */
const shortFindingShape = z.object({
  severity: z.enum(["critical", "error", "warning", "info"]),
  code: z.string().describe("See docs/findings.md"),
  title: z.string(),
});

const deviceStateShape = z.enum(["online", "offline", "sleeping", "flapping", "unknown"]);

/** A device that recordings know. */
export const deviceShape = z.object({
  id: z.string().describe("Tells it apart from all others of this answer"),
  session_id: z.string(),
  broker: z.string().describe("Its name, or its URL without login"),
  device: z.string().describe("What debug_device takes to mean it"),
  name: z.string(),
  model: z.string().nullable(),
  convention: z.string().describe("The family it is of, e.g. zigbee2mqtt"),
  place: z.string().describe("What it shares with its neighbours, e.g. zigbee2mqtt/+"),
  state: deviceStateShape,
  condition: z.enum(["sick", "affected", "unknown", "healthy"]).describe(
    "affected: its only trouble is one that it shares; unknown: nothing was heard of it",
  ),
  severity: z.enum(["critical", "error", "warning", "info"]).nullable().describe(
    "Of its worst finding",
  ),
  health: z.number().nullable(),
  last_heard: isoTime.nullable().describe("null: nothing came live"),
  battery: z.number().nullable().describe("Percent"),
  signal: z.object({ value: z.number(), unit: z.string(), weak: z.boolean() }).nullable(),
  sentence: z.string().describe("What to know of it first"),
  findings: z.array(shortFindingShape).describe("The two worst"),
  more_findings: count,
});

/** A broker whose devices are judged from what is recorded on a session. */
export const deviceSourceShape = z.object({
  session_id: z.string(),
  broker: z.string().describe("Its name, or its URL without login"),
  url: z.string().describe("Without login"),
  status: z.enum(["connected", "reconnecting", "disconnected"]),
  recorded: z.array(z.string()).describe("Empty: nothing is recorded, so no device is known"),
  records_all: z.boolean(),
  listened: z.object({ from: isoTime, to: isoTime, gaps: count }).nullable(),
  cut: z.array(z.string()).describe("What was left out, in words"),
});

const fleetSummaryShape = z.object({
  devices: count,
  sick: count,
  affected: count,
  offline: count,
  sleeping: count,
  healthy: count,
  unknown: count,
});

/** Trouble that belongs to no device alone. */
export const deviceProblemShape = z.object({
  broker: z.string(),
  code: z.string(),
  severity: z.enum(["critical", "error", "warning", "info"]),
  title: z.string(),
  topics: z.array(z.string()),
  topic_count: count,
  devices: z.array(z.string()),
  device_count: count,
  suggestion: z.string().optional(),
});

/** `GET /api/devices`. */
export const devicesQueryShape = z.strictObject({
  session_id: z.string().max(100).optional(),
  state: deviceStateShape.optional(),
  condition: z.enum(["sick", "affected", "unknown", "healthy"]).optional(),
  limit: z.coerce.number().int().min(1).max(2_000).default(2_000),
});

/** `GET /api/devices`: every device, the sickest first. */
export const devicesShape = z.object({
  answer: z.string().describe("All of it in a sentence"),
  judged_at: isoTime,
  summary: fleetSummaryShape.describe("Of all, whatever is asked for"),
  devices: z.array(deviceShape),
  truncated: z.boolean().describe("There are more that match than are listed"),
  problems: z.array(deviceProblemShape),
  brokers: z.array(deviceSourceShape),
});

/** `GET /api/devices/details`. */
export const deviceQueryShape = z.strictObject({
  session_id: z.string().max(100),
  device: z.string().min(1).max(1_000),
});

/** `GET /api/devices/details`: what debug_device tells from the recording, and values over time. */
export const deviceDetailsShape = z.looseObject({
  session_id: z.string(),
  device: z.string(),
  judged_at: isoTime,
  convention: z.string(),
  connection: z.looseObject({ state: deviceStateShape, evidence: z.string() }),
  health: z.number().nullable(),
  findings: z.array(shortFindingShape.extend({
    evidence: z.looseObject({
      summary: z.string(),
      messages: z.array(z.looseObject({
        timestamp: isoTime,
        topic: z.string(),
        preview: z.string(),
        retain: z.boolean().optional(),
      })),
      repeats: z.string().optional(),
    }),
    suggestion: z.string(),
  })),
  topics: z.array(z.looseObject({ topic: z.string(), role: z.string() })),
  topic_count: count,
  recent_messages: z.array(z.looseObject({
    timestamp: isoTime,
    topic: z.string(),
    size_bytes: count,
    format: z.string(),
    payload: z.unknown(),
  })).describe("Newest first"),
  series: z.array(z.object({
    topic: z.string(),
    path: z.string(),
    at: z.array(z.number()).describe("Seconds since the epoch, rising"),
    value: z.array(z.number()),
    unit: z.string().nullable(),
    isSwitch: z.boolean(),
  })).describe("Values over time, those that vary first, at most 12"),
  gaps: z.array(z.object({ from: z.number(), to: z.number() }))
    .describe("Times in which nothing could be heard, in seconds since the epoch"),
});

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

const topicFilters = z.array(z.string().min(1).max(65_535)).max(50);

/** Body of `POST /api/connect`. */
export const connectBodyShape = testConnectionBodyShape.extend({
  name: z.string().max(60).optional().describe("What the broker is called on these pages"),
  topics: topicFilters.default([]).describe("Topic filters to record from the start"),
});

/** Answer to `POST /api/connect` and `POST /api/demo`, as establish_connection gives it. */
export const connectedShape = z.looseObject({ session_id: z.string(), status: z.string() });

/** Body of a route that needs nothing to be said. */
export const nothingShape = z.strictObject({});

/** Body of `POST /api/record`. */
export const recordBodyShape = z.strictObject({
  session_id: z.string().max(100),
  action: z.enum(["start", "stop"]),
  topics: topicFilters.optional(),
});

/** Answer to `POST /api/record`, as record_topics gives it. */
export const recordedShape = z.looseObject({ recording: z.array(z.unknown()) });

/** `GET /api/publish`. */
export const mayPublishQueryShape = z.strictObject({
  session_id: z.string().max(100),
  topic: z.string().max(65_535),
});

/** `GET /api/publish`. */
export const mayPublishShape = z.object({ allowed: z.boolean(), why: z.string().nullable() });

/** Body of `POST /api/publish`. */
export const publishBodyShape = z.strictObject({
  session_id: z.string().max(100),
  topic: z.string().max(65_535),
  payload: z.string(),
  encoding: z.enum(["utf8", "base64", "hex"]).default("utf8"),
  qos: z.literal([0, 1, 2]).default(0),
  retain: z.boolean().default(false),
  confirm: z.string().max(100).optional().describe("Of the preview of the same message"),
});

/** Answer to `POST /api/publish`, as publish_message gives it; a preview with what confirms it. */
export const publishedShape = z.looseObject({
  status: z.enum(["dry_run", "published"]),
  payload_bytes: count,
  question: z.string().nullable().optional().describe("What would be done, in one sentence"),
  confirm: z.string().optional().describe("Give it with the same message to send it"),
});

/** Body of `POST /api/clear-retained`. */
export const clearBodyShape = z.strictObject({
  session_id: z.string().max(100),
  topics: topicFilters.min(1),
  plan: z.string().max(100).optional().describe("Of the list, to remove what is in it"),
});

/** Answer to `POST /api/clear-retained`, as clear_retained gives it. */
export const clearedShape = z.looseObject({
  plan: z.unknown().optional(),
  matched: z.array(z.unknown()).optional(),
  cleared: z.array(z.unknown()).optional(),
  skipped: z.array(z.unknown()).optional(),
  failed: z.array(z.unknown()).optional(),
});

/** A window of time: ISO 8601, or relative to now as `-10m`. */
const windowShape = {
  since: z.string().max(60).optional().describe('"-10m" or ISO 8601; default: the start'),
  until: z.string().max(60).optional().describe("Likewise; default: now"),
};

/** `GET /api/messages`. */
export const messagesQueryShape = z.strictObject({
  session_id: z.string().max(100),
  topic: z.string().min(1).max(65_535).describe("Topic filter"),
  ...windowShape,
  contains: z.string().min(1).max(200).optional().describe("Text, any case"),
  cursor: z.string().max(60).optional().describe("next_cursor of the page before"),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});

const messageViewShape = z.looseObject({
  seq: z.number(),
  timestamp: isoTime,
  topic: z.string(),
  size_bytes: count,
  format: z.string(),
  payload: z.unknown().describe("Decoded; cut with truncated: true"),
  qos: z.number().optional(),
  retain: z.boolean().optional(),
  dup: z.boolean().optional(),
  encoding: z.string().optional(),
  truncated: z.boolean().optional(),
});

/** `GET /api/messages`: recorded messages, newest first, from memory and disk alike. */
export const messagesShape = z.object({
  messages: z.array(messageViewShape),
  matched: count.describe("All in the window"),
  next_cursor: z.string().nullable(),
});

/** `GET /api/messages/export`. */
export const messagesExportQueryShape = messagesQueryShape.omit({ cursor: true, limit: true })
  .extend({ format: z.enum(["jsonl", "csv"]).default("jsonl") });

/** `GET /api/messages/values`. */
export const valuesQueryShape = z.strictObject({
  session_id: z.string().max(100),
  topic: z.string().min(1).max(65_535),
  ...windowShape,
});

/** `GET /api/messages/values`: the numbers of one topic over a time, thinned out evenly where there are many. */
export const valuesShape = z.object({
  messages: count.describe("In the window"),
  read: count.describe("Of them: evenly spread"),
  series: z.array(seriesShape),
});

/** `GET /api/changes`. */
export const changesQueryShape = z.strictObject({
  session_id: z.string().max(100),
  topic: z.string().min(1).max(65_535).default("#").describe("Topic filter"),
  before_since: z.string().max(60),
  before_until: z.string().max(60),
  since: z.string().max(60),
  until: z.string().max(60).optional(),
});

/** `GET /api/changes`: what is different in a window of time from one before it. */
export const changesShape = z.object({
  changes: z.array(z.object({
    topic: z.string(),
    kind: z.enum(["appeared", "silent", "rate", "structure", "value"]),
    before: z.unknown(),
    after: z.unknown(),
  })),
  changed: count.describe("All changes; changes may be fewer"),
  unheard: z.enum(["before", "after"]).nullable().describe(
    "The window in which nothing could be heard, so that nothing is compared",
  ),
  messages: count.describe("In both windows"),
  read: count.describe("Payloads that were read of them, evenly spread"),
  why: z.array(z.string()).describe("Why the windows are not known completely"),
});

/** Body of `POST /api/brokers/name`. */
export const nameBodyShape = z.strictObject({
  session_id: z.string().max(100),
  name: z.string().trim().min(1).max(60),
});

/** Answer to `POST /api/brokers/name`. */
export const namedShape = z.object({ name: z.string() });

/** A call as a process elsewhere reports it; already redacted there, and redacted again here. */
export const reportedCallShape = z.object({
  id: z.string().max(60),
  started_at: z.string().max(40),
  tool: z.string().max(100),
  client: z.string().max(200),
  client_id: z.string().max(100),
  session_id: z.string().max(100).nullable(),
  arguments: z.string().max(4_000),
  duration_ms: z.number().min(0).max(1e9),
  outcome: outcomeShape,
  error_code: z.string().max(60).nullable(),
  error: z.string().max(2_000).nullable(),
  result_bytes: count.max(1e9),
  result_tokens: count.max(1e9),
});

/** Body of `POST /api/log-call`. */
export const logCallBodyShape = z.strictObject({
  source: z.string().min(1).max(100).describe("Name of the reporting process, e.g. its host's"),
  calls: z.array(reportedCallShape).min(1).max(500),
  lost: count.default(0).describe("Calls the reporter had to drop since its last report"),
});

/** Answer to `POST /api/log-call`. */
export const loggedShape = z.object({ accepted: count });

/** Body of `POST /api/login`; as JSON or as a form. */
export const loginBodyShape = z.strictObject({ token: z.string().min(1).max(1_000) });

/** Answer to `POST /api/login` and `POST /api/logout`. */
export const loginShape = z.object({ logged_in: z.boolean() });

/** One control packet of a session. */
export const packetShape = z.object({
  at: isoTime,
  since_previous_ms: z.number().nullable().describe("Time since the session's packet before"),
  direction: z.enum(["sent", "received"]),
  packet: z.string().describe("e.g. PUBLISH, SUBACK, PINGRESP"),
  packet_id: z.number().nullable(),
  summary: z.string().describe("One line in words; holds strangers' topics"),
  topic: z.string().nullable(),
  qos: z.number().nullable(),
  retain: z.boolean(),
  dup: z.boolean(),
  payload_bytes: z.number().nullable(),
  reason: z.string().nullable().describe("The reason code in words"),
  reason_code: z.number().nullable(),
  round_trip_ms: z.number().nullable().describe("Of an acknowledgement: since what it answers"),
});

/** What a viewer may send on the WebSocket `/api/live`. */
export const liveCommandShape = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("watch_packets"), session_id: z.string().max(100) }),
  z.strictObject({ type: z.literal("unwatch_packets"), session_id: z.string().max(100) }),
  z.strictObject({
    type: z.literal("watch_topics"),
    watch: count.describe(
      "The viewer's own number for this; a later command replaces the one before",
    ),
    session_id: z.string().max(100),
    levels: z.array(z.strictObject({
      parent: z.string().max(65_535).optional(),
      search: z.string().max(200).optional(),
      limit: z.number().int().min(1).max(1000),
    })).max(100),
    topic: z.string().min(1).max(65_535).optional(),
    range: z.strictObject({
      seconds: z.number().min(1).max(1e9).optional().describe("The last so many"),
      from: z.number().min(0).max(1e11).optional().describe(
        "Or a time, in seconds since the epoch",
      ),
      to: z.number().min(0).max(1e11).optional(),
    }).optional().describe("Only topics with messages in this time; left out: all"),
  }),
  z.strictObject({ type: z.literal("unwatch_topics") }),
  z.strictObject({ type: z.literal("watch_devices") }),
  z.strictObject({ type: z.literal("unwatch_devices") }),
]);

/** A watch that an assistant started. Its name and texts come from chats and devices. */
export const watchShape = z.object({
  watch_id: z.string(),
  session_id: z.string(),
  broker: z.string().describe("Its name, or host:port"),
  name: z.string(),
  topic: z.string().nullable().describe("The topic filter; null for one on a device"),
  device: z.string().nullable().describe("The device; null for one on messages"),
  condition: z.string().describe("In words"),
  cooldown_s: z.number().describe("It is met at most once in so many seconds"),
  state: z.enum(["watching", "ended"]),
  device_state: z.string().nullable().describe("How the device is, as far as it is known"),
  since: isoTime,
  met: count,
  within_cooldown: count.describe("Times that the condition held within the cooldown"),
  last_met_at: isoTime.nullable(),
  last_reason: z.enum(["matched", "changed", "quiet", "state"]).nullable(),
  last_topic: z.string().nullable(),
  last_payload: z.string().nullable().describe("Cut; JSON, or a text as it is"),
  last_evidence: z.string().nullable().describe("Why the device is taken to be so"),
  latest_times: z.array(isoTime).describe("When it was met, at most ten, the latest last"),
  ended_at: isoTime.nullable(),
  ended: z.string().nullable().describe("Why it is over, in words"),
});

/** `GET /api/watches`: those that stand first, the newest first. */
export const watchesShape = z.object({
  watches: z.array(watchShape),
  notify_url: z.object({
    delivered: count,
    lost: count,
    waiting: count,
    last_error: z.string().nullable(),
  }).nullable().describe("How posting to NOTIFY_URL goes; null where it is not set"),
});

/** What the WebSocket `/api/live` sends: one of these as JSON text, told by `type`. */
export const liveEventShape = z.discriminatedUnion("type", [
  z.object({ type: z.literal("hello"), version: z.string() }).describe("First, once"),
  z.object({
    type: z.literal("snapshot"),
    status: statusShape,
    sessions: z.array(sessionShape),
    running: z.array(runningCallShape),
  }).describe("Once a second; it also says that the link lives"),
  z.object({
    type: z.literal("calls"),
    calls: z.array(callShape).describe("Oldest first"),
    skipped: count.describe("Calls left out, because there were too many to show"),
  }).describe("Calls that ended, at most four times a second and 200 at a time"),
  z.object({
    type: z.literal("logs"),
    lines: z.array(logLineShape).describe("Oldest first"),
    skipped: count,
  }),
  z.object({
    type: z.literal("packets"),
    session_id: z.string(),
    packets: z.array(packetShape).describe("Oldest first"),
    skipped: count,
  }).describe("Only to viewers that watch the session's packets"),
  z.object({
    type: z.literal("topics"),
    watch: count.describe("The number that the viewer gave"),
    session_id: z.string(),
    version: count.describe("Messages recorded so far: everything in the event is of this moment"),
    levels: z.array(z.object({
      parent: z.string().optional(),
      search: z.string().optional(),
      total: count.describe("Nodes there are; paths may be fewer"),
      limited: z.boolean().optional().describe("Of a search: not all values are looked at"),
      searching: z.boolean().optional().describe("Of a search: more may be found soon"),
      paths: z.array(z.string()).optional().describe(
        "All that are shown, in order; left out: as before",
      ),
      nodes: z.array(topicNodeShape).describe("Those that changed"),
    })).describe("Levels in which something changed"),
    topic: topicMessagesShape.omit({ session_id: true }).extend({
      reset: z.boolean().describe(
        "Whether this is all of it; otherwise it is added to what was sent",
      ),
      gaps: z.array(z.object({ from: z.number(), to: z.number() }))
        .describe("Times in which nothing could be heard, in seconds since the epoch"),
    }).nullable().describe("What was added: messages newest first, and points"),
  }).describe(
    "Only to viewers that watch topics: whole at first, then what changed, four times a second",
  ),
  devicesShape.omit({ truncated: true }).extend({
    type: z.literal("devices"),
    reset: z.boolean().describe("Whether these are all; otherwise they replace those of their ids"),
    order: z.array(z.string()).optional().describe("The ids of all, in order; left out: as before"),
  }).describe("Only to viewers that watch devices: whole at first, then those that changed"),
  z.object({
    type: z.literal("watch"),
    event: z.enum(["met", "ended"]),
    watch: watchShape,
  }).describe("At once when a watch is met or is over"),
  z.object({
    type: z.literal("error"),
    message: z.string(),
  }).describe("A command that cannot be carried out"),
]);

export type ConnectTarget = z.output<typeof testConnectionBodyShape>;
export type Status = z.output<typeof statusShape>;
export type SessionFacts = z.output<typeof sessionShape>;
export type RunningCallFacts = z.output<typeof runningCallShape>;
export type CallEntry = z.output<typeof callShape>;
export type ReportedCall = z.output<typeof reportedCallShape>;
export type ClientFacts = z.output<typeof clientShape>;
export type LogEntry = z.output<typeof logLineShape>;
export type StoryEntry = z.output<typeof storyEntryShape>;
export type CallsQuery = z.output<typeof callsQueryShape>;
export type LogsQuery = z.output<typeof logsQueryShape>;
export type Stats = z.output<typeof statsShape>;
export type SetupFacts = z.output<typeof setupShape>;
export type ToolFacts = z.output<typeof toolsShape>["tools"][number];
export type TopicNode = z.output<typeof topicsShape>["nodes"][number];
export type TopicMessages = z.output<typeof topicMessagesShape>;
export type DeviceFacts = z.output<typeof deviceShape>;
export type DevicesFacts = z.output<typeof devicesShape>;
export type DeviceDetails = z.output<typeof deviceDetailsShape>;
export type PacketRow = z.output<typeof packetShape>;
export type WatchRow = z.output<typeof watchShape>;
export type LiveCommand = z.output<typeof liveCommandShape>;
export type LiveEvent = z.output<typeof liveEventShape>;
