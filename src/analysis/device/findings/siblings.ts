import type { Finding } from "../finding_shape.ts";
import { findingFrom, iso, rounded, someOf, withNumbers } from "../evidence.ts";
import { labelOf, leafOf } from "../fields.ts";
import { plainKey } from "../../../payload/plain_keys.ts";
import { numbered } from "./gone_parts.ts";
import { median, risesIn } from "../../statistics.ts";
import type { DeviceView, Reading } from "../view.ts";
import { type Series, seriesOf } from "./values.ts";

/** The last values of fields that are called alike but for a number or a phase. */
interface Sibling {
  readonly label: string;
  readonly value: number;
  readonly reading: Reading;
}

const MOST_KINDS = 100;
const LEAST_CELLS = 4;
/** Farther from the others than this share is no state of charge that evens out by itself. */
const CELL_SHARE = 0.09;
/** Under this share of the others a phase is gone. */
const GONE_SHARE = 0.1;
const LEAST_GRID_VOLTS = 180;
/** No grid that is well has phases so far apart. */
const APART_SHARE = 0.13;

const APART =
  "A cell that far off is worn out, badly connected, or its balancer failed: stop deep discharges until it is looked at.";

/** `outlier` of one of several alike: a battery's cell far from the others, a phase that is gone. */
export function oddSiblings(view: DeviceView): Finding[] {
  return [...cellsOf(view).values()].flatMap((cells) => weakCell(cells) ?? [])
    .concat([...farCells(view), ...growingSpreads(view)].slice(0, 1))
    .concat(deadStrings(view))
    .concat([...phasesOf(view).values()].flatMap((phases) => lostPhase(phases) ?? []))
    .slice(0, 2);
}

function cellsOf(view: DeviceView): Map<string, Sibling[]> {
  return alike(view, (path) => {
    const key = numbered(path);
    const words = key.split(/[./]/).slice(-2).map(leafOf).join(" ");
    return key !== path && /cell/.test(words) && !/temp|count|number|resist|balanc/.test(words)
      ? key
      : null;
  });
}

/** Voltages of phases by a letter alone: inputs of panels are called so too, and seldom have what a grid has. */
const BARE_PHASE = /^[uv]_?(?:l|rms_?)?[123]n?$/;
const GRIDS = [[100, 130], [200, 260]] as const;

function phasesOf(view: DeviceView): Map<string, Sibling[]> {
  return alike(view, (path) => {
    const levels = path.replace(/\/state$/i, "").split(/[./]/);
    const [above = "", last = ""] = levels.slice(-2).map((level) => level.toLowerCase());
    const both = `${above}/${last}`;
    const isBare = (BARE_PHASE.test(last) || /^[uv]\/l[123]$/.test(both)) &&
      !/pv|solar|panel|dc|inverter/i.test(path);
    if (
      !isBare && !/volt|spannung/.test(both) ||
      /angle|thd|max|min|cell|batt|mppt|string|pv/.test(both)
    ) {
      return null;
    }
    const lettered = last.replace(/^[abc](?=_)|(?<=_)[abc]$/, "#");
    const numbered = /\d.*\d/.test(last)
      ? last.replace(/(?<=\D)[123]$/, "#")
      : last.replace(/(?<!\d)[123](?!\d)/, "#");
    const key = lettered !== last ? lettered : numbered;
    // `Voltage/L1` and `L1/voltage`.
    const higher = above.replace(/^(l|phase_?|ph_?)[123]$/, "#");
    if (key === last && higher === above) return null;
    return [...levels.slice(0, -2), key === last ? higher : above, key].join("/");
  });
}

