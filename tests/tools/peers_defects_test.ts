/**
 * What other servers of this kind were found to get wrong, each shown to be right here. Those that only show outside a
 * tool (ping during a call, the monitor) stand with the tests of the program and of the monitor.
 */
import assert from "node:assert/strict";
import { startDemo } from "../../src/demo/mod.ts";
import { freePort } from "../support/free_ports.ts";
import { connectPublisher } from "../support/publisher.ts";
import { startProxy } from "../support/proxy.ts";
import { until } from "../support/sessions.ts";
import { createToolHarness, type Facts, startToolHarness } from "../support/tool_harness.ts";

Deno.test("defect 1: a JSON object that comes from a broker is recognised as one", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  const running = h.call("get_topic_schema", {
    session_id,
    topic: "s",
    duration: 10,
    max_messages: 3,
  });
  await h.listening(session_id);
  for (let i = 0; i < 3; i++) await device.publish("s", { temp: 20 + i, ok: true });
  const facts = await running;
  assert.deepEqual(facts.formats, { json: 3 });
  assert.equal(facts.schema.type, "object");
  assert.deepEqual(Object.keys(facts.schema.properties).sort(), ["ok", "temp"]);
});

Deno.test("defect 2: what only contains the letters of `error` is no error", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  const harmless = ['{"errors":0}', '{"error":null}', '{"tissue":1}', "no problem", "failover: ok"];
  const running = h.call("subscribe_and_collect", {
    session_id,
    topic: "a/#",
    duration: 10,
    max_messages: harmless.length + 1,
  });
  await h.listening(session_id);
  for (const [i, text] of harmless.entries()) await device.publish(`a/${i}`, text);
  await device.publish("a/x", '{"level":"error","message":"pump blocked"}');
  const { messages } = await running;
  const errors = messages.filter((m: Facts) => /error/.test(m.kept_for.join()));
  assert.deepEqual(errors.map((m: Facts) => m.topic), ["a/x"]);
});

Deno.test("defect 3: loud topics, retained bursts and floods of errors push nothing aside", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  for (let i = 0; i < 600; i++) {
    await device.publish(`r/${i}`, "1", { qos: i < 599 ? 0 : 1, retain: true });
  }
  const enough = new AbortController();
  const running = h.call("subscribe_and_collect", {
    session_id,
    topic: "#",
    duration: 300,
    when_full: "sample",
    target: 50,
  }, { signal: enough.signal });
  await h.listening(session_id);
  await device.publishAll(
    Array.from({ length: 200 }, (_, i) => ["log", `ERROR ${i % 4} failed`] as const),
  );
  await device.publishAll(Array.from({ length: 2_000 }, (_, i) => ["loud", String(i)] as const));
  await device.publish("quiet", "only once");
  const [{ log }] = h.core.collections.ofSession(session_id);
  await until("all came", () => log.total === 600 + 200 + 2_000 + 1);
  enough.abort();
  const facts = await running;
  assert.equal(facts.original_message_count, 600 + 200 + 2_000 + 1, "the cap hides nothing");
  const topics: string[] = facts.messages.map((m: Facts) => m.topic);
  assert.ok(topics.includes("quiet") && topics.includes("loud") && topics.includes("log"));
  assert.ok(facts.messages.filter((m: Facts) => m.retain).length <= 25);
  const times = facts.messages.map((m: Facts) => m.seq);
  assert.deepEqual(times, times.toSorted((a: number, b: number) => a - b));
  assert.equal(facts.pruning.applied, true);
  assert.equal(facts.pruning.left_out.total, 2_801 - facts.message_count);
});

Deno.test("defect 4: a payload is sent once, and a huge one is cut", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  const running = h.call("subscribe_and_collect", {
    session_id,
    topic: "a",
    duration: 10,
    max_messages: 2,
  });
  await h.listening(session_id);
  await device.publish("a", { unmistakable: "needle" });
  await device.publish("a", "m".repeat(1_000_000));
  const text = JSON.stringify(await running);
  assert.equal(text.match(/needle/g)?.length, 1);
  assert.ok(text.length < 8_000);
});

