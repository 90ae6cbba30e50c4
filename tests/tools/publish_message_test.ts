import assert from "node:assert/strict";
import { publishMessage } from "../../src/tools/publish_message.ts";
import { connectPublisher, type Request } from "../support/publisher.ts";
import { startScriptedBroker } from "../support/scripted_broker.ts";
import { until } from "../support/sessions.ts";
import { createToolHarness, startToolHarness } from "../support/tool_harness.ts";

const TOOL = "publish_message";

Deno.test("each QoS tells its acknowledgement, and the payload arrives as it was given", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  const got: Request[] = [];
  await device.respond("out/#", (message) => void got.push(message));
  const acks = [];
  for (const qos of [0, 1, 2]) {
    const facts = await h.call(TOOL, { session_id, topic: `out/${qos}`, payload: "hé", qos });
    assert.equal(facts.status, "published");
    assert.equal(facts.topic, `out/${qos}`);
    assert.deepEqual([facts.qos, facts.retain, facts.payload_bytes], [qos, false, 3]);
    assert.ok(facts.duration_ms >= 0 && facts.reason.length > 0);
    acks.push([facts.ack, facts.acknowledged]);
  }
  assert.deepEqual(acks, [["none", false], ["puback", true], ["pubcomp", true]]);
  for (
    const [payload, text] of [
      [{ a: [1, null] }, '{"a":[1,null]}'],
      [21.5, "21.5"],
      [true, "true"],
      [null, "null"],
      ["", ""],
      ['{"a":1}', '{"a":1}'],
    ]
  ) {
    await h.call(TOOL, { session_id, topic: "out/json", payload, qos: 1 });
    await until(
      `${text} arrived`,
      () => got.some((message) => message.topic === "out/json" && message.text === text),
    );
  }
  await h.call(TOOL, { session_id, topic: "out/hex", payload: "00ff80", encoding: "hex", qos: 1 });
  await until("hex", () => got.some((message) => message.topic === "out/hex"));
  assert.deepEqual([...got.find((message) => message.topic === "out/hex")!.payload], [0, 255, 128]);
  await h.call(TOOL, { session_id, topic: "out/b64", payload: "AQID", encoding: "base64", qos: 1 });
  await until("base64", () => got.some((message) => message.topic === "out/b64"));
  assert.deepEqual([...got.find((message) => message.topic === "out/b64")!.payload], [1, 2, 3]);
});

Deno.test("MQTT 5 properties arrive, and a broker's `no matching subscribers` is told", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  const got: Request[] = [];
  await device.respond("out/#", (message) => void got.push(message));
  const heard = await h.call(TOOL, {
    session_id,
    topic: "out/p",
    payload: "x",
    qos: 1,
    content_type: "text/plain",
    response_topic: "back/here",
    correlation_data: "id-7",
    message_expiry_interval: 60,
    user_properties: { unit: "C", k: ["1", "2"] },
  });
  assert.doesNotMatch(heard.reason, /no matching/);
  await until("it arrived", () => got.length === 1);
  assert.equal(got[0].properties.contentType, "text/plain");
  assert.equal(got[0].responseTopic, "back/here");
  assert.equal(new TextDecoder().decode(got[0].correlationData), "id-7");
  assert.equal(got[0].properties.messageExpiryInterval, 60);
  assert.deepEqual({ ...got[0].properties.userProperties as object }, {
    unit: "C",
    k: ["1", "2"],
  });
  const nobody = await h.call(TOOL, { session_id, topic: "void", payload: "x", qos: 1 });
  assert.equal(nobody.reason, "no matching subscribers");
  assert.equal(nobody.acknowledged, true);
  const old = await h.connect(`${h.broker.url}?protocol=3.1.1`);
  assert.match(
    await h.refusal(TOOL, { session_id: old, topic: "a", payload: "x", content_type: "t" }),
    /^INVALID_ARGUMENT: .*content_type.*MQTT 3\.1\.1/,
  );
  assert.match(
    await h.refusal(TOOL, { session_id, topic: "a", payload: "x", response_topic: "a/#" }),
    /^TOPIC_INVALID/,
  );
});

Deno.test("retain keeps the message for later subscribers, and an empty one removes it", async () => {
  await using h = await startToolHarness();
  const { session_id } = h;
  const facts = await h.call(TOOL, {
    session_id,
    topic: "keep",
    payload: "v",
    retain: true,
    qos: 1,
  });
  assert.equal(facts.retain, true);
  const look = () =>
    h.call("subscribe_and_collect", { session_id, topic: "keep", retained: "only", duration: 0.2 });
  assert.equal((await look()).messages[0].payload, "v");
  await h.call(TOOL, { session_id, topic: "keep", payload: "", retain: true, qos: 1 });
  assert.equal((await look()).original_message_count, 0);
});

