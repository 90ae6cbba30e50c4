import { flagOf } from "../../../../payload/flag.ts";
import { remembering } from "../../../../payload/remembered.ts";
import { inEnglish } from "../../../../payload/spoken_words.ts";
import { isBenign } from "../../../../payload/severity/benign.ts";
import { saysNone } from "../../../../payload/severity/denial.ts";
import { splitWords } from "../../../../payload/severity/split_words.ts";
import { isTroubleNoun } from "../../../../payload/severity/trouble_nouns.ts";
import { textRank } from "../../../../payload/severity/text.ts";
import { LIMITS } from "../../../../payload/severity/key_words.ts";
import { isOfSettings } from "../../../../payload/severity/topics.ts";
import { leafOf, type Scalar } from "../../reading/fields.ts";
import type { DeviceView, Reading } from "../../reading/view.ts";
import { wordsAt } from "../words/name_words.ts";
import { error, type Field, type Flag, type Rule, warning } from "./flag.ts";
import { FULL, OPENED } from "./pairs.ts";
import { isEntry } from "./requests.ts";
import { isCalled } from "../words/called.ts";
import { NO_FLAG } from "../likes/odd_ones.ts";
import { brokenIn, isSubject, troubleInText, troubleOfFlag, wordsIn } from "./phrases.ts";

/** Beside one of these a name speaks of what was, may be, or shall be told. */
const NOT_NOW =
  /(?:^|_)(?:last(?:error|fault|alarm|event|state|status|reason|message)?|prev|previous|hist|history|past|ever|max|min|count|counts|counter|enable|enabled|disable|disabled|config|configuration|settings?|support|supported|supports|possible|posibles?|possibles|possibili|mögliche|moegliche|możliwe|mogelijke|capability|capabilities|features?|test|simulated|simulation|clear|cleared|reset|ack|acked|acknowledged|kvitovan[aáoéy]|potwierdzon[aey]|riconosciut[aoei]|reconocid[ao]s?|acquitt[eé]e?s?|quittiert|bevestigd|kvitterad|mask|allow|allowed|permissions?|command|cmd|schedule|auto|detection|sensitivity|delay|timeout|notify|notification|notifications|by_user|anti|options?|defaults?|template|expected|target|desired|requested|interval|derni[eè]re?|letzte[rns]?|[uú]ltim[oa]|laatste|ostatni[ae]?|senaste|siste|seneste|viimeisin|viimeinen|posledn[ií]|utols[oó]|son|последн(?:ий|яя|ее)|verlauf|historique|storico|historial|log|logs|buffer|anzahl|nombre|zähler|contador|contagem|contatore|compteur|licznik|počet|pocet|räknare|teller|adet|sayac|schetchik|from|old|prior|vorige|protezione|protección|beveiliging|ochrona)(?:_|$)/;

/** Whether it does so, or is called after how far something may go. */
function saysNotNow(name: string): boolean {
  return NOT_NOW.test(name) || name.split("_").some((word) => LIMITS.has(word));
}

/** What may fail and be none of the device's own: somebody's try, or the outcome of one. */
const TRIES =
  /(?:^|_)(?:effect|scene|reason|class|series|albums?|artists?|tracks?|songs?|channel|film|movie|show|media|playlist|genre|app|program|programme|label|note|comment|alias|tag|brand|manufacturer|category|headline|subject|caption|word|login|auth|authentication|attempt|try|request|result|event|action|response|ack|unlock|match|recognition|test|type|name|title|outcome|transaction|payment|reply|delivery|order|area|room)(?:_|$)/;

/** Trouble in the very name of a field, which no other rule knows. */
export const NAME_RULES: readonly Rule[] = [{ is: mayBeTrouble, tells: troubleByName }];

function troubleByName({ path: whole, value, topic, reading, view }: Field): Flag | null {
  const path = placeOf(whole, reading);
  const named = troubleNamed(JSON.stringify([
    value,
    ...topic.segments.slice(-2),
    ...path.replace(/\[[^[\]]*\]/g, "").split(".").slice(0, -1),
    ...(KIND_OF.test(leafOf(path)) && isAlarm(reading) ? ["alarm"] : []),
    path.split(".").at(-1)?.replace(/\[[^[\]]*\]/g, "") ?? "",
  ]));
  // A maker of ice stops when its bin is full.
  if (named === null || named === FULL && ICE.test(topic.topic)) return null;
  if (named === OPENED && isWorkedOn(view)) return null;
  const isNone = path === "" && (topic.role === "availability" || isOfSettings(topic.topic)) ||
    isEntry(path, reading) ||
    isCountOfIt(path, reading) || /log_?level$/i.test(path || (topic.segments.at(-1) ?? "")) ||
    typeof value === "string" && isCalled(path, value.trim(), { reading, topic: topic.topic });
  return isNone ? null : named;
}

