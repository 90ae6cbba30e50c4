import type { Finding } from "../finding_shape.ts";
import { findingFrom, iso, numbersOf, rounded, someOf } from "../evidence.ts";
import { labelOf, leafOf } from "../fields.ts";
import { median } from "../../statistics.ts";
import type { DeviceView } from "../view.ts";
import { seriesOf } from "./values.ts";

/** What is there to keep things cold. */
const COLD =
  /fridge|refrigerat|freezer|ice[ _-]?cream|frozen[ _-]?(?:food|goods)|cold[ _-]?(?:room|store|storage|chain)|chiller[ _-]?cabinet|vaccine|blood[ _-]?bank|kühlraum|kuehlraum|kühlschrank|kuehlschrank|gefrier|tiefk|congel|frigo|reefer|ultf?(?:[ _-]|\b)|-80/i;
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
      /defrost|abtau|thaw|d[ée]givr/i.test(`${segments.at(-1)} ${path}`) && value !== false &&
        value !== 0 && !/^(?:off|false|no|idle|0)$/i.test(String(value)) ||
      typeof value === "string" && /^(?:defrost|abtau|thaw|d[ée]givr)/i.test(value)
    )
  );
}

/** `outlier` of a cold place that was cold and gets warmer with each message. */
export function warmingColdStores(view: DeviceView): Finding[] {
  for (const series of seriesOf(view)) {
    const { path, topic, values, readings } = series;
    if (series.kind !== "reading" || !/temp/.test(series.name) && !/temp/i.test(topic.topic)) {
      continue;
    }
    const isFahrenheit = /(?:^|[_\W])f$|fahrenheit|tempf/i.test(`${path} ${topic.segments.at(-1)}`);
    if (isFahrenheit || NOT_INSIDE.test(path === "" ? topic.segments.at(-1) ?? "" : path)) continue;
    const told = [...readings.at(-1)?.fields ?? []].filter(([other]) => NAME.test(leafOf(other)));
    const names = [topic.topic, view.identity.name, view.identity.deviceId]
      .concat(told.map(([, value]) => String(value).slice(0, 80))).join(" ");
    if (!COLD.test(names)) continue;
    // From the lowest value on that nothing is below any more.
    let from = values.length - 1;
    while (from > 0 && (values[from - 1] ?? 0) < (values[from] ?? 0)) from--;
    const rises = values.length - 1 - from;
    const before = median(values.slice(0, Math.max(from, LEAST_BEFORE)));
    const last = values.at(-1) ?? 0;
    if (from < LEAST_BEFORE - 1 || rises < LEAST_RISES || before > 9) continue;
    if (last - before < RISE_C || last < (before > -5 ? 9 : FREEZER_C) || isDefrosting(view)) {
      continue;
    }
    return [findingFrom({
      code: "outlier",
      title: `It gets warm where it was cold: "${labelOf(series)}" rose from about ${
        rounded(before)
      } to ${rounded(last)} °C`,
      summary: `On "${topic.topic}" it rose ${rises} times in a row since ${
        iso(readings[from]?.at ?? 0)
      }`,
      messages: someOf(readings.slice(from)),
      numbers: numbersOf(values, { topic: topic.topic, field: path }),
      suggestion:
        "Look whether a door stands open, whether the cooling runs and has power, and whether it thaws its ice just now.",
    })];
  }
  return [];
}
