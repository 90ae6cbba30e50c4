/** Messages as a reader gets them: decoded, bounded, fields at their default left out. */
import { isoTime } from "../iso_time.ts";
import { z } from "zod";
import type { InboundMessage, MessageProperties } from "../mqtt/message.ts";
import { Pauses } from "../collect/pauses.ts";
import type { DecodedPayload, JsonValue } from "../payload/payload.ts";
import { hideInJson } from "../payload/secrets.ts";
import { presentDecoded, presentPayload } from "../payload/present.ts";
import { visibleJson } from "../payload/visible_text.ts";
import { topicFacts } from "./shown_text.ts";

/** A message to show: from a sampler, a collection or a recording. */
export interface ViewableMessage {
  readonly seq: number;
  readonly message: InboundMessage;
  /** Bytes as they arrived, where only the head of the payload was kept. */
  readonly sizeBytes?: number;
  /** Why it was kept for the reader. */
  readonly keptFor?: readonly string[];
  /** Its payload, where decoding it took more than the message itself (Sparkplug aliases). */
  readonly decoded?: DecodedPayload;
}

/** One message of a result. */
const messageOutput = z.looseObject({
  seq: z.number(),
  timestamp: z.string(),
  topic: z.string(),
  size_bytes: z.number(),
  format: z.string(),
  payload: z.unknown(),
});

/** One message of a result. */
export type MessageView = z.output<typeof messageOutput>;

/** The characters that all messages of one result may take together. */
export const MESSAGES_MAX_CHARS = 30_000;

/** So much of a payload is shown where there is room for no more. */
export const SHORTEST_PAYLOAD_CHARS = 60;

/** How long payloads may be, from the longest on, until all messages fit. */
const PAYLOAD_CHARS_LADDER = [28_000, 14_000, 7_000, 4_000, 2_000, 1_000, 500, 250, 120]
  .concat(SHORTEST_PAYLOAD_CHARS);

/** A list of messages that fits, and what had to give way for it. */
export interface FittedMessages {
  readonly messages: MessageView[];
  /** Messages that did not fit at all, even with their payloads cut. */
  readonly dropped: number;
  /** Messages whose payload was cut. */
  readonly truncated: number;
  /** Those among them of which only the head was kept. */
  readonly heads: number;
}

/** One message with its payload cut at `payloadChars` characters of JSON. */
export function viewMessage(item: ViewableMessage, payloadChars: number): MessageView {
  const { message } = item;
  const sizeBytes = item.sizeBytes ?? message.payload.length;
  const headOnly = isHead(item);
  const shown = item.decoded
    ? presentDecoded(item.decoded, payloadChars)
    : presentPayload(message.payload, {
      topic: message.topic,
      contentType: message.properties?.contentType,
      maxChars: payloadChars,
    });
  return {
    seq: item.seq,
    timestamp: isoTime(message.receivedAt),
    ...topicFacts(message.topic),
    ...(message.qos > 0 && { qos: message.qos }),
    ...((message.retain || message.liveRetain) && { retain: true }),
    ...(message.retain && { replayed: true }),
    ...(message.dup && { dup: true }),
    size_bytes: sizeBytes,
    format: shown.format,
    payload: shown.payload,
    ...(shown.encoding && { encoding: shown.encoding }),
    ...((shown.truncated || headOnly) && { truncated: true }),
    ...(headOnly && { note: `Only the first ${message.payload.length} bytes were kept` }),
    ...(shown.note && !headOnly && { note: shown.note }),
    ...propertyFacts(message.properties),
    ...(item.keptFor && item.keptFor.length > 0 && { kept_for: [...item.keptFor] }),
  };
}

/** Whether only the first bytes of its payload were kept. */
export function isHead({ sizeBytes, message }: ViewableMessage): boolean {
  return sizeBytes !== undefined && sizeBytes > message.payload.length;
}

/**
 * Messages whose JSON together stays under `maxChars`: payloads are cut shorter and shorter, from `payloadChars` on,
 * until they fit, and only then are messages left out, from the end: the caller puts there what matters least, or what a
 * next page shows.
 */
export async function fitMessages(
  items: readonly ViewableMessage[],
  limits: { maxChars?: number; payloadChars?: number } = {},
): Promise<FittedMessages> {
  const pauses = new Pauses();
  const { maxChars = MESSAGES_MAX_CHARS, payloadChars: longest = Infinity } = limits;
  // A step that cannot hold all payloads is not worth its decoding.
  const shared = items.length === 0 ? longest : Math.max(2_000, 4 * maxChars / items.length);
  let views: MessageView[] = [];
  for (const payloadChars of PAYLOAD_CHARS_LADDER) {
    if (payloadChars > Math.min(longest, shared)) continue;
    views = [];
    for (const item of items) {
      views.push(viewMessage(item, payloadChars));
      if (pauses.due) await pauses.take();
    }
    if (charsOf(views) <= maxChars) return fitted(views, items);
  }
  let chars = 2;
  let fits = 0;
  while (fits < views.length) {
    chars += visibleJson(views[fits]).length + 1;
    if (chars > maxChars) break;
    fits++;
  }
  return fitted(views.slice(0, fits), items);
}

function fitted(messages: MessageView[], items: readonly ViewableMessage[]): FittedMessages {
  return {
    messages,
    dropped: items.length - messages.length,
    truncated: messages.filter((m) => m.truncated === true).length,
    heads: items.slice(0, messages.length).filter(isHead).length,
  };
}

function charsOf(value: JsonValue | MessageView[]): number {
  return visibleJson(value).length;
}

function propertyFacts(properties: MessageProperties | undefined): Record<string, JsonValue> {
  if (!properties) return {};
  const facts: Record<string, JsonValue> = {};
  if (properties.contentType) facts.content_type = properties.contentType.slice(0, 200);
  if (properties.responseTopic) facts.response_topic = properties.responseTopic.slice(0, 500);
  if (properties.correlationData) {
    facts.correlation_data = presentPayload(properties.correlationData, {
      topic: "",
      maxChars: 200,
    }).payload;
  }
  if (properties.userProperties && Object.keys(properties.userProperties).length > 0) {
    const shown = hideInJson(properties.userProperties as JsonValue);
    const text = JSON.stringify(shown);
    facts.user_properties = text.length <= 500 ? shown : `${text.slice(0, 500)}…`;
  }
  if (properties.messageExpiryInterval !== undefined) {
    facts.message_expiry_interval = properties.messageExpiryInterval;
  }
  if (properties.malformed !== undefined) {
    facts.malformed_property = `The message came with ${properties.malformed}: it is left out`;
  }
  return facts;
}
