import assert from "node:assert/strict";
import fc from "fast-check";
import { erasePostgres } from "../../../src/collect/lasting/postgres/erase_postgres.ts";
import { PostgresStore } from "../../../src/collect/lasting/postgres/postgres_store.ts";
import type { PostgresStream } from "../../../src/collect/lasting/postgres/postgres_stream.ts";
import { aggregateFigures } from "../../../src/collect/lasting/aggregate_figures.ts";
import { storedCoverage } from "../../../src/collect/coverage.ts";
import { StoreError } from "../../../src/collect/lasting/store_file.ts";
import { queryMessages } from "../../../src/collect/history.ts";
import { MessageLog } from "../../../src/collect/message_log.ts";
import type { LoggedMessage, PieceQuery, Pieces } from "../../../src/collect/recorded.ts";
import type { InboundMessage } from "../../../src/mqtt/message.ts";
import { message, textOf } from "../../support/messages.ts";
import { anyMessage, brief, DAY, everything, HOUR, START } from "../../support/stored_messages.ts";
import { type PostgresServer, startPostgres } from "../../support/postgres.ts";
import { eventually, until } from "../../support/wait.ts";

const signal = new AbortController().signal;

let server: PostgresServer;
Deno.test.beforeAll(async () => {
  server = await startPostgres();
});
Deno.test.afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

/** A store whose clock the test sets. */
async function openStore(url: string, o: { days?: number; diskBytes?: number } = {}) {
  const clock = { now: START };
  const limits = { now: () => clock.now, days: 30, diskBytes: 1e9, required: true, ...o };
  const store = await PostgresStore.open(url, limits);
  const source = store.source("broker", "broker.lan:1883");
  return { store, source, clock, [Symbol.asyncDispose]: () => store.close() };
}

async function collected<T>(pieces: Pieces<readonly T[]>): Promise<T[]> {
  const all: T[] = [];
  for await (const piece of pieces) all.push(...piece);
  return all;
}

function all(source: PostgresStream, query: Partial<PieceQuery> = {}): Promise<LoggedMessage[]> {
  return collected(source.pieces({ ...everything, ...query }));
}

async function numbers(source: PostgresStream): Promise<number[]> {
  return (await all(source)).map(({ payload }) => JSON.parse(textOf(payload)).n)
    .sort((a, b) => a - b);
}

async function countOf(source: PostgresStream): Promise<number> {
  let count = 0;
  for await (const { messages } of source.counts(everything)) count += messages;
  return count;
}

/** Whoever asks waits five seconds for what waits to be written; a busy machine may need more than once. */
async function allWritten(store: PostgresStore): Promise<void> {
  await eventually("all is written", async () => {
    await store.catchUp();
    return store.problem;
  }, (problem) => problem === null);
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n);
}

Deno.test("what is read from PostgreSQL is what two cores wrote, by time, in every order, window and page", async () => {
  const url = await server.createDatabase();
  await using one = await openStore(url);
  await using two = await openStore(url);
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(anyMessage, fc.constantFrom("", "", "flush")), { maxLength: 60 }),
      fc.integer({ min: START - 1, max: START + 500 }),
      fc.integer({ min: 0, max: 300 }),
      fc.constantFrom("a", "a/b", undefined),
      async (steps, from, length, topic) => {
        const key = `stream ${run++}`;
        const source = one.store.source(key, key);
        const other = two.store.source(key, key);
        const sent: InboundMessage[] = [];
        for (const [message, then] of steps) {
          sent.push(message);
          source.append(message);
          if (then === "flush") await one.store.flush();
        }
        await allWritten(one.store);
        await allWritten(two.store);
        // in order of time, and where that is the same, of arrival
        const log = new MessageLog({ limitBytes: 100_000_000 });
        const byTime = sent.map((message, i) => ({ message, i }))
          .sort((a, b) => a.message.receivedAt - b.message.receivedAt || a.i - b.i);
        for (const { message } of byTime) log.append(message);
        const matches = (name: string) => topic === undefined || name.startsWith(topic);
        const exact = topic === "a/b" ? { topic } : {};
        const window = { from, to: from + length, matches, ...exact };
        const inLog = (descending: boolean) =>
          [...log.pieces({ ...window, descending })].flat().map(brief);
        for (const descending of [false, true]) {
          const found = await all(other, { ...window, descending });
          assert.deepEqual(found.map(brief), inLog(descending));
          const middle = found[found.length >> 1];
          if (middle === undefined) continue;
          const place = { seq: middle.seq, at: middle.receivedAt };
          const at = found.indexOf(middle);
          const after = await all(other, { ...window, descending, after: place });
          const before = await all(other, { ...window, descending, before: place });
          const parts = [found.slice(0, at), found.slice(at + 1)].map((part) => part.map(brief));
          assert.deepEqual(
            [before, after].map((part) => part.map(brief)),
            descending ? parts.reverse() : parts,
          );
        }
        const counts = [];
        for await (const count of other.counts(window)) counts.push(count);
        assert.deepEqual(
          counts.map((count) => `${count.topic} ${count.messages}`).sort(),
          [...log.counts(window)].filter(({ messages }) => messages > 0)
            .map((count) => `${count.topic} ${count.messages}`).sort(),
        );
        const last = await collected(other.lastBefore(from, matches));
        assert.deepEqual(
          last.map(brief).sort(),
          [...log.lastBefore(from, matches)].flat().map(brief).sort(),
        );
      },
    ),
    { numRuns: 12 },
  );
});

