import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { threadCpuUsage } from "node:process";
import { deflateSync, gzipSync } from "node:zlib";
import { encode as encodeMessagePack } from "@msgpack/msgpack";
import { encode as encodeCbor } from "cborg";
import fc from "fast-check";
import { decodePayload } from "../../src/payload/decode.ts";
import type { DecodedPayload } from "../../src/payload/payload.ts";

function decode(bytes: Uint8Array, contentType?: string): DecodedPayload {
  return decodePayload(bytes, { topic: "plant/line1/state", contentType });
}

function hex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.replaceAll(" ", ""), "hex"));
}

/** Objects as devices send them: readable keys, at least one. */
const deviceObject = fc.dictionary(
  fc.stringMatching(/^[a-z][a-z_0-9]{0,12}$/),
  fc.jsonValue({ maxDepth: 3, noUnicodeString: true }).filter((value) =>
    !/__proto__|-0|\\u00/.test(JSON.stringify(value)) && !/"[^"]*\d{16}/.test(JSON.stringify(value))
  ),
  { minKeys: 1, maxKeys: 8 },
).map((object) => JSON.parse(JSON.stringify(object), (_, v) => isLarge(v) ? 1 : v));

function isLarge(value: unknown): boolean {
  return Number.isInteger(value) && !Number.isSafeInteger(value);
}

/** What is shown of an object that comes as JSON: a key may be one of a secret. */
function asJson(object: unknown): unknown {
  return decode(new TextEncoder().encode(JSON.stringify(object))).value;
}

Deno.test("an object encoded as MessagePack is recognised and decoded", () => {
  fc.assert(fc.property(deviceObject, (object) => {
    const decoded = decode(encodeMessagePack(object));
    assert.equal(decoded.format, "messagepack");
    assert.deepEqual(decoded.value, asJson(object));
  }));
});

Deno.test("an object encoded as CBOR is recognised and decoded", () => {
  fc.assert(fc.property(deviceObject, (object) => {
    const decoded = decode(encodeCbor(object));
    assert.equal(decoded.format, "cbor");
    assert.deepEqual(decoded.value, asJson(object));
  }));
});

Deno.test("a list of objects is recognised in both formats", () => {
  const list = [{ sensor: "t1", value: 21.5 }, { sensor: "t2", value: 22 }];
  assert.deepEqual(decode(encodeMessagePack(list)).value, list);
  assert.equal(decode(encodeMessagePack(list)).format, "messagepack");
  assert.deepEqual(decode(encodeCbor(list)).value, list);
  assert.equal(decode(encodeCbor(list)).format, "cbor");
});

Deno.test("integers beyond 2^53 keep their digits in both formats", () => {
  const object = { serial: 18446744073709551615n, low: -9223372036854775808n };
  const expected = { serial: "18446744073709551615", low: "-9223372036854775808" };
  for (const bytes of [encodeMessagePack(object, { useBigInt64: true }), encodeCbor(object)]) {
    const decoded = decode(bytes);
    assert.deepEqual(decoded.value, expected);
    assert.match(decoded.note ?? "", /2 integers beyond 2\^53 given as text/);
  }
});

Deno.test("single-precision numbers are shown as they were meant", () => {
  const bytes = encodeMessagePack({ temperature: 21.3, humidity: 48.1 }, { forceFloat32: true });
  assert.deepEqual(decode(bytes).value, { temperature: 21.3, humidity: 48.1 });
});

Deno.test("byte strings, times and NaN are given in words JSON has", () => {
  const messagePack = decode(encodeMessagePack({
    raw: Uint8Array.of(1, 2, 3),
    at: new Date("2026-01-02T03:04:05.000Z"),
    bad: NaN,
  }));
  assert.deepEqual(messagePack.value, { raw: "AQID", at: "2026-01-02T03:04:05.000Z", bad: "NaN" });
  assert.match(messagePack.note ?? "", /1 NaN or infinite value.*1 byte string/);
});

Deno.test("CBOR tags are taken off and named, big numbers and the CBOR mark understood", () => {
  // d9d9f7: this is CBOR; {"n": 2^64 as tag 2, "u": tag 37 over bytes, "t": tag 1 over 1700000000}
  const decoded = decode(
    hex("d9d9f7 a3 616e c2 49 010000000000000000 6175 d825 42 0102 6174 c1 1a 6553f100"),
  );
  assert.equal(decoded.format, "cbor");
  assert.equal(decoded.certainty, "certain");
  assert.deepEqual(decoded.value, { n: "18446744073709551616", u: "AQI=", t: 1700000000 });
  assert.match(decoded.note ?? "", /Tags left out: 37/);
});

