import assert from "node:assert/strict";
import { beats, diagnosisOf } from "../../support.ts";

const S = 300;

/** What a device is blamed for whose topic is told one value after another, so many seconds apart. */
function titlesOf(topic: string, values: readonly unknown[], gapsS: readonly number[]): string[] {
  let at = 4;
  const lines = values.flatMap((payload, i) => {
    at += gapsS[i % gapsS.length] ?? 1;
    return beats({ topic, everyS: S, from: at, to: at + 1, payload: () => payload });
  });
  return diagnosisOf("house/#", lines, { seconds: S }).findings
    .filter(({ code }) => code === "flapping").map(({ title }) => title);
}

const by = (times: number, ...values: unknown[]) =>
  Array.from({ length: times }, (_, i) => values[i % values.length]);

Deno.test("a setpoint that is set to one of two values and back again and again is set by two", () => {
  const gaps = [10, 14, 9, 13, 9.6, 11];
  assert.match(
    titlesOf("house/boiler/setpoint/set", by(20, "20.5", "17.0"), gaps).join(),
    /is set to (?:20.5 and back to 17|17 and back to 20.5) again and again, 20 times/,
  );
  // A warmth between two tenths is measured, and a place is gone to and fro by its trade.
  assert.deepEqual(titlesOf("house/boiler/temperature", by(20, "20.5", "20.4"), gaps), []);
  assert.deepEqual(titlesOf("house/arm/position/set", by(20, "20", "170"), gaps), []);
  assert.deepEqual(titlesOf("house/boiler/setpoint/set", ["20.5", "17.0", "20.5"], gaps), []);
});

Deno.test("a lamp that is switched within moments, by no clock, is switched by two", () => {
  const switched = by(24, "ON", "OFF");
  const gaps = [2.4, 1.8, 2.1, 1.2, 1.4, 2.3, 2.1, 2.3, 1.1];
  assert.match(titlesOf("house/lamp/set", switched, gaps).join(), /is set to .* and back/);
  // It blinks by a clock; a relay is on for a part of the time.
  assert.deepEqual(titlesOf("house/lamp/set", switched, [2]), []);
  assert.deepEqual(titlesOf("house/relay/set", switched, [0.6, 4.1, 0.7, 4.4]), []);
});
