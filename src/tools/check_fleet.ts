import { fleetFilters, type FleetObserver, type FleetReport } from "../analysis/device/mod.ts";
import { inTurns } from "../collect/pauses.ts";
import { throwIfCancelled } from "../errors.ts";
import type { Session } from "../session/session.ts";
import { type HeardTime, observe } from "./observe.ts";
import type { ToolContext } from "./tool.ts";

/** How long it listens when the call does not say. */
export const FLEET_SECONDS = 30;

/** What `check_devices` says, all rows of it. */
export interface FleetFacts extends FleetReport {
  readonly listened: object;
  readonly collection_id?: string;
  readonly stop_reason: string;
}

interface FleetRequest extends Pick<ToolContext, "core" | "signal" | "progress"> {
  readonly pattern: string;
  readonly time: HeardTime;
  /** What to hear instead of all that may be about them. */
  readonly filters?: readonly string[];
}

/**
 * Judges all devices below a topic filter, from a recording or by listening, as {@linkcode HeardTime} says; `{ since }`
 * never listens.
 * @throws {OperationError} `INVALID_ARGUMENT` where `since` is asked and nothing was recorded
 */
export async function checkFleet(session: Session, request: FleetRequest): Promise<FleetFacts> {
  const { observer, observation } = await heardFleet(session, request);
  return await factsOf(observer(), { ...request, observation, nowMs: request.core.now() });
}

async function heardFleet(session: Session, request: FleetRequest) {
  const { core, pattern } = request;
  const { FleetObserver } = await import("../analysis/device/observers.ts");
  let observer = new FleetObserver({ pattern, startedAtMs: core.now() });
  const observation = await observe(core, {
    session,
    tool: "check_devices",
    filters: request.filters ?? fleetFilters(pattern, session.broker.host),
    hiddenTopicsAside: true,
    time: request.time,
    defaultSeconds: FLEET_SECONDS,
    signal: request.signal,
    progress: request.progress,
    heard: () => observer.heard,
    onStart(fromMs) {
      observer = new FleetObserver({ pattern, startedAtMs: fromMs });
    },
    onMessage: (message) => observer.offer(message),
  });
  return { observer: () => observer, observation };
}

type Observed = Awaited<ReturnType<typeof observe>>;

async function factsOf(
  observer: FleetObserver,
  o: {
    nowMs: number;
    observation: Pick<Observed, "report" | "facts" | "stopReason">;
    signal: AbortSignal;
  },
): Promise<FleetFacts> {
  const { report: { seconds, gaps }, facts, stopReason } = o.observation;
  const judging = observer.judge({ nowMs: o.nowMs, listened: { seconds, gaps } });
  const report = await inTurns(
    judging,
    () => throwIfCancelled(o.signal, "Cannot judge the devices"),
  );
  return { ...report, ...facts, stop_reason: stopReason };
}

/** How far back the devices of a recording are looked at, and how much further while that is not renewed. */
const LOOKBACK_MS = 600_000;
const LONGEST_LEEWAY_MS = 300_000;
/** Judging all of them anew takes no more than this share of the time. */
const WHOLE_SHARE = 0.05;

/**
 * The devices of a recording, judged again and again: each as `check_devices` would with `since: "-10m"`, but that what
 * it looks back at begins up to five minutes earlier where all of it is costly to judge. In between only what was heard
 * since is taken in, and only those are judged whose verdict that, or the time, may have changed.
 */
export class StandingFleet {
  readonly #session: Session;
  readonly #request: Omit<FleetRequest, "time" | "progress">;
  #heard: Awaited<ReturnType<typeof heardFleet>> | null = null;
  #wholeMs = 0;

  constructor(session: Session, request: Omit<FleetRequest, "time" | "progress">) {
    this.#session = session;
    this.#request = request;
  }

  /**
   * Judges them now. One call at a time.
   * @throws {OperationError} `INVALID_ARGUMENT` where nothing is recorded
   */
  async check(): Promise<FleetFacts> {
    return await this.#again() ?? await this.#anew();
  }

  async #anew(): Promise<FleetFacts> {
    const started = performance.now();
    const { core } = this.#request;
    this.#heard = null;
    const heard = await heardFleet(this.#session, {
      ...this.#request,
      time: { since: "-10m" },
      progress: () => {},
    });
    const facts = await factsOf(heard.observer(), {
      ...this.#request,
      observation: heard.observation,
      nowMs: core.now(),
    });
    this.#heard = heard;
    this.#wholeMs = performance.now() - started;
    return facts;
  }

  async #again(): Promise<FleetFacts | null> {
    const heard = this.#heard;
    const { core } = this.#request;
    if (heard === null) return null;
    const { window, goOn, stopReason } = heard.observation;
    const leewayMs = Math.min(LONGEST_LEEWAY_MS, this.#wholeMs / WHOLE_SHARE);
    const lengthMs = core.now() - window.from;
    if (goOn === undefined || lengthMs < 0 || lengthMs > LOOKBACK_MS + leewayMs) return null;
    // what is cut short leaves a part behind
    this.#heard = null;
    const observation = await goOn();
    if (observation === null) return null;
    const facts = await factsOf(heard.observer(), {
      ...this.#request,
      observation: { ...observation, stopReason },
      nowMs: core.now(),
    });
    this.#heard = heard;
    return facts;
  }
}
