import assert from "node:assert/strict";
import { connectPublisher } from "../support/publisher.ts";
import { startProxy } from "../support/proxy.ts";
import { startScriptedBroker } from "../support/scripted_broker.ts";
import { until } from "../support/sessions.ts";
import { type Facts, type Listening, startToolHarness } from "../support/tool_harness.ts";
import { ends } from "../support/wait.ts";

const TOOL = "subscribe_and_collect";

function* numbered(count: number, topic = "a/t") {
  for (let i = 0; i < count; i++) yield [topic, `{"n":${i}}`] as const;
}

Deno.test("a collection counts exactly what mosquitto_pub sent while it listened", async () => {
  await using h = await startToolHarness();
  const { session_id } = h;
  const running = await h.listen(TOOL, {
    session_id,
    topic: "plant/#",
    duration: 300,
    when_full: "sample",
    target: 20,
  });
  const { code } = await new Deno.Command("mosquitto_pub", {
    args: ["-p", String(h.broker.port), "-t", "plant/x", "-m", '{"v":1}', "--repeat", "1234"],
  }).output();
  assert.equal(code, 0);
  const facts = await running.after(1234);
  assert.equal(facts.original_message_count, 1234);
  assert.equal(facts.message_count, facts.messages.length);
  assert.ok(facts.messages.length <= 20 && facts.messages.length > 5);
  assert.equal(facts.stop_reason, "cancelled");
  assert.deepEqual(facts.topics, { "plant/x": 1234 });
  assert.equal(facts.pruning.applied, true);
  assert.equal(facts.pruning.original_count, 1234);
  assert.equal(facts.pruning.final_count, facts.messages.length);
  const kept = Object.values(facts.pruning.kept as Record<string, number>);
  assert.equal(kept.reduce((a, b) => a + b, 0), facts.messages.length);
  assert.equal(facts.pruning.left_out.total, 1234 - facts.messages.length);
  assert.ok(typeof facts.pruning.strategy === "string");
  assert.ok(facts.rate.messages_per_second > 0);
  const seqs = facts.messages.map((m: Facts) => m.seq);
  assert.deepEqual(seqs, [...seqs].sort((a, b) => a - b), "in time order");
  assert.ok(seqs.includes(1) && seqs.includes(1234), "the first and the last are there");
  for (const field of ["from", "to", "seconds", "connected_since", "gaps", "refused", "counting"]) {
    assert.ok(field in facts.listened, field);
  }
  assert.equal(facts.listened.counting, "exact");
  assert.ok(facts.listened.seconds > 0);
});

Deno.test("a message has the fields of the contract, and leaves out those at their default", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  await device.publish("a/kept", { on: true }, { retain: true });
  const running = h.call(TOOL, {
    session_id,
    topic: "a/#",
    duration: 120,
    max_messages: 4,
    qos: 1,
  });
  await h.listening(session_id);
  await device.publish("a/json", { t: 21.5 }, { qos: 0 });
  await device.publish("a/text", "hello", { qos: 1 });
  await device.publish("a/xml", "<s><t>1</t></s>");
  await device.publish("a/bin", new Uint8Array([0xff, 0x00, 0x80, 0x01]), {
    properties: { contentType: "x/y", userProperties: { unit: "C" } },
  });
  const { messages } = await running;
  const by = (topic: string) => messages.find((m: Facts) => m.topic === topic);
  assert.deepEqual(by("a/json").payload, { t: 21.5 });
  assert.equal(by("a/json").format, "json");
  assert.equal(by("a/json").size_bytes, 10);
  for (const field of ["qos", "retain", "dup", "encoding", "truncated"]) {
    assert.ok(!(field in by("a/json")), field);
  }
  assert.match(by("a/json").timestamp, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  assert.ok(Array.isArray(by("a/json").kept_for));
  assert.equal(by("a/text").payload, "hello");
  assert.equal(by("a/text").qos, 1);
  assert.equal(by("a/kept").retain, true);
  assert.equal(by("a/xml").format, "xml");
  assert.equal(by("a/xml").payload, "<s><t>1</t></s>");
  assert.equal(by("a/bin").encoding, "base64");
  assert.equal(by("a/bin").payload, "/wCAAQ==");
  assert.equal(by("a/bin").content_type, "x/y");
  assert.deepEqual(by("a/bin").user_properties, { unit: "C" });
});

