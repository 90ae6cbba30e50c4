import type { InboundMessage } from "../../mqtt/message.ts";
import { SparkplugState } from "../../payload/sparkplug.ts";
import type { DeviceDiagnosis, ExpiringVerdict } from "./diagnosis.ts";
import { diagnose, verdictOn } from "./diagnose.ts";
import type { Observation } from "./reading/heard_view.ts";
import type { Document, Family } from "./families/family.ts";
import { rootsOf, rootWills } from "./families/generic.ts";
import { familyOfDocument, treesOfOnly } from "./families/mod.ts";
import { type ManyDevices, manyDevices, ofAll, ofMany, VERDICT_ON_MANY } from "./fleet/many.ts";
import { namesakeAdvice, namesakes } from "./naming/namesakes.ts";
import type { ListeningGap } from "./heartbeat.ts";
import { UnclaimedMessages } from "./naming/unclaimed.ts";
import { DeviceIdentity } from "./naming/identity.ts";
import { isObject, parseJson } from "./reading/json.ts";
import { baseTopicIn, isOwnId, normalizeName } from "./naming/names.ts";
import { nearAdvice, type NearMatch } from "./naming/candidate.ts";
import { topicsByFlatName } from "./naming/flat_names.ts";
import { nearMatches } from "./naming/near_match.ts";
import { joinParts, topicOfPart } from "./reading/parted.ts";
import { samplesOfPart } from "./reading/keyed_parts.ts";
import { idsAmong, isWhatIsSaid, plainNames, singular } from "./naming/plain_names.ts";
import { ownerOf } from "./reading/split.ts";
import { OwnTrees } from "./naming/own_trees.ts";
import { inPieces, resultOf, type Steps } from "./steps.ts";
import { messageOf, type Sample, sampleOf, TopicTrace, TraceBudget } from "./reading/trace.ts";
import { Twins } from "./twins.ts";

/** Topics whose answer to "is this the device's?" is remembered. */
const REMEMBERED_TOPICS = 50_000;
/** Topics of the device that are kept in detail. */
const TRACED_TOPICS = 400;
/** Topics of strangers of which messages are kept while the device asked for is not found. */
const OVERHEARD_TOPICS = 4_000;
const OVERHEARD_PAYLOAD_BYTES = 16_384;
/** Names that are tried when none is the one asked for. */
const TRIED_NAMES = 4;
/** Payloads up to this size are looked into for the name of their device. */
const NAMED_PAYLOAD_BYTES = 8_192;
/** Documents up to this size are read: a bridge's list of devices is the largest there is. */
const DOCUMENT_BYTES = 4 * 1024 * 1024;

/** Last levels of topics on which gateways tell whom they took on or let go, by name. */
const TAKEN_ON = /^(?:(?:dis)?connect(?:ed)?|(?:un)?register(?:ed)?|announce|join|claim|rpc)$/;

/** So many discovery documents tell whether they are all of one device. */
const LEAST_RECORDS = 3;

/** What a device calls itself, at the top of what it tells of itself. */
const OWN_NAME = /^(?:device|friendly|host)?_?name$/i;

/** First levels under which a device's bridge is looked for. */
const MOST_ROOTS = 16;

const decoder = new TextDecoder();

/** At what time a diagnosis is made, and how it was listened until then. */
interface DiagnosisTime {
  readonly nowMs: number;
  readonly listened: { readonly seconds: number; readonly gaps: readonly ListeningGap[] };
  readonly changesSinceMs?: number;
}

/** A topic that is not known to be the device's. */
interface Stranger {
  readonly family: Family | null;
  /** Counts looks into its payloads, which become rarer. */
  looks: number;
  /** What was known of the device when it was found to be none of its topics. */
  revision: number;
}

/** The one device that is near to a name, with what was kept of it. */
type Nearest = { readonly match: NearMatch; readonly observer: DeviceObserver };

/**
 * Hears all traffic and keeps what belongs to one device. Messages of other devices cost one map
 * lookup; what is kept is bounded.
 */
