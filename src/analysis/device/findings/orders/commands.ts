import { matchesFilter } from "../../../../mqtt/topic.ts";
import type { Finding } from "../../finding_shape.ts";
import { everyTime, findingFrom, iso } from "../../evidence.ts";
import { generic } from "../../families/generic.ts";
import { isInterrupted } from "../../heartbeat.ts";
import { isTime, leafOf, type Scalar } from "../../reading/fields.ts";
import { type DeviceView, heardAtLeast, type Reading, type TopicView } from "../../reading/view.ts";
import {
  ANSWER_MS,
  type Asked,
  bearsWhatWasAsked,
  idNamed,
  idOf,
  isAnswer,
  isAnswerTo,
  isAsking,
  isPong,
  LEAST_GIVEN_UP,
  tellsOnlyAfter,
  unansweredByTopic,
} from "./answered_by.ts";
import { splitWords } from "../../../../payload/severity/split_words.ts";
import {
  isAimedAt,
  isLeftOut,
  isOnTheMove,
  QUESTION,
  repliesTo,
  untakenCommands,
} from "./untaken.ts";
import { unfollowedCommands } from "./habits.ts";
import { askedInVain } from "./asked_in_vain.ts";
import { heldOtherwise } from "./held_otherwise.ts";
import { commandedIdle } from "./commanded_idle.ts";
import { stanceOf } from "../effects/stances.ts";
import { WAIT } from "./waits.ts";

/** By then a device that is awake has told what its protocol has it tell. */
const LATE_MS = 10_000;
/** What a switch is called in commands and in answers, often differently. */
const SWITCH_NAMES = ["on", "output", "ison"];
const OF_SWITCH = /^(?:on|output|ison|(?:switch|relay|light)\d{0,2})$/;

/**
 * `command_without_reply`. That nothing follows a command is no evidence by itself: many devices answer none. What is: a
 * documented answer is missing, the same kind was answered before, its neighbours' are, others of its ids are, or what is told stays contrary to it.
 */
export function unansweredCommands(view: DeviceView): Finding[] {
  const untaken = untakenCommands(view);
  const unfollowed = unfollowedCommands(view, untaken.commands);
  const findings = [
    ...(untaken.findings.length > 0 ? untaken.findings : commandedIdle(view)),
    ...unfollowed.findings,
    ...heldOtherwise(view, new Set([...untaken.commands, ...unfollowed.commands])),
  ];
  const unanswered = new Set<Reading>();
  let commands = 0;
  for (
    const { asked, silent } of [
      ...view.topics.flatMap((topic) => givenUp(topic, view)),
      unansweredByProtocol(view),
      unansweredByTopic(view),
      askedAgain(view),
      questions(view),
    ]
  ) {
    const more = silent.filter((one) =>
      !isTaken(one, view) &&
      !unanswered.has(one) && !untaken.commands.has(one) && !unfollowed.commands.has(one)
    );
    if (more.length > 0) commands += asked;
    for (const one of more) unanswered.add(one);
  }
  const silent = [...unanswered].sort((a, b) => a.at - b.at);
  const first = silent[0];
  if (first === undefined) return findings.length > 0 ? findings : askedInVain(view);
  return [
    ...findings,
    findingFrom({
      code: "command_without_reply",
      title: `${
        silent.length === 1 ? "A command was" : `${silent.length} of ${commands} commands were`
      } not answered`,
      summary: `Within ${ANSWER_MS / 1000} s of "${first.sample.topic}" at ${
        iso(first.at)
      } the device did not answer or take on the value`,
      ...everyTime(silent),
      suggestion:
        "Check that the device subscribes to this very topic (case and spelling count) and understands the payload; look for its error message.",
    }),
  ];
}

