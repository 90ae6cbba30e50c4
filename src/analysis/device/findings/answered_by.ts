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

/** Whether what is called after a deed was followed each time by the same, which came at no other time, until it was not any more. */
export function isDoneEachTime(topic: TopicView, other: TopicView): boolean {
  const { live, segments } = topic;
  if (!DEEDS.test(segments.at(-1) ?? "") || other.role === "command") return false;
  const [done, left] = [other.live.length, live.length - other.live.length];
  if (done < LEAST_GIVEN_UP || left <= LEAST_GIVEN_UP || !tellsOnlyAfter(topic, other)) {
    return false;
  }
  // What is done all the time is followed by anything.
  const isSeldom = live.every(({ at }, i) => at - (live[i - 1]?.at ?? 0) > 2 * ANSWER_MS);
  return isSeldom && live.slice(0, done).every(({ at }, i) => {
    const told = other.live[i]?.at ?? 0;
    return told >= at && told <= at + ANSWER_MS;
  });
}

/** Levels that are called after what a device is to do once. */
const DEEDS =
  /^(?:feed|dose|dispense|snapshot|capture|photo|take_?(?:photo|picture)|print|brew|flush|scan|measure|trigger)$/i;

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
