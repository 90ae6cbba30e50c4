import type { Finding } from "../../finding_shape.ts";
import { rounded } from "../../evidence.ts";
import { isHolder, labelOf, leafOf, nameOf, type Scalar } from "../../reading/fields.ts";
import { differences, standsFrom } from "../../../statistics.ts";
import {
  areTogether,
  besideOf,
  type DeviceView,
  type Reading,
  siblingTopics,
  stateTopics,
  type TopicView,
} from "../../reading/view.ts";
import { faultFinding } from "../orders/no_effect.ts";
import { isWanting, keyOf, wordsOf } from "../orders/wishes.ts";
import { isHeldBack, saysRest } from "./held_back.ts";
import { isOn, saysRuns } from "./drivers.ts";
import { type Series, seriesOf } from "../values/series.ts";
import { WAIT } from "../orders/waits.ts";

/** Where something stands, and words by which it is on its way. */
const PLACE =
  /^(?:current)?(?:posit\w*|angle|height|azimuth|elevation|tilt|stroke|floor|opening)(?:pct|percent|deg|mm|cm)?$/;
const STATE = /^(?:state|status|motion|movement|action|activity|motorstate|drivestate)$/;
const MOVES =
  /^(?:moving|opening|closing|fährt|faehrt|öffnet|oeffnet|schließt|schliesst|dreht|ouvre|ferme|abriendo|cerrando|abrindo|fechando|apertura|chiusura|otwiera(?:nie)?|zamyka(?:nie)?|öppnar|stänger|opent|sluit|едет|открывается|закрывается|travell?ing|driving|raising|lowering|rotating|extending|retracting|slewing|in_?motion|moving_?(?:up|down)|going_?(?:up|down))$/iu;
const LEAST_MOVING = 8;

/** Flags of what moves. What goes straight on turns to no other side: of that it must be told where it is to be. */
const MOVING =
  /^(?:is)?(?:inmotion|moving|rotating|turning|slewing|travel?ling|running|motion|movement|bewegt|dreht|enmouvement|motor)(?:on|state|active)?$/;
const SIDE =
  /^(?:current|actual)?(?:heading|azimuth|bearing|az|el|direction|azimut|pan|yaw)(?:deg|degrees)?$/;
/** Within so little it has arrived. */
const ARRIVED = 3;

/** `stuck_value` of what is to move, by what is said of it or what it is told, and stands where it stood. */
export function stuckMovers(view: DeviceView): Finding[] {
  const all = seriesOf(view);
  for (const series of all) {
    const { values, readings } = series;
    const mover = saysMoves(series, all, view) ?? setsOut(series, view) ??
      toldAgain(series, view) ?? toldToDrive(series, view) ?? staysApart(series, all, view);
    if (mover === null) continue;
    const told = readings.filter(({ at }) => at >= mover.sinceMs && at <= (mover.untilMs ?? at));
    const first = told[0];
    const lengthMs = (told.at(-1)?.at ?? 0) - (first?.at ?? 0);
    const { least = LEAST_MOVING, leastMs = WAIT.movedMs } = mover;
    if (first === undefined || told.length < least || lengthMs < leastMs) continue;
    const how = `is stuck at ${
      rounded(values.at(-1) ?? 0)
    }, though "${mover.label}" ${mover.value}`;
    return [faultFinding(
      series,
      { from: readings.indexOf(first), code: "stuck_value", how },
      "Look whether something is in its way or holds it, whether its motor has power and is not too hot, at its limit switches, and whether its place is still measured.",
    )];
  }
  return [];
}

/** What says all the time that it moves, while it stands; of what turns only where it is told that it is to be elsewhere. */
function saysMoves(series: Series, all: readonly Series[], view: DeviceView): Mover | null {
  const { name, values, readings } = series;
  const isSide = SIDE.test(name);
  if (!PLACE.test(name) && !isSide) return null;
  const told = isSide ? null : wordBeside(series);
  const mover = told ?? flagBeside(series, view);
  if (mover === null) return null;
  const sinceMs = Math.max(mover.sinceMs, readings[standsFrom(series.values)].at);
  const isPlain = told !== null || !isSide && mover.isWord ||
    isOfMover(series, view) && MOVED.test(mover.label);
  const aim = isPlain ? undefined : aimOf(series, all, (readings.at(-1)?.at ?? 0) - WAIT.broughtMs);
  if (aim === null || aim !== undefined && Math.abs(aim - (values.at(-1) ?? 0)) <= ARRIVED) {
    return null;
  }
  const value = `says ${mover.value}${
    aim === undefined ? "" : ` and it is to be at ${rounded(aim)}`
  }`;
  // What tells its place by the second tells each step of its way.
  const isTold = readings.filter(({ at }) => at >= sinceMs).length >= LEAST_STEPS;
  return { ...mover, value, sinceMs, leastMs: isTold ? WAIT.movedMs : WAIT.broughtMs };
}

