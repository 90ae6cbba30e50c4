import { isoTime } from "../iso_time.ts";
import { notAllowed, SessionError } from "../errors.ts";
import type { TlsMaterial } from "../mqtt/client/transport.ts";
import { type BrokerTarget, formatBroker } from "../mqtt/connection_string.ts";
import type { CredentialVault } from "../mqtt/credentials.ts";
import { DEFAULT_RETRY_DELAYS, type RetryDelays, type SessionCounts } from "./link.ts";
import type { Policy } from "./policy.ts";
import { KnownRetainHabits } from "./retain_habits.ts";
import { Session, type SessionEnvironment, type SessionEvent } from "./session.ts";
import { TopicRoom } from "../memory/topic_room.ts";

/** Sessions are looked through for expired ones at least this often. */
const MAX_SWEEP_MS = 60_000;
/** Expired ids that are still answered with SESSION_EXPIRED. */
const REMEMBERED_IDS = 1000;

/** Owner of the sessions that the settings made. */
const STANDING_OWNER = "settings";

/**
 * The owner of sessions whose clients nothing marks: MCP over HTTP of 2026-07-28 has no connections. Without sharing, an
 * id is what one has to know there.
 */
export const UNMARKED_OWNER = "unmarked";

/** Why a session ended. */
type CloseReason = "closed" | "expired" | "shutdown";

/** What is left to say of a closed session. */
interface ClosedSession {
  readonly session_id: string;
  /** ISO time. */
  readonly closed_at: string;
  readonly messages_received: number;
  readonly bytes_received: number;
  readonly messages_published: number;
  readonly reconnects: number;
}

/** Limits and surroundings of a {@linkcode SessionRegistry}. */
export interface SessionRegistryOptions {
  readonly maxConnections: number;
  readonly ttlSeconds: number;
  /** False hides sessions from clients that did not make them. */
  readonly sharing: boolean;
  readonly connectTimeoutMs: number;
  /** Limit of SUBACK, UNSUBACK and publish acknowledgements. */
  readonly mqttTimeoutMs: number;
  readonly tls: TlsMaterial;
  readonly allowInsecureTls: boolean;
  readonly vault: CredentialVault;
  readonly policy: Policy;
  readonly now?: () => number;
  /** A clock in milliseconds that nobody sets, for time limits. */
  readonly tick?: () => number;
  readonly onEvent?: (event: SessionEvent) => void;
  /** Default: one of its own, open. */
  readonly topicRoom?: TopicRoom;
  /** Default: 1, 2 and 4 seconds. */
  readonly retry?: RetryDelays;
  /** Default: a tenth of the TTL, at most every 60 s. */
  readonly sweepMs?: number;
}

/** What {@linkcode SessionRegistry.establish} wants to know besides the target. */
interface EstablishOptions {
  /** Name of the client program, for others to see. */
  readonly createdBy: string;
  /** The client connection it belongs to. */
  readonly owner: string;
  readonly signal: AbortSignal;
  readonly brokerName?: string;
  /** Instead of the registry's, where a named broker has its own. */
  readonly tls?: TlsMaterial;
}

/** All sessions of a core: at most so many, and none for longer than its TTL without use. */
export class SessionRegistry implements AsyncDisposable {
  /** What was found out about how brokers give retained messages out. */
  readonly retainHabits = new KnownRetainHabits();
  readonly #options: SessionRegistryOptions;
  readonly #environment: SessionEnvironment;
  readonly #sessions = new Map<string, Session>();
  /** Ended sessions with why and whose, oldest first. */
  readonly #ended = new Map<string, { why: CloseReason; owner: string }>();
  readonly #onClosed: ((sessionId: string, why: CloseReason) => void)[] = [];
  readonly #shutdown = new AbortController();
  readonly #opening = new Set<Promise<unknown>>();
  /** Sessions that the settings made. */
  #standing = 0;
  #closing = new Set<Promise<void>>();
  #sweeper: ReturnType<typeof setInterval> | null = null;

