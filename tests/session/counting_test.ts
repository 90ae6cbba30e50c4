import assert from "node:assert/strict";
import type mqttPacket from "mqtt-packet";
import type { InboundMessage } from "../../src/mqtt/message.ts";
import type { ListenRequest } from "../../src/session/listening.ts";
import type { Session } from "../../src/session/session.ts";
import { OperationError } from "../../src/errors.ts";
import { type Mosquitto, startMosquitto } from "../support/mosquitto.ts";
import { type ScriptedClient, startScriptedBroker } from "../support/scripted_broker.ts";
import { brief, bytes, establish, makeRegistry, until } from "../support/sessions.ts";

const VERSIONS = ["5", "3.1.1"] as const;

function publish(session: Session, topic: string, text: string, retain = false) {
  return session.publish({ topic, payload: bytes(text), qos: 1, retain });
}

async function hear(session: Session, request: Omit<ListenRequest, "onMessage">) {
  const messages: string[] = [];
  const raw: InboundMessage[] = [];
  const listening = await session.listen({
    ...request,
    onMessage: (message) => {
      messages.push(brief(message));
      raw.push({ ...message, payload: message.payload.slice() });
    },
  });
  return { messages, raw, listening };
}

async function onMosquitto(
  version: string,
  run: (o: { broker: Mosquitto; listener: Session; publisher: Session }) => Promise<void>,
): Promise<void> {
  await using broker = await startMosquitto();
  await using registry = await makeRegistry();
  const listener = await establish(registry, `${broker.url}/?protocol=${version}`);
  const publisher = await establish(registry, broker.url);
  await run({ broker, listener, publisher });
}

