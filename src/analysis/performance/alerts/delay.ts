import { roundTo3 } from "../quantile_sketch.ts";
import type { Alert } from "./alert.ts";
import type { AlertFacts } from "./facts.ts";
import { shortTopic } from "./short_topic.ts";
import { ALERT_THRESHOLDS } from "./thresholds.ts";

/** `late_messages`. */
export function lateMessages({ latency }: AlertFacts): Alert[] {
  const delay = latency.source === "payload timestamps" ? latency.p95! : 0;
  if (delay < ALERT_THRESHOLDS.payloadDelayMs + (latency.resolution_ms ?? 0)) return [];
  return [{
    severity: "warning",
    code: "late_messages",
    message: `One message in twenty comes ${roundTo3(delay / 1000)} s or more after the time ` +
      "in its payload",
    value: delay,
    threshold: ALERT_THRESHOLDS.payloadDelayMs,
    unit: "ms",
  }];
}

/** `clock_offset`. */
export function clockOffset({ latency: { worst_clock: clock } }: AlertFacts): Alert[] {
  if (clock === undefined) return [];
  const offset = Math.abs(clock.offset_ms);
  if (offset < ALERT_THRESHOLDS.clockOffsetMs) return [];
  return [{
    severity: "warning",
    code: "clock_offset",
    message: `The clock behind "${shortTopic(clock.topic)}" is ${roundTo3(offset / 1000)} s ` +
      (clock.offset_ms > 0 ? "behind ours" : "ahead of ours"),
    value: offset,
    threshold: ALERT_THRESHOLDS.clockOffsetMs,
    unit: "ms",
  }];
}

/** `probe_lost_qos0` … `2` and `slow_broker_qos0` … `2`. */
export function probeTroubles({ latency }: AlertFacts): Alert[] {
  const alerts: Alert[] = [];
  for (const entry of latency.probe?.by_qos ?? []) {
    if (entry.received < entry.sent) {
      alerts.push({
        severity: "error",
        code: `probe_lost_qos${entry.qos}`,
        message: `${entry.sent - entry.received} of ${entry.sent} probe messages at QoS ` +
          `${entry.qos} did not come back`,
        value: entry.sent - entry.received,
        threshold: 1,
        unit: "messages",
      });
    }
    if (entry.p95 >= ALERT_THRESHOLDS.probeMs) {
      alerts.push({
        severity: "warning",
        code: `slow_broker_qos${entry.qos}`,
        message: `The probe's round trip at QoS ${entry.qos} takes ${roundTo3(entry.p95)} ms ` +
          "(95th percentile)",
        value: roundTo3(entry.p95),
        threshold: ALERT_THRESHOLDS.probeMs,
        unit: "ms",
      });
    }
  }
  return alerts;
}
