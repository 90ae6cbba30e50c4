import { assertTold, series, titlesOf } from "../../support.ts";
import assert from "node:assert/strict";

Deno.test("a tracker whose supply is gone while its cell goes on is told, by the numbers of what it tells, and an engine that stops is not", () => {
  const told = (supply: readonly number[], ignition: (i: number) => number = () => 0) =>
    titlesOf(
      "352093086540113",
      series(
        "352093086540113/data",
        supply.map((mv, i) => ({
          state: {
            reported: {
              "66": mv,
              "67": mv === 0 ? 4_060 - i * 20 : 4_080,
              "68": mv > 13_000 ? 20 + i * 3 : 0,
              "239": ignition(i),
              latlng: `57.02911,24.1180${i % 3}`,
              sat: 11 + i % 3,
            },
          },
        })),
        4,
      ),
    );
  const GONE = /The supply breaks away: ".*66" fell from about 12508 to 0/;
  assertTold(told([12_494, 12_523, 12_505, 12_511, 0, 0, 0, 0, 0, 0, 0, 0]), GONE);
  const stops = [
    14_020,
    14_051,
    14_033,
    14_044,
    12_310,
    12_301,
    12_305,
    12_300,
    12_298,
    12_301,
    12_302,
  ];
  assert.deepEqual(told(stops, (i) => i < 4 ? 1 : 0), []);
  assert.deepEqual(told(stops), []);
  // Some are fed by what the ignition switches.
  const switched = stops.map((mv) => mv < 13_000 ? 0 : mv);
  assert.deepEqual(told(switched, (i) => i < 4 ? 1 : 0), []);
});

Deno.test("water that cools on its way out is no supply that gives out, and a voltage of that name is one", () => {
  const told = (beside: object) =>
    titlesOf(
      "rig7",
      series(
        "hall/rig7",
        [44, 43.8, 40, 36, 33, 30, 28, 26].map((supply) => ({ supply, ...beside })),
      ),
    );
  assertTold(told({ board: "B" }), /The supply breaks away/);
  assert.doesNotMatch(told({ return: 24.1 }).join(), /supply breaks away/);
});