for (const version of VERSIONS) {
  Deno.test(`MQTT ${version}: a message matched by several filters of a listener is counted once`, () =>
    onMosquitto(version, async ({ listener, publisher }) => {
      const heard = await hear(listener, {
        filters: ["a/+", "+/b", "a/#", "a/b", "c"],
      });
      await publish(publisher, "a/b", "1");
      await publish(publisher, "x/b", "2");
      await publish(publisher, "a/b/c", "3");
      await publish(publisher, "c", "end");
      // by several connections, where the broker sends no identifiers: the end may come first
      await until("all came", () => heard.messages.length >= 4);
      assert.deepEqual(heard.messages.sort(), ["a/b/c=3", "a/b=1", "c=end", "x/b=2"]);
      assert.equal(heard.listening.report().counting, "exact");
      assert.equal(listener.counts.messagesReceived >= 4, true);
    }));

  Deno.test(`MQTT ${version}: overlapping listeners each count each message once`, () =>
    onMosquitto(version, async ({ listener, publisher }) => {
      const all = await hear(listener, { filters: ["#"] });
      const some = await hear(listener, { filters: ["a/#"] });
      const same = await hear(listener, { filters: ["a/#"] });
      for (let i = 0; i < 20; i++) await publish(publisher, "a/b", String(i));
      await publish(publisher, "z", "end");
      await publish(publisher, "a/end", "end");
      const wanted = Array.from({ length: 20 }, (_, i) => `a/b=${i}`);
      for (const heard of [all, some, same]) {
        await until("the end came", () => heard.messages.includes("a/end=end"));
        assert.equal(heard.listening.report().counting, "exact");
      }
      assert.deepEqual(all.messages, [...wanted, "z=end", "a/end=end"]);
      assert.deepEqual(some.messages, [...wanted, "a/end=end"]);
      assert.deepEqual(same.messages, [...wanted, "a/end=end"]);
    }));

  Deno.test(`MQTT ${version}: retained messages go to the listener whose SUBSCRIBE brought them`, () =>
    onMosquitto(version, async ({ listener, publisher }) => {
      await publish(publisher, "a/1", "kept", true);
      await publish(publisher, "a/2", "kept", true);
      const first = await hear(listener, { filters: ["a/#"] });
      await until("the first has both", () => first.messages.length === 2);
      const second = await hear(listener, { filters: ["a/#"] });
      const wider = await hear(listener, { filters: ["#"] });
      const skipping = await hear(listener, { filters: ["a/+"], retained: "skip" });
      const only = await hear(listener, { filters: ["a/+"], retained: "only" });
      await publish(publisher, "a/1", "live");
      for (const heard of [first, second, wider, skipping]) {
        await until("the live one came", () => heard.messages.includes("a/1=live"));
      }
      await until("the retained ones came", () => only.messages.length === 2);
      const both = ["R a/1=kept", "R a/2=kept"];
      assert.deepEqual(first.messages, [...both, "a/1=live"]);
      assert.deepEqual(second.messages, [...both, "a/1=live"]);
      assert.deepEqual(wider.messages, [...both, "a/1=live"]);
      assert.deepEqual(skipping.messages, ["a/1=live"]);
      assert.deepEqual(only.messages, both);
    }));

  Deno.test(`MQTT ${version}: what became retained while one listened is no news to it when another asks for it`, () =>
    onMosquitto(version, async ({ listener, publisher }) => {
      const first = await hear(listener, { filters: ["a/#"] });
      await publish(publisher, "a/1", "kept", true);
      await until("the first heard it", () => first.messages.length === 1);
      const second = await hear(listener, { filters: ["a/#"] });
      await publish(publisher, "a/end", "end");
      for (const heard of [first, second]) {
        await until("the end came", () => heard.messages.includes("a/end=end"));
      }
      await until("the retained one came", () => second.messages.length === 2);
      assert.deepEqual(first.messages, ["a/1=kept", "a/end=end"]);
      assert.deepEqual(second.messages.sort(), ["R a/1=kept", "a/end=end"]);
    }));

  Deno.test(`MQTT ${version}: excluded topics are not counted, and a closed listener hears nothing`, () =>
    onMosquitto(version, async ({ listener, publisher }) => {
      const heard = await hear(listener, { filters: ["a/#"], exclude: ["a/noise/#"] });
      const other = await hear(listener, { filters: ["a/#"] });
      await publish(publisher, "a/noise/1", "x");
      await publish(publisher, "a/b", "1");
      await until("both heard it", () => other.messages.length === 2 && heard.messages.length > 0);
      assert.deepEqual(heard.messages, ["a/b=1"]);
      await heard.listening.close();
      await publish(publisher, "a/b", "2");
      await until("the other heard it", () => other.messages.length === 3);
      assert.deepEqual(heard.messages, ["a/b=1"]);
      assert.deepEqual(listener.subscriptions, ["a/#"]);
      await other.listening.close();
      assert.deepEqual(listener.subscriptions, []);
    }));

  Deno.test(`MQTT ${version}: filters that the broker refuses are named, and the others go on`, async () => {
    await using broker = startScriptedBroker({
      onPacket(packet, client) {
        if (packet.cmd !== "subscribe") return false;
        const refusal = client.protocolVersion === 5 ? 0x87 : 0x80;
        client.send({
          cmd: "suback",
          messageId: packet.messageId,
          granted: packet.subscriptions.map(({ topic }) => topic.startsWith("open/") ? 0 : refusal),
        });
        return true;
      },
    });
    await using registry = await makeRegistry();
    const session = await establish(registry, `${broker.url}/?protocol=${version}`);
    const heard = await hear(session, { filters: ["#", "open/#", "open/x"] });
    const report = heard.listening.report();
    assert.deepEqual(report.refused.map(({ filter }) => filter), ["#"]);
    assert.match(report.refused[0].reason, version === "5" ? /not authorized/ : /refused/);
    // The filter that covered it was refused, so this one had to be asked for itself.
    const [client] = broker.clients;
    liveTo(client, "open/x", "1", version === "5" ? client.subscriptions.get("open/#") : undefined);
    await until("it came", () => heard.messages.length > 0);
    assert.deepEqual(heard.messages, ["open/x=1"]);
    await assert.rejects(hear(session, { filters: ["closed/a", "closed/b"] }), (error) => {
      assert(error instanceof OperationError);
      assert.equal(error.code, "NOT_AUTHORIZED");
      assert.match(error.message, /closed\/a.*closed\/b/);
      return true;
    });
    assert.deepEqual(session.subscriptions, ["open/#"]);
  });
}

