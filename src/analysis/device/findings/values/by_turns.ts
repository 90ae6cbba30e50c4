import type { Finding } from "../../finding_shape.ts";
import { findingFrom, rounded, withNumbers } from "../../evidence.ts";
import { labelOf, nameOf, numberIn, type Scalar } from "../../reading/fields.ts";
import { differences, median, paceOf, spreadOf } from "../../../statistics.ts";
import { areSiblings, type DeviceView, type Reading, type TopicView } from "../../reading/view.ts";
import { MAY_LEAP } from "./leaps.ts";
import { seriesOf } from "./series.ts";

/** What of the air and of water goes nowhere from one message to the next. */
const HOLDS_ON = /temp|celsius|^hum|humidity|feucht|^rh$|moist|baro/;
/** What else has a size that does not go to and fro with each message; what is set, looked at from afar or in waves may. */
const STEADY = /temp|celsius|hum|feucht|^rh$|moist|baro|press|druck|level|niveau|pegel|dist|depth/;
const MAY_SWING =
  /set|target|soll|limit|thresh|min|max|delta|diff|offset|weld|laser|torch|flame|burn|(?:^|_)ir|infra|surface|object|wave|stroke|stream|sound|noise|audio|light|signal|bright|volume|lift|shade|dimm|pwm|duty|brak|clamp|breath|airway|tread|step/;
/** So often each of both is told where it goes alone, and turns with so many of its steps. */
const LEAST_ALONE = 6;
const NEARLY_EACH = 0.8;
/** What goes on by itself or is switched so often may make it swing. */
const LEAST_CAUSES = 3;
/** Each of the two is told so often, and they take turns so often. */
const LEAST_OF_EACH = 4;
const LEAST_TURNS = 5;
const MOST_IN_A_ROW = 0.5;
/** So many times as far from each other as each of them moves, and farther than that. */
const TIMES_APART = 5;
const LEAST_APART = 3;
/** What is told one after another, as a share of the time to the next message. */
const SAME_BEAT = 0.4;
const MOST_FIELDS = 40;
/** So many places, kinds or numbers of sensors stand for each side. */
const MOST_WORDS = 3;

/** On which side each value is, or at which of several levels. */
type Sides = readonly (boolean | number)[];

/** The numbers of one field, message by message. */
interface Told {
  readonly topic: TopicView;
  readonly path: string;
  readonly values: readonly number[];
  readonly readings: readonly Reading[];
}

/** `outlier` of a reading that goes to and fro between two levels together with another one: two sensors speak on one topic, and no message says which. */
export function speaksByTurns(view: DeviceView): Finding[] {
  for (const told of view.topics.flatMap(readIn)) {
    const { topic, values, readings } = told;
    const sides = sidesOf(values);
    // Where each value has a topic of its own, none of them says whose the next one is.
    const isSaid = topic.trace.parts === undefined && saysWhich(told, sides ?? []);
    const other = sides === null || isSaid ? null : goesAlong(told, sides, view);
    if (sides === null || other === null) continue;
    const [low, high] = [false, true].map((side) =>
      rounded(median(values.filter((_, i) => sides[i] === side)))
    );
    return [findingFrom({
      code: "outlier",
      title: `"${
        labelOf(told)
      }" jumps to and fro between about ${low} and ${high}: two sensors share its topic`,
      summary: `On "${topic.topic}" ${turnsIn(sides)} of ${
        values.length - 1
      } steps are from one to the other, and "${other}" goes along each time`,
      ...withNumbers(told, readings),
      suggestion:
        "Give each sensor a topic of its own, by its id or channel (rtl_433: devices=…[/id] in the topic), or send the whole document with its id.",
    })];
  }
  return swingsAlone(view);
}

