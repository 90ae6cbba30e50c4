/** Judges free text. */
import type { JsonValue } from "../payload.ts";
import { remembering } from "../remembered.ts";
import { inEnglish } from "../spoken_words.ts";
import { isDenied, isOverInTheEnd, onlyInforms, saysNone, syslogSeverity } from "./denial.ts";
import { DENIED_IDEOGRAMS } from "./denial_words.ts";
import { isSpoken } from "./spoken.ts";
import { tokenize, wordRank } from "./tokens.ts";
import {
  DUTCH,
  DUTCH_ONLY,
  ERROR_IDEOGRAMS,
  ERROR_PHRASES,
  WARNING_PHRASES,
} from "./trouble_words.ts";

const MAX_TEXT_CHARS = 2_000;
/** The title of a film or a song within a sentence: `has stopped The Lost City`. */
const TITLE = /(?<=\p{Ll} )(?:The|An?)(?: \p{Lu}\p{Ll}{1,20}){1,6}/gu;

/** How long is waited or something runs at most, which is set: `timeout=30`, `Pump 2 on, timeout 20 s`. */
const SET =
  /(?<![\p{L}_])timeout=\d{1,6}(?!\d)|(?<=(?:^|[,;(]|(?<!\p{L})(?:with|mit|using|set)(?: an?)?) ?)timeout(?: of|:| is| set to)? ?\d{1,6} ?(?:ms|s|secs?|seconds?|m|mins?|minutes?|h|hours?)(?=[),;.]|$)/giu;
/** What something is called, after what it is: `table failed_logins: 8811 rows`. */
const CALLED =
  /(?<=(?<!\p{L})(?:tables?|columns?|databases?|queues?|index|branch|packages?|modules?|functions?|skipping|user) )[a-z]\w{0,40}_\w{1,60}/giu;

/** How many there were in all its life: `errors_life=3 since=2019`. */
const EVER =
  /(?<![\p{L}_])\p{L}{0,20}_?(?:errors?|faults?|alarms?|failures?)_(?:life(?:time)?|total|ever|history)[=:] ?\d{1,9}/giu;

/** `Error = 0x00,0x00`. */
const NOTHING = /(?<![\da-z,])0x0{1,16}(?:,0x0{1,16}){0,31}(?![\da-z,])/giu;

/** A program that is called after what it watches for. */
const PROGRAM_NAME = /(?<![\p{L}\d])fail2ban(?![\p{L}\d])/giu;

/** The names by which operating systems and Node.js tell that a connection failed. */
const ERRNO =
  /(?<![\p{L}\d_])E(?:CONN(?:REFUSED|RESET|ABORTED)|TIMEDOUT|(?:HOST|NET)UNREACH|(?:HOST|NET)DOWN|NOTFOUND|PIPE|SOCKETTIMEDOUT|AI_AGAIN|PROTO|ADDRNOTAVAIL)(?![\p{L}\d_])/u;

/** In syslog what is lower is an error. */
const NO_ERROR = 4;

/** 2 if the text tells an error that it does not deny, 1 a warning, 0 neither; remembered. */
export const textRank: (text: string) => 0 | 1 | 2 = remembering((text) => {
  const rank = rankOf(text);
  return rank > 0 && isSpoken(text) ? 0 : rank;
});

function rankOf(text: string): 0 | 1 | 2 {
  if (areNone(text) || areNames(text)) return 0;
  const bounded = withoutPaths(
    text.slice(0, MAX_TEXT_CHARS).replace(TITLE, "").replace(SET, "").replace(CALLED, "").replace(
      EVER,
      "",
    ).replace(NOTHING, "0").replace(PROGRAM_NAME, ""),
  );
  if (ERROR_IDEOGRAMS.test(bounded)) {
    if (!DENIED_IDEOGRAMS.test(bounded)) return 2;
  }
  // Neato's robots send `UI_ALERT_INVALID` while all is well.
  if (!/\p{L}{2}/u.test(bounded) || /\bui_alert_invalid\b/i.test(bounded)) return 0;
  if (NAME_OF_LIMIT.test(bounded.trim())) return 0;
  if (onlyInforms(bounded) || isOverInTheEnd(bounded.trim().toLowerCase())) return 0;
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
  if (isGoodNews(lower) || AS_WISHED.test(lower)) return 0;
  if ((syslogSeverity(bounded) ?? NO_ERROR) < NO_ERROR) return 2;
  if (ERROR_PHRASES.test(lower) || ESPHOME_ERROR.test(bounded)) return 2;
  if (ERROR_OF_LIBRARY.test(bounded.trim()) || ERRNO.test(bounded)) return 2;
  if (ESPHOME_WARNING.test(bounded) && !ESPHOME_TIMING.test(bounded)) return 1;
  return rank === 0 && WARNING_PHRASES.test(lower) ? 1 : rank;
}

