import { formatAuthority } from "../mqtt/connection_string.ts";
import { log } from "../log.ts";
import { invalidArgument, SessionError } from "../errors.ts";
import { JudgingPace } from "./judging_pace.ts";
import type { RunningWatch, Watchable } from "./running_watch.ts";
import { nameOf, noticeOf } from "./telling.ts";
import {
  type DeviceState,
  type EndReason,
  isDeviceWatch,
  type MetFacts,
  type MetNow,
  type Watch,
  type WatchTarget,
} from "./watch.ts";
import { watchDevice } from "./watch_device.ts";
import { watchMessages } from "./watch_messages.ts";

/** What a store of watches needs of a session. */
interface WatchedSession extends Watchable {
  readonly id: string;
  readonly owner: string;
  readonly broker: { readonly host: string; readonly port: number; readonly name?: string };
  /** Keeps the session alive and reconnecting while it is watched. */
  hold(reason: string): Disposable;
  notify(text: string, about?: string): void;
}

/** What a watch is started with. */
interface WatchRequest {
  readonly target: WatchTarget;
  /** Default: the condition in words. */
  readonly name?: string;
  readonly cooldownS: number;
}

/** What happened to a watch. */
export interface WatchEvent {
  readonly type: "met" | "ended";
  readonly watch: Watch;
}

/** Watches of one session, and of all together. Those on devices listen to more, and judge. */
const MOST_OF_A_SESSION = 50;
const MOST = 100;
const MOST_ON_DEVICES = 20;
/** Ended ones that can still be read. */
const MOST_ENDED = 100;
const KEPT_TIMES = 10;
const KEPT_BYTES = 8_192;

class StandingWatch implements Watch {
  readonly id: string = crypto.randomUUID();
  readonly sessionId: string;
  readonly owner: string;
  readonly broker: string;
  readonly name: string;
  readonly target: WatchTarget;
  readonly cooldownS: number;
  readonly since: number;
  met = 0;
  heldBack = 0;
  last: MetFacts | null = null;
  readonly times: number[] = [];
  ended: { at: number; why: EndReason } | null = null;
  /** On the clock that nobody sets. */
  metTick = -Infinity;
  running: RunningWatch | null = null;
  #gaps = 0;
  #refused: readonly string[] = [];
  #deviceState: DeviceState | null = null;
  #missingPaths: readonly string[] = [];

  constructor(session: WatchedSession, request: WatchRequest, since: number) {
    const { broker } = session;
    this.sessionId = session.id;
    this.owner = session.owner;
    this.broker = broker.name ?? formatAuthority(broker);
    this.target = request.target;
    this.name = request.name ?? nameOf(request.target);
    this.cooldownS = request.cooldownS;
    this.since = since;
  }

  get gaps(): number {
    return this.running?.listening.report().gaps.length ?? this.#gaps;
  }

  get refused(): readonly string[] {
    return this.running?.listening.report().refused.map(({ filter }) => filter) ?? this.#refused;
  }

  get deviceState(): DeviceState | null {
    return this.running?.deviceState ?? this.#deviceState;
  }

  get missingPaths(): readonly string[] {
    return this.running?.missingPaths ?? this.#missingPaths;
  }

  /** Stops listening, and keeps what is left to say. */
  async stop(): Promise<void> {
    const { running } = this;
    if (running === null) return;
    this.#gaps = this.gaps;
    this.#refused = this.refused;
    this.#deviceState = running.deviceState;
    this.#missingPaths = running.missingPaths;
    this.running = null;
    await running.stop();
  }
}

/** Every watch of a core. They stand until they are stopped or their session ends, and survive reconnects. */
export class WatchStore {
  readonly #now: () => number;
  readonly #sharing: boolean;
  readonly #watches = new Map<string, StandingWatch>();
  readonly #holds = new Map<string, Disposable>();
  readonly #listeners = new Set<(event: WatchEvent) => void>();
  readonly #pace = new JudgingPace();

  /** Without `sharing` a client sees those of its own sessions only. */
  constructor(options: { now: () => number; sharing: boolean }) {
    this.#now = options.now;
    this.#sharing = options.sharing;
  }

