import assert from "node:assert/strict";
import type { z } from "zod";
import * as shapes from "../../src/monitor/shapes/overview.ts";
import { callsShape, cancelShape, storyShape } from "../../src/monitor/shapes/calls.ts";
import { setupShape, testConnectionShape } from "../../src/monitor/shapes/connect.ts";
import { deviceDetailsShape, devicesShape } from "../../src/monitor/shapes/devices.ts";
import { liveEventShape } from "../../src/monitor/shapes/live.ts";
import { logsShape } from "../../src/monitor/shapes/logs.ts";
import { errorShape } from "../../src/monitor/shapes/parts.ts";
import {
  brokersShape,
  closedSessionShape,
  sessionsShape,
} from "../../src/monitor/shapes/sessions.ts";
import { topicMessagesShape, topicsShape } from "../../src/monitor/shapes/topics.ts";
import { watchesShape } from "../../src/monitor/shapes/watches.ts";
import { startMosquitto } from "../support/mosquitto.ts";
import { connectPublisher } from "../support/publisher.ts";
import { LiveViewer, startMonitor, type TestMonitor, until } from "./support.ts";

/** Fails unless the answer has the shape that is written down for it. */
function assertShape(shape: z.ZodType, value: unknown): void {
  const parsed = shape.safeParse(value);
  assert.ok(parsed.success, JSON.stringify(parsed.error?.issues.slice(0, 5)));
}

async function connect(
  monitor: TestMonitor,
  url: string,
  record: string[] = [],
): Promise<string> {
  const facts = await monitor.call("establish_connection", { connection_string: url, record });
  return String(facts.session_id);
}

Deno.test("every answer has the shape that OpenAPI describes, with a broker at work", async () => {
  await using broker = await startMosquitto();
  await using monitor = await startMonitor({ DEFAULT_MQTT_BROKER: "mqtt://u:p@broker.example" });
  const sessionId = await connect(monitor, broker.url, ["home/#"]);
  await monitor.call("publish_message", {
    session_id: sessionId,
    topic: "home/kitchen/temperature",
    payload: { celsius: 21.5 },
  });
  await until(async () =>
    (await monitor.get(`/api/topics?session_id=${sessionId}`)).nodes.length === 1
  );
  const table: [string, z.ZodType][] = [
    ["/health", shapes.healthShape],
    ["/ready", shapes.readyShape],
    ["/api/status", shapes.statusShape],
    ["/api/sessions", sessionsShape],
    ["/api/brokers", brokersShape],
    ["/api/stats", shapes.statsShape],
    ["/api/stats?range=24h", shapes.statsShape],
    ["/api/calls", callsShape],
    ["/api/logs", logsShape],
    ["/api/tools", shapes.toolsShape],
    ["/api/setup", setupShape],
    [`/api/topics?session_id=${sessionId}`, topicsShape],
    [`/api/topics?session_id=${sessionId}&search=TEMP`, topicsShape],
    [
      `/api/topics/messages?session_id=${sessionId}&topic=home/kitchen/temperature`,
      topicMessagesShape,
    ],
    ["/api/devices", devicesShape],
    ["/api/calls/story", storyShape],
    ["/api/watches", watchesShape],
    [`/api/devices/details?session_id=${sessionId}&device=home/kitchen`, deviceDetailsShape],
  ];
  for (const [path, shape] of table) assertShape(shape, await monitor.get(path));

  const { paths, openapi } = await monitor.get("/api/openapi.json");
  assert.equal(openapi, "3.1.0");
  for (const [path] of table) assert.ok(paths[path.split("?")[0]], path);
  const { brokers } = await monitor.get("/api/brokers");
  assert.deepEqual(brokers.map(({ url }: { url: string }) => url), [
    "mqtt://broker.example:1883",
    `mqtt://127.0.0.1:${broker.port}`,
  ]);
});

