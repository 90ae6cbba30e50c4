/** Characters of a topic that a result shows: MQTT allows 65,535 bytes, and nobody reads them. */
export const SHOWN_TOPIC_CHARS = 400;

/** The head of a text, with an ellipsis where it was cut; never cut through the middle of a character. */
export function shownText(text: string, maxChars = SHOWN_TOPIC_CHARS): string {
  if (text.length <= maxChars) return text;
  return `${text.slice(0, maxChars - 1).toWellFormed().replace(/\uFFFD$/, "")}…`;
}

/** A topic as a field of a result; where it was cut, with its length in bytes. */
export function topicFacts(topic: string): { topic: string; topic_bytes?: number } {
  if (topic.length <= SHOWN_TOPIC_CHARS) return { topic };
  return { topic: shownText(topic), topic_bytes: new TextEncoder().encode(topic).length };
}
