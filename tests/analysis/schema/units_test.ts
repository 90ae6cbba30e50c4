import assert from "node:assert/strict";
import { guessUnit, namesQuantity } from "../../../src/analysis/schema/units.ts";

const ANY = { min: 1, max: 40 };

Deno.test("a unit is guessed from the words of a name", () => {
  const units: [string, string | null][] = [
    ["bearing_temp_c", "°C"],
    ["motorCurrentA", "A"],
    ["pressure_bar", "bar"],
    ["flow_m3_h", "m³/h"],
    ["coolantFlow_l_min", "l/min"],
    ["wind_speed_m_s", "m/s"],
    ["irradiance_w_m2", "W/m²"],
    ["water_total_m3", "m³"],
    ["uptime_s", "s"],
    ["interval_ms", "ms"],
    ["supply_v", "V"],
    ["batteryVoltage", "V"],
    ["pressure_hPa", "hPa"],
    ["power_kW", "kW"],
    ["battery_mV", "mV"],
    ["frequency_MHz", "MHz"],
    ["power_dBm", "dBm"],
    ["rssidBm", "dBm"],
    ["barometer_inHg", "inHg"],
    ["rain_in", "in"],
    ["tempf", "°F"],
    ["tempinf", "°F"],
    ["tC", "°C"],
    ["YieldTotal", "kWh"],
    ["lux", "lx"],
  ];
  for (const [name, unit] of units) assert.equal(guessUnit(name, ANY), unit, name);
});

Deno.test("a name that only looks like a unit is left alone", () => {
  for (
    const name of [
      "bar",
      "coffee_bar",
      "mode_a",
      "plan_b_m3",
      "m_s",
      "vitamin_c",
      "cycle",
      "BMW",
      "check_in",
      "phase_a",
    ]
  ) {
    assert.equal(guessUnit(name, ANY), null, name);
  }
  assert.equal(namesQuantity("coffee_bar"), false);
});

Deno.test("where the name leaves it open the range decides", () => {
  assert.equal(guessUnit("pressure", { min: 980, max: 1030 }), "hPa");
  assert.equal(guessUnit("pressure", { min: 2, max: 6 }), null);
  assert.equal(guessUnit("temperature", { min: 280, max: 300 }), "K");
  assert.equal(guessUnit("battery", { min: 40, max: 100 }), "%");
});

Deno.test("a bare name whose range says nothing has no unit", () => {
  const open: [string, number, number][] = [
    ["temperature", 60, 80],
    ["temperature", 205, 240],
    ["humidity", 0.4, 0.6],
    ["moisture", 200, 900],
    ["current", 300, 900],
    ["power", 0.1, 4],
    ["energy", 0, 500],
    ["load", 0.1, 2],
    ["consumption", 5, 8],
    ["battery", 3.1, 3.3],
    ["battery", 12.4, 12.8],
    ["soc", 0, 1],
    ["uptime", 1e9, 1.1e9],
    ["frequency", 868.1, 868.5],
    ["voc", 20, 180],
    ["rain", 0, 0.4],
    ["power_factor", 88, 97],
    ["value", 1, 2],
    ["level", 1, 2],
  ];
  for (const [name, min, max] of open) assert.equal(guessUnit(name, { min, max }), null, name);
  const told: [string, number, number, string][] = [
    ["temperature", 18, 24, "°C"],
    ["temperature", -20, -5, "°C"],
    ["humidity", 30, 60, "%"],
    ["current", 0.1, 12, "A"],
    ["power", 0, 2300, "W"],
    ["battery", 60, 100, "%"],
    ["frequency", 49.9, 50.1, "Hz"],
    ["uptime", 100, 90_000, "s"],
    ["power_factor", 0.9, 1, "ratio"],
  ];
  for (const [name, min, max, unit] of told) {
    assert.equal(guessUnit(name, { min, max }), unit, name);
  }
});
