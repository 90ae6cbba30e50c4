import type { TopicView } from "../view.ts";

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
