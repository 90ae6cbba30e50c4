import assert from "node:assert/strict";
import { MqttMcpError } from "../../src/errors.ts";
import { createPolicy } from "../../src/session/policy.ts";
import type { Session } from "../../src/session/session.ts";
import { startMosquitto } from "../support/mosquitto.ts";
import { startProxy } from "../support/proxy.ts";
import { startScriptedBroker } from "../support/scripted_broker.ts";
import { brief, bytes, establish, makeRegistry, until } from "../support/sessions.ts";

const message = { topic: "a", payload: bytes("1"), qos: 1, retain: false } as const;

async function hear(session: Session, filter: string) {
  const messages: string[] = [];
  await session.listen({
    filters: [filter],
    onMessage: (received) => void messages.push(brief(received)),
  });
  return messages;
}

Deno.test("each QoS is acknowledged in its own way, and MQTT 5 says when nobody listens", async () => {
  await using broker = startScriptedBroker({
    onPacket(packet, client) {
      if (packet.cmd !== "publish" || packet.topic !== "nobody") return false;
      client.send({
        cmd: packet.qos === 1 ? "puback" : "pubrec",
        messageId: packet.messageId,
        reasonCode: 0x10,
      });
      return true;
    },
  });
  await using registry = await makeRegistry();
  const session = await establish(registry, broker.url);
  const facts = async (topic: string, qos: 0 | 1 | 2) => {
    const { acknowledged, ack, reason } = await session.publish({ ...message, topic, qos });
    return [acknowledged, ack, reason];
  };
  assert.deepEqual(await facts("a", 0), [false, "none", "sent"]);
  assert.deepEqual(await facts("a", 1), [true, "puback", "success"]);
  assert.deepEqual(await facts("a", 2), [true, "pubcomp", "success"]);
  assert.deepEqual(await facts("nobody", 1), [true, "puback", "no matching subscribers"]);
  assert.deepEqual(await facts("nobody", 2), [true, "pubcomp", "no matching subscribers"]);
  assert.equal(session.counts.messagesPublished, 5);
});

Deno.test("MQTT 5 properties arrive with the message", async () => {
  await using broker = await startMosquitto();
  await using registry = await makeRegistry();
  const session = await establish(registry, broker.url);
  const seen: unknown[] = [];
  await session.listen({
    filters: ["a"],
    onMessage: ({ properties }) =>
      void seen.push([
        properties?.contentType,
        properties?.responseTopic,
        String(properties?.correlationData),
        properties?.userProperties?.k,
      ]),
  });
  await session.publish({
    ...message,
    properties: {
      contentType: "text/plain",
      responseTopic: "b",
      correlationData: bytes("id"),
      messageExpiryInterval: 60,
      userProperties: { k: ["v", "w"] },
    },
  });
  await until("it came", () => seen.length === 1);
  assert.deepEqual(seen, [["text/plain", "b", "id", ["v", "w"]]]);
});

for (
  const [code, expected] of [[0x87, "NOT_AUTHORIZED"], [0x97, "RESOURCE_LIMIT"], [
    0x99,
    "INVALID_ARGUMENT",
  ], [0x90, "TOPIC_INVALID"]] as const
) {
  for (const qos of [1, 2] as const) {
    Deno.test(`reason code 0x${code.toString(16)} at QoS ${qos} is ${expected}`, async () => {
      await using broker = startScriptedBroker({
        onPacket(packet, client) {
          if (packet.cmd !== "publish") return false;
          client.send({
            cmd: packet.qos === 1 ? "puback" : "pubrec",
            messageId: packet.messageId,
            reasonCode: code,
          });
          return true;
        },
      });
      await using registry = await makeRegistry();
      const session = await establish(registry, broker.url);
      await assert.rejects(session.publish({ ...message, qos }), { code: expected });
    });
  }
}

for (const [packet, qos] of [["puback", 1], ["pubrec", 2], ["pubcomp", 2]] as const) {
  Deno.test(`a lost ${packet.toUpperCase()} means delivery unknown, and no copy follows a reconnect`, async () => {
    await using broker = await startMosquitto();
    await using proxy = startProxy(broker.port);
    await using registry = await makeRegistry({ mqttTimeoutMs: 2_000 });
    const witness = await hear(await establish(registry, broker.url, "witness"), "#");
    const session = await establish(registry, `${proxy.url}/me`);
    proxy.drop(packet);
    await assert.rejects(session.publish({ ...message, qos }), (error) => {
      assert(error instanceof MqttMcpError);
      assert.equal(error.code, "TIMEOUT");
      assert.match(error.message, /delivery unknown/);
      return true;
    });
    proxy.drop();
    proxy.cut();
    await until(
      "it is back",
      () => session.counts.reconnects === 1 && session.state === "connected",
    );
    await session.publish({ ...message, topic: "end" });
    await until("the end came", () => witness.includes("end=1"));
    // A QoS 2 message is not handed on by the broker before its PUBREL, which was never sent.
    assert.deepEqual(witness, packet === "pubrec" ? ["end=1"] : ["a=1", "end=1"]);
  });
}

