import assert from "node:assert/strict";
import { aggregateFigures } from "../../../src/collect/lasting/aggregate_figures.ts";
import { addValue, type Figure, figureOf } from "../../../src/collect/lasting/figures.ts";
import type { StoredStream } from "../../../src/collect/lasting/stored_stream.ts";

Deno.test("a mean of figures lies between their least and their greatest value, as one of messages", async () => {
  const minute = figureOf(12345.671);
  for (const value of [12345.675, 12345.69]) addValue(minute, value);
  const source = {
    *figures(): Generator<[number, Figure][]> {
      yield [[0, minute]];
    },
  };
  const { rows: [row] } = await aggregateFigures(source as unknown as StoredStream, {
    filter: "meter",
    from: 0,
    to: 60_000,
    aggregate: { by: "topic", bucketMs: 60_000, field: "total" },
    signal: new AbortController().signal,
  });
  assert.deepEqual([row.min, row.mean, row.max], [12345.671, 12345.67867, 12345.69]);
});
