import type { Scalar } from "../../fields.ts";
import type { Reading } from "../../view.ts";
import { reported, type Rule } from "./flag.ts";
import { FULL, type NamedTrouble } from "./pairs.ts";
import { isEntry } from "./requests.ts";
import { brokenIn, isSubject, troubleInText, troubleOfFlag, wordsIn } from "./phrases.ts";

/** Beside one of these a name speaks of what was, may be, or shall be told. */
const NOT_NOW =
  /(?:^|_)(?:last(?:error|fault|alarm|event|state|status|reason|message)?|prev|previous|hist|history|past|ever|max|min|count|counts|counter|enable|enabled|disable|disabled|config|configuration|settings?|support|supported|supports|capability|capabilities|features?|threshold|limit|limits|test|simulated|simulation|clear|cleared|reset|ack|mask|allow|allowed|permissions?|command|cmd|schedule|auto|detection|sensitivity|delay|timeout|notify|notification|notifications|by_user|anti|options?|thresholds|defaults?|template|expected|target|desired|requested|interval|derni[eè]re?|letzte[rns]?|[uú]ltim[oa]|laatste|ostatni[ae]?|senaste|siste|seneste|grenze|grenzwert|limite|soglia|seuil|umbral|próg|verlauf|historique|storico|historial|anzahl|nombre|zähler|protezione|protección|beveiliging|ochrona)(?:_|$)/;

/** What may fail and be none of the device's own: somebody's try, or the outcome of one. */
const TRIES =
  /(?:^|_)(?:effect|scene|reason|class|series|album|artist|track|song|channel|film|movie|show|media|playlist|genre|app|program|programme|label|note|comment|alias|tag|brand|manufacturer|category|headline|subject|caption|word|login|auth|authentication|attempt|try|request|result|event|action|response|ack|unlock|match|recognition|test|type|name|title|outcome|transaction|payment|reply|delivery|order)(?:_|$)/;

/** Trouble in the very name of a field, which no other rule knows. */
export const NAME_RULES: readonly Rule[] = [
  ({ path, value, topic, reading }) => {
    if (path === "" && topic.role === "availability" || isEntry(path, reading)) return null;
    if (isCountOfIt(path, reading) || /log_?level$/i.test(path)) return null;
    const named = namedTrouble([...topic.segments.slice(-2), ...path.split(".")], value);
    // A maker of ice stops when its bin is full.
    if (named === null || named === FULL && ICE.test(topic.topic)) return null;
    return reported(named.severity, named.what);
  },
];

/** `{"name":"nginx.service","state":"failed","value":0}`: none is. */
function isCountOfIt(path: string, { fields }: Reading): boolean {
  return path === "state" && fields.get("value") === 0 && fields.has("name");
}

const ICE = /(?:^|[\/_-])ice(?![a-z]|\d*\/?water)|ice_?(?:maker|machine|bin)/i;

/** `motorJammed` → `motor_jammed`, `PSU2 Status` → `psu_status`. */
function snake(text: string): string {
  return text.slice(0, 80)
    .replace(/(\p{Ll})(\p{Lu})/gu, "$1_$2")
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, "$1_$2")
    .toLowerCase()
    .replace(/[^\p{L}]+/gu, "_")
    .replace(/^_|_$/g, "");
}

/** Levels and keys that only hold what the one above them names. */
const HOLDERS = /^(?:value|val|v|state|status|active|on|present|current)$/i;

/** Names of what says how a thing is. */
const STATE =
  /(?:^|_)(?:state|status|condition|health|mode|phase|stage|state_current|current_state|(?:state|status|health|condition|zustand|mode)_?(?:info|name|text|txt|detail|details|string|str|msg|message|desc)|stato|estado|[eé]tat|statut|stan|tila|toestand|tilstand|tillstånd)$|zustand$/;

/** Names of what a thing says in a few words. */
const SAYING =
  /(?:^|_)(?:messages?|msg|meldung|nachricht|mensaje|messaggio|display|hinweis|alarms?|alerts?|warnings?|faults?|notifications?|reminders?|events?|event_type|event_name|(?:pause|paused|stop|error|fault|alarm|stopped|hold|held|trip|inhibit|block)_reason|state_reasons?|reasons|(?:display|error|fault|status|alarm)_code|(?:error|fault|alarm|warning)_?text|ps)$/;

