/** What a JSON Schema must be before it is applied: bounded, of known shapes, its references leading somewhere. */
import { isObject } from "../../payload/json_object.ts";
import type { JsonValue } from "../../payload/payload.ts";
import { LinearPattern, PatternError } from "./linear_pattern.ts";

/** A JSON Schema (2020-12) as it was given. */
export type Schema = boolean | SchemaObject;
/** The keywords of a schema. */
export type SchemaObject = { readonly [keyword: string]: JsonValue | undefined };

const MAX_CHARS = 50_000;
const MAX_DEPTH = 64;
const MAX_PATTERN_CHARS = 10_000;
const MAX_PROGRAMS = 100;

/** Thrown for a schema that cannot be used: where, and what is wrong. */
export class SchemaError extends Error {
  override readonly name = "SchemaError";
}

const TYPES = new Set(["null", "boolean", "object", "array", "number", "string", "integer"]);

const isSchema = (value: JsonValue) => typeof value === "boolean" || isObject(value);
const isSchemas = (value: JsonValue) =>
  Array.isArray(value) && value.length > 0 && value.every(isSchema);
const isSchemaMap = (value: JsonValue) => isObject(value) && Object.values(value).every(isSchema);
const isCount = (value: JsonValue) => Number.isInteger(value) && Number(value) >= 0;
const isNumber = (value: JsonValue) => typeof value === "number";
const isNames = (value: JsonValue) =>
  Array.isArray(value) && value.every((one) => typeof one === "string");
const isText = (value: JsonValue) => typeof value === "string";

interface Shape {
  readonly fits: (value: JsonValue) => boolean;
  readonly words: string;
}
const SCHEMA: Shape = { fits: isSchema, words: "a schema" };
const SCHEMAS: Shape = { fits: isSchemas, words: "a list of schemas" };
const SCHEMA_MAP: Shape = { fits: isSchemaMap, words: "an object of schemas" };
const COUNT: Shape = { fits: isCount, words: "a whole number from 0" };
const NUMBER: Shape = { fits: isNumber, words: "a number" };
const NAMES: Shape = { fits: isNames, words: "a list of names" };
const TEXT: Shape = { fits: isText, words: "a text" };

/** The keywords that say something about a reply; others (title, default, x-…) are left alone. */
const KEYWORDS: ReadonlyMap<string, Shape> = new Map<string, Shape>([
  ["$ref", TEXT],
  ["$dynamicRef", TEXT],
  ["$id", TEXT],
  ["$anchor", TEXT],
  ["$dynamicAnchor", TEXT],
  ["$defs", SCHEMA_MAP],
  ["definitions", SCHEMA_MAP],
  ["type", {
    fits: (value) =>
      TYPES.has(value as string) ||
      (Array.isArray(value) && value.length > 0 && value.every((one) => TYPES.has(one as string))),
    words: `one or more of ${[...TYPES].join(", ")}`,
  }],
  ["enum", { fits: Array.isArray, words: "a list of values" }],
  ["allOf", SCHEMAS],
  ["anyOf", SCHEMAS],
  ["oneOf", SCHEMAS],
  ["not", SCHEMA],
  ["if", SCHEMA],
  ["then", SCHEMA],
  ["else", SCHEMA],
  ["properties", SCHEMA_MAP],
  ["patternProperties", SCHEMA_MAP],
  ["additionalProperties", SCHEMA],
  ["unevaluatedProperties", SCHEMA],
  ["propertyNames", SCHEMA],
  ["dependentSchemas", SCHEMA_MAP],
  ["dependentRequired", {
    fits: (value) => isObject(value) && Object.values(value).every(isNames),
    words: "an object of lists of names",
  }],
  ["required", NAMES],
  ["minProperties", COUNT],
  ["maxProperties", COUNT],
  ["prefixItems", SCHEMAS],
  ["items", {
    fits: (value) => isSchema(value) || isSchemas(value),
    words: "a schema (the schemas of a tuple stand in prefixItems)",
  }],
  ["additionalItems", SCHEMA],
  ["unevaluatedItems", SCHEMA],
  ["contains", SCHEMA],
  ["minContains", COUNT],
  ["maxContains", COUNT],
  ["minItems", COUNT],
  ["maxItems", COUNT],
  ["uniqueItems", { fits: (value) => typeof value === "boolean", words: "true or false" }],
  ["minimum", NUMBER],
  ["maximum", NUMBER],
  ["exclusiveMinimum", NUMBER],
  ["exclusiveMaximum", NUMBER],
  ["multipleOf", {
    fits: (value) => Number(value) > 0 && isNumber(value),
    words: "a number over 0",
  }],
  ["minLength", COUNT],
  ["maxLength", COUNT],
  ["pattern", TEXT],
  ["format", TEXT],
  // of earlier drafts: left alone they would demand nothing, silently
  ["dependencies", {
    fits: () => false,
    words: "written as dependentRequired or dependentSchemas",
  }],
  ["$recursiveRef", { fits: () => false, words: "written as $ref or $dynamicRef" }],
]);

const BASE = "mqtt-mcp:expect";

/** A schema that was looked through: its patterns are made, its references found. */
export class SchemaIndex {
  readonly #patterns = new Map<string, LinearPattern>();
  readonly #targets = new Map<string, Schema>();
  readonly #references = new Map<SchemaObject, Schema>();
  #patternChars = 0;
  /** Whether any schema asks what the others left unevaluated; only then is it kept. */
  readonly asksUnevaluated: boolean;

