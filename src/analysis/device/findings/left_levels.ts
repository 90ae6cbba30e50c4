import type { Finding } from "../finding_shape.ts";
import { findingFrom, iso, rounded, stepIn } from "../evidence.ts";
import { labelOf, nameOf, type Scalar } from "../fields.ts";
import { differences, median, spreadOf } from "../../statistics.ts";
import { plainKey } from "../../../payload/plain_keys.ts";
import { type DeviceView, statesTold } from "../view.ts";
import { runaways } from "./runaways.ts";
import { isSwitchedBetween, saysRuns } from "./turns.ts";
import { type Series, seriesOf } from "./values.ts";

/** What is warm by the work of something. */
const WARMTH = /temp(?!l|o)|celsius|coolant|k(?:ü|ue)hlmittel|bearing_?t/;
/** What is heated or cooled on purpose, in a room, or differs from another. */
const ON_PURPOSE =
  /set|target|soll|limit|min(?!u)|max|delta|diff|alarm|oven|kiln|nozzle|hotend|bed(?!room)|extru|exhaust|flue|brew|boiler|kettle|grill|steam|room|chamber|dhw|tank|buffer|puffer|cpu|gpu|core/;
/** What shows that something works, and how much. */
const WORK =
  /rpm|drehzahl|compressor|verdichter|kompressor|pump|spindle|engine|motor|(?:^|[^a-z])run(?:ning)?(?:$|[^a-z])|machine_?state/;
const NO_WORK =
  /temp|set|target|limit|hour|count|total|start|volt|alarm|error|fault|pressure|level/;

const LEAST_LEVEL = 5;
/** A level stays within so many degrees. */
const LEVEL = 3;
const LEAST_AWAY = 8;
const MOST_STEPS = 0.85;
/** So far it goes from there, and so many times as far as it went before. */
const FAR = 15;
const TIMES_AS_FAR = 6;
const LEAST_TOLD = 2;
const SAME_WORK = 0.15;

/** `outlier` of a warmth that was level, and goes away from there without end though what works goes on as before. */
export function leftLevels(view: DeviceView): Finding[] {
  for (const series of seriesOf(view)) {
    const called = calledOf(series);
    if (series.kind !== "reading" || !WARMTH.test(called)) continue;
    const isZone = ZONE.test(called) && !NO_ZONE.test(called);
    if (ON_PURPOSE.test(called) && !isZone) continue;
    const at = leftSince(series.values);
    if (at === null || isChanged(series, { at, view })) continue;
    const sinceMs = series.readings[at]?.at ?? 0;
    const work = isZone ? zonesBeside(series, view) : workBeside({ sinceMs, view });
    if (work === null) continue;
    // What is beyond what it bears is told so.
    if (runaways(view).length > 0) return [];
    const { values, readings, topic } = series;
    const last = values.at(-1) ?? 0;
    const before = median(values.slice(0, at));
    return [findingFrom({
      code: "outlier",
      title: `"${labelOf(series)}" ${last > before ? "rises" : "falls"} from about ${
        rounded(before)
      } to ${rounded(last)} and goes on, though "${work}" is as before`,
      summary: `On "${topic.topic}" ${at} values were level, and from ${
        iso(readings[at]?.at ?? 0)
      } on nearly each is further away`,
      ...stepIn(series, at),
      suggestion:
        "Look what carries its heat: a pump, a fan, a belt, what flows there and how much is left of it, a bearing; stop it before it is damaged.",
    })];
  }
  return [];
}

/** Parts of one machine that are heated each for itself, and are numbered. */
const ZONE = /(?:oven|kiln|furnace|barrel|zone|heater|extruder)\D{0,20}\d/;
const NO_ZONE = /set|target|soll|limit|min(?!u)|max|delta|diff|alarm|room/;
const LEAST_ZONES = 3;
const STARTED = /(?:^|[^a-z])(?:start(?:ed)?|run(?:ning)?|cycle|production|auto)$/;