/** What goes to and fro with nearly each message, by far more than it moves meanwhile, and nothing else of the device turns with it. */
function swingsAlone(view: DeviceView): Finding[] {
  for (const told of seriesOf(view)) {
    const { kind, name, values, topic } = told;
    if (kind !== "reading" || !STEADY.test(name) || MAY_SWING.test(name)) continue;
    const levels: Sides | null = topic.role === "reply"
      ? null
      : surelyTwo(values) ?? levelsOf(name, values);
    if (levels === null || hasCause(told, levels, view)) continue;
    const middles = [...new Set(levels)].map((level) =>
      rounded(median(values.filter((_, i) => levels[i] === level)))
    ).sort((a, b) => a - b);
    return [findingFrom({
      code: "outlier",
      title: `"${labelOf(told)}" jumps to and fro between about ${
        middles.slice(0, -1).join(", ")
      } and ${middles.at(-1)}`,
      summary: `On "${topic.topic}" ${turnsIn(levels)} of ${
        values.length - 1
      } steps are from one to another, and nothing else that is told goes with it`,
      ...withNumbers(told, told.readings),
      suggestion:
        "See whether two sensors, or two programs with another unit or offset, send to the same topic; give each its own. If it is one, check its wiring and what reads it.",
    })];
  }
  return [];
}

/** The two sides of what turns with nearly each message, and is not the same on both all the time. */
function surelyTwo(values: readonly number[]): boolean[] | null {
  const sides = sidesOf(values);
  const of = [false, true].map((side) => values.filter((_, i) => sides?.[i] === side));
  return sides !== null && turnsIn(sides) >= NEARLY_EACH * (sides.length - 1) &&
      of.every((side) => side.length >= LEAST_ALONE && side.some((value) => value !== 0)) &&
      of.some((side) => new Set(side).size > 1)
    ? sides
    : null;
}

/** No warmth is at three levels so far apart from one message to the next, whatever heats it. */
const LEAST_LEVELS = 3;
const MOST_LEVELS = 6;
const DEGREES_APART = 20;
const LEAST_ON_EACH = 3;
const FARTHEST = 100;

/** At which of its levels each of the values of a warmth is, where it goes to and fro between three or more; null where it does not. */
function levelsOf(name: string, values: readonly number[]): number[] | null {
  if (!/temp|celsius/.test(name) || MAY_LEAP.test(name)) return null;
  const sorted = [...new Set(values)].sort((a, b) => a - b);
  if ((sorted.at(-1) ?? 0) - (sorted[0] ?? 0) < FARTHEST) return null;
  const starts = sorted.filter((value, i) => i === 0 || value - sorted[i - 1] >= DEGREES_APART);
  const levels = values.map((value) => starts.findLastIndex((start) => value >= start));
  const isEach = starts.every((_, level) => {
    const own = values.filter((_, i) => levels[i] === level);
    return own.length >= LEAST_ON_EACH && TIMES_APART * spreadOf(own) <= FARTHEST;
  });
  return starts.length >= LEAST_LEVELS && starts.length <= MOST_LEVELS && isEach &&
      turnsIn(levels) >= NEARLY_EACH * (values.length - 1)
    ? levels
    : null;
}

/** Whether something else turns with a number, or anything of the device is switched, stepped or asked for again and again. */
function hasCause(of: Told, sides: Sides, view: DeviceView): boolean {
  const at = of.readings.map((reading) => reading.at);
  const [from = 0, to = 0] = [at[0], at.at(-1)];
  const beatMs = median(differences(at));
  return view.topics.some(({ role, live, segments }) => {
    const within = live.filter((one) => one.at >= from - beatMs && one.at <= to + beatMs);
    if (role === "command") return within.length >= LEAST_CAUSES;
    const paths = new Set(within.flatMap(({ fields }) => [...fields.keys()].slice(0, MOST_FIELDS)));
    return [...paths].some((path) => {
      // What is read as wildly does not make it so.
      const isLike = !sides.includes(true) && STEADY.test(nameOf(path, segments));
      if (isLike || live === of.topic.live && path === of.path) return false;
      const all = within.map(({ fields }) => fields.get(path));
      const changes = all.filter((value, i) => i > 0 && value !== all[i - 1]);
      // Words and flags that come back, and fields that only some messages have.
      const isSwitched = all.some((value) => typeof value !== "number") &&
        new Set(changes).size < changes.length && changes.length >= LEAST_CAUSES;
      const then = at.map((ms) =>
        within.findLast((one) => one.at <= ms + SAME_BEAT * beatMs)?.fields.get(path)
      );
      const isTold = then.map((value) => value !== undefined);
      return isSwitched || follows(then, sides) || followsWord(isTold, sides);
    });
  });
}

