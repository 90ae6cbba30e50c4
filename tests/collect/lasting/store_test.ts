import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { LastingStore, storePath } from "../../../src/collect/lasting/lasting_store.ts";
import { SqliteStore } from "../../../src/collect/lasting/sqlite_store.ts";
import { StoreError } from "../../../src/collect/lasting/store_file.ts";
import type { StoreSource } from "../../../src/collect/lasting/store_source.ts";
import { MessageLog } from "../../../src/collect/message_log.ts";
import type {
  LoggedMessage,
  PieceQuery,
  Pieces,
  RecordedMessages,
} from "../../../src/collect/recorded.ts";
import type { Figure } from "../../../src/collect/lasting/figures.ts";
import { message, textOf } from "../../support/messages.ts";
import { anyMessage, brief, DAY, everything, START } from "../../support/stored_messages.ts";

function tempDir(): { path: string } & Disposable {
  const path = Deno.makeTempDirSync({ prefix: "store-" });
  return { path, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}

/** A store whose clock the test sets. */
function openStore(path: string, options: { days?: number; diskBytes?: number } = {}) {
  const clock = { now: START };
  const store = SqliteStore.open(path, {
    now: () => clock.now,
    days: 30,
    diskBytes: 1e9,
    ...options,
  });
  const source = store.source("broker", "broker.lan:1883");
  assert.ok(source);
  return { store, source, clock };
}

/** What memory and SQLite give, they give at once. */
function atOnce<T>(pieces: Pieces<T>): Iterable<T> {
  assert.ok(Symbol.iterator in pieces);
  return pieces;
}

function all(recorded: RecordedMessages, query: Partial<PieceQuery> = {}): LoggedMessage[] {
  return [...atOnce(recorded.pieces({ ...everything, ...query }))].flat();
}

/** All minutes of a field. */
function minutesOf(source: StoreSource, topic: string, field: string): Map<number, Figure> {
  const pieces = [...source.figures(topic, field, { from: 0, to: Infinity })];
  return new Map(pieces.flatMap((piece) => [...piece]));
}

function numbers(source: StoreSource, query: Partial<PieceQuery> = {}): number[] {
  return all(source, query).map(({ payload }) => JSON.parse(textOf(payload)).n);
}

Deno.test("what is read from the disk is what was written, in every order and window, over any restart", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(anyMessage, fc.constantFrom("", "", "flush", "reopen")), { maxLength: 60 }),
      fc.integer({ min: START - 1, max: START + 500 }),
      fc.integer({ min: 0, max: 300 }),
      fc.constantFrom("a", "a/b", undefined),
      (steps, from, length, topic) => {
        using dir = tempDir();
        const path = `${dir.path}/s.sqlite`;
        let opened = openStore(path);
        const log = new MessageLog({ limitBytes: 100_000_000 });
        for (const [sent, then] of steps) {
          log.append(sent);
          opened.source.append(sent);
          if (then !== "") opened.store.flush();
          if (then !== "reopen") continue;
          opened.store.close();
          opened = openStore(path);
        }
        const { source, store } = opened;
        const matches = (name: string) => topic === undefined || name === topic;
        const window = { from, to: from + length, matches, ...(topic ? { topic } : {}) };
        for (const descending of [false, true]) {
          const found = all(source, { ...window, descending });
          assert.deepEqual(found.map(brief), all(log, { ...window, descending }).map(brief));
          const middle = found[found.length >> 1];
          if (middle === undefined) continue;
          const bounds = {
            after: { seq: middle.seq - 3, at: middle.receivedAt },
            before: { seq: middle.seq + 2, at: middle.receivedAt },
          };
          assert.deepEqual(
            all(source, { ...window, descending, ...bounds }).map(brief),
            found.filter(({ seq }) => seq > bounds.after.seq && seq < bounds.before.seq).map(brief),
          );
        }
        const counts = (recorded: RecordedMessages) =>
          [...atOnce(recorded.counts(window))].filter(({ messages }) => messages > 0)
            .map((count) => `${count.topic} ${count.messages}`).sort();
        assert.deepEqual(counts(source), counts(log));
        const last = (recorded: RecordedMessages) =>
          [...atOnce(recorded.lastBefore(from, matches))].flat().map(brief).sort();
        assert.deepEqual(last(source), last(log));
        store.close();
      },
    ),
    { numRuns: 40 },
  );
});

