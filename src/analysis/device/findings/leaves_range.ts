import type { Finding } from "../finding_shape.ts";
import { rounded } from "../evidence.ts";
import { labelOf } from "../fields.ts";
import { differences, median, spreadOf } from "../../statistics.ts";
import type { DeviceView } from "../view.ts";
import { AS_BEFORE, findingOf, LEAST_QUIET, nameOf } from "./one_way.ts";
import { isCommandedBetween, turnBetween } from "./turns.ts";
import { type Series, seriesOf } from "./values.ts";

/** What of a machine keeps to its range as long as it works, and how far from it nothing healthy goes by itself. */
interface Kept {
  /** It is called by all of these. */
  readonly names: readonly RegExp[];
  /** What is called alike and is set, loaded by turns, or let out and shut off. */
  readonly not: RegExp;
  /** What rises in one step goes where somebody switches it; what falls may do so at once. */
  readonly how: "rises" | "falls";
  readonly isFar: (before: number, after: number, called: string) => boolean;
  readonly advice: string;
}

const KEPT: readonly Kept[] = [
  {
    names: [/vib(?!e)|schwing/],
    not:
      /limit|alarm|thresh|max|peak|count|screen|feeder|sieve|sieb|compact|shak|hammer|drill|pile|ppv|blast|wash|spin(?!dle)|mattress|bed(?![a-z])/,
    how: "rises",
    // In mm/s; beyond 7.1 no machine is well that ran below 4.5.
    isFar: (before, after, called) =>
      after >= 4 * before && before >= 0.5 && before <= 4.5 && after >= 7.1 &&
      !/_?m?g(?:rms)?$|count|raw/.test(called),
    advice:
      "Stop it: look at its bearings, its coupling and balance, and whether its feet came loose.",
  },
  {
    names: [
      /motor|pump|compress|fan(?!tas)|blower|conveyor|belt|drive|agitator|turbine/,
      /current|amp(?!l)|strom/,
    ],
    not:
      /limit|alarm|thresh|max|min(?!i)|peak|inrush|rated|nominal|set|target|hoist|crane|lift|winch|saw|mixer|crush|traction|charg|batt|spindle|servo|axis|temp|speed|level|pos|(?<!com)press|flow|rpm/,
    how: "rises",
    isFar: (before, after) => before >= 0.5 && after >= 3.5 * before,
    advice:
      "Take its load off: look whether it is blocked, whether its bearings are dry, and at its phases, before its winding burns.",
  },
  {
    names: [
      /(?<!com)press|druck/,
      /line|air(?!port)|luft|pneum|oil|system|netz|network|mains?|supply|circuit|receiver|manifold|header|loop|ring|water|gas/,
    ],
    not:
      /vac(?!ation)|suction|chamber|inlet|intake|diff|delta|atm|baro|set|target|limit|alarm|thresh|max|min(?!i)|tyre|tire(?![a-z])|irrig|zone|tank|pool|filter|hydraul|espresso|coffee|airway|mask|cuff|brake|spring|sprinkl|drip|garden|brew|boiler|clamp|grip|cylinder|mould|mold|temp|tap(?!e)|level|wash|clean|steri|autoclav/,
    how: "falls",
    isFar: (before, after) => before > 0 && after <= before / 3,
    advice:
      "Look for a pipe or a hose that burst, a valve that is open, and whether what feeds it still works.",
  },
];
const LEFT = 1.5;
const LEAST_GONE = 4;
const LEAST_CLIMB = 6;

/** What left the range it kept to by far and stays away, while all else that is measured is as before and nothing was switched. */
export function leavesRange(series: Series, view: DeviceView): Finding | null {
  const { values, readings, topic } = series;
  if (series.kind === "counter" || series.kind === "setting") return null;
  const called = nameOf(series, view);
  const kept = KEPT.find(({ names, not }) =>
    names.every((name) => name.test(called)) && !not.test(called)
  );
  if (kept === undefined) return null;
  const before = median(values.slice(0, LEAST_QUIET));
  const isLeft = (value: number) =>
    kept.how === "rises" ? value > LEFT * before : value < before / LEFT;
  const from = values.findIndex(isLeft);
  const tail = values.slice(from);
  const last = values.at(-1) ?? 0;
  if (from < LEAST_QUIET || tail.length < LEAST_GONE || !tail.every(isLeft)) return null;
  const head = values.slice(0, from);
  if (head.some((value) => Math.abs(value - before) > (LEFT - 1) * before)) return null;
  if (!tail.slice(-2).every((value) => kept.isFar(before, value, called))) return null;
  const isClimb = tail.length >= LEAST_CLIMB &&
    Math.max(...differences(values.slice(from - 1)).map(Math.abs)) < Math.abs(last - before) / 2;
  if (kept.how === "rises" && !isClimb) return null;
  const beatMs = topic.rhythm?.medianMs ?? 1_000;
  const span = {
    fromMs: (readings[from - 1]?.at ?? 0) - beatMs,
    toMs: (readings[from]?.at ?? 0) + beatMs,
  };
  if (turnBetween(view, span) !== undefined || isCommandedBetween(view, span)) return null;
  if (goesAlong(series, { sinceMs: readings[from]?.at ?? 0, view })) return null;
  return findingOf(series, {
    code: "outlier",
    title: `"${labelOf(series)}" ${kept.how === "rises" ? "rose" : "fell"} from about ${
      rounded(before)
    } to ${rounded(last)}, and nothing beside it tells why`,
    first: from - 1,
    advice: kept.advice,
  });
}

/** Whether anything else that is measured is elsewhere from that time on. */
function goesAlong(series: Series, o: { sinceMs: number; view: DeviceView }): boolean {
  return seriesOf(o.view).some((other) => {
    if (other === series || other.kind === "counter") return false;
    const after = other.readings.findIndex(({ at }) => at >= o.sinceMs);
    if (after < 1) return false;
    const [head, tail] = [other.values.slice(0, after), other.values.slice(after)];
    const spread = spreadOf(head);
    return Math.abs(median(tail) - median(head)) >
      Math.max(spread, AS_BEFORE * Math.abs(median(head)));
  });
}
