/** What is known of a filter in a window of time: when it was heard, by this run of the program and by those before. */
import { isoTime } from "../iso_time.ts";
import { filterCovers, filtersOverlap, parseSharedFilter } from "../mqtt/topic.ts";
import type { Gap, ListenedReport } from "../session/listening.ts";
import type { StoredCoverage, StoredStream } from "./lasting/stored_stream.ts";

/** What is known of a filter in a window of time. Times are milliseconds since the epoch. */
export interface Coverage {
  readonly from: number | null;
  readonly to: number | null;
  readonly complete: boolean;
  readonly gaps: readonly Gap[];
  /** Why it is not complete, in words. */
  readonly why: readonly string[];
  /** From when on nothing of it was evicted, where something was. */
  readonly wholeFrom?: number;
}

/** How many milliseconds of a time were heard, and are still held. */
export type HeardMs = (time: { readonly from: number; readonly to: number }) => number;

/** How much of any time a coverage stands for: its gaps, and what was evicted, are left out. */
export function heardIn(coverage: Coverage): HeardMs {
  const { from, to, wholeFrom = -Infinity } = coverage;
  if (from === null || to === null) return () => 0;
  const deaf = unite(
    coverage.gaps.map((gap) => ({
      from: Date.parse(gap.from),
      to: Date.parse(gap.to),
      reason: null,
    })),
  );
  const deafBefore = [0];
  for (const gap of deaf) deafBefore.push(deafBefore[deafBefore.length - 1] + gap.to - gap.from);
  /** Of all that was heard, how much had been until then. */
  const heardUntil = (at: number): number => {
    let low = 0, high = deaf.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (deaf[middle].from < at) low = middle + 1;
      else high = middle;
    }
    const late = low > 0 ? Math.max(0, deaf[low - 1].to - at) : 0;
    return at - deafBefore[low] + late;
  };
  return (time) => {
    const first = Math.max(from, wholeFrom, time.from);
    const last = Math.min(to, time.to);
    return last > first ? heardUntil(last) - heardUntil(first) : 0;
  };
}

/** A time in which something was heard; why it ended, where that is known. */
interface Period {
  readonly from: number;
  readonly to: number;
  readonly reason: string | null;
}

/** The time that a filter is being heard, as it is written down. */
export interface HeardPeriod {
  readonly from: number;
  to: number;
  /** Gaps before it: a further one ends it. */
  readonly gaps: number;
}

/** A clock that was put back by more than this begins a new period. */
const CLOCK_STEP_MS = 1_000;
const KILLED =
  "one of the cores that share this filter was killed: what it had been handed last may be missing";
const NOT_RUNNING = "not recorded: the server was not running, or had been stopped";

/** Writes down that a filter was heard until now, or until it was not any more. */
export function advance(
  source: StoredStream,
  recorded: {
    readonly filter: string;
    readonly listening: { report(): ListenedReport } | null;
    heard: HeardPeriod | null;
  },
  now: number,
): void {
  const report = recorded.listening?.report();
  if (report === undefined) return;
  const { filter } = recorded;
  const gaps = report.gaps.map((gap) => ({
    ...gap,
    from: Date.parse(gap.from),
    to: Date.parse(gap.to),
  }));
  const newest = gaps.at(-1);
  const isDeaf = report.connected_since === null ||
    (newest !== undefined && newest.to >= Date.parse(report.to));
  const closed = isDeaf ? gaps.slice(0, -1) : gaps;
  let { heard } = recorded;
  if (heard !== null && gaps.length > heard.gaps) {
    const { from, reason } = gaps[heard.gaps];
    const to = from >= heard.from && from <= now ? from : heard.to;
    source.cover({ filter, from: heard.from, to, reason });
    recorded.heard = heard = null;
  }
  if (isDeaf) return;
  if (heard !== null && now < heard.to - CLOCK_STEP_MS) {
    source.cover({ filter, from: heard.from, to: heard.to, reason: "the clock was put back" });
    heard = { from: now, to: now, gaps: closed.length };
  }
  heard ??= {
    from: Math.min(now, closed.at(-1)?.to ?? Date.parse(report.from)),
    to: now,
    gaps: closed.length,
  };
  heard.to = Math.max(heard.to, now);
  recorded.heard = heard;
  source.cover({ filter, from: heard.from, to: heard.to, reason: null });
}

/** What a stream on the disk knows of a filter in a window. */
export function storedCoverage(
  source: StoredStream,
  filter: string,
  window: { from: number; to: number },
  { figures = false }: { figures?: boolean } = {},
): Coverage {
  const known = source.coverage(window);
  const all = known.filter(({ to }) => to >= window.from);
  const covering = all.filter((period) => filterCovers(period.filter, filter));
  const partly = covering.length === 0;
  const chosen = partly ? all.filter((period) => filtersOverlap(period.filter, filter)) : covering;
  if (chosen.length === 0) {
    const why = [all.length === 0 ? "It was not recorded then" : onlyRecorded(filter, all)];
    return { from: null, to: null, complete: false, gaps: [], why };
  }
  const coverage = coverageOf(unite(chosen), window, NOT_RUNNING);
  if (coverage.from === null || coverage.to === null) return coverage;
  const why = [...coverage.why];
  if (partly) why.unshift(onlyPartly(filter, chosen));
  let { from } = coverage;
  const { to } = coverage;
  const { removedThrough } = source;
  if (!figures && removedThrough !== null && removedThrough >= from) {
    from = Math.min(to, removedThrough + 1);
    why.push(
      `Messages until ${
        isoTime(removedThrough)
      } were removed (RECORD_DAYS, RECORD_DISK_MB); figures of numbers by the minute are kept longer`,
    );
  }
  if (figures && source.uncounted) {
    why.push(
      `Figures leave out ${source.uncounted} values: too many fields at a time, or a full disk`,
    );
  }
  const lost = source.losses({ from, to });
  for (const loss of lost) {
    const fate = loss.isDamaged ? "cannot be read any more" : "could not be written";
    why.push(
      `${loss.messages} messages between ${isoTime(loss.from)} and ${
        isoTime(loss.to)
      } ${fate}: ${loss.reason}`,
    );
  }
  const gaps = coverage.gaps.filter((gap) => Date.parse(gap.to) >= from);
  if (gaps.length > 0) why.push(gapsInWords(gaps.length));
  const missed = missedTimes(filter, known, { from, to, deaf: gaps });
  for (const gap of missed) {
    why.push(`Messages between ${gap.from} and ${gap.to} may be missing: a core was killed`);
  }
  return { from, to, complete: why.length === 0, gaps: uniqueGaps([...gaps, ...missed]), why };
}

