/** What a call was about, of its arguments and its answer. */
import assert from "node:assert/strict";
import { touchedBy } from "../../src/monitor/touched.ts";

Deno.test("topics and devices of arguments and answer are told, those asked for first, each once", () => {
  const touched = touchedBy({ device_id: "pump-3", topics: ["plant/#"] }, {
    answer: '"pump-3" is offline',
    topics: [{ topic: "plant/pump-3/status" }, { topic: "plant/#" }],
    findings: [{ evidence: { messages: [{ topic: "plant/pump-3/alarm", preview: "x" }] } }],
    devices: [{ device: "plant/pump-3" }],
  });
  assert.deepEqual(touched, {
    told: '"pump-3" is offline',
    topics: ["plant/#", "plant/pump-3/status", "plant/pump-3/alarm"],
    devices: ["pump-3", "plant/pump-3"],
    moreTopics: 0,
    moreDevices: 0,
  });
});

Deno.test("what devices wrote is not taken for a topic", () => {
  const touched = touchedBy({ topic: "a", payload: { topic: "fake" } }, {
    messages: [{ topic: "a", payload: { topic: "also fake", device: "no" } }],
  });
  assert.deepEqual([touched.topics, touched.devices], [["a"], []]);
});

Deno.test("of many topics the first are told and the rest counted, whatever the answer is", () => {
  const topics = Array.from({ length: 500 }, (_, i) => ({ topic: `t/${i}` }));
  const touched = touchedBy({}, { topics });
  assert.deepEqual([touched.topics.length, touched.moreTopics], [12, 488]);
  const loop: Record<string, unknown> = { topic: "x".repeat(5_000) };
  loop.again = loop;
  for (const facts of [undefined, null, "text", [], loop]) {
    for (const topic of touchedBy({}, facts).topics) assert.ok(topic.length <= 400);
  }
});

Deno.test("a login in a topic or an answer is not told", () => {
  const touched = touchedBy({ topic: "cam/rtsp://u:hunter2@host" }, {
    answer: "cannot reach mqtt://admin:hunter2@broker",
  });
  assert.ok(!JSON.stringify(touched).includes("hunter2"), JSON.stringify(touched));
});
