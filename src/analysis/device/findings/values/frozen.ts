import type { Finding } from "../../finding_shape.ts";
import { rounded } from "../../evidence.ts";
import { isHolder, leafOf } from "../../reading/fields.ts";
import { lastPlace } from "../../../../numbers.ts";
import { differences, goesBothWays, median, spreadOf, standsFrom } from "../../../statistics.ts";
import {
  areTogether,
  besideOf,
  type DeviceView,
  HEARTBEAT,
  heartbeats,
} from "../../reading/view.ts";
import { likesIn } from "../likes/likes.ts";
import { isWanted, SAME_BEAT, standingRowOf } from "./frozen_rows.ts";
import { isSlowByNature } from "./quantities.ts";
import { isSwitchedBetween, spanAround } from "./turns.ts";
import { type Series, seriesOf, SWITCHED } from "./series.ts";
import { collapse, stuck } from "./values.ts";

/** `stuck_value` of what kept changing, and then is the same to its last digit. */
export function frozenValues(view: DeviceView): Finding[] {
  const found = seriesOf(view).flatMap((series) =>
    (series.kind === "reading" || series.kind === "battery" ? frozen(series, view) : null) ??
      standsInItsRow(series, view) ??
      standsThoughTimeGoes(series, view) ?? []
  );
  // Those of which it is sure come first: of several one is told, and how many stand with it.
  return collapse(
    found.toSorted((a, b) => Number(a.severity === "info") - Number(b.severity === "info")),
  );
}

function frozen(series: Series, view: DeviceView): Finding | null {
  const { values } = series;
  const last = values[values.length - 1];
  if (values.length < LEAST_CHANGED + LEAST_STILL_ALONE || last === undefined || last === 0) {
    return null;
  }
  if (last === 100 && /percent|hum|batter|level|soc/.test(series.name)) return null;
  const from = standsFrom(values);
  const run = values.length - from;
  const isShort = from < 6 || values.length < 18;
  // What goes on beside it was not measured less since then.
  const isAmidOthers = stoodStillAlone(series, from, view) || stopsOnItsWay(series, from, view);
  const isAllAtOnce = isAmidOthers && (isShort || !goesBothWays(values)) || isShort &&
      (run >= LEAST_STILL && stoodStillWithOthers(series, from, view) ||
        stoodStillBesideHeartbeat(series, from, view));
  const isAmongLikes = isShort && !isAllAtOnce && stoodStillAmongLikes(series, from, view);
  if (!isAllAtOnce && !isAmongLikes && (run < LEAST_STILL || isShort)) return null;
  let changes = 0;
  let rises = 0;
  let rest = 1;
  let longestRest = 1;
  for (let i = 1; i < (isAllAtOnce || isAmongLikes ? from + 1 : from); i++) {
    const step = values[i] - values[i - 1];
    rest = step === 0 ? rest + 1 : 1;
    longestRest = Math.max(longestRest, rest);
    if (step !== 0) changes++;
    if (step > 0) rises++;
  }
  if (changes < (isAllAtOnce || isAmongLikes ? 2 : 4)) return null;
  // A coarse sensor in a quiet room rests for a while, again and again.
  if (run < 2.5 * longestRest) return null;
  // A counter that rests is a counter that rests.
  if (rises === changes && values.every(Number.isInteger)) return null;
  const changing = Math.min(0.98, (changes + 2) / (from + 2));
  if (Math.pow(1 - changing, run - 1) >= 1e-4) return null;
  // What goes back to a value it had before, such as a load that is off, rests; a sensor does not.
  const before = values.slice(0, from - 1);
  const isSwitched = before.filter((value) => value === last).length >= 3 ||
    !isNear(last, values.slice(0, from));
  if (isSwitched && SWITCHED.test(series.name) || isOnItsWay(series)) return null;
  if (!isAllAtOnce && !isAmongLikes && isOfRest(series, from, view)) return null;
  const finding = stuck(
    series,
    from,
    `it changed ${changes} times in ${from} messages, then was ${
      rounded(last)
    } in all of the last ${run}`,
  );
  // What docked, parked or stopped has nothing more to measure, and is warm or moist as before.
  const mayRest = isSwitchedBetween(view, asItStood(series, from)) &&
      !(isAmidOthers && isSlowByNature(series.name)) ||
    !isAllAtOnce && !isAmongLikes && (isCoarse(series, from) || hasArrived(values, from));
  return mayRest ? { ...finding, severity: "info" } : finding;
}

/** What stands together with all that moved as it did. */
function standsInItsRow(series: Series, view: DeviceView): Finding | null {
  const row = standingRowOf(series, view);
  if (row === undefined || isOnItsWay(series)) return null;
  const { members, from } = row;
  if (isSwitchedBetween(view, asItStood(series, from)) || isOfRest(series, from, view)) return null;
  return stuck(
    series,
    from,
    `it moved with ${
      members.length - 1
    } more in ${from} messages, and all of them are the same in the last ${
      series.values.length - from
    }`,
  );
}

