/** The state of a core as the monitor shows it. Only reads; looking keeps no session alive. */
import { isoTime } from "../iso_time.ts";
import { version } from "../config/mod.ts";
import type { Core } from "../core.ts";
import { formatBroker, parseConnectionString } from "../mqtt/connection_string.ts";
import type { Session } from "../session/session.ts";
import type { Activity } from "./activity.ts";
import type { Status } from "./shapes/overview.ts";
import type { SessionFacts } from "./shapes/sessions.ts";
import { cutText } from "./call_entry.ts";
import { redactHead, withoutOwnLogin } from "../redact.ts";
import type { BrokerNames } from "./broker_names.ts";
import type { Figures } from "./figures.ts";
import { PAGE_CLIENT } from "./page_call.ts";
import type { Paced } from "./paced.ts";
import { rounded, sumOf } from "../numbers.ts";

const MEBIBYTE = 1024 * 1024;
const HOUR_MS = 3_600_000;
const MOST_SUBSCRIPTIONS = 50;
const MOST_RECORDINGS = 50;
const MOST_COLLECTIONS = 20;
const SHOWN_CHARS = 400;

/** What the views are made of. */
export interface ViewSources {
  readonly core: Core;
  readonly activity: Activity;
  readonly figures: Figures;
  readonly mode: "core" | "stdio";
  readonly startedAt: number;
  /** Clients that are connected. */
  readonly clients: () => number;
  readonly viewers: () => number;
  readonly names: BrokerNames;
  readonly offers: () => Status["offers"];
  /** What the history has of the calls since then. */
  readonly historyOfCalls: (sinceMs: number) => { calls: number; errors: number; kept: number };
  /** Recordings by session: counting them goes over every topic. */
  readonly recordings: Paced<SessionFacts["recordings"]>;
}

/** The cards of the overview. */
export function statusView(sources: ViewSources): Status {
  const { core, activity, figures } = sources;
  const now = core.now();
  const sessions = core.sessions.all();
  const memory = Deno.memoryUsage();
  const rate = figures.rate();
  const lastMinute = figures.callsOfLastMinute();
  const history = sources.historyOfCalls(now - HOUR_MS);
  return {
    version,
    timestamp: isoTime(now),
    started_at: isoTime(sources.startedAt),
    uptime_s: Math.max(0, Math.round((now - sources.startedAt) / 1000)),
    mode: sources.mode,
    read_only: core.config.readOnly,
    clients: {
      connected: sources.clients(),
      seen: activity.clientsSince(now - HOUR_MS).slice(0, 20),
    },
    sessions: {
      open: sessions.length,
      connected: sessions.filter((session) => session.state === "connected").length,
      max: core.config.maxConnections,
    },
    messages: {
      received: sumOf(sessions, (session) => session.counts.messagesReceived),
      published: sumOf(sessions, (session) => session.counts.messagesPublished),
      received_per_second: rate.messages,
      bytes_per_second: rate.bytes,
    },
    calls: {
      running: activity.runningCount,
      total: activity.totals.calls,
      errors: activity.totals.errors,
      last_minute: lastMinute.calls,
      last_hour: history.calls,
      errors_last_hour: history.errors,
      kept: history.kept,
      mean_ms_last_minute: lastMinute.meanMs,
    },
    memory: {
      rss_mb: rounded(memory.rss / MEBIBYTE, 1),
      heap_mb: rounded(memory.heapUsed / MEBIBYTE, 1),
      recordings_bytes: core.recordings.memory.usedBytes,
      recordings_limit_bytes: core.recordings.memory.limitBytes,
      collections_bytes: core.collections.memory.usedBytes,
      collections_limit_bytes: core.collections.memory.limitBytes,
    },
    viewers: sources.viewers(),
    offers: sources.offers(),
  };
}

type SessionSources = Pick<ViewSources, "core" | "figures" | "recordings" | "names">;

/** Every session, whoever made it. */
export function sessionsView(sources: SessionSources): SessionFacts[] {
  return sources.core.sessions.all().map((session) => sessionView(session, sources));
}

