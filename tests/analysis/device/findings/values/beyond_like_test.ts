import assert from "node:assert/strict";
import { assertTold, series, times, titlesOf } from "../../support.ts";

const told = (payload: (i: number) => unknown) =>
  titlesOf("house/meter", series("house/meter/data", times(12, payload), 5));
const nearly = (value: number, i: number, by = 1) => Number((value + by * (i * 7 % 5)).toFixed(2));

Deno.test("a phase that feeds in and is read as if it had no sign is told by the two others, always or now and then", () => {
  const beyond = /L2.*(?:cannot be|jumps to) ?/i;
  const phases = (name: (phase: string) => string, l2: (i: number) => number, by = 1) =>
    told((i) => ({
      [name("L1")]: nearly(57 * by, i, by),
      [name("L2")]: l2(i),
      [name("L3")]: nearly(43 * by, i, by),
    }));
  assertTold(phases((l) => `power_${l}`, (i) => nearly(65_349, i)), beyond);
  assertTold(phases((l) => `Leistung_${l}`, (i) => nearly(65_101, i)), beyond);
  assertTold(phases((l) => `${l}_current`, (i) => nearly(654.4, i, 0.1), 0.01), beyond);
  assertTold(phases((l) => `power_${l}`, (i) => i % 3 === 0 ? 12 + i : 65_520 + i % 4), beyond);
  assertTold(
    told((i) => ({ l1: { power: nearly(57, i) }, l2: { power: 65_349 }, l3: { power: 44 } })),
    beyond,
  );
});

Deno.test("a hall of three loaded phases, a kettle in tenths of a watt and one of two inputs may be so", () => {
  const sound: ((i: number) => unknown)[] = [
    (i) => ({ power_l1: 61_000 + i, power_l2: nearly(65_000, i, 20), power_l3: 63_000 - i }),
    (i) => ({ power_1: 57.1, power_2: nearly(6_512.4, i, 0.1), power_3: nearly(43.2, i, 0.1) }),
    (i) => ({ power_1: nearly(57, i), power_2: nearly(65_349, i) }),
    (i) => ({ max_power_1: 400, max_power_2: 65_535, max_power_3: 400, power: nearly(210, i) }),
  ];
  for (const [n, payload] of sound.entries()) assert.deepEqual(told(payload), [], `${n}`);
});
