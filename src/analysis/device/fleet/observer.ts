import type { InboundMessage } from "../../../mqtt/message.ts";
import { isOwnTopic } from "../../../mqtt/own_topics.ts";
import { compileFilter } from "../../../mqtt/topic.ts";
import { rootsOf, rootWills } from "../families/generic.ts";
import { FAMILIES, familyOfDocument, GATEWAY_LEVELS } from "../families/mod.ts";
import { ownFilters } from "../filters.ts";
import type { ListeningGap } from "../heartbeat.ts";
import { isObject, parseJson } from "../reading/json.ts";
import { isTopicFilter, normalizeName } from "../naming/names.ts";
import type { ExpiringVerdict } from "../diagnosis.ts";
import { DeviceObserver } from "../observer.ts";
import {
  type FleetGroup,
  Grounds,
  groupTopics,
  isDescription,
  type RandomTopics,
} from "./groups.ts";
import { type KeepingLimits, type KeptMessage, type KeptTopic, KeptTopics } from "./kept_topics.ts";
import { type Mentioning, Mentions, messageOf, seedsOf } from "./mentions.ts";
import { isDescribing, onlyDescribed, readDocuments } from "./described.ts";
import { joinedTrees } from "./joined.ts";
import { placeOf } from "./places.ts";
import { type FleetReport, reportOf } from "./report.ts";
import type { JudgedDevice } from "./judged.ts";
import { isSetAbove, treeOfGateway } from "../twins.ts";
import { inPieces, inSteps, sortedInSteps, type Steps } from "../steps.ts";

/** Devices that are judged at most. */
const MOST_DEVICES = 10_000;
/** Topics below one device that are handed to its diagnosis. */
const MOST_TOPICS_OF_A_DEVICE = 1_000;
/** Messages of a topic that are looked into for names of devices, as the diagnosis of one device does. */
const LOOKS_FOR_NAMES = 8;
const NAMED_PAYLOAD_BYTES = 8_192;

/** Others of a place that one is held against, and topics of theirs. */
const MOST_LIKE = 8;
const MOST_TWIN_TOPICS = 48;
const MOST_SETTINGS = 200;
/** Topics below the level of a gateway that are looked at. */
const MOST_BELOW = 60;

const spoken = FAMILIES.flatMap((family) => family.filters ?? []).map(compileFilter);

/** What a judgement is made with. */
interface JudgedAt {
  readonly nowMs: number;
  readonly listened: { readonly seconds: number; readonly gaps: readonly ListeningGap[] };
}

/** All topics as devices, until something is heard that splits them in another way. */
interface Split {
  readonly stage: Stage;
  readonly grounds: Grounds;
  readonly groups: readonly FleetGroup[];
  /** Devices of which only documents speak. */
  readonly silent: readonly FleetGroup[];
  readonly random: readonly RandomTopics[];
  readonly left: number;
  readonly unread: number;
  readonly unjudged: number;
  readonly topics: number;
  /** How much had been heard when it was last found to hold. */
  heard: number;
}

/** What was judged of a device, and what that rests on. */
interface KnownVerdict extends ExpiringVerdict {
  readonly inputs: Inputs;
  readonly atMs: number;
  readonly gaps: string;
  /** How much of all devices had been heard. */
  readonly heard: number;
}

/**
 * Hears all traffic, keeps a bounded part of it by topic, and judges each device in it as `DeviceObserver` would: each
 * gets the messages that it would have heard, and the same engine judges them. Judged again, only those devices are of
 * which something was heard since, or whose verdict another time may have changed.
 */
export class FleetObserver {
  readonly #kept: KeptTopics;
  readonly #startedAtMs: number;
  readonly #pattern: string;
  #split: Split | null = null;
  #known: ReadonlyMap<string, KnownVerdict> = new Map();
  /** Of each topic as many messages were kept when those were judged. */
  #cap = 0;
  #judged = 0;
  readonly #mostDevices: number;

