import { ConnectionError } from "../errors.ts";
import { ConnectFailure } from "../mqtt/connect_failure.ts";
import type {
  ConnectionHandlers,
  LostConnection,
  MqttConnection,
  SubscribeOutcome,
} from "../mqtt/client/connection.ts";
import type { PacketObserver } from "../mqtt/client/packet_facts.ts";
import type { InboundMessage, Qos, ReceivedPublish } from "../mqtt/message.ts";
import { filtersOverlap } from "../mqtt/topic.ts";
import { Binding, type Listener } from "./listener.ts";
import { hashPayload } from "../payload/payload_hash.ts";
import type { TopicRoom } from "../memory/topic_room.ts";

/** When to try again after a connection was lost. */
export interface RetryDelays {
  /** One try after each. */
  readonly firstMs: readonly number[];
  /** While someone holds the session: doubling from the last of `firstMs` up to this, for ever. */
  readonly heldMaximumMs: number;
}

/** After 1, 2 and 4 seconds; with a recording then at most every 60 s. */
export const DEFAULT_RETRY_DELAYS: RetryDelays = {
  firstMs: [1000, 2000, 4000],
  heldMaximumMs: 60_000,
};

/** Counters of a session, shared by its links. */
export interface SessionCounts {
  messagesReceived: number;
  bytesReceived: number;
  messagesPublished: number;
  reconnects: number;
}

/** What happens to a link after it was first open. */
export type LinkChange =
  | { readonly type: "lost"; readonly reason: string; readonly fromMs: number }
  | { readonly type: "restored"; readonly fromMs: number; readonly toMs: number }
  | { readonly type: "gave_up"; readonly reason: string };

/** What a {@linkcode Link} is made of. */
export interface LinkOptions {
  /** Opens a new network connection; checks the policy each time. */
  readonly open: (handlers: ConnectionHandlers, signal?: AbortSignal) => Promise<MqttConnection>;
  readonly counts: SessionCounts;
  /** False for auxiliary links: a session is said to have reconnected once, not once per link. */
  readonly countsReconnects: boolean;
  readonly retry: RetryDelays;
  /** Whether to go on trying after the first tries. */
  readonly isHeld: () => boolean;
  /** Limit of a SUBACK or UNSUBACK, in milliseconds. */
  readonly timeoutMs: number;
  readonly now: () => number;
  /** Says whether the payloads of further topics may be remembered. */
  readonly topicRoom: TopicRoom;
  readonly onChange: (change: LinkChange) => void;
  /** Whether the client id was asked for, so that another client may have the same. */
  readonly hasGivenId: boolean;
  /** A retained message came by a filter with wildcards. */
  readonly onRetainedByWildcard?: () => void;
}

/** Whether a link is up, coming back, or was given up. */
type LinkState = "opening" | "connected" | "reconnecting" | "disconnected" | "closed";

/** A topic filter that is, or is about to be, subscribed. */
interface Entry {
  readonly filter: string;
  readonly bindings: Binding[];
  readonly ids: number[];
  /** The connection on which it is subscribed. */
  connection: MqttConnection | null;
  /**
   * It was subscribed with Retain As Published, and brings no replays: a retain flag is one of a live message. That stays so
   * while it is subscribed, because some brokers (Mosquitto 2.0) keep the options of a filter's first SUBSCRIBE.
   */
  asPublished: boolean;
}

/** Topics whose last payload is remembered, to tell replays after a reconnect from news. */
const REMEMBERED_PAYLOADS = 100_000;
const REMEMBERED_ROUTES = 10_000;
const RETAINED_TOPICS_PER_BINDING = 100_000;
/** An UNSUBACK is waited for no longer than this, so that closing stays quick. */
const UNSUBSCRIBE_LIMIT_MS = 2000;
/** A connection that ends sooner than this after CONNACK was dropped quickly. */
const QUICK_DROP_MS = 5000;
/** So many in a row are no chance. */
const MOST_QUICK_DROPS = 3;
/** A broker that hangs up so often at one SUBSCRIBE forbids it. */
export const MOST_HANG_UPS = 2;
const REMEMBERED_HANG_UPS = 1_000;
/** DISCONNECT reasons that are about a request of ours, where one had no answer: without it the connection can go on. */
const REASONS_OF_A_REQUEST: ReadonlySet<number> = new Set([0x87, 0x95]);
/** DISCONNECT reasons after which trying again cannot help, or would harm (MQTT 5 §3.14.2.1). */
const FINAL_REASONS: ReadonlySet<number> = new Set([
  0x86,
  0x87,
  0x8a,
  0x8c,
  0x8e,
  0x95,
  0x9c,
  0x9d,
]);

