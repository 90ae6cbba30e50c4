/** Pumps, compressors and burners that start again as soon as they have stopped. */
import type { Finding } from "../../finding_shape.ts";
import { everyTime, findingFrom, secondsText, spanText } from "../../evidence.ts";
import { labelOf, leafOf } from "../../reading/fields.ts";
import { differences, paceOf } from "../../../statistics.ts";
import { plainKey } from "../../../../payload/plain_keys.ts";
import {
  areTogether,
  type DeviceView,
  type FieldPlace,
  fieldsTold,
  type Reading,
} from "../../reading/view.ts";
import { restartTimes } from "../reach/connection.ts";
import { type Series, seriesOf } from "../values/series.ts";
import { twinsOf } from "../../twins.ts";
import { isOn } from "./drivers.ts";
import { PUMP } from "./drive_rows.ts";

/** What brings something to a pressure or a cold, and then rests, but for what says that it pumps. */
const RESTS = /compres|kompres|компрес|h[iy]drofor|hydrophor|booster|hauswasser|druckerh/;
/** What gives a little by each stroke, is tried, or is there to go on and off. */
const BY_STROKES =
  /dos(?:e|ing|ier|age|ador)|perist|puls|inject|chlor|lubric|grease|schmier|spray|mist|fog|nebel|nebul|vacuum|blink|pwm|duty|test|demo|simul|drip|tropf|wash|spül|wave|gyre|surge|tide/u;
const LEAST_TOLD = 12;
/** So many starts are too many within moments, and of what has none beside it and no count. */
const LEAST_STARTS = 6;
const LEAST_ALONE = 10;
const MOSTLY = 0.6;
/** From one start to the next. */
const MOST_PACE_MS = 8_000;
const LEAST_PACE_MS = 1_500;
/** What burns waits for longer than this before it starts again. */
const BURNS = /burn(?!t)|brenner|bruciat|br[uû]leur|quemador|palnik|flame_?starts/;
const MOST_PACE_OF_BURNER_MS = 120_000;
const LEAST_OF_TWIN = 5;
const MOST_TURNS_OF_TWIN = 2;

/** `flapping` of a pump or a compressor that goes on and off every few seconds: each start wears it, and something is amiss with what tells it to. */
export function startsTooOften(view: DeviceView): Finding[] {
  // Who is heard to command it, wants it so.
  const isCommanded = view.topics.some(({ role, live }) => role === "command" && live.length > 1);
  if (isCommanded || restartTimes(view).length >= 2) return [];
  for (const place of fieldsTold(view)) {
    const { topic, path } = place;
    const called = plainKey(`${topic.topic}/${path} ${view.identity.name ?? ""}`) +
      view.identity.deviceId.toLowerCase();
    const burns = BURNS.test(plainKey(leafOf(path) || (topic.segments.at(-1) ?? "")));
    const isPump = PUMP.test(called) || RESTS.test(called);
    if (topic.role !== "state" || !isPump && !burns || BY_STROKES.test(called)) continue;
    const told = topic.live.filter(({ fields }) => fields.has(path));
    const counted = seriesOf(view).find((one) => one.topic === topic && one.path === path);
    const isCount = counted !== undefined && STARTS.test(counted.name);
    const starts = isCount ? oneMore(counted) : startsIn(place, told);
    const mostMs = burns ? MOST_PACE_OF_BURNER_MS : MOST_PACE_MS;
    if (starts === null || !areTooMany(starts, mostMs)) continue;
    const count = seriesOf(view).find((one) => areTogether(one, place) && countsEach(one, starts));
    const beside = besideOf(place, view);
    if (beside === "likewise") continue;
    const isAlone = count === undefined && beside === null;
    if (isAlone && (starts.length < LEAST_ALONE || !goesAlong(place, starts, view))) continue;
    return [findingFrom({
      code: "flapping",
      title: `It starts again and again: "${labelOf(place)}" ${
        isCount ? "rose" : `went to ${String(starts[0].fields.get(path))}`
      } ${starts.length} times, every ${secondsText(paceOf(starts))}`,
      summary: `On "${topic.topic}" it is on and off by turns ${spanText(starts)}${
        isCount || count === undefined ? "" : `, and "${labelOf(count)}" counts each start`
      }${beside === null ? "" : `; "${beside}" beside it does not`}`,
      ...everyTime(starts),
      suggestion: burns
        ? "So many starts wear it and waste fuel: look whether what it heats takes its heat (pump, valves, air in the pipes), at its power against the load, and at the span between its two limits."
        : "So many starts soon break it: look at the air in its pressure tank, at its switch and the span between its two limits, for a leak, and at its check valve.",
    })];
  }
  return [];
}

