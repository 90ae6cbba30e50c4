import type { DecodedPayload, JsonValue } from "../../payload/payload.ts";
import { parseUnrounded } from "../../payload/json.ts";
import { hideInJson } from "../../payload/secrets.ts";
import { BinaryProfile } from "./binary_pattern.ts";
import type { ShapeObserver } from "./json_shape.ts";
import { Shape } from "./shape.ts";
import { TextProfile } from "./text_pattern.ts";
import { XmlProfile } from "./xml_structure.ts";

/** What a payload is inferred as, whatever its exact format. */
export type Category = "json" | "text" | "malformed" | "xml" | "binary" | "empty";

/** A change of the {@linkcode Category} of a topic's payloads. */
interface CategorySwitch {
  readonly from: Category;
  readonly to: Category;
  readonly atMs: number;
}

const MAX_FORMATS = 16;
const JSON_FORMATS = new Set([
  "json",
  "number",
  "messagepack",
  "cbor",
  "sparkplug_b",
  "protobuf",
]);

/** What has been learnt of the payloads of one topic, or of topics that share a structure. */
export class TopicProfile {
  samples = 0;
  firstAtMs = Infinity;
  lastAtMs = -Infinity;
  /** Payloads by format, as the decoder names it; rare ones beyond sixteen are `other`. */
  readonly formats = new Map<string, number>();
  readonly categories = new Map<Category, number>();
  /** Decoded values of the JSON model. */
  readonly json = new Shape();
  /** Texts and words such as `ON`, as strings. */
  readonly words = new Shape();
  /** The first text that looks like JSON but is not, and what is wrong with it. */
  malformed: { readonly text: string; readonly why: string } | null = null;
  /** Payloads in which an object has a key more than once, and one of these keys. */
  repeats: { count: number; readonly key: string } | null = null;
  text: TextProfile | null = null;
  xml: XmlProfile | null = null;
  binary: BinaryProfile | null = null;
  firstCategory: Category | null = null;
  firstCategoryAtMs = Infinity;
  lastCategory: Category | null = null;
  categorySwitches = 0;
  firstSwitch: CategorySwitch | null = null;

  /** Adds one payload and what it was decoded to. */
  add(
    payload: Uint8Array,
    decoded: DecodedPayload,
    { atMs, observer }: { atMs: number; observer: ShapeObserver },
  ): void {
    this.samples++;
    this.firstAtMs = Math.min(this.firstAtMs, atMs);
    this.lastAtMs = Math.max(this.lastAtMs, atMs);
    this.#count(decoded.format, 1);
    const { repeatedKey: key } = decoded;
    if (key !== undefined) (this.repeats ??= { count: 0, key }).count++;
    const inferred = categorise(payload, decoded);
    this.#noteCategory(inferred.category, atMs);
    switch (inferred.category) {
      case "json":
        observer.observe(this.json, inferred.value, atMs, decoded.asSent);
        break;
      case "text":
        observer.observe(this.words, inferred.value, atMs);
        (this.text ??= new TextProfile()).add(String(inferred.value), atMs);
        break;
      case "malformed":
        this.malformed ??= { text: String(inferred.value), why: decoded.malformed ?? "" };
        break;
      case "xml":
        (this.xml ??= new XmlProfile()).add(String(inferred.value), atMs);
        break;
      case "binary":
        (this.binary ??= new BinaryProfile()).add(payload);
    }
  }

  /** Adds what `other` has learnt from the same stream. */
  merge(other: TopicProfile, observer: ShapeObserver): void {
    this.samples += other.samples;
    this.firstAtMs = Math.min(this.firstAtMs, other.firstAtMs);
    this.lastAtMs = Math.max(this.lastAtMs, other.lastAtMs);
    for (const [format, count] of other.formats) this.#count(format, count);
    observer.merge(this.json, other.json);
    observer.merge(this.words, other.words);
    this.malformed ??= other.malformed;
    if (other.repeats !== null) {
      (this.repeats ??= { count: 0, key: other.repeats.key }).count += other.repeats.count;
    }
    if (other.text !== null) (this.text ??= new TextProfile()).merge(other.text);
    if (other.xml !== null) (this.xml ??= new XmlProfile()).merge(other.xml);
    if (other.binary !== null) (this.binary ??= new BinaryProfile()).merge(other.binary);
    this.#mergeCategories(other);
  }

