/** Others of the device's kind go where they are sent, and it does not. */
import { standsFrom } from "../../../statistics.ts";
import type { Finding } from "../../finding_shape.ts";
import { findingFrom, iso, rounded, withNumbers } from "../../evidence.ts";
import { labelOf, leafOf } from "../../reading/fields.ts";
import { type DeviceView, standTogether } from "../../reading/view.ts";
import { type Series, seriesOf } from "../values/series.ts";
import { restsIn } from "../effects/held_back.ts";
import { calledOf } from "../effects/setpoints.ts";
import { lastIn, numbersBeside, placesIn, type Told } from "./told_by_twins.ts";

const LEAST_TWINS = 2;

/** What is not moved where it is wanted, but warmed, filled or counted. */
const NO_MOVE =
  /temp|hum|soc|batt|charg|co2|level|fill|energy|count|price|volum|time|press|volt|curr|power|alarm|limit|min|max/;
const LEAST_STILL = 6;
const LEAST_STILL_MS = 25_000;
/** Shares of all that was wanted, of itself and of others: near a target, and far from it. */
const NEAR = 0.1;
const FAR = 0.25;

/** Where a device says how it works, which must be as with the others. */
const WAY = /mode|state|status|enable|active|auto|manual|release|action|fault|error|plugged|occup/;

/** `outlier` of what stands far from its target while others of its kind go to theirs. */
export function behindItsTwins(view: DeviceView): Finding[] {
  const told = numbersBeside(view);
  if (told === null) return [];
  for (const one of seriesOf(view)) {
    if (one.topic.role !== "state") continue;
    const found = leftBehind(one, view, told);
    if (found !== null) return [found];
  }
  return [];
}

type Numbers = ReadonlyMap<string, readonly Told[]>;

function leftBehind(one: Series, view: DeviceView, told: Numbers): Finding | null {
  const from = standsFrom(one.values);
  const { readings, values } = one;
  const sinceMs = readings[from].at;
  if (values.length - from < LEAST_STILL) return null;
  if (NO_MOVE.test(one.name) || calledOf(one).isWanted) return null;
  const at = values.at(-1) ?? 0;
  for (const target of seriesOf(view)) {
    const { isWanted, key } = calledOf(target);
    if (target === one || !standTogether(one, target)) continue;
    const twins = pairsOf(one, target, told);
    // What goes with another number of its kind in each of them, as a nacelle with the wind, does so here.
    if (
      isWanted
        ? !["", calledOf(one).key].includes(key)
        : !goTogether(one, target, twins) || isIdle(one, view)
    ) {
      continue;
    }
    const wishes = [...target.values, ...twins.flatMap((twin) => twin.target.values)];
    const range = Math.max(...wishes) - Math.min(...wishes);
    if (range === 0 || Math.abs(values[0] - target.values[0]) > NEAR * range) {
      continue;
    }
    const near = target.values.findLastIndex((value) => Math.abs(value - at) < FAR * range);
    const farMs = Math.max(sinceMs, target.readings[near + 1]?.at ?? Infinity);
    const isLong = (target.readings.at(-1)?.at ?? 0) - farMs >= LEAST_STILL_MS;
    if (target.values.length - near <= LEAST_STILL || !isLong) continue;
    const followers = twins.filter((twin) => follows(twin, { range, sinceMs }))
      .filter((twin) => worksAs(twin, view));
    if (followers.length < LEAST_TWINS) continue;
    return findingFrom({
      code: "outlier",
      title: `"${labelOf(one)}" does not follow its target: it stands at ${rounded(at)} and "${
        labelOf(target)
      }" is ${
        rounded(target.values.at(-1) ?? 0)
      }, while ${followers.length} others of its kind go to theirs`,
      summary: `On "${one.topic.topic}" it is the same in ${values.length - from} messages since ${
        iso(sinceMs)
      }; "${followers[0]?.whose}" went where it was sent`,
      ...withNumbers(one, readings.slice(Math.max(0, from - 1))),
      suggestion:
        "Look at its motor, brake, coupling and drive, whether something blocks it, and at what tells its position.",
    });
  }
  return null;
}

interface Twin {
  readonly whose: string;
  /** Of its topic and field, the level at which its name stands. */
  readonly level: number;
  readonly actual: Told;
  readonly target: Told;
}

/** What others tell of both. */
function pairsOf(one: Series, target: Series, told: Numbers): Twin[] {
  const [own, its] = [one, target].map(({ topic, path }) => placesIn(topic.segments, path));
  return (own ?? []).flatMap((place, level) =>
    (told.get(place) ?? []).flatMap((actual): Twin[] => {
      const other = told.get(its?.[level] ?? "")?.find(({ whose }) => whose === actual.whose);
      return other === undefined ? [] : [{ whose: actual.whose, level, actual, target: other }];
    })
  );
}

/** Names of what turns to where something else is. */
const SIDE = /yaw|azim|heading|direction|bearing|angle|position|pan(?!el)|posit/;

/** Whether of each of some others one side is all the time where the other is: as if it were sent there. */
function goTogether(one: Series, other: Series, twins: readonly Twin[]): boolean {
  if (!SIDE.test(one.name) || !SIDE.test(other.name) || one.name === other.name) return false;
  return twins.length >= LEAST_TWINS && twins.every(({ actual, target }) => {
    const range = Math.max(...target.values) - Math.min(...target.values);
    return range >= LEAST_RANGE && actual.values.length === target.values.length &&
      actual.values.every((value, i) => Math.abs(value - target.values[i]) <= FAR * range);
  });
}

const LEAST_RANGE = 20;

/** Whether what it is there for turns or gives nothing at all: then it needs not turn either. */
function isIdle(one: Series, view: DeviceView): boolean {
  return seriesOf(view).some((other) =>
    standTogether(one, other) && /rpm|rotor|power/.test(other.name) &&
    other.values.every((value) => value === 0)
  );
}

/** Whether another one went a good way, and is where it was sent. */
function follows({ actual, target }: Twin, o: { range: number; sinceMs: number }): boolean {
  const since = actual.values.filter((_, i) => actual.times[i] >= o.sinceMs);
  const moved = Math.max(...since) - Math.min(...since);
  const away = Math.abs((since.at(-1) ?? 0) - (target.values.at(-1) ?? 0));
  return since.length > 2 && moved >= FAR * o.range && away <= NEAR * o.range;
}

/** Whether all that says how a device works says the same of both, and not that it is to do nothing. */
function worksAs({ whose, level }: Twin, view: DeviceView): boolean {
  const saysNot = view.topics.some(({ readings }) => restsIn(readings.at(-1)));
  const theirs = lastIn(view.twins, level);
  return !saysNot && [...lastIn(view.topics, level)].every(([place, values]) => {
    const [value] = values.values();
    const its = theirs.get(place)?.get(whose);
    return typeof value === "number" || its === undefined || its === value ||
      !WAY.test(leafOf(place));
  });
}
