import type { MessageLog } from "../collect/message_log.ts";
import type { LiveCommand, LiveEvent } from "./shapes/live.ts";
import {
  countsIn,
  type LevelQuery,
  recentCounts,
  type TimeWindow,
  TopicFollower,
  topicNodes,
} from "./topics.ts";
import { type TopicSearch, topicSearch } from "./topic_search.ts";

type WatchTopics = Extract<LiveCommand, { type: "watch_topics" }>;
type TopicsEvent = Extract<LiveEvent, { type: "topics" }>;

/** What a session records, as far as a watch needs it. */
export interface TopicSource {
  /** Null while nothing is recorded. */
  log(): MessageLog | null;
  /** Times in which nothing of a topic could be heard, in ms since the epoch. */
  gaps(topic: string, fromMs: number): { from: number; to: number }[];
  readonly now: () => number;
}

/** Messages of a topic that are shown. */
const MESSAGES_SHOWN = 20;
/** Rates fall although nothing comes: they are looked at again this often until they are 0. */
const RATES_MS = 1_000;

/** Newest values that a search reads in one look: the others wait for the next. */
const VALUES_AT_ONCE = 2_000;

interface SentLevel {
  total: number;
  flags: string;
  paths: string;
  /** Each node as it was sent. */
  readonly nodes: Map<string, string>;
}

/** One viewer's look at the topics of a session: the whole at first, then what changed, all of one moment. */
export class TopicWatch {
  #command: WatchTopics;
  readonly #source: TopicSource;
  readonly #sent = new Map<string, SentLevel>();
  #log: MessageLog | null = null;
  #follower: TopicFollower | null = null;
  #version = -1;
  #lookedAt = 0;
  #moving = false;
  /** Whether a search has not looked at everything yet. */
  #searching = false;
  #searcher: { readonly text: string; readonly search: TopicSearch } | null = null;
  #busy = false;

  constructor(command: WatchTopics, source: TopicSource) {
    this.#command = command;
    this.#source = source;
  }

  /** Looks at other parts of the same session; what is looked at already is not sent again. */
  update(command: WatchTopics): void {
    if (command.topic !== this.#command.topic) this.#follower = null;
    if (JSON.stringify(command.range) !== JSON.stringify(this.#command.range)) this.#sent.clear();
    this.#command = command;
    const wanted = new Set(command.levels.map(keyOf));
    for (const key of this.#sent.keys()) if (!wanted.has(key)) this.#sent.delete(key);
    this.#version = -1;
  }

  /** The session that is looked at. */
  get sessionId(): string {
    return this.#command.session_id;
  }

  /** What changed since the last call; null when nothing did. */
  async changes(): Promise<TopicsEvent | null> {
    const log = this.#source.log();
    if (log === null || this.#busy) return null;
    this.#busy = true;
    try {
      return await this.#changesOf(log);
    } finally {
      this.#busy = false;
    }
  }

  async #changesOf(log: MessageLog): Promise<TopicsEvent | null> {
    const now = this.#source.now();
    if (log !== this.#log) this.#begin(log);
    const ratesAreDue = this.#moving && Math.abs(now - this.#lookedAt) >= RATES_MS;
    if (log.total === this.#version && !ratesAreDue && !this.#searching) return null;
    this.#searching = false;
    this.#lookedAt = now;
    this.#version = log.total;
    const recent = recentCounts(log, now);
    const { range } = this.#command;
    const window = range && windowOf(range, now);
    // What is looked at of the last minutes falls out of them although nothing comes.
    this.#moving = recent.size > 0 || range?.seconds !== undefined;
    const counted = {
      recent,
      ...(window && { window: { ...window, counts: countsIn(log, window) } }),
    };
    // Before the levels: what takes a while to decode must not be older than what the tree shows.
    const topic = await this.#topic(log);
    const levels = this.#command.levels.flatMap((query) => {
      const changed = this.#level(log, query, counted);
      return changed === null ? [] : [changed];
    });
    if (levels.length === 0 && topic === null) return null;
    const { watch, session_id } = this.#command;
    return { type: "topics", watch, session_id, version: this.#version, levels, topic };
  }

  #begin(log: MessageLog): void {
    this.#log = log;
    this.#follower = this.#searcher = null;
    this.#sent.clear();
    this.#version = -1;
  }

  async #topic(log: MessageLog): Promise<TopicsEvent["topic"]> {
    const { topic } = this.#command;
    if (topic === undefined) return null;
    const reset = this.#follower === null;
    const follower = this.#follower ??= new TopicFollower(log, topic);
    const changes = await follower.changes(MESSAGES_SHOWN);
    if (changes === null || follower !== this.#follower) return null;
    const gaps = this.#source.gaps(topic, Date.parse(changes.counts.first_at))
      .map(({ from, to }) => ({ from: from / 1000, to: to / 1000 }));
    return { topic, reset, ...changes, gaps };
  }

  #level(
    log: MessageLog,
    query: LevelQuery,
    counted: Pick<Parameters<typeof topicNodes>[1], "recent" | "window">,
  ): TopicsEvent["levels"][number] | null {
    const { parent, search } = query;
    const { nodes, total, limited, searching } = topicNodes(log, {
      ...query,
      ...counted,
      ...(search !== undefined && { searcher: this.#searcherOf(search) }),
    });
    this.#searching ||= searching;
    const flags = `${limited} ${searching}`;
    const key = keyOf(query);
    const before = this.#sent.get(key);
    const texts = new Map(nodes.map((node) => [node.path, JSON.stringify(node)]));
    const paths = JSON.stringify([...texts.keys()]);
    const changed = nodes.filter(({ path }) => before?.nodes.get(path) !== texts.get(path));
    this.#sent.set(key, { total, flags, paths, nodes: texts });
    const isSame = before?.paths === paths && before.total === total && before.flags === flags;
    if (isSame && changed.length === 0) return null;
    return {
      ...(parent !== undefined && { parent }),
      ...(search !== undefined && { search }),
      total,
      ...(limited && { limited }),
      ...(searching && { searching }),
      ...(!isSame && { paths: [...texts.keys()] }),
      nodes: changed,
    };
  }

  #searcherOf(text: string): TopicSearch {
    if (this.#searcher?.text !== text) {
      this.#searcher = { text, search: topicSearch(text, { valuesAtOnce: VALUES_AT_ONCE }) };
    }
    return this.#searcher.search;
  }
}

function windowOf(
  { seconds, from, to }: NonNullable<WatchTopics["range"]>,
  now: number,
): TimeWindow {
  if (seconds !== undefined) return { from: now - seconds * 1000, to: Infinity };
  return { from: (from ?? 0) * 1000, to: (to ?? Infinity) * 1000 };
}

function keyOf({ parent, search, limit }: LevelQuery): string {
  return JSON.stringify([parent, search, limit]);
}
