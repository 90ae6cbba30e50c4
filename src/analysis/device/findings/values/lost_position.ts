import { flagOf } from "../../../../payload/flag.ts";
import { lastsMs, spreadOf, standsFrom } from "../../../statistics.ts";
import type { Finding } from "../../finding_shape.ts";
import { findingFrom, iso, stepMessages } from "../../evidence.ts";
import { labelOf, leafOf, nameOf, type Scalar } from "../../reading/fields.ts";
import { timeIn } from "../../reading/timestamps.ts";
import { blankOf } from "./blank.ts";
import {
  areTogether,
  besideOf,
  type DeviceView,
  type Reading,
  siblingTopics,
  statesTold,
  stateTopics,
  type TopicView,
} from "../../reading/view.ts";

const LATITUDE = /^(?:gps|gnss|position|loc|location)?(?:la|lat|latitude)(?:deg)?$/;
const LONGITUDE = /^(?:gps|gnss|pos|position|loc|location)?(?:lo|lon|lng|long|longitude)(?:deg)?$/;
/** Both in one text, and such a text of neither. */
const BOTH =
  /^(?:lat_?l(?:o?ng?)|latitudelongitude|gps|gnss|loc|location|pos|position|geo|coord(?:inate)?s?)$/;
const BOTH_NOTHING = /^\s*[-+]?0{1,3}(?:\.0{1,9})?\s?[,; ]\s?[-+]?0{1,3}(?:\.0{1,9})?\s*$/;
const FIX =
  /^(?:(?:gps|gnss|has|position|pos|location)?fix(?:status|type|state|mode|ok|valid|quality|typename)?|(?:gps|gnss)(?:quality|valid))$/;
const NO_FIX = /^(?:no[ _-]?fix|none|invalid|lost|0|0d|false|no|void|null|unknown)?$/i;
const SATELLITES =
  /^(?:(?:gps|gnss)?(?:num|number(?:of)?|n)?(?:sats?|satellites)(?:used|inuse|count|num)?|satcount)$/;
const SPEED =
  /^(?:gps|sog|ground)?(?:speed|sog|velocity)(?:kmp?h|kph|mph|ms|knots|kn)?$|^(?:kmp?h|kph|mph|knots|kn|sog|vel|spd)$/;
const LEAST_SATELLITES = 4;
const LEAST_BEFORE = 2;
const LEAST_AFTER = 3;

/** `stuck_value` of a receiver of satellites that knew its place, and knows it no more in all the rest of what was heard. */
export function lostPosition(view: DeviceView): Finding[] {
  for (const topic of stateTopics(view)) {
    if (topic.mixes || topic.live.length < LEAST_BEFORE + LEAST_AFTER) continue;
    for (const path of topic.live[0]?.fields.keys() ?? []) {
      const at = lostSince(path, topic, view);
      if (at === null) continue;
      const { live } = topic;
      const since = live[at];
      if (cameToRest(view, since?.at ?? 0)) return [];
      const value = since?.fields.get(path) ?? null;
      return [findingFrom({
        code: "stuck_value",
        title: `Its receiver finds no position any more: "${labelOf({ path, topic })}" is ${
          value === "" ? "empty" : String(value).slice(0, 30)
        }`,
        summary: `On "${topic.topic}" it was ${
          String(live[at - 1]?.fields.get(path)).slice(0, 30)
        } before, and so in all of the last ${live.length - at} messages since ${
          iso(since?.at ?? 0)
        }`,
        messages: stepMessages(live, at),
        suggestion:
          "Unless it went under a roof: look at the receiver's antenna, its cable and plug, and at what may disturb it.",
      })];
    }
  }
  return [];
}

