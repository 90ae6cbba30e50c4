import assert from "node:assert/strict";
import {
  Client as ClientV2,
  StreamableHTTPClientTransport as TransportV2,
} from "@modelcontextprotocol/client";
// @ts-types="npm:@modelcontextprotocol/sdk@^1.32.2/dist/esm/client/index.d.ts"
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
// @ts-types="npm:@modelcontextprotocol/sdk@^1.32.2/dist/esm/client/streamableHttp.d.ts"
import { StreamableHTTPClientTransport as TransportV1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { tools } from "../../src/tools/mod.ts";
import { type ClientKind, clientKinds } from "../support/mcp_client.ts";
import { startMosquitto } from "../support/mosquitto.ts";
import { rawRequest, startMonitor, until } from "./support.ts";

const TOKEN = "mcp-over-http";
const headers = { authorization: `Bearer ${TOKEN}` };

// deno-lint-ignore no-explicit-any -- the SDKs' clients are alike, their types are not
async function connect(kind: ClientKind, url: string): Promise<any> {
  const info = { name: `http ${kind}`, version: "1" };
  const at = new URL(`${url}/mcp`);
  const options = { requestInit: { headers } };
  if (kind === "sdk v1") {
    const client = new ClientV1(info);
    await client.connect(new TransportV1(at, options));
    return client;
  }
  const mode = kind === "sdk v2, 2025" ? "legacy" as const : { pin: "2026-07-28" as const };
  const client = new ClientV2(info, { versionNegotiation: { mode } });
  await client.connect(new TransportV2(at, options));
  return client;
}

for (const kind of clientKinds) {
  Deno.test(`${kind}: lists and calls tools over HTTP, on the core that the monitor shows`, async () => {
    await using broker = await startMosquitto();
    await using monitor = await startMonitor({ WEB_TOKEN: TOKEN, SESSION_SHARING: "false" });
    const client = await connect(kind, monitor.url);
    const listed = await client.listTools();
    assert.deepEqual(
      listed.tools.map(({ name }: { name: string }) => name),
      tools.map(({ name }) => name),
    );
    const call = (name: string, args: Record<string, unknown>) =>
      client.callTool({ name, arguments: args });
    const opened = await call("establish_connection", { connection_string: broker.url });
    assert.ok(!opened.isError, JSON.stringify(opened));
    const { session_id } = opened.structuredContent;
    const progress: number[] = [];
    const request = {
      onprogress: (report: { progress: number }) => progress.push(report.progress),
    };
    const args = { name: "list_topics", arguments: { session_id, duration: 2.5 } };
    const topics = kind === "sdk v1"
      ? await client.callTool(args, undefined, request)
      : await client.callTool(args, request);
    assert.equal(topics.structuredContent.stop_reason, "duration");
    assert.ok(progress.length > 0);
    const { text } = (await call("list_topics", { session_id: "x" })).content[0];
    assert.match(text, /^SESSION_NOT_FOUND: /);
    await client.close();
    const { calls } = await monitor.get("/api/calls", headers);
    assert.deepEqual(calls.map(({ source }: { source: string }) => source), [
      "http",
      "http",
      "http",
    ]);
  });
}

Deno.test("a client over HTTP that gives up ends its call", async () => {
  await using broker = await startMosquitto();
  await using monitor = await startMonitor({ WEB_TOKEN: TOKEN });
  const client = await connect("sdk v2, 2026-07-28", monitor.url);
  const opened = await client.callTool({
    name: "establish_connection",
    arguments: { connection_string: broker.url },
  });
  const { session_id } = opened.structuredContent;
  const giveUp = new AbortController();
  const call = client.callTool(
    { name: "list_topics", arguments: { session_id, duration: 60 } },
    { signal: giveUp.signal },
  );
  call.catch(() => {});
  const running = async () => (await monitor.get("/api/status", headers)).calls.running;
  await until(async () => await running() === 1);
  giveUp.abort();
  await assert.rejects(call);
  await until(async () => await running() === 0);
  await client.close();
});

Deno.test("MCP over HTTP is closed to strangers, other sites and rebound names", async () => {
  await using monitor = await startMonitor({ WEB_TOKEN: TOKEN });
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" });
  const post = async (more: Record<string, string>) =>
    (await rawRequest(monitor.port, {
      method: "POST",
      path: "/mcp",
      headers: {
        "Content-Type": "application/json",
        Accept: "application/json, text/event-stream",
        ...more,
      },
      body,
    })).status;
  assert.equal(await post({}), 401);
  assert.equal(await post({ Authorization: "Bearer wrong" }), 401);
  assert.equal(
    await post({ Authorization: `Bearer ${TOKEN}`, Origin: "https://evil.example" }),
    403,
  );
  assert.equal(await post({ Authorization: `Bearer ${TOKEN}`, Host: "evil.example" }), 403);
  assert.equal(await post({ Authorization: `Bearer ${TOKEN}` }), 200);
});
