/** Conditions on messages: on fields of their payload, and on their text. */
import { invalidArgument, OperationError } from "../errors.ts";
import { maybeRounded } from "../payload/json.ts";
import { hashPayload } from "../payload/payload_hash.ts";
import type { JsonValue } from "../payload/payload.ts";
import { isNumberText } from "../payload/text.ts";
import { decodeOnce, ReadOnce } from "../payload/read_once.ts";
import { isSecretTopic, searchableText, secretsAreShown } from "../payload/secrets.ts";
import { mayHoldSecret } from "../secret_text.ts";
import { FieldReader, type FieldValues, readFields, takeValue } from "./field_reader.ts";
import { type JsonPath, parseJsonPath } from "./json_path.ts";
import type { SearchNotes, Unsearched } from "./search_notes.ts";

/** How a field is compared. `changed` holds when it differs from the topic's message before. */
export type FieldOperator = "=" | "!=" | ">" | "<" | "contains" | "exists" | "changed";

/** A condition on a field of the payload. */
export interface FieldCondition {
  readonly path: string;
  readonly op: FieldOperator;
  readonly value?: JsonValue;
}

/** What is decided upon of a message. */
interface MatchableMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** Bytes as they arrived, where only the beginning may be kept. */
  readonly sizeBytes?: number;
}

/** Longest value of a condition as JSON: it is compared with every message. */
const VALUE_MAX_CHARS = 10_000;

interface Condition {
  readonly path: JsonPath;
  readonly written: string;
  readonly op: FieldOperator;
  readonly value: JsonValue | undefined;
  /** The value as JSON, where it is an array or object. */
  readonly json: string | undefined;
}

/** Decides of one message after another, in order of arrival, whether it meets all conditions. */
export class MessageMatcher {
  readonly #conditions: readonly Condition[];
  readonly #watched: readonly Condition[];
  readonly #needle: string | undefined;
  readonly #notes: SearchNotes | undefined;
  readonly #before = new Map<string, string>();
  readonly #mostBefore: number;
  readonly #paths: readonly JsonPath[];
  /** Of many messages; null for one now and then. */
  readonly #reader: FieldReader | null;

  /**
   * `mostBefore` bounds how many values are kept to compare with: the oldest are forgotten. `notes` are told what
   * could not be searched. `many`: it is to learn how payloads are written.
   * @throws {OperationError} `INVALID_ARGUMENT` for a condition that cannot be read
   */
  constructor(o: {
    readonly where: readonly FieldCondition[];
    readonly contains?: string;
    readonly notes?: SearchNotes;
    readonly mostBefore?: number;
    readonly many?: boolean;
  }) {
    this.#mostBefore = o.mostBefore ?? Infinity;
    this.#conditions = o.where.map(readCondition);
    this.#watched = this.#conditions.filter((condition) => condition.op === "changed");
    this.#needle = o.contains?.toLowerCase();
    this.#notes = o.notes;
    this.#paths = this.#conditions.map(({ path }) => path);
    this.#reader = o.many ? new FieldReader(this.#paths, takeValue) : null;
  }

  /** Whether it has to be shown messages that do not count, for the values before those that do. */
  get comparesWithBefore(): boolean {
    return this.#watched.length > 0;
  }

