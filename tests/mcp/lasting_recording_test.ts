/** Recordings that settings ask for, and what of them outlasts the process. */
import assert from "node:assert/strict";
import { makePrivateDir, startCoreProcess } from "../support/core_process.ts";
import { mainArgs, type TestClient, WireClient } from "../support/mcp_client.ts";
import { startMosquitto } from "../support/mosquitto.ts";
import { connectPublisher } from "../support/publisher.ts";
import { eventually } from "../support/wait.ts";

// deno-lint-ignore no-explicit-any -- results are JSON: a test reads whatever it expects to be there
type Facts = any;

function privateDir(): { path: string } & Disposable {
  const path = makePrivateDir();
  return { path, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}

async function ask(client: TestClient, tool: string, args: object = {}): Promise<Facts> {
  const result = await client.call(tool, { ...args });
  assert.ok(!result.isError, result.text);
  return result.facts;
}

/** Asks again and again until the answer is as it should be. */
function askUntil(
  client: TestClient,
  [tool, args]: [string, object],
  isRight: (facts: Facts) => boolean,
): Promise<Facts> {
  return eventually(`${tool} says what it should`, () => ask(client, tool, args), isRight);
}

async function standingSession(client: TestClient): Promise<Facts> {
  const { connections } = await askUntil(
    client,
    ["list_active_connections", {}],
    ({ connections }) => connections[0]?.recording[0]?.state === "recording",
  );
  assert.equal(connections[0].created_by, "settings");
  return connections[0];
}

Deno.test("what settings record is found by assistants, can be asked about after a kill and a restart, and its gap is told", async () => {
  await using broker = await startMosquitto();
  await using device = await connectPublisher(broker.url);
  using dir = privateDir();
  const env = {
    DEFAULT_MQTT_BROKER: broker.url,
    RECORD: "#",
    RECORD_STORE: "sqlite",
    DATA_DIR: `${dir.path}/data`,
    MAX_CONNECTIONS: "1",
  };
  const before = Date.now();
  {
    await using core = await startCoreProcess({ env, dir: dir.path });
    await using client = await core.attach();
    const session = await standingSession(client);
    const { session_id } = session;
    for (let n = 0; n < 20; n++) await device.publish("room/climate", { n, celsius: 20 + n });
    await device.publish("room/lamp", "on", { retain: true });
    const found = await askUntil(
      client,
      ["query_history", { session_id, topic: "room/#", limit: 5 }],
      ({ matched }) => matched === 21,
    );
    assert.equal(found.messages[0].payload, "on");

    const closing = await client.call("close_connection", { session_id });
    assert.match(closing.text, /^NOT_ALLOWED: .*operator's settings/);
    const stopping = await client.call("record_topics", { session_id, action: "stop" });
    assert.match(stopping.text, /^NOT_ALLOWED: /);
    // it takes no one's place, and another session on the same broker reads it, too
    const own = await ask(client, "establish_connection");
    assert.notEqual(own.session_id, session_id);
    const others = { session_id: own.session_id, topic: "room/#" };
    assert.equal((await ask(client, "query_history", others)).matched, 21);
    // what is committed every second is there, whatever ends the process
    await askUntil(
      client,
      ["query_history", { session_id, topic: "room/#", since: "-2s" }],
      ({ matched }) => matched === 0,
    );
    await core.end("SIGKILL");
  }
  await device.publish("room/climate", { n: 99, celsius: 99 });
  {
    await using core = await startCoreProcess({ env, dir: dir.path });
    await using client = await core.attach();
    const { session_id } = await standingSession(client);
    await device.publish("room/climate", { n: 20, celsius: 40 });
    const found = await askUntil(
      client,
      ["query_history", { session_id, topic: "room/climate", order: "asc", limit: 100 }],
      ({ matched }) => matched >= 21,
    );
    const numbers = found.messages.map((m: Facts) => m.payload.n);
    assert.deepEqual(numbers, Array.from({ length: 21 }, (_, n) => n));
    assert.equal(found.covers.complete, false);
    assert.equal(found.covers.gaps.length, 1);
    assert.match(found.covers.gaps[0].reason, /server was not running/);
    assert.ok(Date.parse(found.covers.from) >= before);

    const paged: number[] = [];
    let cursor: string | undefined;
    do {
      const page = await ask(client, "query_history", {
        session_id,
        topic: "room/climate",
        limit: 4,
        ...(cursor ? { cursor } : {}),
      });
      paged.push(...page.messages.map((m: Facts) => m.payload.n));
      cursor = page.next_cursor;
    } while (cursor !== undefined);
    assert.deepEqual(paged, numbers.toReversed());

    const rows = await ask(client, "query_history", {
      session_id,
      topic: "room/climate",
      aggregate: { by: "topic", field: "celsius" },
    });
    assert.deepEqual([rows.rows[0].count, rows.rows[0].min, rows.rows[0].max], [21, 20, 40]);
    await core.end("SIGTERM");
  }
  assert.equal((Deno.statSync(`${dir.path}/data/recorded.sqlite`).mode ?? 0) & 0o777, 0o600);
});

Deno.test("settings record from a broker that comes later, and go on after it was away", async () => {
  const first = await startMosquitto();
  const { port } = first;
  await first[Symbol.asyncDispose]();
  using dir = privateDir();
  const env = { DEFAULT_MQTT_BROKER: `mqtt://127.0.0.1:${port}`, RECORD: "a/#, b/+" };
  await using core = await startCoreProcess({ env, dir: dir.path });
  await core.untilLog(/Cannot record a\/#/);
  await using client = await core.attach();
  const waiting = (await ask(client, "list_active_connections")).connections[0];
  assert.equal(waiting.status, "disconnected");
  assert.match(waiting.last_error, /refused|reach/i);
  await using _broker = await startMosquitto({ port });
  await using device = await connectPublisher(`mqtt://127.0.0.1:${port}`);
  const { session_id } = await standingSession(client);
  await askUntil(client, ["record_topics", { session_id, action: "status" }], (facts) => {
    return facts.recording.length === 2;
  });
  await device.publish("b/1", "here");
  await device.publish("c", "not asked for");
  const found = await askUntil(
    client,
    ["query_history", { session_id }],
    ({ matched }) => matched > 0,
  );
  assert.deepEqual(found.messages.map((m: Facts) => m.topic), ["b/1"]);
});

Deno.test("a second core on one file records in memory only and says so, or ends where the store is required", async () => {
  await using broker = await startMosquitto();
  using dir = privateDir();
  using other = privateDir();
  const env = {
    DEFAULT_MQTT_BROKER: broker.url,
    RECORD: "#",
    RECORD_STORE: "sqlite",
    DATA_DIR: `${dir.path}/data`,
  };
  await using _first = await startCoreProcess({ env, dir: dir.path });
  await using second = await startCoreProcess({ env, dir: other.path });
  await second.untilLog(/Recordings are kept in memory only: .*another process writes it/);
  await using client = await second.attach();
  const { session_id } = await standingSession(client);
  const { store } = await ask(client, "query_history", { session_id });
  assert.match(store, /Kept in memory only: .*another process/);
  const tools = {
    ...{ list_topics: {}, check_devices: {}, monitor_performance: {} },
    ...{ debug_device: { device_id: "room/#" }, get_topic_schema: { topic: "room/#" } },
  };
  for (const [tool, args] of Object.entries(tools)) {
    const { listened } = await ask(client, tool, { session_id, since: "-1h", ...args });
    assert.match(JSON.stringify(listened.notes), /Only what memory holds: .*another process/, tool);
  }
  // of a login that nothing is recorded with in this run
  const { host } = new URL(broker.url);
  const connection_string = `mqtt://someone@${host}`;
  const apart = await ask(client, "establish_connection", { connection_string });
  for (const [tool, args] of Object.entries({ query_history: {}, list_topics: { since: "-1h" } })) {
    const { text } = await client.call(tool, { session_id: apart.session_id, ...args });
    assert.match(text, /^INVALID_ARGUMENT: .*Kept in memory only: .*another process/, tool);
  }
  assert.equal(await exitOf({ ...env, RECORD_STORE_REQUIRED: "true" }), 2);
});

async function exitOf(env: Record<string, string>, pattern?: RegExp): Promise<number> {
  using dir = privateDir();
  await using wire = new WireClient({
    args: mainArgs,
    flags: ["--core"],
    env: { CORE_SOCKET: `${dir.path}/core.sock`, ...env },
  });
  const { code } = await wire.ended();
  const lines = wire.stderr.trim().split("\n");
  assert.equal(lines.filter((line) => line.startsWith("mqtt-mcp: ")).length, 1, wire.stderr);
  if (pattern) assert.match(wire.stderr, pattern);
  return code;
}

Deno.test("what cannot be recorded, or not kept, ends the start with one line", async () => {
  const broker = { DEFAULT_MQTT_BROKER: "mqtt://127.0.0.1:1" };
  const faults: [Record<string, string>, RegExp][] = [
    [{ ...broker, RECORD: "a/#/b" }, /a\/#\/b/],
    [{ ...broker, RECORD: "secret/#", SUBSCRIBE_DENY: "secret/#" }, /SUBSCRIBE_DENY/],
    [{ ...broker, RECORD: "#", ALLOWED_BROKERS: "10.0.0.0/8" }, /ALLOWED_BROKERS/],
    [{ RECORD_STORE: "sqlite" }, /DATA_DIR/],
    [{ RECORD_STORE: "postgres://hunter2@/x" }, /postgres:\/\/user:password@host/],
    [
      { RECORD_STORE: "postgres://u:hunter2@127.0.0.1:1/x", RECORD_STORE_REQUIRED: "1" },
      /PostgreSQL at 127\.0\.0\.1:1\/x: the connection was refused/,
    ],
    [{ RECORD_STORE: "disk" }, /memory, sqlite or postgres:/],
    [
      { RECORD_STORE: "sqlite", RECORD_STORE_REQUIRED: "1", DATA_DIR: "/dev/null/x" },
      /Cannot open/,
    ],
  ];
  for (const [env, pattern] of faults) assert.equal(await exitOf(env, pattern), 2);
});
