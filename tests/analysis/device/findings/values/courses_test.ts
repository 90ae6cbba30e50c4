import assert from "node:assert/strict";
import { assertTold, series, times, titlesOf } from "../../support.ts";

const tenths = (value: number) => Math.round(value * 10) / 10;
const about = (value: number, i: number) => tenths(value + ((i * 7) % 5) / 10);

/** The titles of what a thing is blamed for that tells each of these documents on one topic. */
function told(payload: (i: number) => unknown, count = 24): string[] {
  return titlesOf("plant/unit7/#", series("plant/unit7/state", times(count, payload), 20));
}

Deno.test("a bearing that gets hot at one pace is told in the languages of machines, one that is loaded more is not", () => {
  for (const name of ["lager_hoger_c", "palier_ar", "lozisko_2", "bearing_de_temp"]) {
    assertTold(
      told((i) => ({
        [name]: about(58 + 1.7 * i, i),
        lager_v_c: about(57, i),
        amps: about(270, i),
      })),
      /rises all the time: from 5\d/,
    );
    assert.deepEqual(
      told((i) => ({ [name]: about(58 + 1.7 * i, i), lager_v_c: about(57, i), amps: 200 + 9 * i })),
      [],
      name,
    );
  }
});

Deno.test("a closed gas or circuit that loses what is in it is told, and one whose pump slows down is not", () => {
  assertTold(
    told((i) => ({ sf6_density: 41.1 - 0.6 * i, cabinet_temp: about(6, i) }), 12),
    /"sf6_density" falls all the time/,
  );
  assertTold(
    told((i) => ({ pressure: tenths(21.8 - 0.8 * i), feed_temp: about(112, i) })),
    /"pressure" falls all the time/,
  );
  assert.deepEqual(
    told((i) => ({
      pressure: tenths(21.8 - 0.8 * i),
      pump_speed: 2900 - 100 * i,
      t: about(20, i),
    })),
    [],
  );
});

Deno.test("what is let through, thrown out or clogs up is told while the plant works as before", () => {
  assertTold(
    told((i) => ({
      permeate_conductivity_us: tenths(12 * Math.exp(i / 9)),
      flow_lh: 740 + i % 9,
      raw_us: 610 + i % 5,
    })),
    /"permeate_conductivity_us" rises all the time/,
  );
  assertTold(told((i) => ({ scarti_pct: i < 6 ? 1.5 : 2 * i, bph: 11800 + i % 7 })), /scarti_pct/);
  assertTold(told((i) => ({ filter_clogging_pct: 4 + 4 * i, flow: 30 - i / 2 })), /clogging/);
  assert.deepEqual(told((i) => ({ filter_clogging_pct: 4 + i, flow: 30 - i / 9 })), []);
});

Deno.test("a cold place that gets warm but for noise is told, and one that is cooled down or thaws its ice is not", () => {
  const fridge = (temp: (i: number) => number, more: object = {}) =>
    titlesOf(
      "fridge",
      series(
        "home/fridge/state",
        times(17, (i) => ({
          temperature: temp(i),
          ...more,
        })),
        30,
      ),
    );
  assertTold(
    fridge((i) => tenths(4 + 0.7 * i - (i % 4 === 3 ? 0.8 : 0))),
    /gets warm where it was cold/,
  );
  assert.deepEqual(fridge((i) => tenths(14 - 0.6 * i)), []);
  assert.deepEqual(fridge((i) => tenths(4 + 0.7 * i), { defrost: true }), []);
});

Deno.test("oil that is lost at cruising speed is told though it comes to rest near nothing, and one whose engine is throttled is not", () => {
  const oil = (i: number) => i < 6 ? about(380, i) : Math.max(20, 380 - 60 * (i - 5)) + i % 3;
  const engine = (revolutions: (i: number) => number) =>
    told((i) => ({
      oil_pressure: oil(i),
      revolutions: revolutions(i),
      alternator_voltage: about(14, i),
    }));
  assertTold(engine((i) => about(41, i)), /"oil_pressure" falls all the time: from 38\d/);
  assert.deepEqual(engine((i) => i < 6 ? about(41, i) : Math.max(0, 41 - 8 * (i - 5))), []);
});

Deno.test("what is called after something that people heat may get hot, and a room may not", () => {
  const named = (name: string) =>
    titlesOf(
      name,
      series(
        "tags/a1b2",
        times(24, (i) => ({ name, temp: about(30 + 2.5 * i, i), hum: 30 - i / 2 })),
        20,
      ),
    );
  for (const name of ["Sauna", "Backofen", "Smoker", "Tumble dryer"]) {
    assert.deepEqual(named(name), [], name);
  }
  assertTold(named("Server room"), /"temp" rises all the time/);
});

Deno.test("a pressure that falls along with all that is beside it is let off, and no leak", () => {
  const told = (warmth: (i: number) => number) =>
    titlesOf(
      "retort 1",
      series(
        "cannery/retort-1",
        times(20, (i) => ({ vessel_pressure: about(0.31 - 0.015 * i, i / 1e3), temp: warmth(i) })),
        20,
      ),
    );
  assert.deepEqual(told((i) => 62.4 - 1.2 * i), []);
});
