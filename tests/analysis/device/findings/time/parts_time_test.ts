import assert from "node:assert/strict";
import { assertTold, type Line, START_MS, times, titlesOf } from "../../support.ts";

const HOUR_MS = 3_600_000;
const at = (s: number, behindMs = 0) => new Date(START_MS + s * 1_000 - behindMs).toISOString();
const OLD = /What is told of its (?:extra device|gas) is 11 h old/;

/** A meter that reads another one, with a topic for each value. */
function reader(o: { behindH: number; runs?: boolean; used?: boolean; part?: string }): string[] {
  const { behindH, part = "extra_device" } = o;
  const lines = times(12, (i): Line[] => {
    const s = 1 + 10 * i;
    const values = {
      timestamp: at(s),
      electricity_delivered_1: (10482 + i / 1_000).toFixed(3),
      [`${part}_timestamp`]: at(o.runs === true ? s : 0, behindH * HOUR_MS),
      [`${part}_delivered`]: (4811 + (o.used === true ? i / 1_000 : 0)).toFixed(3),
    };
    return Object.entries(values).map(([name, payload], n) => ({
      s: s + n / 50,
      topic: `dsmr/reading/${name}`,
      payload,
    }));
  }).flat();
  return titlesOf("dsmr/reading/#", lines);
}

Deno.test("a meter's time that stands for hours beside that of the one that reads it is told", () => {
  assertTold(reader({ behindH: 11 }), OLD);
  const document = (behindH: number) =>
    titlesOf(
      "house/p1",
      times(12, (i): Line => ({
        s: 1 + 10 * i,
        topic: "house/p1",
        payload: {
          timestamp: at(1 + 10 * i),
          power_w: 420 + i,
          gas: { read_at: at(0, behindH * HOUR_MS), delivered: 4811.207 },
        },
      })),
    );
  assertTold(document(11), OLD);
  assert.deepEqual(document(0.9), []);
});

Deno.test("a part that is read by the hour, goes on, was taken away, or tells of an event is not old", () => {
  assert.deepEqual(reader({ behindH: 1.2 }), [], "by the hour");
  assert.deepEqual(reader({ behindH: 11, runs: true }), [], "its time goes on");
  assert.deepEqual(reader({ behindH: 11, used: true }), [], "its value goes on");
  assert.deepEqual(reader({ behindH: 24 * 90 }), [], "taken away");
  assert.deepEqual(reader({ behindH: 11, part: "power_failure" }), [], "an event");
  assert.deepEqual(reader({ behindH: 11, part: "water" }), [], "read once a day");
});

/** An inverter whose reader tells when it read it. */
function inverter(
  o: { behindMin: number; readOn?: boolean; watts?: (i: number) => number; stamp?: string },
): string[] {
  const { behindMin, readOn = false, watts = () => 1472.5, stamp = "InvTime" } = o;
  return titlesOf(
    "solar/shed",
    times(10, (i): Line => ({
      s: 1 + 5 * i,
      topic: "solar/shed",
      payload: {
        Timestamp: at(1 + 5 * i),
        [stamp]: at(readOn ? 1 + 5 * i : 0, behindMin * 60_000),
        UDC1: 386.41,
        IDC1: 3.81,
        PDC1: watts(i),
        InvTemperature: 41.52,
      },
    })),
  );
}

Deno.test("a time of reading that stands while its reader's goes on is told where no figure of power moves", () => {
  const NEW =
    /^Nothing new is read: "\w+" stands at .* 47 min behind "Timestamp", and all 4 figures/;
  for (const stamp of ["InvTime", "meter_time", "device_timestamp", "last_read_at"]) {
    assertTold(inverter({ behindMin: 46, stamp }), NEW);
  }
});

Deno.test("what is read by the quarter of an hour, moves or gives nothing is not old", () => {
  assert.deepEqual(inverter({ behindMin: 16 }), [], "by the quarter of an hour");
  assert.deepEqual(inverter({ behindMin: 46, watts: (i) => 1472.5 + i }), [], "it moves");
  assert.deepEqual(inverter({ behindMin: 46, watts: () => 0 }), [], "at night");
  assert.deepEqual(inverter({ behindMin: 46, stamp: "StartTime" }), [], "a start");
});
