import type { Kind, Shape } from "./shape.ts";

/** A type name of JSON Schema. */
export type SchemaType = "integer" | "number" | "string" | "boolean" | "array" | "object" | "null";

/** The JSON Schema types seen at a place, the most frequent first and `null` last. */
export function schemaTypes(shape: Shape): SchemaType[] {
  const types: SchemaType[] = kindCounts(shape).sort((a, b) => b[1] - a[1])
    .map(([kind]) => kind === "number" && shape.floats === 0 ? "integer" : kind);
  if (shape.nulls > 0) types.push("null");
  return types;
}

/** How often each kind was seen at a place, nulls left out. */
export function kindCounts(shape: Shape): [Kind, number][] {
  const counts: [Kind, number][] = [
    ["number", shape.numbers],
    ["string", shape.strings],
    ["boolean", shape.booleans],
    ["array", shape.arrays],
    ["object", shape.objects],
  ];
  return counts.filter(([, count]) => count > 0);
}

/** The kind seen most often at a place, or null when only nulls were. */
export function dominantKind(shape: Shape): Kind | null {
  let best: [Kind, number] | null = null;
  for (const entry of kindCounts(shape)) {
    if (best === null || entry[1] > best[1]) best = entry;
  }
  return best?.[0] ?? null;
}

/** How many values at a place are not of its dominant kind, nulls left out. */
export function oddValues(shape: Shape): number {
  const counts = kindCounts(shape).map(([, count]) => count);
  return counts.reduce((sum, count) => sum + count, 0) - Math.max(0, ...counts);
}
