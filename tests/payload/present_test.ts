import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { gzipSync } from "node:zlib";
import { encode as encodeMessagePack } from "@msgpack/msgpack";
import fc from "fast-check";
import {
  type PresentedPayload,
  presentPayload,
  previewPayload,
} from "../../src/payload/present.ts";

const encoder = new TextEncoder();

function present(payload: string | Uint8Array, maxChars = 1000): PresentedPayload {
  const bytes = typeof payload === "string" ? encoder.encode(payload) : payload;
  return presentPayload(bytes, { topic: "a/b", maxChars });
}

function preview(payload: string | Uint8Array, maxChars = 40): string {
  const bytes = typeof payload === "string" ? encoder.encode(payload) : payload;
  return previewPayload(bytes, { topic: "a/b", maxChars });
}

Deno.test("a small payload is given whole, with nothing said about cutting", () => {
  assert.deepEqual(present('{"t":21.5}'), { format: "json", payload: { t: 21.5 } });
  assert.deepEqual(present("hello"), { format: "text", payload: "hello" });
  assert.deepEqual(present(Uint8Array.of(0xff, 0)), {
    format: "binary",
    payload: "/wA=",
    encoding: "base64",
  });
  assert.deepEqual(present(""), { format: "empty", payload: "" });
});

Deno.test("long text loses its end, and the note says how long it was", () => {
  const shown = present("a".repeat(12_345));
  assert.equal(shown.payload, "a".repeat(999) + "…");
  assert.equal(shown.truncated, true);
  assert.equal(shown.note, "12,345 characters in all");
});

Deno.test("text is never cut through the middle of a character", () => {
  for (let shift = 0; shift < 4; shift++) {
    const { payload } = present("x".repeat(shift) + "🙂".repeat(100), 50);
    assert.ok(String(payload).isWellFormed());
  }
});

Deno.test("long binary stays decodable base64, and the note counts bytes", () => {
  const bytes = new Uint8Array(5000).map((_, i) => i * 7 | 0x80);
  const shown = present(bytes, 1001);
  const head = new Uint8Array(Buffer.from(String(shown.payload), "base64"));
  assert.deepEqual(head, bytes.subarray(0, head.length));
  assert.equal(shown.note, "The first 750 of 5,000 bytes");
  assert.match(present(gzipSync(bytes)).note ?? "", /of 5,000 bytes/);
});

Deno.test("of a long array the first items stay, and the rest is counted", () => {
  const shown = present(JSON.stringify(Array.from({ length: 2000 }, (_, i) => i)), 100);
  assert.ok(Array.isArray(shown.payload));
  assert.deepEqual(shown.payload.slice(0, 3), [0, 1, 2]);
  assert.equal(
    shown.payload.at(-1),
    `… ${(2001 - shown.payload.length).toLocaleString("en")} more`,
  );
  assert.match(shown.note ?? "", /^8,891 characters in all/);
});

Deno.test("one huge field does not push the small ones out", () => {
  const shown = present(JSON.stringify({ image: "A".repeat(50_000), temperature: 21.5, ok: true }));
  const payload = shown.payload as { image: string; temperature: number; ok: boolean };
  assert.equal(payload.temperature, 21.5);
  assert.equal(payload.ok, true);
  assert.ok(payload.image.length > 700 && payload.image.endsWith("…"));
});

Deno.test("what was decoded from a binary format is cut alike", () => {
  const shown = present(encodeMessagePack({ log: "x".repeat(5000), n: 1 }));
  assert.equal(shown.format, "messagepack");
  assert.equal(shown.truncated, true);
  assert.ok(JSON.stringify(shown.payload).length <= 1000);
});

