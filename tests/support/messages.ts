import type { LoggedMessage, Place } from "../../src/collect/recorded.ts";
import type { InboundMessage } from "../../src/mqtt/message.ts";

const encoder = new TextEncoder();

/** A message for tests of code that takes messages: text or JSON payload, everything else by default. */
export function message(
  topic: string,
  payload: unknown = "",
  fields: Partial<Omit<InboundMessage, "topic" | "payload">> = {},
): InboundMessage {
  const bytes = payload instanceof Uint8Array
    ? payload
    : encoder.encode(typeof payload === "string" ? payload : JSON.stringify(payload));
  return { topic, payload: bytes, qos: 0, retain: false, dup: false, receivedAt: 0, ...fields };
}

/** The text of a payload. */
export function textOf(payload: Uint8Array): string {
  return new TextDecoder().decode(payload);
}

/** Where a page ended. */
export function placeOfLast(messages: readonly LoggedMessage[]): Place | undefined {
  const last = messages.at(-1);
  return last && { seq: last.seq, at: last.receivedAt };
}
