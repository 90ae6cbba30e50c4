import assert from "node:assert/strict";
import { startDemo } from "../../src/demo/mod.ts";
import { connectPublisher, type Publisher } from "../support/publisher.ts";
import { createToolHarness, type Facts, startToolHarness } from "../support/tool_harness.ts";
import { ends } from "../support/wait.ts";

const TOOL = "request_reply";

function answerOf(device: Publisher, text: (request: string) => string) {
  return device.respond("dev/cmd", (request) => {
    if (request.responseTopic === undefined) return;
    device.publish(request.responseTopic, text(request.text), {
      qos: 0,
      properties: { correlationData: request.correlationData as never },
    });
  });
}

Deno.test("a device that knows MQTT 5 answers on the response topic, and its answer is checked", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  await answerOf(device, (request) => `{"got":${request}}`);
  const facts = await h.call(TOOL, {
    session_id,
    topic: "dev/cmd",
    payload: { a: 1 },
    timeout: 5,
    expect: { type: "object", required: ["got"] },
  });
  assert.equal(facts.replied, true);
  assert.deepEqual(facts.reply.payload, { got: { a: 1 } });
  assert.ok(facts.round_trip_ms > 0 && facts.round_trip_ms < 10_000);
  assert.equal(facts.valid, true);
  assert.deepEqual(facts.errors, []);
  assert.deepEqual(facts.other_replies, []);
  assert.match(facts.listened_on[0], /^mqtt-mcp\/reply\//);
  assert.equal(facts.listened.counting, "exact");
  const wrong = await h.call(TOOL, {
    session_id,
    topic: "dev/cmd",
    payload: "1",
    timeout: 5,
    expect: { type: "object", required: ["missing"], properties: { got: { type: "string" } } },
  });
  assert.equal(wrong.valid, false);
  assert.ok(wrong.errors.length > 0 && wrong.errors.some((e: string) => e.includes("missing")));
  assert.deepEqual(h.core.sessions.get(session_id, "").subscriptions, []);
});

Deno.test("duplicates and answers to other requests are told apart from the reply, however many", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  await device.respond("dev/cmd", async (request) => {
    const correct = { correlationData: request.correlationData as never };
    const wrong = { correlationData: new TextEncoder().encode("other") as never };
    for (let i = 0; i < 30; i++) {
      await device.publish(request.responseTopic!, `wrong ${i}`, { qos: 0, properties: wrong });
    }
    await device.publish(request.responseTopic!, "right", { qos: 0, properties: correct });
    await device.publish(request.responseTopic!, "right", { qos: 0, properties: correct });
  });
  const facts = await h.call(TOOL, { session_id, topic: "dev/cmd", payload: "", timeout: 5 });
  assert.equal(facts.reply.payload, "right");
  assert.equal(facts.other_replies.length, 15);
  assert.equal(facts.other_replies_total, 31);
  assert.match(facts.other_replies[0].why, /wrong correlation/);
});

Deno.test("on 3.1.1 the reply comes on reply_topic, a second one is a duplicate, a late one is late", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url, { protocolVersion: 4 });
  const session_id = await h.connect(`${h.broker.url}?protocol=3.1.1`);
  let delayMs = 0;
  await device.respond("dev/cmd", () => {
    setTimeout(async () => {
      await device.publish("dev/state", "on");
      if (delayMs === 0) await device.publish("dev/state", "on");
    }, delayMs);
  });
  await device.publish("dev/state", "old", { retain: true });
  const facts = await h.call(TOOL, {
    session_id,
    topic: "dev/cmd",
    payload: "toggle",
    reply_topic: "dev/state",
    timeout: 5,
  });
  assert.equal(facts.reply.payload, "on");
  assert.deepEqual(facts.other_replies.map((r: Facts) => r.why), ["duplicate or further reply"]);
  delayMs = 500;
  const late = await h.call(TOOL, {
    session_id,
    topic: "dev/cmd",
    payload: "toggle",
    reply_topic: "dev/+",
    timeout: 0.35,
  });
  assert.equal(late.replied, false);
  for (const field of ["round_trip_ms", "reply", "valid"]) assert.equal(late[field], null, field);
  assert.deepEqual(late.other_replies.map((r: Facts) => r.why), ["late"]);
  assert.match(late.advice, /No reply on "dev\/\+" .*check that it answers there/);
  assert.match(
    await h.refusal(TOOL, { session_id, topic: "dev/cmd", payload: "" }),
    /^INVALID_ARGUMENT: .*3\.1\.1.*reply_topic/,
  );
});

