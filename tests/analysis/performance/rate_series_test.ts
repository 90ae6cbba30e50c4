import assert from "node:assert/strict";
import fc from "fast-check";
import { RateSeries } from "../../../src/analysis/performance/rate_series.ts";

Deno.test("no event is lost or counted twice, whatever the slices", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 7_200_000 }), { maxLength: 100 }),
      fc.constantFrom(100, 500, 1000, 60_000),
      fc.integer({ min: 1, max: 200 }),
      (times, sliceMs, maxSlices) => {
        const series = new RateSeries(1_000_000);
        for (const time of times) series.add(1_000_000 + time);
        const slices = series.slices({ untilMs: 8_200_000, sliceMs, maxSlices });
        assert.equal(slices.counts.reduce((sum, count) => sum + count, 0), times.length);
        assert.ok(slices.counts.length <= maxSlices + 1, `${slices.counts.length} slices`);
      },
    ),
    { numRuns: 150 },
  );
});

Deno.test("events land in the slice of their second", () => {
  const series = new RateSeries(0);
  for (const time of [0, 999, 1000, 1001, 3500]) series.add(time);
  assert.deepEqual(
    series.slices({ untilMs: 4000, sliceMs: 1000, maxSlices: 10 }).counts,
    [2, 2, 0, 1],
  );
});

Deno.test("an unfinished last slice is left out where only complete ones are wanted", () => {
  const series = new RateSeries(0);
  for (let time = 0; time < 2500; time += 100) series.add(time);
  const { counts } = series.slices({
    untilMs: 2500,
    sliceMs: 1000,
    maxSlices: 10,
    complete: true,
  });
  assert.deepEqual(counts, [10, 10]);
});

Deno.test("a clock that jumps far ahead or back neither fails nor loses counts", () => {
  const series = new RateSeries(1_000_000);
  for (const time of [0, 1_000_000, 1e15, NaN]) series.add(time);
  const { counts } = series.slices({ untilMs: 2_000_000, sliceMs: 1000, maxSlices: 60 });
  assert.equal(counts.reduce((sum, count) => sum + count, 0), 4);
});
