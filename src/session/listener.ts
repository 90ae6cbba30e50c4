import { isoTime } from "../iso_time.ts";
import { quotable } from "../mqtt/broker_words.ts";
import { MAX_PACKET_BYTES } from "../mqtt/client/packet_reader.ts";
import type { InboundMessage, Qos } from "../mqtt/message.ts";
import { compileFilter, compileSubscription, hasWildcard } from "../mqtt/topic.ts";
import type { Gap, ListenedReport, Listening, ListenRequest, LostReason } from "./listening.ts";

/** Topics of messages too large to be read that are told apart, and those that are named. */
const MOST_LARGE_TOPICS = 1_000;
const NAMED_LARGE_TOPICS = 5;

/** Topics whose verdict is remembered; beyond them the memory starts anew. */
const REMEMBERED_TOPICS = 10_000;

/**
 * One topic filter of one listener, subscribed on one link. While its SUBSCRIBE has not been
 * written, `subscriptionId` is infinite and nothing reaches it.
 */
export class Binding {
  readonly listener: Listener;
  readonly filter: string;
  readonly matches: (topic: string) => boolean;
  readonly hasWildcard: boolean;
  /** Identifier of the SUBSCRIBE that was written for it, for retained messages. */
  subscriptionId = Infinity;
  /** Its SUBACK came and granted it. */
  granted = false;
  /** That SUBSCRIBE restored it after a reconnect: what is retained may have been seen before. */
  restored = false;
  /** Something came by it. */
  heard = false;
  /** Retained topics handed over since that SUBSCRIBE. */
  readonly retainedTopics = new Set<string>();
  #verdicts: Map<string, boolean> | null = null;

  constructor(listener: Listener, filter: string) {
    this.listener = listener;
    this.filter = filter;
    this.matches = compileSubscription(filter);
    this.hasWildcard = hasWildcard(filter);
  }

  /** Whether this binding is the one by which its listener counts messages of a topic. */
  accepts(topic: string): boolean {
    if (this.listener.takesAll) return true;
    this.#verdicts ??= new Map();
    let verdict = this.#verdicts.get(topic);
    if (verdict === undefined) {
      if (this.#verdicts.size >= REMEMBERED_TOPICS) this.#verdicts.clear();
      verdict = this.listener.choose(topic, this);
      this.#verdicts.set(topic, verdict);
    }
    return verdict;
  }

  forgetVerdicts(): void {
    this.#verdicts = null;
  }
}

/** What a {@linkcode Listener} needs besides its request. */
interface ListenerOptions {
  readonly now: () => number;
  /** False for topics that our policy keeps back. Absent where it has no limits; asked about whatever comes otherwise. */
  readonly admits?: (topic: string) => boolean;
  /** Detaches the listener and unsubscribes what nobody else needs. */
  readonly onClose: (listener: Listener) => Promise<void>;
  /** What a reader must know about the retained messages of this connection, at this moment. */
  readonly retainedNotes?: () => readonly string[];
  /** Since when the connection that is used has been up, in ms since the epoch. */
  readonly connectedSince: () => number | null;
}

interface OpenGap {
  readonly fromMs: number;
  readonly reason: string;
}

/** A listener of a session: its filters, its clock, and what it could not hear. */
export class Listener implements Listening {
  readonly retained: "include" | "skip" | "only";
  readonly qos: Qos;
  readonly lost: Promise<LostReason>;
  readonly interrupted: Promise<string>;
  /** One filter, nothing excluded, nothing kept back: no check per message. */
  takesAll = true;