Deno.test("of many blocks each is read and counted once, whichever way and from whichever place on", () => {
  using dir = tempDir();
  const path = `${dir.path}/s.sqlite`;
  const { store, source } = openStore(path);
  // each of them makes a block of its own
  const payload = new Uint8Array(400_000);
  const count = 300;
  for (let n = 0; n < count; n++) {
    source.append({ ...message(`t/${n % 2}`, ""), payload, receivedAt: START + n });
  }
  store.flush();
  checkMany(source, count);
  store.close();
  const places = "select 1 from sqlite_schema where name = 'block_place'";
  {
    // as versions before wrote it
    using db = new DatabaseSync(path);
    assert.ok(db.prepare(places).get());
    db.exec(`drop index block_place;
      create index block_time on block (source, first_seq, last_seq, from_at, to_at)`);
  }
  const reader = SqliteStore.openForReading(path);
  checkMany(reader.find("broker")!, count);
  reader.close();
  const again = openStore(path);
  checkMany(again.source, count);
  again.store.close();
  using db = new DatabaseSync(path);
  assert.ok(db.prepare(places).get());
});

function checkMany(source: StoreSource, count: number): void {
  const seqs = (query: Partial<PieceQuery>) => {
    const found: number[] = [];
    for (const piece of source.pieces({ ...everything, ...query })) {
      for (const { seq } of piece) found.push(seq);
    }
    return found;
  };
  const upTo = Array.from({ length: count }, (_, n) => n + 1);
  assert.deepEqual(seqs({}), upTo);
  const odd = upTo.filter((seq) => seq % 2 === 1);
  const one = { topic: "t/0", matches: (topic: string) => topic === "t/0" };
  assert.deepEqual(seqs({ ...one, descending: true }), odd.toReversed());
  const after = { seq: 290, at: START };
  assert.deepEqual(seqs({ after }), upTo.slice(290));
  const before = { seq: 8, at: START };
  assert.deepEqual(seqs({ before, descending: true }), upTo.slice(0, 7).reverse());
  const counted = (query: Partial<PieceQuery>) =>
    [...source.counts({ ...everything, ...query })].filter(({ messages }) => messages > 0);
  assert.deepEqual(counted({}).map(({ messages }) => messages), [150, 150]);
  assert.deepEqual(counted(one), [{ topic: "t/0", messages: 150 }]);
  assert.deepEqual(counted({ ...one, from: START + 10 }), [{ topic: "t/0", messages: 145 }]);
  const known = [...source.lastBefore(START + 10, () => true)].flat().map(({ seq }) => seq);
  assert.deepEqual(known.sort((a, b) => a - b), [9, 10]);
}

Deno.test("figures by the minute are those of the messages, over restarts and a clock that is put back", () => {
  using dir = tempDir();
  const path = `${dir.path}/s.sqlite`;
  let opened = openStore(path);
  const expected = new Map<number, number[]>();
  for (let i = 0; i < 4_000; i++) {
    // forward for three hours, then an hour back
    const at = START + (i < 3_000 ? i * 3_600 : (i - 1_000) * 3_600) + 7;
    opened.clock.now = at;
    const value = (i * 7919) % 1_000 / 10;
    opened.source.append(message("room", { t: value, nested: { x: [1, i] } }, { receivedAt: at }));
    const minute = Math.floor(at / 60_000);
    expected.set(minute, [...expected.get(minute) ?? [], value]);
    if (i % 50 === 0) opened.store.flush();
    if (i % 300 === 0) opened.store.tidy();
    if (i % 1_111 === 0) {
      opened.store.close();
      opened = openStore(path);
      opened.clock.now = at;
    }
  }
  const found = minutesOf(opened.source, "room", "t");
  assert.deepEqual([...found.keys()], [...expected.keys()].sort((a, b) => a - b));
  for (const [minute, figure] of found) {
    const values = expected.get(minute)!;
    assert.equal(figure.count, values.length, `minute ${minute}`);
    assert.equal(figure.min, Math.min(...values));
    assert.equal(figure.max, Math.max(...values));
    assert.ok(Math.abs(figure.sum - values.reduce((a, b) => a + b)) < 1e-6);
  }
  assert.equal(
    minutesOf(opened.source, "room", "nested.x[1]").values()
      .reduce((sum, { count }) => sum + count, 0),
    4_000,
  );
  opened.store.close();
});

