import assert from "node:assert/strict";
import { assertTold, beats, diagnosisOf, series, times, titlesOf } from "../../support.ts";

const falls = (from: number, step: number) =>
  times(12, (i) => Number((i < 7 ? from + i * step : (i - 7) * step).toFixed(3)));

Deno.test("a total that begins anew at nothing is told, whatever it is a total of", () => {
  const sick: Record<string, unknown[]> = {
    "line/conveyor/telemetry": falls(118_432, 3).map((parcels_total) => ({ parcels_total })),
    "hall/door/up": falls(15_232, 2).map((total_counter_a) => ({ total_counter_a })),
    "esp/sensor/em_total_energy/state": falls(5_120.2, 0.03).map(String),
    "esp/sensor/power_total_energy/state": falls(5_120.2, 0.03).map(String),
    "smlreader/west/sensor/1/obis/1-0:1.8.0/255/value": falls(8_123.4, 0.01).map(String),
    "pv/roof/inverter": falls(41_231.2, 0.1).map((e_total) => ({ e_total })),
  };
  for (const [topic, payloads] of Object.entries(sick)) {
    assertTold(titlesOf(`${topic}/#`, series(topic, payloads)), /fell from .* to 0 and counts on/);
  }
});

Deno.test("a total of now may fall, and what counts one day, run or program", () => {
  const healthy: Record<string, unknown>[] = [
    ...times(12, (i) => i < 7 ? 4_120 + i * 11 : (i - 7) * 11).map((p_total) => ({ p_total })),
    ...falls(118_432, 3).map((parcels_today) => ({ parcels_today })),
    ...falls(118_432, 3).map((requests_total) => ({ requests_total })),
    ...falls(14, 3).map((visitors_total) => ({ visitors_total })),
  ];
  for (const rows of Object.values(Object.groupBy(healthy, (row) => Object.keys(row).join()))) {
    assert.deepEqual(titlesOf("line/#", series("line/unit/telemetry", rows ?? [])), []);
  }
});

Deno.test("a meter that stands, is nothing for a message and stands where it was did not begin anew", () => {
  const told = (name: string, stands: number) =>
    diagnosisOf(
      "meter/a1",
      beats({
        topic: "meter/a1/json",
        everyS: 8,
        to: 200,
        payload: (i) => ({ W: -900 - (i * 37) % 90, [name]: i === 9 || i === 17 ? 0 : stands }),
      }),
      { seconds: 200 },
    ).findings.filter(({ severity }) => severity !== "info").map(({ title }) => title).join();
  assert.match(
    told("total_import_Wh", 18_236_410),
    /"total_import_wh" fell from .* and came back/i,
  );
  assert.equal(told("import_limit_W", 18_236_410), "");
});

Deno.test("a day that begins twice while the total goes on is told, and one midnight or many sessions are not", () => {
  const twice = [18.34, 18.36, 18.38, 0, 0.01, 0.03, 0.05, 0, 0.02, 0.03, 0.04, 0.05];
  const once = twice.map((value, i) => i < 7 ? value : 0.06 + (i - 7) / 100);
  const told = (name: string, values: readonly number[], total = "total_kwh") =>
    titlesOf(
      "meter/#",
      series(
        "meter/pump/data",
        values.map((value, i) => ({ [name]: value, [total]: 642.1 + 2 * i / 100 })),
      ),
    ).filter((title) => title.includes("began anew"));
  for (const name of ["energy_today", "yieldday", "heute_kwh", "e_day"]) {
    assertTold(told(name, twice), /fell from 18\.38 to 0, and began anew 2 times/);
  }
  assertTold(told("heute_kwh", twice, "gesamt_kwh"), /began anew 2 times/);
  assert.deepEqual(told("energy_today", once), []);
  assert.deepEqual(told("session_kwh", twice), []);
  assert.deepEqual(told("energy_today", twice, "price"), []);
});

Deno.test("a total of all time that stands and is nothing from then on is told, unless somebody set it back", () => {
  const stands = (name: string, was: number, reset?: string) =>
    diagnosisOf(
      "pv/roof/#",
      [
        ...beats({
          topic: `pv/roof/${name}`,
          everyS: 5,
          to: 60,
          payload: (i) => i < 7 ? was : 0,
        }),
        ...beats({ topic: "pv/roof/ac/power", everyS: 5, to: 60, payload: (i) => 30 - i }),
        ...reset === undefined ? [] : [{ s: 35, topic: "pv/roof/cmnd", payload: reset }],
      ].sort((a, b) => a.s - b.s),
      { seconds: 61 },
    ).findings.filter(({ code }) => code === "outlier");
  for (const name of ["total_energy", "energy_total", "total_yield_kwh"]) {
    assert.match(stands(name, 311.4)[0]?.title ?? "", /fell from 311\.4 to 0/);
    assert.equal(stands(name, 311.4)[0]?.severity, "warning");
  }
  const [told] = stands("total_energy", 311.4, "reset_total");
  assert.equal(told?.severity, "info");
  assert.match(told?.title ?? "", /right after "pv\/roof\/cmnd" was sent/);
  assert.deepEqual(stands("day_energy", 311.4), []);
  assert.deepEqual(stands("session_total_energy", 311.4), []);
  assert.deepEqual(stands("total_energy", 12.4), []);
});

