import assert from "node:assert/strict";
import fc from "fast-check";
import { MessageLog } from "../../src/collect/message_log.ts";
import type { MessageProperties } from "../../src/mqtt/message.ts";
import { message, textOf } from "../support/messages.ts";

Deno.test("a log gives messages back as they came, oldest or newest first", () => {
  const log = new MessageLog({ limitBytes: 1_000_000 });
  log.append(message("a", "1", { receivedAt: 10, qos: 1 }));
  log.append(message("b", { v: 2 }, { receivedAt: 20, retain: true }));
  log.append(message("a", "3", { receivedAt: 30, dup: true, qos: 2 }));
  const entries = [...log.entries()];
  assert.deepEqual(entries.map((e) => [e.seq, e.topic, textOf(e.payload), e.receivedAt]), [
    [1, "a", "1", 10],
    [2, "b", '{"v":2}', 20],
    [3, "a", "3", 30],
  ]);
  assert.deepEqual(entries.map((e) => [e.qos, e.retain, e.dup]), [
    [1, false, false],
    [0, true, false],
    [2, false, true],
  ]);
  assert.deepEqual([...log.entries({ descending: true })].map((e) => e.seq), [3, 2, 1]);
  assert.deepEqual([...log.entries({ after: 1, before: 3 })].map((e) => e.seq), [2]);
});

Deno.test("a log copies payloads, so that a reused network buffer does not change them", () => {
  const log = new MessageLog({ limitBytes: 10_000 });
  const buffer = new TextEncoder().encode("before");
  log.append(message("t", buffer));
  buffer.fill(0);
  assert.equal(textOf(log.at(1)!.payload), "before");
});

Deno.test("a log stays within its limit, counts what it evicted, and keeps the last message of every topic", () => {
  const log = new MessageLog({ limitBytes: 100_000 });
  for (let i = 0; i < 20; i++) log.append(message(`quiet/${i}`, `last word of ${i}`));
  for (let i = 0; i < 20_000; i++) log.append(message("loud", "x".repeat(50), { receivedAt: i }));
  assert.ok(log.usedBytes <= 100_000, `${log.usedBytes} bytes`);
  assert.equal(log.total, 20_020);
  assert.equal([...log.entries()].length, log.total - log.evicted);
  assert.ok(log.evicted > 10_000);
  assert.ok(log.evictedThrough! > 0);
  for (let i = 0; i < 20; i++) {
    assert.equal(textOf(log.lastOf(`quiet/${i}`)!.payload), `last word of ${i}`);
  }
  assert.equal(log.topic("loud")!.messages, 20_000);
});

Deno.test("a payload larger than a log's share is kept as its head, with its size told", () => {
  const log = new MessageLog({ limitBytes: 100_000 });
  log.append(message("big", new Uint8Array(1_000_000).fill(7)));
  const [entry] = log.entries();
  assert.equal(entry.sizeBytes, 1_000_000);
  assert.ok(entry.payload.length < 100_000 && entry.payload.length > 0);
  assert.ok(log.usedBytes <= 100_000);
});

Deno.test("whatever comes, a log's counts add up and its entries are in order", () => {
  fc.assert(fc.property(
    fc.array(fc.tuple(fc.nat(5), fc.nat(600)), { maxLength: 400 }),
    fc.integer({ min: 4_000, max: 60_000 }),
    (messages, limitBytes) => {
      const log = new MessageLog({ limitBytes });
      messages.forEach(([topic, size], i) =>
        log.append(message(`t/${topic}`, new Uint8Array(size), { receivedAt: i }))
      );
      const entries = [...log.entries()];
      assert.equal(entries.length + log.evicted, messages.length);
      assert.deepEqual(entries.map((e) => e.seq), entries.map((e) => e.seq).sort((a, b) => a - b));
      assert.deepEqual(
        [...log.entries({ descending: true })].map((e) => e.seq).reverse(),
        entries.map((e) => e.seq),
      );
      for (const entry of entries) assert.equal(log.at(entry.seq)?.topic, entry.topic);
      const counted = log.topics.reduce((sum, t) => sum + t.messages, 0);
      assert.equal(counted, messages.length);
      const evicted = log.topics.reduce((sum, t) => sum + t.evicted, 0);
      assert.equal(evicted, log.evicted);
      for (const counts of log.topics) {
        const last = log.lastOf(counts.topic);
        if (last) assert.equal(last.seq, counts.lastSeq);
      }
    },
  ));
});

Deno.test("a log remembers the longest pause between live messages, not the one after a retained one", () => {
  const log = new MessageLog({ limitBytes: 10_000 });
  log.append(message("t", "old", { receivedAt: 0, retain: true }));
  for (const at of [9_000, 10_000, 13_000, 14_000]) {
    log.append(message("t", "x", { receivedAt: at }));
  }
  assert.equal(log.topic("t")!.longestPauseMs, 3_000);
});

Deno.test("an erased log holds nothing", () => {
  const log = new MessageLog({ limitBytes: 10_000 });
  log.append(message("t", "secret"));
  log.erase();
  assert.deepEqual([...log.entries()], []);
  assert.equal(log.usedBytes, 0);
});

Deno.test("properties that mean nothing to a reader cost nothing, others are kept", () => {
  const log = new MessageLog({ limitBytes: 1_000_000 });
  // as MQTT.js hands them over, with what only the client needs
  const identifier: MessageProperties & { subscriptionIdentifier: number } = {
    subscriptionIdentifier: 3,
  };
  for (let i = 0; i < 1_000; i++) log.append(message("t", "x", { properties: identifier }));
  const before = log.usedBytes;
  log.append(message("t", "x", { properties: { ...identifier, contentType: "text/plain" } }));
  assert.ok(before < 100_000, `${before} bytes`);
  assert.equal(log.at(1)!.properties, undefined);
  assert.equal(log.at(1_001)!.properties!.contentType, "text/plain");
});

Deno.test("what a scan comes to is never another message's payload, however much is evicted meanwhile", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 50, maxLength: 150 }),
      fc.boolean(),
      fc.nat(20),
      (topics, descending, meanwhile) => {
        const log = new MessageLog({ limitBytes: 300_000 });
        let appended = 0;
        const append = () => {
          const topic = topics[appended % topics.length];
          // large enough that buffers of evicted ones are used again, of sizes that fit one another
          const payload = new Uint8Array(6_000 + 100 * topic).fill(++appended & 0xff);
          log.append(message(`t/${topic}`, payload));
        };
        for (let i = 0; i < 120; i++) append();
        for (const entry of log.entries({ descending })) {
          assert(
            entry.payload.every((byte) => byte === (entry.seq & 0xff)),
            `message ${entry.seq}`,
          );
          for (let i = 0; i < meanwhile; i++) append();
          if (appended > 3_000) break;
        }
        for (const { topic } of log.topics) {
          const last = log.lastOf(topic);
          if (last !== null) {
            assert(last.payload.every((byte) => byte === (last.seq & 0xff)), `last of ${topic}`);
          }
        }
        assert(log.usedBytes <= 300_000 + 256 * 1024);
      },
    ),
    { numRuns: 40 },
  );
});