Deno.test("a shared subscription shares out messages and does not disturb other listeners", () =>
  onMosquitto("5", async ({ listener, publisher }) => {
    const plain = await hear(listener, { filters: ["job/#"] });
    const one = await hear(listener, { filters: ["$share/workers/job/#"] });
    const two = await hear(listener, { filters: ["$share/workers/job/#"] });
    for (let i = 0; i < 10; i++) await publish(publisher, "job/x", String(i));
    await until("all came", () => one.messages.length + two.messages.length === 10);
    await until("all came", () => plain.messages.length === 10);
    assert.equal(new Set([...one.messages, ...two.messages]).size, 10);
    assert(one.messages.length > 0 && two.messages.length > 0);
    assert.match(one.listening.report().notes.join(), /takes messages from the other members/);
    await one.listening.close();
    await two.listening.close();
    assert.deepEqual(listener.subscriptions, ["job/#"]);
  }));

function liveTo(
  client: ScriptedClient,
  topic: string,
  text: string,
  ids?: number | number[],
): void {
  client.send({
    cmd: "publish",
    topic,
    payload: text,
    qos: 0,
    dup: false,
    retain: false,
    ...(ids !== undefined && { properties: { subscriptionIdentifier: ids } }),
  });
}

Deno.test("one PUBLISH with several subscription identifiers is counted once by each listener", async () => {
  await using broker = startScriptedBroker();
  await using registry = await makeRegistry();
  const session = await establish(registry, broker.url);
  const wide = await hear(session, { filters: ["#"] });
  const both = await hear(session, { filters: ["+/b", "a/+"] });
  const [client] = broker.clients;
  const ids = [...client.subscriptions.values()].filter((id) => id !== undefined);
  assert.equal(new Set(ids).size, 3);
  liveTo(client, "a/b", "1", ids);
  liveTo(client, "z", "end", client.subscriptions.get("#"));
  await until("the end came", () => wide.messages.length === 2);
  assert.deepEqual(wide.messages, ["a/b=1", "z=end"]);
  assert.deepEqual(both.messages, ["a/b=1"]);
  assert.equal(session.counts.messagesReceived, 2);
});

Deno.test("each SUBSCRIBE carries a fresh identifier, a repeated one for the same filter too", async () => {
  await using broker = startScriptedBroker();
  await using registry = await makeRegistry();
  const session = await establish(registry, broker.url);
  await hear(session, { filters: ["a"] });
  await hear(session, { filters: ["a"] });
  const ids = broker.clients[0].received
    .filter((packet): packet is mqttPacket.ISubscribePacket => packet.cmd === "subscribe")
    .map((packet) => packet.properties?.subscriptionIdentifier);
  assert.equal(ids.length, 2);
  assert.notEqual(ids[0], ids[1]);
});

Deno.test("a broker that keeps the old identifier of a repeated SUBSCRIBE is counted right", async () => {
  const firstIds = new Map<string, number | undefined>();
  await using broker = startScriptedBroker({
    onPacket(packet, client) {
      if (packet.cmd !== "subscribe") return false;
      const { topic } = packet.subscriptions[0];
      if (!firstIds.has(topic)) firstIds.set(topic, packet.properties?.subscriptionIdentifier);
      client.send({ cmd: "suback", messageId: packet.messageId, granted: [0] });
      client.send({
        cmd: "publish",
        topic: "a",
        payload: "kept",
        qos: 0,
        dup: false,
        retain: true,
        properties: { subscriptionIdentifier: firstIds.get(topic) },
      });
      return true;
    },
  });
  await using registry = await makeRegistry();
  const session = await establish(registry, broker.url);
  const first = await hear(session, { filters: ["a"] });
  await until("the first has it", () => first.messages.length === 1);
  const second = await hear(session, { filters: ["a"] });
  await until("the second has it", () => second.messages.length === 1);
  liveTo(broker.clients[0], "a", "live", firstIds.get("a"));
  await until("the live one came", () => second.messages.length === 2);
  assert.deepEqual(first.messages, ["R a=kept", "a=live"]);
  assert.deepEqual(second.messages, ["R a=kept", "a=live"]);
});

