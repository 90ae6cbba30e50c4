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