/** Whether what was asked for is told after it: where a document says so, or anew on whatever topic and under whatever name. */
function isTaken({ at, fields, sample }: Reading, { identity, topics }: DeviceView): boolean {
  const effect = identity.effects.get(sample.topic);
  const isDocumented = topics.some((topic) =>
    topic.topic === effect?.topic &&
    topic.readings.some((told) =>
      told.at > at && told.at <= at + WAIT.broughtMs &&
      stanceOf(fields.get("") ?? null, told.fields.get(effect.path) ?? null, {
          topic,
          path: effect.path,
        }) === "met"
    )
  );
  if (isDocumented || movesAsBefore({ at, topic: sample.topic }, topics)) return true;
  const wanted = new Set(
    [...fields].filter(([path, value]) =>
      !idNamed(path) && !isTime(leafOf(path)) &&
      (typeof value === "number" ? Math.abs(value) > 1 : /\p{L}{3}/u.test(String(value ?? "")))
    ).map(([, value]) => value),
  );
  return wanted.size > 0 &&
    topics.some(({ readings, role, topic }) =>
      topic !== sample.topic && /^(?:state|info|event|availability)$/.test(role) &&
      readings.some((told, i) =>
        told.at > at && told.at <= at + WAIT.broughtMs &&
        [...told.fields].some(([path, value]) =>
          wanted.has(value) && i > 0 && (readings[i - 1]?.fields.get(path) ?? value) !== value
        )
      )
    );
}

/** Whether a state that moves only after orders on a topic moves after this one as well: `{"min": true}` after `{"angle": 90}`. */
function movesAsBefore(
  order: { readonly at: number; readonly topic: string },
  topics: readonly TopicView[],
): boolean {
  const orders = topics.find(({ topic }) => topic === order.topic)?.live ?? [];
  if (orders.length < 2) return false;
  const orderOf = (at: number) =>
    orders.findLast((one) => one.at < at && at <= one.at + WAIT.broughtMs)?.at;
  return topics.some(({ role, live }) =>
    role === "state" &&
    [...live.at(-1)?.fields.keys() ?? []].some((path) => {
      const moves = live.filter(({ fields }, i) =>
        i > 0 && fields.has(path) && fields.get(path) !== live[i - 1]?.fields.get(path)
      );
      // What moves all the time does so after orders as well.
      if (moves.length > orders.length || 3 * moves.length > live.length) return false;
      const causes = new Set(moves.map(({ at }) => orderOf(at)));
      return causes.size > 1 && causes.has(order.at) && !causes.has(undefined);
    })
  );
}

/** The commands of a topic that came to nothing, by kinds: those whose like were answered before, or are beside it. */
function givenUp(topic: TopicView, view: DeviceView): Asked[] {
  if (topic.live.length < LEAST_GIVEN_UP || topic.family.needsNoAnswer?.(topic.segments)) return [];
  const named = afterwards(topic, view);
  const isAsked = topic.role === "command";
  if (!isAsked && named.length === 0) return [];
  const answers = named.length > 0
    ? from(named, { paired: true, named: true })
    : answersTo(topic, view);
  const all = topic.live.filter((command) =>
    (command.sample.sizeBytes > 0 || topic.family.emptyCommands === true || named.length > 0) &&
    !isAnswer(command, view)
  );
  const isOnBeat = topic.rhythm?.even === true && !isAsking(topic) &&
    !ACTS.test(topic.segments.at(-1) ?? "");
  const o = { topic, view, answers };
  const isAlone = isLeftOut(topic, view);
  return [...Map.groupBy(all, kindOf).values()].flatMap((asked) => {
    const done = asked.findLastIndex((command) => isAnswered(command, o)) + 1;
    const quiet = asked.slice(done);
    const least = isAlone ? 1 : named.some(isOfOld) ? LEAST_GIVEN_UP + 1 : LEAST_GIVEN_UP;
    if (quiet.length < least) return [];
    if (!isAlone && !named.some(isOfOld)) {
      const surely = asked.slice(0, done).filter((one) => isAnswered(one, { ...o, isSure: true }));
      // What is told on an even beat is telemetry, of which some is acknowledged, unless most of it was answered.
      const share = topic.rhythm?.even === true ? Math.ceil(done / 2) : 0;
      if (surely.length < Math.max(isOnBeat ? 2 : 1, share)) return [];
    }
    if (!isAlone && isFollowed(quiet, view)) return [];
    const silent = quiet.filter(({ at }) => heardAtLeast(view, at, ANSWER_MS));
    return [{ asked: asked.length, silent }];
  });
}

/**
 * Commands of a device that lives and answered none of them, where its protocol says on which topic it answers, or its
 * discovery document does. Who answers others may have no such command.
 */
