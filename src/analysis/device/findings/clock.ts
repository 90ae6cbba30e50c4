import type { Finding } from "../finding_shape.ts";
import { secondsText, someOf } from "../evidence.ts";
import { labelOf, leafOf, nameOf, type Scalar } from "../fields.ts";
import { median, robustDeviation } from "../../statistics.ts";
import {
  type CarriedTime,
  isOfSomethingElse,
  skewMs,
  timeInText,
  timeKind,
  writtenName,
} from "../timestamps.ts";
import type { DeviceView, Reading, TopicView } from "../view.ts";

/** `clock_skew`: of a clock that was never set, or else of one that is off. */
export function wrongClock(view: DeviceView): Finding[] {
  for (const find of [neverSet, isOff]) {
    for (const topic of view.topics) {
      if (/^(?:command|discovery|bridge)$/.test(topic.role)) continue;
      const finding = find(topic);
      if (finding !== null) return [finding];
    }
  }
  return [];
}

const DAY_MS = 86_400_000;
/** When clocks start that nobody sets: Unix, small real-time clocks, GPS. They run on from there. */
const RUNNING_STARTS_MS = [0, 315_532_800_000, 946_684_800_000];
const RAN_MS = 60 * DAY_MS;
/** Where .NET, Windows and spreadsheets begin: a date that stands for none. */
const EMPTY_STARTS_MS = [
  "0001-01-01",
  "1601-01-01",
  "1899-12-30",
  "1900-01-01",
  "1904-01-01",
].map((date) => Date.parse(`${date}T00:00:00Z`));
/** A date of nothing, which is no date. */
const NO_DATE = /^0000-00-00|^2000[-\/.]00[-\/.]00/;
/** Lengths of time that are written as a date after 1970. */
const LENGTHS =
  /dur|elapsed|remain|left|up ?time|run|timer|countdown|total|age|position|track|played|length|lap|delay|worked|dauer|rest|period|interval/;
/** Fields that count seconds since 1970 and nothing else: an age or an uptime is called otherwise. */
const SINCE_1970 =
  /^(epoch|epochtime|unix|unixtime|unixtimestamp|timestamputc|utc|utctime|rtc|rtctime|devicetime|localtime)$/;
const SINCE_1970_MS = /^(?:epoch|unix|unixtime)(?:ms|millis)$/;
/** A clock that started with its device, and has run for no longer than that, in seconds. */
const JUST_STARTED_S = 30 * 86_400;
/** A device that means its uptime by `timestamp` has mostly run for longer; in seconds. */
const YOUNG_S = 3_600;

function isStart(value: Scalar | undefined): boolean {
  if (typeof value !== "string" || value.length > 48) return false;
  if (NO_DATE.test(value)) return true;
  const told = timeInText(/\d:\d\d/.test(value) ? value : `${value} 00:00`);
  if (told === null) return false;
  return RUNNING_STARTS_MS.some((start) =>
    told.atMs > start - DAY_MS && told.atMs < start + RAN_MS
  ) ||
    EMPTY_STARTS_MS.some((start) => Math.abs(told.atMs - start) < 2 * DAY_MS);
}

function neverSet(topic: TopicView): Finding | null {
  if (!/^(?:state|event|info|reply|log)$/.test(topic.role)) return null;
  for (const path of topic.live.at(-1)?.fields.keys() ?? []) {
    const told = topic.live.filter(({ fields }) => fields.has(path));
    // A device that only just started sets its clock a moment later.
    const [before, last] = told.slice(-2).map(({ fields }) => fields.get(path));
    if (before === undefined || last === undefined || told.length < 2) continue;
    const never = typeof last === "string"
      ? isStart(last) && isStart(before) && isClock({ path, topic, runs: last !== before })
        ? told.filter(({ fields }) => isStart(fields.get(path)))
        : []
      : countsFromStart(told, { path, topic });
    if (never.length < 2) continue;
    return {
      severity: "warning",
      code: "clock_skew",
      title: `The clock behind "${labelOf({ path, topic })}" was never set: it says ${
        String(last).slice(0, 40)
      }`,
      evidence: {
        summary:
          `${never.length} of ${topic.live.length} live messages on "${topic.topic}" bear a time at which clocks start that nobody sets`,
        messages: someOf(never),
      },
      suggestion:
        "Let the device reach a time server (NTP: its address, DNS, the firewall), or set the clock of what makes these values.",
    };
  }
  return null;
}

/** What says when it was made is a clock; what runs on from message to message is one under any name. */
function isClock(o: { path: string; topic: TopicView; runs: boolean }): boolean {
  const name = writtenName(o.path, o.topic.segments);
  if (o.runs && !LENGTHS.test(name.toLowerCase())) return true;
  const own = nameOf(o.path, o.topic.segments);
  return !isOfSomethingElse(o.path) &&
    (timeKind(name) === "made" || timeKind(own) === "made" ||
      /^(?:updated|updatedat|lastupdated?)$/.test(own));
}

