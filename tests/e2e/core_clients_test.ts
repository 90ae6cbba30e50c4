import assert from "node:assert/strict";
import { startCoreProcess } from "../support/core_process.ts";
import { clientKinds, type TestClient, type ToolResult } from "../support/mcp_client.ts";
import { type Mosquitto, startMosquitto } from "../support/mosquitto.ts";
import { coreFor } from "../support/server_here.ts";
import { bytes, establish, makeRegistry, until } from "../support/sessions.ts";
import { eventually as askAgain } from "../support/wait.ts";

/** Facts of a call that must succeed. */
// deno-lint-ignore no-explicit-any -- tests look into whatever a tool gives
async function facts(call: Promise<ToolResult>): Promise<any> {
  const { isError, text, facts } = await call;
  assert.equal(isError, false, text);
  return facts;
}

async function connect(client: TestClient, broker: Mosquitto, record?: string[]): Promise<string> {
  const { session_id } = await facts(
    client.call("establish_connection", {
      connection_string: broker.url,
      ...(record ? { record } : {}),
    }),
  );
  return session_id;
}

/** Asks again until the answer is as wanted: state comes about in another process. */
function eventually<T>(ask: () => Promise<T>, wanted: (answer: T) => boolean): Promise<T> {
  return askAgain("an answer is as wanted", ask, wanted);
}

/** Waits until the broker has granted so many subscriptions: what is published then is heard. */
async function untilSubscribed(broker: Mosquitto, count: number, from = 0): Promise<void> {
  const granted = () =>
    broker.log.slice(from).filter((line) => line.startsWith("Sending SUBACK")).length;
  await until(`${count} subscriptions are granted`, () => granted() >= count);
}

/** The first session as a client lists it. */
async function firstSession(client: TestClient) {
  return (await facts(client.call("list_active_connections"))).connections[0];
}

/** A publisher of its own, outside of the core. */
async function makePublisher(broker: Mosquitto) {
  const registry = await makeRegistry();
  const session = await establish(registry, broker.url);
  return {
    publish: (topic: string, payload: string) =>
      session.publish({ topic, payload: bytes(payload), qos: 1, retain: false }),
    ready: () => session.state === "connected",
    [Symbol.asyncDispose]: () => registry[Symbol.asyncDispose](),
  };
}

Deno.test("three clients of one core see the same sessions, each with its maker, and one that leaves takes nothing along", async () => {
  await using broker = await startMosquitto();
  await using core = await startCoreProcess();
  const [first, second, third] = await Promise.all(clientKinds.map((kind) => core.attach(kind)));
  await using _second = second;
  await using _third = third;
  const one = await connect(first, broker);
  const two = await connect(second, broker);
  for (const client of [first, second, third]) {
    const { connections } = await facts(client.call("list_active_connections"));
    assert.deepEqual(
      connections.map((c: { session_id: string; created_by: string }) => [
        c.session_id,
        c.created_by,
      ]),
      [[one, `test ${clientKinds[0]}`], [two, `test ${clientKinds[1]}`]],
    );
  }
  await first.close();
  const { topics } = await facts(third.call("list_topics", { session_id: one, duration: 0.2 }));
  assert.deepEqual(topics, []);
  for (const client of [second, third]) assert.equal(client.stderr(), "");
});

Deno.test("a client killed in the middle of a call cancels that call only, and another reads what it had collected", async () => {
  await using broker = await startMosquitto();
  await using core = await startCoreProcess();
  await using publisher = await makePublisher(broker);
  const victim = await core.attach("sdk v1");
  await using other = await core.attach("sdk v2, 2026-07-28");
  const session_id = await connect(victim, broker, ["plant/#"]);
  const lost = victim.call("subscribe_and_collect", {
    session_id,
    topic: "plant/#",
    duration: 60,
    when_full: "sample",
  }).catch(() => "no answer");
  const going = other.call("subscribe_and_collect", {
    session_id,
    topic: "plant/#",
    duration: 60,
    max_messages: 60,
  });
  const running = (connection: { collections: { state: string }[] }) =>
    connection.collections.filter(({ state }) => state === "running").length;
  await untilSubscribed(broker, 3);
  for (let i = 0; i < 40; i++) await publisher.publish("plant/a", `{"n":${i}}`);
  await eventually(
    () => firstSession(other),
    ({ collections }) => collections.every((c: { messages: number }) => c.messages === 40),
  );
  Deno.kill(victim.pid, "SIGKILL");
  const after = await eventually(() => firstSession(other), (c) => running(c) === 1);
  const cancelled = after.collections.find((c: { state: string }) => c.state === "cancelled");
  for (let i = 40; i < 60; i++) await publisher.publish("plant/a", `{"n":${i}}`);
  const collected = await facts(going);
  assert.equal(collected.original_message_count, 60);
  const kept = await facts(other.call("query_history", {
    collection_id: cancelled.collection_id,
    order: "asc",
    limit: 500,
  }));
  assert.equal(kept.collection_state, "cancelled");
  assert.deepEqual(
    kept.messages.map((m: { payload: { n: number } }) => m.payload.n),
    Array.from({ length: 40 }, (_, i) => i),
  );
  const recorded = await facts(other.call("query_history", { session_id, limit: 1 }));
  assert.equal(recorded.matched, 60);
  await victim.close().catch(() => {});
  await lost;
});

