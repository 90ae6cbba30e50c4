import { plainKey, plainKeys, writtenKey } from "../../../../payload/plain_keys.ts";
import { inEnglish } from "../../../../payload/spoken_words.ts";
import { withoutColours } from "../../../../payload/visible_text.ts";
import { isExplainedAway, troubleIn } from "../../../../payload/severity/mod.ts";
import { textRank } from "../../../../payload/severity/text.ts";
import { rememberingEach } from "../../../../payload/remembered.ts";
import type { JsonValue } from "../../../../payload/payload.ts";
import type { Finding } from "../../finding_shape.ts";
import { everyTime, findingFrom, iso } from "../../evidence.ts";
import { differences } from "../../../statistics.ts";
import { flagOf } from "../../../../payload/flag.ts";
import { leafOf, nameOf } from "../../reading/fields.ts";
import { isOfGuard } from "../counts/growing_counts.ts";
import { brokenBecause } from "./unparseable.ts";
import { isAcknowledgement, isNoFailure } from "../orders/outcomes.ts";
import { isObject, type JsonObject } from "../../reading/json.ts";
import { tellsStatistics } from "../counts/statistics_told.ts";
import type { Trouble } from "../../families/family.ts";
import { generic } from "../../families/generic.ts";
import type { Sample } from "../../reading/trace.ts";
import {
  type DeviceView,
  isLongerAgoThan,
  type Reading,
  siblingTopics,
  toldBeside,
  type TopicView,
} from "../../reading/view.ts";

const SPEAKING = new Set(["state", "event", "reply", "log", "info"]);
/** Roles of topics that tell in free words what happens. */
const FREE = new Set(["event", "reply", "log"]);
/** Told as findings of their own. */
const OWN_FINDING =
  /^[^:]*(batter(y|ie)?[ _-]?(low|level|percent\w*)?:|rssi|link_?quality|signal)|^[^:]*low[ _-]?batter/i;
