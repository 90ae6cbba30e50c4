import type { JsonValue } from "../../../payload/payload.ts";
import { isObject, parseJson } from "../reading/json.ts";
import { normalizeName } from "../naming/names.ts";
import { PREPARING, type Steps } from "../steps.ts";
import type { KeptMessage } from "./kept_topics.ts";

/** Texts of one document that are looked at. */
const TEXTS_OF_A_DOCUMENT = 400;
/** Entries of the whole index. */
const MOST_ENTRIES = 600_000;
/** A word that more documents share ties none of them together. */
const COMMON = 40;
/** Documents that one device is told by, at most. */
const MOST_OF_A_DEVICE = 400;

/** A document, or one entry of a list of devices. */
interface Mention {
  readonly message: KeptMessage;
  /** Index in the list; null when the document is no list. */
  readonly entry: number | null;
  readonly words: readonly string[];
}

/** A document with the words in it. */
interface ReadDocument {
  readonly message: KeptMessage;
  readonly seq: number;
  readonly list: JsonValue[] | null;
  readonly mentions: readonly Mention[];
}

const MOST_OF_A_LIST = 5_000;
const ITEMS_OF_A_STEP = 100;

function* readDocument(message: KeptMessage): Steps<ReadDocument> {
  const { seq } = message;
  const value = parseJson(message.payload);
  if (!Array.isArray(value)) {
    const levels = message.topic.split("/").slice(0, 12).map(normalizeName)
      .filter((level) => level.length >= 3);
    const words = [...new Set([...levels, ...wordsOf(value)])];
    return { message, seq, list: null, mentions: [{ message, entry: null, words }] };
  }
  const list = value.slice(0, MOST_OF_A_LIST);
  const mentions: Mention[] = [];
  for (const [entry, item] of list.entries()) {
    mentions.push({ message, entry, words: [...wordsOf(item)] });
    if (entry % ITEMS_OF_A_STEP === ITEMS_OF_A_STEP - 1) yield PREPARING;
  }
  return { message, seq, list, mentions };
}

/** A message that may speak of a device. */
export interface Mentioning {
  readonly message: KeptMessage;
  /** Its place in the order of arrival when this was told: the message object is used again for later ones. */
  readonly seq: number;
  /** Of a list, the entries that may be the device's, as JSON; null where the whole is meant. */
  readonly own: string | null;
}

const encoder = new TextEncoder();

/** The message as the device is shown it. */
export function messageOf({ message, own }: Mentioning): KeptMessage {
  return own === null ? message : { ...message, payload: encoder.encode(own) };
}

/**
 * Which documents speak of which device, so that each device is shown only the few that may be about it. It may give
 * too many, and the device's identity decides; it must not give too few.
 */
export class Mentions {
  readonly #byWord = new Map<string, Mention[]>();
  readonly #lists = new Map<KeptMessage, JsonValue[]>();
  readonly #read = new Map<KeptMessage, ReadDocument>();
  #entries = 0;

  /** Of all messages of documents. What was read `before` is not read again. */
  static *of(
    documents: Iterable<{ messages(): readonly KeptMessage[] }>,
    before: Mentions | null,
  ): Steps<Mentions> {
    const mentions = new Mentions();
    for (const document of documents) {
      for (const message of document.messages()) {
        const known = before === null ? undefined : before.#read.get(message);
        yield* mentions.#add(known?.seq === message.seq ? known : yield* readDocument(message));
      }
    }
    return mentions;
  }

