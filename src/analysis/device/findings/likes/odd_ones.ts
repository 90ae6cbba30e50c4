import { HTTP_REFUSALS } from "../../../../payload/severity/codes.ts";
import { isToBeDone } from "../../../../payload/severity/mod.ts";
import { textRank } from "../../../../payload/severity/text.ts";
import type { Finding } from "../../finding_shape.ts";
import { everyTime, findingFrom, iso } from "../../evidence.ts";
import { leafOf, objectOf, type Scalar } from "../../reading/fields.ts";
import { brokenIn } from "../flags/phrases.ts";
import { ENVELOPE } from "../../../../payload/severity/beside.ts";
import type { DeviceView, Reading, TopicView } from "../../reading/view.ts";
import { remembering } from "../../../../payload/remembered.ts";

/** Words by which a device says of one of many things that nothing is the matter. */
export const WELL =
  /^(?:normal|ok|okay|good|healthy|none|no|noerror|noerrors|noalarm|noalarms|nofault|clear|cleared|inactive|false|off|pass|passed|0|notactive|nottriggered)$/;
/** Words that say of it that something is. */
const ILL =
  /^(?:warning|warn|alarm|alarming|alert|fault|faulty|faulted|failed|failure|error|critical|protection|protect|protected|tripped|trip|triggered|abnormal|exceeded|bad|poor|lost|missing|broken|open|short|shorted|blocked|jammed|stuck|overload|overheated|high|low|veryhigh|verylow|toohigh|toolow|hi|lo|hihi|lolo|highhigh|lowlow|major|minor|active|raised|true|yes|on|present|detected|1)$/;
/** Of these the word alone says little: the name must be one of trouble. */
const FAINT =
  /^(?:open|high|low|hi|lo|active|true|yes|on|present|detected|1|triggered|protect|protected)$/;
/** Names of troubles, as makers write them: `cell_voltage_low`, `DischargeOverCurrent`, `PhaseLoss`. */
export const ILL_NAME =
  /(?<!de)fault|fail|alarm|trouble|error|warn|(?<!s)trip|over_?(?:volt|curr|temp|heat|load|speed|press|charge|discharge|power|flow)|under_?(?:volt|curr|temp|load|speed|press|charge)|short(?!_?(?:addr|name|id|text|desc|code|press|term|hand))|lock_?out|leak|_?loss$|_?lost$|jam|stuck|block|broken|break|disconnect|protect|abnormal|low_?(?:press|oil|fuel|level|water|volt|temp|flow|air)|high_?(?:temp|press|level|volt|curr)|(?:volt|volt(?:age)?|temp|temperature|pressure|level|oil|fuel|flow|soc)_?(?:low|high)$|(?:too|very)_?(?:low|high|hot|cold)|emergency|e_?stop|overrun|misfire|brown_?out|missing|imbalance|unbalance|phase_?(?:loss|fail|reverse)|störung|stoerung|fehler|défaut|defaut|avería|guasto|storing/i;
/** What is set, counted or was, for all its words of trouble. */
export const NO_FLAG =
  /enable|disable|setting|config|limit|thresh|count|number|total|time|delay|mode|level$|hist|last|prev|reset|ack|clear|test|mute|support|allow|capab|mask|hold|relay|output|switch|led|lamp|sound|notif|email|sms|memory|bypass|sticky|latch|armed|quitt|arm[eé]e|armad[ao]|activad|aktiver|inserit|uzbroj|sonor|volum|usine|fabri|valeur|valve$|verz(?:ö|oe)g|buzzer|siren|horn$|hupe|silenc|acquit|kvitter|[_-]?ton$|ok$|valid|ready$|healthy|good|normal|err(?:or)?\d+$/i;
const LEAST_WELL = 4;
const MOST_ODD = 4;

/** `bearingCondition`, `voltage_state`: names of what a part is graded in. */
const GRADED = /(?:condition|state|status|health|grade|cooling|misalignment|looseness|unbalance)$/;
const GOOD = /^(?:good|normal|ok|okay|healthy|fine|excellent|pass|passed)$/;
const POOR =
  /^(?:poor|bad|alarm|alert|critical|faulty|abnormal|unhealthy|unsatisfactory|unacceptable)$/;