const LEAST_STEPS = 15;

/** What says that something moves, and since when it said nothing else. */
interface Mover {
  readonly label: string;
  readonly value: string;
  readonly sinceMs: number;
  readonly untilMs?: number;
  /** In so many messages and over so long it must stand. */
  readonly least?: number;
  readonly leastMs?: number;
  /** Set where it says so in a word, and not by a flag. */
  readonly isWord?: boolean;
}

/** What only a motor moves; what drives about has a speed and a place of another kind, and may keep to its height. */
const DRIVEN = /^(?:current)?(?:posit\w*|height|stroke|opening)(?:pct|percent|mm|cm)?$/;
const MOVED = /mov|motion|rotat|travel|running|direction|beweg|mouv/i;
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
      const isSide = name === "direction" && isOneSide(value);
      if (!isSide && !MOVING.test(name) && !(STATE.test(name) && MOVES.test(String(value)))) {
        continue;
      }
      const found = moverIn(
        one,
        other,
        isSide ? isOneSide : (value) => saysRuns(value) || MOVES.test(String(value)),
      );
      if (found !== null) return found;
    }
  }
  return null;
}

/** To which side a shutter runs, as Tasmota tells it; 0 where it stands. */
const isOneSide = (value: Scalar | undefined) => value === 1 || value === -1;

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

/** What is soon where it is to be, by its own name or, of a mere value, by its topic's; what runs for a while, and what is lit at once. */
const SOON_THERE = /posit|angle|tilt|bright|dim|opening/;
const OF_SOON =
  /dimm|light|lamp|(?:^|\/)38\/|multilevel_?switch|switch_?multilevel|cover|blind|shutter/i;
const LIT = /bright|dim|light|lamp|(?:^|\/)38\//i;
const TO_BE =
  /^(?:target|desired|goal|wanted|requested|command(?:ed)?|cmd|set|setpoint|soll|ziel|cible|objetivo)$/;
/** Asked again it is given half of the time. */
const RUNS_MS = 90_000;

/** What tells where it is to be, and stays where it was though that became another place. */
function staysApart(series: Series, all: readonly Series[], view: DeviceView): Mover | null {
  const { topic, path, values } = series;
  const around = `${topic.topic}/${path}`;
  if (isToBe(series) || !isSoonThere(series)) return null;
  const held = values.at(-1) ?? 0;
  const key = keyOf(topic, path);
  const [aim, another] = all.filter((one) => {
    if (!isToBe(one) || one.topic.role !== "state" || isWanting(one.topic, view)) return false;
    const its = keyOf(one.topic, one.path);
    // `{"Position": 20, "Target": 80}`
    return its === key || areTogether(one, series) && key === `${its}/${leafOf(path)}`;
  });
  if (aim === undefined || another !== undefined || values.some((one) => one !== held)) return null;
  const isOff = besideOf(path, series.readings.at(-1)).some(([name, value]) =>
    /^(?:state|status|on|power|mode)$/i.test(name) &&
    (isOn(value) === false || saysRest(value))
  );
  const told = aim.topic.readings.map(({ at, fields }) => ({
    at,
    to: Number(fields.get(aim.path)),
  }));
  const turns = told.filter(({ to }, i) => i > 0 && to !== told[i - 1]?.to);
  const [first] = turns;
  // Until then it was where it was to be: both are told on one scale.
  const isApart = told.every(({ at, to }) =>
    (Math.abs(to - held) > ARRIVED) === (at >= (first?.at ?? Infinity))
  );
  if (first === undefined || isOff || !isApart || isHeldBack(view)) return null;
  // To Z-Wave it is as bright as it was last.
  if (held > 0 && told.some(({ to }) => to === 255)) return null;
  const isAgain = turns.length > 1;
  return {
    label: labelOf(aim),
    value: `is ${rounded(aim.values.at(-1) ?? 0)}`,
    sinceMs: first.at,
    least: isAgain ? LEAST_MOVED - 1 : LEAST_MOVED,
    leastMs: LIT.test(around) ? WAIT.shownMs : isAgain ? RUNS_MS / 2 : RUNS_MS,
  };
}

function isToBe({ topic, path }: Series): boolean {
  const own = path === "" || isHolder(leafOf(path)) ? topic.segments.at(-1) ?? "" : path;
  return wordsOf(own).some((word) => TO_BE.test(word));
}

