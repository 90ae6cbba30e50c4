import type { Finding } from "../../finding_shape.ts";
import { everyText, findingFrom, iso, previewOf, secondsText, someOf } from "../../evidence.ts";
import { fieldsOf, leafOf } from "../../reading/fields.ts";
import type { Span } from "../../heartbeat.ts";
import { median } from "../../../statistics.ts";
import { isFine, isNoisy } from "../values/restless_figures.ts";
import type { HeardStatement } from "../../reading/statements.ts";
import {
  type DeviceView,
  hasCome,
  heardLongerThan,
  heardMs,
  heartbeats,
  isLongerAgoThan,
  isLongSilent,
  lastTold,
  type Reading,
  siblingTopics,
  stateTopics,
  type TopicView,
} from "../../reading/view.ts";
import { sameBytes } from "../../reading/copies.ts";
import type { Sleep } from "../../families/family.ts";
import { overdueMs, sleepOf, sleepText } from "../../sleep.ts";
import {
  isCarried,
  isComputerAtHome,
  isNight,
  isSilentUnused,
  isWithoutSun,
  reachSaid,
} from "../../reading/reach_words.ts";
import { tellsOfCommand } from "../orders/answered_by.ts";
import { restartTimes } from "./connection.ts";
import { contradiction } from "./offline_retained.ts";
import { isOfPresence, isPassing } from "./presence.ts";
import { beatsOf } from "../time/rate_change.ts";
import { missingNumbers } from "./missing_numbers.ts";
import { sentToRest } from "./sent_to_rest.ts";
import {
  cameToRest,
  hasArrivedLast,
  isAfterDusk,
  isDone,
  isMove,
  isSaidLost,
  isTakenAway,
} from "../effects/come_to_rest.ts";
import { restBefore } from "../values/turns.ts";

/** After an offline, a message that late is not one that was still on its way. */
const AFTERGLOW_MS = 5_000;
const OVERDUE_BEATS = 3;
/** One message or the other is late or lost; so many in a row are not. */
const SURE_BEATS = 4;
/** As many intervals make a rhythm sure, however they spread. */
const SURE_INTERVALS = 6;
const LEAST_OVERDUE_MS = 5_000;
/** A few messages closer than this are one burst. */
const BURST_MS = 500;

/** The statement that holds now: of the device itself, or of its bridge when that is down. */
export function presentStatement(view: DeviceView): HeardStatement | null {
  const bridge = latest(view.said.filter((said) => said.bridge));
  const own = latest(ofWhole(view.said.filter((said) => !said.bridge)));
  if (bridge?.statement === "offline" && (own === null || own.statement !== "offline")) {
    return bridge;
  }
  return own ?? bridge;
}

/** Statements of the topic above all others that tell as well, as `x/availability` is above `x/area/1/availability`. */
function ofWhole(said: readonly HeardStatement[]): readonly HeardStatement[] {
  const treeOf = ({ sample }: HeardStatement) =>
    sample.topic.slice(0, sample.topic.lastIndexOf("/") + 1);
  const [top] = said.toSorted((a, b) => treeOf(a).length - treeOf(b).length);
  const tree = top === undefined ? "" : treeOf(top);
  if (tree === "" || !said.every((one) => treeOf(one).startsWith(tree))) return said;
  const own = said.filter((one) => treeOf(one) === tree);
  return new Set(own.map(({ sample }) => sample.topic)).size === 1 ? own : said;
}

function latest(said: readonly HeardStatement[]): HeardStatement | null {
  const live = said.filter((one) => !one.sample.retain);
  if (live.length > 0) return live[live.length - 1] ?? null;
  const offline = said.filter((one) => one.statement === "offline");
  return (offline.length * 2 >= said.length ? offline[0] : undefined) ?? said[said.length - 1] ??
    null;
}

