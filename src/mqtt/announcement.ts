import { quotable, reasonStringOf } from "./broker_words.ts";

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
