import { type DeviceDiagnosis, deviceFilters } from "../analysis/device/mod.ts";
import { inTurns } from "../collect/pauses.ts";
import { throwIfCancelled } from "../errors.ts";
import type { Session } from "../session/session.ts";
import { type HeardTime, observe } from "./observe.ts";
import type { ToolContext } from "./tool.ts";

/** How long it listens when the call does not say. */
const DEVICE_SECONDS = 30;

/** A diagnosis, and what it was heard from. */
interface HeardDiagnosis {
  readonly diagnosis: DeviceDiagnosis;
  readonly observation: Awaited<ReturnType<typeof observe>>;
}

/**
 * Judges one device, from a recording or by listening, as {@linkcode HeardTime} says. `filters`: what to hear instead of
 * all that may be about it.
 * @throws {OperationError} `INVALID_ARGUMENT` where `since` is asked and nothing was recorded
 */
export async function diagnoseDevice(
  session: Session,
  o: Pick<ToolContext, "core" | "signal" | "progress"> & {
    deviceId: string;
    time: HeardTime;
    filters?: readonly string[];
  },
): Promise<HeardDiagnosis> {
  const { core, signal, progress, deviceId } = o;
  const { DeviceObserver } = await import("../analysis/device/observers.ts");
  let observer = new DeviceObserver({ deviceId, startedAtMs: core.now() });
  let heard = 0;
  const observation = await observe(core, {
    session,
    tool: "debug_device",
    filters: o.filters ?? deviceFilters(deviceId, session.broker.host),
    // Few brokers have topics under `$` and fewer people record them.
    hiddenTopicsAside: true,
    time: o.time,
    defaultSeconds: DEVICE_SECONDS,
    signal,
    progress,
    heard: () => heard,
    onStart(fromMs) {
      observer = new DeviceObserver({ deviceId, startedAtMs: fromMs });
    },
    onMessage(message) {
      heard++;
      observer.offer(message);
    },
  });
  const { seconds, gaps } = observation.report;
  const judging = observer.judge({ nowMs: core.now(), listened: { seconds, gaps } });
  const diagnosis = await inTurns(
    judging,
    () => throwIfCancelled(signal, "Cannot judge the device"),
  );
  return { diagnosis, observation };
}