export class DeviceObserver {
  readonly #identity: DeviceIdentity;
  readonly #startedAtMs: number;
  readonly #traces = new Map<string, TopicTrace>();
  readonly #strangers = new Map<string, Stranger>();
  readonly #held = new UnclaimedMessages();
  readonly #ownTrees = new OwnTrees();
  readonly twins: Twins;
  /** Shared topics on which others than the device speak. */
  readonly #othersToo = new Set<string>();
  readonly #budget = new TraceBudget();
  /** Topics of documents about many devices: each message is read anew. */
  readonly #notices = new Set<string>();
  /** Traced topics whose messages may teach something. */
  readonly #documents = new Map<string, Family>();
  #heard = 0;
  #taken = 0;
  readonly #sparkplug = new SparkplugState();
  /** First levels of the device's topics. */
  readonly #roots = new Set<string>();
  /** Topics of the device beyond those that are traced: only counted. */
  readonly #untracedTopics = new Set<string>();
  readonly #untraced = { live: 0, retained: 0 };

  /** Of strangers: one of them may be the device, under another name. */
  readonly #overheard = new Map<string, TopicTrace>();
  readonly #overheardBudget = new TraceBudget();
  readonly #isNearEnough: boolean;
  /** Of a device of which a gateway tells: all that the gateway tells. */
  #around: readonly TopicTrace[] = [];

  /** `exact` finds no device by a near name. */
  constructor(o: { deviceId: string; startedAtMs: number; exact?: boolean }) {
    this.#identity = new DeviceIdentity(o.deviceId, { joinsModel: o.exact === true });
    this.#startedAtMs = o.startedAtMs;
    this.twins = new Twins(o.exact === true ? "" : o.deviceId);
    this.#isNearEnough = o.exact !== true && !this.#identity.isFilter;
  }

  /** Messages that were taken for the device's; what was held back may be among them later. */
  get taken(): number {
    return this.#taken;
  }

