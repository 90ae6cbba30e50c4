import assert from "node:assert/strict";
import { connectPublisher } from "../support/publisher.ts";
import { type Facts, startToolHarness } from "../support/tool_harness.ts";

const TOOL = "clear_retained";

/** What is retained now: what comes on subscribing, before a message that is sent after it. */
async function retainedTopics(url: string): Promise<string[]> {
  await using client = await connectPublisher(url);
  const topics: string[] = [];
  const end = Promise.withResolvers<void>();
  await client.respond("#", ({ topic, retain, text }) => {
    if (retain) topics.push(topic);
    else if (text === "end of the retained") end.resolve();
  });
  await client.publish("end", "end of the retained");
  await end.promise;
  return topics.sort();
}

Deno.test("a dry run lists what matches, and the plan clears exactly that; a changed entry is left alone", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  const old = new Date(Date.now() - 3_600_000).toISOString();
  await device.publish("ha/plug/config", { name: "plug", time: old }, { retain: true });
  await device.publish("ha/lamp/config", { name: "lamp" }, { retain: true });
  await device.publish("ha/gone/config", "x", { retain: true });
  await device.publish("ha/other", "stays", { retain: true });
  const dry = await h.call(TOOL, { session_id, topics: ["ha/+/config", "ha/plug/config"] });
  assert.deepEqual(dry.matched.map((m: Facts) => m.topic), [
    "ha/gone/config",
    "ha/lamp/config",
    "ha/plug/config",
  ]);
  const plug = dry.matched[2];
  assert.ok(plug.size_bytes > 20 && /plug/.test(plug.preview));
  assert.ok(Math.abs(plug.age_seconds - 3_600) < 10);
  assert.match(dry.plan, /^[0-9a-f-]{36}$/);
  assert.equal((await retainedTopics(h.broker.url)).length, 4, "a dry run changes nothing");

  await device.publish("ha/lamp/config", { name: "lamp 2" }, { retain: true });
  await device.publish("ha/gone/config", "", { retain: true });
  const real = await h.call(TOOL, { session_id, dry_run: false, plan: dry.plan });
  assert.deepEqual(real.cleared, ["ha/plug/config"]);
  assert.deepEqual(real.skipped, [
    { topic: "ha/gone/config", reason: "is gone already" },
    { topic: "ha/lamp/config", reason: "changed since the dry run" },
  ]);
  assert.deepEqual(real.failed, []);
  assert.deepEqual(await retainedTopics(h.broker.url), ["ha/lamp/config", "ha/other"]);
  assert.match(
    await h.refusal(TOOL, { session_id, dry_run: false, plan: dry.plan }),
    /^INVALID_ARGUMENT: .*used.*dry_run/,
  );
});

Deno.test("a real run needs the plan of a dry run in the same session", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  await device.publish("a", "1", { retain: true });
  assert.match(
    await h.refusal(TOOL, { session_id, dry_run: false, topics: ["a"] }),
    /^INVALID_ARGUMENT: .*plan.*dry_run=true/,
  );
  assert.match(
    await h.refusal(TOOL, { session_id, dry_run: false, plan: crypto.randomUUID() }),
    /^INVALID_ARGUMENT/,
  );
  const { plan } = await h.call(TOOL, { session_id, topics: ["a"] });
  const other = await h.connect(h.broker.url);
  assert.match(
    await h.refusal(TOOL, { session_id: other, dry_run: false, plan }),
    /^INVALID_ARGUMENT/,
  );
  assert.deepEqual(await retainedTopics(h.broker.url), ["a"]);
  assert.deepEqual((await h.call(TOOL, { session_id, dry_run: false, plan })).cleared, ["a"]);
});

Deno.test("limit bounds the dry run and the real run, and the rest keeps a plan", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  const topics = Array.from({ length: 60 }, (_, i) => `t/${String(i).padStart(2, "0")}`);
  await Promise.all(topics.map((topic) => device.publish(topic, "1", { retain: true })));
  const few = await h.call(TOOL, { session_id, topics: ["t/#"], limit: 10 });
  assert.equal(few.matched.length, 10);
  assert.equal(few.truncated, true);
  const all = await h.call(TOOL, { session_id, topics: ["t/#"] });
  assert.equal(all.matched.length, 60);
  const first = await h.call(TOOL, { session_id, dry_run: false, plan: all.plan, limit: 55 });
  assert.equal(first.cleared_count, 55);
  assert.equal(first.skipped_count, 5);
  const rest = await h.call(TOOL, { session_id, dry_run: false, plan: first.plan });
  assert.equal(rest.cleared_count, 5);
  assert.deepEqual(await retainedTopics(h.broker.url), []);
});

