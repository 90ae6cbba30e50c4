import assert from "node:assert/strict";
import { assertTold, type Line, series, times, titlesOf } from "../support.ts";

const RESTARTS = /restarts again and again/;

/** A charger that tells the milliseconds since it started, and how often it did. */
function charger(rbt: readonly number[], rbc: readonly number[], topic: (key: string) => string) {
  const lines: Line[] = rbt.flatMap((ms, i) => [
    { s: 1 + i * 15, topic: topic("rbt"), payload: String(ms) },
    { s: 1.2 + i * 15, topic: topic("eto"), payload: String(4_711_000 + i * 44) },
  ]);
  return [
    ...lines,
    ...rbc.map((count, i) => ({ s: 46 + i * 60, topic: topic("rbc"), payload: String(count) })),
  ].sort((a, b) => a.s - b.s);
}

Deno.test("a charger's milliseconds since its start that begin anew, and its count of starts, are told", () => {
  const again = times(12, (i) => (i < 3 ? 6_123_000 : 4_210) + (i < 3 ? i : (i - 3) % 4) * 15_000);
  const on = times(12, (i) => 6_123_000 + i * 15_000);
  for (
    const topic of [
      (key: string) => `go-eCharger/214877/${key}`,
      (key: string) => `wattpilot/properties/${key}/state`,
    ]
  ) {
    const asked = topic("").split("/").slice(0, 2).join("/") + "/#";
    assertTold(titlesOf(asked, charger(again, [], topic)), RESTARTS);
    assertTold(titlesOf(asked, charger(on, [112, 113, 114], topic)), RESTARTS);
    assert.deepEqual(titlesOf(asked, charger(on, [112, 112, 112], topic)), []);
  }
});

const EUI = "24e124707c481005";
const up = (fCnt: number, i: number): Line => ({
  s: 10 + i * 33,
  topic: `milesight/uplink/${EUI}`,
  payload: { deviceName: "AM307 Studio", devEUI: EUI, fCnt, rxInfo: [{ rssi: -70 }], temp: 21.3 },
});
const join = (s: number): Line => ({
  s,
  topic: `milesight/join/${EUI}`,
  payload: { deviceName: "AM307 Studio", devEUI: EUI, devAddr: "06b8f820" },
});

Deno.test("a device that joins anew and counts its frames anew is told, asked by its name or its topics", () => {
  const frames = [4_118, 4_119, 4_120, 0, 1, 0, 1, 2, 0, 1, 2, 3].map(up);
  for (const asked of ["AM307 Studio", EUI, "milesight/#"]) {
    assertTold(titlesOf(asked, frames), RESTARTS);
    const joins = [join(105), join(171), join(270)];
    const steady = times(12, (i) => up(4_118 + i, i));
    assertTold(
      titlesOf(asked, [...steady, ...joins].sort((a, b) => a.s - b.s)),
      /joins its network again and again/,
    );
    assert.deepEqual(titlesOf(asked, steady), []);
    assert.deepEqual(titlesOf(asked, [join(5), ...steady]), []);
  }
});

Deno.test("a count of a gateway that speaks of several devices is no count of the one that was asked for", () => {
  const lines = series(
    "gw/uplink",
    times(12, (i) => ({ name: i % 2 ? "door" : "roof", seq: i % 4, temp: 20 + i / 10 })),
    10,
  );
  assert.ok(!titlesOf("door", lines).some((one) => RESTARTS.test(one)));
});
