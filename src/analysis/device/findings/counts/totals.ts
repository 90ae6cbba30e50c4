import { flagOf } from "../../../../payload/flag.ts";
import type { Finding } from "../../finding_shape.ts";
import {
  findingFrom,
  iso,
  numbersOf,
  previewOf,
  repeating,
  rounded,
  someOf,
  stepMessages,
} from "../../evidence.ts";
import { labelOf, leafOf } from "../../reading/fields.ts";
import { differences, median, risesIn } from "../../../statistics.ts";
import { besideOf, type DeviceView, standTogether } from "../../reading/view.ts";
import { type Series, seriesOf, SWITCHED } from "../values/series.ts";
import { toldAsStep } from "./told_as_step.ts";

/** What meters add up: {@linkcode brokenTotals} tells what goes wrong with it. */
const METERED =
  /energ|kwh|(?<![a-z])wh$|^m?wh_?[a-z]{0,4}_?sum$|^(?:total_?pulses?|pulses?_?total)$|import|export|deliver|received|consum|yield|produc|generated|(?<!battery|speaker|sound|alarm)volume|water|gas|heat|m3$|lit(?:re|er|ro)s?|odometer|z(?:ä|ae)hler|meter(?:_|stand)|(?:^|_)v?index|compteur|contatore|contador|licznik|mätar|matarst|målerst|malerst|elektrom|vodom|plynom|lectura|lettura|leitura|odczyt|verbrauch|verbruik|consom|förbruk|forbrug|forbruk|zużyc|zuzyc|spotřeb|spotreb|ertrag|usagetotal|^(?:total|e)(?:in|out)$|totalusage|feedin|einspeisung|bezug|(?:^|\d_)totals?$|meter(?:total|reading|index|count(?:er)?)?$|(?:hours|hour_?count(?:er)?|stunden|heures|horas)$/;
/** What has such a name and adds nothing up. */
const NOT_METERED =
  /power(?!.*energy)|watts?$|kw(?!h)|(?:^|_)w$|flow|(?<!gene)rate|byte|packet|frame|msg|message|request|error|temp|humid|press|level|volt(?!amp)|speed|heap|(?<!volu)mem|uptime|free|price|cost|max|min|limit|rssi|batt|signal|seq/;
/** What counts whatever it is, and may begin anew. */
const COUNTS = /(?:^|_)count(?:er|s)?(?:_|$)/;
/** What is added up of anything; the power of all phases is a total of another kind. */
const TALLY = /(?<!(?:^|_)[qsiu]|p)totals?(?:_?count(?:er)?_?[a-z0-9]?)?$/;
const LEAST_TALLIED = 4;
/** Names that tell nothing without what stands before them. */
const BARE =
  /^(?:value|val|v|e|total|sum|forward|reverse|count|reading|state|stand|main|active|import|export|[a-z]?\d*)$/;
const LIFETIME =
  /total|lifetime|cumulative|(?<!con)sum|odometer|stand(?:$|_)|index|counter|register|meter|compteur|zaehler|zähler|contador|contatore|licznik|lectura|lettura|leitura|odczyt|ställning|stallning|overall|volume|(?:import|export|delivered|received)(?:ed)?(?:energy|kwh|wh)?$/;
/** What is counted up in such a unit, and was not turned down. */
const AMOUNT = /(?:kwh|kg|m3|hours|km|lit(?:re|er)s?)$/;
/** What begins anew each day, trip or batch. */
const ANEW =
  /today|daily|day|night|session|trip|month|week|hour|year|rain|precip|since|last|current|cycle|job|batch|print|(?<![a-z])run|shift|schicht|poste$|turno|zmian|směn|smen(?:$|_)|műszak|muszak|vardiya|skift|vuoro|ploeg|event|interval|period|count(?!er)|time|minute|partial|heute|tag|monat|jahr|dag(?:$|_|elijk|ens)|mensu|miesi|měs|mesic|ro[cč]n|rocz|maand|månad|måned|brew|shot|user|resett|jour|mois|hoy|oggi|giorn|vandaag|dzis|ann[ée]e/;

