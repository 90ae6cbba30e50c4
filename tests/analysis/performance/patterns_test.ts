import assert from "node:assert/strict";
import fc from "fast-check";
import { findBursts } from "../../../src/analysis/performance/bursts.ts";
import { HeavyHitters } from "../../../src/analysis/performance/heavy_hitters.ts";
import {
  everyWords,
  findBeat,
  findPulse,
  groupBeats,
} from "../../../src/analysis/performance/periodicity.ts";
import { sparkline } from "../../../src/analysis/performance/report.ts";
import { findTrend } from "../../../src/analysis/performance/trend.ts";
import { createRandom } from "../../../src/demo/random.ts";

/** Counts as they come at random at a mean rate: a Poisson draw for each slice. */
function randomArrivals(mean: (slice: number) => number, o: { slices: number; seed: number }) {
  const random = createRandom(o.seed);
  return Array.from({ length: o.slices }, (_, slice) => {
    const limit = Math.exp(-mean(slice));
    let count = 0;
    for (let product = random(); product > limit; product *= random()) count++;
    return count;
  });
}

Deno.test("random arrivals at a constant rate have a trend in at most one of twenty cases", () => {
  let alarms = 0;
  for (let seed = 0; seed < 400; seed++) {
    const trend = findTrend(randomArrivals(() => 20, { slices: 30, seed }));
    if (trend.direction !== "steady") alarms++;
  }
  assert.ok(alarms <= 20, `${alarms} of 400`);
});

Deno.test("a rate that doubles or halves is told with its direction and size", () => {
  let told = 0;
  for (let seed = 0; seed < 50; seed++) {
    const rising = findTrend(randomArrivals((i) => 20 + (20 * i) / 29, { slices: 30, seed }));
    const falling = findTrend(randomArrivals((i) => 40 - (20 * i) / 29, { slices: 30, seed }));
    if (
      rising.direction === "rising" && Math.abs(rising.change_percent - 100) < 60 &&
      falling.direction === "falling" && Math.abs(falling.change_percent + 50) < 25
    ) told++;
  }
  assert.ok(told >= 47, `${told} of 50`);
});

Deno.test("one burst is no trend, and too few slices say that they are too few", () => {
  const counts = Array.from({ length: 30 }, (_, i) => i >= 27 ? 900 : 20 + (i % 3));
  assert.equal(findTrend(counts).direction, "steady");
  assert.match(findTrend([1, 2, 3]).why, /too few/);
});

Deno.test("bursts are found where they are, with their size, and neighbours are one", () => {
  const counts = Array.from({ length: 60 }, (_, i) => 18 + (i % 5));
  counts[20] = 150;
  counts[21] = 220;
  counts[50] = 120;
  assert.deepEqual(findBursts(counts).bursts, [
    { firstSlice: 20, slices: 2, messages: 370, peak: 220 },
    { firstSlice: 50, slices: 1, messages: 120, peak: 120 },
  ]);
});

Deno.test("random arrivals and sparse traffic have no bursts", () => {
  let alarms = 0;
  for (let seed = 0; seed < 200; seed++) {
    for (const mean of [0.3, 3, 30]) {
      if (findBursts(randomArrivals(() => mean, { slices: 60, seed })).bursts.length > 0) alarms++;
    }
  }
  assert.ok(alarms <= 2, `${alarms} of 600`);
});

Deno.test("a beat is told with its jitter and the beats it missed", () => {
  const random = createRandom(3);
  const intervals = Array.from({ length: 20 }, () => 30_000 + (random() - 0.5) * 1000);
  intervals[7] = 60_100;
  const beat = findBeat(intervals)!;
  assert.ok(Math.abs(beat.periodMs - 30_000) < 200, `${beat.periodMs}`);
  assert.ok(beat.jitterMs > 50 && beat.jitterMs < 600, `${beat.jitterMs}`);
  assert.equal(beat.missed, 1);
  assert.match(everyWords(beat.periodMs, beat.jitterMs), /^every (29\.9|30|30\.1) s ± 0\.\d+$/);
});

Deno.test("random intervals keep no beat", () => {
  let beats = 0;
  for (let seed = 0; seed < 200; seed++) {
    const random = createRandom(seed);
    const intervals = Array.from({ length: 20 }, () => -1000 * Math.log(1 - random()));
    if (findBeat(intervals) !== null) beats++;
  }
  assert.ok(beats <= 2, `${beats} of 200`);
});

Deno.test("topics with nearly the same period are one group, the largest first", () => {
  const beat = (periodMs: number) => ({ periodMs, jitterMs: 10, missed: 0, intervals: 9 });
  const groups = groupBeats([
    { topic: "a", beat: beat(1000) },
    { topic: "b", beat: beat(5000) },
    { topic: "c", beat: beat(5100) },
  ]);
  assert.deepEqual(groups.map((group) => group.topics), [["b", "c"], ["a"]]);
});

Deno.test("traffic that pulses is told by its period, and random traffic does not pulse", () => {
  const pulsing = Array.from({ length: 80 }, (_, i) => i % 10 === 3 ? 40 : 1);
  assert.equal(findPulse(pulsing), 10);
  assert.equal(findPulse(randomArrivals(() => 10, { slices: 80, seed: 1 })), null);
  assert.equal(findPulse([5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5]), null);
});

Deno.test("a heavy hitter is found among any number of others, its count within its bounds", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 5000 }), { minLength: 50, maxLength: 1500 }),
      (noise) => {
        const hitters = new HeavyHitters(64);
        let loud = 0;
        for (const [index, key] of noise.entries()) {
          hitters.add(`noise/${key}`);
          if (index % 4 === 0) {
            hitters.add("loud");
            loud++;
          }
        }
        const found = hitters.top(0).find((entry) => entry.key === "loud");
        assert.ok(found !== undefined, "not found");
        assert.ok(found.atLeast <= loud && loud <= found.atMost);
      },
    ),
    { numRuns: 40 },
  );
});

Deno.test("a sparkline has one block for each value, the lowest for nothing", () => {
  assert.equal(sparkline([0, 1, 50, 100]), "▁▂▅█");
  assert.equal(sparkline([0, 0]), "▁▁");
  assert.equal(sparkline([]), "");
});