  /** `limits` and `mostDevices`, which are judged at most: less than by itself. */
  constructor(
    o: {
      pattern: string;
      startedAtMs: number;
      limits?: Partial<KeepingLimits>;
      mostDevices?: number;
    },
  ) {
    this.#pattern = o.pattern;
    this.#mostDevices = o.mostDevices ?? MOST_DEVICES;
    this.#startedAtMs = o.startedAtMs;
    this.#kept = new KeptTopics({
      startedAtMs: o.startedAtMs,
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

  /** Devices that were judged so far, one as often as its verdict was not known any more. */
  get judged(): number {
    return this.#judged;
  }

  /** Takes one message. Copies what it keeps; never throws. Not to be called between the steps of a judgement. */
  offer(message: InboundMessage): void {
    if (!isOwnTopic(message.topic)) this.#kept.offer(message);
  }

  /** Judges what was heard so far, in short steps. */
  *judge(o: JudgedAt): Steps<FleetReport> {
    if (this.#cap !== this.#kept.cap) {
      // what is kept is another part of what was heard
      this.#cap = this.#kept.cap;
      this.#split = null;
      this.#known = new Map();
    }
    const split = yield* this.#splitNow();
    const { groups, silent } = split;
    const of = groups.length + silent.length;
    yield { done: 0, of };
    const gaps = JSON.stringify(o.listened.gaps);
    const known = new Map<string, KnownVerdict>();
    const judged: JudgedDevice[] = [];
    for (const group of [...groups, ...silent]) {
      let key = `${group.device}\n${group.name}`;
      while (known.has(key)) key += "\n";
      const verdict = yield* this.#verdictOn(group, { ...o, gaps, stage: split.stage, key });
      known.set(key, verdict);
      judged.push({
        group,
        diagnosis: verdict.verdict,
        ...(judged.length >= groups.length && { isOnlyDescribed: true }),
      });
      yield { done: judged.length, of };
    }
    this.#known = known;
    return yield* reportOf({
      judged,
      random: split.random,
      seconds: o.listened.seconds,
      cut: this.#cutNotes(split),
      heard: this.#kept.heard,
    });
  }

  *#splitNow(): Steps<Split> {
    const { heard } = this.#kept;
    if (this.#split !== null && (yield* this.#holds(this.#split))) {
      this.#split.heard = heard;
      return this.#split;
    }
    const matches = compileFilter(this.#pattern);
    const own = this.#pattern.endsWith("#") ? matches : compileFilter(`${this.#pattern}/#`);
    const wanted = (topic: string) => matches(topic) || own(topic);
    const all = [...this.#kept.topics.values()];
    const grounds = new Grounds();
    const { groups: trees, random, left } = yield* groupTopics(all, {
      most: this.#mostDevices,
      grounds,
    });
    const { documents, unread } = yield* readDocuments(all);
    const found = yield* joinedTrees(trees, documents);
    const groups = found.filter((group) => group.topics.some(({ topic }) => wanted(topic)));
    const spoke = new Set(found.flatMap((group) => group.topics.map(({ topic }) => topic)));
    const { groups: silent, left: unjudged } = onlyDescribed(documents, { spoke, wanted });
    const stage = yield* Stage.of(all, {
      groups: [...found, ...silent],
      before: this.#split?.stage ?? null,
    });
    const topics = all.length;
    return this.#split = {
      stage,
      grounds,
      groups,
      silent,
      random,
      left,
      unread,
      unjudged,
      topics,
      heard,
    };
  }

  /** Whether what came since splits the topics in no other way; takes in what it adds. */
  *#holds({ stage, grounds, topics, heard }: Split): Steps<boolean> {
    if (this.#kept.topics.size !== topics) return false;
    let holds = true;
    let isReadAgain = false;
    yield* inSteps(this.#kept.topics.values(), (kept) => {
      if (!holds || kept.lastSeq < heard) return;
      holds = grounds.hold(kept) && !isDescribing(kept.topic);
      if (stage.isDocument(kept)) isReadAgain = true;
      else stage.addNamed(kept);
    });
    if (holds && isReadAgain) yield* stage.readAgain();
    return holds;
  }

