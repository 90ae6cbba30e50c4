import type { MqttConnection } from "../mqtt/client/connection.ts";
import type { InboundMessage, Qos, ReceivedPublish } from "../mqtt/message.ts";
import { filtersOverlap } from "../mqtt/topic.ts";
import type { TopicRoom } from "../memory/topic_room.ts";
import { hashPayload } from "../payload/payload_hash.ts";
import { Binding, type Listener } from "./listener.ts";

/** Topics whose last payload is remembered, to tell replays after a reconnect from news. */
const REMEMBERED_PAYLOADS = 100_000;
const REMEMBERED_ROUTES = 10_000;
const RETAINED_TOPICS_PER_BINDING = 100_000;

/** A topic filter that is, or is about to be, subscribed. */
export interface Subscription {
  readonly filter: string;
  readonly bindings: Binding[];
  /** Identifiers of its SUBSCRIBEs on this connection. */
  readonly ids: number[];
  /** The connection on which it is subscribed. */
  connection: MqttConnection | null;
  /**
   * It was subscribed with Retain As Published, and brings no replays: a retain flag is one of a live message. That stays so
   * while it is subscribed, because some brokers (Mosquitto 2.0) keep the options of a filter's first SUBSCRIBE.
   */
  asPublished: boolean;
}

/** What a SUBSCRIBE has to ask for. */
interface Wanted {
  readonly id: number;
  readonly qos: Qos;
  readonly retained: boolean;
}

/** What a {@linkcode SubscriptionTable} is made of. */
interface TableOptions {
  /** What was heard is counted here. */
  readonly counts: { messagesReceived: number; bytesReceived: number };
  /** Says whether the payloads of further topics may be remembered. */
  readonly topicRoom: TopicRoom;
  /** A retained message came by a filter with wildcards. */
  readonly onRetainedByWildcard?: () => void;
}

/**
 * The table of who hears what on one link. On MQTT 5 each SUBSCRIBE carries an identifier of its own, by which live
 * messages find the listeners of that filter and retained ones the listener that asked. Where the broker knows no
 * identifiers, messages are matched by topic; then the session takes care that filters on one link do not overlap.
 */
export class SubscriptionTable {
  readonly #options: TableOptions;
  readonly #byFilter = new Map<string, Subscription>();
  readonly #byId = new Map<number, Subscription>();
  readonly #routes = new Map<string, Binding[]>();
  #lastPayloads = new Map<string, number>();
  #payloadsBeforeGap: ReadonlyMap<string, number> = new Map();
  #payloadsOverflowed = false;
  #nextId = 1;
  #usesIds = false;

  constructor(options: TableOptions) {
    this.#options = options;
  }

  /** Whether the broker can tell copies of a message apart on this link. */
  get usesIds(): boolean {
    return this.#usesIds;
  }

