import { XMLParser } from "fast-xml-parser";
import type { JsonValue } from "../../payload/payload.ts";
import { listFields, type SchemaField } from "./fields.ts";
import { ShapeObserver } from "./json_shape.ts";
import { Shape } from "./shape.ts";
import { recogniseMaps } from "./map_keys.ts";

/** The structure of XML payloads: elements as fields, attributes as fields that begin with `@`. */
export interface XmlStructure {
  readonly samples: number;
  /** Payloads too long to look into, or not well-formed enough to. */
  readonly skipped: number;
  readonly roots: string[];
  readonly fields: SchemaField[];
}

/** Longer XML is counted and not looked into, in UTF-16 units. */
const LONGEST_READ = 32_768;

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  ignoreDeclaration: true,
  ignorePiTags: true,
  parseTagValue: true,
  parseAttributeValue: true,
  processEntities: false,
});

/** Learns the structure of XML payloads one by one, in bounded memory. */
export class XmlProfile {
  #samples = 0;
  #skipped = 0;
  readonly #shape = new Shape();
  readonly #observer = new ShapeObserver({
    maxNodes: 500,
    maxDepth: 16,
    maxProperties: 100,
    maxValues: 16,
    maxExamples: 2,
    maxKeyChars: 128,
  });

  /** Adds one payload's text, received at `atMs` (ms since the epoch). */
  add(text: string, atMs: number): void {
    this.#samples++;
    if (text.length > LONGEST_READ) {
      this.#skipped++;
      return;
    }
    let value: JsonValue;
    try {
      value = parser.parse(text) as JsonValue;
    } catch {
      // Malformed input from a stranger is a fact to report, not a failure.
      this.#skipped++;
      return;
    }
    this.#observer.observe(this.#shape, value, atMs);
  }

  /** Adds what `other` has learnt, as if it had come later. */
  merge(other: XmlProfile): void {
    this.#samples += other.#samples;
    this.#skipped += other.#skipped;
    this.#observer.merge(this.#shape, other.#shape, this.#observer.visits);
    this.#observer.visits += other.#observer.visits;
  }

  /** What was learnt so far. */
  result(): XmlStructure {
    const observer = new ShapeObserver(this.#observer.limits);
    const shape = new Shape();
    observer.merge(shape, this.#shape);
    recogniseMaps(shape, observer);
    return {
      samples: this.#samples,
      skipped: this.#skipped,
      roots: [...shape.properties?.keys() ?? []].slice(0, 10),
      fields: listFields(shape),
    };
  }
}
