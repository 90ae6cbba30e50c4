// takes long: it waits for brokers that keep silent
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { startMosquitto } from "../support/mosquitto.ts";
import { startRoutingBroker } from "../support/routing_broker.ts";
import { type BrokerScript, startScriptedBroker } from "../support/scripted_broker.ts";
import { until } from "../support/sessions.ts";
import { createToolHarness, type Facts } from "../support/tool_harness.ts";

function harness(env: Record<string, string> = {}) {
  return createToolHarness({ CONNECTION_TIMEOUT: "3", MQTT_TIMEOUT: "8", ...env });
}

function check(report: Facts, name: string): Facts {
  return report.checks.find((one: Facts) => one.name === name);
}

/** What a broker sent nobody has to have asked for: the names of the packets that it got. */
function got(broker: ReturnType<typeof startScriptedBroker>, cmd: string): number {
  return broker.clients.flatMap(({ received }) => received).filter((one) => one.cmd === cmd).length;
}

Deno.test("a broker that is silent to MQTT 5 is spoken to in 3.1.1 on a new connection, and both tools say so", async () => {
  await using broker = startScriptedBroker({
    onPacket: (packet, client) => packet.cmd === "connect" && client.protocolVersion === 5,
  });
  await using h = await harness();
  const facts = await h.call("establish_connection", { connection_string: broker.url });
  assert.equal(facts.mqtt_version, "3.1.1");
  assert.match(facts.version_note, /silent to MQTT 5/);
  assert.deepEqual(broker.clients.map(({ protocolVersion }) => protocolVersion), [5, 4]);

  const report = await h.call("test_connection", { connection_string: broker.url });
  assert.match(check(report, "connect").detail, /^MQTT 3\.1\.1 \(the broker is silent to MQTT 5/);
  const tries = broker.clients.slice(2).map(({ protocolVersion }) => protocolVersion);
  assert.equal(
    tries.filter((version) => version === 5).length,
    1,
    "what works is not sought again",
  );
});

Deno.test("a port that is silent to both versions is told within the time", async () => {
  await using broker = startScriptedBroker({ onPacket: (packet) => packet.cmd === "connect" });
  await using h = await harness({ CONNECTION_TIMEOUT: "1" });
  assert.match(
    await h.refusal("establish_connection", { connection_string: broker.url }),
    /^CONNECTION_TIMEOUT: .*within 1 s: the port accepts connections but sent no CONNACK/,
  );
});

/** Closes at a packet for which `at` is true. */
function hangingUp(at: (packet: Parameters<NonNullable<BrokerScript["onPacket"]>>[0]) => boolean) {
  return startRoutingBroker({
    onPacket(packet, client) {
      if (!at(packet)) return false;
      client.close();
      return true;
    },
  });
}

const everything = (packet: { cmd?: string; subscriptions?: { topic: string }[] }) =>
  packet.cmd === "subscribe" && packet.subscriptions?.[0].topic.endsWith("#") === true;

for (const version of ["5", "3.1.1"]) {
  Deno.test(`MQTT ${version}: a broker that hangs up at a SUBSCRIBE is told as such, and other listeners go on`, async () => {
    await using broker = hangingUp(everything as never);
    await using h = await harness();
    const session_id = await h.connect(`${broker.url}/given?protocol=${version}`);
    const running = h.call("subscribe_and_collect", {
      session_id,
      topic: "a/b",
      duration: 60,
      max_messages: 1,
    });
    await h.listening(session_id);
    for (let i = 0; i < 2; i++) {
      const refusal = await h.refusal("list_topics", { session_id, duration: 1 });
      assert.match(refusal, /^NOT_AUTHORIZED: .*hung up at SUBSCRIBE "#".*narrower filter/);
      assert.doesNotMatch(refusal, /collision/);
    }
    const session = h.core.sessions.get(session_id, "");
    await until("it is back", () => session.state === "connected");
    await until(
      "the other is subscribed",
      () => broker.clients.some((one) => one.isOpen && one.subscriptions.has("a/b")),
    );
    await h.call("publish_message", { session_id, topic: "a/b", payload: "1" });
    const facts = await running;
    assert.equal(facts.stop_reason, "max_messages");
    // without identifiers the wider filter had a connection of its own
    if (version === "3.1.1") return assert.deepEqual(facts.listened.gaps, []);
    assert.match(facts.listened.gaps[0].reason, /hung up at SUBSCRIBE "#": most likely/);
  });

  for (const qos of [0, 1, 2]) {
    Deno.test(`MQTT ${version}: a broker that hangs up at a PUBLISH with QoS ${qos} is told at once, and by what it was`, async () => {
      await using broker = hangingUp((packet) =>
        packet.cmd === "publish" && packet.topic.startsWith("forbidden")
      );
      await using h = await harness();
      const session_id = await h.connect(`${broker.url}/given?protocol=${version}`);
      const session = h.core.sessions.get(session_id, "");
      for (
        const [args, cause] of [
          [{ payload: "1" }, qos === 2 ? /QoS 1 at most/ : /access list/],
          [{ payload: "1", retain: true }, /keeps no retained messages.*retain false/],
          [{ payload: "x".repeat(200_000) }, /no message of 200000 bytes.*smaller/],
        ] as const
      ) {
        await until("it is connected", () => session.state === "connected");
        const refusal = await h.refusal("publish_message", {
          session_id,
          topic: "forbidden/x",
          qos,
          ...args,
        });
        assert.match(
          refusal,
          /^CONNECTION_LOST: .*hung up at PUBLISH to "forbidden\/x"(?! and).*unknown/,
        );
        assert.match(refusal, cause);
        assert.doesNotMatch(refusal, /collision/);
      }
      await until("it is connected", () => session.state === "connected");
      assert.match(
        await h.refusal("request_reply", {
          session_id,
          topic: "forbidden/x",
          payload: "?",
          reply_topic: "answer",
          qos,
          timeout: 30,
        }),
        /^CONNECTION_LOST: .*hung up at PUBLISH to "forbidden\/x"/,
      );
    });
  }
}

Deno.test("a filter at which the broker hangs up when it is restored is refused, and the session stays", async () => {
  let forbids = false;
  await using broker = hangingUp((packet) => forbids && everything(packet as never));
  await using h = await harness();
  const session_id = await h.connect(broker.url);
  const running = h.call("subscribe_and_collect", { session_id, topic: "a/#", duration: 6 });
  await h.listening(session_id);
  forbids = true;
  broker.clients[0].close();
  const facts = await running;
  assert.equal(facts.stop_reason, "duration");
  assert.match(facts.listened.refused[0].reason, /hung up at SUBSCRIBE "a\/#"/);
  const [{ status }] = (await h.call("list_active_connections")).connections;
  assert.equal(status, "connected");
});

Deno.test("a request whose connection is lost while the reply is awaited is told at once", async () => {
  await using broker = startScriptedBroker({
    onPacket(packet, client) {
      if (packet.cmd !== "publish") return false;
      client.send({ cmd: "puback", messageId: packet.messageId });
      client.close();
      return true;
    },
  });
  await using h = await harness();
  const session_id = await h.connect(broker.url);
  const facts = await h.call("request_reply", {
    session_id,
    topic: "ask",
    payload: "?",
    reply_topic: "answer",
    timeout: 60,
  });
  assert.equal(facts.replied, false);
  assert.match(facts.advice, /connection was lost before a reply/);
});

const HIDDEN = 'say \u202e"pw" mqtt://anna:S3cr3t@host/ \u0007' + "x".repeat(500);
/** As it is shown: cut, made visible, without the login. */
const SHOWN = /saying "say \\u\{202e\}'pw' mqtt:\/\/\*\*\*@host\/ \\u\{7\}x{50,180}…"/;

Deno.test("the reason string and the server reference of a refused CONNECT are quoted, and a ban is not waited out", async () => {
  for (
    const [reasonCode, expected] of [
      [
        0x8a,
        /^BROKER_UNREACHABLE: .*"banned".*saying.* \/ Ask the broker's operator to lift the ban/,
      ],
      [0x87, /^AUTHENTICATION_FAILED: .*"not authorized".*saying.*no login was given/],
      [0x9c, /"use another server" to "other:1884", saying/],
      [0x88, /"server unavailable".*saying/],
    ] as const
  ) {
    await using broker = startScriptedBroker({
      connack: {
        reasonCode,
        properties: {
          reasonString: HIDDEN,
          ...(reasonCode === 0x9c && { serverReference: "other:1884" }),
        },
      },
    });
    await using h = await harness();
    const refusal = await h.refusal("establish_connection", { connection_string: broker.url });
    assert.match(refusal, expected);
    assert.match(refusal, SHOWN);
    const report = await h.call("test_connection", { connection_string: broker.url });
    assert.match(JSON.stringify(report), /saying/);
    assert.doesNotMatch(JSON.stringify(report) + refusal, /S3cr3t|\u202e/);
  }
});

Deno.test("what the broker says to a SUBSCRIBE, a PUBLISH and at the end is quoted", async () => {
  const properties = { reasonString: HIDDEN };
  await using broker = startScriptedBroker({
    connack: { properties: { reasonString: "welcome" } },
    onPacket(packet, client) {
      if (packet.cmd === "subscribe") {
        const granted = [packet.subscriptions[0].topic === "no" ? 0x87 : 0];
        client.send({ cmd: "suback", messageId: packet.messageId, granted, properties });
        return true;
      }
      if (packet.cmd !== "publish") return false;
      const reasonCode = packet.topic === "no" ? 0x87 : 0;
      const cmd = packet.qos === 1 ? "puback" : "pubrec";
      client.send({ cmd, messageId: packet.messageId, reasonCode, properties });
      return true;
    },
  });
  await using h = await harness();
  const facts = await h.call("establish_connection", { connection_string: broker.url });
  assert.equal(facts.server.reason_string, "welcome");
  const { session_id } = facts;
  const collect = { session_id, duration: 0.1 };
  assert.match(await h.refusal("subscribe_and_collect", { ...collect, topic: "no" }), SHOWN);
  const granted = await h.call("subscribe_and_collect", { ...collect, topic: "yes" });
  assert.match(granted.listened.notes[0], /The broker said to "yes": "say \\u\{202e\}/);
  for (const qos of [1, 2]) {
    const message = { session_id, payload: "1", qos };
    assert.match(
      await h.refusal("publish_message", { ...message, topic: "no" }),
      new RegExp(`^NOT_AUTHORIZED: .*"not authorized", ${SHOWN.source}`),
    );
    const published = await h.call("publish_message", { ...message, topic: "yes" });
    assert.equal(published.reason, "success");
    assert.match(`saying "${published.broker_said}"`, SHOWN);
  }
  broker.clients[0].send({ cmd: "disconnect", reasonCode: 0x98, properties });
  const session = h.core.sessions.get(session_id, "");
  await until("it is lost", () => session.lastError !== null);
  assert.match(session.lastError ?? "", /administrative action, saying/);
  assert.match(session.lastError ?? "", SHOWN);
});

Deno.test("a DISCONNECT that refuses a request ends no session, and names the request", async () => {
  await using broker = startScriptedBroker({
    onPacket(packet, client) {
      if (packet.cmd !== "publish") return false;
      client.send({ cmd: "disconnect", reasonCode: 0x87 });
      return true;
    },
  });
  await using h = await harness();
  const session_id = await h.connect(broker.url);
  assert.match(
    await h.refusal("publish_message", { session_id, topic: "a", payload: "1", qos: 1 }),
    /disconnected us at PUBLISH to "a": not authorized/,
  );
  const session = h.core.sessions.get(session_id, "");
  await until("it is back", () => session.state === "connected");
});

Deno.test("what the broker announced that it does not take is not sent, and told", async () => {
  await using broker = startScriptedBroker({
    connack: {
      properties: {
        sharedSubscriptionAvailable: false,
        wildcardSubscriptionAvailable: false,
        retainAvailable: false,
        maximumQoS: 0,
        maximumPacketSize: 100,
      },
    },
  });
  await using h = await harness();
  const session_id = await h.connect(broker.url);
  const collect = (topic: string) =>
    h.refusal("subscribe_and_collect", { session_id, topic, duration: 1 });
  assert.match(await collect("$share/g/a"), /announced that it has no shared subscriptions/);
  assert.match(await collect("a/#"), /announced that it takes no wildcards/);
  assert.match(await collect("a".repeat(100)), /announced that it takes 100/);
  const publish = (args: object) =>
    h.refusal("publish_message", { session_id, topic: "a", payload: "1", ...args });
  assert.match(await publish({ qos: 1 }), /^QOS_NOT_SUPPORTED/);
  assert.match(await publish({ retain: true }), /keeps no retained messages/);
  assert.match(await publish({ payload: "x".repeat(100) }), /^PAYLOAD_TOO_LARGE/);
  assert.equal(got(broker, "subscribe") + got(broker, "publish"), 0);

  const dry = await h.call("clear_retained", { session_id, topics: ["a"] });
  assert.match(dry.listened.notes.join(), /announced that it keeps no retained messages/);
});

Deno.test("a broker that gives no retained messages to wildcards is found out, and each result by wildcard says so", async () => {
  await using broker = startRoutingBroker({ toWildcards: false });
  await using h = await harness();
  const session_id = await h.connect(broker.url);
  await h.call("publish_message", { session_id, topic: "a/b", payload: "1", retain: true });
  const list = () => h.call("list_topics", { session_id, pattern: "a/#", duration: 0.2 });
  const notes = async () => (await list()).listened.notes?.join() ?? "";
  assert.match(await notes(), /No retained message has come by wildcard.*test_connection/);

  const report = await h.call("test_connection", { session_id });
  assert.equal(report.healthy, true);
  assert.equal(check(report, "retained").status, "warn");
  assert.match(check(report, "retained").detail, /wildcard did not get it.*exact topics/);
  assert.match(await notes(), /sends no retained messages to subscriptions by wildcard/);
  for (
    const call of [
      h.call("subscribe_and_collect", { session_id, topic: "a/+", duration: 0.2 }),
      h.call("clear_retained", { session_id, topics: ["a/#"] }),
    ]
  ) {
    assert.match((await call).listened.notes.join(), /by their exact topics/);
  }
  const exact = await h.call("subscribe_and_collect", { session_id, topic: "a/b", duration: 0.2 });
  assert.equal(exact.listened.notes, undefined);
  assert.equal(exact.messages[0].retain, true);
});

Deno.test("a broker that sends retained messages without their flag keeps them all the same", async () => {
  await using broker = startRoutingBroker({ flagged: false });
  await using h = await harness();
  const session_id = await h.connect(broker.url);
  await h.call("publish_message", { session_id, topic: "kept", payload: "1", retain: true });
  const untold = await h.call("clear_retained", { session_id, topics: ["kept"] });
  assert.match(untold.listened.notes.join(), /1 message came without the retain flag/);
  const report = await h.call("test_connection", { session_id });
  assert.equal(report.healthy, true);
  assert.match(check(report, "retained").detail, /without the retain flag/);
  const dry = await h.call("clear_retained", { session_id, topics: ["a"] });
  assert.match(dry.listened.notes.join(), /without the retain flag/);
});

Deno.test("a broker whose retained messages come late keeps them all the same", async () => {
  await using broker = startRoutingBroker({ late: true });
  await using h = await harness();
  const session_id = await h.connect(broker.url);
  const report = await h.call("test_connection", { session_id });
  assert.equal(report.healthy, true, JSON.stringify(report.checks));
  assert.equal(check(report, "retained").status, "pass");
});

Deno.test("where retained messages come by wildcard nothing is said about it", async () => {
  await using broker = startRoutingBroker();
  await using h = await harness();
  const session_id = await h.connect(broker.url);
  await h.call("publish_message", { session_id, topic: "a/b", payload: "1", retain: true });
  const facts = await h.call("list_topics", { session_id, pattern: "a/#", duration: 0.2 });
  assert.equal(facts.topics[0].retained, true);
  assert.equal(facts.listened.notes, undefined);
  const report = await h.call("test_connection", { session_id });
  assert.equal(check(report, "retained").status, "pass");
  const other = await h.call("list_topics", { session_id, pattern: "b/#", duration: 0.2 });
  assert.equal(other.listened.notes, undefined);
});

Deno.test("on MQTT 3.1.1 an acknowledgement is no success, and a shared subscription that brings nothing is doubted", async () => {
  await using broker = startScriptedBroker();
  await using h = await harness();
  const session_id = await h.connect(`${broker.url}?protocol=3.1.1`);
  const message = { session_id, topic: "a", payload: "1", qos: 1 };
  const { reason, acknowledged } = await h.call("publish_message", message);
  assert.equal(acknowledged, true);
  assert.match(reason, /cannot refuse, so a broker that forbids the topic says the same/);
  const shared = { session_id, topic: "$share/g/a", duration: 0.2 };
  const { listened } = await h.call("subscribe_and_collect", shared);
  assert.match(listened.notes.join(), /Nothing came by "\$share\/g\/a".*ordinary filter/);
});

Deno.test("a PUBACK with a code outside the standard is told by that code, and the connection stays", async () => {
  await using broker = startScriptedBroker({
    onPacket(packet, client) {
      if (packet.cmd !== "publish") return false;
      const id = packet.messageId ?? 0;
      client.sendRaw(Uint8Array.of(packet.qos === 1 ? 0x40 : 0x50, 3, id >> 8, id & 0xff, 0x95));
      return true;
    },
  });
  await using h = await harness();
  const session_id = await h.connect(broker.url);
  for (const qos of [1, 2]) {
    assert.match(
      await h.refusal("publish_message", { session_id, topic: "a", payload: "1", qos }),
      /^PAYLOAD_TOO_LARGE: .*"packet too large"/,
    );
  }
  assert.equal(broker.clients.length, 1);
});

Deno.test("a message whose sender got a property wrong is heard, and what is wrong is told", async () => {
  await using broker = await startMosquitto();
  await using h = await harness();
  const session_id = await h.connect(broker.url);
  const running = await h.listen("subscribe_and_collect", {
    session_id,
    topic: "dev/#",
    duration: 300,
  });
  // Mosquitto 2.0 hands any payload format indicator on, MQTT.js writes none but 0 and 1
  using device = await Deno.connect({ hostname: "127.0.0.1", port: broker.port });
  const connect = [0, 4, ...Buffer.from("MQTT"), 5, 2, 0, 60, 0, 0, 3, ...Buffer.from("dev")];
  await device.write(Uint8Array.of(0x10, connect.length, ...connect));
  const body = [0, 5, ...Buffer.from("dev/5"), 2, 0x01, 2, ...Buffer.from("hot")];
  await device.write(Uint8Array.of(0x30, body.length, ...body));
  const facts = await running.after(1);
  assert.equal(facts.messages[0].payload, "hot");
  assert.match(facts.messages[0].malformed_property, /payload format indicator of 2/);
  assert.deepEqual(facts.listened.gaps, []);
});

Deno.test("a message that cannot be read to its end is told with its topic", async () => {
  await using broker = startScriptedBroker();
  await using h = await harness();
  const session_id = await h.connect(`${broker.url}?protocol=5`);
  const running = h.call("subscribe_and_collect", { session_id, topic: "dev/#", duration: 2 });
  await h.listening(session_id);
  // a user property that is longer than the properties
  const head = [0, 6, ...Buffer.from("dev/51"), 4, 0x26, 0, 9, 0x61];
  broker.clients[0].sendRaw(Uint8Array.of(0x30, head.length, ...head));
  const { listened } = await running;
  assert.match(listened.gaps[0].reason, /malformed user property on topic "dev\/51"/);
});

Deno.test("a retained message that is large and slow hides none of those behind it", async () => {
  const rest = Promise.withResolvers<void>();
  await using broker = startScriptedBroker({
    onPacket(packet, client) {
      if (packet.cmd !== "subscribe") return false;
      client.send({ cmd: "suback", messageId: packet.messageId, granted: [0] });
      const size = 17 * 1024 * 1024;
      const head = [0, 1, 97, ...Array(97).fill(0)];
      client.sendRaw(Uint8Array.of(0x31, ...lengthOf(size), ...head));
      rest.promise.then(() => {
        client.sendRaw(new Uint8Array(size - head.length));
        client.send({
          cmd: "publish",
          topic: "b",
          payload: Buffer.from("1"),
          qos: 0,
          retain: true,
          dup: false,
        });
      });
      return true;
    },
  });
  await using h = await harness();
  const session_id = await h.connect(`${broker.url}?protocol=3.1.1`);
  const dry = h.call("clear_retained", { session_id, topics: ["#"] });
  // longer than the quiet after which all retained messages are held to be there
  const waited = setTimeout(rest.resolve, 1_500);
  const { matched, listened } = await dry.finally(() => clearTimeout(waited));
  assert.deepEqual(matched.map(({ topic }: Facts) => topic), ["b"]);
  assert.match(listened.notes.join(), /over 16 MiB .*"a" \(17825789 bytes\)/);
});

/** A remaining length of four bytes (MQTT 5 §2.1.4). */
function lengthOf(size: number): number[] {
  return [size & 0x7f | 0x80, size >> 7 & 0x7f | 0x80, size >> 14 & 0x7f | 0x80, size >> 21];
}
