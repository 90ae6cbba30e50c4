import { splitWords } from "../../../../payload/severity/split_words.ts";
import { rememberingEach } from "../../../../payload/remembered.ts";
import type { Finding } from "../../finding_shape.ts";
import { findingFrom, iso, secondsText, someOf } from "../../evidence.ts";
import { differences, median, paceOf } from "../../../statistics.ts";
import { labelOf, leafOf, nameOf, type Scalar } from "../../reading/fields.ts";
import { goesWithPeople } from "../../reading/reach_words.ts";
import { toldTheTime } from "./clock.ts";
import { nameWords } from "../words/name_words.ts";
import { partsTimeStands, readTimeStands } from "./parts_time.ts";
import { isAwake, placesIn } from "../likes/told_by_twins.ts";
import {
  isOfSomethingElse,
  timeIn,
  timeKind,
  unitMsOf,
  writtenName,
} from "../../reading/timestamps.ts";
import {
  besideOf,
  type DeviceView,
  heardAtLeast,
  isLongerAgoThan,
  type Reading,
  siblingTopics,
  type TopicView,
} from "../../reading/view.ts";

const HOUR_MS = 3_600_000;
const HALF_HOUR_MS = HOUR_MS / 2;
/** So many equal ones in a row are no beat. */
const LEAST_EQUAL = 4;
const LEAST_SURELY_EQUAL = 7;

/** What is told of a thing though nothing new was got from it for long. */
export function oldData(view: DeviceView): Finding[] {
  for (
    const find of [
      toldAgain,
      pastOutlook,
      toldLongAgo,
      olderThanItsLike,
      partsTimeStands,
      readTimeStands,
    ]
  ) {
    for (const topic of view.topics) {
      const last = topic.readings.at(-1);
      if (last === undefined || !/^(?:state|info|event|availability)$/.test(topic.role)) continue;
      const found = find(topic, { last, view });
      if (found === null) continue;
      return [findingFrom({
        code: "stale_heartbeat",
        title: found.title,
        summary: found.summary ??
          `On "${topic.topic}" at ${iso(last.at)}, and nothing newer of it came`,
        messages: someOf(found.readings ?? [last]),
        suggestion:
          "What speaks for it hangs, has ended, or gets nothing new: look at its program and log, at the thing itself, and at the link between them (bus, radio, cloud, login).",
      })];
    }
  }
  return silentToAll(view);
}

interface Old {
  readonly title: string;
  readonly summary?: string;
  readonly readings?: readonly Reading[];
}

/** What is told ahead, hour by hour. */
const AHEAD =
  / (?:ahead|forecasts?|prices?|tariffs?|spot|tomorrow|upcoming|outlook|hourly|prognose|vorhersage|preise|prix|precios) /;
const LEAST_HOURS = 3;
/** The last hour told ahead was so long ago. */
const PAST_MS = 12 * HOUR_MS;

