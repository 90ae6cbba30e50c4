/** Troubles that a device tells by flags, enums and codes, which no word of trouble need name; the rules stand by subject. */
import { isObject } from "../../../../payload/json_object.ts";
import { flagOf as valueFlag } from "../../../../payload/flag.ts";
import { plainKeys } from "../../../../payload/plain_keys.ts";
import { remembering } from "../../../../payload/remembered.ts";
import { everyTime, iso } from "../../evidence.ts";
import { lastOf, leafOf, nameOf, objectOf, type Scalar } from "../../reading/fields.ts";
import { reachSaid } from "../../reading/reach_words.ts";
import type { Finding } from "../../finding_shape.ts";
import {
  isNormallyClosed,
  isNotice,
  isToBeDone,
  tellsOfOthers,
} from "../../../../payload/severity/mod.ts";
import { isTried } from "../../../../payload/severity/beside.ts";
import { isAppointment, isOfPeople, isOfTracker } from "../../../../payload/severity/people.ts";
import { HISTORY, isHistory } from "../../../../payload/severity/past.ts";
import { isOverItself } from "../../../../payload/severity/benign.ts";
import { isNeverNow, isPlayed } from "../../../../payload/severity/topics.ts";
import { isSpoken } from "../../../../payload/severity/spoken.ts";
import type { Sample } from "../../reading/trace.ts";
import {
  besideOf,
  type DeviceView,
  type Reading,
  toldBeside,
  type TopicView,
} from "../../reading/view.ts";
import { isOfOverheard } from "../words/called.ts";
import { isRepeated } from "../words/errors.ts";
import { isStatistic } from "../counts/statistics_told.ts";
import { dataTopicOf } from "../../twins.ts";
import { ALARM_RULES, hazardOf, isTesting } from "./alarms.ts";
import { ANSWER_RULES } from "./answers.ts";
import { BATTERY_RULES } from "./batteries.ts";
import { CARE_RULES } from "./care.ts";
import { CODE_RULES } from "./codes.ts";
import {
  type Field,
  type Flag,
  has,
  holds,
  isEndedBeside,
  isNamedAbove,
  isOfTransfer,
  isOpenZone,
  isUnset,
  levelsOf,
  lowBattery,
  type Rule,
  warning,
  wordOf,
} from "./flag.ts";
import { ENTITY_RULES } from "./entities.ts";
import { FIX_RULES } from "./fixes.ts";
import { HEAT_RULES } from "./heat.ts";
import { HOLDERS, NAME_RULES } from "./names.ts";
import { PART_RULES } from "./parts.ts";
import { PROGRAM_RULES } from "./programs.ts";
import { PROTECTION_RULES } from "./protections.ts";
import { REACH_RULES } from "./reach.ts";
import { REQUEST_RULES } from "./requests.ts";
import { STANDARD_RULES } from "./standards.ts";
import { STATE_RULES } from "./states.ts";
import { STORAGE_RULES } from "./storage.ts";
import { VEHICLE_RULES } from "./vehicles.ts";

/** The first rule that says something of a field is heard: the words of a state before what it is a part of, single flags before alarms. */
const RULES: readonly Rule[] = [
  ...ENTITY_RULES,
  ...PROTECTION_RULES,
  ...BATTERY_RULES,
  ...CODE_RULES,
  ...STATE_RULES,
  ...STORAGE_RULES,
  ...HEAT_RULES,
  ...PROGRAM_RULES,
  ...FIX_RULES,
  ...PART_RULES,
  ...REACH_RULES,
  ...VEHICLE_RULES,
  ...CARE_RULES,
  ...ALARM_RULES,
  ...ANSWER_RULES,
  ...REQUEST_RULES,
  ...STANDARD_RULES,
  ...NAME_RULES,
];

/** The same trouble in several fields. */
interface Group {
  readonly flag: Flag;
  readonly places: Map<string, { last: Reading; value: Scalar; samples: Sample[] }>;
}

/** Homie's attributes of what a device consists of: names, and nothing that happens. */
const DESCRIBES =
  /^\$(?:nodes|properties|name|type|extensions|implementation|datatype|format|unit|settable|retained|homie|description)$/;

