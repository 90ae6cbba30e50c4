import assert from "node:assert/strict";
import { assertTold, series, times, titlesOf } from "../../support.ts";

const HOT = /(?:chip|processor) is too hot/;
const heat = (write: (temperature: number) => unknown, temperatures: readonly number[]) =>
  titlesOf("nvr", series("nvr/stats", temperatures.map(write), 30));

const WAYS: readonly ((t: number) => unknown)[] = [
  (t) => ({ service: { uptime: 20, temperatures: { apex_0: t } } }),
  (t) => ({ coral_temp: t, fps: 5 }),
  (t) => ({ npu: { temperature: t } }),
  (t) => ({ temperature_gpu: t, load: 40 }),
  (t) => ({ thermal_zone0: t, load: 40 }),
  (t) => ({ sensors: [{ label: "Package id 0", value: t }, { label: "fan", value: 900 }] }),
  (t) => ({ hailo_temperature: t }),
  (t) => ({ coretemp: { "Core 0": { current: t, high: 100, critical: 105 } } }),
];

Deno.test("a chip of 100 °C, or one that climbs and climbs above 90, is told, in any host's words", () => {
  for (const [i, write] of WAYS.entries()) {
    assertTold(heat(write, [101.2, 103.6, 105.1, 106.4]), HOT);
    assertTold(heat(write, [61.8, 64.3, 68.5, 73.9, 79.2, 84.8, 89.7, 93.1]), HOT);
    assert.deepEqual(heat(write, [61, 64, 66, 64, 66, 65, 66, 64.4]), [], `way ${i}`);
    assert.ok(!heat(write, [89, 92, 90, 91, 92, 90, 91, 90.5]).some((one) => HOT.test(one)));
  }
});

Deno.test("what is as hot by its work, in Fahrenheit, or of no chip is not told as one", () => {
  const others: readonly ((t: number) => unknown)[] = [
    (t) => ({ boiler_temp: t }),
    (t) => ({ temperatures: { oven: t } }),
    (t) => ({ collector_temperature: t }),
    (t) => ({ coral_temp: t, unit: "°F" }),
    (t) => ({ core_temperature: t }),
    (t) => ({ coretemp: { "Core 0": { current: t / 2, high: 100, critical: 105 } } }),
    (t) => ({ temperatures: { gpu_max: t } }),
  ];
  for (const write of others) {
    assert.ok(!heat(write, [101.2, 103.6, 105.1, 106.4]).some((one) => HOT.test(one)));
  }
});

Deno.test("a room that is always at the very zero is told where another of its kind is warm, and a cellar or a cold store is not", () => {
  const told = (name: string, beside: number) =>
    titlesOf(
      "pump/guest",
      times(12, (i) => [
        {
          s: 1 + 5 * i,
          topic: "pump/living/status",
          payload: { [name]: beside + i % 3 / 2, on: true },
        },
        { s: 2 + 5 * i, topic: "pump/guest/status", payload: { [name]: 0, on: true } },
      ]).flat(),
    );
  assertTold(told("roomTemperature", 20.5), /"roomTemperature" reads nothing: it is always 0/);
  assert.deepEqual(told("roomTemperature", 1), []);
  assert.deepEqual(told("storeTemperature", 20.5), []);
});

Deno.test("a sensor that tells −1 of all it measures is told where another of its kind reads something", () => {
  const lines = (own: readonly number[], beside: readonly number[]) =>
    times(
      6,
      (i) =>
        [["a1", own], ["b2", beside]].flatMap(([name, values], at) =>
          ["light", "humidity", "temperature"].map((part, k) => ({
            s: 1 + 5 * i + at + k / 10,
            topic: `protect/${name}/${part}`,
            payload: String(Array.isArray(values) ? values[k] : 0),
          }))
        ),
    ).flat();
  assertTold(
    titlesOf("a1", lines([-1, -1, -1], [14, 57, 17.4])),
    /read nothing: both are always -1/,
  );
  assert.deepEqual(titlesOf("a1", lines([-1, -1, -1], [-1, -1, -1])), []);
  assert.deepEqual(titlesOf("a1", lines([9, 61, -1], [14, 57, 3])), []);
});