function isSoonThere({ name, topic }: Series): boolean {
  return SOON_THERE.test(name) ||
    /^(?:current|actual)?(?:value|level)?$/.test(name) && OF_SOON.test(topic.topic);
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

/** What opens or shuts and stopped on its way, told once more what moved it before; null where another place was asked for. */
function toldAgain(series: Series, view: DeviceView): Mover | null {
  const { name, values, readings, topic, path } = series;
  if (!SHARE.test(name) || !OPENS.test(`${topic.topic} ${path}`.toLowerCase())) return null;
  const last = values.at(-1) ?? 0;
  const from = standsFrom(series.values);
  const sinceMs = readings[from].at;
  const steps = differences(values.slice(0, from + 1));
  const moved = steps.length - steps.findLastIndex((step) => step * (steps.at(-1) ?? 0) <= 0) - 1;
  const tree = topic.segments.slice(0, -1).join("/");
  const lastMs = readings.at(-1)?.at ?? 0;
  if (last < AT_END || last > 100 - AT_END || moved < LEAST_MOVED || tree === "") return null;
  for (const { topic: label, segments, live } of view.topics) {
    if (!ORDER.test(segments.at(-1) ?? "") || !label.startsWith(tree)) continue;
    const said = live.map(({ at, fields }) => ({
      at,
      text: [...fields.values()].slice(0, 10).join(" "),
    }));
    const again = said.findLast(({ at }) => at < lastMs - WAIT.movedMs / 2);
    if (again === undefined || again.at <= sinceMs || STOPS.test(again.text)) continue;
    if (said.some(({ text }) => text !== again.text)) continue;
    if (again.text.split(" ").includes(String(last)) || !said.some(({ at }) => at < sinceMs)) {
      continue;
    }
    return { label, value: "tells it again to move", sinceMs, leastMs: WAIT.broughtMs };
  }
  return null;
}

/** Words by which it is on its way to one side, and by which it stands without having come there. */
const SHUTS = /^(?:closing|lowering|retracting|(?:moving|going)_?down)$/i;
const RAISES = /^(?:opening|raising|extending|(?:moving|going)_?up)$/i;
const STANDS = /^(?:stop(?:ped)?|idle|halted)$/i;

/** What sets out to one side again and again, stops, and is each time where it was. */
function setsOut({ name, values, topic, path }: Series, view: DeviceView): Mover | null {
  const value = values.at(-1) ?? 0;
  if (!SHARE.test(name) || !OPENS.test(`${topic.topic} ${path}`.toLowerCase())) return null;
  // In the middle stands what does not know its place.
  if (value === 50 || values.some((one) => one !== value)) return null;
  for (const one of path === "" ? siblingTopics(view, topic) : [topic]) {
    for (const other of one.live.at(-1)?.fields.keys() ?? []) {
      if (!STATE.test(leafOf(other === "" ? one.segments.at(-1) ?? "" : other))) continue;
      const said = one.live.map(({ at, fields }) => ({ at, word: String(fields.get(other)) }));
      const starts = said.filter(({ word }, i) =>
        MOVES.test(word) && !MOVES.test(said[i - 1]?.word ?? "")
      );
      const [first, last] = [starts[0], starts.at(-1)];
      if (first === undefined || last === undefined || starts.length < LEAST_MOVED) continue;
      const isFarFrom = (side: RegExp, end: number) =>
        starts.every(({ word }) => side.test(word)) && Math.abs(value - end) > AT_END;
      if (!isFarFrom(SHUTS, 0) && !isFarFrom(RAISES, 100)) continue;
      if (said.some(({ word }) => !MOVES.test(word) && !STANDS.test(word))) continue;
      if (!STANDS.test(said.at(-1)?.word ?? "") || last.at - first.at < WAIT.movedMs) continue;
      const label = labelOf({ path: other, topic: one });
      const says = `says ${last.word} ${starts.length} times`;
      return { label, value: says, sinceMs: first.at, least: LEAST_MOVED };
    }
  }
  return null;
}

/** Where a robot is told how fast to drive, and where it tells its place. */
const SPEED_ORDER = /^cmd_?vel$/i;
const PLACE_X = /(?:^|\.)position\.x$/;
const LEAST_SPEED = 0.01;

/** What tells a robot again and again to drive that stands. */
function toldToDrive({ path, readings }: Series, view: DeviceView): Mover | null {
  if (!PLACE_X.test(path)) return null;
  for (const order of view.topics) {
    if (!SPEED_ORDER.test(order.segments.at(-1) ?? "")) continue;
    const drives = ({ fields }: Reading) =>
      [...fields].some(([path, value]) =>
        /(?:^|\.)linear\.[xy]$/.test(path) && Math.abs(Number(value)) > LEAST_SPEED
      );
    const from = order.live.findLastIndex((reading) => !drives(reading)) + 1;
    const [sinceMs, untilMs] = [order.live[from]?.at ?? Infinity, order.live.at(-1)?.at ?? 0];
    const told = readings.filter(({ at }) => at >= sinceMs && at <= untilMs);
    const stands = told.every(({ fields }) =>
      [path, path.replace(/x$/, "y")].every((one) => fields.get(one) === told[0]?.fields.get(one))
    );
    if (!stands || order.live.length - from < LEAST_MOVING) continue;
    return { label: order.topic, value: "commands it to drive", sinceMs, untilMs };
  }
  return null;
}