Deno.test("pages of a question hold, with and without conditions, whatever the times of two cores are", async () => {
  const url = await server.createDatabase();
  await using one = await openStore(url);
  await using two = await openStore(url);
  for (let n = 0; n < 300; n++) {
    const { source } = n % 2 ? one : two;
    source.append(message("room", JSON.stringify({ n }), { receivedAt: START + (n * 7) % 50 }));
    if (n % 100 === 99) await Promise.all([one.store.flush(), two.store.flush()]);
  }
  await allWritten(one.store);
  await allWritten(two.store);
  for (const order of ["asc", "desc"] as const) {
    for (const contains of [undefined, '"n"']) {
      const seen: number[] = [];
      let after: { seq: number; at: number } | undefined;
      for (let more = true; more;) {
        const page = await queryMessages(one.source, {
          ...{ filter: "#", from: 0, to: Infinity, where: [], signal, limit: 70 },
          ...{ order, contains, after },
        });
        assert.equal(page.matched, 300);
        seen.push(...page.messages.map(({ payload }) => JSON.parse(textOf(payload)).n));
        const last = page.messages.at(-1)!;
        after = { seq: last.seq, at: last.receivedAt };
        more = page.more;
      }
      assert.deepEqual(seen.sort((a, b) => a - b), upTo(300));
    }
  }
});

Deno.test("figures by the minute of two cores are those of all messages, packed by the hour or not", async () => {
  const url = await server.createDatabase();
  await using one = await openStore(url);
  await using two = await openStore(url);
  for (let n = 0; n < 600; n++) {
    const { source } = n % 2 ? one : two;
    const at = START + n * 60_000;
    source.append(
      message("room", JSON.stringify({ t: n % 100, nested: { x: [n] } }), { receivedAt: at }),
    );
  }
  await Promise.all([one.store.flush(), two.store.flush()]);
  const asked = async (field: string, by: "time" | "topic") =>
    await aggregateFigures(two.source, {
      ...{ filter: "room", from: 0, to: Infinity, signal },
      aggregate: { by, bucketMs: HOUR, field },
    });
  const before = await asked("t", "time");
  assert.equal(before.matched, 600);
  assert.equal(before.rows.length, 10);
  assert.deepEqual(
    (({ min, max, mean, last }) => ({ min, max, mean, last }))(before.rows[0]),
    { min: 0, max: 59, mean: 29.5, last: 59 },
  );
  one.clock.now = START + 11 * HOUR;
  await one.store.tidy();
  await using sql = server.connect(url);
  const [{ left }] = await sql`select count(*)::int as left from mqtt_mcp.minute`;
  assert.equal(left, 0);
  assert.deepEqual(await asked("t", "time"), before);
  // what comes late is added to what is packed
  two.source.append(message("room", '{"t":1000}', { receivedAt: START + 30_000 }));
  await two.store.flush();
  assert.equal((await asked("t", "time")).rows[0].max, 1_000);
  assert.equal((await asked("nested.x[0]", "topic")).matched, 600);
});

