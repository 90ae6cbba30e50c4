import assert from "node:assert/strict";
import { assertTold, series, times, titlesOf } from "../../support.ts";

const told = (depth: (i: number) => number) =>
  titlesOf("q/jobs/#", series("q/jobs/state", times(20, (i) => ({ queue_depth: depth(i) }))));

Deno.test("what waits and grows is told though it is full in the end", () => {
  assertTold(told((i) => 3 + 50 * i), /What waits grows/);
  assertTold(told((i) => Math.min(3 + 60 * i, 700) + i % 3), /What waits grows/);
});

Deno.test("what waits and is taken in the end is well", () => {
  assert.deepEqual(told((i) => i < 12 ? 3 + 60 * i : 720 - 80 * (i - 12)), []);
});