Deno.test("a total that is set back by a little is told by its bare name, and what is in store may go down", () => {
  const values = [41.62, 41.62, 41.63, 41.63, 41.37, 41.37, 41.37, 41.38, 41.38];
  const told = (name: string) =>
    titlesOf("plug/#", series("plug/pond/data", values.map((value) => ({ [name]: value }))));
  for (const name of ["energy", "energy_kwh", "water_consumed"]) {
    assertTold(told(name), /fell from 41\.63 to 41\.37 and counts on/);
  }
  for (const name of ["remaining_energy", "tank_volume", "energy_stored", "energy_today"]) {
    assert.deepEqual(told(name), []);
  }
});

Deno.test("a meter of few units that stands, is nothing and stands where it was is told, and what counts a session is not", () => {
  const away = [7, 8, 11, 12];
  const told = (name: string) =>
    titlesOf(
      "wallbox/#",
      series(`wallbox/${name}`, times(16, (i) => away.includes(i) ? "0" : "812.331")),
    );
  assertTold(told("energy_total"), /fell from 812.33 to 0 and came back/);
  assert.deepEqual(told("energy_session"), []);
  assert.deepEqual(told("rain_total_today"), []);
});

Deno.test("a total that leaves the digit where it stood more than once, and comes back, is told", () => {
  const told = (name: string, values: readonly number[]) =>
    titlesOf("ws/#", series("ws/garden/data", values.map((value) => ({ [name]: value }))));
  const leaps = (to: number) => times(12, (i) => i % 4 === 2 ? to : 318.4);
  for (
    const name of ["rain_mm", "rainfall_total", "rain_count", "energy_total", "water_total_m3"]
  ) {
    assertTold(told(name, leaps(70_231.2)), /leapt from 318.4 to 70231 and came back/);
  }
  assertTold(told("energy_total", leaps(12.1)), /fell from 318.4 to 12.1 and came back/);
  // Two sorts of a reading, a shower, a counter that began anew, and what fell within an hour.
  assert.deepEqual(told("heat_index", times(12, (i) => i % 4 === 2 ? 22.9 : 23.4)), []);
  assert.deepEqual(told("rain_mm", times(12, (i) => 318.4 + (i > 5 ? 0.4 * (i - 5) : 0))), []);
  assert.deepEqual(told("rain_mm", times(12, (i) => i > 5 ? 0 : 318.4)), []);
  assert.deepEqual(told("rain_rate", times(12, (i) => i % 4 === 2 ? 64.2 : 1.2)), []);
});

Deno.test("a metric of a shift begins anew, and one of the whole does not", () => {
  const told = (metric: string) =>
    titlesOf(
      "press 5",
      series("plant/press-5/metrics", falls(2_874, 2).map((count) => ({ [metric]: count }))),
    );
  assert.deepEqual(told("Shift/Energy Total"), []);
  assertTold(told("Line/Energy Total"), /fell from 2886 to 0 and counts on/);
});

Deno.test("a meter that leaves the digits where it stood once, by many times as much, is told", () => {
  const told = (name: string, values: readonly number[]) =>
    titlesOf("plug/#", series(`plug/hall/${name}`, values.map(String)));
  const leaps = times(8, (i) => i === 2 ? 125.271 : 12.75);
  assertTold(told("energy", leaps), /leapt from 12.75 to 125.27 and came back/);
  assert.deepEqual(told("energy", times(8, (i) => i === 2 ? 40 : 12)), []);
  assert.deepEqual(told("power", leaps), []);
});

Deno.test("a total that changes its sign is told, and a balance that crosses nothing is not", () => {
  const told = (name: string, values: readonly number[]) =>
    titlesOf("meter/#", series("meter/roof", values.map((value) => ({ [name]: value }))));
  const turned = [1.06, 1.06, 1.07, -1.07, -1.07, -1.08, -1.08];
  assertTold(told("energy_produced_a", turned), /turned from 1.07 to -1.07/);
  assert.deepEqual(told("energy_balance", [0.03, 0.02, 0.01, -0.01, -0.02, -0.03]), []);
});

Deno.test("pulses of a meter that begin anew, once or again and again, are told, and no pulse of a heart or a drive", () => {
  const told = (name: string, values: readonly number[]) =>
    titlesOf(
      "meter/#",
      series("meter/barn/up", values.map((value) => ({ battery: 91, [name]: value })), 4),
    );
  const twice = [18_422, 18_423, 18_424, 18_424, 18_426, 0, 1, 1, 2, 0, 1, 1];
  const once = twice.map((value, i) => i < 9 ? value : i - 6);
  for (const name of ["pulse", "pulse_count", "pulses_a", "water_total"]) {
    assertTold(told(name, twice), /fell from 18426 to 0, and began anew 2 times/);
  }
  assertTold(told("pulse1", once), /fell from 18426 to 0 and counts on from there/);
  assert.deepEqual(told("pulse", twice.map((_, i) => 18_420 + i)), []);
  const heart = told("pulse", [71, 72, 70, 74, 73, 0, 72, 71, 73, 72, 70, 71]);
  assert.ok(!heart.some((title) => /total/.test(title)), heart.join());
  assert.deepEqual(
    told("pulse", [1_500, 1_510, 1_530, 1_540, 1_540, 0, 0, 1_500, 1_510, 0, 0, 0]),
    [],
  );
  assert.deepEqual(told("session_energy", twice), []);
});

