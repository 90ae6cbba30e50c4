/** What goes past a limit that is set for it, and stays beyond while nothing that is told answers to it. */
import type { Finding } from "../../finding_shape.ts";
import { findingFrom, iso, rounded, withNumbers } from "../../evidence.ts";
import { isTime, labelOf, leafOf, type Scalar } from "../../reading/fields.ts";
import { inEnglish } from "../../../../payload/spoken_words.ts";
import { plainKey } from "../../../../payload/plain_keys.ts";
import { lastsMs, mean, median } from "../../../statistics.ts";
import { type DeviceView, stateTopics } from "../../reading/view.ts";
import { isSettings } from "../../../../payload/severity/topics.ts";
import { isAimWord } from "../orders/order_words.ts";
import { toldOfLike } from "../likes/told_by_twins.ts";
import { isSwitchedBetween } from "../values/turns.ts";
import { type Series, seriesOf, SWITCHED } from "../values/series.ts";
import { calledOf, driversOf, isOn } from "./drivers.ts";
import { HEATS } from "./drive_rows.ts";
import { isHeldBack, saysRest } from "./held_back.ts";

const UPPER = /^(?:max|maximum|high|hi|upper|hh)$/;
const LOWER = /^(?:min|minimum|low|lo|lower|ll)$/;
/** Words that say only that it is a limit, and units. */
const SAYS_LIMIT = /^(?:limits?|thresholds?|alarms?|warn(?:ing)?|critical|value|allowed|bound)$/;
const UNIT = /^(?:c|f|degc|celsius|percent|pct|ppm|ppb|m|cm|mm|bar|k?pa|psi|mgl|mg|l|kg|[hv])$/;
const SAYS_MEASURED = /^(?:current|actual|measured|now|is|ist|sensor|reading|\d+)$/;
/** What is wanted, how long and how far it may be off, what was the most so far, and what may be used up or driven to its limit. */
const NO_LIMIT =
  /^(?:hyst\w*|delta|diff\w*|offset|delay|time|duration|interval|count|speed|rate|today|daily|day|night|last|stats?|average|seen|recorded|ever|forecast|yesterday|soc|batter(?:y|ies)|charge|discharge|dim|brightness|position|moisture|soil)$/;
const LIMITS = /limit|threshold|bound|range/;

interface Limit {
  /** Below which it holds. */
  readonly tree: string;
  readonly label: string;
  readonly value: number;
  /** What it is of; empty where that is not said. */
  readonly of: readonly string[];
  /** Null where it stands among limits and no word says which side it is on. */
  readonly side: 1 | -1 | null;
}

const wordsIn = (text: string) =>
  plainKey(text).replace(/(?<![a-z])(max|min)(?=[a-z]{4})(?!imum)/g, "$1_")
    .split(/[^\p{L}\p{M}\p{N}]+/u).filter((word) => word !== "");

/** Words of what is measured, without its units. */
const measuredWords = (words: readonly string[]) =>
  words.filter((word) => !UNIT.test(word) && !SAYS_MEASURED.test(word));

function limitIn(o: { levels: readonly string[]; value: Scalar }): Omit<Limit, "tree"> | null {
  const { levels, value } = o;
  if (typeof value !== "number") return null;
  const at = levels.slice(0, -1).findLastIndex(isSettings);
  const name = levels.slice(at < 0 ? -1 : at + 1);
  const words = name.flatMap(wordsIn);
  if (at < 0 && !words.some((word) => SAYS_LIMIT.test(word) && word !== "value")) return null;
  if (words.some((word) => NO_LIMIT.test(word) || isAimWord(word) || isTime(word))) return null;
  const sides = words.flatMap((word) =>
    UPPER.test(word) ? [1] as const : LOWER.test(word) ? [-1] as const : []
  );
  const isAmongLimits = at >= 0 && LIMITS.test(plainKey(levels[at]));
  if (sides.length > 1 || sides.length === 0 && !isAmongLimits) return null;
  const of = words.filter((word) => ![UPPER, LOWER, SAYS_LIMIT].some((none) => none.test(word)));
  return { label: name.join("."), value, of: measuredWords(of), side: sides[0] ?? null };
}

/** All limits that are told and stayed as they are. */
function limitsOf(view: DeviceView): Limit[] {
  const own = view.topics.filter(({ role, mixes }) => /^(?:state|info)$/.test(role) && !mixes);
  return [...own, ...view.settings].flatMap(({ segments, readings }) => {
    const fields = [...readings.at(-1)?.fields ?? []];
    // Limits of an alarm that is switched off.
    const isOff = fields.some(([path, value]) =>
      /enable|active|(?:^|_)alarm$|alarming/.test(plainKey(leafOf(path))) && isOn(value) === false
    );
    const at = segments.findLastIndex(isSettings);
    const tree = segments.slice(0, at < 0 ? -1 : at).join("/");
    return isOff ? [] : fields.flatMap(([path, value]) => {
      const limit = limitIn({
        levels: [...segments, ...path === "" ? [] : path.split(".")],
        value,
      });
      const stays = readings.every(({ fields }) => (fields.get(path) ?? value) === value);
      return limit === null || !stays ? [] : [{ ...limit, tree }];
    });
  });
}