/** Since which message on a position is lost by this field; null where it never was, or came back. */
function lostSince(path: string, topic: TopicView, view: DeviceView): number | null {
  const name = nameOf(path, topic.segments);
  const isLost = LATITUDE.test(name) || isBoth(path, topic)
    ? (reading: Reading) => hasNoPlace(reading, { topic, path, view })
    : FIX.test(name)
    ? ({ fields }: Reading) => NO_FIX.test(textOf(fields.get(path)))
    : SATELLITES.test(name)
    ? ({ fields }: Reading) => fields.get(path) === 0
    : null;
  if (isLost === null) return null;
  const { live } = topic;
  if (live.some(({ fields }) => !fields.has(path))) return null;
  const at = live.findIndex(isLost);
  if (at < LEAST_BEFORE || live.length - at < LEAST_AFTER) return null;
  if (!live.slice(at).every(isLost)) return null;
  const before = live.slice(0, at).map(({ fields }) => fields.get(path));
  if (SATELLITES.test(name) && before.some((value) => !(Number(value) >= LEAST_SATELLITES))) {
    return null;
  }
  return at;
}

/** Whether one text tells both coordinates. */
function isBoth(path: string, { live, segments }: TopicView): boolean {
  return BOTH.test(nameOf(path, segments)) &&
    /^\s*[-+]?\d{1,3}\.\d{1,9}\s?[,; ]/.test(String(live.at(-1)?.fields.get(path)).slice(0, 40));
}

const LEAST_MOVING = 8;
/** A receiver that was switched on finds where it is in so long, wherever it goes. */
const FINDS_MS = 60_000;
const LEAST_KNOWING = 2;
/** That it moves, by what needs no satellites; Teltonika's trackers tell it by the number 240. */
const MOVES =
  /(?:^|[._])(?:is_?)?(?:moving|movement|motion|in_?motion|driving|(?:io)?240)(?:[._]?(?:status|state))?$/;
const SPEED_OF_WHEELS = /^(?:can|obd|vehicle|wheel)[._]?speed/;

/** `stuck_value` of a receiver of satellites that knows no place at all though it moves, and others of its kind know theirs, or that tells 0/0 where they do. */
export function neverFound(view: DeviceView): Finding[] {
  for (const topic of stateTopics(view)) {
    const { live } = topic;
    const last = live.at(-1);
    if (topic.mixes || last === undefined || live.length < LEAST_MOVING) continue;
    if (lastsMs(live, 0) < LEAST_FROZEN_MS) continue;
    const paths = [...last.fields.keys()];
    const path = paths.find((one) =>
      (LATITUDE.test(nameOf(one, topic.segments)) || isBoth(one, topic)) &&
      live.every((reading) =>
        reading.fields.has(one) && hasNoPlace(reading, { topic, path: one, view })
      )
    );
    const isReceiver = paths.some((one) =>
      SATELLITES.test(leafOf(one)) || FIX.test(leafOf(one)) || leafOf(one) === "valid"
    );
    const moves = paths.find((one) => live.every(({ fields }) => isMoving(one, fields.get(one))));
    if (path === undefined) continue;
    const knowing = view.twins.filter(({ live }) => {
      const told = live.at(-1)?.fields.get(path);
      return told !== undefined && Number.parseFloat(String(told)) !== 0 && blankOf(told) === null;
    }).length;
    // In the sea below Ghana nothing stands.
    const isAtZero = knowing >= LEAST_KNOWING && last.fields.get(path) === 0;
    if (!isAtZero && (moves === undefined || !isReceiver)) continue;
    if (knowing < LEAST_KNOWING && lastsMs(live, 0) < FINDS_MS) continue;
    return [findingFrom({
      code: "stuck_value",
      title: `Its receiver finds no position: "${labelOf({ path, topic })}" is ${
        String(last.fields.get(path)).slice(0, 30)
      } in all of ${live.length} messages${
        moves === undefined
          ? ""
          : `, though "${labelOf({ path: moves, topic })}" is ${String(last.fields.get(moves))}`
      }`,
      summary: `On "${topic.topic}" since ${iso(live[0].at)}` +
        (knowing > 0 ? `; ${knowing} others of its kind know where they are` : ""),
      messages: stepMessages(live, 0),
      suggestion:
        "Look at the receiver's antenna, its cable and plug, at where it is mounted, and at what may disturb it.",
    })];
  }
  return [];
}

function isMoving(path: string, value: Scalar | undefined): boolean {
  return MOVES.test(path)
    ? flagOf(value ?? null) === true
    : (DRIVES.test(leafOf(path)) || SPEED_OF_WHEELS.test(path)) && Number(value) > LEAST_SPEED;
}

