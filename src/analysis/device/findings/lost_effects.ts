import type { Finding } from "../finding_shape.ts";
import { iso, numbersOf, rounded, stepMessages } from "../evidence.ts";
import { labelOf, objectOf, type Scalar } from "../fields.ts";
import { median } from "../../statistics.ts";
import { type DeviceView, stateTopics, type TopicView } from "../view.ts";
import { turnBetween } from "./turns.ts";
import { type Series, seriesOf } from "./values.ts";

/** What something that runs brings about, and what shows that it runs. */
interface Effect {
  readonly effect: RegExp;
  readonly drive: RegExp;
  readonly advice: string;
}

const EFFECTS: readonly Effect[] = [
  {
    effect:
      /flow(?!er|temp|_?set)|durchfluss|d[ée]bit|caudal|(?:^|[^a-z])(?:gpm|lpm)(?:$|[^a-z])|lit(?:er|re)s?_?(?:per_?)?min/,
    drive:
      /pump|pompe|bomba|rpm|drehzahl|spindle|weld|compressor|burner|arc_?current|^run(?:ning)?$/,
    advice:
      "Look whether it runs dry, is blocked or has no supply, at its valves and filter, and at the flow sensor; a pump without flow is soon broken.",
  },
  {
    effect: /(?:oil|oel|öl)_?(?:press|druck)|pression_?huile/,
    drive: /rpm|drehzahl|engine_?speed|motor_?speed|revolution/,
    advice:
      "Stop the engine and look at its oil: level, pump and filter; then at the sender and its plug.",
  },
  {
    effect:
      /(?:fan|blower|l(?:ü|ue)fter).*(?:rpm|speed|tach)|(?:rpm|speed|tach).*(?:fan|blower|l(?:ü|ue)fter)/,
    drive: /a^/,
    advice: "Look whether the fan turns, is blocked or unplugged; what it cools gets hotter.",
  },
  {
    effect: /speed.*water|water.*speed|(?:^|[^a-z])stw(?:$|[^a-z])/,
    drive: /(?:^|[^a-z])sog(?:$|[^a-z])|speed.*ground|ground.*speed/,
    advice: "Look at the paddle wheel: weed, growth or its plug.",
  },
];
const NO_EFFECT = /set|target|limit|min(?!$)|max|alarm|total|count|volume|status|state|mode|temp/;
const RUNS = /^(?:true|on|1|run|running|active|started|executing?|ein|an|marche)$/i;
const LEAST_HELD = 3;
const LEAST_GONE = 5;
const LEAST_MS = 30_000;
/** Under this share of what it was it is nothing; on its way there it is seen for a few messages. */
const NOTHING = 0.03;
const MOST_ON_WAY = 4;
const STEADY = 0.35;
/** What drives goes on with at least this share of what it had. */
const GOES_ON = 0.3;
const HOTTER = 6;

/** `outlier` of what something brings about, when it is nothing from some time on and what brings it about goes on. */
export function lostEffects(view: DeviceView): Finding[] {
  for (const series of seriesOf(view)) {
    const called = calledOf(series);
    const effect = EFFECTS.find((one) => one.effect.test(called));
    if (effect === undefined || NO_EFFECT.test(called.split(" ").at(-1) ?? "")) continue;
    const at = goneSince(series);
    if (at === null) continue;
    const drive = isSwitchedOff(series, { at, view }) ? null : runsOn(series, { at, view, effect });
    if (drive === null) continue;
    const { values, readings, topic, path } = series;
    return [{
      severity: "warning",
      code: "outlier",
      title: `"${labelOf(series)}" fell from about ${
        rounded(median(values.slice(0, at)))
      } to 0 and stays there, though ${drive}`,
      evidence: {
        summary: `On "${topic.topic}" all ${values.length - at} values from ${
          iso(readings[at]?.at ?? 0)
        } on are nothing`,
        messages: stepMessages(readings, at),
        numbers: numbersOf(values, { topic: topic.topic, field: path }),
      },
      suggestion: effect.advice,
    }];
  }
  return [];
}

/** The last levels of its topic and its path, in words. */
function calledOf({ topic, path, called }: Pick<Series, "topic" | "path" | "called">): string {
  const own = path === "" ? topic.segments.slice(-2) : path.split(".").slice(-1);
  const bare = /^(?:v|val|value|reading)$/i.test(path) ? topic.segments.slice(-1) : own;
  return (called ?? bare.join(" ")).replace(/(\p{Ll})(\p{Lu})/gu, "$1_$2").replace(/[ -]/g, "_")
    .toLowerCase();
}

