import assert from "node:assert/strict";
import { startDemo } from "../../src/demo/mod.ts";
import { createToolHarness, type Facts } from "../support/tool_harness.ts";

Deno.test("Sparkplug data shows the names that the birth gave to its aliases, also in a page without the birth", async () => {
  await using demo = await startDemo({});
  await using h = await createToolHarness();
  const session_id = await h.connect(demo.url);
  const collecting = h.call("subscribe_and_collect", {
    session_id,
    topic: "spBv1.0/Plant/+/edge-1/#",
    duration: 60,
    max_messages: 8,
  });
  await h.listening(session_id);
  await h.call("publish_message", { session_id, topic: "spBv1.0/Plant/NCMD/edge-1", payload: "" });
  const { messages, collection_id } = await collecting;
  const names = (message: Facts) => message.payload.metrics.map((metric: Facts) => metric.name);
  // the device sends all the while: names are known from its birth on
  const birth = messages.findIndex((message: Facts) => message.topic.includes("/DBIRTH/"));
  const data = messages.slice(birth).filter((message: Facts) => message.topic.includes("/DDATA/"));
  assert.ok(birth >= 0 && data.length >= 1, JSON.stringify(messages));
  for (const message of data) assert.deepEqual(names(message), ["Mixer/Speed", "Mixer/Torque"]);

  const page = await h.call("query_history", { collection_id, limit: 1 });
  assert.deepEqual(names(page.messages[0]), ["Mixer/Speed", "Mixer/Torque"]);
});

Deno.test("the preview of a Sparkplug topic shows names, not aliases", async () => {
  await using demo = await startDemo({});
  await using h = await createToolHarness();
  const session_id = await h.connect(demo.url);
  const listing = h.call("list_topics", {
    session_id,
    pattern: "spBv1.0/Plant/#",
    duration: 6,
  });
  await h.listening(session_id);
  await h.call("publish_message", { session_id, topic: "spBv1.0/Plant/NCMD/edge-1", payload: "" });
  const { topics } = await listing;
  const data = topics.filter(({ topic }: Facts) => topic.includes("/DDATA/"));
  assert.ok(data.length >= 1, JSON.stringify(topics));
  for (const { preview } of data) assert.match(preview, /Mixer\/Speed/);
});