  /** Whether a message meets all conditions. Its values are the last known ones from then on. */
  meets(message: MatchableMessage): boolean {
    const { topic, payload } = message;
    const conditions = this.#conditions;
    if (conditions.length > 0) {
      const fields = this.#reader?.read(payload, topic) ?? readFields(payload, topic, this.#paths);
      const { values } = fields;
      if (this.#notes) this.#noteFields(this.#notes, message, fields);
      const changed = this.#watched.length === 0 ? null : this.#noteChanges(values, topic);
      for (let i = 0; i < conditions.length; i++) {
        const condition = conditions[i];
        const isMet = condition.op === "changed"
          ? changed!.has(condition)
          : holds(condition, values[i]);
        if (!isMet) return false;
      }
    }
    if (this.#needle === undefined) return true;
    const searched = textOf(message);
    const isFound = searched.text.includes(this.#needle);
    // with conditions its fields were noted
    if (this.#notes && conditions.length === 0) {
      const { isHidden, isUnread } = searched;
      this.#notes.message({
        isHidden,
        isUnread: !isFound && isUnread,
        isHeadOnly: !isFound && isHeadOnly(message),
      });
    }
    return isFound;
  }

  #noteFields(notes: SearchNotes, message: MatchableMessage, fields: FieldValues): void {
    const { values, isHidden, isUnread } = fields;
    const isCut = isHeadOnly(message);
    notes.message({ isHidden, isUnread, isHeadOnly: isCut });
    for (let i = 0; i < values.length; i++) {
      const { op, value, written } = this.#conditions[i];
      if (op === "exists" && value === false) continue;
      const isThere = values[i] !== undefined;
      if (isThere || !isUnread && !isCut) notes.field(written, isThere);
    }
  }

  /** Which of the watched fields differ from the topic's values before, which these are from then on. */
  #noteChanges(values: readonly (JsonValue | undefined)[], topic: string): Set<Condition> {
    const changed = new Set<Condition>();
    this.#conditions.forEach((condition, i) => {
      if (condition.op !== "changed") return;
      const key = `${i} ${shortKey(topic)}`;
      const value = shortKey(JSON.stringify(values[i] ?? null));
      const last = this.#before.get(key);
      if (last !== undefined && last !== value) changed.add(condition);
      this.#before.set(key, value);
    });
    this.#forgetOldest();
    return changed;
  }

  #forgetOldest(): void {
    for (const key of this.#before.keys()) {
      if (this.#before.size <= this.#mostBefore) return;
      this.#before.delete(key);
    }
  }
}

function readCondition(condition: FieldCondition): Condition {
  const path = parseJsonPath(condition.path);
  const needsValue = condition.op !== "exists" && condition.op !== "changed";
  if (needsValue && condition.value === undefined) {
    throw invalidArgument(
      `Cannot filter by "${condition.path.slice(0, 100)} ${condition.op}": the value is missing`,
      'Give a condition like {"path":"temperature","op":">","value":30}',
    );
  }
  const { op, value } = condition;
  if (op === "exists" && value !== undefined && typeof value !== "boolean") {
    throw noSuchValue(condition, "true (or nothing) for having the field, false for lacking it");
  }
  if (op === "changed" && value !== undefined && value !== true) {
    throw noSuchValue(condition, "no value: any change counts");
  }
  const large = value === undefined ? undefined : maybeRounded(value);
  if (large !== undefined) {
    throw invalidArgument(
      `Cannot compare with the number ${large}: as large as that, it may have been rounded on its way here`,
      'Give it as text, e.g. "value":"9007199254740993": it is compared digit by digit',
    );
  }
  const json = typeof value === "object" ? JSON.stringify(value) : undefined;
  if ((json ?? String(value)).length > VALUE_MAX_CHARS) {
    throw invalidArgument(
      `Cannot filter by "${
        condition.path.slice(0, 100)
      } ${op}": the value is longer than 10,000 characters`,
      "Compare with a part of it: op contains, or a path further inside",
    );
  }
  return { path, written: condition.path, op, value, json };
}

function noSuchValue({ path, op }: FieldCondition, takes: string): OperationError {
  return invalidArgument(
    `Cannot filter by "${path.slice(0, 100)} ${op}" with this value: ${op} takes ${takes}`,
    'For a field of a certain value use op "="',
  );
}

function holds(condition: Condition, found: JsonValue | undefined): boolean {
  const wanted = condition.value;
  switch (condition.op) {
    case "exists":
      return (found !== undefined) === (wanted !== false);
    case "=":
      return found !== undefined && equal(found, condition);
    case "!=":
      return found !== undefined && !equal(found, condition);
    case ">":
      return ordered(found, wanted, (a, b) => a > b);
    case "<":
      return ordered(found, wanted, (a, b) => a < b);
    case "contains":
      return found !== undefined && contains(found, condition);
    case "changed":
      return false;
  }
}