Deno.test("figures that are read a few days at a time count each minute once, packed or not", () => {
  using dir = tempDir();
  const { store, source, clock } = openStore(`${dir.path}/s.sqlite`);
  const sent = 9 * 24 * 20;
  for (let n = 0; n < sent; n++) {
    clock.now = START + 12_345 + n * 3 * 60_000;
    source.append(message("t", { n }, { receivedAt: clock.now }));
    if (n % 200 === 0) store.flush();
  }
  store.flush();
  const asked = () => {
    const minutes = [...source.figures("t", "n", { from: START + 12_345, to: Infinity })]
      .flatMap((piece) => [...piece]);
    assert.equal(new Set(minutes.map(([minute]) => minute)).size, minutes.length);
    return minutes.reduce((sum, [, { count }]) => sum + count, 0);
  };
  assert.equal(asked(), sent);
  store.tidy();
  assert.equal(asked(), sent);
  for (let i = 0; i < 10; i++) store.tidy();
  assert.equal(asked(), sent);
  store.close();
});

Deno.test("messages go when they are too old, figures stay thirteen times as long, and what a topic said last stays known", () => {
  using dir = tempDir();
  const { store, source, clock } = openStore(`${dir.path}/s.sqlite`, { days: 1 });
  const say = (topic: string, n: number) =>
    source.append(message(topic, { n }, { receivedAt: clock.now }));
  say("once", 0);
  for (let n = 1; n <= 5_000; n++) {
    clock.now = START + n * 60_000;
    say("often", n);
    if (n % 500 === 0) store.flush();
  }
  store.flush();
  for (let i = 0; i < 20; i++) store.tidy();
  assert.ok(store.isTidy);
  const kept = numbers(source);
  assert.ok(kept.length <= 24 * 60 + 2_048, `${kept.length} kept`);
  assert.deepEqual(kept, Array.from({ length: kept.length }, (_, i) => 5_001 - kept.length + i));
  assert.ok(
    source.removedThrough !== null && source.removedThrough < clock.now - DAY + 2_048 * 60_000,
  );
  assert.equal(minutesOf(source, "often", "n").size, 5_000);
  const last = [...source.lastBefore(clock.now, () => true)].flat();
  assert.deepEqual(last.map(({ topic }) => topic).sort(), ["often", "once"]);
  clock.now += 14 * DAY;
  store.flush();
  for (let i = 0; i < 200; i++) store.tidy();
  assert.deepEqual(numbers(source), []);
  assert.equal(minutesOf(source, "often", "n").size, 0);
  store.close();
});

Deno.test("on a disk that is too small raw messages go first, and the file stays within its limit", () => {
  using dir = tempDir();
  const diskBytes = 3 * 1024 * 1024;
  const { store, source, clock } = openStore(`${dir.path}/s.sqlite`, { diskBytes });
  const noise = new Uint8Array(2_000);
  for (let n = 0; n < 8_000; n++) {
    clock.now += 1_000;
    crypto.getRandomValues(noise);
    source.append(message("noise", noise, { receivedAt: clock.now }));
    source.append(message("n", { n }, { receivedAt: clock.now }));
    if (n % 100 > 0) continue;
    store.flush();
    do store.tidy(); while (!store.isTidy);
  }
  store.flush();
  do store.tidy(); while (!store.isTidy);
  assert.ok(store.usedBytes <= diskBytes);
  assert.ok(source.removedThrough !== null && source.removedThrough > START);
  const kept = all(source, { topic: "n", matches: (topic) => topic === "n" });
  assert.ok(kept.length > 100 && kept.length < 4_000, `${kept.length} kept`);
  assert.equal(
    minutesOf(source, "n", "n").values()
      .reduce((sum, { count }) => sum + count, 0),
    8_000,
  );
  store.close();
  assert.ok(Deno.statSync(`${dir.path}/s.sqlite`).size < 1.5 * diskBytes);
});

