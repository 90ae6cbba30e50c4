/** Which values say that nothing is wrong. */
import type { JsonValue } from "../payload.ts";
import { isObject } from "../json_object.ts";
import { remembering } from "../remembered.ts";
import { flagOf } from "../flag.ts";
import { inEnglish } from "../spoken_words.ts";
import { saysNone } from "./denial.ts";
import { RESTING } from "./denial_words.ts";
import { WARNING_KEYS } from "./key_words.ts";
import { isDenial, isGoodNews, textRank } from "./text.ts";
import { splitWords } from "./split_words.ts";
import { isTroubleNoun } from "./trouble_nouns.ts";
import { tellsOfOthers } from "./of_others.ts";

/** Whether a field that speaks of trouble says that there is none. */
export function isBenign(value: JsonValue, depth: number): boolean {
  if (value === null || value === false || flagOf(value) === false) return true;
  // A fraction right under the key is a measurement, such as a control loop's error.
  if (typeof value === "number") return depth === 0 && !Number.isInteger(value);
  if (value === true) return false;
  if (typeof value === "string") return isBenignText(value);
  if (depth >= 4) return true;
  if (Array.isArray(value)) return value.slice(0, 100).every((item) => isBenign(item, depth + 1));
  const keys = Object.keys(value).slice(0, 100);
  if (isCatalogue(value)) return true;
  // What a siren would do is no trouble while it is told to stop.
  const mode = keys.find((key) => /^(?:mode|active|enabled)$/i.test(key));
  if (
    mode !== undefined &&
    (flagOf(value[mode]) === false || /^(?:stop|stopped|idle|none)$/i.test(String(value[mode])))
  ) {
    return true;
  }
  // `{"enabled":true,"min":34.1,"max":46.1}`: from when on somebody wants to be told.
  if (
    keys.some((key) => /^(?:is_?)?(?:enabled|armed)$/i.test(key)) &&
    keys.some((key) => BOUND.test(key) && typeof value[key] === "number")
  ) return true;
  // Numbers nested under a key of trouble are read only as zero or not, as everywhere else.
  const code = keys.find((key) => /^(?:code|errno|number|count)$/i.test(key));
  if (code !== undefined && isBenign(value[code], depth + 1)) return true;
  // `{"code":999,"type":"ISSUE","description":"UNKNOWN"}` is the place of an error that is not there.
  const said = keys.find((key) => DESCRIBING.test(key) && typeof value[key] === "string");
  if (said !== undefined && value[said] !== "" && isBenign(value[said], depth + 1)) return true;
  if (isOverItself(value)) return true;
  // An alert that says itself that it is over.
  if (
    keys.some((key) =>
      /^(?:status|state|active|zustand|estado|stato|[eé]tat|stan|stav|tila)$/i.test(key) &&
      isOver(value[key])
    )
  ) return true;
  // A value with its time and quality beside it.
  const held = keys.find((key) => HELD.test(key));
  if (held !== undefined) return isBenign(value[held], depth);
  // Beside flags of which none is up a number counts.
  const areFlags =
    keys.filter((key) => value[key] !== 0 && flagOf(value[key]) === false).length >= LEAST_FLAGS;
  return keys.every((key) =>
    areFlags && typeof value[key] === "number" || TELLS_END.test(key) ||
    isBenign(value[key], depth + 1)
  );
}

/** Whether a text that is told of trouble says that there is none; remembered. */
const isBenignText: (value: string) => boolean = remembering((value) => {
  // With its capitals: `NoError: …` is two words.
  const whole = value.trim();
  const text = whole.toLowerCase();
  if (text === "" || isZeroText(text)) return true;
  const said = text.replace(/[-_]+/g, " ");
  if (isGoodNews(said) || isAtWork(said) || tellsOfOthers(said) || OF_PERSONS.test(said)) {
    return true;
  }
  if (EFFECT.test(said) || SEEN.test(said) || isAddress(whole)) return true;
  if (/[a-z](?:Size|Type|Form|Colou?r|Configuration)Change$/.test(value)) return true;
  // `ERROR_NOERROR` repeats the word that it denies.
  if (saysNone(whole) || deniesAtEnd(text)) return true;
  if (textRank(whole) > 0 || LACK.test(said)) return false;
  if (RESTING.has(/^\p{L}+/u.exec(inEnglish(said))?.[0] ?? "")) return true;
  return isDenial(whole) || /^(?:no|all|kein\w*) /.test(said) && !NOT_THERE.test(said);
});

