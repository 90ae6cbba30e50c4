import type { JsonValue } from "./payload.ts";

/** Deeper levels are written as `…`: a stranger's nesting must not become our stack. */
const MAX_DEPTH = 12;
/** Values looked at before the rest is written as `…`. */
const MAX_NODES = 2_000;
/** Longer signatures are cut and closed with a hash of their whole, so that they stay distinct. */
const MAX_SIGNATURE_CHARS = 240;

/**
 * A short, stable signature of a value's shape: keys in alphabetical order with the types of their
 * values (`{"hum":number,"temp":number}`), arrays by the distinct shapes of their items
 * (`[number|string]`). Two values have the same signature exactly when a reader would call them
 * "the same kind of message"; values, array lengths and key order do not matter. At most 240
 * characters and a hash.
 */
export function structureOf(value: JsonValue): string {
  const signature = shape(value, 0, { nodes: 0 });
  if (signature.length <= MAX_SIGNATURE_CHARS) return signature;
  return `${signature.slice(0, MAX_SIGNATURE_CHARS)}…${hashText(signature)}`;
}

function shape(value: JsonValue, depth: number, budget: { nodes: number }): string {
  if (value === null) return "null";
  if (typeof value !== "object") return typeof value;
  if (depth >= MAX_DEPTH || ++budget.nodes > MAX_NODES) return "…";
  if (Array.isArray(value)) {
    const items = new Set<string>();
    for (const item of value) {
      if (++budget.nodes > MAX_NODES) {
        items.add("…");
        break;
      }
      items.add(shape(item, depth + 1, budget));
    }
    return `[${[...items].sort().join("|")}]`;
  }
  const fields: string[] = [];
  for (const key of Object.keys(value).sort()) {
    if (++budget.nodes > MAX_NODES) {
      fields.push("…");
      break;
    }
    fields.push(`${JSON.stringify(key)}:${shape(value[key], depth + 1, budget)}`);
  }
  return `{${fields.join(",")}}`;
}

/** FNV-1a with two offsets: 64 bits as hexadecimal, enough to keep long signatures apart. */
function hashText(text: string): string {
  let a = 0x811c9dc5;
  let b = 0x9e3779b9;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x5bd1e995);
  }
  return (a >>> 0).toString(16).padStart(8, "0") + (b >>> 0).toString(16).padStart(8, "0");
}