Deno.test("a chip that tells more heat or air than it can measure is told, whatever else does is not", () => {
  const told = (name: string, at: Record<string, number>, units: Record<string, string> = {}) =>
    titlesOf("s2", series("tele/s2/SENSOR", times(8, () => ({ [name]: at, ...units }))));
  const hot = { Temperature: 188.5, Pressure: 1214.2 };
  const said = told("BMP280", hot, { PressureUnit: "hPa", TempUnit: "C" });
  assertTold(said, /"BMP280.Temperature" is 188.5, which it cannot be/);
  assertTold(said, /"BMP280.Pressure" is 1214.2, which it cannot be/);
  assert.deepEqual(told("BMP280", { Temperature: 176.2 }, { TempUnit: "F" }), []);
  assert.deepEqual(told("MAX6675", { Temperature: 188.5 }), []);
  assert.deepEqual(told("BME280", { Temperature: 41.5, Pressure: 1084.8 }), []);
});

Deno.test("warmth and moisture of soil that are both 0 are told where another of its kind reads something", () => {
  const told = (beside: readonly [number, number] | null) =>
    titlesOf(
      "bed 2",
      times(6, (i) => [
        {
          s: 1 + 5 * i,
          topic: "z/bed 2",
          payload: { battery: 100, soil_moisture: 0, temperature: 0 },
        },
        ...beside === null ? [] : [{
          s: 2 + 5 * i,
          topic: "z/bed 3",
          payload: { battery: 88, soil_moisture: beside[0] - i % 2, temperature: beside[1] },
        }],
      ]).flat(),
    );
  assertTold(told([46, 17.4]), /read nothing: both are always 0/);
  assert.deepEqual(told(null), []);
  assert.deepEqual(told([1, 0]), []);
});

Deno.test("a load at the end of a word, or a hundred thousand times as much as all else, is no load", () => {
  const told = (name: string, values: readonly number[]) =>
    titlesOf("plug", series("z/plug", values.map((value) => ({ [name]: value, voltage: 231 }))));
  const loads = times(12, (i) => 160 + i % 5);
  const with3 = (value: number) => loads.map((load, i) => i === 3 ? value : load);
  assertTold(told("power", with3(-8_388_608)), /"power" jumps to -8388608/);
  assertTold(told("power", with3(32_767_000)), /"power" jumps to 32767000/);
  assertTold(
    told("power_kw", with3(220_000.001).map((kw) => kw < 200 ? kw / 200 : kw)),
    /jumps to 220000.001/,
  );
  assert.deepEqual(told("power", times(12, (i) => i > 2 && i < 6 ? 3_412 : 0.4)), []);
  assert.deepEqual(told("lux", times(12, (i) => i > 4 ? 65_535 : 4_100)), []);
});

Deno.test("warmth beside a humidity, and a humidity beside others', are told that no air has", () => {
  const told = (own: Record<string, number>, beside?: Record<string, number>) =>
    titlesOf(
      "garage",
      times(7, (i) => [
        { s: 1 + 5 * i, topic: "z/garage", payload: own },
        ...beside === undefined ? [] : [{ s: 2 + 5 * i, topic: "z/hall", payload: beside }],
      ]).flat(),
    );
  assertTold(told({ tempc: 648.12, hum: 74.6 }), /"tempc" is 648.12, which it cannot be/);
  assert.deepEqual(told({ temp_probe: 248.1, hum: 12 }), []);
  assertTold(
    told({ temperature: 12.7, humidity: 677 }, { temperature: 19.6, humidity: 58.5 }),
    /"humidity" is 677, which it cannot be/,
  );
  assertTold(
    told({ temperature: 21.7, pressure: 671.9 }, { temperature: 20.4, pressure: 1006.2 }),
    /"pressure" is 671.9, which it cannot be/,
  );
  assert.deepEqual(
    told({ temperature: 21.7, pressure: 839.1 }, { temperature: 20.4, pressure: 1013.2 }),
    [],
  );
  assert.deepEqual(told({ temperature: 12.7, humidity: 677 }), []);
  assert.deepEqual(
    told({ temperature: 12.7, humidity: 677 }, { temperature: 19.6, humidity: 585 }),
    [],
  );
});

const warmth = (i: number) => Number((20 + Math.sin(i) * 0.4).toFixed(2));
const moist = (i: number) => Number((46 + Math.cos(i * 1.3)).toFixed(1));