/** What a meter sends one of for each part of its unit; of a heart and of a drive there are fewer, or they go down as well. */
const PULSES = /^(?:pulses?(?:in|input|s|num|val(?:ue)?)?|pulses?count(?:er)?)[a-z]?\d?$/;

/** What a number is called, with what stands before it where it says nothing by itself. */
function calledOf({ name, path, topic }: Series): string {
  const own = presentless(name);
  if (!BARE.test(own)) return own;
  const levels = levelsOf([...topic.segments.slice(-3), ...path.split(".").slice(-4)]);
  const end = levels.findLastIndex((level) => !/^(?:value|val|v|reading|state)$/.test(level));
  return levels.slice(0, end + 1).join("_");
}

function levelsOf(levels: readonly string[]): string[] {
  return levels.map((level) => presentless(leafOf(level))).filter((level) => level !== "");
}

/** What a total is now is the total. */
function presentless(name: string): string {
  return name.replace(/^(?:current|actual)(?=value|reading|volume|total|index|count)/, "");
}

/** Energy by its number in the object identification system of meters (IEC 62056-61): `1-0:1.8.0`. */
const OBIS_ENERGY = /(?<![\d.])1-\d{1,3}:[12]\.8\.\d/;

function isMetered(series: Series): boolean {
  const called = calledOf(series);
  if (OBIS_ENERGY.test(`${series.topic.topic}/${series.path}`)) return true;
  if (/_totals?$/.test(called) && !NOT_METERED.test(called) && !COUNTS.test(called)) return true;
  return (METERED.test(called) || isInMetersUnit(series)) && !NOT_METERED.test(series.name) ||
    isOfPulses(series);
}

/** In what meters tell all that went through them. */
const METERS_UNIT = /^(?:[kMG]?Wh|GJ|m3|m³|cbm|kvarh|kVAh)$/i;

/** Whether a count stands beside the unit of a meter: `[1773513000, 1920.049, "Wh"]` on `counter`. */
function isInMetersUnit({ name, path, readings }: Series): boolean {
  return /(?:^|_)(?:counter|count|total|reading|register|index)$/.test(presentless(name)) &&
    besideOf(path, readings.at(-1)).some(([, value]) =>
      typeof value === "string" && METERS_UNIT.test(value.trim())
    );
}

function isOfPulses({ name, values }: Series): boolean {
  return PULSES.test(name) && Math.max(...values) >= LEAST_STANDING;
}

/** How a total went wrong, and at which values. */
export interface Break {
  readonly at: readonly number[];
  readonly title: string;
  readonly how: string;
  readonly suggestion: string;
}

const MOST_TOLD = 3;

/**
 * `outlier` of a total that falls or leaps: what adds consumption up by it counts what was never used, or
 * the same twice. Such a value stays away for a moment, or the total counts on from it.
 */
export function brokenTotals(view: DeviceView): Finding[] {
  const all = seriesOf(view).flatMap((series) => {
    const found = awayFrom(series) ?? lostAt(series) ?? signAt(series) ?? leapAt(series) ??
      anewWithinDay(series, view) ?? toldAsStep(series, view);
    return found === null ? [] : [{ series, ...found }];
  });
  return all.slice(0, MOST_TOLD).map(({ series, at, title, how, suggestion }, i) => {
    const [first = 0] = at;
    const more = i === MOST_TOLD - 1 && all.length > MOST_TOLD
      ? `, and ${all.length - MOST_TOLD} more fields likewise`
      : "";
    const after = (at.at(-1) ?? first) + 1;
    const asked = resetAsked(view, series, first);
    return findingFrom({
      ...asked === null ? {} : { severity: "info" },
      code: "outlier",
      title: `The total "${labelOf(series)}" ${title}${more}${
        asked === null ? "" : `, right after "${asked}" was sent`
      }`,
      summary: `On "${series.topic.topic}" ${how}`,
      messages: at.length > 1
        ? someOf(
          [first - 1, ...at.slice(0, 3), after].flatMap((one) =>
            series.readings[one]?.sample ?? []
          ),
        )
        : stepMessages(series.readings, first, after),
      numbers: numbersOf(series.values, series),
      ...repeating(at.map((one) => series.readings[one])),
      suggestion,
    });
  });
}

