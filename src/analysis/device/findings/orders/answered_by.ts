import { textRank } from "../../../../payload/severity/text.ts";
import { rememberingEach } from "../../../../payload/remembered.ts";
import { leafOf, type Scalar } from "../../reading/fields.ts";
import { UUID } from "../../naming/names.ts";
import { type DeviceView, heardAtLeast, type Reading, type TopicView } from "../../reading/view.ts";

/** So soon an answer comes, in milliseconds. */
export const ANSWER_MS = 5_000;
/** So many in a row that come to nothing make a topic that is no command by its name one. */
export const LEAST_GIVEN_UP = 2;

/** `ping` is answered on `pong`, wherever that stands. */
export function isPong({ segments }: TopicView, other: TopicView): boolean {
  return /^ping$/i.test(segments.at(-1) ?? "") && /^pong$/i.test(other.segments.at(-1) ?? "");
}

/** Whether all that came on a topic came soon after another one's messages. */
export function tellsOnlyAfter({ live }: TopicView, other: TopicView): boolean {
  return other.live.length > 0 &&
    other.live.every((told) => live.some(({ at }) => told.at >= at && told.at <= at + ANSWER_MS));
}

/** Whether all that came on a topic bears a number of the message right before: `15` after `feed_for:15`. */
export function bearsWhatWasAsked(topic: TopicView, other: TopicView): boolean {
  return tellsOnlyAfter(topic, other) &&
    other.live.every(({ at, fields }) => {
      const asked = topic.live.findLast((one) => one.at <= at)?.fields.get("");
      const told = fields.get("");
      return typeof asked === "string" && typeof told === "number" && told !== 0 &&
        (asked.slice(0, 80).match(/\d{1,6}/g) ?? []).map(Number).includes(told);
    });
}

/** Who asks a device waits so long for it, tries again, and says then that nothing came. */
const GIVES_UP_MS = 15_000;

/** Whether a message says, after a command, what went wrong with it: so tells a bridge of a device that is gone. */
export function tellsOfCommand({ at, fields }: Reading, view: DeviceView): boolean {
  return view.topics.some(({ role, live }) =>
    role === "command" && live.some((asked) => asked.at <= at && at <= asked.at + GIVES_UP_MS)
  ) && [...fields.values()].some((value) => typeof value === "string" && textRank(value) > 0);
}

/** What was sent to a device, and what of it came to nothing. */
export interface Asked {
  readonly asked: number;
  readonly silent: readonly Reading[];
}

/** Levels before the id of what is asked, and of what answers it: `rpc/request/7`, `rpc/response/7`. */
const ASKED_BY_ID = /^(?:req|requests?)$/i;
const ANSWERED_BY_ID = /^(?:res|resp|responses?|reply|replies)$/i;

/** An id is of one message, which may be sent again; `req/tracking` is a kind of them. */
const MOST_OF_ONE_ID = 3;

/** Messages whose id stands in their topic, of which others were answered by theirs. */
export function unansweredByTopic(view: DeviceView): Asked {
  const byId = (topics: readonly TopicView[], level: RegExp) =>
    topics.flatMap(({ segments, live }) => {
      const at = segments.findIndex((one) => level.test(one));
      const id = segments[at + 1];
      return at < 0 || id === undefined || !/\d/.test(id) || live.length > MOST_OF_ONE_ID
        ? []
        : live.map((reading) => ({ key: [...segments.slice(0, at), id].join("/"), reading }));
    });
  const answers = new Set(byId(view.topics, ANSWERED_BY_ID).map(({ key }) => key));
  const asked = byId(view.topics, ASKED_BY_ID).filter(({ reading }) =>
    heardAtLeast(view, reading.at, ANSWER_MS)
  );
  const silent = asked.filter(({ key }) => !answers.has(key));
  return silent.length === asked.length
    ? { asked: 0, silent: [] }
    : { asked: asked.length, silent: silent.map(({ reading }) => reading) };
}

/** Levels on which something is asked for, whatever stands in it. */
const ASKING =
  /^(?:requests?|req|calls?|tasks?|commandes?|befehle?|auftr(?:ag|aege|äge)|ordres?|orders?|ordenes|comandos?|kommandos?|instantactions|operations|actions|mt|downlinks?|tx|gcode)$/i;

/** Whether a topic is there for what others want of the device. */
export function isAsking({ role, segments }: TopicView): boolean {
  return role === "command" || segments.slice(-2).some((level) => ASKING.test(level));
}

/** Whether what came on a topic of commands is an answer: it bears the id of a command before it, and tells more. */
export function isAnswer(reading: Reading, view: DeviceView): boolean {
  const isFrame = frameOf(reading) > FRAME_ASKS;
  const id = idOf(reading);
  const isOfOne = UUID.test(String(id));
  const isAsked = (topic: TopicView) =>
    isFrame || isAsking(topic) ||
    isOfOne && topic.topic !== reading.sample.topic && numbersEach(topic);
  return id !== null && view.topics.some((topic) => isAsked(topic) && isAnswerTo(reading, topic));
}

/** Whether each message of a topic bears an id as only one has: those are asked for, whatever the topic is called. */
const numbersEach = rememberingEach(({ live }: TopicView): boolean => {
  const ids = new Set(live.map((reading) => String(idOf(reading))));
  return live.length > 1 && ids.size === live.length && ids.values().every((id) => UUID.test(id));
});

const FRAME_ASKS = 2;

/** What OCPP's frames are: 2 asks, 3 answers, 4 refuses (OCPP-J 1.6, section 4); 0 where it is none. */
function frameOf({ sample }: Reading): 0 | 2 | 3 | 4 {
  const sent = (sample.sent ?? sample.decoded)?.value;
  const [kind, id] = Array.isArray(sent) ? sent : [];
  return typeof id === "string" && (kind === 2 || kind === 3 || kind === 4) ? kind : 0;
}

/** Whether a message bears the id of one before it on a topic, and tells more. */
export function isAnswerTo(reading: Reading, { live }: TopicView): boolean {
  const id = idOf(reading);
  return id !== null &&
    live.some((other) =>
      other.at < reading.at && idOf(other) === id &&
      [...reading.fields].some(([path, value]) => other.fields.get(path) !== value)
    );
}

/** Names of what joins an answer to what it answers. */
const IDS =
  /^(?:id|uuid|guid|nonce|[acmqrtux]id|seq|req|ref|nr|ticket|momsn|(?:req|request|corr|correlation|msg|message|seq|sequence|trans|transaction|tx|cmd|command|job|op|operation|task|call|rpc)(?:id|nr|no|num|token|key)|clienttoken)$/;

/** Whether a field is called as what joins an answer to what it answers. */
export function idNamed(path: string): boolean {
  return IDS.test(leafOf(path));
}

/** What joins a message to others, null where nothing does: each command is compared with all that comes after it. */
export const idOf = rememberingEach((reading: Reading): Scalar => {
  const found = [...reading.fields].find(([path, value]) =>
    (path === "[1]" ? frameOf(reading) > 0 : idNamed(path)) && value !== null && value !== "" &&
    typeof value !== "boolean"
  );
  return found?.[1] ?? null;
});
