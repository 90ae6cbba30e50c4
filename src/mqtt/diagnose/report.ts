import type { ServerAnnouncement } from "../announcement.ts";
import type { MqttVersion } from "../client/connection.ts";

/** The stages of a connection test, in the order in which they run. */
export const CHECK_NAMES = [
  "dns",
  "tcp",
  "tls",
  "connect",
  "authentication",
  "subscribe",
  "publish_qos0",
  "publish_qos1",
  "publish_qos2",
  "retained",
  "unsubscribe",
] as const;

/** One stage of a connection test. */
export type CheckName = typeof CHECK_NAMES[number];

/** What came of one stage. */
export interface ConnectionCheck {
  readonly name: CheckName;
  readonly status: "pass" | "warn" | "fail" | "skipped";
  readonly duration_ms: number;
  /** What was seen; for a failure its likely cause and the way out; for a skipped stage why. */
  readonly detail: string;
}

/** Round-trip times in milliseconds. Without samples only `samples` is there. */
export interface LatencySummary {
  readonly min?: number;
  readonly mean?: number;
  readonly p95?: number;
  readonly samples: number;
  /** What was timed. */
  readonly measured_by?: "publish_round_trip" | "subscribe_acknowledgement";
}

/** What a broker does with retained messages that others do not; absent where it was not found out. */
export interface RetainHabits {
  /** False where a subscription by wildcard gets none (RabbitMQ). */
  readonly by_wildcard: boolean;
  /** False where they come without the retain flag, and so cannot be told from live ones (mosca). */
  readonly flagged: boolean;
}

/** The result of a connection test, ready to hand out: it holds no credentials. */
export interface ConnectionReport {
  /** Every stage that ran passed, if need be with a warning; that a login may not publish is one. */
  readonly healthy: boolean;
  readonly broker: { readonly host: string; readonly port: number; readonly protocol: string };
  /** Absent when no connection came about. */
  readonly mqtt_version?: MqttVersion;
  readonly checks: readonly ConnectionCheck[];
  readonly latency_ms: LatencySummary;
  /** What CONNACK announced; empty when there was none. */
  readonly server: ServerAnnouncement | Record<string, never>;
  readonly retain_habits?: RetainHabits;
}
