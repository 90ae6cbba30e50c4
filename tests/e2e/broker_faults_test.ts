import assert from "node:assert/strict";
import { createServer, type Socket } from "node:net";
import { connect as connectTcp } from "node:net";
import { generate } from "mqtt-packet";
import { clientKinds, connectClient, WireClient } from "../support/mcp_client.ts";
import { freePort } from "../support/free_ports.ts";
import { startMosquitto } from "../support/mosquitto.ts";
import { serverFor } from "../support/server_here.ts";
import { eventually } from "../support/wait.ts";

// deno-lint-ignore no-explicit-any -- results are JSON: a test reads whatever it expects to be there
type Facts = any;

async function call(wire: WireClient, name: string, args: unknown): Promise<Facts> {
  const answer = await wire.request("tools/call", { name, arguments: args });
  assert.equal(answer.result?.isError, undefined, JSON.stringify(answer).slice(0, 500));
  return answer.result.structuredContent;
}

async function connected(url: string): Promise<{ wire: WireClient; session_id: string }> {
  const wire = new WireClient();
  await wire.initialize();
  const { session_id } = await call(wire, "establish_connection", { connection_string: url });
  return { wire, session_id };
}

/** Publishes in bursts, as fast as the broker takes them, until it is disposed of. */
async function startFirehose(port: number): Promise<AsyncDisposable & { sent(): number }> {
  const socket = connectTcp(port, "127.0.0.1");
  socket.write(generate({ cmd: "connect", clientId: "firehose", keepalive: 0, clean: true }));
  await new Promise((resolve) => socket.once("data", resolve));
  const burst = Buffer.concat(Array.from({ length: 500 }, (_, i) =>
    generate({
      cmd: "publish",
      topic: `hose/${i % 50}`,
      payload: `{"n":${i},"value":${i / 7}}`,
      qos: 0,
      retain: false,
      dup: false,
    })));
  let open = true;
  let sent = 0;
  const done = (async () => {
    while (open) {
      sent += 500;
      if (!socket.write(burst)) await new Promise((resolve) => socket.once("drain", resolve));
      else await new Promise((resolve) => setTimeout(resolve, 0));
    }
  })();
  return {
    sent: () => sent,
    async [Symbol.asyncDispose]() {
      open = false;
      await done;
      socket.destroy();
      await new Promise((resolve) => socket.once("close", resolve));
    },
  };
}

Deno.test("during a firehose a ping is answered soon, and a cancelled collection ends and stays readable", async () => {
  await using broker = await startMosquitto();
  const { wire: client, session_id } = await connected(broker.url);
  await using wire = client;
  const id = await wire.send("tools/call", {
    name: "subscribe_and_collect",
    arguments: { session_id, topic: "hose/#", duration: 300, when_full: "sample" },
  });
  await using hose = await startFirehose(broker.port);
  const seen = async () => {
    const { connections } = await call(wire, "list_active_connections", {});
    return connections[0].collections[0] ?? { messages: 0, state: "not yet" };
  };
  while ((await seen()).messages < 20_000) assert.ok(hose.sent() < 20_000_000);

  for (let i = 0; i < 9; i++) await wire.request("ping");
  assert.equal((await seen()).state, "running", "the pings were answered during the call");

  await wire.notify("notifications/cancelled", { requestId: id });
  while ((await seen()).state === "running") assert.ok(hose.sent() < 40_000_000);
  const { state, collection_id, messages } = await seen();
  assert.equal(state, "cancelled");
  const history = await call(wire, "query_history", { collection_id, limit: 3 });
  assert.equal(history.messages.length, 3);
  assert.ok(messages >= 20_000);
  for (const line of wire.lines) assert.equal(JSON.parse(line).jsonrpc, "2.0");
});

Deno.test("two servers started at once with one client id: the one that was pushed out says why", async () => {
  await using broker = await startMosquitto();
  const url = `${broker.url}/shared-id`;
  const [first, second] = await Promise.all([connected(url), connected(url)]);
  await using one = first.wire;
  await using other = second.wire;
  const stateOf = async (wire: WireClient) =>
    (await call(wire, "list_active_connections", {})).connections[0];
  const isLost = (state: Facts) => state.status === "disconnected";
  const states = await eventually(
    "one of them is pushed out",
    async () => [await stateOf(one), await stateOf(other)],
    (all) => all.some(isLost),
  );
  assert.match(states.find(isLost).last_error, /client id/);
});

