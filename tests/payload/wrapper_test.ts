import assert from "node:assert/strict";
import { decodePayload } from "../../src/payload/decode.ts";
import { loneDocument, unwrapped } from "../../src/payload/wrapper.ts";

function told(text: string) {
  const { format, value } = unwrapped(
    decodePayload(new TextEncoder().encode(text), { topic: "a/b" }),
  );
  return [format, value];
}

Deno.test("a value in a wrapper is read as if it were sent by itself", () => {
  for (const bare of ["21.5", "true", "ON", "offline", "null", "007"]) {
    const text = /^(?:21|true|null)/.test(bare) ? bare : JSON.stringify(bare);
    for (const key of ["value", "val", "v", "Value", "payload", "data"]) {
      assert.deepEqual(told(`{"${key}": ${text}}`), told(bare));
    }
    assert.deepEqual(told(`{"data": {"value": ${text}}}`), told(bare));
    assert.deepEqual(told(JSON.stringify(bare)), told(bare));
  }
});

Deno.test("a document in a wrapper, or in a text, is read as if it were sent by itself", () => {
  const document = '{"temperature": 21.5, "humidity": 40}';
  for (const key of ["data", "payload", "values", "params", "properties"]) {
    assert.deepEqual(told(`{"${key}": ${document}}`), told(document));
    assert.deepEqual(told(`{"${key}": {"${key}": ${document}}}`), told(document));
  }
  assert.deepEqual(told(JSON.stringify(document)), told(document));
  assert.deepEqual(told(JSON.stringify({ payload: document })), told(document));
  assert.deepEqual(told('{"data": {}}'), told("{}"));
});

Deno.test("what a key names, and what stands beside others, is not taken out of its document", () => {
  for (
    const whole of [
      '{"temperature":21.5}',
      '{"state":{"on":true}}',
      '{"value":21.5,"unit":"°C"}',
      '{"data":{"temperature":21.5},"ts":1}',
      '{"data":[1,2]}',
      '""',
    ]
  ) assert.deepEqual(told(whole), ["json", JSON.parse(whole)]);
});

Deno.test("a list of one document holds that document, one of several or of values holds none", () => {
  assert.deepEqual(loneDocument([{ temperature: 21.5 }]), { temperature: 21.5 });
  for (const other of [[], [1], [[1]], [{ a: 1 }, { a: 2 }], { a: 1 }, "text", null]) {
    assert.equal(loneDocument(other), null);
  }
});
