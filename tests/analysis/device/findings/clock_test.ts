import assert from "node:assert/strict";
import { assertTold, series, START_MS, times, titlesOf } from "../support.ts";

const HOURS_MS = 5.1 * 3_600_000;
const at = (i: number, offMs: number) => START_MS + 1_000 + i * 2_000 - offMs;
const iso = (i: number, offMs: number) => new Date(at(i, offMs)).toISOString();
const told = (payload: (i: number) => unknown) =>
  titlesOf("logger", series("shed/logger/data", times(10, payload)));

Deno.test("a clock that is hours behind is told by a time that runs along, whatever the time is of", () => {
  const clocks: ((i: number, offMs: number) => unknown)[] = [
    (i, offMs) => ({ cpu: 6 + i % 3, last_message: iso(i, offMs) }),
    (i, offMs) => ({ volt: 52, status: { last_update: at(i, offMs) / 1_000 } }),
    (i, offMs) => `C8A2D3E4F503;-75;0201061${i};${Math.round(at(i, offMs) / 1_000)}`,
    (i, offMs) => ({ services: [{ rpm: 40 + i, event_time: iso(i, offMs) }] }),
    (i, offMs) => ({ "Plant.Speed": { value: 214 + i, timestamp: at(i, offMs) } }),
  ];
  for (const payload of clocks) {
    assertTold(told((i) => payload(i, HOURS_MS)), /clock is 5 h behind/);
    assert.deepEqual(told((i) => payload(i, 0)), []);
  }
});

Deno.test("what was last heard or got hours ago is no clock, and no number at the end of a row is", () => {
  assert.deepEqual(told((i) => ({ door: i % 2, last_message: iso(0, HOURS_MS) })), []);
  assert.deepEqual(told((i) => `C8A2D3E4F503;-75;0201061${i};1571234567`), []);
});
