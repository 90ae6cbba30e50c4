import { matchesFilter } from "../../../mqtt/topic.ts";
import type { Finding } from "../diagnosis.ts";
import { iso, repeatsOf, someOf } from "../evidence.ts";
import type { Scalar } from "../fields.ts";
import { type DeviceView, heardMs, type Reading, type TopicView } from "../view.ts";

const ANSWER_MS = 5_000;

/** `command_without_reply`. */
export function unansweredCommands(view: DeviceView): Finding[] {
  const unanswered: Reading[] = [];
  let commands = 0;
  for (const topic of view.topics) {
    if (topic.role !== "command") continue;
    const answers = answersTo(topic, view);
    for (const command of topic.live) {
      if (command.sample.sizeBytes === 0 && topic.family.name !== "tasmota") continue;
      if (
        heardMs(view, command.at, view.nowMs) < ANSWER_MS || view.nowMs - command.at < ANSWER_MS
      ) continue;
      commands++;
      const until = command.at + ANSWER_MS;
      const deaf = view.deaf.some((span) => span.fromMs < until && span.toMs > command.at);
      const replies = answers.filter((reading) => reading.at >= command.at && reading.at <= until);
      if (!deaf && !replies.some((reply) => obeys(reply, command))) unanswered.push(command);
    }
  }
  const first = unanswered[0];
  if (first === undefined) return [];
  unanswered.sort((a, b) => a.at - b.at);
  const repeats = repeatsOf(unanswered.map((reading) => reading.at));
  return [{
    severity: "warning",
    code: "command_without_reply",
    title: `${
      unanswered.length === 1
        ? "A command was"
        : `${unanswered.length} of ${commands} commands were`
    } not answered`,
    evidence: {
      summary: `Within ${ANSWER_MS / 1000} s of "${first.sample.topic}" at ${
        iso(first.at)
      } the device did not answer or take on the value`,
      messages: someOf(unanswered.map((reading) => reading.sample)),
      ...(repeats === undefined ? {} : { repeats }),
    },
    suggestion:
      "Check that the device subscribes to this very topic (case and spelling count) and understands the payload; look for its error message.",
  }];
}

/** Live messages where an answer belongs; any of the device when no such topic is known. */
function answersTo(command: TopicView, view: DeviceView): Reading[] {
  const known = [
    ...(view.identity.replies.get(command.topic) ?? []),
    ...(command.family.replyTopics?.(command.segments, view.identity) ?? []),
  ];
  const others = view.topics.filter((topic) =>
    topic.role !== "command" && topic.role !== "discovery" && topic.role !== "bridge"
  );
  const paired = others.filter((topic) =>
    known.some((filter) => matchesFilter(filter, topic.topic))
  );
  return (paired.length > 0 ? paired : others).flatMap((topic) => topic.live);
}

/** A reply that has the commanded field must have the commanded value; any other reply will do. */
function obeys(reply: Reading, command: Reading): boolean {
  let compared = false;
  let met = false;
  for (const [path, wanted] of command.fields) {
    const actual = reply.fields.get(path);
    if (actual === undefined || typeof wanted === "object") continue;
    if (path === "" && reply.fields.size > 1) continue;
    if (!isSwitch(wanted) && typeof wanted !== "number") continue;
    if (/toggle|on_?off|get|query/i.test(String(wanted))) continue;
    compared = true;
    met ||= same(wanted, actual);
  }
  return !compared || met;
}

function isSwitch(value: Scalar): boolean {
  return typeof value === "boolean" ||
    typeof value === "string" && /^(on|off|true|false|open|close|closed|lock|unlock)$/i.test(value);
}

function same(wanted: Scalar, actual: Scalar): boolean {
  if (typeof wanted === "number" && typeof actual === "number") {
    return Math.abs(wanted - actual) <= Math.max(1, Math.abs(wanted) * 0.02);
  }
  return String(wanted).toLowerCase().slice(0, 4) === String(actual).toLowerCase().slice(0, 4);
}
