// own process: weighs its memory
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { startScriptedBroker } from "../support/scripted_broker.ts";
import { until } from "../support/sessions.ts";
import { createToolHarness, type Facts } from "../support/tool_harness.ts";

const CONNACK_311 = Uint8Array.of(0x20, 2, 0, 0);

function harness(env: Record<string, string> = {}) {
  return createToolHarness({ CONNECTION_TIMEOUT: "2", MQTT_TIMEOUT: "2", ...env });
}

Deno.test("a broker that sends one byte a second does not hold a call beyond its time", async () => {
  const sending: ReturnType<typeof setInterval>[] = [];
  await using broker = startScriptedBroker({
    onPacket(packet, client) {
      if (packet.cmd !== "connect") return true;
      // a CONNACK that says it is 20 bytes long
      const bytes = Uint8Array.of(0x20, 20, 0, 0, ...new Array(18).fill(0));
      let at = 0;
      sending.push(setInterval(() => client.sendRaw(bytes.subarray(at, ++at)), 1_000));
      return true;
    },
  });
  await using h = await harness();
  assert.match(
    await h.refusal("establish_connection", { connection_string: `${broker.url}?protocol=5` }),
    /^CONNECTION_TIMEOUT: .*sent no CONNACK/,
  );
  const { healthy, checks } = await h.call("test_connection", {
    connection_string: `${broker.url}?protocol=5`,
  });
  assert.equal(healthy, false);
  assert.ok(checks.some((check: Facts) => check.name === "connect" && check.status === "fail"));
  for (const timer of sending) clearInterval(timer);
});

const MALFORMED: readonly [string, Uint8Array][] = [
  ["a packet type that does not exist", Uint8Array.of(0x00, 0)],
  ["a remaining length of five bytes", Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0xff, 0x7f)],
  ["a QoS of 3", Uint8Array.of(0x36, 5, 0, 1, 97, 0, 1)],
  ["a topic longer than its packet", Uint8Array.of(0x30, 4, 0xff, 0xff, 97, 97)],
  ["an acknowledgement that nobody waits for", Uint8Array.of(0x40, 2, 0x12, 0x34)],
  ["a second CONNACK", CONNACK_311],
  ["a packet that only clients send", Uint8Array.of(0x82, 6, 0, 1, 0, 1, 97, 0)],
  ["noise", Uint8Array.of(...Array.from({ length: 500 }, (_, i) => (i * 7919 + 13) % 256))],
];

for (const [what, bytes] of MALFORMED) {
  Deno.test(`${what} in the middle of a session is survived, and what is heard after it counts`, async () => {
    await using broker = startScriptedBroker();
    await using h = await harness();
    const session_id = await h.connect(`${broker.url}?protocol=3.1.1`);
    const running = h.call("subscribe_and_collect", {
      session_id,
      topic: "a",
      duration: 60,
      max_messages: 2,
    });
    await h.listening(session_id);
    const publish = () =>
      broker.clients.at(-1)?.send({
        cmd: "publish",
        topic: "a",
        payload: Buffer.from("1"),
        qos: 0,
        retain: false,
        dup: false,
      });
    publish();
    const session = h.core.sessions.get(session_id, "");
    await until("the first is heard", () => session.counts.messagesReceived === 1);
    const accepted = broker.clients.length;
    broker.clients.at(-1)?.sendRaw(bytes);
    // either it is ignored, or the connection is given up and made anew
    const again = setInterval(() => {
      const back = broker.clients.length > accepted;
      if (session.state === "connected" && (!back || broker.clients.at(-1)?.subscriptions.size)) {
        publish();
      }
    }, 300);
    const facts = await running.finally(() => clearInterval(again));
    assert.equal(facts.stop_reason, "max_messages");
    assert.ok(broker.clients.length <= accepted + 2, "no storm of connections");
    if (broker.clients.length > accepted) assert.equal(facts.listened.gaps.length, 1);
  });
}

