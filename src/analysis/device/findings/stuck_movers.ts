import type { Finding } from "../finding_shape.ts";
import { findingFrom, iso, rounded, withNumbers } from "../evidence.ts";
import { labelOf, leafOf, nameOf, objectOf, type Scalar } from "../fields.ts";
import { differences } from "../../statistics.ts";
import {
  areSiblings,
  besideOf,
  type DeviceView,
  type Reading,
  siblingTopics,
  stateTopics,
  type TopicView,
} from "../view.ts";
import { saysRuns } from "./turns.ts";
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

/** Flags of what moves. What goes straight on turns to no other side: of that it must be told where it is to be. */
const MOVING =
  /^(?:is)?(?:inmotion|moving|rotating|turning|slewing|travel?ling|motion|movement|bewegt|dreht|enmouvement|motor)(?:on|state|active)?$/;
const SIDE =
  /^(?:current|actual)?(?:heading|azimuth|bearing|az|el|direction|azimut|pan|yaw)(?:deg|degrees)?$/;
/** Within so little it has arrived. */
const ARRIVED = 3;

/** `stuck_value` of what says all the time that it moves, and stands where it stood. */
export function stuckMovers(view: DeviceView): Finding[] {
  const all = seriesOf(view);
  for (const series of all) {
    const { name, values, readings, topic, path } = series;
    const last = readings.at(-1);
    const isSide = SIDE.test(name);
    if (!PLACE.test(name) && !isSide || last === undefined) continue;
    const value = values.at(-1) ?? 0;
    const told = isSide ? null : wordBeside(series);
    const mover = told ?? flagBeside(series, view);
    if (mover === null) continue;
    const stood = values.findLastIndex((one) => one !== value) + 1;
    const from = Math.max(stood, readings.findIndex(({ at }) => at >= mover.sinceMs));
    const lengthMs = last.at - (readings[from]?.at ?? last.at);
    if (values.length - from < LEAST_MOVING || lengthMs < LEAST_MOVING_MS) continue;
    const aim =
      told !== null || !isSide && mover.isWord || isOfMover(series, view) && MOVED.test(mover.label)
        ? undefined
        : aimOf(series, all, last.at - LEAST_MOVING_MS);
    if (aim === null || aim !== undefined && Math.abs(aim - value) <= ARRIVED) continue;
    return [findingFrom({
      code: "stuck_value",
      title: `"${labelOf({ path, topic })}" is stuck at ${
        rounded(value)
      }, though "${mover.label}" says ${mover.value}${
        aim === undefined ? "" : ` and it is to be at ${rounded(aim)}`
      }`,
      summary: `On "${topic.topic}" so in all of the last ${values.length - from} messages`,
      ...withNumbers(series, readings.slice(from)),
      suggestion:
        "Look whether it is blocked, whether its motor has power, and whether its place is still measured.",
    })];
  }
  return [];
}

/** What says that something moves, and since when it said nothing else. */
interface Mover {
  readonly label: string;
  readonly value: string;
  readonly sinceMs: number;
  /** Set where it says so in a word, and not by a flag. */
  readonly isWord: boolean;
}

/** What only a motor moves; what drives about has a speed and a place of another kind, and may keep to its height. */
const DRIVEN = /^(?:current)?(?:posit\w*|height|stroke|opening)(?:pct|percent|mm|cm)?$/;
const MOVED = /mov|motion|rotat|travel|beweg|mouv/i;
const DRIVES = /^(?:gps|lat(?:itude)?|lon(?:gitude)?|lng|speed|velocity|altitude|batt.*|soc)$/;

function isOfMover({ name, readings, path, topic }: Series, view: DeviceView): boolean {
  const beside = path === ""
    ? siblingTopics(view, topic).map(({ segments }) => segments.at(-1) ?? "")
    : [...readings.at(-1)?.fields.keys() ?? []];
  return DRIVEN.test(name) && !beside.some((other) => DRIVES.test(leafOf(other)));
}