Deno.test("a connection lost before the acknowledgement means delivery unknown", async () => {
  await using broker = startScriptedBroker({
    onPacket(packet, client) {
      if (packet.cmd === "publish") client.close();
      return packet.cmd === "publish";
    },
  });
  await using registry = await makeRegistry();
  const session = await establish(registry, broker.url);
  for (const qos of [1, 2] as const) {
    await assert.rejects(session.publish({ ...message, qos }), (error) => {
      assert(error instanceof MqttMcpError);
      assert.equal(error.code, "CONNECTION_LOST");
      assert.match(error.message, /delivery unknown/);
      return true;
    });
    await until("it is back", () => session.state === "connected");
  }
  const sent = broker.clients.map(({ received }) =>
    received.filter(({ cmd }) => cmd === "publish").length
  );
  assert.deepEqual(sent, [1, 1, 0]);
});

Deno.test("what could not be written before the time was up never leaves", async () => {
  await using broker = await startMosquitto();
  await using proxy = startProxy(broker.port);
  await using registry = await makeRegistry({ mqttTimeoutMs: 2_000 });
  const witness = await hear(await establish(registry, broker.url, "witness"), "#");
  const session = await establish(registry, proxy.url);
  proxy.freeze();
  const payload = new Uint8Array(1_000_000);
  const tries = await Promise.allSettled(
    Array.from(
      { length: 20 },
      (_, i) => session.publish({ ...message, topic: `big/${i}`, payload, qos: 1 }),
    ),
  );
  assert(tries.every(({ status }) => status === "rejected"));
  proxy.thaw();
  await until("it is back", () => session.state === "connected" && session.counts.reconnects > 0);
  await session.publish({ ...message, topic: "end" });
  await until("the end came", () => witness.includes("end=1"));
  // The kernel may have passed on the first ones; what was in our own buffers must be gone.
  assert(witness.length < 21, `${witness.length} messages came`);
  assert(!witness.some((one) => one.startsWith("big/19=")));
});

Deno.test("a cancelled publish is given up at once", async () => {
  await using broker = startScriptedBroker({ onPacket: ({ cmd }) => cmd === "publish" });
  await using registry = await makeRegistry();
  const session = await establish(registry, broker.url);
  const abort = new AbortController();
  const publishing = session.publish({ ...message, signal: abort.signal });
  await until("it was sent", () => broker.clients[0].received.some(({ cmd }) => cmd === "publish"));
  abort.abort();
  await assert.rejects(publishing, /cancelled; delivery unknown/);
});

Deno.test("what the broker announced that it does not take is refused before anything is sent", async () => {
  await using broker = startScriptedBroker({
    connack: { properties: { maximumQoS: 1, retainAvailable: false, maximumPacketSize: 100 } },
  });
  await using registry = await makeRegistry();
  const session = await establish(registry, broker.url);
  await assert.rejects(session.publish({ ...message, qos: 2 }), { code: "QOS_NOT_SUPPORTED" });
  await assert.rejects(session.publish({ ...message, retain: true }), { code: "INVALID_ARGUMENT" });
  await assert.rejects(session.publish({ ...message, payload: new Uint8Array(100) }), {
    code: "PAYLOAD_TOO_LARGE",
  });
  await session.publish({ ...message, payload: new Uint8Array(80) });
  assert.equal(broker.clients[0].received.filter(({ cmd }) => cmd === "publish").length, 1);
});

Deno.test("invalid topics, payloads over 1 MiB and what the policy forbids are refused", async () => {
  await using broker = startScriptedBroker();
  await using registry = await makeRegistry({ policy: createPolicy({ publishDeny: ["no/#"] }) });
  const session = await establish(registry, broker.url);
  await assert.rejects(session.publish({ ...message, topic: "a/+" }), { code: "TOPIC_INVALID" });
  await assert.rejects(session.publish({ ...message, topic: "" }), { code: "TOPIC_INVALID" });
  await assert.rejects(session.publish({ ...message, topic: "no/way" }), { code: "NOT_ALLOWED" });
  await assert.rejects(session.publish({ ...message, payload: new Uint8Array(1_048_577) }), {
    code: "PAYLOAD_TOO_LARGE",
  });
  assert.equal(broker.clients[0].received.filter(({ cmd }) => cmd === "publish").length, 0);
});

Deno.test("no more publishes are in flight than the broker's receive maximum", async () => {
  let inFlight = 0, most = 0;
  await using broker = startScriptedBroker({
    connack: { properties: { receiveMaximum: 2 } },
    onPacket(packet, client) {
      if (packet.cmd !== "publish") return false;
      most = Math.max(most, ++inFlight);
      setTimeout(() => {
        inFlight--;
        client.send({ cmd: "puback", messageId: packet.messageId });
      }, 2);
      return true;
    },
  });
  await using registry = await makeRegistry();
  const session = await establish(registry, broker.url);
  await Promise.all(Array.from({ length: 20 }, () => session.publish(message)));
  assert.equal(most, 2);
});

Deno.test("observers see packets without payloads while they watch", async () => {
  await using broker = startScriptedBroker();
  await using registry = await makeRegistry();
  const session = await establish(registry, broker.url);
  const seen: string[] = [];
  session.observePackets((direction, packet) => {
    seen.push(`${direction} ${packet.cmd}`);
    assert(!JSON.stringify(packet).includes("s3cret"));
  });
  await session.publish({ ...message, payload: bytes("s3cret") });
  session.observePackets(null);
  await session.publish(message);
  assert.deepEqual(seen, ["sent publish", "received puback"]);
});
