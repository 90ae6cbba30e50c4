import { isoTime } from "../iso_time.ts";
import { errorRoom } from "./choose.ts";
import type { Choice } from "./selection.ts";
import type { StratumTable } from "./strata.ts";

/** A count of left-out messages of one kind or topic. */
interface LeftOutKind {
  readonly kind: string;
  readonly messages: number;
}

/** A count of left-out messages of one topic. */
interface LeftOutTopic {
  readonly topic: string;
  readonly messages: number;
}

/** What a reader does not see, by kind, topic and time. Every list is bounded and its rest counted. */
interface LeftOut {
  readonly total: number;
  readonly errors: number;
  readonly warnings: number;
  readonly retained: number;
  /** Most left out first; `ordinary` are messages that are neither errors nor warnings. */
  readonly kinds: LeftOutKind[];
  /** Further kinds, and their messages. */
  readonly other_kinds: { readonly kinds: number; readonly messages: number };
  /** Most left out first. */
  readonly topics: LeftOutTopic[];
  /** Further topics, and their messages; beyond the number of topics counted one by one, only messages. */
  readonly other_topics: { readonly topics: number; readonly messages: number };
  /** Topics of which no message was kept at all. */
  readonly unseen_topics: number;
  /** The longest stretch without a kept message; null if nothing was left out. */
  readonly largest_gap: {
    readonly from: string;
    readonly to: string;
    readonly seconds: number;
    /** Messages that came in it. */
    readonly messages: number;
  } | null;
}

/** How messages were pruned. */
export interface Pruning {
  /** Whether anything was left out. */
  readonly applied: boolean;
  readonly original_count: number;
  readonly final_count: number;
  /** The rules and what limited them, in words. */
  readonly strategy: string;
  /** Count by main reason; adds up to `final_count`. */
  readonly kept: Record<string, number>;
  readonly left_out: LeftOut;
  /** Messages the stream was too fast to decode, judged by their bytes alone; 0 at ordinary rates. */
  readonly judged_by_bytes: number;
}

/** What {@linkcode describePruning} describes. */
interface PruningFacts {
  readonly choices: readonly Choice[];
  readonly target: number;
  /** Whether that is less than was asked for. */
  readonly isReduced: boolean;
  readonly retainedLimit: number;
  readonly total: number;
  readonly retained: number;
  readonly errors: number;
  readonly warnings: number;
  readonly topics: ReadonlyMap<string, number>;
  readonly otherTopics: number;
  readonly errorKinds: StratumTable;
  readonly warningKinds: StratumTable;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly unread: number;
  readonly partlyRead: number;
}

const MAX_LISTED = 8;
const MAX_SHOWN_TOPIC_CHARS = 200;

/** Says what was kept and why, and what was left out, so that nothing is silently missing. */
export function describePruning(facts: PruningFacts): Pruning {
  const { choices, total } = facts;
  const kept: Record<string, number> = {};
  for (const { reasons: [main] } of choices) kept[main] = (kept[main] ?? 0) + 1;
  return {
    applied: choices.length < total,
    original_count: total,
    final_count: choices.length,
    strategy: describeStrategy(facts),
    kept,
    left_out: describeLeftOut(facts),
    judged_by_bytes: facts.unread + facts.partlyRead,
  };
}

function describeStrategy(facts: PruningFacts): string {
  const { choices, total, target } = facts;
  const sentences: string[] = [];
  if (choices.length === total) sentences.push("Everything fits: nothing was left out.");
  else {
    const size = facts.isReduced
      ? `the ${target} that the result has room for`
      : `target ${target}`;
    sentences.push(
      `Cut to ${size}: errors first, then the first and last message, warnings, every structure and topic, ` +
        "changes and unusual values, then an even spread over time.",
    );
    if (facts.errors > errorRoom(target)) {
      sentences.push(
        `${facts.errors} errors are more than fit: the most different kinds are shown with their counts.`,
      );
    }
  }
  const retained = facts.retained - keptRetained(choices);
  if (retained > 0 && facts.retainedLimit < target) {
    sentences.push(
      `Retained messages take half of the target at most: ${retained} are left out, retained "only" shows them alone.`,
    );
  }
  if (facts.unread > 0) {
    sentences.push(
      `${facts.unread} messages came too fast to decode and were judged by their bytes.`,
    );
  }
  if (facts.partlyRead > 0) {
    sentences.push(`${facts.partlyRead} large payloads were judged by their first and last KiB.`);
  }
  if (facts.otherTopics > 0) {
    sentences.push(
      `${facts.otherTopics} messages were on topics beyond the first ${facts.topics.size}, which are counted together.`,
    );
  }
  return sentences.join(" ");
}

