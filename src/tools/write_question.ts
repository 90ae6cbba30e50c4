/** What a person is asked before something is sent. */
import { formatAuthority } from "../mqtt/connection_string.ts";
import { previewPayload } from "../payload/present.ts";
import type { Session } from "../session/session.ts";
import { shownText } from "./shown_text.ts";

const TOPIC_CHARS = 150;
const PAYLOAD_CHARS = 300;

/** A topic in a question. */
export function questionTopic(topic: string): string {
  return `"${shownText(topic, TOPIC_CHARS)}"`;
}

/** Where a session is connected to, in a question. */
export function questionBroker({ broker }: Session): string {
  const address = formatAuthority(broker);
  return broker.name === undefined ? address : `${broker.name} (${address})`;
}

/** A payload in a question, with its size where that says more. */
export function questionPayload(payload: Uint8Array, topic: string): string {
  if (payload.length === 0) return "an empty payload";
  const preview = previewPayload(payload, { topic, maxChars: PAYLOAD_CHARS });
  return payload.length <= PAYLOAD_CHARS ? preview : `${preview} (${payload.length} bytes)`;
}
