/** Faults that are seen against others: one of several alike, a row against its clock, a value against what it was. */
import type { Case } from "./case.ts";
import {
  type Change,
  type Fault,
  first,
  isLive,
  isReading,
  isRegular,
  like,
  middle,
  moves,
  ofSeries,
  ofTopic,
  oneOf,
  rises,
  secondsOf,
  type Series,
  seriesOf,
  since,
  withSeries,
} from "./fault_parts.ts";

/** Messages that a series among its like has at the least: they bear each other out. */
const SOME = 7;

/** Messages that a row has at the least: some before it stands, and more since. */
const LONG_ENOUGH = 11;

/** Numbers of a row whose like go on: fewer may rest by themselves. */
const LEAST_ALIKE = 3;

/** Series that are called alike but for one level of their topic, or for numbers in their names. */
function groupsOf(all: readonly Series[]): Series[][] {
  const groups = new Map<string, Series[]>();
  for (const one of all) {
    const levels = one.topic.split("/");
    const path = one.path.join("/");
    const keys = levels.map((_, i) => `${levels.with(i, "+").join("/")} ${path}`).slice(1);
    if (/\d/.test(path)) keys.push(`${one.topic} ${path.replace(/\d+/g, "#")}`);
    for (const key of keys) groups.set(key, [...groups.get(key) ?? [], one]);
  }
  return [...groups.values()].filter(({ length }) => length > 1);
}

/** Whether several tell the same quantity of things of the same kind: measured, moving, and about as much. */
function areAlike(group: readonly Series[], least: number): boolean {
  const sizes = group.map(({ values }) => Math.abs(middle(values)));
  return group.length >= least &&
    group.every((one) =>
      one.values.length >= SOME && isMeasured(one) && moves(one) > 0.6 &&
      one.values.every((value) => Math.abs(value) > 1)
    ) &&
    Math.max(...sizes) < 2.5 * Math.min(...sizes);
}

function isMeasured(one: Series): boolean {
  // as many messages as a reading needs to be one by itself are not asked for here
  const values = [...one.values, ...one.values];
  return isReading({ ...one, values }) && !/\b[rt]x_?info\b/i.test(one.whole);
}

/** A fault of one of several alike. */
function ofOneAmong(wants: RegExp, least: number, change: Change, only = /./): Fault {
  return {
    wants,
    put: (played, topics) => {
      const heard = new Set(played.messages.map(({ topic }) => topic));
      const groups = groupsOf(seriesOf(played, heard)).filter((group) => areAlike(group, least));
      const can = groups.flat().filter(({ topic, name }) => topics.has(topic) && only.test(name));
      const one = oneOf(can, ({ whole }) => whole);
      return one === undefined ? null : withSeries(played, one, change);
    },
  };
}

/** All that is measured on a topic, and at least so many of it. */
function readingsOn(played: Case, topics: ReadonlySet<string>, least: number): Series[][] {
  const all = seriesOf(played, topics).filter((one) =>
    one.values.length >= SOME && isMeasured(one)
  );
  return [...Map.groupBy(all, ({ topic }) => topic).values()].filter((row) =>
    row.filter((one) => one.values.length >= LONG_ENOUGH && moves(one) > 0.6).length >= least
  );
}

/** Every number that is measured on a topic stays what it was at a share of its messages. */
function frozenRow(played: Case, row: readonly Series[], share: number): Case {
  return row.reduce(
    (now, one) => withSeries(now, one, since(share, () => one.values[first(share, one)] ?? 0)),
    played,
  );
}

/** A row that freezes while its messages go on. */
function ofRow(wants: RegExp, least: number, share: number, needsLike: boolean): Fault {
  return {
    wants,
    put: (played, topics) => {
      const heard = new Set(played.messages.map(({ topic }) => topic));
      const groups = groupsOf(seriesOf(played, heard)).filter((group) => areAlike(group, 2));
      const hasLike = ({ topic, whole }: Series) =>
        groups.some((group) =>
          group.some((one) => one.whole === whole) && group.some((one) => one.topic !== topic)
        );
      // one or two that rest at a place may be quiet there
      const rows = readingsOn(played, topics, least).filter((row) =>
        !needsLike || row.filter(hasLike).length >= LEAST_ALIKE
      );
      const row = oneOf(rows, ([one]) => one?.topic ?? "");
      return row === undefined ? null : frozenRow(played, row, share);
    },
  };
}