  readonly #onMessage: (message: InboundMessage) => void;
  readonly #options: ListenerOptions;
  readonly #bindings: Binding[] = [];
  readonly #exclude: readonly ((topic: string) => boolean)[];
  readonly #refused: { filter: string; reason: string }[] = [];
  readonly #notes: string[] = [];
  readonly #silentNotes: { readonly binding: Binding; readonly note: string }[] = [];
  /** Topics with messages too large to be read. */
  readonly #tooLarge = new Map<string, { messages: number; bytes: number }>();
  #tooLargeElsewhere = 0;
  /** Of one that asks for retained messages only. */
  #leftOut = 0;
  #anyRetained = false;
  readonly #gaps: { fromMs: number; toMs: number; reason: string }[] = [];
  readonly #openGaps = new Map<unknown, OpenGap>();
  readonly #settleLost: (reason: LostReason) => void;
  readonly #settleInterrupted: (reason: string) => void;
  #counting: "exact" | "may_include_copies" = "exact";
  #fromMs: number;
  #toMs: number | null = null;
  #connectedSince: number | null = null;
  #closing: Promise<void> | null = null;

  constructor(request: ListenRequest, options: ListenerOptions) {
    this.#options = options;
    this.retained = request.retained ?? "include";
    this.qos = request.qos ?? 0;
    this.#onMessage = request.onMessage;
    this.#exclude = (request.exclude ?? []).map(compileFilter);
    this.#fromMs = options.now();
    const { promise, resolve } = Promise.withResolvers<LostReason>();
    this.lost = promise;
    this.#settleLost = resolve;
    const interruption = Promise.withResolvers<string>();
    this.interrupted = interruption.promise;
    this.#settleInterrupted = interruption.resolve;
  }

  get bindings(): readonly Binding[] {
    return this.#bindings;
  }

  get isEnded(): boolean {
    return this.#toMs !== null;
  }

  /** Adds a binding in the order in which filters claim a message. */
  addBinding(binding: Binding): void {
    this.#bindings.push(binding);
    this.#reconsider();
  }

  removeBinding(binding: Binding): void {
    const at = this.#bindings.indexOf(binding);
    if (at >= 0) this.#bindings.splice(at, 1);
    this.#reconsider();
  }

  /** To be called when a binding was granted or ended: which binding claims a topic may change. */
  #reconsider(): void {
    this.takesAll = this.#bindings.length <= 1 && this.#exclude.length === 0 &&
      this.#options.admits === undefined;
    for (const binding of this.#bindings) binding.forgetVerdicts();
  }

  markGranted(binding: Binding, grantedQos: Qos): void {
    binding.granted = true;
    if (grantedQos < this.qos) {
      this.addNote(
        `The broker granted QoS ${grantedQos} instead of ${this.qos} for "${binding.filter}"`,
      );
    }
    this.#reconsider();
  }

