import { HIDDEN } from "../../payload/secrets.ts";
import type { JsonValue } from "../../payload/payload.ts";
import { NumberTrail } from "./number_trail.ts";
import { keepMatchingFormats } from "./formats.ts";
import { type Kind, type Scalar, Shape } from "./shape.ts";
import {
  addLarge,
  addToSum,
  mergeKinds,
  mergePositions,
  mergeScalars,
  MOST_LARGE,
} from "./shape_merging.ts";

/** Bounds on what is remembered. Each one that is reached is told through {@linkcode ShapeObserver.reached}. */
export interface ShapeLimits {
  /** Places in all trees together (a place is a field, the items of an array, or the values of a map). */
  readonly maxNodes: number;
  /** Levels below the root that are looked into. */
  readonly maxDepth: number;
  /** Fields of one object before it is taken for a map keyed by ids. */
  readonly maxProperties: number;
  /** Distinct values of one field that are counted; beyond it the field has no enum. */
  readonly maxValues: number;
  /** Examples kept of one field. */
  readonly maxExamples: number;
  /** Longest field name that is tracked, in UTF-16 units. */
  readonly maxKeyChars: number;
}

/** Which of the {@linkcode ShapeLimits} was reached. */
export type ShapeLimitName = "maxNodes" | "maxDepth" | "maxProperties" | "maxKeyChars";

/** Longest string that is counted as a distinct value, in UTF-16 units. */
const LONGEST_VALUE = 64;
/** Longest example, in UTF-16 units. */
const LONGEST_EXAMPLE = 60;
/** Places whose numbers are kept, so that what is usual among them can be told. */
const MOST_TRAILS = 2_000;
/** Longest array whose positions are told apart. */
const LONGEST_POSITIONED = 8;

/**
 * Fills {@linkcode Shape} trees from values, and merges trees. It holds what the trees of one
 * inference share: the bounds, the time of the present sample, and a count of scalar visits that
 * orders what was seen first, also after trees from two streams were merged.
 */
export class ShapeObserver {
  readonly limits: ShapeLimits;
  /** Bounds reached so far, with how often. */
  readonly reached = new Map<ShapeLimitName, number>();
  /** Scalars visited so far. */
  visits = 0;
  /** Places made so far. */
  nodes = 0;
  /** Places whose numbers are kept. */
  trails = 0;
  /** Stands for the topic of what is observed now. */
  source = 0;
  #atMs = 0;
  #asSent: string | undefined = undefined;
  #depth = 0;

  constructor(limits: ShapeLimits) {
    this.limits = limits;
  }

  /**
   * Adds `value`, received at `atMs` (ms since the epoch), to what has been seen at `shape`. `asSent` is how a bare
   * number was written, for an example.
   */
  observe(shape: Shape, value: JsonValue, atMs: number, asSent?: string): void {
    this.#atMs = atMs;
    this.#depth = 0;
    this.#asSent = asSent;
    this.#visit(shape, value);
    this.#asSent = undefined;
  }

  /**
   * Adds everything `from` has seen to `into`, as if it had come later. `visitOffset` is added to
   * the visits of `from`: the visits made before its stream began, or 0 within one stream.
   */
  merge(into: Shape, from: Shape, visitOffset = 0): void {
    this.#depth = 0;
    this.#merge(into, from, visitOffset);
  }

  /** Moves the fields named in `keys` of an object into its map values. */
  collapse(shape: Shape, keys: Iterable<string>): void {
    shape.mapValues ??= new Shape();
    for (const key of keys) {
      const property = shape.properties?.get(key);
      if (property === undefined) continue;
      shape.properties!.delete(key);
      noteMapKey(shape, key);
      shape.mapKeyCount++;
      this.#merge(shape.mapValues, property, 0);
    }
  }