Deno.test("a damaged file, and one of another version, are moved aside and never deleted", () => {
  using dir = tempDir();
  const path = storePath(dir.path);
  const limits = { days: 1, diskBytes: 1e8, now: () => START };
  Deno.writeTextFileSync(path, "this is no database, but whoever wrote it may want it back");
  const first = LastingStore.open(dir.path, limits);
  first.start(() => {});
  first.source("broker", "b")?.append(message("t", "1", { receivedAt: START }));
  first.close();
  assert.match(Deno.readTextFileSync(`${path}.old`), /may want it back/);
  const db = new DatabaseSync(path);
  db.exec("pragma user_version=99");
  db.close();
  const second = LastingStore.open(dir.path, limits);
  second.start(() => {});
  assert.equal(second.find("broker"), null);
  second.close();
  assert.match(Deno.readTextFileSync(`${path}.old`), /may want it back/);
  using moved = new DatabaseSync(`${path}.old.2`);
  assert.equal(moved.prepare("pragma user_version").get()?.user_version, 99);
});

Deno.test("only its owner can read the file, and a second process cannot write it", () => {
  using dir = tempDir();
  const umask = Deno.umask(0);
  const limits = { days: 1, diskBytes: 1e8, now: () => START };
  const store = LastingStore.open(dir.path, limits);
  Deno.umask(umask);
  store.start(() => {});
  store.source("broker", "b")?.append(message("t", "secret", { receivedAt: START }));
  store.flush();
  for (const { name } of Deno.readDirSync(dir.path)) {
    const { mode } = Deno.statSync(`${dir.path}/${name}`);
    assert.equal((mode ?? 0) & 0o777, 0o600, name);
  }
  assert.throws(
    () => LastingStore.open(dir.path, limits),
    (error) => error instanceof StoreError && error.kind === "unavailable",
  );
  const reader = SqliteStore.openForReading(storePath(dir.path));
  assert.deepEqual(all(reader.find("broker")!).map(({ payload }) => textOf(payload)), ["secret"]);
  store.close();
  const next = LastingStore.open(dir.path, limits);
  next.start(() => {});
  next.close();
});

Deno.test("a payload of 1 MiB, an empty one and a topic of 64 kB are kept", () => {
  using dir = tempDir();
  const { store, source } = openStore(`${dir.path}/s.sqlite`);
  const topic = "x".repeat(65_000);
  source.append(message("big", new Uint8Array(1024 * 1024).fill(7)));
  source.append(message("empty", ""));
  source.append(message(topic, new Uint8Array([0, 255, 128])));
  store.flush();
  store.close();
  const again = openStore(`${dir.path}/s.sqlite`);
  assert.deepEqual(all(again.source).map((m) => [m.topic, m.payload.length, m.sizeBytes]), [
    ["big", 1024 * 1024, 1024 * 1024],
    ["empty", 0, 0],
    [topic, 3, 3],
  ]);
  again.store.close();
});

async function runWriter(
  path: string,
  args: readonly (string | number)[],
  options: { limits?: string; until: (lines: string[]) => boolean },
): Promise<string[]> {
  const script = new URL("../../support/store_writer.ts", import.meta.url).pathname;
  const command = new Deno.Command("bash", {
    args: [
      "-c",
      `${options.limits ?? ""}\nexec deno run -A --no-check "$0" "$@"`,
      script,
      path,
      ...args.map(String),
    ],
    stdout: "piped",
    stderr: "inherit",
  });
  const child = command.spawn();
  const lines: string[] = [];
  let rest = "";
  let killed = false;
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    rest += text;
    const parts = rest.split("\n");
    rest = parts.pop() ?? "";
    lines.push(...parts);
    if (!killed && options.until(lines)) {
      killed = true;
      child.kill("SIGKILL");
    }
  }
  await child.status;
  return lines;
}

