import { formatAuthority } from "../mqtt/connection_string.ts";
import process from "node:process";
import { version } from "../config/mod.ts";
import type { Core } from "../core.ts";
import { type Activity, DURATION_BUCKETS_S } from "./activity.ts";

/** The media type of {@linkcode metricsText}. */
export const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

type Labels = Readonly<Record<string, string>>;

/** What is counted of each session. */
const SESSION_COUNTERS = [
  ["mqtt_mcp_messages_received_total", "MQTT messages received", "messagesReceived"],
  ["mqtt_mcp_received_bytes_total", "Payload bytes received", "bytesReceived"],
  ["mqtt_mcp_messages_published_total", "MQTT messages published", "messagesPublished"],
  ["mqtt_mcp_reconnects_total", "Times a lost connection came back", "reconnects"],
] as const;

/** Figures in the text format of Prometheus. */
export function metricsText(sources: {
  readonly core: Core;
  readonly activity: Activity;
  readonly startedAt: number;
  readonly clients: number;
  readonly viewers: number;
}): string {
  const { core, activity } = sources;
  const text = new MetricsText();
  const sessions = core.sessions.all();
  const memory = Deno.memoryUsage();
  const cpu = process.cpuUsage();

  text.add("mqtt_mcp_build_info", "gauge", "The running version", [[{ version }, 1]]);
  text.gauge("mqtt_mcp_clients", "MCP clients that are connected", sources.clients);
  text.gauge("mqtt_mcp_viewers", "Live connections to the monitor", sources.viewers);
  text.gauge("mqtt_mcp_sessions_max", "Most sessions at a time", core.config.maxConnections);
  text.add(
    "mqtt_mcp_sessions",
    "gauge",
    "Open sessions by state",
    (["connected", "reconnecting", "disconnected"] as const).map((state) => [
      { state },
      sessions.filter((session) => session.state === state).length,
    ]),
  );
  for (const [name, help, count] of SESSION_COUNTERS) {
    const samples = sessions.map(({ id, broker, counts }): [Labels, number] => [
      { session: id, broker: broker.name ?? formatAuthority(broker) },
      counts[count],
    ]);
    text.add(name, "counter", help, samples);
  }
  const { recordings, collections } = core;
  text.gauge("mqtt_mcp_recordings_bytes", "Memory of recordings", recordings.memory.usedBytes);
  text.gauge(
    "mqtt_mcp_recordings_limit_bytes",
    "Memory recordings may take",
    recordings.memory.limitBytes,
  );
  text.gauge("mqtt_mcp_collections_bytes", "Memory of collections", collections.memory.usedBytes);

  const used = [...activity.tools].filter(([, figures]) => figures.calls > 0);
  text.add(
    "mqtt_mcp_tool_calls_total",
    "counter",
    "Tool calls that ended, by outcome",
    used.flatMap(([tool, { calls, errors, cancelled }]): [Labels, number][] => [
      [{ tool, outcome: "ok" }, calls - errors - cancelled],
      [{ tool, outcome: "error" }, errors],
      [{ tool, outcome: "cancelled" }, cancelled],
    ]),
  );
  text.gauge("mqtt_mcp_tool_calls_running", "Tool calls that are running", activity.runningCount);
  text.histogram(
    "mqtt_mcp_tool_call_duration_seconds",
    "How long tool calls took",
    used.map(([tool, figures]) => ({ labels: { tool }, ...figures })),
  );

  text.gauge("process_resident_memory_bytes", "Resident memory", memory.rss);
  text.gauge("process_heap_bytes", "Heap in use", memory.heapUsed);
  text.add("process_cpu_seconds_total", "counter", "CPU time, user and system", [
    [{}, (cpu.user + cpu.system) / 1e6],
  ]);
  text.gauge(
    "process_start_time_seconds",
    "Start, in seconds since the epoch",
    Math.round(sources.startedAt / 1000),
  );
  return text.toString();
}

class MetricsText {
  #lines: string[] = [];

  add(
    name: string,
    type: "counter" | "gauge",
    help: string,
    samples: readonly (readonly [Labels, number])[],
  ): void {
    this.#head(name, type, help);
    for (const [labels, value] of samples) this.#lines.push(`${name}${labelText(labels)} ${value}`);
  }

  /** A figure of the whole process. */
  gauge(name: string, help: string, value: number): void {
    this.add(name, "gauge", help, [[{}, value]]);
  }

  histogram(
    name: string,
    help: string,
    series: readonly { labels: Labels; buckets: readonly number[]; sumMs: number }[],
  ): void {
    this.#head(name, "histogram", help);
    for (const { labels, buckets, sumMs } of series) {
      let count = 0;
      [...DURATION_BUCKETS_S.map(String), "+Inf"].forEach((le, i) => {
        count += buckets[i];
        this.#lines.push(`${name}_bucket${labelText({ ...labels, le })} ${count}`);
      });
      this.#lines.push(`${name}_sum${labelText(labels)} ${sumMs / 1000}`);
      this.#lines.push(`${name}_count${labelText(labels)} ${count}`);
    }
  }

  #head(name: string, type: string, help: string): void {
    this.#lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
  }

  toString(): string {
    return `${this.#lines.join("\n")}\n`;
  }
}

function labelText(labels: Labels): string {
  const parts = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return parts.length === 0 ? "" : `{${parts.join(",")}}`;
}

function escaped(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