/** By what a count is set, or set back. */
const SETS = /reset|clear|zero|total|erase|l(?:ö|oe)sch|zur(?:ü|ue)ck/i;
const TOLD_WITHIN_MS = 60_000;

/** The topic on which it was told to begin anew right before it did; null where nobody was heard to. */
function resetAsked({ topics }: DeviceView, { readings }: Series, at: number): string | null {
  const toMs = readings[at].at;
  const fromMs = Math.max(readings[at - 1].at, toMs - TOLD_WITHIN_MS);
  const asked = topics.find(({ role, segments, live }) =>
    role === "command" && live.some(({ at, sample }) =>
      at >= fromMs && at <= toMs &&
      SETS.test(`${segments.at(-1)} ${previewOf(sample, 120)}`)
    )
  );
  return asked?.topic ?? null;
}

/** Messages that a total may stay away before it is a new count. */
const LONGEST_AWAY = 4;
const LEAST_OF_METER = 5;
/** So much a meter has counted that stands all the while. */
const LEAST_STANDING = 1_000;
const LEAST_OF_PARTS = 10;
/** Of few values this share may be away; of what only looks like a total, less. */
const MOST_AWAY = 0.4;
const MOST_OF_UNNAMED = 0.2;
/** Of few values, no total grows by more than this share of what it was. */
const MOST_GROWN = 0.05;
/** So often the very same, and so many times as much in between, is no rate that comes and goes. */
const LEAST_SAME = 6;
const LEAP_OF_SAME = 5;

/** Whether what stands all the while is surely a total: much was counted, or a part of a unit is, of all time. */
function isSure(series: Series, value: number): boolean {
  return value >= LEAST_STANDING ||
    value >= LEAST_OF_PARTS && !Number.isInteger(value) && isNeverSetBack(series);
}

/** Whether it is called for all time. */
function isNeverSetBack(series: Series): boolean {
  const called = calledOf(series);
  return LIFETIME.test(called) && !ANEW.test(called);
}

/** All that a gauge has caught since it was set up: by its bucket, and so told again and again as it was. */
const OF_RAIN =
  /^(?:total_?|cumulative_?)?(?:rain|rainfall|precipitation)_?(?:mm|in|total(?:_?mm|_?in)?|sum|count(?:er)?)?$/;

/** Whether a number may be a time of these years, in seconds or milliseconds since the epoch. */
function isMoment(value: number): boolean {
  return value > 1.5e9 && value < 2.2e9 || value > 1.5e12 && value < 2.2e12;
}