Deno.test("the devices of the demo answer where their families do", async () => {
  await using demo = await startDemo();
  await using h = await createToolHarness();
  const session_id = await h.connect(demo.url);
  const plug = await h.call(TOOL, {
    session_id,
    topic: "cmnd/washer_plug/POWER",
    payload: "OFF",
    timeout: 5,
  });
  assert.equal(plug.replied, true);
  assert.match(JSON.stringify(plug.reply.payload), /OFF/);
  const lamp = await h.call(TOOL, {
    session_id,
    topic: "zigbee2mqtt/kitchen_lamp/set",
    payload: { state: "ON" },
    timeout: 5,
    expect: { type: "object", required: ["state"] },
  });
  assert.equal(lamp.reply.topic, "zigbee2mqtt/kitchen_lamp");
  assert.equal(lamp.valid, true);
});

Deno.test("nobody who answers is no error, but says what to try", async () => {
  await using h = await startToolHarness();
  const facts = await h.call(TOOL, {
    session_id: h.session_id,
    topic: "void",
    payload: "",
    timeout: 0.2,
  });
  assert.equal(facts.replied, false);
  assert.match(facts.advice, /reply_topic/);
});

Deno.test("where a bridge itself does not answer its state is named, and no device", async () => {
  await using h = await startToolHarness();
  const request = { session_id: h.session_id, payload: "", timeout: 0.2 };
  const bridge = await h.call(TOOL, { ...request, topic: "home/bridge/request/permit_join" });
  assert.match(bridge.advice, /"home\/bridge\/state" whether it is online/);
  assert.doesNotMatch(bridge.advice, /device/);
  const told = await h.call(TOOL, {
    ...request,
    topic: "home/bridge/request/health_check",
    reply_topic: "home/bridge/response/health_check",
  });
  assert.match(told.advice, /"home\/bridge\/state" whether it is online/);
  const device = await h.call(TOOL, { ...request, topic: "zigbee2mqtt/lamp/set" });
  assert.match(device.advice, /check the device name/);
});

Deno.test("a cancelled request ends at once", async () => {
  await using h = await startToolHarness();
  const cancel = new AbortController();
  const from = h.broker.log.length;
  const running = h.call(TOOL, {
    session_id: h.session_id,
    topic: "void",
    payload: "",
    timeout: 60,
  }, {
    signal: cancel.signal,
  });
  await h.broker.waitForLog(/^Received PUBLISH from .*void/, { from });
  cancel.abort();
  // its own timeout is a minute, too; the acknowledgement may still have been on its way
  const outcome = await ends("the request", running.catch((error) => error), { timeoutMs: 50_000 });
  if (outcome instanceof Error) assert.match(outcome.message, /cancel/i);
  else assert.equal(outcome.replied, false);
});

Deno.test("wrong topics, schemas and policies are refused before anything is sent", async () => {
  await using h = await startToolHarness({ env: { PUBLISH_DENY: "no/#" } });
  const { session_id } = h;
  const cases: [object, RegExp][] = [
    [{ topic: "a/#" }, /^TOPIC_INVALID/],
    [{ reply_topic: "a/#/b" }, /^TOPIC_INVALID/],
    [{ topic: "no/x" }, /^NOT_ALLOWED/],
    [{ payload: undefined }, /^INVALID_ARGUMENT: .*payload/],
    [{ expect: { type: 7, pattern: "(" } }, /^INVALID_ARGUMENT: .*expect/],
    [{ expect: { pattern: "(?=a)" } }, /^INVALID_ARGUMENT: .*expect.*looks ahead or behind/],
    [{ expect: { $ref: "https://h/s" } }, /^INVALID_ARGUMENT: .*nothing is fetched/],
    [{ expect: { $comment: "x".repeat(50_001) } }, /^INVALID_ARGUMENT: .*expect/],
    [{ timeout: 61 }, /^INVALID_ARGUMENT: .*timeout/],
    [{ payload: "x".repeat(1_048_577) }, /^PAYLOAD_TOO_LARGE/],
  ];
  for (const [args, expected] of cases) {
    const text = await h.refusal(TOOL, { session_id, topic: "a", payload: "", ...args });
    assert.match(text, expected);
  }
  assert.equal(h.core.sessions.get(session_id, "").counts.messagesPublished, 0);
});

Deno.test("a schema or a pattern that would never end is told as not applied, and the reply is there", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  await answerOf(device, () => `"${"a".repeat(50)}!"`);
  const $defs: Record<string, object> = { d0: { type: "string" } };
  for (let i = 1; i <= 40; i++) {
    $defs[`d${i}`] = { allOf: [{ $ref: `#/$defs/d${i - 1}` }, { $ref: `#/$defs/d${i - 1}` }] };
  }
  const ask = (expect: object) =>
    h.call(TOOL, { session_id, topic: "dev/cmd", payload: "", timeout: 30, expect });
  const doubled = await ask({ $defs, $ref: "#/$defs/d40" });
  assert.equal(doubled.replied, true);
  assert.equal(doubled.valid, null);
  assert.match(doubled.errors[0], /not applied to the end/);
  const evil = await ask({ pattern: "^(a+)+$" });
  assert.equal(evil.valid, false);
  assert.match(evil.errors[0], /does not match pattern/);
});

