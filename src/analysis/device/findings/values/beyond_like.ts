/** Numbers that may be anything by themselves, and cannot be beside what others of their kind tell. */
import type { DeviceView } from "../../reading/view.ts";
import { toldOfLike } from "../likes/told_by_twins.ts";
import { AIR, BATTERY, CARBON, HUMIDITY } from "./quantities.ts";
import type { Series } from "./series.ts";

/** What nobody's is, whatever it is told in, where others of its kind tell what is usual. */
interface Unlike {
  readonly name: RegExp;
  /** Whether all of its own values are such. */
  readonly is: (value: number) => boolean;
  readonly isUsual: (other: number, own: number) => boolean;
}

const LEAST_UNLIKE = 4;

/** So little below the end of a word is less than nothing, read as if it had no sign. */
const BELOW_WORD = 1_000;
/** What is measured of one, and no limit of it. */
const LOAD = /^(?!.*(?:alarm|limit|thresh|range|min|max)).*(?:power|current|watt|amp(?!l))/;

const UNLIKE: readonly Unlike[] = [
  // Half percents; 255 is what is not known.
  {
    name: BATTERY,
    is: (v) => v > 101 && v < 255,
    isUsual: (other) => other >= 0 && other <= 100,
  },
  // There is some in all air.
  { name: CARBON, is: (v) => v === 0, isUsual: (other) => other >= 250 },
  // In tenths of a percent.
  { name: HUMIDITY, is: (v) => v > 102, isUsual: (other) => other > 0 && other <= 100 },
  // Air (hPa) of two kilometres above where people live low.
  {
    name: AIR,
    is: (v) => v > 300 && v < 850,
    isUsual: (other, own) => other >= 850 && other <= 1_090 && other - own >= 200,
  },
  {
    name: LOAD,
    is: (v) => v > 0xffff - BELOW_WORD && v <= 0xffff && Number.isInteger(v),
    isUsual: (other, own) => Math.abs(other) < own / 3,
  },
];

/** Indices of all values, where those of others of its kind show that they cannot be; null where they may. */
export function beyondLike(series: Series, view: DeviceView): number[] | null {
  const { name, values } = series;
  const row = UNLIKE.find((one) => one.name.test(name) && values.every(one.is));
  if (row === undefined || values.length < LEAST_UNLIKE) return null;
  const others = toldOfLike(series, view);
  const most = Math.max(...values);
  return others.length > 0 && others.every((one) => one.values.every((v) => row.isUsual(v, most)))
    ? values.map((_, i) => i)
    : null;
}
