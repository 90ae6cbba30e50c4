import assert from "node:assert/strict";
import {
  budgetWithin,
  MemoryPressure,
  parseContainerLimit,
} from "../../src/memory/memory_pressure.ts";
import { createToolHarness, type Facts } from "../support/tool_harness.ts";
import { startMosquitto } from "../support/mosquitto.ts";
import { connectPublisher } from "../support/publisher.ts";
import { until } from "../support/sessions.ts";

function reading(part: number) {
  return [{ usedBytes: part * 1000, limitBytes: 1000 }, { usedBytes: 1, limitBytes: 1000 }];
}

Deno.test("budgets shrink at once with each step, and never below a sixteenth", () => {
  const pressure = new MemoryPressure(() => 0);
  assert.equal(pressure.note(reading(0.74)), false);
  const shares = [0.75, 0.8, 0.85, 0.99, 1.5].map((part) => {
    pressure.note(reading(part));
    return pressure.share;
  });
  assert.deepEqual(shares, [1 / 2, 1 / 2, 1 / 4, 1 / 16, 1 / 16]);
  assert.equal(new MemoryPressure(() => 0).note([]), false);
});

Deno.test("budgets grow again step by step, each after half a minute of calm", () => {
  let now = 0;
  const pressure = new MemoryPressure(() => now);
  pressure.note(reading(0.99));
  const shares: number[] = [];
  for (
    const [afterMs, part] of [[0, 0.6], [29_999, 0.6], [30_000, 0.6], [45_000, 0.7], [50_000, 0.6]]
  ) {
    now = afterMs;
    pressure.note(reading(part));
    shares.push(pressure.share);
  }
  assert.deepEqual(shares, [1 / 16, 1 / 16, 1 / 4, 1 / 4, 1 / 4]);
  for (const afterMs of [80_000, 110_000, 140_000]) {
    now = afterMs;
    pressure.note(reading(0.1));
    shares.push(pressure.share);
  }
  assert.deepEqual(shares.slice(-3), [1 / 2, 1, 1]);
});

Deno.test("a container's limit is read as Linux writes it", () => {
  assert.equal(parseContainerLimit("268435456\n"), 268_435_456);
  assert.equal(parseContainerLimit("max\n"), null);
  assert.equal(parseContainerLimit("9223372036854771712\n"), null);
  assert.equal(parseContainerLimit(""), null);
});

Deno.test("a budget is a quarter of the container at most", () => {
  assert.equal(budgetWithin(32, null), 32);
  assert.equal(budgetWithin(32, 256), 32);
  assert.equal(budgetWithin(512, 256), 64);
});

Deno.test("when memory is short recordings and collections give way early, and everybody is told once", async () => {
  let usedBytes = 0;
  await using broker = await startMosquitto();
  await using h = await createToolHarness({ RECORD_MEMORY_MB: "16", COLLECT_MEMORY_MB: "16" }, {
    memory: () => [{ usedBytes, limitBytes: 256 }],
    memoryCheckMs: 10,
  });
  const session_id = await h.connect(broker.url);
  await h.call("record_topics", { session_id, action: "start", topics: ["#"] });
  await using device = await connectPublisher(broker.url);
  for (let i = 0; i < 12; i++) await device.publish("a/b", "x".repeat(1_000_000));
  const { recordings } = h.core;
  await until("they are recorded", () => recordings.memory.usedBytes > 11_000_000);
  usedBytes = 250;
  await until("the recording gave way", () => recordings.memory.usedBytes <= 1_048_576);
  const status = await h.call("record_topics", { session_id, action: "status" });
  assert.equal(status.memory.limit_bytes, 1_048_576);
  assert.ok(status.recording[0].evicted >= 10);
  assert.equal(status.recording[0].messages, 12);
  assert.match(status.notice, /memory .*short.* 1 MiB .*record/i);
  const { covers, notice } = await h.call("query_history", { session_id });
  assert.equal(notice, undefined, "told once");
  assert.equal(covers.complete, false);
  assert.ok(h.core.collections.memory.limitBytes === 1_048_576);
  const facts: Facts = await h.call("list_active_connections");
  assert.equal(facts.connections[0].status, "connected");
});
