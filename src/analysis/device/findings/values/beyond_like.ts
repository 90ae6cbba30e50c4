/** Numbers that may be anything by themselves, and cannot be beside what others of their kind tell. */
import type { DeviceView } from "../../reading/view.ts";
import { likesIn } from "../likes/likes.ts";
import { toldOfLike } from "../likes/told_by_twins.ts";
import { AIR, BATTERY, CARBON, HUMIDITY } from "./quantities.ts";
import type { Series } from "./series.ts";

/** What nobody's is, whatever it is told in, where others of its kind tell what is usual. */
interface Unlike {
  readonly name: RegExp;
  /** Whether one of its own values is such. */
  readonly is: (value: number) => boolean;
  readonly isUsual: (other: number, own: number) => boolean;
  /** Set where others of its own device show it as well: the other phases. */
  readonly isOfParts?: boolean;
}

const LEAST_UNLIKE = 4;
const LEAST_ODD = 2;

/** So little below the end of a word is less than nothing, read as if it had no sign. */
const BELOW_WORD = 1_000;
/** What is measured of one, and no limit of it. */
const LOAD =
  /^(?!.*(?:alarm|limit|thresh|range|min|max)).*(?:power|current|watt|amp(?!l)|leistung|strom|puissance|courant|potencia|corriente)/;
/** No phase carries so many amperes beside others that carry next to nothing; as many watts are a kettle's. */
const FLOW = /^(?!.*power).*(?:current|amp(?!l)|strom|courant|corriente)/;

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
    is: (v) => isBelowWord(v),
    isUsual: (other, own) => Math.abs(other) < own / 3,
    isOfParts: true,
  },
  // In tenths and hundredths.
  {
    name: FLOW,
    is: (v) => isBelowWord(10 * v) || isBelowWord(100 * v),
    isUsual: (other, own) => Math.abs(other) < own / 10,
    isOfParts: true,
  },
];

function isBelowWord(steps: number): boolean {
  const whole = Math.round(steps);
  return whole > 0xffff - BELOW_WORD && whole <= 0xffff && Math.abs(steps - whole) < 1e-6;
}

/** Phases and strings: of so many others of its own device. */
const LEAST_PARTS = 2;

/** What others tell that are called as it is but for a number or a letter, by each place where that stands. */
function toldOfParts(series: Series, view: DeviceView): (readonly number[])[][] {
  return likesIn(view).filter(({ called, members }) =>
    called.includes("#") && members.length > LEAST_PARTS && members.includes(series)
  ).map(({ members }) => members.filter((one) => one !== series).map(({ values }) => values));
}

/**
 * Indices of values that cannot be, as those of others of its kind show: of all, or of those without a sign among such as the
 * others'. Null where they may.
 */
export function beyondLike(series: Series, view: DeviceView): number[] | null {
  const { name, values } = series;
  if (values.length < LEAST_UNLIKE) return null;
  for (const row of UNLIKE) {
    const at = row.name.test(name) ? [...values.keys()].filter((i) => row.is(values[i])) : [];
    const rest = values.filter((_, i) => !at.includes(i));
    const most = Math.max(...at.map((i) => values[i]));
    const areUsual = (told: readonly number[]) => told.every((v) => row.isUsual(v, most));
    if (at.length < LEAST_ODD || (row.isOfParts ? !areUsual(rest) : rest.length > 0)) continue;
    const areLike = (others: readonly (readonly number[])[]) =>
      others.length > 0 && others.every(areUsual);
    const isShown = areLike(toldOfLike(series, view).map((one) => one.values)) ||
      row.isOfParts === true && toldOfParts(series, view).some(areLike);
    if (isShown) return at;
  }
  return null;
}
