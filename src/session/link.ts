import { pause } from "../waiting.ts";
import { ConnectionError } from "../errors.ts";
import { ConnectFailure } from "../mqtt/connect_failure.ts";
import type {
  ConnectionHandlers,
  LostConnection,
  MqttConnection,
} from "../mqtt/client/connection.ts";
import type { SubscribeOutcome } from "../mqtt/client/subscribing.ts";
import type { PacketObserver } from "../mqtt/client/packet_facts.ts";
import type { Qos } from "../mqtt/message.ts";
import type { TopicRoom } from "../memory/topic_room.ts";
import type { Binding } from "./listener.ts";
import { type Subscription, SubscriptionTable } from "./subscription_table.ts";

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

/** A broker connection that comes back after a loss, with its subscriptions. */
export class Link {
  /** Who hears what on it. */
  readonly subscriptions: SubscriptionTable;
  readonly #options: LinkOptions;
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
    this.subscriptions = new SubscriptionTable(options);
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
      onPublish: (topic, payload, packet) => this.subscriptions.deliver(topic, payload, packet),
      onSkipped: (topic, bytes, packet) => this.subscriptions.skip(topic, bytes, packet),
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
    this.subscriptions.startAnew({
      usesIds: connection.version === "5" &&
        connection.server.subscription_identifiers_available === true,
    });
    connection.observe(this.#observer);
    this.#final = false;
    this.#setState("connected");
    await this.#restore(connection);
  }

  async #restore(connection: MqttConnection): Promise<void> {
    for (const subscription of this.subscriptions.all) {
      const { filter, bindings } = subscription;
      if (bindings.length === 0) {
        this.subscriptions.forget(subscription);
        continue;
      }
      await this.#enqueue(async () => {
        if (this.#connection !== connection || subscription.connection === connection) return;
        if (!bindings.some((binding) => binding.granted)) return;
        const forbidden = this.hangUpsAt(filter) >= MOST_HANG_UPS;
        if (!forbidden && (await this.#subscribe(subscription, null)).code < 0x80) return;
        const reason = forbidden ? hungUpAgain(filter) : "refused by the broker after a reconnect";
        for (const binding of [...bindings]) {
          if (!binding.granted) continue;
          binding.listener.refuse(filter, reason);
          this.subscriptions.release(binding);
        }
      });
    }
    for (const listener of this.subscriptions.listeners()) {
      listener.closeGap(this, this.#options.now());
      if (this.subscriptions.mayRepeat(listener)) listener.mayIncludeCopies();
    }
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

  /**
   * Writes the SUBSCRIBE of a claimed binding and waits for its SUBACK. Also for a filter that is
   * subscribed already: only that brings its retained messages.
   *
   * @returns what the broker answered
   */
  subscribe(binding: Binding, signal?: AbortSignal): Promise<SubscribeOutcome> {
    return this.#enqueue(async () => {
      const subscription = this.subscriptions.find(binding.filter);
      if (subscription === undefined || !subscription.bindings.includes(binding)) {
        throw this.#unavailable("listening was ended");
      }
      const outcome = await this.#subscribe(subscription, binding, signal);
      if (outcome.code < 0x80) binding.listener.markGranted(binding, outcome.code as Qos);
      return outcome;
    });
  }

  async #subscribe(
    subscription: Subscription,
    fresh: Binding | null,
    signal?: AbortSignal,
  ): Promise<SubscribeOutcome> {
    const connection = this.#connection;
    if (connection === null) throw this.#unavailable(this.#lastError ?? "it is not connected");
    const wanted = this.subscriptions.beginSubscribe(subscription, { fresh, connection });
    const { filter } = subscription;
    const outcome = await connection.subscribe({
      filter,
      qos: wanted.qos,
      timeoutMs: this.#options.timeoutMs,
      signal,
      ...(this.subscriptions.usesIds && { subscriptionIdentifier: wanted.id }),
      ...(connection.version === "5" && { retainHandling: wanted.retained ? 0 : 2 }),
      ...(subscription.asPublished && { retainAsPublished: true }),
    });
    this.#hangUps.delete(filter);
    const refused = outcome.code >= 0x80;
    if (refused && !subscription.bindings.some((binding) => binding.granted)) {
      subscription.connection = null;
    }
    return outcome;
  }

  /** Unsubscribes a filter that nobody listens to any more. Bounded in time, never throws. */
  async unsubscribe(filter: string): Promise<void> {
    try {
      await this.#enqueue(async () => {
        const subscription = this.subscriptions.find(filter);
        if (subscription === undefined || subscription.bindings.length > 0) return;
        const connection = this.#connection;
        if (connection !== null && subscription.connection === connection) {
          await connection.unsubscribe(filter, {
            timeoutMs: Math.min(UNSUBSCRIBE_LIMIT_MS, this.#options.timeoutMs),
          });
        }
        if (subscription.bindings.length === 0) this.subscriptions.forget(subscription);
        // Someone came while the UNSUBSCRIBE was on its way; their SUBSCRIBE is the next in line.
        else subscription.connection = null;
      });
    } catch {
      // It stays without listeners: the broker may still send, and overlaps still count.
    }
  }

  #enqueue<T>(operation: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(operation);
    this.#tail = result.catch(() => {});
    return result;
  }

  #onLost(connection: MqttConnection | null, lost: LostConnection): void {
    if (connection === null || connection !== this.#connection) return;
    this.#connection = null;
    if (this.#state === "closed") return;
    this.#lastError = lost.reason;
    this.#notListeningSince ??= lost.heardUntil;
    this.subscriptions.beginGap();
    for (const listener of this.subscriptions.listeners()) {
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
      await pause(beyond ? heldMs : firstMs[attempt], { signal });
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
    for (const listener of this.subscriptions.listeners()) listener.end("connection_lost");
    this.subscriptions.clear();
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
    for (const listener of this.subscriptions.listeners()) listener.end("session_closed");
    this.subscriptions.clear();
    await connection?.close();
    await this.#retrying?.done;
  }
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
