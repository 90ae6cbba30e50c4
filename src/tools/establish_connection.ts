import { isoTime } from "../iso_time.ts";
import { z } from "zod";
import { anObject, topicFilter } from "./params.ts";
import { resolveBroker } from "./broker_choice.ts";
import { defineTool } from "./tool.ts";

/** Opens a session: the handle that every other tool works through. */
export const establishConnection = defineTool({
  name: "establish_connection",
  title: "Connect to a broker",
  description:
    "Connect to an MQTT broker and get the session_id that other tools need. Call it first, or reuse a " +
    "session from list_active_connections. Takes mqtt://, mqtts:// (TLS), ws://, wss:// or host:port. " +
    "Use test_connection when connecting fails.",
  access: "session",
  idempotent: false,
  input: z.strictObject({
    connection_string: z.string().optional().describe(
      'e.g. "mqtt://user:pass@192.168.1.10"; default: the configured one',
    ),
    broker: z.string().optional().describe("Or the name of a configured one"),
    record: z.array(topicFilter).max(50).default([]).describe(
      'Topic filters to record from the start, e.g. ["#"]',
    ),
  }),
  output: z.looseObject({
    session_id: z.string(),
    status: z.string(),
    broker: anObject,
    client_id: z.string(),
    mqtt_version: z.string(),
    connect_ms: z.number(),
    created_at: z.string(),
    expires_at: z.string(),
    server: anObject,
  }),
  example: { args: { connection_string: "mqtt://broker.lan:1883" } },
  async run(args, { core, client, signal }) {
    const { target, name } = resolveBroker(args, core);
    const session = await core.sessions.establish(target, {
      createdBy: client.name,
      owner: client.id,
      signal,
      ...(name && { brokerName: name, tls: core.brokers.tlsOf(name) ?? undefined }),
    });
    let recording: unknown;
    if (args.record.length > 0) {
      try {
        await core.recordings.start(session, args.record, { signal });
      } catch (error) {
        await core.sessions.close(session.id, client.id);
        throw error;
      }
      recording = core.recordings.status(session.id);
    }
    return {
      session_id: session.id,
      status: "connected",
      broker: session.broker,
      client_id: session.clientId,
      mqtt_version: session.mqttVersion,
      connect_ms: session.connectMs,
      created_at: isoTime(session.createdAt),
      expires_at: isoTime(session.expiresAt),
      server: { ...session.server },
      ...(recording !== undefined && { recording }),
      ...(session.fellBack === "silent" && {
        version_note:
          "The broker is silent to MQTT 5, so 3.1.1 is spoken; protocol=3.1.1 in the connection string makes connecting quick",
      }),
      ...(session.insecureTls &&
        { warning: "The broker's certificate was not checked: `insecure` was asked for" }),
    };
  },
});