Deno.test("whatever the JSON, the cut form is small, and whole where it fits", () => {
  const values = fc.oneof(
    fc.jsonValue({ maxDepth: 8 }),
    fc.array(fc.jsonValue({ maxDepth: 3 }), { maxLength: 80, size: "max" }),
    fc.dictionary(fc.string({ maxLength: 90 }), fc.jsonValue(), { maxKeys: 60, size: "max" }),
    fc.string({ minLength: 200, maxLength: 4000, size: "max", unit: "binary" }),
  );
  fc.assert(fc.property(values, fc.integer({ min: 64, max: 1500 }), (value, maxChars) => {
    const text = JSON.stringify(value);
    const shown = present(text, maxChars);
    const length = JSON.stringify(shown.payload).length;
    if (shown.truncated === undefined) {
      assert.ok(text.length <= maxChars * 6 + 2);
    } else {
      assert.ok(length <= maxChars * 7, `${length} of ${maxChars}`);
      assert.match(shown.note ?? "", /in all|bytes/);
    }
    if (typeof value === "object" && text.length <= maxChars) {
      assert.equal(shown.truncated, undefined);
    }
    if (typeof value === "object") {
      assert.ok(length <= maxChars * 1.2 + 100, `${length} of ${maxChars}`);
    }
  }));
});

Deno.test("deep and wide payloads are cut in bounded space", () => {
  let deep = '"x"';
  for (let i = 0; i < 60; i++) deep = `{"level${i}":${deep},"pad":"${"p".repeat(30)}"}`;
  assert.ok(JSON.stringify(present(deep, 300).payload).length <= 400);
  const wide = JSON.stringify(
    Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`key${i}`, { v: i }])),
  );
  assert.ok(JSON.stringify(present(wide, 300).payload).length <= 400);
});

Deno.test("a preview is one short line", () => {
  assert.equal(preview('{\n  "a": 1\n}'), '{ "a": 1 }');
  assert.equal(preview("21.5"), "21.5");
  assert.equal(preview(""), "");
  assert.equal(preview("x".repeat(100), 10), "xxxxxxxxx…");
  assert.equal(preview(Uint8Array.of(0xff, 0, 1)), "binary, 3 bytes");
  assert.equal(preview(encodeMessagePack({ temp: 21 })), '{"temp":21}');
});

Deno.test("a preview escapes what could disguise it", () => {
  assert.equal(preview("a\u202eb\u2066c"), "a\\u{202e}b\\u{2066}c");
  assert.equal(preview("\x1b[31mred alert[0m"), "\\u{1b}[31mred alert[0m");
  assert.equal(preview("zero\u200bwidth"), "zero\\u{200b}width");
});

Deno.test("whatever the bytes, a preview is bounded, on one line and without control characters", () => {
  const payloads = fc.oneof(
    fc.uint8Array({ maxLength: 400, size: "max" }),
    fc.string({ unit: "binary", maxLength: 400, size: "max" }).map((text) => encoder.encode(text)),
  );
  fc.assert(fc.property(payloads, fc.integer({ min: 8, max: 120 }), (bytes, maxChars) => {
    const line = preview(bytes, maxChars);
    assert.ok(line.length <= maxChars + 1);
    assert.doesNotMatch(line, /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
    assert.ok(line.isWellFormed());
  }));
});

Deno.test("bare numbers are given as they were written", () => {
  for (const text of ["1.10", "12E4", "2023.10", "+21.5", "21.50"]) {
    const shown = presentPayload(new TextEncoder().encode(text), { topic: "t", maxChars: 100 });
    assert.equal(shown.format, "number");
    assert.equal(shown.payload, text);
  }
  for (const [text, value] of [["21.5", 21.5], ["0", 0], ["-3", -3]] as const) {
    const shown = presentPayload(new TextEncoder().encode(text), { topic: "t", maxChars: 100 });
    assert.equal(shown.payload, value);
  }
  const telephone = presentPayload(new TextEncoder().encode("+4917612345678"), {
    topic: "t",
    maxChars: 100,
  });
  assert.deepEqual([telephone.format, telephone.payload], ["text", "+4917612345678"]);
});

Deno.test("a preview tells the size of the whole payload, also where only its head was kept", () => {
  const head = new Uint8Array(64);
  head.set([0xff, 0xd8, 0xff, 0xe0]);
  const line = previewPayload(head, { topic: "cam", sizeBytes: 1_200_022 });
  assert.match(line, /image\/jpeg.*1,200,022 bytes/);
});
