import assert from "node:assert/strict";
import { startDemo } from "../../src/demo/mod.ts";
import { connectPublisher } from "../support/publisher.ts";
import { createToolHarness, type Facts, startToolHarness } from "../support/tool_harness.ts";
import { ends, until } from "../support/wait.ts";

const TOOL = "list_topics";

function topicsOf(facts: Facts): string[] {
  return facts.topics.map((row: Facts) => row.topic);
}

Deno.test("topics are listed in alphabetical order, each with its counts and a preview", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  await device.publish("home/lamp", { state: "ON" }, { retain: true });
  const running = await h.listen(TOOL, { session_id, pattern: "home/#", duration: 300 });
  await device.publish("home/b", "21.5");
  await device.publish("home/b", "21.75");
  await device.publish("home/a", new Uint8Array([0xff, 0xfe, 0x00]));
  await device.publish("elsewhere", "1");
  const facts = await running.after(4);
  assert.deepEqual(topicsOf(facts), ["home/a", "home/b", "home/lamp"]);
  const [a, b, lamp] = facts.topics;
  assert.deepEqual([b.messages, b.bytes, b.retained, b.format], [2, 9, false, "number"]);
  assert.match(b.preview, /21\.75/);
  assert.ok(b.first_seen <= b.last_seen && b.first_seen.endsWith("Z"));
  assert.deepEqual([lamp.messages, lamp.retained, lamp.format], [1, true, "json"]);
  assert.equal(a.format, "binary");
  assert.equal(facts.topic_count, 3);
  assert.equal(facts.truncated, false);
  assert.ok(!("next_cursor" in facts));
  assert.deepEqual(facts.tree, []);
  assert.equal(facts.stop_reason, "cancelled");
  assert.equal(facts.listened.counting, "exact");
});

Deno.test("a cursor gives the next page without listening again, though more came meanwhile", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  const names = Array.from({ length: 25 }, (_, i) => `t/${String(i).padStart(2, "0")}`);
  for (const name of names) await device.publish(name, "1", { retain: true });
  await device.publish("t/noise/x", "1", { retain: true });
  let page = await h.call(TOOL, {
    session_id,
    pattern: "t/#",
    exclude: ["t/noise/#"],
    duration: 0.4,
    limit: 10,
  });
  const seen = topicsOf(page);
  assert.equal(page.topic_count, 25);
  assert.equal(page.truncated, true);
  assert.deepEqual(page.tree, [{ pattern: "t/+", topics: 25, messages: 25 }]);
  await device.publish("t/05b", "late", { retain: true });
  const { listened } = page;
  while (page.next_cursor) {
    for (const other of [{ pattern: "u/#" }, { exclude: ["t/05"] }]) {
      assert.match(
        await h.refusal(TOOL, { session_id, cursor: page.next_cursor, ...other }),
        /^INVALID_ARGUMENT: .*another pattern or exclude/,
      );
    }
    page = await h.call(TOOL, { session_id, limit: 10, cursor: page.next_cursor });
    assert.deepEqual(page.listened, listened, "it did not listen again");
    assert.equal(page.stop_reason, "duration");
    assert.equal(page.topic_count, 25);
    seen.push(...topicsOf(page));
  }
  assert.deepEqual(seen, names);
  assert.equal(h.core.collections.ofSession(session_id).length, 1);
});

Deno.test("a cursor that is none, or of another session, is refused", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  for (let i = 0; i < 3; i++) await device.publish(`t/${i}`, "1", { retain: true });
  const other = await h.connect(h.broker.url);
  const page = await h.call(TOOL, { session_id: h.session_id, duration: 0.3, limit: 1 });
  for (const cursor of ["", "x", "!!!", btoa("{}"), btoa('{"source":"recording","after":9}')]) {
    assert.match(
      await h.refusal(TOOL, { session_id: other, cursor }),
      /^INVALID_ARGUMENT: .*cursor/,
    );
  }
  const foreign = await h.refusal(TOOL, { session_id: other, cursor: page.next_cursor });
  const { source } = JSON.parse(atob(page.next_cursor.replaceAll("-", "+").replaceAll("_", "/")));
  const unknown = crypto.randomUUID();
  const cursor = btoa(JSON.stringify({ source: unknown, after: 0 })).replaceAll("=", "");
  const never = await h.refusal(TOOL, { session_id: other, cursor });
  assert.match(foreign, /^INVALID_ARGUMENT: .*not a next_cursor of this session's list_topics/);
  assert.equal(foreign.replaceAll(source, unknown), never, "nobody learns that there is one");
});

Deno.test("settle ends the listening once no new topic comes", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  await device.publish("t/1", "1", { retain: true });
  const facts = await ends(
    "the listening",
    h.call(TOOL, { session_id: h.session_id, duration: 300, settle: 0.5 }),
  );
  assert.equal(facts.stop_reason, "settled");
  assert.equal(facts.topic_count, 1);
  assert.equal(facts.cut, undefined);
});

