import assert from "node:assert/strict";
import { assertTold, series, times, titlesOf } from "../../support.ts";

type Values = Record<string, unknown>;

/** What is said of a meter of three phases that tells for five minutes what it is asked for here. */
const meter = (values: (i: number) => Values, o: { everyS?: number; count?: number } = {}) =>
  titlesOf(
    "meter",
    times(o.count ?? 9, (i) => ({
      s: 1 + (o.everyS ?? 30) * i,
      topic: "z2m/meter",
      payload: {
        ...{ voltage_a: 240.1 + (i % 3) / 5, current_a: 0.5 + (i % 4) / 100, power_a: 108 + i % 3 },
        ...{ voltage_b: 239.1 + (i % 2) / 5, current_b: 1.1 + (i % 3) / 100, power_b: 178 + i % 4 },
        power: 286 + i % 5,
        ...values(i),
      },
    })),
  );

/** What is said of a plug beside another of its kind. */
const plug = (values: (i: number) => Values, other: (i: number) => Values = () => ({})) => {
  const usual = (i: number) => ({
    ...{ state: "ON", voltage: 222 - i % 3, current: 0.36 - (i % 2) / 100, power: 74 + i % 2 },
  });
  const lines = times(12, (i) => [
    { s: 1 + 25 * i, topic: "z2m/freezer", payload: { ...usual(i), ...values(i) } },
    { s: 4 + 25 * i, topic: "z2m/washer", payload: { ...usual(i), ...other(i) } },
  ]).flat();
  return titlesOf("freezer", lines).filter((title) => title.includes("contradicts"));
};

Deno.test("a power far above volts and amperes of its phase is told, however phases are called", () => {
  const told = /power_?a" is 392\d\d W, which contradicts the current beside it: .* come to 12\d/i;
  assertTold(meter((i) => ({ power_a: 39_235 + i })), told);
  const shelly = (i: number) => ({
    ...{ a_voltage: 240.1, a_current: 0.5, a_act_power: i < 0 ? 0 : 39_235 + i },
    ...{ b_voltage: 239.4, b_current: 1.11, b_act_power: 180 + i },
  });
  assertTold(
    titlesOf("em3", times(9, (i) => ({ s: 1 + 30 * i, topic: "em3/em", payload: shelly(i) }))),
    /a_act_power" is 392\d\d W/,
  );
});

Deno.test("a power without any current is told of a plug that had one, or whose like has", () => {
  const told = /"power" is 7\d W, which contradicts the current beside it: .* 0 A come to 0 W/;
  assertTold(plug((i) => i < 3 ? {} : { current: 0 }), told);
  assertTold(plug(() => ({ current: 0 })), told);
  // As Shelly calls it, whose plugs say by `output` that they are on.
  const shelly = (i: number) => ({ output: true, apower: 74 + i % 2, voltage: 222, current: 0.36 });
  assertTold(
    titlesOf(
      "plug",
      times(12, (i) => ({
        s: 1 + 25 * i,
        topic: "plug/status/switch:0",
        payload: { ...shelly(i), ...i < 3 ? {} : { current: 0 } },
      })),
    ),
    /apower" is 7\d W, which contradicts/,
  );
});

Deno.test("what is told in other units, of more phases, in whole amperes or a moment later contradicts nothing", () => {
  const silent = (titles: readonly string[], why: string) =>
    assert.deepEqual(titles.filter((title) => title.includes("contradicts")), [], why);
  silent(meter(() => ({})), "well");
  silent(meter((i) => ({ power_a: 1_080 + i, power_b: 1_780 + i, power: 2_860 })), "tenths");
  silent(meter((i) => ({ power_a: 330 + i })), "the sum of three");
  silent(meter((i) => ({ power_a: i === 4 ? 39_235 : 110 })), "once");
  silent(meter((i) => ({ power_a: 39_235 + i }), { everyS: 5 }), "for a moment");
  silent(meter(() => ({ power_a: -110, current_a: -0.5 })), "it feeds in");
  silent(meter(() => ({ current_a: 0, current_b: 1, power_a: 40 })), "whole amperes");
  silent(plug(() => ({ current: 0 }), () => ({ current: 0 })), "a kind that reads no current");
  silent(plug((i) => ({ current: i % 3 === 0 ? 0 : 0.35 })), "it is late now and then");
  silent(plug(() => ({ power: 5, current: 0 })), "too little");
  silent(plug((i) => i < 3 ? {} : { power: 3_900, current_b: 9, voltage_b: 230 }), "more phases");
});

Deno.test("a power factor above 1 is told beside what makes another one, and percent, thousandths and idle loads are not", () => {
  const factor = (power_factor_b: number) =>
    meter(() => ({ power_factor_b })).filter((title) => title.includes("none is above 1"));
  assertTold(factor(1.43), /power_factor_b" is 1\.43, and none is above 1: .* make 0\.6\d/);
  for (const sound of [0.67, -0.67, 1, 67.4, 674.2, 2]) {
    assert.deepEqual(factor(sound), [], String(sound));
  }
  const idle = meter(() => ({ power_b: 4, power_factor_b: 1.5 }));
  assert.deepEqual(idle.filter((title) => title.includes("none is above 1")), []);
});

Deno.test("a sum that stands to the digit while its phases make another one is told; one that moves or is theirs is not", () => {
  const summed = (total: (sum: number) => number) =>
    titlesOf(
      "meter 3",
      series(
        "site/meter-3/em",
        times(60, (i) => {
          const watts = [1_334.5 + 7 * Math.sin(i), 1_386.8 + 5 * Math.cos(i), 1_269.7 + i % 4];
          const [a, b, c] = watts.map((value) => Math.round(10 * value) / 10);
          return {
            ...{ a_current: 5.92, a_voltage: 231.2, a_act_power: a },
            ...{ b_current: 6.11, b_voltage: 232.8, b_act_power: b },
            ...{ c_current: 5.64, c_voltage: 230.9, c_act_power: c },
            total_act_power: total(a + b + c),
          };
        }),
      ),
    );
  assertTold(
    summed(() => 812.4),
    /"total_act_power" stays at 812.4 W, while its phases .* make 39\d\d/,
  );
  assert.deepEqual(summed((sum) => Math.round(10 * sum) / 10), []);
  assert.deepEqual(summed(() => 0), []);
});