/** `reported_error` and `low_battery` of flags and enums, which no word of trouble need name. */
export function raisedFlags(view: DeviceView): Finding[] {
  const groups = new Map<string, Group>();
  for (const topic of view.topics) {
    if (!/^(state|event|info|availability|bridge)$/.test(topic.role)) continue;
    if (HISTORY.test(topic.segments.at(-1) ?? "") || isNeverNow(topic.topic)) continue;
    if (DESCRIBES.test(topic.segments.at(-1) ?? "")) continue;
    for (const { path, value, now } of newestFields(topic)) {
      const name = nameOf(path, topic.segments);
      const own = path === "" ? leafOf(topic.segments.at(-1) ?? "") : name;
      const field: Field = { path, name, own, value, topic, reading: now, view };
      const flag = flagOf(field) ?? problemOf(field);
      if (flag === null || topic.family.fieldKind?.(path, topic, view) === "ignored") continue;
      if (canBe(path, topic) || isNoneOfIts(field)) continue;
      if (typeof value === "string" && isRepeated(now, view)) continue;
      if (isToldAnew(field) || isCountOfPast(field)) continue;
      const key = `${flag.code} ${flag.severity} ${flag.what}`;
      const group = groups.get(key) ?? { flag, places: new Map() };
      groups.set(key, group);
      if (group.places.size >= 20) continue;
      const samples = topic.readings.filter((reading) => reading.fields.get(path) === value)
        .map((reading) => reading.sample);
      group.places.set(labelOf(path, topic), { last: now, value, samples });
    }
  }
  return [...groups.values()].map(findingOf);
}

/** Whether what a birth told was told otherwise since, where only what changes is told. */
function isToldAnew({ path, value, topic, reading, view }: Field): boolean {
  if (topic.family.tellsChanges !== true) return false;
  const goesOnAt = dataTopicOf(topic.segments).join("/");
  const since = goesOnAt === topic.topic
    ? undefined
    : view.topics.find((one) => one.topic === goesOnAt)?.readings.findLast(({ fields }) =>
      fields.has(path)
    );
  return since !== undefined && since.at >= reading.at && since.fields.get(path) !== value;
}

const TROUBLES = /^(?:alarms?|errors?|faults?|problems?|troubles?)$/i;
/** By itself `current` is one of amperes. */
const OF_NOW =
  /^(?:active|present|now|(?:current|active|actual|present|aktuelle?r?|aktive?r?|actuel|actif)[_-]?(?:alarm|error|fault|problem|code|fehler|defaut)s?(?:[_-]?count)?)$/i;

/** Whether troubles side by side each tell how often there was one: there is none now, one that is called alike has a larger number, or Homie calls all of them a history. */
function isCountOfPast({ path, value, topic, view }: Field): boolean {
  const levels = levelsOf(path, topic.segments);
  if (valueFlag(value) !== true || !TROUBLES.test(levels.at(-2) ?? "")) return false;
  const alike = (name: string) => lastOf(name).replace(/\d+/g, "#");
  const own = alike(levels.at(-1) ?? "");
  const node = `${topic.segments.slice(0, -1).join("/")}/$name`;
  const called = path !== ""
    ? undefined
    : view.topics.find((one) => one.topic === node)?.readings.at(-1)?.fields.get("");
  return isHistory(String(called ?? "")) ||
    toldBeside({ topic, path }, view).some(([name, told]) =>
      OF_NOW.test(lastOf(name)) && isUnset(told) ||
      own.includes("#") && alike(name) === own && typeof told === "number" && told > 1
    );
}

/** `"level": "error"` says how grave its message is, which is told by its text. */
const GRAVITY = /^(?:(?:log|severity|alarm|event)?_?level|lvl|severity|prio(?:rity)?)$/i;

const NONE_OF_IT =
  /^no[_-](?:[a-z]{2,12}[_-])?(?:leak|leakage|smoke|fire|flood|freeze|tamper|intrusion|alarm|fault|error)$/i;

/** Whether what raises a flag is the weather, what was, over, or a word of its message. */
function isNoneOfIts({ path, value, topic, reading }: Field): boolean {
  const own = path === "" ? topic.segments.at(-1) ?? "" : path.split(".").at(-1) ?? "";
  const named = path === "" && HOLDERS.test(own) ? topic.segments.at(-2) ?? own : own;
  const isText = typeof value === "string";
  if (isToBeDone(named) || isOpenZone(path, value, topic)) return true;
  if (path !== "" && GRAVITY.test(own) && isText) return true;
  if (isText && /(?:^|[_-])id$|[a-z]I[dD]$/.test(own)) return true;
  if (isText && (isNotice(topic.topic) || isPlayed(`${topic.topic}/${path}`))) return true;
  // `0 jobs failed since start`
  if (isText && /^0 \p{L}/u.test(value)) return true;
  if (isKindOfNone({ path, reading }) || isOfNobody({ path, reading })) return true;
  if (isStatistic({ path, value, topic })) return true;
  // Meters that are read by radio (ERT) count by two bits how often they were touched in all their life.
  if (/tamper/i.test(own) && has(reading, /^(?:erttype|consumption(?:data)?)$/)) return true;
  const whole = plainKeys(reading.sample.decoded?.value ?? null);
  if (
    /^(?:alertname|nick_?name|specification)$/i.test(own) || isNamedAbove(value, topic) ||
    isTried(whole) || isNormallyClosed(own) ||
    isOfTracker([...reading.fields.keys()].map(lastOf)) || isAppointment(topic.topic) ||
    typeof value === "string" && isSpoken(value)
  ) {
    return true;
  }
  if (isObject(whole) && isOfPeople(whole)) return true;
  if (isObject(whole) && isOverItself(whole)) return true;
  // What calls a service names it beside.
  if (value === "call_service" && has(reading, "service")) return true;
  if (isOfTransfer({ path, value, topic, reading })) return true;
  // `no_water_leak`: that of which there is none is no water.
  if (typeof value === "string" && NONE_OF_IT.test(value)) return true;
  return tellsOfOthers(own) || tellsOfOthers(value) ||
    /^(?:PREV|prev|Prev)(?:ious|IOUS)?[_A-Z]|transfer[._-]?reason$/.test(own) ||
    isEndedBeside(path, reading) || isOfOverheard(path, reading) ||
    isUnused({ path, value, topic, reading });
}