  constructor(options: SessionRegistryOptions) {
    this.#options = options;
    this.#environment = {
      ttlMs: options.ttlSeconds * 1000,
      connectTimeoutMs: options.connectTimeoutMs,
      mqttTimeoutMs: options.mqttTimeoutMs,
      tls: options.tls,
      vault: options.vault,
      policy: options.policy,
      retry: options.retry ?? DEFAULT_RETRY_DELAYS,
      now: options.now ?? Date.now,
      tick: options.tick ?? (() => performance.now()),
      onEvent: options.onEvent ?? (() => {}),
      topicRoom: options.topicRoom ?? new TopicRoom(),
      retainHabits: this.retainHabits,
    };
  }

  get maxConnections(): number {
    return this.#options.maxConnections;
  }

  /** Open sessions, those of other clients included. */
  get size(): number {
    return this.#sessions.size;
  }

  /**
   * Connects and keeps the session.
   *
   * @throws {SessionError} RESOURCE_LIMIT when there are as many as allowed, calls under way included
   * @throws what {@linkcode Session.open} throws
   */
  async establish(target: BrokerTarget, options: EstablishOptions): Promise<Session> {
    this.sweep();
    if (target.insecure === true && !this.#options.allowInsecureTls) {
      throw notAllowed(
        `Cannot connect to "${formatBroker(target)}" without checking its certificate`,
        "Ask the operator to set ALLOW_INSECURE_TLS, or leave the option insecure out",
      );
    }
    this.#checkRoom(options.owner);
    const signal = AbortSignal.any([options.signal, this.#shutdown.signal]);
    const opening = Session.open(this.#environment, {
      target,
      createdBy: options.createdBy,
      owner: options.owner,
      brokerName: options.brokerName,
      tls: options.tls,
    }, signal);
    this.#opening.add(opening);
    try {
      const session = await opening;
      if (signal.aborted) {
        await session.close("closed");
        signal.throwIfAborted();
      }
      this.#sessions.set(session.id, session);
      this.#startSweeping();
      return session;
    } finally {
      this.#opening.delete(opening);
    }
  }

  #checkRoom(owner: string): void {
    const { maxConnections } = this.#options;
    if (this.#sessions.size - this.#standing + this.#opening.size < maxConnections) return;
    const closable = this.list(owner).filter((session) => !session.isStanding)
      .sort((one, other) => one.lastUsedAt - other.lastUsedAt)
      .slice(0, 5)
      .map((session) =>
        // behind a broker a space: what else follows its port looks like a part of a login
        `${session.id} on ${formatBroker(session.broker)} (last used ${
          isoTime(session.lastUsedAt)
        })`
      );
    throw new SessionError(
      "RESOURCE_LIMIT",
      `All ${maxConnections} connections of this server are in use`,
      closable.length === 0
        ? "Wait until another client closes one, or raise MAX_CONNECTIONS"
        : `Close one with close_connection: ${closable.join("; ")}`,
    );
  }

  /**
   * Makes a session for a recording that settings ask for: it counts for no limit, everybody may use it, nobody may close
   * it, and it need not be connected.
   * @throws {OperationError} `NOT_ALLOWED` by `ALLOWED_BROKERS`
   */
  async stand(
    target: BrokerTarget,
    options: { readonly brokerName?: string; readonly tls?: TlsMaterial },
  ): Promise<Session> {
    const session = await Session.prepare(this.#environment, {
      target,
      createdBy: "settings",
      owner: STANDING_OWNER,
      isStanding: true,
      ...options,
    });
    this.#sessions.set(session.id, session);
    this.#standing++;
    return session;
  }

  /** A session whoever asks, or null. */
  find(id: string): Session | null {
    return this.#sessions.get(id) ?? null;
  }

  /**
   * The session with this id.
   *
   * @throws {SessionError} SESSION_EXPIRED or SESSION_NOT_FOUND
   */
  get(id: string, owner: string): Session {
    const session = this.#sessions.get(id);
    if (session !== undefined && this.#isVisible(session, owner)) {
      if (!session.isExpired) return session;
      this.#end(session, "expired");
    }
    const ended = this.#ended.get(id);
    const shown = ended !== undefined && (this.#options.sharing || ended.owner === owner);
    if (shown && ended.why === "expired") {
      throw new SessionError(
        "SESSION_EXPIRED",
        `Session "${id}" expired after ${this.#options.ttlSeconds} s without use`,
        "Connect again with establish_connection",
      );
    }
    throw new SessionError(
      "SESSION_NOT_FOUND",
      shown ? `Session "${id}" was closed` : `No session "${id.slice(0, 100)}" is open`,
      "Call list_active_connections for the open ones, or establish_connection for a new one",
    );
  }

  /** The sessions that this owner may be told of, oldest first. */
  list(owner: string): Session[] {
    this.sweep();
    if (!this.#options.sharing && owner === UNMARKED_OWNER) return [];
    return [...this.#sessions.values()].filter((session) => this.#isVisible(session, owner));
  }

  /** Every open session, whoever made it, oldest first. For whoever runs the server, not for its clients. */
  all(): Session[] {
    this.sweep();
    return [...this.#sessions.values()];
  }

  /** Whether an open session has this id, and this owner may use it. */
  sees(id: string, owner: string): boolean {
    const session = this.#sessions.get(id);
    return session !== undefined && this.#isVisible(session, owner);
  }

  #isVisible(session: Session, owner: string): boolean {
    return this.#options.sharing || session.owner === owner || session.isStanding;
  }

  /**
   * Disconnects and forgets a session.
   *
   * @throws {OperationError} NOT_ALLOWED for one that the settings made
   * @throws {Error} what {@linkcode get} throws
   */
  async close(id: string, owner: string): Promise<ClosedSession> {
    const session = this.get(id, owner);
    if (session.isStanding) {
      throw notAllowed(
        `Cannot close session "${id}": the operator's settings keep it open for a recording`,
        "Leave it open; it does not count towards the limit of connections",
      );
    }
    await this.#end(session, "closed");
    const counts: Readonly<SessionCounts> = session.counts;
    return {
      session_id: id,
      closed_at: isoTime(this.#environment.now()),
      messages_received: counts.messagesReceived,
      bytes_received: counts.bytesReceived,
      messages_published: counts.messagesPublished,
      reconnects: counts.reconnects,
    };
  }

  /** Tells when a session has ended, so that what belongs to it can be erased. Must not throw. */
  onClosed(callback: (sessionId: string, why: CloseReason) => void): void {
    this.#onClosed.push(callback);
  }

  /** Ends expired sessions now. Also done by itself at least every 60 s. */
  sweep(): void {
    for (const session of [...this.#sessions.values()]) {
      if (session.isExpired) this.#end(session, "expired");
    }
  }

  #startSweeping(): void {
    if (this.#sweeper !== null) return;
    const everyMs = this.#options.sweepMs ??
      Math.max(100, Math.min(MAX_SWEEP_MS, this.#environment.ttlMs / 10));
    const sweeper = setInterval(() => this.sweep(), everyMs);
    // A process that has nothing else to do may end.
    Deno.unrefTimer(sweeper);
    this.#sweeper = sweeper;
  }

  #end(session: Session, why: CloseReason): Promise<void> {
    if (!this.#sessions.delete(session.id)) return Promise.resolve();
    this.#ended.set(session.id, { why, owner: session.owner });
    for (const oldest of this.#ended.keys()) {
      if (this.#ended.size <= REMEMBERED_IDS) break;
      this.#ended.delete(oldest);
    }
    const closing = session.close(why).then(() => {
      for (const callback of this.#onClosed) callback(session.id, why);
    });
    this.#closing.add(closing);
    return closing.finally(() => this.#closing.delete(closing));
  }

  /** Closes every session with a DISCONNECT and stops what is being opened. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#sweeper !== null) clearInterval(this.#sweeper);
    this.#sweeper = null;
    this.#shutdown.abort();
    await Promise.allSettled([...this.#opening]);
    for (const session of [...this.#sessions.values()]) this.#end(session, "shutdown");
    await Promise.allSettled([...this.#closing]);
  }
}
