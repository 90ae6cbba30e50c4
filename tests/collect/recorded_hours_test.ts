import assert from "node:assert/strict";
import { aggregateMessages, queryMessages } from "../../src/collect/history.ts";
import { RecordingStore } from "../../src/collect/recordings.ts";
import type { Place } from "../../src/collect/recorded.ts";
import { FakeSession } from "../support/fake_session.ts";
import { message, placeOfLast } from "../support/messages.ts";

const START = Date.UTC(2026, 0, 5, 22);
const HOURS_MS = 2 * 3_600_000;
const SENSORS = 40;
const EVERY_MS = 1_000;
const LIMIT_BYTES = 1024 * 1024;

/** What was sent, to check answers against. */
interface Sent {
  readonly topic: string;
  readonly atMs: number;
  readonly celsius: number;
  readonly n: number;
}

/**
 * Two hours of forty sensors, each with a pace of its own, one of them heard only once, recorded under a clock
 * that runs as fast as the messages are made. Far more than the memory holds.
 */
async function recordTwoHours() {
  const clock = { now: START };
  const store = new RecordingStore({ limitBytes: LIMIT_BYTES, now: () => clock.now });
  const session = new FakeSession();
  await store.start(session, ["hall/#"]);
  const sent: Sent[] = [];
  let most = 0;
  function send(topic: string, celsius: number): void {
    const n = sent.length;
    sent.push({ topic, atMs: clock.now, celsius, n });
    session.hear(message(topic, { n, celsius, room: "r" }, { receivedAt: clock.now }));
    if (n % 100 === 0) most = Math.max(most, store.memory.usedBytes);
  }
  send("hall/once", 1);
  for (; clock.now < START + HOURS_MS; clock.now += EVERY_MS) {
    const second = (clock.now - START) / 1000;
    for (let i = 0; i < SENSORS; i++) {
      // the first speaks each second, the last every forty
      if (second % (i + 1) === 0) send(`hall/${i}/t`, Math.round(200 + 50 * Math.sin(n())) / 10);
    }
    if (second % 1_800 === 0) send("hall/seldom", second);
  }
  function n(): number {
    return sent.length / 100;
  }
  return { store, session, sent, clock, most, log: store.logOf(session.id)! };
}

const signal = new AbortController().signal;

Deno.test("two hours beyond the memory limit: counts stay exact, memory stays bounded, answers are what was sent", async () => {
  const { store, session, sent, clock, most, log } = await recordTwoHours();
  assert.ok(most <= LIMIT_BYTES, `${most} bytes`);
  assert.equal(log.total, sent.length);
  assert.ok(log.evicted > sent.length / 10, `${log.evicted} of ${sent.length} evicted`);
  const [status] = store.status(session.id);
  assert.equal(status.messages, sent.length);
  assert.equal(status.evicted, log.evicted);
  for (const counts of log.topics) {
    const expected = sent.filter(({ topic }) => topic === counts.topic);
    assert.equal(counts.messages, expected.length, counts.topic);
    // the newest message of a topic is kept, however long ago it came
    assert.equal(log.lastOf(counts.topic)?.receivedAt, expected.at(-1)?.atMs, counts.topic);
  }

  // what is held is the newest, without a hole, and the last of each topic
  const heldFrom = log.evictedThrough! + 1;
  assert.ok(heldFrom < clock.now - 600_000, "ten minutes at least are held");
  const window = { from: heldFrom, to: clock.now };
  const coverage = (from: number) => store.coverage(session.id, "hall/#", { ...window, from });
  assert.equal(coverage(heldFrom).complete, true);
  assert.equal(coverage(START).complete, false);
  assert.match(coverage(START).why.join(), /evicted/);

  const inWindow = sent.filter(({ atMs }) => atMs >= heldFrom);
  const query = { filter: "hall/#", ...window, where: [], signal };
  for (const order of ["asc", "desc"] as const) {
    const expected = inWindow.map(({ n }) => n + 1);
    if (order === "desc") expected.reverse();
    const seen: number[] = [];
    for (let after: Place | undefined, more = true; more;) {
      const page = await queryMessages(log, { ...query, order, limit: 5_000, after });
      assert.equal(page.matched, inWindow.length);
      seen.push(...page.messages.map(({ seq }) => seq));
      more = page.more;
      after = placeOfLast(page.messages);
    }
    assert.deepEqual(seen, expected);
  }

  const hot = await queryMessages(log, {
    ...query,
    filter: "hall/+/t",
    where: [{ path: "celsius", op: ">", value: 24 }, { path: "n", op: "exists" }],
    order: "asc",
    limit: 1_000_000,
  });
  const expectedHot = inWindow.filter((s) => s.celsius > 24 && s.topic.endsWith("/t"));
  assert.ok(expectedHot.length > 100 && expectedHot.length < inWindow.length);
  assert.deepEqual(hot.messages.map(({ seq }) => seq - 1), expectedHot.map(({ n }) => n));
});

