import type { DecodedPayload, JsonValue } from "./payload.ts";
import {
  BENIGN_VALUES,
  CLOSING_DENIALS,
  DENIED_IDEOGRAMS,
  DUTCH,
  DUTCH_ONLY,
  ERROR_IDEOGRAMS,
  ERROR_LEVELS,
  ERROR_PHRASES,
  ERROR_SUFFIXES,
  ERROR_WORDS,
  FILLERS,
  INFORMATIONAL_LEVELS,
  NAMING_NOUNS,
  NEGATIONS,
  RESOLVED,
  WARNING_PHRASES,
  WARNING_WORDS,
} from "./severity_words.ts";

/** How much a message says that something is wrong. */
export type SeverityLevel = "error" | "warning" | "none";

/** The verdict on one message. */
interface Severity {
  readonly level: SeverityLevel;
  /**
   * Groups alike messages: where the trouble was found and its text, with every number as `#`
   * (`error: sensor # lost`). At most 100 characters; `ordinary` when the level is `none`.
   */
  readonly kind: string;
}

/**
 * What a topic's name alone says of its payloads. `severityByHint` looks at nothing else of a topic, so
 * that a verdict can be remembered for all topics of one hint.
 */
export type TopicHint =
  | "none"
  | "availability"
  | "trouble"
  | "warning"
  | "death"
  | "description";

const ORDINARY: Severity = { level: "none", kind: "ordinary" };
const DEATH: Severity = { level: "warning", kind: "Sparkplug death" };
const MAX_KIND_CHARS = 100;
const MAX_DEPTH = 8;
const MAX_NODES = 1_000;
const MAX_TEXT_CHARS = 2_000;
const MAX_REMEMBERED_KEYS = 4_096;

/** Status codes that HTTP defines; others (a radio on `433`) are no codes of trouble. */
const HTTP_ERROR_CODES = new Set([
  ...[400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417],
  ...[421, 422, 423, 424, 425, 426, 428, 429, 431, 451],
  ...[500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511],
]);

/**
 * Judges one decoded message. An error or warning is told by fields (`level`, `severity`, `status`,
 * `code`, `error`, `fault`, `alarm`, `ok`, `success` and their like), by words in several languages
 * where they are not denied, and by an availability that is gone (`offline`: a warning).
 * Zero, `null`, `false`, `""`, `[]`, "none", "no error", "0 errors" are all fine. Numeric levels are
 * not read: devices disagree on which end is bad, and `level` is more often a battery's.
 *
 * The verdict depends on the topic only through its hint, of {@linkcode topicHint}, and on a number only through
 * whether it is zero, except right under an {@linkcode isTellingKey | telling key} and in a bare
 * number on a topic whose hint is `trouble` or `warning`.
 */
export function severityByHint(decoded: DecodedPayload, hint: TopicHint): Severity {
  if (decoded.format === "empty" || hint === "description") return ORDINARY;
  if (hint === "death") return DEATH;
  if (decoded.encoding === "base64") return ORDINARY;
  const found = new Findings();
  const { value } = decoded;
  if (decoded.format.endsWith("xml") && typeof value === "string") judgeXml(value, found);
  else if (value !== null && typeof value === "object") judge(value, 0, found);
  else judgeBare(value, hint, found);
  if (found.rank === 0 && (hint === "trouble" || hint === "warning")) {
    if (value !== null && typeof value === "object" && !isBenign(value, 0) && !saysOver(value)) {
      found.add(1, hint === "trouble" ? "report on a topic of trouble" : "report of a warning", {
        text: "",
      });
    }
  }
  return found.verdict();
}

/**
 * The trouble that a message tells of its sender now, judged so that its owner would agree: history,
 * counters, thresholds, names, other devices in a list and text nobody calls a message tell none.
 * `free` says that the topic is there to tell what happens (a log, events), in free words.
 */
export function troubleIn(decoded: DecodedPayload, topic: string, o: { free: boolean }): Severity {
  if (decoded.format === "empty" || decoded.encoding === "base64") return ORDINARY;
  const hint = topicHint(topic);
  if (hint === "description") return ORDINARY;
  if (hint === "death") return DEATH;
  const found = new Findings(true);
  const value = heldIn(decoded.value);
  // `vosekast/error/Stock_Tank`: what stands below is an error of it.
  const isBelow = isBelowErrors(topic);
  const isReport = hint === "trouble" || hint === "warning" || isBelow;
  const isFree = o.free || isBelow;
  const key = levelKey(topic);
  if (typeof value === "string" && isShown(topic)) return ORDINARY;
  if (typeof value !== "string" && isOfSettings(topic)) return ORDINARY;
  // `…/errors.history/entries`: a list of what was.
  if (Array.isArray(value) && isHistory(topic.split("/").at(-2) ?? "")) return ORDINARY;
  if (decoded.format.endsWith("xml") && typeof value === "string") judgeXml(value, found);
  else if (hint === "trouble" && isListOfTexts(value)) {
    if (NAMES_FAULTS.test(key) || value.some((text) => textRank(text) > 0)) {
      judgeField(key, value, { onlyInforms: false, depth: 0, found });
    }
  } else if (value !== null && typeof value === "object") {
    judge(value, 0, found);
    if (isRaisedAlarm(topic, value)) found.add(2, key, { text: saidIn(value) });
    if (found.rank === 0 && isFree && isReport && !saysOver(value) && reports(value)) {
      found.add(hint === "warning" ? 1 : 2, key, { text: saidIn(value) });
    }
  } else if (isFree && !isReport || /(?:^|,)[\w.-]+=[\d.]+i?(?:,|\s|$)/.test(String(value))) {
    judgeBare(value, "none", found);
  } else if (!HISTORY_LEVELS.test(key)) {
    judgeField(key, value, { onlyInforms: false, depth: 0, found });
  }
  return found.verdict();
}

/** Whether a level above the last is there for errors, and none of them for what was. */
function isBelowErrors(topic: string): boolean {
  const above = topic.split("/").slice(0, -1);
  return above.some((level) => /^errors?$/i.test(level)) && !above.some(isHistory);
}

/** `flowio/…/cfg/thresholds`: from when on something shall be wrong. */
function isOfSettings(topic: string): boolean {
  return topic.split("/").slice(1).some((level) =>
    /^(?:cfg|config|configuration|settings|thresholds|limits)$/i.test(level)
  );
}

