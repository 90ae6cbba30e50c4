import assert from "node:assert/strict";
import fc from "fast-check";
import { Fingerprint } from "../../src/sampling/fingerprint.ts";
import { decodePayload } from "../../src/payload/decode.ts";
import type { JsonValue } from "../../src/payload/payload.ts";
import { severityByHint } from "../../src/payload/severity/mod.ts";
import { structureOf } from "../../src/payload/structure.ts";

const encoder = new TextEncoder();
const print = new Fingerprint();

function read(text: string): { key: string; exact: number; numbers: number[] } {
  print.read(encoder.encode(text), 1);
  return {
    key: `${print.a} ${print.b}`,
    exact: print.exact,
    numbers: [...print.numbers.subarray(0, print.numberCount)],
  };
}

Deno.test("payloads that differ only in their figures have the same fingerprint", () => {
  const { key } = read('{"temp":21.5,"at":"2026-01-05T08:00:00Z"}');
  assert.equal(read('{"temp":-3,"at":"2027-12-31T23:59:59Z"}').key, key);
  assert.notEqual(read('{"hum":21.5,"at":"2026-01-05T08:00:00Z"}').key, key);
  assert.notEqual(read('{"temp":"21.5","at":"2026-01-05T08:00:00Z"}').key, key);
  assert.notEqual(read('{"temp":21.5,"at":null}').key, key);
  assert.equal(read("21.5").key, read("-7").key);
});

Deno.test("figures in keys, and under keys that tell trouble, count", () => {
  assert.notEqual(read('{"sensor1":5}').key, read('{"sensor2":5}').key);
  assert.notEqual(read('{"status":200}').key, read('{"status":500}').key);
  assert.notEqual(read('{"status":"200"}').key, read('{"status":"500"}').key);
  assert.notEqual(read('{"msg":"0 errors"}').key, read('{"msg":"5 errors"}').key);
  assert.notEqual(read("errors: 0").key, read("errors: 3").key);
});

Deno.test("a key after thousands of others is not looked at, and counts as one that tells trouble", () => {
  const keys = (n: number) => Array.from({ length: n }, (_, i) => `"k${"x".repeat(i % 9)}${i}":1`);
  const after = (n: number, value: number) => read(`{${keys(n)},"width":${value}}`).key;
  assert.equal(after(100, 7), after(100, 8));
  assert.notEqual(after(20_000, 7), after(20_000, 8));
});

Deno.test("numbers are handed out in order, as JSON reads them", () => {
  assert.deepEqual(read('{"a":-21.5,"b":"7","c":[1e3,2.5E-1]}').numbers, [-21.5, 1000, 0.25]);
  assert.deepEqual(read("-12").numbers, [-12]);
  assert.equal(read("[1,2,3,4,5,6]").numbers.length, 4);
  fc.assert(
    fc.property(
      fc.double({ noNaN: true, min: -1e290, max: 1e290 }).filter((v) =>
        v === 0 || Math.abs(v) > 1e-290
      ),
      (value) => {
        const [number] = read(`[${JSON.stringify(value)}]`).numbers;
        return Math.abs(number - value) <= Math.abs(value) * 1e-9;
      },
    ),
  );
});

Deno.test("the exact hash tells repeats from other values", () => {
  assert.equal(read('{"a":1}').exact, read('{"a":1}').exact);
  assert.notEqual(read('{"a":1}').exact, read('{"a":2}').exact);
});

Deno.test("binary payloads are told apart byte by byte", () => {
  print.read(new Uint8Array([0x81, 0xa1, 0x74, 0x32]), 1);
  const first = print.a;
  print.read(new Uint8Array([0x81, 0xa1, 0x74, 0x33]), 1);
  assert.notEqual(print.a, first);
  print.read(new Uint8Array([0x41, 0x31, 0x00]), 1);
  const inner = print.a;
  print.read(new Uint8Array([0x41, 0x32, 0x00]), 1);
  assert.notEqual(print.a, inner);
});

const telling = fc.constantFrom(
  "status",
  "code",
  "error",
  "errors",
  "alarm",
  "ok",
  "level",
  "message",
);
const key = fc.oneof(telling, fc.constantFrom("temp", "count", "id1", "id2", "value", "name"));
const leaf = fc.oneof(
  fc.constantFrom<JsonValue>(0, 1, 200, 404, 500, -1, 0.5, null, true, false),
  fc.constantFrom(
    "",
    "ok",
    "0",
    "5",
    "error",
    "no error",
    "0 errors",
    "3 errors",
    "0.5 errors",
    "sensor 10 lost: failed",
  ),
);
const body = fc.letrec<{ tree: JsonValue; object: JsonValue }>((tie) => ({
  tree: fc.oneof({ maxDepth: 3 }, leaf, tie("object"), fc.array(tie("tree"), { maxLength: 3 })),
  object: fc.dictionary(key, tie("tree"), { maxKeys: 4 }),
})).object;

/** Another value of the same shape, with other figures wherever there are some. */
function withOtherFigures(text: string, digits: string): string {
  let at = 0;
  return text.replace(/\d/g, (digit) => digits[at++ % digits.length] ?? digit);
}

Deno.test("payloads of one fingerprint have one verdict and one structure", () => {
  fc.assert(
    fc.property(body, fc.stringMatching(/^[0-9]{1,12}$/), (value, digits) => {
      const texts = [JSON.stringify(value)];
      texts.push(withOtherFigures(texts[0], digits));
      const plain = texts.map((text) => text.replace(/["{}]/g, " "));
      for (const [one, other] of [texts, plain]) {
        if (read(one).key !== read(other).key) continue;
        const verdicts = [one, other].map((text) => {
          const decoded = decodePayload(encoder.encode(text), { topic: "a/b" });
          return { ...severityByHint(decoded, "none"), structure: structureOf(decoded.value) };
        });
        assert.deepEqual(verdicts[0], verdicts[1], `${one} and ${other}`);
      }
    }),
    { numRuns: 2_000 },
  );
});
