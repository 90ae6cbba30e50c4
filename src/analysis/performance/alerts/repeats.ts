import { percent } from "../statistics.ts";
import type { Alert } from "./alert.ts";
import type { AlertFacts } from "./facts.ts";
import { ALERT_THRESHOLDS } from "./thresholds.ts";

/** `copies`. */
export function copies({ duplicates }: AlertFacts): Alert[] {
  const limits = ALERT_THRESHOLDS;
  const share = percent(duplicates.likely_copies, duplicates.compared);
  if (duplicates.likely_copies < limits.copiesMin || share < limits.copiesPercent) return [];
  return [{
    severity: "warning",
    code: "copies",
    message: `${duplicates.likely_copies} messages repeat the one before at once: two ` +
      "publishers, a bridge loop, or a device that sends everything twice",
    value: share,
    threshold: limits.copiesPercent,
    unit: "percent",
  }];
}

/** `redelivered`. */
export function redelivered({ duplicates, messages }: AlertFacts): Alert[] {
  const share = percent(duplicates.dup_flag, messages);
  if (duplicates.dup_flag === 0 || share < ALERT_THRESHOLDS.dupPercent) return [];
  return [{
    severity: "warning",
    code: "redelivered",
    message: `${duplicates.dup_flag} messages were sent again because an acknowledgement did ` +
      "not come",
    value: share,
    threshold: ALERT_THRESHOLDS.dupPercent,
    unit: "percent",
  }];
}
