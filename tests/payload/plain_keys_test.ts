import assert from "node:assert/strict";
import { plainKey, plainKeys, writtenKey } from "../../src/payload/plain_keys.ts";

Deno.test("a name is the same in whatever style it is written", () => {
  for (
    const name of [
      "battery_level",
      "batteryLevel",
      "BatteryLevel",
      "battery-level",
      "Battery Level",
      "BATTERY_LEVEL",
    ]
  ) {
    assert.equal(plainKey(name), "battery_level");
  }
  assert.equal(plainKey("EStopNc"), "e_stop_nc");
  assert.equal(plainKey("bme680Status"), "bme680_status");
});

Deno.test("a unit is one word, and what divides a path stays", () => {
  assert.equal(plainKey("totalKWh"), "total_kwh");
  assert.equal(plainKey("rssiDBm"), "rssi_dbm");
  assert.equal(plainKey("port.fanSpeed"), "port.fan_speed");
  assert.equal(plainKey("_type"), "_type");
});

Deno.test("a document tells how its keys were written, and of two that are read alike the first stays", () => {
  const plain = plainKeys({ Status: { IsConnected: true }, status: 1 });
  assert.deepEqual(plain, { status: { is_connected: true } });
  assert.equal(writtenKey(plain, "is_connected"), "IsConnected");
  const own = { fan_speed: [{ rpm: 900 }] };
  assert.equal(plainKeys(own), own);
});

Deno.test("words that makers cut short are read in full, where they mean nothing else", () => {
  for (const name of ["battery_voltage", "batt_volt", "BatVolt", "bat-volt"]) {
    assert.equal(plainKey(name), "battery_voltage");
  }
  assert.equal(plainKey("temp1"), "temperature1");
  assert.equal(plainKey("tank_press_bar"), "tank_pressure_bar");
  assert.equal(plainKey("devName"), "device_name");
  for (
    const name of ["button_press", "press_1", "std_dev", "spd_ok", "dev_eui", "battery", "template"]
  ) {
    assert.equal(plainKey(name), name);
  }
});

Deno.test("a word cut short beside the same in full is another value", () => {
  assert.deepEqual(plainKeys({ batt: 3.9, battery: 85 }), { batt: 3.9, battery: 85 });
  assert.deepEqual(plainKeys({ batt: 85 }), { battery: 85 });
});