Deno.test("the topic tree shows one level at a time, finds topics, and plots numbers", async () => {
  await using broker = await startMosquitto();
  await using monitor = await startMonitor();
  const sessionId = await connect(monitor, broker.url, ["#"]);
  const publish = (topic: string, payload: unknown) =>
    monitor.call("publish_message", { session_id: sessionId, topic, payload, qos: 1 });
  await publish("home", "on");
  for (const celsius of [20, 21, 22]) {
    await publish("home/kitchen", { celsius, door: { open: celsius > 20 } });
  }
  await publish("home/bath/lamp", "OFF");
  await publish("plant/line", "7");
  const nodes = async (query: string) =>
    (await monitor.get(`/api/topics?session_id=${sessionId}${query}`)).nodes;
  await until(async () => (await nodes("&search=line")).length === 1);
  const summary = (list: Record<string, unknown>[]) =>
    list.map((node) => [node.name, node.topics, node.is_topic, node.has_children, node.messages]);
  assert.deepEqual(summary(await nodes("")), [
    ["home", 3, true, true, 5],
    ["plant", 1, false, true, 1],
  ]);
  const home = await nodes("&parent=home");
  assert.deepEqual(summary(home), [
    ["bath", 1, false, true, 1],
    ["kitchen", 1, true, false, 3],
  ]);
  assert.match(home[1].last_value, /22/);
  assert.ok(home[1].messages_per_second > 0);
  assert.deepEqual(summary(await nodes("&search=KITCH")), [["home/kitchen", 1, true, false, 3]]);

  const kitchen = await monitor.get(
    `/api/topics/messages?session_id=${sessionId}&topic=home/kitchen&limit=2`,
  );
  assert.deepEqual(
    kitchen.messages.map(({ payload }: { payload: { celsius: number } }) => payload.celsius),
    [22, 21],
  );
  assert.deepEqual(
    kitchen.series.map(({ path, value }: { path: string; value: number[] }) => [path, value]),
    [["$.celsius", [20, 21, 22]], ["$.door.open", [0, 1, 1]]],
  );
});

Deno.test("hostile topics and payloads are plain JSON, bounded, and never a page", async () => {
  await using broker = await startMosquitto();
  await using monitor = await startMonitor();
  const sessionId = await connect(monitor, broker.url, ["evil/#"]);
  const hostile = `<img src=x onerror=alert(1)>\u001b[31m\u202e"'\u2028`;
  // Mosquitto takes no control characters in topics.
  const topic = `evil/${hostile.replace("\u001b", "")}`;
  await monitor.call("publish_message", { session_id: sessionId, topic, payload: hostile });
  const emoji = "😀".repeat(256 * 1024);
  await monitor.call("publish_message", {
    session_id: sessionId,
    topic: "evil/big",
    payload: emoji,
  });
  await until(async () =>
    (await monitor.get(`/api/topics?session_id=${sessionId}&parent=evil`)).total === 2
  );
  const paths = [
    `/api/topics?session_id=${sessionId}&parent=evil`,
    `/api/topics/messages?session_id=${sessionId}&topic=${encodeURIComponent(topic)}`,
    `/api/topics/messages?session_id=${sessionId}&topic=evil/big`,
    "/api/calls",
    "/api/calls/export",
  ];
  for (const path of paths) {
    const response = await fetch(monitor.url + path);
    assert.match(response.headers.get("content-type") ?? "", /^application\/json/);
    const text = await response.text();
    assert.ok(text.length < 200_000, `${path}: ${text.length}`);
    JSON.parse(text);
    assert.ok(text.isWellFormed());
  }
  const { messages: [message] } = await monitor.get(paths[1]);
  assert.equal(message.payload, hostile);
  const { calls } = await monitor.get("/api/calls");
  const payloads = calls.filter(({ tool }: { tool: string }) => tool === "publish_message");
  assert.match(payloads[0].arguments, /"payload":\{"size_bytes":1048576,"hash":"[0-9a-f]{16}"\}/);
  assert.ok(
    !JSON.stringify(payloads).includes('onerror=alert(1)>\\u001b[31m\\u202e\\"\'\\u2028","'),
  );
});

