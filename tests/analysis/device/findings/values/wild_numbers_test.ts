import assert from "node:assert/strict";
import { beats, diagnosisOf } from "../../support.ts";

const S = 400;

/** The titles of what a thing is blamed for. */
function titlesOf(payload: (i: number) => unknown, topic = "site/thing/data"): string[] {
  const lines = beats({ topic, everyS: 20, to: S, payload });
  return diagnosisOf("site/thing/#", lines, { seconds: S }).findings
    .filter(({ severity }) => severity !== "info").map(({ title }) => title);
}

/** A value that is never the same twice in a row, up and down, around a middle. */
const about = (middle: number, by: number, digits = 1) => (i: number) =>
  Number((middle + by * Math.sin(2.4 * i)).toFixed(digits));
const [warm, humid, volts, watts] = [about(21, 0.2), about(44, 0.6), about(231, 1), about(420, 15)];
/** As warm as ever, and from the sixth message on `step` more with each. */
const heating = (step: number) => (i: number) =>
  Number((warm(i) + step * Math.max(0, i - 5)).toFixed(1));

Deno.test("air that gets as warm as none is told, and what is heated to what it is set to is not", () => {
  const hot = heating(3);
  assert.match(
    titlesOf((i) => ({ temperature: hot(i), humidity: humid(i) }))[0] ?? "",
    /"temperature" rises all the time: from 2\d/,
  );
  assert.deepEqual(titlesOf((i) => ({ oven_temperature: hot(i), humidity: humid(i) })), []);
  assert.deepEqual(titlesOf((i) => ({ temp: hot(i), humidity: humid(i), target_temp: 70 })), []);
});

Deno.test("what was as warm as ever and gets hot at one pace is told, unless its load or a word tells why", () => {
  const hot = heating(5);
  assert.match(
    titlesOf((i) => ({ board_temp: hot(i), power: watts(i) }))[0] ?? "",
    /"board_temp" rises all the time.*though "power" is as before/,
  );
  assert.deepEqual(
    titlesOf((i) => ({ board_temp: hot(i), power: i > 4 ? 3 * watts(i) : watts(i) })),
    [],
  );
  assert.deepEqual(
    titlesOf((i) => ({ temp: hot(i), pressure_hpa: 1_013, state: i > 5 ? "warming" : "idle" })),
    [],
  );
  // What nears what heats it gets there more and more slowly.
  const nearing = (i: number) => Number((i < 6 ? 21 : 85 - 64 * 0.75 ** (i - 5)).toFixed(1));
  assert.deepEqual(titlesOf((i) => ({ temp: nearing(i), voltage: volts(i) })), []);
});

Deno.test("what moves as before at a thousand times as much is told, and what begins to work is not", () => {
  const scaled = (value: (i: number) => number) => (i: number) =>
    i < 10 ? value(i) : 1_000 * value(i);
  const wild = about(300, 180);
  assert.match(
    titlesOf((i) => ({ flow: scaled(wild)(i) }))[0] ?? "",
    /"flow" shifted from about .* 1,000 times more/,
  );
  assert.match(
    titlesOf((i) => ({ speed: scaled(about(55, 8, 0))(i) }))[0] ?? "",
    /"speed" shifted/,
  );
  assert.deepEqual(titlesOf((i) => ({ power: i < 10 ? about(0.4, 0.1, 2)(i) : watts(i) })), []);
});

Deno.test("a message of which all numbers are 0 at once is told, unless a word went with them", () => {
  const doc = (i: number, more = {}) => ({
    flow: i < 10 ? about(12, 2)(i) : 0,
    head: i < 10 ? about(3, 0.4, 2)(i) : 0,
    starts: i < 10 ? 40 + i : 0,
    ...more,
  });
  assert.match(titlesOf((i) => doc(i)).join(), /is 0, as all numbers beside it, since/);
  assert.deepEqual(titlesOf((i) => doc(i, { pump: i < 10 ? "on" : "off" })), []);
});