  *#verdictOn(
    group: FleetGroup,
    o: JudgedAt & { gaps: string; stage: Stage; key: string },
  ): Steps<KnownVerdict> {
    const { nowMs, listened, gaps, stage } = o;
    const known = this.#known.get(o.key);
    const inputs = stage.inputsOf(group, known?.inputs ?? null);
    const holds = known !== undefined && inputs === known.inputs && gaps === known.gaps &&
      nowMs >= known.atMs && nowMs < known.expiresAtMs &&
      inputs.topics.every(({ lastSeq }) => lastSeq < known.heard);
    if (holds) return known;
    this.#judged++;
    const observer = new DeviceObserver({
      deviceId: group.device,
      startedAtMs: this.#startedAtMs,
      exact: true,
    });
    yield* inPieces(heardOf(inputs), ({ message, skip }) => {
      if (skip !== undefined) observer.skip(message.topic, skip);
      observer.offer(message);
    }, ({ message }) => message.payload);
    yield* inPieces(
      stage.twinsOf(group).flatMap((kept) => kept.messages()).sort((a, b) => a.seq - b.seq),
      (message) => observer.twins.hold(message, true),
      ({ payload }) => payload,
    );
    const verdict = yield* observer.verdict({ nowMs, listened });
    return { ...verdict, inputs, gaps, atMs: nowMs, heard: this.#kept.heard };
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
      notes.push(
        `${left} topics belong to devices beyond the ${this.#mostDevices} that are judged`,
      );
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

/** What one device is judged by. */
interface Inputs {
  readonly topics: readonly KeptTopic[];
  /** Documents besides. */
  readonly mentioning: readonly Mentioning[];
  /** What they were chosen from last: out of the same, the same are chosen. */
  chosenFrom: { readonly mentions: Mentions; readonly named: number };
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
  #mentions: Mentions;
  /** Topics of bridges' states and the like, by their first level. */
  readonly #bridges = new Map<string, KeptTopic[]>();
  /** Topics that are the devices' which are asked for by name. */
  readonly #named = new Map<string, Set<KeptTopic>>();
  /** The first devices of each place. */
  readonly #likes = new Map<string, FleetGroup[]>();
  /** Topics into whose first messages was looked for names. */
  readonly #looked = new Set<KeptTopic>();
  /** Topics that tell what is set for all that stands beside them. */
  readonly #settings: KeptTopic[] = [];

  private constructor(sorted: KeptTopic[], mentions: Mentions) {
    this.#sorted = sorted;
    this.#mentions = mentions;
  }

  /** `before`: the one that it takes the place of. */
  static *of(
    topics: readonly KeptTopic[],
    { groups, before }: { groups: readonly FleetGroup[]; before: Stage | null },
  ): Steps<Stage> {
    const stage = new Stage(yield* sortedInSteps(topics, ({ topic }) => topic), new Mentions());
    yield* inSteps(topics, (kept) => stage.#add(kept));
    stage.#mentions = yield* Mentions.of(
      stage.#documents,
      before === null ? null : before.#mentions,
    );
    for (const group of groups) {
      const like = stage.#likes.get(placeOf({ group }));
      if (like === undefined) stage.#likes.set(placeOf({ group }), [group]);
      else if (like.length <= MOST_LIKE) like.push(group);
      if (isTopicFilter(group.device)) continue;
      stage.#named.set(normalizeName(group.device), new Set(group.topics));
    }
    yield* inSteps(topics, (kept) => stage.addNamed(kept));
    return stage;
  }

  /** Topics of others of its place that are called as one of its own but for the level of their name, and what is set for all. */
  twinsOf(group: FleetGroup): KeptTopic[] {
    const at = levelOf(group);
    const like = (this.#likes.get(placeOf({ group })) ?? []).filter((other) => other !== group);
    const own = group.topics[0]?.topic ?? "";
    const found = this.#settings.filter(({ topic }) =>
      own.startsWith(topic.slice(0, topic.lastIndexOf("/") + 1))
    );
    const tree = treeOfGateway(own);
    if (tree !== null) {
      const first = this.#sorted.findIndex(({ topic }) => topic.startsWith(tree));
      const below = this.#sorted.slice(first, first + MOST_BELOW);
      found.push(...below.filter(({ topic, live }) => live > 0 && topic.startsWith(tree)));
    }
    for (const other of at < 1 ? [] : like.slice(0, MOST_LIKE)) {
      const own = other.topics[0]?.topic.split("/")[levelOf(other)];
      for (const { topic } of own === undefined ? [] : group.topics) {
        if (found.length >= MOST_TWIN_TOPICS) return found;
        const kept = this.#byTopic.get(topic.split("/").with(at, own ?? "").join("/"));
        if (kept !== undefined && kept.live > 0) found.push(kept);
      }
    }
    return found;
  }

  isDocument(kept: KeptTopic): boolean {
    return this.#documents.has(kept);
  }

  /** Reads the documents again: something came on them. */
  *readAgain(): Steps<void> {
    this.#mentions = yield* Mentions.of(this.#documents, this.#mentions);
  }

  #add(kept: KeptTopic): void {
    this.#byTopic.set(kept.topic, kept);
    if (this.#settings.length < MOST_SETTINGS && isSetAbove(kept.topic)) this.#settings.push(kept);
    if (!spoken.some((matches) => matches(kept.topic))) return;
    const segments = kept.topic.split("/");
    const family = familyOfDocument(segments);
    if (family !== null || isDescription(kept.topic, segments)) {
      this.#documents.add(kept);
      if (!segments.includes(family?.gatewayLevel ?? "")) return;
    }
    const root = rootsOf(segments).find((above) => {
      const [, level = "", ...below] = kept.topic.slice(above.length).split("/");
      return GATEWAY_LEVELS.has(level) && below.length > 0;
    });
    if (root !== undefined) {
      const bridges = this.#bridges.get(root);
      if (bridges === undefined) this.#bridges.set(root, [kept]);
      else bridges.push(kept);
    }
  }

  /** What may be about a device; the same object as `before` where nothing has changed in it but what topics hold. */
  inputsOf(group: FleetGroup, before: Inputs | null): Inputs {
    const { device } = group;
    const named = isTopicFilter(device) ? undefined : this.#named.get(normalizeName(device));
    const chosenFrom = { mentions: this.#mentions, named: named?.size ?? 0 };
    const isSame = before?.chosenFrom.mentions === chosenFrom.mentions &&
      before.chosenFrom.named === chosenFrom.named;
    if (isSame) return before;
    const chosen = new Set<KeptTopic>(group.topics);
    const own = isTopicFilter(device) ? this.#below(device) : named ?? [];
    for (const kept of own) chosen.add(kept);
    const about = this.#mentions.about(seedsOf(device, group.name));
    const roots = new Set(rootsOf(group.topics[0]?.topic.split("/") ?? []));
    const listened = ownFilters(device).map(compileFilter);
    for (const topic of about.topics) {
      const kept = this.#byTopic.get(topic);
      if (kept !== undefined && listened.some((matches) => matches(topic))) chosen.add(kept);
      for (const root of rootsOf(topic.split("/"))) roots.add(root);
    }
    for (const root of roots) {
      for (const kept of this.#bridges.get(root) ?? []) chosen.add(kept);
      if (isTopicFilter(device)) continue;
      for (const topic of rootWills(root)) {
        const kept = this.#byTopic.get(topic);
        if (kept !== undefined) chosen.add(kept);
      }
    }
    const topics = [...chosen].slice(0, MOST_TOPICS_OF_A_DEVICE);
    const mentioning = about.messages.filter(({ message: { topic } }) => {
      const kept = this.#byTopic.get(topic);
      return kept === undefined || !chosen.has(kept);
    });
    const isAlike = before !== null && isAlikeIn(before.topics, topics) &&
      isAlikeIn(before.mentioning, mentioning, isSameMentioning);
    if (!isAlike) return { topics, mentioning, chosenFrom };
    before.chosenFrom = chosenFrom;
    return before;
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
  addNamed(kept: KeptTopic): void {
    if (this.#named.size === 0 || this.#looked.has(kept)) return;
    if (kept.head.length >= LOOKS_FOR_NAMES) this.#looked.add(kept);
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

function isAlikeIn<T>(
  a: readonly T[],
  b: readonly T[],
  isAlike: (a: T, b: T) => boolean = Object.is,
): boolean {
  return a.length === b.length && a.every((one, i) => isAlike(one, b[i]));
}

function isSameMentioning(a: Mentioning, b: Mentioning): boolean {
  return a.message === b.message && a.seq === b.seq && a.own === b.own;
}

/** Where the name of a device stands in its topics; below 0 where it does not. */
function levelOf({ device, topics }: FleetGroup): number {
  const name = device.replace(/\/#$/, "").split("/").at(-1) ?? "";
  return topics[0]?.topic.split("/").lastIndexOf(name) ?? -1;
}

/** The messages that may be about a device, in order of arrival. */
function heardOf({ topics, mentioning }: Inputs): Heard[] {
  const steps: Heard[] = [];
  for (const kept of topics) steps.push(...stepsOf(kept));
  for (const one of mentioning) steps.push({ message: messageOf(one) });
  return steps.sort((a, b) => a.message.seq - b.message.seq);
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
