import assert from "node:assert/strict";
import fc from "fast-check";
import { TopicTree } from "../../src/analysis/topic_tree.ts";
import { matchesFilter } from "../../src/mqtt/topic.ts";

/** The patterns of some topics. */
function collapseTopics(topics: readonly ReturnType<typeof one>[], maxRows?: number) {
  const tree = new TopicTree();
  for (const topic of topics) tree.add(topic);
  return tree.patterns(maxRows);
}

const one = (topic: string) => ({ topic, messages: 1 });

Deno.test("siblings of one shape are told as one pattern, with exact counts", () => {
  const topics = Array.from({ length: 48 }, (_, i) => [`z2m/lamp${i}`, `z2m/lamp${i}/availability`])
    .flat().map(one);
  assert.deepEqual(collapseTopics([...topics, one("z2m/bridge/state")]), [
    { pattern: "z2m/+", topics: 48, messages: 48 },
    { pattern: "z2m/+/availability", topics: 48, messages: 48 },
    { pattern: "z2m/bridge/state", topics: 1, messages: 1 },
  ]);
});

Deno.test("names alone and names with more below are one row where they have one pattern", () => {
  const alone = Array.from({ length: 40 }, (_, i) => `z2m/0x${i}`);
  const more = ["a", "b", "c"].flatMap((name) => [`z2m/${name}`, `z2m/${name}/availability`]);
  assert.deepEqual(collapseTopics([...alone, ...more].map(one)), [
    { pattern: "z2m/+", topics: 43, messages: 43 },
    { pattern: "z2m/+/availability", topics: 3, messages: 3 },
  ]);
});

Deno.test("a few different topics stay as they are", () => {
  assert.deepEqual(
    collapseTopics([one("home/kitchen/temp"), one("home/door"), one("a")]).map((r) => r.pattern),
    ["a", "home/door", "home/kitchen/temp"],
  );
});

Deno.test("empty levels at either end are kept", () => {
  assert.deepEqual(collapseTopics([one("/a"), one("b/")]).map((r) => r.pattern), ["/a", "b/"]);
});

Deno.test("whatever the topics are, counts add up, rows are few, and every topic has a pattern that matches it", () => {
  const level = fc.constantFrom("a", "b", "c", "dev1", "dev2", "dev3", "temp", "");
  const topic = fc.array(level, { minLength: 1, maxLength: 6 }).map((l) => l.join("/"))
    .filter((t) => t !== "");
  fc.assert(fc.property(fc.uniqueArray(topic, { maxLength: 120 }), (topics) => {
    const rows = collapseTopics(topics.map(one), 10);
    assert.ok(rows.length <= 10);
    assert.equal(new Set(rows.map((r) => r.pattern)).size, rows.length);
    assert.equal(rows.reduce((n, r) => n + r.topics, 0), topics.length);
    assert.equal(rows.reduce((n, r) => n + r.messages, 0), topics.length);
    for (const t of topics) assert.ok(rows.some((r) => matchesFilter(r.pattern, t)), t);
  }));
});

Deno.test("a hundred thousand topics and a topic of ten thousand levels are told in bounded rows", () => {
  const many = Array.from({ length: 100_000 }, (_, i) => one(`site/${i % 100}/dev${i}/state`));
  assert.deepEqual(collapseTopics(many).map((r) => [r.pattern, r.topics]), [
    ["site/+/+/state", 100_000],
  ]);
  const deep = one(Array(10_000).fill("x").join("/"));
  assert.equal(collapseTopics([deep]).length, 1);
});

Deno.test("a pattern counts all that it matches, also what has more or less beside it", () => {
  const tree = new TopicTree();
  const add = (topic: string) => tree.add({ topic, messages: 1 });
  for (let i = 0; i < 18; i++) {
    add(`tele/plug_${i}/LWT`);
    add(`tele/plug_${i}/STATE`);
    if (i % 6 > 0) add(`tele/plug_${i}/SENSOR`);
  }
  assert.deepEqual(tree.patterns().map(({ pattern, topics }) => [pattern, topics]), [
    ["tele/+/LWT", 18],
    ["tele/+/SENSOR", 15],
    ["tele/+/STATE", 18],
  ]);
});
