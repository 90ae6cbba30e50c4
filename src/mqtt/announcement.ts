import { Buffer } from "node:buffer";
import { invalidArgument, OperationError } from "../errors.ts";
import { quotable, reasonStringOf } from "./broker_words.ts";
import { type PublishRequest, publishSizeBytes } from "./publishing.ts";
import { hasWildcard, takesFromOthers } from "./topic.ts";

/** The most that a SUBSCRIBE of one filter has besides it: headers, identifiers and options (MQTT 5 §3.8). */
const SUBSCRIBE_OVERHEAD_BYTES = 18;

/**
 * What a broker announced in its CONNACK (MQTT 5 §3.2.2.3; field names as a result shows them).
 * MQTT 3.1.1 has only `session_present`. On MQTT 5 what CONNACK leaves out and the specification
 * gives a default is filled in; limits that do not exist are absent.
 */
export interface ServerAnnouncement {
  readonly session_present: boolean;
  readonly maximum_qos?: 0 | 1 | 2;
  readonly retain_available?: boolean;
  readonly wildcard_subscription_available?: boolean;
  readonly subscription_identifiers_available?: boolean;
  readonly shared_subscription_available?: boolean;
  /** How many unacknowledged QoS 1 and 2 publishes the broker takes at a time. */
  readonly receive_maximum?: number;
  /** In bytes, of a whole packet. */
  readonly maximum_packet_size?: number;
  readonly topic_alias_maximum?: number;
  /** In seconds. */
  readonly server_keep_alive?: number;
  readonly assigned_client_id?: string;
  /** In seconds. */
  readonly session_expiry_interval?: number;
  /** The broker's own words, as they may be shown. */
  readonly reason_string?: string;
  readonly server_reference?: string;
}

/** The fields of a CONNACK packet that {@linkcode describeAnnouncement} reads. */
interface ConnackFacts {
  readonly sessionPresent: boolean;
  readonly properties?: {
    readonly maximumQoS?: number;
    readonly retainAvailable?: boolean;
    readonly wildcardSubscriptionAvailable?: boolean;
    readonly subscriptionIdentifiersAvailable?: boolean;
    readonly sharedSubscriptionAvailable?: boolean;
    readonly receiveMaximum?: number;
    readonly maximumPacketSize?: number;
    readonly topicAliasMaximum?: number;
    readonly serverKeepAlive?: number;
    readonly assignedClientIdentifier?: string;
    readonly sessionExpiryInterval?: number;
    readonly reasonString?: string;
    readonly serverReference?: string;
  };
}

/** Turns a CONNACK into a {@linkcode ServerAnnouncement}. */
export function describeAnnouncement(
  connack: ConnackFacts,
  version: "5" | "3.1.1",
): ServerAnnouncement {
  if (version === "3.1.1") return { session_present: connack.sessionPresent };
  const p = connack.properties ?? {};
  const said = reasonStringOf(p);
  return {
    session_present: connack.sessionPresent,
    maximum_qos: p.maximumQoS === 0 ? 0 : p.maximumQoS === 1 ? 1 : 2,
    retain_available: p.retainAvailable ?? true,
    wildcard_subscription_available: p.wildcardSubscriptionAvailable ?? true,
    subscription_identifiers_available: p.subscriptionIdentifiersAvailable ?? true,
    shared_subscription_available: p.sharedSubscriptionAvailable ?? true,
    receive_maximum: p.receiveMaximum ?? 65_535,
    topic_alias_maximum: p.topicAliasMaximum ?? 0,
    ...(p.maximumPacketSize !== undefined && { maximum_packet_size: p.maximumPacketSize }),
    ...(p.serverKeepAlive !== undefined && { server_keep_alive: p.serverKeepAlive }),
    ...(p.assignedClientIdentifier !== undefined &&
      { assigned_client_id: p.assignedClientIdentifier }),
    ...(p.sessionExpiryInterval !== undefined &&
      { session_expiry_interval: p.sessionExpiryInterval }),
    ...(said !== undefined && { reason_string: said }),
    ...(p.serverReference && { server_reference: quotable(p.serverReference) }),
  };
}

/** What stands against a SUBSCRIBE to such a filter, by what the broker announced; null for nothing. */
export function subscribeProblem(server: ServerAnnouncement, filter: string): string | null {
  if (server.shared_subscription_available === false && takesFromOthers(filter)) {
    return "the broker announced that it has no shared subscriptions";
  }
  if (server.wildcard_subscription_available === false && hasWildcard(filter)) {
    return "the broker announced that it takes no wildcards";
  }
  const maximum = server.maximum_packet_size;
  const size = Buffer.byteLength(filter) + SUBSCRIBE_OVERHEAD_BYTES;
  if (maximum !== undefined && size > maximum) {
    return `its SUBSCRIBE has ${size} bytes, and the broker announced that it takes ${maximum}`;
  }
  return null;
}

/**
 * Whether the broker at `where` takes such a message at all, by what it announced.
 *
 * @throws {OperationError} QOS_NOT_SUPPORTED, INVALID_ARGUMENT, PAYLOAD_TOO_LARGE
 */
export function checkPublish(
  server: ServerAnnouncement,
  request: PublishRequest,
  where: string,
): void {
  if (server.maximum_qos !== undefined && request.qos > server.maximum_qos) {
    throw new OperationError(
      "QOS_NOT_SUPPORTED",
      `Cannot publish with QoS ${request.qos}: the broker "${where}" takes QoS ${server.maximum_qos} at most`,
      `Publish with qos ${server.maximum_qos}`,
    );
  }
  if (request.retain && server.retain_available === false) {
    throw invalidArgument(
      `Cannot publish with retain: the broker "${where}" keeps no retained messages`,
      "Publish with retain false",
    );
  }
  const maximum = server.maximum_packet_size;
  if (maximum !== undefined) {
    const size = publishSizeBytes(request, (text) => Buffer.byteLength(text));
    if (size > maximum) {
      throw new OperationError(
        "PAYLOAD_TOO_LARGE",
        `Cannot publish to "${request.topic}": the packet has ${size} bytes, the broker "${where}" takes ${maximum}`,
        "Send a smaller payload",
      );
    }
  }
}
