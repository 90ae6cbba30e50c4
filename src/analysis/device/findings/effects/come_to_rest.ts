import { isHolder, isTime, lastOf, leafOf, nameOf } from "../../reading/fields.ts";
import { rememberingEach } from "../../../../payload/remembered.ts";
import { inEnglish } from "../../../../payload/spoken_words.ts";
import { isWithoutSun, reachNamed, reachSaid, saysLinkFailed } from "../../reading/reach_words.ts";
import {
  type DeviceView,
  lastTold,
  type Reading,
  siblingTopics,
  stateTopics,
  type TopicView,
} from "../../reading/view.ts";
import { differences, median } from "../../../statistics.ts";
import { isSignal } from "../reach/signal.ts";
import { isOn } from "./drivers.ts";

/** So many of its beats before and after the last value may what it belongs to tell that it was switched off. */
const NEAR_BEATS = 3;

/**
 * Whether a value that is told as it changes went to nothing and has nothing more to tell: it began there, as a pump that
 * pumps no more, or what stands beside it was switched off then, as a fan beside its speed, or the sun went down on it; or it
 * moved, and its last word is that it does not.
 */
export function cameToRest(topic: TopicView, view: DeviceView): boolean {
  if (duskTrees(view).has(treeOf(topic)) || hasEndedMove(topic)) return true;
  const path = soleNumber(topic.live.at(-1));
  if (path === null) return false;
  const values = topic.live.map(({ fields }) => fields.get(path));
  if (values.at(-1) !== 0 || values.every((value) => value === 0)) return false;
  if (values[0] === 0) return true;
  const beatMs = topic.rhythm?.medianMs ?? 0;
  const aboutMs = topic.live[values.findLastIndex((value) => value !== 0) + 1].at;
  return siblingTopics(view, topic).some((other) =>
    other !== topic && other.role === topic.role &&
    Math.abs((wentOffAt(other) ?? Infinity) - aboutMs) <= NEAR_BEATS * beatMs
  );
}

/** Whether among the last that was heard is that the device is reached no more: that is told, and silence comes of it. */
export function isSaidLost(view: DeviceView, withinMs: number): boolean {
  const sinceMs = (view.lastHeardMs ?? 0) - withinMs;
  return stateTopics(view).some(({ live, segments }) =>
    live.some(({ at, fields }) =>
      at >= sinceMs &&
      [...fields].some(([path, value]) =>
        saysLinkFailed(isHolder(leafOf(path)) ? segments.at(-1) ?? "" : lastOf(path), value)
      )
    )
  );
}

/** The path of the one number of a message, but for when it was made; null where there are more, or none. */
function soleNumber(reading: Reading | undefined): string | null {
  const numbers = [...reading?.fields ?? []].filter(([path, value]) =>
    typeof value === "number" && !isTime(leafOf(path))
  );
  return numbers.length === 1 ? numbers[0]?.[0] ?? null : null;
}

/** When the one value of a topic went from on to off, or to nothing, and stayed so; null where it did not. */
function wentOffAt({ readings }: TopicView): number | null {
  const last = readings.at(-1);
  const words = [...last?.fields ?? []].filter(([path, value]) =>
    isOn(value) !== null && !isTime(leafOf(path))
  );
  const [path] = words.length === 1 ? words[0] ?? [] : [];
  if (path === undefined) return null;
  const ons = readings.map(({ fields }) => isOn(fields.get(path)));
  const from = ons.findLastIndex((on) => on !== false) + 1;
  return ons[from - 1] === true ? readings[from]?.at ?? null : null;
}

/** Whether a bare value went one way to an end, as the place of what moves does: it has arrived, and a battery is empty. */
export function isMove(live: readonly Reading[]): boolean {
  const last = live.at(-1);
  const told = [...last?.fields ?? []].filter(([path]) => !isTime(leafOf(path)));
  // A word beside it says itself whether something still runs.
  if (
    /batt|soc/i.test(last?.sample.topic ?? "") || told.some(([, one]) => typeof one !== "number")
  ) {
    return false;
  }
  return [live, lastMoved(live)].some((moved) => {
    // What stands beside it, such as how good the value is, stays.
    const moving = told.filter(([path, value]) => moved[0]?.fields.get(path) !== value);
    const [path] = moving.length === 1 ? moving[0] ?? [] : [];
    return path !== undefined && goesTo(path, { live: moved, ends: [0, 100] });
  });
}

/** A pause so many times as long as what is between its messages is one between two moves. */
const PAUSE = 4;

