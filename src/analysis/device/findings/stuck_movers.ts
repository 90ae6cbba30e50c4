import type { Finding } from "../finding_shape.ts";
import { findingFrom, iso, numbersOf, rounded, someOf } from "../evidence.ts";
import { labelOf, nameOf } from "../fields.ts";
import { differences } from "../../statistics.ts";
import { besideOf, type DeviceView, type Reading } from "../view.ts";
import { type Series, seriesOf } from "./values.ts";

const LEAST_MS = 30_000;

/** Where something stands, and words by which it is on its way. */
const PLACE =
  /^(?:current)?(?:posit\w*|angle|height|azimuth|elevation|tilt|stroke|floor|opening)(?:pct|percent|deg|mm|cm)?$/;
const STATE = /^(?:state|status|motion|movement|action|activity|motorstate|drivestate)$/;
const MOVES =
  /^(?:moving|opening|closing|travell?ing|driving|raising|lowering|rotating|extending|retracting|slewing|in_?motion|moving_?(?:up|down)|going_?(?:up|down))$/i;
const LEAST_MOVING = 8;
const LEAST_MOVING_MS = 60_000;

/** `stuck_value` of what says all the time that it moves, and stands where it stood. */
export function stuckMovers(view: DeviceView): Finding[] {
  for (const { name, values, readings, topic, path } of seriesOf(view)) {
    const last = readings.at(-1);
    if (!PLACE.test(name) || last === undefined) continue;
    const told = besideOf(path, last).find(([other, value]) =>
      STATE.test(nameOf(other, topic.segments)) && MOVES.test(String(value))
    );
    if (told === undefined) continue;
    const [state] = told;
    const stands = (i: number) =>
      values[i] === values.at(-1) && MOVES.test(String(readings[i]?.fields.get(state)));
    const from = values.findLastIndex((_, i) => !stands(i)) + 1;
    const lengthMs = last.at - (readings[from]?.at ?? last.at);
    if (values.length - from < LEAST_MOVING || lengthMs < LEAST_MOVING_MS) continue;
    return [findingFrom({
      code: "stuck_value",
      title: `"${labelOf({ path, topic })}" is stuck at ${rounded(values.at(-1) ?? 0)}, though "${
        labelOf({ path: state, topic })
      }" says ${String(told[1])}`,
      summary: `On "${topic.topic}" so in all of the last ${values.length - from} messages`,
      messages: someOf(readings.slice(from)),
      numbers: numbersOf(values, { topic: topic.topic, field: path }),
      suggestion:
        "Look whether it is blocked, whether its motor has power, and whether its place is still measured.",
    })];
  }
  return [];
}

/** What opens and shuts, how far it is open, and by what it is moved. */
const OPENS =
  /roof|door|gate|shutter|blind|cover|valve|dome|window|hatch|awning|curtain|screen|barrier|rollla?den|jalousie|fenster|markise|volet|persiana/;
const SHARE = /^(?:open(?:ed|ing)?)?(?:percent|percentage|pct|posit\w*|level)(?:open)?$/;
const ORDER = /^(?:open|close|up|down|move|goto|cmd|command|set|order|auf|zu|hoch|runter)$/i;
const STOPS = /stop|halt|pause|^0$|false|off/i;
const LEAST_MOVED = 3;
/** Beside an end it may be at it, for all that it can tell. */
const AT_END = 5;

