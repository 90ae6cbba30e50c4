import { z } from "zod";
import type { Core } from "../core.ts";
import type { Session } from "../session/session.ts";
import { isoTime } from "./params.ts";
import { defineTool } from "./tool.ts";

/** Shows every session of the core, what it listens to, and what was collected through it. */
export const listActiveConnections = defineTool({
  name: "list_active_connections",
  title: "List broker sessions",
  description:
    "List the open broker sessions with their state, traffic, subscriptions, recordings and collections. " +
    "Use it to find a session_id to reuse, or the collection_id of a call that was cut off (read it with query_history).",
  access: "read",
  idempotent: true,
  input: z.strictObject({}),
  output: z.looseObject({
    connections: z.array(z.looseObject({
      session_id: z.string(),
      broker: z.looseObject({}),
      status: z.string(),
      created_at: z.string(),
      expires_at: z.string(),
    })),
    total: z.number(),
    max_connections: z.number(),
  }),
  run(_args, { core, client }) {
    const sessions = core.sessions.list(client.id);
    return Promise.resolve({
      connections: sessions.map((session) => sessionFacts(session, core)),
      total: sessions.length,
      max_connections: core.config.maxConnections,
    });
  },
});

const MOST_COLLECTIONS_SHOWN = 20;

/** One session as a result shows it. */
export function sessionFacts(session: Session, core: Core) {
  const collections = core.collections.ofSession(session.id);
  return {
    session_id: session.id,
    broker: session.broker,
    status: session.state,
    last_error: session.lastError,
    client_id: session.clientId,
    mqtt_version: session.mqttVersion,
    created_at: isoTime(session.createdAt),
    created_by: session.createdBy,
    last_used_at: isoTime(session.lastUsedAt),
    expires_at: isoTime(session.expiresAt),
    messages_received: session.counts.messagesReceived,
    messages_published: session.counts.messagesPublished,
    reconnects: session.counts.reconnects,
    subscriptions: session.subscriptions,
    recording: core.recordings.status(session.id),
    collections: collections.slice(0, MOST_COLLECTIONS_SHOWN).map((collection) => ({
      collection_id: collection.id,
      tool: collection.tool,
      topic: collection.filters.join(", "),
      started_at: isoTime(collection.startedAt),
      messages: collection.log.total,
      state: collection.state,
    })),
    ...(collections.length > MOST_COLLECTIONS_SHOWN
      ? { collections_not_shown: collections.length - MOST_COLLECTIONS_SHOWN }
      : {}),
  };
}