function lastMoved(live: readonly Reading[]): readonly Reading[] {
  const between = differences(live.map(({ at }) => at));
  const usual = median(between);
  return live.slice(between.findLastIndex((ms) => ms > PAUSE * usual) + 1);
}

/** Whether what moves arrived with the last that was heard of the device: until it is moved again it has nothing to tell. */
export function hasArrivedLast(view: DeviceView, withinMs: number): boolean {
  const lastMs = view.lastHeardMs ?? 0;
  return stateTopics(view).some((topic) =>
    lastMs - topic.trace.lastLiveAt <= withinMs && topic.live.length >= LEAST_MOVED &&
    (isMove(topic.live) || hasComeToPlace(topic, view) || hasEndedMove(topic))
  );
}

const LEAST_MOVED = 4;
/** Where something is that is opened, dimmed or turned. */
const PLACE = /^(?:(?:current)?(?:position|pos|tilt|angle)|brightness)$/;
const ORDERED: Readonly<Record<string, number>> = { open: 100, up: 100, close: 0, down: 0, off: 0 };
/** So near to where it was asked to is there. */
const NEAR = 2;

/** Whether a place went one way with each message, to where it was asked to if anybody asked. */
function hasComeToPlace({ live, segments }: TopicView, view: DeviceView): boolean {
  const last = live.at(-1);
  const order = view.topics.filter(({ role }) => role === "command").flatMap((one) =>
    one.live.filter(({ at }) => at < (last?.at ?? 0))
  ).sort((a, b) => a.at - b.at).at(-1);
  const moved = order === undefined ? lastMoved(live) : live.filter(({ at }) => at > order.at);
  const asked = [...order?.fields.values() ?? []].map((value) =>
    ORDERED[String(value).toLowerCase()] ?? Number(value)
  );
  return moved.length >= LEAST_MOVED - 1 &&
    [...last?.fields ?? []].some(([path, end]) =>
      PLACE.test(nameOf(path, segments)) &&
      (order === undefined
        ? moved.every(({ fields }) => isAllElseAsIn(fields, { last, but: path }))
        : asked.some((one) => Math.abs(one - Number(end)) <= NEAR)) &&
      goesTo(path, { live: moved, ends: [end] })
    );
}

/** What moves, and says so again and again until it has come to its end. */
const MOVING =
  /^(?:opening|closing|moving|raising|lowering|extending|retracting|filling|emptying|going (?:up|down))$/;

/** Whether a word that said that something moves became another one with the last message. */
function hasEndedMove({ live }: TopicView): boolean {
  const moves = (said: unknown) =>
    typeof said === "string" && MOVING.test(inEnglish(said.trim()).toLowerCase());
  return [...live.at(-1)?.fields ?? []].some(([path, end]) =>
    typeof end === "string" && !moves(end) && live.length > 2 &&
    live.slice(-3, -1).every(({ fields }) => moves(fields.get(path)))
  );
}

/** Whether nothing but one field, and how well it is heard, differs from the last that was told. */
function isAllElseAsIn(
  fields: Reading["fields"],
  { last, but }: { last: Reading | undefined; but: string },
): boolean {
  return [...fields].every(([path, value]) =>
    path === but || value === last?.fields.get(path) || isSignal(leafOf(path)) ||
    isTime(leafOf(path))
  );
}

/** Whether a number went one way to one of its ends with each message. */
function goesTo(
  path: string,
  { live, ends }: { live: readonly Reading[]; ends: readonly unknown[] },
): boolean {
  const values = live.map(({ fields }) => fields.get(path));
  const way = Math.sign(Number(values.at(-1)) - Number(values[0]));
  return ends.includes(values.at(-1)) &&
    values.every((value, i) =>
      typeof value === "number" && (i === 0 || Math.sign(value - Number(values[i - 1])) === way)
    );
}

/** How far something that is done has come. */
const PROGRESS =
  /^(?:[a-z]{0,12}progress|complet(?:ion|ed)|percent(?:age)?(?:done|completed?)?|pct|done)$/;
/** What is done once, and tells so until then. */
const OF_A_JOB =
  /(?:^|[^a-z])(?:ota|jobs?|tasks?|orders?|missions?|operations?|print)(?![a-z])|progress|upgrade|update|download|firmware|fw_|install/i;
const STAGE = /(?:state|status|phase|stage|result)$/;
const DONE =
  /^(?:done|complete|completed|finished|succe(?:ss|eded|ssful)|failed|failure|fail|aborted|cancel{1,2}ed|expired|rejected|timed ?out|updated|installed|applied|fertig|beendet|terminé|terminado|finito)$/;

