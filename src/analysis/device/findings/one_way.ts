import type { Finding } from "../finding_shape.ts";
import { findingFrom, iso, rounded, withNumbers } from "../evidence.ts";
import { labelOf, objectOf } from "../fields.ts";
import { differences } from "../../statistics.ts";
import { plainKey } from "../../../payload/plain_keys.ts";
import { type DeviceView, standTogether } from "../view.ts";
import { documentedName } from "./standing_totals.ts";
import type { Series } from "./values.ts";

export const COOLING =
  "Look at what cools it: fans, pump, filter, paste and the air around; take load off it until then.";
export const HEAT =
  /temp|celsius|(?:^|_)t_?(?:water|air|core|pool|tank|boiler|buffer|puffer)(?:_|$)/;
export const NO_HEAT =
  /set|target|limit|max|min(?!i)|alarm|solar|collector|roof_?panel|flow_?temp|supply|return|vorlauf|r(?:ü|ue)cklauf|flue|exhaust|steam|oven|sauna|wood|stove|fire|hotend|nozzle/;
export const BATTERY = /batt|(?:^|_)soc(?:_|$)|charge/;
/** So many values in a row tell that something goes one way. */
export const LEAST_SERIES = 10;
/** Under what is warmer than this no motor and no bearing is well; within so many degrees it is as ever. */
export const HOT = 75;
export const AS_EVER = 6;
export const LEAST_APART = 20;
export const LEAST_QUIET = 4;
/** Within this share of what it usually is it is as before. */
export const AS_BEFORE = 0.3;

/** From which value on it goes one way to the end; its end may be the end of a scale. */
export function goesFrom(
  values: readonly number[],
  sign: 1 | -1,
  least = LEAST_SERIES - 2,
): number {
  const steps = differences(values).map((step) => sign * step);
  let first = steps.length;
  while (first > 0 && (steps[first - 1] ?? 0) >= 0) first--;
  const tail = steps.slice(first);
  const moved = tail.filter((step) => step > 0).length;
  return moved >= least ? first : values.length - 1;
}

/** `outlier` of what goes one way from the value at `first` on; `beside` says what else there is, such as what stays as it was. */
export function oneWay(
  series: Series,
  o: {
    label?: string | null;
    how: "rises" | "falls" | "grows";
    first: number;
    beside?: string;
    advice: string;
  },
): Finding {
  const { values } = series;
  return findingOf(series, {
    code: "outlier",
    title: `"${o.label ?? labelOf(series)}" ${o.how} all the time: from ${
      rounded(values[o.first] ?? 0)
    } to ${rounded(values.at(-1) ?? 0)}${o.beside ?? ""}`,
    first: o.first,
    advice: o.advice,
  });
}

/** What goes one way from the value at `first` on, as a finding. */
export function findingOf(
  { topic, path, values, readings }: Series,
  o: { code: Finding["code"]; title: string; first: number; advice: string },
): Finding {
  return findingFrom({
    code: o.code,
    title: o.title,
    summary: `On "${topic.topic}" in ${values.length - o.first} messages, from ${
      iso(readings[o.first]?.at ?? 0)
    } on`,
    ...withNumbers({ topic, path, values }, readings.slice(o.first)),
    suggestion: o.advice,
  });
}

/** What a series is called, with the levels above it and what its discovery document calls it, in lower case. */
export function nameOf(series: Series, view: DeviceView): string {
  const { topic, path } = series;
  const own = [...topic.segments.slice(-3), ...path.split(".").slice(-2)].join("_");
  return plainKey(`${own}_${documentedName(view, series) ?? ""}`);
}

/** Whether one stands in the same object or below it at the top, or on a topic beside it. */
export function areBesideEachOther(one: Series, { topic, path }: Series): boolean {
  return standTogether(one, { topic, path }) || one.topic === topic && objectOf(path) === "";
}
