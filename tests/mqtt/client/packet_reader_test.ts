import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import mqttPacket from "mqtt-packet";
import { MAX_PACKET_BYTES, PacketReader } from "../../../src/mqtt/client/packet_reader.ts";

type Version = "5" | "3.1.1";

interface Read {
  /** In order: a PUBLISH that was read, or bytes that were passed on. */
  readonly events: ({ publish: object } | { passed: Buffer })[];
  readonly tooLarge: number;
}

/** Reads chunks as a connection does: going on after each stop. */
function read(version: Version, chunks: readonly Uint8Array[], enabled = true): Read {
  const events: Read["events"] = [];
  let tooLarge = 0;
  const reader = new PacketReader(version, {
    publish: (topic, payload, header, messageId) =>
      events.push({
        publish: { topic, payload: Buffer.from(payload).toString("hex"), ...header, messageId },
      }),
    pass: (bytes) => events.push({ passed: Buffer.from(bytes) }),
    tooLarge: () => tooLarge++,
  });
  reader.enabled = enabled;
  for (const chunk of chunks) {
    for (let at = 0; at < chunk.length;) {
      const next = reader.take(chunk, at);
      assert(next > at, "each call gets on");
      at = next;
    }
  }
  return { events, tooLarge };
}

/** All packets in order, whoever read them. */
function allOf(version: Version, { events }: Read): object[] {
  const packets: object[] = [];
  const parser = mqttPacket.parser({ protocolVersion: version === "5" ? 5 : 4 } as never);
  parser.on("packet", (packet: mqttPacket.Packet) => packets.push(asRead(packet)));
  for (const event of events) {
    if ("publish" in event) packets.push(event.publish);
    else parser.parse(event.passed);
  }
  return packets;
}

function asRead(packet: mqttPacket.Packet): object {
  if (packet.cmd !== "publish") return { cmd: packet.cmd, messageId: packet.messageId };
  return {
    topic: packet.topic,
    payload: Buffer.from(packet.payload as Uint8Array).toString("hex"),
    qos: packet.qos,
    retain: packet.retain,
    dup: packet.dup,
    properties: plain(packet.properties),
    messageId: packet.messageId ?? 0,
  };
}

function plain(properties: object | undefined): object | undefined {
  return properties === undefined ? undefined : { ...properties };
}

