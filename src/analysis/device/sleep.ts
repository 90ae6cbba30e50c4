import { secondsText } from "./evidence.ts";
import type { Sleep } from "./families/family.ts";
import { leafOf, nameOf } from "./reading/fields.ts";
import type { HeardStatement } from "./reading/statements.ts";
import { differences, median } from "../statistics.ts";
import { type DeviceView, isLongerAgoThan, stateTopics } from "./reading/view.ts";

/** Reports a sleeper may miss before it is overdue: radios lose one now and then. */
const MISSED_PERIODS = 2;
/** A sleeper whose period nobody tells reports at least this often. */
const UNKNOWN_PERIOD_MS = 12 * 3_600_000;

/** Who talks more often than this does not sleep in between. */
const AWAKE_MS = 300_000;

/** The sleep of a device that its families or its last statement tell of; null when awake. */
export function sleepOf(view: DeviceView, said: HeardStatement | null): Sleep | null {
  for (const family of view.families) {
    const sleep = family.sleepOf?.(view) ?? null;
    if (sleep !== null) return isAwake(sleep, view) ? null : sleep;
  }
  if (said?.statement === "offline" && !said.bridge) {
    return toldSleep(view) ?? sleepBetween(view, said.story);
  }
  if (said?.statement !== "sleeping") return null;
  return {
    sinceMs: said.sample.retain ? null : said.at,
    periodMs: null,
    evidence: `"${said.sample.topic}" says sleeping`,
  };
}

// A bare "sleep" is more often a setting of milliseconds, as in every Tasmota state.
const SLEEP_SECONDS =
  /^(deepsleep(s|sec|secs|seconds|time|duration|interval|period)?|sleep(s|sec|secs|seconds|time|duration|interval|period))$/;
/** Beside one of these, a machine's `sleepTime` is after how long it turns itself off. */
const STANDS_BY = /standby|screen|display|backlight/;
const WAKE_REASON = /^(reset|wake(up)?|boot|restart)(reason|cause)?$/;

/** A device of no family whose values say that it sleeps between them: its last will speaks of that. */
function toldSleep(view: DeviceView): Sleep | null {
  for (const { readings, topic } of stateTopics(view)) {
    const last = readings.at(-1);
    for (const [path, value] of last?.fields ?? []) {
      const name = nameOf(path, topic.split("/"));
      const isPeriod = SLEEP_SECONDS.test(name) && typeof value === "number" && value >= 5 &&
        ![...last?.fields.keys() ?? []].some((one) => STANDS_BY.test(leafOf(one)));
      const isReason = WAKE_REASON.test(name) && typeof value === "string" &&
        /deep[- _]?sleep/i.test(value);
      if (last === undefined || !isPeriod && !isReason) continue;
      return {
        sinceMs: last.sample.retain ? null : last.at,
        periodMs: isPeriod && typeof value === "number" ? value * 1000 : null,
        evidence: `"${path === "" ? topic : path}" is ${String(value).slice(0, 40)}`,
      };
    }
  }
  return null;
}

/** The sleep between the wakings of a device, by what it logs or by its habit. */
export function sleepBetween(view: DeviceView, story: string | undefined): Sleep | null {
  return loggedSleep(view, story) ?? wakingsOf(view, story);
}

/** What a line of a log says last before its device sleeps: ESPHome's `Beginning sleep`, `Going to deep sleep for 600 s`. */
const FALLS_ASLEEP =
  /(?:beginning|entering|enter|going (?:in)?to|go to|starting|into) (?:a )?(?:deep[ _-]?)?sleep|(?<![a-z])(?:good ?night|deep[ _-]?sleep (?:now|for|until))|(?:gehe|geht) (?:in den )?(?:tief)?schlaf/i;
/** The sleep of a device whose log told of it each time before it was gone. */
function loggedSleep(view: DeviceView, story: string | undefined): Sleep | null {
  const lines = view.topics.filter(({ role }) => role === "log" || role === "event").flatMap((
    { topic, live },
  ) =>
    live.filter(({ fields }) =>
      [...fields.values()].some((value) =>
        typeof value === "string" && FALLS_ASLEEP.test(value.slice(0, 200))
      )
    ).map(({ at }) => ({ topic, at }))
  );
  const said = view.said.filter((one) => one.story === story && !one.bridge && !one.sample.retain);
  const gone = said.filter(({ statement }) => statement === "offline");
  const isTold = ({ at }: HeardStatement) => {
    const since = said.findLast((one) => one.at < at && one.statement === "online")?.at ?? 0;
    return lines.some((line) => line.at > since && line.at <= at);
  };
  const [line] = lines.slice(-1);
  return line !== undefined && gone.every(isTold)
    ? {
      sinceMs: gone.at(-1)?.at ?? line.at,
      periodMs: null,
      evidence: `"${line.topic}" told that it would sleep`,
    }
    : null;
}

/** So many times awake show a habit: each time for so long at most, and for so little of the time. */
const LEAST_WAKINGS = 3;
const LONGEST_WAKING_MS = 10_000;
const LEAST_PERIOD_MS = 10_000;
const MOST_AWAKE = 0.1;
const MOST_ON_BATTERY = 0.3;
/** Its clock wakes it as evenly. */
const UNEVEN = 0.1;
/** It may report before it says that it is there. */
const BEFORE_MS = 3_000;

