import assert from "node:assert/strict";
import { FleetObserver } from "../../src/analysis/device/observers.ts";
import { DEMO_DEVICES } from "../../src/demo/mod.ts";
import { SimulatedTime } from "./simulated_time.ts";

const STARTED_MS = Date.UTC(2026, 2, 14, 18, 30, 0);

/** When the demo is looked at, in seconds; often while it begins, where every few messages count. */
const LOOKS_S = [8, 9, 10, 11, 12, 13, 15, 20, 30, 60, 120, 300];

Deno.test("for five minutes the demo's ten are sick, and no other", async () => {
  const time = new SimulatedTime(STARTED_MS);
  await time.start(DEMO_DEVICES);
  time.listen();
  const observer = new FleetObserver({ pattern: "#", startedAtMs: STARTED_MS });
  const faulty = DEMO_DEVICES.filter(({ fault }) => fault !== undefined);
  const expected = faulty.map(({ topics }) => topics[0]?.replace(/^tele\/|\/#$/g, "")).sort();
  assert.equal(expected.length, 10);
  let offered = 0;
  for (const seconds of LOOKS_S) {
    const nowMs = STARTED_MS + seconds * 1000;
    await time.runTo(nowMs);
    for (const one of time.delivered.slice(offered)) observer.offer(one);
    offered = time.delivered.length;
    const judging = observer.judge({ nowMs, listened: { seconds, gaps: [] } });
    let step = judging.next();
    while (!step.done) step = judging.next();
    const sick = step.value.devices.map(({ device }) => device).sort();
    assert.deepEqual(sick, expected, `after ${seconds} s`);
  }
});