function unansweredByProtocol(view: DeviceView): Asked {
  const asked = view.topics
    .filter((one) =>
      one.role === "command" && !one.family.needsNoAnswer?.(one.segments) &&
      (view.identity.replies.has(one.topic) ||
        one.family !== generic &&
          (one.family.replyTopics?.(one.segments, view.identity).length ?? 0) > 0) &&
      !isFed(one, view)
    )
    .flatMap((topic) => {
      const answers = answersTo(topic, view);
      return topic.live
        .filter(({ sample }) => sample.sizeBytes > 0 || topic.family.emptyCommands === true)
        .map((command) => ({
          command,
          isDone: isAnswered(command, { topic, view, answers, lateMs: LATE_MS }),
        }));
    });
  const silent = asked.map(({ command }) => command).filter((command) =>
    heardAtLeast(view, command.at, LATE_MS) && isFollowedByAny(command, view, WAIT.onceMs)
  );
  return silent.length < LEAST_GIVEN_UP || asked.some(({ isDone }) => isDone)
    ? { asked: 0, silent: [] }
    : { asked: asked.length, silent };
}

/** Whether numbers come by a clock for what has no topic of its own: measured elsewhere, for the device to reckon with. */
function isFed(topic: TopicView, view: DeviceView): boolean {
  const known = repliesTo(topic, view);
  return topic.rhythm?.even === true &&
    topic.live.every(({ fields }) => typeof fields.get("") === "number") &&
    !view.topics.some((other) => known.some((filter) => matchesFilter(filter, other.topic)));
}

/** So often the same is asked, each time with an id of its own, by who misses an answer; more often by a timetable. */
const ANEW = { least: 3, most: 5 };
/** So many are compared with each other. */
const MOST_ASKED = 50;

/** Messages that were sent again, with the same id or one of their own, as nothing bore it while the device spoke. */
function askedAgain(view: DeviceView): Asked {
  const asking = view.topics.filter((topic) => topic.family === generic && isAsking(topic));
  const told = view.topics.filter(({ role }) => role === "state" || role === "event")
    .filter((topic) => !asking.includes(topic)).flatMap(({ live }) => live);
  const silent = asking.flatMap((topic) => {
    const answers = answersTo(topic, view);
    const asked = topic.live.slice(-MOST_ASKED);
    const isMissed = (one: Reading) => {
      const anew = asked.filter((other) => isSameButForIds(other, one));
      return anew.length >= ANEW.least && anew.length <= ANEW.most &&
        told.some(({ at }) => at > anew[0].at) && !isFollowed(anew, view) &&
        !isAnswered(one, { topic, view, answers });
    };
    const again = asked.filter((one) =>
      idOf(one) !== null &&
      (asked.some((other) => other !== one && idOf(other) === idOf(one) && isSame(other, one))
        ? !isAnsweredById(one, { topic, view })
        : isMissed(one))
    );
    return again[0] !== undefined && heardAtLeast(view, again[0].at, ANSWER_MS) ? again : [];
  });
  return { asked: silent.length, silent };
}

/** What asks, or tells. */
const TOLD_AS_WELL = /^(?:status|report|read)/i;

/** What asks for a value and bears none, and was followed by nothing: `speed/get`, or `get_state` with `{}`. */
function questions(view: DeviceView): Asked {
  const asked = view.topics.flatMap((topic) =>
    topic.live.filter((reading) =>
      isQuestion(reading, topic) && reading.fields.size === 0 &&
      // A state that is cleared, or told without anything in it, is none.
      (topic.role === "command" || !TOLD_AS_WELL.test(topic.segments.at(-1) ?? "")) &&
      /^(?:empty|json)$/.test(reading.sample.decoded?.format ?? "")
    )
  );
  const silent = asked.filter((reading) =>
    heardAtLeast(view, reading.at, ANSWER_MS) && !isFollowedByAny(reading, view, Infinity)
  );
  return { asked: asked.length, silent };
}

/** Whether a message asks for something to be told, by its topic, its words or its fields: `get_full_status`. */
function isQuestion({ fields }: Reading, { segments }: TopicView): boolean {
  const whole = fields.get("");
  const words = [
    segments.at(-1),
    whole,
    ...whole === undefined && fields.size > 0 && fields.size < 4
      ? [...fields].map(([path, value]) => DEED.test(leafOf(path)) ? value : path)
      : [],
  ];
  return words.some((word) =>
    typeof word === "string" && QUESTION.test(splitWords(word.slice(0, 60))[0] ?? "")
  );
}

