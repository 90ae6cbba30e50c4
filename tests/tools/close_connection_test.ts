import assert from "node:assert/strict";
import { connectPublisher } from "../support/publisher.ts";
import { until } from "../support/sessions.ts";
import { startToolHarness } from "../support/tool_harness.ts";

const TOOL = "close_connection";

Deno.test("closing disconnects properly, tells the lifetime counts, and erases what was heard", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  await h.call("record_topics", { session_id, action: "start", topics: ["#"] });
  await device.publish("a", "1");
  await h.call("publish_message", { session_id, topic: "b", payload: "2", qos: 1 });
  await until("both came", () => h.core.recordings.logOf(session_id)?.total === 2);
  const { collection_id } = await h.call("subscribe_and_collect", {
    session_id,
    topic: "x",
    duration: 0.1,
  });
  const from = h.broker.log.length;
  const facts = await h.call(TOOL, { session_id });
  assert.equal(facts.session_id, session_id);
  assert.equal(facts.status, "closed");
  assert.match(facts.closed_at, /Z$/);
  assert.equal(facts.messages_received, 2);
  assert.equal(facts.messages_published, 1);
  assert.equal(facts.reconnects, 0);
  await h.broker.waitForLog(/Received DISCONNECT/, { from });
  assert.equal(h.core.recordings.memory.usedBytes, 0);
  assert.match(await h.refusal("query_history", { collection_id }), /^SESSION_NOT_FOUND/);
  assert.match(await h.refusal(TOOL, { session_id }), /^SESSION_NOT_FOUND: .*was closed/);
});

Deno.test("a call that is running on a session ends when another closes it", async () => {
  await using h = await startToolHarness();
  const { session_id } = h;
  const running = h.call("subscribe_and_collect", { session_id, topic: "#", duration: 60 });
  await h.listening(session_id);
  await h.call(TOOL, { session_id });
  assert.equal((await running).stop_reason, "connection_lost");
});

Deno.test("an unknown session is told as such", async () => {
  await using h = await startToolHarness();
  assert.match(await h.refusal(TOOL, { session_id: "nonsense" }), /^SESSION_NOT_FOUND/);
  assert.match(await h.refusal(TOOL, {}), /^INVALID_ARGUMENT/);
});