/** What says how a machine is run, and ways of that in which people stand within its guards. */
const RUN_AS =
  / (?:modes?|modus|states?|status|zustand|betriebsart|(?:key|mode|selector) ?switch|selector|modo|modalita) (?:name |text |value )?$/;
const BY_HAND =
  /^(?:mode[_ -]?)?(?:t[12]|teach(?:[_ -]?in|ing)?|man|man[rf]|manuale?|manuell?e?|hand(?:betrieb|le)?|jog|md[ai]|set[_ -]?up|einricht(?:en|ung|betrieb)|réglage|reglage|wartung(?:sbetrieb)?|servic(?:e|ing)|maint(?:enance)?|manutenzione|mantenimiento|onderhoud|entretien|repair(?:ing)?|cleaning|lock[_ -]?out|loto)(?!\p{L})/iu;
const IS_BY_HAND =
  / (?:teach|teaching|manual|jog|set ?up|maintenance|service|einrichtbetrieb|wartung|handbetrieb|wartungsmodus|lockout|loto) (?:mode |active |modus )?$/;

const LATELY = 60;

/** Whether a machine is run by hand, set up or maintained, by what it said of that last. */
function isWorkedOn({ topics }: DeviceView): boolean {
  const said = new Map<string, { at: number; isByHand: boolean }>();
  for (const { role, segments, readings } of topics) {
    if (/^(?:command|discovery|reply|log)$/.test(role)) continue;
    for (const { at, fields } of readings.slice(-LATELY)) {
      for (const [path, value] of fields) {
        const name = wordsAt(path, segments);
        const tellsWay = RUN_AS.test(name) && typeof value === "string";
        const isFlag = IS_BY_HAND.test(name);
        if (!tellsWay && !isFlag || (said.get(name)?.at ?? 0) > at) continue;
        const isByHand = isFlag && flagOf(value) === true ||
          tellsWay && BY_HAND.test(value.trim());
        said.set(name, { at, isByHand });
      }
    }
  }
  return [...said.values()].some(({ isByHand }) => isByHand);
}

/** What of an alarm says which one it is. */
const KIND_OF = /^(?:type|kind|name|code|data|description|desc|text)$/;
const SAYS_WHAT = /^(?:identifier|event|eventtype|msgtype|messagetype|category|method|kind|type)$/;

/** Whether a message calls itself an alarm. */
function isAlarm({ fields }: Reading): boolean {
  return [...fields].slice(0, 20).some(([path, value]) =>
    typeof value === "string" && SAYS_WHAT.test(leafOf(path)) &&
    /^(?:alarm|fault|alert)$/i.test(value)
  );
}

/** {@linkcode namedTrouble} of a value and the levels that lead to it, as JSON: most fields say time and again the same. */
const troubleNamed: (said: string) => Flag | null = remembering((said) => {
  const [value, ...levels] = JSON.parse(said);
  return namedTrouble(levels, value);
});

/** Where a text stands that says what a number beside it means, or what a record of a kind is of. */
function placeOf(path: string, { fields }: Reading): string {
  const leaf = path.split(".").at(-1) ?? "";
  const parent = path.slice(0, path.length - leaf.length);
  if (leaf === "label" && typeof fields.get(`${parent}value`) === "number") {
    return parent.replace(/\.$/, "");
  }
  // `{"desc": "Common alarm", "value": [1]}`, `{"id": "Line.Boiler._System._Error", "v": true}`
  if (/^(?:value|val|v)(?:\[0\])?$/.test(leaf)) {
    const called = CALLED.map((key) => fields.get(parent + key)).find((name) =>
      typeof name === "string" && /\p{L}{3}/u.test(name)
    );
    // What has a unit is measured.
    if (typeof called === "string" && !fields.has(`${parent}unit`)) {
      return parent + called.split(/[.\/]/).slice(-2).join(" ");
    }
  }
  const kind = String(fields.get(`${parent}type`) ?? "");
  return /^(?:subject|title)$/i.test(leaf) && /^(?:alert|alarm|warning|error|fault)$/i.test(kind)
    ? `${parent}message`
    : path;
}

