import assert from "node:assert/strict";
import { assertTold, type Line, series, times, titlesOf } from "../../support.ts";

const tenths = (value: number) => Math.round(value * 10) / 10;
/** A reading that moves a little around a value. */
const about = (value: number, i: number) => tenths(value + ((i * 7) % 5) / 10);

/** The titles of what a thing is blamed for that tells each of these lines on one topic. */
function told(payload: (i: number) => unknown, count = 20): string[] {
  return titlesOf("plant/unit7/#", series("plant/unit7/state", times(count, payload), 20));
}

/** The same where each value has a topic of its own below the unit. */
function apart(values: (i: number) => Record<string, number>, count = 20): string[] {
  const lines = times(count, (i): Line[] =>
    Object.entries(values(i)).map(([name, value], n) => ({
      s: 20 * i + n / 10 + 1,
      topic: `plant/unit7/${name}`,
      payload: String(value),
    }))).flat();
  return titlesOf("plant/unit7/#", lines);
}

Deno.test("a cell that sinks is told wherever it stands: in a long list, or in a line of millivolts", () => {
  assertTold(
    told((i) => ({ cells: times(16, (n) => n === 10 ? 3.26 - 0.04 * i : 3.28 + (n % 3) / 1000) })),
    /cells\[10\]" is at 2\.5\d, the others at about 3\.28/,
  );
  assertTold(
    told((i) =>
      [12000 + 20000 * i, ...times(10, (n) => n === 6 ? 3790 - 45 * i : 3810 - n), -4171].join(";")
    ),
    /column 8" is at \d+, the others at about 380\d/,
  );
  assert.deepEqual(told((i) => times(10, (n) => 3810 - n - 2 * i).join(";")), []);
});

Deno.test("a phase that is gone is told by what the other two have, in any form", () => {
  assertTold(
    told((i) =>
      [about(231, i), i < 8 ? about(232, i) : about(95, i), about(230, i)]
        .reduce<Record<string, number>>((all, value, n) => ({ ...all, [`u_l${n + 1}`]: value }), {})
    ),
    /phases are far apart: "u_l2" is at 95/,
  );
  assertTold(
    apart((i) => ({
      "power/l1": 1985 + i % 3,
      "power/l2": i < 8 ? 1984 : 0,
      "power/l3": 1979 + i % 4,
    })),
    /power\/l2" fell from about 1984 to nothing/,
  );
  assert.deepEqual(
    apart((i) => ({ "power/l1": 400 + 3 * i, "power/l2": i < 8 ? 1984 : 0, "power/l3": 20 + i })),
    [],
  );
});

Deno.test("one string of two that gives far less at once is told, and a cloud over both is not", () => {
  const sun = (i: number) => 8 + (i % 5) / 10;
  assertTold(
    apart((i) => ({
      "string1/current": sun(i),
      "string2/current": i < 8 ? sun(i) : tenths(sun(i) / 4),
    })),
    /string2\/current" fell from about 8\.15 to about 2/,
  );
  const cloud = (i: number) => i < 8 ? sun(i) : tenths(sun(i) / 4);
  assert.deepEqual(
    apart((i) => ({ "string1/current": cloud(i), "string2/current": cloud(i) })),
    [],
  );
});

Deno.test("a probe that is the same to the digit while those alike go on to move is told", () => {
  const bed = (base: number, i: number) => tenths(base + i / 2 + ((i * 3) % 4) / 10);
  assertTold(
    apart((i) => ({
      "bed/1": bed(44, i),
      "bed/2": [41.2, 41.8, 41.3][i] ?? 42.6,
      "bed/3": bed(47, i),
    })),
    /bed\/2" is stuck at 42\.6/,
  );
  assert.deepEqual(
    apart(
      (i) => ({ "bed/1": i < 5 ? bed(44, i) : 46, "bed/2": [41.2, 41.8, 41.3][i] ?? 42.6 }),
      14,
    ),
    [],
  );
});

Deno.test("numbers are read in lines of text by what they are of, their units or their places", () => {
  const depth = (i: number) => i < 16 ? 60 - i * 1.5 - (i % 4) : 41.3;
  assertTold(
    told(
      (i) => i % 2 === 0 ? `$SDDBT,${depth(i)},f,${depth(i) / 4},M` : `$WIMWV,${40 + i % 7},R,14.6`,
      60,
    ),
    /SDDBT 1" is stuck at 41\.3/,
  );
  assertTold(
    told((i) => `Tank ${i % 7 === 5 ? 850 : about(21, i)} C | Air ${about(19, i)} C | RUNS`),
    /"Tank C" is 850/,
  );
});