Deno.test("what the broker refuses is reported, not hidden", async () => {
  await using h = await startToolHarness({
    mosquitto: { acl: ["topic read #", "topic write a/#"], listeners: [{}] },
  });
  await using device = await connectPublisher(h.broker.urls[1]);
  const { session_id } = h;
  await device.publish("a/1", "1", { retain: true });
  await device.publish("b/1", "1", { retain: true });
  const { plan } = await h.call(TOOL, { session_id, topics: ["#"] });
  const facts = await h.call(TOOL, { session_id, dry_run: false, plan });
  assert.deepEqual(facts.cleared, ["a/1"]);
  assert.equal(facts.failed[0].topic, "b/1");
  assert.match(facts.failed[0].reason, /NOT_AUTHORIZED/);
  assert.deepEqual(await retainedTopics(h.broker.urls[1]), ["b/1"]);
});

Deno.test("the policy is asked for each entry, and a read-only server clears nothing", async () => {
  await using h = await startToolHarness({ env: { PUBLISH_DENY: "keep/#" } });
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  await device.publish("keep/1", "1", { retain: true });
  await device.publish("go/1", "1", { retain: true });
  const dry = await h.call(TOOL, { session_id, topics: ["#"] });
  assert.equal(dry.not_allowed, 1);
  const facts = await h.call(TOOL, { session_id, dry_run: false, plan: dry.plan });
  assert.deepEqual(facts.cleared, ["go/1"]);
  assert.match(facts.failed[0].reason, /^NOT_ALLOWED/);
  await using strict = await startToolHarness({ env: { READ_ONLY: "true" } });
  const { plan } = await strict.call(TOOL, { session_id: strict.session_id, topics: ["x"] });
  assert.equal(plan, null);
  assert.match(
    await strict.refusal(TOOL, { session_id: strict.session_id, dry_run: false, plan: "p" }),
    /^NOT_ALLOWED/,
  );
});

Deno.test("a plan is of no use once it is old", async () => {
  await using h = await startToolHarness();
  const { core, session_id } = h;
  const plan = core.plans.add({ sessionId: session_id, filters: [], entries: [] });
  assert.equal(core.plans.take(plan.id, "another session"), null);
  assert.deepEqual(core.plans.take(plan.id, session_id), plan);
  assert.equal(core.plans.take(plan.id, session_id), null, "a plan serves once");
});

Deno.test("filters that cannot be meant are refused", async () => {
  await using h = await startToolHarness();
  const { session_id } = h;
  assert.match(await h.refusal(TOOL, { session_id }), /^INVALID_ARGUMENT: .*topics/);
  assert.match(await h.refusal(TOOL, { session_id, topics: ["a/#/b"] }), /^TOPIC_INVALID/);
  assert.match(
    await h.refusal(TOOL, { session_id, topics: ["$share/g/a"] }),
    /^TOPIC_INVALID: .*shared/,
  );
  assert.match(
    await h.refusal(TOOL, { session_id, topics: ["a"], limit: 1001 }),
    /^INVALID_ARGUMENT/,
  );
});

Deno.test("a plan in a dry run, or topics that are not the plan's, are refused, and the plan stays usable", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  await device.publish("old/plug", "1", { retain: true, qos: 1 });
  const { plan } = await h.call("clear_retained", { session_id, topics: ["old/#"] });
  assert.match(
    await h.refusal("clear_retained", { session_id, topics: ["old/#"], plan }),
    /^INVALID_ARGUMENT: .*dry run/,
  );
  assert.match(
    await h.refusal("clear_retained", { session_id, topics: ["new/#"], dry_run: false, plan }),
    /^INVALID_ARGUMENT: .*made for others/,
  );
  const done = await h.call("clear_retained", { session_id, dry_run: false, plan });
  assert.deepEqual(done.cleared, ["old/plug"]);
});

Deno.test("a dry run says of a discovery document whether its device still speaks", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  for (const name of ["living", "gone"]) {
    await device.publish(`homeassistant/sensor/${name}/config`, {
      unique_id: name,
      state_topic: `home/${name}/state`,
      device: { identifiers: [name], name },
    }, { retain: true });
  }
  await device.publish("homeassistant/sensor/odd/config", "no document", { retain: true });
  await device.publish("home/living/state", "21.5", { retain: true });
  const dry = await h.call(TOOL, { session_id, topics: ["homeassistant/#"] });
  assert.deepEqual(dry.matched.map((m: Facts) => [m.topic, m.device_speaks]), [
    ["homeassistant/sensor/gone/config", false],
    ["homeassistant/sensor/living/config", true],
    ["homeassistant/sensor/odd/config", undefined],
  ]);
  assert.match(dry.devices_speak, /^1 of these/);
});
