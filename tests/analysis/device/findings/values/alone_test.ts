import assert from "node:assert/strict";
import { beats, diagnosisOf } from "../../support.ts";

const S = 280;

/** The titles of what a thing is blamed for. */
function titlesOf(payload: (i: number) => unknown, topic = "site/thing/state"): string[] {
  const lines = beats({ topic, everyS: 20, to: S, payload });
  return diagnosisOf("site/thing/#", lines, { seconds: S }).findings
    .filter(({ severity }) => severity !== "info").map(({ title }) => title);
}

/** A value that is never the same twice in a row, up and down, around a middle. */
const about = (middle: number, by: number, digits = 1) => (i: number) =>
  Number((middle + by * Math.sin(2.4 * i)).toFixed(digits));
const speed = about(1_480, 4, 0);
const warm = about(57, 0.5);

Deno.test("a bearing that gets hotter while the machine turns as before is told, and one that warms up with all of it is not", () => {
  assert.match(
    titlesOf((i) => ({ bearing_de: 58 + 2.9 * i, bearing_nde: warm(i), speed: speed(i) }))[0] ?? "",
    /"bearing_de" rises all the time: from 58 to .*though "speed" is as before/,
  );
  const warming = (to: number) => (i: number) => Number((to - (to - 22) * 0.85 ** i).toFixed(1));
  const [own, other] = [warming(82), warming(65)];
  assert.deepEqual(
    titlesOf((i) => ({ bearing_de: own(i), bearing_nde: other(i), speed: speed(i) })),
    [],
  );
});

Deno.test("what shakes more and more at the same speed is told, and what spins up is not", () => {
  const vibration = (i: number) => Number((1.8 + 0.55 * i).toFixed(2));
  assert.match(
    titlesOf((i) => ({ vib_rms: vibration(i), rpm: speed(i) }))[0] ?? "",
    /"vib_rms" rises all the time/,
  );
  assert.deepEqual(titlesOf((i) => ({ vib_rms: vibration(i), rpm: 100 + 90 * i })), []);
});

Deno.test("a tyre that loses air is told, and one that is filled or a bottle that is used is not", () => {
  const others = { tyre_fr_kpa: 231, tyre_rl_kpa: 229, tyre_rr_kpa: 230 };
  assert.match(
    titlesOf((i) => ({ tyre_fl_kpa: 232 - 9 * i, ...others }))[0] ?? "",
    /"tyre_fl_kpa" falls all the time.*3 of its kind beside it stay/,
  );
  assert.deepEqual(titlesOf((i) => ({ tyre_fl_kpa: 190 + 3 * i, ...others })), []);
  assert.deepEqual(
    titlesOf((i) => ({ bottle1_bar: 200 - 5 * i, bottle2_bar: 200, bottle3_bar: 200 })),
    [],
  );
});

Deno.test("an air pressure that falls while its compressor works as before is told, and a vacuum that is made is not", () => {
  const current = about(31, 0.5);
  const falling = (i: number) => Number((7.2 - 0.28 * i).toFixed(2));
  assert.match(
    titlesOf((i) => ({ header_pressure_bar: falling(i), compressor_current: current(i) }))[0] ?? "",
    /"header_pressure_bar" falls all the time/,
  );
  assert.deepEqual(
    titlesOf((i) => ({ vacuum_pressure_bar: falling(i), pump_current: current(i) })),
    [],
  );
});

Deno.test("what was another value each time and keeps to the digit while others move is stuck, unless it came to rest", () => {
  const [weight, temp, hum] = [about(34.2, 0.1, 2), about(34.5, 0.3), about(61, 1)];
  const still = (i: number) => i < 5 ? weight(i) : 34.23;
  assert.match(
    titlesOf((i) => ({ weight: still(i), temp: temp(i), hum: hum(i) }))[0] ?? "",
    /"weight" is stuck at 34.23/,
  );
  // A damper rests where it is needed, and what a truck carries is still once it stands.
  assert.deepEqual(titlesOf((i) => ({ damper_pct: still(i), temp: temp(i), hum: hum(i) })), []);
  assert.deepEqual(
    titlesOf((i) => ({
      fuel_level: still(i),
      speed: i < 5 ? 60 + i : 0,
      temp: temp(i),
      hum: hum(i),
    })),
    [],
  );
});

Deno.test("a wire that is broken and touches goes to the same two ends, and a test chamber does not", () => {
  const at = (i: number, cold: number, hot: number) => i < 4 ? 21.3 : i % 3 === 0 ? hot : cold;
  assert.match(
    titlesOf((i) => ({ temperature: at(i, -50, 245.6) }))[0] ?? "",
    /"temperature" jumps to -50/,
  );
  assert.deepEqual(
    titlesOf((i) => ({ temperature: at(i, -40 + (i % 5) / 10, 125 + (i % 4) / 10) })),
    [],
  );
});

