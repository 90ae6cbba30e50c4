import type { JsonValue } from "../../payload/payload.ts";
import { hasFormat } from "./format_checks.ts";
import { pointerStep, type Schema, SchemaIndex, type SchemaObject } from "./schema_index.ts";
import { StepBudget, StepsUsedUp } from "./step_budget.ts";

export { SchemaError } from "./schema_index.ts";

/** Steps that one reply may take: about a tenth of a second. */
const MAX_STEPS = 2_000_000;
/** Schemas within schemas, references followed: beyond it a schema refers to itself without an end. */
const MAX_DEPTH = 500;
const MAX_ERRORS = 10;

/** What a reply is to a schema. */
interface Verdict {
  /** Null where it could not be told within the bound. */
  readonly valid: boolean | null;
  /** At most ten, each `place: what is wrong`. */
  readonly errors: readonly string[];
}

/**
 * A JSON Schema (2020-12) that replies must meet, applied within a bound of steps, whatever schema and reply are: both
 * come from strangers or models, and forty `allOf` that each name the next twice are 2^40 steps. References stay within
 * the schema.
 */
export class ReplyCheck {
  readonly #schema: Schema;
  readonly #index: SchemaIndex;

  /** @throws {SchemaError} for what is no schema */
  constructor(schema: Schema) {
    this.#schema = schema;
    this.#index = new SchemaIndex(schema);
  }

  /** Applies the schema to a reply. `maxSteps` is for tests. */
  check(reply: JsonValue, maxSteps = MAX_STEPS): Verdict {
    const walk = new Walk(this.#index, new StepBudget(maxSteps));
    try {
      const { errors } = walk.apply(this.#schema, reply, ROOT, 0);
      return {
        valid: errors.length === 0,
        errors: errors.map(({ at, text }) => `${locationOf(at)}: ${text()}`),
      };
    } catch (error) {
      // a RangeError: the stack ended first, which depends on who called
      if (error instanceof EndlessReference || error instanceof RangeError) {
        return {
          valid: null,
          errors: ["`expect` was not applied: it refers to itself without an end"],
        };
      }
      if (!(error instanceof StepsUsedUp)) throw error;
      return {
        valid: null,
        errors: [
          `\`expect\` was not applied to the end: on this reply it takes more than ${
            maxSteps.toLocaleString("en")
          } steps; give a simpler schema`,
        ],
      };
    }
  }
}

class EndlessReference extends Error {}

/** Where in the reply; written out only when it is told. */
interface Place {
  readonly parent: Place | null;
  readonly step: string | number;
}

const ROOT: Place = { parent: null, step: "#" };

interface Finding {
  readonly at: Place;
  readonly text: () => string;
}

/** Members and items that some schema has looked at (Core §11). */
interface Evaluated {
  readonly names: Set<string>;
  readonly items: Set<number>;
}

interface Result {
  readonly errors: readonly Finding[];
  readonly evaluated: Evaluated | null;
}

const PASSED: Result = { errors: [], evaluated: null };

/** One schema on one value. */
interface Frame {
  readonly schema: SchemaObject;
  readonly at: Place;
  readonly depth: number;
  readonly errors: Finding[];
  /** Null where no schema asks for it. */
  readonly evaluated: Evaluated | null;
}

class Walk {
  readonly #index: SchemaIndex;
  readonly #budget: StepBudget;

  constructor(index: SchemaIndex, budget: StepBudget) {
    this.#index = index;
    this.#budget = budget;
  }

  apply(schema: Schema, value: JsonValue, at: Place, depth: number): Result {
    this.#budget.spend(8);
    if (schema === true) return PASSED;
    if (schema === false) {
      return { errors: [{ at, text: () => "False boolean schema." }], evaluated: null };
    }
    if (depth > MAX_DEPTH) throw new EndlessReference();
    const frame: Frame = {
      schema,
      at,
      depth,
      errors: [],
      evaluated: this.#index.asksUnevaluated ? { names: new Set(), items: new Set() } : null,
    };
    const target = this.#index.target(schema);
    if (target !== undefined) this.#within(frame, target, value, "A subschema had errors.");
    this.#anyValue(frame, value);
    this.#combined(frame, value);
    if (typeof value === "string") this.#string(frame, value);
    else if (typeof value === "number") this.#number(frame, value);
    else if (Array.isArray(value)) this.#array(frame, value);
    else if (value !== null && typeof value === "object") this.#object(frame, value);
    return { errors: frame.errors, evaluated: frame.errors.length === 0 ? frame.evaluated : null };
  }

  /** Applies a schema to the same value, as part of this one. */
  #within(frame: Frame, schema: Schema, value: JsonValue, text: string): boolean {
    const result = this.apply(schema, value, frame.at, frame.depth + 1);
    if (result.errors.length === 0) {
      this.#merge(frame, result.evaluated);
      return true;
    }
    fail(frame, () => text);
    addErrors(frame, result.errors);
    return false;
  }

  /** Applies a schema to a member or an item. */
  #below(
    frame: Frame,
    o: { schema: Schema; value: JsonValue; step: string | number; text: () => string },
  ): void {
    const at = { parent: frame.at, step: o.step };
    const { errors } = this.apply(o.schema, o.value, at, frame.depth + 1);
    if (typeof o.step === "string") frame.evaluated?.names.add(o.step);
    else frame.evaluated?.items.add(o.step);
    if (errors.length === 0) return;
    fail(frame, o.text);
    addErrors(frame, errors);
  }

