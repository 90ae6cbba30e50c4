import { isoTime } from "../iso_time.ts";
import { z } from "zod";
import type { Core } from "../core.ts";
import { UNMARKED_OWNER } from "../session/registry.ts";
import type { Session } from "../session/session.ts";
import { fitRows, ROWS_MAX_CHARS } from "./fit.ts";
import { rowsOutput } from "./params.ts";
import { shownText, topicFacts } from "./shown_text.ts";
import { defineTool } from "./tool.ts";
import { redactHead, withoutOwnLogin } from "../redact.ts";

/** Shows every session of the core, what it listens to, and what was collected through it. */
export const listActiveConnections = defineTool({
  name: "list_active_connections",
  title: "List broker sessions",
  description:
    "List the open broker sessions with state, traffic, subscriptions, recordings and collections. " +
    "Use it to find a session_id to reuse, or the collection_id of a call that was cut off, for query_history.",
  access: "read",
  idempotent: true,
  input: z.strictObject({}),
  output: z.looseObject({
    connections: rowsOutput,
    total: z.number(),
    max_connections: z.number(),
  }),
  example: { args: {} },
  run(_args, { core, client }) {
    const hidden = !core.config.sessionSharing && client.id === UNMARKED_OWNER;
    const sessions = core.sessions.list(client.id);
    const rows = fitSessions(sessions, core);
    return Promise.resolve({
      connections: rows,
      total: sessions.length,
      max_connections: core.config.maxConnections,
      ...(rows.length < sessions.length &&
        { cut: `${rows.length} of ${sessions.length} sessions are shown` }),
      ...(hidden &&
        { note: "This client cannot be told from others, so none is listed: keep the session_id" }),
    });
  },
});

/** How many subscriptions, recordings and collections of a session are shown, from the most on, until all fit. */
const SHOWN_LADDER = [20, 10, 5, 2, 0];

function fitSessions(sessions: readonly Session[], core: Core) {
  for (const most of SHOWN_LADDER) {
    const rows = sessions.map((session) => sessionFacts(session, core, most));
    if (most === 0 || JSON.stringify(rows).length <= ROWS_MAX_CHARS) return fitRows(rows);
  }
  return [];
}

/** One session as a result shows it, with at most so many of each list; what is left out is counted. */
function sessionFacts(session: Session, core: Core, most: number) {
  const collections = core.collections.ofSession(session.id);
  const recording = core.recordings.status(session.id);
  const { subscriptions } = session;
  return {
    session_id: session.id,
    broker: session.broker,
    status: session.state,
    last_error: session.lastError && redactHead(session.lastError, 1_000),
    client_id: session.clientId,
    mqtt_version: session.mqttVersion,
    created_at: isoTime(session.createdAt),
    created_by: session.createdBy,
    last_used_at: isoTime(session.lastUsedAt),
    expires_at: session.isStanding ? null : isoTime(session.expiresAt),
    messages_received: session.counts.messagesReceived,
    messages_published: session.counts.messagesPublished,
    reconnects: session.counts.reconnects,
    subscriptions: subscriptions.slice(0, most).map((filter) => shownText(withoutOwnLogin(filter))),
    recording: recording.slice(0, most)
      .map((status) => ({ ...status, ...topicFacts(withoutOwnLogin(status.topic)) })),
    collections: collections.slice(0, most).map((collection) => ({
      collection_id: collection.id,
      tool: collection.tool,
      topic: shownText(collection.filters.map(withoutOwnLogin).join(", ")),
      started_at: isoTime(collection.startedAt),
      messages: collection.log.total,
      state: collection.state,
    })),
    ...notShown("subscriptions", subscriptions.length - most),
    ...notShown("recording", recording.length - most),
    ...notShown("collections", collections.length - most),
  };
}

function notShown(list: string, count: number): Record<string, number> {
  return count > 0 ? { [`${list}_not_shown`]: count } : {};
}