Deno.test("a dry run sends nothing and says what would happen", async () => {
  await using h = await startToolHarness();
  const { session_id } = h;
  const facts = await h.call(TOOL, {
    session_id,
    topic: "a/b",
    payload: "12",
    dry_run: true,
    retain: true,
  });
  assert.equal(facts.status, "dry_run");
  assert.equal(facts.payload_bytes, 2);
  assert.match(facts.would[0], /keep this message/);
  assert.match(facts.destructive[0], /retain replaces/);
  assert.equal(facts.replaces, "nothing is retained there now");
  await h.call(TOOL, { session_id, topic: "a/b", payload: "old", retain: true, qos: 1 });
  const again = await h.call(TOOL, {
    session_id,
    topic: "a/b",
    payload: "",
    dry_run: true,
    retain: true,
  });
  assert.deepEqual(again.replaces, { size_bytes: 3, preview: "old" });
  assert.match(again.destructive[0], /retain with an empty payload removes/);
  assert.equal(h.core.sessions.get(session_id, "").counts.messagesPublished, 1);
  assert.match(
    await h.refusal(TOOL, { session_id, topic: "a/#", payload: "", dry_run: true }),
    /^TOPIC_INVALID/,
  );
});

Deno.test("wrong topics, payloads and QoS are refused before anything is sent", async () => {
  await using h = await startToolHarness();
  const { session_id } = h;
  for (const topic of ["", "a/#", "a/+/b", "a\0", "x".repeat(65_536)]) {
    assert.match(await h.refusal(TOOL, { session_id, topic, payload: "" }), /^TOPIC_INVALID/);
  }
  const cases: [object, RegExp][] = [
    [{ payload: "x".repeat(1_048_577) }, /^PAYLOAD_TOO_LARGE: .*1048577 bytes.*1 MiB/],
    [{}, /^INVALID_ARGUMENT: .*payload/],
    [{ payload: "xyz", encoding: "hex" }, /^INVALID_ARGUMENT: .*not valid hex/],
    [{ payload: "!", encoding: "base64" }, /^INVALID_ARGUMENT: .*not valid base64/],
    [{ payload: { a: 1 }, encoding: "hex" }, /^INVALID_ARGUMENT: .*string of hex/],
    [{ payload: "", qos: 3 }, /^INVALID_ARGUMENT: .*qos/],
    [{ payload: "", retian: true }, /^INVALID_ARGUMENT: .*retian.*retain/],
  ];
  for (const [args, expected] of cases) {
    assert.match(await h.refusal(TOOL, { session_id, topic: "a", ...args }), expected);
  }
  assert.equal(h.core.sessions.get(session_id, "").counts.messagesPublished, 0);
  const largest = await h.call(TOOL, {
    session_id,
    topic: "a",
    payload: "x".repeat(1_048_576),
    qos: 1,
  });
  assert.equal(largest.payload_bytes, 1_048_576);
});

Deno.test("the policy decides about topics, deny first", async () => {
  await using h = await startToolHarness({
    env: { PUBLISH_ALLOW: "lab/#", PUBLISH_DENY: "lab/danger/#" },
  });
  const { session_id } = h;
  await h.call(TOOL, { session_id, topic: "lab/x", payload: "1", qos: 1 });
  for (const topic of ["other/x", "lab/danger/x"]) {
    assert.match(await h.refusal(TOOL, { session_id, topic, payload: "1" }), /^NOT_ALLOWED: /);
    assert.match(
      await h.refusal(TOOL, { session_id, topic, payload: "1", dry_run: true }),
      /^NOT_ALLOWED: /,
    );
  }
});

Deno.test("a read-only server publishes nothing", async () => {
  await using h = await startToolHarness({ env: { READ_ONLY: "true" } });
  const { session_id } = h;
  assert.match(await h.refusal(TOOL, { session_id, topic: "a", payload: "" }), /^NOT_ALLOWED: /);
});

Deno.test("a broker's access list is told as NOT_AUTHORIZED", async () => {
  await using h = await startToolHarness({
    mosquitto: { acl: ["topic read #", "topic write ok/#"] },
  });
  const { session_id } = h;
  assert.equal(
    (await h.call(TOOL, { session_id, topic: "ok/1", payload: "1", qos: 1 })).acknowledged,
    true,
  );
  assert.match(
    await h.refusal(TOOL, { session_id, topic: "no/1", payload: "1", qos: 1 }),
    /^NOT_AUTHORIZED: /,
  );
});

