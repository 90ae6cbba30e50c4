import { matchesFilter } from "../../../mqtt/topic.ts";
import type { Finding } from "../finding_shape.ts";
import { iso, repeating, someOf } from "../evidence.ts";
import { leafOf, nameOf, type Scalar } from "../fields.ts";
import { type DeviceView, heardAtLeast, type Reading, type TopicView } from "../view.ts";

const ANSWER_MS = 5_000;
/** What a switch is called in commands and in answers, often differently. */
const SWITCH_NAMES = new Set(["on", "output", "ison"]);

/** `command_without_reply`. */
export function unansweredCommands(view: DeviceView): Finding[] {
  const unanswered: Reading[] = [];
  let commands = 0;
  for (const topic of view.topics) {
    if (topic.role !== "command") continue;
    const answers = answersTo(topic, view);
    const asked = topic.live.filter((command) => expectsAnswer(command, { topic, view }));
    for (const command of asked) {
      if (command.sample.sizeBytes === 0 && !topic.family.emptyCommands) continue;
      if (!heardAtLeast(view, command.at, ANSWER_MS)) continue;
      commands++;
      const until = command.at + ANSWER_MS;
      const inGap = view.listeningGaps.some((span) =>
        span.fromMs < until && span.toMs > command.at
      );
      const replies = answers.filter(({ reading }) =>
        reading.at >= command.at && reading.at <= until
      );
      const id = idOf(command);
      const onTopic = id !== undefined &&
        topic.live.some((other) => other.at > command.at && idOf(other) === id);
      if (
        !inGap && !onTopic && !replies.some((reply) => answersCommand(reply, { command, topic })) &&
        !isHeeded(view, { topic, command, until })
      ) {
        unanswered.push(command);
      }
    }
  }
  const first = unanswered[0];
  if (first === undefined) return [];
  unanswered.sort((a, b) => a.at - b.at);
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
      messages: someOf(unanswered),
      ...repeating(unanswered),
    },
    suggestion:
      "Check that the device subscribes to this very topic (case and spelling count) and understands the payload; look for its error message.",
  }];
}

/**
 * Whether the device shows elsewhere that it does as it is told: it says so in a word, writes a line in its
 * log, or a topic beside the command's takes on the very value (`targetPosition` after `set`).
 */
function isHeeded(
  view: DeviceView,
  o: { topic: TopicView; command: Reading; until: number },
): boolean {
  const wanted = o.command.fields.get("");
  const tree = `${o.topic.segments.slice(0, -1).join("/")}/`;
  return view.topics.some((topic) => {
    if (!/^(state|reply|event|info|log)$/.test(topic.role)) return false;
    const isBeside = topic.topic.startsWith(tree);
    return topic.live.some((reading, i) => {
      if (reading.at < o.command.at || reading.at > o.until) return false;
      const told = reading.fields.get("");
      if (typeof told === "string" && AT_WORK.test(told)) return true;
      if (topic.role === "log") return !isOnBeat(topic, i);
      return isBeside && wanted !== undefined && told === wanted && !isOnBeat(topic, i);
    });
  });
}

const AT_WORK =
  /^(working|busy|pending|processing|executing|accepted|(un)?locking|opening|closing|moving)$/i;

/** Whether a message came when its topic's rhythm had it come. */
function isOnBeat({ live, rhythm }: TopicView, i: number): boolean {
  const before = live[i - 1];
  return rhythm !== null && rhythm.even && before !== undefined &&
    (live[i]?.at ?? 0) - before.at > 0.75 * rhythm.medianMs;
}

/**
 * Whether silence after a command says something: its device answers in a known place, or tells the
 * very value that was commanded. What is to be shown or said, and what nobody answers, is not asked for.
 */
function expectsAnswer(
  command: Reading,
  o: { topic: TopicView; view: DeviceView },
): boolean {
  const { topic, view } = o;
  if (isAnswer(command, topic) || topic.family.needsNoAnswer?.(topic.segments)) return false;
  if (isEcho(command, o)) return false;
  const known = topic.family.replyTopics?.(topic.segments, view.identity) ?? [];
  if (view.identity.replies.has(topic.topic)) return true;
  const text = command.fields.get("");
  if (typeof text === "string" && ASKS.test(text)) return false;
  const others = view.topics.filter((other) => other !== topic && other.role !== "discovery");
  if (others.some((other) => known.some((filter) => matchesFilter(filter, other.topic)))) {
    return true;
  }
  const last = (topic.segments.at(-1) ?? "").toLowerCase();
  const levels = /^(set|cmd|cmnd|command)$/.test(last)
    ? topic.segments.slice(0, -1)
    : topic.segments;
  const names = new Set(
    [...command.fields.keys()].map((path) => nameOf(path, levels)).filter((name) =>
      !ENVELOPE.test(name)
    ),
  );
  return others.some((other) =>
    /^(state|reply|event)$/.test(other.role) &&
    other.readings.slice(-1).some(({ fields }) =>
      [...fields.keys()].some((path) => names.has(nameOf(path, other.segments)))
    )
  );
}

/** Fields that all messages of a system have, whatever they are about. */
const ENVELOPE =
  /^(type|timestamp|time|ts|date|id|msgid|source|src|sender|target|targetid|version|seq|device|deviceid|sensorid|description)$/;

/** What is asked for may be told where and when it pleases the device. */
const ASKS = /^(get|query|refresh|read|status|poll|update|ping|info|sync)\b/i;

