/** A watch in words. What comes from strangers stands in them cut, on one line, visible and without secrets. */
import { isoTime } from "../iso_time.ts";
import type { FieldCondition } from "../collect/message_matcher.ts";
import { presentPayload } from "../payload/present.ts";
import { HIDDEN, isSecretTopic } from "../payload/secrets.ts";
import { visibleJson, visibleText } from "../payload/visible_text.ts";
import { redactHead, withoutOwnLogin } from "../redact.ts";
import {
  type EndReason,
  isDeviceWatch,
  type MetFacts,
  type Watch,
  type WatchTarget,
} from "./watch.ts";

const NAME_CHARS = 100;
const TOPIC_CHARS = 200;
const PAYLOAD_CHARS = 300;
const EVIDENCE_CHARS = 300;
const CONDITION_CHARS = 200;

const ANY_MESSAGE = "a message";

/** A name for a watch that was given none. */
export function nameOf(target: WatchTarget): string {
  const words = conditionInWords(target);
  if (isDeviceWatch(target)) return line(`${target.device} ${words}`, NAME_CHARS);
  return line(`${target.topic}: ${words}`, NAME_CHARS);
}

/** What is waited for on a topic, or of a device, in a few words. */
export function conditionInWords(target: WatchTarget): string {
  if (isDeviceWatch(target)) return `becomes ${target.state}`;
  const parts = target.where.map(fieldInWords);
  if (target.contains !== undefined) parts.push(`contains ${JSON.stringify(target.contains)}`);
  if (target.changes !== undefined) parts.push(`${target.changes || "the payload"} changes`);
  if (target.quietFor !== undefined) parts.push(`quiet for ${target.quietFor} s`);
  return parts.length === 0 ? ANY_MESSAGE : parts.join(", ");
}

function fieldInWords({ path, op, value }: FieldCondition): string {
  const shown = value === undefined ? "" : ` ${JSON.stringify(value)}`;
  return `${path || "the payload"} ${op}${shown}`;
}

const END_REASONS: Readonly<Record<EndReason, string>> = {
  stopped: "it was stopped",
  closed: "its session was closed",
  expired: "its session expired",
  shutdown: "the server was stopped",
  connection_lost: "its session gave the connection up",
};

/** Why a watch is over, in words. */
export function endInWords(why: EndReason): string {
  return END_REASONS[why];
}

/** What a client of the session is told with its next result. Quotes no payload. */
export function noticeOf(watch: Watch): string {
  const name = JSON.stringify(watch.name);
  if (watch.ended !== null) return `Watch ${name} ended: ${endInWords(watch.ended.why)}`;
  const at = watch.last === null ? "" : ` at ${isoTime(watch.last.at)}`;
  const times = watch.met === 1 ? "" : ` (${watch.met} times so far)`;
  return `Watch ${name} was met${at}${times}: watch_topics with action list shows by what`;
}

/** The heading and the text of a post about a watch that was met, or is over. */
export function postInWords(watch: Watch): { title: string; text: string } {
  if (watch.ended !== null) {
    return {
      title: `Watch ended: ${watch.name}`,
      text: `The watch on ${watch.broker} is over: ${endInWords(watch.ended.why)}. It was met ${
        watch.met === 1 ? "once" : `${watch.met} times`
      }.`,
    };
  }
  const lines = watch.last === null ? [] : metLines(watch.last, watch.target);
  return { title: watch.name, text: [...lines, `At ${watch.broker}.`].join("\n") };
}

function metLines(
  { message, reason, before, evidence, at }: MetFacts,
  target: WatchTarget,
): string[] {
  const when = isoTime(at);
  if (reason === "state") {
    const was = typeof before === "string" ? ` (${before} before)` : "";
    const is = isDeviceWatch(target)
      ? `: ${line(target.device, NAME_CHARS)} is ${
        // both meet a watch for offline, and the evidence tells which it was
        target.state === "offline" ? "offline or flapping" : target.state} now`
      : "";
    return [
      `${when}${is}${was}`,
      ...(evidence === undefined ? [] : [fenced(evidence, EVIDENCE_CHARS)]),
    ];
  }
  if (message === null) return [`${when}: nothing came at all`];
  const { payload } = presentPayload(message.payload, {
    topic: message.topic,
    contentType: message.properties?.contentType,
    maxChars: PAYLOAD_CHARS,
  });
  // what is posted leaves the house, whatever the operator wants to see in it
  const shown = isSecretTopic(message.topic)
    ? HIDDEN
    : typeof payload === "string"
    ? payload
    : visibleJson(payload);
  const asked = conditionInWords(target);
  const on = `on ${fenced(message.topic, TOPIC_CHARS)}`;
  return [
    reason === "quiet" ? `${when}: quiet; the last message ${on}` : `${when} ${on}`,
    // the field that met it may stand in what is cut
    ...(asked === ANY_MESSAGE ? [] : [`met: ${fenced(asked, CONDITION_CHARS)}`]),
    fenced(shown, PAYLOAD_CHARS),
    ...(before === undefined || isSecretTopic(message.topic)
      ? []
      : [`before: ${fenced(visibleJson(before), PAYLOAD_CHARS)}`]),
  ];
}

/** A stranger's text between backticks, which it cannot end. */
function fenced(text: string, maxChars: number): string {
  return `\`${line(text, maxChars).replaceAll("`", "'")}\``;
}

function line(text: string, maxChars: number): string {
  return visibleText(redactHead(withoutOwnLogin(text), maxChars));
}