  #visit(shape: Shape, value: JsonValue | bigint): void {
    if (this.#atMs < shape.firstAtMs) shape.firstAtMs = this.#atMs;
    if (this.#atMs > shape.lastAtMs) shape.lastAtMs = this.#atMs;
    switch (typeof value) {
      case "number":
        this.#visitNumber(shape, value);
        break;
      case "bigint":
        this.#visitLarge(shape, value);
        break;
      case "string":
        this.#visitString(shape, value);
        break;
      case "boolean":
        this.visits++;
        shape.booleans++;
        if (shape.lastKind !== "boolean") this.#noteKind(shape, "boolean");
        if (shape.examples.length < this.limits.maxExamples) this.#addExample(shape, value);
        break;
      case "object":
        if (value === null) shape.nulls++;
        else if (Array.isArray(value)) this.#visitArray(shape, value);
        else this.#visitObject(shape, value);
        break;
      default:
        // A decoder's value outside the JSON model says nothing that a schema could hold.
        shape.untyped = true;
    }
  }

  #visitNumber(shape: Shape, value: number): void {
    this.visits++;
    if (!Number.isFinite(value)) {
      // Written as 1e400: a number that validators do not hold for one, and of which nothing else can be said.
      if (shape.lastKind !== "number") this.#noteKind(shape, "number");
      shape.floats++;
      shape.values = null;
      shape.untyped = true;
      return;
    }
    if (shape.lastKind !== "number") this.#noteKind(shape, "number");
    if (value < shape.min) shape.min = value;
    if (value > shape.max) shape.max = value;
    addToSum(shape, value);
    if (shape.trail === null && this.trails < MOST_TRAILS) {
      this.trails++;
      shape.trail = new NumberTrail();
    }
    shape.trail?.add(value, this.#atMs, this.source);
    if (Number.isInteger(value)) {
      shape.integers++;
      if (shape.values !== null && this.#countValue(shape, value)) return;
    } else {
      shape.floats++;
      shape.values = null;
    }
    if (shape.examples.length < this.limits.maxExamples) {
      this.#addExample(shape, this.#asSent ?? value);
    }
  }

  #visitLarge(shape: Shape, value: bigint): void {
    this.visits++;
    if (shape.lastKind !== "number") this.#noteKind(shape, "number");
    const rounded = Number(value);
    if (rounded < shape.min) shape.min = rounded;
    if (rounded > shape.max) shape.max = rounded;
    addToSum(shape, rounded);
    shape.integers++;
    shape.values = null;
    const { large } = shape;
    if (large === null || large.seen.size < MOST_LARGE) {
      shape.large = addLarge(large, { min: value, max: value, seen: new Set([String(value)]) });
    } else if (value < large.min) large.min = value;
    else if (value > large.max) large.max = value;
  }

  #visitString(shape: Shape, value: string): void {
    this.visits++;
    shape.strings++;
    if (shape.lastKind !== "string") this.#noteKind(shape, "string");
    if (value.includes(HIDDEN)) {
      // Of what is hidden nothing may be said: the schema has to hold for what was sent.
      shape.values = null;
      shape.formats = 0;
      if (shape.examples.length < this.limits.maxExamples) this.#addExample(shape, HIDDEN);
      return;
    }
    const length = value.length;
    if (length < shape.minLength) shape.minLength = length;
    if (length > shape.maxLength) shape.maxLength = length;
    if (shape.values !== null) {
      if (length > LONGEST_VALUE) shape.values = null;
      else if (this.#countValue(shape, value)) return;
    }
    if (shape.formats !== 0) shape.formats = keepMatchingFormats(shape.formats, value);
    if (shape.examples.length < this.limits.maxExamples) {
      this.#addExample(shape, shortenExample(value));
    }
  }

  #visitArray(shape: Shape, value: JsonValue[]): void {
    shape.arrays++;
    if (shape.lastKind !== "array") this.#noteKind(shape, "array");
    const length = value.length;
    if (length < shape.minItems) shape.minItems = length;
    if (length > shape.maxItems) shape.maxItems = length;
    if (shape.positions !== null) notePositions(shape, value);
    if (length === 0) return;
    this.#depth++;
    if (shape.items === null) {
      if (shape.itemsMissed || !this.#mayDescend()) {
        shape.itemsMissed = true;
        this.#depth--;
        return;
      }
      shape.items = this.#newShape();
    }
    for (let index = 0; index < length; index++) this.#visit(shape.items, value[index]);
    this.#depth--;
  }

