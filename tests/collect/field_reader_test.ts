import assert from "node:assert/strict";
import fc from "fast-check";
import { FieldReader, readFields, takeScalar, takeValue } from "../../src/collect/field_reader.ts";
import type { JsonPath } from "../../src/collect/json_path.ts";
import { decodePayload } from "../../src/payload/decode.ts";
import { PayloadLayouts } from "../../src/payload/layout.ts";
import { structureOf } from "../../src/payload/structure.ts";

const encoder = new TextEncoder();
const TOPIC = "plant/line1";

/** What decoding gives, beside what was read from a layout. */
function check(reader: FieldReader, payload: Uint8Array, paths: readonly JsonPath[]): void {
  const text = new TextDecoder().decode(payload);
  const read = reader.read(payload, TOPIC);
  const decoded = readFields(payload, TOPIC, paths);
  assert.deepEqual(read.values, decoded.values, text);
  assert.equal(read.isHidden, decoded.isHidden, text);
}

const PATHS: readonly JsonPath[] = [
  [],
  ["a"],
  ["b"],
  ["b", "c"],
  ["b", "c", 0],
  ["b", "c", "1"],
  ["b", "c", "length"],
  ["é"],
  ["__proto__"],
  ["toString"],
  ["a", "b", "c"],
];

Deno.test("fields read from a layout are what decoding gives, whatever the values become", () => {
  const leaf = fc.oneof(
    { weight: 4, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
    { weight: 4, arbitrary: fc.integer({ min: -1000, max: 1000 }).map((n) => n / 100) },
    fc.constantFrom(0, -0, 1e21, 2 ** 53, 123456789012345, 1234567890123456, 0.1, 5e-324),
    fc.boolean(),
    fc.constant(null),
    fc.string({ unit: "grapheme", maxLength: 6 }),
    fc.constantFrom(
      "ok",
      "error",
      "password=x",
      "https://me:pw@host/",
      'a"b\\',
      "",
      "smoke",
      "a\\",
      "\\u0041",
      "20 °C",
    ),
  );
  const message = fc.record({
    a: leaf,
    b: fc.oneof(
      leaf,
      fc.record({ c: fc.oneof(fc.array(leaf, { maxLength: 3 }), leaf), pass: leaf }),
    ),
    é: leaf,
    __proto__: leaf,
  }, { requiredKeys: ["a"] });
  const messages = fc.array(
    fc.oneof(
      { weight: 6, arbitrary: message.map((value) => JSON.stringify(value)) },
      message.map((value) => JSON.stringify(value, null, 1) + "\n"),
      leaf.map((value) => String(value)),
      message.map((value) => JSON.stringify(value).slice(0, -1) + ',"a":7}'),
    ),
    { minLength: 5, maxLength: 30 },
  );
  const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 5 });
  fc.assert(
    fc.property(messages, damage, (texts, damages) => {
      const reader = new FieldReader(PATHS, takeValue);
      const payloads = texts.map((text) => encoder.encode(text));
      // of one that is known by then
      for (const [at, byte] of damages) {
        const copy = payloads[at % payloads.length].slice();
        copy[at % copy.length] = byte;
        payloads.push(payloads[at % payloads.length], copy);
      }
      for (const payload of payloads) check(reader, payload, PATHS);
    }),
    { numRuns: 300 },
  );
});

Deno.test("numbers are read from their digits as they are parsed, and as they were sent", () => {
  const texts = [
    ...["21.5", "21.50", "-0", "-0.0", "0", "007", "1.", ".5", "+4", "1e3", "0.0000001", "1.10"],
    ...["9007199254740993", "123456789012345", "0.1", "-17.25", "1234567.12345678", "12\n", ""],
    ...[
      "999999999999999",
      "0.000001",
      "0.00000100",
      "1.7976931348623157e308",
      "- 1",
      "--1",
      "0.30000000000000004",
      "12345678.123456789",
      "1.2.3",
    ],
  ];
  for (const wrap of [(text: string) => text, (text: string) => `{"v":${text}}`]) {
    const paths: JsonPath[] = [[], ["v"]];
    const values = new FieldReader(paths, takeValue);
    const scalars = new FieldReader(paths, takeScalar);
    for (const text of ["1.5", ...texts, ...texts]) {
      const payload = encoder.encode(wrap(text));
      check(values, payload, paths);
      const decoded = decodePayload(payload, { topic: TOPIC });
      const sent = scalars.read(payload, TOPIC).values;
      assert.deepEqual(sent, paths.map((path) => takeScalar(decoded, path)), text);
    }
  }
});

Deno.test("a text with escapes, and a key that stands twice, are read as they are parsed", () => {
  const paths: JsonPath[] = [["s"], ["a"]];
  const reader = new FieldReader(paths, takeValue);
  const texts = ["x", "a\\\\", "\\u0041", 'a\\"b', "é", "y"].map((s) => `{"s":"${s}","a":1}`);
  for (const text of [...texts, '{"a":1,"s":"x","a":2}', '{"a":3,"s":"y","a":4}']) {
    check(reader, encoder.encode(text), paths);
  }
});

Deno.test("a secret is hidden from conditions, though the payload before was written alike", () => {
  const reader = new FieldReader([["name"], ["v"]], takeValue);
  const sent = (name: string) => encoder.encode(JSON.stringify({ name, v: "abc" }));
  for (const name of ["pump", "valve", "password", "pump"]) {
    check(reader, sent(name), [["name"], ["v"]]);
  }
  assert.equal(reader.read(sent("wifi_password"), TOPIC).isHidden, true);
  // what is known of other topics says nothing about one that is named like a secret
  const { values, isHidden } = reader.read(sent("pump"), "plant/wifi/password");
  assert.deepEqual([...values, isHidden], ["pump", "‹hidden›", true]);
});

Deno.test("of messages that are written alike only a few are decoded, of many topics too", () => {
  const layouts = new PayloadLayouts((layout) => structureOf(layout.decoded.value));
  let decodings = 0;
  const read = (text: string, topic: string) => {
    const payload = encoder.encode(text);
    const known = layouts.find(payload, topic);
    const decoded = decodePayload(payload, { topic });
    if (known === null) {
      decodings++;
      layouts.learn(payload, topic, decoded);
    } else assert.equal(known.made, structureOf(decoded.value));
  };
  for (let n = 0; n < 3_000; n++) {
    const battery = n % 3 === 0 ? "" : `,"battery":${n % 100}`;
    read(`{"t":${n / 10},"state":"${n % 2 ? "on" : "off"}"${battery}}`, `house/room${n % 500}`);
    read(n % 5 === 0 ? "ON" : "OFF", "house/light");
    read(String(n / 4), `house/bare${n % 500}`);
  }
  assert.ok(decodings <= 5, `${decodings} were decoded`);
  // where nothing is alike, it does not go on learning
  const before = decodings;
  let learnt = 0;
  const none = new PayloadLayouts(() => learnt++);
  for (let n = 0; n < 1_000; n++) {
    const payload = encoder.encode(`line ${n}: ${"x".repeat(n % 50)}`);
    assert.equal(none.find(payload, "log"), null);
    none.learn(payload, "log", decodePayload(payload, { topic: "log" }));
  }
  assert.ok(learnt <= 20, `${learnt} were learnt`);
  assert.equal(decodings, before);
});
