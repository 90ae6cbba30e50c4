import assert from "node:assert/strict";
import { assertTold, series, times, titlesOf } from "../../support.ts";

Deno.test("the latest text of an alarm that came just now is told, and not one of an alarm that is over", () => {
  const text = "PSL-311 barrier fluid pressure low-low";
  const told = (
    latest: (i: number) => string,
    active: (i: number) => number | boolean,
    holder = "alarms",
  ) =>
    titlesOf(
      "mixer",
      series(
        "hall/mixer/data",
        times(10, (i) => ({
          speed: 62 + i % 3,
          [holder]: { latest_text: latest(i), active: active(i) },
        })),
      ),
    );
  const came = (i: number) => i < 5 ? "" : text;
  const NOW = /latest_text" is PSL-311 .* came just now/;
  assertTold(told(came, (i) => i < 5 ? 0 : 1), NOW);
  assertTold(told(came, (i) => i >= 5, "fault"), NOW);
  assert.deepEqual(told(came, () => 0), []);
  assert.deepEqual(told(() => text, () => 0), []);
  assert.deepEqual(told(came, () => 0, "recipe"), []);
});