Deno.test("with SESSION_SHARING=false a client sees neither sessions nor collections of others", async () => {
  await using broker = await startMosquitto();
  await using core = await startCoreProcess({ env: { SESSION_SHARING: "false" } });
  await using mine = await core.attach();
  await using theirs = await core.attach();
  const session_id = await connect(mine, broker, ["#"]);
  const { collection_id } = await facts(
    mine.call("subscribe_and_collect", { session_id, topic: "#", duration: 0.1 }),
  );
  assert.equal((await facts(theirs.call("list_active_connections"))).total, 0);
  for (
    const [name, args] of [
      ["list_topics", { session_id }],
      ["query_history", { session_id }],
      ["query_history", { collection_id }],
      ["close_connection", { session_id }],
    ] as [string, Record<string, unknown>][]
  ) {
    assert.match((await theirs.call(name, args)).text, /^SESSION_NOT_FOUND: /, name);
  }
  assert.deepEqual(await theirs.listResources(), []);
  for (const uri of [`collections/${collection_id}`, `recordings/${session_id}`]) {
    await assert.rejects(theirs.readResource(`mqtt-mcp://${uri}`), /not found/i);
    await mine.readResource(`mqtt-mcp://${uri}`);
  }
});

Deno.test("SIGTERM of the core: every running call gets an error, MQTT is disconnected without last wills, all within 2 s", async () => {
  await using broker = await startMosquitto();
  await using core = await startCoreProcess();
  const clients = await Promise.all(clientKinds.map((kind) => core.attach(kind)));
  const session_id = await connect(clients[0], broker, ["#"]);
  const calls = clients.map((client) =>
    client.call("subscribe_and_collect", { session_id, topic: "a/#", duration: 60 })
  );
  await eventually(() => firstSession(clients[1]), ({ collections }) => collections.length === 3);
  assert.equal((await core.end("SIGTERM")).code, 0);
  for (const result of await Promise.all(calls)) {
    assert.equal(result.isError, true);
    assert.match(result.text, /^CONNECTION_LOST: .*shutting down/);
  }
  // Mosquitto's words after a DISCONNECT packet; without one, which fires a will, "closed its connection"
  await broker.waitForLog(/disconnected\.$/);
  assert.ok(!broker.log.some((line) => line.includes("closed its connection")));
  for (const client of clients) {
    await client.untilStderr(/^mqtt-mcp: the core went away; start this server again\n$/);
    await client.close();
  }
  assert.throws(() => Deno.lstatSync(core.socket), Deno.errors.NotFound);
});

Deno.test("SIGKILL of the core ends its bridges within a second, and the next core serves at the same place", async () => {
  await using broker = await startMosquitto();
  const core = await startCoreProcess();
  const clients = await Promise.all([core.attach(), core.attach()]);
  const session_id = await connect(clients[0], broker, ["#"]);
  const calls = clients.map((client) =>
    client.call("list_topics", { session_id, duration: 60 })
      .then((result) => result.text, (error) => String(error))
  );
  await eventually(() => firstSession(clients[1]), ({ collections }) => collections.length === 2);
  await core.end("SIGKILL");
  for (const client of clients) await client.untilStderr(/the core went away/);
  for (const answer of await Promise.all(calls)) assert.match(answer, /closed/i);
  for (const client of clients) await client.close();
  {
    await using again = await startCoreProcess({ dir: core.dir });
    await using client = await again.attach();
    assert.equal((await facts(client.call("list_active_connections"))).total, 0);
    await connect(client, broker);
  }
  await core[Symbol.asyncDispose]();
});