Deno.test("a grid does not go from 231 V to 272 V in one step, and a bus of panels may", () => {
  const volts = (i: number) => i < 6 ? 230 + (i % 3) / 4 : 272 + (i % 3) / 4;
  assert.match(
    titlesOf((i) => ({ "em:1": { voltage: volts(i) } }))[0] ?? "",
    /voltage" shifted from about 230.* to 272/,
  );
  assert.deepEqual(titlesOf((i) => ({ pv_voltage: volts(i) })), []);
});

Deno.test("a number under the name of a boot counts starts where it goes up by one, and is else a flag or a pump's", () => {
  const told = (name: string, first: number) =>
    titlesOf((i) => ({ [name]: first + Math.floor(i / 4), temp: 20 + i % 2 }));
  assert.match(told("boot", 49)[0] ?? "", /restarts again and again/);
  assert.deepEqual(told("starts", 49), []);
  assert.deepEqual(told("boot", 0), []);
});

Deno.test("a hall of a hundred does not empty from one message to the next, and one that empties by and by is well", () => {
  const people = (i: number) => i < 6 ? 104 - (i * 7) % 9 : 0;
  assert.match(
    titlesOf((i) => ({ people: people(i) }))[0] ?? "",
    /fell from \d+ to 0 in one message/,
  );
  assert.deepEqual(titlesOf((i) => ({ people: Math.max(0, 104 - 15 * i) })), []);
});

Deno.test("what a machine shakes or draws that climbs far above its range is told, and what goes along with others is not", () => {
  const climb = (from: number, to: number) => (i: number) =>
    Number((from + Math.max(0, i - 4) * (to - from) / 9 + (i % 2) / 10).toFixed(2));
  const [shakes, draws] = [climb(1.8, 14), climb(4.2, 19)];
  const temp = about(41, 0.4);
  assert.match(
    titlesOf((i) => ({ vibration_mm_s: shakes(i), temp: temp(i) }))[0] ?? "",
    /"vibration_mm_s" rises all the time: from 1.8.* to 14.*is as before/,
  );
  assert.match(
    titlesOf((i) => ({ motor_current_a: draws(i), temp: temp(i) }))[0] ?? "",
    /"motor_current_a" rises all the time: from 4/,
  );
  // More is asked of it, a machine starts, and what is switched on draws at once what it needs.
  assert.deepEqual(titlesOf((i) => ({ motor_current_a: draws(i), hz: 4 * draws(i) })), []);
  assert.deepEqual(
    titlesOf((i) => ({ vibration_mm_s: shakes(i), state: i < 5 ? "IDLE" : "RUNNING" })),
    [],
  );
  assert.deepEqual(
    titlesOf((i) => ({ motor_current_a: i < 6 ? 4 + (i % 2) / 10 : 19, temp: temp(i) })),
    [],
  );
});

Deno.test("a line that loses its pressure while all else is as before is told, and one that is shut off or of a tap is not", () => {
  const pressure = (i: number) => Number(((i < 7 ? 6.1 : 0.4) + (i % 3) / 20).toFixed(2));
  const temp = about(41, 0.4);
  assert.match(
    titlesOf((i) => ({ line_pressure_bar: pressure(i), temp: temp(i) }))[0] ?? "",
    /"line_pressure_bar" .*from 6.* to 0.4/,
  );
  assert.deepEqual(
    titlesOf((i) => ({ line_pressure_bar: pressure(i), valve: i < 7 ? "OPEN" : "CLOSED" })),
    [],
  );
  assert.deepEqual(titlesOf((i) => ({ irrigation_line_pressure: pressure(i) })), []);
});

Deno.test("what stands at once while a heartbeat goes on is stuck, and a load that is off or no heartbeat tells of nothing", () => {
  const values = (i: number) => ({
    soc: 60 - Math.min(i, 2) / 5,
    power_kw: about(118, 3.3)(Math.min(i, 2)),
    temp: 30 + Math.min(i, 2) / 10,
    volts: about(720, 2.3)(Math.min(i, 2)),
  });
  const told = (
    payload: (i: number) => unknown,
    beat: (s: number) => { topic: string; payload: unknown },
  ) =>
    diagnosisOf(
      "site/thing/#",
      [
        ...beats({ topic: "site/thing/telemetry", everyS: 5, to: 56, payload }),
        ...[4, 22, 41, 54].map((s) => ({ s, ...beat(s) })),
      ].sort((a, b) => a.s - b.s),
      { seconds: 57 },
    ).findings
      .filter(({ severity }) => severity !== "info").map(({ title }) => title).join();
  const heart = (s: number) => ({
    topic: "site/thing/heartbeat",
    payload: `2026-01-02T12:00:${s}Z`,
  });
  const other = (s: number) => ({ topic: "site/thing/note", payload: `seen ${s}` });
  assert.match(told(values, heart), /"soc" is stuck at 59.6/);
  assert.match(
    told((i) => ({ ...values(i), heartbeat: 100 + i }), other),
    /"soc" is stuck at 59.6/,
  );
  assert.equal(told(values, other), "");
  assert.equal(
    told((i) => ({ ...values(i), power_kw: i < 3 ? values(i).power_kw : 0 }), heart),
    "",
  );
  assert.equal(told((i) => ({ ...values(i), volts: about(720, 2.3)(i) }), heart), "");
});
