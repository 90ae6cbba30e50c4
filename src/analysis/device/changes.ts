/** What became another while a device was heard, and stayed so: whether that is trouble, only its owner knows. */
import { isSecretName } from "../../secret_text.ts";
import { differences, standsFrom } from "../statistics.ts";
import { iso, rounded } from "./evidence.ts";
import { isTime, labelOf, leafOf, nameOf, type Scalar } from "./reading/fields.ts";
import type { Finding } from "./finding_shape.ts";
import { type Series, seriesOf } from "./findings/values/series.ts";
import { viewByThing } from "./reading/streams.ts";
import { type DeviceView, stateTopics } from "./reading/view.ts";
import { asWritten } from "./naming/written_names.ts";

/** So many are told, those that are furthest from before. */
const MOST_TOLD = 5;
/** Messages on each side of a change. */
const LEAST = 3;
/** Two levels lie further from each other than this, as a share of the greater. */
const LEAST_SHARE = 0.05;
/** What stands moved before in so many messages, and with so many of their steps; since then so many messages say the same. */
const LEAST_MOVED = 6;
const MOVES = 0.6;
const LEAST_STANDING = 5;
/** A state that became another so often is told by how often. */
const OFTEN = 8;
/** The longest word of a state, in characters. */
const LONGEST_WORD = 24;

interface Change {
  readonly label: string;
  readonly atMs: number;
  readonly text: string;
  /** How far it is from before, from 0 to 1. */
  readonly far: number;
}

/**
 * The changes that no finding tells of, in the order of their times: `"speed" 180.2 to 180.7, then 0 since 2026-…`. Numbers
 * that went to another level or stand since, and states that became another, once or again and again. Pure.
 */
export function changesIn(view: DeviceView, findings: readonly Finding[]): string[] {
  const titles = findings.filter(({ severity }) => severity !== "info").map(({ title }) => title);
  const changes = [...numberChanges(view), ...wordChanges(view)];
  const labels = asWritten(changes.map(({ label }) => `"${label}"`), view);
  const all = changes.filter((_, i) => !titles.some((title) => title.includes(labels[i])))
    .sort((a, b) => b.far - a.far);
  const told = all.slice(0, MOST_TOLD).sort((a, b) => a.atMs - b.atMs)
    .map(({ label, text, atMs }) => `"${label}" ${text} since ${iso(atMs)}`);
  const more = all.length - told.length;
  return asWritten(more > 0 ? [...told, `${more} more changed`] : told, view);
}

function numberChanges(view: DeviceView): Change[] {
  return seriesOf(viewByThing(view, "numbers")).flatMap((series) => {
    const change = levelChange(series) ?? standstill(series);
    return change === null ? [] : [change];
  });
}

/** Where the numbers before and after lie the furthest apart, and further than either side goes of itself. */
function levelChange(series: Series): Change | null {
  const { values } = series;
  const upTo = rangesOf(values);
  const from = rangesOf(values.toReversed()).reverse();
  let best: { at: number; gap: number; before: Range; after: Range } | null = null;
  for (let at = LEAST; at <= values.length - LEAST; at++) {
    const [before, after] = [upTo[at - 1], from[at]];
    if (before === undefined || after === undefined) break;
    const gap = Math.max(after.low - before.high, before.low - after.high);
    const spread = Math.max(before.high - before.low, after.high - after.low);
    if (gap > Math.max(best?.gap ?? 0, spread)) best = { at, gap, before, after };
  }
  if (best === null) return null;
  const { at, gap, before, after } = best;
  const far = gap / Math.max(...[before, after].flatMap(({ low, high }) => [-low, high]));
  if (far < LEAST_SHARE) return null;
  const text = `${rangeText(before)}, then ${rangeText(after)}`;
  return changeOf(series, { at, text, far: Math.min(far, 1) });
}

interface Range {
  readonly low: number;
  readonly high: number;
}

/** Between what the values lie from the first to each of them. */
function rangesOf(values: readonly number[]): Range[] {
  let [low, high] = [Infinity, -Infinity];
  return values.map((value) => {
    low = Math.min(low, value);
    high = Math.max(high, value);
    return { low, high };
  });
}

/** A number that was another one with most messages, and is the same since. */
function standstill(series: Series): Change | null {
  const { values } = series;
  const last = values.at(-1) ?? 0;
  const at = standsFrom(values);
  if (at < LEAST_MOVED || values.length - at < LEAST_STANDING) return null;
  const steps = differences(values.slice(0, at + 1));
  const moved = steps.filter((step) => step !== 0).length;
  if (moved < MOVES * steps.length) return null;
  return changeOf(series, { at, text: `moved, then stands at ${rounded(last)}`, far: 0 });
}

function changeOf(
  series: Series,
  { at, text, far }: { at: number; text: string; far: number },
): Change {
  return { label: labelOf(series), atMs: series.readings[at].at, text, far };
}

function rangeText(range: Range): string {
  const [low, high] = [rounded(range.low), rounded(range.high)];
  return low === high ? String(low) : `${low} to ${high}`;
}

/** States in words or flags that became another once and are told again since, or again and again. */
function wordChanges(view: DeviceView): Change[] {
  return stateTopics(viewByThing(view, "words")).flatMap((topic) => {
    const paths = [...topic.live.at(-1)?.fields.keys() ?? []];
    return paths.flatMap((path): Change[] => {
      const name = leafOf(path) || nameOf(path, topic.segments);
      if (isTime(name) || isSecretName(name)) return [];
      if (topic.family.fieldKind?.(path, topic, view) === "ignored") return [];
      const told = topic.readings.flatMap(({ at, fields }) => {
        const value = fields.get(path);
        return isWord(value) ? [{ at, value: String(value) }] : [];
      });
      const label = labelOf({ path, topic });
      const turns = told.filter(({ value }, i) => i > 0 && value !== told[i - 1]?.value);
      const words = [...new Set(told.map(({ value }) => value))];
      if (turns.length >= OFTEN && words.length === 2) {
        const text = `${words.join(" or ")}, ${turns.length} times another`;
        return [{ label, atMs: turns[0].at, text, far: 0 }];
      }
      const at = told.findLastIndex(({ value }) => value !== told.at(-1)?.value) + 1;
      const isOnce = new Set(told.slice(0, at).map(({ value }) => value)).size === 1;
      if (at < 2 || told.length - at < 2 || !isOnce) return [];
      const text = `${told[0]?.value}, then ${told.at(-1)?.value}`;
      return [{ label, atMs: told[at].at, text, far: 1 }];
    });
  });
}

/** Whether it is a flag or a short word; a name or a number in it may be anybody's. */
function isWord(value: Scalar | undefined): boolean {
  return typeof value === "boolean" ||
    typeof value === "string" && value.length <= LONGEST_WORD &&
      /^[\p{L}][\p{L} _-]*$/u.test(value);
}
