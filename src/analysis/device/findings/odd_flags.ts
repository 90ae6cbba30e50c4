import type { Finding } from "../finding_shape.ts";
import { iso, repeating, someOf } from "../evidence.ts";
import { leafOf, objectOf, type Scalar } from "../fields.ts";
import { type DeviceView, type Reading, siblingTopics, type TopicView } from "../view.ts";

/** Words by which a device says of one of many things that nothing is the matter. */
const WELL =
  /^(?:normal|ok|okay|good|healthy|none|no|noerror|noerrors|noalarm|noalarms|nofault|clear|cleared|inactive|false|off|pass|passed|0|notactive|nottriggered)$/;
/** Words that say of it that something is. */
const ILL =
  /^(?:warning|warn|alarm|alarming|alert|fault|faulty|faulted|failed|failure|error|critical|protection|protect|protected|tripped|trip|triggered|abnormal|exceeded|bad|poor|lost|missing|broken|open|short|shorted|blocked|jammed|stuck|overload|overheated|high|low|veryhigh|verylow|toohigh|toolow|hi|lo|hihi|lolo|highhigh|lowlow|major|minor|active|raised|true|yes|on|present|detected|1)$/;
/** Of these the word alone says little: the name must be one of trouble. */
const FAINT =
  /^(?:open|high|low|hi|lo|active|true|yes|on|present|detected|1|triggered|protect|protected)$/;
/** Names of troubles, as makers write them: `cell_voltage_low`, `DischargeOverCurrent`, `PhaseLoss`. */
export const ILL_NAME =
  /fault|fail|alarm|trouble|error|warn|trip|over_?(?:volt|curr|temp|heat|load|speed|press|charge|discharge|power|flow)|under_?(?:volt|curr|temp|load|speed|press|charge)|short(?!_?(?:addr|name|id|text|desc|code|press|term|hand))|lock_?out|leak|_?loss$|_?lost$|jam|stuck|block|broken|break|disconnect|protect|abnormal|low_?(?:press|oil|fuel|level|water|volt|temp|flow|air)|high_?(?:temp|press|level|volt|curr)|(?:volt|volt(?:age)?|temp|temperature|pressure|level|oil|fuel|flow|soc)_?(?:low|high)$|(?:too|very)_?(?:low|high|hot|cold)|emergency|e_?stop|overrun|misfire|brown_?out|missing|imbalance|unbalance|phase_?(?:loss|fail|reverse)|störung|stoerung|fehler|défaut|defaut|avería|guasto|storing/i;
/** What is set, counted or was, for all its words of trouble. */
export const NO_FLAG =
  /enable|disable|setting|config|limit|thresh|count|number|total|time|delay|mode|level$|hist|last|prev|reset|ack|clear|test|mute|support|allow|capab|mask|hold|relay|output|switch|led|lamp|sound|notif|email|sms|memory|bypass|sticky|latch|armed|ok$|valid|ready$|healthy|good|normal|err(?:or)?\d+$/i;
const LEAST_WELL = 4;
const MOST_ODD = 4;

interface Place {
  readonly label: string;
  readonly name: string;
  /** The name by itself, without what it stands below. */
  readonly own: string;
  readonly value: Scalar;
  readonly reading: Reading;
}

