import type { Finding } from "../finding_shape.ts";
import { numbersOf, repeating, rounded, someOf } from "../evidence.ts";
import { isCounter, isSetting, isTime, labelOf, nameOf } from "../fields.ts";
import { differences, median, robustDeviation } from "../../statistics.ts";
import type { FieldKind } from "../families/family.ts";
import {
  impossibleIn,
  isNeverNothing,
  isTemperature,
  namedIn,
  numberOf,
  ownersIn,
} from "./quantities.ts";
import { isSignal } from "./signal.ts";
import type { DeviceView, Reading, TopicView } from "../view.ts";

/** The numbers of one field, one message after another. */
export interface Series {
  readonly topic: TopicView;
  readonly path: string;
  /** What its records call it, where they have a name. */
  readonly called?: string;
  readonly name: string;
  readonly kind: FieldKind;
  readonly values: readonly number[];
  readonly readings: readonly Reading[];
}

const SWITCHED =
  /power|current|ampere|watt|load|flow|traffic|bytes|latency|lux|illuminance|light|motion|sound|noise|cpu|rate|apparent|reactive|^a$|^w$|throughput|rain|wind/;
/** What sensors and drivers send when they read nothing. */
const FAILURE_VALUES = new Set([
  -127,
  85,
  65535,
  32767,
  -32768,
  -999,
  -9999,
  9999,
  -99,
  999.9,
  6553.5,
  3276.7,
  3276.8,
  -3276.8,
  327.67,
  -327.68,
  655.35,
  -273.15,
  // A 24-bit converter at its ends.
  8388607,
  -8388608,
]);
/** Those of them that say of a sensor which read something before that it is lost. */
const LOST_VALUES = new Set([-127, -32768, -999, -9999, -99, -3276.8, -327.68, -273.15]);
/** Those that stand so far above all that was read before that nothing else is meant. */
const FULL_SCALE = new Set([65535, 32767, 6553.5, 3276.7, 655.35, 327.67, 8388607]);
/** What is never less than nothing, and is read as -1 by what does not know it. */
const NEVER_NEGATIVE =
  /^(?:[a-z]{0,12})(?:level|distance|depth|humidity|co2|moisture|weight|pressure|volume|fill)(?:cm|mm|m|pct|percent|bar|hpa|l)?$/;
/** Names of what is set, and held against a reading. */
const LIMIT =
  /alarm|limit|thresh|range|^(?:hi|lo|high|low|max|min)(?![a-z])|(?:hi|lo|high|low|max|min)$/;
/** So many readings before it show what the sensor reads when it does. */
const LEAST_READ = 3;
/** What cheap sensors and their converters read with nothing connected; cold rooms are seldom as even. */
const COLD_END = -40;
const LEAST_COLD = 5;

/** A dozen findings ask for the series of one view. */
const seriesByView = new WeakMap<DeviceView, readonly Series[]>();

/** The number series of all fields that hold values. */
export function seriesOf(view: DeviceView): readonly Series[] {
  let series = seriesByView.get(view);
  if (series === undefined) seriesByView.set(view, series = findSeries(view));
  return series;
}

function isTurning(values: readonly number[]): boolean {
  return values.every((value) => Math.abs(value) < 1e5) &&
    differences(values).some((step) => step < 0) &&
    values.some((value) => !Number.isInteger(value));
}

/** Fields of a message that are looked at. */
const MOST_FIELDS = 100;

