import type { Finding } from "../finding_shape.ts";
import { findingFrom, iso, rounded, withNumbers } from "../evidence.ts";
import { labelOf, leafOf, nameOf } from "../fields.ts";
import { median } from "../../statistics.ts";
import { type DeviceView, statesTold } from "../view.ts";
import { saysRuns } from "./turns.ts";
import { seriesOf } from "./values.ts";

/** What is there to keep things cold. */
const COLD =
  /fridge|refrigerat|freezer|keezer|kegerator|(?:beer|wine|bottle|milk)[ _-]?cooler|ice[ _-]?cream|frozen[ _-]?(?:food|goods)|cold[ _-]?(?:room|store|storage|chain)|chiller[ _-]?cabinet|vaccine|blood[ _-]?bank|kühlraum|kuehlraum|kühlschrank|kuehlschrank|gefrier|tiefk|congel|frigo|reefer|ultf?(?:[ _-]|\b)|-80/i;
/** A part that gets warm there when all is well. */
const NOT_INSIDE =
  /ambient|room_?temp|outside|outdoor|condens|compress|evap|coil|suction|discharge|defrost|set|target|alarm|limit|max|min|high|low|board|cpu|mcu|device|return|supply/i;
/** Where a message says what it is of, or where it stands. */
const NAME = /^(?:device|sensor|asset|friendly)?name$|^label$|^alias$|^location$/;
const LEAST_BEFORE = 3;
const LEAST_RISES = 4;
const RISE_C = 5;
/** Colder than this, a freezer may thaw its own ice, as it does every day. */
const FREEZER_C = -8;

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

/** `outlier` of a cold place that was cold and gets warmer with each message. */
export function warmingColdStores(view: DeviceView): Finding[] {
  for (const series of seriesOf(view)) {
    const { path, topic, values, readings } = series;
    if (series.kind !== "reading" || !/temp/.test(series.name) && !/temp/i.test(topic.topic)) {
      continue;
    }
    const isFahrenheit = /(?:^|[_\W])f$|fahrenheit|tempf/i.test(`${path} ${topic.segments.at(-1)}`);
    const cooling = coolingSince(view);
    if (
      isFahrenheit && cooling === null ||
      NOT_INSIDE.test(path === "" ? topic.segments.at(-1) ?? "" : path)
    ) continue;
    const naming = [...readings.at(-1)?.fields ?? []].filter(([other]) => NAME.test(leafOf(other)));
    const names = [topic.topic, view.identity.name, view.identity.deviceId]
      .concat(naming.map(([, value]) => String(value).slice(0, 80))).join(" ");
    if (!COLD.test(names)) continue;
    // From the lowest value on that nothing is below any more.
    let from = values.length - 1;
    while (from > 0 && (values[from - 1] ?? 0) < (values[from] ?? 0)) from--;
    const rises = values.length - 1 - from;
    const before = median(values.slice(0, Math.max(from, LEAST_BEFORE)));
    const last = values.at(-1) ?? 0;
    if (rises < LEAST_RISES || isDefrosting(view)) continue;
    // What cools and gets warmer all the time does so in either unit, and wherever it began.
    const cooled = values.filter((_, i) =>
      i >= from && (readings[i]?.at ?? 0) >= (cooling?.atMs ?? Infinity)
    );
    const isInVain = cooled.length > LEAST_COOLED && last - (cooled[0] ?? last) >= RISE_C;
    const isWarm = from >= LEAST_BEFORE - 1 && before <= 9 && last - before >= RISE_C &&
      last >= (before > -5 ? 9 : FREEZER_C);
    if (!isInVain && (!isWarm || isFahrenheit)) continue;
    const [told, how, count, sinceMs, advice] = isInVain
      ? [
        "It gets warmer though it is cooled",
        `from ${rounded(cooled[0] ?? 0)} to ${rounded(last)}, and "${cooling?.label}" is on`,
        cooled.length - 1,
        cooling?.atMs,
        "Look whether the compressor really runs and has its refrigerant, whether its condenser is clean and its fans turn, and whether a door stands open.",
      ]
      : [
        "It gets warm where it was cold",
        `from about ${rounded(before)} to ${rounded(last)} °C`,
        rises,
        readings[from]?.at,
        "Look whether a door stands open, whether the cooling runs and has power, and whether it thaws its ice just now.",
      ];
    return [findingFrom({
      code: "outlier",
      title: `${told}: "${labelOf(series)}" rose ${how}`,
      summary: `On "${topic.topic}" it rose ${count} times in a row since ${iso(sinceMs ?? 0)}`,
      ...withNumbers(series, readings.slice(from)),
      suggestion: advice,
    })];
  }
  return [];
}