Deno.test("killed at random moments, it keeps all that was committed, once, and counts it once", async () => {
  using dir = tempDir();
  const path = `${dir.path}/s.sqlite`;
  let first = 0;
  for (let round = 0; round < 8; round++) {
    const commits = 1 + Math.floor(Math.random() * 20);
    const lines = await runWriter(path, [first, 20 + Math.floor(Math.random() * 400)], {
      until(said) {
        const count = said.filter((line) => line.startsWith("written")).length;
        if (count < commits) return false;
        // somewhere within the next commits: whenever the kill gets there
        return true;
      },
    });
    const committed = Number(lines.findLast((line) => line.startsWith("written"))?.split(" ")[1]);
    const { store, source } = openStore(path);
    const found = numbers(source);
    assert.ok(found.length >= committed, `round ${round}: ${found.length} of ${committed}`);
    assert.deepEqual(found, Array.from({ length: found.length }, (_, n) => n));
    const counted = [0, 1, 2, 3, 4, 5, 6].flatMap((
      t,
    ) => [...minutesOf(source, `t/${t}`, "n").values()]).reduce(
      (sum, { count }) => sum + count,
      0,
    );
    assert.equal(counted, found.length, `round ${round}: figures`);
    first = found.length;
    store.close();
  }
});

Deno.test("that something was heard is written no sooner than what was heard", () => {
  using dir = tempDir();
  const path = `${dir.path}/s.sqlite`;
  const { store, source, clock } = openStore(path);
  const hear = (count: number) => {
    for (let i = 0; i < count; i++) {
      source.append(message("t", { n: clock.now - START }, { receivedAt: clock.now++ }));
    }
    source.cover({ filter: "#", from: START, to: clock.now, reason: null });
  };
  hear(10);
  store.flush();
  using other = new DatabaseSync(path);
  other.exec("begin immediate");
  hear(20_000);
  assert.notEqual(store.failure, null);
  other.exec("rollback");
  for (let round = 0; round < 10; round++) {
    store.flush();
    // what a kill at this moment leaves
    const found = SqliteStore.openForReading(path).find("broker")!;
    const last = numbers(found).at(-1)!;
    const [{ to }] = found.coverage({ from: 0, to: Infinity });
    assert.ok(to <= START + last + 1, `heard until ${to - START}, there until ${last}`);
    assert.equal(source.coverage({ from: 0, to: Infinity })[0].to, clock.now);
  }
  const found = SqliteStore.openForReading(path).find("broker")!;
  assert.equal(numbers(found).length, 20_010);
  assert.equal(found.coverage({ from: 0, to: Infinity })[0].to, clock.now);
  store.close();
});

Deno.test("on a full disk what was committed stays, what could not be written is counted, and it goes on", async () => {
  using dir = tempDir();
  const path = `${dir.path}/s.sqlite`;
  // a file may not be written beyond that many blocks
  const limits = "trap '' XFSZ; ulimit -f 3000";
  const lines = await runWriter(path, [0, 20_000, 1_500], { limits, until: () => false });
  const written = lines.filter((line) => line.startsWith("written"));
  const lost = Number(lines.at(-1)?.split(" ")[1]);
  assert.ok(lines.some((line) => line.startsWith("refused")), "it was full");
  const committed = Number(written.at(-1)?.split(" ")[1]);
  assert.ok(committed > 0 && lost > 0, `${committed} written, ${lost} lost`);
  const { store, source } = openStore(path);
  const found = numbers(source);
  assert.ok(found.length >= committed);
  assert.equal(new Set(found).size, found.length);
  store.close();
});
