import type { Finding } from "../../finding_shape.ts";
import { median } from "../../../statistics.ts";
import type { DeviceView } from "../../reading/view.ts";
import { numbersIn, placesIn, type Told } from "./told_by_twins.ts";

/** So many others, each of them on its own, show that it comes from outside. */
const LEAST_LIKE = 2;
const LEAST_BEFORE = 3;
/** Each of the others goes so much of its way, within so many beats. */
const OF_ITS_WAY = 0.5;
const WITHIN_BEATS = 2;
/** What is so many times as much or as little is in another unit, or not read any more: then it is wrong of all of them. */
const MOST_TIMES = 8;

/**
 * Findings with a jump told as `info` where each of several others of its kind makes it too, at the same time: the weather, the
 * mains or a door to all of them. Not what is nothing after it, or in another unit.
 */
export function asItsLikeDo(findings: readonly Finding[], view: DeviceView): Finding[] {
  const told = view.twins.length < LEAST_LIKE || !findings.some(isOfJump)
    ? null
    : numbersIn(view.twins);
  return findings.map((finding) => {
    const alike = told === null || !isOfJump(finding) ? [] : goAlong(finding, told, view);
    return alike.length < LEAST_LIKE ? finding : {
      ...finding,
      severity: "info",
      title: `${finding.title}; its like do the same: "${alike.slice(0, 3).join('", "')}"`,
    };
  });
}

/** Whether a finding may tell of one that is moved from outside. */
function isOfJump({ code, severity, evidence }: Finding): boolean {
  return code === "outlier" && severity === "warning" && evidence.numbers !== undefined;
}

/** The others that are told at the place of a number, where all of them make its jump. */
function goAlong(
  { evidence: { numbers } }: Finding,
  told: ReadonlyMap<string, readonly Told[]>,
  view: DeviceView,
): string[] {
  const topic = view.topics.find((one) => one.topic === numbers?.topic);
  const path = numbers?.field === "$" ? "" : numbers?.field ?? "";
  const readings = topic?.live.filter(({ fields }) => typeof fields.get(path) === "number") ?? [];
  const jump = jumpIn({
    values: readings.map(({ fields }) => Number(fields.get(path))),
    times: readings.map(({ at }) => at),
  });
  if (topic === undefined || jump === null) return [];
  for (const place of placesIn(topic.segments, path)) {
    const others = told.get(place) ?? [];
    if (others.length >= LEAST_LIKE && others.every((other) => goes(other, jump))) {
      return [...new Set(others.map(({ whose }) => whose))];
    }
  }
  return [];
}

interface Jump {
  readonly atMs: number;
  readonly beatMs: number;
  readonly by: number;
}

/** The widest step, by which it goes from where it was; null where it is nothing then, or in another unit. */
function jumpIn({ values, times }: Pick<Told, "values" | "times">): Jump | null {
  if (values.length <= LEAST_BEFORE) return null;
  // What comes back from a fall makes no jump of its own: it is where it was before.
  const steps = values.slice(LEAST_BEFORE).map((value, n) => {
    const before = values.slice(0, LEAST_BEFORE + n);
    return Math.min(Math.abs(value - (before.at(-1) ?? 0)), Math.abs(value - median(before)));
  });
  const at = LEAST_BEFORE + steps.indexOf(Math.max(...steps));
  const [before, after = 0] = [median(values.slice(0, at)), values[at]];
  const [least, most] = [Math.abs(before), Math.abs(after)].toSorted((a, b) => a - b);
  const [beforeMs = 0, atMs = 0] = times.slice(at - 1, at + 1);
  return (most ?? 0) >= MOST_TIMES * (least ?? 0)
    ? null
    : { atMs, beatMs: atMs - beforeMs, by: after - before };
}

/** Whether another one makes a jump: from where it was, within a few messages, most of the way. */
function goes({ values, times }: Told, { atMs, beatMs, by }: Jump): boolean {
  const nearMs = WITHIN_BEATS * beatMs;
  const before = values.filter((_, i) => times[i] < atMs - nearMs);
  const near = values.filter((_, i) => Math.abs(times[i] - atMs) <= nearMs);
  const stood = median(before);
  const farthest = near.map((value) => (value - stood) / by);
  return before.length >= LEAST_BEFORE && Math.max(...farthest) >= OF_ITS_WAY &&
    before.every((value) => (value - stood) / by < OF_ITS_WAY) &&
    near.every((value) => value !== 0);
}
