import assert from "node:assert/strict";
import { connectPublisher } from "../support/publisher.ts";
import { message } from "../support/messages.ts";
import { until } from "../support/sessions.ts";
import { clockPasses } from "../support/wait.ts";
import { type Facts, startToolHarness, type ToolHarness } from "../support/tool_harness.ts";

const TOOL = "query_history";

/** A session whose recording holds these messages, by minutes ago, as if they had come then. */
async function recorded(
  h: ToolHarness & { session_id: string },
  messages: readonly (readonly [minutesAgo: number, topic: string, payload: unknown])[],
) {
  const { session_id } = h;
  await h.call("record_topics", { session_id, action: "start", topics: ["#"] });
  const log = h.core.recordings.logOf(session_id)!;
  const now = Date.now();
  for (const [minutesAgo, topic, payload] of messages) {
    log.append(message(topic, payload, { receivedAt: now - minutesAgo * 60_000 }));
  }
  return session_id;
}

const texts = (facts: Facts) => facts.messages.map((m: Facts) => m.payload);

Deno.test("messages are found by time, topic, text and fields, newest first", async () => {
  await using h = await startToolHarness();
  const session_id = await recorded(h, [
    [50, "g/temp", { t: 20, unit: "C" }],
    [40, "g/temp", { t: 25, unit: "C" }],
    [30, "g/temp", { t: 25, unit: "C" }],
    [20, "g/door", "OPEN"],
    [10, "g/temp", { t: 31, unit: "C" }],
    [5, "x/other", { deep: { list: [1, { a: "Öl" }] } }],
  ]);
  const ask = (args: object) => h.call(TOOL, { session_id, ...args });
  const all = await ask({});
  assert.equal(all.matched, 6);
  assert.equal(all.returned, 6);
  assert.deepEqual(all.messages.map((m: Facts) => m.seq), [6, 5, 4, 3, 2, 1]);
  assert.deepEqual(texts(await ask({ topic: "g/+", since: "-25m" })), [
    { t: 31, unit: "C" },
    "OPEN",
  ]);
  assert.equal((await ask({ since: "-35m", until: "-15m", order: "asc" })).matched, 2);
  assert.equal((await ask({ since: new Date(Date.now() - 12 * 60_000).toISOString() })).matched, 2);
  assert.deepEqual(texts(await ask({ contains: "open" })), ["OPEN"]);
  const where = (path: string, op: string, value?: unknown) =>
    ask({ where: [{ path, op, ...(value === undefined ? {} : { value }) }] });
  assert.equal((await where("t", ">", 24)).matched, 3);
  assert.equal((await where("t", "=", 25)).matched, 2);
  assert.equal((await where("t", "!=", 25)).matched, 2);
  assert.equal((await where("t", "<", "24")).matched, 1);
  assert.equal((await where("t", "exists")).matched, 4);
  assert.equal((await where("t", "changed")).matched, 2);
  assert.equal((await where("", "=", "OPEN")).matched, 1);
  assert.equal((await where("deep.list[1].a", "contains", "öl")).matched, 1);
  const both = await ask({
    where: [{ path: "t", op: ">", value: 24 }, { path: "t", op: "changed" }],
  });
  assert.equal(both.matched, 2);
});

Deno.test("cursors go through everything once, though more arrives meanwhile", async () => {
  for (const order of ["desc", "asc"]) {
    await using h = await startToolHarness();
    const session_id = await recorded(
      h,
      Array.from({ length: 25 }, (_, i) => [60 - i, "a/b", { i }] as const),
    );
    const log = h.core.recordings.logOf(session_id)!;
    const seen: number[] = [];
    let page = await h.call(TOOL, { session_id, limit: 10, order });
    for (;;) {
      seen.push(...texts(page).map((payload: Facts) => payload.i));
      if (!page.next_cursor) break;
      log.append(message("a/b", { i: 1000 }, { receivedAt: Date.now() + 60_000 }));
      page = await h.call(TOOL, { session_id, limit: 10, order, cursor: page.next_cursor });
    }
    const expected = Array.from({ length: 25 }, (_, i) => i);
    assert.deepEqual(seen, order === "asc" ? expected : expected.reverse());
    assert.match(await h.refusal(TOOL, { session_id, cursor: "7" }), /^INVALID_ARGUMENT: .*cursor/);
  }
});

