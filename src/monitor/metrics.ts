import { formatAuthority } from "../mqtt/connection_string.ts";
import process from "node:process";
import { version } from "../config/mod.ts";
import type { Core } from "../core.ts";
import { type Activity, DURATION_BUCKETS_S } from "./activity.ts";

/** The media type of {@linkcode metricsText}. */
export const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

type Labels = Readonly<Record<string, string>>;

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
  text.add("mqtt_mcp_clients", "gauge", "MCP clients that are connected", [[{}, sources.clients]]);
  text.add("mqtt_mcp_viewers", "gauge", "Live connections to the monitor", [[{}, sources.viewers]]);
  text.add("mqtt_mcp_sessions_max", "gauge", "Most sessions at a time", [
    [{}, core.config.maxConnections],
  ]);
  text.add(
    "mqtt_mcp_sessions",
    "gauge",
    "Open sessions by state",
    (["connected", "reconnecting", "disconnected"] as const).map((state) => [
      { state },
      sessions.filter((session) => session.state === state).length,
    ]),
  );
  const perSession = (value: (session: typeof sessions[number]) => number) =>
    sessions.map((session): [Labels, number] => [
      {
        session: session.id,
        broker: session.broker.name ?? formatAuthority(session.broker),
      },
      value(session),
    ]);
  const counter = "counter" as const;
  text.add(
    "mqtt_mcp_messages_received_total",
    counter,
    "MQTT messages received",
    perSession(({ counts }) => counts.messagesReceived),
  );
  text.add(
    "mqtt_mcp_received_bytes_total",
    counter,
    "Payload bytes received",
    perSession(({ counts }) => counts.bytesReceived),
  );
  text.add(
    "mqtt_mcp_messages_published_total",
    counter,
    "MQTT messages published",
    perSession(({ counts }) => counts.messagesPublished),
  );
  text.add(
    "mqtt_mcp_reconnects_total",
    counter,
    "Times a lost connection came back",
    perSession(({ counts }) => counts.reconnects),
  );
  text.add("mqtt_mcp_recordings_bytes", "gauge", "Memory of recordings", [
    [{}, core.recordings.memory.usedBytes],
  ]);
  text.add("mqtt_mcp_recordings_limit_bytes", "gauge", "Memory recordings may take", [
    [{}, core.recordings.memory.limitBytes],
  ]);
  text.add("mqtt_mcp_collections_bytes", "gauge", "Memory of collections", [
    [{}, core.collections.memory.usedBytes],
  ]);

  const used = [...activity.tools].filter(([, figures]) => figures.calls > 0);
  text.add(
    "mqtt_mcp_tool_calls_total",
    counter,
    "Tool calls that ended, by outcome",
    used.flatMap(([tool, { calls, errors, cancelled }]): [Labels, number][] => [
      [{ tool, outcome: "ok" }, calls - errors - cancelled],
      [{ tool, outcome: "error" }, errors],
      [{ tool, outcome: "cancelled" }, cancelled],
    ]),
  );
  text.add("mqtt_mcp_tool_calls_running", "gauge", "Tool calls that are running", [
    [{}, activity.runningCount],
  ]);
  text.histogram(
    "mqtt_mcp_tool_call_duration_seconds",
    "How long tool calls took",
    used.map(([tool, figures]) => ({ labels: { tool }, ...figures })),
  );

  text.add("process_resident_memory_bytes", "gauge", "Resident memory", [[{}, memory.rss]]);
  text.add("process_heap_bytes", "gauge", "Heap in use", [[{}, memory.heapUsed]]);
  text.add("process_cpu_seconds_total", counter, "CPU time, user and system", [
    [{}, (cpu.user + cpu.system) / 1e6],
  ]);
  text.add("process_start_time_seconds", "gauge", "Start, in seconds since the epoch", [
    [{}, Math.round(sources.startedAt / 1000)],
  ]);
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
