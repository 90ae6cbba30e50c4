import type { Finding } from "../finding_shape.ts";
import { iso, numbersOf, rounded, someOf } from "../evidence.ts";
import { labelOf } from "../fields.ts";
import { median } from "../../statistics.ts";
import type { DeviceView } from "../view.ts";
import { type Series, seriesOf } from "./values.ts";

const LEAST_BEFORE = 3;
const LEAST_AFTER = 3;
/** Factors between two units of one quantity. */
const FACTORS = [1_000, 100, 10];

/** `outlier` of a field that goes on in another unit. */
export function unitChanges(view: DeviceView): Finding[] {
  const findings: Finding[] = [];
  for (const series of seriesOf(view)) {
    if (series.kind === "setting" || series.kind === "battery" || series.kind === "signal") {
      continue;
    }
    const found = shiftOf(series);
    if (found === null) continue;
    const { at, before, after, how } = found;
    const name = labelOf(series);
    findings.push({
      severity: "warning",
      code: "outlier",
      title: `"${name}" shifted from about ${rounded(before)} to ${rounded(after)}: ${how}`,
      evidence: {
        summary: `On "${series.topic.topic}" ${at} values are about ${rounded(before)}, and all ${
          series.values.length - at
        } from ${iso(series.readings[at]?.at ?? 0)} on about ${rounded(after)}`,
        messages: someOf([at - 2, at - 1, at, at + 1].flatMap((i) => series.readings[i] ?? [])),
        numbers: numbersOf(series.values, { topic: series.topic.topic, field: series.path }),
      },
      suggestion:
        "Look for an update or a changed setting at that time: the unit or the scale changed under the same name, so older values and limits no longer fit.",
    });
    if (findings.length === 3) break;
  }
  return findings;
}

function shiftOf(
  series: Series,
): { at: number; before: number; after: number; how: string } | null {
  const { values } = series;
  if (values.length < LEAST_BEFORE + LEAST_AFTER) return null;
  let best: { at: number; gap: number } | null = null;
  for (let i = LEAST_BEFORE; i <= values.length - LEAST_AFTER; i++) {
    const a = Math.abs(values[i - 1] ?? 0);
    const b = Math.abs(values[i] ?? 0);
    const gap = Math.max(a, b) / Math.max(1e-9, Math.min(a, b));
    if (gap > (best?.gap ?? 1)) best = { at: i, gap };
  }
  if (best === null) return null;
  const head = values.slice(0, best.at);
  const tail = values.slice(best.at);
  const before = median(head);
  const after = median(tail);
  if (before === 0 || after === 0 || Math.sign(before) !== Math.sign(after)) return null;
  // What goes through all values on its way, or back again, is the thing itself, not its unit.
  const steady = (some: readonly number[], middle: number, share: number) =>
    some.every((value) => Math.abs(value - middle) <= share * Math.abs(middle));
  const ratio = after > before ? after / before : before / after;
  const factor = FACTORS.find((one) => Math.abs(ratio / one - 1) < 0.2);
  if (factor !== undefined) {
    if (factor < 1_000 && SWITCHABLE.test(series.name)) return null;
    // The value itself goes on; only its scale is another.
    const step = (values[best.at] ?? 0) / (values[best.at - 1] ?? 1);
    const goesOn = Math.max(step, 1 / step) / factor;
    if (Math.abs(goesOn - 1) > (factor === 1_000 ? 0.05 : 0.03)) return null;
    const share = factor === 1_000 ? 0.5 : 0.15;
    if (!steady(head, before, share) || !steady(tail, after, share)) return null;
    // Two values alone are a switch's positions, unless one is the other in another unit.
    if (new Set(values).size < 4 && Math.abs(goesOn - 1) > 1e-6) return null;
    return {
      at: best.at,
      before,
      after,
      how: `${factor.toLocaleString("en-US")} times ${
        after > before ? "more" : "less"
      }, as when the unit changes`,
    };
  }
  if (!/temp|dewpoint/.test(series.name)) return null;
  const isToF = Math.abs(before * 1.8 + 32 - after) < 1.5;
  const isToC = Math.abs((before - 32) / 1.8 - after) < 1;
  const jump = Math.abs((values[best.at] ?? 0) - (values[best.at - 1] ?? 0));
  const swing = Math.max(...head) - Math.min(...head) + Math.max(...tail) - Math.min(...tail);
  if (!isToF && !isToC || jump < 10 || jump < 4 * swing) return null;
  return { at: best.at, before, after, how: isToF ? "from °C to °F" : "from °F to °C" };
}

const SWITCHABLE =
  /power|current|load|flow|rate|lux|illum|light|speed|rain|wind|traffic|cpu|usage|^a$|^w$/;