/** `offline_last_will`. */
export function offlineLastWill(view: DeviceView): Finding[] {
  const said = presentStatement(view);
  if (said === null || said.statement !== "offline") return [];
  // A sleeper's last will speaks of its sleep; whether that lasts too long is another finding.
  if (!said.bridge && sleepOf(view, said) !== null) return [];
  if (isHeardAfter(view, said)) return [];
  if (contradiction(view)?.said === said) return [];
  const since = said.sample.retain
    ? "it was already so when listening began"
    : `since ${iso(said.at)}`;
  const before = view.lastHeard === null ? [] : [view.lastHeard];
  // A phone, a television or a computer of which only that is told is off whenever it pleases people, an inverter at night, and not lost.
  const isFree = !said.bridge &&
    (isCarried(said.sample.topic) ||
      view.lastHeardMs === null && isComputerAtHome(said.sample.topic) ||
      isOfPresence(said.sample.topic, view) ||
      isNight(fieldsOf(said.sample)) || isWithoutSun(lastTold(view))) &&
    !/lost|dead|broken|terminat|unexpect/i.test(previewOf(said.sample, 80));
  const isSent = !said.bridge && !said.sample.retain &&
    sentToRest(view, said.at, { withinMs: 0 }) !== null;
  return [findingFrom({
    severity: isFree || isSent ? "info" : "critical",
    code: "offline_last_will",
    title: said.bridge ? "The bridge of the device is offline" : "The device is offline",
    summary: `"${said.sample.topic}" says offline; ${since}` +
      (view.lastHeardMs === null ? ", and nothing else was heard live" : ""),
    messages: someOf([...before, said.sample].sort((a, b) => a.at - b.at)),
    suggestion: said.bridge
      ? `Restart what publishes "${said.sample.topic}" and read its log; the device itself may be fine.`
      : "Check power and network of the device; if it is up, look at the broker's log for refused connections of its client id.",
  })];
}

/** What others tell a thing to do; nothing at all presses a button. */
const ORDER = /^(?:on|off|toggle|open|close|stop|up|down|in|out|start|lock|unlock|press|)$/i;

/**
 * Whether the device itself was heard for longer than the last messages take after it was said to be offline. Where it retains
 * what it tells, what came live on topics that hold only orders is of others, who do not know that it is gone.
 */
function isHeardAfter(view: DeviceView, said: HeardStatement): boolean {
  const told = view.topics.filter(({ role }) => /^(?:state|event|reply|info|log)$/.test(role));
  const retains = !said.sample.retain &&
    told.some(({ readings }) => readings.some(({ sample }) => sample.retain));
  return told.some(({ live, readings, role }) =>
    live.some((one) =>
      one.at > said.at + AFTERGLOW_MS && !(role !== "state" && tellsOfCommand(one, view))
    ) &&
    !(retains && readings.every(({ fields, sample }) =>
      !sample.retain &&
      [...fields].every(([path, value]) => path === "" && ORDER.test(String(value)))
    ))
  );
}

/** Who sleeps for longer tells for how long. */
const LONGEST_SLEEP_MS = 36 * 3_600_000;

/** `stale_heartbeat`. */
export function staleHeartbeat(view: DeviceView): Finding[] {
  const said = presentStatement(view);
  const sleep = sleepOf(view, said);
  if (sleep !== null) {
    const isSince = sleep.sinceMs !== null || view.lastHeardMs !== null;
    return isSince ? oversleeping(sleep, view) : longAgo(view, LONGEST_SLEEP_MS) ?? [];
  }
  return overdueDevice(view) ?? overdueTimestamps(view) ?? overdueTopics(view);
}

/** A sleeper that did not come back in about two of its periods. */
function oversleeping(sleep: Sleep, view: DeviceView): Finding[] {
  const lateMs = overdueMs(sleep, view);
  if (lateMs <= 0) return [];
  return [stale(view, {
    title: `The device sleeps, and is ${secondsText(lateMs)} overdue`,
    summary: `${sleep.evidence}; ${sleepText(sleep, view)}`,
    topics: stateTopics(view).slice(0, 2),
  })];
}

/** Whether it still says by a beat of its own that it lives, however seldom it has values to tell. */
function beatsOn(view: DeviceView): boolean {
  return heartbeats(view).some(({ role, rhythm, live }) =>
    role === "availability" && rhythm?.even === true && rhythm.intervals >= SURE_INTERVALS &&
    !heardLongerThan(view, live.at(-1)?.at ?? 0, OVERDUE_BEATS * rhythm.medianMs)
  );
}