  #merge(frame: Frame, evaluated: Evaluated | null): void {
    if (frame.evaluated === null || evaluated === null) return;
    this.#budget.spend(evaluated.names.size + evaluated.items.size);
    for (const name of evaluated.names) frame.evaluated.names.add(name);
    for (const item of evaluated.items) frame.evaluated.items.add(item);
  }

  #anyValue(frame: Frame, value: JsonValue): void {
    const { schema } = frame;
    if (schema.type !== undefined) {
      const types = (Array.isArray(schema.type) ? schema.type : [schema.type]) as string[];
      this.#budget.spend(types.length);
      const actual = typeOf(value);
      if (!types.some((type) => type === actual || (type === "integer" && isWhole(value)))) {
        fail(
          frame,
          () => `Instance type "${actual}" is invalid. Expected "${types.join('", "')}".`,
        );
      }
    }
    if (schema.const !== undefined && !this.#same(value, schema.const)) {
      fail(frame, () => `Instance does not match ${JSON.stringify(schema.const)}.`);
    }
    if (schema.enum !== undefined) {
      const values = schema.enum as JsonValue[];
      if (!values.some((one) => this.#same(value, one))) {
        fail(frame, () => `Instance does not match any of ${JSON.stringify(values)}.`);
      }
    }
  }

  #combined(frame: Frame, value: JsonValue): void {
    const { schema, at, depth } = frame;
    for (const one of (schema.allOf ?? []) as Schema[]) {
      this.#within(frame, one, value, "Instance does not match every subschema.");
    }
    if (schema.anyOf !== undefined) {
      const results = (schema.anyOf as Schema[]).map((one) =>
        this.apply(one, value, at, depth + 1)
      );
      this.#choice(
        frame,
        results,
        (matches) => matches > 0 ? null : "Instance does not match any subschemas.",
      );
    }
    if (schema.oneOf !== undefined) {
      const results = (schema.oneOf as Schema[]).map((one) =>
        this.apply(one, value, at, depth + 1)
      );
      this.#choice(
        frame,
        results,
        (matches) =>
          matches === 1
            ? null
            : `Instance does not match exactly one subschema (${matches} matches).`,
      );
    }
    if (schema.not !== undefined) {
      const { errors } = this.apply(schema.not as Schema, value, at, depth + 1);
      if (errors.length === 0) fail(frame, () => 'Instance matched "not" schema.');
    }
    if (schema.if !== undefined) {
      const result = this.apply(schema.if as Schema, value, at, depth + 1);
      const passed = result.errors.length === 0;
      if (passed) this.#merge(frame, result.evaluated);
      const branch = passed ? "then" : "else";
      const then = schema[branch] as Schema | undefined;
      if (then !== undefined) {
        this.#within(frame, then, value, `Instance does not match "${branch}" schema.`);
      }
    }
  }

  #choice(
    frame: Frame,
    results: readonly Result[],
    problem: (matches: number) => string | null,
  ): void {
    const matching = results.filter((result) => result.errors.length === 0);
    const text = problem(matching.length);
    if (text === null) {
      for (const { evaluated } of matching) this.#merge(frame, evaluated);
      return;
    }
    fail(frame, () => text);
    for (const { errors } of results) addErrors(frame, errors);
  }

  #string(frame: Frame, value: string): void {
    const { schema } = frame;
    if (schema.minLength !== undefined || schema.maxLength !== undefined) {
      this.#budget.spend(value.length >> 3);
      let length = 0;
      for (const _ of value) length++;
      const min = Number(schema.minLength ?? 0);
      const max = Number(schema.maxLength ?? Infinity);
      if (length < min) fail(frame, () => `String is too short (${length} < ${min}).`);
      if (length > max) fail(frame, () => `String is too long (${length} > ${max}).`);
    }
    if (schema.pattern !== undefined) {
      const pattern = this.#index.pattern(String(schema.pattern));
      if (!pattern.test(value, this.#budget)) fail(frame, () => "String does not match pattern.");
    }
    if (schema.format !== undefined) {
      const format = String(schema.format);
      this.#budget.spend(Math.min(value.length, 4_096));
      if (!hasFormat(value, format)) {
        fail(frame, () => `String does not match format "${format}".`);
      }
    }
  }

  #number(frame: Frame, value: number): void {
    const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = frame.schema;
    if (minimum !== undefined && value < Number(minimum)) {
      fail(frame, () => `${value} is less than ${minimum}.`);
    }
    if (maximum !== undefined && value > Number(maximum)) {
      fail(frame, () => `${value} is greater than ${maximum}.`);
    }
    if (exclusiveMinimum !== undefined && value <= Number(exclusiveMinimum)) {
      fail(frame, () => `${value} is less than or equal to ${exclusiveMinimum}.`);
    }
    if (exclusiveMaximum !== undefined && value >= Number(exclusiveMaximum)) {
      fail(frame, () => `${value} is greater than or equal to ${exclusiveMaximum}.`);
    }
    if (multipleOf === undefined) return;
    this.#budget.spend(20);
    if (!isMultiple(value, Number(multipleOf))) {
      fail(frame, () => `${value} is not a multiple of ${multipleOf}.`);
    }
  }

  #object(frame: Frame, value: { [key: string]: JsonValue }): void {
    const { schema } = frame;
    const names = Object.keys(value);
    this.#budget.spend(3 * names.length);
    const has = (name: string) => {
      this.#budget.spend();
      return Object.hasOwn(value, name);
    };
    for (const name of (schema.required ?? []) as string[]) {
      if (!has(name)) {
        fail(frame, () => `Instance does not have required property "${name}".`);
      }
    }
    const min = Number(schema.minProperties ?? 0);
    const max = Number(schema.maxProperties ?? Infinity);
    if (names.length < min) {
      fail(frame, () => `Instance does not have at least ${min} properties.`);
    }
    if (names.length > max) fail(frame, () => `Instance does not have at most ${max} properties.`);
    for (const [name, needed] of entries<string[]>(schema.dependentRequired)) {
      if (!has(name)) continue;
      for (const other of needed) {
        if (!has(other)) {
          fail(frame, () => `Instance has "${name}" but does not have "${other}".`);
        }
      }
    }
    for (const [name, inner] of entries<Schema>(schema.dependentSchemas)) {
      if (has(name)) {
        this.#within(
          frame,
          inner,
          value,
          `Instance has "${name}" but does not match dependent schema.`,
        );
      }
    }
    if (schema.propertyNames !== undefined) {
      for (const name of names) {
        const at = { parent: frame.at, step: name };
        const inner = this.apply(schema.propertyNames as Schema, name, at, frame.depth + 1);
        if (inner.errors.length === 0) continue;
        fail(frame, () => `Property name "${name}" does not match schema.`);
        addErrors(frame, inner.errors);
      }
    }
    this.#members(frame, value, names);
  }

  #members(frame: Frame, value: { [key: string]: JsonValue }, names: readonly string[]): void {
    const { schema } = frame;
    const rest = new Set(names);
    for (const [name, inner] of entries<Schema>(schema.properties)) {
      this.#budget.spend();
      if (!Object.hasOwn(value, name)) continue;
      rest.delete(name);
      const text = () => `Property "${name}" does not match schema.`;
      this.#below(frame, { schema: inner, value: value[name], step: name, text });
    }
    for (const [source, inner] of entries<Schema>(schema.patternProperties)) {
      const pattern = this.#index.pattern(source);
      for (const name of names) {
        if (!pattern.test(name, this.#budget)) continue;
        rest.delete(name);
        const text = () =>
          `Property "${name}" matches pattern "${source}" but does not match associated schema.`;
        this.#below(frame, { schema: inner, value: value[name], step: name, text });
      }
    }
    if (schema.additionalProperties !== undefined) {
      for (const name of rest) {
        const text = () => `Property "${name}" does not match additional properties schema.`;
        const inner = schema.additionalProperties as Schema;
        this.#below(frame, { schema: inner, value: value[name], step: name, text });
      }
    }
    if (schema.unevaluatedProperties !== undefined) {
      for (const name of names) {
        if (frame.evaluated?.names.has(name)) continue;
        const text = () => `Property "${name}" does not match unevaluated properties schema.`;
        const inner = schema.unevaluatedProperties as Schema;
        this.#below(frame, { schema: inner, value: value[name], step: name, text });
      }
    }
  }

  #array(frame: Frame, value: readonly JsonValue[]): void {
    const { schema } = frame;
    const { length } = value;
    const min = Number(schema.minItems ?? 0);
    const max = Number(schema.maxItems ?? Infinity);
    if (length < min) fail(frame, () => `Array has too few items (${length} < ${min}).`);
    if (length > max) fail(frame, () => `Array has too many items (${length} > ${max}).`);
    // before 2020-12 a tuple stood in `items`, and what followed it in `additionalItems`
    const tupleOfOld = Array.isArray(schema.items);
    const prefix = (tupleOfOld ? schema.items : schema.prefixItems ?? []) as Schema[];
    const others = (tupleOfOld ? schema.additionalItems : schema.items) as Schema | undefined;
    const below = (inner: Schema, i: number, text: string) =>
      this.#below(frame, { schema: inner, value: value[i], step: i, text: () => text });
    for (let i = 0; i < Math.min(prefix.length, length); i++) {
      below(prefix[i], i, "Items did not match schema.");
    }
    if (others !== undefined) {
      for (let i = prefix.length; i < length; i++) below(others, i, "Items did not match schema.");
    }
    if (schema.contains !== undefined) this.#contains(frame, value);
    if (schema.unevaluatedItems !== undefined) {
      for (let i = 0; i < length; i++) {
        if (frame.evaluated?.items.has(i)) continue;
        below(
          schema.unevaluatedItems as Schema,
          i,
          "Items did not match unevaluated items schema.",
        );
      }
    }
    if (schema.uniqueItems === true) this.#unique(frame, value);
  }

  #contains(frame: Frame, value: readonly JsonValue[]): void {
    const { schema } = frame;
    const min = Number(schema.minContains ?? 1);
    const max = Number(schema.maxContains ?? Infinity);
    let found = 0;
    for (let i = 0; i < value.length; i++) {
      const at = { parent: frame.at, step: i };
      const { errors } = this.apply(schema.contains as Schema, value[i], at, frame.depth + 1);
      if (errors.length > 0) continue;
      found++;
      frame.evaluated?.items.add(i);
    }
    if (found < min) {
      fail(
        frame,
        () =>
          min === 1
            ? "Array does not contain item matching schema."
            : `Array must contain at least ${min} items matching schema. Only ${found} items were found.`,
      );
    }
    if (found > max) {
      fail(
        frame,
        () => `Array may contain at most ${max} items matching schema. ${found} items were found.`,
      );
    }
  }

  #unique(frame: Frame, value: readonly JsonValue[]): void {
    const known = new Map<string, number>();
    for (let i = 0; i < value.length; i++) {
      const key = this.#canonical(value[i]);
      const earlier = known.get(key);
      if (earlier !== undefined) {
        return fail(frame, () => `Duplicate items at indexes ${earlier} and ${i}.`);
      }
      known.set(key, i);
    }
  }

  /** Text that is the same for equal values (Core §4.2.2) and for no others. */
  #canonical(value: JsonValue): string {
    this.#budget.spend(40);
    if (typeof value === "string") this.#budget.spend(value.length >> 3);
    if (typeof value !== "object" || value === null) return JSON.stringify(value);
    if (Array.isArray(value)) return `[${value.map((one) => this.#canonical(one)).join()}]`;
    const names = Object.keys(value).sort();
    return `{${
      names.map((name) => {
        this.#budget.spend(name.length >> 3);
        return `${JSON.stringify(name)}:${this.#canonical(value[name])}`;
      }).join()
    }}`;
  }

  #same(a: JsonValue, b: JsonValue): boolean {
    this.#budget.spend();
    if (typeof a === "string" && typeof b === "string" && a.length === b.length) {
      this.#budget.spend(a.length >> 5);
    }
    if (a === b) return true;
    if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
    if (Array.isArray(a)) {
      return Array.isArray(b) && a.length === b.length &&
        a.every((one, i) => this.#same(one, b[i]));
    }
    if (Array.isArray(b)) return false;
    const names = Object.keys(a);
    this.#budget.spend(names.length);
    return names.length === Object.keys(b).length &&
      names.every((name) => Object.hasOwn(b, name) && this.#same(a[name], b[name]));
  }
}

/** In decimal, as both are written: 0.3 is a multiple of 0.1. */
function isMultiple(value: number, divisor: number): boolean {
  if (!Number.isFinite(value)) return false;
  if (Number.isSafeInteger(value) && Number.isSafeInteger(divisor)) return value % divisor === 0;
  const [digits, exponent] = decimal(value);
  const [divisorDigits, divisorExponent] = decimal(divisor);
  const shift = exponent - divisorExponent;
  return shift >= 0
    ? digits * 10n ** BigInt(shift) % divisorDigits === 0n
    : digits % (divisorDigits * 10n ** BigInt(-shift)) === 0n;
}

/** Digits and power of ten of a number. */
function decimal(value: number): [bigint, number] {
  const [digits, exponent = "0"] = String(Math.abs(value)).split("e");
  const point = digits.indexOf(".");
  const decimals = point < 0 ? 0 : digits.length - point - 1;
  return [BigInt(digits.replace(".", "")), Number(exponent) - decimals];
}

function fail(frame: Frame, text: () => string): void {
  if (frame.errors.length < MAX_ERRORS) frame.errors.push({ at: frame.at, text });
}

function addErrors(frame: Frame, errors: readonly Finding[]): void {
  for (const error of errors) {
    if (frame.errors.length >= MAX_ERRORS) return;
    frame.errors.push(error);
  }
}

function entries<T>(value: JsonValue | undefined): [string, T][] {
  return value === undefined ? [] : Object.entries(value as unknown as Record<string, T>);
}

function typeOf(value: JsonValue): string {
  return value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
}

function isWhole(value: JsonValue): boolean {
  return typeof value === "number" && Number.isInteger(value);
}

function locationOf(place: Place): string {
  const steps: string[] = [];
  for (let at: Place | null = place; at !== null; at = at.parent) {
    steps.unshift(at.parent === null ? "#" : pointerStep(String(at.step)));
  }
  return steps.join("/");
}
