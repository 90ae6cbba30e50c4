/** Judges a document field by field, each by what its name makes of it. */
import { flagOf } from "../flag.ts";
import type { JsonValue } from "../payload.ts";
import { isBenign, isOverItself } from "./benign.ts";
import {
  deniesTrouble,
  ENVELOPE,
  explainsAway,
  heldIn,
  isAtRest,
  isCountBeside,
  isCountOfGood,
  isDaliPowerCycle,
  isExpectedCode,
  isLimitBeside,
  isNamedValue,
  isOfDriving,
  isOfLoop,
  isOther,
  isOverheard,
  isRestored,
  isSystemOn,
  isUnwritten,
} from "./beside.ts";
import { judgeCode } from "./codes.ts";
import { NOTICE } from "./denial.ts";
import { MESSAGE_KEYS, OPTIONAL_LINKS, SAYING_PARTS } from "./key_words.ts";
import { isNormallyClosed, keyKind } from "./keys.ts";
import { INFORMATIONAL_LEVELS, levelRank } from "./levels.ts";
import { isNoStatement, isNumbered, isStatement } from "./now.ts";
import { isHistory, isJournal } from "./past.ts";
import { isPersonsLetter, LETTER_TEXT, SPEECH } from "./people.ts";
import { areAlarmClocks, isSetAlarm } from "./set_alarms.ts";
import { nativeWords, splitWords } from "./split_words.ts";
import { isWord, textRank } from "./text.ts";
import { isPlayed } from "./topics.ts";
import { isTroubleNoun } from "./trouble_nouns.ts";
import { Findings, MAX_NODES } from "./verdict.ts";
import { tellsOfOthers } from "./of_others.ts";
import { statement } from "./wording.ts";
import { plainKey } from "../plain_keys.ts";
import { remembering } from "../remembered.ts";

const MAX_DEPTH = 8;

/** Judges a value with all that is in it, its keys as `plainKeys` gives them. */
export function judge(value: JsonValue, depth: number, found: Findings): void {
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
    // systemd's journal numbers how grave a message is.
    if (found.written(key) === "PRIORITY") return Number(field) >= NOTICE && "message" in value;
    return keyKind(key) === "level" && typeof field === "string" && isOfMessage(key) &&
      INFORMATIONAL_LEVELS.has(field.trim().toLowerCase());
  });
  // `{"ok":false,"message":"NONE"}` is of something that is not used.
  const isIdle = found.isStrict && keys.some((key) => {
    const field = value[key];
    // `{"QUEUED":true,"FAILED":false,"SUCCESS":false}`: not yet.
    if (NOT_FAILED.test(key) && flagOf(field) === false) return true;
    return typeof field === "string" && SAYING_PARTS.has(splitWords(key).at(-1) ?? "") &&
      isBenign(field, 0);
  });
  if (found.isStrict && isOverheard(keys)) return;
  const isNone = (key: string) =>
    SPEECH.test(key) || isRestored(value[key]) || tellsOfOthers(value[key]);
  if (found.isStrict && isOverItself(value)) return;
  if (found.isStrict && keys.some(isNone)) {
    // Who passed by is none of it; that the picture was not kept is: `"status": "Recording failed"`.
    for (const key of keys.slice(0, MOST_BESIDE)) {
      const said = keyKind(key) === "state" ? value[key] : null;
      if (typeof said === "string" && isStatement(said)) judgeText(said, key, found);
    }
    return;
  }
  const isLetter = found.isStrict && isPersonsLetter(value, keys);
  const isDenied = found.isStrict && keys.some((key) => deniesTrouble(key, value[key]));
  const isExplained = found.isStrict &&
    (isDenied || keys.some((key) => explainsAway(key, value[key])));
  for (const key of keys) {
    if (++found.nodes > MAX_NODES) return;
    if (isExplained && CODE.test(String(value[key])) && keyKind(key) === "trouble") continue;
    if (isDenied && typeof value[key] === "string" && keyKind(key) === "trouble") continue;
    if (found.isStrict && mayBeNone(key) && isNoneBeside(key, value)) continue;
    if (isIdle && keyKind(key) === "positive" && flagOf(value[key]) === false) continue;
    if (isLetter && LETTER_TEXT.test(key)) continue;
    if (found.isStrict && typeof value[key] !== "boolean" && isPlayed(key)) continue;
    judgeField(key, value[key], { onlyInforms, depth, found });
  }
}