/** Whether what it tells the progress of is done, or has failed: all was told, or its last word says so. */
export function isDone({ live, segments }: TopicView): boolean {
  const last = live.at(-1);
  const level = segments.join("/");
  return [...last?.fields ?? []].some(([path, value]) => {
    const leaf = leafOf(path);
    const isOfJob = OF_A_JOB.test(level) || OF_A_JOB.test(path);
    const values = live.map(({ fields }) => fields.get(path));
    if (value === true && /^(?:is)?(?:completed?|done|finished)$/.test(leaf)) return isOfJob;
    if (PROGRESS.test(leaf) || isOfJob && /^(?:step|value|)$/.test(leaf)) {
      return isThrough(values.map(Number));
    }
    return isOfJob && (STAGE.test(leaf) || leaf === "") && values[0] !== value &&
      DONE.test(String(value).toLowerCase().replaceAll(/[_-]/g, " ").trim());
  });
}

/** Whether a share went up to all of it, or then below nothing, by which some tell why it came no further. */
function isThrough(values: readonly number[]): boolean {
  const [first = NaN, last = NaN] = [values[0], values.at(-1)];
  const up = last < 0 ? values.slice(0, -1) : values;
  return (last === 100 && first < 100 || last < 0) &&
    up.every((value, i) => value >= 0 && value <= 100 && value >= (up[i - 1] ?? 0));
}

/** So many topics that are emptied together are taken away by whoever publishes them. */
const LEAST_TAKEN = 3;
const TAKEN_MS = 10_000;

/** Whether all that it told was emptied together in the end: its service left, and took away what it had retained. */
export const isTakenAway: (view: DeviceView) => boolean = rememberingEach((view: DeviceView) => {
  const told = stateTopics(view).filter(({ readings }) =>
    readings.some(({ sample }) => sample.sizeBytes > 0)
  ).map(({ readings }) => readings.at(-1));
  const times = told.map((reading) => reading?.at ?? 0);
  return told.length >= LEAST_TAKEN && told.every((reading) => reading?.sample.sizeBytes === 0) &&
    Math.max(...times) - Math.min(...times) <= TAKEN_MS;
});

/** So many figures show that the sun went down, and nobody switched it off. */
const LEAST_OF_DUSK = 4;
/** Of what it fed at first, what it fed at last before it was nothing. */
const MOST_LEFT = 0.5;
/** A cloud that goes by brings so much of it back. */
const UP_AGAIN = 1.25;
const FED = /(?:^|[\/._\s])(?:ac|dc|pv)?[-_]?(?:power|leistung|watts?|pac|pdc)(?:$|[\/._\s])/i;

/** The first two levels of a topic, with what ends them. */
const treeOf = ({ segments }: TopicView) => `${segments.slice(0, 2).join("/")}/`;

/** Trees in which what lives of the sun fed less and less until it fed nothing, and says that it is gone, or that it is of the sun. */
const duskTrees = rememberingEach((view: DeviceView): ReadonlySet<string> => {
  const faded = view.topics.filter(({ topic, role, live }) => {
    if (role !== "state" && role !== "event") return false;
    const told = live.filter(({ sample }) => sample.sizeBytes > 0);
    return [...told.at(-1)?.fields.keys() ?? []].some((path) =>
      FED.test(path === "" ? topic : path) && fadesOut(told.map(({ fields }) => fields.get(path)))
    );
  });
  return new Set(
    faded.map(treeOf).filter((tree) => {
      const told = [...lastTold(view)].filter(([name]) => name.startsWith(tree));
      return isWithoutSun(told) ||
        told.some(([name, value]) =>
          reachNamed(name.split("/").findLast((level) => level !== "") ?? "") === "reach" &&
          reachSaid(value, { bare: true }) === "offline"
        );
    }),
  );
});

/** Whether the sun went down on it, and on nothing else: all that it tells stands below the same tree. */
export function isAfterDusk(view: DeviceView): boolean {
  const trees = duskTrees(view);
  return trees.size > 0 && stateTopics(view).every((topic) => trees.has(treeOf(topic)));
}

/** Whether figures went down by degrees until they were nothing, and stayed so. */
function fadesOut(values: readonly unknown[]): boolean {
  const end = values.indexOf(0);
  const fed = values.slice(0, end).map(Number);
  return fed.length >= LEAST_OF_DUSK && values.slice(end).every((value) => value === 0) &&
    fed.every((value, i) => value > 0 && value <= UP_AGAIN * (fed[i - 1] ?? value)) &&
    (fed.at(-1) ?? 0) <= MOST_LEFT * fed[0];
}
