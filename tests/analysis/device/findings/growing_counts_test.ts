import assert from "node:assert/strict";
import { assertTold, series, times, titlesOf } from "../support.ts";

Deno.test("errors that begin to grow with each report are told, and some that came now and then are not", () => {
  const told = (errors: readonly number[]) =>
    titlesOf(
      "pump",
      series("line/pump/stats", errors.map((crcErrors) => ({ crcErrors, rpm: 40 }))),
    );
  assertTold(
    told([12, 12, 12, 12, 12, 15, 18, 21, 24, 27]),
    /fails again and again.* from 12 to 27/,
  );
  assert.deepEqual(told([12, 12, 13, 13, 13, 14, 14, 14, 15, 15]), []);
  assert.deepEqual(told(times(10, (i) => i < 7 ? 12 : 12 + i)), []);
});
