import assert from "node:assert/strict";
import { filterHint } from "../../src/tools/filter_hint.ts";
import { connectPublisher } from "../support/publisher.ts";
import { startToolHarness } from "../support/tool_harness.ts";

/** A session that has heard some topics. */
async function heard(...topics: string[]) {
  const h = await startToolHarness();
  const { session_id } = h;
  await using device = await connectPublisher(h.broker.url);
  for (const topic of topics) await device.publish(topic, "1", { retain: true });
  if (topics.length > 0) await h.call("list_topics", { session_id, duration: 1 });
  const hint = (filter: string) => filterHint(filter, session_id, h.core);
  return { h, session_id, hint, [Symbol.asyncDispose]: () => h[Symbol.asyncDispose]() };
}

Deno.test("a filter that brought nothing is told to be near topics that were heard, and what is wrong with it", async () => {
  await using session = await heard("z/lamp", "z/bridge/state", "/shop/till");
  const { hint } = session;
  assert.match(hint("z/*") ?? "", /^Topics were heard on "z\/#": \* is no wildcard/);
  assert.match(hint("z/*/state") ?? "", /on "z\/\+\/state": \* is no wildcard/);
  assert.match(hint("Z/*") ?? "", /on "z\/#": \* is no wildcard .*, and .* upper and lower case/);
  assert.match(hint("z") ?? "", /on "z\/#": without \/# a filter is one topic alone$/);
  assert.match(hint("z/") ?? "", /on "z\/#": without/);
  assert.match(hint("Z/#") ?? "", /on "z\/#": MQTT tells upper and lower case apart$/);
  assert.match(hint("z/LAMP") ?? "", /on "z\/lamp": MQTT tells/);
  assert.match(hint("shop/till") ?? "", /on "\/shop\/till": a slash at either end/);
  assert.match(hint("/z/#") ?? "", /on "z\/#": a slash/);
  assert.match(hint("$share/g/Z/#") ?? "", /on "z\/#": MQTT tells/);
});

Deno.test("of a filter that may well be right nothing is said", async () => {
  await using session = await heard("z/lamp", "Z/lamp");
  for (const right of ["z/#", "Z/+", "z/lamp", "#", "elsewhere/#", "elsewhere", "/"]) {
    assert.equal(session.hint(right), null, right);
  }
});

Deno.test("where nothing was heard yet * is no wildcard either", async () => {
  await using session = await heard();
  assert.match(session.hint("a/*") ?? "", /^\* is no wildcard .*: give "a\/#"$/);
  assert.equal(session.hint("a"), null);
});

Deno.test("each tool that takes a filter and found nothing says so", async () => {
  await using session = await heard("z/lamp");
  const { h, session_id } = session;
  const hint = /Topics were heard on "z\/#"/;
  const list = await h.call("list_topics", { session_id, pattern: "z", duration: 0.2 });
  assert.match(list.answer, /^No topic was seen in .* s\. Topics were heard on "z\/#"/);
  const other = await h.call("list_topics", { session_id, pattern: "other", duration: 0.2 });
  assert.match(other.answer, /one topic alone; "other\/#" for those below/);
  const collected = await h.call("subscribe_and_collect", {
    session_id,
    topic: "Z/#",
    duration: 0.2,
  });
  assert.match(collected.empty, hint);
  const waited = await h.call("wait_for", { session_id, topic: "z/*", timeout: 0.2 });
  assert.match(waited.advice, hint);
  const schema = await h.call("get_topic_schema", { session_id, topic: "z", duration: 0.2 });
  assert.match(schema.answer, hint);
  const history = await h.call("query_history", { session_id, topic: "Z/#" });
  assert.match(history.hint, hint);
  const measured = await h.call("monitor_performance", { session_id, topics: ["z"], duration: 1 });
  assert.match(measured.answer, hint);
  const checked = await h.call("check_devices", { session_id, pattern: "Z/#", duration: 0.2 });
  assert.match(checked.answer, hint);
  const cleared = await h.call("clear_retained", { session_id, topics: ["z/*"] });
  assert.match(cleared.hint, hint);
});
