import assert from "node:assert/strict";
import { assertTold, type Line, series, times, titlesOf } from "../../support.ts";

/** The titles of what a unit is blamed for that tells each of these in one document, and on topics of their own. */
function told(payload: (i: number) => Record<string, unknown>): string[][] {
  const apart = times(20, (i): Line[] =>
    Object.entries(payload(i)).map(([name, value], n) => ({
      s: 1 + 4 * i + n / 2,
      topic: `plant/unit7/${name}`,
      payload: JSON.stringify({ value }),
    }))).flat();
  return [series("plant/unit7/state", times(20, payload), 4), apart].map((lines) =>
    titlesOf("plant/unit7/#", lines)
  );
}

Deno.test("what is told to run and of which all that comes back says no is told, by whatever names", () => {
  for (
    const sick of [
      (i: number) => ({ SupplyFanCommand: i > 5 ? 1 : 0, SupplyFanStatus: 0 }),
      (i: number) => ({ motor1_run_cmd: i > 5, motor1_run_fb: false, motor1_current: 0 }),
      (i: number) => ({ pump2_RunCommand: i > 5, pump2_Running: false }),
      (i: number) => ({ pumpe3_befehl_ein: i > 5, pumpe3_rueckmeldung: false }),
      () => ({ exhaust_fan_cmd: "ON", exhaust_fan_status: "OFF" }),
    ]
  ) {
    for (const titles of told(sick)) {
      assertTold(titles, /no effect: .* asked for (?:1|true|ON).*stays (?:0|false|OFF)/);
    }
  }
});

Deno.test("what runs soon, waits, is by hand, locked, or was told only for a moment is well", () => {
  for (
    const well of [
      (i: number) => ({ pump_run_cmd: i > 5, pump_running: i > 6 }),
      (i: number) => ({ pump_run_cmd: i > 5, pump_running: false, pump_mode: "MANUAL" }),
      (i: number) => ({ pump_run_cmd: i > 5, pump_running: false, interlock: true }),
      (i: number) => ({ chiller_start_cmd: i > 5, chiller_status: false }),
      (i: number) => ({ fan_cmd: i > 17, fan_status: false }),
      (i: number) => ({ pump_run_cmd: i > 5, pump2_running: false }),
    ]
  ) assert.deepEqual(told(well), [[], []]);
});