function sessionView(
  session: Session,
  { core, figures, recordings, names }: SessionSources,
): SessionFacts {
  const { subscriptions } = session;
  const rate = figures.rate(session.id);
  const lostSince = session.state === "connected" ? null : figures.lostSince(session.id);
  return {
    session_id: session.id,
    broker: { ...session.broker, name: names.of(session.broker) },
    named_by_settings: session.broker.name !== undefined,
    usable: core.sessions.sees(session.id, PAGE_CLIENT.id),
    status: session.state,
    disconnected_since: lostSince === null ? null : isoTime(lostSince),
    last_error: session.lastError && redactHead(session.lastError, 1_000),
    client_id: cutText(session.clientId, 100),
    mqtt_version: session.mqttVersion,
    insecure_tls: session.insecureTls,
    connect_ms: rounded(session.connectMs, 1),
    created_at: isoTime(session.createdAt),
    created_by: session.createdBy,
    connected_since: session.connectedSince === null ? null : isoTime(session.connectedSince),
    last_used_at: isoTime(session.lastUsedAt),
    expires_at: isoTime(session.expiresAt),
    messages_received: session.counts.messagesReceived,
    bytes_received: session.counts.bytesReceived,
    messages_published: session.counts.messagesPublished,
    reconnects: session.counts.reconnects,
    messages_per_second: rate.messages,
    bytes_per_second: rate.bytes,
    sparkline: figures.sparkline(session.id),
    subscriptions: subscriptions.slice(0, MOST_SUBSCRIPTIONS)
      .map((filter) => redactHead(withoutOwnLogin(filter), SHOWN_CHARS)),
    subscriptions_not_shown: Math.max(0, subscriptions.length - MOST_SUBSCRIPTIONS),
    topics_recorded: core.recordings.logOf(session.id)?.topics.length ?? 0,
    recordings: recordings.get(session.id, () => recordingsView(core, session.id)),
    collections: core.collections.ofSession(session.id).slice(0, MOST_COLLECTIONS)
      .map((collection) => ({
        collection_id: collection.id,
        tool: collection.tool,
        topic: redactHead(
          collection.filters.slice(0, 100).map(withoutOwnLogin).join(", "),
          SHOWN_CHARS,
        ),
        started_at: isoTime(collection.startedAt),
        messages: collection.log.total,
        state: collection.state,
      })),
  };
}

/** What a session records, and how complete it is. */
export function recordingsView(core: Core, sessionId: string): SessionFacts["recordings"] {
  return core.recordings.status(sessionId).slice(0, MOST_RECORDINGS).map((recording) => {
    const window = { from: Date.parse(recording.since), to: core.now() };
    const coverage = core.recordings.coverage(sessionId, recording.topic, window);
    return {
      ...recording,
      topic: redactHead(withoutOwnLogin(recording.topic), SHOWN_CHARS),
      complete: coverage.complete,
      gaps: coverage.gaps.length,
      why: coverage.why.map((why) => redactHead(why, SHOWN_CHARS)),
    };
  });
}

/** Brokers the operator named, the default one, and those that sessions are connected to. */
export function brokersView({ core, names }: Pick<ViewSources, "core" | "names">) {
  const { config, brokers } = core;
  const byUrl = new Map<string, {
    url: string;
    name: string | null;
    description: string | null;
    is_default: boolean;
    sessions: number;
    connected: number;
    messages_received: number;
  }>();
  const at = (url: string, name: string | null) => {
    const key = name ?? url;
    const found = byUrl.get(key) ?? {
      url,
      name,
      description: null,
      is_default: false,
      sessions: 0,
      connected: 0,
      messages_received: 0,
    };
    byUrl.set(key, found);
    return found;
  };
  for (const { name, description } of brokers.descriptions) {
    at(formatBroker(brokers.resolve(name)), name).description = description;
  }
  const url = defaultBrokerView(core);
  if (url !== null) at(url, null).is_default = true;
  for (const session of core.sessions.all()) {
    const broker = at(formatBroker(session.broker), session.broker.name ?? null);
    broker.name ??= names.of(session.broker) ?? null;
    broker.sessions++;
    if (session.state === "connected") broker.connected++;
    broker.messages_received += session.counts.messagesReceived;
  }
  return { brokers: [...byUrl.values()], named_brokers_only: config.namedBrokersOnly };
}

/** Where DEFAULT_MQTT_BROKER points to, without its login; null when there is none, or none that can be used. */
export function defaultBrokerView({ config }: Core): string | null {
  if (config.defaultMqttBroker === undefined) return null;
  try {
    const { allowInsecureTls } = config;
    return formatBroker(parseConnectionString(config.defaultMqttBroker, { allowInsecureTls }));
  } catch {
    return null;
  }
}