/** `…/alarms/P0` with the action RAISED: an alarm of the system that speaks, and not of what it sees. */
function isRaisedAlarm(topic: string, value: JsonValue): boolean {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return false;
  return topic.split("/").slice(0, -1).some((level) => /^alarms?$/i.test(level)) &&
    Object.keys(value).some((key) =>
      /^(?:action|state|status|event)$/i.test(key) &&
      /^(?:raised|escalated)$/i.test(String(value[key]))
    );
}

/** The words of a report: what it says, if it says something, or else its first text. */
function saidIn(value: JsonValue): string {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return brief(value);
  const key = Object.keys(value).find((name) =>
    (MESSAGE_KEYS.has(name.toLowerCase()) || name === "description") &&
    typeof value[name] === "string"
  );
  return key === undefined ? brief(value) : brief(value[key]);
}

/** What is listed on a topic of that name is wrong; what is on one of alarms may be what can be. */
const NAMES_FAULTS = /err|fault|fail|fehler|störung|stoerung/i;

function isListOfTexts(value: JsonValue): value is string[] {
  return Array.isArray(value) && value.length > 0 &&
    value.every((item) => typeof item === "string");
}

/** Whether the text on a topic is what somebody sees, hears or called it: `…/activewindow/state`. */
function isShown(topic: string): boolean {
  const levels = topic.split("/");
  const last = levels.at(-1) ?? "";
  const named = /^(?:state|status|value)$/i.test(last) ? levels.at(-2) ?? "" : last;
  return SHOWN.test(splitWords(named).at(-1) ?? "");
}

const SHOWN =
  /(?:^|active|current|foreground)(?:window|title|song|track|artist|album|media|app|application|program|channel|station|ssid|playlist|headline|subject|caption)$/;

/** Bare words on a topic of that name tell why something was, at some time, or are to be shown. */
const HISTORY_LEVELS = /^(?:reason|cause|info|log|text|txt|title)$/i;

/** The value in an envelope of its time, unit and quality. */
function heldIn(value: JsonValue): JsonValue {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  const keys = Object.keys(value);
  const held = keys.find((key) => /^(?:v|val|value)$/i.test(key));
  if (held === undefined || keys.length > 6) return value;
  const inner = value[held];
  return inner !== null && typeof inner === "object" ? value : inner;
}

/** What stands beside a value and says nothing by itself. */
const ENVELOPE = /^(?:v|val|value|u|unit|t|ts|time|timestamp|date|updated|q|quality|age)$/i;

/** Whether a document on a topic of trouble says in words or by a flag that there is some. */
function reports(value: JsonValue): boolean {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return false;
  return Object.keys(value).some((key) => {
    const item = value[key];
    if (/^(?:active|state|status|value|on|raised|present)$/i.test(key)) {
      return item === true || item === 1 ||
        typeof item === "string" && /^(?:on|active|true|raised|set|1)$/i.test(item);
    }
    return typeof item === "string" &&
      (SAYING_PARTS.has(splitWords(key).at(-1) ?? "") || /^(?:type|kind)$/i.test(key)) &&
      !isIdentifier(item) && !NOTICES.test(item.trim().toLowerCase()) && !isBenign(item, 0);
  });
}

/** The level of a topic that names what its payload is. */
function levelKey(topic: string): string {
  const levels = topic.split("/");
  while (levels.length > 1 && /^(?:value|val|v|get|raw|data)$/i.test(levels.at(-1) ?? "")) {
    levels.pop();
  }
  const [above = "", last = ""] = levels.slice(-2);
  // `…/error/state` is what `…/error` is.
  if (/^(?:state|status)$/i.test(last) && /^(?:err|error|fault)(?:_?code)?$/i.test(above)) {
    return above;
  }
  // `…/status/plain` says what `…/status` is.
  if (/^(?:plain|text|txt|str|string)$/i.test(last) && /^(?:state|status)$/i.test(above)) {
    return above;
  }
  // `mower/error/message`, `störung/text`: one record, a level for each of its fields.
  return TROUBLE_LEVEL.test(above) && RECORD_LEVEL.test(last) ? `${above}_${last}` : last;
}

const TROUBLE_LEVEL = /^(?:err|error|fault|fehler|störung|stoerung)$/i;
const RECORD_LEVEL = /^(?:code|number|nummer|nr|message|msg|text|description|desc)$/i;

