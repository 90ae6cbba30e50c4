/**
 * The lasting store: recording into SQLite beside memory only (all counted, memory, bytes on the disk beside JSON lines and
 * plain rows), and questions to many stored messages: how long each takes, and how long the event loop is held meanwhile.
 * With `--postgres` only that: how fast messages are written into a PostgreSQL that it starts itself.
 *
 * With `--store FILE` the questions go to that file, which is filled first where it is not there, and nothing is recorded.
 *
 * usage: deno run -A --v8-flags=--expose-gc bench/lasting.ts [--seconds 60] [--rate 20000] [--messages 10000000] [--rounds 5]
 *        deno run -A bench/lasting.ts --store FILE [--messages 10000000] [--rounds 5]
 *        deno run -A bench/lasting.ts --postgres [--messages 400000]
 */
import { DatabaseSync } from "node:sqlite";
import { parseArgs } from "node:util";
import process from "node:process";
import { compareWindows } from "../src/collect/compare.ts";
import { aggregateFigures } from "../src/collect/lasting/aggregate_figures.ts";
import type { StoreSource } from "../src/collect/lasting/store_source.ts";
import { PostgresStore } from "../src/collect/lasting/postgres/postgres_store.ts";
import { SqliteStore } from "../src/collect/lasting/sqlite_store.ts";
import { inTurns } from "../src/collect/pauses.ts";
import { queryMessages } from "../src/collect/history.ts";
import { RecordingStore } from "../src/collect/recordings.ts";
import { measured, measuredHead } from "./measured.ts";
import { FakeSession } from "../tests/support/fake_session.ts";
import { startPostgres } from "../tests/support/postgres.ts";

const { values } = parseArgs({
  options: {
    // one recording in a process of its own: where it is kept
    record: { type: "string" },
    seconds: { type: "string", default: "60" },
    rate: { type: "string", default: "20000" },
    messages: { type: "string" },
    rounds: { type: "string", default: "5" },
    postgres: { type: "boolean", default: false },
    store: { type: "string" },
  },
});
const seconds = Number(values.seconds);
const rate = Number(values.rate);
const stored = Number(values.messages ?? (values.postgres ? 400_000 : 10_000_000));
const rounds = Number(values.rounds);
const MEBIBYTE = 1024 * 1024;
const DAY_MS = 86_400_000;
const encoder = new TextEncoder();
const dir = Deno.makeTempDirSync({ prefix: "lasting-" });

/** About 200 bytes, as a meter sends them. */
function reading(n: number): string {
  const watts = (900 + 600 * Math.sin(n / 3_000) + n * 7919 % 40).toFixed(1);
  return JSON.stringify({
    n,
    device: `meter-${n % 500}`,
    power: {
      watts: Number(watts),
      volts: 229 + n % 5,
      amps: Number((Number(watts) / 230).toFixed(3)),
    },
    energy_kwh: Number((12_000 + n / 1_000).toFixed(3)),
    state: n % 97 === 0 ? "warning" : "ok",
    firmware: "2.14.3-release",
    uptime_s: 86_400 + n % 100_000,
    linkquality: 80 + n % 60,
  });
}

function bytesOf(path: string): number {
  return [path, `${path}-wal`].reduce((sum, one) => {
    try {
      return sum + Deno.statSync(one).size;
    } catch {
      return sum;
    }
  }, 0);
}

function rssMb(): number {
  const collect: unknown = Reflect.get(globalThis, "gc");
  if (typeof collect === "function") collect();
  return Deno.memoryUsage().rss / MEBIBYTE;
}

