import type { JsonValue } from "../../payload/payload.ts";
import type { Convention } from "./families/mod.ts";
import type { Vitals } from "./vitals.ts";

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

/** A topic of the device. */
interface DeviceTopic {
  readonly topic: string;
  /** state, availability, command, reply, event, info, log, discovery, bridge. */
  readonly role: string;
  /** Live messages and retained replays together. */
  readonly messages: number;
  readonly retained: number;
  /** ISO 8601 in UTC. */
  readonly last_seen: string;
  /** `every 10 s ± 0.4`, when it has a rhythm. */
  readonly interval?: string;
  readonly preview: string;
}

/** A recent message, bounded for a reader. Fields at their default are left out. */
export interface RecentMessage {
  readonly timestamp: string;
  readonly topic: string;
  readonly qos?: number;
  readonly retain?: true;
  readonly replayed?: true;
  readonly dup?: true;
  readonly size_bytes: number;
  readonly format: string;
  readonly payload: JsonValue;
  readonly encoding?: "base64";
  readonly truncated?: true;
  /** What decoding cannot say in the value: numbers given as text, repeated keys. */
  readonly note?: string;
}

/** Everything `debug_device` answers, except `listened`. */
export interface DeviceDiagnosis {
  readonly device_id: string;
  /** The name or topic that was taken for it, when nothing bears the name asked for. */
  readonly matched?: string;
  /** What a person calls it, when a discovery document says so and it differs. */
  readonly name?: string;
  readonly model?: string;
  readonly topics: readonly DeviceTopic[];
  /** How many there are; `topics` holds at most 60. */
  readonly topic_count: number;
  readonly convention: Convention | "unknown";
  /** Further families it shows, such as Home Assistant discovery of a zigbee2mqtt device. */
  readonly also: readonly Convention[];
  readonly connection: {
    readonly state: "online" | "offline" | "sleeping" | "flapping" | "unknown";
    readonly evidence: string;
    readonly messages: readonly EvidenceMessage[];
    /** The topic and present payload of its last will or availability. */
    readonly last_will: {
      readonly topic: string;
      readonly payload: string;
      readonly retain: boolean;
      readonly timestamp: string;
    } | null;
    /** The interval at which it is heard, in seconds: announced, or measured from live messages. */
    readonly heartbeat_s: number | null;
  };
  /** 0–100; null when nothing was heard. */
  readonly health: number | null;
  /** What was taken off, and for what. */
  readonly health_why: readonly string[];
  readonly findings: readonly Finding[];
  /** What makes its payloads mean different things to different readers. */
  readonly warnings?: readonly string[];
  readonly vitals: Vitals;
  readonly recent_messages: readonly RecentMessage[];
  readonly messages_per_minute: number;
  /** Live messages and retained replays of the device; `all` counts what was heard of any device. */
  readonly messages: { readonly live: number; readonly retained: number; readonly all: number };
  /** When little or nothing was heard: names on this broker that are close to the one asked for. */
  readonly nearest: readonly { readonly name: string; readonly topic: string }[];
  /** When nothing was heard: what was listened to and what to try. */
  readonly advice: readonly string[];
}
