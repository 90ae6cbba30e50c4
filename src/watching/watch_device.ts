import { pause } from "../waiting.ts";
import { type DeviceDiagnosis, deviceFilters } from "../analysis/device/mod.ts";
import { invalidArgument, throwIfCancelled } from "../errors.ts";
import type { Listening } from "../session/listening.ts";
import type { JudgingPace } from "./judging_pace.ts";
import type { RunningWatch, Watchable, WatchHooks } from "./running_watch.ts";
import type { DeviceState, DeviceWatch } from "./watch.ts";

/** When a device is looked at, in milliseconds. */
interface Looks {
  /** After the SUBACK: retained messages have come by then. */
  readonly firstMs: number;
  /** After a message of the device: it is judged together with those that come right after it. */
  readonly soonMs: number;
  /** After the look before, for what silence tells. */
  readonly againMs: number;
}

const LOOKS: Looks = { firstMs: 700, soonMs: 150, againMs: 5_000 };
/** Coming and going before this long ago is over. */
const FLAPPING_MS = 300_000;

/**
 * Watches the state of a device, judged by the engine of `debug_device`: soon after each message of the device, and
 * every few seconds for what silence tells. Resolves once the state is known as far as retained messages tell it. Throws
 * {@linkcode OperationError} `INVALID_ARGUMENT` where many devices are meant, and what listening throws.
 */
export async function watchDevice(
  session: Watchable,
  target: DeviceWatch,
  hooks: WatchHooks & { readonly pace: JudgingPace; readonly looks?: Looks },
): Promise<RunningWatch> {
  const { now, pace, looks = LOOKS } = hooks;
  const { DeviceObserver } = await import("../analysis/device/observers.ts");
  const observer = new DeviceObserver({
    deviceId: target.device,
    startedAtMs: now(),
    exact: true,
  });
  let listening: Listening | null = null;
  let state: DeviceState | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let dueAt = Infinity;
  let restUntil = 0;
  let stopped = false;

  function lookIn(ms: number): void {
    const at = Math.max(performance.now() + ms, restUntil);
    if (stopped || at >= dueAt) return;
    clearTimeout(timer);
    dueAt = at;
    timer = setTimeout(look, at - performance.now());
  }

  function look(): void {
    dueAt = Infinity;
    const report = listening?.report();
    if (stopped || report === undefined) return;
    // while nothing can be heard, nothing can be told
    if (report.connected_since !== null) {
      const started = performance.now();
      const { seconds, gaps } = report;
      judge(observer.result({
        nowMs: now(),
        listened: { seconds, gaps },
        changesSinceMs: now() - FLAPPING_MS,
      }));
      restUntil = performance.now() + pace.restAfter(performance.now() - started);
    }
    lookIn(looks.againMs);
  }

  function judge(diagnosis: DeviceDiagnosis): void {
    const current = stateOf(diagnosis);
    const before = state;
    state = current;
    const isNews = before === null ? target.retained : !isMetBy(target, before);
    if (!isNews || !isMetBy(target, current)) return;
    hooks.onMet({
      reason: "state",
      message: null,
      ...(before !== null && { before }),
      evidence: diagnosis.connection.evidence,
    });
  }

  async function stop(): Promise<void> {
    if (!stopped) pace.leave();
    stopped = true;
    clearTimeout(timer);
    await listening?.close();
  }

  pace.join();
  try {
    listening = await session.listen({
      filters: deviceFilters(target.device, session.broker.host),
      retained: "include",
      signal: hooks.signal,
      onMessage(message) {
        const { taken } = observer;
        observer.offer(message);
        if (state !== null && observer.taken > taken) lookIn(looks.soonMs);
      },
    });
    await pause(looks.firstMs, hooks);
    throwIfCancelled(hooks.signal, "Cannot start the watch");
    const { many } = observer;
    if (many !== null) throw manyDevices(target.device, many);
    look();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    listening,
    get deviceState() {
      return state;
    },
    missingPaths: [],
    stop,
  };
}

/** A device that comes and goes is offline in between. */
function isMetBy({ state }: DeviceWatch, current: DeviceState): boolean {
  return current === state || state === "offline" && current === "flapping";
}

/** The state that `debug_device` tells; a device that is overdue counts as offline. */
function stateOf({ connection, findings }: DeviceDiagnosis): DeviceState {
  if (connection.state !== "unknown") return connection.state;
  const isOverdue = findings.some(({ code, severity, explains }) =>
    code === "stale_heartbeat" && severity !== "warning" || explains?.includes("stale_heartbeat")
  );
  return isOverdue ? "offline" : "unknown";
}

function manyDevices(device: string, many: { count: number; names: readonly string[] }) {
  return invalidArgument(
    `Cannot watch "${device.slice(0, 200)}" as one device: it means ${many.count} (${
      many.names.slice(0, 3).join(", ").slice(0, 200)
    }, …)`,
    "Give one of them, as check_devices names it",
  );
}