/** What is measured may be too much or too little; a fan that is low is as somebody wants it. */
const AMISS = /^(?:too)?(?:low|high)$/;
const MEASURED = /tyre|tire|coolant|volt|curr|temp|press|cell|humid|oil|coolant|vibration/;
/** What one of several may be as well, and nothing is the matter. */
export const AS_WELL =
  /^(?:$|un(?:known|used|defined|available)|n ?a|none|null|nan|no$|not? (?:use|fit|install|applic|present|avail|config|set|connect|active|in use|need|requir|data)|off|on|idle|stand ?by|sleep|empty|vacant|free|absent$|disabled?|inactive|active|run|start|stop|pause|wait|init|boot|updat|upgrad|charg|discharg|full$|float|warm|cool|heat|clos|open|manual|auto|very good|better|better|great|fair$|average|moderate|up$|busy|ready|online|connected|paired|learn|calibrat|test|mute|bypass|mask|spare|reserve|secondary|master|slave|new|default|info|done|complete|pending|scheduled|skip|cleared|resolved|restored|acknowledged|true|false|yes|enabled?|armed|disarmed|locked|unlocked)/;
const LEAST_GOOD = 2;
/** What codes tell, by topic or field. */
const OF_CODES = /health|status|state|check|code|http|response|reply|answer|result|diag|zustand/i;
const DONE = 200;

interface Place {
  readonly label: string;
  readonly name: string;
  /** The name by itself, without what it stands below. */
  readonly own: string;
  readonly value: Scalar;
  readonly reading: Reading;
}

/** `reported_error` of what tells trouble among things alike that say that all is well: a flag, a word, a grade or a code. */
export function oddOnes(view: DeviceView): Finding[] {
  const flags = new Map<string, Place>();
  const grades = new Map<string, Place>();
  const readTrees = new Set<string>();
  const judge = (group: readonly Place[], areAlike: boolean) => {
    for (const one of areAlike ? [] : oddFlagsIn(group)) flags.set(one.label, one);
    for (const one of oddWordsIn(group, areAlike)) grades.set(one.label, one);
  };
  for (const topic of view.topics) {
    const isReply = topic.role === "reply";
    if (!isReply && !/^(?:state|event|info)$/.test(topic.role)) continue;
    const last = (isReply ? topic.live : topic.readings).at(-1);
    if (last === undefined) continue;
    const places = placesIn(topic, last);
    for (const [parent, group] of Map.groupBy(places, ({ label }) => objectOf(label))) {
      if (!isReply) judge(group, false);
      if (OF_CODES.test(`${topic.topic} ${parent}`)) {
        for (const one of oddCodesIn(group)) grades.set(one.label, one);
      }
    }
    if (isReply) continue;
    for (const one of oddReadingsIn(places, topic)) grades.set(one.label, one);
    for (const group of Map.groupBy(places, ({ label }) => alikeOf(label)).values()) {
      judge(group, true);
    }
    const tree = treeOf(topic);
    if (heldBy(last) === undefined || readTrees.has(tree)) continue;
    readTrees.add(tree);
    const beside = topicGroup(topic, view);
    judge(beside, false);
    for (const group of Map.groupBy(beside, ({ own }) => alikeOf(own)).values()) judge(group, true);
  }
  for (const one of flags.keys()) grades.delete(one);
  return [
    ...findingOf([...flags.values()], "One flag of many is up: "),
    ...findingOf([...grades.values()], "One of its parts is not well: "),
  ];
}

function findingOf(places: readonly Place[], said: string): Finding[] {
  const [first] = places;
  if (first === undefined) return [];
  const isError = said.startsWith("One flag") &&
    places.some(({ value }) => !/^(?:warn|warning|minor)$/i.test(String(value)));
  const samples = [...new Set(places.map(({ reading }) => reading.sample))];
  const more = places.length > 1 ? `, and ${places.length - 1} more` : "";
  const code = HTTP_REFUSALS.get(Number(first.value));
  return [findingFrom({
    severity: isError ? "error" : "warning",
    code: "reported_error",
    title: `${said}"${first.label}" is ${String(first.value).slice(0, 60)}${
      code === undefined ? "" : ` (${code})`
    }${more}`,
    summary: places.slice(0, 4).map(({ label, value, reading }) =>
      `"${label}" is ${String(value).slice(0, 60)} at ${iso(reading.at)}`
    ).join("; ") + "; those beside it say that all is well",
    ...everyTime(samples),
    suggestion:
      "Look it up in the device's manual, and see in the history when it changed and what came before.",
  })];
}

