import assert from "node:assert/strict";
import { assertTold, series, times, titlesOf } from "../../support.ts";

const told = (payload: (i: number) => unknown) =>
  titlesOf("meter/#", series("meter/main/json", times(12, payload), 4));

Deno.test("a total of which all is told as one step is told once, and a step that it took, or a distance, is not", () => {
  assertTold(
    told((i) => ({
      value: 410.2599,
      change: i === 6 ? 410.2599 : 0,
      rate: i === 6 ? 410.2599 : 0,
    })),
    /The total "meter\/main\/json" of 410.26 is told as one step: "change" is 410.26/,
  );
  assertTold(
    told((i) => ({ total_kwh: 8_211.4 + i / 100, delta: i === 6 ? 8_211.46 : 0.01 })),
    /"total_kwh" of 8211.5 is told as one step: "delta"/,
  );
  const sound: ((i: number) => unknown)[] = [
    (i) => ({ value: i < 6 ? 4.1 : 414.36, change: i === 6 ? 410.26 : 0 }),
    () => ({ value: 410.2599, delta: 410.2599 }),
    (i) => ({ value: 410.2599, change: i === 6 ? 12.5 : 0 }),
    (i) => ({ value: 410.2599, change: i === 0 ? 410.2599 : 0 }),
    (i) => ({ position: 120, target: i === 6 ? 120 : 0 }),
  ];
  for (const payload of sound) {
    assert.equal(told(payload).some((title) => /as one step/.test(title)), false);
  }
});