Deno.test("a cursor goes on with its own question, and takes no other", async () => {
  await using h = await startToolHarness();
  const session_id = await recorded(
    h,
    Array.from({ length: 30 }, (_, i) => [60 - i, i % 2 ? "a/odd" : "a/even", { i }] as const),
  );
  const where = [{ path: "i", op: ">", value: 9 }];
  const ask = (args: object) => h.call(TOOL, { session_id, limit: 4, ...args });
  let page = await ask({ topic: "a/odd", where, order: "asc" });
  const seen = texts(page);
  while (page.next_cursor) {
    const cursor = page.next_cursor;
    for (
      const other of [{ topic: "a/even" }, { where: [], contains: "1" }, {
        where: [{ ...where[0], value: 1 }],
      }]
    ) {
      assert.match(
        await h.refusal(TOOL, { session_id, cursor, ...other }),
        /^INVALID_ARGUMENT: .*with another (topic|where|contains): it belongs to the call that gave it/,
      );
    }
    page = await ask({ cursor });
    seen.push(...texts(page));
  }
  assert.deepEqual(seen.map(({ i }: Facts) => i), [11, 13, 15, 17, 19, 21, 23, 25, 27, 29]);
});

Deno.test("an hour of a sensor comes back as a dozen rows", async () => {
  await using h = await startToolHarness();
  const session_id = await recorded(
    h,
    Array.from({ length: 600 }, (_, i) => [60 - i / 10, i % 2 ? "s/a" : "s/b", { v: i }] as const),
  );
  const byTime = await h.call(TOOL, {
    session_id,
    since: "-1h",
    topic: "s/#",
    aggregate: { by: "time", field: "v" },
  });
  assert.ok(byTime.rows.length >= 10 && byTime.rows.length <= 14, String(byTime.rows.length));
  assert.equal(byTime.bucket_seconds, 300);
  const sum = byTime.rows.reduce((n: number, row: Facts) => n + row.count, 0);
  assert.equal(sum, byTime.matched);
  const row = byTime.rows[3];
  assert.ok(row.min < row.mean && row.mean < row.max && row.last === row.max && row.rate > 0);
  const byTopic = await h.call(TOOL, { session_id, aggregate: { by: "topic", field: "v" } });
  assert.deepEqual(byTopic.rows.map((r: Facts) => [r.key, r.count]).sort(), [["s/a", 300], [
    "s/b",
    300,
  ]]);
  const few = await h.call(TOOL, { session_id, limit: 1, aggregate: { by: "topic" } });
  assert.equal(few.rows_total, 2);
  assert.match(few.cut, /1 of 2/);
});

Deno.test("a rate is over what was heard, not over what lies between two messages", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  await h.call("record_topics", { session_id, action: "start", topics: ["a/#"] });
  await device.publish("a/twice", '{"v":1}');
  await device.publish("a/twice", '{"v":2}');
  await until("both came", () => h.core.recordings.logOf(session_id)?.total === 2);
  for (const by of ["topic", "time"] as const) {
    const { rows, covers } = await h.call(TOOL, {
      session_id,
      aggregate: { by, bucket: by === "time" ? 3_600 : undefined },
    });
    const heard = (Date.parse(covers.to) - Date.parse(covers.from)) / 1000;
    const counted = rows.reduce((rate: number, row: Facts) => rate + row.rate, 0) * heard;
    assert.ok(Math.abs(counted - 2) < 0.01, `${by}: ${JSON.stringify(rows)} in ${heard} s`);
  }
  const { field_not_found } = await h.call(TOOL, {
    session_id,
    aggregate: { by: "topic", field: "w" },
  });
  assert.match(field_not_found, /No message has "w"/);
});

Deno.test("a time that was not heard is compared with nothing", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  await h.call("record_topics", { session_id, action: "start", topics: ["a/#"] });
  await device.publish("a/b", "1");
  await until("it came", () => h.core.recordings.logOf(session_id)?.total === 1);
  const compare = { since: "-2h", until: "-1h" };
  const refused = await h.refusal(TOOL, { session_id, since: "-1h", compare });
  assert.match(refused, /^INVALID_ARGUMENT: .*nothing could be heard in the window of compare/);
});