Deno.test("SIGKILL of the broker: the recording goes on when it is back, counts all it could hear, and tells the gap", async () => {
  await using broker = await startMosquitto();
  await using core = await startCoreProcess();
  await using client = await core.attach();
  await using other = await core.attach();
  const session_id = await connect(client, broker, ["plant/#"]);
  {
    await using publisher = await makePublisher(broker);
    for (let i = 0; i < 50; i++) await publisher.publish("plant/a", `{"n":${i}}`);
  }
  const matched = async () =>
    (await facts(client.call("query_history", { session_id, limit: 1 }))).matched;
  await eventually(matched, (count) => count === 50);
  const call = other.call("subscribe_and_collect", {
    session_id,
    topic: "plant/#",
    duration: 60,
    max_messages: 30,
    retained: "skip",
  });
  await untilSubscribed(broker, 2);
  await broker.kill();
  const from = broker.log.length;
  await eventually(() => firstSession(other), ({ status }) => status === "reconnecting");
  await broker.restart();
  await eventually(() => firstSession(other), ({ status }) => status === "connected");
  await untilSubscribed(broker, 1, from);
  await using publisher = await makePublisher(broker);
  for (let i = 50; i < 80; i++) await publisher.publish("plant/a", `{"n":${i}}`);
  const collected = await facts(call);
  assert.equal(collected.original_message_count, 30);
  assert.equal(collected.listened.gaps.length, 1);
  const history = await facts(
    client.call("query_history", { session_id, order: "asc", limit: 500 }),
  );
  assert.deepEqual(
    history.messages.map((m: { payload: { n: number } }) => m.payload.n),
    Array.from({ length: 80 }, (_, i) => i),
  );
  assert.equal(history.covers.complete, false);
  assert.equal(history.covers.gaps.length, 1, JSON.stringify(history.covers));
});

for (const kind of clientKinds) {
  Deno.test(`${kind}: whole collections and recordings are resources, linked from the results that show a part`, async () => {
    await using broker = await startMosquitto();
    await using core = await coreFor(kind);
    await using publisher = await makePublisher(broker);
    await using client = await core.attach(kind);
    const session_id = await connect(client, broker, ["#"]);
    const call = client.call("subscribe_and_collect", {
      session_id,
      topic: "a/#",
      duration: 30,
      max_messages: 200,
      target: 5,
    });
    await untilSubscribed(broker, 2);
    const long = "x".repeat(30_000);
    for (let i = 0; i < 200; i++) await publisher.publish(`a/${i}`, JSON.stringify({ i, long }));
    const result = await call;
    assert.equal(result.isError, false, result.text);
    const [link] = result.links;
    assert.equal(link, `mqtt-mcp://collections/${result.facts.collection_id}`);

    const templates = await client.listResourceTemplates();
    assert.deepEqual(templates.map(({ uriTemplate }) => uriTemplate), [
      "mqtt-mcp://collections/{collection_id}{?after}",
      "mqtt-mcp://recordings/{session_id}{?after}",
      "mqtt-mcp://watches/{watch_id}",
    ]);
    const uris = (await client.listResources()).map(({ uri }) => uri);
    const recording = `mqtt-mcp://recordings/${session_id}`;
    assert.deepEqual(uris, [recording, link]);
    const query = await client.call("query_history", { session_id, limit: 1 });
    assert.deepEqual(query.links, [recording]);

    for (const first of [link, recording]) {
      const seen: number[] = [];
      let pages = 0;
      for (let uri: string | undefined = first; uri !== undefined;) {
        const text: string = await client.readResource(uri);
        assert.ok(text.length < 4 * 1024 * 1024);
        uri = undefined;
        pages++;
        for (const line of text.trimEnd().split("\n")) {
          const row = JSON.parse(line);
          if (row.next !== undefined) uri = row.next;
          else {
            assert.equal(row.payload.long, long);
            seen.push(row.payload.i);
          }
        }
      }
      assert.deepEqual(seen, Array.from({ length: 200 }, (_, i) => i));
      assert.ok(pages >= 2, `${pages} pages`);
    }
    const unknown = `mqtt-mcp://collections/${crypto.randomUUID()}`;
    await assert.rejects(client.readResource(unknown), /not found/i);
    await assert.rejects(client.readResource("file:///etc/passwd"), /not found/i);
  });
}
