import type { Finding } from "../finding_shape.ts";
import { iso, numbersOf, rounded, stepMessages } from "../evidence.ts";
import { labelOf } from "../fields.ts";
import type { DeviceView } from "../view.ts";
import { type Series, seriesOf } from "./values.ts";

/** What adds up over the whole life of a meter. */
const QUANTITY =
  /energy|kwh|(?<![a-z])wh$|import|export|delivered|received|consumption|consumed|produced|production|yield|generated|volume|water|gas|heat|m3$|litres?|liters?|odometer|zählerstand|zaehlerstand|meterstand|verbrauch|ertrag|usagetotal|totalusage|feedin|einspeisung|bezug/;
const LIFETIME =
  /total|lifetime|cumulative|sum|odometer|stand$|index|counter|register|meter|overall|(?:import|export|delivered|received)(?:ed)?(?:energy|kwh|wh)?$/;
/** What begins anew each day, trip or batch. */
const ANEW =
  /today|daily|day|night|session|trip|month|week|hour|year|rain|precip|since|last|current|cycle|job|batch|print|run|shift|event|interval|period|count(?!er)|time|minute|partial|heute|tag|monat|jahr|brew|shot|user|resett/;
const LEAST_BEFORE = 3;
const LEAST_AFTER = 2;
/** A total that falls by less than this share was rounded or corrected. */
const LEAST_SHARE = 0.001;

/** `outlier` of a meter's total that fell and counts on from there: its memory was lost, or an older state came back. */
export function lostTotals(view: DeviceView): Finding[] {
  const found: Finding[] = [];
  for (const series of seriesOf(view)) {
    const at = fallOf(series);
    if (at === null) continue;
    const before = series.values[at - 1] ?? 0;
    const after = series.values[at] ?? 0;
    const label = labelOf(series);
    found.push({
      severity: "warning",
      code: "outlier",
      title: `The total "${label}" fell from ${rounded(before)} to ${
        rounded(after)
      } and counts on from there`,
      evidence: {
        summary: `On "${series.topic.topic}" ${at} values rose to ${rounded(before)}, then at ${
          iso(series.readings[at]?.at ?? 0)
        } it was ${rounded(after)}, and ${series.values.length - at - 1} more went on from that`,
        messages: stepMessages(series.readings, at, at + 1),
        numbers: numbersOf(series.values, { topic: series.topic.topic, field: series.path }),
      },
      suggestion:
        "Look for a restart, a reset or an exchange of the meter at that time; in what adds consumption up, set the new start or correct the step, else it counts the difference.",
    });
    if (found.length === 2) break;
  }
  return found;
}

/** Where the one fall of a total is; null where it is no total, or fell never or again and again. */
function fallOf(series: Series): number | null {
  const { values, topic, path } = series;
  if (series.kind !== "counter" && series.kind !== "reading") return null;
  if (values.length < LEAST_BEFORE + LEAST_AFTER) return null;
  const isBare = path === "" || /^(?:value|val|v)$/i.test(path);
  const name = (isBare ? topic.segments.slice(-2).join("_") : path).toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "");
  if (!QUANTITY.test(name) || !LIFETIME.test(name) || ANEW.test(name)) return null;
  const falls = values.flatMap((value, i) => i > 0 && value < (values[i - 1] ?? value) ? [i] : []);
  const [at] = falls;
  if (at === undefined || falls.length > 1) return null;
  const before = values[at - 1] ?? 0;
  const after = values[at] ?? 0;
  const last = values.at(-1) ?? 0;
  if (at < LEAST_BEFORE || values.length - at < LEAST_AFTER || after < 0) return null;
  // It rose before and rises on; what came back was no new count.
  const rises = values.filter((value, i) => i > 0 && value > (values[i - 1] ?? value)).length;
  if (rises < 3 || last <= after || last >= before) return null;
  const step = (before - (values[0] ?? 0)) / (at - 1);
  const fall = before - after;
  return fall > 3 * step && fall > LEAST_SHARE * before ? at : null;
}