/** What the name of a topic says of its payloads: only its last levels count. */
export function topicHint(topic: string): TopicHint {
  if (/^spBv1\.0\/[^/]*\/[ND]DEATH\//.test(topic)) return "death";
  const slash = topic.lastIndexOf("/");
  const last = topic.slice(slash + 1);
  if (last === "config" || topic.startsWith("homeassistant/") && topic.endsWith("/config")) {
    return "description";
  }
  if (/\/bridge\/(?:devices|definitions|groups|info)$/.test(topic)) return "description";
  const parts = splitWords(last.slice(0, 64));
  if (NAMING_LEVELS.has(parts[parts.length - 1] ?? "")) return "description";
  if (parts.length === 0 || parts.length > 3) return "none";
  if (parts.some((p) => EXEMPT_PARTS.has(p) || COUNT_PARTS.has(p) || PAST_PARTS.has(p))) {
    return "none";
  }
  if (parts.some((p) => ONLINE_PARTS.has(p))) return "availability";
  if (parts.some(isTroubleNoun)) return "trouble";
  if (parts.some((p) => WARNING_KEYS.has(p))) return "warning";
  return "none";
}

type KeyKind =
  | "level"
  | "state"
  | "trouble"
  | "past_trouble"
  | "warning"
  | "positive"
  | "online"
  | "label"
  | "text";

function parts(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}

/** Beside one of these, a word of trouble in a key names a setting or a figure about trouble. */
const EXEMPT_PARTS = parts(`
  rate enabled enable enables disable threshold limit handler mode time timestamp timeout at log logs
  correction margin topic url ts date interval setpoint allowed max min maximum minimum clear reset
  ack acknowledged volume sound level percent pct ratio set get cmd command request version list
  tolerance budget detection sensitivity delay duration retry retries bars model unit options config
  no non without free kein keine sans sin senza geen bez sem supported support
  ringtone ringtones melody melodies tone song schedule snooze next trigger triggers capability
  capabilities`);
/** A level of a topic that ends in one of these holds a name or an attribute, and no statement. */
const NAMING_LEVELS = parts(`
  name names title label model id uuid icon manufacturer vendor firmware hostname options schema
  serial mac ip unit class datatype format properties nodes extensions measurement`);
/** Links that a device may have and few people use: not connected is how most of them are. */
const OPTIONAL_LINKS = parts(`
  cloud ws websocket ble bt bluetooth matter knx bthome telegram homekit alexa remote outbound
  backend usb vpn ev car vehicle cable plug charge charging headset hdmi phone app client carplay hotspot
  influx`);
/** Figures of how often trouble came, which say nothing of now. */
const COUNT_PARTS = parts(`count counts counter counters num number statistics stats`);
/** Words of trouble in a text that in a key may be an adjective or another language's word. */
const NO_KEYS = parts(`
  storing storingen
  kritisch kritiek critico critica crítico crítica critique krytyczny krytyczna krytyczne fel pas`);
const WARNING_KEYS = parts(`
  warning warnings warn alert alerts problem problems offline disconnected unavailable unreachable
  overload degraded warnung warnungen avertissement alerte alertes advertencia aviso avisos avviso
  waarschuwing ostrzeżenie ostrzezenie alerta alertas probleme problème problema probleem`);
const DEGREES = parts(`critical kritisch critique crítico critico`);
const ONLINE_PARTS = parts(
  `online connected available reachable alive availability connectivity lwt`,
);
const POSITIVE_PARTS = parts(`ok success successful succeeded healthy`);
const LEVEL_PARTS = parts(`
  level severity loglevel lvl priority type class event kind category niveau schweregrad gravedad
  gravità gravidade`);
const STATE_PARTS = parts(`
  status state code result condition health outcome zustand statut état etat estado stato
  statuscode statut`);
const LABEL_PARTS = parts(`
  name title label topic id uuid url uri path unit model icon options key manufacturer vendor
  firmware version template file filename host hostname user schema description serial names
  labels columns fields headers keys list tags topics place label filepath track song artist album`);
const PAST_PARTS = parts(`
  last previous prev history total lifetime was been memory memories sticky latched past ever
  letzter letzte letztes`);

/** Verdicts on keys, so that a stream's few keys are taken apart once. */
const keyKinds = new Map<string, KeyKind>();

function keyKind(key: string): KeyKind {
  const known = keyKinds.get(key);
  if (known !== undefined) return known;
  const kind = classifyKey(splitWords(key.slice(0, 64)));
  if (keyKinds.size >= MAX_REMEMBERED_KEYS) keyKinds.clear();
  keyKinds.set(key, kind);
  return kind;
}

function classifyKey(said: string[]): KeyKind {
  // `getStatusStoerung` is what is got.
  const words = said.length > 2 && said[0] === "get" ? said.slice(1) : said;
  const exempt = words.some((w) => EXEMPT_PARTS.has(w));
  const last = words[words.length - 1] ?? "";
  const soleLevel = last === "level" || words.includes("loglevel");
  if (!exempt) {
    if (words.some(isTroubleNoun)) {
      if (words.some((w) => LABEL_PARTS.has(w) && w !== "description")) return "label";
      if (COUNT_PARTS.has(last)) return "past_trouble";
      return words.some((w) => PAST_PARTS.has(w)) ? "past_trouble" : "trouble";
    }
    if (words.some((w) => WARNING_KEYS.has(w))) return "warning";
    if (words.includes("battery") && words.includes("low")) return "warning";
    if (POSITIVE_PARTS.has(last)) return "positive";
    if (ONLINE_PARTS.has(last)) return "online";
  }
  if (soleLevel || LEVEL_PARTS.has(last)) return "level";
  if (STATE_PARTS.has(last) || last === "http") return "state";
  return words.some((w) => LABEL_PARTS.has(w)) || exempt ? "label" : "text";
}

/** Whether the exact value of a number directly under this key can change the verdict. */
export function isTellingKey(key: string): boolean {
  const kind = keyKind(key);
  return kind !== "label" && kind !== "text";
}

function isTroubleNoun(word: string): boolean {
  return ERROR_WORDS.has(word) && !NO_KEYS.has(word) || isTroubleCompound(word);
}

/** `Fehlermeldung`, `errorcode`: what follows is about the trouble that is. */
const REPORT_COMPOUND =
  /^(?:(?:fehler|störungs?|stoerungs?|alarm)(?:meldung|code|text|nummer|status|zustand)|(?:error|fault|err)(?:code|text|message|msg|number|status|state|type|flags?|bits))$/;

function isTroubleCompound(word: string): boolean {
  return REPORT_COMPOUND.test(word) ||
    word.length > 6 && ERROR_SUFFIXES.some((suffix) => word.endsWith(suffix));
}

/** `statusCode`, `status_code`, `STATUS-CODE` → `status`, `code`. */
function splitWords(text: string): string[] {
  return text
    .replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\p{M}]+/u)
    .filter((word) => word !== "");
}

/** The worst that was found, with where and what. */
class Findings {
  rank: 0 | 1 | 2 = 0;
  nodes = 0;
  /** Only what a device's owner would call trouble of this device, now, is found. */
  readonly isStrict: boolean;
  #where = "";
  #text = "";
  #code = "";
  /** Free text of the message, which makes a kind readable: "level error: sensor # lost". */
  remark = "";

  constructor(isStrict = false) {
    this.isStrict = isStrict;
  }

