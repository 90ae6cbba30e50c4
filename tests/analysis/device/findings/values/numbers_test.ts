import assert from "node:assert/strict";
import { beats, diagnosisOf, START_MS } from "../../support.ts";

const S = 240;

/** The titles of what a thing is blamed for. */
function titlesOf(payload: (i: number) => unknown, topic = "site/thing/state"): string[] {
  const lines = beats({ topic, everyS: 10, to: S, payload });
  return diagnosisOf("site/thing/#", lines, { seconds: S }).findings
    .filter(({ severity }) => severity !== "info").map(({ title }) => title);
}

Deno.test("a clock that runs along in another century is wrong, in milliseconds and in seconds", () => {
  const at = 64_698_438_051_149;
  for (
    const told of [(i: number) => at + 10_000 * i, (i: number) => Math.round(at / 1_000) + 10 * i]
  ) {
    assert.match(
      titlesOf((i) => ({ temp: 20 + i % 2, ts: told(i) }))[0] ?? "",
      /clock is .* ahead/,
    );
  }
  assert.deepEqual(titlesOf((i) => ({ temp: 20 + i % 2, packets: at + 10_000 * i })), []);
});

Deno.test("data whose age is told in words, or whose update is a day ago beside its message's time, is old", () => {
  const figures = { temperature: 21.5, humidity: 44, power: 812, fan_speed: 3 };
  assert.match(
    titlesOf((i) => ({ data_age: `1 day, 2:04:${10 + i}`, ...figures }))[0] ?? "",
    /What is told of it is 26 h old/,
  );
  const iso = (seconds: number) => new Date(START_MS + 1_000 * seconds).toISOString();
  assert.match(
    titlesOf((i) => ({
      timestamp: iso(1 + 10 * i),
      unit_update_ts: iso(-100_000),
      ...figures,
    }))[0] ??
      "",
    /What is told of it is 28 h old.*unit_update_ts/,
  );
  assert.deepEqual(
    titlesOf((i) => ({
      timestamp: iso(1 + 10 * i),
      unit_update_ts: iso(-100_000),
      ...figures,
      temperature: 21.5 + (i % 3) / 10,
    })),
    [],
  );
});

Deno.test("a DS18B20 that tells what it holds at its start again and again is told, by its address too", () => {
  const value = (i: number) => i % 5 === 4 ? "85.0" : (21.5 + (i % 3) / 10).toFixed(2);
  assert.match(
    titlesOf(value, "site/thing/28-0416c1d20aff")[0] ?? "",
    /28-0416c1d20aff" is 85 4 of 24 times/,
  );
  assert.match(
    titlesOf((i) => ({ temperature: Number(value(i)) }))[0] ?? "",
    /"temperature" is 85 4 of 24 times/,
  );
  // A battery may be so full, again and again.
  assert.deepEqual(titlesOf((i) => ({ level: Number(value(i)) > 80 ? 85 : 62 + i % 2 })), []);
});

Deno.test("one step of a coarse scale is no jump, and what leaves a battery is below nothing", () => {
  assert.deepEqual(titlesOf((i) => ({ temperature: i === 12 ? 35 : 34 })), []);
  assert.deepEqual(titlesOf((i) => ({ temperature: [4.1, 4.1, 4.1, 4.1, 3.9][i % 5] })), []);
  assert.match(titlesOf((i) => ({ temperature: i === 12 ? 85 : 34 }))[0] ?? "", /jumps to 85/);
  for (const [key, value] of [["currentMA", -4090], ["power", -1250], ["I", -12.5]] as const) {
    assert.deepEqual(titlesOf((i) => ({ [key]: { battery: value - i } })), [], key);
  }
});

Deno.test("the least of a battery's cells that runs away from their mean is told", () => {
  const cells = (least: number, i: number) => ({
    voltage: 52.1,
    cellVoltage: { min: Number(least.toFixed(3)), max: 3.29, avg: 3.28 + (i % 2) / 1_000 },
  });
  assert.match(titlesOf((i) => cells(3.25 - 0.012 * i, i))[0] ?? "", /A cell runs away/);
  assert.deepEqual(titlesOf((i) => cells(3.25 + 0.002 * (i % 3), i)), []);
  // A limit never moves.
  assert.deepEqual(titlesOf((i) => cells(2.5, i)), []);
  assert.match(
    titlesOf((i) => ({ voltage: 52.1, cell_delta_mv: 12 + 9 * i }))[0] ?? "",
    /The cells go apart/,
  );
});

