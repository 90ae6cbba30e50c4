import type { JsonValue } from "../../payload/payload.ts";
import type { Convention } from "./families/mod.ts";
import type { Vitals } from "./vitals.ts";
import type { EvidenceMessage, Finding } from "./finding_shape.ts";

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
  /** What became another in this time and stayed so, where no finding tells of it. */
  readonly changes: readonly string[];
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

/** What a diagnosis comes to. */
export interface DeviceVerdict
  extends
    Pick<DeviceDiagnosis, "name" | "model" | "convention" | "health" | "findings" | "vitals"> {
  readonly connection: Pick<DeviceDiagnosis["connection"], "state">;
}

/** A verdict, and until when it holds if nothing more is heard. */
export interface ExpiringVerdict {
  readonly verdict: DeviceVerdict;
  /** In milliseconds since the epoch; the time of judging where it is another at each moment. */
  readonly expiresAtMs: number;
}
