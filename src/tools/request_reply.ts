import { Validator } from "@cfworker/json-schema";
import { z } from "zod";
import { expectedReply } from "../analysis/reply_topics.ts";
import { OperationError } from "../errors.ts";
import type { InboundMessage } from "../mqtt/message.ts";
import { validateTopicFilter, validateTopicName } from "../mqtt/topic.ts";
import { decodePayload } from "../payload/decode.ts";
import type { JsonValue } from "../payload/payload.ts";
import { listenedFacts, listenedOutput, qos, rounded, sessionId } from "./params.ts";
import { encodePayload } from "./publish_payload.ts";
import { type MessageView, viewMessage } from "./message_view.ts";
import { defineTool } from "./tool.ts";

/** How long is listened on after a reply (for duplicates) or a timeout (for late ones). */
const LINGER_MS = 300;
const MOST_OTHER_REPLIES = 10;
const REPLY_CHARS = 8_000;
const EXPECT_MAX_CHARS = 50_000;

/** Asks a device something, and waits for its answer. */
export const requestReply = defineTool({
  name: "request_reply",
  title: "Send a request and wait for the reply",
  description:
    "Publish a request and wait for the device's reply, in one call: on an MQTT 5 response topic with correlation data, or on " +
    "reply_topic. Knows where Tasmota (cmnd/…), zigbee2mqtt (…/set, …/get, bridge/request/…) and Shelly (…/rpc) answer, and " +
    "listens there too. Measures the round trip, and checks the reply against a JSON Schema. This can switch real devices. " +
    "Use publish_message when no answer is expected.",
  access: "destroy",
  idempotent: false,
  input: z.strictObject({
    session_id: sessionId,
    topic: z.string().min(1).max(65_535).describe('e.g. "cmnd/plug/STATUS"'),
    payload: z.unknown().describe("Text, or any JSON value, which is sent as compact JSON"),
    encoding: z.enum(["utf8", "base64", "hex"]).default("utf8"),
    qos: qos.default(1),
    reply_topic: z.string().min(1).max(65_535).optional().describe(
      "Topic or filter of the reply; default: a response topic of its own (MQTT 5)",
    ),
    timeout: z.number().min(0.1).max(60).default(10).describe("Seconds to wait, at most 60"),
    expect: z.record(z.string(), z.unknown()).optional().describe(
      "JSON Schema the reply must meet",
    ),
  }),
  output: z.looseObject({
    replied: z.boolean(),
    round_trip_ms: z.number().nullable(),
    reply: z.looseObject({}).nullable(),
    valid: z.boolean().nullable(),
    errors: z.array(z.string()),
    other_replies: z.array(z.looseObject({})),
    listened: listenedOutput,
  }),
  async run(args, { core, client, signal, progress }) {
    validateTopicName(args.topic);
    if (args.reply_topic !== undefined) validateTopicFilter(args.reply_topic);
    const validate = args.expect === undefined ? null : createValidator(args.expect);
    const session = core.sessions.get(args.session_id, client.id);
    using _use = session.use();
    const request = args.payload as JsonValue;
    const payload = encodePayload(request, args.encoding);
    core.policy.checkPublish(args.topic);

    const mqtt5 = session.mqttVersion === "5";
    const habit = args.reply_topic === undefined
      ? expectedReply(args.topic, parsed(request))
      : null;
    const ownTopic = mqtt5 && args.reply_topic === undefined
      ? `mqtt-mcp/reply/${crypto.randomUUID()}`
      : null;
    const filters = [args.reply_topic, habit?.filter, ownTopic].filter((f) => f != null);
    if (filters.length === 0) throw noReplyTopic(session.mqttVersion);
    const responseTopic = ownTopic ?? (isName(args.reply_topic) ? args.reply_topic : undefined);
    const correlation = crypto.getRandomValues(new Uint8Array(8));

    const replies: Reply[] = [];
    const answered = Promise.withResolvers<void>();
    let sentAt = Infinity;
    await using listening = await session.listen({
      filters,
      retained: "skip",
      qos: 1,
      signal,
      onMessage(message) {
        // what came before the request is no answer to it
        if (performance.now() < sentAt || message.topic === args.topic) return;
        if (replies.length > MOST_OTHER_REPLIES) return;
        const reply = {
          message: { ...message, payload: message.payload.slice() },
          atMs: performance.now(),
          correlated: isCorrelated(message, correlation),
        };
        replies.push(reply);
        if (reply.correlated !== "wrong") answered.resolve();
      },
    });
    const deadline = wait(args.timeout * 1000, signal);
    const stop = listening.lost.then(() => {});
    sentAt = performance.now();
    const ticker = setInterval(() =>
      progress({
        progress: rounded((performance.now() - sentAt) / 1000, 1),
        total: args.timeout,
        message: "Waiting for the reply",
      }), 1_000);
    try {
      await session.publish({
        topic: args.topic,
        payload,
        qos: args.qos,
        retain: false,
        signal,
        ...(mqtt5 && responseTopic !== undefined
          ? { properties: { responseTopic, correlationData: correlation } }
          : {}),
      });
      await Promise.race([answered.promise, deadline.promise, stop]);
      const timedOutAt = performance.now();
      const linger = wait(LINGER_MS, signal);
      await Promise.race([linger.promise, stop]);
      linger.cancel();
      await listening.close();
      signal.throwIfAborted();
      const reply = replies.find((r) => r.correlated !== "wrong" && r.atMs <= timedOutAt) ?? null;
      return {
        replied: reply !== null,
        round_trip_ms: reply ? rounded(reply.atMs - sentAt) : null,
        reply: reply ? viewReply(reply) : null,
        ...verdict(reply, validate),
        other_replies: replies.filter((r) => r !== reply).slice(0, MOST_OTHER_REPLIES).map((r) => ({
          why: whyOther(r, reply, timedOutAt),
          after_ms: rounded(r.atMs - sentAt),
          ...viewReply(r, 1_000),
        })),
        listened_on: filters,
        listened: listenedFacts(listening.report()),
        ...(reply === null
          ? { advice: adviceFor(filters, habit?.family ?? null, args.timeout) }
          : {}),
      };
    } finally {
      clearInterval(ticker);
      deadline.cancel();
    }
  },
});

