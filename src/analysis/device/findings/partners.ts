import type { Finding } from "../finding_shape.ts";
import { findingFrom, iso, rounded, stepIn } from "../evidence.ts";
import { labelOf, leafOf, objectOf } from "../fields.ts";
import { median, spreadOf } from "../../statistics.ts";
import type { DeviceView } from "../view.ts";
import { isEnded } from "./ended_readings.ts";
import { type Series, seriesOf } from "./values.ts";

/** What is called so, what cannot be as before without it, and how much of it is more than nothing. */
interface Quantity {
  readonly name: RegExp;
  readonly partner?: string;
  readonly least: number;
}

/** What of electricity and of water makes up one another. */
const QUANTITIES: Readonly<Record<string, Quantity>> = {
  power: {
    name: /(?:real|active)?power|watts?|leistung|^p(?=\d?$)/,
    partner: "current",
    least: 10,
  },
  current: {
    name: /current|amps?(?:ere)?|strom|irms|^[ic](?=\d?$)/,
    partner: "power",
    least: 0.2,
  },
  voltage: { name: /volt(?:age|s)?|spannung|vrms|^[uv](?=\d?$)/, partner: "current", least: 90 },
  frequency: {
    name: /freq(?:uency)?|hertz|frequenz/,
    partner: "current",
    least: 40,
  },
  pressure: { name: /press(?:ure)?|druck/, partner: "flow", least: 0.5 },
  flow: { name: /flow(?:rate)?|durchfluss/, least: 0.5 },
};
const UNIT = /(?:kw|w|ma|a|mv|v|hz|bar|psi|kpa|lpm|lmin|gpm)$/;
/** What is set, summed up, or of another kind. */
const OTHER = /set|target|limit|max|min|react|apparent|factor|temp|energy|level|total|state|alarm/;

const LEAST_QUIET = 4;
const LEAST_GONE = 5;
const QUIET = 0.2;
const NOTHING = 0.01;
const LEAST_MOVING = 4;
const AS_BEFORE = 0.15;

/** `outlier` of what fell to nothing in one message and stays there, while what cannot be without it is as before. */
export function partnersGone(view: DeviceView): Finding[] {
  const all = seriesOf(view).flatMap((series) => {
    const quantity = series.kind === "reading" ? quantityOf(series.name) : null;
    return quantity === null ? [] : [{ series, ...quantity, place: placeOf(series) }];
  });
  for (const { series, kind, stem, place } of all) {
    const { partner, least = 0 } = QUANTITIES[kind] ?? {};
    const at = partner === undefined ? null : goneSince(series, least);
    if (at === null || isEnded(series.path, series.topic, view)) continue;
    const sinceMs = series.readings[at]?.at ?? 0;
    const alike = all.filter((one) => one.kind === partner && one.place === place);
    const own = alike.filter((one) => one.stem === stem);
    // What flows flows where the pressure is, whatever both are called.
    const [beside, ...more] = own.length > 0 || partner !== "flow" ? own : alike;
    if (beside === undefined || more.length > 0) continue;
    if (!goesOn(beside.series, QUANTITIES[partner ?? ""]?.least ?? 0, sinceMs)) continue;
    const { values, topic } = series;
    const before = rounded(median(values.slice(0, at)));
    return [findingFrom({
      code: "outlier",
      title: `"${labelOf(series)}" fell from about ${before} to ${
        rounded(values.at(-1) ?? 0)
      } and stays there, though "${labelOf(beside.series)}" goes on as before`,
      summary: `On "${topic.topic}" ${at} values were about ${before}, and all ${
        values.length - at
      } from ${iso(sinceMs)} on next to nothing`,
      ...stepIn(series, at),
      suggestion:
        "One of them is read wrong: look at the sensor, its plug and cable, then at the settings of what reads it.",
    })];
  }
  return [];
}

/** How many there are of those who walk in and out one by one. */
const CROWD = /people|person|visitor|occupan|head_?count|crowd|passenger|^count$/;
/** What stops as a whole is no place. */
const STOPS =
  /(?<![a-z])(?:line|machine|press|cell|station|conveyor|robot|filler|queue|session|connection|client|user|message|packet|part|piece|spot|price|stock)/;
