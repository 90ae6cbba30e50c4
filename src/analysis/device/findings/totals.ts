import type { Finding } from "../finding_shape.ts";
import { iso, numbersOf, repeating, rounded, someOf } from "../evidence.ts";
import { labelOf } from "../fields.ts";
import type { DeviceView } from "../view.ts";
import { type Series, seriesOf } from "./values.ts";

/** What meters add up. */
const METERED =
  /energy|kwh|wh$|(?:gas|water|heat|meter)(?:total|reading|volume|m3)$|zaehlerstand|zählerstand/;
/** Messages that a total may stay low before it is a new count. */
const LONGEST_DIP = 4;

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
  if (isFew && !(METERED.test(series.name) && values.filter((value) => value === 0).length === 1)) {
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
