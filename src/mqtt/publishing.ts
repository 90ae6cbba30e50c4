import { type MqttMcpError, OperationError, SessionError } from "../errors.ts";
import { type BrokerProperties, inItsWords } from "./broker_words.ts";
import type { MessageProperties, Qos } from "./message.ts";
import { reasonInWords } from "./reason_codes.ts";

/** A message to be sent, once. */
export interface PublishRequest {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: Qos;
  readonly retain: boolean;
  /** MQTT 5 only; left out on MQTT 3.1.1. */
  readonly properties?: Omit<MessageProperties, "payloadFormatIndicator" | "malformed">;
  /** Gives up waiting; what was not sent yet is never sent. */
  readonly signal?: AbortSignal;
  /** How long to wait for the acknowledgement, in milliseconds. Default: the session's limit. */
  readonly timeoutMs?: number;
  /** With QoS 0: waits a little for a sign that the broker has read it, to tell one that hangs up at it. Default: false. */
  readonly confirm?: boolean;
}

/** What became of a publish that the broker did not refuse. */
export interface PublishOutcome {
  /** False for QoS 0, which has no acknowledgement. */
  readonly acknowledged: boolean;
  readonly ack: "none" | "puback" | "pubcomp";
  /** The reason code in words: `success`, `no matching subscribers`, or `sent` for QoS 0. MQTT 3.1.1 has none. */
  readonly reason: string;
  /** The broker's own words (MQTT 5), as they may be shown. */
  readonly said?: string;
  /** MQTT 5 only. */
  readonly reasonCode?: number;
  readonly durationMs: number;
}

type Refusal = readonly [code: OperationError["code"], hint: string];

const REFUSALS: Readonly<Record<number, Refusal>> = {
  0x90: ["TOPIC_INVALID", "Use a topic name that the broker allows"],
  0x95: ["PAYLOAD_TOO_LARGE", "Send a smaller payload"],
  0x99: ["INVALID_ARGUMENT", "Check that the payload fits its declared content type"],
  0x9a: ["INVALID_ARGUMENT", "Publish with retain false"],
  0x9b: ["QOS_NOT_SUPPORTED", "Publish with a lower QoS"],
};
const FORBIDDEN: Refusal = [
  "NOT_AUTHORIZED",
  "Check the broker's access list for this user and topic",
];
/** Some let nobody write there, whatever their access lists say (Mosquitto, HiveMQ); others do (EMQX). */
const RESERVED: Refusal = [
  "NOT_AUTHORIZED",
  "Publish to a topic that does not begin with $SYS: this broker keeps that for its own messages",
];
const QUOTA_EXCEEDED = 0x97;

/** The error that a PUBACK, PUBREC or PUBCOMP with a failing reason code means (MQTT 5 §3.4.2.1). */
export function publishRefused(
  topic: string,
  code: number,
  o: { readonly properties?: BrokerProperties; readonly hungUp?: boolean } = {},
): MqttMcpError {
  const message = `Cannot publish to "${topic}": the broker answered "${reasonInWords(code)}"${
    inItsWords(o.properties)
  }${o.hungUp ? " and closed the connection" : ""}`;
  if (code === QUOTA_EXCEEDED) {
    const hint = "Wait until the broker's quota frees up, or raise it there";
    return new SessionError("RESOURCE_LIMIT", message, hint);
  }
  const [name, hint] = REFUSALS[code] ?? (topic.startsWith("$SYS/") ? RESERVED : FORBIDDEN);
  return new OperationError(name, message, hint);
}

/**
 * The largest a PUBLISH packet of this request can be, in bytes (MQTT 5 §3.3): fixed header,
 * topic, packet identifier, properties and payload. At most a few bytes above the true size.
 */
export function publishSizeBytes(request: PublishRequest, utf8Length: (text: string) => number) {
  const text = (value: string | undefined) => value === undefined ? 0 : 3 + utf8Length(value);
  const p = request.properties ?? {};
  let properties = text(p.contentType) + text(p.responseTopic) + 4;
  if (p.correlationData !== undefined) properties += 3 + p.correlationData.length;
  if (p.messageExpiryInterval !== undefined) properties += 5;
  for (const [name, values] of Object.entries(p.userProperties ?? {})) {
    for (const value of Array.isArray(values) ? values : [values]) {
      properties += 5 + utf8Length(name) + utf8Length(value);
    }
  }
  return 5 + 2 + utf8Length(request.topic) + 2 + properties + request.payload.length;
}
