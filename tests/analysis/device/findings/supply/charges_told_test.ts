import assert from "node:assert/strict";
import { assertTold, type Line, series, times, titlesOf } from "../../support.ts";

/** A hub's records of several things, of which the third tells what is given. */
const hub = (record: (i: number) => object, count = 5): Line[] =>
  times(3 * count, (i) => ({
    s: 1 + 20 * i,
    topic: "devices",
    payload: i % 3 === 0
      ? { ref: 140, name: "Cellar Temperature", value: 8.4 - i / 30, type: "Temperature" }
      : i % 3 === 1
      ? { ref: 131, name: "Stairs Motion", value: i % 2 ? 255 : 0, type: "Binary" }
      : { ref: 212, ...record(Math.floor(i / 3)) },
  }));

Deno.test("a charge is told by the record that is called so, by its name, its kind and its unit", () => {
  const records: ((i: number) => object)[] = [
    (i) => ({ name: "Leak Sensor Battery", value: 9 - i, status: `${9 - i} %`, type: "Z-Wave" }),
    (i) => ({ name: "Leak Sensor", value: 9 - i, type: "battery", unit: "%" }),
    (i) => ({ name: "Capteur de fuite - batterie", value: 11 - i, type: "x" }),
    () => ({ name: "Leak Sensor Battery Level", value: 4, unit: "%", type: "x" }),
    (i) => ({ name: "Sensore di perdita batteria", status: `${9 - i} %`, type: "x" }),
  ];
  for (const record of records) {
    assertTold(titlesOf("devices", hub(record)), /The battery is at \d+ %/);
    assertTold(titlesOf("devices", hub(record, 1)), /The battery is at \d+ %/);
  }
});

Deno.test("a full charge, volts, bars and a battery of a house are no low charge", () => {
  const records: ((i: number) => object)[] = [
    () => ({ name: "Leak Sensor Battery", value: 87, unit: "%", type: "x" }),
    () => ({ name: "Leak Sensor Battery", value: 3, unit: "V", type: "x" }),
    () => ({ name: "Leak Sensor Battery", value: 4, type: "x" }),
    () => ({ name: "Leak Sensor Battery Alarm", value: 9, type: "x" }),
    () => ({ name: "House Battery", value: 9, type: "x" }),
  ];
  for (const record of records) assert.deepEqual(titlesOf("devices", hub(record)), []);
});

const block = (name: string, from: number, step: number) =>
  titlesOf(
    "garage/#",
    series(
      "garage/station1/data",
      times(9, (i) => ({ [name]: Math.round((from - step * i) * 100) / 100, Temperature: 4.5 })),
      60,
    ),
  );

Deno.test("a vehicle's battery that runs flat is told whatever its voltage is called", () => {
  for (
    const name of [
      "CarBattLevel",
      "StarterBatteryVoltage",
      "Autobatterie",
      "batt_level",
      "vehicle_vbat",
    ]
  ) {
    assertTold(block(name, 12.31, 0.31), /The battery runs empty/);
    assert.deepEqual(block(name, 12.61, 0.01), [], name);
  }
  assertTold(block("CarBattLevel", 10.93, 0), /The battery is nearly empty/);
  assert.deepEqual(block("CarBattLevel", 0, 0), []);
});
