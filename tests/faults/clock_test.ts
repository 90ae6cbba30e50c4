import assert from "node:assert/strict";
import { startMosquitto } from "../support/mosquitto.ts";
import { connectPublisher } from "../support/publisher.ts";
import { makeRegistry } from "../support/sessions.ts";
import { establish, until } from "../support/sessions.ts";
import { createToolHarness } from "../support/tool_harness.ts";

const HOUR_MS = 3_600_000;

Deno.test("a clock that is put forward or back ends no session, and times stay sensible", async () => {
  await using broker = await startMosquitto();
  let offset = 0;
  await using registry = await makeRegistry({
    now: () => Date.now() + offset,
    tick: () => performance.now(),
  });
  const session = await establish(registry, broker.url);
  for (const jump of [2 * HOUR_MS, -48 * HOUR_MS, 8_760 * HOUR_MS]) {
    offset = jump;
    registry.sweep();
    assert.equal(registry.get(session.id, session.owner), session);
    const now = Date.now() + offset;
    assert.ok(Math.abs(session.expiresAt - now - 60_000) < 30_000, `${session.expiresAt - now}`);
    assert.ok(session.lastUsedAt <= now + 1_000 && session.lastUsedAt > now - 30_000);
  }
});

Deno.test("over a jump of the clock everything is counted and found, and nothing lasts a negative time", async () => {
  await using broker = await startMosquitto();
  let offset = 0;
  const real = Date.now;
  Date.now = () => real() + offset;
  try {
    await using h = await createToolHarness();
    const session_id = await h.connect(broker.url);
    await h.call("record_topics", { session_id, action: "start", topics: ["#"] });
    const running = h.call("subscribe_and_collect", {
      session_id,
      topic: "a/#",
      duration: 60,
      max_messages: 30,
    });
    await h.listening(session_id);
    await using device = await connectPublisher(broker.url);
    const log = h.core.recordings.logOf(session_id)!;
    let sent = 0;
    for (const jump of [0, -HOUR_MS, HOUR_MS]) {
      offset = jump;
      for (let i = 0; i < 10; i++, sent++) await device.publish("a/b", { jump, i });
      await until("all is recorded", () => log.total === sent);
    }
    offset = 0;
    const collected = await running;
    assert.equal(collected.original_message_count, 30);
    assert.ok(collected.listened.seconds >= 0);
    const open = await h.call("query_history", { session_id, limit: 100 });
    assert.equal(open.matched, 30, "those of a time to come, too");
    assert.ok(Date.parse(open.covers.to) <= real() + 1_000, open.covers.to);
    const all = await h.call("query_history", {
      session_id,
      since: new Date(real() - 2 * HOUR_MS).toISOString(),
      until: new Date(real() + 2 * HOUR_MS).toISOString(),
      limit: 100,
      order: "asc",
    });
    assert.equal(all.matched, 30);
    const seqs = all.messages.map((m: { seq: number }) => m.seq);
    assert.deepEqual(seqs, seqs.toSorted((a: number, b: number) => a - b), "in order of arrival");
    const { connections } = await h.call("list_active_connections");
    assert.equal(connections[0].status, "connected");
    assert.ok(Date.parse(connections[0].expires_at) > real());
  } finally {
    Date.now = real;
  }
});
