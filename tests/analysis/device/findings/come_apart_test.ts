import assert from "node:assert/strict";
import { assertTold, type Line, series, times, titlesOf } from "../support.ts";

/** The titles of what a thing is blamed for that tells each of these documents on one topic. */
function told(payloads: readonly unknown[], everyS = 10): string[] {
  return titlesOf("plant/unit7/#", series("plant/unit7/state", payloads, everyS));
}

Deno.test("what waits and grows is told where nothing takes it, or at many times what it was", () => {
  assertTold(
    told(times(12, (i) => ({ messages: 40 + 31 * i, consumers: i < 2 ? 3 : 0, memory: 81 }))),
    /"messages" rose from 102 to 381, and "consumers" is 0/,
  );
  assertTold(
    told(times(14, (i) => ({ outbox: 3 + 5 * i, sent: 812 }))),
    /"outbox" rose/,
  );
  const apart = times(10, (i): Line[] => [
    { s: 1 + 10 * i, topic: "jobs/mail/pending", payload: String(12 + 4 * i) },
    { s: 2 + 10 * i, topic: "jobs/mail/workers", payload: "0" },
  ]).flat();
  assertTold(titlesOf("jobs/mail/#", apart), /"jobs\/mail\/pending" rose.*workers" is 0/);
});

Deno.test("what waits and is taken, or is only counted, is well", () => {
  const healthy: readonly ((i: number) => unknown)[] = [
    (i) => ({ messages: 40 + 31 * i, consumers: 3 }),
    (i) => ({ messages: 40 + 31 * i, uptime_s: 100 + 10 * i }),
    (i) => ({ pending: i % 4, workers: 0 }),
    (i) => ({ queue_size: i < 6 ? 4 * i : 20 - 2 * (i - 6), workers: 2 }),
    (i) => ({ pending: 100 + i, done: 4 * i }),
  ];
  for (const payload of healthy) assert.deepEqual(told(times(13, payload)), [], `${payload}`);
});