/** Fields and topics by what `keyOf` makes of them. */
function alike(
  view: DeviceView,
  keyOf: (path: string) => string | null,
): Map<string, Sibling[]> {
  const found = new Map<string, Sibling[]>();
  for (const topic of view.topics) {
    const last = topic.live.at(-1);
    if (topic.role !== "state" || last === undefined) continue;
    for (const path of last.fields.keys()) {
      // A bare value is called by its topic.
      const label = /^(|v|val|value)$/.test(path) ? topic.topic : `${topic.topic}/${path}`;
      const key = keyOf(label);
      if (key === null || found.size >= MOST_KINDS && !found.has(key)) continue;
      const numbers = topic.live.slice(-5).map(({ fields }) => fields.get(path))
        .filter((value) => typeof value === "number");
      if (numbers.length < 2) continue;
      found.set(key, [...(found.get(key) ?? []), { label, value: median(numbers), reading: last }]);
    }
  }
  return found;
}

function weakCell(cells: readonly Sibling[]): Finding | null {
  if (cells.length < LEAST_CELLS) return null;
  const middle = median(cells.map(({ value }) => value));
  const far = cells.filter(({ value }) => Math.abs(value - middle) > CELL_SHARE * middle);
  const [cell] = far;
  if (!isOfCell(middle) || far.length !== 1 || cell === undefined) return null;
  return findingOf(cell, {
    others: cells,
    title: `The cell "${cell.label}" is at ${rounded(cell.value)}, the others at about ${
      rounded(middle)
    }`,
    suggestion: APART,
  });
}

/** Cells of one battery of which only the least and the mean are told. */
function farCells(view: DeviceView): Finding[] {
  const all = seriesOf(view).filter(({ path, topic }) =>
    /cell/i.test(`${topic.segments.at(-1)}.${path}`)
  );
  const ends = all.flatMap((series) => {
    const called = calledOf(series);
    const [, which] = /(?:^|[^a-z])(min|minimum|lowest|low|max|maximum|highest|high)(?![a-z])/
      .exec(called) ?? [];
    if (which === undefined || !/volt|(?:^|[^a-z])m?v(?![a-z])/.test(called)) return [];
    const twin = (words: readonly string[]) =>
      all.find((other) =>
        other !== series && other.values.length === series.values.length &&
        words.some((word) => calledOf(other) === called.replace(which, word))
      );
    const mean = twin(MEANS) ?? (sinks(series) ? twin(FULLEST) : undefined);
    return mean === undefined ? [] : [{ series, mean }];
  });
  return ends.flatMap(({ series, mean }) => farCell(series, mean) ?? []).slice(0, 1);
}

/** Whether a cell loses in nearly each step, by far more than any that is discharged with the others. */
function sinks({ values }: Series): boolean {
  return values.length >= LEAST_AWAY && growsOn(values.map((value) => -value)) &&
    (values.at(-1) ?? 0) < (1 - CELL_SHARE) * (values[0] ?? 0);
}

function growsOn(values: readonly number[]): boolean {
  return risesIn(values) >= 0.8 * (values.length - 1);
}

const MEANS = ["average", "mean"];
const FULLEST = ["max", "maximum", "highest", "high"];
const LEAST_TOLD = 3;
/** So many messages show that it goes on, and that it is so many times as far as at first. */
const LEAST_AWAY = 8;
const TIMES_AS_FAR = 3;

const SPREAD =
  /cell.{0,40}(?:spread|delta|diff|imbalance|deviation|unbalance)|(?:spread|delta|diff|imbalance|deviation|unbalance).{0,40}cell/;
/** So many volts apart, cells of one battery no longer even out. */
const FAR_APART_V = 0.15;

function growingSpreads(view: DeviceView): Finding[] {
  return seriesOf(view).flatMap((series) => growingSpread(series) ?? []);
}

