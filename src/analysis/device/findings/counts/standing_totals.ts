import { documentedUnit } from "../documents/documented.ts";
import type { Finding } from "../../finding_shape.ts";
import { findingFrom, rounded, secondsText, withNumbers } from "../../evidence.ts";
import { labelOf, withoutPlaces } from "../../reading/fields.ts";
import { rememberingEach } from "../../../../payload/remembered.ts";
import { differences, mean, median, risesIn } from "../../../statistics.ts";
import { lastPlace } from "../../../../numbers.ts";
import { plainKey } from "../../../../payload/plain_keys.ts";
import { areSiblings, type DeviceView } from "../../reading/view.ts";
import { unitBeside } from "../values/quantities.ts";
import { type Series, seriesOf } from "../values/series.ts";

/** What adds something up, and at which pace it is told beside it. */
interface Sum {
  readonly total: RegExp;
  readonly rate: RegExp;
  /** What a rate adds to the total in an hour, where neither tells its unit at the least. */
  readonly inAnHour: (rate: Series, total: Series, view: DeviceView) => number;
}

/** What goes out is added up elsewhere, unless the power is told below nothing: then it is what goes out. */
const OUT = /^(?:export(?:ed)?|return(?:ed)?|feed|fed|feedin)$/;
/** What is added up at other times, or of another kind. */
const NOT_OF_NOW =
  /^(?:reactive|apparent|today|yesterday|month(?:ly)?|week(?:ly)?|year(?:ly)?|daily|day|hour|hourly|tariff|t\d|low|high|peak|session|last|cost|price|charged?|charging|discharged?|min|max|avg|count|limit|set|inductive|capacitive|reverse|neg(?:ative)?|factor|k?varh?|k?vah?|cos|time|rated|nominal|on|off)\d?$/;
const SUMS: readonly Sum[] = [
  {
    total: /energ|kwh|yield|(?<![a-z])wh(?![a-z])|(?:^|_)(?:total|(?:im|ex)ported)(?:_|$)/,
    rate: /power|(?<![a-z])p[ad]c(?![a-z])|(?<![a-z])k?watts?(?![a-z])|(?<![a-z])k?w(?![a-z])/,
    inAnHour: (rate, total, view) =>
      (isInKilowatts(rate, view, total.values.at(-1) ?? 0) ? 1 : 0.001) *
      (/(?<!k)wh/.test(unitOf(view, total)) ? 1_000 : 1),
  },
  {
    total: /volume|water|gas|m3|m³|lit(?:er|re)s?(?![a-z])|meter|total|consumption/,
    rate: /flow|(?<![a-z])rate|durchfluss|d[ée]bit/,
    inAnHour: (rate, total, view) => {
      const unit = unitOf(view, rate);
      const inLitres = !/m3|m³/.test(unit);
      const litres = (inLitres ? 1 : 1_000) *
        (/min|lpm|gpm/.test(unit) ? 60 : /\/ ?s|_s$|ps$|sec/.test(unit) ? 3_600 : 1);
      return litres * (/lit|(?<![a-z])l$/.test(unitOf(view, total)) ? 1 : 0.001);
    },
  },
];
/** Words that say what of both it is, and not whose. */
const PLAIN =
  /^(?:active|real|power|energy|energies|total|totals|sum|register|kwh|wh|kw|w|watts?|kilowatts?|apower|aenergy|act|forward|import|imported|consumption|consumed|consume|usage|used|yield|pac|pdc|gallons|meter|reading|value|val|state|counter|current|actual|seconds|minutes|hours|now|inst|instant|flow|rate|volume|water|gas|instantaneous|positive|pos)$/;

const LEAST_EQUAL = 5;
const LEAST_MS = 240_000;
/** The steps of its last digit by which it would have gone on. */
const LEAST_STEPS = 20;
const LEAST_STEPS_OF_PACE = 8;
/**
 * The same where the rate stands as still: so many times, so long and to so many steps of its last digit as nothing that is
 * measured does.
 */
