import type { Finding } from "../finding_shape.ts";
import { findingFrom, iso, rounded, stepIn } from "../evidence.ts";
import { labelOf, leafOf } from "../fields.ts";
import { median } from "../../statistics.ts";
import { type DeviceView, heardAtLeast, type TopicView } from "../view.ts";
import { areNear, calledOf } from "./lost_effects.ts";
import { type Series, seriesOf } from "./values.ts";

/** What switches, and what only may, or says something else by the same words. */
const SWITCH =
  /relay|relais|rele(?![a-z])|switch|schalt|heat|heiz|chauff|resist|element|burner|brenner|plug|outlet|socket|output|power|state|status|on$/;
const NO_SWITCH =
  /alarm|auto|mode|enabl|online|connect|avail|lock|door|window|safe|error|fault|avail|present|child|sched|cool|fan|pump|light/;
const ON = /^(?:on|true|1|ein|an|marche|aan|encendid[oa])$/i;
const OFF = /^(?:off|false|0|aus|arr[eê]t|uit|apagad[oa])$/i;

/** What is drawn, and what no switch beside it governs. */
const DRAWN = /power|watt|leistung|current(?!temp|state|mode)|strom|amp(?:ere)?s?(?![a-z])/;
const NO_DRAW =
  /set|target|limit|max|min|total|factor|reactive|grid|solar|pv|export|produc|generat|battery|temp|apparent/;
/** So much is nothing beside what was drawn, and so much is as much as that. */
const NOTHING = 0.1;
const AS_BEFORE = 0.7;
const LEAST_DRAWN = 5;
const LEAST_MS = 60_000;

/** What is heated, by the names around it, and what gets warm by itself or long after. */
const HEATED =
  /heat|chauff|heiz|boiler|ballon(?!s)|cumulus|kettle|immersion|element|resist|burner|kiln|geyser|calef|termo(?!m|s)/;
const NO_HEATED =
  /set|target|soll|limit|max|min|room|floor|outdoor|outside|flue|collector|solar|oven/;
const WARMTH = /temp|celsius/;
const LEAST_WARMED = 10;
const LEAST_WARMED_MS = 150_000;
const LEAST_BEFORE = 4;

/** When a switch went off for good, after it was on. */
interface SwitchedOff {
  readonly topic: TopicView;
  readonly path: string;
  readonly atMs: number;
  /** Whether it was off at that time, or on; null where nothing is known. */
  readonly wasOn: (atMs: number) => boolean | null;
}

/** `outlier` of what is drawn, or gets warmer, as it did before it was switched off. */
export function goingOnThoughOff(view: DeviceView): Finding[] {
  for (const off of switchedOff(view)) {
    for (const series of seriesOf(view)) {
      if (series.kind !== "reading" || !areNear(series, off)) continue;
      const how = drawsOn(series, off, view) ?? warmsOn(series, off, view);
      if (how === null) continue;
      const { values, readings, topic } = series;
      const from = readings.findIndex(({ at }) => at > off.atMs);
      return [findingFrom({
        code: "outlier",
        title: `"${labelOf(series)}" ${how} though "${
          labelOf(off)
        }" is off: the switch has no effect`,
        summary: `On "${topic.topic}" ${values.length - from} values since it went off at ${
          iso(off.atMs)
        } go on as before, to ${rounded(values.at(-1) ?? 0)}`,
        ...stepIn(series, from),
        suggestion:
          "Cut it off by hand: its relay or contactor sticks, something else feeds it, or the switch is another one's.",
      })];
    }
  }
  return [];
}

function switchedOff(view: DeviceView): SwitchedOff[] {
  return view.topics.filter(({ role }) => /^(?:state|reply|event|info)$/.test(role))
    .flatMap((topic) =>
      [...topic.live.at(-1)?.fields ?? []].slice(0, 60).flatMap(([path, value]) => {
        const name = leafOf(path === "" ? topic.segments.at(-1) ?? "" : path);
        const whole = path === "" ? topic.segments.slice(-2).join("_").toLowerCase() : name;
        if (!OFF.test(String(value)) || !SWITCH.test(whole) || NO_SWITCH.test(whole)) return [];
        const told = topic.readings.flatMap(({ at, fields }) => {
          const said = String(fields.get(path) ?? "");
          return ON.test(said) ? [{ at, isOn: true }] : OFF.test(said) ? [{ at, isOn: false }] : [];
        });
        const last = told.findLastIndex(({ isOn }) => isOn);
        const atMs = told[last + 1]?.at;
        return last < 0 || atMs === undefined ? [] : [{
          topic,
          path,
          atMs,
          wasOn: (at: number) => told.findLast((one) => one.at <= at)?.isOn ?? null,
        }];
      })
    );
}

/** It draws what it drew when it was on, and drew nothing when it was off before. */
function drawsOn(series: Series, off: SwitchedOff, view: DeviceView): string | null {
  const called = calledOf(series);
  if (!DRAWN.test(called) || NO_DRAW.test(called)) return null;
  const when = (isOn: boolean) =>
    series.values.filter((_, i) => {
      const at = series.readings[i]?.at ?? 0;
      return at < off.atMs && off.wasOn(at) === isOn;
    });
  const [on, before] = [when(true), when(false)];
  const after = series.values.filter((_, i) => (series.readings[i]?.at ?? 0) > off.atMs);
  const usual = median(on);
  const isAlive = on.length >= 2 && before.length >= 2 && usual > 0 &&
    before.every((value) => value <= NOTHING * usual);
  if (!isAlive || after.length < LEAST_DRAWN || !heardAtLeast(view, off.atMs, LEAST_MS)) {
    return null;
  }
  return after.every((value) => value >= AS_BEFORE * usual)
    ? `goes on at ${rounded(after.at(-1) ?? 0)}`
    : null;
}

/** It gets warmer all the time, and no slower than when it was heated. */
function warmsOn(series: Series, off: SwitchedOff, view: DeviceView): string | null {
  const { values, readings, topic, path } = series;
  const called = calledOf(series);
  const whole = `${topic.topic} ${path} ${off.topic.topic} ${off.path}`.toLowerCase();
  if (!WARMTH.test(called) || NO_HEATED.test(called) || !HEATED.test(whole)) return null;
  const from = readings.findIndex(({ at }) => at > off.atMs);
  const head = readings.slice(0, from).filter(({ at }) => off.wasOn(at) === true).length;
  const start = from - head;
  const [first, last] = [readings[from], readings.at(-1)];
  if (from < 1 || head < LEAST_BEFORE || first === undefined || last === undefined) return null;
  if (values.length - from < LEAST_WARMED || last.at - first.at < LEAST_WARMED_MS) return null;
  const tail = values.slice(from - 1);
  if (tail.slice(1).some((value, i) => value <= (tail[i] ?? value))) return null;
  const pace = (a: number, b: number) =>
    ((values[b] ?? 0) - (values[a] ?? 0)) /
    Math.max(1, (readings[b]?.at ?? 0) - (readings[a]?.at ?? 0));
  const before = pace(start, from - 1);
  // What is still hot within gives less and less.
  const half = Math.floor((from + values.length - 1) / 2);
  const isAsBefore = before > 0 && pace(half, values.length - 1) >= AS_BEFORE * before;
  return isAsBefore && heardAtLeast(view, off.atMs, LEAST_WARMED_MS)
    ? `goes on rising, from ${rounded(values[from - 1] ?? 0)} to ${rounded(values.at(-1) ?? 0)},`
    : null;
}