Deno.test("a broker that is killed and comes back during a call leaves a gap that the result tells", async () => {
  await using broker = await startMosquitto();
  const { wire: client, session_id } = await connected(broker.url);
  await using wire = client;
  const id = await wire.send("tools/call", {
    name: "subscribe_and_collect",
    arguments: { session_id, topic: "a/#", duration: 300, max_messages: 50, when_full: "stop" },
  });
  const session = async () => (await call(wire, "list_active_connections", {})).connections[0];
  // a subscription is listed before the broker has confirmed it: what is heard shows that it listens
  await eventually("it listens", async () => {
    await call(wire, "publish_message", { session_id, topic: "a/1", payload: "x" });
    return await session();
  }, ({ messages_received }) => messages_received > 0);
  await broker.kill();
  await broker.restart();
  // "connected" alone may still be what was before the kill
  await eventually(
    "it is back",
    session,
    ({ status, reconnects }) => status === "connected" && reconnects > 0,
  );
  let isAnswered = false;
  const answered = wire.answer(id).finally(() => isAnswered = true);
  answered.catch(() => {}); // whatever ends the loop before is the failure to be told
  // until one comes that is heard: the first may come before the subscription is back
  while (!isAnswered) {
    await call(wire, "publish_message", { session_id, topic: "a/1", payload: "x" });
  }
  const { listened, stop_reason } = (await answered).result.structuredContent;
  assert.equal(stop_reason, "max_messages");
  assert.equal(listened.gaps.length, 1, JSON.stringify(listened));
});

/** Accepts connections and says nothing. */
async function startSilentServer(): Promise<AsyncDisposable & { port: number }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.resume();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  return {
    port: address.port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

for (const kind of clientKinds) {
  Deno.test(`${kind}: wrong calls are errors with a code and a way out, and the server goes on`, async () => {
    await using broker = await startMosquitto({ users: { ann: "right" }, allowAnonymous: false });
    await using silent = await startSilentServer();
    const env = { CONNECTION_TIMEOUT: "1", ALLOWED_BROKERS: "127.0.0.1,localhost" };
    await using client = await connectClient(kind, await serverFor(kind, { env }));
    const good = `mqtt://ann:right@127.0.0.1:${broker.port}`;
    const opened = await client.call("establish_connection", { connection_string: good });
    const { session_id } = opened.facts;
    const session = { session_id };
    const none = "00000000-0000-4000-8000-000000000000";
    const wrong: [string, string, Record<string, unknown>][] = [
      ["BROKER_UNREACHABLE", "establish_connection", {
        connection_string: `127.0.0.1:${freePort()}`,
      }],
      ["AUTHENTICATION_FAILED", "establish_connection", {
        connection_string: `mqtt://ann:wrong@127.0.0.1:${broker.port}`,
      }],
      ["CONNECTION_TIMEOUT", "establish_connection", {
        connection_string: `127.0.0.1:${silent.port}`,
      }],
      ["TLS_FAILED", "establish_connection", {
        connection_string: `mqtts://ann:right@127.0.0.1:${broker.port}`,
      }],
      ["CONNECTION_STRING_INVALID", "establish_connection", {
        connection_string: "http://127.0.0.1",
      }],
      ["NOT_ALLOWED", "establish_connection", { connection_string: "mqtt://192.0.2.1" }],
      ["INVALID_ARGUMENT", "establish_connection", { conection_string: good }],
      ["SESSION_NOT_FOUND", "list_topics", { session_id: none }],
      ["TOPIC_INVALID", "subscribe_and_collect", { ...session, topic: "a/#/b" }],
      ["TOPIC_INVALID", "publish_message", { ...session, topic: "a/+", payload: "x" }],
      ["INVALID_ARGUMENT", "publish_message", { ...session, topic: "a", payload: "x", qos: 3 }],
      ["PAYLOAD_TOO_LARGE", "publish_message", {
        ...session,
        topic: "a",
        payload: "x".repeat(1024 * 1024 + 1),
      }],
      ["SESSION_NOT_FOUND", "query_history", { collection_id: none }],
    ];
    for (const [code, name, args] of wrong) {
      const { isError, text } = await client.call(name, args);
      assert.equal(isError, true, `${name} ${code}: ${text.slice(0, 200)}`);
      assert.match(text, new RegExp(`^${code}: .+\\nTry: .+`), text.slice(0, 300));
      assert.doesNotMatch(text, /wrong@|ann:|right(?! port)/);
    }
    const after = await client.call("publish_message", { ...session, topic: "a", payload: "x" });
    assert.equal(after.facts.status, "published", after.text);
  });
}