/** A word in the place of a missing value reports nothing. */
const PLACEHOLDER = /^(?:.*[:#\s])?\s*(unavailable|unknown|n\/a|nan|none)$/i;
const MAX_KINDS = 5;
/** What is told of an order or a try, and not of the device. */
const OF_OUTCOME =
  /^(?:[\w.]*\.)?(?:success|result|outcome|accepted|access|done|finished|executed)\b/i;

/** An order with a number of its own: what is not `ok` before its end waits or goes on. */
const ORDER_ID = /^(?:job|task|order|request|req|command|cmd|operation|print)(?:id|nr|no)$/;

function isOfOutcome({ kind }: Trouble, { fields }: Reading): boolean {
  return OF_OUTCOME.test(kind) ||
    /^ok\b/i.test(kind) && [...fields.keys()].some((path) => ORDER_ID.test(leafOf(path)));
}

/** Whether what was answered last is no trouble: one that failed and was then done is over. */
function isDoneSince(reading: Reading, topic: TopicView): boolean {
  const last = topic.live.at(-1);
  return topic.role === "reply" && last !== undefined && last !== reading &&
    troubleOf(last, topic) === null;
}

/** One kind of trouble with the messages that report it. */
interface TroubleKind extends Trouble {
  readonly samples: Sample[];
  /** It stands in a log, and so may be one line of several about one thing. */
  readonly isLogged: boolean;
  /** It may as well mean something else. */
  readonly isUnsure: boolean;
}

/** `reported_error`. */
export function reportedErrors(view: DeviceView): Finding[] {
  const kinds = new Map<string, TroubleKind>();
  const wakes = isAlarmClock(view);
  for (const topic of view.topics) {
    for (const reading of topic.readings) {
      const found = troubleOf(reading, topic);
      if (wakes && found !== null && WAKING.test(`${topic.segments.at(-1)} ${found.kind}`)) {
        continue;
      }
      const { sample } = reading;
      if (
        found !== null && isOfOutcome(found, reading) &&
        (isNoFailure(reading, topic) || isDoneSince(reading, topic))
      ) continue;
      if (
        found === null || isAcknowledgement(reading, topic) ||
        isNamedBeside(reading, { topic, view })
      ) continue;
      if (
        isCountAtRest(found, { reading, topic, view }) || isSet(found, { reading, topic, view })
      ) continue;
      if (isRepeated(reading, view) || isArmed(reading, { topic, view })) continue;
      if (view.identity.isCalm(sample.topic, sample.payload)) continue;
      const key = `${found.level} ${found.kind}`;
      const known = kinds.get(key);
      if (known !== undefined) known.samples.push(sample);
      else if (kinds.size < 200) {
        kinds.set(key, {
          ...found,
          samples: [sample],
          isLogged: topic.role === "log",
          isUnsure: isUnsure(found, { reading, topic, view }),
        });
      }
    }
  }
  const told = oneOfEachSource([...kinds.values()]);
  const why = onlyReason(told);
  return told
    .sort((a, b) =>
      (a.level === b.level ? 0 : a.level === "error" ? -1 : 1) ||
      b.samples.length - a.samples.length
    )
    .slice(0, MAX_KINDS)
    .map((trouble) => findingOf(trouble, kinds.size, BARE_WORD.test(trouble.kind) ? why : null));
}

/** `state: error`: what is wrong, another field or topic may say. */
const BARE_WORD = /^(?:[^:]{1,60}: )?(?:error|fault|failure|alarm|problem)$/i;

/** What the device says in words is wrong, where all that say so say the same; null where none does, or they differ. */
function onlyReason(kinds: readonly TroubleKind[]): string | null {
  const said = kinds.filter(({ isLogged }) => !isLogged).map(({ kind }) =>
    kind.slice(Math.max(kind.lastIndexOf(": "), kind.lastIndexOf(", ")) + 2)
  ).filter((words) => /\S \S+ \S/.test(words));
  const [only] = said;
  return only !== undefined && said.every((words) => words === only) ? only : null;
}

/** Whether a text is what somebody sent to it before, to be shown or said: `sign/message` after `sign/message/set`. */
export function isRepeated({ at, fields }: Reading, { topics }: DeviceView): boolean {
  const bare = fields.get("");
  // `{"text": "Line 7 is cancelled"}` of what is shown.
  const told = typeof bare === "string"
    ? [bare]
    : [...fields.values()].filter((value) => typeof value === "string" && textRank(value) > 0);
  return told.length > 0 &&
    topics.some(({ role, live }) =>
      role === "command" && live.some((one) => {
        const sent = [...one.fields.values()];
        return one.at <= at && told.every((said) => sent.includes(said));
      })
    );
}

/** Whether an alarm that is on is one that is only armed, as another topic tells that it was not triggered. */
export function isArmed({ fields }: Reading, o: { topic: TopicView; view: DeviceView }): boolean {
  return flagOf(fields.get("")) === true && /alarm/i.test(o.topic.topic) &&
    !/trigger/i.test(o.topic.topic) &&
    o.view.topics.some(({ topic, readings }) =>
      /alarm.{0,20}trigger|trigger.{0,20}alarm/i.test(topic) &&
      flagOf(readings.at(-1)?.fields.get("")) === false
    );
}

/** Counts of what once went wrong on a link that is used all the time: `tx_failed: 12`. */
const TRAFFIC =
  /^(?:[tr]x|socket|connect|auth|sent|send|received?|recv|read|write|publish|poll|packets?|frames?|msgs?|messages?|requests?|upload|crc)[_ -]?(?:failed|failures?|errors?|errs?|timeouts?|lost|dropped)(?:[_ -]?(?:count|total))?$/i;

/** Counts of all that went over a link, of which so many came well for each that did not. */
const ALL_TRAFFIC =
  /^(?:[tr]x)?(?:packets|frames|msgs|messages|requests|sent|received|total|count)$/;
const LEAST_OF_ALL = 200;

const LEAST_AT_REST = 3;
/** Share of the reports in which such a count grows on a link that is well. */
const SELDOM = 0.2;

/** Whether the trouble is a count that has not risen as long as was listened. */
function isCountAtRest(
  { kind }: Trouble,
  o: { reading: Reading; topic: TopicView; view: DeviceView },
): boolean {
  const [, name = ""] = /^([^:]{1,40}): (?:#|\d+)$/.exec(kind) ?? [];
  if (/[#\d]$/.test(kind) && (tellsStatistics(o.topic) || isOfGuard(name, o))) return true;
  if (!TRAFFIC.test(name)) return false;
  // The counters of a bus fall again by themselves.
  if (/^[tr]x/i.test(name) && o.topic.live.length < LEAST_AT_REST) return false;
  const path = [...o.reading.fields.keys()].find((one) =>
    leafOf(one || (o.topic.segments.at(-1) ?? "")) === leafOf(name)
  );
  if (path === undefined) return false;
  const counts = o.topic.live.map(({ fields }) => fields.get(path));
  const steps = differences(counts.map(Number));
  if (counts.some((value) => typeof value !== "number") || steps.some((step) => step < 0)) {
    return false;
  }
  // One more now and then, or of very many, is how links are; what grows all the time is told by its growth.
  const grown = steps.reduce((sum, step) => sum + step, 0);
  return steps.filter((step) => step > 0).length <= SELDOM * steps.length ||
    [...o.reading.fields.keys()].some((other) => {
      const all = o.topic.live.map(({ fields }) => Number(fields.get(other)));
      return ALL_TRAFFIC.test(leafOf(other)) &&
        (all.at(-1) ?? 0) - (all[0] ?? 0) >= LEAST_OF_ALL * grown;
    });
}

/** Whether what speaks of trouble is what its family knows to be set. */
function isSet(
  { kind }: Trouble,
  { reading, topic, view }: { reading: Reading; topic: TopicView; view: DeviceView },
): boolean {
  const path = kind.split(":", 1).join();
  return reading.fields.has(path) &&
    topic.family.fieldKind?.(path, topic, view) === "ignored";
}

/** The state of some link, which has no meaning for a device that speaks all the same; a bus is its own. */
const LINK_STATE =
  /^(?![^:]*(?:bus|serial|uart|rs485|sensor))(?:[^:]*(?:stat|connect|link|plug)[^:]*|(?:[a-z]{1,12}_)?event(?:_?type|_?name)?): (?:(?:connection|status|state|link|car|vehicle|cable|client|plug|ev)[_ ])*(?:disconnected|not connected|offline|unavailable|unreachable)$/i;
/** A kind of trouble as rules read names and words. */
function readKind(kind: string): string {
  return inEnglish(kind.replace(/^[^:]{1,60}(?=:)/, plainKey));
}

/** Alarms and alerts number their states as they please: 2 is off as often as on. */
const ALARM_NUMBER = /^[^:]*(?:alarm|alert)[^:]*: (?:#|\d+)$/i;

/** Whether notices are sent, as often as whether there are some. */
const NOTICES_ON = /^[^:]*(?:alerts|alarms|notifications|warnings): (?:on|true|1)$/i;

/** Whether the words or the number may as well mean something else. */
function isUnsure(
  trouble: Trouble,
  o: { reading: Reading; topic: TopicView; view: DeviceView },
): boolean {
  const { reading, topic, view } = o;
  if (isOverSince(reading, topic)) return true;
  if (topic.role === "log" && trouble.level === "warning") return isWarnedOfNothing(reading, topic);
  if (topic.family !== generic || topic.role === "log") return false;
  if (LINK_STATE.test(readKind(trouble.kind))) {
    const isKnownAlive = view.lastHeardMs !== null || view.said.at(-1)?.statement === "online";
    return isKnownAlive && !isAllThatIsSaid(trouble.kind, { topic, view }) &&
      !isLastOfAll(reading, view);
  }
  if (NOTICES_ON.test(readKind(trouble.kind))) return true;
  if (trouble.level === "warning" && isNoFault(trouble, o)) return true;
  const bare = reading.fields.get("");
  if (typeof bare === "string" && isOfLongAgo(bare, view)) return true;
  return typeof bare === "number" && bare !== 1 && ALARM_NUMBER.test(trouble.kind) &&
    !/^[01]{8,}$/.test(String(reading.sample.decoded?.value));
}

/** What says how it is in a sentence, and beside it by a number whether that is a fault. */
const OF_STATE =
  /^[^:]{0,40}(?:state|status)(?:_?(?:str|string|text|txt|msg|message|info|desc|description))?: (?=\S+ \S+ \S)/i;
const FAULT_STATE = /^(?:fault|error|alarm)(?:state|status)$/;

/** Whether a sentence on how it is sounds like trouble, and what stands beside it says that there is no fault: a limit keeps it back. */
function isNoFault(
  { kind }: Trouble,
  { reading, topic, view }: { reading: Reading; topic: TopicView; view: DeviceView },
): boolean {
  if (!OF_STATE.test(kind) && !OF_STATE.test(`${topic.segments.at(-1)}: ${kind}`)) return false;
  const faults = [...reading.fields, ...toldBeside({ topic, path: "" }, view)]
    .filter(([name]) => FAULT_STATE.test(leafOf(name))).map(([, value]) => value);
  return faults.length > 0 && faults.every((value) => value === 0 || value === "0");
}

/** A line that begins with the number of its kind, as SmartREST does. */
const OF_MANY_KINDS = /^\d{1,4},/;

/** A word that says no more than its topic does: `…/alarm` with `ALARM`, while a door is open. */
const BARE_ALARM = /^(?:alarm|alert|trigger|triggered)$/i;

/** Whether the text of a topic for one state said trouble once, and says none any more, or what was retained there was cleared. */
function isOverSince(reading: Reading, topic: TopicView): boolean {
  const last = topic.live.at(-1);
  const said = reading.fields.get("");
  const isCleared = reading.sample.retain && last?.sample.sizeBytes === 0;
  const isOfState = topic.role === "state" ||
    topic.role === "event" && (isCleared || BARE_ALARM.test(String(said).trim()));
  return isOfState && typeof said === "string" && !OF_MANY_KINDS.test(said) &&
    last !== undefined && last.at > reading.at &&
    (isCleared || typeof last.fields.get("") === "string") &&
    troubleOf(last, topic) === null && (BARE_ALARM.test(said.trim()) || !comesAgain(topic));
}

const OFTEN = 3;

/** Whether a topic says trouble again and again, with other words between: what tries anew each time is not well. */
const comesAgain = rememberingEach((topic: TopicView): boolean => {
  const troubled = topic.live.map((reading) => troubleOf(reading, topic) !== null);
  return troubled.filter((is, i) => is && troubled[i - 1] !== true).length >= OFTEN;
});

const LONG_AGO_MS = 36 * 3_600_000;
/** Of which zone it is nobody says: a day more or less is all the same here. */
const STARTS_WITH_TIME = /^\[?(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d)/;

/** `2026-01-05 07:12:41: …`: the last notice, which stays until there is another. */
function isOfLongAgo(text: string, view: DeviceView): boolean {
  const [, day, time] = STARTS_WITH_TIME.exec(text) ?? [];
  if (day === undefined) return false;
  const at = Date.parse(`${day}T${time}:00Z`);
  return Number.isFinite(at) && isLongerAgoThan(view, at, LONG_AGO_MS);
}

const WAKING = /^[^:]*(alarm|wecker|wake)|: (alarm|wecker|wake)/i;

/** The level of a line of a log, as its writer names it. */
const LEVEL_WORDS = /(?<![\p{L}\p{N}])(?:warn(?:ing)?|W(?=\]| \())(?![\p{L}\p{N}])/giu;
const LEVEL_KEY = /^(?:level|level_?name|lvl|severity|log_?level|type)$/;

/** Whether nothing but the level of a line of a log speaks of trouble. */
function isWarnedOfNothing({ sample }: Reading, topic: TopicView): boolean {
  const { decoded } = sample;
  // What has a code is no remark of a programmer.
  const said = plainKeys(decoded?.value ?? null);
  if (decoded === undefined || isObject(said) && "code" in said) return false;
  const value = typeof said === "string"
    ? said.replace(LEVEL_WORDS, "LEVEL")
    : isObject(said)
    ? Object.fromEntries(
      Object.entries(said).map(([key, item]) => [key, LEVEL_KEY.test(key) ? "info" : item]),
    )
    : said;
  return troubleIn({ ...decoded, value }, topic.topic, { free: true }).level === "none";
}

/** Whether a service says of what it connects to that the connection is gone, and tells no figure that moves. */
function isAllThatIsSaid(kind: string, o: { topic: TopicView; view: DeviceView }): boolean {
  if (
    !/^(?:connection|controller|device|link)_?(?:status|state): disconnected$/i.test(readKind(kind))
  ) {
    return false;
  }
  const { live } = o.topic;
  return live.length >= 2 &&
    o.view.topics.every((topic) =>
      topic === o.topic || topic.role === "availability" || topic.live.length === 0
    ) &&
    live.every(({ fields }) =>
      [...fields.values()].some((v) => /^disconnected$/i.test(inEnglish(String(v))))
    );
}

/** Whether it is an event of a connection, and the last that was heard of the device. */
function isLastOfAll({ at, fields }: Reading, view: DeviceView): boolean {
  const isOfConnection = [...fields].some(([path, value]) =>
    /^(?:event|type|eventtype|kind)$/.test(leafOf(path)) && typeof value === "string" &&
    /connection|connectivity|disconnect|online_?state/i.test(value)
  );
  // The same event may be told on a topic for all of them as well.
  return isOfConnection && view.lastHeardMs !== null && view.lastHeardMs - at < 1_000;
}

const SLEEPER =
  /snooz|lullaby|bedtime|sleep_?tracking|smart_?period|sunrise_?alarm|wake_?up_?light/i;

/** Whether the device's alarms are times at which it wakes people. */
function isAlarmClock(view: DeviceView): boolean {
  return view.topics.some((topic) =>
    SLEEPER.test(topic.segments.at(-1) ?? "") ||
    topic.readings.slice(-20).some(({ fields }) =>
      [...fields].some(([path, value]) =>
        typeof value === "string" && value.length <= 60 &&
        (/^([01]?\d|2[0-3]):[0-5]\d(:\d\d)?$/.test(value) &&
            WAKING.test(nameOf(path, topic.segments)) ||
          SLEEPER.test(value))
      )
    )
  );
}

/** A part that logs several troubles at a time has one: that which it logs most, of those that are trouble for sure. */
function oneOfEachSource(kinds: readonly TroubleKind[]): TroubleKind[] {
  const most = new Map<string, TroubleKind>();
  for (const kind of kinds) {
    const [, source] = /^([\w.]+): /.exec(kind.kind) ?? [];
    const key = kind.isLogged && source !== undefined
      ? `${kind.level} ${source}`
      : `${kind.level} ${kind.kind}`;
    const known = most.get(key);
    const isMore = known === undefined ||
      (isDoubtful(known) === isDoubtful(kind)
        ? known.samples.length < kind.samples.length
        : isDoubtful(known));
    if (isMore) most.set(key, kind);
  }
  return [...most.values()];
}

/** Whether it may as well be nothing, as far as it was told until now. */
function isDoubtful({ leastTimes, samples, isUnsure }: TroubleKind): boolean {
  return leastTimes === undefined ? isUnsure : samples.length < leastTimes;
}

/** Whether a number of trouble is one that the words on the topic beside it explain as none. */
function isNamedBeside(reading: Reading, o: { topic: TopicView; view: DeviceView }): boolean {
  const { segments } = o.topic;
  if (typeof reading.fields.get("") !== "number") {
    // The words of an error whose number is 0 are those of the last one.
    return /^(?:err|error|fault)$/i.test(segments.at(-2) ?? "") &&
      siblingTopics(o.view, o.topic).some((other) =>
        /\/(?:code|number)$/i.test(other.topic) &&
        other.readings.at(-1)?.fields.get("") === 0
      );
  }
  return siblingTopics(o.view, o.topic).some((other) =>
    other !== o.topic &&
    isExplainedAway(other.topic, String(other.readings.at(-1)?.sample.decoded?.value ?? ""))
  );
}

function troubleOf(reading: Reading, topic: TopicView): Trouble | null {
  const { sample } = reading;
  if (sample.decoded === undefined || sample.sizeBytes === 0) return null;
  const own = topic.family.troubleOf?.(topic, reading);
  if (own !== undefined) return own;
  if (!SPEAKING.has(topic.role)) return null;
  const judged = topic.family.judged?.(reading) ?? sample.decoded;
  const { level, kind } = troubleIn(judged, sample.topic, { free: FREE.has(topic.role) });
  if (level === "none" || OWN_FINDING.test(kind) && !/fail|fault|err/i.test(kind)) return null;
  if (topic.role === "state" && PLACEHOLDER.test(kind)) return null;
  if (/ -1$/.test(wordsOf(sample, kind)) && topic.readings.some(isUnset)) return null;
  // The halves of a broken document are words without their meaning.
  return brokenBecause(sample, false) === null ? { level, kind } : null;
}

const LEAST_UNSET = 3;

/** Whether -1 stands in a code and in several fields beside it: what was never received. */
function isUnset({ fields }: Reading): boolean {
  const unset = [...fields].filter(([, value]) => value === -1).map(([path]) => path);
  const codes = unset.filter((path) => /err|fault|code|fail/i.test(path));
  return codes.length > 0 && unset.length - codes.length >= LEAST_UNSET;
}

function findingOf(trouble: TroubleKind, kinds: number, why: string | null): Finding {
  const { samples, level, kind } = trouble;
  const isUnsure = isDoubtful(trouble);
  samples.sort((a, b) => a.at - b.at);
  const first = samples[0];
  const last = samples[samples.length - 1];
  const more = kinds > MAX_KINDS ? `; ${kinds} kinds in all, the first ${MAX_KINDS} are told` : "";
  return findingFrom({
    severity: isUnsure ? "info" : level,
    code: "reported_error",
    title: isUnsure
      ? `${wordsOf(last, kind)}: trouble, or an ordinary state of this device`
      : `The device reports ${level === "error" ? "an error" : "a warning"}: ${
        wordsOf(last, kind)
      }${why === null ? "" : ` (${shortened(why)})`}`,
    summary: samples.length === 1
      ? `Once on "${first?.topic}" at ${iso(first?.at ?? 0)}${more}`
      : `${samples.length} times on "${first?.topic}", last at ${iso(last?.at ?? 0)}${more}`,
    ...everyTime(samples),
    suggestion:
      "Read the whole message in recent_messages or the history, and look its text up in the device's manual.",
  });
}

/** Fields in which devices say in words what is wrong, the most telling first. */
const SAYING = ["message", "text", "description", "detail", "error", "reason"];
const TITLE_CHARS = 120;

/** What the device said last, in its own words where its kind blanks the figures or is too long. */
function wordsOf(sample: Sample | undefined, kind: string): string {
  if (!kind.includes("#") && kind.length <= TITLE_CHARS) return kind;
  const value = plainKeys(sample?.decoded?.value ?? null);
  if (typeof value === "number") {
    const level = sample?.topic.slice(sample.topic.lastIndexOf("/") + 1) ?? "";
    return shortened(`${level}: ${value}`);
  }
  if (typeof value === "string") return shortened(value);
  if (!isObject(value)) return shortened(kind);
  const { error } = value;
  const within = isObject(error) ? error : {};
  const said = SAYING.map((key) => value[key] ?? null).find((text) => typeof text === "string") ??
    SAYING.map((key) => within[key]).find((text) => typeof text === "string") ??
    saidBelow(value, kind.slice(kind.lastIndexOf("#") + 1), 0);
  if (typeof said !== "string" || said.trim() === "") {
    const [, named = ""] = /^([^:#]{1,40}): /.exec(kind) ?? [];
    const held = [named, plainKey(named)].map((name) => holderOf(value, name, 0)?.[name])
      .find((one) => one !== undefined);
    if (held !== undefined) return shortened(`${named}: ${held}`);
    return shortened(/^[^#]*\p{L}/u.test(kind) ? kind : codeIn(value) ?? kind);
  }
  const { code } = value;
  const named = typeof code === "string" || typeof code === "number";
  return shortened(named ? `${code}: ${said}` : said);
}

/** The object, itself or one in it, in which a text or a number stands under a name. */
function holderOf(value: JsonValue, name: string, depth: number): JsonObject | undefined {
  if (depth > 4 || !isObject(value)) return undefined;
  if (/^(?:string|number)$/.test(typeof value[name])) return value;
  for (const item of Object.values(value).slice(0, 30)) {
    const holder = holderOf(item, name, depth + 1);
    if (holder !== undefined) return holder;
  }
  return undefined;
}

const LEAST_TAIL = 8;

/** The text further down that ends as the kind does, whose figures are blanked. */
function saidBelow(value: JsonValue, tail: string, depth: number): string | undefined {
  if (tail.length < LEAST_TAIL || depth > 4 || !isObject(value)) return undefined;
  for (const item of Object.values(value).slice(0, 30)) {
    const said = typeof item === "string"
      ? item.endsWith(tail) ? item : undefined
      : saidBelow(item, tail, depth + 1);
    if (said !== undefined) return said;
  }
  return undefined;
}

/** The first code of trouble that is none of 0, with its name: `ErrCode2: 80`. */
function codeIn(value: JsonObject): string | null {
  for (const [key, item] of Object.entries(value).slice(0, 60)) {
    const isCode = /err|fault|flt|fail|alarm|warn|fehler|stör/.test(key) &&
      /^(?:number|string)$/.test(typeof item) && /[1-9]/.test(String(item));
    if (isCode) return `${writtenKey(value, key)}: ${item}`;
  }
  return null;
}

/** Cut at a word's end, and said to be cut. */
function shortened(text: string): string {
  const line = withoutColours(text).replace(/\s+/g, " ").trim();
  if (line.length <= TITLE_CHARS) return line;
  return `${line.slice(0, TITLE_CHARS - 1).replace(/\s+\S*$/, "")}…`;
}
