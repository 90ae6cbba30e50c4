import { isoTime } from "../iso_time.ts";
import { invalidArgument, OperationError, SessionError } from "../errors.ts";
import { checkPublish, type ServerAnnouncement } from "../mqtt/announcement.ts";
import { connectToBroker, randomClientId } from "../mqtt/client/connect.ts";
import type {
  ConnectionHandlers,
  FallBack,
  MqttConnection,
  MqttVersion,
} from "../mqtt/client/connection.ts";
import type { PacketObserver } from "../mqtt/client/packet_facts.ts";
import type { TlsMaterial } from "../mqtt/client/transport.ts";
import { ConnectFailure } from "../mqtt/connect_failure.ts";
import {
  type BrokerProtocol,
  type BrokerTarget,
  formatAuthority,
} from "../mqtt/connection_string.ts";
import { advise } from "../mqtt/diagnose/advise.ts";
import type { CredentialVault, SealedCredentials } from "../mqtt/credentials.ts";
import type { InboundMessage } from "../mqtt/message.ts";
import type { PublishOutcome, PublishRequest } from "../mqtt/publishing.ts";
import {
  hasWildcard,
  takesFromOthers,
  validateTopicFilter,
  validateTopicName,
} from "../mqtt/topic.ts";
import type { LinkChange, RetryDelays, SessionCounts } from "./link.ts";
import { Links } from "./links.ts";
import { Listener } from "./listener.ts";
import type { Listening, ListenRequest } from "./listening.ts";
import { Notices } from "./notices.ts";
import { sourceKeyOf } from "./source_key.ts";
import type { Policy } from "./policy.ts";
import { RateLimit } from "./rate_limit.ts";
import { type KnownRetainHabits, retainNotes } from "./retain_habits.ts";
import type { TopicRoom } from "../memory/topic_room.ts";

/** Messages that a session may publish at once after a pause: a loop in somebody's plan must not flood a plant. */
const PUBLISH_BURST = 1_000;
/** Messages per second that it may publish for any length of time. */
const PUBLISH_PER_SECOND = 100;
/** The largest payload that is published, in bytes. */
const MAX_PAYLOAD_BYTES = 1_048_576;
/** How long a recording can keep a session alive that nobody uses. */
const MAX_HOLD_MS = 24 * 3600_000;
/** What happens to sessions, for a log or a monitor. Holds no credential. */
export interface SessionEvent {
  readonly type: "opened" | "lost" | "restored" | "gave_up" | "closed" | "expired";
  readonly sessionId: string;
  /** In ms since the epoch. */
  readonly at: number;
  readonly broker: SessionBroker;
  readonly detail: string;
}

/** Where a session is connected to, as results show it. */
interface SessionBroker {
  readonly host: string;
  readonly port: number;
  readonly protocol: BrokerProtocol;
  /** Where it was connected by name. */
  readonly name?: string;
}

/** What every session of a registry shares. */
export interface SessionEnvironment {
  readonly ttlMs: number;
  readonly connectTimeoutMs: number;
  readonly mqttTimeoutMs: number;
  readonly tls: TlsMaterial;
  readonly vault: CredentialVault;
  readonly policy: Policy;
  readonly retry: RetryDelays;
  readonly now: () => number;
  /** A clock in milliseconds that nobody sets: a session must not end because the time of day was put right. */
  readonly tick: () => number;
  readonly onEvent: (event: SessionEvent) => void;
  readonly topicRoom: TopicRoom;
  readonly retainHabits: KnownRetainHabits;
}

/** What one session is made of. */
interface SessionOptions {
  readonly target: BrokerTarget;
  readonly createdBy: string;
  readonly owner: string;
  readonly brokerName?: string;
  /** Instead of the environment's, where a named broker has its own. */
  readonly tls?: TlsMaterial;
  /** Made by the settings: it never ends by itself, and goes on trying for ever. */
  readonly isStanding?: boolean;
}

/**
 * A handle to a broker: one connection, shared by any number of calls, that comes back after a
 * loss. Made by a `SessionRegistry`.
 */
export class Session {
  readonly id: string = crypto.randomUUID();
  readonly broker: SessionBroker;
  readonly createdBy: string;
  readonly owner: string;
  readonly createdAt: number;
  readonly insecureTls: boolean;
  /** The same for every session to this broker with this login, in every run of the program. */
  readonly sourceKey: string;
  /** Made by the settings: no client ends it, and it does not end by itself. */
  readonly isStanding: boolean;
  readonly counts: Readonly<SessionCounts>;

