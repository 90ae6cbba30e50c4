import { pause } from "../waiting.ts";
import { z } from "zod";
import { expectedReply, missingForReply } from "../analysis/device/mod.ts";
import { type EchoedId, echoedIds, strangeId } from "../analysis/expectation/echoed_id.ts";
import { ReplyCheck, SchemaError } from "../analysis/expectation/reply_check.ts";
import { invalidArgument, notAllowed, OperationError } from "../errors.ts";
import type { InboundMessage, Qos } from "../mqtt/message.ts";
import { REPLY_PREFIX } from "../mqtt/own_topics.ts";
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
import { questionBroker, questionPayload, questionTopic } from "./write_question.ts";

/** How long is listened on after a reply (for duplicates) or a timeout (for late ones). */
const LINGER_MS = 300;
/** Where a device answers in several messages, it is listened on this many times while they come. */
const MOST_LINGERS = 6;
/** Tasmota's STATUS 0 has a dozen messages. */
const MOST_OTHER_REPLIES = 15;
const REPLY_CHARS = 8_000;
const OTHER_REPLY_CHARS = 1_000;

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
  question(args, { core, client }) {
    const { bytes } = requestOf(args, core.policy);
    const session = core.sessions.get(args.session_id, client.id);
    session.checkPublish({ ...args, payload: bytes, retain: false });
    return `Send a request to ${questionTopic(args.topic)} at ${questionBroker(session)}: ` +
      questionPayload(bytes, args.topic);
  },
  async run(args, context) {
    const request = requestOf(args, context.core.policy);
    return await withSession(
      args.session_id,
      context,
      (session) => ask(session, request, context),
    );
  },
});

interface Arguments extends Omit<Request, "payload" | "bytes" | "check"> {
  readonly payload?: unknown;
  readonly encoding: "utf8" | "base64" | "hex";
  readonly expect?: Record<string, unknown>;
}

/** The request that arguments ask for, where the policy allows it. */
function requestOf(args: Arguments, policy: ToolContext["core"]["policy"]): Request {
  validateTopicName(args.topic);
  if (args.reply_topic !== undefined) validateTopicFilter(args.reply_topic);
  const request = {
    ...args,
    payload: args.payload as JsonValue,
    bytes: encodePayload(args.payload as JsonValue, args.encoding),
    check: args.expect === undefined ? null : createCheck(args.expect),
  };
  policy.checkPublish(args.topic);
  if (args.reply_topic !== undefined) {
    // whoever is asked publishes there, and so in our name
    policy.checkSubscribe(args.reply_topic);
    policy.checkPublish(args.reply_topic);
  }
  return request;
}

interface Request {
  readonly topic: string;
  readonly payload: JsonValue;
  readonly bytes: Uint8Array;
  readonly qos: Qos;
  readonly reply_topic?: string;
  readonly timeout: number;
  readonly check: ReplyCheck | null;
}

async function ask(
  session: Session,
  request: Request,
  { core, signal, progress }: ToolContext,
) {
  const { topic } = request;
  const mqtt5 = session.mqttVersion === "5";
  const known = expectedReply(topic, parsed(request.payload));
  const habit = request.reply_topic === undefined ? known : null;
  const missing = request.reply_topic === undefined
    ? missingForReply(topic, parsed(request.payload))
    : null;
  const own = mqtt5 && request.reply_topic === undefined ? ownReplyTopic(core.policy) : null;
  const ownTopic = own?.topic ?? null;
  const filters = [request.reply_topic, habit?.filter, ...habit?.further ?? [], ownTopic]
    .filter((filter) => filter != null);
  if (filters.length === 0) throw own?.refusal ?? noReplyTopic(session.mqttVersion, missing);
  const responseTopic = ownTopic ??
    (isName(request.reply_topic) ? request.reply_topic : undefined);
  const correlation = crypto.getRandomValues(new Uint8Array(8));
  const ids = echoedIds(parsed(request.payload));

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
      const toAnother = answersAnother(message, { correlation, ids });
      const isAnswer = reply === null && waiting && toAnother === null;
      if (!isAnswer && ++otherCount > MOST_OTHER_REPLIES) return;
      const heard: Reply = {
        message: { ...message, payload: message.payload.slice() },
        atMs: performance.now(),
        why: isAnswer
          ? "answer"
          : toAnother !== null
          ? toAnother
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
  let interruption = null as string | null;
  const interrupted = listening.interrupted.then((reason) => void (interruption = reason));
  const over = new AbortController();
  const ended = { signal: AbortSignal.any([signal, over.signal]) };
  const deadline = pause(request.timeout * 1000, ended);
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
      confirm: true,
      ...(mqtt5 && responseTopic !== undefined &&
        { properties: { responseTopic, correlationData: correlation } }),
    });
    await Promise.race([answered.promise, deadline, lost, interrupted]);
    waiting = false;
    const lingers = reply !== null && (habit?.further.length ?? 0) > 0 ? MOST_LINGERS : 1;
    for (let i = 0, before = -1; i < lingers && before < otherCount; i++) {
      before = otherCount;
      await Promise.race([pause(LINGER_MS, ended), lost, interrupted]);
      if (signal.aborted) break;
    }
  } finally {
    clearInterval(ticker);
    over.abort();
  }
  await listening.close();
  return {
    ...replyFacts(reply, { sentAt, check: request.check }),
    other_replies: others.map((other) => ({
      why: other.why,
      after_ms: rounded(other.atMs - sentAt),
      ...viewReply(other, OTHER_REPLY_CHARS),
    })),
    ...(otherCount > others.length && { other_replies_total: otherCount }),
    listened_on: filters.map((filter) => shownText(filter)),
    listened: listenedFacts(listening.report()),
    ...(reply === null && {
      advice: (interruption === null
        ? adviceFor(filters, {
          family: habit?.family ?? null,
          gateway: known,
          seconds: request.timeout,
          missing,
          replyTopic: request.reply_topic,
        })
        : `The connection was lost before a reply: ${interruption}; the request may have arrived, and a reply in the meantime was not heard`) +
        (others.some((other) => / to another request$/.test(other.why))
          ? ". Answers to other requests came: see other_replies"
          : ""),
    }),
  };
}

