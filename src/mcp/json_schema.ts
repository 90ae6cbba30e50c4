import { z } from "zod";

/** A JSON Schema object as a tool definition carries it. */
interface ObjectSchema {
  readonly type: "object";
  readonly properties?: Record<string, Record<string, unknown>>;
  readonly required?: string[];
  readonly [key: string]: unknown;
}

/**
 * The JSON Schema of a tool's arguments or results, in the part of the language that draft-07 and
 * 2020-12 share, because hosts read it as either.
 */
export function jsonSchemaOf(type: z.ZodType, direction: "input" | "output"): ObjectSchema {
  const schema = z.toJSONSchema(type, { target: "draft-7", io: direction, reused: "inline" });
  // Without a dialect each host takes its own, and all agree on what is used here.
  delete schema.$schema;
  // The tests hold results to what they always have; in a definition it would only cost tokens.
  if (direction === "output") {
    delete schema.required;
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      if (isAnyObject(property)) schema.properties![name] = {};
    }
  }
  return tidy(schema) as ObjectSchema;
}

/** Whether a schema says no more than "an object": its name tells that already. */
function isAnyObject(schema: unknown): boolean {
  const { type, properties = {}, additionalProperties = {}, ...rest } = schema as ObjectSchema;
  return type === "object" && isEmpty(properties) && isEmpty(additionalProperties) && isEmpty(rest);
}

function tidy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(tidy);
  if (typeof value !== "object" || value === null) return value;
  if (allowsNull(value)) {
    // Hosts drop tools over a union with null; that a value may be missing is no reason to.
    return "description" in value ? { description: value.description } : {};
  }
  const entries = Object.entries(value).filter(([key, item]) => !isNoise(key, item));
  return Object.fromEntries(entries.map(([key, item]) => [key, tidy(item)]));
}

function allowsNull(schema: object): boolean {
  const { type, anyOf } = schema as { type?: unknown; anyOf?: unknown };
  if (Array.isArray(type)) return type.includes("null");
  return Array.isArray(anyOf) && anyOf.some((option) => option?.type === "null");
}

const OPEN_KEYS = new Set(["additionalProperties", "properties", "items"]);

/** What every schema says without it: bounds that any integer a double can hold meets, "anything at all", no items. */
function isNoise(key: string, value: unknown): boolean {
  return (key === "maximum" && value === Number.MAX_SAFE_INTEGER) ||
    (key === "minimum" && value === Number.MIN_SAFE_INTEGER) ||
    (OPEN_KEYS.has(key) && isEmpty(value)) ||
    (key === "default" && Array.isArray(value) && value.length === 0) ||
    (key === "propertyNames" && JSON.stringify(value) === '{"type":"string"}');
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}
