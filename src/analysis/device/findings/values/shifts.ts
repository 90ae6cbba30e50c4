import type { Finding } from "../../finding_shape.ts";
import { findingFrom, iso, numbersOf, rounded, someOf } from "../../evidence.ts";
import { labelOf, leafOf } from "../../reading/fields.ts";
import { differences, median, spreadOf } from "../../../statistics.ts";
import { besideOf, type DeviceView, standTogether, type TopicView } from "../../reading/view.ts";
import { fallBelow, isEnded } from "./ended_readings.ts";
import { MAY_LEAP } from "./leaps.ts";
import { goesToSleep } from "../reach/goes_to_sleep.ts";
import { isSwitchedBetween, spanAround, turnBetween } from "./turns.ts";
import { isNeverNothing } from "./quantities.ts";
import { type Series, seriesOf } from "./series.ts";
import { LEVEL } from "./values.ts";

const LEAST_BEFORE = 3;
const LEAST_AFTER = 3;
/** Factors between two units of one quantity. */
const FACTORS = [1_000, 100, 10];

/** `outlier` of a field that goes on in another unit. */
export function unitChanges(view: DeviceView): Finding[] {
  const findings: Finding[] = [];
  for (const series of seriesOf(view)) {
    if (series.kind === "battery" || series.kind === "signal") continue;
    const found = shiftOf(series);
    if (found === null || series.kind === "setting" && found.mayBeSwitched !== true) continue;
    const { at, how } = found;
    const [fromMs, toMs] = [series.readings[at - 1].at, series.readings[at].at];
    if (found.mayBeSwitched && turnBetween(view, { fromMs, toMs }) !== undefined) continue;
    const isSaid = saysUnit(series, at);
    const isAsked = isSaid && isUnitSet(view, { topic: series.topic, atMs: toMs });
    findings.push(shifted(series, {
      at,
      how: `: ${how}${isSaid ? ", as the unit beside it says" : ""}`,
      ...(isAsked && { severity: "info" }),
      suggestion:
        "Look for an update or a changed setting at that time: the unit or the scale changed under the same name, so older values and limits no longer fit.",
    }));
    if (findings.length === 3) break;
  }
  return findings;
}

/** What says in which unit a document tells its numbers. */
const UNIT = /^(?:temp(?:erature)?|system)?units?(?:ofmeasurement)?$/;

/** Whether a message says at a step that it tells in another unit from now on. */
function saysUnit({ readings }: Series, at: number): boolean {
  const before = readings[at - 1]?.fields;
  return [...readings[at]?.fields ?? []].some(([path, unit]) =>
    UNIT.test(leafOf(path)) && typeof unit === "string" && (before?.get(path) ?? unit) !== unit
  );
}

const ASKED_MS = 60_000;

/** Whether somebody asked it for something shortly before, or its settings say of another unit as well. */
function isUnitSet(
  { topics }: DeviceView,
  { topic, atMs }: { topic: TopicView; atMs: number },
): boolean {
  return topics.some((other) =>
    other.topic !== topic.topic &&
    other.live.some(({ at, fields }) =>
      at <= atMs && at > atMs - ASKED_MS &&
      (other.role === "command" || [...fields.keys()].some((path) => UNIT.test(leafOf(path))))
    )
  );
}

/** The two messages before a step, and the two from it on. */
function aroundStep(readings: Series["readings"], at: number): Finding["evidence"]["messages"] {
  return someOf([at - 2, at - 1, at, at + 1].flatMap((i) => readings[i] ?? []));
}

function shifted(
  series: Series,
  { at, how, severity, suggestion }: {
    at: number;
    how: string;
    severity?: "info";
    suggestion: string;
  },
): Finding {
  const { values, readings, topic, path } = series;
  const [before, after] = [median(values.slice(0, at)), median(values.slice(at))].map(rounded);
  return findingFrom({
    ...(severity && { severity }),
    code: "outlier",
    title: `"${labelOf(series)}" shifted from about ${before} to ${after}${how}`,
    summary: `On "${topic.topic}" ${at} values are about ${before}, and all ${
      values.length - at
    } from ${iso(readings[at].at)} on about ${after}`,
    messages: aroundStep(readings, at),
    numbers: numbersOf(values, { topic, path }),
    suggestion,
  });
}

