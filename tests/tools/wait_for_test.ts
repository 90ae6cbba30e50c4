import assert from "node:assert/strict";
import { connectPublisher } from "../support/publisher.ts";
import { startProxy } from "../support/proxy.ts";
import { type Facts, startToolHarness, type ToolHarness } from "../support/tool_harness.ts";
import { ends, until } from "../support/wait.ts";

const TOOL = "wait_for";

/** Begins to wait, and resolves once it listens. */
async function begin(h: ToolHarness, args: Facts): Promise<{ result: Promise<Facts> }> {
  h.progress.length = 0;
  const result = h.call(TOOL, { timeout: 300, ...args });
  result.catch(() => {});
  await until("it listens", () => h.progress.length > 0);
  return { result: ends("waiting", result) };
}

/** Publishes one after the other while the work goes on; none is under way when it resolves. */
async function publishingDuring<T>(work: Promise<T>, publish: () => Promise<void>): Promise<T> {
  let busy = true;
  const publishing = (async () => {
    while (busy) await publish();
  })();
  const [result] = await Promise.all([work.finally(() => busy = false), publishing]);
  return result;
}

for (const protocol of ["5", "3.1.1"]) {
  Deno.test(`on MQTT ${protocol} the next message ends it, a retained one does only where asked`, async () => {
    await using h = await startToolHarness();
    await using device = await connectPublisher(h.broker.url);
    const session_id = await h.connect(`${h.broker.url}?protocol=${protocol}`);
    await device.publish("door/state", "old", { retain: true });
    const waiting = await begin(h, { session_id, topic: "door/#" });
    await device.publish("door/state", { open: true });
    const facts = await waiting.result;
    assert.deepEqual([facts.met, facts.reason], [true, "matched"]);
    assert.equal(facts.message.topic, "door/state");
    assert.deepEqual(facts.message.payload, { open: true });
    assert.equal(facts.messages_seen, 2);
    assert.ok(!("before" in facts) && !("advice" in facts));
    assert.ok(facts.waited_s >= 0);
    assert.deepEqual(facts.listened.gaps, []);
    const retained = await ends(
      "a retained message",
      h.call(TOOL, { session_id, topic: "door/#", retained: true, timeout: 300 }),
    );
    assert.equal(retained.message.payload, "old");
    assert.equal(retained.message.retain, true);
    await until(
      "nothing is subscribed any more",
      () => h.core.sessions.get(session_id, "").subscriptions.length === 0,
    );
  });

  Deno.test(`on MQTT ${protocol} fields, text and changes are told from what does not meet them`, async () => {
    await using h = await startToolHarness();
    await using device = await connectPublisher(h.broker.url);
    const session_id = await h.connect(`${h.broker.url}?protocol=${protocol}`);
    const where = [{ path: "t", op: ">", value: 30 }];
    const hot = await begin(h, { session_id, topic: "s/+", where, contains: "Kitchen" });
    await device.publish("s/1", { t: 29, room: "kitchen" });
    await device.publish("s/1", { t: 31, room: "hall" });
    await device.publish("s/1", { t: 32, room: "kitchen" });
    assert.deepEqual((await hot.result).message.payload, { t: 32, room: "kitchen" });

    await device.publish("s/2", { state: "on", n: 0 }, { retain: true });
    const change = await begin(h, { session_id, topic: "s/+", changes: "state" });
    await device.publish("s/1", { state: "off" });
    await device.publish("s/2", { state: "on", n: 1 });
    await device.publish("s/2", { n: 2 });
    await device.publish("s/2", { state: "off", n: 3 });
    const changed = await change.result;
    assert.deepEqual([changed.met, changed.reason, changed.before], [true, "changed", "on"]);
    assert.deepEqual(changed.message.payload, { state: "off", n: 3 });
  });
}

Deno.test("silence is met once nothing matched for so long, and its last message is told", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  const where = [{ path: "alive", op: "exists" }];
  const waiting = await begin(h, { session_id, topic: "m/#", where, quiet_for: 0.3 });
  await device.publish("m/a", { alive: 1 });
  const facts = await publishingDuring(
    waiting.result,
    () => device.publish("m/other", "still here"),
  );
  assert.deepEqual([facts.met, facts.reason], [true, "quiet"]);
  assert.ok(facts.listened.seconds >= 0.3);
  assert.ok(facts.messages_seen > 0);
});

