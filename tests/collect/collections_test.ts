import assert from "node:assert/strict";
import { collect } from "../../src/collect/collect.ts";
import { CollectionStore } from "../../src/collect/collections.ts";
import { FakeSession } from "../support/fake_session.ts";
import { message } from "../support/messages.ts";

function createStore(limitBytes = 1_000_000): CollectionStore {
  return new CollectionStore({ limitBytes, now: () => 0 });
}

Deno.test("what a cancelled call had collected stays readable", async () => {
  const collections = createStore();
  const session = new FakeSession();
  const abort = new AbortController();
  const running = collect(session, {
    tool: "test",
    filters: ["#"],
    durationMs: 60_000,
    signal: abort.signal,
    collections,
    onMessage: () => {},
  });
  await Promise.resolve();
  session.hear(message("t", "heard"));
  assert.equal(collections.ofSession(session.id)[0].state, "running");
  abort.abort();
  const { stopReason, collection } = await running;
  assert.equal(stopReason, "cancelled");
  assert.equal(collections.get(collection.id).state, "cancelled");
  assert.equal(collection.log.total, 1);
  assert.equal(session.listeners, 0);
});

Deno.test("nothing is counted after the call said stop", async () => {
  const collections = createStore();
  const session = new FakeSession();
  let heard = 0;
  const running = collect(session, {
    tool: "test",
    filters: ["#"],
    durationMs: 60_000,
    signal: new AbortController().signal,
    collections,
    onMessage: (_m, stop) => ++heard === 3 && stop("max_messages"),
  });
  await Promise.resolve();
  for (let i = 0; i < 10; i++) session.hear(message("t", `${i}`));
  const { stopReason, collection } = await running;
  assert.deepEqual([stopReason, heard, collection.log.total], ["max_messages", 3, 3]);
});

Deno.test("a lost connection ends a collection with what it has", async () => {
  const collections = createStore();
  const session = new FakeSession();
  const running = collect(session, {
    tool: "test",
    filters: ["#"],
    durationMs: 60_000,
    signal: new AbortController().signal,
    collections,
    onMessage: () => {},
  });
  await Promise.resolve();
  session.hear(message("t", "1"));
  session.lose();
  const { stopReason, collection } = await running;
  assert.deepEqual([stopReason, collection.state, collection.log.total], [
    "connection_lost",
    "connection_lost",
    1,
  ]);
});

Deno.test("a listening that fails leaves a failed collection and no timer", async () => {
  const collections = createStore();
  const session = new FakeSession();
  session.refused.add("#");
  await assert.rejects(collect(session, {
    tool: "test",
    filters: ["#"],
    durationMs: 60_000,
    signal: new AbortController().signal,
    collections,
    onMessage: () => {},
  }));
  assert.equal(collections.ofSession(session.id)[0].state, "failed");
});

Deno.test("at the memory limit the oldest finished collection gives way before a running one", () => {
  const collections = createStore(100_000);
  const fill = (n: number) => {
    const collection = collections.open({ sessionId: "s", tool: "test", filters: ["#"] });
    for (let i = 0; i < n; i++) collections.append(collection, message("t", "x".repeat(100)));
    return collection;
  };
  const finished = Array.from({ length: 8 }, () => fill(120));
  for (const collection of finished) collections.finish(collection, "complete");
  const running = fill(120);
  assert.throws(() => collections.get(finished[0].id), { code: "SESSION_NOT_FOUND" });
  assert.equal(collections.get(finished[7].id).log.total, 120);
  assert.ok(collections.memory.usedBytes <= 100_000);
  assert.equal(collections.get(running.id).log.evicted, 0);
});

Deno.test("one collection takes half of the memory, and leaves the past ones theirs", () => {
  const collections = createStore(400_000);
  const past = collections.open({ sessionId: "s", tool: "test", filters: ["#"] });
  for (let i = 0; i < 100; i++) collections.append(past, message("t", "x".repeat(100)));
  collections.finish(past, "complete");
  const flood = collections.open({ sessionId: "s", tool: "test", filters: ["#"] });
  for (let i = 0; i < 10_000; i++) collections.append(flood, message("t", "x".repeat(100)));
  assert.ok(flood.log.usedBytes <= 200_000);
  assert.equal(flood.log.total, 10_000);
  assert.equal(collections.get(past.id).log.evicted, 0);
});

Deno.test("the number of past collections is bounded, and closing a session erases its own", () => {
  const collections = createStore();
  for (let i = 0; i < 150; i++) {
    const collection = collections.open({
      sessionId: i % 2 ? "a" : "b",
      tool: "t",
      filters: ["#"],
    });
    collections.finish(collection, "complete");
  }
  const count = () => collections.ofSession("a").length + collections.ofSession("b").length;
  assert.ok(count() <= 101, `${count()}`);
  collections.eraseSession("a");
  assert.deepEqual(collections.ofSession("a"), []);
  assert.ok(collections.ofSession("b").length > 0);
});
