import { type JsonPath, parseJsonPath, valueAt } from "../collect/json_path.ts";
import {
  asNumber,
  type FieldCondition,
  MessageMatcher,
  shortKey,
} from "../collect/message_matcher.ts";
import { SearchNotes } from "../collect/search_notes.ts";
import { invalidArgument } from "../errors.ts";
import type { InboundMessage } from "../mqtt/message.ts";
import { hashPayload } from "../payload/payload_hash.ts";
import type { JsonValue } from "../payload/payload.ts";
import { decodeOnce } from "../payload/read_once.ts";
import type { MessageWatch } from "./watch.ts";

/** What is waited for. Without any of it: the next message. */
interface ConditionRequest extends Omit<MessageWatch, "topic"> {
  /** Topics whose last known value is kept; the latest are. */
  readonly mostTopics?: number;
}

/** A message that a condition was met by. */
export interface Met {
  readonly reason: "matched" | "changed";
  /** The value before a change; a long one is cut. */
  readonly before?: JsonValue;
}

/** A last known value: itself where it is short, so that it can be shown. */
interface KnownValue {
  readonly key: string | number;
  readonly shown: JsonValue;
}

const MOST_TOPICS = 10_000;
const SHOWN_CHARS = 1_000;

/** Decides of messages in order of arrival whether one meets what is waited for. Bounded in memory. */
export class Condition {
  /** What the condition could not look into, and fields that no message had. */
  readonly notes = new SearchNotes();
  readonly #request: ConditionRequest;
  readonly #matcher: MessageMatcher;
  readonly #changes: JsonPath | null;
  readonly #mostTopics: number;
  readonly #known = new Map<string, KnownValue>();

  /** @throws {OperationError} `INVALID_ARGUMENT` for a condition that cannot be read or can never hold */
  constructor(request: ConditionRequest) {
    if (request.changes !== undefined && request.quietFor !== undefined) {
      throw invalidArgument(
        "Cannot wait for changes and quiet_for at once",
        "Give one of them, or make two calls side by side",
      );
    }
    const impossible = whyNever(request.where);
    if (impossible !== null) {
      throw invalidArgument(
        `Cannot wait for a condition that never holds: ${impossible}`,
        'Give conditions that hold together, e.g. [{"path":"temperature","op":">","value":30}]',
      );
    }
    this.#request = request;
    this.#mostTopics = request.mostTopics ?? MOST_TOPICS;
    this.#matcher = new MessageMatcher({
      ...request,
      notes: this.notes,
      mostBefore: this.#mostTopics,
    });
    this.#changes = request.changes === undefined ? null : parseJsonPath(request.changes);
  }

  /** Whether a retained message can meet it. */
  get takesRetained(): boolean {
    return this.#request.retained;
  }

  /** Takes a message. `isNews`: it came now, whatever its retain flag says. Null: it does not meet the condition. */
  hear(message: InboundMessage, isNews: boolean): Met | null {
    const matches = this.#matcher.meets(message);
    const before = this.#changes === null ? undefined : this.#changeOf(message, this.#changes);
    if (!matches || !isNews && !this.#request.retained) return null;
    if (this.#changes === null) return { reason: "matched" };
    return before === undefined ? null : { reason: "changed", before: before.shown };
  }

  /** The known value that this message changes; its own is the known one from then on. */
  #changeOf(message: InboundMessage, path: JsonPath): KnownValue | undefined {
    const { value, unread } = decodeOnce(message.payload, { topic: message.topic });
    const found = valueAt(value, path);
    if (unread === undefined) this.notes.field(this.#request.changes ?? "", found !== undefined);
    if (found === undefined) return undefined;
    const topic = shortKey(message.topic);
    const known = this.#known.get(topic);
    const current = knownValue(found);
    this.#known.delete(topic);
    this.#known.set(topic, current);
    if (this.#known.size > this.#mostTopics) {
      for (const oldest of this.#known.keys()) {
        this.#known.delete(oldest);
        break;
      }
    }
    return known === undefined || known.key === current.key ? undefined : known;
  }
}

const utf8 = new TextEncoder();

function knownValue(value: JsonValue): KnownValue {
  const json = JSON.stringify(value);
  if (json.length <= SHOWN_CHARS) return { key: json, shown: value };
  return { key: hashPayload(utf8.encode(json)), shown: `${json.slice(0, SHOWN_CHARS)}…` };
}

/** Why conditions can never hold together, in words; null where they may. */
function whyNever(where: readonly FieldCondition[]): string | null {
  for (const { path, op, value } of where) {
    if (op !== ">" && op !== "<") continue;
    if (value !== undefined && typeof value !== "number" && typeof value !== "string") {
      return `${nameOf(path)} ${op} needs a number or a text`;
    }
  }
  for (const one of where) {
    for (const other of where) {
      if (one.path !== other.path || one.value === undefined || other.value === undefined) continue;
      const [a, b] = [one.value, other.value];
      const numbers = asNumber(a) !== null && asNumber(b) !== null;
      const differ = numbers
        ? asNumber(a) !== asNumber(b)
        : JSON.stringify(a) !== JSON.stringify(b) && String(a) !== String(b);
      if (one.op === "=" && other.op === "=" && differ) {
        return `${nameOf(one.path)} cannot have two values`;
      }
      if (one.op === "=" && other.op === "!=" && !differ) {
        return `${nameOf(one.path)} cannot be a value and not be it`;
      }
      if (typeof a !== "number" || typeof b !== "number") continue;
      const apart = one.op === ">" && other.op === "<" && a >= b ||
        one.op === "=" && other.op === "<" && a >= b ||
        one.op === "=" && other.op === ">" && a <= b;
      if (apart) return `no value of ${nameOf(one.path)} lies there`;
    }
  }
  return null;
}

function nameOf(path: string): string {
  return path === "" ? "the payload" : `"${path.slice(0, 100)}"`;
}