/** What calls a value that stands beside it. */
const CALLED = ["desc", "name", "id", "tag"];

/** `{"name":"nginx.service","state":"failed","value":0}`: none is. */
export function isCountOfIt(path: string, { fields }: Reading): boolean {
  return path === "state" && fields.get("value") === 0 && fields.has("name");
}

/** `Leak Detector`: what kind of thing it is, by what it is there to find. */
export const DETECTOR =
  /^(?!(?:failed|faulty|broken|defective|lost|missing|bad|dead|no|not|check|replace|clean) )(?:\p{L}+[ -]){0,2}(?:leak(?:age)?|water|flood|smoke|gas|heat|fire|co2?|monoxide|freeze|frost|break(?:age)?|vibration|tamper|overflow|rain|intrusion|outage|failure|fault|overload|burglar|motion|door|panic) (?:detector|sensor|monitor|guard|button|contact)(?: [A-Z\d][\p{L}\d+-]{0,11})?$/iu;

/** A topic of what makes ice. */
export const ICE = /(?:^|[\/_-])ice(?![a-z]|\d*\/?water)|ice_?(?:maker|machine|bin)/i;

/** `motorJammed` → `motor_jammed`, `PSU2 Status` → `psu_status`, and `status_l4`, of one of several, → `status`. */
const snake: (text: string) => string = remembering(
  (text) => splitWords(text.slice(0, 80).replace(OF_SEVERAL, "")).join("_"),
);

const OF_SEVERAL = /_(?:l|ch|ep)\d{1,2}$/i;

/** `filter_life_left = 0`, `lifespan/filter = 0`, `salt_left_percentage = 0`. */
function usedUp(levels: readonly string[]): Flag | null {
  const name = levels.slice(-2).map(snake).filter((level) => level !== "").join("_")
    .replace("monitoring_capability_", "");
  return USED_UP.test(name) && !saysNotNow(name) ? warning("it needs care") : null;
}

const CONSUMED =
  "(?:salt|ink|toner|paper|labels?|pellets?|food|kibble|litter|beans?|detergent|softener|soap|drum|filter|hepa|brush|blades?|lamp|desiccant)";

const USED_UP = new RegExp(
  `(?:^|_)${CONSUMED}_(?:(?!rear|front|side|upper|lower)[a-z]+_)?(?:life|life_?time|life_?span|left|remaining|days_left|remaining_days|life_level|life_remaining)(?:_(?:percent|percentage|pct|level|days|hours))?$|(?:^|_)life_?span_(?:[a-z]+_)?${CONSUMED}$|(?:^|_)${CONSUMED}_left_(?:[a-z]+_)?(?:percent|percentage)$|(?:^|_)consumables?_(?:(?:main|side)_)?${CONSUMED}(?:_(?:main|secondary|side|right|left))?$`,
);

/** Levels and keys that only hold what the one above them names. */
export const HOLDERS = /^(?:value|val|v|state|status|active|on|present|current|get)$/i;

/** Names of what says how a thing is. */
const STATE =
  /(?:^|_)(?:(?:system|model|device|sub|machine|unit|run|kessel|betriebs|anlagen)?(?:state|status)|condition|health|mode|phase|stage|stav|state_current|current_state|[a-z]{0,12}(?:state|status|health|condition|zustand|mode)_?(?:info|name|text|txt|detail|details|string|str|msg|message|desc)|(?:state|status|zustand)_(?!.*(?:time|code|id|name|by|count|date|color|colour|url|icon)$)[a-z]+|stato|estado|[eé]tat|statut|stan|tila|toestand|tilstand|tillstånd)$|zustand$/u;

/** Names of what a thing says in a few words. */
const SAYING =
  /(?:^|_)(?:messages?|msg|diagnose|meldung|melding|evt|troubles?|empfehlung|recommendation|(?:empfohlene|recommended)_(?:aktion|action)|reason_(?:no|for)_\w+|(?:error|fault)_reporting|nachricht|mensaje|messaggio|display|hinweis|alarms?|alerts?|warnings?|faults?|notifications?|reminders?|events?|event_type|event_name|(?:pause|paused|stop|error|fault|alarm|stopped|hold|held|trip|inhibit|block)_reason|state_reasons?|reasons|(?:display|error|fault|status|alarm)_code|(?:error|fault|alarm|warning)_?text|ps)$/;