/** Request and answer share some topics: an answer bears the id of a request before it. */
function isAnswer(command: Reading, topic: TopicView): boolean {
  const id = idOf(command);
  return id !== undefined &&
    topic.readings.some((other) =>
      other.at < command.at && idOf(other) === id &&
      [...other.fields.keys()].some((path) => !command.fields.has(path))
    );
}

const ECHO_MS = 1_000;

/** Whether a command says again what the device told just before on the topic's counterpart: `data/…` and `cmd/…`. */
function isEcho(command: Reading, o: { topic: TopicView; view: DeviceView }): boolean {
  const { segments } = o.topic;
  if (!/^(set|cmd|cmnd|commands?)$/.test(segments[0] ?? "")) return false;
  const below = segments.slice(1).join("/");
  const told = o.view.topics
    .filter((other) => other !== o.topic && other.segments.slice(1).join("/") === below)
    .flatMap(({ live }) => live)
    .filter(({ at }) => at < command.at && at >= command.at - ECHO_MS);
  return told.some(({ fields }) => {
    const values = new Map([...fields].map(([path, value]) => [leafOf(path), value]));
    const shared = [...command.fields].filter(([path]) =>
      values.has(leafOf(path)) && !/time|^type$/.test(leafOf(path))
    );
    return shared.length > 0 && shared.every(([path, value]) => values.get(leafOf(path)) === value);
  });
}

function idOf(reading: Reading): Scalar | undefined {
  for (const [path, value] of reading.fields) {
    if (/^(id|requestid|correlationid|msgid|sequenceid|transactionid)$/.test(leafOf(path))) {
      return value;
    }
  }
  return undefined;
}

/** A message that may be an answer. */
interface Answer {
  readonly reading: Reading;
  /** It came out of its topic's rhythm, or the topic has none: something caused it. */
  readonly caused: boolean;
  /** It came where the answer to this command belongs. */
  readonly paired: boolean;
}

/** Live messages where an answer belongs; any of the device when no such topic is known. */
function answersTo(command: TopicView, view: DeviceView): Answer[] {
  const known = [
    ...(view.identity.replies.get(command.topic) ?? []),
    ...(command.family.replyTopics?.(command.segments, view.identity) ?? []),
  ];
  const others = view.topics.filter((topic) => /^(state|reply|event|info|log)$/.test(topic.role));
  const isKnown = (topic: TopicView) => known.some((filter) => matchesFilter(filter, topic.topic));
  const paired = others.filter(isKnown);
  return (paired.length > 0 ? paired : others).flatMap((topic) =>
    topic.live.map((reading, i) => ({
      reading,
      caused: !isOnBeat(topic, i),
      paired: paired.length > 0,
    }))
  );
}

/**
 * An answer that carries what was commanded must carry the commanded value; one that does not must
 * at least have been caused by something.
 */
function answersCommand(answer: Answer, o: { command: Reading; topic: TopicView }): boolean {
  const { command, topic } = o;
  const said = answer.reading.fields.get("");
  if (answer.paired && typeof said === "string" && ACKNOWLEDGES.test(said.trim())) return true;
  let compared = false;
  let met = false;
  for (const [path, wanted] of command.fields) {
    if (!isSwitch(wanted) && typeof wanted !== "number") continue;
    if (/toggle|on_?off|get|query/i.test(String(wanted))) continue;
    if (
      /^(id|src|seq|version|timestamp|transition|duration|timeout|clienttoken)$/.test(leafOf(path))
    ) continue;
    const names = path === "" ? topic.segments.slice(-2).map(leafOf) : [leafOf(path)];
    if (names.some((name) => SWITCH_NAMES.has(name))) names.push(...SWITCH_NAMES);
    for (const [replied, actual] of answer.reading.fields) {
      const sameField = replied === ""
        ? path === "" && answer.paired
        : names.includes(leafOf(replied));
      if (!sameField || (typeof actual === "object")) continue;
      // A position on the way answers `CLOSE`.
      if (isSwitch(wanted) && typeof actual === "number" && actual > 1) continue;
      // What a number stands for may be told in a word of the device's own.
      if (typeof wanted === "number" && typeof actual === "string" && isWord(actual)) continue;
      compared = true;
      met ||= same(wanted, actual) || isTold(wanted, actual);
    }
  }
  return compared ? met : answer.caused;
}

function isSwitch(value: Scalar): boolean {
  return typeof value === "boolean" ||
    typeof value === "string" && /^(on|off|true|false|open|close|closed|lock|unlock)$/i.test(value);
}

/** A whole answer by which a command is taken, whatever it was. */
const ACKNOWLEDGES =
  /^(?:ok|okay|ack|acknowledged?|done|success(?:ful)?|accepted|executed|completed?|received|queued)[.!]?$/i;

/** `unlocked`, where 1 was commanded; on and off are compared. */
function isWord(text: string): boolean {
  return /^\p{L}{4,20}$/u.test(text) && !isSwitch(text);
}

/** `{"Upgrade":"Version 14.2 from …"}` answers `1` in words. */
function isTold(wanted: Scalar, actual: Scalar): boolean {
  if (typeof wanted !== "number" || typeof actual !== "string") return false;
  const word = actual.search(/\p{L}/u);
  return word >= 0 && /\s/.test(actual.slice(word)) && !/err|fail|unknown|invalid/i.test(actual);
}

function same(wanted: Scalar, actual: Scalar): boolean {
  if (typeof wanted === "number" && typeof actual === "number") {
    return Math.abs(wanted - actual) <= Math.max(1, Math.abs(wanted) * 0.02);
  }
  return String(wanted).toLowerCase().slice(0, 4) === String(actual).toLowerCase().slice(0, 4);
}
