import { Validator } from "@cfworker/json-schema";
import { z } from "zod";
import { expectedReply } from "../analysis/reply_topics.ts";
import { OperationError } from "../errors.ts";
import type { InboundMessage, Qos } from "../mqtt/message.ts";
import { validateTopicFilter, validateTopicName } from "../mqtt/topic.ts";
import { decodePayload } from "../payload/decode.ts";
import type { JsonValue } from "../payload/payload.ts";
import type { Session } from "../session/session.ts";
import {
  listenedFacts,
  listenedOutput,
  payloadEncoding,
  payloadInput,
  qos,
  rounded,
  rowsOutput,
  sessionId,
} from "./params.ts";
import { shownText } from "./shown_text.ts";
import { encodePayload } from "./publish_payload.ts";
import { type MessageView, viewMessage } from "./message_view.ts";
import { defineTool, type ToolContext } from "./tool.ts";
import { withSession } from "./with_session.ts";

/** How long is listened on after a reply (for duplicates) or a timeout (for late ones). */
const LINGER_MS = 300;
const MOST_OTHER_REPLIES = 10;
const REPLY_CHARS = 8_000;
const OTHER_REPLY_CHARS = 1_000;
const EXPECT_MAX_CHARS = 50_000;

/** Asks a device something, and waits for its answer. */
export const requestReply = defineTool({
  name: "request_reply",
  title: "Send a request, wait for the reply",
  description:
    "Publish a request and wait for the device's reply, on an MQTT 5 response topic or on " +
    "reply_topic. Knows where Tasmota (cmnd/…), zigbee2mqtt (…/set, …/get, bridge/request/…) and Shelly (…/rpc) answer. " +
    "This can switch real devices. Use publish_message when no answer is expected.",
  access: "destroy",
  quotesStrangers: true,
  idempotent: false,
  input: z.strictObject({
    session_id: sessionId,
    topic: z.string().describe('e.g. "cmnd/plug/STATUS"'),
    payload: payloadInput,
    encoding: payloadEncoding,
    qos: qos.default(1),
    reply_topic: z.string().optional().describe(
      "Name or filter; default: an MQTT 5 response topic",
    ),
    timeout: z.number().min(0.1).max(60).default(10).describe("Seconds"),
    expect: z.record(z.string(), z.unknown()).optional().describe(
      "JSON Schema the reply must meet",
    ),
  }),
  output: z.looseObject({
    replied: z.boolean(),
    round_trip_ms: z.unknown(),
    reply: z.unknown(),
    valid: z.unknown(),
    errors: rowsOutput,
    other_replies: rowsOutput,
    listened: listenedOutput,
  }),
  example: { args: { topic: "cmnd/washer_plug/POWER", payload: "" } },
  async run(args, context) {
    validateTopicName(args.topic);
    if (args.reply_topic !== undefined) validateTopicFilter(args.reply_topic);
    const request = {
      ...args,
      payload: args.payload as JsonValue,
      bytes: encodePayload(args.payload as JsonValue, args.encoding),
      validate: args.expect === undefined ? null : createValidator(args.expect),
    };
    context.core.policy.checkPublish(args.topic);
    return await withSession(
      args.session_id,
      context,
      (session) => ask(session, request, context),
    );
  },
});

interface Request {
  readonly topic: string;
  readonly payload: JsonValue;
  readonly bytes: Uint8Array;
  readonly qos: Qos;
  readonly reply_topic?: string;
  readonly timeout: number;
  readonly validate: Validator | null;
}

