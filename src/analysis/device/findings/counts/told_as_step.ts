/** A total of which all is told as one step: what reckons the steps had forgotten what it was. */
import { iso, rounded } from "../../evidence.ts";
import { labelOf } from "../../reading/fields.ts";
import { type DeviceView, standTogether } from "../../reading/view.ts";
import { rememberingEach } from "../../../../payload/remembered.ts";
import { type Series, seriesOf } from "../values/series.ts";
import type { Break } from "./totals.ts";

/** What tells by how much a total went on. */
const STEP =
  /chang|delta|diff|increment|(?:^|_)steps?$|since_?last|last(?:use|usage|consumption)|per(?:round|interval|read|poll|cycle|digit)|zuwachs|[äa]e?nderung/;
const LEAST_STEPS = 4;
/** A total is as much at least, and another step not more than such a share of it. */
const LEAST_TOTAL = 10;
const MOST_STEP = 0.01;
const SAME = 1e-6;
/** What is told one after the other is of one round. */
const ROUND_MS = 1_000;

/** Where a step beside a total is once as much as the whole total, though that went on by next to nothing. */
export function toldAsStep(total: Series, view: DeviceView): Break | null {
  return breaksOf(view).get(total) ?? null;
}

const breaksOf = rememberingEach((view: DeviceView): ReadonlyMap<Series, Break> => {
  const all = seriesOf(view);
  return new Map(all.flatMap((step) => {
    const at = STEP.test(step.name) ? largestOf(step) : null;
    if (at === null) return [];
    for (const total of all) {
      const found = total === step ? null : breakOf(total, { step, at });
      if (found !== null) return [[total, found]];
    }
    return [];
  }));
});

/** The index of the one step that is not small; null where there is none, or where it is the first. */
function largestOf({ values }: Series): number | null {
  const most = Math.max(...values);
  const at = values.indexOf(most);
  return values.length >= LEAST_STEPS && at > 0 && most >= LEAST_TOTAL &&
      values.every((value, i) => i === at || Math.abs(value) <= MOST_STEP * most)
    ? at
    : null;
}

function breakOf(total: Series, { step, at }: { step: Series; at: number }): Break | null {
  const { values, readings } = total;
  const [first = 0, last = 0] = [values[0], values.at(-1)];
  const told = step.readings[at].at;
  const now = readings.findLastIndex((one) => one.at <= told + ROUND_MS);
  const isAll = now > 0 && Math.abs(step.values[at] - values[now]) <= SAME * values[now];
  const isAtRest = Math.abs(last - first) <= MOST_STEP * first;
  if (!isAll || !isAtRest || !standTogether(step, total)) return null;
  const label = labelOf(step);
  return {
    at: [now],
    title: `of ${rounded(values[now])} is told as one step: "${label}" is ${
      rounded(step.values[at])
    }`,
    how: `it was ${rounded(values[now - 1])} before, and "${label}" next to nothing but at ${
      iso(told)
    }`,
    suggestion:
      "What reckons the steps restarted and had forgotten the last value: let it keep that, and drop this step where consumption is added up.",
  };
}
