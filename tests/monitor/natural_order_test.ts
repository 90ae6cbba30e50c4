import assert from "node:assert/strict";
import fc from "fast-check";
import { compareNaturally } from "../../src/monitor/natural_order.ts";

const name = fc.stringMatching(/^[a-c0-2\-\/]{0,8}$/);

Deno.test("names are in the order in which people count", () => {
  const names = ["dev10", "dev2", "dev1", "dev", "dev02", "Dev3", "dev1/b", "dev1/a10", "dev1/a9"];
  assert.deepEqual(names.sort(compareNaturally), [
    "Dev3",
    "dev",
    "dev1",
    "dev1/a9",
    "dev1/a10",
    "dev1/b",
    "dev02",
    "dev2",
    "dev10",
  ]);
});

Deno.test("the order is one: only equal names are equal, and it goes on from each to the next", () => {
  fc.assert(
    fc.property(name, name, name, (a, b, c) => {
      assert.equal(compareNaturally(a, b) === 0, a === b);
      assert.equal(compareNaturally(a, b) < 0, compareNaturally(b, a) > 0);
      if (compareNaturally(a, b) < 0 && compareNaturally(b, c) < 0) {
        assert.ok(compareNaturally(a, c) < 0, `${a} ${b} ${c}`);
      }
    }),
    { numRuns: 2_000 },
  );
});