/** A total that is too low or too high for a moment, and goes on where it was. A reset does not come back. */
function awayFrom(series: Series): Break | null {
  const { values, kind, name, readings } = series;
  if (kind === "signal" || kind === "battery") return null;
  if (/seq|frame|messageid|uptime|bdseq|^n$|^id$|heap|free|rssi/.test(name)) return null;
  if (kind === "reading" && /temp|hum|press|volt|level|soc|batt/.test(name)) return null;
  const isMeter = isMetered(series) || OF_RAIN.test(name);
  if (values.length < LEAST_OF_METER || !isMeter && values.some(isMoment)) return null;
  const at = nothingsIn(values) ?? outOfOrder(values);
  if (at.length === 0 || at.length > MOST_AWAY * values.length) return null;
  if (at[0] === 0) return null;
  const shift = shiftOf(values, at);
  if (at.includes(values.length - 1) && shift === null) return null;
  if (
    shift === null && at.some((i) =>
      Array.from({ length: LONGEST_AWAY }, (_, n) => i + n + 1)
        .every((next) => at.includes(next))
    )
  ) return null;
  // It must be a total without these.
  const kept = values.filter((_, i) => !at.includes(i));
  const first = kept[0];
  const grown = (kept.at(-1) ?? 0) - first;
  const rises = risesIn(kept);
  if (first < 0) return null;
  const isNothing = at.every((i) => values[i] === 0);
  // To the digit where it was, again and again, or of so many digits that it cannot be by chance.
  const isSame = isMeter && grown === 0 &&
    ((isNeverSetBack(series) || OF_RAIN.test(name)) &&
        at.filter((i) => !at.includes(i - 1)).length >= LEAST_AFTER ||
      kept.length >= LEAST_SAME && !Number.isInteger(first) && first >= LEAST_OF_PARTS &&
        !ANEW.test(calledOf(series)));
  const isFew = values.length < 8;
  const looksSo = kind === "counter" ? rises >= 2 : rises >= Math.max(5, kept.length * 0.6);
  // A volume that is set does not rise with each message.
  if (kind === "setting" && !looksSo) return null;
  const isTotal = shift !== null && rises >= 2 ||
    !isFew && looksSo && at.length <= MOST_OF_UNNAMED * values.length ||
    (isMeter
        ? rises >= 1 || isNothing && grown === 0 && isSure(series, first) || isSame
        : isNothing && rises >= 3 && !SWITCHED.test(name)) &&
      grown <= MOST_GROWN * first &&
      (first >= 10 || !kept.every(Number.isInteger));
  if (!isTotal) return null;
  // Far from all that was counted here, not a late message or noise.
  const last = kept.at(-1) ?? 0;
  const isFar = shift !== null || at.every((i) => {
    const value = values[i];
    if (value > last) {
      return isMeter && value - last > (isSame ? LEAP_OF_SAME * first : LEAP_OF_ALL * grown);
    }
    return first - value > (isSame ? first / 2 : 2 * grown) && (!isFew || value < 0.01 * first);
  });
  if (!isFar) return null;
  const [away = 0] = at;
  const isLow = values[away] < first;
  return {
    at,
    title: `${isLow ? "fell" : "leapt"} from ${rounded(values[away - 1])} to ${
      rounded(values[away])
    } and came back`,
    how: `${at.length} of ${values.length} values are ${
      shift !== null ? `a ${shift}th of` : `far ${isLow ? "below" : "above"}`
    } the others, first at ${iso(readings[away].at)}, and the count goes on where it was: no reset`,
    suggestion:
      "Let consumers drop such values (a restart or a failed read sends them); otherwise each fall counts as a reset and the whole total is added again.",
  };
}

/** So much is left that its digits show it to be the same number. */
const LEAST_SHIFTED = 20;
const ROUNDED = 0.002;

/**
 * By which power of ten all that is away is less than what it was before, as where the point stands elsewhere: whatever it is
 * called, and however often. Null where it is not so, or never came back.
 */
function shiftOf(values: readonly number[], at: readonly number[]): number | null {
  const away = new Set(at);
  const [first = 0] = at;
  const times = 10 ** Math.round(Math.log10(values[first - 1] / values[first]));
  if (!(times > 1 && times < Infinity)) return null;
  const [least, most] = [values[0], Math.max(...values)];
  const isSame = (value: number) => {
    const byDigits = times * (Number.isInteger(value) ? 1 : ROUNDED * value);
    return value >= LEAST_SHIFTED && value * times >= least - byDigits &&
      value * times <= most + byDigits;
  };
  return most - least <= MOST_GROWN * least && at.every((i) => isSame(values[i])) &&
      at.some((i) => i + 1 < values.length && !away.has(i + 1))
    ? times
    : null;
}

/** Indices of the values that are as good as nothing, where all others never fall; null where there are none. */
function nothingsIn(values: readonly number[]): number[] | null {
  const least = NOTHING_LEFT * Math.max(...values);
  const kept = values.filter((value) => value >= least);
  if (kept.length === values.length || values[0] < least) return null;
  if (differences(kept).some((step) => step < 0)) return null;
  return values.flatMap((value, i) => value < least ? [i] : []);
}

