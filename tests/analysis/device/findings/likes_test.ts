import assert from "node:assert/strict";
import { assertTold, type Line, series, times, titlesOf } from "../support.ts";

const tenths = (value: number) => Math.round(value * 10) / 10;
/** A reading that moves a little around a value. */
const about = (value: number, i: number) => tenths(value + ((i * 7) % 5) / 10);

/** The titles of what a thing is blamed for that tells each of these lines on one topic. */
function told(payload: (i: number) => unknown, count = 20): string[] {
  return titlesOf("plant/unit7/#", series("plant/unit7/state", times(count, payload), 20));
}

/** The same where each value has a topic of its own below the unit. */
function apart(values: (i: number) => Record<string, number>, count = 20): string[] {
  const lines = times(count, (i): Line[] =>
    Object.entries(values(i)).map(([name, value], n) => ({
      s: 20 * i + n / 10 + 1,
      topic: `plant/unit7/${name}`,
      payload: String(value),
    }))).flat();
  return titlesOf("plant/unit7/#", lines);
}

Deno.test("a cell that sinks is told wherever it stands: in a long list, or in a line of millivolts", () => {
  assertTold(
    told((i) => ({ cells: times(16, (n) => n === 10 ? 3.26 - 0.04 * i : 3.28 + (n % 3) / 1000) })),
    /cells\[10\]" is at 2\.5\d, the others at about 3\.28/,
  );
  assertTold(
    told((i) =>
      [12000 + 20000 * i, ...times(10, (n) => n === 6 ? 3790 - 45 * i : 3810 - n), -4171].join(";")
    ),
    /"column 8" is at \d+, the others at about 380\d/,
  );
  assert.deepEqual(told((i) => times(10, (n) => 3810 - n - 2 * i).join(";")), []);
});

Deno.test("a phase that is gone is told by what the other two have, in any form", () => {
  assertTold(
    told((i) =>
      [about(231, i), i < 8 ? about(232, i) : about(95, i), about(230, i)]
        .reduce<Record<string, number>>((all, value, n) => ({ ...all, [`u_l${n + 1}`]: value }), {})
    ),
    /phases are far apart: "u_l2" is at 95/,
  );
  assertTold(
    apart((i) => ({
      "power/l1": 1985 + i % 3,
      "power/l2": i < 8 ? 1984 : 0,
      "power/l3": 1979 + i % 4,
    })),
    /power\/l2" fell from about 1984 to nothing/,
  );
  assert.deepEqual(
    apart((i) => ({ "power/l1": 400 + 3 * i, "power/l2": i < 8 ? 1984 : 0, "power/l3": 20 + i })),
    [],
  );
});

Deno.test("one string of two that gives far less at once is told, and a cloud over both is not", () => {
  const sun = (i: number) => 8 + (i % 5) / 10;
  assertTold(
    apart((i) => ({
      "string1/current": sun(i),
      "string2/current": i < 8 ? sun(i) : tenths(sun(i) / 4),
    })),
    /string2\/current" fell from about 8\.15 to about 2/,
  );
  const cloud = (i: number) => i < 8 ? sun(i) : tenths(sun(i) / 4);
  assert.deepEqual(
    apart((i) => ({ "string1/current": cloud(i), "string2/current": cloud(i) })),
    [],
  );
});

Deno.test("a probe that is the same to the digit while those alike go on to move is told", () => {
  const bed = (base: number, i: number) => tenths(base + i / 2 + ((i * 3) % 4) / 10);
  assertTold(
    apart((i) => ({
      "bed/1": bed(44, i),
      "bed/2": [41.2, 41.8, 41.3][i] ?? 42.6,
      "bed/3": bed(47, i),
    })),
    /bed\/2" is stuck at 42\.6/,
  );
  assert.deepEqual(
    apart(
      (i) => ({ "bed/1": i < 5 ? bed(44, i) : 46, "bed/2": [41.2, 41.8, 41.3][i] ?? 42.6 }),
      14,
    ),
    [],
  );
});

Deno.test("numbers are read in lines of text by what they are of, their units or their places", () => {
  const depth = (i: number) => i < 16 ? 60 - i * 1.5 - (i % 4) : 41.3;
  assertTold(
    told(
      (i) => i % 2 === 0 ? `$SDDBT,${depth(i)},f,${depth(i) / 4},M` : `$WIMWV,${40 + i % 7},R,14.6`,
      60,
    ),
    /SDDBT 1" is stuck at 41\.3/,
  );
  assertTold(
    told((i) => `Tank ${i % 7 === 5 ? 850 : about(21, i)} C | Air ${about(19, i)} C | RUNS`),
    /"Tank C" is 850/,
  );
});