/** Three inverters of one plant, each with its mode and its panels' voltage. */
function plant(volts: (n: number, i: number) => number, modeOf: (n: number) => string): string[] {
  return titlesOf("plant/#", [
    ...times(3, (n): Line => ({
      s: 0,
      topic: `plant/inverter_${n + 1}/device_mode/state`,
      payload: modeOf(n),
      retain: true,
    })),
    ...times(10, (i) =>
      times(3, (n): Line => ({
        s: 20 * i + n / 10 + 1,
        topic: `plant/inverter_${n + 1}/pv_voltage/state`,
        payload: String(volts(n, i)),
      }))).flat(),
  ]);
}

Deno.test("one of several inverters that says it is fed by the sun and whose panels give nothing is told", () => {
  const dead = (n: number, i: number) => n === 1 ? (3 + i % 5) / 10 : about(358 + n, i);
  const told = /inverter_2\/pv_voltage\/state" is about 0\.\d+, and those beside it about 3\d\d/;
  assertTold(plant(dead, () => "Solar/Grid"), told);
  // None is connected to it, it is night, or it stands in shade.
  for (
    const calm of [
      plant(dead, (n) => n === 1 ? "Battery" : "Solar/Grid"),
      plant((n, i) => (n + i % 5) / 10, () => "Solar/Grid"),
      plant((n, i) => n === 1 ? about(260, i) : about(358, i), () => "Solar/Grid"),
      plant((n, i) => n === 1 ? 0 : about(358, i), () => "Solar/Grid"),
    ]
  ) assert.deepEqual(calm.filter((title) => /those beside it/.test(title)), []);
});

/** What a gateway tells in one document of four probes, asked for as a whole or by the name of one. */
function ponds(
  oxygen: (n: number, i: number) => number,
  o: { asked?: string; warmth?: (i: number) => number } = {},
): string[] {
  const { asked = "v1/gateway/telemetry", warmth = (i) => about(14, i) } = o;
  return titlesOf(
    asked,
    times(12, (i): Line => ({
      s: 28 * i + 1,
      topic: "v1/gateway/telemetry",
      payload: Object.fromEntries(times(4, (n) => [`Pond ${n + 1} Probe`, [{
        ts: Date.UTC(2026, 0, 2, 12) + 28_000 * i,
        values: { oxygen_mgl: oxygen(n, i), water_temp: warmth(i) },
      }]])),
    })),
  );
}

Deno.test("a probe that reads 0 of what is never nothing, beside others that agree, is told by the name of its own too", () => {
  const dead = (n: number, i: number) => n === 2 ? 0 : about(7.6 + n / 10, i);
  const told = /Pond 3 Probe.*oxygen_mgl" is 0 all the time, and those beside it about [78]/;
  assertTold(ponds(dead), told);
  assertTold(ponds(dead, { asked: "pond 3 probe" }), told);
  for (
    const calm of [
      ponds(dead, { asked: "pond 1 probe" }),
      // Two of four, others that do not agree, one that tells nothing else, and one that is not always 0.
      ponds((n, i) => n > 1 ? 0 : about(7.6, i)),
      ponds((n, i) => n === 2 ? 0 : about(2 + 3 * n, i)),
      ponds(dead, { warmth: () => 0 }),
      ponds((n, i) => n === 2 ? i % 3 / 10 : about(7.6, i)),
    ]
  ) assert.deepEqual(calm.filter((title) => /those beside it/.test(title)), []);
});

Deno.test("a leg that loses its voltage and its load is told, a source that takes turns with another is not", () => {
  const legs = (second: (i: number) => [volts: number, amps: number], first = 14) =>
    apart((i) => ({
      V1: about(121, i),
      V2: second(i)[0],
      CT1: i < 8 ? about(first, i) : about(14, i),
      CT2: second(i)[1],
    }));
  assertTold(
    legs((i) => i < 8 ? [about(120.5, i), about(3, i)] : [0, 0]),
    /A leg is gone: .*V2" fell from 120\.\d V to 0 V, and .*CT2" with it/,
  );
  // A generator that runs until the mains are back.
  assert.deepEqual(legs((i) => i < 8 ? [about(120.5, i), about(14, i)] : [0, 0], -0.4), []);
});