/** How often it started, by its name. */
const STARTS =
  /^(?:num(?:ber)?|total)?(?:of)?(?:pump|compressor|burn(?:er)?|flame)?(?:starts?|startups?|switch(?:ed)?ons?)(?:count(?:er)?|total|s)?$/;

function areTooMany(starts: readonly Reading[], mostMs: number): boolean {
  const pace = paceOf(starts);
  return starts.length >= LEAST_STARTS && pace >= LEAST_PACE_MS && pace <= mostMs;
}

/** The messages in which a count is one more, where it never is another. */
function oneMore({ values, readings }: Series): readonly Reading[] | null {
  return differences(values).every((step) => step === 0 || step === 1)
    ? readings.filter((_, i) => i > 0 && values[i] > values[i - 1])
    : null;
}

/** The messages with which something that is told by two words, or by a flag, began to run; null where that is not too often. */
function startsIn({ path }: FieldPlace, told: readonly Reading[]): readonly Reading[] | null {
  if (told.length < LEAST_TOLD) return null;
  const values = told.map(({ fields }) => fields.get(path));
  const kinds = new Set(values);
  if (kinds.size !== 2 || [...kinds].some((one) => typeof one === "number" && one > 1)) return null;
  const is = values.map((value) => isOn(value) === true);
  const turns = told.filter((_, i) => i > 0 && is[i] !== is[i - 1]);
  const starts = told.filter((_, i) => i > 0 && is[i] && !is[i - 1]);
  const isToTheEnd = told.length - told.indexOf(turns.at(-1) ?? told[0]) <= 4;
  return turns.length >= MOSTLY * (told.length - 1) && isToTheEnd ? starts : null;
}

/** Whether a number is one more with each start. */
function countsEach(series: Series, starts: readonly Reading[]): boolean {
  const rises = oneMore(series) ?? [];
  return rises.length >= starts.length - 1 && rises.every((one) => starts.includes(one));
}

/** Whether a number beside it is at each start on another side than at each message in between: what it presses or draws. */
function goesAlong(place: FieldPlace, starts: readonly Reading[], view: DeviceView): boolean {
  return seriesOf(view).some((one) => {
    if (!areTogether(one, place)) return false;
    const [on, off] = [true, false].map((isStart) =>
      one.values.filter((_, i) => starts.includes(one.readings[i]) === isStart).slice(1)
    );
    return Math.min(on.length, off.length) >= LEAST_STARTS &&
      (Math.min(...on) > Math.max(...off) || Math.max(...on) < Math.min(...off));
  });
}

/** Another of its kind that tells the same and is quiet; `likewise` where one goes on and off as well, null where none is told. */
function besideOf({ topic, path }: FieldPlace, view: DeviceView): string | null {
  let quiet: string | null = null;
  for (const { segments, live } of twinsOf(topic, view)) {
    const told = live.flatMap(({ fields }) => fields.has(path) ? [isOn(fields.get(path))] : []);
    const turns = told.filter((one, i) => i > 0 && one !== told[i - 1]).length;
    if (told.length < LEAST_OF_TWIN) continue;
    if (turns > MOST_TURNS_OF_TWIN) return "likewise";
    quiet ??= segments.join("/");
  }
  return quiet;
}
