import { textRank } from "../../../../payload/severity/text.ts";
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
