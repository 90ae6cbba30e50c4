import assert from "node:assert/strict";
import { encodePayload, MAX_PAYLOAD_BYTES } from "../../src/tools/publish_payload.ts";
import { textOf } from "../support/messages.ts";

Deno.test("text is sent as it is, everything else as its compact JSON", () => {
  for (
    const [value, text] of [
      ["", ""],
      ["é", "é"],
      ['{ "a": 1 }', '{ "a": 1 }'],
      [{ a: [1, "x"] }, '{"a":[1,"x"]}'],
      [0, "0"],
      [false, "false"],
      [null, "null"],
    ] as const
  ) {
    assert.equal(textOf(encodePayload(value as never, "utf8")), text);
  }
});

Deno.test("a number that may have been rounded on its way is not sent, its digits as text are", () => {
  const max = Number.MAX_SAFE_INTEGER;
  for (
    const written of ["9007199254740993", '{"id":9007199254740993}', '{"a":[{"b":1e400}]}', "-1e30"]
  ) {
    assert.throws(() => encodePayload(JSON.parse(written), "utf8"), {
      code: "INVALID_ARGUMENT",
      hint: /as text/,
    }, written);
    assert.equal(textOf(encodePayload(written, "utf8")), written);
  }
  assert.equal(
    textOf(encodePayload({ max, low: -max, x: 0.1 }, "utf8")),
    `{"max":${max},"low":-${max},"x":0.1}`,
  );
});

Deno.test("bytes are written as base64 or hex", () => {
  assert.deepEqual([...encodePayload("AP8=", "base64")], [0, 255]);
  assert.deepEqual([...encodePayload("00FF", "hex")], [0, 255]);
  assert.deepEqual([...encodePayload("", "hex")], []);
  for (const [text, encoding] of [["0", "hex"], ["0g", "hex"], ["00 ff", "hex"], ["A", "base64"]]) {
    assert.throws(() => encodePayload(text, encoding as "hex"), { code: "INVALID_ARGUMENT" }, text);
  }
  assert.throws(() => encodePayload(7, "hex"), { code: "INVALID_ARGUMENT" });
  assert.throws(() => encodePayload("half \ud800", "utf8"), { code: "INVALID_ARGUMENT" });
});

Deno.test("the limit counts bytes, not characters", () => {
  assert.equal(encodePayload("x".repeat(MAX_PAYLOAD_BYTES), "utf8").length, MAX_PAYLOAD_BYTES);
  assert.throws(() => encodePayload("é".repeat(MAX_PAYLOAD_BYTES / 2 + 1), "utf8"), {
    code: "PAYLOAD_TOO_LARGE",
  });
  assert.throws(() => encodePayload(undefined, "utf8"), { code: "INVALID_ARGUMENT" });
});