const TRIPPED = /^(?:tripped|faulted|failed|blocked)$/;

/** Modes in which nothing runs that was not in trouble before; others are chosen, and some only where they are not said to be active. */
const MODE_OF_TROUBLE =
  /(?:^|_)(?:(?:over_?heat(?:ed|ing)?|over_?temp(?:erature)?|limp(?:_home)?)_mode(?:_active)?|(?:(?:fail_?safe|limp(?:_home)?)(?:_mode)?|safe_?mode|emergency_(?:mode|operation)|notlauf|notbetrieb)_(?:is_)?(?:active|aktiv|activated|engaged|triggered|tripped))$/;

/** What is said to be so, where a bare `cutoff` is set. */
const CUT_OFF =
  /^(?:is_(?:water_|gas_|power_)?cut_?off|(?:water|gas)_(?:interrupt(?:ed|ion)?|supply_(?:lost|failure)))$/;

/** Levels above what is told of charging: OVMS has `v/c`. */
const CHARGES = /^(?:c|ev|evse|car|vehicle|wallbox|charg[a-z]*)$/;

const IN_FAULT = /^(?:fault|error|failure)(?:[ _-]?mode)?$/i;

/** From where nothing comes in a mode of an inverter. */
const WITHOUT = /^no[ _-]?(?:ac|grid|mains|pv|sun|solar)(?:[ _-]?(?:in|input|power))?$/i;

/** What holds the states of several of them: `supplies.black.status`. */
const SUPPLIES = /^(?:supplies|consumables|cartridges|toners?|inks?)$/;

/** Names of what tells whether something is there: other rules read them. */
const THERE =
  /(?:^|_)(?:lwt|operating_mode|availability|available|online|connected|connection_state|presence)$/;

/**
 * The trouble that the name of a field tells together with its value, for devices of all makers: a flag of a fault that
 * is up, a part that calls itself broken. `levels` are the names from the outside in, the field's own last.
 */
