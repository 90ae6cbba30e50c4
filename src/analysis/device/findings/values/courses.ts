import type { Finding } from "../../finding_shape.ts";
import { findingFrom, iso, rounded, withNumbers } from "../../evidence.ts";
import { labelOf, leafOf, nameOf as nameOfField } from "../../reading/fields.ts";
import { differences, median, spreadOf } from "../../../statistics.ts";
import { plainKey } from "../../../../payload/plain_keys.ts";
import { besideOf, type DeviceView, standTogether, type TopicView } from "../../reading/view.ts";
import { type CourseRow, COURSES, HEAT } from "./course_rows.ts";
import { likesIn } from "../likes/likes.ts";
import { documentedName } from "../documents/documented.ts";
import { saysRuns } from "../effects/drivers.ts";
import { isSwitchedBetween } from "./turns.ts";
import { type Series, seriesOf } from "./series.ts";

/** A way that values go to the end, from one of them on. */
interface Course {
  readonly first: number;
  readonly from: number;
  readonly to: number;
  /** It went there at once, or came to rest there. */
  readonly jumps: boolean;
  readonly rests: boolean;
}

/** So many steps show a course; fewer do of what was quiet before. */
const LEAST_STEPS = 8;
const LEAST_LEFT = 5;
const LEAST_HEAD = 4;
/** Shares of the whole way: what is still where it began, a step back that is no turn, and one step that is a jump. */
const AT_START = 0.1;
const BACK = 0.15;
const JUMP = 0.6;
/** It goes so many times as far as it moved before. */
const TIMES_AS_FAR = 4;

/** The course that values take to their end: one way, but for noise. Null where they take none. */
export function courseOf(
  values: readonly number[],
  how: "rises" | "falls",
  leastSteps = LEAST_STEPS,
): Course | null {
  const sign = how === "rises" ? 1 : -1;
  const ways = values.map((value) => sign * value);
  const least = Math.min(...ways);
  const last = median(ways.slice(-2));
  const way = last - least;
  const first = Math.max(0, ways.findLastIndex((value) => value <= least + AT_START * way));
  const [head, tail] = [ways.slice(0, first + 1), ways.slice(first)];
  const isQuiet = head.length >= LEAST_HEAD && way >= TIMES_AS_FAR * spreadOf(head);
  if (way <= 0 || head.length >= LEAST_HEAD && !isQuiet) return null;
  if (tail.length <= (isQuiet ? Math.min(leastSteps, LEAST_LEFT) : leastSteps)) return null;
  let most = -Infinity;
  for (const value of tail) {
    most = Math.max(most, value);
    if (most - value > BACK * way) return null;
  }
  const third = Math.ceil(tail.length / 3);
  const begun = tail[third] - tail[0];
  const ended = last - tail[tail.length - 1 - third];
  const jumps = differences(tail).some((step) => step > JUMP * way);
  return {
    first,
    from: sign * least,
    to: values.at(-1) ?? 0,
    jumps,
    rests: ended < begun / 4,
  };
}

/** `outlier` of a number that takes a course which its kind does not take when all is well, and nothing beside it tells why. */
export function runaways(view: DeviceView): Finding[] {
  const device = plainKey(`${view.identity.name ?? ""} ${view.identity.deviceId}`);
  for (const series of seriesOf(view)) {
    if (series.kind === "counter" || series.values.length <= LEAST_STEPS) continue;
    const called = calledWith(series, view);
    const courses = new Map<CourseRow["how"], Course | null>();
    const own = `${calledBy(series)}_${plainKey(documentedName(view, series) ?? "")}`;
    for (const row of COURSES) {
      if (!row.names.every((name) => name.test(called)) || row.not?.test(called) === true) {
        continue;
      }
      // A tag that tells of a sauna is called so, and its numbers are not.
      if (row.how === "rises" && row.names[0] === HEAT && row.not?.test(device) === true) continue;
      if (row.notOwn?.test(own) === true) continue;
      let course = courses.get(row.how);
      if (course === undefined) {
        course = courseOf(inDegrees(series, called), row.how);
        courses.set(row.how, course);
      }
      if (course === null || !mayTake(series, { row, course, view })) continue;
      const beside = whyIn(series, { row, course, view });
      if (beside === null) continue;
      return [courseFinding(series, {
        course,
        how: row.how,
        label: documentedName(view, series),
        beside,
        advice: row.advice,
      })];
    }
  }
  return [];
}