Deno.test("an acknowledgement that never comes ends in time with `delivery unknown`", async () => {
  await using broker = startScriptedBroker({
    onPacket: (packet) => packet.cmd === "publish" ? true : undefined,
  });
  await using h = await createToolHarness({ MQTT_TIMEOUT: "1" });
  const session_id = await h.connect(broker.url);
  assert.match(
    await h.refusal(TOOL, { session_id, topic: "a", payload: "1", qos: 1 }),
    /^TIMEOUT: .*delivery unknown/i,
  );
});

Deno.test("while the connection is down a publish is refused, and nothing is sent later", async () => {
  await using h = await startToolHarness();
  const { session_id } = h;
  await h.broker.kill();
  const session = h.core.sessions.get(session_id, "");
  await until("the loss is noticed", () => session.state !== "connected");
  assert.match(
    await h.refusal(TOOL, { session_id, topic: "a", payload: "1", qos: 1 }),
    /^CONNECTION_LOST: /,
  );
  await h.broker.restart();
  await using device = await connectPublisher(h.broker.url);
  const got: Request[] = [];
  await device.respond("#", (message) => void got.push(message));
  await until("it is back", () => session.state === "connected");
  const facts = await h.call(TOOL, { session_id, topic: "b", payload: "2", qos: 1 });
  assert.match(facts.notice, /is back since/);
  await until("b came", () => got.length > 0);
  assert.deepEqual(got.map((message) => message.topic), ["b"]);
});

Deno.test("of a connection lost at a refused publish that one is told, none that was delivered before", async () => {
  // With this setting Mosquitto 2.0 hangs up at each publish that it refuses.
  await using h = await startToolHarness({ mosquitto: { config: ["max_queued_messages 0"] } });
  const { session_id } = h;
  const publish = (topic: string, qos: number) => ({ session_id, topic, payload: "1", qos });
  const lastError = () => h.core.sessions.get(session_id, "").lastError ?? "";
  for (const qos of [0, 1, 2]) await h.call(TOOL, publish("raw/a", qos));
  assert.match(
    await h.refusal(TOOL, publish("$SYS/x", 1)),
    /^NOT_AUTHORIZED: .*"not authorized" and closed the connection.* \/ .*not begin with \$SYS/,
  );
  assert.match(lastError(), /hung up at PUBLISH to "\$SYS\/x".*keeps \$SYS for its own/);
  assert.doesNotMatch(lastError(), /raw/);
});

for (const hangsUp of [true, false]) {
  Deno.test(`a broker that ${hangsUp ? "hangs up" : "goes on"} after a refusal is told as such`, async () => {
    await using broker = startScriptedBroker({
      onPacket(packet, client) {
        if (packet.cmd !== "publish" || packet.topic !== "no") return false;
        client.send({ cmd: "puback", messageId: packet.messageId, reasonCode: 0x87 });
        if (hangsUp) client.close();
        return true;
      },
    });
    await using h = await createToolHarness();
    const session_id = await h.connect(broker.url);
    await h.call(TOOL, { session_id, topic: "raw/a", payload: "1" });
    const refusal = await h.refusal(TOOL, { session_id, topic: "no", payload: "1", qos: 1 });
    const session = h.core.sessions.get(session_id, "");
    if (hangsUp) {
      assert.match(refusal, /^NOT_AUTHORIZED: .*and closed the connection/);
      assert.match(
        session.lastError ?? "",
        /at PUBLISH to "no", which it refused \(not authorized\)/,
      );
      return;
    }
    assert.match(refusal, /^NOT_AUTHORIZED: .*answered "not authorized" \//);
    broker.clients[0].close();
    await until("it is lost", () => session.lastError !== null);
    assert.equal(session.lastError, "the broker closed the connection");
  });
}

Deno.test("where a broker may drop what is published to $SYS without a word, that is told", async () => {
  await using h = await startToolHarness();
  const publish = (topic: string) =>
    h.call(TOOL, { session_id: h.session_id, topic, payload: "1" });
  assert.match((await publish("$SYS/x")).note, /without a word/);
  assert.equal((await publish("a")).note, undefined);
});

Deno.test("to $share/ nothing is sent, and the connection stays", async () => {
  await using broker = startScriptedBroker();
  await using h = await createToolHarness();
  const session_id = await h.connect(broker.url);
  assert.match(
    await h.refusal(TOOL, { session_id, topic: "$share/g/a", payload: "1" }),
    /^TOPIC_INVALID: .*for subscribing only/,
  );
  assert.equal(broker.clients[0].received.some(({ cmd }) => cmd === "publish"), false);
});

Deno.test("of a user property that is no text it is said what is expected", () => {
  for (const value of [1, ["a", 1]]) {
    const given = { session_id: "s", topic: "a", payload: "x", user_properties: { k: value } };
    const { error } = publishMessage.input.safeParse(given);
    assert.match(error?.issues[0].message ?? "", /expected a text or a list of texts/);
  }
});