/** Indices of all values but the longest row of those that never fall. */
function outOfOrder(values: readonly number[]): number[] {
  // Of each length of row the index of its last value, and of each value the one before it.
  const ends: number[] = [];
  const before: number[] = [];
  for (const [i, value] of values.entries()) {
    let [from, to] = [0, ends.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (values[ends[middle]] <= value) from = middle + 1;
      else to = middle;
    }
    before.push(ends[from - 1] ?? -1);
    ends[from] = i;
  }
  const kept = new Set<number>();
  for (let i = ends.at(-1) ?? -1; i >= 0; i = before[i]) kept.add(i);
  return values.flatMap((_, i) => kept.has(i) ? [] : [i]);
}

const LOST_BEFORE = 2;
const LEAST_AFTER = 2;
/** A total that falls by less than this share was rounded or corrected, but for so many of its steps, of which it goes on to take each. */
const LEAST_SHARE = 0.001;
const LEAST_STEPS = 50;
/** Energy that is added up for all time, and how little is left of it where it began anew. */
const ENERGY_TOTAL = /(?:energy|kwh)_?total$|total_?(?:energy|kwh)$/;
const MOST_LEFT = 0.25;
/** Under this share of what it was, it began anew. */
const NOTHING_LEFT = 0.01;

/** A meter's total that fell and counts on from there: its memory was lost, or an older state came back. */
function lostAt(series: Series): Break | null {
  const falls = fallsOf(series);
  const [at, ...again] = falls;
  if (at === undefined) return null;
  const { values, readings } = series;
  const [before, after] = toldOf(values[at - 1], values[at]);
  const rises = (values.at(-1) ?? 0) > values[at];
  return {
    at: falls,
    title: `fell from ${before} to ${after}${
      again.length > 0
        ? `, and began anew ${falls.length} times`
        : rises
        ? " and counts on from there"
        : ""
    }`,
    how: `${at} values ${values[0] === values[at - 1] ? "were" : "rose to"} ${before}, then at ${
      iso(readings[at].at)
    } it was ${after}, and ${values.length - at - 1} more ${
      rises ? "went on from" : "stay at"
    } that`,
    suggestion:
      "Look for a restart, a reset or an exchange of the meter at that time; in what adds consumption up, set the new start or correct the step, else it counts the difference.",
  };
}

/** What it was before and after: by how little it fell may stand in the last digits alone. */
function toldOf(before = 0, after = 0): number[] {
  const isLittle = before - after < 0.01 * before;
  return [before, after].map((one) => isLittle ? Number(one.toPrecision(9)) : rounded(one));
}