function findSeries(view: DeviceView): Series[] {
  const all: Series[] = [];
  for (const topic of view.topics) {
    if (topic.role !== "state" && topic.role !== "event") continue;
    const found = new Map<string, {
      path: string;
      called: { called?: string };
      name: string;
      values: number[];
      readings: Reading[];
    }>();
    for (const reading of topic.live) {
      for (const [path, value] of numbersOfReading(reading)) {
        const named = namedIn(reading.fields, path);
        // Of messages that speak of several things by turns each thing has its own.
        const whose = topic.mixes ? ownersIn(reading.fields) : [];
        if (topic.mixes && named === null && whose.length === 0) continue;
        let key = named?.key ?? `${path} ${whose.join(" ")}`;
        if (found.get(key)?.readings.at(-1) === reading) key += ` ${path}`;
        let one = found.get(key);
        if (one === undefined) {
          if (found.size >= 4 * MOST_FIELDS) continue;
          const name = named?.name ?? nameOf(path, topic.segments);
          const called = named === null ? {} : { called: named.called };
          found.set(key, one = { path, called, name, values: [], readings: [] });
        }
        one.values.push(value);
        one.readings.push(reading);
      }
    }
    for (const { path, called, name, values, readings } of found.values()) {
      const told = topic.family.fieldKind?.(path, topic, view) ?? kindByName(name);
      // `t` goes back and forth where it is a temperature.
      const kind = told === "time" && name === "t" && isTurning(values) ? "reading" : told;
      if (kind === "time" || kind === "ignored") continue;
      all.push({ topic, path, ...called, name, kind, readings, values });
    }
  }
  return all;
}

/** The numbers of a message by path: its fields, or what stands in a text such as `U=231.2,I=3.2`. */
function numbersOfReading({ fields }: Reading): [string, number][] {
  const text = fields.get("");
  if (typeof text === "string") {
    const pairs = [...text.slice(0, 500).matchAll(PAIR)];
    return pairs.length < 2 ? [] : pairs.map(([, key = "", value]) => [key, Number(value)]);
  }
  return [...fields].slice(0, 2 * MOST_FIELDS).flatMap(([path, value]): [string, number][] => {
    const number = numberOf(path, value);
    return number === null ? [] : [[path, number]];
  });
}

const PAIR =
  /(?<=^|[\s,;&|])([A-Za-z_][\w.]{0,30})\s?[=:]\s?(-?\d{1,12}(?:\.\d{1,10})?)(?![\d:.])/g;

/** `stuck_value`. */
export function stuckValues(view: DeviceView): Finding[] {
  const findings: Finding[] = [];
  for (const series of seriesOf(view)) {
    if (series.kind !== "reading" && series.kind !== "battery") continue;
    const found = failureValue(series) ?? overflow(series) ?? frozen(series);
    if (found !== null) findings.push(found);
  }
  return collapse(findings);
}

function failureValue(series: Series): Finding | null {
  const { values } = series;
  const first = values.at(-1);
  if (values.length < 3 || first === undefined) return null;
  // A range finder without an echo; elsewhere −1 is often an option that is not there.
  const isNoEcho = first === -1 &&
    /^(dist(ance)?|range|echo|depth)(cm|mm|m|in|inch)?$/.test(series.name);
  const isColdEnd = first === COLD_END && values.length >= LEAST_COLD && /temp/.test(series.name);
  const from = values.findLastIndex((value) => value !== first) + 1;
  const before = values.slice(0, from);
  const isFullScale = FULL_SCALE.has(first) && before.length >= LEAST_READ &&
    before.every((value) => value >= 0 && value < first / 4);
  const isUnknown = first === -1 && before.length >= LEAST_READ &&
    NEVER_NEGATIVE.test(series.name) && before.every((value) => value > 1);
  if (!FAILURE_VALUES.has(first) && !isColdEnd && !isNoEcho && !isUnknown) return null;
  // The end of a scale is where limits stand that nobody set.
  if (from === 0 && LIMIT.test(series.name)) return null;
  // It read something before: only what no sensor goes to in one step is none of that.
  const isLost = LOST_VALUES.has(first) || isFullScale || isUnknown;
  if (from > 0 && (values.length - from < 3 || !isLost)) return null;
  // Nothing but a missing DS18B20 reads −127, beside signals.
  const isTemperature = /temp/.test(series.name) ||
    first === -127 && !/rssi|signal|dbm|snr|noise|gain|level/.test(series.name);
  if (first === 85 && !isTemperature) return null;
  // An insulation that is better than what can be measured is at the end of its scale.
  if (/resist|isol|insul|ohm|imped/.test(series.name)) return null;
  if (
    Math.abs(first) < 1_000 && !isTemperature && !isUnknown &&
    !/hum|press|moist|dist|level/.test(series.name)
  ) return null;
  const all = from === 0 ? "every one" : "each of the last";
  const count = from === 0 ? `of ${values.length}` : `${values.length - from}`;
  return stuck(
    series,
    from,
    `${all} ${count} samples is ${first}, which sensors send when they read nothing`,
  );
}

