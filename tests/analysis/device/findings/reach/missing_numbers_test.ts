import assert from "node:assert/strict";
import { assertTold, times, titlesOf } from "../../support.ts";

/** What a gauge is blamed for whose messages bear these numbers, beside one that bears the others. */
function told(numbers: readonly number[], others: readonly number[], key = "seq"): string[] {
  const gauge = (id: string, all: readonly number[], late: number) =>
    all.map((n, i) => ({
      s: 1 + 3 * i + late,
      topic: `/devices/${id}/events`,
      payload: { [key]: n, flow: 180 + (i * 7) % 5, level_cm: 39 + (i % 3) / 10 },
    }));
  const lines = [...gauge("weir-2", numbers, 0.7), ...gauge("weir-1", others, 0)];
  return titlesOf("weir-2", lines.sort((a, b) => a.s - b.s));
}

const byOne = times(10, (i) => 8811 + i);
const lossy = [4102, 4103, 4107, 4108, 4113, 4114, 4119, 4120, 4125, 4126];

Deno.test("where another of its kind counts its messages by one, half of them lost are told as missing", () => {
  assertTold(told(lossy, byOne), /15 messages are missing on "\/devices\/weir-2\/events"/);
});

Deno.test("what counts something else, or is told beside none that counts by one, misses nothing by so few steps of one", () => {
  assert.deepEqual(told(lossy, lossy.map((n) => n + 900)), []);
  assert.deepEqual(told(lossy, [], "seq"), []);
  assert.deepEqual(told(byOne, lossy), []);
});
