import type { ShapeObserver } from "./json_shape.ts";
import type { Shape } from "./shape.ts";
import { dominantKind } from "./shape_kinds.ts";

/** Keys that can only be identifiers: addresses, hashes, UUIDs, dates. */
const HARD_ID =
  /^(?:0x[0-9a-f]{4,}|(?=[a-f]*\d)[0-9a-f]{6,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5,7}|\d{4}-\d\d-\d\d.*|\d{1,3}(?:\.\d{1,3}){3})$/i;
const DIGITS = /^\d+$/;
const NUMBERED_NAME = /^[A-Za-z]{1,16}[-_ ]?\d+$/;

/** Fewest keys that make a map, by how clearly the keys are ids. */
const FEWEST_HARD = 3;
const FEWEST_DIGITS = 8;
const FEWEST_NUMBERED = 12;
const FEWEST_NAMES = 30;
/** Ids that come and go make a map sooner than ones that are always there. */
const SELDOM = 0.5;

/**
 * Finds, in the whole tree below `shape`, objects that are maps keyed by ids, and moves those keys
 * into the map's values. Keys count as ids by their look and number, and only where their values
 * are alike; fields with names of their own stay fields beside them.
 */
export function recogniseMaps(shape: Shape, observer: ShapeObserver): void {
  if (shape.properties !== null) {
    const ids = findIds(shape);
    if (ids.length > 0) observer.collapse(shape, ids);
    for (const property of shape.properties.values()) recogniseMaps(property, observer);
  }
  if (shape.mapValues !== null) recogniseMaps(shape.mapValues, observer);
  if (shape.items !== null) recogniseMaps(shape.items, observer);
}

function findIds(shape: Shape): string[] {
  const properties = shape.properties!;
  if (shape.mapValues === null && properties.size < FEWEST_HARD) return [];
  const keys = [...properties.keys()];
  const hard = keys.filter((key) => HARD_ID.test(key) && !DIGITS.test(key));
  const digits = keys.filter((key) => DIGITS.test(key));
  const numbered = keys.filter((key) => NUMBERED_NAME.test(key) && !HARD_ID.test(key));
  const names = keys.filter((key) => properties.get(key)!.count < 0.25 * shape.objects);
  const isMap = (ids: string[], fewest: number): boolean => {
    if (ids.length === 0) return false;
    const presence = ids.reduce((sum, key) => sum + properties.get(key)!.count, 0) /
      (ids.length * Math.max(1, shape.objects));
    const enough = shape.mapValues !== null
      ? 1
      : presence < SELDOM
      ? Math.ceil(fewest / 2)
      : fewest;
    return ids.length >= Math.max(enough, shape.mapValues !== null ? 1 : FEWEST_HARD) &&
      areAlike(ids.map((key) => properties.get(key)!));
  };
  const found = new Set<string>();
  if (isMap(hard, FEWEST_HARD)) hard.forEach((key) => found.add(key));
  if (isMap(digits, FEWEST_DIGITS)) digits.forEach((key) => found.add(key));
  if (isMap(numbered, FEWEST_NUMBERED)) numbered.forEach((key) => found.add(key));
  if (names.length >= FEWEST_NAMES && isMap(names, FEWEST_NAMES)) {
    names.forEach((key) => found.add(key));
  }
  return [...found];
}

/** Whether values could be of one kind of thing: the same kind, and for objects much the same keys. */
function areAlike(shapes: Shape[]): boolean {
  const kinds = new Set(shapes.map(dominantKind).filter((kind) => kind !== null));
  if (kinds.size > 1) return false;
  if (!kinds.has("object")) return true;
  const holders = new Map<string, number>();
  let fields = 0;
  for (const { properties } of shapes) {
    for (const key of properties?.keys() ?? []) {
      holders.set(key, (holders.get(key) ?? 0) + 1);
      fields++;
    }
  }
  // Maps of maps share no keys; then the kinds below must do.
  if (holders.size === 0 || [...holders.keys()].every((key) => HARD_ID.test(key))) return true;
  return fields / shapes.length >= 0.5 * holders.size;
}
