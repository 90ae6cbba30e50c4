import assert from "node:assert/strict";
import type { CallEntry } from "../../src/monitor/shapes/calls.ts";
import { CallReporter } from "../../src/monitor/reporter.ts";
import { freePort } from "../support/free_ports.ts";
import { connectClient } from "../support/mcp_client.ts";
import { startMonitor, until } from "./support.ts";

const TOKEN = "reporting-token";
const bearer = { authorization: `Bearer ${TOKEN}` };

function entry(id: string): CallEntry {
  return {
    id,
    started_at: new Date().toISOString(),
    tool: "list_topics",
    client: "Cursor",
    client_id: "c",
    source: "",
    session_id: null,
    arguments: "{}",
    duration_ms: 1,
    outcome: "ok",
    error_code: null,
    error: null,
    result_bytes: 1,
    result_tokens: 1,
  };
}

Deno.test("a stdio process elsewhere reports its calls with the token, and without payloads", async () => {
  await using monitor = await startMonitor({ WEB_TOKEN: TOKEN });
  await using client = await connectClient("sdk v2, 2025", {
    env: { WEB_API_URL: `${monitor.url}/`, WEB_TOKEN: TOKEN },
  });
  const secret = "hunter2-secret";
  await client.call("establish_connection", {
    connection_string: `mqtt://user:${secret}@127.0.0.1:${freePort()}`,
  });
  await client.call("list_active_connections");
  await until(async () => (await monitor.get("/api/calls", bearer)).matched === 2);
  const { calls } = await monitor.get("/api/calls", bearer);
  assert.deepEqual(calls.map((call: CallEntry) => [call.tool, call.outcome]), [
    ["list_active_connections", "ok"],
    ["establish_connection", "error"],
  ]);
  assert.equal(calls[1].error_code, "BROKER_UNREACHABLE");
  assert.equal(calls[0].client, "test sdk v2, 2025");
  assert.equal(calls[0].source, Deno.hostname());
  assert.match(
    calls[1].arguments,
    /"connection_string":\{"size_bytes":\d+,"hash":"[0-9a-f]{16}"\}/,
  );
  assert.ok(!JSON.stringify(calls).includes(secret));
});

Deno.test("a monitor that is away slows no call down, and gets the calls once it is there", async () => {
  const port = freePort();
  await using client = await connectClient("sdk v2, 2025", {
    env: { WEB_API_URL: `http://127.0.0.1:${port}` },
  });
  for (let i = 0; i < 20; i++) await client.call("list_active_connections");
  await client.untilStderr(/does not take reports/);
  await using monitor = await startMonitor({ WEB_PORT: String(port) });
  await until(async () => (await monitor.get("/api/calls?limit=50")).matched === 20);
  await client.close();
});

Deno.test("a monitor that takes and never answers holds up neither calls nor the end", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const held: Deno.Conn[] = [];
  const accepting = (async () => {
    for await (const connection of listener) held.push(connection);
  })();
  await using client = await connectClient("sdk v2, 2025", {
    env: { WEB_API_URL: `http://127.0.0.1:${(listener.addr as Deno.NetAddr).port}` },
  });
  await client.call("list_active_connections");
  await until(() => held.length > 0);
  const started = performance.now();
  for (let i = 0; i < 30; i++) await client.call("list_active_connections");
  await client.close();
  // deno-lint-ignore timing/elapsed -- the promise itself: calls that waited for each report would take 150 s, these 0.2
  assert.ok(performance.now() - started < 100_000);
  listener.close();
  for (const connection of held) connection.close();
  await accepting;
});

Deno.test("the queue is bounded: the oldest calls give way", async () => {
  const port = freePort();
  const reporter = new CallReporter({
    url: `http://127.0.0.1:${port}`,
    token: undefined,
    source: "laptop",
    retryMs: [20, 50],
  });
  for (let i = 0; i < 1_500; i++) reporter.add(entry(`id${i}`));
  assert.equal(reporter.waiting, 1_000);
  await using monitor = await startMonitor({ WEB_PORT: String(port) });
  await until(() => reporter.waiting === 0);
  const { calls, matched } = await monitor.get("/api/calls?limit=1");
  assert.equal(matched, 1_000);
  assert.equal(calls[0].id, "id1499");
  await reporter.close();
});

Deno.test("a report is redacted again, and its unknown tools are no new figures", async () => {
  await using monitor = await startMonitor();
  const response = await fetch(`${monitor.url}/api/log-call`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      source: "laptop\n",
      calls: [{
        ...entry("x"),
        tool: 'evil"} 1\n',
        arguments: '{"broker":"mqtt://user:hunter2@host"}',
        error: "password=hunter2",
        started_at: "yesterday",
        source: undefined,
      }],
    }),
  });
  assert.deepEqual(await response.json(), { accepted: 1 });
  const { calls: [call] } = await monitor.get("/api/calls");
  assert.ok(!JSON.stringify(call).includes("hunter2"));
  assert.equal(call.source, "laptop");
  assert.ok(Number.isFinite(Date.parse(call.started_at)));
  const metrics = await (await fetch(`${monitor.url}/metrics`)).text();
  assert.match(metrics, /mqtt_mcp_tool_calls_total\{tool="other",outcome="ok"\} 1/);
  assert.ok(!metrics.includes("evil"));
});