  /** @throws {SchemaError} for what is no schema */
  constructor(root: Schema) {
    const text = boundedText(root);
    this.asksUnevaluated = text.includes('"unevaluated');
    const found: { schema: SchemaObject; base: string; at: string }[] = [];
    this.#visit(root, { base: BASE, at: "#", depth: 0 }, found);
    for (const { schema, base, at } of found) {
      const reference = schema.$ref ?? schema.$dynamicRef;
      if (reference === undefined) continue;
      const target = this.#targets.get(resolved(String(reference), base));
      if (target === undefined) {
        throw new SchemaError(
          `${at}/$ref leads to no schema in it (${
            JSON.stringify(String(reference).slice(0, 100))
          }; nothing is fetched)`,
        );
      }
      this.#references.set(schema, target);
    }
  }

  /** What `$ref` stands for; undefined for a schema without one. */
  target(schema: SchemaObject): Schema | undefined {
    return this.#references.get(schema);
  }

  /** The pattern with this source, which the schema holds. */
  pattern(source: string): LinearPattern {
    return this.#patterns.get(source)!;
  }

  #visit(
    schema: Schema,
    place: { base: string; at: string; depth: number; pointers?: readonly string[] },
    found: { schema: SchemaObject; base: string; at: string }[],
  ): void {
    const { at, depth } = place;
    let { base } = place;
    const pointers = [...place.pointers ?? [`${base}#`]];
    for (const pointer of pointers) this.#targets.set(pointer, schema);
    if (typeof schema === "boolean") return;
    if (typeof schema.$id === "string") {
      base = resolved(schema.$id, base).replace(/#.*$/s, "");
      this.#targets.set(base, schema);
      this.#targets.set(`${base}#`, schema);
      if (pointers.length < 3) pointers.push(`${base}#`);
    }
    for (const anchor of [schema.$anchor, schema.$dynamicAnchor]) {
      if (typeof anchor === "string") this.#targets.set(`${base}#${anchor}`, schema);
    }
    found.push({ schema, base, at });
    for (const [keyword, value] of Object.entries(schema)) {
      const shape = KEYWORDS.get(keyword);
      if (shape === undefined || value === undefined) continue;
      const where = `${at}/${keyword}`;
      if (!shape.fits(value)) {
        throw new SchemaError(`${where.slice(0, 200)} must be ${shape.words}`);
      }
      if (keyword === "pattern") this.#addPattern(String(value), where);
      if (keyword === "patternProperties") {
        for (const source of Object.keys(value as object)) this.#addPattern(source, where);
      }
      for (const [step, inner] of schemasUnder(shape, value)) {
        this.#visit(inner, {
          base,
          at: where + step,
          depth: depth + 1,
          pointers: pointers.map((pointer) => `${pointer}/${keyword}${step}`),
        }, found);
      }
    }
  }

  #addPattern(source: string, where: string): void {
    if (this.#patterns.has(source)) return;
    this.#patternChars += source.length;
    if (this.#patterns.size >= MAX_PROGRAMS || this.#patternChars > MAX_PATTERN_CHARS) {
      throw new SchemaError(
        `it has more than ${MAX_PROGRAMS} patterns, or more than ${MAX_PATTERN_CHARS} characters of them`,
      );
    }
    try {
      this.#patterns.set(source, new LinearPattern(source));
    } catch (error) {
      if (!(error instanceof PatternError)) throw error;
      throw new SchemaError(
        `the pattern ${JSON.stringify(source.slice(0, 100))} at ${
          where.slice(0, 200)
        } cannot be used: ${error.message}`,
      );
    }
  }
}

function* schemasUnder(shape: Shape, value: JsonValue): Iterable<[string, Schema]> {
  if (shape === SCHEMA_MAP) {
    for (const [name, inner] of Object.entries(value as Record<string, Schema>)) {
      yield [`/${pointerStep(name)}`, inner];
    }
  } else if (shape === SCHEMA || shape === KEYWORDS.get("items")) {
    if (!Array.isArray(value)) yield ["", value as Schema];
    else for (const [i, inner] of value.entries()) yield [`/${i}`, inner as Schema];
  } else if (shape === SCHEMAS) {
    for (const [i, inner] of (value as Schema[]).entries()) yield [`/${i}`, inner];
  }
}

/** A name as one step of a JSON Pointer (RFC 6901 §3). */
export function pointerStep(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}

/** A reference as the targets are named: `base#fragment`, the fragment decoded (RFC 3986 §5.2, RFC 6901 §6). */
function resolved(reference: string, base: string): string {
  const hash = reference.indexOf("#");
  const path = hash < 0 ? reference : reference.slice(0, hash);
  let fragment = hash < 0 ? "" : reference.slice(hash + 1);
  try {
    fragment = decodeURIComponent(fragment);
  } catch {
    // left as it stands: it leads nowhere, which is told
  }
  const whole = path === "" ? base : URL.parse(path, base)?.href ?? path;
  return `${whole}#${fragment}`;
}

/** The schema as JSON, when it is no longer and no deeper than a schema needs to be. */
function boundedText(root: Schema): string {
  const stack: { value: JsonValue; depth: number }[] = [{ value: root as JsonValue, depth: 0 }];
  let values = 0;
  while (stack.length > 0) {
    const { value, depth } = stack.pop()!;
    if (depth > MAX_DEPTH) throw new SchemaError(`it nests deeper than ${MAX_DEPTH} levels`);
    if (++values > MAX_CHARS) break;
    if (typeof value !== "object" || value === null) continue;
    for (const inner of Object.values(value)) stack.push({ value: inner, depth: depth + 1 });
  }
  const text = values > MAX_CHARS ? "" : JSON.stringify(root);
  if (text === "" || text.length > MAX_CHARS) {
    throw new SchemaError(`it is longer than ${MAX_CHARS.toLocaleString("en")} characters`);
  }
  return text;
}
