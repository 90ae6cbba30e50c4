/** What a search in the topic tree finds: topic filters, words of a topic, and newest values. */
import { Buffer, isUtf8 } from "node:buffer";
import type { LoggedMessage } from "../collect/recorded.ts";
import { MessageMatcher } from "../collect/message_matcher.ts";
import { compileFilter, validateTopicFilter } from "../mqtt/topic.ts";

/** Newest values that a search reads; of other topics only the name is searched. */
const MOST_VALUES = 20_000;
/** Values that are no text take longer: of them a look reads only this share of what it reads at most. */
const DECODED_SHARE = 0.25;
const LARGEST_VALUE_BYTES = 64 * 1024;
const ASCII = /^[ -~]+$/;

/** Decides of one topic after another whether a search means it. */
export interface TopicSearch {
  /** Begins another look at all topics: it goes on where the last one ended. */
  begin(): void;
  /** `lastSeq` tells whether a topic's newest message is still the one that was looked at. */
  matches(topic: string, lastSeq: number, last: () => LoggedMessage | null): boolean;
  /** Whether some values were not looked at and will not be, because there are too many. */
  readonly limited: boolean;
  /** Whether some values wait for the next look. */
  readonly searching: boolean;
}

/**
 * A text with `+` or `#` as a level is a topic filter, and finds what is below it, too. Anything else is words: each has
 * to stand in the topic or in its newest value, in any case and order. Hidden values are not found. Each look reads at
 * most `valuesAtOnce` values that it does not know.
 */
export function topicSearch(
  text: string,
  { valuesAtOnce = MOST_VALUES }: { valuesAtOnce?: number } = {},
): TopicSearch {
  const trimmed = text.trim();
  const filter = asFilter(trimmed);
  if (filter === null) {
    const words = trimmed.toLowerCase().split(/\s+/).filter((word) => word !== "");
    return new WordSearch(words, valuesAtOnce);
  }
  const below = filter.endsWith("#") ? null : compileFilter(`${filter}/#`);
  const itself = compileFilter(filter);
  return {
    begin() {},
    matches: (topic) => itself(topic) || below?.(topic) === true,
    limited: false,
    searching: false,
  };
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

interface Word {
  readonly text: string;
  readonly isAscii: boolean;
  readonly matcher: MessageMatcher;
}

class WordSearch implements TopicSearch {
  limited = false;
  searching = false;
  readonly #words: readonly Word[];
  readonly #valuesAtOnce: number;
  /** What was found of values, and of which message. */
  readonly #known = new Map<string, { readonly seq: number; readonly met: boolean }>();
  #values = 0;
  #decoded = 0;

  constructor(words: readonly string[], valuesAtOnce: number) {
    this.#valuesAtOnce = valuesAtOnce;
    this.#words = words.map((text) => ({
      text,
      isAscii: ASCII.test(text),
      matcher: new MessageMatcher({ where: [], contains: text }),
    }));
  }

  begin(): void {
    this.limited = this.searching = false;
    this.#values = this.#decoded = 0;
  }

  matches(topic: string, lastSeq: number, last: () => LoggedMessage | null): boolean {
    const name = topic.toLowerCase();
    if (this.#words.every(({ text }) => name.includes(text))) return true;
    const known = this.#known.get(topic);
    if (known?.seq === lastSeq) return known.met;
    if (known === undefined && this.#known.size >= MOST_VALUES) {
      this.limited = true;
      return false;
    }
    if (
      this.#values >= this.#valuesAtOnce ||
      this.#decoded >= this.#valuesAtOnce * DECODED_SHARE
    ) {
      this.searching = true;
      return known?.met ?? false;
    }
    this.#values++;
    const message = last();
    const met = message !== null &&
      this.#meets(message, this.#words.filter(({ text }) => !name.includes(text)));
    this.#known.set(topic, { seq: lastSeq, met });
    return met;
  }

  #meets({ topic, payload: whole }: LoggedMessage, missing: readonly Word[]): boolean {
    const payload = whole.subarray(0, LARGEST_VALUE_BYTES);
    if (isUtf8(payload)) {
      const text = plainText(payload);
      if (text !== null && missing.some((word) => word.isAscii && !text.includes(word.text))) {
        return false;
      }
    } else this.#decoded++;
    return missing.every(({ matcher }) => matcher.meets({ topic, payload }));
  }
}

/** A text in lower case, good for a look at its ASCII; null where that says nothing, because letters hide in it. */
function plainText(payload: Uint8Array): string | null {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  // escapes, and letters that become ASCII in lower case
  if (HIDING.some((mark) => bytes.includes(mark))) return null;
  return bytes.toString("latin1").toLowerCase();
}

const HIDING = ["\\", "\u212a", "\u0130"].map((mark) => Buffer.from(mark));