/** What is whole and was never less is told in tenths of a degree, or in thousandths. */
const LEAST_TENTHS = 150;
const LEAST_THOUSANDTHS = 15_000;

function inDegrees({ values }: Series, called: string): readonly number[] {
  const least = HEAT.test(called) && values.every(Number.isInteger) ? Math.min(...values) : 0;
  const factor = least > LEAST_THOUSANDTHS ? 1_000 : least > LEAST_TENTHS ? 10 : 1;
  return factor === 1 ? values : values.map((value) => value / factor);
}

/** What falls to such a share of what it was is regulated by nobody. */
const NEARLY_NOTHING = 0.15;

/** Whether its course has the shape that its kind is told by. */
function mayTake(
  series: Series,
  { row, course, view }: { row: CourseRow; course: Course; view: DeviceView },
): boolean {
  // What goes to where nothing of its kind is well may rest there.
  const isGone = course.jumps || course.rests && course.to <= NEARLY_NOTHING * course.from;
  if (isGone && row.jumps === true) return isLeft(series, course, view);
  return !course.jumps && (!course.rests || row.beside === undefined && row.leaves !== true);
}

/** What goes one way to the end, as a finding. */
function courseFinding(
  series: Series,
  o: {
    course: Course;
    how: "rises" | "falls";
    label?: string | null;
    beside: string;
    advice: string;
  },
): Finding {
  const { first, from, to } = o.course;
  return onItsWay(series, {
    code: "outlier",
    title: `"${o.label ?? labelOf(series)}" ${
      o.course.jumps ? `${o.how === "rises" ? "rose" : "fell"}` : `${o.how} all the time:`
    } from ${rounded(from)} to ${rounded(to)}${o.beside}`,
    first,
    advice: o.advice,
  });
}

/** What goes one way from the value at `first` on, as a finding. */
export function onItsWay(
  { topic, path, values, readings }: Series,
  o: { code: Finding["code"]; title: string; first: number; advice: string },
): Finding {
  return findingFrom({
    code: o.code,
    title: o.title,
    summary: `On "${topic.topic}" in ${values.length - o.first} messages, from ${
      iso(readings[o.first].at)
    } on`,
    ...withNumbers({ topic, path, values }, readings.slice(o.first)),
    suggestion: o.advice,
  });
}

/** Within this share of what it usually is it works as before; within so many degrees it is as warm. */
const AS_BEFORE = 0.3;
const AS_WARM = 8;
const WARM = 35;

/** What goes on as before though it took its course, as the end of a title; null where something tells why, or nothing goes on. */
function whyIn(
  series: Series,
  { row, course, view }: { row: CourseRow; course: Course; view: DeviceView },
): string | null {
  const called = calledWith(series, view);
  if (!row.isFar(course.from, course.to, called)) return null;
  const isWarmth = HEAT.test(called) || row.names.some(({ source }) => source.includes("bearing"));
  // Where many are told in °F, no bound in °C holds.
  if (isWarmth && (/fahr|°f|_f$/.test(called) || isWanted(view, course))) return null;
  if (row.leaves === true && !isLeft(series, course, view)) return null;
  const sign = row.how === "rises" ? 1 : -1;
  const others = seriesOf(view).filter((one) =>
    one !== series && one.kind !== "counter" && one.values.length >= LEAST_HEAD &&
    sharesPlace(one, series) && !NO_MEASURE.test(calledBy(one))
  );
  if (row.why !== undefined) {
    const { why } = row;
    const grows = others.some((one) =>
      why.test(calledBy(one)) && !HEAT.test(calledBy(one)) &&
      goesAlong(one, { series, course, sign })
    );
    if (grows) return null;
  }
  if (row.beside === undefined) return "";
  const found = row.beside.map((need): string | null => {
    switch (need) {
      case "stopped":
        return stoppedBeside(others, { series, course });
      case "runs":
        return runsBeside(series, { row, course, view });
      case "level": {
        const zones = likesIn(view).filter(({ members }) => members.includes(series))
          .map(({ members }) => members.filter((one) => one !== series));
        return zones.some((all) =>
            all.length >= 3 && all.every(({ values }) => spreadOf(values) <= AS_WARM)
          )
          ? ", and all beside it are as before"
          : null;
      }
      case "likes":
        return likesStay(series, { row, course, view });
      case "warm": {
        const warm = others.filter((one) =>
          isWarm(one, view) && median(one.values) >= WARM && !/exhaust|abg|flue/.test(calledBy(one))
        );
        return warm.length > 0 && warm.some(({ values }) => spreadOf(values) <= AS_WARM)
          ? ""
          : null;
      }
      case "all": {
        const stay = others.every((one) => staysSince(one, series, course));
        return others.length > 0 && stay ? ", and nothing beside it tells why" : null;
      }
      case "work": {
        const work = others.find((one) =>
          one.values[0] !== 0 && new Set(one.values).size > 1 && isAsBefore(one) &&
          !isWarm(one, view)
        );
        // What takes the same course is not as before.
        const steady = work ??
          others.find((one) =>
            new Set(one.values).size > 1 && isAsBefore(one) && one.values[0] !== 0 &&
            courseOf(one.values, row.how) === null
          );
        return steady === undefined ? null : `, though "${labelOf(steady)}" is as before`;
      }
    }
  });
  return found.includes(null) ? null : found.find((one) => one !== "") ?? "";
}