/** A difference between cells that grows with nearly each message, to much more than it was. */
function growingSpread(series: Series): Finding | null {
  const { values, readings, topic } = series;
  const called = calledOf(series);
  // Which cell it is that is lowest.
  if (!SPREAD.test(called) || /(?:idx|index|nr|no)$/.test(called)) return null;
  if (values.length < LEAST_AWAY) return null;
  const [first = 0, last = 0] = [values[0], values.at(-1)];
  const volts = last > 4 ? last / 1_000 : last;
  if (!growsOn(values) || volts < FAR_APART_V || last < TIMES_AS_FAR * first) return null;
  return findingFrom({
    code: "outlier",
    title: `The cells go apart: "${labelOf(series)}" grew from ${rounded(first)} to ${
      rounded(last)
    }`,
    summary: `On "${topic.topic}" it grew in ${risesIn(values)} of ${values.length - 1} steps`,
    ...withNumbers(series, readings),
    suggestion: APART,
  });
}

/** `cellVoltage.min` and `cell_voltage_min` are called the same; a bare value by two levels: `string2/voltage`. */
function calledOf({ path, topic }: Series): string {
  return plainKey(`${topic.segments.slice(path === "" ? -2 : -1).join(".")}.${path}`);
}

/** The weakest or fullest cell where it is far from the mean of all, or runs away from it. */
function farCell(series: Series, mean: Series): Finding | null {
  const { values, readings, topic } = series;
  const last = median(values.slice(-LEAST_TOLD));
  const middle = median(mean.values.slice(-LEAST_TOLD));
  // What never moves is a limit.
  if (values.length < LEAST_TOLD || !isOfCell(middle) || new Set(values).size < 2) return null;
  const away = values.map((value, i) => Math.abs(value - (mean.values[i] ?? value)));
  const runs = values.length >= LEAST_AWAY && growsOn(away) &&
    (away.at(-1) ?? 0) > TIMES_AS_FAR * Math.max(away[0] ?? 0, 0.003 * middle);
  const share = Math.abs(last - middle) / middle;
  if (!(share > CELL_SHARE || runs && share > CELL_SHARE / 3)) return null;
  const label = labelOf(series);
  const reading = readings.at(-1);
  return reading === undefined ? null : findingFrom({
    code: "outlier",
    title: `A cell ${runs ? "runs away" : "is far"} from the others: "${label}" is ${
      rounded(last)
    }, ${runs ? `"${labelOf(mean)}"` : "their mean"} ${rounded(middle)}`,
    summary: `On "${topic.topic}" the difference went from ${rounded(away[0] ?? 0)} to ${
      rounded(away.at(-1) ?? 0)
    } in ${values.length} messages`,
    ...withNumbers(series, readings),
    suggestion: APART,
  });
}

/** Whether it is of one cell of any chemistry, in volts or millivolts. */
function isOfCell(value: number): boolean {
  return value > 1.5 && value < 4.6 || value > 1_500 && value < 4_600;
}

/** What the sun shines on alike: strings and inputs of panels. */
const OF_SUN =
  /(?:^|[^a-z])(?:(?:pv|dc|solar)_?(?:port|input|in|ch|channel|string)|pv|pv_?port|string|str|mppt|panel|module|dc|solar)[_ ]?[1-9](?!\d)/;
const OF_POWER =
  /volt|amp|current|power|watt|spannung|strom|leistung|(?:^|[^a-z])[uivpaw](?:dc)?(?![a-z])/;
/** What a load on three phases takes of each. */
const OF_PHASE =
  /(?:curr|current|amps?|power|strom|leistung|(?:^|[^a-z])[ip])_?(?:l|phase_?|ph_?)[123abc]$|(?:^|[^a-z])(?:l|phase_?|ph_?)[123abc]_?(?:curr|current|amps?|power)$/;
const LEAST_STRING = 3;
/** At least so much of what the others hold goes on when one is gone, or has been at first. */
const GOES_ON = 0.5;

