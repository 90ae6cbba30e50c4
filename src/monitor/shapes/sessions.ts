/** Sessions, their brokers, recordings and control packets. */
import { z } from "zod";
import { count, isoTime, sessionId } from "./parts.ts";

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

/** Body of `POST /api/brokers/name`. */
export const nameBodyShape = z.strictObject({
  session_id: sessionId,
  name: z.string().trim().min(1).max(60),
});

/** Answer to `POST /api/brokers/name`. */
export const namedShape = z.object({ name: z.string() });

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

export type SessionFacts = z.output<typeof sessionShape>;
export type PacketRow = z.output<typeof packetShape>;