Deno.test("defect 5: binary payloads arrive as what they are", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  const bytes = new Uint8Array([0x00, 0xff, 0x10, 0x80, 0x7f]);
  const running = h.call("subscribe_and_collect", {
    session_id,
    topic: "a",
    duration: 10,
    max_messages: 1,
  });
  await h.listening(session_id);
  await device.publish("a", bytes);
  const { messages: [message] } = await running;
  assert.equal(message.encoding, "base64");
  assert.deepEqual([...Uint8Array.fromBase64(message.payload)], [...bytes]);
});

Deno.test("defect 6: calls run side by side, and tell their progress", async () => {
  await using h = await startToolHarness();
  const { session_id } = h;
  let over = false;
  const long = h.call("subscribe_and_collect", {
    session_id,
    topic: "#",
    duration: 300,
    max_messages: 1,
  }).finally(() => over = true);
  await h.listening(session_id);
  await until("progress is told", () => h.progress.length >= 1);
  assert.match(h.progress[0].message, /of 300 s/);
  await h.call("list_active_connections");
  assert.equal(over, false);
  await h.call("publish_message", { session_id, topic: "a", payload: "1", qos: 1 });
  assert.equal((await long).original_message_count, 1);
});

Deno.test("defect 7: percent-escapes are decoded, and a user name needs no password", async () => {
  await using h = await startToolHarness({
    mosquitto: { users: { "a@b": "p/w:1" }, allowAnonymous: true },
  });
  const host = `127.0.0.1:${h.broker.port}`;
  const { status } = await h.call("establish_connection", {
    connection_string: `mqtt://a%40b:p%2Fw%3A1@${host}`,
  });
  assert.equal(status, "connected");
  const from = h.broker.log.length;
  await h.refusal("establish_connection", { connection_string: `mqtt://a%40b@${host}` });
  await h.broker.waitForLog(/a@b|not authori[sz]ed/i, { from });
});

Deno.test("defect 8: a session is one connection with one client id, it reconnects, and use keeps it", async () => {
  await using h = await startToolHarness();
  await using proxy = startProxy(h.broker.port);
  const { session_id } = await h.call("establish_connection", {
    connection_string: `${proxy.url}/fixed-id`,
  });
  await h.call("list_topics", { session_id, duration: 0.1 });
  await h.call("subscribe_and_collect", { session_id, topic: "a", duration: 0.1 });
  await h.call("publish_message", { session_id, topic: "a", payload: "1" });
  assert.equal(proxy.accepted, 1);
  const session = h.core.sessions.get(session_id, "");
  const before = session.expiresAt;
  proxy.cut();
  await until("the loss shows", () => session.state === "reconnecting");
  await until("it is back", () => session.state === "connected");
  assert.equal(proxy.accepted, 2);
  await h.call("publish_message", { session_id, topic: "a", payload: "1", qos: 1 });
  assert.ok(session.expiresAt > before);
  assert.equal(h.broker.log.filter((line) => /as fixed-id/.test(line)).length, 2);
});

Deno.test("defect 9: only sessions that can be used count against the limit", async () => {
  await using h = await startToolHarness({ env: { MAX_CONNECTIONS: "2" } });
  for (let i = 0; i < 3; i++) {
    await h.refusal("establish_connection", {
      connection_string: `mqtt://127.0.0.1:${freePort()}`,
    });
  }
  const { session_id } = await h.call("establish_connection", { connection_string: h.broker.url });
  await h.call("close_connection", { session_id });
  await h.call("establish_connection", { connection_string: h.broker.url });
  assert.equal((await h.call("list_active_connections")).total, 2);
});

