import assert from "node:assert/strict";
import { heardIn } from "../../src/collect/coverage.ts";
import { RecordingStore } from "../../src/collect/recordings.ts";
import { FakeSession } from "../support/fake_session.ts";
import { message } from "../support/messages.ts";

function createStore(limitBytes = 1_000_000) {
  const clock = { now: 1_000 };
  return { clock, store: new RecordingStore({ limitBytes, now: () => clock.now }) };
}

Deno.test("a message that several recorded filters match stands once in the log, and counts for each filter", async () => {
  const { store } = createStore();
  const session = new FakeSession();
  await store.start(session, ["plant/#", "plant/+/state"]);
  session.hear(message("plant/pump/state", "on"));
  session.hear(message("plant/pump/temp", "20"));
  assert.equal(store.logOf(session.id)!.total, 2);
  assert.deepEqual(store.status(session.id).map((s) => [s.topic, s.messages]), [
    ["plant/#", 2],
    ["plant/+/state", 1],
  ]);
});

Deno.test("recording holds the session until the last filter stops, and what was recorded stays readable", async () => {
  const { store } = createStore();
  const session = new FakeSession();
  await store.start(session, ["a", "b"]);
  await store.start(session, ["a"]);
  assert.deepEqual([session.holds, session.listeners], [1, 2]);
  await store.stop(session.id, ["a"]);
  assert.equal(session.holds, 1);
  session.hear(message("b", "1"));
  await store.stop(session.id);
  assert.deepEqual([session.holds, session.listeners], [0, 0]);
  assert.equal(store.logOf(session.id)!.total, 1);
  assert.deepEqual(store.status(session.id).map((s) => s.state), ["stopped", "stopped"]);
});

Deno.test("a refused filter leaves nothing recording", async () => {
  const { store } = createStore();
  const session = new FakeSession();
  session.refused.add("secret/#");
  await assert.rejects(store.start(session, ["ok/#", "secret/#"]));
  assert.equal(session.listeners, 0);
  assert.equal(session.holds, 0);
  assert.deepEqual(store.status(session.id), []);
});

Deno.test("a recording covers narrower filters, and no wider ones", async () => {
  const { store } = createStore();
  const session = new FakeSession();
  await store.start(session, ["plant/#"]);
  assert.ok(store.covering(session.id, ["plant/+/state", "plant/a"]));
  assert.equal(store.covering(session.id, ["#"]), null);
  assert.equal(store.covering(session.id, ["plant/a", "home/a"]), null);
});

Deno.test("coverage tells since when, until when, and the gaps", async () => {
  const { store, clock } = createStore();
  const session = new FakeSession();
  clock.now = 10_000;
  await store.start(session, ["#"]);
  clock.now = 60_000;
  const whole = store.coverage(session.id, "a/#", { from: 20_000, to: 50_000 });
  assert.deepEqual(whole, { from: 20_000, to: 50_000, complete: true, gaps: [], why: [] });
  const early = store.coverage(session.id, "a/#", { from: 5_000, to: 50_000 });
  assert.equal(early.complete, false);
  assert.equal(early.from, 10_000);
  session.gaps.push({
    from: new Date(30_000).toISOString(),
    to: new Date(35_000).toISOString(),
    reason: "connection lost",
  });
  assert.equal(store.coverage(session.id, "#", { from: 20_000, to: 50_000 }).gaps.length, 1);
  assert.equal(store.coverage(session.id, "#", { from: 40_000, to: 50_000 }).complete, true);
  assert.equal(store.coverage(session.id, "#", { from: 1, to: 5_000 }).from, null);
});

Deno.test("a pause between two recordings of a filter is a gap", async () => {
  const { store, clock } = createStore();
  const session = new FakeSession();
  clock.now = 0;
  await store.start(session, ["a"]);
  clock.now = 10_000;
  await store.stop(session.id);
  clock.now = 20_000;
  await store.start(session, ["a"]);
  clock.now = 30_000;
  const { gaps, complete } = store.coverage(session.id, "a", { from: 5_000, to: 25_000 });
  assert.equal(complete, false);
  assert.deepEqual(gaps, [{
    from: new Date(10_000).toISOString(),
    to: new Date(20_000).toISOString(),
    reason: "not recorded",
  }]);
});