function overdueDevice(view: DeviceView): Finding[] | null {
  if (view.lastHeardMs === null || view.lastHeard === null) return null;
  const beats = [...new Set([...stateTopics(view), ...heartbeats(view)])].filter((
    { rhythm, mixes, intervals, live },
  ) =>
    rhythm?.even && !mixes && !isMove(live) && !isNewEachTime(live) && !isOfThePast(live) &&
    // A few events are evenly spaced by chance, unless every one of them is.
    (rhythm.intervals >= SURE_INTERVALS ||
      rhythm.medianMs >= BURST_MS &&
        intervals.every(({ lengthMs }) =>
          Math.abs(lengthMs - rhythm.medianMs) < 0.2 * rhythm.medianMs
        ))
  );
  // What speaks of others, or of what is used now and then, may rest, unless it still claims to be there.
  const resting = new Set(beats.filter((topic) =>
    isPassing(topic) ||
    isSilentUnused(topic.topic) && !countsOthers(topic) && !isClaimed(topic, view)
  ));
  const [fastest] = beats.sort((a, b) =>
    Number(resting.has(a)) - Number(resting.has(b)) ||
    (a.rhythm?.medianMs ?? 0) - (b.rhythm?.medianMs ?? 0)
  );
  if (fastest?.rhythm == null) return afterFewBeats(view);
  const beatMs = fastest.rhythm.medianMs;
  const lastMs = view.lastHeardMs;
  if (beatsOn(view)) return null;
  const limitMs = Math.max(OVERDUE_BEATS * beatMs, LEAST_OVERDUE_MS);
  if (!heardLongerThan(view, lastMs, limitMs)) return null;
  const silentMs = heardMs(view, lastMs, view.nowMs);
  const pauseMs = 1.5 * Math.max(...fastest.intervals.map(({ lengthMs }) => lengthMs));
  const isSure = isLongSilent(view, lastMs, Math.max(SURE_BEATS * beatMs, pauseMs));
  const rest = restBefore(view, lastMs, { withinMs: 2 * beatMs });
  const sent = sentToRest(view, lastMs, { withinMs: 2 * beatMs });
  const finding = stale(view, {
    title: `The device went silent ${secondsText(silentMs)} ago`,
    summary: `"${fastest.topic}" came ${
      everyText(fastest.intervals.map((i) => i.lengthMs))
    }, and nothing since ${iso(lastMs)}` +
      (rest === undefined
        ? ""
        : `, after "${rest.field}" turned from ${rest.before} to ${rest.after}`) +
      (sent === null ? "" : `; "${sent}" told that it would go to rest`) +
      (isTakenAway(view) ? "; all of its topics were emptied then: it was taken away" : ""),
    topics: [fastest],
  });
  const isFault = isSure && rest === undefined && sent === null && !resting.has(fastest) &&
    !hasArrivedLast(view, 2 * beatMs) && !isAfterDusk(view) && !isSaidLost(view, 2 * beatMs);
  return [isFault ? finding : { ...finding, severity: "info" }];
}

/** Whether it is said to be online, on a topic of statements or right above what it tells. */
function isClaimed({ segments }: TopicView, view: DeviceView): boolean {
  const said = presentStatement(view);
  const above = segments.slice(0, -1).join("/");
  return said !== null && !said.bridge && said.statement === "online" ||
    view.topics.some(({ topic, readings }) =>
      topic === above &&
      reachSaid(readings.at(-1)?.fields.get("") ?? "", { bare: false }) === "online"
    );
}

/** Names of how many there are. */
const HOW_MANY =
  /^(?:(?:current|total|people|person|visitor|vehicle|car)?(?:count|number|total|anzahl)s?|occupancy)$/;

/** Whether it tells how many there are, and said of none as well: what counts people or cars stays where it is. */
function countsOthers({ live }: TopicView): boolean {
  return [...live.at(-1)?.fields.keys() ?? []].some((path) =>
    HOW_MANY.test(leafOf(path)) &&
    live.every(({ fields }) => Number.isInteger(fields.get(path))) &&
    live.some(({ fields }) => fields.get(path) === 0)
  );
}

