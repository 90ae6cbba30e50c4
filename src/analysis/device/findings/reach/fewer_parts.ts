import type { Finding } from "../../finding_shape.ts";
import { findingFrom, iso, numbersOf, secondsText, someOf, stepMessages } from "../../evidence.ts";
import { labelOf, lastOf, leafOf, nameOf, objectOf, type Scalar } from "../../reading/fields.ts";
import { timeIn, timeKind, unitMsOf } from "../../reading/timestamps.ts";
import { type DeviceView, fieldsTold, type Reading, type TopicView } from "../../reading/view.ts";

/** Counts of what belongs to a device; guests and satellites come and go, fans run, and inverters sleep. */
const PARTS =
  /^(?:num(?:ber)?(?:of)?|n|total|count)?(?:online|connected|alive|reachable|available|paired|joined)?(?:nodes?|sensors?|slaves?|modules?|probes?|packs?|repeaters?|detectors?|anchors?|disks?|drives?|hashboards?|batter(?:ies|y(?=count)))(?:online|connected|alive|reachable|available)?(?:count|total|num)?$/;
/** A part of that name says which one it is, or what is wrong with it. */
const NO_COUNT =
  /^(?:n|node|sensor|slave|module|probe|pack|disk|drive)$|offline|lost|missing|dead|fail|err|fault|inactive|new/;
/** What is counted as long as it is heard of: the others are there, and do not speak. */
const IS_REACHED = /online|connected|alive|reachable|available/;
const LEAST_BEFORE = 2;
const LEAST_AFTER = 2;

/** `reported_error` of a count of a device's own parts that stood and is now lower. */
export function fewerParts(view: DeviceView): Finding[] {
  for (const { topic, path } of fieldsTold(view)) {
    const name = nameOf(path, topic.segments);
    if (!PARTS.test(name) || NO_COUNT.test(name)) continue;
    const readings = topic.live.filter(({ fields }) => typeof fields.get(path) === "number");
    const values = readings.map(({ fields }) => Number(fields.get(path)));
    const before = values[0] ?? 0;
    const at = values.findIndex((value) => value < before);
    if (at < LEAST_BEFORE || values.length - at < LEAST_AFTER || before > 1_000) continue;
    const stood = values.every((value, i) =>
      Number.isInteger(value) && (i < at ? value === before : value < before)
    );
    if (!stood) continue;
    return [findingFrom({
      code: "reported_error",
      title: `Some are ${IS_REACHED.test(name) ? "offline" : "missing"}: "${
        labelOf({ path, topic })
      }" fell from ${before} to ${values.at(-1)}`,
      summary: `On "${topic.topic}" it was ${before} in ${at} messages, and is lower since ${
        iso(readings[at].at)
      }`,
      messages: stepMessages(readings, at),
      numbers: numbersOf(values, { topic, path }),
      suggestion:
        "See which one went: look at its power, its cable and its place in the radio's reach.",
    })];
  }
  return [];
}

/** How long ago one of several was heard, in seconds. */
const AGE =
  /^(?:age|idle|lastseen|lastheard|sincelast|secondssince|silent)(?:s|secs?|seconds|m|min|mins|minutes|h|hours)?(?:ago)?$/;
const LEAST_OTHERS = 2;
const LEAST_AGE_S = 600;
/** So many times the age of the oldest of the others. */
const LEAST_FACTOR = 10;

/** `stale_heartbeat` of one of several alike in a document that says of each how long ago it was heard. */
export function agedParts(view: DeviceView): Finding[] {
  for (const topic of view.topics) {
    if (!/^(?:state|info|event)$/.test(topic.role) || topic.live.length < 2) continue;
    const first = topic.live[0];
    const last = topic.live.at(-1);
    if (first === undefined || last === undefined) continue;
    const before = agesIn(first);
    for (const [key, same] of agesIn(last)) {
      const [oldest, ...others] = same.sort((a, b) => b.age - a.age);
      if (oldest === undefined || others.length < LEAST_OTHERS) continue;
      // A door is told of when it opens, a thermometer all the time.
      if (RARE.test(oldest.path) || !areAlike([oldest, ...others], last)) continue;
      const unit = unitMsOf(leafOf(oldest.path)) / 1_000;
      const then = before.get(key)?.find(({ path }) => path === oldest.path)?.age ?? NaN;
      // It grows with the time: nothing came of it, as long as was listened.
      const grew = oldest.age - then;
      const passed = (last.at - first.at) / 1_000;
      if (!(Math.abs(grew - passed) <= Math.max(2 * unit, 0.2 * passed))) continue;
      if (oldest.age < LEAST_AGE_S || oldest.age < LEAST_FACTOR * others[0].age) continue;
      return [findingOf(topic, { oldest, others, last })];
    }
  }
  return [];
}

/** What speaks only when something happens. */
const RARE =
  /door|window|contact|leak|button|remote|motion|pir|smoke|lock|switch|plug|phone|person|presence|vibration|tilt/i;

/** Whether all of them tell the same, and more than their age. */
function areAlike(parts: readonly { path: string }[], { fields }: Reading): boolean {
  const shapes = parts.map(({ path }) => {
    const within = objectOf(path);
    return [...fields.keys()].filter((one) => objectOf(one) === within).map(leafOf).sort().join();
  });
  return shapes.every((shape) => shape === shapes[0]) && shapes[0].includes(",");
}

/** How old a part is by its age in a unit, or by the time when it was last heard, in seconds. */
function ageIn(path: string, value: Scalar, at: number): number | null {
  if (timeKind(lastOf(path)) === "seen") {
    const told = timeIn(value, at);
    if (told !== null) return told.zoned ? Math.max(0, (at - told.atMs) / 1_000) : null;
  }
  return typeof value === "number" && value >= 0 && value <= 1e8 && AGE.test(leafOf(path))
    ? value * unitMsOf(leafOf(path)) / 1_000
    : null;
}

/** Ages of the parts of one list or map, by where they stand. */
function agesIn({ fields, at }: Reading): Map<string, { path: string; age: number }[]> {
  const found = new Map<string, { path: string; age: number }[]>();
  for (const [path, value] of fields) {
    const age = ageIn(path, value, at);
    const levels = path.split(/\.|(?=\[)/);
    if (age === null || levels.length < 2) continue;
    const key = [...levels.slice(0, -2), levels.at(-1)].join(".");
    found.set(key, [...(found.get(key) ?? []), { path, age }]);
  }
  return found;
}

function findingOf(
  topic: TopicView,
  o: { oldest: { path: string; age: number }; others: readonly { age: number }[]; last: Reading },
): Finding {
  const { oldest, others, last } = o;
  return findingFrom({
    code: "stale_heartbeat",
    title: `One of several is silent: "${oldest.path}" is ${
      secondsText(1_000 * oldest.age)
    }, of the others at most ${secondsText(1_000 * others[0].age)}`,
    summary: `On "${topic.topic}" at ${iso(last.at)}; it grows as the time goes`,
    messages: someOf([last]),
    suggestion: "Look at this one alone: its battery, its power, its place in the radio's reach.",
  });
}