function textOf(value: Scalar | undefined): string {
  return value === null || value === undefined ? "" : String(value).trim();
}

/** Whether neither latitude nor longitude is a number, or both are 0; each may have a topic of its own. */
function hasNoPlace(
  reading: Reading,
  { topic, path, view }: { topic: TopicView; path: string; view: DeviceView },
): boolean {
  if (isBoth(path, topic)) return BOTH_NOTHING.test(String(reading.fields.get(path)));
  const other = path === ""
    ? siblingTopics(view, topic).find(({ segments }) => LONGITUDE.test(nameOf("", segments)))
      ?.live.findLast(({ at }) => at <= reading.at + TOLD_TOGETHER_MS)?.fields.get("")
    // `LON` is a lamp in Dragino's trackers.
    : besideOf(path, reading).find(([one, value]) =>
      LONGITUDE.test(leafOf(one)) && !/^(?:on|off)$/i.test(String(value))
    )?.[1];
  const places = [reading.fields.get(path), ...other === undefined ? [] : [other]];
  return places.every((place) => blankOf(place ?? null) !== null) ||
    places.length === 2 && places.every((place) => Number(place) === 0);
}

/** What is told of one moment on several topics comes within so long. */
const TOLD_TOGETHER_MS = 500;

/** Whether it moved and then stood before that time: it may well be parked under a roof. */
function cameToRest(view: DeviceView, atMs: number): boolean {
  return stateTopics(view).some((topic) => {
    const before = topic.live.filter(({ at }) => at < atMs);
    const path = [...before.at(-1)?.fields.keys() ?? []].find((one) =>
      SPEED.test(nameOf(one, topic.segments))
    );
    if (path === undefined) return false;
    const speeds = before.map(({ fields }) => Number(fields.get(path)));
    return (speeds.at(-1) ?? NaN) < 1 && speeds.some((speed) => speed > 2);
  });
}

/** Coordinates of a place in a plane, beside which its speed is `s` or `v`. */
const PLANE = /^(?:x|posx|positionx)$/;
const PLANE_BESIDE = /^(?:y|posy|positiony)$/;
const PLANE_SPEED = /^(?:s|v|spd|speed|vel|velocity)$/;
/** How fast it goes along one axis of the plane, in metres a second; what drives may go so slowly. */
const ALONG = /^(?:vx|vy|velx|vely|velocityx|velocityy|linearx)$/;
const LEAST_ALONG = 0.2;
/** Flags of what goes, and how it is turned: what turns on the spot goes nowhere. */
const GOES = /^(?:is)?(?:driving|moving|in_?motion|travel?ling)$/;
const TURNED = /^(?:theta|yaw|heading|orientation|angle|phi)$/;
const WAITS = /paus|violat|block|wait|stop|halt|hold|obstacle|charging/;
/** What turns only where something drives. */
const DRIVES = /^(?:(?:motor|engine|prop(?:eller)?|shaft)?rpm|(?:motor|engine)speed|drehzahl)$/;
const LEAST_MOVES = 3;
const LEAST_FROZEN = 8;
const LEAST_FROZEN_MS = 25_000;
const LEAST_SPEED = 2;
/** Latitude in a list after longitude, as GeoJSON has it. */
const IN_LIST = /(?:^|\.)coordinates\[1\]$/;
/** What only a receiver of satellites tells beside a speed, which is then no wind's and no motor's. */
const OF_RECEIVER = /^(?:accuracy|hacc|heading|course|cog|bearing|track|hdop|pdop)(?:deg|m)?$/;
/** So fast, so variously and so long nothing goes that never was elsewhere. */
const LEAST_FAST = 15;
const LEAST_FAST_MS = 60_000;