  /** The category most payloads are of; `empty` only when there is no other. */
  get dominantCategory(): Category {
    let best: Category = "empty";
    let most = 0;
    for (const [category, count] of this.categories) {
      if (category !== "empty" && count > most) [best, most] = [category, count];
    }
    return best;
  }

  #count(format: string, count: number): void {
    const known = this.formats.has(format) || this.formats.size < MAX_FORMATS;
    const name = known ? format : "other";
    this.formats.set(name, (this.formats.get(name) ?? 0) + count);
  }

  #noteCategory(category: Category, atMs: number): void {
    this.categories.set(category, (this.categories.get(category) ?? 0) + 1);
    // Clearing a retained message sends an empty payload: that is no change of format.
    if (category === "empty" || category === this.lastCategory) return;
    if (this.lastCategory === null) {
      this.firstCategory = category;
      this.firstCategoryAtMs = atMs;
    } else {
      this.categorySwitches++;
      this.firstSwitch ??= { from: this.lastCategory, to: category, atMs };
    }
    this.lastCategory = category;
  }

  #mergeCategories(other: TopicProfile): void {
    for (const [category, count] of other.categories) {
      this.categories.set(category, (this.categories.get(category) ?? 0) + count);
    }
    if (other.firstCategory === null) return;
    if (this.lastCategory === null) {
      this.firstCategory = other.firstCategory;
      this.firstCategoryAtMs = other.firstCategoryAtMs;
    } else if (this.lastCategory !== other.firstCategory) {
      this.categorySwitches++;
      this.firstSwitch ??= {
        from: this.lastCategory,
        to: other.firstCategory,
        atMs: other.firstCategoryAtMs,
      };
    }
    this.categorySwitches += other.categorySwitches;
    this.firstSwitch ??= other.firstSwitch;
    this.lastCategory = other.lastCategory;
  }
}

/** What a decoded payload is inferred as, and from which value. */
function categorise(
  payload: Uint8Array,
  decoded: DecodedPayload,
): { category: Category; value: JsonValue } {
  const { value } = decoded;
  const format = decoded.format.slice(decoded.format.lastIndexOf("+") + 1);
  if (format === "empty") return { category: "empty", value };
  if (decoded.encoding === "base64") return { category: "binary", value };
  if (format === "xml") return { category: "xml", value };
  if (decoded.malformed !== undefined) return { category: "malformed", value };
  if (decoded.note !== undefined && format === decoded.format && TEXTUAL.has(format)) {
    // A note says that the value differs from the payload, as where a number is too large for a
    // double and handed on as text; a schema must hold for the JSON as it was sent. Long JSON that was
    // left as text holds more values than may be looked at.
    const parsed = format === "text" && payload.length > LONGEST_BARE_NUMBER
      ? undefined
      : parseUnrounded(utf8.decode(payload));
    if (parsed !== undefined) {
      // Whatever was hidden in it stays hidden, also what its topic or a repeated key made a secret.
      const value = decoded.hidden === undefined ? parsed : hideInJson(parsed, SECRET);
      return { category: "json", value };
    }
  }
  if (JSON_FORMATS.has(format) || typeof value !== "string") return { category: "json", value };
  return { category: "text", value };
}

/** The name of a topic whose payload is a secret. */
const SECRET = "secret";
const LONGEST_BARE_NUMBER = 2_000;
const TEXTUAL = new Set(["json", "number", "text"]);
const utf8 = new TextDecoder();
