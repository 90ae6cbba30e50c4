import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { aggregateMessages, queryMessages } from "../../src/collect/history.ts";
import type { FieldCondition } from "../../src/collect/message_matcher.ts";
import { MessageLog } from "../../src/collect/message_log.ts";
import { SearchNotes } from "../../src/collect/search_notes.ts";
import type { Place } from "../../src/collect/recorded.ts";
import { message, placeOfLast } from "../support/messages.ts";
import { turnsPass } from "../support/wait.ts";

const { signal } = new AbortController();
const everything = { filter: "#", from: 0, to: Infinity, where: [], signal };

function logOf(...messages: ReturnType<typeof message>[]): MessageLog {
  const log = new MessageLog({ limitBytes: 10_000_000 });
  for (const m of messages) log.append(m);
  return log;
}

function greenhouse(): MessageLog {
  const log = new MessageLog({ limitBytes: 10_000_000 });
  for (let i = 0; i < 60; i++) {
    log.append(message("greenhouse/1", { temp: 20 + i / 10, state: i < 30 ? "closed" : "open" }, {
      receivedAt: i * 1_000,
    }));
    log.append(message("greenhouse/2", `${i}`, { receivedAt: i * 1_000 + 500 }));
  }
  return log;
}

async function seqs(log: MessageLog, where: FieldCondition[]): Promise<number[]> {
  const page = await queryMessages(log, { ...everything, where, order: "asc", limit: 500 });
  return page.messages.map((m) => m.seq);
}

Deno.test("a query finds messages by topic filter and time, and counts all that match", async () => {
  const log = greenhouse();
  const page = await queryMessages(log, {
    ...everything,
    filter: "greenhouse/1",
    from: 10_000,
    to: 19_999,
    order: "asc",
    limit: 3,
  });
  assert.deepEqual(page.messages.map((m) => m.receivedAt), [10_000, 11_000, 12_000]);
  assert.equal(page.matched, 10);
  assert.equal(page.more, true);
});

Deno.test("newest first gives the newest, and pages neither repeat nor skip while messages arrive", async () => {
  const log = greenhouse();
  const seen: number[] = [];
  let after: Place | undefined;
  for (;;) {
    const page = await queryMessages(log, {
      ...everything,
      to: 100_000,
      order: "desc",
      limit: 7,
      after,
    });
    seen.push(...page.messages.map((m) => m.seq));
    log.append(message("greenhouse/1", "late", { receivedAt: 200_000 }));
    if (!page.more) break;
    after = placeOfLast(page.messages);
  }
  assert.deepEqual(seen, Array.from({ length: 120 }, (_, i) => 120 - i));
});

Deno.test("field conditions compare numbers as numbers, also when they are text", async () => {
  const log = logOf(
    message("t", { v: 9 }),
    message("t", { v: "10" }),
    message("t", { v: 11 }),
    message("t", { other: 1 }),
    message("t", "not json"),
  );
  assert.deepEqual(await seqs(log, [{ path: "v", op: ">", value: 9 }]), [2, 3]);
  assert.deepEqual(await seqs(log, [{ path: "v", op: "=", value: 10 }]), [2]);
  assert.deepEqual(await seqs(log, [{ path: "v", op: "exists" }]), [1, 2, 3]);
  assert.deepEqual(await seqs(log, [{ path: "v", op: "exists", value: true }]), [1, 2, 3]);
  const without = await seqs(log, [{ path: "v", op: "exists", value: false }]);
  assert.ok(without.length > 0 && without.every((seq) => seq > 3), String(without));
  for (const value of ["false", 0, null]) {
    await assert.rejects(seqs(log, [{ path: "v", op: "exists", value }]), /exists takes true/);
  }
  await assert.rejects(
    seqs(log, [{ path: "v", op: "changed", value: 3 }]),
    /changed takes no value/,
  );
  assert.deepEqual(await seqs(log, [{ path: "v", op: "!=", value: 9 }]), [2, 3]);
});

