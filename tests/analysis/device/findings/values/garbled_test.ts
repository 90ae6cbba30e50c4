import assert from "node:assert/strict";
import { beats, titlesOf } from "../../support.ts";

/** What a thing is blamed for, of one number beside another that moves. */
function told(name: string, values: readonly number[]): string {
  const payload = (i: number) => ({ [name]: values[i], other: 20 + Math.sin(i) });
  return titlesOf(
    "site/thing/#",
    beats({ topic: "site/thing/data", everyS: 5, to: 1 + 5 * values.length, payload }),
  ).join();
}

const always = (value: number) => new Array<number>(10).fill(value);

Deno.test("what no instrument tells is told whatever it is of: bits read as another number", () => {
  const garbled: readonly (readonly [string, readonly number[]])[] = [
    ["oxygen", always(1_073_741_456)],
    ["temperature", always(1_098_907_648)],
    ["conductivity", always(1_157_234_688)],
    ["battery_redischarge_voltage", always(2.582386249850678e33)],
    ["energy", always(-3.7e28)],
    ["fill", always(7.1e25)],
    // 50 and 12 as floats, from the last byte to the first.
    ["frequency", always(2.59e-41)],
    ["voltage", [2.3e-41, 2.3e-41, 1.8e-38, 4.6e-41, 2.3e-41, 7.9e-39]],
    ["humidity", [44, 44.2, 44.1, 1.3e12, 44.3, 44.1, 44.2, 44.4]],
  ];
  for (const [name, values] of garbled) {
    assert.match(told(name, values), new RegExp(`"${name}" (?:is|jumps to) `), name);
  }
});

Deno.test("what is large or next to nothing by its nature is no garbled number", () => {
  const healthy: readonly (readonly [string, readonly number[]])[] = [
    ["frequency", always(868_300_000)],
    ["link_speed", always(2_500_000_000)],
    ["network_hashrate", always(6.5e20)],
    ["power", always(1_240_000_000)],
    ["insulation_resistance", always(5e10)],
    ["temperature_max_at", always(1_760_000_000)],
    ["pressure", always(2_147_483_648)],
    // A filter that nothing comes into.
    ["flow", Array.from({ length: 12 }, (_, i) => 1e-29 * 0.1 ** i)],
    ["rain_rate", always(5e-324)],
    ["level", [4, 2e-33, 4.1, 4, 4, 4.1, 4, 4.1]],
  ];
  for (const [name, values] of healthy) {
    assert.doesNotMatch(told(name, values), /which it cannot be|jumps to/, name);
  }
});

Deno.test("a warmth that is thrown is told where the same number stands beside it, in °F too, and two that see one event are not", () => {
  const warm = [37, 37, 37, 0, 37, 37, 37, 37, 70, 37, 37, 0, 37, 37, 38, 38, 70, 38, 38];
  const lines = (beside: (value: number, i: number) => number, values = warm) =>
    beats({
      topic: "site/tub/data",
      everyS: 2,
      to: 2 * values.length,
      payload: (i) => ({ temp: values[i], temp_b: beside(values[i], i), target: 38 }),
    });
  const titles = (of: ReturnType<typeof lines>) => titlesOf("site/tub/#", of).join();
  assert.match(titles(lines((value) => value)), /"temp" jumps to 0/);
  assert.match(titles(lines((value) => Math.round(1.8 * value + 32))), /"temp" jumps to 0/);
  const rinsed = warm.map((value) => value === 0 ? 21 : value === 70 ? 49 : value);
  const alike = (value: number, i: number) => Math.abs(value - 37.5) > 1 ? value + 3 : 36 + i % 2;
  assert.equal(titles(lines(alike, rinsed)), "");
});
