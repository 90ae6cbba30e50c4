// own process: weighs the memory of the whole process
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import mqttPacket from "mqtt-packet";
import { connectToBroker } from "../../../src/mqtt/client/connect.ts";
import type { LostConnection, MqttConnection } from "../../../src/mqtt/client/connection.ts";
import { RECEIVE_MAXIMUM } from "../../../src/mqtt/client/inbound.ts";
import { parseConnectionString } from "../../../src/mqtt/connection_string.ts";
import { type ScriptedClient, startScriptedBroker } from "../../support/scripted_broker.ts";
import { until } from "../../support/sessions.ts";

type Version = "5" | "3.1.1";

interface Heard {
  readonly messages: string[];
  lost: LostConnection | null;
}

async function connect(
  url: string,
  version: Version,
): Promise<{ connection: MqttConnection; heard: Heard }> {
  const heard: Heard = { messages: [], lost: null };
  const connection = await connectToBroker(
    parseConnectionString(`${url}?protocol=${version}`, { allowInsecureTls: false }),
    {
      tls: {},
      timeoutMs: 10_000,
      handlers: {
        onPublish: (topic, payload) => heard.messages.push(`${topic} ${payload.length}`),
        onLost: (lost) => heard.lost = lost,
      },
    },
  );
  return { connection, heard };
}

function publishOf(
  version: Version,
  qos: 0 | 1 | 2,
  messageId: number,
  payload: Uint8Array | string = "x",
  topic = `t/${messageId}`,
): Buffer {
  return mqttPacket.generate({
    cmd: "publish",
    topic,
    payload: Buffer.from(payload as string),
    qos,
    retain: false,
    dup: false,
    ...(qos > 0 && { messageId }),
  }, { protocolVersion: version === "5" ? 5 : 4 } as never);
}

const pubrel = (messageId: number) => mqttPacket.generate({ cmd: "pubrel", messageId });
const sent = (client: ScriptedClient, cmd: string) =>
  client.received.filter((packet) => packet.cmd === cmd);

for (const version of ["5", "3.1.1"] as const) {
  Deno.test(`MQTT ${version}: a message with QoS 2 is handed over once when it comes, and its identifier means it until PUBREL`, async () => {
    await using broker = startScriptedBroker();
    const { connection, heard } = await connect(broker.url, version);
    await using _connection = connection;
    const [client] = broker.clients;
    client.sendRaw(Buffer.concat([
      publishOf(version, 2, 7),
      publishOf(version, 2, 7),
      publishOf(version, 1, 8),
      pubrel(7),
      publishOf(version, 2, 7, "longer"),
      pubrel(7),
      pubrel(99),
    ]));
    await until("all is answered", () => sent(client, "pubcomp").length === 3);
    assert.deepEqual(heard.messages, ["t/7 1", "t/8 1", "t/7 6"]);
    assert.deepEqual(sent(client, "pubrec").map(({ messageId }) => messageId), [7, 7, 7]);
    assert.deepEqual(
      sent(client, "pubcomp").map((packet) => [
        packet.messageId,
        (packet as mqttPacket.IPubcompPacket).reasonCode ?? 0,
      ]),
      [[7, 0], [7, 0], [99, version === "5" ? 0x92 : 0]],
    );
  });

  Deno.test(`MQTT ${version}: twenty thousand messages with QoS 2 all come, once and in order`, async () => {
    await using broker = startScriptedBroker();
    const { connection, heard } = await connect(broker.url, version);
    await using _connection = connection;
    const [client] = broker.clients;
    const count = 20_000;
    const packets = Array.from({ length: count }, (_, i) => {
      const messageId = 1 + i % 60_000;
      return Buffer.concat([publishOf(version, 2, messageId, "x", `${i}`), pubrel(messageId)]);
    });
    client.sendRaw(Buffer.concat(packets));
    await until("all are heard", () => heard.messages.length === count);
    assert(heard.messages.every((message, i) => message === `${i} 1`));
    assert.equal(heard.lost, null);
  });

  Deno.test(`MQTT ${version}: messages with QoS 2 that are never released take no memory`, async () => {
    await using broker = startScriptedBroker();
    const { connection, heard } = await connect(broker.url, version);
    await using _connection = connection;
    const [client] = broker.clients;
    const payload = new Uint8Array(1_000_000);
    const before = Deno.memoryUsage().rss;
    for (let i = 1; i <= 500; i++) {
      const bytes = publishOf(version, 2, i, payload);
      client.sendRaw(bytes);
      await until("it is heard", () => heard.messages.length === i);
    }
    const grown = (Deno.memoryUsage().rss - before) / 1_000_000;
    assert(grown < 250, `grew by ${Math.round(grown)} MB for 500 MB`);
    assert.equal(heard.lost, null);
  });

  Deno.test(`MQTT ${version}: packets that answer nothing end the connection, with the reason`, async () => {
    const pingresp = mqttPacket.generate({ cmd: "pingresp" });
    for (
      const flood of [
        Buffer.concat(Array.from({ length: 100_000 }, () => pingresp)),
        Buffer.concat(Array.from({ length: 20_000 }, (_, i) => pubrel(1 + i))),
        Buffer.concat(
          Array.from(
            { length: 20_000 },
            (_, i) => mqttPacket.generate({ cmd: "puback", messageId: 1 + i }),
          ),
        ),
      ]
    ) {
      await using broker = startScriptedBroker();
      const { connection, heard } = await connect(broker.url, version);
      await using _connection = connection;
      const [client] = broker.clients;
      client.sendRaw(flood);
      await until("it is ended", () => heard.lost !== null);
      assert.match(heard.lost!.reason, /it sent 1000 packets that answer nothing/);
      assert.equal(heard.lost!.endedHere, true);
      if (version === "5") {
        await until("the broker is told", () => sent(client, "disconnect").length === 1);
        const [packet] = sent(client, "disconnect") as mqttPacket.IDisconnectPacket[];
        assert.equal(packet.reasonCode, 0x96);
      }
    }
  });

  Deno.test(`MQTT ${version}: answers that were asked for are no waste, however many`, async () => {
    await using broker = startScriptedBroker();
    const { connection, heard } = await connect(broker.url, version);
    await using _connection = connection;
    const payload = new Uint8Array(1);
    for (let i = 0; i < 12; i++) {
      await Promise.all(
        Array.from(
          { length: 100 },
          () => connection.publish({ topic: "a", payload, qos: 2, retain: false }, 30_000),
        ),
      );
    }
    assert.equal(heard.lost, null);
    assert(connection.isOpen);
  });

  Deno.test(`MQTT ${version}: QoS 1 where QoS 0 was asked for is heard and acknowledged`, async () => {
    await using broker = startScriptedBroker();
    const { connection, heard } = await connect(broker.url, version);
    await using _connection = connection;
    const [client] = broker.clients;
    await connection.subscribe({ filter: "t/#", qos: 0, timeoutMs: 10_000 });
    client.sendRaw(publishOf(version, 1, 2));
    await until("it is acknowledged", () => sent(client, "puback").length === 1);
    assert.deepEqual(heard.messages, ["t/2 1"]);
    assert.equal(heard.lost, null);
  });

  Deno.test(`MQTT ${version}: QoS 2 where less was asked for is refused`, async () => {
    await using broker = startScriptedBroker();
    const { connection, heard } = await connect(broker.url, version);
    await using _connection = connection;
    const [client] = broker.clients;
    // nobody asked, and nobody hears: no more than acknowledged
    client.sendRaw(publishOf(version, 1, 1));
    await until("it is acknowledged", () => sent(client, "puback").length === 1);
    await connection.subscribe({ filter: "t/#", qos: 1, timeoutMs: 10_000 });
    client.sendRaw(Buffer.concat([publishOf(version, 1, 2), publishOf(version, 2, 3)]));
    await until("it is ended", () => heard.lost !== null);
    assert.match(heard.lost!.reason, /a PUBLISH with QoS 2, where QoS 1 at most was asked for/);
    assert.deepEqual(heard.messages, ["t/1 1", "t/2 1"]);
  });
}

