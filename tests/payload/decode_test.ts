import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { decodePayload } from "../../src/payload/decode.ts";
import { decodeOnce, ReadOnce } from "../../src/payload/read_once.ts";
import type { DecodedPayload, JsonValue } from "../../src/payload/payload.ts";

const encoder = new TextEncoder();

function decode(payload: string | Uint8Array, topic = "home/kitchen/temperature"): DecodedPayload {
  return decodePayload(typeof payload === "string" ? encoder.encode(payload) : payload, { topic });
}

function expectValue(payload: string, format: string, value: JsonValue): void {
  const decoded = decode(payload);
  assert.deepEqual([decoded.format, decoded.value], [format, value], JSON.stringify(payload));
  assert.equal(decoded.encoding, "utf8");
}

const BINARY_FORMATS = /messagepack|cbor|sparkplug|protobuf|image|binary|gzip|zlib/;

Deno.test("no bytes are empty", () => {
  assert.deepEqual(decode(""), {
    format: "empty",
    certainty: "certain",
    value: "",
    encoding: "utf8",
  });
});

Deno.test("a bare number is a number, whatever its sign, exponent or surrounding space", () => {
  expectValue("55.49", "number", 55.49);
  expectValue(" 21.5\n", "number", 21.5);
  expectValue("-3", "number", -3);
  expectValue("+3", "number", 3);
  expectValue("1e3", "number", 1000);
  expectValue(".5", "number", 0.5);
  expectValue("0", "number", 0);
});

Deno.test("what only resembles a number stays text", () => {
  for (const text of ["007", "21.5 °C", "1.2.3", "12:30", "NaN", "Infinity", "0x1f", "--1", "1e"]) {
    expectValue(text, "text", text);
  }
});

Deno.test("a number too large for a double keeps all its digits", () => {
  const digits = "12345678901234567890";
  expectValue(digits, "number", digits);
  expectValue("1e400", "number", "1e400");
  assert.match(decode(digits).note ?? "", /too large/i);
  expectValue("9007199254740991", "number", 9007199254740991);
});

Deno.test("words of state are booleans, and only the words of JSON become true and false", () => {
  expectValue("true", "boolean", true);
  expectValue("false", "boolean", false);
  for (const word of ["ON", "OFF", "on", "Off", "TRUE"]) expectValue(word, "boolean", word);
  for (const word of ["onn", "oN", "yes", "open", "offline"]) expectValue(word, "text", word);
});

Deno.test("JSON comes back as it was sent", () => {
  const withoutLargeIntegers = fc.jsonValue().filter((value) =>
    !/(?<![\d.])\d{16,}(?![\d.e])/.test(JSON.stringify(value))
  );
  fc.assert(fc.property(withoutLargeIntegers, (value) => {
    const text = JSON.stringify(value);
    const decoded = decode(text);
    assert.deepEqual(decoded.value, JSON.parse(text));
    assert.match(decoded.format, /^(json|number|boolean)$/);
    assert.equal(decoded.note, undefined);
  }));
});

Deno.test("whole numbers beyond 2^53 inside JSON become text instead of wrong", () => {
  fc.assert(fc.property(fc.bigInt({ min: 2n ** 53n, max: 2n ** 70n }), fc.boolean(), (n, minus) => {
    const digits = `${minus ? "-" : ""}${n}`;
    const decoded = decode(`{"id":${digits},"name":"a1e9","v":1500,"n":5}`);
    assert.deepEqual(decoded.value, { id: digits, name: "a1e9", v: 1500, n: 5 });
    assert.match(decoded.note ?? "", /1 number is too large/);
  }));
});

Deno.test("long digits inside JSON strings are left alone", () => {
  const decoded = decode('{"serial":"12345678901234567890","e":"1e999"}');
  assert.deepEqual(decoded.value, { serial: "12345678901234567890", e: "1e999" });
  assert.equal(decoded.note, undefined);
});

Deno.test("repeated keys in JSON are told", () => {
  const decoded = decode('{"a":1,"b":{"c":1,"c":2},"a":3}');
  assert.deepEqual(decoded.value, { a: 3, b: { c: 2 } });
  assert.match(decoded.note ?? "", /^2 values are hidden by repeated keys/);
  assert.equal(decode('{"a":"\\":\\":","b":1}').note, undefined);
  assert.equal(decode('{"a:b":"{\\":1","c":[{"d":","}]}').note, undefined);
});

Deno.test("the key __proto__ is only a key", () => {
  for (const text of ['{"__proto__":{"x":1}}', '{"__proto__":{"x":1},"n":12345678901234567890}']) {
    const { value } = decode(text);
    assert.ok(typeof value === "object" && value !== null && !Array.isArray(value));
    assert.ok(Object.hasOwn(value, "__proto__"));
    assert.equal(Object.getPrototypeOf(value), Object.prototype);
    assert.equal("x" in value, false);
  }
});