Deno.test("messages that come before the SUBACK are counted", async () => {
  await using broker = startScriptedBroker({
    onPacket(packet, client) {
      if (packet.cmd !== "subscribe") return false;
      liveTo(client, "a", "early", packet.properties?.subscriptionIdentifier);
      client.send({ cmd: "suback", messageId: packet.messageId, granted: [0] });
      return true;
    },
  });
  await using registry = await makeRegistry();
  const session = await establish(registry, broker.url);
  const heard = await hear(session, { filters: ["a"] });
  assert.deepEqual(heard.messages, ["a=early"]);
});

Deno.test("what was sent before a listener's SUBSCRIBE was read is not its own", async () => {
  let subscribes = 0;
  await using broker = startScriptedBroker({
    onPacket(packet, client) {
      if (packet.cmd !== "subscribe" || ++subscribes < 2) return false;
      // under the first one's identifier, because the second is not in force yet
      liveTo(client, "a", "before", 1);
      client.send({ cmd: "suback", messageId: packet.messageId, granted: [0] });
      liveTo(client, "a", "after", packet.properties?.subscriptionIdentifier);
      return true;
    },
  });
  await using registry = await makeRegistry();
  const session = await establish(registry, broker.url);
  const first = await hear(session, { filters: ["a"] });
  const [id] = broker.clients[0].subscriptions.values();
  assert.equal(id, 1);
  const second = await hear(session, { filters: ["a"] });
  await until("both heard the second message", () => second.messages.includes("a=after"));
  assert.deepEqual(first.messages, ["a=before", "a=after"]);
  assert.deepEqual(second.messages, ["a=after"]);
});

