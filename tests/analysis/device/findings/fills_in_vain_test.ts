import assert from "node:assert/strict";
import { assertTold, beats, type Line, series, times, titlesOf } from "../support.ts";

const tenths = (value: number) => Math.round(value * 10) / 10;

/** What is told of a lock whose level is measured beside what flows in. */
const lock = (level: (i: number) => number, more: (i: number) => object = () => ({})) =>
  titlesOf(
    "canal/#",
    series(
      "canal/lock2/state",
      times(40, (i) => ({
        chamber_level_cm: tenths(level(i)),
        inflow_l_s: i < 6 ? 0 : 400 + (i * 7) % 23,
        ...more(i),
      })),
      6,
    ),
  );

/** A level that climbs from the sixth report to another one, and stands. */
const climbs = (to: number, by = 4.9) => (i: number) => 12 + by * Math.max(0, Math.min(i, to) - 5);

Deno.test("a level that climbed and stands to the digit while its inflow goes on is told", () => {
  assertTold(lock(climbs(12)), /chamber_level_cm" is stuck at 46\.3, though "inflow_l_s" goes on/);
});

Deno.test("a level that still climbs, is let out again or is full is well", () => {
  assert.deepEqual(lock(climbs(40)), []);
  assert.deepEqual(lock(climbs(12), (i) => ({ outflow_l_s: i < 13 ? 0 : 405 + i % 9 })), []);
  assert.deepEqual(lock(climbs(12, 5)), []);
});

/** What is told of a stand whose level falls, and to which a press is sent at some seconds. */
function stand(level: (s: number) => number, sent: readonly number[], payload = "1"): string[] {
  const lines: Line[] = [
    ...beats({ topic: "x/stand/level", everyS: 20, to: 400, payload: (i) => `${level(20 * i)}` }),
    ...sent.map((s): Line => ({ s, topic: "x/stand/refill", payload })),
  ];
  return titlesOf("x/stand/#", lines.sort((a, b) => a.s - b.s));
}

Deno.test("a level that no filling raises is told, one that was filled or needed none is not", () => {
  const falls = (s: number) => s < 50 ? 4 : s < 100 ? 2 : 1;
  const sent = [150, 230, 310];
  assertTold(stand(falls, sent), /level" stays at 1 though ".*refill" was sent 3 times/);
  assert.deepEqual(stand((s) => s > 310 ? 4 : falls(s), sent), []);
  assert.deepEqual(stand(() => 4, sent), []);
  assert.deepEqual(stand(falls, sent.slice(0, 2)), []);
});
