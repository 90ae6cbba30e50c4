/** What a search in the topic tree finds: topic filters, words of a topic, and newest values. */
import { Buffer, isUtf8 } from "node:buffer";
import type { LoggedMessage } from "../collect/message_log.ts";
import { MessageMatcher } from "../collect/message_matcher.ts";
import { compileFilter, validateTopicFilter } from "../mqtt/topic.ts";

/** Newest values that one search reads as text; of others only the topic is searched. */
const MOST_VALUES = 20_000;
/** Values that are no plain text, and have to be decoded first. */
const MOST_DECODED = 2_000;
const LARGEST_VALUE_BYTES = 64 * 1024;
const ASCII = /^[ -~]+$/;

/** Decides of one topic after another whether a search means it. */
interface TopicSearch {
  matches(topic: string, last: () => LoggedMessage | null): boolean;
  /** Whether some values were not looked at, because there are too many. */
  readonly limited: boolean;
}

/**
 * A text with `+` or `#` as a level is a topic filter, and finds what is below it, too. Anything else is words: each has
 * to stand in the topic or in its newest value, in any case and order. Hidden values are not found.
 */
export function topicSearch(text: string): TopicSearch {
  const trimmed = text.trim();
  const filter = asFilter(trimmed);
  if (filter !== null) {
    const below = filter.endsWith("#") ? null : compileFilter(`${filter}/#`);
    const itself = compileFilter(filter);
    return { matches: (topic) => itself(topic) || below?.(topic) === true, limited: false };
  }
  return new WordSearch(trimmed.toLowerCase().split(/\s+/).filter((word) => word !== ""));
}

/** The text as a filter; null where it is none. A slash at its end belongs to what is still being typed. */
function asFilter(text: string): string | null {
  const filter = text.length > 1 ? text.replace(/\/$/, "") : text;
  if (!filter.split("/").some((level) => level === "+" || level === "#")) return null;
  try {
    validateTopicFilter(filter);
    return filter;
  } catch {
    return null;
  }
}

class WordSearch implements TopicSearch {
  limited = false;
  readonly #words: readonly { readonly text: string; readonly matcher: MessageMatcher }[];
  #values = 0;
  #decoded = 0;

  constructor(words: readonly string[]) {
    this.#words = words.map((text) => ({
      text,
      matcher: new MessageMatcher({ where: [], contains: text }),
    }));
  }

  matches(topic: string, last: () => LoggedMessage | null): boolean {
    const name = topic.toLowerCase();
    const missing = this.#words.filter(({ text }) => !name.includes(text));
    if (missing.length === 0) return true;
    if (this.#values >= MOST_VALUES) {
      this.limited = true;
      return false;
    }
    this.#values++;
    const message = last();
    if (message === null) return false;
    const payload = message.payload.subarray(0, LARGEST_VALUE_BYTES);
    const plain = isUtf8(payload);
    if (plain && !missing.every(({ text }) => mayStandIn(payload, text))) return false;
    if (!plain && ++this.#decoded > MOST_DECODED) {
      this.limited = true;
      return false;
    }
    return missing.every(({ matcher }) => matcher.meets({ topic, payload }));
  }
}

/** Whether a word may stand in a text; only where that is sure it says no. */
function mayStandIn(payload: Uint8Array, word: string): boolean {
  if (!ASCII.test(word)) return true;
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  // what is written with escapes, and letters that become ASCII in lower case
  if (bytes.includes("\\") || bytes.includes("\u212a") || bytes.includes("\u0130")) return true;
  return bytes.toString("latin1").toLowerCase().includes(word);
}