Deno.test("a database that is stopped and started again gets every message, once, and what did not fit is counted", async () => {
  const url = await server.createDatabase();
  await using core = await openStore(url);
  const { store, source } = core;
  const send = (from: number, to: number) => {
    for (let n = from; n < to; n++) {
      source.append(message("t", JSON.stringify({ n }), { receivedAt: START + n }));
    }
  };
  send(0, 100);
  await store.flush();
  assert.equal(store.problem, null);
  await server.stop();
  send(100, 5_000);
  source.cover({ filter: "#", from: START, to: START + 5_000, reason: null });
  await store.flush();
  assert.match(store.problem!, /cannot be used, the connection was .*; 4900 messages wait/);
  await server.start();
  await until("it is written again", async () => {
    await store.flush();
    return store.problem === null;
  });
  assert.deepEqual(await numbers(source), upTo(5_000));
  assert.deepEqual(source.losses({ from: 0, to: Infinity }), []);
  assert.equal(source.coverage({ from: 0, to: Infinity }).length, 1);

  await server.stop();
  const large = "x".repeat(1024 * 1024);
  for (let n = 0; n < 80; n++) {
    source.append(message("large", large, { receivedAt: START + 10_000 + n }));
  }
  await store.flush();
  const [lost] = source.losses({ from: 0, to: Infinity });
  assert.ok(lost.messages > 0 && lost.messages < 40, `${lost.messages}`);
  // but for those that were being written when the database went away
  assert.ok(lost.from < START + 10_010, "the oldest are lost");
  await server.start();
  await until("it is written again", async () => {
    await store.flush();
    return store.problem === null;
  });
  assert.equal(await countOf(source), 5_000 + 80 - lost.messages);
  await using other = await openStore(url);
  assert.deepEqual(
    other.source.losses({ from: 0, to: Infinity }).map(({ messages }) => messages),
    [lost.messages],
  );
});

Deno.test("a COPY that fails with its last row or is cut in its middle leaves nothing behind, is said, and is written once", async () => {
  const url = await server.createDatabase();
  await using core = await openStore(url);
  const { store, source } = core;
  let sent = 0;
  const send = () => {
    for (let i = 0; i < 1_500; i++) {
      source.append(message("t", JSON.stringify({ n: sent++ }), { receivedAt: START + sent }));
    }
  };
  send();
  await store.flush();
  // the last row of what comes is refused as on a full disk, when all of it has long been sent
  await using sql = server.connect(url);
  await sql.unsafe(`create function refuse() returns trigger language plpgsql as $$ begin
      if new.at = '${new Date(START + 3_000).toISOString()}' then
        raise exception using errcode = '53100', message = 'no space left'; end if;
      return new; end $$;
    create trigger refuse before insert on mqtt_mcp.message for each row execute function refuse()`);
  send();
  for (let i = 0; i < 3; i++) {
    await store.flush();
    assert.match(store.problem!, /its disk is full; 1500 messages wait/);
  }
  assert.equal((await sql`select count(*)::int as n from mqtt_mcp.message`)[0].n, 1_500);
  await sql.unsafe("drop trigger refuse on mqtt_mcp.message");
  await store.flush();
  assert.equal(store.problem, null);
  assert.deepEqual(await numbers(source), upTo(sent));

  // each row waits for a lock: the connection, then the server, goes in the middle of it
  await sql.unsafe(`create function dawdle() returns trigger language plpgsql as $$ begin
      perform pg_advisory_xact_lock_shared(7); return new; end $$;
    create trigger dawdle before insert on mqtt_mcp.message for each row execute function dawdle()`);
  for (
    const cut of [
      () => sql`select pg_terminate_backend(pid) from pg_stat_activity where query like 'copy%'`,
      () => server.stop(),
    ]
  ) {
    await sql`select pg_advisory_lock(7)`;
    send();
    const writing = store.flush();
    await until("it copies", async () => {
      const [{ n }] = await sql`select count(*)::int as n from pg_stat_activity
        where query like 'copy%' and wait_event_type = 'Lock'`;
      return n === 1;
    });
    await cut();
    await writing;
    assert.match(store.problem!, /messages wait/);
    // where the server was stopped, the lock is gone with it
    await sql`select pg_advisory_unlock_all()`.catch(() => {});
  }
  await server.start();
  await until("it is written again", async () => {
    await store.flush();
    return store.problem === null;
  });
  assert.deepEqual(await numbers(source), upTo(sent));
  assert.deepEqual(source.losses({ from: 0, to: Infinity }), []);

  // what is wrong with the data itself stays wrong: it is counted, and nothing else waits for it
  await using again = server.connect(url);
  await again.unsafe("drop trigger dawdle on mqtt_mcp.message");
  await again.unsafe(
    "alter table mqtt_mcp.message add constraint small check (size < 1000) not valid",
  );
  source.append(message("t", "x".repeat(1_000), { receivedAt: START }));
  await store.flush();
  assert.match(store.problem!, /error 23514/);
  await store.flush();
  await store.flush();
  assert.equal(store.problem, null);
  assert.deepEqual(
    source.losses({ from: 0, to: Infinity }).map(({ messages, reason }) => ({
      messages,
      reason,
    })),
    [{ messages: 1, reason: "PostgreSQL refused them: error 23514" }],
  );
  send();
  await store.flush();
  assert.deepEqual(await numbers(source), upTo(sent));
});

