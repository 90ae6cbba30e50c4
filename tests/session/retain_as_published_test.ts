import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { InboundMessage } from "../../src/mqtt/message.ts";
import type { ListenRequest } from "../../src/session/listening.ts";
import type { Session } from "../../src/session/session.ts";
import { startMosquitto } from "../support/mosquitto.ts";
import { startScriptedBroker } from "../support/scripted_broker.ts";
import { startRoutingBroker } from "../support/routing_broker.ts";
import { bytes, establish, makeRegistry, until } from "../support/sessions.ts";

function publish(session: Session, topic: string, text: string, retain: boolean) {
  return session.publish({ topic, payload: bytes(text), qos: 1, retain });
}

/** `replayed`, `retain` for a live one that was published with retain, or `plain`, with topic and text. */
function facts({ topic, payload, retain, liveRetain }: InboundMessage): string {
  const kind = retain ? "replayed" : liveRetain ? "retain" : "plain";
  return `${kind} ${topic}=${new TextDecoder().decode(payload)}`;
}

async function hear(session: Session, request: Omit<ListenRequest, "onMessage">) {
  const messages: string[] = [];
  const listening = await session.listen({
    ...request,
    onMessage: (message) => void messages.push(facts(message)),
  });
  return { messages, listening };
}

Deno.test("MQTT 5: whoever takes no replays hears which live messages were published with retain", async () => {
  await using broker = await startMosquitto();
  await using registry = await makeRegistry();
  const session = await establish(registry, broker.url);
  await publish(session, "a/0", "before", true);
  const heard = await hear(session, { filters: ["a/#"], retained: "skip" });
  await publish(session, "a/1", "kept", true);
  await publish(session, "a/1", "passing", false);
  await publish(session, "a/0", "", true);
  await until("all came", () => heard.messages.length >= 3);
  assert.deepEqual(heard.messages, ["retain a/1=kept", "plain a/1=passing", "retain a/0="]);
  const report = heard.listening.report();
  assert.equal(report.counting, "exact");
  assert.deepEqual(report.notes, []);
});

Deno.test("MQTT 5: a listener with replays beside one without gets them, and both count each message once", async () => {
  await using broker = await startMosquitto();
  await using registry = await makeRegistry();
  const session = await establish(registry, broker.url);
  const publisher = await establish(registry, broker.url);
  await publish(publisher, "a/0", "before", true);
  const live = await hear(session, { filters: ["a/#"], retained: "skip" });
  const all = await hear(session, { filters: ["a/#"] });
  const more = await hear(session, { filters: ["a/#"], retained: "only" });
  await until("the replays came", () => all.messages.length + more.messages.length >= 2);
  for (let i = 0; i < 20; i++) await publish(publisher, `a/${i % 3}`, `${i}`, i % 2 === 0);
  await until("all came", () => live.messages.length >= 20 && all.messages.length >= 21);
  const expected = Array.from({ length: 20 }, (_, i) => `a/${i % 3}=${i}`);
  assert.deepEqual(
    live.messages,
    expected.map((text, i) => `${i % 2 === 0 ? "retain" : "plain"} ${text}`),
  );
  assert.deepEqual(all.messages, [
    "replayed a/0=before",
    ...expected.map((text) => `plain ${text}`),
  ]);
  assert.deepEqual(more.messages, ["replayed a/0=before"]);
  for (const { listening } of [live, all, more]) {
    assert.equal(listening.report().counting, "exact");
    assert.deepEqual(listening.report().notes, []);
  }
});

Deno.test("MQTT 5: where others take replays by the same filter, that the flag is not known is told", async () => {
  await using broker = await startMosquitto();
  await using registry = await makeRegistry();
  const session = await establish(registry, broker.url);
  await hear(session, { filters: ["a/#"] });
  const heard = await hear(session, { filters: ["a/#"], retained: "skip" });
  await publish(session, "a/1", "kept", true);
  await until("it came", () => heard.messages.length >= 1);
  assert.deepEqual(heard.messages, ["plain a/1=kept"]);
  assert.match(heard.listening.report().notes.join(), /retain is not known/);
});

Deno.test("MQTT 5: the flag is known again after a reconnect, and what was retained meanwhile is no live message", async () => {
  await using broker = await startMosquitto({ persistence: true });
  await using registry = await makeRegistry();
  const session = await establish(registry, broker.url);
  const heard = await hear(session, { filters: ["a/#"], retained: "skip" });
  await publish(session, "a/1", "kept", true);
  await until("it came", () => heard.messages.length >= 1);
  await broker.restart();
  await until("it is back", () =>
    heard.listening.report().gaps.length === 1 &&
    session.state === "connected");
  await publish(session, "a/2", "later", true);
  await until("it came", () => heard.messages.length >= 2);
  assert.deepEqual(heard.messages, ["retain a/1=kept", "retain a/2=later"]);
});

Deno.test("MQTT 5: where the broker refuses the further connection, that retained messages are missing is told", async () => {
  let connections = 0;
  await using broker = startRoutingBroker({
    onPacket(packet, client) {
      if (packet.cmd !== "connect" || ++connections <= 1) return false;
      client.send({ cmd: "connack", sessionPresent: false, reasonCode: 0x97 });
      client.close();
      return true;
    },
  });
  await using registry = await makeRegistry();
  const session = await establish(registry, broker.url);
  await publish(session, "a/0", "before", true);
  const live = await hear(session, { filters: ["a/#"], retained: "skip" });
  const all = await hear(session, { filters: ["a/#"] });
  await publish(session, "a/1", "now", false);
  await until("it came", () => live.messages.length >= 1 && all.messages.length >= 1);
  assert.deepEqual(live.messages, ["plain a/1=now"]);
  assert.deepEqual(all.messages, ["plain a/1=now"]);
  const report = all.listening.report();
  assert.equal(report.counting, "exact");
  assert.match(report.notes.join(), /further connection, which the broker refused/);
});

Deno.test("MQTT 5: one packet for several subscriptions is live where one of them brings no replays", async () => {
  await using broker = startScriptedBroker();
  await using registry = await makeRegistry();
  const session = await establish(registry, broker.url);
  const wide = await hear(session, { filters: ["#"] });
  const live = await hear(session, { filters: ["a/#"], retained: "skip" });
  const [client] = broker.clients;
  client.send({
    cmd: "publish",
    topic: "a/1",
    payload: Buffer.from("x"),
    qos: 0,
    dup: false,
    retain: true,
    properties: { subscriptionIdentifier: [...client.subscriptions.values()] as number[] },
  });
  await until("it came", () => wide.messages.length >= 1 && live.messages.length >= 1);
  assert.deepEqual(wide.messages, ["retain a/1=x"]);
  assert.deepEqual(live.messages, ["retain a/1=x"]);
});

Deno.test("MQTT 3.1.1 knows no such flag: live messages are plain", async () => {
  await using broker = await startMosquitto();
  await using registry = await makeRegistry();
  const session = await establish(registry, `${broker.url}/?protocol=3.1.1`);
  const heard = await hear(session, { filters: ["a/#"], retained: "skip" });
  await publish(session, "a/1", "kept", true);
  await until("it came", () => heard.messages.length >= 1);
  assert.deepEqual(heard.messages, ["plain a/1=kept"]);
});