/** From the last message that moved to the one after the first that stood. */
function asItStood({ readings }: Series, from: number): { fromMs: number; toMs: number } {
  const [fromMs = 0, , toMs = Infinity] = readings.slice(from - 1, from + 2).map(({ at }) => at);
  return { fromMs, toMs };
}

const LEAST_TICKS = 4;
const LEAST_STOPPED = 6;
const PACES = [1, 1_000];
const OFF_PACE = 0.1;

/** What went at the pace of the time, whatever it is called, and stands though nothing turned and nobody asked for it. */
function standsThoughTimeGoes(series: Series, view: DeviceView): Finding | null {
  const { values, readings } = series;
  const from = standsFrom(values);
  if (from < LEAST_TICKS || values.length - from < LEAST_STOPPED) return null;
  const times = readings.slice(0, from).map(({ at }) => at / 1_000);
  const paces = differences(values.slice(0, from)).map((step, i) =>
    step / (times[i + 1] - times[i])
  );
  const isTicking = PACES.some((pace) => paces.every((one) => Math.abs(one / pace - 1) < OFF_PACE));
  // Where a track was played is told with how long it is; an axis stands where it was to go.
  const isDriven = (RESTS.test(series.name) || series.name.includes("pos")) &&
    !besideOf(series.path, readings.at(-1)).some(([, value]) =>
      Number(value) > (values.at(-1) ?? 0)
    );
  // What was set back to nothing waits there until it counts anew.
  if (!isTicking || isDriven || isWanted(series) || values.at(-1) === 0) return null;
  if (isSwitchedBetween(view, spanAround(readings, from))) return null;
  return stuck(
    series,
    from,
    `it went on with the time in ${from} messages, then was the same in all of the last ${
      values.length - from
    }`,
  );
}

/** What is moved to where it is needed and rests there, and what is drawn from now and then. */
export const ACTS =
  /damper|valve|klappe|ventil|vanne|vane|actuat|output|duty|pwm|demand|modul|dimm|opening|gain|zoom|focus|servo|bat(?:v|t|$)|akku/;
const LEAST_STILL_ALONE = 7;
/** It was another value so many times before, each farther from all others than its last digit tells. */
const LEAST_MOVED = 4;
const LEAST_SPREAD = 4;
const LEAST_MOVING = 1;
const OF_RADIO = /snr|rssi/;

/**
 * Whether it was different each time, up and down, by more than its last digit, and keeps to the digit since, while others
 * of its message or its beat go on to move and nothing came to rest: what is measured as finely is not the same so often.
 */
function stoodStillAlone(series: Series, from: number, view: DeviceView): boolean {
  const { values, name } = series;
  const head = values.slice(0, from + 1);
  const last = values.at(-1) ?? 0;
  const spread = spreadOf(head);
  if (from < LEAST_MOVED || values.length - from < LEAST_STILL_ALONE) return false;
  if (!changesEach(head) || !goesBack(head)) return false;
  // A load that is switched or idles is elsewhere, and keeps to no digit of what it was.
  const isAmid = last > Math.min(...head.slice(0, -1)) && last < Math.max(...head.slice(0, -1));
  const isLoad = /power|watt|current|leistung|strom|^[piw]$/.test(name) && isAmid;
  if (SWITCHED.test(name) && !isLoad || OF_RADIO.test(name) || ACTS.test(name)) return false;
  if (spread < LEAST_SPREAD * lastPlace(values) || values.every(Number.isInteger)) return false;
  return !settles(head) && !isWanted(series) && goesOnBeside(series, from, view);
}

/** Each step was so many times its last digit. */
const FAR = 20;

/**
 * Whether what warms, cools or dries went one way by far more than its last digit, as fast as ever, and keeps to the digit since,
 * while others go on to move: it would have come to rest little by little.
 */
function stopsOnItsWay(series: Series, from: number, view: DeviceView): boolean {
  const { values, name } = series;
  const steps = differences(values.slice(0, from + 1));
  if (from < LEAST_MOVED || values.length - from < LEAST_STILL_ALONE) return false;
  if (!isSlowByNature(name) || new Set(steps.map(Math.sign)).size > 1) return false;
  // Where water boils, and a heater holds.
  if (Number.isInteger(values.at(-1))) return false;
  const sizes = steps.map(Math.abs);
  return Math.min(...sizes) >= FAR * lastPlace(values.map((value) => Number(value.toFixed(4)))) &&
    (sizes.at(-1) ?? 0) >= median(sizes) / 2 &&
    !isWanted(series) && goesOnBeside(series, from, view);
}