const LEAST_TURNS = 200;

/** What turned and stands still since before the course began. */
function stoppedBeside(
  others: readonly Series[],
  { series, course }: { series: Series; course: Course },
): string | null {
  const fans = others.filter(({ values, topic, path }) =>
    /(?<![a-z])fans?(?![a-z]*tas)|l(?:ü|ue)fter/.test(
      `${topic.segments.at(-1)}_${path}`.toLowerCase(),
    ) &&
    values[0] >= LEAST_TURNS
  );
  const untilMs = series.readings[course.first + LEAST_HEAD]?.at ?? 0;
  const [fan] = fans;
  const stand = fans.every(({ values, readings }) => {
    const at = values.indexOf(0);
    return at > 0 && values.slice(at).every((value) => value === 0) &&
      (readings[at]?.at ?? Infinity) <= untilMs;
  });
  return fan !== undefined && stand ? ` since "${labelOf(fan)}" stands still` : null;
}

/** What says of itself, in each message since the course began, that it does what should make it go the other way. */
function runsBeside(
  series: Series,
  { row, course, view }: { row: CourseRow; course: Course; view: DeviceView },
): string | null {
  const sinceMs = series.readings[course.first].at;
  const places = view.topics.filter((topic) => sharesTree(topic, series.topic)).flatMap((topic) =>
    [...topic.live.at(-1)?.fields.keys() ?? []].map((path) => ({ topic, path }))
  );
  for (const { topic, path } of places) {
    if (row.runs?.test(nameOfField(path, topic.segments)) !== true) continue;
    const told = topic.live.filter(({ fields }) => fields.has(path));
    const since = told.filter(({ at }, i) => at >= sinceMs || i === told.length - 1);
    if (since.length >= LEAST_HEAD && since.every(({ fields }) => saysRuns(fields.get(path)))) {
      return `, though "${labelOf({ path, topic })}" is ${since.at(-1)?.fields.get(path)}`;
    }
  }
  return null;
}

const NO_MEASURE =
  /set|target|soll|limit|max|min(?!u)|rated|rssi|snr|signal|uptime|heap|_id$|dr$|port$/;

function isWarm(one: Series, view: DeviceView): boolean {
  return HEAT.test(calledWith(one, view)) ||
    /bearing|lager|(?:^|[._])t[a-z]?(?:_[a-z]+)?$/.test(calledBy(one));
}

function isAsBefore({ values }: Series): boolean {
  const middle = median(values);
  return values.every((value) => Math.abs(value - middle) <= AS_BEFORE * Math.abs(middle));
}

/** Whether another is elsewhere since the course began, up of what rises and down of what falls. */
function goesAlong(
  one: Series,
  { series, course, sign }: { series: Series; course: Course; sign: number },
): boolean {
  const sinceMs = series.readings[course.first + 1].at;
  const after = one.readings.findIndex(({ at }) => at >= sinceMs);
  const head = one.values.slice(0, Math.max(after, Math.ceil(one.values.length / 3)));
  const tail = one.values.slice(-Math.ceil(one.values.length / 3));
  const [before, now] = [median(head), median(tail)];
  return sign * (now - before) > AS_BEFORE * Math.abs(before) && now !== before;
}