/** `stuck_value` of a place that moved, or is a fast vehicle's, and keeps to its last digit though its speed is told to be above nothing. */
export function frozenPosition(view: DeviceView): Finding[] {
  for (const { topic, path } of statesTold(view)) {
    const name = nameOf(path, topic.segments);
    const isPlane = PLANE.test(name);
    if (!isPlane && !LATITUDE.test(name) && !IN_LIST.test(path)) continue;
    const since = isFastAndRests(topic, path) || repeatsFix(topic, path)
      ? 0
      : restsSince(topic.live, path);
    const beside = isPlane ? PLANE_BESIDE : LONGITUDE;
    if (since === null || !standsBeside(view, { topic, path, beside, since })) continue;
    const speed = speedSince(view, { topic, path, isPlane, sinceMs: topic.live[since].at });
    if (speed === null) continue;
    return [findingFrom({
      code: "stuck_value",
      title: `Its position is stuck: "${labelOf({ path, topic })}" is ${
        String(topic.live.at(-1)?.fields.get(path))
      } in all of the last ${topic.live.length - since} messages, though ${speed}`,
      summary: `On "${topic.topic}" it ${since === 0 ? "never moved since" : "moved until"} ${
        iso(topic.live[since].at)
      }`,
      messages: stepMessages(topic.live, since),
      suggestion:
        "Its receiver or what reads it hangs and repeats the last place: restart it, and look at its antenna and at the age of its fix.",
    })];
  }
  return [];
}

/** Since which message a number that moved is the same to its last digit; null where it moved too seldom, or rests too shortly. */
function restsSince(live: readonly Reading[], path: string): number | null {
  const values = live.map(({ fields }) => fields.get(path));
  if (values.some((value) => typeof value !== "number" || value === 0)) return null;
  const since = standsFrom(values);
  const moves = values.slice(0, since + 1).filter((value, i) => i > 0 && value !== values[i - 1]);
  const lengthMs = lastsMs(live, since);
  return moves.length >= LEAST_MOVES && moves.length >= 0.7 * since &&
      values.length - since >= LEAST_FROZEN && lengthMs >= LEAST_FROZEN_MS
    ? since
    : null;
}

/** Whether a latitude is the same all the time, to its third decimal and beyond, of what tells in each message that it goes fast. */
function isFastAndRests({ live, segments }: TopicView, path: string): boolean {
  const [first, last] = [live[0], live.at(-1)];
  const value = first?.fields.get(path);
  if (!/\.\d{3}/.test(String(value)) || (last?.at ?? 0) - (first?.at ?? 0) < LEAST_FAST_MS) {
    return false;
  }
  const paths = [...first?.fields.keys() ?? []];
  const speed = paths.find((one) => SPEED.test(nameOf(one, segments)));
  const speeds = live.map(({ fields }) => Number(fields.get(speed ?? "")));
  return speed !== undefined && paths.some((one) => OF_RECEIVER.test(leafOf(one))) &&
    live.length >= LEAST_FROZEN && live.every(({ fields }) => fields.get(path) === value) &&
    speeds.every((one) => one >= LEAST_FAST) && new Set(speeds).size >= LEAST_MOVES;
}

const LEAST_OLD_MS = 120_000;
/** What is false of what is parked: a receiver in a garage tells the last place that it had, and how fast it came there. */
const DRIVEN = /ignition|motion|moving|^acc$/;

/**
 * Whether a place is the same in all messages and so is the time at which it was found, minutes ago, while another time
 * beside it goes on with each message.
 */
function repeatsFix({ live }: TopicView, path: string): boolean {
  const [first, last] = [live[0], live.at(-1)];
  const value = first?.fields.get(path);
  if (
    first === undefined || last === undefined || live.length < LEAST_FROZEN ||
    lastsMs(live, 0) < LEAST_FROZEN_MS || !/\.\d{3}/.test(String(value)) ||
    !live.every(({ fields }) => fields.get(path) === value) ||
    [...last.fields].some(([one, said]) => DRIVEN.test(leafOf(one)) && flagOf(said) === false)
  ) return false;
  const stamps = [...last.fields.keys()].map((one) =>
    live.map(({ at, fields }) => timeIn(fields.get(one) ?? null, at)?.atMs ?? NaN)
  );
  return stamps.some((times) => first.at - (times[0] ?? NaN) >= LEAST_OLD_MS && areSame(times)) &&
    stamps.some((times) => times.every((ms, i) => i === 0 || ms > (times[i - 1] ?? NaN)));
}