/** Since when it is nothing, after values that held; null where it is not. */
function goneSince({ values, readings }: Series): number | null {
  const first = median(values.slice(0, LEAST_HELD));
  if (first <= 0) return null;
  const at = values.findLastIndex((value) => Math.abs(value) > NOTHING * first) + 1;
  const left =
    values.slice(0, at).findLastIndex((value) => Math.abs(value - first) <= STEADY * first) +
    1;
  const lengthMs = (readings.at(-1)?.at ?? 0) - (readings[at]?.at ?? 0);
  if (left < LEAST_HELD || at - left > MOST_ON_WAY || values.length - at < LEAST_GONE) return null;
  if (values.slice(0, left).some((value) => Math.abs(value - first) > STEADY * first)) return null;
  return lengthMs >= LEAST_MS ? at : null;
}

/** Whether a word turned with it: then it was switched. */
function isSwitchedOff(
  { topic, readings }: Series,
  { at, view }: { at: number; view: DeviceView },
): boolean {
  const beatMs = topic.rhythm?.medianMs ?? 1_000;
  const [fromMs, toMs] = [readings[at - 1]?.at ?? 0, readings[at]?.at ?? 0];
  return turnBetween(view, { fromMs: fromMs - 2 * beatMs, toMs: toMs + beatMs }) !== undefined ||
    view.topics.some(({ role, live }) =>
      role === "command" && live.some((one) => one.at >= fromMs - LEAST_MS && one.at <= toMs)
    );
}

/** What shows that it goes on, in words; null where nothing does. */
function runsOn(
  series: Series,
  { at, view, effect }: { at: number; view: DeviceView; effect: Effect },
): string | null {
  const sinceMs = series.readings[at]?.at ?? 0;
  const all = seriesOf(view).filter((other) => other !== series && areNear(series, other));
  for (const other of all) {
    const split = other.readings.findIndex((reading) => reading.at >= sinceMs);
    const [before, after] = [other.values.slice(0, split), other.values.slice(split)];
    if (before.length < 2 || after.length < 3) continue;
    const usual = median(before);
    if (isHotter(other, { before, after })) return `"${labelOf(other)}" rises`;
    const isDrive = effect.drive.test(calledOf(other)) && !NO_EFFECT.test(calledOf(other));
    const isDriven = usual > 0 && after.every((value) => value >= GOES_ON * usual);
    if (isDrive && isDriven) {
      return `"${labelOf(other)}" goes on at ${rounded(after.at(-1) ?? 0)}`;
    }
  }
  return flagOn(series, { sinceMs, view, effect });
}

/** A temperature beside it, that rises now and did not before. */
function isHotter(
  other: Series,
  { before, after }: { before: readonly number[]; after: readonly number[] },
): boolean {
  return /temp/.test(calledOf(other)) && Math.max(...after) - Math.max(...before) >= HOTTER &&
    Math.max(...before) - Math.min(...before) < HOTTER / 2;
}

/** A flag or a word of what drives, that says all the time that it runs. */
function flagOn(
  series: Series,
  { sinceMs, view, effect }: { sinceMs: number; view: DeviceView; effect: Effect },
): string | null {
  for (const topic of stateTopics(view)) {
    for (const [path, value] of topic.live.at(-1)?.fields ?? []) {
      const whole = `${topic.segments.slice(-2).join("/")} ${path}`.toLowerCase();
      if (!areNear(series, { topic, path }) || !saysRuns(value)) continue;
      if (!effect.drive.test(whole) && !/(?:^|[ ./_])run(?:ning)?$/.test(whole)) continue;
      const told = topic.live.filter(({ at }) => at >= sinceMs);
      if (told.length >= 3 && told.every(({ fields }) => saysRuns(fields.get(path)))) {
        return `"${labelOf({ path, topic })}" says ${String(value)}`;
      }
    }
  }
  return null;
}

function saysRuns(value: Scalar | undefined): boolean {
  return RUNS.test(String(value ?? "").trim());
}

/** Whether one stands beside or below the other. */
function areNear(
  one: { readonly topic: TopicView; readonly path: string },
  other: { readonly topic: TopicView; readonly path: string },
): boolean {
  const treeOf = ({ segments }: TopicView) => segments.slice(0, -1).join("/");
  const [a, b] = [treeOf(one.topic), treeOf(other.topic)];
  if (one.topic === other.topic) {
    return objectOf(one.path) === objectOf(other.path);
  }
  return a !== "" && (a === b || b.startsWith(`${a}/`) || a.startsWith(`${b}/`) && b.includes("/"));
}
