/** A standing watch: what it waits for, and what came of it. */
import type { FieldCondition } from "../collect/message_matcher.ts";
import type { InboundMessage } from "../mqtt/message.ts";
import type { JsonValue } from "../payload/payload.ts";

/** What a device can be watched for. `offline`: it says so, is overdue, or comes and goes. */
export const DEVICE_STATES = ["online", "offline", "sleeping", "flapping", "unknown"] as const;

/** How a device is. */
export type DeviceState = typeof DEVICE_STATES[number];

/** A watch on messages. Without any condition each message meets it. */
export interface MessageWatch {
  readonly topic: string;
  readonly where: readonly FieldCondition[];
  readonly contains?: string;
  /** Path of a field: met by a message in which it differs from the topic's last known value. */
  readonly changes?: string;
  /** Seconds without any message that matches `where` and `contains`. */
  readonly quietFor?: number;
  /** Whether a retained message can meet it; otherwise it is only the last known value. */
  readonly retained: boolean;
}

/** A watch on the state of a device, met when it comes to be so. */
export interface DeviceWatch {
  /** A name, or a topic filter, as `debug_device` takes it. */
  readonly device: string;
  readonly state: DeviceState;
  /** Whether it is met where the device is so already. */
  readonly retained: boolean;
}

/** What is watched for. */
export type WatchTarget = MessageWatch | DeviceWatch;

/** What a watch was met by, as it happens. */
export interface MetNow {
  readonly reason: "matched" | "changed" | "quiet" | "state";
  /** The message that met it, or the last one before it became quiet. Its payload may be the network's buffer. */
  readonly message: InboundMessage | null;
  /** The value, or the state of the device, before the change. */
  readonly before?: JsonValue;
  /** Why the device is taken to be so. */
  readonly evidence?: string;
}

/** What a watch was met by, as it is kept. */
export interface MetFacts extends MetNow {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Bytes of the payload, of which only the head may be kept. */
  readonly sizeBytes: number;
}

/** Why a watch is over. */
export type EndReason = "stopped" | "closed" | "expired" | "shutdown" | "connection_lost";

/** A watch as others may read it. */
export interface Watch {
  readonly id: string;
  readonly sessionId: string;
  /** The broker, for people. */
  readonly broker: string;
  readonly name: string;
  readonly target: WatchTarget;
  readonly cooldownS: number;
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** How often it was met, times within the cooldown aside. */
  readonly met: number;
  /** How often it would have been met within the cooldown. */
  readonly heldBack: number;
  readonly last: MetFacts | null;
  /** When it was met, the latest last; the latest ten. */
  readonly times: readonly number[];
  /** How the device is, for a watch on one; null before it is known. */
  readonly deviceState: DeviceState | null;
  /** Fields that are asked for and that no message had, where some came. */
  readonly missingPaths: readonly string[];
  /** Times in which nothing could be heard, the present one included. */
  readonly gaps: number;
  /** Filters of it that the broker or the policy refused. */
  readonly refused: readonly string[];
  readonly ended: { readonly at: number; readonly why: EndReason } | null;
}

/** Whether it is one on a device. */
export function isDeviceWatch(target: WatchTarget): target is DeviceWatch {
  return "device" in target;
}