Deno.test("the demo's many devices are told as few patterns", async () => {
  await using demo = await startDemo();
  await using h = await createToolHarness();
  const session_id = await h.connect(demo.url);
  const facts = await h.call(TOOL, { session_id, duration: 60, settle: 1.2 });
  assert.ok(facts.topic_count > 60);
  assert.ok(facts.tree.length > 3 && facts.tree.length <= 40);
  const total = facts.tree.reduce((sum: number, row: Facts) => sum + row.topics, 0);
  assert.equal(total, facts.topic_count, "every topic is in the tree once");
});

Deno.test("40,000 topics are counted, paged and told as a pattern, within bounds", async () => {
  await using h = await startToolHarness({
    mosquitto: { config: ["max_queued_messages 0", "max_queued_bytes 0"] },
  });
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  const cancel = new AbortController();
  const running = h.call(TOOL, { session_id, duration: 300, limit: 1000 }, {
    signal: cancel.signal,
  });
  await h.listening(session_id);
  const count = 40_000;
  await device.publishAll(
    Array.from({ length: count }, (_, i) => [`site/${i % 100}/sensor/${i}`, "1"] as const),
  );
  const [{ log }] = h.core.collections.ofSession(session_id);
  await until("all came", () => log.total >= count);
  let turns = 0;
  const heartbeat = setInterval(() => turns++, 1);
  cancel.abort();
  const facts = await running;
  clearInterval(heartbeat);
  assert.equal(facts.topic_count, count);
  assert.equal(facts.messages, count);
  assert.equal(facts.truncated, true);
  assert.ok(facts.returned > 10 && facts.topics.length === facts.returned);
  assert.match(
    facts.cut,
    new RegExp(`^${facts.returned} of .*topics are listed, because tree.*next_cursor.* to 1000$`),
  );
  assert.deepEqual(
    facts.tree.reduce((sum: number, row: Facts) => sum + row.topics, 0),
    count,
  );
  // in one piece there would be one at the most; how many there are is the machine's load's to say
  assert.ok(turns >= 2, `others had ${turns} turns meanwhile`);
});

Deno.test("topics of 60 KB are shown by their heads, and paging still reaches all of them", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  const long = "x".repeat(60_000);
  for (let i = 0; i < 5; i++) await device.publish(`${i}/${long}`, "1", { retain: true });
  let page = await h.call(TOOL, { session_id, duration: 0.4, limit: 2 });
  const seen = topicsOf(page);
  assert.ok(page.topics[0].topic_bytes === 60_002);
  while (page.next_cursor) {
    assert.ok(page.next_cursor.length < 1_000);
    page = await h.call(TOOL, { session_id, limit: 2, cursor: page.next_cursor });
    seen.push(...topicsOf(page));
  }
  assert.deepEqual(seen.map((topic) => topic[0]), ["0", "1", "2", "3", "4"]);
});

Deno.test("a recording answers at once, says how far back it looked, and pages", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  await h.call("record_topics", { session_id, action: "start", topics: ["#"] });
  for (let i = 0; i < 4; i++) await device.publish(`t/${i}`, "1");
  await until("all are recorded", () => h.core.recordings.logOf(session_id)!.total === 4);
  const facts = await h.call(TOOL, { session_id, pattern: "t/#", limit: 3 });
  assert.equal(facts.topic_count, 4);
  assert.equal(facts.listened.how, "recorded");
  assert.equal(facts.messages, 4);
  // minutes of silence are none that a test waits for
  const silent = ["t/0", "t/1"].map((topic) => ({ topic, last_seen: "", longest_pause_s: 1 }));
  h.core.recordings.silentTopics = () => silent as never;
  const excluding = await h.call(TOOL, { session_id, pattern: "t/#", exclude: ["t/0"] });
  assert.deepEqual(excluding.fell_silent.map(({ topic }: Facts) => topic), ["t/1"]);
  await h.call("record_topics", { session_id, action: "stop" });
  const next = await h.call(TOOL, { session_id, cursor: facts.next_cursor });
  assert.deepEqual(topicsOf(next), ["t/3"]);
  const fresh = await h.call(TOOL, {
    session_id,
    pattern: "t/#",
    duration: 0.1,
  });
  assert.equal(fresh.topic_count, 0);
  assert.equal(fresh.listened.how, "live");
});

Deno.test("wrong patterns and limits are refused", async () => {
  await using h = await startToolHarness();
  const { session_id } = h;
  assert.match(await h.refusal(TOOL, { session_id, pattern: "a/#/b" }), /^TOPIC_INVALID/);
  assert.match(await h.refusal(TOOL, { session_id, pattern: "" }), /^TOPIC_INVALID/);
  for (const wrong of [{ limit: 1001 }, { limit: 0 }, { duration: 301 }, { settle: -1 }]) {
    assert.match(await h.refusal(TOOL, { session_id, ...wrong }), /^INVALID_ARGUMENT/);
  }
});