Deno.test("replays say so, and without them live messages tell whether they were published with retain", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  await device.publish("k/old", "1", { retain: true });
  const flags = async (retained: string, count: number) => {
    const call = await h.listen("subscribe_and_collect", {
      session_id: h.session_id,
      topic: "k/#",
      retained,
      duration: 300,
    });
    await device.publish("k/new", "2", { retain: true });
    await device.publish("k/new", "3");
    const facts = await call.after(count);
    const history = await h.call("query_history", {
      collection_id: facts.collection_id,
      order: "asc",
    });
    const brief = (messages: Facts[]) =>
      messages.map((m) =>
        `${m.payload}${m.retain ? " retain" : ""}${m.replayed ? " replayed" : ""}`
      );
    assert.deepEqual(brief(history.messages), brief(facts.messages));
    return brief(facts.messages);
  };
  assert.deepEqual(await flags("include", 3), ["1 retain replayed", "2", "3"]);
  await device.publish("k/new", "", { retain: true });
  assert.deepEqual(await flags("skip", 2), ["2 retain", "3"]);
});

Deno.test("retained messages are included, skipped, or all there is", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  for (let i = 0; i < 30; i++) await device.publish(`r/${i}`, `${i}`, { retain: true });
  async function collect(retained: string, count: number) {
    const running = await h.listen(TOOL, {
      session_id,
      topic: "r/#",
      retained,
      duration: 300,
      max_messages: 5,
      target: 20,
    });
    await device.publishAll(numbered(2, "r/live"));
    return await running.after(count);
  }
  const all = await collect("include", 32);
  assert.equal(all.original_message_count, 32);
  assert.equal(all.stop_reason, "cancelled", "retained ones do not count towards max_messages");
  const kept = all.messages.filter((m: Facts) => m.retain);
  assert.ok(kept.length <= 10 && kept.length > 0, `${kept.length} retained of a target of 20`);
  assert.match(
    all.pruning.strategy,
    /Retained messages take half .* are left out, retained "only"/,
  );
  const live = await collect("skip", 2);
  assert.equal(live.original_message_count, 2);
  const only = await collect("only", 30);
  assert.equal(only.original_message_count, 30);
  assert.equal(
    only.message_count,
    20,
    "retained ones may fill the target when nothing else is asked",
  );
});

Deno.test("max_messages stops at once, and nothing after it is counted", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  const running = h.call(TOOL, { session_id, topic: "a/#", duration: 120, max_messages: 7 });
  await h.listening(session_id);
  await device.publishAll(numbered(50));
  const facts = await running;
  assert.equal(facts.stop_reason, "max_messages");
  assert.equal(facts.original_message_count, 7);
  assert.deepEqual(facts.messages.map((m: Facts) => m.payload.n), [0, 1, 2, 3, 4, 5, 6]);
  assert.equal(facts.pruning.applied, false);
});

Deno.test("excluded topics are neither shown nor counted", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  const running = h.call(TOOL, {
    session_id,
    topic: "a/#",
    exclude: ["a/noise/#"],
    duration: 10,
    max_messages: 3,
  });
  await h.listening(session_id);
  await device.publishAll(numbered(20, "a/noise/x"));
  await device.publishAll(numbered(3, "a/b"));
  const facts = await running;
  assert.equal(facts.original_message_count, 3);
  assert.deepEqual(Object.keys(facts.topics), ["a/b"]);
});