/** Ends of a signed word of 16 bits, as it is or with a point set: what a PLC's analogue input tells on overflow. */
const WORD_ENDS = new Set([32767, -32768, 3276.7, -3276.8]);
/** What people and sounds move from one end to the other. */
const SWINGS = /joy|stick|axis|trigger|audio|peak|wave|gyro|acc|mag|^[xyz]$/;

/** An even reading that goes to the end of a word in one step; who tells changes only says that once. */
function overflow(series: Series): Finding | null {
  const { values } = series;
  const last = values.at(-1) ?? 0;
  const from = values.findLastIndex((value) => value !== last) + 1;
  const before = values.slice(0, from);
  if (!WORD_ENDS.has(last) || before.length < 2 || SWINGS.test(series.name)) return null;
  const most = Math.max(...before);
  const least = Math.min(...before);
  if (least <= 0 || most - least > 0.2 * most || most > Math.abs(last) / 4) return null;
  return {
    ...stuck(
      series,
      from,
      `it was ${rounded(least)} to ${rounded(most)} in ${from} messages, then ${last}`,
    ),
    title: `"${labelOf(series)}" overflowed: it went to ${last}, the end of its scale`,
    suggestion:
      "Check the sensor's wire: an analogue input tells this value for an open circuit or a signal out of range.",
  };
}

function frozen(series: Series): Finding | null {
  const { values } = series;
  const last = values[values.length - 1];
  if (values.length < 18 || last === undefined || last === 0) return null;
  if (last === 100 && /percent|hum|batter|level|soc/.test(series.name)) return null;
  let from = values.length - 1;
  while (from > 0 && values[from - 1] === last) from--;
  const run = values.length - from;
  if (run < 10 || from < 6) return null;
  let changes = 0;
  let rises = 0;
  let rest = 1;
  let longestRest = 1;
  for (let i = 1; i < from; i++) {
    const step = values[i] - values[i - 1];
    rest = step === 0 ? rest + 1 : 1;
    longestRest = Math.max(longestRest, rest);
    if (step !== 0) changes++;
    if (step > 0) rises++;
  }
  if (changes < 4) return null;
  // A coarse sensor in a quiet room rests for a while, again and again.
  if (run < 2.5 * longestRest) return null;
  // A counter that rests is a counter that rests.
  if (rises === changes && values.every(Number.isInteger)) return null;
  const changing = Math.min(0.98, (changes + 1) / (from + 1));
  if (Math.pow(1 - changing, run - 1) >= 1e-4) return null;
  // What goes back to a value it had before, such as a load that is off, rests; a sensor does not.
  const before = values.slice(0, from - 1);
  if (before.filter((value) => value === last).length >= 3 && SWITCHED.test(series.name)) {
    return null;
  }
  const finding = stuck(
    series,
    from,
    `it changed ${changes} times in ${from} messages, then was ${
      rounded(last)
    } in all of the last ${run}`,
  );
  return isCoarse(series, from) ? { ...finding, severity: "info" } : finding;
}

/** Few values of a coarse scale that went on to the next one: a room that is quiet rests there. */
function isCoarse({ values }: Series, from: number): boolean {
  const before = [...new Set(values.slice(0, from))].sort((a, b) => a - b);
  const last = values[values.length - 1] ?? 0;
  const step = Math.min(...differences(before));
  const nearest = Math.min(...before.map((value) => Math.abs(value - last)));
  return before.length <= 6 && step >= 0.5 && nearest <= step * 1.01;
}

