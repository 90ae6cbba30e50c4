import assert from "node:assert/strict";
import { assertTold, series, times, titlesOf } from "../../support.ts";

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

Deno.test("a level whose outflow is shut stands in vain, and one that loses what it gains or swings in is well", () => {
  const clearwell = (outflow: number, level: (i: number) => number) =>
    titlesOf(
      "plant/clearwell/#",
      series(
        "plant/clearwell/state",
        times(24, (i) => ({
          level_m: Math.round(1_000 * level(i)) / 1_000,
          inflow: 418 + (i * 7) % 11,
          outflow,
        })),
        3,
      ),
    );
  assertTold(
    clearwell(0, (i) => 2.314 + 0.027 * Math.min(i, 5)),
    /level_m" is stuck at 2\.449, though "inflow"/,
  );
  assert.deepEqual(clearwell(419, (i) => 2.314 + 0.027 * Math.min(i, 5)), []);
  assert.deepEqual(clearwell(0, (i) => 2.314 + 0.027 * i), []);
  assert.deepEqual(clearwell(0, (i) => 2.5 - 0.128 * Math.pow(0.4, Math.min(i, 5))), []);
});

/** What is told of a pivot that says what it does, and where. */
const pivot = (said: (i: number) => object) =>
  titlesOf(
    "farm/pivot-2/#",
    series(
      "farm/pivot-2/status",
      times(
        24,
        (i) => ({ state: "running", percent_timer: 80, flow_m3h: 148 + i % 4, ...said(i) }),
      ),
      3,
    ),
  );

Deno.test("a pivot whose angle stands while it runs is told, also on its way around and back", () => {
  for (const by of [0.4, -0.4]) {
    const angle = (i: number) => Math.round(10 * ((360 + by * Math.min(i, 4)) % 360)) / 10;
    assertTold(
      pivot((i) => ({ angle_deg: angle(i) })),
      /angle_deg" is stuck at .*"state" says running/,
    );
  }
});

Deno.test("a pivot that goes on, is stopped, rests for most of each minute or only says where it shall park is well", () => {
  assert.deepEqual(pivot((i) => ({ angle_deg: (3_590 + 4 * i) % 3_600 / 10 })), []);
  const stood = (i: number) => 113.1 + 0.4 * Math.min(i, 4);
  assert.deepEqual(
    pivot((i) => ({ angle_deg: stood(i), state: i < 4 ? "running" : "stopped" })),
    [],
  );
  assert.deepEqual(pivot((i) => ({ angle_deg: stood(i), percent_timer: 10 })), []);
  assert.deepEqual(pivot((i) => ({ angle_deg: 113 + 0.4 * i, park_angle: stood(i) })), []);
});

Deno.test("a scale that tells one weight of all parcels is told, and not where the parcels are alike", () => {
  const scale = (parcel: (i: number) => object) =>
    titlesOf(
      "hub/scale2/#",
      series(
        "hub/scale2/parcel",
        times(20, (i) => ({ barcode: `JJD00${7_100 + 3 * i}`, ...parcel(i) })),
        3,
      ),
    );
  const size = (i: number) => ({
    length_mm: 200 + (i * 137) % 500,
    width_mm: 120 + (i * 71) % 310,
  });
  assertTold(
    scale((i) => ({ ...size(i), weight_g: 4_310 })),
    /weight_g" is stuck at 4310, though each of 20 has another "length_mm"/,
  );
  assert.deepEqual(scale(() => ({ length_mm: 300, width_mm: 200, weight_g: 4_310 })), []);
  assert.deepEqual(scale((i) => ({ ...size(i), max_weight_g: 30_000 })), []);
  assert.deepEqual(scale((i) => ({ ...size(i), weight_g: 0 })), []);
});
