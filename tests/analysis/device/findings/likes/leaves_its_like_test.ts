import assert from "node:assert/strict";
import { assertTold, type Line, series, times, titlesOf } from "../../support.ts";

/** A reading that moves a little around a value. */
const about = (value: number, i: number) => Math.round(10 * (value + ((i * 7) % 5) / 10)) / 10;

/** What is told of units that each say the same on a topic of their own. */
function units(payload: (unit: number, i: number) => unknown, count = 20): string[] {
  const lines = times(count, (i) =>
    times(3, (unit): Line => ({
      s: 10 * i + unit + 1,
      topic: `hall/dryseq/${unit + 4}`,
      payload: payload(unit, i),
    }))).flat();
  return titlesOf("hall/#", lines);
}

Deno.test("one of several alike that leaves the others is told, whatever it is of, in a list, in columns or on topics", () => {
  const list = (i: number) => times(6, (n) => n === 4 && i > 7 ? 0 : about(61 + i / 10, i + n));
  assertTold(
    titlesOf("rig/#", series("rig/qx", times(20, list), 10)),
    /One of 6 alike leaves the others: "rig\/qx\[4\]" fell from 6\d(\.\d)? to 0/,
  );
  assertTold(
    titlesOf("rig/#", series("rig/row", times(20, (i) => `x;${list(i).join(";")}`), 10)),
    /One of 6 alike leaves the others: "rig\/row column 6" fell from 6\d/,
  );
  assertTold(
    units((unit, i) => ({
      qx: unit === 1 && i > 9 ? 1.2 : about(31, i + unit),
      fan: 1450 + i % 3,
    })),
    /One of 3 alike leaves the others: "qx" fell from 31(\.\d)? to 1\.2/,
  );
});

Deno.test("what was switched off, stands alone, is set, or differs from the others from the first is not told", () => {
  const falls = (unit: number, i: number) => unit === 1 && i > 9 ? 1.2 : about(31, i + unit);
  const isOn = (unit: number, i: number) => unit !== 1 || i <= 9;
  assert.deepEqual(
    units((unit, i) => ({ qx: falls(unit, i), run: isOn(unit, i) ? "on" : "off" })),
    [],
    "a word turned with it",
  );
  assert.deepEqual(
    units((unit, i) => ({ qx: falls(unit, i), fan: isOn(unit, i) ? about(1450, i) : 0 })),
    [],
    "all of it went along",
  );
  assert.deepEqual(units((unit, i) => ({ qx: unit === 1 && i > 9 ? 20 : 50 })), [], "set");
  assert.deepEqual(units((unit, i) => ({ qx: about(unit === 1 ? 3 : 31, i) })), [], "ever other");
  assert.deepEqual(
    units((_, i) => ({ qx: i > 9 ? about(2, i) : about(31, i) })),
    [],
    "all of them",
  );
});