/** Hours told ahead, all of which are long over. */
function pastOutlook(topic: TopicView, { last, view }: At): Old | null {
  const times = [...last.fields].flatMap(([path, value]) => {
    const told = path.includes("[") ? timeIn(value, last.at) : null;
    const words = [...topic.segments.slice(-2), ...path.split(/[.[]/)].map(nameWords).join("");
    return told === null ? [] : [{ path, isAhead: AHEAD.test(words), ...told }];
  });
  const [end] = times.toSorted((a, b) => b.atMs - a.atMs);
  const ahead = times.filter(({ isAhead }) => isAhead);
  return end === undefined || ahead.length < LEAST_HOURS || !isOld(view, end, PAST_MS) ? null : {
    title: `What it tells ahead is of the past: the last of ${times.length} times is ${
      secondsText(view.nowMs - end.atMs)
    } old`,
    summary: `On "${topic.topic}" "${end.path}" is ${
      String(last.fields.get(end.path)).slice(0, 40)
    }`,
  };
}

interface At {
  readonly last: Reading;
  readonly view: DeviceView;
}

/** Whether a time is longer ago than a limit, in whatever zone it is told. */
function isOld(view: DeviceView, told: { atMs: number; zoned: boolean }, limitMs: number): boolean {
  return isLongerAgoThan(view, told.atMs, limitMs + (told.zoned ? 0 : 14 * HOUR_MS));
}

/** What is told all the time as long as its sender works. */
const BEAT = /heart ?beat|keep ?alive|watch ?dog|life ?sign|lebenszeichen/;
const NO_BEAT = /interval|timeout|period|since|boot|start|count|enabled|thresh|limit|level/;
/** A thing that speaks now and then spoke within two days; what takes commands, sooner. */
const LONG_MS = 48 * HOUR_MS;
const UNANSWERED_MS = 36 * HOUR_MS;

/** A heartbeat that stands or is told by its time, or what is retained only and says when it was got: long ago. */
function toldLongAgo(topic: TopicView, { last, view }: At): Old | null {
  // A car sleeps for days; Home Assistant tells so of each state when it last changed.
  const mayBeOld = () =>
    commands.length === 0 && goesWithPeople(topic.topic) ||
    siblingTopics(view, topic).some(({ topic }) => topic.endsWith("/last_changed"));
  const commands = unansweredBy(view);
  const longMs = commands.length > 0 ? UNANSWERED_MS : LONG_MS;
  for (const [path, value] of last.fields) {
    const name = nameOf(path, topic.segments);
    const isBeat = BEAT.test(name) && !NO_BEAT.test(name);
    const label = labelOf({ path, topic });
    const stood = isBeat ? standsSince(topic, path) : timeStandsSince(topic, path);
    if (stood !== null) {
      return {
        title: isBeat
          ? `The heartbeat "${label}" stands at ${value}, and moved before`
          : `The time of its messages stands: "${label}" is ${value} in all that came since, and went on before`,
        summary: `So since ${iso(stood.at)}`,
        readings: [stood, last],
      };
    }
    const isTold = isBeat || topic.live.length === 0 && kindOf(path, topic) !== null;
    const told = isTold ? timeIn(value, last.at) : null;
    const isStale = told !== null && isOld(view, told, OLD_BESIDE_MS) && powerStands(view);
    if (told === null || !isStale && !isOld(view, told, isBeat ? HOUR_MS : longMs)) continue;
    if (!isBeat && (mayBeOld() || isTakenAway(path, { last, view }))) continue;
    return {
      readings: [last, ...commands.slice(0, 2)],
      title: `${isBeat ? "The last heartbeat" : "What is told of it"} is ${
        secondsText(view.nowMs - told.atMs)
      } old: "${label}" is ${String(value).slice(0, 40)}${
        commands.length > 0 ? ", and commands bring no answer" : ""
      }`,
    };
  }
  return null;
}

/** Whether it is one of several things of which it is told itself that it is there no more. */
function isTakenAway(path: string, { last, view }: At): boolean {
  return view.topics.some(({ live }) => live.length > 0) &&
    besideOf(path, last).some(([other, value]) =>
      value === false && /^(?:is)?present$/.test(leafOf(other))
    );
}

/** What flows now, and what only may. */
const FLOWS = /power|watt|leistung|puissance|potencia|vermogen/;
const MAY_FLOW = /max|min|limit|set|target|peak|rated|nominal|capacity|on_?state|factor/;
const HEARD_MS = 20_000;

/** Whether it told last that power flows, which changes by the second, and nothing live was heard of it for a while. */
function powerStands(view: DeviceView): boolean {
  const states = view.topics.filter(({ role }) => /^(?:state|info|event)$/.test(role));
  return states.every(({ live }) => live.length === 0) &&
    heardAtLeast(view, view.startedAtMs, HEARD_MS) &&
    states.some(({ segments, readings }) =>
      [...readings.at(-1)?.fields ?? []].some(([path, value]) => {
        const name = nameOf(path, segments);
        return typeof value === "number" && value !== 0 && FLOWS.test(name) && !MAY_FLOW.test(name);
      })
    );
}

/** Others of its kind tell so often while it tells nothing, and what it told is so many times as old as they take. */
const LEAST_TOLD = 3;
const LEAST_LIKE = 2;
const TIMES_AS_OLD = 50;
const OLD_BESIDE_MS = 2 * HOUR_MS;

/** What is only retained of a thing, and was made long ago, while others of its kind tell the same time after time. */
function olderThanItsLike(topic: TopicView, { last, view }: At): Old | null {
  if (!isAwake(view) || goesWithPeople(topic.topic)) return null;
  if (
    view.topics.some(({ role, live }) => /^(?:state|info|event)$/.test(role) && live.length > 0)
  ) {
    return null;
  }
  for (const [path, value] of last.fields) {
    const told = isOfSomethingElse(path) || timeKind(writtenName(path, topic.segments)) === null
      ? null
      : timeIn(value, last.at);
    if (told === null || !isOld(view, told, OLD_BESIDE_MS)) continue;
    const places = new Set(placesIn(topic.segments, path));
    const like = view.twins.filter(({ segments, live }) =>
      live.length >= LEAST_TOLD && live.at(-1)?.fields.has(path) === true &&
      placesIn(segments, path).some((place) => places.has(place))
    );
    const everyMs = Math.max(...like.map(({ live }) => paceOf(live)));
    const isLate = like.length >= LEAST_LIKE && isOld(view, told, TIMES_AS_OLD * everyMs);
    if (!isLate) continue;
    return {
      title: `Nothing comes from it, and what is retained of it is ${
        secondsText(view.nowMs - told.atMs)
      } old, while ${like.length} others of its kind tell it every ${secondsText(everyMs)}`,
      summary: `"${labelOf({ path, topic })}" is ${String(value).slice(0, 40)}; "${
        like[0]?.segments.join("/") ?? ""
      }" came ${like[0]?.live.length ?? 0} times`,
    };
  }
  return null;
}

const ANSWER_MS = 5_000;
const LEAST_COMMANDS = 3;

/** The commands after which nothing at all was told live, which each topic asks for. */
const unansweredBy = rememberingEach((view: DeviceView): readonly Reading[] => {
  const commands = view.topics.filter(({ role }) => role === "command")
    .flatMap(({ live }) => live).filter(({ sample }) => sample.sizeBytes > 0)
    .sort((a, b) => a.at - b.at);
  const speaks = view.topics.some((topic) =>
    /^(?:state|event|reply|info|log)$/.test(topic.role) && topic.live.length > 0
  );
  const [first] = commands;
  return speaks || first === undefined || !heardAtLeast(view, first.at, ANSWER_MS) ? [] : commands;
});

/** `command_without_reply` of a device that told on a topic for answers before, and nothing at all after several commands. */
function silentToAll(view: DeviceView): Finding[] {
  const commands = unansweredBy(view);
  const [first, last] = [commands[0], commands.at(-1)];
  const answered = view.topics.some(({ role, readings }) =>
    role === "reply" && readings.length > 0
  );
  if (first === undefined || last === undefined || commands.length < LEAST_COMMANDS) return [];
  if (!answered || !heardAtLeast(view, last.at, ANSWER_MS)) return [];
  return [findingFrom({
    code: "command_without_reply",
    title: `${commands.length} commands brought no answer: the device told nothing at all since`,
    summary: `After "${first.sample.topic}" at ${
      iso(first.at)
    } and those that followed nothing live came from it`,
    messages: someOf(commands),
    suggestion:
      "Check that the device subscribes to these very topics and understands the payloads, and that what it drives (radio, bus) works.",
  })];
}

/** The message since which a number stands that went on with each message before; null where it does not. */
function standsSince({ live }: TopicView, path: string): Reading | null {
  const values = live.map(({ fields }) => fields.get(path));
  const at = values.indexOf(values.at(-1));
  const goesOn = values.slice(0, at + 1).every((value, i) => i === 0 || value !== values[i - 1]);
  const stands = values.slice(at).every((value) => value === values[at]);
  return at >= 2 && goesOn && stands && values.length - at >= LEAST_EQUAL ? live[at] ?? null : null;
}

/** So many times as long as it ever stood, and so long, messages come on with a time that stands. */
const AS_EVER = 3;
const LEAST_ON_MS = 5_000;
const LEAST_TIMES = 3;

/** The message since which the time of the messages stands that went on with them before; null where it does not. */
function timeStandsSince(topic: TopicView, path: string): Reading | null {
  const { live } = topic;
  const value = live.at(-1)?.fields.get(path) ?? null;
  if (timeIn(value) === null) return null;
  const changes = live.filter(({ fields }, i) =>
    i === 0 || fields.get(path) !== live[i - 1]?.fields.get(path)
  );
  const stood = changes.at(-1);
  const last = live.at(-1);
  if (changes.length < LEAST_TIMES || stood === undefined || last === undefined) return null;
  const at = live.indexOf(stood);
  const times = changes.map(({ at, fields }) => timeIn(fields.get(path) ?? null, at)?.atMs ?? NaN);
  const beats = differences(changes.map(({ at }) => at));
  // Where each message told another time none ever stood, however late some of them came.
  const stoodNever = at === changes.length - 1 && live.length - at >= LEAST_SURELY_EQUAL;
  const longestMs = stoodNever ? median(beats) : Math.max(...beats);
  const stands = live.length - at >= LEAST_EQUAL && differences(times).every((step) => step > 0) &&
    last.at - stood.at >= Math.max(AS_EVER * longestMs, LEAST_ON_MS);
  const isIts = isMade(path, topic) || toldTheTime(live.slice(0, at + 1), { path, topic });
  return stands && isIts ? stood : null;
}

/** Whether it is when a message was made, which no two messages have in common. */
function isMade(path: string, topic: TopicView): boolean {
  return !isOfSomethingElse(path) && timeKind(writtenName(path, topic.segments)) === "made";
}

function kindOf(path: string, topic: TopicView): "seen" | "updated" | null {
  if (isOfSomethingElse(path)) return null;
  const level = topic.segments.findLast((one) => !/^(?:state|status|value)$/i.test(one)) ?? "";
  const kind = timeKind(
    path === ""
      ? level.replace(/^.{1,40}[_ -](?=last[_ -]?[a-z]{1,8}$)/i, "")
      : writtenName(path, []),
  );
  return kind === "made" ? null : kind;
}

/** Words of a field that says how long ago what is told was got: `dataAge`, `seconds_since_last_update`. */
const AGE_WORD = /^(?:age|ago|since|elapsed|old|alter|leeftijd|stale|staleness|idle)$/;
const AGE_OF =
  /^(?:data|values?|readings?|measurements?|samples?|updated?|source|refresh|polls?|sync|packets?|messages?|msg|rx|frames?|telegrams?|seen|heard|contact|communication|comm|received?|report|response|daten)$/;
const AGE_AID =
  /^(?:last|time|the|of|in|text|str|s|sec|secs|seconds|ms|millis|milliseconds|min|mins|minutes|h|hours|sekunden|minuten|for|battery|meter|inverter|device)$/;
/** What a working source tells often; of all else an age may be long. */
const OFTEN =
  /power|watt|volt|current|(?<!st)amp|energy|kwh|soc|charge|flow|speed|rpm|switch|relay|leistung|spannung|strom|puissance|tension|potencia|vermogen/;
const MEASURED = /temp|hum|press|co2|pm\d|level|lux|moist|value/;
/** It may be asleep, and then speaks rarely. */
const SLEEPS = /batt|akku|sleep|vbat/;
const LEAST_MESSAGES = 2;

/** Values that come again and again, and say themselves that they are old. */
function toldAgain(topic: TopicView, { view }: At): Old | null {
  const last = topic.live.at(-1);
  if (topic.mixes || topic.live.length < LEAST_MESSAGES || last === undefined) return null;
  for (const [path, value] of last.fields) {
    const told = ageOf({ path, topic });
    const since = endedAt({ path, topic });
    if (since !== null) {
      return {
        title: `What is told of it gets older and older: "${labelOf({ path, topic })}" is ${value}`,
        summary: `On "${topic.topic}" it grows since ${
          iso(since[0].at)
        } with each message, and began anew all the time until then`,
        readings: since,
      };
    }
    if (told === null || told.ageMs < limitOf(view, { topic, last, kind: told.kind })) continue;
    return {
      title: `What is told of it is ${secondsText(told.ageMs)} old and comes again all the same: "${
        labelOf({ path, topic })
      }" is ${String(value).slice(0, 40)}`,
      summary: `In ${topic.live.length} messages on "${topic.topic}" none was newer`,
      readings: topic.live,
    };
  }
  return null;
}

/** What comes all the time from a source that works, however little happens. */
const STREAMED =
  /^(?:frames?|packets?|samples?|rx|telegrams?|data|polls?|readings?|measurements?)$/;
const LEAST_FRESH = 5;
const LEAST_OLDER = 5;
const FAR_OLDER = 20;
const LEAST_OLD_MS = 60_000;

/** The messages since which an age grows that began anew again and again before; null where it does not. */
function endedAt({ path, topic }: { path: string; topic: TopicView }): Reading[] | null {
  if (path === "" || topic.mixes || isOfSomethingElse(path)) return null;
  const name = writtenName(path, []);
  const unitMs = ageUnitMs(name);
  if (unitMs === null || !splitWords(name).some((word) => STREAMED.test(word))) return null;
  const ages = topic.live.map(({ fields }) => Number(fields.get(path) ?? NaN) * unitMs);
  const from = ages.findLastIndex((age, i) => i > 0 && !(age > (ages[i - 1] ?? NaN)));
  const fresh = Math.max(...ages.slice(0, from + 1));
  const last = ages.at(-1) ?? 0;
  const grows = ages.length - 1 - from >= LEAST_OLDER && from + 1 >= LEAST_FRESH &&
    last >= Math.max(FAR_OLDER * fresh, LEAST_OLD_MS);
  return grows ? topic.live.slice(from + 1) : null;
}

/** How old the newest of the messages says that its values are; null where it does not say. */
function ageOf(
  { path, topic }: { path: string; topic: TopicView },
): { ageMs: number; kind: "age" | "seen" | "updated" } | null {
  const [first, last] = [topic.live[0], topic.live.at(-1)];
  if (first === undefined || last === undefined || isOfSomethingElse(path)) return null;
  const values = topic.live.map(({ fields }) => fields.get(path) ?? null);
  const name = path === "" ? topic.segments.at(-1) ?? "" : writtenName(path, []);
  const unitMs = ageUnitMs(name);
  if (unitMs !== null) {
    const ages = values.map((value) =>
      typeof value === "number" ? value * unitMs : lengthIn(value) ?? NaN
    );
    // It grows: nothing new came in all this time.
    const grows = ages.every((age, i) => i === 0 || age >= (ages[i - 1] ?? NaN)) &&
      (ages.at(-1) ?? 0) > ages[0];
    return grows ? { ageMs: ages.at(-1) ?? 0, kind: "age" } : null;
  }
  const [value = null] = values;
  const atMs = timeIn(value, last.at)?.atMs ?? 0;
  // The begin of a day or an hour is of all that is told of it.
  const stands = values.every((one) => one === value) && atMs % HALF_HOUR_MS !== 0;
  const kind = kindOf(path, topic) ?? (stands && isMade(path, topic) ? "seen" : null);
  if (kind === null) return null;
  const ages = topic.live.map(({ at, fields }) => {
    const told = timeIn(fields.get(path) ?? null, at);
    if (told === null) return NaN;
    // Without a zone it may be off by as much as zones are.
    return at - told.atMs - (told.zoned ? 0 : 14 * HOUR_MS);
  });
  if (ages.some((age) => Number.isNaN(age))) return null;
  // What changes all the same is got anew, whatever that time is of.
  if (measuredIn(topic).some((one) => moves(topic, one))) return null;
  const isTimed = last.time !== null && !last.time.lastSeen;
  if (kind === "updated" && isTimed && !comesTheSame(topic)) return null;
  return { ageMs: Math.min(...ages), kind };
}

function ageUnitMs(name: string): number | null {
  const words = splitWords(name.replace(/^dataage$/i, "data age"));
  if (
    !words.some((word) => AGE_WORD.test(word)) || !words.some((word) => AGE_OF.test(word)) &&
      name !== ""
  ) {
    return /^last[ _]?(?:seen|heard|contact|comm|rx|update)[ _]?(?:minutes|min|seconds|sec|s|ms)$/i
        .test(
          name.replace(/([a-z])([A-Z])/g, "$1_$2"),
        )
      ? unitMsOf(leafOf(name))
      : null;
  }
  const known = words.every((word) =>
    AGE_WORD.test(word) || AGE_OF.test(word) || AGE_AID.test(word)
  );
  return known ? unitMsOf(leafOf(name)) : null;
}

/** The milliseconds of a length of time as `1 day, 2:04:06` writes it; null for anything else. */
function lengthIn(value: Scalar): number | null {
  const [whole, days = "0", h = "0", m = "0", s = "0"] =
    /^(?:(\d{1,4}) days?,? )?(\d{1,3}):(\d\d):(\d\d)(?:\.\d+)?$/.exec(String(value)) ?? [];
  if (whole === undefined) return null;
  return (((Number(days) * 24 + Number(h)) * 60 + Number(m)) * 60 + Number(s)) * 1_000;
}

const LEAST_ASKED = 2;

/** Whether it was commanded more than once while it was listened to. */
function isAsked({ topics }: DeviceView): boolean {
  const commands = topics.filter(({ role }) => role === "command");
  return commands.reduce((count, { live }) => count + live.length, 0) >= LEAST_ASKED;
}

/** From which age on what is told is too old, by what it is. */
function limitOf(
  view: DeviceView,
  o: { topic: TopicView; last: Reading; kind: "age" | "seen" | "updated" },
): number {
  const { topic, last, kind } = o;
  const beside = [...last.fields.keys()].map((path) => nameOf(path, topic.segments));
  const names = last.fields.has("")
    ? siblingTopics(view, topic).map(({ segments }) => nameOf("", segments))
    : beside;
  const often = names.some((name) => OFTEN.test(name));
  // A car sleeps as long as it pleases, unless it is asked.
  if (kind === "age" && goesWithPeople(topic.topic)) {
    return isAsked(view) ? 12 * HOUR_MS : Infinity;
  }
  if (kind === "age") return often ? 0.25 * HOUR_MS : 6 * HOUR_MS;
  if (!often && !names.some((name) => MEASURED.test(name))) return Infinity;
  const sleeps = names.some((name) => SLEEPS.test(name));
  return sleeps || !often ? 25 * HOUR_MS : 2 * HOUR_MS;
}

function measuredIn(topic: TopicView): string[] {
  return [...topic.live.at(-1)?.fields ?? []].filter(([path, value]) => {
    const name = nameOf(path, topic.segments);
    return typeof value === "number" && value < 1e9 && (OFTEN.test(name) || MEASURED.test(name));
  }).map(([path]) => path);
}

/** So many figures of a working thing do not all stand for so many messages. */
const LEAST_STANDING = 4;

/** Whether several messages tell the same of all that is measured. */
function comesTheSame(topic: TopicView): boolean {
  const measured = measuredIn(topic);
  return topic.live.length >= LEAST_STANDING && measured.length >= LEAST_STANDING &&
    !measured.some((path) => moves(topic, path));
}

function moves({ live }: TopicView, path: string): boolean {
  return new Set(live.map(({ fields }) => fields.get(path))).size > 1;
}
