import { remembering } from "../../../../payload/remembered.ts";
import { generic } from "../../families/generic.ts";
import {
  isActualName,
  isAimName,
  isOrderWord,
  isSide,
  isTellingWord,
  isThereSoon,
  isWantingWord,
} from "./order_words.ts";
import { heldInDocument } from "./told_in_document.ts";
import { isCounter, isTime, leafOf, type Scalar } from "../../reading/fields.ts";
import {
  type DeviceView,
  type Reading,
  siblingTopics,
  type TopicView,
} from "../../reading/view.ts";

/** Levels that say who speaks to whom: `c2d`, `server2device`, and back. */
const TO_DEVICE =
  /^(?:[pcsh]|srv|server|cloud|platform|host|app)2(?:[dnt]|dev|devices?|nodes?|things?)$/;
const FROM_DEVICE =
  /^(?:[dnt]|dev|devices?|nodes?|things?)2(?:[pcsh]|srv|server|cloud|platform|host|app)$/;
/** What is asked for on a topic, time and again. */
export interface Wish {
  readonly key: string;
  readonly path: string;
  /** What it is for, where a message says so beside the value or before it: `{"device": "pump", "state": "on"}`. */
  readonly name?: string;
  /** The word that is asked for, where the topic says it, and not the message: `door/unlock`. */
  readonly says?: string;
  /** Like the key, without words that say how a value is told: `pump_running`, `speed_rpm`. */
  readonly loosely: string;
}

/** Words that say how a value is told, in which unit, or for how long it is set. */
const LOOSE =
  /^(?:running|active|enabled|on|flag|(?:non)?persistent|permanent|temporary|deg|degc|degf|celsius|fahrenheit|pct|percent|percentage|rpm|hz|khz|mhz|kw|watts?|bar)$/;
const MOST_ASKED = 50;
/** Fields that say what a value beside them is for, by a name or a number, and what that value is called. */
const NAMING =
  /^(?:cmd|command|action|method|function|device|capability|component|attribute|entity|target|name|key|id|item|channel|output|actuator|property|variable|tag|point|register|parameter|param|paramname|topic|what|relay|switch|valve|pump|zone|station|port|pin|gpio|led|heater|fan|outlet|socket|plug|circuit|motor|door|gate|light|lamp|blind|shutter|joint|axis|servo|section|unit)$/;
const NUMBERED =
  /^(?:channel|output|actuator|relay|switch|valve|pump|zone|station|port|pin|gpio|led|heater|fan|outlet|socket|plug|circuit|motor|door|gate|light|lamp|blind|shutter|joint|axis|servo|section|unit)$/;
const NAMED_VALUE =
  /^(?:state|value|val|status|set|to|payload|on|data|arg|argument|params|input|level|enabled?)$/;
const DEED = /^(?:cmd|command|action|do|op|operation)$/;
/** A name and a value in one text: `pump=on`, `SET fan 40`. */
const NAMED_TEXT =
  /^(?:set[\s_:]{1,3})?(\p{L}[\p{L}\p{N}_.-]{1,30})\s{0,3}[=:\s]\s{0,3}(\p{L}{2,12}|-?\d{1,7}(?:\.\d{1,3})?)$/iu;
/** Words of a text that are neither what is switched nor how. */
const BESIDE = /^(?:turn|switch|set|the|cmd|command|please|to)$/;

/** What the last messages of a topic asked for at places of which `asks` holds, under which names, in fields, beside them, or in a text. */
export function wishesOf(topic: TopicView, asks: (path: string) => boolean): Wish[] {
  const paths = new Set<string>();
  const named = new Map<string, Wish>();
  for (const reading of topic.live.slice(-MOST_ASKED)) {
    const one = namedIn(reading);
    if (one !== null && asks(one.path) && named.size < MOST_FIELDS) {
      named.set(`${one.path}\n${one.name}`, {
        key: keyOf(topic, one.name),
        loosely: looseKeyOf(topic, one.name),
        path: one.path,
        name: one.name,
      });
    }
    for (const path of [...reading.fields.keys()].slice(0, MOST_FIELDS)) {
      if (paths.size < MOST_FIELDS) paths.add(path);
    }
  }
  const fields = [...paths].filter((path) => {
    const leaf = leafOf(path);
    return asks(path) && !ENVELOPE.test(leaf) && !isOfSending(leaf) && !isCounter(leaf) &&
      !isTime(leaf);
  }).map((path) => ({ key: keyOf(topic, path), loosely: looseKeyOf(topic, path), path }));
  return [...named.values(), ...fields, ...pressed(topic)];
}

