/** A charge that stands though the battery is drawn from: what flows out, its voltage and its like say so. */
import type { Finding } from "../../finding_shape.ts";
import { findingFrom, iso, rounded, withNumbers } from "../../evidence.ts";
import { isHolder, labelOf, leafOf, nameOf, objectOf } from "../../reading/fields.ts";
import { keepsGoing, lastsMs, standsFrom } from "../../../statistics.ts";
import { type DeviceView, type FieldPlace, stateTopics } from "../../reading/view.ts";
import { toldOfLike } from "../likes/told_by_twins.ts";
import { type Series, seriesOf, toldSince } from "../values/series.ts";

const CHARGE = /^(?:batt(?:ery)?)?(?:soc|stateofcharge|chargelevel)$/;
const CURRENT = /^(?:batt(?:ery)?|dc|pack)?current$/;
const VOLTS = /^(?:batt(?:ery)?|dc|pack|total)?voltage$/;
/** What it holds, and what was drawn of that, in Ah. */
const CAPACITY = /^(?:installed|nominal|full|rated|design)?capacity(?:ah)?$/;
const CONSUMED = /^(?:consumed(?:amphours|ah)|dischargedah|usedah)$/;
const OF_BATTERY = [5, 3_000] as const;

const LEAST_STILL = 8;
const LEAST_MS = 240_000;
const LEAST_AMPS = 1;
/** Shares of what it holds that were drawn: beside what shows that it should have told it, and without. */
const DRAWN = 0.025;
const DRAWN_MUCH = 0.12;
/** By such a share its voltage falls all the while: nothing is charged. */
const FALLS = 0.005;
/** Its like is at the same voltage, and told by so many percents less and less. */
const SAME_VOLTS = 0.01;
const LEAST_FALL = 0.5;
const MS_PER_HOUR = 3_600_000;

/** `stuck_value` of a charge that stays to the digit while so much is drawn that it must have fallen. */
export function chargeStandsDrawn(view: DeviceView): Finding[] {
  for (const one of seriesOf(view)) {
    const { name, readings, topic, values } = one;
    const from = standsFrom(values);
    const last = values.at(-1) ?? 0;
    if (!CHARGE.test(name) || topic.mixes || values.length - from < LEAST_STILL) continue;
    if (last <= 0 || lastsMs(readings, from) < LEAST_MS) continue;
    const sinceMs = readings[from].at;
    const flow = onlyOne(one, CURRENT, view);
    const volts = onlyOne(one, VOLTS, view);
    const capacity = capacityBeside(one, view);
    if (flow === null || volts === null || capacity === null) continue;
    const drawn = drawnSince(flow, sinceMs);
    const tension = toldSince(volts, sinceMs).tail;
    if (!keepsGoing(tension, -1, FALLS * Math.abs(tension[0] ?? 0))) continue;
    if (drawn < DRAWN * capacity) continue;
    const why = whyToFall(one, { volts, sinceMs, view });
    if (why === null && drawn < DRAWN_MUCH * capacity) continue;
    return [findingFrom({
      code: "stuck_value",
      title: `"${labelOf(one)}" stays at ${rounded(last)} % though the battery is drawn from: "${
        labelOf(flow)
      }" is ${rounded(flow.values.at(-1) ?? 0)} A, ${rounded(Number(drawn.toFixed(1)))} Ah of ${
        rounded(capacity)
      } Ah since ${iso(sinceMs)}${why ?? ""}`,
      summary: `On "${topic.topic}" all ${
        values.length - from
      } messages since then tell the same, while "${labelOf(volts)}" fell from ${
        rounded(tension[0] ?? 0)
      } to ${rounded(tension.at(-1) ?? 0)} V`,
      ...withNumbers(one, readings.slice(from)),
      suggestion:
        "Do not rely on this charge: go by the voltage, or it is drawn until it shuts off. Look whether what counts it measures its current, charge it in full once so that it is counted anew, and see whether its firmware or its driver tells an old value.",
    })];
  }
  return [];
}

/** The levels and the object in which a place stands. */
function treeOf({ topic, path }: FieldPlace): string {
  return path === "" || isHolder(leafOf(path))
    ? `${topic.segments.slice(0, -1).join("/")}/`
    : `${topic.topic}/${objectOf(path)}`;
}

/** The only number of that name in the tree in which a charge stands. */
function onlyOne(one: Series, name: RegExp, view: DeviceView): Series | null {
  const tree = treeOf(one);
  const [found, ...others] = seriesOf(view).filter((other) =>
    name.test(other.name) && `${other.topic.topic}/${other.path}`.startsWith(tree) &&
    other.values.length >= LEAST_STILL
  );
  return found === undefined || others.length > 0 ? null : found;
}

/** The most that is told beside it of how much it holds, in Ah. */
function capacityBeside(one: Series, view: DeviceView): number | null {
  const tree = treeOf(one);
  const told = stateTopics(view).flatMap(({ topic, segments, readings }) =>
    [...readings.at(-1)?.fields ?? []].flatMap(([path, value]) =>
      typeof value === "number" && CAPACITY.test(nameOf(path, segments)) &&
        value >= OF_BATTERY[0] && value <= OF_BATTERY[1] && `${topic}/${path}`.startsWith(tree)
        ? [value]
        : []
    )
  );
  return told.length === 0 ? null : Math.max(...told);
}

/** How many Ah flowed one way since a time; 0 where it ever turned or nearly stopped. */
function drawnSince(flow: Series, sinceMs: number): number {
  const { from, tail } = toldSince(flow, sinceMs);
  const sign = Math.sign(tail[0] ?? 0);
  if (from < 0 || tail.length < LEAST_STILL || tail.some((amps) => sign * amps < LEAST_AMPS)) {
    return 0;
  }
  return tail.slice(1).reduce(
    (sum, amps, i) =>
      sum + Math.abs(amps) * (flow.readings[from + i + 1].at - flow.readings[from + i].at) /
        MS_PER_HOUR,
    0,
  );
}

/** What shows that it should have fallen: what counts the Ah beside it stands as well, or its like at the same voltage falls. */
function whyToFall(
  one: Series,
  { volts, sinceMs, view }: { volts: Series; sinceMs: number; view: DeviceView },
): string | null {
  const like = toldOfLike(one, view).find(({ values, times, whose }) => {
    const theirs = toldOfLike(volts, view).find((other) => other.whose === whose);
    const since = values.filter((_, i) => times[i] >= sinceMs);
    const [own = 0, other = NaN] = [volts.values.at(-1), theirs?.values.at(-1)];
    return Math.abs(own - other) <= SAME_VOLTS * Math.abs(own) &&
      (since[0] ?? 0) - (since.at(-1) ?? 0) >= LEAST_FALL;
  });
  if (like !== undefined) {
    return `, and that of "${like.whose}" at the same voltage fell to ${
      rounded(like.values.at(-1) ?? 0)
    } %`;
  }
  const count = onlyOne(one, CONSUMED, view);
  return count !== null && new Set(toldSince(count, sinceMs).tail).size === 1
    ? `, and "${labelOf(count)}" stays at ${rounded(count.values.at(-1) ?? 0)}`
    : null;
}