Deno.test("malformed JSON is text, and the note says where it breaks", () => {
  const cases: [string, RegExp][] = [
    ['{"a":NaN}', /at character 6: expected a value, found "NaN"/],
    ['{"a":-Infinity}', /at character 6/],
    ['{"a":1} trailing', /at character 9: expected the end, found "trailing"/],
    ['{"a":1', /ends after 6 characters, inside an object/],
    ["[1, 2,", /inside an array/],
    ["{'a': 1}", /at character 2: expected a key in double quotes/],
    ['{"a":1,}', /at character 8: expected a key/],
    ['{"a" 1}', /at character 6: expected ":"/],
    ['{"a":01}', /at character 7/],
    ['{"a":"b}', /cut off/],
  ];
  for (const [text, expected] of cases) {
    const decoded = decode(text);
    assert.equal(decoded.format, "text", text);
    assert.equal(decoded.value, text);
    assert.match(decoded.note ?? "", /^Looks like JSON but is not/, text);
    assert.match(decoded.note ?? "", expected, text);
  }
});

Deno.test("a log line in brackets is no broken JSON", () => {
  for (
    const line of ["[INFO] started", "[12] done", "[2024-01-01T00:00:00Z] x", "{braces} in text"]
  ) {
    const decoded = decode(line);
    assert.equal(decoded.format, "text");
    assert.equal(decoded.note, undefined, line);
  }
});

Deno.test("the place of a JSON error is found in whatever was broken", () => {
  fc.assert(fc.property(
    fc.jsonValue().map((v) => JSON.stringify({ v })),
    fc.nat(),
    fc.constantFrom("", "\u0001", "x", "}", '"', ","),
    (text, position, replacement) => {
      const at = position % text.length;
      const broken = text.slice(0, at) + replacement + text.slice(at + 1);
      let valid = true;
      try {
        JSON.parse(broken);
      } catch {
        valid = false;
      }
      const decoded = decode(broken);
      if (!valid) assert.notEqual(decoded.format, "json");
      assert.doesNotMatch(decoded.note ?? "", /it is valid/);
    },
  ));
});

Deno.test("JSON nested too deeply is handed on as text", () => {
  const deep = "[".repeat(65) + "]".repeat(65);
  assert.equal(decode(deep).format, "text");
  assert.match(decode(deep).note ?? "", /deeper than 64/);
  assert.equal(decode("[".repeat(64) + "]".repeat(64)).format, "json");
  assert.equal(decode("[".repeat(1_000_000)).format, "text");
  assert.equal(decode('{"a":'.repeat(200_000)).format, "text");
  assert.equal(decode(`["${"[".repeat(100)}"]`).format, "json");
});

Deno.test("a byte-order mark before text is not part of it", () => {
  expectValue('\ufeff{"a":1}', "json", { a: 1 });
  expectValue("\ufeffhello", "text", "hello");
});

Deno.test("XML is recognised when it is well-formed, and never expanded", () => {
  expectValue("<a><b x='1'/></a>", "xml", "<a><b x='1'/></a>");
  assert.equal(decode('<?xml version="1.0"?><r/>').format, "xml");
  const entities = '<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><r>&b;</r>';
  assert.equal(decode(entities).value, entities);
  const broken = decode("<a><b></a>");
  assert.equal(broken.format, "text");
  assert.match(broken.note ?? "", /Looks like XML but is not: line 1/);
  for (const text of ["<3", "< 5", "<empty", "<- back"]) expectValue(text, "text", text);
});

Deno.test("ordinary words, sentences and numbers are never taken for a binary format", () => {
  const printable = fc.string({ unit: "grapheme", minLength: 1, maxLength: 80 })
    // deno-lint-ignore no-control-regex -- control characters are not ordinary
    .filter((text) => !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(text));
  const ordinary = fc.oneof(
    printable,
    fc.double({ noNaN: true }).map(String),
    fc.integer().map(String),
    fc.lorem(),
    fc.constantFrom("55.49", "ON", "x", "^x\u009c", "café", "温度", "🙂"),
  );
  const topics = fc.constantFrom("a/b", "spBv1.0/group/NDATA/node", "spBv1.0/g/DBIRTH/n/d");
  const contentTypes = fc.constantFrom(undefined, "application/cbor", "application/x-protobuf");
  fc.assert(
    fc.property(ordinary, topics, contentTypes, (text, topic, contentType) => {
      const { format } = decodePayload(encoder.encode(text), { topic, contentType });
      assert.doesNotMatch(format, BINARY_FORMATS);
    }),
    { numRuns: 500 },
  );
});

