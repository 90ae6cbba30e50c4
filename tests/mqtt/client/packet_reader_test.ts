import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import mqttPacket from "mqtt-packet";
import { MAX_PACKET_BYTES, PacketReader } from "../../../src/mqtt/client/packet_reader.ts";

type Version = "5" | "3.1.1";

interface Read {
  /** In order: a PUBLISH or PUBREL that was read, or bytes that were passed on. */
  readonly events: ({ publish: object } | { passed: Buffer })[];
  /** Topic, payload size, QoS and identifier of each PUBLISH that was too large. */
  readonly skipped: readonly (readonly [string, number, number, number])[];
  readonly faults: readonly string[];
}

/** Reads chunks as a connection does: going on after each stop. */
function read(version: Version, chunks: readonly Uint8Array[], connected = true): Read {
  const events: Read["events"] = [];
  const faults: string[] = [];
  const skipped: [string, number, number, number][] = [];
  const reader = new PacketReader(version, {
    publish: (topic, payload, header, messageId) =>
      events.push({
        publish: {
          topic,
          payload: Buffer.from(payload).toString("hex"),
          ...header,
          properties: plain(header.properties),
          messageId,
        },
      }),
    release: (messageId) => events.push({ publish: { cmd: "pubrel", messageId } }),
    pass: (bytes) => events.push({ passed: Buffer.from(bytes) }),
    fault: (fault) => faults.push(`0x${fault.code.toString(16)} ${fault.message}`),
    skip: (topic, payloadBytes, { qos }, messageId) =>
      skipped.push([topic, payloadBytes, qos, messageId]),
  });
  reader.connected = connected;
  for (const chunk of chunks) {
    for (let at = 0; at < chunk.length;) {
      const next = reader.take(chunk, at);
      assert(next > at, "each call gets on");
      at = next;
    }
  }
  return { events, skipped, faults };
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

/** The general parser repeats an identifier that is there twice, and gives an empty object for nothing. */
function plain(properties: object | undefined): object | undefined {
  if (properties === undefined || Object.keys(properties).length === 0) return undefined;
  const { subscriptionIdentifier: ids, ...others } = properties as Record<string, unknown>;
  if (ids === undefined) return others;
  const [first, ...further] = new Set(Array.isArray(ids) ? ids : [ids]);
  return { ...others, subscriptionIdentifier: further.length === 0 ? first : [first, ...further] };
}

const publishes = (version: Version) =>
  fc.record({
    topic: fc.oneof(
      fc.constantFrom("a", "plant/3/temp", "ü/温度/🌡"),
      fc.string({ minLength: 1, maxLength: 300, unit: "binary" }).filter((topic) =>
        !/[#+\0]/.test(topic)
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
      ? fc.option(
        fc.string({ maxLength: 200, unit: "binary" }).filter((text) => !text.includes("\0")),
        {
          nil: undefined,
          freq: 3,
        },
      )
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
  fc.tuple(fc.constantFrom("puback", "pubrel", "pubcomp"), fc.integer({ min: 1, max: 65_535 }))
    .map(([cmd, messageId]) =>
      mqttPacket.generate({ cmd: cmd as "puback" | "pubrel" | "pubcomp", messageId })
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
      assert.deepEqual(result.skipped, []);
      assert.deepEqual(result.faults, []);
    }));
  });

  Deno.test(`MQTT ${version}: bytes that are no MQTT never throw, and are read the same however they are cut`, () => {
    fc.assert(
      fc.property(
        streams,
        cuts,
        fc.array(fc.tuple(fc.nat(5000), fc.integer({ min: 0, max: 255 }))),
        (packets, places, mutations) => {
          const bytes = Buffer.concat(packets);
          for (const [at, byte] of mutations) if (at < bytes.length) bytes[at] = byte;
          const pieces = read(version, cut(bytes, places));
          const onePiece = read(version, [bytes]);
          const passed = (result: Read) =>
            Buffer.concat(result.events.flatMap((one) => "passed" in one ? [one.passed] : []));
          const published = (result: Read) => result.events.filter((one) => "publish" in one);
          assert.deepEqual(published(pieces), published(onePiece));
          assert.deepEqual(pieces.faults, onePiece.faults);
          assert.deepEqual(pieces.skipped, onePiece.skipped);
          if (onePiece.faults.length === 0) assert(passed(pieces).equals(passed(onePiece)));
        },
      ),
    );
  });
}

const publish = mqttPacket.generate({
  cmd: "publish",
  topic: "a",
  payload: "b",
  qos: 0,
  retain: false,
  dup: false,
});
const pingresp = mqttPacket.generate({ cmd: "pingresp" });

Deno.test("before CONNACK everything is passed on as it came, and what follows it is read", () => {
  const bytes = Buffer.concat([publish, pingresp]);
  assert.deepEqual(read("3.1.1", [bytes], false).events, [{ passed: bytes }]);
  const connack = Buffer.from([0x20, 2, 0, 0]);
  const { events } = read("3.1.1", [Buffer.concat([connack, publish])], false);
  assert.deepEqual(events.map((event) => Object.keys(event)[0]), ["passed", "publish"]);
});

Deno.test("a PUBLISH after bytes that were passed on waits for the next call", () => {
  const order: string[] = [];
  const reader = new PacketReader("3.1.1", {
    publish: () => order.push("publish"),
    release: () => order.push("release"),
    pass: () => order.push("pass"),
    fault: () => order.push("fault"),
    skip: () => order.push("too large"),
  });
  reader.connected = true;
  const chunk = Buffer.concat([publish, pingresp, publish]);
  const at = reader.take(chunk, 0);
  assert.deepEqual(order, ["publish", "pass"]);
  assert.equal(at, chunk.length - publish.length);
  assert.equal(reader.take(chunk, at), chunk.length);
  assert.deepEqual(order, ["publish", "pass", "publish"]);
});

Deno.test("of many packets in one chunk some are read at a time", () => {
  let publishes = 0;
  let passed = 0;
  const reader = new PacketReader("3.1.1", {
    publish: () => publishes++,
    release: () => {},
    pass: (_bytes, packets) => passed += packets,
    fault: () => {},
    skip: () => {},
  });
  reader.connected = true;
  const many = Buffer.concat(Array.from({ length: 10_000 }, () => publish));
  assert(reader.take(many, 0) < many.length);
  assert(publishes > 0 && publishes <= 1_000, `${publishes} at a time`);
  const pings = Buffer.concat(Array.from({ length: 10_000 }, () => pingresp));
  assert(reader.take(pings, 0) < pings.length);
  assert(passed > 0 && passed <= 100, `${passed} at a time`);
});

/** A packet of MQTT 5 with these bytes in its body. */
function packetOf(first: number, ...body: number[]): Uint8Array {
  return new Uint8Array([first, body.length, ...body]);
}

const text = (value: string) => {
  const bytes = new TextEncoder().encode(value);
  return [bytes.length >> 8, bytes.length & 0xff, ...bytes];
};

Deno.test("a property whose value the sender got wrong costs that property, and is told", () => {
  const cases: [Uint8Array, object][] = [
    [Uint8Array.of(1, 7), { malformed: "a payload format indicator of 7" }],
    [Uint8Array.of(3, 0, 1, 0xff), { malformed: "a content type that is not UTF-8" }],
    [Uint8Array.of(8, 0, 1, 0), { malformed: "a response topic that holds a NUL character" }],
    [
      Uint8Array.of(3, ...text("x"), 3, ...text("y")),
      { contentType: "x", malformed: "its content type twice" },
    ],
    [
      Uint8Array.of(0x26, 0, 1, 0xff, ...text("v"), 3, ...text("x")),
      { contentType: "x", malformed: "a user property that is not UTF-8" },
    ],
    [
      Uint8Array.of(0x26, ...text("k"), 0, 1, 0xff, 0x0b, 5),
      { malformed: "a user property that is not UTF-8", subscriptionIdentifier: 5 },
    ],
  ];
  for (const [properties, expected] of cases) {
    const packet = packetOf(0x30, ...text("a"), properties.length, ...properties, 0x2a);
    for (const chunks of [[packet], [...packet].map((byte) => Uint8Array.of(byte))]) {
      const { events, faults } = read("5", chunks);
      assert.deepEqual(faults, []);
      const [event] = events as { publish: Record<string, unknown> }[];
      assert.equal(event.publish.payload, "2a");
      assert.deepEqual(event.publish.properties, expected);
    }
  }
});

Deno.test("what MQTT forbids is a fault that names it, in one piece and byte by byte, and nothing is read after it", () => {
  const cases: [string, Uint8Array, RegExp][] = [
    ["an empty topic", packetOf(0x30, 0, 0, 0), /0x82 a PUBLISH with an empty topic/],
    ["a wildcard", packetOf(0x30, ...text("a/#"), 0), /0x82 .*wildcards/],
    ["a NUL", packetOf(0x30, ...text("a\0"), 0), /0x81 .*a topic that holds a NUL/],
    ["broken UTF-8", packetOf(0x30, 0, 1, 0xff, 0), /0x81 .*a topic that is not UTF-8/],
    ["a topic too long", packetOf(0x30, 0, 9, 97), /0x81 .*a topic longer than itself/],
    ["QoS 3", packetOf(0x36, ...text("a"), 0, 1, 0), /0x81 .*QoS 3/],
    ["no identifier", packetOf(0x32, ...text("a"), 0, 0, 0), /0x81 .*no packet identifier/],
    ["a topic alias", packetOf(0x30, 0, 0, 3, 0x23, 0, 1), /0x94 .*topic alias/],
    [
      "two expiry intervals",
      packetOf(0x30, ...text("a"), 10, 2, 0, 0, 0, 1, 2, 0, 0, 0, 2),
      /0x82 .*message expiry interval twice/,
    ],
    [
      "a cut user property",
      packetOf(0x30, ...text("a"), 4, 0x26, 0, 1, 97),
      /0x81 .*a malformed user property/,
    ],
    [
      "an unknown property",
      packetOf(0x30, ...text("a"), 1, 0x77),
      /0x81 .*a property 0x77 that does not exist/,
    ],
    [
      "an identifier of 0",
      packetOf(0x30, ...text("a"), 2, 0x0b, 0),
      /0x82 .*subscription identifier of 0/,
    ],
    [
      "properties too long",
      packetOf(0x30, ...text("a"), 9, 3),
      /0x81 .*properties longer than itself/,
    ],
    [
      "a broken reason in SUBACK",
      packetOf(0x90, 0, 1, 4, 0x1f, 0, 1, 0xff, 0),
      /0x81 a SUBACK with a reason string that is not UTF-8/,
    ],
    [
      "a NUL in DISCONNECT",
      packetOf(0xe0, 0x87, 4, 0x1f, 0, 1, 0),
      /0x81 a DISCONNECT with a reason string that holds a NUL/,
    ],
    [
      "a cut reason in PUBACK",
      packetOf(0x40, 0, 1, 0x87, 3, 0x1f, 0, 9),
      /0x81 a PUBACK with a malformed reason string/,
    ],
    [
      "a broken reason in PUBREL",
      packetOf(0x62, 0, 1, 0x92, 4, 0x1f, 0, 1, 0xfe),
      /0x81 a PUBREL with a reason string/,
    ],
    ["a SUBSCRIBE", packetOf(0x82, 0, 1), /0x82 a packet of type 8, which no broker sends/],
    [
      "a length of five bytes",
      new Uint8Array([0x30, 0xff, 0xff, 0xff, 0xff, 1]),
      /0x81 .*length of more than four bytes/,
    ],
    [
      "a PINGRESP of 1 MiB",
      new Uint8Array([0xd0, 0x80, 0x80, 0x40, 0]),
      /0x81 a PINGRESP of 1048580 bytes/,
    ],
  ];
  for (const [what, bytes, fault] of cases) {
    const whole = Buffer.concat([publish5, bytes, publish5]);
    for (const chunks of [[whole], [...whole].map((byte) => Buffer.from([byte]))]) {
      const { events, faults } = read("5", chunks);
      assert.equal(faults.length, 1, what);
      assert.match(faults[0], fault, what);
      assert.equal(events.filter((event) => "publish" in event).length, 1, what);
    }
  }
});

const publish5 = packetOf(0x30, ...text("a"), 0, 98);

Deno.test("one identifier many times in a PUBLISH is one", () => {
  const ids = Array.from({ length: 60 }, () => [0x0b, 5]).flat();
  const many = [...Array.from({ length: 30 }, () => [0x0b, 5]), [0x0b, 6], [0x0b, 5]].flat();
  const long = [3, ...text("text/plain"), ...ids];
  const identifiersOf = (properties: number[]) => {
    const { events } = read("5", [packetOf(0x30, ...text("a"), properties.length, ...properties)]);
    const [{ publish }] = events as [
      { publish: { properties: { subscriptionIdentifier: unknown } } },
    ];
    return publish.properties.subscriptionIdentifier;
  };
  assert.equal(identifiersOf(ids.slice(0, 100)), 5);
  assert.deepEqual(identifiersOf(many), [5, 6]);
  assert.equal(identifiersOf(long.slice(0, 113)), 5);
});

Deno.test("a stranger's properties are bounded in number", () => {
  const one = [0x26, 0, 1, 97, 0, 0];
  const count = 3_000;
  const size = one.length * count;
  const body = [...text("a"), size & 0x7f | 0x80, size >> 7 & 0x7f | 0x80, size >> 14];
  const length = body.length + size;
  const bytes = Buffer.from([
    0x30,
    length & 0x7f | 0x80,
    length >> 7 & 0x7f | 0x80,
    length >> 14,
    ...body,
    ...Array.from({ length: count }, () => one).flat(),
  ]);
  const { events } = read("5", [bytes]);
  const [{ publish }] = events as [
    { publish: { properties: { userProperties: Record<string, string[]> } } },
  ];
  assert.equal(publish.properties.userProperties.a.length, 1_000);
});

/** A PUBLISH with QoS 1 and the identifier 7, `before` its payload standing between that and the topic. */
function largePublish(topic: string, before: readonly number[], payloadBytes: number): Buffer {
  const name = Buffer.from(topic);
  const head = Buffer.from([name.length >> 8, name.length & 0xff, ...name, 0, 7, ...before]);
  const size = head.length + payloadBytes;
  const length = [
    size & 0x7f | 0x80,
    size >> 7 & 0x7f | 0x80,
    size >> 14 & 0x7f | 0x80,
    size >> 21,
  ];
  return Buffer.concat([Buffer.from([0x32, ...length]), head, Buffer.alloc(payloadBytes)]);
}

function inPieces(bytes: Uint8Array, size: number): Uint8Array[] {
  return Array.from(
    { length: Math.ceil(bytes.length / size) },
    (_, i) => bytes.subarray(i * size, (i + 1) * size),
  );
}

for (const version of ["5", "3.1.1"] as const) {
  Deno.test(`MQTT ${version}: a PUBLISH over the limit is passed over and told by its topic, and what follows is read`, () => {
    const none = version === "5" ? [0] : [];
    // properties that are longer than what is held of such a packet
    const longNumber = [0x26, 0, 1, 97, 0xff, 0xff, ...new Array(65_535).fill(98)];
    const long = version === "5"
      ? [0xe4, 0x80, 0x0c, ...longNumber, ...longNumber, ...longNumber]
      : [];
    if (version === "5") {
      const bytes = 3 * longNumber.length;
      long.splice(0, 3, bytes & 0x7f | 0x80, bytes >> 7 & 0x7f | 0x80, bytes >> 14);
    }
    const after = mqttPacket.generate({
      cmd: "publish",
      topic: "b",
      payload: "x",
      qos: 0,
      retain: false,
      dup: false,
    }, { protocolVersion: version === "5" ? 5 : 4 } as never);
    for (const before of [none, long]) {
      const payload = MAX_PACKET_BYTES + 5;
      const bytes = Buffer.concat([after, largePublish("fw/image", before, payload), after]);
      for (const size of [bytes.length, 65_536, 1_000_003]) {
        const { skipped, events, faults } = read(version, inPieces(bytes, size));
        assert.deepEqual(faults, []);
        assert.deepEqual(skipped, [["fw/image", payload, 1, 7]]);
        assert.equal(events.length, 2, "those before and after it");
      }
      const head = inPieces(bytes.subarray(0, 200_000), 1);
      const { skipped } = read(version, [...head, bytes.subarray(200_000)]);
      assert.equal(skipped.length, 1, "also where its header comes byte by byte");
    }
  });
}

Deno.test("a packet of another kind that announces megabytes is a fault, whatever its size", () => {
  const size = MAX_PACKET_BYTES + 1;
  const bytes = Buffer.from([
    0x90,
    size & 0x7f | 0x80,
    size >> 7 & 0x7f | 0x80,
    size >> 14 & 0x7f | 0x80,
    size >> 21,
  ]);
  assert.match(read("5", [bytes]).faults[0], /a SUBACK of 16777222 bytes/);
});

Deno.test("a code that the standard does not know in an answer is replaced by one that it knows, and kept", () => {
  const reader = new PacketReader("5", {
    publish: () => {},
    skip: () => {},
    release: () => {},
    pass: (bytes) => passed.push(Buffer.from(bytes).toString("hex")),
    fault: (fault) => assert.fail(fault.message),
  });
  reader.connected = true;
  const passed: string[] = [];
  const take = (...bytes: number[]) => reader.take(Buffer.from(bytes), 0);
  take(0x40, 3, 0, 9, 0x95);
  take(0x50, 4, 0, 10, 0x9a, 0);
  take(0x90, 4, 0, 11, 0, 0x8a);
  take(0x40, 3, 0, 12, 0x87);
  take(0xe0, 2, 0x8a, 0);
  assert.deepEqual(passed, [
    "4003000980",
    "5004000a8000",
    "9004000b0080",
    "4003000c87",
    "e0028000",
  ]);
  assert.equal(reader.takeOriginalCode("PUBACK", 9), 0x95);
  assert.equal(reader.takeOriginalCode("PUBACK", 9), undefined);
  assert.equal(reader.takeOriginalCode("PUBREC", 10), 0x9a);
  assert.equal(reader.takeOriginalCode("SUBACK", 11), 0x8a);
  assert.equal(reader.takeOriginalCode("PUBACK", 12), undefined);
  assert.equal(reader.takeOriginalCode("DISCONNECT", 0), 0x8a);
});
