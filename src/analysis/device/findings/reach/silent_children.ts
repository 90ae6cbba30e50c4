import type { Finding } from "../../finding_shape.ts";
import { everyText, findingFrom, iso, secondsText, someOf } from "../../evidence.ts";
import { leafOf, namesThing, type Scalar, withoutPlaces } from "../../reading/fields.ts";
import { intervalsOf, rhythmOf } from "../../heartbeat.ts";
import { median } from "../../../statistics.ts";
import {
  type DeviceView,
  heardMs,
  isLongSilent,
  type Reading,
  type TopicView,
} from "../../reading/view.ts";
import { nameWords } from "../words/name_words.ts";
import { isPassing } from "./presence.ts";

const MOST_CHILDREN = 40;
const LEAST_BEATS = 5;
/** As few are enough for one that comes as often as the others do. */
const FEW_BEATS = 3;
const OVERDUE_BEATS = 6;

/** `stale_heartbeat` of one of several things whose values come on one topic: it fell silent, the others go on. */
export function silentChildren(view: DeviceView): Finding[] {
  for (const topic of view.topics) {
    if (!/^(?:state|event)$/.test(topic.role) || topic.trace.thinned || topic.trace.shared) {
      continue;
    }
    for (const children of childrenOf(topic)) {
      const finding = silentAmong(children, topic, view);
      if (finding !== null) return [finding];
    }
  }
  return [];
}

interface Children {
  readonly path: string;
  readonly readings: ReadonlyMap<Scalar, readonly Reading[]>;
}

function childrenOf(topic: TopicView): Children[] {
  const listed = listedOf(topic);
  const last = topic.live.at(-1);
  const paths = [...last?.fields.keys() ?? []].filter((path) =>
    !path.includes("[") && path.split(".").length <= 2 && namesThing(leafOf(path))
  );
  return listed.concat(paths.flatMap((path) => {
    const readings = Map.groupBy(topic.live, ({ fields }) => fields.get(path) ?? null);
    return readings.size >= 2 && readings.size <= MOST_CHILDREN && !readings.has(null)
      ? [{ path, readings }]
      : [];
  }));
}

/** Of longer lists not all is read, and what is missing may stand farther down. */
const LONGEST_LIST = 7;

/** What stands by a name in the lists of the messages, each with the messages in which it stands. */
function listedOf({ live }: TopicView): Children[] {
  const children = new Map<string, Map<Scalar, Reading[]>>();
  for (const reading of live) {
    for (const [path, who] of reading.fields) {
      const at = /\[([^[\]]*)\]\.[^.[]+$/.exec(path);
      if (at === null || !namesThing(leafOf(path))) continue;
      if (Number(at[1]) >= LONGEST_LIST) return [];
      const key = withoutPlaces(path);
      const readings = children.get(key) ?? new Map<Scalar, Reading[]>();
      children.set(key, readings);
      if (readings.size >= MOST_CHILDREN && !readings.has(who)) return [];
      const known = readings.get(who) ?? [];
      readings.set(who, known);
      if (known.at(-1) !== reading) known.push(reading);
    }
  }
  return [...children].flatMap(([path, readings]) =>
    readings.size >= 2 ? [{ path, readings }] : []
  );
}

/** Lists of what is to be done, to be passed or to be seen to, and stands there no more when it was. */
const IS_DONE =
  / (?:queues?|queued|route|path|plan|planned|pending|waypoints?|orders?|jobs?|tasks?|missions?|actions?|steps?|stops?|upcoming|remaining|todo|playlist|tickets?|trips?|calls|events|alarms|alerts|errors|warnings|notifications) /;

/** Where a document names those of which nothing is heard. */
const OF_LOST =
  /lost|miss|offline|dead|fail|silent|unreach|gone|err|fault|alarm|timeout|stale|absent|ausgefallen/;

/** Whether one was taken from a list: the next moved up with the message that left it out, or the document names it elsewhere since. */
function isTaken(
  who: Scalar,
  o: { children: Children; readings: readonly Reading[]; topic: TopicView; beatMs: number },
): boolean {
  const lastAt = o.readings.at(-1)?.at ?? 0;
  const since = o.topic.live.filter(({ at }) => at > lastAt);
  const isNext = [...o.children.readings.values()].some(([one]) =>
    one !== undefined && one.at > lastAt && one.at < lastAt + 2 * o.beatMs
  );
  const before = o.topic.live[0]?.fields;
  return isNext ||
    typeof who === "string" &&
      since.some(({ fields }) =>
        [...fields].some(([path, value]) =>
          value === who && before?.get(path) !== who && !OF_LOST.test(path)
        )
      );
}

function silentAmong(children: Children, topic: TopicView, view: DeviceView): Finding | null {
  const isListed = children.path.includes("[]");
  if (isListed && IS_DONE.test(nameWords(children.path.replaceAll(/[.[\]]+/g, " ")))) return null;
  const beating = [...children.readings].flatMap(([who, readings]) => {
    const intervals = intervalsOf(readings.map(({ at }) => at), view.listeningGaps);
    const rhythm = rhythmOf(intervals);
    return rhythm !== null && rhythm.even && rhythm.intervals >= FEW_BEATS
      ? [{ who, readings, intervals, rhythm }]
      : [];
  });
  const sure = beating.filter(({ rhythm }) => rhythm.intervals >= LEAST_BEATS);
  if (beating.length < 2 || sure.length === 0) return null;
  const beatMs = median(sure.map(({ rhythm }) => rhythm.medianMs));
  const late = beating.filter(({ who, readings, rhythm }) =>
    !(isListed && isTaken(who, { children, readings, topic, beatMs })) &&
    (rhythm.intervals >= LEAST_BEATS || Math.abs(rhythm.medianMs - beatMs) < 0.2 * beatMs) &&
    isLongSilent(view, readings.at(-1)?.at ?? 0, OVERDUE_BEATS * rhythm.medianMs)
  );
  const [first] = late;
  // Where one came later, they come and go: what a radio hears, what a camera sees.
  const startMs = topic.live[0]?.at ?? 0;
  const comeAndGo = [...children.readings.values()].some(([one]) =>
    (one?.at ?? 0) > startMs + OVERDUE_BEATS * beatMs
  );
  if (comeAndGo || isPassing(topic)) return null;
  // When all are silent, it is not the child.
  // What a radio hears of two may be a stranger's, and be gone with him.
  const most = isListed ? 1 / 3 : 1 / 2;
  if (first === undefined || late.length > beating.length * most) return null;
  const lastAt = first.readings.at(-1)?.at ?? 0;
  return findingFrom({
    code: "stale_heartbeat",
    title: `"${String(first.who).slice(0, 60)}" fell silent while ${
      beating.length - late.length
    } beside it go on${late.length > 1 ? `, and ${late.length - 1} more likewise` : ""}`,
    summary: `Its messages on "${topic.topic}" came ${
      everyText(first.intervals.map(({ lengthMs }) => lengthMs))
    }, and none since ${iso(lastAt)}, ${secondsText(heardMs(view, lastAt, view.nowMs))} ago`,
    messages: someOf(first.readings),
    suggestion:
      "Look at this one alone: its battery, its distance to what hears it, and what changed at that time.",
  });
}