const LEAST_STEPS_OF_STILL = 5;
const LEAST_STILL = 18;
const LEAST_STILL_MS = 300_000;
const FINE = 1_000;
const MOST_TOTALS = 40;

/** `stuck_value` of a total that stands still though the power or the flow that it adds up is told to be above nothing. */
export function standingTotals(view: DeviceView): Finding[] {
  const all = seriesOf(view);
  for (const sum of SUMS) {
    const totals = all.filter((one) => isOf(one, sum.total) && !isOf(one, sum.rate));
    const rates = all.filter((one) => isOf(one, sum.rate) && !goesOut(one));
    for (const total of totals.slice(0, MOST_TOTALS)) {
      const found = standing(total, { totals, rates, sum, view });
      if (found !== null) return [found];
    }
  }
  return [];
}

function standing(
  total: Series,
  o: { totals: readonly Series[]; rates: readonly Series[]; sum: Sum; view: DeviceView },
): Finding | null {
  const { values, readings, topic } = total;
  const value = values.at(-1) ?? 0;
  const from = values.findLastIndex((one) => one !== value) + 1;
  const [first, last] = [readings[from], readings.at(-1)];
  if (values.length - from < LEAST_EQUAL || first === undefined || last === undefined) return null;
  const lengthMs = last.at - first.at;
  if (value <= 0 || lengthMs < LEAST_MS) return null;
  if (differences(values).some((step) => step < 0)) return null;
  // Where another total of the same thing goes on, this one's turn is another time.
  const goesOn = (one: Series) =>
    new Set(one.values.filter((_, i) => one.readings[i].at >= first.at)).size > 1;
  if (o.totals.some((one) => isBeside(one, total) && goesOn(one))) return null;
  const rate = o.rates.find((one) => isBeside(one, total) && whoseOf(one) === whoseOf(total));
  if (rate === undefined) return null;
  const sign = goesOut(total) ? -1 : 1;
  const told = rate.values.filter((_, i) => {
    const at = rate.readings[i].at;
    return at >= first.at && at <= last.at;
  }).map((one) => sign * one);
  if (told.length < LEAST_EQUAL || told.some((one) => one <= 0)) return null;
  const byUnit = mean(told) * o.sum.inAnHour(rate, total, o.view) * lengthMs / 3_600_000;
  const byPace = asBefore(total, { from, rate: mean(told), usual: rate, lengthMs, sign });
  const added = Math.max(byUnit, byPace);
  const step = stepOf(values);
  const isStill = lengthMs >= LEAST_STILL_MS && told.length >= LEAST_STILL &&
    new Set(told).size === 1 && isFine(told);
  // Below nothing some tell what comes in: only what moves no more tells that it is the total.
  if (sign < 0 && !isStill) return null;
  if (
    byUnit < (isStill ? LEAST_STEPS_OF_STILL : LEAST_STEPS) * step &&
    byPace < LEAST_STEPS_OF_PACE * step
  ) return null;
  return findingFrom({
    code: "stuck_value",
    title: `The total "${labelOf(total)}" stands still at ${rounded(value)}, though "${
      labelOf(rate)
    }" is ${isStill ? "all the time" : "about"} ${rounded(sign * median(told))}`,
    summary: `In ${values.length - from} messages on "${topic.topic}" over ${
      secondsText(lengthMs)
    } it stayed the same; ${rounded(added)} would have been added`,
    ...withNumbers(total, [...rate.readings.slice(-2), ...readings.slice(-2)]),
    suggestion:
      "Compare both with the meter's own display: its register or what reads it hangs, so consumption is lost from the books.",
  });
}

/** Whether numbers are told to so many steps, and are not round: those may be set, or rated. */
export function isFine(values: readonly number[]): boolean {
  const steps = Math.round(Math.abs(values[0]) / lastPlace(values));
  return steps >= FINE && steps % 10 !== 0;
}