Deno.test("whatever the bytes, decoding never throws and always says the same", () => {
  const starts = fc.constantFrom(
    [],
    [0x1f, 0x8b, 8, 0],
    [0x78, 0x9c],
    [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    [0xff, 0xd8, 0xff, 0xe0],
    [0x82, 0xa1, 0x61],
    [0xdf, 0xff, 0xff, 0xff, 0xff],
    [0xbf, 0x61, 0x61],
    [0xd9, 0xd9, 0xf7],
    [0x08, 0x01, 0x12],
    [0x7b, 0x22],
    [0x3c, 0x61, 0x3e],
    [0xff, 0xfe],
  );
  fc.assert(
    fc.property(
      starts,
      fc.uint8Array({ maxLength: 200 }),
      fc.constantFrom("t", "spBv1.0/g/NBIRTH/n"),
      fc.constantFrom(undefined, "application/msgpack", "application/cbor", "application/protobuf"),
      (start, rest, topic, contentType) => {
        const bytes = Uint8Array.from([...start, ...rest]);
        const copy = bytes.slice();
        const first = decodePayload(bytes, { topic, contentType });
        assert.deepEqual(decodePayload(bytes, { topic, contentType }), first);
        assert.deepEqual(bytes, copy);
        assert.deepEqual(JSON.parse(JSON.stringify(first.value)), toPlain(first.value));
      },
    ),
    { numRuns: 3000 },
  );
});

/** JSON knows no negative zero. */
function toPlain(value: JsonValue): JsonValue {
  if (value === 0) return 0;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(toPlain);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, toPlain(member)]));
}

Deno.test("random bytes are almost never given a structure", () => {
  let structured = 0;
  const runs = 5000;
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 2, maxLength: 64, size: "max" }), (bytes) => {
      if (/messagepack|cbor|protobuf|zlib/.test(decode(bytes).format)) structured++;
    }),
    { numRuns: runs, seed: 20 },
  );
  assert.ok(structured <= runs / 500, `${structured} of ${runs}`);
});

Deno.test("bytes that are no text come back as base64", () => {
  const bytes = Uint8Array.of(0xff, 0x00, 0x80, 0x7f);
  const decoded = decode(bytes);
  assert.deepEqual([decoded.format, decoded.encoding], ["binary", "base64"]);
  assert.deepEqual(new Uint8Array(Buffer.from(String(decoded.value), "base64")), bytes);
});

Deno.test("UTF-8 is judged strictly", () => {
  const invalid = [
    [0xc0, 0xaf, 0x41, 0x42],
    [0xed, 0xa0, 0x80, 0x41],
    [0xf4, 0x90, 0x80, 0x80],
    [0x41, 0x42, 0x43, 0xe2, 0x82],
    [0xe0, 0x80, 0xaf, 0x41],
  ];
  for (const bytes of invalid) assert.equal(decode(Uint8Array.from(bytes)).format, "binary");
  fc.assert(fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
    let valid = true;
    try {
      new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch {
      valid = false;
    }
    if (!valid) assert.notEqual(decode(bytes).format, "text");
  }));
});

Deno.test("Latin-1 text is binary, with a note that it is almost readable", () => {
  const decoded = decode(Uint8Array.from([..."21.5 \u00b0C outside"].map((c) => c.charCodeAt(0))));
  assert.equal(decoded.format, "binary");
  assert.match(decoded.note ?? "", /byte 6 is not UTF-8: "21.5 \?C outside"/);
});

Deno.test("the closing NUL of a C string is left out and told", () => {
  const decoded = decode("21.5\0");
  assert.deepEqual([decoded.format, decoded.value], ["number", 21.5]);
  assert.match(decoded.note ?? "", /1 NUL byte/);
  assert.equal(decode(Uint8Array.of(0x41, 0)).format, "binary");
});

Deno.test("a line for a terminal is text although it holds escape characters", () => {
  const decoded = decode("\x1b[31mERROR\x1b[0m sensor 4 does not answer");
  assert.equal(decoded.format, "text");
  assert.match(decoded.note ?? "", /2 control characters/);
});

Deno.test("UTF-16 with its mark is read as text", () => {
  const bytes = new Uint8Array(Buffer.from('\ufeff{"a":1}', "utf16le"));
  assert.deepEqual(decode(bytes).value, { a: 1 });
});

Deno.test("a large payload is read once by all who hear it, and remembered no longer than that", async () => {
  const once = new ReadOnce<number>();
  let reads = 0;
  const read = () => ++reads;
  const payload = new Uint8Array(20_000);
  const ask = (bytes: Uint8Array, key = "a") => once.of(bytes, { key, read });
  assert.deepEqual([ask(payload), ask(payload), ask(payload, "b"), ask(payload)], [1, 1, 2, 1]);
  assert.equal(ask(payload.slice()), 3, "the same bytes of another message are another payload");
  assert.equal(ask(payload), 4);
  assert.equal(ask(new Uint8Array(10)), 5);
  await Promise.resolve();
  // its bytes may be another message's by now
  assert.equal(ask(payload), 6);
  const text = encoder.encode(JSON.stringify(Array(4_000).fill("word")));
  const topic = "plant/dump";
  assert.equal(decodeOnce(text, { topic }), decodeOnce(text, { topic }));
  assert.deepEqual(decodeOnce(text, { topic }), decodePayload(text, { topic }));
});
