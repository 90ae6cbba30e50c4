import assert from "node:assert/strict";
import { diagnosisOf, type Line } from "./support.ts";

const told = (lines: Line[]) =>
  diagnosisOf("x/dev/#", lines).findings.map(({ code, severity }) => `${severity} ${code}`);

/** `count` messages every `everyS` seconds from `fromS` on. */
const run = (
  o: {
    fromS: number;
    everyS: number;
    count: number;
    payload: (i: number) => unknown;
    topic?: string;
  },
): Line[] =>
  Array.from({ length: o.count }, (_, i) => ({
    s: o.fromS + i * o.everyS,
    topic: o.topic ?? "x/dev/status",
    payload: o.payload(i),
  }));

Deno.test("a slower rhythm that comes with another state is told as info, without one as a warning", () => {
  const lines = (docked: string) => [
    ...run({
      fromS: 1,
      everyS: 1,
      count: 24,
      payload: (i) => ({ state: "cleaning", x: i * 7 % 31 }),
    }),
    ...run({ fromS: 26, everyS: 4, count: 9, payload: (i) => ({ state: docked, x: i * 5 % 31 }) }),
  ];
  assert.deepEqual(told(lines("docked")), ["info rate_change"]);
  assert.deepEqual(told(lines("cleaning")), ["warning rate_change"]);
});

Deno.test("a slower rhythm is not explained by what turned long before it, at its quick pace", () => {
  const lines = (turnsAt: number) => [
    ...run({
      fromS: 1,
      everyS: 5,
      count: 24,
      payload: (i) => ({ state: i < turnsAt ? "cleaning" : "docked", x: i * 7 % 31 }),
    }),
    ...run({ fromS: 146, everyS: 30, count: 7, payload: (i) => ({ state: "docked", x: i * 5 }) }),
  ];
  assert.deepEqual(told(lines(14)), ["warning rate_change"]);
  assert.deepEqual(told(lines(23)), ["info rate_change"]);
});

Deno.test("fields that go with the end of a programme are told as info, those that go with a fault are not", () => {
  const lines = (over: string) => [
    ...run({ fromS: 1, everyS: 3, count: 10, payload: (i) => ({ mode: "run", left: 10 - i }) }),
    ...run({ fromS: 31, everyS: 3, count: 10, payload: () => ({ mode: over }) }),
  ];
  assert.deepEqual(told(lines("ended")), ["info schema_drift"]);
  assert.deepEqual(told(lines("run")), ["warning schema_drift"]);
  assert.ok(told(lines("sensor lost")).includes("warning schema_drift"));
});

Deno.test("silence after a word of rest is told as info, after any other as an error", () => {
  const lines = (last: string) => [
    ...run({
      fromS: 1,
      everyS: 1,
      count: 24,
      payload: (i) => ({ state: "printing", percent: 70 + i }),
    }),
    { s: 25, topic: "x/dev/status", payload: { state: last, percent: 100 } },
  ];
  assert.deepEqual(told(lines("finished")), ["info stale_heartbeat"]);
  assert.deepEqual(told(lines("printing")), ["error stale_heartbeat"]);
  assert.equal(diagnosisOf("x/dev/#", lines("finished")).connection.state, "online");
});

Deno.test("a coarse value that rests beside its last one is told as info, a fine one as stuck", () => {
  const lines = (read: (i: number) => number) =>
    run({
      fromS: 1,
      everyS: 2,
      count: 29,
      payload: (i) => ({ temperature: read(Math.min(i, 11)) }),
    });
  const steps = [20.5, 21, 20.5, 21, 21.5, 21, 21.5, 22, 21.5, 21, 20.5, 20];
  assert.deepEqual(told(lines((i) => steps[i] ?? 20)), ["info stuck_value"]);
  assert.deepEqual(told(lines((i) => 20 + Math.sin(i * 9))), ["warning stuck_value"]);
});

Deno.test("an answer in words answers a command that was a number", () => {
  const lines: Line[] = [
    { s: 2, topic: "cmnd/plug/Upgrade", payload: "1" },
    { s: 2.2, topic: "stat/plug/RESULT", payload: { Upgrade: "Version 14.2.0 from http://x/y" } },
    { s: 20, topic: "tele/plug/STATE", payload: { POWER: "ON" } },
  ];
  assert.deepEqual(diagnosisOf("plug", lines).findings, []);
});

Deno.test("a value that is elsewhere whenever a flag is down goes with it, unless the flag says how well it is", () => {
  const flue = (flag: string) =>
    diagnosisOf(
      "x/dev/#",
      run({
        fromS: 1,
        everyS: 2,
        count: 24,
        payload: (i) => {
          const off = [6, 7, 8, 15, 16, 17].includes(i);
          return { flue_temp: (off ? 167 : 212) + (i * 7 % 5) / 2, [flag]: !off };
        },
      }),
    ).findings.filter(({ severity }) => severity !== "info").map(({ title }) => title).join();
  assert.equal(flue("burner_on"), "");
  assert.match(flue("sensor_ok"), /flue_temp/);
});

Deno.test("a word that turned well before, and a figure with a comma, do not tell why a rhythm slows", () => {
  const lines = (value: (i: number) => unknown) => [
    ...run({
      fromS: 1,
      everyS: 1,
      count: 24,
      payload: (i) => ({ x: i * 7 % 31, ...value(i) as object }),
    }),
    ...run({
      fromS: 30,
      everyS: 6,
      count: 8,
      payload: (i) => ({ x: i * 5 % 31, ...value(24) as object }),
    }),
  ];
  assert.deepEqual(told(lines((i) => ({ state: i < 18 ? "cleaning" : "docked" }))), [
    "warning rate_change",
  ]);
  assert.deepEqual(told(lines((i) => ({ temp: i < 24 ? "12,5" : "12,4" }))), [
    "warning rate_change",
  ]);
});