function describeLeftOut(facts: PruningFacts): LeftOut {
  const { choices, total } = facts;
  const keptErrors = count(choices, "error");
  const keptWarnings = count(choices, "warning");
  const left = total - choices.length;
  const errors = facts.errors - keptErrors;
  const warnings = facts.warnings - keptWarnings;
  const retained = facts.retained - keptRetained(choices);
  const kinds = leftOutKinds(facts, left - errors - warnings);
  const keptByTopic = new Map<string, number>();
  for (const { held } of choices) {
    keptByTopic.set(held.topic, (keptByTopic.get(held.topic) ?? 0) + 1);
  }
  const topics: LeftOutTopic[] = [];
  let unseen = 0;
  let affected = 0;
  // One pass without sorting: there may be 200,000 topics, and others wait.
  for (const [topic, count] of facts.topics) {
    const kept = keptByTopic.get(topic) ?? 0;
    if (kept === 0) unseen++;
    const messages = count - kept;
    if (messages === 0) continue;
    affected++;
    if (topics.length === MAX_LISTED && messages <= topics[MAX_LISTED - 1].messages) continue;
    const place = topics.findIndex((listed) => listed.messages < messages);
    topics.splice(place < 0 ? topics.length : place, 0, { topic, messages });
    if (topics.length > MAX_LISTED) topics.pop();
  }
  const listed = topics.reduce((sum, { messages }) => sum + messages, 0);
  return {
    total: left,
    errors,
    warnings,
    retained,
    kinds: kinds.listed,
    other_kinds: kinds.others,
    topics: topics.map(({ topic, messages }) => ({ topic: shorten(topic), messages })),
    other_topics: { topics: affected - topics.length, messages: left - listed },
    unseen_topics: unseen,
    largest_gap: left === 0 ? null : largestGap(facts),
  };
}

function keptRetained(choices: readonly Choice[]): number {
  return choices.filter(({ held }) => held.retain).length;
}

function count(choices: readonly Choice[], level: "error" | "warning"): number {
  return choices.filter(({ held }) => held.verdict?.level === level).length;
}

function leftOutKinds(
  facts: PruningFacts,
  ordinary: number,
): { listed: LeftOutKind[]; others: { kinds: number; messages: number } } {
  const keptByKind = new Map<string, number>();
  for (const { held: { verdict } } of facts.choices) {
    if (verdict === null || verdict.level === "none") continue;
    const kind = `${verdict.level}: ${verdict.kind}`;
    keptByKind.set(kind, (keptByKind.get(kind) ?? 0) + 1);
  }
  const all: LeftOutKind[] = ordinary > 0 ? [{ kind: "ordinary", messages: ordinary }] : [];
  const tables = [["error", facts.errorKinds], ["warning", facts.warningKinds]] as const;
  for (const [level, table] of tables) {
    for (const stratum of table.values()) {
      const kind = `${level}: ${stratum.key}`;
      const messages = stratum.count - (keptByKind.get(kind) ?? 0);
      if (messages > 0) all.push({ kind, messages });
    }
  }
  all.sort((x, y) => y.messages - x.messages);
  const rest = all.slice(MAX_LISTED);
  const total = facts.total - facts.choices.length;
  const listed = all.slice(0, MAX_LISTED);
  const shown = listed.reduce((sum, { messages }) => sum + messages, 0);
  return { listed, others: { kinds: rest.length, messages: total - shown } };
}

function largestGap(facts: PruningFacts): LeftOut["largest_gap"] {
  const { choices, firstAt, lastAt, total } = facts;
  let gap = { fromAt: firstAt, toAt: firstAt, messages: 0 };
  let before = { at: firstAt, seq: 0 };
  const marks = [
    ...choices.map(({ held }) => ({ at: held.receivedAt, seq: held.seq })),
    { at: lastAt, seq: total + 1 },
  ];
  for (const mark of marks) {
    const messages = mark.seq - before.seq - 1;
    const longer = mark.at - before.at - (gap.toAt - gap.fromAt);
    if (messages > 0 && (longer > 0 || (longer === 0 && messages > gap.messages))) {
      gap = { fromAt: before.at, toAt: mark.at, messages };
    }
    before = mark;
  }
  return {
    from: isoTime(gap.fromAt),
    to: isoTime(gap.toAt),
    seconds: Math.round(gap.toAt - gap.fromAt) / 1_000,
    messages: gap.messages,
  };
}

function shorten(topic: string): string {
  if (topic.length <= MAX_SHOWN_TOPIC_CHARS) return topic;
  return `${topic.slice(0, MAX_SHOWN_TOPIC_CHARS)}…`;
}