/** Whether others of its message or its beat go on to move since a message, and nothing came to rest. */
function goesOnBeside(series: Series, from: number, view: DeviceView): boolean {
  const { readings, topic } = series;
  const beatMs = topic.rhythm?.medianMs ?? 0;
  const sinceMs = readings[from].at;
  const beside = seriesOf(view).filter((one) =>
    one !== series && one.readings.length >= LEAST_MOVED &&
    (one.topic === topic ||
      Math.abs((one.topic.rhythm?.medianMs ?? 0) - beatMs) < SAME_BEAT * beatMs)
  );
  const afterOf = (one: Series) => one.values.filter((_, i) => one.readings[i].at > sinceMs);
  const comesToRest = beside.some((one) =>
    one.kind !== "counter" &&
    one.values.some((value) => value !== 0) && afterOf(one).at(-1) === 0
  );
  const moving = beside.filter((one) => {
    const after = afterOf(one);
    // A number of each message tells nothing of what is measured, and a total does.
    const isMeasured = one.kind === "reading" && !OF_RADIO.test(one.name) ||
      one.kind === "counter" && !one.values.every(Number.isInteger);
    return isMeasured && after.length >= LEAST_MOVED &&
      new Set(after).size >= 0.5 * after.length;
  });
  return !comesToRest && moving.length >= LEAST_MOVING;
}

const LEAST_STILL_AMONG = 8;

/**
 * Whether others called alike go on to move with nearly each message, as it did before it came to be the same to the digit,
 * amid what it was or on its way.
 */
function stoodStillAmongLikes(series: Series, from: number, view: DeviceView): boolean {
  const { values, readings, name } = series;
  const head = values.slice(0, from + 1);
  const sinceMs = readings[from].at;
  if (values.length - from < LEAST_STILL_AMONG || values.every(Number.isInteger)) return false;
  if (SWITCHED.test(name) || ACTS.test(name) || settles(head) || isWanted(series)) return false;
  const groups = likesIn(view).filter(({ called, members }) =>
    called.includes("#") && members.includes(series)
  );
  return groups.some(({ members }) =>
    members.every((one) => {
      if (one === series) return true;
      const after = one.values.filter((_, i) => one.readings[i].at >= sinceMs);
      return after.length >= LEAST_STILL_AMONG && changesEach(after) && one.kind === "reading" &&
        spreadOf(after) >= LEAST_SPREAD * lastPlace(one.values);
    })
  );
}

const LEAST_BESIDE_HEARTBEAT = 4;
const LEAST_STILL_MS = 30_000;

/**
 * Whether all that its message measures was different each time and then the same to the digit, among it what people and
 * programs switch and is not off, while the device says elsewhere again and again that it is there: it sends what it had.
 */
function stoodStillBesideHeartbeat({ topic, readings }: Series, from: number, view: DeviceView) {
  const sinceMs = readings[from].at;
  const measured = seriesOf(view).filter(({ kind, path, ...one }) =>
    one.topic === topic && kind === "reading" && !HEARTBEAT.test(leafOf(path))
  );
  const stands = (one: Series) =>
    one.values.length === readings.length &&
    differences(one.values.slice(0, from + 1)).every(Boolean) &&
    one.values.slice(from).every((value) => value === one.values[from]);
  return from >= 2 && measured.length >= LEAST_BESIDE_HEARTBEAT && measured.every(stands) &&
    (readings.at(-1)?.at ?? 0) - sinceMs >= LEAST_STILL_MS &&
    measured.some(({ name, values }) =>
      SWITCHED.test(name) && values.at(-1) !== 0 && !values.every(Number.isInteger)
    ) &&
    (heartbeats(view).some(({ live }) => live.filter(({ at }) => at > sinceMs).length > 1) ||
      [...readings[from]?.fields.keys() ?? []].some((path) =>
        HEARTBEAT.test(leafOf(path)) &&
        readings.slice(from + 1).every(({ fields }, i) =>
          fields.get(path) !== readings[from + i]?.fields.get(path)
        )
      ));
}

/** Whether the last steps got less and less, as of what swings in to where it is held. */
export function settles(values: readonly number[]): boolean {
  const [a = 0, b = 0, c = 0] = differences(values).slice(-3).map(Math.abs);
  const spread = spreadOf(values);
  return a > b && b > c && c <= spread / LEAST_SPREAD;
}

/** Measured quantities, itself among them, that tell more together than one alone. */
const LEAST_TOGETHER = 3;
/** As many beside as many that go on tell as much, where each has so many steps of its last digit. */
const LEAST_BESIDE_OTHERS = 2;
const FINE = 1_000;
const LEAST_CHANGED = 3;
const LEAST_STILL = 10;
/** What drives or turns, and what is traded, goes back and forth too, and rests when that is over. */
export const RESTS =
  /^(?:pos|pose|position)?(?:[xyz]|theta|phi|yaw|pitch|roll|heading|bearing|course|lat|lon|long|lng|latitude|longitude|angle|axis\d?|joint\d?|pos|position)$|price|stock|quote|^(?:bid|ask)$/;