Deno.test("a core that ends without a goodbye leaves a time in which messages of a shared filter may be missing", async () => {
  const url = await server.createDatabase();
  await using one = await openStore(url);
  await using two = await openStore(url);
  await using sql = server.connect(url);
  const hear = async (core: typeof one, filter: string, to: number) => {
    core.clock.now = START + to;
    core.source.cover({ filter, from: START, to: START + to, reason: null });
    await core.store.flush();
  };
  // tables of the version before this was told are brought up to date
  await sql.unsafe(`alter table mqtt_mcp.writer drop backend, drop written_to, drop is_gone;
    alter table mqtt_mcp.coverage drop missed_to; update mqtt_mcp.fact set value = 1`);
  await (await openStore(url)).store.close();
  const shared = "$share/recorders/#";
  const missed = async (filter = "room/#", window = { from: START, to: START + 60_000 }) => {
    await hear(two, shared, 60_000);
    const { gaps, complete } = storedCoverage(two.source, filter, window);
    assert.equal(complete, gaps.length === 0);
    return gaps.map(({ from, to, reason }) => {
      assert.match(reason, /was killed: .* may be missing/);
      return [Date.parse(from) - START, Date.parse(to) - START];
    });
  };
  await hear(one, shared, 10_000);
  assert.deepEqual(await missed(), []);
  const [{ id }] = await sql`select id from mqtt_mcp.writer where written_to = ${START + 10_000}`;
  for (
    const looksGone of [
      // its connection is gone, or it said nothing for long
      () =>
        sql`update mqtt_mcp.writer set seen_at = now() - interval '4 s', backend = 1
        where id = ${id}`,
      () => sql`update mqtt_mcp.writer set seen_at = now() - interval '61 s' where id = ${id}`,
    ]
  ) {
    await hear(two, shared, 13_000);
    assert.deepEqual(await missed(), []);
    await looksGone();
    await hear(two, shared, 13_000);
    assert.deepEqual(await missed(), [[10_000, 13_000]]);
    assert.deepEqual(await missed("#", { from: START, to: START + 10_000 }), []);
    assert.deepEqual(await missed("#", { from: START + 11_000, to: START + 60_000 }), [
      [11_000, 13_000],
    ]);
    assert.deepEqual(await missed("#", { from: START + 14_000, to: START + 60_000 }), []);
    // it was only slow: it comes back
    await hear(one, shared, 10_000);
    assert.deepEqual(await missed(), []);
  }
  // who says goodbye has written everything
  await one.store.close();
  await hear(two, shared, 70_000);
  assert.deepEqual(await missed(), []);
  // what is recorded by itself ends with its core: that time is a gap anyway, or somebody else heard all of it
  await using three = await openStore(url);
  await hear(three, shared, 20_000);
  await sql`update mqtt_mcp.writer set seen_at = now() - interval '61 s'
    where written_to = ${START + 20_000}`;
  await hear(two, shared, 25_000);
  assert.deepEqual(await missed(), [[20_000, 25_000]]);
  await hear(two, "room/#", 24_000);
  assert.deepEqual(await missed(), [[24_000, 25_000]]);
});