function stuck(series: Series, from: number, summary: string): Finding {
  const readings = series.readings.slice(from);
  return {
    severity: "warning",
    code: "stuck_value",
    title: `"${labelOf(series)}" is stuck at ${rounded(series.values[series.values.length - 1])}`,
    evidence: {
      summary: `On "${series.topic.topic}" ${summary}`,
      messages: someOf(readings),
      numbers: numbersOf(series.values, { topic: series.topic.topic, field: series.path }),
      ...repeating(readings),
    },
    suggestion:
      "Check the sensor's wiring and restart the device: it goes on sending, but no longer measures.",
  };
}

/** `outlier`. */
export function outliers(view: DeviceView): Finding[] {
  const findings: Finding[] = [];
  const isLost = seriesOf(view).some(({ name, values }) =>
    isTemperature(name) && values.every((value) => value < -90)
  );
  for (const series of seriesOf(view)) {
    if (series.kind === "counter") continue;
    // What is told as stuck is not told again.
    if ((failureValue(series) ?? overflow(series)) !== null) continue;
    const isSet = series.kind === "setting" || series.kind === "signal";
    const at = isSet && series.kind === "signal"
      ? null
      : impossibleIn(series.name, series.values, { isLost }) ??
        (isSet ? null : marksIn(series) ?? fallsIn(series) ?? leapsIn(series) ?? spikes(series));
    if (at === null || at.length === 0) continue;
    const rest = series.values.filter((_, i) => !at.includes(i));
    const worst = at.map((i) => series.values[i]);
    const shown = at.flatMap((i) => [i - 1, i, i + 1]).filter((i, n, all) =>
      i >= 0 && all.indexOf(i) === n
    );
    const label = labelOf(series);
    const isFall = rest.length > 0 && worst.every((value) => value === 0) &&
      (at.at(-1) ?? 0) < series.values.length - 1;
    findings.push({
      severity: "warning",
      code: "outlier",
      title: rest.length === 0
        ? `"${label}" is ${rounded(worst.at(-1) ?? 0)}, which it cannot be`
        : isFall
        ? `"${label}" fell from ${rounded(series.values[(at[0] ?? 0) - 1] ?? 0)} to 0 and came back`
        : `"${label}" jumps to ${Number((worst[0] ?? 0).toPrecision(12))}`,
      evidence: {
        summary: rest.length === 0
          ? `On "${series.topic.topic}" all values are beyond what is possible`
          : `On "${series.topic.topic}" ${at.length} of ${series.values.length} values (${
            worst.slice(0, 3).map(rounded).join(", ")
          }) are far from the others, ${rounded(Math.min(...rest))} to ${
            rounded(Math.max(...rest))
          }`,
        messages: someOf(shown.slice(0, 5).flatMap((i) => series.readings[i] ?? [])),
        numbers: numbersOf(series.values, { topic: series.topic.topic, field: series.path }),
        ...repeating(at.map((i) => series.readings[i])),
      },
      suggestion:
        "Look for a loose contact or electrical disturbance at the sensor; let consumers drop single values like this.",
    });
  }
  return collapse(findings);
}

/** Ends of words of 16, 24 and 32 bits: what is read where nothing was measured, or a register was read wrongly. */
const ENDS = [
  0xffff,
  0x7fff,
  -0x8000,
  0x7fffff,
  -0x800000,
  0xffffff,
  0x7fffffff,
  -0x80000000,
  0xffffffff,
];
const SCALES = [1, 10, 100, 1_000];
/** Numbers that programs send instead of a reading. */
const INSTEAD = new Set([-999, -9999, -99_999, -999.9]);
const NOT_CONNECTED_C = -127;
/** Where such a number says that there is no end, or is an ordinary one. */
const HAS_MARKS =
  /lux|illum|light|lumin|hue|colou?r|mired|kelvin|remain|ttg|eta$|left|hops|rank|cost|port|limit|max|min|thresh|addr|mask|crc|checksum|flags?$|bits?$|code|rssi|dbm|snr|signal|strength|gain|noise|joy|axis|gyro|acc|mag|wave|audio|_?id$|alarm|speed|^[abcrgbw]$/;
