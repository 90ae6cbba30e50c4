import { NumberTrail } from "./number_trail.ts";
import { ALL_STRING_FORMATS } from "./formats.ts";

/** A scalar that can be listed as a value or an example. */
export type Scalar = string | number | boolean;

/** The kinds that drift is told between; null is no kind, and integer and float are one. */
export type Kind = "number" | "string" | "boolean" | "array" | "object";

/** One change of a field's kind. */
interface KindSwitch {
  readonly from: Kind;
  readonly to: Kind;
  readonly atMs: number;
}

/** What one position of a short array of constant length has held. */
export interface PositionSummary {
  kinds: Set<Kind | "null">;
  min: number;
  max: number;
}

/** Whole numbers that a double would round. */
export interface LargeIntegers {
  min: bigint;
  max: bigint;
  /** The first different ones, as text. */
  readonly seen: Set<string>;
}

/** What has been seen at one place of a JSON tree: counts, ranges, values and the places below. */
export class Shape {
  nulls = 0;
  booleans = 0;
  integers = 0;
  floats = 0;
  strings = 0;
  arrays = 0;
  objects = 0;

  min = Infinity;
  max = -Infinity;
  sum = 0;
  /** Rounding error carried along with `sum` (Neumaier), so that the order of adding does not show. */
  sumError = 0;

  /** How its numbers went, while there is room for it. */
  trail: NumberTrail | null = null;

  /** Those beyond 2^53; they count in `integers`, `min` and `max`, too, but rounded there. */
  large: LargeIntegers | null = null;

  minLength = Infinity;
  maxLength = 0;
  /** Formats every string has had so far, as a bit set. */
  formats: number = ALL_STRING_FORMATS;

  /** Distinct strings and integers; undefined before the first, null once there were too many. */
  values: Map<string | number, number> | null | undefined = undefined;
  /** The first distinct scalars, with the visit (see {@linkcode ShapeObserver.visits}) of each. */
  examples: { value: Scalar; first: number }[] = [];

  minItems = Infinity;
  maxItems = 0;
  items: Shape | null = null;
  /** Undefined before the first array, null once lengths differed or were too long. */
  positions: PositionSummary[] | null | undefined = undefined;

  properties: Map<string, Shape> | null = null;
  /** The values of a map keyed by ids: every key that is not in `properties`. */
  mapValues: Shape | null = null;
  /** Some keys of such a map, and how many there were at least. */
  mapKeys: string[] = [];
  mapKeyCount = 0;
  /** Keys or items that were not looked at, because a bound was reached: nothing may be claimed of them. */
  keysMissed = false;
  itemsMissed = false;
  /** Keys too long to be tracked were there. */
  longKeys = false;
  /** A value outside the JSON model was there. */
  untyped = false;

  /** When it was seen first and last, in ms since the epoch. */
  firstAtMs = Infinity;
  lastAtMs = -Infinity;
  /** The 1-based number of the parent object in which it was seen first and last. */
  firstIn = 0;
  lastIn = 0;

  firstKind: Kind | null = null;
  firstKindAtMs = Infinity;
  lastKind: Kind | null = null;
  kindSwitches = 0;
  firstSwitch: KindSwitch | null = null;
  lastSwitch: KindSwitch | null = null;

  /** All values seen here, nulls included. */
  get count(): number {
    return this.nulls + this.booleans + this.integers + this.floats + this.strings + this.arrays +
      this.objects;
  }

  /** All numbers seen here. */
  get numbers(): number {
    return this.integers + this.floats;
  }
}