  /**
   * A topic is claimed by the first binding that was granted and matches, so that a message which
   * reaches us by several filters is counted once.
   */
  choose(topic: string, candidate: Binding): boolean {
    if (this.#exclude.some((excludes) => excludes(topic))) return false;
    if (this.#options.admits?.(topic) === false) return false;
    for (const binding of this.#bindings) {
      if (binding === candidate) return true;
      if (binding.granted && binding.matches(topic)) return false;
    }
    return false;
  }

  refuse(filter: string, reason: string): void {
    this.#refused.push({ filter, reason });
  }

  get refused(): readonly { readonly filter: string; readonly reason: string }[] {
    return this.#refused;
  }

  addNote(note: string): void {
    if (!this.#notes.includes(note)) this.#notes.push(note);
  }

  /** A note that stands only as long as nothing came by a binding. */
  noteIfSilent(binding: Binding, note: string): void {
    this.#silentNotes.push({ binding, note });
  }

  /** A message came that was too large to be read. It is counted by its topic. */
  skip(topic: string, bytes: number): void {
    const known = this.#tooLarge.get(topic);
    if (known !== undefined) {
      known.messages++;
      known.bytes = Math.max(known.bytes, bytes);
    } else if (this.#tooLarge.size < MOST_LARGE_TOPICS) {
      this.#tooLarge.set(topic, { messages: 1, bytes });
    } else this.#tooLargeElsewhere++;
  }

  #tooLargeNote(): string[] {
    if (this.#tooLarge.size === 0) return [];
    const named = [...this.#tooLarge].slice(0, NAMED_LARGE_TOPICS).map(([topic, found]) =>
      `"${quotable(topic)}" (${found.bytes} bytes${
        found.messages > 1 ? `, ${found.messages} times` : ""
      })`
    );
    const more = this.#tooLarge.size - named.length;
    let messages = this.#tooLargeElsewhere;
    for (const found of this.#tooLarge.values()) messages += found.messages;
    return [
      `${messages} ${messages === 1 ? "message is" : "messages are"} over ${
        MAX_PACKET_BYTES / 1_048_576
      } MiB and not in the counts, nor read: ${named.join(", ")}${
        more > 0 ? ` and ${more} more topics` : ""
      }`,
    ];
  }

  /** A message came without the retain flag, where only retained ones are asked for. */
  leaveOut(): void {
    this.#leftOut++;
  }

  /** How many were left out; 0 once a retained message has come. */
  get unflagged(): number {
    return this.#anyRetained ? 0 : this.#leftOut;
  }

  mayIncludeCopies(): void {
    this.#counting = "may_include_copies";
  }

  /** Hands a message over. A fault in the listener must not take the others' connection with it. */
  hand(message: InboundMessage): void {
    if (message.retain) this.#anyRetained = true;
    try {
      this.#onMessage(message);
    } catch {
      this.addNote("Some messages could not be processed because of an internal error");
    }
  }

  /** Starts the clock: the last SUBACK came. */
  start(): void {
    this.#fromMs = this.#options.now();
  }

  /** `source` is the link that stopped hearing; several may at a time. */
  openGap(source: unknown, gap: OpenGap): void {
    if (this.isEnded || this.#openGaps.has(source)) return;
    this.#openGaps.set(source, gap);
    this.#settleInterrupted(gap.reason);
  }

  closeGap(source: unknown, toMs: number): void {
    const gap = this.#openGaps.get(source);
    if (gap === undefined) return;
    this.#openGaps.delete(source);
    this.#gaps.push({ ...gap, toMs });
  }

  /** Ends the listening for good. Idempotent. */
  end(reason: LostReason | null): void {
    if (this.#toMs === null) {
      this.#toMs = this.#options.now();
      this.#connectedSince = this.#options.connectedSince();
      for (const source of [...this.#openGaps.keys()]) this.closeGap(source, this.#toMs);
      for (const binding of this.#bindings) binding.retainedTopics.clear();
    }
    if (reason !== null) this.#settleLost(reason);
  }

  report(): ListenedReport {
    const toMs = this.#toMs ?? this.#options.now();
    const connectedSince = this.isEnded ? this.#connectedSince : this.#options.connectedSince();
    const open = [...this.#openGaps.values()].map((gap) => ({ ...gap, toMs }));
    const gaps = [...this.#gaps, ...open]
      .filter((gap) => gap.toMs > this.#fromMs)
      .sort((one, other) => one.fromMs - other.fromMs)
      .map((gap): Gap => ({
        from: isoTime(Math.max(gap.fromMs, this.#fromMs)),
        to: isoTime(gap.toMs),
        reason: gap.reason,
      }));
    return {
      from: isoTime(this.#fromMs),
      to: isoTime(toMs),
      seconds: Math.max(0, toMs - this.#fromMs) / 1000,
      connected_since: connectedSince === null ? null : isoTime(connectedSince),
      gaps,
      refused: [...this.#refused],
      counting: this.#counting,
      notes: [
        ...this.#notes,
        ...this.#tooLargeNote(),
        ...this.#silentNotes.filter(({ binding }) => !binding.heard).map(({ note }) => note),
        ...(this.#options.retainedNotes?.() ?? []),
      ],
    };
  }

  close(): Promise<void> {
    this.end(null);
    return this.#closing ??= this.#options.onClose(this);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