function shiftOf(
  series: Series,
): { at: number; how: string; mayBeSwitched?: boolean } | null {
  const { values } = series;
  if (values.length < LEAST_BEFORE + LEAST_AFTER) return null;
  let best: { at: number; gap: number } | null = null;
  for (let i = LEAST_BEFORE; i <= values.length - LEAST_AFTER; i++) {
    const a = Math.abs(values[i - 1]);
    const b = Math.abs(values[i]);
    const gap = Math.max(a, b) / Math.max(1e-9, Math.min(a, b));
    if (gap > (best?.gap ?? 1)) best = { at: i, gap };
  }
  if (best === null) return null;
  const head = values.slice(0, best.at);
  const tail = values.slice(best.at);
  const before = median(head);
  const after = median(tail);
  if (before === 0 || after === 0 || Math.sign(before) !== Math.sign(after)) return null;
  // What goes through all values on its way, or back again, is the thing itself, not its unit.
  const steady = (some: readonly number[], middle: number, share: number) =>
    some.every((value) => Math.abs(value - middle) <= share * Math.abs(middle));
  // Of what is fed in, a larger number is a smaller one with its sign.
  const isMore = Math.abs(after) > Math.abs(before);
  const ratio = isMore ? after / before : before / after;
  const factor = FACTORS.find((one) =>
    Math.abs(ratio / one - 1) < (one === FACTORS[0] ? 0.4 : 0.2)
  );
  if (factor !== undefined) {
    if (factor < 1_000 && SWITCHABLE.test(series.name)) return null;
    const how = `${factor.toLocaleString("en-US")} times ${
      isMore ? "more" : "less"
    }, as when the unit changes`;
    if (
      factor === FACTORS[0] && !BURSTS.test(series.name) &&
      areScaled(head, tail, isMore ? factor : 1 / factor)
    ) {
      return { at: best.at, how, mayBeSwitched: true };
    }
    // The value itself goes on; only its scale is another.
    const step = values[best.at] / values[best.at - 1];
    const goesOn = Math.max(step, 1 / step) / factor;
    if (Math.abs(goesOn - 1) > (factor === 1_000 ? 0.05 : 0.03)) return null;
    const share = factor === 1_000 ? 0.5 : 0.15;
    if (!steady(head, before, share) || !steady(tail, after, share)) return null;
    // Two values alone are a switch's positions, unless one is the other in another unit.
    if (new Set(values).size < 4 && Math.abs(goesOn - 1) > 1e-6) return null;
    return { at: best.at, how };
  }
  if (!/temp|dewpoint|celsius|^t$/.test(series.name)) return null;
  const isToF = Math.abs(before * 1.8 + 32 - after) < 1.5;
  const isToC = Math.abs((before - 32) / 1.8 - after) < 1;
  const jump = Math.abs(values[best.at] - values[best.at - 1]);
  const swing = spreadOf(head) + spreadOf(tail);
  if (!isToF && !isToC || jump < 10 || jump < 4 * swing) return null;
  return { at: best.at, how: isToF ? "from °C to °F" : "from °F to °C" };
}

/** What idles draws next to nothing, and a thousand times as much when it works. */
const NO_IDLING = 1;
const MOST_BEYOND = 1.5;

/** Whether all values from a step on are those before it times a factor, and move as much. */
function areScaled(head: readonly number[], tail: readonly number[], factor: number): boolean {
  const scaled = tail.map((value) => Math.abs(value / factor));
  const sizes = head.map(Math.abs);
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  const isAmid = scaled.every((value) =>
    value >= least / MOST_BEYOND && value <= most * MOST_BEYOND
  );
  const isIdling = least < NO_IDLING && !areWholeOf(factor > 1 ? [head, tail] : [tail, head]);
  return isAmid && !isIdling && head.length >= LEAST_QUIET && tail.length >= LEAST_QUIET &&
    [head, tail].every((part) =>
      // What only rises is a count, and may leap.
      new Set(part).size >= LEAST_FINE && differences(part).some((step) => step < 0)
    );
}

/** Whether the large ones are whole numbers, and the small ones have fractions to the third digit: the same digits were moved. */
function areWholeOf([small = [], large = []]: readonly (readonly number[])[]): boolean {
  const thousands = small.map((value) => value * (FACTORS[0] ?? 1));
  return large.every(Number.isInteger) &&
    thousands.every((value) => Math.abs(value - Math.round(value)) < 1e-6) &&
    thousands.some((value) => Math.round(value) % 10 !== 0);
}

