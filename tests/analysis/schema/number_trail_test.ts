import assert from "node:assert/strict";
import { SchemaInference } from "../../../src/analysis/schema/mod.ts";

const START_MS = Date.UTC(2026, 0, 2, 12, 0, 0);
const encoder = new TextEncoder();

/** The field `v` of messages that came a second apart, each on its topic. */
function fieldOf(values: readonly unknown[], topicOf: (i: number) => string = () => "a/b") {
  const inference = new SchemaInference();
  for (const [i, v] of values.entries()) {
    inference.add(topicOf(i), encoder.encode(JSON.stringify({ v })), START_MS + i * 1000);
  }
  const field = inference.result().fields.find(({ path }) => path === "v");
  assert.ok(field);
  return field;
}

const times = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));

Deno.test("a value that a sensor sends when it fails is outside the usual range, with when it came", () => {
  const field = fieldOf(times(40, (i) => i === 12 || i === 25 ? -127 : 20 + (i % 7) / 10));
  assert.deepEqual([field.min, field.max, field.usual], [-127, 20.6, { min: 20, max: 20.6 }]);
  assert.deepEqual(field.outside, {
    count: 2,
    min: -127,
    max: -127,
    first: "2026-01-02T12:00:12.000Z",
    last: "2026-01-02T12:00:25.000Z",
  });
});

Deno.test("a machine that stopped is told from the time when it ran, since when", () => {
  const field = fieldOf(times(60, (i) => i < 40 ? 110 + (i % 5) : (i % 2) / 10));
  assert.deepEqual(field.usual, { min: 110, max: 114 });
  assert.equal(field.outside?.first, "2026-01-02T12:00:40.000Z");
  assert.equal(field.outside?.ongoing, true);
  assert.equal(field.outside?.max, 0.1);
});

Deno.test("one broken sensor of many is named, and does not widen what is usual", () => {
  const field = fieldOf(
    times(80, (i) => i % 8 === 3 ? 3276.7 : 21 + (i % 8) / 5 + (i % 3) / 10),
    (i) => `hall/${i % 8}/temperature`,
  );
  assert.ok(Number(field.usual?.max) < 30, JSON.stringify(field));
  assert.equal(field.outside?.topic, "hall/3/temperature");
});

Deno.test("switched loads, counters, drifts and few values have no range outside the usual", () => {
  const series = [
    times(40, (i) => Math.floor(i / 6) % 2 === 0 ? 0 : 1800 + i),
    times(40, (i) => 5000 + i),
    times(40, (i) => 20 + i / 4),
    times(40, (i) => i < 20 ? 0 : 1),
    times(6, (i) => i === 3 ? -127 : 20),
    times(40, () => 7),
  ];
  for (const values of series) assert.equal(fieldOf(values).outside, undefined, String(values));
});

Deno.test("of many values the rare ones are found, though not every value is kept", () => {
  const field = fieldOf(times(5000, (i) => i === 3333 ? 9999 : 400 + (i % 11)));
  assert.deepEqual(field.usual, { min: 400, max: 410 });
  assert.equal(field.outside?.first, "2026-01-02T12:55:33.000Z");
});