/**
 * A broker connection that comes back after a loss, with its subscriptions, and the table of who
 * hears what on it. On MQTT 5 each SUBSCRIBE carries an identifier of its own, by which live
 * messages find the listeners of that filter and retained ones the listener that asked. Where the
 * broker knows no identifiers, messages are matched by topic; then the session takes care that
 * filters on one link do not overlap.
 */
export class Link {
  readonly #options: LinkOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #ids = new Map<number, Entry>();
  readonly #routes = new Map<string, Binding[]>();
  #lastPayloads = new Map<string, number>();
  #payloadsBeforeGap: ReadonlyMap<string, number> = new Map();
  #payloadsOverflowed = false;
  #nextId = 1;
  #usesIds = false;
  #connection: MqttConnection | null = null;
  #state: LinkState = "opening";
  #lastError: string | null = null;
  #final = false;
  #quickDrops = 0;
  /** How often in a row the broker hung up at the SUBSCRIBE of a filter. */
  readonly #hangUps = new Map<string, number>();
  /** Since when nothing is heard; null while everything is. */
  #notListeningSince: number | null = null;
  #tail: Promise<unknown> = Promise.resolve();
  #retrying: { abort: AbortController; done: Promise<void> } | null = null;
  #opening: Promise<void> | null = null;
  #observer: PacketObserver | null = null;
  readonly #stateWaiters = new Set<() => void>();

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  get state(): LinkState {
    return this.#state;
  }

  /** The open connection, or null. */
  get connection(): MqttConnection | null {
    return this.#connection;
  }

  get lastError(): string | null {
    return this.#lastError;
  }

  /** Whether the broker can tell copies of a message apart on this link. */
  get usesIds(): boolean {
    return this.#usesIds;
  }

