import type { Finding } from "../../finding_shape.ts";
import { findingFrom, iso, rounded, withNumbers } from "../../evidence.ts";
import { labelOf, leafOf, nameOf } from "../../reading/fields.ts";
import { median } from "../../../statistics.ts";
import { type DeviceView, statesTold } from "../../reading/view.ts";
import { COLD, HEAT } from "../values/course_rows.ts";
import { courseOf } from "../values/courses.ts";
import { saysRuns } from "./drivers.ts";
import { isDefrosting } from "./held_back.ts";
import { type Series, seriesOf } from "../values/series.ts";
import { wordsAt } from "../words/name_words.ts";

/** A part that gets warm there when all is well. */
const NOT_INSIDE =
  /ambient|room_?temp|outside|outdoor|condens|compress|evap|coil|suction|discharge|defrost|set|target|alarm|limit|max|min|high|low|board|cpu|mcu|device|return|supply/i;
/** Where a message says what it is of, or where it stands. */
const NAME = /^(?:device|sensor|asset|friendly)?name$|^label$|^alias$|^location$/;
/** Up to here a place is cold; above the next it is warm, or thaws. */
const COLD_C = 9;
const FREEZER_C = -5;
const THAWING_C = -8;
/** Where what is left alone is on its way to that: it was deep frozen, and came so far. */
const SOFTER_C = -12;
const LEFT_RISE_C = 6;
const RISE_C = 5;
/** What keeps samples thaws no ice by itself, and is soon cold again when it was open. */
const ULTRA_COLD_C = -60;
const ULTRA_RISE_C = 12;
const LEAST_STEPS = 4;

/** What cools, and that it does. */
const COOLS =
  /^(?:is)?(?:compressor|kompressor|cooling|cooler|k(?:ü|ue)hlung|refroidissement)(?:on|state|status|active|running|relay)?$/;
const LEAST_COOLED = 10;

/** Since when it says that it cools; null where it does not. */
function coolingSince(view: DeviceView): { atMs: number; label: string } | null {
  for (const { topic, path } of statesTold(view)) {
    if (!COOLS.test(nameOf(path, topic.segments))) continue;
    const off = topic.live.findLastIndex(({ fields }) => !saysRuns(fields.get(path)));
    const first = topic.live[off + 1];
    if (first !== undefined) return { atMs: first.at, label: labelOf({ path, topic }) };
  }
  return null;
}

/** What is told by the name of a cold place alone, and is as cold as one that freezes, is how cold it is. */
function isOfWarmth({ name, topic, values }: Series): boolean {
  return HEAT.test(name) || /temp/i.test(topic.topic) ||
    COLD.test(topic.segments.at(-1) ?? "") && values[0] <= DEEP_C &&
      values.every((value) => value > COLDEST_C && value < THAWED_C);
}

const DEEP_C = -12;
const COLDEST_C = -95;
const THAWED_C = 40;
const HOTTEST = 150;

/** What a compressor draws, in the languages of those who watch it. */
const DRAWS =
  /(?<![a-z])(?:a?power|watts?|leistung|puissance|potencia|potenza|pot[eê]ncia|vermogen|effekt|moc|teho|v[yý]kon|мощность)(?![a-z])|(?:active|real|wirk)_?(?:power|leistung)/i;
/** Less than this, in watts, runs no compressor, where it was so much before. */
const NOTHING_W = 2;
const DRAWN_W = 20;
const LEAST_UNDRAWN = 8;

/** Whether two topics stand below one level that names a cold place, or below the same tree. */
function areOfOnePlace(one: readonly string[], other: readonly string[]): boolean {
  const named = one.findIndex((level) => COLD.test(level));
  const shared = named < 0 || named === one.length - 1 ? one.length - 1 : named + 1;
  return one.slice(0, shared).join("/") === other.slice(0, shared).join("/");
}

