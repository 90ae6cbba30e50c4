/**
 * Questions to the history over a million recorded messages: how long each takes, and how long the event loop is held
 * meanwhile; and what the recording takes of memory against its limit.
 *
 * usage: deno run -A --v8-flags=--expose-gc bench/history.ts [--messages 1000000] [--rounds 5]
 */
import { parseArgs } from "node:util";
import { compareWindows } from "../src/collect/compare.ts";
import { aggregateMessages, queryMessages } from "../src/collect/history.ts";
import { RecordingStore } from "../src/collect/recordings.ts";
import { measured, measuredHead } from "./measured.ts";
import { FakeSession } from "../tests/support/fake_session.ts";

const START = Date.UTC(2026, 0, 5, 22);
const TOPICS = 200;
const EVERY_MS = 10;
const MEBIBYTE = 1024 * 1024;
const encoder = new TextEncoder();

function collectGarbage(): void {
  const collect: unknown = Reflect.get(globalThis, "gc");
  if (typeof collect === "function") collect();
}

/** Memory outside of V8 (payloads are in buffers) and on its heap, in MiB. */
function memoryMb(): { resident: number; held: number } {
  collectGarbage();
  const { rss, heapUsed, external } = Deno.memoryUsage();
  return { resident: rss / MEBIBYTE, held: (heapUsed + external) / MEBIBYTE };
}

async function record(messages: number, limitMb: number) {
  const clock = { now: START };
  const before = memoryMb();
  const store = new RecordingStore({ limitBytes: limitMb * MEBIBYTE, now: () => clock.now });
  const session = new FakeSession();
  await store.start(session, ["plant/#"]);
  const started = performance.now();
  let payloadBytes = 0;
  for (let n = 0; n < messages; n++) {
    clock.now = START + n * EVERY_MS;
    const celsius = (20 + 10 * Math.sin(n / 5_000)).toFixed(2);
    const payload = encoder.encode(`{"n":${n},"celsius":${celsius},"state":"ok"}`);
    payloadBytes += payload.length;
    session.hear({
      topic: `plant/line${n % 10}/sensor${n % TOPICS}`,
      payload,
      qos: 0,
      retain: false,
      dup: false,
      receivedAt: clock.now,
    });
  }
  const seconds = (performance.now() - started) / 1000;
  const after = memoryMb();
  const log = store.logOf(session.id);
  if (log === null || log.total !== messages) throw new Error("Not every message was counted");
  return {
    log,
    until: clock.now,
    facts: {
      limitMb,
      messages,
      held: messages - log.evicted,
      payloadMb: payloadBytes / MEBIBYTE,
      usedMb: store.memory.usedBytes / MEBIBYTE,
      grownMb: after.held - before.held,
      residentGrownMb: after.resident - before.resident,
      perSecond: messages / seconds,
    },
  };
}

const { values } = parseArgs({
  options: {
    messages: { type: "string", default: "1000000" },
    rounds: { type: "string", default: "5" },
  },
});
const messages = Number(values.messages);
const rounds = Number(values.rounds);

console.log(
  "limit MB  messages      held  payload MB  used MB  heap+buffers MB  RSS MB  recorded/s",
);
let whole: Awaited<ReturnType<typeof record>> | null = null;
for (const limitMb of [8, 32, 256]) {
  whole = await record(messages, limitMb);
  const { facts } = whole;
  console.log(
    [
      [facts.limitMb, 8],
      [facts.messages, 10],
      [facts.held, 10],
      [facts.payloadMb, 12],
      [facts.usedMb, 9],
      [facts.grownMb, 17],
      [facts.residentGrownMb, 8],
      [facts.perSecond, 12],
    ].map(([value, width]) => value.toFixed(0).padStart(width)).join(""),
  );
}
if (whole === null) throw new Error("Nothing was recorded");
const { log, until } = whole;
const signal = new AbortController().signal;
const all = { filter: "#", from: 0, to: until, where: [], signal };
console.log(measuredHead(`over ${log.total - log.evicted} messages`));
await measured("newest 50", rounds, async () => {
  const { matched } = await queryMessages(log, { ...all, order: "desc", limit: 50 });
  return String(matched);
});
await measured("one topic, newest 50", rounds, async () => {
  const query = { ...all, filter: "plant/line7/sensor17", order: "desc", limit: 50 } as const;
  return String((await queryMessages(log, query)).matched);
});
await measured("the last 5 minutes, newest 50", rounds, async () => {
  const query = { ...all, from: until - 300_000, order: "desc", limit: 50 } as const;
  return String((await queryMessages(log, query)).matched);
});
await measured("text that hardly stands anywhere", rounds, async () => {
  const query = { ...all, contains: '"n":777777,', order: "desc", limit: 50 } as const;
  return String((await queryMessages(log, query)).matched);
});
await measured("celsius > 29.9 over everything", rounds, async () => {
  const where = [{ path: "celsius", op: ">", value: 29.9 }] as const;
  return String((await queryMessages(log, { ...all, where, order: "desc", limit: 50 })).matched);
});
await measured("celsius of one sensor in 12 rows", rounds, async () => {
  const bucketMs = Math.ceil((until - START) / 12);
  const aggregate = { by: "time", bucketMs, field: "celsius" } as const;
  const { rows, matched } = await aggregateMessages(log, {
    ...all,
    filter: "plant/line7/sensor17",
    aggregate,
  });
  return `${matched} in ${rows.length} rows`;
});
await measured("celsius by topic, over everything", rounds, async () => {
  const aggregate = { by: "topic", bucketMs: 1_000, field: "celsius" } as const;
  const { rows, matched } = await aggregateMessages(log, { ...all, aggregate });
  return `${matched} in ${rows.length} rows`;
});
await measured("comparison of the two halves", 1, async () => {
  const middle = (START + until) / 2;
  const { changes } = await compareWindows(log, {
    ...all,
    before: { from: START, to: middle },
    after: { from: middle, to: until },
  });
  return `${changes.length} changes`;
});
