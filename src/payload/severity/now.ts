/** What tells of its sender now, and what is a counter, a setting, a name or history, for all its words of trouble. */
import type { JsonValue } from "../payload.ts";
import { flagOf } from "../flag.ts";
import {
  DEGREES,
  OPTIONAL_LINKS,
  PAST_PARTS,
  SAYING_PARTS,
  TELLING_PARTS,
  WARNING_KEYS,
} from "./key_words.ts";
import type { KeyKind } from "./keys.ts";
import { isHistory } from "./past.ts";
import { splitWords } from "./split_words.ts";
import { isWord, textRank } from "./text.ts";
import { isTroubleNoun } from "./trouble_nouns.ts";

/** Whether a field says nothing of how its sender is now, for all its words of trouble. */
export function isNoStatement(
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
      return splitWords(key).length > 1 || o.depth > 1 || flagOf(value) !== null;
    case "state":
      if (splitWords(key).some((word) => PAST_PARTS.has(word))) return true;
      if (typeof value === "number" || typeof value === "string" && /^\d+$/.test(value)) {
        // Anything may be called a code; a status of HTTP says so.
        return !/http|status|response|result/i.test(key);
      }
      return typeof value === "string" &&
        (splitWords(key).some((word) => OPTIONAL_LINKS.has(word)) && !isOfCharging(key, value) ||
          isPlaceholder(value) ||
          // An alarm or an alert is what cameras, panels and detectors are there to see.
          NOTICES.test(value.trim().toLowerCase()) ||
          splitWords(key).length > 1 && isWord(value, "offline"));
    case "level":
      return typeof value === "string" && !/level|severity|priority/i.test(key) &&
        // `DoorSensor.Alert` is what a detector is there to tell.
        (NOTICES.test(value.trim().toLowerCase().split(/[.:\/]/).at(-1) ?? "") ||
          // Which kind it is of, in a word of its own: `PriorityAlarm`.
          /^(?:type|class|kind|category)$/.test(splitWords(key).at(-1) ?? "") &&
            splitWords(value).length > 1);
    case "text":
      return typeof value === "string" && !isFailure(value) &&
        (!SAYING_PARTS.has(splitWords(key).at(-1) ?? "") || isIdentifier(value) ||
          /^(?:in)?active_?|^(?:on|off|true|false)_/i.test(key) ||
          NOTICES.test(value.trim().toLowerCase()));
    default:
      return false;
  }
}

/** `vehicle_state: error`: what is not plugged in is none of it. */
function isOfCharging(key: string, value: string): boolean {
  return /(?:^|_)(?:ev|car|vehicle|cable|plug)_?(?:state|status)$/i.test(key) &&
    /^(?:error|fault|faulted|failure|failed)$/i.test(value.trim());
}

