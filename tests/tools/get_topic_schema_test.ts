import assert from "node:assert/strict";
import { Ajv2020 } from "ajv/dist/2020.js";
import { connectPublisher } from "../support/publisher.ts";
import { type Facts, startToolHarness } from "../support/tool_harness.ts";
import { until } from "../support/wait.ts";

const TOOL = "get_topic_schema";

Deno.test("the schema fits every sample, and fields say what was seen", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  const samples = Array.from({ length: 40 }, (_, i) => ({
    t: 20 + i / 8,
    mode: i % 2 ? "auto" : "off",
    ...(i % 4 === 0 ? { battery: 90 } : {}),
  }));
  const running = h.call(TOOL, { session_id, topic: "s/+/temp", duration: 120, max_messages: 40 });
  await h.listening(session_id);
  for (const [i, sample] of samples.entries()) await device.publish(`s/${i % 3}/temp`, sample);
  const facts = await running;
  assert.equal(Object.keys(facts)[0], "answer");
  assert.match(
    facts.answer,
    /^40 messages of 3 topics on "s\/\+\/temp" are json, with t \(number\), mode \(string\), battery \((?:integer|number)\); confidence /,
  );
  assert.equal(facts.sample_count, 40);
  assert.equal(facts.stop_reason, "max_messages");
  assert.deepEqual(facts.formats, { json: 40 });
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(facts.schema);
  for (const sample of samples) assert.ok(validate(sample), JSON.stringify(validate.errors));
  assert.ok(!validate("text"));
  const field = (path: string) => facts.fields.find((f: Facts) => f.path.endsWith(path));
  assert.deepEqual([field("t").min, field("t").max], [20, 24.875]);
  assert.ok(Math.abs(field("t").mean - 22.44) < 0.1);
  assert.ok(field("battery").presence > 0.2 && field("battery").presence < 0.3);
  assert.deepEqual([...field("mode").enum].sort(), ["auto", "off"]);
  assert.ok(field("t").examples.length > 0 && field("t").types.length > 0);
  for (const name of ["level", "sample_size", "consistency", "why"]) {
    assert.ok(name in facts.confidence, name);
  }
  assert.equal(facts.groups[0].pattern, "s/+/temp");
  assert.ok(Array.isArray(facts.warnings));
  assert.equal(facts.listened.counting, "exact");
});

Deno.test("nothing heard is told with low confidence, not as a schema of something", async () => {
  await using h = await startToolHarness();
  const facts = await h.call(TOOL, { session_id: h.session_id, topic: "no/thing", duration: 0.1 });
  assert.match(facts.answer, /^No message came on "no\/thing"/);
  assert.equal(facts.sample_count, 0);
  assert.equal(facts.confidence.level, "low");
  assert.ok(facts.warnings.length > 0);
});

Deno.test("a schema that a changed unit is in is of medium confidence, in its answer as in its facts", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  const running = h.call(TOOL, { session_id, topic: "s/meter", duration: 120, max_messages: 40 });
  await h.listening(session_id);
  for (let i = 0; i < 40; i++) {
    const watts = 1_500 + i % 7;
    await device.publish("s/meter", { power: i < 20 ? watts : watts / 1_000, volts: 230 + i % 3 });
  }
  const facts = await running;
  assert.equal(facts.confidence.level, "medium");
  assert.match(facts.confidence.why, /no norm/);
  assert.match(facts.answer, /; confidence medium$/);
});

Deno.test("hostile payloads do not burst the result", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  const running = h.call(TOOL, { session_id, topic: "#", duration: 120, max_messages: 60 });
  await h.listening(session_id);
  for (let i = 0; i < 60; i++) {
    const wide = Object.fromEntries(
      Array.from({ length: 200 }, (_, k) => [`${"key".repeat(300)}${i}_${k}`, "v".repeat(500)]),
    );
    await device.publish(`${"t".repeat(20_000)}/${i}`, i % 2 ? wide : { [`f${i}`]: [wide] });
  }
  const facts = await running;
  assert.equal(facts.sample_count, 60);
});

Deno.test("a recording answers at once", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  await h.call("record_topics", { session_id, action: "start", topics: ["#"] });
  for (let i = 0; i < 5; i++) await device.publish("a/b", { i });
  await until("all are recorded", () => h.core.recordings.logOf(session_id)!.total === 5);
  const facts = await h.call(TOOL, { session_id, topic: "a/b" });
  assert.equal(facts.sample_count, 5);
  assert.equal(facts.listened.how, "recorded");
});

Deno.test("wrong arguments are refused", async () => {
  await using h = await startToolHarness();
  const { session_id } = h;
  assert.match(await h.refusal(TOOL, { session_id, topic: "a/#/b" }), /^TOPIC_INVALID/);
  assert.match(await h.refusal(TOOL, { session_id }), /^INVALID_ARGUMENT: .*topic/);
  assert.match(
    await h.refusal(TOOL, { session_id, topic: "a", max_messages: 0 }),
    /^INVALID_ARGUMENT/,
  );
});

Deno.test("of a long recording the newest messages are read, not the oldest", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  await h.call("record_topics", { session_id, action: "start", topics: ["#"] });
  for (let i = 0; i < 6; i++) await device.publish("a/b", i < 3 ? { old: i } : { fresh: i });
  await device.publish("other", "x");
  await until("all are recorded", () => h.core.recordings.logOf(session_id)!.total === 7);
  const facts = await h.call(TOOL, { session_id, topic: "a/b", since: "-5m", max_messages: 3 });
  assert.equal(facts.sample_count, 3);
  assert.deepEqual(facts.fields.map((field: { path: string }) => field.path), ["fresh"]);
  assert.match(
    facts.warnings[0],
    /^Learnt from the newest 3 of 6 messages, of \d{4}-.* raise max_messages/,
  );
  const all = await h.call(TOOL, { session_id, topic: "a/b", since: "-5m", max_messages: 6 });
  assert.ok(!all.warnings.some((warning: string) => /Learnt from/.test(warning)));
});
