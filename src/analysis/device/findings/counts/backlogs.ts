import type { Finding } from "../../finding_shape.ts";
import { findingFrom, rounded, spanText, withNumbers } from "../../evidence.ts";
import { labelOf, nameOf, objectOf } from "../../reading/fields.ts";
import { differences, median } from "../../../statistics.ts";
import { type DeviceView, fieldsTold, siblingTopics, type TopicView } from "../../reading/view.ts";

/** What is there until it is taken, whatever it is. */
const BACKLOG =
  /^(?:[a-z]{0,16}(?:backlog|outbox|unsent|deferred)|[a-z]{0,12}lag|(?:buffer|spool|queue|cache|backlog|storage)(?:d|ed)?(?:used|fill|usage|filled|occupancy)(?:pct|percent|bytes|kb|mb)?|[a-z]{0,12}queue(?:d|size|length|len|depth|count)?|(?:jobs?|tasks?|messages?|msgs?|events?|uploads?|records?|requests?)?(?:queued|pending|waiting|unprocessed|ready)|(?:queued|pending|waiting|buffered|unsent|unprocessed)(?:jobs?|tasks?|messages?|msgs?|events?|uploads?|records?|requests?|count|total)?)$/;
/** What counts as well what came and went. */
const MESSAGES = /^(?:messages?|msgs?|jobs?|tasks?|items?|depth|size|length)(?:count|total)?$/;
/** What takes from a queue, and how much of it. */
const TAKES =
  /^(?:(?:num|active|current)?(?:consumers?|members|workers?|subscribers?|receivers?|readers?)(?:count|active|connected|online)?|(?:messages?|msgs?|jobs?)?(?:ack|acked|deliver|delivered|deliverget|consume|consumed|dequeue|dequeued|process|processed|processing|egress|drain)(?:details)?(?:rate|persec|persecond|ps))$/;
/** Counts of what was taken. */
const TAKEN =
  /^(?:(?:jobs?|tasks?|messages?|msgs?|items?|records?|uploads?)(?:completed|done|finished|processed|printed)|(?:completed|finished|processed|printed)(?:jobs?|tasks?|messages?|msgs?|items?|records?|uploads?)?)(?:count|total)?$/;
const LEAST_GROWN = 6;
const LEAST_ALONE = 8;
const LEAST_REST = 3;
const TIMES = 4;
const MOST_STEPS = 0.9;
/** What is full takes no more than falls out. */
const FULL = 0.98;

/** `reported_error` of what waits in a queue and grows all the time, while nothing takes from it or to many times what it was. */
export function growingBacklogs(view: DeviceView): Finding[] {
  for (const { topic, path } of fieldsTold(view)) {
    const name = nameOf(path, topic.segments);
    const isBacklog = BACKLOG.test(name);
    if (topic.live.length <= LEAST_GROWN || !isBacklog && !MESSAGES.test(name)) continue;
    const taker = takerOf(topic, path, view);
    const told = topic.live.filter(({ at }) => at > (taker?.untilMs ?? 0));
    const values = told.map(({ fields }) => Number(fields.get(path) ?? NaN));
    if (!(taker === null ? isBacklog && growsFar(values) : growsOn(values))) continue;
    return [findingFrom({
      code: "reported_error",
      title: `What waits grows all the time: "${labelOf({ path, topic })}" rose from ${
        rounded(values[0])
      } to ${rounded(values.at(-1) ?? 0)}${
        taker === null ? "" : `, and "${taker.label}" ${taker.is}`
      }`,
      summary: `On "${topic.topic}" in ${values.length} reports ${spanText(told)}`,
      ...withNumbers({ topic, path, values }, told),
      suggestion:
        "Look at what should take from it: whether it runs, is connected and reads this very queue, and whether it keeps up with what comes in.",
    })];
  }
  return [];
}

/** Whether it grows with each report. */
function growsOn(values: readonly number[]): boolean {
  return values.length > LEAST_GROWN && differences(values).every((step) => step > 0) &&
    (values.at(-1) ?? 0) - values[0] > LEAST_GROWN;
}

/** Whether it grows with nearly each of many reports since it last got less, to many times what it was until then, and stays there. */
function growsFar(values: readonly number[]): boolean {
  const rest = Math.max(LEAST_GROWN, median(values.slice(0, LEAST_REST)));
  const most = FULL * Math.max(...values);
  const to = values.findLastIndex((value) => value < most) + 2;
  const from = values.slice(0, to).findLastIndex((value) => value <= 1.5 * rest);
  const steps = differences(values.slice(Math.max(0, from), to));
  return steps.length >= LEAST_ALONE - 1 && most >= TIMES * rest &&
    steps.every((step) => step >= 0) &&
    steps.filter((step) => step > 0).length >= MOST_STEPS * steps.length;
}

/** What is told beside it to take nothing now, and until when it took something; null where nothing is. */
function takerOf(
  topic: TopicView,
  path: string,
  view: DeviceView,
): { label: string; is: string; untilMs: number } | null {
  for (const other of path === "" ? siblingTopics(view, topic) : [topic]) {
    for (const [key, value] of other.live.at(-1)?.fields ?? []) {
      if (objectOf(key) !== objectOf(path)) continue;
      const name = nameOf(key, other.segments);
      const label = labelOf({ path: key, topic: other });
      const stays = typeof value === "number" && other.live.length > LEAST_GROWN &&
        other.live.every(({ fields }) => fields.get(key) === value);
      if (stays && TAKEN.test(name)) return { label, is: `stays ${value}`, untilMs: 0 };
      if (value !== 0 || !TAKES.test(name)) continue;
      const until = other.live.findLast(({ fields }) => fields.get(key) !== 0);
      return { label, is: "is 0", untilMs: until?.at ?? 0 };
    }
  }
  return null;
}