Deno.test("several conditions must all hold, and paths reach into objects and arrays", async () => {
  const log = logOf(
    message("t", { a: { b: [{ c: "Yes" }] }, n: 1 }),
    message("t", { a: { b: [{ c: "no" }] }, n: 1 }),
  );
  const where: FieldCondition[] = [
    { path: "a.b[0].c", op: "contains", value: "yes" },
    { path: "n", op: "=", value: 1 },
  ];
  assert.deepEqual(await seqs(log, where), [1]);
});

Deno.test("`changed` finds where a field differs from the topic's message before, also just before the window", async () => {
  const log = greenhouse();
  const page = await queryMessages(log, {
    ...everything,
    from: 30_000,
    where: [{ path: "state", op: "changed" }],
    order: "asc",
    limit: 10,
  });
  assert.deepEqual(page.messages.map((m) => [m.topic, m.receivedAt]), [["greenhouse/1", 30_000]]);
});

Deno.test("text is found in any case, in text and in JSON", async () => {
  const log = logOf(
    message("t", "Pump FAILED"),
    message("t", { msg: "failed" }),
    message("t", "ok"),
  );
  const page = await queryMessages(log, {
    ...everything,
    contains: "failed",
    order: "asc",
    limit: 9,
  });
  assert.deepEqual(page.messages.map((m) => m.seq), [1, 2]);
});

Deno.test("an hour of a sensor comes back as twelve rows", async () => {
  const log = new MessageLog({ limitBytes: 10_000_000 });
  for (let s = 0; s < 3_600; s++) {
    log.append(message("t", { temp: s % 100 }, { receivedAt: s * 1_000 }));
  }
  const { rows, matched } = await aggregateMessages(log, {
    ...everything,
    aggregate: { by: "time", bucketMs: 300_000, field: "temp" },
  });
  assert.equal(matched, 3_600);
  assert.equal(rows.length, 12);
  assert.deepEqual(rows[0], {
    key: "1970-01-01T00:00:00.000Z",
    count: 300,
    rate: 1,
    min: 0,
    max: 99,
    mean: 49.5,
    last: 99,
  });
});

Deno.test("the mean of a counter or a clock lies between its least and its greatest value", async () => {
  const log = new MessageLog({ limitBytes: 100_000 });
  const at = [1795941783000, 1795941783001, 1795941784000];
  for (const [i, total] of [12345.671, 12345.675, 12345.69].entries()) {
    log.append(message("meter", { total, at: at[i], same: 1234567.891 }));
  }
  const mean = async (field: string) =>
    (await aggregateMessages(log, {
      ...everything,
      aggregate: { by: "topic", bucketMs: 1, field },
    })).rows[0].mean;
  assert.deepEqual([await mean("total"), await mean("at"), await mean("same")], [
    12345.67867,
    1795941783334,
    1234567.891,
  ]);
});

Deno.test("rows by topic are ranked by count, and a topic without numbers has none", async () => {
  const log = logOf(message("b", "x"), message("a", "1"), message("a", "3"));
  const { rows } = await aggregateMessages(log, {
    ...everything,
    aggregate: { by: "topic", bucketMs: 1, field: null },
  });
  assert.deepEqual(rows.map((r) => [r.key, r.count, r.min, r.max, r.mean]), [
    ["a", 2, 1, 3, 2],
    ["b", 1, null, null, null],
  ]);
});

Deno.test("a condition without its value is refused with an example", async () => {
  await assert.rejects(
    seqs(logOf(message("t", "1")), [{ path: "v", op: ">" }]),
    { code: "INVALID_ARGUMENT" },
  );
});

Deno.test("a value that may have been rounded on its way is refused, its digits as text are compared", async () => {
  const log = logOf(
    message("a", '{"id":9007199254740992}'),
    message("a", '{"id":9007199254740993}'),
    message("a", '{"id":{"n":9007199254740993}}'),
  );
  for (const value of ["9007199254740993", '{"n":9007199254740993}', "[1e400]"]) {
    await assert.rejects(seqs(log, [{ path: "id", op: "=", value: JSON.parse(value) }]), {
      code: "INVALID_ARGUMENT",
      hint: /as text/,
    });
  }
  assert.deepEqual(await seqs(log, [{ path: "id", op: "=", value: "9007199254740993" }]), [2]);
  const inside = { n: "9007199254740993" };
  assert.deepEqual(await seqs(log, [{ path: "id", op: "=", value: inside }]), [3]);
});