/** Last levels that say what to do, what may stand after them, and what is sent there. */
const DOES = /^(?:start|stop|open|close|lock|unlock|arm|disarm)$/;
const PRESS = /^(?:on|set|press|push|trigger)$/;
const PRESSED = /^(?:1|true|on|press(?:ed)?|go|)$/i;
/** Levels that say what to do, and never how something is; a door is often unlocked for a moment. */
const ONLY_DOES = /^(?:start|stop|disarm)$/;

/** What a topic asks for by its name, where its messages do no more than to press it: `controls/open/on`. */
function pressed(topic: TopicView): Wish[] {
  const { live, segments } = topic;
  const end = segments.length - (PRESS.test(segments.at(-1) ?? "") ? 2 : 1);
  const says = segments[end]?.toLowerCase() ?? "";
  const isPressed = live.every(({ fields }) => PRESSED.test(String(fields.get("") ?? "")));
  if (end < 1 || !DOES.test(says) || !isPressed || live.some(({ fields }) => fields.size > 1)) {
    return [];
  }
  const above = { ...topic, segments: segments.slice(0, end) };
  return [{ key: keyOf(above, ""), loosely: looseKeyOf(above, ""), path: "", says }];
}

/** What a message names that it wants, and the value: beside the name, after it, or in one word with it. */
function namedIn({ fields }: Reading): { name: string; path: string; value: Scalar } | null {
  const whole = fields.get("");
  if (typeof whole === "string") {
    const [, name, value] = NAMED_TEXT.exec(whole.slice(0, 60).trim()) ?? [];
    return name === undefined || value === undefined || isSide(name) || BESIDE.test(name)
      ? switchedIn(whole, "")
      : { name, path: "", value: /\d/.test(value) ? Number(value) : value };
  }
  const entries = [...fields].slice(0, MOST_FIELDS);
  const naming = entries.find(([path, value]) =>
    NAMING.test(leafOf(path)) && !isSide(String(value)) &&
    !wordsOf(String(value)).every(isWantingWord) &&
    (typeof value === "string" || typeof value === "number" && NUMBERED.test(leafOf(path)))
  );
  if (naming === undefined) return null;
  const [path, what] = naming;
  const name = typeof what === "number" ? `${leafOf(path)}_${what}` : String(what);
  if (!/^\p{L}[\p{L}\p{N}_ .-]{1,30}$/u.test(name)) return null;
  const told = entries.find((one) =>
    one !== naming &&
    (NAMED_VALUE.test(leafOf(one[0])) || DEED.test(leafOf(one[0])) && isSide(String(one[1])))
  );
  return told === undefined ? switchedIn(name, path) : { name, path: told[0], value: told[1] };
}

/** What a text of a few words switches, and to which side: `open_valve`, `PUMP_ON`. */
function switchedIn(
  text: string,
  path: string,
): { name: string; path: string; value: Scalar } | null {
  const words = text.length > 40 ? [] : wordsOf(text).filter((word) => !BESIDE.test(word));
  const value = [words.at(-1), words[0]].find((word) =>
    word !== undefined && isSide(word) && !/^[01]$/.test(word)
  );
  const name = words.filter((word) => word !== value);
  return value === undefined || name.length === 0 || name.length > 3
    ? null
    : { name: name.join("_"), path, value };
}

/** What a message asks for of that; an empty text where it does not. */
export function wantedIn(reading: Reading, { path, name, says }: Wish): Scalar {
  if (says !== undefined) return says;
  if (name === undefined) return reading.fields.get(path) ?? "";
  const one = namedIn(reading);
  return one?.name === name && one.path === path ? one.value : "";
}

