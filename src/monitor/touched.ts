/** What a call was about: the topics and devices in its arguments and its answer, and what it told in a sentence. Pure. */
import { redactHead, withoutOwnLogin } from "../redact.ts";

/** What a call touched. */
export interface Touched {
  /** The answer in a sentence, where the tool gives one. */
  readonly told: string | null;
  /** Topics and filters, those asked for first. */
  readonly topics: readonly string[];
  /** Devices as `debug_device` takes them. */
  readonly devices: readonly string[];
  /** Topics besides those. */
  readonly moreTopics: number;
  readonly moreDevices: number;
}

const MOST_SHOWN = 12;
const MOST_COUNTED = 10_000;
const MOST_LOOKED_AT = 20_000;
const DEPTH = 5;
const TOPIC_CHARS = 400;
const TOLD_CHARS = 600;
/** Of documents from devices nothing is taken for a topic: they say what they like. */
const CONTENT = new Set(["payload", "reply", "schema", "preview", "examples", "expect", "where"]);

/** Reads what a call touched. */
export function touchedBy(
  args: Readonly<Record<string, unknown>>,
  facts: unknown,
): Touched {
  const topics = new Set<string>();
  const devices = new Set<string>();
  let looked = 0;
  const take = (into: Set<string>, value: unknown) => {
    if (typeof value !== "string" || value === "" || into.size >= MOST_COUNTED) return;
    into.add(shown(value, TOPIC_CHARS));
  };
  const visit = (value: unknown, depth: number): void => {
    if (typeof value !== "object" || value === null || depth > DEPTH) return;
    for (const [key, item] of Object.entries(value)) {
      if (++looked > MOST_LOOKED_AT) return;
      if (CONTENT.has(key)) continue;
      if (key === "topic" || key === "reply_topic") take(topics, item);
      else if (key === "device" || key === "device_id") take(devices, item);
      else if (key === "topics" || key === "record") takeAll(item, depth);
      else visit(item, depth + 1);
    }
  };
  const takeAll = (items: unknown, depth: number) => {
    if (!Array.isArray(items)) return visit(items, depth + 1);
    for (const item of items) {
      if (typeof item === "string") take(topics, item);
      else visit(item, depth + 1);
    }
  };
  // Only as an argument: patterns of an answer are places.
  take(topics, args.pattern);
  visit(args, 0);
  visit(facts, 0);
  const { answer, summary } = (facts ?? {}) as { answer?: unknown; summary?: unknown };
  return {
    told: sentenceIn(answer) ?? sentenceIn(summary),
    topics: [...topics].slice(0, MOST_SHOWN),
    devices: [...devices].slice(0, MOST_SHOWN),
    moreTopics: Math.max(0, topics.size - MOST_SHOWN),
    moreDevices: Math.max(0, devices.size - MOST_SHOWN),
  };
}

function sentenceIn(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? shown(value, TOLD_CHARS) : null;
}

function shown(text: string, maxChars: number): string {
  return redactHead(withoutOwnLogin(text), maxChars);
}
