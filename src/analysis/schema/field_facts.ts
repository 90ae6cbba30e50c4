import { clockFormat, type FormatKeyword, type FormatName, preferredFormat } from "./formats.ts";
import type { Shape } from "./shape.ts";
import { guessUnit, toSnakeCase } from "./units.ts";

/** What the values of one field have in common, beyond their type. */
interface FieldFacts {
  /** All values there are, when they are few and each came at least twice; sorted. */
  readonly values: (string | number | null)[] | null;
  readonly format: FormatName | null;
  /** How a string format is written in a schema. */
  readonly keyword: FormatKeyword | null;
  readonly unit: string | null;
}

const FEWEST_FOR_ENUM = 10;
const LARGEST_STRING_ENUM = 12;
const LARGEST_NUMBER_ENUM = 8;
const CODE_NAME =
  /(?:^|_)(?:state|status|mode|code|type|flag|qos|kind|phase|version|enabled|active)$/;
const DATES = new Set<FormatName>(["date-time", "local-date-time", "date"]);

/** Looks at the values of a place whose last name is `name` (empty for the root). */
export function fieldFacts(shape: Shape, name: string): FieldFacts {
  const words = toSnakeCase(name);
  const found = shape.strings > 0 ? preferredFormat(shape.formats) : null;
  const clock = shape.numbers > 0 ? clockFormat(shape, words) : null;
  const isDate = found !== null && DATES.has(found.name);
  return {
    values: isDate || clock !== null ? null : enumOf(shape, words),
    format: found?.name ?? clock,
    keyword: found?.keyword ?? null,
    // A broken sensor's values say nothing of the unit.
    unit: shape.numbers > 0 && clock === null
      ? guessUnit(name, shape.trail?.usual([])?.usual ?? shape)
      : null,
  };
}

/**
 * Small and stable: at most a dozen values, five sightings of each on average, none seen only once
 * (values seen once are what says that more are to come). Numbers only where they are codes.
 */
function enumOf(shape: Shape, words: string): (string | number | null)[] | null {
  const { values, count, nulls } = shape;
  if (values === null || values === undefined) return null;
  const sightings = count - nulls;
  const onlyStrings = shape.strings === sightings;
  const onlyIntegers = shape.integers === sightings;
  if (!onlyStrings && !onlyIntegers) return null;
  if (sightings < Math.max(FEWEST_FOR_ENUM, 5 * values.size)) return null;
  if (values.size > (onlyStrings ? LARGEST_STRING_ENUM : LARGEST_NUMBER_ENUM)) return null;
  if (onlyIntegers) {
    const isFlag = values.size === 2 && values.has(0) && values.has(1);
    if (!isFlag && !CODE_NAME.test(words)) return null;
  }
  for (const seen of values.values()) {
    if (seen < 2) return null;
  }
  const sorted: (string | number | null)[] = onlyIntegers
    ? [...values.keys() as Iterable<number>].sort((a, b) => a - b)
    : [...values.keys()].sort();
  if (nulls > 0) sorted.push(null);
  return sorted;
}