Deno.test("nothing in time is an answer that says what was seen", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  const none = await h.call(TOOL, { session_id, topic: "a/#", timeout: 0.1 });
  assert.deepEqual([none.met, none.reason, none.message], [false, "timeout", null]);
  assert.match(none.advice, /Nothing came on "a\/#" at all/);
  await device.publish("a/b", { x: 1 }, { retain: true });
  const field = await h.call(TOOL, { session_id, topic: "a/#", changes: "y", timeout: 0.5 });
  assert.match(field.advice, /^No message has "y"; get_topic_schema/);
  const where = [{ path: "x", op: "=", value: 2 }];
  const unmet = await h.call(TOOL, { session_id, topic: "a/#", where, timeout: 0.5 });
  assert.match(unmet.advice, /Nothing new came on "a\/#", only 1 retained message/);
  const takes = await h.call(TOOL, {
    session_id,
    topic: "a/#",
    where,
    timeout: 0.5,
    retained: true,
  });
  assert.match(takes.advice, /None of the 1 messages met it/);
});

Deno.test("a reconnect is lived through: the gap is said, is no silence, and what changed in it is told", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  await using proxy = startProxy(h.broker.port);
  const session_id = await h.connect(proxy.url);
  await device.publish("r/state", "on", { retain: true });
  const change = await begin(h, { session_id, topic: "r/#", changes: "" });
  const next = h.call(TOOL, { session_id, topic: "r/next", timeout: 300 });
  await until("both listen", () => h.progress.length >= 2);
  proxy.cut();
  await device.publish("r/state", "off", { retain: true });
  const changed = await change.result;
  assert.deepEqual([changed.reason, changed.before], ["changed", "on"]);
  assert.equal(changed.message.payload, "off");
  assert.equal(changed.listened.gaps.length, 1);
  await until(
    "it is connected again",
    () => h.core.sessions.get(session_id, "").state === "connected",
  );
  const facts = await publishingDuring(
    ends("waiting over a reconnect", next),
    () => device.publish("r/next", "1"),
  );
  assert.deepEqual([facts.met, facts.listened.gaps.length], [true, 1]);
});

Deno.test("it ends when its call is cancelled or its session is closed", async () => {
  await using h = await startToolHarness();
  const { session_id } = h;
  const cancelling = new AbortController();
  h.progress.length = 0;
  const cancelled = h.call(TOOL, { session_id, topic: "a", timeout: 300 }, {
    signal: cancelling.signal,
  });
  await until("it listens", () => h.progress.length > 0);
  cancelling.abort();
  assert.equal((await ends("a cancelled wait", cancelled)).reason, "cancelled");
  const lost = await begin(h, { session_id, topic: "a" });
  await h.call("close_connection", { session_id });
  const facts = await lost.result;
  assert.deepEqual([facts.met, facts.reason], [false, "connection_lost"]);
});

Deno.test("what can never be met, or is not allowed, is refused with a way out", async () => {
  await using h = await startToolHarness({ env: { SUBSCRIBE_DENY: "secret/#" } });
  const { session_id } = h;
  const refusal = (args: Facts) => h.refusal(TOOL, { session_id, topic: "a/#", ...args });
  const eq = (value: unknown, op = "=") => ({ path: "t", op, value });
  for (
    const where of [
      [eq(1), eq(2)],
      [eq("on"), eq("on", "!=")],
      [eq(5, ">"), eq(3, "<")],
      [eq(2), eq(3, ">")],
      [eq({}, ">")],
    ]
  ) assert.match(await refusal({ where }), /^INVALID_ARGUMENT: .*never holds/);
  assert.match(await refusal({ where: [eq(undefined)] }), /value is missing/);
  assert.match(await refusal({ changes: "a", quiet_for: 1 }), /^INVALID_ARGUMENT: .*at once/);
  assert.match(await refusal({ quiet_for: 90 }), /longer than quiet_for/);
  assert.match(await refusal({ changes: "a[" }), /^INVALID_ARGUMENT: Cannot parse path/);
  assert.match(await refusal({ topic: "a/#/b" }), /^TOPIC_INVALID/);
  assert.match(await refusal({ topic: "secret/a" }), /^NOT_ALLOWED/);
});