  /** Hears of every watch that is met or over; returns what ends that. Must be quick. */
  onEvent(listener: (event: WatchEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /**
   * Starts a watch; one of the same name, condition and cooldown that stands already is given back instead.
   * @throws {SessionError} `RESOURCE_LIMIT` where there are as many as allowed
   * @throws {OperationError} `INVALID_ARGUMENT` for a condition that can never hold, and what listening throws
   */
  async start(
    session: WatchedSession,
    request: WatchRequest,
    { signal }: { signal: AbortSignal },
  ): Promise<Watch> {
    const watch = new StandingWatch(session, request, this.#now());
    const same = this.ofSession(session.id).find((other) => sameOf(other) === sameOf(watch));
    if (same !== undefined) return same;
    this.#checkRoom(watch);
    this.#watches.set(watch.id, watch);
    try {
      const hooks = {
        now: this.#now,
        signal,
        onMet: (met: MetNow) => this.#onMet(session, watch, met),
      };
      watch.running = isDeviceWatch(watch.target)
        ? await watchDevice(session, watch.target, { ...hooks, pace: this.#pace })
        : await watchMessages(session, watch.target, hooks);
    } catch (error) {
      this.#watches.delete(watch.id);
      throw error;
    }
    if (watch.ended !== null) {
      await watch.stop();
      return watch;
    }
    if (!this.#holds.has(session.id)) this.#holds.set(session.id, session.hold("watching"));
    watch.running.listening.lost.then((why) => {
      // of the end of a session the registry tells, and why
      if (why === "connection_lost") this.#end(watch, "connection_lost", session);
    });
    return watch;
  }

  #checkRoom({ sessionId, target }: StandingWatch): void {
    const running = this.all().filter(({ ended }) => ended === null);
    const own = running.filter((watch) => watch.sessionId === sessionId);
    const isFull = own.length >= MOST_OF_A_SESSION
      ? `this session has ${MOST_OF_A_SESSION} watches`
      : running.length >= MOST
      ? `this server has ${MOST} watches`
      : isDeviceWatch(target) && this.#pace.watches >= MOST_ON_DEVICES
      ? `this server watches ${MOST_ON_DEVICES} devices`
      : null;
    if (isFull === null) return;
    throw new SessionError(
      "RESOURCE_LIMIT",
      `Cannot start another watch: ${isFull}`,
      "Stop one with watch_topics, action stop, or watch a wider filter",
    );
  }

  /**
   * Ends a watch of a session.
   * @throws {OperationError} `INVALID_ARGUMENT` where the session has no such watch
   */
  async stop(session: WatchedSession, watchId: string): Promise<Watch> {
    const watch = this.#watches.get(watchId);
    if (watch === undefined || watch.sessionId !== session.id) {
      throw invalidArgument(
        `Cannot stop the watch "${watchId.slice(0, 100)}": this session has none of that id`,
        "See the watch_id of each with action list",
      );
    }
    await this.#end(watch, "stopped", session);
    return watch;
  }

  /** The watches of a session, those that ended too, oldest first. */
  ofSession(sessionId: string): Watch[] {
    return this.all().filter((watch) => watch.sessionId === sessionId);
  }

  /** Every watch, whoever started it, oldest first. */
  all(): Watch[] {
    return [...this.#watches.values()];
  }

  /** A watch that a client may read, or null. */
  find(id: string, clientId: string): Watch | null {
    const watch = this.#watches.get(id);
    return watch !== undefined && this.sees(watch, clientId) ? watch : null;
  }

  /** Whether a client may know of a watch. */
  sees(watch: Watch, clientId: string): boolean {
    return this.#sharing || this.#watches.get(watch.id)?.owner === clientId;
  }

  /** Ends the watches of a session that has ended. */
  endSession(sessionId: string, why: Exclude<EndReason, "stopped" | "connection_lost">): void {
    for (const watch of this.#watches.values()) {
      if (watch.sessionId === sessionId) void this.#end(watch, why, null);
    }
  }

  #onMet(session: WatchedSession, watch: StandingWatch, met: MetNow): void {
    if (watch.ended !== null) return;
    const tick = performance.now();
    if (tick - watch.metTick < watch.cooldownS * 1000) {
      watch.heldBack++;
      return;
    }
    const at = this.#now();
    const { message } = met;
    watch.metTick = tick;
    watch.met++;
    watch.times.push(at);
    if (watch.times.length > KEPT_TIMES) watch.times.shift();
    watch.last = {
      ...met,
      at,
      message: message && { ...message, payload: message.payload.slice(0, KEPT_BYTES) },
      sizeBytes: message?.payload.length ?? 0,
    };
    session.notify(noticeOf(watch), watch.id);
    this.#tell({ type: "met", watch });
  }

  async #end(
    watch: StandingWatch,
    why: EndReason,
    session: WatchedSession | null,
  ): Promise<void> {
    if (watch.ended !== null) return;
    watch.ended = { at: this.#now(), why };
    const stopping = watch.stop();
    session?.notify(noticeOf(watch), watch.id);
    this.#tell({ type: "ended", watch });
    this.#forgetOldest();
    const isLast = !this.ofSession(watch.sessionId).some(({ ended }) => ended === null);
    if (isLast) {
      this.#holds.get(watch.sessionId)?.[Symbol.dispose]();
      this.#holds.delete(watch.sessionId);
    }
    await stopping;
  }

  #forgetOldest(): void {
    const ended = [...this.#watches.values()].filter((watch) => watch.ended !== null);
    for (const { id } of ended.slice(0, Math.max(0, ended.length - MOST_ENDED))) {
      this.#watches.delete(id);
    }
  }

  #tell(event: WatchEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        log("watch").error("Bug: telling of a watch failed: {error}", { error });
      }
    }
  }
}

/** The same for watches that would tell the same; those that ended are like no other. */
function sameOf(watch: Watch): string {
  const { target, name, cooldownS, ended } = watch;
  return ended === null ? JSON.stringify([target, name, cooldownS]) : watch.id;
}