/** Whether a field of that name may be one of which something beside it says that it tells no trouble. */
const mayBeNone: (key: string) => boolean = remembering(
  (key) =>
    /err|alarm|alert|warn|fail|lost|^e$|^ok$|success|^power_?cycle|_?code$|^(?:result|subject)$/i
      .test(key),
);

const NOT_FAILED = /^(?:is_?|has_?)?(?:failed|failure|errored)$/i;

/** Whether what stands beside a field says that it tells no trouble of now. */
function isNoneBeside(key: string, object: { [key: string]: JsonValue }): boolean {
  // An observation of OGC's SensorThings: what was measured.
  if (key === "result" && "phenomenon_time" in object) return true;
  // What a change of a program is about: "Fix crash when volume is in error state".
  if (key === "subject" && "branch" in object) return true;
  return isLimitBeside(key, object) || isDaliPowerCycle(key, object) || isSetAlarm(key, object) ||
    isCountBeside(key, object) || isCountOfGood(key, object) || isSystemOn(key, object) ||
    isOfLoop(key, object) || isUnwritten(key, object) ||
    isAtRest(key, object) || isOfDriving(key, object) || isExpectedCode(key, object);
}

/** A number of trouble, as makers write them: `4`, `0xFF`, `E-00`. */
const CODE = /^\s{0,4}(?:\d+|0x[\da-f]{1,8}|[a-z]{1,2}[-_ ]?\d{1,5})\s{0,4}$/i;

function isNumeric(value: JsonValue): boolean {
  return typeof value === "number" || typeof value === "string" && /^\d+$/.test(value.trim());
}

/** `level`, `log_level`, `event_type`; `battery_level: "Normal"` says nothing of what stands beside it. */
function isOfMessage(key: string): boolean {
  return splitWords(key).length === 1 ||
    /log|err|alarm|alert|event|message|sever|fault|trouble|warn|notif|status|prior/i.test(key);
}

/** `{"name":"Fehlermeldung","value":"20","desc":"…"}` is a field called by its name. */
function judgeNamed(
  object: { [key: string]: JsonValue },
  o: { depth: number; found: Findings },
): boolean {
  const { desc } = object;
  const told = object["value"];
  // `{"desc":"Common alarm","value":[1]}`
  const value = Array.isArray(told) && told.length === 1
    ? told[0]
    : told ?? opcValue(object) ?? senmlValue(object);
  // `{"label":"Codice errore","value":32,"unit":null}`, where no name is.
  const name = object["name"] ?? object["label"] ?? opcName(object) ?? senmlName(object) ?? desc;
  if (typeof name !== "string" || value === undefined || typeof value === "object") return false;
  if (name.length > 64) return false;
  const { depth, found } = o;
  if (typeof desc === "string" && desc !== name && explainsAway(`${plainKey(name)}_desc`, desc)) {
    return true;
  }
  judgeField(found.read(name), value, { onlyInforms: false, depth: depth + 1, found });
  // `{"name":"level","value":0,"fault":true}`: a point that says of itself that it is none.
  for (const key of Object.keys(object).slice(0, MOST_BESIDE)) {
    if (/^(?:is_?)?(?:fault|error|failed|faulty|bad)$/i.test(key) && flagOf(object[key]) === true) {
      found.add(2, key, { text: name });
    }
  }
  return true;
}

/** `{"id":"Line.Boiler._System._Error","v":true,"q":true,"t":…}`: so OPC gateways write an item. */
function opcValue({ v, q, t }: { [key: string]: JsonValue }): JsonValue | undefined {
  return q === undefined || t === undefined ? undefined : v;
}

/** `{"n":"pump/fault","vs":"dry run lockout"}`: a text or a flag of SenML (RFC 8428, section 4.3). */
function senmlValue({ n, vs, vb }: { [key: string]: JsonValue }): JsonValue | undefined {
  return typeof n === "string" ? vs ?? vb : undefined;
}

