import assert from "node:assert/strict";
import { assertTold, series, times, titlesOf } from "../../support.ts";

Deno.test("a level of a tank that is little is told where it may be percent, and not where it may be metres", () => {
  const tank = (levels: readonly number[], name = "water_level") =>
    titlesOf("tank 8", series("works/tank_8", levels.map((level) => ({ [name]: level }))));
  const told = /Nearly nothing is left/;
  assertTold(tank(times(12, (i) => i < 6 ? 4 : 3)), told);
  assertTold(tank(times(12, (i) => 4.4 - 0.01 * i), "water_level_percent"), told);
  assert.deepEqual(tank(times(12, (i) => 4.4 - 0.01 * i)), []);
});