/** `reported_error` of a flag that is up, or a word of trouble, among many alike that say that all is well. */
export function oddFlags(view: DeviceView): Finding[] {
  const odd = new Map<string, Place>();
  const readTrees = new Set<string>();
  for (const topic of view.topics) {
    if (!/^(?:state|event|info)$/.test(topic.role)) continue;
    const last = topic.readings.at(-1);
    if (last === undefined) continue;
    for (const group of fieldGroups(topic, last)) {
      for (const one of oddIn(group)) odd.set(one.label, one);
    }
    const tree = topic.segments.slice(0, -1).join("/");
    if (last.fields.size !== 1 || !last.fields.has("") || readTrees.has(tree)) continue;
    readTrees.add(tree);
    for (const one of oddIn(topicGroup(topic, view))) odd.set(one.label, one);
  }
  const places = [...odd.values()];
  const [first] = places;
  if (first === undefined) return [];
  const isWarning = places.every(({ value }) => /^(?:warn|warning|minor)$/i.test(String(value)));
  const samples = [...new Set(places.map(({ reading }) => reading.sample))];
  const more = places.length > 1 ? `, and ${places.length - 1} more` : "";
  return [{
    severity: isWarning ? "warning" : "error",
    code: "reported_error",
    title: `One flag of many is up: "${first.label}" is ${String(first.value).slice(0, 60)}${more}`,
    evidence: {
      summary: places.slice(0, 4).map(({ label, value, reading }) =>
        `"${label}" is ${String(value).slice(0, 60)} at ${iso(reading.at)}`
      ).join("; ") + "; those beside it say that all is well",
      messages: someOf(samples),
      ...repeating(samples),
    },
    suggestion:
      "Look the flag up in the device's manual, and see in the history when it was raised and what came before.",
  }];
}

/** The fields of a message by the object that they stand in. */
function fieldGroups(topic: TopicView, reading: Reading): Place[][] {
  const groups = new Map<string, Place[]>();
  for (const [path, value] of reading.fields) {
    if (path === "" || topic.topic.length === 0) continue;
    const parent = objectOf(path);
    const group = groups.get(parent) ?? [];
    groups.set(parent, group);
    const name = path.slice(parent.length);
    const below = isOfTrouble(parent) ? `alarm_${name}` : name;
    group.push({ label: path, name: below, own: name, value, reading });
  }
  return [...groups.values()].filter(({ length }) => length > LEAST_WELL);
}

/** The bare values of the topics beside one another. */
function topicGroup(topic: TopicView, view: DeviceView): Place[] {
  const above = topic.segments.at(-2) ?? "";
  return siblingTopics(view, topic).flatMap((other): Place[] => {
    const reading = other.readings.at(-1);
    const value = reading?.fields.get("");
    const name = other.segments.at(-1) ?? "";
    return reading === undefined || value === undefined ||
        !/^(?:state|event|info)$/.test(other.role)
      ? []
      : [{
        label: other.topic,
        name: isOfTrouble(above) ? `alarm_${name}` : name,
        own: name,
        value,
        reading,
      }];
  });
}

function isOfTrouble(level: string): boolean {
  return /(?:^|[._])(?:alarms?|faults?|warnings?|protections?|trips?|alarm_?(?:status|flags?|bits)|fault_?(?:status|flags?|bits))\.?$/i
    .test(level);
}

function oddIn(group: readonly Place[]): Place[] {
  const flags = group.filter(({ name, value }) => isFlag(name, value));
  const well = flags.filter(({ value }) => WELL.test(wordOf(value)));
  const odd = flags.filter((one) => isOdd(one));
  if (well.length >= LEAST_WELL && odd.length <= MOST_ODD && well.length >= 2 * odd.length) {
    return odd;
  }
  // `alarm/dc2_short`: among few, one that is called both an alarm and what is wrong.
  return well.length >= 2 && odd.length <= well.length
    ? odd.filter(({ name, own }) => name !== own && ILL_NAME.test(own))
    : [];
}

function isFlag(name: string, value: Scalar): boolean {
  if (!ILL_NAME.test(name) || NO_FLAG.test(leafOf(name).replace(/^alarm/, ""))) return false;
  return value === true || value === false || value === 0 || value === 1 || wordOf(value) !== "";
}

function isOdd({ name, value }: Place): boolean {
  const word = wordOf(value);
  if (!ILL.test(word)) return false;
  return !FAINT.test(word) || ILL_NAME.test(name);
}

function wordOf(value: Scalar): string {
  return value === null || String(value).length > 24
    ? ""
    : String(value).toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
}
