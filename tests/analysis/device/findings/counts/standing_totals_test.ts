import assert from "node:assert/strict";
import { beats, diagnosisOf } from "../../support.ts";

const S = 420;

/** The titles of what a meter is blamed for. */
function titlesOf(payload: (i: number) => unknown): string[] {
  const lines = beats({ topic: "house/meter/status", everyS: 10, to: S, payload });
  return diagnosisOf("house/meter/#", lines, { seconds: S }).findings
    .filter(({ severity }) => severity !== "info").map(({ title }) => title);
}

Deno.test("a total of energy that stands still under power is told, from the start or after it grew", () => {
  const power = (i: number) => 1_450.5 + 7.3 * (i % 4);
  assert.match(
    titlesOf((i) => ({ apower: power(i), aenergy_total: 812.334 }))[0] ?? "",
    /The total "aenergy_total" stands still at 812.33, though "apower" is about 145\d/,
  );
  assert.match(
    titlesOf((i) => ({
      power_w: power(i),
      energy_kwh: Number((812.3 + 0.004 * Math.min(i, 12)).toFixed(3)),
    }))[0] ?? "",
    /The total "energy_kwh" stands still/,
  );
});

Deno.test("a volume that stands still while water flows is told", () => {
  const [title = ""] = titlesOf((i) => ({ flow_lpm: 12.1 + (i % 3) / 10, volume_m3: 431.224 }));
  assert.match(title, /The total "volume_m3" stands still/);
});

Deno.test("a total may stand under little power, or while another of the same meter goes on", () => {
  const healthy: ((i: number) => unknown)[] = [
    (i) => ({ power: 8.2 + (i % 3) / 10, energy: 31.42 }),
    (i) => ({
      power: 1_812.5 + i % 7,
      energy_t1: 8_131.42,
      energy_t2: Number((900 + 0.005 * i).toFixed(3)),
    }),
    (i) => ({ power: 812.5 + i % 7, energy_export: 8_131.42 }),
    (i) => ({ power: -812.5 - i % 7, energy: 8_131.42 }),
  ];
  for (const payload of healthy) assert.deepEqual(titlesOf(payload), []);
});

Deno.test("what goes out and the power below nothing that both stand still are told, on topics of their own as well", () => {
  const get = (name: string, payload: (i: number) => unknown) =>
    beats({ topic: `wb/pv/6/get/${name}`, everyS: 17, to: S, payload });
  const roof = (power: (i: number) => number, exported: (i: number) => number) =>
    diagnosisOf("wb/pv/6/#", [
      ...get("power", (i) => String(power(i))),
      ...get("exported", (i) => String(exported(i))),
    ], { seconds: S }).findings.filter(({ code }) => code === "stuck_value")
      .map(({ title }) => title);
  assert.match(
    roof(() => -6_412.7, () => 27_114_206.5)[0] ?? "",
    /The total "wb\/pv\/6\/get\/exported" stands still at .*, though ".*power" is all the time -6412.7/,
  );
  // At night, where it only moves seldom, and where what is told below nothing may come in.
  assert.deepEqual(roof(() => 0, () => 27_114_206.5), []);
  assert.deepEqual(roof(() => -6_412.7, (i) => 27_114_206.5 + 30 * i), []);
  assert.deepEqual(roof((i) => -6_412.7 + 3.1 * (i % 4), () => 27_114_206.5), []);
  assert.deepEqual(roof(() => -6_400, () => 27_114.2), []);
});