const STUCK = /stuck|frozen|unchanged|same|flat|still|stand|repeat/i;
const NOT_LIKE_OTHERS = /\b0\b|zero|lost|others|beside|drop|fell|nothing|gone|no longer|jump/i;

/** Twice for two messages. */
const twice = (change: Change): Change => (value, i, series) => {
  const count = series.values.length;
  const away = [0.35, 0.65].some((share) => {
    const from = Math.floor(share * count);
    return i === from || i === from + 1;
  });
  return away ? change(value, i, series) : value;
};

/** The faults by name. */
export const FAULTS_AMONG_ALIKE: Readonly<Record<string, Fault>> = {
  "one of several falls to 0": ofOneAmong(NOT_LIKE_OTHERS, 3, since(0.5, () => 0)),
  "one of several is 0 all the time": ofOneAmong(NOT_LIKE_OTHERS, 3, () => 0),
  "one of several stands all the time": ofOneAmong(STUCK, 3, (_, _i, one) => one.values[0] ?? 0),
  "one of several is at the end of its range": ofOneAmong(
    /-40|−40|range|cannot|jump|others|outlier|stuck|sensor/i,
    3,
    since(0.5, () => -40),
    /temp/i,
  ),
  "one of several drifts off": ofOneAmong(
    /others|beside|drift|rise|fall|jump|shift|away|off/i,
    3,
    since(0.3, (value, i, one) => {
      const share = (i - first(0.3, one)) / (0.7 * one.values.length);
      return like(value * (1 - 0.7 * share), value);
    }),
    /temp|volt|press|hum|level/i,
  ),
  "a row stands since a while": ofRow(STUCK, 2, 0.35, false),
  "a row stands and its like goes on": ofRow(STUCK, 2, 0, true),
  "a total falls and comes back twice": ofSeries(
    /fell|fall|back|lower|decreas|jump|dip|reset|0|total/i,
    (one) =>
      rises(one) && one.values.length >= 10 && (one.values[0] ?? 0) > 100 &&
      /total|kwh|import|meter|consum|volume|energy/i.test(one.name) &&
      !/time|day|session|power|temp|level|press|frame|byte|request/i.test(one.whole),
    twice(() => 0),
  ),
  "a charge falls to 0 and comes back twice": ofSeries(
    /\b0\b|jump|fell|fall|outlier|back|zero|drop/i,
    (one) =>
      one.values.length >= 10 && /^(?:soc|battery_?(?:level|soc|percent\w*)?|charge_?level)$/i
        .test(one.name) &&
      one.values.every((value) => value > 25 && value <= 100),
    twice(() => 0),
  ),
  "two levels take turns": ofSeries(
    /jump|altern|turns|back and forth|outlier|swing|two|shar/i,
    (one) =>
      one.values.length >= 12 && isMeasured(one) && /temp|hum|press|level|dist/i.test(one.name) &&
      moves(one) > 0.3 &&
      one.values.every((value) => value > 3 && value < 1.2 * (one.values[0] ?? 0)),
    (value, i) => i % 2 === 0 ? value : like(value * 1.7, value),
  ),
  "a storm of one state": ofTopic(
    /storm|flood|rate|per second|often|repeat|same|burst|copies|duplicate|toggle/i,
    (told) => isRegular(told) && told.messages.length >= 8,
    ({ topic, messages, played }) => {
      const from = messages[messages.length >> 1];
      const seconds = secondsOf(played);
      const start = from?.at ?? 0;
      const many = Array.from(
        { length: Math.floor(6 * (seconds - start)) },
        (_, i) => ({ ...from, topic, at: Math.round(1000 * (start + i / 6)) / 1000 }),
      );
      return {
        ...played,
        messages: [
          ...played.messages.filter((one) =>
            one.topic !== topic || !isLive(one) || (one.at ?? 0) < start
          ),
          ...many,
        ],
      };
    },
  ),
};