/** A response topic of ours, where the policy lets it be answered on and heard. */
function ownReplyTopic(
  policy: ToolContext["core"]["policy"],
): { topic?: string; refusal?: OperationError } {
  const topic = REPLY_PREFIX + crypto.randomUUID();
  try {
    policy.checkSubscribe(topic);
    policy.checkPublish(topic);
    return { topic };
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    return {
      refusal: notAllowed(
        `Cannot be answered on a response topic of its own: ${error.message}`,
        `Give reply_topic, the topic on which the device answers, or ask the operator to allow ${REPLY_PREFIX}#`,
      ),
    };
  }
}

interface Reply {
  readonly message: InboundMessage;
  readonly atMs: number;
  /** What it is to the request, in words. */
  readonly why: string;
}

/**
 * Why a message answers another request than this one; null where nothing says so. Devices that know no correlation
 * data and repeat no id send none: that is still an answer.
 */
function answersAnother(
  message: InboundMessage,
  { correlation, ids }: { correlation: Uint8Array; ids: readonly EchoedId[] },
): string | null {
  const given = message.properties?.correlationData;
  if (given !== undefined) {
    const same = given.length === correlation.length && given.every((b, i) => b === correlation[i]);
    if (!same) return "wrong correlation data: an answer to another request";
  }
  if (ids.length === 0) return null;
  const strange = strangeId(ids, decodePayload(message.payload, { topic: message.topic }).value);
  return strange === null
    ? null
    : `another ${shownText(strange.path.join("."), 60)}: an answer to another request`;
}

function replyFacts(reply: Reply | null, o: { sentAt: number; check: ReplyCheck | null }) {
  if (reply === null) {
    return { replied: false, round_trip_ms: null, reply: null, valid: null, errors: [] };
  }
  return {
    replied: true,
    round_trip_ms: rounded(reply.atMs - o.sentAt),
    reply: viewReply(reply, REPLY_CHARS),
    ...verdict(reply.message, o.check),
  };
}

function viewReply(reply: Reply, chars: number): Omit<MessageView, "seq"> {
  const { seq: _seq, ...view } = viewMessage({ seq: 0, message: reply.message }, chars);
  return view;
}

function verdict(message: InboundMessage, check: ReplyCheck | null) {
  if (check === null) return { valid: null, errors: [] };
  const { value } = decodePayload(message.payload, { topic: message.topic });
  const { valid, errors } = check.check(value);
  return { valid, errors: errors.map((error) => shownText(error, 300)) };
}

function createCheck(schema: Record<string, unknown>): ReplyCheck {
  try {
    return new ReplyCheck(schema as Record<string, JsonValue>);
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    throw invalidArgument(
      `Cannot use \`expect\`: ${error.message}`,
      'Give a schema like {"type":"object","required":["POWER"]}',
    );
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

function noReplyTopic(version: string, missing: string | null): OperationError {
  return invalidArgument(
    `Cannot tell where the reply comes: this session speaks MQTT ${version}, which has no response topics`,
    missing ?? "Give reply_topic, the topic on which the device answers",
  );
}

function adviceFor(
  filters: readonly string[],
  o: {
    /** The habit by which the reply was expected; null where none was. */
    readonly family: string | null;
    readonly gateway: ReturnType<typeof expectedReply>;
    readonly seconds: number;
    readonly missing: string | null;
    readonly replyTopic: string | undefined;
  },
): string {
  const { family, gateway } = o;
  const state = gateway?.gatewayState ?? null;
  const where = filters.map((filter) => `"${shownText(filter)}"`).join(" and ");
  const hint = o.missing ??
    (state !== null
      ? `${gateway?.family}'s bridge itself is asked: see on "${
        shownText(state)
      }" whether it is online, and that this is its base topic`
      : family === null
      ? o.replyTopic === undefined
        ? "many devices do not know MQTT 5 response topics: give reply_topic, the topic on which it answers"
        : "check that it answers there, and is online: subscribe_and_collect on a wider filter shows what it sends meanwhile"
      : `it looks like ${family}: check the device name and that it is online with debug_device`);
  return `No reply on ${where} within ${o.seconds} s; ${hint}`;
}