/** Records a stream at its rate, into memory and, where there is one, a store. */
async function record(path: string | null) {
  const clock = { now: Date.now };
  const store = path === null
    ? null
    : SqliteStore.open(path, { now: clock.now, days: 30, diskBytes: 1e12 });
  const recordings = new RecordingStore({
    limitBytes: 32 * MEBIBYTE,
    now: clock.now,
    lasting: store,
    recorderOf: () => ({ key: "bench", label: "bench", isStanding: true }),
  });
  const session = new FakeSession();
  await recordings.start(session, ["#"]);
  const startedAt = performance.now();
  const cpu = process.cpuUsage();
  let highest = 0;
  let sent = 0;
  let longestTick = 0;
  while (sent < rate * seconds) {
    const due = Math.min(rate * seconds, Math.floor((performance.now() - startedAt) / 1000 * rate));
    const tick = performance.now();
    for (; sent < due && performance.now() - tick < 20; sent++) {
      session.hear({
        topic: `plant/hall${sent % 5}/meter-${sent % 500}`,
        payload: encoder.encode(reading(sent)),
        qos: 0,
        retain: false,
        dup: false,
        receivedAt: Date.now(),
      });
    }
    if (sent % rate < 1_000) {
      recordings.sync();
      store?.flush();
      store?.tidy();
      highest = Math.max(highest, Deno.memoryUsage().rss / MEBIBYTE);
    }
    longestTick = Math.max(longestTick, performance.now() - tick);
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  const took = (performance.now() - startedAt) / 1000;
  const used = process.cpuUsage(cpu);
  recordings.sync();
  store?.flush();
  const rss = rssMb();
  const source = store?.find("bench") ?? null;
  const everything = { from: 0, to: Infinity, matches: () => true };
  let counted = 0;
  if (source !== null) {
    for (const { messages } of source.counts(everything)) counted += messages;
  } else counted = recordings.logOf(session.id)?.total ?? 0;
  store?.close();
  const bytes = path === null ? 0 : bytesOf(path);
  return {
    sent,
    counted,
    perSecond: sent / took,
    cpuSeconds: (used.user + used.system) / 1e6,
    highest,
    rss,
    bytes,
    longestTick,
  };
}

/** The same stream as `mosquitto_sub -F '%j'` writes it, and as rows. */
function plainBytes(messages: number): { lines: number; rows: number } {
  const path = `${dir}/rows.sqlite`;
  const db = new DatabaseSync(path);
  db.exec(
    "create table message (seq integer primary key, topic text, at integer, qos, retain, payload blob)",
  );
  const insert = db.prepare(
    "insert into message (topic, at, qos, retain, payload) values (?, ?, 0, 0, ?)",
  );
  let lines = 0;
  db.exec("begin");
  for (let n = 0; n < messages; n++) {
    const topic = `plant/hall${n % 5}/meter-${n % 500}`;
    const payload = reading(n);
    const line = {
      tst: "2026-01-05T22:00:00.000000Z+0000",
      topic,
      qos: 0,
      retain: 0,
      payloadlen: payload.length,
      payload,
    };
    lines += JSON.stringify(line).length + 1;
    insert.run(topic, Date.now(), encoder.encode(payload));
  }
  db.exec("commit");
  db.close();
  return { lines, rows: bytesOf(path) };
}

if (values.record !== undefined) {
  const path = values.record === "memory" ? null : `${dir}/stream.sqlite`;
  console.log(JSON.stringify(await record(path)));
  Deno.removeSync(dir, { recursive: true });
  Deno.exit(0);
}

/** Processor time of all processes of a database, in seconds. */
function databaseSeconds(pids: readonly number[]): number {
  const ticks = pids.map((pid) => {
    const fields = Deno.readTextFileSync(`/proc/${pid}/stat`).split(") ")[1].split(" ");
    return Number(fields[11]) + Number(fields[12]);
  });
  return ticks.reduce((a, b) => a + b, 0) / 100;
}

/** Writes as fast as PostgreSQL takes it. */
async function writePostgres(messages: number): Promise<void> {
  await using server = await startPostgres();
  const url = await server.createDatabase();
  const store = await PostgresStore.open(url, {
    ...{ now: Date.now, days: 30, diskBytes: 1e12 },
    required: true,
  });
  const source = store.source("bench", "bench");
  await using sql = server.connect(url);
  const pids = (await sql`select pid from pg_stat_activity`).map(({ pid }) => Number(pid));
  const [cpu, database, began] = [process.cpuUsage(), databaseSeconds(pids), performance.now()];
  for (let n = 0; n < messages;) {
    for (let i = 0; i < 4_096 && n < messages; i++, n++) {
      source.append({
        topic: `plant/hall${n % 5}/meter-${n % 500}`,
        payload: encoder.encode(reading(n)),
        qos: 0,
        retain: false,
        dup: false,
        receivedAt: Date.now(),
      });
    }
    await store.flush();
  }
  await store.catchUp();
  const took = (performance.now() - began) / 1000;
  const used = process.cpuUsage(cpu);
  const [{ count }] = await sql`select count(*)::int as count from mqtt_mcp.message`;
  const databaseUsed = databaseSeconds(pids) - database;
  const problem = store.problem;
  await store.close();
  if (count !== messages) throw new Error(`${count} of ${messages} are there: ${problem}`);
  const micros = (seconds: number) => (seconds * 1e6 / messages).toFixed(1);
  console.log(
    `${messages} messages into PostgreSQL: ${
      (messages / took).toFixed(0)
    }/s; processor time of a message in µs: here ${
      micros((used.user + used.system) / 1e6)
    }, in the database ${micros(databaseUsed)}`,
  );
}

if (values.postgres) {
  await writePostgres(stored);
  Deno.removeSync(dir, { recursive: true });
  Deno.exit(0);
}

async function recordApart(
  place: "memory" | "sqlite",
): Promise<Awaited<ReturnType<typeof record>>> {
  const { stdout, success } = await new Deno.Command(Deno.execPath(), {
    args: [
      // as the compiled program runs
      ...[
        "run",
        "-A",
        "--v8-flags=--expose-gc,--max-semi-space-size=4",
        new URL(import.meta.url).pathname,
      ],
      ...["--record", place, "--seconds", String(seconds), "--rate", String(rate)],
    ],
    stderr: "inherit",
  }).output();
  if (!success) throw new Error("The recording failed");
  return JSON.parse(new TextDecoder().decode(stdout));
}

async function recordBoth(): Promise<void> {
  console.log(`${rate} messages/s of ${reading(1_000_000).length} bytes for ${seconds} s\n`);
  console.log(
    "             counted     sent      /s  CPU s  RSS MB  highest  bytes each  longest tick ms",
  );
  for (const place of ["memory", "sqlite"] as const) {
    const found = await recordApart(place);
    console.log(
      [
        [found.counted, 11],
        [found.sent, 9],
        [found.perSecond, 8],
        [found.cpuSeconds, 7],
        [found.rss, 8],
        [found.highest, 9],
      ].map(([value, width]) => value.toFixed(0).padStart(width)).join("")
        .padStart(60).replace(/^.{8}/, place.padEnd(8)) +
        (found.bytes / found.sent).toFixed(1).padStart(12) +
        found.longestTick.toFixed(0).padStart(17),
    );
    if (found.counted !== found.sent) throw new Error("Not every message is there");
  }
  const sample = 100_000;
  const plain = plainBytes(sample);
  console.log(
    `\nbytes of each message as JSON lines: ${(plain.lines / sample).toFixed(1)}, as SQLite rows: ${
      (plain.rows / sample).toFixed(1)
    }`,
  );
}

/** A month of many messages, in minutes. */
async function fill(source: StoreSource): Promise<void> {
  const filled = performance.now();
  for (let n = 0; n < stored; n++) {
    clock.now = start + Math.floor(n / stored * 30 * DAY_MS);
    const hot = n % 50 === 0;
    source.append({
      topic: hot ? "house/boiler" : `house/room${n % 10}/sensor${n % 20}`,
      payload: encoder.encode(
        hot
          ? `{"celsius":${(60 + 10 * Math.sin(n / 40_000)).toFixed(2)},"n":${n}}`
          : `{"celsius":${(20 + 5 * Math.sin(n / 90_000)).toFixed(2)},"humidity":${
            40 + n % 20
          },"n":${n}}`,
      ),
      qos: 0,
      retain: false,
      dup: false,
      receivedAt: clock.now,
    });
    // a month in minutes: in a real one each second does its part
    if (n % 2_000 === 0) store.tidy();
    if (n % 20_000 > 0) continue;
    store.flush();
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  for (let i = 0; i < 100; i++) {
    store.flush();
    store.tidy();
  }
  console.log(
    `\n${stored} messages over 30 days: written at ${
      (stored / (performance.now() - filled) * 1000).toFixed(0)
    }/s, ${(bytesOf(path) / MEBIBYTE).toFixed(0)} MB with figures`,
  );
}

if (values.store === undefined) await recordBoth();

const path = values.store ?? `${dir}/month.sqlite`;
const isFilled = bytesOf(path) > 0;
const clock = { now: Date.now() };
const open = () => SqliteStore.open(path, { now: () => clock.now, days: 3_650, diskBytes: 1e12 });
let store = open();
let source = sourceOf(store);
const end = isFilled ? source.latestAt : clock.now;
const start = end - 30 * DAY_MS;
if (!isFilled) await fill(source);

function* countLast(pieces: Iterable<readonly unknown[]>): Generator<void, string> {
  let found = 0;
  for (const piece of pieces) {
    found += piece.length;
    yield;
  }
  return `${found} topics`;
}

function sourceOf(opened: SqliteStore): StoreSource {
  const found = opened.source("bench", "bench");
  if (found === null) throw new Error("The disk is full");
  return found;
}

const signal = new AbortController().signal;
const all = { filter: "#", from: 0, to: end, where: [], signal };
const questions: Record<string, (source: StoreSource) => Promise<string>> = {
  "newest 50 of a topic": async (source) => {
    const query = { ...all, filter: "house/room7/sensor17", order: "desc", limit: 50 } as const;
    return `${(await queryMessages(source, query)).matched} matched`;
  },
  "newest 50 of everything": async (source) => {
    return `${(await queryMessages(source, { ...all, order: "desc", limit: 50 })).matched} matched`;
  },
  "a field by the day over 30 days": async (source) => {
    const aggregate = { by: "time", bucketMs: DAY_MS, field: "celsius" } as const;
    const { rows, matched } = await aggregateFigures(source, {
      ...all,
      from: start,
      filter: "house/boiler",
      aggregate,
    });
    return `${matched} values in ${rows.length} rows`;
  },
  "a rare text in one day": async (source) => {
    const n = Math.floor(stored * 0.75);
    const query = {
      ...all,
      from: start + 22 * DAY_MS,
      to: start + 23 * DAY_MS,
      contains: `"n":${n}}`,
      order: "desc",
      limit: 50,
    } as const;
    return `${(await queryMessages(source, query)).matched} matched`;
  },
  "two hours compared, two weeks apart": async (source) => {
    const before = { from: start + 5 * DAY_MS, to: start + 5 * DAY_MS + 3_600_000 };
    const after = { from: start + 19 * DAY_MS, to: start + 19 * DAY_MS + 3_600_000 };
    const { changes, messages } = await compareWindows(source, { ...all, before, after });
    return `${changes.length} changes in ${messages} messages`;
  },
  "the last of each topic a week ago": (source) => {
    return inTurns(countLast(source.lastBefore(end - 7 * DAY_MS, () => true)));
  },
  "celsius > 64.99 of a topic in a week": async (source) => {
    const where = [{ path: "celsius", op: ">", value: 64.99 }] as const;
    const query = { ...all, from: end - 7 * DAY_MS, filter: "house/boiler", where } as const;
    return `${
      (await queryMessages(source, { ...query, order: "desc", limit: 50 })).matched
    } matched`;
  },
};

console.log(measuredHead("question"));
for (const [name, ask] of Object.entries(questions)) {
  await measured(name, rounds, () => ask(source));
}

/** Lets the system forget what it has read of the file (GNU dd). */
function forgetFile(): void {
  new Deno.Command("dd", { args: [`if=${path}`, "iflag=nocache", "count=0"], stderr: "null" })
    .outputSync();
}

console.log(measuredHead("the first question after a start"));
for (const [name, ask] of Object.entries(questions)) {
  store.close();
  forgetFile();
  await measured("to open it", 1, () => {
    store = open();
    source = sourceOf(store);
    return Promise.resolve("");
  });
  await measured(name, 1, () => ask(source));
}
store.close();
Deno.removeSync(dir, { recursive: true });
