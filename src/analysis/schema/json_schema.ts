import type { JsonValue } from "../../payload/payload.ts";
import { fieldFacts } from "./field_facts.ts";
import { clockUnit } from "./formats.ts";
import type { PositionSummary, Shape } from "./shape.ts";
import { schemaTypes } from "./shape_kinds.ts";

/** A JSON Schema as a plain value. */
export type JsonSchema = { [keyword: string]: JsonValue };

/** How much of a tree a schema tells. Whatever is left out is left open, never forbidden. */
export interface SchemaDetail {
  /** Levels of objects and arrays below the root. */
  readonly maxDepth: number;
  /** Properties listed per object. */
  readonly maxProperties: number;
  /** Ranges, enums, formats and descriptions, beside the types. */
  readonly annotations: boolean;
}

/** A schema and how many properties it leaves out because of its {@linkcode SchemaDetail}. */
interface WrittenSchema {
  readonly schema: JsonSchema;
  readonly leftOut: number;
}

/**
 * Writes the JSON Schema (2020-12) of a tree: every value the tree has seen is valid under it, and
 * no property is forbidden. `name` is the field's name, empty for a root.
 */
export function writeJsonSchema(
  shape: Shape,
  name: string,
  detail: SchemaDetail,
): WrittenSchema {
  const writer = new SchemaWriter(detail);
  const schema = writer.write(shape, name, 0);
  return { schema, leftOut: writer.leftOut };
}

class SchemaWriter {
  leftOut = 0;
  readonly #detail: SchemaDetail;

  constructor(detail: SchemaDetail) {
    this.#detail = detail;
  }

  write(shape: Shape, name: string, depth: number): JsonSchema {
    const types = schemaTypes(shape);
    // Nothing seen, or something no type covers: everything is allowed.
    if (types.length === 0 || shape.untyped) return {};
    const schema: JsonSchema = { type: types.length === 1 ? types[0] : types };
    const notes: string[] = [];
    if (this.#detail.annotations) annotate(schema, { shape, name, notes });
    if (shape.arrays > 0) this.#writeArray(schema, { shape, name, depth, notes });
    if (shape.objects > 0) this.#writeObject(schema, { shape, depth, notes });
    if (notes.length > 0) schema["description"] = notes.join("; ");
    return schema;
  }

  #writeArray(
    schema: JsonSchema,
    { shape, name, depth, notes }: { shape: Shape; name: string; depth: number; notes: string[] },
  ): void {
    if (shape.items !== null && !shape.itemsMissed) {
      if (depth < this.#detail.maxDepth) {
        const items = this.write(shape.items, name, depth + 1);
        if (Object.keys(items).length > 0) schema["items"] = items;
      } else {
        this.leftOut++;
      }
    }
    if (this.#detail.annotations && isTupleLike(shape)) {
      schema["minItems"] = shape.minItems;
      schema["maxItems"] = shape.maxItems;
      notes.push(describePositions(shape.positions!));
    }
  }

  #writeObject(
    schema: JsonSchema,
    { shape, depth, notes }: { shape: Shape; depth: number; notes: string[] },
  ): void {
    if (depth >= this.#detail.maxDepth) {
      this.leftOut += shape.properties?.size ?? 0;
      return;
    }
    const properties: JsonSchema = {};
    const required: string[] = [];
    let listed = 0;
    for (const [key, child] of shape.properties ?? []) {
      // Validators find inherited members (`constructor`) where the payload has none, and programs
      // that copy objects stumble over `__proto__`: such names are left open.
      if (key in Object.prototype) continue;
      if (listed >= this.#detail.maxProperties) {
        this.leftOut++;
        continue;
      }
      listed++;
      properties[key] = this.write(child, key, depth + 1);
      if (child.count === shape.objects) required.push(key);
    }
    if (listed > 0) schema["properties"] = properties;
    if (required.length > 0) schema["required"] = required;
    this.#writeMap(schema, { shape, depth, notes });
  }

  #writeMap(
    schema: JsonSchema,
    { shape, depth, notes }: { shape: Shape; depth: number; notes: string[] },
  ): void {
    if (shape.mapValues === null) return;
    const unlisted = (shape.properties?.size ?? 0) - Object.keys(schema["properties"] ?? {}).length;
    // A schema for "all other keys" would also judge the fields that are not listed.
    if (!shape.keysMissed && !shape.longKeys && unlisted === 0) {
      schema["additionalProperties"] = this.write(shape.mapValues, "", depth + 1);
    }
    if (this.#detail.annotations && shape.mapKeys.length > 0) {
      const keys = shape.mapKeys.map((key) => JSON.stringify(key)).join(", ");
      notes.push(`map keyed by ids such as ${keys}`);
    }
  }
}

function annotate(
  schema: JsonSchema,
  { shape, name, notes }: { shape: Shape; name: string; notes: string[] },
): void {
  const facts = fieldFacts(shape, name);
  if (facts.values !== null) schema["enum"] = facts.values;
  else if (facts.keyword !== null) {
    if (facts.keyword.format !== undefined) schema["format"] = facts.keyword.format;
    if (facts.keyword.pattern !== undefined) schema["pattern"] = facts.keyword.pattern;
    if (facts.keyword.description !== undefined) notes.push(facts.keyword.description);
  }
  if (shape.large !== null) {
    // A bound that a double rounds would refuse what was sent.
    notes.push(
      `integers beyond 2^53 (${shape.large.min} to ${shape.large.max}): a double rounds them`,
    );
  } else if (shape.numbers > 0 && facts.values === null) {
    schema["minimum"] = shape.min;
    schema["maximum"] = shape.max;
  }
  const clock = clockUnit(facts.format);
  if (clock !== null) notes.push(`Unix time in ${clock}`);
  if (facts.unit !== null) notes.push(`${facts.unit} (guessed from the name)`);
}

/** Arrays of one length whose positions hold different things: a record without names. */
function isTupleLike(shape: Shape): boolean {
  const { positions } = shape;
  if (!positions || shape.arrays < 3 || shape.minItems !== shape.maxItems) return false;
  const kinds = positions.map(({ kinds }) => [...kinds].sort().join());
  if (kinds.some((kind) => kind !== kinds[0])) return true;
  if (kinds[0] !== "number") return false;
  const ranges = positions.map(({ min, max }) => ({ min, max })).sort((a, b) => a.min - b.min);
  // Ranges that do not touch are different quantities (latitude and longitude, time and value).
  return ranges.every((range, index) => index === 0 || range.min > ranges[index - 1].max);
}

function describePositions(positions: PositionSummary[]): string {
  const parts = positions.map(({ kinds, min, max }, index) => {
    const range = kinds.has("number") ? ` ${min}…${max}` : "";
    return `[${index}] ${[...kinds].join(" or ")}${range}`;
  });
  return `always ${positions.length} items: ${parts.join(", ")}`;
}