Deno.test("whole numbers that are one double are told apart by their digits", async () => {
  await using h = await startToolHarness();
  const digits = [3, 0, 9, 5];
  const session_id = await recorded(
    h,
    digits.map((n, i) => [9 - i, "n/id", `{"id":1234567890123456789${n}}`] as const),
  );
  const ask = (args: Facts) => h.call(TOOL, { session_id, ...args });
  const { rows } = await ask({ aggregate: { by: "topic", field: "id" } });
  assert.equal(rows[0].min, "12345678901234567890");
  assert.equal(rows[0].max, "12345678901234567899");
  const beyond = (op: string) =>
    ask({ where: [{ path: "id", op, value: "12345678901234567893" }] });
  const ids = (facts: Facts) => facts.messages.map((m: Facts) => m.payload.id.at(-1));
  assert.deepEqual(ids(await beyond(">")), ["5", "9"]);
  assert.deepEqual(ids(await beyond("<")), ["0"]);
  assert.deepEqual(ids(await beyond("=")), ["3"]);
});

Deno.test("two windows are compared: what fell silent, appeared, and changed its value", async () => {
  await using h = await startToolHarness();
  const session_id = await recorded(h, [
    ...Array.from({ length: 20 }, (_, i) => [60 - i, "a/silent", { v: 1 }] as const),
    ...Array.from({ length: 20 }, (_, i) => [60 - i, "a/value", { v: 10 + i % 2 }] as const),
    ...Array.from({ length: 20 }, (_, i) => [30 - i, "a/value", { v: 90 + i % 2 }] as const),
    ...Array.from({ length: 20 }, (_, i) => [30 - i, "a/new", { v: 1 }] as const),
  ]);
  const facts = await h.call(TOOL, {
    session_id,
    since: "-35m",
    until: "-5m",
    compare: { since: "-65m", until: "-35m" },
  });
  const kinds = Object.fromEntries(facts.changes.map((c: Facts) => [c.topic, c.kind]));
  assert.deepEqual(kinds, { "a/silent": "silent", "a/value": "value", "a/new": "appeared" });
  const value = facts.changes.find((c: Facts) => c.kind === "value");
  assert.ok(value.before.v < 12 && value.after.v > 89);
  assert.equal(facts.changed, 3);
  assert.ok(facts.windows.before && facts.windows.after && facts.covers);
});

Deno.test("covers says truthfully what is known", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  await h.call("record_topics", { session_id, action: "start", topics: ["a/#"] });
  await device.publish("a/b", "1");
  await until("it came", () => h.core.recordings.logOf(session_id)?.total === 1);
  const whole = await h.call(TOOL, { session_id, topic: "a/#" });
  assert.equal(whole.covers.complete, true);
  assert.deepEqual(whole.covers.gaps, []);
  const early = await h.call(TOOL, { session_id, topic: "a/#", since: "-2h" });
  assert.equal(early.covers.complete, false);
  assert.match(early.covers.why.join(), /only since/);
  const other = await h.call(TOOL, { session_id, topic: "b/#" });
  assert.equal(other.covers.complete, false);
  assert.match(other.covers.why.join(), /Nothing of "b\/#" is recorded, only a\/#/);
});

Deno.test("a collection is read by its id, and what stands in it is not limited by the chat", async () => {
  await using h = await startToolHarness();
  await using device = await connectPublisher(h.broker.url);
  const { session_id } = h;
  const running = h.call("subscribe_and_collect", {
    session_id,
    topic: "a/#",
    duration: 10,
    max_messages: 120,
    target: 5,
  });
  await h.listening(session_id);
  await device.publishAll(Array.from({ length: 120 }, (_, i) => ["a/b", `{"i":${i}}`] as const));
  const { collection_id, messages } = await running;
  assert.equal(messages.length, 5);
  const facts = await h.call(TOOL, { collection_id, limit: 500, order: "asc" });
  assert.equal(facts.matched, 120);
  assert.deepEqual(texts(facts).map((p: Facts) => p.i), Array.from({ length: 120 }, (_, i) => i));
  assert.equal(facts.collected_by, "subscribe_and_collect");
  assert.equal(facts.collection_state, "complete");
  const implied = await h.call(TOOL, { session_id, topic: "a/b", limit: 1 });
  assert.equal(implied.collection_id, collection_id);
});

