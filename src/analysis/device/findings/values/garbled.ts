/** Numbers that no instrument tells: bits that were read as another kind of number, or in another order. */
import { differences } from "../../../statistics.ts";
import { isNotRead } from "./blank.ts";
import type { Series } from "./series.ts";

/** No integer of 64 bits is as much, and nothing that is measured in any unit. */
const LEAST_OF_NONE = 1e20;
/** What is less and not nothing is no measure either; the smallest that a float of either size holds is where a filter stays. */
const MOST_OF_NOTHING = 1e-30;
const LEAST_OF_FLOATS = [[1e-46, 1e-43], [0, 1e-321]];
const LEAST_TINY = 2;
/** What is counted, owned or made up of digits. */
const OF_DIGITS = /hash|difficult|wei|balance|supply|serial|key|iccid|nonce|densit|uuid|id$/;

/** What is measured in no unit by a billion: of a probe, of air, of water, of what turns, in percent. */
const MEASURED =
  /(?:temp(?:erature|eratur)?|celsius|hum(?:idity)?|feuchte|oxygen|^do(?:mgl|sat|ppm)?|^ph|orp|conductivity|^ec|salinity|turbidity|^tds|volt(?:age|s)?|spannung|pressure|druck|^r?co2|pm\d{1,3}|t?voc|lux|illuminance|moisture|dewpoint|uv(?:index)?|(?:wind|fan)speed|rpm|soc|batterylevel|pct|percent(?:age)?)\d?$/;
const LEAST_MEASURED = 1e9;
/** In between is a time, in seconds since the epoch. */
const EPOCH = [1.4e9, 2.2e9];
/** What inverters tell of what they do not measure, read without its sign. */
const UNSIGNED_NONE = 0x80000000;

/** Indices of the numbers that are none of any instrument, in all messages or in few; null where none are. */
export function garbledIn({ name, values }: Series): number[] | null {
  const tiny = isFading(values) ? [] : values.filter(isTiny);
  const isGarbled = (value: number) =>
    !isNotRead(value) &&
    (!OF_DIGITS.test(name) && Math.abs(value) >= LEAST_OF_NONE ||
      tiny.length >= LEAST_TINY && isTiny(value) ||
      MEASURED.test(name) && isTooMuch(Math.abs(value)));
  const at = values.flatMap((value, i) => isGarbled(value) ? [i] : []);
  return at.length > 0 ? at : null;
}

function isTooMuch(size: number): boolean {
  const isTime = size >= EPOCH[0] && size <= EPOCH[1];
  return size >= LEAST_MEASURED && !isTime && size !== UNSIGNED_NONE && size !== 0xffffffff;
}

function isTiny(value: number): boolean {
  const size = Math.abs(value);
  return size > 0 && size < MOST_OF_NOTHING &&
    !LEAST_OF_FLOATS.some(([least, most]) => size > least && size < most);
}

/** Whether what is next to nothing gets less and less, as a filter's does when nothing comes in. */
function isFading(values: readonly number[]): boolean {
  const steps = differences(values.filter(isTiny).map(Math.abs));
  return steps.length > 0 && steps.every((step) => step < 0);
}