/** `MaxErrorTemperature`, `MIN_FAULT_LEVEL`: a setting, named where it is read. */
const NAME_OF_LIMIT =
  /^(?:(?:[Mm]ax|[Mm]in)(?:imum)?[A-Z]|(?:MAX|MIN)_(?!\w{0,40}(?:EXCEEDED|REACHED)$))\w{1,60}$/;

const LONGEST_LIST = 200;

/** `lost goal: none; stuck: no; recovering: no`: several things by name, and none of them is. */
function areNone(text: string): boolean {
  if (text.length > LONGEST_LIST || !/[;,|]/.test(text)) return false;
  const parts = text.split(/[;,|]/).map((part) => part.trim()).filter((part) => part !== "");
  return parts.length >= 2 && parts.every((part) => {
    const [name = "", said, more] = part.split(/[:=]/);
    return said !== undefined && more === undefined && /\p{L}/u.test(name) &&
      (saysNone(said.trim()) || /^0+$/.test(said.trim()));
  });
}

const LEAST_NAMES = 5;
/** `motor_C`, `batt_A(+discharge)`. */
const NAME = /^[\p{L}_][\p{L}\p{N}_.%\/()+-]{0,24}$/u;

/** `pack_V,batt_A,soc,motor_C,kmh,fault`: what the columns of a table are called, one of them after trouble. */
function areNames(text: string): boolean {
  if (text.length > LONGEST_LIST) return false;
  const parts = text.split(/[,;\t|]/).map((part) => part.trim());
  return parts.length >= LEAST_NAMES && parts.every((part) => NAME.test(part)) &&
    new Set(parts).size === parts.length &&
    parts.filter((part) => textRank(part) > 0).length * 3 <= parts.length;
}

/** A text without the paths of files in it, whatever these are called: `home/jan/failed_application.odt`. */
function withoutPaths(text: string): string {
  if (!text.includes("/")) return text;
  return text.split(" ").filter((word) =>
    !(word.includes("/") && (FILE_END.test(word) || PROGRAM.test(word)))
  ).join(" ");
}