Deno.test("history stays readable whatever stands in it", async () => {
  await using h = await startToolHarness();
  const long = "k".repeat(50_000);
  const session_id = await recorded(h, [
    ...Array.from(
      { length: 100 },
      (_, i) => [60, `${"t".repeat(60_000)}/${i}`, { [`${long}${i}`]: 1 }] as const,
    ),
    ...Array.from(
      { length: 400 },
      (_, i) => [50, `a/${i}`, `"\\\u0001${"z".repeat(2_000)}`] as const,
    ),
    ...Array.from({ length: 10 }, () => [60, "c/d", { [long]: 1, x: "a" }] as const),
    ...Array.from({ length: 10 }, () => [20, "c/d", { [long]: 900, x: "b" }] as const),
  ]);
  const page = await h.call(TOOL, { session_id, limit: 500 });
  assert.ok(page.next_cursor && page.returned < 500 && page.returned > 20);
  await h.call(TOOL, {
    session_id,
    aggregate: { by: "topic", field: long.slice(0, 500) },
    limit: 500,
  });
  await h.call(TOOL, {
    session_id,
    since: "-30m",
    until: "-1m",
    compare: { since: "-70m", until: "-30m" },
    limit: 500,
  });
});

Deno.test("a million-fold scan is cancelled in the middle", async () => {
  await using h = await startToolHarness();
  const session_id = await recorded(
    h,
    Array.from({ length: 100_000 }, (_, i) => [10, "a/b", `{"i":${i}}`] as const),
  );
  const cancel = new AbortController();
  const refused = h.refusal(TOOL, { session_id, where: [{ path: "i", op: ">", value: 1 }] }, {
    signal: cancel.signal,
  });
  cancel.abort();
  assert.match(await refused, /^TIMEOUT: .*cancelled/);
});

Deno.test("questions that cannot be answered are refused", async () => {
  await using h = await startToolHarness();
  const { session_id } = h;
  const cases: [object, RegExp][] = [
    [{}, /^INVALID_ARGUMENT: .*neither session_id nor collection_id/],
    [{ session_id }, /^INVALID_ARGUMENT: .*nothing was recorded/],
    [{ collection_id: "x" }, /^SESSION_NOT_FOUND: .*collection/],
    [{ session_id: "x" }, /^SESSION_NOT_FOUND/],
    [{ session_id, topic: "a/#/b" }, /^TOPIC_INVALID/],
    [{ session_id, limit: 501 }, /^INVALID_ARGUMENT/],
    [{ session_id, where: [{ path: "a", op: "like" }] }, /^INVALID_ARGUMENT: .*where/],
  ];
  for (const [args, expected] of cases) assert.match(await h.refusal(TOOL, args), expected);
  await recorded(h, [[1, "a", "1"]]);
  for (
    const args of [
      { since: "yesterday" },
      { until: "5m" },
      { where: [{ path: "a", op: ">" }] },
      { where: [{ path: "a[", op: "exists" }] },
      { since: "-1m", until: "-5m" },
      { aggregate: { by: "topic" }, compare: { since: "-5m", until: "-1m" } },
      { aggregate: { by: "topic", bucket: 5 } },
      { aggregate: { by: "time" }, cursor: "1.0.5" },
    ]
  ) {
    assert.match(
      await h.refusal(TOOL, { session_id, ...args }),
      /^INVALID_ARGUMENT/,
      JSON.stringify(args),
    );
  }
});

Deno.test("a collection of another client's session is not found, and nothing is told of it", async () => {
  await using h = await startToolHarness({ env: { SESSION_SHARING: "false" } });
  const { session_id } = h;
  const { collection_id } = await h.call("subscribe_and_collect", {
    session_id,
    topic: "#",
    duration: 0.1,
  });
  const own = await h.call(TOOL, { collection_id });
  assert.equal(own.collection_id, collection_id);
  const foreign = await h.refusal(TOOL, { collection_id }, { client: "somebody else" });
  const unknown = await h.refusal(TOOL, { collection_id: crypto.randomUUID() });
  const withoutIds = (text: string) => text.replace(/"[0-9a-f-]{36}"/, "ID");
  assert.equal(withoutIds(foreign), withoutIds(unknown));
  assert.ok(!foreign.includes(session_id));
});

