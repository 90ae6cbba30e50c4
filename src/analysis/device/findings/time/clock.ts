import type { Finding } from "../../finding_shape.ts";
import { findingFrom, secondsText, someOf } from "../../evidence.ts";
import { isTime, labelOf, leafOf, nameOf, objectOf, type Scalar } from "../../reading/fields.ts";
import { lastsMs, median, robustDeviation, spreadOf } from "../../../statistics.ts";
import { nameWords, wordsAt } from "../words/name_words.ts";
import { isSettings } from "../../../../payload/severity/topics.ts";
import { twinsOf } from "../../twins.ts";
import { wrongDate } from "./own_date.ts";
import {
  type CarriedTime,
  isOfSomethingElse,
  skewMs,
  timeIn,
  timeInText,
  timeKind,
  writtenName,
} from "../../reading/timestamps.ts";
import {
  type DeviceView,
  type Reading,
  siblingTopics,
  type TopicView,
} from "../../reading/view.ts";

/** `clock_skew`: of a clock that was never set, or else of one that is off, or that began anew at midnight. */
export function wrongClock(view: DeviceView): Finding[] {
  for (const find of [neverSet, isOff, wrongDate, beganAnew]) {
    for (const topic of view.topics) {
      if (/^(?:command|discovery|bridge)$/.test(topic.role)) continue;
      const finding = find(topic, view);
      if (finding !== null) return [finding];
    }
  }
  return [];
}

const DAY_MS = 86_400_000;
const HALF_DAY_MS = DAY_MS / 2;
const HOUR_MS = 3_600_000;
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
  /^(epoch|epochtime|unix|unixtime|unixtimestamp|timestamputc|utc|utctime|rtc|rtctime|devicetime|localtime|(?:sent|created|measured|sampled|recorded|reported|observed|generated|captured|logged|published)at)$/;
const SINCE_1970_MS = /^(?:epoch|unix|unixtime)(?:ms|millis)$/;
/** What may as well be an uptime by that name is told as a clock's while it is so short; in seconds. */
const YOUNG_S = 3_600;
/** A clock that started with its device, and has run for no longer than that, in seconds. */
const JUST_STARTED_S = 30 * 86_400;

function isStart(value: Scalar | undefined): boolean {
  if (typeof value !== "string" || value.length > 48) return false;
  if (NO_DATE.test(value)) return true;
  const told = timeInText(value) ?? timeInText(`${value} 00:00`);
  if (told === null) return false;
  return RUNNING_STARTS_MS.some((start) =>
    told.atMs > start - DAY_MS && told.atMs < start + RAN_MS
  ) ||
    EMPTY_STARTS_MS.some((start) => Math.abs(told.atMs - start) < 2 * DAY_MS);
}

/** The day at which what a number tells begins elsewhere, in seconds or milliseconds of 1970: `-11644473600000` is the zero of Windows. */
function emptyStartOf(value: Scalar | undefined): string | null {
  const start = typeof value !== "number"
    ? undefined
    : EMPTY_STARTS_MS.find((one) => [1, 1_000].some((unit) => value * unit === one));
  return start === undefined ? null : new Date(start).toISOString().slice(0, 10);
}

/** The day of a clock that counts milliseconds or seconds as the time goes, and far below nothing; null of anything else. */
function dayBefore1970(
  told: readonly Reading[],
  { path, topic }: { path: string; topic: TopicView },
): string | null {
  const counts = told.map(({ fields }) => Number(fields.get(path)));
  const [first = 0, last = 0] = [counts[0], counts.at(-1)];
  const passedMs = (told.at(-1)?.at ?? 0) - (told[0]?.at ?? 0);
  const unit = [1, 1_000].find((one) => Math.abs((last - first) * one - passedMs) < 0.1 * passedMs);
  const isTime = counts.every((count) => count < -DAY_S) && told.length > 2 &&
    timeKind(writtenName(path, topic.segments)) === "made";
  return isTime && unit !== undefined ? new Date(last * unit).toISOString().slice(0, 10) : null;
}