function senmlName(object: { [key: string]: JsonValue }): string | undefined {
  const { n } = object;
  return senmlValue(object) === undefined || typeof n !== "string"
    ? undefined
    : n.split(/[/:]/).at(-1);
}

function opcName(object: { [key: string]: JsonValue }): string | undefined {
  const { id } = object;
  return opcValue(object) === undefined || typeof id !== "string"
    ? undefined
    : id.split(".").at(-1);
}

/** How many keys of a named value are looked through. */
const MOST_BESIDE = 12;

/** What is in one of these says from when on something shall be wrong. */
const LIMITS =
  /(?:^|_)(?:limits?|thresholds?|bounds|alarm_?limits?|alarm_?settings?|setpoints?|(?<!informational_)settings|config(?:uration)?)$/i;

interface FieldContext {
  readonly onlyInforms: boolean;
  readonly depth: number;
  readonly found: Findings;
}

/** Objects that name what can be, may be or shall be told, or what somebody changed in a program. */
const CAN_BE =
  /^(?:capabilit(?:y|ies)|features?|supports?|supported|permissions|thresholds|limits|masks?|(?:head_?)?commits?)$/i;

/** What is named so was, whatever it is: `last_stop_reason`, `PREV_FAULT`. */
const WAS =
  /^(?:ng|reject(?:ed|ion|ion_?cause)?|scrap|defect)_?(?:reason|cause|code|type)$|^(?:last|prev(?:ious)?)_|transfer_reason$/;

/** Which alarm it is, of however little weight. */
const OF_WHICH_KIND =
  /^(?:alert|alarm|event|notification|warning)_?(?:type|kind|class|category|u?u?id|code|number|no|name|key)$/i;
const ABOUT_NOTICE = /^(?:alert|alarm|warning|notification)_?(?:details?|info|data|payload)$/i;

/**
 * `battery_ok: 0` is told as a battery that is low, `light_ok: 0` of a plant in the evening, `tx_ok: 0` is a count,
 * `dec_ok: 0` of a sensor that is not there, Growatt's `constantPowerOK: 0` of each that is well, and `scc_ok: 0` of a charger
 * of solar power at night.
 */
const JUDGED_ELSEWHERE = /batt|light|constant|(?:^|_)(?:[tr]x|dec|scc)_/i;

/** Levels of a log by their first letters. */
const LETTERS: ReadonlyMap<string, 1 | 2> = new Map([["F", 2], ["E", 2], ["W", 1]]);

/** A line of a log by the time at its head and its level, whatever field it is told in. */
const ERROR_LINE =
  /^[[(]?\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?[\s|:\-[\])(]{1,8}(?:ERROR|CRITICAL|FATAL)(?![A-Za-z])[\s|:\-\])]{0,8}(\S.{0,200})/;

/** Whether a value only tells when something was told. */
function isMetadata(value: JsonValue): boolean {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return false;
  const [name, another] = Object.keys(value);
  return name === "timestamp" && another === undefined && typeof value[name] === "number";
}