/** Where a total fell: once, or from far and then again and again to nothing; none where it is no total. */
function fallsOf(series: Series): readonly number[] {
  const { values } = series;
  if (values.length < 2 * LOST_BEFORE) return [];
  const isOfMeter = isOfPulses(series);
  const name = isOfMeter ? "pulses" : calledOf(series);
  const { path, topic } = series;
  const isBare = path === "" || /^(?:value|val|v)$/i.test(path);
  const around = levelsOf(isBare ? topic.segments.slice(-2) : path.split(/[.\/]/)).join("_")
    .replace(/pulses?_?count$/, "pulses");
  if (ANEW.test(`${name} ${around}`)) return [];
  const falls = values.flatMap((value, i) => i > 0 && value < values[i - 1] ? [i] : []);
  const [at, ...again] = falls;
  if (at === undefined) return [];
  // What began at nothing while it was heard counts one run, and then the next.
  if (values[0] < NOTHING_LEFT * values[at - 1]) return [];
  const before = values[at - 1];
  const after = values[at];
  const last = values.at(-1) ?? 0;
  // An energy of all time that begins anew twice counts none; of all else that falls again one fall is looked at.
  const isOfAllTime = again.length > 0 && ENERGY_TOTAL.test(name) &&
    falls.every((i) => values[i] < MOST_LEFT * values[i - 1]) &&
    falls.every((i, n) => (falls[n + 1] ?? values.length) - i > LOST_BEFORE);
  if (isOfAllTime && risesIn(values) >= values.length - falls.length - 1) return falls;
  if (again.some((i) => values[i] >= NOTHING_LEFT * before)) return [];
  // One value is enough of a count that begins at nothing.
  const isAnew = after < NOTHING_LEFT * before && at > LOST_BEFORE;
  if (at < LOST_BEFORE || values.length - at < LEAST_AFTER && !isAnew || after < 0) return [];
  // It rose before and rises on; what came back was no new count.
  const rises = risesIn(values);
  const isSlow = isAnew && before - values[0] <= MOST_GROWN * before && before >= 10;
  const goesOn = values.slice(at).every((value) => value <= MOST_GROWN * before) &&
    risesIn(values.slice(at)) > 0;
  const isFromFar = isSlow && before >= LEAST_STANDING && goesOn;
  if (again.length > 0 && !isFromFar) return [];
  const isTally = isSlow && TALLY.test(name) && !NOT_METERED.test(name) &&
    risesIn(values.slice(0, at)) >= LEAST_TALLIED;
  const isKept = isSlow && !COUNTS.test(name) && at <= values.length - LEAST_TALLIED &&
    goesOnAnew(series, at);
  if (!isMetered(series) && !isTally && !isKept) return [];
  // A shower and a dose are told in volumes as well, each from nothing.
  const isLasting = LIFETIME.test(isSlow ? name : name.replace(/volume/g, "")) ||
    OBIS_ENERGY.test(`${topic.topic}/${path}`);
  // What counts a day or a trip begins anew at nothing, and what is in store goes down bit by bit.
  const isSetBack = after > MOST_SET_BACK * before && !IN_STORE.test(around + name) &&
    risesIn(values.slice(0, at)) > 0 && risesIn(values.slice(at)) > 0;
  const isSure = isFromFar && (isOfMeter || again.length > 0);
  if (!isLasting && !isKept && !isSetBack && !isSure && !(isSlow && AMOUNT.test(name))) return [];
  // What stands in the evening and is nothing from then on was not used up.
  const stood = isAnew && last === 0 && before >= LEAST_STOOD && at >= LEAST_OF_METER &&
    values.length - at > LEAST_AFTER && OF_ALL.test(name) && !Number.isInteger(before);
  if (rises < (stood ? 0 : isSlow ? 1 : 2) || last <= after && !isAnew || last >= before) {
    return [];
  }
  const step = (before - values[0]) / (at - 1);
  const fall = before - after;
  if (isRolledOver(before, after, step) || isExchanged(series, at)) return [];
  const isFarBack = isSetBack && fall > LEAST_STEPS * step && fall > 1 &&
    rises >= NEARLY_EACH * values.length;
  return fall > 3 * step && (fall > LEAST_SHARE * before || isFarBack) ? falls : [];
}

/** More than this share of a total is left where an older state of it came back. */
const MOST_SET_BACK = 0.5;
/** What goes in and out again. */
const IN_STORE =
  /remain|avail|stored?|left|stock|inventory|batt|akku|charge|capacity|soc|tank|silo|level|reserve|budget|net/;

const NEARLY_EACH = 0.7;
const SAME_PACE = 4;
const MOST_COUNTED = 0.01;
const HOUR_MS = 3_600_000;
/** What is paid out, what runs with the device, and what all phases have together. */
const SPENT =
  /pending|balance|credit|unpaid|wallet|(?:^|_)up(?:_|$)|runtime|elapsed|running|(?:^|_)[pqsiu]_?totals?/;

/**
 * Whether it rose with nearly each message from far away, whatever it is called, and goes on at the same pace from next to
 * nothing: of a period, which ends with an hour, it would not have come from so far.
 */
function goesOnAnew({ values, readings, name }: Series, at: number): boolean {
  const legs = [values.slice(0, at), values.slice(at)].map(differences);
  const paces = legs.map((steps) => median(steps));
  const isEach = legs.every((steps) =>
    steps.filter((step) => step > 0).length >= NEARLY_EACH * steps.length
  );
  const [from = 0, to = 0] = [readings[at - 1]?.at, readings[at]?.at];
  const isHour = Math.floor(from / HOUR_MS) !== Math.floor(to / HOUR_MS);
  // What counts the seconds tells how long the device runs.
  const seconds = (readings[at - 1].at - readings[0].at) / 1_000;
  const counted = values[at - 1] - values[0];
  const isFar = counted <= MOST_COUNTED * values[at - 1];
  const isClock = [1, 1_000].some((part) => Math.abs(counted / part - seconds) < 0.1 * seconds);
  return at >= LEAST_TALLIED && isFar && isEach && !isHour && !isClock && Math.min(...paces) > 0 &&
    Math.max(...paces) <= SAME_PACE * Math.min(...paces) && !NOT_METERED.test(name) &&
    !SPENT.test(name);
}

