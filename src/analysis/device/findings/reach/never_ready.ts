import type { Finding } from "../../finding_shape.ts";
import { findingFrom, iso, secondsText, someOf } from "../../evidence.ts";
import { labelOf, leafOf, nameOf } from "../../reading/fields.ts";
import { lastsMs } from "../../../statistics.ts";
import { type DeviceView, fieldsTold } from "../../reading/view.ts";
import { isUptime, secondsOf, uptimeOf } from "./restart_signs.ts";

/** States of one that has not begun to work. */
const BEGINS =
  /^(?:init|initiali[sz](?:ing|ation)|initialisier(?:en|ung|t)|boot(?:ing)?(?: up)?)$/i;
const STATE = /^(?:device|system|node|gateway|controller)?(?:state|status|phase|stage)$/;
/** Who runs for so long has begun. */
const LEAST_RUN_S = 600;
const LEAST_TOLD = 3;
const LEAST_MS = 25_000;

/** `reported_error` of one that says all the time that it begins, though it runs for long: it never got ready. */
export function neverReady(view: DeviceView): Finding[] {
  const runS = runsForS(view);
  if (runS < LEAST_RUN_S) return [];
  for (const topic of view.topics) {
    if (!/^(?:state|info|availability)$/.test(topic.role)) continue;
    const { readings } = topic;
    const paths = [...readings.at(-1)?.fields.keys() ?? []];
    const path = paths.find((one) =>
      STATE.test(leafOf(one === "" ? topic.segments.at(-1) ?? "" : one)) &&
      readings.every(({ fields }) => BEGINS.test(String(fields.get(one) ?? "").trim()))
    );
    const sinceMs = readings[0]?.at ?? view.nowMs;
    const isLong = readings.length >= LEAST_TOLD && lastsMs(readings, 0) >= LEAST_MS ||
      readings[0]?.sample.retain === true && view.nowMs - view.startedAtMs >= LEAST_MS;
    if (path === undefined || !isLong) continue;
    const said = String(readings.at(-1)?.fields.get(path)).trim().slice(0, 40);
    return [findingFrom({
      severity: "warning",
      code: "reported_error",
      title: `It never got ready: "${labelOf({ path, topic })}" is "${said}" all the time`,
      summary: `On "${topic.topic}" in all messages since ${iso(sinceMs)}, though it runs for ${
        secondsText(runS * 1_000)
      }`,
      messages: someOf(readings),
      suggestion:
        "Look at its log for the step of its start that it waits for or that failed; who goes by that state leaves it out until then.",
    })];
  }
  return [];
}

/** For how long it says that it runs, in seconds; 0 where it does not say, or began anew. */
export function runsForS(view: DeviceView): number {
  for (const { topic, path } of fieldsTold(view)) {
    const name = nameOf(path, topic.segments);
    if (!isUptime(name) || /ms$|millis/.test(name)) continue;
    const told = topic.readings.map(({ fields }) => uptimeOf(fields.get(path)) ?? NaN);
    const rises = told.length > 1 && told.every((one, i) => i === 0 || one > (told[i - 1] ?? NaN));
    // A text says its units itself.
    const unit = typeof topic.readings.at(-1)?.fields.get(path) === "number" ? secondsOf(name) : 1;
    if (rises) return unit * (told.at(-1) ?? 0);
  }
  return 0;
}
