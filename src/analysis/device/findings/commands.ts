import { matchesFilter } from "../../../mqtt/topic.ts";
import type { Finding } from "../finding_shape.ts";
import { iso, repeating, someOf } from "../evidence.ts";
import { generic } from "../families/generic.ts";
import { isTime, leafOf, nameOf, type Scalar } from "../fields.ts";
import { type DeviceView, heardAtLeast, type Reading, type TopicView } from "../view.ts";
import { splitWords } from "../../../payload/severity/split_words.ts";
import { isAimedAt, isLeftOut, isOtherScale, untakenCommands } from "./untaken.ts";

const ANSWER_MS = 5_000;
/** A value that is slow to be taken is told by then. */
const LATE_MS = 15_000;
/** What a switch is called in commands and in answers, often differently. */
const SWITCH_NAMES = new Set(["on", "output", "ison"]);

/** `command_without_reply`. */
export function unansweredCommands(view: DeviceView): Finding[] {
  let unanswered: Reading[] = [];
  let commands = 0;
  for (const topic of view.topics) {
    const named = afterwards(topic, view);
    const isAsked = topic.role === "command";
    if (!isAsked && named.length === 0) continue;
    const answers = named.length > 0
      ? from(named, { paired: true, named: true })
      : answersTo(topic, view);
    const all = topic.live.filter((command) =>
      (command.sample.sizeBytes > 0 || topic.family.emptyCommands === true) &&
      (named.length > 0 ? !isAnswer(command, view) : expectsAnswer(command, { topic, view }))
    );
    const quiet = all.filter((command) => !isAnswered(command, { topic, view, answers }));
    const isOnBeat = topic.rhythm?.even === true && !isAsking(topic) &&
      !ACTS.test(topic.segments.at(-1) ?? "");
    if (!isAsked && !isGivenUp(all, { quiet, answers: answers.length, isOnBeat })) continue;
    const asked = all.filter((command) => heardAtLeast(view, command.at, ANSWER_MS));
    const silent = quiet.filter((command) => asked.includes(command));
    commands += asked.length;
    unanswered.push(...silent);
  }
  for (const { asked, silent } of [unansweredByTopic(view), askedAgain(view), questions(view)]) {
    const more = silent.filter((one) => !unanswered.includes(one));
    if (more.length > 0) commands += asked;
    unanswered.push(...more);
  }
  const untaken = untakenCommands(view);
  unanswered = unanswered.filter((one) => !untaken.commands.has(one));
  const first = unanswered[0];
  if (first === undefined) return untaken.findings;
  unanswered.sort((a, b) => a.at - b.at);
  return [...untaken.findings, {
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

/** Levels before the id of what is asked, and of what answers it: `rpc/request/7`, `rpc/response/7`. */
const ASKED_BY_ID = /^(?:req|requests?)$/i;
const ANSWERED_BY_ID = /^(?:res|resp|responses?|reply|replies)$/i;

/** Messages whose id stands in their topic, of which others were answered by theirs. */
function unansweredByTopic(view: DeviceView): { asked: number; silent: Reading[] } {
  const byId = (topics: readonly TopicView[], level: RegExp) =>
    topics.flatMap(({ segments, live }) => {
      const at = segments.findIndex((one) => level.test(one));
      const id = segments[at + 1];
      return at < 0 || id === undefined
        ? []
        : live.map((reading) => ({ key: [...segments.slice(0, at), id].join("/"), reading }));
    });
  const answers = new Set(byId(view.topics, ANSWERED_BY_ID).map(({ key }) => key));
  const asked = byId(view.topics, ASKED_BY_ID);
  const silent = asked.filter(({ key, reading }) =>
    !answers.has(key) && heardAtLeast(view, reading.at, ANSWER_MS)
  );
  return silent.length === asked.length
    ? { asked: 0, silent: [] }
    : { asked: asked.length, silent: silent.map(({ reading }) => reading) };
}

/** So many times the same was asked, each time with an id of its own. */
const LEAST_ANEW = 3;
/** So many are compared with each other. */
const MOST_ASKED = 50;

/** Messages that were sent again, with the same id or one of their own, as nothing bore it. */
function askedAgain(view: DeviceView): { asked: number; silent: Reading[] } {
  const asking = view.topics.filter((topic) => topic.family === generic && isAsking(topic));
  const silent = asking.flatMap((topic) => {
    const answers = answersTo(topic, view);
    const asked = topic.live.slice(-MOST_ASKED);
    const anew = (one: Reading) => asked.filter((other) => isSameButForIds(other, one));
    const again = asked.filter((one) =>
      idOf(one) !== null &&
      (asked.some((other) => other !== one && idOf(other) === idOf(one) && isSame(other, one))
        ? !isAnsweredById(one, { topic, view })
        : anew(one).length >= LEAST_ANEW && !isFollowed(anew(one), view) &&
          !isAnswered(one, { topic, view, answers }))
    );
    return again[0] !== undefined && heardAtLeast(view, again[0].at, ANSWER_MS) ? again : [];
  });
  return { asked: silent.length, silent };
}

/** What asks for a value and bears none, and was followed by nothing: `speed/get`, or `get_state` with `{}`. */
function questions(view: DeviceView): { asked: number; silent: Reading[] } {
  const asked = view.topics.filter(({ segments }) =>
    /^(?:get|query|poll|request|refresh)$/i.test(
      splitWords((segments.at(-1) ?? "").slice(0, 60))[0] ?? "",
    )
  )
    .flatMap((topic) =>
      topic.live.filter(({ sample, fields }) =>
        sample.sizeBytes === 0 || sample.sizeBytes === 2 && fields.size === 0
      ).map((reading) => ({
        topic,
        reading,
      }))
    );
  const silent = asked.filter(({ topic, reading }) =>
    heardAtLeast(view, reading.at, ANSWER_MS) &&
    !view.topics.some((other) =>
      other !== topic && other.role !== "command" && other.live.some(({ at }) => at >= reading.at)
    )
  );
  return { asked: asked.length, silent: silent.map(({ reading }) => reading) };
}

/** What is put after a topic for what becomes of its messages: `cmdexe`, `feed_log`, `downlink/ack`. */
const AFTERWARDS =
  /^[/_.-]?(?:ack(?:nowledged?)?|results?|resp(?:onse)?|rsp|reply|answer|done|exec?|executed|finished|completed?|confirm(?:ed|ation)?|feedback|quittung|antwort)$|^[_.-]log$/i;
/** Levels on which something is asked for, whatever stands in it. */
const ASKING =
  /^(?:requests?|req|calls?|tasks?|commandes?|befehle?|auftr(?:ag|aege|äge)|ordres?|orders?|ordenes|comandos?|kommandos?|instantactions|operations|actions|mt|downlinks?|tx|gcode)$/i;

/** Whether a topic is there for what others want of the device. */
export function isAsking({ role, segments }: TopicView): boolean {
  return role === "command" || segments.slice(-2).some((level) => ASKING.test(level));
}

/** Levels that are called after what is to be done. */
const ACTS =
  /^(?:feed|dose|dispense|open|close|lock|unlock|print|start|move|go|send|write|call|order|request|req|tx|downlink|action|play|water|fill|drain|load|brew|display|run)s?$/i;
/** So many in a row that come to nothing make a topic that is no command by its name one. */
const LEAST_GIVEN_UP = 2;

/**
 * Topics named after another one on which what was sent there was answered before. Topics that are no commands by
 * their names must share a field with them.
 */
function afterwards(topic: TopicView, view: DeviceView): TopicView[] {
  if (!/^(?:command|state|event)$/.test(topic.role) || topic.live.length === 0) return [];
  const isAsked = topic.role === "command";
  return view.topics.filter((other) => {
    if (other === topic) return false;
    const isNamed = other.topic.startsWith(topic.topic) &&
      AFTERWARDS.test(other.topic.slice(topic.topic.length));
    if (!isNamed) {
      return !isAsked && isAsking(topic) &&
        other.live.some((reading) => isAnswerTo(reading, topic));
    }
    const isAnswering = topic.live.some(({ at }) =>
      other.live.some((answer) => answer.at >= at && answer.at <= at + ANSWER_MS)
    );
    return isAnswering && (isAsked || sharesField(topic, other));
  });
}

function sharesField(topic: TopicView, other: TopicView): boolean {
  const told = new Set([...other.live.at(-1)?.fields.keys() ?? []].map(leafOf));
  return [...topic.live.at(-1)?.fields.keys() ?? []].some((path) =>
    told.has(leafOf(path)) && !ENVELOPE.test(leafOf(path)) ||
    idNamed(path) && told.has(leafOf(path))
  );
}

/**
 * Whether the last ones came to nothing, one after another, when each before had an answer of its own. What comes on a
 * beat may be followed by something else once.
 */
function isGivenUp(
  asked: readonly Reading[],
  o: { quiet: readonly Reading[]; answers: number; isOnBeat: boolean },
): boolean {
  const answered = asked.length - o.quiet.length;
  return o.quiet.length >= LEAST_GIVEN_UP && answered >= (o.isOnBeat ? 2 : 1) &&
    o.answers >= answered &&
    asked.slice(-o.quiet.length).every((command) => o.quiet.includes(command));
}

function isAnswered(
  command: Reading,
  o: { topic: TopicView; view: DeviceView; answers: readonly Answer[] },
): boolean {
  const { topic, view, answers } = o;
  const until = command.at + ANSWER_MS;
  if (view.listeningGaps.some((span) => span.fromMs < until && span.toMs > command.at)) return true;
  if (isAnsweredById(command, { topic, view })) return true;
  if (stoodSo(command, { topic, answers })) return true;
  const next = topic.live.find(({ at, fields }) =>
    at > command.at && [...command.fields].some(([path, value]) => fields.get(path) !== value)
  );
  const late = Math.max(until, Math.min(next?.at ?? Infinity, command.at + LATE_MS));
  const replies = answers.filter(({ reading }) => reading.at >= command.at && reading.at <= late);
  // A switch is quick, and comes back to what was commanded sooner or later.
  const mayBeLate = ![...command.fields.values()].some(isSwitch);
  return replies.some((one) => {
    // An answer comes as steadily as what it answers.
    const reply = one.topic.role === "reply" && one.topic.family === generic
      ? { ...one, caused: true }
      : one;
    const said = answersCommand(reply, { command, topic });
    // What comes late must be about this very command.
    return said !== null && (reply.reading.at <= until || said === "met" && mayBeLate);
  }) || isHeeded(view, { topic, command, until });
}

/** Whether what is commanded was so already, by the last word on it, and nothing was told of it since. */
function stoodSo(command: Reading, o: { topic: TopicView; answers: readonly Answer[] }): boolean {
  const about = o.answers.filter((answer) =>
    answer.topic.role === "state" && !answer.named &&
    [...command.fields.keys()].some((path) =>
      comparedIn(answer, { path, topic: o.topic }).length > 0
    )
  );
  const before = about.findLast(({ reading }) => reading.at < command.at);
  return before !== undefined && about.every(({ reading }) => reading.at < command.at) &&
    answersCommand({ ...before, caused: false }, { command, topic: o.topic }) === "met" &&
    // A light that is off has its brightness already, and is still to be switched on.
    ![...command.fields].some(([path, wanted]) => {
      const told = isSwitch(wanted) ? before.reading.fields.get(path) : undefined;
      return told !== undefined && isSwitch(told) && !same(wanted, told);
    });
}

/** Whether a later message, wherever it comes, bears the id of a command, which none there bore before. */
function isAnsweredById(command: Reading, o: { topic: TopicView; view: DeviceView }): boolean {
  const id = idOf(command);
  if (id === null) return false;
  return o.view.topics.some(({ live, topic }) =>
    live.some((other) => other.at > command.at && idOf(other) === id && !isSame(other, command)) &&
    (topic === o.topic.topic || !live.some((other) => other.at < command.at && idOf(other) === id))
  );
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
  if (isAnswer(command, view) || topic.family.needsNoAnswer?.(topic.segments)) return false;
  if (isEcho(command, o)) return false;
  const known = topic.family.replyTopics?.(topic.segments, view.identity) ?? [];
  if (view.identity.replies.has(topic.topic)) return true;
  const text = command.fields.get("");
  if (typeof text === "string" && (ASKS.test(text) || isProse(text))) return false;
  const others = view.topics.filter((other) => other !== topic && other.role !== "discovery");
  const last = (topic.segments.at(-1) ?? "").toLowerCase();
  // What is done once leaves no state: `locate`, `STOP`.
  const isDeed = typeof text === "string" && topic.family === generic && !isSwitch(text) &&
    (DEEDS.test(text) || !topic.segments.some((level) => /set$/i.test(level)));
  if (
    others.some((other) =>
      (!isDeed || other.role === "reply") &&
      known.some((filter) => matchesFilter(filter, other.topic))
    )
  ) {
    return true;
  }
  if (isDeed) return false;
  if (isLeftOut(topic, view)) return true;
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

/** Whether a text is there to be read: `Bus 12 in 4 min`. */
function isProse(text: string): boolean {
  return text.trim().split(/\s+/).length >= 4;
}

/** Words for what is done and over. */
const DEEDS =
  /^(?:stop|halt|press|start|run|pause|resume|continue|locate|find|identify|blink|beep|ring|test|reset|restart|reboot|wake|sync|next|prev(?:ious)?|skip|up|down|more|less|plus|minus|inc(?:rease)?|dec(?:rease)?|step|pulse|trigger|calibrate|learn|save|clear|send|scan|toggle)$/i;

/** What is asked for may be told where and when it pleases the device. */
const ASKS = /^(get|query|refresh|read|status|poll|update|ping|info|sync)\b/i;

/** Whether what came on a topic of commands is an answer: it bears the id of a command before it, and tells more. */
export function isAnswer(reading: Reading, view: DeviceView): boolean {
  const isFrame = frameOf(reading) > FRAME_ASKS;
  return idOf(reading) !== null &&
    view.topics.some((topic) => (isFrame || isAsking(topic)) && isAnswerTo(reading, topic));
}

const FRAME_ASKS = 2;

/** What OCPP's frames are: 2 asks, 3 answers, 4 refuses (OCPP-J 1.6, section 4); 0 where it is none. */
function frameOf({ fields }: Reading): 0 | 2 | 3 | 4 {
  const kind = fields.get("[0]");
  return typeof fields.get("[1]") === "string" && (kind === 2 || kind === 3 || kind === 4)
    ? kind
    : 0;
}

function isAnswerTo(reading: Reading, { live }: TopicView): boolean {
  const id = idOf(reading);
  return id !== null &&
    live.some((other) =>
      other.at < reading.at && idOf(other) === id &&
      [...reading.fields].some(([path, value]) => other.fields.get(path) !== value)
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

/** Names of what joins an answer to what it answers. */
const IDS =
  /^(?:id|uuid|guid|nonce|[acmqrtux]id|seq|req|ref|nr|ticket|momsn|(?:req|request|corr|correlation|msg|message|seq|sequence|trans|transaction|tx|cmd|command|job|op|operation|task|call|rpc)(?:id|nr|no|num|token|key)|clienttoken)$/;

function idNamed(path: string): boolean {
  return IDS.test(leafOf(path));
}

/** Each command is compared with all that comes after it. */
const ids = new WeakMap<Reading, Scalar>();

/** What joins a message to others; null where nothing does. */
function idOf(reading: Reading): Scalar {
  let id = ids.get(reading);
  if (id === undefined) {
    const found = [...reading.fields].find(([path, value]) =>
      (path === "[1]" ? frameOf(reading) > 0 : idNamed(path)) && value !== null && value !== "" &&
      typeof value !== "boolean"
    );
    ids.set(reading, id = found?.[1] ?? null);
  }
  return id;
}

function isSame(one: Reading, other: Reading): boolean {
  return one.fields.size === other.fields.size &&
    [...one.fields].every(([path, value]) =>
      other.fields.get(path) === value || isTime(leafOf(path))
    );
}

/** Whether a topic tells something soon after each of some messages, and little more: it answers on their beat. */
function isFollowed(asked: readonly Reading[], { topics }: DeviceView): boolean {
  return topics.some((topic) =>
    !isAsking(topic) && topic.live.length <= asked.length + 1 &&
    asked.every(({ at }) => topic.live.some((one) => one.at >= at && one.at <= at + ECHO_MS))
  );
}

function isSameButForIds(one: Reading, other: Reading): boolean {
  return one.fields.size === other.fields.size &&
    [...one.fields].every(([path, value]) =>
      other.fields.get(path) === value || isTime(leafOf(path)) || idNamed(path) ||
      typeof value === "number" && value > 1e9
    );
}

/** A message that may be an answer. */
interface Answer {
  readonly reading: Reading;
  readonly topic: TopicView;
  /** It came out of its topic's rhythm, or the topic has none: something caused it. */
  readonly caused: boolean;
  /** It came where the answer to this command belongs. */
  readonly paired: boolean;
  /** It came on a topic that is there for what becomes of commands. */
  readonly named: boolean;
}

/** Live messages where an answer belongs; any of the device when no such topic is known. */
function answersTo(command: TopicView, view: DeviceView): Answer[] {
  const known = [
    ...(view.identity.replies.get(command.topic) ?? []),
    ...(command.family.replyTopics?.(command.segments, view.identity) ?? []),
  ];
  const others = view.topics.filter((topic) =>
    topic !== command && /^(state|reply|event|info|log)$/.test(topic.role)
  );
  const isKnown = (topic: TopicView) => known.some((filter) => matchesFilter(filter, topic.topic));
  const paired = others.filter(isKnown);
  if (paired.length === 0 && isLeftOut(command, view)) return [];
  return paired.length > 0
    ? from(paired, { paired: true, named: false })
    : from(others, { paired: false, named: false });
}

function from(
  topics: readonly TopicView[],
  how: Pick<Answer, "paired" | "named">,
): Answer[] {
  return topics.flatMap((topic) => {
    const live = new Set(topic.live);
    const kept = topic.readings.filter((reading) => !live.has(reading));
    return [
      ...kept.map((reading) => ({ reading, topic, caused: false, ...how })),
      ...topic.live.map((reading, i) => ({ reading, topic, caused: !isOnBeat(topic, i), ...how })),
    ];
  });
}

/**
 * Whether a message carries what was commanded (`met`), or says nothing of it and was at least caused by something;
 * null where it is no answer, or tells another value.
 */
function answersCommand(
  answer: Answer,
  o: { command: Reading; topic: TopicView },
): "met" | "caused" | null {
  const { command, topic } = o;
  const said = answer.reading.fields.get("");
  if (answer.paired && typeof said === "string" && ACKNOWLEDGES.test(said.trim())) return "met";
  let compared = false;
  if (isAimedAt(answer.reading, [...command.fields.values()])) return "met";
  for (const [wantedPath, wanted] of command.fields) {
    if (/toggle|on_?off|get|query/i.test(String(wanted))) continue;
    if (
      /^(id|src|seq|version|timestamp|transition|duration|timeout|clienttoken)$/.test(
        leafOf(wantedPath),
      )
    ) continue;
    for (const [replied, actual] of comparedIn(answer, { path: wantedPath, topic })) {
      if (typeof wanted === "string" && !isSwitch(wanted)) {
        // Words may be of another list; the same one is no chance.
        const isAlike = String(actual).toLowerCase() === wanted.toLowerCase();
        if (isAlike || isWord(wanted) && same(wanted, actual)) return "met";
        continue;
      }
      if (!isSwitch(wanted) && typeof wanted !== "number") continue;
      // A position on the way answers `CLOSE`.
      if (isSwitch(wanted) && typeof actual === "number" && actual > 1) continue;
      // What a number stands for may be told in a word of the device's own.
      if (typeof wanted === "number" && typeof actual === "string" && isWord(actual)) continue;
      compared = true;
      if (same(wanted, actual) || isTold(wanted, actual)) return "met";
      if (typeof wanted === "number" && isOnItsWay(wanted, { answer, replied, command })) {
        return "met";
      }
    }
  }
  return !compared && answer.caused ? "caused" : null;
}

/** The fields of an answer that tell what a field of a command sets. */
function comparedIn(
  { reading, paired }: Answer,
  { path, topic }: { path: string; topic: TopicView },
): (readonly [string, Scalar])[] {
  const names = path === "" ? topic.segments.slice(-2).map(leafOf) : [leafOf(path)];
  if (names.some((name) => SWITCH_NAMES.has(name))) names.push(...SWITCH_NAMES);
  return [...reading.fields].filter(([replied]) =>
    replied === "" ? path === "" && paired : names.includes(leafOf(replied))
  );
}

/** Whether a value that is told came nearer to the wanted one since the command. */
function isOnItsWay(
  wanted: number,
  o: { answer: Answer; replied: string; command: Reading },
): boolean {
  const { reading, topic } = o.answer;
  const before = topic.readings.findLast(({ at }) => at < o.command.at)?.fields.get(o.replied);
  const now = reading.fields.get(o.replied);
  return typeof before === "number" && typeof now === "number" &&
    Math.abs(now - wanted) < Math.abs(before - wanted);
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
    // On is not off.
    if (wanted === 0 || wanted === 1) return wanted === actual;
    return Math.abs(wanted - actual) <= Math.max(1, Math.abs(wanted) * 0.02) ||
      isOtherScale(wanted, actual);
  }
  return String(wanted).toLowerCase().slice(0, 4) === String(actual).toLowerCase().slice(0, 4);
}