/** The fields of a message. */
function placesIn(topic: TopicView, reading: Reading): Place[] {
  return [...reading.fields].flatMap(([path, value]) => {
    if (path === "") return [];
    const parent = objectOf(path);
    const name = path.slice(parent.length);
    // What stands beside the value itself describes it: `…/Alarm_status = {"value": 0, "readable": true}`.
    const isBelow = !reading.fields.has(`${parent}value`) &&
      isOfTrouble(parent === "" ? topic.segments.at(-1) ?? "" : parent);
    return [{ label: path, name: isBelow ? `alarm_${name}` : name, own: name, value, reading }];
  });
}

/** What places are called that differ by a number alone, or stand in objects beside each other. */
function alikeOf(label: string): string {
  const place = objectOf(label).slice(0, -1);
  const above = objectOf(place);
  const [list = ""] = /^[^[]*(?=\[)/.exec(place.slice(above.length)) ?? [];
  return `${above}${list}*.${label.slice(objectOf(label).length).replace(/\d+/g, "#")}`;
}

/** Where a topic hangs, and below it what tells its value alone: `<name>/state`. */
function treeOf({ segments }: TopicView): string {
  return isHeldBelow(segments)
    ? `${segments.slice(0, -2).join("/")}/*`
    : segments.slice(0, -1).join("/");
}

function isHeldBelow(segments: readonly string[]): boolean {
  return segments.length > 2 && /^(?:state|value|status)$/i.test(segments.at(-1) ?? "");
}

/** The value of a message that has but one, and perhaps its time. */
function heldBy({ fields }: Reading): Scalar | undefined {
  if (fields.has("")) return fields.get("");
  return [...fields.keys()].every((path) => ENVELOPE.test(path)) ? fields.get("value") : undefined;
}

/** The bare values of the topics beside one another. */
function topicGroup(topic: TopicView, view: DeviceView): Place[] {
  const isBelow = isHeldBelow(topic.segments);
  const above = topic.segments.at(isBelow ? -3 : -2) ?? "";
  const tree = treeOf(topic);
  return view.topics.filter((other) => treeOf(other) === tree).flatMap((other): Place[] => {
    const reading = other.readings.at(-1);
    const value = reading === undefined ? undefined : heldBy(reading);
    const name = other.segments.at(isBelow ? -2 : -1) ?? "";
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

function oddFlagsIn(group: readonly Place[]): Place[] {
  const flags = group.filter(({ name, value }) => isFlag(name, value));
  const well = flags.filter(({ value }) => WELL.test(wordOf(value)));
  const odd = flags.filter((one) => isOdd(one));
  const sound = group.filter(({ own, value }) =>
    SOUND.test(own) && !IS_JUDGED.test(own) && /^(?:0|1|true|false)$/.test(String(value))
  );
  const unsound = sound.filter(({ value }) => /^(?:0|false)$/.test(String(value)));
  if (unsound.length > 0 && sound.length >= 3 * unsound.length) return unsound;
  if (well.length >= LEAST_WELL && odd.length <= MOST_ODD && well.length >= 2 * odd.length) {
    return odd;
  }
  // `alarm/dc2_short`: among few, one that is called both an alarm and what is wrong.
  return well.length >= 2 && odd.length <= well.length
    ? odd.filter(({ name, own }) => name !== own && (ILL_NAME.test(own) || OF_LIMIT.test(own)))
    : [];
}

/** What is up as long as all is well: `psu_ok`, `sensorHealthy`. */
const SOUND = /[a-z\d]_?(?:ok|OK|Ok|healthy|Healthy|good|Good)$/;

/** What is so or so by its surroundings, or has a rule of its own: `light_ok`, `batt_ok`. */
const IS_JUDGED =
  /bat|light|moist|humid|temp|weather|wind|rain|soil|level|comfort|air|signal|range|ready|sound/i;

/** `ov`, `uv1`, `OCP`: over or under a voltage, a current or a temperature. */
export const OF_LIMIT = /^(?:[ou][vct]p?|scp?|[a-z]{1,8}_?[ou][vct]p?)_?\d?$/i;

const mayBeFlag: (name: string) => boolean = remembering(
  (name) => ILL_NAME.test(name) && !NO_FLAG.test(leafOf(name).replace(/^alarm/, "")),
);

function isFlag(name: string, value: Scalar): boolean {
  if (!mayBeFlag(name) || isToBeDone(name)) return false;
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

/** A bad grade, or a word of trouble or of two parts, among more that are good. */
function oddWordsIn(group: readonly Place[], areAlike: boolean): Place[] {
  const said = group.filter(({ label, value }) =>
    typeof value === "string" && value.length <= 24 && !/\]$|vpn/i.test(label)
  );
  if (said.length <= LEAST_GOOD) return [];
  const isGood = ({ value }: Place) => GOOD.test(wordOf(value));
  const areSame = areAlike || said.filter(isGood).length >= MOST_SAME &&
      said.filter((one) => !isGood(one)).length === 1;
  const graded = areSame ? said : said.filter(({ own }) => GRADED.test(leafOf(own)));
  const good = graded.filter(isGood);
  const up = said.filter(({ value }) => wordOf(value) === "up");
  const down = said.filter(({ label, value }) =>
    wordOf(value) === "down" && !GOES_DOWN.test(label)
  );
  if (down.length > 0 && up.length >= LEAST_GOOD && up.length > down.length) return down;
  const odd = graded.filter(({ own, value }) => {
    const word = wordOf(value);
    return POOR.test(word) || AMISS.test(word) && MEASURED.test(leafOf(own)) ||
      areSame && isOddWord(String(value), areAlike);
  });
  return good.length >= LEAST_GOOD && odd.length <= good.length ? odd : [];
}

/** What is moved, and the places of a switch into which nothing is plugged. */
const GOES_DOWN =
  /blind|shutter|cover|roller|rollo|jalous|awning|window|gate|barrier|flap|desk|bed|door|screen|lift|arm|button|key|tilt|trend|direction|slat|bolt|cylinder|axis|table|port|eth|lan|wan|if_?oper|link|iface|interface|\d$/i;

/** So many that are good, and one that is not, make an object one of words of one kind. */
const MOST_SAME = 3;

/** `SHORTED`, `no_ack`; among places that are called alike any enum of two parts: `crc_mismatch`. One of several may be occupied. */
function isOddWord(value: string, areAlike: boolean): boolean {
  const words = value.toLowerCase().replace(/[^\p{L}]+/gu, " ").trim();
  if (AS_WELL.test(words) || /ing$/.test(words)) return false;
  return areAlike && /^\p{L}{3,}(?:_\p{L}{3,})+$/u.test(value) || /^no_\p{L}{3,}$/iu.test(value) ||
    ILL.test(words) && !FAINT.test(words) || textRank(value) > 0 || brokenIn(value) !== null;
}

/** `{"Cell_7": {"Reading": 3.65, "State": 2}}` among more whose code is 0: a reading that is not as it should, by the code that stands with it. */
function oddReadingsIn(places: readonly Place[], { readings }: TopicView): Place[] {
  const codes = places.filter(({ label, own, value }) =>
    /^(?:state|status)$/i.test(own) && objectOf(label) !== "" && Number.isInteger(value)
  );
  const odd = codes.filter(({ value }) => value !== 0);
  if (odd.length === 0 || odd.length * LEAST_READINGS > codes.length) return [];
  const read = new Map(
    places.filter(({ own, value }) => READ.test(own) && typeof value === "number")
      .map((one) => [objectOf(one.label), one]),
  );
  return odd.filter(({ label, value }) => {
    const own = read.get(objectOf(label));
    const isLasting = readings.slice(-2).every(({ fields }) => fields.get(label) === value);
    if (own === undefined || !isLasting) return false;
    // What is switched, heated or cooled has a state of its own; a reading and a cell have none.
    if (/^reading$/i.test(own.own)) return true;
    if (!OF_CELL.test(label)) return false;
    const likes = codes.filter((one) => one.value === 0 && alikeOf(one.label) === alikeOf(label))
      .map((one) => Number(read.get(objectOf(one.label))?.value));
    const [least, most] = [Math.min(...likes), Math.max(...likes)];
    const near = Math.max(most - least, 0.01 * least);
    return likes.length >= LEAST_READINGS && least > 0 && most < 1.05 * least &&
      (Number(own.value) < least - near || Number(own.value) > most + near);
  });
}

/** What stands with the code of a reading, and so many codes there are for each that is not 0. */
const READ = /^(?:reading|value|val|volt|voltage)$/i;
const OF_CELL = /cell(?!ular|ar)|zelle|cellule|celda|batt|akku|block/i;
const LEAST_READINGS = 6;

/** Codes of refusals among more that tell 200, and nothing else. */
function oddCodesIn(group: readonly Place[]): Place[] {
  const codes = group.filter(({ value }) => typeof value === "number");
  const good = codes.filter(({ value }) => value === DONE).length;
  const odd = codes.filter(({ value }) => HTTP_REFUSALS.has(Number(value)));
  return good >= LEAST_GOOD && good > odd.length && good + odd.length === codes.length ? odd : [];
}