/** A string of panels that gives nothing from one message to the next while those beside it go on. */
function deadStrings(view: DeviceView): Finding[] {
  const groups = Map.groupBy(
    seriesOf(view).filter((series) =>
      OF_POWER.test(calledOf(series)) &&
        (OF_SUN.test(calledOf(series)) || OF_PHASE.test(calledOf(series))) || mayBeWire(series)
    ),
    ({ topic, path }) =>
      `${topic.topic.replace(/\d+/g, "#")} ${path.replace(/\d+/g, "#")}`
        .replace(/(?<=l|phase_?|ph_?|^|[ ._])[abc](?=[._]|$)/i, "#"),
  );
  return [...groups.values()].flatMap((strings) => {
    for (const one of strings) {
      const others = strings.filter((other) => other !== one);
      const isOfSun = OF_SUN.test(calledOf(one));
      const found = (isOfSun || areBalanced(one, others) ? deadString(one, others) : null) ??
        (isOfSun ? weakString(one, others) : null);
      if (found !== null) return [found];
    }
    return [];
  }).slice(0, 1);
}

/** Three of a kind that may be wires of one load: `current_a`, or channels of a clamp whose unit stands beside them. */
function mayBeWire(series: Series): boolean {
  const called = calledOf(series);
  return BY_LETTER.test(called) || NUMBERED.test(called) &&
      [...series.readings.at(-1)?.fields ?? []].some(([path, value]) =>
        /^units?$/.test(leafOf(path)) && /^m?(?:a|amps?|amperes?)$/i.test(String(value))
      );
}

const BY_LETTER =
  /(?:^|[^a-z])(?:curr|current|amps?)_[abc]$|(?:^|[^a-z])[abc]_(?:curr|current|amps?)$/;
const NUMBERED = /(?:^|[^a-z])(?:ch|channel|ct|clamp|line|input)_?[123]$/;

/** Whether three phases carried as much each until one carried nothing, and the other two as much as each other since. */
function areBalanced(one: Series, others: readonly Series[]): boolean {
  if (others.length !== 2) return false;
  const sinceMs = one.readings[one.values.findLastIndex((value) => value > 0) + 1]?.at ?? Infinity;
  const early = median(one.values.slice(0, LEAST_STRING));
  const [tail = [], ...tails] = others.map(({ values, readings }) =>
    values.filter((_, i) => (readings[i]?.at ?? 0) >= sinceMs)
  );
  const late = tail.length === 0 ? early : median(tail);
  // What is only numbered may be three loads, of which one is off.
  if (mayBeWire(one) && late < TAKES_OVER * early) return false;
  const isNear = (values: readonly number[], to: number) =>
    values.every((value) => Math.abs(value - to) <= BALANCED * to);
  return early > 0 && [tail, ...tails].every((values) => isNear(values, late)) &&
    others.every(({ values, readings }) =>
      isNear(values.filter((_, i) => (readings[i]?.at ?? 0) < sinceMs), early)
    );
}

const BALANCED = 0.15;
const TAKES_OVER = 1.2;

function deadString(one: Series, others: readonly Series[]): Finding | null {
  const { values, readings, path, topic } = one;
  const at = values.findLastIndex((value) => value > 0) + 1;
  const reading = readings[at];
  if (at < LEAST_STRING || values.length - at < LEAST_STRING || reading === undefined) return null;
  const before = median(values.slice(0, at));
  // Shade and dusk come by and by.
  if ((values[at - 1] ?? 0) < GOES_ON * before) return null;
  const goOn = others.length > 0 && others.every((other) => {
    const isAfter = (_: number, i: number) => (other.readings[i]?.at ?? 0) >= reading.at;
    const [head, tail] = [
      other.values.filter((value, i) => !isAfter(value, i)),
      other.values.filter(isAfter),
    ];
    return head.length > 0 && tail.length > 0 && median(head) > 0 &&
      Math.min(...tail) > GOES_ON * median(head) && median(head) < 5 * before;
  });
  if (!goOn) return null;
  return findingFrom({
    code: "outlier",
    title: `"${labelOf({ path, topic })}" fell from about ${
      rounded(before)
    } to nothing, and those beside it go on`,
    summary: `On "${topic.topic}" from ${iso(reading.at)} on; beside it ${
      others.slice(0, 4).map((other) => `"${labelOf(other)}" ${rounded(other.values.at(-1) ?? 0)}`)
        .join(", ")
    }`,
    ...withNumbers(one, readings.slice(at - 1)),
    suggestion: "Look at the plugs, the fuse and the disconnector of this string.",
  });
}