Deno.test("a string with a name that gives nothing is told, a spare input and a shaded one are not", () => {
  const roof = (third: { name?: string; power: number; volts: number }, others = 350) =>
    titlesOf("solar/#", [
      ...["Front left", "Front right", third.name ?? "", "Rear right"].map((name, n): Line => ({
        s: 0,
        topic: `solar/1164/${n + 1}/name`,
        payload: name,
        retain: true,
      })),
      ...times(8, (i) => i).flatMap((i) =>
        times(4, (n): Line[] =>
          Object.entries({
            power: n === 2 ? third.power : about(others, i + n),
            voltage: n === 2 ? third.volts : about(33, i + n),
          }).map(([leaf, value]) => ({
            s: 2 + 20 * i + n / 10,
            topic: `solar/1164/${n + 1}/${leaf}`,
            payload: String(value),
          }))).flat()
      ),
    ]);
  assertTold(roof({ name: "Rear left", power: 0, volts: 0.6 }), /"Rear left" gives nothing/);
  assert.deepEqual(roof({ power: 0, volts: 0.6 }), []);
  assert.deepEqual(roof({ name: "String 3", power: 0, volts: 0.6 }), []);
  assert.deepEqual(roof({ name: "unused", power: 0, volts: 0.6 }), []);
  assert.deepEqual(roof({ name: "Rear left", power: 28, volts: 31.5 }), []);
  assert.deepEqual(roof({ name: "Rear left", power: 0, volts: 28 }, 9), []);
});

Deno.test("one of two inputs without a voltage is told where it has given as much before, one that never did is spare", () => {
  const roof = (total: number) =>
    titlesOf("ahoy/HM800/#", [
      ...times(8, (i) => i).flatMap((i) =>
        times(2, (n): Line[] =>
          Object.entries({
            U_DC: n === 1 ? 0 : about(33, i),
            P_DC: n === 1 ? 0 : about(230, i),
            YieldTotal: n === 1 ? total : 411.2 + i / 100,
          }).map(([leaf, value]) => ({
            s: 2 + 20 * i + n / 10,
            topic: `ahoy/HM800/ch${n + 1}/${leaf}`,
            payload: String(value),
          }))).flat()
      ),
    ]);
  assertTold(roof(389.7), /"ch2" gives nothing: ".*ch2\/U_DC" is 0 all the time/);
  assert.deepEqual(roof(0), []);
  assert.deepEqual(roof(12.3), []);
});

Deno.test("a charger with a name whose panels have no voltage is told among three, one that only gives no power is not", () => {
  const roof = (name: string, volts: number) =>
    titlesOf("N/a1b2/#", [
      ...["South", "West", name].map((value, n): Line => ({
        s: 0,
        topic: `N/a1b2/solarcharger/${278 + n}/CustomName`,
        payload: { value },
        retain: true,
      })),
      ...times(8, (i) => i).flatMap((i) =>
        times(3, (n): Line[] =>
          Object.entries({
            "Yield/Power": n === 2 ? 0 : about(330, i + n),
            "Pv/V": n === 2 ? volts : about(67, i + n),
          }).map(([leaf, value]) => ({
            s: 2 + 20 * i + n / 10,
            topic: `N/a1b2/solarcharger/${278 + n}/${leaf}`,
            payload: { value },
          }))).flat()
      ),
    ]);
  assertTold(roof("East", 0.02), /"East" gives nothing: ".*280\/Pv\/V" is 0\.02/);
  assert.deepEqual(roof("East", 78), []);
  assert.deepEqual(roof("spare", 0.02), []);
});

Deno.test("phases in rows of a name and a list of one number are held against each other", () => {
  const rows = (second: number) =>
    titlesOf(
      "bakery/#",
      times(8, (i) => i).flatMap((i) =>
        [230 + i % 2, second, 231].map((volts, n): Line => ({
          s: 5 + 20 * i + n / 10,
          topic: "bakery/modbus",
          payload: { device: "meter", name: `U_L${n + 1}`, data: `[${volts}.1]` },
        }))
      ),
    );
  assertTold(rows(0), /A phase is gone: "U_L2"/);
  assert.deepEqual(rows(229), []);
});

Deno.test("a cell is known by the level above its number, and less is told of fuel cells and cellars", () => {
  const apartCells = (level: string, odd: number, usual: number) =>
    apart((i) =>
      Object.fromEntries(
        times(6, (n) => [
          `${level}/${n}/voltage`,
          (n === 2 && i > 9 ? odd : usual) + ((i + n) % 5) / 200,
        ]),
      )
    ).join();
  assert.match(apartCells("cell", 0.6, 1.95), /The cell ".*cell\/2\/voltage" is at 0.6/);
  assert.match(apartCells("cells", 0.2, 0.7), /The cell ".*cells\/2\/voltage" is at 0.2/);
  assert.equal(apartCells("cell", 0.6, 0.7), "");
  assert.equal(
    apart((i) =>
      Object.fromEntries(times(6, (n) => [`cellar/${n}/voltage`, n === 2 ? 2.5 : 3 + i % 2 / 100]))
    ).join(),
    "",
  );
});

