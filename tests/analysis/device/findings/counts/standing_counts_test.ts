import assert from "node:assert/strict";
import { beats, diagnosisOf } from "../../support.ts";

const S = 300;

function titlesOf(payload: (i: number) => unknown): string[] {
  const lines = beats({ topic: "plant/packer-3/data", everyS: 10, to: S, payload });
  return diagnosisOf("plant/packer-3/#", lines, { seconds: S }).findings
    .filter(({ severity }) => severity !== "info").map(({ title }) => title);
}

Deno.test("a count of pieces that stands while the machine says that it runs is told", () => {
  const made = (i: number) => 5_120 + Math.min(i, 9);
  assert.deepEqual(titlesOf((i) => ({ state: "RUNNING", parts_produced: made(i) })), [
    '"parts_produced" is stuck at 5129, though "state" says RUNNING',
  ]);
  assert.deepEqual(titlesOf((i) => ({ isRunning: true, cycleCount: made(i) })), [
    '"cycleCount" is stuck at 5129, though "isRunning" says true',
  ]);
});

Deno.test("a flag told once speaks for a machine whose other count goes on", () => {
  const [infeed, cycles] = ["StepCount", "CycleCount"].map((name, at) =>
    beats({
      topic: `plant/packer-3/${name}`,
      everyS: 10,
      to: S,
      payload: (i) => String(880 + (at === 0 ? i : Math.min(i, 9))),
    })
  );
  const running = beats({
    topic: "plant/packer-3/Running",
    everyS: S,
    to: 2,
    payload: () => "true",
  });
  const titlesOf = (lines: ReturnType<typeof beats>) =>
    diagnosisOf("plant/packer-3/#", lines.toSorted((a, b) => a.s - b.s), { seconds: S }).findings
      .map(({ title }) => title).filter((title) => /stuck/.test(title));
  assert.deepEqual(titlesOf([...running, ...cycles, ...infeed]), [
    '"plant/packer-3/CycleCount" is stuck at 889, though "plant/packer-3/Running" says true',
  ]);
  assert.deepEqual(titlesOf([...running, ...cycles]), []);
});

Deno.test("a machine that stands, or makes a piece now and then, has a count that stands", () => {
  const healthy: ((i: number) => unknown)[] = [
    (i) => ({ state: i < 10 ? "RUNNING" : "IDLE", parts_produced: 5_120 + Math.min(i, 9) }),
    (i) => ({ state: "RUNNING", parts_produced: 5_120 + Math.floor(i / 6) }),
    (i) => ({ state: "RUNNING", parts_target: 5_120 + Math.min(i, 9) }),
  ];
  for (const payload of healthy) assert.deepEqual(titlesOf(payload), []);
});