  /** `code` is a number that tells kinds apart and so stays readable. */
  add(rank: 0 | 1 | 2, where: string, said: { text: string; code?: number }): void {
    // `fanFault` tells more than the `health: critical` beside it.
    const isTelling = this.isStrict && rank === this.rank && rank > 0 &&
      /^(?:health|status|state)$/i.test(this.#where) && keyKind(where) === "trouble";
    if (rank <= this.rank && !isTelling) return;
    this.rank = rank;
    this.#where = where;
    this.#text = said.text;
    this.#code = said.code === undefined ? "" : ` ${said.code}`;
  }

  verdict(): Severity {
    if (this.rank === 0) return ORDINARY;
    const said = [this.#where, this.#text].filter((part) => part !== "").join(": ");
    const told = alike(said);
    const remark = alike(this.remark);
    const whole = remark === "" || told.includes(remark) ? told : `${told}, ${remark}`;
    const kind = whole.slice(0, MAX_KIND_CHARS) + this.#code;
    return { level: this.rank === 2 ? "error" : "warning", kind: kind === "" ? "unnamed" : kind };
  }
}

/** Replaces everything that carries a digit by `#` and bounds the text. */
function alike(text: string): string {
  return text
    .slice(0, 400)
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, " ")
    .replace(/[\p{L}\p{M}\-]*\p{Nd}[\p{L}\p{M}\p{Nd}\-:.]*/gu, "#")
    .trim()
    .slice(0, MAX_KIND_CHARS);
}

function judge(value: JsonValue, depth: number, found: Findings): void {
  if (depth > MAX_DEPTH || ++found.nodes > MAX_NODES) return;
  if (typeof value === "string") {
    if (!found.isStrict || depth === 0 || isStatement(value)) judgeText(value, "", found);
    return;
  }
  if (value === null || typeof value !== "object") return;
  if (Array.isArray(value)) {
    for (const item of value) {
      if (found.nodes > MAX_NODES) return;
      if (!found.isStrict || isNamedValue(item) || !isOther(item)) judge(item, depth + 1, found);
    }
    return;
  }
  const keys = Object.keys(value);
  if (found.isStrict && judgeNamed(value, { depth, found })) return;
  const onlyInforms = keys.some((key) => {
    const field = value[key];
    return keyKind(key) === "level" && typeof field === "string" &&
      INFORMATIONAL_LEVELS.has(field.trim().toLowerCase());
  });
  // `{"ok":false,"message":"NONE"}` is of something that is not used.
  const isIdle = found.isStrict && keys.some((key) => {
    const field = value[key];
    return typeof field === "string" && SAYING_PARTS.has(splitWords(key).at(-1) ?? "") &&
      isBenign(field, 0);
  });
  // What an aircraft or a ship sent, as a receiver heard it, is no trouble of the receiver.
  if (found.isStrict && keys.filter((key) => OVERHEARD.test(key)).length >= 2) return;
  if (found.isStrict && keys.some((key) => SPEECH.test(key) || isRestored(value[key]))) return;
  const isLetter = found.isStrict && isPersonsLetter(value, keys);
  const isExplained = found.isStrict &&
    keys.some((key) => explainsAway(key, value[key]) || deniesTrouble(key, value[key]));
  for (const key of keys) {
    if (++found.nodes > MAX_NODES) return;
    if (isExplained && typeof value[key] === "number" && keyKind(key) === "trouble") continue;
    if (found.isStrict && isLimitBeside(key, value)) continue;
    if (isIdle && value[key] === false && keyKind(key) === "positive") continue;
    if (isLetter && LETTER_TEXT.test(key)) continue;
    judgeField(key, value[key], { onlyInforms, depth, found });
  }
}

/** `{"name":"Fehlermeldung","value":"20","desc":"…"}` is a field called by its name. */
function judgeNamed(
  object: { [key: string]: JsonValue },
  o: { depth: number; found: Findings },
): boolean {
  const { name, value, desc } = object;
  if (typeof name !== "string" || value === undefined || typeof value === "object") return false;
  if (name.length > 64) return false;
  const { depth, found } = o;
  if (typeof desc === "string" && explainsAway(`${name} desc`, desc)) return true;
  judgeField(name, value, { onlyInforms: false, depth: depth + 1, found });
  return true;
}

/** Beside one of these stands what people say, ask or write. */
const SPEECH =
  /^(?:intent|intents|utterance|transcript|transcription|speech|chat_?id|author|from_?user|sentence|wake_?word)$/i;

/** What a person wrote stands under one of these, beside a telephone number. */
const LETTER_TEXT = /^(?:text|message|msg|body|content|sms)$/i;
const LETTER_END = /^(?:phone|phone_?number|msisdn|from|to|sender|recipient|caller|originator)$/i;
/** A `number` alone may be anything's, unless it is written as a telephone's. */
const PHONE_NUMBER = /^(?:\+\d|0\d|\d{9})[\d ]{4,18}$/;

/** A short message from or to a telephone: its text is a person's, and tells nothing of the modem. */
function isPersonsLetter(
  value: { readonly [key: string]: JsonValue },
  keys: readonly string[],
): boolean {
  return keys.some((key) => LETTER_TEXT.test(key)) &&
    keys.some((key) => {
      const end = String(value[key]);
      return LETTER_END.test(key) && /^\+?[\d ]{5,20}$/.test(end) ||
        /^number$/i.test(key) && PHONE_NUMBER.test(end);
    });
}

/** What names a sender that a receiver overhears. */
const OVERHEARD =
  /^(?:flight|tail|icao|icao24|hex|mmsi|imo|squawk|callsign|ship_?name|msgno|alt_baro|registration|talkgroup(?:_?alpha)?(?:_?tag)?)$/i;

/** An alarm panel's event is the end of what it names. */
function isRestored(value: JsonValue): boolean {
  return typeof value === "string" && /^(?:restore|restored|restoral)$/i.test(value.trim());
}

/** Whether the words beside a number of trouble say that it is none: 5 is "Rain delay". */
function explainsAway(key: string, value: JsonValue): boolean {
  return typeof value === "string" && value.trim() !== "" && /\D/.test(value) &&
    keyKind(key) === "trouble" && /desc|text|txt|message|msg|str/i.test(key) &&
    (isBenign(value, 0) || !tellsNow(key, value));
}

/** `co2_alarm: 1200` beside `co2: 610`: from when on there shall be an alarm. */
function isLimitBeside(key: string, object: { [key: string]: JsonValue }): boolean {
  const value = object[key];
  if (typeof value !== "number" || value === 0 || value === 1) return false;
  const of = /^(.{2,30}?)[_-]?(?:alarm|alert|warning)$/i.exec(key)?.[1];
  return of !== undefined && typeof object[of] === "number";
}

/** `HasError: false` beside a code: the code is that of no error. */
function deniesTrouble(key: string, value: JsonValue): boolean {
  return value === false && /^(?:has|is|in|x)_?(?:in_?)?(?:error|fault)(?:_?state)?$/i.test(key);
}

/** {@linkcode explainsAway} for topics that stand beside one another. */
export function isExplainedAway(topic: string, text: string): boolean {
  return explainsAway(levelKey(topic), text);
}

interface FieldContext {
  readonly onlyInforms: boolean;
  readonly depth: number;
  readonly found: Findings;
}

function judgeField(key: string, value: JsonValue, context: FieldContext): void {
  const { found, depth } = context;
  // What is inside is judged but for whether the link is up.
  if (value !== null && typeof value === "object" && OPTIONAL_LINKS.has(key.toLowerCase())) return;
  // `"port.status":{"value":"DISCONNECTED","timestamp":…}` is a field with its time beside it.
  if (found.isStrict && value !== null && typeof value === "object") {
    const held = Object.keys(value).every((name) => ENVELOPE.test(name)) ? heldIn(value) : value;
    if (held !== value) return judgeField(key, held, { ...context, depth: depth + 1 });
  }
  if (found.isStrict && typeof value === "object" && (isHistory(key) || isJournal(key, value))) {
    return;
  }
  const said = keyKind(key);
  // `alarm-number: 181` is which, `number_of_alarms: 181` is how many.
  const kind = found.isStrict && said === "past_trouble" && isNumbered(key) ? "trouble" : said;
  if (found.isStrict && isNoStatement(key, value, { kind, depth })) return;
  // A note of the lowest kind that names a code is still a note.
  if (found.isStrict && context.onlyInforms && depth > 0 && kind === "trouble") return;
  switch (kind) {
    case "trouble":
      if (!isBenign(value, 0)) found.add(2, key, statement(key, value));
      return;
    case "past_trouble":
      // A number there is a code or a count of what is over.
      if (typeof value === "number") return;
      if (!isBenign(value, 0)) found.add(1, key, statement(key, value));
      return;
    case "warning":
      if (!isBenign(value, 0)) found.add(1, key, statement(key, value));
      return;
    case "positive":
      if (value === false || isWord(value, "false")) found.add(2, key, { text: "false" });
      else if (typeof value === "string") judgeText(value, key, found);
      else judge(value, depth + 1, found);
      return;
    case "online":
      if (value === false || isWord(value, "false") || isWord(value, "offline")) {
        found.add(1, key, { text: String(value).toLowerCase() });
      } else if (typeof value === "object") judge(value, depth + 1, found);
      else if (typeof value === "string") judgeText(value, key, found);
      return;
    case "level":
      if (typeof value === "string") found.add(levelRank(value), key, { text: value });
      else judge(value, depth + 1, found);
      return;
    case "state":
      if (typeof value === "number") judgeCode(value, key, found);
      else if (typeof value === "string") {
        if (/^\d+$/.test(value)) judgeCode(Number(value), key, found);
        else judgeText(value, key, found);
      } else judge(value, depth + 1, found);
      return;
    case "text":
      if (typeof value !== "string") judge(value, depth + 1, found);
      else if (!context.onlyInforms) {
        judgeText(value, key, found);
        if (found.remark === "" && MESSAGE_KEYS.has(key.toLowerCase())) {
          found.remark = value.slice(0, 200);
        }
      }
      return;
    case "label":
      if (value !== null && typeof value === "object") judge(value, depth + 1, found);
  }
}

/** Fields in which devices say what is the matter, by the last word of their key. */
const SAYING_PARTS = parts(`
  message msg text txt reason detail details cause log info diagnostic diagnostics response answer
  meldung nachricht grund notify notification plain mensaje messaggio mensagem bericht melding komunikat str value val v symbol`);
/** Beside a word of trouble these still speak of it; any other makes a key of a setting or figure. */
const TELLING_PARTS = parts(`
  code codes state status flag flags active detected present bit bits word text txt message msg
  description desc reason type detail details str string info number nr value val register mask list
  condition indicator aktiv meldung nummer on current now num`);
/** Kinds of messages that are told of what a device sees as often as of the device. */
const NOTICES = /^(?:alarms?|alerts?|notifications?|warnings?|emergency|events?)$/;
/** What is done, lost or broken: no name of a thing holds such a word. */
const STATING =
  /(?<!\p{L})(?:failed|failing|failure|lost|disconnected|unreachable|unresponsive|timed out|timeout|cannot|could not|unable|overheat\p{L}*|broken|aborted|crashed|missing|low|detected|occurred|fehlgeschlagen|ausgefallen|nicht|échoué\p{L}*|fallid\p{L}*|fallit\p{L}*|mislukt)(?!\p{L})/iu;

/** Whether a text states something; names and identifiers do not. */
function isStatement(text: string): boolean {
  return /\s/.test(text.trim()) && STATING.test(text);
}

/** Whether an entry of a list is another device or thing, with a name or an id of its own. */
function isOther(item: JsonValue): boolean {
  return item !== null && typeof item === "object" && !Array.isArray(item) &&
    Object.keys(item).some((key) => OTHERS_ID.test(key));
}

/** A metric in a list: what it is called and what it is. */
function isNamedValue(item: JsonValue): boolean {
  return item !== null && typeof item === "object" && !Array.isArray(item) &&
    typeof item.name === "string" && item.value !== undefined && Object.keys(item).length <= 8;
}

const OTHERS_ID =
  /^(?:name|friendly_?name|device(?:_?id|_?name)?|mac|address|serial|sn|topic|uid|eui|dev_?eui|ieee_?addr(?:ess)?|node_?id|gateway_?id)$/i;

/** Whether a key holds a record of what was. */
function isHistory(key: string): boolean {
  return splitWords(key).some((word) =>
    PAST_PARTS.has(word) || /^(?:logs?|journal|histor\w+|recent|archive)$/.test(word)
  );
}

/** Whether a list holds what was told at some time, each entry with its own. */
function isJournal(key: string, value: JsonValue): boolean {
  return /^(?:messages|events|entries|notifications|records)$/i.test(key) && Array.isArray(value) &&
    value.length > 0 &&
    value.slice(0, 20).every((item) =>
      item !== null && typeof item === "object" && !Array.isArray(item) &&
      Object.keys(item).some((name) => /^(?:time|timestamp|date|ts)$/i.test(name)) &&
      Object.keys(item).some((name) => /^(?:code|severity|level|message|text)$/i.test(name))
    );
}

function isNumbered(key: string): boolean {
  const words = splitWords(key);
  const at = words.findIndex((word) => /^(?:num|number)$/.test(word));
  return at > 0 && isTroubleNoun(words[at - 1] ?? "") &&
    !words.some((word) => PAST_PARTS.has(word));
}

/** Whether a field says nothing of how its sender is now, for all its words of trouble. */
function isNoStatement(
  key: string,
  value: JsonValue,
  o: { kind: KeyKind; depth: number },
): boolean {
  switch (o.kind) {
    case "past_trouble":
      return true;
    case "trouble":
    case "warning":
      // `event/disconnected: annas-phone` says who went.
      return !tellsNow(key, value) ||
        /^(?:disconnected|offline|unreachable)$/i.test(key) && typeof value === "string" &&
          !/^(?:true|yes|on|1|offline|disconnected)$/i.test(value.trim()) && textRank(value) === 0;
    case "online":
      // `BackendConnected: false` is of a link that may be unused; a part below is a part.
      return splitWords(key).length > 1 || o.depth > 1 || typeof value === "boolean";
    case "state":
      if (typeof value === "number" || typeof value === "string" && /^\d+$/.test(value)) {
        // Anything may be called a code; a status of HTTP says so.
        return !/http|status|response|result/i.test(key);
      }
      return typeof value === "string" &&
        (splitWords(key).some((word) => OPTIONAL_LINKS.has(word)) || isPlaceholder(value) ||
          // An alarm or an alert is what cameras, panels and detectors are there to see.
          NOTICES.test(value.trim().toLowerCase()) ||
          splitWords(key).length > 1 && isWord(value, "offline"));
    case "level":
      return typeof value === "string" && !/level|severity|priority|lvl/i.test(key) &&
        (NOTICES.test(value.trim().toLowerCase()) ||
          // Which kind it is of, in a word of its own: `PriorityAlarm`.
          /^(?:type|class|kind|category)$/.test(splitWords(key).at(-1) ?? "") &&
            splitWords(value).length > 1);
    case "text":
      return typeof value === "string" &&
        (!SAYING_PARTS.has(splitWords(key).at(-1) ?? "") || isIdentifier(value) ||
          /^(?:in)?active_?|^(?:on|off|true|false)_/i.test(key) ||
          NOTICES.test(value.trim().toLowerCase()));
    default:
      return false;
  }
}

/** `CURRENT-FAULTS`, `error_test.gcode`: no words of a sentence. */
function isIdentifier(text: string): boolean {
  return /^[\p{L}\p{Nd}]+(?:[-_.][\p{L}\p{Nd}]+)+$/u.test(text.trim());
}

/** A word in the place of a value that is not there. */
function isPlaceholder(text: string): boolean {
  if (/^<\p{L}+>$/u.test(text.trim())) return true;
  return /^(?:\p{L}+ )?(?:un(?:available|known)|not (?:available|applicable|supported|set|used|connected)|n\/a|nan|none|-+)$/iu
    .test(text.trim());
}

/** Whether a field of trouble tells of now: no counter, threshold, setting, time or waiting. */
function tellsNow(key: string, value: JsonValue): boolean {
  const words = splitWords(key);
  const at = words.findLastIndex((word) => isTroubleNoun(word) || WARNING_KEYS.has(word));
  if (words.slice(at + 1).some((word) => !TELLING_PARTS.has(word))) return false;
  const isPlural = /[^s]s$/.test(words[at] ?? "");
  const number = typeof value === "number"
    ? value
    : typeof value === "string" && /^[+-]?\d+(?:\.\d+)?$/.test(value.trim())
    ? Number(value)
    : null;
  if (number !== null) {
    // `error03: 2` stands beside `error04: 1`: counts by kind, unless it is too great for one.
    if (/^err(?:or)?[-_ ]?\d/i.test(key) && number <= 255) return false;
    const isCode = at < words.length - 1;
    // `samples_failed: 7`: how many of them did.
    if (at > 0 && FAILED_ONES.test(words[at] ?? "") && MANY.test(words[at - 1] ?? "")) return false;
    // Which kind of alarm the last one was, not that there is one.
    if (words.at(-1) === "type") return false;
    if (isPlural && !isCode) return false;
    // `{"current":47,"critical":100}` names what would be critical.
    const isDegree = WARNING_KEYS.has(words[at] ?? "") || DEGREES.has(words[at] ?? "");
    return !isDegree || isCode || number === 1;
  }
  if (typeof value === "string") {
    const text = value.trim().toLowerCase();
    // `AOF` is a word of its own world; `E17` is a code.
    if (
      !/\p{L}/u.test(text) ||
      /^(?!(?:ON|YES|TRUE|SET|HIGH|LOW|HIHI|LOLO)$)[A-Z]{2,4}$/.test(value.trim()) &&
        textRank(text) === 0
    ) {
      return false;
    }
    return !isPlaceholder(text) && !WAITING.test(text) && !/^\d{1,4}[-:.\/]\d{1,2}\b/.test(text);
  }
  // `PowerStateAlert: {"ClassC":2}` numbers a class of it; 1 may be a flag that is up.
  const isOfClasses = WARNING_KEYS.has(words[at] ?? "") && value !== null &&
    typeof value === "object" && !Object.values(value).includes(1);
  return !((isPlural || isOfClasses) && holdsOnlyCounts(value, 0));
}

/** What became of some of many. */
const FAILED_ONES = /^(?:failed|aborted|lost|crashed|corrupted|corrupt|disconnected)$/;
/** A word in the plural, with no name that only sounds like one among them. */
const MANY = /^(?!axis$|lens$|basis$)\p{L}{3,}[^\P{L}su]s$/u;

/** States of rest that some devices number among their errors. */
const WAITING =
  /^(?:enabled|auto|automatic|ready|waiting.*|paused?|(?:rain|wet|frost) ?delay|delayed|scheduled|sleep(?:ing)?|not (?:active|triggered|present|detected)|untriggered|deactivated|quiet|silent|mute|muted|stopped|restored?)$/;

function holdsOnlyCounts(value: JsonValue, depth: number): boolean {
  if (typeof value !== "object" || value === null) return typeof value === "number";
  // `{"total":3,"last":"SENSOR_TIMEOUT"}` counts, and tells which came last.
  return depth < 4 &&
    Object.keys(value).every((key) =>
      PAST_PARTS.has(key.toLowerCase()) || holdsOnlyCounts(valueAt(value, key), depth + 1)
    );
}

function valueAt(value: JsonValue[] | { [key: string]: JsonValue }, key: string): JsonValue {
  return Array.isArray(value) ? value[Number(key)] ?? null : value[key];
}

const MESSAGE_KEYS = parts(
  `message msg text reason detail details cause meldung nachricht mensaje messaggio mensagem`,
);

function judgeCode(code: number, key: string, found: Findings): void {
  if (HTTP_ERROR_CODES.has(code)) found.add(2, key, { text: "", code });
}

/** What a field of trouble says; a number in a field of codes tells kinds apart. */
function statement(key: string, value: JsonValue): { text: string; code?: number } {
  if (typeof value === "number" && /code|errno|fehlernummer/i.test(key)) {
    return { text: "", code: value };
  }
  return { text: brief(value) };
}

function levelRank(value: string): 0 | 1 | 2 {
  const level = value.trim().toLowerCase();
  if (level.length > 40 || INFORMATIONAL_LEVELS.has(level)) return 0;
  if (ERROR_LEVELS.has(level)) return 2;
  if (level === "trouble") return 1;
  return textRank(value);
}

function isWord(value: JsonValue, word: string): boolean {
  return typeof value === "string" && value.trim().toLowerCase() === word;
}

function judgeText(text: string, where: string, found: Findings): void {
  const rank = textRank(text);
  if (rank > 0) found.add(rank, where, { text });
}

function judgeBare(value: JsonValue, hint: TopicHint, found: Findings): void {
  if (typeof value === "string") judgeText(value, "", found);
  if (hint === "availability" && isGone(value)) {
    found.add(1, "availability", { text: typeof value === "string" ? value : "gone" });
  }
  if ((hint === "trouble" || hint === "warning") && found.rank === 0 && !isBenign(value, 0)) {
    if (typeof value === "number" && !Number.isInteger(value)) return;
    const rank = hint === "trouble" ? 2 : 1;
    found.add(rank, hint === "trouble" ? "topic of trouble" : "topic of a warning", {
      text: brief(value),
    });
  }
}

function isGone(value: JsonValue): boolean {
  if (value === false || value === 0) return true;
  if (typeof value !== "string") return false;
  const text = value.trim().toLowerCase();
  return text === "false" || text === "off" || text === "no" || /^0+$/.test(text);
}

/** A report such as `{"id":7,"active":false}` on a topic of alarms is the end of one. */
function saysOver(value: JsonValue): boolean {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return false;
  return Object.keys(value).some((key) => {
    const name = key.toLowerCase();
    if (name === "active" || name === "state" || name === "status" || name === "value") {
      return isBenign(value[key], 0);
    }
    return isTroubleNoun(name) && isBenign(value[key], 0);
  });
}

/** Whether a field that speaks of trouble says that there is none. */
function isBenign(value: JsonValue, depth: number): boolean {
  if (value === null || value === false || value === 0) return true;
  // A fraction right under the key is a measurement, such as a control loop's error.
  if (typeof value === "number") return depth === 0 && !Number.isInteger(value);
  if (value === true) return false;
  if (typeof value === "string") {
    const text = value.trim().toLowerCase();
    if (text === "" || BENIGN_VALUES.has(text) || isZeroText(text)) return true;
    const said = text.replace(/[-_]+/g, " ");
    if (BENIGN_VALUES.has(said.replaceAll(" ", ""))) return true;
    // `ERROR_NOERROR` repeats the word that it denies.
    if (deniesAtEnd(text)) return true;
    // With its capitals: `NoError: …` is two words.
    const whole = value.trim();
    return textRank(whole) === 0 && !LACK.test(said) &&
      (isDenial(whole) || /^(?:no|all|kein\w*) /.test(said));
  }
  if (depth >= 4) return true;
  if (Array.isArray(value)) return value.slice(0, 100).every((item) => isBenign(item, depth + 1));
  const keys = Object.keys(value).slice(0, 100);
  // What a siren would do is no trouble while it is told to stop.
  const mode = keys.find((key) => /^(?:mode|active|enabled)$/i.test(key));
  if (mode !== undefined && /^(?:stop|stopped|off|idle|false|0|none)$/i.test(String(value[mode]))) {
    return true;
  }
  // Numbers nested under a key of trouble are read only as zero or not, as everywhere else.
  const code = keys.find((key) => /^(?:code|errno|number|count)$/i.test(key));
  if (code !== undefined && isBenign(value[code], depth + 1)) return true;
  // `{"code":999,"type":"ISSUE","description":"UNKNOWN"}` is the place of an error that is not there.
  const said = keys.find((key) => DESCRIBING.test(key) && typeof value[key] === "string");
  if (said !== undefined && value[said] !== "" && isBenign(value[said], depth + 1)) return true;
  // An alert that says itself that it is over.
  if (keys.some((key) => /^(?:status|state|active)$/i.test(key) && isOver(value[key]))) return true;
  // A value with its time and quality beside it.
  const held = keys.find((key) => /^(?:v|val|value)$/i.test(key));
  if (held !== undefined) return isBenign(value[held], depth);
  return keys.every((key) => isBenign(value[key], depth + 1));
}

/** Where a record of trouble says in words what it is. */
const DESCRIBING = /^(?:description|desc|message|msg|text|reason|detail|details)$/i;

/** `no water flow`: where trouble is named, what is denied here is missing; no gas, smoke, flame or water is what detectors hope for. */
const LACK =
  /^(?:no|kein\w*) (?:[a-z]+ )?(?:flow|pressure|power|supply|communication|reply|fuel|pellets|paper|filament|durchfluss|druck|strom)$/;

const DENIAL_CHARS = 80;

/** `error_noerror`, `state: no fault`: the last word is one of trouble, denied. */
function deniesAtEnd(text: string): boolean {
  const end = text.slice(-DENIAL_CHARS);
  if (!/(?:^|[^\p{L}])(?:no|non|kein\w*)[-_ ]?\p{L}+$/u.test(end)) return false;
  const last = /(?:no|non|kein\w*)[-_ ]?(\p{L}+)$/u.exec(end)?.[1] ?? "";
  return isTroubleNoun(last) || WARNING_KEYS.has(last);
}

function isOver(value: JsonValue): boolean {
  return value === false ||
    typeof value === "string" && /^(?:resolved|cleared|inactive|normal|ok)$/i.test(value.trim());
}

function isZeroText(text: string): boolean {
  return /^[-+]?0+(?:\.0+)?$/.test(text);
}

/** A short text of a value that is of trouble, for its kind. */
function brief(value: JsonValue): string {
  if (typeof value === "string") return value.slice(0, 200);
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return value.slice(0, 5).map(brief).join(", ").slice(0, 200);
  const keys = Object.keys(value);
  for (const key of [...keys.filter((key) => DESCRIBING.test(key)), ...keys]) {
    const field = value[key];
    if (typeof field === "string" && field !== "" && keyKind(key) !== "label") {
      return field.slice(0, 200);
    }
  }
  return Object.keys(value).slice(0, 5).join(", ").slice(0, 200);
}

const XML_FIELD = /<([\p{L}_][\p{L}\p{Nd}_.-]*)(?:\s[^<>]*)?>([^<]*)(?=<)/gu;
const XML_ATTRIBUTE = /\s([\p{L}_][\p{L}\p{Nd}_.-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')/gu;

function judgeXml(text: string, found: Findings): void {
  const head = text.slice(0, 20_000);
  for (const pattern of [XML_FIELD, XML_ATTRIBUTE]) {
    for (const [, name, a, b] of head.matchAll(pattern)) {
      if (++found.nodes > MAX_NODES) return;
      const value = (a ?? b ?? "").trim();
      // An element that only holds others is no statement.
      if (value === "") continue;
      if (keyKind(name) === "state" && /^\d+$/.test(value)) continue;
      judgeField(name, value, { onlyInforms: false, depth: 1, found });
    }
  }
}

interface Token {
  readonly text: string;
  readonly kind: "word" | "number" | "bind" | "break";
  /** `fail-safe`: a word that is part of a longer one, with something after it. */
  readonly joined: boolean;
}

const TOKEN =
  /[\p{L}\p{M}][\p{L}\p{M}'’]*(?:-[\p{L}][\p{L}\p{M}'’]*)*|[0-9]+(?:[.:\-t][0-9]+)*|[:=]|[,;.!?|\n()[\]{}<>"]/gu;

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  // InfluxDB's line protocol marks integers: `err_in=0i`.
  const plain = text.replace(/(=-?[0-9]+)[iu](?=[,\s]|$)/g, "$1");
  const spaced = plain.replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2").toLowerCase().replaceAll("_", " ");
  for (const [match] of spaced.matchAll(TOKEN)) {
    const first = match.charCodeAt(0);
    if (match === ":" || match === "=") tokens.push({ text: match, kind: "bind", joined: false });
    else if (/^[0-9]/.test(match)) tokens.push({ text: match, kind: "number", joined: false });
    else if (match.length === 1 && first < 128 && !/[a-z]/.test(match)) {
      tokens.push({ text: match, kind: "break", joined: false });
    } else {
      const pieces = match.split("-");
      for (const [i, piece] of pieces.entries()) {
        tokens.push({ text: piece, kind: "word", joined: i < pieces.length - 1 });
      }
    }
  }
  return tokens;
}

/** 2 if the text tells an error that it does not deny, 1 a warning, 0 neither. */
function textRank(text: string): 0 | 1 | 2 {
  const bounded = text.length <= MAX_TEXT_CHARS ? text : text.slice(0, MAX_TEXT_CHARS);
  if (ERROR_IDEOGRAMS.test(bounded)) {
    if (!DENIED_IDEOGRAMS.test(bounded)) return 2;
  }
  // Neato's robots send `UI_ALERT_INVALID` while all is well.
  if (!/\p{L}{2}/u.test(bounded) || /\bui_alert_invalid\b/i.test(bounded)) return 0;
  const tokens = tokenize(bounded);
  let rank: 0 | 1 | 2 = 0;
  const isDutch = tokens.length === 1 || DUTCH.test(bounded.toLowerCase());
  for (let i = 0; i < tokens.length; i++) {
    const weight = wordRank(tokens[i]);
    if (weight > 0 && !isDutch && DUTCH_ONLY.has(tokens[i].text)) continue;
    if (weight > rank && !isDenied(tokens, i)) rank = weight;
    if (rank === 2) break;
  }
  const lower = bounded.toLowerCase();
  if (rank > 0 && DONE_WELL.test(lower)) rank = 0;
  if (ERROR_PHRASES.test(lower) || ESPHOME_ERROR.test(bounded)) return 2;
  if (ESPHOME_WARNING.test(bounded) && !ESPHOME_TIMING.test(bounded)) return 1;
  return rank === 0 && WARNING_PHRASES.test(lower) ? 1 : rank;
}

/** What a text says at its end of whatever it named before: `ERROR_IN_THE_SYSTEM copied successfully`. */
const DONE_WELL =
  /(?<!\p{L})(?<!not |nicht |non |pas )(?:successfully|erfolgreich|avec succès|con éxito|con successo)(?: \p{L}+){0,2}[.!]?$/u;

/** ESPHome writes the level of a log line as one letter: `[E][wifi:123]: …`. */
const ESPHOME_ERROR = /\[E\]\[/;
const ESPHOME_WARNING = /\[W\]\[/;
/** Notes on how long a part took, which every slow sensor and display causes. */
const ESPHOME_TIMING = /took a long time for an operation|should block for at most/;

/** Whether the text names trouble and denies all of it. */
function isDenial(text: string): boolean {
  return tokenize(text.slice(0, MAX_TEXT_CHARS)).some((token) => wordRank(token) > 0) ||
    DENIED_IDEOGRAMS.test(text);
}

function wordRank(token: Token): 0 | 1 | 2 {
  if (token.kind !== "word" || token.joined) return 0;
  if (ERROR_WORDS.has(token.text)) return 2;
  if (WARNING_WORDS.has(token.text)) return 1;
  return isTroubleCompound(token.text) ? 2 : 0;
}

function isZero(token: Token | undefined): boolean {
  return token?.kind === "number" && !/[1-9]/.test(token.text);
}

function isDenied(tokens: Token[], at: number): boolean {
  return isDeniedBefore(tokens, at) || isDeniedAfter(tokens, at);
}

/** "no error", "0 new errors", "kein bekannter Fehler", "no errors or warnings". */
function isDeniedBefore(tokens: Token[], at: number): boolean {
  for (let i = at - 1; i >= 0 && i >= at - 3; i--) {
    const token = tokens[i];
    if (token.kind === "break" || token.kind === "bind") return false;
    if (token.kind === "number") {
      if (!isZero(token)) return false;
      // "errors: 0 warnings: 2": the zero belongs to what stands before it.
      const bound = tokens[i - 1]?.kind === "bind" && i >= 2 && wordRank(tokens[i - 2]) > 0;
      return !bound;
    }
    if (NEGATIONS.has(token.text)) return true;
  }
  return false;
}

/** "Allarme incendio ripristinato", "fire alarm kitchen restored". */
function isOverAtEnd(tokens: Token[], at: number): boolean {
  let end = at + 1;
  while (end < tokens.length && end <= at + 5 && tokens[end].kind === "word") end++;
  const last = tokens[end - 1];
  const isWhole = end === tokens.length || tokens[end].kind === "break";
  return isWhole && end - 1 > at && last.text.length > 6 && RESOLVED.has(last.text);
}

/** "errors: 0", "error = none", "fault has been cleared", "error handler started". */
function isDeniedAfter(tokens: Token[], at: number): boolean {
  let i = at + 1;
  if (tokens[i]?.kind === "word" && NAMING_NOUNS.has(tokens[i].text)) return true;
  let fillers = 0;
  while (
    i < tokens.length && fillers < 3 &&
    (tokens[i].kind === "bind" || tokens[i].kind === "word" && FILLERS.has(tokens[i].text))
  ) {
    if (tokens[i].kind === "word") fillers++;
    i++;
  }
  const said = tokens[i];
  if (said === undefined) return false;
  if (said.kind === "word" && RESOLVED.has(said.text)) return true;
  if (isOverAtEnd(tokens, at)) return true;
  if (isZero(said) || said.kind === "word" && CLOSING_DENIALS.has(said.text)) {
    const next = tokens[i + 1];
    if (next === undefined || next.kind === "break") return true;
    return isZero(said) && next.kind === "word" && tokens[i + 2]?.kind === "bind";
  }
  return false;
}