/** Probes of one node, each of which is announced by a name. */
const probes = (names: readonly string[], values: (n: number, i: number) => number): string[] =>
  titlesOf("beds", [
    ...names.map((name, n): Line => ({
      s: 0,
      topic: `homeassistant/sensor/beds/soil_${n}/config`,
      payload: {
        name,
        stat_t: `beds/sensor/soil_${n}/state`,
        uniq_id: `beds${n}`,
        unit_of_meas: "%",
      },
      retain: true,
    })),
    ...times(12, (i): Line[] =>
      names.map((_, n) => ({
        s: 1 + 4 * i + n / 10,
        topic: `beds/sensor/soil_${n}/state`,
        payload: String(values(n, i)),
      }))).flat(),
  ]);

Deno.test("a probe that reads 0 from the beginning beside its like is told by the name that people gave it", () => {
  const beds = ["Tomatoes", "Bed by the door", "Basil", "Cucumbers"];
  assertTold(
    probes(beds, (n, i) => n === 1 ? 0 : about(41 + n, i)),
    /"Bed by the door" is 0 all the time, and those beside it about 4\d/,
  );
  assert.deepEqual(probes(beds, (n, i) => about(41 + n, i)), []);
  assertTold(
    probes(["Bed 1", "Bed 2", "Bed 3", "Bed 4"], (n, i) => n === 2 ? 0 : about(41 + n, i)),
    /"Bed 3" is 0 all the time/,
  );
  // all are dry, they differ, and what is only numbered may be a place without a probe
  assert.deepEqual(probes(beds, (n, i) => n === 1 ? 0 : about(2, i)), []);
  assert.deepEqual(probes(beds, (n, i) => n === 1 ? 0 : about(12 + 19 * n, i)), []);
  assert.deepEqual(
    probes(
      ["Soil 1", "Bodenfeuchte 2", "Moisture 3", "Soil Sensor 4"],
      (n, i) => n === 1 ? 0 : about(41 + n, i),
    ),
    [],
  );
  assert.deepEqual(
    probes(["Bed 1", "Bed 2", "Bed 3", "Bed 4"], (n, i) => n === 3 ? 0 : about(41 + n, i)),
    [],
  );
});

Deno.test("a phase that is gone is told though what holds its voltage is called after the energy, drives by themselves are not", () => {
  const volts = (i: number) => [about(231, i), i < 2 ? about(230, i) : 0, about(229, i)];
  assertTold(
    told((i) => ({ ENERGY: { Total: 48211 + i / 60, Voltage: volts(i) } }), 6),
    /A phase is gone: "ENERGY.Voltage\[1\]" is at 0 V/,
  );
  assertTold(
    apart((i) => {
      const [l1 = 0, l2 = 0, l3 = 0] = volts(i);
      return {
        "energy_meter/voltage_l1": l1,
        "energy_meter/voltage_l2": l2,
        "energy_meter/voltage_l3": l3,
      };
    }, 6),
    /A phase is gone: .*voltage_l2" is at 0 V/,
  );
  for (const name of ["power_unit_#/voltage", "speed_#/voltage", "dc_power/voltage_#"]) {
    assert.deepEqual(
      apart((i) =>
        Object.fromEntries(
          volts(i).map((value, n) => [name.replace("#", String(n + 1)), value]),
        ), 6),
      [],
      name,
    );
  }
});

Deno.test("what describes a value that is beside it is no flag among flags, and an alarm below alarms that is up is", () => {
  const told = (topic: string, payload: object) =>
    titlesOf(
      "node7",
      times(4, (i): Line => ({ s: 1 + 5 * i, topic: `zwave/node7/${topic}`, payload })),
    );
  const described = {
    value: 0,
    readable: true,
    writeable: false,
    stateless: false,
    list: true,
    secret: false,
  };
  assert.deepEqual(
    told("113/0/Alarm_status", { ...described, buffered: false, ccSpecific: false }),
    [],
  );
  assertTold(
    told("alarm_status", {
      burner: false,
      blower: false,
      ignition: true,
      flame: false,
      door: false,
      igniter: false,
    }),
    /ignition/,
  );
});
