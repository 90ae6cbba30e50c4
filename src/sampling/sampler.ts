import type { InboundMessage } from "../mqtt/message.ts";
import {
  severityByHint,
  type SeverityLevel,
  type TopicHint,
  topicHint,
} from "../payload/severity/mod.ts";
import { decodeOnce } from "../payload/read_once.ts";
import { mayTellTrouble } from "../payload/severity/bytes.ts";
import { structureOf } from "../payload/structure.ts";
import { TopicRoom } from "../memory/topic_room.ts";
import { Fingerprint, finish, hashText } from "./fingerprint.ts";
import { type HeldMessage, MessageStore } from "./held_message.ts";
import { type PayloadClass, PayloadClasses } from "./payload_class.ts";
import { describePruning, type Pruning } from "./pruning.ts";
import { chooseMessages, oddRoom, type Pools } from "./choose.ts";
import type { Choice } from "./selection.ts";
import { HeldStrata, Stratum, StratumTable } from "./strata.ts";
import { Outliers } from "./outliers.ts";
import { Siblings } from "./siblings.ts";
import { seedOf, TopicRecord } from "./topic_record.ts";
import { EveryNth, TimeBins, TopScores } from "./timeline.ts";
import { rounded } from "../numbers.ts";
import { countOf } from "../payload/limits.ts";

/** How a {@linkcode Sampler} is bounded. */
export interface SamplerOptions {
  /** Most messages kept for the reader, at least 1. */
  readonly target: number;
  /** Whether retained messages may take all of it; otherwise they take half. */
  readonly onlyRetained?: boolean;
  /**
   * Bytes of payload held at any time. Beyond it a message is held with its size and head only.
   * Default: 16 MiB.
   */
  readonly memoryBytes?: number;
  /** Topics counted one by one; messages on later ones are counted together. Default: 200,000. */
  readonly topicLimit?: number;
  /** Says whether further topics may be told apart. */
  readonly topicRoom?: TopicRoom;
  /** The budget of reading, per second of the stream's own time. */
  readonly budget?: ReadingBudget;
}

/**
 * What is read of a stream in a second of its own time (by the messages' times, so that the same
 * input gives the same result on every machine).
 */
interface ReadingBudget {
  /** Payloads of a kind not met before that are decoded without further ado. Default: 4,000. */
  readonly decodes?: number;
  /** Payloads decoded beyond that because their bytes hold a word or key of trouble. Default: 20,000. */
  readonly suspects?: number;
  /** Bytes looked at before only a payload's head and tail are. Default: 32 MiB. */
  readonly bytes?: number;
}

/** A message that was kept for the reader. */
interface KeptMessage {
  /** Position in the order of arrival, from 1. */
  readonly seq: number;
  /** The message; its payload is a copy, cut to its head where memory did not allow its whole. */
  readonly message: InboundMessage;
  /** Bytes of the payload as it arrived. */
  readonly sizeBytes: number;
  /** True if `message.payload` is only the head of what arrived. */
  readonly payloadCut: boolean;
  /** Why it was kept, the main reason first: `error: overheat ×37`, `first`, `topic`, `spread` … */
  readonly keptFor: string[];
  readonly level: SeverityLevel;
}

/** How fast the messages came; retained ones came all at once and do not count. */
interface MessageRate {
  /** Over how many seconds. */
  readonly seconds: number;
  readonly messages_per_second: number;
  /** The busiest second. */
  readonly peak_messages_per_second?: number;
  readonly bytes_per_second?: number;
  /** Why it tells little. */
  readonly note?: string;
}

/** What a sampler made of everything that was offered to it. */
export interface SampleResult {
  /** In order of arrival, at most `target`. */
  readonly kept: KeptMessage[];
  /** All that were offered, retained ones included. */
  readonly total: number;
  readonly retained: number;
  /** Of all payloads. */
  readonly bytes: number;
  /** Exact counts, in order of first appearance. */
  readonly topics: Map<string, number>;
  /** Messages on topics beyond `topicLimit`, which `topics` leaves out; 0 unless there were too many. */
  readonly other_topics: number;
  readonly errors: number;
  readonly warnings: number;
  readonly pruning: Pruning;
  readonly rate: MessageRate;
}

