import type { Confidence } from "./confidence.ts";
import type { BinaryPattern } from "./binary_pattern.ts";
import type { DriftEvent } from "./drift.ts";
import type { SchemaField } from "./fields.ts";
import type { JsonSchema } from "./json_schema.ts";
import type { TextPattern } from "./text_pattern.ts";
import type { XmlStructure } from "./xml_structure.ts";

/** Topics that share a structure. */
export interface SchemaGroup {
  /** The topic filter most of them fall under: `sensors/+/temp`. */
  readonly pattern: string;
  /** All filters, when one does not cover them; at most ten. */
  readonly patterns?: string[];
  readonly topic_count: number;
  /** Some of the topics. */
  readonly topics: string[];
  readonly sample_count: number;
  readonly formats: Record<string, number>;
  readonly text?: TextPattern;
  readonly xml?: XmlStructure;
  readonly binary?: BinaryPattern;
}

/** What is known of the structure of all payloads added so far. */
export interface SchemaResult {
  readonly sample_count: number;
  /** Payloads by format. */
  readonly formats: Record<string, number>;
  /**
   * JSON Schema 2020-12 under which every JSON payload is valid; `anyOf` with one schema per group
   * when topics have different structures. Text-only topics are described as strings.
   */
  readonly schema: JsonSchema;
  readonly fields: SchemaField[];
  readonly confidence: Confidence;
  readonly groups: SchemaGroup[];
  readonly drift: DriftEvent[];
  readonly warnings: string[];
}