/** When killed cores may have had messages of a shared filter that nobody else has, but for times that are gaps anyway. */
function missedTimes(
  filter: string,
  periods: readonly StoredCoverage[],
  within: { from: number; to: number; deaf: readonly Gap[] },
): Gap[] {
  const isShared = (period: StoredCoverage) => parseSharedFilter(period.filter) !== null;
  const missed = periods.flatMap((period) =>
    period.missedTo !== undefined && isShared(period) && filtersOverlap(period.filter, filter)
      ? [{
        from: Math.max(period.to, within.from),
        to: Math.min(period.missedTo, within.to),
        reason: KILLED,
      }]
      : []
  );
  if (missed.length === 0) return [];
  const settled = [
    ...within.deaf.map(({ from, to }) => ({ from: Date.parse(from), to: Date.parse(to) })),
    // who shares with nobody has everything
    ...periods.filter((period) => !isShared(period) && filterCovers(period.filter, filter)),
  ];
  return unite(missed.flatMap((time) => without(time, settled)))
    .map(({ from, to }) => ({ from: isoTime(from), to: isoTime(to), reason: KILLED }));
}

/** What is left of a time. */
function without(time: Period, others: readonly { from: number; to: number }[]): Period[] {
  const isSome = (one: Period) => one.to > one.from;
  return others.reduce(
    (left, { from, to }) =>
      left.flatMap((one) => [
        { ...one, to: Math.min(one.to, from) },
        { ...one, from: Math.max(one.from, to) },
      ]).filter(isSome),
    [time].filter(isSome),
  );
}

/** Which part of a window is known, and where it was interrupted. `known` is united; a `pause` has no reason of its own. */
export function coverageOf(
  known: readonly Period[],
  window: { from: number; to: number },
  pause = "not recorded",
): Coverage {
  const inside = known.filter((p) => p.to >= window.from && p.from <= window.to);
  if (inside.length === 0) {
    return { from: null, to: null, complete: false, gaps: [], why: ["It was not recorded then"] };
  }
  const from = Math.max(window.from, inside[0].from);
  const to = Math.min(window.to, inside[inside.length - 1].to);
  const why: string[] = [];
  if (from > window.from && window.from > 0) why.push(`Recorded only since ${isoTime(from)}`);
  if (to < window.to) why.push(`Recorded only until ${isoTime(to)}`);
  const gaps = inside.slice(1).map((period, i) => ({
    from: isoTime(inside[i].to),
    to: isoTime(period.from),
    reason: inside[i].reason ?? pause,
  }));
  return { from, to, complete: why.length === 0, gaps, why };
}

/** Periods that meet become one. */
export function unite(periods: readonly Period[]): Period[] {
  const united: { from: number; to: number; reason: string | null }[] = [];
  for (const period of [...periods].sort((a, b) => a.from - b.from)) {
    const last = united.at(-1);
    if (last === undefined || period.from > last.to) united.push({ ...period });
    else if (period.to >= last.to) Object.assign(last, { to: period.to, reason: period.reason });
  }
  return united;
}

/** Each gap once, in order of time. */
export function uniqueGaps(gaps: readonly Gap[]): Gap[] {
  const unique = new Map(gaps.map((gap) => [`${gap.from} ${gap.to}`, gap]));
  return [...unique.values()].sort((a, b) => a.from < b.from ? -1 : 1);
}

/** That there were gaps, in words. */
export function gapsInWords(gaps: number): string {
  return gaps === 1
    ? "1 gap in which nothing could be heard"
    : `${gaps} gaps in which nothing could be heard`;
}

/** That memory did not hold all, in words. */
export function evictedInWords(throughMs: number): string {
  return `Messages until ${isoTime(throughMs)} were partly evicted (memory limit)`;
}

/** That other filters are recorded, in words. */
export function onlyRecorded(filter: string, others: readonly { filter: string }[]): string {
  return `Nothing of "${filter}" is recorded, only ${named(others)}`;
}

/** That only a part of what was asked for is recorded, in words. */
export function onlyPartly(filter: string, recorded: readonly { filter: string }[]): string {
  return `Only a part of "${filter}" is recorded: ${named(recorded)}`;
}

function named(filters: readonly { filter: string }[]): string {
  const names = [...new Set(filters.map(({ filter }) => filter))];
  return names.length <= 10
    ? names.join(", ")
    : `${names.slice(0, 10).join(", ")} and ${names.length - 10} more`;
}