const DEFAULT_MEMORY_BYTES = 16 * 1024 * 1024;
const DEFAULT_TOPICS = 200_000;
const MAX_KINDS = 5_000;
const MAX_STRUCTURES = 10_000;
/** Fewer live messages in less than a second tell more about chance than about the stream. */
const FEWEST_IN_A_MOMENT = 10;
/** Of a payload beyond the budget: its head, and then its tail. */
const SCANNED_HEAD_BYTES = 1_024;

/**
 * Picks the most telling messages of a stream, in one pass and bounded memory: errors and warnings,
 * the first and last, every topic and every structure, changes and unusual values over repeats, and
 * then an even spread over time. Counts are exact. The same input gives the same result: nothing
 * depends on the clock or on chance.
 *
 * Payloads that differ only in their figures share one verdict, so a stream of alike messages is
 * judged by its bytes and decoded a few times in all. `offer` copies what it keeps; the message
 * may be reused afterwards.
 */
export class Sampler {
  readonly #target: number;
  readonly #onlyRetained: boolean;
  readonly #topicLimit: number;
  readonly #topicRoom: TopicRoom;
  readonly #decodeBudget: number;
  readonly #suspectBudget: number;
  readonly #byteBudget: number;
  readonly #store: MessageStore;
  readonly #pools: Pools;
  readonly #classes = new PayloadClasses();
  readonly #fingerprint = new Fingerprint();
  readonly #topics = new Map<string, TopicRecord>();
  readonly #liveTopics: HeldStrata;
  readonly #retainedTopics: HeldStrata;
  readonly #errorKinds: StratumTable;
  readonly #warningKinds: StratumTable;
  readonly #structures: StratumTable;
  readonly #unread: PayloadClass = {
    level: "none",
    kind: "ordinary",
    structure: "unread",
    hasNumbers: false,
    wasRead: false,
    structureStratum: null,
    kindStratum: null,
  };
  readonly #siblings = new Siblings();
  readonly #outliers = new Outliers();

  #total = 0;
  #retained = 0;
  #bytes = 0;
  #liveBytes = 0;
  #otherTopics = 0;
  #errors = 0;
  #warnings = 0;
  #unreadCount = 0;
  #partlyRead = 0;
  #seed = 0;

  #firstAt = Number.NaN;
  #lastAt = Number.NaN;
  #second = Number.NaN;
  #inSecond = 0;
  #peak = 0;
  #decodesLeft = 0;
  #suspectsLeft = 0;
  #bytesLeft = 0;

  constructor(options: SamplerOptions) {
    const target = Math.max(1, Math.floor(options.target));
    this.#target = target;
    this.#onlyRetained = options.onlyRetained ?? false;
    this.#topicLimit = options.topicLimit ?? DEFAULT_TOPICS;
    this.#topicRoom = options.topicRoom ?? new TopicRoom();
    this.#decodeBudget = options.budget?.decodes ?? 4_000;
    this.#suspectBudget = options.budget?.suspects ?? 20_000;
    this.#byteBudget = options.budget?.bytes ?? 32 * 1024 * 1024;
    const store = new MessageStore({
      memoryBytes: options.memoryBytes ?? DEFAULT_MEMORY_BYTES,
      // Every pool below at its fullest.
      slots: 42 * target + 80,
    });
    this.#store = store;
    const limit = 2 * target;
    this.#liveTopics = new HeldStrata({ limit, store });
    this.#retainedTopics = new HeldStrata({ limit, store });
    const errorKinds = new HeldStrata({ limit, store });
    const warningKinds = new HeldStrata({ limit, store });
    const structures = new HeldStrata({ limit, store });
    this.#errorKinds = new StratumTable({ limit: MAX_KINDS, held: errorKinds });
    this.#warningKinds = new StratumTable({ limit: MAX_KINDS, held: warningKinds });
    this.#structures = new StratumTable({ limit: MAX_STRUCTURES, held: structures });
    this.#pools = {
      first: null,
      firstLive: null,
      last: null,
      errors: [],
      warnings: [],
      errorKinds,
      warningKinds,
      structures,
      liveTopics: this.#liveTopics,
      retainedTopics: this.#retainedTopics,
      changes: new TopScores({ limit: target, store }),
      outliers: new TopScores({ limit: target, store }),
      odd: new TopScores({ limit: oddRoom(target), store }),
      bins: new TimeBins({ bins: 4 * target, store }),
      live: new EveryNth({ limit, store }),
      retained: new EveryNth({ limit, store }),
    };
  }

  /** How many were offered so far. */
  get total(): number {
    return this.#total;
  }

  /** How many of them were retained. */
  get retained(): number {
    return this.#retained;
  }

  /** Bytes held at the moment for payloads. */
  get heldBytes(): number {
    return this.#store.usedBytes;
  }

  /** Takes one message into account. Never throws and keeps no reference to the payload. */
  offer(message: InboundMessage): void {
    const { payload, retain } = message;
    const seq = ++this.#total;
    const size = payload.length;
    this.#bytes += size;
    this.#clock(message);

    let record = this.#topics.get(message.topic) ?? null;
    if (record === null) record = this.#addTopic(message.topic);
    const print = this.#fingerprint;
    let seed = record === null ? seedOf(message.topic, topicHint(message.topic)) : record.seed;
    const contentType = message.properties?.contentType;
    if (contentType !== undefined) seed ^= hashText(contentType);
    const hint = record === null ? topicHint(message.topic) : record.hint;
    this.#read(payload, { seed, hint });
    if (seq === 1) this.#seed = print.exact;

    const verdict = this.#classes.get(print.a, print.b) ?? this.#judge(message, hint);
    if (!verdict.wasRead) this.#unreadCount++;
    const held = this.#store.copy(message, { seq, urgent: verdict.level !== "none" });
    held.verdict = verdict;
    const draw = finish(Math.imul(seq, 0x9e3779b1) ^ this.#seed);
    if (record !== null) this.#followTopic(record, { held, verdict, draw });
    else this.#otherTopics++;
    this.#file(held, verdict, draw);
    if (retain) this.#retained++;
    else this.#liveBytes += size;
    this.#store.release(held);
  }

  /**
   * What came of it so far. May be called at any time; the sampler goes on afterwards. `heardMs`: how long was listened;
   * without it rates are over the time from the first message to the last. `target`: fewer messages, by the same rules.
   */
  result(heardMs?: number, target = this.#target): SampleResult {
    const retainedLimit = this.#onlyRetained ? target : Math.max(1, Math.floor(target / 2));
    const choices = chooseMessages(this.#pools, {
      target,
      retainedLimit,
      firstAt: this.#firstAt,
      lastAt: this.#lastAt,
      total: this.#total,
      errors: this.#errors,
      warnings: this.#warnings,
    });
    const kept = choices.map((choice) => this.#present(choice));
    const topics = new Map<string, number>();
    for (const [topic, record] of this.#topics) topics.set(topic, record.count);
    return {
      kept,
      total: this.#total,
      retained: this.#retained,
      bytes: this.#bytes,
      topics,
      other_topics: this.#otherTopics,
      errors: this.#errors,
      warnings: this.#warnings,
      pruning: describePruning({
        choices,
        target,
        isReduced: target < this.#target,
        retainedLimit,
        total: this.#total,
        retained: this.#retained,
        errors: this.#errors,
        warnings: this.#warnings,
        topics,
        otherTopics: this.#otherTopics,
        errorKinds: this.#errorKinds,
        warningKinds: this.#warningKinds,
        firstAt: this.#firstAt,
        lastAt: this.#lastAt,
        unread: this.#unreadCount,
        partlyRead: this.#partlyRead,
      }),
      rate: this.#rate(heardMs),
    };
  }

  /** Follows the stream's own time: its extent, its busiest second, and the budget of each second. */
  #clock(message: InboundMessage): void {
    const at = message.receivedAt;
    if (this.#total === 1) this.#firstAt = this.#lastAt = at;
    if (at > this.#lastAt) this.#lastAt = at;
    const second = Math.floor(this.#lastAt / 1_000);
    if (second !== this.#second) {
      this.#second = second;
      this.#inSecond = 0;
      this.#decodesLeft = this.#decodeBudget;
      this.#suspectsLeft = this.#suspectBudget;
      this.#bytesLeft = this.#byteBudget;
    }
    if (!message.retain && ++this.#inSecond > this.#peak) this.#peak = this.#inSecond;
  }

  #addTopic(topic: string): TopicRecord | null {
    const known = this.#topics.size;
    if (known >= this.#topicLimit || !this.#topicRoom.mayAdd(known)) return null;
    const record = new TopicRecord(topic);
    this.#topics.set(topic, record);
    return record;
  }

  #read(payload: Uint8Array, options: { seed: number; hint: TopicHint }): void {
    const { seed, hint } = options;
    const print = this.#fingerprint;
    const size = payload.length;
    this.#bytesLeft -= size;
    if (this.#bytesLeft < 0 && size > 2 * SCANNED_HEAD_BYTES) {
      this.#partlyRead++;
      print.read(payload.subarray(size - SCANNED_HEAD_BYTES), seed);
      const tail = print.a ^ Math.imul(size, 0x9e3779b1);
      const { hasTellingKey } = print;
      print.read(payload.subarray(0, SCANNED_HEAD_BYTES), seed ^ tail);
      print.hasTellingKey ||= hasTellingKey;
      print.numberCount = 0;
    } else if (hint === "trouble" || hint === "warning") {
      // There a bare number is a code, of which every figure counts.
      print.readWhole(payload, seed);
    } else {
      print.read(payload, seed);
    }
  }

  /** Decodes a payload whose kind was not met lately, if the budget allows or its bytes ask for it. */
  #judge(message: InboundMessage, hint: TopicHint): PayloadClass {
    const print = this.#fingerprint;
    if (this.#decodesLeft > 0) this.#decodesLeft--;
    else if (
      this.#suspectsLeft > 0 && (print.hasTellingKey || mayTellTrouble(message.payload))
    ) this.#suspectsLeft--;
    else return this.#unread;
    const told = readVerdict(message.payload, { message, hint });
    const kinds = told.level === "error" ? this.#errorKinds : this.#warningKinds;
    const verdict: PayloadClass = {
      ...told,
      wasRead: true,
      structureStratum: this.#structures.find(told.structure),
      kindStratum: told.level === "none" ? null : kinds.find(told.kind),
    };
    this.#classes.set(print.a, print.b, verdict);
    return verdict;
  }

  /** Compares a message with what its topic said before. */
  #followTopic(
    record: TopicRecord,
    options: { held: HeldMessage; verdict: PayloadClass; draw: number },
  ): void {
    const { held, verdict, draw } = options;
    const print = this.#fingerprint;
    const store = this.#store;
    record.count++;
    if (held.retain) {
      if (record.retained++ === 0) record.kept = this.#admit(this.#retainedTopics, held.topic);
      if (record.kept?.isHeld && record.kept.offered === 0) {
        record.kept.offer(held, { draw, store, newest: false });
      }
    } else {
      if (record.count - record.retained === 1) {
        record.live = this.#admit(this.#liveTopics, held.topic);
      }
      if (record.live?.isHeld) record.live.offer(held, { draw, store, newest: true });
    }
    if (record.count === 1) {
      record.run = 1;
      if (verdict.hasNumbers && print.numberCount > 0) this.#compare(held, verdict);
    } else {
      const isAlike = record.a === print.a && record.b === print.b;
      held.repeats = isAlike && record.exact === print.exact;
      if (isAlike) record.run++;
      else {
        this.#surprise(this.#pools.changes, {
          score: Math.log2(1 + record.run),
          record,
          held,
        });
        record.run = 1;
      }
    }
    record.a = print.a;
    record.b = print.b;
    record.exact = print.exact;
    if (verdict.hasNumbers && print.numberCount > 0) {
      const score = this.#outliers.score(record, verdict.structure, print);
      if (score > 0) this.#surprise(this.#pools.outliers, { score, record, held });
    }
  }

  #admit(strata: HeldStrata, topic: string): Stratum | null {
    const stratum = new Stratum(topic);
    strata.admit(stratum);
    return stratum.isHeld ? stratum : null;
  }

  /** Notices a topic whose figures are unlike those of all topics like it. */
  #compare(held: HeldMessage, { structure }: PayloadClass): void {
    const { numbers, numberCount: count } = this.#fingerprint;
    const score = this.#siblings.compare(structure, { numbers, count });
    const { odd } = this.#pools;
    if (score > 0 && odd.wants(score)) odd.take(held, score);
  }

  #surprise(
    pool: TopScores,
    options: { score: number; record: TopicRecord; held: HeldMessage },
  ): void {
    const { record, held } = options;
    const score = options.score / (1 + record.surprises);
    if (!pool.wants(score)) return;
    record.surprises++;
    pool.take(held, score);
  }

  /** Hands a message to every pool that wants it. */
  #file(held: HeldMessage, verdict: PayloadClass, draw: number): void {
    const store = this.#store;
    const pools = this.#pools;
    if (pools.first === null) pools.first = store.hold(held);
    if (pools.firstLive === null && !held.retain) pools.firstLive = store.hold(held);
    if (pools.last !== null) store.release(pools.last);
    pools.last = store.hold(held);

    const { structureStratum, kindStratum, level } = verdict;
    if (structureStratum !== null) {
      structureStratum.count++;
      if (structureStratum.isHeld) {
        // A structure first met in a retained message also wants a live one.
        const newest = !held.retain && structureStratum.first?.retain === true &&
          structureStratum.last === null;
        structureStratum.offer(held, { draw, store, newest });
      }
    }
    if (level !== "none") {
      const list = level === "error" ? pools.errors : pools.warnings;
      if (level === "error") this.#errors++;
      else this.#warnings++;
      if (list.length < this.#target) list.push(store.hold(held));
      if (kindStratum === null) {
        (level === "error" ? this.#errorKinds : this.#warningKinds).overflow++;
      } else {
        kindStratum.count++;
        if (kindStratum.isHeld) kindStratum.offer(held, { draw, store, newest: true });
      }
    }
    const everyNth = held.retain ? pools.retained : pools.live;
    if (everyNth.wants()) everyNth.take(held);
    if (!held.retain && pools.bins.wants(held.receivedAt, held.repeats)) pools.bins.take(held);
  }

  #present(choice: Choice): KeptMessage {
    const { held } = choice;
    const payload = held.buffer.slice(0, held.length);
    const { level, kind } = this.#verdictOn(held, payload);
    const reasons: string[] = [...choice.reasons];
    if (level !== "none") {
      const count = held.verdict?.kindStratum?.count ?? 0;
      const told = `${level}: ${kind}${count > 1 ? ` ×${count}` : ""}`;
      const at = reasons.indexOf(level);
      if (at >= 0) reasons[at] = told;
      else reasons.push(told);
    }
    const { properties } = held;
    return {
      seq: held.seq,
      message: {
        topic: held.topic,
        payload,
        qos: held.qos,
        retain: held.retain,
        ...(held.liveRetain && { liveRetain: held.liveRetain }),
        dup: held.dup,
        receivedAt: held.receivedAt,
        ...(properties !== undefined && { properties }),
      },
      sizeBytes: held.sizeBytes,
      payloadCut: held.length < held.sizeBytes,
      keptFor: reasons,
      level,
    };
  }

  /** What is shown is read, even if the stream was too fast to read it as it came. */
  #verdictOn(held: HeldMessage, payload: Uint8Array): Pick<PayloadClass, "level" | "kind"> {
    if (held.verdict?.wasRead) return held.verdict;
    return readVerdict(payload, { message: held, hint: topicHint(held.topic) });
  }

  #rate(heardMs = this.#total === 0 ? 0 : this.#lastAt - this.#firstAt): MessageRate {
    const live = this.#total - this.#retained;
    const over = Math.max(heardMs, 1) / 1_000;
    const seconds = rounded(heardMs / 1_000, 3);
    if (live === 0) return { seconds, messages_per_second: 0 };
    const isChance = over < 1 && live < FEWEST_IN_A_MOMENT;
    return {
      seconds,
      messages_per_second: rounded(live / over, 3),
      // A second that was heard in part only had more than came of it.
      peak_messages_per_second: Math.max(this.#peak, Math.ceil(live / over)),
      bytes_per_second: Math.round(this.#liveBytes / over),
      ...(isChance && { note: `${countOf(live, "live message")} in ${seconds} s tell no rate` }),
    };
  }
}

function readVerdict(
  payload: Uint8Array,
  options: { message: Pick<InboundMessage, "topic" | "properties">; hint: TopicHint },
): Pick<PayloadClass, "level" | "kind" | "structure" | "hasNumbers"> {
  const { message, hint } = options;
  const decoded = decodeOnce(payload, {
    topic: message.topic,
    contentType: message.properties?.contentType,
  });
  const { format, value } = decoded;
  const isStructured = value !== null && typeof value === "object";
  return {
    ...severityByHint(decoded, hint),
    structure: isStructured ? `${format} ${structureOf(value)}` : format,
    hasNumbers: format === "json" || format === "number" || format === "text",
  };
}
