import assert from "node:assert/strict";
import { createToolHarness, startToolHarness } from "../support/tool_harness.ts";
import { clockPasses, until } from "../support/wait.ts";

const TOOL = "list_active_connections";

Deno.test("without sessions the list is empty and says how many there may be", async () => {
  await using h = await createToolHarness({ MAX_CONNECTIONS: "3" });
  assert.deepEqual(await h.call(TOOL), { connections: [], total: 0, max_connections: 3 });
});

Deno.test("each session is listed with its state, traffic, recording and collections", async () => {
  await using h = await startToolHarness();
  const { session_id } = h;
  await h.call("record_topics", { session_id, action: "start", topics: ["plant/#"] });
  const { collection_id } = await h.call("subscribe_and_collect", {
    session_id,
    topic: "a/+",
    duration: 0.1,
  });
  const second = await h.connect(h.broker.url);
  const { connections, total } = await h.call(TOOL);
  assert.equal(total, 2);
  assert.deepEqual(connections.map((c: { session_id: string }) => c.session_id), [
    session_id,
    second,
  ]);
  const [first] = connections;
  assert.equal(first.status, "connected");
  assert.equal(first.last_error, null);
  assert.equal(first.created_by, "test");
  assert.deepEqual(first.subscriptions, ["plant/#"]);
  assert.equal(first.recording[0].topic, "plant/#");
  assert.equal(first.messages_received, 0);
  assert.deepEqual({ ...first.collections[0], started_at: "" }, {
    collection_id,
    tool: "subscribe_and_collect",
    topic: "a/+",
    started_at: "",
    messages: 0,
    state: "complete",
  });
  for (
    const field of [
      "broker",
      "client_id",
      "mqtt_version",
      "created_at",
      "last_used_at",
      "expires_at",
      "messages_published",
      "reconnects",
    ]
  ) assert.ok(first[field] !== undefined, field);
});

Deno.test("with sharing off, clients see only their own sessions", async () => {
  await using h = await startToolHarness({ env: { SESSION_SHARING: "false" } });
  const { session_id } = h;
  assert.equal((await h.call(TOOL, {}, { client: "another" })).total, 0);
  assert.match(
    await h.refusal("list_topics", { session_id }, { client: "another" }),
    /^SESSION_NOT_FOUND/,
  );
  assert.match(
    await h.refusal("close_connection", { session_id }, { client: "another" }),
    /^SESSION_NOT_FOUND/,
  );
  assert.equal((await h.call(TOOL)).total, 1);
  await using shared = await startToolHarness();
  assert.equal((await shared.call(TOOL, {}, { client: "another" })).total, 1);
});

Deno.test("a session that nobody uses expires, but not while a call runs on it", async () => {
  await using h = await startToolHarness({ env: { SESSION_TTL: "1" } });
  const { session_id } = h;
  const cancel = new AbortController();
  const running = h.call("subscribe_and_collect", { session_id, topic: "#", duration: 300 }, {
    signal: cancel.signal,
  });
  await h.listening(session_id);
  await clockPasses(1_300);
  assert.equal((await h.call(TOOL)).total, 1);
  cancel.abort();
  assert.equal((await running).stop_reason, "cancelled");
  await until("it has expired", async () => (await h.call(TOOL)).total === 0);
  assert.match(await h.refusal("list_topics", { session_id }), /^SESSION_EXPIRED: .*1 s/);
});

Deno.test("many recordings with long filters do not burst the result", async () => {
  await using h = await startToolHarness();
  const { session_id } = h;
  const topics = Array.from({ length: 40 }, (_, i) => `${"x".repeat(5_000)}/${i}`);
  await h.call("record_topics", { session_id, action: "start", topics });
  const { connections } = await h.call(TOOL);
  const [first] = connections;
  assert.ok(first.recording.length > 0 && first.recording_not_shown > 0);
  assert.equal(first.recording.length + first.recording_not_shown, 40);
});