Deno.test("cells of the CSV that a spreadsheet would run are neutralised", async () => {
  await using monitor = await startMonitor();
  const clients = ["=cmd|' /C calc'!A0", "+1+1", "-2", "@SUM(A1)", 'quote"d, comma', "plain"];
  const calls = clients.map((client, i) => ({
    id: `id${i}`,
    started_at: new Date().toISOString(),
    tool: "list_topics",
    client,
    client_id: "c",
    session_id: null,
    arguments: "{}",
    duration_ms: 1,
    outcome: "ok",
    error_code: null,
    error: "\t=1",
    result_bytes: 1,
    result_tokens: 1,
  }));
  const posted = await fetch(`${monitor.url}/api/log-call`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ source: "laptop", calls }),
  });
  assert.equal(posted.status, 200, await posted.text());
  const response = await fetch(`${monitor.url}/api/calls/export?format=csv`);
  assert.match(response.headers.get("content-type") ?? "", /^text\/csv/);
  assert.match(response.headers.get("content-disposition") ?? "", /attachment/);
  const csv = await response.text();
  const rows = csv.trimEnd().split("\r\n");
  assert.equal(rows.length, 1 + clients.length);
  for (const row of rows.slice(1)) {
    assert.doesNotMatch(row, /(^|,)"?[=+\-@\t]/, row);
  }
  assert.match(csv, /'=cmd\|/);
  assert.match(csv, /"quote""d, comma"/);
  const json = await (await fetch(`${monitor.url}/api/calls/export?client=plain`)).json();
  assert.deepEqual(json.map(({ client }: { client: string }) => client), ["plain"]);
});

Deno.test("a viewer sees sessions, running calls with progress, calls that ended, and can cancel", async () => {
  await using broker = await startMosquitto();
  await using monitor = await startMonitor();
  await using viewer = new LiveViewer(monitor.port);
  await viewer.until("hello");
  const sessionId = await connect(monitor, broker.url);
  const call = monitor.call("list_topics", { session_id: sessionId, duration: 30 });
  const { running, sessions } = await viewer.until(
    "snapshot",
    ({ running }) => running.some(({ progress }) => progress !== null),
  );
  assert.equal(sessions[0].session_id, sessionId);
  assert.equal(running[0].tool, "list_topics");
  assert.ok(running[0].elapsed_ms > 0);
  const cancelled = await fetch(`${monitor.url}/api/calls/${running[0].id}/cancel`, {
    method: "POST",
  });
  assertShape(cancelShape, await cancelled.json());
  assert.equal((await call).stop_reason, "cancelled");
  const { calls } = await viewer.until(
    "calls",
    (event) => event.calls.some(({ tool }) => tool === "list_topics"),
  );
  assert.equal(calls.find(({ tool }) => tool === "list_topics")?.outcome, "cancelled");
  const gone = await fetch(`${monitor.url}/api/calls/${running[0].id}/cancel`, { method: "POST" });
  assert.equal(gone.status, 404);
  await gone.body?.cancel();
  for (const event of viewer.events) assertShape(liveEventShape, event);
});

