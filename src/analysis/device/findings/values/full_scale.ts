import type { Finding } from "../../finding_shape.ts";
import { spreadOf } from "../../../statistics.ts";
import { areTogether, type DeviceView } from "../../reading/view.ts";
import { endsLong } from "./blank.ts";
import { numberOf } from "./quantities.ts";
import { type Series, seriesOf } from "./series.ts";
import { stuck } from "./values.ts";

/** What a converter of 10, 12 or 16 bits says where nothing holds its input down. */
const ENDS = [1023, 1024, 4095, 4096, 65_535];
/** What changes slowly; how bright it is, and whether it rains, goes to the end of a scale in a moment. */
const SLOW =
  /soil|moist|hum(?!an)|feucht|umid|wilgot|vla[zž]n|vlhk|vocht|fukt|fugt|press|druck|(?<!light|sound|noise|signal)level|^ph\d?$|conduct|turbid|oxygen|depth/;
const NOT = /light|lux|rain|sound|noise|set|limit|max|min|thresh|alarm|leak|flood/;
const LEAST_BEFORE = 3;
const LEAST_AT_END = 5;
/** Shares of the scale: how far below its end it was, and how quiet. */
const BELOW = 0.75;
const QUIET = 0.1;

/** `stuck_value` of what was quiet amid a converter's scale, and at once is at its very end for good: its wire is off. */
export function endsOfScale(view: DeviceView): Finding[] {
  for (const series of seriesOf(view)) {
    const at = sinceAtEnd(series);
    if (at === null) continue;
    const { values } = series;
    return [stuck(
      series,
      at,
      `it leapt from ${values[at - 1]} to the end of its scale and is there in all of the last ${
        values.length - at
      } messages`,
    )];
  }
  return [];
}

/** Ends of integers of 16 and of 32 bits; the first no list of codes has for what is not there. */
const TYPE_ENDS = [0x7fffffff, 0x7fff, 0xffff, 0xffffffff];
/** What Zigbee's sensors of light tell by it is that there is no measure. */
const NO_LIGHT = 0xfffe;
/** What is set, numbers a message, or is told so where there is no limit. */
const NO_QUANTITY =
  /set|limit|max|(?<!lu)min(?!u)|id$|seq|addr|port|time|duration|heap|mem|free|crc|colou?r|hue|interval|version|timer|remain/;
const LEAST_MOVING = 3;

/** `stuck_value` of a number that is at the end of its type all the time, while all else of its message is measured. */
export function endsOfTypes(view: DeviceView): Finding[] {
  const all = seriesOf(view);
  const isEnded = ({ values }: Series) =>
    (isEnd(values[0]) || isFarCount(values[0])) &&
    values.every((value) => value === values[0]);
  for (const series of all.filter(isEnded)) {
    const { name, kind, path, readings, values, topic } = series;
    const beside = all.filter((other) => other !== series && areTogether(other, series));
    if (values.length < LEAST_AT_END || !/^(?:reading|counter)$/.test(kind)) continue;
    // What several are is no number, but that there is none.
    if (path === "" || NO_QUANTITY.test(name) || beside.some(isEnded)) continue;
    const least = values[0] === NO_LIGHT ? 2 : LEAST_MOVING;
    if (!beside.some((other) => new Set(other.values).size >= least)) continue;
    const keys = [...readings.at(-1)?.fields.keys() ?? []];
    const like = view.twins.find(({ segments, live }) => {
      const last = live.at(-1)?.fields;
      const value = numberOf(path, last?.get(path) ?? null);
      const isAlike = values[0] === NO_LIGHT ||
        last?.size === keys.length && keys.every((key) => last.has(key));
      return segments.length === topic.segments.length && isAlike && value !== null &&
        value !== 0 && !isEnd(value);
    });
    const isSure = kind === "counter" &&
      (values[0] === TYPE_ENDS[0] || isFarCount(values[0]));
    if (like === undefined && !isSure || values[0] === NO_LIGHT && !LIGHT.test(name)) continue;
    return [stuck(
      series,
      0,
      `it is at the end of its type in all ${values.length} messages${
        like === undefined ? "" : `, and an ordinary number on "${like.segments.join("/")}"`
      }: it counts no further, or was never read`,
    )];
  }
  return [];
}

const LIGHT = /illum|lux/;

function isEnd(value: number): boolean {
  return TYPE_ENDS.includes(value) || value === NO_LIGHT;
}

/** Whether it is of so many digits, a part of a unit among them, just below the end of 32 bits: 42949.672 kWh. */
function isFarCount(value: number): boolean {
  return !Number.isInteger(value) && endsLong(value) && value > LEAST_FAR;
}

const LEAST_FAR = 10_000;

function sinceAtEnd({ kind, name, values }: Series): number | null {
  const end = values.at(-1) ?? 0;
  if (kind !== "reading" || !ENDS.includes(end) || !SLOW.test(name) || NOT.test(name)) return null;
  const at = values.findLastIndex((value) => value !== end) + 1;
  const before = values.slice(0, at);
  const isQuiet = before.length >= LEAST_BEFORE && spreadOf(before) <= QUIET * end &&
    before.every((value) => value > 0 && value <= BELOW * end);
  return isQuiet && values.length - at >= LEAST_AT_END && values.every(Number.isInteger)
    ? at
    : null;
}
