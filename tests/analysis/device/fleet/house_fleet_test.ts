import assert from "node:assert/strict";
import { FleetObserver } from "../../../../src/analysis/device/observers.ts";
import { houseFleet, SICK } from "../../../support/house_fleet.ts";
import { message } from "../../../support/messages.ts";

const START = Date.UTC(2026, 0, 1);
const SECONDS = 6;

Deno.test("of two hundred devices of six families the sick ones are named, and no healthy one", () => {
  const observer = new FleetObserver({ pattern: "#", startedAtMs: START });
  const sent = houseFleet().sort((a, b) => (a.at ?? -1) - (b.at ?? -1));
  for (const { topic, payload, retain, at } of sent) {
    observer.offer(message(topic, payload, {
      retain: retain === true && at === undefined,
      receivedAt: START + (at ?? 0) * 1000,
    }));
  }
  const judging = observer.judge({
    nowMs: START + SECONDS * 1000,
    listened: { seconds: SECONDS, gaps: [] },
  });
  let step = judging.next();
  while (!step.done) step = judging.next();
  const report = step.value;
  const named = report.devices.map(({ device }) => device);
  assert.deepEqual(SICK.filter((sick) => !named.some((device) => device.includes(sick))), []);
  assert.deepEqual(named.filter((device) => !SICK.some((sick) => device.includes(sick))), []);
  assert.ok(report.summary.devices >= 199, JSON.stringify(report.summary));
  assert.match(report.answer, /^14 of \d+ devices are sick/);
  const { everyDevice, ...told } = report;
  assert.equal(everyDevice.length, report.summary.devices);
  assert.ok(JSON.stringify(told).length < 12_000, String(JSON.stringify(told).length));
});
