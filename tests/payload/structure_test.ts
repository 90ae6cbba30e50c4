import assert from "node:assert/strict";
import fc from "fast-check";
import type { JsonValue } from "../../src/payload/payload.ts";
import { structureOf } from "../../src/payload/structure.ts";

Deno.test("a structure names keys in order with the types of their values", () => {
  assert.equal(
    structureOf({ temp: 21.5, id: "a", on: true }),
    '{"id":string,"on":boolean,"temp":number}',
  );
  assert.equal(structureOf({ a: { b: null } }), '{"a":{"b":null}}');
  assert.equal(structureOf(7), "number");
  assert.equal(structureOf([]), "[]");
});

Deno.test("a structure depends on neither values, key order nor array length", () => {
  assert.equal(structureOf({ a: 1, b: [1, 2, 3] }), structureOf({ b: [9], a: 2.5 }));
  assert.equal(structureOf([1, "x", 2]), structureOf(["y", 3]));
});

Deno.test("structures differ where a key, a type or an item's shape differs", () => {
  const shapes: JsonValue[] = [
    { a: 1 },
    { a: "1" },
    { a: null },
    { b: 1 },
    { a: [1] },
    { a: ["1"] },
    {},
    [],
  ];
  assert.equal(new Set(shapes.map(structureOf)).size, shapes.length);
});

Deno.test("keys that look like structure do not pass for it", () => {
  assert.notEqual(structureOf({ 'a":number,"b': 1 }), structureOf({ a: 1, b: 1 }));
});

Deno.test("a structure stays short for any value, and long ones stay distinct", () => {
  fc.assert(fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
    const text = structureOf(value as JsonValue);
    return text.length <= 260 && text === structureOf(structuredClone(value) as JsonValue);
  }));
  const wide = (last: string) =>
    Object.fromEntries([...Array.from({ length: 100 }, (_, i) => [`key${i}`, 1]), [last, 1]]);
  assert.notEqual(structureOf(wide("zx")), structureOf(wide("zy")));
});

Deno.test("a nesting of thousands of levels is cut instead of overflowing the stack", () => {
  let value: JsonValue = 1;
  for (let i = 0; i < 50_000; i++) value = [value];
  assert.match(structureOf(value), /…/);
});