/** `{"name":"________","status":"No Sensor"}`: a place that nobody gave a name. */
function isOfNobody({ path, reading }: Pick<Field, "path" | "reading">): boolean {
  return besideOf(path, reading).some(([other, said]) =>
    typeof said === "string" && /^(?:name|label)$/.test(leafOf(other)) &&
    /^[_\-. ]*$|^(?:un|not[ _-]?)used$|^(?:spare|empty|none|reserved?)$/i.test(said)
  );
}

/** `{"type":"Tamper","state":false}`, `{"desc":"Motor protection tripped","value":[0]}`: of what there is none. */
function isKindOfNone({ path, reading }: Pick<Field, "path" | "reading">): boolean {
  const leaf = leafOf(path);
  const isName = /^(?:desc|descr|description|label|name|n)$/.test(leaf);
  return (isName || /^(?:type|kind|event)$/.test(leaf)) &&
    besideOf(path, reading).some(([other, said]) =>
      (isName ? isUnset(said) : said === false) &&
      /^(?:state|value|vb?|active)$/.test(leafOf(other))
    );
}

/** A place of a rack, or a number of an interface. */
const NUMBERED_PLACE =
  /^(?:(?:ant|antenna|port|slot|bay|ch|channel)?[_-]?\d+|(?:ppp|wwan|wlan|eth|lan|usb|tun|tap|wg)\d+)$/i;
const NOTHING_THERE = /^(?:down|disconnected|not ?connected|absent|missing|not ?present)$/i;

/** Whether nothing was ever in one of several numbered places, while something is in another. */
function isUnused(
  { path, value, topic, reading }: Pick<Field, "path" | "value" | "topic" | "reading">,
): boolean {
  return NOTHING_THERE.test(String(value)) &&
    path.split(".").some((level) => NUMBERED_PLACE.test(level)) &&
    topic.readings.every(({ fields }) => (fields.get(path) ?? value) === value) &&
    [...reading.fields].some(([other, said]) =>
      other !== path && objectOf(other).split(".").length === objectOf(path).split(".").length &&
      reachSaid(said, { bare: false }) === "online"
    );
}

/** Whether a flag is what a device can do, and not what is. */
function canBe(path: string, topic: TopicView): boolean {
  return [...topic.segments.slice(-2), ...path.replace(/\[\d+\]$/, ".").split(".").slice(0, -1)]
    .some((level) =>
      // Z-Wave JS lists beside a value what it may be: `"states": [{"text": "idle", "value": 0}, …]`.
      /^(?:capabilit(?:y|ies)|supports?|supported|permissions|schema|manual|catalog(?:ue)?|enum|(?:states|options|choices)\[[^\]]*\])$/i
        .test(level)
    );
}

/** Longer lists of kinds of messages are lists of things. */
const MOST_KINDS = 12;
const KIND_OF_MESSAGE =
  /^(?:type|msgtype|messagetype|event|eventtype|method|kind|class|frame|record|schema)$/;