/** What is next to nothing while nobody asks for it, and moves there as well. */
const BURSTS = /[kmg]?bps|bits?|bytes?|packets?|pkts|frames|traffic|throughput|bandwidth|lux|illum/;
const SWITCHABLE =
  /power|current|load|flow|rate|lux|illum|light|speed|rain|wind|traffic|cpu|usage|^a$|^w$/;

/** What goes nowhere in one step: where it stands, and the least step that is none of its own. */
interface Holding {
  readonly name: RegExp;
  readonly least: (before: number) => number;
  /** What stands beside it in its message, of what is between these. */
  readonly beside?: { readonly name: RegExp; readonly from: number; readonly to: number };
  readonly advice?: string;
}

const HOLDING: readonly Holding[] = [
  // Air, in hPa.
  {
    name: /press|baro|druck|^qnh|^slp/,
    least: (v) => v > 850 && v < 1_090 ? 10 : v > 0.8 && v < 1.09 ? 0.05 : Infinity,
  },
  {
    name:
      /(?:out(?:door|side|doors)|room|indoor|ambient|pool|aquarium|soil|ground|lake|sea|river|cellar|garden|au(?:ß|ss)en|raum).*(?:temp|celsius)|temp.*(?:out(?:door|side)|room|indoor|ambient|pool|aquarium|soil|ground|lake|cellar)/,
    least: (v) => v > 45 ? 25 : 12,
  },
  { name: /^(?:water|pool|tank)?ph(?:value)?$/, least: (v) => v < 14 ? 1.5 : Infinity },
  { name: /^co2(?:ppm)?$/, least: (v) => v > 380 && v < 5_000 ? v - 250 : Infinity },
  { name: /^soc$|stateofcharge/, least: (v) => v <= 100 ? 15 : Infinity },
  {
    name:
      /^(?:u|v|volt(?:age)?|spannung)_?(?:l[123]|[abc]n?|phase_?[abc123])$|^(?:l[123]|phase[abc123])_?volt|^(?:u|v(?:olts?|oltage)?)_?rms_?\d?$|^(?:u|v)ac$|^(?:mains|line)volt/,
    least: (v) => v > 100 && v < 260 ? 0.09 * v : Infinity,
  },
  // A grid, whatever it is called: what follows it goes up and down with it, and never so far.
  {
    name:
      /(?<!(?:batt?(?:ery)?|pack|bus|dc|pv|hv|out(?:put)?|string|panel|solar|mppt|stack|motor)_?)(?:volt(?:age)?|spannung)$/,
    least: (v) => v > 205 && v < 255 || v > 108 && v < 128 ? 0.13 * v : Infinity,
  },
  // What a grid beats, which no load moves by so much; what a drive gives has other names.
  {
    name: /^(?:f|freq(?:uency)?|hz)(?:hz)?$|(?:grid|mains|line|netz|ac)freq(?:uency)?$/,
    least: (v) => v > 49 && v < 51 || v > 59 && v < 61 ? 2 : Infinity,
    beside: { name: /^(?:[uv]|volt|spannung)(?:ac)?(?:l?[123]|rms|age|s)?/, from: 100, to: 260 },
  },
  // A standing wave: what is sent comes back.
  {
    name: /^v?swr(?:ratio)?\d?$/,
    least: (v) => v >= 1 && v < 2 ? 1.5 : Infinity,
    advice: "Stop sending: look at the antenna, its connectors and its cable, then at the tuner.",
  },
  // In mm/s; beyond this no machine is well that was before.
  {
    name: /^vib\w*veloc|^velocity(?:rms|xyz)|^vrmsmms|^vib\w*mms$/,
    least: (v) => v >= 0.5 && v <= 3.5 ? 7.1 - v : Infinity,
    advice:
      "Stop it: look at its bearings, its coupling and balance, and whether its feet came loose.",
  },
];
/** No warmth and no humidity goes so far from one message to a next one so soon, and is as even there. */
const LEAST_FAR = 10;
const LEAST_FAR_HUMID = 20;
const SOON_MS = 60_000;
/** A shower and a fog are in the air sooner than warmth. */
const SOON_HUMID_MS = 20_000;
const LEAST_FINE = 3;
const HUMIDITY = /^(?:rel(?:ative)?)?hum(?:idity)?$|^rh$/;
const WARMTH = /temp(?!l|o)|celsius/;
/** What is within this share of what it was is the same. */
const SAME = 0.02;
/** What is warmed and cooled by a fan, or differs from another. */
const NOT_HOLDING =
  /supply|exhaust|return|flow(?!rate|meter)|coil|duct|(?<!e)vent|zuluft|abluft|target|set|delta|diff|min|max|limit|gauge|rel|tyre|tire|feel|dew|pipe|(?<!s)tap(?!e)|dhw|hot_?water|warmwasser|shower|faucet|mix|inlet|outlet|heater|element|plate|radiator|condens|evap|discharge|compress|engine|motor|probe|meat|food|bbq|chamber|bath(?!room)|sample|incub/;