Deno.test("an energy of all time that begins anew twice is told however small, and that of a session or a day is not", () => {
  const values = [
    0.404,
    0.424,
    0.444,
    0.464,
    0.481,
    0.012,
    0.033,
    0.053,
    0.073,
    0.092,
    0.006,
    0.027,
    0.047,
    0.066,
  ];
  const told = (Name: string) =>
    titlesOf(
      "tele/lathe/#",
      series("tele/lathe/SENSOR", values.map((value) => ({ ENERGY: { [Name]: value } }))),
    );
  assertTold(told("Total"), /"ENERGY.Total" fell from 0.481 to 0.012, and began anew 2 times/);
  assert.deepEqual(told("Today"), []);
  assert.deepEqual(told("SessionTotal"), []);
});

Deno.test("what a name only holds the letters of a run is a total as any other", () => {
  const meter = (place: string) =>
    titlesOf(
      `${place}/#`,
      series(
        `${place}/inlet/total`,
        times(14, (i) => String(i < 6 ? 48_126.1 + 7 * i : 31_077.2 + 7 * i)),
      ),
    );
  assertTold(meter("brunnenhaus"), /inlet\/total" fell from 48161 to 31119 and counts on/);
  assert.deepEqual(meter("run"), []);
});

Deno.test("a meter that goes back by many of its steps and counts on is told, and one that is corrected by a few is not", () => {
  const told = (topic: string, back: number) =>
    titlesOf(
      "works/#",
      series(topic, times(16, (i) => (184_220.49 + 0.15 * i - (i < 8 ? 0 : back)).toFixed(2)), 3),
    );
  for (const name of ["meterstand", "zaehlerstand", "compteur", "lectura", "stan_licznika"]) {
    assertTold(told(`works/well3/${name}`, 37.2), /fell from 184221.54 to 184184.49 and counts on/);
    assert.deepEqual(told(`works/well3/${name}`, 0.6), []);
  }
  // What goes in and out again, and what one day used.
  assert.deepEqual(told("works/tank3/volume_stored", 37.2), []);
  assert.deepEqual(told("works/well3/verbruik_dag", 37.2), []);
});

Deno.test("a count is a meter's where the unit of one stands beside it, and no other", () => {
  const rows = (unit: string) =>
    falls(1_920_049.3, 4.478).map((
      value,
      i,
    ) => [1_773_513_000 + i, Number((value + 168.2 * Number(i > 6)).toFixed(3)), unit]);
  const told = (unit: string) =>
    titlesOf("sensor/#", series("sensor/c3e7/counter", rows(unit), 2.4));
  for (const unit of ["Wh", "kWh", "m³"]) assertTold(told(unit), /fell from 1920100 to 168\.2/);
  for (const unit of ["W", "s"]) assert.deepEqual(told(unit), []);
});

/** What a machine is blamed for whose number has a shifted point in these messages. */
function shifted(name: string, value: (i: number) => number, at: readonly number[], by = 100) {
  const digits = (one: number) => Number(one.toFixed(2));
  return titlesOf(
    "works/press2",
    series(
      "works/press2/state",
      times(14, (i) => ({ [name]: digits(value(i) / (at.includes(i) ? by : 1)) })),
    ),
  );
}

Deno.test("a total that is now and then a power of ten less than it was fell and came back, whatever it is called", () => {
  const hours = (i: number) => 18_231.6 + 0.1 * i;
  assertTold(
    shifted("load_hours", hours, [3, 6, 7, 10]),
    /fell from 18232 to 182.32 and came/,
  );
  assertTold(
    shifted("Betriebsstunden", (i) => 30_000 + hours(i), [3, 6, 7, 13], 1_000),
    /to 48.23 and came back/,
  );
  assertTold(shifted("strokes", (i) => 412_310 + 3 * i, [4, 8, 9, 12], 10), /to 41232 and came/);
  assertTold(shifted("load_hours", hours, [5]), /fell from 18232 to 182.32 and came back/);
});

Deno.test("a total that stays where it fell to, what is set and what goes up and down fell to no power of ten", () => {
  const hours = (i: number) => 18_231.6 + 0.1 * i;
  assert.deepEqual(shifted("hours_since_service", hours, [8, 9, 10, 11, 12, 13]), []);
  assert.deepEqual(shifted("flow", (i) => 200 + (i * 7) % 5, [3, 4, 9]), []);
  assert.deepEqual(shifted("rpm_limit", () => 3_000, [3, 4, 9]), []);
  assert.deepEqual(shifted("load_hours", hours, []), []);
});
