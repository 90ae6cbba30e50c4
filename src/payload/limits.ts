/** Deepest nesting that is decoded; deeper payloads are handed on as text or base64. */
export const MAX_DEPTH = 64;

/** Most values (members, items, fields) decoded from one payload. */
export const MAX_NODES = 100_000;

/** Most bytes a compressed payload may expand to, over all its layers. */
export const MAX_EXPANDED_BYTES = 4 * 1024 * 1024;

/** Most values of a binary format: each takes several times as long as one of JSON. */
export const MAX_BINARY_NODES = 50_000;

/** Most layers of compression taken off one payload. */
export const MAX_COMPRESSION_LAYERS = 3;

/** A number for people: `12345` as `12,345`, whatever the machine's locale. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** `1 integer`, `1,200 integers`: a count with its noun, whose plural takes an s. */
export function countOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}
