import { textRank } from "../../../payload/severity/text.ts";
import type { Finding } from "../finding_shape.ts";
import { findingFrom, iso, someOf } from "../evidence.ts";
import { labelOf, leafOf, type Scalar } from "../fields.ts";
import { remembering } from "../../../payload/remembered.ts";
import { wordsOf } from "../names.ts";
import { numbered } from "./gone_parts.ts";
import { isNoFailure } from "./outcomes.ts";
import { isRefused } from "./refusals.ts";
import type { DeviceView, Reading, TopicView } from "../view.ts";

/** By which words a name says that it tells of what was tried last, and how that went. */
const LAST = /^(?:last|latest|previous|prev|letzter?|letztes|dernière?|ultim[oa])$/;
const WENT =
  /^(?:results?|status|state|outcome|exit|run|backup|sync|update|upgrade|install|installation|deployment|deploy|job|task|attempt|upload|download|execution|transfer|ergebnis|resultat|résultat|resultado|esito)$/;
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
    if (last === undefined || last.reading.sample.retain || !hasFailed(last.value)) continue;
    if (isNoFailure(last.reading, last.topic) || told.every(({ value }) => hasFailed(value))) {
      continue;
    }
    const since = told.findLast(({ value }) => !hasFailed(value));
    const label = key.slice(key.indexOf(" ") + 1) || last.topic.topic;
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

/** Where a report of one of many tries says how it went. */
const OUTCOME = /^(?:status|result|outcome|state|delivery|deliverystatus|reply|ack|response)$/;
const WENT_WELL =
  /^(?:ok|okay|success|successful|succeeded|done|delivered|sent|accepted|acked|acknowledged|completed?|confirmed|passed)$/i;
/** By words as these: `NO_ACK`, `UNDELIVERABLE`, `TIMED_OUT`. */
const CAME_TO_NOTHING =
  /(?:^|[_ -])(?:no[_ -]?(?:ack|route|answer|response|reply)|nack|undeliver(?:able|ed)|not[_ -]delivered|timed?[_ -]?out|expired|failed|failure|rejected|unreachable|error)$/i;
/** What is tried by people, or of which each piece is judged. */
const OF_PIECES =
  /part|piece|sort|inspect|vision|quality|scan|weigh|card|badge|rfid|nfc|face|finger|plate|login|user|payment|test|quiz|game|parcel/i;
const LEAST_FAILED = 3;

/** `reported_error` of reports of tries, of which the first went well and all of the last ones came to nothing. */
export function failingOutcomes(view: DeviceView): Finding[] {
  for (const topic of view.topics) {
    if (!/^(?:state|event|info|reply|log)$/.test(topic.role) || OF_PIECES.test(topic.topic)) {
      continue;
    }
    for (const [path, value] of topic.live.at(-1)?.fields ?? []) {
      if (!OUTCOME.test(leafOf(path)) || !CAME_TO_NOTHING.test(String(value))) continue;
      const told = topic.live.flatMap((reading) => {
        const said = reading.fields.get(path);
        return typeof said === "string" ? [{ reading, said: said.trim() }] : [];
      });
      const from = told.findLastIndex(({ said }) => !CAME_TO_NOTHING.test(said)) + 1;
      const failed = told.slice(from);
      if (from === 0 || failed.length < LEAST_FAILED) continue;
      if (!told.slice(0, from).some(({ said }) => WENT_WELL.test(said))) continue;
      if (failed.some(({ reading }) => isNoFailure(reading, topic))) continue;
      return [findingFrom({
        code: "reported_error",
        title: `All of the last ${failed.length} tries failed: "${labelOf({ path, topic })}" is ${
          String(value).slice(0, 60)
        }`,
        summary: `On "${topic.topic}" since ${iso(failed[0]?.reading.at ?? 0)}; it was ${
          told[from - 1]?.said.slice(0, 40)
        } before`,
        messages: someOf(failed.map(({ reading }) => reading)),
        suggestion: "Look at what was to take them: whether it runs, listens and can be reached.",
      })];
    }
  }
  return [];
}

function hasFailed(value: Scalar): boolean {
  const text = String(value);
  return textRank(text) > 0 && /\p{L}{3}/u.test(text) && isRefused(text);
}

function tellsOfLast(path: string, { segments }: TopicView): boolean {
  return namesLast(
    path === "" ? segments.slice(-2).join(".") : path.split(".").slice(-2).join("."),
  );
}

const namesLast: (names: string) => boolean = remembering((names) => {
  const words = names.split(".").flatMap((name) => wordsOf(name));
  return words.some((word) => LAST.test(word)) && words.some((word) => WENT.test(word)) &&
    !words.some((word) => OF_OTHERS.test(word));
});