/** What is far above all others, or of another sign. */
const LEAST_TIMES = 4;
/** Under this share of a word's end, a value just below the end was less than nothing. */
const NEAR_NOTHING = 0.02;

/** Indices of values at the end of a word, or of a negative one read without its sign, among others that are far from it. */
function marksIn({ name, values }: Series): number[] | null {
  if (HAS_MARKS.test(name)) return null;
  const isWarmth = isTemperature(name);
  const isMark = (value: number) => isEnd(value) || isWarmth && value === NOT_CONNECTED_C;
  const at = values.flatMap((value, i) => isMark(value) ? [i] : []);
  const low = Math.max(
    0,
    ...values.filter((value) => !isMark(value)).map(Math.abs).sort((a, b) => a - b)
      .slice(0, Math.ceil(values.length / 2)),
  );
  for (const [i, value] of values.entries()) {
    if (!at.includes(i) && isUnsigned(value, { usual: low, isWarmth })) at.push(i);
  }
  at.sort((a, b) => a - b);
  const rest = values.filter((_, i) => !at.includes(i));
  const first = at[0];
  if (first === undefined || first < 2 || rest.length < LEAST_READ) return null;
  const least = Math.min(...at.map((i) => Math.abs(values[i] ?? 0)));
  if (rest.some((value) => Math.abs(value) * LEAST_TIMES > least)) return null;
  // Of two whole numbers one may be a choice.
  return new Set(rest).size > 1 || rest.some((value) => !Number.isInteger(value)) ? at : null;
}

function isEnd(value: number): boolean {
  if (Math.abs(value) > 1e30 || INSTEAD.has(value)) return true;
  return SCALES.some((scale) => {
    const raw = value * scale;
    const near = Math.round(raw);
    return ENDS.includes(near) && Math.abs(raw - near) < 1e-4;
  });
}

/** Whether it is a small negative number of which the sign was lost, among others that are small. */
function isUnsigned(value: number, o: { usual: number; isWarmth: boolean }): boolean {
  // What is switched on may well be near the end of 16 bits; no room is.
  return (o.isWarmth ? [0x10000, 0x100000000] : [0x100000000]).some((word) =>
    SCALES.some((scale) => {
      const end = word / scale;
      const isNear = value < end && value > end * (1 - NEAR_NOTHING);
      const isWhole = Math.abs(value * scale - Math.round(value * scale)) < 1e-3;
      return isNear && isWhole && o.usual < NEAR_NOTHING * end;
    })
  );
}

/** Messages that a value may be away for, and is no new state. */
const LONGEST_AWAY = 3;
const LEAST_OF_FALL = 6;

/** Indices at which a reading that holds on was 0, and went on where it was. */
function fallsIn({ name, path, topic, values }: Series): number[] | null {
  const around = `${topic.segments.slice(-3).join("/")} ${path}`;
  if (values.length < LEAST_OF_FALL || !isNeverNothing(name, around)) return null;
  const at = values.flatMap((value, i) => value === 0 ? [i] : []);
  return isAway(values, at) && isSteady(values.filter((value) => value !== 0)) ? at : null;
}

/** Whether all others are of one size. */
function isSteady(rest: readonly number[]): boolean {
  const least = Math.min(...rest);
  return least >= 5 && least > LEAST_TIMES * (Math.max(...rest) - least);
}

/** Whether the few at these indices have others before and after them. */
function isAway(values: readonly number[], at: readonly number[]): boolean {
  const [first] = at;
  if (first === undefined || first < 2 || at.length > 0.4 * values.length) return false;
  if ((at.at(-1) ?? 0) > values.length - 2) return false;
  return at.every((i) =>
    !at.includes(i + 1) || !at.includes(i + 2) || !at.includes(i + LONGEST_AWAY)
  );
}

const LEAST_OF_LEAP = 7;
/** No body of air, water or metal warms by so much and cools again from one message to the next. */
const LEAP_DEGREES = 20;
/** What is small or seen from afar does. */
const LEAPS = /cpu|gpu|core|soc|chip|die|junction|nvme|obj|(?:^|_)ir|infra|surface|peak|max|target/;

