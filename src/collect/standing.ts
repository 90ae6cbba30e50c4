/** Recordings that the settings ask for: from the start on, for ever, whatever the broker does. */
import { pause } from "../waiting.ts";
import { formatAuthority } from "../mqtt/connection_string.ts";
import { log } from "../log.ts";
import { MqttMcpError } from "../errors.ts";
import type { Session } from "../session/session.ts";
import type { RecordingStore } from "./recordings.ts";

/** When to try again: doubling, at most every minute. */
interface Pace {
  readonly firstMs: number;
  readonly mostMs: number;
  /** How often a running recording is looked at. */
  readonly lookMs: number;
}

const PACE: Pace = { firstMs: 1_000, mostMs: 60_000, lookMs: 1_000 };

/** One session that records some filters until it is aborted. */
export async function recordForEver(
  session: Session,
  filters: readonly string[],
  options: { recordings: RecordingStore; signal: AbortSignal; pace?: Pace },
): Promise<void> {
  const { recordings, signal, pace = PACE } = options;
  const where = formatAuthority(session.broker);
  const told = new Map<string, string>();
  let delayMs = pace.firstMs;
  while (!signal.aborted) {
    let failed = false;
    for (const filter of filters) {
      if (recordings.isRecording(session.id, filter)) continue;
      try {
        await recordings.start(session, [filter], { signal });
        told.delete(filter);
        log("record").info("Recording {filter} at {where}", { filter, where });
      } catch (error) {
        if (signal.aborted) return;
        failed = true;
        const reason = error instanceof MqttMcpError ? error.message : "an internal error";
        if (told.get(filter) === reason) continue;
        told.set(filter, reason);
        log("record").warning("Cannot record {filter} at {where}, trying again: {reason}", {
          filter,
          where,
          reason,
        });
      }
    }
    await pause(failed ? delayMs : pace.lookMs, { signal });
    delayMs = failed ? Math.min(2 * delayMs, pace.mostMs) : pace.firstMs;
  }
}
