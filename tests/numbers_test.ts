import assert from "node:assert/strict";
import fc from "fast-check";
import { meanWithin } from "../src/numbers.ts";

Deno.test("a mean has few digits, but as many as tell it from the least and the greatest value", () => {
  for (
    const [mean, min, max, shown] of [
      [20.123456789, 10, 30, 20.1235],
      [1 / 3, 0, 1, 0.333333],
      [12345.68055, 12345.671, 12345.69, 12345.68055],
      [1795941784500.25, 1795941783000, 1795941786000, 1795941784500],
      [-1234567.80549, -1234567.82, -1234567.8, -1234567.80549],
      [5.000000001, 5, 5, 5],
      [0, 0, 0, 0],
      [0, -1e-9, 1e-9, 0],
      [2 / 3 * 1e-9, 0, 1e-9, 6.66667e-10],
    ]
  ) {
    assert.equal(meanWithin(mean, { min, max }), shown);
  }
});

Deno.test("a mean never lies outside of its values, and is off by a hundredth of their spread at most", () => {
  const number = fc.double({ noNaN: true, min: -1e15, max: 1e15 });
  fc.assert(
    fc.property(
      number,
      fc.array(fc.double({ noNaN: true, min: -1e3, max: 1e3 }), { minLength: 1 }),
      (
        base,
        offsets,
      ) => {
        const values = offsets.map((offset) => base + offset);
        const [min, max] = [Math.min(...values), Math.max(...values)];
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        const shown = meanWithin(mean, { min, max });
        assert.ok(min <= shown && shown <= max, `${shown} of ${min} to ${max}`);
        const within = Math.min(max, Math.max(min, mean));
        assert.ok(Math.abs(shown - within) <= (max - min) / 100, `${shown} for ${mean}`);
      },
    ),
  );
});
