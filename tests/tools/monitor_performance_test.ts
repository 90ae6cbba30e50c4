import assert from "node:assert/strict";
import { startProxy } from "../support/proxy.ts";
import { connectPublisher, type Request } from "../support/publisher.ts";
import { type Facts, startToolHarness } from "../support/tool_harness.ts";
import { clockPasses, until } from "../support/wait.ts";

const TOOL = "monitor_performance";

Deno.test("rates, sizes, broker figures and words come from listening alone", async () => {
  await using h = await startToolHarness({ mosquitto: { config: ["sys_interval 1"] } });
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  const published = h.core.sessions.get(session_id, "").counts.messagesPublished;
  const running = h.call(TOOL, { session_id, duration: 5 });
  await h.listening(session_id);
  await device.publishAll(
    Array.from({ length: 500 }, (_, i) => [`a/${i % 10 ? "loud" : i}`, "12345678"] as const),
  );
  const facts = await running;
  assert.equal(facts.messages, 500);
  assert.ok(facts.throughput.mean > 50 && facts.throughput.peak >= facts.throughput.mean);
  assert.ok(facts.throughput.series);
  const [loudest] = facts.topics;
  assert.deepEqual([loudest.topic, loudest.messages], ["a/loud", 450]);
  assert.equal(facts.sizes.p50, 8);
  for (const name of ["p50", "p95", "p99"]) assert.ok(facts.intervals[name] >= 0, name);
  assert.equal(facts.latency.source, "none");
  assert.ok(Array.isArray(facts.bursts) && Array.isArray(facts.alerts) && facts.trend);
  assert.ok(facts.broker.family === "Mosquitto" && facts.broker.drops);
  assert.ok(facts.process.rss_mb > 10 && facts.process.heap_mb > 1);
  assert.deepEqual(facts.connections, { open: 1, max: 5, reconnects: 0 });
  assert.ok(facts.summary.length > 20);
  assert.equal(facts.listened.counting, "exact");
  assert.equal(
    h.core.sessions.get(session_id, "").counts.messagesPublished,
    published,
    "it only listens",
  );
});

Deno.test("while our own connection was down is no pause of a sender, live and looking back", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  await using proxy = startProxy(h.broker.port);
  const session_id = await h.connect(proxy.url);
  await h.call("record_topics", { session_id, action: "start", topics: ["#"] });
  const enough = new AbortController();
  const running = h.call(TOOL, { session_id, duration: 300 }, {
    signal: enough.signal,
  });
  await h.listening(session_id);
  const [{ log }] = h.core.collections.ofSession(session_id);
  await device.publish("a/b", "1");
  await until("the first came", () => log.total === 1);
  proxy.cut();
  await clockPasses(100);
  const session = h.core.sessions.get(session_id, "");
  await until("it is connected again", () => session.counts.reconnects === 1);
  await until("it hears again", async () => {
    await device.publish("other", "1");
    return log.total > 1;
  });
  await device.publish("a/b", "2");
  await until("the last came", () => log.topic("a/b")?.messages === 2);
  enough.abort();
  for (const facts of [await running, await h.call(TOOL, { session_id, since: "-1h" })]) {
    assert.equal(facts.listened.gaps.length, 1);
    const row = facts.topics.find(({ topic }: Facts) => topic === "a/b");
    assert.equal(row.messages, 2);
    assert.equal(row.longest_gap_s, undefined);
  }
});

Deno.test("payload timestamps tell how late messages arrive", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  const enough = new AbortController();
  const running = h.call(TOOL, { session_id, topics: ["a/#"], duration: 300 }, {
    signal: enough.signal,
  });
  await h.listening(session_id);
  for (let i = 0; i < 30; i++) {
    // a timestamp is one that goes on as time does
    await clockPasses(10);
    await device.publish("a/b", { ts: Date.now(), i });
  }
  const [{ log }] = h.core.collections.ofSession(session_id);
  await until("all came", () => log.total === 30);
  enough.abort();
  const { latency } = await running;
  assert.equal(latency.source, "payload timestamps");
  assert.ok(latency.p50 < 60_000 && latency.samples >= 20);
});

Deno.test("a probe measures round trips by QoS on a scratch topic, and leaves nothing", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  const seen = new Set<string>();
  await device.respond("#", (message: Request) => void seen.add(message.topic));
  const facts = await h.call(TOOL, { session_id, topics: ["a/#"], duration: 2, probe: true });
  const { by_qos } = facts.latency.probe;
  assert.deepEqual(by_qos.map((q: Facts) => q.qos), [0, 1, 2]);
  for (const { sent, received, p50, p95 } of by_qos) {
    assert.equal(received, sent);
    assert.ok(p50 > 0 && p50 <= p95);
  }
  assert.equal(facts.messages, 0);
  assert.ok([...seen].every((topic) => topic.startsWith("mqtt-mcp/test/")) && seen.size === 1);
});