export function namedTrouble(levels: readonly string[], value: Scalar): Flag | null {
  if (!mayBeTrouble(value)) return null;
  const isRaised = isUp(value);
  if (value === 0) return usedUp(levels.filter((level) => level !== ""));
  const told = levels.slice(-4).map(snake).filter((level) => level !== "");
  const own = told.at(-1) ?? "";
  if (own === "" || told.slice(-3, -1).some(isNotNowAbove) || isAside(own)) return null;
  const named = HOLDERS.test(own) && told.length > 1 ? told.at(-2) ?? own : own;
  // `power_failure` of DALI is of the past; where it is not, the word tells by itself.
  if (isRaised && named === "power_failure") return null;
  const above = told.at(-2) ?? "";
  if (isRaised) {
    if (own === "exceeded") return warning("out of what is allowed");
    if (MODE_OF_TROUBLE.test(named) || MODE_OF_TROUBLE.test(`${above}_${own}`)) {
      return error("a state that nobody wants");
    }
    if (CUT_OFF.test(named)) return error("its supply is cut off");
    const flag = faultOf(named) ?? troubleOfFlag(named, { isNumber: value === 1 }) ??
      ofAlarm(above, own) ?? ofFault(above, own);
    if (flag !== null) return flag;
  }
  // A text with a date before it is an entry of what was.
  if (
    typeof value !== "string" || value.length > 60 || VALUE_NOT_NOW.test(snake(value)) ||
    /^\d{2,4}[-\/.]\d{2}[-\/.]\d{2}/.test(value)
  ) {
    return null;
  }
  const text = value.trim();
  // `pressure_health: OFF` denies its name.
  if (saysNone(text) && !/^(?:off|no|false)$/i.test(text)) return null;
  // Which phases a relay has switched on.
  if (/relay|contactor/.test(own) && /^no[ _-]?phases?$/i.test(text)) return null;
  // Nothing is plugged into a port.
  if (own === "link" && /^(?:no|off|none|false)$/i.test(text)) return null;
  // What a charger tells a car by.
  if (own === "pilot" && told.slice(0, -1).some((level) => CHARGES.test(level))) return null;
  // An inverter off the grid, or at night.
  if (/(?:^|_)mode(?:_name|_text|_str)?$/.test(own) && WITHOUT.test(text)) return null;
  if (restsByName(own, text)) return null;
  // Nobody chooses it.
  if (
    /mode(?:_name|_text|_str)?$|(?:state|status)text$/.test(own) && IN_FAULT.test(inEnglish(text))
  ) {
    return error("a state that nobody wants");
  }
  if (DETECTOR.test(text) && !STATE.test(own) && !SAYING.test(own)) return null;
  if (THERE.test(own)) return /mode$/.test(own) ? brokenIn(text, { isStrong: true }) : null;
  const ideograms = ofIdeograms(text);
  if (ideograms !== null) return ideograms;
  // What the field of an error says is told from its payload; an alarm of what is not there is none.
  if (/^(?:error|fault)s?$/.test(own) && !/^no[ _]/i.test(text)) return null;
  if (/alarm/.test(own) && /^(?:no|kein\w*) \p{L}+$/iu.test(text)) return null;
  const isHeld = HOLDERS.test(own);
  const isOfTrouble = told.slice(-3).some((level) => OF_TROUBLE.test(level));
  const isStated = STATE.test(own) || own === "value" && STATE.test(named);
  const isAlike = STATE.test(above);
  const isSaying = SAYING.test(own) || isHeld && SAYING.test(named) ||
    OF_TROUBLE.test(own) ||
    (isOfTrouble || /(?:^|_)(?:events?|evt)$/.test(above) || isAlike) &&
      /^(?:text|txt|texte|tekst|testo|texto|desc|description|type)$/.test(own);
  // What a test of it said; a bench tests other things, which pass or fail.
  if (own === "result" && /test$/.test(above)) {
    return above === "test" && /^fail(?:ed|ure)?$/i.test(text) ? null : brokenIn(text);
  }
  if (TRIES.test(own) && !isSaying && !STATE.test(own)) return null;
  // What the words of a message say is told from its payload.
  if (own === "message" && textRank(text) > 0) return null;
  // `evse_board_support/TiltDetected`: the last part of an identifier says it.
  if ((isSaying || STATE.test(own)) && /^[\w-]+(?:[.\/][\w-]+)+$/.test(text)) {
    const end = text.split(/[.\/]/).at(-1) ?? "";
    return troubleInText(end, { subject: [], unknown: 1 });
  }
  const outer = told.at(-3) ?? "";
  const subject = wordsIn(SUPPLIES.test(outer) ? outer : COMPONENT.test(named) ? "" : named);
  // `{"state": {"Tripped": "Reflected"}}`: a state with its detail.
  if (/(?:^|_)(?:state|status)$/.test(above) && TRIPPED.test(own) && !isBenign(text, 0)) {
    return error("a state that nobody wants");
  }
  if (
    /(?:^|_)(?:iso|vibration)_(?:zone|severity)$/.test(own) &&
    /^(?:d|unacceptable|danger|dangerous)$/i.test(text)
  ) {
    return warning("it shakes more than it may");
  }
  // What is not plugged in lacks what it is plugged into.
  if (/charg|plug|vehicle|cable/.test(own) && !/reason$/.test(own)) {
    return brokenIn(text, { isStrong: true }) ??
      (/^no[ _]?(?:power|mains|grid)$/i.test(text) ? error("something is lost") : null) ??
      (/^(?!no)(?:\p{L}+[ _])?(?:fault|faulted|error)$/iu.test(text)
        ? warning("a state that nobody wants")
        : null);
  }
  if (isHeld && /window$/.test(named)) return null;
  const component = /^alarme? (\p{L}{4,})$/iu.exec(text)?.[1];
  if (isStated && component !== undefined && isMachine(component)) return error("an alarm");
  const read = (unknown: number, isState: boolean) =>
    troubleInText(text, { subject, unknown, isState }) ?? beforePlace(text, { subject, isState });
  if (isStated || isSaying && isAlike || /^(?:status|zustand|stato|[eé]tat|estado)_/.test(own)) {
    return read(2, true);
  }
  if (isSaying) {
    const isLimit = isOfTrouble && /^[\w-]+$/.test(text) && LIMIT_ALARM.test(snake(text)) &&
      !/batt/i.test(text);
    return read(1, isOfTrouble) ?? (isLimit ? warning("an alarm") : null);
  }
  return (isSubject(subject) ? read(0, false) : null) ?? brokenIn(text) ?? brokenPart(text);
}

