/** Devices that sleep between their reports, and come and go with each of them. */
import { isWoken, sleepBetween, sleepOf } from "../../sleep.ts";
import type { Sample } from "../../reading/trace.ts";
import type { DeviceView } from "../../reading/view.ts";
import type { HeardStatement } from "../../reading/statements.ts";
import { areQuick } from "./flapping_parts.ts";

/** What it tells of a start so soon after it is online is told of its waking, or as it says that it is there. */
const WAKING_MS = 5_000;

/** Whether a device that sleeps between its reports, and says each time that it comes and goes, tells of a start only then. */
export function wakesOnly(
  view: DeviceView,
  { starts, changes }: { starts: readonly Sample[]; changes: readonly HeardStatement[] },
): boolean {
  return starts.length > 1 && changes.length > 1 && isSleeper(view, changes) &&
    starts.every((start) =>
      view.said.some(({ statement, at }) =>
        statement === "online" && Math.abs(start.at - at) <= WAKING_MS
      )
    );
}

/** Whether it sleeps between its reports, and does not come and go more quickly than it has something to tell. */
export function isSleeper(view: DeviceView, changes: readonly HeardStatement[]): boolean {
  return sleepBetween(view, changes[0]?.story) !== null ||
    sleepOf(view, changes.at(-1) ?? null) !== null &&
      (!areQuick(changes) || isWoken(view));
}
