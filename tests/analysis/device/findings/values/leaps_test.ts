import assert from "node:assert/strict";
import { diagnosisOf } from "../../support.ts";

function titlesOf(name: string, values: readonly number[], o: { flat: boolean }): string[] {
  const lines = values.map((value, i) => ({
    s: 1 + i,
    topic: o.flat ? "lab/unit7/state" : `lab/unit7/${name}`,
    payload: o.flat ? { [name]: value, ok: true, other: 5 + i / 10 } : String(value),
  }));
  return diagnosisOf("unit7", lines, { seconds: values.length + 1 }).findings
    .filter(({ code, severity }) => severity !== "info" && !/heartbeat|gap/.test(code))
    .map(({ title }) => title);
}

Deno.test("what changes slowly and leaps far beyond itself is told, whether it comes back or stays", () => {
  const sick: readonly (readonly [string, readonly number[]])[] = [
    ["T1", [41.12, 41.18, 304, 304, 304]],
    ["twater", [25.4, 25.41, -127, -127, -127]],
    ["tempcwu", [48.1, 48.2, 999, 999]],
    ["coolant", [88, 88, 89, -40, 88]],
    ["pressure", [1.5, 1.5, 25.5, 1.5, 25.5]],
    ["sensorPressure1", [811, 812, 811, -8389, 811, -8389, 812, -8389]],
    ["oil_pressure", [4.1, 4.2, 4.1, 99.99, 4.1]],
    ["level", [72, 72, 72, -8389, 72]],
    ["keg_weight", [11.21, 11.2, 11.2, -62.9, 11.2, -62.9]],
    ["S2", [40.1, 40.3, 409.6, 409.6]],
  ];
  for (const [name, values] of sick) {
    for (const flat of [true, false]) {
      assert.match(titlesOf(name, values, { flat }).join(), new RegExp(name), `${name} ${flat}`);
    }
  }
});

Deno.test("what is switched, heated, set, tared or told in whole numbers may leap", () => {
  const healthy: readonly (readonly [string, readonly number[]])[] = [
    ["power", [2.1, 2.1, 1800, 1805]],
    ["flow", [0.1, 0.1, 14.2, 14.1]],
    ["water_pressure", [0.2, 0.2, 6, 6]],
    ["grid", [411, 420, -2100, -2200]],
    ["oven_temp", [24.1, 24.2, 180.2, 181]],
    ["exhaust_temp", [34, 34.2, 310, 312]],
    ["temperature", [21.1, 21.2, -5.2, -5.1]],
    ["weight", [41, 41.1, -12, -12.1]],
    ["weight", [0.1, 0.1, 78.2, 78.2]],
    ["voltage", [12.6, 12.6, 13.8, 13.9]],
    ["tide_level", [4.1, 4.1, -1.2, -1.2]],
    ["t1", [10, 10, 300, 300]],
    ["level", [3, 2, 1, 0, 255, 254, 255]],
  ];
  for (const [name, values] of healthy) {
    for (const flat of [true, false]) {
      assert.deepEqual(titlesOf(name, values, { flat }), [], `${name} ${flat}`);
    }
  }
});

Deno.test("what is quiet no more but far above and far below by turns is told, what is off and then works elsewhere is not", () => {
  const places = (later: readonly number[]) =>
    [6.1, 6.1, 5.9, 6.1, 6, 6.1, 6.2, ...later].map((value, i) => ({
      s: 1 + i,
      topic: "lab/unit7/state",
      payload: [231, 231, value],
    }));
  const titles = (later: readonly number[]) =>
    diagnosisOf("unit7", places(later), { seconds: 20 }).findings
      .filter(({ code }) => code === "outlier").map(({ title }) => title);
  assert.equal(titles([0, 19.9, 0, 12.4, 0, 18.2]).length, 1);
  assert.deepEqual(titles([0, 0, 9.9, 9.8, 9.9, 10.1, 9.9]), []);
});

Deno.test("a number below nothing that goes on in another unit is told, and one that goes to rest is not", () => {
  const fed = [6_027, 6_097, 6_115, 6_148, 6_091, 6_158, 6_137, 6_032].map((value) => -value);
  const inKilowatts = fed.map((value) => Math.round(value / 10) / 100);
  for (const flat of [true, false]) {
    assert.match(
      titlesOf("power", [...fed, ...inKilowatts], { flat }).join(),
      /power" shifted from about -6,?1\d\d.* to -6\.\d+: 1,000 times less/,
    );
    assert.deepEqual(titlesOf("power", [...fed, ...fed], { flat }), []);
  }
});

