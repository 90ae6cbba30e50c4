import { fleetFilters, FleetObserver, type FleetReport } from "../analysis/device/mod.ts";
import { Pauses } from "../collect/pauses.ts";
import { throwIfCancelled } from "../errors.ts";
import type { ListenedReport } from "../session/listening.ts";
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

/**
 * Judges all devices below a topic filter, from a recording or by listening, as {@linkcode HeardTime} says; `{ since }`
 * never listens. `filters`: what to hear instead of all that may be about them.
 * @throws {OperationError} `INVALID_ARGUMENT` where `since` is asked and nothing was recorded
 */
export async function checkFleet(
  session: Session,
  o: Pick<ToolContext, "core" | "signal" | "progress"> & {
    pattern: string;
    time: HeardTime;
    filters?: readonly string[];
  },
): Promise<FleetFacts> {
  const { core, signal, progress } = o;
  let observer = new FleetObserver({ pattern: o.pattern, startedAtMs: core.now() });
  const observation = await observe(core, {
    session,
    tool: "check_devices",
    filters: o.filters ?? fleetFilters(o.pattern),
    hiddenTopicsAside: true,
    time: o.time,
    defaultSeconds: FLEET_SECONDS,
    signal,
    progress,
    heard: () => observer.heard,
    onStart(fromMs) {
      observer = new FleetObserver({ pattern: o.pattern, startedAtMs: fromMs });
    },
    onMessage: (message) => observer.offer(message),
  });
  const { seconds, gaps } = observation.report;
  const report = await judged(observer, {
    nowMs: core.now(),
    listened: { seconds, gaps },
    signal,
  });
  return { ...report, ...observation.facts, stop_reason: observation.stopReason };
}

async function judged(
  observer: FleetObserver,
  o: {
    nowMs: number;
    listened: { seconds: number; gaps: ListenedReport["gaps"] };
    signal: AbortSignal;
  },
): Promise<FleetReport> {
  const pauses = new Pauses();
  const judging = observer.judge(o);
  while (true) {
    const step = judging.next();
    if (step.done) return step.value;
    if (!pauses.due) continue;
    await pauses.take();
    throwIfCancelled(o.signal, "Cannot judge the devices");
  }
}
