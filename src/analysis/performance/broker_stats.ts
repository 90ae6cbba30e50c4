import { significant, sumOf } from "../../numbers.ts";

/** What a broker says about itself in `$SYS`. Counts are sums over the nodes of a cluster. */
export interface BrokerFigures {
  /** False when the broker published nothing under `$SYS` that is understood here. */
  readonly available: boolean;
  readonly family?: "Mosquitto" | "EMQX" | "HiveMQ" | "VerneMQ";
  readonly version?: string;
  readonly nodes?: number;
  readonly uptime_s?: number;
  readonly clients_connected?: number;
  readonly clients_maximum?: number;
  readonly sessions?: number;
  readonly subscriptions?: number;
  readonly topics?: number;
  readonly retained_messages?: number;
  readonly stored_messages?: number;
  readonly queued_messages?: number;
  readonly heap_bytes?: number;
  /** Lifetime counts and, where two readings came, the rate between them. */
  readonly messages_received?: Counter;
  readonly messages_sent?: Counter;
  readonly bytes_received?: Counter;
  readonly bytes_sent?: Counter;
  /** Messages that the broker threw away instead of delivering them. */
  readonly drops?: Counter;
  readonly note?: string;
}

/** A count that only grows. */
interface Counter {
  readonly total: number;
  /** Growth while it was listened to; left out where only one reading came. */
  readonly in_window?: number;
  readonly per_second?: number;
}

/** What a broker tells: a figure of the result, or what one is made of. */
type Metric =
  | Exclude<keyof BrokerFigures, "available" | "family" | "nodes" | "note">
  | "delivery_drops"
  | "sockets_opened"
  | "sockets_closed"
  | "wallclock_ms";

/** `$SYS/broker/…`: Mosquitto, and HiveMQ with its sys-topic extension. */
const SINGLE: ReadonlyMap<string, Metric> = new Map(Object.entries<Metric>({
  "version": "version",
  "uptime": "uptime_s",
  "clients/connected": "clients_connected",
  "clients/active": "clients_connected",
  "clients/maximum": "clients_maximum",
  "clients/total": "sessions",
  "subscriptions/count": "subscriptions",
  "retained messages/count": "retained_messages",
  "messages/retained/count": "retained_messages",
  "store/messages/count": "stored_messages",
  "messages/stored": "stored_messages",
  "messages/queued/count": "queued_messages",
  "heap/current": "heap_bytes",
  "publish/messages/received": "messages_received",
  "publish/messages/sent": "messages_sent",
  "publish/messages/dropped": "drops",
  "messages/publish/received": "messages_received",
  "messages/publish/sent": "messages_sent",
  "messages/publish/dropped": "drops",
  "bytes/received": "bytes_received",
  "bytes/sent": "bytes_sent",
  "load/bytes/received/total": "bytes_received",
  "load/bytes/sent/total": "bytes_sent",
}));

/** `$SYS/brokers/{node}/…`, with dots turned into slashes: EMQX. */
const EMQX: ReadonlyMap<string, Metric> = new Map(Object.entries<Metric>({
  "version": "version",
  "uptime": "uptime_s",
  "stats/connections/count": "clients_connected",
  "stats/clients/count": "clients_connected",
  "stats/connections/max": "clients_maximum",
  "stats/clients/max": "clients_maximum",
  "stats/sessions/count": "sessions",
  "stats/subscriptions/count": "subscriptions",
  "stats/topics/count": "topics",
  "stats/retained/count": "retained_messages",
  "metrics/messages/received": "messages_received",
  "metrics/messages/sent": "messages_sent",
  "metrics/messages/dropped": "drops",
  "metrics/delivery/dropped": "delivery_drops",
  "metrics/bytes/received": "bytes_received",
  "metrics/bytes/sent": "bytes_sent",
}));