for (const protocol of ["5", "3.1.1"]) {
  Deno.test(`a message of 64 MiB is passed over, counted and named, and those after it are heard (MQTT ${protocol})`, async () => {
    const announced: unknown[] = [];
    await using broker = startScriptedBroker({
      onPacket(packet) {
        if (packet.cmd === "connect") announced.push(packet.properties?.maximumPacketSize);
      },
    });
    await using h = await harness();
    const session_id = await h.connect(`${broker.url}?protocol=${protocol}`);
    assert.deepEqual(announced, [undefined], "a broker would keep it to itself without a word");
    const running = h.call("subscribe_and_collect", {
      session_id,
      topic: "#",
      duration: 300,
      max_messages: 1,
    });
    await h.listening(session_id);
    const before = Deno.memoryUsage().rss;
    const mebibytes = 64;
    const head = [0, 8, ...Buffer.from("fw/image"), ...(protocol === "5" ? [0] : [])];
    const size = mebibytes * 1024 * 1024 + head.length;
    const header = [
      0x30,
      0x80 | (size & 0x7f),
      0x80 | (size >> 7 & 0x7f),
      0x80 | (size >> 14 & 0x7f),
      size >> 21,
    ];
    const [client] = broker.clients;
    client.sendRaw(Uint8Array.of(...header, ...head));
    const chunk = new Uint8Array(1024 * 1024);
    for (let i = 0; i < mebibytes; i++) client.sendRaw(chunk);
    client.send({
      cmd: "publish",
      topic: "later",
      payload: Buffer.from("1"),
      qos: 0,
      retain: false,
      dup: false,
    });
    const facts = await running;
    assert.equal(facts.stop_reason, "max_messages");
    assert.deepEqual(facts.messages.map(({ topic }: Facts) => topic), ["later"]);
    assert.deepEqual(facts.listened.gaps, []);
    assert.match(
      facts.listened.notes.join(),
      /1 message is over 16 MiB and not in the counts, nor read: "fw\/image" \(67108864 bytes\)/,
    );
    assert.ok(Deno.memoryUsage().rss - before < 300 * 1_048_576);
    assert.equal(broker.clients.length, 1);
  });
}