/** Where something is told, and not that there is some: `doors/library-entrance/error`, `http://10.0.0.7/alarm`. */
export function isAddress(text: string): boolean {
  const levels = text.split("/");
  const last = levels.findLast((level) => level !== "") ?? "";
  return /^(?:[a-z]{2,10}:\/)?\/?[\w.$:+#@-]{1,80}(?:\/[\w.$:+#@-]{1,80}){1,12}\/?$/i.test(text) &&
    (text.includes("://") ||
      levels.length > 2 &&
        splitWords(last).some((word) =>
          isTroubleNoun(word.replace(/s$/, "")) || WARNING_KEYS.has(word.replace(/s$/, ""))
        ));
}

const LEAST_CODES = 3;
const CODE = /^(?:0x)?[A-Z]{0,3}[-_ ]?[\dA-F]{0,3}\d{1,5}$/i;

/** `{"4":"Mains phase loss","7":"Overcurrent","13":"Earth fault"}`: what each code would mean. */
export function isCatalogue(record: { readonly [key: string]: JsonValue }): boolean {
  const texts = Object.values(record).filter((item) => typeof item === "string" && item !== "");
  return texts.length >= LEAST_CODES && texts.length === Object.keys(record).length &&
    new Set(texts).size === texts.length && Object.keys(record).every((key) => CODE.test(key)) &&
    texts.filter((text) => isBenign(text, 1)).length <= 1;
}

/** What a value in an envelope of its time and quality is called. */
export const HELD = /^(?:v|val|value|raw_?(?:data|value)?)$/i;

const BOUND = /^(?:min|max|low|high|lower|upper|threshold|limit)(?:imum)?(?:_?(?:value|limit))?$/i;

/** So many flags beside one another are all that a record has to tell. */
const LEAST_FLAGS = 3;

/** Where a record of trouble says in words what it is. */
export const DESCRIBING = /^(?:description|desc|message|text|reason|details?)$/i;

/** `no water flow`: where trouble is named, what is denied here is missing; no gas, smoke, flame or water is what detectors hope for. */
const LACK =
  /^(?:no|kein\w*) (?:[a-z]+ )?(?:energy|dust box|dustbin|dust bin|dust bag|battery|filter|loop signal|flow|pressure|power|supply|current|ground|earth|grid|mains|wire|loop|ac|utility|heartbeat|echo|phase|communication|response|reply|fuel|pellets|paper|filament|durchfluss|druck|strom)(?: (?:in|on|at|to|from|fed|installed|detected)(?: [\p{L}\p{Nd}]+){0,6})?[.!]*$/u;

/** `no model loaded`: what is not there is no trouble by its name. */
const NOT_THERE =
  /^no (?:\p{L}+ ){1,2}(?:loaded|configured|reachable|responding|answering)(?: (?:for|in|on|at|to) [\p{L}\p{Nd}_-]+)?[.!]*$/u;

/** `{"message":…,"isResolved":true}`, `cleared_at: 2026-…`. */
const ENDED = /^(?:is_?)?(?:resolved|cleared|recovered|ended|closed)(?:_?(?:at|time|on))?$/i;

/** Beside an alarm a flag of its own tells its end: `current_threshold_alarm_release: "yes"`. */
export const TELLS_END =
  /(?:alarms?|alerts?|faults?|errors?|warnings?|threshold|range)_?(?:release[ds]?|restored?|recover(?:y|ed)|clear(?:ed)?|resolved|reset|ended)$/i;

/** What a key may say of the end of its record; nearly all say nothing of it. */
interface EndTold {
  readonly isEnd: boolean;
  readonly isState: boolean;
  readonly isKind: boolean;
  readonly isNewState: boolean;
}

const endToldBy: (key: string) => EndTold | null = remembering((key) => {
  const told = {
    isEnd: ENDED.test(key),
    isState:
      /^(?:event\.|alarm_?|alert_?|fault_?|perceived_?|to_?|new_?)?(?:state|status|severity)$/i
        .test(key),
    isKind:
      /^(?:level|type|kind|event|event_?type|alert_?type|alarm_?type|severity|action|event_?qualifier)$/i
        .test(key),
    isNewState: /^(?:to_?|new_?|alarm_?|alert_?|event_?)state$/i.test(key),
  };
  return told.isEnd || told.isState || told.isKind || told.isNewState ? told : null;
});

/** Whether a record says itself that it is over. */
export function isOverItself(record: { readonly [key: string]: JsonValue }): boolean {
  const keys = Object.keys(record);
  return keys.some((key) => isEndOfRecord(key, record[key]) && !isOfContact(key, keys)) ||
    isSeenTo(Object.entries(record)) || hasEnded(Object.entries(record));
}

/** Which trouble it is, when it began and when it ended; and what became of a piece of work, which ends with the trouble. */
const CODED =
  /^(?:code|(?:alarm|fault|error|event|message|msg|warning)_?(?:code|id|nr|no|number))$/i;
const BEGAN =
  /^(?:start|from|begin|began|since|raised|came|von|beginn|d[ée]but|inizio|inicio|occurred|activated)(?:ed)?(?:_?(?:at|time|ts|date|timestamp))?$/i;
const HAS_ENDED =
  /^(?:end|to|cleared|gone|went|bis|ende|fin|fine|deactivated)(?:ed)?(?:_?(?:at|time|ts|date|timestamp))?$/i;
const OF_WORK =
  /^(?:job|task|backup|run|cycle|batch|program|order|recipe|result|outcome|success|ok|exit_?code|rc|conclusion|duration)(?:_?(?:id|name))?$/i;
/** Seconds or milliseconds since 1970: longer numbers are for calling somebody. */
const isEpoch = (time: number) => time >= 1e9 && time < 2.2e9 || time >= 1e12 && time < 2.2e12;

/** `{"code":147,"start":1773512000,"end":1773512240}`: an entry of a list of alarms that were. */
export function hasEnded(fields: readonly (readonly [string, JsonValue])[]): boolean {
  const timeOf = (names: RegExp) => {
    const [key, value] = fields.find(([one]) => names.test(one)) ?? [];
    if (key === undefined) return NaN;
    const text = String(value).trim();
    const time = isDate(text) ? Date.parse(text.replace(" ", "T")) : Number(text);
    // A smaller number is the second of a day, where its name says that it is a time.
    return isEpoch(time) || time > 0 && /time/i.test(key) ? time : NaN;
  };
  return timeOf(HAS_ENDED) >= timeOf(BEGAN) && fields.some(([key]) => CODED.test(key)) &&
    !fields.some(([key]) => OF_WORK.test(key));
}

/** Whether a key is that of a door's contact, `"closed": 1`, beside the battery of what watches it. */
export function isOfContact(key: string, beside: readonly string[]): boolean {
  return key.toLowerCase() === "closed" && beside.some((one) => /^batt/i.test(one));
}

/** Whether one of Valetudo's events says that somebody has seen to it. */
export function isSeenTo(fields: readonly (readonly [string, JsonValue])[]): boolean {
  return fields.some(([, value]) => typeof value === "string" && /.ValetudoEvent$/.test(value)) &&
    fields.some(([key, value]) => /(?:^|\.)processed$/.test(key) && value === true);
}

/** Whether a field of a record says that what the record tells is over. */
export function isEndOfRecord(key: string, value: JsonValue): boolean {
  const told = endToldBy(key);
  if (told === null) return false;
  return told.isEnd && isSaid(value) ||
    told.isState &&
      /^(?:cleared|resolved|rtn|returned to normal)(?: itself|by\w+)?$/i.test(String(value)) ||
    told.isKind &&
      /^(?:recovery|recovered|all[ _-]?clear|back[ _-]to[ _-]normal|restor(?:e|al)|(?:[a-z]{2,20})?(?:restored|resolved|cleared)|rtn)$/i
        .test(String(value).trim()) ||
    told.isNewState && /^(?:normal|inactive|ok)$/i.test(String(value));
}

function isSaid(value: JsonValue): boolean {
  return flagOf(value) ?? (isDate(String(value).trim()) || isEpoch(Number(value)));
}

function isDate(text: string): boolean {
  return /^\d{4}-\d\d-\d\d/.test(text);
}

/** What a robot tells on its channel of errors as well: what it is about to do. */
function isAtWork(said: string): boolean {
  const told = said.replace(/^ui (?:alert|error) /, "");
  return AT_WORK.test(told) && textRank(told) === 0;
}

/** What a person set or did wrong, a thing does against the frost, or each evening brings. */
const OF_PERSONS =
  /^(?:\p{L}+ ){0,2}(?:dis)?armed(?: (?:home|away|night|stay|vacation))?$|^access[ :]?granted\b|(?<!\p{L})(?:size|type) changed to |^wrong (?:finger|fingerprint|password|card|face|pin|code|key)$|^(?:mise )?hors gel(?:$| \()|^(?:pv|solar) (?:output|power|yield|generation) (?:is )?too low(?!\p{L})|^frost ?(?:protection|schutz)(?: (?:active|aktiv))?$/u;

/** How a light of Hue or deCONZ blinks to be seen, and Tuya's word for an alarm that is none: `alert: select`, `alarm: cancel`. */
const EFFECT = /^(?:l?select|cancel)$/;

/** Who is there or has come, said alone: `alert: dog` is what a camera or a detector is there to tell. */
const SEEN =
  /^(?:an? )?(?:persons?|people|humans?|man|woman|child|children|baby|face|visitors?|guests?|courier|postman|dogs?|cats?|pets?|animals?|birds?|squirrels?|fox|deer|bears?|horses?|cows?|rabbits?|hedgehogs?|raccoons?|cars?|vehicles?|trucks?|van|bus|bikes?|bicycles?|motorcycles?|packages?|parcels?|mail|letters?|delivery|doorbell|hund|katze|tier|vogel|igel|paket|post|klingel|chien|chat|personne|voiture|colis|perro|gato|persona|coche|paquete|cane|gatto|pacco|hond|kat|pakket|katt|paczka|pies|kot)(?: (?:detected|seen|spotted|recognized|recognised|arrived|waiting|wants (?:in|out)|(?:is )?at (?:the )?(?:front |back )?(?:door|gate)|erkannt|gesehen))?$/u;

const AT_WORK =
  /^(?:\p{L}+ ){0,2}(?:air ?)?(?:drying|washing|recovering|returning|docking|emptying|resuming|relocating|mapping)(?: \p{L}+){0,2}$/u;

const DENIAL_CHARS = 80;

/** `error_noerror`, `state: no fault`: the last word is one of trouble, denied. */
function deniesAtEnd(text: string): boolean {
  const end = text.slice(-DENIAL_CHARS);
  if (!/(?:^|[^\p{L}])(?:no|non|kein\w*)[-_ ]?\p{L}+$/u.test(end)) return false;
  const last = /(?:no|non|kein\w*)[-_ ]?(\p{L}+)$/u.exec(end)?.[1] ?? "";
  return isTroubleNoun(last) || WARNING_KEYS.has(last);
}

function isOver(value: JsonValue): boolean {
  return flagOf(value) === false && value !== 0 ||
    typeof value === "string" &&
      /^(?:resolved|cleared|recovered|released|end(?:ed)?|rtn|returned|inactive|normal|clean|ok|inaktiv|inactif|inactivo|inattivo|nieaktywny|neaktivní)(?: itself)?$/i
        .test(
          value.trim(),
        );
}

function isZeroText(text: string): boolean {
  // `E00` stands where `E17` would.
  return /^[-+]?0+(?:\.0+)?$|^[a-z]{1,3}[-_ ]?00+$/.test(text);
}

/** What a topic of availability says of what is gone, but for words of trouble. */
export function isGone(value: JsonValue): boolean {
  return flagOf(value) === false || typeof value === "string" && /^0+$/.test(value.trim());
}

/** A report such as `{"id":7,"active":false}` on a topic of alarms is the end of one. */
export function saysOver(value: JsonValue): boolean {
  if (!isObject(value)) return false;
  return isOverItself(value) || Object.keys(value).some((key) => {
    const name = key.toLowerCase();
    if (name === "active" || name === "state" || name === "status") return isBenign(value[key], 0);
    // `"value": 12.3` beside a state is what was measured.
    if (name === "value" && !["active", "state", "status"].some((other) => other in value)) {
      return isBenign(value[key], 0);
    }
    return isTroubleNoun(name) && isBenign(value[key], 0);
  });
}