Deno.test("overlapping collections on one session each count every message once", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  const calls: Listening[] = [];
  for (const topic of ["#", "a/#", "a/+"]) {
    calls.push(
      await h.listen(TOOL, { session_id, topic, duration: 300, when_full: "sample" }),
    );
  }
  await device.publishAll(numbered(300));
  const ended = await Promise.all(calls.map((call) => call.after(300)));
  const counts = ended.map((facts) => facts.original_message_count);
  assert.deepEqual(counts, [300, 300, 300]);
  assert.deepEqual(
    h.core.sessions.get(session_id, "").subscriptions,
    [],
    "nothing left subscribed",
  );
});

Deno.test("a result stays readable whatever arrives, and the whole is in query_history", async () => {
  await using h = await startToolHarness({ mosquitto: { config: ["max_queued_bytes 0"] } });
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  const long = { log: "x".repeat(20_000), tail: "end" };
  const running = h.call(TOOL, {
    session_id,
    topic: "a/#",
    duration: 20,
    max_messages: 203,
    target: 500,
  });
  await h.listening(session_id);
  await device.publish("a/long", long);
  await device.publish("a/mib", "m".repeat(1_048_576));
  await device.publish("a/bytes", crypto.getRandomValues(new Uint8Array(50_000)));
  for (let i = 0; i < 200; i++) {
    await device.publish(i % 20 === 0 ? `a/${"t".repeat(60_000)}/${i}` : `a/${i}`, {
      text: `"\\ü${"y".repeat(3_000)}`,
      i,
    }, { qos: i === 199 ? 1 : 0 });
  }
  const facts = await running;
  assert.equal(facts.original_message_count, 203);
  assert.ok(facts.topic_count === 203 && facts.topics_not_shown.messages > 0);
  assert.match(facts.cut, /payloads cut\. query_history .*resource mqtt-mcp:\/\/collections\//);
  assert.ok(facts.messages.some((m: Facts) => m.truncated));
  const bigTopic = facts.messages.find((m: Facts) => m.topic_bytes > 60_000);
  assert.ok(bigTopic.topic.length <= 400);
  const { collection_id } = facts;
  const whole = await h.call("query_history", { collection_id, topic: "a/long" });
  assert.deepEqual(whole.messages[0].payload, long);
  assert.ok(!whole.messages[0].truncated);
  const mib = await h.call("query_history", { collection_id, topic: "a/mib" });
  assert.equal(mib.messages[0].size_bytes, 1_048_576);
  assert.equal(mib.messages[0].truncated, true);
});

Deno.test("where the result is full what matters least gives way, and all that is said of it agrees", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  const pad = "x".repeat(280);
  for (const target of [195, 500]) {
    const running = h.call(TOOL, {
      session_id,
      topic: "k/l",
      duration: 300,
      max_messages: 200,
      target,
    });
    await h.listening(session_id);
    await device.publishAll(Array.from({ length: 200 }, (_, i) => {
      const body = i === 190 ? { level: "error", message: "boiler failed" } : { n: i, pad };
      return ["k/l", JSON.stringify(body)] as const;
    }));
    const facts = await running;
    const shown = facts.messages.length;
    assert.ok(shown > 50 && shown < Math.min(target, 200), `${shown} shown`);
    assert.ok(facts.messages.some((m: Facts) => m.seq === 191), "the only error");
    assert.deepEqual([facts.messages[0].seq, facts.messages.at(-1).seq], [1, 200]);
    assert.equal(facts.message_count, shown);
    const { pruning } = facts;
    assert.equal(pruning.applied, true);
    assert.equal(pruning.final_count, shown);
    assert.deepEqual([pruning.left_out.total, pruning.left_out.errors], [200 - shown, 0]);
    assert.equal(pruning.kept.error, 1);
    assert.deepEqual(Object.keys(pruning.left_out), [
      ...["total", "errors", "warnings", "kinds", "topics", "largest_gap"],
    ]);
    assert.match(
      facts.cut,
      new RegExp(`${shown} messages are shown instead of ${Math.min(target, 200)}`),
    );
  }
});