/** Whether a field of trouble tells of now: no counter, threshold, setting, time or waiting. */
export function tellsNow(key: string, value: JsonValue): boolean {
  const words = splitWords(key);
  const at = words.findLastIndex((word) => isTroubleNoun(word) || WARNING_KEYS.has(word));
  // `sensor_fault_T2: true`: at its end the name says which.
  const isWhich = (word: string, i: number) =>
    value === true && i === words.length - at - 2 && /^[a-z]{1,2}$/.test(word) &&
    /[_-]?[a-z]{1,2}\d{1,3}$/i.test(key);
  if (words.slice(at + 1).some((word, i) => !TELLING_PARTS.has(word) && !isWhich(word, i))) {
    return false;
  }
  const isPlural = /[^s]s$/.test(words[at] ?? "");
  // `Warnings: "00000100100000000000000000000000"`: a bit each.
  if (isPlural && typeof value === "string" && /^[01]{8,}$/.test(value.trim())) {
    return value.includes("1");
  }
  const number = typeof value === "number"
    ? value
    : typeof value === "string" && /^[+-]?\d+(?:\.\d+)?$/.test(value.trim())
    ? Number(value)
    : null;
  if (number !== null) {
    // `error03: 2` stands beside `error04: 1`: counts by kind, unless it is too great for one.
    if (/^err(?:or)?[-_ ]?\d/i.test(key) && number <= 255) return false;
    const isCode = at < words.length - 1;
    // `currently_failed: 2`, `samples_failed: 7`: how many of them did.
    if (
      at > 0 && FAILED_ONES.test(words[at]) &&
      (MANY.test(words[at - 1]) || /^(?:currently|total|totally|today)$/.test(words[at - 1]))
    ) return false;
    // `heading_error: 3`: how far it is from where it shall be.
    if (words[at] === "error" && !isCode && DEVIATING.test(words[at - 1] ?? "")) return false;
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

/** What a controller follows, and misses by some. */
const DEVIATING =
  /^(?:heading|position|tracking|pointing|control|following|lag|track|frequency|phase|offset|measurement|rms|mean|velocity|speed|gps|gnss|horizontal|vertical|range|distance|yaw|pitch|roll|altitude|steering|regulation|pid|quantisation|rounding)$/;

/** What became of some of many. */
const FAILED_ONES = /^(?:failed|aborted|lost|crashed|corrupted|corrupt|disconnected)$/;

/** A word in the plural, with no name that only sounds like one among them. */
const MANY = /^(?!axis$|lens$|basis$)\p{L}{3,}[^\P{L}su]s$/u;

/** States of rest that some devices number among their errors. */
const WAITING =
  /^(?:enabled|auto|automatic|ready|waiting.*|paused?|(?:rain|wet|frost) ?delay|delayed|scheduled|sleep(?:ing)?|not (?:active|triggered|present|detected)|untriggered|deactivated|quiet|silent|mute|muted|not (?:sel|selected|used|fitted|installed)|suppressed|inhibited|shelved|masked|silenced|[a-z]*power ?sav(?:er|ing)|sleep mode.*|bypassed|stop(?:ped)?|restored?)$/;

function holdsOnlyCounts(value: JsonValue, depth: number): boolean {
  if (typeof value !== "object" || value === null) return typeof value === "number";
  // `{"total":3,"last_error":"SENSOR_TIMEOUT"}` counts, and tells which came last.
  return depth < 4 &&
    Object.keys(value).every((key) =>
      isHistory(key) || holdsOnlyCounts(valueAt(value, key), depth + 1)
    );
}

function valueAt(value: JsonValue[] | { [key: string]: JsonValue }, key: string): JsonValue {
  return Array.isArray(value) ? value[Number(key)] ?? null : value[key];
}

/** Kinds of messages that are told of what a device sees as often as of the device. */
export const NOTICES = /^(?:alarms?|alerts?|notifications?|warnings?|emergency|events?)$/;

/** `alarm-number`: which trouble it is, not how many. */
export function isNumbered(key: string): boolean {
  const words = splitWords(key);
  const at = words.findIndex((word) => word === "number");
  return at > 0 && isTroubleNoun(words[at - 1]) &&
    !words.some((word) => PAST_PARTS.has(word));
}

/** `CURRENT-FAULTS`, `error_test.gcode`: no words of a sentence. */
export function isIdentifier(text: string): boolean {
  return /^[\p{L}\p{Nd}]+(?:[-_.][\p{L}\p{Nd}]+)+$/u.test(text.trim());
}

/** A word in the place of a value that is not there. */
function isPlaceholder(text: string): boolean {
  if (/^<\p{L}+>$/u.test(text.trim())) return true;
  return /^(?:\p{L}+ )?(?:un(?:available|known)|not (?:available|applicable|supported|set|used|connected)|n\/a|nan|none|-+)$/iu
    .test(text.trim());
}

/** What is done, lost or broken: no name of a thing holds such a word. */
const STATING =
  /(?<!\p{L})(?:failed|failing|failure|lost|disconnected|unreachable|unresponsive|timed out|timeout|cannot|could not|unable|overheat\p{L}*|broken|aborted|crashed|missing|low|detected|occurred|fehlgeschlagen|ausgefallen|nicht|échoué\p{L}*|fallid\p{L}*|fallit\p{L}*|mislukt)(?!\p{L})/iu;

/** Whether a text states something; names and identifiers do not. */
export function isStatement(text: string): boolean {
  return /\s/.test(text.trim()) && STATING.test(text);
}

/** What failed, in a few words that are no name of anything: `5x Unsuccessful start`, `Ignition failed`. */
const FAILURE =
  /(?<!\p{L})unsuccessful (?:start|ignition|attempt|try|connection)s?$|(?<!\p{L})(?:ignition|start|start-?up|sensor|probe|pump|fan|motor|heater|compressor|communication|connection|self-?test|calibration|flame|pressure|valve|burner|device|slave|station|bus|grid|phase|insulation|isolation|contactor|drive|axis|servo|spindle|inverter|charger|rectifier|encoder|tool) (?:failed|failure|fault|lost|error)$/iu;

function isFailure(text: string): boolean {
  const said = text.trim();
  return said.length <= 60 && FAILURE.test(said) && textRank(said) > 0;
}
