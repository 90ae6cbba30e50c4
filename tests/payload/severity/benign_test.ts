import assert from "node:assert/strict";
import type { JsonValue } from "../../../src/payload/payload.ts";
import { troubleIn } from "../../../src/payload/severity/mod.ts";

const levelOf = (value: JsonValue) =>
  troubleIn({ format: "json", certainty: "certain", encoding: "utf8", value }, "x/unit-7/up", {
    free: false,
  }).level;

Deno.test("an alarm that is released or restored is over, as decoders, panels and controllers write it", () => {
  const over = [
    "threshold release",
    "temperature threshold alarm release",
    "THRESHOLD_ALARM_RELEASE",
    "persistent low temperature alarm release",
    "Blind Spot Alarm Release",
    "Zone 3 Restore",
    "mains restored",
    "high temperature restored",
    "报警解除",
    "故障已恢复",
    "異常解除",
  ];
  for (const temperature_alarm of over) {
    assert.equal(levelOf({ temperature: 4.2, temperature_alarm }), "none", temperature_alarm);
  }
  for (
    const temperature_alarm of [
      "threshold alarm",
      "threshold",
      "报警",
      "release valve stuck",
      "fault, cannot be restored",
      "Zone 3 release",
    ]
  ) {
    assert.equal(levelOf({ temperature: 4.2, temperature_alarm }), "error", temperature_alarm);
  }
});

Deno.test("of flags for alarms and for their ends only one of an alarm that is up is trouble", () => {
  const flags = (threshold: JsonValue, release: JsonValue) => ({
    current: 12.4,
    current_alarm: {
      current_over_range_alarm: "no",
      current_over_range_alarm_release: "no",
      current_threshold_alarm: threshold,
      current_threshold_alarm_release: release,
    },
  });
  assert.equal(levelOf(flags("no", "yes")), "none");
  assert.equal(levelOf(flags("yes", "no")), "error");
  assert.equal(levelOf({ alarm: { high_alarm: false, high_alarm_cleared: true } }), "none");
  assert.equal(levelOf({ alarm: { doorAlarm: 0, doorAlarmRestored: 1 } }), "none");
  assert.equal(levelOf({ alarm: { doorAlarm: true, doorAlarmRestored: false } }), "error");
});

Deno.test("an alarm with the times of its beginning and its end is over, a piece of work that failed is not", () => {
  const outage = { code: 147, str: "Grid: Power grid outage", start: 1773512000 };
  const over: JsonValue[] = [
    { ...outage, end: 1773512240 },
    { ...outage, end: "1773512240" },
    { fault_code: "F12", text: "Pump failed", came: "2026-03-01 10:00", gone: "2026-03-01T10:05" },
    { message_id: 147, message: "Power grid outage", start_time: 41400, end_time: 41640 },
    { event_id: 9, fault: "overload", raised_at: 1773512000000, cleared_at: 1773512240000 },
  ];
  for (const told of over) assert.equal(levelOf(told), "none", JSON.stringify(told));
  const stands: JsonValue[] = [
    { code: 147, error: "Power grid outage", start: 1773512000, end: 0 },
    { code: 147, error: "Power grid outage", start: 1773512000, end: null },
    { code: 147, error: "Power grid outage", start: 1773512000, end: 1773511000 },
    { code: 3, error: "overload", from: 10, to: 40 },
    { code: 3, error: "pump failed", from: "+491511234567", to: "+491761234567" },
    { code: 1, job: "nightly", error: "disk full", start: 1773512000, end: 1773512240 },
    { sensor: "p1", error: "no answer", start: 1773512000, end: 1773512240 },
  ];
  for (const told of stands) assert.equal(levelOf(told), "error", JSON.stringify(told));
});

Deno.test("a siren that is told to stop is no alarm", () => {
  assert.equal(levelOf({ alarm: "stop", smoke: false }), "none");
  assert.equal(levelOf({ alarm: "fire", smoke: false }), "error");
});
