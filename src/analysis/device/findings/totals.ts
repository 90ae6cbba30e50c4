import type { Finding } from "../finding_shape.ts";
import { iso, numbersOf, repeating, rounded, someOf, stepMessages } from "../evidence.ts";
import { labelOf } from "../fields.ts";
import { differences, median } from "../../statistics.ts";
import type { DeviceView } from "../view.ts";
import { type Series, seriesOf } from "./values.ts";

/** What meters add up: {@linkcode fallenTotals}, {@linkcode lostTotals} and {@linkcode leapingTotals} tell what goes wrong with it. */
const METERED =
  /energy|kwh|(?<![a-z])wh$|import|export|deliver|received|consum|yield|produc|generated|(?<!battery|speaker|sound|alarm)volume|water|gas|heat|m3$|lit(?:re|er)s?|odometer|z(?:ä|ae)hlerstand|meterstand|verbrauch|ertrag|usagetotal|totalusage|feedin|einspeisung|bezug|^totals?$|meter(?:total|reading|index|count(?:er)?)?$/;
/** What has such a name and adds nothing up. */
const NOT_METERED =
  /power|watt$|flow|(?<!gene)rate|byte|packet|frame|msg|message|request|error|temp|humid|press|level|volt|speed|heap|mem|uptime|free|price|cost|max|min|limit/;

function isMetered(name: string): boolean {
  return METERED.test(name) && !NOT_METERED.test(name);
}

/** Messages that a total may stay low before it is a new count. */
const LONGEST_DIP = 4;
const LEAST_AFTER = 2;

/**
 * `outlier` of a total that falls and goes on where it was: what adds up consumption by it counts
 * everything twice. A reset or a rollover does not come back.
 */
export function fallenTotals(view: DeviceView): Finding[] {
  const findings: Finding[] = [];
  for (const series of seriesOf(view)) {
    if (series.kind !== "counter" && series.kind !== "reading") continue;
    if (/seq|frame|msgid|uptime|bdseq|^n$|^id$|heap|free|rssi/.test(series.name)) continue;
    if (series.kind === "reading" && /temp|hum|press|volt|level|soc|batt/.test(series.name)) {
      continue;
    }
    const dips = dipsOf(series);
    if (dips === null) continue;
    const first = dips[0] ?? 0;
    const name = labelOf(series);
    const low = series.values[first] ?? 0;
    const before = series.values[first - 1] ?? 0;
    findings.push({
      severity: "warning",
      code: "outlier",
      title: `The total "${name}" fell from ${rounded(before)} to ${rounded(low)} and came back`,
      evidence: {
        summary:
          `On "${series.topic.topic}" ${dips.length} of ${series.values.length} values are below the one before, first at ${
            iso(series.readings[first]?.at ?? 0)
          }, and the count goes on where it was: no reset`,
        messages: someOf(
          [first - 1, ...dips.slice(0, 3), (dips.at(-1) ?? first) + 1]
            .flatMap((i) => series.readings[i]?.sample ?? []),
        ),
        numbers: numbersOf(series.values, { topic: series.topic.topic, field: series.path }),
        ...repeating(dips.map((i) => series.readings[i])),
      },
      suggestion:
        "Let consumers drop values below the last total (a restart or a failed read sends such zeros); otherwise each fall counts as a reset and the whole total is added again.",
    });
    if (findings.length === 3) break;
  }
  return findings;
}

/** The indices at which a total is too low, or null when it is no total or never fell. */
function dipsOf(series: Series): number[] | null {
  const { values } = series;
  const isFew = values.length < 8;
  // Of few values only one of exactly 0 among what a meter adds up is sure to be wrong.
  if (isFew && !(isMetered(series.name) && values.filter((value) => value === 0).length === 1)) {
    return null;
  }
  const dips: number[] = [];
  let highest = -Infinity;
  let rises = 0;
  let last = -Infinity;
  let run = 0;
  for (const [i, value] of values.entries()) {
    if (value < highest) {
      dips.push(i);
      if (++run > LONGEST_DIP) return null;
      continue;
    }
    run = 0;
    if (value > last && last !== -Infinity) rises++;
    highest = value;
    last = value;
  }
  // It must come back, and be a total without its falls.
  if (dips.length === 0 || isFew && dips.some((i) => values[i] !== 0)) return null;
  if (run > 0 || dips.length > values.length * 0.2) return null;
  const kept = values.filter((_, i) => !dips.includes(i));
  const first = kept[0] ?? 0;
  const grown = (kept.at(-1) ?? 0) - first;
  const isTotal = series.kind === "counter" ? rises >= 2 : rises >= Math.max(5, kept.length * 0.6);
  if (!isTotal || first < 0) return null;
  // Far below all that was counted here, not a late message or noise.
  const isFar = dips.every((i) => first - (values[i] ?? 0) > 2 * grown);
  return isFar ? dips : null;
}

const LIFETIME =
  /total|lifetime|cumulative|sum|odometer|stand$|index|counter|register|meter|overall|(?:import|export|delivered|received)(?:ed)?(?:energy|kwh|wh)?$/;
/** What begins anew each day, trip or batch. */
const ANEW =
  /today|daily|day|night|session|trip|month|week|hour|year|rain|precip|since|last|current|cycle|job|batch|print|run|shift|event|interval|period|count(?!er)|time|minute|partial|heute|tag|monat|jahr|brew|shot|user|resett/;
const LOST_BEFORE = 3;
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
  if (values.length < LOST_BEFORE + LEAST_AFTER) return null;
  const isBare = path === "" || /^(?:value|val|v)$/i.test(path);
  const name = (isBare ? topic.segments.slice(-2).join("_") : path).toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "");
  if (!isMetered(name) || !LIFETIME.test(name) || ANEW.test(name)) return null;
  const falls = values.flatMap((value, i) => i > 0 && value < (values[i - 1] ?? value) ? [i] : []);
  const [at] = falls;
  if (at === undefined || falls.length > 1) return null;
  const before = values[at - 1] ?? 0;
  const after = values[at] ?? 0;
  const last = values.at(-1) ?? 0;
  if (at < LOST_BEFORE || values.length - at < LEAST_AFTER || after < 0) return null;
  // It rose before and rises on; what came back was no new count.
  const rises = values.filter((value, i) => i > 0 && value > (values[i - 1] ?? value)).length;
  if (rises < 3 || last <= after || last >= before) return null;
  const step = (before - (values[0] ?? 0)) / (at - 1);
  const fall = before - after;
  return fall > 3 * step && fall > LEAST_SHARE * before ? at : null;
}

const LEAP_BEFORE = 4;
/** A leap is so many times all that was added otherwise, and so many times the largest step besides. */
const LEAP_OF_ALL = 20;
const LEAP_OF_STEP = 100;

/** `outlier` of a total that adds up bit by bit and once leaps by what nothing can have used meanwhile. */
export function leapingTotals(view: DeviceView): Finding[] {
  const all = seriesOf(view).flatMap((series) => {
    const at = isMetered(series.name) ? leapIn(series) : null;
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
  if (values.length < LEAP_BEFORE + LEAST_AFTER + 1) return null;
  const steps = differences(values);
  const most = Math.max(...steps);
  const at = steps.indexOf(most) + 1;
  const others = steps.filter((_, i) => i !== at - 1);
  if (at < LEAP_BEFORE || values.length - at < LEAST_AFTER) return null;
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