const LEAST_QUIET = 4;
/** Two warmths of one thing so far apart change their places at once only where their sensors do. */
const LEAST_APART = 10;
const LEAST_EXCHANGED = 5;
const SAME_PLACE = 0.2;

/** `outlier` of two temperatures of which each is from one message on what the other was. */
export function changedPlaces(view: DeviceView): Finding[] {
  const warm = seriesOf(view).filter(({ name, kind, values }) =>
    /temp|celsius|vorlauf|r(?:ü|ue)cklauf/.test(name) &&
    !/set|target|soll|min|max|limit/.test(name) &&
    kind === "reading" && values.length >= LEAST_BEFORE + LEAST_EXCHANGED
  );
  for (const [i, one] of warm.entries()) {
    for (const other of warm.slice(i + 1)) {
      const at = exchangedAt(one, other);
      if (at === null) continue;
      const { values, readings, topic, path } = one;
      const [fromMs, toMs] = [readings[at - 1].at, readings[at].at];
      if (turnBetween(view, { fromMs, toMs }) !== undefined) continue;
      const [before, after] = [median(values.slice(0, at)), median(values.slice(at))];
      return [findingFrom({
        code: "outlier",
        title: `"${labelOf(one)}" and "${labelOf(other)}" changed places: from about ${
          rounded(before)
        } and ${rounded(after)} to ${rounded(after)} and ${rounded(before)} in one step`,
        summary: `On "${topic.topic}" ${at} values of each were so, and all ${
          values.length - at
        } from ${iso(toMs)} on are the other way round`,
        messages: aroundStep(readings, at),
        numbers: numbersOf(values, { topic, path }),
        suggestion:
          "Look whether their sensors or cables were exchanged, or their names in what reads them: what is reckoned from both, such as power, now has the wrong sign.",
      })];
    }
  }
  return [];
}

/** From which of their messages on each of two is what the other was; null where they are not. */
function exchangedAt(one: Series, other: Series): number | null {
  if (!standTogether(one, other) || one.values.length !== other.values.length) return null;
  const gaps = one.values.map((value, i) => value - other.values[i]);
  const sign = Math.sign(gaps[0]);
  const at = gaps.findIndex((gap) => Math.sign(gap) !== sign);
  if (at < LEAST_BEFORE || gaps.length - at < LEAST_EXCHANGED) return null;
  const [head, tail] = [gaps.slice(0, at), gaps.slice(at)];
  const apart = median(head);
  const isFar = Math.abs(apart) >= LEAST_APART &&
    head.every((gap) => Math.abs(gap - apart) <= SAME_PLACE * Math.abs(apart));
  const isBack = tail.every((gap) => Math.abs(gap + apart) <= SAME_PLACE * Math.abs(apart));
  const goesOn = Math.abs(one.values[at] - other.values[at - 1]) <= SAME_PLACE * Math.abs(apart);
  return isFar && isBack && goesOn ? at : null;
}

/** How long an answer is under way, in milliseconds: that varies, but not by so many times for good. */
const UNDER_WAY = /latency|(?<![a-z])ping|rtt|round_?trip|response_?(?:time|ms)/;
const LEAST_SLOW_MS = 100;
const TIMES_SLOWER = 8;
/** Times a step is wider than all that was before, and that is after it. */
const TIMES_BEFORE = 8;
const TIMES_AFTER = 4;
const STEP_MS = 600_000;
/** What counts its charge anew sets it to full. */
const FULL = 97;

/** `outlier` of what holds by nature, goes to another level in one step, and stays there. */
export function levelShifts(view: DeviceView): Finding[] {
  for (const series of seriesOf(view)) {
    const at = levelShift(series, view);
    // What is told better is told once.
    const isTold = at === null || shiftOf(series) !== null || fallBelow(series) !== null ||
      isEnded(series.path, series.topic, view) ||
      series.values.at(-1) === 0 && goesToSleep(series, at, view);
    if (isTold) continue;
    return [shifted(series, {
      at,
      how: " in one step, and stays there",
      suggestion: slowSince(series) === null
        ? holdingOf(series)?.advice ??
          "Nothing of its kind goes so far at once: look at the sensor, its cable and its settings, and whether it was moved or exchanged."
        : "Look at what lies on the way: a line that is full, a poor radio link, or a host that is overloaded.",
    })];
  }
  return [];
}