  get filters(): string[] {
    return [...this.#entries.values()].filter((entry) => entry.bindings.length > 0)
      .map((entry) => entry.filter);
  }

  /** Whether a filter would bring messages that another one of this link brings too. */
  overlaps(filter: string): boolean {
    for (const other of this.#entries.keys()) {
      if (filtersOverlap(other, filter)) return true;
    }
    return false;
  }

  /** Whether a filter brings, or is about to bring, no replays here: whoever wants them needs another link. */
  withholdsReplays(filter: string): boolean {
    const entry = this.#entries.get(filter);
    if (entry === undefined || !this.#usesIds) return false;
    return entry.asPublished ||
      entry.bindings.length > 0 && entry.bindings.every(({ listener }) => !wantsReplays(listener));
  }

  /** Says to the listeners of overlapping filters that copies cannot be told apart any more. */
  admitCopies(filter: string): void {
    for (const entry of this.#entries.values()) {
      if (!filtersOverlap(entry.filter, filter)) continue;
      for (const binding of entry.bindings) binding.listener.mayIncludeCopies();
    }
  }

  /** Opens the link for the first time, or once more after it was given up. */
  open(signal?: AbortSignal): Promise<void> {
    return this.#opening ??= this.#open(signal).finally(() => this.#opening = null);
  }

  async #open(signal?: AbortSignal): Promise<void> {
    if (this.#state === "connected") return;
    const again = this.#state === "disconnected";
    try {
      const connection = await this.#connect(signal);
      if (again) this.#countReconnect();
      await this.#install(connection);
      this.#notListeningSince = null;
    } catch (error) {
      this.#lastError = error instanceof Error ? error.message : String(error);
      throw error;
    }
  }

  #countReconnect(): void {
    if (this.#options.countsReconnects) this.#options.counts.reconnects++;
  }

  async #connect(signal?: AbortSignal): Promise<MqttConnection> {
    let connection: MqttConnection | null = null;
    connection = await this.#options.open({
      onPublish: (topic, payload, packet) => this.#onPublish(topic, payload, packet),
      onSkipped: (topic, bytes, packet) => this.#onSkipped(topic, bytes, packet),
      onLost: (lost) => this.#onLost(connection, lost),
    }, signal);
    if (this.#state === "closed") {
      await connection.close();
      throw this.#unavailable("it was closed");
    }
    if (!connection.isOpen) throw this.#unavailable("the broker closed it right after CONNACK");
    return connection;
  }

  async #install(connection: MqttConnection): Promise<void> {
    this.#connection = connection;
    this.#usesIds = connection.version === "5" &&
      connection.server.subscription_identifiers_available === true;
    this.#ids.clear();
    this.#routes.clear();
    for (const entry of this.#entries.values()) entry.ids.length = 0;
    connection.observe(this.#observer);
    this.#final = false;
    this.#setState("connected");
    await this.#restore(connection);
  }

  async #restore(connection: MqttConnection): Promise<void> {
    const entries = [...this.#entries.values()];
    for (const entry of entries) {
      if (entry.bindings.length === 0) {
        this.#forget(entry);
        continue;
      }
      await this.#enqueue(async () => {
        if (this.#connection !== connection || entry.connection === connection) return;
        if (!entry.bindings.some((binding) => binding.granted)) return;
        const forbidden = this.hangUpsAt(entry.filter) >= MOST_HANG_UPS;
        if (!forbidden && (await this.#subscribe(entry, null)).code < 0x80) return;
        const reason = forbidden
          ? hungUpAgain(entry.filter)
          : "refused by the broker after a reconnect";
        for (const binding of [...entry.bindings]) {
          if (!binding.granted) continue;
          binding.listener.refuse(entry.filter, reason);
          this.release(binding);
        }
      });
    }
    for (const listener of this.#listeners()) {
      listener.closeGap(this, this.#options.now());
      if (wantsReplays(listener) && this.#payloadsOverflowed) listener.mayIncludeCopies();
      if (!this.#usesIds && this.#hasOverlaps()) listener.mayIncludeCopies();
    }
  }

  #hasOverlaps(): boolean {
    const filters = [...this.#entries.keys()];
    return filters.some((one, i) =>
      filters.some((other, j) => j > i && filtersOverlap(one, other))
    );
  }

  #listeners(): Set<Listener> {
    const listeners = new Set<Listener>();
    for (const entry of this.#entries.values()) {
      for (const binding of entry.bindings) listeners.add(binding.listener);
    }
    return listeners;
  }

  #setState(state: LinkState): void {
    this.#state = state;
    const waiters = [...this.#stateWaiters];
    this.#stateWaiters.clear();
    for (const wake of waiters) wake();
  }

  /**
   * Waits until the link is up, while it opens or comes back.
   *
   * @throws {ConnectionError} CONNECTION_LOST when it does not in time, or was given up
   */
  async ready(o: { timeoutMs: number; signal?: AbortSignal }): Promise<MqttConnection> {
    const deadline = performance.now() + o.timeoutMs;
    while (this.#state === "opening" || this.#state === "reconnecting") {
      const leftMs = deadline - performance.now();
      if (leftMs <= 0 || o.signal?.aborted) break;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#stateWaiters.add(resolve);
      const timer = setTimeout(resolve, leftMs);
      o.signal?.addEventListener("abort", () => resolve(), { once: true });
      await promise;
      clearTimeout(timer);
      this.#stateWaiters.delete(resolve);
    }
    if (this.#connection === null || this.#state !== "connected") {
      throw this.#unavailable(this.#lastError ?? "it is not connected");
    }
    return this.#connection;
  }

  #unavailable(reason: string): ConnectionError {
    return new ConnectionError(
      "CONNECTION_LOST",
      `The connection to the broker is down: ${reason}`,
      "Call again in a few seconds, or find the cause with test_connection",
    );
  }

  /** Puts a filter of a listener on this link. Nothing is heard before {@linkcode subscribe}. */
  claim(listener: Listener, filter: string): Binding {
    const binding = new Binding(listener, filter);
    let entry = this.#entries.get(filter);
    if (entry === undefined) {
      entry = { filter, bindings: [], ids: [], connection: null, asPublished: false };
      this.#entries.set(filter, entry);
    }
    entry.bindings.push(binding);
    listener.addBinding(binding);
    this.#routes.clear();
    return binding;
  }

  /**
   * Writes the SUBSCRIBE of a claimed binding and waits for its SUBACK. Also for a filter that is
   * subscribed already: only that brings its retained messages.
   *
   * @returns what the broker answered
   */
  subscribe(binding: Binding, signal?: AbortSignal): Promise<SubscribeOutcome> {
    return this.#enqueue(async () => {
      const entry = this.#entries.get(binding.filter);
      if (entry === undefined || !entry.bindings.includes(binding)) {
        throw this.#unavailable("listening was ended");
      }
      const outcome = await this.#subscribe(entry, binding, signal);
      if (outcome.code < 0x80) binding.listener.markGranted(binding, outcome.code as Qos);
      return outcome;
    });
  }

  async #subscribe(
    entry: Entry,
    fresh: Binding | null,
    signal?: AbortSignal,
  ): Promise<SubscribeOutcome> {
    const connection = this.#connection;
    if (connection === null) throw this.#unavailable(this.#lastError ?? "it is not connected");
    const id = this.#nextId++;
    const restores = entry.connection !== connection;
    let qos: Qos = 0, wantsRetained = false;
    for (const binding of entry.bindings) {
      if (binding !== fresh && !binding.granted) continue;
      if (binding.listener.qos > qos) qos = binding.listener.qos;
      if (binding !== fresh && !restores) continue;
      binding.subscriptionId = id;
      binding.restored = binding !== fresh;
      binding.retainedTopics.clear();
      if (wantsReplays(binding.listener)) wantsRetained = true;
    }
    if (restores) {
      entry.asPublished = this.#usesIds &&
        entry.bindings.every(({ listener }) => !wantsReplays(listener));
    } else if (entry.asPublished && wantsRetained) {
      wantsRetained = false;
      fresh?.listener.addNote(
        `Retained messages of "${entry.filter}" are not among these: that needs a further connection, which the broker refused`,
      );
    }
    if (this.#usesIds && !entry.asPublished && fresh !== null && !wantsReplays(fresh.listener)) {
      fresh.listener.addNote(
        `Whether live messages by "${entry.filter}" were published with retain is not known: something else listens to the same filter for retained messages`,
      );
    }
    if (this.#usesIds) {
      entry.ids.push(id);
      this.#ids.set(id, entry);
    }
    this.#routes.clear();
    // Set before the answer: one that never comes leaves a subscription behind all the same.
    entry.connection = connection;
    const outcome = await connection.subscribe({
      filter: entry.filter,
      qos,
      timeoutMs: this.#options.timeoutMs,
      signal,
      ...(this.#usesIds && { subscriptionIdentifier: id }),
      ...(connection.version === "5" && { retainHandling: wantsRetained ? 0 : 2 }),
      ...(entry.asPublished && { retainAsPublished: true }),
    });
    this.#hangUps.delete(entry.filter);
    const refused = outcome.code >= 0x80;
    if (refused && !entry.bindings.some((binding) => binding.granted)) entry.connection = null;
    return outcome;
  }

  /** Takes a binding off at once; `unsubscribe` then tells the broker. */
  release(binding: Binding): void {
    const entry = this.#entries.get(binding.filter);
    const at = entry?.bindings.indexOf(binding) ?? -1;
    if (entry === undefined || at < 0) return;
    entry.bindings.splice(at, 1);
    binding.granted = false;
    binding.retainedTopics.clear();
    binding.listener.removeBinding(binding);
    this.#routes.clear();
  }

  /** Unsubscribes a filter that nobody listens to any more. Bounded in time, never throws. */
  async unsubscribe(filter: string): Promise<void> {
    try {
      await this.#enqueue(async () => {
        const entry = this.#entries.get(filter);
        if (entry === undefined || entry.bindings.length > 0) return;
        const connection = this.#connection;
        if (connection !== null && entry.connection === connection) {
          await connection.unsubscribe(filter, {
            timeoutMs: Math.min(UNSUBSCRIBE_LIMIT_MS, this.#options.timeoutMs),
          });
        }
        if (entry.bindings.length === 0) this.#forget(entry);
        // Someone came while the UNSUBSCRIBE was on its way; their SUBSCRIBE is the next in line.
        else entry.connection = null;
      });
    } catch {
      // The entry stays without listeners: the broker may still send, and overlaps still count.
    }
  }

  #forget(entry: Entry): void {
    this.#entries.delete(entry.filter);
    for (const id of entry.ids) this.#ids.delete(id);
    this.#routes.clear();
    if (this.#entries.size === 0) {
      this.#lastPayloads = new Map();
      this.#payloadsBeforeGap = new Map();
      this.#payloadsOverflowed = false;
    }
  }

  #enqueue<T>(operation: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(operation);
    this.#tail = result.catch(() => {});
    return result;
  }

  #onPublish(topic: string, payload: Uint8Array, packet: ReceivedPublish): void {
    const id = this.#usesIds ? packet.properties?.subscriptionIdentifier : undefined;
    const isLive = !packet.retain || this.#isLive(id);
    const message: InboundMessage = {
      topic,
      payload,
      qos: packet.qos,
      retain: !isLive,
      ...(packet.retain && isLive && { liveRetain: true }),
      dup: packet.dup,
      receivedAt: Date.now(),
      properties: packet.properties,
    };
    let heard = false;
    if (id === undefined) heard = this.#deliverByTopic(message);
    else if (typeof id === "number") heard = this.#deliverById(id, message);
    else for (const one of id) heard = this.#deliverById(one, message) || heard;
    if (!heard) return;
    this.#options.counts.messagesReceived++;
    this.#options.counts.bytesReceived += payload.length;
    this.#remember(topic, payload);
  }

  /** Whether a message with the retain flag came by a subscription that brings no replays. */
  #isLive(id: number | number[] | undefined): boolean {
    if (id === undefined) return false;
    return [id].flat().some((one) => this.#ids.get(one)?.asPublished === true);
  }

  /** Of a message too large to be read, those who would have got it are told. */
  #onSkipped(topic: string, bytes: number, packet: ReceivedPublish): void {
    const id = this.#usesIds ? packet.properties?.subscriptionIdentifier : undefined;
    const isReplay = packet.retain && !this.#isLive(id);
    const concerned = new Set<Listener>();
    for (const binding of this.#route(topic)) {
      const { listener } = binding;
      if (isReplay ? !wantsReplays(listener) : listener.retained === "only") continue;
      if (isReplay && binding.retainedTopics.has(topic)) continue;
      if (isReplay && binding.retainedTopics.size < RETAINED_TOPICS_PER_BINDING) {
        binding.retainedTopics.add(topic);
      }
      binding.heard = true;
      if (binding.accepts(topic)) concerned.add(listener);
    }
    for (const listener of concerned) listener.skip(topic, bytes);
    if (concerned.size === 0) return;
    this.#options.counts.messagesReceived++;
    this.#options.counts.bytesReceived += bytes;
  }

  #remember(topic: string, payload: Uint8Array): void {
    const known = this.#lastPayloads.size;
    const isFull = known >= REMEMBERED_PAYLOADS || this.#options.topicRoom.isFull(known);
    if (isFull && !this.#lastPayloads.has(topic)) {
      this.#payloadsOverflowed = true;
      return;
    }
    this.#lastPayloads.set(topic, hashPayload(payload));
  }

  #deliverById(id: number, message: InboundMessage): boolean {
    const entry = this.#ids.get(id);
    if (entry === undefined) return false;
    if (message.retain) return this.#deliverRetained(entry, id, message);
    const { bindings } = entry;
    let heard = false;
    for (let i = 0; i < bindings.length; i++) {
      const binding = bindings[i];
      // Before its SUBACK only what its own SUBSCRIBE or a later one brings is a listener's.
      if ((binding.granted || id >= binding.subscriptionId) && this.#offer(binding, message)) {
        heard = true;
      }
    }
    return heard;
  }

  #deliverRetained(entry: Entry, id: number, message: InboundMessage): boolean {
    let heard = false, owned = false;
    for (const binding of entry.bindings) {
      if (binding.subscriptionId !== id || binding.retainedTopics.has(message.topic)) continue;
      owned = true;
      if (this.#offerRetained(binding, message)) heard = true;
    }
    if (owned) return heard;
    // A broker that keeps the old identifier replays under it: the newest listener asked for that.
    for (let i = entry.bindings.length - 1; i >= 0; i--) {
      const binding = entry.bindings[i];
      if (binding.subscriptionId === Infinity || binding.subscriptionId <= id) continue;
      if (binding.retainedTopics.has(message.topic)) continue;
      return this.#offerRetained(binding, message);
    }
    return false;
  }

  #deliverByTopic(message: InboundMessage): boolean {
    let route = this.#routes.get(message.topic);
    if (route === undefined) {
      if (this.#routes.size >= REMEMBERED_ROUTES) this.#routes.clear();
      route = this.#route(message.topic);
      this.#routes.set(message.topic, route);
    }
    let heard = false;
    for (const binding of route) {
      if (message.retain) {
        if (binding.retainedTopics.has(message.topic)) continue;
        if (this.#offerRetained(binding, message)) heard = true;
      } else if (this.#offer(binding, message)) heard = true;
    }
    return heard;
  }

  #route(topic: string): Binding[] {
    const route: Binding[] = [];
    for (const entry of this.#entries.values()) {
      for (const binding of entry.bindings) {
        if (binding.subscriptionId !== Infinity && binding.matches(topic)) route.push(binding);
      }
    }
    return route;
  }

  #offerRetained(binding: Binding, message: InboundMessage): boolean {
    if (binding.retainedTopics.size < RETAINED_TOPICS_PER_BINDING) {
      binding.retainedTopics.add(message.topic);
    }
    if (binding.hasWildcard) this.#options.onRetainedByWildcard?.();
    binding.heard = true;
    if (!wantsReplays(binding.listener)) return false;
    if (
      binding.restored &&
      this.#payloadsBeforeGap.get(message.topic) === hashPayload(message.payload)
    ) return false;
    if (!binding.accepts(message.topic)) return false;
    binding.listener.hand(message);
    return true;
  }

  #offer(binding: Binding, message: InboundMessage): boolean {
    const { listener } = binding;
    binding.heard = true;
    if (!binding.accepts(message.topic)) return false;
    if (listener.retained === "only") {
      listener.leaveOut();
      return false;
    }
    listener.hand(message);
    return true;
  }

  #onLost(connection: MqttConnection | null, lost: LostConnection): void {
    if (connection === null || connection !== this.#connection) return;
    this.#connection = null;
    if (this.#state === "closed") return;
    this.#lastError = lost.reason;
    this.#notListeningSince ??= lost.heardUntil;
    this.#payloadsBeforeGap = new Map(this.#lastPayloads);
    for (const listener of this.#listeners()) {
      listener.openGap(this, { fromMs: lost.heardUntil, reason: lost.reason });
    }
    this.#options.onChange({ type: "lost", reason: lost.reason, fromMs: lost.heardUntil });
    this.#countHangUp(lost);
    const { reasonCode: code } = lost;
    const about = lost.unanswered.length > 0;
    if (code === 0x8e) return this.#giveUpFor(TAKEN_OVER);
    if (code !== undefined && FINAL_REASONS.has(code)) {
      if (!about || !REASONS_OF_A_REQUEST.has(code)) return this.#giveUpFor(lost.reason);
    }
    const unexplained = !about && code === undefined && lost.endedHere === undefined;
    if (this.#quickDrops >= MOST_QUICK_DROPS && unexplained) {
      if (this.#options.hasGivenId) {
        this.#quickDrops = 0;
        return this.#giveUpFor(LOOKS_LIKE_A_COLLISION);
      }
      this.#lastError = `${lost.reason}; ${DROPPED_WITHOUT_CAUSE}`;
    }
    if (this.#quickDrops >= MOST_QUICK_DROPS && !this.#options.isHeld()) {
      this.#quickDrops = 0;
      return this.#giveUp(this.#lastError ?? lost.reason, { final: false });
    }
    this.#startRetrying();
  }

  /** How often in a row the broker hung up at the SUBSCRIBE of a filter. */
  hangUpsAt(filter: string): number {
    return this.#hangUps.get(filter) ?? 0;
  }

  #giveUpFor(reason: string): void {
    this.#quickDrops = 0;
    this.#giveUp(reason, { final: true });
  }

  /**
   * Counts drops that would go on and on. One at something of ours is not of that kind: a filter is given up after a few, and
   * a publish is not sent again.
   */
  #countHangUp(lost: LostConnection): void {
    for (const { kind, topic } of lost.unanswered) {
      if (kind !== "SUBSCRIBE") continue;
      if (this.#hangUps.size >= REMEMBERED_HANG_UPS) this.#hangUps.clear();
      this.#hangUps.set(topic, this.hangUpsAt(topic) + 1);
    }
    if (lost.upMs >= QUICK_DROP_MS) this.#quickDrops = 0;
    else if (lost.unanswered.length === 0) this.#quickDrops++;
  }

  #startRetrying(): void {
    if (this.#retrying !== null) this.#retrying.abort.abort();
    const abort = new AbortController();
    this.#setState("reconnecting");
    const done = this.#retry(abort.signal);
    this.#retrying = { abort, done };
  }

  /** Takes up trying again after it was given up, because someone now holds the session. */
  resume(): void {
    if (this.#state === "disconnected" && !this.#final) this.#startRetrying();
  }

  async #retry(signal: AbortSignal): Promise<void> {
    const { firstMs, heldMaximumMs } = this.#options.retry;
    let heldMs = firstMs.at(-1) ?? heldMaximumMs;
    // A connection that comes about and is dropped again is no success: the waits go on growing.
    const first = Math.max(0, this.#quickDrops - 1);
    for (let i = firstMs.length; i < first; i++) heldMs = Math.min(heldMaximumMs, heldMs * 2);
    for (let attempt = first;; attempt++) {
      const beyond = attempt >= firstMs.length;
      if (beyond && !this.#options.isHeld()) {
        return this.#giveUp(this.#lastError ?? "the broker is away", { final: false });
      }
      if (beyond) heldMs = Math.min(heldMaximumMs, heldMs * 2);
      await sleep(beyond ? heldMs : firstMs[attempt], signal);
      if (signal.aborted) return;
      let connection: MqttConnection;
      try {
        connection = await this.#connect(signal);
      } catch (error) {
        if (signal.aborted) return;
        this.#lastError = error instanceof Error ? error.message : String(error);
        // A refusal by our own policy is no ConnectionError, and as final as one of the broker.
        const final = error instanceof ConnectFailure
          ? error.permanent
          : !(error instanceof ConnectionError);
        if (final) return this.#giveUp(this.#lastError, { final: true });
        continue;
      }
      if (signal.aborted) {
        await connection.close();
        return;
      }
      this.#countReconnect();
      const fromMs = this.#notListeningSince ?? this.#options.now();
      try {
        await this.#install(connection);
      } catch (error) {
        // Lost again while restoring: `#onLost` has started over. Anything else is a broker that does not answer.
        if (signal.aborted || this.#connection !== connection) return;
        this.#lastError = error instanceof Error ? error.message : String(error);
        this.#connection = null;
        await connection.close();
        this.#setState("reconnecting");
        continue;
      }
      if (this.#connection === connection) {
        this.#notListeningSince = null;
        this.#options.onChange({ type: "restored", fromMs, toMs: this.#options.now() });
      }
      return;
    }
  }

  #giveUp(reason: string, o: { final: boolean }): void {
    this.#lastError = reason;
    this.#final = o.final;
    this.#setState("disconnected");
    for (const listener of this.#listeners()) listener.end("connection_lost");
    this.#entries.clear();
    this.#ids.clear();
    this.#routes.clear();
    this.#options.onChange({ type: "gave_up", reason });
  }

  /** Lets someone watch the packets of this link, over reconnects. */
  observe(observer: PacketObserver | null): void {
    this.#observer = observer;
    this.#connection?.observe(observer);
  }

  /** Ends the link for good: DISCONNECT, and its listeners are told. Idempotent, never throws. */
  async close(): Promise<void> {
    if (this.#state === "closed") return;
    this.#setState("closed");
    const connection = this.#connection;
    this.#connection = null;
    this.#retrying?.abort.abort();
    for (const listener of this.#listeners()) listener.end("session_closed");
    this.#entries.clear();
    this.#ids.clear();
    this.#routes.clear();
    await connection?.close();
    await this.#retrying?.done;
  }
}

function wantsReplays({ retained }: Listener): boolean {
  return retained !== "skip";
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  signal.addEventListener("abort", () => {
    clearTimeout(timer);
    resolve();
  }, { once: true });
  return promise;
}

const TAKEN_OVER =
  "client id collision: another client connected with the same client id and took the session over; use a client id of its own";
const LOOKS_LIKE_A_COLLISION =
  "client id collision: the broker dropped the connection three times within 5 s of CONNACK while nothing of ours awaited an answer, as it does when another client uses the same client id; use a client id of its own (a poor link may look the same)";
const DROPPED_WITHOUT_CAUSE =
  "three times within 5 s of CONNACK, while nothing of ours awaited an answer and under a random client id: a limit of the broker for this user, a broker that makes client ids from user names, or a poor link; its log tells which";

/** Of a filter at whose SUBSCRIBE a broker hung up again. */
export function hungUpAgain(filter: string): string {
  return `the broker hung up at SUBSCRIBE "${filter}", and again: most likely its access list forbids it; ask for a narrower filter`;
}