/** Whether it came to the end of its digits or of its word, and began anew. */
function isRolledOver(before: number, after: number, step: number): boolean {
  const ends = [0x10000, 0x100000000, ...Array.from({ length: 9 }, (_, n) => 10 ** (n + 2))];
  return ends.some((end) =>
    [1, 10, 100, 1_000].some((scale) => {
      const left = end / scale - before;
      return left >= 0 && left <= Math.max(4 * step, 1e-5 * end) && after <= 4 * step + 1;
    })
  );
}

/** So much, and told to the tenth, no session has counted. */
const LEAST_STOOD = 100;
const OF_ALL = /total|lifetime|cumulative|gesamt|overall|(?:^|_)all/;

const EXCHANGED =
  /exchang|replac|swap|roll(?:ed|s)?[ _-]?over|reset|getauscht|ausgetauscht|wechsel|remplac|sostitu/i;

/** Whether the message says that there is another meter now, that it was set back, or what it was until then: `beforeKwh`. */
function isExchanged({ readings, values }: Series, at: number): boolean {
  const before = readings[at - 1]?.fields;
  const total = values[at - 1];
  return [...readings[at]?.fields ?? []].some(([path, value]) => {
    if (before === undefined || before.get(path) === value) return false;
    if (typeof value === "number" && Math.abs(value - total) < 1e-6 * Math.abs(total)) return true;
    if (/serial|^sn$|metersn|meterid|metersn|zaehlernummer/.test(leafOf(path))) return true;
    return typeof value === "string" && EXCHANGED.test(value) ||
      flagOf(value) === true && EXCHANGED.test(path);
  });
}

/** What counts from one midnight to the next. */
const OF_DAY =
  /today|daily|(?<!birth|holi|week|work)day(?!s)|heute|tages|journ|oggi|giorn|vandaag|hoy|di[aá]ri|dzis|dzień|dzien|dagens|idag|denn[ií]/;
const OF_ALL_TIME = /gesamt|totaal|razem|łącznie|lacznie|celkem|samlet|sammanlag|cumul|kumul/;
const LEAST_ANEW = 2;
const LEAST_COUNTED = 3;

/** What counts the day began at nothing more than once while it was heard, and a total beside it goes on. */
function anewWithinDay(series: Series, view: DeviceView): Break | null {
  const { values, readings } = series;
  const at = values.flatMap((value, i) => value < (values[i - 1] ?? value) ? [i] : []);
  const [first = 0] = at;
  const isAnew = at.length >= LEAST_ANEW && at.length <= values.length / LEAST_COUNTED &&
    at.every((i) => values[i] <= NOTHING_LEFT * values[i - 1]) &&
    risesIn(values) >= LEAST_COUNTED && OF_DAY.test(calledOf(series));
  const heardMs = readings[at.at(-1) ?? 0].at - readings[first].at;
  if (!isAnew || heardMs >= MOST_OF_DAY_MS) return null;
  const total = seriesOf(view).find((one) =>
    one !== series && standTogether(one, series) && !OF_DAY.test(one.name) &&
    (LIFETIME.test(one.name) || OF_ALL_TIME.test(one.name)) &&
    one.values.length >= values.length - 1 &&
    risesIn(one.values) >= LEAST_COUNTED && differences(one.values).every((step) => step >= 0)
  );
  return total === undefined ? null : {
    at,
    title: `fell from ${rounded(values[first - 1])} to 0, and began anew ${at.length} times`,
    how: `it counts a day, which ends once, and began at nothing at ${
      at.slice(0, 3).map((i) => iso(readings[i].at)).join(" and ")
    }, while "${labelOf(total)}" goes on, last ${rounded(total.values.at(-1) ?? 0)}`,
    suggestion:
      "Look for restarts, lost connections or a clock that jumps at these times; let consumers count the day by the total.",
  };
}