/** `/usr/local/bin/report-errors`: a program; of a disk the path says only where. */
const PROGRAM = /^[("'=]?\/(?:usr|opt|bin|sbin|etc|home|srv|lib|snap)\/[\w.\/+-]{1,200}$/;

const FILE_END = /\.[a-z]\w{1,4}["')\]]?$/;

/**
 * What a text says at its end of whatever it named before: `ERROR_IN_THE_SYSTEM copied successfully`,
 * `Cleaning complete`, `Battery low, returning to dock`.
 */
export function isGoodNews(text: string): boolean {
  const said = text.toLowerCase().replaceAll("_", " ").trim();
  return DONE_WELL.test(said) || AS_PLANNED.test(said) || OF_IT_OK.test(said);
}

const DONE_WELL =
  /(?<!\p{L})(?<!not |never |nicht |non |pas |niet |nie |não )(?:(?:successfully|erfolgreich|avec succès|con éxito|con successo)(?: \p{L}+){0,2}|(?:low|leer|faible), (?:re)?charging|completed?|accomplished|updated|emptied|recovered|corrected|resumed|(?:hardware|all|everything|system|alles|tout) ok|returning to (?:the )?(?:dock|charge|charger|charging|base|home|station)(?: \p{L}+)?|(?<!(?:not|n't|until|unless)(?: be| been)? )restored|(?:counters?|faults?|errors?|alarms?) reset(?: to zero)?|(?:alarms?|alerts?|thresholds?|limits?|range|trips?|lockout|tamper) (?:released?|restored?)|(?:zone(?: \d{1,3})?|mains|power) restored?|(?:end of|fin (?:de (?:l['’])?|d['’])|ende des|fine) ?(?:alarme?s?|alarms|allarme|alerts?|faults?)|(?:measurement|self ?test|calibration|scan|update) (?:started|triggered|running))[.!]?$/u;

/** What somebody wanted: `Disconnected by user`, `Test Alarm`, `anna (iPad) has stopped The Lost City`. */
const AS_WISHED =
  /^(?:test[ _-]?alarm|alarm[ _-]?test|probealarm|testlarm)$|^alarm[ _-]?mode[ _:=-]{0,3}(?:on|off|home|away|night|stay|armed|disarmed)$|(?<!\p{L})(?:disconnected|offline|getrennt|aborted|cancell?ed|stopped|abgebrochen)(?: ?by ?(?:the )?(?:user|client|owner|host|operator)| on request| manually| durch benutzer| vom benutzer)(?!\p{L})|(?<!\p{L})standby ?offline|client_disconnected client|(?<!\p{L})(?:acknowledged|acked|silenced|muted|cleared) (?:the |all |an )?(?:alarm|alert|fault|error|warning)s?(?!\p{L})|disconnected[^.]{0,60} reason[=:] ?(?:normal|clean)|^disconnected from (?:authenticating |invalid )?user (?=\S)|caution: unlocked|^\S.{0,40} \(.{1,40}\) (?:has |is )?(?:start|stopp|paus|resum|finish|play|watch)(?:ed|ing) /u;

/** `heat_ok`, `Filter OK`, `Nível normal`. */
const OF_IT_OK =
  /^(?!(?:not|nicht|nie|non|pas|niet|never|no|nok|isn't|não|nao|sin|ikke|inte|ei|ne|above|below|over|under|über|unter) )\p{L}{2,20} (?:ok|okay|normale?|in ordnung|w normie|i orden|en orden|conforme|в норме)$/u;

/** What is planned, tried or back again by its own words, and the end of what a detector saw: `on_motion_timeout`. */
const AS_PLANNED =
  /(?<!\p{L})(?:self[- ]?test (?:passed|started|ok|done|begun)|as (?:planned|scheduled)|(?:just|only) a test|test only|wie geplant|nur ein test|comme prévu|según lo previsto|come previsto|back (?:at|to|under|below) \d)(?!\p{L})|(?<!\p{L})(?:motion|occupancy|presence|movement|person|inactivity|auto ?off|screen|display)[ _-]timed?[ _-]?out$|(?<!\p{L})(?:off|stopped) (?:after |by |on )?\(?(?:run ?time|timer|time ?out)(?: (?:is )?(?:reached|over|elapsed|expired))?\)?$|^session[ _](?:disconnected|ended|closed)$/u;

/** ESPHome and ESP-IDF write the level of a log line as one letter: `[E][wifi:123]: …`, `E (123) wifi: …`. */
const ESPHOME_ERROR = /\[E\]\[|^E \(\d+\) \w/;
/** `IOTC_ER_TIMEOUT`: a library's name for what went wrong. */
const ERROR_OF_LIBRARY = /^[A-Z]{2,10}_ER_[A-Z_]{3,40}$/;

const ESPHOME_WARNING = /\[W\]\[|^W \(\d+\) \w/;

/** Notes on how long a part took, which every slow sensor and display causes. */
const ESPHOME_TIMING = /took a long time for an operation|should block for at most/;

/** Whether the text names trouble and denies all of it. */
export function isDenial(text: string): boolean {
  return tokenize(text.slice(0, MAX_TEXT_CHARS)).some((token) => wordRank(token) > 0) ||
    DENIED_IDEOGRAMS.test(text);
}

/** Whether a value is that word, which is lower case. */
export function isWord(value: JsonValue | undefined, word: string): boolean {
  return typeof value === "string" && inEnglish(value.trim()).toLowerCase() === word;
}