function staysSince(one: Series, series: Series, course: Course): boolean {
  return !goesAlong(one, { series, course, sign: 1 }) &&
    !goesAlong(one, { series, course, sign: -1 });
}

/** Whether it was quiet before its course began, and nothing was switched or asked for then. */
function isLeft({ topic, readings }: Series, { first }: Course, view: DeviceView): boolean {
  const beatMs = topic.rhythm?.medianMs ?? 1_000;
  return first >= LEAST_HEAD - 1 && !isSwitchedBetween(view, {
    fromMs: readings[first - 1].at - beatMs,
    toMs: readings[first + 1].at + beatMs,
  });
}

/** What those called alike hold, all as ever and far from where it came to; null where they are none, or go along. */
function likesStay(
  series: Series,
  { row, course, view }: { row: CourseRow; course: Course; view: DeviceView },
): string | null {
  const way = Math.abs(course.to - course.from);
  const groups = likesIn(view).map(({ members }) => members)
    .concat([
      seriesOf(view).filter((one) =>
        row.how === "falls" && row.names.every((name) => name.test(calledWith(one, view)))
      ),
    ])
    .filter((members) => members.includes(series))
    .map((members) => members.filter((one) => one !== series));
  const stay = groups.find((others) =>
    others.length >= (row.how === "falls" ? 1 : 3) &&
    others.every(({ values }) =>
      spreadOf(values) <= way / 3 && Math.abs(median(values) - course.from) <= way / 2
    )
  );
  return stay === undefined
    ? null
    : `, and ${stay.length} of its kind beside it stay at ${
      rounded(Math.max(...stay.flatMap(({ values }) => values)))
    } or less`;
}

/** What is heated goes beyond what is wanted by so much, and water in a room by less. */
const HOT = 45;
const FAR_BELOW = 15;
const NEAR_BELOW = 3;

/** Whether anything tells that it is to be so warm. */
function isWanted({ topics }: DeviceView, { to }: Course): boolean {
  return topics.some(({ readings, segments }) =>
    [...readings.at(-1)?.fields ?? []].some(([path, value]) => {
      const name = nameOfField(path, segments);
      return /(?<!off|re)set|target|soll|goal|desired|wanted|consigne|zadan/.test(name) &&
        !/curr|amp|power|watt|volt|press|speed|flow|hum|level|pos|bright/.test(leafOf(path)) &&
        Number(value) >= to - (to > HOT ? FAR_BELOW : NEAR_BELOW) && Number(value) < 2_000;
    })
  );
}

/** What a series is called, with the levels above it and what its discovery document calls it, in lower case. */
function calledWith(series: Series, view: DeviceView): string {
  const { topic, path, called, readings } = series;
  // What is told beside a humidity is of air.
  const isOfAir = path !== "" &&
    besideOf(path, readings.at(-1)).some(([other]) =>
      /^(?:rel(?:ative)?)?hum(?:idity)?$|^rh$/.test(leafOf(other))
    );
  return plainKey(
    [
      ...topic.segments.slice(-3),
      ...path.split(".").slice(-2),
      called,
      documentedName(view, series),
      isOfAir ? "air" : "",
    ].filter((part) => part !== "" && part !== undefined && part !== null).join("_"),
  );
}

/** What a series is called with the level above it, in lower case. */
function calledBy({ topic, path, called }: Series): string {
  const above = topic.segments.at(-1) ?? "";
  return plainKey(called ?? (path === "" ? above : `${above}_${path}`));
}

/** Whether two stand in one message, or right below the same tree or the one below it. */
function sharesPlace(one: Series, series: Series): boolean {
  return one.topic === series.topic || standTogether(one, series) ||
    sharesTree(one.topic, series.topic);
}

function sharesTree(one: TopicView, other: TopicView): boolean {
  const [a, b] = [one, other].map(({ segments }) => segments.slice(0, -1).join("/"));
  return a === b || `${b}/`.startsWith(`${a}/`) || `${a}/`.startsWith(`${b}/`);
}
