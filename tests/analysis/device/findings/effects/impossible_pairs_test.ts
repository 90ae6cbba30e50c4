import assert from "node:assert/strict";
import { assertTold, type Line, series, times, titlesOf } from "../../support.ts";

const told = (topic: string, payloads: readonly unknown[]) =>
  titlesOf(topic.split("/").at(-1) ?? "", spread(topic, payloads));
const spread = (topic: string, payloads: readonly unknown[]): Line[] =>
  payloads.map((payload, i) => ({ s: 5 + 20 * i, topic, payload }));

Deno.test("a compressor that runs between two pressures that are one is told; one that rests, or presses, is not", () => {
  const rack = (high: number, running: boolean) =>
    told(
      "store/rack_3",
      times(10, (i) => ({
        compressor_running: running,
        suction_pressure_bar: 6.2 + 0.1 * Math.sin(i),
        discharge_pressure_bar: high + 0.1 * Math.cos(i),
      })),
    );
  assertTold(rack(6.5, true), /"discharge_pressure_bar" is .*though "compressor_running" says/);
  assert.deepEqual(rack(14.2, true), []);
  assert.deepEqual(rack(6.5, false), []);
});

Deno.test("air that a cooled coil makes warmer is told; a fan's own heat and a coil that rests are not", () => {
  const unit = (supply: number, cooling: number, heating = 0) =>
    told(
      "site/ahu_4",
      times(10, (i) => ({
        supply_air_temp: supply + 0.2 * Math.sin(i),
        mixed_air_temp: 18 + 0.1 * Math.cos(i),
        cooling_valve: cooling,
        heating_valve: heating,
      })),
    );
  assertTold(unit(28, 100), /"supply_air_temp" is .* though "cooling_valve" is at 100/);
  assertTold(unit(14, 0, 80), /"supply_air_temp" is .* though "heating_valve" is at 80/);
  assert.deepEqual(unit(20, 100), []);
  assert.deepEqual(unit(28, 10), []);
  assert.deepEqual(unit(28, 0, 80), []);
  // Air is dried by cooling it and heating it again.
  assert.deepEqual(unit(28, 100, 40), []);
});

Deno.test("a level that falls while more flows in than out is told; one that is drawn from is not", () => {
  const tank = (outflow: number, way: number) =>
    told(
      "works/tank_8",
      times(12, (i) => ({
        inflow_rate: 38 + Math.sin(i),
        outflow_rate: outflow,
        water_level: 4.7 + way * 0.03 * i,
      })),
    );
  assertTold(tank(0, -1), /"water_level" falls all the time, from 4.7 to .*"outflow_rate" 0/);
  assert.deepEqual(tank(60, -1), []);
  assert.deepEqual(tank(0, 1), []);
});

Deno.test("a heat meter through which as much flows as through others and of which no heat is taken is told", () => {
  const meters = (own: number, flow: number) =>
    titlesOf(
      "meter_c",
      [
        ...["meter_a", "meter_b", "meter_c"].flatMap((name, k) =>
          series(
            `heat/${name}/values`,
            times(60, (i) => ({
              flow: name === "meter_c" ? flow + i % 7 : 800 + 40 * k + i % 5,
              tempdiff: (name === "meter_c" ? own : 38) + 0.1 * Math.sin(i),
            })),
          )
        ),
      ].sort((a, b) => a.s - b.s),
    );
  assertTold(meters(0.8, 1_180), /"tempdiff" stays at .* that of 2 others like it is about 38/);
  assert.deepEqual(meters(0.8, 12), []);
  assert.deepEqual(meters(31, 1_180), []);
});

Deno.test("air that is no mixture of the two airs it is mixed of is told; one that is, or stands, is not", () => {
  const unit = (mixed: number, fan = 75) =>
    told(
      "site/ahu_6",
      times(10, (i) => ({
        oat: 4 + 0.1 * i,
        rat: 21.4 + 0.1 * Math.cos(i),
        mat: mixed + 0.2 * Math.sin(i),
        supply_fan_speed: fan,
      })),
    );
  assertTold(unit(29.3), /"mat" is .* and no mixture of "oat" .* and "rat"/);
  assertTold(unit(-4), /"mat" is .* and no mixture/);
  assert.deepEqual(unit(16), []);
  assert.deepEqual(unit(24), []);
  assert.deepEqual(unit(29.3, 0), []);
});

Deno.test("a heat meter that makes no power of much flow that comes back colder is told; a trickle and what is counted are not", () => {
  const meter = (power: number, flow: number, spread = 31) =>
    told(
      "heat/flat_2",
      times(10, (i) => ({
        power: power + (power > 0 ? 0.1 * Math.sin(i) : 0),
        flow: flow + i % 3,
        tempdiff: spread + 0.1 * Math.cos(i),
      })),
    );
  assertTold(
    meter(0, 620),
    /"power" is 0, though "flow" is 62\d and "tempdiff" .* makes 22\.\d kW/,
  );
  assert.deepEqual(meter(22, 620), []);
  assert.deepEqual(meter(0, 7), []);
  assert.deepEqual(meter(0, 620, 0.4), []);
});