Deno.test("a battery's voltage and a number under `state` are read as what they are called by", () => {
  assert.match(
    titlesOf((i) => ({ battery_voltage: i < 10 ? about(3.52, 0.02, 2)(i) : 0, count: i % 3 }))
      .join(),
    /"battery_voltage" reads nothing any more: it is 0/,
  );
  assert.match(
    titlesOf((i) => ({ state: heating(5)(i) }), "site/thing/sensor/room_temp").join(),
    /"site\/thing\/sensor\/room_temp state" rises all the time/,
  );
});

Deno.test("a flow that is forty times as much for one message, twice, is told, and a load that starts is not", () => {
  const flow = about(4.1, 0.2, 2);
  assert.match(
    titlesOf((i) => ({ flow: i % 8 === 5 ? 40 * flow(i) : flow(i) })).join(),
    /"flow" jumps to 1\d\d/,
  );
  assert.deepEqual(titlesOf((i) => ({ power: i % 8 === 5 ? 9 * watts(i) : watts(i) })), []);
});

Deno.test("a fire is hotter than any heater, and what is beside one or goes on from there may be", () => {
  const kiln = about(1_302, 2);
  for (
    const well of [
      (i: number) => ({ kiln_temp: kiln(i) }),
      (i: number) => ({ zone1_temp: 700 + warm(i), zone2_temp: kiln(i) }),
      (i: number) => ({ egt1: kiln(i), egt1_temp: kiln(i + 1) }),
      (i: number) => ({ chamber_temp: 1_150 + 6 * i }),
      (i: number) => ({ ladle: { temperature: kiln(i) + 310 } }),
    ]
  ) assert.deepEqual(titlesOf(well), []);
  assert.match(titlesOf((i) => ({ room_temp: kiln(i) }))[0] ?? "", /which it cannot be/);
  assert.match(titlesOf((i) => ({ kiln_temp: kiln(i) + 4_000 }))[0] ?? "", /which it cannot be/);
});

Deno.test("what is elsewhere for as long as its device says that it does something else is well", () => {
  const away = (i: number) => i >= 9 && i <= 11;
  const sheet = (i: number) => ({ sheet_temp: away(i) ? 38 - i / 10 : 60 + warm(i) / 20 });
  assert.deepEqual(
    titlesOf((i) => ({ ...sheet(i), state_name: away(i) ? "IDLE" : "EXECUTE" })),
    [],
  );
  for (const word of ["EXECUTE", "FAULT"]) {
    assert.match(
      titlesOf((i) => ({ ...sheet(i), state_name: away(i) ? word : "EXECUTE" })).join(),
      /sheet_temp" jumps to/,
      word,
    );
  }
});

Deno.test("what is quiet and is thrown far up and far below nothing in turn is told, and what is loaded and unloaded is not", () => {
  const quiet = about(38.4, 0.03, 2);
  const thrown = new Map([[4, 3_124.7], [8, -811.3], [11, 2_950], [15, -402.9]]);
  for (const name of ["weight", "poids", "level", "tank_pressure"]) {
    assert.match(
      titlesOf((i) => ({ [name]: thrown.get(i) ?? quiet(i), other: humid(i) })).join(),
      /jumps to 3124.7/,
      name,
    );
  }
  const loaded = (i: number) => i % 8 < 4 ? quiet(i) : 840 + 7 * (i % 3);
  assert.deepEqual(titlesOf((i) => ({ weight: loaded(i), other: humid(i) })), []);
});

Deno.test("a flow that is for a moment more than any pipe carries, and a share above all there is, leap", () => {
  const now = (i: number, usual: number, wild: number) =>
    i % 7 === 5 ? wild : usual + 0.01 * (i % 3);
  assert.match(
    titlesOf((i) => ({ gas_volume_flow_rate: now(i, 1.06, 545_454.5) }))[0] ?? "",
    /"gas_volume_flow_rate" (?:is|jumps to) 5454/,
  );
  assert.match(
    titlesOf((i) => ({ rel_mod_level: i % 7 === 5 ? 255 : 20 + i % 3 }))[0] ?? "",
    /"rel_mod_level" (?:is|jumps to) 255/,
  );
  assert.deepEqual(titlesOf((i) => ({ gas_volume_flow_rate: now(i, 1.06, 2.4) })), []);
  assert.deepEqual(titlesOf((i) => ({ rel_mod_level: i % 7 === 5 ? 100 : 20 + i % 3 })), []);
});
