import type { Finding } from "../finding_shape.ts";
import { iso, numbersOf, rounded, stepMessages } from "../evidence.ts";
import { labelOf } from "../fields.ts";
import { differences, median } from "../../statistics.ts";
import type { DeviceView } from "../view.ts";
import { isEnded } from "./ended_readings.ts";
import { type Series, seriesOf } from "./values.ts";

/** What is seldom less than nothing, and never by far once it was much more. */
const POSITIVE =
  /press(?:ure)?(?:psi|bar|kpa|hpa|mbar)?$|(?<!sound|noise|signal|audio|volume|power|charge|rf|rx|tx|sea|tide|relative)level(?:mm|cm|m|pct|percent)?$|^dist(?:ance)?(?:mm|cm|m)?$|depth$|moist(?:ure)?$|^co2(?:ppm)?$/;
/** A difference has a sign, and so has what is measured against the air. */
const SIGNED =
  /diff|delta|vacuum|draft|draught|suction|relative|gauge|trend|rate|change|offset|ph$|zug|tide|altitude|elevation/;
const LEAST_BEFORE = 3;
const LEAST_AFTER = 2;
/** Under less than nothing by this share of what it was, no zero point has drifted. */
const LEAST_SHARE = 0.05;

/** `outlier` of a reading that was much, fell below nothing in one step, and stays there. */
export function belowNothing(view: DeviceView): Finding[] {
  for (const series of seriesOf(view)) {
    const at = fallOf(series);
    if (at === null || isEnded(series.path, series.topic, view)) continue;
    const { topic, path, values, readings } = series;
    const last = values.at(-1) ?? 0;
    return [{
      severity: "warning",
      code: "outlier",
      title: `"${labelOf(series)}" is ${rounded(last)}, which it cannot be: it was about ${
        rounded(median(values.slice(0, at)))
      }`,
      evidence: {
        summary: `On "${topic.topic}" all ${values.length - at} values since ${
          iso(readings[at]?.at ?? 0)
        } are below 0, after ${at} that were not`,
        messages: stepMessages(readings, at),
        numbers: numbersOf(values, { topic: topic.topic, field: path }),
      },
      suggestion:
        "A converter without its sensor goes to the end of its scale: check the sensor's cable, plug and supply.",
    }];
  }
  return [];
}

function fallOf({ kind, name, path, topic, values }: Series): number | null {
  const called = `${topic.segments.slice(-2).join("/")}/${path}`.toLowerCase();
  if (kind !== "reading" || !POSITIVE.test(name) || SIGNED.test(called)) return null;
  const at = values.findLastIndex((value) => value >= 0) + 1;
  if (at < LEAST_BEFORE || values.length - at < LEAST_AFTER) return null;
  const head = values.slice(0, at);
  const least = Math.min(...head);
  // In one step: what goes down bit by bit may have a zero point of its own.
  const steps = differences(head).map(Math.abs);
  const fall = (head.at(-1) ?? 0) - (values[at] ?? 0);
  return least > 0 && fall > 4 * Math.max(...steps) &&
      values.slice(at).every((value) => value < -LEAST_SHARE * least)
    ? at
    : null;
}
