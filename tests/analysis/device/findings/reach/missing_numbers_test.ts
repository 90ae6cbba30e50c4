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

/** What one of three parts of a line is blamed for whose messages an agent numbers, the number within `around`. */
function observed(
  of: (n: number) => number,
  around: (seq: number) => unknown,
  lost: number[] = [],
) {
  const lines = times(60, (i) => ({
    s: 1 + i,
    topic: `agent/press/${["spindle", "spindle", "spindle", "door", "count"][i % 5]}/obs`,
    payload: around(of(i)),
  })).filter((_, i) => !lost.includes(i));
  return titlesOf("press", lines);
}

Deno.test("numbers that one source counts over several topics are not missing on one of them", () => {
  assert.deepEqual(observed((i) => 88_200 + i, (sequence) => ({ sequence, result: 4 })), []);
  assert.deepEqual(observed((i) => 300 + i, (seq) => [{ seq, level: "NORMAL" }]), []);
  // A gateway numbers what it passes on of several.
  const nodes = times(60, (i) => ({
    s: 1 + i,
    topic: `gw/node${i % 4 === 3 ? 2 : 1}/up`,
    payload: { fcnt_gw: 1, seq: 500 + i, t: 20 + (i % 3) / 10 },
  }));
  assert.deepEqual(titlesOf("node1", nodes), []);
});

Deno.test("numbers that are missing on a topic are told where each topic counts by itself", () => {
  const counts = new Map<number, number>();
  const own = (i: number) => {
    const part = Math.max(2, i % 5);
    counts.set(part, (counts.get(part) ?? 99) + 1);
    return counts.get(part) ?? 0;
  };
  const lost = [10, 11, 26, 41, 42];
  assertTold(observed(own, (sequence) => ({ sequence, result: 4 }), lost), /messages are missing/);
});
