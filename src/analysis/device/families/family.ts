import type { JsonValue } from "../../../payload/payload.ts";
import type { DeviceIdentity } from "../identity.ts";
import type { Convention } from "../diagnosis.ts";

/**
 * What a topic is for. `availability` holds statements about the device, `bridge` about what
 * connects it, `state` its values, `reply` answers to commands, `info` what it tells about itself.
 */
export type TopicRole =
  | "state"
  | "availability"
  | "command"
  | "reply"
  | "event"
  | "info"
  | "log"
  | "discovery"
  | "bridge";

/** What an availability message says. */
export type Statement = "online" | "offline" | "sleeping" | "starting";

/** A document or notice that may tell which topics belong to the device. */
export interface Document {
  readonly topic: string;
  readonly segments: readonly string[];
  /** Undefined when the payload is no JSON; the text then counts. */
  readonly value: JsonValue | undefined;
  readonly text: string;
  readonly empty: boolean;
  readonly retain: boolean;
  readonly at: number;
}

/** What is special about one family of devices. All methods are pure but for `identity`. */
export interface Family {
  readonly name: Convention;
  /** Cheap test on the topic alone: may its payload tell which topics belong to a device? */
  isDocument(segments: readonly string[]): boolean;
  /**
   * Takes from a document what it says about the device. Returns true when the message itself
   * belongs to the device (its discovery document, a bridge's log line about it).
   */
  learn(document: Document, identity: DeviceIdentity): boolean;
  /** What a topic of the device is for, or null when it does not look like this family's. */
  roleOf(segments: readonly string[], identity: DeviceIdentity): TopicRole | null;
  /** What a payload on an availability topic says, where that differs from the common words. */
  statementOf?(segments: readonly string[], text: string): Statement | null;
  /** The topics where an answer to a command belongs; empty when any message of the device will do. */
  replyTopics?(segments: readonly string[], identity: DeviceIdentity): string[];
}
