import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { TopicNames } from "../../../src/mqtt/client/topic_names.ts";

const validTopic = fc.string({ unit: "binary", maxLength: 400 })
  .filter((topic) => !/[+#\0]/.test(topic));

Deno.test("a name is read as its bytes say, however often and whatever was read before", () => {
  const names = new TopicNames();
  fc.assert(fc.property(fc.array(validTopic), (topics) => {
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

Deno.test("bytes that are no topic name are a fault that says why, however often they come", () => {
  const names = new TopicNames();
  for (
    const [bytes, why] of [
      [[0x61, 0xff, 0x62], /is not UTF-8/],
      [[0xed, 0xa0, 0x80], /is not UTF-8/],
      [[0xc0, 0x80], /is not UTF-8/],
      [[0x61, 0x00], /NUL/],
      [[0x61, 0x2f, 0x23], /wildcards/],
      [[0x2b], /wildcards/],
    ] as const
  ) {
    for (let i = 0; i < 3; i++) {
      assert.throws(() => names.read(Buffer.from(bytes), 0, bytes.length), why);
    }
  }
  assert.equal(names.read(Buffer.from("a\ufffdb"), 0, 5), "a\ufffdb");
});