Deno.test("connections that break at any moment, commits included, cost no message and double none", async () => {
  const url = await server.createDatabase();
  await using one = await openStore(url);
  await using two = await openStore(url);
  await using sql = server.connect(url);
  let sent = 0;
  const figures = { count: 0 };
  for (let round = 0; round < 25; round++) {
    for (let i = 0; i < 400; i++) {
      const { source } = i % 2 ? one : two;
      const topic = `t/${i % 7}`;
      source.append(message(topic, JSON.stringify({ n: sent++ }), { receivedAt: START + sent }));
    }
    const writing = [one.store.flush(), two.store.flush()];
    for (let turn = 0; turn < round % 9; turn++) await sql`select 1`;
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`;
    await Promise.all(writing);
  }
  for (const { store } of [one, two]) await allWritten(store);
  assert.deepEqual(await numbers(one.source), upTo(sent));
  for (let t = 0; t < 7; t++) {
    for await (const piece of two.source.figures(`t/${t}`, "n", { from: 0, to: Infinity })) {
      for (const { count } of piece.values()) figures.count += count;
    }
  }
  assert.equal(figures.count, sent);
});

Deno.test("a store that is closed while the database is slow leaves no connection, and makes none after that", async () => {
  const url = await server.createDatabase();
  const { store, source } = await openStore(url);
  await store.flush();
  await using sql = server.connect(url);
  await sql.unsafe(`create function dawdle() returns trigger language plpgsql as $$ begin
      perform pg_advisory_xact_lock_shared(7); return new; end $$;
    create trigger dawdle before insert on mqtt_mcp.message for each row execute function dawdle()`);
  await sql`select pg_advisory_lock(7)`;
  source.append(message("t", "x", { receivedAt: START }));
  const asked = store.catchUp();
  const connections = async () => {
    const [{ n }] = await sql`select count(*)::int as n from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`;
    return n;
  };
  await until("it writes", async () => {
    const [{ n }] = await sql`select count(*)::int as n from pg_stat_activity
      where query like 'copy%' and wait_event_type = 'Lock'`;
    return n === 1;
  });
  await store.close();
  await asked;
  await sql`select pg_advisory_unlock(7)`;
  await eventually("nobody is connected any more", connections, (n) => n === 0);
});

Deno.test("partitions that are too old or too much go first, the last value of each topic and figures stay", async () => {
  const url = await server.createDatabase();
  await using core = await openStore(url, { days: 3 });
  const { store, source, clock } = core;
  for (let day = 0; day < 6; day++) {
    clock.now = START + day * DAY;
    for (let n = 0; n < 20; n++) {
      source.append(message("often", `{"n":${n}}`, { receivedAt: clock.now + n * 1000 }));
    }
    if (day === 0) source.append(message("once", "still here", { receivedAt: clock.now }));
    await store.flush();
  }
  clock.now = START + 5.5 * DAY;
  await store.tidy();
  await store.flush();
  assert.equal(await countOf(source), 4 * 20);
  assert.equal(source.removedThrough, START + DAY + 19_000);
  const last = await collected(source.lastBefore(clock.now, () => true));
  assert.deepEqual(last.map(({ topic }) => topic).sort(), ["often", "once"]);
  assert.equal(textOf(last.find(({ topic }) => topic === "once")!.payload), "still here");
  const { matched } = await aggregateFigures(source, {
    ...{ filter: "often", from: 0, to: Infinity, signal },
    aggregate: { by: "topic", bucketMs: HOUR, field: "n" },
  });
  assert.equal(matched, 6 * 20);

  // much in one day: it is split, and what came first is removed
  await using small = await openStore(url, { days: 30, diskBytes: 6e6 });
  small.clock.now = clock.now;
  const noise = crypto.getRandomValues(new Uint8Array(40_000));
  for (let step = 0; step < 12; step++) {
    small.clock.now += 2 * 60_000;
    for (let n = 0; n < 25; n++) {
      const payload = noise.slice(n * 10);
      small.source.append({ ...message("noise", ""), payload, receivedAt: small.clock.now + n });
    }
    await small.store.flush();
    await small.store.tidy();
  }
  await using sql = server.connect(url);
  const [{ bytes }] = await sql`select sum(pg_total_relation_size(oid))::int as bytes from pg_class
    where relnamespace = 'mqtt_mcp'::regnamespace and relkind = 'r'`;
  assert.ok(bytes <= 6e6 * 1.3, `${bytes} bytes`);
  const left = await countOf(small.source);
  assert.ok(left > 25 && left < 300, `${left} messages`);
  const [newest] = await all(small.source, { descending: true });
  assert.equal(newest.receivedAt, small.clock.now + 24);
});

Deno.test("what PostgreSQL cannot hold, or only just, keeps nothing else from being written", async () => {
  const url = await server.createDatabase();
  await using core = await openStore(url);
  const { store, source } = core;
  const at = { receivedAt: START };
  const topics = ["a\0b", "t".repeat(65_535), "ü\ud800", "", "plain"];
  for (const topic of topics) source.append(message(topic, "x", at));
  source.append(message("field", '{"a\\u0000b":1,"\\ud800":2,"\\ud801":3,"big":1e308,"ok":4}', at));
  source.append(message("field", '{"big":1e308,"ok":5}', at));
  source.append(message("field", `{"${"k".repeat(3_000)}":1}`, at));
  source.append({
    ...message("properties", "", at),
    properties: { contentType: "a\0\ud800", userProperties: { "\0": ["x", "\0"] } },
  });
  const large = new Uint8Array(3 * 1024 * 1024).fill(7);
  source.append({ ...message("large", ""), payload: large, ...at });
  await allWritten(store);
  const found = await all(source);
  assert.equal(found.length, topics.length - 1 + 5);
  const [lost] = source.losses({ from: 0, to: Infinity });
  assert.equal(lost.messages, 1);
  const big = found.find(({ topic }) => topic === "large")!;
  assert.deepEqual([big.sizeBytes, big.payload.length], [large.length, 1024 * 1024]);
  const minutes = await Array.fromAsync(source.figures("field", "ok", { from: 0, to: Infinity }));
  assert.equal(minutes[0].get(START / 60_000)?.sum, 9);
});

Deno.test("large payloads are read a few at a time", async () => {
  const url = await server.createDatabase();
  await using core = await openStore(url);
  const payload = new Uint8Array(900_000).fill(1);
  for (let n = 0; n < 30; n++) {
    core.source.append({ ...message("large", ""), payload, receivedAt: START + n });
  }
  await allWritten(core.store);
  let count = 0;
  for await (const piece of core.source.pieces(everything)) {
    assert.ok(piece.length <= 5, `${piece.length} at once`);
    count += piece.length;
  }
  assert.equal(count, 30);
});

Deno.test("a database that cannot be used is said without its login; tables of another version stay as they are", async () => {
  const url = await server.createDatabase();
  const limits = { now: Date.now, days: 1, diskBytes: 1e9 };
  const wrong = url.replace(/:[^:@]*@/, ":hunter3@");
  for (
    const [bad, why] of [
      [wrong, /refused the login/],
      [url.replace(/\/[^/]*$/, "/nowhere"), /no such database/],
      [url.replace(/:\d+\//, ":1/"), /connection was refused/],
    ] as const
  ) {
    await assert.rejects(
      PostgresStore.open(bad, { ...limits, required: true }),
      (error) =>
        error instanceof StoreError && why.test(error.message) && !/hunter/.test(error.message),
    );
    const store = await PostgresStore.open(bad, { ...limits, required: false });
    const stream = store.source("broker", "b");
    stream.append(message("t", "x"));
    await store.flush();
    assert.match(store.problem!, why);
    assert.equal(stream.problem, store.problem);
    await store.close();
  }
  await using sql = server.connect(url);
  await sql.unsafe("create schema mqtt_mcp; create table mqtt_mcp.fact (name text, value bigint)");
  await sql`insert into mqtt_mcp.fact values ('version', 99)`;
  await assert.rejects(
    PostgresStore.open(url, { ...limits, required: false }),
    /version 99/,
  );
  assert.equal((await sql`select * from mqtt_mcp.fact`).length, 1);
});

Deno.test("the tables are erased when no core writes them, and one whose tables vanish makes them anew", async () => {
  const url = await server.createDatabase();
  {
    await using core = await openStore(url);
    core.source.append(message("t", '{"n":0}', { receivedAt: START }));
    await core.store.flush();
    await assert.rejects(erasePostgres(url), /a core wrote to it/);
    await using sql = server.connect(url);
    await sql.unsafe("drop schema mqtt_mcp cascade");
    core.source.append(message("t", '{"n":0}', { receivedAt: START }));
    await allWritten(core.store);
    assert.deepEqual(await numbers(core.source), [0]);
  }
  assert.match((await erasePostgres(url))!, /the schema mqtt_mcp/);
  assert.equal(await erasePostgres(url), null);
  await assert.rejects(PostgresStore.openForReading(url), /holds no recordings/);
});