Deno.test("a field that no message has is said, whatever is asked of it", async () => {
  await using h = await startToolHarness();
  const session_id = await recorded(h, [
    [20, "a", { temperature: 18 }],
    [5, "a", { temperature: 19 }],
  ]);
  const ask = (path: string, more: object = {}) =>
    h.call(TOOL, { session_id, where: [{ path, op: ">", value: 20 }], ...more });
  const never = await ask("temperature");
  assert.deepEqual([never.matched, never.field_not_found], [0, undefined]);
  // each window of a comparison holds a time that was recorded
  await clockPasses(10);
  const missing = 'No message has "payload.temperature"; get_topic_schema shows the fields';
  for (
    const more of [
      {},
      { aggregate: { by: "topic" } },
      { compare: { since: "-1h", until: new Date(Date.now() - 5).toISOString() } },
    ]
  ) {
    assert.equal((await ask("payload.temperature", more)).field_not_found, missing);
  }
  assert.match((await ask("*.rssi")).field_not_found, /\* stands for each of several keys/);
  const log = h.core.recordings.logOf(session_id)!;
  const deep = `{"deep":${"[".repeat(70)}${"]".repeat(70)},"nix":1}`;
  log.append(message("a", deep, { receivedAt: Date.now() }));
  const partly = /^No message that could be read has "nix"/;
  for (const more of [{}, { where: [], aggregate: { by: "topic", field: "nix" } }]) {
    const facts = await ask("nix", more);
    assert.match(facts.field_not_found, partly);
    assert.match(facts.not_searched, /fields of 1 message too large or deep/);
  }
  assert.equal((await ask("x", { topic: "none" })).field_not_found, undefined);
});

Deno.test("paths and values that cannot be used are refused, before anything is searched", async () => {
  await using h = await startToolHarness();
  const session_id = await recorded(h, [[1, "a", { x: 1 }]]);
  const cases: [object, RegExp][] = [
    [{ path: '["\\x"]', op: "exists" }, /Cannot parse path/],
    [{ path: "[".repeat(501), op: "exists" }, /`where\[0\]\.path`/],
    [{ path: "x", op: "=", value: "y".repeat(10_001) }, /longer than 10,000 characters/],
    [{ path: "x", op: "contains", value: Array(10_000).fill(1) }, /longer than 10,000 characters/],
  ];
  for (const [condition, expected] of cases) {
    const told = await h.refusal(TOOL, { session_id, where: [condition] });
    assert.match(told, /^INVALID_ARGUMENT/);
    assert.match(told, expected);
  }
  const eleven = Array(11).fill({ path: "x", op: "exists" });
  assert.match(await h.refusal(TOOL, { session_id, where: eleven }), /^INVALID_ARGUMENT/);
});

Deno.test("what shows more of a cut payload is named truly: a smaller limit, the whole as a resource, or nothing", async () => {
  await using h = await startToolHarness();
  const { session_id } = h;
  const running = await h.listen("subscribe_and_collect", {
    session_id,
    topic: "#",
    duration: 300,
  });
  await using device = await connectPublisher(h.broker.url);
  await device.publish("a/1", { log: "x".repeat(50_000) });
  await device.publish("a/2", { log: "y".repeat(50_000) });
  await device.publish("b", "m".repeat(2_000_000));
  const { collection_id } = await running.after(3);
  const cut = async (args: object) => (await h.call(TOOL, { ...args, limit: 2 })).cut;
  const uri = `mqtt-mcp://collections/${collection_id}`;
  assert.equal(
    await cut({ collection_id, topic: "a/+" }),
    `2 payloads cut: a smaller limit shows more of each, the resource ${uri} all`,
  );
  assert.equal(
    await cut({ collection_id, topic: "a/1" }),
    `1 payload cut: the resource ${uri} all`,
  );
  assert.equal(await cut({ collection_id, topic: "b" }), "of 1 payload only the head was kept");
  await recorded(h, [[1, "r", { log: "x".repeat(50_000) }]]);
  assert.equal(
    await cut({ session_id, topic: "r" }),
    `1 payload cut: the resource mqtt-mcp://recordings/${session_id} all`,
  );
});
