import type { Finding } from "../finding_shape.ts";
import { findingFrom, iso, rounded, withNumbers } from "../evidence.ts";
import { labelOf, leafOf, nameOf } from "../fields.ts";
import { median } from "../../statistics.ts";
import { type DeviceView, statesTold } from "../view.ts";
import { COLD } from "./course_rows.ts";
import { courseOf } from "./courses.ts";
import { saysRuns } from "./turns.ts";
import { seriesOf } from "./series.ts";

/** A part that gets warm there when all is well. */
const NOT_INSIDE =
  /ambient|room_?temp|outside|outdoor|condens|compress|evap|coil|suction|discharge|defrost|set|target|alarm|limit|max|min|high|low|board|cpu|mcu|device|return|supply/i;
/** Where a message says what it is of, or where it stands. */
const NAME = /^(?:device|sensor|asset|friendly)?name$|^label$|^alias$|^location$/;
/** Up to here a place is cold; above the next it is warm, or thaws. */
const COLD_C = 9;
const FREEZER_C = -5;
const THAWING_C = -8;
const RISE_C = 5;
const LEAST_STEPS = 4;

/** Whether it says that it thaws its ice. */
function isDefrosting({ topics }: DeviceView): boolean {
  return topics.some(({ segments, readings }) =>
    [...readings.at(-1)?.fields ?? []].some(([path, value]) =>
      // What a value is called is none: `{"key": "defrost", "value": 0}`.
      (typeof value !== "string" || !path.includes(`[${value}]`)) &&
      (/defrost|abtau|thaw|d[ée]givr/i.test(`${segments.at(-1)} ${path}`) && value !== false &&
          value !== 0 && !/^(?:off|false|no|idle|0)$/i.test(String(value)) ||
        typeof value === "string" && /^(?:defrost|abtau|thaw|d[ée]givr)/i.test(value))
    )
  );
}

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

/** `outlier` of a cold place that gets warm, or warmer all the time though it is cooled. */
export function warmingColdStores(view: DeviceView): Finding[] {
  for (const series of seriesOf(view)) {
    const { path, topic, values, readings } = series;
    if (series.kind !== "reading" || !/temp/.test(series.name) && !/temp/i.test(topic.topic)) {
      continue;
    }
    const naming = [...readings.at(-1)?.fields ?? []].filter(([other]) => NAME.test(leafOf(other)));
    const names = [topic.topic, view.identity.name, view.identity.deviceId]
      .concat(naming.map(([, value]) => String(value).slice(0, 80))).join(" ");
    if (NOT_INSIDE.test(path === "" ? topic.segments.at(-1) ?? "" : path) || !COLD.test(names)) {
      continue;
    }
    const course = courseOf(values, "rises", LEAST_STEPS);
    if (course === null || isDefrosting(view)) continue;
    const isFahrenheit = /(?:^|[_\W])f$|fahrenheit|tempf/i.test(`${path} ${topic.segments.at(-1)}`);
    const cooling = coolingSince(view);
    const from = median(values.slice(0, Math.max(1, course.first + 1)));
    const isWarm = from <= COLD_C && course.to - from >= RISE_C &&
      course.to >= (from > FREEZER_C ? COLD_C : THAWING_C) && !isFahrenheit;
    // What cools and gets warmer all the time does so in either unit, and wherever it began.
    const cooled = values.filter((_, i) =>
      i >= course.first && (readings[i]?.at ?? 0) >= (cooling?.atMs ?? Infinity)
    );
    const isInVain = cooled.length > LEAST_COOLED && course.to - (cooled[0] ?? 0) >= RISE_C;
    if (!isInVain && !isWarm) continue;
    return [findingFrom({
      code: "outlier",
      title: `${
        isInVain ? "It gets warmer though it is cooled" : "It gets warm where it was cold"
      }: "${labelOf(series)}" rose from ${
        isInVain ? rounded(cooled[0] ?? 0) : `about ${rounded(from)}`
      } to ${rounded(course.to)}${isInVain ? `, and "${cooling?.label}" is on` : " °C"}`,
      summary: `On "${topic.topic}" in ${values.length - course.first} messages, since ${
        iso(readings[course.first]?.at ?? 0)
      }`,
      ...withNumbers(series, readings.slice(course.first)),
      suggestion:
        "Look whether a door stands open, whether the compressor really runs, has its refrigerant and power, and whether it thaws its ice just now.",
    })];
  }
  return [];
}