/** Those that are set for a series: the nearest of them. */
function limitsFor(one: Series, beside: readonly Series[], limits: readonly Limit[]): Limit[] {
  const words = measuredWords(wordsIn(calledOf(one)));
  const holdsAll = (all: readonly string[], of: readonly string[]) =>
    of.every((word) => all.includes(word));
  const found = limits.filter(({ tree, of, side }) => {
    if (tree !== "" && !`${one.topic.topic}/`.startsWith(`${tree}/`)) return false;
    if (of.length === 0) return side !== null && isOnlyWithin(one, beside, limits, tree);
    const named = side === null ? of.filter((word) => words.includes(word)) : of;
    if (named.length === 0 || named.length < of.length - 1) return false;
    if (words.length === named.length && holdsAll(words, named)) return true;
    return side !== null && holdsAll(words, of) && !NOT_THERE.test(calledOf(one)) &&
      beside.every((other) =>
        other === one || !holdsAll(measuredWords(wordsIn(calledOf(other))), of)
      );
  });
  const nearest = Math.max(...found.map(({ tree }) => tree.length));
  return found.filter(({ tree }) => tree.length === nearest);
}

/** Where nothing is kept within limits. */
const NOT_THERE = /outdoor|outside|ambient|board|cpu|chip|setpoint|target/;

/** Whether of all that is told beside it only this began between the two limits of which is not said what they are of. */
function isOnlyWithin(
  one: Series,
  beside: readonly Series[],
  limits: readonly Limit[],
  tree: string,
): boolean {
  const bare = limits.filter((limit) => limit.tree === tree && limit.of.length === 0);
  const [most, ...more] = bare.filter(({ side }) => side === 1);
  const [least, ...less] = bare.filter(({ side }) => side === -1);
  const begins = ({ values: [first] }: Series) => first >= least.value && first <= most.value;
  return most !== undefined && least !== undefined && more.length + less.length === 0 &&
    begins(one) && !beside.some((other) => other !== one && begins(other));
}

const LEAST_WITHIN = 2;
const LEAST_BEYOND = 5;
const LEAST_MS = 15_000;
/** Shares: of what lies between two limits, or of the only one, so far beyond it is; and of the farthest, still as far. */
const FAR_OF_RANGE = 0.15;
const FAR = 0.05;
const STILL = 0.8;

interface Beyond {
  readonly limit: Limit;
  readonly side: 1 | -1;
  /** The first value beyond. */
  readonly at: number;
}

/** How a series went past a limit and stays beyond; null where it did not, or turned back. */
function beyond(
  { values, readings }: Series,
  limit: Limit,
  limits: readonly Limit[],
): Beyond | null {
  const side = limit.side ?? (values[0] < limit.value ? 1 : -1);
  const off = values.map((value) => side * (value - limit.value));
  const at = off.findLastIndex((by) => by <= 0) + 1;
  const tail = off.slice(at);
  if (at < LEAST_WITHIN || off.slice(0, LEAST_WITHIN).some((by) => by > 0)) return null;
  if (tail.length < LEAST_BEYOND || lastsMs(readings, at) < LEAST_MS) return null;
  const other = limits.find((one) => one.side === -side && side * (limit.value - one.value) > 0);
  const far = other === undefined
    ? FAR * Math.abs(limit.value)
    : FAR_OF_RANGE * Math.abs(limit.value - other.value);
  const last = mean(tail.slice(-2));
  return last >= far && last >= STILL * Math.max(...tail) ? { limit, side, at } : null;
}

/** What is moved by who keeps something within limits, as a name tells it. */
const ACTS =
  /damper|valve|vent|flap|window|fan|pump|heat|cool|chill|compress|burner|output|duty|pwm|demand|modul|opening|dos(?:ing|age)|aerat|percent|speed|rpm|power/;
const MOVED = 0.15;