Deno.test("air that is warm twice for moments is told where its humidity is told too, and a pipe is not", () => {
  const warm = [0.4, 0.3, 0.2, 0.2, 0.1, 0, 53.9, 53.8, 53.9, 0.1, 0.1, 0, 53.9, 53.8, 53.7];
  const told = (beside: object) =>
    diagnosisOf(
      "lab/air/#",
      warm.map((temperature, i) => ({
        s: 1 + 4 * i,
        topic: "lab/air",
        payload: { temperature, ...beside },
      })),
      { seconds: 62 },
    ).findings.filter(({ severity }) => severity !== "info").map(({ title }) => title).join();
  assert.match(told({ humidity: 92 }), /"temperature" jumps to 53\.9/);
  assert.equal(told({ valve: 2 }), "");
});

Deno.test("a count that is read as if it had a sign is told, at each place of the point, and one that counts past its end is not", () => {
  const rises = (from: number, step: number, n: number) =>
    Array.from({ length: n }, (_, i) => Number((from + i * step).toFixed(2)));
  for (const end of [2_147_483_648, 21_474_836.48, 214_748_364.8]) {
    const values = [...rises(152.84, 0.01, 5), ...rises(152.9 - end, 0.01, 6)];
    assert.match(titlesOf("energy", values, { flat: true }).join(), /"energy" (?:jumps to|is) -/);
  }
  const wraps = [...rises(2_147_483_600, 12, 4), ...rises(-2_147_483_640, 12, 6)];
  assert.doesNotMatch(titlesOf("ticks", wraps, { flat: true }).join(), /jumps to/);
});

Deno.test("what a discovery document gives in percent cannot be thousands, whatever it is called", () => {
  const told = (unit: string, values: readonly number[]) => {
    const lines = values.map((extra, i) => ({
      s: 1 + i,
      topic: "akku/unit7/data",
      payload: { packs: { extra } },
    }));
    const config = {
      name: "Extra pack",
      state_topic: "akku/unit7/data",
      value_template: "{{ value_json.packs.extra }}",
      unit_of_measurement: unit,
      device: { identifiers: ["unit7"], name: "unit7" },
    };
    const document = {
      s: 0,
      topic: "homeassistant/sensor/unit7/extra/config",
      payload: config,
      retain: true,
    };
    return diagnosisOf("unit7", [document, ...lines], { seconds: 20 }).findings
      .filter(({ code, severity }) => severity !== "info" && code === "outlier");
  };
  const values = [23, 23, 23, 4_873, 23, 23, 23, 2_425, 23, 23];
  assert.equal(told("%", values).length, 1);
  assert.equal(told("%", values.map((value) => Math.min(value, 100))).length, 0);
});

Deno.test("a power of millions of watts amid hundreds was read wrong, one of a plant or of a start was not", () => {
  const meter = [721, 671, 750, 718, 4194931, 668, 697, 654, 8389277, 656, 682];
  assert.match(titlesOf("Power_curr", meter, { flat: true }).join(), /jumps to 4194931/);
  const healthy: readonly (readonly [string, readonly number[]])[] = [
    ["Power_curr", meter.map((value) => Math.min(value, 9_400))],
    ["power", [2_100_000, 2_140_000, 2_090_000, 2_120_000, 0, 2_110_000, 2_130_000]],
    ["power", [0, 0, 0, 0, 1_400_000, 0, 0]],
  ];
  for (const [name, values] of healthy) {
    assert.deepEqual(titlesOf(name, values, { flat: true }), [], `${name} ${values}`);
  }
});

Deno.test("what burns and is again and again at the same far end of its wire's table is told, what is fired, set or modulated is not", () => {
  const amid = (end: number, base: readonly number[]) =>
    base.flatMap((value, i) => i % 3 === 2 ? [value, end] : [value]);
  const around = (middle: number) =>
    [0.4, 1.9, -2.2, 0.1, 2.8, -1.1, 0.7, -0.5, 1.2, 0.3].map((off) => middle + off);
  const sick: readonly (readonly [string, readonly number[]])[] = [
    ["flue_gas", amid(1372, around(171))],
    ["dimni_plini", amid(1372, around(171))],
    ["oven_temp", amid(1023.75, around(182))],
    ["kiln", amid(1370, around(911))],
    ["exhaust_temp", amid(850, around(140))],
  ];
  const fired = [
    31.5,
    88.2,
    171.4,
    168.9,
    172.1,
    94.3,
    41.2,
    92.7,
    169.2,
    172.1,
    90.4,
    172.1,
    60.2,
  ];
  const healthy: readonly (readonly [string, readonly number[]])[] = [
    ["flue_gas", fired],
    ["burner_modulation", amid(100, around(18))],
    ["fan_rpm", amid(1200, around(412))],
    ["oven_setpoint", amid(650, around(140))],
    ["heater_power", amid(2000, around(210))],
    ["egt", amid(1372, [150, 150, 151, 151, 150, 150, 151, 150])],
  ];
  for (const [name, values] of sick) {
    assert.match(titlesOf(name, values, { flat: false }).join(), new RegExp(name), name);
  }
  for (const [name, values] of healthy) {
    assert.deepEqual(titlesOf(name, values, { flat: false }), [], name);
  }
});