/** So many fields of a message are looked at. */
export const MOST_FIELDS = 40;
/** Fields that are about the message itself. */
const ENVELOPE =
  /^(?:type|kind|method|id|eventid|messageid|reqid|requestid|ts|timestamp|time|version|schema|source|src|seq)$/;
/** Fields of how a message is to be sent, which its device tells of its own messages too: LoRaWAN's `confirmed` and port. */
const SENDING = /^(?:qos|retain(?:ed)?|confirmed|f?port|deveui)$/;

/** Whether a field of that name is about how its message is sent, and asks for nothing. */
export function isOfSending(leaf: string): boolean {
  return SENDING.test(leaf);
}

/** What a value is of, without the words by which it is wanted or told: `x/set_pos` and `x/state` with `{"pos": …}`. */
export function keyOf(topic: TopicView, path: string): string {
  return subjectsOf(topic, path, subjectIn);
}

/** Like {@linkcode keyOf}, without words that say how a value is told. */
export function looseKeyOf(topic: TopicView, path: string): string {
  return subjectsOf(topic, path, looseSubjectIn);
}

/** The path of a deed without what only says that it is one: `command.name`. */
export function withoutName(path: string): string {
  return path.replace(/((?:^|\.)(?:command|cmd|action|method|operation))\.(?:name|type)$/, "$1");
}

function subjectsOf(
  { segments }: TopicView,
  path: string,
  subjectOf: (level: string) => string,
): string {
  const levels = [
    ...withoutTwin(segments),
    ...withoutName(path).replace(/^delta\./, "").split(/[.\[\]]+/),
  ].map(
    subjectOf,
  )
    .filter((level) => level !== "");
  // One of a kind has its number with its name or below it: `outlet5` and `outlet/5`.
  return levels.filter((level, i) => level !== levels[i - 1]).join("/")
    .replace(/(?<=\p{L})\/(?=\d{1,3}(?:\/|$))/gu, "");
}

/** Levels below a device's twin in the cloud that say what is done with it: `shadow/update/delta`. */
const OF_TWIN = /^(?:update|get|delta|accepted|documents?)$/;

/** Whether on a topic stands what a device's twin is to become. */
function isDelta({ segments }: TopicView): boolean {
  return segments.at(-1) === "delta" && withoutTwin(segments).length < segments.length;
}

function withoutTwin(segments: readonly string[]): readonly string[] {
  const at = segments.findIndex((level) => /^(?:shadow|twin)$/.test(level));
  return at < 0 ? segments : segments.filter((level, i) => i < at || !OF_TWIN.test(level));
}

const subjectIn: (level: string) => string = remembering(
  (level) =>
    wordsOf(level).map((word) => word.replace(ONE_WORD, "")).filter((word) =>
      !isWantingWord(word) && !isTellingWord(word) && !TO_DEVICE.test(word) &&
      !FROM_DEVICE.test(word)
    ).join(""),
);

/** What is wanted, or told, in one word with what it is of: `targetposition` and `currentposition`. */
const ONE_WORD =
  /^(?:target|current|actual|desired)(?=(?:position|state|status|level|mode|angle|height|speed|value|temperature|temp|humidity)$)/;

const looseSubjectIn: (level: string) => string = remembering((level) => {
  const rest = wordsOf(level).filter((word) => !LOOSE.test(word)).join("_");
  return subjectIn(rest === "" ? level : rest);
});

/** The words of a name in small letters. */
export const wordsOf: (level: string) => readonly string[] = remembering(
  (level) =>
    level.slice(0, 80).replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2").toLowerCase()
      .split(/[^\p{L}\p{N}]+/u).filter((word) => word !== ""),
);

/** Whether a topic is there for what others want, and no setting that its device tells itself. */
export function isWanting(topic: TopicView, view: DeviceView): boolean {
  const { family, readings, role, segments } = topic;
  if (role === "command" || isDelta(topic) || isBesideFeedback(topic, view)) return true;
  if (toldOf(topic, view) !== null || isAimBesideActual(topic, view)) return true;
  if (heldInDocument(view)(topic) !== null) return true;
  // Whose topics are known tells its events there, for all that a level is called: `events/rpc`.
  if (role === "event" && family !== generic) return false;
  const words = segments.map(wordsOf).flatMap((level) => [level.at(0), level.at(-1)]);
  return /^(?:state|event)$/.test(role) &&
    (words.some((word) => isOrderWord(word ?? "") || TO_DEVICE.test(word ?? "")) ||
      ONLY_DOES.test(segments.at(-1) ?? "") ||
      PRESS.test(segments.at(-1) ?? "") && pressed(topic).length > 0) &&
    !readings.some(({ sample }) => sample.retain);
}

