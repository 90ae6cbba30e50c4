import assert from "node:assert/strict";
import { namedTrouble } from "../../../src/analysis/device/findings/flags/names.ts";
import {
  foldedWord,
  LONGEST_ENTRY,
  SENSES,
} from "../../../src/analysis/device/findings/flags/lexicon.ts";
import { PAIRS } from "../../../src/analysis/device/findings/flags/pairs.ts";
import { troubleInText } from "../../../src/analysis/device/findings/flags/phrases.ts";
import type { Scalar } from "../../../src/analysis/device/reading/fields.ts";

const wantIn = (text: string) => troubleInText(text, { subject: [], unknown: 0 });

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
    ["sensor_break", true],
    ["broken_wire", 1],
    ["phase_loss", true],
    ["contactorWelded", true],
    ["precharge_failed", true],
    ["fail_to_start", 1],
    ["motor_thermal_trip", true],
    ["lowPressureLockout", true],
    ["watchdog_expired", true],
    ["pv_out_of_range", true],
    ["temperature_excursion", "active"],
    ["lube_low", true],
    ["hydraulic_oil_temp_high", true],
    ["level_hihi", 1],
    ["pe_missing", true],
    ["Not-Aus", true],
    ["wassermangel", 1],
    ["filtre_encrassé", true],
    ["brak_paliwa", true],
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
    ["high_pressure_switch", "tripped"],
    ["motorschutz", "ausgelöst"],
    ["profinet", "device failure"],
    ["deviceStatus", "DOWN"],
    ["oil_level", "low"],
    ["phase_sequence", "reversed"],
    ["calibration", "expired"],
    ["bearing_condition", "damaged"],
    ["meter_comm", "fail"],
    ["grid_status", "abnormal"],
    ["iso10816_zone", "D"],
    ["refrigerant_leak", "detected"],
    ["signal", "lost echo"],
    ["betriebszustand", "Sicherheitsabschaltung"],
    ["stan", "Przegrzanie kotła"],
    ["etat", "Manque d'eau"],
    ["status", "Vattenbrist"],
  ];
  assert.deepEqual(sick.filter((one) => !blamed(one)), []);
});

Deno.test("enums without separators, plurals, parts of unknown owners and both sides of a colon are read", () => {
  const sick: Named[] = [
    ["operation_state", "actionrequired"],
    ["phase", "blocked_brushes"],
    ["stage", "paused_ams_lost"],
    ["state", "stopped_no_fan"],
    ["melding", "storing raammotor"],
    ["lift.melding", "deur geblokkeerd"],
    ["meldung", "Wartung Beatmungsgerät erforderlich"],
    ["event.text", "Cash Box: jam at the entry"],
    ["status.desc", "Lockout - Chemical will not dose"],
    ["aux", "5080 Fan: Cooling fan stuck or disconnected"],
    ["printer.status", "Toner cartridge not detected"],
    ["status", "cover is open"],
    ["ups.test.result", "Bad battery pack"],
    ["tamper_status", "uninstalled"],
    ["display_code", "incorrect_fan_speed_e8"],
    ["leitung", "keine Verbindung zur Notrufzentrale"],
    ["bomba.estado", "sobrecalentada"],
    ["kotel.stav", "porucha čerpadla"],
    ["tila", "huoltoa tarvitaan"],
    ["rotor", "NO ROTOR"],
    ["defaut_demarrage", 1],
    ["lifespan.filter", 0],
    ["exceeded", true],
  ];
  assert.deepEqual(sick.filter((one) => !blamed(one)), []);
});

Deno.test("doors, plugs, parts that may be apart, letters and what somebody stopped are no trouble", () => {
  const healthy: Named[] = [
    ["washer.status", "door_open"],
    ["cover", "open"],
    ["quelle", "Schutztür offen"],
    ["car.charging", "not_charging"],
    ["vacuum.mop", "not_attached"],
    ["state_text", "Stopped - temperature reached"],
    ["machine.state", "stopped by user"],
    ["status", "in_use"],
    ["reason", "expired card"],
    ["event.subject", "Replace battery of smoke detector"],
    ["message.text", "no power here"],
    ["defrost_step.state", "No defrost operation"],
    ["description", "Low battery, returning to charge"],
    ["Logs.Alarm Log", "11/02/25 09:12:33 Low Battery"],
    ["fel", "Inget fel"],
    ["phone.battery.state", "not_charging"],
    ["work_area", "Not working"],
  ];
  assert.deepEqual(healthy.filter(blamed), []);
});

