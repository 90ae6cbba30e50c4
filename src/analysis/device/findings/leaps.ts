import type { Finding } from "../finding_shape.ts";
import { iso, numbersOf, rounded, stepMessages } from "../evidence.ts";
import { labelOf } from "../fields.ts";
import { differences, median } from "../../statistics.ts";
import type { DeviceView } from "../view.ts";
import { type Series, seriesOf } from "./values.ts";

/** What meters add up, unlike the messages and bytes that programs count. */
const METERED =
  /energy|kwh|wh$|import|export|deliver|consum|yield|produc|^totals?$|total(?:m3|l|liters?|volume|gas|water|heat)?$|(?:gas|water|heat|volume|meter)(?:total|reading|index|m3|count(?:er)?)?$|zaehlerstand|zählerstand|verbrauch|ertrag|m3$/;
/** Names of what does no such thing, for all that. */
const NOT_METERED =
  /power|watt$|byte|packet|frame|msg|message|request|error|temp|humid|press|level|volt|speed|heap|mem|uptime|free|price|cost|max|min|limit/;
const LEAST_BEFORE = 4;
const LEAST_AFTER = 2;
/** A leap is so many times all that was added otherwise, and so many times the largest step besides. */
const LEAP_OF_ALL = 20;
const LEAP_OF_STEP = 100;

/** `outlier` of a total that adds up bit by bit and once leaps by what nothing can have used meanwhile. */
export function leapingTotals(view: DeviceView): Finding[] {
  const all = seriesOf(view).flatMap((series) => {
    const at = METERED.test(series.name) && !NOT_METERED.test(series.name) ? leapIn(series) : null;
    return at === null ? [] : [{ series, at }];
  });
  const [first] = all;
  if (first === undefined) return [];
  const { series, at } = first;
  const [before, after] = [series.values[at - 1] ?? 0, series.values[at] ?? 0];
  const more = all.length > 1 ? `, and ${all.length - 1} more fields likewise` : "";
  return [{
    severity: "warning",
    code: "outlier",
    title: `The total "${labelOf(series)}" leaps from ${rounded(before)} to ${
      rounded(after)
    }${more}`,
    evidence: {
      summary: `On "${series.topic.topic}" it grows by about ${
        rounded(median(differences(series.values).filter((step) => step > 0)))
      } at a time, and by ${rounded(after - before)} at ${iso(series.readings[at]?.at ?? 0)}`,
      messages: stepMessages(series.readings, at, at + 1),
      numbers: numbersOf(series.values, { topic: series.topic.topic, field: series.path }),
    },
    suggestion:
      "Compare it with the meter's own display: a misread register or digit, or another device's count. Let consumers drop steps that the power beside it cannot have made.",
  }];
}

/** The index of the value with which a total leapt; null where it did not, or also falls. */
function leapIn({ values, readings }: Series): number | null {
  if (values.length < LEAST_BEFORE + LEAST_AFTER + 1) return null;
  const steps = differences(values);
  const most = Math.max(...steps);
  const at = steps.indexOf(most) + 1;
  const others = steps.filter((_, i) => i !== at - 1);
  if (at < LEAST_BEFORE || values.length - at < LEAST_AFTER) return null;
  // It adds up before as it does after.
  if (others.some((step) => step < 0)) return null;
  const grown = others.reduce((sum, step) => sum + step, 0);
  const growsBefore = steps.slice(0, at - 1).filter((step) => step > 0).length >= 2;
  if (!growsBefore || !steps.slice(at).some((step) => step > 0)) return null;
  if (most < LEAP_OF_ALL * grown || most < LEAP_OF_STEP * Math.max(...others)) return null;
  // What was added while nothing was heard came to more than one step.
  const times = differences(readings.map((reading) => reading.at));
  return (times[at - 1] ?? 0) <= 3 * median(times) ? at : null;
}