const LEAST_RISES = 4;

/** What would have been added at the pace at which it rose in nearly all messages before. */
function asBefore(
  { values, readings }: Series,
  o: { from: number; rate: number; usual: Series; lengthMs: number; sign: number },
): number {
  const head = values.slice(0, o.from + 1);
  const rises = risesIn(head);
  const tookMs = readings[o.from].at - readings[0].at;
  const before = o.usual.values.filter((_, i) => o.usual.readings[i].at <= readings[o.from].at).map(
    (one) => o.sign * one,
  );
  if (rises < LEAST_RISES || rises < 0.8 * (head.length - 1) || mean(before) <= 0) return 0;
  const share = o.rate / mean(before);
  const grown = (head.at(-1) ?? 0) - head[0];
  return share > 0.5 && tookMs > 0 ? share * grown * o.lengthMs / tookMs : 0;
}

/** Whether a number is by its name of what goes out. */
function goesOut(series: Series): boolean {
  return wordsOf(series).some((word) => OUT.test(word));
}

/** What a series is called, with the levels before it, in words with `_` between; of a record its name and its unit. */
const calledOf: (series: Series) => string = rememberingEach((series) => {
  const { path, topic, called, readings } = series;
  const fields = readings.at(-1)?.fields;
  const levels = isOfRecord(series) && fields !== undefined
    ? [called, unitBeside(fields, path)]
    : [...topic.segments.slice(-1), ...path.split(/[.\[\]/]+/)];
  return plainKey(levels.join("_").replaceAll(".", "_"));
});

/** Whether it is one of a list of records, each of which says what it is of. */
function isOfRecord({ path, called }: Series): boolean {
  return called !== undefined && /\]\.[^.[\]]{1,40}$/.test(path);
}

function isOf(series: Series, what: RegExp): boolean {
  return what.test(calledOf(series)) && !wordsOf(series).some((word) => NOT_OF_NOW.test(word));
}

/** The words of its name without its unit. */
function wordsOf(series: Series): string[] {
  return calledOf(series).replace(TOLD_UNIT, "").split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
}

/** Whose power or energy it is: what is left of its name without what both are called. */
function whoseOf(series: Series): string {
  return wordsOf(series).filter((word) => !PLAIN.test(word) && !OUT.test(word)).join("_");
}

/** Whether both are told in one message, or on topics beside each other. */
function isBeside(one: Series, other: Series): boolean {
  return one !== other && areSiblings(one.topic, other.topic) &&
    (one.called === other.called ||
      isOfRecord(one) && withoutPlaces(one.path) === withoutPlaces(other.path));
}

/** How much the smallest step is that was seen, or that its last digit can show. */
function stepOf(values: readonly number[]): number {
  const steps = differences(values).filter((step) => step > 0);
  return Math.max(lastPlace(values), steps.length === 0 ? 0 : Math.min(...steps));
}

/** By its name, its unit, or because thousandths are told of little, beside a total that no small load added up. */
function isInKilowatts(power: Series, view: DeviceView, total: number): boolean {
  const unit = unitOf(view, power);
  if (/kw|kilo/.test(unit)) return true;
  const isSmall = median(power.values) < 100 && total >= 1_000;
  return unit === "" && isSmall && lastPlace(power.values) === 0.001;
}

/** The unit of a field, as a discovery document or its name tells; empty where none does. */
function unitOf(view: DeviceView, series: Series): string {
  return documentedUnit(view, series) ?? TOLD_UNIT.exec(calledOf(series))?.[0] ?? "";
}

const TOLD_UNIT =
  /(?<![a-z])(?:k?wh?|kilowatts?|watts?|lpm|gpm|lph|lps|l_?(?:per_?|\/)?(?:min|h|s|sec)(?:ute|our)?|m3_?(?:per_?|\/)?h(?:our)?|m3|l|lit(?:er|re)s?(?:_(?:per_)?(?:min|h|s)[a-z]*)?)(?![a-z])/;
