/** How bad a finding is, from worth knowing to device unusable. */
type FindingSeverity = "info" | "warning" | "error" | "critical";

/** What a finding can be; `docs/findings.md` holds meaning and thresholds of each. */
export type FindingCode =
  | "offline_last_will"
  | "stale_heartbeat"
  | "flapping"
  | "reported_error"
  | "stuck_value"
  | "outlier"
  | "schema_drift"
  | "mixed_types"
  | "unparseable_payload"
  | "duplicate_messages"
  | "clock_skew"
  | "out_of_order"
  | "retained_stale"
  | "rate_change"
  | "gap"
  | "reboot_loop"
  | "low_battery"
  | "weak_signal"
  | "command_without_reply"
  | "retained_command"
  | "client_id_collision"
  | "ghost_discovery"
  | "discovery_not_retained";

/** A message as evidence: when, where, and one short line of what. */
export interface EvidenceMessage {
  /** ISO 8601 in UTC: when it was received. */
  readonly timestamp: string;
  readonly topic: string;
  readonly preview: string;
  /** Both present and true for a retained replay, whose `timestamp` says nothing about its age. */
  readonly retain?: true;
  readonly replayed?: true;
}

/** How a number behaved over the messages of a topic. */
export interface NumberSummary {
  readonly topic: string;
  /** Path of the field in the payload; `$` is the payload itself. */
  readonly field: string;
  readonly samples: number;
  readonly min: number;
  readonly mean: number;
  readonly max: number;
  readonly first: number;
  readonly last: number;
  /** `last` minus `first`. */
  readonly change: number;
}

/** What a statement rests on. */
interface Evidence {
  /** The facts in one or two sentences. */
  readonly summary: string;
  /** At most five messages, in time order. */
  readonly messages: readonly EvidenceMessage[];
  /** `×37, every 10 s ± 0.4`: how often and how evenly, when it came more than once. */
  readonly repeats?: string;
  readonly numbers?: NumberSummary;
}

/** Something a person should know about a device. */
export interface Finding {
  readonly severity: FindingSeverity;
  readonly code: FindingCode;
  readonly title: string;
  readonly evidence: Evidence;
  readonly suggestion: string;
  /** Codes that were also seen and follow from this one, so they are not told by themselves. */
  readonly explains?: readonly FindingCode[];
}