Deno.test("MQTT 5: every reason of a DISCONNECT is told in words; what cannot get better is not tried again", async () => {
  const final = new Set([0x87, 0x8e, 0x95, 0x9c, 0x9d]);
  const codes = [
    0x00,
    0x80,
    0x81,
    0x82,
    0x83,
    0x87,
    0x89,
    0x8b,
    0x8d,
    0x8e,
    0x8f,
    0x90,
    0x93,
    0x94,
    0x95,
  ]
    .concat([0x96, 0x97, 0x98, 0x99, 0x9a, 0x9b, 0x9c, 0x9d, 0x9e, 0x9f, 0xa0, 0xa1, 0xa2]);
  await using h = await harness({ MAX_CONNECTIONS: "100" });
  await Promise.all(codes.map(async (reasonCode) => {
    await using broker = startScriptedBroker();
    const session_id = await h.connect(`${broker.url}?protocol=5`);
    const session = h.core.sessions.get(session_id, "");
    const [client] = broker.clients;
    client.send({ cmd: "disconnect", reasonCode });
    await until("it is seen", () => session.lastError !== null);
    assert.match(
      session.lastError ?? "",
      /^[a-z ]*: [A-Za-z' ]{4,}/,
      `0x${reasonCode.toString(16)}`,
    );
    assert.doesNotMatch(session.lastError ?? "", /0x|\d{3}|unknown/);
    if (final.has(reasonCode)) {
      await until("it is left", () => session.state === "disconnected");
      assert.equal(broker.clients.length, 1);
    } else {
      await until("it is back", () => session.state === "connected" && broker.clients.length === 2);
    }
    await h.call("close_connection", { session_id });
  }));
});

Deno.test("MQTT 5: a redirection is told with the other server's name, and not followed", async () => {
  await using other = startScriptedBroker();
  await using broker = startScriptedBroker({
    connack: {
      reasonCode: 0x9d,
      properties: { serverReference: `127.0.0.1:${other.port}` },
    } as Record<string, unknown>,
  });
  await using h = await harness();
  const refusal = await h.refusal("establish_connection", { connection_string: broker.url });
  assert.match(refusal, /^BROKER_UNREACHABLE: .*server moved.*/);
  assert.equal(other.clients.length, 0);
  assert.equal(broker.clients.length, 1);
});

Deno.test("MQTT 5: a packet larger than the broker takes is refused before it is sent", async () => {
  await using broker = startScriptedBroker({
    connack: { properties: { maximumPacketSize: 1024 } },
  });
  await using h = await harness();
  const session_id = await h.connect(`${broker.url}?protocol=5`);
  const args = { session_id, topic: "a", payload: "x".repeat(2_000), qos: 1 };
  assert.match(await h.refusal("publish_message", args), /^PAYLOAD_TOO_LARGE: .*takes 1024/);
  assert.match(
    await h.refusal("publish_message", { ...args, dry_run: true }),
    /^PAYLOAD_TOO_LARGE: /,
  );
  await h.call("publish_message", { ...args, payload: "x".repeat(500) });
  const sent = broker.clients[0].received.filter(({ cmd }) => cmd === "publish");
  assert.equal(sent.length, 1);
});

Deno.test("MQTT 5: many publishes at once through a receive maximum of 1 all arrive, one after the other", async () => {
  let inFlight = 0;
  let most = 0;
  await using broker = startScriptedBroker({
    connack: { properties: { receiveMaximum: 1 } },
    onPacket(packet, client) {
      if (packet.cmd !== "publish") return;
      most = Math.max(most, ++inFlight);
      const { messageId } = packet;
      setTimeout(() => {
        inFlight--;
        client.send({ cmd: "puback", messageId });
      }, 5);
      return true;
    },
  });
  await using h = await harness({ MQTT_TIMEOUT: "30" });
  const session_id = await h.connect(`${broker.url}?protocol=5`);
  const results = await Promise.all(
    Array.from(
      { length: 100 },
      (_, i) => h.call("publish_message", { session_id, topic: "a", payload: `${i}`, qos: 1 }),
    ),
  );
  assert.ok(results.every((facts) => facts.acknowledged));
  assert.equal(most, 1);
  const sent = broker.clients[0].received.flatMap((packet) =>
    packet.cmd === "publish" ? [String(packet.payload)] : []
  );
  assert.equal(new Set(sent).size, 100);
  assert.equal(sent.length, 100);
});

Deno.test("MQTT 5: topic aliases of a broker never mix topics up, and none are used that it does not take", async () => {
  await using broker = startScriptedBroker({ connack: { properties: { topicAliasMaximum: 0 } } });
  await using h = await harness();
  const session_id = await h.connect(`${broker.url}?protocol=5`);
  const running = h.call("subscribe_and_collect", {
    session_id,
    topic: "#",
    duration: 60,
    max_messages: 1,
  });
  await h.listening(session_id);
  const [client] = broker.clients;
  const [connect] = client.received;
  assert.ok(connect.cmd === "connect" && !connect.properties?.topicAliasMaximum);
  for (let i = 0; i < 3; i++) {
    await h.call("publish_message", { session_id, topic: "own/topic", payload: `${i}`, qos: 1 });
  }
  for (const packet of client.received) {
    if (packet.cmd !== "publish") continue;
    assert.equal(packet.topic, "own/topic");
    assert.equal(packet.properties?.topicAlias, undefined);
  }
  client.send({
    cmd: "publish",
    topic: "a",
    payload: Buffer.from("1"),
    qos: 0,
    retain: false,
    dup: false,
  });
  assert.equal((await running).messages[0].topic, "a");
});

Deno.test("MQTT 5: a session that another client took over is told as a collision, and not fought for", async () => {
  await using broker = startScriptedBroker();
  await using h = await harness();
  const session_id = await h.connect(`${broker.url}/pump-3?protocol=5`);
  const running = h.call("subscribe_and_collect", { session_id, topic: "#", duration: 60 });
  await h.listening(session_id);
  broker.clients[0].send({ cmd: "disconnect", reasonCode: 0x8e });
  const facts = await running;
  assert.equal(facts.stop_reason, "connection_lost");
  assert.match(JSON.stringify(facts), /client id collision/);
  assert.equal(broker.clients.length, 1, "nobody comes back to push the other out");
});