  /** The devices that the filter means, where it means several; null otherwise. */
  get many(): ManyDevices | null {
    const { deviceId } = this.#identity;
    if (manyDevices(deviceId, this.#ownTopics()) === null) return null;
    if (this.#isDescribedAsOne()) return null;
    // The objects in a document that is told in parts are no devices.
    const own = joinParts(
      [...this.#traces.values()].filter(({ shared }) => !shared),
      this.#identity,
    );
    return manyDevices(deviceId, [...own.map(topicOfPart), ...this.#untracedTopics]);
  }

  /** Whether discovery documents say of most topics that are read that they are of one device. */
  #isDescribedAsOne(): boolean {
    const records = [...this.#identity.discovery.values()].filter(({ ids, withdrawn }) =>
      ids.length > 0 && !withdrawn
    );
    const shared = records.reduce(
      (ids, record) => ids.filter((id) => record.ids.includes(id)),
      records[0]?.ids ?? [],
    );
    const described = new Set(records.flatMap(({ stateTopics }) => stateTopics));
    const told = this.#ownTopics().filter((topic) => !this.#identity.discovery.has(topic));
    return records.length >= LEAST_RECORDS && shared.length > 0 &&
      2 * told.filter((topic) => described.has(topic)).length >= told.length;
  }

  /** Topics that speak of this device alone. */
  #ownTopics(): string[] {
    const topics = [...this.#traces.values()].flatMap(({ topic, shared }) => shared ? [] : [topic]);
    return [...topics, ...this.#untracedTopics];
  }

  /** Takes one message. Copies what it keeps; never throws. */
  offer(message: InboundMessage): void {
    if (this.twins.isBeside(message.topic)) return this.twins.hold(message, true);
    this.#heard++;
    const trace = this.#traces.get(message.topic);
    if (trace !== undefined && !this.#notices.has(message.topic)) {
      // A topic of its own by an id that stood beside its name: a last will names nobody.
      const isOwn = !trace.shared || this.#identity.owns(message.topic);
      if (isOwn || this.#names(message)) this.#record(trace, message);
      else if (this.#othersToo.size < TRACED_TOPICS) this.#othersToo.add(message.topic);
      return;
    }
    let stranger = this.#strangers.get(message.topic);
    if (stranger === undefined || stranger.revision !== this.#identity.revision) {
      if (this.#identity.owns(message.topic)) {
        this.#own(message);
        return;
      }
      const segments = message.topic.split("/");
      stranger = {
        family: familyOfDocument(segments),
        looks: stranger?.looks ?? 0,
        revision: this.#identity.revision,
      };
      if (this.#strangers.size < REMEMBERED_TOPICS || this.#strangers.has(message.topic)) {
        this.#strangers.set(message.topic, stranger);
      }
    }
    if (this.#isNearEnough && this.#isUnheard) this.#overhear(message);
    if (stranger.family !== null) {
      this.#read(stranger.family, message);
      return;
    }
    if (message.retain) this.#held.hold(message);
    const look = stranger.looks++;
    const isLookedAt = look < 8 || look % 32 === 0;
    if (isLookedAt && this.#names(message)) {
      this.#strangers.delete(message.topic);
      this.#trace(message, { shared: true });
      this.#joinTree(message);
      return;
    }
    this.#ownTrees.hold(message);
    this.twins.hold(message, isLookedAt);
  }

  /** Counts messages of a topic of the device that come now and are not at hand. */
  skip(topic: string, o: { live: number; retained: number; bytes: number }): void {
    const trace = this.#traces.get(topic);
    if (trace !== undefined && !trace.shared && !this.#notices.has(topic)) trace.skip(o);
  }

  /** A payload that names the device and repeats the level above its topic tells whose that level is. */
  #joinTree({ topic, payload }: InboundMessage): void {
    const segments = topic.split("/");
    const above = normalizeName(segments.at(-2) ?? "");
    const value = parseJson(payload);
    if (above.length < 4 || !isObject(value)) return;
    const texts = Object.entries(value).slice(0, 60).filter(([, item]) => typeof item === "string")
      .map(([key, item]) => ({ key, name: normalizeName(String(item)) }));
    if (texts.some(({ name }) => name === above)) {
      this.#identity.addTree(segments.slice(0, -1).join("/"));
      return;
    }
    const base = baseTopicIn(value);
    if (base !== null) this.#identity.addTree(base);
    // `cnc-5/info/machine` tells its own id, which stands further above; `nukihub_atelier/info/lock` its name.
    const ids = new Set(texts.filter(({ key }) => isOwnId(key, 0)).map(({ name }) => name));
    const names = new Set(texts.filter(({ key }) => OWN_NAME.test(key)).map(({ name }) => name));
    const at = segments.slice(0, -2).findLastIndex((level, i) =>
      i > 0 && ids.has(normalizeName(level)) ||
      names.has(normalizeName(/[_-]([^_-]{4,40})$/.exec(level)?.[1] ?? ""))
    );
    if (at !== -1) this.#identity.addTree(segments.slice(0, at + 1).join("/"));
  }

  /** {@linkcode judge} without steps. */
  result(o: DiagnosisTime): DeviceDiagnosis {
    return resultOf(this.judge(o));
  }

  /**
   * The diagnosis of what was heard so far, in short steps. Can be asked more than once. `changesSinceMs`: coming and
   * going before that time is over, and only how it stood then counts.
   */
  *judge(o: DiagnosisTime): Steps<DeviceDiagnosis> {
    yield* this.#settle();
    if (this.#isNearEnough && this.#isUnheard) {
      const near = yield* this.#nearest();
      if (near !== null) {
        const { deviceId } = this.#identity;
        const found = yield* near.observer.judge(o);
        return {
          ...found,
          device_id: deviceId,
          matched: near.match.name,
          advice: [
            nearAdvice(deviceId, near.match),
            ...found.advice,
          ],
        };
      }
    }
    const diagnosis = yield* diagnose(this.#observation(o));
    const { many } = this;
    if (many !== null) return ofMany(diagnosis, many);
    const trees = this.#identity.isFilter
      ? null
      : namesakes(diagnosis.device_id, this.#ownTopics());
    return trees === null ? diagnosis : {
      ...diagnosis,
      advice: [namesakeAdvice(diagnosis.device_id, trees), ...diagnosis.advice],
    };
  }

  /** What the diagnosis of what was heard so far comes to, under the name or filter asked for alone. */
  *verdict(o: DiagnosisTime): Steps<ExpiringVerdict> {
    yield* this.#settle();
    const { many } = this;
    const judged = yield* verdictOn(this.#observation(o));
    if (many === null) return judged;
    const findings = ofAll(judged.verdict.findings);
    return { ...judged, verdict: { ...VERDICT_ON_MANY, findings } };
  }

  #observation(o: DiagnosisTime): Observation {
    return {
      identity: this.#identity,
      traces: [...this.#traces.values()],
      around: this.#around,
      twins: this.twins.toldBut((topic) => this.#owns(topic)),
      untraced: { ...this.#untraced, topics: this.#untracedTopics.size },
      sparkplug: this.#sparkplug,
      heard: this.#heard,
      strangers: [...this.#strangers.keys()],
      startedAtMs: this.#startedAtMs,
      ...o,
    };
  }

  /** Whether nothing was heard of it but, at most, that a gateway took it on or let it go. */
  get #isUnheard(): boolean {
    return this.#traces.values().every(({ shared, segments }) =>
      shared && TAKEN_ON.test(segments.at(-1) ?? "")
    );
  }

  #overhear(message: InboundMessage): void {
    if (message.payload.length > OVERHEARD_PAYLOAD_BYTES) return;
    let trace = this.#overheard.get(message.topic);
    if (trace === undefined) {
      if (this.#overheard.size >= OVERHEARD_TOPICS) return;
      trace = new TopicTrace(message.topic, { shared: false, budget: this.#overheardBudget });
      this.#overheard.set(message.topic, trace);
    }
    trace.add(sampleOf(message));
  }

  /** The one device whose name is near the one asked for, fed with what was kept of it. */
  *#nearest(): Steps<Nearest | null> {
    const kept = [...this.#overheard.values()].flatMap((trace) => trace.samples());
    kept.sort((a, b) => a.at - b.at || Number(b.retain) - Number(a.retain));
    const { deviceId } = this.#identity;
    if (this.#traces.size > 0) return yield* this.#inDocuments(kept);
    // What bears the very name is nearer than what only resembles it.
    const plain = (yield* this.#byPlainName(plainNames(deviceId), kept)) ??
      (yield* this.#inDocuments(kept));
    if (plain !== null) return plain;
    const ways = yield* nearMatches(deviceId, {
      topics: this.#overheard.keys(),
      names: this.#identity.others,
      samples: kept,
    });
    for (const way of ways) {
      for (const matches of yield* way()) {
        const found = yield* this.#oneOf(matches, kept);
        if (found !== null) return found;
      }
    }
    return (yield* this.#byPlainName([singular(deviceId) ?? []].flat(), kept)) ??
      (yield* this.#byIdAmongWords(kept));
  }

  /** The device that bears one of these names. */
  *#byPlainName(names: readonly string[], kept: readonly Sample[]): Steps<Nearest | null> {
    for (const name of names) {
      const observer = yield* this.#of(name, kept);
      const [topic] = observer.#traces.keys();
      if (topic !== undefined) return { match: { name, deviceId: name, topic }, observer };
    }
    return null;
  }

  /** The device of an id among several words, where its topics or messages bear the other words as well, and say of no other kind of thing. */
  *#byIdAmongWords(kept: readonly Sample[]): Steps<Nearest | null> {
    const { deviceId } = this.#identity;
    for (const among of idsAmong(deviceId)) {
      const found = yield* this.#byPlainName([among.id], kept);
      if (found === null) continue;
      const samples = [...found.observer.#traces.values()].flatMap((trace) => trace.samples());
      if (isWhatIsSaid(deviceId, { ...among, samples })) return found;
    }
    return null;
  }

  /** The device of which a gateway tells under its name, in documents that tell of others as well, or in levels that begin with it. */
  *#inDocuments(kept: readonly Sample[]): Steps<Nearest | null> {
    const { deviceId } = this.#identity;
    const names = [deviceId, ...plainNames(deviceId)].map((name) => new DeviceIdentity(name));
    const taken = [...this.#traces.values()];
    const named = samplesOfPart(kept, (key) => names.some((name) => name.isNamed(key)))
      .filter(({ topic }) => taken.every(({ topic: one }) => isBeside(topic, one)));
    if (taken.length + named.length === 0) {
      const flat = topicsByFlatName(deviceId, this.#overheard.keys());
      const [topic] = flat;
      if (topic === undefined) return null;
      const others = [...this.#overheard.keys()].filter((other) => !flat.has(other));
      const observer = yield* this.#of(deviceId, kept, flat, others);
      return { match: { name: deviceId, deviceId, topic, path: topic }, observer };
    }
    const [first] = named;
    // One word such as `battery` may be a part of each of several devices.
    const isWord = /^\p{L}+$/u.test(deviceId.trim());
    const owners = new Set(
      named.map(({ topic }) => isWord ? ownerOf(topic)?.key : topic.split("/", 1)[0]),
    );
    if (first === undefined || owners.size > 1) return null;
    const samples = [...taken.flatMap((trace) => trace.samples()), ...named];
    samples.sort((a, b) => a.at - b.at);
    const observer = yield* this.#of(deviceId, samples, named.map(({ topic }) => topic));
    observer.#around = [...this.#overheard.values()].filter(({ topic }) =>
      observer.#traces.has(topic)
    );
    return { match: { name: deviceId, deviceId, topic: first.topic }, observer };
  }

  /** The device that all of these names and topics are of, if they are of one. */
  *#oneOf(matches: readonly NearMatch[], kept: readonly Sample[]): Steps<Nearest | null> {
    for (const match of matches.slice(0, TRIED_NAMES)) {
      let observer = yield* this.#of(match.deviceId, kept);
      // A model finds nothing by itself: what is meant is told where it stands.
      const isTold = observer.#traces.size === 0 && match.path === undefined &&
        matches.filter(({ topic }) => topic === match.topic).length === 1;
      if (isTold) observer = yield* this.#of(`${match.topic}/#`, kept);
      // Whatever else bears the name must be of the same device.
      const isOne = observer.#traces.size > 0 &&
        matches.every((other) =>
          observer.#owns(other.topic) &&
          (other.topic !== match.topic || observer.#isCalled(other.name) ||
            // The id that stands beside the name is what was asked for.
            other.deviceId === match.deviceId && other.deviceId !== other.name)
        );
      if (isOne) return { match, observer };
    }
    return null;
  }

  /** An observer of what a name or a filter finds in what was kept, and of what is told on these topics; `others` are not its. */
  *#of(
    deviceId: string,
    kept: readonly Sample[],
    topics: Iterable<string> = [],
    others: readonly string[] = [],
  ): Steps<DeviceObserver> {
    const observer = new DeviceObserver({ deviceId, startedAtMs: this.#startedAtMs, exact: true });
    for (const topic of topics) observer.#identity.addTopic(topic, null);
    for (const topic of others.slice(0, TRACED_TOPICS)) observer.#othersToo.add(topic);
    yield* inPieces(kept, (sample) => observer.offer(messageOf(sample)));
    observer.#heard = this.#heard;
    yield* observer.#settle();
    return observer;
  }

  #owns(topic: string): boolean {
    return this.#traces.has(topic) || this.#identity.owns(topic) ||
      [...this.#traces.keys()].some((own) => own.startsWith(`${topic}/`));
  }

  #isCalled(name: string): boolean {
    return this.#identity.isFilter || this.#identity.isNamed(name) ||
      !this.#traces.values().some((trace) => trace.shared);
  }

  #own(message: InboundMessage): void {
    this.#strangers.delete(message.topic);
    const segments = message.topic.split("/");
    const family = familyOfDocument(segments);
    if (family !== null) {
      if (this.#documents.size < TRACED_TOPICS) this.#documents.set(message.topic, family);
      family.learn?.(documentOf(message, segments), this.#identity);
    }
    // A payload that bears the name too may tell further ids.
    if (family === null) this.#names(message);
    this.#trace(message, { shared: false });
  }

  #trace(message: InboundMessage, o: { shared: boolean }): void {
    this.#taken++;
    if (this.#traces.size >= TRACED_TOPICS) {
      if (this.#untracedTopics.size < REMEMBERED_TOPICS) this.#untracedTopics.add(message.topic);
      if (message.retain) this.#untraced.retained++;
      else this.#untraced.live++;
      return;
    }
    const trace = new TopicTrace(message.topic, { shared: o.shared, budget: this.#budget });
    this.#traces.set(message.topic, trace);
    this.twins.expect(message.topic);
    trace.add(sampleOf(message));
    this.#expectBridge(trace.segments);
    const isFound = !this.#identity.bears(message.topic) && !this.#documents.has(message.topic) &&
      !this.#notices.has(message.topic);
    if (!isFound) return;
    this.#ownTrees.add(
      message.topic,
      o.shared ? "spoken" : "told",
      (level) => this.#identity.isIdLevel(level),
    );
  }

  /** What stands beside the device's tree, and speaks for all below a level above it, is its bridge. */
  #expectBridge(segments: readonly string[]): void {
    for (const root of rootsOf(segments)) {
      if (this.#roots.has(root) || this.#roots.size >= MOST_ROOTS) continue;
      this.#roots.add(root);
      for (const topic of rootWills(root)) {
        if (this.#traces.has(topic) || this.#identity.owns(topic)) continue;
        this.#identity.addTopic(topic, "bridge");
      }
    }
  }

  #record(trace: TopicTrace, message: InboundMessage): void {
    this.#taken++;
    trace.add(sampleOf(message));
    this.#documents.get(message.topic)?.learn?.(
      documentOf(message, trace.segments),
      this.#identity,
    );
  }

  #read(family: Family, message: InboundMessage): void {
    if (message.payload.length > DOCUMENT_BYTES) return;
    const document = documentOf(message, message.topic.split("/"));
    if (!family.learn?.(document, this.#identity)) {
      this.#held.hold(message);
      // What is called like a document may be told again and again beside the device's topics.
      this.#ownTrees.hold(message);
      if (family.tellsChanges) this.twins.hold(message, true);
      return;
    }
    if (family.sharesDocuments) this.#notices.add(message.topic);
    else {
      this.#strangers.delete(message.topic);
      this.#documents.set(message.topic, family);
      this.#ownTrees.addNamed(message.topic);
    }
    const trace = this.#traces.get(message.topic);
    if (trace === undefined) return this.#trace(message, { shared: false });
    this.#taken++;
    trace.add(sampleOf(message));
  }

  /** Goes through what was held back until nothing more is learned from it. */
  *#settle(): Steps<void> {
    this.#joinOwnTrees();
    for (const tree of treesOfOnly(this.#traces, this.#strangers)) this.#identity.addTree(tree);
    for (let round = 0; round < 8; round++) {
      const before = this.#identity.revision;
      const released = yield* this.#held.release((sample) => this.#claims(sample));
      released.sort((a, b) => a.at - b.at);
      for (const sample of released) {
        const trace = this.#traces.get(sample.topic);
        if (trace !== undefined) {
          if (trace.lastAt !== sample.at) trace.add(sample);
        } else this.#trace(messageOf(sample), { shared: false });
        this.#strangers.delete(sample.topic);
      }
      if (released.length === 0 && before === this.#identity.revision) break;
    }
  }

  /** What stands beside the device's topics below its own id is the device's. */
  #joinOwnTrees(): void {
    if (this.#ownTrees.isSettled) return;
    const { trees, traces } = this.#ownTrees.settle({
      own: [...this.#traces.keys()],
      strangers: [...this.#strangers.keys()],
      others: [...this.#othersToo, ...this.#identity.otherTopics],
    });
    for (const tree of trees) this.#identity.addTree(tree);
    for (const trace of traces) {
      if (this.#traces.has(trace.topic) || this.#traces.size >= TRACED_TOPICS) continue;
      this.#taken += trace.live;
      this.#traces.set(trace.topic, trace);
      this.#strangers.delete(trace.topic);
    }
  }

  #claims(sample: Sample): boolean {
    const document = documentOf(messageOf(sample), sample.topic.split("/"));
    const family = familyOfDocument(document.segments);
    return family?.learn?.(document, this.#identity) === true || this.#identity.owns(sample.topic);
  }

  #names(message: InboundMessage): boolean {
    const { payload } = message;
    if (payload.length < 8 || payload.length > NAMED_PAYLOAD_BYTES) return false;
    const isJson = payload[0] === 0x7b || payload[0] === 0x5b;
    const value = isJson ? parseJson(payload) : undefined;
    if (value !== undefined) return this.#identity.isNamedIn(value);
    // Other texts name by pairs and tables: letters and figures begin them, or what was to be JSON.
    const isText = isJson || (payload[0] ?? 0) >= 0x30 && (payload[0] ?? 0) < 0x7b;
    return isText && this.#identity.isNamedInText(decoder.decode(payload));
  }
}

/** Whether a topic stands beside another: below the same level. */
function isBeside(topic: string, other: string): boolean {
  return topic.startsWith(other.slice(0, other.lastIndexOf("/") + 1));
}

/** Reads the payload only when a family asks for it. */
function documentOf(message: InboundMessage, segments: readonly string[]): Document {
  const { payload } = message;
  return {
    topic: message.topic,
    segments,
    get value() {
      return parseJson(payload);
    },
    get text() {
      return decoder.decode(payload);
    },
    empty: payload.length === 0,
    retain: message.retain,
    at: message.receivedAt,
  };
}