const OF_MOTION = /acc|gyro|mag|imu/i;

/**
 * Whether it and others of its message, or of topics that come with it, were different each time, and stand still from the
 * same one on. What is on its way goes one way until it stops, and what is counted too; what is measured goes up and down.
 */
function stoodStillWithOthers(series: Series, from: number, view: DeviceView): boolean {
  const beatMs = series.topic.rhythm?.medianMs ?? 0;
  const isOfBeat = ({ topic, values, readings }: Series) =>
    values.length === series.values.length && (topic === series.topic ||
      isHolder(leafOf(series.path)) &&
        readings.every(({ at }, i) => Math.abs(at - series.readings[i].at) < SAME_BEAT * beatMs));
  const stands = (one: Series) => {
    const head = one.values.slice(0, from + 1);
    return isOfBeat(one) && one.kind === "reading" && changesEach(head) &&
      (one.topic === series.topic && !one.values.every(Number.isInteger) ||
        goesBack(head)) &&
      one.values.slice(from).every((value) => value === one.values[from]);
  };
  if (from < LEAST_CHANGED || !stands(series)) return false;
  const all = seriesOf(view);
  const still = all.filter(stands);
  const goOn = all.filter((one) =>
    isOfBeat(one) && new Set(one.values).size === one.values.length && isFine(one)
  );
  return still.length >= LEAST_TOGETHER ||
    still.length >= LEAST_BESIDE_OTHERS && goOn.length >= still.length && still.every(isFine);
}

const NEARLY_EACH = 0.8;

/** Whether nearly each value is another than the one before. */
function changesEach(values: readonly number[]): boolean {
  const steps = differences(values);
  return steps.filter((step) => step !== 0).length >= NEARLY_EACH * steps.length;
}

/** Whether values go both up and down, and the last one no farther than the others. */
function goesBack(values: readonly number[]): boolean {
  return goesBothWays(values) && isNear(values.at(-1) ?? 0, values.slice(0, -1));
}

/** Whether a value is no farther from others than they are from each other: what is switched rests elsewhere. */
function isNear(value: number, others: readonly number[]): boolean {
  const [least, most] = [Math.min(...others), Math.max(...others)];
  return value >= 2 * least - most && value <= 2 * most - least;
}

/** Whether another number of the same messages came to nothing then: who does not pedal has no balance of both feet. */
function isOfRest(series: Series, from: number, view: DeviceView): boolean {
  const { fromMs, toMs } = asItStood(series, from);
  return seriesOf(view).some((other) => {
    if (!areTogether(other, series)) return false;
    const at = other.values.findLastIndex((value) => value !== 0) + 1;
    const since = other.readings[at]?.at ?? Infinity;
    return at > 0 && since >= fromMs && since <= toMs;
  });
}

/** So many steps one way lead to where it was going. */
const LEAST_STEPS = 4;

/** Whether it went there step by step, the last of them all one way, and farther than it ever was: it is warm, full or empty. */
function hasArrived(values: readonly number[], from: number): boolean {
  const last = values[from];
  const head = values.slice(0, from);
  const steps = differences(values.slice(0, from + 1)).filter((step) => step !== 0);
  const way = Math.sign(steps.at(-1) ?? 0);
  // A leap to where it stands is none of them.
  const longest = Math.max(...steps.slice(0, -1).map(Math.abs));
  return steps.length >= LEAST_STEPS && Math.abs(steps.at(-1) ?? 0) <= 2 * longest &&
    steps.slice(-LEAST_STEPS).every((step) => Math.sign(step) === way) &&
    head.every((value) => way * (last - value) > 0);
}

/** Whether it is of what drives, turns or is traded; where something drives is no acceleration. */
function isOnItsWay({ name, topic, path }: Series): boolean {
  return RESTS.test(name) && !OF_MOTION.test(`${topic.topic}/${path}`);
}

function isFine({ values }: Series): boolean {
  return Math.abs(median(values)) >= FINE * lastPlace(values);
}

/** Few values of a coarse scale that went on to the next one: a room that is quiet rests there. */
function isCoarse({ values }: Series, from: number): boolean {
  if (Math.abs(median(values)) >= FINE * lastPlace(values)) return false;
  const before = [...new Set(values.slice(0, from))].sort((a, b) => a - b);
  const last = values[values.length - 1];
  const step = Math.min(...differences(before));
  const nearest = Math.min(...before.map((value) => Math.abs(value - last)));
  return before.length <= 6 && step >= 0.5 && nearest <= step * 1.01;
}