Deno.test("an hour's figures come as rows that agree with what was sent", async () => {
  const { sent, clock, log } = await recordTwoHours();
  // a sensor that speaks every 20 s, over the part that is still held
  const heldFrom = Math.ceil((log.evictedThrough! + 1) / 300_000) * 300_000;
  const window = { from: heldFrom, to: clock.now };
  const query = { filter: "hall/19/t", ...window, where: [], signal };
  const aggregate = { by: "time", bucketMs: 300_000, field: "celsius" } as const;
  const { rows } = await aggregateMessages(log, { ...query, aggregate });
  assert.ok(rows.length >= 2);
  for (const row of rows) {
    const from = Date.parse(row.key);
    const expected = sent.filter((s) =>
      s.topic === "hall/19/t" && s.atMs >= from && s.atMs < from + 300_000
    ).map(({ celsius }) => celsius);
    assert.equal(row.count, expected.length);
    assert.equal(row.min, Math.min(...expected));
    assert.equal(row.max, Math.max(...expected));
    assert.equal(row.last, expected.at(-1));
    const mean = expected.reduce((a, b) => a + b, 0) / expected.length;
    assert.ok(Math.abs((row.mean ?? 0) - mean) < 0.001);
  }
});

Deno.test("a page's cursor stays valid while messages arrive and old ones are evicted", async () => {
  const { session, clock, log } = await recordTwoHours();
  const query = { filter: "hall/#", from: 0, to: clock.now, where: [], signal };
  const first = await queryMessages(log, { ...query, order: "desc", limit: 100 });
  const newest = log.total;
  for (let i = 0; i < 5_000; i++) {
    session.hear(message("hall/new", { i }, { receivedAt: clock.now + 1 + i }));
  }
  const after = placeOfLast(first.messages);
  const second = await queryMessages(log, { ...query, order: "desc", limit: 100, after });
  assert.deepEqual(
    [...first.messages, ...second.messages].map(({ seq }) => seq),
    Array.from({ length: 200 }, (_, i) => newest - i),
  );
});

Deno.test("a loud session gives way to a quiet one: memory is shared fairly", async () => {
  const clock = { now: START };
  const limitBytes = 1024 * 1024;
  const store = new RecordingStore({ limitBytes, now: () => clock.now });
  const [loud, quiet] = [new FakeSession(), new FakeSession()];
  await store.start(loud, ["#"]);
  await store.start(quiet, ["#"]);
  for (let i = 0; i < 40_000; i++, clock.now += 100) {
    loud.hear(message(`loud/${i % 10}`, { i, text: "x".repeat(50) }, { receivedAt: clock.now }));
    if (i % 40 === 0) quiet.hear(message("quiet", { i }, { receivedAt: clock.now }));
  }
  assert.ok(store.memory.usedBytes <= limitBytes, `${store.memory.usedBytes}`);
  assert.equal(store.logOf(quiet.id)!.evicted, 0);
  assert.equal(store.logOf(quiet.id)!.total, 1_000);
  assert.ok(store.logOf(loud.id)!.evicted > 20_000);
  assert.equal(store.logOf(loud.id)!.total, 40_000);
});