/** Times that are made up from ages are the same to the second. */
function areSame(times: readonly number[]): boolean {
  return spreadOf(times) <= 2_000;
}

/** Whether the other coordinate rests since then too, and moved before. */
function standsBeside(
  view: DeviceView,
  o: { topic: TopicView; path: string; beside: RegExp; since: number },
): boolean {
  const sinceMs = o.topic.live[o.since].at;
  return statesTold(view).some(({ topic, path }) => {
    const isOther = IN_LIST.test(o.path)
      ? path === o.path.replace(/1\]$/, "0]")
      : o.beside.test(nameOf(path, topic.segments));
    if (!isOther) return false;
    if (o.path !== "" && !areTogether({ topic, path }, o)) return false;
    const last = topic.live.at(-1)?.fields.get(path);
    // A topic of its own comes a moment later.
    const since = topic.live.findLastIndex(({ fields }) => fields.get(path) !== last) + 1;
    return (topic.live[since]?.at ?? Infinity) <= sinceMs + 5_000;
  });
}

/** Whether a topic stands below the same tree as another, or below the one above it: `…/speed` and `…/location/x`. */
function isRightBeside({ segments }: TopicView, other: TopicView): boolean {
  const tree = segments.slice(0, -1);
  const above = other.segments.slice(0, tree.length);
  return tree.length > 0 && other.segments.length - segments.length <= 1 &&
    other.segments.length >= segments.length && tree.every((level, i) => level === above[i]);
}

/** What tells all the time since then that it moves, in words; null where nothing does. */
function speedSince(
  view: DeviceView,
  o: { topic: TopicView; path: string; isPlane: boolean; sinceMs: number },
): string | null {
  for (const { topic, path } of statesTold(view)) {
    if (o.isPlane && topic !== o.topic && !isRightBeside(topic, o.topic)) continue;
    const name = nameOf(path, topic.segments);
    if (o.isPlane && topic === o.topic && saysItGoes(path, o)) {
      return `"${labelOf({ path, topic })}" is true`;
    }
    const isSpeed = o.isPlane
      ? PLANE_SPEED.test(name) || ALONG.test(name)
      : SPEED.test(name) || DRIVES.test(name);
    if (!isSpeed) continue;
    const told = topic.live.filter(({ at }) => at > o.sinceMs)
      .map(({ fields }) => Number(fields.get(path)));
    const isAlong = o.isPlane && ALONG.test(name);
    const goes = (speed: number) => isAlong ? Math.abs(speed) >= LEAST_ALONG : speed >= LEAST_SPEED;
    if (told.length < LEAST_FROZEN - 1 || !told.every(goes)) continue;
    // Told elsewhere, what never moves is what it is to drive.
    const isMeasured = new Set(told).size >= LEAST_MOVES;
    if (o.isPlane && (topic !== o.topic || isAlong) && !isMeasured) continue;
    return `"${labelOf({ path, topic })}" is ${told.at(-1)}`;
  }
  return null;
}

/** Whether a flag says all the time that it goes, though it does not turn on the spot either, and nothing says how fast or that it waits. */
function saysItGoes(path: string, o: { topic: TopicView; sinceMs: number }): boolean {
  const last = o.topic.live.at(-1);
  const told = o.topic.live.filter(({ at }) => at > o.sinceMs);
  if (last === undefined || !GOES.test(leafOf(path)) || told.length < LEAST_FROZEN) return false;
  if (last.at - o.sinceMs < LEAST_FAST_MS || told.some(({ fields }) => fields.get(path) !== true)) {
    return false;
  }
  const beside = [...last.fields.keys()];
  const stands = (one: string) =>
    told.every(({ fields }) => fields.get(one) === last.fields.get(one));
  return beside.some((one) => TURNED.test(leafOf(one))) &&
    beside.every((one) => {
      const leaf = leafOf(one);
      if (TURNED.test(leaf)) return stands(one);
      return !PLANE_SPEED.test(leaf) && !ALONG.test(leaf) && !SPEED.test(leaf) &&
        !(WAITS.test(leaf) && told.some(({ fields }) => fields.get(one) === true));
    });
}