/** Whether each message has other fields than all before it: whoever tells each thing once has told it all. */
function isNewEachTime(live: readonly Reading[]): boolean {
  const told = live.map(({ fields }) => [...fields.keys()].sort().join());
  return live.length > 2 && new Set(told).size === live.length;
}

/** So many times as far apart as they came were records made that were kept until now. */
const TIMES_AS_FAR = 10;

/** Whether records come one after another that were made long after one another. */
function isOfThePast(live: readonly Reading[]): boolean {
  const { made, came } = beatsOf(live);
  return made > TIMES_AS_FAR * came;
}

/** As many equal intervals are seldom chance where measured values came with each. */
const FEW_INTERVALS = 2;

/** A device of so few messages that it may as well have had nothing more to tell. */
function afterFewBeats(view: DeviceView): Finding[] | null {
  const beats = stateTopics(view).filter(({ intervals, live }) =>
    intervals.length >= FEW_INTERVALS && intervals.length === live.length - 1 &&
    intervals.every(({ lengthMs }) => Math.abs(lengthMs - intervals[0].lengthMs) < 0.1 * lengthMs)
  );
  const [first] = beats;
  const isMeasuring = beats.some(isDocument) ||
    beats.filter(({ live }) => typeof live.at(-1)?.fields.get("") === "number").length >= 2;
  if (first === undefined || view.lastHeardMs === null || !isMeasuring) return null;
  const beatMs = first.intervals[0].lengthMs;
  const limitMs = Math.max(2 * OVERDUE_BEATS * beatMs, LEAST_OVERDUE_MS);
  if (!heardLongerThan(view, view.lastHeardMs, limitMs)) return null;
  const finding = stale(view, {
    title: `Nothing came for ${secondsText(heardMs(view, view.lastHeardMs, view.nowMs))}`,
    summary: `"${first.topic}" came ${
      everyText(first.intervals.map(({ lengthMs }) => lengthMs))
    } before, ${first.live.length} times in all, and the device is silent since`,
    topics: beats,
  });
  return [{ ...finding, severity: "info" }];
}

/** So late another topic, which has a beat of its own, tells that it was switched off. */
const TOLD_LATE_MS = 60_000;

/** A topic fell silent while the rest of the device goes on. */
function overdueTopics(view: DeviceView): Finding[] {
  const topics = stateTopics(view);
  const silent = topics.filter((topic) => {
    const lastMs = topic.trace.lastLiveAt;
    if (
      isPassing(topic) || topic.mixes || cameToRest(topic, view) || isMove(topic.live) ||
      isDone(topic) ||
      isOfThePast(topic.live) || isHeardElsewhere(topic, view) || movedOn(topic, view)
    ) {
      return false;
    }
    if (leftOthers(topic, view)) return isLongSilent(view, lastMs, 0);
    if (!topic.rhythm?.even || topic.rhythm.intervals < LEAST_BESIDE) return false;
    const isBehind = fellBehind(topic, topics);
    if (topic.rhythm.intervals < 8 && !isBehind) return false;
    const beats = isBehind ? SURE_BEATS : 2 * OVERDUE_BEATS;
    return isLongSilent(view, lastMs, beats * topic.rhythm.medianMs);
  });
  // What is switched off tells no more of what it does.
  const overdue = silent.filter(({ rhythm, trace: { lastLiveAt } }) => {
    const nearMs = 2 * (rhythm?.medianMs ?? 0);
    const untilMs = lastLiveAt + Math.max(nearMs, TOLD_LATE_MS);
    return restBefore(view, lastLiveAt, { withinMs: nearMs, untilMs }) === undefined;
  });
  const first = overdue[0];
  if (first === undefined) return [];
  const finding = stale(view, {
    title: `${
      overdue.length === 1 ? `"${first.topic}"` : `${overdue.length} topics`
    } fell silent while the device goes on`,
    summary: `"${first.topic}" came ${
      everyText(first.intervals.map((i) => i.lengthMs))
    }, and not since ${iso(first.trace.lastLiveAt)}`,
    topics: overdue,
  });
  return [{ ...finding, severity: "warning" }];
}