Deno.test("of a payload too large for the memory the head is shown, with the true limit; what the collection holds is whole", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  const running = h.call(TOOL, { session_id, topic: "a/#", duration: 300, max_messages: 7 });
  await h.listening(session_id);
  await device.publish("a/3mb", "m".repeat(3_000_000));
  // together more than what is held to choose from, each less than what the collection holds of one
  for (let i = 0; i < 6; i++) await device.publish(`a/${i}`, "x".repeat(700_000));
  const facts = await running;
  const note = (topic: string) => facts.messages.find((m: Facts) => m.topic === topic).note;
  assert.match(note("a/3mb"), /first 1048576 bytes were kept/);
  for (let i = 0; i < 6; i++) assert.doesNotMatch(note(`a/${i}`) ?? "", /were kept/);
  assert.equal(facts.pruning.strategy, "Everything fits: nothing was left out.");
  assert.match(facts.cut, /^6 payloads cut\. query_history/);
  assert.match(
    facts.cut,
    /Of 1 payload only the head is kept: .*1,048,576 bytes.*COLLECT_MEMORY_MB \(16\)/,
  );
});

Deno.test("what a collection could not hold is told, and not promised", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  const running = h.call(TOOL, { session_id, topic: "a/#", duration: 300, max_messages: 12 });
  await h.listening(session_id);
  for (let i = 0; i < 12; i++) await device.publish(`a/${i}`, "x".repeat(700_000));
  const { cut, collection_id } = await running;
  const [, held] = cut.match(/pages through what .* still holds (\d+) of 12 messages: COLLECT_MEM/);
  assert.ok(Number(held) < 12);
  const history = await h.call("query_history", { collection_id });
  assert.equal(history.matched, Number(held));
});

Deno.test("a cancelled collection ends at once, and what it heard stays readable", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  const cancel = new AbortController();
  const running = h.call(TOOL, { session_id, topic: "a/#", duration: 300 }, {
    signal: cancel.signal,
  });
  await h.listening(session_id);
  await device.publishAll(numbered(9));
  await until("it came", () => h.core.collections.ofSession(session_id)[0].log.total === 9);
  cancel.abort();
  const facts = await ends("the collection", running);
  assert.equal(facts.stop_reason, "cancelled");
  assert.equal(facts.original_message_count, 9);
  const { connections } = await h.call("list_active_connections");
  const [collection] = connections[0].collections;
  assert.equal(collection.state, "cancelled");
  const history = await h.call("query_history", { collection_id: collection.collection_id });
  assert.equal(history.matched, 9);
});

Deno.test("a broker that dies in the middle gives the part that was collected", async () => {
  await using h = await startToolHarness();
  const { session_id } = h;
  const running = h.call(TOOL, { session_id, topic: "a/#", duration: 30 });
  await h.listening(session_id);
  {
    await using device = await connectPublisher(h.broker.url);
    await device.publish("a/b", "1");
  }
  await until("it came", () => h.core.collections.ofSession(session_id)[0].log.total === 1);
  await h.broker.kill();
  const facts = await running;
  assert.equal(facts.original_message_count, 1);
  assert.equal(facts.stop_reason, "connection_lost");
  assert.equal(facts.listened.gaps.length, 1);
  assert.match(facts.notice, /was given up/);
  const { connections } = await h.call("list_active_connections");
  assert.equal(connections[0].status, "disconnected");
  assert.ok(connections[0].last_error.length > 0);
  assert.match(
    await h.refusal(TOOL, { session_id, topic: "a/#", duration: 1 }),
    /^BROKER_UNREACHABLE: /,
  );
});

Deno.test("a connection that comes back goes on collecting, says what it missed, and the next result has a notice once", async () => {
  await using h = await startToolHarness();
  await using proxy = startProxy(h.broker.port);
  await using device = await connectPublisher(h.broker.url);
  const session_id = await h.connect(proxy.url);
  const running = h.call(TOOL, { session_id, topic: "a/#", duration: 120, max_messages: 2 });
  await h.listening(session_id);
  await device.publish("a/b", "1");
  await until("it came", () => h.core.collections.ofSession(session_id)[0].log.total === 1);
  proxy.cut();
  const session = h.core.sessions.get(session_id, "");
  await until("it is back", () => session.counts.reconnects === 1 && session.state === "connected");
  await until("a/# is restored", () => session.subscriptions.includes("a/#"));
  const more = (async () => {
    while (h.core.collections.ofSession(session_id)[0].state === "running") {
      await device.publish("a/b", "2");
    }
  })();
  const facts = await running;
  await more;
  assert.equal(facts.original_message_count, 2);
  assert.equal(facts.listened.gaps.length, 1);
  assert.match(facts.notice, /lost at .* back since/);
  const next = await h.call("record_topics", { session_id, action: "status" });
  assert.ok(!("notice" in next), "told twice");
});

