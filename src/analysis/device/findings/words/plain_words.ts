import { flagOf } from "../../../../payload/flag.ts";
import { tellsLeaving } from "../reach/presence.ts";
import type { Finding } from "../../finding_shape.ts";
import { isArmed, isRepeated } from "./errors.ts";
import { evidenceTopics } from "../finding.ts";
import { iso, someOf } from "../../evidence.ts";
import { generic } from "../../families/generic.ts";
import { labelOf, lastOf, leafOf, nameOf, type Scalar } from "../../reading/fields.ts";
import { AS_WELL, ILL_NAME, NO_FLAG, OF_LIMIT, WELL } from "../likes/odd_ones.ts";
import { splitWords } from "../../../../payload/severity/split_words.ts";
import { isSpoken } from "../../../../payload/severity/spoken.ts";
import { NOTICE } from "../../../../payload/severity/denial.ts";
import { textRank } from "../../../../payload/severity/text.ts";
import { isPlayed } from "../../../../payload/severity/topics.ts";
import { isAddress, isBenign, isSeenTo } from "../../../../payload/severity/benign.ts";
import {
  isNoReport,
  isNormallyClosed,
  isToBeDone,
  tellsOfOthers,
} from "../../../../payload/severity/mod.ts";
import { besideOf, type DeviceView, type Reading, type TopicView } from "../../reading/view.ts";
import { isCalled, isOfOverheard } from "./called.ts";
import { type Flag, isEndedBeside, isNamedAbove, isOfTransfer, isOpenZone } from "../flags/flag.ts";
import {
  DETECTOR,
  HOLDERS,
  ICE,
  isAside,
  isCountOfIt,
  isNotNow,
  restsByName,
} from "../flags/names.ts";
import { isStatistic } from "../counts/statistics_told.ts";
import { brokenIn, troubleInText, troubleOfFlag, wordsIn } from "../flags/phrases.ts";

/** Names of what is no statement of how the device is: names, texts that are shown or set, lists of what may be. */
const NO_STATEMENT =
  /name|title|summary$|subject|synopsis|playbook|track|song|artist|album|series|isp|ssid|host|user|url|uri|topic|version|model|vendor|manuf|brand|firmware|label|^property|file|path|image|icon|unit|format|type$|class|category|categories|id$|uid|config|mode$|set$|desired|target|reason$|cause|support|option|template|forecast|headline|weather|conseil|advice|hint|tip$|recommend|consequence|instruct|empfehlung|ratschlag|consejo|consiglio|advies|tag|comment|note|mac|address|location|room|zone$|area|group|scene|program|profile|schedule|recipe|mission|event$|query|cmd|command|description|desc$|specification$|payload|capabilit|key$|^(?:n|ds)$|activetext|statetext|enum|sound|speech|heard|transcript|^(?:stt|tts|asr|llm)|display|window|question|answer|effect|show|lock|severity|priority|level$|vpn|^app|^text$|textstring|station$|policy$|action$|behaviou?r$|triggers$|function$|funktion$|betriebsart$|relay$|relais$/;
/** What has its own words for being of no use now. */
const PLUGGED = /charg|plug|vehicle|connector|cable|hookup|car$|evse/;
/** Words of which other rules know more, or which a panel and a detector are there to say. */
const KNOWN_ELSEWHERE =
  /^(?:alarm|alert|alarme|(?:no|kein\w{0,2}) \p{L}+|(?:[\w-]+[_ :-])?(?:off ?line|disconnected|not[_ ]?connected|unavailable|not[_ ]?available|(?:information )?not available|out of range|getrennt|unreachable|lost)\.?)$|(?<!\p{L})batt(?:ery)?[:=] ?low(?!\p{L})/iu;