function calledOf({ name, topic }: Series): string {
  return /^(?:temp|temperature|voltage|volt)$/.test(name)
    ? leafOf(topic.segments.slice(-2).join("")) + name
    : name;
}

function holdingOf(series: Series): Holding | undefined {
  const called = calledOf(series);
  return HOLDING.find((one) => one.name.test(called));
}

function levelShift(series: Series, view: DeviceView): number | null {
  const { values, readings, topic } = series;
  const called = calledOf(series);
  if (series.kind !== "reading" && series.kind !== "battery") return null;
  if (values.length < 2 * LEAST_QUIET || NOT_HOLDING.test(called)) return null;
  const slow = slowSince(series);
  if (slow !== null) return slow;
  const holding = holdingOf(series);
  if (holding === undefined) return lostAtOnce(series, view) ?? airShift(series, { called, view });
  if (/press|druck/.test(called) && !/baro|atm|air/.test(called) && median(values) < 2) return null;
  const found = widestStep(values);
  const { beside } = holding;
  const isBeside = beside === undefined ||
    besideOf(series.path, readings.at(-1)).some(([path, value]) =>
      beside.name.test(leafOf(path)) && Number(value) >= beside.from && Number(value) <= beside.to
    );
  if (!isBeside) return null;
  if (
    beside !== undefined && /motor|vfd|drive|pump|fan|conveyor|gen(?:set|erator)/i.test(topic.topic)
  ) return null;
  if (found === null || found.step < holding.least(median(values.slice(0, found.at)))) return null;
  const { at } = found;
  if (/soc|charge/.test(called) && values[at] >= FULL) return null;
  // Who is cut off or switched off has none at all, and rests.
  if (/(?:volt(?:age)?|spannung)$/.test(called) && median(values.slice(at)) === 0) return null;
  const [fromMs, toMs] = [readings[at - 1].at, readings[at].at];
  if (toMs - fromMs > STEP_MS) return null;
  const beatMs = topic.rhythm?.medianMs ?? 1_000;
  return turnBetween(view, { fromMs: fromMs - beatMs, toMs: toMs + beatMs }) === undefined
    ? at
    : null;
}

/** The widest step, where all is quiet before it and after it; null where it is not. */
function widestStep(values: readonly number[]): { at: number; step: number } | null {
  const steps = differences(values).map(Math.abs);
  const step = Math.max(...steps);
  const at = steps.indexOf(step) + 1;
  const isQuiet = at >= LEAST_QUIET && values.length - at >= LEAST_QUIET &&
    step >= TIMES_BEFORE * spreadOf(values.slice(0, at)) &&
    step >= TIMES_AFTER * spreadOf(values.slice(at));
  return isQuiet ? { at, step } : null;
}

/** Where a warmth or a humidity went far at once and is as even there, while all else is as before: nothing was put anywhere else. */
function airShift(
  series: Series,
  { called, view }: { called: string; view: DeviceView },
): number | null {
  const { values, readings } = series;
  const isHumidity = HUMIDITY.test(called);
  if (!isHumidity && !WARMTH.test(called) || MAY_LEAP.test(called)) return null;
  const found = widestStep(values);
  if (found === null || found.step < (isHumidity ? LEAST_FAR_HUMID : LEAST_FAR)) return null;
  const { at, step } = found;
  const [fromMs, toMs] = [readings[at - 1].at, readings[at].at];
  const parts = [values.slice(0, at), values.slice(at)];
  const isFine = parts.every((part) =>
    new Set(part).size >= LEAST_FINE && TIMES_BEFORE * spreadOf(part) <= step
  );
  return toMs - fromMs <= (isHumidity ? SOON_HUMID_MS : SOON_MS) && isFine &&
      !isSwitchedBetween(view, spanAround(readings, at)) &&
      !othersStep(series, { atMs: toMs, view })
    ? at
    : null;
}

/** Of what a tank holds no less than this share runs out for a sensor's fault or a theft, where it is so soon. */
const LEAST_LOST = 0.3;

