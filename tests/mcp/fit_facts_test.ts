import assert from "node:assert/strict";
import fc from "fast-check";
import { fitFacts } from "../../src/mcp/fit_facts.ts";

Deno.test("the longest list is shortened first, and the cut is stated", () => {
  const facts = {
    rows: Array.from({ length: 1_000 }, (_, i) => ({ i, x: "abc" })),
    few: [1, 2, 3],
  };
  const fitted = fitFacts(JSON.stringify(facts), 5_000);
  assert.ok(fitted.text.length < 5_000);
  assert.deepEqual(fitted.facts.few, [1, 2, 3]);
  const [cut] = fitted.facts.cut as { field: string; total: number; returned: number }[];
  assert.deepEqual([cut.field, cut.total], ["rows", 1_000]);
  assert.equal(cut.returned, (fitted.facts.rows as unknown[]).length);
});

Deno.test("a long text, a long list inside, and a large map are shortened, too", () => {
  for (
    const facts of [
      { note: "x".repeat(9_000) },
      { a: { b: [{ c: Array(3_000).fill(1) }] } },
      { topics: Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`t/${i}`, i])) },
    ]
  ) {
    const { text, facts: fitted } = fitFacts(JSON.stringify(facts), 4_000);
    assert.ok(text.length < 4_000);
    assert.equal((fitted.cut as unknown[]).length, 1);
    assert.deepEqual(Object.keys(fitted).sort(), ["cut", ...Object.keys(facts)].sort());
  }
});

Deno.test("whatever the facts are, they fit afterwards and stay JSON", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 5 })), (facts) => {
      const { text, facts: fitted } = fitFacts(JSON.stringify(facts), 600);
      assert.ok(text.length < 600);
      assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(fitted)));
    }),
    { numRuns: 300, seed: 7 },
  );
});
