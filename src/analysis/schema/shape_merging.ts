import { NumberTrail } from "./number_trail.ts";
import type { LargeIntegers, Shape } from "./shape.ts";

/** Ids are what such numbers are: enough of them to see that they differ. */
export const MOST_LARGE = 12;
/** Ranges and examples of large integers of two places together; takes the first over. */
export function addLarge(
  into: LargeIntegers | null,
  from: LargeIntegers | null,
): LargeIntegers | null {
  if (from === null || into === null) {
    return from === null ? into : { ...from, seen: new Set(from.seen) };
  }
  if (from.min < into.min) into.min = from.min;
  if (from.max > into.max) into.max = from.max;
  for (const text of from.seen) {
    if (into.seen.size >= MOST_LARGE) break;
    into.seen.add(text);
  }
  return into;
}

/** Adds a number to the sum of a place, with the rounding error carried along. */
export function addToSum(shape: Shape, value: number): void {
  const sum = shape.sum + value;
  shape.sumError += Math.abs(shape.sum) >= Math.abs(value)
    ? (shape.sum - sum) + value
    : (value - sum) + shape.sum;
  shape.sum = sum;
}

/** Takes over what the positions of short arrays held. */
export function mergePositions(into: Shape, from: Shape): void {
  into.minItems = Math.min(into.minItems, from.minItems);
  into.maxItems = Math.max(into.maxItems, from.maxItems);
  if (from.positions === undefined || into.positions === null) return;
  if (from.positions === null || into.minItems !== into.maxItems) {
    into.positions = null;
    return;
  }
  into.positions ??= from.positions.map(() => ({
    kinds: new Set(),
    min: Infinity,
    max: -Infinity,
  }));
  for (const [index, position] of from.positions.entries()) {
    const own = into.positions[index];
    for (const kind of position.kinds) own.kinds.add(kind);
    own.min = Math.min(own.min, position.min);
    own.max = Math.max(own.max, position.max);
  }
}

/** Takes over counts, ranges and formats. */
export function mergeScalars(into: Shape, from: Shape): void {
  into.nulls += from.nulls;
  into.booleans += from.booleans;
  into.integers += from.integers;
  into.floats += from.floats;
  into.strings += from.strings;
  into.arrays += from.arrays;
  into.min = Math.min(into.min, from.min);
  into.max = Math.max(into.max, from.max);
  addToSum(into, from.sum);
  into.sumError += from.sumError;
  into.large = addLarge(into.large, from.large);
  if (from.trail !== null) (into.trail ??= new NumberTrail()).merge(from.trail);
  into.minLength = Math.min(into.minLength, from.minLength);
  into.maxLength = Math.max(into.maxLength, from.maxLength);
  into.formats &= from.formats;
}

/** Takes over how often the kind changed; `from` came after `into`. */
export function mergeKinds(into: Shape, from: Shape): void {
  if (from.firstKind === null) return;
  if (into.lastKind !== null && into.lastKind !== from.firstKind) {
    const boundary = { from: into.lastKind, to: from.firstKind, atMs: from.firstKindAtMs };
    into.kindSwitches++;
    into.firstSwitch ??= boundary;
    into.lastSwitch = boundary;
  }
  into.kindSwitches += from.kindSwitches;
  into.firstSwitch ??= from.firstSwitch;
  into.lastSwitch = from.lastSwitch ?? into.lastSwitch;
  into.firstKind ??= from.firstKind;
  into.firstKindAtMs = Math.min(into.firstKindAtMs, from.firstKindAtMs);
  into.lastKind = from.lastKind;
}
