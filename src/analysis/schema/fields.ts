import { fieldFacts } from "./field_facts.ts";
import { clockUnit } from "./formats.ts";
import type { Scalar, Shape } from "./shape.ts";
import type { UsualRange } from "./number_trail.ts";
import { type SchemaType, schemaTypes } from "./shape_kinds.ts";
import { meanWithin, rounded } from "../../numbers.ts";

/** One field of a structure. Figures are left out where they mean nothing. */
export interface SchemaField {
  /** `a.b`, `list[].x`, `map.*.x`; `$` is the payload itself. Odd keys are quoted: `["a.b"]`. */
  readonly path: string;
  readonly types: SchemaType[];
  /** Share of the enclosing objects that have it, 0 to 1; null values count as having it. */
  readonly presence: number;
  /** As text where it is a whole number that a double would round. */
  readonly min?: number | string;
  readonly max?: number | string;
  readonly mean?: number;
  /** The range without what lies outside of it, where something does. */
  readonly usual?: UsualRange["usual"];
  readonly outside?: UsualRange["outside"];
  /** All values it takes, when they are few and stable. */
  readonly enum?: (string | number | null)[];
  /** The first different values. */
  readonly examples?: Scalar[];
  /** What its values look like: `date-time`, `mac`, `epoch-ms` … */
  readonly format?: string;
  /** A guess from its name and range. */
  readonly unit?: string;
  /** The pattern of its group, when topics of several structures were seen. */
  readonly group?: string;
}

/** Lists the fields of a tree from the outside in, in order of appearance; `topics` names their sources. */
export function listFields(root: Shape, topics: readonly string[] = []): SchemaField[] {
  const fields: SchemaField[] = [];
  const isPlainObject = root.objects > 0 && root.objects === root.count;
  if (!isPlainObject && root.count > 0) {
    fields.push(describeField(root, { path: "$", name: "", topics }));
  }
  collect(root, { path: "", name: "", topics }, fields);
  return fields;
}

/** A field's path below `path`, in the notation of {@linkcode SchemaField.path}. */
export function joinPath(path: string, key: string): string {
  if (!/^[\p{L}_$][\p{L}\p{N}_$-]*$/u.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}

interface Place {
  readonly path: string;
  readonly name: string;
  readonly topics: readonly string[];
}

function collect(shape: Shape, { path, name, topics }: Place, fields: SchemaField[]): void {
  for (const [key, child] of shape.properties ?? []) {
    const place = { path: joinPath(path, key), name: key, topics };
    fields.push(describeField(child, { ...place, outOf: shape.objects }));
    collect(child, place, fields);
  }
  if (shape.mapValues !== null) {
    const place = { path: path === "" ? "*" : `${path}.*`, name: "", topics };
    fields.push(describeField(shape.mapValues, place));
    collect(shape.mapValues, place, fields);
  }
  if (shape.items !== null) {
    const place = { path: `${path === "" ? "$" : path}[]`, name, topics };
    const itemsAreObjects = shape.items.objects === shape.items.count;
    if (!itemsAreObjects) fields.push(describeField(shape.items, place));
    collect(shape.items, place, fields);
  }
}

function describeField(
  shape: Shape,
  { path, name, topics, outOf }: Place & { outOf?: number },
): SchemaField {
  const facts = fieldFacts(shape, name);
  const isClock = clockUnit(facts.format) !== null;
  const { large } = shape;
  const usual = isClock || large !== null || facts.values !== null
    ? null
    : shape.trail?.usual(topics);
  // one that is beyond every double has no place in a range
  const isRanged = shape.numbers > 0 && !shape.untyped;
  const mean = (shape.sum + shape.sumError) / shape.numbers;
  return {
    path,
    types: schemaTypes(shape),
    presence: outOf === undefined ? 1 : rounded(shape.count / outOf, 3),
    ...(isRanged &&
      { min: exactly(shape.min, large?.min), max: exactly(shape.max, large?.max) }),
    ...(isRanged && !isClock && large === null &&
      { mean: meanWithin(mean, shape, 8) }),
    ...usual,
    ...(facts.values !== null && { enum: facts.values }),
    ...(shape.examples.length + (large?.seen.size ?? 0) > 0 &&
      { examples: [...shape.examples.map(({ value }) => value), ...large?.seen ?? []] }),
    ...(facts.format !== null && { format: facts.format }),
    ...(facts.unit !== null && { unit: facts.unit }),
  };
}

/** A bound as it was sent, where it is the rounded form of `large`. */
function exactly(bound: number, large: bigint | undefined): number | string {
  return large !== undefined && Number(large) === bound ? String(large) : bound;
}