/** Each field as it was told last: by the newest message, or the newest of another kind that comes again and again. */
function* newestFields(topic: TopicView): Generator<{ path: string; value: Scalar; now: Reading }> {
  const last = topic.readings.at(-1);
  if (last === undefined) return;
  const kinds = new Map<string, { now: Reading; count: number }>();
  const lastFields = fieldsOf(last);
  for (const reading of topic.readings.slice(-60)) {
    const kind = saidKind(reading) ?? (areAlike(reading, last) ? lastFields : fieldsOf(reading));
    kinds.set(kind, { now: reading, count: (kinds.get(kind)?.count ?? 0) + 1 });
  }
  const others = kinds.size > MOST_KINDS ? [] : [...kinds.values()]
    .filter(({ now, count }) => now !== last && (count >= 2 || listsAlarms(now)))
    .map(({ now }) => now)
    .sort((a, b) => b.at - a.at);
  const told = new Set<string>();
  // Where only what changes is told, all that was told holds until it is told anew.
  const newest = topic.family.tellsChanges === true
    ? topic.readings.toReversed()
    : [last, ...others];
  for (const now of newest) {
    for (const [path, value] of now.fields) {
      if (told.has(path)) continue;
      told.add(path);
      yield { path, value, now };
    }
  }
}

/** Whether a live message tells of alarms, each by itself: it comes when there is one, and may come once. */
function listsAlarms({ fields, sample }: Reading): boolean {
  return !sample.retain &&
    [...fields.keys()].some((path) => /(?:^|\.)alarms\[[^\]]+\]\./.test(path));
}

/** What kind of message it says that it is. */
export function saidKind({ fields }: Reading): string | null {
  for (const [path, value] of fields) {
    if (!path.includes(".") && typeof value === "string" && KIND_OF_MESSAGE.test(leafOf(path))) {
      return value;
    }
  }
  return null;
}

/** The fields that a message has, which are its kind where it says none. */
function fieldsOf({ fields }: Reading): string {
  return [...fields.keys()].filter((path) => !path.includes("[")).sort().join("|");
}

/** Whether two messages have the same fields in the same order, as nearly all of one kind. */
function areAlike(one: Reading, other: Reading): boolean {
  if (one.fields.size !== other.fields.size) return false;
  const others = other.fields.keys();
  for (const path of one.fields.keys()) if (path !== others.next().value) return false;
  return true;
}

/** The rules that may speak of a field that is called so: by its `name`, and its `own` where that is another. */
const rulesFor = remembering((names) => {
  const [name = "", own = name] = names.split(" ");
  return RULES.filter((rule) => (rule.name?.test(name) ?? true) && (rule.own?.test(own) ?? true));
});

function flagOf(field: Field): Flag | null {
  const { name, own, value } = field;
  const word = wordOf(value);
  for (const rule of rulesFor(own === name ? name : `${name} ${own}`)) {
    if (!holds(value, rule, word) || rule.where?.(field) === false) continue;
    const flag = typeof rule.tells === "function" ? rule.tells(field) : rule.tells;
    if (flag !== null) return flag;
  }
  return null;
}

/** What a discovery document calls a problem, unless its own words tell of it already. */
function problemOf({ path, value, topic, reading, view }: Field): Flag | null {
  const known = view.identity.problems.find((one) =>
    one.topic === topic.topic && one.path === path
  );
  if (known === undefined || known.kind === "charge") return null;
  if (String(value).toLowerCase() !== known.on) return null;
  if (known.kind === "battery") return lowBattery;
  if (known.kind === "hazard") return isTesting(reading) ? null : hazardOf(known.name);
  const key = path === "" ? topic.segments.at(-1) ?? "" : path;
  if (/err|fault|fail|alarm|warn|problem|alert|offline/i.test(key)) return null;
  return warning(
    known.kind === "tamper"
      ? "somebody opened it"
      : known.kind === "connection"
      ? `not connected: ${known.name}`
      : `problem: ${known.name}`,
  );
}

function labelOf(path: string, topic: TopicView): string {
  return path === "" || /^(v|val|value)$/.test(path)
    ? topic.topic
    : topic.segments.length > 0
    ? path
    : topic.topic;
}

function findingOf({ flag, places }: Group): Finding {
  const [first] = places;
  const [label, place] = first ?? ["", undefined];
  const samples = [...places.values()].flatMap((one) => one.samples).sort((a, b) => a.at - b.at);
  const value = String(place?.value).slice(0, 60);
  const more = places.size > 1 ? `, and ${places.size - 1} more` : "";
  const isBattery = flag.code === "low_battery";
  return {
    severity: flag.severity,
    code: flag.code,
    title: isBattery
      ? `The battery is low: "${label}" is ${value}${more}`
      : `The device reports ${
        flag.severity === "error" ? "an error" : "a warning"
      }: "${label}" is ${value} (${flag.what})${more}`,
    evidence: {
      summary: [...places].slice(0, 4).map(([where, one]) =>
        `"${where}" is ${String(one.value).slice(0, 60)} at ${iso(one.last.at)}`
      ).join("; "),
      ...everyTime(samples),
    },
    suggestion: isBattery
      ? "Change or charge the battery soon; a device that dies of it often sends no last will."
      : "Look the flag up in the device's manual, and see in the history when it was raised and what came before.",
  };
}