function wordBeside({ readings, topic, path }: Series): Mover | null {
  const told = besideOf(path, readings.at(-1)).find(([other, value]) =>
    STATE.test(nameOf(other, topic.segments)) && MOVES.test(String(value))
  );
  return told === undefined ? null : moverIn(topic, told[0], (value) => MOVES.test(String(value)));
}

/** A flag beside a place, in its message or on a topic of the same tree. */
function flagBeside({ topic, path }: Series, view: DeviceView): Mover | null {
  const numbered = /^\d{1,3}$/.test(topic.segments.at(-1) ?? "") ? 2 : 1;
  const treeOf = ({ segments }: TopicView) => segments.slice(0, -numbered).join("/");
  for (const one of path === "" ? stateTopics(view) : [topic]) {
    if (treeOf(one) !== treeOf(topic) || one.segments.length !== topic.segments.length) continue;
    if (numbered === 2 && one.segments.at(-1) !== topic.segments.at(-1)) continue;
    const last = one.live.at(-1);
    for (const [other, value] of one === topic ? besideOf(path, last) : last?.fields ?? []) {
      const name = numbered === 2 && other === ""
        ? leafOf(one.segments.at(-2) ?? "")
        : nameOf(other, one.segments);
      if (!MOVING.test(name) && !(STATE.test(name) && MOVES.test(String(value)))) continue;
      const found = moverIn(one, other, (value) => saysRuns(value) || MOVES.test(String(value)));
      if (found !== null) return found;
    }
  }
  return null;
}

/** Since when a field says that it moves; null where it does not now. */
function moverIn(
  topic: TopicView,
  path: string,
  moves: (value: Scalar | undefined) => boolean,
): Mover | null {
  const before = topic.live.findLastIndex(({ fields }) => !moves(fields.get(path)));
  const first = topic.live[before + 1];
  const value = String(topic.live.at(-1)?.fields.get(path));
  return first === undefined ? null : {
    label: labelOf({ path, topic }),
    value,
    isWord: MOVES.test(value),
    sinceMs: first.at,
  };
}

const AIM = /dest|target|goal|(?<!off)set|want|soll|desired|command|cmd|request|consigne/;

/** Where it was to be since a time at the latest; null where nothing tells. */
function aimOf({ topic, path }: Series, all: readonly Series[], sinceMs: number): number | null {
  const root = topic.segments.slice(0, path === "" ? -2 : -1).join("/");
  const aims = all.filter((one) =>
    AIM.test(one.name) &&
    /posit|angle|height|azim|elev|head|bearing|dest|tilt|floor|pan/.test(one.name) &&
    one.topic.topic.startsWith(root)
  );
  const [aim] = aims;
  const value = aim?.values.at(-1);
  if (aims.length !== 1 || aim === undefined || value === undefined) return null;
  const since = aim.values.findLastIndex((one) => one !== value) + 1;
  return (aim.readings[since]?.at ?? Infinity) <= sinceMs ? value : null;
}

/** Where something is to be, and where it is, of what has a place. */
const AIMED =
  /^(?:target|desired|requested|commanded|goal)(posit\w{1,6}|angle|height|tilt|opening)(?:pct|percent|deg|mm|cm)?$/;
const IS_AT =
  /^(?:current|actual|measured)?(posit\w{1,6}|angle|height|tilt|opening)(?:pct|percent|deg|mm|cm)?$/;
const LEAST_AIMED_MS = 120_000;