  readonly #environment: SessionEnvironment;
  readonly #target: BrokerTarget;
  readonly #credentials: SealedCredentials;
  readonly #clientId: string;
  readonly #tls: TlsMaterial;
  readonly #links: Links;
  readonly #counts: SessionCounts = {
    messagesReceived: 0,
    bytesReceived: 0,
    messagesPublished: 0,
    reconnects: 0,
  };
  readonly #notices = new Notices();
  readonly #publishRate = new RateLimit({ burst: PUBLISH_BURST, perSecond: PUBLISH_PER_SECOND });
  readonly #scratch = new Set<MqttConnection>();
  readonly #holds = new Set<symbol>();
  #version: MqttVersion | undefined;
  #facts: MqttConnection | null = null;
  #inUse = 0;
  #lastUsedTick: number;
  #retainedSeenByWildcard = false;
  #closed = false;

  private constructor(
    environment: SessionEnvironment,
    options: SessionOptions,
    credentials: SealedCredentials,
  ) {
    const { target } = options;
    this.#environment = environment;
    this.#credentials = credentials;
    this.#target = { ...target, username: undefined, password: undefined };
    this.#tls = options.tls ?? environment.tls;
    this.#version = target.protocolVersion;
    this.#clientId = target.clientId ?? randomClientId();
    this.broker = {
      host: target.host,
      port: target.port,
      protocol: target.protocol,
      ...(options.brokerName !== undefined && { name: options.brokerName }),
    };
    this.createdBy = options.createdBy;
    this.owner = options.owner;
    this.insecureTls = target.insecure === true;
    this.sourceKey = sourceKeyOf(target, this.#tls);
    this.isStanding = options.isStanding === true;
    this.counts = this.#counts;
    this.createdAt = environment.now();
    this.#lastUsedTick = environment.tick();
    this.#notices.introduce(options.owner);
    this.#links = new Links({
      connect: (clientId, handlers, signal) => this.#connect(clientId, handlers, signal),
      clientId: this.#clientId,
      hasGivenId: target.clientId !== undefined,
      announced: () => this.#facts,
      onMainChange: (change) => this.#onMainChange(change),
      counts: this.#counts,
      retry: environment.retry,
      isHeld: () => this.#isHeld(),
      timeoutMs: environment.mqttTimeoutMs,
      now: environment.now,
      topicRoom: environment.topicRoom,
      onRetainedByWildcard: () => this.#retainedSeenByWildcard = true,
    });
  }

  /**
   * Connects.
   *
   * @throws {ConnectionError} BROKER_UNREACHABLE, AUTHENTICATION_FAILED, CONNECTION_TIMEOUT, TLS_FAILED
   * @throws {OperationError} NOT_ALLOWED by ALLOWED_BROKERS
   */
  static async open(
    environment: SessionEnvironment,
    options: SessionOptions,
    signal?: AbortSignal,
  ): Promise<Session> {
    const session = await Session.prepare(environment, options);
    try {
      await session.#links.main.open(signal);
    } catch (error) {
      if (!(error instanceof ConnectFailure) || signal?.aborted) throw error;
      throw await advise(error, options.target, {
        tls: session.#tls,
        signal: signal ?? new AbortController().signal,
        check: (address) => environment.policy.checkAddress(options.target, address),
      });
    }
    session.#lastUsedTick = environment.tick();
    session.#tell("opened", `connected with MQTT ${session.mqttVersion}`);
    return session;
  }

  /**
   * A session that connects with the first use of it, be the broker there or not.
   * @throws {OperationError} `NOT_ALLOWED` by `ALLOWED_BROKERS`
   */
  static async prepare(
    environment: SessionEnvironment,
    options: SessionOptions,
  ): Promise<Session> {
    environment.policy.checkBroker(options.target);
    const { username, password } = options.target;
    const credentials = await environment.vault.seal({ username, password });
    return new Session(environment, options, credentials);
  }

  get clientId(): string {
    return this.#facts?.clientId ?? this.#clientId;
  }

  get mqttVersion(): MqttVersion {
    return this.#facts?.version ?? "5";
  }

  /** How long the latest connection took to come about. */
  get connectMs(): number {
    return this.#facts?.connectMs ?? 0;
  }

  /** Why MQTT 3.1.1 is spoken though 5 was tried; undefined where it was not. */
  get fellBack(): FallBack | undefined {
    return this.#facts?.fellBack;
  }

  /** What the broker announced in its latest CONNACK. */
  get server(): ServerAnnouncement {
    return this.#facts?.server ?? { session_present: false };
  }

  get state(): "connected" | "reconnecting" | "disconnected" {
    const { state } = this.#links.main;
    return state === "connected" || state === "reconnecting" ? state : "disconnected";
  }

  /** Why the connection was lost or cannot be had again; null while it is up. */
  get lastError(): string | null {
    return this.state === "connected" ? null : this.#links.main.lastError;
  }

  get lastUsedAt(): number {
    const { now, tick } = this.#environment;
    return Math.round(now() - (tick() - this.#lastUsedTick));
  }

  /** When it ends unless it is used again; a running call and a recording push this out. */
  get expiresAt(): number {
    return Math.round(this.#environment.now() + this.#leftMs);
  }

  /** Milliseconds until it ends unless it is used again. */
  get #leftMs(): number {
    const { tick, ttlMs } = this.#environment;
    const unusedMs = this.#inUse > 0 ? 0 : tick() - this.#lastUsedTick;
    return (this.#holds.size > 0 ? Math.max(ttlMs, MAX_HOLD_MS) : ttlMs) - unusedMs;
  }

  get isExpired(): boolean {
    return !this.isStanding && this.#leftMs <= 0;
  }

  get connectedSince(): number | null {
    return this.#links.main.connection?.connectedAt ?? null;
  }

  /** Whether a large packet is just being received on one of its connections: what comes behind it cannot be here yet. */
  get isReceiving(): boolean {
    return this.#links.all.some((link) => link.connection?.isReceiving === true);
  }

  /** Topic filters that are subscribed at this moment. */
  get subscriptions(): string[] {
    const filters = this.#links.all.flatMap((link) => link.subscriptions.filters);
    return [...new Set(filters)].sort();
  }

  /** A running call is use: the session cannot expire before this is disposed. */
  use(): Disposable {
    this.#inUse++;
    this.#lastUsedTick = this.#environment.tick();
    let released = false;
    return {
      [Symbol.dispose]: () => {
        if (released) return;
        released = true;
        this.#inUse--;
        this.#lastUsedTick = this.#environment.tick();
      },
    };
  }

  /** Keeps the session alive past its TTL, and trying to reconnect, for 24 hours without use at most. */
  hold(reason: string): Disposable {
    const key = Symbol(reason);
    this.#holds.add(key);
    for (const link of this.#links.all) link.resume();
    return { [Symbol.dispose]: () => void this.#holds.delete(key) };
  }

  #isHeld(): boolean {
    return this.#holds.size > 0 && this.#leftMs > 0;
  }

  /** What the caller has to know and was not told yet, such as that the connection was lost, apart from what is `shown`. */
  takeNotice(owner: string, shown?: ReadonlySet<string>): string | null {
    return this.#notices.take(owner, shown);
  }

  /** Where the session connects to, with its credentials. For a diagnosis only: never to be shown. */
  async target(): Promise<BrokerTarget> {
    return { ...this.#target, ...await this.#environment.vault.open(this.#credentials) };
  }

  /**
   * Listens. Waits for the SUBACK of each filter; a connection that is coming back is waited for,
   * and one that was given up is tried once.
   *
   * @throws {OperationError} TOPIC_INVALID, NOT_ALLOWED (policy) or NOT_AUTHORIZED (broker) for all filters, TIMEOUT
   * @throws {ConnectionError} when there is no connection
   */
  async listen(request: ListenRequest): Promise<Listening> {
    using _use = this.use();
    if (request.filters.length === 0) {
      throw invalidArgument("No topic filter was given", "Give at least one");
    }
    for (const filter of request.filters) validateTopicFilter(filter);
    for (const filter of request.exclude ?? []) validateTopicFilter(filter);
    const { policy } = this.#environment;
    const filters = [...new Set(request.filters)];
    const allowed: string[] = [];
    const forbidden: { filter: string; error: OperationError }[] = [];
    for (const filter of filters) {
      try {
        policy.checkSubscribe(filter);
        allowed.push(filter);
      } catch (error) {
        if (!(error instanceof OperationError)) throw error;
        forbidden.push({ filter, error });
      }
    }
    if (allowed.length === 0) throw forbidden[0].error;

    await this.#ensureConnected(request.signal);
    const narrowed = allowed.filter((filter) => policy.narrows(filter));
    const listener: Listener = new Listener(request, {
      now: this.#environment.now,
      onClose: (ended) => this.#links.detach(ended),
      connectedSince: () => this.connectedSince,
      ...(policy.limitsSubscribe && { admits: (topic: string) => policy.admits(topic) }),
      retainedNotes: () => this.#retainedNotes(allowed, listener),
    });
    for (const { filter, error } of forbidden) listener.refuse(filter, error.message);
    for (const filter of narrowed) {
      listener.addNote(`Of "${filter}" only topics that this server's policy allows are shown`);
    }
    try {
      await this.#links.bindAll(listener, allowed, request.signal);
    } catch (error) {
      await listener.close();
      throw error;
    }
    if (listener.bindings.length === 0) {
      await listener.close();
      throw this.#allRefused(listener);
    }
    listener.start();
    return listener;
  }

  #retainedNotes(
    filters: readonly string[],
    listener: Listener,
  ): readonly string[] {
    return retainNotes({
      retained: listener.retained,
      unflagged: listener.unflagged,
      byWildcard: filters.some((filter) => hasWildcard(filter) && !takesFromOthers(filter)),
      available: this.server.retain_available,
      habits: this.#environment.retainHabits.of(this.broker),
      seenByWildcard: this.#retainedSeenByWildcard,
    });
  }

  #allRefused(listener: Listener): OperationError {
    const words = listener.refused.slice(0, 5)
      .map(({ filter, reason }) => `"${filter}" (${reason})`).join(", ");
    return new OperationError(
      "NOT_AUTHORIZED",
      `Cannot subscribe at "${this.#where}": ${words}`,
      "Check the broker's access list for this user, or ask for other topics and narrower filters",
    );
  }

  get #where(): string {
    return formatAuthority(this.broker);
  }

  async #connect(
    clientId: string,
    handlers: ConnectionHandlers,
    signal?: AbortSignal,
  ): Promise<MqttConnection> {
    const { policy, vault, connectTimeoutMs } = this.#environment;
    policy.checkBroker(this.#target);
    const connection = await connectToBroker({ ...this.#target, protocolVersion: this.#version }, {
      tls: this.#tls,
      timeoutMs: connectTimeoutMs,
      handlers,
      signal,
      clientId,
      credentials: () => vault.open(this.#credentials),
      checkAddress: (address) => policy.checkAddress(this.#target, address),
    });
    // What was found to work is not sought again at each reconnect.
    this.#version = connection.version;
    if (clientId === this.#clientId) this.#facts = connection;
    return connection;
  }

  /** Whether it was given up, or never connected so far. */
  get #isDown(): boolean {
    return this.#links.main.state === "disconnected" || this.#links.main.state === "opening";
  }

  async #ensureConnected(signal?: AbortSignal): Promise<void> {
    if (this.#closed) throw sessionClosed(this.id);
    if (this.#isDown) await this.#links.main.open(signal);
    await this.#links.main.ready({ timeoutMs: this.#environment.mqttTimeoutMs, signal });
  }

  /**
   * Whether such a message may be sent: by the policy, and by what the broker announced. Sends nothing.
   *
   * @throws {OperationError} TOPIC_INVALID, PAYLOAD_TOO_LARGE, QOS_NOT_SUPPORTED, NOT_ALLOWED, INVALID_ARGUMENT
   */
  checkPublish(request: PublishRequest): void {
    validateTopicName(request.topic);
    if (request.properties?.responseTopic !== undefined) {
      validateTopicName(request.properties.responseTopic);
    }
    const { policy } = this.#environment;
    policy.checkPublish(request.topic);
    if (request.properties?.responseTopic !== undefined) {
      policy.checkPublish(request.properties.responseTopic);
    }
    if (request.payload.length > MAX_PAYLOAD_BYTES) {
      throw new OperationError(
        "PAYLOAD_TOO_LARGE",
        `Cannot publish to "${request.topic}": the payload has ${request.payload.length} bytes, the limit is ${MAX_PAYLOAD_BYTES}`,
        "Send less than 1 MiB at a time",
      );
    }
    if (this.#closed) throw sessionClosed(this.id);
    if (this.#facts !== null) checkPublish(this.#facts.server, request, this.#where);
  }

  /**
   * Publishes, once: when this returns or throws nothing of it is ever sent again. While the
   * connection is coming back it is refused; one that was given up is tried once before.
   *
   * @throws {OperationError} TOPIC_INVALID, PAYLOAD_TOO_LARGE, QOS_NOT_SUPPORTED, NOT_ALLOWED, NOT_AUTHORIZED, TIMEOUT
   * @throws {SessionError} RESOURCE_LIMIT when it publishes too fast
   * @throws {ConnectionError} CONNECTION_LOST
   */
  async publish(request: PublishRequest): Promise<PublishOutcome> {
    using _use = this.use();
    this.checkPublish(request);
    if (!this.#publishRate.take()) {
      throw new SessionError(
        "RESOURCE_LIMIT",
        `Cannot publish to "${request.topic}": this session publishes faster than ${PUBLISH_PER_SECOND} messages a second`,
        `Wait ${this.#publishRate.waitMs} ms, and publish more slowly`,
      );
    }
    if (this.#isDown) await this.#links.main.open(request.signal);
    const connection = await this.#links.main.ready({ timeoutMs: 0, signal: request.signal });
    const timeoutMs = request.timeoutMs ?? this.#environment.mqttTimeoutMs;
    const outcome = await connection.publish(request, timeoutMs);
    this.#counts.messagesPublished++;
    return outcome;
  }

  /**
   * A separate connection with the same credentials and a random client id, for probes and replies.
   * The caller closes it, and has the policy checked before publishing on it. All messages of all
   * its subscriptions go to `onMessage`.
   */
  async scratchConnection(o: {
    onMessage?: (message: InboundMessage) => void;
    onLost?: (reason: string) => void;
    signal?: AbortSignal;
  } = {}): Promise<MqttConnection> {
    using _use = this.use();
    if (this.#closed) throw sessionClosed(this.id);
    const connection = await this.#connect(randomClientId(), {
      onPublish: (topic, payload, packet) =>
        o.onMessage?.({
          topic,
          payload,
          qos: packet.qos,
          retain: packet.retain,
          dup: packet.dup,
          receivedAt: Date.now(),
          properties: packet.properties,
        }),
      onLost: (lost) => o.onLost?.(lost.reason),
    }, o.signal);
    for (const old of this.#scratch) if (!old.isOpen) this.#scratch.delete(old);
    this.#scratch.add(connection);
    return connection;
  }

  /**
   * Something that each of its clients is told once, with their next result. It takes the place of what was to be told
   * `about` the same.
   */
  notify(text: string, about?: string): void {
    this.#notices.add(text, about);
  }

  /** Lets someone watch the packets of all its connections; `null` ends it. */
  observePackets(observer: PacketObserver | null): void {
    this.#links.observe(observer);
  }

  #onMainChange(change: LinkChange): void {
    if (change.type === "lost") {
      this.#tell("lost", change.reason);
    } else if (change.type === "gave_up") {
      this.#notices.add(`The connection to ${this.#where} was given up: ${change.reason}`);
      this.#tell("gave_up", change.reason);
    } else {
      const from = isoTime(change.fromMs);
      const to = isoTime(change.toMs);
      this.#notices.add(
        `The connection to ${this.#where} was lost at ${from} and is back since ${to}; what came in between may be missing`,
      );
      this.#tell("restored", `lost from ${from} to ${to}`);
    }
  }

  #tell(type: SessionEvent["type"], detail: string): void {
    this.#environment.onEvent({
      type,
      sessionId: this.id,
      at: this.#environment.now(),
      broker: this.broker,
      detail,
    });
  }

  /** Closes all its connections with a DISCONNECT. For the registry, which also forgets it. */
  async close(why: "closed" | "expired" | "shutdown"): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await Promise.all([this.#links, ...this.#scratch].map((one) => one.close()));
    this.#tell(why === "expired" ? "expired" : "closed", why);
  }
}

function sessionClosed(id: string): SessionError {
  return new SessionError(
    "SESSION_NOT_FOUND",
    `Session "${id}" was closed`,
    "Connect again with establish_connection",
  );
}