Deno.test("watches of all sessions are listed, and a viewer is told at once when one is met or is over", async () => {
  await using broker = await startMosquitto();
  await using device = await connectPublisher(broker.url);
  await using monitor = await startMonitor({ SESSION_SHARING: "false" });
  assert.deepEqual(await monitor.get("/api/watches"), { watches: [], notify_url: null });
  const sessionId = await connect(monitor, broker.url);
  const start = async (args: Record<string, unknown>) => {
    const call = { session_id: sessionId, action: "start", ...args };
    const facts = await monitor.call("watch_topics", call);
    return (facts.watches as { watch_id: string }[])[0].watch_id;
  };
  const where = [{ path: "level", op: "<", value: 5 }];
  const low = await start({ topic: "tank/#", where, name: "oil is \u202elow" });
  const gone = await start({ device: "tank/oil", state: "offline" });
  await using viewer = new LiveViewer(monitor.port);
  await viewer.until("hello");
  await device.publish("tank/oil", { level: 3, api_key: "hunter2hunter2" });
  const { event, watch } = await viewer.until("watch");
  assert.deepEqual([event, watch.watch_id, watch.met], ["met", low, 1]);
  assert.equal(watch.name, "oil is \\u{202e}low");
  assert.equal(watch.condition, "level < 5");
  assert.deepEqual([watch.last_topic, watch.last_reason], ["tank/oil", "matched"]);
  assert.match(watch.last_payload!, /^{"level":3,"api_key":"‹hidden›"}$/);
  await monitor.call("watch_topics", { session_id: sessionId, action: "stop", watch_id: low });
  const over = await viewer.until("watch", (one) => one.event === "ended");
  assert.equal(over.watch.ended, "it was stopped");
  const listed = await monitor.get("/api/watches");
  assertShape(watchesShape, listed);
  assert.deepEqual(
    listed.watches.map((one: { watch_id: string; state: string }) => [one.watch_id, one.state]),
    [[gone, "watching"], [low, "ended"]],
  );
  assert.equal(listed.watches[0].device, "tank/oil");
  for (const event of viewer.events) assertShape(liveEventShape, event);
});

Deno.test("packets of a session are captured only while somebody looks", async () => {
  await using broker = await startMosquitto();
  await using monitor = await startMonitor();
  const sessionId = await connect(monitor, broker.url);
  await using viewer = new LiveViewer(monitor.port);
  await viewer.until("snapshot");
  viewer.send({ type: "watch_packets", session_id: sessionId });
  await viewer.until("packets", ({ packets }) => packets[0].packet === "CONNACK");
  const publish = (topic: string) =>
    monitor.call("publish_message", { session_id: sessionId, topic, payload: "secret", qos: 1 });
  await publish("a/b");
  const { packets } = await viewer.until(
    "packets",
    (event) => event.packets.some(({ packet }) => packet === "PUBACK"),
  );
  const ack = packets.find(({ packet }) => packet === "PUBACK");
  assert.equal(ack?.reason, "no matching subscribers");
  assert.ok(ack?.round_trip_ms !== null);
  await monitor.call("list_topics", { session_id: sessionId, duration: 0.2 });
  const subscribed = await viewer.until(
    "packets",
    (event) => event.packets.some(({ packet }) => packet === "SUBACK"),
  );
  assert.match(
    subscribed.packets.find(({ packet }) => packet === "SUBACK")?.reason ?? "",
    /granted QoS/,
  );
  assert.ok(!JSON.stringify(viewer.events).includes('"secret"'));

  viewer.send({ type: "unwatch_packets", session_id: sessionId });
  viewer.send({ type: "watch_packets", session_id: "none" });
  await viewer.until("error");
  const before = viewer.events.filter(({ type }) => type === "packets").length;
  await publish("c/d");
  await viewer.until("calls", (event) => event.calls.some(({ arguments: a }) => a.includes("c/d")));
  assert.equal(viewer.events.filter(({ type }) => type === "packets").length, before);
});

Deno.test("a session is closed from the monitor, and unknown ones are told", async () => {
  await using broker = await startMosquitto();
  await using monitor = await startMonitor({ SESSION_SHARING: "false" });
  const sessionId = await connect(monitor, broker.url);
  const remove = (id: string) => fetch(`${monitor.url}/api/sessions/${id}`, { method: "DELETE" });
  const closed = await (await remove(sessionId)).json();
  assertShape(closedSessionShape, closed);
  assert.deepEqual((await monitor.get("/api/sessions")).sessions, []);
  const unknown = await remove(sessionId);
  assert.equal(unknown.status, 404);
  assertShape(errorShape, await unknown.json());
});

