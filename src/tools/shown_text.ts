/** Characters of a topic that a result shows: MQTT allows 65,535 bytes, and nobody reads them. */
export const SHOWN_TOPIC_CHARS = 400;

/** The head of a text, with an ellipsis where it was cut; never cut through the middle of a character. */
export function shownText(text: string, maxChars = SHOWN_TOPIC_CHARS): string {
  if (text.length <= maxChars) return text;
  return `${text.slice(0, maxChars - 1).toWellFormed().replace(/\uFFFD$/, "")}…`;
}

/**
 * A copy of some facts in which every text is cut to `maxChars`: what an analysis quotes of topics and payloads comes
 * from strangers. Numbers, structure and keys stay.
 */
export function withShownTexts<T>(facts: T, maxChars: number): T {
  if (typeof facts === "string") return shownText(facts, maxChars) as T;
  if (Array.isArray(facts)) return facts.map((item) => withShownTexts(item, maxChars)) as T;
  if (typeof facts !== "object" || facts === null) return facts;
  const entries = Object.entries(facts).map(([key, item]) => [key, withShownTexts(item, maxChars)]);
  return Object.fromEntries(entries) as T;
}

/** A topic as a field of a result; where it was cut, with its length in bytes. */
export function topicFacts(topic: string): { topic: string; topic_bytes?: number } {
  if (topic.length <= SHOWN_TOPIC_CHARS) return { topic };
  return { topic: shownText(topic), topic_bytes: new TextEncoder().encode(topic).length };
}