/** So often somebody asks at least for what takes its time. */
const LEAST_AIMS = 3;

/** Whether somebody says anew, by no clock, what is told all the time beside or above it is to become: `valve/target` beside `valve/actual`. */
function isAimBesideActual(topic: TopicView, view: DeviceView): boolean {
  const { live, readings, rhythm, segments } = topic;
  const isTold = (other: TopicView, name: string) =>
    // What has a place is there soon; what gets warm is not.
    (live.length >= LEAST_AIMS || isThereSoon(name)) &&
    other.live.length >= 3 * live.length;
  const above = segments.slice(0, -1).join("/");
  return isAimName(segments.at(-1) ?? "") && live.length > 0 &&
    readings.length - live.length <= 1 && rhythm?.even !== true &&
    (siblingTopics(view, topic).some((other) => {
      const name = other.segments.at(-1) ?? "";
      return isActualName(name) && isTold(other, name);
    }) || view.topics.some((other) =>
      other.topic === above && isTold(other, other.segments.at(-1) ?? "")
    ));
}

/** A name with the word by which it is set, written as one: `setband`, `fancmd`. */
const SET_IN_NAME =
  /^(?:set|cmd|command|write|change)(\p{L}[\p{L}\p{N}]{2,30})$|^(\p{L}[\p{L}\p{N}]{2,30})(?:set|cmd|command)$/u;

/** Levels by which topics go to a device, and those by which it tells the same: `in/setpoint` and `out/setpoint`. */
const WAYS: readonly (readonly [string, string])[] = [
  ["in", "out"],
  ["down", "up"],
  ["downlink", "uplink"],
  ["write", "read"],
  ["W", "N"],
  ["w", "n"],
  ["control", "state"],
  ["control", "status"],
  ["ctrl", "state"],
  ["ctrl", "status"],
];

/** Levels below which others set what stands under the same names below one of the next: `set/x` and `status/x`. */
const ORDERS = /^(?:set|cmd|cmnd|command|commands|write)$/i;
const TELLS = ["status", "state", "stat", "states", "get", "read", "value", "values"];

/**
 * The topic that tells what this one sets by its name: `band` for `setband`, `out/x` for `in/x`, `K1` for `K1/on`, `x/state`
 * for `set/x/state`. What tells by a clock sets nothing.
 */
export function toldOf(topic: TopicView, view: DeviceView): TopicView | null {
  const { readings, role, rhythm, segments } = topic;
  if (!/^(?:state|event|command|reply)$/.test(role)) return null;
  if (readings.some(({ sample }) => sample.retain)) return null;
  const at = (levels: readonly string[]) => {
    const name = levels.join("/");
    return view.topics.find((other) => other.topic === name && other.live.length > 0);
  };
  for (const [one, other] of WAYS) {
    const place = segments.indexOf(one);
    const told = place < 0 ? undefined : at(segments.with(place, other));
    if (told !== undefined && told.live.length > 2 * readings.length) return told;
  }
  for (const word of segments.at(-1) === "update" ? ["status", "state"] : []) {
    const told = at(segments.with(-1, word));
    if (told?.role === "state" && tellsAllOf(told, topic)) return told;
  }
  const ordered = segments.findIndex((level) => ORDERS.test(level));
  for (const word of ordered < 0 || role === "event" ? [] : TELLS) {
    const told = at(segments.with(ordered, word));
    if (told?.role === "state" && told.live.length >= readings.length) return told;
  }
  if (rhythm?.even === true) return null;
  const last = segments.at(-1) ?? "";
  if (last === "on" && isBare(topic)) return at(segments.slice(0, -1)) ?? null;
  if (role === "reply") {
    const set = segments.indexOf("set");
    return set < 0 ? null : at(segments.toSpliced(set, 1)) ?? null;
  }
  const [, after, before] = SET_IN_NAME.exec(leafOf(last)) ?? [];
  const name = after ?? before;
  if (name === undefined || isCounter(name) || isTime(name)) return null;
  const isTold = (other: TopicView) =>
    other !== topic && other.live.length > 0 && leafOf(other.segments.at(-1) ?? "") === name;
  const above = segments.slice(0, -2).join("/");
  // `command/setvolume` and `status/volume`.
  return siblingTopics(view, topic).find(isTold) ??
    view.topics.find((other) =>
      isTold(other) && above !== "" && other.segments.slice(0, -2).join("/") === above
    ) ?? null;
}