/** `stuck_value` of what opens or shuts, stops on its way, and is asked for again in vain. */
export function stoppedShort(view: DeviceView): Finding[] {
  for (const series of seriesOf(view)) {
    const { name, values, readings, topic, path } = series;
    if (!SHARE.test(name) || !OPENS.test(`${topic.topic} ${path}`.toLowerCase())) continue;
    const last = values.at(-1) ?? 0;
    const from = values.findLastIndex((value) => value !== last) + 1;
    const sinceMs = readings[from]?.at ?? 0;
    const steps = differences(values.slice(0, from + 1));
    const moved = steps.length - steps.findLastIndex((step) => step * (steps.at(-1) ?? 0) <= 0) - 1;
    if (last < AT_END || last > 100 - AT_END || moved < LEAST_MOVED) continue;
    if (values.length - from < LEAST_MOVING) continue;
    if ((readings.at(-1)?.at ?? 0) - sinceMs < LEAST_MOVING_MS) continue;
    const order = orderAgain(series, { sinceMs, view });
    if (order === null) continue;
    return [findingFrom({
      code: "stuck_value",
      title: `"${labelOf({ path, topic })}" is stuck at ${
        rounded(last)
      }: it stopped on its way, and "${order}" does not move it`,
      summary: `On "${topic.topic}" it moved in ${moved} steps, and is so in all of the last ${
        values.length - from
      } messages, from ${iso(sinceMs)} on`,
      messages: someOf(readings.slice(Math.max(0, from - 1))),
      numbers: numbersOf(values, { topic: topic.topic, field: path }),
      suggestion:
        "Look whether something is in its way, whether its motor has power and is not too hot, and at its limit switches.",
    })];
  }
  return [];
}

/** Where it is told once more what moved it before; null where it is not, or another place was asked for. */
function orderAgain(
  { topic, values, readings }: Series,
  { sinceMs, view }: { sinceMs: number; view: DeviceView },
): string | null {
  const tree = topic.segments.slice(0, -1).join("/");
  const lastMs = readings.at(-1)?.at ?? 0;
  for (const { topic: name, segments, live } of view.topics) {
    if (!ORDER.test(segments.at(-1) ?? "") || tree === "" || !name.startsWith(tree)) continue;
    const said = live.map(({ at, fields }) => ({
      at,
      text: [...fields.values()].slice(0, 10).join(" "),
    }));
    const again = said.findLast(({ at }) => at < lastMs - LEAST_MS / 2);
    if (again === undefined || again.at <= sinceMs || STOPS.test(again.text)) continue;
    if (said.some(({ text }) => text !== again.text)) continue;
    if (again.text.split(" ").includes(String(values.at(-1)))) continue;
    if (said.some(({ at }) => at < sinceMs)) return name;
  }
  return null;
}

/** Where a robot is told how fast to drive, and where it tells its place. */
const SPEED_ORDER = /^cmd_?vel$/i;
const PLACE_X = /(?:^|\.)position\.x$/;
const LEAST_SPEED = 0.01;

/** `stuck_value` of a robot that is told again and again to drive, and stands where it stood. */
export function drivesThatStand(view: DeviceView): Finding[] {
  for (
    const order of view.topics.filter(({ segments }) => SPEED_ORDER.test(segments.at(-1) ?? ""))
  ) {
    const drives = ({ fields }: Reading) =>
      [...fields].some(([path, value]) =>
        /(?:^|\.)linear\.[xy]$/.test(path) && Math.abs(Number(value)) > LEAST_SPEED
      );
    const from = order.live.findLastIndex((reading) => !drives(reading)) + 1;
    const [first, last] = [order.live[from], order.live.at(-1)];
    if (first === undefined || last === undefined || order.live.length - from < LEAST_MOVING) {
      continue;
    }
    for (const { topic, path, values, readings } of seriesOf(view)) {
      if (!PLACE_X.test(path)) continue;
      const across = path.replace(/x$/, "y");
      const told = readings.filter(({ at }) => at >= first.at && at <= last.at);
      const [start, end] = [told[0], told.at(-1)];
      if (start === undefined || end === undefined || told.length < LEAST_MOVING) continue;
      const stands = told.every(({ fields }) =>
        [path, across].every((one) => fields.get(one) === start.fields.get(one))
      );
      if (!stands || end.at - start.at < LEAST_MS) continue;
      return [findingFrom({
        code: "stuck_value",
        title: `"${labelOf({ path, topic })}" is stuck at ${
          rounded(values.at(-1) ?? 0)
        }, though "${order.topic}" commands it to drive`,
        summary: `${order.live.length - from} commands from ${
          iso(first.at)
        } on, and on "${topic.topic}" the same place in all ${told.length} messages since`,
        messages: someOf(told),
        numbers: numbersOf(values, { topic: topic.topic, field: path }),
        suggestion:
          "Look whether its motors have power and are enabled, whether an emergency stop or a safety sensor holds it, and whether its place is still measured.",
      })];
    }
  }
  return [];
}
