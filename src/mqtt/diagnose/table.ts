import { formatBroker } from "../connection_string.ts";
import type { BrokerTarget } from "../connection_string.ts";
import type { ConnectionCheck, ConnectionReport } from "./report.ts";

/** Columns of a details line before it is wrapped. */
const WIDTH = 100;

const COLOURS: Readonly<Record<ConnectionCheck["status"], string>> = {
  pass: "\x1b[32m",
  warn: "\x1b[33m",
  fail: "\x1b[31m",
  skipped: "\x1b[2m",
};

/**
 * A connection test as a table for a terminal: a line for each stage, details wrapped, and the
 * verdict at the end. Without a final line break.
 */
export function formatConnectionReport(
  report: ConnectionReport,
  { colour = false }: { colour?: boolean } = {},
): string {
  const nameWidth = Math.max(...report.checks.map(({ name }) => name.length));
  const lines: string[] = [];
  const version = report.mqtt_version === undefined ? "" : ` (MQTT ${report.mqtt_version})`;
  lines.push(`${formatBroker(report.broker as BrokerTarget)}${version}`, "");
  for (const check of report.checks) {
    const status = check.status.padEnd(7);
    const shown = colour ? `${COLOURS[check.status]}${status}\x1b[0m` : status;
    const time = check.status === "skipped" ? "" : `${check.duration_ms.toFixed(1)} ms`;
    const left = `${check.name.padEnd(nameWidth)}  `;
    const indent = " ".repeat(left.length + 7 + 2 + 12 + 2);
    const [first, ...rest] = wrap(printable(check.detail), WIDTH - indent.length);
    lines.push(`${left}${shown}  ${time.padStart(12)}  ${first}`.trimEnd());
    for (const line of rest) lines.push(indent + line);
  }
  lines.push("");
  const { min, mean, p95, samples } = report.latency_ms;
  if (min !== undefined && mean !== undefined && p95 !== undefined) {
    lines.push(`Latency: min ${min} ms, mean ${mean} ms, p95 ${p95} ms (${samples} round trips)`);
  }
  lines.push(verdict(report));
  return lines.join("\n");
}

function verdict({ healthy, checks }: ConnectionReport): string {
  if (!healthy) {
    const failed = checks.filter(({ status }) => status === "fail").map(({ name }) => name);
    return `Not healthy: ${failed.join(", ")} failed`;
  }
  const warnings = checks.filter(({ status }) => status === "warn").length;
  const plural = warnings === 1 ? "warning" : "warnings";
  return warnings === 0 ? "Healthy" : `Healthy, with ${warnings} ${plural}`;
}

/** Details quote certificates and brokers: nothing of theirs may steer the terminal. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "?");
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