  *#add(document: ReadDocument): Steps<void> {
    const { message, list, mentions } = document;
    this.#read.set(message, document);
    if (list !== null) this.#lists.set(message, list);
    for (const [i, mention] of mentions.entries()) {
      this.#index(mention);
      if (i % ITEMS_OF_A_STEP === 0) yield PREPARING;
    }
  }

  /** Messages that may speak of a device known by these words, lists cut down to what may be its entries. */
  about(seeds: Iterable<string>): { messages: Mentioning[]; topics: Set<string> } {
    const found = new Set<Mention>();
    let words = [...new Set(seeds)];
    const asked = new Set<string>();
    for (let round = 0; round < 3 && words.length > 0; round++) {
      const next: string[] = [];
      for (const word of words) {
        if (asked.has(word)) continue;
        asked.add(word);
        const mentions = this.#byWord.get(word) ?? [];
        if (round > 0 && mentions.length > COMMON) continue;
        for (const mention of mentions) {
          if (found.has(mention) || found.size >= MOST_OF_A_DEVICE) continue;
          found.add(mention);
          next.push(...mention.words);
        }
      }
      words = next;
    }
    const entries = new Map<KeptMessage, Set<number>>();
    const messages: Mentioning[] = [];
    const topics = new Set<string>();
    for (const { message, entry, words } of found) {
      for (const word of words) if (word.startsWith("=")) topics.add(word.slice(1));
      if (entry === null) messages.push({ message, seq: message.seq, own: null });
      else entries.set(message, (entries.get(message) ?? new Set()).add(entry));
    }
    for (const [message, list] of this.#lists) {
      const own = [...entries.get(message) ?? []].sort((a, b) => a - b).map((entry) => list[entry]);
      messages.push({ message, seq: message.seq, own: JSON.stringify(own) });
    }
    return { messages, topics };
  }

  #index(mention: Mention): void {
    for (const word of mention.words) {
      if (this.#entries >= MOST_ENTRIES) return;
      this.#entries++;
      const same = this.#byWord.get(word);
      if (same === undefined) this.#byWord.set(word, [mention]);
      else same.push(mention);
    }
  }
}

/** The words by which a device of this name or below this topic is found. */
export function seedsOf(device: string, name: string): string[] {
  const levels = device.split("/");
  const plain = device.replace(/\/?[#]$/, "");
  return [
    normalizeName(device),
    normalizeName(levels.at(-1) ?? ""),
    normalizeName(name),
    normalizeName(name.split("/").at(-1) ?? ""),
    `/${plain}`,
  ].filter((word) => word.length >= 3);
}

/** Names as they are compared, `/prefix` for each beginning of a topic, and `=topic` for the whole. */
function wordsOf(value: JsonValue | undefined): Set<string> {
  const words = new Set<string>();
  let texts = 0;
  const visit = (item: JsonValue, depth: number): void => {
    if (texts >= TEXTS_OF_A_DOCUMENT) return;
    if (typeof item === "string") {
      texts++;
      if (item === "" || item.length > 1_000) return;
      if (item.length <= 200) addName(words, item);
      if (item.includes("/") && !/\s/.test(item)) addTopic(words, item);
      if (/['"]/.test(item)) {
        for (const quoted of item.matchAll(/'([^']{1,120})'|"([^"]{1,120})"/g)) {
          addName(words, quoted[1] ?? quoted[2] ?? "");
        }
      }
    } else if (depth < 6 && Array.isArray(item)) {
      for (const inner of item) visit(inner, depth + 1);
    } else if (depth < 6 && isObject(item)) {
      for (const inner of Object.values(item)) visit(inner, depth + 1);
    }
  };
  if (value !== undefined) visit(value, 0);
  return words;
}

function addName(words: Set<string>, text: string): void {
  const name = normalizeName(text);
  if (name.length >= 3) words.add(name);
  if (!text.includes("/")) words.add(`/${text}`);
}

function addTopic(words: Set<string>, topic: string): void {
  const bare = topic.replace(/^~\/?/, "").replace(/\/+$/, "");
  words.add(`=${bare}`);
  let at = -1;
  for (let level = 0; level < 10; level++) {
    at = bare.indexOf("/", at + 1);
    if (at === -1) break;
    words.add(`/${bare.slice(0, at)}`);
  }
  words.add(`/${bare}`);
}
