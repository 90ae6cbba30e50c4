import assert from "node:assert/strict";
import { assertTold, series, titlesOf } from "../../support.ts";

Deno.test("a count of active alarms that was none and is some is told, and one of all that there were is not", () => {
  const told = (name: string, counts: readonly number[]) =>
    titlesOf(
      "press",
      series(
        "hall/press/data",
        counts.map((count, i) => ({ alarms: { [name]: count }, torque: 41 + i % 3 })),
      ),
    );
  const RAISED = /reports an alarm: ".*" went from 0 to 2/;
  assertTold(told("active_count", [0, 0, 0, 0, 2, 2, 2, 2]), RAISED);
  assertTold(told("open_total", [0, 0, 0, 1, 2, 2, 2, 2]), RAISED);
  assert.deepEqual(told("active_count", [0, 0, 0, 2, 2, 0, 0, 0]), []);
  assert.deepEqual(told("active_count", [0, 0, 0, 0, 0, 0, 0, 0]), []);
  assert.deepEqual(told("count_since_service", [0, 0, 0, 0, 2, 2, 2, 2]), []);
});