Deno.test("reply_topic has to be allowed for hearing and for publishing, and so has a response topic of our own", async () => {
  const args = { topic: "cmnd/x/STATUS", payload: "", timeout: 0.2 };
  const refusalWith = async (env: Record<string, string>, reply_topic?: string) => {
    await using h = await startToolHarness({ env });
    return await h.refusal(TOOL, { ...args, session_id: h.session_id, reply_topic });
  };
  const publishOnly = { PUBLISH_DENY: "lock/#" };
  assert.match(await refusalWith(publishOnly, "lock/front"), /^NOT_ALLOWED: .*PUBLISH_DENY/);
  assert.match(
    await refusalWith(publishOnly, "$delayed/1/lock/front"),
    /^NOT_ALLOWED: .*"lock\/front".*PUBLISH_DENY/,
  );
  assert.match(
    await refusalWith({ SUBSCRIBE_DENY: "secret/#" }, "$queue/secret/#"),
    /^NOT_ALLOWED: .*SUBSCRIBE_DENY/,
  );
  await using h = await startToolHarness({ env: { PUBLISH_ALLOW: "cmnd/#,ask" } });
  const { session_id } = h;
  assert.match(
    await h.refusal(TOOL, { ...args, session_id, topic: "ask" }),
    /^NOT_ALLOWED: Cannot be answered on a response topic of its own: .*PUBLISH_ALLOW.*allow mqtt-mcp\/reply\/#/,
  );
  // where the device is known to answer elsewhere that is enough
  const known = await h.call(TOOL, { ...args, session_id });
  assert.deepEqual(known.listened_on, ["stat/x/STATUS"]);
});

Deno.test("an answer with another id in its payload is not the reply, and the call waits on for its own", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  const send = (payload: object) => device.publish("dev/answer", JSON.stringify(payload));
  await device.respond("dev/cmd", async ({ text }) => {
    const { transaction } = JSON.parse(text);
    await send({ status: "error", error: "not yours", transaction: "someone-else" });
    await send({ status: "ok", data: { id: 5 }, transaction });
  });
  const facts = await h.call(TOOL, {
    session_id,
    topic: "dev/cmd",
    payload: { transaction: "mine" },
    reply_topic: "dev/answer",
    timeout: 20,
  });
  assert.equal(facts.reply.payload.status, "ok");
  assert.equal(facts.other_replies.length, 1);
  assert.match(facts.other_replies[0].why, /^another transaction/);
  assert.equal(facts.other_replies[0].payload.error, "not yours");
  await using deaf = await connectPublisher(h.broker.url);
  await deaf.respond("dev/deaf", () => send({ transaction: "someone-else" }));
  const none = await h.call(TOOL, {
    session_id,
    topic: "dev/deaf",
    payload: { transaction: "mine" },
    reply_topic: "dev/answer",
    timeout: 0.5,
  });
  assert.equal(none.replied, false);
  assert.match(none.advice, /Answers to other requests came/);
});

Deno.test("Tasmota is heard under SetOption4, and with all messages of STATUS 0", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  await device.respond(
    "cmnd/plug/TelePeriod",
    () => device.publish("stat/plug/TELEPERIOD", '{"TelePeriod":300}'),
  );
  const moved = await h.call(TOOL, {
    session_id,
    topic: "cmnd/plug/TelePeriod",
    payload: "",
    timeout: 20,
  });
  assert.deepEqual(moved.reply.payload, { TelePeriod: 300 });
  await using plug = await connectPublisher(h.broker.url);
  await plug.respond("cmnd/plug/STATUS", async () => {
    await plug.publish("stat/plug/STATUS", '{"Status":{"Power":1}}');
    for (let page = 1; page <= 11; page++) {
      await plug.publish(`stat/plug/STATUS${page}`, `{"Page":${page}}`);
    }
  });
  const all = await h.call(TOOL, {
    session_id,
    topic: "cmnd/plug/STATUS",
    payload: "0",
    timeout: 20,
  });
  assert.equal(all.reply.topic, "stat/plug/STATUS");
  assert.equal(all.other_replies.length, 11);
});

Deno.test("a Shelly RPC without src is told to need one", async () => {
  await using h = await startToolHarness();
  const facts = await h.call(TOOL, {
    session_id: h.session_id,
    topic: "shellyplus1-a8032ab12345/rpc",
    payload: { id: 1, method: "Switch.GetStatus", params: { id: 0 } },
    timeout: 0.3,
  });
  assert.equal(facts.replied, false);
  assert.match(facts.advice, /give the payload a src/);
});