/** What a topic tells of air and water in each of its messages. */
function readIn(topic: TopicView): Told[] {
  if (!/^(?:state|event)$/.test(topic.role)) return [];
  const readings = topic.live;
  return [...readings[0]?.fields.keys() ?? []].slice(0, MOST_FIELDS).flatMap((path) => {
    const name = nameOf(path, topic.segments);
    const values = numbersOf(readings.map(({ fields }) => fields.get(path)));
    return HOLDS_ON.test(name) && !MAY_LEAP.test(name) && values.length === readings.length
      ? [{ topic, path, values, readings }]
      : [];
  });
}

/** On which side of their widest gap values are, where there are two levels by turns; null where there are not. */
function sidesOf(values: readonly number[]): boolean[] | null {
  const sorted = values.toSorted((a, b) => a - b);
  const gaps = differences(sorted);
  const gap = Math.max(...gaps);
  const at = gaps.indexOf(gap) + 1;
  const [low, high] = [sorted.slice(0, at), sorted.slice(at)];
  const isApart = low.length >= LEAST_OF_EACH && high.length >= LEAST_OF_EACH &&
    gap >= LEAST_APART && gap >= TIMES_APART * Math.max(spreadOf(low), spreadOf(high));
  if (!isApart) return null;
  const sides = values.map((value) => value >= high[0]);
  const turns = turnsIn(sides);
  return turns >= LEAST_TURNS && turns >= MOST_IN_A_ROW * (sides.length - 1) ? sides : null;
}

function turnsIn(sides: Sides): number {
  return sides.filter((side, i) => i > 0 && side !== sides[i - 1]).length;
}

/** Whether a word or a small number in its own messages is another one with each side: it says which sensor it is. */
function saysWhich({ path, readings }: Told, sides: readonly boolean[]): boolean {
  return [...readings[0]?.fields.keys() ?? []].some((other) => {
    const told = readings.map(({ fields }) => fields.get(other));
    // No sensor has a number with a fraction.
    return other !== path && !HOLDS_ON.test(other.toLowerCase()) && followsWord(told, sides) &&
      numbersOf(told).every(Number.isInteger);
  });
}

/** The numbers among what was told, of texts as well: WeeWX writes `"11.6467"`. */
function numbersOf(told: readonly (Scalar | undefined)[]): number[] {
  return told.map((value) => typeof value === "string" ? numberIn(value) : value).filter((value) =>
    typeof value === "number"
  );
}

/** What else goes along: a reading of its messages, or what is told on a topic beside it; null where nothing does. */
function goesAlong(of: Told, sides: readonly boolean[], view: DeviceView): string | null {
  const { path, readings, topic } = of;
  const told = (field: string, all: readonly Reading[]) =>
    all.map(({ fields }) => fields.get(field));
  const own = [...readings[0]?.fields.keys() ?? []].find((other) =>
    other !== path && (topic.trace.parts !== undefined || HOLDS_ON.test(other.toLowerCase())) &&
    follows(told(other, readings), sides)
  );
  if (own !== undefined) return own;
  const beside = view.topics.find((other) =>
    other !== topic && areSiblings(other, topic) && areOfOneBeat(other, readings) &&
    follows(told("", other.live), sides)
  );
  return beside?.topic ?? null;
}

/** Whether a topic tells something with each of these messages. */
function areOfOneBeat({ live }: TopicView, readings: readonly Reading[]): boolean {
  const beatMs = paceOf(readings);
  return live.length === readings.length &&
    live.every(({ at }, i) => Math.abs(at - readings[i].at) <= SAME_BEAT * beatMs);
}

function follows(told: readonly (Scalar | undefined)[], sides: Sides): boolean {
  const numbers = numbersOf(told);
  const own = numbers.length === told.length ? sidesOf(numbers) : null;
  return own?.every((side, i) => (side === sides[i]) === (own[0] === sides[0])) ??
    followsWord(told, sides);
}

/** Whether it is one of few values, others for each side. */
function followsWord(told: readonly (Scalar | undefined)[], sides: Sides): boolean {
  const of = [...new Set(sides)].map((side) => new Set(told.filter((_, i) => sides[i] === side)));
  return of.every((words, i) =>
    words.size <= MOST_WORDS && of.slice(i + 1).every((other) => words.isDisjointFrom(other))
  );
}