/** The messages whose number is of the seconds since a clock began to run at 1970. */
function countsFromStart(
  told: readonly Reading[],
  { path, topic }: { path: string; topic: TopicView },
): readonly Reading[] {
  const [first, last] = [told[0], told.at(-1)];
  if (first === undefined || last === undefined) return [];
  const values = told.map(({ fields }) => fields.get(path));
  const [from, to] = [Number(values[0]), Number(values.at(-1))];
  // A number that stands still is a flag, or a zone.
  if (values.some((value) => typeof value !== "number") || !(from >= 0 && to > from)) return [];
  const name = leafOf(path) === "" ? nameOf(path, topic.segments) : leafOf(path);
  const inClock = /^timestamp$/.test(name) && /(?:^|\.)clock\.[^.]+$/i.test(path);
  if (SINCE_1970.test(name) || inClock) return to < JUST_STARTED_S ? told : [];
  if (SINCE_1970_MS.test(name)) return to < 1_000 * JUST_STARTED_S ? told : [];
  // It counts seconds, as the time goes; a number of each message, and milliseconds, do not.
  const pace = 1_000 * (to - from) / (last.at - first.at);
  const counts = /^timestamps?$/.test(name) && to < YOUNG_S && told.length >= 3 &&
    values.every(Number.isInteger) && pace > 0.6 && pace < 1.4;
  return counts ? told : [];
}

const SKEW_MS = 60_000;
/** A queue that is sent after a silence tells old times, each nearer to now. */
const CATCHES_UP = 0.1;

function isOff(topic: TopicView): Finding | null {
  if (topic.trace.shared && topic.live.length === 0) return null;
  const timed = topic.readings.flatMap((reading) =>
    reading.time === null ? [] : [{ ...reading, time: reading.time }]
  );
  const live = timed.filter(({ sample }) => !sample.retain);
  const skews = live.map(({ time, at }) => skewMs(time, at));
  const future = timed.filter(({ sample, time, at }) => sample.retain && isFuture(time, at));
  const middle = median(skews);
  const steady = robustDeviation(skews) < Math.max(Math.abs(middle) * 0.25, 2_000);
  const isMade = middle > 0 || live.every(({ time }) => !time.lastSeen);
  const isSkewed = skews.length >= 3 && Math.abs(middle) > SKEW_MS && steady && isMade &&
    !catchesUp(skews);
  if (!isSkewed && future.length === 0) return null;
  const shown = isSkewed ? live : future;
  const off = isSkewed ? middle : Math.max(...future.map(({ time, at }) => skewMs(time, at)));
  const path = shown[0]?.time.path ?? "";
  const last = String(shown.at(-1)?.fields.get(path)).slice(0, 40);
  const stands = isSkewed && new Set(live.map(({ time }) => time.atMs)).size === 1 &&
    (live.at(-1)?.at ?? 0) - (live[0]?.at ?? 0) > 2_000;
  return {
    severity: "warning",
    code: "clock_skew",
    title: stands
      ? `The time of its messages stands still, ${secondsText(off)} ${
        off > 0 ? "ahead" : "behind"
      }: an old value is sent again, or the clock has stopped`
      : `The device's clock is ${secondsText(off)} ${off > 0 ? "ahead" : "behind"}`,
    evidence: {
      summary:
        `"${
          labelOf({ path, topic })
        }" on "${topic.topic}" is ${last}, and differs from the time of receipt by ${
          secondsText(off)
        } (median of ${shown.length})` +
        (shown[0]?.time.zoned === false
          ? "; the time has no zone, so whole quarter hours are left out"
          : ""),
      messages: someOf(shown),
    },
    suggestion: stands
      ? "Look whether what reads the device still gets new values; then at the device's clock."
      : isZone(off)
      ? "The offset is one of a time zone: local time is sent as if it were UTC. Set the device's zone, or let it send UTC."
      : "Set up time synchronisation (NTP) on the device, and let it send times in UTC with a zone.",
  };
}

/** Whether each message's time is nearer to its receipt than the one before. */
function catchesUp(skews: readonly number[]): boolean {
  const [first = 0, last = 0] = [skews[0], skews.at(-1)];
  return first < 0 && last - first > Math.abs(first) * CATCHES_UP &&
    skews.every((skew, i) => i === 0 || skew >= (skews[i - 1] ?? skew));
}

/** Whether an offset is a time zone's: whole half hours, up to 14 hours. */
function isZone(offMs: number): boolean {
  const halfHours = Math.abs(offMs) / 1_800_000;
  return halfHours <= 28.1 && Math.round(halfHours) >= 1 &&
    Math.abs(halfHours - Math.round(halfHours)) * 1_800_000 <= 90_000;
}

/** Of a retained local time only that is sure: it is further ahead than any zone is. */
function isFuture(time: CarriedTime, atMs: number): boolean {
  return time.atMs - atMs > (time.zoned ? SKEW_MS : 15 * 3_600_000);
}