Deno.test("when nothing arrives it says so, with what to try", async () => {
  await using h = await startToolHarness();
  const facts = await h.call(TOOL, { session_id: h.session_id, topic: "no/thing", duration: 0.1 });
  assert.deepEqual(facts.messages, []);
  assert.equal(facts.original_message_count, 0);
  assert.match(facts.empty, /No message on "no\/thing".*list_topics/);
  assert.deepEqual(facts.pruning, {
    applied: false,
    original_count: 0,
    final_count: 0,
    strategy: "Everything fits: nothing was left out.",
    kept: {},
    left_out: { total: 0 },
  });
  const skipped = await h.call(TOOL, {
    session_id: h.session_id,
    topic: "no/#",
    exclude: ["no/thing"],
    retained: "skip",
    duration: 0.1,
  });
  assert.match(skipped.empty, /No live message on "no\/#", apart from what exclude leaves out, in/);
});

Deno.test("a filter that the broker or the policy refuses is an error with its code", async () => {
  await using h = await startToolHarness({
    mosquitto: { config: [], acl: ["topic read open/#"] },
    env: { SUBSCRIBE_DENY: "secret/#" },
  });
  const { session_id } = h;
  assert.match(
    await h.refusal(TOOL, { session_id, topic: "secret/x", duration: 0.1 }),
    /^NOT_ALLOWED: .*secret\/x/,
  );
  const facts = await h.call(TOOL, { session_id, topic: "open/#", duration: 0.1 });
  assert.deepEqual(facts.listened.refused, []);
  await using scripted = startScriptedBroker({
    onPacket(packet, client) {
      if (packet.cmd !== "subscribe") return;
      client.send({ cmd: "suback", messageId: packet.messageId, granted: [0x87] });
      return true;
    },
  });
  const strict = await h.connect(scripted.url);
  assert.match(
    await h.refusal(TOOL, { session_id: strict, topic: "any/#", duration: 0.1 }),
    /^NOT_AUTHORIZED: .*any\/#/,
  );
});

Deno.test("wrong filters and arguments are refused, each with its code", async () => {
  await using h = await startToolHarness();
  const { session_id } = h;
  for (const topic of ["", "a/#/b", "a+/b", "a#", "a\0b", "x".repeat(65_536), "\ud800"]) {
    assert.match(
      await h.refusal(TOOL, { session_id, topic }),
      /^TOPIC_INVALID: /,
      topic.slice(0, 9),
    );
  }
  assert.match(
    await h.refusal(TOOL, { session_id, topic: "#", exclude: ["a/#/b"] }),
    /^TOPIC_INVALID/,
  );
  for (
    const wrong of [
      { qos: 3 },
      { duration: 0 },
      { duration: 301 },
      { max_messages: 501 },
      { max_messages: 1.5 },
      { target: 0 },
      { retained: "maybe" },
      { topic: 3 },
      { topics: ["#"] },
    ]
  ) {
    const text = await h.refusal(TOOL, { session_id, topic: "#", ...wrong });
    assert.match(text, new RegExp(`^INVALID_ARGUMENT: .*${Object.keys(wrong)[0]}`));
  }
  assert.match(await h.refusal(TOOL, { topic: "#" }), /^INVALID_ARGUMENT: .*session_id/);
  assert.match(
    await h.refusal(TOOL, { session_id: crypto.randomUUID(), topic: "#" }),
    /^SESSION_NOT_FOUND: .*list_active_connections/,
  );
});