Deno.test("try it tests a broker, and says why one cannot be reached", async () => {
  await using broker = await startMosquitto();
  await using monitor = await startMonitor({ CONNECTION_TIMEOUT: "2" });
  const test = async (body: unknown) => {
    const response = await fetch(`${monitor.url}/api/test-connection`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return [response.status, await response.json()];
  };
  const [, healthy] = await test({ connection_string: broker.url });
  assertShape(testConnectionShape, healthy);
  assert.equal(healthy.healthy, true);
  const [, dead] = await test({ connection_string: "mqtt://127.0.0.1:1" });
  assert.equal(dead.healthy, false);
  const [status, wrong] = await test({ connection_string: "http://x:pass@y" });
  assert.equal(status, 422);
  assert.equal(wrong.error.code, "CONNECTION_STRING_INVALID");
  assert.ok(!JSON.stringify(wrong).includes("pass@"));
  const { calls } = await monitor.get("/api/calls");
  assert.deepEqual(calls.map(({ source }: { source: string }) => source), [
    "monitor",
    "monitor",
    "monitor",
  ]);
});

Deno.test("metrics have the text format, units in their names, and rising buckets", async () => {
  await using broker = await startMosquitto();
  await using monitor = await startMonitor();
  const sessionId = await connect(monitor, broker.url, ["a"]);
  await monitor.call("publish_message", {
    session_id: sessionId,
    topic: "a",
    payload: "x",
    qos: 1,
  });
  const response = await fetch(`${monitor.url}/metrics`);
  assert.equal(response.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  const text = await response.text();
  const types = new Map<string, string>();
  for (const line of text.trimEnd().split("\n")) {
    const type = /^# TYPE (\S+) (counter|gauge|histogram)$/.exec(line);
    if (type) types.set(type[1], type[2]);
    if (line.startsWith("#")) continue;
    const sample = /^([a-z_]+)(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? (\d+(\.\d+)?(e[+-]?\d+)?)$/
      .exec(line);
    assert.ok(sample, line);
    const family = sample[1].replace(/_(bucket|sum|count)$/, "");
    assert.ok(types.has(sample[1]) || types.get(family) === "histogram", line);
    if (types.get(sample[1]) === "counter") assert.match(sample[1], /_total$/);
  }
  assert.match(text, new RegExp(`mqtt_mcp_messages_received_total\\{session="${sessionId}"`));
  assert.match(text, /mqtt_mcp_tool_calls_total\{tool="publish_message",outcome="ok"\} 1/);
  const buckets = [...text.matchAll(/_bucket\{tool="publish_message",le="([^"]+)"\} (\d+)/g)];
  assert.equal(buckets.at(-1)?.[1], "+Inf");
  assert.equal(buckets.at(-1)?.[2], "1");
  const counts = buckets.map(([, , count]) => Number(count));
  assert.deepEqual(counts, counts.toSorted((a, b) => a - b));
});

Deno.test("figures are there by the second at once, and have one column length", async () => {
  await using broker = await startMosquitto();
  await using monitor = await startMonitor();
  const sessionId = await connect(monitor, broker.url, ["a"]);
  for (let i = 0; i < 10; i++) {
    await monitor.call("publish_message", {
      session_id: sessionId,
      topic: "a",
      payload: "x",
      qos: 1,
    });
  }
  const sum = (values: (number | null)[]) => values.reduce<number>((a, b) => a + (b ?? 0), 0);
  await until(async () => sum((await monitor.get("/api/stats")).calls) >= 11);
  const stats = await monitor.get("/api/stats");
  for (const [name, column] of Object.entries<unknown[]>(stats)) {
    if (!Array.isArray(column) || name === "sessions") continue;
    assert.equal(column.length, stats.at.length, name);
  }
  assert.equal(stats.sessions[0].session_id, sessionId);
  assert.ok(sum(stats.sessions[0].messages_per_second) > 5);
  assert.ok(sum((await monitor.get("/api/stats?range=1h")).calls) >= 11);
});