const AT_WORK =
  /(?:(?<!net_?)work(?:ing)?|run(?:ning)?|charg(?:e|er|ing)|betriebs?|arbeits?)_?(?:status|state|mode|zustand)$/;
const NOT_AT_WORK =
  /^(?:not?|nicht)[ _-]?(?:work(?:ing)?|run(?:ning)?|active|(?:dis)?charging|in[ _-]?(?:operation|betrieb)|aktiv)$/i;

/** `working_status: notWorking`: the answer to what its name asks is that it rests, as a battery that is full. */
export function restsByName(name: string, text: string): boolean {
  return AT_WORK.test(name) && NOT_AT_WORK.test(text);
}

/** Levels that only say that what is below is told, and not set. */
const COMPONENT = /^(?:(?:binary_|text_)?sensors?)$/;

/** Names of levels that tell of trouble alone. */
const OF_TROUBLE =
  /(?:^|_)(?:errors?|faults?|alarms?|alerts?|storing|fehler|störung|défauts?|alertes?|allarmi?|anomali[ae]|alarma|larm|feil|fejl|fel|storing)(?:_(?:messages?|text|code))?$/;

/** "Lost communication with MCU", "geen telegrammen ontvangen sinds 3 uur": what stands before the place or the cause. */
function beforePlace(
  text: string,
  o: { subject: ReturnType<typeof wordsIn>; isState: boolean },
): Flag | null {
  // "Cash Box: jam at the entry", "Lockout - Chemical will not dose": what stands on either side.
  const halves = /^([^:]{3,40}?)(?:: | - )([^:]{3,50})$/.exec(text);
  if (wordsIn(text).some(({ senses }) => senses.has("well"))) return null;
  for (const half of halves?.slice(1).reverse() ?? []) {
    const said = troubleInText(half, { ...o, unknown: 1 }) ?? beforePlace(half, o);
    if (said !== null) return said;
  }
  const [, head, tail] =
    /^(.{3,40}?)[ ,:]+(?:with|while|due to|to|in|at|on|by|between|behind|under|zwischen|entre|tra|tussen|since|from|or|next|mit|zu|zur|zum|seit|bei|im|wegen|avec|sur|depuis|à|dans|con|com|con il|da|al|alla|met|van|sinds|bij|till|til|från|fra)\b(.*)$/iu
      .exec(text) ?? [];
  return head === undefined || /\bby (?:the )?(?:user|operator|owner|host)/i.test(`${text}${tail}`)
    ? null
    : troubleInText(head, { ...o, unknown: 1 });
}

/** "Kondensatableiter gestört", "Leistungsteil: Überstrom": what is broken, whatever it is. */
function brokenPart(text: string): Flag | null {
  const after = /^[\p{L}\p{Nd} ]{2,30}: ([\p{L} ]{4,30})$/u.exec(text)?.[1];
  if (after !== undefined) return brokenIn(after);
  if (!/^[\p{L}\p{Nd}-]{3,30} \p{L}{5,}$/u.test(text)) return null;
  return BROKEN.test(text) ? error("a part of it is broken") : null;
}

const BROKEN =
  / (?:defekt|gestört|kaputt|ausgefallen|defective|faulty|malfunction|défectueu(?:x|se)|guast[oa]|averiad[oa]|trasigt?|uszkodzon[ya]|zepsut[ya]|porucha)$/iu;

/** Chinese, Japanese and Korean words of trouble, which stand in runs without spaces. */
const IDEOGRAMS =
  /卡住|卡死|缺水|缺纸|缺料|过热|過熱|过温|过流|过载|过压|欠压|堵转|堵塞|漏水|漏电|断线|短路|失联|低电压|超温|詰まり|水切れ|紙切れ|断線|漏電|과열|막힘|누수|단선/u;

function ofIdeograms(text: string): Flag | null {
  return IDEOGRAMS.test(text) &&
      !/[无無没未不防]|正常|解除|恢复|保护|なし|ありません|없음/u.test(text)
    ? error("a part of it is broken")
    : null;
}

