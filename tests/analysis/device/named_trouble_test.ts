import assert from "node:assert/strict";
import { namedTrouble } from "../../../src/analysis/device/findings/flags/names.ts";
import { wantIn } from "../../../src/analysis/device/findings/flags/requests.ts";
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

Deno.test("what is used up, full, missing or shorted is told by the names of flags and by words", () => {
  const sick: Named[] = [
    ["salt_low", true],
    ["inkLow", true],
    ["rinse_aid_low", 1],
    ["clean_water_tank_empty", true],
    ["lack_water", 1],
    ["desiccant_expired", true],
    ["drawer_full", "on"],
    ["bucket_full", true],
    ["filter_change", "ON"],
    ["check_cell", true],
    ["replace_battery_indicator", "yes"],
    ["dustbin_missing", true],
    ["short_circuit", 1],
    ["relay_welded", true],
    ["compressor_lockout", true],
    ["siren_tamper", true],
    ["trapped", true],
    ["sd_card_full", true],
    ["salt_level", "low"],
    ["ph_canister", "empty"],
    ["dirty_water_tank", "full"],
    ["low_pressure_switch", "tripped"],
    ["phone_line", "fault"],
    ["zone3", "tamper"],
    ["zone3.status", "short"],
    ["bme280", "not found"],
    ["pause_reason", "filament_runout"],
    ["status", "drawer_full"],
    ["boil_dry", true],
    ["supplies.black.status", "low"],
    ["string2", "open circuit"],
    ["sd", "error"],
  ];
  assert.deepEqual(sick.filter((one) => !blamed(one)), []);
  const healthy: Named[] = [
    ["salt_low_limit", 1],
    ["low_salt_threshold", 1],
    ["filter_change_reset", true],
    ["filter_change_interval", 1],
    ["drawer_full_count", 1],
    ["short_circuit_protection", true],
    ["short_circuit_test", true],
    ["speed_low", true],
    ["tariff_low", 1],
    ["charge_low", 1],
    ["low_beam", true],
    ["tank_full", true],
    ["ice_bin", "full"],
    ["dustbin", "empty"],
    ["mailbox", "empty"],
    ["fuel_type", "wood"],
    ["water_box", "installed"],
    ["zone3", "open"],
    ["sd", "not mounted"],
    ["wakeup_reason", "filament_runout"],
  ];
  assert.deepEqual(healthy.filter(blamed), []);
});

Deno.test("what a machine asks of a person is understood in the languages machines speak at home", () => {
  const asked = [
    "Kessel entaschen",
    "Aschebox voll",
    "Bitte Aschelade entleeren",
    "Pelletlager leer",
    "Filter wechseln",
    "Wartung fällig",
    "Niedriger Wasserdruck",
    "Change filter",
    "CLEAN FIRE-POT",
    "tray 2 empty",
    "Fill water tank",
    "outside wire",
    "No loop signal",
    "High pressure cutout",
    "Manque de granulés",
    "Entretien requis",
    "Pellet esaurito",
    "Blocco caldaia",
    "Falta de pellets",
    "Onderhoud nodig",
    "Waterdruk te laag",
    "Påfyllning krävs",
    "Brak paliwa",
    "Papierstau",
    "Bourrage papier",
    "No filament",
    "Drum near end",
    "tamper detected",
    "Wymagany serwis",
  ];
  assert.deepEqual(asked.filter((text) => wantIn(text) === null), []);
  const plain = [
    "Entaschung läuft",
    "Kessel Reinigung",
    "Speicher voll",
    "Batterie voll",
    "CLEANING FIRE-POT",
    "Emptying dust bin",
    "Clean milk",
    "Filling",
    "searching wire",
    "No flow",
    "Pulizia braciere",
    "Allumage",
    "Sin actividad",
    "Brak",
    "Waterdruk",
    "Filter",
  ];
  assert.deepEqual(plain.filter((text) => wantIn(text) !== null), []);
});
