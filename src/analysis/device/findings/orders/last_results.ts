import { textRank } from "../../../../payload/severity/text.ts";
import type { Finding } from "../../finding_shape.ts";
import { findingFrom, iso, someOf } from "../../evidence.ts";
import type { Scalar } from "../../reading/fields.ts";
import { remembering } from "../../../../payload/remembered.ts";
import { wordsOf } from "../../naming/names.ts";
import { numbered } from "../reach/gone_parts.ts";
import { isNoFailure } from "./outcomes.ts";
import { isRefused } from "./refusals.ts";
import type { DeviceView, Reading, TopicView } from "../../reading/view.ts";

/** By which words a name says that it tells of what was tried last, and how that went. */
const LAST = /^(?:last|latest|previous|prev|letzter?|letztes|dernière?|ultim[oa])$/;
const WENT =
  /^(?:results?|status|state|outcome|exit|run|backup|sync|update|upgrade|install|installation|deployment|deploy|job|task|attempt|upload|download|execution|transfer|ergebnis|resultat|résultat|resultado|esito)$/;
/** Words of a name that say how something ended, each try of it. */
const ENDED = /^(?:completion|result|results|outcome|ergebnis|resultat|résultat|resultado|esito)$/;
const SUCCEEDED = /^(?:success|successful(?:ly)?|succeeded|ok|okay|completed?|done)$/i;
/** What is neither: it goes on, was left, or had nothing to do. */
const NEITHER =
  /success|succe[es]d|complet|done|cancel|skip|abort|stop|(?<!\p{L})(?:no|not|none|nothing|new|ok|same)(?!\p{L})|n\/a|unchanged|up.?to.?date|current|latest|pend|runn|busy|progress|queu|start|begin|wait|idle|ready|unknown|partial|avail|load|install|updat|accept|receiv|sen[dt]|ack|recent|early|schedul|pass|(?<!\p{L})(?:on|off)(?!\p{L})|open|clos/iu;
/** What a machine, a person or a piece of work came to, and why one began anew. */
const OF_OTHERS =
  /^(?:reset|reboot|restart|boot|wake|wakeup|stop|trip|shutdown|disconnect|reject|rejected|scrap|ng|card|badge|tag|scan|user|login|guest|visitor|event|alarm|motion|call|test|quiz|game|lap)$/;

const MOST_STORIES = 100;

interface Told {
  readonly topic: TopicView;
  readonly reading: Reading;
  readonly value: Scalar;
}

/** `reported_error` of what is told of the last try of something, where that turned to a failure while it was listened to. */
export function lastResults(view: DeviceView): Finding[] {
  const stories = new Map<string, Told[]>();
  for (const topic of view.topics) {
    if (!/^(?:state|event|info)$/.test(topic.role)) continue;
    for (const reading of topic.readings) {
      for (const [path, value] of reading.fields) {
        if (typeof value !== "string" || !tellsOfLast(path, topic)) continue;
        // What each message has a number for is one topic: `reported/?$rid=7`.
        const key = `${numbered(topic.topic)} ${path}`;
        const told = stories.get(key) ?? [];
        told.push({ topic, reading, value });
        if (stories.size < MOST_STORIES) stories.set(key, told);
      }
    }
  }
  for (const [key, told] of stories) {
    told.sort((a, b) => a.reading.at - b.reading.at);
    const last = told.at(-1);
    const path = key.slice(key.indexOf(" ") + 1);
    const hasFailed = saysFailure(told.map(({ value }) => value), endsIn(path, told[0]?.topic));
    if (last === undefined || last.reading.sample.retain || !hasFailed(last.value)) continue;
    if (isNoFailure(last.reading, last.topic) || told.every(({ value }) => hasFailed(value))) {
      continue;
    }
    const since = told.findLast(({ value }) => !hasFailed(value));
    const label = path || last.topic.topic;
    return [findingFrom({
      code: "reported_error",
      title: `What was tried last failed: "${label}" is ${String(last.value).slice(0, 100)}`,
      summary: `On "${last.topic.topic}" at ${iso(last.reading.at)}; it was ${
        JSON.stringify(String(since?.value ?? "").slice(0, 60))
      } at ${iso(since?.reading.at ?? 0)}`,
      messages: someOf(told.filter(({ value }) => hasFailed(value)).map(({ reading }) => reading)),
      suggestion:
        "Read the whole message and the log of what was tried, and try it again once its reason is mended.",
    })];
  }
  return [];
}

/**
 * Which of the values say that it failed. Where each tells how a try ended and one was a success, another word of one
 * word says so, too, whatever it is: `lowMotorVoltage`.
 */
function saysFailure(values: readonly Scalar[], areEnds: boolean): (value: Scalar) => boolean {
  const haveSucceeded = areEnds && values.some((value) => SUCCEEDED.test(String(value).trim()));
  return (value) => {
    const text = String(value).trim();
    return textRank(text) > 0 && /\p{L}{3}/u.test(text) && isRefused(text) ||
      haveSucceeded && /^\p{L}[\p{L}\d]*(?:[_-]\p{L}[\p{L}\d]*){0,5}$/u.test(text) &&
        text.length > 3 && !NEITHER.test(wordsOf(text).join(" "));
  };
}

function tellsOfLast(path: string, topic: TopicView): boolean {
  return namesLast(namesOf(path, topic)) || endsIn(path, topic);
}

function endsIn(path: string, topic: TopicView | undefined): boolean {
  return topic !== undefined && namesEnd(namesOf(path, topic));
}

function namesOf(path: string, { segments }: TopicView): string {
  return path === "" ? segments.slice(-2).join(".") : path.split(".").slice(-2).join(".");
}

const namesLast: (names: string) => boolean = remembering((names) => {
  const words = names.split(".").flatMap((name) => wordsOf(name));
  return words.some((word) => LAST.test(word)) && words.some((word) => WENT.test(word)) &&
    !words.some((word) => OF_OTHERS.test(word));
});

const namesEnd: (names: string) => boolean = remembering((names) => {
  const words = wordsOf(names.split(".").at(-1) ?? "");
  return words.some((word) => ENDED.test(word)) &&
    !names.split(".").flatMap((name) => wordsOf(name)).some((word) => OF_OTHERS.test(word));
});