Deno.test("where publishing is not allowed a probe is refused, and nothing is left running", async () => {
  await using h = await startToolHarness({ env: { READ_ONLY: "true" } });
  const { session_id } = h;
  assert.match(await h.refusal(TOOL, { session_id, probe: true, duration: 60 }), /^NOT_ALLOWED/);
  assert.deepEqual(h.core.collections.ofSession(session_id), []);
  await using denied = await startToolHarness({ env: { PUBLISH_ALLOW: "lab/#" } });
  assert.match(
    await denied.refusal(TOOL, { session_id: denied.session_id, probe: true, duration: 60 }),
    /^NOT_ALLOWED/,
  );
  assert.deepEqual(denied.core.collections.ofSession(denied.session_id), []);
});

Deno.test("a broker that refuses the probe does not spoil what was heard", async () => {
  await using h = await startToolHarness({ mosquitto: { acl: ["topic read #"] } });
  const { session_id } = h;
  const facts = await h.call(TOOL, { session_id, probe: true, duration: 0.5 });
  assert.equal(facts.stop_reason, "duration");
  assert.ok(facts.latency.probe.failed.length > 0);
});

Deno.test("a recording answers at once for the time that was asked for", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  await h.call("record_topics", { session_id, action: "start", topics: ["#"] });
  await device.publishAll(Array.from({ length: 50 }, () => ["a/b", "1"] as const));
  const { log } = h.core.recordings.covering(session_id, ["#"])!;
  await until("all are recorded", () => log.total === 50);
  const after = new Date(log.latestAt + 1).toISOString();
  await until("that time has passed", () => Date.now() > log.latestAt + 1);
  const facts = await h.call(TOOL, { session_id, topics: ["a/#"], since: after });
  assert.equal(facts.listened.from, after);
  assert.equal(facts.messages, 0, "what came before is not counted");
  const longer = await h.call(TOOL, { session_id, topics: ["a/#"], since: "-10m" });
  assert.equal(longer.messages, 50);
  assert.equal(longer.listened.how, "recorded");
});

Deno.test("topics that are not shown are counted as left out, and what is named for them shows all", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  const ask = (arguments_: string) => h.call("query_history", JSON.parse(arguments_));
  const check = async (facts: Facts) => {
    const shown = facts.topics.length;
    assert.ok(shown > 3 && shown < 60);
    assert.deepEqual(facts.topics_left_out, { topics: 60 - shown, messages: 60 - shown });
    const [, named] = facts.cut.match(
      /^The \d+ loudest of 60 topics .* query_history ({.*}) counts all$/,
    );
    assert.equal((await ask(named)).rows.length, 60);
  };
  const running = await h.listen(TOOL, { session_id, topics: ["a/#"], duration: 300 });
  await device.publishAll(Array.from({ length: 60 }, (_, i) => [`a/${i}`, "1"] as const));
  await check(await running.after(60));
  await h.call("record_topics", { session_id, action: "start", topics: ["#"] });
  await device.publishAll(Array.from({ length: 60 }, (_, i) => [`a/${i}`, "1"] as const));
  const { log } = h.core.recordings.covering(session_id, ["#"])!;
  await until("all are recorded", () => log.total === 60);
  await check(await h.call(TOOL, { session_id, topics: ["a/#"], since: "-10m" }));
});

Deno.test("many long topics do not burst the result, and wrong ones are refused", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  const enough = new AbortController();
  const running = h.call(TOOL, { session_id, duration: 300 }, { signal: enough.signal });
  await h.listening(session_id);
  for (let i = 0; i < 60; i++) await device.publish(`${"x".repeat(40_000)}/${i}`, "1");
  const [{ log }] = h.core.collections.ofSession(session_id);
  await until("all came", () => log.total === 60);
  enough.abort();
  assert.equal((await running).messages, 60);
  assert.match(await h.refusal(TOOL, { session_id, topics: ["a#"] }), /^TOPIC_INVALID/);
  assert.match(await h.refusal(TOOL, { session_id, topics: [] }), /^INVALID_ARGUMENT/);
  assert.match(await h.refusal(TOOL, { session_id, duration: 1801 }), /^INVALID_ARGUMENT/);
});