/** What says all the time that the machine runs, where all other zones are level; null where nothing does, or a number of what is wanted changed. */
function zonesBeside(series: Series, view: DeviceView): string | null {
  const alike = (one: Series) => calledOf(one).replace(/\d+/g, "#");
  const all = seriesOf(view);
  const others = all.filter((one) => one !== series && alike(one) === alike(series));
  const isLevel = ({ values }: Series) =>
    values.length >= LEAST_LEVEL && spreadOf(values) <= 2 * LEVEL;
  const isSet = all.some((one) =>
    /set|target|soll/.test(calledOf(one)) && new Set(one.values).size > 1
  );
  if (others.length < LEAST_ZONES || isSet || !others.every(isLevel)) return null;
  for (const { topic, path } of statesTold(view)) {
    const runs = STARTED.test(calledAt(path, topic.segments)) && topic.live.length > 1 &&
      topic.live.every(({ fields }) => saysRuns(fields.get(path)));
    if (runs) return labelOf({ path, topic });
  }
  return null;
}

function calledOf({ topic, path, called }: Series): string {
  return plainKey(called ?? [...topic.segments.slice(-2), path].join("."));
}

/** Since when it goes away from where it was level; null where it does not. */
function leftSince(values: readonly number[]): number | null {
  let at = 0;
  let [least, most] = [Infinity, -Infinity];
  while (at < values.length) {
    const value = values[at] ?? 0;
    if (Math.max(most, value) - Math.min(least, value) > LEVEL && at > 0) break;
    [least, most] = [Math.min(least, value), Math.max(most, value)];
    at++;
  }
  const tail = values.slice(at);
  if (at < LEAST_LEVEL || tail.length < LEAST_AWAY) return null;
  const way = (tail.at(-1) ?? 0) - median(values.slice(0, at));
  const steps = differences(tail).filter((step) => step * way > 0).length;
  const isFar = Math.abs(way) >= Math.max(FAR, TIMES_AS_FAR * (most - least));
  return isFar && steps >= MOST_STEPS * (tail.length - 1) ? at : null;
}

/** Whether something was switched, asked for or set shortly before it left. */
function isChanged(
  { topic, readings }: Series,
  { at, view }: { at: number; view: DeviceView },
): boolean {
  const beatMs = topic.rhythm?.medianMs ?? 1_000;
  const fromMs = (readings[Math.max(0, at - LEAST_LEVEL)]?.at ?? 0) - beatMs;
  const toMs = (readings[at]?.at ?? 0) + beatMs;
  return isSwitchedBetween(view, { fromMs, toMs });
}

/** What says before and after that it works, and as much as before; null where nothing does. */
function workBeside({ sinceMs, view }: { sinceMs: number; view: DeviceView }): string | null {
  for (const { topic, path } of statesTold(view)) {
    const name = nameOf(path, topic.segments);
    if (!WORK.test(calledAt(path, topic.segments)) || NO_WORK.test(name)) continue;
    const told = topic.live.filter(({ fields }) => fields.has(path));
    const before = told.filter(({ at }) => at < sinceMs);
    if (before.length < LEAST_TOLD || told.length - before.length < LEAST_TOLD) continue;
    const held = told.map(({ fields }) => fields.get(path) ?? null);
    if (held.every(saysRuns) || isSameWork(held)) return labelOf({ path, topic });
  }
  return null;
}

function calledAt(path: string, segments: readonly string[]): string {
  return plainKey([...segments.slice(-1), path].join("."));
}

/** Whether all are numbers far above nothing and near one another. */
function isSameWork(held: readonly Scalar[]): boolean {
  const numbers = held.map((value) => typeof value === "boolean" ? NaN : Number(value ?? NaN));
  const middle = median(numbers);
  return middle > 1 && numbers.every((value) => Math.abs(value - middle) <= SAME_WORK * middle);
}
