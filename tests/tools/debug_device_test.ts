import assert from "node:assert/strict";
import { startDemo } from "../../src/demo/mod.ts";
import { connectPublisher } from "../support/publisher.ts";
import { createToolHarness, type Facts, startToolHarness } from "../support/tool_harness.ts";
import { until } from "../support/wait.ts";

const TOOL = "debug_device";

Deno.test("devices of the demo are found by name, and the sick are told from the healthy", async () => {
  await using demo = await startDemo();
  await using h = await createToolHarness();
  const session_id = await h.connect(demo.url);
  const [flapping, battery, healthy, unknown] = await Promise.all(
    ["heater_plug", "garage_door", "freezer_plug", "freezer plug 7"].map((device_id) =>
      h.call(TOOL, { session_id, device_id, duration: 8 })
    ),
  );
  assert.equal(flapping.connection.state, "flapping");
  assert.equal(flapping.convention, "tasmota");
  // where little of it is heard, its restarts explain the changes
  const finding = flapping.findings.find((f: Facts) => /^(flapping|reboot_loop)$/.test(f.code));
  assert.ok(finding.title && finding.suggestion && finding.evidence.summary);
  assert.ok(["warning", "error", "critical"].includes(finding.severity));
  const codes = battery.findings.map((f: Facts) => f.code);
  assert.ok(codes.includes("low_battery") && codes.includes("weak_signal"), codes.join());
  assert.equal(battery.convention, "zigbee2mqtt");
  assert.deepEqual(healthy.findings, []);
  assert.equal(healthy.health, 100);
  assert.equal(healthy.connection.state, "online");
  assert.ok(healthy.topics.length > 2 && healthy.recent_messages.length > 0);
  assert.ok(healthy.messages_per_minute > 0);
  for (const name of ["evidence", "last_will", "heartbeat_s"]) {
    assert.ok(name in healthy.connection);
  }
  assert.ok(flapping.health < healthy.health);
  assert.equal(unknown.health, null);
  assert.deepEqual(unknown.topics, []);
  assert.match(JSON.stringify(unknown), /freezer_plug/, "the nearest names");
});

Deno.test("a topic filter is a device too", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  const running = await h.listen(TOOL, { session_id, device_id: "plant/pump-3/#", duration: 300 });
  await device.publish("plant/pump-3/log", { level: "error", message: "overheat" });
  await device.publish("plant/pump-4/log", { level: "error", message: "other" });
  const facts = await running.after(1);
  assert.deepEqual(facts.topics.map((t: Facts) => t.topic), ["plant/pump-3/log"]);
  assert.equal(facts.findings[0].code, "reported_error");
  assert.equal(facts.device_id, "plant/pump-3/#");
});

Deno.test("of long recent messages the newest are shown", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  const running = await h.listen(TOOL, { session_id, device_id: "plant/pump-3/#", duration: 300 });
  for (let n = 0; n < 5; n++) {
    await device.publish("plant/pump-3/log", { n, text: "x".repeat(250) });
  }
  const { recent_messages, cut } = await running.after(5);
  const numbers = recent_messages.map((m: Facts) => m.payload.n);
  assert.ok(numbers.length > 1 && numbers.length < 5, "some had to give way");
  assert.deepEqual(numbers, [0, 1, 2, 3, 4].slice(-numbers.length));
  assert.match(cut, /of 5 recent_messages are shown: query_history .*"collection_id":/);
});

Deno.test("a key that stands twice is told, and so are numbers given as text", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  const running = await h.listen(TOOL, { session_id, device_id: "plant/pump-3/#", duration: 300 });
  await device.publish("plant/pump-3/state", '{"on":true,"on":false,"id":12345678901234567890}');
  const { warnings, recent_messages } = await running.after(1);
  assert.match(warnings.join(), /"plant\/pump-3\/state", as "on" does/);
  assert.deepEqual(recent_messages[0].payload, { on: false, id: "12345678901234567890" });
  assert.match(recent_messages[0].note, /too large for a double.*repeated keys/);
  const well = await h.listen(TOOL, { session_id, device_id: "plant/pump-4/#", duration: 300 });
  await device.publish("plant/pump-4/state", { on: true });
  assert.equal((await well.after(1)).warnings, undefined);
});

Deno.test("a name is looked up in a recording of everything, without listening", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  await device.publish("tele/dryer/LWT", "Online", { retain: true });
  await h.call("record_topics", { session_id, action: "start", topics: ["#"] });
  await device.publish("tele/dryer/SENSOR", { ENERGY: { Power: 5 } });
  await until("both are recorded", () => h.core.recordings.logOf(session_id)!.total === 2);
  const facts = await h.call(TOOL, { session_id, device_id: "dryer" });
  assert.equal(facts.topic_count, 2);
  assert.equal(facts.listened.how, "recorded");
});

Deno.test("hostile traffic does not burst the result", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  const running = h.call(TOOL, { session_id, device_id: "pump", duration: 2 });
  await h.listening(session_id);
  for (let i = 0; i < 40; i++) {
    await device.publish(`${"x".repeat(30_000)}/pump/${i}`, {
      level: "error",
      message: `${i} ${"e".repeat(5_000)}`,
      [`k${"y".repeat(3_000)}`]: i,
    });
  }
  const facts = await running;
  assert.ok(facts.findings.length > 0);
});

Deno.test("a name that is none is refused", async () => {
  await using h = await startToolHarness();
  const { session_id } = h;
  assert.match(await h.refusal(TOOL, { session_id, device_id: "  " }), /^INVALID_ARGUMENT: .*name/);
  assert.match(await h.refusal(TOOL, { session_id, device_id: "a/#/b" }), /^TOPIC_INVALID/);
  assert.match(
    await h.refusal(TOOL, { session_id, device_id: "a", duration: 601 }),
    /^INVALID_ARGUMENT/,
  );
});