function isFollowedByAny(
  { at, sample }: Reading,
  { topics }: DeviceView,
  withinMs = ANSWER_MS,
): boolean {
  return topics.some(({ topic, role, live }) =>
    role !== "command" && topic !== sample.topic &&
    live.some((other) => other.at >= at && other.at <= at + withinMs)
  );
}

/** What is put after a topic for what becomes of its messages: `cmdexe`, `feed_log`, `downlink/ack`, `pumped`. */
const AFTERWARDS =
  /^[/_.-]?(?:ack(?:nowledged?)?|results?|resp(?:onse)?|rsp|reply|answer|done|exec?|executed|finished|completed?|confirm(?:ed|ation)?|feedback|quittung|antwort)$|^[_.-]log$|^[a-z]?ed$/i;
/** Levels that are called after what is to be done. */
const ACTS =
  /^(?:feed|dose|dispense|open|close|lock|unlock|print|start|move|go|send|write|call|order|request|req|tx|downlink|action|play|water|fill|drain|load|brew|display|run)s?$/i;
/**
 * Topics named after another one on which what was sent there was answered before. Topics that are no commands by
 * their names must share a field with them.
 */
function afterwards(topic: TopicView, view: DeviceView): TopicView[] {
  if (!/^(?:command|state|event)$/.test(topic.role) || topic.live.length === 0) return [];
  const isAsked = topic.role === "command";
  // `alw` tells what is asked for on `alw/set`, which `alw/result` answers.
  if (!isAsked && view.topics.some((other) => other.topic === `${topic.topic}/set`)) return [];
  return view.topics.filter((other) => {
    if (other === topic) return false;
    const isNamed = isPong(topic, other) ||
      other.topic.toLowerCase().startsWith(topic.topic.toLowerCase()) &&
        AFTERWARDS.test(other.topic.slice(topic.topic.length));
    if (!isNamed) {
      return !isAsked && isAsking(topic) &&
        (other.live.some((reading) => isAnswerTo(reading, topic)) ||
          bearsWhatWasAsked(topic, other));
    }
    const isAnswering = isOfOld(other) ||
      topic.live.some(({ at }) =>
        other.live.some((answer) => answer.at >= at && answer.at <= at + ANSWER_MS)
      );
    return isAnswering && (isAsked || sharesField(topic, other) || tellsOnlyAfter(topic, other));
  });
}

/** Whether what stands on a topic was told before we came, and nothing since. */
function isOfOld({ live, readings }: TopicView): boolean {
  return live.length === 0 && readings.length > 0;
}

function sharesField(topic: TopicView, other: TopicView): boolean {
  const told = new Set([...other.readings.at(-1)?.fields.keys() ?? []].map(leafOf));
  return [...topic.live.at(-1)?.fields.keys() ?? []].some((path) =>
    told.has(leafOf(path)) && !ENVELOPE.test(leafOf(path)) ||
    idNamed(path) && told.has(leafOf(path))
  );
}

/** Fields in which a command says what is to be done. */
const DEED =
  /^(?:cmd|command|action|method|op|operation|function|service|msg|type|name|verb|task)$/;

/** Commands of one topic that share it are answered alike: what is to be done, or what is set. */
function kindOf({ fields }: Reading): string {
  const whole = fields.get("");
  if (typeof whole === "string") {
    return isSwitch(whole) ? "switch" : whole.trim().toLowerCase().split(/[\s,:;]/, 1).join();
  }
  const paths = [...fields.keys()].filter((path) => !idNamed(path) && !isTime(leafOf(path)));
  const deeds = paths.filter((path) => DEED.test(leafOf(path)))
    .flatMap((path) => typeof fields.get(path) === "string" ? [fields.get(path)] : []);
  return deeds.length > 0
    ? deeds.join(" ")
    : paths.map((path) => isSwitch(path) ? "switch" : path).sort().join(" ");
}

