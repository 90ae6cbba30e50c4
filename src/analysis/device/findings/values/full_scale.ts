import type { Finding } from "../../finding_shape.ts";
import { spreadOf } from "../../../statistics.ts";
import type { DeviceView } from "../../reading/view.ts";
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
