/**
 * What a message says of trouble: errors and warnings in fields, words of several languages, codes, levels and the topic.
 * {@linkcode severityByHint} judges widely, for choosing messages; {@linkcode troubleIn} as the owner of a device would.
 */
import { flagOf } from "../flag.ts";
import type { DecodedPayload, JsonValue } from "../payload.ts";
import { isObject } from "../json_object.ts";
import { plainKey, plainKeys } from "../plain_keys.ts";
import { isBenign, isGone, isOverItself, saysOver } from "./benign.ts";
import { explainsAway, heldIn, isOverheard, isTried } from "./beside.ts";
import { judge, judgeField, judgeText } from "./fields.ts";
import { SAYING_PARTS } from "./key_words.ts";
import { INFORMATIONAL_LEVELS } from "./levels.ts";
import { isIdentifier, NOTICES } from "./now.ts";
import { HISTORY, HISTORY_LEVELS, isHistory } from "./past.ts";
import { isAppointment, isOfPeople, isStory } from "./people.ts";
import { splitWords } from "./split_words.ts";
import { isWord, textRank } from "./text.ts";
import {
  isBelowErrors,
  isNeverNow,
  isOfSettings,
  isRaisedAlarm,
  isShown,
  levelKey,
  type TopicHint,
  topicHint,
} from "./topics.ts";
import { DEATH, Findings, ORDINARY, type Severity } from "./verdict.ts";
import { brief, saidIn } from "./wording.ts";
import { isTroubleNoun } from "./trouble_nouns.ts";
import { tellsOfOthers } from "./of_others.ts";
import { judgeXml } from "./xml.ts";

export { isNormallyClosed, isTellingKey, isToBeDone } from "./keys.ts";
export { isNotice, type TopicHint, topicHint } from "./topics.ts";
export { tellsOfOthers } from "./of_others.ts";
export type { SeverityLevel } from "./verdict.ts";

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
  const value = plainKeys(decoded.value);
  const found = new Findings(value);
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
  const document = plainKeys(decoded.value);
  const found = new Findings(document, true);
  const value = heldIn(document);
  // `vosekast/error/Stock_Tank`: what stands below is an error of it.
  const isBelow = isBelowErrors(topic);
  const isReport = hint === "trouble" || hint === "warning" || isBelow;
  const isFree = o.free || isBelow;
  const key = found.read(levelKey(topic));
  if (tellsOfOthers(key) || tellsOfOthers(value)) return ORDINARY;
  if (isNoReport(value, topic)) return ORDINARY;
  if (decoded.format.endsWith("xml") && typeof value === "string") judgeXml(value, found);
  else if (hint === "trouble" && isListOfTexts(value)) {
    if (NAMES_FAULTS.test(key) || value.some((text) => textRank(text) > 0) || areAlarms(value)) {
      judgeField(key, value, { onlyInforms: false, depth: 0, found });
    }
  } else if (value !== null && typeof value === "object") {
    judge(value, 0, found);
    const record = found.rank === 0 && hint === "trouble" ? recordIn(value, key) : undefined;
    if (record !== undefined) found.add(2, key, { text: brief(record) });
    if (isRaisedAlarm(topic, value)) found.add(2, key, { text: saidIn(value) });
    if (found.rank === 0 && isFree && isReport && !saysOver(value) && reports(value)) {
      found.add(hint === "warning" ? 1 : 2, key, { text: saidIn(value) });
    }
  } else if (isFree && !isReport || /(?:^|,)[\w.-]+=[\d.]+i?(?:,|\s|$)/.test(String(value))) {
    judgeBare(value, "none", found);
  } else if (!HISTORY_LEVELS.test(key)) {
    judgeField(key, value, { onlyInforms: false, depth: 0, found });
    if (isBelow && typeof value === "string" && textRank(value) > 0) {
      found.add(2, key, { text: value });
    }
  }
  return found.verdict();
}