/** `$SYS/{node}/…`, with underscores turned into slashes: VerneMQ. */
const VERNEMQ: ReadonlyMap<string, Metric> = new Map(Object.entries<Metric>({
  "socket/open": "sockets_opened",
  "socket/close": "sockets_closed",
  "active/mqtt/connections": "clients_connected",
  "queue/processes": "sessions",
  "router/subscriptions": "subscriptions",
  "retain/messages": "retained_messages",
  "mqtt/publish/received": "messages_received",
  "mqtt/publish/sent": "messages_sent",
  "queue/message/drop": "drops",
  "bytes/received": "bytes_received",
  "bytes/sent": "bytes_sent",
  "system/wallclock": "wallclock_ms",
}));

/** Figures that are told as they are, summed over the nodes. */
const SUMS = [
  "clients_maximum",
  "sessions",
  "subscriptions",
  "topics",
  "retained_messages",
  "stored_messages",
  "queued_messages",
  "heap_bytes",
] as const;
const COUNTS = ["messages_received", "messages_sent", "bytes_received", "bytes_sent"] as const;
const COUNTERS: ReadonlySet<Metric> = new Set([...COUNTS, "drops", "delivery_drops"]);

interface Reading {
  first: number;
  firstAtMs: number;
  last: number;
  lastAtMs: number;
  text: string;
}

/** More nodes than this are not told apart; a cluster has fewer. */
const MAX_NODES = 32;
/** No figure is longer. */
const MAX_PAYLOAD_BYTES = 256;

/** Collects what brokers publish under `$SYS`, bounded by the figures it understands. */
export class BrokerStats {
  readonly #nodes = new Map<string, Map<Metric, Reading>>();
  readonly #decoder = new TextDecoder();
  #family: BrokerFigures["family"];

  /** Reads one message whose topic begins with `$SYS/`; anything not understood is ignored. */
  offer(topic: string, payload: Uint8Array, atMs: number): void {
    if (payload.length > MAX_PAYLOAD_BYTES) return;
    const found = this.#recognise(topic);
    if (found === null) return;
    const text = this.#decoder.decode(payload).trim();
    const value = found.metric === "uptime_s" ? secondsOf(text) : Number.parseFloat(text);
    if (found.metric !== "version" && !Number.isFinite(value)) return;
    let node = this.#nodes.get(found.node);
    if (node === undefined) {
      if (this.#nodes.size >= MAX_NODES) return;
      node = new Map();
      this.#nodes.set(found.node, node);
    }
    if (found.metric === "version") this.#recogniseVersion(text);
    const known = node.get(found.metric);
    if (known === undefined) {
      node.set(found.metric, { first: value, firstAtMs: atMs, last: value, lastAtMs: atMs, text });
    } else {
      if (value < known.last && COUNTERS.has(found.metric)) {
        // A counter that went down: the broker was started again, so counting starts again too.
        known.first = value;
        known.firstAtMs = atMs;
      }
      known.last = value;
      known.lastAtMs = atMs;
      known.text = text;
    }
  }

  /** The figures so far. */
  result(): BrokerFigures {
    if (this.#nodes.size === 0) {
      return {
        available: false,
        note: "The broker published nothing under $SYS that is understood, or does not allow " +
          "reading it; its own drops cannot be known.",
      };
    }
    const clients = this.#sum("clients_connected") ?? this.#openSockets();
    const wallclockMs = this.#sum("wallclock_ms");
    const uptime = this.#longest("uptime_s") ??
      (wallclockMs === undefined ? undefined : Math.round(wallclockMs / 1000));
    return withoutUndefined({
      available: true,
      family: this.#family,
      version: this.#version(),
      nodes: this.#nodes.size > 1 ? this.#nodes.size : undefined,
      uptime_s: uptime,
      clients_connected: clients,
      ...valuesOf(SUMS, (metric) => this.#sum(metric)),
      ...valuesOf(COUNTS, (metric) => this.#counter(metric)),
      drops: (this.#family === "EMQX" ? this.#counter("delivery_drops") : undefined) ??
        this.#counter("drops"),
    });
  }

  #recognise(topic: string): { node: string; metric: Metric } | null {
    const rest = topic.slice("$SYS/".length);
    if (rest.startsWith("broker/")) {
      const name = rest.slice("broker/".length);
      const metric = SINGLE.get(name);
      if (metric === undefined) return null;
      if (name.startsWith("messages/publish/")) this.#family ??= "HiveMQ";
      else if (name.startsWith("publish/messages/")) this.#family ??= "Mosquitto";
      return { node: "", metric };
    }
    if (rest.startsWith("brokers/")) {
      const slash = rest.indexOf("/", "brokers/".length);
      if (slash < 0) return null;
      const metric = EMQX.get(rest.slice(slash + 1).replaceAll(".", "/"));
      if (metric === undefined) return null;
      this.#family ??= "EMQX";
      return { node: rest.slice("brokers/".length, slash), metric };
    }
    const slash = rest.indexOf("/");
    if (slash < 0 || !rest.slice(0, slash).includes("@")) return null;
    const metric = VERNEMQ.get(rest.slice(slash + 1).replaceAll("_", "/"));
    if (metric === undefined) return null;
    this.#family ??= "VerneMQ";
    return { node: rest.slice(0, slash), metric };
  }

  #recogniseVersion(text: string): void {
    if (/mosquitto/i.test(text)) this.#family = "Mosquitto";
    else if (/hivemq/i.test(text)) this.#family = "HiveMQ";
  }

  #version(): string | undefined {
    for (const node of this.#nodes.values()) {
      const text = node.get("version")?.text;
      if (text !== undefined) return text.replace(/^mosquitto version /i, "").slice(0, 60);
    }
    return undefined;
  }

  /** What each node said last of it. */
  #readings(metric: Metric): Reading[] {
    return [...this.#nodes.values()].flatMap((node) => node.get(metric) ?? []);
  }

  #sum(metric: Metric): number | undefined {
    const all = this.#readings(metric);
    return all.length === 0 ? undefined : sumOf(all, ({ last }) => last);
  }