async function ask(session: Session, request: Request, { signal, progress }: ToolContext) {
  const { topic } = request;
  const mqtt5 = session.mqttVersion === "5";
  const habit = request.reply_topic === undefined
    ? expectedReply(topic, parsed(request.payload))
    : null;
  const ownTopic = mqtt5 && request.reply_topic === undefined
    ? `mqtt-mcp/reply/${crypto.randomUUID()}`
    : null;
  const filters = [request.reply_topic, habit?.filter, ownTopic].filter((f) => f != null);
  if (filters.length === 0) throw noReplyTopic(session.mqttVersion);
  const responseTopic = ownTopic ??
    (isName(request.reply_topic) ? request.reply_topic : undefined);
  const correlation = crypto.getRandomValues(new Uint8Array(8));

  let reply: Reply | null = null;
  const others: Reply[] = [];
  let otherCount = 0;
  const answered = Promise.withResolvers<void>();
  let sentAt = Infinity;
  let waiting = true;
  await using listening = await session.listen({
    filters,
    retained: "skip",
    qos: 1,
    signal,
    onMessage(message) {
      // what came before the request is no answer to it
      if (performance.now() < sentAt || message.topic === topic) return;
      const correlated = correlationOf(message, correlation);
      const isAnswer = reply === null && waiting && correlated !== "wrong";
      if (!isAnswer && ++otherCount > MOST_OTHER_REPLIES) return;
      const heard: Reply = {
        message: { ...message, payload: message.payload.slice() },
        atMs: performance.now(),
        why: isAnswer
          ? "answer"
          : correlated === "wrong"
          ? "wrong correlation data: an answer to another request"
          : reply === null
          ? "late"
          : "duplicate or further reply",
      };
      if (!isAnswer) return void others.push(heard);
      reply = heard;
      answered.resolve();
    },
  });
  const lost = listening.lost.then(() => {});
  const deadline = wait(request.timeout * 1000, signal);
  sentAt = performance.now();
  const ticker = setInterval(() =>
    progress({
      progress: rounded((performance.now() - sentAt) / 1000, 1),
      total: request.timeout,
      message: "Waiting for the reply",
    }), 1_000);
  try {
    await session.publish({
      topic,
      payload: request.bytes,
      qos: request.qos,
      retain: false,
      signal,
      timeoutMs: request.timeout * 1000,
      ...(mqtt5 && responseTopic !== undefined
        ? { properties: { responseTopic, correlationData: correlation } }
        : {}),
    });
    await Promise.race([answered.promise, deadline.promise, lost]);
    waiting = false;
    const linger = wait(LINGER_MS, signal);
    await Promise.race([linger.promise, lost]);
    linger.cancel();
  } finally {
    clearInterval(ticker);
    deadline.cancel();
  }
  await listening.close();
  return {
    ...replyFacts(reply, { sentAt, validate: request.validate }),
    other_replies: others.map((other) => ({
      why: other.why,
      after_ms: rounded(other.atMs - sentAt),
      ...viewReply(other, OTHER_REPLY_CHARS),
    })),
    ...(otherCount > others.length ? { other_replies_total: otherCount } : {}),
    listened_on: filters.map((filter) => shownText(filter)),
    listened: listenedFacts(listening.report()),
    ...(reply === null
      ? { advice: adviceFor(filters, habit?.family ?? null, request.timeout) }
      : {}),
  };
}

interface Reply {
  readonly message: InboundMessage;
  readonly atMs: number;
  /** What it is to the request, in words. */
  readonly why: string;
}

/** Devices that know no correlation data send none; that is still an answer. */
function correlationOf(message: InboundMessage, correlation: Uint8Array): "yes" | "none" | "wrong" {
  const given = message.properties?.correlationData;
  if (given === undefined) return "none";
  const same = given.length === correlation.length && given.every((b, i) => b === correlation[i]);
  return same ? "yes" : "wrong";
}

function replyFacts(reply: Reply | null, o: { sentAt: number; validate: Validator | null }) {
  if (reply === null) {
    return { replied: false, round_trip_ms: null, reply: null, valid: null, errors: [] };
  }
  return {
    replied: true,
    round_trip_ms: rounded(reply.atMs - o.sentAt),
    reply: viewReply(reply, REPLY_CHARS),
    ...verdict(reply.message, o.validate),
  };
}

function viewReply(reply: Reply, chars: number): Omit<MessageView, "seq"> {
  const { seq: _seq, ...view } = viewMessage({ seq: 0, message: reply.message }, chars);
  return view;
}

function verdict(message: InboundMessage, validate: Validator | null) {
  if (validate === null) return { valid: null, errors: [] };
  const { value } = decodePayload(message.payload, { topic: message.topic });
  let result: ReturnType<Validator["validate"]>;
  try {
    result = validate.validate(value);
  } catch {
    return { valid: null, errors: ["`expect` could not be applied to this reply"] };
  }
  const { valid, errors } = result;
  return {
    valid,
    errors: valid
      ? []
      : errors.slice(0, 10).map((e) => shownText(`${e.instanceLocation}: ${e.error}`, 300)),
  };
}

function createValidator(schema: Record<string, unknown>): Validator {
  if (JSON.stringify(schema).length <= EXPECT_MAX_CHARS && isUsable(schema)) {
    try {
      const validator = new Validator(schema, "2020-12", false);
      for (const sample of [null, "", 0, false, [], {}]) validator.validate(sample);
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

/** The validator finds such mistakes only when a reply comes as far as them. */
function isUsable(schema: unknown): boolean {
  if (typeof schema !== "object" || schema === null) return true;
  return Object.entries(schema).every(([key, value]) => {
    if (key === "type" && typeof value === "number") return false;
    if (key === "pattern" && typeof value === "string" && !compiles(value)) return false;
    return isUsable(value);
  });
}

function compiles(pattern: string): boolean {
  try {
    new RegExp(pattern, "u");
    return true;
  } catch {
    return false;
  }
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
  const where = filters.map((filter) => `"${shownText(filter)}"`).join(" and ");
  const hint = family === null
    ? "many devices do not know MQTT 5 response topics: give reply_topic, the topic on which it answers"
    : `it looks like ${family}: check the device name and that it is online with debug_device`;
  return `No reply on ${where} within ${seconds} s; ${hint}`;
}