  /** The filters that somebody listens to. */
  get filters(): string[] {
    return [...this.#byFilter.values()].filter(({ bindings }) => bindings.length > 0)
      .map(({ filter }) => filter);
  }

  /** Those that nobody listens to any more included, until they are unsubscribed. */
  get all(): readonly Subscription[] {
    return [...this.#byFilter.values()];
  }

  find(filter: string): Subscription | undefined {
    return this.#byFilter.get(filter);
  }

  /** Whether a filter would bring messages that another one of this link brings too. */
  overlaps(filter: string): boolean {
    for (const other of this.#byFilter.keys()) {
      if (filtersOverlap(other, filter)) return true;
    }
    return false;
  }

  /** Whether a filter brings, or is about to bring, no replays here: whoever wants them needs another link. */
  withholdsReplays(filter: string): boolean {
    const subscription = this.#byFilter.get(filter);
    if (subscription === undefined || !this.#usesIds) return false;
    const { asPublished, bindings } = subscription;
    return asPublished ||
      bindings.length > 0 && bindings.every(({ listener }) => !wantsReplays(listener));
  }

  /** Says to the listeners of overlapping filters that copies cannot be told apart any more. */
  admitCopies(filter: string): void {
    for (const subscription of this.#byFilter.values()) {
      if (!filtersOverlap(subscription.filter, filter)) continue;
      for (const { listener } of subscription.bindings) listener.mayIncludeCopies();
    }
  }

  /** Whether what is restored after a gap may bring a listener messages that it had before. */
  mayRepeat(listener: Listener): boolean {
    return wantsReplays(listener) && this.#payloadsOverflowed ||
      !this.#usesIds && this.#hasOverlaps();
  }

  #hasOverlaps(): boolean {
    const filters = [...this.#byFilter.keys()];
    return filters.some((one, i) =>
      filters.some((other, j) => j > i && filtersOverlap(one, other))
    );
  }

  listeners(): Set<Listener> {
    const listeners = new Set<Listener>();
    for (const { bindings } of this.#byFilter.values()) {
      for (const { listener } of bindings) listeners.add(listener);
    }
    return listeners;
  }

  /** A new connection is up, on which nothing is subscribed yet. */
  startAnew({ usesIds }: { usesIds: boolean }): void {
    this.#usesIds = usesIds;
    this.#byId.clear();
    this.#routes.clear();
    for (const { ids } of this.#byFilter.values()) ids.length = 0;
  }

  /** The connection was lost: what comes back with the next is held against what was heard until now. */
  beginGap(): void {
    this.#payloadsBeforeGap = new Map(this.#lastPayloads);
  }

  /** Puts a filter of a listener on this link. Nothing is heard before it is subscribed. */
  claim(listener: Listener, filter: string): Binding {
    const binding = new Binding(listener, filter);
    let subscription = this.#byFilter.get(filter);
    if (subscription === undefined) {
      subscription = { filter, bindings: [], ids: [], connection: null, asPublished: false };
      this.#byFilter.set(filter, subscription);
    }
    subscription.bindings.push(binding);
    listener.addBinding(binding);
    this.#routes.clear();
    return binding;
  }

  /** Takes a binding off at once; the broker is told by an UNSUBSCRIBE later. */
  release(binding: Binding): void {
    const bindings = this.#byFilter.get(binding.filter)?.bindings;
    const at = bindings?.indexOf(binding) ?? -1;
    if (bindings === undefined || at < 0) return;
    bindings.splice(at, 1);
    binding.granted = false;
    binding.retainedTopics.clear();
    binding.listener.removeBinding(binding);
    this.#routes.clear();
  }

  /** Forgets a filter that is not subscribed any more. */
  forget(subscription: Subscription): void {
    this.#byFilter.delete(subscription.filter);
    for (const id of subscription.ids) this.#byId.delete(id);
    this.#routes.clear();
    if (this.#byFilter.size === 0) {
      this.#lastPayloads = new Map();
      this.#payloadsBeforeGap = new Map();
      this.#payloadsOverflowed = false;
    }
  }

  /** Forgets all filters. */
  clear(): void {
    this.#byFilter.clear();
    this.#byId.clear();
    this.#routes.clear();
  }

  /**
   * To be called right before a SUBSCRIBE is written on a connection: takes down who is asked for, and says what to ask. It
   * is for the binding `fresh`; null for one that is restored.
   */
  beginSubscribe(
    subscription: Subscription,
    { fresh, connection }: { fresh: Binding | null; connection: MqttConnection },
  ): Wanted {
    const id = this.#nextId++;
    const restores = subscription.connection !== connection;
    let qos: Qos = 0, retained = false;
    for (const binding of subscription.bindings) {
      if (binding !== fresh && !binding.granted) continue;
      if (binding.listener.qos > qos) qos = binding.listener.qos;
      if (binding !== fresh && !restores) continue;
      binding.subscriptionId = id;
      binding.restored = binding !== fresh;
      binding.retainedTopics.clear();
      if (wantsReplays(binding.listener)) retained = true;
    }
    if (restores) {
      subscription.asPublished = this.#usesIds &&
        subscription.bindings.every(({ listener }) => !wantsReplays(listener));
    } else if (subscription.asPublished && retained) {
      retained = false;
      fresh?.listener.addNote(
        `Retained messages of "${subscription.filter}" are not among these: that needs a further connection, which the broker refused`,
      );
    }
    if (
      this.#usesIds && !subscription.asPublished && fresh !== null && !wantsReplays(fresh.listener)
    ) {
      fresh.listener.addNote(
        `Whether live messages by "${subscription.filter}" were published with retain is not known: something else listens to the same filter for retained messages`,
      );
    }
    if (this.#usesIds) {
      subscription.ids.push(id);
      this.#byId.set(id, subscription);
    }
    this.#routes.clear();
    // Set before the answer: one that never comes leaves a subscription behind all the same.
    subscription.connection = connection;
    return { id, qos, retained };
  }

  /** The hot path: hands a PUBLISH to whom it is for. */
  deliver(topic: string, payload: Uint8Array, packet: ReceivedPublish): void {
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
    return [id].flat().some((one) => this.#byId.get(one)?.asPublished === true);
  }

  /** Of a message too large to be read, those who would have got it are told. */
  skip(topic: string, bytes: number, packet: ReceivedPublish): void {
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
    const subscription = this.#byId.get(id);
    if (subscription === undefined) return false;
    if (message.retain) return this.#deliverRetained(subscription, id, message);
    const { bindings } = subscription;
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

  #deliverRetained(subscription: Subscription, id: number, message: InboundMessage): boolean {
    const { bindings } = subscription;
    let heard = false, owned = false;
    for (const binding of bindings) {
      if (binding.subscriptionId !== id || binding.retainedTopics.has(message.topic)) continue;
      owned = true;
      if (this.#offerRetained(binding, message)) heard = true;
    }
    if (owned) return heard;
    // A broker that keeps the old identifier replays under it: the newest listener asked for that.
    for (let i = bindings.length - 1; i >= 0; i--) {
      const binding = bindings[i];
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
    for (const { bindings } of this.#byFilter.values()) {
      for (const binding of bindings) {
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
}

function wantsReplays({ retained }: Listener): boolean {
  return retained !== "skip";
}