Deno.test("what was, may be, is set or is tried by somebody is no trouble of now", () => {
  const healthy: Named[] = [
    ["reflected_overdrive", false],
    ["wire_break_detection", true],
    ["last_fail_to_start", true],
    ["burst_mode", true],
    ["temperature_excursion_limit", 1],
    ["battery_replacement_due", "2027-01-01"],
    ["not_aus", false],
    ["übertemperatur_grenze", 1],
    ["dernier_defaut.state", "E07 surchauffe"],
    ["protection_surchauffe", true],
    ["remote", "lost"],
    ["fuse", "ok"],
    ["iso10816_zone", "A"],
    ["grid_code", "VDE"],
    ["level_hihi", 98],
    ["comm", "ok"],
    ["oil_level", "normal"],
    ["phase_rotation", "positive"],
    ["service", "not required"],
    ["stan", "Praca"],
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

Deno.test("what is used up, missing, interrupted or waits for a person is told in names and states of all kinds", () => {
  const sick: Named[] = [
    ["events.bean_container_empty", "present"],
    ["events.docking_station_not_found", "present"],
    ["lifespan.filter", 0],
    ["salt_left_side_percentage", 0],
    ["food_left", 0],
    ["FilterLifeLevel", 0],
    ["refrigerator_door_overtime", true],
    ["door_state", "门卡住"],
    ["alarm_text", "电机堵转"],
    ["status", "過熱"],
    ["L1.input", "phase_not_connected"],
    ["model_status", "Nicht laden wegen Überhitzung"],
    ["tyre.frontLeft", "VERY_LOW_PRESSURE"],
    ["operating_mode", "thermal_runaway"],
    ["plug_state", "plug_error"],
    ["lock_state", "not_fully_locked"],
    ["bms_state", "Disconnected"],
    ["device_status", "Shutdown: manual startup required"],
    ["stateName", "motor blocked"],
    ["operational_mode", "notInAutoAbnormal"],
    ["vol", "Incomplete"],
    ["kondensat", "Kondensatableiter gestört"],
    ["text", "Leistungsteil: Überstrom"],
    ["leitung.meldung", "keine Verbindung zur Notrufzentrale"],
    ["board", "SEC-Platine defekt"],
    ["locking", "Low water pressure"],
    ["bus_status", "Bus-Aus"],
    ["stav", "spálená pojistka"],
    ["stato", "In corto circuito"],
    ["errors.type", "evse_board_support/TiltDetected"],
    ["valve_fault.blocked", true],
    ["filter_change_indication", 1],
    ["status", "WRONG_FLOW_DIRECTION"],
    ["pll", "unlocked"],
    ["concentrator", "failed to start"],
    ["freezestat", "tripped"],
    ["max.low_nutrients", "on"],
    ["torque_exceeded", true],
    ["message", "Pump On With No Flow!"],
    ["tila", "Paine liian matala"],
  ];
  assert.deepEqual(sick.filter((one) => !blamed(one)), []);
  const healthy: Named[] = [
    ["error", "Cleaning complete"],
    ["status", "Waiting for obstacle to move"],
    ["status", "suspended"],
    ["status", "SuspendedEV"],
    ["alarm", "no gas"],
    ["water_alarm", "water outage timeout alarm release"],
    ["window_blind", 1],
    ["input2", "short"],
    ["charger_error", "no_error"],
    ["appstatus", "collision"],
    ["active_window.state", "ERROR - Device Manager"],
    ["title.text", "Broken Arrow"],
    ["door_state", "门已关闭"],
    ["alarm_text", "故障解除"],
    ["status", "过热保护正常"],
    ["fuel_level", 0],
    ["water_level", 0],
    ["filter_alarm", 0],
    ["toner_low_threshold", 0],
    ["filter_life_limit", 0],
    ["cable_state", "disconnected"],
    ["vehicle_status", "disconnected"],
    ["charge_state", "no vehicle"],
    ["paused_by_user", true],
    ["status", "paused by user"],
    ["mode", "dry"],
    ["lock_state", "locked"],
    ["dock", "docked"],
    ["phase", "heating"],
    ["earth", "Earth"],
    ["credit", 0],
    ["balance", "12.50"],
    ["generator", "stopped"],
    ["drum", "ok"],
    ["last_stop_reason", "none"],
    ["pause_reason", "schedule"],
    ["diagnose", "keine"],
    ["status", "Returning to dock"],
    ["message", "Map updated"],
    ["update_status", "completed"],
  ];
  assert.deepEqual(healthy.filter(blamed), []);
});

Deno.test("the lexicon has no entry longer than is looked for, and no sense that nothing reads", async () => {
  const folder = new URL("../../../src/analysis/device/findings/flags/", import.meta.url);
  const readers = [
    JSON.stringify(PAIRS),
    ...await Promise.all(
      ["phrases.ts", "pairs.ts", "names.ts"].map((file) =>
        Deno.readTextFile(new URL(file, folder))
      ),
    ),
  ].join();
  for (const [sense, words] of Object.entries(SENSES)) {
    assert.ok(readers.includes(`"${sense}"`), `nothing reads the sense ${sense}`);
    const long = foldedWord(words).trim().split(/\s+/)
      .filter((entry) => entry.split("_").length > LONGEST_ENTRY);
    assert.deepEqual(long, [], sense);
  }
});

Deno.test("what rests answers to a name that asks whether it works, and is told where the name asks for how it is", () => {
  const rests: [string, Scalar][] = [
    ["battery_working_status", "notWorking"],
    ["workState", "not working"],
    ["charging_status", "not charging"],
    ["running_state", "not_running"],
    ["betriebszustand", "nicht in Betrieb"],
  ];
  for (const [name, value] of rests) assert.equal(namedTrouble([name], value), null, name);
  for (const name of ["pump_status", "network_status", "condition"]) {
    assert.notEqual(namedTrouble([name], "not working"), null, name);
  }
});

Deno.test("a mode of trouble that is said to be active is trouble, and one that there is, or may be, is not", () => {
  for (
    const path of [
      "failsafe.active",
      "failsafe_active",
      "FailSafe.triggered",
      "safe_mode_active",
      "notlauf.aktiv",
      "emergency_operation.active",
      "limpHomeActive",
    ]
  ) assert.equal(blamed([path, 1]), true, path);
  for (
    const path of [
      "failsafe",
      "failsafe.enabled",
      "failsafe_position.active_value",
      "safety.active",
      "eco_mode.active",
      "failsafe_test.active",
    ]
  ) assert.equal(blamed([path, 1]), false, path);
  assert.equal(blamed(["failsafe.active", 0]), false);
});