/** What chips and converters tell that read nothing, each in place of what is usual: by what is called so, and how they tell it. */
const UNREAD: Readonly<Record<string, (isBad: boolean, i: number) => Record<string, number>>> = {
  SHT3X: (bad, i) => ({ Temperature: bad ? 130 : warmth(i), Humidity: bad ? 100 : moist(i) }),
  "BMP280 in little air": (bad, i) => ({
    Temperature: warmth(i),
    Pressure: bad ? 178.3 : 1012 + i / 10,
  }),
  MAX31865: (bad, i) => ({ Temperature: bad ? 988.79 : 61 + i / 5 }),
  MAX6675: (bad, i) => ({ Temperature: bad ? 1023.75 : 61 + i / 5 }),
  SDS0X1: (bad, i) => ({ "PM2.5": bad ? 999.9 : 5.1 + i % 4, PM10: 7.3 + i % 3 }),
  "current of a plug": (bad, i) => ({
    Power: 12 + i % 3,
    Current: bad ? 65.535 : 0.06 + i % 2 / 100,
  }),
  "tenths beside a humidity": (bad, i) => ({
    Temperature: warmth(i) * (bad ? 10 : 1),
    Humidity: moist(i),
  }),
  "byte of a plug": (bad, i) => ({ Power: 12 + i % 3, DeviceTemperature: bad ? -128 : 31 + i % 2 }),
};

Deno.test("what chips and converters tell that read nothing is told, always and now and then", () => {
  for (const [chip, tell] of Object.entries(UNREAD)) {
    const [name = ""] = chip.split(" ");
    const told = (isBad: (i: number) => boolean) =>
      titlesOf(
        "s1",
        series(
          "tele/s1/SENSOR",
          times(15, (i) => ({ [name]: tell(isBad(i), i), TempUnit: "C", PressureUnit: "hPa" })),
          5,
        ),
      );
    assert.ok(told(() => true).length > 0, `${chip}, always`);
    assert.ok(told((i) => i % 5 === 3).length > 0, `${chip}, now and then`);
    assert.deepEqual(told(() => false), [], `${chip}, well`);
  }
});

Deno.test("a thermostat that reads 0 all the time while it is to be warm is told, and one that is to keep from frost is not", () => {
  const told = (wanted: number) =>
    titlesOf(
      "trv",
      series(
        "z/trv",
        times(12, (i) => ({
          local_temperature: 0,
          occupied_heating_setpoint: wanted,
          battery: 60,
          linkquality: 80 + i,
        })),
      ),
    );
  assertTold(told(20), /"local_temperature" is stuck at 0/);
  assert.deepEqual(told(5), []);
});

Deno.test("a load below nothing that is read as if it had no sign is told", () => {
  const told = (own: readonly number[], beside: readonly number[] = []) =>
    titlesOf(
      "inv-1",
      own.flatMap((power, i) => [
        {
          s: 1 + 5 * i,
          topic: "sun/inv-1",
          payload: { total_active_power: power, temp: 24 + i % 2 },
        },
        ...beside.slice(i, i + 1).map((other) => ({
          s: 2 + 5 * i,
          topic: "sun/inv-2",
          payload: { total_active_power: other, temp: 23 + i % 2 },
        })),
      ]),
    );
  const long = times(8, (i) => 4_294_967_295 - 2 * (i % 4));
  assertTold(told(long), /which it cannot be/);
  const short = times(8, (i) => 65_483 + 3 * (i % 4));
  assertTold(told(short, times(8, (i) => 612 + i)), /which it cannot be/);
  assert.deepEqual(told(short), []);
  assert.deepEqual(told(short, times(8, (i) => 61_200 + i)), []);
});

Deno.test("half percents of a battery, air without any carbon dioxide and a share of thousands are told by what others tell", () => {
  const told = (name: string, own: number, beside?: number) =>
    titlesOf(
      "room-1",
      times(6, (i) => [
        { s: 1 + 5 * i, topic: "z/room-1", payload: { [name]: own, temperature: 21 + i % 2 } },
        ...beside === undefined ? [] : [{
          s: 2 + 5 * i,
          topic: "z/room-2",
          payload: { [name]: beside, temperature: 20 + i % 2 },
        }],
      ]).flat(),
    );
  assertTold(told("battery", 200, 91), /"battery" is 200, which it cannot be/);
  assert.deepEqual(told("battery", 200), []);
  assert.deepEqual(told("battery", 200, 180), []);
  assertTold(told("co2", 0, 780), /"co2" is 0, which it cannot be/);
  assert.deepEqual(told("co2", 0, 0), []);
  assertTold(told("power_factor", 2_147_450.88), /"power_factor" is 2147450.88/);
  assert.deepEqual(told("power_factor", 1_001), []);
});