/** Of so many others that give the same, one gives next to nothing all the time. */
const LEAST_OTHERS = 3;
const MOST_OF_OTHERS = 0.1;
const ALIKE = 0.3;

function weakString(one: Series, others: readonly Series[]): Finding | null {
  const given = others.map(({ values }) => median(values));
  const middle = median(given);
  const reading = one.readings.at(-1);
  if (others.length < LEAST_OTHERS || middle <= 1 || reading === undefined) return null;
  if (given.some((value) => Math.abs(value - middle) > ALIKE * middle)) return null;
  if (one.values.length < LEAST_STRING || one.values.some((v) => v > MOST_OF_OTHERS * middle)) {
    return null;
  }
  // A place into which nothing is plugged reads nothing at all.
  if (one.values.every((value) => value === 0)) return null;
  const asSibling = (series: Series, value: number): Sibling => ({
    label: labelOf(series),
    value,
    reading: series.readings.at(-1) ?? reading,
  });
  return findingOf(asSibling(one, median(one.values)), {
    others: [one, ...others].map((series) => asSibling(series, median(series.values))),
    title: `"${labelOf(one)}" is about ${rounded(median(one.values))}, and those beside it about ${
      rounded(middle)
    }`,
    suggestion: "Look at the plugs, the fuse and the disconnector of this string, and for shade.",
  });
}

function lostPhase(phases: readonly Sibling[]): Finding | null {
  if (phases.length !== 3) return null;
  const usual = [...phases].sort((a, b) => b.value - a.value);
  const [first, second, third] = usual;
  if (first === undefined || second === undefined || third === undefined) return null;
  // Two of 120 V and none are a split-phase grid.
  if (second.value < LEAST_GRID_VOLTS || first.value > 500) return null;
  const areOfGrid = GRIDS.some(([from, to]) =>
    [first, second].every(({ value }) => value >= from && value <= to)
  );
  const isBare = BARE_PHASE.test(first.label.split(/[./]/).at(-1)?.toLowerCase() ?? "");
  if (isBare && !areOfGrid) return null;
  const apart = Math.max(first.value / second.value, second.value / third.value) - 1;
  if (third.value > GONE_SHARE * second.value && apart > APART_SHARE) {
    const odd = first.value / second.value > second.value / third.value ? first : third;
    return findingOf(odd, {
      others: phases,
      title: `The phases are far apart: "${odd.label}" is at ${
        rounded(odd.value)
      } V, the others at ${
        usual.filter((one) => one !== odd).map(({ value }) => rounded(value)).join(" and ")
      } V`,
      suggestion:
        "Look at the neutral conductor first, a loose one puts too much on some phases; then at the load of each phase.",
    });
  }
  if (Math.abs(third.value) > GONE_SHARE * second.value) return null;
  return findingOf(third, {
    others: phases,
    title: `"${third.label}" is at ${rounded(third.value)} V, the other two phases at ${
      rounded(second.value)
    } and ${rounded(first.value)} V`,
    suggestion: "Look at the fuse and the clamp of this phase; a motor on two phases burns out.",
  });
}

function findingOf(
  odd: Sibling,
  o: { others: readonly Sibling[]; title: string; suggestion: string },
): Finding {
  return findingFrom({
    code: "outlier",
    title: o.title,
    summary: `${
      o.others.map(({ label, value }) =>
        `${label.split("/").slice(-2).join("/")} ${rounded(value)}`
      ).slice(0, 20).join(", ")
    }; last at ${iso(odd.reading.at)}`,
    messages: someOf([odd.reading.sample]),
    suggestion: o.suggestion,
  });
}
