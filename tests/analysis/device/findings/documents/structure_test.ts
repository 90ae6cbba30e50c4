import assert from "node:assert/strict";
import { series, titlesOf } from "../../support.ts";

const speeds = (told: readonly (number | string)[]) =>
  titlesOf(
    "belt 4",
    series("plant/belt-4/telemetry", told.map((speed, i) => ({ speed, load: 40 + Math.sin(i) }))),
  );
const numbers = (count: number) => Array.from({ length: count }, (_, i) => 1.2 + i / 100);

Deno.test("a number that was a text for a while and is a number again is of mixed types", () => {
  const told = [...numbers(8), ...numbers(8).map((speed) => `${speed} m/s`)];
  for (const back of [1, 4, 8]) {
    assert.deepEqual(speeds([...told, ...numbers(back)]), [
      `"speed" is sometimes number, sometimes string`,
    ]);
  }
});

Deno.test("a word in the place of a number for a while is no other type of it", () => {
  const told = [...numbers(8), ...numbers(8).map(() => "calibrating"), ...numbers(4)];
  assert.deepEqual(speeds(told), []);
});
