import assert from "node:assert/strict";
import {
  Client as ClientV2,
  StreamableHTTPClientTransport as TransportV2,
} from "@modelcontextprotocol/client";
// @ts-types="npm:@modelcontextprotocol/sdk@^1.32.2/dist/esm/client/index.d.ts"
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
// @ts-types="npm:@modelcontextprotocol/sdk@^1.32.2/dist/esm/client/streamableHttp.d.ts"
import { StreamableHTTPClientTransport as TransportV1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
// @ts-types="npm:@modelcontextprotocol/sdk@^1.32.2/dist/esm/types.d.ts"
import { ResourceUpdatedNotificationSchema } from "@modelcontextprotocol/sdk/types.js";
import { tools } from "../../src/tools/mod.ts";
import { type ClientKind, clientKinds } from "../support/mcp_client.ts";
import { startMosquitto } from "../support/mosquitto.ts";
import { connectPublisher } from "../support/publisher.ts";
import { clockPasses } from "../support/wait.ts";
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

for (const kind of clientKinds) {
  Deno.test(`${kind}: a client over HTTP that gives up ends its call, and goes on`, async () => {
    await using broker = await startMosquitto();
    await using monitor = await startMonitor({ WEB_TOKEN: TOKEN, SESSION_SHARING: "false" });
    const client = await connect(kind, monitor.url);
    const opened = await client.callTool({
      name: "establish_connection",
      arguments: { connection_string: broker.url },
    });
    const { session_id } = opened.structuredContent;
    const giveUp = new AbortController();
    const request = { name: "list_topics", arguments: { session_id, duration: 60 } };
    const call = kind === "sdk v1"
      ? client.callTool(request, undefined, { signal: giveUp.signal })
      : client.callTool(request, { signal: giveUp.signal });
    call.catch(() => {});
    const running = async () => (await monitor.get("/api/status", headers)).calls.running;
    await until(async () => await running() === 1);
    giveUp.abort();
    await assert.rejects(call);
    await until(async () => await running() === 0);
    const after = await client.callTool({
      name: "record_topics",
      arguments: { session_id, action: "status" },
    });
    assert.ok(!after.isError, JSON.stringify(after));
    await client.close();
  });
}

/** A request of a 2025 client, as bytes on the wire. */
async function post(
  url: string,
  message: Record<string, unknown>,
  o: { session?: string; signal?: AbortSignal } = {},
): Promise<Response> {
  return await fetch(`${url}/mcp`, {
    method: "POST",
    headers: {
      ...headers,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...(o.session === undefined ? {} : { "mcp-session-id": o.session }),
    },
    body: JSON.stringify({ jsonrpc: "2.0", ...message }),
    signal: o.signal,
  });
}

async function initialize(url: string, name: string): Promise<string> {
  const response = await post(url, {
    id: 0,
    method: "initialize",
    params: {
      protocolVersion: "2025-11-25",
      capabilities: {},
      clientInfo: { name, version: "1" },
    },
  });
  assert.match(await response.text(), /"mqtt-mcp"/);
  return response.headers.get("mcp-session-id") ?? assert.fail("no session id");
}

async function callTool(
  url: string,
  session: string | undefined,
  name: string,
  args = {},
  // deno-lint-ignore no-explicit-any -- tests look into whatever comes
): Promise<any> {
  const response = await post(url, {
    id: 1,
    method: "tools/call",
    params: { name, arguments: args },
  }, { session });
  const data = /^data: (.*)$/m.exec(await response.text());
  assert.ok(data);
  return JSON.parse(data[1]).result;
}

Deno.test("clients with an Mcp-Session-Id have their names, and see their own sessions only", async () => {
  await using broker = await startMosquitto();
  await using monitor = await startMonitor({ WEB_TOKEN: TOKEN, SESSION_SHARING: "false" });
  const [one, other] = [
    await initialize(monitor.url, "first host"),
    await initialize(monitor.url, "second host"),
  ];
  const opened = await callTool(monitor.url, one, "establish_connection", {
    connection_string: broker.url,
  });
  const { session_id } = opened.structuredContent;
  const own = await callTool(monitor.url, one, "list_active_connections");
  assert.equal(own.structuredContent.connections[0].created_by, "first host");
  const others = await callTool(monitor.url, other, "list_active_connections");
  assert.equal(others.structuredContent.total, 0);
  const refused = await callTool(monitor.url, other, "record_topics", {
    session_id,
    action: "status",
  });
  assert.match(refused.content[0].text, /^SESSION_NOT_FOUND/);
  const unmarked = await callTool(monitor.url, undefined, "record_topics", {
    session_id,
    action: "status",
  });
  assert.match(unmarked.content[0].text, /^SESSION_NOT_FOUND/);
});

Deno.test("over HTTP without an Mcp-Session-Id nothing is listed, and the session_id is the key", async () => {
  await using broker = await startMosquitto();
  await using monitor = await startMonitor({ WEB_TOKEN: TOKEN, SESSION_SHARING: "false" });
  for (const client of [await connect("sdk v2, 2026-07-28", monitor.url)]) {
    const opened = await client.callTool({
      name: "establish_connection",
      arguments: { connection_string: broker.url },
    });
    const { session_id } = opened.structuredContent;
    const listed = await client.callTool({ name: "list_active_connections", arguments: {} });
    assert.equal(listed.structuredContent.total, 0);
    assert.match(listed.structuredContent.note, /keep the session_id/);
    const used = await client.callTool({
      name: "record_topics",
      arguments: { session_id, action: "status" },
    });
    assert.ok(!used.isError);
    const marked = await initialize(monitor.url, "another");
    const refused = await callTool(monitor.url, marked, "record_topics", {
      session_id,
      action: "status",
    });
    assert.match(refused.content[0].text, /^SESSION_NOT_FOUND/);
    await client.close();
  }
});

Deno.test("a cancelled call over HTTP ends without an answer", async () => {
  await using broker = await startMosquitto();
  await using monitor = await startMonitor({ WEB_TOKEN: TOKEN });
  const session = await initialize(monitor.url, "canceller");
  const opened = await callTool(monitor.url, session, "establish_connection", {
    connection_string: broker.url,
  });
  const { session_id } = opened.structuredContent;
  const call = await post(monitor.url, {
    id: "long",
    method: "tools/call",
    params: { name: "list_topics", arguments: { session_id, duration: 300 } },
  }, { session });
  const running = async () => (await monitor.get("/api/status", headers)).calls.running;
  await until(async () => await running() === 1);
  const cancelled = await post(monitor.url, {
    method: "notifications/cancelled",
    params: { requestId: "long" },
  }, { session });
  await cancelled.body?.cancel();
  assert.equal(cancelled.status, 202);
  await until(async () => await running() === 0);
  assert.equal((await call.text()).includes("data:"), false);
});

Deno.test("a call whose stream the client closes ends, too", async () => {
  await using broker = await startMosquitto();
  await using monitor = await startMonitor({ WEB_TOKEN: TOKEN });
  const session = await initialize(monitor.url, "leaver");
  const opened = await callTool(monitor.url, session, "establish_connection", {
    connection_string: broker.url,
  });
  const { session_id } = opened.structuredContent;
  const leaving = new AbortController();
  const call = await post(monitor.url, {
    id: 7,
    method: "tools/call",
    params: { name: "list_topics", arguments: { session_id, duration: 300 } },
  }, { session, signal: leaving.signal });
  const running = async () => (await monitor.get("/api/status", headers)).calls.running;
  await until(async () => await running() === 1);
  leaving.abort();
  await call.text().catch(() => {});
  await until(async () => await running() === 0);
});

Deno.test("an MCP session over HTTP ends by DELETE or without use, and is then unknown", async () => {
  await using monitor = await startMonitor({ WEB_TOKEN: TOKEN, SESSION_TTL: "1" });
  const ping = async (session: string) => {
    const response = await post(monitor.url, { id: 2, method: "ping" }, { session });
    await response.body?.cancel();
    return response.status;
  };
  assert.equal(await ping("00000000-0000-4000-8000-000000000000"), 404);
  const deleted = await initialize(monitor.url, "one");
  assert.equal(await ping(deleted), 200);
  const gone = await fetch(`${monitor.url}/mcp`, {
    method: "DELETE",
    headers: { ...headers, "mcp-session-id": deleted },
  });
  await gone.body?.cancel();
  assert.equal(gone.status, 200);
  assert.equal(await ping(deleted), 404);
  const idle = await initialize(monitor.url, "two");
  const listening = await initialize(monitor.url, "three");
  const stream = await fetch(`${monitor.url}/mcp`, {
    headers: { ...headers, accept: "text/event-stream", "mcp-session-id": listening },
  });
  assert.equal(stream.status, 200);
  await clockPasses(1_500);
  assert.equal(await ping(idle), 404);
  assert.equal(await ping(listening), 200);
  await stream.body?.cancel();
});

Deno.test("of more clients than there is room for, the one that was away for longest begins anew", async () => {
  await using monitor = await startMonitor({ WEB_TOKEN: TOKEN });
  const sessions: string[] = [];
  for (let i = 0; i < 101; i++) sessions.push(await initialize(monitor.url, `client ${i}`));
  const status = async (session: string) => {
    const response = await post(monitor.url, { id: 2, method: "ping" }, { session });
    await response.body?.cancel();
    return response.status;
  };
  assert.equal(await status(sessions[0]), 404);
  assert.equal(await status(sessions[1]), 200);
  assert.equal(await status(sessions[100]), 200);
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

Deno.test("a password in a wrong request over HTTP is in no answer to it", async () => {
  await using monitor = await startMonitor({ WEB_TOKEN: TOKEN });
  const mark = "Mk7qPw";
  const login = `mqtt://u:${mark}@h`;
  const session = await initialize(monitor.url, "who errs");
  const modern = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": { name: login, version: login },
    "io.modelcontextprotocol/clientCapabilities": {},
  };
  const wrong: Record<string, unknown>[] = [
    { method: login },
    { method: "tools/call", params: { name: login, arguments: {} } },
    { method: "tools/call", params: { name: { [login]: login } } },
    { method: "resources/read", params: { uri: login } },
    { method: "prompts/get", params: { name: login } },
    { method: "prompts/get", params: { name: login, arguments: { [login]: 1 } } },
    { method: "initialize", params: { protocolVersion: login, capabilities: login } },
    { method: "completion/complete", params: { ref: { type: login }, argument: login } },
    { jsonrpc: login, method: "ping" },
  ];
  let output = "";
  for (const message of wrong) {
    for (const o of [{}, { session }, { session: login }]) {
      for (const id of [7, { [login]: login }]) {
        output += await (await post(monitor.url, { id, ...message }, o)).text();
      }
    }
    const params = { ...(message.params as Record<string, unknown>), _meta: modern };
    output += await (await post(monitor.url, { id: 8, ...message, params })).text();
  }
  const extras: Record<string, string>[] = [
    { "mcp-protocol-version": login },
    { "content-type": login },
    { accept: login },
    { "mcp-session-id": session, "mcp-protocol-version": login },
    { "mcp-method": login, "mcp-name": login },
    { "last-event-id": login, "mcp-session-id": session },
  ];
  for (const extra of extras) {
    for (const body of [JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" }), `{"${login}`]) {
      for (const method of ["POST", "PUT", "DELETE"]) {
        const answer = await fetch(`${monitor.url}/mcp`, {
          method,
          headers: { ...headers, "content-type": "application/json", ...extra },
          ...(method === "DELETE" ? {} : { body }),
        });
        output += await answer.text() + JSON.stringify([...answer.headers]);
      }
    }
  }
  assert.match(output, /"code":-32601/);
  assert.match(output, /"code":-32602/);
  const at = output.indexOf(mark);
  assert.equal(at, -1, output.slice(Math.max(0, at - 300), at + 100));
});

for (const kind of clientKinds) {
  Deno.test(`${kind}: over HTTP, too, who subscribed to a watch is told when it is met`, async () => {
    await using broker = await startMosquitto();
    await using device = await connectPublisher(broker.url);
    await using monitor = await startMonitor({ WEB_TOKEN: TOKEN });
    const client = await connect(kind, monitor.url);
    const call = async (name: string, args: Record<string, unknown>) =>
      (await client.callTool({ name, arguments: args })).structuredContent;
    const { session_id } = await call("establish_connection", { connection_string: broker.url });
    const { watches: [{ watch_id }] } = await call("watch_topics", {
      session_id,
      action: "start",
      topic: "a",
      cooldown: 1,
    });
    const uri = `mqtt-mcp://watches/${watch_id}`;
    const updates: string[] = [];
    client.setNotificationHandler(
      kind === "sdk v1" ? ResourceUpdatedNotificationSchema : "notifications/resources/updated",
      ({ params }: { params: { uri: string } }) => void updates.push(params.uri),
    );
    if (kind === "sdk v2, 2026-07-28") await client.listen({ resourceSubscriptions: [uri] });
    else await client.subscribeResource({ uri });
    // what comes before a client of HTTP has opened its stream is not kept for it
    await until(async () => {
      await device.publish("a", "x");
      return updates.length > 0;
    });
    assert.equal(updates[0], uri);
    await client.close();
  });
}