/** Whether one topic tells, in more messages, all that another one bears, in records of the same names: `[switch].value`. */
function tellsAllOf(told: TopicView, { live }: TopicView): boolean {
  const known = latestOf(told);
  return told.live.length >= live.length &&
    live.every(({ fields }) =>
      [...fields.keys()].every((path) => OF_RECORD.test(path) && known.has(path))
    );
}

/** A field of a record of a list that is known by its name. */
const OF_RECORD = /^\[(?!\d{1,6}\])[^[\]]{1,40}\]\./;
const MOST_LATEST = 60;

/** What a topic told last: of records that each message tells others of, the newest of each. */
export function latestOf({ readings }: Pick<TopicView, "readings">): ReadonlyMap<string, Scalar> {
  const last = readings.at(-1)?.fields ?? new Map<string, Scalar>();
  if (![...last.keys()].some((path) => OF_RECORD.test(path))) return last;
  return new Map(
    readings.slice(-MOST_LATEST).flatMap(({ fields }) =>
      [...fields].filter(([path]) => OF_RECORD.test(path) || last.has(path))
    ),
  );
}

function isBare({ live }: TopicView): boolean {
  return live.every(({ fields }) => fields.has("") && fields.size === 1);
}

/** Names of what tells whether what stands beside it was taken: `light/switch` and `light/feedback`. */
const FEEDBACK = /^(?:feedback|fb|r(?:ü|ue)ckmeldung|status_?feedback)$/i;

/** Whether it switches what tells beside it whether it was taken. */
export function isBesideFeedback(topic: TopicView, view: DeviceView): boolean {
  const last = topic.segments.at(-1) ?? "";
  return SWITCHES.test(last.toLowerCase()) &&
    siblingTopics(view, topic).some(({ segments }) => FEEDBACK.test(segments.at(-1) ?? ""));
}

/** Names of what only switches a thing that has a name of its own. */
export const SWITCHES = /^(?:power|switch|switching|onoff|relay|toggle)$/;

/** A level that only numbers its message: `?$version=41`, `request_id=42aa08ea`. */
const NUMBERING = /^\??\$?[a-z_]{2,20}=[\w$-]{1,64}$/i;

/** Topics of which each has a number of its own at its end, as one: `properties/desired/?$version=41` and `…=42`. */
export function joinedByNumber(view: DeviceView): DeviceView {
  const isNumbered = ({ segments }: TopicView) => NUMBERING.test(segments.at(-1) ?? "");
  if (!view.topics.some(isNumbered)) return view;
  const groups = Map.groupBy(
    view.topics.filter(isNumbered),
    ({ segments }) => segments.slice(0, -1).join("/"),
  );
  const byTime = (a: Reading, b: Reading) => a.at - b.at;
  const joined = [...groups].flatMap(([name, [first, ...others]]): TopicView[] => {
    if (first === undefined) return [];
    const segments = first.segments.slice(0, -1);
    const all = [first, ...others];
    return [{
      ...first,
      topic: name,
      segments,
      role: generic.roleOf(segments, view.identity) ?? first.role,
      readings: all.flatMap(({ readings }) => readings).sort(byTime),
      live: all.flatMap(({ live }) => live).sort(byTime),
      intervals: [],
      rhythm: null,
    }];
  });
  return { ...view, topics: [...view.topics.filter((topic) => !isNumbered(topic)), ...joined] };
}