Deno.test("defect 10: no result and no error holds a password", async () => {
  await using h = await startToolHarness({
    mosquitto: { users: { ada: "hunter2" }, allowAnonymous: true },
  });
  const url = `mqtt://ada:hunter2@127.0.0.1:${h.broker.port}`;
  const opened = await h.call("establish_connection", { connection_string: url });
  const said = [
    opened,
    await h.call("list_active_connections"),
    await h.call("test_connection", { connection_string: url }),
    await h.refusal("establish_connection", { connection_string: url.replace("mqtt:", "mqtts:") }),
    await h.refusal("establish_connection", { connection_string: `${url}?bad=1` }),
    await h.refusal("establish_connection", {
      connection_string: url.replace("mqtt://", "mqtt:/"),
    }),
  ];
  assert.doesNotMatch(JSON.stringify(said), /hunter2/);
});

Deno.test("defect 13: devices of every family are found by their name", async () => {
  await using demo = await startDemo();
  await using h = await createToolHarness();
  const session_id = await h.connect(demo.url);
  const families = new Map([
    ["kitchen_lamp", "zigbee2mqtt"],
    ["washer_plug", "tasmota"],
  ]);
  for (const device of demo.devices) {
    if (/Shelly/i.test(device.family)) families.set(device.name, "shelly");
  }
  await Promise.all([...families].map(async ([device_id, family]) => {
    const facts = await h.call("debug_device", { session_id, device_id, duration: 2 });
    assert.ok(facts.topics.length > 0, device_id);
    assert.ok(facts.convention.startsWith(family), `${device_id}: ${facts.convention}`);
  }));
});

Deno.test("defect 14: measuring publishes nothing unless it is asked to", async () => {
  await using h = await startToolHarness();
  const from = h.broker.log.length;
  await h.call("monitor_performance", { session_id: h.session_id, duration: 0.5 });
  assert.ok(!h.broker.log.slice(from).some((line) => /Received PUBLISH/.test(line)));
});

Deno.test("defect 15: a broker is tested without a session, and one QoS alone is not healthy", async () => {
  await using h = await startToolHarness({ mosquitto: { config: ["max_qos 0"] } });
  const facts = await h.call("test_connection", { connection_string: h.broker.url });
  const failed = facts.checks.filter((check: Facts) => /qos[12]/.test(check.name));
  assert.ok(failed.every((check: Facts) => check.status !== "pass"), JSON.stringify(failed));
  const nothing = await h.call("test_connection", {
    connection_string: `mqtt://127.0.0.1:${freePort()}`,
  });
  assert.equal(nothing.healthy, false);
  assert.match(JSON.stringify(nothing.checks), /refused/i);
});

Deno.test("defect 16: the number of topics is the true one, whatever is shown", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  for (let i = 0; i < 40; i++) await device.publish(`t/${i}`, "1", { retain: true });
  const facts = await h.call("list_topics", { session_id: h.session_id, duration: 0.4, limit: 5 });
  assert.equal(facts.topics.length, 5);
  assert.equal(facts.topic_count, 40);
  assert.ok(facts.next_cursor && facts.topics[0].last_seen && facts.topics[0].messages === 1);
});

Deno.test("defect 18: every time has its zone", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  await device.publish("a/b", { v: 1 }, { retain: true });
  const said = JSON.stringify([
    await h.call("list_active_connections"),
    await h.call("list_topics", { session_id, duration: 0.2 }),
    await h.call("subscribe_and_collect", { session_id, topic: "#", duration: 0.2 }),
    await h.call("query_history", { session_id }),
    await h.call("debug_device", { session_id, device_id: "a", duration: 0.2 }),
    await h.call("record_topics", { session_id, action: "start", topics: ["#"] }),
  ]);
  const times = said.match(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[^"]*/g) ?? [];
  assert.ok(times.length > 10);
  for (const time of times) assert.match(time, /Z/, time);
});