Deno.test("what soil holds does not fall to nothing in one step, and a numbered input not leap for good", () => {
  assert.match(
    titlesOf((i) => ({ temp_SOIL: i < 6 ? 12.04 + i / 100 : 0, BatV: 3.39 }))[0] ?? "",
    /"temp_SOIL" reads nothing any more: it is 0/,
  );
  assert.match(
    titlesOf((i) => ({ t1: i < 6 ? 46.2 + (i % 2) / 10 : 302 }))[0] ?? "",
    /"t1" reads nothing any more: it is 302/,
  );
});

Deno.test("what goes nowhere in one step and stands on another level is told", () => {
  const step = (from: number, to: number, i: number) =>
    Number(((i < 10 ? from : to) + (i % 3) / 50).toFixed(2));
  const shifts: readonly (readonly [string, number, number])[] = [
    ["outdoor_temp", 9.1, 31.4],
    ["pressure", 1_013.2, 962.1],
    ["ph", 7.2, 3.9],
    ["soc", 78, 23],
  ];
  for (const [name, from, to] of shifts) {
    const [title = ""] = titlesOf((i) => ({ [name]: step(from, to, i), other: i }));
    assert.match(title, new RegExp(`"${name}" shifted from about .* in one step`));
  }
  // What counts its charge anew is full; a flow is warm or not; a front brings less.
  for (
    const [name, from, to] of [["soc", 88, 100], ["supply_air_temp", 21, 38], [
      "pressure",
      1_002,
      1_005,
    ]] as const
  ) {
    assert.deepEqual(titlesOf((i) => ({ [name]: step(from, to, i), other: i })), [], name);
  }
});

Deno.test("a temperature that was quiet and jumps about is told", () => {
  const noise = [0, 9, -7, 6, -8, 5, -9, 8, -4, 7, -6, 9, -8];
  assert.match(
    titlesOf((i) => ({ temp: 41.2 + (i < 11 ? (i % 3) / 20 : (noise[i - 10] ?? 0)), p: 1.2 }))[0] ??
      "",
    /"temp" jumps about/,
  );
});

Deno.test("a humidity that is full in one step, and a carbon dioxide at its scale's end, are told", () => {
  const humidity = (i: number) => i < 8 ? 62 + (i % 3) / 10 : 100;
  assert.match(
    titlesOf((i) => ({ temp: 19.2, humidity: humidity(i) }))[0] ?? "",
    /it is 100 since/,
  );
  const co2 = (i: number) => i < 8 ? 640 + 5 * i : 5_000;
  assert.match(titlesOf((i) => ({ temp: 19.2, co2: co2(i) }))[0] ?? "", /it is 5000 since/);
});

Deno.test("a string of panels that gives nothing while those beside it go on is told, and dusk is not", () => {
  const day = (i: number) => ({ pv1_power: 1_800 + i % 9, pv2_power: i < 9 ? 1_750 + i % 7 : 0 });
  assert.match(titlesOf(day)[0] ?? "", /"pv2_power" fell .* those beside it go on/);
  const dusk = (i: number) => ({ pv1_power: 900 - 30 * i, pv2_power: Math.max(0, 450 - 40 * i) });
  assert.deepEqual(titlesOf(dusk), []);
});

Deno.test("phases that are far apart are told", () => {
  const volts = (l1: number, l2: number) => (i: number) => ({
    voltage_l1: l1 + i % 3,
    voltage_l2: l2 + i % 2,
    voltage_l3: 232 + i % 3,
  });
  assert.match(titlesOf(volts(266, 188))[0] ?? "", /The phases are far apart/);
  assert.deepEqual(titlesOf(volts(236, 225)), []);
});