Deno.test("a scan of many messages lets other work run", async () => {
  const log = new MessageLog({ limitBytes: 100_000_000 });
  for (let i = 0; i < 200_000; i++) log.append(message("t", { v: i }, { receivedAt: i }));
  let turns = 0;
  let counting = true;
  const count = () => counting && (turns++, setTimeout(count, 0));
  count();
  await queryMessages(log, {
    ...everything,
    where: [{ path: "v", op: ">", value: 1 }],
    order: "desc",
    limit: 5,
  });
  counting = false;
  await turnsPass(2);
  assert.ok(turns > 2, `${turns} turns`);
});

Deno.test("pages of any size put together are the whole, in either order", async () => {
  await fc.assert(fc.asyncProperty(
    fc.array(fc.nat(3), { maxLength: 60 }),
    fc.integer({ min: 1, max: 20 }),
    fc.constantFrom("asc" as const, "desc" as const),
    async (topics, limit, order) => {
      const log = logOf(...topics.map((t, i) => message(`t/${t}`, `${i}`, { receivedAt: i })));
      const whole: number[] = [];
      let after: Place | undefined;
      for (;;) {
        const page = await queryMessages(log, {
          ...everything,
          filter: "t/1",
          order,
          limit,
          after,
        });
        whole.push(...page.messages.map((m) => m.seq));
        if (!page.more) break;
        after = placeOfLast(page.messages);
      }
      const expected = topics.flatMap((t, i) => t === 1 ? [i + 1] : []);
      assert.deepEqual(whole, order === "asc" ? expected : expected.reverse());
    },
  ));
});

Deno.test("figures count numbers in text as a condition does, and round no whole number", async () => {
  const log = logOf(
    message("a", { v: "2.5" }),
    message("a", { v: 1 }),
    message("a", { v: "12345678901234567891" }),
    message("a", { v: "open" }),
  );
  assert.equal((await seqs(log, [{ path: "v", op: ">", value: 0 }])).length, 3);
  const { rows } = await aggregateMessages(log, {
    ...everything,
    aggregate: { by: "topic", bucketMs: 1, field: "v" },
  });
  assert.equal(rows[0].min, 1);
  assert.equal(rows[0].max, "12345678901234567891");
  assert.equal(rows[0].mean, null, "it would be rounded");
});

Deno.test("what a search cannot look into is said, and no more than that", async () => {
  const log = new MessageLog({ limitBytes: 8 * 8_000 });
  const long = `{"head":1,"fill":"${"x".repeat(9_000)}","tail":"NEEDLE"}`;
  const deep = `${"[".repeat(70)}"NEEDLE"${"]".repeat(70)}`;
  const bomb = gzipSync(`{"a":"${"x".repeat(5_000_000)}NEEDLE"}`);
  log.append(message("cut", long));
  log.append(message("deep", deep));
  log.append(message("whole", { tail: "NEEDLE" }));
  log.append(message("bomb", bomb));
  // side by side in the log, so that all of them are looked at at once
  for (let i = 0; i < 20; i++) log.append(message("small", { v: i }));
  const said = async (o: { where?: FieldCondition[]; contains?: string; filter?: string }) => {
    const notes = new SearchNotes();
    const query = { ...everything, ...o, notes, order: "asc" as const, limit: 10 };
    return [(await queryMessages(log, query)).matched, notes.notSearched];
  };
  const tail: FieldCondition[] = [{ path: "tail", op: "=", value: "NEEDLE" }];
  const beginning = "What follows the beginning of 1 message, of which only that was kept";
  const tooLarge = (messages: string) =>
    `The fields of ${messages} too large or deep to be read; contains searches what is text`;
  assert.deepEqual(await said({ where: tail }), [1, `${beginning}. ${tooLarge("2 messages")}`]);
  assert.deepEqual(await said({ contains: "NEEDLE" }), [
    2,
    `${beginning}. ${tooLarge("1 message")}`,
  ]);
  assert.deepEqual(await said({ contains: "head", filter: "cut" }), [1, undefined]);
  assert.deepEqual(await said({ contains: "NEEDLE", filter: "deep" }), [1, undefined]);
  assert.deepEqual(await said({ where: tail, contains: "NEEDLE", filter: "deep" }), [
    0,
    tooLarge("1 message"),
  ]);
  assert.deepEqual(await said({ where: tail, filter: "whole" }), [1, undefined]);
});