Deno.test("an outlet's power that is always 0 while current flows under voltage is told, and a meter's is not", () => {
  const told = (current: number, more: Record<string, unknown> = { state: "ON" }) =>
    titlesOf(
      "plug",
      series(
        "z/plug",
        times(8, (i) => ({ power: 0, current: current + i % 3 / 100, voltage: 231, ...more })),
      ),
    );
  assertTold(told(2.15), /"power" is always 0, though current and voltage beside it come to/);
  assert.deepEqual(told(0.3), []);
  assert.deepEqual(told(430), []);
  assert.deepEqual(told(2.15, {}), []);
});

Deno.test("bits of another number in place of moisture are told, and a raw reading of it is not", () => {
  const told = (moisture: number) =>
    titlesOf(
      "s1",
      series(
        "tele/s1/SENSOR",
        times(8, (i) => ({ Moisture: moisture, Temperature: 22 + i / 10 })),
      ),
    );
  assertTold(told(1_078_689_792), /"Moisture" is 1078689792, which it cannot be/);
  assert.deepEqual(told(2_950), []);
});

Deno.test("a sensor that is always at the ends of its scales is told beside another, and one in wet soil or in steam is not", () => {
  const told = (temperature: number, moist: object, more: object = { battery: 86 }) =>
    titlesOf(
      "field/fig",
      times(9, (i) => [
        {
          s: 1 + 5 * i,
          topic: "field/olive",
          payload: {
            temperature: 19.4 + i % 3 / 10,
            soil_moisture: 54 + i % 2,
            humidity: 47 + i % 2,
            battery: 91,
          },
        },
        { s: 2 + 5 * i, topic: "field/fig", payload: { temperature, ...moist, ...more } },
      ]).flat(),
    );
  const both = /"temperature" and "\w+" read nothing/;
  assertTold(told(100, { soil_moisture: 100 }), both);
  assertTold(told(130, { humidity: 100 }), both);
  assertTold(told(125, { humidity: 0 }), both);
  assert.deepEqual(told(21, { soil_moisture: 100 }), []);
  assert.deepEqual(told(100, { humidity: 100 }, { program: 3, fan: 1450 }), []);
  assert.deepEqual(told(100, { humidity: 12.5 }), []);
});

Deno.test("a power that is 0 now and then while its apparent power stays is told, one that is switched off is not", () => {
  const plug = (powers: readonly number[], apparent: (power: number) => number) =>
    titlesOf(
      "tele/amp/#",
      powers.map((Power, i) => ({
        s: 4 * i + 1,
        topic: "tele/amp/SENSOR",
        payload: { ENERGY: { Power, ApparentPower: apparent(Power), Voltage: 236 } },
      })),
    );
  const powers = [190.2, 191, 0, 190.4, 192.1, 0, 0, 190.8, 191.4, 190.9];
  assertTold(plug(powers, () => 210), /"ENERGY.Power" is 0 3 of 10 times, though as much current/);
  assert.deepEqual(plug(powers, (power) => power === 0 ? 0 : 210), []);
  assert.deepEqual(plug(powers.map((power) => power / 10), () => 210), [], "a motor that idles");
});

Deno.test("a probe in soil that tells nothing of wet and salt beside others that do is told, one in dry soil alone is not", () => {
  const bed = (moisture: number, conductivity: number, others: readonly number[]) =>
    titlesOf(
      "sage",
      times(8, (i) =>
        [["sage", moisture, conductivity], ...others.map((wet, n) => [`mint${n}`, wet, 9 * wet])]
          .map(([name, wet, salt]) => ({
            s: 5 * i + 1,
            topic: `flora/${name}/state`,
            payload: {
              moisture: wet,
              conductivity: salt,
              temperature: 21.5 + i / 10,
              light: 800 + i,
            },
          }))).flat(),
    );
  assertTold(bed(0, 0, [34, 22]), /"moisture" and "conductivity" read nothing/);
  assert.deepEqual(bed(4, 31, [34, 22]), []);
  assert.deepEqual(bed(0, 0, []), []);
  assert.deepEqual(bed(0, 0, [34, 0]), []);
});