/** The address of one of many that a radio hears. */
const ADDRESS = /^(?:[\da-f]{2}[:-]?){5}[\da-f]{2}$/i;

/** Whether the address of what it told is now told by another topic: it went out of reach of one, into that of another. */
function isHeardElsewhere({ live, trace }: TopicView, view: DeviceView): boolean {
  const own = [...live.at(-1)?.fields.values() ?? []].filter((value) =>
    ADDRESS.test(String(value))
  );
  // Several receivers tell how far it is from each.
  const isFar = ["rssi", "distance"].every((leaf) => live.at(-1)?.fields.has(leaf));
  return own.length > 0 && view.topics.some((other) => {
    const last = other.live.at(-1);
    return last !== undefined && last.at > trace.lastLiveAt &&
      own.some((value) => [...last.fields.values()].includes(value)) &&
      (isFar || other.live[0].at > live[0].at);
  });
}

/** Levels that stay while those of the place change. */
const LEAST_KEPT = 0.6;

/** Whether a document goes on under a name that begins alike: `…/1020446/3/60;24/19/74/22` after `…/1020444/3/60;24/19/74/11`, as it drives. */
function movedOn({ segments, trace, live, rhythm }: TopicView, view: DeviceView): boolean {
  const fields = [...live.at(-1)?.fields.keys() ?? []];
  if (fields.length <= 1) return false;
  const untilMs = trace.lastLiveAt + 2 * (rhythm?.medianMs ?? 0);
  return view.topics.some((other) => {
    const [first] = other.live;
    const kept = segments.findIndex((level, i) => level !== other.segments[i]);
    return first !== undefined && first.at > trace.lastLiveAt && first.at <= untilMs &&
      other.segments.length === segments.length && kept >= LEAST_KEPT * segments.length &&
      [...first.fields.keys()].join() === fields.join();
  });
}

const LEAST_BESIDE = 3;
/** So many messages the others sent after it, each of which may be half a beat early. */
const LEAST_AHEAD = 4 - 0.5;

/**
 * Whether a topic kept its beat, and others go on without it. Values that are told as they change rest one by
 * one: it must have told the same twice, a whole document or a figure that goes up and down, or most of those
 * that keep its beat must tell the same again, or one of them where a figure is too fine to rest.
 */
function fellBehind(topic: TopicView, topics: readonly TopicView[]): boolean {
  const beatMs = topic.rhythm?.medianMs ?? 0;
  const going = topics.filter((other) =>
    other.trace.lastLiveAt > topic.trace.lastLiveAt + LEAST_AHEAD * beatMs
  );
  const beside = going.filter((other) =>
    Math.abs((other.rhythm?.medianMs ?? 0) - beatMs) < 0.3 * beatMs
  );
  return going.length > 0 &&
    topic.intervals.every(({ lengthMs }) => lengthMs < 1.5 * beatMs) &&
    (repeatsItself(topic) || (topic.live.at(-1)?.fields.size ?? 0) >= 2 || isNoisy(topic) ||
      beside.length >= 2 &&
        (isFine(topic) ? beside.length : 2) * beside.filter(repeatsItself).length >= beside.length);
}

/** Whether documents came with it at each of its beats, side by side, and go on without it. */
function leftOthers(topic: TopicView, view: DeviceView): boolean {
  const beatMs = median(topic.intervals.map(({ lengthMs }) => lengthMs));
  if (beatMs < BURST_MS || topic.live.length < LEAST_BESIDE || !isDocument(topic)) return false;
  const isState = ({ role }: TopicView) => role === "state" || role === "info";
  const beside = siblingTopics(view, topic).filter((other) =>
    other !== topic && isState(other) && isDocument(other) &&
    other.live.length > topic.live.length &&
    topic.live.every(({ at }, i) => Math.abs(other.live[i].at - at) < 0.3 * beatMs) &&
    other.rhythm?.even && Math.abs(other.rhythm.medianMs - beatMs) < 0.2 * beatMs &&
    other.trace.lastLiveAt > topic.trace.lastLiveAt + (LEAST_BESIDE + 0.5) * beatMs
  );
  return beside.length >= 2;
}

