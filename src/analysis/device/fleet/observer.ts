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
import { describedDevices } from "./described.ts";
import { type FleetReport, type JudgedDevice, reportOf } from "./report.ts";

/** Devices that are judged at most. */
const MOST_DEVICES = 10_000;
/** Topics below one device that are handed to its diagnosis. */
const MOST_TOPICS_OF_A_DEVICE = 1_000;
/** Messages of a topic that are looked into for names of devices, as the diagnosis of one device does. */
const LOOKS_FOR_NAMES = 8;
const NAMED_PAYLOAD_BYTES = 2_048;
/** Topics that are taken between two steps. */
const TAKEN_IN_A_STEP = 100;

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

  /** Judges what was heard so far, in small steps: each `yield` gives how many devices of how many are done. */
  *judge(
    o: { nowMs: number; listened: { seconds: number; gaps: readonly ListeningGap[] } },
  ): Generator<{ done: number; of: number }, FleetReport> {
    const matches = compileFilter(this.#pattern);
    const own = this.#pattern.endsWith("#") ? matches : compileFilter(`${this.#pattern}/#`);
    const wanted = (topic: string) => matches(topic) || own(topic);
    const all = [...this.#kept.topics.values()];
    const { groups: found, random, left } = yield* told(groupTopics(all, MOST_DEVICES), {
      done: 0,
      of: 0,
    });
    const groups = found.filter((group) => group.topics.some(({ topic }) => wanted(topic)));
    const spoke = new Set(found.flatMap((group) => group.topics.map(({ topic }) => topic)));
    const silent = describedDevices(all, { spoke, wanted });
    const of = groups.length + silent.length;
    yield { done: 0, of };
    const stage = new Stage(all, [...found, ...silent]);
    yield* told(stage.fill(all), { done: 0, of });
    const judged: JudgedDevice[] = [];
    for (const group of groups) {
      judged.push(this.#judgeOne(group, stage, o));
      yield { done: judged.length, of };
    }
    for (const group of silent) {
      judged.push({ ...this.#judgeOne(group, stage, o), isOnlyDescribed: true });
      yield { done: judged.length, of };
    }
    const report = reportOf({
      judged,
      random,
      seconds: o.listened.seconds,
      cut: this.#cutNotes(left),
      heard: this.#kept.heard,
    });
    return yield* told(report, { done: of, of });
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
    for (const step of stage.of(group)) {
      if (step.skip !== undefined) observer.skip(step.message.topic, step.skip);
      observer.offer(step.message);
    }
    return {
      group,
      diagnosis: observer.result({ nowMs: o.nowMs, listened: o.listened }),
    };
  }

  #cutNotes(left: number): string[] {
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
    if (cap < 300) {
      notes.push(`of each topic at most ${cap} messages were judged, the first and the latest`);
    }
    if (unkept > 0) notes.push(`${unkept} messages were counted only`);
    return notes;
  }
}

/** Work in steps, with how far the whole is at each. */
function* told<T, S>(work: Generator<void, T>, step: S): Generator<S, T> {
  for (let next = work.next();; next = work.next()) {
    if (next.done) return next.value;
    yield step;
  }
}

interface Step {
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

  constructor(topics: readonly KeptTopic[], groups: readonly FleetGroup[]) {
    this.#sorted = [...topics].sort((a, b) => a.topic < b.topic ? -1 : 1);
    for (const group of groups) {
      if (isTopicFilter(group.device)) continue;
      this.#named.set(normalizeName(group.device), new Set(group.topics));
    }
  }

  /** Takes the topics, a part of them at each step; to be done before anything is asked for. */
  *fill(topics: readonly KeptTopic[]): Generator<void, void> {
    for (const [i, kept] of topics.entries()) {
      if (i % TAKEN_IN_A_STEP === 0) yield;
      this.#byTopic.set(kept.topic, kept);
      if (!spoken.some((matches) => matches(kept.topic))) continue;
      const segments = kept.topic.split("/");
      if (familyOfDocument(segments) !== null || isDescription(kept.topic, segments)) {
        this.#documents.add(kept);
        for (const message of kept.messages()) this.#mentions.add(message);
      } else if (segments[1] === "bridge") {
        const root = segments[0] ?? "";
        this.#bridges.set(root, [...(this.#bridges.get(root) ?? []), kept]);
      }
    }
    // After the documents are known, which are looked up otherwise.
    if (this.#named.size === 0) return;
    for (const [i, kept] of topics.entries()) {
      if (i % TAKEN_IN_A_STEP === 0) yield;
      this.#addNamed(kept);
    }
  }

  /** The messages that may be about a device, in order of arrival. */
  of(group: FleetGroup): Step[] {
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
    const steps: Step[] = [];
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

function stepsOf(kept: KeptTopic): Step[] {
  const steps: Step[] = kept.head.map((message) => ({ message }));
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