/** A broker of MQTT 5 without identifiers that sends one copy per matching subscription. */
function copyingBroker(o: { maxConnections?: number } = {}) {
  let connections = 0;
  const broker = startScriptedBroker({
    connack: { properties: { subscriptionIdentifiersAvailable: false } },
    onPacket(packet, client) {
      if (packet.cmd === "connect" && ++connections > (o.maxConnections ?? Infinity)) {
        client.send({ cmd: "connack", sessionPresent: false, reasonCode: 0x97 });
        client.close();
        return true;
      }
      return false;
    },
  });
  const publishToAll = (topic: string, text: string) => {
    for (const client of broker.clients.filter((one) => one.isOpen)) {
      for (const filter of client.subscriptions.keys()) {
        const prefix = filter.replace(/#$/, "");
        if (filter === topic || (filter.endsWith("#") && topic.startsWith(prefix))) {
          liveTo(client, topic, text);
        }
      }
    }
  };
  return { broker, publishToAll };
}

Deno.test("without identifiers overlapping listeners get connections of their own", async () => {
  const { broker, publishToAll } = copyingBroker();
  await using _broker = broker;
  await using registry = await makeRegistry();
  const session = await establish(registry, broker.url);
  const wide = await hear(session, { filters: ["#"] });
  const narrow = await hear(session, { filters: ["a/#", "a/b"] });
  const same = await hear(session, { filters: ["#"] });
  publishToAll("a/b", "1");
  publishToAll("z", "end");
  for (const heard of [wide, same]) await until("the end came", () => heard.messages.length >= 2);
  await until("it came", () => narrow.messages.length >= 1);
  assert.deepEqual(wide.messages, ["a/b=1", "z=end"]);
  assert.deepEqual(same.messages, ["a/b=1", "z=end"]);
  assert.deepEqual(narrow.messages, ["a/b=1"]);
  assert.equal(narrow.listening.report().counting, "exact");
  assert.equal(broker.clients.length, 3);
  assert(
    broker.clients.every((client) =>
      [...client.subscriptions.values()].every((id) => id === undefined)
    ),
  );
  await narrow.listening.close();
  await until("its connection is gone", () => broker.clients.filter((c) => c.isOpen).length === 2);
});

Deno.test("without identifiers and further connections the count says that copies may be in it", async () => {
  const { broker, publishToAll } = copyingBroker({ maxConnections: 1 });
  await using _broker = broker;
  await using registry = await makeRegistry();
  const session = await establish(registry, broker.url);
  const wide = await hear(session, { filters: ["#"] });
  assert.equal(wide.listening.report().counting, "exact");
  const narrow = await hear(session, { filters: ["a/#"] });
  publishToAll("a/b", "1");
  await until("it came", () => narrow.messages.length >= 1 && wide.messages.length >= 1);
  assert.equal(narrow.listening.report().counting, "may_include_copies");
  assert.equal(wide.listening.report().counting, "may_include_copies");
});

Deno.test("a DUP is counted and marked", async () => {
  await using broker = startScriptedBroker();
  await using registry = await makeRegistry();
  const session = await establish(registry, broker.url);
  const heard = await hear(session, { filters: ["a"], qos: 1 });
  const [client] = broker.clients;
  const message: mqttPacket.IPublishPacket = {
    cmd: "publish",
    topic: "a",
    payload: "1",
    qos: 1,
    dup: false,
    retain: false,
    messageId: 7,
    properties: { subscriptionIdentifier: client.subscriptions.get("a") },
  };
  client.send(message);
  client.send({ ...message, dup: true });
  await until("both came", () => heard.raw.length === 2);
  assert.deepEqual(heard.raw.map(({ dup }) => dup), [false, true]);
  await until(
    "both are acknowledged",
    () => client.received.filter(({ cmd }) => cmd === "puback").length === 2,
  );
});

Deno.test("a lower QoS granted than asked for is noted", async () => {
  await using broker = startScriptedBroker({
    onPacket(packet, client) {
      if (packet.cmd !== "subscribe") return false;
      client.send({ cmd: "suback", messageId: packet.messageId, granted: [0] });
      return true;
    },
  });
  await using registry = await makeRegistry();
  const session = await establish(registry, broker.url);
  const heard = await hear(session, { filters: ["a"], qos: 2 });
  assert.match(heard.listening.report().notes.join(), /granted QoS 0 instead of 2/);
});

Deno.test("a SUBSCRIBE that is never answered fails in time, and leaves nothing behind", async () => {
  await using broker = startScriptedBroker({ onPacket: ({ cmd }) => cmd === "subscribe" });
  await using registry = await makeRegistry({ mqttTimeoutMs: 100 });
  const session = await establish(registry, broker.url);
  await assert.rejects(hear(session, { filters: ["a"] }), { code: "TIMEOUT" });
  assert.deepEqual(session.subscriptions, []);
  const aborted = AbortSignal.abort();
  await assert.rejects(hear(session, { filters: ["a"], signal: aborted }), /cancelled/);
});

Deno.test("a fault in one listener is noted and does not disturb the others", async () => {
  await using broker = startScriptedBroker();
  await using registry = await makeRegistry();
  const session = await establish(registry, broker.url);
  const faulty = await session.listen({
    filters: ["a"],
    onMessage: () => {
      throw new Error("broken");
    },
  });
  const heard = await hear(session, { filters: ["a"] });
  liveTo(broker.clients[0], "a", "1", broker.clients[0].subscriptions.get("a"));
  liveTo(broker.clients[0], "a", "2", broker.clients[0].subscriptions.get("a"));
  await until("both came", () => heard.messages.length === 2);
  assert.equal(session.state, "connected");
  assert.match(faulty.report().notes.join(), /internal error/);
});
