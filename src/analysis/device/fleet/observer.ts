import type { InboundMessage } from "../../../mqtt/message.ts";
import { isOwnTopic } from "../../../mqtt/own_topics.ts";
import { compileFilter } from "../../../mqtt/topic.ts";
import { FAMILIES, familyOfDocument } from "../families/mod.ts";
import { deviceFilters } from "../filters.ts";
import type { ListeningGap } from "../heartbeat.ts";
import { isObject, parseJson } from "../json.ts";
import { normalizeName } from "../names.ts";
import { DeviceObserver } from "../observer.ts";
import { type FleetGroup, groupTopics, isDescription, isTopicFilter } from "./groups.ts";
import { type KeepingLimits, type KeptMessage, type KeptTopic, KeptTopics } from "./kept_topics.ts";
import { Mentions, seedsOf } from "./mentions.ts";
import { onlyDescribed, readDocuments } from "./described.ts";
import { joinedTrees } from "./joined.ts";
import { type FleetReport, type JudgedDevice, reportOf } from "./report.ts";
import { inSteps, sortedInSteps, type Steps } from "./steps.ts";

/** Devices that are judged at most. */
const MOST_DEVICES = 10_000;
/** Topics below one device that are handed to its diagnosis. */
const MOST_TOPICS_OF_A_DEVICE = 1_000;
/** Messages of a topic that are looked into for names of devices, as the diagnosis of one device does. */
const LOOKS_FOR_NAMES = 8;
const NAMED_PAYLOAD_BYTES = 2_048;

const spoken = FAMILIES.flatMap((family) => family.filters ?? []).map(compileFilter);

/** The topic filters to listen to for all devices below a pattern. */
export function fleetFilters(pattern: string): string[] {
  return pattern === "#" ? deviceFilters("*") : deviceFilters(pattern);
}

/**
 * Hears all traffic, keeps a bounded part of it by topic, and judges each device in it as `DeviceObserver` would: each
 * gets the messages that it would have heard, and the same engine judges them.
 */
export class FleetObserver {
  readonly #kept: KeptTopics;
  readonly #startedAtMs: number;
  readonly #pattern: string;