/**
 * The sleep of a device that is online for a moment at even times, or on its battery whenever something wakes it, reports then,
 * and says itself that it goes: the broker would tell of one that was lost only when its keepalive is over. Null where it is
 * not so.
 */
function wakingsOf(view: DeviceView, story: string | undefined): Sleep | null {
  const told = view.said.filter((one) =>
    one.story === story && !one.bridge && !one.sample.retain &&
    (one.statement === "online" || one.statement === "offline")
  );
  const changes = told.filter((one, i) => one.statement !== told[i - 1]?.statement);
  const wakings = changes.flatMap((one, i) => {
    const untilMs = changes[i + 1]?.at;
    return one.statement === "online" && untilMs !== undefined ? [{ fromMs: one.at, untilMs }] : [];
  });
  const onBattery = hasBattery(view);
  if (wakings.length < (onBattery ? 2 : LEAST_WAKINGS)) return null;
  const periods = differences(wakings.map(({ fromMs }) => fromMs));
  const periodMs = median(periods);
  if (periodMs < LEAST_PERIOD_MS) return null;
  const areEven = periods.every((one) => Math.abs(one - periodMs) <= UNEVEN * periodMs);
  if (!areEven && !onBattery) return null;
  const reports = stateTopics(view).flatMap(({ live }) => live.map(({ at }) => at));
  const isAtWork = ({ fromMs, untilMs }: { fromMs: number; untilMs: number }) =>
    untilMs - fromMs <=
      Math.min(LONGEST_WAKING_MS, (onBattery ? MOST_ON_BATTERY : MOST_AWAKE) * periodMs) &&
    reports.some((at) => at >= fromMs - BEFORE_MS && at <= untilMs);
  if (!wakings.every(isAtWork)) return null;
  return {
    sinceMs: wakings.at(-1)?.untilMs ?? null,
    periodMs,
    evidence: `it is online for a moment every ${
      secondsText(periodMs)
    } and says itself that it goes`,
  };
}

/** Whether it tells of its battery, and of nothing that only one with a supply has: a battery of a house is on mains. */
function hasBattery(view: DeviceView): boolean {
  const names = stateTopics(view).flatMap(({ topic, readings }) =>
    [...readings.at(-1)?.fields.keys() ?? []].map((path) => `${topic}/${path}`.toLowerCase())
  );
  return names.some((name) => /batt|akku|vbat/.test(name)) &&
    !names.some((name) => /cell|current|cycle|capacity|charg|power|energy|watt|bms/.test(name));
}

/** A device that may sleep but talks every few minutes is on power, and its silence counts. */
function isAwake(sleep: Sleep, view: DeviceView): boolean {
  return sleep.periodMs === null && sleep.sinceMs === null &&
    stateTopics(view).some(({ rhythm }) => rhythm?.even && rhythm.medianMs < AWAKE_MS) &&
    !isWoken(view);
}

/** What it tells so soon before or after it says that it is there is what woke it. */
const WOKEN_MS = 5_000;
const LEAST_WOKEN = 2;

/**
 * Whether it comes and goes, and each time that it comes tells of an event, or by a word or a flag of what is so no longer: of a
 * door that opens.
 */
export function isWoken(view: DeviceView): boolean {
  const said = view.said.filter(({ bridge, sample }) => !bridge && !sample.retain);
  const came = said.filter(({ statement }) => statement === "online");
  const told = view.topics.filter(({ role }) => /^(?:state|event)$/.test(role)).flatMap((
    { role, readings },
  ) =>
    readings.filter(({ fields, sample }, i) =>
      !sample.retain &&
      (role === "event" || [...fields].some(([path, value]) =>
        typeof value !== "number" &&
        value !== (readings[i - 1]?.fields.get(path) ?? value)
      ))
    ).map(({ at }) => at)
  );
  return came.length >= LEAST_WOKEN && said.some(({ statement }) => statement === "offline") &&
    came.every(({ at }) => told.some((one) => Math.abs(one - at) <= WOKEN_MS));
}

/** How long a sleeper is overdue, in milliseconds; 0 while it may still sleep. */
export function overdueMs(sleep: Sleep, view: DeviceView): number {
  const newest = Math.max(sleep.sinceMs ?? -Infinity, view.lastHeardMs ?? -Infinity);
  // Nobody tells when it fell asleep: it may have been a moment ago.
  if (newest === -Infinity) return 0;
  const limitMs = MISSED_PERIODS * (sleep.periodMs ?? UNKNOWN_PERIOD_MS);
  return isLongerAgoThan(view, newest, limitMs) ? view.nowMs - newest - limitMs : 0;
}

/** `sleeps 5 min at a time; next report due in 2 min`, as far as it is known. */
export function sleepText(sleep: Sleep, view: DeviceView): string {
  if (sleep.periodMs === null) return "it wakes by itself";
  const period = `it sleeps ${secondsText(sleep.periodMs)} at a time`;
  const newest = Math.max(sleep.sinceMs ?? -Infinity, view.lastHeardMs ?? -Infinity);
  if (newest === -Infinity) return period;
  const dueMs = newest + sleep.periodMs - view.nowMs;
  return `${period}; the next report is due ${
    dueMs >= 0 ? `in ${secondsText(dueMs)}` : `since ${secondsText(dueMs)}`
  }`;
}
