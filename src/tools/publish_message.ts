import { z } from "zod";
import { invalidArgument, MqttMcpError } from "../errors.ts";
import { validateTopicName } from "../mqtt/topic.ts";
import { previewPayload } from "../payload/present.ts";
import type { JsonValue } from "../payload/payload.ts";
import { readRetained } from "../session/retained.ts";
import type { Session } from "../session/session.ts";
import { encodePayload } from "./publish_payload.ts";
import { payloadEncoding, payloadInput, qos, rounded, sessionId } from "./params.ts";
import { destructiveReasons, effectsOf } from "./publish_effects.ts";
import { topicFacts } from "./shown_text.ts";
import { defineTool } from "./tool.ts";
import { withSession } from "./with_session.ts";
import { questionBroker, questionPayload, questionTopic } from "./write_question.ts";

const PREVIEW_CHARS = 80;

const propertyText = z.string().max(10_000);

/** Sends one message, and tells what the broker said to it. */
export const publishMessage = defineTool({
  name: "publish_message",
  title: "Publish a message",
  description: "Publish one message and wait for the broker's acknowledgement (QoS 1 and 2). " +
    "This can switch real devices: when in doubt use dry_run first. " +
    "Once it returned, nothing is sent again. " +
    "Use request_reply when the device answers, clear_retained to remove retained messages.",
  access: "destroy",
  idempotent: false,
  input: z.strictObject({
    session_id: sessionId,
    topic: z.string().describe('e.g. "cmnd/plug/POWER"'),
    payload: payloadInput,
    encoding: payloadEncoding,
    qos: qos.default(0),
    retain: z.boolean().default(false).describe(
      "Keep it for later subscribers",
    ),
    dry_run: z.boolean().default(false).describe("Only say what would be sent"),
    content_type: z.string().max(1_000).optional().describe("MQTT 5"),
    response_topic: z.string().optional().describe("MQTT 5"),
    correlation_data: z.string().max(10_000).optional().describe("MQTT 5, text"),
    message_expiry_interval: z.number().int().min(0).max(4_294_967_295).optional().describe(
      "MQTT 5, seconds",
    ),
    user_properties: z.record(
      z.string(),
      z.union([propertyText, z.array(propertyText).min(1).max(100)], {
        error: "Invalid input: expected a text or a list of texts",
      }),
    ).optional().describe("MQTT 5; a list: the name several times"),
  }),
  output: z.looseObject({
    status: z.string(),
    payload_bytes: z.number(),
    acknowledged: z.boolean(),
    ack: z.string(),
    reason: z.string(),
    duration_ms: z.number(),
  }),
  example: { args: { topic: "demo/hello", payload: { from: "assistant" }, qos: 1 } },
  question(args, { core, client }) {
    if (args.dry_run) return null;
    const payload = encodePayload(args.payload as JsonValue, args.encoding);
    const session = core.sessions.get(args.session_id, client.id);
    const properties = propertiesOf(args, session.mqttVersion);
    session.checkPublish({ ...args, payload, properties });
    const message = { topic: args.topic, payloadBytes: payload.length, retain: args.retain };
    const reasons = destructiveReasons(message).map((reason) => `; ${reason}`).join("");
    return `Publish to ${questionTopic(args.topic)} at ${questionBroker(session)}: ` +
      `${questionPayload(payload, args.topic)}${reasons}`;
  },
  async run(args, context) {
    validateTopicName(args.topic);
    const payload = encodePayload(args.payload as JsonValue, args.encoding);
    const { signal } = context;
    return await withSession(args.session_id, context, async (session) => {
      const properties = propertiesOf(args, session.mqttVersion);
      const request = { ...args, payload, properties, signal };
      session.checkPublish(request);
      const message = { topic: args.topic, payloadBytes: payload.length, retain: args.retain };
      const destructive = destructiveReasons(message);
      const facts = {
        ...topicFacts(args.topic),
        qos: args.qos,
        retain: args.retain,
        payload_bytes: payload.length,
        ...(destructive.length > 0 && { destructive }),
      };
      if (args.dry_run) {
        return {
          status: "dry_run",
          ...facts,
          acknowledged: false,
          ack: "none",
          reason: "Nothing was sent: dry_run",
          duration_ms: 0,
          ...effectsOf(message, session.subscriptions),
          ...(args.retain && await replacedBy(args.topic, session, signal)),
        };
      }
      const outcome = await session.publish({ ...request, confirm: true });
      return {
        status: "published",
        ...facts,
        acknowledged: outcome.acknowledged,
        ack: outcome.ack,
        reason: outcome.reason,
        ...(outcome.said !== undefined && { broker_said: outcome.said }),
        duration_ms: rounded(outcome.durationMs),
        // only an acknowledgement of MQTT 5 can refuse
        ...(args.topic.startsWith("$SYS/") && outcome.reasonCode === undefined &&
          { note: SYS_NOTE }),
      };
    });
  },
});

const SYS_NOTE =
  "Most brokers keep $SYS for themselves and drop this without a word; MQTT 5 with qos 1 tells";

/** The retained message that a new one would replace, as far as this server may hear it. */
async function replacedBy(topic: string, session: Session, signal: AbortSignal) {
  try {
    const only = new Set([topic]);
    const { entries } = await readRetained(session, { filters: [topic], limit: 1, only, signal });
    const entry = entries.get(topic);
    if (entry === undefined) return { replaces: "nothing is retained there now" };
    const preview = previewPayload(entry.head, {
      topic,
      maxChars: PREVIEW_CHARS,
      sizeBytes: entry.sizeBytes,
    });
    return { replaces: { size_bytes: entry.sizeBytes, preview } };
  } catch (error) {
    if (!(error instanceof MqttMcpError)) throw error;
    return { replaces: `not known: ${error.message}` };
  }
}

type Arguments = {
  content_type?: string;
  response_topic?: string;
  correlation_data?: string;
  message_expiry_interval?: number;
  user_properties?: Record<string, string | string[]>;
};

function propertiesOf(args: Arguments, mqttVersion: string) {
  const given = [
    "content_type",
    "response_topic",
    "correlation_data",
    "message_expiry_interval",
    "user_properties",
  ].filter((name) => args[name as keyof Arguments] !== undefined);
  if (given.length === 0) return undefined;
  if (mqttVersion !== "5") {
    throw invalidArgument(
      `Cannot send ${
        given.join(", ")
      }: this session speaks MQTT ${mqttVersion}, and these need MQTT 5`,
      "Leave them out, or connect to a broker that speaks MQTT 5",
    );
  }
  if (args.response_topic !== undefined) validateTopicName(args.response_topic);
  return {
    contentType: args.content_type,
    responseTopic: args.response_topic,
    correlationData: args.correlation_data === undefined
      ? undefined
      : new TextEncoder().encode(args.correlation_data),
    messageExpiryInterval: args.message_expiry_interval,
    userProperties: args.user_properties,
  };
}
