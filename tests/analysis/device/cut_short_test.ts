import assert from "node:assert/strict";
import { codesOf, diagnosisOf, type Line, series, times, titlesOf } from "./support.ts";

Deno.test("who listens while something passes by, is open or is at work hears of no trouble", () => {
  const now: [string, readonly Line[]][] = [
    ["hall", [{ s: 2, topic: "homie/homey/hall/alarm-motion", payload: "true" }]],
    ["lamp", [{ s: 2, topic: "leaf/lamp/effects/select", payload: "Störung im All" }]],
    ["skip", series("fleet/skip/up", times(4, (i) => ({ inTrip: i > 0, speed: 12 + i })))],
    ["robot", [{ s: 2, topic: "plant/robot/status", payload: { State: "Clean torch" } }]],
    ["panel", [{ s: 2, topic: "panel/zones/1/faulted", payload: "True" }]],
    ["door", [{ s: 2, topic: "store/door/up", payload: { SENSOR_STATE: "OPEN" } }]],
    ["guard", series("guard/login/currently_failed", times(3, (i) => String(Number(i > 0))))],
    ["hall", [{ s: 2, topic: "display/hall/text", payload: "Lift 4: defekt" }]],
    ["cam", [{ s: 2, topic: "onvif/cam/event", payload: { type: "Tamper", state: false } }]],
  ];
  for (const [id, lines] of now) {
    assert.deepEqual(titlesOf(id, lines), [], JSON.stringify(lines[0]));
  }
  const broken = [{ s: 2, topic: "kiln/1/status", payload: { thermocouple: "open" } }];
  assert.match(titlesOf("kiln", broken).join(), /thermocouple/);
});

Deno.test("what was kept and is sent at once, and what each message tells but once, has no rhythm to miss", () => {
  const day = (i: number) => new Date(Date.UTC(2026, 0, 1 - 12 + i)).toISOString();
  const kept = Array.from({ length: 9 }, (_, i): Line => ({
    s: 20 + i * 0.6,
    topic: "scale/weights",
    payload: { id: i, date: day(i), weight: 82 + (i % 3) / 10 },
  }));
  const grave = diagnosisOf("scale", kept, { seconds: 90 }).findings
    .filter(({ severity }) => severity !== "info");
  assert.deepEqual(grave, []);
  const now = kept.map((line, i) => ({ ...line, payload: { id: i, weight: 82 + (i % 3) / 10 } }));
  assert.deepEqual(codesOf(diagnosisOf("scale", now, { seconds: 90 })), ["stale_heartbeat"]);
});