/** Since when a tank, a silo or a well holds far less than in the message before, and as evenly. */
function lostAtOnce(
  { name, path, topic, values, readings }: Series,
  view: DeviceView,
): number | null {
  const around = `${topic.segments.slice(-3).join("/")} ${path}`;
  const found = LEVEL.test(name) && isNeverNothing(name, around) ? widestStep(values) : null;
  if (found === null) return null;
  const { at } = found;
  const [before = 0, after = 0] = [values[at - 1], values[at]];
  const tookMs = readings[at].at - readings[at - 1].at;
  return tookMs <= SOON_MS && after > 0 && after < (1 - LEAST_LOST) * before &&
      !isSwitchedBetween(view, spanAround(readings, at))
    ? at
    : null;
}

/** Whether anything else that is measured is elsewhere from that time on. */
function othersStep(series: Series, { atMs, view }: { atMs: number; view: DeviceView }): boolean {
  return seriesOf(view).some((other) => {
    const after = other.readings.findIndex(({ at }) => at >= atMs);
    if (other === series || other.kind !== "reading" || after < 2) return false;
    const [head, tail] = [other.values.slice(0, after), other.values.slice(after)];
    return Math.abs(median(tail) - median(head)) >
      Math.max(2 * spreadOf(head), SAME * Math.abs(median(head)));
  });
}

/** Since when all answers take many times as long as any before. */
function slowSince({ values, topic, path }: Series): number | null {
  if (!UNDER_WAY.test([...topic.segments.slice(-2), path].join("/").toLowerCase())) return null;
  const first = median(values.slice(0, LEAST_QUIET));
  const isSlow = (value: number) => value >= Math.max(LEAST_SLOW_MS, TIMES_SLOWER * first);
  const at = values.findIndex(isSlow);
  const left = values.findIndex((value) => value > 2 * first);
  return first > 0 && left >= LEAST_QUIET && at - left <= LEAST_QUIET &&
      values.length - at >= LEAST_QUIET && values.slice(at).every(isSlow)
    ? at
    : null;
}

/** What is noisy by no nature of its own. */
const STEADY =
  /temp(?!o|l)|celsius|^ph$|^hum|humidity|(?<!noise|sound|light|signal)level(?!db)|baro/;
const LEAST_NOISY = 8;
const TIMES_AS_NOISY = 10;
const LEAST_STEP = 3;
const LEAST_STEP_OF_PH = 1;
/** Steps that go back where the one before came from. */
const MOST_TURNS = 0.4;

/** `outlier` of what was quiet and jumps about from then on: a contact that is loose. */
export function noiseBegun(view: DeviceView): Finding[] {
  for (const series of seriesOf(view)) {
    const { name, values, readings, topic, path } = series;
    if (series.kind !== "reading" || !STEADY.test(name) || NOT_HOLDING.test(name)) continue;
    const steps = differences(values);
    const least = name === "ph" ? LEAST_STEP_OF_PH : LEAST_STEP;
    const quiet = steps.findIndex((step) => Math.abs(step) > least);
    if (quiet < LEAST_QUIET || steps.length - quiet < LEAST_NOISY) continue;
    const sizes = steps.map(Math.abs);
    const before = Math.max(...sizes.slice(0, quiet));
    const noisy = steps.slice(quiet);
    const turns = noisy.filter((step, i) => i > 0 && step * noisy[i - 1] < 0).length;
    if (turns < MOST_TURNS * noisy.length || median(sizes.slice(quiet)) < least) continue;
    if (median(sizes.slice(quiet)) < TIMES_AS_NOISY * before) continue;
    if (new Set(values.slice(quiet)).size < 0.7 * noisy.length) continue;
    return [findingFrom({
      code: "outlier",
      title: `"${labelOf(series)}" jumps about, between ${
        rounded(Math.min(...values.slice(quiet)))
      } and ${rounded(Math.max(...values.slice(quiet)))}, and was quiet before`,
      summary: `On "${topic.topic}" ${quiet + 1} values went on in steps of up to ${
        rounded(before)
      }, those from ${iso(readings[quiet + 1].at)} on in steps of about ${
        rounded(median(sizes.slice(quiet)))
      }`,
      messages: someOf(
        [quiet, quiet + 1, quiet + 2, quiet + 3].flatMap((i) => readings[i] ?? []),
      ),
      numbers: numbersOf(values, { topic, path }),
      suggestion:
        "Look for a loose contact, a wet connector or electrical disturbance at the sensor.",
    })];
  }
  return [];
}