Deno.test("CBOR maps with numbers for keys, as SenML has them, become objects", () => {
  // [{-2: "urn:dev:1", 0: "temp", 2: 21.5}]
  const decoded = decode(hex("81 a3 21 69 75726e3a6465763a31 00 64 74656d70 02 f9 4d60"));
  assert.equal(decoded.format, "cbor");
  assert.deepEqual(decoded.value, [{ "-2": "urn:dev:1", 0: "temp", 2: 21.5 }]);
});

Deno.test("the key __proto__ in a binary format does no harm", () => {
  const entry = "5f5f70726f746f5f5f";
  const inCbor = decode(hex(`a1 69 ${entry} a1 61 78 01`));
  assert.equal(JSON.stringify(inCbor.value), '{"__proto__":{"x":1}}');
  assert.equal(decode(hex(`81 a9 ${entry} 81 a1 78 01`)).format, "binary");
  assert.equal(Object.hasOwn(Object.prototype, "x"), false);
});

Deno.test("short frames of counters are not taken for MessagePack, CBOR or protobuf", () => {
  const frames = ["01", "7f", "80", "90", "91 05", "93 01 02 03", "81 01 02", "82 01 02", "a0"];
  frames.push("a1 01 02", "c0", "cb 4035 8000 0000 0000", "08 01", "08 01 10 02", "0a 00", "10 27");
  for (const frame of frames) assert.equal(decode(hex(frame)).format, "binary", frame);
});

Deno.test("what the sender declares makes a plain array acceptable, if the bytes agree", () => {
  assert.equal(decode(hex("93 01 02 03"), "application/msgpack").format, "messagepack");
  assert.deepEqual(decode(hex("83 01 02 03"), "application/cbor").value, [1, 2, 3]);
  assert.equal(decode(hex("93 01 02"), "application/msgpack").format, "binary");
});

Deno.test("headers that promise billions of items cost nothing", () => {
  const bombs = [
    "dd ffffffff",
    "df ffffffff",
    "9b 00000000ffffffff",
    "bb ffffffffffffffff",
    "9b ffffffffffffffff",
    "dd 000fffff ".repeat(2000),
    "9a 000fffff ".repeat(2000),
  ];
  for (const bomb of bombs) {
    const before = threadCpuUsage();
    assert.equal(decode(hex(bomb), "application/cbor").format, "binary");
    assert.equal(decode(hex(bomb), "application/msgpack").format, "binary");
    // processor time, which load does not add to
    assert.ok(threadCpuUsage(before).user < 1_000_000);
  }
});

Deno.test("nesting without end is refused in every binary format", () => {
  const many = 300_000;
  for (const lead of [0x91, 0x81, 0x9f, 0xc1, 0xd9]) {
    assert.equal(decode(new Uint8Array(many).fill(lead)).format, "binary");
  }
  const nested = (depth: number) => {
    let value: unknown = "the innermost";
    for (let i = 0; i < depth; i++) value = [value];
    return value;
  };
  assert.equal(decode(encodeMessagePack(nested(60))).format, "messagepack");
  assert.equal(decode(encodeMessagePack(nested(80))).format, "binary");
  assert.equal(decode(encodeCbor(nested(80))).format, "binary");
});

Deno.test("truncating an encoded object never yields another", () => {
  const object = { name: "pump 3", state: "running", pressure: 2.5, tags: ["a", "bc"] };
  for (const bytes of [encodeMessagePack(object), encodeCbor(object)]) {
    for (let end = 1; end < bytes.length; end++) {
      assert.doesNotMatch(decode(bytes.subarray(0, end)).format, /messagepack|cbor/);
    }
  }
});

Deno.test("protobuf without a schema gives field numbers and wire types", () => {
  // 1: "pump-7", 2: 150, 3: {1: "bar", 2: 2.5f}, 4: 1.5 as double, 5: 2^64-1
  const decoded = decode(hex(
    "0a 06 70756d702d37 10 9601 1a 0a 0a 03 626172 15 00002040 21 000000000000f83f " +
      "28 ffffffffffffffffff01",
  ));
  assert.deepEqual([decoded.format, decoded.certainty], ["protobuf", "guess"]);
  assert.deepEqual(decoded.value, [
    { field: 1, wire: "length", as: "text", value: "pump-7" },
    { field: 2, wire: "varint", value: 150 },
    {
      field: 3,
      wire: "length",
      as: "message",
      value: [
        { field: 1, wire: "length", as: "text", value: "bar" },
        { field: 2, wire: "fixed32", as: "float", value: 2.5 },
      ],
    },
    { field: 4, wire: "fixed64", as: "float", value: 1.5 },
    { field: 5, wire: "varint", value: "18446744073709551615" },
  ]);
  assert.match(decoded.note ?? "", /without a schema.*1 integer beyond/);
});