/** Judges a field by what its name, as `plainKey` reads it, makes of its value. */
export function judgeField(key: string, value: JsonValue, context: FieldContext): void {
  const { found, depth } = context;
  // Of a shadow the metadata tell when each field was told: `"fault": {"timestamp": 1773513000}`.
  if (isMetadata(value)) return;
  if (areAlarmClocks(key, value)) return;
  // What is inside is judged but for whether the link is up.
  if (value !== null && typeof value === "object" && OPTIONAL_LINKS.has(key)) return;
  // `"port.status":{"value":"DISCONNECTED","timestamp":…}` is a field with its time beside it.
  if (found.isStrict && value !== null && typeof value === "object") {
    const held = Object.keys(value).every((name) => ENVELOPE.test(name)) ? heldIn(value) : value;
    if (held !== value) return judgeField(key, held, { ...context, depth: depth + 1 });
  }
  if (found.isStrict && value !== null && typeof value === "object") {
    if (isHistory(key) || isJournal(key, value) || CAN_BE.test(key) || LIMITS.test(key)) return;
    // `alertDetails` holds what an alert is of; what is inside says whether that is trouble.
    if (ABOUT_NOTICE.test(key)) return judge(value, depth + 1, found);
  }
  if (found.isStrict && (tellsOfOthers(key) || WAS.test(key) || isNormallyClosed(key))) return;
  const [, logged] = typeof value === "string" ? ERROR_LINE.exec(value.slice(0, 300)) ?? [] : [];
  if (logged !== undefined) return found.add(2, key, { text: logged });
  const said = keyKind(key);
  // `alarm-number: 181` is which, `number_of_alarms: 181` is how many.
  const kind = found.isStrict && said === "past_trouble" && isNumbered(key) ? "trouble" : said;
  if (found.isStrict && isNoStatement(key, value, { kind, depth })) return;
  // A note of the lowest kind that names a code or its kind is still a note.
  const isNote = context.onlyInforms && (depth > 0 || OF_WHICH_KIND.test(key));
  if (found.isStrict && isNote && (kind === "trouble" || kind === "warning")) return;
  switch (kind) {
    case "trouble":
    case "past_trouble":
    case "warning":
      // A number of what is past is a code or a count of what is over.
      if (kind === "past_trouble" && typeof value === "number" || isBenign(value, 0)) return;
      if (kind === "trouble" && isUnread(found.written(key), value)) return;
      found.add(kind === "trouble" ? 2 : 1, key, statement(key, value));
      return;
    case "positive":
      if (flagOf(value) === false && !(value === 0 && JUDGED_ELSEWHERE.test(key))) {
        found.add(2, key, { text: "false" });
      } else if (typeof value === "string") judgeText(value, key, found);
      else judge(value, depth + 1, found);
      return;
    case "online":
      if (flagOf(value) === false || isWord(value, "offline")) {
        found.add(1, key, { text: String(value).toLowerCase() });
      } else if (typeof value === "object") judge(value, depth + 1, found);
      else if (typeof value === "string") judgeText(value, key, found);
      return;
    case "level":
      if (typeof value === "string") {
        // `"lvl":"E"`: other levels are letters of their own.
        const letter = /^(?:lvl|log_?level)$/i.test(found.written(key))
          ? LETTERS.get(value) ?? 0
          : 0;
        found.add(letter || levelRank(value), key, { text: value });
      } else judge(value, depth + 1, found);
      return;
    case "state":
      if (isNumeric(value)) judgeCode(Number(value), key, found);
      else if (typeof value === "string") judgeText(value, key, found);
      else judge(value, depth + 1, found);
      return;
    case "text":
      if (typeof value !== "string") judge(value, depth + 1, found);
      else if (!context.onlyInforms) {
        judgeText(value, key, found);
        if (found.isStrict && CAUSE.test(key) && REFUSAL.test(value.trim())) {
          found.add(2, key, { text: value });
        }
        if (found.remark === "" && MESSAGE_KEYS.has(key)) {
          found.remark = value.slice(0, 200);
        }
      }
      return;
    case "label":
      if (value !== null && typeof value === "object") judge(value, depth + 1, found);
  }
}

/**
 * Whether the name of a field is one of trouble in English alone, as it is read, and what it says has no word that is known: of
 * these languages few words are, and it may be that of none.
 */
function isUnread(name: string, value: JsonValue): boolean {
  return typeof value === "string" && /\p{L}{3}/u.test(value) && textRank(value) === 0 &&
    !nativeWords(name).some(isTroubleNoun);
}

/** Why something is as it is, by a code of HTTP or SIP with its words: a server did not let it in. */
const CAUSE = /^(?:cause|reason|error_?(?:text|reason))$/i;
const REFUSAL = /^(?:40[137]|5\d\d) \p{Lu}\p{L}{3,20}(?: \p{L}{2,20}){0,4}$/u;

/** Judges free text, found at `where`. */
export function judgeText(text: string, where: string, found: Findings): void {
  const rank = textRank(text);
  if (rank > 0) found.add(rank, where, { text });
}