/** What a document on a topic of trouble tells of it as a record, or as several. */
function recordIn(value: JsonValue, key: string): JsonValue | undefined {
  const isNamed = NAMES_FAULTS.test(key);
  const areRecords = (list: JsonValue) => isListOfRecords(list) && !isBenign(list, 0);
  // A record with a time and words on a list of faults is one; on a list of alarms its words must say so.
  if (areRecords(value) && (isNamed || textRank(brief(value)) > 0)) return value;
  if (isNamed && isNumberedFault(value)) return value;
  // `{"active":[{"code":"AL18","description":…}]}`: those that stand.
  return Object.entries(isObject(value) ? value : {}).find(([name, list]) =>
    /^(?:active|current|open|raised|standing)$/i.test(name) && areRecords(list)
  )?.[1];
}

/** `count/defect`: how often, not whether. */
const COUNTED_BELOW = /\/(?:counts?|counters?|statistics?|stats)\/[^/]+$/i;

/** Whether a message is of what was, of others, of what is shown, or of settings. */
export function isNoReport(said: JsonValue, topic: string): boolean {
  const value = plainKeys(said);
  if (
    isNeverNow(topic) || isEnded(value) || isTried(value) || isOfOthers(topic, value) ||
    isAppointment(topic)
  ) {
    return true;
  }
  if (typeof value === "string") return isShown(topic) || isStory(topic, value);
  if (
    isObject(value) && Object.values(value).some((said) => isText(said) && isStory(topic, said))
  ) {
    return true;
  }
  if (
    isObject(value) &&
    (isOfPeople(value) || isOverItself(value) || isOverheard(Object.keys(value)))
  ) return true;
  if (COUNTED_BELOW.test(topic) && /^[\d.]+$/.test(String(value))) return true;
  if (isOfSettings(topic)) return true;
  // `…/errors.history/entries`: a list of what was.
  if (Array.isArray(value) && isHistory(topic.split("/").at(-2) ?? "")) return true;
  const key = plainKey(levelKey(topic));
  return value !== null && typeof value === "object" &&
    (HISTORY.test(key) || isLastTrouble(key));
}

/** {@linkcode explainsAway} for topics that stand beside one another. */
export function isExplainedAway(topic: string, text: string): boolean {
  return explainsAway(plainKey(levelKey(topic)), text);
}

/** An alert of Alertmanager that is resolved, or of no severity as its watchdog is, which fires all the time. */
function isOverOrNone(alert: JsonValue): boolean {
  if (!isObject(alert)) return false;
  const { status, labels } = alert;
  const severity = isObject(labels) ? labels["severity"] : undefined;
  return isWord(status, "resolved") || isWord(severity, "none");
}

/** A report of alerts of which none stands. */
function isEnded(value: JsonValue): boolean {
  if (!isObject(value)) return false;
  const { alerts } = value;
  return Array.isArray(alerts) && alerts.length > 0 && alerts.every(isOverOrNone);
}

/** A switch of a warning, what is logged, and a charger without a car. */
function isOfOthers(topic: string, value: JsonValue): boolean {
  if (typeof value !== "string") return false;
  if (/\/log_?level$/i.test(topic)) return true;
  return /\/switch\/[^/]+$/i.test(topic) && /^(?:on|off)$/i.test(value.trim()) ||
    /(?:^|\/)(?:loadpoints?|wall_?box|easee|evse|laad(?:station|paal)|ladestation)\//i.test(
        topic,
      ) &&
      /^(?:vorgang abgebrochen\b.{0,40}|niet verbonden|disconnected|getrennt|nicht verbunden|déconnectée?|disconnesso|desconectado|verbroken|rozłączony)\.?$/iu
        .test(value.trim());
}

/** What is listed on a topic of that name is wrong; what is on one of alarms may be what can be. */
const NAMES_FAULTS = /err|fault|fail|fehler|störung|stoerung/i;

/** Whether a topic of this name tells the last trouble that was; the last alarm may be one that is. */
function isLastTrouble(key: string): boolean {
  const [first = "", second = "", ...more] = splitWords(
    key.replace(/^(last|prev)(?=error|fault)/, "$1_"),
  );
  return more.length === 0 && /^(?:last|prev|previous)$/.test(first) &&
    isTroubleNoun(second) && !/alarm|emergenc/.test(second);
}