interface Reply {
  readonly message: InboundMessage;
  readonly atMs: number;
  /** Devices that know no correlation data send none; that is still an answer. */
  readonly correlated: "yes" | "none" | "wrong";
}

function isCorrelated(message: InboundMessage, correlation: Uint8Array): Reply["correlated"] {
  const given = message.properties?.correlationData;
  if (given === undefined) return "none";
  const same = given.length === correlation.length && given.every((b, i) => b === correlation[i]);
  return same ? "yes" : "wrong";
}

function viewReply(reply: Reply, chars = REPLY_CHARS): Omit<MessageView, "seq"> {
  const { seq: _seq, ...view } = viewMessage({ seq: 0, message: reply.message }, chars);
  return view;
}

function whyOther(other: Reply, reply: Reply | null, timedOutAt: number): string {
  if (other.correlated === "wrong") return "wrong correlation data: an answer to another request";
  if (reply === null || other.atMs > timedOutAt && other.atMs < reply.atMs) return "late";
  return reply === null ? "late" : "duplicate or further reply";
}

function verdict(reply: Reply | null, validate: Validator | null) {
  if (reply === null || validate === null) return { valid: null, errors: [] };
  const { value } = decodePayload(reply.message.payload, { topic: reply.message.topic });
  const { valid, errors } = validate.validate(value);
  return {
    valid,
    errors: valid
      ? []
      : errors.slice(0, 10).map((e) => `${e.instanceLocation}: ${e.error}`.slice(0, 300)),
  };
}

function createValidator(schema: Record<string, unknown>): Validator {
  if (JSON.stringify(schema).length <= EXPECT_MAX_CHARS) {
    try {
      const validator = new Validator(schema, "2020-12", false);
      validator.validate(null);
      return validator;
    } catch {
      // told below
    }
  }
  throw new OperationError(
    "INVALID_ARGUMENT",
    "Cannot use `expect`: it is no valid JSON Schema, or longer than 50,000 characters",
    'Give a schema like {"type":"object","required":["POWER"]}',
  );
}

function parsed(payload: JsonValue): JsonValue {
  if (typeof payload !== "string") return payload;
  try {
    return JSON.parse(payload);
  } catch {
    return payload;
  }
}

function isName(filter: string | undefined): filter is string {
  return filter !== undefined && !/[+#]/.test(filter) && !filter.startsWith("$share/");
}

function wait(ms: number, signal: AbortSignal): { promise: Promise<void>; cancel(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  const cancel = () => {
    clearTimeout(timer);
    signal.removeEventListener("abort", cancel);
    resolve();
  };
  signal.addEventListener("abort", cancel, { once: true });
  return { promise, cancel };
}

function noReplyTopic(version: string): OperationError {
  return new OperationError(
    "INVALID_ARGUMENT",
    `Cannot tell where the reply comes: this session speaks MQTT ${version}, which has no response topics`,
    "Give reply_topic, the topic on which the device answers",
  );
}

function adviceFor(filters: readonly string[], family: string | null, seconds: number): string {
  const where = filters.map((filter) => `"${filter}"`).join(" and ");
  const hint = family === null
    ? "many devices do not know MQTT 5 response topics: give reply_topic, the topic on which it answers"
    : `it looks like ${family}: check the device name and that it is online with debug_device`;
  return `No reply on ${where} within ${seconds} s; ${hint}`;
}