Deno.test("evicted messages make a window incomplete, and a later one not", async () => {
  const { store, clock } = createStore(50_000);
  const session = new FakeSession();
  await store.start(session, ["#"]);
  for (let i = 0; i < 2_000; i++) {
    clock.now = 1_000 + i;
    session.hear(message("t", "x".repeat(100), { receivedAt: clock.now }));
  }
  assert.ok(store.memory.usedBytes <= 50_000, `${store.memory.usedBytes}`);
  assert.equal(store.coverage(session.id, "#", { from: 1_000, to: 3_000 }).complete, false);
  assert.equal(store.coverage(session.id, "#", { from: 2_990, to: 2_999 }).complete, true);
  assert.equal(store.status(session.id)[0].messages, 2_000);
  assert.ok(store.status(session.id)[0].evicted > 1_000);
});

Deno.test("sessions share the memory: the loud one gives way, the quiet one keeps all", async () => {
  const { store } = createStore(200_000);
  const quiet = new FakeSession();
  const loud = new FakeSession();
  await store.start(quiet, ["#"]);
  await store.start(loud, ["#"]);
  for (let i = 0; i < 100; i++) quiet.hear(message("q", `${i}`));
  for (let i = 0; i < 10_000; i++) loud.hear(message("l", "x".repeat(100)));
  assert.equal(store.logOf(quiet.id)!.evicted, 0);
  assert.ok(store.logOf(loud.id)!.evicted > 5_000);
  assert.ok(store.memory.usedBytes <= 200_000);
});

Deno.test("a topic fell silent by its own rhythm, not by a common one; a slow topic did not", async () => {
  const { store, clock } = createStore();
  const session = new FakeSession();
  await store.start(session, ["#"]);
  for (let i = 0; i < 10; i++) {
    session.hear(message("fast", "x", { receivedAt: i * 1_000 }));
    session.hear(message("slow", "x", { receivedAt: i * 20_000 }));
  }
  clock.now = 200_000;
  assert.deepEqual(store.silentTopics(session.id, "#").map((s) => s.topic), ["fast"]);
});

Deno.test("while the connection is down no topic is called silent, and a gap does not count as silence", async () => {
  const { store, clock } = createStore();
  const session = new FakeSession();
  await store.start(session, ["#"]);
  for (let i = 0; i < 10; i++) session.hear(message("fast", "x", { receivedAt: i * 1_000 }));
  clock.now = 60_000;
  session.connectedSince = null;
  assert.deepEqual(store.silentTopics(session.id, "#"), []);
  session.connectedSince = new Date(58_000).toISOString();
  session.gaps.push({
    from: new Date(10_000).toISOString(),
    to: new Date(58_000).toISOString(),
    reason: "connection lost",
  });
  assert.deepEqual(store.silentTopics(session.id, "#"), []);
  clock.now = 80_000;
  assert.deepEqual(store.silentTopics(session.id, "#").map((s) => s.topic), ["fast"]);
});

Deno.test("a lost session ends its recording, and closing the session erases it", async () => {
  const { store } = createStore();
  const session = new FakeSession();
  await store.start(session, ["#"]);
  session.hear(message("t", "secret"));
  session.lose();
  await Promise.resolve();
  assert.equal(store.status(session.id)[0].state, "session_lost");
  const log = store.logOf(session.id)!;
  await store.eraseSession(session.id);
  assert.equal(store.logOf(session.id), null);
  assert.deepEqual([...log.entries()], []);
  assert.equal(session.holds, 0);
});

Deno.test("what was heard of a time leaves out gaps, and what was evicted", () => {
  const gap = (from: number, to: number) => ({
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    reason: "",
  });
  const gaps = [gap(200, 300), gap(250, 400), gap(600, 700)];
  const coverage = { from: 100, to: 1_000, complete: false, gaps, why: [] };
  const heard = heardIn(coverage);
  for (
    const [from, to, ms] of [
      [0, 2_000, 600],
      [0, 50, 0],
      [100, 200, 100],
      [150, 250, 50],
      [250, 350, 0],
      [350, 650, 200],
      [700, 800, 100],
      [900, 1_100, 100],
    ]
  ) assert.equal(heard({ from, to }), ms, `${from} to ${to}`);
  assert.equal(heardIn({ ...coverage, wholeFrom: 650 })({ from: 0, to: 2_000 }), 300);
  assert.equal(heardIn({ ...coverage, from: null, to: null })({ from: 0, to: 2_000 }), 0);
});
