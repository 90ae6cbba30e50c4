import assert from "node:assert/strict";
import { namedTrouble } from "../../../src/analysis/device/findings/flags/names.ts";
import type { Scalar } from "../../../src/analysis/device/fields.ts";

type Named = readonly [path: string, value: Scalar];

function blamed([path, value]: Named): boolean {
  return namedTrouble(path.split("."), value) !== null;
}

Deno.test("names of flags that are up tell of trouble in any maker's spelling", () => {
  const sick: Named[] = [
    ["reflected_overdrive", true],
    ["outputOvervoltage", 1],
    ["MOTOR_OVERLOAD", "on"],
    ["PSU2.OverTemperature", true],
    ["motorJammed", true],
    ["stall_detected", 1],
    ["pump_blocked", "TRUE"],
    ["eStopPressed", true],
    ["mains_lost", true],
    ["localization_lost", true],
    ["paper_out", true],
    ["filament_runout", 1],
    ["low_oil_pressure", true],
    ["maintenance_required", true],
    ["filter_clogged", true],
    ["dust_bin_full", true],
    ["water_leak", true],
    ["alarms.high_temp", 1],
    ["BILGE_PUMP_OVERLOAD.value", true],
  ];
  assert.deepEqual(sick.filter((one) => !blamed(one)), []);
});

Deno.test("words of a state or of a part that is broken tell of trouble", () => {
  const sick: Named[] = [
    ["psu1", "failed"],
    ["state.Tripped", "Reflected"],
    ["pump.state", "OCCLUSION"],
    ["mode", "FAILSAFE"],
    ["communication", "lost"],
    ["wan_status", "down"],
    ["sim_state", "PUK"],
    ["network_registration", "not registered"],
    ["raid", "degraded"],
    ["health.state", "not_ready"],
    ["event", "jam"],
    ["eventType", "antennaDisconnected"],
  ];
  assert.deepEqual(sick.filter((one) => !blamed(one)), []);
});

Deno.test("what was, may be, is set or is tried by somebody is no trouble of now", () => {
  const healthy: Named[] = [
    ["reflected_overdrive", false],
    ["overload_limit", 1],
    ["overcurrent_threshold", 1],
    ["jam_detection", true],
    ["leak_alarm_enabled", true],
    ["last_stall", true],
    ["jam_count", 1],
    ["settings.over_temperature", true],
    ["capabilities.leak", true],
    ["config.estop", true],
    ["discover", true],
    ["recover_load", true],
    ["flow_rate", 1],
    ["login", "failed"],
    ["unlock_result", "failed"],
    ["last_result", "failed"],
    ["state", "stopped"],
    ["state", "door open"],
    ["mode", "auto"],
    ["link", "down"],
    ["vpn_status", "down"],
    ["sim_state", "READY"],
    ["registration", "roaming"],
    ["state.Enabled", "Reflected"],
    ["alarms.motion", true],
    ["alarms.armed", 1],
    ["eventType", "clientDisconnected"],
  ];
  assert.deepEqual(healthy.filter(blamed), []);
});
