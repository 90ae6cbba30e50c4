/** The legs of a split phase, of which one loses its voltage and its load at once. */
import { labelOf } from "../../reading/fields.ts";
import { median } from "../../../statistics.ts";
import { rounded } from "../../../../numbers.ts";
import type { DeviceView } from "../../reading/view.ts";
import { type Series, seriesOf } from "../values/series.ts";
import { isSwitchedBetween, spanAround } from "../values/turns.ts";

/** Voltages of a leg, and of a phase of which there are two. */
const LEGS = [[95, 140], [190, 270]] as const;
const LEAST_BEFORE = 3;
const LEAST_SINCE = 3;
/** Of one source, both are at as many volts. */
const APART = 0.06;
const NOTHING = 0.05;

/**
 * How one of two voltages that were those of one source fell to nothing, with what was drawn from it, while the other one goes
 * on with its load; null where it did not. Two sources by turns never carry a load at the same time.
 */
export function lostLeg(
  one: Series,
  others: readonly Series[],
  view: DeviceView,
): { title: string; from: number } | null {
  const [other] = others;
  if (other === undefined || others.length > 1) return null;
  const at = fallOf(one);
  const atMs = one.readings[at]?.at;
  if (atMs === undefined) return null;
  const [was, beside] = [median(one.values.slice(0, at)), median(other.values)];
  const isLeg = LEGS.some(([from, to]) =>
    [...one.values.slice(0, at), ...other.values].every((volts) => volts >= from && volts <= to)
  );
  if (!isLeg || Math.abs(was - beside) > APART * beside) return null;
  const load = loadsOf(one, other, view).find(([own, its]) => {
    const since = own.values.filter((_, i) => own.readings[i].at >= atMs);
    const before = own.values.slice(0, own.values.length - since.length);
    return before.length >= LEAST_BEFORE && before.every((value) => value > 0) &&
      since.length >= LEAST_SINCE &&
      since.every((value) => value <= NOTHING * median(before)) &&
      its.values.every((value) => value > 0);
  });
  if (load === undefined || isSwitchedBetween(view, spanAround(one.readings, at))) return null;
  return {
    title: `A leg is gone: "${labelOf(one)}" fell from ${rounded(was)} V to ${
      rounded(median(one.values.slice(at)))
    } V, and "${labelOf(load[0])}" with it; "${labelOf(other)}" stays at ${rounded(beside)} V`,
    from: at,
  };
}

/** Where values fell to nothing for good; behind the last of them where they did not. */
function fallOf({ values }: Series): number {
  const usual = median(values.slice(0, LEAST_BEFORE));
  const at = values.findLastIndex((value) => value > NOTHING * usual) + 1;
  const isFall = usual > 0 && at >= LEAST_BEFORE && values.length - at >= LEAST_SINCE;
  return isFall ? at : values.length;
}

function keyOf({ topic, path }: Series): string {
  return `${topic.topic}/${path}`;
}

/** What else is told of both under names that differ as theirs do: `ct1` and `ct2` beside `v1` and `v2`. */
function loadsOf(one: Series, other: Series, view: DeviceView): [Series, Series][] {
  const [a, b] = [keyOf(one), keyOf(other)];
  let head = 0;
  while (head < Math.min(a.length, b.length) && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < Math.min(a.length, b.length) - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
  const [own, its] = [a.slice(head, a.length - tail), b.slice(head, b.length - tail)];
  const [prefix, suffix] = [a.slice(0, head), a.slice(a.length - tail)];
  if (own === "" || its === "") return [];
  const all = seriesOf(view);
  const byKey = new Map(all.map((series) => [keyOf(series), series]));
  return all.flatMap((series): [Series, Series][] => {
    const key = keyOf(series);
    if (series === one || series === other) return [];
    const twins = [
      key.startsWith(prefix + own) ? prefix + its + key.slice((prefix + own).length) : null,
      key.endsWith(own + suffix)
        ? key.slice(0, key.length - (own + suffix).length) + its + suffix
        : null,
    ];
    const twin = twins.map((name) => name === null ? undefined : byKey.get(name))
      .find((found) => found !== undefined && found !== series);
    return twin === undefined ? [] : [[series, twin]];
  });
}
