import assert from "node:assert/strict";
import fc from "fast-check";
import { QuantileSketch } from "../../../src/analysis/performance/quantile_sketch.ts";

const value = fc.oneof(
  fc.double({ min: 0.001, max: 1e12, noNaN: true }),
  fc.integer({ min: 0, max: 1000 }),
  fc.constant(0),
);

Deno.test("every quantile is within 1 % of the exact one, however the values are spread", () => {
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 1, maxLength: 200 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (values, q) => {
        const sketch = new QuantileSketch();
        for (const one of values) sketch.add(one);
        const exact = [...values].sort((a, b) => a - b)[Math.floor(q * (values.length - 1))]!;
        const told = sketch.quantile(q);
        assert.ok(Math.abs(told - exact) <= exact * 0.0101 + 1e-9, `${told} instead of ${exact}`);
      },
    ),
    { numRuns: 300 },
  );
});

Deno.test("no value, negative values and what is no number do no harm", () => {
  const sketch = new QuantileSketch();
  assert.equal(sketch.percentiles(), null);
  assert.equal(sketch.quantile(0.5), 0);
  for (const odd of [NaN, -5, Infinity]) sketch.add(odd);
  assert.equal(sketch.count, 2);
  assert.equal(sketch.quantile(0), 0);
});

Deno.test("percentiles of small integers are exact", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 49 }), { minLength: 1, maxLength: 100 }),
      (values) => {
        const sketch = new QuantileSketch();
        for (const one of values) sketch.add(one);
        const sorted = [...values].sort((a, b) => a - b);
        const told = sketch.percentiles()!;
        assert.equal(told.p50, sorted[Math.floor(0.5 * (values.length - 1))]);
        assert.equal(told.p95, sorted[Math.floor(0.95 * (values.length - 1))]);
      },
    ),
    { numRuns: 200 },
  );
});
