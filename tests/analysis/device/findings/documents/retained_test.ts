import assert from "node:assert/strict";
import { assertTold, diagnosisOf, type Line, series, START_MS, times } from "../../support.ts";

/** What is told above info in a minute. */
const told = (deviceId: string, lines: readonly Line[]): string[] =>
  diagnosisOf(deviceId, [...lines].sort((a, b) => a.s - b.s), { seconds: 60 }).findings
    .filter(({ severity }) => severity !== "info").map(({ title }) => title);

const yesterday = START_MS - 26 * 3_600_000;
const kept = (topic: string, value: unknown): Line => ({
  s: 0,
  topic: `zwave/Loft/Fan/${topic}`,
  payload: { time: yesterday, value },
  retain: true,
});
const alive: Line = {
  s: 0,
  topic: "zwave/Loft/Fan/status",
  payload: { time: yesterday, value: true, status: "Alive", nodeId: 4 },
  retain: true,
};

Deno.test("an old value that is as it was set, or of what nothing flows through, is no trouble of a device that is said to be there", () => {
  const set = [kept("38/0/currentValue", 0), kept("38/0/targetValue", 0)];
  assert.deepEqual(told("fan", [alive, ...set]), []);
  assert.deepEqual(told("fan", [alive, kept("meter/endpoint_0/power", 0)]), []);
  const OLD = /A retained value is 26 h old/;
  assertTold(told("fan", set), OLD);
  assertTold(told("fan", [alive, kept("49/0/air_temperature", 20.4)]), OLD);
  const room = [kept("67/0/current_temperature", 20.4), kept("67/0/target_temperature", 21)];
  assertTold(told("fan", [alive, ...room]), OLD);
});

const config = (availability: object): Line => ({
  s: 0,
  topic: "homeassistant/sensor/cellar_power/config",
  payload: {
    name: "Power",
    unique_id: "cellar_power",
    state_topic: "cellar/power",
    device: { identifiers: ["cellar"], name: "Cellar" },
    ...availability,
  },
  retain: true,
});
const here = (topic: string): Line => ({ s: 0, topic, payload: "online", retain: true });
const values = series("cellar/power", times(11, (i) => String(230 + 7 * (i % 5))), 5);
const list = [{ topic: "cellar/status" }, { topic: "gateway/status" }];

Deno.test("an availability topic without which nothing is available, and on which nothing is, is told while values come", () => {
  const NEVER = /Nothing is on the availability topic "gateway\/status"/;
  const all = { availability: list, availability_mode: "all" };
  assertTold(told("cellar", [config(all), here("cellar/status"), ...values]), NEVER);
  assertTold(told("cellar", [config({ avty_t: "gateway/status" }), ...values]), NEVER);
});

Deno.test("an availability topic on which something is, beside which another one is enough, or that is not heard, is no trouble", () => {
  const all = { availability: list, availability_mode: "all" };
  const both = [here("cellar/status"), here("gateway/status")];
  assert.deepEqual(told("cellar", [config(all), ...both, ...values]), []);
  for (const mode of [{}, { availability_mode: "any" }]) {
    const lines = [config({ availability: list, ...mode }), here("cellar/status"), ...values];
    assert.deepEqual(told("cellar", lines), []);
  }
  const filter = [config({ avty_t: "gateway/status" }), ...values];
  assert.deepEqual(told("cellar/#", filter), []);
});