const publishes = (version: Version) =>
  fc.record({
    topic: fc.oneof(
      fc.constantFrom("a", "plant/3/temp", "ü/温度/🌡"),
      fc.string({ minLength: 1, maxLength: 300, unit: "binary" }).filter((topic) =>
        !/[#+]/.test(topic)
      ),
    ),
    payload: fc.uint8Array({ maxLength: 300 }),
    qos: fc.constantFrom(0, 0, 1, 2),
    retain: fc.boolean(),
    dup: fc.boolean(),
    messageId: fc.integer({ min: 1, max: 65_535 }),
    ids: version === "5"
      ? fc.array(fc.integer({ min: 1, max: 268_435_455 }), { maxLength: 3 })
      : fc.constant([] as number[]),
    contentType: version === "5"
      ? fc.option(fc.string({ maxLength: 200 }), { nil: undefined, freq: 8 })
      : fc.constant(undefined),
  }).map(({ topic, payload, qos, retain, dup, messageId, ids, contentType }) => {
    const properties = {
      ...(ids.length > 0 && { subscriptionIdentifier: ids.length === 1 ? ids[0] : ids }),
      ...(contentType !== undefined && { contentType }),
    };
    return mqttPacket.generate({
      cmd: "publish",
      topic,
      payload: Buffer.from(payload),
      qos: qos as 0 | 1 | 2,
      retain,
      dup: qos > 0 && dup,
      ...(qos > 0 && { messageId }),
      ...(Object.keys(properties).length > 0 && { properties: properties as never }),
    }, { protocolVersion: version === "5" ? 5 : 4 } as never);
  });

const others = fc.oneof(
  fc.constant(mqttPacket.generate({ cmd: "pingresp" })),
  fc.integer({ min: 1, max: 65_535 }).map((messageId) =>
    mqttPacket.generate({ cmd: "puback", messageId })
  ),
);

function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const places = [...new Set(at.map((one) => one % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((from, i) => bytes.subarray(from, places[i] ?? bytes.length));
}

for (const version of ["5", "3.1.1"] as const) {
  const streams = fc.array(fc.oneof({ weight: 5, arbitrary: publishes(version) }, others), {
    maxLength: 20,
  });
  const cuts = fc.array(fc.nat(5000), { maxLength: 12 });

  Deno.test(`MQTT ${version}: however a stream is cut, its packets are those of the general parser, in order`, () => {
    fc.assert(fc.property(streams, cuts, (packets, places) => {
      const bytes = Buffer.concat(packets);
      const whole: object[] = [];
      const parser = mqttPacket.parser({ protocolVersion: version === "5" ? 5 : 4 } as never);
      parser.on("packet", (packet: mqttPacket.Packet) => whole.push(asRead(packet)));
      parser.parse(bytes);
      const result = read(version, cut(bytes, places));
      assert.deepEqual(allOf(version, result), whole);
      assert.equal(result.tooLarge, 0);
    }));
  });

  Deno.test(`MQTT ${version}: bytes that are no MQTT are passed on, or read as the general parser does, and never throw`, () => {
    fc.assert(
      fc.property(
        streams,
        cuts,
        fc.array(fc.tuple(fc.nat(5000), fc.integer({ min: 0, max: 255 }))),
        (packets, places, mutations) => {
          const bytes = Buffer.concat(packets);
          for (const [at, byte] of mutations) if (at < bytes.length) bytes[at] = byte;
          // what announces more than is taken ends the stream: another test
          const { events, tooLarge } = read(version, cut(bytes, places));
          fc.pre(tooLarge === 0);
          const onePiece = read(version, [bytes]);
          const passed = (result: Read) =>
            Buffer.concat(result.events.flatMap((one) => "passed" in one ? [one.passed] : []));
          const read_ = (result: Read["events"]) => result.filter((one) => "publish" in one);
          assert.deepEqual(read_(events), read_(onePiece.events));
          assert(passed({ events, tooLarge }).equals(passed(onePiece)));
        },
      ),
    );
  });
}

Deno.test("while it is off everything is passed on as it came", () => {
  const bytes = Buffer.concat([
    mqttPacket.generate({
      cmd: "publish",
      topic: "a",
      payload: "b",
      qos: 0,
      retain: false,
      dup: false,
    }),
    mqttPacket.generate({ cmd: "pingresp" }),
  ]);
  const { events } = read("3.1.1", [bytes], false);
  assert.deepEqual(events, [{ passed: bytes }]);
});

Deno.test("a PUBLISH after bytes that were passed on waits for the next call", () => {
  const publish = mqttPacket.generate({
    cmd: "publish",
    topic: "a",
    payload: "b",
    qos: 0,
    retain: false,
    dup: false,
  });
  const order: string[] = [];
  const reader = new PacketReader("3.1.1", {
    publish: () => order.push("publish"),
    pass: () => order.push("pass"),
    tooLarge: () => order.push("too large"),
  });
  reader.enabled = true;
  const chunk = Buffer.concat([publish, mqttPacket.generate({ cmd: "pingresp" }), publish]);
  const at = reader.take(chunk, 0);
  assert.deepEqual(order, ["publish", "pass"]);
  assert.equal(at, chunk.length - publish.length);
  assert.equal(reader.take(chunk, at), chunk.length);
  assert.deepEqual(order, ["publish", "pass", "publish"]);
});

Deno.test("a packet over the limit is told by its header, and by a header that comes in pieces", () => {
  const body = MAX_PACKET_BYTES;
  const header = [0x30, body & 0x7f | 0x80, body >> 7 & 0x7f | 0x80, body >> 14 & 0x7f | 0x80];
  const bytes = Buffer.from([...header, body >> 21, 0, 1]);
  assert.equal(read("5", [bytes]).tooLarge, 1);
  assert.equal(read("5", [...bytes].map((byte) => Buffer.from([byte]))).tooLarge, 1);
});

Deno.test("a length of five bytes is no length: from there on all is passed on", () => {
  const bytes = Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0x01, 0x30, 0x03, 0, 1, 97]);
  for (const chunks of [[bytes], [...bytes].map((byte) => Buffer.from([byte]))]) {
    const { events, tooLarge } = read("3.1.1", chunks);
    assert.equal(tooLarge, 0);
    const passed = events.flatMap((one) => "passed" in one ? [one.passed] : []);
    assert(Buffer.concat(passed).equals(bytes));
  }
});
