import assert from "node:assert/strict";
import { parseConfig } from "../../src/config/mod.ts";
import { createCore } from "../../src/core.ts";
import type { Session } from "../../src/session/session.ts";
import { checkFleet, StandingFleet } from "../../src/tools/check_fleet.ts";
import { FakeSession } from "../support/fake_session.ts";
import { houseFleet, SICK } from "../support/house_fleet.ts";
import { message } from "../support/messages.ts";
import { connectPublisher } from "../support/publisher.ts";
import { type Facts, startToolHarness } from "../support/tool_harness.ts";
import { until } from "../support/wait.ts";

const TOOL = "check_devices";

Deno.test("the sick devices of a broker are named, and debug_device takes what names them", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  for (let i = 0; i < 20; i++) {
    const state = i === 3 ? "offline" : "online";
    await device.publish(`plant/press-${i}/status`, state, { retain: true });
  }
  const facts = await h.call(TOOL, { session_id, duration: 0.5 });
  assert.match(facts.answer, /^1 of 20 devices is sick/);
  assert.equal(Object.keys(facts)[0], "answer");
  const [sick] = facts.devices;
  assert.equal(sick.device, "plant/press-3");
  assert.equal(facts.listened.how, "live");
  const alone = await h.call("debug_device", { session_id, device_id: sick.device, duration: 0.5 });
  assert.equal(alone.connection.state, sick.state);
  assert.equal(alone.health, sick.health);
  assert.equal(alone.findings[0].code, sick.findings[0].code);
});

Deno.test("a recording answers at once, and further pages need no listening", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  await h.call("record_topics", { session_id, action: "start", topics: ["#"] });
  for (let i = 0; i < 7; i++) await device.publish(`plant/press-${i}/status`, "offline");
  await until("all are recorded", () => h.core.recordings.logOf(session_id)!.total === 7);
  let page = await h.call(TOOL, { session_id, limit: 3, since: "-5m" });
  assert.equal(page.listened.how, "recorded");
  const seen: string[] = [];
  while (true) {
    seen.push(...page.devices.map((row: Facts) => row.device));
    assert.equal(page.truncated, page.next_cursor !== undefined);
    if (page.next_cursor === undefined) break;
    const cursor = page.next_cursor;
    const other = await h.refusal(TOOL, { session_id, cursor, pattern: "office/#" });
    assert.match(other, /^INVALID_ARGUMENT: .*another pattern/);
    page = await h.call(TOOL, { session_id, limit: 3, cursor });
  }
  assert.equal(new Set(seen).size, 7);
  assert.equal(seen.length, 7);
  assert.match(await h.refusal(TOOL, { session_id, cursor: "x" }), /^INVALID_ARGUMENT: .*cursor/);
});

Deno.test("two hundred devices, fourteen of them sick, fit into twelve thousand characters", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  await h.call("record_topics", { session_id, action: "start", topics: ["#"] });
  const sent = houseFleet();
  for (const { topic, payload, retain = false } of sent) {
    const body = typeof payload === "string" ? payload : JSON.stringify(payload);
    await device.publish(topic, body, { retain, qos: 0 });
  }
  const log = h.core.recordings.logOf(session_id)!;
  await until("all are recorded", () => log.total === sent.length);
  const facts = await h.call(TOOL, { session_id });
  const named = facts.devices.map((row: Facts) => row.device);
  const missing = SICK.filter((sick) => !named.some((name: string) => name.includes(sick)));
  assert.deepEqual(missing, []);
  assert.ok(JSON.stringify(facts).length <= 12_000, String(JSON.stringify(facts).length));
});

Deno.test("an empty broker is an answer, and wrong arguments are refused", async () => {
  await using h = await startToolHarness();
  const { session_id } = h;
  const facts = await h.call(TOOL, { session_id, pattern: "nobody/#", duration: 0.1 });
  assert.match(facts.answer, /^No device was heard/);
  assert.deepEqual(facts.devices, []);
  assert.match(await h.refusal(TOOL, { session_id, pattern: "a/#/b" }), /^TOPIC_INVALID/);
  assert.match(await h.refusal(TOOL, { session_id, limit: 201 }), /^INVALID_ARGUMENT/);
});

Deno.test("hostile names and payloads do not burst the answer", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  const running = await h.listen(TOOL, { session_id, duration: 300 });
  for (let i = 0; i < 60; i++) {
    await device.publish(`plant/${"x".repeat(500)}-${i}/alarm`, {
      level: "error",
      message: `${i} ${"e".repeat(5_000)}`,
    });
  }
  const facts = await running.after(60);
  assert.ok(facts.summary.sick >= 50);
});

Deno.test("devices of a recording that are checked again and again are told as by one call", async () => {
  let now = Date.UTC(2026, 0, 1);
  const core = await createCore(parseConfig([], { RECORD_MEMORY_MB: "1" }), { now: () => now });
  const fake = new FakeSession();
  const session = fake as unknown as Session;
  await core.recordings.start(session, ["#"]);
  const { signal } = new AbortController();
  const standing = new StandingFleet(session, { core, signal, pattern: "#" });
  const say = (topic: string, payload: unknown, retain = false) =>
    fake.hear(message(topic, payload as string, { receivedAt: now, retain }));
  async function isAsByOneCall(what: string) {
    const since = { pattern: "#", time: { since: "-10m" }, progress: () => {} };
    const facts = await standing.check();
    assert.deepEqual(facts, await checkFleet(session, { core, signal, ...since }), what);
    return facts;
  }
  const fleet = houseFleet();
  for (const { topic, payload, retain } of fleet) say(topic, payload, retain);
  await isAsByOneCall("the first time");
  now += 5_000;
  for (const { topic, payload, retain } of fleet.slice(0, 40)) say(topic, payload, retain);
  say("plant/mixer-1/status", "offline");
  const { devices } = await isAsByOneCall("some spoke");
  assert.ok(devices.some(({ device }) => device === "plant/mixer-1"));
  now += 100_000;
  await isAsByOneCall("nobody spoke");
  say("attic/new/telemetry", { bar: 1, rpm: 2 });
  await isAsByOneCall("there is a new one");
  now += 3_600_000;
  say("plant/mixer-1/status", "online");
  await isAsByOneCall("all that was before is long ago");
  for (let i = 0; i < 3_000; i++) say("attic/loud/text", "x".repeat(1_000));
  now += 1_000;
  say("plant/mixer-2/status", "offline");
  await isAsByOneCall("the recording could not hold all of it");
  await core.close();
});