const TRIPPED = /^(?:tripped|faulted|failed|blocked)$/;

/** What holds the states of several of them: `supplies.black.status`. */
const SUPPLIES = /^(?:supplies|consumables|cartridges|toners?|inks?)$/;

/** Names of what tells whether something is there: other rules read them. */
const THERE =
  /(?:^|_)(?:lwt|operating_mode|availability|available|online|connected|connection_state|presence)$/;

/**
 * The trouble that the name of a field tells together with its value, for devices of all makers: a flag of a fault that
 * is up, a part that calls itself broken. `levels` are the names from the outside in, the field's own last.
 */
export function namedTrouble(levels: readonly string[], value: Scalar): NamedTrouble | null {
  // Most fields are measurements: of these no name is read.
  const isRaised = isUp(value);
  if (!isRaised && (typeof value !== "string" || value.length > 60)) return null;
  const told = levels.slice(-4).map(snake).filter((level) => level !== "");
  const own = told.at(-1) ?? "";
  if (own === "" || told.slice(-3, -1).some((level) => NOT_NOW.test(level)) || isAside(own)) {
    return null;
  }
  const named = HOLDERS.test(own) && told.length > 1 ? told.at(-2) ?? own : own;
  // `power_failure` of DALI is of the past; where it is not, the word tells by itself.
  if (isRaised && named === "power_failure") return null;
  const flag = isRaised
    ? troubleOfFlag(named, { isNumber: value === 1 }) ?? ofAlarm(told.at(-2) ?? "", own)
    : null;
  if (flag !== null) return flag;
  if (typeof value !== "string" || value.length > 60 || NOT_NOW.test(snake(value))) return null;
  const text = value.trim();
  if (THERE.test(own)) return null;
  const isSaying = SAYING.test(own);
  if (TRIES.test(own) && !isSaying) return null;
  const above = told.at(-3) ?? "";
  const subject = wordsIn(SUPPLIES.test(above) ? above : named);
  // `{"state": {"Tripped": "Reflected"}}`: a state with its detail.
  if (/(?:^|_)(?:state|status)$/.test(told.at(-2) ?? "") && TRIPPED.test(own)) {
    return { severity: "error", what: "a state that nobody wants" };
  }
  if (
    /(?:^|_)(?:iso|vibration)_(?:zone|severity)$/.test(own) &&
    /^(?:d|unacceptable|danger|dangerous)$/i.test(text)
  ) {
    return { severity: "warning", what: "it shakes more than it may" };
  }
  // What is not plugged in lacks what it is plugged into.
  if (/charg|plug|vehicle|cable/.test(own)) return brokenIn(text, { isStrong: true });
  if (STATE.test(own)) return troubleInText(text, { subject, unknown: 2, isState: true });
  if (isSaying) return troubleInText(text, { subject, unknown: 1 });
  const said = isSubject(subject) ? troubleInText(text, { subject, unknown: 0 }) : null;
  return said ?? brokenIn(text);
}

/** Whether a name has a word beside its trouble that says that it is not of now. */
function isAside(name: string): boolean {
  const others = wordsIn(name).filter(({ senses }) => senses.size === 0);
  return NOT_NOW.test(others.map(({ text }) => text).join("_"));
}

/** `alarms/high_temp = 1`: below alarms, one of them. */
function ofAlarm(above: string, own: string): NamedTrouble | null {
  return /^(?:alarms?|faults?|errors?|warnings?)$/.test(above) && LIMIT_ALARM.test(own)
    ? { severity: "warning", what: "an alarm" }
    : null;
}

const LIMIT_ALARM =
  /^(?:high|low|hi|lo|hihi|lolo|over|under)_[a-z_]+$|_(?:high|low|hihi|lolo|over|under|failure|lost)$/;

function isUp(value: Scalar): boolean {
  return value === true || value === 1 ||
    typeof value === "string" &&
      /^(?:true|1|on|yes|active|alarm|tripped|detected|present)$/i.test(value.trim());
}
