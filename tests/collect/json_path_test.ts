import assert from "node:assert/strict";
import fc from "fast-check";
import { parseJsonPath, valueAt } from "../../src/collect/json_path.ts";
import type { JsonValue } from "../../src/payload/payload.ts";

Deno.test("paths reach into objects and arrays, and the empty path is the payload", () => {
  const value = { a: { "b.c": [1, { d: null }] } };
  const at = (path: string) => valueAt(value, parseJsonPath(path));
  assert.equal(at('a["b.c"][0]'), 1);
  assert.equal(at('$.a["b.c"][1].d'), null);
  assert.equal(at("a.x"), undefined);
  assert.equal(at(""), value);
  assert.equal(at("a.b.c.d.e"), undefined);
});

Deno.test("members of the prototype are not reached", () => {
  assert.equal(valueAt({}, parseJsonPath("constructor")), undefined);
  assert.equal(valueAt({}, parseJsonPath("__proto__")), undefined);
});

Deno.test("a malformed path is refused with an example", () => {
  for (
    const path of [
      "a[",
      "a[x]",
      "a..b",
      '["a',
      '["\\x"]',
      '["\\u12"]',
      '["a\tb"]',
      "[".repeat(8_000),
    ]
  ) {
    assert.throws(() => parseJsonPath(path), { code: "INVALID_ARGUMENT" });
  }
});

/** Any text, and text out of the characters that mean something in a path. */
const path = fc.oneof(
  fc.string(),
  fc.string({ unit: fc.constantFrom("[", "]", '"', "\\", ".", "$", "x", "u", "0", "\n") }),
);

Deno.test("no path and no value makes it throw anything else", () => {
  fc.assert(fc.property(path, fc.jsonValue(), (path, value) => {
    try {
      valueAt(value as JsonValue, parseJsonPath(path));
    } catch (error) {
      assert.equal((error as { code?: string }).code, "INVALID_ARGUMENT");
    }
  }));
});
