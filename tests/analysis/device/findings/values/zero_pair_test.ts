import assert from "node:assert/strict";
import { assertTold, START_MS, times, titlesOf } from "../../support.ts";

type Values = Record<string, unknown>;

/** What the fourth of five tanks is blamed for by what it tells, each value on a topic of its own. */
function tank(values: (i: number) => Values, of = "tank4", whole = false): string[] {
  const usual = (i: number): Values => ({
    oxygen_mg_l: 9.1 + ((i * 7) % 5) / 50,
    water_temperature: 10.8 + ((i * 3) % 4) / 50,
    inflow_l_min: 120 + (i * 5) % 4,
  });
  const lines = times(10, (i) =>
    times(5, (n) => {
      const told = n === 3 ? { ...usual(i), ...values(i) } : usual(i + n);
      const each = Object.entries(told).map(([name, value]) => ({ name, value }));
      const place = `hatchery/hall/tank${n + 1}`;
      return whole
        ? [{ s: 1 + 4 * i + n / 8, topic: `${place}/state`, payload: told }]
        : each.map(({ name, value }, k) => ({
          s: 1 + 4 * i + n / 8 + k / 50,
          topic: `${place}/${name}`,
          payload: { timestamp: START_MS + 1_000 + 4_000 * i, value },
        }));
    })).flat(2);
  return titlesOf(of, lines);
}

Deno.test("a probe that is at the very zero of what is never nothing, beside others that agree, is told", () => {
  const both =
    /oxygen_mg_l" and ".{0,30}water_temperature" read nothing: always 0, while those of 4/;
  for (const whole of [false, true]) {
    assertTold(tank(() => ({ oxygen_mg_l: 0, water_temperature: 0 }), "tank4", whole), both);
    assertTold(tank(() => ({ oxygen_mg_l: 0 }), "tank4", whole), /oxygen_mg_l" reads? nothing/);
    assertTold(tank(() => ({ oxygen_mg_l: 0 }), "hatchery/hall/#", whole), /oxygen_mg_l" is 0 all/);
  }
});

Deno.test("a tank that is empty, off, not used or without flow may read nothing", () => {
  const zero = { oxygen_mg_l: 0, water_temperature: 0 };
  for (
    const said of [
      { status: "empty" },
      { mode: "off" },
      { in_use: false },
      { fish_count: 0 },
      { inflow_l_min: 0 },
      { status: "Reinigung", stocked: false },
    ]
  ) {
    assert.deepEqual(tank(() => ({ ...zero, ...said })), [], JSON.stringify(said));
    assert.deepEqual(tank(() => ({ ...zero, ...said }), "tank4", true), [], JSON.stringify(said));
  }
});

Deno.test("a cold place, and what is nothing now and then, is no probe that was never read", () => {
  assert.deepEqual(tank(() => ({ water_temperature: 0 })), []);
  assert.deepEqual(tank((i) => ({ oxygen_mg_l: 8.9 + (i % 3) / 10 })), []);
  assert.deepEqual(tank(() => ({ nitrite: 0, oxygen_target: 0 })), []);
});
