import assert from "node:assert/strict";
import { sharedOut } from "../../scripts/test.ts";

Deno.test("each test file is in one module, neighbours together, and modules are of about the same size", () => {
  const files = Array.from({ length: 100 }, (_, i) => ({ name: i, size: 1 + i * 7 % 10 }));
  const modules = sharedOut(files, 8);
  assert.equal(modules.length, 8);
  assert.deepEqual(modules.flat(), files);
  const sizes = modules.map((module) => module.reduce((sum, { size }) => sum + size, 0));
  assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 2 * 10, String(sizes));
});

Deno.test("fewer test files than modules are as many modules, also where a file is empty or far larger than others", () => {
  const sizes = (...all: number[]) =>
    sharedOut(all.map((size) => ({ size })), 4).map((module) => module.map(({ size }) => size));
  assert.deepEqual(sizes(5, 5), [[5], [5]]);
  assert.deepEqual(sizes(0), [[0]]);
  assert.deepEqual(sizes(), []);
  assert.deepEqual(sizes(1, 1, 1000, 1).flat(), [1, 1, 1000, 1]);
});