/** What is drawn there, and was nothing in each message since a time; null where something is drawn, or nothing tells. */
function drawsNothing(view: DeviceView, { topic }: Series, sinceMs: number): Series | null {
  const told = seriesOf(view).filter((one) =>
    DRAWS.test(wordsAt(one.path, one.topic.segments)) &&
    areOfOnePlace(topic.segments, one.topic.segments)
  );
  const since = told.map(({ values, readings }) =>
    values.filter((_, i) => readings[i].at > sinceMs)
  );
  const isNothing = (value: number, { values }: Series) =>
    value === 0 || Math.abs(value) < NOTHING_W && Math.max(...values) >= DRAWN_W;
  return since.every((values, i) =>
      values.every((value) => told[i] !== undefined && isNothing(value, told[i]))
    )
    ? told.find((_, i) => since[i].length >= LEAST_UNDRAWN) ?? null
    : null;
}

/** `outlier` of a cold place that gets warm, or warmer all the time though it is cooled. */
export function warmingColdStores(view: DeviceView): Finding[] {
  for (const series of seriesOf(view)) {
    const { path, topic, values, readings } = series;
    if (series.kind !== "reading" || !isOfWarmth(series)) continue;
    const naming = [...readings.at(-1)?.fields ?? []].filter(([other]) => NAME.test(leafOf(other)));
    const names = [topic.topic, view.identity.name, view.identity.deviceId]
      .concat(naming.map(([, value]) => String(value).slice(0, 80)), series.called ?? "").join(" ");
    if (NOT_INSIDE.test(path === "" ? topic.segments.at(-1) ?? "" : path) || !COLD.test(names)) {
      continue;
    }
    const course = courseOf(values, "rises", LEAST_STEPS);
    // What is hotter than any room was not read.
    if (course === null || course.to > HOTTEST || isDefrosting(view)) continue;
    const isFahrenheit = /(?:^|[_\W])f$|fahrenheit|tempf/i.test(`${path} ${topic.segments.at(-1)}`);
    const cooling = coolingSince(view);
    const from = median(values.slice(0, Math.max(1, course.first + 1)));
    const isWarm = from <= COLD_C && course.to - from >= RISE_C &&
      course.to >= (from > FREEZER_C ? COLD_C : THAWING_C) && !isFahrenheit;
    // What cools and gets warmer all the time does so in either unit, and wherever it began.
    const cooled = values.filter((_, i) =>
      i >= course.first && readings[i].at >= (cooling?.atMs ?? Infinity)
    );
    const isInVain = cooled.length > LEAST_COOLED && course.to - cooled[0] >= RISE_C;
    const isLeft = from <= SOFTER_C && course.to >= SOFTER_C &&
      course.to - from >= LEFT_RISE_C && !isFahrenheit;
    const isDeep = from <= ULTRA_COLD_C && course.to - from >= ULTRA_RISE_C &&
      values.length - course.first >= LEAST_COOLED;
    const undrawn = isInVain || isWarm || isDeep || isLeft
      ? drawsNothing(view, series, readings[course.first].at)
      : null;
    if (!isInVain && !isWarm && !isDeep && undrawn === null) continue;
    return [findingFrom({
      code: "outlier",
      title: `${
        isInVain ? "It gets warmer though it is cooled" : "It gets warm where it was cold"
      }: "${labelOf(series)}" rose from ${
        isInVain ? rounded(cooled[0]) : `about ${rounded(from)}`
      } to ${rounded(course.to)}${isInVain ? `, and "${cooling?.label}" is on` : " °C"}${
        undrawn === null
          ? ""
          : `, and "${labelOf(undrawn)}" is ${rounded(undrawn.values.at(-1) ?? 0)}`
      }`,
      summary: `On "${topic.topic}" in ${values.length - course.first} messages, since ${
        iso(readings[course.first].at)
      }`,
      ...withNumbers(series, readings.slice(course.first)),
      suggestion:
        "Look whether a door stands open, whether the compressor really runs, has its refrigerant and power, and whether it thaws its ice just now.",
    })];
  }
  return [];
}
