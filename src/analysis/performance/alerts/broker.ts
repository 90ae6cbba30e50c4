import type { Alert } from "./alert.ts";
import type { AlertFacts } from "./facts.ts";
import { ALERT_THRESHOLDS } from "./thresholds.ts";

/** `broker_drops`, or `broker_drops_since_start` where none came while it was listened to. */
export function brokerDrops({ broker: { drops } }: AlertFacts): Alert[] {
  const limits = ALERT_THRESHOLDS;
  if (drops?.in_window !== undefined && drops.in_window >= limits.dropsInWindow) {
    return [{
      severity: "error",
      code: "broker_drops",
      message: `The broker dropped ${drops.in_window} messages while it was listened to`,
      value: drops.in_window,
      threshold: limits.dropsInWindow,
      unit: "messages",
    }];
  }
  if (drops === undefined || drops.total < limits.dropsTotal) return [];
  return [{
    severity: "info",
    code: "broker_drops_since_start",
    message: `The broker has dropped ${drops.total} messages since its start`,
    value: drops.total,
    threshold: limits.dropsTotal,
    unit: "messages",
  }];
}