/** The index at which a temperature was once far from all that was before and after. */
function leapsIn({ name, values }: Series): number[] | null {
  if (values.length < LEAST_OF_LEAP || !isTemperature(name) || LEAPS.test(name)) return null;
  const middle = median(values);
  const far = values.flatMap((value, i) => Math.abs(value - middle) >= LEAP_DEGREES ? [i] : []);
  const rest = values.filter((_, i) => !far.includes(i));
  const swing = Math.max(...rest) - Math.min(...rest);
  const isFar = far.every((i) => Math.abs((values[i] ?? 0) - middle) > 10 * swing);
  return far.length === 1 && isFar && isAway(values, far) ? far : null;
}

function spikes(series: Series): number[] | null {
  const { values } = series;
  if (values.length < 12) return null;
  const middle = median(values);
  const spread = robustDeviation(values);
  const sorted = [...values].sort((a, b) => a - b);
  const low = sorted[Math.floor(sorted.length * 0.1)] ?? middle;
  const high = sorted[Math.floor(sorted.length * 0.9)] ?? middle;
  // Values in the inner nine tenths are the rest; a spike is well past what they cover.
  const reach = Math.max(
    8 * spread,
    4 * (high - low),
    0.02 * Math.abs(middle),
    resolution(values) * 8,
  );
  if (reach === 0) return null;
  const far = values.flatMap((value, i) => Math.abs(value - middle) > reach ? [i] : []);
  if (far.length === 0 || far.length > Math.max(2, values.length * 0.1)) return null;
  const rest = values.filter((_, i) => !far.includes(i));
  const least = Math.min(...rest);
  const most = Math.max(...rest);
  const isPast = (value: number) =>
    Math.min(Math.abs(value - least), Math.abs(value - most)) > most - least;
  if (!far.every((i) => isPast(values[i]))) return null;
  if (SWITCHED.test(series.name)) {
    const steady = middle !== 0 && (high - low) < 0.15 * Math.abs(middle) &&
      Math.min(...values) > 0.5 * middle;
    if (!steady || middle < 1) return null;
  }
  for (const i of far) {
    let end = i;
    while (far.includes(end + 1)) end++;
    let begin = i;
    while (far.includes(begin - 1)) begin--;
    // More than two in a row are a new state, and a last one may become it.
    if (end - begin >= 2 || end === values.length - 1) return null;
  }
  return far;
}

/** The smallest step between different values. */
function resolution(values: readonly number[]): number {
  const sorted = [...new Set(values)].sort((a, b) => a - b);
  let least = Infinity;
  for (let i = 1; i < sorted.length; i++) {
    least = Math.min(least, sorted[i] - sorted[i - 1]);
  }
  return Number.isFinite(least) && sorted.length > 2
    ? Math.min(least, robustDeviation(values) + 0.5)
    : 0;
}

/** Numbers that stand for words. */
const CODED =
  /^(type|status|state|mode|kind|class|code|phase|step|reason|program|effect|scene|preset|category|icon|condition|source|stage|event|index|idx|id)$|(type|status|code|mode|state|class|id)$/;

/** What a number of that name is, where no family knows better. */
export function kindByName(name: string): FieldKind {
  if (CODED.test(name)) return "ignored";
  if (isTime(name)) return "time";
  if (isCounter(name)) return "counter";
  if (isSignal(name)) return "signal";
  return isSetting(name) ? "setting" : "reading";
}

/** One finding for several fields that show the same. */
function collapse(findings: Finding[]): Finding[] {
  if (findings.length <= 3) return findings;
  const first = findings[0];
  if (first === undefined) return findings;
  return [{
    ...first,
    title: `${first.title}, and ${findings.length - 1} more fields likewise`,
    evidence: {
      ...first.evidence,
      summary: `${first.evidence.summary}; also ${
        findings.slice(1, 6).map((finding) => finding.title).join("; ")
      }`,
    },
  }];
}