Deno.test("fields out of order or with outlandish numbers are not taken for protobuf", () => {
  assert.equal(decode(hex("0a 05 68656c6c6f 10 01")).format, "protobuf");
  assert.equal(decode(hex("10 01 0a 05 68656c6c6f")).format, "binary");
  assert.equal(decode(hex("0a 05 68656c6c6f f8ffff07 01")).format, "binary");
});

Deno.test("protobuf messages inside each other without end are bounded", () => {
  let bytes: number[] = [0x08, 0x01];
  for (let i = 0; i < 300; i++) {
    const size = bytes.length < 128
      ? [bytes.length]
      : [bytes.length % 128 | 128, bytes.length >> 7];
    bytes = [0x0a, ...size, ...bytes];
  }
  const decoded = decode(Uint8Array.from(bytes), "application/protobuf");
  assert.equal(decoded.format, "protobuf");
  assert.ok(JSON.stringify(decoded.value).length < 20_000);
});

Deno.test("gzip and zlib are taken off, whatever is inside", () => {
  const json = JSON.stringify({ a: [1, 2, 3] });
  assert.deepEqual(
    [decode(gzipSync(json)).format, decode(gzipSync(json)).value],
    ["gzip+json", { a: [1, 2, 3] }],
  );
  assert.equal(decode(deflateSync("hello world")).format, "zlib+text");
  assert.equal(decode(gzipSync(encodeCbor({ temp: 1 }))).format, "gzip+cbor");
  assert.equal(decode(gzipSync(deflateSync("21.5"))).format, "gzip+zlib+number");
  assert.equal(decode(gzipSync("")).format, "gzip+empty");
  assert.equal(decode(gzipSync(Uint8Array.of(255, 0, 255))).encoding, "base64");
});

Deno.test("a gzip bomb is left compressed and told", () => {
  const bomb = gzipSync(new Uint8Array(64 * 1024 * 1024));
  const decoded = decode(bomb);
  assert.equal(decoded.format, "gzip+binary");
  assert.match(decoded.note ?? "", /Expands to more than 4,194,304 bytes/);
  const nested = decode(gzipSync(bomb));
  assert.equal(nested.format, "gzip+gzip+binary");
  assert.match(nested.note ?? "", /Expands to more than/);
});

Deno.test("gzip that was cut off gives what there is, wherever the cut", () => {
  const text = Array.from({ length: 200 }, (_, i) => `line ${i} of the log`).join("\n");
  const whole = gzipSync(text);
  for (let end = 10; end < whole.length; end += 7) {
    const decoded = decode(whole.subarray(0, end));
    assert.match(decoded.format, /^gzip\+/);
    assert.match(decoded.note ?? "", /cut off/);
    assert.notEqual(decoded.certainty, "certain");
    if (decoded.format === "gzip+text") assert.ok(text.startsWith(String(decoded.value)));
  }
  const damaged = whole.slice();
  damaged[damaged.length - 6] ^= 0xff;
  assert.match(decode(damaged).note ?? "", /damaged/);
});

Deno.test("images are named with their size in pixels", () => {
  const png = hex("89504e470d0a1a0a 0000000d 49484452 00000280 000001e0 08 02 000000");
  assert.deepEqual(
    [decode(png).format, decode(png).note, decode(png).encoding],
    ["image/png", "640×480 pixels", "base64"],
  );
  const jpeg = hex("ffd8 ffe0 0004 0000 ffc0 0011 08 00f0 0140 03 012200 021101 031101");
  assert.deepEqual([decode(jpeg).format, decode(jpeg).note], ["image/jpeg", "320×240 pixels"]);
  const gif = hex("474946383961 0a00 1400 80 00 00 2c");
  assert.deepEqual([decode(gif).format, decode(gif).note], ["image/gif", "10×20 pixels"]);
  assert.equal(decode(png.subarray(0, 16)).format, "image/png");
  const loop = hex("ffd8 ffe0 0000 0000 0000 0000 0000");
  assert.equal(decode(loop).format, "image/jpeg");
});
