import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { TopicNames } from "../../../src/mqtt/client/topic_names.ts";

Deno.test("a name is read as its bytes say, however often and whatever was read before", () => {
  const names = new TopicNames();
  fc.assert(fc.property(fc.array(fc.string({ unit: "binary", maxLength: 400 })), (topics) => {
    for (const topic of [...topics, ...topics]) {
      const bytes = Buffer.from(`xx${topic}yy`);
      assert.equal(names.read(bytes, 2, bytes.length - 2), Buffer.from(topic).toString());
    }
  }));
});

Deno.test("more names than are held are all read right", () => {
  const names = new TopicNames();
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < 20_000; i++) {
      const topic = `plant/${i}/temp`;
      const bytes = Buffer.from(topic);
      assert.equal(names.read(bytes, 0, bytes.length), topic);
    }
  }
});

Deno.test("bytes that are no UTF-8 become replacement characters", () => {
  const bytes = Buffer.from([0x61, 0xff, 0x62]);
  assert.equal(new TopicNames().read(bytes, 0, 3), "a\ufffdb");
});

Deno.test("what is held does not change with the buffer it was read from", () => {
  const names = new TopicNames();
  const bytes = Buffer.from("abc");
  names.read(bytes, 0, 3);
  bytes.write("xyz");
  assert.equal(names.read(bytes, 0, 3), "xyz");
  assert.equal(names.read(Buffer.from("abc"), 0, 3), "abc");
});
