import assert from "node:assert/strict";
import { assertTold, type Line, times, titlesOf } from "../../support.ts";

/** What is told of the third of three inverters, of which each tells the current of four strings and that of `dark` is 0. */
function told(dark: readonly string[], word = "string"): string[] {
  const lines = times(
    10,
    (n) =>
      [1, 2, 3].flatMap((inverter) =>
        [1, 2, 3, 4].map((string): Line => ({
          s: 6 * n + inverter + string / 10,
          topic: `park/inverter${inverter}/${word}${string}/current_a`,
          payload: dark.includes(`${inverter}/${string}`)
            ? "0.00"
            : (12 + string / 10 + ((n * 7 + string) % 5) / 20).toFixed(2),
        }))
      ),
  ).flat();
  return titlesOf("park/inverter3", lines);
}

Deno.test("a string that gives nothing is told where all other inverters have one at its place", () => {
  assertTold(told(["3/2"]), /"string2" gives nothing/);
  assertTold(told(["3/2"], "lancuch"), /"lancuch2" gives nothing/);
});

Deno.test("a place that a smaller inverter, or each of them, leaves free is no fault, nor is the night", () => {
  assert.deepEqual(told(["3/4"]), []);
  assert.deepEqual(told(["1/2", "2/2", "3/2"]), []);
  assert.deepEqual(told(["1/2", "3/2"]), []);
  assert.deepEqual(told(["3/1", "3/2", "3/3", "3/4"]), []);
});
