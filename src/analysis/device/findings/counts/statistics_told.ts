import { leafOf, objectOf, type Scalar } from "../../reading/fields.ts";
import { rememberingEach } from "../../../../payload/remembered.ts";
import { isCountBeside } from "../../../../payload/severity/beside.ts";
import { besideOf, type TopicView } from "../../reading/view.ts";

/** What a server, a broker or a bus counts of what goes through it. */
const THROUGH =
  /received|sent|packets?|pkts?|pkt\d|messages?|msgs?|requests?|frames?|bytes|acks?|inserts?|queries|hits|processed|delivered|published|forwarded|events|records|rows|connections?$/;
const LEAST_MESSAGES = 3;
const LEAST_COUNTS = 2;
/** Fewer are a number of something. */
const LEAST_COUNT = 100;

/** Whether a topic tells statistics: two counts or more of what goes through that only rise. */
export const tellsStatistics: (topic: TopicView) => boolean = rememberingEach((topic) => {
  const { live, segments } = topic;
  if (segments[0] === "$SYS" && segments.at(-1) !== "state") return true;
  const first = live[0]?.fields;
  const last = live.at(-1)?.fields;
  if (live.length < LEAST_MESSAGES || first === undefined || last === undefined) return false;
  const counts = [...last].filter(([path, value]) =>
    isCount(value) && THROUGH.test(leafOf(path)) && value > Number(first.get(path) ?? Infinity)
  );
  return counts.length >= LEAST_COUNTS;
});

/** Whether a number stands among statistics and has not risen as long as was listened: what once went wrong. */
export function isStatistic(
  { path, value, topic }: { path: string; value: Scalar; topic: TopicView },
): boolean {
  return typeof value === "number" &&
    topic.live.every(({ fields }) => (fields.get(path) ?? value) === value) &&
    (tellsStatistics(topic) || isCountedBeside(path, topic));
}

/** Whether a number says how often something went wrong, as the one beside it does how often it went well. */
function isCountedBeside(path: string, { readings }: TopicView): boolean {
  const last = readings.findLast(({ fields }) => fields.has(path));
  const { length } = objectOf(path);
  const told = [...besideOf(path, last), [path, last?.fields.get(path) ?? null] as const]
    .map(([one, value]) => [one.slice(length), value]);
  return isCountBeside(path.slice(length), Object.fromEntries(told));
}

function isCount(value: Scalar): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= LEAST_COUNT;
}