Deno.test("what goes to and fro by fractions is measured, whatever its name, and what is set is not", () => {
  const stands = (name: string, value: (i: number) => number) =>
    diagnosisOf(
      "plant/line1",
      beats({
        topic: "plant/line1/state",
        everyS: 5,
        to: 300,
        payload: (i) => ({ [name]: value(Math.min(i, 25)), volts: 230 + Math.sin(2.3 * i) }),
      }),
      { seconds: 300 },
    ).findings.some(({ code }) => code === "stuck_value");
  const measured = (i: number) => Math.round(100 * (40 + 3 * Math.sin(1.7 * i))) / 100;
  for (const name of ["port_temp", "channel_ph", "hgrid", "humid"]) {
    assert.ok(stands(name, measured), name);
  }
  assert.equal(stands("port_temp", (i) => 40 + Math.floor(i / 5)), false);
  assert.equal(stands("temp_setpoint", measured), false);
});

Deno.test("the time of each message is no number that rises, whatever its name, and what counts is one", () => {
  const titles = (value: (i: number) => number) =>
    titlesOf((i) => ({ val: 21.5, lc: value(i) }), "site/thing/oven_temperature");
  assert.deepEqual(titles((i) => START_MS + 10_000 * i), []);
  assert.deepEqual(titles((i) => Math.round(START_MS / 1_000) + 10 * i), []);
});

Deno.test("a code of trouble that is told as a value of its topic is one as in a document", () => {
  const titles = (name: string) =>
    titlesOf(
      (i) => ({ val: i < 4 ? 0 : 7, ts: START_MS + 10_000 * i }),
      `site/thing/${name}`,
    );
  assert.match(titles("FAULT_REPORTING")[0] ?? "", /reports an error code: .* went from 0 to 7/);
  assert.deepEqual(titles("CONTROL_PROFILE"), []);
});

Deno.test("outdoor values that all stand while a console's own move are told, and not in a calm night or where the wind blows", () => {
  const station = (outdoors: (i: number) => object) =>
    diagnosisOf(
      "weather/#",
      beats({
        topic: "weather/loop",
        everyS: 20,
        to: 900,
        payload: (i) => ({
          inTemp_C: 20.6 + i / 50,
          barometer_mbar: 1009.2 + (i % 4) / 10,
          outHumidity: 81.5,
          outTemp_C: 7.83,
          dewpoint_C: 4.78,
          ...outdoors(i),
        }),
      }),
      { seconds: 900 },
    ).findings.map(({ title }) => title).join();
  const wind = { windSpeed_mps: 3.58, windGust_mps: 5.36, windDir: 247.5 };
  assert.match(station(() => wind), /Nothing that it measures outside moves: "wind/);
  assert.doesNotMatch(station(() => ({ windSpeed_mps: 0, windGust_mps: 0 })), /Nothing that it/);
  assert.doesNotMatch(station((i) => ({ ...wind, windDir: 240 + i % 9 })), /Nothing that it/);
});

Deno.test("a power whose digits are moved by three is in another unit, and one that begins to work is not", () => {
  const kw = [0.443, 0.461, 0.438, 0.512, 0.497, 0.505, 0.449, 0.471, 0.483, 0.466, 0.458, 0.491];
  const from = (at: number, after: (value: number) => number) =>
    titlesOf((i) => {
      const value = kw[i % kw.length] ?? 0;
      return { Pi: i < at ? value : after(value), V1: 230 + i % 3 / 10 };
    });
  assert.match(
    from(11, (value) => Math.round(1_000 * value))[0] ?? "",
    /^"Pi" shifted from about 0\.4\d+ to 4\d+\.?\d*: 1,000 times more/,
  );
  assert.deepEqual(from(11, (value) => Math.round(13_370 * value) / 10), [], "it works");
});

Deno.test("a concentrator's count of microseconds is no time of a message", () => {
  const counts = [2624507749, 1869730171, 3555465837, 2628179320, 3983650408, 1576669022];
  assert.deepEqual(
    titlesOf((i) => ({
      uplink: { settings: { timestamp: counts[i % counts.length] }, level: 20 + i % 3 },
    })),
    [],
  );
});

Deno.test("one field of trouble is told once, by what it means", () => {
  assert.deepEqual(titlesOf((i) => ({ motorErr: "blocked", level: 20 + i % 3 })), [
    'The device reports an error: "motorErr" is blocked (something is in the way)',
  ]);
});