/** Whether anything that could keep it within is another since then, or is open by half and more. */
function isAnswered(one: Series, at: number, view: DeviceView): boolean {
  const sinceMs = one.readings[at].at;
  const beforeMs = one.readings[at - 1].at;
  if (isSwitchedBetween(view, { fromMs: 2 * beforeMs - sinceMs, toMs: view.nowMs })) return true;
  return seriesOf(view).some((other) => {
    const name = calledOf(other);
    if (other === one || !ACTS.test(name) || /temp|hum|press/.test(name)) return false;
    const before = other.values.filter((_, i) => other.readings[i].at <= beforeMs);
    const after = other.values.filter((_, i) => other.readings[i].at >= sinceMs);
    const usual = median(before);
    const isOpen = /vent|window|flap|damper/.test(name) && median(after) >= 50;
    return isOpen || before.length > 0 && after.length > 0 &&
        Math.abs(median(after) - usual) > MOVED * Math.max(...other.values.map(Math.abs));
  });
}

const STANCE = /^(?:stat(?:e|us)|mode|operati(?:on|ng)\w*|phase|program\w*|activity|step|cycle)$/;
/** When something goes past its limits for a time, as it is to. */
const FOR_A_TIME =
  /legionel|boost|party|test|clean|wash|cip|steril|pasteur|disinf|defrost|thaw|dry|override|calib|load|fill|empt|drain|vacant|season/;

/** Whether it says that it rests or does something for a time. */
function isOtherwise(view: DeviceView): boolean {
  return isHeldBack(view) ||
    stateTopics(view).some(({ readings, segments }) =>
      [...readings.at(-1)?.fields ?? []].some(([path, value]) => {
        const name = plainKey(leafOf(path === "" ? segments.at(-1) ?? "" : path));
        if (typeof value !== "string" || value.length > 40) return false;
        return STANCE.test(name) &&
          (saysRest(value) || FOR_A_TIME.test(inEnglish(value.trim().toLowerCase())));
      })
    );
}

/** What cools by itself is missed only where it is heated, or others like it are kept warm. */
function isToBeWarm(view: DeviceView, likeWithin: number): boolean {
  const heaters = driversOf(view).filter(({ around, own }) =>
    HEATS.test(`${around} ${own}`) && !/temp/.test(own)
  );
  return heaters.length === 0
    ? likeWithin >= 2
    : heaters.some(({ said }) =>
      said.slice(-LEAST_BEYOND).every(({ value }) => isOn(value) === true)
    );
}

/** What is beyond as well is so by this share of how far this one is. */
const AS_FAR = 0.3;

/** What people bring into a room, and air out again. */
const BREATHED = /co2|voc|(?<![a-z])pm_?\d|noise|sound|hum(?!an)/;

/** `outlier` of what was within the limits that are set for it, and is past one of them for good though nothing answers. */
export function beyondItsLimits(view: DeviceView): Finding[] {
  const limits = limitsOf(view);
  if (limits.length === 0) return [];
  const measured = seriesOf(view).filter(({ kind, name, topic, values }) =>
    kind === "reading" && topic.role === "state" && !topic.mixes && !SWITCHED.test(name) &&
    values.length >= LEAST_WITHIN + LEAST_BEYOND
  );
  for (const one of measured) {
    const own = limitsFor(one, measured.filter(({ topic }) => topic === one.topic), limits);
    const found = own.flatMap((limit) => beyond(one, limit, own) ?? [])
      .toSorted((a, b) => b.at - a.at)[0];
    if (found === undefined) continue;
    const { limit, side, at } = found;
    const by = side * ((one.values.at(-1) ?? 0) - limit.value);
    const like = toldOfLike(one, view).filter(({ values }) => values.length > 2);
    const out = like.filter(({ values }) =>
      values.slice(-3).every((value) => side * (value - limit.value) > AS_FAR * by)
    );
    // What all go past is the weather, or set for another time of the year.
    if (out.length > 0 && 2 * out.length >= like.length) continue;
    if (isAnswered(one, at, view) || isOtherwise(view)) continue;
    if (side === 1 && BREATHED.test(calledOf(one))) continue;
    const isWarmth = /temp/.test(calledOf(one)) || one.name === "temp";
    if (isWarmth && side === -1 && !isToBeWarm(view, like.length - out.length)) continue;
    const last = rounded(one.values.at(-1) ?? 0);
    return [findingFrom({
      code: "outlier",
      title: `"${labelOf(one)}" is ${last}, ${
        side === 1 ? "above" : "below"
      } its limit: "${limit.label}" is ${rounded(limit.value)}`,
      summary: `On "${one.topic.topic}" it went past that at ${
        iso(one.readings[at].at)
      } and stayed beyond in ${
        one.values.length - at
      } messages, and nothing that is told answers to it`,
      ...withNumbers(one, one.readings.slice(at - 1)),
      suggestion:
        "Look at once at what should keep it within: whether it is switched on, does what it says, and is by hand; and whether the limit is set as it should be.",
    })];
  }
  return [];
}