/** Identifiers of limits that are passed: `CELL_OVER_VOLTAGE`, `REVERSE_FLOW`. Where both ends stand, they are what can be. */
function areAlarms(texts: readonly string[]): boolean {
  const opposite = (one: RegExp, other: RegExp) =>
    texts.some((text) => one.test(text)) && texts.some((text) => other.test(text));
  return texts.length <= 4 && texts.every((text) => PASSED.test(text)) &&
    !opposite(/over/i, /under/i) && !opposite(/high/i, /low/i);
}

const PASSED =
  /^(?:[a-z]{1,12}[_ -]){0,3}(?:(?:over|under|high|low|reverse|no)[_ -]?(?:voltage|current|temperature|temp|pressure|flow|load|speed|level|power|frequency|charge|discharge)|(?:voltage|current|temperature|temp|pressure|flow|level)[_ -](?:high|low)|[a-z]{2,12}[_ -](?:high|low|ov|uv|oc|fault|trip|lost)|leak|leakage|burst|backflow|short[_ -]circuit)$/i;

/** `{"code":301,"name":"Grid overvoltage"}` on a topic of faults: which one it is, and what it is called. */
function isNumberedFault(value: JsonValue): boolean {
  if (!isObject(value)) return false;
  const keys = Object.keys(value);
  const code = keys.find((key) => /^(?:code|fault_?code|error_?code|errno|number)$/i.test(key));
  const name = keys.find((key) => /^(?:name|text|description|desc|message|label)$/i.test(key));
  if (code === undefined || name === undefined || keys.length > 8 || saysOver(value)) return false;
  if (
    keys.some((key) => /^(?:cleared|resolved|ended|end)_?(?:at|time)?$/i.test(key) && value[key])
  ) {
    return false;
  }
  const called = value[name];
  return !isBenign(value[code], 0) && typeof called === "string" && called !== "" &&
    !isBenign(called, 0) && !/^(?:none|no\b|ok\b|normal)/i.test(called);
}

function isText(value: JsonValue): value is string {
  return typeof value === "string";
}

function isListOfTexts(value: JsonValue): value is string[] {
  return Array.isArray(value) && value.length > 0 &&
    value.every(isText);
}

function isListOfRecords(value: JsonValue): boolean {
  return Array.isArray(value) && value.length > 0 && value.length <= 20 &&
    value.every((item) => {
      if (!isObject(item)) return false;
      const keys = Object.keys(item);
      const isOver = keys.some((name) =>
        /^(?:is_?)?(?:resolved|cleared|ended|closed|over|finished)(?:_?at)?$/i.test(name) &&
        item[name] !== null && item[name] !== false && item[name] !== ""
      );
      return !isOver && !isNote(item) && keys.some((name) =>
        /^(?:message|text|description|reason)$/i.test(name)
      ) &&
        keys.some((name) => /^(?:time|timestamp|date|ts|since|code|severity)$/i.test(name));
    });
}

/** Whether a record says itself that it only informs: a firewall lists who watched films among its alarms. */
function isNote(record: Readonly<Record<string, JsonValue>>): boolean {
  return Object.entries(record).some(([name, value]) =>
    /^(?:(?:alert|alarm|event)_?)?(?:severity|level|priority)$/i.test(name) &&
    INFORMATIONAL_LEVELS.has(String(value).trim().toLowerCase())
  );
}

/** Whether a document on a topic of trouble says in words or by a flag that there is some. */
function reports(value: JsonValue): boolean {
  if (!isObject(value) || isNote(value)) return false;
  return Object.keys(value).some((key) => {
    const item = value[key];
    if (/^(?:active|state|status|value|on|raised|present)$/i.test(key)) {
      return flagOf(item) === true || /^(?:active|raised|set)$/i.test(String(item));
    }
    return typeof item === "string" &&
      (SAYING_PARTS.has(splitWords(key).at(-1) ?? "") || /^(?:type|kind)$/i.test(key)) &&
      !isIdentifier(item) && !NOTICES.test(item.trim().toLowerCase()) && !isBenign(item, 0);
  });
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