  #visitObject(shape: Shape, value: { [key: string]: JsonValue }): void {
    const serial = ++shape.objects;
    if (shape.lastKind !== "object") this.#noteKind(shape, "object");
    this.#depth++;
    for (const key in value) {
      let child = shape.properties?.get(key);
      if (child === undefined) {
        child = this.#placeFor(shape, key);
        if (child === undefined) continue;
      }
      if (child.firstIn === 0) child.firstIn = serial;
      child.lastIn = serial;
      this.#visit(child, value[key]);
    }
    this.#depth--;
  }

  /** The place of a key that has none yet: a new field, the map's values, or nowhere. */
  #placeFor(shape: Shape, key: string): Shape | undefined {
    if (shape.mapValues !== null) {
      noteMapKey(shape, key);
      return shape.mapValues;
    }
    if (key.length > this.limits.maxKeyChars) {
      this.#reach("maxKeyChars");
      shape.longKeys = true;
      return undefined;
    }
    // A key that was passed over once must stay untracked: what it held then is not known.
    if (shape.keysMissed || !this.#mayDescend()) {
      shape.keysMissed = true;
      return undefined;
    }
    shape.properties ??= new Map();
    if (shape.properties.size >= this.limits.maxProperties) {
      this.#turnIntoMap(shape);
      return this.#placeFor(shape, key);
    }
    const child = this.#newShape();
    shape.properties.set(key, child);
    return child;
  }

  #mayDescend(): boolean {
    if (this.#depth > this.limits.maxDepth) this.#reach("maxDepth");
    else if (this.nodes >= this.limits.maxNodes) this.#reach("maxNodes");
    else return true;
    return false;
  }

  #newShape(): Shape {
    this.nodes++;
    return new Shape();
  }

  /** An object with too many fields: those that are nearly always there stay, the rest are ids. */
  #turnIntoMap(shape: Shape): void {
    this.#reach("maxProperties");
    const properties = shape.properties!;
    let rare = [...properties.keys()].filter((key) =>
      properties.get(key)!.count < 0.9 * shape.objects
    );
    if (properties.size - rare.length > this.limits.maxProperties / 2) {
      rare = [...properties.keys()];
    }
    this.collapse(shape, rare);
  }

  /** Counts a distinct value; true when it was there before, so that nothing about it is new. */
  #countValue(shape: Shape, value: string | number): boolean {
    const values = shape.values ??= new Map();
    const seen = values!.get(value);
    if (seen !== undefined) {
      values!.set(value, seen + 1);
      return true;
    }
    if (values!.size >= this.limits.maxValues) shape.values = null;
    else values!.set(value, 1);
    return false;
  }

  #addExample(shape: Shape, value: Scalar): void {
    for (const example of shape.examples) {
      if (example.value === value) return;
    }
    shape.examples.push({ value, first: this.visits });
  }

  #noteKind(shape: Shape, kind: Kind): void {
    if (shape.lastKind === null) {
      shape.firstKind = kind;
      shape.firstKindAtMs = this.#atMs;
    } else {
      shape.kindSwitches++;
      shape.lastSwitch = { from: shape.lastKind, to: kind, atMs: this.#atMs };
      shape.firstSwitch ??= shape.lastSwitch;
    }
    shape.lastKind = kind;
  }

  #merge(into: Shape, from: Shape, visitOffset: number): void {
    mergeScalars(into, from);
    this.#mergeValues(into, from);
    this.#mergeExamples(into, from, visitOffset);
    mergeKinds(into, from);
    mergePositions(into, from);
    if (from.items !== null) {
      this.#depth++;
      if (into.items === null && !into.itemsMissed && this.#mayDescend()) {
        into.items = this.#newShape();
      }
      if (into.items === null) into.itemsMissed = true;
      else this.#merge(into.items, from.items, visitOffset);
      this.#depth--;
    }
    if (from.itemsMissed) {
      into.itemsMissed = true;
      into.items = null;
    }
    this.#mergeProperties(into, from, visitOffset);
    into.longKeys ||= from.longKeys;
    into.untyped ||= from.untyped;
    if (from.firstAtMs < into.firstAtMs) into.firstAtMs = from.firstAtMs;
    if (from.lastAtMs > into.lastAtMs) into.lastAtMs = from.lastAtMs;
  }

  #mergeProperties(into: Shape, from: Shape, visitOffset: number): void {
    const objectsBefore = into.objects;
    into.objects += from.objects;
    this.#depth++;
    // Fields first: once there are map values, a field that is not known here counts among them.
    for (const [key, child] of from.properties ?? []) {
      const place = into.properties?.get(key) ?? this.#placeFor(into, key);
      if (place === undefined) continue;
      if (place.firstIn === 0) place.firstIn = objectsBefore + child.firstIn;
      place.lastIn = objectsBefore + child.lastIn;
      this.#merge(place, child, visitOffset);
    }
    if (from.mapValues !== null) {
      into.mapValues ??= new Shape();
      this.#merge(into.mapValues, from.mapValues, visitOffset);
      for (const key of from.mapKeys) noteMapKey(into, key);
      into.mapKeyCount = Math.max(into.mapKeyCount, from.mapKeyCount);
      // A field here may be among the ids there, so what it holds is known as the map's values only.
      const ids = [...into.properties?.keys() ?? []].filter((key) => !from.properties?.has(key));
      this.collapse(into, ids);
    }
    if (from.keysMissed) {
      into.keysMissed = true;
      for (const key of [...into.properties?.keys() ?? []]) {
        if (!from.properties?.has(key)) into.properties!.delete(key);
      }
    }
    this.#depth--;
  }

  #mergeValues(into: Shape, from: Shape): void {
    if (from.values === undefined || into.values === null) return;
    if (from.values === null) {
      into.values = null;
      return;
    }
    const values = into.values ??= new Map();
    for (const [value, count] of from.values) values.set(value, (values.get(value) ?? 0) + count);
    if (values.size > this.limits.maxValues) into.values = null;
  }

  #mergeExamples(into: Shape, from: Shape, visitOffset: number): void {
    if (from.examples.length === 0) return;
    const examples = into.examples;
    for (const { value, first } of from.examples) {
      const same = examples.find((example) => example.value === value);
      if (same === undefined) examples.push({ value, first: first + visitOffset });
      else same.first = Math.min(same.first, first + visitOffset);
    }
    examples.sort((a, b) => a.first - b.first);
    examples.length = Math.min(examples.length, this.limits.maxExamples);
  }

  #reach(limit: ShapeLimitName): void {
    this.reached.set(limit, (this.reached.get(limit) ?? 0) + 1);
  }
}