const LEAST_CROWD = 20;
const LEAST_EMPTY = 5;
const EMPTIED_MS = 120_000;
const LEAST_ALIKE = 2;
const MOST_SWING = 0.4;

/** `stuck_value` of a count of dozens that is nothing from one message to the next, while those of its kind beside it go on. */
export function emptiedAtOnce(view: DeviceView): Finding[] {
  const crowds = seriesOf(view).filter(({ name, topic, path }) =>
    CROWD.test(name) && !STOPS.test(`${topic.topic}/${path}`.toLowerCase())
  );
  for (const series of crowds) {
    const { values, readings, topic } = series;
    const at = values.indexOf(0);
    const head = values.slice(0, at);
    if (at < LEAST_QUIET || values.length - at < LEAST_EMPTY) continue;
    const sinceMs = readings[at]?.at ?? 0;
    const isAtOnce = sinceMs - (readings[at - 1]?.at ?? 0) <= EMPTIED_MS &&
      values.slice(at).every((value) => value === 0) && Math.min(...head) >= LEAST_CROWD &&
      spreadOf(head) <= MOST_SWING * median(head) &&
      // What only counts up begins anew each day.
      head.some((value, i) => value < (head[i - 1] ?? value));
    const alike = isAtOnce
      ? crowds.filter((one) => one !== series && isAlike(one, series) && !one.values.includes(0))
      : [];
    // What is only called a count may be of anything.
    if (!isAtOnce || alike.length < LEAST_ALIKE && series.name === "count") continue;
    return [findingFrom({
      code: "stuck_value",
      title: `"${labelOf(series)}" fell from ${head.at(-1)} to 0 in one message and stays there${
        alike.length > 0 ? `, while ${alike.length} of its kind go on` : ""
      }`,
      summary: `On "${topic.topic}" ${at} values were about ${median(head)}, and all ${
        values.length - at
      } from ${iso(sinceMs)} on are 0`,
      ...stepIn(series, at),
      suggestion:
        "So many do not leave at once: look whether what counts them is covered, or still scans.",
    })];
  }
  return [];
}

/** Whether two are called alike but for one level of their topics, or for one part of their paths. */
function isAlike(one: Series, series: Series): boolean {
  const [a, b] = [one, series].map(({ topic, path }) => [...topic.segments, ...path.split(".")]);
  return a?.length === b?.length && a?.filter((level, i) => level !== b?.[i]).length === 1 &&
    one.name === series.name;
}

function quantityOf(name: string): { kind: string; stem: string } | null {
  if (OTHER.test(name)) return null;
  const found = Object.entries(QUANTITIES).filter(([, one]) => one.name.test(name));
  const [first] = found;
  if (first === undefined || found.length > 1) return null;
  return { kind: first[0], stem: name.replace(first[1].name, "").replace(UNIT, "") };
}

/** Where it stands: in which object of a message, or below which tree. */
function placeOf({ topic, path }: Series): string {
  return leafOf(path) === ""
    ? topic.segments.slice(0, -1).join("/")
    : `${topic.topic} ${objectOf(path)}`;
}

/** Since when all values are next to nothing, after some that were even; null where they are not. */
function goneSince({ values }: Series, least: number): number | null {
  const first = values[0] ?? 0;
  const at = values.findIndex((value) => Math.abs(value) <= NOTHING * Math.abs(first));
  const [head, tail] = [values.slice(0, at), values.slice(at)];
  if (at < LEAST_QUIET || tail.length < LEAST_GONE) return null;
  const middle = median(head);
  const isGone = tail.every((value) => Math.abs(value) <= NOTHING * middle);
  return isGone && Math.min(...head) >= least &&
      spreadOf(head) <= QUIET * middle
    ? at
    : null;
}

/** Whether it is from that time on what it was before, and measured: what is allowed does not move. */
function goesOn({ values, readings }: Series, least: number, sinceMs: number): boolean {
  const before = values.filter((_, i) => (readings[i]?.at ?? 0) < sinceMs);
  const middle = median(before);
  return before.length >= LEAST_QUIET && values.length - before.length >= LEAST_QUIET &&
    middle >= least && new Set(values).size >= LEAST_MOVING &&
    values.every((value) => Math.abs(value - middle) <= AS_BEFORE * middle);
}