/** `stuck_value` of what got another aim while it was listened, tells both all the time, and does not move at all. */
export function aimsNotMovedTo(view: DeviceView): Finding[] {
  const all = seriesOf(view);
  for (const aim of all) {
    const [, of] = AIMED.exec(aim.name) ?? [];
    const want = aim.values.at(-1);
    if (of === undefined || want === undefined) continue;
    const from = aim.values.findLastIndex((one) => one !== want) + 1;
    const sinceMs = aim.readings[from]?.at ?? 0;
    if (from === 0 || aim.values.length - from < LEAST_MOVING) continue;
    const place = all.find((one) =>
      one !== aim && IS_AT.exec(one.name)?.[1] === of &&
      objectOf(one.path) === objectOf(aim.path) &&
      (one.topic === aim.topic || aim.path === "" && areSiblings(one.topic, aim.topic))
    );
    if (place === undefined) continue;
    const told = place.readings.filter(({ at }) => at >= sinceMs);
    const value = place.values.at(-1) ?? 0;
    const stands = place.values.slice(-told.length - 1).every((one) => one === value);
    if (!stands || Math.abs(value - want) <= ARRIVED || told.length < LEAST_MOVING) continue;
    if ((told.at(-1)?.at ?? 0) - sinceMs < LEAST_AIMED_MS) continue;
    return [findingFrom({
      code: "stuck_value",
      title: `"${labelOf(place)}" is stuck at ${rounded(value)}: "${labelOf(aim)}" asks for ${
        rounded(want)
      }, and it does not move`,
      summary: `On "${place.topic.topic}" so in all ${told.length} messages since ${iso(sinceMs)}`,
      ...withNumbers(place, told),
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
      ...withNumbers(series, readings.slice(Math.max(0, from - 1))),
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

/** Words by which it is on its way to one side, and by which it stands without having come there. */
const SHUTS = /^(?:closing|lowering|retracting|(?:moving|going)_?down)$/i;
const RAISES = /^(?:opening|raising|extending|(?:moving|going)_?up)$/i;
const STANDS = /^(?:stop(?:ped)?|idle|halted)$/i;

/** `stuck_value` of what sets out to one side again and again, stops, and is each time where it was. */
export function startsInVain(view: DeviceView): Finding[] {
  for (const { name, values, readings, topic, path } of seriesOf(view)) {
    const value = values.at(-1) ?? 0;
    if (!SHARE.test(name) || !OPENS.test(`${topic.topic} ${path}`.toLowerCase())) continue;
    for (const one of path === "" ? siblingTopics(view, topic) : [topic]) {
      for (const other of one.live.at(-1)?.fields.keys() ?? []) {
        if (!STATE.test(leafOf(other === "" ? one.segments.at(-1) ?? "" : other))) continue;
        const said = one.live.map(({ at, fields }) => ({ at, word: String(fields.get(other)) }));
        const starts = said.filter(({ word }, i) =>
          MOVES.test(word) && !MOVES.test(said[i - 1]?.word ?? "")
        );
        const [first, last] = [starts[0], starts.at(-1)];
        if (first === undefined || last === undefined || starts.length < LEAST_MOVED) continue;
        // In the middle stands what does not know its place.
        const isFarFrom = (side: RegExp, end: number) =>
          starts.every(({ word }) => side.test(word)) && Math.abs(value - end) > AT_END;
        if (!isFarFrom(SHUTS, 0) && !isFarFrom(RAISES, 100) || value === 50) continue;
        if (said.some(({ word }) => !MOVES.test(word) && !STANDS.test(word))) continue;
        const told = readings.filter(({ at }) => at >= first.at);
        const isSame = values.every((one) => one === value) && told.length >= LEAST_MOVED;
        if (!isSame || (told.at(-1)?.at ?? 0) < last.at || last.at - first.at < LEAST_MS) continue;
        if (!STANDS.test(said.at(-1)?.word ?? "")) continue;
        return [findingFrom({
          code: "stuck_value",
          title: `"${labelOf({ path, topic })}" is stuck at ${rounded(value)}: "${
            labelOf({ path: other, topic: one })
          }" says ${last.word} ${starts.length} times, and it does not move`,
          summary: `On "${topic.topic}" so in all ${told.length} messages since ${iso(first.at)}`,
          ...withNumbers({ topic, path, values }, told),
          suggestion:
            "Look whether something is in its way, whether its motor has power and is not too hot, and at its limit switches.",
        })];
      }
    }
  }
  return [];
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
        ...withNumbers({ topic, path, values }, told),
        suggestion:
          "Look whether its motors have power and are enabled, whether an emergency stop or a safety sensor holds it, and whether its place is still measured.",
      })];
    }
  }
  return [];
}
