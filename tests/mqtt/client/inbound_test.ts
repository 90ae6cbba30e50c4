import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { Duplex, Writable } from "node:stream";
import mqttPacket from "mqtt-packet";
import { connectToBroker } from "../../../src/mqtt/client/connect.ts";
import type { MqttConnection } from "../../../src/mqtt/client/connection.ts";
import { parseConnectionString } from "../../../src/mqtt/connection_string.ts";
import { Inbound } from "../../../src/mqtt/client/inbound.ts";
import { startScriptedBroker } from "../../support/scripted_broker.ts";
import { until } from "../../support/sessions.ts";
import { turnsPass } from "../../support/wait.ts";

type Publish = { topic: string; qos?: 0 | 1; messageId?: number; contentType?: string };

function encode(version: 4 | 5, { topic, qos = 0, messageId, contentType }: Publish): Buffer {
  return mqttPacket.generate({
    cmd: "publish",
    topic,
    payload: `of ${topic}`,
    qos,
    retain: false,
    dup: false,
    ...(messageId !== undefined && { messageId }),
    ...(contentType !== undefined && { properties: { contentType } }),
  }, { protocolVersion: version } as never);
}

async function connect(
  url: string,
  onPublish: (topic: string, payload: string, connection: MqttConnection) => void,
): Promise<MqttConnection> {
  const connection = await connectToBroker(
    parseConnectionString(url, { allowInsecureTls: false }),
    {
      tls: {},
      timeoutMs: 10_000,
      handlers: {
        onPublish: (topic, payload) =>
          onPublish(topic, Buffer.from(payload).toString("utf8"), connection),
        onLost: () => {},
      },
    },
  );
  return connection;
}

for (const protocol of ["5", "3.1.1"] as const) {
  const version = protocol === "5" ? 5 : 4;
  // With a content type it is read by the library, plain ones are read here.
  const burst: Publish[] = [
    { topic: "a" },
    { topic: "b", qos: 1, messageId: 7 },
    { topic: "c", ...(version === 5 && { contentType: "text/plain" }) },
    { topic: "d", qos: 1, messageId: 8, ...(version === 5 && { contentType: "text/plain" }) },
    { topic: "e" },
    { topic: "f", qos: 1, messageId: 9 },
    { topic: "g", ...(version === 5 && { contentType: "text/plain" }) },
    { topic: "h" },
  ];

  Deno.test(`MQTT ${protocol}: whoever reads a message, all are handed over in the order of arrival and acknowledged`, async () => {
    await using broker = startScriptedBroker();
    const heard: string[] = [];
    await using _connection = await connect(
      `${broker.url}?protocol=${protocol}`,
      (topic, payload) => heard.push(`${topic} ${payload}`),
    );
    const [client] = broker.clients;
    const bytes = Buffer.concat(burst.map((one) => encode(version, one)));
    const wanted = [..."abcdefgh"].map((topic) => `${topic} of ${topic}`);
    client.sendRaw(bytes);
    await until("the burst is heard", () => heard.length === burst.length);
    assert.deepEqual(heard, wanted);
    heard.length = 0;
    for (const byte of bytes) client.sendRaw(new Uint8Array([byte]));
    await until("the burst is heard", () => heard.length === burst.length);
    assert.deepEqual(heard, wanted);
    const acknowledged = () =>
      client.received.flatMap((packet) => packet.cmd === "puback" ? [packet.messageId] : []);
    await until("all is acknowledged", () => acknowledged().length === 6);
    assert.deepEqual(acknowledged(), [7, 8, 9, 7, 8, 9]);
  });
}

Deno.test("packets are seen while they are watched, and not afterwards", async () => {
  await using broker = startScriptedBroker();
  const heard: string[] = [];
  await using connection = await connect(broker.url, (topic) => heard.push(topic));
  const [client] = broker.clients;
  const watched: string[] = [];
  connection.observe((direction, { cmd, topic }) =>
    watched.push(`${direction} ${cmd} ${topic ?? ""}`)
  );
  client.sendRaw(encode(5, { topic: "one", qos: 1, messageId: 1 }));
  await until("both packets are seen", () => watched.length === 2);
  assert.deepEqual(watched, ["received publish one", "sent puback "]);
  connection.observe(null);
  client.sendRaw(encode(5, { topic: "two", qos: 1, messageId: 2 }));
  await until("the second is heard", () => heard.length === 2);
  assert.deepEqual(heard, ["one", "two"]);
  assert.equal(watched.length, 2);
});

Deno.test("what comes behind a message on which the connection was closed is not handed over", async () => {
  await using broker = startScriptedBroker();
  const heard: string[] = [];
  let closing: Promise<void> | undefined;
  await using _connection = await connect(broker.url, (topic, _payload, connection) => {
    heard.push(topic);
    closing ??= connection.close();
  });
  broker.clients[0].sendRaw(Buffer.concat(burstOf(50).map((one) => encode(5, one))));
  await until("it is being closed", () => closing !== undefined);
  await closing;
  assert.deepEqual(heard, ["t/0"]);
});

function burstOf(count: number): Publish[] {
  return Array.from({ length: count }, (_, i) => ({ topic: `t/${i}` }));
}

Deno.test("a broker that does not read its acknowledgements gets no more to acknowledge", async () => {
  const written: Buffer[] = [];
  let release = () => {};
  const stream = new Duplex({
    read() {},
    writableHighWaterMark: 4,
    write(chunk, _encoding, done) {
      written.push(chunk);
      release = done;
    },
  });
  const heard: string[] = [];
  const inbound = new Inbound(stream, {
    version: "3.1.1",
    onFault: () => {},
  });
  inbound.handTo((topic) => heard.push(topic), () => {});
  stream.pipe(new Writable({ write: (_chunk, _encoding, done) => done() }));
  stream.push(Buffer.from([0x20, 2, 0, 0]));
  const send = (topic: string, messageId: number) =>
    stream.push(encode(4, { topic, qos: 1, messageId }));
  send("first", 1);
  await until("the first is heard", () => heard.length === 1);
  send("second", 2);
  await turnsPass();
  assert.deepEqual(heard, ["first"]);
  release();
  await until("the second is heard", () => heard.length === 2);
  assert.deepEqual(written, [Buffer.from([0x40, 2, 0, 1]), Buffer.from([0x40, 2, 0, 2])]);
  stream.destroy();
});
