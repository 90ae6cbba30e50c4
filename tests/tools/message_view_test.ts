import assert from "node:assert/strict";
import { fitMessages, MESSAGES_MAX_CHARS, viewMessage } from "../../src/tools/message_view.ts";
import { message } from "../support/messages.ts";

Deno.test("a message shows what differs from its defaults, and nothing else", () => {
  assert.deepEqual(viewMessage({ seq: 3, message: message("a/b", { t: 1 }) }, 1_000), {
    seq: 3,
    timestamp: "1970-01-01T00:00:00.000Z",
    topic: "a/b",
    size_bytes: 7,
    format: "json",
    payload: { t: 1 },
  });
  const shown = viewMessage({
    seq: 1,
    message: message("a", "x", { qos: 2, retain: true, dup: true }),
    keptFor: ["error"],
  }, 1_000);
  assert.deepEqual([shown.qos, shown.retain, shown.dup, shown.kept_for], [2, true, true, [
    "error",
  ]]);
});

Deno.test("a head of a payload is marked, with the size of the whole", () => {
  const shown = viewMessage({ seq: 1, message: message("a", "head"), sizeBytes: 5_000 }, 1_000);
  assert.equal(shown.size_bytes, 5_000);
  assert.equal(shown.truncated, true);
  assert.match(String(shown.note), /first 4 bytes/);
});

Deno.test("MQTT 5 properties are shown, and long ones are bounded", () => {
  const shown = viewMessage({
    seq: 1,
    message: message("a", "x", {
      properties: {
        contentType: "c".repeat(5_000),
        responseTopic: "r/t",
        correlationData: new TextEncoder().encode("id-1"),
        userProperties: { long: "u".repeat(9_000) },
        messageExpiryInterval: 9,
      },
    }),
  }, 1_000);
  assert.equal(shown.response_topic, "r/t");
  assert.equal(shown.correlation_data, "id-1");
  assert.equal(shown.message_expiry_interval, 9);
  assert.ok(JSON.stringify(shown).length < 1_500);
});

Deno.test("few long payloads are shown longer than many, and none is dropped before all are short", async () => {
  const long = message("a", "x".repeat(20_000));
  const [alone] = (await fitMessages([{ seq: 1, message: long }])).messages;
  assert.ok(!alone.truncated);
  const many = Array.from({ length: 100 }, (_, i) => ({ seq: i, message: long }));
  const fitted = await fitMessages(many);
  assert.equal(fitted.dropped, 0);
  assert.equal(fitted.truncated, 100);
  assert.ok(JSON.stringify(fitted.messages).length <= MESSAGES_MAX_CHARS);
  const crowd = Array.from({ length: 500 }, (_, i) => ({ seq: i, message: long }));
  const part = await fitMessages(crowd);
  assert.equal(part.messages.length + part.dropped, 500);
  assert.deepEqual(part.messages.map((m) => m.seq), part.messages.map((_, i) => i));
  assert.ok(JSON.stringify(part.messages).length <= MESSAGES_MAX_CHARS);
  assert.deepEqual(await fitMessages([]), { messages: [], dropped: 0, truncated: 0, heads: 0 });
});