/** When a gateway of a radio network heard a frame: it knows that by GPS or not at all, and tells a date of nothing then. */
const OF_RECEPTION =
  /(?:^|\.)(?:(?:rx|reception)_?(?:info|metadata)|gateways|gws|lrrs)(?:\[\d*\])?\.[^.]+$/i;

function neverSet(topic: TopicView, view: DeviceView): Finding | null {
  if (!/^(?:state|event|info|reply|log)$/.test(topic.role)) return null;
  for (const path of topic.live.at(-1)?.fields.keys() ?? []) {
    const told = topic.live.filter(({ fields }) => fields.has(path));
    // A device that only just started sets its clock a moment later.
    const [before, last] = told.slice(-2).map(({ fields }) => fields.get(path));
    if (before === undefined || last === undefined || told.length < 2) continue;
    if (last === before && OF_RECEPTION.test(path)) continue;
    const early = dayBefore1970(told, { path, topic });
    const empty = early ?? emptyStartOf(last);
    const never = early !== null
      ? told
      : empty !== null
      ? isClock({ path, topic, runs: false })
        ? told.filter(({ fields }) => emptyStartOf(fields.get(path)) !== null)
        : []
      : typeof last === "string"
      ? isStart(last) && isStart(before) && isClock({ path, topic, runs: last !== before })
        ? told.filter(({ fields }) => isStart(fields.get(path)))
        : []
      : last === null
      ? isDateOfLike(path, view.twins) ? told.filter(({ fields }) => fields.get(path) === null) : []
      : last === 0
      ? standsAtNothing(told, { path, topic, view }) ? told : []
      : countsFromStart(told, { path, topic, view });
    if (never.length < 2) continue;
    // Where another field tells the time a count is the uptime.
    const isTold = ({ offMs }: Told) => Math.abs(offMs) <= SKEW_MS;
    if (
      typeof last === "number" && last !== 0 && empty === null && runningTimes(topic).some(isTold)
    ) continue;
    const label = labelOf({ path, topic });
    const isUptime = typeof last === "number" && last !== 0 && empty === null &&
      /^timestamps?$/.test(leafOf(path)) && !/(?:^|\.)clock\.[^.]+$/i.test(path);
    return findingFrom({
      code: "clock_skew",
      title: isUptime
        ? `"${label}" is ${last}: it counts seconds since the start and tells no date, as clocks do that were never set`
        : `The clock behind "${label}" ${early === null ? "was never set" : "is wrong"}: it says ${
          String(last).slice(0, 40)
        }${empty === null ? "" : `, which is ${empty}`}`,
      summary: `${never.length} of ${topic.live.length} live messages on "${topic.topic}" ${
        last === null || last === 0
          ? "tell none, while others of its kind do"
          : early === null
          ? "bear a time at which clocks start that nobody sets"
          : "bear a time below 0, which goes on as the time does: a number that ran over"
      }`,
      messages: someOf(never),
      suggestion:
        "Let the device reach a time server (NTP: its address, DNS, the firewall), or set the clock of what makes these values.",
    });
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
  { path, topic, view }: { path: string; topic: TopicView; view: DeviceView },
): readonly Reading[] {
  const [first, last] = [told[0], told.at(-1)];
  if (first === undefined || last === undefined) return [];
  const values = told.map(({ fields }) => fields.get(path));
  const [from, to] = [Number(values[0]), Number(values.at(-1))];
  // A number that stands still is a flag, or a zone.
  if (values.some((value) => typeof value !== "number") || !(from >= 0 && to > from)) return [];
  const name = leafOf(path) === "" ? nameOf(path, topic.segments) : leafOf(path);
  // SenML counts from 1970, or from the base time in seconds (RFC 8428, section 4.5.3).
  const isSenml = /^b?t$/.test(name) &&
    ["n", "bn"].some((one) => typeof last.fields.get(objectOf(path) + one) === "string");
  const inClock = /^timestamp$/.test(name) && /(?:^|\.)clock\.[^.]+$/i.test(path);
  const pace = 1_000 * (to - from) / (last.at - first.at);
  // `epoch` may count the rounds of a learner, too.
  const runs = pace > 0.5 && pace < 2;
  if (SINCE_1970.test(name) || inClock) return to < JUST_STARTED_S && runs ? told : [];
  if (timeKind(writtenName(path, topic.segments)) === "made" && isUnset(last)) return told;
  if (SINCE_1970_MS.test(name)) return to < 1_000 * JUST_STARTED_S ? told : [];
  const isDate = timeIn(values.at(-1) ?? null, last.at) !== null;
  if (!isDate && isDateOfLike(path, view.twins) && (runs || pace > 500 && pace < 2_000)) {
    return told;
  }
  // It counts seconds, as the time goes; a number of each message, and milliseconds, do not.
  const isTime = isSenml || /^timestamps?$/.test(name) && values.every(Number.isInteger);
  return isTime && to < YOUNG_S && told.length >= 3 && pace > 0.6 && pace < 1.4 ? told : [];
}

/** Whether others of its kind tell a time of now by that name: one of them, or so many. */
function isDateOfLike(path: string, twins: DeviceView["twins"], least = 1): boolean {
  return timeKind(leafOf(path)) === "made" && twins.filter(({ live }) => {
        const last = live.at(-1);
        const time = last === undefined ? null : timeIn(last.fields.get(path) ?? null, last.at);
        return time !== null && last !== undefined && Math.abs(time.atMs - last.at) < DAY_MS;
      }).length >= least;
}

/** What tells no time need not have one, unless so many others like it do, and none of them does not. */
const LEAST_DATED = 2;
const LEAST_UNDATED = 5;

/** Whether a time is 0 in all messages, where that of each other of its kind is one of now. */
function standsAtNothing(
  told: readonly Reading[],
  { path, topic, view }: { path: string; topic: TopicView; view: DeviceView },
): boolean {
  const like = twinsOf(topic, view).filter(({ live }) => live.at(-1)?.fields.has(path) === true);
  return told.length >= LEAST_UNDATED && told.every(({ fields }) => fields.get(path) === 0) &&
    isDateOfLike(path, like, Math.max(LEAST_DATED, like.length));
}

const CLOCK_STATE =
  / (?:time|clock|ntp|rtc|timestamp) (?:quality|sync|synced|synchroni[sz]ed|valid|status|source|set|ok) /;
const NOT_SET =
  /^(?:false|0|no|none|unknown|invalid|bad|not ?set|unset|not ?synced|un ?sync\w*|free ?run\w*|no ?sync|local|boot|uptime)$/i;

/** Whether what stands beside a time of no date says that no clock was set. */
function isUnset({ fields }: Reading): boolean {
  return [...fields].some(([path, value]) =>
    CLOCK_STATE.test(nameWords(path)) && NOT_SET.test(String(value))
  );
}

/** Clocks that tell the time of the day and no date. */
const CLOCK = /clock|time_?of_?day|rtc|(?:local|device|system)_?time/i;
const DAY_S = DAY_MS / 1_000;
/** A clock of the day goes on as the time does, but for so much. */
const PACE_S = 5;
/** So much may be put right, or be summer time. */
const MOST_SET_S = 3_700;
const LEAST_EACH = 2;

/** A clock of the day that goes on as the time does, and once begins at midnight though it is none. */
function beganAnew(topic: TopicView): Finding | null {
  for (const path of topic.live.at(-1)?.fields.keys() ?? []) {
    if (!CLOCK.test(writtenName(path, topic.segments))) continue;
    const told = topic.live.map(({ at, fields }) => ({
      at,
      value: fields.get(path),
      seconds: secondsOfDay(fields.get(path)),
    }));
    // How far it is from the time of receipt.
    const offs = told.map(({ at, seconds }) => (seconds ?? NaN) - at / 1_000);
    const isSame = (one = NaN, other = NaN) => apartOnClock(one, other) <= PACE_S;
    const anew = offs.findIndex((off) => !isSame(off, offs[0]));
    const [before, after] = [told[anew - 1], told[anew]];
    if (anew < LEAST_EACH || offs.length - anew < LEAST_EACH) continue;
    if (before === undefined || after === undefined) continue;
    const passedS = (after.at - before.at) / 1_000;
    const isOne = offs.slice(anew).every((off) => isSame(off, offs[anew])) &&
      apartOnClock(offs[anew] ?? NaN, offs[0] ?? NaN) > MOST_SET_S;
    if (!isOne || (after.seconds ?? NaN) > passedS + PACE_S) continue;
    return findingFrom({
      code: "clock_skew",
      title: `The clock "${
        labelOf({ path, topic })
      }" was reset: it began anew at midnight, from ${before.value} to ${after.value}`,
      summary: `On "${topic.topic}" it went on as the time does before and after that`,
      messages: someOf(topic.live.slice(anew - 1)),
      suggestion:
        "Look whether it lost its power or restarted; set its clock, or what it does by the time of day happens at other times.",
    });
  }
  return null;
}

/** How far two times of a clock are apart, either way round. */
function apartOnClock(one: number, other: number): number {
  const apart = (((one - other) % DAY_S) + DAY_S) % DAY_S;
  return Math.min(apart, DAY_S - apart);
}

/** The seconds since midnight that a number or `22:15:14` tells; null for anything else. */
function secondsOfDay(value: Scalar | undefined): number | null {
  if (typeof value === "number") {
    return Number.isInteger(value) && value >= 0 && value < DAY_S ? value : null;
  }
  const [, h, m, s] = /^(\d{1,2}):(\d\d):(\d\d)$/.exec(String(value ?? "").slice(0, 20)) ?? [];
  return h === undefined ? null : Number(h) * 3_600 + Number(m) * 60 + Number(s);
}

const SKEW_MS = 60_000;
/** So old data may be that is new each time, and so old what is told again until there is newer. */
const LATE_MS = 1_200_000;
const LATE_COPY_MS = 2 * HOUR_MS;
/** A queue that is sent after a silence tells old times, each nearer to now. */
const CATCHES_UP = 0.1;

/** Times of one field, in the messages that bear them. */
interface Told {
  readonly path: string;
  readonly told: readonly (Reading & { readonly time: CarriedTime })[];
  readonly offMs: number;
}

function isOff(topic: TopicView, view: DeviceView): Finding | null {
  if (topic.trace.shared && topic.live.length === 0) return null;
  const timed = topic.readings.flatMap((reading) =>
    reading.time === null ? [] : [{ ...reading, time: reading.time }]
  );
  const live = timed.filter(({ sample }) => !sample.retain);
  const future = timed.filter(({ sample, time, at }) => sample.retain && isFuture(time, at));
  const off = zonedByLike(live, { topic, view }) ?? namedOff(live) ?? runningOff(topic) ??
    (future.length === 0 ? null : {
      path: future[0]?.time.path ?? "",
      told: future,
      offMs: Math.max(...future.map(({ time, at }) => skewMs(time, at))),
    });
  return off === null || isBesideTheTime(off, { topic, view }) ? null : findingOf(off, topic);
}

/**
 * A time without a zone that is off by a whole number of hours or more, as another of its kind shows by the same field: that one
 * tells the time of the place.
 */
function zonedByLike(
  told: Told["told"],
  { topic, view }: { topic: TopicView; view: DeviceView },
): Told | null {
  const [first] = told;
  if (first === undefined || told.length < 3 || told.some(({ time }) => time.zoned)) return null;
  const { path } = first.time;
  const zones = twinsOf(topic, view).flatMap(({ live }) => {
    const timed = live.flatMap(({ at, time }) =>
      time === null || time.zoned || time.path !== path ? [] : [time.atMs - at]
    );
    const zoneMs = QUARTER_MS * Math.round(median(timed) / QUARTER_MS);
    const isNow = timed.every((offMs) => Math.abs(offMs - zoneMs) < SKEW_MS);
    return timed.length > 2 && isNow ? [zoneMs] : [];
  });
  const [zoneMs] = zones;
  if (zoneMs === undefined || zones.some((one) => one !== zoneMs)) return null;
  const offs = told.map(({ time, at }) => time.atMs - at - zoneMs);
  const offMs = median(offs);
  const isSteady = robustDeviation(offs) < 2_000;
  return Math.abs(offMs) > LATE_MS && isSteady ? { path, told, offMs } : null;
}

const QUARTER_MS = 900_000;

/** A time whose name says that it is the message's, and that is off all the time. */
function namedOff(told: Told["told"]): Told | null {
  const skews = told.map(({ time, at }) => skewMs(time, at));
  const offMs = median(skews);
  const steady = robustDeviation(skews) < Math.max(Math.abs(offMs) * 0.25, 2_000);
  // The begin of a day is of all that is told of it.
  const begins = new Set(told.map(({ time }) => time.atMs % HALF_DAY_MS));
  if (begins.size === 1 && begins.has(0)) return null;
  const isZoned = told.every(({ time }) => time.zoned);
  // Of which zone it is nobody says: what stands may be hours old, and so some minutes ahead of a quarter of one.
  if (!isZoned && new Set(told.map(({ time }) => time.atMs)).size === 1) return null;
  const isMade = offMs > 0 || told.every(({ time }) => !time.lastSeen) ||
    runsAlong(told, offMs);
  return told.length >= 3 && Math.abs(offMs) > SKEW_MS && steady && isMade && !catchesUp(skews)
    ? { path: told[0]?.time.path ?? "", told, offMs }
    : null;
}

/** Whether a field told the time of each of some messages, however far it is from that of receipt. */
export function toldTheTime(
  readings: readonly Reading[],
  { path, topic }: { path: string; topic: TopicView },
): boolean {
  const told = readings.flatMap((reading) => {
    const time = timeIn(reading.fields.get(path) ?? null, reading.at);
    return time === null ? [] : [{ ...reading, time: { ...time, path, lastSeen: false } }];
  });
  return told.length === readings.length && !NOT_NOW.test(wordsAt(path, topic.segments)) &&
    runsAlong(told, median(told.map(({ time, at }) => skewMs(time, at))));
}

/** Whether times go on as their messages come: what was last seen or got long ago does not. */
function runsAlong(told: Told["told"], offMs: number): boolean {
  const [first, last] = [told[0], told.at(-1)];
  return first !== undefined && last !== undefined &&
    last.time.atMs - first.time.atMs >= TO_THE_SECOND_MS &&
    told.every(({ time, at }) => Math.abs(skewMs(time, at) - offMs) < TO_THE_SECOND_MS);
}

const MOST_FIELDS = 100;
const NEWEST = 20;
/** A time that runs along is told to the second. */
const TO_THE_SECOND_MS = 2_500;
/** Moments that move along with now, and are not it: of what begins, ends, is to come, or since when something is so. */
const NOT_NOW =
  /^ (?:status|state) $| (?:next|until|till|eta|from|to|begin|begins|begun|start|started|starts|since|window|oldest|first|last|prev|previous|valid|expir\w*|due|target|end|ends|finish|finished|deadline|arrival|departure|schedule[ds]?|forecast|sunrise|sunset|boot|booted|retry|reset|up|changed?|change|trigger|triggered|(?:en)?queued?|launch\w*|submit\w*|request\w*|seen|updated?|battery|location|position|odometer|charge|charging|hvac|fuel|tyres?|tires?|doors?|weather) /;

/** Times of any field that run along with the messages: that is what a clock does. */
function runningTimes(topic: TopicView): Told[] {
  const newest = topic.live.slice(-NEWEST);
  const last = newest.at(-1);
  if (newest.length < 3 || last === undefined) return [];
  const fields = new Map(newest.flatMap((reading) => [...reading.fields].slice(0, MOST_FIELDS)));
  return [...fields].flatMap(([path, value]) => {
    const isNow = runningTimeIn(value, { path, topic, near: last.at }) !== null &&
      !NOT_NOW.test(wordsAt(path, topic.segments));
    const place = placeOf(path, { topic, reading: last });
    if (!isNow || isOfSomethingElse(`${place}.`) || path === "" && typeof value === "number") {
      return [];
    }
    const told = newest.flatMap((reading) => {
      const time = runningTimeIn(reading.fields.get(path) ?? null, {
        path,
        topic,
        near: reading.at,
      });
      return time === null ? [] : [{ ...reading, time: { ...time, path, lastSeen: false } }];
    });
    const offMs = median(told.map(({ time, at }) => skewMs(time, at)));
    const running = { path, told, offMs };
    // Of messages of several kinds one has a clock of its own.
    const isTold = told.length === newest.length || told.length > 2 && isFarBehind(running);
    return isTold && runsAlong(told, offMs) ? [running] : [];
  });
}

/** Where a time stands, without the lists of nothing but the one record it stands in: that is what the message tells. */
function placeOf(
  path: string,
  { topic, reading }: { topic: TopicView; reading: Reading },
): string {
  if (!path.includes("[")) return path;
  if (path.startsWith("[")) return `${topic.segments.at(-1)}.values${path}`;
  const paths = [...reading.fields.keys()];
  return path.replaceAll(
    "[0]",
    (_, at: number) =>
      paths.some((other) => other.startsWith(`${path.slice(0, at)}[1]`)) ? "[0]" : "",
  );
}

/** The year 10000 in milliseconds: what runs along up to there is a clock that counts from elsewhere. */
const LAST_MS = 253_402_300_800_000;

/** A time, or (milli)seconds of any century to come where the name is a time's: that they run along shows that they are one. */
function runningTimeIn(
  value: Scalar,
  { path, topic, near }: { path: string; topic: TopicView; near: number },
): ReturnType<typeof timeIn> {
  const told = timeIn(value, near);
  if (told !== null || typeof value !== "number" || !Number.isInteger(value)) return told;
  if (!isTime(nameOf(path, topic.segments))) return null;
  const atMs = value > near ? value : value * 1_000;
  return atMs > near && atMs < LAST_MS ? { atMs, zoned: true } : null;
}

/** What says when its sender made or sent it, whatever the time is at which others took it on. */
const SENT = / (?:sent|send|sending|measured|sampled|captured) /;
/** The clock of a device or of its receiver of positions; what was kept while it could not send is days old at most. */
const OF_ITS_CLOCK = / (?:device|fix|gps|gnss) ?time(?:stamp)? /;
const KEPT_MS = 30 * DAY_MS;
/** What runs along so far behind is a clock that is wrong, whatever the time is at which others took it on: one that counts weeks of GPS in ten bits. */
const FAR_MS = 300 * DAY_MS;
/** From these on satellites, DLMS and Apple's systems count; to what is counted so from 1970 it looks behind. */
const COUNTED_FROM_MS = ["1980-01-06", "2000-01-01", "2001-01-01"].map((date) => Date.parse(date));
const LEAP_SECONDS_MS = 60_000;

/** Whether a time runs along years behind, and is none that counts from elsewhere. */
function isFarBehind({ path, offMs }: Told): boolean {
  return offMs < -FAR_MS && !COUNTED_FROM_MS.some((ms) => Math.abs(offMs + ms) < LEAP_SECONDS_MS) &&
    !OF_RECEPTION.test(path) &&
    !objectOf(path).split(".").some(isSettings) && timeKind(leafOf(path)) === "made";
}

function runningOff(topic: TopicView): Told | null {
  const running = runningTimes(topic);
  const far = running.find(isFarBehind);
  if (far !== undefined) return far;
  if (topic.mixes) return null;
  const sent = running.find(({ path, offMs }) => {
    const words = wordsAt(path, topic.segments);
    return Math.abs(offMs) > LATE_MS && SENT.test(words) ||
      Math.abs(offMs) > KEPT_MS && OF_ITS_CLOCK.test(words);
  });
  if (sent !== undefined) return sent;
  // Moments that are not equally off are of what happened one after the other.
  const isOne = running.every(({ offMs }) =>
    Math.abs(offMs) > SKEW_MS && Math.abs(offMs - running[0].offMs) < SKEW_MS
  );
  return isOne ? running[0] ?? null : null;
}

/** Whether a time above it, or a topic beside it, is that of now: then it is of something else, such as a meter that is read now and then. */
function isBesideTheTime(
  off: Told,
  { topic, view }: { topic: TopicView; view: DeviceView },
): boolean {
  const { path, told } = off;
  const isNow = ({ offMs }: Told) => Math.abs(offMs) <= SKEW_MS;
  if (path === "") {
    return siblingTopics(view, topic).some((other) =>
      runningTimes(other).some((one) => one.path === "" && isNow(one))
    );
  }
  const depth = (one: string) => one.split(".").length;
  // What stands still beside it is when something began: `ts0` beside `tm`.
  const stands = new Set(told.map(({ time }) => time.atMs)).size === 1;
  return (path.includes(".") || stands) && !isFarBehind(off) &&
    runningTimes(topic).some((one) =>
      isNow(one) && (depth(one.path) < depth(path) || stands && depth(one.path) === depth(path))
    );
}

function findingOf({ path, told, offMs }: Told, topic: TopicView): Finding {
  const last = String(told.at(-1)?.fields.get(path)).slice(0, 40);
  const times = told.map(({ time }) => time.atMs);
  const stands = told.length >= 3 && spreadOf(times) < 1_000 &&
    lastsMs(told) > 2_000;
  const off = `${secondsText(offMs)} ${offMs > 0 ? "ahead" : "behind"}`;
  const label = labelOf({ path, topic });
  // Data may be late, and never early: what is told of a market, a cloud or a meter is of minutes ago.
  const isLate = offMs < 0 && offMs > -(stands ? LATE_COPY_MS : LATE_MS);
  return findingFrom({
    severity: isLate ? "info" : "warning",
    code: "clock_skew",
    title: stands
      ? `The time of its messages, "${label}", stands still, ${off}: an old value is sent again, or the clock has stopped`
      : `The device's clock is ${off}, by "${label}"`,
    summary:
      `"${label}" on "${topic.topic}" is ${last}, and differs from the time of receipt by ${
        secondsText(offMs)
      } (median of ${told.length})` +
      (told[0]?.time.zoned === false
        ? Math.abs(offMs) > QUARTER_MS / 2 && Math.abs(offMs) < DAY_MS
          ? "; the time has no zone, and others of its kind tell that of the place"
          : "; the time has no zone, so whole quarter hours are left out"
        : ""),
    messages: someOf(told),
    suggestion: stands
      ? "Look whether what reads the device still gets new values; then at the device's clock."
      : isZone(offMs)
      ? "The offset is one of a time zone: local time is sent as if it were UTC. Set the device's zone, or let it send UTC."
      : "Set up time synchronisation (NTP) on the device, and let it send times in UTC with a zone.",
  });
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