  #longest(metric: Metric): number | undefined {
    const all = this.#readings(metric);
    return all.length === 0 ? undefined : Math.max(...all.map(({ last }) => last));
  }

  #openSockets(): number | undefined {
    const opened = this.#sum("sockets_opened");
    const closed = this.#sum("sockets_closed");
    return opened === undefined || closed === undefined ? undefined : Math.max(0, opened - closed);
  }

  #counter(metric: Metric): Counter | undefined {
    const all = this.#readings(metric);
    if (all.length === 0) return undefined;
    const total = sumOf(all, ({ last }) => last);
    const spanMs = Math.max(...all.map(({ firstAtMs, lastAtMs }) => lastAtMs - firstAtMs));
    if (spanMs <= 0) return { total };
    const growth = sumOf(all, ({ first, last }) => last - first);
    return { total, in_window: growth, per_second: significant(growth / (spanMs / 1000), 3) };
  }
}

/** `3721 seconds`, `1 hours, 2 minutes, 1 seconds`, `3721`: in seconds. */
function secondsOf(text: string): number {
  const units: Readonly<Record<string, number>> = { d: 86_400, h: 3600, m: 60, s: 1 };
  let seconds = 0;
  let found = false;
  // no uptime is longer; what a stranger sends may be
  for (
    const part of text.slice(0, 200).matchAll(
      /(\d+(?:\.\d+)?)\s*(days?|hours?|minutes?|seconds?)/gi,
    )
  ) {
    seconds += Number(part[1]) * units[part[2].charAt(0).toLowerCase()];
    found = true;
  }
  return found ? seconds : Number.parseFloat(text);
}

function valuesOf<K extends string, V>(keys: readonly K[], valueOf: (key: K) => V) {
  return Object.fromEntries(keys.map((key) => [key, valueOf(key)])) as Record<K, V>;
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(
    Object.entries(value).filter(([, entry]) => entry !== undefined),
  ) as T;
}