Deno.test("a field that no message has is told apart from one that never had that value", async () => {
  const log = logOf(message("a", { temperature: 10 }), message("a", { temperature: 12, hum: 3 }));
  const missing = async (...where: FieldCondition[]) => {
    const notes = new SearchNotes();
    await queryMessages(log, { ...everything, where, notes, order: "asc", limit: 10 });
    return notes.missingPaths;
  };
  const above = (path: string): FieldCondition => ({ path, op: ">", value: 20 });
  assert.deepEqual(await missing(above("temperature"), above("hum")), []);
  assert.deepEqual(await missing(above("Temperature"), above("hum")), ["Temperature"]);
  assert.deepEqual(await missing(above("*"), above("temperature.x")), ["*", "temperature.x"]);
  assert.deepEqual(await missing({ path: "nix", op: "exists", value: false }), []);
  assert.deepEqual(await missing({ path: "nix", op: "exists" }), ["nix"]);
  const unread = logOf(message("a", `{"deep":${"[".repeat(70)}${"]".repeat(70)},"nix":1}`));
  const notes = new SearchNotes();
  await queryMessages(unread, {
    ...everything,
    where: [above("nix")],
    notes,
    order: "asc",
    limit: 1,
  });
  assert.deepEqual([notes.missingPaths, notes.isPartial], [[], true], "it may have it");
});

Deno.test("texts that only resemble numbers are none, and = and > agree on those that are", async () => {
  const texts = [
    "10",
    "20",
    "unavailable",
    "ON",
    "0x1F",
    "007",
    "1.2.3",
    " 1.50 ",
    "+4915112345678",
  ];
  const log = logOf(...texts.map((v) => message("plug", { v })));
  const holds = async (op: "=" | ">" | "<" | "!=", value: number) =>
    (await seqs(log, [{ path: "v", op, value }])).map((seq) => texts[seq - 1]);
  assert.deepEqual(await holds(">", 5), ["10", "20"]);
  assert.deepEqual(await holds("=", 1.5), [" 1.50 "]);
  assert.deepEqual(await holds("<", 11), ["10", " 1.50 "]);
  for (const value of [31, 7]) assert.deepEqual(await holds("=", value), []);
  assert.ok(!(await holds("!=", 1.5)).includes(" 1.50 "));
  assert.deepEqual(await seqs(log, [{ path: "v", op: "=", value: "007" }]), [6]);
  const { rows: [row] } = await aggregateMessages(log, {
    ...everything,
    aggregate: { by: "topic", bucketMs: 1, field: "v" },
  });
  const { count, numbers, min, max, mean } = row;
  assert.deepEqual({ count, numbers, min, max, mean }, {
    count: 9,
    numbers: 3,
    min: 1.5,
    max: 20,
    mean: 10.5,
  });
});

Deno.test("replayed retained messages are told apart, and have no rate", async () => {
  const log = new MessageLog({ limitBytes: 1_000_000 });
  for (let i = 0; i < 200; i++) {
    log.append(message(`kept/${i}`, "1", { retain: true, receivedAt: 100 }));
  }
  log.append(message("kept/0", "2", { receivedAt: 600 }));
  const rows = async (by: "time" | "topic") =>
    (await aggregateMessages(log, {
      ...everything,
      to: 1_000,
      aggregate: { by, bucketMs: 1_000, field: null },
    })).rows;
  const [second] = await rows("time");
  assert.deepEqual([second.count, second.retained, second.rate], [201, 200, 1]);
  const [both, kept] = await rows("topic");
  assert.deepEqual([both.count, both.retained, both.rate], [2, 1, 1]);
  assert.deepEqual([kept.count, kept.retained, kept.rate, kept.last], [1, 1, 0, 1]);
});