const MOST_OF_DAY_MS = 20 * HOUR_MS;

const LEAP_BEFORE = 3;
/** A leap is so many times all that was added otherwise, and so many times the largest step besides. */
const LEAP_OF_ALL = 20;
const LEAP_OF_STEP = 100;

/** What is added up, as it goes by. */
const FLOW = /flow|power|rate/;

/** Whether what stands beside a total says that much went by just then: a tap that drips, and one that is opened. */
function flowsAt({ path, readings }: Series, at: number): boolean {
  return besideOf(path, readings[at]).some(([other]) => {
    if (!FLOW.test(leafOf(other))) return false;
    const told = readings.map(({ fields }) => Number(fields.get(other)));
    return Math.max(...told.slice(at - 1, at + 1)) >
      LEAP_OF_ALL * Math.max(0, ...told.slice(0, at - 1));
  });
}

/** A total that changes its sign, and goes on from as much below nothing. */
function signAt(series: Series): Break | null {
  const { values, readings } = series;
  const at = values.findIndex((value) => value < 0);
  const [before = 0, after = 0] = [values[at - 1], values[at]];
  const isTurned = isMetered(series) && at >= LOST_BEFORE && values.length - at >= LEAST_AFTER &&
    values.every((value, i) => i < at ? value > 0 : value < 0);
  const others = differences(values).filter((_, i) => i !== at - 1).map(Math.abs);
  // What crosses nothing bit by bit is a balance.
  if (!isTurned || before <= LEAP_OF_SAME * Math.max(Math.abs(before + after), ...others)) {
    return null;
  }
  return {
    at: [at],
    title: `turned from ${rounded(before)} to ${rounded(after)}`,
    how: `${at} values were above nothing, and all ${values.length - at} from ${
      iso(readings[at].at)
    } on are as far below`,
    suggestion:
      "See what changed then: a firmware, a converter or a setting of the direction. Let consumers count on from there, or correct the sign.",
  };
}

/** A total that adds up bit by bit and once leaps by what nothing can have used meanwhile. */
function leapAt(series: Series): Break | null {
  const at = isMetered(series) ? leapIn(series) : null;
  if (at === null) return null;
  const { values, readings } = series;
  const [before, after] = [values[at - 1], values[at]];
  if (flowsAt(series, at)) return null;
  return {
    at: [at],
    title: `leaps from ${rounded(before)} to ${rounded(after)}`,
    how: `it grows by about ${
      rounded(median(differences(values).filter((step) => step > 0)))
    } at a time, and by ${rounded(after - before)} at ${iso(readings[at].at)}`,
    suggestion:
      "Compare it with the meter's own display: a misread register or digit, or another device's count. Let consumers drop steps that the power beside it cannot have made.",
  };
}

/** The index of the value with which a total leapt; null where it did not, or also falls. */
function leapIn({ values, readings }: Series): number | null {
  if (values.length < LEAP_BEFORE + LEAST_AFTER) return null;
  const steps = differences(values);
  const most = Math.max(...steps);
  const at = steps.indexOf(most) + 1;
  const others = steps.filter((_, i) => i !== at - 1);
  if (at < LEAP_BEFORE || values.length - at < LEAST_AFTER) return null;
  // It adds up before as it does after.
  if (others.some((step) => step < 0)) return null;
  const grown = others.reduce((sum, step) => sum + step, 0);
  const growsBefore = steps.slice(0, at - 1).filter((step) => step > 0).length >= 2;
  if (!growsBefore || !steps.slice(at).some((step) => step > 0)) return null;
  if (most < LEAP_OF_ALL * grown || most < LEAP_OF_STEP * Math.max(...others)) return null;
  // What was added while nothing was heard came to more than one step.
  const times = differences(readings.map((reading) => reading.at));
  return times[at - 1] <= 3 * median(times) ? at : null;
}
