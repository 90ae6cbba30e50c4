import assert from "node:assert/strict";
import { connectPublisher } from "../support/publisher.ts";
import { until } from "../support/sessions.ts";
import { startToolHarness } from "../support/tool_harness.ts";
import { clockPasses } from "../support/wait.ts";

const TOOL = "record_topics";

Deno.test("a recording starts, counts each message once, and stays readable after it stopped", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  const begun = await h.call(TOOL, { session_id, action: "start", topics: ["a/#", "a/b"] });
  assert.deepEqual(begun.recording.map((r: { topic: string }) => r.topic), ["a/#", "a/b"]);
  assert.match(begun.recording[0].since, /Z$/);
  assert.equal(begun.memory.limit_bytes, 32 * 1024 * 1024);
  assert.match(begun.note, /24 hours/);
  await device.publish("a/b", "12345");
  await device.publish("a/c", "1");
  const log = h.core.recordings.logOf(session_id)!;
  await until("both came", () => log.total === 2);
  const status = await h.call(TOOL, { session_id, action: "status" });
  const [all, one] = status.recording;
  assert.deepEqual([all.messages, all.bytes, all.evicted], [2, 6, 0]);
  assert.deepEqual([one.messages, one.bytes], [1, 5]);
  assert.ok(status.memory.used_bytes > 0);
  const narrower = await h.call(TOOL, { session_id, action: "stop", topics: ["never/#"] });
  assert.deepEqual(narrower.not_stopped, [{ topic: "never/#" }]);
  assert.match(narrower.not_stopped_note, /the others go on/);
  const stopped = await h.call(TOOL, { session_id, action: "stop" });
  assert.ok(!("not_stopped" in stopped));
  assert.ok(stopped.recording.every((r: { state: string }) => r.state === "stopped"));
  assert.ok(!("note" in stopped));
  assert.deepEqual(h.core.sessions.get(session_id, "").subscriptions, []);
  assert.equal((await h.call("query_history", { session_id })).matched, 2);
});

Deno.test("a recording keeps its session alive past its time", async () => {
  await using h = await startToolHarness({ env: { SESSION_TTL: "1" } });
  const { session_id } = h;
  const { expires_at } = await h.call(TOOL, { session_id, action: "start", topics: ["#"] });
  assert.ok(Date.parse(expires_at) - Date.now() > 23 * 3_600_000);
  await clockPasses(1_300);
  h.core.sessions.sweep();
  assert.equal((await h.call(TOOL, { session_id, action: "status" })).recording.length, 1);
});

Deno.test("memory is bounded: the oldest give way, and it is counted", async () => {
  await using h = await startToolHarness({ env: { RECORD_MEMORY_MB: "1" } });
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  await h.call(TOOL, { session_id, action: "start", topics: ["a/#"] });
  const big = "x".repeat(10_000);
  for (let i = 0; i < 300; i++) {
    await device.publish("a/b", `${i} ${big}`, { qos: i < 299 ? 0 : 1 });
  }
  const log = h.core.recordings.logOf(session_id)!;
  await until("all came", () => log.total === 300);
  const { recording: [status], memory } = await h.call(TOOL, { session_id, action: "status" });
  assert.equal(status.messages, 300);
  assert.ok(status.evicted > 100);
  assert.ok(memory.used_bytes <= memory.limit_bytes);
  const { covers } = await h.call("query_history", {
    session_id,
    topic: "a/#",
    since: "-1h",
    limit: 1,
  });
  assert.equal(covers.complete, false);
  assert.match(covers.why.join(), /evicted/);
});

Deno.test("what cannot be recorded is refused", async () => {
  await using h = await startToolHarness({ env: { SUBSCRIBE_DENY: "secret/#" } });
  const { session_id } = h;
  assert.match(
    await h.refusal(TOOL, { session_id, action: "start" }),
    /^INVALID_ARGUMENT: .*topics/,
  );
  assert.match(
    await h.refusal(TOOL, { session_id, action: "begin" }),
    /^INVALID_ARGUMENT: .*action/,
  );
  assert.match(
    await h.refusal(TOOL, { session_id, action: "start", topics: ["+a"] }),
    /^TOPIC_INVALID/,
  );
  assert.match(
    await h.refusal(TOOL, { session_id, action: "start", topics: ["secret/x"] }),
    /^NOT_ALLOWED/,
  );
  assert.deepEqual((await h.call(TOOL, { session_id, action: "status" })).recording, []);
});