function repeatsItself({ live }: TopicView): boolean {
  return live.some((reading, i) => i > 0 && sameBytes(reading.sample, live[i - 1].sample));
}

function isDocument({ live }: TopicView): boolean {
  return [...live.at(-1)?.fields ?? []].filter(([path, value]) =>
    path !== "" && typeof value === "number"
  ).length >= 2;
}

/** Whoever tells no time of now, and nothing live, by its newest time; null where that is younger than a limit. */
function longAgo(view: DeviceView, limitMs: number): Finding[] | null {
  let newest: { atMs: number; topic: TopicView } | null = null;
  for (const topic of stateTopics(view)) {
    for (const { time } of topic.readings) {
      if (time !== null && time.atMs > (newest?.atMs ?? 0) && hasCome(view, time.atMs - 60_000)) {
        newest = { atMs: time.atMs, topic };
      }
    }
  }
  if (newest === null || !isLongerAgoThan(view, newest.atMs, limitMs)) return null;
  return [stale(view, {
    title: `The device was last heard ${secondsText(view.nowMs - newest.atMs)} ago`,
    summary: `Its newest timestamp is ${iso(newest.atMs)}; it should report at least every ${
      secondsText(limitMs)
    }`,
    topics: [newest.topic],
  })];
}

function overdueTimestamps(view: DeviceView): Finding[] | null {
  const announcedMs = announcedIntervalMs(view);
  const limit = announcedMs !== null ? OVERDUE_BEATS * announcedMs : quietLimitMs(view);
  const old = limit === null || view.lastHeardMs !== null ? null : longAgo(view, limit);
  if (old !== null) return old;
  if (announcedMs === null) return null;
  const from = view.lastHeardMs ?? view.startedAtMs;
  const limitMs = Math.max(OVERDUE_BEATS * announcedMs, LEAST_OVERDUE_MS);
  if (!heardLongerThan(view, from, limitMs)) return null;
  const silentMs = heardMs(view, from, view.nowMs);
  return [stale(view, {
    title: `Nothing came for ${secondsText(silentMs)}`,
    summary: `The device announced an interval of ${secondsText(announcedMs)}; nothing came from ${
      iso(from)
    } to ${iso(view.nowMs)}`,
    topics: stateTopics(view).slice(0, 2),
  })];
}

/** How long a device of its families may say nothing, in milliseconds. */
function quietLimitMs(view: DeviceView): number | null {
  for (const family of view.families) {
    const limitMs = family.quietLimitMs?.(view) ?? null;
    if (limitMs !== null) return limitMs;
  }
  return null;
}

/** The interval the device itself announced, in milliseconds. */
export function announcedIntervalMs(view: DeviceView): number | null {
  let seconds = view.identity.expireAfterS;
  for (const topic of view.topics) {
    const last = topic.readings[topic.readings.length - 1];
    if (last === undefined) continue;
    const announcedS = topic.family.announcedIntervalS?.(topic) ?? null;
    if (announcedS !== null && isIntervalS(announcedS)) {
      seconds = Math.max(seconds ?? 0, announcedS);
    }
    for (const [path, value] of last.fields) {
      const named =
        /^(reportinterval|reportingintervals?|heartbeatinterval|teleperiod|intervals|intervalsec|intervalseconds)$/
          .test(leafOf(path));
      if (named && typeof value === "number" && isIntervalS(value)) {
        seconds = Math.max(seconds ?? 0, value * unitOf(value, topic));
      }
    }
  }
  return seconds === null ? null : seconds * 1000;
}

/** Seconds of the unit in which a topic announces an interval: it is minutes where it comes in so many. */
function unitOf(announced: number, { intervals }: TopicView): 1 | 60 {
  const beatS = intervals.length < FEW_INTERVALS
    ? 0
    : median(intervals.map(({ lengthMs }) => lengthMs)) / 1_000;
  return Math.abs(beatS - 60 * announced) < 6 * announced ? 60 : 1;
}

/** Between a second and a week. */
function isIntervalS(seconds: number): boolean {
  return seconds >= 1 && seconds <= 604_800;
}