  constructor(
    o: { pattern: string; startedAtMs: number; limits?: Partial<KeepingLimits> },
  ) {
    this.#pattern = o.pattern;
    this.#startedAtMs = o.startedAtMs;
    this.#kept = new KeptTopics({
      isDocument: (topic) => familyOfDocument(topic.split("/")) !== null,
      limits: o.limits,
    });
  }

  /** Messages so far. */
  get heard(): number {
    return this.#kept.heard;
  }

  /** What is held of them now; never more than the limits. */
  get held(): { topics: number; messages: number; bytes: number } {
    return { topics: this.#kept.topics.size, ...this.#kept.kept };
  }

  /** Takes one message. Copies what it keeps; never throws. */
  offer(message: InboundMessage): void {
    if (!isOwnTopic(message.topic)) this.#kept.offer(message);
  }

  /** Judges what was heard so far, in steps of about a device each. */
  *judge(
    o: { nowMs: number; listened: { seconds: number; gaps: readonly ListeningGap[] } },
  ): Steps<FleetReport> {
    const matches = compileFilter(this.#pattern);
    const own = this.#pattern.endsWith("#") ? matches : compileFilter(`${this.#pattern}/#`);
    const wanted = (topic: string) => matches(topic) || own(topic);
    const all = [...this.#kept.topics.values()];
    const { groups: trees, random, left } = yield* groupTopics(all, MOST_DEVICES);
    const { documents, unread } = yield* readDocuments(all);
    const found = yield* joinedTrees(trees, documents);
    const groups = found.filter((group) => group.topics.some(({ topic }) => wanted(topic)));
    const spoke = new Set(found.flatMap((group) => group.topics.map(({ topic }) => topic)));
    const { groups: silent, left: unjudged } = onlyDescribed(documents, { spoke, wanted });
    const of = groups.length + silent.length;
    yield { done: 0, of };
    const stage = yield* Stage.of(all, [...found, ...silent]);
    const judged: JudgedDevice[] = [];
    for (const group of groups) {
      judged.push(this.#judgeOne(group, stage, o));
      yield { done: judged.length, of };
    }
    for (const group of silent) {
      judged.push({ ...this.#judgeOne(group, stage, o), isOnlyDescribed: true });
      yield { done: judged.length, of };
    }
    return yield* reportOf({
      judged,
      random,
      seconds: o.listened.seconds,
      cut: this.#cutNotes({ left, unread, unjudged }),
      heard: this.#kept.heard,
    });
  }

  #judgeOne(
    group: FleetGroup,
    stage: Stage,
    o: { nowMs: number; listened: { seconds: number; gaps: readonly ListeningGap[] } },
  ): JudgedDevice {
    const observer = new DeviceObserver({
      deviceId: group.device,
      startedAtMs: this.#startedAtMs,
      exact: true,
    });
    for (const step of stage.about(group)) {
      if (step.skip !== undefined) observer.skip(step.message.topic, step.skip);
      observer.offer(step.message);
    }
    return {
      group,
      diagnosis: observer.result({ nowMs: o.nowMs, listened: o.listened }),
    };
  }

  #cutNotes({ left, unread, unjudged }: Record<"left" | "unread" | "unjudged", number>): string[] {
    const { untold, unkept, cap } = this.#kept;
    const notes: string[] = [];
    if (untold > 0) {
      notes.push(
        `${untold} messages came on topics beyond the ${this.#kept.topics.size} that are told apart`,
      );
    }
    if (left > 0) {
      notes.push(`${left} topics belong to devices beyond the ${MOST_DEVICES} that are judged`);
    }
    if (unread > 0) notes.push(`${unread} discovery documents were not read`);
    if (unjudged > 0) notes.push(`${unjudged} devices that only documents speak of are not judged`);
    if (cap < 300) {
      notes.push(`of each topic at most ${cap} messages were judged, the first and the latest`);
    }
    if (unkept > 0) notes.push(`${unkept} messages were counted only`);
    return notes;
  }
}

interface Heard {
  readonly message: KeptMessage;
  /** What was counted only and came before it. */
  readonly skip?: { live: number; retained: number; bytes: number };
}

/** All that was heard, in such an order that the part of one device is found without looking through all. */
class Stage {
  readonly #sorted: KeptTopic[];
  readonly #byTopic = new Map<string, KeptTopic>();
  readonly #documents = new Set<KeptTopic>();
  readonly #mentions = new Mentions();
  /** Topics of bridges' states and the like, by their first level. */
  readonly #bridges = new Map<string, KeptTopic[]>();
  /** Topics that are the devices' which are asked for by name. */
  readonly #named = new Map<string, Set<KeptTopic>>();

  private constructor(sorted: KeptTopic[]) {
    this.#sorted = sorted;
  }

  static *of(topics: readonly KeptTopic[], groups: readonly FleetGroup[]): Steps<Stage> {
    const stage = new Stage(yield* sortedInSteps(topics, ({ topic }) => topic));
    yield* inSteps(topics, (kept) => stage.#add(kept));
    for (const group of groups) {
      if (isTopicFilter(group.device)) continue;
      stage.#named.set(normalizeName(group.device), new Set(group.topics));
    }
    if (stage.#named.size > 0) yield* inSteps(topics, (kept) => stage.#addNamed(kept));
    return stage;
  }

  #add(kept: KeptTopic): void {
    this.#byTopic.set(kept.topic, kept);
    if (!spoken.some((matches) => matches(kept.topic))) return;
    const segments = kept.topic.split("/");
    if (familyOfDocument(segments) !== null || isDescription(kept.topic, segments)) {
      this.#documents.add(kept);
      for (const message of kept.messages()) this.#mentions.add(message);
    } else if (segments[1] === "bridge") {
      const root = segments[0] ?? "";
      const bridges = this.#bridges.get(root);
      if (bridges === undefined) this.#bridges.set(root, [kept]);
      else bridges.push(kept);
    }
  }

  /** The messages that may be about a device, in order of arrival. */
  about(group: FleetGroup): Heard[] {
    const { device } = group;
    const chosen = new Set<KeptTopic>(group.topics);
    if (isTopicFilter(device)) { for (const kept of this.#below(device)) chosen.add(kept); }
    else for (const kept of this.#named.get(normalizeName(device)) ?? []) chosen.add(kept);
    const about = this.#mentions.about(seedsOf(device, group.name));
    const roots = new Set<string>([group.topics[0]?.topic.split("/")[0] ?? ""]);
    const listened = deviceFilters(device).map(compileFilter);
    for (const topic of about.topics) {
      const kept = this.#byTopic.get(topic);
      if (kept !== undefined && listened.some((matches) => matches(topic))) chosen.add(kept);
      roots.add(topic.split("/")[0] ?? "");
    }
    for (const root of roots) for (const kept of this.#bridges.get(root) ?? []) chosen.add(kept);
    const steps: Heard[] = [];
    for (const kept of [...chosen].slice(0, MOST_TOPICS_OF_A_DEVICE)) steps.push(...stepsOf(kept));
    for (const message of about.messages) {
      const kept = this.#byTopic.get(message.topic);
      if (kept === undefined || !chosen.has(kept)) steps.push({ message });
    }
    return steps.sort((a, b) => a.message.seq - b.message.seq);
  }

  /** Topics that a filter means: itself and all below it. */
  #below(filter: string): KeptTopic[] {
    const levels = filter.split("/");
    const wild = levels.findIndex((level) => level === "+" || level === "#");
    const prefix = wild === -1 ? filter : levels.slice(0, wild).join("/");
    const own = [filter, `${filter}/#`].map(compileFilter);
    const below: KeptTopic[] = [];
    for (let i = this.#firstFrom(prefix); i < this.#sorted.length; i++) {
      const kept = this.#sorted[i];
      if (!kept.topic.startsWith(prefix)) break;
      if (own.some((matches) => matches(kept.topic))) below.push(kept);
    }
    return below;
  }

  #firstFrom(prefix: string): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#sorted[middle].topic < prefix) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Notes a topic for each device whose name stands in it, or in its payloads. */
  #addNamed(kept: KeptTopic): void {
    const segments = kept.topic.split("/").slice(0, 24).map(normalizeName);
    for (let i = 0; i < segments.length; i++) {
      let joined = "";
      for (let j = i; j < Math.min(i + 3, segments.length); j++) {
        joined += segments[j];
        this.#named.get(joined)?.add(kept);
      }
    }
    if (this.#documents.has(kept)) return;
    for (const { payload } of kept.messages().slice(0, LOOKS_FOR_NAMES)) {
      if (payload.length < 8 || payload.length > NAMED_PAYLOAD_BYTES || payload[0] !== 0x7b) break;
      for (const text of textsOf(payload)) this.#named.get(normalizeName(text))?.add(kept);
    }
  }
}

function* textsOf(payload: Uint8Array): Generator<string> {
  const value = parseJson(payload);
  if (!isObject(value)) return;
  for (const item of Object.values(value).slice(0, 60)) {
    if (typeof item === "string" || typeof item === "number") yield String(item).slice(0, 200);
    else if (isObject(item)) {
      for (const inner of Object.values(item).slice(0, 60)) {
        if (typeof inner === "string" || typeof inner === "number") {
          yield String(inner).slice(0, 200);
        }
      }
    }
  }
}

function stepsOf(kept: KeptTopic): Heard[] {
  const steps: Heard[] = kept.head.map((message) => ({ message }));
  const { skipped } = kept;
  const [first, ...rest] = kept.tail;
  if (first === undefined) return steps;
  steps.push(
    skipped.live + skipped.retained > 0
      ? { message: first, skip: { ...skipped } }
      : { message: first },
  );
  for (const message of rest) steps.push({ message });
  return steps;
}