Deno.test("on MQTT 5 a Receive Maximum is announced, and more without PUBREL end the connection", async () => {
  await using broker = startScriptedBroker();
  const { connection, heard } = await connect(broker.url, "5");
  await using _connection = connection;
  const [client] = broker.clients;
  const [connectPacket] = sent(client, "connect") as mqttPacket.IConnectPacket[];
  assert.equal(connectPacket.properties?.receiveMaximum, RECEIVE_MAXIMUM);
  client.sendRaw(
    Buffer.concat(
      Array.from({ length: RECEIVE_MAXIMUM + 1 }, (_, i) => publishOf("5", 2, i + 1)),
    ),
  );
  await until("it is ended", () => heard.lost !== null);
  assert.match(heard.lost!.reason, /more than 1000 messages with QoS 2 without a PUBREL/);
  assert.equal(heard.lost!.reasonCode, 0x93);
});

Deno.test("messages that came before the broker hung up are handed over, however many at once", async () => {
  await using broker = startScriptedBroker();
  const { connection, heard } = await connect(broker.url, "3.1.1");
  await using _connection = connection;
  const [client] = broker.clients;
  const count = 6_000;
  client.sendRaw(
    Buffer.concat(Array.from({ length: count }, () => publishOf("3.1.1", 0, 0, "", "a"))),
  );
  client.close();
  await until("it is lost", () => heard.lost !== null);
  assert.equal(heard.messages.length, count);
});

Deno.test("while a broker floods, others get their turn between its packets", async () => {
  await using broker = startScriptedBroker();
  const { connection, heard } = await connect(broker.url, "5");
  await using _connection = connection;
  const [client] = broker.clients;
  let turns = 0;
  let most = 0;
  let last = 0;
  let going = true;
  const turn = () => {
    turns++;
    most = Math.max(most, heard.messages.length - last);
    last = heard.messages.length;
    if (going) setImmediate(turn);
  };
  setImmediate(turn);
  const count = 50_000;
  client.sendRaw(
    Buffer.concat(Array.from({ length: count }, () => publishOf("5", 0, 0, "", "a"))),
  );
  await until("all are heard", () => heard.messages.length === count);
  going = false;
  assert(most <= 5_000, `${most} in one turn`);
  assert(turns > 10);
});
