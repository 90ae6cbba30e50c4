import assert from "node:assert/strict";
import { completeArgument } from "../../src/mcp/completions.ts";
import { connectPublisher } from "../support/publisher.ts";
import { startToolHarness } from "../support/tool_harness.ts";
import { until } from "../support/wait.ts";

Deno.test("arguments are completed with sessions, collections, recorded topics and their devices", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id, core } = h;
  const complete = (name: string, value: string, clientId = "") =>
    completeArgument({ name, value }, { core, clientId }).completion;
  await h.call("record_topics", { session_id, action: "start", topics: ["#"] });
  for (const topic of ["tele/plug_1/STATE", "tele/plug_2/STATE", "shellies/lamp/relay/0"]) {
    await device.publish(topic, "ON", { qos: 1 });
  }
  await until("all are recorded", () => core.recordings.logOf(session_id)?.topics.length === 3);
  assert.deepEqual(complete("session_id", session_id.slice(0, 4)).values, [session_id]);
  assert.deepEqual(complete("session_id", "zz").values, []);
  assert.deepEqual(complete("topic", "TELE/").values, ["tele/plug_1/STATE", "tele/plug_2/STATE"]);
  assert.deepEqual(complete("device", "p").values, ["plug_1", "plug_2"]);
  assert.deepEqual(complete("device", "l").values, ["lamp"]);
  const { collection_id } = await h.call("subscribe_and_collect", {
    session_id,
    topic: "#",
    duration: 0.1,
  });
  assert.deepEqual(complete("collection_id", "").values, [collection_id]);
  assert.deepEqual(complete("constructor", "").values, []);
});

Deno.test("sessions of others are not offered where they are not shared, and no more than a hundred values", async () => {
  await using h = await startToolHarness({ env: { SESSION_SHARING: "false" } });
  await using device = await connectPublisher(h.broker.url);
  const { session_id, core } = h;
  assert.deepEqual(
    completeArgument({ name: "session_id", value: "" }, { core, clientId: "another" }).completion
      .values,
    [],
  );
  await h.call("record_topics", { session_id, action: "start", topics: ["#"] });
  for (let i = 0; i < 120; i++) await device.publish(`many/${i}`, "1");
  await until("all are recorded", () => core.recordings.logOf(session_id)?.topics.length === 120);
  const { owner } = core.sessions.all()[0];
  const { completion } = completeArgument({ name: "topic", value: "many/" }, {
    core,
    clientId: owner,
  });
  assert.equal(completion.values.length, 100);
  assert.deepEqual([completion.total, completion.hasMore], [120, true]);
});