function equal(found: JsonValue, { value: wanted, json }: Condition): boolean {
  if (found === wanted) return true;
  // devices send numbers as text, and assistants write text as numbers; two texts are the same letter by letter only
  if (typeof found === "number" || typeof wanted === "number") {
    const number = asNumber(found);
    if (number !== null && number === asNumber(wanted)) return true;
  }
  if (typeof found === "object") return json !== undefined && JSON.stringify(found) === json;
  return wanted !== undefined && typeof wanted !== "object" && String(found) === String(wanted);
}

function ordered(
  found: JsonValue | undefined,
  wanted: JsonValue | undefined,
  compare: (a: number | string, b: number | string) => boolean,
): boolean {
  const [a, b] = [asNumber(found), asNumber(wanted)];
  if (a !== null && b !== null) {
    return a === b ? compare(compareWhole(found, wanted), 0) : compare(a, b);
  }
  return typeof found === "string" && typeof wanted === "string" && compare(found, wanted);
}

/** A number, or the number that a text is as a bare payload would be: `1.5`, not `0x1F`, `007` or a telephone's; else null. */
export function asNumber(value: JsonValue | undefined): number | null {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || !isNumberText(value.trim())) return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

/** Short enough to be compared in no time. */
const WHOLE = /^-?\d{1,400}$/;

function wholeOf(value: JsonValue | undefined): bigint | null {
  if (Number.isSafeInteger(value)) return BigInt(value as number);
  return typeof value === "string" && WHOLE.test(value) ? BigInt(value) : null;
}

/** Tells whole numbers apart that are one double, by their text: above 0 where `one` is larger, else below, or 0. */
export function compareWhole(one: JsonValue | undefined, other: JsonValue | undefined): number {
  const [a, b] = [wholeOf(one), wholeOf(other)];
  return a === null || b === null || a === b ? 0 : a > b ? 1 : -1;
}

function contains(found: JsonValue, condition: Condition): boolean {
  if (Array.isArray(found)) return found.some((item) => equal(item, condition));
  const text = typeof found === "string" ? found : JSON.stringify(found);
  return text.toLowerCase().includes(String(condition.value).toLowerCase());
}

/** Longer than this a text is remembered by its hash. */
const KEY_CHARS = 400;

/** The same for equal texts only, and never long: what is remembered of messages stays small, whatever they hold. */
export function shortKey(text: string): string {
  if (text.length <= KEY_CHARS) return text;
  return `${text.slice(0, 20)}…${text.length}…${hashPayload(new TextEncoder().encode(text))}`;
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** The text of a message in small letters, and what of it is not in that. */
interface SearchedText extends Unsearched {
  readonly text: string;
}

const searched = new ReadOnce<SearchedText>();

/** Whether only the beginning of its payload is kept. */
export function isHeadOnly({ payload, sizeBytes }: MatchableMessage): boolean {
  return sizeBytes !== undefined && payload.length < sizeBytes;
}

function textOf({ payload, topic }: MatchableMessage): SearchedText {
  return searched.of(payload, {
    key: `${secretsAreShown()} ${topic}`,
    read: () => searchedText(payload, topic),
  });
}

function searchedText(payload: Uint8Array, topic: string): SearchedText {
  try {
    const text = utf8.decode(payload);
    if (secretsAreShown() || !mayHoldSecret(text) && !isSecretTopic(topic)) {
      return { text: text.toLowerCase(), isHidden: false, isUnread: false };
    }
  } catch {
    // it is no text: what it is decoded to can be searched
  }
  const decoded = decodeOnce(payload, { topic });
  return {
    text: searchableText(payload, decoded).toLowerCase(),
    isHidden: decoded.hidden !== undefined,
    // what is left as text was searched
    isUnread: decoded.unread === true && decoded.encoding === "base64",
  };
}