/** Whether a command is answered; `isSure` where nothing but an answer can be what came. */
function isAnswered(
  command: Reading,
  o: {
    topic: TopicView;
    view: DeviceView;
    answers: readonly Answer[];
    isSure?: boolean;
    /** A value that is told later than this is another one's doing. */
    lateMs?: number;
  },
): boolean {
  const { topic, view, answers, isSure = false, lateMs = Infinity } = o;
  const until = command.at + ANSWER_MS;
  if (isAnsweredById(command, { topic, view })) return true;
  if (
    !isSure && (
      isInterrupted(view.listeningGaps, command.at, until) ||
      stoodSo(command, { topic, answers })
    )
  ) return true;
  const next = topic.live.find(({ at, fields }) =>
    at > command.at && [...command.fields].some(([path, value]) => fields.get(path) !== value)
  );
  const late = Math.max(until, Math.min(next?.at ?? Infinity, command.at + lateMs));
  const isReplied = answers.some((one) => {
    const { reading: { at }, topic: { role, family }, named } = one;
    if (at < command.at || at > late) return false;
    // An answer comes as steadily as what it answers.
    const isReply = role === "reply" && family === generic;
    const said = answersCommand(isReply || named ? { ...one, caused: true } : one, {
      command,
      topic,
    });
    // What comes late must be about this very command.
    return said === "met" || said === "caused" && at <= until && (!isSure || isReply || named);
  });
  return isReplied || !isSure && (
        isOnTheMove(command, view) ||
        isQuestion(command, topic) && isFollowedByAny(command, view)
      );
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
      return told !== undefined && isSwitch(told) &&
        stanceOf(wanted, told, { path, topic: o.topic }) !== "met";
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

/** Whether a message came when its topic's rhythm had it come. */
function isOnBeat({ live, rhythm }: TopicView, i: number): boolean {
  const before = live[i - 1];
  return rhythm !== null && rhythm.even && before !== undefined &&
    live[i].at - before.at > 0.75 * rhythm.medianMs;
}

/** Fields that all messages of a system have, whatever they are about. */
const ENVELOPE =
  /^(type|timestamp|time|ts|date|id|messageid|source|src|sender|target|targetid|version|seq|device|deviceid|sensorid|description)$/;

const ECHO_MS = 1_000;

function isSame(one: Reading, other: Reading): boolean {
  return one.fields.size === other.fields.size &&
    [...one.fields].every(([path, value]) =>
      other.fields.get(path) === value || isTime(leafOf(path))
    );
}

/** Whether a topic tells something soon after each of some messages, and little more: it answers on their beat. */
function isFollowed(asked: readonly Reading[], { topics }: DeviceView): boolean {
  return topics.some((topic) =>
    !isAsking(topic) && topic.topic !== asked[0]?.sample.topic &&
    topic.live.length <= asked.length + 1 &&
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
  const known = repliesTo(command, view);
  const others = view.topics.filter((topic) =>
    topic !== command && /^(state|reply|event|info|log)$/.test(topic.role)
  );
  const isKnown = (topic: TopicView) => known.some((filter) => matchesFilter(filter, topic.topic));
  const paired = others.filter(isKnown);
  if (paired.length === 0 && isLeftOut(command, view)) return [];
  // Where a whole tree answers, a bare value is about what its topic is called after.
  const last = command.segments.at(-1)?.toLowerCase();
  const isAbout = ({ segments, topic }: TopicView) =>
    segments.at(-1)?.toLowerCase() === last ||
    known.some((filter) => !filter.endsWith("#") && matchesFilter(filter, topic));
  return (paired.length > 0 ? paired : others).flatMap((topic) =>
    from([topic], { paired: isKnown(topic) && isAbout(topic), named: false })
  );
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
    for (const [path, told] of comparedIn(answer, { path: wantedPath, topic })) {
      // A position on the way answers `CLOSE`.
      if (isSwitch(wanted) && typeof told === "number" && told > 1) continue;
      const stance = stanceOf(wanted, told, { path, topic: answer.topic });
      const isNearer = typeof wanted === "number" && isOnItsWay(wanted, { answer, path, command });
      if (stance === "met" || isNearer) return "met";
      // Words may be of another list.
      if (stance === "against" && (typeof wanted === "number" || isSwitch(wanted))) compared = true;
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
  if (names.some((name) => OF_SWITCH.test(name))) names.push(...SWITCH_NAMES);
  return [...reading.fields].filter(([replied]) =>
    replied === "" ? path === "" && paired : names.includes(leafOf(replied))
  );
}

/** Whether a value that is told came nearer to the wanted one since the command. */
function isOnItsWay(
  wanted: number,
  o: { answer: Answer; path: string; command: Reading },
): boolean {
  const { reading, topic } = o.answer;
  const before = topic.readings.findLast(({ at }) => at < o.command.at)?.fields.get(o.path);
  const now = reading.fields.get(o.path);
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
