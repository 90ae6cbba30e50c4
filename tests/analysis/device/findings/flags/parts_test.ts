import assert from "node:assert/strict";
import { assertTold, type Line, times, titlesOf } from "../../support.ts";

const kept = (topic: string, payload: unknown): Line => ({ s: 0, topic, payload, retain: true });
const warms = times(6, (i): Line => ({
  s: 2 + 4 * i,
  topic: "micron/klipper/state/extruder/temperature",
  payload: { eventtime: 81_234 + 4 * i, value: 41.2 - i / 10 },
}));

Deno.test("a printer without filament is told while it prints or is paused, and not while it prints nothing", () => {
  const printer = (state: string, detected = false) =>
    titlesOf("micron", [
      kept("micron/klipper/state/print_stats/state", { eventtime: 81_233, value: state }),
      kept("micron/klipper/state/filament_switch_sensor spool/filament_detected", {
        eventtime: 81_233,
        value: detected,
      }),
      ...warms,
    ]);
  for (const state of ["printing", "paused"]) {
    assertTold(printer(state), /filament_detected/);
    assert.deepEqual(printer(state, true), []);
  }
  for (const state of ["standby", "complete", "cancelled"]) assert.deepEqual(printer(state), []);
});

Deno.test("filament and state of a print may stand in one document, and no filament without a state of it is told", () => {
  const printer = (more: object) =>
    titlesOf(
      "mini",
      times(6, (i): Line => ({
        s: 1 + 4 * i,
        topic: "mini/status",
        payload: { nozzle: 41.2 - i / 10, filament_detected: false, ...more },
      })),
    );
  assertTold(printer({}), /filament_detected/);
  assertTold(printer({ print_status: "printing" }), /filament_detected/);
  assert.deepEqual(printer({ print_status: "idle" }), []);
  assert.deepEqual(printer({ gcode_state: "FINISH" }), []);
});
