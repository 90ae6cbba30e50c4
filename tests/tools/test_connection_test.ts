import assert from "node:assert/strict";
import { freePort } from "../support/free_ports.ts";
import { createToolHarness, type Facts, startToolHarness } from "../support/tool_harness.ts";

const TOOL = "test_connection";

const statusOf = (facts: Facts, name: string) =>
  facts.checks.find((check: Facts) => check.name === name)?.status;

Deno.test("a healthy broker passes every stage, by session or connection string, and nothing is left on it", async () => {
  await using h = await startToolHarness();
  const { session_id } = h;
  for (const args of [{ session_id }, { connection_string: h.broker.url }]) {
    const facts = await h.call(TOOL, args);
    assert.equal(facts.healthy, true);
    assert.deepEqual(facts.checks.map((check: Facts) => check.name), [
      "dns",
      "tcp",
      "tls",
      "connect",
      "authentication",
      "subscribe",
      "publish_qos0",
      "publish_qos1",
      "publish_qos2",
      "retained",
      "unsubscribe",
    ]);
    for (const check of facts.checks) {
      const isDoor = ["authentication", "subscribe"].includes(check.name);
      const wanted = isDoor ? ["warn"] : ["pass", "skipped"];
      assert.ok(wanted.includes(check.status), JSON.stringify(check));
      assert.ok(check.duration_ms >= 0 && check.detail.length > 0);
    }
    for (const name of ["min", "mean", "p95"]) assert.ok(facts.latency_ms[name] > 0, name);
    assert.equal(facts.server.session_present, false);
  }
  const left = await h.call("subscribe_and_collect", {
    session_id,
    topic: "#",
    retained: "only",
    duration: 0.3,
  });
  assert.equal(left.original_message_count, 0);
});

Deno.test("without a session it says at which stage connecting fails, and what to do", async () => {
  await using h = await createToolHarness();
  const refused = await h.call(TOOL, { connection_string: `mqtt://127.0.0.1:${freePort()}` });
  assert.equal(refused.healthy, false);
  assert.equal(statusOf(refused, "tcp"), "fail");
  assert.equal(statusOf(refused, "subscribe"), "skipped");
  assert.ok(refused.latency_ms && refused.server);
  const nameless = await h.call(TOOL, { connection_string: "mqtt://no-such-host.invalid" });
  assert.equal(statusOf(nameless, "dns"), "fail");
});

Deno.test("a named broker is tested by its name, with the operator's credentials", async () => {
  await using broker = await startToolHarness({
    mosquitto: { users: { ada: "s3cret" }, allowAnonymous: true },
  });
  const brokers = Deno.makeTempFileSync({ suffix: ".json" });
  try {
    Deno.writeTextFileSync(
      brokers,
      JSON.stringify({
        plant: { url: broker.broker.url, username: "ada", password: "s3cret" },
        wrong: { url: broker.broker.url, username: "ada", password: "other" },
      }),
    );
    await using h = await createToolHarness({ BROKERS_FILE: brokers, NAMED_BROKERS_ONLY: "true" });
    assert.equal((await h.call(TOOL, { broker: "plant" })).healthy, true);
    const wrong = await h.call(TOOL, { broker: "wrong" });
    assert.equal(wrong.healthy, false);
    assert.equal(statusOf(wrong, "authentication"), "fail");
    assert.doesNotMatch(JSON.stringify(wrong), /other|s3cret/);
    assert.match(await h.refusal(TOOL, { broker: "nobody" }), /^INVALID_ARGUMENT: .*plant, wrong/);
    assert.match(await h.refusal(TOOL, { connection_string: broker.broker.url }), /^NOT_ALLOWED/);
    const { session_id, broker: shown } = await h.call("establish_connection", { broker: "plant" });
    assert.equal(shown.name, "plant");
    assert.equal((await h.call(TOOL, { session_id })).healthy, true);
  } finally {
    Deno.removeSync(brokers);
  }
});

Deno.test("where publishing is not allowed those checks are skipped, with why", async () => {
  for (const [setting, value] of [["READ_ONLY", "true"], ["PUBLISH_DENY", "mqtt-mcp/#"]]) {
    await using h = await startToolHarness({ env: { [setting]: value } });
    const facts = await h.call(TOOL, { session_id: h.session_id });
    for (const name of ["publish_qos0", "publish_qos1", "publish_qos2", "retained"]) {
      assert.equal(statusOf(facts, name), "skipped", name);
    }
    assert.equal(statusOf(facts, "subscribe"), "warn");
    assert.equal(facts.healthy, true);
  }
});

Deno.test("what to test must be said once", async () => {
  await using h = await startToolHarness();
  const { session_id } = h;
  assert.match(
    await h.refusal(TOOL, { session_id, connection_string: h.broker.url }),
    /^INVALID_ARGUMENT/,
  );
  assert.match(await h.refusal(TOOL), /^INVALID_ARGUMENT: .*no default broker/);
  assert.match(
    await h.refusal(TOOL, { connection_string: "ftp://x" }),
    /^CONNECTION_STRING_INVALID/,
  );
  assert.match(await h.refusal(TOOL, { session_id: "x" }), /^SESSION_NOT_FOUND/);
});