/** Lists and headings of troubles: `CURRENT-FAULTS`. */
const HEADING = /^(?:current|active|all|no|open)?[-_ ]?(?:faults|alarms|errors|warnings|alerts)$/i;
/** Telegrams of others, documents, and times long ago. */
const NO_TEXT =
  /^\s*[<{[]|\b\d{1,2}\.\d{1,2}\.|\d{4}-\d\d-\d\d|-\d+ days?\b|\d{1,2}\/\d{1,2}\/\d{2}/u;
const MOST_CHARS = 200;

/** What these tell is told by numbers: a word beside them says something else. */
const NO_WORDS: ReadonlySet<string> = new Set([
  "low_battery",
  "weak_signal",
  "clock_skew",
  "outlier",
  "gap",
]);

interface Place {
  readonly topic: TopicView;
  readonly path: string;
  readonly value: string;
  readonly reading: Reading;
  readonly severity: Flag["severity"];
}

/**
 * `reported_error` of plain words of trouble where no rule looks for them: any text that is no name, setting or heading,
 * on a topic of which nothing else is told.
 */
export function plainWords(view: DeviceView, told: readonly Finding[]): Finding[] {
  const known = evidenceTopics(told.filter(({ code }) => !NO_WORDS.has(code)));
  const places = view.topics.flatMap((topic): Place[] => {
    if (!/^(?:state|event|info|reply)$/.test(topic.role) || known.has(topic.topic)) return [];
    if (/^(?:names|labels|titles|segments)$/i.test(topic.segments.at(-1) ?? "")) return [];
    if (topic.segments.some((level) => level.startsWith("$"))) return [];
    return spokenOn(topic).filter((reading) =>
      !isNone(reading, topic) && !isRepeated(reading, view) && !isArmed(reading, { topic, view })
    ).flatMap((reading) =>
      [...reading.fields].flatMap(([path, value]) => {
        const severity = saysTrouble(path, value, { topic, reading });
        if (severity === null || topic.family.fieldKind?.(path, topic, view) === "ignored") {
          return [];
        }
        if (tellsLeaving(path, topic) || isNamedAbove(value, topic)) return [];
        if (isStatistic({ path, value, topic })) return [];
        return [{ topic, path, value: String(value), reading, severity }];
      })
    );
  });
  const [first] = places;
  if (first === undefined) return [];
  const said = first.value.replace(/\s+/g, " ").trim().slice(0, 100);
  const more = places.length > 1 ? `, and ${places.length - 1} more` : "";
  return [{
    severity: first.severity,
    code: "reported_error",
    title: `The device reports ${first.severity === "error" ? "an error" : "a warning"}: ${
      labelFor(first)
    }: ${said}${more}`,
    evidence: {
      summary: places.slice(0, 4).map(({ path, topic, value, reading }) =>
        `"${labelFor({ path, topic })}" is ${value.slice(0, 60)} at ${iso(reading.at)}`
      ).join("; "),
      messages: someOf(places.map(({ reading }) => reading)),
    },
    suggestion:
      "Read the whole message in recent_messages or the history, and look its text up in the device's manual.",
  }];
}

/** Whether a message says itself that it is no report, or of no severity. */
function isNone({ sample: { decoded }, fields }: Reading, { topic }: TopicView): boolean {
  const isMild = ([path, value]: [string, Scalar]) =>
    /^(?:severity|level|loglevel|levelname|lvl)$/.test(leafOf(path)) &&
      /^(?:none|info|informational|debug|trace|notice)$/i.test(String(value)) ||
    path === "PRIORITY" && Number(value) >= NOTICE;
  return [...fields].some(isMild) || decoded !== undefined && isNoReport(decoded.value, topic);
}

/** A `state` is called by the topic that it is of. */
function labelFor(place: Pick<Place, "path" | "topic">): string {
  return HOLDERS.test(place.path) ? place.topic.topic : labelOf(place);
}

/** The message that tells how it is: the newest, and where free sentences are spoken the newest of trouble, unless that is over. */
function spokenOn(topic: TopicView): Reading[] {
  const last = topic.live.at(-1) ?? topic.readings.at(-1);
  if (last === undefined) return [];
  if (topic.family.tellsChanges === true) {
    const told = new Map(
      topic.readings.flatMap((reading) =>
        [...reading.fields.keys()].map((path) => [path, reading] as const)
      ),
    );
    return [...Map.groupBy(told, ([, reading]) => reading)].map(([reading, own]) => ({
      ...reading,
      fields: new Map(own.map(([path]) => [path, reading.fields.get(path) ?? null])),
    }));
  }
  const sentences = topic.live.filter(({ fields }) =>
    String(fields.get("") ?? "").trim().split(/\s+/).length >= LEAST_WORDS
  );
  if (sentences.length < topic.live.length || sentences.length < 2) return [last];
  const at = sentences.findLastIndex((reading) =>
    saysTrouble("", reading.fields.get("") ?? null, { topic, reading }) !== null
  );
  const isOver = sentences.slice(at + 1).some(({ fields }) =>
    wordsIn(String(fields.get(""))).some(({ senses }) => senses.has("well"))
  );
  return at < 0 || isOver ? [last] : sentences.slice(at, at + 1);
}

/** So many words make a sentence. */
const LEAST_WORDS = 3;

/** Whether a flag is up, in any of the ways in which one writes that. */
const UP =
  /^(?:true|1|on|yes|active|detected|tripped|detectad[oa]|rilevat[oa]|détectée?|erkannt|gedetecteerd|wykryt[oay])$/i;

/** Below these stand names of who is there. */
const NAMED_BELOW =
  /^(?:clients?|services?|daemons?|apps?|hosts?|nodes?|lwt|online|alive|connected|presence|availability|heartbeats?)$/i;

/** Whether a flag that is up is called after some trouble. */
function isRaised(path: string, value: Scalar, o: { topic: TopicView; reading: Reading }): boolean {
  const { topic, reading } = o;
  if (!UP.test(String(value)) || /\[\d*\]/.test(path) || isEnded(path, reading)) return false;
  // What was 0.9 and 1.3 as well is measured: `leakMa`.
  if (value === 1 && topic.readings.some(({ fields }) => isMeasured(fields.get(path)))) {
    return false;
  }
  if (isSaidToBeNone(path, reading)) return false;
  const levels = [...topic.segments.slice(-3), ...path.replace(/\[[^[\]]*\]/g, "").split(/[./]/)]
    .filter((level) => level !== "" && !/^\d+$/.test(level));
  // `clients/mqttwarn = 1`: the name of one that is there.
  if (path === "" && NAMED_BELOW.test(levels.at(-2) ?? "")) return false;
  const isHeld = HOLDERS.test(levels.at(-1) ?? "");
  const own = levels.at(isHeld ? -2 : -1) ?? "";
  // Where a family names devices by their topics, a plug may be called `leak pump`.
  const isOfDevice = isHeld && leafOf(path) === path && topic.family !== generic;
  if (
    isOfDevice || isNormallyClosed(own) || isToBeDone(own) || GUARD.test(splitWords(own).join("_"))
  ) return false;
  const rose = { from: (said: string) => DOWN.test(said), to: (said: string) => UP.test(said) };
  if (isTroubleIfItRose(own, levels) && turned(path, topic, rose)) return true;
  const name = splitWords(own).join("_");
  if (levels.slice(-4).some((level) => isNotNow(level) || level === "switch")) return false;
  // `"alarm_word": {"raw_data": 0, "status": 1}`: what the state is of has its own value.
  if (isHeld && besideOf(path, reading).some(([other]) => VALUE.test(leafOf(other)))) return false;
  // A number may count how often: `mqtt_failures: 1`.
  if (String(value) === "1" && COUNTED.test(name)) return false;
  return ILL_NAME.test(name) && !NO_FLAG.test(leafOf(own)) &&
    (!NO_TROUBLE.test(name) || OF_A_PART.test(name)) &&
    !isAside(name) && !tellsOfOthers(name);
}

const isMeasured = (value: Scalar | undefined) =>
  typeof value === "number" && !Number.isInteger(value);

const DOWN = /^(?:false|0|off|no|inactive)$/i;
/** What watches for trouble, or is to do something when there is some: `over_current_breaker`, `outlet_control_protect`. */
const GUARD =
  /(?:^|_)(?:breaker|protect(?:ion|or|ed)?|setting|enabled?)(?:_use)?$|_use$|schutz(?:schalter)?$/;

/** Whether all that was said at a place was the one at first, and the other from some time on. */
function turned(
  path: string,
  { readings }: TopicView,
  o: { from: (said: string) => boolean; to: (said: string) => boolean },
): boolean {
  const said = readings.flatMap(({ fields }) => fields.has(path) ? [String(fields.get(path))] : []);
  const at = said.findIndex(o.to);
  return at > 0 && said.slice(0, at).every(o.from) && said.slice(at).every(o.to);
}

/** What is only where it is told of: `TamperIn`, `leak_detection`. What rises by itself is no setting of it. */
const TOLD_BY =
  /_(?:detection|detector|detect|sensor|input|in|di|contact|state|status|flag|bit|ind|indication|limit|switch|reed)(?=_|$)/g;

/** Whether what went up while it was listened to is some trouble, whatever would be a setting of one that always was. */
function isTroubleIfItRose(own: string, levels: readonly string[]): boolean {
  const name = splitWords(own).join("_").replace(TOLD_BY, "");
  if (levels.slice(-4, -1).some(isNotNow) || isNotNow(name) || tellsOfOthers(own)) return false;
  return !NO_TROUBLE.test(name) && !isAside(name) &&
    troubleOfFlag(name, { isNumber: true }) !== null;
}

/** `{"Fault": 1, "Fault_Text": "Normal"}`: the words beside a number say that it is that of none. */
function isSaidToBeNone(path: string, { fields }: Reading): boolean {
  return [...fields].some(([other, value]) =>
    other.startsWith(path) && other !== path && typeof value === "string" &&
    /^[._ -]?(?:text|txt|desc|description|str|string|name|message|msg)$/i
      .test(other.slice(path.length)) &&
    isBenign(value, 0)
  );
}

/** `{"Trigger": false, "Value": 1}`: the record says itself that it is over. */
function isEnded(path: string, reading: Reading): boolean {
  return isEndedBeside(path, reading) ||
    besideOf(path, reading).some(([other, value]) =>
      flagOf(value) === false && /^(?:is)?(?:active|trigger|triggered|raised)$/.test(leafOf(other))
    );
}

const VALUE = /^(?:raw(?:data|value)?|value|val)$/;

/** What is counted, or is numbered as its maker pleases. */
const COUNTED = /(?<!(?:^|_)ga|s)s$|lost$|loss$|^(?:err|error|fail|alarm)$|signal|sum$/;

/** `tyre_pressure_warning`: of a part of its own. */
const OF_A_PART =
  /(?:^|_)(?:tyre|tire|brake|engine|coolant|oil|washer_fluid|adblue)(?:_[a-z]+){0,3}_(?:alarm|warning|alert)$/;

/** What there is to be troubled by others, to be set, to be had, or told of what was. */
const NO_TROUBLE =
  /^(?:[a-z]{0,12}_)*(?:alarm|warning|alert|emergency|power_failure)(?:_active|_on|_contact)?$|(?:^|_)(?:was|as|on|when|external|id)_|_id$|^(?:break|block|blocked|blocking|trip|broken)(?:_|$)|^(?:in|on)_trip$|^ads?_|(?:lunch|coffee|tea|shift|ad|page|line)_break$|protection(?:_active)?$|(?:panel|child|key|input)_lock_?out$|(?:^|_)(?:no|anti|without)_|fail_?safe|_(?:lights?|pct|percent|detection|transfer)$|^wind|memory|bypass|restore|(?<!not_)(?:available|ready|verf(?:ü|ue)gbar|bereit|disponib(?:le|ile)|beschikbaar)$/;

function saysTrouble(
  path: string,
  value: Scalar,
  o: { topic: TopicView; reading: Reading },
): Place["severity"] | null {
  const { topic } = o;
  if (isOpenZone(path, value, topic) || isSeenTo(besideOf(path, o.reading))) return null;
  if (isRaised(path, value, o)) return isOfOverheard(path, o.reading) ? null : "warning";
  if (typeof value !== "string" || value.length > MOST_CHARS || !/\p{L}{3}/u.test(value)) {
    return null;
  }
  if (isOfOverheard(path, o.reading)) return null;
  const text = value.trim();
  if (isAddress(text)) return null;
  const name = nameOf(path, topic.segments);
  if (isCalled(path, text, { reading: o.reading, topic: topic.topic })) return null;
  if (LISTED.test(name)) return isNotNow(lastOf(path)) ? null : inList(text, path);
  const levels = [...topic.segments.slice(-3), ...path.split(".")];
  // What a program says, it shows where it has room: as the title of what it plays.
  if (TAGGED.test(text) && !isBenign(text.replace(TAGGED, "").trim(), 0)) return "error";
  if (isPlayed(`${topic.topic}/${path}`)) return null;
  if (isSeriesOfBad(path, topic)) return "error";
  if (isReasonOfEvent(name, o.reading) && !isBenign(text, 0)) {
    const why = troubleInText(text, { subject: [], unknown: 2 });
    if (why !== null) return why.severity;
  }
  const ofTrouble = saidOfTrouble(name, text) ?? wentFromWell(path, text, topic);
  if (ofTrouble !== null) return ofTrouble;
  if (NO_STATEMENT.test(name) || /^(?:errors?|faults?|err)$/.test(name)) return null;
  if (/\[\d*\]/.test(path) || levels.some((level) => /^enum|vpn/i.test(level))) return null;
  if (levels.some((level) => isNotNow(level)) || isAside(splitWords(name).join("_"))) return null;
  if (restsByName(name, text)) return null;
  if (/relay|contactor/.test(name) && /phase/i.test(text)) return null;
  if (isOfTransfer({ path, value, ...o })) return null;
  if (isBenign(text, 0) || isCountOfIt(path, o.reading) || DETECTOR.test(text)) return null;
  if (/full$/i.test(text) && ICE.test(topic.topic)) return null;
  if (KNOWN_ELSEWHERE.test(text) || HEADING.test(text) || NO_TEXT.test(text)) return null;
  if (tellsOfOthers(text) || tellsOfOthers(name)) return null;
  if (wordsIn(text).some(({ senses }) => senses.has("well"))) return null;
  const rank = textRank(text);
  if (rank < 2 && levels.some((level) => PLUGGED.test(level.toLowerCase()))) return null;
  if (rank > 0) return rank === 2 ? "error" : "warning";
  // `0 jobs failed since start`
  if (/^0 \p{L}/u.test(text)) return null;
  const told = text.split(/[,;|]\s+/, MOST_PARTS).map((part) => brokenIn(part))
    .find((one) => one !== null);
  return told === undefined || told === null || isSpoken(text) ? null : told.severity;
}

/** `[error]: Request failed!` */
const TAGGED =
  /^\[(?:error|err|fatal|failed|failure|fault|fehler|erreur|errore|fout|fel|feil)\]:?\s+/i;

/** What a test says of a piece: `NOK: torque below lower limit`. */
const NOT_OK = /^(?:nok|n\.?i\.?o\.?)(?::|$)/i;
/** One piece may be bad, and two. */
const LEAST_BAD = 4;

/** Whether the last pieces that were tested were bad one after another. */
function isSeriesOfBad(path: string, { live }: TopicView): boolean {
  const last = live.slice(-LEAST_BAD);
  return last.length === LEAST_BAD &&
    last.every(({ fields }) => NOT_OK.test(String(fields.get(path) ?? "").trim()));
}

/** Whether a field says why what the message tells has just happened, other than to a person who asked for something. */
function isReasonOfEvent(name: string, { fields }: Reading): boolean {
  const [, event] =
    [...fields].find(([path]) => /^(?:event|eventtype|eventname|evt)$/.test(leafOf(path))) ?? [];
  return /^(?:reason|cause|grund|motivo|raison)$/.test(name) && typeof event === "string" &&
    !/access|den(?:y|ied)|refus|reject|login|auth|card|badge|lock|payment|user/i.test(event);
}

/** What holds several short statements of how a thing is. */
const LISTED = /^(?:.*(?:conditions|troubles|problems|issues|faults|statusflags|activealarms))$/;

/** `['Trouble', 'Low battery', 'Chime mode on']`, as Python writes a list, or one entry of a list. */
function inList(text: string, path: string): Place["severity"] | null {
  const items = /^\[.*\]$/.test(text)
    ? [...text.matchAll(/["']([^"']{3,60})["']/g)].map(([, item = ""]) => item)
    : /\[\d+\]$/.test(path)
    ? [text]
    : [];
  const told = items.filter((item) => !isBenign(item, 0)).flatMap((item) =>
    troubleInText(item, { subject: [], unknown: 1, isState: true }) ??
      (textRank(item) > 0 ? { severity: "warning" as const } : [])
  );
  return told.find(({ severity }) => severity === "error")?.severity ?? told[0]?.severity ?? null;
}

/** How much of it there is. */
const GRADE =
  /^(?:small|medium|large|big|huge|minor|major|moderate|severe|serious|critical|high|wet|burst|confirmed|suspected|positive)$/i;

/** `leak_status: "Large"`, `protection: "OVP"`, `bms_state: "PROTECTION"`: how much of a trouble, or which. */
function saidOfTrouble(name: string, text: string): Place["severity"] | null {
  if (isNotNow(name) || isAside(name) || isBenign(text, 0)) return null;
  if (
    /(?:leak|leakage|tamper|flood|overflow|jam|blockage)(?:age)?(?:status|state|level|alarm|detected|severity)$/
      .test(name)
  ) {
    return GRADE.test(text) ? "error" : null;
  }
  if (/prot|fault|trip|^(?:alarm|error)/.test(name) && OF_LIMIT.test(text)) return "error";
  return /(?:state|status)$/.test(name) &&
      /^(?:in[ _])?(?:protection|protect|protected)$/i.test(text)
    ? "warning"
    : null;
}

/** `protection_status` was `normal`, and is something else since. */
function wentFromWell(path: string, text: string, topic: TopicView): Place["severity"] | null {
  const leaf = leafOf(path === "" ? topic.segments.at(-1) ?? "" : path);
  const isNone = !OF_TROUBLE.test(leaf) && !leftAlongWithCode(path, topic) || isNotNow(leaf) ||
    text.length > 40 ||
    AS_WELL.test(text.toLowerCase()) || isBenign(text, 0);
  return !isNone &&
      turned(path, topic, { from: (said) => WELL.test(leafOf(said)), to: (said) => said === text })
    ? "warning"
    : null;
}

/** Whether a text and the code of the same name beside it, which was 0, changed with one message. */
function leftAlongWithCode(path: string, topic: TopicView): boolean {
  const stem = STEM_OF_TEXT.exec(leafOf(path))?.[1];
  if (stem === undefined) return false;
  const last = topic.readings.at(-1);
  return last !== undefined &&
    besideOf(path, last).some(([other, code]) =>
      typeof code === "number" && code !== 0 &&
      STEM_OF_CODE.exec(leafOf(other))?.[1] === stem &&
      turned(other, topic, { from: (said) => said === "0", to: (said) => said !== "0" })
    );
}

const STEM_OF_TEXT = /^(.*?)(?:text|txt|msg|message|string|str|desc|description|name)$/;
const STEM_OF_CODE = /^(.*?)(?:code|number|no|nr|id)$/;

/** What a word is told of that names some trouble, or how one is. */
const OF_TROUBLE =
  /^(?!.*(?:arm(?:ed|ing)|type|time|reason|code))(?:.*(?:protection|fault|trouble|health|leak|tamper|diagnosis|diagnostic|problem)(?:status|state)?|(?:alarm|alert|error|warning)(?:status|state))$/;

/** "Inspect Cell, Low Salt": so many things are said in a text. */
const MOST_PARTS = 5;