/** Whether a level says that what is below is not of now; one may be called `max`, `status_notification` or `up_cmd`, on which a gateway tells. */
const isNotNowAbove: (level: string) => boolean = remembering(
  (level) =>
    saysNotNow(level) &&
    !/^(?:max|min|auto|test|up_cmd|status_notification|valve_configuration_and_control)$/.test(
      level,
    ),
);

/** What says of a value that it is not of now. */
const VALUE_NOT_NOW =
  /(?:^|_)(?:last|prev|previous|hist|history|past|enabled?|disabled?|config|settings?|supported|threshold|limit|limits|test|simulated|simulation|cleared?|reset|ack|allowed|schedule|by_user|expected|target)(?:_|$)/;

/** Whether a name says of what it names that it is not of now: that it was, may be, or shall be told. */
export const isNotNow: (level: string) => boolean = remembering(
  (level) => saysNotNow(snake(level)),
);

/** Whether a name has a word beside its trouble that says that it is not of now. */
export const isAside: (name: string) => boolean = remembering((name) => {
  const others = wordsIn(name).filter(({ senses }) => senses.size === 0);
  return saysNotNow(others.map(({ text }) => text).join("_"));
});

/** `alarms/high_temp = 1`: below alarms, one of them. */
function ofAlarm(above: string, own: string): Flag | null {
  return /^(?:alarms?|faults?|errors?|warnings?)$/.test(above) && LIMIT_ALARM.test(own)
    ? warning("an alarm")
    : null;
}

/** `valve_fault/blocked = true`: below a part and its fault, which one. */
function ofFault(above: string, own: string): Flag | null {
  const part = /^(.+)_(?:faults?|errors?|alarms?)$/.exec(above)?.[1];
  return part === undefined || own.includes("_") && own !== "not_connected"
    ? null
    : troubleOfFlag(`${part}_${own}`, { isNumber: false });
}

/** Whether a word names a part that no detector is. */
function isMachine(word: string): boolean {
  const senses = wordsIn(word).at(-1)?.senses;
  return senses !== undefined && senses.has("part") &&
    !["door", "wire", "zoneLike", "fluid"].some((sense) => senses.has(sense as "door"));
}

/** `defaut_demarrage`, `Stoer_Antrieb_1`: the trouble before what it is of. */
function faultOf(name: string): Flag | null {
  const [first = "", ...rest] = name.split("_");
  if (rest.length === 0 || isAside(name) || NO_FLAG.test(name)) return null;
  const isFirst = isTroubleNoun(first) ||
    wordsIn(first).some(({ senses }) => senses.has("protected") || senses.has("broken"));
  const of = rest.join("_");
  // An alarm may be on.
  const isNamed = /^(?:sammel)?st(?:ö|oe)r(?:ung|meldung)$/.test(first) && !/quitt|lösch/.test(of);
  const isOf = isNamed || /^(?:err|fault|fail|st(?:ö|oe)r|fehler|allarm|larm)/.test(first) &&
      (isSubject(wordsIn(of)) || troubleOfFlag(of, { isNumber: false }) !== null);
  return isFirst && (isOf || !ENGLISH.test(first)) ? error("a part of it is broken") : null;
}

/** Trouble that other languages name first; before what it is of, in English and German a setting of it is named. */
const ENGLISH =
  /^(?:err|fail|fault|alm|alarm|allarm|larm|crash|abort|corrupt|critical|emergency|exception|panic|over|under|broken|mal|defect|defekt|fehler|stör|stoer|kritisch|notfall|unsuccess|fatal|critic|kriti)/;

const LIMIT_ALARM =
  /^(?:high|low|hi|lo|hihi|lolo|over|under)_[a-z_]+$|_(?:high|low|hihi|lolo|over|under|failure|lost)$/;

/** Most fields are measurements: of these no name is read. */
function mayBeTrouble(value: Scalar): boolean {
  return typeof value === "string" ? value.length <= 60 || isUp(value) : value === 0 || isUp(value);
}

function isUp(value: Scalar): boolean {
  return flagOf(value) ??
    (typeof value === "string" &&
      /^(?:active|alarm|tripped|detected|present|detectad[oa]|rilevat[oa]|détectée?|erkannt|gedetecteerd)(?:\(1\))?$/i
        .test(value.trim()));
}
