import assert from "node:assert/strict";
import { connectPublisher } from "../support/publisher.ts";
import { freePort } from "../support/free_ports.ts";
import { startMosquitto } from "../support/mosquitto.ts";
import { until } from "../support/sessions.ts";
import { createToolHarness, startToolHarness } from "../support/tool_harness.ts";

const TOOL = "establish_connection";

Deno.test("a session has an id, and says what it is connected to", async () => {
  await using h = await startToolHarness();
  const facts = await h.call(TOOL, { connection_string: `${h.broker.url}/lamp-7?protocol=5` });
  assert.match(facts.session_id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-/);
  assert.equal(facts.status, "connected");
  assert.deepEqual(facts.broker, { host: "127.0.0.1", port: h.broker.port, protocol: "mqtt" });
  assert.equal(facts.client_id, "lamp-7");
  assert.equal(facts.mqtt_version, "5");
  assert.ok(facts.connect_ms >= 0);
  assert.ok(Date.parse(facts.expires_at) - Date.parse(facts.created_at) >= 3_600_000);
  assert.equal(facts.server.session_present, false);
  assert.ok("recording" in facts === false && "warning" in facts === false);
  const old = await h.call(TOOL, { connection_string: `${h.broker.url}?protocol=3.1.1` });
  assert.equal(old.mqtt_version, "3.1.1");
  assert.notEqual(old.client_id, facts.client_id);
});

Deno.test("the default broker is used when none is given, and record starts at once", async () => {
  await using h = await startToolHarness();
  await using again = await createToolHarness({
    DEFAULT_MQTT_BROKER: `127.0.0.1:${h.broker.port}`,
  });
  await using device = await connectPublisher(h.broker.url);
  const facts = await again.call(TOOL, { record: ["plant/#"] });
  assert.equal(facts.recording[0].topic, "plant/#");
  assert.equal(facts.recording[0].state, "recording");
  await device.publish("plant/a", "1");
  const log = again.core.recordings.logOf(facts.session_id)!;
  await until("it is recorded", () => log.total === 1);
});

Deno.test("a filter that cannot be recorded leaves no session behind", async () => {
  await using h = await createToolHarness();
  await using other = await startToolHarness();
  assert.match(
    await h.refusal(TOOL, { connection_string: other.broker.url, record: ["a/#/b"] }),
    /^TOPIC_INVALID/,
  );
  assert.equal((await h.call("list_active_connections")).total, 0);
});

Deno.test("what is wrong with a connection is told by its code, without the password", async () => {
  await using h = await startToolHarness({
    mosquitto: { users: { ada: "right" }, allowAnonymous: true },
  });
  const { port } = h.broker;
  const refused = freePort();
  const cases: [string, RegExp][] = [
    ["http://host", /^CONNECTION_STRING_INVALID: .*mqtt:\/\//],
    ["mqtt://", /^CONNECTION_STRING_INVALID/],
    ["mqtt://host:99999", /^CONNECTION_STRING_INVALID/],
    ["mqtt://host?nonsense=1", /^CONNECTION_STRING_INVALID: .*nonsense/],
    ["", /^(CONNECTION_STRING_INVALID|INVALID_ARGUMENT)/],
    [`mqtt://127.0.0.1:${refused}`, /^BROKER_UNREACHABLE: /],
    ["mqtt://no-such-host.invalid", /^BROKER_UNREACHABLE: /],
    [`mqtt://ada:hunter2@127.0.0.1:${port}`, /^AUTHENTICATION_FAILED: /],
    [`mqtts://127.0.0.1:${port}`, /^TLS_FAILED: /],
    [
      `mqtts://ada:hunter2@127.0.0.1:${port}?insecure=true`,
      /^(NOT_ALLOWED|CONNECTION_STRING_INVALID): .*insecure/,
    ],
  ];
  for (const [connection_string, expected] of cases) {
    const text = await h.refusal(TOOL, { connection_string });
    assert.match(text, expected);
    assert.doesNotMatch(text, /hunter2/);
  }
});

Deno.test("a port that accepts and says nothing ends in time", async () => {
  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = silent.addr as Deno.NetAddr;
  const accepted = silent.accept();
  await using h = await createToolHarness({ CONNECTION_TIMEOUT: "1" });
  assert.match(
    await h.refusal(TOOL, { connection_string: `mqtt://127.0.0.1:${port}?protocol=5` }),
    /^CONNECTION_TIMEOUT: /,
  );
  (await accepted).close();
});

Deno.test("with all connections in use it names those that could be closed", async () => {
  await using h = await startToolHarness({ env: { MAX_CONNECTIONS: "1" } });
  const text = await h.refusal(TOOL, { connection_string: h.broker.url });
  assert.match(text, /^RESOURCE_LIMIT: /);
  assert.ok(text.includes(h.session_id));
});

Deno.test("brokers that the operator does not allow are refused", async () => {
  await using h = await createToolHarness({ ALLOWED_BROKERS: "10.0.0.0/8,*.plant.example" });
  assert.match(await h.refusal(TOOL, { connection_string: "mqtt://127.0.0.1" }), /^NOT_ALLOWED/);
  await using byName = await createToolHarness({ ALLOWED_BROKERS: "*.plant.example" });
  for (const connection_string of ["mqtt://127.0.0.1", "mqtt://plant.example.evil"]) {
    assert.match(await byName.refusal(TOOL, { connection_string }), /^NOT_ALLOWED/);
  }
  await using named = await createToolHarness({ NAMED_BROKERS_ONLY: "true" });
  assert.match(
    await named.refusal(TOOL, { connection_string: "mqtt://127.0.0.1" }),
    /^NOT_ALLOWED: .*named/,
  );
});

Deno.test("a name that leads out of ALLOWED_BROKERS is refused once it is resolved, and test_connection says so", async () => {
  await using broker = await startMosquitto();
  const connection_string = `mqtt://localhost:${broker.port}`;
  await using strict = await createToolHarness({ ALLOWED_BROKERS: "10.0.0.0/8" });
  const refusal = await strict.refusal(TOOL, { connection_string });
  assert.match(refusal, /^NOT_ALLOWED: .*"localhost:\d+" at "(127\.0\.0\.1|::1)".*ALLOWED_BROKERS/);
  const { healthy, checks } = await strict.call("test_connection", { connection_string });
  assert.equal(healthy, false);
  assert.deepEqual([checks[0].name, checks[0].status], ["dns", "fail"]);
  assert.match(checks[0].detail, /ALLOWED_BROKERS/);
  assert.ok(!broker.log.some((line) => line.includes("New connection")), "nothing was sent there");
  await using open = await createToolHarness({ ALLOWED_BROKERS: "127.0.0.0/8" });
  assert.equal((await open.call(TOOL, { connection_string })).status, "connected");
  assert.equal((await open.call("test_connection", { connection_string })).healthy, true);
});