/** The kind of a JSON value as drift tells it, with null by its own name. */
function kindOf(value: JsonValue | bigint): Kind | "null" {
  if (value === null) return "null";
  if (typeof value === "bigint") return "number";
  if (Array.isArray(value)) return "array";
  return typeof value as Kind;
}

function noteMapKey(shape: Shape, key: string): void {
  if (shape.mapKeys.length >= 3 || key.length > LONGEST_VALUE) return;
  if (!shape.mapKeys.includes(key)) shape.mapKeys.push(key);
}

function shortenExample(text: string): string {
  if (text.length <= LONGEST_EXAMPLE) return text;
  // A cut between the halves of a surrogate pair would leave text that is not Unicode.
  return text.slice(0, LONGEST_EXAMPLE - 1).toWellFormed().replace(/\uFFFD$/, "") + "…";
}

function notePositions(shape: Shape, value: JsonValue[]): void {
  const length = value.length;
  if (shape.minItems !== shape.maxItems || length < 2 || length > LONGEST_POSITIONED) {
    shape.positions = null;
    return;
  }
  const positions = shape.positions ??= Array.from(
    { length },
    () => ({ kinds: new Set<Kind | "null">(), min: Infinity, max: -Infinity }),
  );
  for (let index = 0; index < length; index++) {
    const item = value[index];
    const position = positions[index];
    position.kinds.add(kindOf(item));
    if (typeof item === "number" || typeof item === "bigint") {
      position.min = Math.min(position.min, Number(item));
      position.max = Math.max(position.max, Number(item));
    }
  }
}