function stale(
  view: DeviceView,
  o: { title: string; summary: string; topics: readonly TopicView[] },
): Finding {
  const last = o.topics.map((topic) => topic.readings[topic.readings.length - 1]?.sample)
    .filter((sample) => sample !== undefined);
  const said = presentStatement(view);
  const claim = said?.statement === "online"
    ? `, although "${said.sample.topic}" still says online`
    : "";
  return findingFrom({
    severity: "error",
    code: "stale_heartbeat",
    title: o.title,
    summary: o.summary + claim,
    messages: someOf(last),
    suggestion:
      "Check power, battery and radio of the device; restart it if it hangs. Without a last will nobody else will tell.",
  });
}

/** One pause is any program's; a link that is poor breaks again and again. */
const LEAST_GAPS = 2;
/** Share of the time in which a topic with a rhythm of its own is silent at most. */
const MOST_SILENT = 1 / 3;

/** `gap`: silences in the middle of a rhythm, and numbers missing in a counter. */
export function gaps(view: DeviceView): Finding[] {
  const findings: Finding[] = [];
  const restarts = restartTimes(view);
  for (const topic of view.topics.filter(({ role }) => /^(?:state|event)$/.test(role))) {
    const counted = missingNumbers(topic, restarts, view);
    if (counted !== null) findings.push(counted);
    const { rhythm } = topic;
    if (topic.role === "event" || rhythm === null || !rhythm.even || rhythm.intervals < 8) continue;
    const leastMs = Math.max(4 * rhythm.medianMs, 2_000);
    // Long intervals in a row are a slower rhythm, not silences.
    const silent = topic.intervals.filter((interval, i) =>
      interval.lengthMs >= leastMs &&
      [i - 1, i + 1].every((j) => (topic.intervals[j]?.lengthMs ?? 0) < 2 * rhythm.medianMs)
    );
    if (silent.length === 0 || silent.length > topic.intervals.length / 4) continue;
    const longest = Math.max(...silent.map((interval) => interval.lengthMs));
    const silentMs = silent.reduce((sum, { lengthMs }) => sum + lengthMs, 0);
    // Visits, moves and cycles have silences between them that are longer than they are.
    const isMostlyHeard = silentMs < MOST_SILENT *
        topic.intervals.reduce((sum, { lengthMs }) => sum + lengthMs, 0);
    const edges = silent.flatMap((interval) =>
      topic.live.filter((r) => r.at === interval.fromMs || r.at === interval.toMs)
    );
    findings.push(findingFrom({
      severity: silent.length >= LEAST_GAPS && isMostlyHeard ? "warning" : "info",
      code: "gap",
      title: silent.length === 1
        ? `"${topic.topic}" was silent for ${secondsText(longest)}`
        : `"${topic.topic}" was silent ${silent.length} times, up to ${secondsText(longest)}`,
      summary: `It otherwise comes ${everyText(topic.intervals.map((i) => i.lengthMs))}; silent ${
        silent.slice(0, 3).map((s) => `from ${iso(s.fromMs)} to ${iso(s.toMs)}`).join(", ")
      }`,
      messages: someOf(edges),
      suggestion:
        "Look at signal and network of the device at these times, and at what else was loud on the broker.",
    }));
  }
  const counted = view.families.flatMap((family) => family.missingMessages?.(view) ?? []);
  return oneOf([...counted, ...findings]);
}

/** Several topics of a device fall silent together: the first tells, the others are counted. */
function oneOf(findings: Finding[]): Finding[] {
  const [first, ...others] = findings;
  if (first === undefined || others.length === 0) return findings;
  const summary = `${first.evidence.summary}; likewise ${others.length} more: ${
    others.slice(0, 3).map((finding) => finding.title).join("; ")
  }`;
  return [{ ...first, evidence: { ...first.evidence, summary } }];
}

/** Times in which nothing could be heard, from the gaps of a listening. */
export function spansOf(gaps: readonly { from: string; to: string }[]): Span[] {
  return gaps.map((gap) => ({ fromMs: Date.parse(gap.from), toMs: Date.parse(gap.to) }))
    .filter((span) => Number.isFinite(span.fromMs) && Number.isFinite(span.toMs));
}
